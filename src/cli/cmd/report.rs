//! `report`: a report as a file, or on standard output.
//!
//! Must never know: what a report says.

use crate::cli::args::ReportArgs;
use crate::cli::context::Context;
use crate::cli::output::{self, Answer};
use crate::cli::{Exit, files};
use crate::error::{AppError, ErrorClass};
use crate::report::Format;
use crate::text::shown;
use std::path::{Path, PathBuf};

/// Runs it. The format is the one named, else the one the file's name ends with, else HTML.
pub fn run(context: &Context, args: &ReportArgs) -> Result<Exit, AppError> {
    let format = format(args)?;
    let to_output = args.output.as_deref() == Some(Path::new("-"));
    let mut visit = context.open()?;
    let session = visit.looking();
    let as_of = context.as_of(session)?;
    let made = session.report(&args.kind, args.subject.as_deref(), format, as_of);
    let now = session.scene().now;
    let left = visit.close();
    let (name, bytes) = made?;
    if let Err(error) = left {
        output::tell(&format!("Warning: {}", shown(&error.message)));
    }
    if to_output {
        output::write_out(&bytes)?;
        return Ok(0);
    }
    let file = match &args.output {
        Some(path) => {
            files::write_new(path, &bytes)?;
            path.clone()
        }
        None => into_reports(&context.settings.reports, &name, &bytes)?,
    };
    let file = file.display().to_string();
    let answer = Answer::new("report", now).field("file", file.as_str()).field("format", format.word());
    answer.text(format!("Wrote {file}\n")).print(context.style)?;
    Ok(0)
}

fn format(args: &ReportArgs) -> Result<Format, AppError> {
    let unknown = |word: &str| {
        let all: Vec<&str> = Format::ALL.iter().map(|format| format.word()).collect();
        AppError::new(ErrorClass::Usage, format!("There is no report format \"{}\". Nothing was made.", shown(word)))
            .hint(format!("Possible are {}", all.join(", ")))
    };
    if let Some(word) = &args.format {
        return Format::parse(word).ok_or_else(|| unknown(word));
    }
    let ending = args.output.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str());
    ending.map_or(Ok(Format::Html), |ending| Format::parse(ending).ok_or_else(|| unknown(ending)))
}

/// Into the folder where reports go; a name that is taken gets a number.
fn into_reports(folder: &Path, name: &str, bytes: &[u8]) -> Result<PathBuf, AppError> {
    std::fs::create_dir_all(folder).map_err(|error| {
        AppError::new(ErrorClass::System, format!("{} cannot be made: {error}.", folder.display()))
            .hint("Name a file with -o FILE")
    })?;
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    for number in 1..1000 {
        let path = match number {
            1 => folder.join(name),
            _ => folder.join(format!("{stem}-{number}.{ending}")),
        };
        match files::write_new(&path, bytes) {
            Ok(()) => return Ok(path),
            Err(error) if error.class == ErrorClass::Refused => {}
            Err(error) => return Err(error),
        }
    }
    Err(AppError::new(ErrorClass::Refused, format!("{} holds too many reports of this name.", folder.display())))
}
