//! Tests of the store on real files in temporary folders, with fixed keys, times and salts.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod harm;
mod opening;
mod proving;
mod reading;
mod writing;

use super::*;
use crate::domain::*;
use std::sync::OnceLock;
use tempfile::TempDir;

/// A system that never objects to the drive the tests run on.
pub(super) struct AnyDrive;

impl place::Probe for AnyDrive {
    fn file_system(&self, _folder: &Path) -> Option<String> {
        None
    }
    fn user(&self) -> Option<u32> {
        place::System.user()
    }
}

pub(super) fn key(byte: u8) -> DataKey {
    DataKey::new(Zeroizing::new([byte; 32]))
}

/// A register in a folder that goes with it.
pub(super) struct Fixture {
    pub dir: TempDir,
    pub store: Store,
}

pub(super) fn folder(dir: &TempDir) -> PathBuf {
    dir.path().join("acme.keyward")
}

/// An empty register, made once: the layout has nearly two hundred parts.
pub(super) fn fixture() -> Fixture {
    static EMPTY: OnceLock<Vec<u8>> = OnceLock::new();
    let empty = EMPTY.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        Store::create_with(&folder(&dir), &key(1), Cache::Served, &AnyDrive).unwrap().close().unwrap();
        fs::read(folder(&dir).join(FILE)).unwrap()
    });
    let dir = tempfile::tempdir().unwrap();
    let (folder, _) = place::prepare(&folder(&dir), &AnyDrive).unwrap();
    place::make_file(&folder.join(FILE)).unwrap();
    fs::write(folder.join(FILE), empty).unwrap();
    Fixture { store: open(&dir, 1).unwrap().with_salts(SeededSalts::new(1)), dir }
}

pub(super) fn open(dir: &TempDir, key_byte: u8) -> Result<Store, StoreError> {
    Store::open_with(&folder(dir), &key(key_byte), Cache::Served, &AnyDrive)
}

/// The writer at so many minutes after a fixed moment.
pub(super) fn at(minutes: i64) -> Stamp {
    let start = Instant::parse("2026-11-23T09:00:00Z").unwrap();
    Stamp { operator: OperatorId(1), at: Instant::from_millis(start.millis() + minutes * 60_000), scripted: true }
}

pub(super) fn person(id: u64, name: &str) -> Person {
    Person {
        email: Some(format!("{}@acme.example", searchable(name).replace(' ', "."))),
        ..Person::new(PersonId(id), name)
    }
}

pub(super) fn client(id: u64, name: &str) -> Client {
    Client::new(ClientId(id), name)
}

pub(super) fn grant(id: u64, person: u64, account: u64) -> Grant {
    Grant {
        admin: Admin::System,
        level: "Domain admin".into(),
        ..Grant::new(GrantId(id), PersonId(person), AccountId(account))
    }
}

/// A change that puts these records.
pub(super) fn put(summary: &str, records: Vec<AnyRecord>) -> Change {
    let mut change = Change::new("test.put", summary);
    change.edits = records.into_iter().map(Edit::Put).collect();
    change
}

impl Fixture {
    pub fn append(&mut self, minutes: i64, change: Change) -> Seq {
        self.store.write(&at(minutes), |tx| tx.append(change)).unwrap()
    }

    pub fn put(&mut self, minutes: i64, records: Vec<AnyRecord>) -> Seq {
        self.append(minutes, put("Test", records))
    }

    /// Changes something behind the journal's back.
    pub fn tamper(&self, sql: &str) -> rusqlite::Result<usize> {
        self.store.conn.execute(sql, [])
    }
}
