//! Small private files: read whole, written whole or not at all.
//!
//! Must never know: what is in them.

use super::VaultError;
use rustix::fs::{Mode, OFlags};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// No key file comes near this size; a larger one is not read.
const MOST: usize = 64 * 1024;

/// Reads a file of the register's folder. Links are not followed. Nothing when there is no such file.
pub(super) fn read(path: &Path) -> Result<Option<Zeroizing<Vec<u8>>>, VaultError> {
    let Some(file) = open(path, OFlags::NOFOLLOW)? else { return Ok(None) };
    read_whole(file, path, false).map(Some)
}

/// Reads a secret kept in a file that the person named: an ordinary file, ours, and closed to everybody else.
pub(super) fn read_secret(path: &Path) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let file = open(path, OFlags::empty())?.ok_or_else(|| VaultError::NotFound { path: path.into() })?;
    read_whole(file, path, true)
}

/// Reads a secret from standard input to its end, straight from the descriptor: the standard library's own buffer
/// would keep a copy that nothing wipes.
pub(super) fn read_secret_input() -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let mut buffer = Zeroizing::new(vec![0u8; MOST + 1]);
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        match rustix::io::read(rustix::stdio::stdin(), rest) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(VaultError::io("read", "standard input", e.into())),
        }
    }
    if filled > MOST {
        return Err(VaultError::TooLarge { place: "Standard input".into() });
    }
    buffer.truncate(filled);
    Ok(buffer)
}

/// Replaces a file by new content: temporary file beside it, synced, renamed, folder synced. Readable by us alone.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<(), VaultError> {
    let (file, folder) = temporary(path, content)?;
    file.persist(path).map_err(|e| VaultError::io("replace", path, e.error))?;
    sync_folder(&folder)
}

/// Writes a file that must not exist yet. Readable by us alone.
pub(super) fn create(path: &Path, content: &[u8]) -> Result<(), VaultError> {
    let (file, folder) = temporary(path, content)?;
    file.persist_noclobber(path).map_err(|e| match e.error.kind() {
        io::ErrorKind::AlreadyExists => VaultError::AlreadyThere { path: path.into() },
        _ => VaultError::io("write", path, e.error),
    })?;
    sync_folder(&folder)
}

/// Removes a file; one that is not there is fine.
pub(super) fn remove(path: &Path) -> Result<(), VaultError> {
    match fs::remove_file(path) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(VaultError::io("remove", path, e)),
        _ => sync_folder(&folder_of(path)),
    }
}

/// Makes a folder for us alone, with the folders above it. One that is there stays as it is.
pub(super) fn make_folder(path: &Path) -> Result<(), VaultError> {
    match fs::DirBuilder::new().recursive(true).mode(0o700).create(path) {
        Ok(()) => sync_folder(&folder_of(path)),
        Err(e) => Err(VaultError::io("make the folder", path, e)),
    }
}

/// Whether anything has this name, also a broken link.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn open(path: &Path, more: OFlags) -> Result<Option<File>, VaultError> {
    // Without NONBLOCK a pipe put in the file's place would stop the program here.
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK | more;
    match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => Ok(Some(file.into())),
        Err(rustix::io::Errno::NOENT) => Ok(None),
        Err(rustix::io::Errno::LOOP) => Err(VaultError::NotAFile { path: path.into() }),
        Err(e) => Err(VaultError::io("open", path, e.into())),
    }
}

fn read_whole(file: File, path: &Path, private: bool) -> Result<Zeroizing<Vec<u8>>, VaultError> {
    let facts = file.metadata().map_err(|e| VaultError::io("look at", path, e))?;
    if !facts.is_file() {
        return Err(VaultError::NotAFile { path: path.into() });
    }
    let mode = facts.mode() & 0o7777;
    if private && mode & 0o077 != 0 {
        return Err(VaultError::TooOpen { path: path.into(), mode });
    }
    if private && facts.uid() != rustix::process::geteuid().as_raw() {
        return Err(VaultError::NotOurs { path: path.into() });
    }
    let too_large = || VaultError::TooLarge { place: path.display().to_string() };
    let size = usize::try_from(facts.len()).ok().filter(|&s| s <= MOST).ok_or_else(too_large)?;
    // One byte more than the file, so that reading to the end does not make the buffer grow and leave a copy.
    let mut content = Zeroizing::new(Vec::with_capacity(size + 64));
    file.take(u64::try_from(size).unwrap_or(0) + 1)
        .read_to_end(&mut content)
        .map_err(|e| VaultError::io("read", path, e))?;
    if content.len() > size {
        return Err(too_large());
    }
    Ok(content)
}

fn temporary(path: &Path, content: &[u8]) -> Result<(tempfile::NamedTempFile, PathBuf), VaultError> {
    let folder = folder_of(path);
    // Made with O_EXCL, a random name and the rights 0600.
    let mut file = tempfile::Builder::new()
        .prefix(".keyward-")
        .tempfile_in(&folder)
        .map_err(|e| VaultError::io("write in", &folder, e))?;
    file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(|e| VaultError::io("write", path, e))?;
    Ok((file, folder))
}

fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

fn sync_folder(folder: &Path) -> Result<(), VaultError> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(|e| VaultError::io("save", folder, e))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o7777
    }

    #[test]
    fn written_files_are_private_and_nothing_is_left_beside_them() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/er/keys");
        make_folder(path.parent().unwrap()).unwrap();
        create(&path, b"one").unwrap();
        assert!(matches!(create(&path, b"two"), Err(VaultError::AlreadyThere { .. })));
        assert_eq!(read_secret(&path).unwrap().as_slice(), b"one");
        replace(&path, b"three").unwrap();
        assert_eq!(read(&path).unwrap().unwrap().as_slice(), b"three");
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert!(read(&path).unwrap().is_none());
    }

    #[test]
    fn a_secret_that_others_can_read_is_refused_with_its_rights() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("id.txt");
        create(&path, b"secret").unwrap();
        for (wide, refused) in [(0o640, true), (0o604, true), (0o620, true), (0o600, false), (0o400, false)] {
            fs::set_permissions(&path, fs::Permissions::from_mode(wide)).unwrap();
            match read_secret(&path) {
                Err(VaultError::TooOpen { mode, .. }) => assert!(refused && mode == wide, "{wide:o}"),
                Ok(_) => assert!(!refused, "{wide:o}"),
                Err(other) => assert_eq!(other.to_string(), ""),
            }
        }
    }

    #[test]
    fn folders_pipes_links_and_huge_files_are_not_read() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        assert!(matches!(read_secret(&at("none")), Err(VaultError::NotFound { .. })));
        assert!(matches!(read(dir.path()), Err(VaultError::NotAFile { .. })));
        rustix::fs::mkfifoat(rustix::fs::CWD, at("pipe"), Mode::RUSR | Mode::WUSR).unwrap();
        assert!(matches!(read_secret(&at("pipe")), Err(VaultError::NotAFile { .. })));
        create(&at("file"), b"x").unwrap();
        symlink(at("file"), at("link")).unwrap();
        assert!(matches!(read(&at("link")), Err(VaultError::NotAFile { .. })));
        assert!(read_secret(&at("link")).is_ok(), "a link the person named is followed");
        create(&at("huge"), &vec![0; MOST + 1]).unwrap();
        assert!(matches!(read(&at("huge")), Err(VaultError::TooLarge { .. })));
    }
}
