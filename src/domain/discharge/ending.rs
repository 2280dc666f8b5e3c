//! How somebody ends a step, and how a second person looks at it.
//!
//! Must never know: how a step is drawn, who is at the keyboard.

use super::case::Case;
use super::facts::RunFacts;
use super::order::waits_for;
use super::part::Role;
use super::removal::{Refusal, checked_until};
use super::standing::left_of;
use crate::domain::{Instant, Mark, PersonId, Proof, Step, StepOutcome};

/// How a step ends, as somebody says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Under way.
    Started,
    /// Done.
    Done {
        /// How well it is proved; the step's own grade when nothing was said.
        proof: Option<Proof>,
    },
    /// Not needed, for a reason.
    NotNeeded(String),
    /// It cannot go on, for a reason.
    Blocked(String),
    /// Left undone on purpose, for a reason and until a date.
    Waived {
        /// Why.
        reason: String,
        /// Until when.
        until: Instant,
    },
}

/// Ends a step, or says that it is under way.
///
/// # Errors
/// When it still waits, when something it covers is open, when a reason or date is missing, or when the wrong person
/// did it.
pub fn end_step(case: &Case<'_>, step: &Step, ending: Ending, mark: Mark, max_days: i64) -> Result<Step, Refusal> {
    let at = mark.at;
    let mut ended = Step { until: None, reason: None, proof: None, checked: None, ..step.clone() };
    let goes_on = !matches!(ending, Ending::Blocked(_) | Ending::Waived { .. });
    if goes_on && let Some(wait) = waits_for(case, step).into_iter().next() {
        return Err(Refusal::Waits(wait.sentence));
    }
    if matches!(ending, Ending::Done { .. } | Ending::NotNeeded(_)) {
        let (left, _) = left_of(case, step);
        if left > 0 {
            return Err(Refusal::CoversOpen(left));
        }
    }
    match ending {
        Ending::Started => ended.outcome = Some(StepOutcome::Started),
        Ending::Done { proof } => {
            let spec = case.spec(step);
            if step.repeats.is_some() || spec.is_some_and(|s| s.doer == Role::SecondPerson) {
                refuse_same_person(case.facts, mark.by)?;
            }
            ended.outcome = Some(StepOutcome::Done);
            ended.proof = proof.or_else(|| spec.map(|s| s.proof)).or(Some(Proof::Stated));
        }
        Ending::NotNeeded(reason) => {
            ended.reason = Some(said(reason)?);
            ended.outcome = Some(StepOutcome::NotNeeded);
        }
        Ending::Blocked(reason) => {
            ended.reason = Some(said(reason)?);
            ended.outcome = Some(StepOutcome::Blocked);
        }
        Ending::Waived { reason, until } => {
            ended.reason = Some(said(reason)?);
            ended.until = Some(checked_until(at, until, max_days)?);
            ended.outcome = Some(StepOutcome::Waived);
        }
    }
    ended.ended = Some(mark);
    Ok(ended)
}

/// Says that a second person looked at a step that was done.
///
/// # Errors
/// When it is not done yet, or when the one who looks is the doer or the leaver.
pub fn check_step(facts: &RunFacts, step: &Step, mark: Mark) -> Result<Step, Refusal> {
    let Some(ended) = step.ended.filter(|_| step.outcome == Some(StepOutcome::Done)) else {
        return Err(Refusal::NotDoneYet);
    };
    if mark.at < ended.at {
        return Err(Refusal::CheckedBeforeDone);
    }
    let Some(by) = mark.by else { return Err(Refusal::NoChecker) };
    if Some(by) == facts.run.person {
        return Err(Refusal::LeaverChecks);
    }
    if Some(by) == ended.by && !facts.run.alone {
        return Err(Refusal::DoerChecks);
    }
    Ok(Step { checked: Some(mark), proof: Some(Proof::Observed), ..step.clone() })
}

fn refuse_same_person(facts: &RunFacts, by: Option<PersonId>) -> Result<(), Refusal> {
    let Some(by) = by else { return Err(Refusal::NoChecker) };
    if Some(by) == facts.run.person {
        return Err(Refusal::LeaverChecks);
    }
    if Some(by) == facts.run.doer && !facts.run.alone {
        return Err(Refusal::DoerChecks);
    }
    Ok(())
}

fn said(reason: String) -> Result<String, Refusal> {
    if reason.trim().is_empty() { Err(Refusal::NoReason) } else { Ok(reason) }
}

#[cfg(test)]
#[path = "ending_tests.rs"]
mod tests;
