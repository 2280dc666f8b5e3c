//! Moments and numbers as a report words them: the firm's clock, English months, no leading zeros.
//!
//! Must never know: what time it is.

use crate::domain::{Day, Instant, Zone};
use chrono::{Datelike, Offset, TimeZone, Timelike};

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Words moments in one zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock(pub Zone);

impl Clock {
    /// `23 Nov 2026, 13:41`.
    pub fn moment(&self, at: Instant) -> String {
        let local = self.0.local(at);
        format!("{}, {:02}:{:02}", Self::day(local.date()), local.hour(), local.minute())
    }

    /// `Mon 23 Nov 2026, 13:41`.
    pub fn long(&self, at: Instant) -> String {
        format!("{} {}", self.weekday(at), self.moment(at))
    }

    fn weekday(&self, at: Instant) -> &'static str {
        let number = self.0.local(at).date().weekday().num_days_from_monday();
        DAYS.get(number as usize).copied().unwrap_or_default()
    }

    /// `13:41`.
    pub fn time(&self, at: Instant) -> String {
        let local = self.0.local(at);
        format!("{:02}:{:02}", local.hour(), local.minute())
    }

    /// `23 Nov 2026`.
    pub fn day(day: Day) -> String {
        let month = MONTHS.get(day.month0() as usize).copied().unwrap_or_default();
        format!("{} {month} {}", day.day(), day.year())
    }

    /// `23 Nov 2026` on the firm's calendar.
    pub fn day_of(&self, at: Instant) -> String {
        Self::day(self.0.day(at))
    }

    /// `2026-11-23 13:41`, which every spreadsheet reads as a date.
    pub fn sheet(&self, at: Instant) -> String {
        self.0.local(at).format("%Y-%m-%d %H:%M").to_string()
    }

    /// The zone's name and its distance from UTC at that moment: `Europe/Berlin, UTC+01:00`.
    pub fn zone(&self, at: Instant) -> String {
        let minutes = self.offset_minutes(at);
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
        format!("{}, UTC{sign}{hours:02}:{rest:02}", self.0.tz.name())
    }

    /// Minutes east of UTC at that moment.
    pub fn offset_minutes(&self, at: Instant) -> i32 {
        self.0.tz.offset_from_utc_datetime(&at.utc().naive_utc()).fix().local_minus_utc() / 60
    }
}

/// `4 min`, `3 h 20 min`, `2 d 4 h`: from one moment to a later one. Seconds are dropped.
pub fn span(from: Instant, to: Instant) -> String {
    let minutes = to.millis().saturating_sub(from.millis()).max(0) / 60_000;
    let (days, hours, rest) = (minutes / 1_440, minutes / 60 % 24, minutes % 60);
    match (days, hours, rest) {
        (0, 0, 0) => "under a minute".to_owned(),
        (0, 0, m) => format!("{m} min"),
        (0, h, 0) => format!("{h} h"),
        (0, h, m) => format!("{h} h {m} min"),
        (d, 0, _) => format!("{d} d"),
        (d, h, _) => format!("{d} d {h} h"),
    }
}

/// `18 203`: digits in groups of three.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
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
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse(text).expect("rfc3339")
    }

    #[test]
    fn a_moment_is_worded_on_the_firms_clock_with_its_distance_from_utc() {
        let berlin = Clock(Zone::new(chrono_tz::Europe::Berlin));
        assert_eq!(berlin.long(at("2026-11-23T12:41:59Z")), "Mon 23 Nov 2026, 13:41");
        assert_eq!(berlin.zone(at("2026-11-23T12:41:00Z")), "Europe/Berlin, UTC+01:00");
        assert_eq!(berlin.zone(at("2026-07-01T12:41:00Z")), "Europe/Berlin, UTC+02:00");
        let newfoundland = Clock(Zone::new(chrono_tz::America::St_Johns));
        assert_eq!(newfoundland.zone(at("2026-01-01T00:00:00Z")), "America/St_Johns, UTC-03:30");
        assert_eq!(newfoundland.sheet(at("2026-01-01T00:00:00Z")), "2025-12-31 20:30");
    }

    #[test]
    fn spans_and_numbers_read_as_people_say_them() {
        let start = at("2026-11-23T12:00:00Z");
        assert_eq!(span(start, start), "under a minute");
        assert_eq!(span(start, at("2026-11-23T12:04:59Z")), "4 min");
        assert_eq!(span(start, at("2026-11-23T15:20:00Z")), "3 h 20 min");
        assert_eq!(span(start, at("2026-11-25T16:20:00Z")), "2 d 4 h");
        assert_eq!(grouped(18_203), "18 203");
        assert_eq!(grouped(203), "203");
        assert_eq!(grouped(1_000_000), "1 000 000");
        assert_eq!(counted(1, "way in", "ways in"), "1 way in");
    }
}
