//! The report as one HTML page: nothing in it runs, nothing is fetched, every text is escaped by the template.
//!
//! Must never know: what the report is about.

use super::ReportError;
use super::document::{Block, Cell, ColumnKind, Document, Fall, Table};
use super::paper::{self, PaperColumn, PaperLine};
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
        let mut step = format!("M{} {}", scale.across(fall.from.millis(), 1000), scale.down(fall.total, 200));
        for (at, left) in &fall.steps {
            step.push_str(&format!("H{}V{}", scale.across(at.millis(), 1000), scale.down(*left, 200)));
        }
        step.push_str("H1000");
        Line {
            area: format!("{step}V200H0Z"),
            step,
            limit: fall.limit.map(|at| scale.across(at.millis(), 1000)).filter(|x| (0..=1000).contains(x)),
            limit_text: fall.limit.map(|at| self.doc.clock.moment(at)),
        }
    }
}

/// Where moments and counts fall in a field. The last change lies a little before the right edge.
pub(super) struct FallScale {
    from: i64,
    length: i64,
    total: u64,
}

impl FallScale {
    pub(super) fn new(fall: &Fall) -> Self {
        let last = fall.steps.last().map_or(fall.from, |(at, _)| *at).max(fall.limit.unwrap_or(fall.from));
        let from = fall.steps.first().map_or(fall.from, |(at, _)| (*at).min(fall.from)).millis();
        let length = last.millis().saturating_sub(from).max(60_000);
        Self { from, length: length + length / 25, total: fall.total.max(1) }
    }

    /// Distance from the left edge of a field so wide.
    pub(super) fn across(&self, millis: i64, wide: i64) -> i64 {
        let along = i128::from(millis.saturating_sub(self.from)) * i128::from(wide) / i128::from(self.length);
        i64::try_from(along).unwrap_or(wide)
    }

    /// Distance from the top edge of a field so high; everything lies a twentieth below the top.
    pub(super) fn down(&self, count: u64, high: i64) -> i64 {
        let up = i128::from(count) * i128::from(high - high / 20) / i128::from(self.total);
        high - i64::try_from(up).unwrap_or(high)
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
