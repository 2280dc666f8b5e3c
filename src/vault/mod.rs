//! The keys: data key, identities, passphrase, recovery code, the desktop's keyring.
//!
//! Must never know: the tables of the store, the screen.
