//! The one error a person sees: what happened, where, what was not changed, what to do.
//!
//! Must never know: how any module failed in detail; modules turn their own errors into this one.

use std::fmt;

/// What sort of failure it is. Decides the exit code; the word is `error.class` in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// Refused by a rule.
    Refused,
    /// The input is bad.
    BadInput,
    /// Somebody else changed it in between; ask again.
    Stale,
    /// Not found, or more than one fits.
    NotFound,
    /// The command line is wrong.
    Usage,
    /// The history or the file does not hold together.
    Integrity,
    /// The file is damaged.
    Damaged,
    /// Made by a newer Keyward.
    Newer,
    /// Made by a Keyward from before the first release.
    Older,
    /// Not a register.
    NotARegister,
    /// The folder's rights are too open.
    OpenFolder,
    /// The folder is on a network or synced drive.
    SyncedFolder,
    /// The passphrase or identity does not open the register.
    WrongKey,
    /// There is no key and nobody to ask.
    NoKey,
    /// The drive is full.
    DiskFull,
    /// The system refused: reading, writing, permissions.
    System,
    /// A fault of the program.
    Internal,
}

impl ErrorClass {
    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::BadInput => "bad_input",
            Self::Stale => "stale",
            Self::NotFound => "not_found",
            Self::Usage => "usage",
            Self::Integrity => "integrity",
            Self::Damaged => "damaged",
            Self::Newer => "newer",
            Self::Older => "older",
            Self::NotARegister => "not_a_register",
            Self::OpenFolder => "open_folder",
            Self::SyncedFolder => "synced_folder",
            Self::WrongKey => "wrong_key",
            Self::NoKey => "no_key",
            Self::DiskFull => "disk_full",
            Self::System => "system",
            Self::Internal => "internal",
        }
    }

    /// The exit code: 0 ok, 1 refused or bad input, 2 usage, 3 checks found something, 4 integrity, 5 locked or
    /// wrong key, 70 a fault of the program.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Usage => 2,
            Self::Integrity | Self::Damaged => 4,
            Self::WrongKey | Self::NoKey => 5,
            Self::Internal => 70,
            _ => 1,
        }
    }
}

/// An error as a person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppError {
    /// What sort.
    pub class: ErrorClass,
    /// What happened and what was not changed, in one or two sentences.
    pub message: String,
    /// What to do next, most useful first.
    pub hints: Vec<String>,
    /// Where in a file, 1-based.
    pub line: Option<u64>,
    /// Where in the line, 1-based.
    pub column: Option<u64>,
}

impl AppError {
    /// An error of a class with its message.
    pub fn new(class: ErrorClass, message: impl Into<String>) -> Self {
        Self { class, message: message.into(), hints: Vec::new(), line: None, column: None }
    }

    /// Adds what to do next.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Says where in a file.
    pub const fn at(mut self, line: u64, column: Option<u64>) -> Self {
        self.line = Some(line);
        self.column = column;
        self
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for AppError {}
