//! The public half of each operator, beside the sealed one: enough to say who can unlock before anybody has.
//!
//! Such a file is also a recipients file of stock age. It carries no name, since names are only inside the register.
//!
//! Must never know: any secret.

use super::keyfile::is_register_id;
use super::{VaultError, files};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Folder of the operators' files.
const FOLDER: &str = "operators";
/// Name of the public half of the recovery code.
const RECOVERY: &str = "recovery";

/// An operator as the folder shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorSlot {
    /// The operator's number; first is 1.
    pub number: u64,
    /// The public recipient, `age1…`.
    pub recipient: String,
    /// The register these files belong to.
    pub register: String,
    /// Whether a passphrase opens this operator's identity. Without one there is an identity file elsewhere.
    pub has_passphrase: bool,
    /// What the sealed file may be, as SHA-256: the one last written, and the one it was about to replace.
    sealed: Vec<String>,
}

impl OperatorSlot {
    /// Whether the bytes are a sealed file that Keyward wrote for this operator.
    pub(super) fn wrote(&self, sealed: &[u8]) -> bool {
        self.sealed.is_empty() || self.sealed.contains(&digest(sealed))
    }
}

/// The folder with the operators' files.
pub(super) fn folder(register: &Path) -> PathBuf {
    register.join(FOLDER)
}

/// The sealed file of an operator.
pub(super) fn sealed_path(register: &Path, number: u64) -> PathBuf {
    folder(register).join(format!("{number}.age"))
}

fn public_path(register: &Path, name: &str) -> PathBuf {
    folder(register).join(format!("{name}.pub"))
}

/// All operators, by number. A public file that cannot be read is left out: it opens nothing, and the sealed one
/// does without it.
///
/// # Errors
/// [`VaultError::Io`] when the folder cannot be listed.
pub(super) fn list(register: &Path) -> Result<Vec<OperatorSlot>, VaultError> {
    let folder = folder(register);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(VaultError::io("list", folder, e)),
    };
    let mut slots = Vec::new();
    for entry in entries {
        let name = entry.map_err(|e| VaultError::io("list", &folder, e))?.file_name();
        let number = name.to_str().and_then(|n| n.strip_suffix(".pub")).and_then(|n| n.parse().ok());
        if let Some(slot) = number.and_then(|number| read(register, number).transpose()) {
            slots.push(slot?);
        }
    }
    slots.sort_unstable_by_key(|slot: &OperatorSlot| slot.number);
    Ok(slots)
}

/// Operators that have a sealed file, by number; found by the names alone, so that a missing public half keeps
/// nobody out.
pub(super) fn with_passphrase(register: &Path) -> Vec<u64> {
    let names = fs::read_dir(folder(register)).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let mut numbers: Vec<u64> =
        names.filter_map(|n| n.to_str().and_then(|n| n.strip_suffix(".age")).and_then(|n| n.parse().ok())).collect();
    numbers.sort_unstable();
    numbers
}

/// One operator's public half; nothing when there is none or it is unreadable.
pub(super) fn read(register: &Path, number: u64) -> Result<Option<OperatorSlot>, VaultError> {
    let Some(bytes) = files::read(&public_path(register, &number.to_string()))? else { return Ok(None) };
    let has_passphrase = files::exists(&sealed_path(register, number));
    Ok(std::str::from_utf8(&bytes).ok().and_then(|text| parse(text, number, has_passphrase)))
}

fn parse(text: &str, number: u64, has_passphrase: bool) -> Option<OperatorSlot> {
    let find = |head: &str| text.lines().find_map(|l| l.strip_prefix(head)).map(str::to_owned);
    Some(OperatorSlot {
        number,
        recipient: text.lines().find(|l| l.starts_with("age1"))?.to_owned(),
        register: find("# keyward register ").filter(|id| is_register_id(id))?,
        has_passphrase,
        sealed: text.lines().filter_map(|l| l.strip_prefix("# sealed ")).map(str::to_owned).collect(),
    })
}

/// Writes an operator's public half, with the sealed files it may stand beside.
pub(super) fn write(
    register: &Path,
    id: &str,
    number: u64,
    recipient: &str,
    sealed: &[&[u8]],
) -> Result<(), VaultError> {
    let mut text = format!("# keyward register {id}\n# operator {number}\n");
    for bytes in sealed {
        let _ = writeln!(text, "# sealed {}", digest(bytes));
    }
    let _ = writeln!(text, "{recipient}");
    files::replace(&public_path(register, &number.to_string()), text.as_bytes())
}

/// Removes both halves of an operator.
pub(super) fn remove(register: &Path, number: u64) -> Result<(), VaultError> {
    files::remove(&sealed_path(register, number))?;
    files::remove(&public_path(register, &number.to_string()))
}

/// Writes the public half of the recovery code.
pub(super) fn write_recovery(register: &Path, id: &str, recipient: &str) -> Result<(), VaultError> {
    let text = format!("# keyward register {id}\n# recovery code\n{recipient}\n");
    files::replace(&public_path(register, RECOVERY), text.as_bytes())
}

/// Whether the folder says that this recipient is the recovery code's.
pub(super) fn is_recovery(register: &Path, recipient: &str) -> Result<bool, VaultError> {
    let bytes = files::read(&public_path(register, RECOVERY))?;
    let text = bytes.as_ref().and_then(|b| std::str::from_utf8(b).ok());
    Ok(text.is_some_and(|t| t.lines().any(|l| l == recipient)))
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
