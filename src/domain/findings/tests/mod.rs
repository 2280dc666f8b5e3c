//! Facts to judge in tests, and the tests of the rules by group.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

mod boundaries;
mod exceptions;
mod leaving;
mod logins;
mod secrets;
mod sharing;
mod sign_in;
mod systems;

use super::*;
use crate::domain::policy::Policy;
use crate::domain::reach::Span;
use crate::domain::*;
use std::collections::BTreeMap;

/// Mon 23 Nov 2026, 13:41 UTC: the moment most tests judge.
pub(super) fn now() -> Instant {
    at("2026-11-23T13:41:00Z")
}

pub(super) fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

pub(super) fn minutes(moment: Instant, minutes: i64) -> Instant {
    Instant::from_millis(moment.millis() + minutes * 60_000)
}

/// Judges with the shipped policy in UTC.
pub(super) fn judging<T>(at: Instant, with: impl FnOnce(&Judge<'_>) -> T) -> T {
    with(&Judge::new(&Policy::default(), &Zone::utc(), at))
}

pub(super) fn policy(pairs: &[(&str, &str)]) -> Policy {
    let own: BTreeMap<String, String> = pairs.iter().map(|(id, text)| ((*id).into(), (*text).into())).collect();
    Policy::new(12, &own).unwrap()
}

pub(super) fn person(id: u64, name: &str) -> Person {
    Person { start: Some("2023-03-01".parse().unwrap()), ..Person::new(PersonId(id), name) }
}

pub(super) fn here(id: u64, name: &str) -> Somebody {
    Somebody { person: person(id, name), runs: Vec::new() }
}

/// Somebody whose discharge begins a day before the last day.
pub(super) fn leaver(id: u64, name: &str, last_day: Instant, kind: CaseKind) -> Somebody {
    let run = Run {
        id: RunId(id),
        kind,
        person: Some(PersonId(id)),
        client: None,
        trigger: last_day,
        started: last_day.plus_days(-1),
        status_before: None,
        closed: None,
        template: "leaver".into(),
        doer: None,
        checker: None,
        alone: false,
        alone_reason: None,
        note: None,
    };
    Somebody { person: Person { last_day: Some(last_day), ..person(id, name) }, runs: vec![run] }
}

pub(super) fn priya() -> Somebody {
    leaver(5, "Priya Nair", at("2026-03-12T17:00:00Z"), CaseKind::Notice)
}

pub(super) fn client(id: u64, name: &str, tags: &[&str]) -> Client {
    Client { tags: tags.iter().map(|tag| (*tag).to_owned()).collect(), ..Client::new(ClientId(id), name) }
}

/// An ordinary system, not reachable from the internet.
pub(super) fn system(id: u64, name: &str, client: &Client) -> System {
    System { tier: 2, internet: Some(false), ..System::new(SystemId(id), client.id, SystemKind::Application, name) }
}

pub(super) fn tier(tier: u8, system: System) -> System {
    System { tier, ..system }
}

/// A personal login that was on, with an app for a second factor, on a list of three days before now.
pub(super) fn login(id: u64, system: &System, client: &Client, owner: Option<u64>) -> AccountFacts {
    let read = now().plus_days(-3);
    AccountFacts {
        account: Account {
            owner: owner.map(PersonId),
            ..Account::new(AccountId(id), system.id, AccountKind::Personal, format!("login{id}"))
        },
        seen: Some(Observation {
            id: AccountId(id),
            batch: Some(BatchId(1)),
            at: read,
            enabled: Some(true),
            factors: [Factor::App].into(),
            last_used: LastUse::At(read.plus_days(-1)),
            quality: None,
            password_changed: None,
            missing_since: None,
        }),
        system: system.clone(),
        client: client.clone(),
        listed: None,
    }
}

pub(super) fn seen(mut facts: AccountFacts, change: impl FnOnce(&mut Observation)) -> AccountFacts {
    change(facts.seen.as_mut().unwrap());
    facts
}

pub(super) fn as_kind(mut facts: AccountFacts, kind: AccountKind) -> AccountFacts {
    facts.account.kind = kind;
    facts
}

pub(super) fn as_admin(mut facts: AccountFacts) -> AccountFacts {
    facts.account.admin = Admin::System;
    facts
}

pub(super) fn grant(id: u64, person: u64, account: u64) -> Grant {
    Grant {
        since: Some(at("2024-03-12T09:00:00Z")),
        level: "User".into(),
        ..Grant::new(GrantId(id), PersonId(person), AccountId(account))
    }
}

pub(super) fn mark(moment: Instant) -> Option<Mark> {
    Some(Mark { at: moment, by: None })
}

/// A way in with a login; login and way in share their number.
pub(super) fn way(who: &Somebody, facts: AccountFacts) -> Holding {
    let id = facts.account.id.0;
    Holding { grant: grant(id, who.person.id.0, id), person: who.person.clone(), at: facts }
}

pub(super) fn facts(who: Somebody, ways: Vec<Holding>) -> PersonFacts {
    PersonFacts { ways, ..PersonFacts::new(who) }
}

pub(super) fn case(facts: AccountFacts, owner: Somebody) -> AccountCase {
    AccountCase { owner: Some(owner), ..AccountCase::new(facts) }
}

pub(super) fn held_by(case: AccountCase, people: &[Somebody]) -> AccountCase {
    let id = case.facts.account.id.0;
    let holder = |(i, who): (usize, &Somebody)| Holder {
        grant: grant(100 * id + i as u64, who.person.id.0, id),
        who: who.clone(),
    };
    AccountCase { holders: people.iter().enumerate().map(holder).collect(), ..case }
}

/// A secret of one system known to these people since 2024, last changed in 2025.
pub(super) fn secret(id: u64, name: &str, system: &System, client: &Client, people: &[Somebody]) -> SecretCase {
    let period = |(i, who): (usize, &Somebody)| Knowing {
        id: KnowingId(100 * id + i as u64),
        secret: SecretId(id),
        person: who.person.id,
        from: Some(at("2024-01-01T00:00:00Z")),
        until: None,
    };
    SecretCase {
        secret: Secret {
            systems: vec![system.id],
            changed: Some(at("2025-05-01T00:00:00Z")),
            ..Secret::new(SecretId(id), SecretKind::Password, client.id, name)
        },
        client: client.clone(),
        systems: vec![system.clone()],
        account: None,
        periods: people.iter().enumerate().map(period).collect(),
        vaults: Vec::new(),
        people: people.to_vec(),
        asked: None,
        shielded: false,
        span: Span { tags: client.tags.clone(), clients: 1 },
    }
}

pub(super) fn find(findings: &[Finding], rule: Rule) -> Option<&Finding> {
    let found: Vec<&Finding> = findings.iter().filter(|finding| finding.rule == rule).collect();
    assert!(found.len() < 2, "{found:#?}");
    found.first().copied()
}

pub(super) fn rules(findings: &[Finding]) -> Vec<Rule> {
    findings.iter().map(|finding| finding.rule).collect()
}

pub(super) fn person_at(facts: &PersonFacts, moment: Instant) -> Vec<Finding> {
    judging(moment, |judge| judge.person(facts))
}

pub(super) fn account_at(case: &AccountCase, moment: Instant) -> Vec<Finding> {
    judging(moment, |judge| judge.account(case))
}
