//! Dates of the story, counted back from today on the firm's calendar.
//!
//! Must never know: what is told, only when.

use crate::domain::{Day, Instant, Zone};
use chrono::{Datelike, Days, NaiveTime, Timelike, Weekday};

/// Today, and how to get from "so many days ago at nine" to a moment.
#[derive(Debug, Clone)]
pub struct Calendar {
    /// The moment the story is told for.
    pub now: Instant,
    /// The firm's zone.
    pub zone: Zone,
    today: Day,
}

impl Calendar {
    /// The calendar of a moment.
    pub fn new(now: Instant, zone: &Zone) -> Self {
        Self { now, zone: *zone, today: zone.day(now) }
    }

    /// The day so many days before today; after today when negative.
    pub fn day(&self, ago: i64) -> Day {
        let days = Days::new(ago.unsigned_abs());
        let moved = if ago < 0 { self.today.checked_add_days(days) } else { self.today.checked_sub_days(days) };
        moved.unwrap_or(self.today)
    }

    /// A wall clock so many days ago.
    pub fn at(&self, ago: i64, hour: u32, minute: u32) -> Instant {
        let time = NaiveTime::from_hms_opt(hour.min(23), minute.min(59), 0).unwrap_or(NaiveTime::MIN);
        self.zone.at(self.day(ago), time)
    }

    /// How many days ago a moment was, on the firm's calendar.
    pub fn ago(&self, at: Instant) -> i64 {
        (self.today - self.zone.day(at)).num_days()
    }

    /// The same number of days, or one or two more so that it falls on a working day.
    pub fn workday(&self, ago: i64) -> i64 {
        match self.day(ago).weekday() {
            Weekday::Sat => ago.saturating_add(1),
            Weekday::Sun => ago.saturating_add(2),
            _ => ago,
        }
    }

    /// A wall clock today, or so many minutes before now where that is earlier.
    pub fn today_or_before(&self, hour: u32, minute: u32, minutes_ago: i64) -> Instant {
        let back = Instant::from_millis(self.now.millis().saturating_sub(minutes_ago.saturating_mul(60_000)));
        self.at(0, hour, minute).min(back)
    }

    /// When the person who leaves today leaves: at 14:00, in the afternoon at the next full hour that is a quarter
    /// of an hour away, late in the evening a minute before midnight.
    pub fn leaving(&self) -> Instant {
        let local = self.zone.local(self.now);
        let minutes = local.hour() * 60 + local.minute();
        if minutes < 13 * 60 + 45 {
            return self.at(0, 14, 0);
        }
        let hour = (minutes + 15).div_ceil(60);
        if hour < 24 { self.at(0, hour, 0) } else { self.at(0, 23, 59) }
    }

    /// The Monday after today; a week from today when today is one.
    pub fn next_monday(&self) -> Day {
        let days = 7 - u64::from(self.today.weekday().num_days_from_monday());
        self.today.checked_add_days(Days::new(days)).unwrap_or(self.today)
    }

    /// The newest working day before today, as days ago: Friday on a Monday.
    pub fn last_workday(&self) -> i64 {
        self.workday(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> Calendar {
        let zone = Zone::new(chrono_tz::Europe::London);
        Calendar::new(Instant::parse(text).expect("rfc3339"), &zone)
    }

    #[test]
    fn somebody_always_leaves_later_today() {
        for (now, leaves) in [
            ("2026-11-23T00:10:00Z", "2026-11-23T14:00:00.000Z"),
            ("2026-11-23T13:41:00Z", "2026-11-23T14:00:00.000Z"),
            ("2026-11-23T13:45:00Z", "2026-11-23T14:00:00.000Z"),
            ("2026-11-23T13:50:00Z", "2026-11-23T15:00:00.000Z"),
            ("2026-11-23T23:30:00Z", "2026-11-23T23:59:00.000Z"),
        ] {
            assert_eq!(on(now).leaving().rfc3339(), leaves, "{now}");
        }
    }

    #[test]
    fn weekends_move_back_to_friday_and_monday_is_never_today() {
        assert_eq!(on("2026-11-23T13:41:00Z").last_workday(), 3);
        assert_eq!(on("2026-11-24T13:41:00Z").last_workday(), 1);
        assert_eq!(on("2026-11-23T13:41:00Z").next_monday().to_string(), "2026-11-30");
        assert_eq!(on("2026-11-29T13:41:00Z").next_monday().to_string(), "2026-11-30");
    }
}
