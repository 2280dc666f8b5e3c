//! What can happen to the model, and what it wants done.
//!
//! Must never know: who carries effects out. Nothing here is printed: keys may belong to a passphrase.

use super::keymap::Chord;
use super::pane::{DoorJob, Preference};
use super::widget::spot::Pointed;
use crate::domain::Instant;
use crate::error::AppError;
use crate::secret::Passphrase;
use crate::service::{Answer, Command, Outcome, Place, Query};

/// Names one piece of work until its report comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// The two clocks at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// On the wall.
    pub wall: Instant,
    /// Milliseconds of a clock that only runs forward.
    pub mono: u64,
}

/// What can happen.
#[expect(clippy::large_enum_variant, reason = "a message is moved once and never kept in numbers")]
pub enum Msg {
    /// The program starts: look at the door.
    Start,
    /// A key.
    Key(Chord),
    /// A pasted text, or a burst of keys that can only be one.
    Paste(String),
    /// A click on something, or the second one of a double click.
    Point {
        /// What was clicked.
        what: Pointed,
        /// It is the second of two quick ones.
        double: bool,
    },
    /// The wheel: so many rows down, or up when negative.
    Wheel(i64),
    /// The window has this size.
    Resize(u16, u16),
    /// Work is done.
    Job(Ticket, JobReport),
    /// Time has passed.
    Tick,
}

/// The report on a piece of work.
#[expect(clippy::large_enum_variant, reason = "a message is moved once and never kept in numbers")]
pub enum JobReport {
    /// To a question.
    Answer(Result<Answer, AppError>),
    /// To a change.
    Outcome(Result<Outcome, AppError>),
    /// From the door.
    Door(Result<DoorAnswer, AppError>),
    /// Whether a copy can be known to have worked.
    Copied(bool),
}

/// An answer from the door.
pub enum DoorAnswer {
    /// Where the register is.
    Place(Place),
    /// A fresh recovery code.
    Code(Passphrase),
    /// It is open.
    Open,
    /// It is closed.
    Closed,
}

/// What the model wants done. Nothing else changes the world.
#[derive(Debug)]
pub enum Effect {
    /// Ask the register.
    Load(Ticket, Query),
    /// Change the register.
    Apply(Ticket, Command),
    /// Work at the door.
    Door(Ticket, DoorJob),
    /// Put a text on the clipboard.
    Copy(Ticket, String),
    /// Remember a choice on this computer.
    Prefer(Preference),
    /// Clear and draw everything.
    Redraw,
    /// Leave once everything before is done.
    Quit,
}
