//! What a reader has to say about a file: data, not an error.
//!
//! Must never know: where issues are shown. A message never repeats the contents of a cell that could hold a secret.

crate::words! {
    /// How much an issue matters.
    pub enum IssueSeverity {
        Note = "note", "note";
        Warning = "warning", "warning";
        Error = "error", "not taken";
    }
}

/// One remark about a place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Which sheet of a workbook or folder, as it names itself.
    pub sheet: Option<String>,
    /// Line of a text file or row of a sheet, 1-based. None when it concerns the whole file.
    pub line: Option<u64>,
    /// Column, 1-based.
    pub column: Option<u64>,
    /// How much it matters. An error means that the row was not taken.
    pub severity: IssueSeverity,
    /// A stable word for scripts.
    pub code: &'static str,
    /// What it is, in one or two sentences.
    pub message: String,
}

impl Issue {
    /// A remark about the whole file that only informs.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(IssueSeverity::Note, code, message)
    }

    /// A remark about the whole file that somebody should look at.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(IssueSeverity::Warning, code, message)
    }

    /// A row, or something of the file, that was not taken.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(IssueSeverity::Error, code, message)
    }

    fn new(severity: IssueSeverity, code: &'static str, message: impl Into<String>) -> Self {
        Self { sheet: None, line: None, column: None, severity, code, message: message.into() }
    }

    /// Says which line.
    #[must_use]
    pub fn at(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// Says which column, counted from 0 as a reader does.
    #[must_use]
    pub fn in_column(mut self, index: Option<usize>) -> Self {
        self.column = index.and_then(|index| u64::try_from(index).ok()).map(|index| index.saturating_add(1));
        self
    }

    /// Says which sheet.
    #[must_use]
    pub fn in_sheet(mut self, sheet: impl Into<String>) -> Self {
        self.sheet = Some(sheet.into());
        self
    }
}

/// Issues as they are found, kept to a number a person can still read. The rest is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Issues {
    list: Vec<Issue>,
    per_code: std::collections::BTreeMap<&'static str, usize>,
}

/// So many issues of one code are kept; a file of a million bad rows must not fill the memory with remarks.
const KEPT_PER_CODE: usize = 1_000;

impl Issues {
    /// Adds one.
    pub fn push(&mut self, issue: Issue) {
        let seen = self.per_code.entry(issue.code).or_default();
        *seen = seen.saturating_add(1);
        if *seen <= KEPT_PER_CODE {
            self.list.push(issue);
        }
    }

    /// The issues kept, followed by one line per code of which there were more.
    pub fn finish(self) -> Vec<Issue> {
        let mut list = self.list;
        for (code, count) in self.per_code {
            if count > KEPT_PER_CODE {
                let rest = count - KEPT_PER_CODE;
                list.push(Issue::warning(code, format!("There are {rest} more lines with this same remark.")));
            }
        }
        list
    }
}
