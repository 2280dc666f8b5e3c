//! Backups and restores on real files: what goes in comes out, what goes wrong leaves everything as it was.

use super::proof_fixture::{Fixture, at, client};
use keyward::config::{Mark, Marks};
use keyward::domain::{Client, ClientId};
use keyward::error::{AppError, ErrorClass};
use keyward::service::backup::{Restore, RestoreView, restore};
use keyward::service::proof::{ProofWord, VerifyOptions};
use keyward::service::{AsOf, Clock};
use keyward::store::Store;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

const REPLAY: VerifyOptions = VerifyOptions { replay: true, receipt: None, at_least: None };

fn rename(fixture: &Fixture, minutes: i64, name: &str) {
    fixture.write(minutes, "client.edited", vec![client(2, name, false).into()]);
}

fn name_in(fixture: &Fixture) -> String {
    let store = Store::open(&fixture.folder, &fixture.key()).unwrap();
    store.read().get::<Client>(ClientId(2)).unwrap().unwrap().name
}

/// A backup beside the register, of three entries.
fn backed_up() -> (Fixture, PathBuf) {
    let fixture = Fixture::new();
    rename(&fixture, -10, "Harbor in the backup");
    let file = fixture.dir.path().join("outside.keyward-backup");
    let view = fixture.session(-5).backup(Some(&file)).unwrap();
    assert_eq!((view.file.as_path(), view.entries, view.dropped.len()), (file.as_path(), 3, 0));
    (fixture, file)
}

fn bring_back(fixture: &Fixture, file: &Path, marks: Option<&Marks>) -> Result<RestoreView, AppError> {
    let how = Restore { folder: &fixture.folder, file, marks, clock: Clock::Fixed(at(60)) };
    restore(&how, fixture.unlock())
}

/// Names in the folder above the register, but for its own parts.
fn beside(fixture: &Fixture) -> Vec<String> {
    let names =
        fs::read_dir(fixture.dir.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

#[test]
fn what_was_backed_up_comes_back_and_what_is_newer_is_named_recorded_and_kept() {
    let (fixture, file) = backed_up();
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    rename(&fixture, 1, "Harbor later");
    rename(&fixture, 2, "Harbor latest");
    let marks = Marks::in_folder(&fixture.dir.path().join("state"));
    let seen = fixture.session(3).verify(&VerifyOptions::default()).unwrap();
    marks.advance(&fixture.file, Mark { size: 5, root: seen.head, at: at(3).utc() }).unwrap();

    let how = Restore { folder: &fixture.folder, file: &file, marks: Some(&marks), clock: Clock::Fixed(at(60)) };
    let prepared = how.prepare(fixture.unlock()).unwrap();
    assert_eq!(prepared.view().sentence, "2 entries newer than this backup will be missing.");
    assert_eq!((prepared.view().missing, prepared.view().entries, prepared.view().kept.as_ref()), (Some(2), 3, None));
    assert_eq!(name_in(&fixture), "Harbor latest", "nothing is changed before the swap");
    let view = prepared.swap().unwrap();

    assert_eq!(name_in(&fixture), "Harbor in the backup");
    let kept = view.kept.unwrap();
    assert_eq!(kept.file_name().unwrap(), "acme.keyward.before-restore-2026-11-23-100000");
    let old = Store::open(&kept, &fixture.key()).unwrap();
    assert_eq!(old.read().get::<Client>(ClientId(2)).unwrap().unwrap().name, "Harbor latest");
    drop(old);

    // The gap stands in the history with both ends, sealed, and this computer remembers the new end.
    assert_eq!((view.gap, view.warnings.as_slice()), (Some(4), [].as_slice()));
    let mut session = fixture.session(61);
    session.remembers(marks.clone());
    let line = &session.history(None, 1, AsOf::default()).unwrap()[0];
    assert_eq!((line.seq, line.action.as_str()), (4, "history.gap_accepted"));
    assert!(line.summary.contains("ends at entry 3") && line.summary.contains("ended at entry 5"), "{}", line.summary);
    let found = session.verify(&REPLAY).unwrap();
    assert_eq!((found.problems.as_slice(), found.entries, found.sealed), ([].as_slice(), 4, Some(4)));
    assert_eq!(marks.get(&fixture.file).unwrap().unwrap().size, 4);
    assert_eq!(found.word, ProofWord::Sound);
}

#[test]
fn an_unchanged_register_is_restored_without_a_gap_and_a_missing_one_is_made() {
    let (fixture, file) = backed_up();
    let view = bring_back(&fixture, &file, None).unwrap();
    assert_eq!((view.missing, view.gap), (Some(0), None));
    assert_eq!(view.sentence, "The backup holds the register as it stands now.");

    fs::remove_dir_all(view.kept.unwrap()).unwrap();
    fs::remove_dir_all(&fixture.folder).unwrap();
    let view = bring_back(&fixture, &file, None).unwrap();
    assert_eq!((view.kept, view.gap), (None, None));
    assert!(fixture.session(70).verify(&REPLAY).unwrap().ok);
    assert_eq!(fs::metadata(&fixture.folder).unwrap().permissions().mode() & 0o777, 0o700);

    // Also into an older state of the same history.
    fs::remove_dir_all(&fixture.folder).unwrap();
    fs::create_dir(&fixture.folder).unwrap();
    assert!(bring_back(&fixture, &file, None).is_ok());
}

#[test]
fn a_register_that_is_gone_but_was_seen_longer_leaves_a_gap_on_record() {
    let (fixture, file) = backed_up();
    let marks = Marks::in_folder(&fixture.dir.path().join("state"));
    marks.advance(&fixture.file, Mark { size: 17, root: "ab".repeat(32), at: at(3).utc() }).unwrap();
    fs::remove_dir_all(&fixture.folder).unwrap();
    let view = bring_back(&fixture, &file, Some(&marks)).unwrap();
    assert_eq!((view.missing, view.gap), (Some(14), Some(4)));
    assert_eq!(view.sentence, "14 entries newer than this backup will be missing.");
    assert_eq!(marks.get(&fixture.file).unwrap().unwrap().size, 4);
}

#[test]
fn a_damaged_register_is_replaced_and_kept_for_whoever_can_help() {
    let (fixture, file) = backed_up();
    let database = fixture.folder.join("register.db");
    let mut bytes = fs::read(&database).unwrap();
    bytes[4096 * 2 + 100] ^= 1;
    bytes[100] ^= 1;
    fs::write(&database, &bytes).unwrap();
    let view = bring_back(&fixture, &file, None).unwrap();
    assert!(view.sentence.starts_with("The register cannot be read ("), "{}", view.sentence);
    assert_eq!((view.missing, view.gap, view.warnings.len()), (None, Some(4), 1));
    assert_eq!(fs::read(view.kept.unwrap().join("register.db")).unwrap(), bytes);
    assert!(fixture.session(70).verify(&REPLAY).unwrap().ok);
}

/// Nothing beside the register, and every file in it as before.
fn untouched(fixture: &Fixture, file: &Path, class: ErrorClass, says: &str) {
    let (names, before) = (beside(fixture), fixture.files());
    let error = bring_back(fixture, file, None).unwrap_err();
    assert_eq!(error.class, class, "{error:?}");
    assert!(error.message.contains(says) && error.message.contains("Nothing was changed."), "{error}");
    assert_eq!(beside(fixture), names, "something was left beside");
    let after = fixture.files();
    assert!(before.keys().eq(after.keys()), "{:?}", after.keys());
    // Looking at the register may move its log into the file; what it says stays.
    assert!(before.iter().all(|(path, bytes)| path.extension().is_some_and(|e| e == "db") || after[path] == *bytes));
}

#[test]
fn broken_foreign_and_forged_backups_change_nothing() {
    let (fixture, file) = backed_up();
    let bytes = fs::read(&file).unwrap();
    let bad = fixture.dir.path().join("bad.keyward-backup");

    fs::write(&bad, &bytes[..bytes.len() / 2]).unwrap();
    untouched(&fixture, &bad, ErrorClass::Damaged, "cut off");

    let mut flipped = bytes.clone();
    let middle = bytes.len() / 2;
    flipped[middle] ^= 1;
    fs::write(&bad, &flipped).unwrap();
    untouched(&fixture, &bad, ErrorClass::Damaged, "not what was put in");

    fs::write(&bad, b"Dear diary").unwrap();
    untouched(&fixture, &bad, ErrorClass::Damaged, "not a whole backup");
    untouched(&fixture, &fixture.dir.path().join("nowhere"), ErrorClass::NotFound, "There is no file");
}

#[test]
fn a_manifest_written_anew_is_refused_because_nobody_signed_it() {
    let (fixture, file) = backed_up();
    let bytes = fs::read(&file).unwrap();
    // The time in the manifest is made another one of the same length, and the checksum of its header still fits.
    let made = b"\"made\": \"2026-";
    let place = bytes.windows(made.len()).position(|window| window == made).unwrap() + made.len() - 5;
    let mut forged = bytes;
    forged[place..place + 4].copy_from_slice(b"2027");
    let bad = fixture.dir.path().join("bad.keyward-backup");
    fs::write(&bad, &forged).unwrap();
    untouched(&fixture, &bad, ErrorClass::Integrity, "signed its manifest");
}

#[test]
fn a_backup_of_another_register_and_a_folder_of_other_things_are_left_alone() {
    let (fixture, file) = backed_up();
    // The same keys cannot be had again, so the other register is told by its id alone.
    for name in ["1.pub", "recovery.pub"] {
        let path = fixture.folder.join("operators").join(name);
        let text = fs::read_to_string(&path).unwrap().replace(&fixture.file, "00112233445566ff");
        fs::write(&path, text).unwrap();
    }
    untouched(&fixture, &file, ErrorClass::Refused, "another register");

    let other = fixture.dir.path().join("photos");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("cat.jpg"), "meow").unwrap();
    let how = Restore { folder: &other, file: &file, marks: None, clock: Clock::Fixed(at(60)) };
    let error = restore(&how, fixture.unlock()).unwrap_err();
    assert_eq!(error.class, ErrorClass::NotARegister);
    assert_eq!(fs::read_to_string(other.join("cat.jpg")).unwrap(), "meow");
}

#[test]
fn a_backup_in_the_own_folder_gets_a_name_and_only_one_is_made_while_it_is_fresh() {
    let fixture = Fixture::new();
    assert_eq!(fixture.session(0).last_backup(), None);
    let view = fixture.session(0).backup_if_older(24).unwrap().unwrap();
    assert_eq!(view.file, fixture.folder.join("backups/acme-2026-11-23-100000.keyward-backup"));
    let last = fixture.session(1).last_backup().unwrap();
    assert_eq!((last.file, last.at, last.count), (view.file, at(0), 1));
    assert_eq!(fixture.session(23 * 60).backup_if_older(24).unwrap(), None);
    assert!(fixture.session(24 * 60).backup_if_older(24).unwrap().is_some());
    assert_eq!(fixture.session(24 * 60).last_backup().unwrap().count, 2);
}

#[test]
fn older_backups_go_only_after_a_new_one_is_made() {
    let fixture = Fixture::new();
    let mut session = fixture.session(0);
    session.backup(None).unwrap();
    drop(session);
    let backups = fixture.folder.join("backups");
    let mine = backups.join("before-the-move.keyward-backup");
    fs::write(&mine, "kept by hand").unwrap();
    let view = fixture.session(30).backup(None).unwrap();
    let gone: Vec<String> =
        view.dropped.iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(gone, ["acme-2026-11-23-100000.keyward-backup"]);
    assert!(mine.exists() && view.file.exists());
}

#[test]
fn a_backup_that_cannot_be_finished_leaves_nothing_and_keeps_the_older_ones() {
    let fixture = Fixture::new();
    let first = fixture.session(0).backup(None).unwrap().file;
    // Without the key slots there is no whole backup.
    let keys = fixture.folder.join("keys.age");
    let bytes = fs::read(&keys).unwrap();
    let mut session = fixture.session(30);
    fs::remove_file(&keys).unwrap();
    let error = session.backup(None).unwrap_err();
    assert_eq!(error.class, ErrorClass::System);
    assert!(error.message.contains("The register was not changed."), "{error}");
    drop(session);
    fs::write(&keys, bytes).unwrap();
    let names: Vec<_> = fs::read_dir(fixture.folder.join("backups")).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(names, [first]);

    let taken = fixture.dir.path().join("taken");
    fs::write(&taken, "mine").unwrap();
    let error = fixture.session(40).backup(Some(&taken)).unwrap_err();
    assert_eq!(error.class, ErrorClass::Refused);
    assert_eq!(fs::read_to_string(&taken).unwrap(), "mine");
    let nowhere = fixture.dir.path().join("no/such/folder/x.keyward-backup");
    assert_eq!(fixture.session(41).backup(Some(&nowhere)).unwrap_err().class, ErrorClass::System);
}

#[test]
fn what_an_ended_program_left_half_made_is_swept_away_and_what_is_at_work_is_not() {
    let (fixture, file) = backed_up();
    let backups = fixture.folder.join("backups");
    fs::create_dir(&backups).unwrap();
    let left = |folder: &Path, name: &str, minutes: i64| {
        let path = folder.join(name);
        fs::create_dir(&path).unwrap();
        fs::write(path.join("register.db"), "half").unwrap();
        fs::File::open(&path).unwrap().set_modified(at(minutes).utc().into()).unwrap();
        path
    };
    let day = 24 * 60;
    let old = [left(&backups, ".keyward-backup-a", -day - 1), left(fixture.dir.path(), ".keyward-restore-a", -day - 1)];
    let new =
        [left(&backups, ".keyward-backup-b", -day + 90), left(fixture.dir.path(), ".keyward-restore-b", -day + 90)];
    fixture.session(0).backup(None).unwrap();
    bring_back(&fixture, &file, None).unwrap();
    assert!(!old[1].exists() && new[1].exists());
    let kept = fixture.dir.path().join("acme.keyward.before-restore-2026-11-23-100000/backups");
    assert!(!kept.join(".keyward-backup-a").exists() && kept.join(".keyward-backup-b").exists());
    assert!(!old[0].exists() && !new[0].exists(), "they went with the old folder");
}

#[test]
fn nothing_in_a_backup_can_be_read_without_the_key() {
    let (fixture, file) = backed_up();
    let bytes = fs::read(&file).unwrap();
    for word in ["Harbor", "Ortiz", "Dana", "dana.ruiz", "break-glass"] {
        let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for needle in [word.as_bytes(), &wide] {
            assert!(!bytes.windows(needle.len()).any(|window| window == needle), "{word}");
        }
    }
    drop(fixture);
}
