//! How findings are worded: counts, days, places, lists of names.
//!
//! Must never know: the rules, the width of a screen.

use super::Judge;
use crate::domain::person_status::short_day;
use crate::domain::policy::{Limit, Unit};
use crate::domain::{AccountFacts, Admin, Client, Factor, Instant, Person, System};

/// `1 client`, `6 clients`.
pub(super) fn count(n: u32, noun: &str) -> String {
    match (n, noun) {
        (1, _) => format!("1 {noun}"),
        (_, "way in") => format!("{n} ways in"),
        (_, "person") => format!("{n} people"),
        _ => format!("{n} {noun}s"),
    }
}

/// The count of a list.
pub(super) fn count_of(n: usize, noun: &str) -> String {
    count(u32::try_from(n).unwrap_or(u32::MAX), noun)
}

/// A limit's value with its unit.
pub(super) fn amount(limit: Limit, value: i64) -> String {
    let number = u32::try_from(value).unwrap_or(0);
    match limit.setting().unit {
        Unit::Hours => count(number, "hour"),
        Unit::Days => count(number, "day"),
        Unit::Level => {
            let fits = |factor: &&Factor| factor.level().is_some_and(|level| i64::from(level) >= value);
            Factor::ALL.iter().find(fits).map_or_else(String::new, |factor| factor.shown().to_owned())
        }
        _ => value.to_string(),
    }
}

/// `12 Mar` within this year, `12 Mar 2025` in another: for titles, which are made anew at New Year.
pub(super) fn day(judge: &Judge<'_>, moment: Instant) -> String {
    short_day(judge.zone.day(moment), judge.zone.day(judge.at))
}

/// `12 Mar 2025`: a day in a fact, which has to read the same next year.
pub(super) fn date(judge: &Judge<'_>, moment: Instant) -> String {
    judge.zone.day(moment).format("%-d %b %Y").to_string()
}

/// `12 Mar 2026, 18:00`.
pub(super) fn moment(judge: &Judge<'_>, moment: Instant) -> String {
    judge.zone.local(moment).format("%-d %b %Y, %H:%M").to_string()
}

/// A person's name, or which one it was when the name was erased.
pub(super) fn name(person: &Person) -> String {
    if person.name.trim().is_empty() { format!("Person {}", person.id) } else { person.name.clone() }
}

/// A login, or which one it was when it was erased.
pub(super) fn login(facts: &AccountFacts) -> String {
    let account = &facts.account;
    if account.login.trim().is_empty() { format!("login {}", account.id) } else { account.login.clone() }
}

/// Where: `Bright Auto 365`. Our own systems, and those named after their client, stand alone.
pub(super) fn place(system: &System, client: &Client) -> String {
    if stands_alone(system, client) { system.name.clone() } else { format!("{} {}", client.name, system.name) }
}

/// Where, the system first: `VPN at Cedar & Pike`.
pub(super) fn place_at(system: &System, client: &Client) -> String {
    if stands_alone(system, client) { system.name.clone() } else { format!("{} at {}", system.name, client.name) }
}

fn stands_alone(system: &System, client: &Client) -> bool {
    let first_word = client.name.split_whitespace().next().unwrap_or_default().to_lowercase();
    client.own || first_word.is_empty() || system.name.to_lowercase().starts_with(&first_word)
}

/// A place with the level when it may administer: `Bright Auto 365 admin`. `admin` is not said twice.
pub(super) fn place_and_level(system: &System, client: &Client, admin: Admin) -> String {
    let place = place(system, client);
    if admin == Admin::None || place.to_lowercase().ends_with("admin") { place } else { format!("{place} admin") }
}

/// `Harbor Dental`, `Harbor Dental and 1 other client`, `Harbor Dental and 5 other clients`.
pub(super) fn first_and_others(first: &str, all: u32) -> String {
    match all.saturating_sub(1) {
        0 => first.to_owned(),
        others => format!("{first} and {}", count(others, "other client")),
    }
}

/// Some names in one sentence; from the fifth on they are counted.
pub(super) fn names(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] if first.len() < 4 => format!("{} and {last}", first.join(", ")),
        [a, b, c, rest @ ..] => format!("{a}, {b}, {c} and {} others", rest.len()),
        [..] => names.join(", "),
    }
}
