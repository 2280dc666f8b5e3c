//! Files a command reads and writes: ordinary files only, none written over, none half-written.
//!
//! Must never know: what is in them.

use crate::error::{AppError, ErrorClass};
use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// Larger files are not read: 200 MiB.
const MOST: u64 = 200 << 20;

/// Reads a whole file.
///
/// # Errors
/// When it is not there, no ordinary file, too large, or cannot be read.
pub fn read(path: &Path) -> Result<Vec<u8>, AppError> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => AppError::new(ErrorClass::NotFound, format!("There is no file {}.", path.display())),
        _ => AppError::new(ErrorClass::System, format!("{} cannot be read: {error}.", path.display())),
    };
    // Asked before it is opened: opening a pipe would wait for somebody to write into it.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(AppError::new(
            ErrorClass::BadInput,
            format!("{} is not an ordinary file. It was not read.", path.display()),
        ));
    }
    let file = File::open(path).map_err(failed)?;
    let mut content = Vec::new();
    file.take(MOST + 1).read_to_end(&mut content).map_err(failed)?;
    if content.len() as u64 > MOST {
        return Err(AppError::new(
            ErrorClass::BadInput,
            format!("{} is larger than 200 MiB. It was not read.", path.display()),
        ));
    }
    Ok(content)
}

/// Writes a new file that only we can read, whole or not at all.
///
/// # Errors
/// When something has that name, or it cannot be written.
pub fn write_new(path: &Path, content: &[u8]) -> Result<(), AppError> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let failed = |error: &std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => {
            AppError::new(ErrorClass::Refused, format!("{} is there already. It was not written over.", path.display()))
                .hint("Give another name with -o FILE")
        }
        ErrorKind::StorageFull | ErrorKind::FileTooLarge => {
            AppError::new(ErrorClass::DiskFull, format!("{} could not be written: the drive is full.", path.display()))
        }
        _ => AppError::new(ErrorClass::System, format!("{} cannot be written: {error}.", path.display())),
    };
    if fs::symlink_metadata(path).is_ok() {
        return Err(failed(&ErrorKind::AlreadyExists.into()));
    }
    let mut file = tempfile::Builder::new().prefix(".keyward-").tempfile_in(&folder).map_err(|e| failed(&e))?;
    file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(|e| failed(&e))?;
    file.persist_noclobber(path).map_err(|e| failed(&e.error))?;
    Ok(())
}
