//! `undo`: a change taken back.
//!
//! Must never know: what the change was.

use crate::cli::Exit;
use crate::cli::args::UndoArgs;
use crate::cli::context::{Context, apply};
use crate::error::{AppError, ErrorClass};
use crate::service::{AsOf, Command};

/// Runs it. Without a number it takes back the newest change that was not taken back.
pub fn run(context: &Context, args: &UndoArgs) -> Result<Exit, AppError> {
    context.change(|visit| {
        let seq = match args.seq {
            Some(seq) => seq,
            None => newest(visit.session())?,
        };
        let (answer, _) = apply(visit, "undo", Command::Undo { seq: Some(seq) })?;
        Ok(answer.field("undid", seq))
    })
}

/// The newest entry that is neither taken back nor itself a taking back.
fn newest(session: &crate::service::session::Session) -> Result<u64, AppError> {
    let lines = session.history(None, 200, AsOf::default())?;
    let found = lines.iter().find(|line| line.undone_by.is_none() && !matches!(line.action.as_str(), "undo" | "redo"));
    found
        .map(|line| line.seq)
        .ok_or_else(|| AppError::new(ErrorClass::Refused, "There is nothing to take back. Nothing was changed."))
}
