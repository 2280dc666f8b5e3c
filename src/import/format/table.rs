//! What the table layouts share: their columns, finding them, and going through the rows.
//!
//! Must never know: what a column of one layout means.

use super::id::FormatId;
use super::reading::{Found, Reading};
use crate::import::date::{self, Evidence, Order, When};
use crate::import::drop;
use crate::import::error::ImportError;
use crate::import::issue::Issue;
use crate::import::records::{Record, Table};
use std::collections::HashMap;

/// Goes through the rows of a table and fills what it finds.
pub(super) type Take = fn(&Table<'_>, &Columns, &Reading, &mut Found);

/// The columns that make a layout, and its reader.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// The layout.
    pub format: FormatId,
    /// All of these must be there.
    pub needed: &'static [&'static str],
    /// At least one of these, when there are any.
    pub one_of: &'static [&'static str],
    /// The columns that are read. `a|b` are two names of one column.
    pub read: &'static [&'static str],
    /// Reads its rows.
    pub take: Take,
}

/// Which of the layouts a header has and why: the one asked for, or the first all of whose needed columns are there.
/// None when none fits.
pub(super) fn recognise(
    layouts: &[Layout],
    header: &[String],
    hint: Option<FormatId>,
) -> Result<Option<(Layout, String)>, ImportError> {
    let columns = Columns::new(header);
    if let Some(format) = hint {
        let Some(layout) = layouts.iter().find(|layout| layout.format == format) else { return Ok(None) };
        let missing = layout.needed.iter().find(|name| columns.any(name).is_none());
        return match missing {
            Some(name) => {
                Err(ImportError::WrongFormat { format, missing: format!("\u{201c}{}\u{201d}", alternatives(name)) })
            }
            None => Ok(Some((*layout, reason(layout, &columns)))),
        };
    }
    let fits = |layout: &&Layout| {
        layout.needed.iter().all(|name| columns.any(name).is_some())
            && (layout.one_of.is_empty() || layout.one_of.iter().any(|name| columns.any(name).is_some()))
    };
    Ok(layouts.iter().find(fits).map(|layout| (*layout, reason(layout, &columns))))
}

fn alternatives(name: &str) -> String {
    name.replace('|', " or ")
}

fn reason(layout: &Layout, columns: &Columns) -> String {
    let found = layout.read.iter().filter(|name| columns.any(name).is_some()).count();
    format!("looks like {}: {found} of {} columns", layout.format.shown(), layout.read.len())
}

/// Where each column is, by its name in lower case.
#[derive(Debug)]
pub(super) struct Columns {
    places: HashMap<String, usize>,
    repeated: Vec<String>,
}

impl Columns {
    pub fn new(header: &[String]) -> Self {
        let mut places = HashMap::new();
        let mut repeated = Vec::new();
        for (index, name) in header.iter().enumerate() {
            let key = name.to_lowercase();
            if !key.is_empty() && *places.entry(key).or_insert(index) != index {
                repeated.push(name.clone());
            }
        }
        Self { places, repeated }
    }

    /// The place of a column called by any of the names between `|`.
    pub fn any(&self, names: &str) -> Option<usize> {
        names.split('|').find_map(|name| self.places.get(name).copied())
    }
}

/// Says what is odd about the header: columns with secrets, columns twice.
pub(super) fn remark_on_header(table: &Table<'_>, columns: &Columns, found: &mut Found) {
    for (index, name) in table.header.iter().enumerate().filter(|(_, name)| drop::is_secret(name)) {
        let message = format!("Column \u{201c}{name}\u{201d} was left out: Keyward never reads secrets.");
        found.issues.push(Issue::note("secret_dropped", message).at(table.header_line).in_column(Some(index)));
    }
    for name in &columns.repeated {
        let message = format!("Column \u{201c}{name}\u{201d} is there twice. The first one is read.");
        found.issues.push(Issue::warning("column_repeated", message).at(table.header_line));
    }
}

/// Goes through the rows below the header, setting aside what cannot be read.
pub(super) fn for_each_row(
    table: &Table<'_>,
    how: &Reading,
    found: &mut Found,
    mut take: impl FnMut(&Record<'_>, &mut Found),
) {
    let width = table.header.len();
    for (count, row) in table.rows().enumerate() {
        if count >= how.limits.rows {
            found.is_partial_because(format!("Only the first {} rows were read.", how.limits.rows));
            found
                .issues
                .push(Issue::warning("too_many_rows", "The list is longer than Keyward reads. The rest was left out."));
            break;
        }
        let record = match row {
            Ok(record) => record,
            Err((line, fault)) => {
                found.set_aside(fault.issue(line));
                continue;
            }
        };
        if table.is_header(&record) {
            found.issues.push(Issue::note("header_repeated", "The header stands here once more.").at(record.line));
            continue;
        }
        if let Some(issue) = table.too_wide(&record) {
            found.set_aside(issue);
            continue;
        }
        if record.cells.len() < width {
            let message = format!("This line has only {} of {width} cells.", record.cells.len());
            found.issues.push(Issue::warning("row_short", message).at(record.line));
            found.is_partial_because("A line is incomplete; the file may be cut off.");
        }
        take(&record, found);
    }
}

/// A cell that is kept, within the limit of a field.
pub(super) fn text(record: &Record<'_>, index: Option<usize>, how: &Reading, found: &mut Found) -> Option<String> {
    let cell = record.cell(index);
    if cell.is_empty() {
        return None;
    }
    if cell.len() > how.limits.field {
        let message = "This cell is too long to be a name. It was left out.";
        found.issues.push(Issue::warning("cell_too_long", message).at(record.line).in_column(index));
        return None;
    }
    Some(cell.to_owned())
}

/// Date columns written by one tool on one computer: their order of day and month is one.
#[derive(Debug)]
pub(super) struct Dates {
    order: Option<Order>,
}

impl Dates {
    /// Decides the order over all date columns of the file, and says when it stays open.
    pub fn decide(table: &Table<'_>, columns: &[Option<usize>], how: &Reading, found: &mut Found) -> Self {
        let mut evidence = Evidence::default();
        for record in table.rows().flatten() {
            columns.iter().for_each(|index| evidence.add(record.cell(*index)));
        }
        let told = how.order();
        let order = evidence.order(told);
        if evidence.is_open(told) {
            let message = format!("Dates are left out: day and month cannot be told apart. {}", evidence.sentence());
            found.issues.push(Issue::warning("dates_unclear", message).at(table.header_line));
        } else if evidence.either > 0 && told.is_none() && evidence.day_first + evidence.month_first == 0 {
            let message = "Dates are read as month/day, because they are written as US English writes them.";
            found.issues.push(Issue::note("dates_as_us", message).at(table.header_line));
        }
        Self { order }
    }

    /// Dates of a portal that always writes month/day, unless the file proves otherwise.
    pub fn month_first(table: &Table<'_>, columns: &[Option<usize>], how: &Reading, found: &mut Found) -> Self {
        let how = Reading { day_first: Some(how.day_first.unwrap_or(false)), ..*how };
        Self::decide(table, columns, &how, found)
    }

    /// Reads one cell; what is no date is named without being shown.
    pub fn read(&self, record: &Record<'_>, index: Option<usize>, found: &mut Found) -> Option<When> {
        let cell = record.cell(index);
        if cell.is_empty() {
            return None;
        }
        let read = date::read(cell, self.order);
        // A column whose day and month cannot be told apart was named as a whole.
        if read.is_none() && (self.order.is_some() || !date::is_either_way(cell)) {
            let message = format!("{} It was left out.", date::complaint(cell, self.order));
            found.issues.push(Issue::warning("no_date", message).at(record.line).in_column(index));
        }
        read
    }
}
