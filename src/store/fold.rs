//! The fold: one record version into the tables. The write door and the replay use the same.
//!
//! Must never know: rules; what a record means.

use super::error::StoreError;
use super::rows::{Row, sql};
use super::value::{Value, int};
use crate::domain::{AnyRecord, RecordRef, Seq};
use rusqlite::{Connection, params_from_iter};

/// Folds versions into the tables of one connection. Keeps its room between versions.
#[derive(Debug, Default)]
pub(super) struct Fold {
    values: Vec<Value>,
}

impl Fold {
    /// The version takes the place of the one before, if there was one that may be current.
    pub fn apply(
        &mut self,
        conn: &Connection,
        of: RecordRef,
        seq: Seq,
        had_version: bool,
        record: Option<&AnyRecord>,
    ) -> Result<(), StoreError> {
        let kind = sql(of.kind);
        // The version before may have been a removal: then no row is there to become a past one.
        let replaces = had_version && conn.prepare_cached(&kind.to_past)?.execute((int(of.id), int(seq)))? > 0;
        match record {
            None => {
                conn.prepare_cached(&kind.delete_now)?.execute([int(of.id)])?;
            }
            Some(record) => {
                self.fill(of, seq, record);
                // Not `INSERT OR REPLACE`: that one keeps copies of pages for the case that it fails half-way.
                let put = if replaces { &kind.replace_now } else { &kind.insert_now };
                conn.prepare_cached(put)?.execute(params_from_iter(&self.values))?;
            }
        }
        Ok(())
    }

    /// Shows an old or current version anew, after its private part was erased.
    pub fn reproject(
        &mut self,
        conn: &Connection,
        of: RecordRef,
        seq: Seq,
        record: &AnyRecord,
    ) -> Result<(), StoreError> {
        let kind = sql(of.kind);
        self.fill(of, seq, record);
        conn.prepare_cached(&kind.update_now)?.execute(params_from_iter(&self.values))?;
        conn.prepare_cached(&kind.update_past)?.execute(params_from_iter(&self.values))?;
        Ok(())
    }

    fn fill(&mut self, of: RecordRef, seq: Seq, record: &AnyRecord) {
        self.values.clear();
        self.values.extend([of.id.into(), seq.into()]);
        with_record!(record, inner => inner.project(&mut self.values));
    }
}
