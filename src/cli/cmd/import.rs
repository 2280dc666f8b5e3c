//! `import`: files compared with the register, and taken in with `--apply`.
//!
//! Must never know: any layout.

use crate::cli::args::ImportArgs;
use crate::cli::context::{Context, moment, reading};
use crate::cli::output::{Answer, table};
use crate::cli::{Exit, files};
use crate::domain::Instant;
use crate::error::{AppError, ErrorClass};
use crate::import::format::{FormatId, Mapping};
use crate::import::source;
use crate::service::importing::{FileReport, ImportReport, ImportRequest};
use crate::service::words;
use crate::text::shown;
use std::path::{Path, PathBuf};

/// So many rows of a plan are shown to a person; a program gets all.
const SHOWN: usize = 40;

/// Runs it.
pub fn run(context: &Context, args: ImportArgs) -> Result<Exit, AppError> {
    let format = args.format.as_deref().map(format).transpose()?;
    let paths = paths(&args.files)?;
    let mut request = ImportRequest::of(Vec::with_capacity(paths.len()));
    for path in &paths {
        let name =
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
        request.files.push((name, files::read(path)?));
    }
    request.format = format;
    request.map = mapping(&args.map)?;
    request.client = args.client;
    request.system = args.system;
    request.naming = context.naming();
    request.everyone = args.everyone;
    request.apply = args.apply;
    let taken_at = args.taken_at;
    let mut take = move |session: &mut crate::service::Session| {
        let now = session.scene().now;
        let with = reading(session, false);
        request.taken_at = match taken_at.as_deref() {
            Some(typed) => Some(moment("--taken-at", typed, &with, |when| when.done(&with))?),
            None => newest(&paths).filter(|at| *at <= now),
        };
        answer(&session.import(&request)?, now)
    };
    if args.apply {
        context.change(|visit| take(visit.writing()?))
    } else {
        context.answer(|session, _| Ok((take(session)?, 0)))
    }
}

fn format(word: &str) -> Result<FormatId, AppError> {
    FormatId::parse(word).ok_or_else(|| {
        AppError::new(ErrorClass::Usage, format!("There is no format \"{}\". Nothing was read.", shown(word)))
            .hint("keyward formats lists them")
    })
}

/// Which column holds what: each a field and its column, or a file with one of these a line.
fn mapping(given: &[String]) -> Result<Option<Mapping>, AppError> {
    if given.is_empty() {
        return Ok(None);
    }
    let mut lines = Vec::with_capacity(given.len());
    for text in given {
        if text.contains('=') {
            lines.push(text.clone());
        } else {
            let bytes = files::read(Path::new(text))?;
            lines.extend(source::decode(&bytes).text.lines().map(str::to_owned));
        }
    }
    Ok(Some(Mapping::parse(lines.iter().map(String::as_str))?))
}

/// A folder stands for the sheets in it, by name.
fn paths(given: &[PathBuf]) -> Result<Vec<PathBuf>, AppError> {
    let mut out = Vec::new();
    for path in given {
        if !path.is_dir() {
            out.push(path.clone());
            continue;
        }
        let failed = |error| AppError::new(ErrorClass::System, format!("{} cannot be read: {error}.", path.display()));
        let mut inside: Vec<PathBuf> = std::fs::read_dir(path)
            .map_err(failed)?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| is_sheet(path))
            .collect();
        if inside.is_empty() {
            return Err(AppError::new(ErrorClass::BadInput, format!("There are no sheets in {}.", path.display()))
                .hint("Sheets are files like People.csv, Clients.csv, Systems.csv, Access.csv"));
        }
        inside.sort();
        out.extend(inside);
    }
    Ok(out)
}

/// A CSV file, but none a computer hides, such as the `._People.csv` a Mac leaves beside `People.csv`.
fn is_sheet(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !hidden && path.is_file() && path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"))
}

/// When the newest of the files was written.
fn newest(paths: &[PathBuf]) -> Option<Instant> {
    let written = |path: &PathBuf| std::fs::metadata(path).and_then(|met| met.modified()).ok();
    let at = paths.iter().filter_map(written).max()?;
    Some(chrono::DateTime::<chrono::Utc>::from(at).into())
}

fn answer(report: &ImportReport, now: Instant) -> Result<Answer, AppError> {
    let files = serde_json::to_value(&report.files)
        .map_err(|error| AppError::new(ErrorClass::Internal, format!("The plan could not be written out: {error}")))?;
    let text: String = report.files.iter().map(file_text).collect();
    Ok(Answer::new("import", now).field("files", files).text(text))
}

fn file_text(file: &FileReport) -> String {
    let mut out = format!("{}: {}.\n", shown(&file.name), shown(&file.recognised));
    if let Some(why) = &file.partial_why {
        out.push_str(&format!("Not everybody is in it: {}\n", shown(why)));
    }
    let rows: Vec<Vec<String>> = file
        .changes
        .iter()
        .take(SHOWN)
        .map(|change| {
            let fields: Vec<String> =
                change.fields.iter().map(|field| format!("{}: {} > {}", field.field, field.old, field.new)).collect();
            vec![
                change.line.map_or_else(String::new, |line| line.to_string()),
                change.class.replace('_', " "),
                change.what.clone(),
                change.technician.clone().unwrap_or_default(),
                fields.iter().chain(&change.notes).cloned().collect::<Vec<_>>().join("; "),
            ]
        })
        .collect();
    if !rows.is_empty() {
        out.push_str(&table(&["Line", "Would be", "What", "Person", "How"], &rows));
    }
    if file.changes.len() > SHOWN {
        out.push_str(&format!(
            "... and {} more; --json lists all.\n",
            words::count((file.changes.len() - SHOWN) as u64)
        ));
    }
    for issue in &file.issues {
        let line = issue.line.map_or_else(String::new, |line| format!(" line {line}:"));
        let sheet = issue.sheet.as_deref().map_or_else(String::new, |sheet| format!(" {}:", shown(sheet)));
        out.push_str(&format!("{}:{sheet}{line} {}\n", issue.severity, shown(&issue.message)));
    }
    for look in &file.look_at {
        out.push_str(&format!("Look at: {}\n", shown(look)));
    }
    out.push_str(&format!("{}.\n", shown(&file.summary)));
    if let Some(backup) = &file.backup {
        out.push_str(&format!("A backup was made first: {}\n", shown(backup)));
    }
    out.push_str(match (file.applied, file.seq) {
        (true, _) => "Taken in. keyward undo takes it back.\n",
        _ => "Nothing was changed. --apply takes it in.\n",
    });
    out
}
