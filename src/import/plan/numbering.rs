//! Numbers of records that do not exist yet, and putting the right ones in their place.
//!
//! Must never know: how ids are allotted.

use crate::domain::{AnyRecord, BatchId, HowKnown, Mark, Opens, PersonId, RecordKind, Removal};
use std::collections::BTreeMap;

/// Gives temporary numbers. They lie far above every number that is stored.
#[derive(Debug, Default)]
pub(crate) struct Numbering {
    next: BTreeMap<RecordKind, u64>,
}

impl Numbering {
    const FLOOR: u64 = 1 << 62;

    /// The number of the batch the plan will write.
    pub const BATCH: u64 = Self::FLOOR;

    /// The next temporary number of a kind.
    pub fn next(&mut self, kind: RecordKind) -> u64 {
        let next = self.next.entry(kind).or_insert(Self::FLOOR + 1);
        let number = *next;
        *next += 1;
        number
    }

    /// Whether a number stands for a record that does not exist yet.
    pub const fn is_temporary(number: u64) -> bool {
        number >= Self::FLOOR
    }
}

/// Puts the numbers `find` knows in the place of temporary ones, in the record's own id and in every link.
pub(crate) fn renumber(record: &mut AnyRecord, find: &dyn Fn(RecordKind, u64) -> u64) {
    let links = Links { find };
    use RecordKind as K;
    match record {
        AnyRecord::Person(r) => {
            links.id(K::Person, &mut r.id.0);
            links.person(&mut r.manager);
        }
        AnyRecord::Client(r) => {
            links.id(K::Client, &mut r.id.0);
            links.person(&mut r.owner);
        }
        AnyRecord::System(r) => {
            links.id(K::System, &mut r.id.0);
            links.id(K::Client, &mut r.client.0);
            links.person(&mut r.owner);
            r.signs_in_through.iter_mut().for_each(|system| links.id(K::System, &mut system.0));
            for opens in &mut r.opens {
                match opens {
                    Opens::Client(client) => links.id(K::Client, &mut client.0),
                    Opens::System(system) => links.id(K::System, &mut system.0),
                    Opens::All | Opens::Kind(_) => {}
                }
            }
        }
        AnyRecord::Account(r) => {
            links.id(K::Account, &mut r.id.0);
            links.id(K::System, &mut r.system.0);
            links.person(&mut r.owner);
            links.person(&mut r.created_by);
        }
        AnyRecord::Observation(r) => {
            links.id(K::Account, &mut r.id.0);
            links.batch(&mut r.batch);
        }
        AnyRecord::Grant(r) => {
            links.id(K::Grant, &mut r.id.0);
            links.id(K::Person, &mut r.person.0);
            links.id(K::Account, &mut r.account.0);
            if let HowKnown::Import(batch) = &mut r.how {
                links.id(K::Batch, &mut batch.0);
            }
            links.mark(&mut r.approved);
            links.removal(&mut r.removal);
        }
        other => renumber_rest(other, &links),
    }
}

fn renumber_rest(record: &mut AnyRecord, links: &Links<'_>) {
    use RecordKind as K;
    match record {
        AnyRecord::Secret(r) => {
            links.id(K::Secret, &mut r.id.0);
            links.id(K::Client, &mut r.client.0);
            r.systems.iter_mut().chain(r.kept_in.as_mut()).for_each(|system| links.id(K::System, &mut system.0));
            if let Some(account) = &mut r.account {
                links.id(K::Account, &mut account.0);
            }
        }
        AnyRecord::Knowing(r) => {
            links.id(K::Knowing, &mut r.id.0);
            links.id(K::Secret, &mut r.secret.0);
            links.id(K::Person, &mut r.person.0);
        }
        AnyRecord::Asset(r) => {
            links.id(K::Asset, &mut r.id.0);
            links.client(&mut r.client);
            links.person(&mut r.holder);
            links.mark(&mut r.returned);
            links.mark(&mut r.cancelled);
        }
        AnyRecord::Contact(r) => {
            links.id(K::Contact, &mut r.id.0);
            links.client(&mut r.client);
            links.id(K::Person, &mut r.person.0);
            links.mark(&mut r.ended);
        }
        AnyRecord::DataLocation(r) => {
            links.id(K::DataLocation, &mut r.id.0);
            links.id(K::Client, &mut r.client.0);
            links.person(&mut r.holder);
            links.mark(&mut r.removed);
        }
        AnyRecord::Policy(r) => links.id(K::Policy, &mut r.id.0),
        AnyRecord::Signature(r) => {
            links.id(K::Signature, &mut r.id.0);
            links.id(K::Policy, &mut r.policy.0);
            links.id(K::Person, &mut r.person.0);
        }
        AnyRecord::Course(r) => links.id(K::Course, &mut r.id.0),
        AnyRecord::Completion(r) => {
            links.id(K::Completion, &mut r.id.0);
            links.id(K::Course, &mut r.course.0);
            links.id(K::Person, &mut r.person.0);
        }
        AnyRecord::RoleRight(r) => links.id(K::RoleRight, &mut r.id.0),
        AnyRecord::Assignment(r) => {
            links.id(K::Assignment, &mut r.id.0);
            links.id(K::Person, &mut r.person.0);
            links.id(K::Client, &mut r.client.0);
        }
        // An import writes no other kind.
        _ => {}
    }
}

struct Links<'f> {
    find: &'f dyn Fn(RecordKind, u64) -> u64,
}

impl Links<'_> {
    fn id(&self, kind: RecordKind, number: &mut u64) {
        if Numbering::is_temporary(*number) {
            *number = (self.find)(kind, *number);
        }
    }

    fn person(&self, person: &mut Option<PersonId>) {
        if let Some(person) = person {
            self.id(RecordKind::Person, &mut person.0);
        }
    }

    fn client(&self, client: &mut Option<crate::domain::ClientId>) {
        if let Some(client) = client {
            self.id(RecordKind::Client, &mut client.0);
        }
    }

    fn batch(&self, batch: &mut Option<BatchId>) {
        if let Some(batch) = batch {
            self.id(RecordKind::Batch, &mut batch.0);
        }
    }

    fn mark(&self, mark: &mut Option<Mark>) {
        if let Some(mark) = mark {
            self.person(&mut mark.by);
        }
    }

    fn removal(&self, removal: &mut Removal) {
        self.mark(&mut removal.asked);
        self.mark(&mut removal.done);
        self.mark(&mut removal.confirmed);
    }
}
