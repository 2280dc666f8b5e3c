//! The pass over the whole journal, from stored bytes only.
//!
//! Checked: every entry is in its one spelling, numbers have no gap, each entry names the leaf before, its records
//! are the ones it was written with, every private part fits its commitment, every version names the one before;
//! seals are signed by who was allowed to at that point and fit the root recomputed here; receipts and marks fit.
//! An unknown format or kind of record ends the pass: nothing is skipped.
//!
//! Must never know: where entries come from.

use super::checkpoint::{Checkpoint, KnownKey, read_verifier};
use super::codec::VersionBytes;
use super::entry::{Entry, EntryError};
use super::leaf::{Hash, NO_LEAF, entry_leaf};
use super::receipt::{HighWater, Receipt};
use super::tree::Frontier;
use super::verdict::{Fault, Problem, Verification, named};
use crate::domain::{AnyRecord, Instant, OperatorId, RecordKind, RecordRef, Seq};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// So many faults are kept; more would not help anybody.
pub const MAX_PROBLEMS: usize = 1000;

/// One entry with its records, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// The number it is stored under.
    pub seq: Seq,
    /// The leaf stored beside it.
    pub leaf: Vec<u8>,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its record versions, in their order.
    pub versions: Vec<VersionBytes>,
}

/// What is known about the journal besides its entries.
#[derive(Debug, Clone, Default)]
pub struct Anchors {
    /// Signed notes kept in the register.
    pub notes: Vec<String>,
    /// Receipts somebody holds.
    pub receipts: Vec<Receipt>,
    /// Marks of the newest state seen, from this computer and others.
    pub seen: Vec<HighWater>,
}

/// Sizes of the journal at which something is compared.
#[derive(Debug, Default)]
struct Checks {
    notes: BTreeMap<u64, Vec<String>>,
    receipts: BTreeMap<u64, Vec<Receipt>>,
    seen: BTreeMap<u64, Vec<HighWater>>,
}

/// The running verification: feed it every entry in order, then finish.
#[derive(Debug, Default)]
pub struct Verifier {
    checks: Checks,
    found: Found,
    frontier: Frontier,
    prev: Hash,
    last_at: Option<Instant>,
    latest: Latest,
    batches: BTreeSet<Seq>,
    keys: Vec<KnownKey>,
    file: Option<String>,
    halted: bool,
}

#[derive(Debug, Default)]
struct Found {
    problems: Vec<Problem>,
    versions: u64,
    erased: u64,
    first_at: Option<Instant>,
    sealed: Option<u64>,
    outside: u64,
}

impl Found {
    fn fault(&mut self, seq: Seq, what: Fault) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem { seq, what });
        }
    }
}

impl Verifier {
    /// A verification against these anchors.
    pub fn new(anchors: &Anchors) -> Self {
        let mut verifier = Self { prev: NO_LEAF, ..Self::default() };
        let mut last_size = 0;
        for note in &anchors.notes {
            match Checkpoint::parse(note) {
                Err(error) => verifier.found.fault(0, Fault::Seal(error)),
                Ok((checkpoint, _)) => {
                    if checkpoint.size <= last_size {
                        verifier.found.fault(0, Fault::SealOrder(checkpoint.size));
                    }
                    last_size = checkpoint.size;
                    verifier.checks.notes.entry(checkpoint.size).or_default().push(note.clone());
                }
            }
        }
        for receipt in &anchors.receipts {
            verifier.checks.receipts.entry(receipt.size).or_default().push(*receipt);
        }
        for seen in &anchors.seen {
            verifier.checks.seen.entry(seen.size).or_default().push(seen.clone());
        }
        verifier
    }

    /// Whether the pass ended early at something this program does not understand.
    pub const fn halted(&self) -> bool {
        self.halted
    }

    /// Takes the next entry. Gives its records when the entry holds together, so that the caller can fold them.
    pub fn feed(&mut self, stored: &StoredEntry) -> Option<Vec<(RecordRef, Option<AnyRecord>)>> {
        if self.halted {
            return None;
        }
        let expected = self.frontier.size() + 1;
        if stored.seq != expected {
            self.found.fault(stored.seq, Fault::Sequence { expected, found: stored.seq });
        }
        let leaf = entry_leaf(&stored.bytes);
        if stored.leaf != leaf {
            self.found.fault(stored.seq, Fault::Leaf(stored.seq));
        }
        let records = match Entry::from_bytes(&stored.bytes) {
            Err(error) => {
                self.halted = matches!(error, EntryError::Newer(_));
                self.found.fault(stored.seq, Fault::Entry(stored.seq, error));
                None
            }
            Ok(entry) => {
                self.entry(stored, &entry);
                self.records(stored, &entry)
            }
        };
        self.prev = leaf;
        self.frontier.push(leaf);
        if let Some(records) = &records {
            self.learn(stored.seq, records);
        }
        self.compare(stored.seq);
        records
    }

    /// The entry's own statements.
    fn entry(&mut self, stored: &StoredEntry, entry: &Entry) {
        let seq = stored.seq;
        if entry.seq != seq {
            self.found.fault(seq, Fault::Sequence { expected: seq, found: entry.seq });
        }
        if entry.prev != self.prev {
            self.found.fault(seq, Fault::Chain(seq, seq.saturating_sub(1)));
        }
        if entry.back != self.last_at.is_some_and(|last| entry.at < last) {
            self.found.fault(seq, Fault::Back(seq));
        }
        if let Some(batch) = entry.batch {
            if batch == seq {
                self.batches.insert(seq);
            } else if !self.batches.contains(&batch) {
                self.found.fault(seq, Fault::Batch(seq));
            }
        }
        self.found.first_at.get_or_insert(entry.at);
        self.last_at = Some(entry.at);
    }

    /// The entry's record versions against its root, each version against the one before.
    fn records(&mut self, stored: &StoredEntry, entry: &Entry) -> Option<Vec<(RecordRef, Option<AnyRecord>)>> {
        let seq = stored.seq;
        let found = stored.versions.len() as u64;
        if entry.count != found {
            self.found.fault(seq, Fault::Count { seq, said: entry.count, found });
        }
        let mut frontier = Frontier::default();
        let mut records = Vec::with_capacity(stored.versions.len());
        for version in &stored.versions {
            frontier.push(version.leaf());
            self.found.versions += 1;
            self.found.erased += u64::from(version.opening.is_none());
            if !version.opens() {
                self.found.fault(seq, Fault::Private { seq, of: named(version.kind, version.id) });
            }
            if self.latest.replace(version.kind, version.id, seq) != version.prev {
                self.found.fault(seq, Fault::Previous { seq, of: named(version.kind, version.id) });
            }
            match version.record_kind().and_then(|kind| Ok((kind, version.record()?))) {
                Ok((kind, record)) => records.push((RecordRef { kind, id: version.id }, record)),
                Err(error) => {
                    self.found.fault(seq, Fault::Record(seq, error.to_string()));
                    self.halted = true;
                    return None;
                }
            }
        }
        if frontier.root() != entry.root {
            self.found.fault(seq, Fault::Root(seq));
        }
        let own = RecordRef { kind: RecordKind::Act, id: seq };
        let acts = records.iter().filter(|(of, _)| of.kind == RecordKind::Act).count();
        if records.first().map(|(of, _)| *of) != Some(own) || acts != 1 {
            self.found.fault(seq, Fault::Act(seq));
        }
        Some(records)
    }

    /// Operators and the register's id come from the journal itself.
    fn learn(&mut self, seq: Seq, records: &[(RecordRef, Option<AnyRecord>)]) {
        for (of, record) in records {
            match record {
                Some(AnyRecord::Settings(settings)) => self.file = Some(settings.file.clone()),
                Some(AnyRecord::Operator(operator)) => {
                    let key = operator.active.then(|| read_verifier(&operator.verifier)).flatten();
                    self.enrol(operator.id, seq, key);
                }
                None if of.kind == RecordKind::Operator => self.enrol(OperatorId(of.id), seq, None),
                _ => {}
            }
        }
    }

    fn enrol(&mut self, operator: OperatorId, seq: Seq, key: Option<ed25519_dalek::VerifyingKey>) {
        let open = self.keys.iter_mut().find(|known| known.operator == operator && known.until.is_none());
        if let Some(known) = open {
            if key == Some(known.key) {
                return;
            }
            known.until = Some(seq);
        }
        if let Some(key) = key {
            self.keys.push(KnownKey { operator, key, from: seq, until: None });
        }
    }

    /// Seals, receipts and marks for the size reached now.
    fn compare(&mut self, seq: Seq) {
        let size = self.frontier.size();
        let (notes, receipts, seen) =
            (self.checks.notes.remove(&size), self.checks.receipts.remove(&size), self.checks.seen.remove(&size));
        if notes.is_none() && receipts.is_none() && seen.is_none() {
            return;
        }
        let root = self.frontier.root();
        for note in notes.into_iter().flatten() {
            // A seal made before the settings were written cannot name the register; its own name must do.
            let file = self.file.clone().unwrap_or_default();
            match Checkpoint::verify(&note, &file, &self.keys) {
                Err(error) => self.found.fault(seq, Fault::Seal(error)),
                Ok(checkpoint) if checkpoint.root != root => self.found.fault(seq, Fault::SealRoot(size)),
                Ok(_) => self.found.sealed = Some(size),
            }
        }
        for receipt in receipts.into_iter().flatten() {
            if receipt.fits(size, &root) {
                self.found.outside += 1;
            } else {
                self.found.fault(seq, Fault::Receipt(receipt));
            }
        }
        for mark in seen.into_iter().flatten() {
            if mark.root == root {
                self.found.outside += 1;
            } else {
                self.found.fault(seq, Fault::Seen(size));
            }
        }
    }

    /// The outcome. Anchors beyond the end say that entries are missing.
    pub fn finish(mut self) -> Verification {
        let entries = self.frontier.size();
        if !self.halted {
            for size in std::mem::take(&mut self.checks.notes).into_keys() {
                self.found.fault(entries, Fault::SealRoot(size));
            }
            for receipt in std::mem::take(&mut self.checks.receipts).into_values().flatten() {
                self.found.fault(entries, Fault::Receipt(receipt));
            }
        }
        let older = if self.halted { None } else { self.checks.seen.into_values().flatten().last() };
        let operators: BTreeSet<OperatorId> = self.keys.iter().map(|known| known.operator).collect();
        Verification {
            entries,
            versions: self.found.versions,
            erased: self.found.erased,
            span: self.found.first_at.zip(self.last_at),
            root: self.frontier.root(),
            sealed: self.found.sealed,
            outside: self.found.outside,
            older,
            operators: operators.len() as u64,
            problems: self.found.problems,
            state: Vec::new(),
            replayed: false,
        }
    }
}

/// Verifies everything at once.
pub fn verify<'a>(entries: impl IntoIterator<Item = &'a StoredEntry>, anchors: &Anchors) -> Verification {
    let mut verifier = Verifier::new(anchors);
    for entry in entries {
        verifier.feed(entry);
    }
    verifier.finish()
}

/// The last sequence seen for each record. Ids are small and dense, so a list per kind holds nearly all of them in
/// eight bytes each; an id far out goes to a map.
#[derive(Debug, Default)]
struct Latest {
    dense: Vec<Vec<Seq>>,
    sparse: HashMap<(u8, u64), Seq>,
}

impl Latest {
    /// Notes the sequence and gives the one before.
    fn replace(&mut self, kind: u8, id: u64, seq: Seq) -> Option<Seq> {
        let row = usize::from(kind);
        if self.dense.len() <= row {
            self.dense.resize_with(row + 1, Vec::new);
        }
        let place = usize::try_from(id).unwrap_or(usize::MAX);
        if let Some(list) = self.dense.get_mut(row)
            && !self.sparse.contains_key(&(kind, id))
            && place <= list.len().saturating_mul(2).saturating_add(4096)
        {
            if list.len() <= place {
                list.resize(place + 1, 0);
            }
            if let Some(slot) = list.get_mut(place) {
                let before = std::mem::replace(slot, seq);
                return (before != 0).then_some(before);
            }
        }
        self.sparse.insert((kind, id), seq)
    }
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod tests;
