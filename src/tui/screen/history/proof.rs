//! Whether the history is in order, as far as was asked: what stands in the pane, and what is read in full.
//!
//! Must never know: how anything is proved.

use crate::domain::Instant;
use crate::service::proof::VerifyView;
use crate::service::view::JournalView;
use crate::service::words;
use crate::tui::overlay::Reader;
use crate::tui::pane::{Env, Flow, Tone};
use crate::tui::theme::Role;

/// What is known about the proof.
#[derive(Debug, Default)]
pub(super) enum Proof {
    /// Nobody has asked since the screen was opened.
    #[default]
    NotAsked,
    /// The history is being read, and compared with this receipt.
    Running(Option<String>),
    /// It was read at this moment, and compared with this receipt.
    Found(Instant, Option<String>, Box<VerifyView>),
}

impl Proof {
    /// The verdict in a sentence or two, and how it is meant.
    pub(super) fn sentence(&self, journal: &JournalView, env: &Env) -> (String, Role) {
        let all = words::counted(journal.page.unfiltered as u64, "entry", "entries");
        match (self, &journal.receipt) {
            (Self::Running(_), _) => (format!("Verifying {all}. You can go on working."), Role::Text),
            (_, Some(receipt)) if !self.compared(receipt) => {
                (format!("F5 compares receipt {receipt} with the history."), Role::Accent)
            }
            (Self::NotAsked, _) => (format!("Not verified since this screen was opened. F5 reads {all}."), Role::Text),
            (Self::Found(at, _, view), _) => {
                let at = words::moment(*at, env.now, &env.zone);
                (format!("Verified {at}: {}", view.sentence), if view.ok { Role::Ok } else { Role::High })
            }
        }
    }

    /// The same in one line.
    pub(super) fn short(&self, journal: &JournalView, env: &Env) -> (String, Role) {
        let (words, role) = self.sentence(journal, env);
        match self {
            Self::Found(_, _, view) if view.ok => (format!("{}.", first_sentence(&words)), role),
            _ => (words, role),
        }
    }

    fn compared(&self, receipt: &str) -> bool {
        matches!(self, Self::Found(_, Some(asked), _) if asked == receipt)
    }

    /// What a verification found, said at once; read in full when something is wrong.
    pub(super) fn said(&self, journal: &JournalView, env: &Env) -> Flow {
        match self {
            Self::Found(_, _, view) if view.ok => {
                Flow::stay().say(Tone::Done, format!("{}.", first_sentence(&view.sentence)))
            }
            Self::Found(_, _, view) => Flow::open(self.reader(journal, env)).say(Tone::Error, view.sentence.clone()),
            Self::NotAsked | Self::Running(_) => Flow::stay(),
        }
    }

    /// Everything about the proof, to read.
    pub(super) fn reader(&self, journal: &JournalView, env: &Env) -> Reader {
        let mut lines = vec![self.sentence(journal, env).0];
        if let Self::Found(_, _, view) = self {
            for (seq, what) in &view.problems {
                lines.push(String::new());
                lines.push(match seq {
                    Some(seq) => format!("Entry {}: {what}", words::count(*seq)),
                    None => what.clone(),
                });
            }
            if !view.notes.is_empty() {
                lines.push(String::new());
                lines.extend(view.notes.iter().cloned());
            }
        }
        lines.push(String::new());
        lines.push(match &journal.seal {
            Some(seal) => {
                let entries = words::counted(seal.size, "entry", "entries");
                format!("The newest seal covers {entries}. Its receipt: {}", seal.receipt)
            }
            None => "No entry is sealed yet. A report seals the history and prints a receipt.".to_owned(),
        });
        lines.push(String::new());
        lines.push(
            "Every report has a receipt at its foot. To compare one: press /, type it, Enter, then F5. It fits only \
             while no entry under it was changed, left out or put in."
                .to_owned(),
        );
        let copy = lines.join("\n");
        Reader::new("Proof of the history", lines, copy)
    }
}

fn first_sentence(words: &str) -> &str {
    words.split_once(". ").map_or(words, |(first, _)| first).trim_end_matches('.')
}
