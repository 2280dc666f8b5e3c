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
    if at > case.at {
        return Err(Refusal::Ahead);
    }
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
    if matches!(ending, Ending::Done { .. }) {
        may_do(case, step, mark)?;
    }
    match ending {
        Ending::Started => ended.outcome = Some(StepOutcome::Started),
        Ending::Done { proof } => {
            let spec = case.spec(step);
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

/// Whether a step is one that the second person does: a look, not a deed.
pub fn is_a_look(case: &Case<'_>, step: &Step) -> bool {
    step.repeats.is_some() || case.spec(step).is_some_and(|spec| spec.doer == Role::SecondPerson)
}

/// Whether a step belongs after the closing: it stays to be done when the run is closed.
pub fn belongs_after_closing(case: &Case<'_>, step: &Step) -> bool {
    step.repeats.is_some() || case.spec(step).is_some_and(|spec| spec.after_close)
}

/// Whether this person may have done it, and now.
fn may_do(case: &Case<'_>, step: &Step, mark: Mark) -> Result<(), Refusal> {
    if is_a_look(case, step) {
        refuse_same_person(case.facts, mark.by)?;
    }
    let by_leaver = case.spec(step).is_some_and(|spec| spec.doer == Role::Leaver);
    if mark.by.is_some() && mark.by == case.facts.run.person && !by_leaver {
        return Err(Refusal::LeaverDoes);
    }
    if belongs_after_closing(case, step) && case.facts.run.closed.is_none() {
        return Err(Refusal::AfterClosing);
    }
    Ok(())
}

/// Says that a second person looked at a step that was done.
///
/// # Errors
/// When it is not done yet, when the one who looks is the doer or the leaver, or when a step that has to be seen is
/// only stated.
pub fn check_step(case: &Case<'_>, step: &Step, mark: Mark, proof: Proof) -> Result<Step, Refusal> {
    let facts = case.facts;
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
    let has_to_be_seen = case.spec(step).is_some_and(|spec| spec.second_person);
    match proof {
        Proof::Waived => return Err(Refusal::WaiverIsNoProof),
        Proof::Stated if has_to_be_seen => return Err(Refusal::StepNeedsALook),
        Proof::Stated | Proof::Acknowledged | Proof::Observed => {}
    }
    Ok(Step { checked: Some(mark), proof: Some(proof), ..step.clone() })
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
