//! A box to type into and the rows that fit below it: what lists with a search field share.
//!
//! Must never know: what is looked for, what a choice will do.

use crate::tui::keymap::Action;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below};
use crate::tui::widget::line_edit::{FieldLook, LineEdit, Typed};
use crate::tui::widget::table;
use ratatui::layout::Rect;

/// A box and its rows.
pub(super) struct Search<T> {
    edit: LineEdit,
    pub(super) hits: Vec<T>,
    /// The hits belong to other words than those in the box.
    pub(super) looking: bool,
    pub(super) cursor: usize,
}

/// What an action did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Searched {
    /// The cursor moved.
    Moved,
    /// Other words stand in the box: ask again.
    Typed,
    /// Not an action of searching.
    No,
}

impl<T> Search<T> {
    /// Words that were there go with the first letter.
    pub(super) fn new(typed: &str) -> Self {
        let mut edit = LineEdit::with(typed);
        let _ = edit.act(Action::SelectAll);
        Self { edit, hits: Vec::new(), looking: true, cursor: 0 }
    }

    /// What is looked for.
    pub(super) fn words(&self) -> &str {
        self.edit.text().trim()
    }

    /// Takes typed text.
    pub(super) fn write(&mut self, typed: &Typed) {
        self.edit.write(typed);
        self.ask();
    }

    /// The rows are for other words now.
    fn ask(&mut self) {
        self.looking = true;
        self.cursor = 0;
    }

    /// The answer came.
    pub(super) fn found(&mut self, hits: Vec<T>) {
        self.looking = false;
        self.hits = hits;
    }

    /// The row under the cursor.
    pub(super) fn current(&self) -> Option<&T> {
        self.hits.get(self.cursor)
    }

    /// Moves over so many rows, or edits the box.
    pub(super) fn act(&mut self, action: Action, rows: usize) -> Searched {
        if let Some(cursor) = super::stepped(self.cursor, action, rows) {
            self.cursor = cursor;
            return Searched::Moved;
        }
        if self.edit.act(action) {
            self.ask();
            return Searched::Typed;
        }
        Searched::No
    }

    /// Draws the box and these rows: a name, and what tells it from its twins.
    pub(super) fn view(&self, canvas: &mut Canvas, inner: Rect, rows: &[(String, String)]) {
        let look = FieldLook { focused: true, ..FieldLook::default() };
        self.edit.view(canvas, inner.x + 3, inner.y, inner.width.saturating_sub(6), look);
        let at = canvas.cursor;
        let body = below(inner, 2);
        if rows.is_empty() {
            let words = if self.looking { "Looking ..." } else { "Nothing fits. Type other letters, or Esc closes." };
            canvas.put(body.x + 3, body.y, body.width.saturating_sub(4), words, Role::Muted);
        }
        let first = (self.cursor + 1).saturating_sub(usize::from(body.height));
        for (y, (place, (name, more))) in (body.y..body.bottom()).zip(rows.iter().enumerate().skip(first)) {
            let side = if more.is_empty() { 0 } else { body.width / 3 };
            canvas.put(body.x + 3, y, body.width.saturating_sub(side + 6), name, Role::Text);
            canvas.put_right(body.right().saturating_sub(side + 2), y, side, more, Role::Muted);
            let row = Rect { x: body.x + 1, y, width: body.width.saturating_sub(2), height: 1 };
            table::row(canvas, row, place, self.cursor, true);
        }
        canvas.cursor = at;
    }
}
