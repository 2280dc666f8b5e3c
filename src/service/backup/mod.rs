//! Backups: a verified copy of the whole register in one file, kept for as long as it is of use, and brought back.
//!
//! A backup is an uncompressed tar with a signed manifest, the encrypted database, and the key slots:
//!
//! ```text
//! manifest.json     what is in it: sizes, SHA-256, where the history ends, who made it with what
//! manifest.sig      the operator's signature over it
//! register.db       the database, under its own key
//! keys.age          the data key, sealed
//! operators/…       the operators' identities under their passphrases, and the public halves
//! ```
//!
//! | Module | What |
//! |---|---|
//! | `archive` | the file: written, read, hostile ones refused |
//! | `keep` | which backups stay |
//! | [`restore`] | a backup put in the place of the register |
//!
//! Must never know: tables, what the records mean.

mod archive;
mod keep;
mod restore;

pub use restore::{Prepared, Restore, RestoreView, restore};

use super::session::Session;
use crate::domain::Instant;
use crate::error::{AppError, ErrorClass};
use crate::journal::leaf::hex;
use crate::store::{self, Store};
use archive::{Manifest, Part};
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of a register's own backups.
pub(super) const FOLDER: &str = "backups";
/// How every backup's name ends.
pub const ENDING: &str = "keyward-backup";
/// How the working folder of a backup being made begins.
const WORKSHOP: &str = ".keyward-backup-";

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupView {
    /// The file.
    pub file: PathBuf,
    /// Entries in it.
    pub entries: u64,
    /// The root over them, hex.
    pub head: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Older backups of our own that were taken away because newer ones cover their time.
    pub dropped: Vec<PathBuf>,
}

/// The newest backup in the register's own folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastBackup {
    /// The file.
    pub file: PathBuf,
    /// When it was made.
    pub at: Instant,
    /// How many there are.
    pub count: usize,
}

impl Session {
    /// Makes a backup: seals, copies, verifies the copy, packs it, reads the file back, and only then gives it its
    /// name. Without a file it goes into the register's own folder of backups, where older ones are taken away by age.
    ///
    /// # Errors
    /// When the file is there already, the drive is full or cannot be written, or the copy does not agree with the
    /// register. Nothing is left behind then, and no older backup is taken away.
    pub fn backup(&mut self, file: Option<&Path>) -> Result<BackupView, AppError> {
        self.seal()?;
        let now = self.clock.now();
        let (target, own) = match file {
            Some(file) => (file.to_owned(), None),
            None => {
                let folder = self.folder.join(FOLDER);
                make_folder(&folder)?;
                (folder.join(keep::name(&self.folder, &self.scene.zone, now)), Some(folder))
            }
        };
        if fs::symlink_metadata(&target).is_ok() {
            return Err(AppError::new(
                ErrorClass::Refused,
                format!("{} is there already. It was not written over, and no backup was made.", target.display()),
            )
            .hint("Give another name with -o FILE"));
        }
        let parent = parent_of(&target);
        sweep(&parent, WORKSHOP, now);
        let workshop = workshop(WORKSHOP, &parent)?;
        let copy = workshop.path().join(store::FILE);
        let head = self.store.backup_to(&copy).map_err(|error| named_for(error.into(), workshop.path(), &target))?;
        let manifest = Manifest {
            format: archive::FORMAT,
            register: self.scene.settings.file.clone(),
            made: now.rfc3339(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            layout: Store::LAYOUT,
            entries: head.seq,
            root: hex(&head.root()),
            operator: self.signer.as_ref().map(|_| self.operator.0),
            files: Vec::new(),
        };
        let packed = workshop.path().join("packed");
        let sign = |bytes: &[u8]| self.signer.as_ref().map(|signer| signer.sign(bytes));
        let bytes = archive::write(&packed, parts(&self.folder, &copy)?, manifest, now, sign)
            .map_err(|error| named_for(error, workshop.path(), &target))?;
        archive::check(&packed)?;
        move_to(&packed, &target)?;
        let dropped = own.map(|folder| keep::prune(&folder, &self.folder, &target)).unwrap_or_default();
        Ok(BackupView { file: target, entries: head.seq, head: hex(&head.root()), bytes, dropped })
    }

    /// Makes a backup when the newest one of our own is at least so many hours old, or there is none.
    ///
    /// # Errors
    /// As [`Self::backup`].
    pub fn backup_if_older(&mut self, hours: u32) -> Result<Option<BackupView>, AppError> {
        let now = self.clock.now();
        let fresh = self.last_backup().is_some_and(|last| last.at.plus_hours(hours.into()) > now);
        if fresh { Ok(None) } else { self.backup(None).map(Some) }
    }

    /// The newest backup in the register's own folder.
    pub fn last_backup(&self) -> Option<LastBackup> {
        let own = keep::own(&self.folder.join(FOLDER), &self.folder);
        let newest = own.first()?;
        let at = self.scene.zone.at(newest.made.date(), newest.made.time());
        Some(LastBackup { file: newest.path.clone(), at, count: own.len() })
    }
}

/// A working folder for us alone, which goes away by itself.
fn workshop(prefix: &str, parent: &Path) -> Result<tempfile::TempDir, AppError> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(prefix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(parent).map_err(|error| failed("write in", parent, &error))
}

/// What goes into the file: the copy and the key slots. The slots are small and never open elsewhere.
fn parts(register: &Path, copy: &Path) -> Result<Vec<Part>, AppError> {
    let mut parts = vec![
        Part { name: store::FILE.to_owned(), path: copy.to_owned() },
        Part { name: archive::KEYS.to_owned(), path: register.join(archive::KEYS) },
    ];
    let folder = register.join(archive::OPERATORS);
    let names = fs::read_dir(&folder).map_err(|error| failed("read", &folder, &error))?;
    let mut operators = Vec::new();
    for entry in names.flatten() {
        let name = format!("{}/{}", archive::OPERATORS, entry.file_name().to_string_lossy());
        if archive::is_allowed(&name) {
            operators.push(Part { name, path: entry.path() });
        }
    }
    operators.sort_by(|a, b| a.name.cmp(&b.name));
    parts.extend(operators);
    Ok(parts)
}

/// Gives the finished file its name, never over another one, and puts the name on the drive.
fn move_to(packed: &Path, target: &Path) -> Result<(), AppError> {
    // A hard link refuses a name that is taken; a rename would not. Where there are no links, nothing is there: that
    // was looked at before.
    match fs::hard_link(packed, target) {
        Ok(()) => {}
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            return Err(failed("write", target, &error));
        }
        Err(_) => fs::rename(packed, target).map_err(|error| failed("write", target, &error))?,
    }
    sync_folder(&parent_of(target))
}

/// Takes away what was left when the program was ended half-way: working folders of ours older than a day. What is
/// younger may belong to somebody at work just now.
fn sweep(parent: &Path, prefix: &str, now: Instant) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(prefix);
        let age = entry.metadata().and_then(|met| met.modified()).ok().map(chrono::DateTime::<chrono::Utc>::from);
        if is_ours && age.is_some_and(|at| now.days_since(Instant::from(at)) >= 1) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

fn make_folder(folder: &Path) -> Result<(), AppError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|error| failed("make", folder, &error))
}

fn parent_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

fn sync_folder(folder: &Path) -> Result<(), AppError> {
    // Windows keeps no list of names apart from the files; there the call fails and nothing is lost.
    match fs::File::open(folder).and_then(|opened| opened.sync_all()) {
        Err(error) if cfg!(unix) => Err(failed("save", folder, &error)),
        _ => Ok(()),
    }
}

/// The working folder means nothing to anybody: messages name the file that was asked for.
fn named_for(mut error: AppError, workshop: &Path, target: &Path) -> AppError {
    for name in [store::FILE, "packed"] {
        error.message =
            error.message.replace(&workshop.join(name).display().to_string(), &target.display().to_string());
    }
    error.message = error.message.replace(&workshop.display().to_string(), &parent_of(target).display().to_string());
    error
}

/// An error of the system about a file or folder.
fn failed(action: &str, path: &Path, error: &std::io::Error) -> AppError {
    let class = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::FileTooLarge | std::io::ErrorKind::QuotaExceeded => {
            ErrorClass::DiskFull
        }
        _ => ErrorClass::System,
    };
    AppError::new(class, format!("Could not {action} {}: {error}. The register was not changed.", path.display()))
}
