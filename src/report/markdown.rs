//! The report as Markdown, for tickets and wikis: no text from outside can start a heading, a link or a tag.
//!
//! Must never know: what the report is about.

use super::document::{Block, ColumnKind, Document, Fact, Table, Tone};
use super::paper::{self, PaperLine};
use super::when::Clock;
use std::fmt::Write as _;

/// Writes the page.
pub(super) fn render(document: &Document) -> String {
    let mut out = String::new();
    let mut say = |line: std::fmt::Arguments<'_>| {
        // Writing to a string cannot fail.
        let _ = out.write_fmt(line);
        out.push('\n');
    };
    say(format_args!("# {}\n", safe(document.title.as_str())));
    if !document.firm.is_empty() {
        say(format_args!("{}\n", safe(document.firm.as_str())));
    }
    say(format_args!("*{}*\n", safe(document.question.as_str())));
    for fact in document.head() {
        say(format_args!("{}", fact_line(&fact, &document.clock)));
    }
    if let Some(verdict) = &document.verdict {
        say(format_args!("\n**{}**", safe(verdict.text.as_str())));
    }
    for block in &document.blocks {
        let text = block_text(block, &document.clock);
        if !text.is_empty() {
            say(format_args!("\n{}", text.trim_end()));
        }
    }
    say(format_args!("\n## How sure are we?\n"));
    for line in document.seal.sure.iter().chain(&document.seal.sources) {
        say(format_args!("- {}", safe(line.as_str())));
    }
    say(format_args!("\n> **{}**", safe(document.seal.line.as_str())));
    if let Some(code) = &document.seal.code {
        say(format_args!("> Receipt code `{code}`"));
    }
    say(format_args!("\n{}", document.seal.limits));
    out
}

fn block_text(block: &Block, clock: &Clock) -> String {
    match block {
        Block::Heading(text) => format!("## {}", safe(text.as_str())),
        Block::Paragraph(text) => safe(text.as_str()),
        Block::Note(note) => format!("> {}", safe(note.text.as_str())),
        Block::Figures(figures) => figures
            .iter()
            .map(|figure| {
                let note =
                    if figure.note.is_empty() { String::new() } else { format!(" ({})", safe(figure.note.as_str())) };
                format!("- **{}** {}{note}\n", safe(figure.value.as_str()), safe(figure.label.as_str()))
            })
            .collect(),
        Block::Facts(facts) => facts.facts.iter().map(|fact| fact_line(fact, clock) + "\n").collect(),
        Block::Fall(fall) => format!("{}: {}", fall.label, safe(fall.words.as_str())),
        Block::Table(table) => table_text(table, clock),
        Block::Signatures(list) => list
            .iter()
            .map(|one| format!("- {} {}: ____________________\n", one.role, safe(one.name.as_str())))
            .collect(),
    }
}

fn fact_line(fact: &Fact, clock: &Clock) -> String {
    format!("- {}: {}", fact.label, safe(&fact.value.worded(clock)))
}

fn table_text(table: &Table, clock: &Clock) -> String {
    if table.rows.is_empty() {
        return table.empty.to_owned();
    }
    let columns = paper::columns(table);
    let mut out = format!("{}\n\n|", safe(table.caption.as_str()));
    for column in &columns {
        let under = if column.under_heads.is_empty() { String::new() } else { format!(" ({})", column.under_heads) };
        out.push_str(&format!(" {}{under} |", column.head));
    }
    out.push_str("\n|");
    for column in &columns {
        out.push_str(match column.kind {
            ColumnKind::Number | ColumnKind::Count => " ---: |",
            _ => " --- |",
        });
    }
    for row in &table.rows {
        out.push_str("\n|");
        for column in &columns {
            let parts: Vec<String> = paper::lines(row, column, clock).iter().map(part_text).collect();
            out.push_str(&format!(" {} |", parts.join(", ")));
        }
    }
    out
}

fn part_text(part: &PaperLine<'_>) -> String {
    let text = safe(&part.text);
    if part.tone == Tone::Bad { format!("**{text}**") } else { text }
}

/// Takes every sign its meaning that Markdown or the HTML in it could read.
fn safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => {
                out.push('\\');
                out.push(letter);
            }
            _ => out.push(letter),
        }
    }
    // Some readers make links of bare addresses; a sign written by number stops them.
    let out = out.replace("://", "&#58;//").replace("www.", "www&#46;");
    match out.chars().next() {
        Some('-' | '+' | '=') => format!("\\{out}"),
        Some(first) if first.is_ascii_digit() => {
            let digits = out.chars().take_while(char::is_ascii_digit).count();
            let (number, rest) = out.split_at(digits);
            if rest.starts_with(['.', ')']) { format!("{number}\\{rest}") } else { out }
        }
        _ => out,
    }
}
