//! An operator's identity: the one secret a person holds, and what follows from it.
//!
//! Must never know: where the identity is kept.

use super::VaultError;
use super::bech32;
use super::random::Random;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use hkdf::Hkdf;
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// What separates the signing key from every other use of the identity.
const SIGNING_LABEL: &[u8] = b"keyward signing v1";
/// How every identity's text begins.
const TEXT_PREFIX: &str = "AGE-SECRET-KEY-1";

/// An age X25519 identity. Masked in debug output, wiped when dropped, never cloned.
pub struct Identity {
    secret: Zeroizing<[u8; 32]>,
    age: age::x25519::Identity,
}

impl Identity {
    /// A new identity.
    ///
    /// # Errors
    /// [`VaultError::NoRandom`].
    pub fn generate(random: &mut dyn Random) -> Result<Self, VaultError> {
        let mut secret = Zeroizing::new([0u8; 32]);
        random.fill(secret.as_mut())?;
        Ok(Self::from_secret(secret))
    }

    /// The identity with these secret bytes.
    pub(super) fn from_secret(secret: Zeroizing<[u8; 32]>) -> Self {
        let age = bech32::identity_text(&secret).parse().expect("invariant: age reads what bech32 wrote");
        Self { secret, age }
    }

    /// Reads the text of an identity file: comments, empty lines and exactly one identity. `place` is named in errors.
    ///
    /// # Errors
    /// [`VaultError::NotAnIdentity`], [`VaultError::SeveralIdentities`], [`VaultError::ProtectedIdentity`].
    pub fn parse(text: &str, place: &str) -> Result<Self, VaultError> {
        let place = || place.to_owned();
        if text.starts_with("age-encryption.org/") || text.starts_with("-----BEGIN AGE ENCRYPTED FILE") {
            return Err(VaultError::ProtectedIdentity { place: place() });
        }
        let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        let first = lines.next().ok_or_else(|| VaultError::NotAnIdentity { place: place() })?;
        if lines.next().is_some() {
            return Err(VaultError::SeveralIdentities { place: place() });
        }
        let secret = bech32::identity_secret(first).ok_or_else(|| VaultError::NotAnIdentity { place: place() })?;
        Ok(Self::from_secret(secret))
    }

    /// The identity's text, `AGE-SECRET-KEY-1…`, as the keyring keeps it.
    pub fn text(&self) -> Zeroizing<String> {
        bech32::identity_text(&self.secret)
    }

    /// The text of an identity file, readable by stock age.
    pub fn file_text(&self) -> Zeroizing<String> {
        let recipient = self.recipient();
        let text = self.text();
        let mut file = Zeroizing::new(String::with_capacity(recipient.len() + text.len() + 20));
        file.push_str("# public key: ");
        file.push_str(&recipient);
        file.push('\n');
        file.push_str(&text);
        file.push('\n');
        file
    }

    /// The public recipient, `age1…`. Not secret.
    pub fn recipient(&self) -> String {
        self.age.to_public().to_string()
    }

    /// For the one place that unseals.
    pub(super) const fn age(&self) -> &age::x25519::Identity {
        &self.age
    }

    /// The key that signs what this operator does: Ed25519, derived from the identity's secret by HKDF-SHA256, so that
    /// there is nothing more to keep and stock age still reads the identity.
    pub fn signer(&self) -> Signer {
        let mut seed = Zeroizing::new([0u8; 32]);
        Hkdf::<Sha256>::new(None, self.secret.as_ref())
            .expand(SIGNING_LABEL, seed.as_mut())
            .expect("invariant: 32 bytes is a length HKDF-SHA256 can give");
        Signer(SigningKey::from_bytes(&seed))
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({}…)", TEXT_PREFIX.trim_end_matches('1'))
    }
}

/// An operator's signing key. Masked in debug output, wiped when dropped.
pub struct Signer(SigningKey);

impl Signer {
    /// Signs a message; 64 bytes.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }

    /// The key itself, for the one place that seals the history.
    pub const fn key(&self) -> &SigningKey {
        &self.0
    }

    /// The public half as 32 bytes.
    pub fn verifying_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// The public half in base 64, as records of operators carry it.
    pub fn verifier(&self) -> String {
        BASE64_STANDARD.encode(self.verifying_key())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(..)")
    }
}

/// Whether a signature over a message is that of the verifier (base 64 as [`Signer::verifier`] gives it). Strict: weak
/// keys and second spellings of a signature are refused.
pub fn signed_by(verifier: &str, message: &[u8], signature: &[u8; 64]) -> bool {
    let Some(bytes) = BASE64_STANDARD.decode(verifier).ok().and_then(|b| <[u8; 32]>::try_from(b).ok()) else {
        return false;
    };
    let signature = Signature::from_bytes(signature);
    VerifyingKey::from_bytes(&bytes).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

    use super::*;
    use crate::vault::random::SeededRandom;

    fn identity(seed: u8) -> Identity {
        Identity::generate(&mut SeededRandom::new([seed; 32])).unwrap()
    }

    #[test]
    fn an_identity_file_reads_back_and_may_carry_comments() {
        let one = identity(1);
        for text in [
            one.file_text().to_string(),
            one.text().to_string(),
            format!("# created: 2026-11-23\r\n\r\n{}\r\n", one.text().as_str()),
        ] {
            let read = Identity::parse(&text, "id.txt").unwrap();
            assert_eq!(read.recipient(), one.recipient());
            assert_eq!(read.text(), one.text());
        }
    }

    #[test]
    fn each_unusable_text_is_told_apart() {
        let text = identity(1).text().to_string();
        let parse = |text: &str| Identity::parse(text, "id.txt").unwrap_err();
        assert!(matches!(parse(""), VaultError::NotAnIdentity { .. }));
        assert!(matches!(parse("# only a comment\n"), VaultError::NotAnIdentity { .. }));
        assert!(matches!(
            parse("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"),
            VaultError::NotAnIdentity { .. }
        ));
        assert!(matches!(parse(&text[..60]), VaultError::NotAnIdentity { .. }));
        assert!(matches!(parse(&format!("{text}\n{text}")), VaultError::SeveralIdentities { .. }));
        assert!(matches!(parse("age-encryption.org/v1\n-> scrypt"), VaultError::ProtectedIdentity { .. }));
        let message = parse("").to_string();
        assert!(message.contains("id.txt"), "{message}");
    }

    #[test]
    fn the_signing_key_follows_from_the_identity_and_never_changes() {
        let signer = identity(1).signer();
        assert_eq!(signer.verifier(), identity(1).signer().verifier());
        assert_ne!(signer.verifier(), identity(2).signer().verifier());
        // Worked out apart from this program, by RFC 5869 and RFC 8032.
        assert_eq!(signer.verifier(), "CG+D+SV2HnjBRgCTv8ZcFs3LQnbFt905qdH9PSvRty8=");
    }

    #[test]
    fn a_signature_holds_only_for_its_message_and_its_signer() {
        let signer = identity(1).signer();
        let mut signature = signer.sign(b"18203 entries");
        assert!(signed_by(&signer.verifier(), b"18203 entries", &signature));
        assert!(!signed_by(&signer.verifier(), b"18204 entries", &signature));
        assert!(!signed_by(&identity(2).signer().verifier(), b"18203 entries", &signature));
        assert!(!signed_by("", b"18203 entries", &signature));
        assert!(!signed_by("AAAA", b"18203 entries", &signature));
        signature[0] ^= 1;
        assert!(!signed_by(&signer.verifier(), b"18203 entries", &signature));
    }

    #[test]
    fn debug_output_shows_no_secret() {
        let one = identity(1);
        let shown = format!("{one:?} {:?}", one.signer());
        let text = one.text();
        assert!(!shown.contains(&text[16..30]), "{shown}");
    }
}
