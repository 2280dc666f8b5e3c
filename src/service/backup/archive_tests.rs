//! Hostile and broken files: each is refused, and nothing is written outside of the folder.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::*;

fn at() -> Instant {
    Instant::parse("2026-11-23T13:41:05Z").unwrap()
}

fn manifest() -> Manifest {
    Manifest {
        format: FORMAT,
        register: "0198f3c2a1b0d4e5".into(),
        made: at().rfc3339(),
        program: "0.1.0".into(),
        layout: 1,
        entries: 3,
        root: "00".repeat(32),
        operator: Some(1),
        files: Vec::new(),
    }
}

/// A good backup of two made-up parts in the folder.
fn good(dir: &Path) -> PathBuf {
    fs::write(dir.join("db"), b"database").unwrap();
    fs::write(dir.join("keys"), b"keys").unwrap();
    let part = |name: &str, file: &str| Part { name: name.into(), path: dir.join(file) };
    let file = dir.join("good");
    write(&file, vec![part(store::FILE, "db"), part(KEYS, "keys")], manifest(), at(), |_| Some([7; 64])).unwrap();
    file
}

/// A backup whose manifest is made to fit these entries, each with its type and name as given.
fn made(dir: &Path, lines: &[(&str, &[u8])], entries: &[(EntryType, &str, &[u8], Option<&str>)]) -> PathBuf {
    let line = |(name, bytes): &(&str, &[u8])| Line {
        name: (*name).to_owned(),
        size: bytes.len() as u64,
        sha256: hex(&Sha256::digest(bytes)),
    };
    let manifest = Manifest { files: lines.iter().map(line).collect(), ..manifest() };
    let text = serde_json::to_vec(&manifest).unwrap();
    let path = dir.join("made");
    let _ = fs::remove_file(&path);
    let mut tar = Builder::new(File::create(&path).unwrap());
    append(&mut tar, MANIFEST, text.len() as u64, 0, text.as_slice()).unwrap();
    append(&mut tar, SIGNATURE, 9, 0, b"unsigned\n".as_slice()).unwrap();
    for (kind, name, bytes, link) in entries {
        let mut header = Header::new_ustar();
        // Past the checks that the writing side makes.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_entry_type(*kind);
        header.set_size(bytes.len() as u64);
        header.set_mode(0o6777);
        if let Some(link) = link {
            header.set_link_name(link).unwrap();
        }
        header.set_cksum();
        tar.append(&header, *bytes).unwrap();
    }
    tar.into_inner().unwrap();
    path
}

const DB: (&str, &[u8]) = (store::FILE, b"database");
const SLOTS: (&str, &[u8]) = (KEYS, b"keys");
const FILE: EntryType = EntryType::Regular;

fn refused(path: &Path) -> String {
    let dir = tempfile::tempdir().unwrap();
    let inside = dir.path().join("in");
    fs::create_dir(&inside).unwrap();
    let error = unpack(path, &inside).unwrap_err();
    assert!(matches!(error.class, ErrorClass::Damaged | ErrorClass::Newer), "{error:?}");
    assert!(error.message.ends_with("Nothing was changed."), "{error}");
    let outside: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(outside, ["in"], "something was written beside");
    error.message
}

#[test]
fn a_backup_reads_back_as_written_with_files_only_we_can_read() {
    let dir = tempfile::tempdir().unwrap();
    let file = good(dir.path());
    let inside = dir.path().join("in");
    fs::create_dir(&inside).unwrap();
    let signed = unpack(&file, &inside).unwrap();
    assert_eq!(signed, check(&file).unwrap());
    assert_eq!(signed.signature, Some([7; 64]));
    assert_eq!(fs::read(inside.join(store::FILE)).unwrap(), b"database");
    assert_eq!(fs::read(inside.join(KEYS)).unwrap(), b"keys");
    #[cfg(unix)]
    for path in [&file, &inside.join(store::FILE)] {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn names_that_lead_out_of_the_folder_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    for name in [
        "../register.db",
        "/tmp/keys.age",
        "operators/../../x",
        "operators/1.age/x",
        "./register.db",
        "C:\\x",
        "receipts/x.txt",
        "operators/a.age",
    ] {
        let path = made(dir.path(), &[DB, SLOTS], &[(FILE, DB.0, DB.1, None), (FILE, name, SLOTS.1, None)]);
        assert!(refused(&path).contains("not a plain file"), "{name}");
        // Also when the manifest names it.
        let path = made(dir.path(), &[DB, SLOTS, (name, b"x")], &[(FILE, DB.0, DB.1, None)]);
        assert!(refused(&path).contains("manifest"), "{name}");
    }
}

#[test]
fn links_folders_devices_and_extension_records_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    for kind in [
        EntryType::Symlink,
        EntryType::Link,
        EntryType::Directory,
        EntryType::Fifo,
        EntryType::Char,
        EntryType::Block,
        EntryType::GNULongName,
        EntryType::GNULongLink,
        EntryType::GNUSparse,
        EntryType::XHeader,
        EntryType::XGlobalHeader,
        EntryType::Continuous,
    ] {
        let link = matches!(kind, EntryType::Symlink | EntryType::Link).then_some("/etc/passwd");
        let path = made(dir.path(), &[DB, SLOTS], &[(FILE, DB.0, DB.1, None), (kind, SLOTS.0, SLOTS.1, link)]);
        assert!(refused(&path).contains("not a plain file"), "{kind:?}");
    }
}

#[test]
fn parts_that_are_missing_doubled_changed_or_of_another_size_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let entry = |part: (&'static str, &'static [u8])| (FILE, part.0, part.1, None);
    for (entries, why) in [
        (vec![entry(DB)], "missing"),
        (vec![entry(DB), entry(DB), entry(SLOTS)], "does not name"),
        (vec![entry(DB), entry((KEYS, b"kezs"))], "not what was put in"),
        (vec![entry(DB), entry((KEYS, b"keys and more"))], "does not name"),
        (vec![entry(DB), entry(SLOTS), entry(("operators/1.age", b"x"))], "does not name"),
    ] {
        let path = made(dir.path(), &[DB, SLOTS], &entries);
        let message = refused(&path);
        assert!(message.contains(why), "{why}: {message}");
    }
    let large = vec![0_u8; usize::try_from(MOST_SMALL).unwrap() + 1];
    let path = made(dir.path(), &[DB, SLOTS], &[entry(DB), (FILE, KEYS, &large, None)]);
    assert!(refused(&path).contains("larger than it can be"));
}

#[test]
fn a_file_cut_off_anywhere_or_that_is_no_backup_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let bytes = fs::read(good(dir.path())).unwrap();
    let cut = dir.path().join("cut");
    for end in (0..bytes.len() - 1024).step_by(300) {
        fs::write(&cut, &bytes[..end]).unwrap();
        refused(&cut);
    }
    fs::write(&cut, b"not a tar at all, but long enough to be looked at".repeat(40)).unwrap();
    refused(&cut);
    assert_eq!(check(&dir.path().join("nothing")).unwrap_err().class, ErrorClass::NotFound);
    refused(dir.path());
}

#[test]
fn a_newer_form_is_told_apart_from_a_damaged_one() {
    let dir = tempfile::tempdir().unwrap();
    let newer = Manifest { format: FORMAT + 1, ..manifest() };
    let text = serde_json::to_vec(&newer).unwrap();
    assert_eq!(parse(dir.path(), &text).unwrap_err().class, ErrorClass::Newer);
    assert_eq!(parse(dir.path(), b"{\"format\":1}").unwrap_err().class, ErrorClass::Damaged);
}
