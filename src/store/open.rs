//! Opening: key first, settings in order and read back, then whether it is a register of ours.
//!
//! Must never know: where the key comes from.

use super::FILE;
use super::error::StoreError;
use super::schema::{APPLICATION_ID, LAYOUT};
use crate::secret::DataKey;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OpenFlags};
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;
use zeroize::Zeroizing;

/// How much of the file is kept in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cache {
    /// For the screen: 256 MB, so that decrypted pages stay.
    #[default]
    Interactive,
    /// For one command or an import: 64 MB.
    Import,
    /// For one of many sessions on a shared machine: 8 MB.
    Served,
    /// For a register that is filled at once: up to 1 GB, for everything is read again in another order.
    Filling,
}

impl Cache {
    const fn kib(self) -> i64 {
        match self {
            Self::Interactive => 262_144,
            Self::Import => 65_536,
            Self::Served => 8_192,
            Self::Filling => 1_048_576,
        }
    }
}

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// A register being made.
    Fresh,
    /// A register of made-up facts being filled. If that fails it is thrown away, so it needs no log; and as there is
    /// nothing to hide, its memory is neither locked nor wiped, which takes a third of a bulk load.
    MadeUp,
    /// The register itself.
    Register,
    /// The register, only to be read.
    Reading,
    /// A finished copy, only to be read and left as it is.
    Copy,
    /// A database that is thrown away.
    Scratch,
}

/// Another session may hold the file for so long.
const PATIENCE: Duration = Duration::from_secs(10);

/// No single value is longer.
const LONGEST_VALUE: i32 = 64 << 20;

/// Opens a file with its key and sets everything up. `at` is the folder, for messages.
pub(super) fn connect(
    file: &Path,
    at: &Path,
    key: &DataKey,
    what_for: Use,
    cache: Cache,
) -> Result<Connection, StoreError> {
    let mut flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    flags |= match what_for {
        Use::Copy => OpenFlags::SQLITE_OPEN_READ_ONLY,
        _ => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let conn = Connection::open_with_flags(file, flags).map_err(|error| StoreError::from(error).at(at))?;
    let opened = keyed(&conn, key, what_for != Use::MadeUp).and_then(|()| first_read(&conn));
    opened.map_err(|error| met(error, &conn, file, at))?;
    // Nothing of a file that is not ours is changed, so this comes before the settings.
    if matches!(what_for, Use::Register | Use::Reading) {
        check_register(&conn, at)?;
    }
    settings(&conn, what_for, cache).map_err(|error| error.at(at))?;
    Ok(conn)
}

/// Gives the key, before anything is read. SQLCipher would write to the terminal; its own log is off first.
fn keyed(conn: &Connection, key: &DataKey, wipes: bool) -> Result<(), StoreError> {
    set(conn, "cipher_log_level", "NONE")?;
    if wipes {
        set(conn, "cipher_memory_security", "ON")?;
    }
    // The raw form: x'…' around 64 hex digits, without any derivation.
    let mut raw = Zeroizing::new(Vec::with_capacity(67));
    raw.extend(b"x'");
    for byte in key.expose() {
        for nibble in [byte >> 4, byte & 15] {
            raw.push(b"0123456789abcdef".get(usize::from(nibble)).copied().unwrap_or_default());
        }
    }
    raw.push(b'\'');
    conn.key(None::<&str>, raw.as_slice(), false)?;
    // A build without the cipher would take the key in silence and write plain text.
    expect(conn, "cipher_memory_security", |value| value == "1" || !wipes)?;
    expect(conn, "cipher_version", |value| value.split('.').next().and_then(|n| n.parse().ok()).unwrap_or(0) >= 4)
}

/// Nothing before this says whether the key fits.
fn first_read(conn: &Connection) -> Result<(), StoreError> {
    conn.busy_timeout(PATIENCE)?;
    let _tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(())
}

fn settings(conn: &Connection, what_for: Use, cache: Cache) -> Result<(), StoreError> {
    conn.set_prepared_statement_cache_capacity(256);
    expect(conn, "cipher_status", |value| value == "1")?;
    expect(conn, "auto_vacuum", |value| value == "0")?;
    set(conn, "temp_store", "MEMORY")?;
    set(conn, "mmap_size", "0")?;
    set(conn, "cell_size_check", "ON")?;
    set(conn, "trusted_schema", "OFF")?;
    set(conn, "foreign_keys", "ON")?;
    set(conn, "recursive_triggers", "ON")?;
    set(conn, "cache_size", &format!("-{}", cache.kib()))?;
    match what_for {
        Use::Fresh | Use::Register | Use::Reading => {
            set(conn, "journal_mode", "WAL")?;
            expect(conn, "journal_mode", |value| value == "wal")?;
            set(conn, "synchronous", "FULL")?;
            expect(conn, "synchronous", |value| value == "2")?;
            set(conn, "fullfsync", "ON")?;
            set(conn, "checkpoint_fullfsync", "ON")?;
            set(conn, "wal_autocheckpoint", "1000")?;
            set(conn, "journal_size_limit", "67108864")?;
            set(conn, "secure_delete", "ON")?;
            expect(conn, "secure_delete", |value| value == "1")?;
        }
        Use::MadeUp => {
            set(conn, "journal_mode", "OFF")?;
            set(conn, "synchronous", "FULL")?;
        }
        Use::Scratch => {
            set(conn, "journal_mode", "OFF")?;
            set(conn, "synchronous", "OFF")?;
        }
        Use::Copy => {}
    }
    if what_for == Use::Reading {
        set(conn, "query_only", "ON")?;
    }
    for (name, value) in [("temp_store", "2"), ("trusted_schema", "0"), ("foreign_keys", "1"), ("cell_size_check", "1")]
    {
        expect(conn, name, |found| found == value)?;
    }
    // Without this every new value bound to a query makes SQLite plan it again: ten times the cost of an insert.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE)?;
    conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 1)?;
    Ok(())
}

/// Sets a pragma; whatever it answers is passed over.
fn set(conn: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    let mut statement = conn.prepare(&format!("PRAGMA {name} = {value}"))?;
    let mut rows = statement.query([])?;
    while rows.next()?.is_some() {}
    Ok(())
}

/// Reads a pragma back.
fn expect(conn: &Connection, name: &str, fits: impl FnOnce(&str) -> bool) -> Result<(), StoreError> {
    let found: Sql = conn.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))?;
    let found = match found {
        Sql::Integer(number) => number.to_string(),
        Sql::Text(text) => text,
        other => format!("{other:?}"),
    };
    if fits(&found) { Ok(()) } else { Err(StoreError::Misuse(format!("the database did not accept {name} ({found})"))) }
}

/// Tells apart what a first read that failed can mean.
fn met(error: StoreError, conn: &Connection, file: &Path, at: &Path) -> StoreError {
    if !matches!(error, StoreError::Damaged { .. }) {
        return error.at(at);
    }
    let damaged = |why: &str| StoreError::Damaged { path: at.to_owned(), why: why.to_owned() };
    // Looking into the file lets go of the locks this process has on it; this connection is given up anyway.
    let mut start = [0; 16];
    match std::fs::File::open(file).and_then(|mut opened| opened.read_exact(&mut start)) {
        Err(_) => return damaged("the file is empty or cut off"),
        Ok(()) if start == *b"SQLite format 3\0" => return StoreError::PlainSqlite(at.to_owned()),
        Ok(()) => {}
    }
    let Ok(bad) = broken_pages(conn) else { return damaged("its first page cannot be read") };
    let pages = std::fs::metadata(file).map_or(0, |met| met.len().div_ceil(4096));
    // With the wrong key no page fits; with the right one only the damaged ones do not.
    match bad {
        0 => damaged("its first page cannot be read"),
        bad if bad < pages => damaged("some of its pages were changed outside of Keyward"),
        _ => StoreError::WrongKey(at.to_owned()),
    }
}

/// How many pages do not carry the right authentication code.
pub(super) fn broken_pages(conn: &Connection) -> Result<u64, StoreError> {
    let mut statement = conn.prepare("PRAGMA cipher_integrity_check")?;
    let mut rows = statement.query([])?;
    let mut bad = 0;
    while rows.next()?.is_some() {
        bad += 1;
    }
    Ok(bad)
}

/// Whether the opened file is a register this program knows.
pub(super) fn check_register(conn: &Connection, at: &Path) -> Result<(), StoreError> {
    let number = |name: &str| -> Result<i64, StoreError> {
        conn.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0)).map_err(|e| StoreError::from(e).at(at))
    };
    if number("application_id")? != APPLICATION_ID {
        return Err(StoreError::NotARegister(at.to_owned()));
    }
    let found = number("user_version")?;
    if found > LAYOUT {
        return Err(StoreError::Newer { path: at.to_owned(), found, known: LAYOUT });
    }
    if found < 1 {
        return Err(StoreError::Damaged { path: at.to_owned(), why: "it was never finished".into() });
    }
    if found < LAYOUT {
        return Err(StoreError::BeforeRelease { path: at.to_owned(), found, known: LAYOUT });
    }
    let pages = number("page_count")?;
    let length = std::fs::metadata(at.join(FILE)).map_or(0, |met| met.len());
    // Pages still in the write-ahead log are not in the file yet, so only a part page is a sign of a cut.
    if pages > 0 && !length.is_multiple_of(4096) {
        return Err(StoreError::Damaged { path: at.to_owned(), why: "the file is cut off".into() });
    }
    Ok(())
}
