//! The mouse: what is clicked becomes the keys that do the same.
//!
//! Must never know: where anything was drawn.

use super::Work;
use crate::tui::keymap::{Action, Context};
use crate::tui::widget::spot::Pointed;

/// A window has no more rows than this to go at once.
const MOST: u64 = 500;

impl Work<'_> {
    pub(super) fn point(&mut self, what: Pointed, double: bool) {
        if !self.pointer_works() {
            return;
        }
        match what {
            Pointed::Key(chord) => self.key(chord),
            Pointed::Tab(place) => self.run(Action::Go(place)),
            Pointed::Row { other_pane, by } => {
                if other_pane {
                    self.run(Action::NextPane);
                }
                self.go_rows(by);
                if double {
                    self.run(Action::Open);
                }
            }
        }
    }

    pub(super) fn wheel(&mut self, by: i64) {
        // In a form the arrows go from field to field; there is nothing to roll.
        if self.pointer_works() && !self.model.contexts().contains(&Context::Form) {
            self.go_rows(by);
        }
    }

    fn go_rows(&mut self, by: i64) {
        let action = if by < 0 { Action::Up } else { Action::Down };
        for _ in 0..by.unsigned_abs().min(MOST) {
            self.run(action);
        }
    }

    /// Whether the mouse is on and what is drawn may be clicked: a dialog that just came may not.
    fn pointer_works(&mut self) -> bool {
        let works = self.model.mouse && self.model.curtain.is_none() && !self.model.is_too_small();
        if works {
            self.model.dirty = true;
            self.model.last_key = self.at.mono;
        }
        works && !self.dialog_is_dead()
    }
}
