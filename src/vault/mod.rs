//! The keys: data key, identities, passphrase, recovery code, the desktop's keyring.
//!
//! One random data key encrypts the register. It is sealed with age to every operator's identity and to the one behind
//! the recovery code ([`slots`]). An operator's identity lies in the register's folder under a passphrase, or in an
//! identity file elsewhere ([`identity`]); it can also be left to the desktop's keyring ([`keyring`]), which is never
//! the only copy. From the identity follows the key that signs ([`identity::Signer`]).
//!
//! Must never know: the tables of the store, the screen.

mod bech32;
mod error;
mod files;
pub mod identity;
mod keyfile;
pub mod keyring;
mod operators;
pub mod process;
mod random;
pub mod recovery;
mod seal;
pub mod slots;
pub mod strength;
mod throttle;

pub use error::VaultError;
pub use identity::{Identity, Signer, signed_by};
pub use keyring::{Keyring, KeyringError, KeyringStatus};
pub use operators::OperatorSlot;
pub use process::harden;
pub use random::{OsRandom, Random, SeededRandom};
pub use recovery::{CodeFault, RecoveryCode};
pub use seal::WorkFactor;
pub use slots::{Created, NewKeys, Opened, Protection, Unlock, Vault};
pub use strength::Strength;
pub use throttle::Throttle;

use crate::secret::Passphrase;
use std::path::Path;
use zeroize::Zeroizing;

/// Reads an identity from a file without passphrase: ours, and readable by us alone. `-` is standard input.
///
/// # Errors
/// [`VaultError::NotFound`], [`VaultError::TooOpen`], [`VaultError::NotOurs`], [`VaultError::NotAFile`], and what
/// [`Identity::parse`] finds.
pub fn read_identity(path: &Path) -> Result<Identity, VaultError> {
    let (bytes, place) = read_secret(path)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| VaultError::NotAnIdentity { place: place.clone() })?;
    Identity::parse(text, &place)
}

/// Reads a passphrase from a file that only we can read: its first line. `-` is standard input.
///
/// # Errors
/// As [`read_identity`]; [`VaultError::NoPassphraseIn`] when there is no readable text.
pub fn read_passphrase(path: &Path) -> Result<Passphrase, VaultError> {
    let (bytes, place) = read_secret(path)?;
    let text = std::str::from_utf8(&bytes).ok().and_then(|text| text.lines().next()).filter(|line| !line.is_empty());
    text.map(|line| Passphrase::new(Zeroizing::new(line.to_owned()))).ok_or(VaultError::NoPassphraseIn { place })
}

fn read_secret(path: &Path) -> Result<(Zeroizing<Vec<u8>>, String), VaultError> {
    if path.as_os_str() == "-" {
        return Ok((files::read_secret_input()?, "Standard input".into()));
    }
    Ok((files::read_secret(path)?, path.display().to_string()))
}
