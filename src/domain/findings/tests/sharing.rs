//! Tests of rules about shared and ownerless logins.

use super::*;

fn milltown() -> Client {
    client(4, "Milltown School", &[])
}

fn backup() -> AccountFacts {
    let milltown = milltown();
    let mut facts = as_kind(login(1, &system(1, "backup portal", &milltown), &milltown, Some(1)), AccountKind::Shared);
    facts.account.login = "backup-svc".into();
    facts
}

fn four() -> Vec<Somebody> {
    [(1, "M. Ortiz"), (2, "Tom Becker"), (3, "Aisha Khan"), (4, "Lee Wong")].map(|(id, name)| here(id, name)).to_vec()
}

fn exception(until: Instant) -> Exception {
    Exception {
        id: ExceptionId(1),
        rule: "shared-login".into(),
        key: "shared-login:account-1".into(),
        at: now().plus_days(-10),
        until,
        approver: Some(PersonId(1)),
        ended: None,
        reason: "The supplier allows one login.".into(),
    }
}

/// A shared login with everything a complete exception needs.
fn complete() -> AccountCase {
    let milltown = milltown();
    let mut secret = secret(1, "backup-svc", &system(1, "backup portal", &milltown), &milltown, &four());
    secret.secret.kept_where = Some("vault: Milltown / backup".into());
    let held = held_by(case(backup(), here(1, "M. Ortiz")), &four());
    AccountCase { secrets: vec![secret], exception: Some(exception(now().plus_days(30))), ..held }
}

fn shared(case: &AccountCase) -> Option<Finding> {
    find(&account_at(case, now()), Rule::SharedLogin).cloned()
}

#[test]
fn a_shared_login_reads_as_drawn() {
    let found = shared(&held_by(case(backup(), here(1, "M. Ortiz")), &four())).unwrap();
    assert_eq!(found.title, "4 people share \"backup-svc\" Milltown School backup portal");
    assert_eq!((found.severity, found.minutes, found.reach.ways_in), (Severity::High, 30, 4));
    assert_eq!(found.missing, ["a reason", "an approver", "the place it is kept", "an end date to come"]);
    assert_eq!(found.since, Some(at("2024-03-12T09:00:00Z")));
}

#[test]
fn a_personal_login_two_people_know_is_shared_and_one_is_not() {
    let milltown = milltown();
    let app = system(1, "App", &milltown);
    let known_by = |people: &[Somebody]| AccountCase {
        secrets: vec![secret(1, "tom", &app, &milltown, people)],
        ..case(login(1, &app, &milltown, Some(2)), here(2, "Tom Becker"))
    };
    assert_eq!(shared(&known_by(&four()[1..2])), None);
    assert!(shared(&known_by(&four()[1..3])).is_some());
    let gone = leaver(5, "Priya Nair", at("2026-03-12T17:00:00Z"), CaseKind::Notice);
    assert_eq!(shared(&known_by(&[here(2, "Tom Becker"), gone])), None, "a leaver is another rule's");
}

#[test]
fn off_ends_it_unknown_does_not_and_emergency_logins_are_left_out() {
    let with = |facts| shared(&held_by(case(facts, here(1, "M. Ortiz")), &four()));
    assert_eq!(with(seen(backup(), |seen| seen.enabled = Some(false))), None);
    let unknown = with(AccountFacts { seen: None, ..backup() }).unwrap();
    assert!(unknown.facts.iter().any(|fact| fact.contains("not known")), "{unknown:#?}");
    assert_eq!(with(as_kind(backup(), AccountKind::BreakGlass)), None);
}

#[test]
fn a_key_system_makes_an_incomplete_exception_critical() {
    let mut case = complete();
    case.facts.system.tier = 0;
    assert_eq!(shared(&case).unwrap().severity, Severity::High);
    case.exception = None;
    assert_eq!(shared(&case).unwrap().severity, Severity::Critical);
}

#[test]
fn every_part_of_a_complete_exception_is_needed() {
    assert_eq!(shared(&complete()).unwrap().missing, Vec::<&str>::new());
    let without = |change: fn(&mut AccountCase)| {
        let mut case = complete();
        change(&mut case);
        shared(&case).unwrap().missing
    };
    assert_eq!(without(|case| case.exception.as_mut().unwrap().reason = " ".into()), ["a reason"]);
    assert_eq!(without(|case| case.exception.as_mut().unwrap().approver = None), ["an approver"]);
    assert_eq!(without(|case| case.owner = None), ["a custodian"]);
    assert_eq!(without(|case| case.secrets[0].secret.kept_where = None), ["the place it is kept"]);
    assert_eq!(without(|case| case.exception.as_mut().unwrap().until = now()), ["an end date to come"]);
    assert_eq!(without(|case| case.exception.as_mut().unwrap().at = now().plus_days(-90)), Vec::<&str>::new());
    assert_eq!(without(|case| case.exception.as_mut().unwrap().at = now().plus_days(-91)), ["a review in time"]);
    assert_eq!(
        without(|case| {
            case.exception.as_mut().unwrap().at = now().plus_days(-91);
            case.reviewed = Some(now().plus_days(-5));
        }),
        Vec::<&str>::new()
    );
    assert_eq!(
        without(|case| {
            case.holders.clear();
            case.secrets[0].periods.clear();
        }),
        ["the list of people who know it"]
    );
}

#[test]
fn a_complete_exception_is_accepted_until_tonight_and_open_tomorrow() {
    let tonight = at("2026-11-24T00:00:00Z");
    let case = AccountCase { exception: Some(exception(tonight)), ..complete() };
    let exceptions = [exception(tonight)];
    let today = apply_exceptions(account_at(&case, now()), &exceptions, now());
    assert_eq!((today.open.len(), today.set_aside.len()), (0, 1));
    let sorted = apply_exceptions(account_at(&case, tonight), &exceptions, tonight);
    assert_eq!((sorted.open.len(), sorted.set_aside.len(), sorted.lapsed.len()), (1, 0, 1));
    let forbidden = policy(&[("shared_login", "forbidden")]);
    let zone = Zone::utc();
    let found = Judge::new(&forbidden, &zone, now()).account(&case);
    let sorted = apply_exceptions(found, &exceptions, now());
    assert_eq!((sorted.open.len(), sorted.set_aside.len()), (1, 0), "the policy forbids it");
}

// orphan-account

fn orphan(case: &AccountCase) -> Option<Finding> {
    find(&account_at(case, now()), Rule::OrphanAccount).cloned()
}

#[test]
fn a_login_without_anybody_is_found_and_reads_as_drawn() {
    let milltown = milltown();
    let mut facts = login(1, &system(1, "scanner", &milltown), &milltown, None);
    facts.account.login = "svc-scan".into();
    let found = orphan(&AccountCase::new(facts.clone())).unwrap();
    assert_eq!(found.title, "Nobody owns \"svc-scan\" Milltown School scanner");
    assert_eq!(found.severity, Severity::Medium);
    assert_eq!(orphan(&AccountCase::new(as_admin(facts.clone()))).unwrap().severity, Severity::High);
    let key = login(1, &tier(0, system(1, "365", &milltown)), &milltown, None);
    assert_eq!(orphan(&AccountCase::new(key)).unwrap().severity, Severity::Critical);
    facts.account.held_by_client = true;
    assert_eq!(orphan(&AccountCase::new(facts)), None, "one of the client's own people");
}

#[test]
fn off_old_or_unknown_logins_are_not_called_nobodys() {
    let milltown = milltown();
    let facts = login(1, &system(1, "scanner", &milltown), &milltown, None);
    let with = |change: fn(&mut Observation)| orphan(&AccountCase::new(seen(facts.clone(), change)));
    assert_eq!(with(|seen| seen.enabled = Some(false)), None);
    assert_eq!(with(|seen| seen.enabled = None), None);
    assert_eq!(with(|seen| seen.at = now().plus_days(-31)), None);
    assert!(with(|_| ()).is_some());
}

#[test]
fn a_custodian_who_left_leaves_a_service_login_to_nobody_but_a_person_owns_theirs() {
    let milltown = milltown();
    let facts = login(1, &system(1, "scanner", &milltown), &milltown, Some(5));
    let service = as_kind(facts.clone(), AccountKind::Service);
    let found = orphan(&case(service.clone(), priya())).unwrap();
    assert_eq!(found.reason, "Its custodian Priya Nair left 12 Mar 2026.");
    assert_eq!(orphan(&case(service, here(5, "Priya Nair"))), None);
    assert_eq!(orphan(&case(facts, priya())), None, "a leaver's own login is the other rule's");
}

#[test]
fn a_login_already_listed_as_a_leavers_access_is_not_listed_again() {
    let shared = AccountCase { owner: None, ..complete() };
    assert!(orphan(&shared).is_some());
    let with_leaver = held_by(shared, &[priya()]);
    assert_eq!(orphan(&with_leaver), None);
    let mut closed = with_leaver;
    closed.holders[0].grant.removal.done = mark(now().plus_days(-1));
    assert!(orphan(&closed).is_some(), "their way in is closed, the login still is nobody's");
}
