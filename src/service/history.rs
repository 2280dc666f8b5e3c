//! The history as lists: newest first, of everything or of one record.
//!
//! Must never know: drawing.

use super::AsOf;
use super::query::Slice;
use super::session::Session;
use super::view::{HistoryLine, Page};
use crate::domain::{Grant, Operator, OperatorId, PersonId, RecordKind, RecordRef, Run, Seq};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::store::{EntryRow, Select, StoreError};
use std::fmt::Write as _;

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
    if let Some(leaf) = facts.reader().leaf(entry.seq)? {
        for byte in leaf {
            let _ = write!(line.hash, "{byte:02x}");
        }
    }
    Ok(line)
}

fn operator(facts: &Facts<'_>, id: OperatorId) -> Result<String, StoreError> {
    Ok(facts.reader().get::<Operator>(id)?.map_or_else(|| format!("operator {id}"), |operator| operator.name))
}

fn undone_by(facts: &Facts<'_>, seq: Seq) -> Result<Option<Seq>, StoreError> {
    let undoing = facts.reader().ids::<crate::domain::Act>(&Select::all().eq("undoes", seq).page(0, 1))?;
    Ok(undoing.first().map(|act| act.0))
}

/// Newest entries.
///
/// # Errors
/// When a table cannot be read.
pub fn newest(facts: &Facts<'_>, slice: &Slice) -> Result<Page<HistoryLine>, AppError> {
    let head = facts.reader().head()?.seq;
    let before = head.saturating_sub(slice.start as u64) + 1;
    let entries = facts.reader().entries(Some(before), slice.limit as u64)?;
    let rows = entries.iter().map(|entry| line(facts, entry)).collect::<Result<Vec<_>, _>>()?;
    let total = usize::try_from(head).unwrap_or(usize::MAX);
    Ok(Page { rows, start: slice.start, total, unfiltered: total })
}

/// Entries that touched a person, their ways in or their runs, newest first.
///
/// # Errors
/// When a table cannot be read.
pub fn of_person(facts: &Facts<'_>, person: PersonId, slice: &Slice) -> Result<Page<HistoryLine>, AppError> {
    let mut records = vec![RecordRef { kind: RecordKind::Person, id: person.0 }];
    let grants = facts.reader().ids::<Grant>(&Select::all().eq("person", person).page(0, 2_000))?;
    records.extend(grants.into_iter().map(|id| RecordRef { kind: RecordKind::Grant, id: id.0 }));
    let runs = facts.reader().ids::<Run>(&Select::all().eq("person", person))?;
    records.extend(runs.into_iter().map(|id| RecordRef { kind: RecordKind::Run, id: id.0 }));
    let wanted = (slice.start + slice.limit) as u64;
    let entries = facts.reader().entries_touching(&records, None, wanted + 1)?;
    let total = entries.len();
    let rows = entries
        .iter()
        .skip(slice.start)
        .take(slice.limit)
        .map(|entry| line(facts, entry))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Page { rows, start: slice.start, total, unfiltered: total })
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
