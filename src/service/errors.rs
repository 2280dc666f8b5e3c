//! Errors of the file into the one error a person sees: each state its own class, sentence and next step.
//!
//! Must never know: what the person was doing.

use crate::error::{AppError, ErrorClass};
use crate::store::StoreError;

/// Where registers may live, for refusals of network and synced folders.
const ELSEWHERE: &str = "Move the folder to a drive of this computer, or run Keyward on one office computer over SSH";

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        let class = class(&error);
        let app = Self::new(class, error.to_string());
        match next(&error) {
            Some(hint) => app.hint(hint),
            None => app,
        }
    }
}

fn class(error: &StoreError) -> ErrorClass {
    match error {
        StoreError::Later { source, .. } => class(source),
        StoreError::NotFound(_) => ErrorClass::NotFound,
        StoreError::Exists(_) | StoreError::Busy { .. } | StoreError::ReadOnly(_) => ErrorClass::Refused,
        StoreError::WrongKey(_) => ErrorClass::WrongKey,
        StoreError::Damaged { .. } | StoreError::BadCopy { .. } | StoreError::Codec(_) | StoreError::Value(_) => {
            ErrorClass::Damaged
        }
        StoreError::PlainSqlite(_) | StoreError::NotARegister(_) => ErrorClass::NotARegister,
        StoreError::Newer { .. } => ErrorClass::Newer,
        StoreError::BeforeRelease { .. } => ErrorClass::Older,
        StoreError::DiskFull(_) => ErrorClass::DiskFull,
        StoreError::Stale { .. } => ErrorClass::Stale,
        StoreError::NetworkFolder { .. } | StoreError::SyncedFolder { .. } => ErrorClass::SyncedFolder,
        StoreError::OpenFolder { .. } => ErrorClass::OpenFolder,
        StoreError::Seal(_) => ErrorClass::Integrity,
        StoreError::Misuse(_) => ErrorClass::Internal,
        StoreError::Io { .. } | StoreError::DriveFailed(_) | StoreError::Database(_) => ErrorClass::System,
    }
}

fn next(error: &StoreError) -> Option<String> {
    Some(match error {
        StoreError::NotFound(_) => "keyward init makes one; --register DIR names another folder".to_owned(),
        StoreError::Damaged { .. } => {
            "Copy the whole folder first. Then restore the newest backup with keyward restore".to_owned()
        }
        StoreError::PlainSqlite(_) | StoreError::NotARegister(_) => {
            "Check the folder's name with --register DIR".to_owned()
        }
        StoreError::BeforeRelease { .. } => {
            "Write its lists with the Keyward that made it (keyward export), then import them into a new register"
                .to_owned()
        }
        StoreError::Newer { .. } => "Install the newest Keyward, then try again".to_owned(),
        StoreError::Later { source, .. } if matches!(**source, StoreError::DiskFull(_)) => {
            "Make room on the drive".to_owned()
        }
        StoreError::DiskFull(_) => "Make room on the drive, then try again. Nothing typed is lost".to_owned(),
        StoreError::Stale { .. } => "Look at the row again, then repeat".to_owned(),
        StoreError::NetworkFolder { .. } | StoreError::SyncedFolder { .. } => ELSEWHERE.to_owned(),
        StoreError::OpenFolder { path, .. } => format!("Run: chmod -R go= {}", path.display()),
        StoreError::Misuse(_) => "This is a fault of the program. Please report it".to_owned(),
        _ => return None,
    })
}
