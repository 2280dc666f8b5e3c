//! The numbers of a week ago, to compare those of Today with.
//!
//! Must never know: how they are shown.

use super::derive;
use super::lines;
use super::session::Scene;
use super::words;
use crate::domain::{Day, Instant, Person, person_status};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::store::{ClientCount, Select};
use chrono::TimeDelta;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// In a register of more ways in the past is not counted again while somebody waits for Today: it has to answer within
/// 100 ms.
const MOST_WAYS: u64 = 5_000;
/// The numbers are compared with those of so many days before.
const DAYS: i64 = 7;

/// The numbers at the end of the working day a week ago, as the register knew them then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WeekAgo {
    /// When that was.
    pub at: Instant,
    /// Open ways in of people who had left.
    pub held_by_leavers: u64,
    /// Open admin rights without a second factor.
    pub weak_admin: u64,
}

impl WeekAgo {
    /// A number of today against the one of then: `was 24 Mon`, `same Mon`. A week ago is the same weekday.
    pub fn words(&self, now: u64, then: fn(&Self) -> u64, scene: &Scene) -> String {
        let day = scene.zone.day(self.at).format("%a");
        match then(self) {
            before if before == now => format!("same {day}"),
            before => format!("was {} {day}", words::count(before)),
        }
    }
}

/// For which day they were counted, and what was found.
type Counted = (Day, Option<WeekAgo>);

/// The numbers, counted once a day.
#[derive(Debug, Clone, Default)]
pub struct Kept(Arc<Mutex<Option<Counted>>>);

impl Kept {
    /// The numbers of a week ago; nothing where there was no register yet, or it is too large to count again.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn get(&self, facts: &Facts<'_>, scene: &Scene) -> Result<Option<WeekAgo>, AppError> {
        let today = scene.zone.day(scene.now);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((day, week)) = *kept
            && day == today
        {
            return Ok(week);
        }
        let week = count(facts, scene, today - TimeDelta::days(DAYS))?;
        *kept = Some((today, week));
        Ok(week)
    }
}

fn count(facts: &Facts<'_>, scene: &Scene, day: Day) -> Result<Option<WeekAgo>, AppError> {
    let read = facts.reader();
    if read.derived_sum::<ClientCount>("ways")? > MOST_WAYS {
        return Ok(None);
    }
    let at = scene.zone.closing_of(day);
    let known = read.seq_at(at)?;
    if known == 0 {
        return Ok(None);
    }
    let then = Facts::new(read, Some(known));
    let mut week = WeekAgo { at, held_by_leavers: 0, weak_admin: 0 };
    for person in then.list::<Person>(Select::all())? {
        let runs = then.runs_of(person.id)?;
        let left = person_status::status(&person, &runs, &scene.zone, at).has_left();
        let holdings = then.holdings_of(person.id)?;
        let ways = derive::ways_of(&then, &holdings, at)?;
        let states: HashMap<_, _> = ways.states().collect();
        let is_open = |grant| states.get(&grant).is_some_and(|state| state.is_open());
        for holding in holdings.iter().filter(|holding| is_open(holding.grant.id)) {
            week.held_by_leavers += u64::from(left);
            week.weak_admin += u64::from(holding.is_admin() && lines::is_without_factor(holding));
        }
    }
    Ok(Some(week))
}
