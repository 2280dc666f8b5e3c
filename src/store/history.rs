//! Reading the journal: entries with their words, versions of a record, which entry was the last at a moment.
//!
//! Must never know: how the history is shown.

use super::error::StoreError;
use super::reader::{Reader, private};
use super::rows::sql;
use super::schema::ROOM;
use super::value::{count, int};
use crate::domain::{Act, ActId, AnyRecord, Instant, OperatorId, RecordKind, RecordRef, Seq};
use crate::journal::codec::{CodecError, decode, decode_as};
use crate::journal::leaf::Hash;
use crate::journal::{Checkpoint, Entry, tree};
use rusqlite::{OptionalExtension as _, Row};

/// One entry with its words.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryRow {
    /// Its place.
    pub seq: Seq,
    /// What the clock said.
    pub at: Instant,
    /// What kind of act.
    pub action: String,
    /// The identity that opened the register.
    pub operator: OperatorId,
    /// The batch it belongs to.
    pub batch: Option<Seq>,
    /// How many records it touched, its own words not counted.
    pub records: u64,
    /// Made under a fixed or scripted clock.
    pub scripted: bool,
    /// The clock had gone backwards.
    pub back: bool,
    /// Its words; empty texts when they were erased.
    pub act: Option<Act>,
}

/// One version of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionRow {
    /// The entry that wrote it.
    pub seq: Seq,
    /// The entry that wrote the one before.
    pub prev: Option<Seq>,
    /// The record; nothing when it was taken away.
    pub record: Option<AnyRecord>,
    /// Its private part was erased.
    pub erased: bool,
}

/// A column of a kind of record that names another record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The kind.
    pub kind: RecordKind,
    /// Its column.
    pub column: &'static str,
}

/// A record that an entry wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordRow {
    /// Which record.
    pub of: RecordRef,
    /// The version.
    pub version: VersionRow,
}

impl Reader<'_> {
    /// One entry.
    pub fn entry(&self, seq: Seq) -> Result<Option<EntryRow>, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT bytes FROM entry WHERE seq = ?1")?;
        let bytes: Option<Vec<u8>> = statement.query_row([int(seq)], |row| row.get(0)).optional()?;
        bytes.map(|bytes| self.entry_row(seq, &bytes)).transpose()
    }

    fn entry_row(&self, seq: Seq, bytes: &[u8]) -> Result<EntryRow, StoreError> {
        let entry = Entry::from_bytes(bytes).map_err(|error| StoreError::Value(format!("entry {seq}, {error}")))?;
        Ok(EntryRow {
            seq,
            at: entry.at,
            action: entry.action,
            operator: entry.operator,
            batch: entry.batch,
            records: entry.count.saturating_sub(1),
            scripted: entry.scripted,
            back: entry.back,
            act: self.get(ActId(seq))?,
        })
    }

    /// So many entries below this one, newest first; nothing begins at the end.
    pub fn entries(&self, before: Option<Seq>, limit: u64) -> Result<Vec<EntryRow>, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT seq, bytes FROM entry WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2")?;
        let mut rows = statement.query((before.map_or(i64::MAX, int), int(limit)))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let bytes: Vec<u8> = row.get(1)?;
            found.push(self.entry_row(count(row.get(0)?), &bytes)?);
        }
        Ok(found)
    }

    /// So many entries from this one on, oldest first.
    pub fn entries_from(&self, from: Seq, limit: u64) -> Result<Vec<EntryRow>, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT seq, bytes FROM entry WHERE seq >= ?1 ORDER BY seq LIMIT ?2")?;
        let mut rows = statement.query((int(from), int(limit)))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let bytes: Vec<u8> = row.get(1)?;
            found.push(self.entry_row(count(row.get(0)?), &bytes)?);
        }
        Ok(found)
    }

    /// The entries of one action, oldest first. Looks at every entry: for a verification, never for a frame.
    pub fn entries_with_action(&self, action: &str) -> Result<Vec<EntryRow>, StoreError> {
        // The action is the first field of an entry's only spelling.
        let start = format!("{{\"action\":\"{action}\",").into_bytes();
        let mut statement =
            self.conn.prepare_cached("SELECT seq, bytes FROM entry WHERE substr(bytes, 1, ?1) = ?2 ORDER BY seq")?;
        let mut rows = statement.query((int(start.len() as u64), &start))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let bytes: Vec<u8> = row.get(1)?;
            found.push(self.entry_row(count(row.get(0)?), &bytes)?);
        }
        Ok(found)
    }

    /// The entries that wrote any of these records, below this one, newest first.
    pub fn entries_touching(
        &self,
        records: &[RecordRef],
        before: Option<Seq>,
        limit: u64,
    ) -> Result<Vec<EntryRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT seq FROM version WHERE kind = ?1 AND id = ?2 AND seq < ?3 ORDER BY seq DESC LIMIT ?4",
        )?;
        let mut seqs: Vec<Seq> = Vec::new();
        for of in records {
            let found = statement
                .query_map((of.kind.number(), int(of.id), before.map_or(i64::MAX, int), int(limit)), |row| {
                    row.get(0).map(count)
                })?;
            for seq in found {
                seqs.push(seq?);
            }
        }
        seqs.sort_unstable_by(|a, b| b.cmp(a));
        seqs.dedup();
        seqs.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(seqs.into_iter().map(|seq| self.entry(seq)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// The words of so many entries below this one, newest first: what a search reads instead of whole entries.
    pub fn acts(&self, before: Option<Seq>, limit: u64) -> Result<Vec<Act>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT id, public, private FROM version WHERE kind = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3",
        )?;
        let mut rows = statement.query((RecordKind::Act.number(), before.map_or(i64::MAX, int), int(limit)))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let public = row.get_ref(1)?.as_blob().unwrap_or_default();
            found.extend(decode_as::<Act>(count(row.get(0)?), public, private(row, 2)?)?);
        }
        Ok(found)
    }

    /// The entries that wrote records linked to `to`, newest first. The links lead outwards: the records whose first
    /// column holds `to`, then those whose next column holds one of these, and so on; what counts are the last ones.
    /// A link counts when any version of the record has it.
    pub fn entries_linked(&self, links: &[Link], to: u64, limit: u64) -> Result<Vec<Seq>, StoreError> {
        let Some(last) = links.last() else { return Ok(Vec::new()) };
        let mut ids = "?1".to_owned();
        for link in links {
            let kind = sql(link.kind);
            if !kind.columns.iter().any(|column| column.name == link.column) {
                return Err(StoreError::Misuse(format!("{} has no column {}", link.kind.stored(), link.column)));
            }
            let (now, past, column) = (&kind.now, &kind.past, link.column);
            ids = format!(
                "SELECT id FROM {now} WHERE \"{column}\" IN ({ids}) UNION SELECT id FROM {past} WHERE \"{column}\" IN ({ids})"
            );
        }
        let mut statement = self.conn.prepare_cached(&format!(
            "SELECT DISTINCT seq FROM version WHERE kind = ?2 AND id IN ({ids}) ORDER BY seq DESC LIMIT ?3"
        ))?;
        let found = statement
            .query_map((int(to), last.kind.number(), int(limit)), |row| row.get(0).map(count))?
            .collect::<Result<_, _>>()?;
        Ok(found)
    }

    /// Every version of a record, oldest first.
    pub fn versions_of(&self, of: RecordRef) -> Result<Vec<VersionRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT seq, prev, public, private, salt IS NULL FROM version WHERE kind = ?1 AND id = ?2 ORDER BY seq",
        )?;
        let mut rows = statement.query((of.kind.number(), int(of.id)))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(version_row(of, row)?);
        }
        Ok(found)
    }

    /// The records an entry wrote, in their order, its own words not among them.
    pub fn records_of(&self, seq: Seq) -> Result<Vec<RecordRow>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT seq, prev, public, private, salt IS NULL, kind, id FROM version
             WHERE pos >= ?1 AND pos < ?2 ORDER BY pos",
        )?;
        let mut rows = statement.query((int(seq * ROOM), int((seq + 1) * ROOM)))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let number: u8 = row.get(5)?;
            let kind = RecordKind::from_number(number).ok_or(CodecError::UnknownKind(number))?;
            if kind != RecordKind::Act {
                let of = RecordRef { kind, id: count(row.get(6)?) };
                found.push(RecordRow { of, version: version_row(of, row)? });
            }
        }
        Ok(found)
    }

    /// The entries of a batch, oldest first.
    pub fn batch(&self, batch: Seq) -> Result<Vec<Seq>, StoreError> {
        // Entries of a batch follow one another.
        let mut statement = self.conn.prepare_cached("SELECT seq, bytes FROM entry WHERE seq >= ?1 ORDER BY seq")?;
        let mut rows = statement.query([int(batch)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(1)?.as_blob().unwrap_or_default();
            let seq = count(row.get(0)?);
            match Entry::from_bytes(bytes) {
                Ok(entry) if entry.batch == Some(batch) => found.push(seq),
                Ok(_) if seq == batch => found.push(seq),
                Ok(_) => break,
                Err(error) => return Err(StoreError::Value(format!("entry {seq}, {error}"))),
            }
            if found == [batch] && self.is_single(bytes) {
                break;
            }
        }
        Ok(found)
    }

    fn is_single(&self, bytes: &[u8]) -> bool {
        Entry::from_bytes(bytes).is_ok_and(|entry| entry.batch.is_none())
    }

    /// The last entry that was recorded by this moment: 0 when there is none. A clock that went backwards does not
    /// take entries back: what was recorded before a later time stays known.
    pub fn seq_at(&self, at: Instant) -> Result<Seq, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT at_max FROM entry WHERE seq = ?1")?;
        // Entries have no gaps and the maximum never falls: halving finds the place.
        let (mut known, mut beyond) = (0, self.head()?.seq + 1);
        while beyond - known > 1 {
            let middle = known + (beyond - known) / 2;
            let at_max: i64 = statement.query_row([int(middle)], |row| row.get(0))?;
            if at_max <= at.millis() {
                known = middle;
            } else {
                beyond = middle;
            }
        }
        Ok(known)
    }

    /// The leaf of one entry.
    pub fn leaf(&self, seq: Seq) -> Result<Option<Hash>, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT leaf FROM entry WHERE seq = ?1")?;
        Ok(statement.query_row([int(seq)], |row| row.get(0)).optional()?)
    }

    /// The leaves of the first so many entries.
    pub fn leaves(&self, size: u64) -> Result<Vec<Hash>, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT leaf FROM entry WHERE seq <= ?1 ORDER BY seq")?;
        let found = statement.query_map([int(size)], |row| row.get(0))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// The root over the first so many entries; nothing when there are fewer.
    pub fn root_at(&self, size: u64) -> Result<Option<Hash>, StoreError> {
        let head = self.head()?;
        if size == head.seq {
            return Ok(Some(head.root()));
        }
        if size > head.seq { Ok(None) } else { Ok(Some(tree::root(&self.leaves(size)?))) }
    }

    /// The hashes from an entry up to the root over the first so many entries.
    pub fn entry_proof(&self, seq: Seq, size: u64) -> Result<Option<Vec<Hash>>, StoreError> {
        let leaves = self.leaves(size)?;
        let index = seq.checked_sub(1).and_then(|index| usize::try_from(index).ok());
        Ok(index.and_then(|index| tree::prove(&leaves, index)))
    }

    /// Every kept seal, oldest first.
    pub fn checkpoints(&self) -> Result<Vec<(Checkpoint, String)>, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT note FROM checkpoint ORDER BY size")?;
        let notes: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        notes.into_iter().map(|note| Ok((Checkpoint::parse(&note)?.0, note))).collect()
    }

    /// The newest seal over at most so many entries.
    pub fn checkpoint_at(&self, size: u64) -> Result<Option<(Checkpoint, String)>, StoreError> {
        let mut statement =
            self.conn.prepare_cached("SELECT note FROM checkpoint WHERE size <= ?1 ORDER BY size DESC LIMIT 1")?;
        let note: Option<String> = statement.query_row([int(size)], |row| row.get(0)).optional()?;
        note.map(|note| Ok((Checkpoint::parse(&note)?.0, note))).transpose()
    }
}

/// Columns: seq, prev, public, private, erased.
fn version_row(of: RecordRef, row: &Row<'_>) -> Result<VersionRow, StoreError> {
    let public = row.get_ref(2)?.as_blob().unwrap_or_default();
    Ok(VersionRow {
        seq: count(row.get(0)?),
        prev: row.get::<_, Option<i64>>(1)?.map(count),
        record: decode(of.kind, of.id, public, private(row, 3)?)?,
        erased: row.get(4)?,
    })
}
