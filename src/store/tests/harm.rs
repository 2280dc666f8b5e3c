//! Harm to the file itself: flipped bits, old pages put back, a log cut off, an old copy put back.

use super::*;
use crate::journal::Anchors;

const PAGE: usize = 4096;

fn mark_of(store: &Store) -> HighWater {
    let head = store.read().head().unwrap();
    HighWater { file: "ab".into(), size: head.seq, root: head.root(), at: at(0).at }
}

/// Whether anything tells that something is wrong: opening, or a verification that knows the last state.
fn noticed(dir: &TempDir, seen: &HighWater) -> bool {
    let Ok(store) = open(dir, 1) else { return true };
    let anchors = Anchors { seen: vec![seen.clone()], ..Anchors::default() };
    let noticed = !store.verify(&anchors, true).is_ok_and(|found| found.is_sound());
    // Closing would write into the harmed file; the next round starts from clean bytes anyway.
    drop(store);
    noticed
}

fn put_bytes(dir: &TempDir, bytes: &[u8]) {
    let folder = folder(dir);
    for name in [format!("{FILE}-wal"), format!("{FILE}-shm")] {
        let _ = fs::remove_file(folder.join(name));
    }
    fs::write(folder.join(FILE), bytes).unwrap();
}

#[test]
fn a_flipped_bit_in_any_page_is_noticed() {
    let mut made = fixture();
    made.put(0, vec![client(1, "Cedar").into(), person(1, "Dana Ruiz").into()]);
    let seen = mark_of(&made.store);
    let dir = made.dir;
    made.store.close().unwrap();
    let good = fs::read(folder(&dir).join(FILE)).unwrap();
    assert!(!noticed(&dir, &seen));
    for page in (0..good.len() / PAGE).step_by(9) {
        let mut bytes = good.clone();
        bytes[page * PAGE + (page * 131) % PAGE] ^= 1 << (page % 8);
        put_bytes(&dir, &bytes);
        assert!(noticed(&dir, &seen), "page {page}");
    }
}

/// SQLCipher and SQLite see nothing wrong with an old page: it carries a good code. The journal does.
#[test]
fn an_old_page_put_back_is_noticed_whichever_it_is() {
    let mut made = fixture();
    made.put(0, vec![client(1, "Cedar").into(), grant(1, 1, 1).into()]);
    let dir = made.dir;
    made.store.close().unwrap();
    let old = fs::read(folder(&dir).join(FILE)).unwrap();
    let mut store = open(&dir, 1).unwrap();
    store
        .write(&at(1), |tx| tx.append(put("x", vec![client(1, "Cedar Dental").into(), grant(1, 2, 2).into()])))
        .unwrap();
    let seen = mark_of(&store);
    store.close().unwrap();
    let new = fs::read(folder(&dir).join(FILE)).unwrap();
    let mut differing = 0;
    for page in 0..old.len() / PAGE {
        let range = page * PAGE..(page + 1) * PAGE;
        // Page 1 holds only a counter that differs; what it says is the same.
        if page == 0 || old[range.clone()] == new[range.clone()] {
            continue;
        }
        differing += 1;
        let mut bytes = new.clone();
        bytes[range.clone()].copy_from_slice(&old[range]);
        put_bytes(&dir, &bytes);
        assert!(noticed(&dir, &seen), "page {page}");
    }
    assert!(differing > 5, "{differing}");
    put_bytes(&dir, &old);
    assert!(noticed(&dir, &seen), "the whole old file");
}

#[test]
fn a_log_cut_anywhere_opens_to_an_earlier_state_that_is_announced() {
    let mut made = fixture();
    for round in 0..4 {
        made.put(round, vec![client(1, &format!("Cedar {round}")).into()]);
    }
    let seen = mark_of(&made.store);
    let (database, log) = (folder(&made.dir).join(FILE), folder(&made.dir).join(format!("{FILE}-wal")));
    let (database, log) = (fs::read(database).unwrap(), fs::read(log).unwrap());
    let target = tempfile::tempdir().unwrap();
    place::prepare(&folder(&target), &AnyDrive).unwrap();
    let mut shorter = 0;
    for part in [10, 8, 7, 5, 3, 1] {
        put_bytes(&target, &database);
        fs::write(folder(&target).join(format!("{FILE}-wal")), &log[..log.len() * part / 10]).unwrap();
        let Ok(store) = open(&target, 1) else { continue };
        let head = store.read().head().unwrap();
        let found = store.verify(&Anchors { seen: vec![seen.clone()], ..Anchors::default() }, true).unwrap();
        assert!(found.problems.is_empty() && found.state.is_empty(), "{found:?}");
        assert_eq!(head.seq == 4, found.is_sound(), "{part} tenths");
        shorter += u64::from(head.seq < 4);
        assert_eq!(store.compare(&seen).unwrap() == Compared::Same, head.seq == 4);
    }
    assert!(shorter > 0);
}
