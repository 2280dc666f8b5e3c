//! The records that fit what is typed into a field, best first, each told apart from its twins.
//!
//! Must never know: which form asks, drawing.

use super::written::name;
use crate::domain::{
    Account, AccountId, Client, ClientId, Course, Person, PersonId, Policy, RecordId, RecordKind, RecordRef, Secret,
    SecretId, System, SystemId,
};
use crate::service::facts::Facts;
use crate::store::{Row, Select, StoreError, searchable};
use std::collections::BTreeSet;

/// Shown at once at most: what is beyond is found by typing more.
pub const MOST: usize = 50;
/// Clients, or systems, looked into when the words may name one of them and something of it.
const PLACES: usize = 8;

/// A record that fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Its id.
    pub id: u64,
    /// Its whole name, as a field holds it.
    pub name: String,
    /// What tells it from its twins.
    pub more: String,
}

/// Those of one kind that fit the words: a start of a name first, then any part. For systems and accounts the words
/// may also name what they belong to, as `harbor fire`.
///
/// # Errors
/// When a table cannot be read.
pub fn candidates(facts: &Facts<'_>, kind: RecordKind, typed: &str) -> Result<Vec<Candidate>, StoreError> {
    let wanted = searchable(typed);
    let words: Vec<&str> = wanted.split(|c: char| c.is_whitespace() || c == '/').filter(|w| !w.is_empty()).collect();
    let ids = match kind {
        RecordKind::Person => named::<Person>(facts, &[], &words)?,
        RecordKind::Client => named::<Client>(facts, &[], &words)?,
        RecordKind::System => systems(facts, &words)?.into_iter().map(|id| id.0).collect(),
        RecordKind::Account => accounts(facts, &wanted, &words)?,
        RecordKind::Secret => named::<Secret>(facts, &[], &words)?,
        RecordKind::Policy => named::<Policy>(facts, &[], &words)?,
        RecordKind::Course => named::<Course>(facts, &[], &words)?,
        _ => Vec::new(),
    };
    let mut found: Vec<Candidate> = Vec::new();
    for id in ids.into_iter().take(MOST) {
        let Some(name) = name(facts, kind, id)? else { continue };
        // Two of one name: the text of a field has to say which one.
        let twin = found.iter().any(|other| other.name == name);
        let name = if twin { format!("{name} #{id}") } else { name };
        found.push(Candidate { id, name, more: more(facts, kind, id)? });
    }
    Ok(found)
}

/// The column that holds a kind's name as it is searched.
fn name_column<R: Row>() -> &'static str {
    let has = |name: &&&str| R::COLUMNS.iter().any(|column| column.name == **name);
    ["name_folded", "login_folded"].iter().find(has).copied().unwrap_or("id")
}

/// Ids of records whose names hold all words: those whose names start with the first word come first.
fn named<R: Row>(facts: &Facts<'_>, within: &[(&'static str, u64)], words: &[&str]) -> Result<Vec<u64>, StoreError> {
    let all = |first_starts: bool| {
        let mut select = within.iter().fold(Select::all(), |select, (column, id)| select.eq(column, *id));
        for (place, word) in words.iter().enumerate() {
            select = match place {
                0 if first_starts => select.starts_with(name_column::<R>(), *word),
                _ => select.contains(name_column::<R>(), *word),
            };
        }
        select.order(&[name_column::<R>()]).page(0, MOST as u64)
    };
    let mut ids: Vec<u64> = facts.reader().ids::<R>(&all(true))?.into_iter().map(RecordId::number).collect();
    if ids.len() < MOST && !words.is_empty() {
        for id in facts.reader().ids::<R>(&all(false))?.into_iter().map(RecordId::number) {
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
    }
    Ok(ids)
}

/// Systems by their own names, or by their client's name followed by their own.
fn systems(facts: &Facts<'_>, words: &[&str]) -> Result<Vec<SystemId>, StoreError> {
    let mut found = named::<System>(facts, &[], words)?;
    for cut in 1..=words.len() {
        let (client, own) = words.split_at(cut);
        if own.is_empty() && found.len() >= MOST {
            break;
        }
        for id in named::<Client>(facts, &[], client)?.into_iter().take(PLACES) {
            found.extend(named::<System>(facts, &[("client", ClientId(id).0)], own)?);
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|id| seen.insert(*id));
    Ok(found.into_iter().map(SystemId).collect())
}

/// Accounts by their logins, or by client and system followed by the login.
fn accounts(facts: &Facts<'_>, wanted: &str, words: &[&str]) -> Result<Vec<u64>, StoreError> {
    let mut found: Vec<u64> = Vec::new();
    if !wanted.contains(['/', ' ']) {
        let hits = facts.reader().search(wanted, &[RecordKind::Account], MOST as u64)?;
        found.extend(hits.into_iter().map(|RecordRef { id, .. }| id));
    }
    for cut in (1..=words.len()).rev() {
        let (place, login) = words.split_at(cut);
        for system in systems(facts, place)?.into_iter().take(PLACES) {
            found.extend(named::<Account>(facts, &[("system", system.0)], login)?);
        }
        if found.len() >= MOST {
            break;
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|id| seen.insert(*id));
    Ok(found)
}

/// What tells a record from another one of its name.
fn more(facts: &Facts<'_>, kind: RecordKind, id: u64) -> Result<String, StoreError> {
    Ok(match kind {
        RecordKind::Person => match facts.person(PersonId(id))? {
            Some(person) => person.role.clone().or_else(|| person.email.clone()).unwrap_or_default(),
            None => String::new(),
        },
        RecordKind::Client => facts.client(ClientId(id))?.map_or_else(String::new, |c| c.status.shown().to_owned()),
        RecordKind::System => facts.system(SystemId(id))?.map_or_else(String::new, |s| s.kind.shown().to_owned()),
        RecordKind::Account => {
            facts.get::<Account>(AccountId(id))?.map_or_else(String::new, |account| account.kind.shown().to_owned())
        }
        RecordKind::Secret => match facts.get::<Secret>(SecretId(id))? {
            Some(secret) => facts.client(secret.client)?.map_or_else(String::new, |client| client.name.clone()),
            None => String::new(),
        },
        _ => String::new(),
    })
}
