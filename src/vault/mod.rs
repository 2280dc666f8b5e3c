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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

    use super::*;
    use std::io::Write as _;
    use std::process::{Command, Stdio};

    /// Runs one test of this program again, as a process of its own with this standard input; its exit tells.
    pub(super) fn again(test: &str, input: &str) -> std::process::Output {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture"])
            .env("KEYWARD_TEST_AGAIN", test)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A child that refuses its input early closes the pipe; its exit says so.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Whether this is the process that [`again`] started for the test.
    pub(super) fn is_again(test: &str) -> bool {
        std::env::var("KEYWARD_TEST_AGAIN").is_ok_and(|t| t == test)
    }

    #[test]
    fn a_minus_reads_the_identity_from_standard_input() {
        const SELF: &str = "vault::tests::a_minus_reads_the_identity_from_standard_input";
        let wanted = Identity::generate(&mut SeededRandom::new([1; 32])).unwrap();
        if is_again(SELF) {
            let read = read_identity(Path::new("-")).unwrap();
            assert_eq!(read.recipient(), wanted.recipient());
            return;
        }
        assert!(again(SELF, &wanted.file_text()).status.success());
        for unfit in ["", "hunter2\n", &"#\n".repeat(100_000)] {
            let output = again(SELF, unfit);
            assert!(!output.status.success());
            assert!(!String::from_utf8_lossy(&output.stderr).contains("hunter2"));
        }
    }

    #[test]
    fn a_passphrase_file_gives_its_first_line_and_must_be_private() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pass.txt");
        for (content, wanted) in
            [("copper lantern\n", Some("copper lantern")), ("one \r\ntwo", Some("one ")), ("", None), ("\n", None)]
        {
            let _ = std::fs::remove_file(&path);
            files::create(&path, content.as_bytes()).unwrap();
            assert_eq!(read_passphrase(&path).ok().as_ref().map(Passphrase::expose), wanted, "{content:?}");
        }
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(read_passphrase(&path), Err(VaultError::TooOpen { mode: 0o644, .. })));
        assert!(matches!(read_identity(&path), Err(VaultError::TooOpen { .. })));
    }
}
