//! Second factors: none at all, or weaker than the policy asks for.
//!
//! Must never know: how factors were imported or typed.

use super::facts::has_sign_in;
use super::leaving::subjects_of;
use super::words::{date, login, name, place_and_level};
use super::{AccountCase, Finding, Judge, Line, Rule, Subjects, severity};
use crate::domain::policy::Limit;
use crate::domain::{AccountKind, Admin, Factor, Severity};

/// Whether sign-in is allowed, as far as facts that are not too old say.
pub(super) fn enabled(judge: &Judge<'_>, case: &AccountCase) -> Option<bool> {
    case.facts.enabled().filter(|_| judge.is_fresh(case.facts.read_at(), &case.tags()))
}

/// What the login may administer, by itself or by an open way in with it.
pub(super) fn admin(judge: &Judge<'_>, case: &AccountCase) -> Admin {
    let open = case.holders.iter().filter(|holder| holder.grant.is_open(judge.at));
    open.map(|holder| holder.grant.admin).max().unwrap_or(Admin::None).max(case.facts.account.admin)
}

/// The second factor that counts: the weakest one of the login itself. Where the login has none of its own and stands
/// behind single sign-ons, they decide: all of them ask for one, then there is nothing to judge here, and how strong it
/// is is judged there; one asks for none, then it is none. [`Factor::Unknown`] where that cannot be told.
fn factor(case: &AccountCase) -> Option<Factor> {
    let cannot = case.facts.system.mfa_best == Some(Factor::None);
    let own = match case.facts.weakest_factor() {
        // Where the system has no second factor to offer, none is what every login there has.
        None | Some(Factor::Unknown) if cannot => Some(Factor::None),
        own => own,
    };
    let behind = !case.sign_on.is_empty() && case.facts.account.kind == AccountKind::Personal;
    if !behind || own.is_some_and(|own| !matches!(own, Factor::None | Factor::Unknown)) {
        return own;
    }
    if case.sign_on.contains(&Some(Factor::None)) {
        return Some(Factor::None);
    }
    let all_known = case.sign_on.iter().all(|factor| factor.is_some_and(|factor| factor != Factor::Unknown));
    (!all_known).then_some(Factor::Unknown)
}

fn is_judged(case: &AccountCase) -> bool {
    let kind = matches!(
        case.facts.account.kind,
        AccountKind::Personal | AccountKind::Shared | AccountKind::Vendor | AccountKind::BreakGlass
    );
    kind && has_sign_in(case.facts.system.kind)
}

/// No second factor, or a weak one: one finding at most.
pub(super) fn judge(judge: &Judge<'_>, case: &AccountCase) -> Option<Finding> {
    if !is_judged(case) || enabled(judge, case) != Some(true) {
        return None;
    }
    match factor(case)? {
        Factor::None => Some(no_factor(judge, case)),
        Factor::Unknown => None,
        weak => too_weak(judge, case, weak),
    }
}

fn no_factor(judge: &Judge<'_>, case: &AccountCase) -> Finding {
    let admin = admin(judge, case);
    let system = &case.facts.system;
    let mut severity = if admin != Admin::None || case.facts.system.is_key() {
        Severity::Critical
    } else if system.internet == Some(false) {
        Severity::Medium
    } else {
        Severity::High
    };
    let cannot = system.mfa_best == Some(Factor::None);
    let mut finding = account_finding(judge, case, Rule::NoMfa);
    if cannot {
        severity = match severity {
            Severity::Critical => Severity::High,
            Severity::High => Severity::Medium,
            _ => Severity::Low,
        };
        finding.facts.push("The system offers no second factor.".to_owned());
        finding.fix = vec![
            "Put it behind the single sign-on or a VPN that has a second factor.".to_owned(),
            "If neither is possible, plan its replacement.".to_owned(),
        ];
    }
    finding.title = format!("{}: {}, no MFA", whose(case), place_and_level(system, &case.facts.client, admin));
    finding.reason = "A stolen password is all it takes to get in.".to_owned();
    with_own_line(judge, case, finding, severity)
}

fn too_weak(judge: &Judge<'_>, case: &AccountCase, factor: Factor) -> Option<Finding> {
    let admin = admin(judge, case);
    let limit = if admin != Admin::None || case.facts.system.is_key() { Limit::MfaAdmin } else { Limit::MfaUser };
    let in_force = judge.policy.in_force(limit, &case.tags());
    let level = i64::from(factor.level()?);
    if level >= in_force.value {
        return None;
    }
    let best = case.facts.system.mfa_best.and_then(Factor::level);
    // Nothing better to be had is the mildest case whoever signs in.
    let named = if best.is_some_and(|best| i64::from(best) <= level) {
        Some(Severity::Low)
    } else if admin != Admin::None && level <= 1 {
        Some(Severity::High)
    } else {
        None
    };
    let severity = severity(Severity::Medium, named, case.facts.system.is_key(), false);
    let mut finding = account_finding(judge, case, Rule::MfaTooWeak);
    let place = place_and_level(&case.facts.system, &case.facts.client, admin);
    finding.title = format!("{}: {place}, {} is too weak", whose(case), factor.shown());
    finding.reason = format!("The weakest kind that can be used is {}.", factor.shown());
    finding.facts.push(format!("The policy asks for {} or better.", judge.limit_words(limit, in_force)));
    Some(with_own_line(judge, case, finding, severity))
}

/// Whose login it is: its person, or the login itself.
pub(super) fn whose(case: &AccountCase) -> String {
    let personal = case.facts.account.kind == AccountKind::Personal;
    match case.owner.as_ref().filter(|_| personal) {
        Some(owner) => name(&owner.person),
        None => format!("\"{}\"", login(&case.facts)),
    }
}

/// A finding about one login, with the facts every such finding states.
pub(super) fn account_finding(judge: &Judge<'_>, case: &AccountCase, rule: Rule) -> Finding {
    let account = &case.facts.account;
    let personal = account.kind == AccountKind::Personal;
    let subjects = Subjects {
        person: case.owner.as_ref().filter(|_| personal).map(|owner| owner.person.id),
        ..subjects_of(&case.facts, None)
    };
    let mut finding = Finding::new(judge, rule, &format!("account-{}", account.id), subjects);
    let read = case.facts.read_at().map(|read| format!(", as of {}", date(judge, read))).unwrap_or_default();
    finding.facts = vec![format!("Login {}, {}{read}.", login(&case.facts), account.kind.shown())];
    finding
}

/// Gives a finding about one login its one line, and the moment since when what was seen is as it is.
pub(super) fn with_own_line(judge: &Judge<'_>, case: &AccountCase, finding: Finding, severity: Severity) -> Finding {
    let since = case.same_since.or_else(|| case.facts.known_at());
    with_line(judge, case, finding, severity, since)
}

/// As [`with_own_line`], wrong since a given moment.
pub(super) fn with_line(
    judge: &Judge<'_>,
    case: &AccountCase,
    finding: Finding,
    severity: Severity,
    since: Option<crate::domain::Instant>,
) -> Finding {
    let admin = admin(judge, case);
    let open: Vec<_> =
        case.holders.iter().filter(|holder| holder.grant.is_open(judge.at)).map(|holder| &holder.grant).collect();
    let asked = |grant: &&crate::domain::Grant| grant.removal.was_asked(judge.at);
    let line = Line {
        what: place_and_level(&case.facts.system, &case.facts.client, admin),
        subjects: Subjects { grant: open.first().map(|grant| grant.id), ..finding.subjects },
        facts: finding.facts.clone(),
        since,
        asked: !open.is_empty() && open.iter().all(asked),
        severity,
        admin,
    };
    finding.with_lines(vec![line], case.span.clients)
}
