//! The integration tests: one binary, one module per subject.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop where it stands")]

mod architecture;
mod keyring;
mod terminal;
mod tui_flow;
mod tui_support;
mod tui_view;
