//! `revoke`: a removal asked for, done, checked, waived or called off.
//!
//! Must never know: when each is allowed.

use crate::cli::Exit;
use crate::cli::args::RevokeArgs;
use crate::cli::context::{Context, apply, done_at, person, until};
use crate::domain::{GrantId, Proof};
use crate::error::{AppError, ErrorClass};
use crate::service::Command;
use crate::service::records::{self, way_row};
use crate::service::session::Session;
use crate::text::shown;

/// Runs it.
pub fn run(context: &Context, args: &RevokeArgs) -> Result<Exit, AppError> {
    let grants: Vec<GrantId> = args.grants.iter().map(|id| GrantId(*id)).collect();
    let proof = args.proof.as_deref().map(proof).transpose()?;
    context.change(|visit| {
        let command = command(context, args, grants.clone(), proof, visit.writing()?)?;
        // Done and checked in one go is two acts, one after the other.
        if args.done && args.confirm {
            let at = done_at(visit.looking(), "--at", args.at.as_deref())?;
            let by = person(visit.session(), args.by.as_deref(), context.naming())?;
            apply(visit, "revoke", Command::MarkDone { grants: grants.clone(), at, by })?;
        }
        let (answer, _) = apply(visit, "revoke", command)?;
        let rows = records::ways_by_id(visit.looking(), &grants)?.iter().map(way_row).collect();
        Ok(answer.rows(rows))
    })
}

fn command(
    context: &Context,
    args: &RevokeArgs,
    grants: Vec<GrantId>,
    proof: Option<Proof>,
    session: &mut Session,
) -> Result<Command, AppError> {
    let by = person(session, args.by.as_deref(), context.naming())?;
    let reason = args.reason.clone();
    Ok(if args.confirm {
        let proof =
            proof.ok_or_else(|| AppError::new(ErrorClass::Usage, "--confirm needs --proof. Nothing was changed."))?;
        Command::Confirm { grants, by, proof }
    } else if args.done {
        Command::MarkDone { grants, at: done_at(session, "--at", args.at.as_deref())?, by }
    } else if let Some(until) = until(session, "--waive-until", args.waive_until.as_deref())? {
        let reason = reason
            .ok_or_else(|| AppError::new(ErrorClass::Usage, "Leaving it open needs --reason. Nothing was changed."))?;
        Command::WaiveRemoval { grants, until, reason }
    } else if args.back {
        Command::CameBack { grants, reason }
    } else if args.call_off {
        Command::CallOffRemoval { grants, reason }
    } else {
        Command::AskRemoval { grants, to: by, reason }
    })
}

/// Reads how well something is proved.
///
/// # Errors
/// When there is no such word.
pub fn proof(word: &str) -> Result<Proof, AppError> {
    Proof::parse(word).filter(|proof| *proof != Proof::Waived).ok_or_else(|| {
        AppError::new(ErrorClass::Usage, format!("There is no proof \"{}\". Nothing was changed.", shown(word)))
            .hint("Possible are observed, acknowledged, stated")
    })
}
