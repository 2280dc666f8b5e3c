//! The encrypted file: opening, pragmas, typed rows, the one write door, backup and restore.
//!
//! The only user of rusqlite. Must never know: rules, the terminal; it asks nobody anything.
