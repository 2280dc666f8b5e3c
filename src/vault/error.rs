//! What can go wrong with the keys, each state told apart.
//!
//! Must never know: who asked for the register to be opened.

use super::keyring::KeyringError;
use super::recovery::CodeFault;
use crate::error::{AppError, ErrorClass};
use std::io;
use std::path::PathBuf;

/// Why the keys could not be read, used or written. Nothing was changed unless the variant says so.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// The passphrase does not open the operator's file, and that file is as it was written.
    #[error("That did not open the register. Nothing is wrong with the file.")]
    WrongPassphrase,
    /// The recovery code is well formed but is not the one of this register.
    #[error("This recovery code belongs to another register, or was replaced by a newer one.")]
    WrongRecoveryCode,
    /// The recovery code cannot be right as typed.
    #[error("{0}")]
    BadRecoveryCode(#[from] CodeFault),
    /// The identity is sound but has no slot in this register.
    #[error("This identity does not open this register. It belongs to another one, or was removed.")]
    NoSlot,
    /// The text is not an identity at all.
    #[error("{place} holds no identity that Keyward can use. A line starting with AGE-SECRET-KEY-1 is needed.")]
    NotAnIdentity {
        /// Where the text came from.
        place: String,
    },
    /// More than one identity where one is expected.
    #[error("{place} holds more than one identity. Keyward needs a file with exactly one.")]
    SeveralIdentities {
        /// Where the text came from.
        place: String,
    },
    /// An identity file that is itself under a passphrase.
    #[error("{place} is locked by a passphrase of its own. Keyward needs the unlocked identity here.")]
    ProtectedIdentity {
        /// Where the text came from.
        place: String,
    },
    /// No key file, neither the newest nor the one before.
    #[error("The register has no keys: {} is missing. Its data cannot be opened without them.", path.display())]
    MissingKeys {
        /// Where it should be.
        path: PathBuf,
    },
    /// The key file is there but does not hold together.
    #[error("{} is damaged. The key inside cannot be read.", path.display())]
    KeysDamaged {
        /// The file.
        path: PathBuf,
    },
    /// The operator's own file is there but is not what was written.
    #[error("{} is damaged. It is not the file that Keyward wrote, so no passphrase can open it.", path.display())]
    OperatorDamaged {
        /// The file.
        path: PathBuf,
    },
    /// The keys come from another register's folder.
    #[error("The keys in this folder belong to another register ({found} instead of {expected}).")]
    OtherRegister {
        /// The register these operators belong to.
        expected: String,
        /// The register the key file belongs to.
        found: String,
    },
    /// Written by a newer Keyward.
    #[error("{} was made by a newer Keyward. Nothing was changed.", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
    },
    /// Opening would take far more work than Keyward ever asks for; it was not tried.
    #[error("{} asks for 2^{found} steps of work. Keyward never asks for more than 2^{most}, so it was not tried.", path.display())]
    TooMuchWork {
        /// The file.
        path: PathBuf,
        /// Base-two logarithm of the work asked for.
        found: u8,
        /// Base-two logarithm of the most that is accepted.
        most: u8,
    },
    /// No such operator in the folder.
    #[error("The register has no operator {number}.")]
    NoSuchOperator {
        /// The number asked for.
        number: u64,
    },
    /// The operator is already enrolled.
    #[error("Operator {number} already has keys in this register. Nothing was changed.")]
    OperatorExists {
        /// The number.
        number: u64,
    },
    /// Several operators have a passphrase and none was named.
    #[error("Several people can open this register. Say who you are.")]
    WhichOperator {
        /// The operators with a passphrase.
        numbers: Vec<u64>,
    },
    /// No operator of this register has a passphrase.
    #[error("No passphrase is set for this register. It opens with an identity file.")]
    NoPassphraseSet,
    /// Opened by the recovery code, which is nobody's own identity.
    #[error("The recovery code opened this register. Give yourself a new passphrase first.")]
    OpenedByRecovery,
    /// Taking the last operator out would leave only the recovery code.
    #[error("This is the only person who can open the register. Nothing was changed.")]
    LastOperator,
    /// An empty passphrase.
    #[error("The passphrase is empty. Nothing was changed.")]
    EmptyPassphrase,
    /// The passphrase's file or input holds no text.
    #[error("{place} holds no passphrase that can be read as text.")]
    NoPassphraseIn {
        /// Where it was looked for.
        place: String,
    },
    /// A register is already there.
    #[error("{} already exists. Nothing was changed.", path.display())]
    AlreadyThere {
        /// What is there.
        path: PathBuf,
    },
    /// Others can read a file that must be private.
    #[error("{} can be read by others (rights {mode:04o}). It was not used.", path.display())]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A private file that belongs to another account.
    #[error("{} belongs to another account on this computer. It was not used.", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// A folder, pipe or device where a file is needed.
    #[error("{} is not an ordinary file. It was not read.", path.display())]
    NotAFile {
        /// What was named.
        path: PathBuf,
    },
    /// Far larger than such a file can be.
    #[error("{place} is far too large to be what it should be. It was not read.")]
    TooLarge {
        /// What was being read.
        place: String,
    },
    /// The named file is not there.
    #[error("There is no file {}.", path.display())]
    NotFound {
        /// What was named.
        path: PathBuf,
    },
    /// The desktop's keyring did not give what was asked.
    #[error("{0}")]
    Keyring(#[from] KeyringError),
    /// The computer gave no random numbers.
    #[error("This computer gave no random numbers, so no key was made.")]
    NoRandom,
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
    /// The sealing itself failed, which only a fault of the program can cause.
    #[error("The key could not be sealed. Nothing was changed.")]
    Seal,
}

impl VaultError {
    pub(super) fn io(action: &'static str, path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Io { action, path: path.into(), source }
    }

    /// What sort of failure it is.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::WrongPassphrase | Self::WrongRecoveryCode | Self::BadRecoveryCode(_) | Self::NoSlot => {
                ErrorClass::WrongKey
            }
            Self::NotAnIdentity { .. }
            | Self::SeveralIdentities { .. }
            | Self::ProtectedIdentity { .. }
            | Self::NoPassphraseSet
            | Self::NoPassphraseIn { .. }
            | Self::WhichOperator { .. }
            | Self::OpenedByRecovery
            | Self::Keyring(_) => ErrorClass::NoKey,
            Self::MissingKeys { .. } => ErrorClass::NotARegister,
            Self::KeysDamaged { .. }
            | Self::OperatorDamaged { .. }
            | Self::OtherRegister { .. }
            | Self::TooMuchWork { .. } => ErrorClass::Damaged,
            Self::Newer { .. } => ErrorClass::Newer,
            Self::NoSuchOperator { .. } | Self::NotFound { .. } => ErrorClass::NotFound,
            Self::OperatorExists { .. }
            | Self::LastOperator
            | Self::EmptyPassphrase
            | Self::AlreadyThere { .. }
            | Self::TooOpen { .. }
            | Self::NotOurs { .. } => ErrorClass::Refused,
            Self::NotAFile { .. } | Self::TooLarge { .. } => ErrorClass::BadInput,
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => ErrorClass::DiskFull,
            Self::NoRandom | Self::Io { .. } => ErrorClass::System,
            Self::Seal => ErrorClass::Internal,
        }
    }

    /// What to do next, where there is something to do.
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::WrongPassphrase => "Check Caps Lock and the keyboard's language, then try again.".into(),
            Self::WrongRecoveryCode => "Look for a newer recovery sheet, or check the name of the register.".into(),
            Self::BadRecoveryCode(_) => "Compare it with the recovery sheet, group by group.".into(),
            Self::NoSlot => "Check that the register and the identity belong together.".into(),
            Self::ProtectedIdentity { place } => {
                format!("Use `age -d {place}` to unlock it, and pipe it to --identity -")
            }
            Self::MissingKeys { .. } => "Check the folder's name, or restore a backup with keyward restore.".into(),
            Self::KeysDamaged { .. } | Self::OperatorDamaged { .. } | Self::OtherRegister { .. } => {
                "Restore the newest backup with keyward restore. It brings sound keys along.".into()
            }
            Self::TooMuchWork { .. } => "Restore the file from a backup. Somebody or something changed it.".into(),
            Self::Newer { .. } => "Install the newest Keyward, then try again.".into(),
            Self::WhichOperator { .. } | Self::NoPassphraseSet => "Use --identity FILE, or open the screen.".into(),
            Self::OpenedByRecovery => "Run keyward key change-passphrase.".into(),
            Self::AlreadyThere { .. } => "Choose another name. Keyward never writes over keys.".into(),
            Self::TooOpen { path, .. } => format!("Run: chmod 600 {}", path.display()),
            Self::NotOurs { .. } => "Use a file of your own account.".into(),
            Self::NotAFile { .. } => "To hand an identity over through a pipe, use --identity -".into(),
            Self::Keyring(_) => "The passphrase still opens the register.".into(),
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                "Make room on the drive, then try again.".into()
            }
            _ => return None,
        })
    }
}

impl From<VaultError> for AppError {
    fn from(error: VaultError) -> Self {
        let app = Self::new(error.class(), error.to_string());
        match error.hint() {
            Some(hint) => app.hint(hint),
            None => app,
        }
    }
}
