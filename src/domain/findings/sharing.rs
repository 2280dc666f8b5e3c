//! Logins several people use, and logins that belong to nobody.
//!
//! Must never know: any password, how exceptions are asked for.

use super::leaving::{Item, off_by, proved_off};
use super::sign_in::{account_finding, admin, enabled, with_line, with_own_line};
use super::words::{count_of, date, login, name, names, place, place_and_level};
use super::{AccountCase, Finding, Judge, Rule, severity};
use crate::domain::knows;
use crate::domain::policy::Limit;
use crate::domain::reach::Span;
use crate::domain::{AccountKind, Admin, Exception, Instant, PersonId, Severity};
use std::collections::{BTreeMap, BTreeSet};

/// A login several people use by design or by knowing its password. The finding stands while a complete exception
/// covers it too; what the exception lacks is listed, and keeps it from being set aside.
pub(super) fn shared(judge: &Judge<'_>, case: &AccountCase) -> Option<Finding> {
    let kind = case.facts.account.kind;
    let people = users(judge, case);
    let by_design = kind == AccountKind::Shared;
    let by_knowing = kind == AccountKind::Personal && knowers(judge, case).len() > 1;
    // That a login is shared is a fact of its own: only a list that says it is off ends it.
    if !(by_design || by_knowing) || enabled(judge, case) == Some(false) {
        return None;
    }
    let tier0 = case.facts.system.tier == 0;
    let missing = missing(judge, case, people.len());
    let named = (tier0 && !missing.is_empty()).then_some(Severity::Critical);
    let severity = match (named, tier0) {
        (None, true) => Severity::High,
        _ => severity(Severity::High, named, case.facts.system.is_key(), false),
    };
    let mut finding = account_finding(judge, case, Rule::SharedLogin);
    let place = place(&case.facts.system, &case.facts.client);
    finding.title = match people.len() {
        0 | 1 => format!("\"{}\" {place} is a shared login", login(&case.facts)),
        several => format!("{} share \"{}\" {place}", count_of(several, "person"), login(&case.facts)),
    };
    let who: Vec<String> = people.values().cloned().collect();
    finding.reason = if who.is_empty() {
        "It is meant to be shared, and nobody is on record as knowing it.".to_owned()
    } else {
        format!("{} can use it; its log shows one name for all.", names(&who))
    };
    if case.facts.enabled().is_none() {
        finding.facts.push("Whether it is switched on is not known.".to_owned());
    }
    if case.exception.is_some() && !missing.is_empty() {
        finding.facts.push(format!("Its exception is not complete: {} missing.", missing.join(", ")));
    }
    finding.missing = missing;
    let since = shared_since(case);
    let mut finding = with_line(judge, case, finding, severity, since);
    finding.reach.ways_in = u32::try_from(people.len()).unwrap_or(u32::MAX).max(1);
    finding.reach.weight = finding.reach.weight.saturating_mul(finding.reach.ways_in);
    Some(finding)
}

/// Who may use the login at this moment: people with an open way in, and people who may read its password.
fn users(judge: &Judge<'_>, case: &AccountCase) -> BTreeMap<PersonId, String> {
    let open = case.holders.iter().filter(|holder| holder.grant.is_open(judge.at));
    let mut users: BTreeMap<PersonId, String> =
        open.map(|holder| (holder.who.person.id, name(&holder.who.person))).collect();
    users.extend(knowers(judge, case));
    users
}

fn knowers(judge: &Judge<'_>, case: &AccountCase) -> BTreeMap<PersonId, String> {
    let mut found = BTreeMap::new();
    for secret in case.secrets.iter().filter(|s| s.secret.retired.is_none_or(|retired| retired > judge.at)) {
        let left = secret.left(judge);
        let ids = knows::still_needed_by(&secret.secret, &secret.periods, |p| left.get(&p).copied(), judge.at);
        let people = secret.people.iter().filter(|who| ids.binary_search(&who.person.id).is_ok());
        found.extend(people.map(|who| (who.person.id, name(&who.person))));
    }
    found
}

/// The earliest moment that made it shared, as far as is known.
fn shared_since(case: &AccountCase) -> Option<Instant> {
    let told = case.secrets.iter().flat_map(|secret| secret.periods.iter().filter_map(|period| period.from));
    let given = case.holders.iter().filter_map(|holder| holder.grant.since);
    let mut moments: Vec<Instant> = told.chain(given).collect();
    moments.sort_unstable();
    // Shared from the second person on; a login made to be shared from the start.
    let second = moments.get(1).or_else(|| moments.first()).copied();
    let by_design = (case.facts.account.kind == AccountKind::Shared).then_some(case.facts.account.created).flatten();
    by_design.or(second).or(case.same_since).or_else(|| case.facts.known_at())
}

/// What a complete exception for a shared login lacks.
fn missing(judge: &Judge<'_>, case: &AccountCase, people: usize) -> Vec<&'static str> {
    if judge.policy.shared_logins_forbidden() {
        return vec!["the policy allows no exception"];
    }
    let stands = |exception: &&Exception| exception.at <= judge.at && exception.ended.is_none_or(|end| end > judge.at);
    let exception = case.exception.as_ref().filter(stands);
    let review_by = |reviewed: Instant| reviewed.plus_hours(judge.policy.hours(Limit::ReviewAdmin, &case.tags()));
    // To make an exception is to have looked: the first review is due so long after it.
    let reviewed = exception.map(|exception| case.reviewed.map_or(exception.at, |seen| seen.max(exception.at)));
    let kept = |secret: &super::SecretCase| {
        secret.secret.kept_in.is_some()
            || secret.secret.kept_where.as_ref().is_some_and(|place| !place.trim().is_empty())
    };
    let custodian = case.owner.as_ref().is_some_and(|owner| !owner.standing(judge).has_left());
    [
        (exception.is_some_and(|exception| !exception.reason.trim().is_empty()), "a reason"),
        (exception.is_some_and(|exception| exception.approver.is_some()), "an approver"),
        (custodian, "a custodian"),
        (people > 0, "the list of people who know it"),
        (!case.secrets.is_empty() && case.secrets.iter().all(kept), "the place it is kept"),
        (reviewed.is_none_or(|reviewed| !judge.is_past(review_by(reviewed))), "a review in time"),
        (exception.is_some_and(|exception| exception.until > judge.at), "an end date to come"),
    ]
    .into_iter()
    .filter(|(there, _)| !there)
    .map(|(_, what)| what)
    .collect()
}

/// A login with nobody behind it.
pub(super) fn orphan(judge: &Judge<'_>, case: &AccountCase) -> Option<Finding> {
    let account = &case.facts.account;
    let custodian_left = case.owner.as_ref().filter(|_| account.kind != AccountKind::Personal);
    let custodian_left = custodian_left.filter(|owner| owner.standing(judge).has_left());
    let nobodys = case.owner.is_none() || custodian_left.is_some();
    let held = account.held_by_client || is_held(judge, case);
    if enabled(judge, case) != Some(true) || !nobodys || held || is_line_of_a_leaver(judge, case) {
        return None;
    }
    let admin = admin(judge, case);
    let named = match (case.facts.system.tier, admin) {
        (0, _) => Some(Severity::Critical),
        (_, Admin::None) => None,
        _ => Some(Severity::High),
    };
    let severity = severity(Severity::Medium, named, case.facts.system.is_key(), false);
    let mut finding = account_finding(judge, case, Rule::OrphanAccount);
    let place = place_and_level(&case.facts.system, &case.facts.client, admin);
    finding.title = format!("Nobody owns \"{}\" {place}", login(&case.facts));
    finding.reason = match custodian_left {
        Some(owner) => {
            let left = owner.standing(judge).last_day.map(|last| format!(" {}", date(judge, last))).unwrap_or_default();
            format!("Its custodian {} left{left}.", name(&owner.person))
        }
        None if account.owner.is_some() => "The person named as its owner is not in the register.".to_owned(),
        None => "No person in the register stands behind it.".to_owned(),
    };
    Some(with_own_line(judge, case, finding, severity))
}

/// A personal login whose owner is not recorded but with which one of our people has an open way in has somebody
/// behind it all the same.
fn is_held(judge: &Judge<'_>, case: &AccountCase) -> bool {
    let personal = case.facts.account.kind == AccountKind::Personal;
    personal && case.holders.iter().any(|holder| holder.grant.is_open(judge.at))
}

/// Whether the login already is a line of the finding about somebody who left and can still get in.
fn is_line_of_a_leaver(judge: &Judge<'_>, case: &AccountCase) -> bool {
    let tags: BTreeSet<String> = case.tags();
    case.holders.iter().filter(|holder| holder.grant.is_open(judge.at)).any(|holder| {
        let standing = holder.who.standing(judge);
        let span = Span { tags: tags.clone(), clients: case.span.clients };
        let item = Item { facts: &case.facts, grant: Some(&holder.grant), span };
        let late = off_by(judge, &standing, &item).is_none_or(|by| judge.is_past(by));
        standing.has_left() && late && !proved_off(judge, &standing, &case.facts, &tags)
    })
}
