//! A record as a form: its fields in the order people know the answers, each with its words, value and list; what a
//! filled-in form says; and saving it.
//!
//! Read by the same functions as `keyward add` and `keyward edit`, so that screen and command cannot disagree.
//!
//! Must never know: keys, drawing, what is typed and not yet asked about.

mod candidates;
mod check;
mod texts;
mod written;

pub use candidates::{Candidate, candidates};
pub use check::{FieldSays, Said, check};
pub(super) use written::{name, title};

use super::edit::{add_in, edit_in};
use super::field::{Around, Field, Fields, Given, Takes, Without, read};
use super::table::{NEW_WAY, fields_of};
use super::ways::{self, Terms};
use crate::domain::{AccountId, Admin, AnyRecord, Factor, Instant, Observation, PersonId, RecordKind, RecordRef, Seq};
use crate::error::{AppError, ErrorClass};
use crate::service::command::Outcome;
use crate::service::facts::Facts;
use crate::service::resolve::Naming;
use crate::service::session::Scene;
use crate::store::Tx;
use serde_json::{Map, Value};

/// What a form is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormOf {
    /// A new record; what is known of it from where the form was opened, by field: the ids of records.
    New {
        /// The kind.
        kind: RecordKind,
        /// Filled in beforehand.
        given: Vec<(&'static str, u64)>,
    },
    /// One that is there.
    Edit(RecordRef),
}

impl FormOf {
    /// The kind of record.
    pub const fn kind(&self) -> RecordKind {
        match self {
            Self::New { kind, .. } => *kind,
            Self::Edit(of) => of.kind,
        }
    }

    /// The fields it has.
    fn fields(&self) -> &'static [Field] {
        match self {
            Self::New { kind: RecordKind::Grant, .. } => NEW_WAY,
            other => fields_of(other.kind()),
        }
    }

    /// Whether a field makes the record what it is: it cannot be changed afterwards.
    fn is_fixed(&self, field: &Field) -> bool {
        let of = (self.kind(), field.name);
        matches!(self, Self::Edit(_))
            && matches!(
                of,
                (RecordKind::System, "client")
                    | (RecordKind::Account, "system")
                    | (RecordKind::Knowing, "secret" | "person")
                    | (RecordKind::Signature, "policy" | "person")
                    | (RecordKind::Completion, "course" | "person")
                    | (RecordKind::Assignment, "person" | "client")
            )
    }
}

/// A record as a form.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordForm {
    /// What it is for.
    pub of: FormOf,
    /// `New client`, `Client: Harbor Dental`.
    pub title: String,
    /// What saving does, in a sentence.
    pub happens: &'static str,
    /// The names of its pages, nine fields each at most.
    pub pages: Vec<&'static str>,
    /// Its fields, page by page.
    pub fields: Vec<FormField>,
    /// The entry that made the record what the form shows; nothing for a new one.
    pub based_on: Option<Seq>,
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormField {
    /// Its name in JSON and commands.
    pub name: &'static str,
    /// Its name on screen.
    pub label: &'static str,
    /// What it is, with an example.
    pub help: &'static str,
    /// The page it is on, from 0.
    pub page: usize,
    /// It cannot be left empty.
    pub needed: bool,
    /// It makes the record what it is and cannot be changed.
    pub fixed: bool,
    /// What it takes.
    pub takes: FormTakes,
    /// Its value as one would type it.
    pub text: String,
    /// The records named in the text.
    pub chosen: Vec<Chosen>,
}

/// What a field of a form takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormTakes {
    /// Words, dates, numbers.
    Words,
    /// A date or a moment.
    Date,
    /// One of these words; empty where nothing is said.
    Choice(Vec<&'static str>),
    /// Several of these words, separated by commas.
    Choices(Vec<&'static str>),
    /// A record of this kind, by name.
    Record(RecordKind),
    /// Several records of this kind, by name, separated by semicolons.
    Records(RecordKind),
}

/// A record that a text names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// Its id.
    pub id: u64,
    /// Its name as it stands in the text.
    pub name: String,
}

/// The form of a record as it is now, or of a new one.
///
/// # Errors
/// When the record is gone, there is no form of its kind, or the register cannot be read.
pub fn form(facts: &Facts<'_>, scene: &Scene, of: FormOf) -> Result<RecordForm, AppError> {
    let kind = of.kind();
    let texts = texts::of(kind)
        .ok_or_else(|| AppError::new(ErrorClass::BadInput, format!("A {} is not entered by hand.", kind.shown())))?;
    let (title, values, based_on) = match &of {
        FormOf::New { .. } => (format!("New {}", noun(kind)), Map::new(), None),
        FormOf::Edit(one) => {
            let (record, values) = values(facts, *one)?;
            let title = format!("Change {}: {}", noun(kind), written::title(facts, &record)?);
            (title, values, facts.reader().seq_of(*one)?)
        }
    };
    let mut fields = Vec::new();
    for (page, text) in texts.fields() {
        let Some(field) = of.fields().iter().find(|field| field.name == text.name) else { continue };
        let fixed = of.is_fixed(field);
        let (text_of, chosen) = match &of {
            FormOf::New { given, .. } => at_first(facts, scene, field, given)?,
            FormOf::Edit(_) => written::value(facts, scene, field, values.get(field.name).unwrap_or(&Value::Null))?,
        };
        let needed = matches!(field.without, Without::Needed);
        fields.push(FormField {
            name: field.name,
            label: text.label,
            help: text.help,
            page,
            needed,
            fixed,
            takes: takes(field),
            text: text_of,
            chosen,
        });
    }
    Ok(RecordForm { of, title, happens: texts.happens, pages: texts.pages.clone(), fields, based_on })
}

/// What a kind is called on a form.
pub const fn noun(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Knowing => "knower of a shared login",
        RecordKind::DataLocation => "place with data",
        RecordKind::RoleRight => "right of a role",
        other => other.shown(),
    }
}

/// The record and its fields; for an account also what was last seen of it.
fn values(facts: &Facts<'_>, of: RecordRef) -> Result<(AnyRecord, Map<String, Value>), AppError> {
    let gone =
        || AppError::new(ErrorClass::NotFound, format!("That {} is not in the register any more.", noun(of.kind)));
    let record = facts.reader().get_any(of, None)?.ok_or_else(gone)?;
    let mut values = Map::new();
    if let AnyRecord::Account(account) = &record
        && let Some(seen) = facts.get::<Observation>(account.id)?
    {
        values.extend(super::rows::parts(&seen));
    }
    values.extend(with_record!(&record, inner => super::rows::parts(inner)));
    Ok((record, values))
}

/// What stands in a field of a new record: what was given, else the default.
fn at_first(
    facts: &Facts<'_>,
    scene: &Scene,
    field: &Field,
    given: &[(&'static str, u64)],
) -> Result<(String, Vec<Chosen>), AppError> {
    if let Some((_, id)) = given.iter().find(|(name, _)| *name == field.name) {
        let value = if field.takes.is_list() { Value::from(vec![*id]) } else { Value::from(*id) };
        return written::value(facts, scene, field, &value);
    }
    let text = match (field.without, field.takes) {
        (Without::Default(text), Takes::Word(words)) => (words.shown)(text).unwrap_or(text),
        (Without::Default(text), _) => text,
        _ => "",
    };
    Ok((text.to_owned(), Vec::new()))
}

fn takes(field: &Field) -> FormTakes {
    let without_saying = matches!(field.without, Without::Nothing).then_some("");
    match field.takes {
        Takes::YesNo => FormTakes::Choice(without_saying.into_iter().chain(["yes", "no"]).collect()),
        Takes::Word(words) => {
            let all = (words.all)().into_iter().filter_map(words.shown);
            FormTakes::Choice(without_saying.into_iter().chain(all).collect())
        }
        Takes::Factors => FormTakes::Choices(Factor::ALL.iter().map(|factor| factor.shown()).collect()),
        Takes::Day | Takes::DayToCome | Takes::Moment(_) | Takes::LastUse => FormTakes::Date,
        other => match other.picks() {
            Some(kind) if other.is_list() => FormTakes::Records(kind),
            Some(kind) => FormTakes::Record(kind),
            None => FormTakes::Words,
        },
    }
}

/// Saves a form: the fields that were changed, or all that say something for a new record.
///
/// # Errors
/// When a field cannot be read, a needed one is missing, the record is there already, or it was changed by somebody
/// else since the form was opened.
pub fn save(
    tx: &mut Tx<'_>,
    scene: &Scene,
    of: &FormOf,
    fields: Fields<'_>,
    based_on: Option<Seq>,
) -> Result<Outcome, AppError> {
    let first = tx.next_seq();
    let told = match of {
        FormOf::New { kind: RecordKind::Grant, .. } => new_way(tx, scene, fields)?,
        FormOf::New { kind, .. } => add_in(tx, scene, *kind, fields, None, Naming::Part)?.1,
        FormOf::Edit(one) => {
            if tx.read().seq_of(*one)? != based_on {
                let words = format!("Somebody changed this {} since you opened it. Nothing was saved.", noun(one.kind));
                return Err(
                    AppError::new(ErrorClass::Stale, words).hint("Esc keeps your words; open it again to compare")
                );
            }
            edit_in(tx, scene, *one, fields, None, Naming::Part)?.1
        }
    };
    let last = tx.next_seq() - 1;
    if last < first {
        return Ok(Outcome { message: format!("{told}."), ..Outcome::nothing() });
    }
    Ok(Outcome::done(last, format!("{told}.")))
}

/// Gives a way in from the fields of its form.
fn new_way(tx: &mut Tx<'_>, scene: &Scene, fields: Fields<'_>) -> Result<String, AppError> {
    let (person, account, terms) = {
        let facts = Facts::new(tx.read(), None);
        let around = Around { facts: &facts, scene, naming: Naming::Part, client: None };
        let mut values = Map::new();
        for field in NEW_WAY {
            let given = fields.iter().find(|(name, _)| name == field.name).map(|(_, given)| given);
            let value = match (given, field.without) {
                (Some(given), _) => read(RecordKind::Grant, field, given, &around)?,
                (None, Without::Default(text)) => read(RecordKind::Grant, field, &Given::from(text), &around)?,
                (None, Without::Needed) => {
                    let words = format!("A way in needs its {}. Nothing was changed.", field.name);
                    return Err(AppError::new(ErrorClass::BadInput, words));
                }
                (None, _) => Value::Null,
            };
            values.insert(field.name.to_owned(), value);
        }
        let number = |name: &str| values.get(name).and_then(Value::as_u64).unwrap_or_default();
        let moment = |name: &str| values.get(name).and_then(Value::as_i64).map(Instant::from_millis);
        let words = |name: &str| values.get(name).and_then(Value::as_str).map(str::to_owned);
        let terms = Terms {
            level: words("level"),
            admin: words("admin").and_then(|word| Admin::parse(&word)),
            since: moment("since"),
            until: moment("until"),
            reason: words("reason"),
        };
        (PersonId(number("person")), AccountId(number("account")), terms)
    };
    Ok(ways::give(tx, scene, person, account, &terms)?.1)
}
