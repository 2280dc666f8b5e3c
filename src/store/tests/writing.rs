//! The write door: entries, versions, tables and what is refused.

use super::*;

fn of(kind: RecordKind, id: u64) -> RecordRef {
    RecordRef { kind, id }
}

#[test]
fn a_change_becomes_an_entry_with_its_words_and_records() {
    let mut made = fixture();
    let mut change = put("Added Cedar", vec![client(1, "Cedar").into()]);
    change.reason = Some("new contract".into());
    let seq = made.append(5, change);
    let reader = made.store.read();
    let entry = reader.entry(seq).unwrap().unwrap();
    assert_eq!((entry.seq, entry.records, entry.action.as_str(), entry.batch), (1, 1, "test.put", None));
    assert_eq!(entry.at, at(5).at);
    assert!(entry.scripted && !entry.back);
    let act = entry.act.unwrap();
    assert_eq!((act.summary.as_str(), act.reason.as_deref()), ("Added Cedar", Some("new contract")));
    let records = reader.records_of(seq).unwrap();
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].version.record, Some(client(1, "Cedar").into()));
}

#[test]
fn an_error_and_a_panic_leave_everything_as_it_was() {
    let mut made = fixture();
    made.put(0, vec![client(1, "Cedar").into()]);
    let head = made.store.read().head().unwrap();
    let refused: Result<(), StoreError> = made.store.write(&at(1), |tx| {
        let id = tx.allocate::<Client>()?;
        tx.append(put("Second", vec![client(id.0, "Birch").into()]))?;
        Err(StoreError::Misuse("stop".into()))
    });
    assert!(refused.is_err());
    assert_eq!(made.store.read().head().unwrap(), head);
    let store = std::panic::AssertUnwindSafe(&mut made.store);
    let panicked = std::panic::catch_unwind(move || {
        let store = store;
        let _: Result<(), StoreError> = store.0.write(&at(1), |tx| {
            tx.append(put("Second", vec![client(2, "Birch").into()]))?;
            panic!("in the middle")
        });
    });
    assert!(panicked.is_err());
    assert_eq!(made.store.read().head().unwrap(), head);
    assert_eq!(made.store.read().count::<Client>(&Select::all()).unwrap(), 1);
    let id = made.store.write(&at(2), |tx| tx.allocate::<Client>()).unwrap();
    assert_eq!(id, ClientId(2));
}

#[test]
fn a_decision_based_on_an_older_version_is_refused() {
    let mut made = fixture();
    let first = made.put(0, vec![client(1, "Cedar").into()]);
    let second = made.put(1, vec![client(1, "Cedar Dental").into()]);
    let record = of(RecordKind::Client, 1);
    let refused: Result<(), StoreError> = made.store.write(&at(2), |tx| tx.expect(record, Some(first)));
    assert!(matches!(refused, Err(StoreError::Stale { expected: Some(1), found: Some(2), .. })));
    let accepted: Result<(), StoreError> = made.store.write(&at(2), |tx| {
        tx.expect(record, Some(second))?;
        tx.expect(of(RecordKind::Client, 9), None)
    });
    accepted.unwrap();
}

#[test]
fn an_edit_that_changes_nothing_writes_no_version() {
    let mut made = fixture();
    made.put(0, vec![client(1, "Cedar").into()]);
    let seq = made.put(1, vec![client(1, "Cedar").into(), client(2, "Birch").into()]);
    assert_eq!(made.store.read().entry(seq).unwrap().unwrap().records, 1);
    assert_eq!(made.store.read().versions_of(of(RecordKind::Client, 1)).unwrap().len(), 1);
}

#[test]
fn a_record_taken_away_is_gone_and_can_come_back() {
    let mut made = fixture();
    made.put(0, vec![client(1, "Cedar").into()]);
    let mut change = Change::new("test.remove", "Gone");
    change.remove(of(RecordKind::Client, 1)).remove(of(RecordKind::Client, 7));
    let removed = made.append(1, change);
    let reader = made.store.read();
    assert_eq!(reader.get::<Client>(ClientId(1)).unwrap(), None);
    assert_eq!(reader.entry(removed).unwrap().unwrap().records, 1);
    assert_eq!(reader.count::<Client>(&Select::all()).unwrap(), 0);
    let back = made.put(2, vec![client(1, "Cedar").into()]);
    let versions = made.store.read().versions_of(of(RecordKind::Client, 1)).unwrap();
    let steps: Vec<_> = versions.iter().map(|v| (v.seq, v.prev, v.record.is_some())).collect();
    assert_eq!(steps, [(1, None, true), (removed, Some(1), false), (back, Some(removed), true)]);
    assert_eq!(made.store.read().count::<Client>(&Select::all().known_at(Some(removed))).unwrap(), 0);
}

#[test]
fn three_thousand_records_become_entries_of_at_most_a_thousand_in_one_batch() {
    let mut made = fixture();
    made.put(0, vec![client(1, "Cedar").into()]);
    let records = (1..=3000).map(|n| grant(n, 1, n).into()).collect();
    let batch = made.put(1, records);
    let reader = made.store.read();
    let entries = reader.entries(None, 10).unwrap();
    let sizes: Vec<_> = entries.iter().map(|entry| (entry.batch, entry.records)).collect();
    assert_eq!(sizes, [(Some(2), 3), (Some(2), 999), (Some(2), 999), (Some(2), 999), (None, 1)]);
    assert_eq!(reader.batch(batch).unwrap(), [2, 3, 4, 5]);
    assert_eq!(reader.batch(1).unwrap(), [1]);
    assert_eq!(reader.count::<Grant>(&Select::all().eq("person", 1)).unwrap(), 3000);
}

#[test]
fn ids_go_on_after_the_largest_one_ever_used() {
    let mut made = fixture();
    made.put(0, vec![client(41, "Cedar").into()]);
    let mut change = Change::new("test.remove", "Gone");
    change.remove(of(RecordKind::Client, 41));
    made.append(1, change);
    let ids: Vec<_> = made
        .store
        .write(&at(2), |tx| Ok::<_, StoreError>(vec![tx.allocate::<Client>()?, tx.allocate::<Client>()?]))
        .unwrap();
    assert_eq!(ids, [ClientId(42), ClientId(43)]);
    let other = made.store.write(&at(2), |tx| tx.allocate::<Person>()).unwrap();
    assert_eq!(other, PersonId(1));
}

#[test]
fn what_was_touched_is_told_with_the_version_before() {
    let mut made = fixture();
    made.put(0, vec![client(1, "Cedar").into()]);
    let touched = made
        .store
        .write(&at(1), |tx| {
            tx.append(put("A", vec![client(1, "Cedar 2").into(), client(2, "Birch").into()]))?;
            tx.append(put("B", vec![client(1, "Cedar 3").into()]))?;
            Ok::<_, StoreError>(tx.touched())
        })
        .unwrap();
    let told: Vec<_> = touched.iter().map(|t| (t.of.id, t.before, t.after)).collect();
    assert_eq!(told, [(1, Some(1), 3), (2, None, 2)]);
}

#[test]
fn a_clock_that_goes_back_is_marked_and_does_not_take_entries_back() {
    let mut made = fixture();
    for minutes in [10, 20, 15, 30] {
        made.put(minutes, vec![client(1, &format!("Cedar {minutes}")).into()]);
    }
    let reader = made.store.read();
    let back: Vec<_> = reader.entries_from(1, 9).unwrap().iter().map(|entry| entry.back).collect();
    assert_eq!(back, [false, false, true, false]);
    let known = |minutes| reader.seq_at(at(minutes).at).unwrap();
    assert_eq!([known(9), known(10), known(17), known(20), known(29), known(30), known(99)], [0, 1, 1, 3, 3, 4, 4]);
}

#[test]
fn the_journal_cannot_be_changed_by_mistake() {
    let mut made = fixture();
    made.put(0, vec![client(1, "Cedar").into()]);
    for sql in [
        "UPDATE entry SET bytes = x'00'",
        "DELETE FROM entry",
        "INSERT OR REPLACE INTO entry(seq, leaf, bytes, at_max) VALUES (1, x'00', x'00', 0)",
        "UPDATE version SET public = x'00'",
        "UPDATE version SET private = x'00'",
        "UPDATE version SET salt = NULL, private = NULL, priv = x'00'",
        "DELETE FROM version",
    ] {
        let refused = made.tamper(sql).unwrap_err().to_string();
        assert!(refused.contains("never"), "{sql}: {refused}");
    }
}

#[test]
fn an_entry_begun_and_not_ended_is_not_committed() {
    let mut made = fixture();
    let refused: Result<(), StoreError> = made.store.write(&at(0), |tx| {
        let mut bulk = tx.bulk(&Change::new("test.bulk", "Import"))?;
        bulk.put(client(1, "Cedar"))?;
        drop(bulk);
        Ok(())
    });
    assert!(matches!(refused, Err(StoreError::Misuse(_))));
    assert_eq!(made.store.read().head().unwrap().seq, 0);
}

#[test]
fn words_of_entries_cannot_be_written_by_themselves() {
    let mut made = fixture();
    let act = Act { id: ActId(1), undoes: None, run: None, summary: "x".into(), reason: None, decided_by: None };
    let refused: Result<Seq, StoreError> = made.store.write(&at(0), |tx| tx.append(put("x", vec![act.into()])));
    assert!(matches!(refused, Err(StoreError::Misuse(_))));
}

#[test]
fn erasing_takes_the_words_out_of_versions_and_tables_and_keeps_the_rest() {
    let mut made = fixture();
    made.put(0, vec![person(1, "Dana Ruiz").into()]);
    let mut later = person(1, "Dana Ruiz-Lopez");
    later.status = PersonStatus::Notice;
    made.put(1, vec![later.into()]);
    let erased = made
        .store
        .write(&at(2), |tx| {
            let done = tx.erase(of(RecordKind::Person, 1))?;
            tx.append(Change::new("person.erased", "Erased one person"))?;
            Ok::<_, StoreError>(done)
        })
        .unwrap();
    assert_eq!(erased, 2);
    let reader = made.store.read();
    let now = reader.get::<Person>(PersonId(1)).unwrap().unwrap();
    assert_eq!((now.name.as_str(), now.status), ("", PersonStatus::Notice));
    assert!(reader.versions_of(of(RecordKind::Person, 1)).unwrap().iter().all(|version| version.erased));
    for table in ["technician_now", "technician_past"] {
        let sql = format!("SELECT count(*) FROM {table} WHERE name <> '' OR name_folded <> '' OR email IS NOT NULL");
        let left: i64 = made.store.conn.query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0, "{table}");
    }
    assert!(made.store.verify(&crate::journal::Anchors::default(), true).unwrap().is_sound());
}

#[test]
fn who_waits_in_vain_is_told_for_whom() {
    let mut made = fixture();
    let session =
        Session { pid: 1, host: "ortiz-pc".into(), operator: "A. Khan".into(), started: at(0).at, seen: at(0).at };
    made.store.read().keep_session(&session).unwrap();
    let mut second = open(&made.dir, 1).unwrap();
    second.set_patience(std::time::Duration::ZERO).unwrap();
    let outcome: Result<(), StoreError> = made.store.write(&at(0), |tx| {
        tx.append(put("x", vec![client(1, "Cedar").into()]))?;
        let refused: Result<Seq, StoreError> = second.write(&at(0), |tx| tx.append(put("y", Vec::new())));
        let message = refused.unwrap_err().to_string();
        assert!(message.contains("A. Khan, ortiz-pc, since 09:00 UTC"), "{message}");
        Ok(())
    });
    outcome.unwrap();
    second.write(&at(1), |tx| tx.append(put("y", Vec::new()))).unwrap();
    assert_eq!(made.store.read().head().unwrap().seq, 2);
}

#[test]
fn a_full_drive_takes_nothing_and_leaves_the_register_usable() {
    let mut made = fixture();
    made.put(0, vec![client(1, "Cedar").into()]);
    let pages: i64 = made.store.conn.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    made.store.conn.execute_batch(&format!("PRAGMA max_page_count = {}", pages + 4)).unwrap();
    let many: Vec<AnyRecord> = (2..900).map(|id| client(id, &"Birch ".repeat(40)).into()).collect();
    let refused: Result<Seq, StoreError> = made.store.write(&at(1), |tx| tx.append(put("many", many)));
    assert!(matches!(refused, Err(StoreError::DiskFull(_))), "{refused:?}");
    assert_eq!(made.store.read().count::<Client>(&Select::all()).unwrap(), 1);
    made.put(2, vec![client(2, "Birch").into()]);
    assert!(made.store.verify(&crate::journal::Anchors::default(), true).unwrap().is_sound());
}
