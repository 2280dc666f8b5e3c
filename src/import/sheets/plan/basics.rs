//! People, clients and systems of the sheets.
//!
//! Two passes each: first everybody gets a record, then the cells go in, so that rows may name each other in any order.
//! Must never know: accounts.

use super::diff::{Clock, Diff};
use super::{At, Book, Lookup};
use crate::domain::{Client, ClientId, Opens, Person, PersonId, PersonKind, RecordKind, System, SystemId, SystemKind};
use crate::import::matching::{fold, fold_login};
use crate::import::sheets::{ClientRow, PersonRow, Sheet, SystemRow};
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

/// The rows that name the same thing once more are refused, naming the first.
struct Once<Id> {
    lines: HashMap<Id, u64>,
}

impl<Id: std::hash::Hash + Eq> Once<Id> {
    fn new() -> Self {
        Self { lines: HashMap::new() }
    }

    /// The row that named it before, if one did.
    fn before(&mut self, id: Id, line: u64) -> Option<u64> {
        match self.lines.entry(id) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(place) => {
                place.insert(line);
                None
            }
        }
    }
}

pub(super) fn people(book: &mut Book, rows: &[PersonRow]) {
    let mut once = Once::new();
    let mut found: Vec<(At, PersonId, &PersonRow)> = Vec::new();
    for row in rows {
        let name = row.name.clone().unwrap_or_default();
        let at = book.begin(Sheet::People, row.line, RecordKind::Person, &name);
        let Some(id) = identify(book, row, &name, at) else { continue };
        match once.before(id, row.line) {
            Some(first) => book.refuse(at, "row_repeated", format!("row {first} is about the same person.")),
            None => found.push((at, id, row)),
        }
    }
    for (at, id, row) in found {
        let manager = book.person(row.manager.as_ref(), PersonKind::Employee, at);
        let Some(mut person) = book.people.get(id.0).cloned() else { continue };
        let mut diff = Diff::default();
        let names = (book.name_of(person.manager), book.name_of(manager));
        diff.person("Manager", &mut person.manager, manager.filter(|manager| *manager != id), names);
        put_person(row, &mut person, &mut diff, &book.clock);
        let new = book.people.is_new(id.0);
        book.index_person(&person);
        book.people.set(person, at.row);
        book.end(at, new, diff);
    }
}

/// Whom a row is about: by name, with namesakes told apart by their address; else by address; else somebody new.
fn identify(book: &mut Book, row: &PersonRow, name: &str, at: At) -> Option<PersonId> {
    let email = row.email.as_deref().map(fold_login);
    let has_email = |book: &Book, id: PersonId| {
        let known = book.people.get(id.0).and_then(|person| person.email.as_deref()).map(fold_login);
        email.is_some() && known == email
    };
    let is_named = |id: &PersonId| book.people.get(id.0).is_some_and(|person| fold(&person.name) == fold(name));
    let named: Vec<PersonId> = book.people_called(&fold(name)).iter().copied().filter(is_named).collect();
    match named.as_slice() {
        [id] => return Some(*id),
        [] => {}
        several => {
            let exact: Vec<PersonId> = several.iter().copied().filter(|id| has_email(book, *id)).collect();
            if let [id] = exact.as_slice() {
                return Some(*id);
            }
            book.refuse(at, "name_unclear", "more than one person has this name. Give the address they are known by.");
            return None;
        }
    }
    if let Some(email) = &email {
        let by_email: Vec<PersonId> =
            book.people_called(email).iter().copied().filter(|id| has_email(book, *id)).collect();
        if let [id] = by_email.as_slice() {
            return Some(*id);
        }
    }
    Some(book.new_person(name, PersonKind::Employee, at))
}

fn put_person(row: &PersonRow, person: &mut Person, diff: &mut Diff, clock: &Clock) {
    let name = row.name.clone().filter(|name| fold(name) != fold(&person.name));
    diff.set("Name", &mut person.name, name);
    diff.maybe("Email", &mut person.email, row.email.clone());
    diff.maybe("Role", &mut person.role, row.role.clone());
    diff.set("Kind", &mut person.kind, row.kind);
    diff.set("Status", &mut person.status, row.status);
    diff.day("Start", &mut person.start, row.start, clock);
    diff.moment("Last day", &mut person.last_day, row.last_day, clock, Clock::closing);
    diff.maybe("Exit kind", &mut person.exit_kind, row.exit_kind);
    diff.day("Contract end", &mut person.contract_end, row.contract_end, clock);
    diff.day("Role since", &mut person.role_since, row.role_since, clock);
    // Names that were taught stay; the sheet adds.
    if let Some(list) = &row.also_known_as {
        let mut aliases = person.aliases.clone();
        for alias in &list.0 {
            if !aliases.iter().any(|known| fold_login(known) == fold_login(alias)) {
                aliases.push(alias.clone());
            }
        }
        diff.list("Also known as", &mut person.aliases, Some(aliases), |list| list.join("; "));
    }
}

pub(super) fn clients(book: &mut Book, rows: &[ClientRow]) {
    let mut once = Once::new();
    for row in rows {
        let name = row.client.clone().unwrap_or_default();
        let at = book.begin(Sheet::Clients, row.line, RecordKind::Client, &name);
        let id = match book.look_for_client(&name) {
            Lookup::One(id) => id,
            Lookup::None => book.new_client(&name, at),
            Lookup::Several => {
                book.refuse(at, "name_unclear", "more than one client has this name.");
                continue;
            }
        };
        if let Some(first) = once.before(id, row.line) {
            book.refuse(at, "row_repeated", format!("row {first} is about the same client."));
            continue;
        }
        let owner = book.person(row.owner.as_ref(), PersonKind::Employee, at);
        let Some(mut client) = book.clients.get(id.0).cloned() else { continue };
        let mut diff = Diff::default();
        let names = (book.name_of(client.owner), book.name_of(owner));
        diff.person("Owner", &mut client.owner, owner, names);
        put_client(row, &mut client, &mut diff, &book.clock);
        let new = book.clients.is_new(id.0);
        book.index_client(&client);
        book.clients.set(client, at.row);
        book.end(at, new, diff);
    }
}

fn put_client(row: &ClientRow, client: &mut Client, diff: &mut Diff, clock: &Clock) {
    diff.maybe("Code", &mut client.code, row.code.clone());
    diff.set("Status", &mut client.status, row.status);
    diff.flag("Own company", &mut client.own, row.own);
    diff.moment("End date", &mut client.end, row.end, clock, Clock::end);
    let tags = row.tags.as_ref().map(|list| list.0.iter().map(|tag| tag.to_lowercase()).collect::<BTreeSet<String>>());
    diff.list("Tags", &mut client.tags, tags, |tags| tags.iter().cloned().collect::<Vec<_>>().join("; "));
    diff.yes_no("Notify", &mut client.notify, row.notify);
}

pub(super) fn systems(book: &mut Book, rows: &[SystemRow]) {
    let mut once = Once::new();
    let mut found: Vec<(At, SystemId, &SystemRow)> = Vec::new();
    for row in rows {
        let name = row.system.clone().unwrap_or_default();
        let at = book.begin(Sheet::Systems, row.line, RecordKind::System, &name);
        let Some(client) = book.client(row.client.as_ref(), at) else {
            book.refuse(at, "name_unclear", "the client is not clear.");
            continue;
        };
        let kind = row.kind.unwrap_or(SystemKind::Other);
        let id = match book.look_for_system(client, &name) {
            Lookup::One(id) => id,
            Lookup::None => book.new_system(client, &name, kind, at),
            Lookup::Several => {
                book.refuse(at, "name_unclear", "more than one system of this client has this name.");
                continue;
            }
        };
        match once.before(id, row.line) {
            Some(first) => book.refuse(at, "row_repeated", format!("row {first} is about the same system.")),
            None => found.push((at, id, row)),
        }
    }
    for (at, id, row) in found {
        let owner = book.person(row.owner.as_ref(), PersonKind::Employee, at);
        let Some(mut system) = book.systems.get(id.0).cloned() else { continue };
        let opens = row.opens.as_ref().map(|list| opens(book, system.client, id, &list.0, at));
        let through = row.signs_in_through.as_ref().map(|list| parents(book, system.client, id, &list.0, at));
        let mut diff = Diff::default();
        let names = (book.name_of(system.owner), book.name_of(owner));
        diff.person("Owner", &mut system.owner, owner, names);
        diff.list("Opens", &mut system.opens, opens, |list| format!("{} entries", list.len()));
        diff.list("Signs in through", &mut system.signs_in_through, through, |list| format!("{} systems", list.len()));
        put_system(row, &mut system, &mut diff);
        let new = book.systems.is_new(id.0);
        book.systems.set(system, at.row);
        book.end(at, new, diff);
    }
}

fn put_system(row: &SystemRow, system: &mut System, diff: &mut Diff) {
    diff.set("Kind", &mut system.kind, row.kind);
    diff.set("Tier", &mut system.tier, row.tier.map(|tier| tier.0));
    diff.set("Reach", &mut system.reach, row.reach);
    diff.yes_no("Internet", &mut system.internet, row.internet);
    diff.maybe("Best MFA", &mut system.mfa_best, row.best_mfa);
    diff.set("IPv6", &mut system.ipv6, row.ipv6);
    diff.yes_no("IPv6 filtered", &mut system.ipv6_filtered, row.ipv6_filtered);
    diff.maybe("Supplier", &mut system.supplier, row.supplier.clone());
    diff.maybe("Listed total", &mut system.stated_total, row.listed_total);
}

/// What a system opens: names, `all`, `kind:…`, `client:…`, in a fixed order.
fn opens(book: &mut Book, client: ClientId, own: SystemId, list: &[String], at: At) -> Vec<Opens> {
    let mut found: BTreeSet<Opens> = BTreeSet::new();
    for text in list {
        let lower = text.to_lowercase();
        let entry = if lower == "all" {
            Some(Opens::All)
        } else if let Some(kind) = lower.strip_prefix("kind:") {
            SystemKind::parse_loose(kind.trim()).map(Opens::Kind)
        } else if lower.starts_with("client:") {
            match book.look_for_client(text.get(7..).unwrap_or_default().trim()) {
                Lookup::One(client) => Some(Opens::Client(client)),
                _ => None,
            }
        } else {
            match book.look_for_system_anywhere(client, text) {
                Lookup::One(system) if system != own => Some(Opens::System(system)),
                _ => None,
            }
        };
        match entry {
            Some(entry) => {
                found.insert(entry);
            }
            None => book.warn(
                at,
                "opens_unclear",
                format!("\u{201c}{text}\u{201d} in Opens is not clear; it was left out."),
            ),
        }
    }
    found.into_iter().collect()
}

/// The sign-ins a system depends on. One that depends on the system itself would be a circle and is left out.
fn parents(book: &mut Book, client: ClientId, own: SystemId, list: &[String], at: At) -> Vec<SystemId> {
    let mut found = BTreeSet::new();
    for text in list {
        match book.look_for_system_anywhere(client, text) {
            Lookup::One(parent) if depends(book, parent, own) => {
                let what = format!("\u{201c}{text}\u{201d} signs in through this system itself; it was left out.");
                book.warn(at, "sign_in_circle", what);
            }
            Lookup::One(parent) => {
                found.insert(parent);
            }
            _ => {
                let what = format!("\u{201c}{text}\u{201d} in Signs in through is not clear; it was left out.");
                book.warn(at, "parent_unclear", what);
            }
        }
    }
    found.into_iter().collect()
}

/// Whether a system is the other one or signs in through it, over any number of steps.
fn depends(book: &Book, system: SystemId, on: SystemId) -> bool {
    let mut open = vec![system];
    let mut seen = BTreeSet::new();
    while let Some(next) = open.pop() {
        if next == on {
            return true;
        }
        if seen.insert(next) {
            open.extend(book.systems.get(next.0).map(|system| system.signs_in_through.clone()).unwrap_or_default());
        }
    }
    false
}
