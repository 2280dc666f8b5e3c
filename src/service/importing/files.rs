//! Several files as one: the office's sheets of a folder, or the parts of one system's list.
//!
//! Must never know: the register, where files lie.

use super::ImportRequest;
use crate::error::{AppError, ErrorClass};
use crate::import::format::Reading;
use crate::import::issue::Issue;
use crate::import::matching::fold_login;
use crate::import::row::Parsed;
use crate::import::sheets::ParsedSheets;
use crate::import::{self, ReadFile, source};
use crate::text;
use std::collections::HashSet;

/// Reads the files as one import.
///
/// # Errors
/// When one of them cannot be read, or they are not of one kind. Bad rows are issues of the result.
pub(super) fn read(request: &ImportRequest, how: &Reading) -> Result<ReadFile, AppError> {
    let files = &request.files;
    let mut sheets: Vec<ParsedSheets> = Vec::new();
    let mut lists: Vec<Parsed> = Vec::new();
    for (name, bytes) in files {
        let name = base(name);
        let read = match &request.map {
            Some(mapping) => import::read_mapped(name, bytes, mapping, how),
            None => import::read(name, bytes, request.format, how),
        };
        match read.map_err(|error| named(error.into(), name, files.len()))? {
            ReadFile::Sheets(read) => sheets.push(*read),
            ReadFile::List(read) => lists.push(read),
        }
    }
    let several = lists.iter().any(|list| lists.first().is_some_and(|first| first.format != list.format));
    if several || (!sheets.is_empty() && !lists.is_empty()) {
        return Err(AppError::new(
            ErrorClass::BadInput,
            "These files are of different kinds and cannot be taken as one import. Nothing was changed.",
        )
        .hint("Import them one after the other"));
    }
    match (ParsedSheets::join(sheets), join(lists)) {
        (Some(sheets), _) => Ok(ReadFile::Sheets(Box::new(sheets))),
        (None, Some(list)) => Ok(ReadFile::List(list)),
        (None, None) => Err(AppError::new(ErrorClass::BadInput, "There is no file to read. Nothing was changed.")),
    }
}

/// A file's name without its folders: where it lay is nobody's business later.
fn base(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().filter(|base| !base.is_empty()).unwrap_or(name)
}

/// Says which of several files it is about.
fn named(error: AppError, name: &str, files: usize) -> AppError {
    if files < 2 {
        return error;
    }
    AppError { message: format!("{}: {}", text::shown(name), error.message), ..error }
}

/// The parts of one system's list. An account that stands in two of them is taken from the first.
fn join(lists: Vec<Parsed>) -> Option<Parsed> {
    let mut lists = lists.into_iter();
    let mut all = lists.next()?;
    let mut rest = lists.peekable();
    if rest.peek().is_none() {
        return Some(all);
    }
    let mut seen: HashSet<String> = all.rows.iter().map(|row| fold_login(&row.login)).collect();
    let first = all.file.clone();
    all.issues.iter_mut().for_each(|issue| issue.sheet = Some(first.clone()));
    let mut hashes = all.sha256.clone();
    let mut count = 1_usize;
    for part in rest {
        count += 1;
        all.refused = all.refused.saturating_add(part.refused);
        all.partial = all.partial.or(part.partial);
        all.stated_total = None;
        all.issues.extend(part.issues.into_iter().map(|issue| issue.in_sheet(part.file.clone())));
        for row in part.rows {
            if seen.insert(fold_login(&row.login)) {
                all.rows.push(row);
            } else {
                all.refused = all.refused.saturating_add(1);
                let message = "This account stands in another of the files already. This line was left out.";
                all.issues.push(Issue::note("login_repeated", message).at(row.line).in_sheet(part.file.clone()));
            }
        }
        all.file = format!("{}; {}", all.file, part.file);
        hashes.push_str(&part.sha256);
    }
    all.sha256 = source::fingerprint(hashes.as_bytes());
    all.recognised = format!("{count} files, each {}", all.format);
    Some(all)
}
