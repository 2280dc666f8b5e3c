//! One person: what they can get into, which secrets they know, what happened to them.
//!
//! Must never know: how a way in is removed, only how to ask for it.

mod view;

use super::parts::{record_reader, way_name};
use super::ways::{IMPACT, MARKS, Scope, WAYS, WHY, Ways};
use super::{Closing, Face, Paper, Past};
use crate::domain::{GrantState, PersonId, RecordKind, RecordRef, Severity};
use crate::error::{AppError, ErrorClass};
use crate::service::past::PastOf;
use crate::service::records::TrainingLine;
use crate::service::records::form::FormOf;
use crate::service::view::{HistoryLine, PersonView, RegisterView, RunLine, SecretLine, Target};
use crate::service::{Answer, Assignable, Query, Sort, words};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::model::one_line;
use crate::tui::overlay::{Add, AsOfDate, Editor, FormKind, Reader, Start};
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Reply, Slot, Tone, Want};
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::frame::{self, Split};
use crate::tui::widget::line_edit::Typed;
use crate::tui::widget::list::{List, Moved, Row};
use ratatui::layout::Rect;
use view::secret_lines;

/// Columns of the pane with the person.
const CARD: u16 = 34;

const PERSON: Slot = 0;
const SECRETS: Slot = 1;
const HISTORY: Slot = 2;
const MORE: Slot = 3;
const RECORD: Slot = 4;

const ORDERS: &[(Sort, &str)] = &[
    (Sort::Best, "Risk"),
    (Sort::Name, "Way in"),
    (Sort::Client, "Client"),
    (Sort::State, "State"),
    (Sort::Date, "Since"),
];

/// The tabs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Access,
    Secrets,
    Training,
    Runs,
    History,
}

const TABS: [Tab; 5] = [Tab::Access, Tab::Secrets, Tab::Training, Tab::Runs, Tab::History];

impl Row for SecretLine {
    fn key(&self) -> u64 {
        self.secret.0
    }
}

impl Row for TrainingLine {
    fn key(&self) -> u64 {
        self.of.id * 32 + self.of.kind as u64
    }
}

impl Row for HistoryLine {
    fn key(&self) -> u64 {
        self.seq
    }
}

/// One person.
pub struct Person {
    id: PersonId,
    tab: Tab,
    view: Option<PersonView>,
    ways: Ways,
    secrets: List<SecretLine>,
    training: List<TrainingLine>,
    runs: List<RunLine>,
    history: List<HistoryLine>,
    grown: bool,
    /// Enter was pressed before it was known why the row is here.
    open_why: bool,
}

impl Person {
    /// The person with this id, on Access.
    pub fn new(id: PersonId) -> Self {
        Self {
            id,
            tab: Tab::Access,
            view: None,
            ways: Ways::new(Scope::Person(id), ORDERS),
            secrets: List::default(),
            training: List::default(),
            runs: List::default(),
            history: List::default(),
            grown: false,
            open_why: false,
        }
    }

    /// With its ways in narrowed.
    pub fn filtered(mut self, written: &str) -> Self {
        self.ways.list.set_filter(written);
        self
    }

    fn name(&self) -> String {
        self.view.as_ref().map_or_else(|| "...".to_owned(), |view| view.line.name.clone())
    }

    fn split(&self, env: &Env) -> Split {
        let body = env.body();
        match Self::card(env) {
            Some(card) => {
                let rest = Rect { x: card.right() + 1, width: body.width - card.width - 1, ..body };
                frame::split(rest, env, 7, self.grown)
            }
            None => frame::split(body, env, 7, self.grown),
        }
    }

    /// Where the person stands as a pane of their own, with the tabs as a list: from 180 columns.
    fn card(env: &Env) -> Option<Rect> {
        let huge = frame::breadth(env.size.0) == frame::Breadth::Huge;
        huge.then(|| Rect { width: CARD, ..env.body() })
    }

    fn height(&self, env: &Env) -> usize {
        usize::from(self.split(env).list.height.saturating_sub(2))
    }

    fn ask_ways(&self, env: &Env) -> Want {
        self.ways.ask(self.height(env))
    }

    fn ask_history(&self, env: &Env) -> Want {
        Want::Load(HISTORY, Query::PersonHistory(self.id, self.history.slice(self.height(env))))
    }

    fn ask_why(&mut self) -> Option<Want> {
        if self.tab == Tab::Access { self.ways.ask_why() } else { None }
    }

    fn tab_names(&self) -> Vec<String> {
        let view = self.view.as_ref();
        let ways = view.map_or(String::new(), |view| format!(" {}", words::count(u64::from(view.line.ways_in))));
        let knows = view.map_or(String::new(), |view| format!(" {}", words::count(u64::from(view.line.knows))));
        let short = |rows: usize| if rows == 0 { String::new() } else { format!(" {rows}") };
        vec![
            format!("Access{ways}"),
            format!("Shared logins{knows}"),
            format!("Training{}", short(self.training.total())),
            format!("Runs{}", short(self.runs.total())),
            "History".to_owned(),
        ]
    }

    fn at(&self) -> usize {
        TABS.iter().position(|tab| *tab == self.tab).unwrap_or(0)
    }

    fn turn(&mut self, by: isize, env: &Env) -> Flow {
        let at = self.at().saturating_add_signed(by).min(TABS.len() - 1);
        let next = TABS.get(at).copied().unwrap_or(Tab::Access);
        if next == self.tab {
            return Flow::note("No more tabs on this side.");
        }
        self.tab = next;
        self.left();
        Flow::stay().wants(match next {
            Tab::Access => vec![self.ask_ways(env)],
            Tab::Secrets => vec![Want::Load(SECRETS, Query::Secrets(self.id))],
            Tab::Training | Tab::Runs => vec![Want::Load(MORE, Query::PersonMore(self.id))],
            Tab::History => vec![self.ask_history(env)],
        })
    }

    /// Left: the rows acted on sort to their places the next time.
    const fn left(&mut self) {
        self.ways.list.left();
        self.history.left();
    }

    fn act_on_list(&mut self, action: Action, env: &Env) -> Flow {
        let (height, mono) = (self.height(env), env.mono);
        let moved = match self.tab {
            Tab::Access => {
                let flow = self.ways.act(action, height, mono);
                return if flow.handled { flow.wants(self.ask_why()) } else { flow };
            }
            Tab::Secrets => self.secrets.act(action, height, mono),
            Tab::Training => self.training.act(action, height, mono),
            Tab::Runs => self.runs.act(action, height, mono),
            Tab::History => {
                let filtered = !self.history.filter().is_empty();
                let moved = self.history.act(action, height, mono);
                if moved == Moved::Ask {
                    let flow = Flow::stay().want(self.ask_history(env));
                    let cleared = filtered && self.history.filter().is_empty();
                    return if cleared { flow.say(Tone::Note, "Filter cleared. All rows are shown.") } else { flow };
                }
                moved
            }
        };
        if moved == Moved::No { Flow::ignored() } else { Flow::stay() }
    }

    /// Changes the row: a way in that nobody asked to remove has a level and an end, one that is asked for has a doer.
    fn change(&mut self) -> Flow {
        match (self.tab, self.ways.list.current(), self.secrets.current()) {
            (Tab::Access, Some(way), _) if way.state == GrantState::In && self.ways.list.marks.is_empty() => {
                edit(RecordKind::Grant, way.grant.0)
            }
            (Tab::Access, ..) => self.ways.form(|grants| FormKind::WhoWhen(Assignable::Grants(grants))),
            (Tab::Secrets, _, Some(line)) => edit(RecordKind::Secret, line.secret.0),
            (Tab::Training, ..) => match self.training.current() {
                Some(line) if line.missing => self.add_training(line.of),
                Some(line) => edit(line.of.kind, line.of.id),
                None => Flow::note("Nothing to change here. N adds a signature or a course taken."),
            },
            _ => Flow::note("C changes a way in or a shared login. Nothing to change here."),
        }
    }

    /// Records that they signed a policy or took a course.
    fn add_training(&self, of: RecordRef) -> Flow {
        let person = ("person", self.id.0);
        Flow::open(match of.kind {
            RecordKind::Policy => Editor::add(RecordKind::Signature, vec![("policy", of.id), person]),
            RecordKind::Course => Editor::add(RecordKind::Completion, vec![("course", of.id), person]),
            // What was taken too long ago is taken again.
            _ => Editor::add(RecordKind::Completion, vec![person]),
        })
    }

    fn open_row(&mut self) -> Flow {
        match self.tab {
            Tab::Access => self.ways.open_why().unwrap_or_else(|| {
                self.open_why = true;
                Flow::stay().wants(self.ask_why())
            }),
            Tab::Secrets => match self.secrets.current() {
                Some(line) => Flow::open(Reader::new(line.name.clone(), secret_lines(line), line.name.clone())),
                None => Flow::note("Nothing to open here."),
            },
            Tab::Training => match self.training.current() {
                Some(line) => Flow::stay().load(RECORD, Query::RecordAbout(line.of)),
                None => Flow::note("Nothing to open here. N adds a signature or a course taken."),
            },
            Tab::Runs => match self.runs.current() {
                Some(line) if line.closed.is_some() => Flow::push(Closing::new(line.id)),
                Some(line) => Flow::target(Target::Run(line.id)),
                None => Flow::note("Nothing to open here. D starts a discharge."),
            },
            Tab::History => match self.history.current() {
                Some(line) => Flow::push(super::Entry::new(line.seq)),
                None => Flow::note("Nothing to open here."),
            },
        }
    }
}

impl Pane for Person {
    fn contexts(&self) -> Vec<Context> {
        let filtering = match self.tab {
            Tab::Access => self.ways.list.is_filtering(),
            Tab::History => self.history.is_filtering(),
            Tab::Secrets | Tab::Training | Tab::Runs => false,
        };
        if filtering {
            return vec![Context::Search, Context::Text];
        }
        let mut out = Vec::new();
        if self.tab == Tab::Access {
            if !self.ways.list.marks.is_empty() {
                out.push(Context::Marked);
            }
            out.extend([Context::PersonAccess, Context::Marks]);
        }
        out.extend([Context::Person, Context::Tabs, Context::List, Context::Global]);
        out
    }

    fn verb_now(&self, action: Action) -> Option<String> {
        (self.tab == Tab::Access).then(|| self.ways.verb_now(action)).flatten()
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match action {
            Action::Filter | Action::FilterBy | Action::Sort
                if matches!(self.tab, Tab::Secrets | Tab::Training | Tab::Runs) =>
            {
                Some("This list is short and has one order.".to_owned())
            }
            Action::Sort if self.tab == Tab::History => Some("The history has one order: newest first.".to_owned()),
            Action::Discharge if self.view.as_ref().is_some_and(|view| view.run.is_some()) => None,
            Action::Remove if self.ways.list.current().is_none() => Some("There is no way in to remove.".to_owned()),
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        let filtering = self.contexts().contains(&Context::Text);
        match action {
            _ if filtering => self.act_on_list(action, env),
            Action::Left => self.turn(-1, env),
            Action::Right => self.turn(1, env),
            Action::Open => self.open_row(),
            Action::Remove => self.ways.remove(self.name()),
            Action::MarkAll => self.ways.mark_all(Some(self.id)),
            Action::AsOf => Flow::open(AsOfDate::new("", false)),
            Action::New => Flow::open(Add::to_person(self.id, &self.name())),
            Action::Edit => edit(RecordKind::Person, self.id.0),
            Action::Change => self.change(),
            Action::SetAside if self.tab == Tab::Access => self.ways.form(FormKind::WaiveGrants),
            Action::Discharge => match self.view.as_ref().and_then(|view| view.run) {
                Some(run) => Flow::target(Target::Run(run)),
                None => Flow::open(Start::for_person(self.id)),
            },
            Action::Sort => self.ways.sort(),
            Action::FilterBy if self.tab == Tab::Access => self.ways.filter_by(),
            Action::Why => {
                self.grown = !self.grown;
                Flow::note(if self.grown { "More room for the explanation." } else { "Less room for the explanation." })
            }
            Action::Copy if self.tab == Tab::Access => self.ways.copy(env),
            _ => self.act_on_list(action, env),
        }
    }

    fn on_text(&mut self, typed: &Typed, env: &Env) -> Flow {
        match self.tab {
            Tab::History => self.history.on_text(typed, env.mono),
            _ => self.ways.list.on_text(typed, env.mono),
        }
        Flow::stay()
    }

    fn on_tick(&mut self, env: &Env) -> Flow {
        let (ways, history) = (self.ways.list.on_tick(env.mono), self.history.on_tick(env.mono));
        let mut flow = Flow::stay();
        if ways {
            flow = flow.want(self.ask_ways(env));
        }
        if history {
            flow = flow.want(self.ask_history(env));
        }
        flow
    }

    fn deadline(&self) -> Option<u64> {
        [self.ways.list.deadline(), self.history.deadline()].into_iter().flatten().min()
    }

    fn on_answer(&mut self, slot: Slot, answer: Answer, env: &Env) -> Flow {
        match (slot, answer) {
            (PERSON, Answer::Person(view)) => {
                let first = self.view.is_none();
                let words = format!("{} {} admin.", ways_sentence(&view), view.line.admin);
                self.view = Some(view);
                if first {
                    return Flow::note(words);
                }
            }
            (WAYS, answer) => return self.ways.on_answer(slot, answer, env).wants(self.ask_why()),
            (WHY, answer) => {
                let flow = self.ways.on_answer(slot, answer, env);
                let wanted = std::mem::take(&mut self.open_why);
                return self.ways.open_why().filter(|_| wanted).unwrap_or(flow);
            }
            (IMPACT | MARKS, answer) => return self.ways.on_answer(slot, answer, env),
            (SECRETS, Answer::Secrets(lines)) => self.secrets.accept_all(lines, env.mono),
            (MORE, Answer::PersonMore(training, runs)) => {
                self.training.accept_all(training, env.mono);
                self.runs.accept_all(runs, env.mono);
            }
            (RECORD, Answer::RecordAbout(of, about)) => {
                // Whoever went on meanwhile does not want to read it any more.
                if let Some(line) = self.training.current().filter(|line| line.of == of) {
                    return Flow::open(record_reader(&line.what, &about));
                }
            }
            (HISTORY, Answer::History(page)) => self.history.accept(page, env.mono),
            _ => {}
        }
        Flow::stay()
    }

    fn on_reply(&mut self, reply: &Reply, env: &Env) -> Flow {
        if let Reply::Dates(when, then) = reply {
            return Flow::push(Past::new(PastOf::Person(self.id), self.name(), *when, *then));
        }
        self.ways.on_reply(reply, self.height(env)).unwrap_or_else(Flow::stay)
    }

    fn on_failed(&mut self, slot: Slot, error: &AppError, _env: &Env) -> Flow {
        match (slot, error.class) {
            // Undone, or taken away elsewhere: there is nothing to look at any more.
            (PERSON, ErrorClass::NotFound) => Flow::close(),
            // The row it was asked about is gone; the list without it is on its way.
            (WHY, ErrorClass::NotFound) => Flow::stay(),
            _ => Flow::stay().say(Tone::Error, one_line(error)),
        }
    }

    fn on_done(&mut self, _outcome: &crate::service::Outcome, _env: &Env) -> Flow {
        self.ways.unmark();
        Flow::stay()
    }

    fn refresh(&mut self, env: &Env) -> Vec<Want> {
        // Whatever was changed, by whom: the explanation is asked again.
        self.ways.forget_why();
        let mut wants = vec![Want::Load(PERSON, Query::Person(self.id)), Want::Load(MORE, Query::PersonMore(self.id))];
        match self.tab {
            Tab::Access => wants.push(self.ask_ways(env)),
            Tab::Secrets => wants.push(Want::Load(SECRETS, Query::Secrets(self.id))),
            Tab::Training | Tab::Runs => {}
            Tab::History => wants.push(self.ask_history(env)),
        }
        wants
    }

    fn flush(&mut self) -> Vec<Want> {
        self.left();
        Vec::new()
    }

    fn on_resize(&mut self, env: &Env) -> Vec<Want> {
        if self.ways.list.need(self.height(env)) == Moved::Ask { vec![self.ask_ways(env)] } else { Vec::new() }
    }

    fn is_loading(&self) -> bool {
        self.view.is_none() || (self.tab == Tab::Access && !self.ways.list.is_loaded())
    }

    fn dead_until(&self) -> u64 {
        self.ways.list.dead_until()
    }

    fn view(&self, canvas: &mut Canvas, _area: Rect, env: &Env) {
        self.draw(canvas, env);
    }
}

fn edit(kind: RecordKind, id: u64) -> Flow {
    Flow::open(Editor::new(FormOf::Edit(RecordRef { kind, id })))
}

fn ways_sentence(view: &PersonView) -> String {
    match view.line.ways_in {
        0 => "No way in is open.".to_owned(),
        n => format!("{}.", words::counted(u64::from(n), "way in", "ways in")),
    }
}

impl Face for Person {
    fn tab(&self) -> Option<Place> {
        Some(Place::People)
    }

    fn title(&self) -> String {
        self.name()
    }

    fn topic(&self) -> &'static str {
        "person"
    }

    fn row_title(&self) -> String {
        match (self.tab, self.ways.list.current()) {
            (Tab::Access, Some(way)) => format!("{}, {}", way_name(way), self.name()),
            _ => self.name(),
        }
    }

    fn paper(&self) -> Paper {
        Paper::Report("reach", Some(format!("#{}", self.id)))
    }

    fn resume(&self) -> Option<Target> {
        Some(Target::Person(self.id))
    }

    fn place(&self, env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        let left = format!("People > {}", self.name());
        let Some(view) = &self.view else { return PlaceLine { left, ..PlaceLine::default() } };
        let status = super::people::status_words(&view.line, env);
        // A time alone could be any day's.
        let status = match view.line.status_at {
            Some(at) if status.starts_with("Leaving ") && env.zone.day(at) == env.zone.day(env.now) => {
                status.replacen("Leaving ", "Leaving today ", 1)
            }
            _ => status,
        };
        let mark = view.line.risk.mark();
        PlaceLine {
            left,
            right: format!("{status}  {mark}").trim_end().to_owned(),
            high: view.line.risk >= Severity::High,
        }
    }
}
