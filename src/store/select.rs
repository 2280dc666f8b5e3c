//! Which rows: filters, order, page, and as of which entry. The one place that turns these into SQL.
//!
//! Must never know: what the columns mean.

use super::error::StoreError;
use super::rows::Column;
use super::value::{Value, int};
use crate::domain::Seq;
use std::fmt::Write as _;

/// How a column is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Is,
    IsNot,
    Less,
    AtMost,
    More,
    AtLeast,
    Contains,
    StartsWith,
    OneOf,
}

/// Which rows of one table.
///
/// ```
/// # use keyward::store::Select;
/// let open_ways_of_five = Select::all().eq("person", 5).is_null("done").order(&["account"]).page(0, 50);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Select {
    filters: Vec<(&'static str, Op, Vec<Value>)>,
    order: Vec<(&'static str, bool)>,
    start: u64,
    limit: Option<u64>,
    known: Option<Seq>,
    /// The order is turned round, ids included.
    backwards: bool,
}

impl Select {
    /// Every row, by id.
    pub fn all() -> Self {
        Self::default()
    }

    fn filter(mut self, column: &'static str, op: Op, values: Vec<Value>) -> Self {
        self.filters.push((column, op, values));
        self
    }

    /// The column has this value; nothing equals nothing.
    pub fn eq(self, column: &'static str, value: impl Into<Value>) -> Self {
        self.filter(column, Op::Is, vec![value.into()])
    }

    /// The column has another value, or none.
    pub fn ne(self, column: &'static str, value: impl Into<Value>) -> Self {
        self.filter(column, Op::IsNot, vec![value.into()])
    }

    /// The column is empty.
    pub fn is_null(self, column: &'static str) -> Self {
        self.eq(column, Value::Null)
    }

    /// The column is not empty.
    pub fn not_null(self, column: &'static str) -> Self {
        self.ne(column, Value::Null)
    }

    /// The column is below.
    pub fn lt(self, column: &'static str, value: impl Into<Value>) -> Self {
        self.filter(column, Op::Less, vec![value.into()])
    }

    /// The column is at most this.
    pub fn le(self, column: &'static str, value: impl Into<Value>) -> Self {
        self.filter(column, Op::AtMost, vec![value.into()])
    }

    /// The column is above.
    pub fn gt(self, column: &'static str, value: impl Into<Value>) -> Self {
        self.filter(column, Op::More, vec![value.into()])
    }

    /// The column is at least this.
    pub fn ge(self, column: &'static str, value: impl Into<Value>) -> Self {
        self.filter(column, Op::AtLeast, vec![value.into()])
    }

    /// The text stands somewhere in the column. The caller folds it as the column is folded.
    pub fn contains(self, column: &'static str, text: impl Into<String>) -> Self {
        self.filter(column, Op::Contains, vec![Value::Text(text.into())])
    }

    /// The column begins with the text.
    pub fn starts_with(self, column: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        // No text sorts behind the last scalar value, so the range ends there.
        let end = format!("{text}\u{10FFFF}");
        self.filter(column, Op::StartsWith, vec![Value::Text(text), Value::Text(end)])
    }

    /// The column has one of these values; no row when there are none.
    pub fn one_of<V: Into<Value>>(self, column: &'static str, values: impl IntoIterator<Item = V>) -> Self {
        self.filter(column, Op::OneOf, values.into_iter().map(Into::into).collect())
    }

    /// Sorts by these columns, smallest first, after any order given before. Equal rows come by id.
    pub fn order(mut self, columns: &[&'static str]) -> Self {
        self.order.extend(columns.iter().map(|column| (*column, false)));
        self
    }

    /// Sorts by these columns, largest first, after any order given before.
    pub fn order_desc(mut self, columns: &[&'static str]) -> Self {
        self.order.extend(columns.iter().map(|column| (*column, true)));
        self
    }

    /// So many rows from this one on.
    pub const fn page(mut self, start: u64, limit: u64) -> Self {
        self.start = start;
        self.limit = Some(limit);
        self
    }

    /// Whether the page begins in the first half of so many rows.
    pub(super) const fn begins_before_half_of(&self, total: u64) -> bool {
        self.start <= total / 2
    }

    /// The same page of `total` rows counted from the other end of the order; its rows come last first.
    pub(super) fn counted_from_the_end(mut self, total: u64) -> Self {
        let end = self.limit.map_or(total, |limit| total.min(self.start.saturating_add(limit)));
        self.limit = Some(end.saturating_sub(self.start));
        self.start = total - end;
        self.backwards = !self.backwards;
        self
    }

    /// The rows as the register knew them after this entry; nothing means now.
    pub const fn known_at(mut self, seq: Option<Seq>) -> Self {
        self.known = seq;
        self
    }

    /// The conditions as SQL, and their values.
    fn conditions(&self, columns: &Names<'_>, values: &mut Vec<Value>) -> Result<String, StoreError> {
        let mut sql = String::from("1");
        for (column, op, given) in &self.filters {
            columns.check(column)?;
            let mut place = |value: &Value| {
                values.push(value.clone());
                values.len()
            };
            let mut places: Vec<usize> = given.iter().map(&mut place).collect();
            let last = places.pop().unwrap_or_default();
            let written = match op {
                Op::Is => write!(sql, " AND \"{column}\" IS ?{last}"),
                Op::IsNot => write!(sql, " AND \"{column}\" IS NOT ?{last}"),
                Op::Less => write!(sql, " AND \"{column}\" < ?{last}"),
                Op::AtMost => write!(sql, " AND \"{column}\" <= ?{last}"),
                Op::More => write!(sql, " AND \"{column}\" > ?{last}"),
                Op::AtLeast => write!(sql, " AND \"{column}\" >= ?{last}"),
                Op::Contains => write!(sql, " AND instr(\"{column}\", ?{last}) > 0"),
                Op::StartsWith => {
                    let first = places.pop().unwrap_or_default();
                    write!(sql, " AND \"{column}\" >= ?{first} AND \"{column}\" < ?{last}")
                }
                Op::OneOf if given.is_empty() => write!(sql, " AND 0"),
                Op::OneOf => {
                    places.push(last);
                    let list: Vec<String> = places.iter().map(|place| format!("?{place}")).collect();
                    write!(sql, " AND \"{column}\" IN ({})", list.join(", "))
                }
            };
            written.map_err(|_| StoreError::Misuse("a query cannot be written".into()))?;
        }
        Ok(sql)
    }

    fn order_by(&self, columns: &Names<'_>, last: &str) -> Result<String, StoreError> {
        let mut sql = String::from(" ORDER BY ");
        for (column, descending) in &self.order {
            columns.check(column)?;
            let direction = if *descending == self.backwards { "" } else { " DESC" };
            let _ = write!(sql, "\"{column}\"{direction}, ");
        }
        let last = if self.backwards { last.replace(',', " DESC,") + " DESC" } else { last.to_owned() };
        sql.push_str(&last);
        Ok(sql)
    }

    fn limits(&self, values: &mut Vec<Value>) -> String {
        if self.limit.is_none() && self.start == 0 {
            return String::new();
        }
        values.push(self.limit.map_or(Value::Int(-1), |limit| Value::Int(int(limit))));
        values.push(Value::Int(int(self.start)));
        format!(" LIMIT ?{} OFFSET ?{}", values.len() - 1, values.len())
    }

    /// `id, seq` of the rows of a folded kind.
    pub(super) fn folded(&self, now: &str, past: &str, columns: &[Column]) -> Result<(String, Vec<Value>), StoreError> {
        self.folded_with(&["seq"], now, past, columns)
    }

    /// `id` and these columns of the rows of a folded kind.
    pub(super) fn folded_with(
        &self,
        wanted: &[&'static str],
        now: &str,
        past: &str,
        columns: &[Column],
    ) -> Result<(String, Vec<Value>), StoreError> {
        let names = Names { columns, fixed: &["id", "seq"] };
        let mut list = String::from("id");
        for column in wanted {
            names.check(column)?;
            let _ = write!(list, ", \"{column}\"");
        }
        let mut values = Vec::new();
        let source = self.source(now, past, &names, &mut values)?;
        let order = self.order_by(&names, "id")?;
        let limits = self.limits(&mut values);
        Ok((format!("SELECT {list} FROM {source}{order}{limits}"), values))
    }

    /// How many rows of a folded kind; the page does not count.
    pub(super) fn count_folded(
        &self,
        now: &str,
        past: &str,
        columns: &[Column],
    ) -> Result<(String, Vec<Value>), StoreError> {
        let names = Names { columns, fixed: &["id", "seq"] };
        let mut values = Vec::new();
        let source = self.source(now, past, &names, &mut values)?;
        Ok((format!("SELECT count(*) FROM {source}"), values))
    }

    /// Current rows, or the current and superseded rows that held after an entry. Every read goes through here, so
    /// none forgets the second clock.
    fn source(&self, now: &str, past: &str, names: &Names<'_>, values: &mut Vec<Value>) -> Result<String, StoreError> {
        let conditions = self.conditions(names, values)?;
        let Some(seq) = self.known else { return Ok(format!("{now} WHERE {conditions}")) };
        values.push(Value::Int(int(seq)));
        let at = values.len();
        let list: String = names.columns.iter().map(|column| format!(", \"{}\"", column.name)).collect();
        Ok(format!(
            "(SELECT id, seq{list} FROM {now} WHERE seq <= ?{at} AND {conditions} UNION ALL \
             SELECT id, seq{list} FROM {past} WHERE seq <= ?{at} AND seq_end > ?{at} AND {conditions})"
        ))
    }

    /// All columns of the rows of a plain table.
    pub(super) fn plain(
        &self,
        table: &str,
        columns: &[Column],
        last: &str,
    ) -> Result<(String, Vec<Value>), StoreError> {
        let names = Names { columns, fixed: &[] };
        let mut values = Vec::new();
        let conditions = self.conditions(&names, &mut values)?;
        let order = self.order_by(&names, last)?;
        let limits = self.limits(&mut values);
        Ok((format!("SELECT * FROM {table} WHERE {conditions}{order}{limits}"), values))
    }

    /// How many rows of a plain table.
    pub(super) fn count_plain(&self, table: &str, columns: &[Column]) -> Result<(String, Vec<Value>), StoreError> {
        let names = Names { columns, fixed: &[] };
        let mut values = Vec::new();
        let conditions = self.conditions(&names, &mut values)?;
        Ok((format!("SELECT count(*) FROM {table} WHERE {conditions}"), values))
    }
}

/// The columns a query may name.
struct Names<'a> {
    columns: &'a [Column],
    fixed: &'a [&'static str],
}

impl Names<'_> {
    fn check(&self, name: &str) -> Result<(), StoreError> {
        if self.fixed.contains(&name) || self.columns.iter().any(|column| column.name == name) {
            Ok(())
        } else {
            Err(StoreError::Misuse(format!("there is no column {name}")))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    const COLUMNS: &[Column] = &[
        Column { name: "person", sql: "INTEGER", index: true },
        Column { name: "name_folded", sql: "TEXT", index: true },
    ];

    #[test]
    fn a_column_that_is_not_there_is_refused() {
        let wrong = Select::all().eq("persons", 1).folded("t_now", "t_past", COLUMNS);
        assert!(matches!(wrong, Err(StoreError::Misuse(_))));
        assert!(Select::all().order(&["1; --"]).folded("t_now", "t_past", COLUMNS).is_err());
    }

    #[test]
    fn the_known_clock_reads_both_tables_under_the_same_conditions() {
        let (sql, values) =
            Select::all().eq("person", 5).known_at(Some(9)).page(20, 10).folded("t_now", "t_past", COLUMNS).unwrap();
        assert!(sql.contains("FROM t_now WHERE seq <= ?2 AND 1 AND \"person\" IS ?1"), "{sql}");
        assert!(sql.contains("FROM t_past WHERE seq <= ?2 AND seq_end > ?2 AND 1 AND \"person\" IS ?1"), "{sql}");
        assert!(sql.ends_with("ORDER BY id LIMIT ?3 OFFSET ?4"), "{sql}");
        assert_eq!(values, [5, 9, 10, 20].map(Value::Int));
    }

    #[test]
    fn values_never_become_sql_text() {
        let (sql, values) = Select::all()
            .starts_with("name_folded", "o'brien")
            .one_of("person", [1u64, 2])
            .folded("t_now", "t_past", COLUMNS)
            .unwrap();
        assert!(!sql.contains("o'brien"));
        assert_eq!(values.len(), 4);
    }
}
