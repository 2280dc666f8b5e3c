//! How the steps of a run stand: done by hand, done by themselves because what they cover is done, or still to do.
//!
//! Must never know: how a step is drawn, who is at the keyboard.

use super::addition::is_unnamed;
use super::case::{Case, Item};
use super::template::TITLE_LETTERS;
use crate::domain::{Asset, Instant, Phase, Step, StepOutcome};

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

/// Whether a step is done but a second person still has to look at it.
pub fn needs_look(case: &Case<'_>, step: &Step) -> bool {
    case.spec(step).is_some_and(|spec| spec.second_person)
        && base_state(case, step) == StepState::Done
        && step.checked.is_none_or(|mark| mark.at > case.at)
        && !case.facts.run.alone
}

#[cfg(test)]
#[path = "standing_tests.rs"]
mod tests;
