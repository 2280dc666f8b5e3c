//! Everything that is wrong, quick and far-reaching first, with how to put it right.
//!
//! Must never know: the rules, where the facts were read.

use super::frame::{Frame, number};
use crate::domain::{Instant, Severity};
use crate::report::document::{Block, Cell, Column, ColumnKind, Document, Figure, Table, Tone, Verdict};
use crate::report::when::{counted, grouped};

/// Everything that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingsReport {
    /// Date, maker, sources, receipt.
    pub frame: Frame,
    /// Open findings in the order in which they pay off.
    pub open: Vec<FindingLine>,
    /// Findings set aside until a date.
    pub set_aside: Vec<SetAsideLine>,
}

/// One open finding.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingLine {
    /// Which rule, as `leaver-live-access`.
    pub rule: String,
    /// How urgent.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub title: String,
    /// Person, client, system or login it is about, in words.
    pub subject: String,
    /// Lines under it.
    pub lines: u64,
    /// Why it counts.
    pub reason: String,
    /// How to put it right.
    pub fix: String,
    /// About how long that takes.
    pub minutes: u64,
    /// How far it reaches.
    pub reach: u64,
    /// Since when.
    pub since: Option<Instant>,
    /// It had been gone and is back.
    pub reopened: bool,
    /// Somebody has been asked.
    pub asked: bool,
    /// Controls it touches.
    pub controls: Vec<String>,
}

/// One finding set aside.
#[derive(Debug, Clone, PartialEq)]
pub struct SetAsideLine {
    /// What is wrong, in one line.
    pub title: String,
    /// Why it is set aside.
    pub reason: String,
    /// Who approved.
    pub approver: Option<String>,
    /// Back on that date.
    pub until: Instant,
}

impl FindingsReport {
    /// The report as a document.
    pub fn document(&self) -> Document {
        let mut document = self.frame.document(
            "findings",
            "Fix list".to_owned(),
            "What is wrong, and what pays off first?".to_owned(),
        );
        let urgent = self.count(Severity::Critical) + self.count(Severity::High);
        let minutes: u64 = self.open.iter().map(|line| line.minutes).sum();
        document.verdict = Some(if self.open.is_empty() {
            Verdict { tone: Tone::Good, text: "Nothing is wrong that the register knows of.".into() }
        } else {
            Verdict {
                tone: if urgent > 0 { Tone::Bad } else { Tone::Attention },
                text: format!(
                    "{}, {} of them urgent. About {} of work in all.",
                    counted(self.open.len() as u64, "thing to fix", "things to fix"),
                    grouped(urgent),
                    work(minutes)
                )
                .into(),
            }
        });
        let warn = |number: u64, tone: Tone| if number == 0 { Tone::Good } else { tone };
        let figures = [
            (Severity::Critical, "critical", Tone::Bad),
            (Severity::High, "high", Tone::Bad),
            (Severity::Medium, "medium", Tone::Attention),
            (Severity::Low, "low", Tone::Plain),
        ]
        .into_iter()
        .map(|(severity, label, tone)| {
            let number = self.count(severity);
            Figure::count(severity.stored(), number, [label; 2], String::new(), warn(number, tone))
        })
        .chain([Figure::count(
            "set_aside",
            self.set_aside.len() as u64,
            ["set aside"; 2],
            "until a date".to_owned(),
            Tone::Plain,
        )])
        .collect();
        document.blocks.push(Block::Figures(figures));
        document.blocks.push(Block::Heading("To fix, what pays off first".into()));
        document.blocks.push(Block::Table(self.table()));
        document.blocks.push(Block::Heading("Set aside".into()));
        document.blocks.push(Block::Table(self.set_aside_table()));
        document
    }

    fn count(&self, severity: Severity) -> u64 {
        self.open.iter().filter(|line| line.severity == severity).count() as u64
    }

    fn table(&self) -> Table {
        let rows = self.open.iter().enumerate().map(|(line, finding)| {
            let state = match (finding.reopened, finding.asked) {
                (true, _) => Cell::word("reopened", "came back", Tone::Bad),
                (false, true) => Cell::word("asked", "asked", Tone::Attention),
                (false, false) => Cell::word("open", "open", Tone::Plain),
            };
            vec![
                number(line),
                severity_cell(finding.severity),
                Cell::from(&finding.title),
                Cell::from(&finding.subject),
                Cell::from(&finding.reason),
                Cell::from(&finding.fix),
                Cell::text(finding.controls.join(", ")),
                Cell::Count(finding.minutes),
                Cell::Count(finding.reach),
                Cell::Count(finding.lines),
                Cell::from(finding.since),
                state,
                Cell::from(&finding.rule),
            ]
        });
        Table {
            key: "findings",
            caption: counted(self.open.len() as u64, "open finding", "open findings").into(),
            columns: vec![
                Column::new("no", "No.", ColumnKind::Number),
                Column::new("severity", "How urgent", ColumnKind::State),
                Column::new("title", "What is wrong", ColumnKind::Head),
                Column::under("subject", "About", ColumnKind::Text),
                Column::under("reason", "Why", ColumnKind::Text),
                Column::new("fix", "What to do", ColumnKind::Text),
                Column::under("controls", "Controls", ColumnKind::Text),
                Column::new("minutes", "Min.", ColumnKind::Count),
                Column::new("reach", "Reach", ColumnKind::Count),
                Column::new("lines", "Lines", ColumnKind::Count),
                Column::new("since", "Since", ColumnKind::When),
                Column::under("state", "State", ColumnKind::State),
                Column::under("rule", "Rule", ColumnKind::Text),
            ],
            rows: rows.collect(),
            empty: "Nothing is wrong that the register knows of.",
            main: true,
        }
    }

    fn set_aside_table(&self) -> Table {
        let rows = self.set_aside.iter().map(|line| {
            let approver = line.approver.as_ref().map_or(Cell::Unknown, Cell::from);
            vec![Cell::from(&line.title), Cell::from(&line.reason), approver, Cell::At(line.until)]
        });
        Table {
            key: "set_aside",
            caption: counted(self.set_aside.len() as u64, "finding set aside", "findings set aside").into(),
            columns: vec![
                Column::new("title", "What is wrong", ColumnKind::Head),
                Column::new("reason", "Reason", ColumnKind::Text),
                Column::new("approver", "Approved by", ColumnKind::Text),
                Column::new("until", "Back on", ColumnKind::When),
            ],
            rows: rows.collect(),
            empty: "Nothing is set aside.",
            main: false,
        }
    }
}

/// How urgent, with its word: never by colour alone.
pub(super) fn severity_cell(severity: Severity) -> Cell {
    let tone = match severity {
        Severity::Critical | Severity::High => Tone::Bad,
        Severity::Medium => Tone::Attention,
        Severity::Low | Severity::Advice => Tone::Plain,
    };
    Cell::word(severity.stored(), severity.shown(), tone)
}

/// Minutes of work in words.
fn work(minutes: u64) -> String {
    match (minutes / 60, minutes % 60) {
        (0, rest) => counted(rest, "minute", "minutes"),
        (hours, 0) => counted(hours, "hour", "hours"),
        (hours, rest) => format!("{} {rest} min", counted(hours, "hour", "hours")),
    }
}
