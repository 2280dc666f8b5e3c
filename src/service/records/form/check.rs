//! What a form says so far: how each value is read, or why it cannot be.
//!
//! Must never know: which field is being typed into.

use super::{FormOf, written};
use crate::domain::{ClientId, Day};
use crate::error::{AppError, ErrorClass};
use crate::service::dates;
use crate::service::facts::Facts;
use crate::service::records::field::{Around, Field, Fields, Given, Sense, Takes, read, reading};
use crate::service::resolve::Naming;
use crate::service::session::Scene;
use serde_json::Value;

/// What is said of one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldSays {
    /// Its name in JSON and commands.
    pub name: String,
    /// How it is read, or why not.
    pub said: Said,
    /// Why it is worth a second look, though nothing forbids it.
    pub doubt: Option<&'static str>,
}

/// How a value is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It can be read, as this where that is not what was typed; empty where it is.
    Reads(String),
    /// It cannot be read: what is wrong and what would be right.
    Wrong(String),
}

/// Reads every value that was given.
///
/// # Errors
/// When the register cannot be read.
pub fn check(facts: &Facts<'_>, scene: &Scene, of: &FormOf, given: Fields<'_>) -> Result<Vec<FieldSays>, AppError> {
    let mut around = Around { facts, scene, naming: Naming::Part, client: client_of(facts, of)? };
    let mut out = Vec::new();
    let client_first = |(name, _): &&(String, Given)| *name != "client";
    let mut given: Vec<&(String, Given)> = given.iter().collect();
    given.sort_by_key(client_first);
    for (name, value) in given {
        let Some(field) = of.fields().iter().find(|field| field.name == name) else { continue };
        if is_blank(value) {
            continue;
        }
        let said = match read(of.kind(), field, value, &around) {
            Ok(read) => {
                if field.name == "client" {
                    around.client = read.as_u64().map(ClientId);
                }
                Said::Reads(reads(field, value, &read, &around)?)
            }
            Err(error) if is_about_words(error.class) => Said::Wrong(inline(&error)),
            Err(error) => return Err(error),
        };
        out.push(FieldSays { name: name.clone(), said, doubt: doubt(field, value) });
    }
    Ok(out)
}

/// The client of the record that is there: its systems are named within it.
fn client_of(facts: &Facts<'_>, of: &FormOf) -> Result<Option<ClientId>, AppError> {
    let FormOf::Edit(one) = of else { return Ok(None) };
    let (_, values) = super::values(facts, *one)?;
    Ok(values.get("client").and_then(Value::as_u64).map(ClientId))
}

fn is_blank(given: &Given) -> bool {
    match given {
        Given::Words(words) => words.trim().is_empty(),
        Given::Id(_) => false,
        Given::Several(all) => all.iter().all(is_blank),
    }
}

/// Whether an error is about what was typed rather than about the register.
const fn is_about_words(class: ErrorClass) -> bool {
    matches!(class, ErrorClass::BadInput | ErrorClass::NotFound | ErrorClass::Refused | ErrorClass::Usage)
}

/// An error beside its field: nobody thinks a check has changed something, and a shell is far away.
fn inline(error: &AppError) -> String {
    let words = error.message.trim_end_matches("Nothing was changed.").trim_end().trim_end_matches('.');
    let hint = error.hints.iter().find(|hint| hint.starts_with("Did you mean") || hint.starts_with("Possible are"));
    match (hint, error.class) {
        (Some(hint), _) => format!("{words}. {}.", hint.trim_end_matches('.')).replace("?.", "?"),
        (None, ErrorClass::NotFound) => format!("{words}. F4 lists them."),
        (None, _) => format!("{words}."),
    }
}

/// How a value was read, where the typed words do not say it themselves.
fn reads(field: &Field, given: &Given, value: &Value, around: &Around<'_>) -> Result<String, AppError> {
    let Given::Words(typed) = given else { return Ok(String::new()) };
    let with = reading(around);
    let dated = |sense: Option<Sense>| {
        let with = dates::Reading { forward: sense.is_some_and(Sense::is_to_come), ..with };
        dates::read(typed, &with).map_or_else(|_| String::new(), |when| when.words(with.zone.day(with.now)))
    };
    let said = match field.takes {
        Takes::Day | Takes::DayToCome => match serde_json::from_value::<Day>(value.clone()) {
            Ok(day) => dates::When { day, time: None }.words(with.zone.day(with.now)),
            Err(_) => String::new(),
        },
        Takes::Moment(sense) => dated(Some(sense)),
        Takes::LastUse => dated(None),
        _ if field.takes.picks().is_some() => written::value(around.facts, around.scene, field, value)?.0,
        Takes::Word(words) => (words.shown)(value.as_str().unwrap_or_default()).unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    Ok(if said == typed.trim() { String::new() } else { said })
}

/// Fields whose words are made by machines and may look like anything.
const ANYTHING: &[&str] = &["email", "external_id", "login", "name", "display_name", "tag", "code", "version"];
/// What is shorter is no password worth the name. NIST SP 800-63B-4 3.1.1.2 asks for 8 at least.
const PASSWORD: usize = 8;

/// What makes a value worth a second look.
fn doubt(field: &Field, given: &Given) -> Option<&'static str> {
    if looks_secret(field, given) {
        return Some("This looks like a password. Keyward keeps none.");
    }
    let Given::Words(words) = given else { return None };
    let is_address = words.trim().split_once('@').is_some_and(|(who, place)| !who.is_empty() && !place.is_empty());
    (field.name == "email" && !is_address).then_some("An address has something before and after the @.")
}

/// Whether words hold something made like a password: one word of letters in both cases, digits and signs.
fn looks_secret(field: &Field, given: &Given) -> bool {
    let Given::Words(words) = given else { return false };
    matches!(field.takes, Takes::Text | Takes::Texts)
        && !ANYTHING.contains(&field.name)
        && words.split_whitespace().any(is_like_a_password)
}

fn is_like_a_password(word: &str) -> bool {
    let has = |class: fn(char) -> bool| word.chars().any(class);
    // An address, a path, a date or a number is none.
    let is_place = word.contains('@') && word.contains('.') || word.contains('/') || word.contains('\\');
    word.chars().count() >= PASSWORD
        && !is_place
        && has(|c| c.is_lowercase())
        && has(|c| c.is_uppercase())
        && has(|c| c.is_ascii_digit())
        && has(|c| c.is_ascii_punctuation() && !matches!(c, '-' | '.' | ',' | ';' | ':' | '(' | ')' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::RecordKind;
    use crate::service::records::table::fields_of;

    #[test]
    fn what_is_made_like_a_password_is_noticed_and_an_address_is_not() {
        for word in ["Tr0ub4dor&3", "Pa$$w0rd!", "xK9#mQ2vL"] {
            assert!(is_like_a_password(word), "{word}");
        }
        for word in ["sam.okafor@Firm1.example", "Harbor/Firewall-2", "L-0417", "2026-03-31", "OneDrive-2024", "Aa1!"] {
            assert!(!is_like_a_password(word), "{word}");
        }
    }

    #[test]
    fn a_note_is_looked_at_and_a_name_is_not() {
        let typed = Given::from("the door says Tr0ub4dor&3");
        for (name, wanted) in [("note", true), ("name", false)] {
            for field in fields_of(RecordKind::Client).iter().filter(|field| field.name == name) {
                assert_eq!(looks_secret(field, &typed), wanted, "{name}");
            }
        }
    }
}
