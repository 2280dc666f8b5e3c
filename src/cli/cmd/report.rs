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
use std::path::Path;

/// Runs it. The format is the one named, else the one the file's name ends with, else HTML.
pub fn run(context: &Context, args: &ReportArgs) -> Result<Exit, AppError> {
    let format = format(args)?;
    let to_output = args.output.as_deref() == Some(Path::new("-"));
    let mut visit = context.open()?;
    let session = visit.looking();
    let as_of = context.as_of(session)?;
    let subject = args.subject.as_deref();
    let made = match &args.output {
        None => {
            let folder = &context.settings.reports;
            session.save_report(&args.kind, subject, format, folder, as_of).map(|file| (file, None))
        }
        Some(file) => session.report(&args.kind, subject, format, as_of).map(|(_, bytes)| (file.clone(), Some(bytes))),
    };
    let now = session.scene().now;
    let left = visit.close();
    let (file, bytes) = made?;
    if let Err(error) = left {
        output::tell(&format!("Warning: {}", shown(&error.message)));
    }
    match bytes {
        Some(bytes) if to_output => {
            output::write_out(&bytes)?;
            return Ok(0);
        }
        Some(bytes) => files::write_new(&file, &bytes)?,
        None => {}
    }
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
