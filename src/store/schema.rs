//! The layout of the file: tables, triggers, and the ladder of layouts, forward only.
//!
//! Three classes of tables: *folded* ones are the fold of the journal and compared with it by the verification;
//! *derived* ones can be computed again at any time; *local* ones belong to this computer and are not journaled.
//!
//! Must never know: what the tables are for.

use super::derived;
use super::error::StoreError;
use super::rows;
use crate::domain::RecordKind;
use rusqlite::Connection;

/// "KWRD": marks the file as a register.
pub(super) const APPLICATION_ID: i64 = 0x4B57_5244;

/// The layout this program knows. Layout 1 was before the first release and differs in derived tables and indexes.
pub(super) const LAYOUT: i64 = 2;

/// Rows of one entry stand at `seq * ROOM + ord`, so that entries and versions are read in one order.
pub(super) const ROOM: u64 = 4096;

/// An entry holds at most so many records, its own words included.
pub const MOST_RECORDS: u64 = 1000;

/// The journal. `at_max` is the running maximum of entry times: it answers which entry was the last at a moment.
const JOURNAL: &str = "
CREATE TABLE entry(
    seq INTEGER PRIMARY KEY, leaf BLOB NOT NULL, bytes BLOB NOT NULL, at_max INTEGER NOT NULL
) STRICT;
CREATE TABLE version(
    pos INTEGER PRIMARY KEY, kind INTEGER NOT NULL, id INTEGER NOT NULL, seq INTEGER NOT NULL, prev INTEGER,
    ord INTEGER NOT NULL, public BLOB NOT NULL, priv BLOB NOT NULL, salt BLOB, private BLOB,
    CHECK (pos = seq * 4096 + ord)
) STRICT;
CREATE UNIQUE INDEX version_record ON version(kind, id, seq);
CREATE TABLE head(
    one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, leaf BLOB NOT NULL, frontier BLOB NOT NULL,
    at INTEGER NOT NULL, at_max INTEGER NOT NULL
) STRICT;
CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, root BLOB NOT NULL, note TEXT NOT NULL) STRICT;
CREATE TABLE next_id(kind INTEGER PRIMARY KEY, next INTEGER NOT NULL) STRICT;
";

/// Against our own mistakes, not against an attacker: the journal only grows, and the one thing that may go is a
/// private part together with its salt.
const TRIGGERS: &str = "
CREATE TRIGGER entry_kept BEFORE UPDATE ON entry
    BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entry_stays BEFORE DELETE ON entry
    BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;
CREATE TRIGGER version_stays BEFORE DELETE ON version
    BEGIN SELECT RAISE(ABORT, 'record versions are never deleted'); END;
CREATE TRIGGER version_kept BEFORE UPDATE ON version WHEN NOT (
        NEW.salt IS NULL AND NEW.private IS NULL
        AND NEW.pos IS OLD.pos AND NEW.kind IS OLD.kind AND NEW.id IS OLD.id AND NEW.seq IS OLD.seq
        AND NEW.prev IS OLD.prev AND NEW.ord IS OLD.ord AND NEW.public IS OLD.public AND NEW.priv IS OLD.priv)
    BEGIN SELECT RAISE(ABORT, 'record versions are never changed'); END;
CREATE TRIGGER checkpoint_kept BEFORE UPDATE ON checkpoint
    BEGIN SELECT RAISE(ABORT, 'seals are never changed'); END;
CREATE TRIGGER checkpoint_stays BEFORE DELETE ON checkpoint
    BEGIN SELECT RAISE(ABORT, 'seals are never deleted'); END;
";

/// What belongs to this computer.
const LOCAL: &str = "
CREATE TABLE draft(key TEXT PRIMARY KEY, text TEXT NOT NULL, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE session(
    pid INTEGER NOT NULL, host TEXT NOT NULL, operator TEXT NOT NULL, started INTEGER NOT NULL, seen INTEGER NOT NULL,
    PRIMARY KEY (host, pid)
) STRICT, WITHOUT ROWID;
CREATE TABLE view_state(key TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
";

/// Words that the filter finds by any three letters. The row's number is kind and id together.
const SEARCH: &str = "
CREATE VIRTUAL TABLE search USING fts5(text, tokenize = 'trigram case_sensitive 1', content = '',
    contentless_delete = 1);
";

/// Creates the folded tables alone, for the register and for the replay's own database.
pub(super) fn create_folded(conn: &Connection) -> Result<(), StoreError> {
    for kind in RecordKind::ALL {
        conn.execute_batch(&rows::sql(*kind).create())?;
    }
    Ok(())
}

/// Creates the indexes of the folded tables that are not there.
pub(super) fn create_indexes(conn: &Connection) -> Result<(), StoreError> {
    for kind in RecordKind::ALL {
        for (name, sql) in rows::sql(*kind).indexes() {
            let there: bool = conn.query_row(
                "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = ?1)",
                [name],
                |row| row.get(0),
            )?;
            if !there {
                conn.execute_batch(&sql)?;
            }
        }
    }
    Ok(())
}

/// Drops the indexes of the folded tables, before a first import.
pub(super) fn drop_indexes(conn: &Connection) -> Result<(), StoreError> {
    for kind in RecordKind::ALL {
        for (name, _) in rows::sql(*kind).indexes() {
            conn.execute_batch(&format!("DROP INDEX IF EXISTS {name}"))?;
        }
    }
    Ok(())
}

/// Creates everything in an empty file, in one transaction.
pub(super) fn create(conn: &mut Connection) -> Result<(), StoreError> {
    let transaction = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    transaction.execute_batch(JOURNAL)?;
    transaction.execute_batch(TRIGGERS)?;
    create_folded(&transaction)?;
    create_indexes(&transaction)?;
    derived::create(&transaction)?;
    transaction.execute_batch(SEARCH)?;
    transaction.execute_batch(LOCAL)?;
    transaction
        .execute("INSERT INTO head(one, seq, leaf, frontier, at, at_max) VALUES (1, 0, zeroblob(32), x'', 0, 0)", [])?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", LAYOUT)?;
    transaction.commit()?;
    Ok(())
}
