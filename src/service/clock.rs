//! The clock of the service: the computer's, or a fixed one for tests and scripted histories.
//!
//! Must never know: what the moments are used for.

use crate::domain::Instant;

/// Where "now" comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The computer's clock.
    System,
    /// Always this moment. Entries made under it say so.
    Fixed(Instant),
}

impl Clock {
    /// The present moment.
    pub fn now(self) -> Instant {
        match self {
            Self::System => chrono::Utc::now().into(),
            Self::Fixed(at) => at,
        }
    }

    /// Whether entries made now have to say that the clock was not the computer's.
    pub const fn is_scripted(self) -> bool {
        matches!(self, Self::Fixed(_))
    }
}
