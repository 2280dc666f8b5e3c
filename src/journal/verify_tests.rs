//! Tests of the verification over whole journals made in memory.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::super::checkpoint::write_verifier;
use super::super::codec::Parts;
use super::super::leaf::NO_LEAF;
use super::super::tree::root;
use super::*;
use crate::domain::*;
use crate::journal::{CheckpointError, SigningKey, Verdict};
use proptest::prelude::*;

const FILE: &str = "0198f3c2a1b0d4e5";

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn settings() -> AnyRecord {
    Settings {
        id: SettingsId(1),
        zone: "Europe/Berlin".into(),
        closing_minutes: 1020,
        day_first: true,
        file: FILE.into(),
        practice: false,
        policy: std::collections::BTreeMap::new(),
        type_number_above: 10,
        firm: None,
    }
    .into()
}

fn operator(active: bool) -> AnyRecord {
    let verifier = write_verifier(&key().verifying_key());
    Operator { id: OperatorId(1), person: None, recipient: "age1".into(), verifier, active, name: "M. Ortiz".into() }
        .into()
}

fn client(id: u64, name: &str) -> AnyRecord {
    Client::new(ClientId(id), name).into()
}

/// A journal in memory, written by the same rules as the store's.
#[derive(Default, Clone)]
struct Writer {
    entries: Vec<StoredEntry>,
    latest: HashMap<RecordRef, Seq>,
}

impl Writer {
    fn leaves(&self) -> Vec<Hash> {
        self.entries.iter().map(|entry| entry_leaf(&entry.bytes)).collect()
    }

    fn add(&mut self, records: &[AnyRecord]) -> &mut Self {
        let seq = self.entries.len() as u64 + 1;
        let act = Act {
            id: ActId(seq),
            undoes: None,
            run: None,
            summary: format!("Change {seq}"),
            reason: None,
            decided_by: None,
        };
        let mut versions = Vec::new();
        for record in std::iter::once(&act.into()).chain(records) {
            let mut parts = Parts::default();
            parts.write(record).unwrap();
            let prev = self.latest.insert(record.reference(), seq);
            versions.push(VersionBytes::of(record.reference(), prev, parts, [seq as u8; 16]));
        }
        let entry = Entry {
            seq,
            at: Instant::from_millis(1_700_000_000_000 + seq as i64 * 1000),
            action: "test.change".into(),
            operator: OperatorId(1),
            batch: None,
            count: versions.len() as u64,
            root: root(&versions.iter().map(VersionBytes::leaf).collect::<Vec<_>>()),
            prev: self.leaves().last().copied().unwrap_or(NO_LEAF),
            program: "0.1.0".into(),
            scripted: true,
            back: false,
        };
        let bytes = entry.to_bytes();
        self.entries.push(StoredEntry { seq, leaf: entry_leaf(&bytes).to_vec(), bytes, versions });
        self
    }

    fn note(&self, size: usize) -> String {
        Checkpoint::new(FILE, size as u64, root(&self.leaves()[..size])).sign(OperatorId(1), &key())
    }
}

/// Settings and operator, five changes of a client, an operator who goes, one more change.
fn journal() -> Writer {
    let mut writer = Writer::default();
    writer.add(&[settings(), operator(true)]);
    for round in 0..5 {
        writer.add(&[client(1, &format!("Cedar {round}")), client(2 + round, "Other")]);
    }
    writer.add(&[operator(false)]).add(&[client(1, "Cedar")]);
    writer
}

fn first_fault(writer: &Writer, anchors: &Anchors) -> Fault {
    verify(&writer.entries, anchors).problems.into_iter().next().unwrap().what
}

#[test]
fn a_journal_as_written_is_sound() {
    let writer = journal();
    let outcome = verify(&writer.entries, &Anchors::default());
    assert_eq!(outcome.problems, []);
    assert_eq!((outcome.entries, outcome.verdict()), (8, Verdict::UnsealedTail(8)), "no seal is a verdict of its own");
    assert_eq!(outcome.root, root(&writer.leaves()));
    let sealed = Anchors { notes: vec![writer.note(6)], ..Anchors::default() };
    assert_eq!(verify(&writer.entries[..6], &sealed).verdict(), Verdict::SoundNotAnchored);
}

#[test]
fn anchors_that_fit_are_counted_and_the_unsealed_rest_named() {
    let writer = journal();
    let whole = root(&writer.leaves());
    let seen = HighWater { file: FILE.into(), size: 8, root: whole, at: Instant::from_millis(0) };
    let anchors = Anchors {
        notes: vec![writer.note(2), writer.note(6)],
        receipts: vec![Receipt::of(8, &whole)],
        seen: vec![seen],
    };
    let outcome = verify(&writer.entries, &anchors);
    assert_eq!((outcome.sealed, outcome.outside), (Some(6), 2));
    assert_eq!(outcome.verdict(), Verdict::UnsealedTail(2));
}

#[test]
fn a_seal_of_an_operator_who_has_gone_is_refused() {
    let writer = journal();
    let anchors = Anchors { notes: vec![writer.note(7)], ..Anchors::default() };
    let out = CheckpointError::OutOfRange { operator: OperatorId(1), size: 7 };
    assert_eq!(first_fault(&writer, &anchors), Fault::Seal(out));
}

#[test]
fn seals_out_of_order_or_over_another_history_are_found() {
    let writer = journal();
    let swapped = Anchors { notes: vec![writer.note(6), writer.note(2)], ..Anchors::default() };
    assert_eq!(first_fault(&writer, &swapped), Fault::SealOrder(2));
    let other = Checkpoint::new(FILE, 3, [9; 32]).sign(OperatorId(1), &key());
    assert_eq!(first_fault(&writer, &Anchors { notes: vec![other], ..Anchors::default() }), Fault::SealRoot(3));
}

#[test]
fn a_whole_history_written_again_fails_receipt_and_mark() {
    let honest = root(&journal().leaves());
    let mut again = Writer::default();
    again.add(&[settings(), operator(true)]);
    for _ in 0..7 {
        again.add(&[client(1, "Somebody else")]);
    }
    assert_eq!(verify(&again.entries, &Anchors::default()).problems, []);
    let receipt = Receipt::of(8, &honest);
    let anchors = Anchors { receipts: vec![receipt], ..Anchors::default() };
    assert_eq!(first_fault(&again, &anchors), Fault::Receipt(receipt));
    let seen = HighWater { file: FILE.into(), size: 8, root: honest, at: Instant::from_millis(0) };
    assert_eq!(first_fault(&again, &Anchors { seen: vec![seen], ..Anchors::default() }), Fault::Seen(8));
}

#[test]
fn a_cut_tail_is_older_than_last_seen() {
    let mut writer = journal();
    let seen = HighWater { file: FILE.into(), size: 8, root: root(&writer.leaves()), at: Instant::from_millis(0) };
    writer.entries.truncate(5);
    let outcome = verify(&writer.entries, &Anchors { seen: vec![seen.clone()], ..Anchors::default() });
    assert_eq!(outcome.problems, []);
    assert_eq!(outcome.verdict(), Verdict::OlderThanLastSeen(seen));
}

#[test]
fn a_missing_an_added_and_a_swapped_entry_are_found() {
    let mut missing = journal();
    missing.entries.remove(3);
    assert_eq!(first_fault(&missing, &Anchors::default()), Fault::Sequence { expected: 4, found: 5 });
    let mut swapped = journal();
    let bytes = swapped.entries[3].bytes.clone();
    swapped.entries[3].bytes = std::mem::replace(&mut swapped.entries[4].bytes, bytes);
    assert!(!verify(&swapped.entries, &Anchors::default()).is_sound());
    let mut renamed = journal();
    renamed.entries[3].seq = 9;
    assert!(!verify(&renamed.entries, &Anchors::default()).is_sound());
}

#[test]
fn records_dropped_added_or_in_another_order_are_found() {
    for change in [
        (|entry| drop(entry.versions.pop())) as fn(&mut StoredEntry),
        |entry| entry.versions.push(entry.versions[1].clone()),
        |entry| entry.versions.swap(1, 2),
        |entry| entry.versions.swap(0, 1),
    ] {
        let mut writer = journal();
        change(&mut writer.entries[2]);
        let outcome = verify(&writer.entries, &Anchors::default());
        assert!(outcome.problems.iter().any(|p| p.seq == 3), "{:?}", outcome.problems);
    }
}

#[test]
fn an_erased_private_part_leaves_the_history_sound() {
    let mut writer = journal();
    writer.entries[3].versions[1].opening = None;
    let outcome = verify(&writer.entries, &Anchors::default());
    assert_eq!((outcome.problems.as_slice(), outcome.erased), ([].as_slice(), 1));
}

#[test]
fn an_unknown_kind_or_format_ends_the_pass() {
    let mut writer = journal();
    writer.entries[3].versions[1].kind = 200;
    let mut verifier = Verifier::new(&Anchors::default());
    let folded: Vec<bool> = writer.entries.iter().map(|entry| verifier.feed(entry).is_some()).collect();
    assert!(verifier.halted());
    assert_eq!(folded, [true, true, true, false, false, false, false, false]);
    let newer = String::from_utf8(writer.entries[2].bytes.clone()).unwrap().replace("\"v\":1", "\"v\":2");
    writer.entries[2].bytes = newer.into_bytes();
    assert_eq!(verify(&writer.entries, &Anchors::default()).entries, 3);
}

proptest! {
    /// Any byte of entry, leaf, public part, commitment, salt or private part.
    #[test]
    fn any_flipped_bit_is_found(at in 0usize..8, record in 0usize..3, part in 0usize..6, place: usize, bit in 0u8..8) {
        let mut writer = journal();
        let entry = &mut writer.entries[at];
        let record = record % entry.versions.len();
        let version = &mut entry.versions[record];
        let opening = version.opening.as_mut().unwrap();
        let bytes: &mut [u8] = match part {
            0 => &mut entry.bytes,
            1 => &mut entry.leaf,
            2 => &mut version.public,
            3 => &mut version.commitment,
            4 => &mut opening.salt,
            _ => &mut opening.private,
        };
        let place = place % bytes.len();
        bytes[place] ^= 1 << bit;
        let outcome = verify(&writer.entries, &Anchors::default());
        prop_assert!(!outcome.is_sound());
        // A changed time also makes the next entry disagree; the first fault is never earlier than the change.
        prop_assert!(outcome.problems[0].seq > at as u64);
        prop_assert!(outcome.problems[0].seq <= at as u64 + 2);
    }

    #[test]
    fn a_changed_id_kind_or_previous_is_found(at in 0usize..8, field in 0usize..3, by in 1u64..5) {
        let mut writer = journal();
        let version = &mut writer.entries[at].versions[1];
        match field {
            0 => version.id += by,
            1 => version.kind ^= by as u8,
            _ => version.prev = Some(version.prev.unwrap_or(0) + by),
        }
        prop_assert!(!verify(&writer.entries, &Anchors::default()).is_sound());
    }
}
