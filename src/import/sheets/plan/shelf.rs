//! Records of one kind while sheets are compared: as they were, as they become, and the row that changed them.
//!
//! Must never know: what a record means.

use crate::domain::{Record, RecordId as _};
use crate::import::plan::{Basis, Draft, Known};
use std::collections::BTreeMap;

struct Item<R> {
    before: Option<Known<R>>,
    now: R,
    row: Option<usize>,
}

pub(crate) struct Shelf<R> {
    items: BTreeMap<u64, Item<R>>,
}

impl<R: Record> Shelf<R> {
    pub fn new(known: &[Known<R>]) -> Self {
        let items = known.iter().map(|known| {
            let item = Item { before: Some(known.clone()), now: known.record.clone(), row: None };
            (known.record.id().number(), item)
        });
        Self { items: items.collect() }
    }

    pub fn get(&self, id: u64) -> Option<&R> {
        self.items.get(&id).map(|item| &item.now)
    }

    /// All records as they stand now, those made last at the end.
    pub fn all(&self) -> impl Iterator<Item = &R> {
        self.items.values().map(|item| &item.now)
    }

    /// A record that was not there.
    pub fn add(&mut self, record: R, row: usize) {
        self.items.insert(record.id().number(), Item { before: None, now: record, row: Some(row) });
    }

    /// A record as it becomes. The first row that touched it answers for it.
    pub fn set(&mut self, record: R, row: usize) {
        if let Some(item) = self.items.get_mut(&record.id().number()) {
            if item.now != record {
                item.row.get_or_insert(row);
                item.now = record;
            }
        } else {
            self.add(record, row);
        }
    }

    /// Whether a record is made by this import.
    pub fn is_new(&self, id: u64) -> bool {
        self.items.get(&id).is_some_and(|item| item.before.is_none())
    }

    /// The record versions to be written, and what they were made from.
    pub fn finish(self, drafts: &mut Vec<Draft>, basis: &mut Basis) {
        for item in self.items.into_values() {
            match item.before {
                Some(before) if before.record == item.now => {}
                before => {
                    if let Some(known) = &before {
                        basis.on(known);
                    }
                    drafts.push(Draft { record: item.now.into(), row: item.row.unwrap_or(usize::MAX) });
                }
            }
        }
    }
}
