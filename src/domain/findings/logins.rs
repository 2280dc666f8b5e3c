//! Logins and ways in nobody uses.
//!
//! Must never know: how last-use dates were read.

use super::leaving::subjects_of;
use super::sign_in::{account_finding, admin, enabled, whose, with_line};
use super::words::{count, date, name, place_and_level, place_at};
use super::{AccountCase, Finding, Judge, Line, PersonFacts, Rule, Subjects, severity};
use crate::domain::policy::Limit;
use crate::domain::{AccountKind, Admin, Factor, Holding, LastUse, Severity, UseQuality};

/// Days without use from which a login lies outside every published limit.
const OUTSIDE_EVERY_LIMIT: i64 = 90;

/// A login nobody has used for longer than the limit, counted up to the day the list was taken.
pub(super) fn dormant(judge: &Judge<'_>, case: &AccountCase) -> Option<Finding> {
    let admin = admin(judge, case);
    let is_admin = admin != Admin::None;
    let kind = case.facts.account.kind;
    let judged = matches!(kind, AccountKind::Personal | AccountKind::Vendor | AccountKind::Shared);
    let of_a_leaver = case.owner.iter().chain(case.holders.iter().map(|holder| &holder.who));
    let mut open = case.holders.iter().filter(|holder| holder.grant.is_open(judge.at)).peekable();
    let standby = is_admin && open.peek().is_some() && open.all(|holder| holder.grant.standby);
    if !judged || standby || enabled(judge, case) != Some(true) || owner_left(judge, case, of_a_leaver) {
        return None;
    }
    let LastUse::At(used) = case.facts.last_used() else { return None };
    let read = case.facts.read_at()?;
    let limit = if is_admin { Limit::DormantAdmin } else { Limit::Dormant };
    let in_force = judge.policy.in_force(limit, &case.tags());
    let days = read.days_since(used);
    // The whole days must exceed the limit: exactly so many days without use is still within it.
    if days <= in_force.value {
        return None;
    }
    let rule = if is_admin { Rule::DormantAdmin } else { Rule::DormantAccount };
    let severity = if is_admin { admin_severity(case) } else { ordinary_severity(case, days) };
    let mut finding = account_finding(judge, case, rule);
    let number = u32::try_from(days).unwrap_or(u32::MAX);
    let place = place_and_level(&case.facts.system, &case.facts.client, admin);
    finding.title = format!("{}: {place}, unused for {}", whose(case), count(number, "day"));
    finding.reason = format!("Last used {}, on a list of {}.", date(judge, used), date(judge, read));
    finding.facts.push(format!("{days} days without use ({}).", judge.limit_words(limit, in_force)));
    let quality = case.facts.seen.as_ref().and_then(|seen| seen.quality);
    if let Some(quality) = quality.filter(|quality| *quality != UseQuality::Exact) {
        finding.facts.push(format!("The date is {}.", quality.shown()));
    }
    Some(with_line(judge, case, finding, severity, Some(used.plus_days(in_force.value.saturating_add(1)))))
}

/// Whether the login is one of somebody who left: it then stands in the finding about their access.
fn owner_left<'a>(
    judge: &Judge<'_>,
    case: &AccountCase,
    mut people: impl Iterator<Item = &'a super::Somebody>,
) -> bool {
    let owner_left = case.owner.as_ref().is_some_and(|owner| owner.standing(judge).has_left());
    let personal = matches!(case.facts.account.kind, AccountKind::Personal | AccountKind::Vendor);
    owner_left || (personal && people.any(|who| who.standing(judge).has_left()))
}

fn ordinary_severity(case: &AccountCase, days: i64) -> Severity {
    let exposed = case.facts.system.internet == Some(true) || days > OUTSIDE_EVERY_LIMIT;
    let bare = case.facts.weakest_factor() == Some(Factor::None);
    let named = exposed.then_some(if bare { Severity::High } else { Severity::Medium });
    severity(Severity::Low, named, case.facts.system.is_key(), false)
}

fn admin_severity(case: &AccountCase) -> Severity {
    let tier0 = case.facts.system.tier == 0;
    let resistant = case.facts.weakest_factor().and_then(Factor::level) == Factor::PhishingResistant.level();
    let named = tier0.then_some(if resistant { Severity::High } else { Severity::Critical });
    severity(Severity::High, named, case.facts.system.is_key(), false)
}

/// Ways in given longer ago than the limit that were never used: one finding each.
pub(super) fn never_used(judge: &Judge<'_>, facts: &PersonFacts) -> Vec<Finding> {
    // Everything somebody who left can get in with is one finding already.
    if facts.who.standing(judge).has_left() {
        return Vec::new();
    }
    facts.ways.iter().filter_map(|way| one_never_used(judge, facts, way)).collect()
}

fn one_never_used(judge: &Judge<'_>, facts: &PersonFacts, way: &Holding) -> Option<Finding> {
    let span = facts.span(&way.at);
    let open = way.grant.is_open(judge.at);
    let off = way.at.enabled() == Some(false);
    let read = way.at.read_at().filter(|read| judge.is_fresh(Some(*read), &span.tags))?;
    let since = way.grant.since?;
    if !open || off || way.grant.standby || way.at.last_used() != LastUse::Never {
        return None;
    }
    let in_force = judge.policy.in_force(Limit::NeverUsed, &span.tags);
    let days = read.days_since(since);
    if days <= in_force.value {
        return None;
    }
    let admin = way.admin();
    let named = (admin != Admin::None).then_some(Severity::Medium);
    let subjects = Subjects { person: Some(facts.who.person.id), ..subjects_of(&way.at, Some(&way.grant)) };
    let about = format!("grant-{}", way.grant.id);
    let mut finding = Finding::new(judge, Rule::NeverUsedGrant, &about, subjects);
    let place = place_at(&way.at.system, &way.at.client);
    let number = count(u32::try_from(days).unwrap_or(u32::MAX), "day");
    finding.title = format!("{}: {place} never used, {number}", name(&facts.who.person));
    finding.reason = format!("Given {}, and never used by the list of {}.", date(judge, since), date(judge, read));
    finding.facts = vec![format!("{days} days ({}).", judge.limit_words(Limit::NeverUsed, in_force))];
    let line = Line {
        what: place_and_level(&way.at.system, &way.at.client, admin),
        subjects,
        facts: finding.facts.clone(),
        since: Some(since.plus_days(in_force.value.saturating_add(1))),
        asked: way.grant.removal.was_asked(judge.at),
        severity: severity(Severity::Low, named, way.at.system.is_key(), false),
        admin,
    };
    Some(finding.with_lines(vec![line], span.clients))
}
