//! The encrypted file: opening, pragmas, typed rows, the one write door, backup and restore.
//!
//! The only user of rusqlite. A register is a folder; its database is the file `register.db` in it. Records are read
//! through a [`Reader`] and written through [`Store::write`]; nothing else writes what the journal covers.
//!
//! Must never know: rules, the terminal; it asks nobody anything.

mod backup;
mod derived;
mod error;
mod fold;
mod history;
mod local;
mod open;
pub mod place;
mod reader;
mod rows;
mod salts;
mod schema;
mod select;
mod tx;
mod value;
mod verify;

pub use derived::{
    Boundary, CellRow, ClientCount, Derived, EntrantRow, FindingRow, PersonCount, SystemCount, Total, WayRow,
};
pub use error::StoreError;
pub use history::{EntryRow, Link, RecordRow, VersionRow};
pub use local::{Draft, Session};
pub use open::Cache;
pub use reader::{Cells, Head, Reader, Versioned};
pub use rows::{Column, Row};
pub use salts::{RandomSalts, Salts, SeededSalts};
pub use schema::MOST_RECORDS;
pub use select::Select;
pub use tx::{Bulk, Touched, Tx};
pub use value::{Cell, Value, searchable};

use crate::domain::Stamp;
use crate::journal::{Checkpoint, Hash, HighWater};
use crate::secret::DataKey;
use open::Use;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::fs;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The database in the register's folder.
pub const FILE: &str = "register.db";

/// An open register.
pub struct Store {
    conn: Connection,
    folder: PathBuf,
    key: DataKey,
    cache: Cache,
    salts: Box<dyn Salts>,
    /// A save was not confirmed by the drive: the connection is not written through again.
    drive_failed: bool,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Store {
    /// Makes a register in a folder, which is made too if it is not there.
    pub fn create(folder: &Path, key: &DataKey) -> Result<Self, StoreError> {
        Self::create_with(folder, key, Cache::default(), &place::System)
    }

    /// The same with a cache size and somebody else to ask about drives.
    pub fn create_with(
        folder: &Path,
        key: &DataKey,
        cache: Cache,
        probe: &impl place::Probe,
    ) -> Result<Self, StoreError> {
        Self::make(folder, key, cache, Use::Fresh, probe)
    }

    /// Makes a register of made-up facts: quickly, without a log and without locking and wiping memory. What it holds
    /// is whole only after [`Self::close`]; a failure before that leaves nothing of use.
    pub fn create_made_up(folder: &Path, key: &DataKey) -> Result<Self, StoreError> {
        Self::make(folder, key, Cache::Filling, Use::MadeUp, &place::System)
    }

    fn make(
        folder: &Path,
        key: &DataKey,
        cache: Cache,
        what_for: Use,
        probe: &impl place::Probe,
    ) -> Result<Self, StoreError> {
        let (folder, made) = place::prepare(folder, probe)?;
        let file = folder.join(FILE);
        place::make_file(&file)?;
        let done = Self::fill(&folder, &file, key, cache, what_for);
        if done.is_err() {
            // Only what was made here is taken away again.
            for name in [FILE.to_owned(), format!("{FILE}-wal"), format!("{FILE}-shm")] {
                let _ = fs::remove_file(folder.join(name));
            }
            if made {
                let _ = fs::remove_dir(&folder);
            }
        }
        done
    }

    fn fill(folder: &Path, file: &Path, key: &DataKey, cache: Cache, what_for: Use) -> Result<Self, StoreError> {
        let mut conn = open::connect(file, folder, key, what_for, cache)?;
        schema::create(&mut conn).map_err(|error| error.at(folder))?;
        open::check_register(&conn, folder)?;
        // The layout goes into the file at once: a lost log then costs entries, never the register.
        flush(&conn).map_err(|error| error.at(folder))?;
        place::sync_folder(folder)?;
        Ok(Self::around(conn, folder.to_owned(), key, cache))
    }

    /// Opens the register in a folder.
    pub fn open(folder: &Path, key: &DataKey) -> Result<Self, StoreError> {
        Self::open_with(folder, key, Cache::default(), &place::System)
    }

    /// The same with a cache size and somebody else to ask about drives.
    pub fn open_with(
        folder: &Path,
        key: &DataKey,
        cache: Cache,
        probe: &impl place::Probe,
    ) -> Result<Self, StoreError> {
        let folder = place::check(folder, probe)?;
        let file = folder.join(FILE);
        match fs::symlink_metadata(&file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(StoreError::NotFound(folder)),
            Err(error) => return Err(StoreError::io(&file)(error)),
            Ok(met) if !met.is_file() => return Err(StoreError::NotARegister(folder)),
            // SQLite would take an empty file for a new database and write into it.
            Ok(met) if met.len() == 0 => {
                return Err(StoreError::Damaged { path: folder, why: "the file is empty".into() });
            }
            Ok(_) => {}
        }
        let conn = open::connect(&file, &folder, key, Use::Register, cache)?;
        // The log has its name now. SQLite puts names on the drive with the first save, and says nothing when that
        // fails; a save in a log whose name is lost would be lost with it.
        place::sync_folder(&folder)?;
        Ok(Self::around(conn, folder, key, cache))
    }

    fn around(conn: Connection, folder: PathBuf, key: &DataKey, cache: Cache) -> Self {
        Self { conn, folder, key: copy_of(key), cache, salts: Box::new(RandomSalts::new()), drive_failed: false }
    }

    /// Takes salts from another source: a seed, in tests and the practice register.
    pub fn with_salts(mut self, salts: impl Salts + 'static) -> Self {
        self.salts = Box::new(salts);
        self
    }

    /// The register's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What reads.
    pub const fn read(&self) -> Reader<'_> {
        Reader { conn: &self.conn }
    }

    /// The one write door. The decision runs inside one transaction that no other session can write in; an error from
    /// it, or a panic, leaves everything as it was. Nothing is acknowledged before it is on the drive.
    pub fn write<T, E: From<StoreError>>(
        &mut self,
        stamp: &Stamp,
        decide: impl FnOnce(&mut Tx<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.drive_failed {
            return Err(StoreError::DriveFailed(self.folder.clone()).into());
        }
        let begun = Transaction::new_unchecked(&self.conn, TransactionBehavior::Immediate);
        let transaction = match begun {
            Ok(transaction) => transaction,
            Err(error) => {
                let error = StoreError::from(error).at(&self.folder);
                return Err(self.waiting_for(error).into());
            }
        };
        let mut tx = Tx::begin(&transaction, stamp, self.salts.as_mut()).map_err(|error| error.at(&self.folder))?;
        let done = decide(&mut tx)?;
        tx.finish().map_err(|error| error.at(&self.folder))?;
        drop(tx);
        if let Err(error) = transaction.commit() {
            let error = StoreError::from(error).at(&self.folder);
            self.drive_failed = matches!(error, StoreError::DriveFailed(_));
            return Err(error.into());
        }
        Ok(done)
    }

    /// Names who is writing, for a write that waited in vain.
    fn waiting_for(&self, error: StoreError) -> StoreError {
        let StoreError::Busy { by: None } = error else { return error };
        let own = std::process::id();
        let others = self.read().sessions().unwrap_or_default();
        StoreError::Busy { by: others.iter().find(|session| session.pid != own).map(Session::named) }
    }

    /// How long a save waits for another session; 10 seconds unless set.
    pub fn set_patience(&mut self, patience: std::time::Duration) -> Result<(), StoreError> {
        Ok(self.conn.busy_timeout(patience)?)
    }

    /// The root over all entries.
    pub fn root(&self) -> Result<Hash, StoreError> {
        Ok(self.read().head()?.root())
    }

    /// Keeps a signed seal. It must be over a part of this journal. What it is over is saved already, so an error
    /// while writing leaves only the seal for later.
    pub fn checkpoint(&mut self, note: &str) -> Result<Checkpoint, StoreError> {
        let left = "its newest entries could not be sealed";
        if self.drive_failed {
            return Err(StoreError::DriveFailed(self.folder.clone()).later(&self.folder, left));
        }
        let (checkpoint, _) = Checkpoint::parse(note)?;
        let root = self.read().root_at(checkpoint.size)?;
        if root != Some(checkpoint.root) {
            return Err(StoreError::Misuse("the seal is over another history".into()));
        }
        self.conn
            .execute(
                "INSERT OR IGNORE INTO checkpoint(size, root, note) VALUES (?1, ?2, ?3)",
                (value::int(checkpoint.size), checkpoint.root, note),
            )
            .map_err(|error| StoreError::from(error).at(&self.folder).later(&self.folder, left))?;
        Ok(checkpoint)
    }

    /// Compares with a mark kept outside of the file. Whether the mark is of this register is for the caller to see.
    pub fn compare(&self, mark: &HighWater) -> Result<Compared, StoreError> {
        let head = self.read().head()?;
        Ok(match self.read().root_at(mark.size)? {
            None => Compared::Older { here: head.seq, seen: mark.size },
            Some(root) if root != mark.root => Compared::Other,
            Some(_) if mark.size == head.seq => Compared::Same,
            Some(_) => Compared::Newer { since: head.seq - mark.size },
        })
    }

    /// A second connection for reading, so that the screen does not wait for a write.
    pub fn reader_connection(&self) -> Result<ReadStore, StoreError> {
        let file = self.folder.join(FILE);
        let conn = open::connect(&file, &self.folder, &self.key, Use::Reading, self.cache)?;
        Ok(ReadStore { conn })
    }

    /// Moves the log into the file and closes. Where that fails, everything is in the log, and the next visit moves it.
    pub fn close(self) -> Result<(), StoreError> {
        let left = "its log could not be moved into its file";
        flush(&self.conn).map_err(|error| error.at(&self.folder).later(&self.folder, left))
    }
}

/// How the file compares with a mark kept outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// It is just as it was.
    Same,
    /// It has grown since.
    Newer {
        /// By so many entries.
        since: u64,
    },
    /// It is shorter than it was.
    Older {
        /// Where it ends.
        here: u64,
        /// Where it ended.
        seen: u64,
    },
    /// It is another history.
    Other,
}

/// A connection that only reads.
pub struct ReadStore {
    conn: Connection,
}

impl ReadStore {
    /// What reads.
    pub const fn read(&self) -> Reader<'_> {
        Reader { conn: &self.conn }
    }
}

/// Moves the log into the file.
fn flush(conn: &Connection) -> Result<(), StoreError> {
    Ok(conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
}

/// The store opens further connections to the same file; each needs the key once.
fn copy_of(key: &DataKey) -> DataKey {
    DataKey::new(Zeroizing::new(*key.expose()))
}

#[cfg(test)]
mod tests;
