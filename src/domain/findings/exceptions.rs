//! Findings set aside: named, reasoned and dated. They stay visible and are counted apart.
//!
//! Must never know: how exceptions are stored or asked for.

use super::{Finding, Judge};
use crate::domain::policy::Limit;
use crate::domain::{Exception, Instant, PersonId, Severity};
use chrono::Days;
use std::collections::{BTreeSet, HashMap};

/// Longest life of an exception for a high or critical finding, in days, whatever the policy allows otherwise.
const URGENT_MAX_DAYS: i64 = 90;

/// Findings after exceptions, both parts in the order of the payoff.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sorted {
    /// Open.
    pub open: Vec<Finding>,
    /// Set aside, each with the exception that covers it.
    pub set_aside: Vec<(Finding, Exception)>,
    /// Exceptions of open findings that ran out: accepted before, not any more.
    pub lapsed: Vec<Exception>,
}

/// Why a finding may not be set aside. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExceptionError {
    /// No reason was given.
    #[error("Setting aside needs a reason. Nothing was changed.")]
    NoReason,
    /// The date to come back has passed.
    #[error("The date to come back has passed. Nothing was changed.")]
    Past,
    /// The date to come back is too far away.
    #[error("It may wait {0} days at most. Nothing was changed.")]
    TooLong(i64),
    /// The one who approves is the one it is about.
    #[error("Nobody approves an exception for themselves. Name another approver. Nothing was changed.")]
    OwnApproval,
}

/// Whether an exception stands at this moment.
pub fn stands(exception: &Exception, at: Instant) -> bool {
    exception.at <= at && at < exception.until && exception.ended.is_none_or(|ended| ended > at)
}

/// The exception that covers a finding at this moment, the one that lasts longest. An exception covers the finding
/// with its rule and key while it stands, unless the person it is about approved it, or the rule asks for more than
/// the exception has.
pub fn covering<'a>(
    finding: &Finding,
    exceptions: impl IntoIterator<Item = &'a Exception>,
    at: Instant,
) -> Option<&'a Exception> {
    let own = |exception: &Exception| exception.approver.is_some() && exception.approver == finding.subjects.person;
    let covers = |exception: &&Exception| {
        let of_it = exception.rule == finding.rule.stored() && exception.key == finding.key;
        of_it && stands(exception, at) && !own(exception) && finding.missing.is_empty()
    };
    exceptions.into_iter().filter(covers).max_by_key(|exception| exception.until)
}

/// Parts findings into open and set aside, by the exceptions that cover them.
pub fn apply_exceptions(findings: Vec<Finding>, exceptions: &[Exception], at: Instant) -> Sorted {
    let mut by_key: HashMap<&str, Vec<&Exception>> = HashMap::new();
    for exception in exceptions {
        by_key.entry(exception.key.as_str()).or_default().push(exception);
    }
    let mut sorted = Sorted::default();
    for finding in findings {
        let of_it = by_key.get(finding.key.as_str()).map_or(&[][..], Vec::as_slice);
        let of_rule = || of_it.iter().copied().filter(|exception| exception.rule == finding.rule.stored());
        match covering(&finding, of_it.iter().copied(), at).cloned() {
            Some(exception) => sorted.set_aside.push((finding, exception)),
            None => {
                let lapsed = of_rule().filter(|exception| exception.until <= at && exception.ended.is_none());
                sorted.lapsed.extend(lapsed.max_by_key(|exception| exception.until).cloned());
                sorted.open.push(finding);
            }
        }
    }
    sorted.open.sort_by(Finding::order);
    sorted.set_aside.sort_by(|(one, _), (other, _)| one.order(other));
    sorted
}

/// Whether a finding this severe about this person may be set aside until then: with a reason, not by the person it is
/// about, not for too long. High and critical findings come back after 90 days at the latest.
///
/// # Errors
/// The first thing that speaks against it.
pub fn check(
    judge: &Judge<'_>,
    (severity, about): (Severity, Option<PersonId>),
    reason: &str,
    approver: Option<PersonId>,
    until: Instant,
) -> Result<(), ExceptionError> {
    let policy = judge.policy.value(Limit::ExceptionMax, &BTreeSet::new());
    let days = if severity >= Severity::High { policy.min(URGENT_MAX_DAYS) } else { policy };
    // The date to come back is a whole day of the calendar: until its end.
    let last = judge.zone.day(judge.at).checked_add_days(Days::new(u64::try_from(days).unwrap_or(0)));
    let latest = last.map_or(judge.at, |day| judge.zone.end_of(day));
    if reason.trim().is_empty() {
        Err(ExceptionError::NoReason)
    } else if until <= judge.at {
        Err(ExceptionError::Past)
    } else if until > latest {
        Err(ExceptionError::TooLong(days))
    } else if approver.is_some() && approver == about {
        Err(ExceptionError::OwnApproval)
    } else {
        Ok(())
    }
}
