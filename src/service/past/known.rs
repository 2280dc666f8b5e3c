//! How we know that a way in was open on a date: by a list taken near it, or because somebody said so.
//!
//! Must never know: how that is shown.

use crate::domain::{AccountId, Batch, HowKnown, Instant, Observation, Record, RecordKind, RecordRef, SystemId};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::service::session::Scene;
use crate::service::view::WayIn;
use crate::service::words;
use crate::store::{Select, StoreError};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A list taken within so many days of a date is a witness of it: the usual distance of weekly imports.
const NEAR_DAYS: i64 = 7;

/// What is known of the lists of the systems that were looked at.
pub(super) struct Known {
    at: Instant,
    lists: HashMap<SystemId, Vec<Instant>>,
    near: u32,
    far: u32,
    hand: u32,
    review: u32,
}

/// How one way in is known.
enum How {
    /// By a list of the system, taken then.
    List(Instant),
    /// By a review.
    Review,
    /// Somebody typed it.
    Hand,
}

impl Known {
    pub(super) fn new(at: Instant) -> Self {
        Self { at, lists: HashMap::new(), near: 0, far: 0, hand: 0, review: 0 }
    }

    /// Counts a way in.
    pub(super) fn add(&mut self, facts: &Facts<'_>, way: &WayIn) -> Result<(), AppError> {
        match self.how(facts, way)? {
            How::List(taken) if self.is_near(taken) => self.near += 1,
            How::List(_) => self.far += 1,
            How::Review => self.review += 1,
            How::Hand => self.hand += 1,
        }
        Ok(())
    }

    fn is_near(&self, taken: Instant) -> bool {
        apart(taken, self.at) <= NEAR_DAYS.unsigned_abs() * 86_400_000
    }

    /// How a way in is known, in words: `import 30 Mar`, `entered by hand`.
    pub(super) fn words(&mut self, facts: &Facts<'_>, way: &WayIn, scene: &Scene) -> Result<String, AppError> {
        Ok(match self.how(facts, way)? {
            How::List(taken) => format!("import {}", words::day(taken, scene.now, &scene.zone)),
            How::Review => "review".to_owned(),
            How::Hand => "entered by hand".to_owned(),
        })
    }

    /// How sure all of it is.
    pub(super) fn sentences(&self) -> Vec<String> {
        let total = self.near + self.far + self.hand + self.review;
        let mut out = Vec::new();
        if total == 0 {
            return vec!["No way in is on record for that day.".to_owned()];
        }
        out.push(format!("{} of {total} are backed by an import made within {NEAR_DAYS} days of the date.", self.near));
        if self.far > 0 {
            let were = words::counted(u64::from(self.far), "is", "are");
            out.push(format!("{were} in a list made longer before or after."));
        }
        if self.review > 0 {
            let were = words::counted(u64::from(self.review), "was", "were");
            out.push(format!("{were} confirmed in a review."));
        }
        if self.hand > 0 {
            let were = words::counted(u64::from(self.hand), "was", "were");
            out.push(format!("{were} typed in by hand; they are marked \"entered by hand\". The report says so too."));
        }
        out
    }

    fn how(&mut self, facts: &Facts<'_>, way: &WayIn) -> Result<How, AppError> {
        if let Some(first) = first_seen(facts, way.account)? {
            let at = self.at;
            let lists = self.lists(facts, way.system)?;
            let since = lists.iter().copied().filter(|taken| *taken >= first);
            if let Some(taken) = since.min_by_key(|taken| apart(*taken, at)) {
                return Ok(How::List(taken));
            }
        }
        let grant = facts.get::<crate::domain::Grant>(way.grant)?;
        Ok(match grant.map(|grant| grant.how) {
            Some(HowKnown::Import(batch)) => match facts.get::<Batch>(batch)? {
                Some(batch) => How::List(batch.taken),
                None => How::Hand,
            },
            Some(HowKnown::Review) => How::Review,
            _ => How::Hand,
        })
    }

    /// The lists of a system, by the moment they were taken.
    fn lists(&mut self, facts: &Facts<'_>, system: SystemId) -> Result<&[Instant], StoreError> {
        Ok(match self.lists.entry(system) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let batches = facts.list::<Batch>(Select::all().eq("system", system))?;
                place.insert(batches.into_iter().map(|batch| batch.taken).collect())
            }
        })
    }
}

/// Milliseconds between two moments.
const fn apart(one: Instant, other: Instant) -> u64 {
    one.millis().abs_diff(other.millis())
}

/// When an account first stood in a list.
fn first_seen(facts: &Facts<'_>, account: AccountId) -> Result<Option<Instant>, AppError> {
    let of = RecordRef { kind: RecordKind::Observation, id: account.0 };
    for version in facts.reader().versions_of(of)? {
        if let Some(record) = version.record.as_ref().and_then(Observation::from_any)
            && record.batch.is_some()
        {
            return Ok(Some(record.at));
        }
    }
    Ok(None)
}
