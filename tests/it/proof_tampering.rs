//! Harm done behind Keyward's back, with the right key and the right tools: each is found, with its entry.

use super::proof_fixture::{AISHA, Fixture, TOM, at, client, grant};
use keyward::config::{Mark, Marks};
use keyward::domain::{Admin, Operator, OperatorId, RecordKind};
use keyward::error::ErrorClass;
use keyward::journal::leaf::{entry_leaf, unhex};
use keyward::journal::{Checkpoint, Entry, Frontier, Receipt};
use keyward::service::proof::{ProofWord, VerifyOptions, VerifyView};
use keyward::service::{Command, Desk, Session};
use keyward::vault::{Identity, SeededRandom};
use std::fs;

const REPLAY: VerifyOptions = VerifyOptions { replay: true, receipt: None, at_least: None };

/// Five entries, sealed at the end.
fn lived_in() -> (Fixture, Receipt) {
    let fixture = Fixture::new();
    fixture.write(-15, "grant.added", vec![grant(20, 6, AISHA, Admin::System).into()]);
    fixture.write(-14, "client.edited", vec![client(2, "Harbor Dental Group", false).into()]);
    fixture.write(-13, "client.edited", vec![client(2, "Harbor Dental", false).into()]);
    let receipt = fixture.session(-10).seal().unwrap().unwrap();
    (fixture, receipt)
}

fn verify(fixture: &Fixture, options: &VerifyOptions) -> VerifyView {
    fixture.session(0).verify(options).unwrap()
}

/// The sentence names the entry, and some problem stands at it.
fn found_at(view: &VerifyView, seq: u64) {
    assert!(!view.ok, "{view:?}");
    assert!(view.problems.iter().any(|(at, _)| *at == Some(seq)), "{view:#?}");
    assert!(view.sentence.contains(&format!("entry {seq}")) || view.sentence.contains(&format!("{seq}")), "{view:?}");
    assert!(view.sentence.starts_with("Error: "), "{view:?}");
}

#[test]
fn a_register_as_written_is_in_order_and_says_what_was_not_compared() {
    let (fixture, receipt) = lived_in();
    let view = verify(&fixture, &REPLAY);
    assert_eq!(view.problems, []);
    assert_eq!((view.ok, view.word, view.entries, view.sealed), (true, ProofWord::NotAnchored, 5, Some(5)));
    assert_eq!(
        view.sentence,
        "All 5 entries are in order, 23 Nov 2026 to 23 Nov 2026. Sealed to 5. 1 receipt in its folder agrees. \
         No receipt from paper was compared, so only you can vouch for it."
    );
    assert!(view.replayed && view.notes.is_empty(), "{view:?}");
    let quick = verify(&fixture, &VerifyOptions::default());
    assert!(quick.notes.iter().any(|note| note.contains("--replay")), "{quick:?}");

    let typed = VerifyOptions { receipt: Some(receipt.to_string().to_lowercase()), ..VerifyOptions::default() };
    let view = verify(&fixture, &typed);
    assert_eq!((view.word, view.receipt), (ProofWord::Sound, Some(true)));
    assert!(view.sentence.contains("matches: nothing up to entry 5 was changed"), "{view:?}");
    assert!(!view.sentence.contains("only you can vouch"), "{view:?}");
}

#[test]
fn new_entries_without_a_seal_are_a_verdict_of_their_own() {
    let (fixture, _) = lived_in();
    fixture.write(-5, "client.edited", vec![client(3, "Cedar", false).into()]);
    let view = verify(&fixture, &REPLAY);
    assert_eq!((view.ok, view.word, view.sealed), (true, ProofWord::Unsealed, Some(5)));
    assert!(view.sentence.contains("Sealed to 5; the last one is not sealed yet."), "{view:?}");
    let never = Fixture::new();
    let view = verify(&never, &VerifyOptions::default());
    assert_eq!((view.word, view.sealed), (ProofWord::Unsealed, None));
    assert!(view.sentence.contains("None of them is sealed yet."), "{view:?}");
}

#[test]
fn a_cell_of_a_table_is_named_with_its_record_and_entry() {
    let (fixture, _) = lived_in();
    fixture.raw().execute("UPDATE grant_now SET admin = 0 WHERE id = 20", []).unwrap();
    assert!(verify(&fixture, &VerifyOptions::default()).ok, "without the replay nobody looks at tables");
    let view = verify(&fixture, &REPLAY);
    assert_eq!(view.word, ProofWord::StateDiffers);
    found_at(&view, 3);
    assert_eq!(
        view.problems[0].1,
        "The list says '0' as admin of way in 20 (Microsoft 365, Harbor Dental, Aisha Khan); the history says '1', entry 3."
    );
}

#[test]
fn rows_added_or_dropped_in_a_table_are_named() {
    for (sql, entry) in [
        ("DELETE FROM grant_now WHERE id = 20", 3),
        ("DELETE FROM client_past WHERE id = 2 AND seq = 4", 4),
        ("INSERT INTO grant_now(id, seq) SELECT 77, 2", 2),
    ] {
        let (fixture, _) = lived_in();
        assert!(fixture.raw().execute(sql, []).unwrap() > 0, "{sql}");
        let view = verify(&fixture, &REPLAY);
        assert_eq!(view.word, ProofWord::StateDiffers, "{sql}");
        found_at(&view, entry);
    }
}

#[test]
fn an_entry_dropped_or_moved_or_reworded_is_named() {
    let moved = "UPDATE entry SET seq = -4 WHERE seq = 4; UPDATE entry SET seq = 4 WHERE seq = 3;
                 UPDATE entry SET seq = 3 WHERE seq = -4;";
    for (sql, entry) in [
        ("DELETE FROM entry WHERE seq = 3; DELETE FROM version WHERE seq = 3;", 4),
        (moved, 3),
        ("UPDATE entry SET bytes = CAST(replace(bytes, 'client.edited', 'client.exited') AS BLOB) WHERE seq = 4;", 4),
        ("UPDATE version SET private = CAST(replace(private, 'Group', 'Grouq') AS BLOB) WHERE seq = 4;", 4),
    ] {
        let (fixture, _) = lived_in();
        fixture.raw().execute_batch(sql).unwrap();
        let view = verify(&fixture, &VerifyOptions::default());
        assert_eq!(view.word, ProofWord::Diverged, "{sql}");
        found_at(&view, entry);
    }
}

/// Ends the journal after `last`, tables and all kept beside included, as if the rest had never been.
fn cut_after(fixture: &Fixture, last: u64, with_seals: bool) {
    let conn = fixture.raw();
    conn.execute_batch(&format!("DELETE FROM entry WHERE seq > {last}; DELETE FROM version WHERE seq > {last};"))
        .unwrap();
    if with_seals {
        conn.execute_batch(&format!("DELETE FROM checkpoint WHERE size > {last}")).unwrap();
    }
    new_end(&conn);
}

/// Writes the end of the journal anew from its entries.
fn new_end(conn: &rusqlite::Connection) {
    let mut statement = conn.prepare("SELECT bytes FROM entry ORDER BY seq").unwrap();
    let all: Vec<Vec<u8>> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let frontier: Frontier = all.iter().map(|bytes| entry_leaf(bytes)).collect();
    let last = Entry::from_bytes(all.last().unwrap()).unwrap();
    conn.execute(
        "UPDATE head SET seq = ?1, leaf = ?2, frontier = ?3, at = ?4, at_max = (SELECT max(at_max) FROM entry)",
        (last.seq as i64, entry_leaf(all.last().unwrap()), frontier.to_bytes(), last.at.millis()),
    )
    .unwrap();
}

#[test]
fn a_tail_cut_off_is_found_by_its_seal_by_its_receipt_and_by_what_was_asked_for() {
    let (fixture, receipt) = lived_in();
    cut_after(&fixture, 4, false);
    let view = verify(&fixture, &VerifyOptions::default());
    assert!(!view.ok && view.word == ProofWord::Diverged, "{view:?}");
    assert!(view.problems.iter().any(|(_, what)| what.contains("up to entry 5")), "{view:#?}");

    // Without the seal the receipt in the folder still knows better.
    let (fixture, _) = lived_in();
    cut_after(&fixture, 4, true);
    let view = verify(&fixture, &VerifyOptions::default());
    assert_eq!((view.ok, view.word), (false, ProofWord::Short), "{view:#?}");
    assert_eq!(
        view.problems[0].1,
        "This register ends at entry 4. On 23 Nov 2026 a receipt in its folder was made for 5. \
         An old copy was put back, or entries were lost."
    );

    // Without that one too, paper does, and so does a number somebody remembers.
    fs::remove_dir_all(fixture.folder.join("receipts")).unwrap();
    let view = verify(&fixture, &VerifyOptions::default());
    assert_eq!((view.ok, view.word), (true, ProofWord::Unsealed), "{view:#?}");
    let typed = VerifyOptions { receipt: Some(receipt.to_string()), ..VerifyOptions::default() };
    let view = verify(&fixture, &typed);
    assert_eq!((view.ok, view.receipt), (false, Some(false)));
    assert!(view.sentence.contains("speaks of 5 entries; this register ends at 4"), "{view:?}");
    let view = verify(&fixture, &VerifyOptions { at_least: Some(5), ..VerifyOptions::default() });
    assert_eq!((view.ok, view.word), (false, ProofWord::Short));
    assert_eq!(view.sentence, "Error: This register ends at entry 4; entry 5 was to be in it.");
    assert!(verify(&fixture, &VerifyOptions { at_least: Some(4), ..VerifyOptions::default() }).ok);
}

/// Changes the action of an entry and chains everything after it anew, so that the chain holds by itself.
fn rechained(fixture: &Fixture) {
    let conn = fixture.raw();
    let mut statement = conn.prepare("SELECT seq, bytes FROM entry ORDER BY seq").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let all: Vec<(i64, Vec<u8>)> = rows.map(Result::unwrap).collect();
    let mut prev = [0; 32];
    for (seq, bytes) in all {
        let mut entry = Entry::from_bytes(&bytes).unwrap();
        entry.prev = prev;
        if seq == 4 {
            entry.action = "client.merged".into();
        }
        let bytes = entry.to_bytes();
        prev = entry_leaf(&bytes);
        conn.execute("UPDATE entry SET bytes = ?1, leaf = ?2 WHERE seq = ?3", (&bytes, prev, seq)).unwrap();
    }
    drop(statement);
    new_end(&conn);
}

#[test]
fn a_chain_written_anew_holds_by_itself_and_not_against_anything_that_was_given_out() {
    let (fixture, receipt) = lived_in();
    rechained(&fixture);
    let view = verify(&fixture, &VerifyOptions::default());
    assert_eq!(view.word, ProofWord::Diverged);
    assert!(
        view.problems.iter().any(|(seq, what)| *seq == Some(5) && what.contains("not the one that was sealed")),
        "{view:#?}"
    );
    assert!(view.problems.iter().any(|(_, what)| what.contains("its receipt in the folder")), "{view:#?}");

    // With every seal gone the chain is in order, unsealed; the paper still tells.
    fixture.raw().execute("DELETE FROM checkpoint", []).unwrap();
    fs::remove_dir_all(fixture.folder.join("receipts")).unwrap();
    let view = verify(&fixture, &REPLAY);
    assert_eq!((view.ok, view.word), (true, ProofWord::Unsealed), "{view:#?}");
    let typed = VerifyOptions { receipt: Some(receipt.to_string()), ..VerifyOptions::default() };
    let view = verify(&fixture, &typed);
    assert_eq!((view.ok, view.word, view.receipt), (false, ProofWord::Diverged, Some(false)));
    assert!(view.sentence.contains("belongs to another history"), "{view:?}");
}

#[test]
fn an_old_file_put_back_is_found_by_what_this_computer_remembers() {
    let (fixture, _) = lived_in();
    let old = fs::read(fixture.folder.join("register.db")).unwrap();
    fixture.write(-5, "client.edited", vec![client(3, "Cedar", false).into()]);
    let marks = Marks::in_folder(&fixture.dir.path().join("state"));
    let remembering = |marks: &Marks| -> Session {
        let mut session = fixture.session(0);
        session.remembers(marks.clone());
        session
    };
    let now = remembering(&marks).verify(&VerifyOptions::default()).unwrap();
    let mark = Mark { size: 6, root: now.head.clone(), at: at(-4).utc() };
    marks.advance(&fixture.file, mark).unwrap();
    let view = remembering(&marks).verify(&VerifyOptions::default()).unwrap();
    assert!(
        view.ok && view.sentence.contains("This computer last saw 6 entries on 23 Nov 2026, and that agrees."),
        "{view:?}"
    );

    for name in ["register.db-wal", "register.db-shm"] {
        let _ = fs::remove_file(fixture.folder.join(name));
    }
    fs::write(fixture.folder.join("register.db"), &old).unwrap();
    let view = remembering(&marks).verify(&VerifyOptions::default()).unwrap();
    assert_eq!((view.ok, view.word, view.entries), (false, ProofWord::Short, 5));
    assert_eq!(
        view.problems[0].1,
        "This register ends at entry 5. On 23 Nov 2026 this computer saw 6. An old copy was put back, or entries were lost."
    );
    // Somebody goes on with the old copy: it gets as long again, but not the same.
    fixture.write(-3, "client.edited", vec![client(3, "Cedar again", false).into()]);
    let view = remembering(&marks).verify(&VerifyOptions::default()).unwrap();
    assert_eq!(view.word, ProofWord::Diverged);
    assert!(view.problems[0].1.contains("not the one this computer saw on 23 Nov 2026"), "{view:#?}");
    assert_eq!(remembering(&marks).seal().unwrap(), None, "an old copy must not get a seal");
}

fn operator(id: u64, seed: u8, active: bool) -> (Operator, Identity) {
    let identity = Identity::generate(&mut SeededRandom::new([seed; 32])).unwrap();
    let operator = Operator {
        id: OperatorId(id),
        person: Some(TOM),
        recipient: identity.recipient(),
        verifier: identity.signer().verifier(),
        active,
        name: "T. Becker".into(),
    };
    (operator, identity)
}

#[test]
fn a_seal_by_a_removed_operator_is_refused_although_its_signature_fits() {
    let (fixture, _) = lived_in();
    let (second, identity) = operator(2, 9, true);
    fixture.write(-9, "operator.enrolled", vec![second.clone().into()]);
    fixture.write(-8, "operator.removed", vec![Operator { active: false, ..second }.into()]);
    let root = {
        let view = verify(&fixture, &VerifyOptions::default());
        assert!(view.ok);
        view.head
    };
    let root: [u8; 32] = unhex(&root).unwrap();
    let note = Checkpoint::new(&fixture.file, 7, root).sign(OperatorId(2), identity.signer().key());
    let keep = |note: &str| {
        let conn = fixture.raw();
        conn.execute("INSERT OR REPLACE INTO checkpoint(size, root, note) VALUES (7, ?1, ?2)", (root, note)).unwrap();
    };
    keep(&note);
    let view = verify(&fixture, &VerifyOptions::default());
    assert_eq!(view.word, ProofWord::Diverged);
    assert_eq!(view.problems, [(Some(7), "Operator 2 was not allowed to seal 7 entries.".to_owned())]);

    // Somebody nobody knows, and a signature under another text.
    let (_, stranger) = operator(3, 11, true);
    keep(&Checkpoint::new(&fixture.file, 7, root).sign(OperatorId(3), stranger.signer().key()));
    let view = verify(&fixture, &VerifyOptions::default());
    assert!(view.problems[0].1.contains("Nobody known to this register signed"), "{view:?}");
    keep(&note.replace("\n7\n", "\n6\n"));
    assert!(!verify(&fixture, &VerifyOptions::default()).ok);
}

#[test]
fn a_key_the_register_does_not_know_does_not_seal() {
    let (fixture, _) = lived_in();
    let (stranger, _) = operator(1, 9, true);
    fixture.write(-5, "operator.changed", vec![stranger.into()]);
    let error = fixture.session(0).seal().unwrap_err();
    assert_eq!(error.class, ErrorClass::Refused);
    assert!(error.message.ends_with("Nothing was sealed."));
}

#[test]
fn a_receipt_that_is_none_is_refused_before_anything_is_read() {
    let fixture = Fixture::new();
    let error = fixture.session(0).verify(&VerifyOptions { receipt: Some("7C1E".into()), ..VerifyOptions::default() });
    assert_eq!(error.unwrap_err().class, ErrorClass::BadInput);
}

#[test]
fn sealing_again_without_a_change_gives_the_same_receipt_and_no_name_is_in_it() {
    let (fixture, receipt) = lived_in();
    assert_eq!(fixture.session(5).seal().unwrap(), Some(receipt));
    let kept = fs::read_to_string(fixture.folder.join(format!("receipts/{receipt}.txt"))).unwrap();
    assert!(kept.contains(&receipt.to_string()) && kept.contains(&format!("keyward/{}\n5\n", fixture.file)), "{kept}");
    for name in ["Ortiz", "Harbor", "Dana", "acme"] {
        assert!(!kept.contains(name), "{kept}");
    }
}

#[test]
fn receipts_from_before_an_accepted_gap_are_set_aside_and_named() {
    let (fixture, _) = lived_in();
    let old = fs::read(fixture.folder.join("register.db")).unwrap();
    fixture.write(-9, "client.edited", vec![client(3, "Cedar", false).into()]);
    let lost = fixture.session(-8).seal().unwrap().unwrap();
    for name in ["register.db-wal", "register.db-shm"] {
        let _ = fs::remove_file(fixture.folder.join(name));
    }
    fs::write(fixture.folder.join("register.db"), &old).unwrap();
    assert_eq!(verify(&fixture, &VerifyOptions::default()).word, ProofWord::Short);
    fixture.write(-5, "history.gap_accepted", vec![client(3, "Cedar once more", false).into()]);
    let view = verify(&fixture, &VerifyOptions::default());
    assert!(view.ok, "{view:#?}");
    assert!(view.notes.contains(&"1 receipt from before an accepted gap no longer fits.".to_owned()), "{view:#?}");
    assert!(view.notes.iter().any(|note| note.starts_with("A gap was accepted in entry 6")), "{view:#?}");
    // On paper it stays what it is, with the reason.
    let typed = VerifyOptions { receipt: Some(lost.to_string()), ..VerifyOptions::default() };
    let view = verify(&fixture, &typed);
    assert_eq!((view.ok, view.receipt), (false, Some(false)));
    assert!(view.sentence.contains("A gap was accepted in entry 6; receipts given out before it"), "{view:?}");
}

#[test]
fn a_thousand_entries_do_not_wait_for_the_end_of_the_session_to_be_sealed() {
    let fixture = Fixture::new();
    let add = |session: &mut Session, name: &str| {
        session.apply(Command::add(RecordKind::Person, &[("name", name)])).unwrap();
    };
    let mut session = fixture.session(0);
    add(&mut session, "One More");
    assert_eq!(session.verify(&VerifyOptions::default()).unwrap().sealed, None);
    drop(session);
    fixture.write_many(-1, 996);
    let mut session = fixture.session(0);
    add(&mut session, "The Thousandth");
    let view = session.verify(&VerifyOptions::default()).unwrap();
    assert_eq!((view.entries, view.sealed), (1000, Some(1000)));
}
