//! The use cases: the only way in for the command line and the screen. Owns the clock; one method, one transaction.
//!
//! Must never know: clap, ratatui, colours.

pub mod access;
pub mod backup;
pub mod clients;
pub mod clock;
mod codes;
pub mod command;
pub mod dates;
mod derive;
mod desk;
pub mod discharge;
pub mod door;
mod errors;
mod evidence;
pub mod exporting;
pub mod facts;
pub mod filter;
pub mod find;
pub mod findings;
pub mod grid;
pub mod history;
pub mod importing;
pub mod keys;
pub mod lines;
pub mod past;
pub mod people;
pub mod practice;
pub mod proof;
pub mod query;
pub mod records;
pub mod removal;
pub mod reports;
pub mod resolve;
pub mod runs;
pub mod session;
pub mod settings;
pub mod today;
mod undo;
pub mod values;
pub mod view;
mod week;
pub mod what_if;
pub mod words;

pub use crate::report::Format as ReportFormat;
pub use crate::vault::Throttle;
pub use crate::vault::strength::{Level as StrengthLevel, Strength};
pub use clock::Clock;
pub use command::{Assignable, Command, Outcome, RotateStage, Settle, StepSaid, WayBack};
pub use query::{Answer, AsOf, Query, Slice, Sort, SubjectKind};
pub use session::{Scene, Session};

use crate::error::AppError;

/// An open register at work: what the screen talks to. Tests have their own.
pub trait Desk: Send {
    /// Answers a question. Changes nothing.
    ///
    /// # Errors
    /// When the register cannot be read, or what was asked for is not there.
    fn ask(&mut self, query: Query) -> Result<Answer, AppError>;

    /// Makes a change and says what it did.
    ///
    /// # Errors
    /// When a rule refuses, somebody else was faster, or the register cannot be written. Nothing is changed then.
    fn apply(&mut self, command: Command) -> Result<Outcome, AppError>;
}

/// What the screen needs before a register is open: making one, unlocking one.
pub trait Door: Send {
    /// Where the register is or would be, and whether it is there.
    fn place(&self) -> Place;

    /// Opens it.
    ///
    /// # Errors
    /// Wrong passphrase, damaged, newer, not a register, folder not safe: each its own class and sentence.
    fn unlock(&mut self, with: Unlock) -> Result<Box<dyn Desk>, AppError>;

    /// A fresh recovery code for a register about to be made; nothing is on disk yet.
    fn recovery_code(&mut self) -> String;

    /// Makes a register and opens it.
    ///
    /// # Errors
    /// When the folder cannot be made or is not a safe place. Nothing half-made is left.
    fn create(&mut self, new: NewRegister) -> Result<Box<dyn Desk>, AppError>;
}

/// Where a register is or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The folder's name.
    pub name: String,
    /// The folder's path, for messages.
    pub path: String,
    /// Whether a register is there.
    pub exists: bool,
    /// The practice register: opens without a question.
    pub practice: bool,
    /// Operators' names are private; how many there are.
    pub operators: usize,
    /// Opens without a passphrase: an identity file or the keyring was given.
    pub without_passphrase: bool,
    /// The zone a new register is offered: the computer's.
    pub zone: String,
}

/// What opens a register.
#[derive(Debug)]
pub enum Unlock {
    /// What the person typed.
    Passphrase(crate::secret::Passphrase),
    /// The recovery code.
    Recovery(crate::secret::Passphrase),
    /// What was given on the command line, or the keyring.
    Given,
}

/// What set-up asked.
#[derive(Debug)]
pub struct NewRegister {
    /// The name that will stand in the history.
    pub operator: String,
    /// IANA zone.
    pub zone: String,
    /// Day before month in typed dates.
    pub day_first: bool,
    /// The passphrase.
    pub passphrase: crate::secret::Passphrase,
    /// The code from [`Door::recovery_code`], shown and proven.
    pub recovery_code: crate::secret::Passphrase,
}
