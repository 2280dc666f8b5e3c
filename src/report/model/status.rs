//! The one page that says how the firm stands today.
//!
//! Must never know: where the facts were read.

use super::findings::severity_cell;
use super::frame::Frame;
use crate::domain::Severity;
use crate::report::document::{Block, Cell, Column, ColumnKind, Document, Figure, Table, Tone, Verdict};
use crate::report::when::counted;

/// How the firm stands today, on one page.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusReport {
    /// Date, maker, sources, receipt.
    pub frame: Frame,
    /// What needs somebody today, most urgent first.
    pub needs: Vec<NeedLine>,
    /// What pays off first.
    pub fixes: Vec<FixLine>,
    /// How many things there are to fix in all.
    pub fixes_in_all: u64,
    /// The numbers, each with what it was.
    pub figures: Vec<StatusFigure>,
    /// What happened lately, newest first.
    pub lately: Vec<LatelyLine>,
}

/// Something that needs somebody today.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedLine {
    /// How urgent.
    pub severity: Severity,
    /// When, in words: `14:00`, `LATE 3 d`.
    pub when: String,
    /// What.
    pub what: String,
    /// How far it is.
    pub detail: String,
}

/// Something to fix.
#[derive(Debug, Clone, PartialEq)]
pub struct FixLine {
    /// How urgent.
    pub severity: Severity,
    /// About how long it takes.
    pub minutes: u64,
    /// What is wrong.
    pub what: String,
}

/// One number and what it was.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusFigure {
    /// Its name in JSON.
    pub key: &'static str,
    /// The number, as `18`, `92 %`, `3 of 4`.
    pub value: String,
    /// What it counts.
    pub label: String,
    /// What it compares with, as `was 24 Mon`.
    pub was: String,
    /// How it should be taken.
    pub tone: Tone,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct LatelyLine {
    /// When, in words.
    pub when: String,
    /// What.
    pub what: String,
}

impl StatusReport {
    /// The report as a document.
    pub fn document(&self) -> Document {
        let mut document = self.frame.document(
            "status",
            "How we stand".to_owned(),
            "What needs us now, what pays off first, and are we all right?".to_owned(),
        );
        let urgent = self.needs.iter().filter(|need| need.severity >= Severity::High).count() as u64;
        document.verdict = Some(if self.needs.is_empty() && self.fixes_in_all == 0 {
            Verdict { tone: Tone::Good, text: "All clear: nothing is due and nothing is to fix.".into() }
        } else {
            Verdict {
                tone: if urgent > 0 { Tone::Bad } else { Tone::Attention },
                text: format!(
                    "{} today, {} urgent. {} in all.",
                    counted(self.needs.len() as u64, "thing needs us", "things need us"),
                    urgent,
                    counted(self.fixes_in_all, "thing to fix", "things to fix")
                )
                .into(),
            }
        });
        let figures: Vec<Figure> = self
            .figures
            .iter()
            .map(|figure| Figure {
                key: figure.key,
                value: figure.value.as_str().into(),
                label: figure.label.as_str().into(),
                note: figure.was.as_str().into(),
                tone: figure.tone,
            })
            .collect();
        document.blocks.push(Block::Figures(figures));
        document.blocks.push(Block::Heading("Needs us today".into()));
        document.blocks.push(Block::Table(self.needs_table()));
        document.blocks.push(Block::Heading("Fix these first: quick and far-reaching".into()));
        document.blocks.push(Block::Table(self.fixes_table()));
        document.blocks.push(Block::Heading("Lately".into()));
        document.blocks.push(Block::Table(self.lately_table()));
        document
    }

    fn needs_table(&self) -> Table {
        let rows = self.needs.iter().map(|need| {
            vec![severity_cell(need.severity), Cell::from(&need.when), Cell::from(&need.what), Cell::from(&need.detail)]
        });
        Table {
            key: "needs",
            caption: counted(self.needs.len() as u64, "item", "items").into(),
            columns: vec![
                Column::new("severity", "How urgent", ColumnKind::State),
                Column::new("when", "When", ColumnKind::State),
                Column::new("what", "What", ColumnKind::Head),
                Column::new("detail", "How far", ColumnKind::Text),
            ],
            rows: rows.collect(),
            empty: "Nothing needs anybody today.",
            main: true,
        }
    }

    fn fixes_table(&self) -> Table {
        let rows = self
            .fixes
            .iter()
            .map(|fix| vec![severity_cell(fix.severity), Cell::Count(fix.minutes), Cell::from(&fix.what)]);
        Table {
            key: "fixes",
            caption: format!("{} of {} to fix", self.fixes.len(), self.fixes_in_all).into(),
            columns: vec![
                Column::new("severity", "How urgent", ColumnKind::State),
                Column::new("minutes", "Minutes", ColumnKind::Count),
                Column::new("what", "What is wrong", ColumnKind::Head),
            ],
            rows: rows.collect(),
            empty: "Nothing is to fix.",
            main: false,
        }
    }

    fn lately_table(&self) -> Table {
        let rows = self.lately.iter().map(|line| vec![Cell::from(&line.when), Cell::from(&line.what)]);
        Table {
            key: "lately",
            caption: "Newest first".into(),
            columns: vec![
                Column::new("when", "When", ColumnKind::State),
                Column::new("what", "What happened", ColumnKind::Head),
            ],
            rows: rows.collect(),
            empty: "Nothing happened.",
            main: false,
        }
    }
}
