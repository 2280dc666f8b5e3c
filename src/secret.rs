//! Values that must not be printed, copied or left behind in memory.
//!
//! Must never know: what they open.

use std::fmt;
use zeroize::Zeroizing;

/// The 32 random bytes that encrypt the register. Masked in debug output, wiped when dropped, never cloned.
pub struct DataKey(Zeroizing<[u8; 32]>);

impl DataKey {
    /// Takes over the key's bytes.
    pub const fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// The bytes, for the one place that opens the file and the one that seals them.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(..)")
    }
}

/// A passphrase or recovery code as typed. Masked in debug output, wiped when dropped, never cloned.
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    /// Takes over what was typed.
    pub const fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The text, for the one place that derives a key from it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase(..)")
    }
}
