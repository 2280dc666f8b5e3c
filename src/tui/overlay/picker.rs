//! A short list to pick one thing from. What is picked goes to the pane beneath.
//!
//! Must never know: what the choice will do.

use crate::tui::keymap::{Action, Context};
use crate::tui::pane::{Env, Flow, Pane, Purpose, Reply};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, centred};
use crate::tui::widget::table;
use ratatui::layout::Rect;

/// One choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its words.
    pub label: String,
    /// What tells it from its twins.
    pub more: String,
}

impl Choice {
    /// A choice.
    pub fn new(label: impl Into<String>, more: impl Into<String>) -> Self {
        Self { label: label.into(), more: more.into() }
    }
}

/// A list to pick from.
#[derive(Debug)]
pub struct Picker {
    title: String,
    choices: Vec<Choice>,
    cursor: usize,
    purpose: Purpose,
}

impl Picker {
    /// A list with the cursor on the present value.
    pub fn new(title: impl Into<String>, choices: Vec<Choice>, at: usize, purpose: Purpose) -> Self {
        let cursor = at.min(choices.len().saturating_sub(1));
        Self { title: title.into(), choices, cursor, purpose }
    }
}

impl Pane for Picker {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Picker, Context::Modal]
    }

    fn on_action(&mut self, action: Action, _env: &Env) -> Flow {
        if let Some(cursor) = super::stepped(self.cursor, action, self.choices.len()) {
            self.cursor = cursor;
            return Flow::stay();
        }
        match action {
            Action::Back => Flow::close(),
            Action::Open if !self.choices.is_empty() => Flow::close().reply(Reply::Picked(self.purpose, self.cursor)),
            _ => Flow::ignored(),
        }
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, _env: &Env) {
        let longest = self.choices.iter().map(|c| text::width(&c.label)).max().unwrap_or(0);
        let more = self.choices.iter().map(|c| text::width(&c.more)).max().unwrap_or(0);
        let width = u16::try_from(longest + more + 9).unwrap_or(u16::MAX);
        let least = u16::try_from(text::width(&self.title) + 8).unwrap_or(30);
        let width = width.clamp(least.min(70), 70).min(area.width.saturating_sub(2));
        let height = u16::try_from(self.choices.len() + 2).unwrap_or(u16::MAX);
        let frame = centred(area, width, height.min(area.height));
        let inner = canvas.frame(frame, &self.title);
        let first = (self.cursor + 1).saturating_sub(usize::from(inner.height));
        let label_cells = u16::try_from(longest).unwrap_or(u16::MAX).min(inner.width.saturating_sub(4));
        for (y, (place, choice)) in (inner.y..inner.bottom()).zip(self.choices.iter().enumerate().skip(first)) {
            canvas.put(inner.x + 3, y, label_cells, &choice.label, Role::Text);
            let at = inner.x + 5 + label_cells;
            canvas.put(at, y, inner.right().saturating_sub(at + 1), &choice.more, Role::Muted);
            let row = Rect { x: inner.x + 1, y, width: inner.width.saturating_sub(2), height: 1 };
            table::row(canvas, row, place, self.cursor, true);
        }
    }
}
