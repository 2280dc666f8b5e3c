//! Paper out: plain models to bytes, one renderer per format; equal input gives equal bytes.
//!
//! A model ([`model`]) holds the facts of one kind of report. It becomes a [`Document`] once, a neutral tree of
//! headings, facts and tables, and every format is a renderer over that tree. So a report says the same in each of
//! them, and the text in it has passed through [`crate::text::Shown`] before a renderer sees it.
//!
//! Must never know: queries, paths, what time it is.

pub mod document;
pub mod model;
pub mod when;

mod csv;
mod html;
mod json;
mod markdown;
mod paper;
mod pdf;
mod plain;

pub use csv::{TableFile, tables as csv_tables};
pub use document::Document;
pub use model::{
    DischargeReport, FindingsReport, Frame, LetterReport, ReachReport, Receipt, Source, StatusReport, Sureness,
    WhatIfReport, WhoReport,
};
pub use when::Clock;

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// One page for a browser; prints well.
    Html,
    /// PDF/A-2a and PDF/UA-1, tagged.
    Pdf,
    /// Every table for a spreadsheet.
    Csv,
    /// For programs. Keys are only ever added.
    Json,
    /// For tickets and wikis.
    Markdown,
    /// 72 columns, prints anywhere.
    Text,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[Self::Html, Self::Pdf, Self::Csv, Self::Json, Self::Markdown, Self::Text];

    /// The word on the command line, also the ending of the file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Markdown => "md",
            Self::Text => "txt",
        }
    }

    /// Reads the word; `text` and `markdown` are understood too.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "html" | "htm" => Some(Self::Html),
            "pdf" => Some(Self::Pdf),
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "md" | "markdown" => Some(Self::Markdown),
            "txt" | "text" => Some(Self::Text),
            _ => None,
        }
    }
}

/// Why a report could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The HTML template refused.
    #[error("The page could not be written. Nothing was saved. Try another format.")]
    Html(#[source] askama::Error),
    /// The JSON writer refused.
    #[error("The data could not be written as JSON. Nothing was saved. Try another format.")]
    Json(#[source] serde_json::Error),
    /// The PDF writer refused; what it said is for a fault report.
    #[error("The PDF could not be made ({0}). Nothing was saved. HTML prints the same pages.")]
    Pdf(String),
    /// A line of another client was put into a client's report.
    #[error("A line of another client was about to enter this client's report. No report was made.")]
    OtherClient,
}

/// Writes a report. The same document gives the same bytes.
pub fn render(document: &Document, format: Format) -> Result<Vec<u8>, ReportError> {
    match format {
        Format::Html => html::render(document),
        Format::Pdf => pdf::render(document),
        Format::Csv => Ok(csv::render(document)),
        Format::Json => json::render(document),
        Format::Markdown => Ok(markdown::render(document).into_bytes()),
        Format::Text => Ok(plain::render(document).into_bytes()),
    }
}

#[cfg(test)]
mod tests;
