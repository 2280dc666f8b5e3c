//! What a command prints: text for people, one JSON object for programs, or comma-separated rows. Messages and
//! progress go to standard error.
//!
//! Must never know: where the values come from.

use crate::domain::Instant;
use crate::error::{AppError, ErrorClass};
use crate::text;
use serde_json::{Map, Value, json};
use std::io::{self, IsTerminal, Write};

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// Text for people.
    #[default]
    Text,
    /// One JSON object.
    Json,
    /// Comma-separated rows.
    Csv,
}

/// A command's answer: the frame of its JSON, its rows, and its text.
#[derive(Debug, Default)]
pub struct Answer {
    /// The command's word.
    pub kind: &'static str,
    /// The moment the answer is about.
    pub as_of: Option<Instant>,
    /// Keys beside the frame.
    pub fields: Map<String, Value>,
    /// Rows, when the answer is a list.
    pub rows: Option<Vec<Map<String, Value>>>,
    /// Text for people.
    pub text: String,
}

impl Answer {
    /// An answer of a command.
    pub fn new(kind: &'static str, as_of: Instant) -> Self {
        Self { kind, as_of: Some(as_of), ..Self::default() }
    }

    /// Adds a key to the JSON.
    pub fn field(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(key.to_owned(), value.into());
        self
    }

    /// Gives the rows.
    pub fn rows(mut self, rows: Vec<Map<String, Value>>) -> Self {
        self.rows = Some(rows);
        self
    }

    /// Gives the text for people.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }

    /// Prints it on standard output.
    ///
    /// # Errors
    /// When standard output cannot be written; a closed pipe counts as done.
    pub fn print(&self, style: Style) -> Result<(), AppError> {
        let printed = match style {
            Style::Text => self.text.split('\n').map(text::shown).collect::<Vec<_>>().join("\n"),
            Style::Json => self.json(),
            Style::Csv => self.csv(),
        };
        write_out(printed.as_bytes())
    }

    fn json(&self) -> String {
        let mut frame = Map::new();
        frame.insert("keyward".to_owned(), json!(env!("CARGO_PKG_VERSION")));
        frame.insert("kind".to_owned(), json!(self.kind));
        frame.insert("as_of".to_owned(), json!(self.as_of.map(Instant::rfc3339)));
        frame.extend(self.fields.clone());
        if let Some(rows) = &self.rows {
            frame.insert("rows".to_owned(), Value::Array(rows.iter().cloned().map(Value::Object).collect()));
        }
        let mut line = escaped(&Value::Object(frame).to_string());
        line.push('\n');
        line
    }

    fn csv(&self) -> String {
        let fields = vec![self.fields.clone()];
        let rows = self.rows.as_ref().unwrap_or(&fields);
        let mut columns: Vec<&String> = Vec::new();
        for key in rows.iter().flat_map(Map::keys) {
            if !columns.contains(&key) {
                columns.push(key);
            }
        }
        let mut out = columns.iter().map(|key| text::csv_cell(key)).collect::<Vec<_>>().join(",");
        out.push_str("\r\n");
        for row in rows {
            let cells: Vec<String> = columns.iter().map(|key| csv_value(row.get(*key))).collect();
            out.push_str(&cells.join(","));
            out.push_str("\r\n");
        }
        out
    }
}

/// JSON in which nothing can move the cursor or turn text round on a terminal: such signs only stand inside of
/// texts, where JSON may spell them by their number.
fn escaped(json: &str) -> String {
    let moves = |c: char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if moves(c) { out.push_str(&format!("\\u{:04x}", u32::from(c))) } else { out.push(c) }
    }
    out
}

fn csv_value(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(words)) => text::csv_cell(words),
        Some(Value::Array(items)) => {
            let words: Vec<String> =
                items.iter().map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned)).collect();
            text::csv_cell(&words.join("; "))
        }
        Some(other @ Value::Object(_)) => text::csv_cell(&other.to_string()),
        Some(plain) => plain.to_string(),
    }
}

/// Writes to standard output. A reader that went away is no error.
///
/// # Errors
/// When it cannot be written otherwise.
pub fn write_out(bytes: &[u8]) -> Result<(), AppError> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(AppError::new(ErrorClass::System, format!("The answer could not be written: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// A message for the person on standard error.
pub fn tell(message: &str) {
    // Standard error that cannot be written leaves nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{message}");
}

/// An error on standard error: sentences for people, an object for programs.
pub fn complain(error: &AppError, style: Style) {
    if style == Style::Json {
        let mut body = Map::new();
        body.insert("class".to_owned(), json!(error.class.word()));
        body.insert("message".to_owned(), json!(error.message));
        body.insert("hints".to_owned(), json!(error.hints));
        if let Some(line) = error.line {
            body.insert("line".to_owned(), json!(line));
        }
        if let Some(column) = error.column {
            body.insert("column".to_owned(), json!(column));
        }
        return tell(&escaped(&json!({ "error": body }).to_string()));
    }
    let place = match (error.line, error.column) {
        (Some(line), Some(column)) => format!(" (line {line}, column {column})"),
        (Some(line), None) => format!(" (line {line})"),
        _ => String::new(),
    };
    tell(&format!("Error: {}{place}", text::shown(&error.message)));
    for hint in &error.hints {
        tell(&format!("  {}", text::shown(hint)));
    }
}

/// Whether a person sits at both ends: prompts are allowed then.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Whether the screen can be drawn: a terminal to type at and one to draw on.
pub fn is_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Columns side by side. At a terminal the widest are cut until a row fits; into a file or pipe nothing is cut.
pub fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let shown: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| text::shown(cell).into_owned()).collect()).collect();
    let mut widths: Vec<usize> = headings
        .iter()
        .enumerate()
        .map(|(column, heading)| {
            let cells = shown.iter().filter_map(|row| row.get(column)).map(|cell| text::width(cell));
            cells.chain([text::width(heading)]).max().unwrap_or(0)
        })
        .collect();
    if let Some(cells) = terminal_width() {
        narrow(&mut widths, cells.saturating_sub(2 * headings.len().saturating_sub(1)));
    }
    let line = |cells: Vec<&str>| {
        let padded: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| text::fit(cell, *width, false)).collect();
        format!("{}\n", padded.join("  ").trim_end())
    };
    let mut out = line(headings.to_vec());
    for row in &shown {
        out.push_str(&line(row.iter().map(String::as_str).collect()));
    }
    out
}

/// No column is cut below this.
const NARROWEST: usize = 8;

/// Takes from the widest columns until all fit, or none can give.
fn narrow(widths: &mut [usize], room: usize) {
    while widths.iter().sum::<usize>() > room {
        let Some(widest) = widths.iter_mut().max().filter(|width| **width > NARROWEST) else { return };
        *widest -= 1;
    }
}

/// The terminal's width, when standard output is one.
fn terminal_width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    #[cfg(unix)]
    {
        let size = rustix::termios::tcgetwinsize(io::stdout()).ok()?;
        (size.ws_col > 0).then_some(size.ws_col.into())
    }
    #[cfg(not(unix))]
    {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_columns_give_way_first_and_none_disappears() {
        let mut widths = [3, 40, 20];
        narrow(&mut widths, 43);
        assert_eq!(widths, [3, 20, 20]);
        narrow(&mut widths, 5);
        assert_eq!(widths, [3, 8, 8]);
    }

    #[test]
    fn nothing_in_json_moves_the_cursor_or_turns_text_round() {
        let answer = Answer::default().field("name", "a\u{202e}b\u{9b}31m\u{1b}[0m");
        let json = answer.json();
        assert!(json.trim_end().chars().all(|c| !c.is_control() && c != '\u{202e}'), "{json}");
        let back: Value = serde_json::from_str(&json).unwrap_or_default();
        assert_eq!(back.get("name").and_then(Value::as_str), Some("a\u{202e}b\u{9b}31m\u{1b}[0m"));
    }

    #[test]
    fn rows_with_different_keys_share_one_heading() {
        let row = |key: &str| Map::from_iter([(key.to_owned(), json!("=1+1"))]);
        let answer = Answer::default().rows(vec![row("a"), row("b")]);
        assert_eq!(answer.csv(), "\"a\",\"b\"\r\n\"'=1+1\",\r\n,\"'=1+1\"\r\n");
    }
}
