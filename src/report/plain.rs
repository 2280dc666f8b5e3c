//! The report as plain text in 72 columns: prints anywhere, reads in a mail.
//!
//! Must never know: what the report is about.

use super::document::{Block, ColumnKind, Document, Facts, Table, Tone};
use super::paper::{self, PaperColumn};
use super::when::Clock;
use crate::text::{fit, width};
use unicode_segmentation::UnicodeSegmentation;

/// Columns of a line.
const WIDE: usize = 72;
/// Columns between two columns of a table.
const GAP: usize = 2;
/// A column of words is not made narrower than this.
const NARROWEST: usize = 14;

/// Writes the text.
pub(super) fn render(document: &Document) -> String {
    let mut out = Text::default();
    let firm = document.firm.as_str();
    out.line(&format!("KEYWARD{}", right(firm, WIDE - 7)));
    out.line(&"=".repeat(WIDE));
    out.wrapped(document.title.as_str(), "");
    out.wrapped(document.question.as_str(), "");
    out.line("");
    out.facts(&Facts { key: "head", facts: document.head() }, &document.clock);
    if let Some(verdict) = &document.verdict {
        out.line(&"-".repeat(WIDE));
        out.wrapped(&format!("{}{}", sign(verdict.tone), verdict.text), "");
        out.line(&"-".repeat(WIDE));
    }
    for block in &document.blocks {
        out.block(block, &document.clock);
    }
    out.heading("How sure are we?");
    for line in document.seal.sure.iter().chain(&document.seal.sources) {
        out.wrapped(&format!("- {line}"), "  ");
    }
    out.line("");
    out.line(&"=".repeat(WIDE));
    out.wrapped(document.seal.line.as_str(), "");
    if let Some(code) = &document.seal.code {
        out.wrapped(&format!("Receipt code {code}"), "");
    }
    out.line("");
    out.wrapped(document.seal.limits, "");
    out.line("");
    out.line(&format!("{:^WIDE$}", "End of report"));
    out.0
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, text: &str) {
        self.0.push_str(text.trim_end());
        self.0.push('\n');
    }

    /// Breaks at words; lines after the first start with `indent`.
    fn wrapped(&mut self, text: &str, indent: &str) {
        let lines = wrap(text, WIDE, WIDE - width(indent));
        for (place, line) in lines.iter().enumerate() {
            let indent = if place == 0 { "" } else { indent };
            self.line(&format!("{indent}{line}"));
        }
    }

    fn heading(&mut self, text: &str) {
        self.line("");
        self.wrapped(text, "");
        self.line(&"-".repeat(width(text).min(WIDE)));
    }

    fn block(&mut self, block: &Block, clock: &Clock) {
        match block {
            Block::Heading(text) => self.heading(text.as_str()),
            Block::Paragraph(text) => self.wrapped(text.as_str(), ""),
            Block::Note(note) => {
                self.line("");
                self.wrapped(&format!("{}{}", sign(note.tone), note.text), "");
            }
            Block::Figures(figures) => {
                self.line("");
                let value_wide = figures.iter().map(|figure| width(figure.value.as_str())).max().unwrap_or(0).min(20);
                for figure in figures {
                    let note = if figure.note.is_empty() { String::new() } else { format!(" ({})", figure.note) };
                    let value = right(figure.value.as_str(), value_wide);
                    self.wrapped(&format!("{value}  {}{note}", figure.label), &" ".repeat(value_wide + 2));
                }
                self.line("");
            }
            Block::Facts(facts) => self.facts(facts, clock),
            Block::Fall(fall) => {
                self.wrapped(&format!("{}: {}", fall.label, fall.words), "");
                let most = fall.total.max(1);
                for (at, left) in sampled(&fall.steps, 12) {
                    // A bar of at most 36 signs; what is left of something is never drawn as nothing.
                    let bar = if *left == 0 { 0 } else { (*left * 36 / most).max(1) };
                    let bar = "#".repeat(usize::try_from(bar).unwrap_or(36));
                    self.line(&format!("  {:<18} {left:>6}  {bar}", clock.moment(*at)));
                }
                self.line("");
            }
            Block::Table(table) => self.table(table, clock),
            Block::Signatures(list) => {
                for one in list {
                    self.line("");
                    self.wrapped(&format!("{} {}", one.role, one.name), "");
                    self.line(&format!("Date ______________  Signature {}", "_".repeat(WIDE - 31)));
                }
            }
        }
    }

    fn facts(&mut self, facts: &Facts, clock: &Clock) {
        let label_wide = facts.facts.iter().map(|fact| width(fact.label)).max().unwrap_or(0) + GAP;
        for fact in &facts.facts {
            let label = fit(fact.label, label_wide, false);
            self.wrapped(&format!("{label}{}", fact.value.worded(clock)), &" ".repeat(label_wide));
        }
    }

    fn table(&mut self, table: &Table, clock: &Clock) {
        if table.rows.is_empty() {
            self.wrapped(table.empty, "");
            return;
        }
        self.wrapped(table.caption.as_str(), "");
        self.line("");
        let columns = paper::columns(table);
        match grid_widths(table, &columns, clock) {
            Some(widths) => self.grid(table, &columns, &widths, clock),
            None => self.records(table, &columns, clock),
        }
    }

    fn grid(&mut self, table: &Table, columns: &[PaperColumn], widths: &[usize], clock: &Clock) {
        let heads: Vec<Vec<String>> = columns.iter().zip(widths).map(|(c, wide)| wrap(c.head, *wide, *wide)).collect();
        self.grid_row(&heads, columns, widths);
        let rule: Vec<Vec<String>> = widths.iter().map(|wide| vec!["-".repeat(*wide)]).collect();
        self.grid_row(&rule, columns, widths);
        for row in &table.rows {
            let cells: Vec<Vec<String>> = columns
                .iter()
                .zip(widths)
                .map(|(column, wide)| {
                    paper::lines(row, column, clock).iter().flat_map(|line| wrap(&line.text, *wide, *wide)).collect()
                })
                .collect();
            self.grid_row(&cells, columns, widths);
        }
    }

    fn grid_row(&mut self, cells: &[Vec<String>], columns: &[PaperColumn], widths: &[usize]) {
        let high = cells.iter().map(Vec::len).max().unwrap_or(0);
        for place in 0..high {
            let mut text = String::new();
            for ((cell, column), wide) in cells.iter().zip(columns).zip(widths) {
                let line = cell.get(place).map(String::as_str).unwrap_or_default();
                let line = match column.kind {
                    ColumnKind::Number | ColumnKind::Count => right(line, *wide),
                    _ => fit(line, *wide, false),
                };
                text.push_str(&line);
                text.push_str(&" ".repeat(GAP));
            }
            self.line(&text);
        }
    }

    /// Each line of the table as a paragraph of its own: number and head first, then the labelled rest.
    fn records(&mut self, table: &Table, columns: &[PaperColumn], clock: &Clock) {
        for row in &table.rows {
            let words = |column: &PaperColumn| {
                let parts = paper::lines(row, column, clock);
                parts.iter().map(|part| part.text.to_string()).collect::<Vec<_>>().join(", ")
            };
            let number = columns.first().filter(|c| c.kind == ColumnKind::Number).map(&words).unwrap_or_default();
            let head = columns.iter().find(|c| c.kind == ColumnKind::Head).map(&words).unwrap_or_default();
            self.wrapped(&format!("{}  {head}", right(&number, 5)), "       ");
            for column in columns.iter().filter(|c| !matches!(c.kind, ColumnKind::Number | ColumnKind::Head)) {
                let text = words(column);
                if text != "–" {
                    self.wrapped(&format!("       {}: {text}", column.head), "         ");
                }
            }
        }
    }
}

/// The widths of a table drawn as a grid, or nothing when it does not fit.
fn grid_widths(table: &Table, columns: &[PaperColumn], clock: &Clock) -> Option<Vec<usize>> {
    if columns.len() * (GAP + 3) > WIDE {
        return None;
    }
    let natural: Vec<usize> = columns
        .iter()
        .map(|column| {
            let widest =
                table.rows.iter().flat_map(|row| paper::lines(row, column, clock)).map(|line| width(&line.text)).max();
            widest.unwrap_or(0).max(longest_word(column.head)).max(3)
        })
        .collect();
    let least: Vec<usize> = columns
        .iter()
        .zip(&natural)
        .map(|(column, wide)| match column.kind {
            ColumnKind::Text | ColumnKind::Head => (*wide).min(NARROWEST).max(longest_word(column.head)),
            _ => *wide,
        })
        .collect();
    let room = WIDE - (columns.len() - 1) * GAP;
    let needed: usize = least.iter().sum();
    if needed > room {
        return None;
    }
    let wished: usize = natural.iter().zip(&least).map(|(wide, least)| wide.saturating_sub(*least)).sum();
    let spare = (room - needed).min(wished);
    let share = |wide: usize, least: usize| wide.saturating_sub(least) * spare / wished.max(1);
    Some(natural.iter().zip(&least).map(|(wide, least)| least + share(*wide, *least)).collect())
}

fn longest_word(text: &str) -> usize {
    text.split(' ').map(width).max().unwrap_or(0)
}

/// Breaks text into lines of so many cells, at spaces where it can and within a word where it must.
fn wrap(text: &str, first: usize, rest: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split_inclusive(' ') {
        let bare = width(word.trim_end_matches(' '));
        let room = |lines: &Vec<String>| if lines.is_empty() { first } else { rest }.max(1);
        if used > 0 && used + bare > room(&lines) {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if bare > room(&lines) {
            for grapheme in word.graphemes(true) {
                let wide = width(grapheme);
                if used > 0 && used + wide > room(&lines) {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push_str(grapheme);
                used += wide;
            }
        } else {
            line.push_str(word);
            used += width(word);
        }
    }
    lines.push(line);
    for line in &mut lines {
        line.truncate(line.trim_end_matches(' ').len());
    }
    lines
}

/// The text at the right edge of so many cells; longer text is cut.
fn right(text: &str, wide: usize) -> String {
    let used = width(text);
    if used > wide { fit(text, wide, false) } else { format!("{}{text}", " ".repeat(wide - used)) }
}

/// At most so many of the steps, the last one among them.
fn sampled<T>(steps: &[T], most: usize) -> impl Iterator<Item = &T> {
    let stride = steps.len().div_ceil(most).max(1);
    let last = steps.len().saturating_sub(1);
    steps.iter().enumerate().filter(move |(place, _)| (last - place).is_multiple_of(stride)).map(|(_, step)| step)
}

const fn sign(tone: Tone) -> &'static str {
    match tone {
        Tone::Bad => "!! ",
        Tone::Attention => "! ",
        Tone::Plain | Tone::Good | Tone::Quiet => "",
    }
}
