//! The one write door: what a decision may do inside the writing transaction.
//!
//! Every change becomes an entry with its record versions; the tables follow in the same transaction. Each entry is
//! read back and hashed again before anything is acknowledged.
//!
//! Must never know: why a change is made.

use super::error::StoreError;
use super::fold::Fold;
use super::reader::{Head, Reader};
use super::salts::Salts;
use super::schema::{MOST_RECORDS, ROOM};
use super::value::{count, int};
use crate::domain::{Act, ActId, AnyRecord, Change, Edit, Record, RecordId, RecordKind, RecordRef, Seq, Stamp};
use crate::journal::codec::Parts;
use crate::journal::leaf::{commitment, entry_leaf, record_leaf};
use crate::journal::{Entry, Frontier};
use rusqlite::{Connection, OptionalExtension as _};
use std::collections::HashMap;
use std::ops::Deref;

/// The version of the program that stands in every entry.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// A record that was written in this transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touched {
    /// Which record.
    pub of: RecordRef,
    /// Its version before the transaction; nothing when there was no record.
    pub before: Option<Seq>,
    /// The entry that wrote it last.
    pub after: Seq,
}

/// The inside of one write. Reads through it see what was written so far.
pub struct Tx<'s> {
    reader: Reader<'s>,
    stamp: Stamp,
    salts: &'s mut dyn Salts,
    /// The last entry before this write.
    began_at: Seq,
    head: Head,
    next: HashMap<RecordKind, NextId>,
    touched: Vec<Touched>,
    fold: Fold,
    parts: Parts,
    /// An entry was begun and has no end yet.
    unfinished: bool,
}

#[derive(Debug, Clone, Copy)]
struct NextId {
    number: u64,
    changed: bool,
}

/// An entry being written.
struct Open {
    seq: Seq,
    action: &'static str,
    batch: Option<Seq>,
    frontier: Frontier,
}

impl<'s> Deref for Tx<'s> {
    type Target = Reader<'s>;
    fn deref(&self) -> &Reader<'s> {
        &self.reader
    }
}

impl<'s> Tx<'s> {
    pub(super) fn begin(conn: &'s Connection, stamp: &Stamp, salts: &'s mut dyn Salts) -> Result<Self, StoreError> {
        let reader = Reader { conn };
        let head = reader.head()?;
        Ok(Self {
            began_at: head.seq,
            head,
            reader,
            stamp: *stamp,
            salts,
            next: HashMap::new(),
            touched: Vec::new(),
            fold: Fold::default(),
            parts: Parts::default(),
            unfinished: false,
        })
    }

    /// Writes what is kept for the end. The caller commits.
    pub(super) fn finish(&mut self) -> Result<(), StoreError> {
        if self.unfinished {
            return Err(StoreError::Misuse("an entry was begun and not ended".into()));
        }
        for (kind, next) in &self.next {
            if next.changed {
                self.reader
                    .conn
                    .prepare_cached("INSERT OR REPLACE INTO next_id(kind, next) VALUES (?1, ?2)")?
                    .execute((kind.number(), int(next.number)))?;
            }
        }
        Ok(())
    }

    /// What reads inside the write.
    pub const fn read(&self) -> Reader<'s> {
        self.reader
    }

    /// Who writes and when.
    pub const fn stamp(&self) -> Stamp {
        self.stamp
    }

    /// Goes on at another moment, for a history that is written at once under a scripted clock.
    pub const fn set_stamp(&mut self, stamp: Stamp) {
        self.stamp = stamp;
    }

    /// The last entry there was when this write began.
    pub const fn began_at(&self) -> Seq {
        self.began_at
    }

    /// The sequence the next entry will have.
    pub const fn next_seq(&self) -> Seq {
        self.head.seq + 1
    }

    /// A new id. It is used up even if no record follows, unless the write fails.
    pub fn allocate<R: Record>(&mut self) -> Result<R::Id, StoreError> {
        let next = self.next_of(R::KIND)?;
        let id = next.number;
        next.number += 1;
        next.changed = true;
        Ok(R::Id::new(id))
    }

    fn next_of(&mut self, kind: RecordKind) -> Result<&mut NextId, StoreError> {
        match self.next.entry(kind) {
            std::collections::hash_map::Entry::Occupied(found) => Ok(found.into_mut()),
            std::collections::hash_map::Entry::Vacant(place) => {
                let stored: Option<i64> = self
                    .reader
                    .conn
                    .prepare_cached("SELECT next FROM next_id WHERE kind = ?1")?
                    .query_row([kind.number()], |row| row.get(0))
                    .optional()?;
                Ok(place.insert(NextId { number: stored.map_or(1, count), changed: false }))
            }
        }
    }

    /// Refuses when the record is no longer the version a decision was based on; nothing stands for no record.
    pub fn expect(&self, of: RecordRef, expected: Option<Seq>) -> Result<(), StoreError> {
        let found = self.reader.seq_of(of)?;
        if found == expected { Ok(()) } else { Err(StoreError::Stale { of, expected, found }) }
    }

    /// Writes a change as one entry; as several of one batch when it has too many records for one. An edit that
    /// changes nothing is left out. Gives the sequence of the first entry.
    pub fn append(&mut self, mut change: Change) -> Result<Seq, StoreError> {
        let edits = last_edits(std::mem::take(&mut change.edits));
        if (edits.len() as u64) < MOST_RECORDS {
            let mut open = self.open(&change, change.batch)?;
            for edit in &edits {
                self.edit(&mut open, edit)?;
            }
            return self.close(open);
        }
        self.append_bulk(&change, edits)
    }

    /// Writes any number of edits as entries of at most [`MOST_RECORDS`] records that share a batch. Gives the
    /// batch, which is the sequence of the first entry. The edits of `change` itself are not looked at.
    pub fn append_bulk(&mut self, change: &Change, edits: impl IntoIterator<Item = Edit>) -> Result<Seq, StoreError> {
        let mut bulk = self.bulk(change)?;
        for edit in edits {
            bulk.edit(&edit)?;
        }
        bulk.finish()
    }

    /// Begins a series of entries that share a batch, fed edit by edit. It reads and allocates in between.
    pub fn bulk<'t>(&'t mut self, change: &Change) -> Result<Bulk<'t, 's>, StoreError> {
        let batch = change.batch.unwrap_or(self.next_seq());
        let mut words = change.clone();
        words.edits.clear();
        let open = self.open(&words, Some(batch))?;
        Ok(Bulk { tx: self, words, batch, open: Some(open) })
    }

    /// Nulls the private parts of every version of these records, and shows their tables without them. The chain
    /// stays. Gives how many versions lost theirs. The caller appends the entry that says so.
    pub fn erase(&mut self, of: RecordRef) -> Result<u64, StoreError> {
        let conn = self.reader.conn;
        let done = conn
            .prepare_cached(
                "UPDATE version SET salt = NULL, private = NULL
                 WHERE kind = ?1 AND id = ?2 AND (salt IS NOT NULL OR private IS NOT NULL)",
            )?
            .execute((of.kind.number(), int(of.id)))?;
        let seqs: Vec<i64> = conn
            .prepare_cached("SELECT seq FROM version WHERE kind = ?1 AND id = ?2")?
            .query_map((of.kind.number(), int(of.id)), |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for seq in seqs.into_iter().map(count) {
            if let Some(Some(record)) = self.reader.version_at(of, seq)? {
                self.fold.reproject(conn, of, seq, &record)?;
            }
        }
        Ok(done as u64)
    }

    /// The records written so far, each once: first state and last entry. The words of entries are not among them.
    pub fn touched(&self) -> Vec<Touched> {
        Self::each_once(self.touched.clone())
    }

    /// The same, and begins anew: for imports, where a second list would be large.
    pub fn take_touched(&mut self) -> Vec<Touched> {
        Self::each_once(std::mem::take(&mut self.touched))
    }

    fn each_once(mut all: Vec<Touched>) -> Vec<Touched> {
        all.sort_by_key(|touched| touched.of);
        all.dedup_by(|later, first| {
            let same = later.of == first.of;
            if same {
                first.after = later.after;
            }
            same
        });
        all
    }

    /// Drops the indexes of the tables, before a first import; [`Self::build_indexes`] must follow in this write.
    pub fn drop_indexes(&mut self) -> Result<(), StoreError> {
        super::schema::drop_indexes(self.reader.conn)
    }

    /// Builds the indexes that are missing.
    pub fn build_indexes(&mut self) -> Result<(), StoreError> {
        super::schema::create_indexes(self.reader.conn)
    }

    /// Begins an entry with its own words.
    fn open(&mut self, change: &Change, batch: Option<Seq>) -> Result<Open, StoreError> {
        if self.unfinished {
            return Err(StoreError::Misuse("an entry was begun before the last one ended".into()));
        }
        self.unfinished = true;
        let seq = self.next_seq();
        let mut open = Open { seq, action: change.action, batch, frontier: Frontier::default() };
        let act = Act {
            id: ActId(seq),
            undoes: change.undoes,
            run: change.run,
            summary: change.summary.clone(),
            reason: change.reason.clone(),
            decided_by: change.decided_by.clone(),
        };
        let act = AnyRecord::from(act);
        self.parts.write(&act)?;
        self.version(&mut open, act.reference(), None)?;
        self.fold.apply(self.reader.conn, act.reference(), seq, false, Some(&act))?;
        Ok(open)
    }

    /// Writes one record version, unless nothing changes. Says whether it did.
    fn edit(&mut self, open: &mut Open, edit: &Edit) -> Result<bool, StoreError> {
        let of = edit.reference();
        if of.kind == RecordKind::Act {
            return Err(StoreError::Misuse("the words of an entry are written with it".into()));
        }
        match edit {
            Edit::Put(record) => self.parts.write(record)?,
            Edit::Remove(_) => self.parts = Parts::removed(),
        }
        let latest = self.latest(of)?;
        let removing = matches!(edit, Edit::Remove(_));
        match latest {
            Some(Latest { same: true, .. }) => return Ok(false),
            None if removing => return Ok(false),
            Some(Latest { seq, .. }) if seq == open.seq => {
                return Err(StoreError::Misuse(format!("{} {} twice in one entry", of.kind.stored(), of.id)));
            }
            _ => {}
        }
        let seq = open.seq;
        self.version(open, of, latest.map(|latest| latest.seq))?;
        let record = match edit {
            Edit::Put(record) => Some(record),
            Edit::Remove(_) => None,
        };
        self.fold.apply(self.reader.conn, of, seq, latest.is_some(), record)?;
        let before = latest.filter(|latest| !latest.removed).map(|latest| latest.seq);
        self.touched.push(Touched { of, before, after: seq });
        let next = self.next_of(of.kind)?;
        if next.number <= of.id {
            *next = NextId { number: of.id + 1, changed: true };
        }
        Ok(true)
    }

    /// The newest version of a record, compared with the parts about to be written.
    fn latest(&self, of: RecordRef) -> Result<Option<Latest>, StoreError> {
        let mut statement = self.reader.conn.prepare_cached(
            "SELECT seq, public, private FROM version WHERE kind = ?1 AND id = ?2 ORDER BY seq DESC LIMIT 1",
        )?;
        let mut rows = statement.query((of.kind.number(), int(of.id)))?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let public = row.get_ref(1)?.as_blob().unwrap_or_default();
        let removed = public == crate::journal::codec::REMOVED;
        // A version whose private part was erased is never the same as one that has it.
        let private = super::reader::private(row, 2)?;
        let same = public == self.parts.public && (removed || private == Some(self.parts.private.as_slice()));
        Ok(Some(Latest { seq: count(row.get(0)?), same, removed }))
    }

    /// Stores the parts as a version of the entry.
    fn version(&mut self, open: &mut Open, of: RecordRef, prev: Option<Seq>) -> Result<(), StoreError> {
        let salt = self.salts.next()?;
        let hidden = commitment(&salt, &self.parts.private);
        let kind = of.kind.number();
        let ord = open.frontier.size();
        open.frontier.push(record_leaf(kind, of.id, prev, &self.parts.public, &hidden));
        self.reader
            .conn
            .prepare_cached(
                "INSERT INTO version(pos, kind, id, seq, prev, ord, public, priv, salt, private)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute((
                int(open.seq * ROOM + ord),
                kind,
                int(of.id),
                int(open.seq),
                prev.map(int),
                int(ord),
                &self.parts.public,
                hidden,
                salt,
                &self.parts.private,
            ))?;
        Ok(())
    }

    /// Ends the entry: its bytes, read back and hashed again, then the new end of the journal.
    fn close(&mut self, open: Open) -> Result<Seq, StoreError> {
        let entry = Entry {
            seq: open.seq,
            at: self.stamp.at,
            action: open.action.to_owned(),
            operator: self.stamp.operator,
            batch: open.batch,
            count: open.frontier.size(),
            root: open.frontier.root(),
            prev: self.head.leaf,
            program: PROGRAM.to_owned(),
            scripted: self.stamp.scripted,
            back: self.head.seq > 0 && self.stamp.at < self.head.at,
        };
        let bytes = entry.to_bytes();
        let leaf = entry_leaf(&bytes);
        let at_max = if self.head.seq == 0 { entry.at } else { entry.at.max(self.head.at_max) };
        let conn = self.reader.conn;
        conn.prepare_cached("INSERT INTO entry(seq, leaf, bytes, at_max) VALUES (?1, ?2, ?3, ?4)")?.execute((
            int(open.seq),
            leaf,
            bytes,
            at_max.millis(),
        ))?;
        let stored: Vec<u8> = conn
            .prepare_cached("SELECT bytes FROM entry WHERE seq = ?1")?
            .query_row([int(open.seq)], |row| row.get(0))?;
        if entry_leaf(&stored) != leaf || Entry::from_bytes(&stored).as_ref() != Ok(&entry) {
            return Err(StoreError::Misuse(format!("entry {} does not read back as written", open.seq)));
        }
        self.unfinished = false;
        self.head.frontier.push(leaf);
        self.head =
            Head { seq: open.seq, leaf, frontier: std::mem::take(&mut self.head.frontier), at: entry.at, at_max };
        conn.prepare_cached("UPDATE head SET seq = ?1, leaf = ?2, frontier = ?3, at = ?4, at_max = ?5 WHERE one = 1")?
            .execute((int(open.seq), leaf, self.head.frontier.to_bytes(), entry.at.millis(), at_max.millis()))?;
        Ok(open.seq)
    }
}

/// The newest version of a record.
#[derive(Debug, Clone, Copy)]
struct Latest {
    seq: Seq,
    same: bool,
    removed: bool,
}

/// A series of entries that share a batch. Dropped without [`Self::finish`] inside a write that goes on, it leaves an
/// entry without an end; the store refuses to commit that.
pub struct Bulk<'t, 's> {
    tx: &'t mut Tx<'s>,
    words: Change,
    batch: Seq,
    open: Option<Open>,
}

impl<'s> Bulk<'_, 's> {
    /// Adds an edit. Says whether it changes anything.
    pub fn edit(&mut self, edit: &Edit) -> Result<bool, StoreError> {
        let full = self.open.as_ref().is_some_and(|open| open.frontier.size() >= MOST_RECORDS);
        if full && let Some(open) = self.open.take() {
            self.tx.close(open)?;
        }
        let mut open = match self.open.take() {
            Some(open) => open,
            None => self.tx.open(&self.words, Some(self.batch))?,
        };
        let done = self.tx.edit(&mut open, edit);
        self.open = Some(open);
        done
    }

    /// Adds the new version of a record.
    pub fn put(&mut self, record: impl Into<AnyRecord>) -> Result<bool, StoreError> {
        self.edit(&Edit::Put(record.into()))
    }

    /// A new id.
    pub fn allocate<R: Record>(&mut self) -> Result<R::Id, StoreError> {
        self.tx.allocate::<R>()
    }

    /// What reads inside the write.
    pub const fn read(&self) -> Reader<'s> {
        self.tx.reader
    }

    /// Ends the series. Gives its batch.
    pub fn finish(mut self) -> Result<Seq, StoreError> {
        if let Some(open) = self.open.take() {
            self.tx.close(open)?;
        }
        Ok(self.batch)
    }
}

/// Of several edits of one record only the last one counts.
fn last_edits(edits: Vec<Edit>) -> Vec<Edit> {
    let mut last: HashMap<RecordRef, usize> = HashMap::with_capacity(edits.len());
    for (place, edit) in edits.iter().enumerate() {
        last.insert(edit.reference(), place);
    }
    if last.len() == edits.len() {
        return edits;
    }
    let kept = |place: usize, edit: &Edit| last.get(&edit.reference()) == Some(&place);
    edits.into_iter().enumerate().filter(|(place, edit)| kept(*place, edit)).map(|(_, edit)| edit).collect()
}
