//! Every table for a spreadsheet: all fields quoted, none of them a formula, dates a spreadsheet reads as dates.
//!
//! Must never know: what the report is about.

use super::document::{Cell, Document, Table};
use super::when::Clock;
use crate::text::{Shown, csv_cell, csv_plain, file_name};

/// Excel takes a file for UTF-8 only when it starts with this.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One table as a file of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableFile {
    /// Its name, as `discharge-ways-in.csv`.
    pub name: String,
    /// What stands in it.
    pub bytes: Vec<u8>,
}

/// Every table as a file of its own, for programs and for an evidence folder.
pub fn tables(document: &Document) -> Vec<TableFile> {
    document
        .tables()
        .map(|table| {
            let mut text = String::from(BYTE_ORDER_MARK);
            write_table(&mut text, table, &document.clock);
            TableFile {
                name: format!("{}.csv", file_name(&format!("{} {}", document.kind, table.key))),
                bytes: text.into_bytes(),
            }
        })
        .collect()
}

/// The tables in one file. A single table stands alone; of several, each has its name in a line before it and an
/// empty line after it.
pub(super) fn render(document: &Document) -> Vec<u8> {
    let mut text = String::from(BYTE_ORDER_MARK);
    let several = document.tables().count() > 1;
    for (place, table) in document.tables().enumerate() {
        if several {
            if place > 0 {
                text.push_str("\r\n");
            }
            text.push_str(&csv_plain(table.key));
            text.push_str("\r\n");
        }
        write_table(&mut text, table, &document.clock);
    }
    text.into_bytes()
}

fn write_table(text: &mut String, table: &Table, clock: &Clock) {
    let heads: Vec<String> = table.columns.iter().map(|column| csv_plain(column.key)).collect();
    text.push_str(&heads.join(","));
    text.push_str("\r\n");
    for row in &table.rows {
        for (place, cell) in row.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            text.push_str(&field(cell, clock));
        }
        text.push_str("\r\n");
    }
}

/// Only text from outside can be a formula; numbers and dates are our own.
fn field(cell: &Cell, clock: &Clock) -> String {
    match cell {
        Cell::None | Cell::Unknown => csv_plain(""),
        Cell::Usual(word) => csv_plain(word),
        Cell::Text(text) | Cell::Word { shown: text, .. } => csv_cell(Shown::as_str(text)),
        Cell::Count(number) => csv_plain(&number.to_string()),
        Cell::At(at) => csv_plain(&clock.sheet(*at)),
        Cell::Day(day) => csv_plain(&day.to_string()),
    }
}
