//! Which of our own backups stay: the newest of each of 7 days, 5 weeks and 12 months, within a size.
//!
//! Only files whose names we gave are looked at; a file somebody named is theirs.
//!
//! Must never know: what is in a backup.

use super::ENDING;
use crate::domain::{Instant, Zone};
use crate::text;
use chrono::{Datelike, NaiveDateTime};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The newest of so many days, weeks and months stays.
const DAYS: usize = 7;
const WEEKS: usize = 5;
const MONTHS: usize = 12;
/// All of them together are not larger, but for the newest two.
const MOST_BYTES: u64 = 10 << 30;
/// The time in a name.
const STAMP: &str = "%Y-%m-%d-%H%M%S";
/// Its length.
const STAMP_LENGTH: usize = 17;

/// One of our own backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Own {
    /// The file.
    pub path: PathBuf,
    /// When it was made, on the firm's clock.
    pub made: NaiveDateTime,
    /// Its size.
    pub bytes: u64,
}

/// The name of a backup made now: `acme-2026-11-23-134105.keyward-backup`.
pub(super) fn name(register: &Path, zone: &Zone, at: Instant) -> String {
    format!("{}-{}.{ENDING}", stem(register), zone.local(at).format(STAMP))
}

fn stem(register: &Path) -> String {
    text::file_name(&register.file_stem().unwrap_or_default().to_string_lossy())
}

/// Our own backups in the folder, newest first.
pub(super) fn own(folder: &Path, register: &Path) -> Vec<Own> {
    let stem = stem(register);
    let mut found: Vec<Own> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let met = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
            Some(Own { made: parse(&stem, &name)?, path: entry.path(), bytes: met.len() })
        })
        .collect();
    found.sort_by(|a, b| (b.made, &b.path).cmp(&(a.made, &a.path)));
    found
}

fn parse(stem: &str, name: &str) -> Option<NaiveDateTime> {
    let stamp = name.strip_suffix(ENDING)?.strip_suffix('.')?.strip_prefix(stem)?.strip_prefix('-')?;
    if stamp.len() == STAMP_LENGTH { NaiveDateTime::parse_from_str(stamp, STAMP).ok() } else { None }
}

/// Takes away what newer backups cover. The one just made is never among them. What cannot be deleted stays.
pub(super) fn prune(folder: &Path, register: &Path, made: &Path) -> Vec<PathBuf> {
    let all = own(folder, register);
    let doomed = surplus(&all);
    doomed.into_iter().filter(|path| path != made && fs::remove_file(path).is_ok()).collect()
}

/// Which of these are not needed any more, newest first given.
fn surplus(all: &[Own]) -> Vec<PathBuf> {
    let (mut days, mut weeks, mut months) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let (mut doomed, mut total) = (Vec::new(), 0_u64);
    for (place, own) in all.iter().enumerate() {
        let date = own.made.date();
        let week = (date.iso_week().year(), date.iso_week().week());
        // Newest first: the first one met of a day, week or month is its newest.
        let first_of = |is_new: bool, so_far: usize, most: usize| is_new && so_far < most;
        let by_day = first_of(!days.contains(&date), days.len(), DAYS);
        let by_week = first_of(!weeks.contains(&week), weeks.len(), WEEKS);
        let by_month = first_of(!months.contains(&(date.year(), date.month())), months.len(), MONTHS);
        days.insert(date);
        weeks.insert(week);
        months.insert((date.year(), date.month()));
        let fits = place < 2 || total.saturating_add(own.bytes) <= MOST_BYTES;
        if (by_day || by_week || by_month) && fits {
            total = total.saturating_add(own.bytes);
        } else {
            doomed.push(own.path.clone());
        }
    }
    doomed
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use chrono::{Days, NaiveDate};

    fn own(day: NaiveDate, hour: u32, bytes: u64) -> Own {
        let made = day.and_hms_opt(hour, 0, 0).unwrap();
        Own { path: PathBuf::from(made.format(STAMP).to_string()), made, bytes }
    }

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
    }

    #[test]
    fn only_names_we_gave_are_ours() {
        let zone = Zone::new(chrono_tz::Europe::Berlin);
        let at = Instant::parse("2026-11-23T12:41:05Z").unwrap();
        let register = Path::new("/x/Acme GmbH.keyward");
        let given = name(register, &zone, at);
        assert_eq!(given, "acme-gmbh-2026-11-23-134105.keyward-backup");
        assert!(parse("acme-gmbh", &given).is_some());
        for other in [
            "acme-gmbh-2026-11-23.keyward-backup",
            "acme-gmbh-before-the-move.keyward-backup",
            "acme-gmbh-2026-11-23-134105.keyward-backup.part",
            "other-2026-11-23-134105.keyward-backup",
            "acme-gmbh-2026-13-23-134105.keyward-backup",
            "keep-acme-gmbh-2026-11-23-134105.keyward-backup",
        ] {
            assert_eq!(parse("acme-gmbh", other), None, "{other}");
        }
    }

    #[test]
    fn one_a_day_then_one_a_week_then_one_a_month_stay() {
        let mut all = Vec::new();
        for back in 0..800 {
            let day = today().checked_sub_days(Days::new(back)).unwrap();
            all.push(own(day, 17, 1));
            all.push(own(day, 9, 1));
        }
        let doomed: BTreeSet<PathBuf> = surplus(&all).into_iter().collect();
        let kept: Vec<&Own> = all.iter().filter(|own| !doomed.contains(&own.path)).collect();
        assert!(kept.iter().all(|own| own.path.to_string_lossy().ends_with("170000")));
        assert_eq!(kept.first().unwrap().made.date(), today());
        // 7 days; the weeks and months they lie in are counted among the 5 and 12.
        assert_eq!(kept.len(), 7 + 3 + 11, "{kept:?}");
        assert_eq!(kept.last().unwrap().made.date(), NaiveDate::from_ymd_opt(2025, 12, 31).unwrap());
    }

    #[test]
    fn keeping_again_what_was_kept_takes_nothing_more_away() {
        let mut all: Vec<Own> =
            (0..400).map(|back| own(today().checked_sub_days(Days::new(back)).unwrap(), 17, 1)).collect();
        let doomed: BTreeSet<PathBuf> = surplus(&all).into_iter().collect();
        all.retain(|own| !doomed.contains(&own.path));
        assert_eq!(surplus(&all), Vec::<PathBuf>::new());
    }

    #[test]
    fn the_newest_two_stay_however_large_they_are() {
        let large: Vec<Own> =
            (0..4).map(|back| own(today().checked_sub_days(Days::new(back)).unwrap(), 17, MOST_BYTES)).collect();
        assert_eq!(surplus(&large).len(), 2);
    }
}
