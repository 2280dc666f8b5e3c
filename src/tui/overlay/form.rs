//! Forms as data: fields with a kind, checked when left, finished by Ctrl-S, kept when closed.
//!
//! Must never know: what the command a form makes will do.

use super::{Choice, Picker};
use crate::domain::{GrantId, Instant, PersonId, Proof, RotationId, RunId, StepId, StepOutcome};
use crate::error::AppError;
use crate::service::dates;
use crate::service::view::{PersonLine, ThingId};
use crate::service::{Answer, Assignable, Command, Outcome, Query, RotateStage, Settle, Slice};
use crate::tui::keymap::{Action, Context, Group};
use crate::tui::model::one_line;
use crate::tui::pane::{Env, Flow, Pane, Purpose, Reply, Slot, Tone, Want};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, centred};
use crate::tui::widget::line_edit::{FieldLook, LineEdit, Typed};
use ratatui::layout::Rect;

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// Words.
    Words,
    /// One of us.
    Person,
    /// A date to come.
    When,
    /// One of these words, or own ones.
    OneOf(&'static [&'static str]),
}

/// One field.
#[derive(Clone)]
pub struct Field {
    label: &'static str,
    kind: FieldKind,
    needed: bool,
    edit: LineEdit,
    error: Option<String>,
    person: Option<(PersonId, String)>,
    found: Vec<PersonLine>,
    /// What the open list offers: an answer that comes later does not change what is picked.
    offered: Vec<PersonLine>,
}

impl Field {
    /// A field.
    pub fn new(label: &'static str, kind: FieldKind, needed: bool) -> Self {
        Self {
            label,
            kind,
            needed,
            edit: LineEdit::default(),
            error: None,
            person: None,
            found: Vec::new(),
            offered: Vec::new(),
        }
    }

    /// With a value in it.
    pub fn with(mut self, text: &str) -> Self {
        self.edit = LineEdit::with(text);
        self
    }

    fn words(&self) -> Option<String> {
        let text = self.edit.text().trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// What is wrong with it, checked when it is left.
    fn check(&self, env: &Env) -> Option<String> {
        let text = self.edit.text().trim();
        if text.is_empty() {
            return self.needed.then(|| "is needed.".to_owned());
        }
        match self.kind {
            FieldKind::When => dates::read(text, &env.reading()).err(),
            FieldKind::Person if self.chosen().is_none() => {
                Some(format!("Nobody is called \"{text}\". F4 lists everybody."))
            }
            _ => None,
        }
    }

    /// The person meant: the one picked, or the only one the words fit.
    fn chosen(&self) -> Option<PersonId> {
        let text = self.edit.text().trim();
        if let Some((id, name)) = &self.person
            && name == text
        {
            return Some(*id);
        }
        match self.found.as_slice() {
            _ if text.is_empty() => None,
            [only] => Some(only.id),
            several => several.iter().find(|line| line.name.eq_ignore_ascii_case(text)).map(|line| line.id),
        }
    }

    fn when(&self, env: &Env) -> Option<Instant> {
        dates::read(self.edit.text(), &env.reading()).ok().map(|when| when.instant(&env.zone))
    }
}

fn texts(fields: &[Field]) -> Vec<String> {
    fields.iter().map(|field| field.edit.text().to_owned()).collect()
}

/// What a form is for. Which fields it has and which command it makes follow from this.
#[derive(Debug, Clone, PartialEq)]
pub enum FormKind {
    /// Who does it and until when.
    WhoWhen(Assignable),
    /// Doer and second person of a run.
    RunPeople(RunId),
    /// Ways in left open on purpose.
    WaiveGrants(Vec<GrantId>),
    /// A step not needed, blocked or waived.
    LeaveStep(StepId, StepOutcome),
    /// A note on a step.
    NoteStep(StepId),
    /// A second person looked at a step.
    CheckStep(StepId),
    /// A way in was checked.
    CheckGrants(Vec<GrantId>),
    /// A shared login not changed.
    LeaveSecret(RotationId, LeaveSecret),
    /// A thing left as it is.
    WaiveThing(ThingId),
    /// A finding set aside.
    SetAside(String),
    /// Closes a run.
    CloseRun(RunId),
    /// Gives back what a run took.
    Reinstate(RunId),
}

/// How a shared login is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaveSecret {
    /// Does not need a change.
    NotNeeded,
    /// No longer in use.
    Retired,
    /// Left until a date.
    Waived,
}

/// What keys are told between sending a form and its answer.
const SENDING: &str = "Saving. One moment.";
/// How well a check proves it, as the list offers it.
const PROOFS: &[&str] = &["seen by a second person", "confirmed by the system", "stated by the doer"];
/// Why something is set aside, as the list offers it.
const REASONS: &[&str] =
    &["needed for work under way", "the client asked for it", "replaced soon", "cannot be changed"];

/// The title, the button and what happens, by what the form is for.
fn words_of(kind: &FormKind, about: &str) -> (String, &'static str, &'static str) {
    let (title, button, happens) = match kind {
        FormKind::WhoWhen(_) => ("Who and when", "Save", "Names who does it and until when. Removes nothing."),
        FormKind::RunPeople(_) => (
            "Who works on it",
            "Save",
            "The second person checks what the first one did. With one person only, say why.",
        ),
        FormKind::WaiveGrants(_) => {
            ("Leave open", "Leave open", "It stays open on purpose until that date, and comes back then.")
        }
        FormKind::LeaveStep(_, outcome) => {
            let title = format!("Step {}: {about}", outcome.shown());
            return (title, "Save", "The reason stands in the closing page.");
        }
        FormKind::NoteStep(_) => ("Note", "Save", "Stands beside the step in the history."),
        FormKind::CheckStep(_) | FormKind::CheckGrants(_) => {
            ("Checked", "Save", "Somebody else than the doer looked, and it is gone.")
        }
        FormKind::LeaveSecret(..) => ("Not changed", "Save", "The reason stands in the closing page."),
        FormKind::WaiveThing(_) => ("Leave as it is", "Leave it", "It comes back on that date."),
        FormKind::SetAside(_) => {
            ("Set aside", "Set aside", "It leaves the list until that date. The count line goes on showing it.")
        }
        FormKind::CloseRun(_) => {
            ("Close the run", "Close run", "Closing signs the page with your name and cannot be undone.")
        }
        FormKind::Reinstate(_) => ("Reinstate", "Reinstate", "Lists everything to give back. Gives nothing by itself."),
    };
    (format!("{title}: {about}"), button, happens)
}

/// The fields, by what the form is for.
fn fields_of(kind: &FormKind) -> Vec<Field> {
    use FieldKind::{OneOf, Person, When, Words};
    let field = Field::new;
    let with_date = |needed: bool| {
        let mut fields = vec![field("Why", Words, true)];
        if needed {
            fields.push(field("Until", When, true));
        }
        fields
    };
    match kind {
        FormKind::WhoWhen(_) => vec![field("Who", Person, true), field("Until", When, false)],
        FormKind::RunPeople(_) => vec![
            field("Doer", Person, false),
            field("Second person", Person, false),
            field("Alone because", Words, false),
        ],
        FormKind::WaiveGrants(_) | FormKind::SetAside(_) => {
            vec![field("Why", OneOf(REASONS), true), field("Until", When, true)]
        }
        FormKind::LeaveStep(_, outcome) => with_date(*outcome == StepOutcome::Waived),
        FormKind::LeaveSecret(_, how) => with_date(*how == LeaveSecret::Waived),
        FormKind::WaiveThing(_) => with_date(true),
        FormKind::NoteStep(_) => vec![field("Note", Words, true)],
        FormKind::CheckStep(_) | FormKind::CheckGrants(_) => {
            vec![field("Who looked", Person, true), field("Proof", OneOf(PROOFS), true).with("seen by a second person")]
        }
        FormKind::CloseRun(_) => vec![field("Your name", Words, true)],
        FormKind::Reinstate(_) => vec![field("Why", Words, true)],
    }
}

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
}

impl Form {
    /// A form about something, named in its title.
    pub fn new(kind: FormKind, about: &str) -> Self {
        let (title, button, happens) = words_of(&kind, about);
        let fields = fields_of(&kind);
        let initial = texts(&fields);
        let happens = happens.to_owned();
        Self { title, button, happens, kind, fields, focus: 0, sending: false, initial, drafted: false }
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
    fn keep(&self) -> Option<Want> {
        let text = if self.is_untouched() { String::new() } else { texts(&self.fields).join("\u{1f}") };
        (self.drafted || !text.is_empty()).then(|| Want::Keep { key: self.key(), text })
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
            FormKind::LeaveStep(step, outcome) => Command::EndStep {
                step,
                outcome: Some(outcome),
                by: None,
                note: None,
                reason: self.words(0),
                until: self.when(1, env),
            },
            FormKind::NoteStep(step) => Command::NoteStep { step, note: reason() },
            FormKind::CheckStep(step) => Command::CheckStep { step, by: self.person(0), proof: self.proof()? },
            FormKind::CheckGrants(grants) => Command::Confirm { grants, by: self.person(0), proof: self.proof()? },
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
        if let FormKind::CheckStep(_) | FormKind::CheckGrants(_) = self.kind
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
    fn values(&mut self) -> Flow {
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
            FieldKind::When => Flow::note("Type a date: 31 Mar, fri, +7d, eom, 2026-03-31."),
            FieldKind::Words => Flow::note("Free words; there is no list."),
        }
    }

    fn typed(&mut self) -> Flow {
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
            Action::Values => self.values(),
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
                if acted { self.typed() } else { Flow::ignored() }
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
                self.typed()
            }
            None => {
                // On the button a letter means nothing; it must not send the form.
                let _ = env;
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

    fn on_reply(&mut self, reply: &Reply, _env: &Env) -> Flow {
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
        self.focus = (*place + 1).min(self.fields.len());
        Flow::stay()
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
            let star = if field.needed { " *" } else { "" };
            canvas.put(inner.x + 2, y, labels, &format!("{}{star}", field.label), Role::Text);
            let focused = place == self.focus;
            // A date is short and its reading long.
            let cells = if field.kind == FieldKind::When { cells.min(20) } else { cells };
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

/// What stands beside a field: how it was read, or that there is a list.
fn beside(field: &Field, env: &Env) -> String {
    match field.kind {
        FieldKind::When => match dates::read(field.edit.text(), &env.reading()) {
            Ok(when) => format!("= {}", when.words(env.zone.day(env.now))),
            Err(_) => String::new(),
        },
        FieldKind::Person => match (field.chosen(), field.found.as_slice()) {
            (Some(id), found) => {
                found.iter().find(|line| line.id == id).map_or_else(String::new, |line| format!("= {}", line.name))
            }
            (None, [first, ..]) if !field.edit.is_empty() => format!("{}? F4 list", first.name),
            _ => "F4 list".to_owned(),
        },
        FieldKind::OneOf(_) => "F4 list".to_owned(),
        FieldKind::Words => String::new(),
    }
}
