//! The commands: arguments in, text or JSON out, exit codes.
//!
//! Must never know: rusqlite, ratatui, rules.
