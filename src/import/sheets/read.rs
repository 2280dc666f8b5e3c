//! Reading the office's sheets: which sheet a table is, where its columns are, and its rows one by one.
//!
//! Must never know: the register.

use super::cell::{CellFault, CellKind, CellValue};
use super::raw::{RawCell, RawRow, RawSheet};
use super::{Column, ParsedSheets, Sheet, SheetRow, SheetRows, template, xlsx};
use crate::domain::word::folded;
use crate::import::date::{Evidence, Order};
use crate::import::drop;
use crate::import::error::ImportError;
use crate::import::format::{FileFacts, FormatId, Reading};
use crate::import::issue::{Issue, Issues};
use crate::import::records::{Record, Table};
use crate::import::source::{Encoding, fingerprint};
use crate::text::csv_unguarded;
use std::collections::BTreeSet;

/// Whether the day comes first, column by column.
pub(crate) type Orders = Vec<Option<Order>>;

/// Takes one cell of a row; a fault is noted and the value is missing.
pub(crate) fn value<T: CellValue>(
    cells: &[RawCell],
    orders: &Orders,
    place: &mut usize,
    faults: &mut Vec<(usize, CellFault)>,
) -> Option<T> {
    let at = *place;
    *place += 1;
    let cell = cells.get(at).filter(|cell| !cell.is_empty())?;
    match T::read(cell, orders.get(at).copied().flatten()) {
        Ok(value) => Some(value),
        Err(fault) => {
            faults.push((at, fault));
            None
        }
    }
}

/// Reads a workbook.
pub(crate) fn open_workbook(name: &str, bytes: &[u8], how: &Reading) -> Result<ParsedSheets, ImportError> {
    let mut issues = Issues::default();
    let raw = xlsx::sheets(bytes, &how.limits, &mut issues)?;
    let mut rows = SheetRows::default();
    let mut refused = 0;
    let mut found = 0_usize;
    for sheet in &raw {
        if template::SIDE_SHEETS.contains(&sheet.name.as_str()) || sheet.rows.is_empty() {
            continue;
        }
        match Sheet::ALL.iter().copied().find(|known| folded(known.name()) == folded(&sheet.name)) {
            Some(known) => {
                found += 1;
                take_sheet(known, sheet, how, &mut rows, &mut issues, &mut refused);
            }
            None => {
                let message =
                    format!("Sheet \u{201c}{}\u{201d} is not one Keyward knows. It was left out.", sheet.name);
                issues.push(Issue::warning("sheet_unknown", message).in_sheet(&sheet.name));
            }
        }
    }
    if found == 0 {
        let names: Vec<String> = raw.into_iter().map(|sheet| sheet.name).take(12).collect();
        return Err(ImportError::NoSheet { sheets: names.join(", ") });
    }
    Ok(ParsedSheets {
        format: FormatId::SheetsXlsx,
        recognised: format!("looks like {}: {found} of {} sheets", FormatId::SheetsXlsx.shown(), Sheet::ALL.len()),
        file: name.to_owned(),
        rows,
        refused,
        issues: issues.finish(),
        sha256: fingerprint(bytes),
        encoding: Encoding::Workbook,
    })
}

/// Reads one sheet saved as CSV. None when neither its name nor its columns are those of a sheet.
pub(crate) fn open_csv(file: &FileFacts<'_>, how: &Reading) -> Result<Option<ParsedSheets>, ImportError> {
    let table = Table::open(file.decoded.text.as_ref(), &how.limits, file.decoded.damaged)?;
    let Some(sheet) = which(file.name, &table.header)? else { return Ok(None) };
    let mut issues = Issues::default();
    let mut refused = 0_u64;
    let header = table.header.iter().enumerate().map(|(at, name)| (at, RawCell::text(name))).collect();
    let mut raw = RawSheet { name: sheet.name().to_owned(), rows: vec![(table.header_line, header)] };
    for (count, row) in table.rows().enumerate() {
        if count >= how.limits.rows {
            issues.push(
                Issue::warning("too_many_rows", "The sheet is longer than Keyward reads.").in_sheet(sheet.name()),
            );
            break;
        }
        match row {
            Ok(record) if table.is_header(&record) => {}
            Ok(record) => match table.too_wide(&record) {
                Some(issue) => {
                    refused += 1;
                    issues.push(issue.in_sheet(sheet.name()));
                }
                None => raw.rows.push(row_of(&record, how, sheet, &mut issues)),
            },
            Err((line, fault)) => {
                refused += 1;
                issues.push(fault.issue(line).in_sheet(sheet.name()));
            }
        }
    }
    if file.decoded.guessed {
        let message = "The file does not say its character set. Look at names with accents before you take it.";
        issues.push(Issue::warning("encoding_guessed", message).in_sheet(sheet.name()));
    }
    let mut rows = SheetRows::default();
    take_sheet(sheet, &raw, how, &mut rows, &mut issues, &mut refused);
    let columns = sheet.columns();
    let known = columns.iter().filter(|c| table.header.iter().any(|h| folded(h) == folded(c.name))).count();
    Ok(Some(ParsedSheets {
        format: FormatId::SheetsCsv,
        recognised: format!(
            "looks like your sheet \u{201c}{}\u{201d}: {known} of {} columns",
            sheet.name(),
            columns.len()
        ),
        file: file.name.to_owned(),
        rows,
        refused,
        issues: issues.finish(),
        sha256: file.sha256.clone(),
        encoding: file.decoded.encoding,
    }))
}

/// The filled cells of a row, without the signs put in front of what looks like a formula.
fn row_of(record: &Record<'_>, how: &Reading, sheet: Sheet, issues: &mut Issues) -> RawRow {
    let mut cells = Vec::with_capacity(record.cells.len());
    for (at, cell) in record.cells.iter().enumerate() {
        match RawCell::kept(csv_unguarded(cell), &how.limits) {
            Ok(RawCell::Empty) => {}
            Ok(cell) => cells.push((at, cell)),
            Err(issue) => issues.push(issue.at(record.line).in_column(Some(at)).in_sheet(sheet.name())),
        }
    }
    (record.line, cells)
}

/// Which sheet a CSV file is: by its name, else by its columns when they fit one sheet better than all others.
fn which(file: &str, header: &[String]) -> Result<Option<Sheet>, ImportError> {
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = folded(stem.rsplit_once('.').map_or(stem, |(stem, _)| stem));
    if let Some(sheet) = Sheet::ALL.iter().copied().find(|sheet| folded(sheet.name()) == stem) {
        return Ok(Some(sheet));
    }
    let names: Vec<String> = header.iter().map(|name| folded(name)).filter(|name| !name.is_empty()).collect();
    let fit = |sheet: Sheet| {
        let columns = sheet.columns();
        let has = |column: &Column| names.contains(&folded(column.name));
        let known = columns.iter().filter(|column| has(column)).count();
        // Half of the columns have to be ours, so that a list of something else is not taken for a sheet.
        (columns.iter().filter(|column| column.needed).all(has) && known * 2 >= names.len()).then_some(known)
    };
    let best = Sheet::ALL.iter().filter_map(|sheet| fit(*sheet)).max();
    let fitting: Vec<Sheet> =
        Sheet::ALL.iter().copied().filter(|sheet| best.is_some() && fit(*sheet) == best).collect();
    match fitting.as_slice() {
        [] => Ok(None),
        [sheet] => Ok(Some(*sheet)),
        several => {
            let sheets = several.iter().map(|sheet| sheet.name()).collect::<Vec<_>>().join(", ");
            Err(ImportError::SheetUnclear { sheets })
        }
    }
}

fn take_sheet(
    sheet: Sheet,
    raw: &RawSheet,
    how: &Reading,
    rows: &mut SheetRows,
    issues: &mut Issues,
    refused: &mut u64,
) {
    let columns = sheet.columns();
    let Some(header) = header_of(raw, &columns) else { return };
    let Some((line, cells)) = raw.rows.get(header) else { return };
    let places: Vec<Option<usize>> = columns
        .iter()
        .map(|column| {
            cells.iter().find(|(_, cell)| folded(&cell.plain()) == folded(column.name)).map(|(place, _)| *place)
        })
        .collect();
    remark_on_header(sheet, *line, cells, &places, &columns, issues);
    let below = raw.rows.get(header + 1..).unwrap_or_default();
    remark_on_nameless(sheet, cells, below, issues);
    let missing: Vec<&str> =
        columns.iter().zip(&places).filter(|(c, place)| c.needed && place.is_none()).map(|(c, _)| c.name).collect();
    if !missing.is_empty() {
        let message = format!(
            "Sheet {} has no column \u{201c}{}\u{201d}. Its {} rows were left out.",
            sheet.name(),
            missing.join("\u{201d}, \u{201c}"),
            below.len()
        );
        issues.push(Issue::error("column_missing", message).at(*line).in_sheet(sheet.name()));
        *refused = refused.saturating_add(u64::try_from(below.len()).unwrap_or(u64::MAX));
        return;
    }
    let orders = orders(sheet, *line, below, &places, &columns, how, issues);
    let mut source =
        RowSource { sheet, rows: below, columns: &columns, places: &places, orders: &orders, issues, refused };
    rows.take(sheet, &mut source);
}

/// The row with the headings: the first that has all needed ones, else the first at all.
fn header_of(raw: &RawSheet, columns: &[Column]) -> Option<usize> {
    let has_all = |cells: &[(usize, RawCell)]| {
        columns
            .iter()
            .filter(|column| column.needed)
            .all(|column| cells.iter().any(|(_, cell)| folded(&cell.plain()) == folded(column.name)))
    };
    raw.rows.iter().take(20).position(|(_, cells)| has_all(cells)).or((!raw.rows.is_empty()).then_some(0))
}

fn remark_on_header(
    sheet: Sheet,
    line: u64,
    cells: &[(usize, RawCell)],
    places: &[Option<usize>],
    columns: &[Column],
    issues: &mut Issues,
) {
    for (place, cell) in cells.iter().filter(|(place, _)| !places.contains(&Some(*place))) {
        let name = cell.plain();
        let issue = if columns.iter().any(|column| folded(column.name) == folded(&name)) {
            Issue::warning(
                "column_repeated",
                format!("Column \u{201c}{name}\u{201d} is there twice. The first one is read."),
            )
        } else if drop::is_secret(&name) {
            Issue::note(
                "secret_dropped",
                format!("Column \u{201c}{name}\u{201d} was left out: Keyward never reads secrets."),
            )
        } else {
            let message = format!("Column \u{201c}{name}\u{201d} is not one of this sheet. It was left out.");
            Issue::warning("column_unknown", message)
        };
        issues.push(issue.at(line).in_column(Some(*place)).in_sheet(sheet.name()));
    }
}

/// Columns that have cells and no heading: nobody can say what they mean, and nothing is left out unsaid.
fn remark_on_nameless(sheet: Sheet, header: &[(usize, RawCell)], below: &[RawRow], issues: &mut Issues) {
    let mut seen: BTreeSet<usize> = header.iter().map(|(place, _)| *place).collect();
    for (line, cells) in below {
        for place in cells.iter().map(|(place, _)| *place) {
            if seen.insert(place) {
                let message = "This column has no heading. It was left out.";
                issues.push(
                    Issue::warning("column_nameless", message).at(*line).in_column(Some(place)).in_sheet(sheet.name()),
                );
            }
        }
    }
}

/// Decides day and month for each date column by all of its cells.
fn orders(
    sheet: Sheet,
    line: u64,
    rows: &[RawRow],
    places: &[Option<usize>],
    columns: &[Column],
    how: &Reading,
    issues: &mut Issues,
) -> Orders {
    let mut orders = Vec::with_capacity(columns.len());
    for (column, place) in columns.iter().zip(places) {
        let mut evidence = Evidence::default();
        if let (CellKind::Date, Some(place)) = (column.kind, place) {
            for (_, cells) in rows {
                if let Some((_, RawCell::Text(text))) = cells.iter().find(|(at, _)| at == place) {
                    evidence.add(text);
                }
            }
        }
        if evidence.is_open(how.order()) {
            let message = format!(
                "Day and month cannot be told apart in \u{201c}{}\u{201d}. {}",
                column.name,
                evidence.sentence()
            );
            issues.push(Issue::warning("dates_unclear", message).at(line).in_column(*place).in_sheet(sheet.name()));
        }
        orders.push(evidence.order(how.order()));
    }
    orders
}

/// The rows of one sheet on their way to their type.
pub(crate) struct RowSource<'a> {
    sheet: Sheet,
    rows: &'a [RawRow],
    columns: &'a [Column],
    places: &'a [Option<usize>],
    orders: &'a Orders,
    issues: &'a mut Issues,
    refused: &'a mut u64,
}

impl RowSource<'_> {
    /// Reads all rows into a list. A row with a cell that is missing or wrong is refused with every reason.
    pub fn into<R: SheetRow>(&mut self, list: &mut Vec<R>) {
        for (line, filled) in self.rows {
            let cells: Vec<RawCell> = self
                .places
                .iter()
                .map(|place| {
                    filled.iter().find(|(at, _)| Some(*at) == *place).map(|(_, cell)| cell.clone()).unwrap_or_default()
                })
                .collect();
            if cells.iter().all(RawCell::is_empty) {
                continue;
            }
            if self.columns.iter().zip(&cells).all(|(column, cell)| cell.plain() == column.example) {
                let message = "The example row of the template was left out.";
                self.issues.push(Issue::note("example_row", message).at(*line).in_sheet(self.sheet.name()));
                continue;
            }
            let mut faults: Vec<(usize, CellFault)> = Vec::new();
            for (at, (column, cell)) in self.columns.iter().zip(&cells).enumerate() {
                if column.needed && cell.is_empty() {
                    faults.push((
                        at,
                        CellFault { code: "cell_missing", message: "It is empty, and it is needed.".to_owned() },
                    ));
                }
            }
            let row = R::from_cells(*line, &cells, self.orders, &mut faults);
            if faults.is_empty() {
                list.push(row);
            } else {
                self.refuse(*line, faults);
            }
        }
    }

    fn refuse(&mut self, line: u64, faults: Vec<(usize, CellFault)>) {
        *self.refused = self.refused.saturating_add(1);
        for (at, fault) in faults {
            let name = self.columns.get(at).map_or("", |column| column.name);
            let message = format!("{}, row {line}, {name}: {} The row was left out.", self.sheet.name(), fault.message);
            let place = self.places.get(at).copied().flatten();
            self.issues.push(Issue::error(fault.code, message).at(line).in_column(place).in_sheet(self.sheet.name()));
        }
    }
}
