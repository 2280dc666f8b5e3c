//! How a table lies on paper: which columns stand under which, and what a cell says in lines.
//!
//! Must never know: type sizes, markup.

use super::document::{Cell, ColumnKind, Table, Tone};
use super::when::Clock;
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
                    above.under_heads.push_str(&lowered(column.head));
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

fn lowered(head: &str) -> String {
    let mut letters = head.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
