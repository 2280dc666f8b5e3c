//! Where a register may live: a folder of our own, closed to others, on a drive of this computer.
//!
//! Must never know: what is in the files.

use super::error::StoreError;
use std::fs;
use std::path::{Path, PathBuf};

/// What the checks ask the system. Tests answer for it.
pub trait Probe {
    /// The kind of file system a folder is on, in the words of the mount table (`ext4`, `nfs4`, `fuse.sshfs`), or
    /// nothing when it cannot be told.
    fn file_system(&self, folder: &Path) -> Option<String>;
    /// The user this program runs as.
    fn user(&self) -> Option<u32>;
}

/// The real system.
#[derive(Debug, Clone, Copy, Default)]
pub struct System;

/// File systems on other machines.
const NETWORK: &[&str] = &[
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "smb2",
    "afs",
    "afpfs",
    "ceph",
    "9p",
    "vboxsf",
    "webdav",
    "davfs",
    "ncpfs",
    "coda",
    "lustre",
    "glusterfs",
    "gfs2",
    "ocfs2",
    "prl_fs",
    "vmhgfs",
    "beegfs",
];

/// File systems in user space that keep their files on a local drive.
const LOCAL_FUSE: &[&str] = &[
    "fuseblk",
    "fuse.gocryptfs",
    "fuse.encfs",
    "fuse.cryfs",
    "fuse.ntfs-3g",
    "fuse.lowntfs-3g",
    "fuse.exfat",
    "fuse.mergerfs",
    "fuse.bindfs",
    "fuse.fuse-overlayfs",
    "fuse.unionfs",
    "fuse.veracrypt",
];

/// Names and marker files of synchronising programs, in a folder or one above it.
const SYNCED: &[(&str, &str)] = &[
    (".dropbox.cache", "Dropbox"),
    (".dropbox", "Dropbox"),
    (".849C9593-D756-4E56-8D6E-42412F2A707B", "OneDrive"),
    (".tmp.drivedownload", "Google Drive"),
    (".tmp.driveupload", "Google Drive"),
    (".owncloudsync.log", "Nextcloud"),
    (".nextcloudsync.log", "Nextcloud"),
    (".sync_journal.db", "Nextcloud"),
    (".stfolder", "Syncthing"),
];

#[cfg(target_os = "linux")]
impl Probe for System {
    fn file_system(&self, folder: &Path) -> Option<String> {
        let table = fs::read_to_string("/proc/self/mountinfo").ok()?;
        let folder = folder.canonicalize().ok()?;
        mounted_as(&table, &folder)
    }

    fn user(&self) -> Option<u32> {
        Some(rustix::process::geteuid().as_raw())
    }
}

#[cfg(not(target_os = "linux"))]
impl Probe for System {
    fn file_system(&self, _folder: &Path) -> Option<String> {
        None
    }

    #[cfg(unix)]
    fn user(&self) -> Option<u32> {
        Some(rustix::process::geteuid().as_raw())
    }

    #[cfg(not(unix))]
    fn user(&self) -> Option<u32> {
        None
    }
}

/// The file system of the innermost mount that holds the folder; the last one mounted there counts.
#[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "the mount table is a Linux file"))]
fn mounted_as(table: &str, folder: &Path) -> Option<String> {
    let mut best: Option<(usize, String)> = None;
    for line in table.lines() {
        let (mount, rest) = line.split_once(" - ")?;
        let point = PathBuf::from(unescaped(mount.split(' ').nth(4)?));
        let kind = rest.split(' ').next()?;
        let depth = point.components().count();
        if folder.starts_with(&point) && best.as_ref().is_none_or(|(so_far, _)| depth >= *so_far) {
            best = Some((depth, kind.to_owned()));
        }
    }
    best.map(|(_, kind)| kind)
}

/// The mount table writes blanks and a few other signs as `\040`.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        match after.get(..3).and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) => {
                out.push(byte.into());
                rest = after.get(3..).unwrap_or_default();
            }
            None => {
                out.push('\\');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// Checks the folder of an existing register. Gives its path without links above it.
pub fn check(folder: &Path, probe: &impl Probe) -> Result<PathBuf, StoreError> {
    let met = fs::symlink_metadata(folder).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => StoreError::NotFound(folder.to_owned()),
        _ => StoreError::io(folder)(error),
    })?;
    if met.file_type().is_symlink() {
        return Err(open_folder(folder, "it is a link to another place"));
    }
    if !met.is_dir() {
        return Err(StoreError::NotFound(folder.to_owned()));
    }
    let real = folder.canonicalize().map_err(StoreError::io(folder))?;
    rights(&real, &met, probe)?;
    drive(&real, probe)?;
    Ok(real)
}

/// Checks the place where a register's folder is to be made, and makes it with 0700.
/// Gives its path and whether it was made here.
pub fn prepare(folder: &Path, probe: &impl Probe) -> Result<(PathBuf, bool), StoreError> {
    if fs::symlink_metadata(folder).is_ok() {
        return Ok((check(folder, probe)?, false));
    }
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let parent = parent.canonicalize().map_err(StoreError::io(parent))?;
    drive(&parent, probe)?;
    make_folder(folder).map_err(StoreError::io(folder))?;
    Ok((check(folder, probe)?, true))
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> std::io::Result<()> {
    fs::create_dir(folder)
}

/// Makes an empty file that only we can read. Refuses one that is there, and a link.
pub(super) fn make_file(path: &Path) -> Result<(), StoreError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(|error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => StoreError::Exists(path.parent().unwrap_or(path).to_owned()),
        _ => StoreError::io(path)(error),
    })
}

/// Puts a folder's list of names on the drive.
pub(super) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    // Windows keeps no such list apart from the files; there the call fails and nothing is lost.
    match fs::File::open(folder).and_then(|opened| opened.sync_all()) {
        Err(error) if cfg!(unix) => Err(StoreError::io(folder)(error)),
        _ => Ok(()),
    }
}

fn open_folder(folder: &Path, why: &str) -> StoreError {
    StoreError::OpenFolder { path: folder.to_owned(), why: why.to_owned() }
}

#[cfg(unix)]
fn rights(folder: &Path, met: &fs::Metadata, probe: &impl Probe) -> Result<(), StoreError> {
    use std::os::unix::fs::MetadataExt as _;
    if probe.user().is_some_and(|user| user != met.uid()) {
        return Err(open_folder(folder, "it belongs to another user"));
    }
    if met.mode() & 0o077 != 0 {
        return Err(open_folder(folder, "other users of this computer can get in"));
    }
    // Whoever can rename the folder can put another one in its place; a sticky parent forbids that.
    if let Some(parent) = folder.parent() {
        let above = fs::metadata(parent).map_err(StoreError::io(parent))?.mode();
        if above & 0o022 != 0 && above & 0o1000 == 0 {
            return Err(open_folder(folder, "other users can put another folder in its place"));
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn rights(_folder: &Path, _met: &fs::Metadata, _probe: &impl Probe) -> Result<(), StoreError> {
    Ok(())
}

/// Refuses network drives and folders that another program keeps in step.
fn drive(folder: &Path, probe: &impl Probe) -> Result<(), StoreError> {
    if let Some(kind) = probe.file_system(folder) {
        let remote_fuse = kind.starts_with("fuse.") && !LOCAL_FUSE.contains(&kind.as_str());
        if NETWORK.contains(&kind.as_str()) || remote_fuse {
            return Err(StoreError::NetworkFolder { path: folder.to_owned(), system: kind });
        }
    }
    match folder.ancestors().find_map(synced_by) {
        Some(program) => Err(StoreError::SyncedFolder { path: folder.to_owned(), program: program.to_owned() }),
        None => Ok(()),
    }
}

/// The program that keeps this very folder in step, by its name or a marker in it.
fn synced_by(folder: &Path) -> Option<&'static str> {
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let named = [
        (name == "OneDrive" || name.starts_with("OneDrive - "), "OneDrive"),
        (name == "Mobile Documents" || name.starts_with("com~apple~CloudDocs"), "iCloud Drive"),
        (name.starts_with("GoogleDrive-") || name == "Google Drive", "Google Drive"),
    ];
    if let Some((_, program)) = named.into_iter().find(|(is, _)| *is) {
        return Some(program);
    }
    // `.dropbox` in a home is Dropbox's own folder of settings, not the mark of a synchronised one.
    SYNCED
        .iter()
        .find(|(marker, _)| {
            let path = folder.join(marker);
            if *marker == ".dropbox" { path.is_file() } else { path.exists() }
        })
        .map(|(_, program)| *program)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    /// A system that answers as told.
    struct Told(Option<&'static str>);

    impl Probe for Told {
        fn file_system(&self, _folder: &Path) -> Option<String> {
            self.0.map(str::to_owned)
        }
        fn user(&self) -> Option<u32> {
            System.user()
        }
    }

    #[test]
    fn the_innermost_mount_decides_and_names_with_blanks_are_read() {
        let table = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n\
                     30 22 0:40 / /home/m/My\\040Share rw,relatime shared:1 - fuse.sshfs host:/ rw\n\
                     31 22 0:41 / /home/m rw - xfs /dev/sdb1 rw\n";
        let kind = |path: &str| mounted_as(table, Path::new(path));
        assert_eq!(kind("/home/m/My Share/acme.keyward").as_deref(), Some("fuse.sshfs"));
        assert_eq!(kind("/home/m/acme.keyward").as_deref(), Some("xfs"));
        assert_eq!(kind("/srv/acme.keyward").as_deref(), Some("ext4"));
        assert_eq!(kind("/home/mm").as_deref(), Some("ext4"));
    }

    #[test]
    fn network_drives_are_refused_and_local_ones_in_user_space_are_not() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("acme.keyward");
        for kind in ["nfs4", "cifs", "9p", "fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse", "fuse.whatever"] {
            let met = prepare(&folder, &Told(Some(kind)));
            assert!(matches!(met, Err(StoreError::NetworkFolder { .. })), "{kind}");
            assert!(!folder.exists(), "{kind}");
        }
        for kind in ["ext4", "fuseblk", "fuse.gocryptfs", "overlay"] {
            assert!(prepare(&folder, &Told(Some(kind))).is_ok(), "{kind}");
        }
    }

    #[test]
    fn a_synchronised_folder_above_is_found_by_its_mark() {
        for (marker, program) in SYNCED {
            let dir = tempfile::tempdir().unwrap();
            fs::write(dir.path().join(marker), "").unwrap();
            let below = dir.path().join("office");
            fs::create_dir(&below).unwrap();
            let met = prepare(&below.join("acme.keyward"), &Told(None));
            assert!(
                matches!(&met, Err(StoreError::SyncedFolder { program: found, .. }) if found == program),
                "{marker}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn an_open_folder_a_link_and_a_file_are_refused() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("acme.keyward");
        let (real, made) = prepare(&folder, &Told(None)).unwrap();
        assert!(made);
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o700);
        for mode in [0o750, 0o701, 0o720] {
            fs::set_permissions(&folder, fs::Permissions::from_mode(mode)).unwrap();
            assert!(matches!(check(&folder, &Told(None)), Err(StoreError::OpenFolder { .. })), "{mode:o}");
        }
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        let link = dir.path().join("link.keyward");
        symlink(&folder, &link).unwrap();
        assert!(matches!(check(&link, &Told(None)), Err(StoreError::OpenFolder { .. })));
        let file = dir.path().join("file.keyward");
        fs::write(&file, "").unwrap();
        assert!(matches!(check(&file, &Told(None)), Err(StoreError::NotFound(_))));
    }

    #[cfg(unix)]
    #[test]
    fn a_parent_that_others_can_write_is_refused_unless_sticky() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("acme.keyward");
        prepare(&folder, &Told(None)).unwrap();
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(check(&folder, &Told(None)), Err(StoreError::OpenFolder { .. })));
        fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o1777)).unwrap();
        assert!(check(&folder, &Told(None)).is_ok());
    }

    #[test]
    fn the_system_says_what_drive_the_tests_run_on() {
        let dir = tempfile::tempdir().unwrap();
        let kind = System.file_system(dir.path());
        assert!(!cfg!(target_os = "linux") || kind.is_some());
    }
}
