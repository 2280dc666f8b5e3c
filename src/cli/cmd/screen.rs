//! `keyward` alone: the screen.
//!
//! Must never know: what is drawn.

use crate::cli::Exit;
use crate::cli::context::Context;
use crate::cli::output;
use crate::config::{Choice, Look};
use crate::error::{AppError, ErrorClass};
use crate::service::door::{Access, FrontDoor};
use crate::tui::pane::Preference;
use crate::tui::runtime::{self, End, Start};
use crate::tui::{terminal, theme};

/// Exit code after the terminal has gone: as after a hang-up.
const GONE: Exit = 129;

/// Opens the screen on the register.
pub fn run(context: &Context) -> Result<Exit, AppError> {
    open(context, context.access())
}

/// Opens the screen on a register.
pub fn open(context: &Context, access: Access) -> Result<Exit, AppError> {
    if !output::is_terminal() {
        return Err(AppError::new(ErrorClass::Usage, "The screen needs a terminal at both ends.")
            .hint("keyward --help lists the commands"));
    }
    let door = FrontDoor::new(Access { stays: true, ..access });
    let config = context.places.config_file.clone();
    let start = Start {
        door: Box::new(door),
        clock: context.clock,
        // Nothing chosen leaves it to what the terminal is.
        look: chosen_look(context),
        ascii: context.settings.ascii.unwrap_or(false),
        prefer: Box::new(move |preference| {
            let choice = match preference {
                Preference::Look(look) => Choice::Look(saved_look(look)),
                Preference::Ascii(ascii) => Choice::Ascii(ascii),
            };
            // A choice that cannot be kept holds for this visit.
            let _ = choice.save(&config);
        }),
        idle: context.environment.test_idle().map(|path| -> Box<dyn FnMut(u64)> {
            Box::new(move |count| {
                let _ = std::fs::write(&path, count.to_string());
            })
        }),
    };
    match runtime::run(start)? {
        End::Left => Ok(0),
        End::Gone => Ok(GONE),
        End::Signal(signal) => {
            terminal::end_by(signal);
            Ok(GONE)
        }
    }
}

/// The look chosen before on this computer.
fn chosen_look(context: &Context) -> Option<theme::Look> {
    match context.settings.look {
        Look::Own => None,
        Look::Dark => Some(theme::Look::Dark),
        Look::Light => Some(theme::Look::Light),
        Look::HighContrast => Some(theme::Look::Contrast),
    }
}

const fn saved_look(look: theme::Look) -> Look {
    match look {
        theme::Look::Own => Look::Own,
        theme::Look::Dark => Look::Dark,
        theme::Look::Light => Look::Light,
        theme::Look::Contrast => Look::HighContrast,
    }
}
