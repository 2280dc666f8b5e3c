//! `keyward` alone: the screen.
//!
//! Must never know: what is drawn.

use crate::cli::Exit;
use crate::cli::context::Context;
use crate::cli::{output, plain};
use crate::error::{AppError, ErrorClass};
use crate::service::door::{Access, FrontDoor};
use crate::tui;

/// Opens the screen on the register.
pub fn run(context: &Context) -> Result<Exit, AppError> {
    open(context, context.access())
}

/// Opens the screen on a register.
pub fn open(context: &Context, access: Access) -> Result<Exit, AppError> {
    if context.global.plain {
        let mut visit = context.open_at(&access)?;
        let talked = plain::run(visit.writing()?, std::io::stdin().lock(), std::io::stdout().lock());
        visit.close()?;
        return talked;
    }
    if !output::is_terminal() {
        return Err(AppError::new(ErrorClass::Usage, "The screen needs a terminal at both ends.")
            .hint("keyward --help lists the commands"));
    }
    let door = FrontDoor::new(Access { stays: true, ..access });
    tui::run(door, tui::Options::new(&context.settings, &context.environment, context.clock))?;
    Ok(0)
}
