//! People across clients: how many open ways in each has at each, a page of rows and a page of columns at a time.
//!
//! Counted from the index of ways in; no cell is stored, so none can be wrong.
//!
//! Must never know: keys, drawing.

use super::access::Standing;
use super::codes::{self, Coded};
use super::filter::{Column, Filter, GRID};
use super::query::{AsOf, Slice, Sort};
use super::resolve::Scope;
use super::session::{Scene, Session};
use super::view::Page;
use super::{lines, people};
use crate::domain::{Admin, ClientId, GrantId, GrantState, PersonId, PersonStatus, RecordId, Severity};
use crate::error::{AppError, ErrorClass};
use crate::service::facts::Facts;
use crate::store::{CellRow, ClientCount, PersonCount, Select, StoreError, WayRow};
use std::collections::{HashMap, HashSet};

/// So many ways in of one cell are named.
const MOST_NAMES: u64 = 40;
/// A block of more ways in is refused: nobody has read them.
const MOST_GRANTS: usize = 2_000;

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
    /// Three letters no other client has, whatever part of the grid is shown.
    pub code: String,
    /// Open ways in of everybody the filter leaves.
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
        let filter = Filter::parse(&wanted.rows.filter, GRID);
        let of_people = filter.beside(Column::Client);
        let by_name = GridSlice { by_client: None, by_person: None, ..wanted.clone() };
        let (mut columns, people, counts) = self.look(wanted.when, |facts, at| {
            let scene = self.scene_of(facts, at, wanted.when)?;
            let clients = codes::clients(facts)?;
            let (columns, total) = columns(facts, &by_name, &filter, &clients)?;
            let roster = people::roster(facts, &scene)?;
            let counts = (total, clients.len(), roster.len());
            let mut people = roster;
            people.retain(|(person, status)| people::takes_person(&of_people, person, *status));
            Ok((columns, people, counts))
        })?;
        let (total, clients, unfiltered) = counts;
        let kept: HashSet<PersonId> = people.iter().map(|(person, _)| person.id).collect();
        let mut cells: HashMap<(PersonId, ClientId), GridCell> = HashMap::new();
        for column in &mut columns {
            column.total = 0;
            for way in self.who(Scope::Client(column.client), Standing::Open, wanted.when)? {
                if way.path.is_empty() && kept.contains(&way.person) {
                    column.total += 1;
                    let cell = cells.entry((way.person, column.client)).or_default();
                    cell.ways += 1;
                    cell.admin += u32::from(way.admin != Admin::None);
                    cell.going |= way.state != GrantState::In;
                }
            }
        }
        let found = people.len();
        let mut rows = Vec::new();
        for (person, status) in people.into_iter().skip(wanted.rows.start).take(wanted.rows.limit) {
            let (_, reach) = self.reach(person.id, Standing::Open, wanted.when)?;
            let left = status == PersonStatus::Discharged;
            let cell = |column: &GridColumn| {
                let cell = cells.get(&(person.id, column.client)).copied().unwrap_or_default();
                GridCell { going: cell.going || left && cell.ways > 0, ..cell }
            };
            rows.push(GridRow {
                cells: columns.iter().map(cell).collect(),
                person: person.id,
                name: person.name,
                left,
                risk: Severity::Low,
                total: reach.ways_in,
            });
        }
        let rows = Page { rows, start: wanted.rows.start, total: found, unfiltered };
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
    let filter = Filter::parse(&wanted.rows.filter, GRID);
    let clients = codes::clients(facts)?;
    let (mut columns, total) = columns(facts, wanted, &filter, &clients)?;
    let kept = kept(facts, scene, &filter)?;
    if let Some(kept) = &kept {
        // The sums are those of the rows there are, not of everybody.
        for column in &mut columns {
            let there = facts.reader().entrants("client", &[column.client.0])?;
            column.total = small(there.iter().filter(|row| kept.contains(&row.person)).map(|row| row.ways).sum());
        }
    }
    let ids: Vec<ClientId> = columns.iter().map(|column| column.client).collect();
    let rows = rows(facts, scene, wanted, kept.as_ref(), &ids)?;
    Ok(GridView { rows, columns, start: wanted.start, total, clients: clients.len() })
}

/// The people the filter leaves; nothing when it leaves everybody.
fn kept(facts: &Facts<'_>, scene: &Scene, filter: &Filter) -> Result<Option<HashSet<PersonId>>, AppError> {
    let of_people = filter.beside(Column::Client);
    if of_people.is_empty() {
        return Ok(None);
    }
    let mut people = people::roster(facts, scene)?;
    people.retain(|(person, status)| people::takes_person(&of_people, person, *status));
    Ok(Some(people.into_iter().map(|(person, _)| person.id).collect()))
}

fn number(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

fn small(n: u64) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The columns shown, and how many there are.
fn columns(
    facts: &Facts<'_>,
    wanted: &GridSlice,
    filter: &Filter,
    clients: &[Coded],
) -> Result<(Vec<GridColumn>, usize), StoreError> {
    let fits = |coded: &&Coded| filter.takes_in(Column::Client, &coded.name);
    let found: Vec<&Coded> = match wanted.by_person {
        None => clients.iter().filter(fits).collect(),
        Some(person) => {
            let ids = facts.reader().clients_of(person)?;
            let by_id: HashMap<ClientId, &Coded> = clients.iter().map(|coded| (coded.client, coded)).collect();
            ids.iter().filter_map(|(id, _)| by_id.get(id).copied()).filter(fits).collect()
        }
    };
    let total = found.len();
    let mut out: Vec<GridColumn> = Vec::new();
    for Coded { client, name, code } in found.into_iter().skip(wanted.start).take(wanted.columns) {
        let count = facts.reader().derived_one::<ClientCount>(&Select::all().eq("client", *client))?;
        let total = small(count.map_or(0, |count| count.ways_in));
        out.push(GridColumn { client: *client, name: name.clone(), code: code.clone(), total });
    }
    Ok((out, total))
}

fn rows(
    facts: &Facts<'_>,
    scene: &Scene,
    wanted: &GridSlice,
    kept: Option<&HashSet<PersonId>>,
    clients: &[ClientId],
) -> Result<Page<GridRow>, AppError> {
    let slice = &wanted.rows;
    let (start, limit) = (slice.start, slice.limit);
    let unfiltered = number(facts.reader().count::<crate::domain::Person>(&Select::all())?);
    let mut ids: Vec<PersonId> = match (wanted.by_client, kept) {
        (Some(client), _) => {
            let mut there = facts.reader().entrants("client", &[client.0])?;
            there.sort_by(|a, b| (b.ways, &a.name_folded).cmp(&(a.ways, &b.name_folded)));
            there.into_iter().map(|row| row.person).collect()
        }
        (None, Some(_)) => by_total(facts, slice.sort, 0, u64::from(u32::MAX))?,
        (None, None) => by_total(facts, slice.sort, start as u64, limit as u64)?,
    };
    ids.retain(|id| kept.is_none_or(|kept| kept.contains(id)));
    let (shown, total): (Vec<PersonId>, usize) = match kept.is_some() || wanted.by_client.is_some() {
        true => (ids.iter().copied().skip(start).take(limit).collect(), ids.len()),
        false => (ids, unfiltered),
    };
    let cells: HashMap<(PersonId, ClientId), CellRow> =
        facts.reader().cells(&shown, clients)?.into_iter().map(|cell| ((cell.person, cell.client), cell)).collect();
    let mut rows = Vec::new();
    for id in shown {
        let Some(line) = people::line(facts, scene, id)? else { continue };
        let left = line.status == PersonStatus::Discharged;
        let cell = |client: &ClientId| match cells.get(&(line.id, *client)) {
            Some(cell) => GridCell { ways: small(cell.ways), admin: small(cell.admin), going: left || cell.going > 0 },
            None => GridCell::default(),
        };
        rows.push(GridRow {
            cells: clients.iter().map(cell).collect(),
            person: line.id,
            name: line.name,
            left,
            risk: line.risk,
            total: line.ways_in,
        });
    }
    Ok(Page { rows, start, total, unfiltered })
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
