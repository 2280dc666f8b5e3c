//! The integration tests: one binary, one module per subject.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop where it stands")]

mod architecture;
mod keyring;
mod proof_backups;
mod proof_fixture;
mod proof_tampering;
mod report_discharge;
mod terminal;
