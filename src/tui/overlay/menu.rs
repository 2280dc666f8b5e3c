//! All that can be done with a row, with keys and reasons.
//!
//! Must never know: what the actions do.

use crate::tui::keymap::{Action, Context};
use crate::tui::pane::{Env, Flow, Pane, Tone};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, centred};
use crate::tui::widget::line_edit::Typed;
use crate::tui::widget::table;
use ratatui::layout::Rect;

/// An action as menus and Find show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The action.
    pub action: Action,
    /// Its verb in this place.
    pub verb: String,
    /// What it does.
    pub help: String,
    /// Its key.
    pub key: String,
    /// Why it cannot be done now.
    pub disabled: Option<String>,
}

/// The menu of a row.
#[derive(Debug)]
pub struct Menu {
    title: String,
    entries: Vec<Entry>,
    cursor: usize,
}

impl Menu {
    /// A menu with a title: the row it is about. What can be done now stands above what cannot.
    pub fn new(title: String, mut entries: Vec<Entry>) -> Self {
        entries.sort_by_key(|entry| entry.disabled.is_some());
        Self { title, entries, cursor: 0 }
    }

    fn step(&mut self, by: isize) -> Flow {
        let last = self.entries.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
        Flow::stay()
    }
}

impl Pane for Menu {
    fn contexts(&self) -> Vec<Context> {
        // Letters jump to a verb, so they are text here.
        vec![Context::Menu, Context::Text]
    }

    fn on_action(&mut self, action: Action, _env: &Env) -> Flow {
        match action {
            Action::Up => self.step(-1),
            Action::Down => self.step(1),
            Action::PageUp | Action::First | Action::TextHome => self.step(isize::MIN / 2),
            Action::PageDown | Action::Last | Action::TextEnd => self.step(isize::MAX / 2),
            Action::Back | Action::Erase => Flow::close(),
            Action::Open => match self.entries.get(self.cursor) {
                Some(Entry { disabled: Some(reason), .. }) => Flow::note(reason.clone()),
                Some(entry) => Flow::close().then(entry.action),
                None => Flow::close(),
            },
            _ => Flow::ignored(),
        }
    }

    fn on_text(&mut self, typed: &Typed, _env: &Env) -> Flow {
        let Typed::Char(sign) = typed else { return Flow::stay() };
        let wanted = sign.to_lowercase().to_string();
        let count = self.entries.len();
        let found = (1..=count)
            .map(|step| (self.cursor + step) % count.max(1))
            .find(|place| self.entries.get(*place).is_some_and(|entry| entry.verb.to_lowercase().starts_with(&wanted)));
        match found {
            Some(place) if place == self.cursor => Flow::note("This is the only verb with that letter. Enter does it."),
            Some(place) => {
                self.cursor = place;
                Flow::stay()
            }
            None => Flow::stay().say(Tone::Note, "No verb starts with that letter."),
        }
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, _env: &Env) {
        let height = u16::try_from(self.entries.len() + 2).unwrap_or(u16::MAX);
        let frame = centred(area, 66.min(area.width.saturating_sub(2)), height.min(area.height));
        let inner = canvas.frame(frame, &self.title);
        let first = (self.cursor + 1).saturating_sub(usize::from(inner.height));
        for (y, (place, entry)) in (inner.y..inner.bottom()).zip(self.entries.iter().enumerate().skip(first)) {
            let role = if entry.disabled.is_some() { Role::Muted } else { Role::Text };
            canvas.put(inner.x + 2, y, 12, &entry.verb, role);
            let key_cells = u16::try_from(text::width(&entry.key)).unwrap_or(0);
            let words = match &entry.disabled {
                Some(reason) => format!("not now: {reason}"),
                None => entry.help.clone(),
            };
            canvas.put(inner.x + 15, y, inner.width.saturating_sub(17 + key_cells), &words, role);
            canvas.put_right(inner.x, y, inner.width.saturating_sub(1), &entry.key, Role::Accent);
            table::row(canvas, Rect { y, height: 1, ..inner }, place, self.cursor, true);
        }
    }
}
