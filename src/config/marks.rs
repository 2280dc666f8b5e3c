//! How far each register had grown when this computer saw it last.
//!
//! An old copy of a register put back is sound in itself; only a memory outside of it can tell. The marks lie in the
//! folder for a program's state, not in the register's.
//!
//! Must never know: what a register holds.

use super::{ConfigError, file};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How often and how long to wait for another process that is writing: one second in all.
const WAITS: u32 = 20;
const WAIT: Duration = Duration::from_millis(50);

/// The history of a register as it was last seen here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Entries in the history.
    pub size: u64,
    /// The root over them, as the journal prints it.
    pub root: String,
    /// When it was seen.
    pub at: DateTime<Utc>,
}

/// The marks of all registers seen on this computer.
#[derive(Debug, Clone)]
pub struct Marks {
    path: PathBuf,
    waits: u32,
}

impl Marks {
    /// The marks kept in this folder for state. Reads nothing yet.
    pub fn in_folder(state: &Path) -> Self {
        Self { path: state.join("marks.json"), waits: WAITS }
    }

    /// The mark of a register; nothing when it was never seen here.
    ///
    /// # Errors
    /// [`ConfigError::MarksDamaged`]: then nothing is known, which must not pass for "nothing was lost".
    /// [`ConfigError::Io`].
    pub fn get(&self, register: &str) -> Result<Option<Mark>, ConfigError> {
        Ok(self.read()?.remove(register))
    }

    /// Moves a register's mark forward. A mark that is further along stays, so that two sessions that end together
    /// cannot lower it.
    ///
    /// # Errors
    /// As [`Self::get`]; [`ConfigError::MarksBusy`].
    pub fn advance(&self, register: &str, mark: Mark) -> Result<(), ConfigError> {
        self.change(register, mark, |old, new| new.size >= old.size)
    }

    /// Sets a register's mark also backwards: after a restore, or when a gap was accepted with a reason.
    ///
    /// # Errors
    /// As [`Self::advance`].
    pub fn replace(&self, register: &str, mark: Mark) -> Result<(), ConfigError> {
        self.change(register, mark, |_, _| true)
    }

    fn change(&self, register: &str, mark: Mark, wanted: fn(&Mark, &Mark) -> bool) -> Result<(), ConfigError> {
        let _lock = self.lock()?;
        let mut marks = self.read()?;
        if marks.get(register).is_some_and(|old| !wanted(old, &mark) || *old == mark) {
            return Ok(());
        }
        marks.insert(register.to_owned(), mark);
        let mut text = serde_json::to_vec_pretty(&marks).map_err(|e| ConfigError::io("write", &self.path, e.into()))?;
        text.push(b'\n');
        file::write(&self.path, &text)
    }

    fn read(&self) -> Result<BTreeMap<String, Mark>, ConfigError> {
        match std::fs::read(&self.path) {
            Ok(bytes) => {
                serde_json::from_slice(&bytes).map_err(|_| ConfigError::MarksDamaged { path: self.path.clone() })
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(e) => Err(ConfigError::io("read", &self.path, e)),
        }
    }

    /// Keeps other processes from changing the marks between our reading and our writing. The lock ends with the handle,
    /// also when the process is killed.
    fn lock(&self) -> Result<std::fs::File, ConfigError> {
        let path = self.path.with_extension("lock");
        if let Some(folder) = path.parent() {
            file::make_folder(folder)?;
        }
        let failed = |e| ConfigError::io("lock", &path, e);
        let handle = std::fs::File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        for _ in 0..self.waits {
            match handle.try_lock() {
                Ok(()) => return Ok(handle),
                Err(std::fs::TryLockError::WouldBlock) => std::thread::sleep(WAIT),
                Err(std::fs::TryLockError::Error(e)) => return Err(failed(e)),
            }
        }
        Err(ConfigError::MarksBusy { path: self.path.clone() })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

    use super::*;

    fn mark(size: u64) -> Mark {
        Mark { size, root: format!("root of {size}"), at: "2026-11-23T13:09:12Z".parse().unwrap() }
    }

    #[test]
    fn a_mark_moves_forward_only_and_each_register_has_its_own() {
        let dir = tempfile::tempdir().unwrap();
        let marks = Marks::in_folder(&dir.path().join("keyward"));
        assert_eq!(marks.get("one").unwrap(), None);
        marks.advance("one", mark(18_190)).unwrap();
        marks.advance("one", mark(17_950)).unwrap();
        marks.advance("two", mark(3)).unwrap();
        assert_eq!(marks.get("one").unwrap(), Some(mark(18_190)));
        assert_eq!(marks.get("two").unwrap(), Some(mark(3)));
        marks.replace("one", mark(17_950)).unwrap();
        assert_eq!(marks.get("one").unwrap(), Some(mark(17_950)));
    }

    #[test]
    fn damaged_marks_are_an_error_and_are_not_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let marks = Marks::in_folder(dir.path());
        for damaged in
            ["", "{", "{\"one\": 3}", "{\"one\": {\"size\": -1, \"root\": \"x\", \"at\": \"2026-11-23T13:09:12Z\"}}"]
        {
            std::fs::write(dir.path().join("marks.json"), damaged).unwrap();
            assert!(matches!(marks.get("one"), Err(ConfigError::MarksDamaged { .. })), "{damaged}");
            assert!(marks.advance("one", mark(1)).is_err());
            assert_eq!(std::fs::read_to_string(dir.path().join("marks.json")).unwrap(), damaged);
        }
    }

    #[test]
    fn sessions_that_end_together_lose_no_mark() {
        let dir = tempfile::tempdir().unwrap();
        let marks = Marks::in_folder(dir.path());
        std::thread::scope(|scope| {
            for session in 0..4u64 {
                let marks = &marks;
                scope.spawn(move || marks.advance(&format!("register {session}"), mark(session)).unwrap());
                scope.spawn(move || marks.advance("shared", mark(100 + session)).unwrap());
            }
        });
        assert_eq!(marks.get("shared").unwrap(), Some(mark(103)));
        for session in 0..4u64 {
            assert_eq!(marks.get(&format!("register {session}")).unwrap(), Some(mark(session)));
        }
    }

    #[test]
    fn a_lock_that_is_never_given_back_ends_in_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let mut marks = Marks::in_folder(dir.path());
        marks.waits = 1;
        let held = marks.lock().unwrap();
        assert!(matches!(marks.advance("one", mark(1)), Err(ConfigError::MarksBusy { .. })));
        drop(held);
        marks.advance("one", mark(1)).unwrap();
    }
}
