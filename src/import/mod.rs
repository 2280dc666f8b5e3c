//! Files in: bytes to rows and issues, matching, the plan.
//!
//! [`read()`] turns bytes into a list of accounts or into the office's own sheets; [`plan()`] compares that with what the
//! register knows and says exactly what taking it would do. Must never know: the store, the screen. Applies nothing.

pub mod date;
mod drop;
pub mod error;
pub mod format;
mod guess;
pub mod issue;
pub mod matching;
pub mod plan;
mod records;
pub mod row;
pub mod sheets;
pub mod source;
mod value;

pub use error::ImportError;

use format::{FileFacts, FormatId, Mapping, Reading};
use plan::{ImportPlan, Snapshot, Taking};
use row::Parsed;
use sheets::ParsedSheets;

/// A file, read: one of two kinds.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadFile {
    /// The list of a system.
    List(Parsed),
    /// The office's own sheets.
    Sheets(Box<ParsedSheets>),
}

/// Reads a file. The layout is found by what is in it; `hint` names it when somebody knows better.
///
/// # Errors
/// When the file is no list at all, too large, or not of the layout asked for. Bad rows are issues of the result.
pub fn read(name: &str, bytes: &[u8], hint: Option<FormatId>, how: &Reading) -> Result<ReadFile, ImportError> {
    source::check_size(bytes, &how.limits)?;
    // The beginning of an old binary workbook, and of a new one with a password.
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(ImportError::OldWorkbook);
    }
    match (is_workbook(bytes), hint) {
        (true, None | Some(FormatId::SheetsXlsx)) => {
            return sheets::open_workbook(name, bytes, how).map(|parsed| ReadFile::Sheets(Box::new(parsed)));
        }
        (true, Some(format)) => return Err(ImportError::IsWorkbook { format }),
        (false, Some(FormatId::SheetsXlsx)) => return Err(ImportError::NotWorkbook),
        (false, Some(FormatId::MappedCsv)) => {
            return Err(ImportError::Mapping { why: "No column is named.".to_owned() });
        }
        (false, _) => {}
    }
    let decoded = source::decode(bytes);
    let file = FileFacts { name, sha256: source::fingerprint(bytes), decoded: &decoded };
    if hint != Some(FormatId::SheetsCsv)
        && let Some(parsed) = format::read_list(&file, hint, how)?
    {
        return Ok(ReadFile::List(parsed));
    }
    match sheets::open_csv(&file, how)? {
        Some(parsed) => Ok(ReadFile::Sheets(Box::new(parsed))),
        None => Err(ImportError::NotRecognised { columns: first_columns(&decoded, how) }),
    }
}

/// Reads a system's list whose columns somebody named.
///
/// # Errors
/// When the file is no text with such columns, or too large. Bad rows are issues of the result.
pub fn read_mapped(name: &str, bytes: &[u8], mapping: &Mapping, how: &Reading) -> Result<ReadFile, ImportError> {
    source::check_size(bytes, &how.limits)?;
    if is_workbook(bytes) {
        return Err(ImportError::IsWorkbook { format: FormatId::MappedCsv });
    }
    let decoded = source::decode(bytes);
    let file = FileFacts { name, sha256: source::fingerprint(bytes), decoded: &decoded };
    format::read_mapped(&file, mapping, how).map(ReadFile::List)
}

/// Whether the bytes begin as those of a workbook, or of any other packed file.
fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// The columns of a file nobody knows, for the message; none when it is no text.
fn first_columns(decoded: &source::Decoded<'_>, how: &Reading) -> Vec<String> {
    let table = records::Table::open(decoded.text.as_ref(), &how.limits, decoded.damaged);
    let cut = |name: String| name.chars().take(40).collect::<String>();
    let is_text = |header: &Vec<String>| !header.iter().any(|name| name.contains(char::is_control));
    let header = table.map(|table| table.header).ok().filter(is_text).unwrap_or_default();
    header.into_iter().take(12).map(cut).collect()
}

/// Compares a file with what the register knows: what taking it would do, exactly.
///
/// # Errors
/// When a system's list comes without its system.
pub fn plan(file: ReadFile, snapshot: &Snapshot, taking: &Taking) -> Result<ImportPlan, ImportError> {
    match file {
        ReadFile::List(parsed) => plan::plan_list(parsed, snapshot, taking),
        ReadFile::Sheets(parsed) => Ok(sheets::plan::plan_sheets(*parsed, snapshot, taking)),
    }
}

#[cfg(test)]
mod tests;
