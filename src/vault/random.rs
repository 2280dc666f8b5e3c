//! Where random bytes come from, so that a test or the practice register can replay them.
//!
//! Must never know: what the bytes are for.

use super::VaultError;

/// A source of random bytes.
pub trait Random {
    /// Fills the buffer.
    ///
    /// # Errors
    /// [`VaultError::NoRandom`] when the computer gives none; the buffer must not be used then.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), VaultError>;
}

/// The operating system's generator. The only source in real use.
#[derive(Debug, Clone, Copy, Default)]
pub struct OsRandom;

impl Random for OsRandom {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), VaultError> {
        getrandom::fill(buffer).map_err(|_| VaultError::NoRandom)
    }
}

/// A source that gives the same bytes for the same seed. For tests and for practice registers, which keep no
/// secrets; never for a register in use.
#[derive(Debug, Clone)]
pub struct SeededRandom {
    seed: [u8; 32],
    block: u64,
}

impl SeededRandom {
    /// The source for this seed.
    pub const fn new(seed: [u8; 32]) -> Self {
        Self { seed, block: 0 }
    }
}

impl Random for SeededRandom {
    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), VaultError> {
        use sha2::{Digest, Sha256};
        for chunk in buffer.chunks_mut(32) {
            let block = Sha256::new().chain_update(self.seed).chain_update(self.block.to_be_bytes()).finalize();
            for (to, from) in chunk.iter_mut().zip(block) {
                *to = from;
            }
            self.block = self.block.wrapping_add(1);
        }
        Ok(())
    }
}
