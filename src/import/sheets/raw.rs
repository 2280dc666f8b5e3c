//! What stands in a table before anybody knows its columns: cells, rows, sheets.
//!
//! Must never know: which columns there should be, whether a workbook or a text held them.

use crate::import::issue::Issue;
use crate::import::source::Limits;
use chrono::{NaiveDateTime, NaiveTime};

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) enum RawCell {
    /// Nothing.
    #[default]
    Empty,
    /// Text, without blanks around it.
    Text(String),
    /// A date of a workbook.
    Date(NaiveDateTime),
}

impl RawCell {
    pub fn text(text: &str) -> Self {
        let text = text.trim();
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }

    /// Text that is short enough to be kept.
    pub fn kept(text: &str, limits: &Limits) -> Result<Self, Issue> {
        if text.len() > limits.field {
            return Err(Issue::warning("cell_too_long", "This cell is too long to be a name. It was left out."));
        }
        Ok(Self::text(text))
    }

    pub fn is_empty(&self) -> bool {
        *self == Self::Empty
    }

    /// The cell as text; a date as the year-month-day form.
    pub fn plain(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Date(at) if at.time() == NaiveTime::MIN => at.date().to_string(),
            Self::Date(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
        }
    }
}

/// A row: where it stands, 1-based, and the cells that are filled, each with its column from 0.
pub(crate) type RawRow = (u64, Vec<(usize, RawCell)>);

/// A table before anybody knows its columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct RawSheet {
    pub name: String,
    pub rows: Vec<RawRow>,
}
