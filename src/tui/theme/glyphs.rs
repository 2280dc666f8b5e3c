//! Signs, each with its twin in plain letters.
//!
//! Must never know: colours.

use crate::domain::{GrantState, StepOutcome};

/// One set of signs.
#[derive(Debug)]
pub struct Glyphs {
    /// In front of the row under the cursor.
    pub cursor: &'static str,
    /// Horizontal line.
    pub h: &'static str,
    /// Vertical line.
    pub v: &'static str,
    /// Corners: top left, top right, bottom left, bottom right.
    pub corners: [&'static str; 4],
    /// Can get in.
    pub open: &'static str,
    /// Removal asked for.
    pub asked: &'static str,
    /// Shut by its sign-in.
    pub shut_by: &'static str,
    /// Removed, not checked.
    pub removed: &'static str,
    /// Gone, checked.
    pub checked: &'static str,
    /// To give.
    pub planned: &'static str,
    /// Full part of a bar.
    pub full: &'static str,
    /// Empty part of a bar.
    pub empty: &'static str,
    /// In a field that hides what is typed.
    pub mask: &'static str,
    /// Folded.
    pub folded: &'static str,
    /// Unfolded.
    pub unfolded: &'static str,
    /// There are tabs to both sides.
    pub tabs: &'static str,
    /// From what stood there to what stands there.
    pub then: &'static str,
    /// Sorted downwards.
    pub down: &'static str,
    /// Sorted upwards.
    pub up: &'static str,
}

/// For terminals that draw boxes and circles.
pub static UNICODE: Glyphs = Glyphs {
    cursor: "▸",
    h: "─",
    v: "│",
    corners: ["┌", "┐", "└", "┘"],
    open: "●",
    asked: "◐",
    shut_by: "◌",
    removed: "○",
    checked: "✓",
    planned: "◇",
    full: "█",
    empty: "░",
    mask: "●",
    folded: "▸",
    unfolded: "▾",
    tabs: "◄ ► tabs",
    then: "→",
    down: "▼",
    up: "▲",
};

/// Plain letters.
pub static ASCII: Glyphs = Glyphs {
    cursor: ">",
    h: "-",
    v: "|",
    corners: ["+", "+", "+", "+"],
    open: "*",
    asked: "~",
    shut_by: "^",
    removed: "o",
    checked: "+",
    planned: "?",
    full: "#",
    empty: ".",
    mask: "*",
    folded: "+",
    unfolded: "-",
    tabs: "< > tabs",
    then: "->",
    down: "v",
    up: "^",
};

impl Glyphs {
    /// The sign of a state.
    pub const fn state(&self, state: GrantState) -> &'static str {
        match state {
            GrantState::Planned => self.planned,
            GrantState::In | GrantState::CameBack => self.open,
            GrantState::Asked => self.asked,
            GrantState::ShutByParent => self.shut_by,
            GrantState::Removed => self.removed,
            GrantState::Checked => self.checked,
        }
    }

    /// The box of a step: `[ ]` to do, `[x]` done, `[~]` started, `[!]` blocked, `[-]` not needed.
    pub const fn step(outcome: Option<StepOutcome>) -> &'static str {
        match outcome {
            None => "[ ]",
            Some(StepOutcome::Done) => "[x]",
            Some(StepOutcome::Started) => "[~]",
            Some(StepOutcome::Blocked) => "[!]",
            Some(StepOutcome::NotNeeded | StepOutcome::Waived) => "[-]",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_has_a_twin_in_plain_letters() {
        for state in GrantState::ALL {
            assert!(ASCII.state(*state).is_ascii());
        }
        let rest = [
            ASCII.cursor,
            ASCII.h,
            ASCII.v,
            ASCII.full,
            ASCII.empty,
            ASCII.mask,
            ASCII.folded,
            ASCII.unfolded,
            ASCII.tabs,
            ASCII.down,
            ASCII.up,
        ];
        assert!(rest.iter().chain(&ASCII.corners).all(|sign| sign.is_ascii()));
    }
}
