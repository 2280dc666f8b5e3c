//! Separated text to rows of cells, with the line each row begins on.
//!
//! Written for files that are not quite right: an open quote, a NUL or an overlong row sets that row aside with its
//! line and the reading goes on behind it. Must never know: what the columns mean.

use super::error::ImportError;
use super::issue::Issue;
use super::source::Limits;
use std::borrow::Cow;

/// What stands between two cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// A comma.
    Comma,
    /// A semicolon, where a comma stands within numbers.
    Semicolon,
    /// A tab.
    Tab,
}

impl Separator {
    const ALL: [Self; 3] = [Self::Comma, Self::Semicolon, Self::Tab];

    const fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record<'a> {
    /// The line it begins on, 1-based.
    pub line: u64,
    /// Its cells as written, without quotes.
    pub cells: Vec<Cow<'a, str>>,
}

impl Record<'_> {
    /// A cell without blanks around it; empty when the row or the column is missing.
    pub fn cell(&self, index: Option<usize>) -> &str {
        index.and_then(|index| self.cells.get(index)).map_or("", |cell| cell.trim())
    }

    /// Whether all cells are empty.
    pub fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }
}

/// Why a row was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// A quote that is never closed, or not within the limit of a row.
    OpenQuote,
    /// Longer than a row may be.
    TooLong,
    /// More cells than columns may be.
    TooManyCells,
    /// A NUL byte.
    Nul,
    /// Bytes that are no text.
    Damaged,
}

impl Fault {
    /// A stable word for scripts.
    const fn code(self) -> &'static str {
        match self {
            Self::OpenQuote => "open_quote",
            Self::TooLong => "row_too_long",
            Self::TooManyCells => "too_many_cells",
            Self::Nul => "nul_in_row",
            Self::Damaged => "damaged_text",
        }
    }

    /// What is wrong, in a sentence.
    const fn sentence(self) -> &'static str {
        match self {
            Self::OpenQuote => "A quotation mark opens here and is never closed.",
            Self::TooLong => "This line is longer than 1 MiB.",
            Self::TooManyCells => "This line has too many cells.",
            Self::Nul => "This line holds NUL characters, which no list has.",
            Self::Damaged => "Some letters of this line are damaged.",
        }
    }

    /// The issue for a row set aside on this line.
    pub fn issue(self, line: u64) -> Issue {
        Issue::error(self.code(), format!("{} The line was left out.", self.sentence())).at(line)
    }
}

/// The rows of a text, one after the other.
#[derive(Debug, Clone)]
pub struct Records<'a> {
    text: &'a str,
    separator: u8,
    position: usize,
    line: u64,
    limits: Limits,
    damaged: bool,
}

impl<'a> Records<'a> {
    /// Rows of a text from its beginning.
    pub fn new(text: &'a str, separator: Separator, limits: &Limits, damaged: bool) -> Self {
        Self { text, separator: separator.byte(), position: 0, line: 1, limits: *limits, damaged }
    }

    fn byte(&self, position: usize) -> Option<u8> {
        self.text.as_bytes().get(position).copied()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// Goes behind the end of the line the position is in.
    fn skip_line(&mut self, from: usize) {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let ahead = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        self.position = from.saturating_add(ahead);
        self.end_line();
    }

    /// Takes one line end, if one is there.
    fn end_line(&mut self) {
        match self.byte(self.position) {
            Some(b'\r') => {
                self.position += if self.byte(self.position + 1) == Some(b'\n') { 2 } else { 1 };
                self.line += 1;
            }
            Some(b'\n') => {
                self.position += 1;
                self.line += 1;
            }
            _ => {}
        }
    }

    /// A cell in quotes; the position is on the opening one. None when the quote stays open.
    fn quoted(&mut self, row_start: usize) -> Option<Cow<'a, str>> {
        let mut from = self.position + 1;
        let mut at = from;
        let mut built: Option<String> = None;
        loop {
            if at.saturating_sub(row_start) > self.limits.row {
                return None;
            }
            match self.byte(at)? {
                b'"' if self.byte(at + 1) == Some(b'"') => {
                    built.get_or_insert_default().push_str(self.slice(from, at + 1));
                    at += 2;
                    from = at;
                }
                b'"' => break,
                b'\n' => {
                    self.line += 1;
                    at += 1;
                }
                b'\r' => {
                    if self.byte(at + 1) != Some(b'\n') {
                        self.line += 1;
                    }
                    at += 1;
                }
                _ => at += 1,
            }
        }
        let inside = self.slice(from, at);
        self.position = at + 1;
        let behind = self.plain();
        Some(match (built, behind.is_empty()) {
            (None, true) => Cow::Borrowed(inside),
            (built, _) => {
                let mut text = built.unwrap_or_default();
                text.push_str(inside);
                text.push_str(behind);
                Cow::Owned(text)
            }
        })
    }

    /// Everything up to the next separator or line end.
    fn plain(&mut self) -> &'a str {
        let from = self.position;
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        let ahead =
            rest.iter().position(|byte| *byte == self.separator || matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        self.position = from + ahead;
        self.slice(from, self.position)
    }

    fn row(&mut self) -> Result<Record<'a>, (u64, Fault)> {
        let (start, line) = (self.position, self.line);
        let mut cells = Vec::new();
        loop {
            let cell = if self.byte(self.position) == Some(b'"') {
                match self.quoted(start) {
                    Some(cell) => cell,
                    None => {
                        self.line = line;
                        self.skip_line(start);
                        return Err((line, Fault::OpenQuote));
                    }
                }
            } else {
                Cow::Borrowed(self.plain())
            };
            if cells.len() <= self.limits.columns {
                cells.push(cell);
            }
            if self.byte(self.position) == Some(self.separator) {
                self.position += 1;
            } else {
                break;
            }
        }
        let end = self.position;
        self.end_line();
        let written = self.slice(start, end);
        if written.len() > self.limits.row {
            return Err((line, Fault::TooLong));
        }
        if cells.len() > self.limits.columns {
            return Err((line, Fault::TooManyCells));
        }
        if written.contains('\0') {
            return Err((line, Fault::Nul));
        }
        if self.damaged && written.contains('\u{FFFD}') {
            return Err((line, Fault::Damaged));
        }
        Ok(Record { line, cells })
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Result<Record<'a>, (u64, Fault)>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.position < self.text.len() {
            match self.row() {
                Ok(record) if record.is_blank() => {}
                other => return Some(other),
            }
        }
        None
    }
}

/// A text with its header found.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    /// The header's cells, without blanks around them.
    pub header: Vec<String>,
    /// The line it stands on.
    pub header_line: u64,
    rows: Records<'a>,
}

impl<'a> Table<'a> {
    /// Finds the separator and the header. Lines in front of it that only tools read (`#TYPE`, `sep=`) are skipped.
    ///
    /// # Errors
    /// When there is no line at all, or the first one cannot be read or has too many cells.
    pub fn open(text: &'a str, limits: &Limits, damaged: bool) -> Result<Self, ImportError> {
        let (first, told) = first_line(text);
        let separator = told.unwrap_or_else(|| sniff(first));
        let mut rows = Records::new(text, separator, limits, damaged);
        while let Some(row) = rows.next() {
            let record = match row {
                Ok(record) => record,
                Err((_, Fault::TooManyCells)) => {
                    let columns = limits.columns.saturating_add(1);
                    return Err(ImportError::TooManyColumns { columns, limit: limits.columns });
                }
                Err((line, fault)) => return Err(ImportError::BadHeadings { line, why: fault.sentence() }),
            };
            if is_preamble(record.cells.first().map_or("", |cell| cell.trim())) {
                continue;
            }
            let header =
                record.cells.iter().map(|cell| cell.trim().trim_start_matches('\u{FEFF}').to_owned()).collect();
            return Ok(Self { header, header_line: record.line, rows });
        }
        Err(ImportError::NotRecognised { columns: Vec::new() })
    }

    /// The rows below the header, from the first one, as often as asked.
    pub fn rows(&self) -> Records<'a> {
        self.rows.clone()
    }

    /// Whether a row is the header once more, as in lists pasted together.
    pub fn is_header(&self, record: &Record<'_>) -> bool {
        record.cells.len() == self.header.len()
            && record.cells.iter().zip(&self.header).all(|(cell, name)| cell.trim().eq_ignore_ascii_case(name))
    }

    /// What is wrong with a row that has something beyond the last column: its cells stand under the wrong headings.
    pub fn too_wide(&self, record: &Record<'_>) -> Option<Issue> {
        let width = self.header.len();
        record.cells.iter().skip(width).any(|cell| !cell.trim().is_empty()).then(|| {
            let cells = record.cells.len();
            let message = format!("This line has {cells} cells under {width} columns. It was left out.");
            Issue::error("row_too_wide", message).at(record.line)
        })
    }
}

fn is_preamble(first_cell: &str) -> bool {
    first_cell.starts_with("#TYPE") || first_cell.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sep="))
}

/// The first line that is no preamble, and the separator a `sep=` line told.
fn first_line(text: &str) -> (&str, Option<Separator>) {
    let mut told = None;
    for line in text.split(['\n', '\r']) {
        let trimmed = line.trim_start_matches('\u{FEFF}').trim_matches(['"', ' ']);
        if trimmed.is_empty() {
            continue;
        }
        if let Some(mark) = trimmed.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")).and(trimmed.get(4..)) {
            told = Separator::ALL.into_iter().find(|s| mark.starts_with(char::from(s.byte())));
        } else if !is_preamble(trimmed) {
            return (line, told);
        }
    }
    ("", told)
}

/// The separator that occurs most often outside quotes; a comma when none does.
fn sniff(line: &str) -> Separator {
    let count = |separator: Separator| {
        let mut inside = false;
        line.bytes()
            .filter(|byte| {
                inside ^= *byte == b'"';
                !inside && *byte == separator.byte()
            })
            .count()
    };
    let mut best = (Separator::Comma, count(Separator::Comma));
    for separator in [Separator::Semicolon, Separator::Tab] {
        let found = count(separator);
        if found > best.1 {
            best = (separator, found);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]
    use super::*;
    use proptest::prelude::*;

    type Read = Result<(u64, Vec<String>), (u64, Fault)>;

    fn all(text: &str) -> Vec<Read> {
        Records::new(text, Separator::Comma, &Limits::default(), false)
            .map(|row| row.map(|r| (r.line, r.cells.iter().map(|c| c.to_string()).collect())))
            .collect()
    }

    fn cells(words: &[&str]) -> Vec<String> {
        words.iter().map(|w| (*w).to_owned()).collect()
    }

    #[test]
    fn quotes_may_hold_separators_quotes_and_line_ends() {
        assert_eq!(
            all("a,\"b, \"\"c\"\"\",\"d\r\ne\"\r\nf,,\r\n"),
            [Ok((1, cells(&["a", "b, \"c\"", "d\r\ne"]))), Ok((3, cells(&["f", "", ""])))]
        );
    }

    #[test]
    fn lone_carriage_returns_end_lines_too() {
        assert_eq!(all("a,b\rc,d\r"), [Ok((1, cells(&["a", "b"]))), Ok((2, cells(&["c", "d"])))]);
    }

    #[test]
    fn an_open_quote_costs_its_own_line_only() {
        assert_eq!(
            all("a,b\nc,\"d\ne,f\n"),
            [Ok((1, cells(&["a", "b"]))), Err((2, Fault::OpenQuote)), Ok((3, cells(&["e", "f"])))]
        );
    }

    #[test]
    fn a_row_over_the_limit_and_one_with_nul_are_set_aside() {
        let long = format!("a,b\n{},x\nc\0,d\ne,f\n", "y".repeat(2 << 20));
        assert_eq!(all(&long)[1..], [Err((2, Fault::TooLong)), Err((3, Fault::Nul)), Ok((4, cells(&["e", "f"])))]);
    }

    #[test]
    fn the_separator_is_found_outside_quotes_or_told() {
        let header = |text: &str| Table::open(text, &Limits::default(), false).unwrap().header;
        assert_eq!(header("\"a,b,c\";d;e\n"), cells(&["a,b,c", "d", "e"]));
        assert_eq!(header("a\tb\n"), cells(&["a", "b"]));
        assert_eq!(header("sep=;\na;b,c,d\n"), cells(&["a", "b,c,d"]));
        assert_eq!(header("only\n"), cells(&["only"]));
    }

    #[test]
    fn lines_for_tools_are_not_taken_for_the_header() {
        let text = "#TYPE Selected.ADUser\r\n\"Name\",\"SID\"\r\n\"a\",\"b\"\r\n";
        let table = Table::open(text, &Limits::default(), false).unwrap();
        assert_eq!((table.header.clone(), table.header_line), (cells(&["Name", "SID"]), 2));
        assert_eq!(table.rows().next().unwrap().unwrap().line, 3);
    }

    #[test]
    fn a_hundred_thousand_columns_are_refused() {
        let text = ",".repeat(100_000);
        let text = format!("a{text}\n");
        assert!(matches!(Table::open(&text, &Limits::default(), false), Err(ImportError::TooManyColumns { .. })));
    }

    proptest! {
        #[test]
        fn what_a_csv_writer_wrote_is_read_back(
            rows in prop::collection::vec(prop::collection::vec("[a-z\", ;\r\n\té]{0,6}", 3), 1..6)
        ) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            for row in &rows {
                writer.write_record(row).unwrap();
            }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            let expected: Vec<_> = rows.into_iter().filter(|r| !r.iter().all(|c| c.trim().is_empty())).collect();
            let read: Vec<_> = all(&text).into_iter().map(|r| r.unwrap().1).collect();
            prop_assert_eq!(read, expected);
        }

        #[test]
        fn no_text_makes_it_panic_or_stand_still(text in "[a\",\n\r\0;é]{0,80}") {
            let rows = all(&text);
            prop_assert!(rows.len() <= text.len());
        }
    }
}
