//! `export`: the register in the office's own columns.
//!
//! Must never know: the columns.

use crate::cli::args::ExportArgs;
use crate::cli::context::Context;
use crate::cli::output::Answer;
use crate::cli::{Exit, files};
use crate::error::{AppError, ErrorClass};
use crate::service::exporting::Format;
use crate::service::words;
use crate::text::shown;
use std::path::{Path, PathBuf};

/// Runs it.
pub fn run(context: &Context, args: &ExportArgs) -> Result<Exit, AppError> {
    let format = Format::parse(&args.format).ok_or_else(|| {
        AppError::new(
            ErrorClass::Usage,
            format!("There is no format \"{}\". Nothing was written.", shown(&args.format)),
        )
        .hint("Possible are workbook, csv")
    })?;
    context.answer(|session, _| {
        let made = session.export(format)?;
        let now = session.scene().now;
        let written = match format {
            Format::Workbook => workbook(&args.output, made)?,
            Format::Csv => folder(&args.output, made)?,
        };
        let names: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
        let text =
            format!("Wrote {}.\n  {}\n", words::counted(names.len() as u64, "file", "files"), names.join("\n  "));
        Ok((Answer::new("export", now).field("files", names).text(text), 0))
    })
}

fn workbook(path: &Path, made: Vec<(String, Vec<u8>)>) -> Result<Vec<PathBuf>, AppError> {
    for (_, content) in made {
        files::write_new(path, &content)?;
    }
    Ok(vec![path.to_owned()])
}

/// All sheets into one folder: none is written when one of them is there already.
fn folder(path: &Path, made: Vec<(String, Vec<u8>)>) -> Result<Vec<PathBuf>, AppError> {
    std::fs::create_dir_all(path).map_err(|error| {
        AppError::new(ErrorClass::System, format!("{} cannot be made: {error}. Nothing was written.", path.display()))
    })?;
    let paths: Vec<PathBuf> = made.iter().map(|(name, _)| path.join(name)).collect();
    if let Some(there) = paths.iter().find(|path| path.exists()) {
        return Err(AppError::new(
            ErrorClass::Refused,
            format!("{} is there already. Nothing was written.", there.display()),
        )
        .hint("Give a new folder with -o PATH"));
    }
    for (path, (_, content)) in paths.iter().zip(&made) {
        files::write_new(path, content)?;
    }
    Ok(paths)
}
