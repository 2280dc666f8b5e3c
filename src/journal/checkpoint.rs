//! Signed notes over size and root of the journal, in the form of C2SP `tlog-checkpoint` and `signed-note`.
//!
//! ```text
//! keyward/0198f3c2a1b0d4e5
//! 18203
//! CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//!
//! — keyward/0198f3c2a1b0d4e5/op1 <base64 of key id and Ed25519 signature>
//! ```
//!
//! Must never know: where the signing key comes from.

use super::leaf::Hash;
use crate::domain::{OperatorId, Seq};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

/// What starts the name of every Keyward journal.
const FAMILY: &str = "keyward/";

/// Ed25519 in the key ids of C2SP signed notes.
const ALGORITHM: u8 = 0x01;

/// Why a note does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not a note of the expected form.
    #[error("the seal is not a note in the form of a checkpoint")]
    Malformed,
    /// Of another register.
    #[error("the seal belongs to another register, {0}")]
    OtherRegister(String),
    /// Nobody known signed it.
    #[error("nobody known to this register signed the seal over {0} entries")]
    UnknownSigner(u64),
    /// The signature does not fit the text.
    #[error("the signature of operator {operator} under the seal over {size} entries is wrong")]
    WrongSignature {
        /// Who is said to have signed.
        operator: OperatorId,
        /// Which seal.
        size: u64,
    },
    /// The signer was not an operator at that point.
    #[error("operator {operator} was not allowed to seal {size} entries")]
    OutOfRange {
        /// Who signed.
        operator: OperatorId,
        /// Which seal.
        size: u64,
    },
}

/// What is signed: name, size, root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// `keyward/` and the register's random id.
    pub origin: String,
    /// How many entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// One signature line of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    /// Who signed.
    pub operator: OperatorId,
    /// First four bytes of the hash over name and key.
    pub key_id: [u8; 4],
    /// The signature.
    pub signature: [u8; 64],
}

/// A key and the entries for which it counts: from the entry that enrolled it to before the one that ended it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
    /// Whose.
    pub operator: OperatorId,
    /// The key.
    pub key: VerifyingKey,
    /// First size it may sign.
    pub from: Seq,
    /// First size it may not sign any more.
    pub until: Option<Seq>,
}

impl Checkpoint {
    /// The checkpoint of a register with this random id.
    pub fn new(file: &str, size: u64, root: Hash) -> Self {
        Self { origin: format!("{FAMILY}{file}"), size, root }
    }

    /// The text that is signed.
    fn body(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root))
    }

    /// The name of an operator's key. C2SP forbids blanks and `+` in names.
    fn key_name(&self, operator: OperatorId) -> String {
        format!("{}/op{operator}", self.origin)
    }

    /// The whole note with this operator's signature.
    pub fn sign(&self, operator: OperatorId, key: &SigningKey) -> String {
        let body = self.body();
        let name = self.key_name(operator);
        let mut signed = key_id(&name, &key.verifying_key()).to_vec();
        signed.extend(key.sign(body.as_bytes()).to_bytes());
        format!("{body}\n\u{2014} {name} {}\n", BASE64.encode(signed))
    }

    /// Reads a note. Signature lines of names that are not operators of this register are skipped, as C2SP asks.
    pub fn parse(note: &str) -> Result<(Self, Vec<NoteSignature>), CheckpointError> {
        let malformed = || CheckpointError::Malformed;
        let (body, signatures) = note.split_once("\n\n").ok_or_else(malformed)?;
        let lines: Vec<&str> = body.split('\n').collect();
        let [origin, size, root] = lines.as_slice() else { return Err(malformed()) };
        let root = BASE64.decode(root).ok().and_then(|bytes| bytes.try_into().ok()).ok_or_else(malformed)?;
        let checkpoint = Self { origin: (*origin).to_owned(), size: size.parse().map_err(|_| malformed())?, root };
        // Only one spelling of a size and a root: what is parsed must print as it was read.
        if !origin.starts_with(FAMILY) || checkpoint.body() != format!("{body}\n") {
            return Err(malformed());
        }
        let found = signatures
            .strip_suffix('\n')
            .ok_or_else(malformed)?
            .split('\n')
            .map(|line| checkpoint.signature_line(line))
            .collect::<Result<Vec<_>, _>>()?;
        Ok((checkpoint, found.into_iter().flatten().collect()))
    }

    fn signature_line(&self, line: &str) -> Result<Option<NoteSignature>, CheckpointError> {
        let rest = line.strip_prefix("\u{2014} ").ok_or(CheckpointError::Malformed)?;
        let (name, encoded) = rest.split_once(' ').ok_or(CheckpointError::Malformed)?;
        let bytes = BASE64.decode(encoded).map_err(|_| CheckpointError::Malformed)?;
        let (key_id, signature) = bytes.split_first_chunk::<4>().ok_or(CheckpointError::Malformed)?;
        let Some(operator) = name.strip_prefix(&format!("{}/op", self.origin)).and_then(|id| id.parse().ok()) else {
            return Ok(None);
        };
        let signature = signature.try_into().map_err(|_| CheckpointError::Malformed)?;
        Ok(Some(NoteSignature { operator: OperatorId(operator), key_id: *key_id, signature }))
    }

    /// Reads a note of this register and checks every signature in it against the known keys. A signature outside
    /// of its key's range is an error even if it fits.
    pub fn verify(note: &str, file: &str, keys: &[KnownKey]) -> Result<Self, CheckpointError> {
        let (checkpoint, signatures) = Self::parse(note)?;
        if checkpoint.origin != format!("{FAMILY}{file}") {
            return Err(CheckpointError::OtherRegister(checkpoint.origin));
        }
        let size = checkpoint.size;
        if signatures.is_empty() {
            return Err(CheckpointError::UnknownSigner(size));
        }
        for signature in &signatures {
            checkpoint.check(signature, keys)?;
        }
        Ok(checkpoint)
    }

    fn check(&self, signature: &NoteSignature, keys: &[KnownKey]) -> Result<(), CheckpointError> {
        let (operator, size) = (signature.operator, self.size);
        let name = self.key_name(operator);
        let mut of_key = keys
            .iter()
            .filter(|known| known.operator == operator && key_id(&name, &known.key) == signature.key_id)
            .peekable();
        if of_key.peek().is_none() {
            return Err(CheckpointError::UnknownSigner(size));
        }
        let mut fits_out_of_range = false;
        for known in of_key {
            let parsed = Signature::from_bytes(&signature.signature);
            if known.key.verify_strict(self.body().as_bytes(), &parsed).is_err() {
                continue;
            }
            if known.from <= size && known.until.is_none_or(|until| size < until) {
                return Ok(());
            }
            fits_out_of_range = true;
        }
        Err(if fits_out_of_range {
            CheckpointError::OutOfRange { operator, size }
        } else {
            CheckpointError::WrongSignature { operator, size }
        })
    }
}

/// The key id of C2SP signed notes: the first four bytes of `SHA-256(name ‖ 0x0A ‖ 0x01 ‖ key)`.
fn key_id(name: &str, key: &VerifyingKey) -> [u8; 4] {
    let mut hash = Sha256::new();
    hash.update(name.as_bytes());
    hash.update([b'\n', ALGORITHM]);
    hash.update(key.as_bytes());
    let whole: Hash = hash.finalize().into();
    whole.first_chunk::<4>().copied().unwrap_or_default()
}

/// Reads an operator's public key as the register keeps it: base64 of 32 bytes.
pub fn read_verifier(text: &str) -> Option<VerifyingKey> {
    let bytes: [u8; 32] = BASE64.decode(text).ok()?.try_into().ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}

/// An operator's public key as the register keeps it.
pub fn write_verifier(key: &VerifyingKey) -> String {
    BASE64.encode(key.as_bytes())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const FILE: &str = "0198f3c2a1b0d4e5";

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[7; 32])
    }

    fn known(from: u64, until: Option<u64>) -> Vec<KnownKey> {
        vec![KnownKey { operator: OperatorId(1), key: key().verifying_key(), from, until }]
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint::new(FILE, 18203, [5; 32])
    }

    /// Frozen: notes are kept outside of the register.
    #[test]
    fn the_golden_note_stays_as_it_is() {
        let golden = "keyward/0198f3c2a1b0d4e5\n18203\nBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU=\n\n\
             \u{2014} keyward/0198f3c2a1b0d4e5/op1 MbagB9iqUtjUS5cLGocDzG+na797nTOn4rlSOMmgDyEZ+16zxg1keqVJuqqj\
             BKrrOfZ3i5nLKc6otTmigfC+lZ0hiw8=\n";
        assert_eq!(checkpoint().sign(OperatorId(1), &key()), golden);
    }

    #[test]
    fn a_note_is_verified_within_the_range_of_its_key() {
        let note = checkpoint().sign(OperatorId(1), &key());
        assert_eq!(Checkpoint::verify(&note, FILE, &known(1, None)), Ok(checkpoint()));
        assert_eq!(Checkpoint::verify(&note, FILE, &known(18203, Some(18204))), Ok(checkpoint()));
        let out = Err(CheckpointError::OutOfRange { operator: OperatorId(1), size: 18203 });
        assert_eq!(Checkpoint::verify(&note, FILE, &known(18204, None)), out);
        assert_eq!(Checkpoint::verify(&note, FILE, &known(1, Some(18203))), out);
        assert_eq!(Checkpoint::verify(&note, FILE, &[]), Err(CheckpointError::UnknownSigner(18203)));
    }

    #[test]
    fn a_changed_note_is_refused() {
        let note = checkpoint().sign(OperatorId(1), &key());
        let keys = known(1, None);
        let wrong = CheckpointError::WrongSignature { operator: OperatorId(1), size: 18204 };
        assert_eq!(Checkpoint::verify(&note.replace("\n18203\n", "\n18204\n"), FILE, &keys), Err(wrong));
        for other in [
            note.replace("\n18203\n", "\n018203\n"),
            note.replace("\n18203\n", "\n18203\nmore\n"),
            note.replace('\u{2014}', "-"),
            note.trim_end().to_owned(),
            String::new(),
        ] {
            assert_eq!(Checkpoint::verify(&other, FILE, &keys), Err(CheckpointError::Malformed), "{other}");
        }
        assert!(matches!(Checkpoint::verify(&note, "ffff", &keys), Err(CheckpointError::OtherRegister(_))));
        let stranger = checkpoint().sign(OperatorId(2), &key());
        assert_eq!(Checkpoint::verify(&stranger, FILE, &keys), Err(CheckpointError::UnknownSigner(18203)));
    }

    #[test]
    fn a_verifier_is_read_back() {
        let verifier = key().verifying_key();
        assert_eq!(read_verifier(&write_verifier(&verifier)), Some(verifier));
        assert_eq!(read_verifier("AAAA"), None);
    }
}
