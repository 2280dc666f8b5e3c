//! People across clients: how many open ways in each has at each, a page of rows and a page of columns at a time.
//!
//! Counted from the index of ways in; no cell is stored, so none can be wrong.
//!
//! Must never know: keys, drawing.

use super::access::Standing;
use super::filter::{Column, Filter};
use super::past::{PastOf, PastRows, PastSlice};
use super::query::{AsOf, Slice, Sort};
use super::resolve::Scope;
use super::session::{Scene, Session};
use super::view::Page;
use super::{lines, people};
use crate::domain::{Admin, Client, ClientId, GrantId, GrantState, PersonId, PersonStatus, RecordId, Severity};
use crate::error::{AppError, ErrorClass};
use crate::service::facts::Facts;
use crate::store::{CellRow, ClientCount, PersonCount, Select, StoreError, WayRow, searchable};
use std::collections::HashMap;

/// A filter reads at most so many people; what is beyond is found by typing more.
const FILTER_READS: u64 = 5_000;
/// So many ways in of one cell are named.
const MOST_NAMES: u64 = 40;
/// A block of more ways in is refused: nobody has read them.
const MOST_GRANTS: usize = 2_000;
/// Columns that may be filtered.
const COLUMNS: &[Column] = &[Column::Role, Column::Status, Column::Client];

/// Which part of the grid is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GridSlice {
    /// The rows: people, and the filter, whose `client:` narrows the columns.
    pub rows: Slice,
    /// First column, from 0.
    pub start: usize,
    /// Columns at most.
    pub columns: usize,
    /// Rows by what they have at this client, rather than by all they have.
    pub by_client: Option<ClientId>,
    /// Columns by what this person has there, rather than by name.
    pub by_person: Option<PersonId>,
    /// As of when; now with the default. A day of the past has one order: people and clients by name.
    pub when: AsOf,
}

/// A part of the grid.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GridView {
    /// The people with their cells, one for each column shown.
    pub rows: Page<GridRow>,
    /// The columns shown.
    pub columns: Vec<GridColumn>,
    /// The first of them, from 0.
    pub start: usize,
    /// Columns in all, after the filter.
    pub total: usize,
    /// Clients in the register.
    pub clients: usize,
}

/// One person across the columns shown.
#[derive(Debug, Clone, PartialEq)]
pub struct GridRow {
    /// Who.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// Has left: whatever is open should be gone.
    pub left: bool,
    /// How bad what stands there is.
    pub risk: Severity,
    /// Open ways in at all clients.
    pub total: u32,
    /// The cells.
    pub cells: Vec<GridCell>,
}

/// One client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridColumn {
    /// Which.
    pub client: ClientId,
    /// Name.
    pub name: String,
    /// Three letters.
    pub code: String,
    /// Open ways in of everybody.
    pub total: u32,
}

/// What one person has open at one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct GridCell {
    /// Open ways in.
    pub ways: u32,
    /// Of these with admin rights.
    pub admin: u32,
    /// Something there should be gone: the person left, or its removal is asked for.
    pub going: bool,
}

/// The ways in of one cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CellView {
    /// Whose.
    pub person: PersonId,
    /// At which client.
    pub client: ClientId,
    /// Each in words, and whether it is an admin right.
    pub ways: Vec<(String, bool)>,
}

impl Session {
    /// A part of the grid on a day of the past, counted from what could get in at each client in sight.
    ///
    /// # Errors
    /// When there was no register yet at that moment, or it cannot be read.
    pub fn grid_then(&self, wanted: &GridSlice) -> Result<GridView, AppError> {
        let filter = Filter::parse(&wanted.rows.filter, COLUMNS);
        let by_name = GridSlice { by_client: None, by_person: None, ..wanted.clone() };
        let (mut columns, total, clients) = self.look(wanted.when, |facts, _| {
            let (columns, total) = columns(facts, &by_name, &filter)?;
            Ok((columns, total, facts.list::<Client>(Select::all())?.len()))
        })?;
        let mut cells: HashMap<(PersonId, ClientId), GridCell> = HashMap::new();
        for column in &mut columns {
            column.total = 0;
            for way in self.who(Scope::Client(column.client), Standing::Open, wanted.when)? {
                if way.path.is_empty() {
                    column.total += 1;
                    let cell = cells.entry((way.person, column.client)).or_default();
                    cell.ways += 1;
                    cell.admin += u32::from(way.admin != Admin::None);
                    cell.going |= way.state != GrantState::In;
                }
            }
        }
        let people = PastSlice { of: PastOf::Everybody, when: wanted.when, then: None, slice: wanted.rows.clone() };
        let PastRows::People(page) = self.past(&people)?.rows else { return Ok(GridView::default()) };
        let rows = page.rows.into_iter().map(|person| {
            let left = person.status == PersonStatus::Discharged;
            let cell = |column: &GridColumn| {
                let cell = cells.get(&(person.id, column.client)).copied().unwrap_or_default();
                GridCell { going: cell.going || left && cell.ways > 0, ..cell }
            };
            GridRow {
                cells: columns.iter().map(cell).collect(),
                person: person.id,
                name: person.name,
                left,
                risk: Severity::Low,
                total: person.ways,
            }
        });
        let rows = Page { rows: rows.collect(), start: page.start, total: page.total, unfiltered: page.unfiltered };
        Ok(GridView { rows, columns, start: wanted.start, total, clients })
    }

    /// The ways in of one cell on a day of the past.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn cell_then(&self, person: PersonId, client: ClientId, when: AsOf) -> Result<CellView, AppError> {
        let there = self.who(Scope::Client(client), Standing::Open, when)?;
        let ways = there.into_iter().filter(|way| way.person == person && way.path.is_empty());
        let ways = ways.map(|way| (format!("{} ({})", way.system_name, way.level), way.admin != Admin::None)).collect();
        Ok(CellView { person, client, ways })
    }
}

/// A part of the grid.
///
/// # Errors
/// When a table cannot be read.
pub fn grid(facts: &Facts<'_>, scene: &Scene, wanted: &GridSlice) -> Result<GridView, AppError> {
    let filter = Filter::parse(&wanted.rows.filter, COLUMNS);
    let (columns, total) = columns(facts, wanted, &filter)?;
    let ids: Vec<ClientId> = columns.iter().map(|column| column.client).collect();
    let rows = rows(facts, scene, wanted, &filter, &ids)?;
    let clients = number(facts.reader().count::<Client>(&Select::all())?);
    Ok(GridView { rows, columns, start: wanted.start, total, clients })
}

fn number(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn small(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The columns shown, and how many there are.
fn columns(facts: &Facts<'_>, wanted: &GridSlice, filter: &Filter) -> Result<(Vec<GridColumn>, usize), StoreError> {
    let mut select = Select::all();
    for word in filter.asks(Column::Client) {
        select = select.contains("name_folded", searchable(word));
    }
    let (clients, total) = match wanted.by_person {
        None => {
            let total = number(facts.reader().count::<Client>(&select)?);
            let page = select.order(&["name_folded"]).page(wanted.start as u64, wanted.columns as u64);
            (facts.list::<Client>(page)?, total)
        }
        Some(person) => {
            let ids = facts.reader().clients_of(person)?;
            let mut clients = Vec::new();
            for (id, _) in ids {
                clients.extend(facts.get::<Client>(id)?.filter(|client| {
                    let name = searchable(&client.name);
                    filter.asks(Column::Client).all(|word| name.contains(word))
                }));
            }
            let total = clients.len();
            (clients.into_iter().skip(wanted.start).take(wanted.columns).collect(), total)
        }
    };
    let mut out: Vec<GridColumn> = Vec::new();
    for client in clients {
        let count = facts.reader().derived_one::<ClientCount>(&Select::all().eq("client", client.id))?;
        let code = code(&client, |code| out.iter().any(|column| column.code == code));
        let total = small(count.map_or(0, |count| count.ways_in));
        out.push(GridColumn { client: client.id, name: client.name, code, total });
    }
    Ok((out, total))
}

/// Three letters for a column: the client's own code, else the start of its name; where that stands already, letters of
/// its words.
fn code(client: &Client, is_taken: impl Fn(&str) -> bool) -> String {
    let cut = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).take(3).collect();
    let own: String = client.code.as_deref().map(cut).unwrap_or_default();
    if !own.is_empty() {
        return own;
    }
    let start: String = cut(&client.name);
    let words: Vec<&str> =
        client.name.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).collect();
    let from_words: String = match words.as_slice() {
        [one] => one.chars().step_by(2).collect(),
        [one, two] => one.chars().take(1).chain(two.chars().take(2)).collect(),
        more => more.iter().filter_map(|word| word.chars().next()).collect(),
    };
    match is_taken(&start) {
        true => cut(&from_words),
        false => start,
    }
}

fn rows(
    facts: &Facts<'_>,
    scene: &Scene,
    wanted: &GridSlice,
    filter: &Filter,
    clients: &[ClientId],
) -> Result<Page<GridRow>, AppError> {
    let slice = &wanted.rows;
    let unfiltered = number(facts.reader().count::<crate::domain::Person>(&Select::all())?);
    let narrows = filter.narrows_beside(Column::Client);
    let ids: Vec<PersonId> = match (wanted.by_client, narrows) {
        (Some(client), _) => {
            let mut there = facts.reader().entrants("client", &[client.0])?;
            there.sort_by(|a, b| (b.ways, &a.name_folded).cmp(&(a.ways, &b.name_folded)));
            there.into_iter().map(|row| row.person).collect()
        }
        (None, true) => by_total(facts, slice.sort, 0, FILTER_READS)?,
        (None, false) => by_total(facts, slice.sort, slice.start as u64, slice.limit as u64)?,
    };
    let mut found = Vec::new();
    for id in ids {
        let Some(line) = people::line(facts, scene, id)? else { continue };
        let fits =
            filter.takes(&format!("{} {} {}", line.name, line.role, line.status.shown()), |column| match column {
                Column::Role => line.role.clone(),
                // The columns are narrowed by it, not the rows.
                Column::Client => filter.asks(Column::Client).collect::<Vec<_>>().join(" "),
                _ => line.status.shown().to_owned(),
            });
        if !narrows || fits {
            found.push(line);
        }
    }
    let is_whole = narrows || wanted.by_client.is_some();
    let total = if is_whole { found.len() } else { unfiltered };
    let page: Vec<_> = match is_whole {
        true => found.into_iter().skip(slice.start).take(slice.limit).collect(),
        false => found,
    };
    let shown: Vec<PersonId> = page.iter().map(|line| line.id).collect();
    let cells: HashMap<(PersonId, ClientId), CellRow> =
        facts.reader().cells(&shown, clients)?.into_iter().map(|cell| ((cell.person, cell.client), cell)).collect();
    let rows = page.into_iter().map(|line| {
        let left = line.status == PersonStatus::Discharged;
        let cell = |client: &ClientId| match cells.get(&(line.id, *client)) {
            Some(cell) => GridCell { ways: small(cell.ways), admin: small(cell.admin), going: left || cell.going > 0 },
            None => GridCell::default(),
        };
        GridRow {
            cells: clients.iter().map(cell).collect(),
            person: line.id,
            name: line.name,
            left,
            risk: line.risk,
            total: line.ways_in,
        }
    });
    Ok(Page { rows: rows.collect(), start: slice.start, total, unfiltered })
}

fn by_total(facts: &Facts<'_>, sort: Sort, start: u64, limit: u64) -> Result<Vec<PersonId>, StoreError> {
    match sort {
        Sort::Name => {
            let page = Select::all().order(&["name_folded"]).page(start, limit);
            facts.reader().ids::<crate::domain::Person>(&page)
        }
        _ => {
            let page = Select::all().order_desc(&["ways_in", "person"]).page(start, limit);
            Ok(facts.reader().derived::<PersonCount>(&page)?.into_iter().map(|row| row.person).collect())
        }
    }
}

/// The open ways in of one cell, in words: admin rights first.
///
/// # Errors
/// When a table cannot be read.
pub fn cell(facts: &Facts<'_>, person: PersonId, client: ClientId) -> Result<CellView, AppError> {
    let select = Select::all().eq("client", client).eq("open", true).eq("person", person);
    let page = select.order_desc(&["admin"]).order(&["rank"]).page(0, MOST_NAMES);
    let mut ways = Vec::new();
    for way in facts.reader().derived::<WayRow>(&page)? {
        if let Some(holding) = facts.holding(way.grant_id)? {
            let shared = if holding.at.is_shared() { ", shared" } else { "" };
            let level = lines::level_words(&holding);
            ways.push((format!("{} ({level}{shared})", holding.at.system.name), way.admin));
        }
    }
    Ok(CellView { person, client, ways })
}

/// The open ways in of a block of cells that nobody asked to remove yet.
///
/// # Errors
/// When there are too many to be meant, or a table cannot be read.
pub fn block(facts: &Facts<'_>, people: &[PersonId], clients: &[ClientId]) -> Result<Vec<GrantId>, AppError> {
    let mut out = Vec::new();
    for person in people {
        let select = Select::all().one_of("client", clients.iter().map(|id| id.number())).eq("open", true);
        let select = select.eq("person", *person).eq("state", GrantState::In);
        let left = (MOST_GRANTS + 1).saturating_sub(out.len()) as u64;
        out.extend(facts.reader().derived::<WayRow>(&select.page(0, left))?.into_iter().map(|way| way.grant_id));
        if out.len() > MOST_GRANTS {
            let words = "The block holds more than 2 000 ways in. Nothing was asked for. Choose a smaller one.";
            return Err(AppError::new(ErrorClass::Refused, words));
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_three_letters_of_its_own_where_two_names_begin_alike() {
        let client =
            |name: &str, own: Option<&str>| Client { code: own.map(str::to_owned), ..Client::new(ClientId(1), name) };
        assert_eq!(code(&client("Harbor Dental", None), |_| false), "HAR");
        assert_eq!(code(&client("Harbor Dental", None), |code| code == "HAR"), "HDE");
        assert_eq!(code(&client("Harbor Dental", Some("hd")), |_| true), "HD");
        assert_eq!(code(&client("Cedar & Pike Law", None), |code| code == "CED"), "CPL");
        assert_eq!(code(&client("Łukasz", None), |_| false), "ŁUK");
        assert_eq!(code(&client("365", None), |_| true), "35");
    }
}
