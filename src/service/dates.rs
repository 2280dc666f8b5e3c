//! Dates as people type them: `today`, `mon`, `+7d`, `eom`, `31 mar`, `31/3/26`, `2026-03-31`, with a time or not.
//!
//! One reader for the screen and the commands, so that the same words mean the same day everywhere.
//!
//! Must never know: where they are typed, what they are for.

use crate::domain::{Day, Instant, Zone};
use chrono::{Datelike, Days, Months, NaiveTime, TimeDelta, Weekday};

/// What a typed date may be read against.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// The moment it is typed.
    pub now: Instant,
    /// The firm's zone.
    pub zone: Zone,
    /// Day before month.
    pub day_first: bool,
    /// Due dates look forward, dates of the past look back.
    pub forward: bool,
}

/// A date as read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    /// The day.
    pub day: Day,
    /// The time, when one was typed.
    pub time: Option<NaiveTime>,
}

impl When {
    /// The moment: with a time that minute, without one the end of the working day.
    pub fn instant(self, zone: &Zone) -> Instant {
        self.time.map_or_else(|| zone.closing_of(self.day), |time| zone.at(self.day, time))
    }

    /// The moment a question about this date is asked for: with a time that minute, without one the last moment of
    /// the day. Today is now.
    pub fn asked(self, with: &Reading) -> Instant {
        match self.time {
            Some(time) => with.zone.at(self.day, time),
            None if self.day == with.zone.day(with.now) => with.now,
            None => last_of_day(self.day, &with.zone),
        }
    }

    /// When something that began on this date began: with a time that minute, without one the start of the day.
    pub fn began(self, zone: &Zone) -> Instant {
        self.time.map_or_else(|| zone.start_of(self.day), |time| zone.at(self.day, time))
    }

    /// When something that lasts until this date ends: with a time that minute, without one the end of the day.
    pub fn until(self, zone: &Zone) -> Instant {
        self.time.map_or_else(|| zone.end_of(self.day), |time| zone.at(self.day, time))
    }

    /// When something was done that was done on this date: with a time that minute; today means now, an earlier day
    /// the end of its working day.
    pub fn done(self, with: &Reading) -> Instant {
        match self.time {
            None if self.day == with.zone.day(with.now) => with.now,
            _ => self.instant(&with.zone),
        }
    }

    /// `Tue 31 Mar 2026, in 7 days`.
    pub fn words(self, today: Day) -> String {
        let day = self.day.format("%a %-d %b %Y");
        let time = self.time.map(|time| time.format(" %H:%M").to_string()).unwrap_or_default();
        let days = (self.day - today).num_days();
        let far = match days {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            -1 => "yesterday".to_owned(),
            2..=60 => format!("in {days} days"),
            61.. => format!("in {} months", days / 30),
            -60..=-2 => format!("{} days ago", -days),
            _ => format!("{} months ago", -days / 30),
        };
        format!("{day}{time}, {far}")
    }
}

/// A day as one would type it, with its year: `31 Mar 2026`.
pub fn written(day: Day) -> String {
    day.format("%-d %b %Y").to_string()
}

/// Days are half-open; the last millisecond still belongs to the day.
fn last_of_day(day: Day, zone: &Zone) -> Instant {
    Instant::from(zone.end_of(day).utc() - TimeDelta::milliseconds(1))
}

/// Reads a moment: RFC 3339 as machines write it, or anything [`read`] knows, taken as `of` says.
///
/// # Errors
/// As [`read`].
pub fn moment(text: &str, with: &Reading, of: impl FnOnce(When) -> Instant) -> Result<Instant, String> {
    match Instant::parse(text) {
        Some(at) => Ok(at),
        None => read(text, with).map(of),
    }
}

/// Reads a typed date. The error says what would be right.
///
/// # Errors
/// When it is no date, or a day the month does not have.
pub fn read(text: &str, with: &Reading) -> Result<When, String> {
    let mut lower = text.trim().to_lowercase();
    // `2026-03-31t14:00`: the letter between day and time in ISO form.
    if lower.as_bytes().get(10) == Some(&b't') && lower.contains(':') {
        lower = lower.replacen('t', " ", 1);
    }
    let mut parts: Vec<&str> = lower.split([' ', ',']).filter(|part| !part.is_empty()).collect();
    let mut time = None;
    if let Some(last) = parts.last()
        && let Some(read) = clock(last)
    {
        time = Some(read);
        parts.pop();
    }
    let today = with.zone.day(with.now);
    if parts.is_empty() {
        return match time {
            Some(time) => Ok(When { day: today, time: Some(time) }),
            None => Err("Type a date, as 31 Mar or +7d.".to_owned()),
        };
    }
    if parts == ["now"] {
        return Ok(When { day: today, time: Some(with.zone.local(with.now).time()) });
    }
    let day = day_of(&parts, today, with)?;
    Ok(When { day, time })
}

fn clock(part: &str) -> Option<NaiveTime> {
    let (hours, rest) = part.split_once(':')?;
    let (minutes, seconds) = rest.split_once(':').unwrap_or((rest, "0"));
    NaiveTime::from_hms_opt(hours.parse().ok()?, minutes.parse().ok()?, seconds.parse().ok()?)
}

fn day_of(parts: &[&str], today: Day, with: &Reading) -> Result<Day, String> {
    let unknown = || format!("\"{}\" is no date. Try 31 Mar, mon, +7d or 2026-03-31.", parts.join(" "));
    if let [word] = parts {
        if let Some(day) = named(word, today, with.forward) {
            return Ok(day);
        }
        if let Some(day) = shifted(word, today) {
            return Ok(day);
        }
        let numbers: Vec<&str> = word.split(['.', '/', '-']).filter(|part| !part.is_empty()).collect();
        if numbers.len() >= 2 {
            return from_numbers(&numbers, word, today, with).ok_or_else(unknown)?;
        }
        return Err(unknown());
    }
    // `31 mar`, `mar 31`, each with a year or without.
    let month = parts.iter().find_map(|part| month_named(part)).ok_or_else(unknown)?;
    let mut numbers = parts.iter().filter(|part| month_named(part).is_none());
    let day = numbers.next().and_then(|part| part.trim_end_matches('.').parse().ok()).ok_or_else(unknown)?;
    let year = match numbers.next() {
        Some(part) => Some(part.parse().map_err(|_| unknown())?),
        None => None,
    };
    // What is left over was not part of a date: better to say so than to guess past it.
    if numbers.next().is_some() || parts.iter().filter(|part| month_named(part).is_some()).count() > 1 {
        return Err(unknown());
    }
    dated(day, month, year, today, with)
}

fn from_numbers(numbers: &[&str], word: &str, today: Day, with: &Reading) -> Option<Result<Day, String>> {
    let read: Vec<i32> = numbers.iter().map(|number| number.parse().ok()).collect::<Option<_>>()?;
    match *read.as_slice() {
        [year, month, day] if year > 31 => Some(dated(day, month, Some(year), today, with)),
        [first, second, year] => {
            let (day, month) = order(first, second, word, with.day_first);
            Some(dated(day, month, Some(year), today, with))
        }
        [first, second] => {
            let (day, month) = order(first, second, word, with.day_first);
            Some(dated(day, month, None, today, with))
        }
        _ => None,
    }
}

/// With dots the day always comes first; with other signs as the register says.
fn order(first: i32, second: i32, word: &str, day_first: bool) -> (i32, i32) {
    if day_first || word.contains('.') { (first, second) } else { (second, first) }
}

fn dated(day: i32, month: i32, year: Option<i32>, today: Day, with: &Reading) -> Result<Day, String> {
    let (Ok(day), Ok(month)) = (u32::try_from(day), u32::try_from(month)) else {
        return Err("A date has no minus signs.".to_owned());
    };
    if !(1..=12).contains(&month) {
        return Err(format!("There is no month {month}. Type the month as a word to be sure."));
    }
    let full = |year: i32| if year < 100 { year + 2000 } else { year };
    let make = |year: i32| {
        Day::from_ymd_opt(year, month, day).ok_or_else(|| match last_of(year, month) {
            Some(last) => format!("{} ends on the {}.", last.format("%B %Y"), nth(last.day())),
            None => "That year is out of range.".to_owned(),
        })
    };
    if let Some(year) = year {
        return make(full(year));
    }
    let this = make(today.year())?;
    if with.forward && this < today {
        return make(today.year() + 1);
    }
    if !with.forward && this > today {
        return make(today.year() - 1);
    }
    Ok(this)
}

fn nth(day: u32) -> String {
    let ending = match day {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    format!("{day}{ending}")
}

fn last_of(year: i32, month: u32) -> Option<Day> {
    Day::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.pred_opt()
}

fn named(word: &str, today: Day, forward: bool) -> Option<Day> {
    let weekday: Weekday = match word {
        "today" => return Some(today),
        "tomorrow" => return today.succ_opt(),
        "yesterday" => return today.pred_opt(),
        "eom" => return last_of(today.year(), today.month()),
        "eoq" => return last_of(today.year(), today.month().div_ceil(3) * 3),
        _ => word.parse().ok()?,
    };
    let ahead = u64::from((7 + weekday.num_days_from_monday() - today.weekday().num_days_from_monday()) % 7);
    if forward {
        today.checked_add_days(Days::new(if ahead == 0 { 7 } else { ahead }))
    } else {
        today.checked_sub_days(Days::new((7 - ahead) % 7))
    }
}

fn shifted(word: &str, today: Day) -> Option<Day> {
    let (sign, rest) = match word.split_at_checked(1)? {
        ("+", rest) => (true, rest),
        ("-", rest) => (false, rest),
        _ => return None,
    };
    let unit = rest.chars().last()?;
    let number: u32 = rest.trim_end_matches(unit).parse().ok()?;
    let days = |days: u32| {
        let days = Days::new(u64::from(days));
        if sign { today.checked_add_days(days) } else { today.checked_sub_days(days) }
    };
    match unit {
        'd' => days(number),
        'w' => days(number.checked_mul(7)?),
        'm' if sign => today.checked_add_months(Months::new(number)),
        'm' => today.checked_sub_months(Months::new(number)),
        'y' if sign => today.checked_add_months(Months::new(number.checked_mul(12)?)),
        _ => None,
    }
}

fn month_named(part: &str) -> Option<i32> {
    let month: chrono::Month = part.parse().ok()?;
    i32::try_from(month.number_from_month()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(forward: bool, day_first: bool) -> Reading {
        let now = Instant::parse("2026-11-23T13:41:00Z").expect("rfc3339");
        Reading { now, zone: Zone::utc(), day_first, forward }
    }

    fn day(text: &str, forward: bool) -> String {
        read(text, &with(forward, true)).map_or_else(|error| error, |when| when.day.to_string())
    }

    #[test]
    fn named_days_and_shifts_are_read() {
        for (text, wanted) in [
            ("today", "2026-11-23"),
            ("Mon", "2026-11-30"),
            ("fri", "2026-11-27"),
            ("+7d", "2026-11-30"),
            ("-2w", "2026-11-09"),
            ("+1m", "2026-12-23"),
            ("eom", "2026-11-30"),
            ("eoq", "2026-12-31"),
            ("31 mar", "2027-03-31"),
            ("31 March 2026", "2026-03-31"),
            ("31.3.26", "2026-03-31"),
            ("31/3/26", "2026-03-31"),
            ("2026-03-31", "2026-03-31"),
        ] {
            assert_eq!(day(text, true), wanted, "{text}");
        }
        assert_eq!(day("31 mar", false), "2026-03-31");
        assert_eq!(day("mon", false), "2026-11-23");
    }

    #[test]
    fn month_before_day_is_read_where_the_office_writes_so_but_not_with_dots() {
        let read = |text: &str| read(text, &with(true, false)).map(|when| when.day.to_string());
        assert_eq!(read("3/4/27").as_deref(), Ok("2027-03-04"));
        assert_eq!(read("3.4.27").as_deref(), Ok("2027-04-03"));
    }

    #[test]
    fn a_day_the_month_does_not_have_names_its_last_one() {
        assert_eq!(day("31/02/27", true), "February 2027 ends on the 28th.");
        assert_eq!(day("31 feb 2028", true), "February 2028 ends on the 29th.");
        for text in ["soonish", "31 mar 2026 dana", "31 mar apr", "31 mar 2026 7"] {
            assert!(day(text, true).contains("is no date"), "{text}");
        }
        assert!(day("2026-13-01", true).contains("no month 13"));
    }

    #[test]
    fn a_time_may_follow_or_stand_alone() {
        let when = read("fri 14:00", &with(true, true)).expect("a date");
        assert_eq!(when.instant(&Zone::utc()).rfc3339(), "2026-11-27T14:00:00.000Z");
        let when = read("14:00", &with(true, true)).expect("a time");
        assert_eq!(when.words(when.day), "Mon 23 Nov 2026 14:00, today");
        assert_eq!(
            read("27 nov", &with(true, true)).expect("a date").instant(&Zone::utc()).rfc3339(),
            "2026-11-27T17:00:00.000Z"
        );
    }

    #[test]
    fn a_question_about_a_past_day_means_its_last_moment_and_today_means_now() {
        let with = with(false, true);
        let asked = |text: &str| moment(text, &with, |when| when.asked(&with)).expect("a date").rfc3339();
        assert_eq!(asked("2026-03-31"), "2026-03-31T23:59:59.999Z");
        assert_eq!(asked("today"), "2026-11-23T13:41:00.000Z");
        assert_eq!(asked("2026-03-31 09:15"), "2026-03-31T09:15:00.000Z");
        assert_eq!(asked("2026-03-31T09:15"), "2026-03-31T09:15:00.000Z");
        assert_eq!(asked("2026-03-31T09:15:00+02:00"), "2026-03-31T07:15:00.000Z");
    }

    #[test]
    fn the_same_day_begins_at_midnight_lasts_to_its_end_and_is_done_by_closing_time() {
        let with = with(false, true);
        let when = read("20 nov", &with).expect("a date");
        assert_eq!(when.began(&with.zone).rfc3339(), "2026-11-20T00:00:00.000Z");
        assert_eq!(when.until(&with.zone).rfc3339(), "2026-11-21T00:00:00.000Z");
        assert_eq!(when.done(&with).rfc3339(), "2026-11-20T17:00:00.000Z");
        assert_eq!(read("today", &with).expect("a date").done(&with), with.now);
    }
}
