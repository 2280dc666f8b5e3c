//! Reports: the models of paper filled from the register, sealed first, so that the receipt at the foot covers what
//! stands above it.
//!
//! | Module | What |
//! |---|---|
//! | `frame` | what every report carries: sources, how sure, the receipt |
//! | `discharge` | the closing page of a discharge; its ways in and secrets in `removals`, who did what in `hands` |
//! | `who` | who can get into one client's systems, for that client |
//! | `reach` | what one person can reach |
//! | `lists` | what is wrong, and how the firm stands |
//! | `letter` | to one client, about somebody who leaves, with that client's facts only |
//! | `what_if` | what it would take if somebody left today |
//! | `save` | into a file of its own |
//!
//! Must never know: how a format looks, what the screen shows.

mod discharge;
mod frame;
mod hands;
mod letter;
mod lists;
mod reach;
mod removals;
mod save;
mod what_if;
mod who;

pub(in crate::service) use who::secrets_at;

use super::AsOf;
use super::resolve::{self, Naming};
use super::session::Session;
use crate::domain::{Person, Run};
use crate::error::{AppError, ErrorClass};
use crate::report::{self, Document, Format, ReportError};
use crate::service::facts::Facts;
use crate::text;

crate::words! {
    /// The kinds of reports.
    pub enum ReportKind {
        Discharge = "discharge", "closing page of a discharge";
        Who = "who", "who can get in";
        Reach = "reach", "what one person can reach";
        Findings = "findings", "fix list";
        Status = "status", "how we stand";
        ClientLetter = "client-letter", "letter to a client";
        WhatIf = "what-if", "if somebody left today";
    }
}

/// A report before it has a format: the document and the words its file is named after.
struct Made {
    document: Document,
    about: String,
}

impl Session {
    /// Makes a report. The history is sealed first and the receipt printed; a report of what was known at a past
    /// moment prints the last seal from before that moment. Gives the name for its file and its bytes, the same
    /// bytes for the same register, moment and clock.
    ///
    /// # Errors
    /// When there is no such kind, its subject is missing, unknown or ambiguous, or it cannot be made. Nothing is
    /// written but the seal.
    pub fn report(
        &mut self,
        kind: &str,
        subject: Option<&str>,
        format: Format,
        as_of: AsOf,
    ) -> Result<(String, Vec<u8>), AppError> {
        let kind = ReportKind::parse(kind).ok_or_else(|| {
            let known: Vec<&str> = ReportKind::ALL.iter().map(|kind| kind.stored()).collect();
            AppError::new(
                ErrorClass::BadInput,
                format!("There is no report \"{}\". Nothing was made.", text::shown(kind)),
            )
            .hint(format!("Reports: {}", known.join(", ")))
        })?;
        self.advance()?;
        self.seal_for_report()?;
        let made = self.make(kind, subject, as_of)?;
        let day = self.scene.zone.day(made.document.as_of).format("%Y-%m-%d");
        let stem = text::file_name(&format!("{} {}", kind.stored(), made.about));
        let bytes = report::render(&made.document, format)?;
        Ok((format!("{stem}-{day}.{}", format.word()), bytes))
    }

    fn make(&mut self, kind: ReportKind, subject: Option<&str>, as_of: AsOf) -> Result<Made, AppError> {
        match kind {
            ReportKind::Discharge => self.discharge_report(subject, as_of),
            ReportKind::Who => self.who_report(subject, as_of),
            ReportKind::Reach => self.reach_report(subject, as_of),
            ReportKind::Findings => self.findings_report(subject, as_of),
            ReportKind::Status => self.status_report(subject, as_of),
            ReportKind::ClientLetter => self.letter_report(subject, as_of),
            ReportKind::WhatIf => self.what_if_report(subject, as_of),
        }
    }

    /// Seals, so that the receipt covers everything up to now. Where the register cannot be written just now, the
    /// newest seal there is stands on the page. A seal that does not fit the history stops the report.
    fn seal_for_report(&mut self) -> Result<(), AppError> {
        match self.seal() {
            Err(error) if error.class == ErrorClass::Integrity => Err(error),
            _ => Ok(()),
        }
    }
}

impl From<ReportError> for AppError {
    fn from(error: ReportError) -> Self {
        let class = match error {
            ReportError::OtherClient => ErrorClass::Refused,
            _ => ErrorClass::Internal,
        };
        Self::new(class, error.to_string())
    }
}

/// The subject, which this kind needs.
fn needed<'a>(subject: Option<&'a str>, what: &str, example: &str) -> Result<&'a str, AppError> {
    subject.map(str::trim).filter(|subject| !subject.is_empty()).ok_or_else(|| {
        AppError::new(ErrorClass::Usage, format!("This report needs {what}. Nothing was made."))
            .hint(example.to_owned())
    })
}

/// A subject where none belongs.
fn none_needed(subject: Option<&str>) -> Result<(), AppError> {
    match subject.map(str::trim).filter(|subject| !subject.is_empty()) {
        None => Ok(()),
        Some(_) => Err(AppError::new(ErrorClass::Usage, "This report is about everything. Leave its subject out.")),
    }
}

/// How a subject is meant: `#61` is an id, anything else a part of a name.
fn naming(subject: &str) -> (&str, Naming) {
    subject.strip_prefix('#').map_or((subject, Naming::Part), |id| (id, Naming::Id))
}

fn person(facts: &Facts<'_>, subject: &str) -> Result<Person, AppError> {
    let (typed, naming) = naming(subject);
    resolve::person(facts, typed, naming)
}

fn run(facts: &Facts<'_>, subject: &str) -> Result<Run, AppError> {
    resolve::run(facts, naming(subject).0)
}
