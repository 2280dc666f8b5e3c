//! The discharge cockpit: the falling number, the next best act, five tabs, and the interview below them.
//!
//! Must never know: the order of switching off, the rules of a run; the service sends both ready.

mod acts;
mod note;
mod steps;
mod view;

use super::parts::way_name;
use super::ways::{IMPACT, MARKS, Scope, WAYS, WHY, Ways};
use super::{Face, Paper};
use crate::domain::{CaseKind, RunId};
use crate::error::{AppError, ErrorClass};
use crate::service::view::{QuestionLine, RegisterView, RunTab, RunView, SecretLine, Target, ThingId, ThingLine};
use crate::service::{Answer, Outcome, Query, Sort, words};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::model::one_line;
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Purpose, Reply, Slot, Tone, Want};
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::frame::{self, Split};
use crate::tui::widget::line_edit::Typed;
use crate::tui::widget::list::{List, Moved, Row};
use acts::is_gone;
use note::Note;
use ratatui::layout::Rect;
use steps::Steps;

const HEAD: Slot = 0;
const STEPS: Slot = 1;
const QUESTIONS: Slot = 2;
const SECRETS: Slot = 3;
const THINGS: Slot = 4;
const DRAFT: Slot = 5;

const ORDERS: &[(Sort, &str)] =
    &[(Sort::Best, "What shuts most"), (Sort::Name, "Way in"), (Sort::Client, "Client"), (Sort::State, "State")];

/// The interview counts for so long after the run was started, in milliseconds.
const INTERVIEW_MS: i64 = 8 * 3_600_000;

const TABS: [RunTab; 5] = [RunTab::WaysIn, RunTab::Steps, RunTab::Questions, RunTab::Secrets, RunTab::Things];

impl Row for QuestionLine {
    fn key(&self) -> u64 {
        u64::from(self.number)
    }
}

impl Row for ThingLine {
    fn key(&self) -> u64 {
        match self.id {
            ThingId::Asset(id, _) => id.0 << 2,
            ThingId::Contact(id) => (id.0 << 2) | 1,
            ThingId::Data(id) => (id.0 << 2) | 2,
        }
    }
}

/// A discharge.
pub struct RunScreen {
    id: RunId,
    tab: RunTab,
    head: Option<RunView>,
    ways: Ways,
    steps: Steps,
    questions: List<QuestionLine>,
    secrets: List<SecretLine>,
    things: List<ThingLine>,
    note: Note,
    /// The pane below explains the row instead of asking the next question.
    explains: bool,
    leave_out: Vec<acts::LeaveOut>,
}

impl RunScreen {
    /// The run with this id, on its ways in.
    pub fn new(id: RunId) -> Self {
        Self {
            id,
            tab: RunTab::WaysIn,
            head: None,
            ways: Ways::new(Scope::Run(id), ORDERS),
            steps: Steps::default(),
            questions: List::default(),
            secrets: List::default(),
            things: List::default(),
            note: Note::default(),
            explains: false,
            leave_out: Vec::new(),
        }
    }

    fn name(&self) -> String {
        self.head.as_ref().map_or_else(|| "...".to_owned(), |head| head.name.clone())
    }

    /// Whether a client leaves, and not a person.
    fn is_of_client(&self) -> bool {
        self.head.as_ref().is_some_and(|head| head.client.is_some())
    }

    /// `Discharge Dana Ruiz`.
    fn heading(&self) -> String {
        let kind = self.head.as_ref().map_or(CaseKind::AtOnce, |head| head.kind);
        format!("{} {}", words::run_kind(kind), self.name())
    }

    /// Whether the row is one that can be changed when the run is closed: a look again, or a way in that was removed.
    fn is_after_closing(&self) -> bool {
        match self.tab {
            RunTab::Steps => self.steps.current().is_some_and(|step| step.after_closing),
            RunTab::WaysIn => self.ways.list.current().is_some_and(is_gone),
            RunTab::Questions | RunTab::Secrets | RunTab::Things => false,
        }
    }

    /// Countdown and next act stay above all tabs.
    fn parts(&self, env: &Env) -> (Rect, Split) {
        let body = env.body();
        let head = Rect { height: 2.min(body.height), ..body };
        let rest = Rect { y: body.y + head.height, height: body.height - head.height, ..body };
        (head, frame::split(rest, env, 6, false))
    }

    fn height(&self, env: &Env) -> usize {
        usize::from(self.parts(env).1.list.height.saturating_sub(2))
    }

    fn ask_ways(&self, env: &Env) -> Want {
        self.ways.ask(self.height(env))
    }

    fn ask_tab(&self, env: &Env) -> Want {
        match self.tab {
            RunTab::WaysIn => self.ask_ways(env),
            RunTab::Steps => Want::Load(STEPS, Query::RunSteps(self.id)),
            RunTab::Questions => Want::Load(QUESTIONS, Query::RunQuestions(self.id)),
            RunTab::Secrets => Want::Load(SECRETS, Query::RunSecrets(self.id)),
            RunTab::Things => Want::Load(THINGS, Query::RunThings(self.id)),
        }
    }

    fn ask_why(&mut self) -> Option<Want> {
        if self.tab == RunTab::WaysIn && self.explains { self.ways.ask_why() } else { None }
    }

    /// The question in the pane below: on its own tab the one under the cursor, else the first not answered.
    fn question(&self) -> Option<&QuestionLine> {
        if self.tab == RunTab::Questions {
            return self.questions.current();
        }
        self.questions.held().iter().find(|q| q.reply.is_none()).or_else(|| self.questions.held().last())
    }

    fn at(&self) -> usize {
        TABS.iter().position(|tab| *tab == self.tab).unwrap_or(0)
    }

    fn show(&mut self, tab: RunTab, env: &Env) -> Flow {
        let kept = self.note.leave();
        self.tab = tab;
        self.ways.list.left();
        self.steps.left();
        Flow::stay().wants(kept).want(self.ask_tab(env)).wants(self.follow_question())
    }

    fn turn(&mut self, by: isize, env: &Env) -> Flow {
        let at = self.at().saturating_add_signed(by).min(TABS.len() - 1);
        match TABS.get(at) {
            Some(tab) if *tab != self.tab => self.show(*tab, env),
            _ => Flow::note("No more tabs on this side."),
        }
    }

    /// Keeps the note field on the question shown.
    fn follow_question(&mut self) -> Vec<Want> {
        let run = self.id;
        match self.question().map(|q| (q.code.clone(), q.note.clone())) {
            Some((code, stored)) => self.note.follow(run, &code, &stored),
            None => Vec::new(),
        }
    }

    fn act_on_list(&mut self, action: Action, env: &Env) -> Flow {
        let (height, mono) = (self.height(env), env.mono);
        let moved = match self.tab {
            RunTab::WaysIn => {
                let flow = self.ways.act(action, height, mono);
                return if flow.handled { flow.wants(self.ask_why()).wants(self.follow_question()) } else { flow };
            }
            RunTab::Steps => self.steps.list.act(action, height, mono),
            RunTab::Questions => self.questions.act(action, height, mono),
            RunTab::Secrets => self.secrets.act(action, height, mono),
            RunTab::Things => self.things.act(action, height, mono),
        };
        match moved {
            Moved::No => Flow::ignored(),
            Moved::Yes => Flow::stay().wants(self.follow_question()),
            Moved::Ask => Flow::stay().want(self.ask_tab(env)),
        }
    }

    fn is_filtering(&self) -> bool {
        self.tab == RunTab::WaysIn && self.ways.list.is_filtering()
    }

    fn head_came(&mut self, head: RunView) -> Flow {
        let first = self.head.is_none();
        let news = head.since_then.clone();
        let old_news = self.head.as_ref().and_then(|old| old.since_then.clone());
        let words =
            format!("{} open. {} admin.", words::counted(u64::from(head.open), "way in", "ways in"), head.open_admin);
        let talks = head.questions.1 > 0;
        self.steps.talks = talks;
        self.head = Some(head);
        match news {
            Some(news) if Some(&news) != old_news.as_ref() && !first => Flow::note(news),
            _ if first => {
                // Without a question to ask, the pane below explains the row from the start.
                self.explains |= !talks;
                Flow::note(words).wants(self.ask_why())
            }
            _ => Flow::stay(),
        }
    }
}

impl Pane for RunScreen {
    fn contexts(&self) -> Vec<Context> {
        if self.note.is_open() {
            return vec![Context::Note, Context::Text];
        }
        if self.is_filtering() {
            return vec![Context::Search, Context::Text];
        }
        let tab = match self.tab {
            RunTab::WaysIn => Context::RunWays,
            RunTab::Steps => Context::RunSteps,
            RunTab::Questions => Context::RunQuestions,
            RunTab::Secrets => Context::RunSecrets,
            RunTab::Things => Context::RunThings,
        };
        let marked = self.tab == RunTab::WaysIn && !self.ways.list.marks.is_empty();
        let mut out = if marked { vec![Context::Marked] } else { Vec::new() };
        out.extend([tab, Context::Run, Context::Tabs, Context::List, Context::Global]);
        out
    }

    fn verb_now(&self, action: Action) -> Option<String> {
        (self.tab == RunTab::WaysIn).then(|| self.ways.verb_now(action)).flatten()
    }

    fn disabled(&self, action: Action) -> Option<String> {
        let closed = self.head.as_ref().is_some_and(|head| head.closed.is_some());
        match action {
            Action::Undo | Action::Redo | Action::CloseRun => None,
            Action::Done | Action::SetAside if closed && self.is_after_closing() => None,
            _ if closed && action.changes() => Some("This run is closed. A shows its closing page.".to_owned()),
            Action::Sort | Action::Filter | Action::FilterBy if self.tab != RunTab::WaysIn => {
                Some("This list has the order of the run.".to_owned())
            }
            Action::Discharge => Some("This is a discharge already.".to_owned()),
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        if self.note.is_open() {
            return self.act_in_note(action);
        }
        if self.is_filtering() {
            return self.act_on_list(action, env);
        }
        match action {
            Action::Left => self.turn(-1, env),
            Action::Right => self.turn(1, env),
            Action::NextPane => self.open_note(),
            Action::Sort => self.ways.sort(),
            Action::FilterBy if self.tab == RunTab::WaysIn => self.ways.filter_by(),
            Action::Why if !self.steps.talks => {
                Flow::note("Nobody is asked in this run: the pane below explains the row.")
            }
            Action::Why => {
                self.explains = !self.explains;
                let words = if self.explains { "Below: why this row is here." } else { "Below: the next question." };
                Flow::note(words).wants(self.ask_why())
            }
            Action::Copy => self.copy(env),
            _ => {
                let flow = self.act(action, env);
                if flow.handled { flow } else { self.act_on_list(action, env) }
            }
        }
    }

    fn on_text(&mut self, typed: &Typed, env: &Env) -> Flow {
        if self.note.is_open() {
            self.note.write(typed, env.mono);
        } else {
            self.ways.list.on_text(typed, env.mono);
        }
        Flow::stay()
    }

    fn on_tick(&mut self, env: &Env) -> Flow {
        let mut flow = Flow::stay().wants(self.note.on_tick(env.mono));
        if self.ways.list.on_tick(env.mono) {
            flow = flow.want(self.ask_ways(env));
        }
        flow
    }

    fn deadline(&self) -> Option<u64> {
        [self.ways.list.deadline(), self.note.deadline()].into_iter().flatten().min()
    }

    fn on_answer(&mut self, slot: Slot, answer: Answer, env: &Env) -> Flow {
        match (slot, answer) {
            (HEAD, Answer::Run(head)) => return self.head_came(head),
            (WAYS, answer) => return self.ways.on_answer(slot, answer, env).wants(self.ask_why()),
            (WHY | IMPACT | MARKS, answer) => return self.ways.on_answer(slot, answer, env),
            (STEPS, Answer::Steps(steps)) => self.steps.accept(steps, env),
            (QUESTIONS, Answer::Questions(questions)) => {
                self.questions.accept_all(questions, env.mono);
                return Flow::stay().wants(self.follow_question());
            }
            (SECRETS, Answer::Secrets(secrets)) => self.secrets.accept_all(secrets, env.mono),
            (THINGS, Answer::Things(things)) => self.things.accept_all(things, env.mono),
            (DRAFT, Answer::Draft(Some(text))) => return Flow::stay().wants(self.note.restore(&text)),
            _ => {}
        }
        Flow::stay()
    }

    fn on_reply(&mut self, reply: &Reply, env: &Env) -> Flow {
        if let Some(flow) = self.ways.on_reply(reply, self.height(env)) {
            return flow;
        }
        match reply {
            Reply::Picked(Purpose::Answer, place) => self.answered(*place),
            Reply::Picked(Purpose::LeaveOut, place) => self.left_out(*place),
            Reply::Tab(tab) => self.show(*tab, env),
            _ => Flow::stay(),
        }
    }

    fn on_failed(&mut self, slot: Slot, error: &AppError, _env: &Env) -> Flow {
        match (slot, error.class) {
            // Undone, or taken away elsewhere: there is nothing to look at any more.
            (HEAD, ErrorClass::NotFound) => Flow::close(),
            // The row it was asked about is gone; the list without it is on its way.
            (WHY, ErrorClass::NotFound) => Flow::stay(),
            _ => Flow::stay().say(Tone::Error, one_line(error)),
        }
    }

    fn on_done(&mut self, _outcome: &Outcome, _env: &Env) -> Flow {
        self.ways.unmark();
        Flow::stay()
    }

    fn on_refused(&mut self, _error: &AppError, _env: &Env) -> Flow {
        self.note.refused();
        Flow::ignored()
    }

    fn refresh(&mut self, env: &Env) -> Vec<Want> {
        // Whatever was changed, by whom: the explanation is asked again.
        self.ways.forget_why();
        let mut wants = vec![Want::Load(HEAD, Query::Run(self.id)), self.ask_tab(env)];
        if self.tab != RunTab::Questions {
            wants.push(Want::Load(QUESTIONS, Query::RunQuestions(self.id)));
        }
        wants
    }

    fn flush(&mut self) -> Vec<Want> {
        // Left: the rows acted on sort to their places the next time.
        self.ways.list.left();
        self.steps.left();
        self.note.leave()
    }

    fn on_resize(&mut self, env: &Env) -> Vec<Want> {
        if self.ways.list.need(self.height(env)) == Moved::Ask { vec![self.ask_ways(env)] } else { Vec::new() }
    }

    fn is_loading(&self) -> bool {
        self.head.is_none() || (self.tab == RunTab::WaysIn && !self.ways.list.is_loaded())
    }

    fn dead_until(&self) -> u64 {
        self.ways.list.dead_until()
    }

    fn timer(&self, env: &Env) -> Option<u64> {
        let head = self.head.as_ref().filter(|head| head.closed.is_none() && head.questions.1 > 0)?;
        let since = env.now.millis().saturating_sub(head.started.millis());
        (0..INTERVIEW_MS).contains(&since).then(|| u64::try_from(since / 1_000).unwrap_or(0))
    }

    fn view(&self, canvas: &mut Canvas, _area: Rect, env: &Env) {
        self.draw(canvas, env);
    }
}

/// `00:12:40`.
pub(crate) fn clock(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

impl Face for RunScreen {
    fn tab(&self) -> Option<Place> {
        Some(Place::Runs)
    }

    fn title(&self) -> String {
        let kind = self.head.as_ref().map_or(CaseKind::AtOnce, |head| head.kind);
        format!("the {}", words::run_phrase(kind, &self.name()))
    }

    fn topic(&self) -> &'static str {
        "run"
    }

    fn row_title(&self) -> String {
        let row = match self.tab {
            RunTab::WaysIn => self.ways.list.current().map(way_name),
            RunTab::Steps => self.steps.current().map(|step| step.title.clone()),
            RunTab::Questions => self.questions.current().map(|q| format!("Question {}", q.number)),
            RunTab::Secrets => self.secrets.current().map(|line| line.name.clone()),
            RunTab::Things => self.things.current().map(|thing| thing.name.clone()),
        };
        row.map_or_else(|| self.name(), |row| format!("{row}, {}", self.name()))
    }

    fn paper(&self) -> Paper {
        Paper::Report("discharge", Some(self.id.to_string()))
    }

    fn resume(&self) -> Option<Target> {
        Some(Target::Run(self.id))
    }

    fn place(&self, env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        let left = format!("Runs > {}", self.heading());
        let Some(head) = &self.head else { return PlaceLine { left, ..PlaceLine::default() } };
        let right = match (head.closed, self.timer(env)) {
            (Some(closed), _) => format!("closed {}", words::day(closed, env.now, &env.zone)),
            (None, Some(seconds)) => {
                format!("interview {}  started {}", clock(seconds), words::time(head.started, &env.zone))
            }
            (None, None) if head.stays > 0 => {
                let stay = words::counted(head.stays.into(), "way in stays", "ways in stay");
                format!("{stay}, started {}", words::day(head.started, env.now, &env.zone))
            }
            (None, None) => format!("started {}", words::day(head.started, env.now, &env.zone)),
        };
        PlaceLine { left, right, high: false }
    }
}
