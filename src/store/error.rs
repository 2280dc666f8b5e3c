//! What can go wrong with the file, each state with its own words.
//!
//! Must never know: how it is shown.

use crate::domain::{RecordRef, Seq};
use crate::journal::{CheckpointError, CodecError};
use rusqlite::ErrorCode;
use std::path::{Path, PathBuf};

/// Why the store refused or failed. Nothing was changed in any of these cases, unless the text says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no register in the folder.
    #[error("There is no register in {}.", .0.display())]
    NotFound(PathBuf),
    /// There is one already.
    #[error("There is a register in {} already. It was not changed.", .0.display())]
    Exists(PathBuf),
    /// No page of the file opens with the key.
    #[error("This key does not open the register in {}. It is another register's, or the whole file is damaged. Nothing was changed.", .0.display())]
    WrongKey(PathBuf),
    /// The key fits, the file does not hold together.
    #[error("{} is damaged: {why}. Nothing was changed.", register(.path))]
    Damaged {
        /// Which folder.
        path: PathBuf,
        /// What was met, in a few words.
        why: String,
    },
    /// An unencrypted SQLite file.
    #[error("The file in {} is an ordinary SQLite file, not a register. Nothing was changed.", .0.display())]
    PlainSqlite(PathBuf),
    /// Encrypted with this key, but not by Keyward.
    #[error("The file in {} is not a register. Nothing was changed.", .0.display())]
    NotARegister(PathBuf),
    /// Made by a later version.
    #[error("The register in {} was made by a newer Keyward (layout {found}; this one knows {known}). Nothing was changed.", .path.display())]
    Newer {
        /// Which folder.
        path: PathBuf,
        /// Its layout.
        found: i64,
        /// The newest layout this program knows.
        known: i64,
    },
    /// Made before the first release, in a layout that is not carried over.
    #[error("The register in {} was made by a Keyward from before the first release (layout {found}; this one knows {known}). Nothing was changed.", .path.display())]
    BeforeRelease {
        /// Which folder.
        path: PathBuf,
        /// Its layout.
        found: i64,
        /// The layout this program knows.
        known: i64,
    },
    /// The drive is full.
    #[error("{} could not be saved: the drive is full. Nothing was saved.", register(.0))]
    DiskFull(PathBuf),
    /// Another session is writing and does not finish.
    #[error("Another session is saving{}. Nothing was saved yet; try again.", .by.as_deref().map(|by| format!(" ({by})")).unwrap_or_default())]
    Busy {
        /// Who, from the list of sessions.
        by: Option<String>,
    },
    /// The record is no longer the one the decision was based on.
    #[error("Somebody else changed {} {} in between. Nothing was saved; look again.", .of.kind.shown(), .of.id)]
    Stale {
        /// Which record.
        of: RecordRef,
        /// The version the decision was based on.
        expected: Option<Seq>,
        /// The version now.
        found: Option<Seq>,
    },
    /// The file or its folder cannot be written.
    #[error("{} cannot be written. Nothing was saved.", register(.0))]
    ReadOnly(PathBuf),
    /// The folder is on a network drive.
    #[error("{} is on a network drive ({system}). Two computers would damage the register there.", .path.display())]
    NetworkFolder {
        /// Which folder.
        path: PathBuf,
        /// Which kind of drive.
        system: String,
    },
    /// The folder is copied by a synchronising program.
    #[error("{} is kept in step by {program}. Half-written copies would damage the register there.", .path.display())]
    SyncedFolder {
        /// Which folder.
        path: PathBuf,
        /// Which program.
        program: String,
    },
    /// Others can get into the folder.
    #[error("{} is open to others: {why}.", .path.display())]
    OpenFolder {
        /// Which folder.
        path: PathBuf,
        /// What is open about it.
        why: String,
    },
    /// The system refused.
    #[error("{} cannot be used: {source}.", .path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Writing to the drive failed; the connection is not used again.
    #[error("{}: the drive did not confirm. Close the register and open it again to see what was saved.", register(.0))]
    DriveFailed(PathBuf),
    /// What comes after saving was left for the next time; everything is saved.
    #[error("{} is saved, but {what}: {}. The next visit makes up for it.", register(.path), .source.in_short())]
    Later {
        /// Which folder.
        path: PathBuf,
        /// What was left.
        what: &'static str,
        /// Why.
        source: Box<StoreError>,
    },
    /// A copy does not agree with its original.
    #[error("The copy {} does not agree with the register: {why}. It was deleted.", .path.display())]
    BadCopy {
        /// Which copy.
        path: PathBuf,
        /// What differs.
        why: String,
    },
    /// A record cannot be read or written.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// A seal cannot be kept.
    #[error(transparent)]
    Seal(#[from] CheckpointError),
    /// A stored value is not one of its list.
    #[error("The register holds a value that this Keyward does not know: {0}.")]
    Value(String),
    /// The caller broke a rule of the store: a fault of the program.
    #[error("The program asked the register for something impossible: {0}. Nothing was saved.")]
    Misuse(String),
    /// Anything else the database said.
    #[error("The register's database failed: {0}. Nothing was saved.")]
    Database(rusqlite::Error),
}

/// Inside of a write the folder is not at hand; the states are told apart all the same.
impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let nowhere = PathBuf::new();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull(nowhere),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { by: None },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly(nowhere),
            Some(ErrorCode::CannotOpen) => Self::NotFound(nowhere),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Damaged { path: nowhere, why: "a page cannot be read".into() }
            }
            Some(ErrorCode::SystemIoFailure) => Self::DriveFailed(nowhere),
            _ => Self::Database(error),
        }
    }
}

/// The register as a sentence begins with it.
fn register(folder: &Path) -> String {
    if folder.as_os_str().is_empty() { "The register".into() } else { format!("The register in {}", folder.display()) }
}

impl StoreError {
    /// Says where it happened, if that is not known yet.
    pub(super) fn at(mut self, folder: &Path) -> Self {
        if let Self::NotFound(path) = &self
            && path.as_os_str().is_empty()
            && folder.join(super::FILE).exists()
        {
            // The file is there and cannot be opened: the log beside it cannot be made.
            return Self::ReadOnly(folder.to_owned());
        }
        match &mut self {
            Self::NotFound(path)
            | Self::DiskFull(path)
            | Self::ReadOnly(path)
            | Self::DriveFailed(path)
            | Self::Damaged { path, .. }
                if path.as_os_str().is_empty() =>
            {
                folder.clone_into(path);
            }
            _ => {}
        }
        self
    }

    /// Says that everything is saved and only this was left, because of the error.
    pub(super) fn later(self, folder: &Path, what: &'static str) -> Self {
        Self::Later { path: folder.to_owned(), what, source: Box::new(self) }
    }

    /// The state in a few words, without what became of the register.
    fn in_short(&self) -> String {
        match self {
            Self::DiskFull(_) => "the drive is full".into(),
            Self::DriveFailed(_) => "the drive did not confirm".into(),
            Self::ReadOnly(_) | Self::NotFound(_) => "it cannot be written".into(),
            Self::Busy { .. } => "another session is saving".into(),
            Self::Damaged { why, .. } => why.clone(),
            Self::Database(source) => source.to_string(),
            other => other.to_string().trim_end_matches('.').to_owned(),
        }
    }

    /// An error of the system about a file or folder.
    pub(super) fn io(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull => Self::DiskFull(path),
            std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly(path),
            _ => Self::Io { path, source },
        }
    }
}
