//! The grid: people across clients. A cell tells how much one person has open at one client.
//!
//! Must never know: how cells are counted, what removing does.

mod view;

use super::narrow::Narrow;
use super::parts::as_sheet;
use super::past::past_line;
use super::removal::Removal;
use super::{Face, Paper, Past, Person};
use crate::domain::{ClientId, PersonId};
use crate::error::AppError;
use crate::service::filter;
use crate::service::grid::{CellView, GridCell, GridColumn, GridRow, GridSlice, GridView};
use crate::service::past::PastOf;
use crate::service::values::ValuesOf;
use crate::service::view::{Page, RegisterView};
use crate::service::{Answer, AsOf, Outcome, Query, Sort, words};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::overlay::{AsOfDate, Choice, Overlay, Picker, Start};
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Purpose, Reply, Slot, Tone, Want};
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::line_edit::Typed;
use crate::tui::widget::list::{List, Moved, Row};
use ratatui::layout::Rect;

const GRID: Slot = 0;
const CELL: Slot = 1;
const BLOCK: Slot = 2;
const IMPACT: Slot = 3;
const VALUES: Slot = 4;

impl Row for GridRow {
    fn key(&self) -> u64 {
        self.person.0
    }
}

/// Where a block began. It holds only while the rows and columns are the ones it was begun on: the same places of
/// another list are other people and clients.
#[derive(Debug, Clone, Copy)]
struct Anchor {
    person: u64,
    client: ClientId,
    /// The client's column.
    column: usize,
}

/// People across clients.
#[derive(Default)]
pub struct Grid {
    people: List<GridRow>,
    /// The columns held, the first of them, and how many there are.
    columns: Vec<GridColumn>,
    start: usize,
    total: usize,
    clients: usize,
    /// The column under the cursor, and the first one in sight.
    at: usize,
    first: usize,
    by_client: Option<(ClientId, String)>,
    by_person: Option<(PersonId, String)>,
    /// Where a block began.
    anchor: Option<Anchor>,
    /// The day of the past that is shown; now without.
    when: AsOf,
    /// What the cell under the cursor holds.
    cell: Option<CellView>,
    narrow: Narrow,
    pending: Option<Removal>,
    /// Why there is no answer.
    failed: Option<String>,
}

impl Grid {
    /// The same people and clients on a day of the past.
    fn then(&self, when: AsOf) -> Self {
        let mut then = Self { when, ..Self::default() };
        then.people.set_filter(self.people.filter().text());
        then
    }

    fn is_now(&self) -> bool {
        self.when == AsOf::default()
    }

    fn ask(&self, env: &Env) -> Want {
        let rows = self.people.slice(view::height(env));
        let wanted = GridSlice {
            rows,
            start: self.first,
            columns: view::columns(env),
            by_client: self.by_client.as_ref().map(|(id, _)| *id),
            by_person: self.by_person.as_ref().map(|(id, _)| *id),
            when: self.when,
        };
        Want::Load(GRID, Query::Grid(wanted))
    }

    fn column(&self) -> Option<&GridColumn> {
        self.columns.get(self.at.checked_sub(self.start)?)
    }

    fn here(&self) -> Option<(&GridRow, &GridColumn, GridCell)> {
        let (row, column) = (self.people.current()?, self.column()?);
        let cell = row.cells.get(self.at.checked_sub(self.start)?).copied().unwrap_or_default();
        Some((row, column, cell))
    }

    /// Asks what the cell under the cursor holds, when that is not known.
    fn ask_cell(&mut self) -> Option<Want> {
        let (row, column, cell) = self.here()?;
        let (person, client) = (row.person, column.client);
        if self.cell.as_ref().is_some_and(|cell| (cell.person, cell.client) == (person, client)) {
            return None;
        }
        if cell.ways == 0 {
            self.cell = Some(CellView { person, client, ways: Vec::new() });
            return None;
        }
        self.cell = None;
        Some(Want::Load(CELL, Query::GridCell(person, client, self.when)))
    }

    /// Goes to a column; pans when it is out of sight.
    fn go(&mut self, to: usize, env: &Env) -> Flow {
        self.at = to.min(self.total.saturating_sub(1));
        let shown = view::columns(env).max(1);
        let before = self.first;
        if self.at < self.first {
            self.first = self.at;
        } else if self.at >= self.first + shown {
            self.first = self.at + 1 - shown;
        }
        let panned = (self.first != before).then(|| self.ask(env));
        Flow::stay().wants(panned).wants(self.ask_cell())
    }

    /// Gives a block up when the rows or columns are not those it was begun on; whether it did.
    fn gives_up(&mut self, people: &[u64], columns: usize) -> bool {
        let Some(anchor) = self.anchor else { return false };
        let rows = self.people.held().iter().map(Row::key).eq(people.iter().copied());
        let column = anchor.column.checked_sub(self.start).and_then(|place| self.columns.get(place));
        // Out of sight the anchor's column cannot be compared; the number of columns can.
        let same = rows && columns == self.total && column.is_none_or(|column| column.client == anchor.client);
        if !same {
            self.anchor = None;
        }
        !same
    }

    /// The people and columns between the anchor and the cursor; without one, the cell under the cursor.
    fn block(&self) -> Option<(Vec<&GridRow>, Vec<&GridColumn>)> {
        let (row, column, _) = self.here()?;
        let Some(Anchor { person, column: from, .. }) = self.anchor else { return Some((vec![row], vec![column])) };
        let held = self.people.held();
        let place = |key: u64| held.iter().position(|row| row.key() == key);
        let (one, other) = (place(person)?, place(row.key())?);
        let rows = held.get(one.min(other)..=one.max(other))?.iter().collect();
        let (left, right) = (from.min(self.at), from.max(self.at));
        let columns =
            self.columns.get(left.checked_sub(self.start)?..=right.checked_sub(self.start)?)?.iter().collect();
        Some((rows, columns))
    }

    /// How the block is called in a question.
    fn block_name(&self) -> String {
        match self.block() {
            Some((rows, columns)) => match (rows.as_slice(), columns.as_slice()) {
                ([row], [column]) => format!("{} at {}", row.name, column.name),
                ([row], _) => row.name.clone(),
                (rows, [column]) => format!("{} people at {}", rows.len(), column.name),
                (rows, _) => format!("{} people", rows.len()),
            },
            None => "nobody".to_owned(),
        }
    }

    fn range(&mut self) -> Flow {
        if self.anchor.take().is_some() {
            return Flow::note("The block is given up.");
        }
        match self.here().map(|(row, column, _)| (row.key(), column.client)) {
            Some((person, client)) => {
                self.anchor = Some(Anchor { person, client, column: self.at });
                Flow::note("A block begins here. Arrows grow it, R asks for all, V gives it up.")
            }
            None => Flow::note("There is nothing to mark."),
        }
    }

    fn remove(&mut self) -> Flow {
        let Some((rows, columns)) = self.block() else {
            return Flow::note("The block reaches beyond what is shown. V gives it up.");
        };
        let people = rows.iter().map(|row| row.person).collect();
        let clients = columns.iter().map(|column| column.client).collect();
        self.pending = Some(Removal { of: self.block_name(), asks: self.anchor.is_some(), ..Removal::default() });
        Flow::stay().load(BLOCK, Query::GridBlock(people, clients))
    }

    fn open(&self) -> Flow {
        match self.here() {
            Some((row, _, cell)) if cell.ways > 0 && !self.is_now() => {
                Flow::push(Past::new(PastOf::Person(row.person), row.name.clone(), self.when, None))
            }
            Some((row, column, cell)) if cell.ways > 0 => {
                let written = filter::Column::Client.written(&column.name);
                Flow::push(Person::new(row.person).filtered(&written))
            }
            Some((row, column, _)) => Flow::note(format!("{} has nothing open at {}.", row.name, column.name)),
            None => Flow::ignored(),
        }
    }

    fn sort(&self) -> Flow {
        let Some((row, column, _)) = self.here() else { return Flow::note("There is nothing to sort.") };
        let choices = vec![
            Choice::new("Everything", "most rights first, clients A to Z"),
            Choice::new("Name", "people A to Z"),
            Choice::new(format!("Rights at {}", column.name), "who has most there"),
            Choice::new(format!("Clients of {}", row.name), "where they have most"),
        ];
        // Who sorts a grid for the first time stands on the column they mean.
        let is_sorted = self.by_client.is_some() || self.by_person.is_some();
        Flow::open(Overlay::from(Picker::new("Sort by", choices, if is_sorted { 0 } else { 2 }, Purpose::Sort)))
    }

    fn sorted(&mut self, choice: usize, env: &Env) -> Flow {
        let column = self.column().map(|column| (column.client, column.name.clone()));
        let person = self.people.current().map(|row| (row.person, row.name.clone()));
        (self.by_client, self.by_person) = (None, None);
        let said = match choice {
            1 => "Sorted by name.".to_owned(),
            2 => {
                self.by_client = column;
                let name = self.by_client.as_ref().map_or("", |(_, name)| name);
                format!("Only who has something at {name}, most first. S goes back.")
            }
            3 => {
                self.by_person = person;
                (self.at, self.first) = (0, 0);
                let name = self.by_person.as_ref().map_or("", |(_, name)| name);
                format!("Only the clients of {name}, most first. S goes back.")
            }
            _ => "Sorted by all rights.".to_owned(),
        };
        self.people.set_sort(if choice == 1 { Sort::Name } else { Sort::WaysIn });
        self.anchor = None;
        Flow::note(said).want(self.ask(env))
    }

    fn copy(&self) -> Flow {
        let Some(row) = self.people.current() else { return Flow::note("Nothing to copy here. Q Q leaves.") };
        let head = ["Person".to_owned(), "All".to_owned()];
        let head = head.into_iter().chain(self.columns.iter().map(|column| column.name.clone()));
        let cells = [row.name.clone(), row.total.to_string()];
        let cells = cells.into_iter().chain(row.cells.iter().map(|cell| cell.ways.to_string()));
        let sheet = as_sheet([head.collect::<Vec<_>>(), cells.collect()]);
        Flow::stay().want(Want::Copy(sheet)).say(Tone::Done, "Copied 1 row. Q Q leaves.")
    }

    fn took(&mut self, view: GridView, env: &Env) -> Flow {
        let (people, columns): (Vec<u64>, usize) = (self.people.held().iter().map(Row::key).collect(), self.total);
        self.columns = view.columns;
        self.failed = None;
        (self.start, self.total, self.clients) = (view.start, view.total, view.clients);
        self.people.accept(view.rows, env.mono);
        let gave_up = self.gives_up(&people, columns);
        self.cell = None;
        // A filter may leave fewer columns than there were.
        if self.at >= self.total || self.first > self.at {
            self.first = 0;
            self.at = self.at.min(self.total.saturating_sub(1));
            if self.start != 0 {
                return self.go(self.at, env).want(self.ask(env));
            }
        }
        let gone = self.people.take_gone();
        let flow = Flow::stay().wants(self.ask_cell());
        if gave_up {
            return flow.say(Tone::Note, "The block is given up: other people or clients are shown now.");
        }
        if gone { flow.say(Tone::Note, "The row you were on is gone.") } else { flow }
    }

    fn moved(&mut self, action: Action, env: &Env) -> Flow {
        let filtered = !self.people.filter().is_empty();
        match self.people.act(action, view::height(env), env.mono) {
            Moved::No => Flow::ignored(),
            Moved::Yes => Flow::stay().wants(self.ask_cell()),
            Moved::Ask if action == Action::Back && filtered => {
                Flow::stay().want(self.ask(env)).say(Tone::Note, "Filter cleared. The whole grid is shown.")
            }
            Moved::Ask => Flow::stay().want(self.ask(env)),
        }
    }
}

impl Pane for Grid {
    fn contexts(&self) -> Vec<Context> {
        if self.people.is_filtering() {
            return vec![Context::Search, Context::Text];
        }
        vec![Context::Grid, Context::List, Context::Global]
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match action {
            Action::Why => Some("What the cell holds stands below the grid.".to_owned()),
            Action::Open | Action::Remove | Action::Range if self.here().is_none() => {
                Some("There is no cell here.".to_owned())
            }
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        if self.people.is_filtering() {
            return self.moved(action, env);
        }
        match action {
            Action::Left if self.at == 0 => Flow::note("This is the first client."),
            Action::Left => self.go(self.at - 1, env),
            Action::Right if self.at + 1 >= self.total => Flow::note("This is the last client."),
            Action::Right => self.go(self.at + 1, env),
            Action::Open => self.open(),
            Action::Range => self.range(),
            Action::Remove => self.remove(),
            Action::Sort if !self.is_now() => Flow::note("The past stands in one order: people and clients by name."),
            Action::Sort => self.sort(),
            Action::AsOf => {
                let typed = self.when.on.map(|at| words::full_day(at, &env.zone)).unwrap_or_default();
                Flow::open(AsOfDate::new(&typed, self.when.known_at.is_some()))
            }
            Action::Copy => self.copy(),
            Action::FilterBy => Narrow::ask(VALUES, ValuesOf::Grid(self.when)),
            Action::Discharge => match self.people.current() {
                Some(row) => Flow::open(Start::for_person(row.person)),
                None => Flow::open(Start::default()),
            },
            Action::Back if self.anchor.take().is_some() => Flow::note("The block is given up."),
            _ => self.moved(action, env),
        }
    }

    fn on_text(&mut self, typed: &Typed, env: &Env) -> Flow {
        self.people.on_text(typed, env.mono);
        Flow::stay()
    }

    fn on_tick(&mut self, env: &Env) -> Flow {
        match self.people.on_tick(env.mono) {
            true => Flow::stay().want(self.ask(env)),
            false => Flow::stay(),
        }
    }

    fn deadline(&self) -> Option<u64> {
        self.people.deadline()
    }

    fn on_answer(&mut self, slot: Slot, answer: Answer, env: &Env) -> Flow {
        match (slot, answer) {
            (GRID, Answer::Grid(view)) => self.took(view, env),
            (VALUES, Answer::Values(values)) => self.narrow.offer(values),
            (CELL, Answer::GridCell(cell)) => {
                self.cell = Some(cell);
                Flow::stay()
            }
            (BLOCK, Answer::Grants(grants)) => {
                if grants.is_empty() {
                    self.pending = None;
                    return Flow::note("Nothing to ask for: it is asked for or shut already.");
                }
                if let Some(pending) = self.pending.as_mut() {
                    pending.grants.clone_from(&grants);
                }
                Flow::stay().load(IMPACT, Query::Impact(grants))
            }
            (IMPACT, Answer::Impact(impact)) => {
                self.pending.take().map_or_else(Flow::stay, |removal| removal.with(&impact, env))
            }
            _ => Flow::stay(),
        }
    }

    fn on_failed(&mut self, slot: Slot, error: &AppError, _env: &Env) -> Flow {
        self.pending = None;
        if slot == GRID {
            self.people.accept(Page::default(), 0);
            self.failed = Some(crate::tui::model::one_line(error));
        }
        Flow::stay().say(Tone::Error, crate::tui::model::one_line(error))
    }

    fn on_done(&mut self, _outcome: &Outcome, _env: &Env) -> Flow {
        self.anchor = None;
        Flow::stay()
    }

    fn on_reply(&mut self, reply: &Reply, env: &Env) -> Flow {
        match reply {
            Reply::Dates(when, Some(then)) => {
                let past = Past::new(PastOf::Everywhere, "", *when, Some(*then));
                Flow::push(past.filtered(self.people.filter().text()))
            }
            Reply::Dates(when, None) if self.is_now() => Flow::push(self.then(*when)),
            Reply::Dates(when, None) => {
                *self = self.then(*when);
                Flow::stay().want(self.ask(env))
            }
            Reply::Picked(Purpose::FilterBy, place) => match self.narrow.take(*place, &mut self.people) {
                Some(flow) => flow.want(self.ask(env)),
                None => Flow::stay(),
            },
            Reply::Picked(Purpose::Sort, choice) => self.sorted(*choice, env),
            _ => Flow::stay(),
        }
    }

    fn refresh(&mut self, env: &Env) -> Vec<Want> {
        vec![self.ask(env)]
    }

    fn flush(&mut self) -> Vec<Want> {
        self.people.left();
        Vec::new()
    }

    fn on_resize(&mut self, env: &Env) -> Vec<Want> {
        // More or fewer columns fit now; the one under the cursor stays in sight.
        let shown = view::columns(env).max(1);
        if self.at >= self.first + shown {
            self.first = self.at + 1 - shown;
        }
        self.first = self.first.min(self.total.saturating_sub(shown));
        vec![self.ask(env)]
    }

    fn is_loading(&self) -> bool {
        !self.people.is_loaded()
    }

    fn dead_until(&self) -> u64 {
        self.people.dead_until()
    }

    fn view(&self, canvas: &mut Canvas, _area: Rect, env: &Env) {
        self.draw(canvas, env);
    }
}

impl Face for Grid {
    fn tab(&self) -> Option<Place> {
        Some(Place::Grid)
    }

    fn title(&self) -> String {
        "Grid".to_owned()
    }

    fn topic(&self) -> &'static str {
        "grid"
    }

    fn row_title(&self) -> String {
        self.here().map_or_else(|| self.title(), |(row, column, _)| format!("{} at {}", row.name, column.name))
    }

    fn paper(&self) -> Paper {
        match self.people.current() {
            Some(row) if self.is_now() => Paper::Report("reach", Some(format!("#{}", row.person))),
            Some(row) => Paper::Past("reach", Some(format!("#{}", row.person)), self.when),
            None => Paper::Words("There is nobody to save a report about.".to_owned()),
        }
    }

    fn is_past(&self) -> bool {
        !self.is_now()
    }

    fn place(&self, env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        if let Some(on) = self.when.on {
            return past_line("Grid: people across clients", on, None, env);
        }
        // Where there is no room below the grid, this line names the cell.
        if view::detail(env) == 0
            && let Some((row, column, cell)) = self.here()
        {
            let right = words::counted(u64::from(cell.ways), "right", "rights");
            return PlaceLine { left: format!("{} at {}", row.name, column.name), right, high: cell.going };
        }
        let people = words::counted(self.people.unfiltered() as u64, "person", "people");
        let clients = words::counted(self.clients as u64, "client", "clients");
        PlaceLine {
            left: "Grid: people across clients".to_owned(),
            right: format!("{people} x {clients}"),
            high: false,
        }
    }
}
