//! What a person does in a run: start it, answer, tick steps, close it.
//!
//! Must never know: keys, arguments; which step waits for which.

use super::facts::{self as run_facts, deadlines};
use crate::domain::discharge::{
    self, Addition, Answering, Case, Ending, Ids, Names, RunFacts, parse_addition, split_field,
};
use crate::domain::policy::Limit;
use crate::domain::{
    Change, Client, ClientId, Edit, GrantId, Instant, Mark, PersonId, Phase, Proof, RecordId, RecordKind, RecordRef,
    Reply, Run, RunId, Step, StepId, StepOutcome, System, capital,
};
use crate::error::{AppError, ErrorClass};
use crate::service::command::Outcome;
use crate::service::facts::Facts;
use crate::service::resolve::{self, Naming, Scope};
use crate::service::session::Scene;
use crate::service::words;
use crate::store::{Select, StoreError, Tx};

/// Ids from the writing transaction, for the domain. A failure is kept and told at the end.
pub struct TxIds<'a, 't> {
    tx: &'a mut Tx<'t>,
    failed: Option<StoreError>,
}

impl<'a, 't> TxIds<'a, 't> {
    /// Ids from this transaction.
    pub const fn new(tx: &'a mut Tx<'t>) -> Self {
        Self { tx, failed: None }
    }

    /// Says whether an id could not be had.
    ///
    /// # Errors
    /// The store's, when it could not.
    pub fn done(self) -> Result<(), StoreError> {
        self.failed.map_or(Ok(()), Err)
    }
}

impl Ids for TxIds<'_, '_> {
    fn next(&mut self, kind: RecordKind) -> u64 {
        match with_record_type!(kind, R => self.tx.allocate::<R>().map(RecordId::number)) {
            Ok(number) => number,
            Err(error) => {
                self.failed = Some(error);
                0
            }
        }
    }
}

/// Reads a run and everything it is judged by, inside the writing transaction.
///
/// # Errors
/// When there is no such run, or it is closed.
pub fn open_facts(tx: &Tx<'_>, scene: &Scene, id: RunId) -> Result<RunFacts, AppError> {
    let facts = Facts::new(**tx, None);
    let run = run_facts::run(&facts, id)?;
    if run.closed.is_some() {
        return Err(closed());
    }
    run_facts::read(&facts, scene, run, scene.now)
}

fn closed() -> AppError {
    AppError::new(ErrorClass::Refused, "This run is closed. Nothing was changed.")
        .hint("keyward discharge reinstate gives back what it took")
}

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

/// Appends edits as one change of a run.
fn append(tx: &mut Tx<'_>, mut change: Change, edits: Vec<Edit>) -> Result<u64, AppError> {
    change.edits.extend(edits);
    Ok(tx.append(change)?)
}

/// Opens again whatever an act of a run shows to have been done too early, and says why.
///
/// # Errors
/// When a table cannot be read or written.
pub fn reopen(tx: &mut Tx<'_>, scene: &Scene, run: RunId) -> Result<Option<String>, AppError> {
    let facts = Facts::new(**tx, None);
    let found = run_facts::run(&facts, run)?;
    if found.closed.is_some() {
        return Ok(None);
    }
    let whole = run_facts::read(&facts, scene, found, scene.now)?;
    let reopened = discharge::reopen_too_early(&Case::new(&whole, scene.now), &scene.zone);
    let Some(first) = reopened.first() else { return Ok(None) };
    let reason = first.reason.clone();
    let mut again = scene
        .change("run.reopened", "Opened again: it was done too early")
        .because(Some(reason.clone()))
        .in_run(Some(run));
    again.edits.extend(reopened.into_iter().map(|r| r.edit));
    tx.append(again)?;
    Ok(Some(reason))
}

/// What an act of a run answers with.
pub(super) fn outcome(seq: u64, message: String, run: RunId) -> Outcome {
    Outcome { seq: Some(seq), message, undoable: true, run: Some(run), count: 1 }
}

/// Names doer and second person of a run.
///
/// # Errors
/// When the leaver is named, or one person for both without a reason.
pub fn set_people(
    tx: &mut Tx<'_>,
    scene: &Scene,
    id: RunId,
    doer: Option<PersonId>,
    checker: Option<PersonId>,
    alone: Option<String>,
) -> Result<Outcome, AppError> {
    let whole = open_facts(tx, scene, id)?;
    let old = &whole.run;
    let (doer, checker) = (doer.or(old.doer), checker.or(old.checker));
    let alone = alone.map(|reason| reason.trim().to_owned()).filter(|reason| !reason.is_empty());
    let refuse = |words: &str| Err(AppError::new(ErrorClass::Refused, words));
    if old.person.is_some() && (doer == old.person || checker == old.person) {
        return refuse("The leaver neither does nor checks their own exit. Nothing was changed. Name somebody else.");
    }
    if doer.is_some() && doer == checker && alone.is_none() && !old.alone {
        return refuse(
            "One person cannot do and check. Nothing was changed. Name a second one, or say why there is none.",
        );
    }
    let run = Run {
        doer,
        checker,
        alone: old.alone || alone.is_some(),
        alone_reason: alone.clone().or_else(|| old.alone_reason.clone()),
        ..old.clone()
    };
    let names = {
        let facts = Facts::new(**tx, None);
        (facts.name(doer)?, facts.name(checker)?)
    };
    let told = format!(
        "{} does it, {} checks it",
        names.0.as_deref().unwrap_or("nobody yet"),
        names.1.as_deref().unwrap_or("nobody yet")
    );
    let change = scene
        .change("run.people", format!("{}: {told}", capital(&words::run_phrase(whole.run.kind, whole.name()))))
        .because(alone)
        .in_run(Some(id));
    let seq = append(tx, change, vec![run.into()])?;
    Ok(outcome(seq, format!("{told}. Ctrl-Z undoes."), id))
}

struct RegisterNames<'a> {
    facts: &'a Facts<'a>,
    own: ClientId,
}

impl Names for RegisterNames<'_> {
    fn system(&self, text: &str) -> Result<(System, Client), String> {
        let whole = if text.contains('/') {
            resolve::scope(self.facts, text, Naming::Part)
        } else {
            resolve::system(self.facts, self.own, text, Naming::Part).map(|system| Scope::System(system.id))
        };
        let not = "Nothing changed. Give it as CLIENT/SYSTEM.";
        match whole {
            Ok(Scope::System(id)) => {
                let system = self.facts.get::<System>(id).map_err(|e| e.to_string())?;
                let system = system.ok_or_else(|| format!("There is no system {id}. {not}"))?;
                let client = self.facts.get::<Client>(system.client).map_err(|e| e.to_string())?;
                Ok((system, client.ok_or_else(|| format!("That system has no client. {not}"))?))
            }
            Ok(_) => Err(format!("“{text}” is no system. {not}")),
            Err(error) => Err(format!("{}. {not}", error.message)),
        }
    }

    fn client(&self, text: &str) -> Result<ClientId, String> {
        resolve::client(self.facts, text, Naming::Part)
            .map(|client| client.id)
            .map_err(|error| format!("{}. Nothing changed.", error.message))
    }
}

/// Reads `KIND field=value field=value` as typed additions. A new kind begins wherever a word has no `=`.
fn additions(facts: &Facts<'_>, own: ClientId, add: &[String]) -> Result<Vec<Addition>, AppError> {
    let bad = |error: discharge::AdditionError| AppError::new(ErrorClass::BadInput, error.to_string());
    let mut groups: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for word in add.iter().flat_map(|text| pieces(text)) {
        if word.contains('=') {
            let field = split_field(&word).map_err(bad)?;
            match groups.last_mut() {
                Some((_, fields)) => fields.push(field),
                None => {
                    return Err(AppError::new(
                        ErrorClass::BadInput,
                        "Say first what to add, as asset kind=laptop. Nothing was changed.",
                    ));
                }
            }
        } else {
            groups.push((word, Vec::new()));
        }
    }
    let names = RegisterNames { facts, own };
    groups.iter().map(|(kind, fields)| parse_addition(kind, fields, &names).map_err(bad)).collect()
}

/// Splits `asset kind=laptop tag=KW-0231` where it comes as one text; a value runs until the next `word=`.
fn pieces(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let begins_field = word.find('=').is_some_and(|at| at > 0);
        match out.last_mut() {
            Some(last) if !begins_field && last.contains('=') => {
                last.push(' ');
                last.push_str(word);
            }
            _ => out.push(word.to_owned()),
        }
    }
    out
}

/// Records an answer and makes the work it brings.
///
/// # Errors
/// When the question is not asked here, or details cannot be used.
pub fn answer(
    tx: &mut Tx<'_>,
    scene: &Scene,
    id: RunId,
    question: &str,
    (reply, note): (Option<Reply>, Option<String>),
    add: &[String],
) -> Result<Outcome, AppError> {
    let whole = open_facts(tx, scene, id)?;
    let additions = { additions(&Facts::new(**tx, None), whole.own.id, add)? };
    let case = Case::new(&whole, scene.now);
    let answering = Answering { question: question.to_uppercase(), reply, note, additions };
    let mut ids = TxIds::new(tx);
    let answered = discharge::effects(&case, &answering, &deadlines(scene), &scene.zone, &mut ids)
        .map_err(|refused| AppError::new(ErrorClass::Refused, refused.to_string()))?;
    ids.done()?;
    let said = reply.map_or("note taken", Reply::shown);
    let summary = format!("{}, {}: {said}", answering.question, whole.name());
    let change = scene.change("run.answered", summary).in_run(Some(id));
    append(tx, change, answered.edits)?;
    plan_more(tx, scene, id)?;
    let seq = tx.next_seq() - 1;
    let message = match answered.work.as_slice() {
        [] if reply.is_none() => "Note saved.".to_owned(),
        [] => format!("{said}: nothing to do. Ctrl-Z undoes."),
        work => format!("New work: {}. Ctrl-Z undoes.", words::listed(work, 3)),
    };
    Ok(outcome(seq, message, id))
}

/// Adds the steps and changes of secrets that what was just added asks for.
fn plan_more(tx: &mut Tx<'_>, scene: &Scene, id: RunId) -> Result<(), AppError> {
    let whole = open_facts(tx, scene, id)?;
    let case = Case::new(&whole, scene.now);
    let mut ids = TxIds::new(tx);
    let edits = discharge::plan_run(&case, &deadlines(scene), &scene.zone, &mut ids);
    ids.done()?;
    if !edits.is_empty() {
        let mut change = scene.change("run.planned", format!("More steps for {}", whole.name())).in_run(Some(id));
        change.edits = edits;
        tx.append(change)?;
    }
    Ok(())
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

/// How somebody says that a step stands.
#[derive(Debug, Clone, Default)]
pub struct StepSaid {
    /// How; open again when absent.
    pub outcome: Option<StepOutcome>,
    /// By whom.
    pub by: Option<PersonId>,
    /// What was written down.
    pub note: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Until when.
    pub until: Option<Instant>,
}

/// Ends a step, says it is under way, or opens it again.
///
/// # Errors
/// When it waits for another one, covers something open, or a reason is missing.
pub fn end_step(tx: &mut Tx<'_>, scene: &Scene, id: StepId, said: StepSaid) -> Result<Outcome, AppError> {
    let (whole, step) = facts_of_step(tx, scene, id)?;
    let (step, run) = (&step, whole.run.id);
    let case = Case::new(&whole, scene.now);
    let title = discharge::title_of(&case, step);
    // What the second person does is ticked for them, whoever is at the keyboard.
    let looks = discharge::is_a_look(&case, step).then(|| step.doer.or(whole.run.checker)).flatten();
    let mark = Mark { at: scene.now, by: said.by.or(looks).or(scene.me) };
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
    Ok(outcome(seq, format!("{title}: {words}{by}. Ctrl-Z undoes."), run))
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
    Ok(outcome(seq, format!("{title}: checked. Ctrl-Z undoes."), run))
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
    Ok(outcome(seq, format!("New step: {title}. Ctrl-Z undoes."), run))
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
    Ok(outcome(seq, "Note saved.".to_owned(), run))
}

/// Somebody accepts by name that the last admin on record of a system goes: the removal is no longer held.
///
/// # Errors
/// When the way in is not held for that, nobody or the leaver is named, a reason is missing, or the date is past or
/// too far.
pub fn accept_sole_admin(
    tx: &mut Tx<'_>,
    scene: &Scene,
    id: RunId,
    grant: GrantId,
    by: Option<PersonId>,
    (reason, until): (&str, Instant),
) -> Result<Outcome, AppError> {
    let whole = open_facts(tx, scene, id)?;
    let way = whole.way_in(grant).ok_or(discharge::Refusal::NotHere)?;
    if !way.sole_admin {
        let words = format!("{} has another admin on record. Nothing was changed.", way.holding.at.system.name);
        return Err(AppError::new(ErrorClass::Refused, words));
    }
    let most = scene.policy.plain(Limit::ExceptionMax);
    let case = Case::new(&whole, scene.now);
    let mut ids = TxIds::new(tx);
    let accepted = discharge::accept_sole_admin(&case, way, by, reason, until, most, &mut ids)?;
    ids.done()?;
    let who = Facts::new(**tx, None).name(by)?.unwrap_or_default();
    let told = format!("{who} accepts that the last admin goes: {}", crate::service::lines::title(&way.holding));
    let change = scene.change("run.sole_admin", told.clone()).because(Some(reason.to_owned())).in_run(Some(id));
    let seq = append(tx, change, vec![accepted.into()])?;
    Ok(outcome(seq, format!("{told}. Ctrl-Z undoes."), id))
}

/// Takes off what an answer made and nobody named: there turned out to be nothing.
///
/// # Errors
/// When no answer of the run made it, it has a name by now, or a reason is missing.
pub fn take_off(tx: &mut Tx<'_>, scene: &Scene, id: RunId, what: RecordRef, reason: &str) -> Result<Outcome, AppError> {
    let whole = open_facts(tx, scene, id)?;
    let edits = discharge::take_off(&Case::new(&whole, scene.now), what, reason)?;
    let told = format!("Taken off: {}, {}", what.kind.shown(), whole.name());
    let change = scene.change("run.taken_off", told.clone()).because(Some(reason.to_owned())).in_run(Some(id));
    let seq = append(tx, change, edits)?;
    Ok(outcome(seq, format!("{told}. Ctrl-Z undoes."), id))
}

/// Closes a run. Refused while something is open, with the list.
///
/// # Errors
/// What is missing, first things first; or a name that is not the operator's.
pub fn close(tx: &mut Tx<'_>, scene: &Scene, id: RunId, signed: &str) -> Result<Outcome, AppError> {
    let whole = open_facts(tx, scene, id)?;
    let case = Case::new(&whole, scene.now);
    let missing = super::view::obstacles(&case);
    if !missing.is_empty() {
        let mut error = AppError::new(
            ErrorClass::Refused,
            format!(
                "The run stays open: {} Nothing was changed.",
                words::listed(&missing.iter().map(|o| o.what.clone()).collect::<Vec<_>>(), 4)
            ),
        );
        error.hints = missing.iter().map(|obstacle| obstacle.remedy.clone()).collect();
        return Err(error);
    }
    if signed.trim() != scene.operator {
        return Err(AppError::new(
            ErrorClass::Refused,
            format!("Type your name to sign: {}. Nothing was changed.", scene.operator),
        ));
    }
    let mark = Mark { at: scene.now, by: scene.me };
    let mut ids = TxIds::new(tx);
    let edits = discharge::closing_edits(&case, mark, &scene.zone, &mut ids)
        .map_err(|refused| AppError::new(ErrorClass::Refused, refused.to_string()))?;
    ids.done()?;
    let mut change = scene
        .change(
            "run.closed",
            format!("Closed {}, signed {}", words::run_phrase(whole.run.kind, whole.name()), scene.operator),
        )
        .in_run(Some(id));
    change.edits = edits;
    let seq = tx.append(change)?;
    Ok(Outcome {
        seq: Some(seq),
        message: "Closed. Looks again are set for later. P prints the closing report.".to_owned(),
        undoable: false,
        run: Some(id),
        count: 1,
    })
}

/// Gives back what a run took, as one change.
///
/// # Errors
/// When a reason is missing or there is no such run.
pub fn reinstate(tx: &mut Tx<'_>, scene: &Scene, id: RunId, reason: &str) -> Result<Outcome, AppError> {
    if reason.trim().is_empty() {
        return Err(AppError::new(ErrorClass::BadInput, "A reason is missing. Nothing was changed."));
    }
    let whole = {
        let facts = Facts::new(**tx, None);
        run_facts::read(&facts, scene, run_facts::run(&facts, id)?, scene.now)?
    };
    let case = Case::new(&whole, scene.now);
    let mut ids = TxIds::new(tx);
    let back = discharge::reinstate(&case, Mark { at: scene.now, by: scene.me }, reason, &mut ids)?;
    ids.done()?;
    let mut change = scene
        .change("run.reinstated", format!("Reinstated {}", whole.name()))
        .because(Some(reason.to_owned()))
        .in_run(Some(id));
    let count = back.give_back.len();
    change.edits = back.edits;
    let seq = tx.append(change)?;
    Ok(Outcome {
        count: u32::try_from(count).unwrap_or(u32::MAX),
        ..outcome(
            seq,
            format!(
                "{} is back. {} to give again. Ctrl-Z undoes.",
                whole.name(),
                words::counted(count as u64, "right", "rights")
            ),
            id,
        )
    })
}

/// Runs that are open, newest first.
///
/// # Errors
/// When a table cannot be read.
pub fn open_runs(facts: &Facts<'_>) -> Result<Vec<Run>, StoreError> {
    let mut runs = facts.list::<Run>(Select::all().is_null("closed"))?;
    runs.sort_by_key(|run| std::cmp::Reverse((run.started, run.id.0)));
    Ok(runs)
}
