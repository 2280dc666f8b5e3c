//! How we know that a way in was open at a moment: by a list of its system, by a review, or because somebody said so.
//!
//! The one place that decides it: rows, answers about the past and reports ask here.
//!
//! Must never know: how that is shown, which ways in are asked about.

use crate::domain::{Batch, Holding, HowKnown, Instant, Observation};
use crate::report::Sureness;
use crate::report::model::Known;
use crate::service::facts::{Facts, List};
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
    if let Some(known) = listed(facts, holding, at)? {
        return Ok(known);
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
            Known::Missing(_) => sure.missing += 1,
            Known::Review(_) => sure.review += 1,
            Known::Hand => sure.hand += 1,
        }
    }
    sure
}

/// How the lists know it: by the one nearest to the moment that names the account, which is one it was seen in, or one
/// of the whole system from after that; or as missing, when the last word before the moment was that it was not named.
/// A list of a part of a system backs only what stands in it.
fn listed(facts: &Facts<'_>, holding: &Holding, at: Instant) -> Result<Option<Known>, StoreError> {
    let lists = facts.lists(holding.at.system.id)?;
    let Some(newest) = lists.last() else { return Ok(None) };
    if newest.taken <= at
        && let Some(seen) = holding.at.seen.as_ref().filter(|seen| seen.batch.is_some())
        && seen.missing_since.is_none()
    {
        // Nothing was listed later than the moment, so the newest is the nearest: no need to read older sightings.
        return Ok(Some(Known::Import(holding.at.listed.map_or(seen.at, |listed| listed.max(seen.at)))));
    }
    let words = words(&lists, &facts.sightings(holding.at.account.id)?);
    if let Some(word) = last_by(&words, at).filter(|word| !word.named) {
        return Ok(Some(Known::Missing(word.taken)));
    }
    let whole = lists.iter().filter(|list| list.whole).map(|list| list.taken);
    let backed = whole.filter(|taken| last_by(&words, *taken).is_some_and(|word| word.named));
    let seen = words.iter().filter(|word| word.named).map(|word| word.taken);
    Ok(backed.chain(seen).min_by_key(|taken| (apart(*taken, at), *taken)).map(Known::Import))
}

/// What one list said of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Word {
    taken: Instant,
    named: bool,
}

/// The words of the lists that still stand: what an import said that was undone since is not one.
fn words(lists: &[List], sightings: &[Observation]) -> Vec<Word> {
    let mut out = Vec::new();
    for seen in sightings {
        if seen.batch.is_some_and(|batch| lists.iter().any(|list| list.batch == batch)) {
            out.push(Word { taken: seen.at, named: true });
        }
        if let Some(taken) = seen.missing_since
            && lists.iter().any(|list| list.whole && list.taken == taken)
        {
            out.push(Word { taken, named: false });
        }
    }
    out
}

/// The last word by a moment; of two lists of one moment the one that names the account.
fn last_by(words: &[Word], at: Instant) -> Option<&Word> {
    words.iter().filter(|word| word.taken <= at).max_by_key(|word| (word.taken, word.named))
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
