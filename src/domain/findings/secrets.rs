//! Shared secrets people who left took along.
//!
//! A secret one of them took along stands in that person's queue, one finding for all of them. A secret several of
//! them took along is one problem of its own, whoever they are, and leaves the queues.
//!
//! Must never know: any secret's value, how facts were read.

use super::words::{count_of, day, moment, name, names, place};
use super::{Finding, Judge, Line, PersonFacts, Rule, SecretCase, Subjects};
use crate::domain::knows::{self, LastRead};
use crate::domain::person_status::Standing;
use crate::domain::policy::{InForce, Limit};
use crate::domain::{Admin, ExitKind, Factor, Instant, Person, PersonId, Severity};
use std::collections::BTreeSet;

/// Somebody who left and knows a secret as it is today.
pub(super) struct Took<'a> {
    pub(super) person: &'a Person,
    pub(super) standing: Standing,
    pub(super) last_read: LastRead,
    /// When it had to be changed at the latest; none when nobody knows the last day.
    pub(super) change_by: Option<Instant>,
    limit: (Limit, InForce),
}

/// The limit for changing a secret after this exit.
fn rotation_limit(judge: &Judge<'_>, case: &SecretCase, exit: ExitKind) -> (Limit, InForce) {
    let factor = case.account.as_ref().and_then(|account| account.weakest_factor());
    let own_factor = factor.is_some_and(|factor| !matches!(factor, Factor::None | Factor::Unknown));
    let from_internet = case.systems.iter().any(|system| system.internet == Some(true));
    let limit = if case.is_tier0() && exit == ExitKind::Hostile {
        Limit::RotateHostile
    } else if case.is_tier0() || case.is_several_clients() || (from_internet && !own_factor) {
        Limit::RotateTier0
    } else {
        Limit::RotateOther
    };
    (limit, judge.policy.in_force(limit, &case.tags()))
}

/// Everybody who left and still knows the secret, whether or not its change is late.
pub(super) fn took<'a>(judge: &Judge<'_>, case: &'a SecretCase) -> Vec<Took<'a>> {
    let left = case.left(judge);
    let of = |person: PersonId| left.get(&person).copied();
    let readers = knows::readers(&case.secret, &case.periods, &case.vaults, of, judge.at);
    let one = |who: &'a super::Somebody| {
        let standing = who.standing(judge);
        let last_read = readers.get(&who.person.id).copied()?;
        let knows = standing.has_left() && knows::knows(&case.secret, last_read, judge.at);
        knows.then(|| {
            let limit = rotation_limit(judge, case, standing.exit);
            let change_by = standing.last_day.map(|last| last.plus_hours(limit.1.value));
            Took { person: &who.person, standing, last_read, change_by, limit }
        })
    };
    case.people.iter().filter_map(one).collect()
}

fn late<'a>(judge: &Judge<'_>, case: &'a SecretCase) -> Vec<Took<'a>> {
    let is_late = |took: &Took<'_>| took.change_by.is_none_or(|by| judge.is_past(by));
    took(judge, case).into_iter().filter(is_late).collect()
}

/// The queue of one person who left: every secret only they took along.
pub(super) fn of_person(judge: &Judge<'_>, facts: &PersonFacts) -> Option<Finding> {
    let person = &facts.who.person;
    if !facts.who.standing(judge).has_left() {
        return None;
    }
    let mine = |case: &SecretCase| match late(judge, case).as_slice() {
        [only] if only.person.id == person.id => Some(line(judge, case, only)),
        _ => None,
    };
    let cases: Vec<(&SecretCase, Line)> = facts.secrets.iter().filter_map(|case| Some((case, mine(case)?))).collect();
    let subjects = Subjects { person: Some(person.id), ..Subjects::default() };
    let mut finding = Finding::new(judge, Rule::LeaverSecretNotRotated, &format!("person-{}", person.id), subjects);
    let left = facts.who.standing(judge).last_day.map(|last| format!(" {}", day(judge, last))).unwrap_or_default();
    finding.title = match cases.as_slice() {
        [] => return None,
        [(case, _)] => format!("{} known by {}, left{left}", where_it_is(case), name(person)),
        several => format!("{} left{left}, still knows {}", name(person), count_of(several.len(), "shared login")),
    };
    finding.reason = "What somebody remembers goes on working until it is changed.".to_owned();
    let clients: BTreeSet<_> = cases.iter().flat_map(|(case, _)| case.clients()).collect();
    let spans = cases.iter().map(|(case, _)| case.span.clients).max().unwrap_or_default();
    let lines: Vec<Line> = cases.into_iter().map(|(_, line)| line).collect();
    finding.could = format!("Sign in with {} nobody has changed.", count_of(lines.len(), "password"));
    Some(finding.with_lines(lines, spans.max(u32::try_from(clients.len()).unwrap_or(u32::MAX))))
}

/// One secret several people who left took along.
pub(super) fn of_secret(judge: &Judge<'_>, case: &SecretCase) -> Option<Finding> {
    let late = late(judge, case);
    if late.len() < 2 {
        return None;
    }
    let subjects = subjects_of(case);
    let mut finding =
        Finding::new(judge, Rule::LeaverSecretNotRotated, &format!("secret-{}", case.secret.id), subjects);
    let who: Vec<String> = late.iter().map(|took| name(took.person)).collect();
    finding.title = format!("{} known by {}", where_it_is(case), count_of(late.len(), "leaver"));
    finding.reason = format!("{} left knowing it, and it was not changed afterwards.", names(&who));
    finding.facts = vec![changed_words(judge, case)];
    let left = case.left(judge);
    let needed = knows::still_needed_by(&case.secret, &case.periods, |p| left.get(&p).copied(), judge.at);
    let needs = |who: &&super::Somebody| needed.binary_search(&who.person.id).is_ok();
    let needed: Vec<String> = case.people.iter().filter(needs).map(|who| name(&who.person)).collect();
    if !needed.is_empty() {
        finding.facts.push(format!("Still needed by {}.", names(&needed)));
    }
    finding.could = format!("Sign in at {}, and nobody could tell which of them it was.", case.client.name);
    let lines = late.iter().map(|took| line(judge, case, took)).collect();
    let clients = u32::try_from(case.clients().len()).unwrap_or(u32::MAX).max(case.span.clients);
    let mut finding = finding.with_lines(lines, clients);
    // Changing it once puts all of its lines right.
    finding.minutes = finding.rule.text().minutes_for(1);
    Some(finding)
}

fn line(judge: &Judge<'_>, case: &SecretCase, took: &Took<'_>) -> Line {
    let critical = case.is_tier0() || case.is_several_clients() || took.standing.exit == ExitKind::Hostile;
    let severity = match (critical, case.shielded) {
        (true, false) => Severity::Critical,
        (true, true) | (false, false) => Severity::High,
        (false, true) => Severity::Medium,
    };
    let mut facts = vec![changed_words(judge, case)];
    facts.push(match took.last_read {
        LastRead::Open => format!("{} can still open the vault that keeps it.", name(took.person)),
        LastRead::At(read) => format!("{} could read it until {}.", name(took.person), moment(judge, read)),
    });
    let words = judge.limit_words(took.limit.0, took.limit.1);
    facts.push(match took.change_by {
        Some(by) => format!("Had to be changed by {} ({words}).", moment(judge, by)),
        None => "The last day is not recorded, so no time is left.".to_owned(),
    });
    if case.shielded {
        facts.push("Of no use without a personal login, and that is confirmed off: one step less urgent.".to_owned());
    }
    Line {
        what: where_it_is(case),
        subjects: Subjects { person: Some(took.person.id), ..subjects_of(case) },
        facts,
        since: took.change_by,
        asked: case.asked.is_some_and(|asked| asked <= judge.at),
        severity,
        admin: case.account.as_ref().map_or(Admin::None, |account| account.account.admin),
    }
}

/// `"admin" Harbor Dental firewall`.
fn where_it_is(case: &SecretCase) -> String {
    let place = match case.systems.as_slice() {
        [] if case.client.own => String::new(),
        [] => case.client.name.clone(),
        [system, ..] => place(system, &case.client),
    };
    format!("\"{}\" {place}", case.secret.name).trim_end().to_owned()
}

fn changed_words(judge: &Judge<'_>, case: &SecretCase) -> String {
    match case.secret.changed.filter(|changed| *changed <= judge.at) {
        Some(changed) => format!("Last changed {}.", moment(judge, changed)),
        None => "Never changed, as far as is known.".to_owned(),
    }
}

fn subjects_of(case: &SecretCase) -> Subjects {
    Subjects {
        person: None,
        client: Some(case.client.id),
        system: case.systems.first().map(|system| system.id),
        account: case.secret.account,
        secret: Some(case.secret.id),
        grant: None,
    }
}
