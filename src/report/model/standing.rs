//! How a way in or a shared login stands: its three facts held against its limit.
//!
//! Must never know: where the facts were read.

use crate::domain::Instant;
use crate::report::document::{Cell, Tone};
use crate::report::when::{Clock, span};

/// How a way in or a shared login stands against its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Done and checked before the limit, or without one.
    InTime,
    /// Done and checked, after the limit.
    Late(Instant, Instant),
    /// Done, not checked.
    NotChecked,
    /// Doer and checker are one person.
    SamePerson,
    /// Changed while it could still be read.
    TooEarly,
    /// Still open.
    Open,
    /// A newer list showed it again.
    CameBack,
    /// Left on purpose until then.
    Waived(Instant),
    /// No longer in use.
    Retired,
    /// Needs no change, for a reason.
    NotNeeded,
}

impl Standing {
    /// As a cell.
    pub fn cell(self, clock: &Clock) -> Cell {
        match self {
            Self::InTime => Cell::word("in_time", "in time", Tone::Good),
            Self::Late(due, at) => Cell::word("late", format!("late by {}", span(due, at)), Tone::Bad),
            Self::NotChecked => Cell::word("not_checked", "not checked", Tone::Attention),
            Self::SamePerson => Cell::word("same_person", "done and checked by one", Tone::Attention),
            Self::TooEarly => Cell::word("too_early", "changed too early", Tone::Bad),
            Self::Open => Cell::word("open", "STILL OPEN", Tone::Bad),
            Self::CameBack => Cell::word("came_back", "CAME BACK", Tone::Bad),
            Self::Waived(until) => {
                Cell::word("waived", format!("waived until {}", clock.day_of(until)), Tone::Attention)
            }
            Self::Retired => Cell::word("retired", "no longer used", Tone::Good),
            Self::NotNeeded => Cell::word("not_needed", "needs no change", Tone::Attention),
        }
    }

    /// Whether nothing more is to be done.
    pub const fn settled(self) -> bool {
        matches!(self, Self::InTime | Self::Late(..) | Self::SamePerson | Self::Retired | Self::NotNeeded)
    }
}
