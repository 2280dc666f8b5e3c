//! `discharge`: a run from its start to its closing.
//!
//! Must never know: which step waits for which.

mod acts;
mod json;
mod show;
mod text;

use crate::cli::Exit;
use crate::cli::args::DischargeCommand;
use crate::cli::context::Context;
use crate::domain::{GrantId, RunId};
use crate::error::AppError;
use crate::service::resolve;
use crate::service::session::Session;

/// Runs it.
pub fn run(context: &Context, command: DischargeCommand) -> Result<Exit, AppError> {
    use DischargeCommand as D;
    match command {
        D::List => show::list(context),
        D::Show { run } => show::show(context, &run),
        D::Start { technician, kind, at, reason } => acts::start(context, &technician, &kind, at.as_deref(), reason),
        D::People { run, doer, checker, alone } => {
            acts::people(context, &run, doer.as_deref(), checker.as_deref(), alone)
        }
        D::Answer { run, question, reply, note, add } => acts::answer(context, &run, question, &reply, note, add),
        D::Step { run, step, outcome, at, by, note, reason, until, proof } => {
            let said = acts::Said { at, by, note, reason, until, proof };
            acts::step(context, &run, &step, &outcome, said)
        }
        D::Thing { run, thing, outcome, by, reason, until } => {
            let said = acts::Said { by, reason, until, ..acts::Said::default() };
            acts::thing(context, &run, &thing, &outcome, said)
        }
        D::AcceptSoleAdmin { run, grant, by, reason, until } => {
            let said = acts::Said { by: Some(by), reason: Some(reason), until: Some(until), ..acts::Said::default() };
            acts::accept_sole_admin(context, &run, GrantId(grant), &said)
        }
        D::TakeOff { run, what, reason } => acts::take_off(context, &run, &what, reason),
        D::Close { run } => acts::close(context, &run),
        D::Reinstate { run, reason } => acts::reinstate(context, &run, reason),
    }
}

/// A run by its number or the person's name.
fn named(session: &Session, typed: &str) -> Result<RunId, AppError> {
    session.find(|facts| Ok(resolve::run(facts, typed)?.id))
}
