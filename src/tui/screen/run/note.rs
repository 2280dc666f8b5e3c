//! The note to the question in front: kept as a draft while typed, stored when left.
//!
//! Must never know: what the question makes.

use super::DRAFT;
use crate::domain::RunId;
use crate::service::{Command, Query};
use crate::tui::keymap::Action;
use crate::tui::pane::Want;
use crate::tui::widget::line_edit::{LineEdit, Typed};

/// A draft is kept this long after the last key, in milliseconds.
const KEEP_MS: u64 = 1_000;

/// The note field.
#[derive(Default)]
pub(super) struct Note {
    run: Option<RunId>,
    code: String,
    /// What the register says.
    stored: String,
    /// What was sent to it and is not known to have arrived.
    sent: Option<String>,
    pub(super) edit: LineEdit,
    open: bool,
    /// Words are kept as a draft.
    drafted: bool,
    due: Option<u64>,
}

impl Note {
    pub(super) const fn is_open(&self) -> bool {
        self.open
    }

    /// Puts the field on another question; words typed for the one before are stored first.
    pub(super) fn follow(&mut self, run: RunId, code: &str, stored: &str) -> Vec<Want> {
        if self.code == code && self.run == Some(run) {
            // Stored meanwhile, perhaps by another process: only shown while nobody types.
            if !self.open && self.edit.text() == self.stored {
                self.edit = LineEdit::with(stored);
            }
            self.sent.take_if(|sent| sent == stored);
            stored.clone_into(&mut self.stored);
            return Vec::new();
        }
        let mut wants = self.leave();
        self.run = Some(run);
        self.sent = None;
        self.drafted = false;
        code.clone_into(&mut self.code);
        stored.clone_into(&mut self.stored);
        self.edit = LineEdit::with(stored);
        wants.push(Want::Load(DRAFT, Query::Draft(self.key())));
        wants
    }

    fn key(&self) -> String {
        format!("run {} note {}", self.run.map_or(0, |run| run.0), self.code)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.edit.text().trim().is_empty()
    }

    pub(super) fn open(&mut self) -> bool {
        self.open = self.run.is_some();
        self.open
    }

    /// A draft from before: only where nothing newer is typed. One that is stored already has done its work.
    pub(super) fn restore(&mut self, text: &str) -> Option<Want> {
        if text.trim() == self.stored.trim() {
            return Some(Want::Keep { key: self.key(), text: String::new() });
        }
        self.drafted = true;
        if self.edit.text() == self.stored {
            self.edit = LineEdit::with(text);
        }
        None
    }

    pub(super) fn write(&mut self, typed: &Typed, mono: u64) {
        self.edit.write(typed);
        self.due = Some(mono + KEEP_MS);
    }

    pub(super) fn act(&mut self, action: Action) -> bool {
        let acted = self.edit.act(action);
        if acted && self.due.is_none() && self.edit.text() != self.stored {
            self.due = Some(0);
        }
        acted
    }

    pub(super) const fn deadline(&self) -> Option<u64> {
        self.due
    }

    /// The draft's time has come.
    pub(super) fn on_tick(&mut self, mono: u64) -> Option<Want> {
        if self.due.is_some_and(|due| due <= mono) {
            self.due = None;
            self.drafted = true;
            return Some(Want::Keep { key: self.key(), text: self.edit.text().to_owned() });
        }
        None
    }

    /// Leaves the field: what differs from what is stored is sent. Its draft stays until it has arrived.
    pub(super) fn leave(&mut self) -> Vec<Want> {
        self.open = false;
        let run = self.run;
        let Some((run, text)) = run.zip(self.take()) else {
            // Nothing is left of what was kept, and nothing of it is on its way.
            let drop = self.sent.is_none() && std::mem::take(&mut self.drafted);
            return drop.then(|| Want::Keep { key: self.key(), text: String::new() }).into_iter().collect();
        };
        let note = Command::Answer { run, question: self.code.clone(), reply: None, note: Some(text), add: Vec::new() };
        self.send(note)
    }

    /// What is typed now and not yet on its way, to be sent at once.
    pub(super) fn take(&mut self) -> Option<String> {
        self.due = None;
        let text = self.edit.text().trim();
        if text == self.sent.as_deref().unwrap_or(&self.stored).trim() {
            return None;
        }
        self.sent = Some(text.to_owned());
        self.sent.clone()
    }

    /// Sends a change that carries the note; refused, the words are still in the draft.
    pub(super) fn send(&self, command: Command) -> Vec<Want> {
        let text = self.edit.text().to_owned();
        vec![Want::Keep { key: self.key(), text }, Want::ApplyDraft { key: self.key(), command }]
    }

    /// Something was refused, perhaps the note: it counts as not sent.
    pub(super) fn refused(&mut self) {
        self.sent = None;
    }
}
