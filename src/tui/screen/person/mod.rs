//! One person: what they can get into, which secrets they know, what happened to them.
//!
//! Must never know: how a way in is removed, only how to ask for it.

mod view;

use super::parts::{filter_choices, sort_picker, way_name, ways_as_rows};
use super::removal::Removal;
use super::{Face, Paper};
use crate::domain::{GrantId, PersonId, Severity};
use crate::service::view::{HistoryLine, PersonView, RegisterView, SecretLine, Target, WayIn, Why};
use crate::service::{Answer, Query, Slice, Sort, words};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::overlay::{Form, FormKind, Picker, Reader, Start};
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Purpose, Reply, Slot, Tone, Want};
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::frame::{self, Split};
use crate::tui::widget::line_edit::Typed;
use crate::tui::widget::list::{List, Moved, Row};
use ratatui::layout::Rect;
use view::{entry_lines, secret_lines};

const PERSON: Slot = 0;
const WAYS: Slot = 1;
const WHY: Slot = 2;
const SECRETS: Slot = 3;
const HISTORY: Slot = 4;
const IMPACT: Slot = 5;
const MARKS: Slot = 6;

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
    History,
}

const TABS: [Tab; 3] = [Tab::Access, Tab::Secrets, Tab::History];

impl Row for SecretLine {
    fn key(&self) -> u64 {
        self.secret.0
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
    ways: List<WayIn>,
    secrets: List<SecretLine>,
    history: List<HistoryLine>,
    why: Option<(GrantId, Why)>,
    pending: Option<Removal>,
    marked_all: bool,
    grown: bool,
    keep: bool,
    open_why: bool,
}

impl Person {
    /// The person with this id, on Access.
    pub fn new(id: PersonId) -> Self {
        Self {
            id,
            tab: Tab::Access,
            view: None,
            ways: List::default(),
            secrets: List::default(),
            history: List::default(),
            why: None,
            pending: None,
            marked_all: false,
            grown: false,
            keep: false,
            open_why: false,
        }
    }

    fn name(&self) -> String {
        self.view.as_ref().map_or_else(|| "...".to_owned(), |view| view.line.name.clone())
    }

    fn split(&self, env: &Env) -> Split {
        frame::split(env.body(), env, 7, self.grown)
    }

    fn height(&self, env: &Env) -> usize {
        usize::from(self.split(env).list.height.saturating_sub(2))
    }

    fn ask_ways(&self, env: &Env) -> Want {
        Want::Load(WAYS, Query::WaysIn(self.id, self.ways.slice(self.height(env))))
    }

    fn ask_history(&self, env: &Env) -> Want {
        Want::Load(HISTORY, Query::PersonHistory(self.id, self.history.slice(self.height(env))))
    }

    fn ask_why(&self) -> Option<Want> {
        let way = self.ways.current()?;
        let same = self.why.as_ref().is_some_and(|(grant, _)| *grant == way.grant);
        (self.tab == Tab::Access && !same).then(|| Want::Load(WHY, Query::Why(way.grant)))
    }

    fn tab_names(&self) -> Vec<String> {
        let view = self.view.as_ref();
        let ways = view.map_or(String::new(), |view| format!(" {}", words::count(u64::from(view.line.ways_in))));
        let knows = view.map_or(String::new(), |view| format!(" {}", words::count(u64::from(view.line.knows))));
        vec![format!("Access{ways}"), format!("Shared logins{knows}"), "History".to_owned()]
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
        self.keep = false;
        Flow::stay().wants(match next {
            Tab::Access => vec![self.ask_ways(env)],
            Tab::Secrets => vec![Want::Load(SECRETS, Query::Secrets(self.id))],
            Tab::History => vec![self.ask_history(env)],
        })
    }

    /// The ways in an action is about: the marked ones, else the one under the cursor.
    fn chosen(&self) -> Vec<GrantId> {
        if self.ways.marks.is_empty() {
            self.ways.current().map(|way| way.grant).into_iter().collect()
        } else {
            self.ways.marks.iter().map(|key| GrantId(*key)).collect()
        }
    }

    fn remove(&mut self) -> Flow {
        let grants = self.chosen();
        if grants.is_empty() {
            return Flow::note("There is no way in to remove.");
        }
        self.pending = Some(Removal { grants: grants.clone(), of: self.name(), everything: self.marked_all, to: None });
        Flow::stay().load(IMPACT, Query::Impact(grants))
    }

    fn mark_all(&mut self) -> Flow {
        if !self.ways.marks.is_empty() {
            self.ways.marks.clear();
            self.marked_all = false;
            return Flow::note("No row is marked now.");
        }
        if self.ways.filter().is_empty() {
            return Flow::stay().load(MARKS, Query::OpenGrants(self.id));
        }
        let slice = Slice {
            start: 0,
            limit: self.ways.total(),
            filter: self.ways.filter().text().trim().to_owned(),
            ..Slice::default()
        };
        Flow::stay().load(MARKS, Query::WaysIn(self.id, slice))
    }

    fn act_on_list(&mut self, action: Action, env: &Env) -> Flow {
        let (height, mono) = (self.height(env), env.mono);
        let marks = self.ways.marks.len();
        let filtered = !self.ways.filter().is_empty();
        let moved = match self.tab {
            Tab::Access => self.ways.act(action, height, mono),
            Tab::Secrets => self.secrets.act(action, height, mono),
            Tab::History => self.history.act(action, height, mono),
        };
        let flow = match moved {
            Moved::No => return Flow::ignored(),
            Moved::Yes => Flow::stay().wants(self.ask_why()),
            Moved::Ask => {
                self.keep = false;
                let want = if self.tab == Tab::History { self.ask_history(env) } else { self.ask_ways(env) };
                Flow::stay().want(want).wants(self.ask_why())
            }
        };
        if action == Action::Back && marks > 0 {
            self.marked_all = false;
            return flow.say(Tone::Note, format!("{} cleared.", words::counted(marks as u64, "mark", "marks")));
        }
        if action == Action::Back && filtered {
            return flow.say(Tone::Note, "Filter cleared. All rows are shown.");
        }
        flow
    }

    fn open_row(&mut self) -> Flow {
        match self.tab {
            Tab::Access => match &self.why {
                Some((grant, why)) if self.ways.current().is_some_and(|way| way.grant == *grant) => {
                    Flow::open(Reader::new(why.title.clone(), why.lines.clone(), why.request.clone()))
                }
                _ => {
                    self.open_why = true;
                    Flow::stay().wants(self.ask_why())
                }
            },
            Tab::Secrets => match self.secrets.current() {
                Some(line) => Flow::open(Reader::new(line.name.clone(), secret_lines(line), line.name.clone())),
                None => Flow::note("Nothing to open here."),
            },
            Tab::History => match self.history.current() {
                Some(line) => {
                    Flow::open(Reader::new(format!("Entry {}", line.seq), entry_lines(line), line.hash.clone()))
                }
                None => Flow::note("Nothing to open here."),
            },
        }
    }

    fn copy(&self, env: &Env) -> Flow {
        if self.tab != Tab::Access {
            return Flow::ignored();
        }
        let marked: Vec<&WayIn> = self.ways.held().iter().filter(|way| self.ways.marks.contains(&way.key())).collect();
        let rows = if marked.is_empty() { self.ways.current().into_iter().collect() } else { marked };
        if rows.is_empty() {
            return Flow::ignored();
        }
        let count = words::counted(rows.len() as u64, "row", "rows");
        Flow::stay()
            .want(Want::Copy(ways_as_rows(rows.into_iter(), env)))
            .say(Tone::Done, format!("Copied {count}. Q Q leaves."))
    }
}

impl Pane for Person {
    fn contexts(&self) -> Vec<Context> {
        let filtering = match self.tab {
            Tab::Access => self.ways.is_filtering(),
            Tab::History => self.history.is_filtering(),
            Tab::Secrets => false,
        };
        if filtering {
            return vec![Context::Search, Context::Text];
        }
        let mut out = Vec::new();
        if self.tab == Tab::Access {
            out.extend([Context::PersonAccess, Context::Marks]);
        }
        out.extend([Context::Person, Context::Tabs, Context::List, Context::Global]);
        out
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match action {
            Action::Filter | Action::FilterBy | Action::Sort if self.tab == Tab::Secrets => {
                Some("This list is short and has one order: risk.".to_owned())
            }
            Action::Sort if self.tab == Tab::History => Some("The history has one order: newest first.".to_owned()),
            Action::Discharge if self.view.as_ref().is_some_and(|view| view.run.is_some()) => None,
            Action::Remove if self.ways.current().is_none() => Some("There is no way in to remove.".to_owned()),
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
            Action::Remove => self.remove(),
            Action::MarkAll => self.mark_all(),
            Action::Change => match self.chosen() {
                grants if grants.is_empty() => Flow::note("There is no way in here."),
                grants => {
                    let about = words::counted(grants.len() as u64, "way in", "ways in");
                    let about = self.ways.current().filter(|_| grants.len() == 1).map_or(about, way_name);
                    Flow::open(Form::new(FormKind::WhoWhen(crate::service::Assignable::Grants(grants)), &about))
                }
            },
            Action::SetAside if self.tab == Tab::Access => match self.chosen() {
                grants if grants.is_empty() => Flow::note("There is no way in here."),
                grants => {
                    let about = words::counted(grants.len() as u64, "way in", "ways in");
                    Flow::open(Form::new(FormKind::WaiveGrants(grants), &about))
                }
            },
            Action::Discharge => match self.view.as_ref().and_then(|view| view.run) {
                Some(run) => Flow::target(Target::Run(run)),
                None => Flow::open(Start::for_person(self.id)),
            },
            Action::Sort => Flow::open(sort_picker(ORDERS, self.ways.sort().0)),
            Action::FilterBy if self.tab == Tab::Access => {
                let choices = filter_choices(&self.ways).into_iter().map(|(_, choice)| choice).collect();
                Flow::open(Picker::new("Show only", choices, 0, Purpose::FilterBy))
            }
            Action::Why => {
                self.grown = !self.grown;
                Flow::note(if self.grown { "More room for the explanation." } else { "Less room for the explanation." })
            }
            Action::Copy => self.copy(env),
            _ => self.act_on_list(action, env),
        }
    }

    fn on_text(&mut self, typed: &Typed, env: &Env) -> Flow {
        match self.tab {
            Tab::History => self.history.on_text(typed, env.mono),
            _ => self.ways.on_text(typed, env.mono),
        }
        Flow::stay()
    }

    fn on_tick(&mut self, env: &Env) -> Flow {
        let (ways, history) = (self.ways.on_tick(env.mono), self.history.on_tick(env.mono));
        self.keep &= !ways;
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
        [self.ways.deadline(), self.history.deadline()].into_iter().flatten().min()
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
            (WAYS, Answer::WaysIn(page)) => {
                self.ways.accept(page, self.keep, env.mono);
                self.keep = true;
                let flow = Flow::stay().wants(self.ask_why());
                if self.ways.take_gone() {
                    return flow.say(Tone::Note, "The row you were on is gone.");
                }
                return flow;
            }
            (WHY, Answer::Why(why)) => {
                if let Some(way) = self.ways.current() {
                    self.why = Some((way.grant, why));
                    if std::mem::take(&mut self.open_why) {
                        return self.open_row();
                    }
                }
            }
            (SECRETS, Answer::Secrets(lines)) => self.secrets.accept_all(lines, env.mono),
            (HISTORY, Answer::History(page)) => self.history.accept(page, false, env.mono),
            (IMPACT, Answer::Impact(impact)) => {
                return self.pending.take().map_or_else(Flow::stay, |removal| removal.with(&impact, env));
            }
            (MARKS, Answer::Grants(grants)) => {
                let count = words::counted(grants.len() as u64, "way in", "ways in");
                self.ways.mark(grants.iter().map(|grant| grant.0));
                self.marked_all = true;
                return Flow::note(format!("Marked all {count} still open. R asks for them."));
            }
            (MARKS, Answer::WaysIn(page)) => {
                let open: Vec<u64> = page.rows.iter().filter(|way| way.state.is_open()).map(Row::key).collect();
                let count = words::counted(open.len() as u64, "row", "rows");
                self.ways.mark(open);
                return Flow::note(format!("Marked {count} now shown."));
            }
            _ => {}
        }
        Flow::stay()
    }

    fn on_reply(&mut self, reply: &Reply, env: &Env) -> Flow {
        if let Reply::Picked(Purpose::FilterBy, place) = reply {
            let written = filter_choices(&self.ways).into_iter().nth(*place).map(|(written, _)| written);
            self.ways.set_filter(&written.unwrap_or_default());
            self.keep = false;
            return Flow::note("Filtered. Esc shows all rows again.").want(self.ask_ways(env));
        }
        if let Reply::Picked(Purpose::Sort, place) = reply
            && let Some((sort, name)) = ORDERS.get(*place)
        {
            self.ways.set_sort(*sort);
            self.keep = false;
            return Flow::note(format!("Sorted by {name}.")).want(self.ask_ways(env));
        }
        Flow::stay()
    }

    fn on_done(&mut self, _outcome: &crate::service::Outcome, _env: &Env) -> Flow {
        self.ways.marks.clear();
        self.marked_all = false;
        Flow::stay()
    }

    fn refresh(&mut self, env: &Env) -> Vec<Want> {
        // Whatever was changed, by whom: the explanation is asked again.
        self.why = None;
        let mut wants = vec![Want::Load(PERSON, Query::Person(self.id))];
        match self.tab {
            Tab::Access => wants.push(self.ask_ways(env)),
            Tab::Secrets => wants.push(Want::Load(SECRETS, Query::Secrets(self.id))),
            Tab::History => wants.push(self.ask_history(env)),
        }
        wants
    }

    fn flush(&mut self) -> Vec<Want> {
        // Left: the rows acted on sort to their places the next time.
        self.keep = false;
        Vec::new()
    }

    fn on_resize(&mut self, env: &Env) -> Vec<Want> {
        if self.ways.need(self.height(env)) == Moved::Ask { vec![self.ask_ways(env)] } else { Vec::new() }
    }

    fn is_loading(&self) -> bool {
        self.view.is_none() || (self.tab == Tab::Access && !self.ways.is_loaded())
    }

    fn dead_until(&self) -> u64 {
        self.ways.dead_until()
    }

    fn view(&self, canvas: &mut Canvas, _area: Rect, env: &Env) {
        self.draw(canvas, env);
    }
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
        match (self.tab, self.ways.current()) {
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
