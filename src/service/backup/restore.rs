//! A backup put in the place of the register. Nothing is written over: everything is unpacked and verified in a new
//! folder beside, the folders change places in one step, and the old one is kept under another name.
//!
//! Must never know: who asked, whether somebody has to agree first.

use super::archive::{self, Signed};
use super::{failed, parent_of, sweep, sync_folder, workshop};
use crate::config::{Mark, Marks};
use crate::domain::{Change, Instant, Operator, OperatorId, Seq, Settings};
use crate::error::{AppError, ErrorClass};
use crate::journal::Anchors;
use crate::journal::leaf::hex;
use crate::secret::DataKey;
use crate::service::clock::Clock;
use crate::service::proof::GAP;
use crate::service::session::{SETTINGS, Session, read_scene};
use crate::service::words::{self, count, counted};
use crate::store::{self, Cache, Head, Store, StoreError, place};
use crate::vault::{self, Opened, Vault};
use std::fs;
use std::path::{Path, PathBuf};

/// How the working folder of a restore begins.
const WORKSHOP: &str = ".keyward-restore-";
/// A practice register's own identity; it is no secret and goes along.
const PRACTICE_IDENTITY: &str = "practice.identity";

/// What is to be restored, and where.
#[derive(Debug, Clone)]
pub struct Restore<'a> {
    /// The register's folder.
    pub folder: &'a Path,
    /// The backup.
    pub file: &'a Path,
    /// What this computer remembers of registers; moved on to what was restored.
    pub marks: Option<&'a Marks>,
    /// The clock.
    pub clock: Clock,
}

/// What a restore does, or did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RestoreView {
    /// The register's folder.
    pub folder: PathBuf,
    /// Where the folder as it was is kept; none before the swap, and where nothing was there.
    pub kept: Option<PathBuf>,
    /// When the backup was made.
    pub made: Instant,
    /// Entries in the backup.
    pub entries: u64,
    /// The root over them, hex.
    pub head: String,
    /// Entries of the register that are not in the backup, where that can be told.
    pub missing: Option<u64>,
    /// What will be missing, in one sentence.
    pub sentence: String,
    /// The entry that records the gap; none where nothing is lost, or the recovery code opened the backup.
    pub gap: Option<Seq>,
    /// What a person should know besides.
    pub warnings: Vec<String>,
}

/// How the register in its place compares with the backup.
enum Present {
    NotThere,
    Unreadable(String),
    Same,
    /// The register has so many entries more.
    Longer {
        end: Head,
        by: u64,
    },
    /// The backup has so many entries more.
    Shorter {
        by: u64,
    },
    Other {
        end: Head,
    },
}

/// A backup unpacked and verified beside the register. Dropped without [`Prepared::swap`] it leaves nothing.
#[derive(Debug)]
pub struct Prepared {
    workshop: tempfile::TempDir,
    target: PathBuf,
    marks: Option<Marks>,
    clock: Clock,
    register: String,
    end: (Seq, String),
    /// Whoever restores may speak for the history: not with the recovery code.
    moves_mark: bool,
    view: RestoreView,
}

/// Restores a backup: [`Restore::prepare`] and [`Prepared::swap`] at once.
///
/// # Errors
/// As both.
pub fn restore(restore: &Restore<'_>, unlock: vault::Unlock<'_>) -> Result<RestoreView, AppError> {
    restore.prepare(unlock)?.swap()
}

impl Restore<'_> {
    /// Unpacks the backup beside the register, opens it, verifies it whole, and compares it with what is there.
    /// Changes nothing yet.
    ///
    /// # Errors
    /// When the file is no whole backup, belongs to another register, does not open with the key given, does not hold
    /// together, or somebody has the register open.
    pub fn prepare(&self, unlock: vault::Unlock<'_>) -> Result<Prepared, AppError> {
        let target = std::path::absolute(self.folder).map_err(|error| failed("find", self.folder, &error))?;
        self.check_target(&target)?;
        sweep(&parent_of(&target), WORKSHOP, self.clock.now());
        let workshop = workshop(WORKSHOP, &parent_of(&target))?;
        let inside = place::check(workshop.path(), &place::System)?;
        let signed = archive::unpack(self.file, &inside)?;
        let opened = Vault::at(&inside).open(unlock)?;
        let mut warnings = Vec::new();
        let (store, end) = self.verified(&inside, &opened, &signed, &mut warnings)?;
        let present = self.present(&target, &opened.key, &store, &end)?;
        let made = Instant::parse(&signed.manifest.made).unwrap_or(end.at_max);
        let (missing, sentence) = said(&present, &target);
        if matches!(present, Present::Unreadable(_)) {
            warnings.push("Because nothing could be compared, keep the old folder until you have looked.".to_owned());
        }
        let mut view = RestoreView {
            folder: target.clone(),
            kept: None,
            made,
            entries: end.seq,
            head: hex(&end.root()),
            missing,
            sentence,
            gap: None,
            warnings,
        };
        let register = opened.register.clone();
        let moves_mark = opened.operator.is_some();
        let end = self.record(&inside, store, opened, &present, &mut view)?;
        carry_practice_identity(&target, &inside);
        let marks = self.marks.cloned();
        Ok(Prepared { workshop, target, marks, clock: self.clock, register, end, moves_mark, view })
    }

    /// The place must be a register's folder, empty, or free.
    fn check_target(&self, target: &Path) -> Result<(), AppError> {
        match fs::symlink_metadata(target) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed("look at", target, &error)),
            Ok(met) if !met.is_dir() => {
                let message = format!("{} is not a folder. Nothing was changed.", target.display());
                return Err(AppError::new(ErrorClass::NotARegister, message));
            }
            Ok(_) => {}
        }
        let there = |name: &str| fs::symlink_metadata(target.join(name)).is_ok();
        let empty = fs::read_dir(target).is_ok_and(|mut names| names.next().is_none());
        if empty || there(store::FILE) || there(archive::KEYS) || there("keys.previous.age") {
            return Ok(());
        }
        let message = format!("{} holds other things than a register. Nothing was changed.", target.display());
        Err(AppError::new(ErrorClass::NotARegister, message).hint("Name the register's folder with --register DIR"))
    }

    /// Opens the unpacked register and verifies it whole: chain, seals, tables, pages, and the manifest against it.
    fn verified(
        &self,
        inside: &Path,
        opened: &Opened,
        signed: &Signed,
        warnings: &mut Vec<String>,
    ) -> Result<(Store, Head), AppError> {
        let file = self.file.display();
        let refuse = |why: &str| {
            AppError::new(
                ErrorClass::Integrity,
                format!("The backup {file} was not restored: {why}. Nothing was changed."),
            )
            .hint("Take another backup")
        };
        let store =
            Store::open_with(inside, &opened.key, Cache::Import, &place::System).map_err(|error| match error {
                StoreError::Newer { .. } => AppError::from(error),
                other => AppError::new(
                    ErrorClass::Damaged,
                    format!(
                        "The backup {file} was not restored: its database does not open ({other}). Nothing was changed."
                    ),
                ),
            })?;
        let found = store.verify(&Anchors::default(), true)?;
        if !found.is_sound() {
            return Err(refuse(found.sentence().trim_start_matches("Error: ").trim_end_matches('.')));
        }
        // Whoever had the register open when it was copied has not opened this one.
        for session in store.read().sessions()? {
            store.read().drop_session(&session.host, session.pid)?;
        }
        let end = store.read().head()?;
        let manifest = &signed.manifest;
        if manifest.register != opened.register || manifest.entries != end.seq || manifest.root != hex(&end.root()) {
            return Err(refuse("its manifest speaks of another history"));
        }
        let settings = store.read().get::<Settings>(SETTINGS)?;
        if settings.is_none_or(|settings| settings.file != opened.register) {
            return Err(refuse("its keys and its database are of different registers"));
        }
        match (signed.signature, manifest.operator) {
            (None, _) | (_, None) => {
                warnings.push("Nobody signed this backup. Its own history holds together.".to_owned())
            }
            (Some(signature), Some(operator)) => {
                let by = store.read().get::<Operator>(OperatorId(operator))?;
                let good =
                    by.is_some_and(|by| by.active && vault::signed_by(&by.verifier, &signed.message, &signature));
                if !good {
                    return Err(refuse("nobody who may open this register signed its manifest"));
                }
            }
        }
        Ok((store, end))
    }

    /// Compares the register in its place with the unpacked one. Never changes it.
    fn present(&self, target: &Path, key: &DataKey, backup: &Store, end: &Head) -> Result<Present, AppError> {
        if fs::symlink_metadata(target.join(store::FILE)).is_err() {
            let keys = fs::symlink_metadata(target.join(archive::KEYS)).is_ok();
            return Ok(if keys {
                Present::Unreadable("its database is missing".to_owned())
            } else {
                Present::NotThere
            });
        }
        if let Ok(Some(there)) = Vault::at(target).register()
            && there != read_id(backup)?
        {
            let message = format!(
                "This backup is of another register than the one in {}. Nothing was changed.",
                target.display()
            );
            return Err(AppError::new(ErrorClass::Refused, message).hint("Name another folder with --register DIR"));
        }
        let store = match Store::open_with(target, key, Cache::Import, &place::System) {
            Ok(store) => store,
            Err(error @ (StoreError::Busy { .. } | StoreError::OpenFolder { .. })) => return Err(error.into()),
            Err(error) => return Ok(Present::Unreadable(error.to_string())),
        };
        if let Some(other) = somebody_in(&store) {
            let message = format!("{other} has the register open. Nothing was changed.");
            return Err(AppError::new(ErrorClass::Refused, message).hint("Close it there first, then restore"));
        }
        Ok(compare(&store, backup, end).unwrap_or_else(|error| Present::Unreadable(error.to_string())))
    }

    /// Records in the restored history what is given up, and seals it. Gives where it ends then.
    fn record(
        &self,
        inside: &Path,
        store: Store,
        opened: Opened,
        present: &Present,
        view: &mut RestoreView,
    ) -> Result<(Seq, String), AppError> {
        let given_up = match present {
            Present::Longer { end, .. } | Present::Other { end } => {
                Some(format!("a register that ended at entry {}, root {}", count(end.seq), hex(&end.root())))
            }
            Present::Unreadable(_) => Some("a register that could not be read".to_owned()),
            Present::NotThere | Present::Same | Present::Shorter { .. } => self.forgotten(&opened.register, view)?,
        };
        let Some(given_up) = given_up else {
            let end = (view.entries, view.head.clone());
            store.close()?;
            return Ok(end);
        };
        let Some(operator) = opened.operator.map(OperatorId) else {
            view.warnings.push("The recovery code opened the backup, so the gap could not be recorded.".to_owned());
            let end = (view.entries, view.head.clone());
            store.close()?;
            return Ok(end);
        };
        let signer = opened.signer();
        let mut session = Session::begin(store, inside, operator, signer, self.clock)?;
        let zone = session.scene.zone;
        let summary = format!(
            "Restored the backup of {}, which ends at entry {}, root {}, over {given_up}",
            words::full_moment(view.made, &zone),
            count(view.entries),
            view.head
        );
        let change = Change::new(GAP, summary).because(Some("A backup was restored".to_owned()));
        let (_, seq) = session.commit(|tx, _| Ok(tx.append(change)?))?;
        view.gap = seq;
        session.seal()?;
        let Session { store, .. } = session;
        let end = store.read().head()?;
        store.close()?;
        Ok((end.seq, hex(&end.root())))
    }

    /// What this computer has seen beyond the backup, when the register itself does not show it.
    fn forgotten(&self, register: &str, view: &mut RestoreView) -> Result<Option<String>, AppError> {
        let Some(marks) = self.marks else { return Ok(None) };
        let Some(mark) = marks.get(register)?.filter(|mark| mark.size > view.entries) else { return Ok(None) };
        let missing = mark.size - view.entries;
        view.missing = Some(missing);
        view.sentence = will_be_missing(missing);
        Ok(Some(format!("what this computer had seen to entry {}, root {}", count(mark.size), mark.root)))
    }
}

fn read_id(store: &Store) -> Result<String, AppError> {
    let settings = store.read().get::<Settings>(SETTINGS)?;
    Ok(settings.map(|settings| settings.file).unwrap_or_default())
}

fn compare(present: &Store, backup: &Store, end: &Head) -> Result<Present, StoreError> {
    let here = present.read().head()?;
    // Reading the scene shows that more than the end can be read.
    if read_scene(&present.read(), OperatorId(1), here.at_max).is_err() {
        return Ok(Present::Unreadable("its settings cannot be read".to_owned()));
    }
    let same_start = if here.seq >= end.seq {
        present.read().root_at(end.seq)? == Some(end.root())
    } else {
        backup.read().root_at(here.seq)? == Some(here.root())
    };
    Ok(match here.seq.cmp(&end.seq) {
        _ if !same_start => Present::Other { end: here },
        std::cmp::Ordering::Equal => Present::Same,
        std::cmp::Ordering::Greater => Present::Longer { by: here.seq - end.seq, end: here },
        std::cmp::Ordering::Less => Present::Shorter { by: end.seq - here.seq },
    })
}

fn will_be_missing(by: u64) -> String {
    format!("{} newer than this backup will be missing.", counted(by, "entry", "entries"))
}

fn said(present: &Present, target: &Path) -> (Option<u64>, String) {
    match present {
        Present::NotThere => (Some(0), format!("There is no register in {} yet.", target.display())),
        Present::Same => (Some(0), "The backup holds the register as it stands now.".to_owned()),
        Present::Shorter { by } => (
            Some(0),
            format!(
                "The backup is newer than the register by {}. Nothing will be missing.",
                counted(*by, "entry", "entries")
            ),
        ),
        Present::Longer { by, .. } => (Some(*by), will_be_missing(*by)),
        Present::Other { end } => (
            None,
            format!(
                "The register has another history than the backup. What was entered in it since they parted, of {}, will be missing.",
                counted(end.seq, "entry", "entries")
            ),
        ),
        Present::Unreadable(why) => (
            None,
            format!("The register cannot be read ({}), so nothing could be compared.", why.trim_end_matches('.')),
        ),
    }
}

/// Somebody else's session that is still alive on this computer.
fn somebody_in(store: &Store) -> Option<String> {
    let sessions = store.read().sessions().unwrap_or_default();
    let own = std::process::id();
    sessions.iter().find(|session| session.pid != own && is_alive(session)).map(store::Session::named)
}

#[cfg(unix)]
fn is_alive(session: &store::Session) -> bool {
    let here = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let process = i32::try_from(session.pid).ok().and_then(rustix::process::Pid::from_raw);
    // A process of somebody else answers with a refusal, and lives.
    session.host == here
        && process.is_some_and(|pid| rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
}

#[cfg(not(unix))]
fn is_alive(_session: &store::Session) -> bool {
    // The swap itself fails there while a file of the folder is open.
    false
}

fn carry_practice_identity(target: &Path, inside: &Path) {
    let own = target.join(PRACTICE_IDENTITY);
    if own.is_file() {
        let _ = fs::copy(own, inside.join(PRACTICE_IDENTITY));
    }
}

impl Prepared {
    /// What the swap will do.
    pub const fn view(&self) -> &RestoreView {
        &self.view
    }

    /// Puts the restored register in its place and keeps the old folder under another name. What this computer
    /// remembers of the register moves on to the restored one.
    ///
    /// # Errors
    /// When the folders cannot be renamed: then the register is as it was.
    pub fn swap(self) -> Result<RestoreView, AppError> {
        let Self { workshop, target, marks, clock, register, end, moves_mark, mut view } = self;
        // From here on nothing is deleted by itself: after the exchange the old register lies in the working folder.
        let fresh = workshop.keep();
        view.kept = match exchange(&fresh, &target, clock.now()) {
            Ok(kept) => kept,
            Err(error) => {
                let _ = fs::remove_dir_all(&fresh);
                return Err(error);
            }
        };
        sync_folder(&parent_of(&target))?;
        if let Some(marks) = marks.filter(|_| moves_mark) {
            let (size, root) = end;
            if let Err(error) = marks.replace(&register, Mark { size, root, at: clock.now().utc() }) {
                view.warnings.push(format!("{error} The register is restored."));
            }
        }
        Ok(view)
    }
}

/// Puts the fresh folder in the target's place; gives where the old one is. On an error the target is as it was and
/// the fresh folder still where it was.
fn exchange(fresh: &Path, target: &Path, at: Instant) -> Result<Option<PathBuf>, AppError> {
    let nothing_there = match fs::read_dir(target) {
        Ok(mut names) => names.next().is_none() && fs::remove_dir(target).is_ok(),
        Err(_) => fs::symlink_metadata(target).is_err(),
    };
    if nothing_there {
        fs::rename(fresh, target).map_err(|error| failed("make", target, &error))?;
        return Ok(None);
    }
    let kept = free_name(target, at);
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        // In one step: there is no moment without a register in its place.
        if renameat_with(CWD, fresh, CWD, target, RenameFlags::EXCHANGE).is_ok() {
            return Ok(Some(if fs::rename(fresh, &kept).is_ok() { kept } else { fresh.to_owned() }));
        }
    }
    fs::rename(target, &kept).map_err(|error| failed("put aside", target, &error))?;
    if let Err(error) = fs::rename(fresh, target) {
        let back = fs::rename(&kept, target);
        let mut told = failed("put the backup in", target, &error);
        if back.is_err() {
            told.message = format!("{} It is in {} now; rename it back.", told.message, kept.display());
        }
        return Err(told);
    }
    Ok(Some(kept))
}

/// `register.keyward.before-restore-2026-11-23-134105`, with a number where that is taken.
fn free_name(target: &Path, at: Instant) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let stem = format!("{name}.before-restore-{}", at.utc().format("%Y-%m-%d-%H%M%S"));
    let parent = parent_of(target);
    let first = parent.join(&stem);
    std::iter::once(first.clone())
        .chain((2..1000).map(|number| parent.join(format!("{stem}-{number}"))))
        .find(|path| fs::symlink_metadata(path).is_err())
        .unwrap_or(first)
}
