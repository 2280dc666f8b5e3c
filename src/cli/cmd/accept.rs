//! `accept`: a finding set aside with a reason and a date.
//!
//! Must never know: what the finding says.

use crate::cli::Exit;
use crate::cli::args::AcceptArgs;
use crate::cli::context::{Context, apply, until};
use crate::error::{AppError, ErrorClass};
use crate::service::Command;

/// Runs it.
pub fn run(context: &Context, args: AcceptArgs) -> Result<Exit, AppError> {
    context.change(|visit| {
        let until = until(visit.looking(), "--until", Some(&args.until))?
            .ok_or_else(|| AppError::new(ErrorClass::Usage, "--until is missing. Nothing was changed."))?;
        let (answer, _) = apply(visit, "accept", Command::SetAside { key: args.finding, reason: args.reason, until })?;
        Ok(answer)
    })
}
