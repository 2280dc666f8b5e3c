//! Tests of `plan`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test code fails loudly")]

use super::super::testing::*;
use super::super::*;
use crate::domain::*;

fn codes(facts: &RunFacts) -> Vec<String> {
    with_plan(facts.clone()).steps.iter().filter_map(|s| s.code.clone()).collect()
}

fn has(facts: &RunFacts, code: &str) -> bool {
    codes(facts).iter().any(|c| c == code)
}

fn due(facts: &RunFacts, code: &str) -> String {
    facts.step(code).unwrap().due.unwrap().rfc3339()
}

#[test]
fn steps_follow_what_is_really_held() {
    let dana = dana(CaseKind::AtOnce);
    for code in ["D26", "D32", "D33", "D43", "D44", "D50", "D53", "D58"] {
        assert!(has(&dana, code), "{code} belongs to her");
    }
    for code in ["D27", "D34", "D35", "D36", "D37", "D51", "D52", "D54", "D56"] {
        assert!(!has(&dana, code), "{code} has nothing to do");
    }
    let mut more = dana.clone();
    more.secrets.push(secret(23, SecretKind::Alarm, "server room", Vec::new()));
    assert!(has(&more, "D54"));
}

#[test]
fn what_a_register_cannot_know_stays_on_the_list() {
    let nothing = empty(CaseKind::AtOnce);
    for code in ["D00", "D22", "D25", "D26", "D38", "D39", "D40", "D55", "D63"] {
        assert!(has(&nothing, code), "{code} stays");
    }
    for code in ["D32", "D36", "D43", "D50", "D58"] {
        assert!(!has(&nothing, code), "{code} has nothing to do");
    }
}

#[test]
fn the_kind_of_case_chooses_the_steps() {
    assert!(has(&dana(CaseKind::Notice), "D14") && !has(&dana(CaseKind::Hostile), "D14"));
    assert!(has(&dana(CaseKind::Hostile), "D41") && !has(&dana(CaseKind::AtOnce), "D41"));
    assert!(!has(&dana(CaseKind::Absent), "D18"), "nobody sits at the table");
    assert!(!has(&dana(CaseKind::Mover), "D25") && has(&dana(CaseKind::Mover), "D43"));
}

#[test]
fn every_way_in_and_secret_is_covered_by_one_step_of_every_kind_of_case() {
    for kind in CaseKind::ALL {
        let mut facts = empty(*kind);
        let (own, other) = (facts.own.clone(), client(2, "Harbor Dental"));
        for (system, id) in SystemKind::ALL.iter().zip(1..) {
            facts.ways_in.push(way(id, &own, *system, "own", Admin::None));
            facts.ways_in.push(way(id + 100, &other, *system, "theirs", Admin::None));
        }
        for (secret_kind, id) in SecretKind::ALL.iter().zip(1..) {
            facts.secrets.push(secret(id, *secret_kind, "x", Vec::new()));
            let key = system(999, 1, SystemKind::Backup, "Backup");
            facts.secrets.push(secret(id + 100, *secret_kind, "x", vec![key]));
        }
        let facts = with_plan(facts);
        let case = case(&facts, 0);
        for way in &facts.ways_in {
            let step = case.covers_way(way).unwrap_or_else(|| panic!("{kind}: {}", way.holding.at.system.kind));
            assert!(facts.step(&step.id).is_some(), "{kind}: {} is in the run", step.id);
        }
        for known in &facts.secrets {
            let step = case.covers_secret(known).unwrap_or_else(|| panic!("{kind}: {}", known.secret.kind));
            assert!(facts.step(&step.id).is_some(), "{kind}: {} is in the run", step.id);
        }
    }
}

#[test]
fn times_count_from_the_last_minute_and_come_from_the_policy() {
    let facts = planned(CaseKind::AtOnce);
    assert_eq!(due(&facts, "D26"), "2026-11-23T14:00:00.000Z");
    assert_eq!(due(&facts, "D43"), "2026-11-23T21:00:00.000Z");
    assert_eq!(due(&facts, "D58"), "2026-11-24T13:00:00.000Z");
    assert_eq!(due(&facts, "D22"), "2026-11-26T13:00:00.000Z");
    assert_eq!(due(&facts, "D63"), "2026-11-30T13:00:00.000Z");
    let mut facts = planned(CaseKind::Hostile);
    assert_eq!(due(&facts, "D43"), "2026-11-23T17:00:00.000Z");
    assert_eq!(rotation(&mut facts, 21).due.unwrap().rfc3339(), "2026-11-23T17:00:00.000Z");
    assert_eq!(rotation(&mut facts, 22).due.unwrap().rfc3339(), "2026-11-30T13:00:00.000Z");
}

#[test]
fn weeks_keep_the_time_of_day_when_the_clocks_change() {
    let mut facts = dana(CaseKind::AtOnce);
    facts.run.trigger = Instant::parse("2026-10-23T17:00:00+02:00").unwrap();
    let facts = with_plan(facts);
    assert_eq!(due(&facts, "D58"), "2026-10-24T15:00:00.000Z", "24 hours are hours");
    assert_eq!(due(&facts, "D22"), "2026-10-26T16:00:00.000Z", "17:00 after the change");
    assert_eq!(due(&facts, "D63"), "2026-10-30T16:00:00.000Z");
    assert_eq!(due(&facts, "D72"), "2026-11-22T16:00:00.000Z");
}

#[test]
fn what_comes_before_a_known_meeting_is_due_the_working_day_before_but_never_in_the_past() {
    let mut facts = dana(CaseKind::Notice);
    facts.run.started = Instant::parse("2026-11-10T08:00:00Z").unwrap();
    assert_eq!(due(&with_plan(facts.clone()), "D13"), "2026-11-22T16:00:00.000Z");
    facts.run.started = TRIGGER;
    assert_eq!(due(&with_plan(facts), "D13"), TRIGGER.plus_hours(1).rfc3339(), "an hour where there is no time before");
}

#[test]
fn each_known_secret_gets_one_change_and_a_second_plan_adds_nothing() {
    let facts = planned(CaseKind::AtOnce);
    assert!(facts.secrets.iter().all(|known| known.rotation.is_some()));
    let again = plan_run(&case(&facts, 5), &deadlines(), &zone(), &mut Counter::default());
    assert_eq!(again, Vec::new());
}

#[test]
fn a_way_in_that_turns_up_later_brings_its_step() {
    let mut facts = planned(CaseKind::AtOnce);
    assert!(facts.step("D36").is_none());
    let own = facts.own.clone();
    facts.ways_in.push(way(16, &own, SystemKind::RemoteAccess, "Office VPN", Admin::None));
    let facts = with_plan(facts);
    assert!(facts.step("D36").is_some());
}

#[test]
fn doers_come_from_the_run() {
    let facts = planned(CaseKind::AtOnce);
    assert_eq!(facts.step("D26").unwrap().doer, Some(TOM));
    assert_eq!(facts.step("D42").unwrap().doer, Some(AISHA));
    assert_eq!(facts.step("D40").unwrap().doer, Some(OFFICE));
}

#[test]
fn ways_in_are_due_by_what_they_open() {
    let facts = planned(CaseKind::AtOnce);
    let of = |id: u64| removal_due(facts.way_in(GrantId(id)).unwrap(), facts.run.kind, TRIGGER, &deadlines());
    assert_eq!(of(RMM), TRIGGER.plus_hours(1));
    assert_eq!(of(FIREWALL), TRIGGER.plus_hours(8));
}

#[test]
fn a_run_is_opened_with_the_right_people() {
    let dana = person(DANA, "Dana Ruiz");
    let start = Start {
        kind: CaseKind::AtOnce,
        person: Some(&dana),
        client: None,
        trigger: TRIGGER,
        now: TRIGGER,
        doer: Some(TOM),
        checker: Some(AISHA),
        alone: None,
    };
    let open = |start: &Start<'_>| open_run(start, &mut Counter::default());
    let (run, edits) = open(&start).unwrap();
    assert_eq!((run.status_before, run.closed), (Some(PersonStatus::Active), None));
    let AnyRecord::Person(leaving) = (match &edits[1] {
        Edit::Put(record) => record.clone(),
        Edit::Remove(_) => panic!("the person stays"),
    }) else {
        panic!("the person comes second")
    };
    assert_eq!((leaving.status, leaving.last_day), (PersonStatus::Notice, Some(TRIGGER)));
    assert_eq!(leaving.exit_kind, Some(ExitKind::Involuntary));

    assert_eq!(open(&Start { doer: Some(DANA), ..start.clone() }).unwrap_err(), StartRefusal::LeaverDoes);
    assert_eq!(open(&Start { checker: Some(DANA), ..start.clone() }).unwrap_err(), StartRefusal::LeaverChecks);
    let one = Start { checker: Some(TOM), ..start.clone() };
    assert_eq!(open(&one).unwrap_err(), StartRefusal::DoerChecks);
    assert!(open(&Start { alone: Some("two people in the firm".into()), ..one }).unwrap().0.alone);
    assert_eq!(open(&Start { person: None, ..start.clone() }).unwrap_err(), StartRefusal::Nobody);
    let exit = Start { kind: CaseKind::ClientExit, ..start.clone() };
    assert_eq!(open(&exit).unwrap_err(), StartRefusal::NoClient);
    let mover = open(&Start { kind: CaseKind::Mover, ..start }).unwrap();
    assert_eq!(mover.1.len(), 1, "somebody who moves does not leave");
}
