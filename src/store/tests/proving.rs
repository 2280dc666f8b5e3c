//! Verification and copies: what was changed behind the journal is named; a copy holds what the register holds.

use super::*;
use crate::journal::{Anchors, Fault, Receipt, SigningKey, Verdict, Verification, checkpoint::write_verifier};
use proptest::prelude::*;

fn replay(made: &Fixture) -> Verification {
    made.store.verify(&Anchors::default(), true).unwrap()
}

fn without_triggers(made: &Fixture) {
    for trigger in ["entry_kept", "entry_stays", "version_stays", "version_kept"] {
        made.tamper(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
}

/// Every kind of step: new, changed, taken away, brought back, erased.
fn lived_in() -> Fixture {
    let mut made = fixture();
    made.put(0, vec![person(1, "Dana Ruiz").into(), client(1, "Cedar").into(), grant(1, 1, 1).into()]);
    made.put(1, vec![client(1, "Cedar Dental").into(), client(2, "Birch").into()]);
    let mut change = Change::new("test.remove", "Gone");
    change.remove(RecordRef { kind: RecordKind::Client, id: 2 });
    made.append(2, change);
    made.put(3, vec![client(2, "Birch again").into(), grant(1, 1, 2).into()]);
    made
}

#[test]
fn a_register_as_written_is_sound_and_nothing_is_left_behind() {
    let made = lived_in();
    let found = replay(&made);
    assert_eq!((found.problems.as_slice(), found.state.as_slice()), ([].as_slice(), [].as_slice()));
    assert!(found.replayed && found.is_sound());
    assert_eq!((found.entries, found.versions), (4, 12));
    assert_eq!(found.root, made.store.root().unwrap());
    let left: Vec<_> = fs::read_dir(folder(&made.dir)).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| name.to_string_lossy().starts_with("register.db")), "{left:?}");
}

#[test]
fn a_cell_changed_behind_the_journal_is_named_with_its_entry() {
    let made = lived_in();
    made.tamper("UPDATE grant_now SET admin = 0 WHERE id = 1").unwrap();
    let found = replay(&made);
    let cell = &found.state[0];
    assert_eq!((cell.table.as_str(), cell.of.id, cell.column.as_str()), ("grant_now", 1, "admin"));
    assert_eq!((cell.found.as_str(), cell.expected.as_str(), cell.seq), ("0", "1", Some(4)));
    assert!(matches!(found.verdict(), Verdict::StateDiffers(_)));
    assert!(!made.store.verify(&Anchors::default(), false).unwrap().replayed);
}

#[test]
fn rows_missing_added_or_changed_in_either_table_are_named() {
    for (sql, table, id, column) in [
        ("DELETE FROM client_now WHERE id = 2", "client_now", 2, "row"),
        ("INSERT INTO client_now(id, seq) VALUES (9, 1)", "client_now", 9, "row"),
        ("DELETE FROM client_past WHERE id = 1", "client_past", 1, "row"),
        ("UPDATE client_past SET seq_end = 3 WHERE id = 1", "client_past", 1, "seq_end"),
        ("UPDATE client_past SET name = 'x' WHERE id = 1", "client_past", 1, "name"),
        ("UPDATE act_now SET undoes = 1 WHERE id = 2", "act_now", 2, "undoes"),
        ("UPDATE technician_now SET id = 5", "technician_now", 1, "row"),
    ] {
        let made = lived_in();
        made.tamper(sql).unwrap();
        let found = replay(&made);
        assert!(
            found.state.iter().any(|cell| cell.table == table && cell.of.id == id && cell.column == column),
            "{sql}: {:?}",
            found.state
        );
    }
}

#[test]
fn what_is_kept_beside_the_journal_is_compared_with_it() {
    for sql in [
        "UPDATE head SET seq = 3",
        "UPDATE head SET frontier = zeroblob(32)",
        "UPDATE head SET at = 0",
        "UPDATE head SET at_max = 0",
        "UPDATE next_id SET next = 1",
        "DELETE FROM next_id",
        "UPDATE entry SET at_max = at_max + 1 WHERE seq = 2",
    ] {
        let made = lived_in();
        without_triggers(&made);
        made.tamper(sql).unwrap();
        let found = replay(&made);
        assert!(found.problems.iter().any(|p| matches!(p.what, Fault::Beside(_))), "{sql}: {found:?}");
    }
}

#[test]
fn entries_and_versions_changed_dropped_or_added_are_found() {
    for sql in [
        "UPDATE entry SET bytes = CAST(replace(bytes, 'test', 'tost') AS BLOB) WHERE seq = 2",
        "UPDATE entry SET leaf = zeroblob(32) WHERE seq = 2",
        "DELETE FROM entry WHERE seq = 2",
        "DELETE FROM entry WHERE seq = 4",
        "DELETE FROM version WHERE seq = 2 AND ord = 1",
        "DELETE FROM version WHERE seq = 4",
        "INSERT INTO version SELECT 9 * 4096, kind, id, 9, prev, 0, public, priv, salt, private FROM version WHERE pos = 4097",
        "UPDATE version SET public = CAST(replace(public, 'active', 'ended') AS BLOB) WHERE kind = 2 AND seq = 2",
        "UPDATE version SET private = CAST(replace(private, 'Cedar', 'Cedir') AS BLOB) WHERE kind = 2 AND seq = 2",
        "UPDATE version SET salt = zeroblob(16) WHERE seq = 2 AND ord = 1",
        "UPDATE version SET salt = zeroblob(3) WHERE seq = 2 AND ord = 1",
        "UPDATE version SET salt = NULL WHERE seq = 2 AND ord = 1",
        "UPDATE version SET priv = zeroblob(32) WHERE seq = 2 AND ord = 1",
        "UPDATE version SET prev = NULL WHERE seq = 2 AND ord = 1",
        "UPDATE version SET id = 7 WHERE seq = 2 AND ord = 2",
    ] {
        let made = lived_in();
        without_triggers(&made);
        assert!(made.tamper(sql).unwrap() > 0, "{sql}");
        let found = made.store.verify(&Anchors::default(), false).unwrap();
        assert!(!found.problems.is_empty(), "{sql}");
    }
}

#[test]
fn seals_are_kept_checked_and_leave_a_tail() {
    let mut made = fixture();
    let signer = SigningKey::from_bytes(&[7; 32]);
    let settings = Settings {
        id: SettingsId(1),
        zone: "Europe/Berlin".into(),
        closing_minutes: 1020,
        day_first: true,
        file: "0198f3c2".into(),
        practice: false,
        policy: std::collections::BTreeMap::new(),
        type_number_above: 10,
        firm: None,
    };
    let operator = Operator {
        id: OperatorId(1),
        person: None,
        recipient: "age1".into(),
        verifier: write_verifier(&signer.verifying_key()),
        active: true,
        name: "M. Ortiz".into(),
    };
    made.put(0, vec![settings.into(), operator.into()]);
    let seal = |store: &Store| {
        let head = store.read().head().unwrap();
        Checkpoint::new("0198f3c2", head.seq, head.root()).sign(OperatorId(1), &signer)
    };
    let note = seal(&made.store);
    made.store.checkpoint(&note).unwrap();
    made.put(1, vec![client(1, "Cedar").into()]);
    let receipt = Receipt::of(2, &made.store.root().unwrap());
    let anchors = Anchors { receipts: vec![receipt], ..Anchors::default() };
    let found = made.store.verify(&anchors, true).unwrap();
    assert_eq!((found.sealed, found.outside, found.verdict()), (Some(1), 1, Verdict::UnsealedTail(1)));
    assert_eq!(made.store.read().checkpoint_at(9).unwrap().unwrap().1, note);
    assert_eq!(made.store.read().checkpoint_at(0).unwrap(), None);
    let other = Checkpoint::new("0198f3c2", 1, [9; 32]).sign(OperatorId(1), &signer);
    assert!(made.store.checkpoint(&other).is_err());
    assert!(made.tamper("UPDATE checkpoint SET note = 'x'").is_err());
}

#[test]
fn a_copy_holds_what_the_register_holds_and_is_not_written_over() {
    let made = lived_in();
    let copy = made.dir.path().join("2026-11-23.db");
    let head = made.store.backup_to(&copy).unwrap();
    assert_eq!(head, made.store.read().head().unwrap());
    assert!(matches!(made.store.backup_to(&copy), Err(StoreError::Io { .. })));
    let before = fs::read(&copy).unwrap();
    let (seen, found) = Store::inspect_copy(&copy, &key(1)).unwrap();
    assert!(seen == head && found.problems.is_empty());
    assert!(Store::inspect_copy(&copy, &key(2)).is_err());
    assert!(fs::read(&copy).unwrap() == before, "looking changed the copy");
    let other = tempfile::tempdir().unwrap();
    place::prepare(&folder(&other), &AnyDrive).unwrap();
    fs::copy(&copy, folder(&other).join(FILE)).unwrap();
    let restored = open(&other, 1).unwrap();
    assert_eq!(restored.read().get::<Client>(ClientId(2)).unwrap().unwrap().name, "Birch again");
    assert!(restored.verify(&Anchors::default(), true).unwrap().is_sound());
}

#[test]
fn a_verification_can_be_ended_early() {
    let mut made = fixture();
    made.store
        .write(&at(0), |tx| {
            for round in 0..130 {
                tx.append(put("x", vec![client(1, &format!("Cedar {round}")).into()]))?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    let mut told = Vec::new();
    let ended = made.store.verify_with(&Anchors::default(), false, &mut |entries| {
        told.push(entries);
        entries < 128
    });
    assert!(ended.is_err());
    assert_eq!(told, [64, 128]);
}

/// One random step over a few records.
#[derive(Debug, Clone)]
enum Step {
    Client(u64, u8),
    Person(u64, u8),
    Grant(u64, u64, bool),
    Remove(u8, u64),
    Erase(u64),
    Refused,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1..4u64, 0..3u8).prop_map(|(id, name)| Step::Client(id, name)),
        (1..4u64, 0..3u8).prop_map(|(id, name)| Step::Person(id, name)),
        (1..4u64, 1..4u64, any::<bool>()).prop_map(|(id, person, done)| Step::Grant(id, person, done)),
        (0..3u8, 1..4u64).prop_map(|(kind, id)| Step::Remove(kind, id)),
        (1..4u64).prop_map(Step::Erase),
        Just(Step::Refused),
    ]
}

fn take(tx: &mut Tx<'_>, step: &Step) -> Result<(), StoreError> {
    let edit: Edit = match *step {
        Step::Client(id, name) => client(id, &format!("Client {name}")).into(),
        Step::Person(id, name) => person(id, &format!("Person {name}")).into(),
        Step::Grant(id, who, done) => {
            let mut way = grant(id, who, id);
            way.removal.done = done.then_some(Mark { at: at(0).at, by: None });
            way.into()
        }
        Step::Remove(kind, id) => {
            let kind = [RecordKind::Client, RecordKind::Person, RecordKind::Grant][usize::from(kind)];
            Edit::Remove(RecordRef { kind, id })
        }
        Step::Erase(id) => {
            tx.erase(RecordRef { kind: RecordKind::Person, id })?;
            tx.append(Change::new("test.erased", "Erased"))?;
            return Ok(());
        }
        Step::Refused => {
            tx.append(put("x", vec![client(1, "never").into()]))?;
            return Err(StoreError::Misuse("refused".into()));
        }
    };
    let mut change = Change::new("test.step", "Step");
    change.edits.push(edit);
    tx.append(change)?;
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]
    #[test]
    fn after_any_steps_the_replay_equals_the_tables(steps in prop::collection::vec(step(), 1..25)) {
        let mut made = fixture();
        for (minutes, step) in (0..).zip(&steps) {
            let _ = made.store.write(&at(minutes), |tx| take(tx, step));
        }
        let found = replay(&made);
        prop_assert!(found.is_sound(), "{:?} {:?}", found.problems, found.state);
        // What a list says is what the versions say, at every entry.
        let reader = made.store.read();
        for seq in 0..=reader.head().unwrap().seq {
            let listed: Vec<Client> = reader.list(&Select::all().known_at(Some(seq))).unwrap();
            let one_by_one: Vec<Client> =
                (1..4).filter_map(|id| reader.get_at(ClientId(id), Some(seq)).unwrap()).collect();
            prop_assert_eq!(listed, one_by_one);
        }
    }

    /// Any byte of any stored value of the journal, changed inside the database.
    #[test]
    fn any_byte_of_the_journal_changed_is_found(column in 0usize..6, row in 0u64..12, place: u64, bit in 0u8..8) {
        let made = lived_in();
        without_triggers(&made);
        let (table, name, key) = [
            ("entry", "bytes", "seq"), ("entry", "leaf", "seq"), ("version", "public", "pos"),
            ("version", "priv", "pos"), ("version", "salt", "pos"), ("version", "private", "pos"),
        ][column];
        let rows: u64 = if table == "entry" { 4 } else { 12 };
        let (at, mut value): (i64, Vec<u8>) = made.store.conn.query_row(
            &format!("SELECT {key}, {name} FROM {table} ORDER BY {key} LIMIT 1 OFFSET ?1"),
            [(row % rows) as i64], |row| Ok((row.get(0)?, row.get(1)?)),
        ).unwrap();
        prop_assume!(!value.is_empty());
        let place = (place % value.len() as u64) as usize;
        value[place] ^= 1 << bit;
        made.store.conn.execute(&format!("UPDATE {table} SET {name} = ?1 WHERE {key} = ?2"), (value, at)).unwrap();
        prop_assert!(!made.store.verify(&Anchors::default(), false).unwrap().problems.is_empty());
    }
}
