//! The facts of each kind of report, as plain structs that the service fills, and how each becomes a document.
//!
//! Must never know: where the facts were read.

mod discharge;
mod discharge_facts;
mod discharge_tables;
mod findings;
mod frame;
mod letter;
mod reach;
mod standing;
mod status;
mod way;
mod what_if;
mod who;

pub use discharge_facts::*;
pub use findings::*;
pub use frame::*;
pub use letter::*;
pub use reach::*;
pub use standing::*;
pub use status::*;
pub use way::{Known, Way};
pub use what_if::*;
pub use who::*;
