//! `restore`: a backup in the place of the register; the old folder is kept beside it.
//!
//! Must never know: what a backup is made of.

use crate::cli::args::RestoreArgs;
use crate::cli::context::Context;
use crate::cli::output::{self, Answer};
use crate::cli::{Exit, prompt};
use crate::config::Marks;
use crate::error::{AppError, ErrorClass};
use crate::secret::Passphrase;
use crate::service::backup::{Restore, RestoreView};
use crate::service::door::Given;
use crate::service::words;
use crate::text::shown;
use crate::vault::{self, Unlock};

/// Runs it. Everything is unpacked and verified before anything changes its place.
pub fn run(context: &Context, args: &RestoreArgs) -> Result<Exit, AppError> {
    let access = context.access();
    let marks = Marks::in_folder(&access.state);
    let restore = Restore { folder: &access.folder, file: &args.file, marks: Some(&marks), clock: context.clock };
    let typed: Passphrase;
    let unlock = match access.at_hand() {
        Some(Given::Identity(path)) => Unlock::Identity(vault::read_identity(&path)?),
        Some(Given::PassphraseFile(path)) => {
            typed = vault::read_passphrase(&path)?;
            Unlock::Passphrase { operator: None, passphrase: &typed }
        }
        None if output::is_interactive() => {
            typed = prompt::passphrase("Passphrase of the backup: ")?;
            Unlock::Passphrase { operator: None, passphrase: &typed }
        }
        None => {
            return Err(AppError::new(
                ErrorClass::NoKey,
                "The backup is locked and nobody can be asked. Nothing was changed.",
            )
            .hint("Use --identity FILE or --passphrase-file FILE"));
        }
    };
    let prepared = restore.prepare(unlock)?;
    let view = prepared.view();
    if output::is_interactive() && view.missing != Some(0) {
        output::tell(&shown(&view.sentence));
        if prompt::line("Type yes to go on", None)? != "yes" {
            return Err(AppError::new(ErrorClass::Refused, "Nothing was changed."));
        }
    }
    let done = prepared.swap()?;
    answer(context, &done).print(context.style)?;
    Ok(0)
}

fn answer(context: &Context, done: &RestoreView) -> Answer {
    let kept = done.kept.as_ref().map(|path| path.display().to_string());
    let mut text =
        format!("Restored {}: {}.\n", done.folder.display(), words::counted(done.entries, "entry", "entries"));
    text.push_str(&format!("{}\n", shown(&done.sentence)));
    if let Some(kept) = &kept {
        text.push_str(&format!("The register as it was is kept in {kept}\n"));
    }
    for warning in &done.warnings {
        text.push_str(&format!("{}\n", shown(warning)));
    }
    Answer::new("restore", context.clock.now())
        .field("register", done.folder.display().to_string())
        .field("kept", kept)
        .field("made", done.made.rfc3339())
        .field("entries", done.entries)
        .field("head", done.head.as_str())
        .field("missing", done.missing)
        .field("warnings", done.warnings.clone())
        .text(text)
}
