//! The backup's file: a tar of a few known names. Reading one trusts nothing in it.
//!
//! Must never know: where the parts come from, what the database holds.

use super::failed;
use crate::domain::Instant;
use crate::error::{AppError, ErrorClass};
use crate::journal::leaf::hex;
use crate::store;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use tar::{Archive, Builder, EntryType, Header};

/// The version of the manifest this program writes.
pub(super) const FORMAT: u32 = 1;
/// The key slots.
pub(super) const KEYS: &str = "keys.age";
/// The folder of the operators' files.
pub(super) const OPERATORS: &str = "operators";
const MANIFEST: &str = "manifest.json";
const SIGNATURE: &str = "manifest.sig";
/// What is signed begins with this, so that no other signature can stand in for it.
const SIGNED: &[u8] = b"keyward backup manifest v1\n";
/// No part but the database is larger.
const MOST_SMALL: u64 = 256 * 1024;
/// No database is larger; SQLite ends at 281 TB, a register long before this.
const MOST_DATABASE: u64 = 1 << 40;
/// More operators than anybody has.
const MOST_PARTS: usize = 2_000;

/// One file that goes in.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Its name in the backup.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

/// One file as the manifest names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Line {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its SHA-256, hex.
    pub sha256: String,
}

/// What is in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// The version of this form.
    pub format: u32,
    /// The register's id.
    pub register: String,
    /// When it was made.
    pub made: String,
    /// The version of the program.
    pub program: String,
    /// The layout of the database.
    pub layout: i64,
    /// Entries of the history.
    pub entries: u64,
    /// The root over them, hex.
    pub root: String,
    /// Who signed.
    pub operator: Option<u64>,
    /// The files.
    pub files: Vec<Line>,
}

/// A manifest as read, with what is needed to check who signed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signed {
    /// What it says.
    pub manifest: Manifest,
    /// What was signed.
    pub message: Vec<u8>,
    /// The signature; none when nobody signed.
    pub signature: Option<[u8; 64]>,
}

/// Whether a file of this name may be in a backup.
pub(super) fn is_allowed(name: &str) -> bool {
    let operator = |name: &str| {
        let (stem, ending) = name.rsplit_once('.')?;
        let number = !stem.is_empty() && stem.len() <= 20 && stem.bytes().all(|byte| byte.is_ascii_digit());
        ((number && matches!(ending, "age" | "pub")) || name == "recovery.pub").then_some(())
    };
    name == store::FILE || name == KEYS || name.strip_prefix("operators/").and_then(operator).is_some()
}

fn most(name: &str) -> u64 {
    if name == store::FILE { MOST_DATABASE } else { MOST_SMALL }
}

/// Writes the file and puts it on the drive. Gives its size.
pub(super) fn write(
    target: &Path,
    parts: Vec<Part>,
    mut manifest: Manifest,
    at: Instant,
    sign: impl FnOnce(&[u8]) -> Option<[u8; 64]>,
) -> Result<u64, AppError> {
    for part in &parts {
        let (size, sha256) = digest(&part.path).map_err(|error| failed("read", &part.path, &error))?;
        manifest.files.push(Line { name: part.name.clone(), size, sha256 });
    }
    let text = serde_json::to_vec_pretty(&manifest)
        .map_err(|error| AppError::new(ErrorClass::Internal, format!("The manifest cannot be written: {error}.")))?;
    let signature = sign(&message(&text))
        .map_or_else(|| "unsigned\n".to_owned(), |bytes| format!("{}\n", BASE64_STANDARD.encode(bytes)));
    let write = || -> io::Result<u64> {
        let seconds = u64::try_from(at.millis() / 1000).unwrap_or(0);
        let mut tar = Builder::new(create(target)?);
        append(&mut tar, MANIFEST, text.len() as u64, seconds, text.as_slice())?;
        append(&mut tar, SIGNATURE, signature.len() as u64, seconds, signature.as_bytes())?;
        for (part, line) in parts.iter().zip(&manifest.files) {
            append(&mut tar, &part.name, line.size, seconds, File::open(&part.path)?.take(line.size))?;
        }
        let mut file = tar.into_inner()?;
        file.flush()?;
        file.sync_all()?;
        Ok(file.metadata()?.len())
    };
    write().map_err(|error| failed("write", target, &error))
}

fn append(tar: &mut Builder<File>, name: &str, size: u64, seconds: u64, from: impl Read) -> io::Result<()> {
    let mut header = Header::new_ustar();
    header.set_path(name)?;
    header.set_entry_type(EntryType::Regular);
    header.set_size(size);
    header.set_mode(0o600);
    header.set_mtime(seconds);
    header.set_cksum();
    tar.append(&header, from)
}

fn message(manifest: &[u8]) -> Vec<u8> {
    [SIGNED, manifest].concat()
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

fn digest(path: &Path) -> io::Result<(u64, String)> {
    let mut sink = Hashing { to: io::sink(), hash: Sha256::new() };
    let size = io::copy(&mut File::open(path)?, &mut sink)?;
    Ok((size, hex(&sink.hash.finalize())))
}

/// Hashes what goes through.
struct Hashing<W> {
    to: W,
    hash: Sha256,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }
    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Reads the whole file and compares every part with the manifest. Writes nothing.
pub(super) fn check(file: &Path) -> Result<Signed, AppError> {
    read(file, |_| Ok(Box::new(io::sink())))
}

/// Unpacks into an empty folder of ours. Compares every part with the manifest on the way.
pub(super) fn unpack(file: &Path, folder: &Path) -> Result<Signed, AppError> {
    super::make_folder(&folder.join(OPERATORS))?;
    let signed = read(file, |name| Ok(Box::new(create(&folder.join(name))?)))?;
    for line in &signed.manifest.files {
        let path = folder.join(&line.name);
        File::open(&path).and_then(|opened| opened.sync_all()).map_err(|error| failed("save", &path, &error))?;
    }
    Ok(signed)
}

/// A backup that cannot be used.
fn unfit(file: &Path, why: &str) -> AppError {
    AppError::new(ErrorClass::Damaged, format!("{} is not a whole backup: {why}. Nothing was changed.", file.display()))
        .hint("Take another backup")
}

type Sink<'s> = Box<dyn Write + 's>;

/// Goes through the file. Only plain files of the known names count, each once, none larger than the manifest says;
/// anything else makes the whole file unfit. Raw entries: no extension may give an entry another name or size.
fn read<'s>(file: &Path, sink: impl Fn(&str) -> io::Result<Sink<'s>>) -> Result<Signed, AppError> {
    let cut = |error: io::Error| match error.kind() {
        io::ErrorKind::UnexpectedEof => unfit(file, "it is cut off"),
        io::ErrorKind::StorageFull => failed("unpack", file, &error),
        _ => unfit(file, &error.to_string()),
    };
    let opened = open(file)?;
    let mut archive = Archive::new(io::BufReader::with_capacity(1 << 16, opened));
    let mut entries = archive.entries().map_err(cut)?.raw(true);
    let mut next = |most: &dyn Fn(&str) -> u64| -> Result<Option<(String, u64, tar::Entry<'_, _>)>, AppError> {
        let Some(entry) = entries.next() else { return Ok(None) };
        let entry = entry.map_err(cut)?;
        let name = plain_name(&entry).ok_or_else(|| unfit(file, "it holds something that is not a plain file"))?;
        let size = entry.size();
        if size > most(&name) {
            return Err(unfit(file, "a part of it is larger than it can be"));
        }
        Ok(Some((name, size, entry)))
    };
    let mut small = |wanted: &str| -> Result<Vec<u8>, AppError> {
        let met = next(&|_| MOST_SMALL)?;
        let Some((name, size, entry)) = met.filter(|(name, ..)| name == wanted) else {
            return Err(unfit(file, "it does not begin with its manifest"));
        };
        let mut bytes = Vec::new();
        entry.take(MOST_SMALL).read_to_end(&mut bytes).map_err(cut)?;
        if bytes.len() as u64 == size { Ok(bytes) } else { Err(unfit(file, &format!("{name} is cut off"))) }
    };
    let text = small(MANIFEST)?;
    let signature = parse_signature(&small(SIGNATURE)?).ok_or_else(|| unfit(file, "its signature cannot be read"))?;
    let manifest = parse(file, &text)?;
    let mut seen = BTreeSet::new();
    while let Some((name, size, mut entry)) = next(&most)? {
        let line = manifest.files.iter().find(|line| line.name == name);
        let line = line.filter(|line| line.size == size && seen.insert(line.name.clone()));
        let line = line.ok_or_else(|| unfit(file, "it holds something its manifest does not name"))?;
        let mut hashing =
            Hashing { to: sink(&name).map_err(|error| failed("unpack", file, &error))?, hash: Sha256::new() };
        let copied = io::copy(&mut entry, &mut hashing).map_err(cut)?;
        if copied != line.size {
            return Err(unfit(file, "it is cut off"));
        }
        if hex(&hashing.hash.finalize()) != line.sha256 {
            return Err(unfit(file, &format!("{name} is not what was put in")));
        }
    }
    if seen.len() != manifest.files.len() {
        return Err(unfit(file, "a part of it is missing"));
    }
    Ok(Signed { message: message(&text), manifest, signature })
}

fn open(file: &Path) -> Result<File, AppError> {
    let met = fs::metadata(file).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            AppError::new(ErrorClass::NotFound, format!("There is no file {}. Nothing was changed.", file.display()))
        }
        _ => failed("read", file, &error),
    })?;
    if !met.is_file() {
        return Err(unfit(file, "it is not a file"));
    }
    File::open(file).map_err(|error| failed("read", file, &error))
}

/// The name of an ordinary file; nothing for links, folders, devices and extension records.
fn plain_name<R: Read>(entry: &tar::Entry<'_, R>) -> Option<String> {
    let plain = entry.header().entry_type() == EntryType::Regular;
    let name = String::from_utf8(entry.path_bytes().into_owned()).ok()?;
    let known = name == MANIFEST || name == SIGNATURE || is_allowed(&name);
    (plain && known).then_some(name)
}

fn parse_signature(bytes: &[u8]) -> Option<Option<[u8; 64]>> {
    let text = std::str::from_utf8(bytes).ok()?.trim_end();
    if text == "unsigned" {
        return Some(None);
    }
    BASE64_STANDARD.decode(text).ok()?.try_into().ok().map(Some)
}

fn parse(file: &Path, text: &[u8]) -> Result<Manifest, AppError> {
    #[derive(Deserialize)]
    struct FormatOnly {
        format: u32,
    }
    let unreadable = || unfit(file, "its manifest cannot be read");
    let format: FormatOnly = serde_json::from_slice(text).map_err(|_| unreadable())?;
    if format.format != FORMAT {
        return Err(AppError::new(
            ErrorClass::Newer,
            format!("{} was made by a newer Keyward. Nothing was changed.", file.display()),
        )
        .hint("Install the newest Keyward, then try again"));
    }
    let manifest: Manifest = serde_json::from_slice(text).map_err(|_| unreadable())?;
    let names: BTreeSet<&str> = manifest.files.iter().map(|line| line.name.as_str()).collect();
    let good = names.len() == manifest.files.len()
        && names.len() <= MOST_PARTS
        && names.contains(store::FILE)
        && names.contains(KEYS)
        && manifest.files.iter().all(|line| is_allowed(&line.name) && line.size <= most(&line.name));
    if good { Ok(manifest) } else { Err(unreadable()) }
}

#[cfg(test)]
#[path = "archive_tests.rs"]
mod tests;
