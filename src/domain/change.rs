//! A change as a value, before it happens: what the one write door takes.
//!
//! Must never know: where it is stored, how it is hashed.

use super::{AnyRecord, Instant, OperatorId, RecordRef, RunId, Seq};

/// One record's part in a change.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "nearly every edit is a new version; boxing it would only cost")]
pub enum Edit {
    /// The record's new version; its first one when there was none.
    Put(AnyRecord),
    /// The record is gone from now on. Its versions stay.
    Remove(RecordRef),
}

impl Edit {
    /// The record touched.
    pub fn reference(&self) -> RecordRef {
        match self {
            Self::Put(record) => record.reference(),
            Self::Remove(reference) => *reference,
        }
    }
}

impl<R: super::Record> From<R> for Edit {
    fn from(record: R) -> Self {
        Self::Put(record.into())
    }
}

/// One entry of the journal to be: an action, its words, and the new versions of the records it touches.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What kind of act, as `discharge.step.done`: lower case, dotted, fixed in `docs/journal.md`.
    pub action: &'static str,
    /// The change in one sentence, for the history.
    pub summary: String,
    /// Why, when somebody said so.
    pub reason: Option<String>,
    /// Who decided, when it was not the operator.
    pub decided_by: Option<String>,
    /// The entry this one takes back.
    pub undoes: Option<Seq>,
    /// The run it belongs to.
    pub run: Option<RunId>,
    /// The batch that holds several entries together; the sequence of its first entry.
    pub batch: Option<Seq>,
    /// The record versions.
    pub edits: Vec<Edit>,
}

impl Change {
    /// A change with an action and a sentence, to which edits are added.
    pub fn new(action: &'static str, summary: impl Into<String>) -> Self {
        Self {
            action,
            summary: summary.into(),
            reason: None,
            decided_by: None,
            undoes: None,
            run: None,
            batch: None,
            edits: Vec::new(),
        }
    }

    /// Adds the new version of a record.
    pub fn put(&mut self, record: impl Into<AnyRecord>) -> &mut Self {
        self.edits.push(Edit::Put(record.into()));
        self
    }

    /// Takes a record away.
    pub fn remove(&mut self, reference: RecordRef) -> &mut Self {
        self.edits.push(Edit::Remove(reference));
        self
    }

    /// Gives the reason, when there is one.
    pub fn because(mut self, reason: Option<String>) -> Self {
        self.reason = reason.filter(|text| !text.trim().is_empty());
        self
    }

    /// Ties the change to a run.
    pub fn in_run(mut self, run: Option<RunId>) -> Self {
        self.run = run;
        self
    }
}

/// Who is at the keyboard, and when: given to every write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// The identity that opened the register.
    pub operator: OperatorId,
    /// The moment, from the clock the service owns.
    pub at: Instant,
    /// The clock is a fixed or scripted one; the entry says so.
    pub scripted: bool,
}
