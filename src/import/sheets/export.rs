//! Writing the office's sheets: a workbook or CSV files, with the columns they are read by.
//!
//! Text that a spreadsheet would take for a formula gets an apostrophe in CSV, which reading takes away again. In a
//! workbook every text is stored as text. Must never know: the register, paths.

use super::cell::OutCell;
use super::{Column, Sheet, SheetRows};
use crate::domain::Zone;
use crate::import::date::When;
use crate::import::error::ImportError;
use crate::text::{csv_cell, csv_plain};
use chrono::{Datelike, NaiveDateTime, NaiveTime, Timelike};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

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

fn csv_field(cell: Option<&OutCell>, zone: &Zone) -> String {
    match cell {
        None => csv_plain(""),
        Some(OutCell::Text(text)) => csv_cell(text),
        Some(OutCell::Number(number)) => csv_plain(&number.to_string()),
        Some(OutCell::Date(when)) => csv_plain(&match wall(*when, zone) {
            (day, None) => day.to_string(),
            (_, Some(at)) if at.nanosecond() == 0 => at.format("%Y-%m-%d %H:%M:%S").to_string(),
            (_, Some(at)) => at.format("%Y-%m-%d %H:%M:%S%.3f").to_string(),
        }),
    }
}

/// One sheet as CSV: every field quoted, CRLF, with a byte-order mark so that Excel reads names right.
pub fn csv(sheet: Sheet, rows: &SheetRows, zone: &Zone) -> Vec<u8> {
    let heads: Vec<String> = sheet.columns().iter().map(|column| csv_plain(column.name)).collect();
    let mut text = format!("\u{feff}{}\r\n", heads.join(","));
    for cells in rows.cells(sheet) {
        let fields: Vec<String> = cells.iter().map(|cell| csv_field(cell.as_ref(), zone)).collect();
        text.push_str(&fields.join(","));
        text.push_str("\r\n");
    }
    text.into_bytes()
}

/// All sheets as CSV files: name and bytes.
pub fn csv_folder(rows: &SheetRows, zone: &Zone) -> Vec<(String, Vec<u8>)> {
    Sheet::ALL.iter().map(|sheet| (format!("{}.csv", sheet.name()), csv(*sheet, rows, zone))).collect()
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
