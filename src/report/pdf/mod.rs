//! The report as PDF: archived (PDF/A-2a) and accessible (PDF/UA-1), with our own small layout.
//!
//! Must never know: what the report is about.

mod emit;
mod flow;
mod font;
mod page;
mod table;

use super::ReportError;
use super::document::Document;

/// Writes the pages.
pub(super) fn render(document: &Document) -> Result<Vec<u8>, ReportError> {
    emit::write(document, flow::lay_out(document))
}
