//! What is hashed, and how: entry leaves, record leaves, commitments to private parts, inner nodes.
//!
//! Every kind of input starts with its own byte, so that one can never pass as another.
//!
//! Must never know: what the bytes mean.

use crate::domain::Seq;
use sha2::{Digest, Sha256};

/// A SHA-256 value.
pub type Hash = [u8; 32];

/// The salt in front of a private part.
pub type Salt = [u8; 16];

/// What stands for "the leaf before" in the first entry.
pub const NO_LEAF: Hash = [0; 32];

/// Starts what an entry's leaf is hashed over (RFC 6962 leaf).
const ENTRY: [u8; 1] = [0x00];
/// Starts what an inner node is hashed over (RFC 6962 node).
const NODE: [u8; 1] = [0x01];
/// Starts what a record version's leaf is hashed over.
const RECORD: [u8; 1] = [0x02];

/// The commitment to a private part: `SHA-256(salt ‖ private)`. Without the salt nothing can be guessed from it.
pub fn commitment(salt: &Salt, private: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update(salt);
    hash.update(private);
    hash.finalize().into()
}

/// The leaf of one record version: `SHA-256(0x02 ‖ kind ‖ id ‖ previous ‖ public ‖ commitment)`, each field behind
/// its length as a big-endian u32. `previous` is the sequence of the version before, 0 when there is none.
pub fn record_leaf(kind: u8, id: u64, previous: Option<Seq>, public: &[u8], commitment: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update(RECORD);
    let mut field = |bytes: &[u8]| {
        // A public part is far below 4 GiB: the store limits a value to 64 MiB.
        hash.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
        hash.update(bytes);
    };
    field(&[kind]);
    field(&id.to_be_bytes());
    field(&previous.unwrap_or(0).to_be_bytes());
    field(public);
    field(commitment);
    hash.finalize().into()
}

/// The leaf of an entry: `SHA-256(0x00 ‖ bytes)` over the bytes as stored.
pub fn entry_leaf(bytes: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update(ENTRY);
    hash.update(bytes);
    hash.finalize().into()
}

/// An inner node: `SHA-256(0x01 ‖ left ‖ right)`.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    let mut hash = Sha256::new();
    hash.update(NODE);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

/// The root of a tree without leaves: `SHA-256("")`.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    text
}

/// Reads hex in either case; nothing when it is not exactly `N` bytes.
pub fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits: Vec<u8> =
        text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect::<Option<_>>()?;
    let bytes: Vec<u8> = digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, d| byte << 4 | d)).collect();
    if digits.len() == N * 2 { bytes.try_into().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_kinds_of_input_never_hash_alike() {
        let half = [7u8; 32];
        let both = [half, half].concat();
        assert_ne!(entry_leaf(&both), node(&half, &half));
        assert_ne!(commitment(&[7; 16], &half), entry_leaf(&[[7; 16].as_slice(), &half].concat()));
    }

    #[test]
    fn a_byte_cannot_move_from_one_field_to_the_next() {
        let hidden = [0u8; 32];
        let one = record_leaf(1, 2, None, b"{\"a\":1}", &hidden);
        assert_ne!(one, record_leaf(1, 2, None, b"{\"a\":1} ", &hidden));
        assert_ne!(one, record_leaf(1, 2, Some(1), b"{\"a\":1}", &hidden));
        assert_ne!(one, record_leaf(2, 2, None, b"{\"a\":1}", &hidden));
    }

    /// Frozen: a change here breaks every register that exists.
    #[test]
    fn the_golden_leaves_stay_as_they_are() {
        let hidden = commitment(&[0x11; 16], br#"{"name":"Dana Ruiz"}"#);
        assert_eq!(hex(&hidden), "e4156c09b5fcca741ef11f5fc55b0282f1b0569a0ffe79a2c99d50f4ef880c22");
        let leaf = record_leaf(1, 61, Some(7), br#"{"kind":"employee"}"#, &hidden);
        assert_eq!(hex(&leaf), "cc74cfe752a15c16467c1421e55f91052931a064f326475b0713b4ec4c17cdce");
    }

    #[test]
    fn hex_is_read_back_and_anything_else_refused() {
        assert_eq!(unhex::<2>(&hex(&[0x0a, 0xff])), Some([0x0a, 0xff]));
        assert_eq!(unhex::<2>("0AFF"), Some([0x0a, 0xff]));
        assert_eq!(unhex::<2>("0af"), None);
        assert_eq!(unhex::<2>("0aff0"), None);
        assert_eq!(unhex::<2>("0agf"), None);
    }
}
