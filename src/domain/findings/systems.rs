//! Systems: too few people who can administer them, and too little known about them.
//!
//! Must never know: how lists were imported.

use super::facts::has_sign_in;
use super::words::{count, count_of, date, name, names, place};
use super::{Finding, Judge, Line, Rule, Sighting, Subjects, SystemCase, severity};
use crate::domain::policy::Limit;
use crate::domain::{AccountKind, Admin, Covers, Instant, PersonId, PersonStatus, Severity, capital};
use std::collections::BTreeMap;

fn finding(judge: &Judge<'_>, case: &SystemCase, rule: Rule) -> Finding {
    let subjects = Subjects { client: Some(case.client.id), system: Some(case.system.id), ..Subjects::default() };
    Finding::new(judge, rule, &format!("system-{}", case.system.id), subjects)
}

/// Fewer people than the policy asks for can administer a system that matters.
pub(super) fn single_admin(judge: &Judge<'_>, case: &SystemCase) -> Option<Finding> {
    // Where no login is on record nobody can say who administers it: that is the other rule's.
    if case.system.tier > 1 || (case.logins.is_empty() && case.admins.is_empty()) {
        return None;
    }
    let people: BTreeMap<PersonId, (String, PersonStatus)> =
        case.admins.iter().map(|who| (who.person.id, (name(&who.person), who.standing(judge).status))).collect();
    let with = |status: PersonStatus| -> Vec<String> {
        people.values().filter(|(_, theirs)| *theirs == status).map(|(name, _)| name.clone()).collect()
    };
    let (active, leaving, away) = (with(PersonStatus::Active), with(PersonStatus::Notice), with(PersonStatus::OnLeave));
    let tags = case.tags();
    let in_force = judge.policy.in_force(Limit::AdminsMin, &tags);
    if i64::try_from(active.len()).unwrap_or(i64::MAX) >= in_force.value {
        return None;
    }
    let test_hours = judge.policy.hours(Limit::BreakGlassTest, &tags);
    let tested = case.emergency.iter().any(|login| {
        !login.left_since && login.tested.is_some_and(|at| at <= judge.at && !judge.is_past(at.plus_hours(test_hours)))
    });
    let named = if tested {
        Some(Severity::Low)
    } else if active.is_empty() && away.is_empty() && !leaving.is_empty() {
        Some(Severity::Critical)
    } else {
        (case.system.tier == 0).then_some(Severity::High)
    };
    let severity = severity(Severity::Medium, named, case.system.is_key(), false);
    let mut finding = finding(judge, case, Rule::SingleAdmin);
    let place = place(&case.system, &case.client);
    finding.title = match (active.as_slice(), leaving.as_slice(), away.as_slice()) {
        ([one], ..) => format!("Only {one} can administer {place}"),
        ([], [], []) => format!("Nobody of ours can administer {place}"),
        ([], [one], []) => format!("Only {one} can administer {place}, and is leaving"),
        ([], _, []) => format!("Only people who are leaving can administer {place}"),
        ([], [], _) => format!("Only people on leave can administer {place}"),
        ([], ..) => format!("Only people leaving or on leave can administer {place}"),
        (few, ..) => format!("Only {} can administer {place}", count_of(few.len(), "person")),
    };
    finding.reason = format!(
        "{} on record as active administrators; the policy asks for {} ({}).",
        active.len(),
        in_force.value,
        judge.limit_words(Limit::AdminsMin, in_force)
    );
    for (who, why) in [(&leaving, "leaving"), (&away, "on leave")] {
        if !who.is_empty() {
            finding.facts.push(format!("Not counted, {why}: {}.", names(who)));
        }
    }
    finding.facts.push(if tested {
        "A tested emergency login exists.".to_owned()
    } else {
        "No emergency login with a test in time is on record.".to_owned()
    });
    let line = Line {
        what: place,
        subjects: finding.subjects,
        facts: finding.facts.clone(),
        since: case.few_since,
        asked: false,
        severity,
        admin: Admin::System,
    };
    Some(finding.with_lines(vec![line], case.span.clients))
}

/// What is not known of a system's logins at this moment.
#[derive(Default)]
struct Unknown {
    stale: u32,
    enabled: u32,
    factor: u32,
    usage: u32,
}

fn unknown_facts(judge: &Judge<'_>, case: &SystemCase) -> Unknown {
    let tags = case.tags();
    let sign_in = has_sign_in(case.system.kind);
    let mut unknown = Unknown::default();
    for login in &case.logins {
        if !judge.is_fresh(login.read_at, &tags) {
            unknown.stale += u32::from(login.read_at.is_some());
            unknown.enabled += u32::from(login.read_at.is_none());
            continue;
        }
        unknown.enabled += u32::from(login.enabled.is_none());
        // Of a login that is off nothing more is needed.
        if login.enabled != Some(false) && sign_in {
            unknown.factor += u32::from(needs_factor(login) && !login.factor_known);
            unknown.usage += u32::from(needs_use(login) && !login.use_known);
        }
    }
    unknown
}

const fn needs_factor(login: &Sighting) -> bool {
    matches!(login.kind, AccountKind::Personal | AccountKind::Shared | AccountKind::Vendor | AccountKind::BreakGlass)
}

const fn needs_use(login: &Sighting) -> bool {
    matches!(login.kind, AccountKind::Personal | AccountKind::Shared | AccountKind::Vendor)
}

/// The newest moment a list or a note of the system holds for.
fn newest(case: &SystemCase) -> Option<Instant> {
    let taken = case.newest.as_ref().map(|batch| batch.taken);
    taken.into_iter().chain(case.listed).max()
}

/// Facts about a system are missing, too old, or from a list that is not whole.
pub(super) fn unknown(judge: &Judge<'_>, case: &SystemCase) -> Option<Finding> {
    let tags = case.tags();
    let in_force = judge.policy.in_force(Limit::EvidenceMaxAge, &tags);
    let unknown = unknown_facts(judge, case);
    let newest = newest(case);
    // What a client's system without one login of ours on record would tell is not needed by any rule.
    let stale_list =
        newest.filter(|taken| !case.logins.is_empty() && judge.is_past(judge.too_old_after(*taken, &tags)));
    let partial = case.newest.as_ref().filter(|batch| batch.covers == Covers::Everyone).and_then(|batch| {
        let total = case.system.stated_total.map(u64::from)?;
        (batch.rows < total).then_some((batch, total))
    });
    let words = judge.limit_words(Limit::EvidenceMaxAge, in_force);
    let mut parts: Vec<(String, String, Option<Instant>)> = Vec::new();
    if let Some(taken) = stale_list {
        let fact = format!("The newest list is of {} and counts no more ({words}).", date(judge, taken));
        parts.push((
            format!("newest list is of {}, too old", date(judge, taken)),
            fact,
            Some(judge.too_old_after(taken, &tags)),
        ));
    } else if unknown.stale > 0 {
        let fact = format!("{} last seen too long ago to count ({words}).", count(unknown.stale, "login"));
        let oldest = case.logins.iter().filter_map(|login| login.read_at).min();
        parts.push((
            format!("{} not seen lately", count(unknown.stale, "login")),
            fact,
            oldest.map(|read| judge.too_old_after(read, &tags)),
        ));
    }
    if let Some((batch, total)) = partial {
        let fact =
            format!("The list of {} has {} rows, the system says {total}.", date(judge, batch.taken), batch.rows);
        parts.push(("newest list is not whole".to_owned(), fact, Some(batch.taken)));
    }
    for (number, what) in
        [(unknown.enabled, "on or off"), (unknown.factor, "second factor"), (unknown.usage, "last use")]
    {
        if number > 0 {
            let logins = count(number, "login");
            parts.push((format!("{what} not known for {logins}"), format!("{what}: not known for {logins}."), None));
        }
    }
    let (first, ..) = parts.first()?;
    let mut finding = finding(judge, case, Rule::FactsUnknown);
    finding.title = format!("{}: {first}", place(&case.system, &case.client));
    finding.facts.extend(newest.map(|taken| format!("As of the list of {}.", date(judge, taken))));
    let severity = if case.system.is_key() { Severity::Medium } else { Severity::Low };
    let lines = parts
        .into_iter()
        .map(|(_, fact, since)| Line {
            what: capital(&fact),
            subjects: finding.subjects,
            facts: Vec::new(),
            since,
            asked: false,
            severity,
            admin: Admin::None,
        })
        .collect();
    let mut finding = finding.with_lines(lines, case.span.clients);
    finding.minutes = finding.rule.text().minutes_for(1);
    Some(finding)
}
