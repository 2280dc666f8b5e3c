//! The register's settings and the limits the rules measure by: what is set, what may be set, and setting one.
//!
//! Every change is an entry of the history like any other: one act for undo, and a new version of the limits.
//!
//! Must never know: the looks of a screen, what a person prefers on one computer.

use super::command::Outcome;
use super::facts::Facts;
use super::records;
use super::session::{SETTINGS, Scene};
use crate::domain::policy::{self, Limit, Policy, Setting, Unit};
use crate::domain::{Factor, RecordKind, RecordRef, Settings};
use crate::error::{AppError, ErrorClass};
use crate::store::Tx;

/// One setting with everything needed to understand and to change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingLine {
    /// Its name in commands.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// What is set, in words.
    pub value: String,
    /// What is set, as one would type it.
    pub typed: String,
    /// What it is as shipped, in words; nothing where the office has to say it.
    pub shipped: Option<String>,
    /// It is one of the limits the rules measure by.
    pub limit: bool,
    /// What it takes.
    pub takes: SettingTakes,
    /// Why it is there, or why the shipped value is what it is.
    pub why: String,
    /// Where the shipped number comes from.
    pub sources: Vec<String>,
}

/// What a setting takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SettingTakes {
    /// One of these: as typed, and in words.
    OneOf(Vec<(String, String)>),
    /// Typed: what would be understood.
    Typed(String),
    /// Nothing: it is a rule of the program.
    Nothing,
}

fn yes_no(yes: &str, no: &str) -> SettingTakes {
    SettingTakes::OneOf(vec![("yes".to_owned(), yes.to_owned()), ("no".to_owned(), no.to_owned())])
}

/// A field of the settings record.
struct OfRegister {
    name: &'static str,
    title: &'static str,
    why: &'static str,
    shipped: Option<&'static str>,
}

const OF_REGISTER: [OfRegister; 5] = [
    OfRegister { name: "firm", title: "Name of the firm", why: "Stands on every report.", shipped: None },
    OfRegister {
        name: "zone",
        title: "Time zone",
        why: "Days begin and end by it, on screens and in reports. A name like Europe/Berlin.",
        shipped: None,
    },
    OfRegister {
        name: "closing_minutes",
        title: "End of the working day",
        why: "A last day without a time ends then, and what is due on a day is due then.",
        shipped: Some("17:00"),
    },
    OfRegister {
        name: "day_first",
        title: "Dates typed as",
        why: "How 3/4 is read. Screens and reports always print the month as a word.",
        shipped: None,
    },
    OfRegister {
        name: "type_number_above",
        title: "Type the number above",
        why: "Removing more ways in than this at once asks you to type their number. It can be lowered, never raised.",
        shipped: Some("10"),
    },
];

/// Every setting: the register's own first, then the limits in the order they are shipped.
pub fn lines(settings: &Settings, policy: &Policy) -> Vec<SettingLine> {
    let own = OF_REGISTER.iter().map(|field| of_register(field, settings));
    own.chain(policy::settings().iter().map(|setting| of_policy(setting, policy))).collect()
}

fn of_register(field: &OfRegister, settings: &Settings) -> SettingLine {
    let clock = || format!("{:02}:{:02}", settings.closing_minutes / 60, settings.closing_minutes % 60);
    let (typed, value, takes) = match field.name {
        "firm" => {
            let firm = settings.firm.clone().unwrap_or_default();
            let value = if firm.is_empty() { "not said yet".to_owned() } else { firm.clone() };
            (firm, value, SettingTakes::Typed("the name as it stands on letters".to_owned()))
        }
        "zone" => {
            let zone = settings.zone.clone();
            (zone.clone(), zone, SettingTakes::Typed("a zone like Europe/Berlin".to_owned()))
        }
        "closing_minutes" => (clock(), clock(), SettingTakes::Typed("a time like 17:00".to_owned())),
        "day_first" => {
            let (first, second) = ("day/month/year", "month/day/year");
            let (typed, value) = if settings.day_first { ("yes", first) } else { ("no", second) };
            (typed.to_owned(), value.to_owned(), yes_no(first, second))
        }
        _ => {
            let number = settings.type_number_above.to_string();
            (number.clone(), format!("{number} ways in"), SettingTakes::Typed("a number from 0 to 10".to_owned()))
        }
    };
    SettingLine {
        name: field.name.to_owned(),
        title: field.title.to_owned(),
        value,
        typed,
        shipped: field.shipped.map(str::to_owned),
        limit: false,
        takes,
        why: field.why.to_owned(),
        sources: Vec::new(),
    }
}

fn of_policy(setting: &Setting, policy: &Policy) -> SettingLine {
    let takes = match setting.unit {
        Unit::Fixed => SettingTakes::Nothing,
        Unit::Choice => SettingTakes::OneOf(setting.choices.iter().map(|word| (word.clone(), word.clone())).collect()),
        Unit::Level => SettingTakes::OneOf(levels(setting)),
        _ => SettingTakes::Typed(policy::range(setting)),
    };
    let shown = policy.shown(setting);
    let limit = Limit::ALL.iter().find(|limit| limit.stored() == setting.id);
    SettingLine {
        name: setting.id.clone(),
        title: setting.title.clone(),
        typed: limit.map_or_else(|| shown.clone(), |limit| policy::text_of(setting, policy.plain(*limit))),
        value: shown,
        shipped: Some(Policy::default().shown(setting)),
        limit: true,
        takes,
        why: setting.why.clone(),
        sources: setting.sources.clone(),
    }
}

/// The weakest factor of every level that may be asked for.
fn levels(setting: &Setting) -> Vec<(String, String)> {
    let (min, max) = (setting.min.unwrap_or_default(), setting.max.unwrap_or_default());
    let mut out: Vec<(String, String)> = Vec::new();
    for level in min..=max {
        let word = policy::text_of(setting, level);
        let shown = Factor::parse(&word).map_or_else(|| word.clone(), |factor| factor.shown().to_owned());
        if !out.iter().any(|(known, _)| *known == word) {
            out.push((word, format!("{shown}, or stronger")));
        }
    }
    out
}

/// Sets one. A limit that is set to what it is as shipped is no longer the office's own.
///
/// # Errors
/// When there is no such setting, the value is not understood, lies outside what is allowed, or is a rule of the
/// program.
pub fn set(tx: &mut Tx<'_>, scene: &Scene, name: &str, value: &str) -> Result<Outcome, AppError> {
    let (name, first) = (name.trim(), tx.next_seq());
    if let Some(field) = OF_REGISTER.iter().find(|field| field.name == name) {
        let given = [(field.name.to_owned(), records::Given::from(value.trim()))];
        let of = RecordRef { kind: RecordKind::Settings, id: SETTINGS.0 };
        let (_, told) = records::edit_in(tx, scene, of, &given, None, super::resolve::Naming::Part)?;
        return Ok(outcome(tx, first, &told));
    }
    policy::check(name, value).map_err(|error| AppError::new(ErrorClass::BadInput, error.to_string()))?;
    let old = Facts::new(tx.read(), None)
        .get::<Settings>(SETTINGS)?
        .ok_or_else(|| AppError::new(ErrorClass::Damaged, "The register has no settings. Nothing was changed."))?;
    let mut own = old.policy.clone();
    own.insert(name.to_owned(), value.trim().to_owned());
    let own: std::collections::BTreeMap<String, String> = Policy::new(0, &own)
        .map_err(|error| AppError::new(ErrorClass::BadInput, error.to_string()))?
        .changed()
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let setting = policy::setting(name).ok_or_else(|| AppError::new(ErrorClass::NotFound, "No such setting."))?;
    if own == old.policy {
        return Ok(Outcome { message: format!("{} is so already.", setting.title), ..Outcome::nothing() });
    }
    let shown = Policy::new(0, &own).unwrap_or_default().shown(setting);
    let told = format!("Changed a limit: {}: {shown}", setting.title);
    let mut change = scene.change("settings.changed", told.clone());
    change.put(Settings { policy: own, ..old });
    tx.append(change)?;
    Ok(outcome(tx, first, &told))
}

/// What is said, by whether anything was written from this entry on.
fn outcome(tx: &Tx<'_>, first: crate::domain::Seq, told: &str) -> Outcome {
    let last = tx.next_seq() - 1;
    if last < first {
        return Outcome { message: format!("{told}."), ..Outcome::nothing() };
    }
    Outcome::done(last, format!("{told}."))
}
