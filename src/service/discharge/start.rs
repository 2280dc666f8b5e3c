//! Opening a run: somebody leaves or moves, or a client's contract ends. Removes nothing.
//!
//! Must never know: keys, arguments; which steps belong.

use super::apply::{TxIds, outcome};
use super::facts::{self as run_facts, deadlines};
use crate::domain::discharge::{self, Case, RunFacts, Start};
use crate::domain::{CaseKind, Client, ClientId, Edit, Instant, Person, PersonId, Run, RunId, Seq};
use crate::error::{AppError, ErrorClass};
use crate::service::command::Outcome;
use crate::service::facts::Facts;
use crate::service::session::Scene;
use crate::service::words;
use crate::store::Tx;

/// Someone is leaving: opens the run and plans its steps.
///
/// # Errors
/// When the person is not in the register, has an open run, or the kind is a client's.
pub fn person(
    tx: &mut Tx<'_>,
    scene: &Scene,
    person: PersonId,
    kind: CaseKind,
    at: Option<Instant>,
    reason: Option<String>,
) -> Result<Outcome, AppError> {
    if kind == CaseKind::ClientExit {
        return Err(AppError::new(ErrorClass::Refused, "A person is no client. Nothing was opened.")
            .hint("keyward discharge start CLIENT --kind client_exit opens the end of a contract"));
    }
    let who = {
        let facts = Facts::new(**tx, None);
        refuse_second(run_facts::open_run_of(&facts, person)?, "person")?;
        facts
            .get::<Person>(person)?
            .ok_or_else(|| AppError::new(ErrorClass::NotFound, "That person is not in the register."))?
    };
    let start = Start {
        kind,
        person: Some(&who),
        client: None,
        trigger: at.or(who.last_day.filter(|last| *last > scene.now && kind == CaseKind::Notice)).unwrap_or(scene.now),
        now: scene.now,
        doer: scene.me.filter(|me| *me != person),
        checker: None,
        alone: None,
    };
    let summary = format!("Started {}, {}", words::run_phrase(kind, &who.name), kind.shown());
    let (seq, run, whole) = open(tx, scene, &start, summary, reason)?;
    let first = Scene::first_name(&who);
    let message = match (kind, whole.stays) {
        (CaseKind::Mover, 0) => format!("Role change of {first} started. Nothing is in the set of this role."),
        (CaseKind::Mover, stays) => {
            let goes = words::count(whole.ways_in.len() as u64);
            format!("Role change of {first} started: {goes} to remove, {} stay.", words::count(stays.into()))
        }
        _ => format!("Discharge of {first} started. Nothing is removed yet."),
    };
    Ok(outcome(seq, message, run))
}

/// A client's contract ends: opens the run over everything our people can open there.
///
/// # Errors
/// When the client is not in the register, is the own company, or leaves already.
pub fn client(
    tx: &mut Tx<'_>,
    scene: &Scene,
    client: ClientId,
    at: Option<Instant>,
    reason: Option<String>,
) -> Result<Outcome, AppError> {
    let found = {
        let facts = Facts::new(**tx, None);
        refuse_second(run_facts::open_exit_of(&facts, client)?, "client")?;
        facts
            .get::<Client>(client)?
            .ok_or_else(|| AppError::new(ErrorClass::NotFound, "That client is not in the register."))?
    };
    if found.own {
        return Err(AppError::new(ErrorClass::Refused, "This is our own company. Nothing was opened."));
    }
    let start = Start {
        kind: CaseKind::ClientExit,
        person: None,
        client: Some(client),
        trigger: at.unwrap_or(scene.now),
        now: scene.now,
        doer: scene.me,
        checker: None,
        alone: None,
    };
    let summary = format!("Started {}", words::run_phrase(CaseKind::ClientExit, &found.name));
    let (seq, run, _) = open(tx, scene, &start, summary, reason)?;
    let message = format!("Exit of {} started. Nothing is removed yet.", found.name);
    Ok(outcome(seq, message, run))
}

fn refuse_second(open: Option<Run>, whose: &str) -> Result<(), AppError> {
    let Some(open) = open else { return Ok(()) };
    Err(AppError::new(ErrorClass::Refused, format!("There is an open run for this {whose} already: run {}.", open.id))
        .hint(format!("keyward discharge show {} shows it", open.id)))
}

fn open(
    tx: &mut Tx<'_>,
    scene: &Scene,
    start: &Start<'_>,
    summary: String,
    reason: Option<String>,
) -> Result<(Seq, RunId, RunFacts), AppError> {
    let own = match run_facts::own_company(&Facts::new(**tx, None))? {
        Some(_) => None,
        None => Some(run_facts::firm(tx.allocate::<Client>()?, scene.settings.firm.as_deref())),
    };
    let mut ids = TxIds::new(tx);
    let (run, mut edits) = discharge::open_run(start, &mut ids)
        .map_err(|refused| AppError::new(ErrorClass::Refused, refused.to_string()))?;
    ids.done()?;
    let whole = run_facts::read(&Facts::new(**tx, None), scene, run.clone(), scene.now)?;
    let mut ids = TxIds::new(tx);
    edits.extend(discharge::plan_run(&Case::new(&whole, scene.now), &deadlines(scene), &scene.zone, &mut ids));
    ids.done()?;
    edits.extend(own.map(Edit::from));
    let mut change = scene.change("run.started", summary).because(reason).in_run(Some(run.id));
    change.edits = edits;
    Ok((tx.append(change)?, run.id, whole))
}
