//! What a list can be narrowed by: the values that stand in the register, not only those in sight.
//!
//! Must never know: drawing, which key asks.

use super::clients::ADMIN;
use super::filter::Column;
use super::past::PastSlice;
use super::query::AsOf;
use super::session::Scene;
use super::{people, words};
use crate::domain::{Client, Person, PersonStatus, System, SystemKind};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::store::{ClientCount, Select, StoreError, SystemCount};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

/// The list that is to be narrowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ValuesOf {
    /// The grid, on a day.
    Grid(AsOf),
    /// The tree of clients.
    Clients,
    /// An answer about the past.
    Past(PastSlice),
}

/// A value a column can be narrowed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The column.
    pub column: Column,
    /// The value as it is shown.
    pub value: String,
    /// How much it leaves, in words.
    pub leaves: String,
}

/// Counts values by column, in the order in which the columns came.
#[derive(Debug, Default)]
pub struct Tally {
    columns: Vec<Column>,
    counts: BTreeMap<(Column, String), u64>,
}

impl Tally {
    /// One more row with this value; an empty one is none.
    pub fn add(&mut self, column: Column, value: &str) {
        if !value.is_empty() {
            self.more(column, value, 1);
        }
    }

    /// So many more.
    fn more(&mut self, column: Column, value: &str, many: u64) {
        if !self.columns.contains(&column) {
            self.columns.push(column);
        }
        *self.counts.entry((column, value.to_owned())).or_default() += many;
    }

    /// One more person with this role and status.
    pub fn person(&mut self, person: &Person, status: PersonStatus) {
        self.add(Column::Role, person.role.as_deref().unwrap_or_default());
        self.add(Column::Status, status.shown());
    }

    /// The values, column by column, those with most first.
    pub fn values(self, (one, many): (&str, &str)) -> Vec<Value> {
        let Self { columns, counts } = self;
        let mut found: Vec<((Column, String), u64)> = counts.into_iter().collect();
        let place = |column| columns.iter().position(|of| *of == column);
        found.sort_by_key(|((column, _), count)| (place(*column), Reverse(*count)));
        let value = |((column, value), count)| Value { column, value, leaves: words::counted(count, one, many) };
        found.into_iter().map(value).collect()
    }
}

/// What the grid can be narrowed by: its people by role and status, its columns by client.
///
/// # Errors
/// When a table cannot be read.
pub fn grid(facts: &Facts<'_>, scene: &Scene) -> Result<Vec<Value>, AppError> {
    let mut tally = Tally::default();
    people::roster(facts, scene)?.iter().for_each(|(person, status)| tally.person(person, *status));
    let mut values = tally.values(("person", "people"));
    values.extend(clients(facts)?);
    Ok(values)
}

/// What the tree can be narrowed by.
///
/// # Errors
/// When a table cannot be read.
pub fn tree(facts: &Facts<'_>) -> Result<Vec<Value>, AppError> {
    let (mut kinds, mut names) = (Tally::default(), Tally::default());
    facts.each_row::<System>(Select::all(), &["kind", "name"], |_, row| {
        kinds.add(Column::Kind, row.get::<SystemKind>(0)?.shown());
        names.add(Column::System, &row.get::<String>(1)?);
        Ok(())
    })?;
    let mut levels = Tally::default();
    let with_admin = facts.reader().derived_count::<SystemCount>(&Select::all().gt("admin", 0))?;
    if with_admin > 0 {
        levels.more(Column::Level, ADMIN, with_admin);
    }
    let of = ("system", "systems");
    let mut values = levels.values(of);
    values.extend(kinds.values(of));
    values.extend(names.values(of));
    values.extend(clients(facts)?);
    Ok(values)
}

/// The clients, those with most ways in first.
fn clients(facts: &Facts<'_>) -> Result<Vec<Value>, StoreError> {
    let counts = facts.reader().derived::<ClientCount>(&Select::all())?;
    let counts: HashMap<_, u64> = counts.into_iter().map(|count| (count.client, count.ways_in)).collect();
    let mut tally = Tally::default();
    facts.each_row::<Client>(Select::all(), &["name"], |client, row| {
        tally.more(Column::Client, &row.get::<String>(0)?, counts.get(&client).copied().unwrap_or(0));
        Ok(())
    })?;
    Ok(tally.values(("way in", "ways in")))
}
