//! Find anything: people, clients, systems, logins, shared logins, runs.
//!
//! Must never know: drawing, the commands the screen adds.

use super::query::{Slice, SubjectKind};
use super::resolve::Scope;
use super::session::Scene;
use super::view::{Hit, Target};
use super::{runs, words};
use crate::domain::{Account, Client, Person, PersonId, RecordKind, RecordRef, Run, Secret, System};
use crate::error::AppError;
use crate::service::discharge::apply::open_runs;
use crate::service::facts::Facts;
use crate::service::people;
use crate::store::{Row, Select, StoreError, WayRow};
use crate::text;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Hits shown at once.
const MOST: usize = 12;

/// The first hits: exact start, then word start, then anywhere; people first.
///
/// # Errors
/// When a table cannot be read.
pub fn find(facts: &Facts<'_>, scene: &Scene, typed: &str) -> Result<Vec<Hit>, AppError> {
    let wanted = text::folded(typed.trim());
    if wanted.is_empty() {
        return Ok(open_hits(facts)?);
    }
    let mut hits: Vec<(u8, Hit)> = Vec::new();
    for person in named::<Person>(facts, "name_folded", &wanted)? {
        let line = people::line(facts, scene, person.id)?;
        let more = line.map_or_else(String::new, |line| format!("{} ways in", line.ways_in));
        hits.push(ranked(&person.name, &wanted, "person", more, Target::Person(person.id)));
    }
    for client in named::<Client>(facts, "name_folded", &wanted)? {
        let target = Target::Node(Scope::Client(client.id));
        hits.push(ranked(&client.name, &wanted, "client", "who can get in".to_owned(), target));
    }
    for system in named::<System>(facts, "name_folded", &wanted)? {
        let client = facts.client(system.client)?.map_or_else(String::new, |client| client.name.clone());
        let target = Target::Node(Scope::System(system.id));
        hits.push(ranked(&system.name, &wanted, "system", client, target));
    }
    hits.extend(longer(facts, &wanted)?);
    in_any_order(facts, scene, &wanted, &mut hits)?;
    for hit in open_hits(facts)? {
        if text::folded(&hit.name).contains(&wanted) {
            hits.push((1, hit));
        }
    }
    hits.sort_by_key(|hit| hit.0);
    Ok(hits.into_iter().map(|(_, hit)| hit).take(MOST).collect())
}

/// Those of one kind a report can be about: the first by name, and those whose names begin with the words first.
///
/// # Errors
/// When a table cannot be read.
pub fn subjects(facts: &Facts<'_>, scene: &Scene, kind: SubjectKind, typed: &str) -> Result<Vec<Hit>, AppError> {
    let wanted = text::folded(typed.trim());
    let mut hits = Vec::new();
    match kind {
        SubjectKind::Person => {
            for person in named::<Person>(facts, "name_folded", &wanted)? {
                let more = person.role.clone().unwrap_or_default();
                hits.push(ranked(&person.name, &wanted, "person", more, Target::Person(person.id)));
            }
        }
        SubjectKind::Client => {
            for client in named::<Client>(facts, "name_folded", &wanted)? {
                let target = Target::Node(Scope::Client(client.id));
                hits.push(ranked(&client.name, &wanted, "client", client.status.shown().to_owned(), target));
            }
        }
        SubjectKind::Letter => return letters(facts, scene, &wanted),
        SubjectKind::Run => {
            let slice = Slice { limit: MOST, filter: typed.to_owned(), ..Slice::default() };
            for line in runs::runs(facts, scene, &slice)?.page.rows {
                let more = match line.closed {
                    Some(at) => format!("closed {}", words::day(at, scene.now, &scene.zone)),
                    None => "open".to_owned(),
                };
                hits.push((0, Hit { name: line.name, kind: "run".to_owned(), more, target: Target::Run(line.id) }));
            }
        }
    }
    hits.sort_by_key(|hit| hit.0);
    Ok(hits.into_iter().map(|(_, hit)| hit).take(MOST).collect())
}

/// The letters of the newest discharges: one to every client at once, and one to each.
fn letters(facts: &Facts<'_>, scene: &Scene, wanted: &str) -> Result<Vec<Hit>, AppError> {
    let newest = Select::all().not_null("person").order_desc(&["started"]).page(0, LETTER_RUNS);
    let mut hits = Vec::new();
    for run in facts.list::<Run>(newest)? {
        let Some(person) = run.person.map(|person| facts.person(person)).transpose()?.flatten() else { continue };
        let mut clients = BTreeMap::new();
        for way in facts.reader().derived::<WayRow>(&Select::all().eq("person", person.id).eq("several", false))? {
            if let Entry::Vacant(entry) = clients.entry(way.client)
                && let Some(client) = facts.client(way.client)?
            {
                entry.insert(client);
            }
        }
        clients.retain(|_, client| !client.own);
        let mut add = |name: String, more: String, client| {
            let row = text::folded(&format!("{name} {}", person.name));
            if wanted.split_whitespace().all(|word| row.contains(word)) {
                hits.push(hit(name, "letter", more, Target::Letter(run.id, client)));
            }
        };
        let letters = words::counted(clients.len() as u64, "letter", "letters");
        add(format!("{}: all clients", person.name), format!("{letters}, a file each"), None);
        let when = words::day(run.trigger, scene.now, &scene.zone);
        let mut clients: Vec<_> = clients.into_values().collect();
        clients.sort_by(|a, b| a.name.cmp(&b.name));
        for client in clients {
            add(client.name.clone(), format!("{}, {when}", person.name), Some(client.id));
        }
    }
    hits.truncate(MOST_LETTERS);
    Ok(hits)
}

/// Letters are written in the weeks after somebody left: older runs are named on a command line.
const LETTER_RUNS: u64 = 8;
/// So many letters are offered; letters typed narrow them.
const MOST_LETTERS: usize = 60;

/// What several words name together, in any order: `firewall harbor` is the firewall at Harbor Dental.
fn in_any_order(facts: &Facts<'_>, scene: &Scene, wanted: &str, hits: &mut Vec<(u8, Hit)>) -> Result<(), AppError> {
    let words: Vec<&str> = wanted.split_whitespace().collect();
    if words.len() < 2 {
        return Ok(());
    }
    let mut add = |hit: Hit| {
        if hits.iter().all(|(_, known)| known.target != hit.target) {
            hits.push((2, hit));
        }
    };
    let all = |words: &[&str]| words.iter().fold(Select::all(), |select, word| select.contains("name_folded", *word));
    for person in facts.list::<Person>(all(&words).page(0, MOST as u64))? {
        let ways = people::line(facts, scene, person.id)?.map_or(0, |line| line.ways_in);
        add(hit(person.name, "person", format!("{ways} ways in"), Target::Person(person.id)));
    }
    for client in facts.list::<Client>(all(&words).page(0, MOST as u64))? {
        add(hit(client.name, "client", "who can get in".to_owned(), Target::Node(Scope::Client(client.id))));
    }
    for word in &words {
        for client in facts.list::<Client>(Select::all().contains("name_folded", *word).page(0, MOST as u64))? {
            let name = text::folded(&client.name);
            let rest: Vec<&str> = words.iter().filter(|word| !name.contains(**word)).copied().collect();
            if rest.is_empty() {
                continue;
            }
            for system in facts.list::<System>(all(&rest).eq("client", client.id).page(0, MOST as u64))? {
                add(hit(system.name, "system", client.name.clone(), Target::Node(Scope::System(system.id))));
            }
        }
    }
    Ok(())
}

fn hit(name: String, kind: &str, more: String, target: Target) -> Hit {
    Hit { name, kind: kind.to_owned(), more, target }
}

/// Logins and shared logins, by any three letters.
fn longer(facts: &Facts<'_>, wanted: &str) -> Result<Vec<(u8, Hit)>, StoreError> {
    let read = facts.reader();
    let mut hits = Vec::new();
    for RecordRef { kind, id } in read.search(wanted, &[RecordKind::Account, RecordKind::Secret], MOST as u64)? {
        match kind {
            RecordKind::Account => {
                let Some(account) = facts.get::<Account>(crate::domain::AccountId(id))? else { continue };
                let owner = account.owner.map(|owner: PersonId| Target::Person(owner));
                let place = facts.system(account.system)?.map_or_else(String::new, |system| system.name.clone());
                let target = owner.unwrap_or(Target::Node(Scope::Account(account.id)));
                hits.push(ranked(&account.login, wanted, "login", place, target));
            }
            _ => {
                let Some(secret) = facts.get::<Secret>(crate::domain::SecretId(id))? else { continue };
                let client = facts.client(secret.client)?.map_or_else(String::new, |client| client.name.clone());
                let target = Target::Node(secret.account.map_or(Scope::Client(secret.client), Scope::Account));
                hits.push(ranked(&secret.name, wanted, "shared login", client, target));
            }
        }
    }
    Ok(hits)
}

fn named<R: Row>(facts: &Facts<'_>, column: &'static str, wanted: &str) -> Result<Vec<R>, StoreError> {
    let mut found = facts.list::<R>(Select::all().starts_with(column, wanted).order(&[column]).page(0, MOST as u64))?;
    if found.len() < MOST {
        let more = facts.list::<R>(Select::all().contains(column, wanted).order(&[column]).page(0, 2 * MOST as u64))?;
        let known: Vec<_> = found.iter().map(crate::domain::Record::id).collect();
        found.extend(more.into_iter().filter(|row| !known.contains(&row.id())));
    }
    Ok(found)
}

fn ranked(name: &str, wanted: &str, kind: &str, more: String, target: Target) -> (u8, Hit) {
    let folded = text::folded(name);
    let rank = if folded.starts_with(wanted) {
        0
    } else if folded.split_whitespace().any(|word| word.starts_with(wanted)) {
        1
    } else {
        2
    };
    (rank, hit(name.to_owned(), kind, more, target))
}

fn open_hits(facts: &Facts<'_>) -> Result<Vec<Hit>, StoreError> {
    let mut hits = Vec::new();
    for run in open_runs(facts)? {
        let Some(name) = crate::service::runs::name(facts, &run)? else { continue };
        hits.push(Hit {
            name: format!("{} {name}", words::run_kind(run.kind)),
            kind: "run".to_owned(),
            more: run.kind.shown().to_owned(),
            target: Target::Run(run.id),
        });
    }
    Ok(hits)
}
