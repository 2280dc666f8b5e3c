//! What the tables show of each kind of record: the columns SQL filters, sorts and joins on.
//!
//! A record's content stays in its version; a column here is a copy of a part of it. Every kind has a table `…_now`
//! with the current versions and a twin `…_past` with the superseded ones, under the same columns.
//!
//! Must never know: how tables are filled.

mod care;
mod people;
mod rules;
mod runs;

use super::value::Value;
use crate::domain::{Record, RecordKind};
use std::sync::LazyLock;

/// One column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Its type in SQL.
    pub sql: &'static str,
    /// Whether it has an index of its own.
    pub index: bool,
}

/// A kind of record as the tables show it.
pub trait Row: Record {
    /// The columns besides `id` and `seq`.
    const COLUMNS: &'static [Column];
    /// Their values, in order, added to what is there.
    fn project(&self, out: &mut Vec<Value>);
}

/// A number.
const fn int(name: &'static str) -> Column {
    Column { name, sql: "INTEGER", index: false }
}

/// A number rows are looked up by.
const fn int_key(name: &'static str) -> Column {
    Column { name, sql: "INTEGER", index: true }
}

/// A text.
const fn text(name: &'static str) -> Column {
    Column { name, sql: "TEXT", index: false }
}

/// A text rows are looked up or sorted by.
const fn text_key(name: &'static str) -> Column {
    Column { name, sql: "TEXT", index: true }
}

/// Declares the columns of record kinds, each with the expression that gives its value.
macro_rules! rows {
    ($($record:ident($of:ident) { $($kind:ident $name:ident = $value:expr;)* })*) => {$(
        impl $crate::store::rows::Row for $crate::domain::$record {
            const COLUMNS: &'static [$crate::store::rows::Column] =
                &[$($crate::store::rows::$kind(stringify!($name)),)*];
            #[allow(unused_variables, reason = "some kinds show nothing")]
            fn project(&self, out: &mut Vec<$crate::store::value::Value>) {
                let $of = self;
                $(out.push($value.into());)*
            }
        }
    )*};
}
use rows;

/// The SQL of one kind's tables, written once.
#[derive(Debug)]
pub(super) struct KindSql {
    pub now: String,
    pub past: String,
    pub columns: &'static [Column],
    /// `id, seq, columns…`
    pub insert_now: String,
    /// `id, seq_end`
    pub to_past: String,
    /// `id`
    pub delete_now: String,
    /// `id, seq, columns…`
    pub replace_now: String,
    /// `id, seq, columns…`
    pub update_now: String,
    /// `id, seq, columns…`
    pub update_past: String,
}

impl KindSql {
    fn new(kind: RecordKind, columns: &'static [Column]) -> Self {
        let (now, past) = (format!("{}_now", kind.stored()), format!("{}_past", kind.stored()));
        let names: String = columns.iter().map(|column| format!(", \"{}\"", column.name)).collect();
        let places: String = (0..columns.len()).map(|place| format!(", ?{}", place + 3)).collect();
        let sets: Vec<String> =
            columns.iter().enumerate().map(|(place, c)| format!("\"{}\" = ?{}", c.name, place + 3)).collect();
        let also: String = sets.iter().map(|set| format!(", {set}")).collect();
        // A kind that shows nothing still needs an assignment.
        let sets = if sets.is_empty() { "id = id".to_owned() } else { sets.join(", ") };
        Self {
            insert_now: format!("INSERT INTO {now}(id, seq{names}) VALUES (?1, ?2{places})"),
            to_past: format!(
                "INSERT INTO {past}(id, seq, seq_end{names}) SELECT id, seq, ?2{names} FROM {now} WHERE id = ?1"
            ),
            delete_now: format!("DELETE FROM {now} WHERE id = ?1"),
            replace_now: format!("UPDATE {now} SET seq = ?2{also} WHERE id = ?1"),
            update_now: format!("UPDATE {now} SET {sets} WHERE id = ?1 AND seq = ?2"),
            update_past: format!("UPDATE {past} SET {sets} WHERE id = ?1 AND seq = ?2"),
            now,
            past,
            columns,
        }
    }

    /// What creates the two tables, without their indexes.
    pub fn create(&self) -> String {
        let columns: String = self.columns.iter().map(|c| format!(", \"{}\" {}", c.name, c.sql)).collect();
        format!(
            "CREATE TABLE {}(id INTEGER PRIMARY KEY, seq INTEGER NOT NULL{columns}) STRICT;
             CREATE TABLE {}(id INTEGER NOT NULL, seq INTEGER NOT NULL, seq_end INTEGER NOT NULL{columns},
                PRIMARY KEY (id, seq)) STRICT, WITHOUT ROWID;",
            self.now, self.past
        )
    }

    /// Names and statements of the indexes.
    pub fn indexes(&self) -> Vec<(String, String)> {
        let keyed = self.columns.iter().filter(|column| column.index);
        keyed
            .flat_map(|column| {
                [&self.now, &self.past].map(|table| {
                    let name = format!("{table}_{}", column.name);
                    let sql = format!("CREATE INDEX {name} ON {table}(\"{}\")", column.name);
                    (name, sql)
                })
            })
            .collect()
    }
}

static SQL: LazyLock<Vec<KindSql>> = LazyLock::new(|| {
    RecordKind::ALL.iter().map(|kind| KindSql::new(*kind, with_record_type!(kind, R => <R as Row>::COLUMNS))).collect()
});

/// The SQL of a kind's tables.
pub(super) fn sql(kind: RecordKind) -> &'static KindSql {
    // Numbers run from 1 in the order of the list; a test holds that.
    SQL.get(usize::from(kind.number()).saturating_sub(1)).expect("invariant: one entry per kind")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_kind_has_tables_of_its_own() {
        for kind in RecordKind::ALL {
            assert_eq!(sql(*kind).now, format!("{}_now", kind.stored()));
        }
    }

    #[test]
    fn no_kind_names_a_column_twice_or_like_the_fixed_ones() {
        for kind in RecordKind::ALL {
            let names: BTreeSet<_> = sql(*kind).columns.iter().map(|column| column.name).collect();
            assert_eq!(names.len(), sql(*kind).columns.len(), "{kind:?}");
            assert!(["id", "seq", "seq_end"].iter().all(|fixed| !names.contains(fixed)), "{kind:?}");
        }
    }
}
