//! The use cases: the only way in for the command line and the screen. Owns the clock; one method, one transaction.
//!
//! Must never know: clap, ratatui, colours.

pub mod practice;
