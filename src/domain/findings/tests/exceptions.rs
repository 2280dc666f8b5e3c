//! Tests of findings set aside.

use super::*;
use crate::domain::findings::exceptions::{ExceptionError, check, covering};

fn findings() -> Vec<Finding> {
    let harbor = client(1, "Harbor Dental", &[]);
    let who = priya();
    let ways = vec![way(&who, login(1, &system(1, "App", &harbor), &harbor, Some(5)))];
    let mut found = person_at(&facts(who, ways), now());
    let bare =
        seen(login(2, &system(2, "VPN", &harbor), &harbor, Some(2)), |seen| seen.factors = [Factor::None].into());
    found.extend(account_at(&case(bare, here(2, "Tom Becker")), now()));
    found
}

fn exception(rule: &str, key: &str) -> Exception {
    Exception {
        id: ExceptionId(1),
        rule: rule.into(),
        key: key.into(),
        at: now().plus_days(-10),
        until: now().plus_days(10),
        approver: Some(PersonId(1)),
        ended: None,
        reason: "agreed with the owner".into(),
    }
}

fn no_mfa() -> Exception {
    exception("no-mfa", "no-mfa:account-2")
}

fn set_aside(exception: &Exception, at: Instant) -> usize {
    apply_exceptions(findings(), std::slice::from_ref(exception), at).set_aside.len()
}

#[test]
fn a_finding_set_aside_stays_visible_and_is_counted_apart() {
    let sorted = apply_exceptions(findings(), &[no_mfa()], now());
    assert_eq!((sorted.open.len(), sorted.set_aside.len()), (1, 1));
    assert_eq!(sorted.set_aside[0].0.key, "no-mfa:account-2");
}

#[test]
fn an_exception_holds_from_its_moment_to_its_date_for_its_own_finding_only() {
    assert_eq!(set_aside(&no_mfa(), minutes(now().plus_days(10), -1)), 1);
    assert_eq!(set_aside(&no_mfa(), now().plus_days(10)), 0);
    assert_eq!(set_aside(&no_mfa(), now().plus_days(-11)), 0);
    assert_eq!(set_aside(&Exception { ended: Some(now()), ..no_mfa() }, now()), 0);
    assert_eq!(set_aside(&exception("no-mfa", "no-mfa:account-3"), now()), 0);
    assert_eq!(set_aside(&exception("mfa-too-weak", "no-mfa:account-2"), now()), 0);
}

#[test]
fn nobody_accepts_what_is_about_themselves() {
    assert_eq!(set_aside(&Exception { approver: Some(PersonId(2)), ..no_mfa() }, now()), 0);
}

#[test]
fn the_exception_that_covers_a_finding_is_the_one_that_lasts_longest() {
    let bare = &findings()[1];
    let longer = Exception { id: ExceptionId(2), until: now().plus_days(20), ..no_mfa() };
    let own = Exception { approver: bare.subjects.person, until: now().plus_days(30), ..no_mfa() };
    let covered = |missing: Vec<&'static str>| {
        let finding = Finding { missing, ..bare.clone() };
        covering(&finding, &[no_mfa(), longer.clone(), own.clone()], now()).map(|exception| exception.id)
    };
    assert_eq!(covered(Vec::new()), Some(ExceptionId(2)));
    assert_eq!(covered(vec!["a custodian"]), None, "the rule asks for more than the exception has");
}

#[test]
fn an_exception_that_ran_out_is_named_with_the_open_finding() {
    let late = now().plus_days(11);
    let sorted = apply_exceptions(findings(), &[no_mfa()], late);
    assert_eq!((sorted.open.len(), sorted.lapsed.len()), (2, 1));
}

#[test]
fn setting_aside_needs_a_reason_another_approver_and_a_date_not_too_far() {
    let found = findings();
    let (live, bare) = (&found[0], &found[1]);
    assert_eq!((live.severity, bare.severity), (Severity::High, Severity::Medium));
    let until = |finding: &Finding, days| {
        judging(now(), |judge| {
            check(
                judge,
                (finding.severity, finding.subjects.person),
                "agreed",
                Some(PersonId(1)),
                now().plus_days(days),
            )
        })
    };
    assert_eq!(until(bare, 180), Ok(()));
    assert_eq!(until(bare, 182), Err(ExceptionError::TooLong(180)));
    assert_eq!(until(live, 90), Ok(()));
    assert_eq!(until(live, 92), Err(ExceptionError::TooLong(90)), "high findings come back sooner");
    assert_eq!(until(bare, 0), Err(ExceptionError::Past));
    judging(now(), |judge| {
        let later = now().plus_days(5);
        assert_eq!(
            check(judge, (bare.severity, bare.subjects.person), "  ", None, later),
            Err(ExceptionError::NoReason)
        );
        assert_eq!(
            check(judge, (live.severity, live.subjects.person), "agreed", Some(PersonId(5)), later),
            Err(ExceptionError::OwnApproval)
        );
    });
}

#[test]
fn quick_and_far_reaching_comes_first_then_the_oldest() {
    let finding = |key: &str, weight, clients, minutes, since: Option<&str>| Finding {
        key: key.into(),
        minutes,
        reach: FindingReach { ways_in: weight, admin: 0, clients, weight },
        since: since.map(at),
        ..findings().remove(0)
    };
    let sorted = apply_exceptions(
        vec![
            finding("d", 1, 1, 10, None),
            finding("c", 1, 1, 10, Some("2026-02-01T00:00:00Z")),
            finding("b", 1, 1, 10, Some("2026-01-01T00:00:00Z")),
            finding("a", 14, 6, 5, None),
        ],
        &[],
        now(),
    );
    assert_eq!(sorted.open.iter().map(|f| f.key.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
}

#[test]
fn the_last_day_to_come_back_is_one_of_the_calendar_also_when_clocks_change() {
    let found = findings();
    let (berlin, policy) = (Zone::new(chrono_tz::Europe::Berlin), Policy::default());
    let until = |now: &str, day: &str| {
        let day = day.parse().unwrap();
        check(
            &Judge::new(&policy, &berlin, at(now)),
            (found[0].severity, found[0].subjects.person),
            "agreed",
            None,
            berlin.end_of(day),
        )
    };
    // Ninety days from 29 July, just after midnight: an hour is added on the way.
    assert_eq!(until("2026-07-28T22:00:00Z", "2026-10-27"), Ok(()));
    assert_eq!(until("2026-07-28T22:00:00Z", "2026-10-28"), Err(ExceptionError::TooLong(90)));
    // Ninety days from 15 January, just before midnight: an hour is lost on the way.
    assert_eq!(until("2026-01-15T22:30:00Z", "2026-04-15"), Ok(()));
    assert_eq!(until("2026-01-15T22:30:00Z", "2026-04-16"), Err(ExceptionError::TooLong(90)));
}
