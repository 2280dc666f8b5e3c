//! What Keyward is about: people, clients, systems, ways in, and the rules over them.
//!
//! Functions from values to values. Must never know: SQL, files, the clock, the terminal, randomness.

pub mod change;
pub mod discharge;
pub mod findings;
pub mod holding;
pub mod id;
pub mod knows;
pub mod person_status;
pub mod policy;
pub mod reach;
#[macro_use]
pub mod record;
pub mod role;
pub mod state;
pub mod system_kind;
pub mod time;
pub mod word;

pub use change::{Change, Edit, Stamp};
pub use holding::{AccountFacts, Holding};
pub use id::*;
pub use record::*;
pub use state::GrantState;
pub use system_kind::SystemKind;
pub use time::{Day, Instant, Zone};
pub use word::*;
