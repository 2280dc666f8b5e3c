//! `backup`: a verified copy.
//!
//! Must never know: how copies are made.

use crate::cli::Exit;
use crate::cli::args::BackupArgs;
use crate::cli::context::Context;
use crate::cli::output::Answer;
use crate::error::AppError;
use crate::service::words;

/// Runs it.
pub fn run(context: &Context, args: &BackupArgs) -> Result<Exit, AppError> {
    context.answer(|session, _| {
        let made = session.backup(args.output.as_deref())?;
        let now = session.scene().now;
        let file = made.file.display().to_string();
        let text = format!("Wrote {file}: {}, verified.\n", words::counted(made.entries, "entry", "entries"));
        let answer =
            Answer::new("backup", now).field("file", file).field("entries", made.entries).field("head", made.head);
        Ok((answer.text(text), 0))
    })
}
