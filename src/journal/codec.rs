//! A record's two parts as bytes, and back.
//!
//! A part is compact JSON in the order of the record's fields. The bytes are written once and kept; what is hashed
//! is what is stored.
//!
//! Must never know: where versions are kept.

use super::leaf::{Hash, Salt, commitment, record_leaf};
use crate::domain::{AnyRecord, Record, RecordId, RecordKind, RecordRef, Seq};

/// The public part of a record that was taken away.
pub const REMOVED: &[u8] = b"null";

/// Bytes that are not a record, or a record that cannot become bytes.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// The public part is not one of this kind.
    #[error("the public part of {} {} cannot be read: {source}", .of.kind.shown(), .of.id)]
    Public {
        /// Which record.
        of: RecordRef,
        /// What the reader said.
        source: serde_json::Error,
    },
    /// The private part is not one of this kind. What it holds is not repeated.
    #[error("the private part of {} {} cannot be read", .of.kind.shown(), .of.id)]
    Private {
        /// Which record.
        of: RecordRef,
    },
    /// A value cannot be written as JSON.
    #[error("a record cannot be written: {0}")]
    Write(serde_json::Error),
    /// No such kind of record in this version of Keyward.
    #[error("record kind {0} is not known to this version of Keyward")]
    UnknownKind(u8),
}

/// A record's two parts as bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// Ids, kinds, dates of rights, links; `null` for a record that was taken away.
    pub public: Vec<u8>,
    /// Names, logins, reasons, free text; empty for a record that was taken away.
    pub private: Vec<u8>,
}

impl Parts {
    /// The parts of a record that was taken away.
    pub fn removed() -> Self {
        Self { public: REMOVED.to_vec(), private: Vec::new() }
    }

    /// Writes a record's parts over what was here, keeping the room.
    pub fn write(&mut self, record: &AnyRecord) -> Result<(), CodecError> {
        self.public.clear();
        self.private.clear();
        with_record!(record, inner => {
            serde_json::to_writer(&mut self.public, &inner.public()).map_err(CodecError::Write)?;
            serde_json::to_writer(&mut self.private, &inner.private()).map_err(CodecError::Write)
        })
    }
}

/// What opens a commitment: gone once the record version is erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Random bytes in front.
    pub salt: Salt,
    /// The private part.
    pub private: Vec<u8>,
}

/// One record version as stored and hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionBytes {
    /// The kind's number.
    pub kind: u8,
    /// The record's id.
    pub id: u64,
    /// The entry that wrote the version before.
    pub prev: Option<Seq>,
    /// The public part.
    pub public: Vec<u8>,
    /// The commitment to the private part; stays when the part is erased.
    pub commitment: Hash,
    /// The private part and its salt, unless erased.
    pub opening: Option<Opening>,
}

impl VersionBytes {
    /// The version of a record, or of its removal.
    pub fn of(reference: RecordRef, prev: Option<Seq>, parts: Parts, salt: Salt) -> Self {
        Self {
            kind: reference.kind.number(),
            id: reference.id,
            prev,
            public: parts.public,
            commitment: commitment(&salt, &parts.private),
            opening: Some(Opening { salt, private: parts.private }),
        }
    }

    /// Its leaf.
    pub fn leaf(&self) -> Hash {
        record_leaf(self.kind, self.id, self.prev, &self.public, &self.commitment)
    }

    /// Whether the private part is the one committed to. An erased one cannot be checked and counts as yes.
    pub fn opens(&self) -> bool {
        self.opening.as_ref().is_none_or(|opening| commitment(&opening.salt, &opening.private) == self.commitment)
    }

    /// The kind, if this version of Keyward knows it.
    pub fn record_kind(&self) -> Result<RecordKind, CodecError> {
        RecordKind::from_number(self.kind).ok_or(CodecError::UnknownKind(self.kind))
    }

    /// The record; nothing when the version says that it was taken away.
    pub fn record(&self) -> Result<Option<AnyRecord>, CodecError> {
        decode(self.record_kind()?, self.id, &self.public, self.opening.as_ref().map(|o| o.private.as_slice()))
    }
}

/// Puts a record of any kind together. Nothing when it was taken away; an erased private part is the empty one.
pub fn decode(
    kind: RecordKind,
    id: u64,
    public: &[u8],
    private: Option<&[u8]>,
) -> Result<Option<AnyRecord>, CodecError> {
    with_record_type!(kind, R => Ok(decode_as::<R>(id, public, private)?.map(Into::into)))
}

/// The same for a kind known beforehand.
pub fn decode_as<R: Record>(id: u64, public: &[u8], private: Option<&[u8]>) -> Result<Option<R>, CodecError> {
    if public == REMOVED {
        return Ok(None);
    }
    let of = RecordRef { kind: R::KIND, id };
    let public = serde_json::from_slice(public).map_err(|source| CodecError::Public { of, source })?;
    let private = match private {
        None => R::Private::default(),
        Some(bytes) => serde_json::from_slice(bytes).map_err(|_| CodecError::Private { of })?,
    };
    Ok(Some(R::from_parts(R::Id::new(id), public, private)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::domain::*;

    fn secret() -> AnyRecord {
        Secret {
            systems: vec![SystemId(1)],
            changed: Some(Instant::from_millis(5)),
            watch: Some("ü".into()),
            ..Secret::new(SecretId(4), SecretKind::Wifi, ClientId(9), "Guest Wi-Fi \"blue\"\n")
        }
        .into()
    }

    #[test]
    fn a_record_comes_back_whole_and_erased_without_its_words() {
        let mut parts = Parts::default();
        parts.write(&secret()).unwrap();
        let whole = decode(RecordKind::Secret, 4, &parts.public, Some(&parts.private)).unwrap();
        assert_eq!(whole, Some(secret()));
        let Some(AnyRecord::Secret(erased)) = decode(RecordKind::Secret, 4, &parts.public, None).unwrap() else {
            unreachable!("a secret was written")
        };
        assert_eq!((erased.name.as_str(), erased.client), ("", ClientId(9)));
    }

    #[test]
    fn a_removal_has_no_record() {
        let parts = Parts::removed();
        assert_eq!(decode(RecordKind::Secret, 4, &parts.public, Some(&parts.private)).unwrap(), None);
    }

    #[test]
    fn no_private_word_stands_in_the_public_part_or_in_an_error() {
        let mut parts = Parts::default();
        parts.write(&secret()).unwrap();
        assert!(!String::from_utf8_lossy(&parts.public).contains("blue"));
        let error = decode(RecordKind::Secret, 4, &parts.public, Some(b"{\"name\":\"Guest blue")).unwrap_err();
        assert!(!error.to_string().contains("blue"));
    }

    #[test]
    fn the_commitment_holds_the_private_part_and_outlives_it() {
        let mut parts = Parts::default();
        parts.write(&secret()).unwrap();
        let mut version = VersionBytes::of(secret().reference(), None, parts, [3; 16]);
        let leaf = version.leaf();
        assert!(version.opens());
        version.opening.as_mut().unwrap().private.push(b' ');
        assert!(!version.opens());
        version.opening = None;
        assert!(version.opens());
        assert_eq!(version.leaf(), leaf);
    }
}
