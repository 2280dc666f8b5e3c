//! The receipts in the register's folder: one small file for each seal, without any name in it.
//!
//! They are a memory outside of the database: an old database put back, or one written anew, does not fit them.
//!
//! Must never know: what was sealed.

use crate::domain::Instant;
use crate::error::{AppError, ErrorClass};
use crate::journal::{Checkpoint, Hash, HighWater, Receipt};
use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::Path;

/// The folder of the receipts.
const FOLDER: &str = "receipts";
/// No receipt is longer.
const MOST: u64 = 4096;
/// What stands before the time a receipt was made.
const MADE: &str = "Made: ";

/// A receipt as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct KeptReceipt {
    /// Entries.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// When it was made.
    pub made: Instant,
}

impl KeptReceipt {
    /// As something that has seen the history.
    pub fn mark(&self, file: &str) -> HighWater {
        HighWater { file: file.to_owned(), size: self.size, root: self.root, at: self.made }
    }
}

/// Writes the receipt of a seal. One that is there already stays.
///
/// # Errors
/// When the folder cannot be written.
pub(super) fn keep(register: &Path, checkpoint: &Checkpoint, note: &str, at: Instant) -> Result<(), AppError> {
    let folder = register.join(FOLDER);
    let receipt = Receipt::of(checkpoint.size, &checkpoint.root);
    let failed = |error: std::io::Error| {
        let class = if error.kind() == ErrorKind::StorageFull { ErrorClass::DiskFull } else { ErrorClass::System };
        let message =
            format!("The receipt {receipt} could not be written in {}: {error}. The seal is kept.", folder.display());
        AppError::new(class, message)
    };
    make_folder(&folder).map_err(failed)?;
    let mut file = tempfile::Builder::new().prefix(".receipt-").tempfile_in(&folder).map_err(failed)?;
    file.write_all(text(receipt, note, at).as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    match file.persist_noclobber(folder.join(format!("{receipt}.txt"))) {
        Err(error) if error.error.kind() != ErrorKind::AlreadyExists => Err(failed(error.error)),
        _ => Ok(()),
    }
}

fn text(receipt: Receipt, note: &str, at: Instant) -> String {
    format!(
        "Receipt of the history of a Keyward register.\n\
         Receipt: {receipt}\n\
         {MADE}{}\n\
         Keep a copy outside of this folder. To check it: keyward verify --receipt {receipt}\n\
         \n\
         {note}",
        at.rfc3339()
    )
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Every receipt in the folder by size, and how many files there cannot be read as one.
///
/// # Errors
/// When the folder is there and cannot be listed.
pub(super) fn read(register: &Path) -> Result<(Vec<KeptReceipt>, usize), AppError> {
    let folder = register.join(FOLDER);
    let names = match fs::read_dir(&folder) {
        Ok(names) => names,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok((Vec::new(), 0)),
        Err(error) => {
            let message = format!("The receipts in {} cannot be read: {error}.", folder.display());
            return Err(AppError::new(ErrorClass::System, message));
        }
    };
    let (mut found, mut unreadable) = (Vec::new(), 0);
    for entry in names.flatten() {
        let is_ours = entry.path().extension().is_some_and(|ending| ending == "txt");
        if !is_ours {
            continue;
        }
        match parse(&entry.path()) {
            Some(receipt) => found.push(receipt),
            None => unreadable += 1,
        }
    }
    found.sort_by_key(|kept| (kept.size, kept.made));
    Ok((found, unreadable))
}

fn parse(path: &Path) -> Option<KeptReceipt> {
    // A link could lead to something that never ends.
    if !fs::symlink_metadata(path).ok()?.is_file() {
        return None;
    }
    let mut text = String::new();
    fs::File::open(path).ok()?.take(MOST).read_to_string(&mut text).ok()?;
    let (head, note) = text.split_once("\n\n")?;
    let made = head.lines().find_map(|line| line.strip_prefix(MADE)).and_then(Instant::parse)?;
    let (checkpoint, _) = Checkpoint::parse(note).ok()?;
    Some(KeptReceipt { size: checkpoint.size, root: checkpoint.root, made })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::domain::OperatorId;
    use crate::journal::SigningKey;

    #[test]
    fn a_receipt_comes_back_as_kept_and_anything_else_is_counted() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(read(dir.path()).unwrap(), (Vec::new(), 0));
        let checkpoint = Checkpoint::new("0198f3c2", 7, [5; 32]);
        let note = checkpoint.sign(OperatorId(1), &SigningKey::from_bytes(&[7; 32]));
        let at = Instant::parse("2026-11-23T13:41:00Z").unwrap();
        keep(dir.path(), &checkpoint, &note, at).unwrap();
        keep(dir.path(), &checkpoint, &note, at.plus_days(1)).unwrap();
        fs::write(dir.path().join("receipts/broken.txt"), "Receipt of\n\nnothing").unwrap();
        fs::write(dir.path().join("receipts/.hidden"), "x").unwrap();
        let wanted = KeptReceipt { size: 7, root: [5; 32], made: at };
        assert_eq!(read(dir.path()).unwrap(), (vec![wanted], 1));
    }
}
