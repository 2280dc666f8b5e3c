//! One file per command.
//!
//! Must never know: how the register keeps anything.

pub mod accept;
pub mod add;
pub mod backup;
pub mod demo;
pub mod discharge;
pub mod due;
pub mod edit;
pub mod export;
pub mod findings;
pub mod formats;
pub mod generated;
pub mod grant;
pub mod history;
pub mod import;
pub mod init;
pub mod key;
pub mod knows;
pub mod list;
pub mod reach;
pub mod report;
pub mod restore;
pub mod revoke;
pub mod rotate;
pub mod screen;
pub mod settings;
pub mod undo;
pub mod verify;
pub mod what_if;
pub mod who;
