//! The first day: the office's own workbook comes in, sheet by sheet.
//!
//! Must never know: what happened later.

use super::access::account_record;
use super::estate::{client_record, joined, system_record};
use super::lives::{grant_record, hand_observation, person_record};
use super::story::{OPENED, Story};
use super::world::{At, Intro, World};
use crate::domain::{Assignment, Batch, Change, Covers, DataLocation, PersonId, PersonStatus, Removal, RoleRight};
use std::collections::BTreeSet;

/// Tells the opening.
pub fn tell(world: &World, story: &mut Story<'_>) {
    let calendar = world.calendar.clone();
    let mut changes = vec![workbook(world, story)];
    changes.push(people(world));
    let mut clients = Change::new("import.applied", "");
    let mut systems = Change::new("import.applied", "");
    for at in 0..world.clients.len() {
        if joined(world, at).is_none() {
            clients.put(client_record(world, at, false));
        }
    }
    for at in 0..world.systems.len() {
        if joined(world, world.system(at).client).is_none() {
            systems.put(system_record(world, at));
        }
    }
    changes.push(sheet("Clients", clients));
    changes.push(sheet("Systems", systems));
    changes.push(access(world));
    changes.push(roles(world, story));
    story.tell_batch(calendar.at(OPENED, 10, 0), changes);
    late_clients(world, story);
    endings(world, story);
    assignments(world, story);
    data(world, story);
}

/// Names a sheet's entry by how many rows it brought.
fn sheet(name: &str, mut change: Change) -> Change {
    change.summary = format!("Import register.xlsx, sheet {name}: {} new", change.edits.len());
    change
}

fn workbook(world: &World, story: &mut Story<'_>) -> Change {
    let mut change = Change::new("import.applied", "Import register.xlsx: the office's own lists");
    change.put(Batch {
        id: story.id::<Batch>(),
        format: "sheets-xlsx".to_owned(),
        system: None,
        taken: world.calendar.at(OPENED, 9, 30),
        covers: Covers::Part,
        rows: u64::try_from(world.clients.len() + world.systems.len() + world.people.len()).unwrap_or(0),
        not_ours: 0,
        unmatched: 0,
        sha256: super::imports::made_up_hash(0),
        file: "register.xlsx".to_owned(),
    });
    change
}

/// Everybody who worked here on the first day; managers first, because the others name them.
fn people(world: &World) -> Change {
    let mut change = Change::new("import.applied", "");
    for at in 0..world.people.len() {
        if world.person(at).started >= OPENED {
            change.put(person_record(world, at, PersonStatus::Active));
        }
    }
    sheet("People", change)
}

/// Accounts and ways in that the office had on its own list.
fn access(world: &World) -> Change {
    let mut change = Change::new("import.applied", "");
    for at in 0..world.accounts.len() {
        if world.account(at).intro == Intro::Opening {
            change.put(account_record(world, at));
            change.put(hand_observation(world, at, world.calendar.at(OPENED, 9, 30)));
        }
    }
    for way in world.ways.iter().filter(|way| way.intro == Intro::Opening) {
        change.put(grant_record(world, way, Removal::default()));
    }
    sheet("Access", change)
}

fn roles(world: &World, story: &mut Story<'_>) -> Change {
    let mut change = Change::new("import.applied", "");
    for role in &world.office.roles {
        for (system_kind, level, admin, scope) in &role.rights {
            change.put(RoleRight {
                id: story.id::<RoleRight>(),
                system_kind: *system_kind,
                admin: *admin,
                scope: *scope,
                role: role.role.clone(),
                level: Some(level.clone()),
            });
        }
    }
    sheet("Roles", change)
}

/// Clients that came later, with their systems.
fn late_clients(world: &World, story: &mut Story<'_>) {
    for at in 0..world.clients.len() {
        let Some(when) = joined(world, at) else { continue };
        let name = &world.client(at).spec.name;
        let mut change = Change::new("client.added", format!("New client: {name}"));
        change.put(client_record(world, at, false));
        for system in (0..world.systems.len()).filter(|s| world.system(*s).client == at) {
            change.put(system_record(world, system));
        }
        story.tell(when, change);
    }
}

/// Clients that left or are leaving.
fn endings(world: &World, story: &mut Story<'_>) {
    for at in 0..world.clients.len() {
        let spec = &world.client(at).spec;
        let (when, words) = match (spec.ended, spec.leaving) {
            (Some(ended), _) => (world.calendar.at(ended + 25, 11, 40), "ended"),
            (None, Some(_)) => (world.calendar.at(20, 15, 10), "is leaving us"),
            _ => continue,
        };
        let mut change = Change::new("client.changed", format!("{} {words}", spec.name));
        change.put(client_record(world, at, true));
        story.tell(when, change);
    }
}

/// Who is assigned to which client: where somebody works today.
fn assignments(world: &World, story: &mut Story<'_>) {
    let mut pairs: BTreeSet<(At, At)> = BTreeSet::new();
    for way in &world.ways {
        let here = world.person(way.person).spec.left.is_none() && world.person(way.person).is_technician();
        let open = way.fate.done.is_none() && !way.planned;
        if here && open {
            pairs.insert((way.person, world.system_of(way).client));
        }
    }
    let mut change = Change::new("import.applied", "");
    for (person, client) in pairs {
        change.put(Assignment {
            id: story.id::<Assignment>(),
            person: world.person(person).id,
            client: world.client(client).id,
        });
    }
    let mut change = sheet("Assigned", change);
    change.summary = change.summary.replace("register.xlsx", "assigned.csv");
    story.tell(world.calendar.at(world.calendar.workday(75), 10, 30), change);
}

/// Where data is kept, written down client by client.
fn data(world: &World, story: &mut Story<'_>) {
    let person = |name: &String| -> Option<PersonId> { world.named(name).map(|at| world.person(at).id) };
    for (n, spec) in world.office.data.iter().enumerate() {
        let Some(client) = world.coded(&spec.client) else { continue };
        let place = DataLocation {
            id: story.id::<DataLocation>(),
            client: world.client(client).id,
            kind: spec.kind,
            encrypted: spec.encrypted,
            holder: spec.holder.as_ref().and_then(person),
            confirmed: None,
            removed: None,
            waived_until: None,
            what: spec.what.clone(),
            place: spec.place.clone(),
        };
        let name = &world.client(client).spec.name;
        let written = world.calendar.at(930 - i64::try_from(n).unwrap_or(0) * 3, 11, 5);
        let mut change = Change::new("data.added", format!("{name}: {} is kept at {}", spec.what, spec.place));
        change.put(place.clone());
        story.tell(written, change);
        if let Some(confirmed) = spec.confirmed {
            let at = world.calendar.at(world.calendar.workday(confirmed), 14, 30);
            let mut change = Change::new("data.confirmed", format!("{name}: {} looked at again", spec.what));
            change.put(DataLocation { confirmed: Some(at), ..place });
            story.tell(at, change);
        }
    }
}
