//! The register in the office's own fifteen sheets: reading them into an empty register gives the same facts.
//!
//! Must never know: paths, how a sheet is laid out.

use super::importing;
use super::session::Session;
use crate::error::AppError;
use crate::import::sheets::{export, rows_of};

crate::words! {
    /// What is written.
    pub enum Format {
        Workbook = "workbook", "Excel workbook";
        Csv = "csv", "CSV files";
    }
}

/// The workbook's name.
pub const WORKBOOK: &str = "register.xlsx";

impl Session {
    /// The register as files: one workbook, or one CSV file for each sheet. Names and contents.
    ///
    /// # Errors
    /// When the register cannot be read, or has more rows than a workbook's sheet holds.
    pub fn export(&self, format: Format) -> Result<Vec<(String, Vec<u8>)>, AppError> {
        let snapshot = self.store.read().snapshot(|read| importing::of_register(&read))?;
        let zone = self.scene.zone;
        let rows = rows_of(&snapshot, &zone);
        Ok(match format {
            Format::Workbook => vec![(WORKBOOK.to_owned(), export::workbook(&rows, &zone)?)],
            Format::Csv => export::csv_folder(&rows, &zone),
        })
    }
}
