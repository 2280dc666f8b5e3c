//! What is sealed in `keys.age`: the data key, and to whom it is sealed.
//!
//! The list of recipients is inside the seal. A list beside it could be changed by anybody who can write in the folder,
//! and the next sealing would hand the key to a stranger.
//!
//! Must never know: files, and how anything is sealed.

use crate::secret::DataKey;
use std::fmt::Write as _;
use zeroize::Zeroizing;

/// First line of the text, with its version.
const HEAD: &str = "keyward keys ";
/// The only version so far.
const VERSION: &str = "1";

/// The content of the key file.
pub(super) struct KeyFile {
    /// The register's id.
    pub(super) register: String,
    /// Counts the writings of the file, from 1.
    pub(super) generation: u64,
    /// The data key.
    pub(super) key: DataKey,
    /// Everybody the key is sealed to.
    pub(super) recipients: Recipients,
}

/// Everybody the data key is sealed to. Nothing here is secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recipients {
    /// Operators by number.
    pub(super) operators: Vec<(u64, String)>,
    /// The identity behind the recovery code.
    pub(super) recovery: String,
}

impl Recipients {
    /// The operator with this recipient.
    pub(super) fn operator_of(&self, recipient: &str) -> Option<u64> {
        self.operators.iter().find(|(_, r)| r == recipient).map(|&(number, _)| number)
    }

    /// All recipients.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.operators.iter().map(|(_, r)| r.as_str()).chain([self.recovery.as_str()])
    }
}

/// Why the text is no key file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// A version this program does not know.
    Newer,
    /// Not in the form it is written in.
    Malformed,
}

impl KeyFile {
    /// The text to seal.
    pub(super) fn text(register: &str, generation: u64, key: &DataKey, recipients: &Recipients) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(256 + 96 * (recipients.operators.len() + 1)));
        let _ = write!(text, "{HEAD}{VERSION}\nregister {register}\ngeneration {generation}\nkey ");
        for byte in key.expose() {
            let _ = write!(text, "{byte:02x}");
        }
        for (number, recipient) in &recipients.operators {
            let _ = write!(text, "\noperator {number} {recipient}");
        }
        let _ = writeln!(text, "\nrecovery {}", recipients.recovery);
        text
    }

    /// Reads the text back. Only the exact form that is written is accepted.
    pub(super) fn parse(text: &[u8]) -> Result<Self, Unreadable> {
        let text = std::str::from_utf8(text).map_err(|_| Unreadable::Malformed)?;
        let mut lines = text.strip_suffix('\n').ok_or(Unreadable::Malformed)?.split('\n');
        match lines.next().and_then(|l| l.strip_prefix(HEAD)) {
            Some(VERSION) => {}
            Some(other) if other.parse::<u32>().is_ok() => return Err(Unreadable::Newer),
            _ => return Err(Unreadable::Malformed),
        }
        Self::parse_v1(lines).ok_or(Unreadable::Malformed)
    }

    fn parse_v1<'a>(mut lines: impl Iterator<Item = &'a str>) -> Option<Self> {
        let register = lines.next()?.strip_prefix("register ").filter(|id| is_register_id(id))?.to_owned();
        let generation = lines.next()?.strip_prefix("generation ")?.parse().ok()?;
        let key = key_from_hex(lines.next()?.strip_prefix("key ")?)?;
        let mut operators = Vec::new();
        loop {
            let line = lines.next()?;
            if let Some(recovery) = line.strip_prefix("recovery ") {
                let recipients = Recipients { operators, recovery: recovery.to_owned() };
                return lines.next().is_none().then_some(Self { register, generation, key, recipients });
            }
            let (number, recipient) = line.strip_prefix("operator ")?.split_once(' ')?;
            operators.push((number.parse().ok()?, recipient.to_owned()));
        }
    }
}

/// Whether the text has the form of a register's id: 16 small hexadecimal digits.
pub(super) fn is_register_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'a'..=b'f'))
}

fn key_from_hex(text: &str) -> Option<DataKey> {
    let mut key = Zeroizing::new([0u8; 32]);
    let mut digits = text.bytes();
    for to in key.iter_mut() {
        let (high, low) = (digit(digits.next()?)?, digit(digits.next()?)?);
        *to = high << 4 | low;
    }
    digits.next().is_none().then_some(DataKey::new(key))
}

const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

    use super::*;

    fn sample() -> Zeroizing<String> {
        let key = DataKey::new(Zeroizing::new(std::array::from_fn(|i| u8::try_from(i * 8).unwrap())));
        let recipients =
            Recipients { operators: vec![(1, "age1one".into()), (12, "age1two".into())], recovery: "age1paper".into() };
        KeyFile::text("7c1e90aa51f022b8", 3, &key, &recipients)
    }

    #[test]
    fn the_text_is_readable_without_keyward_and_reads_back() {
        let text = sample();
        assert_eq!(
            text.as_str(),
            "keyward keys 1\nregister 7c1e90aa51f022b8\ngeneration 3\n\
             key 0008101820283038404850586068707880889098a0a8b0b8c0c8d0d8e0e8f0f8\n\
             operator 1 age1one\noperator 12 age1two\nrecovery age1paper\n"
        );
        let file = KeyFile::parse(text.as_bytes()).unwrap();
        assert_eq!((file.register.as_str(), file.generation), ("7c1e90aa51f022b8", 3));
        assert_eq!(file.key.expose()[31], 0xf8);
        assert_eq!(file.recipients.operator_of("age1two"), Some(12));
        assert_eq!(file.recipients.all().count(), 3);
    }

    #[test]
    fn other_forms_are_malformed_and_a_higher_version_is_newer() {
        let text = sample().to_string();
        let parse = |text: &str| KeyFile::parse(text.as_bytes()).err();
        assert_eq!(parse(&text.replacen("keys 1", "keys 2", 1)), Some(Unreadable::Newer));
        for changed in [
            text.trim_end().to_owned(),
            format!("{text}\n"),
            text.replace("\nkey 00", "\nkey "),
            text.replace("\nkey 00", "\nkey 0000"),
            text.replace("\nkey 0008", "\nkey 000G"),
            text.replace("e8f0f8", "E8F0F8"),
            text.replace("register 7c1e90aa51f022b8", "register ../../../../etc"),
            text.replace("generation 3", "generation three"),
            text.replace("operator 1 ", "operator one "),
            text.replace("recovery age1paper\n", ""),
            text.replace("keyward", "keyboard"),
            String::new(),
        ] {
            assert_eq!(parse(&changed), Some(Unreadable::Malformed), "{changed}");
        }
    }
}
