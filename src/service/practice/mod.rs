//! The practice register: a made-up managed service provider with people, clients and nearly three years of history.
//!
//! Everything is told relative to the moment it is asked for, so the same day looks the same on any date: somebody
//! leaves today, somebody left in spring and can still get in, somebody starts next Monday. The recipe (names,
//! systems, who has what) ships in `assets/practice`; this module turns it into changes for the one write door.
//!
//! Must never know: where the changes go, what time it really is, any real randomness.

mod access;
mod calendar;
mod estate;
mod fates;
mod imports;
mod lives;
mod million;
mod office;
mod opening;
mod recipe;
mod rng;
mod runs;
mod samples;
mod story;
mod world;

#[cfg(test)]
mod tests;

pub use samples::sample_files;

use crate::domain::{Change, Instant, OperatorId, PersonId, RecordKind, Zone};

/// The made-up firm's name, for the register's settings.
pub const FIRM: &str = "Kingswood IT";

/// The name of the operator who is told to have written the history.
pub const OPERATOR_NAME: &str = "M. Ortiz";

/// The operator every change is committed as: the one who made the register, the first there is.
pub const OPERATOR: OperatorId = OperatorId(1);

/// How much is made up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// 8 people and 5 clients: enough to try every key.
    Small,
    /// 42 people and 118 clients with their history.
    Typical,
    /// 2 000 people, 5 000 clients, 60 000 systems, 700 000 accounts, 1 000 000 ways in.
    Million,
}

/// Where the story goes: the service implements this on the write door, in one transaction.
pub trait Sink {
    /// The next free id of a kind. Every id is asked for once.
    fn allocate(&mut self, kind: RecordKind) -> u64;
    /// One entry of the history. Moments never go backwards and are never later than the `now` of the story.
    fn commit(&mut self, at: Instant, operator: OperatorId, change: Change);
    /// The entries from here to [`Sink::batch_ends`] belong to one batch and are undone together.
    fn batch_begins(&mut self) {}
    /// The batch is complete.
    fn batch_ends(&mut self) {}
}

/// Who is who, for the service and for tests. Nobody where the size leaves them out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cast {
    /// The office manager: the person behind the operator.
    pub office_manager: Option<PersonId>,
    /// Leaves today.
    pub leaving: Option<PersonId>,
    /// Left in spring; the discharge is still open.
    pub left: Option<PersonId>,
    /// Starts next Monday.
    pub starting: Option<PersonId>,
}

/// When the made-up register was opened: 1 054 days before today, in the morning. Settings and operator belong to
/// this moment; everything [`script`] tells comes after it.
pub fn opened(now: Instant, zone: &Zone) -> Instant {
    calendar::Calendar::new(now, zone).at(story::OPENED, 8, 45)
}

/// Tells the whole history, oldest first, ending before `now`. The same `now`, zone and size give the same history.
pub fn script(now: Instant, zone: &Zone, size: Size, sink: &mut dyn Sink) -> Cast {
    let calendar = calendar::Calendar::new(now, zone);
    if size == Size::Million {
        return million::script(&calendar, &million::Scale::FULL, sink);
    }
    let mut story = story::Story::new(&calendar, sink);
    let world = world::World::build(size, &mut story);
    opening::tell(&world, &mut story);
    lives::tell(&world, &mut story);
    office::tell(&world, &mut story);
    imports::tell(&world, &mut story);
    runs::tell(&world, &mut story);
    story.perform();
    world.cast()
}
