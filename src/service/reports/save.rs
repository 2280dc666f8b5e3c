//! A report in a file of its own: never over another one, readable by us alone.
//!
//! Must never know: what is in it.

use super::ReportKind;
use super::letter::EVERY;
use crate::domain::Instant;
use crate::error::{AppError, ErrorClass};
use crate::report::Format;
use crate::service::command::Outcome;
use crate::service::session::Session;
use crate::service::{AsOf, words};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

impl Session {
    /// Makes a report and saves it in the folder, which is made when it is not there. A name that is taken gets a
    /// number.
    ///
    /// # Errors
    /// As [`Session::report`]; when the folder cannot be written.
    pub fn save_report(
        &mut self,
        kind: &str,
        subject: Option<&str>,
        format: Format,
        folder: &Path,
        as_of: AsOf,
    ) -> Result<PathBuf, AppError> {
        let (name, bytes) = self.report(kind, subject, format, as_of)?;
        let failed = |error: std::io::Error| {
            let class = match error.kind() {
                std::io::ErrorKind::StorageFull => ErrorClass::DiskFull,
                _ => ErrorClass::System,
            };
            let message =
                format!("The report could not be saved in {}: {error}. Nothing was changed.", folder.display());
            AppError::new(class, message)
        };
        let path = make_folder(folder).and_then(|()| write(folder, &name, &bytes)).map_err(failed)?;
        if let Some(kind) = ReportKind::parse(kind) {
            // Only so that the list says when: a register opened to look at cannot keep it, and the report is saved.
            let _ = self.store.read().keep_view_state(&made_key(kind), &self.clock.now().millis().to_string());
        }
        Ok(path)
    }

    /// A report as text, to be looked at before anything is saved.
    ///
    /// # Errors
    /// As [`Session::report`].
    pub fn report_text(&mut self, kind: ReportKind, subject: Option<&str>, as_of: AsOf) -> Result<String, AppError> {
        let (_, bytes) = self.report(kind.stored(), subject, Format::Text, as_of)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// When a report of each kind was last saved from this computer; kinds never saved are left out.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn reports_made(&self) -> Result<Vec<(ReportKind, Instant)>, AppError> {
        let mut made = Vec::new();
        for kind in ReportKind::ALL {
            let kept = self.store.read().view_state(&made_key(*kind))?;
            if let Some(at) = kept.and_then(|millis| millis.parse().ok()) {
                made.push((*kind, Instant::from_millis(at)));
            }
        }
        Ok(made)
    }

    /// Saves a report where reports go on this computer, for the screen.
    pub(in crate::service) fn save_for_screen(
        &mut self,
        kind: &str,
        subject: Option<&str>,
        format: Format,
        as_of: AsOf,
    ) -> Result<Outcome, AppError> {
        let folder = match &self.reports {
            Some(folder) => folder.clone(),
            None => crate::config::Places::find()?.reports,
        };
        let place = crate::config::from_home(&folder);
        let all = subject.and_then(|subject| subject.strip_suffix(EVERY)?.strip_suffix('/'));
        if let Some(leaver) = all.filter(|_| kind == ReportKind::ClientLetter.stored()) {
            let clients = self.letters_of(leaver, as_of)?;
            for (client, _) in &clients {
                self.save_report(kind, Some(&format!("{leaver}/#{client}")), format, &folder, as_of)?;
            }
            let letters = words::counted(clients.len() as u64, "letter", "letters");
            return Ok(Outcome {
                message: format!("Saved {letters} in {place}, one file each."),
                ..Outcome::nothing()
            });
        }
        let path = self.save_report(kind, subject, format, &folder, as_of)?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Outcome { message: format!("Saved in {place}: {name}"), ..Outcome::nothing() })
    }
}

fn made_key(kind: ReportKind) -> String {
    format!("report.made.{}", kind.stored())
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A new file, whole before it gets its name, or the name with the first free number.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> std::io::Result<PathBuf> {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, "txt"));
    let mut file = tempfile::Builder::new().prefix(".keyward-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    for number in 1..10_000 {
        let path = match number {
            1 => folder.join(name),
            number => folder.join(format!("{stem}-{number}.{ending}")),
        };
        match file.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(taken) if taken.error.kind() == std::io::ErrorKind::AlreadyExists => file = taken.file,
            Err(other) => return Err(other.error),
        }
    }
    Err(std::io::ErrorKind::AlreadyExists.into())
}
