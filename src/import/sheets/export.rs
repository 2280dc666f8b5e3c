//! Writing the office's sheets: a workbook or CSV files, with the columns they are read by.
//!
//! Text that a spreadsheet would take for a formula gets an apostrophe in CSV, which reading takes away again. In a
//! workbook every text is stored as text. Must never know: the register, paths.

use super::cell::OutCell;
use super::{Column, Sheet, SheetRows};
use crate::domain::Zone;
use crate::import::date::When;
use crate::import::error::ImportError;
use chrono::{Datelike, NaiveDateTime, NaiveTime, Timelike};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

/// Whether a spreadsheet could take the text for a formula: after blanks one of `= + - @`, also full-width, or a tab,
/// line end or NUL. Text that begins with our own apostrophe counts too, so that reading gives back what was written.
fn is_dangerous(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix('\'') {
        return is_dangerous(rest);
    }
    if text.starts_with(['\t', '\r', '\n', '\0']) {
        return true;
    }
    text.trim_start().starts_with(['=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}'])
}

/// The text as it may stand in a CSV file.
pub fn guard(text: &str) -> String {
    if is_dangerous(text) { format!("'{text}") } else { text.to_owned() }
}

/// Takes our own apostrophe away again.
pub fn unguard(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| is_dangerous(rest)).unwrap_or(text)
}

/// A date on the firm's wall clock: the day, and the time when it has one.
fn wall(when: When, zone: &Zone) -> (chrono::NaiveDate, Option<NaiveDateTime>) {
    match when {
        When::Day(day) => (day, None),
        When::Local(at) => (at.date(), Some(at)),
        When::Exact(at) => {
            let local = zone.local(at);
            (local.date(), Some(local))
        }
    }
}

fn csv_text(cell: &OutCell, zone: &Zone) -> String {
    match cell {
        OutCell::Text(text) => guard(text),
        OutCell::Number(number) => number.to_string(),
        OutCell::Date(when) => match wall(*when, zone) {
            (day, None) => day.to_string(),
            (_, Some(at)) if at.nanosecond() == 0 => at.format("%Y-%m-%d %H:%M:%S").to_string(),
            (_, Some(at)) => at.format("%Y-%m-%d %H:%M:%S%.3f").to_string(),
        },
    }
}

/// One sheet as CSV: every field quoted, CRLF, with a byte-order mark so that Excel reads names right.
pub fn csv(sheet: Sheet, rows: &SheetRows, zone: &Zone) -> Result<Vec<u8>, ImportError> {
    let mut writer = csv::WriterBuilder::new()
        .quote_style(csv::QuoteStyle::Always)
        .terminator(csv::Terminator::CRLF)
        .from_writer(b"\xEF\xBB\xBF".to_vec());
    let fault = |error: csv::Error| ImportError::Write(error.to_string());
    writer.write_record(sheet.columns().iter().map(|column| column.name)).map_err(fault)?;
    for cells in rows.cells(sheet) {
        let texts = cells.iter().map(|cell| cell.as_ref().map_or_else(String::new, |cell| csv_text(cell, zone)));
        writer.write_record(texts).map_err(fault)?;
    }
    writer.into_inner().map_err(|error| ImportError::Write(error.to_string()))
}

/// All sheets as CSV files: name and bytes.
pub fn csv_folder(rows: &SheetRows, zone: &Zone) -> Result<Vec<(String, Vec<u8>)>, ImportError> {
    Sheet::ALL.iter().map(|sheet| Ok((format!("{}.csv", sheet.name()), csv(*sheet, rows, zone)?))).collect()
}

/// The looks of a workbook's cells.
pub(super) struct Looks {
    pub head: Format,
    pub needed: Format,
    pub day: Format,
    pub time: Format,
    pub exact: Format,
    pub example: Format,
    pub wrap: Format,
}

impl Looks {
    pub fn new() -> Self {
        let head = Format::new().set_bold().set_background_color(0xE7_E6_E6).set_align(FormatAlign::Left);
        Self {
            needed: head.clone().set_background_color(0xBD_D7_EE),
            head,
            day: Format::new().set_num_format("yyyy-mm-dd"),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
            exact: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss.000"),
            example: Format::new().set_italic().set_font_color(0x80_80_80).set_num_format("yyyy-mm-dd"),
            wrap: Format::new().set_text_wrap().set_align(FormatAlign::Top),
        }
    }
}

/// Headings, widths and the frozen first row of a sheet.
pub(super) fn head(sheet: &mut Worksheet, columns: &[Column], looks: &Looks) -> Result<(), XlsxError> {
    for (place, column) in columns.iter().enumerate() {
        let place = u16::try_from(place).unwrap_or(u16::MAX);
        let format = if column.needed { &looks.needed } else { &looks.head };
        sheet.write_string_with_format(0, place, column.name, format)?;
        let width = u32::try_from(column.name.chars().count().max(12) + 2).unwrap_or(20);
        sheet.set_column_width(place, f64::from(width.min(30)))?;
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

pub(super) fn excel_moment(at: NaiveDateTime) -> Result<ExcelDateTime, XlsxError> {
    let part = |value: u32| u8::try_from(value).unwrap_or_default();
    let year = u16::try_from(at.year()).unwrap_or(1900);
    let day = ExcelDateTime::from_ymd(year, part(at.month()), part(at.day()))?;
    if at.time() == NaiveTime::MIN {
        return Ok(day);
    }
    let seconds = f64::from(at.second()) + f64::from(at.nanosecond() / 1_000_000) / 1_000.0;
    day.and_hms(u16::from(part(at.hour())), part(at.minute()), seconds)
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    place: u16,
    cell: &OutCell,
    zone: &Zone,
    looks: &Looks,
) -> Result<(), XlsxError> {
    match cell {
        OutCell::Text(text) => sheet.write_string(row, place, text)?,
        OutCell::Number(number) => sheet.write_number(row, place, *number)?,
        OutCell::Date(when) => {
            let (day, time) = wall(*when, zone);
            let at = time.unwrap_or_else(|| day.and_time(NaiveTime::MIN));
            // A midnight that is a time and not a bare day is written as text, or it would be read as the day.
            if time.is_some() && at.time() == NaiveTime::MIN {
                sheet.write_string(row, place, at.format("%Y-%m-%d %H:%M:%S").to_string())?
            } else {
                let format = match time {
                    None => &looks.day,
                    Some(at) if at.nanosecond() == 0 => &looks.time,
                    Some(_) => &looks.exact,
                };
                sheet.write_datetime_with_format(row, place, &excel_moment(at)?, format)?
            }
        }
    };
    Ok(())
}

/// All sheets as one workbook.
pub fn workbook(rows: &SheetRows, zone: &Zone) -> Result<Vec<u8>, ImportError> {
    build(rows, zone).map_err(|error| ImportError::Write(error.to_string()))
}

fn build(rows: &SheetRows, zone: &Zone) -> Result<Vec<u8>, XlsxError> {
    let looks = Looks::new();
    let mut book = Workbook::new();
    book.set_properties(&properties()?);
    for known in Sheet::ALL {
        let sheet = book.add_worksheet();
        sheet.set_name(known.name())?;
        head(sheet, &known.columns(), &looks)?;
        for (row, cells) in rows.cells(*known).iter().enumerate() {
            // A sheet ends at 1 048 576 rows; the writer refuses what is beyond.
            let row = u32::try_from(row).unwrap_or(u32::MAX).saturating_add(1);
            for (place, cell) in cells.iter().enumerate() {
                if let Some(cell) = cell {
                    write_cell(sheet, row, u16::try_from(place).unwrap_or(u16::MAX), cell, zone, &looks)?;
                }
            }
        }
    }
    book.save_to_buffer()
}

/// Fixed properties, so that the same rows give the same file.
pub(super) fn properties() -> Result<DocProperties, XlsxError> {
    Ok(DocProperties::new().set_author("Keyward").set_creation_datetime(&ExcelDateTime::from_ymd(2026, 1, 1)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_a_spreadsheet_would_run_gets_an_apostrophe() {
        for text in ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "  =1", "\u{FF1D}1", "\r=1", "'=1"] {
            assert_eq!(guard(text), format!("'{text}"));
        }
        for text in ["Dana", "a=b", "'quoted'", "", "3-4"] {
            assert_eq!(guard(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_guarded_is_read_back_as_it_was(text in "['=+@\t -]{0,4}\\PC{0,6}") {
            let guarded = guard(&text);
            prop_assert_eq!(unguard(&guarded), text.as_str());
        }
    }
}
