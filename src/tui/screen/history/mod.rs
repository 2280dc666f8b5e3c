//! The history: every entry, newest first; what one did; whether all of it is in order.
//!
//! Must never know: how entries are kept and proved, what a filter means.

mod entry;
mod proof;
mod words;

pub use entry::Entry;

use super::parts::{empty_words, list_body, list_rule, one_list};
use super::{Face, Paper};
use crate::domain::Seq;
use crate::error::AppError;
use crate::service::view::{EntryView, HistoryLine, JournalView, RegisterView};
use crate::service::{Answer, Query};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::overlay::{Choice, Picker};
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Purpose, Reply, Slot, Tone, Want};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, top};
use crate::tui::widget::frame::{self, Split};
use crate::tui::widget::list::{List, Moved};
use proof::Proof;
use ratatui::layout::Rect;

const LINES: Slot = 0;
const ENTRY: Slot = 1;
const VERIFY: Slot = 2;

/// What a filter can be begun with: its words, what they are for, what is typed.
const FILTERS: &[(&str, &str)] =
    &[("About a person", "person:"), ("About a client", "client:"), ("Before a date", "before:"), ("Everything", "")];

/// Rows of the proof below the entry, with its rule; more where the detail is narrow and high.
const PROOF_ROWS: (u16, u16) = (3, 8);

/// The history.
#[derive(Default)]
pub struct History {
    list: List<HistoryLine>,
    journal: JournalView,
    entry: Option<EntryView>,
    proof: Proof,
    grown: bool,
    /// The key for taking back was pressed before it was known what the entry did.
    take_back: Option<Seq>,
}

impl History {
    fn split(&self, env: &Env) -> Split {
        frame::split(env.body(), env, 11, self.grown)
    }

    fn height(&self, env: &Env) -> usize {
        usize::from(self.split(env).list.height.saturating_sub(2))
    }

    fn ask(&self, env: &Env) -> Want {
        Want::Load(LINES, Query::History(self.list.slice(self.height(env))))
    }

    /// The entry under the cursor, when it was answered.
    fn shown(&self) -> Option<&EntryView> {
        let seq = self.list.current()?.seq;
        self.entry.as_ref().filter(|entry| entry.line.seq == seq)
    }

    fn ask_entry(&mut self) -> Option<Want> {
        let seq = self.list.current()?.seq;
        if self.shown().is_some() {
            return None;
        }
        // Whoever goes back to the row before asks again: the answer on its way is this row's.
        self.entry = None;
        Some(Want::Load(ENTRY, Query::Entry(seq)))
    }

    fn moved(&mut self, moved: Moved, env: &Env) -> Flow {
        match moved {
            Moved::No => Flow::ignored(),
            Moved::Yes => Flow::stay().wants(self.ask_entry()),
            Moved::Ask => Flow::stay().want(self.ask(env)).wants(self.ask_entry()),
        }
    }

    fn verify(&mut self) -> Flow {
        if matches!(self.proof, Proof::Running(_)) {
            return Flow::note("It is being verified already.");
        }
        let receipt = self.journal.receipt.clone();
        self.proof = Proof::Running(receipt.clone());
        let all = crate::service::words::counted(self.journal.page.unfiltered as u64, "entry", "entries");
        Flow::note(format!("Verifying {all}. You can go on working.")).load(VERIFY, Query::Verify(receipt))
    }

    fn take_back(&mut self, env: &Env) -> Flow {
        match self.shown() {
            Some(entry) => words::take_back(entry, env),
            None => {
                self.take_back = self.list.current().map(|line| line.seq);
                Flow::stay().wants(self.ask_entry())
            }
        }
    }

    /// What a filter found, in words; nothing while none is set.
    fn found(&self) -> Option<String> {
        if let Some(misread) = &self.journal.misread {
            return Some(misread.clone());
        }
        if self.list.filter().is_empty() {
            return None;
        }
        let count = crate::service::words::count;
        let found = crate::service::words::counted(self.list.total() as u64, "entry fits", "entries fit");
        Some(match self.journal.looked_at {
            Some(looked) => format!("{found} of the newest {}. before:DATE goes back.", count(looked)),
            None => format!("{found} \"{}\".", self.list.filter().text().trim()),
        })
    }
}

impl Pane for History {
    fn contexts(&self) -> Vec<Context> {
        if self.list.is_filtering() {
            return vec![Context::Search, Context::Text];
        }
        vec![Context::History, Context::List, Context::Global]
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match action {
            Action::Open | Action::Remove | Action::Copy if self.list.current().is_none() => {
                Some("There is no entry here.".to_owned())
            }
            Action::Sort => Some("The history has one order: newest first.".to_owned()),
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        let filtered = !self.list.filter().is_empty();
        match action {
            Action::Open if !self.list.is_filtering() => match self.list.current() {
                Some(line) => Flow::push(Entry::new(line.seq)),
                None => Flow::ignored(),
            },
            Action::Recheck => self.verify(),
            Action::Remove => self.take_back(env),
            Action::NextPane => Flow::open(self.proof.reader(&self.journal, env)),
            Action::FilterBy => {
                let choices = FILTERS.iter().map(|(name, written)| Choice::new(*name, *written)).collect();
                Flow::open(Picker::new("Show only", choices, 0, Purpose::FilterBy))
            }
            Action::Why => {
                self.grown = !self.grown;
                Flow::note(if self.grown { "More room for the entry." } else { "Less room for the entry." })
            }
            Action::Copy => match self.shown() {
                Some(entry) => {
                    let words = words::copy(entry, env);
                    Flow::stay().want(Want::Copy(words)).say(Tone::Done, "Copied 1 entry. Q Q leaves.")
                }
                None => Flow::note("Still loading. Nothing was copied."),
            },
            _ => {
                let height = self.height(env);
                let moved = self.list.act(action, height, env.mono);
                let flow = self.moved(moved, env);
                if action == Action::Back && filtered && moved == Moved::Ask {
                    return flow.say(Tone::Note, "Filter cleared. The whole history is shown.");
                }
                flow
            }
        }
    }

    fn on_answer(&mut self, slot: Slot, answer: Answer, env: &Env) -> Flow {
        match (slot, answer) {
            (LINES, Answer::Journal(mut journal)) => {
                self.list.accept(std::mem::take(&mut journal.page), env.mono);
                journal.page.unfiltered = self.list.unfiltered();
                self.journal = journal;
                let flow = Flow::stay().wants(self.ask_entry());
                match self.found() {
                    Some(found) => flow.say(Tone::Note, found),
                    None => flow,
                }
            }
            (ENTRY, Answer::Entry(entry)) => {
                let wanted = self.take_back.take().is_some_and(|seq| seq == entry.line.seq);
                self.entry = Some(entry);
                match self.shown() {
                    Some(entry) if wanted => words::take_back(entry, env),
                    _ => Flow::stay(),
                }
            }
            (VERIFY, Answer::Verified(view)) => {
                let receipt = match std::mem::take(&mut self.proof) {
                    Proof::Running(receipt) => receipt,
                    _ => None,
                };
                self.proof = Proof::Found(env.now, receipt, Box::new(view));
                self.proof.said(&self.journal, env)
            }
            _ => Flow::stay(),
        }
    }

    fn on_failed(&mut self, slot: Slot, error: &AppError, _env: &Env) -> Flow {
        if slot == VERIFY {
            self.proof = Proof::NotAsked;
        }
        if slot == ENTRY {
            self.take_back = None;
        }
        Flow::stay().say(Tone::Error, crate::tui::model::one_line(error))
    }

    fn on_reply(&mut self, reply: &Reply, env: &Env) -> Flow {
        if let Reply::Picked(Purpose::FilterBy, place) = reply
            && let Some((_, written)) = FILTERS.get(*place)
        {
            self.list.set_filter(written);
            if written.is_empty() {
                return Flow::note("The whole history is shown.").want(self.ask(env));
            }
            self.list.type_on();
            return Flow::note("Type on, then Enter. Esc shows everything again.").want(self.ask(env));
        }
        Flow::stay()
    }

    fn refresh(&mut self, env: &Env) -> Vec<Want> {
        // What was taken back meanwhile shows in the entry too.
        self.entry = None;
        vec![self.ask(env)]
    }

    one_list!();

    fn view(&self, canvas: &mut Canvas, _area: Rect, env: &Env) {
        let split = self.split(env);
        list_rule(canvas, top(split.list, 1), &[("History", Role::Title)], &self.list, &self.list.count_words());
        let empty = empty_words(&self.list, "entry", "entries", "Nothing was recorded yet.");
        let body = below(split.list, 1);
        list_body(canvas, body, &self.list, words::COLUMNS, (&empty, Role::Text), |line| words::cells(line, env));
        let Some(detail) = split.detail else { return };
        let wanted = if split.beside { PROOF_ROWS.1 } else { PROOF_ROWS.0 };
        let proof = if detail.height > wanted + 5 { wanted } else { 0 };
        self.view_entry(canvas, Rect { height: detail.height - proof, ..detail }, env);
        if proof > 0 {
            self.view_proof(canvas, below(detail, detail.height - proof), env);
        }
    }
}

impl History {
    fn view_entry(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        let Some(line) = self.list.current() else { return canvas.rule(top(area, 1), &[], "") };
        let title = format!("Entry {}", crate::service::words::count(line.seq));
        let Some(entry) = self.shown() else { return canvas.rule(top(area, 1), &[(&title, Role::Text)], "") };
        let count = crate::service::words::counted(entry.records, "record", "records");
        canvas.rule(top(area, 1), &[(&title, Role::Text)], &count);
        let mut pairs = words::facts(entry, env);
        let then = canvas.theme.glyphs.then;
        for change in &entry.changes {
            pairs.push(("Changed".to_owned(), words::heading(change)));
            pairs.extend(
                change
                    .fields
                    .iter()
                    .map(|field| (String::new(), format!("{}: {}", field.name, words::field(field, change.how, then)))),
            );
        }
        words::draw(canvas, frame::detail_text(area), &pairs, entry);
    }

    fn view_proof(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        canvas.rule(top(area, 1), &[("Proof", Role::Text)], "");
        let room = frame::detail_text(area);
        let tight = room.height < PROOF_ROWS.1 - 1;
        let (sentence, role) =
            if tight { self.proof.short(&self.journal, env) } else { self.proof.sentence(&self.journal, env) };
        let used = canvas.paragraph(top(room, if tight { 1 } else { room.height - 2 }), &sentence, role);
        if let Some(seal) = &self.journal.seal {
            let words = format!("Newest receipt {}. Tab reads more.", seal.receipt);
            canvas.paragraph(below(room, used), &words, Role::Text);
        }
    }
}

impl Face for History {
    fn tab(&self) -> Option<Place> {
        Some(Place::More)
    }

    fn title(&self) -> String {
        "the history".to_owned()
    }

    fn topic(&self) -> &'static str {
        "history"
    }

    fn row_title(&self) -> String {
        self.list.current().map_or_else(|| self.title(), |line| line.summary.clone())
    }

    fn paper(&self) -> Paper {
        Paper::Words("In a shell: keyward history --csv. Reports carry a receipt.".to_owned())
    }

    fn place(&self, env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        let all = crate::service::words::counted(self.list.unfiltered() as u64, "entry", "entries");
        let since = self.journal.since.map(|at| format!(" since {}", crate::service::words::full_day(at, &env.zone)));
        PlaceLine {
            left: "More > History".to_owned(),
            right: format!("{all}{}", since.unwrap_or_default()),
            high: matches!(&self.proof, Proof::Found(_, _, view) if !view.ok),
        }
    }
}
