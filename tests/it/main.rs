//! The integration tests: one binary, one module per subject.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop where it stands")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test says what it skipped")]

mod architecture;
mod cli_home;
mod cli_keys;
mod cli_records;
mod cli_refusals;
mod cli_runs;
mod client_exit;
mod clients;
#[cfg(target_os = "linux")]
mod faults;
mod filters;
mod forms;
mod fuzz;
mod grid;
mod history;
mod import_derived;
mod import_lists;
mod import_office;
mod import_secrets;
mod import_sheets;
mod import_undo;
mod keyring;
mod kill;
mod letters;
mod mover;
mod past;
mod plain;
mod proof_backups;
mod proof_fixture;
mod proof_tampering;
mod report_discharge;
mod runs;
mod screen;
mod tasks;
mod tasks_records;
mod terminal;
mod told_later;
mod tui_clients;
mod tui_estate;
mod tui_flow;
mod tui_forms;
mod tui_grid;
mod tui_keys;
mod tui_late;
mod tui_lists;
mod tui_matrix;
mod tui_more;
mod tui_narrow;
mod tui_past;
mod tui_pointer;
mod tui_records;
mod tui_support;
mod tui_view;
mod what_if;
