//! The short code printed on reports, and the mark a computer keeps of the newest state it saw.
//!
//! Must never know: where receipts and marks are kept.

use super::leaf::{Hash, hex, unhex};
use crate::domain::Instant;
use std::fmt;

/// A receipt: how many entries there were, and the first eight bytes of the root over them. It points; the proof
/// uses the full root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// Entries at that time.
    pub size: u64,
    /// First eight bytes of the root.
    pub seal: [u8; 8],
}

impl Receipt {
    /// The receipt for a state of the journal.
    pub fn of(size: u64, root: &Hash) -> Self {
        let seal = root.first_chunk::<8>().copied().unwrap_or_default();
        Self { size, seal }
    }

    /// Reads `18203-7C1E-90AA-51F0-22B8`; blanks and the case of letters do not matter.
    pub fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let (size, seal) = text.split_once('-')?;
        if size.is_empty() || !size.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let groups: Vec<&str> = seal.split('-').collect();
        let whole = groups.len() == 4 && groups.iter().all(|group| group.len() == 4);
        let one = groups.len() == 1;
        if !(whole || one) {
            return None;
        }
        Some(Self { size: size.parse().ok()?, seal: unhex(&groups.concat())? })
    }

    /// Whether it was given out for this state.
    pub fn fits(&self, size: u64, root: &Hash) -> bool {
        *self == Self::of(size, root)
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.size)?;
        for pair in self.seal.chunks(2) {
            write!(f, "-{}", hex(pair).to_uppercase())?;
        }
        Ok(())
    }
}

/// The newest state of a register somebody has seen: kept outside of the file, it shows an old copy put back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HighWater {
    /// The register's random id, hex.
    pub file: String,
    /// Entries then.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// When it was seen.
    pub at: Instant,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn root() -> Hash {
        let mut root = [9; 32];
        for (place, byte) in root.iter_mut().zip([0x7c, 0x1e, 0x90, 0xaa, 0x51, 0xf0, 0x22, 0xb8]) {
            *place = byte;
        }
        root
    }

    #[test]
    fn a_receipt_is_read_as_printed_and_as_typed() {
        let receipt = Receipt::of(18203, &root());
        assert_eq!(receipt.to_string(), "18203-7C1E-90AA-51F0-22B8");
        for typed in ["18203-7C1E-90AA-51F0-22B8", " 18203-7c1e-90aa-51f0-22b8\n", "18203-7C1E90AA51F022B8"] {
            assert_eq!(Receipt::parse(typed), Some(receipt), "{typed}");
        }
    }

    #[test]
    fn near_misses_are_refused() {
        for typed in [
            "18203",
            "18203-",
            "-7C1E-90AA-51F0-22B8",
            "18203-7C1E-90AA-51F0",
            "18203-7C1E-90AA-51F0-22B",
            "18203-7C1E-90AA-51F0-22BG",
            "+18203-7C1E-90AA-51F0-22B8",
            "18203-7C1-E90A-A51F-022B8",
        ] {
            assert_eq!(Receipt::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_receipt_fits_its_own_size_and_root_only() {
        let receipt = Receipt::of(18203, &root());
        assert!(receipt.fits(18203, &root()));
        assert!(!receipt.fits(18204, &root()));
        assert!(!receipt.fits(18203, &[1; 32]));
    }
}
