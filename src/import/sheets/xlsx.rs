//! A workbook's cells, sheet by sheet: values only, never formulas, links or macros.
//!
//! Must never know: which columns a sheet should have.

use super::raw::{RawCell, RawSheet};
use super::zip_guard;
use crate::import::error::ImportError;
use crate::import::issue::{Issue, Issues};
use crate::import::source::Limits;
use calamine::{Data, DataRef, Reader as _, Xlsx};
use chrono::{NaiveDate, NaiveDateTime};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// All text of a workbook, in bytes: one long text can stand in a million cells.
const MAX_TEXT: usize = 256 << 20;

/// Reads every sheet. A reader that stumbles over a hostile file ends here and nowhere else.
pub(super) fn sheets(bytes: &[u8], limits: &Limits, issues: &mut Issues) -> Result<Vec<RawSheet>, ImportError> {
    zip_guard::check(bytes)?;
    catch_unwind(AssertUnwindSafe(|| read(bytes, limits, issues))).unwrap_or(Err(ImportError::Unreadable))
}

fn read(bytes: &[u8], limits: &Limits, issues: &mut Issues) -> Result<Vec<RawSheet>, ImportError> {
    let mut book: Xlsx<Cursor<&[u8]>> = Xlsx::new(Cursor::new(bytes)).map_err(|error| match error {
        calamine::XlsxError::Password => ImportError::OldWorkbook,
        _ => ImportError::Unreadable,
    })?;
    let mut sheets = Vec::new();
    let mut text = 0_usize;
    for name in book.sheet_names() {
        // Charts and dialogs have no cells.
        let Ok(mut cells) = book.worksheet_cells_reader(&name) else { continue };
        let mut sheet = RawSheet { name: name.clone(), ..RawSheet::default() };
        let mut last_row = None;
        let mut too_wide = false;
        while let Some(cell) = cells.next_cell().map_err(|_| ImportError::Unreadable)? {
            let (row, column) = cell.get_position();
            let line = u64::from(row) + 1;
            let place = usize::try_from(column).unwrap_or(usize::MAX);
            if place >= limits.columns {
                if !std::mem::replace(&mut too_wide, true) {
                    let message = format!("Cells to the right of column {} were left out.", limits.columns);
                    issues.push(Issue::warning("too_many_cells", message).at(line).in_sheet(&name));
                }
                continue;
            }
            let value = match value(cell.get_value(), limits) {
                Ok(RawCell::Empty) => continue,
                Ok(value) => value,
                Err(problem) => {
                    issues.push(problem.at(line).in_column(Some(place)).in_sheet(&name));
                    continue;
                }
            };
            if let RawCell::Text(written) = &value {
                text = text.saturating_add(written.len());
            }
            if text > MAX_TEXT {
                return Err(ImportError::Packed { why: "it holds more than 256 MiB of text" });
            }
            if last_row != Some(row) {
                if sheet.rows.len() >= limits.rows {
                    issues.push(
                        Issue::warning("too_many_rows", "The sheet is longer than Keyward reads.").in_sheet(&name),
                    );
                    break;
                }
                sheet.rows.push((line, Vec::new()));
                last_row = Some(row);
            }
            if let Some((_, cells)) = sheet.rows.last_mut() {
                cells.push((place, value));
            }
        }
        sheets.push(sheet);
    }
    Ok(sheets)
}

fn value(data: &DataRef<'_>, limits: &Limits) -> Result<RawCell, Issue> {
    Ok(match data {
        DataRef::Empty => RawCell::Empty,
        DataRef::Int(number) => RawCell::Text(number.to_string()),
        DataRef::Float(number) => RawCell::Text(plain_number(*number)),
        DataRef::String(text) => RawCell::kept(text, limits)?,
        DataRef::SharedString(text) => RawCell::kept(text, limits)?,
        DataRef::Bool(yes) => RawCell::Text(if *yes { "yes" } else { "no" }.to_owned()),
        DataRef::DateTime(at) if at.is_datetime() => {
            moment(at.to_ymd_hms_milli()).map_or(RawCell::Empty, RawCell::Date)
        }
        DataRef::DateTime(at) => RawCell::Text(plain_number(at.as_f64())),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => RawCell::kept(text, limits)?,
        DataRef::Error(_) => {
            return Err(Issue::warning("cell_error", "This cell shows an error of the workbook. It counts as empty."));
        }
    })
}

/// Whole numbers without a decimal point, as the sheet shows them.
fn plain_number(number: f64) -> String {
    Data::Float(number).to_string()
}

fn moment((year, month, day, hour, minute, second, milli): (u16, u8, u8, u8, u8, u8, u16)) -> Option<NaiveDateTime> {
    NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))?.and_hms_milli_opt(
        u32::from(hour),
        u32::from(minute),
        u32::from(second),
        u32::from(milli),
    )
}
