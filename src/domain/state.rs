//! How a way in stands on a date, from the three facts of its removal.
//!
//! Must never know: words on screen beyond the closed list, how facts got here.

use super::{Grant, Instant, Removal};

crate::words! {
    /// How a way in stands. The order is the order of the life of a right.
    pub enum GrantState {
        Planned = "planned", "to give";
        In = "active", "in";
        Asked = "revoke_requested", "asked";
        CameBack = "came_back", "BACK";
        ShutByParent = "shut_by_parent", "shut";
        Removed = "done", "removed";
        Checked = "confirmed", "checked";
    }
}

impl GrantState {
    /// Whether it counts as a way in still open.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::In | Self::Asked | Self::CameBack)
    }

    /// Whether somebody has to look before it is over.
    pub const fn is_unchecked(self) -> bool {
        matches!(self, Self::Removed | Self::ShutByParent)
    }
}

impl Removal {
    /// How far the removal had come at this moment, from the facts known today.
    pub fn state(&self, at: Instant) -> GrantState {
        let passed = |mark: Option<super::Mark>| mark.is_some_and(|m| m.at <= at);
        // `came_back` stands only while nothing newer was done: an import sets it and clears done and confirmed.
        if passed(self.confirmed) {
            GrantState::Checked
        } else if passed(self.done) {
            GrantState::Removed
        } else if passed(self.asked) {
            GrantState::Asked
        } else if self.came_back.is_some_and(|back| back <= at) {
            GrantState::CameBack
        } else {
            GrantState::In
        }
    }

    /// Whether somebody had been asked by this moment.
    pub fn was_asked(&self, at: Instant) -> bool {
        self.asked.is_some_and(|mark| mark.at <= at)
    }

    /// Whether the removal is left undone on purpose at this moment.
    pub fn is_waived(&self, at: Instant) -> bool {
        self.waived_until.is_some_and(|until| at < until)
    }

    /// Whether nothing more has to happen: checked, or waived for now.
    pub fn is_settled(&self, at: Instant) -> bool {
        self.confirmed.is_some_and(|m| m.at <= at) || self.is_waived(at)
    }
}

impl Grant {
    /// How the way in stands at this moment by its own facts, without what its parents do. Nothing before it
    /// was given.
    pub fn state(&self, at: Instant) -> Option<GrantState> {
        if self.planned {
            return Some(GrantState::Planned);
        }
        if self.since.is_some_and(|since| since > at) {
            return None;
        }
        Some(self.removal.state(at))
    }

    /// Whether it is an open way in at this moment by its own facts.
    pub fn is_open(&self, at: Instant) -> bool {
        self.state(at).is_some_and(GrantState::is_open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Mark;

    const DAY: i64 = 86_400_000;

    fn mark(day: i64) -> Option<Mark> {
        Some(Mark { at: Instant::from_millis(day * DAY), by: None })
    }

    #[test]
    fn each_fact_counts_from_its_own_moment() {
        let removal = Removal { asked: mark(1), done: mark(2), confirmed: mark(3), ..Removal::default() };
        let at = |day| removal.state(Instant::from_millis(day * DAY));
        assert_eq!(
            [at(0), at(1), at(2), at(3)],
            [GrantState::In, GrantState::Asked, GrantState::Removed, GrantState::Checked]
        );
    }

    #[test]
    fn a_right_that_came_back_is_open_until_it_is_done_again() {
        let back = Removal { came_back: Some(Instant::from_millis(5 * DAY)), ..Removal::default() };
        assert_eq!(back.state(Instant::from_millis(6 * DAY)), GrantState::CameBack);
        assert!(GrantState::CameBack.is_open());
        let asked = Removal { asked: mark(6), ..back };
        assert_eq!(asked.state(Instant::from_millis(6 * DAY)), GrantState::Asked);
    }

    #[test]
    fn a_waiver_ends_on_its_date() {
        let waived = Removal { waived_until: Some(Instant::from_millis(3 * DAY)), ..Removal::default() };
        assert!(waived.is_settled(Instant::from_millis(3 * DAY - 1)));
        assert!(!waived.is_settled(Instant::from_millis(3 * DAY)));
    }
}
