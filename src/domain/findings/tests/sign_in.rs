//! Tests of sign-in rules.

use super::*;

fn bright() -> Client {
    client(2, "Bright Auto", &[])
}

fn toms(facts: AccountFacts) -> AccountCase {
    case(facts, here(2, "Tom Becker"))
}

fn bare(facts: AccountFacts) -> AccountFacts {
    seen(facts, |seen| seen.factors = [Factor::None].into())
}

fn with(facts: AccountFacts, factors: &[Factor]) -> AccountCase {
    toms(seen(facts, |seen| seen.factors = factors.iter().copied().collect()))
}

fn found(case: &AccountCase, rule: Rule) -> Option<Finding> {
    find(&account_at(case, now()), rule).cloned()
}

#[test]
fn an_admin_without_a_second_factor_reads_as_drawn() {
    let bright = bright();
    let case = toms(as_admin(bare(login(1, &tier(0, system(1, "365", &bright)), &bright, Some(2)))));
    let found = found(&case, Rule::NoMfa).unwrap();
    assert_eq!(found.title, "Tom Becker: Bright Auto 365 admin, no MFA");
    assert_eq!((found.severity, found.minutes), (Severity::Critical, 2));
    assert_eq!(found.key, "no-mfa:account-1");
    assert_eq!(found.since, Some(now().plus_days(-3)), "not known for longer than the list");
    let long = AccountCase { same_since: Some(at("2026-06-01T00:00:00Z")), ..case };
    assert_eq!(account_at(&long, now())[0].since, Some(at("2026-06-01T00:00:00Z")));
}

#[test]
fn how_bad_no_second_factor_is_follows_rights_reach_and_internet() {
    let bright = bright();
    let plain = system(1, "App", &bright);
    let severity = |system: System, admin: bool| {
        let facts = bare(login(1, &system, &bright, Some(2)));
        found(&toms(if admin { as_admin(facts) } else { facts }), Rule::NoMfa).unwrap().severity
    };
    assert_eq!(severity(plain.clone(), false), Severity::Medium);
    assert_eq!(severity(System { internet: Some(true), ..plain.clone() }, false), Severity::High);
    assert_eq!(severity(System { internet: None, ..plain.clone() }, false), Severity::High, "unknown is not good");
    assert_eq!(severity(plain.clone(), true), Severity::Critical);
    assert_eq!(severity(System { reach: SystemReach::Several, ..plain.clone() }, false), Severity::Critical);
    let cannot = System { mfa_best: Some(Factor::None), ..plain };
    assert_eq!(severity(cannot.clone(), true), Severity::High, "one step lower where the system cannot");
    assert_eq!(severity(cannot.clone(), false), Severity::Low);
    let fix = found(&toms(bare(login(1, &cannot, &bright, Some(2)))), Rule::NoMfa).unwrap().fix;
    assert!(fix[0].contains("single sign-on"), "{fix:?}");
}

#[test]
fn unknown_is_not_none_and_off_or_old_is_not_judged() {
    let bright = bright();
    let facts = login(1, &system(1, "App", &bright), &bright, Some(2));
    assert_eq!(found(&with(facts.clone(), &[Factor::Unknown]), Rule::NoMfa), None);
    assert_eq!(found(&with(facts.clone(), &[]), Rule::NoMfa), None);
    let off = seen(bare(facts.clone()), |seen| seen.enabled = Some(false));
    assert_eq!(found(&toms(off), Rule::NoMfa), None);
    let unknown = seen(bare(facts.clone()), |seen| seen.enabled = None);
    assert_eq!(found(&toms(unknown), Rule::NoMfa), None);
    let read = |days: i64| seen(bare(facts.clone()), |seen| seen.at = now().plus_days(-days));
    assert!(found(&toms(read(30)), Rule::NoMfa).is_some(), "30 days are not older than 30");
    assert_eq!(account_at(&toms(read(30)), minutes(now(), 1)), [], "a minute later they are");
    // A newer list of the whole system that changed nothing keeps the fact fresh.
    let kept = AccountFacts { listed: Some(now().plus_days(-1)), ..read(200) };
    assert!(found(&toms(kept), Rule::NoMfa).is_some());
}

#[test]
fn services_keys_and_doors_have_no_second_factor_to_miss() {
    let bright = bright();
    let facts = bare(login(1, &system(1, "App", &bright), &bright, Some(2)));
    for kind in AccountKind::ALL {
        let judged = !matches!(kind, AccountKind::Service | AccountKind::ApiKey);
        assert_eq!(found(&toms(as_kind(facts.clone(), *kind)), Rule::NoMfa).is_some(), judged, "{kind:?}");
    }
    let door = System { kind: SystemKind::Door, ..system(1, "Server room", &bright) };
    assert_eq!(found(&toms(bare(login(1, &door, &bright, Some(2)))), Rule::NoMfa), None);
}

#[test]
fn a_sign_on_that_asks_for_a_factor_stands_for_the_logins_own() {
    let bright = bright();
    let facts = bare(login(1, &system(1, "App", &bright), &bright, Some(2)));
    let behind = |sign_on: &[Option<Factor>]| AccountCase { sign_on: sign_on.to_vec(), ..toms(facts.clone()) };
    assert_eq!(found(&behind(&[Some(Factor::App)]), Rule::NoMfa), None);
    assert!(found(&behind(&[Some(Factor::None)]), Rule::NoMfa).is_some());
    assert!(found(&behind(&[Some(Factor::App), Some(Factor::None)]), Rule::NoMfa).is_some());
    assert_eq!(account_at(&behind(&[Some(Factor::App), None]), now()), [], "not known at one of them");
    assert_eq!(account_at(&behind(&[Some(Factor::Sms)]), now()), [], "how weak it is is said once, of the sign-on");
    let own = AccountCase { sign_on: vec![Some(Factor::App)], ..with(facts.clone(), &[Factor::Sms]) };
    assert!(found(&own, Rule::MfaTooWeak).is_some(), "a weak factor of its own is judged");
    let shared = as_kind(facts.clone(), AccountKind::Shared);
    let shared = AccountCase { sign_on: vec![Some(Factor::App)], ..toms(shared) };
    assert!(found(&shared, Rule::NoMfa).is_some(), "a shared login does not sign in through anybody's");
}

#[test]
fn the_weakest_usable_factor_is_measured_against_the_limit_for_the_login() {
    let bright = bright();
    let plain = login(1, &system(1, "App", &bright), &bright, Some(2));
    let weak = |factors: &[Factor], facts: &AccountFacts| found(&with(facts.clone(), factors), Rule::MfaTooWeak);
    assert_eq!(weak(&[Factor::App], &plain), None, "an app is what everybody needs");
    assert_eq!(weak(&[Factor::Sms], &plain).unwrap().severity, Severity::Medium);
    assert_eq!(weak(&[Factor::Sms, Factor::PhishingResistant], &plain).unwrap().severity, Severity::Medium);
    assert_eq!(weak(&[Factor::PhishingResistant, Factor::Unknown], &plain), None);
    let admin = as_admin(plain.clone());
    assert_eq!(weak(&[Factor::PhishingResistant], &admin), None);
    let app = weak(&[Factor::PushNumber], &admin).unwrap();
    assert_eq!(
        (app.severity, app.title.as_str()),
        (Severity::Medium, "Tom Becker: Bright Auto App admin, push with number is too weak")
    );
    assert_eq!(weak(&[Factor::Sms], &admin).unwrap().severity, Severity::High);
    let key = login(1, &tier(0, system(1, "365", &bright)), &bright, Some(2));
    assert_eq!(weak(&[Factor::App], &key).unwrap().severity, Severity::High, "a key system raises it by one step");
    let best =
        login(1, &System { mfa_best: Some(Factor::App), ..tier(0, system(1, "365", &bright)) }, &bright, Some(2));
    assert_eq!(weak(&[Factor::App], &best).unwrap().severity, Severity::Low, "it offers nothing better");
    assert!(weak(&[Factor::Sms], &best).unwrap().severity > Severity::Low);
}

#[test]
fn one_login_has_no_factor_or_a_weak_one_never_both() {
    let bright = bright();
    let case = toms(as_admin(bare(login(1, &tier(0, system(1, "365", &bright)), &bright, Some(2)))));
    assert_eq!(rules(&account_at(&case, now())), [Rule::NoMfa]);
}

#[test]
fn an_admin_right_given_with_a_plain_login_counts_as_one() {
    let bright = bright();
    let mut case =
        held_by(toms(bare(login(1, &system(1, "App", &bright), &bright, Some(2)))), &[here(2, "Tom Becker")]);
    case.holders[0].grant.admin = Admin::Top;
    assert_eq!(found(&case, Rule::NoMfa).unwrap().severity, Severity::Critical);
    case.holders[0].grant.removal.done = mark(now());
    assert_eq!(found(&case, Rule::NoMfa).unwrap().severity, Severity::Medium);
}

#[test]
fn a_system_known_to_offer_no_factor_leaves_nothing_to_find_out() {
    let bright = bright();
    let cannot = System { mfa_best: Some(Factor::None), ..system(1, "App", &bright) };
    let facts = login(1, &cannot, &bright, Some(2));
    for factors in [&[][..], &[Factor::Unknown]] {
        let case = with(facts.clone(), factors);
        assert_eq!(found(&case, Rule::NoMfa).unwrap().severity, Severity::Low, "{factors:?}");
        assert!(Sighting::from(&case.facts).factor_known, "{factors:?}");
    }
    let behind = AccountCase { sign_on: vec![Some(Factor::App)], ..with(facts, &[]) };
    assert_eq!(found(&behind, Rule::NoMfa), None, "its sign-on asks for one");
}
