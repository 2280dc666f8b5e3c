//! How a way in or a shared login stands: its three facts held against its limit.
//!
//! Must never know: where the facts were read.

use super::discharge::{SecretLine, WayLine};
use super::frame::Done;
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

impl WayLine {
    /// How it stands.
    pub fn standing(&self) -> Standing {
        if self.came_back.is_some() {
            return Standing::CameBack;
        }
        match (&self.removed, &self.checked) {
            _ if self.waived_until.is_some() && self.checked.is_none() => {
                self.waived_until.map_or(Standing::Open, Standing::Waived)
            }
            (None, _) => Standing::Open,
            (Some(_), None) => Standing::NotChecked,
            (Some(removed), Some(_)) if self.due.is_some_and(|due| removed.at > due) => {
                Standing::Late(self.due.unwrap_or(removed.at), removed.at)
            }
            (Some(removed), Some(checked)) if same_person(removed, checked) => Standing::SamePerson,
            _ => Standing::InTime,
        }
    }

    /// Whether somebody can still get in this way.
    pub const fn open(&self) -> bool {
        self.came_back.is_some() || self.removed.is_none()
    }
}

impl SecretLine {
    /// How it stands.
    pub fn standing(&self) -> Standing {
        if self.retired.is_some() {
            return Standing::Retired;
        }
        if self.not_needed.is_some() {
            return Standing::NotNeeded;
        }
        match (&self.changed, &self.checked) {
            _ if self.waived_until.is_some() && self.checked.is_none() => {
                self.waived_until.map_or(Standing::Open, Standing::Waived)
            }
            (None, _) => Standing::Open,
            (Some(changed), _) if self.could_read_until.is_some_and(|until| changed.at <= until) => Standing::TooEarly,
            (Some(_), None) => Standing::NotChecked,
            (Some(changed), Some(_)) if self.due.is_some_and(|due| changed.at > due) => {
                Standing::Late(self.due.unwrap_or(changed.at), changed.at)
            }
            (Some(changed), Some(checked)) if same_person(changed, checked) => Standing::SamePerson,
            _ => Standing::InTime,
        }
    }
}

fn same_person(doer: &Done, checker: &Done) -> bool {
    match (doer.person, checker.person) {
        (Some(one), Some(other)) => one == other,
        _ => doer.by.is_some() && doer.by == checker.by,
    }
}
