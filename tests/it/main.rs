//! The tests that need the whole program, or something outside of it.

mod keyring;
