//! Why a file cannot be taken at all. Single bad rows are issues, not errors.
//!
//! Must never know: which command or screen asked.

use super::format::FormatId;
use crate::error::{AppError, ErrorClass};

/// A file that cannot be read as a list. Nothing was changed in any of these cases.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// Larger than the limit.
    #[error("The file has {mib} MiB, and at most {limit_mib} MiB are read. Nothing was changed.")]
    TooLarge {
        /// Its size, rounded up.
        mib: u64,
        /// The limit.
        limit_mib: u64,
    },
    /// Nothing in it.
    #[error("The file is empty. Nothing was changed.")]
    Empty,
    /// No layout fits.
    #[error("Keyward does not know this file's layout. Nothing was changed.")]
    NotRecognised {
        /// The columns it has, as far as it has any; at most twelve.
        columns: Vec<String>,
    },
    /// The first line cannot be read.
    #[error("Line {line} should hold the headings. {why} Nothing was changed.")]
    BadHeadings {
        /// The line, 1-based.
        line: u64,
        /// What is wrong with it, in a sentence.
        why: &'static str,
    },
    /// A workbook without any sheet of the office's own.
    #[error("This workbook has none of the office's sheets, only: {sheets}. Nothing was changed.")]
    NoSheet {
        /// The names of its sheets, at most twelve.
        sheets: String,
    },
    /// A workbook where another layout was asked for.
    #[error("This is a workbook, not {format}. Nothing was changed.")]
    IsWorkbook {
        /// The layout asked for.
        format: FormatId,
    },
    /// A workbook was asked for.
    #[error("This file is no workbook. Nothing was changed.")]
    NotWorkbook,
    /// The columns were not named in a way that can be followed.
    #[error("The columns cannot be read as named. {why} Nothing was changed.")]
    Mapping {
        /// What is wrong, in a sentence.
        why: String,
    },
    /// The layout asked for does not fit.
    #[error("This is not {format}: it has no column {missing}. Nothing was changed.")]
    WrongFormat {
        /// The layout asked for.
        format: FormatId,
        /// What is missing.
        missing: String,
    },
    /// More than one sheet fits the columns.
    #[error("These columns fit more than one sheet: {sheets}. Nothing was changed.")]
    SheetUnclear {
        /// The names of those sheets.
        sheets: String,
    },
    /// A template for uploading people, not a list of them.
    #[error("This is the template for adding users in bulk, not a list of users. Nothing was changed.")]
    UploadTemplate,
    /// An old binary workbook, or one with a password.
    #[error("This workbook is in the old .xls form or has a password. Nothing was changed.")]
    OldWorkbook,
    /// A packed file that would unpack to too much, or whose directory is not sound.
    #[error("The packed file was refused: {why}. Nothing was changed.")]
    Packed {
        /// What is wrong with it.
        why: &'static str,
    },
    /// More columns than any list has.
    #[error("The first line has {columns} columns, and at most {limit} are read. Nothing was changed.")]
    TooManyColumns {
        /// How many.
        columns: usize,
        /// The limit.
        limit: usize,
    },
    /// A system's list, and nobody said which system.
    #[error("This is the list of a system, and it is not said of which one. Nothing was changed.")]
    NoSystem,
    /// The workbook cannot be read.
    #[error("The workbook cannot be read; it may be damaged or of another kind. Nothing was changed.")]
    Unreadable,
    /// The workbook cannot be written.
    #[error("The workbook could not be made: {0}. Nothing was written.")]
    Write(String),
}

impl From<ImportError> for AppError {
    fn from(error: ImportError) -> Self {
        let app = Self::new(ErrorClass::BadInput, error.to_string());
        match &error {
            ImportError::NotRecognised { columns } if columns.is_empty() => {
                app.hint("`keyward formats` lists the exports Keyward knows and how to make each.")
            }
            ImportError::NotRecognised { columns } => app
                .hint(format!("Its first columns are: {}.", columns.join(", ")))
                .hint("`keyward formats` lists the exports Keyward knows and how to make each.")
                .hint("If it is a list of accounts, name its columns: --map login=COLUMN --map email=COLUMN."),
            ImportError::Mapping { .. } => app.hint(
                "Name columns as --map login=Username --map email=Mail; `keyward formats` lists what they can hold.",
            ),
            ImportError::WrongFormat { format: FormatId::MappedCsv, .. } => {
                app.hint("Columns are named as they stand in the first line of the file.")
            }
            ImportError::BadHeadings { .. } => app.hint("Make the export again, or put the first line right."),
            ImportError::NoSheet { .. } | ImportError::IsWorkbook { .. } => app
                .hint("If it holds the export of a system, save that sheet as CSV (UTF-8) and import the CSV file.")
                .hint("The office's own sheets have the names of those in register-template.xlsx."),
            ImportError::Empty => app.hint("Make the export again; the download may have been cut off."),
            ImportError::NotWorkbook | ImportError::WrongFormat { .. } => {
                app.hint("Leave --format out and Keyward finds the layout itself.")
            }
            ImportError::SheetUnclear { .. } => app.hint("Name the file after its sheet, as `Signed.csv`."),
            ImportError::NoSystem => app.hint("Name the client and the system with --client and --system."),
            ImportError::UploadTemplate => app.hint("In the portal choose Download users, not the bulk template."),
            ImportError::OldWorkbook => app.hint("Save it in Excel as .xlsx without a password."),
            ImportError::Packed { .. } | ImportError::Unreadable => app.hint("Open it in Excel and save it again."),
            ImportError::TooLarge { .. } => app.hint("Split the list, or export fewer columns."),
            _ => app,
        }
    }
}
