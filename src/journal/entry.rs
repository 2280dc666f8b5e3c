//! One entry of the journal, in its only spelling: canonical JSON (RFC 8785) without floating-point numbers.
//!
//! The reader refuses any other spelling of the same facts, so that one entry has one hash.
//!
//! Must never know: where entries are kept.

use super::leaf::{Hash, hex, unhex};
use crate::domain::{Instant, OperatorId, Seq};
use serde::{Deserialize, Serialize};

/// The version of the format this program writes.
pub const FORMAT: u64 = 1;

/// The largest number every JSON reader keeps exactly.
const LARGEST: u64 = 1 << 53;

/// Why bytes are not an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Not JSON, a field missing, doubled or unknown.
    #[error("it is not an entry")]
    Malformed,
    /// Another spelling: other order, blanks, escapes or number forms.
    #[error("it is not written in the one allowed form")]
    NotCanonical,
    /// A later version of the format.
    #[error("it was written by a newer Keyward, format {0}")]
    Newer(u64),
}

/// One entry. Field names and order are those of the stored form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place, from 1, without gaps.
    pub seq: Seq,
    /// What the computer's clock said.
    pub at: Instant,
    /// What kind of act.
    pub action: String,
    /// The identity that opened the register.
    pub operator: OperatorId,
    /// The first entry of the batch it belongs to.
    pub batch: Option<Seq>,
    /// How many record versions it wrote.
    pub count: u64,
    /// The root over their leaves.
    pub root: Hash,
    /// The leaf of the entry before; zeros in the first one.
    pub prev: Hash,
    /// The version of the program that wrote it.
    pub program: String,
    /// Made under a fixed or scripted clock.
    pub scripted: bool,
    /// The clock had gone backwards since the entry before.
    pub back: bool,
}

/// The stored form. The fields stand in the order of their names, as RFC 8785 sorts them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    action: String,
    at: String,
    #[serde(default, skip_serializing_if = "is_false")]
    back: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    batch: Option<u64>,
    count: u64,
    op: u64,
    prev: String,
    program: String,
    root: String,
    #[serde(default, skip_serializing_if = "is_false")]
    scripted: bool,
    seq: u64,
    v: u64,
}

/// The only field that is read before the rest: a later format may have others.
#[derive(Deserialize)]
struct FormatOnly {
    v: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

impl Entry {
    /// The bytes to store and hash.
    pub fn to_bytes(&self) -> Vec<u8> {
        let stored = Stored {
            action: self.action.clone(),
            at: self.at.rfc3339(),
            back: self.back,
            batch: self.batch,
            count: self.count,
            op: self.operator.0,
            prev: hex(&self.prev),
            program: self.program.clone(),
            root: hex(&self.root),
            scripted: self.scripted,
            seq: self.seq,
            v: FORMAT,
        };
        // serde_json escapes exactly what RFC 8785 escapes, in the same form, and prints integers bare.
        serde_json::to_vec(&stored).expect("invariant: texts and integers are always JSON")
    }

    /// Reads an entry from its bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        let format: FormatOnly = serde_json::from_slice(bytes).map_err(|_| EntryError::Malformed)?;
        if format.v != FORMAT {
            return Err(EntryError::Newer(format.v));
        }
        let stored: Stored = serde_json::from_slice(bytes).map_err(|_| EntryError::Malformed)?;
        let numbers = [stored.seq, stored.op, stored.count, stored.batch.unwrap_or(0)];
        if numbers.iter().any(|number| *number > LARGEST) {
            return Err(EntryError::Malformed);
        }
        let entry = Self {
            seq: stored.seq,
            at: Instant::parse(&stored.at).ok_or(EntryError::Malformed)?,
            action: stored.action,
            operator: OperatorId(stored.op),
            batch: stored.batch,
            count: stored.count,
            root: unhex(&stored.root).ok_or(EntryError::Malformed)?,
            prev: unhex(&stored.prev).ok_or(EntryError::Malformed)?,
            program: stored.program,
            scripted: stored.scripted,
            back: stored.back,
        };
        if entry.to_bytes() == bytes { Ok(entry) } else { Err(EntryError::NotCanonical) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::leaf::{NO_LEAF, entry_leaf};
    use super::*;
    use proptest::prelude::*;

    fn first() -> Entry {
        Entry {
            seq: 1,
            at: Instant::parse("2026-11-23T13:09:12.418Z").unwrap(),
            action: "register.created".into(),
            operator: OperatorId(1),
            batch: None,
            count: 2,
            root: entry_leaf(b"root"),
            prev: NO_LEAF,
            program: "0.1.0".into(),
            scripted: false,
            back: false,
        }
    }

    /// Frozen: a change here breaks every register that exists.
    #[test]
    fn the_golden_entry_stays_as_it_is() {
        let bytes = first().to_bytes();
        assert_eq!(
            String::from_utf8(bytes.clone()).unwrap(),
            concat!(
                r#"{"action":"register.created","at":"2026-11-23T13:09:12.418Z","count":2,"op":1,"#,
                r#""prev":"0000000000000000000000000000000000000000000000000000000000000000","program":"0.1.0","#,
                r#""root":"3c06f9a65725af605261f636672c9620d409731d89a451d7455fe9c4ae167829","seq":1,"v":1}"#
            )
        );
        assert_eq!(hex(&entry_leaf(&bytes)), "e23cc005e5c83e6a9fc504624f7aad662033d8126198e7b16269c699700f99eb");
    }

    #[test]
    fn another_spelling_of_the_same_entry_is_refused() {
        let text = String::from_utf8(first().to_bytes()).unwrap();
        let refused = |other: String| Entry::from_bytes(other.as_bytes()).unwrap_err();
        assert_eq!(refused(text.replace(":1,", ": 1,")), EntryError::NotCanonical);
        assert_eq!(refused(text.replace("register", "\\u0072egister")), EntryError::NotCanonical);
        assert_eq!(refused(text.replace("12.418Z", "12.4180Z")), EntryError::NotCanonical);
        assert_eq!(refused(text.replace("13:09:12.418Z", "14:09:12.418+01:00")), EntryError::NotCanonical);
        assert_eq!(refused(text.replace("\"op\":1", "\"op\":1.0")), EntryError::Malformed);
        assert_eq!(refused(text.replace("\"op\":1", "\"op\":1,\"op\":1")), EntryError::Malformed);
        assert_eq!(refused(text.replace("\"op\":1", "\"back\":false,\"op\":1")), EntryError::NotCanonical);
        assert_eq!(refused(text.replace("\"op\":1", "\"op\":1,\"more\":1")), EntryError::Malformed);
        assert_eq!(refused(format!("{text} ")), EntryError::NotCanonical);
        assert_eq!(refused(text.replace("\"v\":1", "\"v\":2")), EntryError::Newer(2));
        assert_eq!(refused(text.replace("\"seq\":1", "\"seq\":9007199254740993")), EntryError::Malformed);
    }

    proptest! {
        #[test]
        fn an_entry_comes_back_as_it_was(
            seq in 1u64..1 << 40, at in -62_135_596_800_000i64..253_402_300_799_999, action in "\\PC{0,30}",
            operator in 0u64..1000, batch in proptest::option::of(0u64..1 << 40), scripted: bool, back: bool,
        ) {
            let entry = Entry {
                seq, at: Instant::from_millis(at), action, operator: OperatorId(operator),
                batch, scripted, back, ..first()
            };
            prop_assert_eq!(Entry::from_bytes(&entry.to_bytes()), Ok(entry));
        }

        #[test]
        fn a_changed_byte_never_reads_as_the_same_entry(place in 0usize..200, bit in 0u8..8) {
            let mut bytes = first().to_bytes();
            bytes[place] ^= 1 << bit;
            prop_assert_ne!(Entry::from_bytes(&bytes), Ok(first()));
        }
    }
}
