//! Sealing and unsealing with age: to recipients, or under a passphrase.
//!
//! Must never know: files, and what is being sealed.

use crate::secret::Passphrase;
use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor};
use std::io::{Read as _, Write as _};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// How much work one guess at a passphrase costs: scrypt with N = 2^this and r = 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkFactor(u8);

impl WorkFactor {
    /// Real use: about one second and 256 MiB for each guess. Set by hand, since a measured one comes out weak on a
    /// busy computer.
    pub const REAL: Self = Self(18);
    /// The most that is accepted when reading: about four seconds and 1 GiB. A file that asks for more was not written
    /// by Keyward and would only stall it.
    pub const MOST: Self = Self(20);

    /// The factor 2^`log_n`, kept between 2^1 and [`Self::MOST`]. Less than [`Self::REAL`] is for tests and practice.
    pub const fn new(log_n: u8) -> Self {
        if log_n == 0 {
            Self(1)
        } else if log_n > Self::MOST.0 {
            Self::MOST
        } else {
            Self(log_n)
        }
    }

    /// The base-two logarithm.
    pub const fn log_n(self) -> u8 {
        self.0
    }
}

/// Why something sealed did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsealable {
    /// Sound as far as can be seen, but not for this identity or passphrase.
    NotForThis,
    /// Does not hold together.
    Damaged,
    /// Asks for more work than [`WorkFactor::MOST`]; not tried.
    TooMuchWork(u8),
}

/// Seals to recipients given as `age1…` texts. Nothing when one of them is none, or there is none at all.
pub(super) fn seal_to<'a>(recipients: impl Iterator<Item = &'a str>, plain: &[u8]) -> Option<Vec<u8>> {
    let recipients: Vec<age::x25519::Recipient> = recipients.map(str::parse).collect::<Result<_, _>>().ok()?;
    write(Encryptor::with_recipients(recipients.iter().map(|r| r as &dyn age::Recipient)).ok()?, plain)
}

/// Seals under a passphrase.
pub(super) fn seal_under(passphrase: &Passphrase, work: WorkFactor, plain: &[u8]) -> Option<Vec<u8>> {
    let mut recipient = age::scrypt::Recipient::new(secret(passphrase));
    recipient.set_work_factor(work.0);
    write(Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)).ok()?, plain)
}

/// Opens with an identity.
pub(super) fn unseal_with(identity: &age::x25519::Identity, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
    read(identity, sealed)
}

/// Opens with a passphrase. Takes as long as the sealing did.
pub(super) fn unseal_under(passphrase: &Passphrase, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
    let mut identity = age::scrypt::Identity::new(secret(passphrase));
    identity.set_max_work_factor(WorkFactor::MOST.0);
    read(&identity, sealed)
}

/// The passphrase as age takes it. Composed and decomposed accents are the same passphrase, since keyboards differ.
fn secret(passphrase: &Passphrase) -> SecretString {
    let text = passphrase.expose();
    // Composing never needs more than three times the bytes, so the buffer does not move and leave a copy behind.
    let mut composed = Zeroizing::new(String::with_capacity(text.len().saturating_mul(3)));
    composed.extend(text.nfc());
    SecretString::from(composed.as_str())
}

fn write(encryptor: Encryptor, plain: &[u8]) -> Option<Vec<u8>> {
    let mut sealed = Vec::with_capacity(plain.len() + 4096);
    let mut writer = encryptor.wrap_output(&mut sealed).ok()?;
    writer.write_all(plain).ok()?;
    writer.finish().ok()?;
    Some(sealed)
}

fn read(identity: &dyn age::Identity, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Unsealable> {
    let opened = Decryptor::new_buffered(sealed).and_then(|d| d.decrypt(std::iter::once(identity)));
    let mut reader = opened.map_err(|e| match e {
        DecryptError::NoMatchingKeys | DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed => {
            Unsealable::NotForThis
        }
        DecryptError::ExcessiveWork { required, .. } => Unsealable::TooMuchWork(required),
        _ => Unsealable::Damaged,
    })?;
    // The plain text is shorter than the sealed one, so this buffer never grows.
    let mut plain = Zeroizing::new(Vec::with_capacity(sealed.len()));
    reader.read_to_end(&mut plain).map_err(|_| Unsealable::Damaged)?;
    Ok(plain)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

    use super::*;

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(Zeroizing::new(text.to_owned()))
    }

    #[test]
    fn a_passphrase_opens_what_it_sealed_and_another_does_not() {
        let sealed = seal_under(&passphrase("copper lantern"), WorkFactor::new(2), b"secret").unwrap();
        assert_eq!(unseal_under(&passphrase("copper lantern"), &sealed).unwrap().as_slice(), b"secret");
        assert_eq!(unseal_under(&passphrase("copper lanterm"), &sealed).unwrap_err(), Unsealable::NotForThis);
        assert_eq!(unseal_under(&passphrase("copper lantern "), &sealed).unwrap_err(), Unsealable::NotForThis);
    }

    #[test]
    fn an_accent_typed_on_another_keyboard_is_the_same_passphrase() {
        let sealed = seal_under(&passphrase("caf\u{e9} au lait"), WorkFactor::new(2), b"secret").unwrap();
        assert!(unseal_under(&passphrase("cafe\u{301} au lait"), &sealed).is_ok());
        assert!(unseal_under(&passphrase("cafe au lait"), &sealed).is_err());
    }

    #[test]
    fn the_real_work_factor_is_two_to_the_eighteenth_and_opens() {
        let sealed = seal_under(&passphrase("copper lantern"), WorkFactor::REAL, b"secret").unwrap();
        let header = String::from_utf8_lossy(&sealed[..80]).into_owned();
        assert!(header.lines().nth(1).is_some_and(|l| l.starts_with("-> scrypt ") && l.ends_with(" 18")), "{header}");
        assert_eq!(unseal_under(&passphrase("copper lantern"), &sealed).unwrap().as_slice(), b"secret");
    }

    #[test]
    fn a_file_that_asks_for_endless_work_is_refused_without_trying() {
        let sealed = seal_under(&passphrase("copper lantern"), WorkFactor::new(9), b"secret").unwrap();
        let cut = sealed.windows(3).position(|w| w == b" 9\n").unwrap();
        for asked in [21u8, 30, 63] {
            let mut costly = sealed[..cut].to_vec();
            costly.extend_from_slice(format!(" {asked}\n").as_bytes());
            costly.extend_from_slice(&sealed[cut + 3..]);
            assert_eq!(unseal_under(&passphrase("x"), &costly).unwrap_err(), Unsealable::TooMuchWork(asked));
        }
    }

    #[test]
    fn no_recipient_and_a_misspelt_one_seal_nothing() {
        assert!(seal_to(std::iter::empty(), b"secret").is_none());
        assert!(seal_to(["age1nonsense"].into_iter(), b"secret").is_none());
    }
}
