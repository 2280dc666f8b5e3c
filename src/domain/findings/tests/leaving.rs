//! Tests of rules about leavers.

use super::*;
use crate::domain::reach::{ShutBy, SystemGraph, SystemNode, WaysIn};

fn harbor() -> Client {
    client(1, "Harbor Dental", &[])
}

/// Priya with an ordinary way in and one into a tier 0 system, both open.
fn both(who: Somebody) -> PersonFacts {
    let harbor = harbor();
    let key = login(1, &tier(0, system(1, "365", &harbor)), &harbor, Some(who.person.id.0));
    let app = login(2, &system(2, "Accounts", &harbor), &harbor, Some(who.person.id.0));
    let ways = vec![way(&who, key), way(&who, app)];
    facts(who, ways)
}

fn only(facts: &PersonFacts, keep: u64) -> PersonFacts {
    let mut facts = facts.clone();
    facts.ways.retain(|way| way.grant.id == GrantId(keep));
    facts
}

fn live(facts: &PersonFacts, moment: Instant) -> Option<Finding> {
    find(&person_at(facts, moment), Rule::LeaverLiveAccess).cloned()
}

#[test]
fn each_limit_is_met_at_its_minute_and_missed_one_minute_later() {
    let last = at("2026-11-20T17:00:00Z");
    for (kind, key, hours) in [
        (CaseKind::Notice, 1, 24),
        (CaseKind::AtOnce, 1, 8),
        (CaseKind::Absent, 1, 8),
        (CaseKind::Subcontractor, 1, 24),
        (CaseKind::Hostile, 1, 4),
    ] {
        let facts = both(leaver(5, "Priya Nair", last, kind));
        for (grant, hours) in [(1, key), (2, hours)] {
            let facts = only(&facts, grant);
            let limit = last.plus_hours(hours);
            assert_eq!(live(&facts, minutes(limit, -1)), None, "{kind:?}");
            assert_eq!(live(&facts, limit), None, "{kind:?}: the limit itself is still in time");
            assert!(live(&facts, minutes(limit, 1)).is_some(), "{kind:?}");
        }
    }
}

#[test]
fn hours_are_elapsed_ones_also_in_the_night_the_clocks_change() {
    // Clocks go back on 25 Oct 2026 at 3:00 in Berlin; the last day ends at 17:00 the evening before.
    let zone = Zone::new(chrono_tz::Europe::Berlin);
    let last = zone.closing_of("2026-10-24".parse().unwrap());
    let facts = both(leaver(5, "Priya Nair", last, CaseKind::Notice));
    let policy = Policy::default();
    let on = |moment| Judge::new(&policy, &zone, moment).person(&facts);
    let key_limit = zone.at("2026-10-24".parse().unwrap(), "18:00:00".parse().unwrap());
    assert!(find(&on(key_limit), Rule::LeaverLiveAccess).is_none());
    assert!(find(&on(minutes(key_limit, 1)), Rule::LeaverLiveAccess).is_some());
    let app = only(&facts, 2);
    let app_at = |moment| Judge::new(&policy, &zone, moment).person(&app);
    // 24 elapsed hours after 17:00 the clock shows 16:00.
    let app_limit = zone.at("2026-10-25".parse().unwrap(), "16:00:00".parse().unwrap());
    assert_eq!(app_limit, last.plus_hours(24));
    assert!(find(&app_at(app_limit), Rule::LeaverLiveAccess).is_none());
    let late = app_at(minutes(app_limit, 1));
    let late = find(&late, Rule::LeaverLiveAccess).unwrap();
    assert!(
        late.lines[0].facts.iter().any(|fact| fact.contains("25 Oct 2026, 16:00 (24 hours, shipped policy)")),
        "{late:#?}"
    );
}

#[test]
fn it_reads_as_drawn_with_every_open_item_listed() {
    let found = live(&both(priya()), now()).unwrap();
    assert_eq!(found.title, "Priya Nair left 12 Mar, still in 2 systems");
    assert_eq!(found.key, "leaver-live-access:person-5");
    assert_eq!(found.severity, Severity::Critical, "one of them opens other doors");
    assert_eq!(found.lines.iter().map(|line| line.severity).collect::<Vec<_>>(), [Severity::Critical, Severity::High]);
    assert_eq!(found.lines[0].what, "Harbor Dental 365");
    assert_eq!(found.since, Some(at("2026-03-12T18:00:00Z")), "by its facts, not by when it was looked at");
    assert_eq!(found.due, Some(at("2026-03-13T18:00:00Z")));
    assert_eq!(found.reach, FindingReach { ways_in: 2, admin: 0, clients: 1, weight: 2 });
    assert_eq!(found.rank_words(&Zone::utc(), now()), "2 minutes of work, 1 client, 256 days.");
    assert!(found.reason.contains("2 ways in never proved off"), "{}", found.reason);
    assert!(found.controls.contains(&"PR.AA-05".to_owned()) && found.controls.contains(&"CIS 6.2".to_owned()));
    let next_year = live(&both(priya()), at("2027-01-02T00:00:00Z")).unwrap();
    assert_eq!(next_year.title, "Priya Nair left 12 Mar 2026, still in 2 systems");
}

#[test]
fn fourteen_ways_in_at_six_clients_are_five_minutes_of_work() {
    let who = priya();
    let clients: Vec<Client> = (1..=6).map(|id| client(id, &format!("Client {id}"), &[])).collect();
    let ways = (1..=14u64).map(|id| {
        let client = &clients[id as usize % 6];
        let facts = login(id, &system(id, "App", client), client, Some(5));
        way(&who, if id <= 4 { as_admin(facts) } else { facts })
    });
    let found = live(&facts(who.clone(), ways.collect()), now()).unwrap();
    assert_eq!(found.title, "Priya Nair left 12 Mar, still in 14 systems");
    // The ordinary limit of 24 hours ended on 13 Mar.
    assert_eq!(found.rank_words(&Zone::utc(), now()), "5 minutes of work, 6 clients, 4 admin rights, 255 days.");
    assert_eq!(found.could, "Sign in as admin at Client 2 and 5 other clients.");
    assert_eq!(found.payoff(), (10 + 4 * 3) * 6 * 1000 / 5);
    assert_eq!(found.payoff_words(), "22 (14 ways in by level) x 6 clients / 5 minutes = 26.4");
}

#[test]
fn unknown_counts_as_still_on_and_says_so() {
    let mut facts = only(&both(priya()), 2);
    facts.ways[0].at.seen = None;
    let found = live(&facts, now()).unwrap();
    assert!(found.lines[0].facts.iter().any(|fact| fact.contains("Not proven off")), "{found:#?}");
    facts.ways[0].at = seen(both(priya()).ways.remove(1).at, |seen| seen.enabled = None);
    assert!(live(&facts, now()).unwrap().lines[0].facts.iter().any(|fact| fact.contains("Not proven off")));
}

#[test]
fn a_list_proves_a_login_off_when_taken_after_the_last_day_or_fresh_enough() {
    let off_on = |read: Instant| {
        let mut facts = only(&both(priya()), 2);
        facts.ways[0].at = seen(facts.ways[0].at.clone(), |seen| {
            seen.enabled = Some(false);
            seen.at = read;
        });
        facts
    };
    assert_eq!(live(&off_on(at("2026-03-12T17:00:00Z")), now()), None, "off when they left, however old the list");
    assert!(live(&off_on(at("2026-03-12T16:59:00Z")), now()).is_some(), "older than the departure and too old");
    let soon = at("2026-03-20T12:00:00Z");
    assert_eq!(live(&off_on(at("2026-03-12T16:59:00Z")), soon), None, "still fresh then");
}

#[test]
fn a_login_without_a_way_in_is_judged_by_what_the_list_says() {
    let harbor = harbor();
    let app = system(2, "Accounts", &harbor);
    let with = |facts: AccountFacts| PersonFacts { loose: vec![facts], ..PersonFacts::new(priya()) };
    let on = login(2, &app, &harbor, Some(5));
    assert!(live(&with(on.clone()), now()).is_some());
    assert_eq!(live(&with(seen(on.clone(), |seen| seen.enabled = Some(false))), now()), None);
    assert!(live(&with(seen(on.clone(), |seen| seen.enabled = None)), now()).is_some());
    assert_eq!(live(&with(as_kind(on, AccountKind::Service)), now()), None, "a service login is no way in of theirs");
}

#[test]
fn nothing_is_found_of_people_who_are_here_or_still_leaving() {
    let mut facts = both(here(5, "Priya Nair"));
    assert_eq!(live(&facts, now()), None);
    facts.who = leaver(5, "Priya Nair", now().plus_hours(5), CaseKind::Hostile);
    assert_eq!(live(&facts, now()), None);
}

#[test]
fn what_is_removed_or_shut_by_a_sign_on_is_not_open_and_what_came_back_is() {
    let done = mark(at("2026-03-12T17:30:00Z"));
    let mut facts = both(priya());
    facts.ways[0].grant.removal.done = done;
    facts.shut_by.insert(GrantId(2), ShutBy { parent: SystemId(1), at: Some(at("2026-03-12T17:30:00Z")) });
    assert_eq!(live(&facts, now()), None);
    facts.ways[0].grant.removal = Removal { came_back: Some(at("2026-11-20T09:00:00Z")), ..Removal::default() };
    facts.shut_by.clear();
    let found = live(&facts, now()).unwrap();
    assert_eq!(found.lines.len(), 2);
    assert!(found.lines[0].facts[0].contains("Came back: a list of 20 Nov 2026"), "{found:#?}");
}

#[test]
fn a_clients_tag_leaves_no_grace_also_on_a_tool_that_reaches_it() {
    let last = at("2026-11-23T13:00:00Z");
    let pci = client(2, "Card Shop", &["pci"]);
    let who = leaver(5, "Priya Nair", last, CaseKind::Notice);
    let at_pci = facts(who.clone(), vec![way(&who, login(3, &system(3, "Till", &pci), &pci, Some(5)))]);
    let found = live(&at_pci, minutes(last, 1)).unwrap();
    assert!(found.lines[0].facts.iter().any(|fact| fact.contains("0 hours, client tag pci")), "{found:#?}");
    // A tool of an untagged client that reaches the tagged one.
    let mut tool = only(&both(who), 2);
    assert_eq!(live(&tool, minutes(last, 1)), None);
    tool.spans.insert(SystemId(2), Span { tags: pci.tags, clients: 2 });
    let found = live(&tool, minutes(last, 1)).unwrap();
    assert_eq!(found.reach.clients, 2);
}

#[test]
fn a_hostile_departure_entered_late_counts_from_the_last_day() {
    let last = at("2026-11-23T08:00:00Z");
    let mut who = leaver(5, "Priya Nair", last, CaseKind::Hostile);
    who.runs[0].started = at("2026-11-23T10:00:00Z");
    let found = live(&both(who), at("2026-11-23T10:00:00Z")).unwrap();
    assert_eq!(found.since, Some(at("2026-11-23T09:00:00Z")));
    assert!(found.lines.iter().all(|line| line.severity == Severity::Critical), "hostile: every line");
}

#[test]
fn without_a_known_last_day_there_is_no_grace() {
    let mut who = here(5, "Priya Nair");
    who.person.status = PersonStatus::Discharged;
    let found = live(&both(who), now()).unwrap();
    assert_eq!(found.title, "Priya Nair left, still in 2 systems");
    assert_eq!((found.since, found.due), (None, None));
}

#[test]
fn what_is_left_open_on_purpose_makes_no_finding_alone_until_its_date() {
    let mut facts = only(&both(priya()), 2);
    facts.ways[0].grant.removal.waived_until = Some(at("2026-12-01T00:00:00Z"));
    assert_eq!(live(&facts, now()), None);
    assert!(live(&facts, at("2026-12-01T00:00:00Z")).is_some());
    let mut with_another = both(priya());
    with_another.ways[1].grant.removal.waived_until = Some(at("2026-12-01T00:00:00Z"));
    assert_eq!(live(&with_another, now()).unwrap().lines.len(), 2, "it is listed all the same");
}

#[test]
fn it_is_asked_only_when_all_of_it_is() {
    let mut facts = both(priya());
    facts.ways[0].grant.removal.asked = mark(at("2026-11-20T09:00:00Z"));
    assert!(!live(&facts, now()).unwrap().asked);
    facts.ways[1].grant.removal.asked = mark(at("2026-11-20T09:00:00Z"));
    let found = live(&facts, now()).unwrap();
    assert!(found.asked, "asked is a label, the finding stays open");
}

#[test]
fn somebody_taken_on_again_with_the_same_login_is_not_found() {
    let mut facts = both(priya());
    facts.who.person.start = Some("2026-09-01".parse().unwrap());
    facts.who.person.kind = PersonKind::Contractor;
    facts.who.person.contract_end = Some("2027-02-28".parse().unwrap());
    assert!(person_at(&facts, now()).is_empty());
    assert!(live(&facts, at("2026-08-31T00:00:00Z")).is_some());
}

#[test]
fn a_leaver_whose_sign_on_is_done_is_no_longer_in_what_is_behind_it() {
    let harbor = harbor();
    let key = tier(0, system(1, "365", &harbor));
    let app = System { signs_in_through: vec![key.id], ..system(2, "Accounts", &harbor) };
    let who = priya();
    let mut facts = facts(
        who.clone(),
        vec![
            way(&who, login(1, &key, &harbor, Some(5))),
            way(&who, login(2, &app, &harbor, Some(5))),
            way(&who, as_kind(login(3, &app, &harbor, None), AccountKind::Shared)),
        ],
    );
    let done = at("2026-11-23T13:00:00Z");
    facts.ways[0].grant.removal = Removal { asked: mark(done), done: mark(done), ..Removal::default() };
    let graph = SystemGraph::new([SystemNode::from(&key), SystemNode::from(&app)]);
    let ways = WaysIn::of(&graph, &facts.ways, now());
    facts.shut_by = ways.all_shut().clone();
    assert_eq!(ways.shut_by(GrantId(2)), Some(ShutBy { parent: key.id, at: Some(done) }));
    let found = live(&facts, now()).unwrap();
    let open: Vec<_> = found.lines.iter().filter_map(|line| line.subjects.grant).collect();
    assert_eq!(open, [GrantId(3)], "only the shared login is left");
    // Before it was done everything was open, as of then.
    assert!(WaysIn::of(&graph, &facts.ways, minutes(done, -1)).all_shut().is_empty());
}

// revocation-unconfirmed

fn unconfirmed(facts: &PersonFacts, moment: Instant) -> Option<Finding> {
    find(&person_at(facts, moment), Rule::RevocationUnconfirmed).cloned()
}

#[test]
fn a_removal_waits_72_hours_for_its_check_and_a_key_one_24() {
    let asked = at("2026-11-20T09:00:00Z");
    for (grant, hours, severity) in [(1, 24, Severity::High), (2, 72, Severity::Medium)] {
        let mut facts = only(&both(here(5, "Tom Becker")), grant);
        facts.ways[0].grant.removal.asked = mark(asked);
        let limit = asked.plus_hours(hours);
        assert_eq!(unconfirmed(&facts, limit), None);
        let found = unconfirmed(&facts, minutes(limit, 1)).unwrap();
        assert_eq!((found.severity, found.since), (severity, Some(limit)));
        assert_eq!(found.title, "Tom Becker: 1 removal never confirmed");
        // Done but not checked waits from when it was asked for.
        facts.ways[0].grant.removal.done = mark(asked.plus_hours(1));
        assert_eq!(unconfirmed(&facts, limit), None);
        assert!(unconfirmed(&facts, minutes(limit, 1)).is_some());
        facts.ways[0].grant.removal.asked = None;
        assert_eq!(unconfirmed(&facts, minutes(limit, 1)), None);
        assert!(unconfirmed(&facts, minutes(limit, 61)).is_some());
    }
}

#[test]
fn the_doers_word_is_enough_for_ordinary_access_only() {
    let asked = at("2026-11-01T09:00:00Z");
    for (grant, proof, found) in [
        (1, Proof::Observed, false),
        (1, Proof::Acknowledged, false),
        (1, Proof::Stated, true),
        (2, Proof::Stated, false),
        (2, Proof::Observed, false),
        (2, Proof::Waived, true),
    ] {
        let mut facts = only(&both(here(5, "Tom Becker")), grant);
        let removal = &mut facts.ways[0].grant.removal;
        *removal =
            Removal { asked: mark(asked), done: mark(asked), confirmed: mark(asked), proof: Some(proof), ..*removal };
        assert_eq!(unconfirmed(&facts, now()).is_some(), found, "{grant} {proof:?}");
        facts.ways[0].grant.removal.waived_until = Some(now().plus_days(1));
        assert_eq!(unconfirmed(&facts, now()), None, "waived until tomorrow");
    }
}

#[test]
fn an_asked_removal_of_somebody_who_left_is_said_once() {
    let mut facts = both(priya());
    facts.ways[0].grant.removal.asked = mark(at("2026-03-12T17:00:00Z"));
    let found = person_at(&facts, now());
    assert_eq!(rules(&found), [Rule::LeaverLiveAccess]);
    // What is done but was never checked is no line there, and is said here.
    facts.ways[1].grant.removal.done = mark(at("2026-03-12T17:00:00Z"));
    let found = person_at(&facts, now());
    assert_eq!(rules(&found), [Rule::LeaverLiveAccess, Rule::RevocationUnconfirmed]);
    assert_eq!(found[1].title, "Priya Nair, left 12 Mar: 1 removal never confirmed");
    assert_eq!(found[1].lines[0].subjects.grant, Some(GrantId(2)));
}

#[test]
fn what_a_sign_on_shut_of_a_leaver_waits_for_its_own_check() {
    let shut = at("2026-11-22T09:00:00Z");
    let with = |who: Somebody| {
        let mut facts = only(&both(who), 1);
        facts.shut_by.insert(GrantId(1), ShutBy { parent: SystemId(9), at: Some(shut) });
        facts.sign_ons.insert(SystemId(9), "365".into());
        facts
    };
    let facts = with(leaver(5, "Priya Nair", at("2026-11-22T08:00:00Z"), CaseKind::Notice));
    assert!(person_at(&facts, shut.plus_hours(24)).is_empty());
    let found = unconfirmed(&facts, minutes(shut.plus_hours(24), 1)).unwrap();
    assert!(found.lines[0].facts[0].starts_with("Shut by 365 22 Nov 2026"), "{found:#?}");
    assert!(person_at(&with(here(5, "Tom Becker")), now()).is_empty(), "of somebody who stays it waits for nothing");
}

#[test]
fn a_hostile_departure_makes_an_open_check_more_urgent() {
    let with = |kind| {
        let mut facts = only(&both(leaver(5, "Priya Nair", at("2026-11-01T17:00:00Z"), kind)), 2);
        facts.ways[0].grant.removal.done = mark(at("2026-11-01T17:00:00Z"));
        unconfirmed(&facts, now()).unwrap().severity
    };
    assert_eq!(with(CaseKind::Notice), Severity::Medium);
    assert_eq!(with(CaseKind::Hostile), Severity::High);
}

// end-date-passed

fn end_date(person: Person, moment: Instant) -> Option<Finding> {
    let who = Somebody { person, runs: Vec::new() };
    find(&person_at(&facts(who.clone(), Vec::new()), moment), Rule::EndDatePassed).cloned()
}

#[test]
fn a_contract_ends_with_its_last_day_and_not_before() {
    let ivo = Person {
        kind: PersonKind::Contractor,
        contract_end: Some("2026-11-22".parse().unwrap()),
        ..person(6, "Ivo Lang")
    };
    let ivo = Person { start: Some("2026-02-01".parse().unwrap()), ..ivo };
    assert_eq!(end_date(ivo.clone(), at("2026-11-22T23:59:59Z")), None);
    let found = end_date(ivo.clone(), at("2026-11-23T00:00:00Z")).unwrap();
    assert_eq!(found.title, "Ivo Lang: contract ended 22 Nov, still active");
    assert_eq!(found.facts[0], "The contract ran to 22 Nov 2026.", "a fact reads the same next year");
    assert_eq!((found.severity, found.since), (Severity::High, Some(at("2026-11-23T00:00:00Z"))));
    let employed = Person { kind: PersonKind::Employee, ..ivo.clone() };
    assert_eq!(end_date(employed, now()), None, "an employee's contract end is not this rule's");
    let away = Person { status: PersonStatus::OnLeave, ..ivo };
    assert_eq!(end_date(away, now()), None);
}

#[test]
fn a_last_day_without_a_discharge_is_found_and_with_one_is_not() {
    let last = at("2026-11-20T17:00:00Z");
    let going = Person { last_day: Some(last), ..person(6, "Ivo Lang") };
    assert_eq!(end_date(going.clone(), last), None);
    let found = end_date(going, minutes(last, 1)).unwrap();
    assert_eq!(found.title, "Ivo Lang: last day was 20 Nov, still active");
    assert_eq!(found.severity, Severity::High);
    let with_run = facts(leaver(6, "Ivo Lang", last, CaseKind::Notice), Vec::new());
    assert!(person_at(&with_run, now()).is_empty());
}

#[test]
fn an_outside_person_needs_an_end_date_within_the_limit() {
    let vendor = |end: Option<&str>| Person {
        kind: PersonKind::Vendor,
        start: Some("2026-01-01".parse().unwrap()),
        contract_end: end.map(|end| end.parse().unwrap()),
        ..person(6, "Ivo Lang")
    };
    let missing = end_date(vendor(None), now()).unwrap();
    assert_eq!((missing.severity, missing.title.as_str()), (Severity::Medium, "Ivo Lang: vendor without an end date"));
    assert_eq!(end_date(vendor(Some("2027-01-01")), now()), None, "365 days are allowed");
    let long = end_date(vendor(Some("2027-01-02")), now()).unwrap();
    assert_eq!((long.severity, long.title.as_str()), (Severity::Medium, "Ivo Lang: contract runs 366 days, too long"));
    let half = policy(&[("contractor_max_days", "180")]);
    let zone = Zone::utc();
    let who = Somebody { person: vendor(Some("2026-12-31")), runs: Vec::new() };
    let found = Judge::new(&half, &zone, now()).person(&PersonFacts::new(who));
    assert!(found[0].facts[0].contains("180 days, policy 12"), "{found:#?}");
    assert_eq!(found[0].policy, 12);
}
