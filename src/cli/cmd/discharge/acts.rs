//! What a person does in a run.
//!
//! Must never know: when each act is allowed.

use super::named;
use crate::cli::Exit;
use crate::cli::cmd::revoke::proof;
use crate::cli::context::{Context, apply, done_at, moment, person, reading, until};
use crate::domain::{CaseKind, GrantId, PersonId, Proof, RecordKind, RecordRef, Reply, RunId, StepId, StepOutcome};
use crate::error::{AppError, ErrorClass};
use crate::service::door::Visit;
use crate::service::view::ThingId;
use crate::service::{Answer, Command, Desk as _, Query, Settle, StepSaid, resolve};
use crate::text::shown;

/// What is said about a step or thing besides how it ended.
#[derive(Debug, Default)]
pub struct Said {
    /// When it was done.
    pub at: Option<String>,
    /// Who did it or looked.
    pub by: Option<String>,
    /// What was written down.
    pub note: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// Until when.
    pub until: Option<String>,
    /// How well a check proves it.
    pub proof: Option<String>,
}

fn usage(message: String, possible: &str) -> AppError {
    AppError::new(ErrorClass::Usage, format!("{message} Nothing was changed.")).hint(format!("Possible are {possible}"))
}

/// Applies a command and answers with the run as it stands then.
fn act(visit: &mut Visit, kind: &'static str, command: Command) -> Result<crate::cli::output::Answer, AppError> {
    let (answer, outcome) = apply(visit, kind, command)?;
    let Some(run) = outcome.run else { return Ok(answer) };
    Ok(answer.field("run", super::show::head(visit, run)?))
}

/// Opens one.
pub fn start(
    context: &Context,
    who: &str,
    kind: &str,
    at: Option<&str>,
    reason: Option<String>,
) -> Result<Exit, AppError> {
    let case = CaseKind::parse(kind).ok_or_else(|| {
        let all: Vec<&str> = CaseKind::ALL.iter().map(|kind| kind.stored()).collect();
        usage(format!("There is no kind of discharge \"{}\".", shown(kind)), &all.join(", "))
    })?;
    context.change(|visit| {
        let session = visit.writing()?;
        let with = reading(session, true);
        let at = at.map(|typed| moment("--at", typed, &with, |when| when.done(&with))).transpose()?;
        let command = if case == CaseKind::ClientExit {
            let client = session.find(|facts| Ok(resolve::client(facts, who, context.naming())?.id))?;
            Command::StartClientExit { client, at, reason }
        } else {
            let person = session.find(|facts| Ok(resolve::person(facts, who, context.naming())?.id))?;
            Command::StartDischarge { person, kind: case, at, reason }
        };
        let (answer, outcome) = apply(visit, "discharge_start", command)?;
        let Some(run) = outcome.run else { return Ok(answer) };
        let text = format!("Run {run}. {}\nkeyward discharge show {run} lists what to do.\n", shown(&outcome.message));
        let run = super::show::head(visit, run)?;
        Ok(answer.field("run", run).text(text))
    })
}

/// Names doer and second person.
pub fn people(
    context: &Context,
    run: &str,
    doer: Option<&str>,
    checker: Option<&str>,
    alone: Option<String>,
) -> Result<Exit, AppError> {
    context.change(|visit| {
        let session = visit.writing()?;
        let run = named(session, run)?;
        let doer = person(session, doer, context.naming())?;
        let checker = person(session, checker, context.naming())?;
        act(visit, "discharge_people", Command::SetPeople { run, doer, checker, alone })
    })
}

/// Records an answer.
pub fn answer(
    context: &Context,
    run: &str,
    question: String,
    reply: &str,
    note: Option<String>,
    add: Vec<String>,
) -> Result<Exit, AppError> {
    let said = Reply::parse(reply)
        .ok_or_else(|| usage(format!("\"{}\" is no answer.", shown(reply)), "yes, no, not_sure, refused"))?;
    context.change(|visit| {
        let run = named(visit.writing()?, run)?;
        act(visit, "discharge_answer", Command::Answer { run, question, reply: Some(said), note, add })
    })
}

/// Records how a step stands.
pub fn step(context: &Context, run: &str, step: &str, outcome: &str, said: Said) -> Result<Exit, AppError> {
    let word = outcome.to_lowercase().replace('-', "_");
    let how = match word.as_str() {
        "open" | "check" => None,
        "waive" => Some(StepOutcome::Waived),
        _ => Some(StepOutcome::parse(&word).ok_or_else(|| {
            let message = format!("A step cannot be \"{}\".", shown(outcome));
            usage(message, "done, started, not-needed, blocked, waive, open, check")
        })?),
    };
    let proof = said.proof.as_deref().map(proof).transpose()?;
    context.change(|visit| {
        let run = named(visit.writing()?, run)?;
        let step = step_named(visit, run, step)?;
        let by = by(context, visit, &said)?;
        if word == "check" {
            let proof = proof.unwrap_or(Proof::Observed);
            return act(visit, "discharge_step", Command::CheckStep { step, by, proof });
        }
        let until = until(visit.looking(), "--until", said.until.as_deref())?;
        let at = done_at(visit.looking(), "--at", said.at.as_deref())?;
        let Said { note, reason, .. } = said;
        let said = StepSaid { outcome: how, at, by, note, reason, until };
        act(visit, "discharge_step", Command::EndStep { step, said })
    })
}

fn by(context: &Context, visit: &Visit, said: &Said) -> Result<Option<PersonId>, AppError> {
    person(visit.session(), said.by.as_deref(), context.naming())
}

fn step_named(visit: &mut Visit, run: RunId, typed: &str) -> Result<StepId, AppError> {
    let Answer::Steps(steps) = visit.ask(Query::RunSteps(run))? else {
        return Err(AppError::new(ErrorClass::Internal, "The steps were not answered."));
    };
    let number = typed.parse::<u64>().ok();
    let found = steps.iter().find(|step| {
        step.code.as_deref().is_some_and(|code| code.eq_ignore_ascii_case(typed)) || Some(step.id.0) == number
    });
    found.map(|step| step.id).ok_or_else(|| {
        AppError::new(ErrorClass::NotFound, format!("Run {run} has no step \"{}\". Nothing was changed.", shown(typed)))
            .hint(format!("keyward discharge show {run} lists its steps"))
    })
}

/// Settles a thing, contact or data place.
pub fn thing(context: &Context, run: &str, thing: &str, outcome: &str, said: Said) -> Result<Exit, AppError> {
    context.change(|visit| {
        let run = named(visit.writing()?, run)?;
        let thing = thing_named(visit, run, thing)?;
        let until = until(visit.looking(), "--until", said.until.as_deref())?;
        let how = match outcome.to_lowercase().as_str() {
            "done" | "returned" | "replaced" | "removed" => Settle::Done,
            "cancelled" | "canceled" => Settle::Cancelled,
            "open" => Settle::Reopened,
            "waive" | "waived" => Settle::Waived(until.ok_or_else(|| {
                AppError::new(ErrorClass::Usage, "--until is missing: until when is it left? Nothing was changed.")
            })?),
            _ => {
                return Err(usage(
                    format!("A thing cannot be \"{}\".", shown(outcome)),
                    "done, cancelled, waive, open",
                ));
            }
        };
        let by = by(context, visit, &said)?;
        act(visit, "discharge_thing", Command::SettleThing { thing, how, by, reason: said.reason })
    })
}

/// Somebody accepts that the last admin goes.
pub fn accept_sole_admin(context: &Context, run: &str, grant: GrantId, said: &Said) -> Result<Exit, AppError> {
    context.change(|visit| {
        let run = named(visit.writing()?, run)?;
        let until = until(visit.looking(), "--until", said.until.as_deref())?
            .ok_or_else(|| AppError::new(ErrorClass::Usage, "--until is missing. Nothing was changed."))?;
        let by = by(context, visit, said)?;
        let reason = said.reason.clone().unwrap_or_default();
        act(visit, "discharge_accept_sole_admin", Command::AcceptSoleAdmin { run, grant, by, reason, until })
    })
}

/// Takes off what an answer made.
pub fn take_off(context: &Context, run: &str, what: &str, reason: String) -> Result<Exit, AppError> {
    let (kind, id) = what.split_once(':').unwrap_or((what, ""));
    let record = RecordKind::parse(kind).zip(id.trim().parse().ok()).map(|(kind, id)| RecordRef { kind, id });
    let what = record.ok_or_else(|| {
        usage(format!("\"{}\" names nothing.", shown(what)), "grant:12, secret:3, asset:5, contact:7, data_location:9")
    })?;
    context.change(|visit| {
        let run = named(visit.writing()?, run)?;
        act(visit, "discharge_take_off", Command::TakeOff { run, what, reason })
    })
}

/// `asset:5`, `contact:7`, `data_location:9`.
fn thing_named(visit: &mut Visit, run: RunId, typed: &str) -> Result<ThingId, AppError> {
    let Answer::Things(things) = visit.ask(Query::RunThings(run))? else {
        return Err(AppError::new(ErrorClass::Internal, "The things were not answered."));
    };
    let wanted = typed.to_lowercase().replace('-', "_");
    let found = things.iter().find(|line| thing_word(line.id) == wanted);
    found.map(|line| line.id).ok_or_else(|| {
        AppError::new(ErrorClass::NotFound, format!("Run {run} has no \"{}\". Nothing was changed.", shown(typed)))
            .hint(format!("keyward discharge show {run} lists its things, as asset:5"))
    })
}

/// How a thing is named on the command line.
pub fn thing_word(id: ThingId) -> String {
    match id {
        ThingId::Asset(id, _) => format!("asset:{id}"),
        ThingId::Contact(id) => format!("contact:{id}"),
        ThingId::Data(id) => format!("data_location:{id}"),
    }
}

/// Closes a run, signed by whoever opened the register.
pub fn close(context: &Context, run: &str) -> Result<Exit, AppError> {
    context.change(|visit| {
        let session = visit.writing()?;
        let run = named(session, run)?;
        let signed = session.scene().operator.clone();
        act(visit, "discharge_close", Command::CloseRun { run, signed })
    })
}

/// Gives back what a run took.
pub fn reinstate(context: &Context, run: &str, reason: String) -> Result<Exit, AppError> {
    context.change(|visit| {
        let run = named(visit.writing()?, run)?;
        act(visit, "discharge_reinstate", Command::Reinstate { run, reason })
    })
}
