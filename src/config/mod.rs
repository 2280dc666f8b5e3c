//! Where things are on this computer, and what the person prefers on it.
//!
//! Nothing here is part of the register: a choice belongs to one computer, goes with nobody's data, and is not journaled.
//! A choice is taken from the first of: an option of the command line, the environment, the file, the default. Defaults
//! are never written to the file, so that a better default of a later version reaches everybody who chose nothing.
//!
//! Must never know: the store.

mod environment;
mod error;
mod file;
mod marks;
mod paths;
mod region;
mod screen;
mod settings;

pub use environment::{Environment, FixedNow};
pub use error::{ConfigError, Fault};
pub use file::{Choice, Choices, with_choice};
pub use marks::{Mark, Marks};
pub use paths::{Places, from_home};
pub use region::{is_month_first, zone_here};
pub use screen::{Colours, ScreenFacts};
pub use settings::{Look, Overrides, Settings};
