//! The report as one HTML page: nothing in it runs, nothing is fetched, every text is escaped by the template.
//!
//! Must never know: what the report is about.

use super::ReportError;
use super::document::{Block, Cell, ColumnKind, Document, Fall, Table};
use super::paper::{self, FallScale, PaperColumn, PaperLine};
use askama::Template;
use base64::Engine;
use sha2::{Digest, Sha256};

/// The style sheet as it stands in the page; the policy in the page allows this one and no other.
const STYLE: &str = include_str!("../../templates/report.css");

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    doc: &'a Document,
    style_hash: String,
}

/// The stepped line as paths in a field of 1000 by 200. Made of our own numbers only.
struct Line {
    area: String,
    step: String,
    limit: Option<i64>,
    limit_text: Option<String>,
}

impl Page<'_> {
    fn columns(&self, table: &Table) -> Vec<PaperColumn> {
        paper::columns(table)
    }

    fn lines<'r>(&self, row: &'r [Cell], column: &PaperColumn) -> Vec<PaperLine<'r>> {
        paper::lines(row, column, &self.doc.clock)
    }

    fn kind(&self, column: &PaperColumn) -> &'static str {
        match column.kind {
            ColumnKind::Number => "number",
            ColumnKind::Count => "count",
            ColumnKind::When => "when",
            ColumnKind::Head => "head",
            ColumnKind::Text | ColumnKind::State => "text",
        }
    }

    fn line(&self, fall: &Fall) -> Line {
        let scale = FallScale::new(fall);
        let (first, mut y) = (scale.across(fall.from.millis(), 1000), scale.down(fall.total, 200));
        let mut step = format!("M{first} {y}");
        for (at, left) in &fall.steps {
            let x = scale.across(at.millis(), 1000);
            let below = scale.down(*left, 200);
            step.push_str(&format!("L{x} {y}L{x} {below}"));
            y = below;
        }
        step.push_str(&format!("L1000 {y}"));
        Line {
            area: format!("{step}L1000 200L{first} 200Z"),
            step,
            limit: fall.limit.map(|at| scale.across(at.millis(), 1000)).filter(|x| (0..=1000).contains(x)),
            limit_text: fall.limit.map(|at| self.doc.clock.moment(at)),
        }
    }
}

/// Writes the page.
pub(super) fn render(document: &Document) -> Result<Vec<u8>, ReportError> {
    let page = Page { doc: document, style_hash: style_hash() };
    let mut out = Vec::with_capacity(16_384 + document.tables().map(|table| table.rows.len() * 900).sum::<usize>());
    page.write_into(&mut out).map_err(|error| ReportError::Html(askama::Error::custom(error)))?;
    Ok(out)
}

fn style_hash() -> String {
    let digest = Sha256::digest(STYLE.trim_end_matches('\n').as_bytes());
    format!("sha256-{}", base64::engine::general_purpose::STANDARD.encode(digest))
}
