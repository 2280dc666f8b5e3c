//! What lies on top of a screen: questions, menus, lists to pick from, forms, texts.
//!
//! An overlay answers by data ([`Flow`]), never by a closure. Must never know: which screen lies beneath.

mod add;
mod choose;
mod confirm;
mod date;
mod editor;
mod find;
mod form;
mod help;
mod key_check;
mod menu;
mod month;
mod picker;
mod prefix;
mod reader;
mod search;
mod start;
mod subject;
mod value;

pub use add::Add;
pub use choose::Choose;
pub use confirm::{Confirm, Proof};
pub use date::AsOfDate;
pub use editor::Editor;
pub use find::Find;
pub use form::{Earlier, Field, FieldKind, Form, FormKind, LeaveSecret};
pub use help::Help;
pub use key_check::KeyCheck;
pub use menu::{Entry, Menu};
pub use month::Month;
pub use picker::{Choice, Picker};
pub use prefix::Prefix;
pub use reader::Reader;
pub use start::Start;
pub use subject::Subject;
pub use value::Value;

use super::keymap::{Action, Chord, Context};
use super::pane::{Env, Flow, Pane, Reply, Slot, Want, panes};
use super::widget::canvas::Canvas;
use super::widget::line_edit::Typed;
use crate::error::AppError;
use crate::service::{Answer, Outcome};
use ratatui::layout::Rect;

panes! {
    /// Every overlay.
    pub enum Overlay {
        /// A question with yes and no, or with something to type.
        Confirm(Confirm),
        /// What can be done with the row.
        Menu(Menu),
        /// Find anything, do anything.
        Find(Find),
        /// Help.
        Help(Help),
        /// A list to pick from.
        Picker(Picker),
        /// A form.
        Form(Form),
        /// "What do you want to add?"
        Add(Add),
        /// A record as a form.
        Editor(Editor),
        /// Records to choose from.
        Choose(Choose),
        /// A text to read.
        Reader(Reader),
        /// The box after the prefix key.
        Prefix(Prefix),
        /// "Who is leaving?"
        Start(Start),
        /// "About whom?"
        Subject(Subject),
        /// One value, typed.
        Value(Value),
        /// A month to pick a day from.
        Month(Month),
        /// "As of when?"
        AsOfDate(AsOfDate),
        /// The keyboard check.
        KeyCheck(KeyCheck),
    }
}

/// Where a cursor goes among so many rows; nothing where the action does not move it.
fn stepped(cursor: usize, action: Action, rows: usize) -> Option<usize> {
    let last = rows.saturating_sub(1);
    Some(match action {
        Action::Up => cursor.saturating_sub(1),
        Action::Down => (cursor + 1).min(last),
        Action::PageUp | Action::First => 0,
        Action::PageDown | Action::Last => last,
        _ => return None,
    })
}

impl Overlay {
    /// Whether it asks before something is changed: it ignores keys at first.
    pub const fn is_dialog(&self) -> bool {
        matches!(self, Self::Confirm(_))
    }

    /// Whether the pinned hints stay: not where every key is needed for the question.
    pub const fn pins_hints(&self) -> bool {
        !matches!(self, Self::Help(_) | Self::KeyCheck(_))
    }
}
