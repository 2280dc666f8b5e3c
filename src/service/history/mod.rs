//! The history as lists: newest first, of everything or of one record; and one entry whole.
//!
//! | Module | What |
//! |---|---|
//! | `narrow` | which entries a filter means |
//! | `entry` | one entry: what it did, and what taking it back would do |
//! | `fields` | the fields of a record in words, before and after |
//!
//! Must never know: drawing.

mod entry;
mod fields;
mod narrow;

pub use entry::entry;

use super::AsOf;
use super::query::Slice;
use super::session::{Scene, Session};
use super::view::{HistoryLine, JournalView, Page, SealLine};
use crate::domain::{Act, Operator, OperatorId, PersonId, RecordRef, Seq};
use crate::error::AppError;
use crate::journal::Receipt;
use crate::journal::leaf::hex;
use crate::service::facts::Facts;
use crate::store::{EntryRow, Select, StoreError};
use narrow::{Narrow, WORDS_IN};

/// So often taken back and done again an entry is followed.
const MOST_TURNS: u8 = 32;

/// A glance at the newest acts reads so many entries at once, and so often.
const LATELY_PAGE: u64 = 40;
const LATELY_PAGES: usize = 8;

/// An entry as a line.
///
/// # Errors
/// When a table cannot be read.
pub fn line(facts: &Facts<'_>, entry: &EntryRow) -> Result<HistoryLine, StoreError> {
    let act = entry.act.as_ref();
    Ok(HistoryLine {
        seq: entry.seq,
        at: entry.at,
        who: operator(facts, entry.operator)?,
        decided_by: act.and_then(|act| act.decided_by.clone()),
        action: entry.action.clone(),
        summary: act
            .map(|act| act.summary.clone())
            .filter(|words| !words.is_empty())
            .unwrap_or_else(|| entry.action.clone()),
        reason: act.and_then(|act| act.reason.clone()),
        records: Vec::new(),
        hash: String::new(),
        undone_by: undone_by(facts, entry.seq)?,
    })
}

/// A line with the records it touched and its seal: for the commands.
///
/// # Errors
/// When a table cannot be read.
pub fn full_line(facts: &Facts<'_>, entry: &EntryRow) -> Result<HistoryLine, StoreError> {
    let mut line = line(facts, entry)?;
    line.records = facts.reader().records_of(entry.seq)?.into_iter().map(|row| row.of).collect();
    line.hash = seal_of(facts, entry.seq)?;
    Ok(line)
}

/// An entry's own seal, hex; empty when there is no such entry.
fn seal_of(facts: &Facts<'_>, seq: Seq) -> Result<String, StoreError> {
    Ok(facts.reader().leaf(seq)?.map(|leaf| hex(&leaf)).unwrap_or_default())
}

fn operator(facts: &Facts<'_>, id: OperatorId) -> Result<String, StoreError> {
    Ok(facts.reader().get::<Operator>(id)?.map_or_else(|| format!("operator {id}"), |operator| operator.name))
}

/// The entry that took this one back and still holds: what was done again since is not taken back.
fn undone_by(facts: &Facts<'_>, seq: Seq) -> Result<Option<Seq>, StoreError> {
    undone_within(facts, seq, MOST_TURNS)
}

fn undone_within(facts: &Facts<'_>, seq: Seq, turns: u8) -> Result<Option<Seq>, StoreError> {
    let Some(turns) = turns.checked_sub(1) else { return Ok(None) };
    let undoing = facts.reader().ids::<Act>(&Select::all().eq("undoes", seq))?;
    for by in undoing.into_iter().rev() {
        if undone_within(facts, by.0, turns)?.is_none() {
            return Ok(Some(by.0));
        }
    }
    Ok(None)
}

/// A part of the history, newest first, narrowed by a filter.
///
/// # Errors
/// When a table cannot be read.
pub fn journal(facts: &Facts<'_>, scene: &Scene, slice: &Slice) -> Result<JournalView, AppError> {
    let read = facts.reader();
    let head = read.head()?.seq;
    let narrow = Narrow::parse(&slice.filter, read, scene)?;
    let unfiltered = usize::try_from(head).unwrap_or(usize::MAX);
    let page = if narrow.is_plain() {
        // Entries have no gaps: a place in the list is a number, and nothing has to be counted.
        let last = narrow.before.map_or(head, |before| before.saturating_sub(1).min(head));
        let below = last.saturating_sub(slice.start as u64) + 1;
        let rows = lines(facts, &read.entries(Some(below), slice.limit as u64)?)?;
        Page { rows, start: slice.start, total: usize::try_from(last).unwrap_or(usize::MAX), unfiltered }
    } else {
        let wanted = narrow.entries(facts)?;
        Page { unfiltered, ..page_of(facts, &wanted, slice)? }
    };
    let below = narrow.before.map_or(head, |before| before.saturating_sub(1).min(head));
    let partly = narrow.has_words() && !narrow.has_links() && below > WORDS_IN;
    Ok(JournalView {
        page,
        since: read.entry(1)?.map(|first| first.at),
        looked_at: partly.then_some(WORDS_IN),
        misread: narrow.misread,
        receipt: narrow.receipt,
        seal: read
            .checkpoint_at(head)?
            .map(|(seal, _)| SealLine { size: seal.size, receipt: Receipt::of(seal.size, &seal.root).to_string() }),
    })
}

/// The newest acts for a glance. A long import is many entries of one batch; it stands once, as its last entry.
///
/// # Errors
/// When a table cannot be read.
pub fn lately(facts: &Facts<'_>, most: usize) -> Result<Vec<HistoryLine>, StoreError> {
    let mut rows = Vec::with_capacity(most);
    let (mut before, mut batch) = (None, None);
    for _ in 0..LATELY_PAGES {
        let entries = facts.reader().entries(before, LATELY_PAGE)?;
        let Some(last) = entries.last() else { break };
        before = Some(last.seq);
        for entry in &entries {
            if rows.len() < most && (entry.batch.is_none() || entry.batch != batch) {
                rows.push(line(facts, entry)?);
            }
            batch = entry.batch;
        }
        if rows.len() == most {
            break;
        }
    }
    Ok(rows)
}

/// Entries that touched a person, their ways in, their runs or what they hold, newest first.
///
/// # Errors
/// When a table cannot be read.
pub fn of_person(
    facts: &Facts<'_>,
    scene: &Scene,
    person: PersonId,
    slice: &Slice,
) -> Result<Page<HistoryLine>, AppError> {
    let read = facts.reader();
    let all = narrow::of_person(read, person.0)?;
    let narrow = Narrow::parse(&slice.filter, read, scene)?;
    let wanted: Vec<Seq> = if narrow.is_plain() && narrow.before.is_none() {
        all.iter().rev().copied().collect()
    } else {
        narrow.among(facts, &all)?
    };
    Ok(Page { unfiltered: all.len(), ..page_of(facts, &wanted, slice)? })
}

/// The part of a list of entries that is asked for.
fn page_of(facts: &Facts<'_>, wanted: &[Seq], slice: &Slice) -> Result<Page<HistoryLine>, StoreError> {
    let mut entries = Vec::new();
    for seq in wanted.iter().skip(slice.start).take(slice.limit) {
        entries.extend(facts.reader().entry(*seq)?);
    }
    Ok(Page { rows: lines(facts, &entries)?, start: slice.start, total: wanted.len(), unfiltered: wanted.len() })
}

fn lines(facts: &Facts<'_>, entries: &[EntryRow]) -> Result<Vec<HistoryLine>, StoreError> {
    entries.iter().map(|entry| line(facts, entry)).collect()
}

impl Session {
    /// The history of everything or of one record, newest first, as it stood at the moment asked about.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn history(&self, of: Option<RecordRef>, limit: usize, as_of: AsOf) -> Result<Vec<HistoryLine>, AppError> {
        let known = self.known(as_of)?;
        self.look(AsOf::default(), |facts, _| {
            let before = known.map(|seq| seq + 1);
            let entries = match of {
                Some(of) => facts.reader().entries_touching(&[of], before, limit as u64)?,
                None => facts.reader().entries(before, limit as u64)?,
            };
            let kept = entries.iter().filter(|entry| as_of.on.is_none_or(|on| entry.at <= on));
            Ok(kept.map(|entry| full_line(facts, entry)).collect::<Result<Vec<_>, _>>()?)
        })
    }
}
