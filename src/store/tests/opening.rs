//! Opening: each state of the file has its own error, and the file stays as it was.

use super::*;

fn bytes_of(dir: &TempDir) -> Vec<u8> {
    fs::read(folder(dir).join(FILE)).unwrap()
}

fn closed() -> TempDir {
    let mut made = fixture();
    made.put(0, vec![client(1, "Cedar Dental").into()]);
    made.store.close().unwrap();
    made.dir
}

#[test]
fn what_was_saved_is_there_after_opening_again() {
    let dir = closed();
    let store = open(&dir, 1).unwrap();
    assert_eq!(store.read().get::<Client>(ClientId(1)).unwrap().unwrap().name, "Cedar Dental");
    assert_eq!(store.read().head().unwrap().seq, 1);
}

#[cfg(unix)]
#[test]
fn folder_and_files_are_closed_to_others() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut made = fixture();
    made.put(0, vec![client(1, "Cedar").into()]);
    let folder = folder(&made.dir);
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
    let mut files = 0;
    for file in fs::read_dir(&folder).unwrap() {
        assert_eq!(file.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
        files += 1;
    }
    assert!(files >= 2, "database and log");
}

#[test]
fn a_second_register_in_the_same_folder_is_refused() {
    let dir = closed();
    let before = bytes_of(&dir);
    let again = Store::create_with(&folder(&dir), &key(2), Cache::Served, &AnyDrive);
    assert!(matches!(again, Err(StoreError::Exists(_))));
    assert!(bytes_of(&dir) == before, "the file was changed");
}

#[test]
fn a_missing_register_and_a_wrong_key_are_told_apart() {
    let dir = closed();
    let before = bytes_of(&dir);
    assert!(matches!(open(&dir, 2), Err(StoreError::WrongKey(_))));
    assert!(bytes_of(&dir) == before, "the file was changed");
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(open(&empty, 1), Err(StoreError::NotFound(_))));
    place::prepare(&folder(&empty), &AnyDrive).unwrap();
    assert!(matches!(open(&empty, 1), Err(StoreError::NotFound(_))));
}

#[test]
fn a_damaged_first_page_with_the_right_key_is_damage_and_not_a_wrong_key() {
    let dir = closed();
    let good = bytes_of(&dir);
    for place in [0, 17, 100, 2000, 4095] {
        let mut bytes = good.clone();
        bytes[place] ^= 1;
        fs::write(folder(&dir).join(FILE), &bytes).unwrap();
        let met = open(&dir, 1);
        // A changed salt changes every key derived from it: then no page fits.
        let expected = if place < 16 { "WrongKey" } else { "Damaged" };
        assert!(format!("{met:?}").contains(expected), "byte {place}: {met:?}");
        assert!(bytes_of(&dir) == bytes, "the file was changed");
    }
}

#[test]
fn empty_cut_and_random_files_are_refused() {
    let dir = closed();
    let good = bytes_of(&dir);
    let file = folder(&dir).join(FILE);
    for (bytes, expected) in [
        (Vec::new(), "Damaged"),
        (good[..10].to_vec(), "Damaged"),
        (good[..5000].to_vec(), "Damaged"),
        (good[..good.len() / 2].to_vec(), "Damaged"),
        ((0..20_000u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect(), "WrongKey"),
    ] {
        fs::write(&file, &bytes).unwrap();
        let met = open(&dir, 1);
        assert!(format!("{met:?}").contains(expected), "{} bytes: {met:?}", bytes.len());
        assert!(bytes_of(&dir) == bytes, "the file was changed");
    }
}

#[test]
fn a_plain_a_foreign_a_newer_and_an_older_file_are_told_apart() {
    let dir = closed();
    let file = folder(&dir).join(FILE);
    fs::remove_file(&file).unwrap();
    let plain = Connection::open(&file).unwrap();
    plain.execute_batch("CREATE TABLE t(a); INSERT INTO t VALUES (1)").unwrap();
    drop(plain);
    assert!(matches!(open(&dir, 1), Err(StoreError::PlainSqlite(_))));

    let cases =
        [("application_id = 7", "NotARegister"), ("user_version = 99", "Newer"), ("user_version = 1", "BeforeRelease")];
    for (pragma, expected) in cases {
        let made = fixture();
        made.store.conn.execute_batch(&format!("PRAGMA {pragma}")).unwrap();
        made.store.close().unwrap();
        let before = bytes_of(&made.dir);
        let met = open(&made.dir, 1);
        assert!(format!("{met:?}").contains(expected), "{met:?}");
        assert!(bytes_of(&made.dir) == before, "the file was changed");
    }
}

#[cfg(unix)]
#[test]
fn a_link_in_the_place_of_the_database_is_not_followed() {
    let dir = closed();
    let file = folder(&dir).join(FILE);
    let elsewhere = dir.path().join("elsewhere.db");
    fs::rename(&file, &elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
    assert!(matches!(open(&dir, 1), Err(StoreError::NotARegister(_))));
}

#[test]
fn two_stores_see_each_other_and_a_reader_does_not_wait() {
    let mut made = fixture();
    let second = open(&made.dir, 1).unwrap();
    let reader = made.store.reader_connection().unwrap();
    let before = reader.read().data_version().unwrap();
    made.put(0, vec![client(1, "Cedar").into()]);
    assert_ne!(reader.read().data_version().unwrap(), before);
    assert_eq!(second.read().count::<Client>(&Select::all()).unwrap(), 1);
    let outcome: Result<(), StoreError> = made.store.write(&at(1), |tx| {
        tx.append(put("Second", vec![client(2, "Birch").into()]))?;
        assert_eq!(reader.read().count::<Client>(&Select::all())?, 1);
        Ok(())
    });
    outcome.unwrap();
    assert_eq!(reader.read().count::<Client>(&Select::all()).unwrap(), 2);
    assert!(reader.read().keep_view_state("a", "b").is_err());
}

/// Names must not be found in any form in any file while the register is open.
#[test]
fn no_name_stands_readable_in_any_file() {
    use base64::Engine as _;
    const NAME: &str = "Zebediah Quillfeather";
    let mut made = fixture();
    made.put(0, vec![person(1, NAME).into()]);
    made.store.write(&at(1), |tx| tx.set_search(person(1, NAME).id.into_ref(), NAME)).unwrap();
    let draft = Draft { key: "person".into(), text: NAME.into(), at: at(0).at };
    made.store.read().keep_draft(&draft).unwrap();
    let copy = folder(&made.dir).join("copy.db");
    made.store.backup_to(&copy).unwrap();
    let utf16: Vec<u8> = NAME.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let forms = [
        NAME.as_bytes().to_vec(),
        searchable(NAME).into_bytes(),
        utf16,
        crate::journal::leaf::hex(NAME.as_bytes()).into_bytes(),
        base64::engine::general_purpose::STANDARD_NO_PAD.encode(NAME).into_bytes(),
    ];
    let mut looked_at = 0;
    for file in fs::read_dir(folder(&made.dir)).unwrap() {
        let path = file.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        looked_at += 1;
        for form in &forms {
            let found = bytes.windows(form.len()).any(|window| window == form.as_slice());
            assert!(!found, "{} in {}", String::from_utf8_lossy(form), path.display());
        }
    }
    assert!(looked_at >= 3, "database, log, copy");
}

trait IntoRef {
    fn into_ref(self) -> RecordRef;
}

impl IntoRef for PersonId {
    fn into_ref(self) -> RecordRef {
        RecordRef { kind: RecordKind::Person, id: self.0 }
    }
}
