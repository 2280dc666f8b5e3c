//! Where salts come from: the system's random source, or a fixed seed in tests and the practice register.
//!
//! Must never know: what is salted.

use super::error::StoreError;
use crate::journal::leaf::Salt;
use sha2::{Digest, Sha256};

/// A source of salts.
pub trait Salts: Send {
    /// The next one.
    fn next(&mut self) -> Result<Salt, StoreError>;
}

/// Salts from the system, fetched in blocks: an import needs a million.
#[derive(Debug)]
pub struct RandomSalts {
    block: [u8; 4096],
    used: usize,
}

impl RandomSalts {
    /// A source whose first block is fetched when it is needed.
    pub const fn new() -> Self {
        Self { block: [0; 4096], used: 4096 }
    }
}

impl Default for RandomSalts {
    fn default() -> Self {
        Self::new()
    }
}

impl Salts for RandomSalts {
    fn next(&mut self) -> Result<Salt, StoreError> {
        if self.block.len() - self.used < 16 {
            getrandom::fill(&mut self.block)
                .map_err(|error| StoreError::Misuse(format!("the system gives no random bytes ({error})")))?;
            self.used = 0;
        }
        let salt = self.block.get(self.used..).and_then(|rest| rest.first_chunk::<16>()).copied();
        self.used += 16;
        salt.ok_or_else(|| StoreError::Misuse("no salt left".into()))
    }
}

/// The same salts again for the same seed. For tests and the practice register only.
#[derive(Debug, Clone)]
pub struct SeededSalts {
    seed: u64,
    given: u64,
}

impl SeededSalts {
    /// A source with this seed.
    pub const fn new(seed: u64) -> Self {
        Self { seed, given: 0 }
    }
}

impl Salts for SeededSalts {
    fn next(&mut self) -> Result<Salt, StoreError> {
        self.given += 1;
        let mut hash = Sha256::new();
        hash.update(b"keyward practice salt");
        hash.update(self.seed.to_be_bytes());
        hash.update(self.given.to_be_bytes());
        let whole: [u8; 32] = hash.finalize().into();
        whole.first_chunk::<16>().copied().ok_or_else(|| StoreError::Misuse("no salt".into()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn random_salts_do_not_repeat_over_several_blocks() {
        let mut salts = RandomSalts::new();
        let seen: BTreeSet<Salt> = (0..600).map(|_| salts.next().unwrap()).collect();
        assert_eq!(seen.len(), 600);
    }

    #[test]
    fn a_seed_gives_the_same_salts_again() {
        let take = |seed| {
            let mut salts = SeededSalts::new(seed);
            [salts.next().unwrap(), salts.next().unwrap()]
        };
        assert_eq!(take(1), take(1));
        assert_ne!(take(1), take(2));
    }
}
