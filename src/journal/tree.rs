//! The tree of RFC 6962 over leaves: root, a frontier that grows leaf by leaf, inclusion proofs.
//!
//! Must never know: what a leaf stands for.

use super::leaf::{Hash, empty_root, node};

/// The right edge of a tree: enough to add leaves and to give the root, at most 64 hashes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    /// Roots of the full subtrees, largest first; one for each bit set in `size`.
    peaks: Vec<Hash>,
}

impl Frontier {
    /// How many leaves it has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Adds one leaf at the right.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        let mut rest = self.size;
        while rest & 1 == 1 {
            if let Some(left) = self.peaks.pop() {
                hash = node(&left, &hash);
            }
            rest >>= 1;
        }
        self.peaks.push(hash);
        self.size += 1;
    }

    /// The root over all leaves so far.
    pub fn root(&self) -> Hash {
        let mut peaks = self.peaks.iter().rev();
        let Some(first) = peaks.next() else { return empty_root() };
        peaks.fold(*first, |right, left| node(left, &right))
    }

    /// The peaks as bytes, for storing.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.peaks.concat()
    }

    /// Reads what [`Self::to_bytes`] wrote; nothing when the number of peaks does not fit the size.
    pub fn from_bytes(size: u64, bytes: &[u8]) -> Option<Self> {
        let chunks = bytes.chunks_exact(32);
        if !chunks.remainder().is_empty() {
            return None;
        }
        let peaks: Vec<Hash> = chunks.map(|chunk| chunk.try_into().ok()).collect::<Option<_>>()?;
        (u32::try_from(peaks.len()) == Ok(size.count_ones())).then_some(Self { size, peaks })
    }
}

impl FromIterator<Hash> for Frontier {
    fn from_iter<I: IntoIterator<Item = Hash>>(leaves: I) -> Self {
        let mut frontier = Self::default();
        leaves.into_iter().for_each(|leaf| frontier.push(leaf));
        frontier
    }
}

/// The root over these leaves.
pub fn root(leaves: &[Hash]) -> Hash {
    leaves.iter().copied().collect::<Frontier>().root()
}

/// The hashes that lead from leaf `index` up to the root, lowest first; nothing when there is no such leaf.
pub fn prove(leaves: &[Hash], index: usize) -> Option<Vec<Hash>> {
    if index >= leaves.len() {
        return None;
    }
    let mut path = Vec::new();
    descend(leaves, index, &mut path)?;
    Some(path)
}

/// RFC 6962 section 2.1.1: the path in the half that holds the leaf, then the root of the other half.
fn descend(leaves: &[Hash], index: usize, path: &mut Vec<Hash>) -> Option<()> {
    if leaves.len() < 2 {
        return Some(());
    }
    let half = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at_checked(half)?;
    if index < half {
        descend(left, index, path)?;
        path.push(root(right));
    } else {
        descend(right, index - half, path)?;
        path.push(root(left));
    }
    Some(())
}

/// Whether the leaf stands at `index` in a tree of `size` leaves with this root (RFC 9162 section 2.1.3.2).
pub fn includes(root: &Hash, size: u64, index: u64, leaf: &Hash, path: &[Hash]) -> bool {
    if index >= size {
        return false;
    }
    let (mut place, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for step in path {
        if last == 0 {
            return false;
        }
        if place & 1 == 1 || place == last {
            hash = node(step, &hash);
            while place & 1 == 0 && place != 0 {
                place >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, step);
        }
        place >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::leaf::{entry_leaf, hex};
    use super::*;

    fn leaves(count: u8) -> Vec<Hash> {
        (0..count).map(|n| entry_leaf(&[n])).collect()
    }

    /// RFC 6962 section 2.1 word for word: split at the largest power of two below the size.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [] => empty_root(),
            [one] => *one,
            more => {
                let mut half = 1;
                while half * 2 < more.len() {
                    half *= 2;
                }
                node(&by_definition(&more[..half]), &by_definition(&more[half..]))
            }
        }
    }

    #[test]
    fn the_growing_root_is_the_one_of_the_definition() {
        for count in 0..70 {
            assert_eq!(root(&leaves(count)), by_definition(&leaves(count)), "{count} leaves");
        }
    }

    /// The test vectors of the Certificate Transparency project for its eight inputs.
    #[test]
    fn published_roots_are_met() {
        let inputs: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let leaves: Vec<Hash> = inputs.iter().map(|bytes| entry_leaf(bytes)).collect();
        assert_eq!(hex(&root(&[])), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hex(&root(&leaves[..1])), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assert_eq!(hex(&root(&leaves)), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    }

    #[test]
    fn every_leaf_is_proved_and_no_other() {
        for count in 1..40u8 {
            let leaves = leaves(count);
            let top = root(&leaves);
            for index in 0..leaves.len() {
                let path = prove(&leaves, index).unwrap();
                let size = leaves.len() as u64;
                assert!(includes(&top, size, index as u64, &leaves[index], &path));
                assert!(!includes(&top, size, index as u64, &entry_leaf(b"other"), &path));
                let beside = (index as u64 + 1) % size;
                assert!(size == 1 || !includes(&top, size, beside, &leaves[index], &path));
                assert!(!includes(&top, size, size, &leaves[index], &path));
            }
            assert_eq!(prove(&leaves, leaves.len()), None);
        }
    }

    #[test]
    fn a_frontier_survives_storage_and_a_wrong_one_is_refused() {
        let frontier: Frontier = leaves(13).into_iter().collect();
        let bytes = frontier.to_bytes();
        assert_eq!(Frontier::from_bytes(13, &bytes), Some(frontier));
        assert_eq!(Frontier::from_bytes(12, &bytes), None);
        assert_eq!(Frontier::from_bytes(13, &bytes[1..]), None);
    }
}
