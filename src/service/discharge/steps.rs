//! Steps of a run: ended, checked, added, noted.
//!
//! Must never know: keys, arguments; which step waits for which.

use super::apply::{append, closed, open_facts, outcome};
use super::facts as run_facts;
use crate::domain::discharge::{self, Case, Ending, RunFacts};
use crate::domain::policy::Limit;
use crate::domain::{Edit, Instant, Mark, PersonId, Phase, Proof, RunId, Step, StepId, StepOutcome};
use crate::error::{AppError, ErrorClass};
use crate::service::command::{Outcome, StepSaid};
use crate::service::facts::Facts;
use crate::service::session::Scene;
use crate::store::Tx;

/// Reads the run of a step and the step itself. Of a closed run only what belongs after the closing can be changed.
fn facts_of_step(tx: &Tx<'_>, scene: &Scene, id: StepId) -> Result<(RunFacts, Step), AppError> {
    let run = run_of_step(tx, id)?;
    let facts = Facts::new(**tx, None);
    let whole = run_facts::read(&facts, scene, run_facts::run(&facts, run)?, scene.now)?;
    let step = step_of(&whole, id)?.clone();
    let late = discharge::belongs_after_closing(&Case::new(&whole, scene.now), &step);
    if whole.run.closed.is_some() && !late {
        return Err(closed());
    }
    Ok((whole, step))
}

fn step_of(whole: &RunFacts, id: StepId) -> Result<&Step, AppError> {
    whole
        .steps
        .iter()
        .find(|step| step.id == id)
        .ok_or_else(|| AppError::new(ErrorClass::NotFound, "That step is not part of this run. Nothing was changed."))
}

/// The run a step belongs to.
fn run_of_step(tx: &Tx<'_>, id: StepId) -> Result<RunId, AppError> {
    let step = tx.get::<Step>(id)?;
    step.map(|step| step.run).ok_or_else(|| AppError::new(ErrorClass::NotFound, format!("There is no step {id}")))
}

/// What a step is called in its run.
///
/// # Errors
/// When the run is gone or a table cannot be read.
pub fn title(tx: &Tx<'_>, scene: &Scene, step: &Step) -> Result<String, AppError> {
    let facts = Facts::new(**tx, None);
    let whole = run_facts::read(&facts, scene, run_facts::run(&facts, step.run)?, scene.now)?;
    Ok(discharge::title_of(&Case::new(&whole, scene.now), step))
}

/// Ends a step, says it is under way, or opens it again.
///
/// # Errors
/// When it waits for another one, covers something open, its time lies ahead, or a reason is missing.
pub fn end_step(tx: &mut Tx<'_>, scene: &Scene, id: StepId, said: StepSaid) -> Result<Outcome, AppError> {
    let (whole, step) = facts_of_step(tx, scene, id)?;
    let (step, run) = (&step, whole.run.id);
    let case = Case::new(&whole, scene.now);
    let title = discharge::title_of(&case, step);
    // What the second person does is ticked for them, whoever is at the keyboard.
    let looks = discharge::is_a_look(&case, step).then(|| step.doer.or(whole.run.checker)).flatten();
    let mark = Mark { at: said.at.unwrap_or(scene.now), by: said.by.or(looks).or(scene.me) };
    let reason = said.reason.clone().unwrap_or_default();
    let ending = match said.outcome {
        None => None,
        Some(StepOutcome::Started) => Some(Ending::Started),
        Some(StepOutcome::Done) => Some(Ending::Done { proof: None }),
        Some(StepOutcome::NotNeeded) => Some(Ending::NotNeeded(reason)),
        Some(StepOutcome::Blocked) => Some(Ending::Blocked(reason)),
        Some(StepOutcome::Waived) => {
            let until = said.until.ok_or_else(|| {
                AppError::new(
                    ErrorClass::BadInput,
                    "A date is missing: until when is it left undone? Nothing was changed.",
                )
            })?;
            Some(Ending::Waived { reason, until })
        }
    };
    let mut edits: Vec<Edit> = Vec::new();
    let (mut ended, words) = match ending {
        Some(ending) => {
            let word = said.outcome.map_or("", StepOutcome::shown);
            (discharge::end_step(&case, step, ending, mark, scene.policy.plain(Limit::ExceptionMax))?, word)
        }
        None => {
            let again = Step {
                outcome: None,
                ended: None,
                checked: None,
                proof: None,
                until: None,
                reason: None,
                ..step.clone()
            };
            (again, "to do again")
        }
    };
    if let Some(note) = said.note {
        ended.note = Some(note).filter(|note| !note.trim().is_empty());
    }
    edits.insert(0, ended.into());
    let change = scene
        .change("run.step", format!("Step {words}: {title}, {}", whole.name()))
        .because(said.reason)
        .in_run(Some(run));
    let by = if looks.is_some() && said.outcome == Some(StepOutcome::Done) && mark.by != scene.me {
        Facts::new(**tx, None).name(mark.by)?.map(|name| format!(", by {name}")).unwrap_or_default()
    } else {
        String::new()
    };
    let seq = append(tx, change, edits)?;
    Ok(outcome(seq, format!("{title}: {words}{by}."), run))
}

/// A second person looked at a step.
///
/// # Errors
/// When it is not done, or the doer or leaver would check.
pub fn check_step(
    tx: &mut Tx<'_>,
    scene: &Scene,
    id: StepId,
    by: Option<PersonId>,
    proof: Proof,
) -> Result<Outcome, AppError> {
    let (whole, step) = facts_of_step(tx, scene, id)?;
    let (step, run) = (&step, whole.run.id);
    let mark = Mark { at: scene.now, by: by.or(scene.me) };
    let checked = discharge::check_step(&Case::new(&whole, scene.now), step, mark, proof)?;
    let title = discharge::title_of(&Case::new(&whole, scene.now), step);
    let change = scene.change("run.step_checked", format!("Step checked: {title}, {}", whole.name())).in_run(Some(run));
    let seq = append(tx, change, vec![checked.into()])?;
    Ok(outcome(seq, format!("{title}: checked."), run))
}

/// A step that is not in the template.
///
/// # Errors
/// When its title is empty.
pub fn add_step(
    tx: &mut Tx<'_>,
    scene: &Scene,
    run: RunId,
    title: &str,
    due: Option<Instant>,
) -> Result<Outcome, AppError> {
    let title = title.trim();
    if title.is_empty() {
        return Err(AppError::new(ErrorClass::BadInput, "The step has no words yet. Nothing was changed."));
    }
    let whole = open_facts(tx, scene, run)?;
    let position = whole.steps.iter().map(|step| step.position).max().unwrap_or(0) + 1;
    let step = Step {
        id: tx.allocate::<Step>()?,
        run,
        code: None,
        phase: Phase::Day,
        position,
        due,
        doer: whole.run.doer,
        outcome: None,
        ended: None,
        checked: None,
        proof: None,
        until: None,
        repeats: None,
        title: Some(title.to_owned()),
        note: None,
        reason: None,
    };
    let change = scene.change("run.step_added", format!("New step: {title}, {}", whole.name())).in_run(Some(run));
    let seq = append(tx, change, vec![step.into()])?;
    Ok(outcome(seq, format!("New step: {title}."), run))
}

/// A note on a step.
///
/// # Errors
/// When the run is closed.
pub fn note_step(tx: &mut Tx<'_>, scene: &Scene, id: StepId, note: &str) -> Result<Outcome, AppError> {
    let (whole, step) = facts_of_step(tx, scene, id)?;
    let (step, run) = (&step, whole.run.id);
    let noted = Step { note: Some(note.trim().to_owned()).filter(|note| !note.is_empty()), ..step.clone() };
    let title = discharge::title_of(&Case::new(&whole, scene.now), step);
    let change = scene.change("run.step_noted", format!("Note on: {title}, {}", whole.name())).in_run(Some(run));
    let seq = append(tx, change, vec![noted.into()])?;
    Ok(outcome(seq, format!("Note on {title} saved."), run))
}
