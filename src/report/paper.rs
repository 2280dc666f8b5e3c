//! How things lie on paper: which columns stand under which, what a cell says in lines, where a line falls.
//!
//! Must never know: type sizes, markup.

use super::document::{Cell, ColumnKind, Fall, Table, Tone};
use super::when::Clock;
use crate::domain::lower_first;
use std::borrow::Cow;

/// One column as it lies on paper: a main column and those that stand under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaperColumn {
    /// The name of the main column.
    pub head: &'static str,
    /// The names of those under it, when any line has something there.
    pub under_heads: String,
    /// What the main column holds.
    pub kind: ColumnKind,
    /// Places in the row: the main one first.
    pub places: Vec<usize>,
}

/// One line within a cell.
#[derive(Debug, Clone, PartialEq)]
pub struct PaperLine<'a> {
    /// What it says.
    pub text: Cow<'a, str>,
    /// How it should be taken.
    pub tone: Tone,
    /// It stands under the main line.
    pub under: bool,
}

/// The columns of a table as they lie on paper. Columns under another that are empty in every line are left away.
pub fn columns(table: &Table) -> Vec<PaperColumn> {
    let mut out: Vec<PaperColumn> = Vec::new();
    for (place, column) in table.columns.iter().enumerate() {
        match out.last_mut() {
            Some(above) if column.under => {
                if table.rows.iter().any(|row| row.get(place).is_some_and(|cell| !cell.is_none())) {
                    above.places.push(place);
                    if !above.under_heads.is_empty() {
                        above.under_heads.push_str(", ");
                    }
                    above.under_heads.push_str(&lower_first(column.head));
                }
            }
            _ => out.push(PaperColumn {
                head: column.head,
                under_heads: String::new(),
                kind: column.kind,
                places: vec![place],
            }),
        }
    }
    out
}

/// What a row says in one column, line by line.
pub fn lines<'a>(row: &'a [Cell], column: &PaperColumn, clock: &Clock) -> Vec<PaperLine<'a>> {
    column
        .places
        .iter()
        .enumerate()
        .filter_map(|(depth, place)| {
            let cell = row.get(*place)?;
            if depth > 0 && cell.is_none() {
                return None;
            }
            let mut tone = cell.tone();
            if depth > 0 && tone == Tone::Plain {
                tone = Tone::Quiet;
            }
            Some(PaperLine { text: cell.worded(clock), tone, under: depth > 0 })
        })
        .collect()
}

/// Where moments and counts fall in a field. The last change lies a little before the right edge.
pub struct FallScale {
    from: i64,
    length: i64,
    total: u64,
}

impl FallScale {
    /// The scale of a line.
    pub fn new(fall: &Fall) -> Self {
        let last = fall.steps.last().map_or(fall.from, |(at, _)| *at).max(fall.limit.unwrap_or(fall.from));
        let from = fall.steps.first().map_or(fall.from, |(at, _)| (*at).min(fall.from)).millis();
        let length = last.millis().saturating_sub(from).max(60_000);
        Self { from, length: length + length / 25, total: fall.total.max(1) }
    }

    /// Distance from the left edge of a field so wide.
    pub fn across(&self, millis: i64, wide: i64) -> i64 {
        let along = i128::from(millis.saturating_sub(self.from)) * i128::from(wide) / i128::from(self.length);
        i64::try_from(along).unwrap_or(wide)
    }

    /// Distance from the top edge of a field so high; everything lies a twentieth below the top.
    pub fn down(&self, count: u64, high: i64) -> i64 {
        let up = i128::from(count) * i128::from(high - high / 20) / i128::from(self.total);
        high - i64::try_from(up).unwrap_or(high)
    }
}
