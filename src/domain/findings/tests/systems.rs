//! Tests of rules about systems.

use super::*;

fn harbor() -> Client {
    client(1, "Harbor Dental", &[])
}

fn firewall(admins: Vec<Somebody>) -> SystemCase {
    let harbor = harbor();
    let system = tier(0, system(7, "Harbor firewall", &harbor));
    let facts = login(1, &system, &harbor, Some(2));
    SystemCase {
        logins: vec![Sighting::from(&facts)],
        system,
        client: harbor,
        admins,
        few_since: None,
        emergency: Vec::new(),
        newest: None,
        listed: None,
        span: Span { clients: 1, ..Span::default() },
    }
}

fn tom() -> Somebody {
    here(2, "Tom Becker")
}

fn dana(last_day: Instant) -> Somebody {
    leaver(3, "Dana Ruiz", last_day, CaseKind::Notice)
}

fn system_at(case: &SystemCase, moment: Instant) -> Vec<Finding> {
    judging(moment, |judge| judge.system(case))
}

fn single(case: &SystemCase) -> Option<Finding> {
    find(&system_at(case, now()), Rule::SingleAdmin).cloned()
}

#[test]
fn two_active_administrators_are_enough_and_one_is_not() {
    assert_eq!(single(&firewall(vec![tom(), here(4, "Aisha Khan")])), None);
    let found = single(&firewall(vec![tom(), tom()])).unwrap();
    assert_eq!(found.title, "Only Tom Becker can administer Harbor firewall");
    assert_eq!((found.severity, found.key.as_str()), (Severity::High, "single-admin:system-7"));
    let away =
        Somebody { person: Person { status: PersonStatus::OnLeave, ..person(4, "Aisha Khan") }, runs: Vec::new() };
    assert!(single(&firewall(vec![tom(), away])).is_some());
    let one = policy(&[("admins_min", "1")]);
    let zone = Zone::utc();
    assert_eq!(Judge::new(&one, &zone, now()).system(&firewall(vec![tom()])), []);
}

#[test]
fn the_only_one_leaving_is_critical_until_they_have_left() {
    let last = now().plus_hours(5);
    let case = firewall(vec![dana(last)]);
    let found = single(&case).unwrap();
    assert_eq!(found.severity, Severity::Critical);
    assert_eq!(found.title, "Only Dana Ruiz can administer Harbor firewall, and is leaving");
    let after = system_at(&case, last);
    assert_eq!(
        (after[0].severity, after[0].title.as_str()),
        (Severity::High, "Nobody of ours can administer Harbor firewall")
    );
    assert_eq!(single(&firewall(vec![dana(last), tom()])).unwrap().severity, Severity::High);
}

#[test]
fn those_who_leave_or_are_away_are_not_called_nobody() {
    let last = now().plus_hours(5);
    let away =
        Somebody { person: Person { status: PersonStatus::OnLeave, ..person(4, "Aisha Khan") }, runs: Vec::new() };
    let other = leaver(6, "Ivo Lang", last, CaseKind::Notice);
    let title = |admins: Vec<Somebody>| single(&firewall(admins)).unwrap().title;
    let only = |whom: &str| format!("Only {whom} can administer Harbor firewall");
    assert_eq!(title(vec![dana(last), other]), only("people who are leaving"));
    assert_eq!(title(vec![away.clone()]), only("people on leave"));
    assert_eq!(title(vec![dana(last), away]), only("people leaving or on leave"));
}

#[test]
fn a_tested_emergency_login_makes_it_mild_unless_somebody_left_after_the_test() {
    let with = |tested: Instant, left_since| SystemCase {
        emergency: vec![EmergencyLogin { tested: Some(tested), left_since }],
        ..firewall(vec![tom()])
    };
    assert_eq!(single(&with(now().plus_days(-90), false)).unwrap().severity, Severity::Low);
    assert_eq!(single(&with(minutes(now().plus_days(-90), -1), false)).unwrap().severity, Severity::High);
    assert_eq!(single(&with(now().plus_days(-1), true)).unwrap().severity, Severity::High);
}

#[test]
fn ordinary_systems_and_such_without_any_login_are_left_out() {
    let mut case = firewall(vec![tom()]);
    case.system.tier = 1;
    assert_eq!(single(&case).unwrap().severity, Severity::Medium);
    case.system.reach = SystemReach::Several;
    assert_eq!(single(&case).unwrap().severity, Severity::High, "several clients raise it by one step");
    case.system.tier = 2;
    assert_eq!(single(&case), None);
    let empty = SystemCase { logins: Vec::new(), ..firewall(Vec::new()) };
    assert_eq!(system_at(&empty, now()), []);
    assert!(single(&firewall(Vec::new())).is_some(), "logins but no administrator of ours");
}

// facts-unknown

fn unknown(case: &SystemCase, moment: Instant) -> Option<Finding> {
    find(&system_at(case, moment), Rule::FactsUnknown).cloned()
}

fn two() -> Vec<Somebody> {
    vec![tom(), here(4, "Aisha Khan")]
}

#[test]
fn what_is_known_and_fresh_is_no_finding() {
    assert_eq!(system_at(&firewall(two()), now()), []);
}

#[test]
fn missing_facts_are_one_finding_per_system() {
    let mut case = firewall(two());
    let fresh = case.logins[0];
    case.logins = vec![
        fresh,
        Sighting { use_known: false, ..fresh },
        Sighting { use_known: false, factor_known: false, ..fresh },
        Sighting { kind: AccountKind::Service, use_known: false, factor_known: false, ..fresh },
        Sighting { enabled: Some(false), use_known: false, ..fresh },
        Sighting { enabled: None, ..fresh },
    ];
    let found = unknown(&case, now()).unwrap();
    assert_eq!(found.title, "Harbor firewall: on or off not known for 1 login");
    assert_eq!(found.severity, Severity::Medium, "a key system");
    let lines: Vec<&str> = found.lines.iter().map(|line| line.what.as_str()).collect();
    assert_eq!(
        lines,
        [
            "On or off: not known for 1 login.",
            "Second factor: not known for 1 login.",
            "Last use: not known for 2 logins."
        ]
    );
    case.system.tier = 2;
    assert_eq!(unknown(&case, now()).unwrap().severity, Severity::Low);
}

#[test]
fn an_unknown_factor_behind_a_sign_on_is_known_there_and_a_kind_not_known_is_not_known() {
    let harbor = harbor();
    let mut system = system(7, "App", &harbor);
    let of = |system: &System, factors: &[Factor]| {
        let facts = login(1, system, &harbor, Some(2));
        Sighting::from(&seen(facts, |seen| seen.factors = factors.iter().copied().collect())).factor_known
    };
    assert!(of(&system, &[Factor::App]) && of(&system, &[Factor::None]));
    assert!(!of(&system, &[Factor::App, Factor::Unknown]) && !of(&system, &[]));
    system.signs_in_through = vec![SystemId(1)];
    assert!(of(&system, &[]));
}

#[test]
fn a_list_counts_on_its_thirtieth_day_and_not_a_minute_longer() {
    let taken = now().plus_days(-30);
    let mut case = firewall(two());
    case.listed = Some(taken);
    case.logins[0].read_at = Some(taken);
    assert_eq!(unknown(&case, now()), None);
    let found = unknown(&case, minutes(now(), 1)).unwrap();
    assert_eq!(found.title, "Harbor firewall: newest list is of 24 Oct 2026, too old");
    assert_eq!(found.since, Some(now()));
    assert_eq!(found.lines.len(), 1, "that single facts are old follows from the list");
    // Seen by hand, never imported.
    case.listed = None;
    assert_eq!(unknown(&case, minutes(now(), 1)).unwrap().title, "Harbor firewall: 1 login not seen lately");
    case.logins[0].read_at = None;
    assert_eq!(unknown(&case, now()).unwrap().title, "Harbor firewall: on or off not known for 1 login");
}

#[test]
fn a_list_with_fewer_rows_than_the_system_states_is_not_whole() {
    let batch = |rows, covers| Batch {
        id: BatchId(1),
        format: "m365-users-csv".into(),
        system: Some(SystemId(7)),
        taken: now().plus_days(-3),
        covers,
        rows,
        not_ours: 0,
        unmatched: 0,
        sha256: String::new(),
        file: "users.csv".into(),
    };
    let with = |rows, covers, total| {
        let mut case = SystemCase { newest: Some(batch(rows, covers)), ..firewall(two()) };
        case.system.stated_total = total;
        unknown(&case, now())
    };
    assert_eq!(with(118, Covers::Everyone, Some(118)), None);
    let found = with(59, Covers::Everyone, Some(118)).unwrap();
    assert!(found.lines[0].what.contains("59 rows, the system says 118"), "{found:#?}");
    assert_eq!(with(59, Covers::Everyone, None), None);
    assert_eq!(with(59, Covers::Part, Some(118)), None, "meant to be a part");
}
