//! Dates, times and numbers in words, the same on the screen, in messages and in the commands' text.
//!
//! Must never know: widths, colours.

use crate::domain::{CaseKind, Day, Instant, LastUse, Zone};
use chrono::{Datelike, Timelike};

/// `23 Nov`, with the year when it is another one than now's: `12 Mar 2024`.
pub fn day(at: Instant, now: Instant, zone: &Zone) -> String {
    calendar_day(zone.day(at), zone.day(now))
}

/// The same for a calendar day.
pub fn calendar_day(day: Day, today: Day) -> String {
    if day.year() == today.year() { day.format("%-d %b").to_string() } else { day.format("%-d %b %Y").to_string() }
}

/// `23 Nov 2026`, always with the year.
pub fn full_day(at: Instant, zone: &Zone) -> String {
    zone.day(at).format("%-d %b %Y").to_string()
}

/// `Mar 2024`.
pub fn month(at: Instant, zone: &Zone) -> String {
    zone.day(at).format("%b %Y").to_string()
}

/// `14:06` today, `Mon 14:06` within a week, else the day.
pub fn moment(at: Instant, now: Instant, zone: &Zone) -> String {
    let (then, today) = (zone.day(at), zone.day(now));
    if then == today {
        time(at, zone)
    } else if (then - today).num_days().abs() < 7 {
        format!("{} {}", then.format("%a"), time(at, zone))
    } else {
        day(at, now, zone)
    }
}

/// `14:06`.
pub fn time(at: Instant, zone: &Zone) -> String {
    let local = zone.local(at);
    format!("{:02}:{:02}", local.hour(), local.minute())
}

/// `23 Nov 2026 14:06`.
pub fn full_moment(at: Instant, zone: &Zone) -> String {
    format!("{} {}", full_day(at, zone), time(at, zone))
}

/// How long ago something was used: `today`, `9 d`, `never`, and nothing where nobody knows.
pub fn last_used(last: LastUse, now: Instant, zone: &Zone) -> String {
    match last {
        LastUse::Unknown => String::new(),
        LastUse::Never => "never".to_owned(),
        LastUse::At(at) => match (zone.day(now) - zone.day(at)).num_days() {
            i64::MIN..=0 => "today".to_owned(),
            days => format!("{days} d"),
        },
    }
}

/// `18 204`: thin spacing from 10 000 on.
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// `1 way in`, `61 ways in`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{} {many}", count(number)) }
}

/// So much work: `45 minutes`, `2 h 10 min`.
pub fn work_time(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => counted(minutes.into(), "minute", "minutes"),
        (hours, 0) => format!("{hours} h"),
        (hours, rest) => format!("{hours} h {rest} min"),
    }
}

/// `Tom`, `Tom and Aisha`, `Tom, Aisha and 3 more`.
pub fn listed(names: &[String], most: usize) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [rest @ .., last] if names.len() <= most => format!("{} and {last}", rest.join(", ")),
        _ => format!(
            "{} and {} more",
            names.iter().take(most).cloned().collect::<Vec<_>>().join(", "),
            names.len() - most
        ),
    }
}

/// A run as sentences name it: `discharge of Dana Ruiz`, `end of the contract with Cedar & Pike Law`.
pub fn run_phrase(kind: CaseKind, name: &str) -> String {
    match kind {
        CaseKind::Mover => format!("role change of {name}"),
        CaseKind::ClientExit => format!("end of the contract with {name}"),
        _ => format!("discharge of {name}"),
    }
}

/// What a run is called: `Discharge`, `Role change`, `Contract end`.
pub const fn run_kind(kind: CaseKind) -> &'static str {
    match kind {
        CaseKind::Mover => "Role change",
        CaseKind::ClientExit => "Contract end",
        _ => "Discharge",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse(text).expect("rfc3339")
    }

    #[test]
    fn a_day_of_another_year_carries_its_year() {
        let (now, zone) = (at("2026-11-23T13:41:00Z"), Zone::utc());
        assert_eq!(day(at("2026-03-12T10:00:00Z"), now, &zone), "12 Mar");
        assert_eq!(day(at("2025-02-14T10:00:00Z"), now, &zone), "14 Feb 2025");
    }

    #[test]
    fn moments_get_shorter_the_nearer_they_are() {
        let (now, zone) = (at("2026-11-23T13:41:00Z"), Zone::utc());
        assert_eq!(moment(at("2026-11-23T14:06:00Z"), now, &zone), "14:06");
        assert_eq!(moment(at("2026-11-20T11:05:00Z"), now, &zone), "Fri 11:05");
        assert_eq!(moment(at("2026-10-01T11:05:00Z"), now, &zone), "1 Oct");
    }

    #[test]
    fn long_numbers_are_spaced_in_threes() {
        assert_eq!([count(999), count(9_999), count(18_204), count(1_000_000)], ["999", "9999", "18 204", "1 000 000"]);
    }

    #[test]
    fn names_are_listed_as_one_would_say_them() {
        let names = ["Tom", "Aisha", "Lee", "Jo"].map(str::to_owned);
        assert_eq!(listed(&names[..1], 3), "Tom");
        assert_eq!(listed(&names[..2], 3), "Tom and Aisha");
        assert_eq!(listed(&names[..3], 3), "Tom, Aisha and Lee");
        assert_eq!(listed(&names, 2), "Tom, Aisha and 2 more");
    }
}
