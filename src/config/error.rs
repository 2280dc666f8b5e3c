//! What can be wrong with settings and places.
//!
//! Must never know: what the settings are for.

use crate::error::{AppError, ErrorClass};
use std::fmt;
use std::io;
use std::path::PathBuf;

/// One fault of the settings' file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Line, from 1.
    pub line: u64,
    /// Column in the line, from 1, counted in characters.
    pub column: u64,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// Why settings or places could not be used. The file was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file has faults; all of them are listed.
    #[error("{} has {}. It was not used and not changed.\n{}", path.display(), counted(faults.len()), listed(faults))]
    Faults {
        /// The file.
        path: PathBuf,
        /// Its faults, by line.
        faults: Vec<Fault>,
    },
    /// `KEYWARD_NOW` lacks the offset.
    #[error("KEYWARD_NOW is {text}, which lacks its offset from UTC. Write 2026-11-23T13:41:00Z or ...+01:00.")]
    NowWithoutOffset {
        /// As found.
        text: String,
    },
    /// `KEYWARD_NOW` is no moment.
    #[error("KEYWARD_NOW is {text}, which is no time. Write it as 2026-11-23T13:41:00Z.")]
    NowUnreadable {
        /// As found.
        text: String,
    },
    /// The person's own folder is unknown.
    #[error("Keyward cannot tell where your own folder is, since HOME is not set.")]
    NoHome,
    /// The file with the marks cannot be understood.
    #[error("{} cannot be read. Keyward cannot tell whether an old copy of a register was put back.", path.display())]
    MarksDamaged {
        /// The file.
        path: PathBuf,
    },
    /// Another process is writing the marks and does not come to an end.
    #[error("Another Keyward is busy with {}. The mark was not written.", path.display())]
    MarksBusy {
        /// The file.
        path: PathBuf,
    },
    /// The system refused.
    #[error("Could not {action} {}: {source}.", path.display())]
    Io {
        /// What was tried, as a verb.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn counted(faults: usize) -> String {
    if faults == 1 { "a fault".into() } else { format!("{faults} faults") }
}

fn listed(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("  {fault}")).collect::<Vec<_>>().join("\n")
}

impl ConfigError {
    pub(super) fn io(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Io { action, path: path.into(), source }
    }
}

impl From<ConfigError> for AppError {
    fn from(error: ConfigError) -> Self {
        let message = error.to_string();
        match error {
            ConfigError::Faults { path, faults } => {
                let app = Self::new(ErrorClass::BadInput, message)
                    .hint(format!("Correct {}, or remove it to start from the defaults.", path.display()));
                match faults.first() {
                    Some(first) => app.at(first.line, Some(first.column)),
                    None => app,
                }
            }
            ConfigError::NowWithoutOffset { .. } | ConfigError::NowUnreadable { .. } => {
                Self::new(ErrorClass::Usage, message).hint("Remove the variable to use the real clock.")
            }
            ConfigError::NoHome => Self::new(ErrorClass::System, message).hint("Set HOME, or use --register DIR."),
            ConfigError::MarksDamaged { path } => Self::new(ErrorClass::Damaged, message)
                .hint(format!("Run keyward verify with a receipt, then remove {}.", path.display())),
            ConfigError::MarksBusy { .. } => Self::new(ErrorClass::System, message).hint("Try again in a moment."),
            ConfigError::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                Self::new(ErrorClass::DiskFull, message).hint("Make room on the drive, then try again.")
            }
            ConfigError::Io { .. } => Self::new(ErrorClass::System, message),
        }
    }
}
