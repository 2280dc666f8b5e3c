//! The past: who could get in on a date, what one person could get into, who worked here, and what changed between two
//! dates. Nothing can be changed here.
//!
//! Must never know: how the past is found.

mod view;

use super::narrow::Narrow;
use super::parts::{as_sheet, one_list};
use super::{Face, Paper};
use crate::domain::{Instant, PersonId};
use crate::error::AppError;
use crate::service::past::{PastFinding, PastOf, PastPerson, PastRows, PastSlice, PastView, PastWay, Turn};
use crate::service::resolve::Scope;
use crate::service::values::ValuesOf;
use crate::service::view::Page;
use crate::service::view::{RegisterView, Target};
use crate::service::{Answer, AsOf, Query, words};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::model::one_line;
use crate::tui::overlay::AsOfDate;
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Purpose, Reply, Slot, Tone, Want};
use crate::tui::widget::canvas::{Canvas, below, top};
use crate::tui::widget::frame::{self, Breadth, Split};
use crate::tui::widget::list::{List, Moved, Row};
use ratatui::layout::Rect;

const PAST: Slot = 0;
const VALUES: Slot = 1;

/// One row of an answer.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "a page of them, nearly all ways in; boxing them would only cost")]
enum Line {
    Way(PastWay),
    Person(PastPerson),
    Turn(Turn),
    Wrong(PastFinding),
}

impl Row for Line {
    fn key(&self) -> u64 {
        match self {
            // One way in may lead to several systems.
            Self::Way(row) => row.way.grant.0.wrapping_mul(1 << 24) ^ row.way.system.0,
            Self::Person(row) => row.id.0,
            Self::Turn(row) => row.id.wrapping_mul(2) + u64::from(row.came),
            Self::Wrong(row) => u64::from(row.number),
        }
    }
}

impl Line {
    /// Whom it is about.
    const fn person(&self) -> Option<PersonId> {
        match self {
            Self::Way(row) => Some(row.way.person),
            Self::Person(row) => Some(row.id),
            Self::Turn(row) => Some(row.person),
            Self::Wrong(row) => row.person,
        }
    }
}

/// The past.
pub struct Past {
    of: PastOf,
    /// Where it was opened from, for the place line before the first answer.
    from: String,
    when: AsOf,
    then: Option<AsOf>,
    list: List<Line>,
    narrow: Narrow,
    /// What was told besides the rows.
    told: Option<PastView>,
    /// Why there is no answer.
    failed: Option<String>,
    grown: bool,
}

impl Past {
    /// How it was then; with a second date, what changed until that one.
    pub fn new(of: PastOf, from: impl Into<String>, when: AsOf, then: Option<AsOf>) -> Self {
        Self {
            of,
            from: from.into(),
            when,
            then,
            list: List::default(),
            narrow: Narrow::default(),
            told: None,
            failed: None,
            grown: false,
        }
    }

    /// With its rows narrowed.
    pub fn filtered(mut self, typed: &str) -> Self {
        self.list.set_filter(typed);
        self
    }

    fn split(&self, env: &Env) -> Split {
        frame::split(env.body(), env, 10, self.grown)
    }

    /// Where there is no room for a detail the last row says how sure the answer is: never an answer without it.
    fn areas(&self, env: &Env) -> (Split, Option<Rect>) {
        let split = self.split(env);
        if split.detail.is_some() || split.list.height < 4 {
            return (split, None);
        }
        let list = top(split.list, split.list.height - 1);
        (Split { list, ..split }, Some(below(split.list, list.height)))
    }

    fn height(&self, env: &Env) -> usize {
        usize::from(self.areas(env).0.list.height.saturating_sub(2))
    }

    fn wanted(&self, env: &Env) -> PastSlice {
        let slice = self.list.slice(self.height(env));
        PastSlice { of: self.of, when: self.when, then: self.then, slice }
    }

    fn ask(&self, env: &Env) -> Want {
        Want::Load(PAST, Query::Past(self.wanted(env)))
    }

    /// The day looked at, in words.
    fn day(&self, env: &Env) -> String {
        let day = |as_of: AsOf| as_of.on.map_or_else(String::new, |at| words::full_day(at, &env.zone));
        match self.then {
            Some(then) => format!("{} to {}", day(self.when), day(then)),
            None => day(self.when),
        }
    }

    fn path(&self) -> String {
        match &self.told {
            Some(told) if !told.path.is_empty() => told.path.join(" > "),
            _ => self.from.clone(),
        }
    }

    fn copy(&self, env: &Env) -> Flow {
        let Some(line) = self.list.current() else { return Flow::note("Nothing to copy here. Q Q leaves.") };
        let day = format!("as of {}", self.day(env));
        let at = |at: Option<Instant>| at.map_or_else(String::new, |at| words::full_day(at, &env.zone));
        let cells = match line {
            Line::Way(row) => vec![
                row.way.person_name.clone(),
                row.way.client_name.clone(),
                row.way.system_name.clone(),
                row.way.level.clone(),
                at(row.way.since),
                row.ended.map_or_else(|| "still in".to_owned(), |end| words::full_day(end, &env.zone)),
                row.way.source.words.clone(),
            ],
            Line::Person(row) => {
                vec![row.name.clone(), row.role.clone(), row.status.shown().to_owned(), row.ways.to_string()]
            }
            Line::Wrong(row) => vec![row.title.clone(), row.clients.to_string(), at(row.since)],
            Line::Turn(row) => {
                let word = if row.came { "came" } else { "went" };
                vec![word.to_owned(), row.name.clone(), row.what.clone(), row.level.clone(), at(row.at)]
            }
        };
        // A row pasted into a letter says of which day it speaks.
        let row: Vec<String> = std::iter::once(day).chain(cells).collect();
        Flow::stay().want(Want::Copy(as_sheet([row]))).say(Tone::Done, "Copied 1 row with its date. Q Q leaves.")
    }

    fn took(&mut self, mut view: PastView, env: &Env) -> Flow {
        fn lines<T>(page: Page<T>, line: impl FnMut(T) -> Line) -> Page<Line> {
            Page {
                rows: page.rows.into_iter().map(line).collect(),
                start: page.start,
                total: page.total,
                unfiltered: page.unfiltered,
            }
        }
        let first = self.told.is_none();
        let rows = std::mem::replace(&mut view.rows, PastRows::Ways(Page::default()));
        let page = match rows {
            PastRows::Ways(page) => lines(page, Line::Way),
            PastRows::People(page) => lines(page, Line::Person),
            PastRows::Turns(page) => lines(page, Line::Turn),
            PastRows::Wrong(page) => lines(page, Line::Wrong),
        };
        self.list.accept(page, env.mono);
        self.told = Some(view);
        match first {
            true => Flow::note("You are looking at the past. Nothing can be changed here."),
            false => Flow::stay(),
        }
    }
}

impl Pane for Past {
    fn contexts(&self) -> Vec<Context> {
        if self.list.is_filtering() {
            return vec![Context::Search, Context::Text];
        }
        vec![Context::Past, Context::List, Context::Global]
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match action {
            Action::Sort => Some("The past stands in one order: by system and name.".to_owned()),
            Action::Open if self.list.current().is_none() => Some("There is nothing to open.".to_owned()),
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        let filtered = !self.list.filter().is_empty();
        match action {
            _ if self.list.is_filtering() => {}
            Action::AsOf => {
                let typed = self.day(env);
                return Flow::open(AsOfDate::new(&typed, self.when.known_at.is_some()));
            }
            Action::Open => {
                let Some(line) = self.list.current() else { return Flow::ignored() };
                let Some(person) = line.person() else { return Flow::note("This is about no one person.") };
                if self.of == PastOf::Person(person) {
                    return Flow::note("These are all the ways in of this person on that day.");
                }
                let then = self.then.map_or(self.when, |then| then);
                return Flow::push(Self::new(PastOf::Person(person), "", then, None));
            }
            Action::Why => {
                self.grown = !self.grown;
                let words = if self.grown { "More room for how we know." } else { "Less room for how we know." };
                return Flow::note(words);
            }
            Action::Copy => return self.copy(env),
            Action::FilterBy => return Narrow::ask(VALUES, ValuesOf::Past(self.wanted(env))),
            _ => {}
        }
        let height = self.height(env);
        match self.list.act(action, height, env.mono) {
            Moved::No => Flow::ignored(),
            Moved::Yes => Flow::stay(),
            Moved::Ask if action == Action::Back && filtered => {
                Flow::stay().want(self.ask(env)).say(Tone::Note, "Filter cleared. All rows are shown.")
            }
            Moved::Ask => Flow::stay().want(self.ask(env)),
        }
    }

    fn on_answer(&mut self, _slot: Slot, answer: Answer, env: &Env) -> Flow {
        match answer {
            Answer::Past(view) => self.took(view, env),
            Answer::Values(values) => self.narrow.offer(values),
            _ => Flow::stay(),
        }
    }

    fn on_failed(&mut self, slot: Slot, error: &AppError, _env: &Env) -> Flow {
        if slot == VALUES {
            return Flow::stay().say(Tone::Error, one_line(error));
        }
        self.list.accept(Page::default(), 0);
        self.failed = Some(one_line(error));
        Flow::note("T looks at another date. Esc returns to today.")
    }

    fn on_reply(&mut self, reply: &Reply, env: &Env) -> Flow {
        if let Reply::Dates(when, then) = reply {
            (self.when, self.then) = (*when, *then);
            let typed = self.list.filter().text().to_owned();
            self.list = List::default();
            self.list.set_filter(&typed);
            (self.told, self.failed) = (None, None);
            return Flow::stay().want(self.ask(env));
        }
        if let Reply::Picked(Purpose::FilterBy, place) = reply
            && let Some(flow) = self.narrow.take(*place, &mut self.list)
        {
            return flow.want(self.ask(env));
        }
        Flow::stay()
    }

    fn refresh(&mut self, env: &Env) -> Vec<Want> {
        vec![self.ask(env)]
    }

    one_list!();

    fn view(&self, canvas: &mut Canvas, _area: Rect, env: &Env) {
        self.draw(canvas, env);
    }
}

/// The place line of the past: of which day, and that nothing can be changed.
pub(super) fn past_line(left: &str, on: Instant, then: Option<Instant>, env: &Env) -> PlaceLine {
    let day = |at: Instant, format: &str| env.zone.day(at).format(format).to_string().to_uppercase();
    let (left, right) = match then {
        // In a narrow window the date and that nothing can be changed come before the name.
        _ if frame::breadth(env.size.0) <= Breadth::Slim => ("READ ONLY", day(on, "%-d %b %Y")),
        Some(then) => (left, format!("{} TO {} - READ ONLY", day(on, "%-d %b %Y"), day(then, "%-d %b %Y"))),
        None => (left, format!("AS OF {} - READ ONLY", day(on, "%a %-d %b %Y"))),
    };
    PlaceLine { left: left.to_owned(), right, high: true }
}

impl Face for Past {
    fn tab(&self) -> Option<Place> {
        Some(match self.of {
            PastOf::At(_) => Place::Clients,
            PastOf::Everywhere => Place::Grid,
            PastOf::Wrong => Place::Fixes,
            PastOf::Everybody | PastOf::Person(_) => Place::People,
        })
    }

    fn title(&self) -> String {
        "the past".to_owned()
    }

    fn topic(&self) -> &'static str {
        "past"
    }

    fn row_title(&self) -> String {
        match self.list.current() {
            Some(Line::Way(row)) => row.way.person_name.clone(),
            Some(Line::Person(row)) => row.name.clone(),
            Some(Line::Turn(row)) => row.name.clone(),
            Some(Line::Wrong(row)) => row.title.clone(),
            None => self.title(),
        }
    }

    fn paper(&self) -> Paper {
        if self.then.is_some() {
            return Paper::Words("A comparison has no report. T and one date, then P saves that day.".to_owned());
        }
        match self.of {
            PastOf::At(Scope::Client(client)) => Paper::Past("who", Some(format!("#{client}")), self.when),
            PastOf::At(_) => Paper::Words("P saves the report of a whole client: T on its row, then P.".to_owned()),
            PastOf::Person(person) => Paper::Past("reach", Some(format!("#{person}")), self.when),
            PastOf::Wrong => Paper::Past("findings", None, self.when),
            PastOf::Everywhere => Paper::Words("Open a row, then P saves what that person could get into.".to_owned()),
            PastOf::Everybody => Paper::Words("Open somebody, then P saves what they could get into.".to_owned()),
        }
    }

    fn resume(&self) -> Option<Target> {
        match self.of {
            PastOf::Everybody | PastOf::Everywhere | PastOf::Wrong => Some(Target::People),
            PastOf::Person(person) => Some(Target::Person(person)),
            PastOf::At(node) => Some(Target::Node(node)),
        }
    }

    fn place(&self, env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        let place = match self.of {
            PastOf::At(_) => "Clients",
            PastOf::Everywhere => "Grid",
            PastOf::Wrong => "Fixes",
            PastOf::Everybody | PastOf::Person(_) => "People",
        };
        let path = self.path();
        let left = if path.is_empty() { place.to_owned() } else { format!("{place} > {path}") };
        let end = self.then.and_then(|then| then.on);
        match self.when.on {
            Some(on) => past_line(&left, on, end, env),
            None => PlaceLine { left, ..PlaceLine::default() },
        }
    }

    fn is_past(&self) -> bool {
        true
    }
}
