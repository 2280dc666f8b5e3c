//! The smaller sheets: things, contacts, data, policies, courses, roles, assignments.
//!
//! Must never know: accounts and secrets.

use super::Book;
use super::diff::{Clock, Diff};
use crate::domain::{
    Admin, Asset, AssetId, AssetKind, Assignment, AssignmentId, ClientId, Completion, CompletionId, Contact, ContactId,
    ContactKind, Course, CourseId, DataKind, DataLocation, DataLocationId, Day, PersonId, PersonKind, Policy, PolicyId,
    RecordKind, RoleRight, RoleRightId, RoleScope, Signature, SignatureId,
};
use crate::import::matching::fold;
use crate::import::sheets::{
    AssignedRow, CompletedRow, ContactRow, CourseRow, DataRow, PolicyRow, RoleRow, Sheet, SignedRow, ThingRow,
};
use std::collections::{HashMap, HashSet};

/// What tells one thing from another: its kind with the number on it, or with its holder and client.
#[derive(PartialEq, Eq, Hash)]
enum ThingKey {
    Tagged(AssetKind, String),
    Held(AssetKind, Option<ClientId>, Option<PersonId>),
}

impl ThingKey {
    fn new(kind: AssetKind, tag: Option<&str>, client: Option<ClientId>, holder: Option<PersonId>) -> Self {
        tag.map_or(Self::Held(kind, client, holder), |tag| Self::Tagged(kind, fold(tag)))
    }
}

pub(super) fn things(book: &mut Book, rows: &[ThingRow]) {
    let mut taken: HashSet<AssetId> = HashSet::new();
    let mut by_key: HashMap<ThingKey, Vec<AssetId>> = HashMap::new();
    for asset in book.assets.all() {
        let key = ThingKey::new(asset.kind, asset.tag.as_deref(), asset.client, asset.holder);
        by_key.entry(key).or_default().push(asset.id);
    }
    for row in rows {
        let Some(kind) = row.kind else { continue };
        let title = row.tag.as_ref().map_or_else(|| kind.shown().to_owned(), |tag| format!("{} {tag}", kind.shown()));
        let at = book.begin(Sheet::Things, row.line, RecordKind::Asset, title);
        let client = book.client(row.client.as_ref(), at);
        let holder = book.person(row.holder.as_ref(), PersonKind::Employee, at);
        let clock = book.clock;
        // Without a number it is one of its kind with the same holder and client, not taken yet, of the same day.
        let fits = |asset: &&Asset| {
            row.tag.is_some()
                || (row.issued.is_none_or(|when| asset.issued.is_some_and(|at| when.agrees(at, &clock.zone)))
                    && !taken.contains(&asset.id))
        };
        let known = by_key.entry(ThingKey::new(kind, row.tag.as_deref(), client, holder)).or_default();
        let found = known.iter().filter_map(|id| book.assets.get(id.0)).find(fits).cloned();
        let new = found.is_none();
        let mut asset = found.unwrap_or_else(|| Asset {
            id: AssetId(book.numbering.next(RecordKind::Asset)),
            kind,
            client,
            holder,
            issued: None,
            returned: None,
            cancelled: None,
            encrypted: None,
            waived_until: None,
            tag: row.tag.clone(),
            note: None,
        });
        if new {
            known.push(asset.id);
        }
        if !taken.insert(asset.id) {
            book.refuse(at, "row_repeated", "another row is about the same thing.");
            continue;
        }
        let mut diff = Diff::default();
        let names = (book.name_of(asset.holder), book.name_of(holder));
        diff.person("Holder", &mut asset.holder, holder, names);
        if client.is_some() && asset.client != client {
            diff.note("Client", "", row.client.clone().unwrap_or_default());
            asset.client = client;
        }
        diff.moment("Issued", &mut asset.issued, row.issued, &clock, Clock::start);
        diff.mark("Returned", &mut asset.returned, row.returned, None, &clock);
        diff.mark("Cancelled", &mut asset.cancelled, row.cancelled, None, &clock);
        diff.yes_no("Encrypted", &mut asset.encrypted, row.encrypted);
        book.assets.set(asset, at.row);
        book.end(at, new, diff);
    }
}

pub(super) fn contacts(book: &mut Book, rows: &[ContactRow]) {
    let mut named: HashMap<(Option<ClientId>, PersonId, String), Vec<ContactId>> = HashMap::new();
    for contact in book.contacts.all() {
        named.entry((contact.client, contact.person, fold(&contact.place))).or_default().push(contact.id);
    }
    for row in rows {
        let place = row.place.clone().unwrap_or_default();
        let at = book.begin(Sheet::Contacts, row.line, RecordKind::Contact, &place);
        if let Some(why) = book.unclear(row.person.as_ref(), row.client.as_ref(), None) {
            book.refuse(at, "name_unclear", why);
            continue;
        }
        let client = book.client(row.client.as_ref(), at);
        let Some(person) = book.person(row.person.as_ref(), PersonKind::Employee, at) else { continue };
        let ids = named.entry((client, person, fold(&place))).or_default();
        let fitting: Vec<&Contact> = ids
            .iter()
            .filter_map(|id| book.contacts.get(id.0))
            .filter(|contact| row.kind.is_none_or(|kind| contact.kind == kind))
            .collect();
        let new = fitting.is_empty();
        if !new && fitting.iter().all(|contact| contact.ended.is_some()) {
            book.ended_before(at);
        }
        if new {
            let contact = Contact {
                id: ContactId(book.numbering.next(RecordKind::Contact)),
                client,
                kind: row.kind.unwrap_or(ContactKind::Other),
                person,
                since: None,
                ended: None,
                waived_until: None,
                place,
                note: None,
            };
            ids.push(contact.id);
            book.contacts.add(contact, at.row);
        }
        book.end(at, new, Diff::default());
    }
}

pub(super) fn data(book: &mut Book, rows: &[DataRow]) {
    let mut places: HashMap<(ClientId, String, String), DataLocationId> = HashMap::new();
    for data in book.data.all() {
        places.entry((data.client, fold(&data.what), fold(&data.place))).or_insert(data.id);
    }
    for row in rows {
        let (what, place) = (row.what.clone().unwrap_or_default(), row.place.clone().unwrap_or_default());
        let at = book.begin(Sheet::Data, row.line, RecordKind::DataLocation, &what);
        let Some(client) = book.client(row.client.as_ref(), at) else {
            book.refuse(at, "name_unclear", "the client is not clear.");
            continue;
        };
        let holder = book.person(row.holder.as_ref(), PersonKind::Employee, at);
        let key = (client, fold(&what), fold(&place));
        let found = places.get(&key).and_then(|id| book.data.get(id.0)).cloned();
        let new = found.is_none();
        let mut data = found.unwrap_or_else(|| DataLocation {
            id: DataLocationId(book.numbering.next(RecordKind::DataLocation)),
            client,
            kind: DataKind::Unknown,
            encrypted: None,
            holder: None,
            confirmed: None,
            removed: None,
            waived_until: None,
            what,
            place,
        });
        if data.removed.is_some() {
            book.ended_before(at);
        }
        let clock = book.clock;
        let mut diff = Diff::default();
        diff.set("Kind", &mut data.kind, row.kind);
        diff.yes_no("Encrypted", &mut data.encrypted, row.encrypted);
        let names = (book.name_of(data.holder), book.name_of(holder));
        diff.person("Holder", &mut data.holder, holder, names);
        diff.moment("Confirmed", &mut data.confirmed, row.confirmed, &clock, Clock::happened);
        places.insert(key, data.id);
        book.data.set(data, at.row);
        book.end(at, new, diff);
    }
}

fn find_policy(book: &Book, name: &str, version: &str) -> Option<Policy> {
    book.policies.all().find(|p| fold(&p.name) == fold(name) && fold(&p.version) == fold(version)).cloned()
}

fn new_policy(book: &mut Book, name: String, version: String, effective: Day) -> Policy {
    let id = PolicyId(book.numbering.next(RecordKind::Policy));
    Policy { id, effective, next_review: None, name, version, audience: None }
}

pub(super) fn policies(book: &mut Book, rows: &[PolicyRow]) {
    for row in rows {
        let (Some(name), Some(version), Some(effective)) = (row.policy.clone(), row.version.clone(), row.effective)
        else {
            continue;
        };
        let at = book.begin(Sheet::Policies, row.line, RecordKind::Policy, format!("{name} {version}"));
        let clock = book.clock;
        let day = effective.day(&clock.zone);
        let found = find_policy(book, &name, &version);
        let new = found.is_none();
        let mut policy = found.unwrap_or_else(|| new_policy(book, name, version, day));
        let mut diff = Diff::default();
        diff.set("Effective", &mut policy.effective, Some(day));
        diff.maybe("Audience", &mut policy.audience, row.audience.clone());
        diff.day("Next review", &mut policy.next_review, row.next_review, &clock);
        book.policies.set(policy, at.row);
        book.end(at, new, diff);
    }
}

pub(super) fn signed(book: &mut Book, rows: &[SignedRow]) {
    let mut by: HashMap<(PolicyId, PersonId), SignatureId> =
        book.signatures.all().map(|signature| ((signature.policy, signature.person), signature.id)).collect();
    for row in rows {
        let (Some(name), Some(version), Some(date)) = (row.policy.clone(), row.version.clone(), row.date) else {
            continue;
        };
        let at = book.begin(Sheet::Signed, row.line, RecordKind::Signature, format!("{name} {version}"));
        let Some(person) = book.person(row.person.as_ref(), PersonKind::Employee, at) else {
            book.refuse(at, "name_unclear", "it is not clear who is meant.");
            continue;
        };
        let on = date.day(&book.clock.zone);
        let policy = match find_policy(book, &name, &version) {
            Some(policy) => policy.id,
            None => {
                book.made(at, "Policy", &format!("{name} {version}"), Sheet::Policies);
                let policy = new_policy(book, name, version, on);
                let id = policy.id;
                book.policies.add(policy, at.row);
                id
            }
        };
        let found = by.get(&(policy, person)).and_then(|id| book.signatures.get(id.0)).cloned();
        let new = found.is_none();
        let mut signature = found.unwrap_or_else(|| Signature {
            id: SignatureId(book.numbering.next(RecordKind::Signature)),
            policy,
            person,
            on,
        });
        let mut diff = Diff::default();
        diff.set("Date", &mut signature.on, Some(on));
        by.insert((policy, person), signature.id);
        book.signatures.set(signature, at.row);
        book.end(at, new, diff);
    }
}

fn find_course(book: &Book, name: &str) -> Option<Course> {
    book.courses.all().find(|course| fold(&course.name) == fold(name)).cloned()
}

pub(super) fn courses(book: &mut Book, rows: &[CourseRow]) {
    for row in rows {
        let Some(name) = row.course.clone() else { continue };
        let at = book.begin(Sheet::Courses, row.line, RecordKind::Course, &name);
        let found = find_course(book, &name);
        let new = found.is_none();
        let mut course = found.unwrap_or_else(|| Course {
            id: CourseId(book.numbering.next(RecordKind::Course)),
            every_days: None,
            name,
            audience: None,
        });
        let mut diff = Diff::default();
        diff.maybe("Every days", &mut course.every_days, row.every_days);
        diff.maybe("Audience", &mut course.audience, row.audience.clone());
        book.courses.set(course, at.row);
        book.end(at, new, diff);
    }
}

pub(super) fn completed(book: &mut Book, rows: &[CompletedRow]) {
    let mut known: HashSet<(CourseId, PersonId, Day)> =
        book.completions.all().map(|done| (done.course, done.person, done.on)).collect();
    for row in rows {
        let (Some(name), Some(date)) = (row.course.clone(), row.date) else { continue };
        let at = book.begin(Sheet::Completed, row.line, RecordKind::Completion, &name);
        let Some(person) = book.person(row.person.as_ref(), PersonKind::Employee, at) else {
            book.refuse(at, "name_unclear", "it is not clear who is meant.");
            continue;
        };
        let on = date.day(&book.clock.zone);
        let course = match find_course(book, &name) {
            Some(course) => course.id,
            None => {
                book.made(at, "Course", &name, Sheet::Courses);
                let id = CourseId(book.numbering.next(RecordKind::Course));
                book.courses.add(Course { id, every_days: None, name, audience: None }, at.row);
                id
            }
        };
        let new = known.insert((course, person, on));
        if new {
            let id = CompletionId(book.numbering.next(RecordKind::Completion));
            book.completions.add(Completion { id, course, person, on }, at.row);
        }
        book.end(at, new, Diff::default());
    }
}

pub(super) fn roles(book: &mut Book, rows: &[RoleRow]) {
    for row in rows {
        let (Some(role), Some(system_kind)) = (row.role.clone(), row.system_kind) else { continue };
        let at = book.begin(Sheet::Roles, row.line, RecordKind::RoleRight, &role);
        let scope = row.clients.unwrap_or(RoleScope::All);
        let fits = |right: &&RoleRight| {
            fold(&right.role) == fold(&role) && right.system_kind == system_kind && right.scope == scope
        };
        let found = book.roles.all().find(fits).cloned();
        let new = found.is_none();
        let mut right = found.unwrap_or_else(|| RoleRight {
            id: RoleRightId(book.numbering.next(RecordKind::RoleRight)),
            system_kind,
            admin: Admin::None,
            scope,
            role,
            level: None,
        });
        let mut diff = Diff::default();
        diff.maybe("Level", &mut right.level, row.level.clone());
        diff.set("Admin", &mut right.admin, row.admin);
        book.roles.set(right, at.row);
        book.end(at, new, diff);
    }
}

pub(super) fn assigned(book: &mut Book, rows: &[AssignedRow]) {
    let mut known: HashSet<(PersonId, ClientId)> = book.assignments.all().map(|a| (a.person, a.client)).collect();
    for row in rows {
        let at = book.begin(Sheet::Assigned, row.line, RecordKind::Assignment, row.person.clone().unwrap_or_default());
        if let Some(why) = book.unclear(row.person.as_ref(), row.client.as_ref(), None) {
            book.refuse(at, "name_unclear", why);
            continue;
        }
        let person = book.person(row.person.as_ref(), PersonKind::Employee, at);
        let client = book.client(row.client.as_ref(), at);
        let (Some(person), Some(client)) = (person, client) else { continue };
        let new = known.insert((person, client));
        if new {
            let id = AssignmentId(book.numbering.next(RecordKind::Assignment));
            book.assignments.add(Assignment { id, person, client }, at.row);
        }
        book.end(at, new, Diff::default());
    }
}
