//! Values as tables hold them, and how typed values become them.
//!
//! Must never know: which table they are for.

use super::error::StoreError;
use crate::domain::{
    AccountKind, Admin, CaseKind, ClientStatus, Covers, Day, GrantState, Instant, PersonStatus, RecordId, RecordKind,
    Removal, Severity, StepOutcome, SystemKind, SystemReach,
};
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// One cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// Nothing.
    #[default]
    Null,
    /// A whole number: ids, instants in milliseconds, yes and no as 1 and 0.
    Int(i64),
    /// A number with a fraction; never in a table that is compared with the journal.
    Real(f64),
    /// Text.
    Text(String),
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// A type that is kept in one cell.
pub trait Cell: Sized {
    /// The column's type in SQL.
    const SQL: &'static str;
    /// The cell is never empty.
    const NOT_NULL: bool = true;
    /// As stored.
    fn to_value(&self) -> Value;
    /// Read back.
    fn from_cell(cell: ValueRef<'_>) -> Result<Self, StoreError>;
}

fn wrong(cell: ValueRef<'_>) -> StoreError {
    StoreError::Value(format!("{} in an unexpected place", cell.data_type()))
}

macro_rules! whole_numbers {
    ($($type:ty),*) => {$(
        impl Cell for $type {
            const SQL: &'static str = "INTEGER";
            fn to_value(&self) -> Value {
                Value::Int(i64::try_from(*self).unwrap_or(i64::MAX))
            }
            fn from_cell(cell: ValueRef<'_>) -> Result<Self, StoreError> {
                cell.as_i64().ok().and_then(|number| number.try_into().ok()).ok_or_else(|| wrong(cell))
            }
        }
        impl From<$type> for Value {
            fn from(number: $type) -> Self { number.to_value() }
        }
    )*};
}
whole_numbers!(i64, u64, u32, u8);

macro_rules! word_lists {
    ($($type:ty),*) => {$(
        impl Cell for $type {
            const SQL: &'static str = "TEXT";
            fn to_value(&self) -> Value { Value::Text(self.stored().to_owned()) }
            fn from_cell(cell: ValueRef<'_>) -> Result<Self, StoreError> {
                let word = cell.as_str().map_err(|_| wrong(cell))?;
                Self::ALL.iter().copied().find(|value| value.stored() == word)
                    .ok_or_else(|| StoreError::Value(word.to_owned()))
            }
        }
        impl From<$type> for Value {
            fn from(word: $type) -> Self { word.to_value() }
        }
    )*};
}
word_lists!(
    AccountKind,
    CaseKind,
    ClientStatus,
    Covers,
    GrantState,
    PersonStatus,
    StepOutcome,
    SystemKind,
    SystemReach
);

/// Lists whose order counts are kept as the place in the list, so that SQL can compare and sort.
macro_rules! ranked_lists {
    ($($type:ty),*) => {$(
        impl Cell for $type {
            const SQL: &'static str = "INTEGER";
            fn to_value(&self) -> Value { Value::Int(*self as i64) }
            fn from_cell(cell: ValueRef<'_>) -> Result<Self, StoreError> {
                let place = cell.as_i64().map_err(|_| wrong(cell))?;
                usize::try_from(place).ok().and_then(|place| Self::ALL.get(place)).copied()
                    .ok_or_else(|| StoreError::Value(place.to_string()))
            }
        }
        impl From<$type> for Value {
            fn from(word: $type) -> Self { word.to_value() }
        }
    )*};
}
ranked_lists!(Admin, Severity);

impl Cell for bool {
    const SQL: &'static str = "INTEGER";
    fn to_value(&self) -> Value {
        Value::Int(i64::from(*self))
    }
    fn from_cell(cell: ValueRef<'_>) -> Result<Self, StoreError> {
        Ok(cell.as_i64().map_err(|_| wrong(cell))? != 0)
    }
}

impl Cell for f64 {
    const SQL: &'static str = "REAL";
    fn to_value(&self) -> Value {
        Value::Real(*self)
    }
    fn from_cell(cell: ValueRef<'_>) -> Result<Self, StoreError> {
        cell.as_f64().map_err(|_| wrong(cell))
    }
}

impl Cell for String {
    const SQL: &'static str = "TEXT";
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
    fn from_cell(cell: ValueRef<'_>) -> Result<Self, StoreError> {
        cell.as_str().map(str::to_owned).map_err(|_| wrong(cell))
    }
}

impl Cell for Instant {
    const SQL: &'static str = "INTEGER";
    fn to_value(&self) -> Value {
        Value::Int(self.millis())
    }
    fn from_cell(cell: ValueRef<'_>) -> Result<Self, StoreError> {
        cell.as_i64().map(Self::from_millis).map_err(|_| wrong(cell))
    }
}

impl Cell for RecordKind {
    const SQL: &'static str = "INTEGER";
    fn to_value(&self) -> Value {
        Value::Int(i64::from(self.number()))
    }
    fn from_cell(cell: ValueRef<'_>) -> Result<Self, StoreError> {
        let number = u8::from_cell(cell)?;
        Self::from_number(number).ok_or_else(|| StoreError::Value(format!("record kind {number}")))
    }
}

impl<T: RecordId> Cell for T {
    const SQL: &'static str = "INTEGER";
    fn to_value(&self) -> Value {
        self.number().to_value()
    }
    fn from_cell(cell: ValueRef<'_>) -> Result<Self, StoreError> {
        u64::from_cell(cell).map(T::new)
    }
}

impl<T: Cell> Cell for Option<T> {
    const SQL: &'static str = T::SQL;
    const NOT_NULL: bool = false;
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, Cell::to_value)
    }
    fn from_cell(cell: ValueRef<'_>) -> Result<Self, StoreError> {
        match cell {
            ValueRef::Null => Ok(None),
            cell => T::from_cell(cell).map(Some),
        }
    }
}

impl<T: RecordId> From<T> for Value {
    fn from(id: T) -> Self {
        id.to_value()
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<i32> for Value {
    fn from(number: i32) -> Self {
        Self::Int(number.into())
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Self {
        yes.to_value()
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Real(number)
    }
}

impl From<Instant> for Value {
    fn from(at: Instant) -> Self {
        at.to_value()
    }
}

impl From<RecordKind> for Value {
    fn from(kind: RecordKind) -> Self {
        kind.to_value()
    }
}

/// A day as its number, so that days sort.
impl From<Day> for Value {
    fn from(day: Day) -> Self {
        use chrono::Datelike as _;
        Self::Int(day.num_days_from_ce().into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

/// A number as SQLite holds it. Ids and sequences stay far below the limit.
pub(super) fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number read back; what is negative was never written by this program and reads as 0.
pub(super) fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// When each fact of a removal happened.
pub(super) fn marks(removal: &Removal) -> [Value; 5] {
    [
        removal.asked.map(|mark| mark.at).into(),
        removal.done.map(|mark| mark.at).into(),
        removal.confirmed.map(|mark| mark.at).into(),
        removal.came_back.into(),
        removal.waived_until.into(),
    ]
}

/// Text as lists sort and search it: lower case, without accents, blanks drawn together. Used for the folded columns
/// and for what somebody types into a filter.
pub fn searchable(text: &str) -> String {
    if text.is_ascii() {
        let mut folded = text.trim().to_ascii_lowercase();
        if folded.contains("  ") || folded.contains(['\t', '\n', '\r']) {
            folded = folded.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        return folded;
    }
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_blanks_do_not_matter_to_a_search() {
        assert_eq!(searchable("  Zoë   ÅNGSTRÖM "), "zoe angstrom");
        assert_eq!(searchable("Dana\tRuiz"), "dana ruiz");
        assert_eq!(searchable("ＡＤＭＩＮ"), "admin");
    }

    #[test]
    fn a_rank_is_read_back_and_a_wrong_one_refused() {
        assert_eq!(Admin::from_cell(ValueRef::Integer(2)).ok(), Some(Admin::Top));
        assert!(Admin::from_cell(ValueRef::Integer(3)).is_err());
        assert!(Admin::from_cell(ValueRef::Integer(-1)).is_err());
    }
}
