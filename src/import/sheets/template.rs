//! The template workbook: every sheet with headings, drop-down lists, an example row, and a sheet that explains.
//!
//! `assets/register-template.xlsx` is what this makes; a test compares the two. Must never know: the register.

use super::cell::CellKind;
use super::export::{Looks, excel_moment, head, properties};
use super::{Column, Sheet};
use crate::import::error::ImportError;
use chrono::{NaiveDate, NaiveTime};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Formula, Workbook, Worksheet,
    XlsxError,
};

/// Sheets of the template that hold no data.
pub(super) const SIDE_SHEETS: [&str; 2] = ["Read me", "Words"];

/// Rows that get drop-down lists.
const ROWS: u32 = 5_000;

/// The template workbook.
pub fn workbook() -> Result<Vec<u8>, ImportError> {
    build().map_err(|error| ImportError::Write(error.to_string()))
}

fn build() -> Result<Vec<u8>, XlsxError> {
    let looks = Looks::new();
    let mut book = Workbook::new();
    book.set_properties(&properties()?);
    explain(book.add_worksheet(), &looks)?;
    let mut lists: Vec<Vec<&'static str>> = Vec::new();
    for known in Sheet::ALL {
        let columns = known.columns();
        let sheet = book.add_worksheet();
        sheet.set_name(known.name())?;
        head(sheet, &columns, &looks)?;
        for (place, column) in columns.iter().enumerate() {
            let place = u16::try_from(place).unwrap_or(u16::MAX);
            example(sheet, place, column, &looks)?;
            validate(sheet, place, column, &mut lists)?;
        }
    }
    let words = book.add_worksheet();
    words.set_name(SIDE_SHEETS[1])?;
    for (place, list) in lists.iter().enumerate() {
        for (row, word) in list.iter().enumerate() {
            let (row, place) = (u32::try_from(row).unwrap_or(u32::MAX), u16::try_from(place).unwrap_or(u16::MAX));
            words.write_string(row, place, *word)?;
        }
    }
    words.set_hidden(true);
    book.save_to_buffer()
}

/// The first sheet: what each sheet and each column is for.
fn explain(sheet: &mut Worksheet, looks: &Looks) -> Result<(), XlsxError> {
    sheet.set_name(SIDE_SHEETS[0])?;
    let lines = [
        "Fill in what you know, in any order. Blue headings are needed; everything else may stay empty.",
        "The grey rows are examples. Write over them or delete them; as they are they are not taken.",
        "Dates: real dates or 2026-11-23. Several things in one cell are separated by a semicolon.",
        "Never write a password anywhere. Keyward keeps who knows one, not what it is.",
        "Then: keyward import register.xlsx shows what would happen, and with --apply it happens.",
    ];
    let mut row = 0;
    for line in lines {
        sheet.write_string(row, 0, line)?;
        row += 1;
    }
    row += 1;
    for (place, (name, width)) in [
        ("Sheet", 12.0),
        ("Column", 20.0),
        ("Needed", 9.0),
        ("What it means", 60.0),
        ("Words", 50.0),
        ("Example", 30.0),
    ]
    .into_iter()
    .enumerate()
    {
        let place = u16::try_from(place).unwrap_or(u16::MAX);
        sheet.write_string_with_format(row, place, name, &looks.head)?;
        sheet.set_column_width(place, width)?;
    }
    for known in Sheet::ALL {
        row += 1;
        sheet.write_string_with_format(row, 0, known.name(), &looks.needed)?;
        sheet.write_string_with_format(row, 3, known.about(), &looks.needed)?;
        for column in known.columns() {
            row += 1;
            sheet.write_string_with_format(row, 0, known.name(), &looks.wrap)?;
            sheet.write_string_with_format(row, 1, column.name, &looks.wrap)?;
            sheet.write_string_with_format(row, 2, if column.needed { "yes" } else { "" }, &looks.wrap)?;
            sheet.write_string_with_format(row, 3, column.help, &looks.wrap)?;
            sheet.write_string_with_format(row, 4, column.words.join(", "), &looks.wrap)?;
            sheet.write_string_with_format(row, 5, column.example, &looks.wrap)?;
        }
    }
    Ok(())
}

fn example(sheet: &mut Worksheet, place: u16, column: &Column, looks: &Looks) -> Result<(), XlsxError> {
    if column.example.is_empty() {
        return Ok(());
    }
    match (column.kind, column.example.parse::<NaiveDate>()) {
        (CellKind::Date, Ok(day)) => {
            sheet.write_datetime_with_format(1, place, &excel_moment(day.and_time(NaiveTime::MIN))?, &looks.example)?
        }
        _ => sheet.write_string_with_format(1, place, column.example, &looks.example)?,
    };
    Ok(())
}

/// Drop-down lists and what Excel shows beside a cell. Long lists stand on a hidden sheet.
fn validate(
    sheet: &mut Worksheet,
    place: u16,
    column: &Column,
    lists: &mut Vec<Vec<&'static str>>,
) -> Result<(), XlsxError> {
    let rule = match column.kind {
        CellKind::Word => {
            let at = lists.iter().position(|list| *list == column.words).unwrap_or_else(|| {
                lists.push(column.words.clone());
                lists.len() - 1
            });
            let letter = letter(at);
            let range = format!("=Words!${letter}$1:${letter}${}", column.words.len());
            DataValidation::new().allow_list_formula(Formula::new(range)).set_error_title("Not in the list")?
        }
        CellKind::Date => {
            let from = ExcelDateTime::from_ymd(1990, 1, 1)?;
            DataValidation::new()
                .allow_date(DataValidationRule::GreaterThan(from))
                .set_error_style(DataValidationErrorStyle::Information)
                .set_error_title("A date is meant")?
        }
        CellKind::Text | CellKind::List | CellKind::Number | CellKind::Words => DataValidation::new().allow_any_value(),
    };
    let rule = rule.set_input_title(column.name)?.set_input_message(column.help)?;
    sheet.add_data_validation(1, place, ROWS, place, &rule)?;
    Ok(())
}

/// A to Z: there are fewer lists than letters.
fn letter(place: usize) -> char {
    u8::try_from(place).ok().and_then(|place| b'A'.checked_add(place)).map_or('A', char::from)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
    use super::*;
    use crate::import::format::Reading;
    use crate::import::sheets::open_workbook;

    const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/register-template.xlsx");

    #[test]
    fn the_shipped_template_is_what_is_made() {
        let made = workbook().unwrap();
        // KEYWARD_BLESS=1 writes the shipped file anew after a column has changed.
        if std::env::var_os("KEYWARD_BLESS").is_some() {
            std::fs::write(SHIPPED, &made).unwrap();
        }
        assert!(std::fs::read(SHIPPED).unwrap() == made, "run the test once with KEYWARD_BLESS=1");
    }

    #[test]
    fn the_template_as_it_is_brings_nothing_in() {
        let parsed = open_workbook("t.xlsx", &workbook().unwrap(), &Reading::default()).unwrap();
        assert!(parsed.rows.is_empty(), "{:?}", parsed.rows);
        assert_eq!((parsed.refused, parsed.issues.len()), (0, Sheet::ALL.len()));
        assert!(parsed.issues.iter().all(|issue| issue.code == "example_row"));
    }

    #[test]
    fn every_example_can_be_read_and_every_list_has_a_column() {
        let lists: std::collections::BTreeSet<_> =
            Sheet::ALL.iter().flat_map(|s| s.columns()).filter(|c| c.kind == CellKind::Word).map(|c| c.words).collect();
        assert!(lists.len() <= 26);
    }
}
