//! What the register knows, read for a comparison: one system with its accounts, or everything the sheets reach.
//!
//! Must never know: what the file says.

use crate::domain::{Account, Batch, Client, Grant, Observation, Person, PersonKind, Record, System, SystemId};
use crate::error::AppError;
use crate::import::matching::Ours;
use crate::import::plan::{Known, Snapshot};
use crate::service::facts::Facts;
use crate::service::session::Scene;
use crate::store::{Reader, Row, Select, StoreError, Versioned};
use crate::text;
use std::collections::BTreeSet;

fn known<R: Record>(versioned: Versioned<R>) -> Known<R> {
    Known { record: versioned.record, seq: versioned.seq }
}

fn all<R: Row>(read: &Reader<'_>, select: &Select) -> Result<Vec<Known<R>>, StoreError> {
    Ok(read.list_versioned::<R>(select)?.into_iter().map(known).collect())
}

/// People, one system, and that system's accounts with their sightings and ways in.
pub(super) fn of_system(read: &Reader<'_>, system: SystemId) -> Result<Snapshot, StoreError> {
    let mut snapshot = Snapshot {
        people: all::<Person>(read, &Select::all())?,
        systems: read.get_versioned::<System>(system, None)?.map(known).into_iter().collect(),
        last_batch: newest(read, system)?,
        ..Snapshot::default()
    };
    read.each::<Account, StoreError>(&Select::all().eq("system", system), |seq, account| {
        let id = account.id;
        snapshot.accounts.push(Known { record: account, seq });
        snapshot.observations.extend(read.get_versioned::<Observation>(id, None)?.map(known));
        snapshot.grants.extend(all::<Grant>(read, &Select::all().eq("account", id))?);
        Ok(())
    })?;
    Ok(snapshot)
}

/// The newest list of a system.
fn newest(read: &Reader<'_>, system: SystemId) -> Result<Option<Batch>, StoreError> {
    read.first::<Batch>(&Select::all().eq("system", system).order_desc(&["taken", "id"]))
}

/// Everything the office's sheets reach.
pub(in crate::service) fn of_register(read: &Reader<'_>) -> Result<Snapshot, StoreError> {
    let select = &Select::all();
    Ok(Snapshot {
        people: all(read, select)?,
        clients: all(read, select)?,
        systems: all(read, select)?,
        accounts: all(read, select)?,
        observations: all(read, select)?,
        grants: all(read, select)?,
        secrets: all(read, select)?,
        knowings: all(read, select)?,
        assets: all(read, select)?,
        contacts: all(read, select)?,
        data_locations: all(read, select)?,
        policies: all(read, select)?,
        signatures: all(read, select)?,
        courses: all(read, select)?,
        completions: all(read, select)?,
        role_rights: all(read, select)?,
        assignments: all(read, select)?,
        last_batch: None,
    })
}

/// Address domains anybody in the world can have an address in: they show nothing about whose an account is.
const PUBLIC_DOMAINS: &[&str] = &[
    "gmail",
    "googlemail",
    "outlook",
    "hotmail",
    "live",
    "msn",
    "yahoo",
    "icloud",
    "me",
    "mac",
    "aol",
    "gmx",
    "web",
    "proton",
    "protonmail",
    "mail",
    "zoho",
    "fastmail",
    "yandex",
    "orange",
    "free",
    "libero",
    "btinternet",
    "comcast",
];

/// Words half of all firms have in their names.
const COMMON_WORDS: &[&str] = &[
    "services",
    "service",
    "solutions",
    "support",
    "systems",
    "system",
    "technology",
    "technologies",
    "computer",
    "computers",
    "networks",
    "network",
    "group",
    "managed",
    "consulting",
    "digital",
    "office",
    "limited",
    "company",
    "partners",
    "professional",
    "global",
    "international",
    "cloud",
    "secure",
    "security",
    "admin",
];

/// What shows that an account is ours: the addresses of our own staff, and the firm's name as it stands in the
/// logins clients make for us.
pub(super) fn ours(facts: &Facts<'_>, snapshot: &Snapshot, scene: &Scene) -> Result<Ours, AppError> {
    let staff = |kind: PersonKind| matches!(kind, PersonKind::Employee | PersonKind::Office | PersonKind::Temporary);
    let mut domains = BTreeSet::new();
    for person in snapshot.people.iter().map(|known| &known.record).filter(|person| staff(person.kind)) {
        if let Some((_, domain)) = person.email.as_deref().and_then(|email| email.rsplit_once('@')) {
            let domain = domain.trim().to_lowercase();
            let first = domain.split('.').next().unwrap_or_default();
            if domain.contains('.') && !PUBLIC_DOMAINS.contains(&first) {
                domains.insert(domain);
            }
        }
    }
    let mut names: Vec<String> = scene.settings.firm.iter().cloned().collect();
    names.extend(facts.list::<Client>(Select::all().eq("own", true))?.into_iter().map(|client| client.name));
    let mut habits = BTreeSet::new();
    for name in names {
        let words: Vec<String> = text::folded(&name)
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
        let joined = words.concat();
        habits.extend(Some(joined).filter(|joined| joined.chars().count() >= 4));
        habits.extend(words.into_iter().filter(|w| w.chars().count() >= 5 && !COMMON_WORDS.contains(&w.as_str())));
    }
    Ok(Ours { domains: domains.into_iter().collect(), habits: habits.into_iter().collect() })
}
