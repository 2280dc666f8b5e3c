//! A verified copy of the database, made by SQLite itself.
//!
//! Must never know: where copies are kept and for how long.

use super::error::StoreError;
use super::open::{self, Cache, Use};
use super::reader::{Head, Reader};
use super::{Store, place, verify};
use crate::journal::Anchors;
use std::fs;
use std::path::Path;

impl Store {
    /// The layout of files this program writes, for whoever describes a copy.
    pub const LAYOUT: i64 = super::schema::LAYOUT;

    /// Writes a copy under the same key to a new file that only we can read. The copy is opened, its chain and its
    /// end are compared with the register's, and only then it gets its name. Gives where the copy ends.
    pub fn backup_to(&self, path: &Path) -> Result<Head, StoreError> {
        let folder = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        let folder = folder.canonicalize().map_err(StoreError::io(folder))?;
        if fs::symlink_metadata(path).is_ok() {
            let source = std::io::Error::from(std::io::ErrorKind::AlreadyExists);
            return Err(StoreError::Io { path: path.to_owned(), source });
        }
        // The name is random and the file ours alone; it goes away by itself unless it is kept.
        let fresh = tempfile::Builder::new().prefix(".copy-").suffix(".db").tempfile_in(&folder);
        let fresh = fresh.map_err(StoreError::io(&folder))?;
        let name = fresh.path().to_str().ok_or_else(|| StoreError::Misuse("a path that is not text".into()))?;
        let copied = self.conn.execute("VACUUM INTO ?1", [name]);
        copied.map_err(|error| of_copy(StoreError::from(error).at(&folder), path))?;
        fresh.as_file().sync_all().map_err(StoreError::io(path))?;
        let head = self.check_copy(fresh.path(), path)?;
        fresh.persist_noclobber(path).map_err(|error| StoreError::io(path)(error.error))?;
        place::sync_folder(&folder)?;
        Ok(head)
    }

    fn check_copy(&self, copy: &Path, shown: &Path) -> Result<Head, StoreError> {
        let bad = |why: String| StoreError::BadCopy { path: shown.to_owned(), why };
        let conn = open::connect(copy, shown, &self.key, Use::Copy, Cache::Served);
        let conn = conn.map_err(|error| of_copy(error, shown))?;
        let reader = Reader { conn: &conn };
        let head = reader.head()?;
        // Somebody may have saved since the copy was begun: then the register has more, never something else.
        if self.read().root_at(head.seq)? != Some(head.root()) {
            return Err(bad("it ends with another entry".into()));
        }
        let found = verify::journal(&conn, &Anchors::default(), None, &mut |_| true)?;
        match found.problems.first() {
            Some(problem) => Err(bad(problem.what.to_string())),
            None => Ok(head),
        }
    }

    /// Opens a copy, as [`Self::backup_to`] makes it, without changing it. Gives where it ends and whether its chain
    /// holds.
    pub fn inspect_copy(
        path: &Path,
        key: &crate::secret::DataKey,
    ) -> Result<(Head, crate::journal::Verification), StoreError> {
        let conn = open::connect(path, path, key, Use::Copy, Cache::Served)?;
        let found = verify::journal(&conn, &Anchors::default(), None, &mut |_| true)?;
        Ok((Reader { conn: &conn }.head()?, found))
    }
}

/// An error about a copy must not sound as if it were about the register.
fn of_copy(error: StoreError, shown: &Path) -> StoreError {
    let why = match error {
        StoreError::DriveFailed(_) => "the drive did not confirm",
        StoreError::NotFound(_) | StoreError::ReadOnly(_) => "it cannot be opened",
        other => return other,
    };
    StoreError::Io { path: shown.to_owned(), source: std::io::Error::other(why) }
}
