//! The door: finding a register's folder safe, unlocking it, making a new one, and leaving it in order.
//!
//! The command line and the screen come in by the same door, so that both meet the same checks in the same order:
//! first the folder, then the keys, then the file, then whether the history is at least as long as it was last time.
//!
//! Must never know: arguments, prompts, what is drawn.

mod front;
mod making;
mod practice;
mod visit;

pub use front::FrontDoor;
pub use making::{Setup, create};
pub use practice::{Filled, fill_practice};
pub use visit::Visit;

use super::Unlock;
use super::clock::Clock;
use crate::error::{AppError, ErrorClass};
use crate::secret::Passphrase;
use crate::store::{self, Cache, Store, StoreError, place};
use crate::vault::{self, Keyring, KeyringError, Opened, RecoveryCode, Vault, WorkFactor};
use std::path::{Path, PathBuf};

/// The identity of a practice register, in its folder. It keeps no secrets, so it needs no passphrase.
pub const PRACTICE_IDENTITY: &str = "practice.identity";

/// What a person gave to open the register with, besides typing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// A file with an identity that has no passphrase; `-` is standard input.
    Identity(PathBuf),
    /// A file whose first line is the passphrase; `-` is standard input.
    PassphraseFile(PathBuf),
}

/// Everything that leads to one register on this computer.
#[derive(Debug, Clone)]
pub struct Access {
    /// The register's folder.
    pub folder: PathBuf,
    /// What was given to open it with.
    pub given: Option<Given>,
    /// The clock to work by.
    pub clock: Clock,
    /// The desktop's keyring, when the person switched on "do not ask on this computer".
    pub keyring: Option<Keyring>,
    /// Where this computer remembers how far registers had grown.
    pub state: PathBuf,
    /// Where reports go that are saved from the screen; where they always go when absent.
    pub reports: Option<PathBuf>,
    /// Somebody stays for long: much is kept in memory. Otherwise it is for one command.
    pub stays: bool,
    /// What a guess at a new passphrase costs.
    pub work: WorkFactor,
}

impl Access {
    /// The way to a register with nothing given and nothing remembered.
    pub fn to(folder: PathBuf, clock: Clock, state: PathBuf) -> Self {
        Self { folder, given: None, clock, keyring: None, state, reports: None, stays: false, work: WorkFactor::REAL }
    }

    /// The key slots.
    pub fn vault(&self) -> Vault {
        Vault::at(&self.folder)
    }

    /// Whether something lies in the folder that only a register has.
    pub fn is_register(&self) -> bool {
        let there = |name: &str| std::fs::symlink_metadata(self.folder.join(name)).is_ok();
        there(store::FILE) || there("keys.age") || there("keys.previous.age")
    }

    /// Whether the register opens with its own practice identity.
    pub fn is_practice(&self) -> bool {
        self.folder.join(PRACTICE_IDENTITY).is_file()
    }

    /// What opens the register without asking anybody: what was given, or a practice register's own identity.
    pub fn at_hand(&self) -> Option<Given> {
        let own = || self.is_practice().then(|| Given::Identity(self.folder.join(PRACTICE_IDENTITY)));
        self.given.clone().or_else(own)
    }

    const fn cache(&self) -> Cache {
        if self.stays { Cache::Interactive } else { Cache::Import }
    }
}

/// Opens a register.
///
/// # Errors
/// One class and sentence for each state: the folder is open to others, on a network or synced drive, not there, not
/// a register; the key is wrong or missing; the file is damaged or newer.
pub fn open(access: &Access, with: Unlock) -> Result<Visit, AppError> {
    checked(access)?;
    let opened = match with {
        Unlock::Passphrase(passphrase) => by_passphrase(access, &passphrase)?,
        Unlock::Recovery(typed) => {
            let code = RecoveryCode::parse(typed.expose()).map_err(vault::VaultError::from)?;
            access.vault().open(vault::Unlock::Recovery(&code))?
        }
        Unlock::Given => given(access)?,
    };
    enter(access, opened)
}

/// Opens a register for a command: with what was given, else the keyring where it is switched on, else by asking.
/// `ask` is nothing where no person sits at a terminal; `tell` hears why the keyring did not help.
///
/// # Errors
/// As [`open()`]; [`ErrorClass::NoKey`] when nothing is given and nobody can be asked.
pub fn open_asking(
    access: &Access,
    ask: Option<&dyn Fn() -> Result<Passphrase, AppError>>,
    tell: &dyn Fn(&str),
) -> Result<Visit, AppError> {
    checked(access)?;
    if access.at_hand().is_some() {
        return enter(access, given(access)?);
    }
    if let Some(keyring) = &access.keyring {
        match access.vault().open(vault::Unlock::Keyring(keyring)) {
            Ok(opened) => return enter(access, opened),
            Err(vault::VaultError::Keyring(why)) => tell(&keyring_words(&why)),
            Err(error) => return Err(error.into()),
        }
    }
    let Some(ask) = ask else { return Err(no_key(access)) };
    let passphrase = ask()?;
    enter(access, by_passphrase(access, &passphrase)?)
}

fn keyring_words(why: &KeyringError) -> String {
    format!("{why} The passphrase still opens the register.")
}

fn no_key(access: &Access) -> AppError {
    AppError::new(
        ErrorClass::NoKey,
        format!("The register in {} is locked and nobody can be asked.", access.folder.display()),
    )
    .hint("Use --identity FILE or --passphrase-file FILE, or run it in a terminal")
}

/// The folder first: nothing in it is read before it is known to be safe.
fn checked(access: &Access) -> Result<(), AppError> {
    place::check(&access.folder, &place::System)?;
    if access.is_register() {
        return Ok(());
    }
    let message = format!(
        "{} is not a register: it has neither a database nor keys. Nothing was changed.",
        access.folder.display()
    );
    Err(AppError::new(ErrorClass::NotARegister, message)
        .hint("Check the folder's name with --register DIR, or make a register with keyward init"))
}

fn by_passphrase(access: &Access, passphrase: &Passphrase) -> Result<Opened, AppError> {
    Ok(access.vault().open(vault::Unlock::Passphrase { operator: None, passphrase })?)
}

fn given(access: &Access) -> Result<Opened, AppError> {
    match access.at_hand() {
        Some(Given::Identity(path)) => {
            let identity = vault::read_identity(&path)?;
            Ok(access.vault().open(vault::Unlock::Identity(identity))?)
        }
        Some(Given::PassphraseFile(path)) => by_passphrase(access, &vault::read_passphrase(&path)?),
        None => match &access.keyring {
            Some(keyring) => Ok(access.vault().open(vault::Unlock::Keyring(keyring))?),
            None => Err(no_key(access)),
        },
    }
}

fn enter(access: &Access, opened: Opened) -> Result<Visit, AppError> {
    let store = Store::open_with(&access.folder, &opened.key, access.cache(), &place::System)
        .map_err(|error| beyond_the_keys(access, error))?;
    Visit::begin(access, store, opened)
}

/// Errors of the file once the keys are known to be right: a page that does not open then means that the file is
/// damaged, never that somebody typed something wrong.
fn beyond_the_keys(access: &Access, error: StoreError) -> AppError {
    let folder = access.folder.display();
    match error {
        StoreError::WrongKey(_) => AppError::new(
            ErrorClass::Damaged,
            format!("The register in {folder} is damaged: its keys are sound, but its file does not open with them. Nothing was changed."),
        )
        .hint("Copy the whole folder first. Then restore the newest backup with keyward restore"),
        StoreError::NotFound(_) => AppError::new(
            ErrorClass::Damaged,
            format!("The register in {folder} has keys, but its file {} is missing. Nothing was changed.", store::FILE),
        )
        .hint("Restore the newest backup with keyward restore"),
        other => other.into(),
    }
}

/// The folder a file or folder lies in.
fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}
