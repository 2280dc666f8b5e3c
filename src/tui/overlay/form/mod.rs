//! Forms as data: fields with a kind, checked when left, finished by Ctrl-S, kept when closed.
//!
//! Must never know: what the command a form makes will do.

mod field;
mod kind;

pub use field::{Field, FieldKind};
pub use kind::{Earlier, FormKind, LeaveSecret};

use super::{Choice, Month, Picker};
use crate::domain::{Instant, PersonId, Proof, StepOutcome};
use crate::error::AppError;
use crate::service::{Answer, Command, Outcome, Query, RotateStage, Settle, Slice, StepSaid, dates};
use crate::tui::keymap::{Action, Context, Group};
use crate::tui::model::one_line;
use crate::tui::pane::{Env, Flow, Pane, Purpose, Reply, Slot, Tone, Want};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, centred};
use crate::tui::widget::line_edit::{FieldLook, LineEdit, Typed};
use crate::tui::widget::spot::What;
use field::beside;
use kind::{fields_of, words_of};
use ratatui::layout::Rect;

fn texts(fields: &[Field]) -> Vec<String> {
    fields.iter().map(|field| field.edit.text().to_owned()).collect()
}

/// A draft is kept this long after the last key, in milliseconds.
const KEEP_MS: u64 = 1_000;
/// What keys are told between sending a form and its answer.
const SENDING: &str = "Saving. One moment.";
/// A form.
pub struct Form {
    title: String,
    button: &'static str,
    happens: String,
    kind: FormKind,
    fields: Vec<Field>,
    /// The field with the focus; one beyond the last is the button.
    focus: usize,
    sending: bool,
    /// What the fields held at first.
    initial: Vec<String>,
    /// A draft is stored under its key.
    drafted: bool,
    /// When the draft is kept.
    due: Option<u64>,
}

impl Form {
    /// A form about something, named in its title.
    pub fn new(kind: FormKind, about: &str) -> Self {
        let (title, button, happens) = words_of(&kind, about);
        let fields = fields_of(&kind);
        let initial = texts(&fields);
        let happens = happens.to_owned();
        Self { title, button, happens, kind, fields, focus: 0, sending: false, initial, drafted: false, due: None }
    }

    /// Puts a value into a field.
    pub fn fill(mut self, place: usize, text: &str) -> Self {
        if let Some(field) = self.fields.get_mut(place) {
            field.edit = LineEdit::with(text);
        }
        self.initial = texts(&self.fields);
        self
    }

    fn is_untouched(&self) -> bool {
        texts(&self.fields) == self.initial
    }

    /// Keeps the words, or drops a draft of which nothing is left.
    fn keep(&mut self) -> Option<Want> {
        self.due = None;
        let text = if self.is_untouched() { String::new() } else { texts(&self.fields).join("\u{1f}") };
        let had = std::mem::replace(&mut self.drafted, !text.is_empty());
        (had || self.drafted).then(|| Want::Keep { key: self.key(), text })
    }

    /// What it is for, for tests.
    pub const fn kind(&self) -> &FormKind {
        &self.kind
    }

    fn key(&self) -> String {
        format!("form {:?}", self.kind)
    }

    fn words(&self, place: usize) -> Option<String> {
        self.fields.get(place).and_then(Field::words)
    }

    fn person(&self, place: usize) -> Option<PersonId> {
        self.fields.get(place).and_then(Field::chosen)
    }

    fn when(&self, place: usize, env: &Env) -> Option<Instant> {
        self.fields.get(place).and_then(|field| field.when(env))
    }

    /// The command the form makes, once every field holds.
    fn command(&self, env: &Env) -> Option<Command> {
        let reason = || self.words(0).unwrap_or_default();
        Some(match self.kind.clone() {
            FormKind::WhoWhen(what) => Command::Assign { what, doer: self.person(0), due: self.when(1, env) },
            FormKind::RunPeople(run) => {
                Command::SetPeople { run, doer: self.person(0), checker: self.person(1), alone: self.words(2) }
            }
            FormKind::WaiveGrants(grants) => {
                Command::WaiveRemoval { grants, until: self.when(1, env)?, reason: reason() }
            }
            FormKind::LeaveStep(step, outcome) => {
                let (reason, until) = (self.words(0), self.when(1, env));
                let said = StepSaid { outcome: Some(outcome), reason, until, ..StepSaid::default() };
                Command::EndStep { step, said }
            }
            FormKind::Earlier(what) => {
                let (at, by) = (self.when(0, env), self.person(1));
                match what {
                    Earlier::Ways(grants) => Command::MarkDone { grants, at, by },
                    Earlier::Step(step) => {
                        let said = StepSaid { outcome: Some(StepOutcome::Done), at, by, ..StepSaid::default() };
                        Command::EndStep { step, said }
                    }
                    Earlier::Secret(rotation) => {
                        Command::Rotate { rotation, stage: RotateStage::Done, at, by, reason: None }
                    }
                }
            }
            FormKind::NoteStep(step) => Command::NoteStep { step, note: reason() },
            FormKind::CheckStep(step) => Command::CheckStep { step, by: self.person(0), proof: self.proof()? },
            FormKind::CheckGrants(grants) => Command::Confirm { grants, by: self.person(0), proof: self.proof()? },
            FormKind::CheckSecret(rotation) => Command::Rotate {
                rotation,
                stage: RotateStage::Confirmed(self.proof()?),
                at: None,
                by: self.person(0),
                reason: None,
            },
            FormKind::LeaveSecret(rotation, how) => Command::Rotate {
                rotation,
                stage: match how {
                    LeaveSecret::NotNeeded => RotateStage::NotNeeded,
                    LeaveSecret::Retired => RotateStage::Retired,
                    LeaveSecret::Waived => RotateStage::Waived(self.when(1, env)?),
                },
                at: None,
                by: None,
                reason: self.words(0),
            },
            FormKind::WaiveThing(thing) => {
                Command::SettleThing { thing, how: Settle::Waived(self.when(1, env)?), by: None, reason: self.words(0) }
            }
            FormKind::SetAside(key) => Command::SetAside { key, reason: reason(), until: self.when(1, env)? },
            FormKind::SoleAdmin(run, grant) => {
                Command::AcceptSoleAdmin { run, grant, by: self.person(2), reason: reason(), until: self.when(1, env)? }
            }
            FormKind::TakeOff(run, what) => Command::TakeOff { run, what, reason: reason() },
            FormKind::CloseRun(run) => Command::CloseRun { run, signed: reason() },
            FormKind::Reinstate(run) => Command::Reinstate { run, reason: reason() },
        })
    }

    fn proof(&self) -> Option<Proof> {
        Proof::parse(&self.words(1)?)
    }

    fn submit(&mut self, env: &Env) -> Flow {
        for field in &mut self.fields {
            field.error = field.check(env);
        }
        if let FormKind::CheckStep(_) | FormKind::CheckGrants(_) | FormKind::CheckSecret(_) = self.kind
            && self.proof().is_none()
            && let Some(field) = self.fields.get_mut(1)
        {
            field.error = Some("Choose one of the list: F4.".to_owned());
        }
        let wrong: Vec<&str> = self.fields.iter().filter(|f| f.error.is_some()).map(|f| f.label).collect();
        if let Some(first) = self.fields.iter().position(|field| field.error.is_some()) {
            self.focus = first;
            let things = crate::service::words::counted(wrong.len() as u64, "thing", "things");
            return Flow::note(format!("{things} to fix: {}.", wrong.join(", ")));
        }
        match self.command(env) {
            Some(command) => {
                self.sending = true;
                self.due = None;
                Flow::stay().apply(command)
            }
            None => Flow::note("Something is missing. Look at the marked fields."),
        }
    }

    /// Leaves a field: checks it and goes on.
    fn move_by(&mut self, by: isize, env: &Env) -> Flow {
        if let Some(field) = self.fields.get_mut(self.focus)
            && !field.edit.is_empty()
        {
            field.error = field.check(env);
        }
        let places = self.fields.len() + 1;
        self.focus = (self.focus + places).saturating_add_signed(by) % places;
        Flow::stay()
    }

    fn search(&self, place: usize) -> Option<Want> {
        let field = self.fields.get(place).filter(|field| field.kind == FieldKind::Person)?;
        let filter = field.edit.text().trim().to_owned();
        let slice = Slice { start: 0, limit: 12, filter, ..Slice::default() };
        Some(Want::Load(Slot::try_from(place).ok()?, Query::People(slice)))
    }

    /// Opens the list of the field with the focus.
    fn values(&mut self, env: &Env) -> Flow {
        let Some(field) = self.fields.get_mut(self.focus) else { return Flow::note("A button has no list.") };
        let purpose = Purpose::Field(self.focus);
        match &field.kind {
            FieldKind::OneOf(words) => {
                let choices = words.iter().map(|word| Choice::new(*word, "")).collect();
                Flow::open(Picker::new(field.label, choices, 0, purpose))
            }
            FieldKind::Person if field.found.is_empty() => Flow::note("Nobody fits. Empty the field to see everybody."),
            FieldKind::Person => {
                field.offered.clone_from(&field.found);
                let choices = field.found.iter().map(|line| Choice::new(&line.name, &line.role)).collect();
                Flow::open(Picker::new(field.label, choices, 0, purpose))
            }
            FieldKind::When | FieldKind::Past => {
                let read = dates::read(field.edit.text(), &env.reading());
                let day = read.map_or_else(|_| env.zone.day(env.now), |when| when.day);
                Flow::open(Month::new(self.focus, field.label, day))
            }
            FieldKind::Words => Flow::note("Free words; there is no list."),
        }
    }

    fn typed(&mut self, env: &Env) -> Flow {
        self.due = Some(env.mono + KEEP_MS);
        if let Some(field) = self.fields.get_mut(self.focus) {
            field.error = None;
        }
        Flow::stay().wants(self.search(self.focus))
    }
}

impl Pane for Form {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Form, Context::Text]
    }

    fn refresh(&mut self, _env: &Env) -> Vec<Want> {
        let mut wants: Vec<Want> = (0..self.fields.len()).filter_map(|place| self.search(place)).collect();
        wants.push(Want::Load(Slot::MAX, Query::Draft(self.key())));
        wants
    }

    fn verb_now(&self, action: Action) -> Option<String> {
        (action == Action::Save).then(|| words_of(&self.kind, "").1.to_owned())
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        if self.sending && action.spec().group != Group::Program {
            return Flow::note(SENDING);
        }
        match action {
            Action::NextPane => self.move_by(1, env),
            Action::PrevPane => self.move_by(-1, env),
            Action::Open if self.focus >= self.fields.len() => self.submit(env),
            // Enter on the last field leads to the button, so that nothing is sent by accident.
            Action::Open => self.move_by(1, env),
            Action::Save => self.submit(env),
            Action::Values => self.values(env),
            Action::Back => {
                let words = if self.is_untouched() {
                    "Nothing was changed."
                } else {
                    "Draft kept. The same key opens it again."
                };
                Flow::close().wants(self.keep()).say(Tone::Note, words)
            }
            Action::Copy => match self.fields.get(self.focus).and_then(|field| field.edit.selection()) {
                Some(text) => Flow::stay().want(Want::Copy(text.to_owned())).say(Tone::Done, "Copied the field."),
                None => Flow::ignored(),
            },
            _ => {
                let acted = self.fields.get_mut(self.focus).is_some_and(|field| field.edit.act(action));
                if acted { self.typed(env) } else { Flow::ignored() }
            }
        }
    }

    fn on_text(&mut self, typed: &Typed, env: &Env) -> Flow {
        if self.sending {
            return Flow::note(SENDING);
        }
        match self.fields.get_mut(self.focus) {
            Some(field) => {
                field.edit.write(typed);
                self.typed(env)
            }
            None => {
                // On the button a letter means nothing; it must not send the form.
                Flow::note("Enter presses the button. Tab leads back to the fields.")
            }
        }
    }

    fn on_answer(&mut self, slot: Slot, answer: Answer, _env: &Env) -> Flow {
        match answer {
            Answer::People(page) => {
                if let Some(field) = self.fields.get_mut(usize::from(slot)) {
                    field.found = page.rows;
                }
            }
            Answer::Draft(Some(text)) if self.is_untouched() => {
                self.drafted = true;
                for (field, part) in self.fields.iter_mut().zip(text.split('\u{1f}')) {
                    field.edit = LineEdit::with(part);
                }
                let wants: Vec<Want> = (0..self.fields.len()).filter_map(|place| self.search(place)).collect();
                return Flow::note("Your draft is back.").wants(wants);
            }
            _ => {}
        }
        Flow::stay()
    }

    fn on_reply(&mut self, reply: &Reply, env: &Env) -> Flow {
        if let Reply::Day(place, day) = reply {
            if let Some(field) = self.fields.get_mut(*place) {
                field.edit.set(&dates::written(*day));
                field.error = None;
                self.due = Some(env.mono + KEEP_MS);
                self.focus = (*place + 1).min(self.fields.len());
            }
            return Flow::stay();
        }
        let Reply::Picked(Purpose::Field(place), chosen) = reply else { return Flow::stay() };
        let Some(field) = self.fields.get_mut(*place) else { return Flow::stay() };
        match &field.kind {
            FieldKind::OneOf(words) => {
                if let Some(word) = words.get(*chosen) {
                    field.edit.set(word);
                }
            }
            _ => {
                if let Some(line) = field.offered.get(*chosen) {
                    field.person = Some((line.id, line.name.clone()));
                    let name = line.name.clone();
                    field.edit.set(&name);
                }
            }
        }
        field.error = None;
        self.due = Some(env.mono + KEEP_MS);
        self.focus = (*place + 1).min(self.fields.len());
        Flow::stay()
    }

    fn on_tick(&mut self, env: &Env) -> Flow {
        match self.due.is_some_and(|due| due <= env.mono) {
            true => Flow::stay().wants(self.keep()),
            false => Flow::stay(),
        }
    }

    fn deadline(&self) -> Option<u64> {
        self.due
    }

    fn flush(&mut self) -> Vec<Want> {
        self.keep().into_iter().collect()
    }

    fn on_done(&mut self, _outcome: &Outcome, _env: &Env) -> Flow {
        Flow::close().want(Want::Keep { key: self.key(), text: String::new() })
    }

    fn on_refused(&mut self, error: &AppError, _env: &Env) -> Flow {
        self.sending = false;
        Flow::stay().say(Tone::Error, one_line(error))
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        let errors = self.fields.iter().filter(|field| field.error.is_some()).count();
        let height = u16::try_from(self.fields.len() + errors + 8).unwrap_or(u16::MAX);
        let frame = centred(area, 74.min(area.width.saturating_sub(2)), height.min(area.height));
        let inner = canvas.frame(frame, &self.title);
        let labels = 16.min(inner.width / 3);
        let cells = inner.width.saturating_sub(labels + 4).min(34);
        let mut y = inner.y + 1;
        for (place, field) in self.fields.iter().enumerate() {
            if y + 3 >= inner.bottom() && place != self.focus {
                continue;
            }
            let by = i64::try_from(place).unwrap_or(0) - i64::try_from(self.focus).unwrap_or(0);
            canvas.spot(Rect { y, height: 1, ..inner }, What::Stop { by, button: false });
            let star = if field.needed { " *" } else { "" };
            canvas.put(inner.x + 2, y, labels, &format!("{}{star}", field.label), Role::Text);
            let focused = place == self.focus;
            // A date is short and its reading long.
            let cells = if matches!(field.kind, FieldKind::When | FieldKind::Past) { cells.min(20) } else { cells };
            let look = FieldLook { focused, ..FieldLook::default() };
            field.edit.view(canvas, inner.x + labels + 2, y, cells, look);
            if focused {
                canvas.put(inner.x, y, 1, canvas.theme.glyphs.cursor, Role::Accent);
            }
            let at = inner.x + labels + 4 + cells;
            canvas.put(at, y, inner.right().saturating_sub(at + 1), &beside(field, env), Role::Muted);
            y += 1;
            if let Some(error) = &field.error {
                let words = format!("! {error}");
                canvas.put(inner.x + labels + 2, y, inner.width.saturating_sub(labels + 3), &words, Role::High);
                y += 1;
            }
        }
        y += 1;
        let button = format!("[ {} ]", self.button);
        let focused = self.focus >= self.fields.len();
        let used = canvas.put(inner.x + labels + 2, y, inner.width, &button, Role::Title);
        let by = i64::try_from(self.fields.len()).unwrap_or(0) - i64::try_from(self.focus).unwrap_or(0);
        canvas.spot(Rect { x: inner.x + labels + 2, y, width: used, height: 1 }, What::Stop { by, button: true });
        if focused {
            let row = Rect { x: inner.x + labels + 2, y, width: used, height: 1 };
            canvas.restyle(row, Role::Focus);
            canvas.put(inner.x, y, 1, canvas.theme.glyphs.cursor, Role::Accent);
            canvas.cursor = Some((row.x, y));
        }
        if y + 2 < inner.bottom() {
            let rest =
                Rect { x: inner.x + 2, y: y + 2, width: inner.width.saturating_sub(3), height: inner.bottom() - y - 2 };
            canvas.paragraph(rest, &self.happens, Role::Muted);
        }
    }
}
