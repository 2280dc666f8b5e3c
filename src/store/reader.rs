//! Reading: records by id and by list, now or as known after an entry; only the rows asked for.
//!
//! Must never know: rules, what the rows are shown as.

use super::error::StoreError;
use super::rows::{Row, sql};
use super::select::Select;
use super::value::{Cell, count, int};
use crate::domain::Instant;
use crate::domain::{AnyRecord, Record, RecordId, RecordRef, Seq};
use crate::journal::codec::{decode, decode_as};
use crate::journal::{Frontier, Hash};
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};

/// Reads from one connection. Inside a write it sees what was written so far.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'c> {
    pub(super) conn: &'c Connection,
}

/// Where the journal ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The last entry; 0 when there is none.
    pub seq: Seq,
    /// Its leaf.
    pub leaf: Hash,
    /// The right edge of the tree.
    pub frontier: Frontier,
    /// Its time.
    pub at: Instant,
    /// The latest time any entry has.
    pub at_max: Instant,
}

impl Head {
    /// The root over all entries.
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }
}

/// A record and the entry that wrote this version of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Versioned<R> {
    /// The entry.
    pub seq: Seq,
    /// The record.
    pub record: R,
}

/// The columns asked for, of one row.
pub struct Cells<'r>(&'r rusqlite::Row<'r>);

impl Cells<'_> {
    /// The column with this place among those asked for.
    pub fn get<C: Cell>(&self, place: usize) -> Result<C, StoreError> {
        C::from_cell(self.0.get_ref(place + 1)?)
    }
}

impl<'c> Reader<'c> {
    /// The record, if there is one now.
    pub fn get<R: Record>(&self, id: R::Id) -> Result<Option<R>, StoreError> {
        Ok(self.get_versioned(id, None)?.map(|versioned: Versioned<R>| versioned.record))
    }

    /// The record as the register knew it after an entry; nothing means now.
    pub fn get_at<R: Record>(&self, id: R::Id, known: Option<Seq>) -> Result<Option<R>, StoreError> {
        Ok(self.get_versioned(id, known)?.map(|versioned: Versioned<R>| versioned.record))
    }

    /// The same with the entry that wrote it: what a later [`super::Tx::expect`] compares with.
    pub fn get_versioned<R: Record>(&self, id: R::Id, known: Option<Seq>) -> Result<Option<Versioned<R>>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT seq, public, private FROM version WHERE kind = ?1 AND id = ?2 AND seq <= ?3
             ORDER BY seq DESC LIMIT 1",
        )?;
        let until = known.map_or(i64::MAX, int);
        let mut rows = statement.query((R::KIND.number(), int(id.number()), until))?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let record = decode_as::<R>(id.number(), row.get_ref(1)?.as_blob().unwrap_or_default(), private(row, 2)?)?;
        let seq = count(row.get(0)?);
        Ok(record.map(|record| Versioned { seq, record }))
    }

    /// The record of any kind.
    pub fn get_any(&self, of: RecordRef, known: Option<Seq>) -> Result<Option<AnyRecord>, StoreError> {
        with_record_type!(of.kind, R => Ok(self.get_at::<R>(RecordId::new(of.id), known)?.map(Into::into)))
    }

    /// The entry that wrote the record's current version; nothing when there is no record now.
    pub fn seq_of(&self, of: RecordRef) -> Result<Option<Seq>, StoreError> {
        let now = &sql(of.kind).now;
        let mut statement = self.conn.prepare_cached(&format!("SELECT seq FROM {now} WHERE id = ?1"))?;
        Ok(statement.query_row([int(of.id)], |row| row.get(0)).optional()?.map(count))
    }

    /// Whether there is such a record now.
    pub fn exists(&self, of: RecordRef) -> Result<bool, StoreError> {
        Ok(self.seq_of(of)?.is_some())
    }

    /// The records of a list, one page of it.
    pub fn list<R: Row>(&self, select: &Select) -> Result<Vec<R>, StoreError> {
        let mut found = Vec::new();
        self.each(select, |_, record| {
            found.push(record);
            Ok::<_, StoreError>(())
        })?;
        Ok(found)
    }

    /// The same with the entries that wrote them.
    pub fn list_versioned<R: Row>(&self, select: &Select) -> Result<Vec<Versioned<R>>, StoreError> {
        let mut found = Vec::new();
        self.each(select, |seq, record| {
            found.push(Versioned { seq, record });
            Ok::<_, StoreError>(())
        })?;
        Ok(found)
    }

    /// The first record of a list.
    pub fn first<R: Row>(&self, select: &Select) -> Result<Option<R>, StoreError> {
        Ok(self.list(&select.clone().page(0, 1))?.into_iter().next())
    }

    /// Hands over one record after the other without keeping them.
    pub fn each<R: Row, E: From<StoreError>>(
        &self,
        select: &Select,
        mut take: impl FnMut(Seq, R) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each_place(R::KIND, select, |id, seq| {
            let record = self.version_as::<R>(id, seq)?.ok_or_else(|| {
                StoreError::Misuse(format!("the list of {} shows {id}, which is not there", R::KIND.stored()))
            })?;
            take(seq, record)
        })
    }

    fn each_place<E: From<StoreError>>(
        &self,
        kind: crate::domain::RecordKind,
        select: &Select,
        mut take: impl FnMut(u64, Seq) -> Result<(), E>,
    ) -> Result<(), E> {
        let kind = sql(kind);
        let (text, values) = select.folded(&kind.now, &kind.past, kind.columns)?;
        let mut statement = self.conn.prepare_cached(&text).map_err(StoreError::from)?;
        let mut rows = statement.query(params_from_iter(values)).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let id: i64 = row.get(0).map_err(StoreError::from)?;
            let seq: i64 = row.get(1).map_err(StoreError::from)?;
            take(count(id), count(seq))?;
        }
        Ok(())
    }

    /// Hands over these columns of a list, row after row, without reading the records: for what spans everything.
    pub fn each_row<R: Row>(
        &self,
        select: &Select,
        columns: &[&'static str],
        mut take: impl FnMut(R::Id, Cells<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let kind = sql(R::KIND);
        let (text, values) = select.folded_with(columns, &kind.now, &kind.past, kind.columns)?;
        let mut statement = self.conn.prepare_cached(&text)?;
        let mut rows = statement.query(params_from_iter(values))?;
        while let Some(row) = rows.next()? {
            take(R::Id::new(count(row.get(0)?)), Cells(row))?;
        }
        Ok(())
    }

    /// The ids of a list, one page of it.
    pub fn ids<R: Row>(&self, select: &Select) -> Result<Vec<R::Id>, StoreError> {
        let mut ids = Vec::new();
        self.each_place(R::KIND, select, |id, _| {
            ids.push(R::Id::new(id));
            Ok::<_, StoreError>(())
        })?;
        Ok(ids)
    }

    /// So many ids behind this one, smallest first: walks a whole kind in steps that do not get slower.
    pub fn ids_after<R: Row>(&self, after: Option<R::Id>, limit: u64) -> Result<Vec<R::Id>, StoreError> {
        let select = Select::all().page(0, limit);
        self.ids::<R>(&match after {
            Some(id) => select.gt("id", id),
            None => select,
        })
    }

    /// How many rows a list has; its page does not count.
    pub fn count<R: Row>(&self, select: &Select) -> Result<u64, StoreError> {
        let kind = sql(R::KIND);
        let (text, values) = select.count_folded(&kind.now, &kind.past, kind.columns)?;
        let found = self.conn.prepare_cached(&text)?.query_row(params_from_iter(values), |row| row.get(0))?;
        Ok(count(found))
    }

    fn version_as<R: Record>(&self, id: u64, seq: Seq) -> Result<Option<R>, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT public, private FROM version WHERE kind = ?1 AND id = ?2 AND seq = ?3")?;
        let mut rows = statement.query((R::KIND.number(), int(id), int(seq)))?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(decode_as::<R>(id, row.get_ref(0)?.as_blob().unwrap_or_default(), private(row, 1)?)?)
    }

    /// The version an entry wrote of a record. The outer nothing: it wrote none; the inner one: it took it away.
    pub fn version_at(&self, of: RecordRef, seq: Seq) -> Result<Option<Option<AnyRecord>>, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT public, private FROM version WHERE kind = ?1 AND id = ?2 AND seq = ?3")?;
        let mut rows = statement.query((of.kind.number(), int(of.id), int(seq)))?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Some(decode(of.kind, of.id, row.get_ref(0)?.as_blob().unwrap_or_default(), private(row, 1)?)?))
    }

    /// Where the journal ends.
    pub fn head(&self) -> Result<Head, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT seq, leaf, frontier, at, at_max FROM head WHERE one = 1")?;
        let (seq, leaf, frontier, at, at_max): (i64, Vec<u8>, Vec<u8>, i64, i64) =
            statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
        let broken = || StoreError::Value("the end of the journal".into());
        Ok(Head {
            seq: count(seq),
            leaf: leaf.try_into().map_err(|_| broken())?,
            frontier: Frontier::from_bytes(count(seq), &frontier).ok_or_else(broken)?,
            at: Instant::from_millis(at),
            at_max: Instant::from_millis(at_max),
        })
    }

    /// A number that changes when another connection has saved something.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        Ok(self.conn.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// Runs several reads on one state of the register. Keep it short: the log grows meanwhile.
    pub fn snapshot<T, E: From<StoreError>>(&self, read: impl FnOnce(Reader<'c>) -> Result<T, E>) -> Result<T, E> {
        if !self.conn.is_autocommit() {
            return read(*self);
        }
        let transaction = self.conn.unchecked_transaction().map_err(StoreError::from)?;
        let done = read(*self)?;
        transaction.finish().map_err(StoreError::from)?;
        Ok(done)
    }
}

/// A private part; nothing when it was erased.
pub(super) fn private<'r>(row: &'r rusqlite::Row<'_>, column: usize) -> Result<Option<&'r [u8]>, StoreError> {
    row.get_ref(column)?.as_blob_or_null().map_err(|_| StoreError::Value("a private part".into()))
}
