//! Taking a plan: exactly the plan that was shown, or nothing.
//!
//! Must never know: how the plan was made.

use super::{ImportReport, PlannedImport, report};
use crate::domain::{Account, AccountId, AnyRecord, Grant, Observation, RecordKind, RecordRef, SystemId};
use crate::error::{AppError, ErrorClass};
use crate::service::session::{Scene, Session};
use crate::store::{Reader, RecordRow, Select, StoreError, Tx};
use crate::text;

/// What the history calls it.
pub const ACTION: &str = "import.applied";

/// From so many records on, a register without accounts gets its indexes after the rows instead of with each row.
const INDEX_LATER_FROM: usize = 20_000;

/// A backup this young is enough before an import.
const FRESH_BACKUP_HOURS: u32 = 24;

/// So many entries are looked through at once for what happened since the comparison.
const PAGE: u64 = 200;

impl Session {
    /// Takes a plan as it was shown. One transaction, one act for undo.
    ///
    /// # Errors
    /// When the register has changed in a way that the plan did not know, or cannot be written. Nothing is changed
    /// then.
    pub fn apply_import(&mut self, planned: PlannedImport) -> Result<ImportReport, AppError> {
        // A stale plan is refused before the work of a backup, and once more inside the write.
        is_fresh(&self.store.read(), &planned)?;
        let backup = if planned.plan.is_unchanged() { None } else { self.backup_if_older(FRESH_BACKUP_HOURS)? };
        let ((), seq) = self.commit(|tx, scene| {
            is_fresh(tx, &planned)?;
            write(tx, scene, &planned)
        })?;
        if let Some(seq) = seq {
            self.remember(seq);
            self.redo.clear();
        }
        let mut file = report::of(&planned, seq);
        file.backup = backup.map(|made| made.file.display().to_string());
        Ok(ImportReport { files: vec![file] })
    }
}

fn write(tx: &mut Tx<'_>, scene: &Scene, planned: &PlannedImport) -> Result<(), AppError> {
    let mut failed: Option<StoreError> = None;
    let edits = planned.plan.edits(&mut |kind| match allocate(tx, kind) {
        Ok(id) => id,
        Err(error) => {
            failed.get_or_insert(error);
            0
        }
    });
    if let Some(error) = failed {
        return Err(error.into());
    }
    let initial = edits.len() >= INDEX_LATER_FROM && tx.first::<Account>(&Select::all())?.is_none();
    if initial {
        tx.drop_indexes()?;
    }
    tx.append_bulk(&scene.change(ACTION, planned.summary()), edits)?;
    if initial {
        tx.build_indexes()?;
    }
    Ok(())
}

fn allocate(tx: &mut Tx<'_>, kind: RecordKind) -> Result<u64, StoreError> {
    with_record_type!(kind, R => tx.allocate::<R>().map(crate::domain::RecordId::number))
}

/// Refuses a plan when anything it was made from has moved, or anything was added that it would have looked at.
fn is_fresh(read: &Reader<'_>, planned: &PlannedImport) -> Result<(), AppError> {
    for (of, seq) in &planned.plan.based_on {
        if read.seq_of(*of)? != Some(*seq) {
            return Err(stale(planned, of.kind.shown()));
        }
    }
    let mut from = planned.known + 1;
    loop {
        let entries = read.entries_from(from, PAGE)?;
        let Some(last) = entries.last() else { return Ok(()) };
        from = last.seq + 1;
        for entry in &entries {
            for row in read.records_of(entry.seq)? {
                if would_matter(read, &row, planned)? {
                    return Err(stale(planned, row.of.kind.shown()));
                }
            }
        }
    }
}

fn stale(planned: &PlannedImport, what: &str) -> AppError {
    let message = format!(
        "The register has changed since {} was compared: {} {what}. Nothing was changed.",
        text::shown(&planned.title()),
        if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" },
    );
    AppError::new(ErrorClass::Stale, message).hint("Import the file again: it is compared with what is known now")
}

/// Whether a record written since would have been looked at: for a system's list people and what belongs to the
/// system, for sheets whatever sheets reach.
fn would_matter(read: &Reader<'_>, row: &RecordRow, planned: &PlannedImport) -> Result<bool, StoreError> {
    let Some(target) = &planned.target else { return Ok(sheets_reach(row.of.kind)) };
    let system = target.system;
    if row.of.kind == RecordKind::Person {
        return Ok(true);
    }
    let record = match (&row.version.record, row.version.prev) {
        (Some(record), _) => Some(record.clone()),
        (None, Some(prev)) => read.version_at(row.of, prev)?.flatten(),
        (None, None) => None,
    };
    match record {
        Some(AnyRecord::Account(account)) => Ok(account.system == system),
        Some(AnyRecord::Observation(Observation { id: account, .. }) | AnyRecord::Grant(Grant { account, .. })) => {
            is_of(read, account, system)
        }
        Some(AnyRecord::Batch(batch)) => Ok(batch.system == Some(system)),
        Some(AnyRecord::System(found)) => Ok(found.id == system),
        _ => Ok(false),
    }
}

/// Whether an account is, or was last, one of the system.
fn is_of(read: &Reader<'_>, account: AccountId, system: SystemId) -> Result<bool, StoreError> {
    let versions = match read.get::<Account>(account)? {
        Some(account) => return Ok(account.system == system),
        None => read.versions_of(RecordRef { kind: RecordKind::Account, id: account.0 })?,
    };
    let last = versions.into_iter().rev().find_map(|version| version.record);
    Ok(matches!(last, Some(AnyRecord::Account(account)) if account.system == system))
}

const fn sheets_reach(kind: RecordKind) -> bool {
    use RecordKind as K;
    matches!(
        kind,
        K::Person
            | K::Client
            | K::System
            | K::Account
            | K::Observation
            | K::Grant
            | K::Secret
            | K::Knowing
            | K::Asset
            | K::Contact
            | K::DataLocation
            | K::Policy
            | K::Signature
            | K::Course
            | K::Completion
            | K::RoleRight
            | K::Assignment
    )
}
