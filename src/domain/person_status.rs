//! Where somebody stands at a moment: computed from dates and runs, typed only where no fact says it.
//!
//! Must never know: how the rows were read, what time it is.

use super::{Day, ExitKind, Instant, Person, PersonStatus, Run, Zone};
use chrono::Datelike;

/// Where somebody stands at a moment, with the dates that make it so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The status.
    pub status: PersonStatus,
    /// Last minute of work, when one is known for this period of work.
    pub last_day: Option<Instant>,
    /// First day, while it has not come.
    pub starts: Option<Day>,
    /// How they leave; voluntary where nobody said.
    pub exit: ExitKind,
    /// A run walks them out, so that the last day makes them discharged by itself.
    pub has_run: bool,
}

impl Standing {
    /// Whether they have left.
    pub fn has_left(&self) -> bool {
        self.status == PersonStatus::Discharged
    }

    /// Whether they are at work and stay: neither away, nor leaving, nor gone, nor yet to come.
    pub fn is_active(&self) -> bool {
        self.status == PersonStatus::Active
    }

    /// The status as lists show it: `Active`, `Leaving 14:00`, `Leaving 30 Nov`, `Left 12 Mar`, `Starts 30 Nov`.
    pub fn words(&self, zone: &Zone, at: Instant) -> String {
        let today = zone.day(at);
        let when = match self.status {
            PersonStatus::Notice | PersonStatus::Discharged => self.last_day.map(|last| {
                if self.status == PersonStatus::Notice && zone.day(last) == today {
                    zone.local(last).format("%H:%M").to_string()
                } else {
                    short_day(zone.day(last), today)
                }
            }),
            PersonStatus::Candidate => self.starts.map(|day| short_day(day, today)),
            PersonStatus::Active | PersonStatus::OnLeave => None,
        };
        when.map_or_else(|| self.status.shown().to_owned(), |when| format!("{} {when}", self.status.shown()))
    }
}

/// A day as text has room for it: `12 Mar` within this year, `12 Mar 2025` in any other.
pub fn short_day(day: Day, today: Day) -> String {
    let pattern = if day.year() == today.year() { "%-d %b" } else { "%-d %b %Y" };
    day.format(pattern).to_string()
}

/// Where somebody stands at this moment.
///
/// A run that walks them out decides: before its last minute they are leaving, from then on they have left. Without
/// a run a last day that has passed leaves them *leaving*, which is what `end-date-passed` reports. Leave, and a
/// person recorded as gone without any date, are as recorded. Dates before the first day belong to an earlier period
/// of work: somebody taken on again is active.
pub fn status(person: &Person, runs: &[Run], zone: &Zone, at: Instant) -> Standing {
    let first = person.start.map(|day| zone.start_of(day));
    let of_this_period = |moment: Instant| first.is_none_or(|first| moment >= first || first > at);
    let last_day = person.last_day.filter(|last| of_this_period(*last));
    let run =
        runs.iter().filter(|run| decides(run, person, at) && of_this_period(run.trigger)).max_by_key(|run| run.started);
    let exit = run.and_then(|run| run.kind.exit()).or(person.exit_kind).unwrap_or(ExitKind::Voluntary);
    let standing = |status, last_day| Standing { status, last_day, starts: None, exit, has_run: run.is_some() };

    if let Some(run) = run {
        let status = if at >= run.trigger { PersonStatus::Discharged } else { PersonStatus::Notice };
        return standing(status, Some(run.trigger));
    }
    let gone = person.status == PersonStatus::Discharged && (last_day.is_some() || person.last_day.is_none());
    match last_day {
        Some(last) if gone && at >= last => return standing(PersonStatus::Discharged, last_day),
        None if gone => return standing(PersonStatus::Discharged, None),
        Some(_) => return standing(PersonStatus::Notice, last_day),
        None => {}
    }
    if first.is_some_and(|first| at < first) {
        return Standing { starts: person.start, ..standing(PersonStatus::Candidate, None) };
    }
    match person.status {
        PersonStatus::Candidate if first.is_none() => standing(PersonStatus::Candidate, None),
        PersonStatus::OnLeave | PersonStatus::Notice => standing(person.status, None),
        PersonStatus::Candidate | PersonStatus::Active | PersonStatus::Discharged => {
            standing(PersonStatus::Active, None)
        }
    }
}

/// The moments after this one at which the status changes by itself.
pub fn boundaries(person: &Person, runs: &[Run], zone: &Zone, at: Instant) -> Vec<Instant> {
    let first = person.start.map(|day| zone.start_of(day));
    let of_runs = runs.iter().flat_map(|run| [Some(run.started), Some(run.trigger), run.closed.map(|mark| mark.at)]);
    of_runs.chain([first, person.last_day]).flatten().filter(|moment| *moment > at).collect()
}

/// Whether a run says where this person stands: it walks them out, it has begun, and it was not taken back.
fn decides(run: &Run, person: &Person, at: Instant) -> bool {
    let walks_out = run.kind.exit().is_some() && run.person == Some(person.id);
    walks_out && run.started <= at && !was_taken_back(run, person, at)
}

/// Whether a closed run that walked this person out was followed by a reinstatement: their record no longer says that
/// they leave.
pub fn was_taken_back(run: &Run, person: &Person, at: Instant) -> bool {
    let closed = run.closed.is_some_and(|mark| mark.at <= at);
    let leaves = person.last_day.is_some() || person.status == PersonStatus::Discharged;
    run.kind.exit().is_some() && closed && !leaves
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop")]
    use super::*;
    use crate::domain::{CaseKind, Mark, PersonId, RunId};

    fn at(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    fn person() -> Person {
        Person { start: Some("2023-03-04".parse().unwrap()), ..Person::new(PersonId(1), "Dana Ruiz") }
    }

    fn run(kind: CaseKind, started: &str, trigger: &str) -> Run {
        Run {
            id: RunId(1),
            kind,
            person: Some(PersonId(1)),
            client: None,
            trigger: at(trigger),
            started: at(started),
            status_before: None,
            closed: None,
            template: "leaver".to_owned(),
            doer: None,
            checker: None,
            alone: false,
            alone_reason: None,
            note: None,
        }
    }

    #[test]
    fn a_started_run_makes_somebody_leave_by_itself_at_the_last_minute() {
        let run = [run(CaseKind::AtOnce, "2026-11-23T13:50:00Z", "2026-11-23T14:00:00Z")];
        let (zone, person) = (Zone::utc(), person());
        let when = |moment: &str| status(&person, &run, &zone, at(moment));
        assert_eq!(when("2026-11-23T13:49:59Z").words(&zone, at("2026-11-23T13:49:59Z")), "Active");
        let before = when("2026-11-23T13:59:59Z");
        assert_eq!(before.words(&zone, at("2026-11-23T13:59:59Z")), "Leaving 14:00");
        assert_eq!(before.exit, ExitKind::Involuntary);
        let after = when("2026-11-23T14:00:00Z");
        assert!(after.has_left() && after.has_run);
        assert_eq!(after.words(&zone, at("2027-01-02T00:00:00Z")), "Left 23 Nov 2026");
        assert_eq!(boundaries(&person, &run, &zone, at("2026-11-23T13:55:00Z")), [at("2026-11-23T14:00:00Z")]);
    }

    #[test]
    fn without_a_run_a_passed_last_day_makes_nobody_leave() {
        let left = Person { last_day: Some(at("2026-11-20T16:00:00Z")), ..person() };
        let standing = status(&left, &[], &Zone::utc(), at("2026-11-23T12:00:00Z"));
        assert_eq!((standing.status, standing.has_run), (PersonStatus::Notice, false));
        let recorded = Person { status: PersonStatus::Discharged, ..left };
        assert!(status(&recorded, &[], &Zone::utc(), at("2026-11-23T12:00:00Z")).has_left());
        // Recorded as gone, but the day has not come: they are leaving.
        let early = status(&recorded, &[], &Zone::utc(), at("2026-11-19T12:00:00Z"));
        assert_eq!(early.status, PersonStatus::Notice);
    }

    #[test]
    fn a_role_change_or_another_persons_run_does_not_make_anybody_leave() {
        let mover = run(CaseKind::Mover, "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z");
        let other =
            Run { person: Some(PersonId(2)), ..run(CaseKind::Notice, "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z") };
        assert!(status(&person(), &[mover, other], &Zone::utc(), at("2026-11-23T12:00:00Z")).is_active());
    }

    #[test]
    fn somebody_taken_on_again_is_not_judged_by_the_first_departure() {
        let old = run(CaseKind::Notice, "2025-05-01T00:00:00Z", "2025-05-30T15:00:00Z");
        let again = Person {
            start: Some("2026-02-01".parse().unwrap()),
            last_day: Some(at("2025-05-30T15:00:00Z")),
            status: PersonStatus::Discharged,
            ..person()
        };
        assert!(status(&again, std::slice::from_ref(&old), &Zone::utc(), at("2026-11-23T12:00:00Z")).is_active());
        // Before the second first day the first departure still holds.
        assert!(status(&again, &[old], &Zone::utc(), at("2026-01-15T12:00:00Z")).has_left());
    }

    #[test]
    fn a_closed_run_followed_by_a_reinstatement_counts_no_more() {
        let closed = Run {
            closed: Some(Mark { at: at("2026-06-30T00:00:00Z"), by: None }),
            ..run(CaseKind::Notice, "2026-06-01T00:00:00Z", "2026-06-15T15:00:00Z")
        };
        let back = person();
        assert!(status(&back, std::slice::from_ref(&closed), &Zone::utc(), at("2026-11-23T12:00:00Z")).is_active());
        let gone = Person { last_day: Some(at("2026-06-15T15:00:00Z")), ..person() };
        assert!(status(&gone, &[closed], &Zone::utc(), at("2026-11-23T12:00:00Z")).has_left());
    }

    #[test]
    fn a_first_day_to_come_and_leave_are_shown_as_such() {
        let zone = Zone::utc();
        let now = at("2026-11-23T12:00:00Z");
        let sam = Person { start: Some("2026-11-30".parse().unwrap()), ..person() };
        assert_eq!(status(&sam, &[], &zone, now).words(&zone, now), "Starts 30 Nov");
        assert!(status(&sam, &[], &zone, at("2026-11-30T00:00:00Z")).is_active());
        let away = Person { status: PersonStatus::OnLeave, ..person() };
        assert_eq!(status(&away, &[], &zone, now).words(&zone, now), "On leave");
    }
}
