//! How we know that a way in was open at a moment: by a list of its system, by a review, or because somebody said so.
//!
//! The one place that decides it: rows, answers about the past and reports ask here.
//!
//! Must never know: how that is shown, which ways in are asked about.

use crate::domain::{Batch, Holding, HowKnown, Instant};
use crate::report::Sureness;
use crate::report::model::Known;
use crate::service::facts::Facts;
use crate::store::StoreError;
use std::time::Duration;

/// A list taken within so many days of a date, before or after, backs what is said about it: the usual distance of
/// weekly imports.
pub const NEAR_DAYS: u32 = 7;

/// How a way in is known at a moment.
///
/// # Errors
/// When a table cannot be read.
pub fn known(facts: &Facts<'_>, holding: &Holding, at: Instant) -> Result<Known, StoreError> {
    if let Some(taken) = backing(facts, holding, at)? {
        return Ok(Known::Import(taken));
    }
    Ok(match holding.grant.how {
        HowKnown::Import(batch) => facts.get::<Batch>(batch)?.map_or(Known::Hand, |batch| Known::Import(batch.taken)),
        HowKnown::Review => Known::Review(holding.at.known_at()),
        HowKnown::Hand => Known::Hand,
    })
}

/// How sure so many ways in are at a moment.
pub fn sureness<'k>(lines: impl IntoIterator<Item = &'k Known>, at: Instant) -> Sureness {
    let mut sure = Sureness { fresh_days: NEAR_DAYS, ..Sureness::default() };
    for known in lines {
        match known {
            Known::Import(taken) if is_near(*taken, at) => sure.fresh += 1,
            Known::Import(_) => sure.old += 1,
            Known::Review(_) => sure.review += 1,
            Known::Hand => sure.hand += 1,
        }
    }
    sure
}

/// The list nearest to a moment that backs an account: one it was seen in, or one of the whole system from after it was
/// first seen. A list of a part of a system backs only what stands in it.
fn backing(facts: &Facts<'_>, holding: &Holding, at: Instant) -> Result<Option<Instant>, StoreError> {
    let lists = facts.lists(holding.at.system.id)?;
    let Some(newest) = lists.last() else { return Ok(None) };
    if newest.taken <= at
        && let Some(seen) = holding.at.seen.as_ref().filter(|seen| seen.batch.is_some())
    {
        // Nothing was listed later than the moment, so the newest is the nearest: no need to read older sightings.
        return Ok(Some(holding.at.listed.map_or(seen.at, |listed| listed.max(seen.at))));
    }
    let sightings = facts.sightings(holding.at.account.id)?;
    let Some(first) = sightings.iter().copied().min() else { return Ok(None) };
    let whole = lists.iter().filter(|list| list.whole && list.taken >= first).map(|list| list.taken);
    Ok(whole.chain(sightings.iter().copied()).min_by_key(|taken| (apart(*taken, at), *taken)))
}

fn is_near(taken: Instant, at: Instant) -> bool {
    apart(taken, at) <= Duration::from_hours(24 * u64::from(NEAR_DAYS))
}

const fn apart(one: Instant, other: Instant) -> Duration {
    Duration::from_millis(one.millis().abs_diff(other.millis()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

    use super::*;

    fn at(typed: &str) -> Instant {
        Instant::parse(typed).unwrap()
    }

    #[test]
    fn a_list_is_near_for_seven_days_before_and_after_to_the_minute() {
        let noon = at("2026-03-31T12:00:00Z");
        for (taken, near) in [
            ("2026-03-24T12:00:00Z", true),
            ("2026-03-24T11:59:00Z", false),
            ("2026-04-07T12:00:00Z", true),
            ("2026-04-07T12:01:00Z", false),
        ] {
            let sure = sureness(&[Known::Import(at(taken))], noon);
            assert_eq!((sure.fresh, sure.old), (u64::from(near), u64::from(!near)), "{taken}");
        }
    }
}
