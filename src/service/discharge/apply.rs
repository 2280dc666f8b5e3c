//! What a person does with a whole run: name who does it, take off what an answer made, close it, give back.
//!
//! Must never know: keys, arguments; which step waits for which.

use super::facts as run_facts;
use crate::domain::discharge::{self, Case, Ids, RunFacts};
use crate::domain::policy::Limit;
use crate::domain::{
    Change, Edit, GrantId, Instant, Mark, PersonId, RecordId, RecordKind, RecordRef, Run, RunId, capital,
};
use crate::error::{AppError, ErrorClass};
use crate::service::command::{Outcome, WayBack};
use crate::service::facts::Facts;
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

pub(super) fn closed() -> AppError {
    AppError::new(ErrorClass::Refused, "This run is closed. Nothing was changed.")
        .hint("keyward discharge reinstate gives back what it took")
}

/// Appends edits as one change of a run.
pub(super) fn append(tx: &mut Tx<'_>, mut change: Change, edits: Vec<Edit>) -> Result<u64, AppError> {
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
    Outcome::done(seq, message).of_run(run)
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
    Ok(outcome(seq, format!("{told}."), id))
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
    Ok(outcome(seq, format!("{told}."), id))
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
    Ok(outcome(seq, format!("{told}."), id))
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
        way_back: WayBack::None,
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
            format!("{} is back. {} to give again.", whole.name(), words::counted(count as u64, "right", "rights")),
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
