//! People leaving: still in after their last day, removals nobody confirmed, end dates that passed.
//!
//! Must never know: what is asked for or drawn while somebody leaves, how facts were read.

use super::words::{count_of, date, day, first_and_others, moment, name, place, place_and_level};
use super::{Finding, Judge, Line, PersonFacts, Rule, Subjects, severity};
use crate::domain::person_status::Standing;
use crate::domain::policy::{InForce, Limit};
use crate::domain::reach::Span;
use crate::domain::{
    AccountFacts, AccountKind, Admin, ExitKind, Grant, GrantState, Holding, Instant, PersonKind, PersonStatus, Proof,
    Severity,
};
use std::collections::BTreeSet;

/// One thing somebody can still get in with.
pub(super) struct Item<'a> {
    pub(super) facts: &'a AccountFacts,
    pub(super) grant: Option<&'a Grant>,
    pub(super) span: Span,
}

impl Item<'_> {
    pub(super) fn admin(&self) -> Admin {
        self.grant.map_or(Admin::None, |grant| grant.admin).max(self.facts.account.admin)
    }

    fn asked(&self, at: Instant) -> bool {
        self.grant.is_some_and(|grant| grant.removal.was_asked(at))
    }

    fn is_waived(&self, at: Instant) -> bool {
        self.grant.is_some_and(|grant| grant.removal.is_waived(at))
    }
}

/// The limit for switching off one thing at this exit.
pub(super) fn exit_limit(judge: &Judge<'_>, exit: ExitKind, item: &Item<'_>) -> (Limit, InForce) {
    let limit = match exit {
        _ if item.facts.system.is_key() => Limit::ExitTier0,
        ExitKind::Hostile => Limit::ExitHostile,
        ExitKind::Involuntary => Limit::ExitInvoluntary,
        ExitKind::Voluntary => Limit::ExitVoluntary,
    };
    (limit, judge.policy.in_force(limit, &item.span.tags))
}

/// The moment by which one thing had to be off; none when nobody knows the last day.
pub(super) fn off_by(judge: &Judge<'_>, standing: &Standing, item: &Item<'_>) -> Option<Instant> {
    standing.last_day.map(|last| last.plus_hours(exit_limit(judge, standing.exit, item).1.value))
}

/// Whether a list proves that a login is off: it says so, and it was taken after the last day or is fresh. An older
/// one proves nothing about a leaver.
pub(super) fn proved_off(
    judge: &Judge<'_>,
    standing: &Standing,
    facts: &AccountFacts,
    tags: &BTreeSet<String>,
) -> bool {
    let read = facts.read_at();
    let after_the_last_day = standing.last_day.zip(read).is_some_and(|(last, read)| read >= last);
    facts.enabled() == Some(false) && (after_the_last_day || judge.is_fresh(read, tags))
}

/// What somebody who has left can still get in with, shut sign-ons considered.
pub(super) fn open_items<'a>(judge: &Judge<'_>, facts: &'a PersonFacts, standing: &Standing) -> Vec<Item<'a>> {
    let open_way = |way: &&Holding| way.grant.is_open(judge.at) && !facts.shut_by.contains_key(&way.grant.id);
    let ways = facts.ways.iter().filter(open_way);
    let ways = ways.map(|way| Item { facts: &way.at, grant: Some(&way.grant), span: facts.span(&way.at) });
    let of_a_person = |login: &&AccountFacts| {
        matches!(login.account.kind, AccountKind::Personal | AccountKind::Vendor) && !login.account.held_by_client
    };
    let loose = facts.loose.iter().filter(of_a_person);
    let loose = loose.map(|login| Item { facts: login, grant: None, span: facts.span(login) });
    ways.chain(loose).filter(|item| !proved_off(judge, standing, item.facts, &item.span.tags)).collect()
}

/// Somebody who left can still get in. One finding per person with every open item; an item alone within its limit,
/// or left open on purpose until a date, makes no finding.
pub(super) fn live_access(judge: &Judge<'_>, facts: &PersonFacts) -> Option<Finding> {
    let standing = facts.who.standing(judge);
    if !standing.has_left() {
        return None;
    }
    let items = open_items(judge, facts, &standing);
    let late = |item: &Item<'_>| off_by(judge, &standing, item).is_none_or(|by| judge.is_past(by));
    if !items.iter().any(|item| late(item) && !item.is_waived(judge.at)) {
        return None;
    }
    let person = &facts.who.person;
    let subjects = Subjects { person: Some(person.id), ..Subjects::default() };
    let mut finding = Finding::new(judge, Rule::LeaverLiveAccess, &format!("person-{}", person.id), subjects);
    let hostile = standing.exit == ExitKind::Hostile;
    let lines: Vec<Line> = items
        .iter()
        .map(|item| {
            let critical = hostile || item.facts.system.is_key() || item.admin() != Admin::None;
            Line {
                what: place_and_level(&item.facts.system, &item.facts.client, item.admin()),
                subjects: Subjects { person: Some(person.id), ..subjects_of(item.facts, item.grant) },
                facts: live_line_facts(judge, &standing, item),
                since: off_by(judge, &standing, item).filter(|by| judge.is_past(*by)),
                asked: item.asked(judge.at),
                severity: if critical { Severity::Critical } else { Severity::High },
                admin: item.admin(),
            }
        })
        .collect();
    let systems: BTreeSet<_> = items.iter().map(|item| item.facts.system.id).collect();
    let clients = clients_of(&items);
    let left = standing.last_day.map(|last| format!(" {}", day(judge, last))).unwrap_or_default();
    finding.title = format!("{} left{left}, still in {}", name(person), count_of(systems.len(), "system"));
    finding.reason = live_reason(facts, &standing, lines.len());
    finding.facts = live_facts(judge, &standing, &items);
    finding.could = live_could(&items, clients);
    Some(finding.with_lines(lines, clients))
}

fn live_line_facts(judge: &Judge<'_>, standing: &Standing, item: &Item<'_>) -> Vec<String> {
    let mut facts = Vec::new();
    let state = item.grant.and_then(|grant| grant.state(judge.at));
    match (state, item.grant.map(|grant| grant.removal)) {
        (Some(GrantState::CameBack), Some(removal)) => {
            facts.extend(
                removal.came_back.map(|back| format!("Came back: a list of {} shows it again.", date(judge, back))),
            );
        }
        (Some(GrantState::Asked), Some(removal)) => {
            facts.extend(removal.asked.map(|asked| format!("Removal asked for {}.", moment(judge, asked.at))));
        }
        _ => {}
    }
    let read = item.facts.read_at();
    let fresh = judge.is_fresh(read, &item.span.tags);
    facts.push(match (item.facts.enabled(), read, item.facts.missing_since()) {
        (.., Some(since)) => format!("Not in the list of {}, and nobody recorded its removal.", date(judge, since)),
        (Some(true), Some(read), None) if fresh => format!("The login is on, list of {}.", date(judge, read)),
        (_, Some(read), None) if !fresh => {
            format!("Not proven off: the newest facts are of {}, too old to count.", date(judge, read))
        }
        _ => "Not proven off: no list says so.".to_owned(),
    });
    let (limit, in_force) = exit_limit(judge, standing.exit, item);
    let words = judge.limit_words(limit, in_force);
    match off_by(judge, standing, item) {
        Some(by) if judge.is_past(by) => facts.push(format!("Had to be off by {} ({words}).", moment(judge, by))),
        Some(by) => facts.push(format!("Has to be off by {} ({words}).", moment(judge, by))),
        None => facts.push("The last day is not recorded, so no time is left.".to_owned()),
    }
    if let Some(until) = item.grant.and_then(|g| g.removal.waived_until).filter(|until| judge.at < *until) {
        facts.push(format!("Left open on purpose until {}.", date(judge, until)));
    }
    facts
}

fn live_reason(facts: &PersonFacts, standing: &Standing, open: usize) -> String {
    let never = format!("{} never proved off", count_of(open, "way in"));
    let run = facts.who.runs.iter().filter(|run| run.kind.exit().is_some()).max_by_key(|run| run.started);
    match run {
        Some(run) if standing.has_run && run.closed.is_some() => format!("The discharge was closed with {never}."),
        Some(_) if standing.has_run => format!("The discharge is not finished: {never}."),
        _ => format!("No discharge was run: {never}."),
    }
}

fn live_facts(judge: &Judge<'_>, standing: &Standing, items: &[Item<'_>]) -> Vec<String> {
    let mut facts = Vec::new();
    facts.push(match standing.last_day {
        Some(last) => format!("Last day {}, {} departure.", moment(judge, last), standing.exit.shown()),
        None => format!("Recorded as left without a last day, {} departure.", standing.exit.shown()),
    });
    let on = |item: &&Item<'_>| {
        let facts = item.facts;
        let named = facts.missing_since().is_none();
        named && facts.enabled() == Some(true) && judge.is_fresh(facts.read_at(), &item.span.tags)
    };
    let listed: Vec<Instant> = items.iter().filter(on).filter_map(|item| item.facts.read_at()).collect();
    if let Some(newest) = listed.iter().max() {
        facts.push(format!(
            "Newest lists (up to {}) still show {} of the {} as on.",
            date(judge, *newest),
            listed.len(),
            items.len()
        ));
    }
    let admin = items.iter().filter(|item| item.admin() != Admin::None).count();
    if admin > 0 {
        facts.push(format!("{} among them.", count_of(admin, "admin right")));
    }
    facts
}

fn live_could(items: &[Item<'_>], clients: u32) -> String {
    let widest = items
        .iter()
        .max_by_key(|item| (item.admin(), item.facts.system.is_key(), std::cmp::Reverse(item.facts.client.id)));
    widest.map_or_else(String::new, |item| {
        let how = if item.admin() == Admin::None { "" } else { " as admin" };
        format!("Sign in{how} at {}.", first_and_others(&item.facts.client.name, clients))
    })
}

/// Clients concerned: those of the systems, or those the widest system spans if they are more.
pub(super) fn clients_of(items: &[Item<'_>]) -> u32 {
    let direct: BTreeSet<_> = items.iter().map(|item| item.facts.client.id).collect();
    let widest = items.iter().map(|item| item.span.clients).max().unwrap_or_default();
    widest.max(u32::try_from(direct.len()).unwrap_or(u32::MAX))
}

pub(super) fn subjects_of(facts: &AccountFacts, grant: Option<&Grant>) -> Subjects {
    Subjects {
        person: grant.map(|grant| grant.person).or(facts.account.owner),
        client: Some(facts.client.id),
        system: Some(facts.system.id),
        account: Some(facts.account.id),
        secret: None,
        grant: grant.map(|grant| grant.id),
    }
}

/// One removal that waits for its proof.
pub(super) struct Waiting {
    /// When it is late.
    pub(super) late_after: Instant,
    limit: (Limit, InForce),
    words: String,
}

/// Whether the removal of a way in waits for a proof that is good enough, and until when it may.
pub(super) fn waits(judge: &Judge<'_>, facts: &PersonFacts, way: &Holding, has_left: bool) -> Option<Waiting> {
    let removal = &way.grant.removal;
    let key = way.needs_second_person();
    let limit = if key { Limit::ConfirmAdmin } else { Limit::ConfirmUser };
    let in_force = judge.policy.in_force(limit, &facts.span(&way.at).tags);
    if removal.is_waived(judge.at) || is_proved(way, key, judge.at) {
        return None;
    }
    let asked = removal.asked.filter(|mark| mark.at <= judge.at);
    let done = removal.done.filter(|mark| mark.at <= judge.at);
    let state = way.grant.state(judge.at)?;
    let (from, words) = match state {
        GrantState::Asked | GrantState::Removed | GrantState::Checked => {
            let from = asked.or(done).or(removal.confirmed)?.at;
            let words = match (asked, done, removal.confirmed) {
                (_, _, Some(seen)) if seen.at <= judge.at => {
                    format!("Checked {} on the doer's word alone, which is not enough here.", date(judge, seen.at))
                }
                (_, Some(done), _) => format!("Done {}, never checked.", date(judge, done.at)),
                _ => format!("Asked for {}, nothing since.", date(judge, from)),
            };
            (from, words)
        }
        // Of somebody who stays, a way in shut by a sign-on waits for nothing.
        GrantState::In | GrantState::CameBack if has_left => {
            let by = facts.shut_by.get(&way.grant.id)?;
            let parent = facts.sign_ons.get(&by.parent).map_or("its sign-on", String::as_str);
            let from = by.at?;
            (from, format!("Shut by {parent} {}, never checked itself.", date(judge, from)))
        }
        _ => return None,
    };
    Some(Waiting { late_after: from.plus_hours(in_force.value), limit: (limit, in_force), words })
}

/// Whether the proof is good enough: for administrators, tier 0 and several clients a second person's look or the
/// system's confirmation, elsewhere also the word of the doer.
fn is_proved(way: &Holding, key: bool, at: Instant) -> bool {
    let removal = &way.grant.removal;
    let is_done = removal.done.or(removal.confirmed).is_some_and(|mark| mark.at <= at);
    let confirmed = removal.confirmed.is_some_and(|mark| mark.at <= at);
    match removal.proof {
        Some(Proof::Observed | Proof::Acknowledged) => confirmed,
        Some(Proof::Stated) => is_done && !key,
        // A check without a grade is taken for the word of the doer.
        None => confirmed && !key,
        Some(Proof::Waived) => false,
    }
}

/// Removals asked for or done that nobody has confirmed in time. What the finding about live access lists is left out.
pub(super) fn unconfirmed(judge: &Judge<'_>, facts: &PersonFacts, live: bool) -> Option<Finding> {
    let standing = facts.who.standing(judge);
    let person = &facts.who.person;
    let hostile = standing.exit == ExitKind::Hostile && (standing.has_left() || standing.has_run);
    let line = |way: &Holding| {
        let item = Item { facts: &way.at, grant: Some(&way.grant), span: facts.span(&way.at) };
        let shut = facts.shut_by.contains_key(&way.grant.id);
        let open = way.grant.is_open(judge.at) && !shut;
        let off = proved_off(judge, &standing, item.facts, &item.span.tags);
        let waiting = waits(judge, facts, way, standing.has_left())?;
        if !judge.is_past(waiting.late_after) || (live && open && !off) {
            return None;
        }
        let words = judge.limit_words(waiting.limit.0, waiting.limit.1);
        Some(Line {
            what: place_and_level(&item.facts.system, &item.facts.client, item.admin()),
            subjects: subjects_of(item.facts, item.grant),
            facts: vec![
                waiting.words,
                format!("Had to be confirmed by {} ({words}).", moment(judge, waiting.late_after)),
            ],
            since: Some(waiting.late_after),
            asked: item.asked(judge.at),
            severity: severity(Severity::Medium, way.needs_second_person().then_some(Severity::High), false, hostile),
            admin: item.admin(),
        })
    };
    let lines: Vec<Line> = facts.ways.iter().filter_map(line).collect();
    if lines.is_empty() {
        return None;
    }
    let subjects = Subjects { person: Some(person.id), ..Subjects::default() };
    let mut finding = Finding::new(judge, Rule::RevocationUnconfirmed, &format!("person-{}", person.id), subjects);
    let left = standing.last_day.filter(|_| standing.has_left());
    let left = left.map(|last| format!(", left {}", day(judge, last))).unwrap_or_default();
    finding.title = format!("{}{left}: {} never confirmed", name(person), count_of(lines.len(), "removal"));
    let clients: BTreeSet<_> = lines.iter().map(|line| line.subjects.client).collect();
    let clients = u32::try_from(clients.len()).unwrap_or(u32::MAX);
    Some(finding.with_lines(lines, clients))
}

/// A contract or last day that passed, is missing, or is too far away.
pub(super) fn end_date(judge: &Judge<'_>, facts: &PersonFacts) -> Option<Finding> {
    let standing = facts.who.standing(judge);
    let person = &facts.who.person;
    let outside = matches!(person.kind, PersonKind::Contractor | PersonKind::Vendor | PersonKind::Temporary);
    let here = matches!(standing.status, PersonStatus::Active | PersonStatus::Notice | PersonStatus::OnLeave);
    let at_work = matches!(standing.status, PersonStatus::Active | PersonStatus::Notice);
    let contract = person.contract_end.filter(|_| outside).map(|end| judge.zone.end_of(end));
    let contract_passed = contract.filter(|end| at_work && judge.at >= *end);
    let last_passed = standing.last_day.filter(|last| standing.status == PersonStatus::Notice && judge.is_past(*last));
    let who = name(person);
    let in_force = judge.policy.in_force(Limit::ContractorMax, &BTreeSet::new());
    let (title, fact, severity, since) = if let Some(last) = last_passed {
        let fact = format!("The last day was {} and no discharge has begun.", moment(judge, last));
        (format!("{who}: last day was {}, still active", day(judge, last)), fact, Severity::High, Some(last))
    } else if let (Some(passed), Some(end)) = (contract_passed, person.contract_end) {
        let end = judge.zone.start_of(end);
        (
            format!("{who}: contract ended {}, still active", day(judge, end)),
            format!("The contract ran to {}.", date(judge, end)),
            Severity::High,
            Some(passed),
        )
    } else if outside && here && person.contract_end.is_none() {
        let since = person.start.map(|start| judge.zone.start_of(start));
        let fact = format!("A {} without an end date.", person.kind.shown());
        (format!("{who}: {} without an end date", person.kind.shown()), fact, Severity::Medium, since)
    } else {
        let (start, end) = person.start.zip(person.contract_end).filter(|_| outside && here)?;
        let days = (end - start).num_days();
        if days <= in_force.value {
            return None;
        }
        let fact = format!("{days} days from start to end ({}).", judge.limit_words(Limit::ContractorMax, in_force));
        (
            format!("{who}: contract runs {days} days, too long"),
            fact,
            Severity::Medium,
            Some(judge.zone.start_of(start)),
        )
    };
    let subjects = Subjects { person: Some(person.id), ..Subjects::default() };
    let mut finding = Finding::new(judge, Rule::EndDatePassed, &format!("person-{}", person.id), subjects);
    finding.title = title;
    let open: Vec<&Holding> = facts.ways.iter().filter(|way| way.grant.is_open(judge.at)).collect();
    finding.facts = vec![fact, format!("{} open.", count_of(open.len(), "way in"))];
    let clients: BTreeSet<_> = open.iter().map(|way| way.at.client.id).collect();
    let lines: Vec<Line> = open
        .iter()
        .map(|way| Line {
            what: place(&way.at.system, &way.at.client),
            subjects: subjects_of(&way.at, Some(&way.grant)),
            facts: Vec::new(),
            since: None,
            asked: way.grant.removal.was_asked(judge.at),
            severity,
            admin: way.admin(),
        })
        .collect();
    let mut finding = finding.with_lines(lines, u32::try_from(clients.len()).unwrap_or(u32::MAX));
    finding.severity = severity;
    finding.asked = false;
    Some(finding.began(since))
}
