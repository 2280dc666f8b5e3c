//! `export`: the register in the office's own columns.
//!
//! Must never know: the columns.

use crate::cli::Exit;
use crate::cli::args::ExportArgs;
use crate::cli::context::Context;
use crate::error::{AppError, ErrorClass};

/// Runs it.
pub fn run(_context: &Context, args: &ExportArgs) -> Result<Exit, AppError> {
    let message = format!("This version does not write {} yet. Nothing was written.", crate::text::shown(&args.format));
    Err(AppError::new(ErrorClass::Refused, message)
        .hint("Each list writes itself: keyward technicians --csv, keyward grants --csv, and so on"))
}
