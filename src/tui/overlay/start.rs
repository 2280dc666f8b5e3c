//! "Who is leaving?": a name in two letters, when, which steps; Enter starts the run and removes nothing. The same of
//! a client whose contract ends.
//!
//! Must never know: what a run will contain.

use super::{Choice, Picker};
use crate::domain::{CaseKind, ClientId, PersonId};
use crate::error::AppError;
use crate::service::dates;
use crate::service::view::{PersonLine, Target};
use crate::service::{Answer, Command, Outcome, Query, words};
use crate::tui::keymap::{Action, Context, Group};
use crate::tui::model::one_line;
use crate::tui::pane::{Env, Flow, Pane, Purpose, Reply, Slot, Tone, Want};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, centred};
use crate::tui::widget::line_edit::{FieldLook, LineEdit, Typed};
use crate::tui::widget::table;
use ratatui::layout::Rect;

/// The kinds of discharge a person can choose here, as `F2` lists them.
const KINDS: [CaseKind; 6] =
    [CaseKind::AtOnce, CaseKind::Notice, CaseKind::Hostile, CaseKind::Absent, CaseKind::Subcontractor, CaseKind::Mover];

/// What is told where another list is asked for.
const ONE_LIST: &str = "The end of a contract has one list of steps.";

/// What keys are told between Enter and the run.
const STARTING: &str = "Starting. One moment.";

/// "Who is leaving?"
#[derive(Default)]
pub struct Start {
    only: Option<PersonId>,
    /// The client whose contract ends, with its name; a person leaves when none.
    client: Option<(ClientId, String)>,
    search: LineEdit,
    when: LineEdit,
    in_when: bool,
    kind: Option<CaseKind>,
    rows: Vec<PersonLine>,
    cursor: usize,
    loading: bool,
    starting: bool,
    error: Option<String>,
}

impl Start {
    /// With this person chosen already.
    pub fn for_person(person: PersonId) -> Self {
        Self { only: Some(person), ..Self::default() }
    }

    /// For the end of this client's contract.
    pub fn for_client(client: ClientId, name: String) -> Self {
        Self { client: Some((client, name)), ..Self::default() }
    }

    fn query(&self) -> Query {
        match self.only {
            Some(person) => Query::Person(person),
            None => Query::Leavers(self.search.text().trim().to_owned()),
        }
    }

    fn ask(&mut self) -> Flow {
        self.loading = true;
        self.cursor = 0;
        Flow::stay().load(0, self.query())
    }

    fn kind(&self) -> CaseKind {
        if self.client.is_some() {
            return CaseKind::ClientExit;
        }
        let later = !matches!(self.when.text().trim(), "" | "now");
        self.kind.unwrap_or(if later { CaseKind::Notice } else { CaseKind::AtOnce })
    }

    fn start(&mut self, env: &Env) -> Flow {
        if self.loading {
            return Flow::note("Still looking. Press Enter again.");
        }
        let at = match self.when.text().trim() {
            "" | "now" => None,
            text => match dates::read(text, &env.reading()) {
                Ok(when) => Some(when.instant(&env.zone)),
                Err(error) => {
                    self.error = Some(error.clone());
                    return Flow::note(error);
                }
            },
        };
        if let Some((client, _)) = self.client {
            self.starting = true;
            return Flow::stay().apply(Command::StartClientExit { client, at, reason: None });
        }
        let Some(person) = self.rows.get(self.cursor) else {
            return Flow::note("Nobody fits. Type another name.");
        };
        self.starting = true;
        Flow::stay().apply(Command::StartDischarge { person: person.id, kind: self.kind(), at, reason: None })
    }

    fn view_rows(&self, canvas: &mut Canvas, area: Rect) {
        let names = area.width.saturating_sub(50).clamp(12, 20);
        for (y, (place, row)) in (area.y..area.bottom()).zip(self.rows.iter().enumerate()) {
            let x = area.x + 3;
            canvas.put(x, y, names, &row.name, Role::Text);
            canvas.put(x + names + 1, y, 17, &row.role, Role::Text);
            let ways = words::counted(u64::from(row.ways_in), "way in", "ways in");
            let role = if row.ways_in > 0 { Role::Text } else { Role::Muted };
            canvas.put_right(x + names + 19, y, 11.min(area.width.saturating_sub(names + 22)), &ways, role);
            let clients = words::counted(u64::from(row.clients), "client", "clients");
            let at = x + names + 32;
            canvas.put_right(at, y, area.right().saturating_sub(at + 1).min(11), &clients, Role::Muted);
            // The field keeps the terminal's cursor: typing goes there.
            let cursor = canvas.cursor;
            let row = Rect { x: area.x + 1, y, width: area.width.saturating_sub(2), height: 1 };
            table::row(canvas, row, place, self.cursor, !self.in_when);
            canvas.cursor = cursor;
        }
    }
}

impl Pane for Start {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Start, Context::Search, Context::Text]
    }

    fn refresh(&mut self, _env: &Env) -> Vec<Want> {
        if self.client.is_some() {
            return Vec::new();
        }
        self.loading = true;
        vec![Want::Load(0, self.query())]
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        if self.starting && action.spec().group != Group::Program {
            return Flow::note(STARTING);
        }
        let last = self.rows.len().saturating_sub(1);
        match action {
            Action::Up => self.cursor = self.cursor.saturating_sub(1),
            Action::Down => self.cursor = (self.cursor + 1).min(last),
            Action::PageUp => self.cursor = 0,
            Action::PageDown => self.cursor = last,
            Action::Back if self.in_when => self.in_when = false,
            Action::Back => return Flow::close().say(Tone::Note, "Nothing was started."),
            Action::Values => self.in_when = !self.in_when,
            Action::NextPane | Action::PrevPane => self.in_when = !self.in_when,
            Action::Other if self.client.is_some() => return Flow::note(ONE_LIST),
            Action::Other => {
                let now = self.kind();
                let choices = KINDS.iter().map(|kind| Choice::new(kind.shown(), kind_words(*kind))).collect();
                let at = KINDS.iter().position(|kind| *kind == now).unwrap_or(0);
                return Flow::open(Picker::new("Which steps?", choices, at, Purpose::Kind));
            }
            Action::Open if self.in_when => {
                self.in_when = false;
                self.error = dates::read(self.when.text(), &env.reading()).err().filter(|_| !self.when.is_empty());
            }
            Action::Open => return self.start(env),
            _ if self.in_when => {
                return if self.when.act(action) { Flow::stay() } else { Flow::ignored() };
            }
            _ if self.client.is_some() => return Flow::ignored(),
            _ if self.search.act(action) => {
                self.only = None;
                return self.ask();
            }
            _ => return Flow::ignored(),
        }
        Flow::stay()
    }

    fn on_text(&mut self, typed: &Typed, _env: &Env) -> Flow {
        // A key meant for the run that is about to appear must not look for somebody else.
        if self.starting {
            return Flow::note(STARTING);
        }
        if self.in_when {
            self.when.write(typed);
            self.error = None;
            return Flow::stay();
        }
        if let Some((_, name)) = &self.client {
            return Flow::note(format!("This is about {name}. F4 sets another time; Esc leaves."));
        }
        self.search.write(typed);
        self.only = None;
        self.ask()
    }

    fn on_answer(&mut self, _slot: Slot, answer: Answer, _env: &Env) -> Flow {
        self.loading = false;
        match answer {
            Answer::People(page) => self.rows = page.rows,
            Answer::Person(view) => match view.run {
                Some(run) => {
                    let words = format!("{} has an open run. Here it is.", view.line.name);
                    return Flow::target(Target::Run(run)).say(Tone::Done, words);
                }
                None => self.rows = vec![view.line],
            },
            _ => {}
        }
        Flow::stay()
    }

    fn on_failed(&mut self, _slot: Slot, error: &AppError, _env: &Env) -> Flow {
        self.loading = false;
        Flow::stay().say(Tone::Error, one_line(error))
    }

    fn on_reply(&mut self, reply: &Reply, _env: &Env) -> Flow {
        if let Reply::Picked(Purpose::Kind, place) = reply {
            self.kind = KINDS.get(*place).copied();
        }
        Flow::stay()
    }

    fn on_done(&mut self, outcome: &Outcome, _env: &Env) -> Flow {
        match outcome.run {
            Some(run) => Flow::target(Target::Run(run)),
            None => Flow::close(),
        }
    }

    fn on_refused(&mut self, error: &AppError, _env: &Env) -> Flow {
        self.starting = false;
        self.error = Some(error.message.clone());
        Flow::stay().say(Tone::Error, error.message.clone())
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        let frame = centred(area, 70.min(area.width.saturating_sub(2)), 13.min(area.height));
        let title = if self.client.is_some() { "Which contract ends?" } else { "Who is leaving?" };
        let inner = canvas.frame(frame, title);
        let cells = inner.width.saturating_sub(5);
        if self.client.is_none() {
            canvas.put(inner.x + 1, inner.y, 2, ">", Role::Accent);
            let look = FieldLook { focused: !self.in_when, bare: true, ..FieldLook::default() };
            self.search.view(canvas, inner.x + 3, inner.y, cells, look);
        }
        let low = inner.height < 9;
        let listed = inner.height.saturating_sub(if low { 3 } else { 7 });
        let list = Rect { x: inner.x, y: inner.y + if low { 1 } else { 2 }, width: inner.width, height: listed };
        if let Some((_, name)) = &self.client {
            canvas.put(list.x + 3, list.y, cells, name, Role::Title);
            let lines = [
                "Everybody's ways in there, the passwords we know, their things",
                "and their data become one list to work off, with its steps.",
            ];
            for (y, line) in (list.y + 2..list.bottom()).zip(lines) {
                canvas.put(list.x + 3, y, cells, line, Role::Text);
            }
        } else if self.rows.is_empty() {
            let words = if self.loading { "Looking ..." } else { "Nobody fits that name." };
            canvas.put(list.x + 3, list.y, list.width.saturating_sub(4), words, Role::Muted);
        }
        self.view_rows(canvas, list);
        let mut y = list.bottom() + u16::from(!low);
        canvas.put(inner.x + 3, y, 6, "When", Role::Muted);
        if self.in_when {
            let look = FieldLook { focused: true, ..FieldLook::default() };
            self.when.view(canvas, inner.x + 10, y, 20, look);
        } else {
            let when = if self.when.is_empty() { "now" } else { self.when.text() };
            canvas.put(inner.x + 10, y, 20, when, Role::Text);
        }
        let reading = match dates::read(self.when.text(), &env.reading()) {
            Ok(when) => format!("= {}", when.words(env.zone.day(env.now))),
            Err(_) => "F4 another time".to_owned(),
        };
        canvas.put(inner.x + 32, y, inner.width.saturating_sub(33), &reading, Role::Muted);
        y += 1;
        canvas.put(inner.x + 3, y, 6, "Steps", Role::Muted);
        canvas.put(inner.x + 10, y, 21, self.kind().shown(), Role::Text);
        if self.client.is_none() {
            canvas.put(inner.x + 32, y, inner.width.saturating_sub(33), "F2 other list", Role::Muted);
        }
        y += 2;
        let (words, role) = match &self.error {
            Some(error) => (error.as_str(), Role::High),
            None if self.kind() == CaseKind::Mover => {
                ("Give the new role first (E on People). What it needs stays.", Role::Text)
            }
            None => ("Enter starts the run and lists every way in. Removes nothing.", Role::Text),
        };
        if low && self.error.is_some() {
            y = inner.bottom().saturating_sub(1);
            canvas.clear(Rect { y, height: 1, ..inner });
        }
        if y < inner.bottom() {
            canvas.put(inner.x + 3, y, inner.width.saturating_sub(4), words, role);
        }
    }
}

/// One line that tells the kinds apart.
const fn kind_words(kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::AtOnce => "leaves today, in agreement",
        CaseKind::Notice => "works until a last day",
        CaseKind::Hostile => "cut everything before the talk",
        CaseKind::Absent => "cannot be asked; no interview",
        CaseKind::Subcontractor => "a contract ends",
        CaseKind::Mover => "stays in another role",
        CaseKind::ClientExit => "a client ends the contract",
    }
}
