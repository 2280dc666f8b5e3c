//! One file per command.
//!
//! Must never know: how the register keeps anything.

pub mod accept;
pub mod add;
pub mod demo;
pub mod discharge;
pub mod due;
pub mod edit;
pub mod findings;
pub mod formats;
pub mod generated;
pub mod grant;
pub mod history;
pub mod init;
pub mod key;
pub mod knows;
pub mod list;
pub mod reach;
pub mod revoke;
pub mod rotate;
pub mod undo;
pub mod who;

use crate::cli::Exit;
use crate::error::{AppError, ErrorClass};

/// A command whose other half is not merged.
pub fn missing() -> Result<Exit, AppError> {
    Err(AppError::new(ErrorClass::Refused, "This command is not part of this build."))
}
