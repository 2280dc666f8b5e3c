//! The journal: entries, record leaves, chain and root over the bytes as stored, checkpoints, verification.
//!
//! Pure functions over bytes and iterators. Must never know: SQL, the clock.
