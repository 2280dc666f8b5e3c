//! Verification of the file: the journal from its bytes, the tables against their fold from empty, the pages.
//!
//! Must never know: what to do about a finding.

use super::error::StoreError;
use super::fold::Fold;
use super::open::{self, Cache, Use};
use super::reader::Reader;
use super::rows::sql;
use super::schema::{self, ROOM};
use super::value::{count, int};
use super::{FILE, Store};
use crate::domain::{RecordKind, RecordRef, Seq};
use crate::journal::codec::{Opening, VersionBytes};
use crate::journal::verify::MAX_PROBLEMS;
use crate::journal::{Anchors, Fault, Frontier, Problem, StateDifference, StoredEntry, Verification, Verifier};
use crate::secret::DataKey;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, Rows};
use zeroize::Zeroizing;

/// Called with the number of entries read so far; `false` ends the work.
type Progress<'p> = &'p mut dyn FnMut(u64) -> bool;

impl Store {
    /// Verifies the journal, and with `replay` also every folded table and the file's pages. Runs on a connection
    /// and a state of its own, so that others can save meanwhile.
    pub fn verify(&self, anchors: &Anchors, replay: bool) -> Result<Verification, StoreError> {
        self.verify_with(anchors, replay, &mut |_| true)
    }

    /// The same, telling how far it is. When `progress` says no, the work ends with [`StoreError::Misuse`].
    pub fn verify_with(
        &self,
        anchors: &Anchors,
        replay: bool,
        progress: Progress<'_>,
    ) -> Result<Verification, StoreError> {
        let file = self.folder.join(FILE);
        let conn = open::connect(&file, &self.folder, &self.key, Use::Reading, Cache::Import)?;
        let mut anchors = anchors.clone();
        let snapshot = conn.unchecked_transaction()?;
        let notes = Reader { conn: &conn }.notes()?;
        anchors.notes.extend(notes);
        if !replay {
            return journal(&conn, &anchors, None, progress);
        }
        let scratch = Scratch::new(&self.folder)?;
        let mut found = journal(&conn, &anchors, Some(&scratch.conn), progress)?;
        if found.problems.is_empty() {
            compare_tables(&conn, &scratch.conn, &mut found)?;
            found.replayed = true;
        }
        snapshot.finish()?;
        pages(&conn, &mut found)?;
        Ok(found)
    }
}

impl Reader<'_> {
    /// Every kept seal as stored, also one that cannot be read.
    pub(super) fn notes(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT note FROM checkpoint ORDER BY size")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }
}

/// A database that is thrown away: keyed with a random key, beside the register, never on another drive.
struct Scratch {
    conn: Connection,
    // After the connection: the file goes when nobody has it open any more.
    _file: tempfile::NamedTempFile,
}

impl Scratch {
    fn new(folder: &std::path::Path) -> Result<Self, StoreError> {
        let file = tempfile::Builder::new().prefix(".scratch-").suffix(".db").tempfile_in(folder);
        let file = file.map_err(StoreError::io(folder))?;
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut_slice())
            .map_err(|error| StoreError::Misuse(format!("the system gives no random bytes ({error})")))?;
        let conn = open::connect(file.path(), folder, &DataKey::new(bytes), Use::Scratch, Cache::Import)?;
        conn.execute_batch("BEGIN")?;
        schema::create_folded(&conn)?;
        Ok(Self { conn, _file: file })
    }
}

/// One pass over the journal; folds into `scratch` when there is one.
pub(super) fn journal(
    conn: &Connection,
    anchors: &Anchors,
    scratch: Option<&Connection>,
    progress: Progress<'_>,
) -> Result<Verification, StoreError> {
    let mut verifier = Verifier::new(anchors);
    let mut fold = Fold::default();
    let mut beside = Beside::default();
    let mut entries = conn.prepare("SELECT seq, leaf, bytes, at_max FROM entry ORDER BY seq")?;
    let mut versions =
        conn.prepare("SELECT pos, kind, id, prev, public, priv, salt, private, seq, ord FROM version ORDER BY pos")?;
    let mut rows = entries.query([])?;
    let mut next = Versions::new(versions.query([])?)?;
    while let Some(row) = rows.next()? {
        let seq = count(row.get(0)?);
        next.skip_before(seq, &mut beside)?;
        let stored = StoredEntry { seq, leaf: row.get(1)?, bytes: row.get(2)?, versions: next.take(seq)? };
        beside.entry(seq, row.get(3)?, &stored);
        let previous: Vec<bool> = stored.versions.iter().map(|version| version.prev.is_some()).collect();
        if let (Some(records), Some(scratch)) = (verifier.feed(&stored), scratch) {
            for ((of, record), had_version) in records.iter().zip(previous) {
                fold.apply(scratch, *of, seq, had_version, record.as_ref())?;
                beside.record(*of);
            }
        }
        if seq.is_multiple_of(64) && !progress(seq) {
            return Err(StoreError::Misuse("the verification was ended early".into()));
        }
    }
    next.skip_before(Seq::MAX, &mut beside)?;
    let halted = verifier.halted();
    let mut found = verifier.finish();
    if !halted {
        beside.finish(conn, &mut found, scratch.is_some())?;
    }
    Ok(found)
}

/// The versions of one entry after the other, in one reading.
struct Versions<'s> {
    rows: Rows<'s>,
    waiting: Option<(i64, VersionBytes, bool)>,
}

impl<'s> Versions<'s> {
    fn new(rows: Rows<'s>) -> Result<Self, StoreError> {
        let mut versions = Self { rows, waiting: None };
        versions.advance()?;
        Ok(versions)
    }

    fn advance(&mut self) -> Result<(), StoreError> {
        self.waiting = match self.rows.next()? {
            None => None,
            Some(row) => Some(Self::read(row)?),
        };
        Ok(())
    }

    fn read(row: &Row<'_>) -> Result<(i64, VersionBytes, bool), StoreError> {
        let pos: i64 = row.get(0)?;
        let salt: Option<Vec<u8>> = row.get(6)?;
        let private: Option<Vec<u8>> = row.get(7)?;
        // A salt of another length cannot have been written; it fails the commitment like any other change.
        let whole = salt.as_ref().is_none_or(|salt| salt.len() == 16) && salt.is_some() == private.is_some();
        let opening =
            salt.zip(private).map(|(salt, private)| Opening { salt: salt.try_into().unwrap_or_default(), private });
        let commitment: Vec<u8> = row.get(5)?;
        let number = |column| row.get::<_, i64>(column).map(count);
        let version = VersionBytes {
            kind: row.get(1)?,
            id: number(2)?,
            prev: row.get::<_, Option<i64>>(3)?.map(count),
            public: row.get(4)?,
            commitment: commitment.try_into().unwrap_or_default(),
            opening,
        };
        let placed = pos == int(number(8)? * ROOM + number(9)?);
        Ok((pos, version, whole && placed))
    }

    /// Versions of entries that are not there.
    fn skip_before(&mut self, seq: Seq, beside: &mut Beside) -> Result<(), StoreError> {
        let first = int(seq.saturating_mul(ROOM));
        while let Some((pos, ..)) = &self.waiting {
            if *pos >= first && seq != Seq::MAX {
                break;
            }
            beside.fault(count(*pos) / ROOM, "record versions without an entry");
            self.advance()?;
        }
        Ok(())
    }

    /// The versions of this entry.
    fn take(&mut self, seq: Seq) -> Result<Vec<VersionBytes>, StoreError> {
        let beyond = int((seq + 1).saturating_mul(ROOM));
        let mut found = Vec::new();
        while self.waiting.as_ref().is_some_and(|(pos, ..)| *pos < beyond) {
            if let Some((_, mut version, good)) = self.waiting.take() {
                if !good {
                    // Shows as a broken commitment of this record.
                    version.commitment = [0; 32];
                }
                found.push(version);
            }
            self.advance()?;
        }
        Ok(found)
    }
}

/// What the file keeps beside the journal and can be told from it: its end, entry times, used-up ids.
#[derive(Default)]
struct Beside {
    frontier: Frontier,
    at_max: Option<i64>,
    at: i64,
    leaf: Vec<u8>,
    most: std::collections::BTreeMap<u8, u64>,
    problems: Vec<Problem>,
}

impl Beside {
    fn fault(&mut self, seq: Seq, what: &str) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem { seq, what: Fault::Beside(format!("there are {what}, at entry {seq}")) });
        }
    }

    fn entry(&mut self, seq: Seq, at_max: i64, stored: &StoredEntry) {
        let leaf = crate::journal::leaf::entry_leaf(&stored.bytes);
        self.frontier.push(leaf);
        self.leaf = leaf.to_vec();
        if let Ok(entry) = crate::journal::Entry::from_bytes(&stored.bytes) {
            self.at = entry.at.millis();
            let expected = self.at_max.map_or(self.at, |max| max.max(self.at));
            if at_max != expected {
                let what = format!("the time kept beside entry {seq} is not its own");
                self.problems.push(Problem { seq, what: Fault::Beside(what) });
            }
            self.at_max = Some(expected);
        }
    }

    fn record(&mut self, of: RecordRef) {
        let most = self.most.entry(of.kind.number()).or_default();
        *most = of.id.max(*most);
    }

    fn finish(mut self, conn: &Connection, found: &mut Verification, records: bool) -> Result<(), StoreError> {
        found.problems.append(&mut self.problems);
        let mut beside = |what: String| {
            found.problems.push(Problem { seq: found.entries, what: Fault::Beside(what) });
        };
        let head = Reader { conn }.head();
        let agrees = head.is_ok_and(|head| {
            head.seq == self.frontier.size()
                && head.frontier == self.frontier
                && (head.seq == 0 || head.leaf.as_slice() == self.leaf)
                && (head.seq == 0 || (head.at.millis() == self.at && Some(head.at_max.millis()) == self.at_max))
        });
        if !agrees {
            beside("the end of the journal kept in the register is not the end of its entries".into());
        }
        if records {
            let mut statement = conn.prepare("SELECT kind, next FROM next_id")?;
            let next: std::collections::BTreeMap<u8, u64> =
                statement.query_map([], |row| Ok((row.get(0)?, row.get(1).map(count)?)))?.collect::<Result<_, _>>()?;
            for (kind, most) in &self.most {
                let own_words = *kind == RecordKind::Act.number();
                if !own_words && next.get(kind).is_none_or(|next| next <= most) {
                    beside(format!("the next number for record kind {kind} is used already"));
                }
            }
        }
        found.problems.sort_by_key(|problem| problem.seq);
        Ok(())
    }
}

/// Compares every folded table row by row, in the order of its key.
fn compare_tables(live: &Connection, scratch: &Connection, found: &mut Verification) -> Result<(), StoreError> {
    for kind in RecordKind::ALL {
        let tables = sql(*kind);
        for (table, order) in [(&tables.now, "id"), (&tables.past, "id, seq")] {
            let text = format!("SELECT * FROM {table} ORDER BY {order}");
            let (mut left, mut right) = (live.prepare(&text)?, scratch.prepare(&text)?);
            let columns: Vec<String> = left.column_names().map(str::to_owned).collect();
            let same_columns = columns.iter().map(String::as_str).eq(right.column_names());
            if !same_columns {
                let what = format!("the table {table} has other columns than this Keyward knows");
                found.problems.push(Problem { seq: found.entries, what: Fault::Beside(what) });
                continue;
            }
            let keys = if order == "id" { 1 } else { 2 };
            let mut compared = Compared { kind: *kind, table, columns: &columns, keys, found };
            compared.run(left.query([])?, right.query([])?)?;
        }
    }
    Ok(())
}

struct Compared<'c> {
    kind: RecordKind,
    table: &'c str,
    columns: &'c [String],
    keys: usize,
    found: &'c mut Verification,
}

impl Compared<'_> {
    fn run(&mut self, mut live: Rows<'_>, mut folded: Rows<'_>) -> Result<(), StoreError> {
        let (mut left, mut right) = (live.next()?, folded.next()?);
        loop {
            let order = match (left, right) {
                (None, None) => return Ok(()),
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some(a), Some(b)) => self.key(a)?.cmp(&self.key(b)?),
            };
            match (order, left, right) {
                (std::cmp::Ordering::Less, Some(extra), _) => {
                    self.differs(extra, "row", "a row", "nothing".into())?;
                    left = live.next()?;
                }
                (std::cmp::Ordering::Greater, _, Some(missing)) => {
                    self.differs(missing, "row", "nothing", "a row".into())?;
                    right = folded.next()?;
                }
                (_, Some(a), Some(b)) => {
                    self.cells(a, b)?;
                    left = live.next()?;
                    right = folded.next()?;
                }
                _ => return Ok(()),
            }
        }
    }

    /// The row's key: id, and for superseded rows also the entry.
    fn key(&self, row: &Row<'_>) -> Result<(i64, i64), StoreError> {
        Ok((row.get(0)?, if self.keys == 2 { row.get(1)? } else { 0 }))
    }

    fn cells(&mut self, live: &Row<'_>, folded: &Row<'_>) -> Result<(), StoreError> {
        let columns = self.columns;
        for (place, column) in columns.iter().enumerate() {
            let (a, b) = (live.get_ref(place)?, folded.get_ref(place)?);
            if a != b {
                self.differs(folded, column, &printed(a), printed(b))?;
            }
        }
        Ok(())
    }

    fn differs(&mut self, row: &Row<'_>, column: &str, found: &str, expected: String) -> Result<(), StoreError> {
        if self.found.state.len() < MAX_PROBLEMS {
            self.found.state.push(StateDifference {
                table: self.table.to_owned(),
                of: RecordRef { kind: self.kind, id: count(row.get(0)?) },
                column: column.to_owned(),
                found: found.to_owned(),
                expected,
                seq: Some(count(row.get(1)?)),
            });
        }
        Ok(())
    }
}

fn printed(cell: ValueRef<'_>) -> String {
    match cell {
        ValueRef::Null => "nothing".into(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(blob) => format!("{} bytes", blob.len()),
    }
}

/// The pages of the file, their structure, and references.
fn pages(conn: &Connection, found: &mut Verification) -> Result<(), StoreError> {
    let mut beside = |what: String| {
        found.problems.push(Problem { seq: found.entries, what: Fault::Beside(what) });
    };
    // Another session may be writing a page just then; a second look tells that from damage.
    let bad = open::broken_pages(conn)?;
    if bad > 0 && open::broken_pages(conn)? > 0 {
        beside(format!("{bad} pages of the file were changed outside of Keyward"));
    }
    // Not the quick check: that one does not see an index that lags behind its table.
    let structure: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if structure != "ok" {
        beside(format!("the file's structure is damaged: {structure}"));
    }
    let mut statement = conn.prepare("PRAGMA foreign_key_check")?;
    if statement.exists([])? {
        beside("a row refers to one that is not there".into());
    }
    Ok(())
}
