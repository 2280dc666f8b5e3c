//! Reading a field as it was typed: which one is meant, what its value says, and what would be right.
//!
//! Must never know: where the words were typed.

use super::nearest;
use super::table::fields_of;
use crate::domain::{ClientId, Factor, Instant, LastUse, Opens, RecordKind, RecordRef, SystemId, SystemKind};
use crate::error::{AppError, ErrorClass};
use crate::service::dates::{self, Reading, When};
use crate::service::facts::Facts;
use crate::service::resolve::{self, Naming, Scope};
use crate::service::session::Scene;
use crate::text::shown;
use serde_json::{Value, json};

/// What a field takes.
#[derive(Clone, Copy)]
pub(super) enum Takes {
    /// Any text.
    Text,
    /// Texts separated by semicolons.
    Texts,
    /// Small words separated by semicolons or commas.
    Tags,
    /// A day that was: without a year the last one.
    Day,
    /// A day to come: without a year the next one.
    DayToCome,
    /// A moment, and how a bare day is meant.
    Moment(Sense),
    /// yes or no.
    YesNo,
    /// A whole number up to this.
    Number(u64),
    /// One word of a closed list.
    Word(Words),
    /// A person's name.
    Person,
    /// A client's name.
    Client,
    /// `CLIENT/SYSTEM`, or the system alone where the client is known.
    System,
    /// Several systems, separated by semicolons.
    Systems,
    /// `CLIENT/SYSTEM/LOGIN`.
    Account,
    /// A shared login's name.
    Secret,
    /// A policy's name.
    Policy,
    /// A course's name.
    Course,
    /// `all`, `kind:…`, `client:…` or systems, separated by semicolons.
    Opens,
    /// Second factors, separated by semicolons or commas.
    Factors,
    /// `never`, `not known`, or when.
    LastUse,
    /// A time of day, in minutes after midnight.
    Clock,
    /// A time zone.
    Zone,
}

impl Takes {
    /// The kind of record it names; nothing when it takes words.
    pub(super) const fn picks(self) -> Option<RecordKind> {
        match self {
            Self::Person => Some(RecordKind::Person),
            Self::Client => Some(RecordKind::Client),
            Self::System | Self::Systems | Self::Opens => Some(RecordKind::System),
            Self::Account => Some(RecordKind::Account),
            Self::Secret => Some(RecordKind::Secret),
            Self::Policy => Some(RecordKind::Policy),
            Self::Course => Some(RecordKind::Course),
            _ => None,
        }
    }

    /// Whether it takes several values, separated by semicolons.
    pub(super) const fn is_list(self) -> bool {
        matches!(self, Self::Systems | Self::Opens | Self::Texts | Self::Tags | Self::Factors)
    }
}

/// How a bare day is meant.
#[derive(Clone, Copy)]
pub(super) enum Sense {
    /// From its start.
    Began,
    /// To its end.
    Until,
    /// Within its working day; today is now.
    Done,
}

/// A closed list.
#[derive(Clone, Copy)]
pub(super) struct Words {
    pub(super) parse: fn(&str) -> Option<&'static str>,
    pub(super) shown: fn(&str) -> Option<&'static str>,
    pub(super) all: fn() -> Vec<&'static str>,
}

/// A value as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// As typed; blank clears the field.
    Words(String),
    /// Chosen from a list: the record's id. No name has to be understood again.
    Id(u64),
    /// Several, each typed or chosen.
    Several(Vec<Self>),
}

impl From<&str> for Given {
    fn from(typed: &str) -> Self {
        Self::Words(typed.to_owned())
    }
}

/// Fields with their values as they were given, by name.
pub(super) type Fields<'a> = &'a [(String, Given)];

/// Fields as typed.
pub(super) fn typed(fields: &[(String, String)]) -> Vec<(String, Given)> {
    fields.iter().map(|(name, words)| (name.clone(), Given::Words(words.clone()))).collect()
}

/// Where a field lies: in a part of the record, or in what was last seen of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Public,
    Private,
    Seen,
}

/// What happens when it is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Without {
    Nothing,
    Needed,
    Default(&'static str),
    /// An empty list.
    Empty,
}

/// One field.
#[derive(Clone, Copy)]
pub struct Field {
    /// Its name in JSON.
    pub name: &'static str,
    pub(super) also: &'static [&'static str],
    pub(super) part: Part,
    pub(super) takes: Takes,
    pub(super) without: Without,
}

use Takes as T;

/// Words a person uses when they are about to type a secret itself.
const SECRETS: &[&str] = &[
    "password",
    "passwd",
    "pass",
    "pwd",
    "passphrase",
    "secret_value",
    "value",
    "totp",
    "seed",
    "otp",
    "token",
    "private_key",
];

/// Finds the field that is meant.
///
/// # Errors
/// When it would hold a password, or there is none of that name; then the near one is offered.
pub(super) fn field_named(kind: RecordKind, typed: &str) -> Result<&'static Field, AppError> {
    let wanted = typed.trim().to_lowercase().replace([' ', '-'], "_");
    let fields = fields_of(kind);
    if let Some(field) = fields.iter().find(|field| field.name == wanted || field.also.contains(&wanted.as_str())) {
        return Ok(field);
    }
    if SECRETS.contains(&wanted.as_str()) {
        return Err(AppError::new(ErrorClass::Refused, "Keyward never keeps passwords or codes. Nothing was changed.")
            .hint("Record that it exists: keyward add secret name=... client=...; its value stays in your vault"));
    }
    let names = fields.iter().flat_map(|field| [field.name].into_iter().chain(field.also.iter().copied()));
    let near = nearest(&wanted, names);
    let error = AppError::new(
        ErrorClass::BadInput,
        format!("A {} has no field \"{}\". Nothing was changed.", kind.shown(), shown(typed.trim())),
    );
    let known: Vec<&str> = fields.iter().map(|field| field.name).collect();
    Err(match near {
        Some(near) => error.hint(format!("Did you mean {near}?")),
        None => error.hint(format!("Possible are {}", known.join(", "))),
    })
}

/// What reading a value may look at.
pub(super) struct Around<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) scene: &'a Scene,
    pub(super) naming: Naming,
    /// The client already named in the same record.
    pub(super) client: Option<ClientId>,
}

/// Reads a value. An empty one clears the field.
///
/// # Errors
/// When it cannot be read: says what would be right.
pub(super) fn read(kind: RecordKind, field: &Field, given: &Given, around: &Around<'_>) -> Result<Value, AppError> {
    match given {
        Given::Words(words) => read_words(kind, field, words, around),
        Given::Id(id) => chosen(field, *id, around),
        Given::Several(given) => {
            let mut all: Vec<Value> = Vec::new();
            for one in given {
                match read(kind, field, one, around)? {
                    Value::Array(more) => all.extend(more),
                    Value::Null => {}
                    one => all.push(one),
                }
            }
            Ok(json!(all))
        }
    }
}

/// A record chosen from a list: it has to be there still.
fn chosen(field: &Field, id: u64, around: &Around<'_>) -> Result<Value, AppError> {
    let Some(kind) = field.takes.picks() else { return Err(bad(format!("{} takes words.", field.name))) };
    if !around.facts.reader().exists(RecordRef { kind, id })? {
        return Err(bad(format!("That {} is not in the register any more.", kind.shown())));
    }
    Ok(match field.takes {
        T::Opens => json!([Opens::System(SystemId(id))]),
        T::Systems => json!([id]),
        _ => json!(id),
    })
}

fn read_words(kind: RecordKind, field: &Field, typed: &str, around: &Around<'_>) -> Result<Value, AppError> {
    let typed = typed.trim();
    if typed.is_empty() {
        return match field.without {
            Without::Nothing => Ok(Value::Null),
            Without::Empty => Ok(json!([])),
            _ => Err(bad(format!("A {} needs its {}.", kind.shown(), field.name.replace('_', " ")))),
        };
    }
    let facts = around.facts;
    Ok(match field.takes {
        T::Text => json!(typed),
        T::Texts => json!(pieces(typed, &[';'])),
        T::Tags => json!(pieces(typed, &[';', ',']).iter().map(|tag| tag.to_lowercase()).collect::<Vec<_>>()),
        T::Day => json!(day(typed, false, around)?.day),
        T::DayToCome => json!(day(typed, true, around)?.day),
        T::Moment(sense) => json!(moment(typed, sense, around)?),
        T::YesNo => json!(yes_or_no(field, typed)?),
        T::Number(most) => json!(number(field, typed, most)?),
        T::Word(words) => json!(word(field, typed, words)?),
        T::Person => json!(resolve::person(facts, typed, around.naming)?.id),
        T::Client => json!(resolve::client(facts, typed, around.naming)?.id),
        T::System => json!(system(typed, around)?),
        T::Systems => {
            json!(pieces(typed, &[';']).into_iter().map(|one| system(one, around)).collect::<Result<Vec<_>, _>>()?)
        }
        T::Account => match resolve::scope(facts, typed, Naming::Part)? {
            Scope::Account(id) => json!(id),
            _ => return Err(bad("Name the account as CLIENT/SYSTEM/LOGIN.")),
        },
        T::Secret => json!(resolve::secret(facts, typed, around.naming)?.id),
        T::Policy => json!(super::edit::policy(facts, typed)?),
        T::Course => json!(super::edit::course(facts, typed)?),
        T::Opens => json!(opens(typed, around)?),
        T::Factors => json!(factors(field, typed)?),
        T::LastUse => json!(last_use(typed, around)?),
        T::Clock => json!(clock(typed)?),
        T::Zone => match typed.parse::<chrono_tz::Tz>() {
            Ok(zone) => json!(zone.name()),
            Err(_) => {
                return Err(bad(format!("There is no time zone \"{}\". Give it as Europe/London.", shown(typed))));
            }
        },
    })
}

fn bad(message: impl Into<String>) -> AppError {
    AppError::new(ErrorClass::BadInput, format!("{} Nothing was changed.", message.into()))
}

fn pieces<'t>(typed: &'t str, at: &[char]) -> Vec<&'t str> {
    typed.split(at).map(str::trim).filter(|piece| !piece.is_empty()).collect()
}

pub(super) fn reading(around: &Around<'_>) -> Reading {
    Reading {
        now: around.scene.now,
        zone: around.scene.zone,
        day_first: around.scene.settings.day_first,
        forward: false,
    }
}

fn day(typed: &str, forward: bool, around: &Around<'_>) -> Result<When, AppError> {
    dates::read(typed, &Reading { forward, ..reading(around) }).map_err(bad)
}

fn moment(typed: &str, sense: Sense, around: &Around<'_>) -> Result<Instant, AppError> {
    let with = Reading { forward: sense.is_to_come(), ..reading(around) };
    dates::moment(typed, &with, |when| sense.of(when, &with)).map_err(bad)
}

impl Sense {
    /// Whether a day without a year is the next one rather than the last one.
    pub(super) const fn is_to_come(self) -> bool {
        matches!(self, Self::Until)
    }

    /// The moment a date means.
    pub(super) fn of(self, when: When, with: &Reading) -> Instant {
        match self {
            Self::Began => when.began(&with.zone),
            Self::Until => when.until(&with.zone),
            Self::Done => when.done(with),
        }
    }
}

fn yes_or_no(field: &Field, typed: &str) -> Result<bool, AppError> {
    match typed.to_lowercase().as_str() {
        "yes" | "y" | "true" | "on" | "1" => Ok(true),
        "no" | "n" | "false" | "off" | "0" => Ok(false),
        _ => Err(bad(format!("{} takes yes or no, not \"{}\".", field.name, shown(typed)))),
    }
}

fn number(field: &Field, typed: &str, most: u64) -> Result<u64, AppError> {
    typed
        .replace(' ', "")
        .parse()
        .ok()
        .filter(|number| *number <= most)
        .ok_or_else(|| bad(format!("{} takes a whole number up to {most}, not \"{}\".", field.name, shown(typed))))
}

fn word(field: &Field, typed: &str, words: Words) -> Result<&'static str, AppError> {
    // "admin=yes" is how people say it.
    let said = match (field.name, typed.to_lowercase().as_str()) {
        ("admin", "yes") => "system",
        ("admin", "no") => "none",
        _ => typed,
    };
    (words.parse)(said).ok_or_else(|| {
        let all = (words.all)();
        let error = bad(format!("{} has no word \"{}\".", field.name, shown(typed)));
        match nearest(said, all.iter().copied()) {
            Some(near) => error.hint(format!("Did you mean {near}? Possible are {}", all.join(", "))),
            None => error.hint(format!("Possible are {}", all.join(", "))),
        }
    })
}

fn system(typed: &str, around: &Around<'_>) -> Result<SystemId, AppError> {
    let facts = around.facts;
    if around.naming == Naming::Id
        && let Ok(id) = typed.parse::<u64>()
    {
        let id = SystemId(id);
        return facts.system(id)?.map(|system| system.id).ok_or_else(|| bad(format!("There is no system {id}.")));
    }
    if let (false, Some(client)) = (typed.contains('/'), around.client) {
        return Ok(resolve::system(facts, client, typed, Naming::Part)?.id);
    }
    match resolve::scope(facts, typed, Naming::Part)? {
        Scope::System(id) => Ok(id),
        _ => Err(bad(format!("\"{}\" is no system. Give it as CLIENT/SYSTEM.", shown(typed)))),
    }
}

fn opens(typed: &str, around: &Around<'_>) -> Result<Vec<Opens>, AppError> {
    let mut out = Vec::new();
    for piece in pieces(typed, &[';']) {
        out.push(match piece.split_once(':') {
            _ if piece.eq_ignore_ascii_case("all") => Opens::All,
            Some(("kind", kind)) => Opens::Kind(
                SystemKind::parse_loose(kind)
                    .ok_or_else(|| bad(format!("There is no kind of system \"{}\".", shown(kind))))?,
            ),
            Some(("client", client)) => Opens::Client(resolve::client(around.facts, client.trim(), around.naming)?.id),
            _ => Opens::System(system(piece, around)?),
        });
    }
    Ok(out)
}

fn factors(field: &Field, typed: &str) -> Result<Vec<&'static str>, AppError> {
    pieces(typed, &[';', ','])
        .into_iter()
        .map(|piece| match Factor::parse(piece) {
            Some(factor) => Ok(factor.stored()),
            None => {
                let all: Vec<&str> = Factor::ALL.iter().map(|factor| factor.stored()).collect();
                Err(bad(format!("{} has no word \"{}\".", field.name, shown(piece)))
                    .hint(format!("Possible are {}", all.join(", "))))
            }
        })
        .collect()
}

fn last_use(typed: &str, around: &Around<'_>) -> Result<LastUse, AppError> {
    Ok(match typed.to_lowercase().as_str() {
        "never" => LastUse::Never,
        "unknown" | "not known" => LastUse::Unknown,
        _ => LastUse::At(moment(typed, Sense::Done, around)?),
    })
}

fn clock(typed: &str) -> Result<u16, AppError> {
    let part = |text: &str, below: u16| text.parse::<u16>().ok().filter(|number| *number < below);
    let read = typed.split_once(':').and_then(|(hours, minutes)| Some(part(hours, 24)? * 60 + part(minutes, 60)?));
    match read {
        Some(minutes) => Ok(minutes),
        None => Err(bad(format!("\"{}\" is no time of day. Give it as 17:30.", shown(typed)))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_fields_of_a_kind_answer_to_the_same_name() {
        for kind in RecordKind::ALL {
            let mut seen = BTreeSet::new();
            for field in fields_of(*kind) {
                for name in [field.name].iter().chain(field.also) {
                    assert!(seen.insert(*name), "{} has {name} twice", kind.stored());
                }
            }
        }
    }

    #[test]
    fn a_misspelt_field_is_refused_with_the_near_one() {
        let error = field_named(RecordKind::Person, "emial").err().unwrap();
        assert_eq!(error.hints, ["Did you mean email?"]);
        assert_eq!(field_named(RecordKind::Account, "Second Factor").unwrap().name, "factors");
    }

    #[test]
    fn a_password_is_never_taken() {
        for kind in [RecordKind::Secret, RecordKind::Account, RecordKind::Person] {
            for typed in ["password", "Passphrase", "value", "totp"] {
                assert_eq!(field_named(kind, typed).err().unwrap().class, ErrorClass::Refused, "{typed}");
            }
        }
    }
}
