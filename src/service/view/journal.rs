//! What the history is shown as: its lines, one entry whole, and what taking it back would do.
//!
//! Must never know: how the journal is kept, how it is drawn.

use super::{HistoryLine, Page};
use crate::domain::{Instant, RecordRef, Seq};

/// A part of the history, and how far the question reached.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JournalView {
    /// The lines, newest first.
    pub page: Page<HistoryLine>,
    /// When the first entry of all was written.
    pub since: Option<Instant>,
    /// Words were looked for in so many of the newest entries only; nothing when all were looked at.
    pub looked_at: Option<u64>,
    /// What of the filter could not be used, in a sentence.
    pub misread: Option<String>,
    /// The filter is this receipt: the lines are those it vouches for, and a verification compares it.
    pub receipt: Option<String>,
    /// The newest seal.
    pub seal: Option<SealLine>,
}

/// A seal over the history: what a receipt on paper is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealLine {
    /// Entries under it.
    pub size: Seq,
    /// Its receipt, as printed at the foot of reports.
    pub receipt: String,
}

/// One entry of the history, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryView {
    /// Its line, with its seal.
    pub line: HistoryLine,
    /// The entry it takes back or does again.
    pub undoes: Option<Seq>,
    /// The clock had gone backwards when it was written.
    pub clock_went_back: bool,
    /// Records it touched.
    pub records: u64,
    /// What it did to each of them; the first hundred.
    pub changes: Vec<RecordChange>,
    /// Whether it can be taken back.
    pub reversal: Reversal,
}

/// What an entry did to one record.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordChange {
    /// Which record.
    pub of: RecordRef,
    /// What it is called.
    pub name: String,
    /// Made, changed, or taken away.
    pub how: ChangeHow,
    /// The fields that differ, as words.
    pub fields: Vec<FieldChange>,
    /// Its words were erased since: only what is public can be shown.
    pub erased: bool,
}

/// What happened to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeHow {
    /// It was not there before.
    Made,
    /// It was there before and after.
    Changed,
    /// It is not there any more.
    TakenAway,
}

/// A field before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Its name in words.
    pub name: String,
    /// What stood there; nothing when it was empty.
    pub before: Option<String>,
    /// What stands there since; nothing when it was emptied.
    pub after: Option<String>,
}

/// What taking an entry back means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reversal {
    /// It can be done.
    Possible {
        /// Records it would put back.
        records: u64,
        /// Entries that belong to the same act and go back with it.
        entries: u64,
        /// Nothing newer touched these records. A large act is only looked at when it is done.
        checked: bool,
    },
    /// It cannot, for this reason.
    Refused(String),
}
