//! A list of ways in, as one person and a discharge show it: marks, why a row is here, removals, the clipboard.
//!
//! Must never know: what else its screen shows.

use super::parts::{self, as_sheet, filter_picker, sort_picker, way_name};
use super::removal::Removal;
use crate::domain::{Admin, GrantId, PersonId, RunId};
use crate::service::filter::Column;
use crate::service::view::{WayIn, Why};
use crate::service::{Answer, Query, Slice, Sort, words};
use crate::tui::keymap::Action;
use crate::tui::overlay::{Choice, Form, FormKind, Reader};
use crate::tui::pane::{Env, Flow, Purpose, Reply, Slot, Tone, Want};
use crate::tui::widget::list::{List, Moved, Row};
use std::collections::BTreeSet;

pub(super) const WAYS: Slot = 20;
pub(super) const WHY: Slot = 21;
pub(super) const IMPACT: Slot = 22;
pub(super) const MARKS: Slot = 23;

impl Row for WayIn {
    fn key(&self) -> u64 {
        self.grant.0
    }
}

/// Which ways in are listed.
#[derive(Clone, Copy)]
pub(super) enum Scope {
    /// All of one person.
    Person(PersonId),
    /// Those a run shuts.
    Run(RunId),
}

/// The list and what belongs to its rows.
pub(super) struct Ways {
    scope: Scope,
    orders: &'static [(Sort, &'static str)],
    pub(super) list: List<WayIn>,
    why: Option<Why>,
    pending: Option<Removal>,
    /// Everything that was open when everything was marked.
    all: BTreeSet<u64>,
}

impl Ways {
    /// A list that can be put in these orders.
    pub(super) fn new(scope: Scope, orders: &'static [(Sort, &'static str)]) -> Self {
        Self { scope, orders, list: List::default(), why: None, pending: None, all: BTreeSet::new() }
    }

    const fn query(&self, slice: Slice) -> Query {
        match self.scope {
            Scope::Person(person) => Query::WaysIn(person, slice),
            Scope::Run(run) => Query::RunWaysIn(run, slice),
        }
    }

    pub(super) fn ask(&self, height: usize) -> Want {
        Want::Load(WAYS, self.query(self.list.slice(height)))
    }

    /// Asks why the row under the cursor is here, when that is not known.
    pub(super) fn ask_why(&mut self) -> Option<Want> {
        let grant = self.list.current().filter(|_| self.why().is_none())?.grant;
        // Whoever goes back to the row before asks again: the answer on its way is this row's.
        self.why = None;
        Some(Want::Load(WHY, Query::Why(grant)))
    }

    /// Why the row under the cursor is here, once that is known.
    pub(super) fn why(&self) -> Option<&Why> {
        let way = self.list.current()?;
        self.why.as_ref().filter(|why| why.grant == way.grant)
    }

    /// Something was changed: what was known about a row may be wrong now.
    pub(super) fn forget_why(&mut self) {
        self.why = None;
    }

    /// The explanation to read in full.
    pub(super) fn open_why(&self) -> Option<Flow> {
        let why = self.why()?;
        Some(Flow::open(Reader::new(why.title.clone(), why.lines.clone(), why.request.clone())))
    }

    /// The ways in an action is about: the marked ones, else the one under the cursor.
    pub(super) fn chosen(&self) -> Vec<GrantId> {
        if self.list.marks.is_empty() {
            self.list.current().map(|way| way.grant).into_iter().collect()
        } else {
            self.list.marks.iter().map(|key| GrantId(*key)).collect()
        }
    }

    /// What an action does to the marked rows.
    pub(super) fn verb_now(&self, action: Action) -> Option<String> {
        match (action, self.list.marks.len()) {
            (_, 0) => None,
            (Action::Remove, n) => Some(format!("Ask removal of the {} marked", words::count(n as u64))),
            _ => None,
        }
    }

    /// What they are called in a title: a single one by its name, wherever the cursor is.
    fn about(&self, grants: &[GrantId]) -> String {
        let single = match grants {
            [only] => self.list.held().iter().find(|way| way.grant == *only),
            _ => None,
        };
        single.map_or_else(|| words::counted(grants.len() as u64, "way in", "ways in"), way_name)
    }

    /// A form about the chosen ways in.
    pub(super) fn form(&self, kind: impl FnOnce(Vec<GrantId>) -> FormKind) -> Flow {
        let grants = self.chosen();
        if grants.is_empty() {
            return Flow::note("There is no way in here.");
        }
        let about = self.about(&grants);
        Flow::open(Form::new(kind(grants), &about))
    }

    /// Asks for the removal of the chosen ways in, once its size is known.
    pub(super) fn remove(&mut self, of: String) -> Flow {
        let grants = self.chosen();
        if grants.is_empty() {
            return Flow::note("There is no way in to remove.");
        }
        let everything = !self.all.is_empty() && self.all.is_subset(&self.list.marks);
        self.pending = Some(Removal { grants: grants.clone(), of, everything, ..Removal::default() });
        Flow::stay().load(IMPACT, Query::Impact(grants))
    }

    /// Marks everything this person can still get into, under a filter what it shows; again unmarks.
    pub(super) fn mark_all(&mut self, person: Option<PersonId>) -> Flow {
        if !self.list.marks.is_empty() {
            self.unmark();
            return Flow::note("No row is marked now.");
        }
        let query = match person {
            Some(person) if self.list.filter().is_empty() => Query::OpenGrants(person),
            _ => self.query(Slice {
                start: 0,
                limit: self.list.total(),
                filter: self.list.filter().text().trim().to_owned(),
                ..Slice::default()
            }),
        };
        Flow::stay().load(MARKS, query)
    }

    pub(super) fn unmark(&mut self) {
        self.list.unmark();
        self.all.clear();
    }

    pub(super) fn act(&mut self, action: Action, height: usize, mono: u64) -> Flow {
        let marks = self.list.marks.len();
        let filtered = !self.list.filter().is_empty();
        let flow = match self.list.act(action, height, mono) {
            Moved::No => return Flow::ignored(),
            Moved::Yes => Flow::stay(),
            Moved::Ask => Flow::stay().want(self.ask(height)),
        };
        if action != Action::Back {
            return flow;
        }
        if marks > 0 && self.list.marks.is_empty() {
            self.all.clear();
            return flow.say(Tone::Note, format!("{} cleared.", words::counted(marks as u64, "mark", "marks")));
        }
        if filtered && self.list.filter().is_empty() {
            return flow.say(Tone::Note, "Filter cleared. All rows are shown.");
        }
        flow
    }

    pub(super) fn sort(&self) -> Flow {
        Flow::open(sort_picker(self.orders, self.list.sort().0))
    }

    pub(super) fn filter_by(&self) -> Flow {
        filter_picker(filter_choices(&self.list))
    }

    /// Takes what was picked for the list; nothing when it was picked for something else.
    pub(super) fn on_reply(&mut self, reply: &Reply, height: usize) -> Option<Flow> {
        match reply {
            Reply::Picked(Purpose::FilterBy, place) => {
                let written = filter_choices(&self.list).into_iter().nth(*place).map(|(written, _)| written);
                self.list.set_filter(&written.unwrap_or_default());
                Some(Flow::note("Filtered. Esc shows all rows again.").want(self.ask(height)))
            }
            Reply::Picked(Purpose::Sort, place) => {
                let (sort, name) = self.orders.get(*place)?;
                self.list.set_sort(*sort);
                Some(Flow::note(format!("Sorted by {name}.")).want(self.ask(height)))
            }
            _ => None,
        }
    }

    pub(super) fn on_answer(&mut self, slot: Slot, answer: Answer, env: &Env) -> Flow {
        match (slot, answer) {
            (WAYS, Answer::WaysIn(page)) => {
                self.list.accept(page, env.mono);
                if self.list.take_gone() {
                    return Flow::note("The row you were on is gone.");
                }
            }
            (WHY, Answer::Why(why)) => self.why = Some(why),
            (IMPACT, Answer::Impact(impact)) => {
                return self.pending.take().map_or_else(Flow::stay, |removal| removal.with(&impact, env));
            }
            (MARKS, Answer::Grants(grants)) => {
                let ways = words::counted(grants.len() as u64, "way in", "ways in");
                self.all = grants.iter().map(|grant| grant.0).collect();
                self.list.mark(self.all.iter().copied());
                return Flow::note(format!("Marked all {ways} still open. R asks for them."));
            }
            (MARKS, Answer::WaysIn(page)) => {
                let open: Vec<u64> = page.rows.iter().filter(|way| way.state.is_open()).map(Row::key).collect();
                let rows = words::counted(open.len() as u64, "row", "rows");
                self.list.mark(open);
                return Flow::note(format!("Marked {rows} now shown."));
            }
            _ => {}
        }
        Flow::stay()
    }

    /// The marked rows that are held, else the one under the cursor, for the clipboard.
    pub(super) fn copy(&self, env: &Env) -> Flow {
        let marked: Vec<&WayIn> = self.list.held().iter().filter(|way| self.list.marks.contains(&way.key())).collect();
        let rows = if marked.is_empty() { self.list.current().into_iter().collect() } else { marked };
        if rows.is_empty() {
            return Flow::ignored();
        }
        let count = words::counted(rows.len() as u64, "row", "rows");
        Flow::stay()
            .want(Want::Copy(as_rows(rows.into_iter(), env)))
            .say(Tone::Done, format!("Copied {count}. Q Q leaves."))
    }
}

/// Rows for the clipboard, with a heading, so that they land in the cells of a sheet.
fn as_rows<'a>(ways: impl Iterator<Item = &'a WayIn>, env: &Env) -> String {
    let as_of = words::full_moment(env.now, &env.zone);
    let head = ["Person", "Client", "System", "Login", "Level", "State", "As of"];
    let rows = ways.map(|way| {
        [&way.person_name, &way.client_name, &way.system_name, &way.login, &way.level, way.state.shown(), &as_of]
    });
    as_sheet(std::iter::once(head).chain(rows))
}

/// The values of the rows held that a list can be narrowed by.
fn filter_choices(list: &List<WayIn>) -> Vec<(String, Choice)> {
    parts::filter_choices(list.held().iter().flat_map(|way| {
        let level = if way.admin == Admin::None { way.level.clone() } else { "admin".to_owned() };
        let state = way.state.shown().to_owned();
        [(Column::Client, way.client_name.clone()), (Column::Level, level), (Column::State, state)]
    }))
}
