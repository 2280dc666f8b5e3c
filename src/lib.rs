//! Keyward knows who can get into which client's systems, and walks technicians in and out until every right is
//! proved gone.
//!
//! | Module | What lives there |
//! |---|---|
//! | [`domain`] | what Keyward is about: people, systems, ways in, and the rules over them |
//! | [`journal`] | the chained history: entries, record versions, checkpoints, verification over stored bytes |
//! | [`store`] | the encrypted file: the only user of SQLite, one write door |
//! | [`vault`] | the keys: identities, passphrase, recovery code, the desktop's keyring |
//! | [`import`] | files in: one parser per format, matching, the plan |
//! | [`report`] | paper out: plain models to bytes, one renderer per format |
//! | [`service`] | the use cases; the only way in for the command line and the screen |
//! | [`config`] | where things are and what the person prefers on this computer |
//! | [`cli`] | the commands |
//! | [`tui`] | the screen |
//!
//! Every table is the fold of the journal: a change is a value ([`domain::Change`]) before it happens, and
//! [`store`] writes it and its entry in one transaction. `ARCHITECTURE.md` tells the rest.

pub mod cli;
pub mod config;
#[macro_use]
pub mod domain;
pub mod error;
pub mod import;
pub mod journal;
pub mod report;
pub mod secret;
pub mod service;
pub mod store;
pub mod text;
pub mod tui;
pub mod vault;
