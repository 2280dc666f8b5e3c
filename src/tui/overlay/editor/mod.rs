//! A record as a form: added or changed, read while it is typed, kept as a draft until it is saved.
//!
//! Must never know: how a value is read, what saving writes.

mod draft;
mod entry;
mod view;

use super::{Choice, Choose, Month, Picker, Reader};
use crate::domain::{Day, RecordKind};
use crate::error::AppError;
use crate::service::records::Given;
use crate::service::records::form::{FieldSays, FormOf, FormTakes, RecordForm};
use crate::service::{Answer, Command, Outcome, Query, dates, words};
use crate::tui::keymap::{Action, Context, Group};
use crate::tui::model::one_line;
use crate::tui::pane::{Env, Flow, Pane, Purpose, Reply, Slot, Tone, Want};
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::line_edit::Typed;
use entry::Entry;
use ratatui::layout::Rect;

/// A draft is kept this long after the last key, in milliseconds.
const KEEP_MS: u64 = 1_000;
/// What keys are told between sending a form and its answer.
const SENDING: &str = "Saving. One moment.";

const FORM: Slot = 0;
const DRAFT: Slot = 1;
const CHECK: Slot = 2;
const FOUND: Slot = 3;

/// Where the focus can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// A field.
    Field(usize),
    /// The button that saves, on this page.
    Save(usize),
    /// The button that leads to this page.
    Page(usize),
}

/// How far saving is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Sending {
    /// Nothing is on its way.
    #[default]
    Not,
    /// The last look at every field.
    Checking,
    /// The change itself.
    Saving,
}

/// A record as a form.
pub struct Editor {
    of: FormOf,
    form: Option<RecordForm>,
    entries: Vec<Entry>,
    stop: Stop,
    sending: Sending,
    /// When the draft is kept.
    due: Option<u64>,
    /// A draft is stored under its key.
    drafted: bool,
    /// The name something new was asked for by, before its form came.
    named: Option<String>,
    failed: Option<String>,
}

impl Editor {
    /// The form of a record, or of a new one.
    pub const fn new(of: FormOf) -> Self {
        Self {
            of,
            form: None,
            entries: Vec::new(),
            stop: Stop::Field(0),
            sending: Sending::Not,
            due: None,
            drafted: false,
            named: None,
            failed: None,
        }
    }

    /// A new record, with these fields filled in.
    pub const fn add(kind: RecordKind, given: Vec<(&'static str, u64)>) -> Self {
        Self::new(FormOf::New { kind, given })
    }

    /// Something new that was asked for by this name.
    pub fn named(mut self, name: &str) -> Self {
        self.named = Some(name.to_owned());
        self
    }

    /// What it is for, for tests.
    pub const fn of(&self) -> &FormOf {
        &self.of
    }

    fn key(&self) -> String {
        draft::key(&self.of)
    }

    const fn is_new(&self) -> bool {
        matches!(self.of, FormOf::New { .. })
    }

    fn is_untouched(&self) -> bool {
        !self.entries.iter().any(Entry::is_touched)
    }

    fn pages(&self) -> usize {
        self.form.as_ref().map_or(1, |form| form.pages.len().max(1))
    }

    fn page(&self) -> usize {
        match self.stop {
            Stop::Field(place) => self.entries.get(place).map_or(0, |entry| entry.field.page),
            Stop::Save(page) => page,
            Stop::Page(to) => to.saturating_sub(1),
        }
    }

    /// Where the focus goes, in its order: the fields of a page, its button, the button of the next page.
    fn stops(&self) -> Vec<Stop> {
        let mut stops = Vec::new();
        for page in 0..self.pages() {
            let on_page = self.entries.iter().enumerate().filter(|(_, e)| e.field.page == page && !e.field.fixed);
            stops.extend(on_page.map(|(place, _)| Stop::Field(place)));
            stops.push(Stop::Save(page));
            if page + 1 < self.pages() {
                stops.push(Stop::Page(page + 1));
            }
        }
        stops
    }

    /// So many places of the focus lie between; back when negative.
    fn steps(&self, to: Stop) -> i64 {
        let stops = self.stops();
        let place = |wanted: Stop| stops.iter().position(|stop| *stop == wanted).and_then(|at| i64::try_from(at).ok());
        place(to).zip(place(self.stop)).map_or(0, |(to, from)| to - from)
    }

    fn focused(&self) -> Option<&Entry> {
        match self.stop {
            Stop::Field(place) => self.entries.get(place),
            _ => None,
        }
    }

    fn focused_mut(&mut self) -> Option<&mut Entry> {
        match self.stop {
            Stop::Field(place) => self.entries.get_mut(place),
            _ => None,
        }
    }

    /// Leaves the field and goes on; what is wrong with it is said from now on.
    fn go(&mut self, to: Stop) -> Flow {
        if let Some(entry) = self.focused_mut() {
            entry.leave();
        }
        self.stop = to;
        Flow::stay().wants(self.look())
    }

    fn move_by(&mut self, by: isize) -> Flow {
        let stops = self.stops();
        let here = stops.iter().position(|stop| *stop == self.stop).unwrap_or_default();
        let to = (here + stops.len()).saturating_add_signed(by) % stops.len().max(1);
        stops.get(to).map_or_else(Flow::stay, |stop| self.go(*stop))
    }

    fn move_page(&mut self, by: isize) -> Flow {
        let page = self.page().saturating_add_signed(by);
        if page == self.page() || page >= self.pages() {
            return Flow::note(if self.pages() == 1 { "This form has one page." } else { "There is no page beyond." });
        }
        let first = self.entries.iter().position(|entry| entry.field.page == page && !entry.field.fixed);
        self.go(first.map_or(Stop::Save(page), Stop::Field))
    }

    /// Asks how the fields are read and what fits the one with the focus.
    fn look(&self) -> Vec<Want> {
        let mut wants = vec![Want::Load(CHECK, Query::FormCheck(self.of.clone(), self.values(false)))];
        if let Some(entry) = self.focused()
            && let Some(kind) = entry.picks()
        {
            wants.push(Want::Load(FOUND, Query::Candidates(kind, entry.searched().to_owned())));
        }
        wants
    }

    /// The fields that say something, or only what is sent: all of a new record, what was changed of one.
    fn values(&self, to_send: bool) -> Vec<(String, Given)> {
        let is_sent = |entry: &&Entry| match self.is_new() {
            true => !entry.text().is_empty(),
            false => entry.is_touched(),
        };
        self.entries
            .iter()
            .filter(|entry| is_sent(entry) || !to_send && entry.field.name == "client")
            .map(|entry| (entry.field.name.to_owned(), entry.given()))
            .collect()
    }

    fn typed(&mut self, env: &Env) -> Flow {
        self.due = Some(env.mono + KEEP_MS);
        Flow::stay().wants(self.look())
    }

    /// Takes the best of what fits, where the words in the field do not name one yet.
    fn take_best(&mut self) -> bool {
        let Some(entry) = self.focused_mut().filter(|entry| entry.picks().is_some() && !entry.is_settled()) else {
            return false;
        };
        let Some(best) = entry.candidates().first().cloned() else { return false };
        entry.choose(best.id, &best.name);
        true
    }

    fn enter(&mut self, env: &Env) -> Flow {
        match self.stop {
            Stop::Save(_) => self.send(),
            Stop::Page(to) => {
                let first = self.entries.iter().position(|entry| entry.field.page == to && !entry.field.fixed);
                self.go(first.map_or(Stop::Save(to), Stop::Field))
            }
            Stop::Field(_) => {
                let wants = if self.take_best() { self.typed(env).wants } else { Vec::new() };
                self.move_by(1).wants(wants)
            }
        }
    }

    /// Looks at every field once more; the change follows when all of them hold.
    fn send(&mut self) -> Flow {
        if !self.is_new() && self.is_untouched() {
            return Flow::close().wants(self.keep()).say(Tone::Note, "Nothing was changed, so nothing is saved.");
        }
        for entry in &mut self.entries {
            entry.leave();
        }
        self.sending = Sending::Checking;
        Flow::stay().load(CHECK, Query::FormCheck(self.of.clone(), self.values(false)))
    }

    fn checked(&mut self, says: &[FieldSays]) -> Flow {
        for entry in &mut self.entries {
            if let Some(said) = says.iter().find(|said| said.name == entry.field.name) {
                entry.hear(said);
            }
        }
        if self.sending != Sending::Checking {
            return Flow::stay();
        }
        let wrong: Vec<usize> = (0..self.entries.len()).filter(|p| self.is_wrong(*p)).collect();
        let Some(first) = wrong.first() else {
            self.sending = Sending::Saving;
            self.due = None;
            let based_on = self.form.as_ref().and_then(|form| form.based_on);
            let command = Command::SaveRecord { of: self.of.clone(), fields: self.values(true), based_on };
            let text = draft::write(&self.entries, based_on);
            return Flow::stay()
                .want(Want::Keep { key: self.key(), text })
                .want(Want::ApplyDraft { key: self.key(), command });
        };
        self.sending = Sending::Not;
        self.stop = Stop::Field(*first);
        let labels = wrong.iter().filter_map(|place| self.entries.get(*place)).map(|entry| entry.field.label);
        let labels = labels.collect::<Vec<_>>().join(", ");
        let things = words::counted(wrong.len() as u64, "thing", "things");
        Flow::stay().say(Tone::Error, format!("{things} to fix: {labels}. Nothing was saved."))
    }

    fn is_wrong(&self, place: usize) -> bool {
        self.entries.get(place).is_some_and(|entry| !entry.field.fixed && entry.wrong().is_some())
    }

    /// Keeps the words, or drops a draft of which nothing is left.
    fn keep(&mut self) -> Option<Want> {
        self.due = None;
        let based_on = self.form.as_ref().and_then(|form| form.based_on);
        let text = draft::write(&self.entries, based_on);
        let want = self.drafted || !text.is_empty();
        self.drafted = !text.is_empty();
        want.then(|| Want::Keep { key: self.key(), text })
    }

    /// Opens the list of the field with the focus.
    fn list(&mut self, env: &Env) -> Flow {
        let Stop::Field(place) = self.stop else { return Flow::note("A button has no list.") };
        let Some(entry) = self.entries.get(place) else { return Flow::stay() };
        let label = entry.field.label;
        let purpose = Purpose::Field(place);
        let pick = |words: &[&'static str], at: usize| {
            let said = |word: &&'static str| if word.is_empty() { "not said" } else { word };
            let choices = words.iter().map(|word| Choice::new(said(word), "")).collect();
            Flow::open(Picker::new(label, choices, at, purpose))
        };
        match &entry.field.takes {
            FormTakes::Choice(words) => {
                pick(words, words.iter().position(|word| *word == entry.text()).unwrap_or_default())
            }
            FormTakes::Choices(words) => pick(words, 0),
            FormTakes::Record(kind) => Flow::open(Choose::one(place, *kind, label, entry.text())),
            FormTakes::Records(kind) => {
                let ticked = entry.chosen.iter().filter(|chosen| entry.text().contains(chosen.name.as_str()));
                let ticked = ticked.map(|chosen| (chosen.id, chosen.name.clone())).collect();
                Flow::open(Choose::several(place, *kind, label, ticked))
            }
            FormTakes::Date => Flow::open(Month::new(place, label, day_of(entry.text(), env))),
            FormTakes::Words => Flow::note("Free words; there is no list. F1 explains the field."),
        }
    }

    fn explain(&self) -> Flow {
        match self.focused() {
            Some(entry) => {
                let help = entry.field.help.to_owned();
                let needed = if entry.field.needed { "It is needed." } else { "It can be left empty." };
                let lines = vec![help.clone(), String::new(), needed.to_owned()];
                Flow::open(Reader::new(entry.field.label, lines, help))
            }
            None => Flow::note("Enter presses the button. Ctrl-S saves from anywhere."),
        }
    }

    fn took_form(&mut self, form: RecordForm) -> Flow {
        self.entries = form.fields.iter().cloned().map(Entry::new).collect();
        self.form = Some(form);
        // What is known already is not asked first.
        let open =
            self.entries.iter().position(|entry| !entry.field.fixed && (entry.text().is_empty() || !self.is_new()));
        let open = open.or_else(|| self.entries.iter().position(|entry| !entry.field.fixed));
        self.stop = open.map_or(Stop::Save(0), Stop::Field);
        if let Some(name) = self.named.take()
            && let Some(entry) = self.entries.iter_mut().find(|e| matches!(e.field.name, "name" | "login"))
        {
            entry.set(&name);
        }
        Flow::stay().load(DRAFT, Query::Draft(self.key())).wants(self.look())
    }

    fn took_draft(&mut self, text: &str) -> Flow {
        if !self.is_untouched() {
            return Flow::stay();
        }
        let Some(draft) = draft::read(text, &mut self.entries) else { return Flow::stay() };
        self.drafted = true;
        let is_older = !self.is_new() && draft.based_on != self.form.as_ref().and_then(|form| form.based_on);
        let words = if is_older {
            "Your draft is back. The record was changed since: look before you save."
        } else {
            "Your draft is back. Esc keeps it, Ctrl-S saves it."
        };
        Flow::note(words).wants(self.look())
    }

    /// What something new is called, so that the form beneath can name it.
    fn whole_name(&self) -> Option<String> {
        let text = |name: &str| self.entries.iter().find(|entry| entry.field.name == name).map(|e| e.text().to_owned());
        Some(match self.of.kind() {
            RecordKind::System => format!("{}/{}", text("client")?, text("name")?),
            RecordKind::Account => format!("{}/{}", text("system")?, text("login")?),
            _ => text("name")?,
        })
    }
}

/// The day a text means; today where it means none.
fn day_of(text: &str, env: &Env) -> Day {
    dates::read(text, &env.reading()).map_or_else(|_| env.zone.day(env.now), |when| when.day)
}

impl Pane for Editor {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Editor, Context::Text]
    }

    fn refresh(&mut self, _env: &Env) -> Vec<Want> {
        vec![Want::Load(FORM, Query::RecordForm(self.of.clone()))]
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        if self.form.is_none() {
            return match action {
                Action::Back => Flow::close(),
                _ if action.spec().group == Group::Program => Flow::ignored(),
                _ => Flow::note("Still loading. Nothing was changed."),
            };
        }
        if self.sending != Sending::Not && action.spec().group != Group::Program {
            return Flow::note(SENDING);
        }
        match action {
            Action::NextPane => self.move_by(1),
            Action::PrevPane => self.move_by(-1),
            Action::PageDown => self.move_page(1),
            Action::PageUp => self.move_page(-1),
            Action::Open => self.enter(env),
            Action::Save => self.send(),
            Action::Values => self.list(env),
            Action::Help => self.explain(),
            Action::Back => {
                let words = match self.is_untouched() {
                    true => "Nothing was changed.",
                    false => "Draft kept. The same key opens it again.",
                };
                Flow::close().wants(self.keep()).say(Tone::Note, words)
            }
            Action::Copy => match self.focused().and_then(|entry| entry.edit.selection()) {
                Some(text) => Flow::stay().want(Want::Copy(text.to_owned())).say(Tone::Done, "Copied the field."),
                None => Flow::ignored(),
            },
            _ => match self.focused_mut().is_some_and(|entry| entry.act(action)) {
                true => self.typed(env),
                false => Flow::ignored(),
            },
        }
    }

    fn on_text(&mut self, typed: &Typed, env: &Env) -> Flow {
        if self.sending != Sending::Not {
            return Flow::note(SENDING);
        }
        match self.focused_mut() {
            Some(entry) => {
                entry.write(typed);
                self.typed(env)
            }
            // On a button a letter means nothing; it must not send the form.
            None => Flow::note("Enter presses the button. Shift-Tab leads back to the fields."),
        }
    }

    fn on_answer(&mut self, slot: Slot, answer: Answer, _env: &Env) -> Flow {
        match (slot, answer) {
            (FORM, Answer::RecordForm(form)) => self.took_form(*form),
            (DRAFT, Answer::Draft(Some(text))) => self.took_draft(&text),
            (CHECK, Answer::FormCheck(says)) => self.checked(&says),
            (FOUND, Answer::Candidates(found)) => {
                if let Some(entry) = self.focused_mut() {
                    entry.found(found);
                }
                Flow::stay()
            }
            _ => Flow::stay(),
        }
    }

    fn on_failed(&mut self, slot: Slot, error: &AppError, _env: &Env) -> Flow {
        self.sending = Sending::Not;
        if slot == FORM {
            self.failed = Some(one_line(error));
        }
        Flow::stay().say(Tone::Error, one_line(error))
    }

    fn on_tick(&mut self, env: &Env) -> Flow {
        if self.due.is_some_and(|due| due <= env.mono) {
            return Flow::stay().wants(self.keep());
        }
        Flow::stay()
    }

    fn deadline(&self) -> Option<u64> {
        self.due
    }

    fn flush(&mut self) -> Vec<Want> {
        self.keep().into_iter().collect()
    }

    fn on_reply(&mut self, reply: &Reply, env: &Env) -> Flow {
        match reply {
            Reply::Picked(Purpose::Field(place), chosen) => {
                let Some(entry) = self.entries.get_mut(*place) else { return Flow::stay() };
                match &entry.field.takes {
                    FormTakes::Choice(words) => {
                        if let Some(word) = words.get(*chosen).copied() {
                            entry.set(word);
                        }
                    }
                    FormTakes::Choices(words) => {
                        if let Some(word) = words.get(*chosen).copied() {
                            let before = entry.text().trim_end_matches([',', ';']).to_owned();
                            let text = if before.is_empty() { word.to_owned() } else { format!("{before}, {word}") };
                            entry.set(&text);
                            return self.typed(env);
                        }
                    }
                    _ => {}
                }
            }
            Reply::Chosen(place, all) => {
                let Some(entry) = self.entries.get_mut(*place) else { return Flow::stay() };
                match (entry.is_several(), all.as_slice()) {
                    (true, all) => entry.choose_all(all),
                    (false, [(id, name), ..]) => entry.choose(*id, name),
                    _ => return Flow::stay(),
                }
            }
            Reply::Day(place, day) => {
                let Some(entry) = self.entries.get_mut(*place) else { return Flow::stay() };
                entry.set(&dates::written(*day));
            }
            Reply::AddNamed(kind, name) => {
                return Flow::open(Self::add(*kind, Vec::new()).named(name));
            }
            Reply::Added(name) => {
                let Some(entry) = self.focused_mut().filter(|entry| entry.picks().is_some()) else {
                    return Flow::stay();
                };
                entry.set(name);
            }
            _ => return Flow::stay(),
        }
        let wants = self.typed(env).wants;
        self.move_by(1).wants(wants)
    }

    fn on_done(&mut self, _outcome: &Outcome, _env: &Env) -> Flow {
        let flow = Flow::close();
        match self.whole_name().filter(|_| self.is_new()) {
            Some(name) => flow.reply(Reply::Added(name)),
            None => flow,
        }
    }

    fn on_refused(&mut self, error: &AppError, _env: &Env) -> Flow {
        self.sending = Sending::Not;
        Flow::stay().say(Tone::Error, one_line(error))
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        self.draw(canvas, area, env);
    }
}
