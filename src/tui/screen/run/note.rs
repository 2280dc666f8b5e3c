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
    stored: String,
    pub(super) edit: LineEdit,
    open: bool,
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
            stored.clone_into(&mut self.stored);
            return Vec::new();
        }
        let mut wants = self.leave();
        self.run = Some(run);
        code.clone_into(&mut self.code);
        stored.clone_into(&mut self.stored);
        self.edit = LineEdit::with(stored);
        wants.push(Want::Load(DRAFT, Query::Draft(self.key())));
        wants
    }

    fn key(&self) -> String {
        format!("run {} note {}", self.run.map_or(0, |run| run.0), self.code)
    }

    pub(super) fn open(&mut self) -> bool {
        self.open = self.run.is_some();
        self.open
    }

    /// A draft from before: only where nothing newer is typed.
    pub(super) fn restore(&mut self, text: &str) {
        if self.edit.text() == self.stored && text != self.stored {
            self.edit = LineEdit::with(text);
        }
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
            return Some(Want::Keep { key: self.key(), text: self.edit.text().to_owned() });
        }
        None
    }

    /// Leaves the field: what differs from what is stored is stored, and the draft dropped.
    pub(super) fn leave(&mut self) -> Vec<Want> {
        self.open = false;
        self.due = None;
        let Some(run) = self.run else { return Vec::new() };
        if self.edit.text().trim() == self.stored.trim() {
            return Vec::new();
        }
        self.edit.text().trim().clone_into(&mut self.stored);
        let note = Command::Answer {
            run,
            question: self.code.clone(),
            reply: None,
            note: Some(self.stored.clone()),
            add: Vec::new(),
        };
        vec![Want::Apply(note), Want::Keep { key: self.key(), text: String::new() }]
    }

    /// What is typed now, for an answer that carries the note with it.
    pub(super) fn take(&mut self) -> Option<String> {
        let text = self.edit.text().trim().to_owned();
        let changed = text != self.stored.trim();
        self.stored.clone_from(&text);
        self.due = None;
        changed.then_some(text)
    }
}
