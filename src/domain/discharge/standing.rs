//! How the steps of a run stand: done by hand, done by themselves because what they cover is done, or still to do.
//!
//! Must never know: how a step is drawn, who is at the keyboard.

use super::addition::is_unnamed;
use super::case::{Case, Item};
use super::facts::RunFacts;
use super::order::waits_for;
use super::removal::Refusal;
use super::template::{Role, TITLE_LETTERS};

use crate::domain::{Asset, Instant, Mark, PersonId, Phase, Proof, Step, StepOutcome};

crate::words! {
    /// How a step stands.
    pub enum StepState {
        ToDo = "to_do", "to do";
        Waiting = "waiting", "waits";
        Started = "started", "started";
        Blocked = "blocked", "blocked";
        Done = "done", "done";
        ByItself = "done_by_itself", "done by itself";
        NotNeeded = "not_needed", "not needed";
        Waived = "waived", "waived";
    }
}

impl StepState {
    /// Whether it has ended, so that a run may close.
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Done | Self::ByItself | Self::NotNeeded | Self::Waived)
    }

    /// The mark in front of it on screen.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::ToDo | Self::Waiting => "[ ]",
            Self::Started => "[~]",
            Self::Blocked => "[!]",
            Self::Done | Self::ByItself => "[x]",
            Self::NotNeeded | Self::Waived => "[-]",
        }
    }
}

/// How a step stands at a moment. A step with covered items left is never done, whatever was ticked.
pub fn step_state(case: &Case<'_>, step: &Step) -> StepState {
    match base_state(case, step) {
        StepState::ToDo if !waits_for(case, step).is_empty() => StepState::Waiting,
        state => state,
    }
}

/// How a step stands without regard to what it waits for.
pub(super) fn base_state(case: &Case<'_>, step: &Step) -> StepState {
    let items = case.covered_by(step);
    let left = items.iter().filter(|item| !item.is_settled(case)).count();
    let recorded = match step.outcome {
        Some(StepOutcome::Done) => StepState::Done,
        Some(StepOutcome::NotNeeded) => StepState::NotNeeded,
        Some(StepOutcome::Blocked) => StepState::Blocked,
        Some(StepOutcome::Started) => StepState::Started,
        Some(StepOutcome::Waived) if step.until.is_some_and(|until| case.at < until) => StepState::Waived,
        Some(StepOutcome::Waived) | None => StepState::ToDo,
    };
    match recorded {
        StepState::Done | StepState::NotNeeded if left > 0 => StepState::ToDo,
        StepState::ToDo | StepState::Started | StepState::Blocked if left == 0 && completes_itself(&items) => {
            StepState::ByItself
        }
        state => state,
    }
}

fn completes_itself(items: &[Item<'_>]) -> bool {
    // Service logins handed over leave the list, so an empty list says nothing; that step is ticked by hand.
    !items.is_empty() && !items.iter().any(|item| matches!(item, Item::Automation(_)))
}

/// When a step was done; nothing while it is not.
pub fn completed_at(case: &Case<'_>, step: &Step) -> Option<Instant> {
    let items = case.covered_by(step);
    match base_state(case, step) {
        // What is waived counts for the closing, but it was not done at any time.
        StepState::ByItself => {
            items.iter().map(|item| item.done_at(case)).collect::<Option<Vec<_>>>()?.into_iter().max()
        }
        StepState::Done => step.ended.map(|mark| mark.at),
        _ => None,
    }
}

/// How many of the things a step covers are left, and how many there are.
pub fn left_of(case: &Case<'_>, step: &Step) -> (usize, usize) {
    let items = case.covered_by(step);
    (items.iter().filter(|item| !item.is_settled(case)).count(), items.len())
}

/// The title of a step as a row shows it: what is to be collected by name, what is to be changed by number.
pub fn title_of(case: &Case<'_>, step: &Step) -> String {
    if let Some(title) = step.title.as_ref().filter(|title| !title.is_empty()) {
        return title.clone();
    }
    let Some(spec) = case.spec(step) else {
        return step.code.clone().unwrap_or_default();
    };
    if spec.covers.things && !case.facts.assets.is_empty() {
        let things = case.facts.assets.iter().map(thing_words).collect::<Vec<_>>().join(", ");
        let title = format!("Collect {things}");
        if title.chars().count() <= TITLE_LETTERS {
            return title;
        }
        return format!("{} ({})", spec.title, case.facts.assets.len());
    }
    if spec.covers.secrets.is_some() {
        let count = case.covered(spec).len();
        return format!("{} ({count})", spec.title);
    }
    spec.title.clone()
}

/// A thing in two words, as `laptop KW-0231`. One that nobody has named yet is called by what was said of it.
pub(super) fn thing_words(asset: &Asset) -> String {
    match asset.tag.as_deref().filter(|tag| !tag.is_empty()) {
        Some(tag) if is_unnamed(tag) => tag.split_once(": ").map_or(tag, |(_, what)| what).to_owned(),
        Some(tag) => format!("{} {tag}", asset.kind.shown()),
        None => asset.kind.shown().to_owned(),
    }
}

/// How many steps of each phase have ended, of how many: what stands behind the phase's name.
pub fn phase_counts(case: &Case<'_>) -> Vec<(Phase, usize, usize)> {
    Phase::ALL
        .iter()
        .map(|phase| {
            let steps: Vec<&Step> = case.facts.steps.iter().filter(|step| step.phase == *phase).collect();
            let ended = steps.iter().filter(|step| base_state(case, step).has_ended()).count();
            (*phase, ended, steps.len())
        })
        .filter(|(_, _, total)| *total > 0)
        .collect()
}

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
            ended.until = Some(super::removal::checked_until(at, until, max_days)?);
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

/// Whether a step is done but a second person still has to look at it.
pub fn needs_look(case: &Case<'_>, step: &Step) -> bool {
    case.spec(step).is_some_and(|spec| spec.second_person)
        && base_state(case, step) == StepState::Done
        && step.checked.is_none_or(|mark| mark.at > case.at)
        && !case.facts.run.alone
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
#[path = "standing_tests.rs"]
mod tests;
