//! What belongs to this computer and is not journaled: drafts, sessions of other processes, how lists were left.
//!
//! Must never know: what a draft is for.

use super::error::StoreError;
use super::reader::Reader;
use super::value::count;
use crate::domain::Instant;
use rusqlite::OptionalExtension as _;

/// Typed but not saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Where it was typed.
    pub key: String,
    /// What was typed.
    pub text: String,
    /// When.
    pub at: Instant,
}

/// Somebody who has the register open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The process.
    pub pid: u32,
    /// The computer.
    pub host: String,
    /// The operator's name.
    pub operator: String,
    /// Since when.
    pub started: Instant,
    /// Last sign of life.
    pub seen: Instant,
}

impl Session {
    /// As a message names it.
    pub fn named(&self) -> String {
        format!("{}, {}, since {}", self.operator, self.host, self.started.utc().format("%H:%M UTC"))
    }
}

impl Reader<'_> {
    /// A draft.
    pub fn draft(&self, key: &str) -> Result<Option<Draft>, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT text, at FROM draft WHERE key = ?1")?;
        let found = statement.query_row([key], |row| {
            Ok(Draft { key: key.to_owned(), text: row.get(0)?, at: Instant::from_millis(row.get(1)?) })
        });
        Ok(found.optional()?)
    }

    /// Every draft, newest first.
    pub fn drafts(&self) -> Result<Vec<Draft>, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT key, text, at FROM draft ORDER BY at DESC, key")?;
        let found = statement.query_map([], |row| {
            Ok(Draft { key: row.get(0)?, text: row.get(1)?, at: Instant::from_millis(row.get(2)?) })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Keeps a draft.
    pub fn keep_draft(&self, draft: &Draft) -> Result<(), StoreError> {
        self.conn.prepare_cached("INSERT OR REPLACE INTO draft(key, text, at) VALUES (?1, ?2, ?3)")?.execute((
            &draft.key,
            &draft.text,
            draft.at.millis(),
        ))?;
        Ok(())
    }

    /// Throws a draft away.
    pub fn drop_draft(&self, key: &str) -> Result<(), StoreError> {
        self.conn.prepare_cached("DELETE FROM draft WHERE key = ?1")?.execute([key])?;
        Ok(())
    }

    /// Who has the register open, longest first.
    pub fn sessions(&self) -> Result<Vec<Session>, StoreError> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT pid, host, operator, started, seen FROM session ORDER BY started, host, pid")?;
        let found = statement.query_map([], |row| {
            Ok(Session {
                pid: u32::try_from(count(row.get(0)?)).unwrap_or(0),
                host: row.get(1)?,
                operator: row.get(2)?,
                started: Instant::from_millis(row.get(3)?),
                seen: Instant::from_millis(row.get(4)?),
            })
        })?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Enters a session, or gives its new sign of life.
    pub fn keep_session(&self, session: &Session) -> Result<(), StoreError> {
        self.conn
            .prepare_cached(
                "INSERT OR REPLACE INTO session(pid, host, operator, started, seen) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((
                session.pid,
                &session.host,
                &session.operator,
                session.started.millis(),
                session.seen.millis(),
            ))?;
        Ok(())
    }

    /// Takes a session away.
    pub fn drop_session(&self, host: &str, pid: u32) -> Result<(), StoreError> {
        self.conn.prepare_cached("DELETE FROM session WHERE host = ?1 AND pid = ?2")?.execute((host, pid))?;
        Ok(())
    }

    /// How something was left.
    pub fn view_state(&self, key: &str) -> Result<Option<String>, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT text FROM view_state WHERE key = ?1")?;
        Ok(statement.query_row([key], |row| row.get(0)).optional()?)
    }

    /// Keeps how something was left.
    pub fn keep_view_state(&self, key: &str, text: &str) -> Result<(), StoreError> {
        self.conn
            .prepare_cached("INSERT OR REPLACE INTO view_state(key, text) VALUES (?1, ?2)")?
            .execute((key, text))?;
        Ok(())
    }
}
