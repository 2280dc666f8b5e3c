//! The register's records as rows of the office's sheets: reading them into an empty register gives the same facts.
//!
//! What the sheets have no column for stays out: planned rights, secrets no longer in use, contacts and places that
//! ended. Must never know: how rows are written.

use super::cell::{Factors, LastUsed, List, Tier};
use super::{
    AccessRow, AssignedRow, ClientRow, CompletedRow, ContactRow, CourseRow, DataRow, KnownByRow, PersonRow, PolicyRow,
    RoleRow, SecretRow, SheetRows, SignedRow, SystemRow, ThingRow,
};
use crate::domain::{
    Account, AccountId, AccountKind, ClientId, Grant, Instant, LastUse, Mark, Observation, Opens, PersonId, Record,
    RecordId as _, Secret, SecretId, System, SystemId, Zone,
};
use crate::import::date::When;
use crate::import::matching::fold;
use crate::import::plan::{Known, Snapshot};
use chrono::NaiveTime;
use std::collections::HashMap;

/// All rows of the sheets, from the whole register.
pub fn rows_of(snapshot: &Snapshot, zone: &Zone) -> SheetRows {
    let names = Names::new(snapshot);
    SheetRows {
        people: people(snapshot, zone, &names),
        clients: clients(snapshot, zone, &names),
        systems: snapshot.systems.iter().map(|known| system(&known.record, &names)).collect(),
        access: access(snapshot, zone, &names),
        secrets: snapshot
            .secrets
            .iter()
            .filter(|known| known.record.retired.is_none())
            .map(|known| secret(&known.record, zone, &names))
            .collect(),
        known_by: known_by(snapshot, zone, &names),
        things: things(snapshot, zone, &names),
        contacts: contacts(snapshot, &names),
        data: data(snapshot, zone, &names),
        ..small(snapshot, &names)
    }
}

/// What each id is called.
struct Names<'s> {
    people: HashMap<PersonId, String>,
    clients: HashMap<ClientId, &'s str>,
    systems: HashMap<SystemId, &'s System>,
    accounts: HashMap<AccountId, &'s Account>,
    secrets: HashMap<SecretId, &'s Secret>,
}

fn by_id<R: Record>(list: &[Known<R>]) -> impl Iterator<Item = (R::Id, &R)> {
    list.iter().map(|known| (known.record.id(), &known.record))
}

impl<'s> Names<'s> {
    fn new(snapshot: &'s Snapshot) -> Self {
        let mut count: HashMap<String, usize> = HashMap::new();
        for (_, person) in by_id(&snapshot.people) {
            *count.entry(fold(&person.name)).or_default() += 1;
        }
        let label = |person: &crate::domain::Person| match &person.email {
            Some(email) if count.get(&fold(&person.name)).is_some_and(|count| *count > 1) => email.clone(),
            _ => person.name.clone(),
        };
        Self {
            people: by_id(&snapshot.people).map(|(id, person)| (id, label(person))).collect(),
            clients: by_id(&snapshot.clients).map(|(id, client)| (id, client.name.as_str())).collect(),
            systems: by_id(&snapshot.systems).collect(),
            accounts: by_id(&snapshot.accounts).collect(),
            secrets: by_id(&snapshot.secrets).collect(),
        }
    }

    fn person(&self, id: Option<PersonId>) -> Option<String> {
        self.people.get(&id?).cloned()
    }

    fn client(&self, id: ClientId) -> Option<String> {
        self.clients.get(&id).map(|name| (*name).to_owned())
    }

    /// A system's name as another system or secret of a client would call it.
    fn system(&self, id: SystemId, from: ClientId) -> Option<String> {
        let system = self.systems.get(&id)?;
        if system.client == from {
            return Some(system.name.clone());
        }
        Some(format!("{}/{}", self.clients.get(&system.client)?, system.name))
    }

    fn by(&self, mark: Option<Mark>) -> Option<String> {
        self.person(mark.and_then(|mark| mark.by))
    }
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned()).filter(|text| !text.is_empty())
}

fn list(list: Vec<String>) -> Option<List> {
    Some(List(list)).filter(|list| !list.0.is_empty())
}

/// A moment whose bare day would be read as its end.
fn end(at: Option<Instant>, zone: &Zone) -> Option<When> {
    let at = at?;
    let local = zone.local(at);
    let before = local.date().pred_opt().filter(|_| local.time() == NaiveTime::MIN);
    Some(before.filter(|day| zone.end_of(*day) == at).map_or(When::Exact(at), When::Day))
}

/// A moment whose bare day would be read as its beginning.
fn start(at: Option<Instant>, zone: &Zone) -> Option<When> {
    let at = at?;
    let day = zone.day(at);
    Some(if zone.start_of(day) == at { When::Day(day) } else { When::Exact(at) })
}

/// A moment whose bare day would be read as the end of its working day.
fn closing(at: Option<Instant>, zone: &Zone) -> Option<When> {
    let at = at?;
    let day = zone.day(at);
    Some(if zone.closing_of(day) == at { When::Day(day) } else { When::Exact(at) })
}

fn done(mark: Option<Mark>, zone: &Zone) -> Option<When> {
    end(mark.map(|mark| mark.at), zone)
}

fn people(snapshot: &Snapshot, zone: &Zone, names: &Names<'_>) -> Vec<PersonRow> {
    by_id(&snapshot.people)
        .map(|(_, person)| PersonRow {
            line: 0,
            name: text(&person.name),
            email: person.email.clone(),
            role: person.role.clone(),
            kind: Some(person.kind),
            status: Some(person.status),
            start: person.start.map(When::Day),
            last_day: closing(person.last_day, zone),
            exit_kind: person.exit_kind,
            contract_end: person.contract_end.map(When::Day),
            manager: names.person(person.manager),
            role_since: person.role_since.map(When::Day),
            also_known_as: list(person.aliases.clone()),
        })
        .collect()
}

fn clients(snapshot: &Snapshot, zone: &Zone, names: &Names<'_>) -> Vec<ClientRow> {
    by_id(&snapshot.clients)
        .map(|(_, client)| ClientRow {
            line: 0,
            client: text(&client.name),
            code: client.code.clone(),
            status: Some(client.status),
            own: Some(client.own),
            end: end(client.end, zone),
            tags: list(client.tags.iter().cloned().collect()),
            notify: client.notify,
            owner: names.person(client.owner),
        })
        .collect()
}

fn system(system: &System, names: &Names<'_>) -> SystemRow {
    let opens = |opens: &Opens| match opens {
        Opens::All => Some("all".to_owned()),
        Opens::Kind(kind) => Some(format!("kind:{}", kind.stored())),
        Opens::Client(client) => names.client(*client).map(|name| format!("client:{name}")),
        Opens::System(id) => names.system(*id, system.client),
    };
    SystemRow {
        line: 0,
        client: names.client(system.client),
        system: text(&system.name),
        kind: Some(system.kind),
        tier: Some(Tier(system.tier)),
        reach: Some(system.reach),
        internet: system.internet,
        best_mfa: system.mfa_best,
        ipv6: Some(system.ipv6),
        ipv6_filtered: system.ipv6_filtered,
        opens: list(system.opens.iter().filter_map(opens).collect()),
        signs_in_through: list(
            system.signs_in_through.iter().filter_map(|id| names.system(*id, system.client)).collect(),
        ),
        owner: names.person(system.owner),
        supplier: system.supplier.clone(),
        listed_total: system.stated_total,
    }
}

fn access(snapshot: &Snapshot, zone: &Zone, names: &Names<'_>) -> Vec<AccessRow> {
    let seen: HashMap<AccountId, &Observation> = by_id(&snapshot.observations).collect();
    let mut grants: HashMap<AccountId, Vec<&Grant>> = HashMap::new();
    for (_, grant) in by_id(&snapshot.grants).filter(|(_, grant)| !grant.planned) {
        grants.entry(grant.account).or_default().push(grant);
    }
    let mut rows = Vec::new();
    for (id, account) in by_id(&snapshot.accounts) {
        let base = account_row(account, seen.get(&id).copied(), zone, names);
        match grants.get(&id) {
            None => rows.push(base),
            Some(list) => rows.extend(list.iter().map(|grant| grant_row(base.clone(), grant, zone, names))),
        }
    }
    rows
}

fn account_row(account: &Account, seen: Option<&Observation>, zone: &Zone, names: &Names<'_>) -> AccessRow {
    let system = names.systems.get(&account.system);
    AccessRow {
        client: system.and_then(|system| names.client(system.client)),
        system: system.map(|system| system.name.clone()),
        login: text(&account.login),
        account_kind: Some(account.kind),
        enabled: seen.and_then(|seen| seen.enabled),
        admin: Some(account.admin),
        mfa: seen.map(|seen| Factors(seen.factors.clone())).filter(|factors| !factors.0.is_empty()),
        mfa_device: account.mfa_device.clone(),
        recovery_contact: account.recovery_contact.clone(),
        last_used: seen.and_then(|seen| match seen.last_used {
            LastUse::Unknown => None,
            LastUse::Never => Some(LastUsed::Never),
            LastUse::At(at) => end(Some(at), zone).map(LastUsed::At),
        }),
        owner: names.person(account.owner).filter(|_| account.kind != AccountKind::Personal),
        last_tested: end(account.tested, zone),
        held_by_client: Some(account.held_by_client),
        created_by: names.person(account.created_by),
        ..AccessRow::default()
    }
}

fn grant_row(base: AccessRow, grant: &Grant, zone: &Zone, names: &Names<'_>) -> AccessRow {
    let removal = &grant.removal;
    AccessRow {
        technician: names.person(Some(grant.person)),
        level: text(&grant.level).filter(|level| level != "not stated"),
        admin: Some(grant.admin),
        since: start(grant.since, zone),
        expires: end(grant.until, zone),
        approved_by: names.by(grant.approved),
        approved_on: done(grant.approved, zone),
        reason: grant.reason.clone(),
        removal_asked: done(removal.asked, zone),
        asked_by: names.by(removal.asked),
        removed: done(removal.done, zone),
        removed_by: names.by(removal.done),
        checked: done(removal.confirmed, zone),
        checked_by: names.by(removal.confirmed),
        proof: removal.proof,
        standby: Some(grant.standby),
        waived_until: end(removal.waived_until, zone),
        review_by: grant.review_by.map(When::Day),
        ..base
    }
}

fn secret(secret: &Secret, zone: &Zone, names: &Names<'_>) -> SecretRow {
    SecretRow {
        line: 0,
        secret: text(&secret.name),
        kind: Some(secret.kind),
        client: names.client(secret.client),
        systems: list(secret.systems.iter().filter_map(|id| names.system(*id, secret.client)).collect()),
        login: secret.account.and_then(|id| names.accounts.get(&id)).map(|account| account.login.clone()),
        kept_in: secret.kept_in.and_then(|id| names.system(id, secret.client)).or_else(|| secret.kept_where.clone()),
        changed: end(secret.changed, zone),
        reason: secret.reason.clone(),
        replacement: secret.replacement.clone(),
        retire_by: secret.retire_by.map(When::Day),
    }
}

fn known_by(snapshot: &Snapshot, zone: &Zone, names: &Names<'_>) -> Vec<KnownByRow> {
    by_id(&snapshot.knowings)
        .filter_map(|(_, knowing)| {
            let secret = names.secrets.get(&knowing.secret).filter(|secret| secret.retired.is_none())?;
            Some(KnownByRow {
                line: 0,
                secret: text(&secret.name),
                client: names.client(secret.client),
                technician: names.person(Some(knowing.person)),
                from: start(knowing.from, zone),
                until: end(knowing.until, zone),
            })
        })
        .collect()
}

fn things(snapshot: &Snapshot, zone: &Zone, names: &Names<'_>) -> Vec<ThingRow> {
    by_id(&snapshot.assets)
        .map(|(_, asset)| ThingRow {
            line: 0,
            kind: Some(asset.kind),
            tag: asset.tag.clone(),
            client: asset.client.and_then(|id| names.client(id)),
            holder: names.person(asset.holder),
            issued: start(asset.issued, zone),
            returned: done(asset.returned, zone),
            cancelled: done(asset.cancelled, zone),
            encrypted: asset.encrypted,
        })
        .collect()
}

fn contacts(snapshot: &Snapshot, names: &Names<'_>) -> Vec<ContactRow> {
    by_id(&snapshot.contacts)
        .filter(|(_, contact)| contact.ended.is_none())
        .map(|(_, contact)| ContactRow {
            line: 0,
            client: contact.client.and_then(|id| names.client(id)),
            place: text(&contact.place),
            kind: Some(contact.kind),
            person: names.person(Some(contact.person)),
        })
        .collect()
}

fn data(snapshot: &Snapshot, zone: &Zone, names: &Names<'_>) -> Vec<DataRow> {
    by_id(&snapshot.data_locations)
        .filter(|(_, data)| data.removed.is_none())
        .map(|(_, data)| DataRow {
            line: 0,
            client: names.client(data.client),
            what: text(&data.what),
            place: text(&data.place),
            kind: Some(data.kind),
            encrypted: data.encrypted,
            holder: names.person(data.holder),
            confirmed: end(data.confirmed, zone),
        })
        .collect()
}

/// Policies, courses, roles and assignments.
fn small(snapshot: &Snapshot, names: &Names<'_>) -> SheetRows {
    let policies: HashMap<u64, _> = by_id(&snapshot.policies).map(|(id, policy)| (id.number(), policy)).collect();
    let courses: HashMap<u64, _> = by_id(&snapshot.courses).map(|(id, course)| (id.number(), course)).collect();
    SheetRows {
        policies: by_id(&snapshot.policies)
            .map(|(_, policy)| PolicyRow {
                line: 0,
                policy: text(&policy.name),
                version: text(&policy.version),
                effective: Some(When::Day(policy.effective)),
                audience: policy.audience.clone(),
                next_review: policy.next_review.map(When::Day),
            })
            .collect(),
        signed: by_id(&snapshot.signatures)
            .filter_map(|(_, signature)| {
                let policy = policies.get(&signature.policy.0)?;
                Some(SignedRow {
                    line: 0,
                    policy: text(&policy.name),
                    version: text(&policy.version),
                    person: names.person(Some(signature.person)),
                    date: Some(When::Day(signature.on)),
                })
            })
            .collect(),
        courses: by_id(&snapshot.courses)
            .map(|(_, course)| CourseRow {
                line: 0,
                course: text(&course.name),
                every_days: course.every_days,
                audience: course.audience.clone(),
            })
            .collect(),
        completed: by_id(&snapshot.completions)
            .filter_map(|(_, completion)| {
                Some(CompletedRow {
                    line: 0,
                    course: text(&courses.get(&completion.course.0)?.name),
                    person: names.person(Some(completion.person)),
                    date: Some(When::Day(completion.on)),
                })
            })
            .collect(),
        roles: by_id(&snapshot.role_rights)
            .map(|(_, right)| RoleRow {
                line: 0,
                role: text(&right.role),
                system_kind: Some(right.system_kind),
                level: right.level.clone(),
                admin: Some(right.admin),
                clients: Some(right.scope),
            })
            .collect(),
        assigned: by_id(&snapshot.assignments)
            .map(|(_, assignment)| AssignedRow {
                line: 0,
                person: names.person(Some(assignment.person)),
                client: names.client(assignment.client),
            })
            .collect(),
        ..SheetRows::default()
    }
}
