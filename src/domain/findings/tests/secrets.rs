//! Tests of rules about secrets a leaver knew.

use super::*;
use crate::domain::knows::VaultAccess;

fn harbor() -> Client {
    client(1, "Harbor Dental", &[])
}

fn firewall() -> System {
    system(7, "Harbor firewall", &harbor())
}

fn admin(people: &[Somebody]) -> SecretCase {
    secret(1, "admin", &firewall(), &harbor(), people)
}

fn queue(who: &Somebody, secrets: Vec<SecretCase>, moment: Instant) -> Option<Finding> {
    let facts = PersonFacts { secrets, ..PersonFacts::new(who.clone()) };
    find(&person_at(&facts, moment), Rule::LeaverSecretNotRotated).cloned()
}

fn several(case: &SecretCase, moment: Instant) -> Option<Finding> {
    judging(moment, |judge| judge.secret(case))
}

#[test]
fn a_secret_three_leavers_know_is_one_finding_and_reads_as_drawn() {
    let gone = |id, name| leaver(id, name, at("2026-03-12T17:00:00Z"), CaseKind::Notice);
    let people = [gone(5, "Priya Nair"), gone(6, "Ivo Lang"), gone(7, "Max Ode"), here(2, "Tom Becker")];
    let mut case = admin(&people);
    case.systems[0].tier = 0;
    let found = several(&case, now()).unwrap();
    assert_eq!(found.title, "\"admin\" Harbor firewall known by 3 leavers");
    assert_eq!((found.key.as_str(), found.minutes), ("leaver-secret-not-rotated:secret-1", 10));
    assert_eq!((found.severity, found.lines.len()), (Severity::Critical, 3));
    assert!(found.facts.contains(&"Still needed by Tom Becker.".to_owned()), "{found:#?}");
    assert!(found.concerns_person(PersonId(6)) && !found.concerns_person(PersonId(2)));
    assert_eq!(queue(&people[0], vec![case], now()), None, "it leaves the queues: one problem, one finding");
}

#[test]
fn what_one_leaver_took_along_is_one_queue() {
    let other = SecretCase {
        client: harbor(),
        ..secret(2, "root", &system(8, "RMM server", &harbor()), &harbor(), &[priya()])
    };
    let found = queue(&priya(), vec![admin(&[priya()]), other], now()).unwrap();
    assert_eq!(found.title, "Priya Nair left 12 Mar, still knows 2 shared logins");
    assert_eq!((found.severity, found.lines.len(), found.minutes), (Severity::High, 2, 15));
    let one = queue(&priya(), vec![admin(&[priya()])], now()).unwrap();
    assert_eq!(one.title, "\"admin\" Harbor firewall known by Priya Nair, left 12 Mar");
    assert_eq!(one.since, Some(at("2026-03-19T17:00:00Z")), "seven days after the last day");
    assert_eq!(queue(&here(5, "Priya Nair"), vec![admin(&[here(5, "Priya Nair")])], now()), None);
}

#[test]
fn each_limit_is_met_at_its_minute_and_missed_one_minute_later() {
    let last = at("2026-11-20T17:00:00Z");
    let plain = || admin(&[]);
    let key = || SecretCase { systems: vec![tier(0, firewall())], ..plain() };
    let wide = || SecretCase { systems: vec![System { reach: SystemReach::Several, ..firewall() }], ..plain() };
    let outside = || SecretCase { systems: vec![System { internet: Some(true), ..firewall() }], ..plain() };
    let guarded = || SecretCase { account: Some(login(1, &firewall(), &harbor(), None)), ..outside() };
    let unknown = || SecretCase { systems: vec![System { internet: None, ..firewall() }], ..plain() };
    for (case, kind, hours) in [
        (plain(), CaseKind::Notice, 168),
        (plain(), CaseKind::Hostile, 168),
        (key(), CaseKind::Hostile, 4),
        (key(), CaseKind::AtOnce, 24),
        (wide(), CaseKind::Hostile, 24),
        (outside(), CaseKind::Notice, 24),
        (guarded(), CaseKind::Notice, 168),
        (unknown(), CaseKind::Notice, 168),
    ] {
        let who = leaver(5, "Priya Nair", last, kind);
        let with = SecretCase { periods: admin(std::slice::from_ref(&who)).periods, people: vec![who.clone()], ..case };
        let limit = last.plus_hours(hours);
        assert_eq!(queue(&who, vec![with.clone()], limit), None, "{kind:?} {hours}");
        assert!(queue(&who, vec![with], minutes(limit, 1)).is_some(), "{kind:?} {hours}");
    }
}

#[test]
fn how_bad_it_is_follows_what_it_opens_and_how_they_left() {
    let severity = |kind, case: SecretCase| {
        let who = leaver(5, "Priya Nair", at("2026-03-12T17:00:00Z"), kind);
        let with = SecretCase { periods: admin(std::slice::from_ref(&who)).periods, people: vec![who.clone()], ..case };
        queue(&who, vec![with], now()).unwrap().severity
    };
    assert_eq!(severity(CaseKind::Notice, admin(&[])), Severity::High);
    assert_eq!(severity(CaseKind::Hostile, admin(&[])), Severity::Critical);
    let two = vec![firewall(), System { client: ClientId(9), ..firewall() }];
    assert_eq!(severity(CaseKind::Notice, SecretCase { systems: two, ..admin(&[]) }), Severity::Critical);
    assert_eq!(severity(CaseKind::Notice, SecretCase { shielded: true, ..admin(&[]) }), Severity::Medium);
    assert_eq!(severity(CaseKind::Hostile, SecretCase { shielded: true, ..admin(&[]) }), Severity::High);
}

#[test]
fn only_a_change_after_the_last_reading_ends_it() {
    let vault = SystemId(9);
    let lost = at("2026-03-20T12:00:00Z");
    let changed = |changed: Option<Instant>, vault_open: bool| {
        let mut case = admin(&[priya()]);
        case.secret.kept_in = Some(vault);
        case.secret.changed = changed;
        case.vaults =
            vec![VaultAccess { vault, person: PersonId(5), since: None, ended: (!vault_open).then_some(lost) }];
        queue(&priya(), vec![case], now())
    };
    assert!(changed(Some(minutes(lost, -60)), false).is_some(), "one hour before the vault was lost");
    assert!(changed(Some(lost), false).is_some());
    assert_eq!(changed(Some(minutes(lost, 1)), false), None);
    assert!(changed(Some(minutes(lost, 1)), true).is_some(), "the vault is still open to them");
    let unknown = changed(None, false).unwrap();
    assert!(unknown.lines[0].facts[0].contains("Never changed"), "{unknown:#?}");
}

#[test]
fn a_leaver_within_the_limit_does_not_make_a_second_one_late() {
    let just = leaver(6, "Ivo Lang", now().plus_hours(-1), CaseKind::Notice);
    let case = admin(&[priya(), just.clone()]);
    assert_eq!(several(&case, now()), None);
    assert!(queue(&priya(), vec![case.clone()], now()).is_some());
    assert_eq!(queue(&just, vec![case.clone()], now()), None);
    let later = now().plus_hours(168);
    assert_eq!(queue(&priya(), vec![case.clone()], later), None);
    assert!(several(&case, later).is_some());
}

#[test]
fn a_retired_secret_is_nobodys_problem_and_an_asked_change_is_a_label() {
    let mut case = admin(&[priya()]);
    case.asked = Some(now().plus_hours(-2));
    assert!(queue(&priya(), vec![case.clone()], now()).unwrap().asked);
    case.secret.retired = Some(now().plus_hours(-1));
    assert_eq!(queue(&priya(), vec![case], now()), None);
}

#[test]
fn a_secret_five_thousand_people_took_along_is_judged_in_one_go() {
    let harbor = client(1, "Harbor Dental", &[]);
    let vault = system(9, "Vault", &harbor);
    let left = now().plus_days(-300);
    let people: Vec<Somebody> =
        (1..=5000).map(|id| leaver(id, &format!("Person {id}"), left, CaseKind::Notice)).collect();
    let mut case = secret(1, "wifi", &system(7, "Firewall", &harbor), &harbor, &people);
    case.secret.kept_in = Some(vault.id);
    case.secret.changed = Some(left.plus_days(1));
    // Every second one lost the vault only after the change.
    case.vaults = people
        .iter()
        .map(|who| VaultAccess {
            vault: vault.id,
            person: who.person.id,
            since: None,
            ended: Some(left.plus_days(if who.person.id.0 % 2 == 0 { 2 } else { 0 })),
        })
        .collect();
    assert_eq!(several(&case, now()).unwrap().lines.len(), 2500);
}
