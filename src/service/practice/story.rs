//! The entries of the history to be, put in order before they are committed.
//!
//! Must never know: what the entries are about.

use super::calendar::Calendar;
use super::{OPERATOR, Sink};
use crate::domain::{Change, Instant, Record, RecordId};

/// The day the register was opened, in days ago: 4 January two years back when today is 23 November.
pub const OPENED: i64 = 1_054;

/// One entry to be.
struct Scene {
    at: Instant,
    change: Change,
    /// Entries with the same number here belong to one batch.
    batch: Option<u32>,
}

/// The history to be, in any order until it is performed.
pub struct Story<'a> {
    /// Dates.
    pub calendar: Calendar,
    sink: &'a mut dyn Sink,
    scenes: Vec<Scene>,
    batches: u32,
}

impl<'a> Story<'a> {
    /// An empty history that will be told to this sink.
    pub fn new(calendar: &Calendar, sink: &'a mut dyn Sink) -> Self {
        Self { calendar: calendar.clone(), sink, scenes: Vec::new(), batches: 0 }
    }

    /// The next free id for a record.
    pub fn id<R: Record>(&mut self) -> R::Id {
        R::Id::new(self.sink.allocate(R::KIND))
    }

    /// Adds an entry. Changes without a record are left out.
    pub fn tell(&mut self, at: Instant, change: Change) {
        self.scene(at, change, None);
    }

    /// Adds entries of one moment that belong together.
    pub fn tell_batch(&mut self, at: Instant, changes: Vec<Change>) {
        self.batches = self.batches.saturating_add(1);
        for change in changes {
            self.scene(at, change, Some(self.batches));
        }
    }

    fn scene(&mut self, at: Instant, change: Change, batch: Option<u32>) {
        if !change.edits.is_empty() {
            let latest = Instant::from_millis(self.calendar.now.millis().saturating_sub(60_000));
            self.scenes.push(Scene { at: at.min(latest), change, batch });
        }
    }

    /// Commits everything, oldest first; entries of one moment in the order they were told.
    pub fn perform(mut self) {
        self.scenes.sort_by_key(|scene| scene.at);
        let mut open: Option<u32> = None;
        for scene in self.scenes {
            if open != scene.batch {
                if open.is_some() {
                    self.sink.batch_ends();
                }
                if scene.batch.is_some() {
                    self.sink.batch_begins();
                }
                open = scene.batch;
            }
            self.sink.commit(scene.at, OPERATOR, scene.change);
        }
        if open.is_some() {
            self.sink.batch_ends();
        }
    }
}
