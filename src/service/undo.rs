//! Taking a change back: a new entry with the versions from before, refused where something newer touched them.
//!
//! Must never know: what any particular change means; only which ones cannot be taken back at all.

use crate::domain::{Change, Edit, RecordRef, Seq, capital};
use crate::error::{AppError, ErrorClass};
use crate::service::session::Scene;
use crate::service::words;
use crate::store::{EntryRow, Reader};
use std::collections::BTreeMap;

/// Acts that no undo takes back, with the reason.
const FINAL: &[(&str, &str)] = &[
    ("register.", "The register itself cannot be un-made"),
    ("operator.", "Who may open the register is changed with keyward key, not by undo"),
    ("key.", "A change of keys cannot be taken back"),
    ("history.", "An accepted gap in the history cannot be taken back"),
    ("erase.", "Erased values are gone for good"),
    ("run.closed", "A signed closing stands. Reinstate the run if it was wrong"),
    ("review.signed", "A signed review stands"),
];

/// What taking back an entry would write.
pub struct TakenBack {
    /// The change to append.
    pub change: Change,
    /// The summary of what is taken back.
    pub summary: String,
}

/// Why an act of this kind is never taken back; nothing when it may be.
pub fn is_final(action: &str) -> Option<&'static str> {
    FINAL.iter().find(|(prefix, _)| action.starts_with(prefix)).map(|(_, why)| *why)
}

/// The entries one act wrote: the first one, and those the same act added right after it.
///
/// # Errors
/// When the history cannot be read.
pub fn act_entries(read: Reader<'_>, first: Seq) -> Result<Vec<Seq>, AppError> {
    let mut entries = vec![first];
    let Some(head) = read.entry(first)? else { return Ok(entries) };
    if head.batch.is_some() {
        return Ok(entries);
    }
    let run_of = |entry: &EntryRow| entry.act.as_ref().and_then(|act| act.run);
    for next in read.entries_from(first + 1, 8)? {
        let same_act = match next.action.as_str() {
            "run.reopened" | "run.planned" => run_of(&head) == run_of(&next),
            "undo" | "redo" => head.action == next.action,
            _ => false,
        };
        if !same_act || next.at != head.at || next.operator != head.operator {
            break;
        }
        entries.push(next.seq);
    }
    Ok(entries)
}

/// Prepares taking back the entry `seq`, or the whole batch it belongs to.
///
/// # Errors
/// When the act is final, was already taken back, or a record it touched has changed since: then it names them.
pub fn prepare(tx: Reader<'_>, scene: &Scene, seq: Seq, redo: bool) -> Result<TakenBack, AppError> {
    prepare_after(tx, scene, seq, redo, &[])
}

/// Why an act cannot be taken back, asked before anything is written: its later entries go first, so what they wrote
/// stands in nobody's way.
///
/// # Errors
/// As [`prepare`].
pub fn check(tx: Reader<'_>, scene: &Scene, act: &[Seq]) -> Result<(), AppError> {
    for seq in act {
        prepare_after(tx, scene, *seq, false, act)?;
    }
    Ok(())
}

fn prepare_after(
    tx: Reader<'_>,
    scene: &Scene,
    seq: Seq,
    redo: bool,
    taken_back: &[Seq],
) -> Result<TakenBack, AppError> {
    let Some(entry) = tx.entry(seq)? else {
        return Err(AppError::new(
            ErrorClass::NotFound,
            format!("There is no entry {}. Nothing was changed.", words::count(seq)),
        )
        .hint("keyward history lists the entries"));
    };
    if let Some(why) = is_final(&entry.action) {
        return Err(AppError::new(ErrorClass::Refused, format!("{why}. Nothing was changed.")));
    }
    let entries = match entry.batch {
        Some(first) => tx.batch(first)?,
        None => vec![seq],
    };
    // For each record the version that stood before the first of these entries, and the last one they wrote.
    let mut before: BTreeMap<RecordRef, (Option<Seq>, Seq)> = BTreeMap::new();
    for entry in &entries {
        for row in tx.records_of(*entry)? {
            before.entry(row.of).or_insert((row.version.prev, *entry)).1 = *entry;
        }
    }
    let summary = entry.act.as_ref().map(|act| act.summary.clone()).unwrap_or_default();
    let run = entry.act.as_ref().and_then(|act| act.run);
    let mut edits = Vec::with_capacity(before.len());
    let mut moved = Vec::new();
    for (reference, (prev, written)) in before {
        let current = last_version(tx, reference)?;
        // A later change that was itself taken back leaves the record as these entries made it.
        let has_moved = current.is_some_and(|current| current > written && !taken_back.contains(&current))
            && tx.get_any(reference, None)? != tx.version_at(reference, written)?.flatten();
        if has_moved {
            moved.push((reference, current));
            continue;
        }
        match prev.map(|prev| tx.version_at(reference, prev)).transpose()?.flatten().flatten() {
            Some(record) => edits.push(Edit::Put(record)),
            None => edits.push(Edit::Remove(reference)),
        }
    }
    if let Some((reference, Some(later))) = moved.first() {
        return Err(AppError::new(
            ErrorClass::Refused,
            format!(
                "{} changed again later, in entry {}. Nothing was taken back.",
                capital(reference.kind.shown()),
                words::count(*later)
            ),
        )
        .hint(format!("Take back entry {} first", words::count(*later))));
    }
    let (action, verb) = if redo { ("redo", "Done again") } else { ("undo", "Taken back") };
    let told = summary.trim_start_matches("Taken back: ").trim_start_matches("Done again: ").to_owned();
    let mut change = scene.change(action, format!("{verb}: {told}"));
    change.undoes = Some(seq);
    change.run = run;
    change.edits = edits;
    Ok(TakenBack { change, summary: told })
}

/// The newest version of a record, also when that one took it away.
fn last_version(tx: Reader<'_>, of: RecordRef) -> Result<Option<Seq>, AppError> {
    Ok(match tx.seq_of(of)? {
        Some(seq) => Some(seq),
        None => tx.versions_of(of)?.last().map(|version| version.seq),
    })
}
