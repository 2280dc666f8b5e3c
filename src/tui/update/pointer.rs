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
            Pointed::Cell { rows, columns } => {
                self.steps(rows, (Action::Up, Action::Down));
                self.steps(columns, (Action::Left, Action::Right));
                if double {
                    self.run(Action::Open);
                }
            }
            Pointed::Stop { by, button } => {
                self.steps(by, (Action::PrevPane, Action::NextPane));
                if button {
                    self.run(Action::Open);
                }
            }
            Pointed::Row { other_pane, by } => {
                if other_pane {
                    self.run(Action::NextPane);
                }
                self.steps(by, (Action::Up, Action::Down));
                if double {
                    self.run(Action::Open);
                }
            }
        }
    }

    pub(super) fn wheel(&mut self, by: i64) {
        // In a form the arrows go from field to field; there is nothing to roll.
        let contexts = self.model.contexts();
        if self.pointer_works() && !contexts.contains(&Context::Form) && !contexts.contains(&Context::Editor) {
            self.steps(by, (Action::Up, Action::Down));
        }
    }

    /// So many steps back or forward.
    fn steps(&mut self, by: i64, (back, forward): (Action, Action)) {
        let action = if by < 0 { back } else { forward };
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
