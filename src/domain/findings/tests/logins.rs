//! Tests of rules about unused logins.

use super::*;

fn cedar() -> Client {
    client(3, "Cedar & Pike", &[])
}

fn lee() -> Somebody {
    here(4, "Lee Wong")
}

/// A login last used so many days before its list was taken.
fn unused(facts: AccountFacts, days: i64) -> AccountFacts {
    seen(facts, |seen| seen.last_used = LastUse::At(seen.at.plus_days(-days)))
}

fn vpn() -> AccountFacts {
    let cedar = cedar();
    login(1, &system(1, "VPN", &cedar), &cedar, Some(4))
}

fn dormant(facts: AccountFacts) -> Option<Finding> {
    find(&account_at(&case(facts, lee()), now()), Rule::DormantAccount).cloned()
}

fn dormant_admin(facts: AccountFacts) -> Option<Finding> {
    find(&account_at(&case(as_admin(facts), lee()), now()), Rule::DormantAdmin).cloned()
}

fn strong(facts: AccountFacts) -> AccountFacts {
    seen(facts, |seen| seen.factors = [Factor::PhishingResistant].into())
}

#[test]
fn days_without_use_are_counted_to_the_day_of_the_list_and_must_exceed_the_limit() {
    assert_eq!(dormant(unused(vpn(), 45)), None);
    let found = dormant(unused(vpn(), 46)).unwrap();
    assert_eq!(found.title, "Lee Wong: Cedar & Pike VPN, unused for 46 days");
    assert_eq!(found.severity, Severity::Low);
    assert!(found.facts[1].contains("46 days without use (45 days, shipped policy)"), "{found:#?}");
    // The list is three days old; today's distance of 48 days does not count.
    assert_eq!(dormant(unused(vpn(), 44)), None);
    assert_eq!(found.since, Some(now().plus_days(-3)), "since the first day beyond the limit");
    assert_eq!(dormant_admin(strong(unused(vpn(), 30))), None);
    assert!(dormant_admin(strong(unused(vpn(), 31))).is_some());
}

#[test]
fn a_limit_changed_later_keeps_what_was_found_before() {
    let case = case(unused(vpn(), 50), lee());
    let (shipped, wider, zone) = (Policy::default(), policy(&[("dormant_days", "60")]), Zone::utc());
    let before = Judge::new(&shipped, &zone, now()).account(&case);
    assert_eq!((before[0].rule, before[0].policy), (Rule::DormantAccount, 0));
    assert_eq!(Judge::new(&wider, &zone, now()).account(&case), []);
}

#[test]
fn an_unknown_last_use_is_no_long_time_and_never_is_another_rules() {
    for last_used in [LastUse::Unknown, LastUse::Never] {
        assert_eq!(account_at(&case(seen(vpn(), |seen| seen.last_used = last_used), lee()), now()), []);
    }
}

#[test]
fn how_bad_an_unused_login_is_follows_days_internet_and_factor() {
    let cedar = cedar();
    let open = System { internet: Some(true), ..system(1, "VPN", &cedar) };
    let from_outside = login(1, &open, &cedar, Some(4));
    let bare = |facts| seen(facts, |seen| seen.factors = [Factor::None].into());
    assert_eq!(dormant(unused(from_outside.clone(), 50)).unwrap().severity, Severity::Medium);
    assert_eq!(dormant(unused(vpn(), 90)).unwrap().severity, Severity::Low);
    assert_eq!(dormant(unused(vpn(), 91)).unwrap().severity, Severity::Medium);
    assert_eq!(dormant(bare(unused(vpn(), 91))).unwrap().severity, Severity::High);
    assert_eq!(dormant(bare(unused(from_outside, 50))).unwrap().severity, Severity::High);
    assert_eq!(dormant(bare(unused(vpn(), 50))).unwrap().severity, Severity::Low);
    let key = login(1, &tier(0, system(1, "VPN", &cedar)), &cedar, Some(4));
    assert_eq!(dormant(unused(key, 50)).unwrap().severity, Severity::Medium, "a key system raises it by one step");
}

#[test]
fn an_unused_key_admin_without_a_security_key_is_critical() {
    let cedar = cedar();
    let key = login(1, &tier(0, system(1, "VPN", &cedar)), &cedar, Some(4));
    assert_eq!(dormant_admin(unused(vpn(), 60)).unwrap().severity, Severity::High);
    assert_eq!(dormant_admin(unused(key.clone(), 60)).unwrap().severity, Severity::Critical);
    assert_eq!(dormant_admin(strong(unused(key, 60))).unwrap().severity, Severity::High);
}

#[test]
fn emergency_and_service_logins_and_standby_rights_may_lie_idle() {
    for kind in [AccountKind::BreakGlass, AccountKind::Service, AccountKind::ApiKey] {
        assert_eq!(dormant_admin(as_kind(strong(unused(vpn(), 400)), kind)), None, "{kind:?}");
    }
    let mut deputy = held_by(case(as_admin(strong(unused(vpn(), 400))), lee()), &[lee()]);
    assert!(find(&account_at(&deputy, now()), Rule::DormantAdmin).is_some());
    deputy.holders[0].grant.standby = true;
    assert!(find(&account_at(&deputy, now()), Rule::DormantAdmin).is_none());
}

#[test]
fn a_leavers_unused_login_is_said_once_as_their_access() {
    let gone = leaver(4, "Lee Wong", at("2026-11-01T17:00:00Z"), CaseKind::Notice);
    assert_eq!(account_at(&case(unused(vpn(), 400), gone.clone()), now()), []);
    let no_owner = held_by(AccountCase::new(unused(vpn(), 400)), &[gone]);
    assert_eq!(account_at(&no_owner, now()), []);
}

// never-used-grant

/// Given so many days before the list, and never used.
fn given(days: i64) -> PersonFacts {
    let facts_of = seen(vpn(), |seen| seen.last_used = LastUse::Never);
    let mut way = way(&lee(), facts_of);
    way.grant.since = Some(now().plus_days(-3 - days));
    facts(lee(), vec![way])
}

fn never_used(facts: &PersonFacts) -> Option<Finding> {
    find(&person_at(facts, now()), Rule::NeverUsedGrant).cloned()
}

#[test]
fn access_never_used_reads_as_drawn() {
    let found = never_used(&given(400)).unwrap();
    assert_eq!(found.title, "Lee Wong: VPN at Cedar & Pike never used, 400 days");
    assert_eq!((found.minutes, found.severity), (1, Severity::Low));
    assert_eq!(found.key, "never-used-grant:grant-1");
    assert_eq!(found.since, Some(now().plus_days(-3 - 400 + 31)));
}

#[test]
fn never_used_must_exceed_the_limit_by_the_day_of_the_list() {
    assert_eq!(never_used(&given(30)), None);
    assert!(never_used(&given(31)).is_some());
}

#[test]
fn never_is_not_unknown_and_standby_old_lists_and_closed_ways_do_not_count() {
    let with = |change: fn(&mut Holding)| {
        let mut facts = given(400);
        change(&mut facts.ways[0]);
        never_used(&facts)
    };
    assert_eq!(with(|way| way.at.seen.as_mut().unwrap().last_used = LastUse::Unknown), None);
    assert_eq!(with(|way| way.grant.standby = true), None);
    assert_eq!(with(|way| way.grant.planned = true), None);
    assert_eq!(with(|way| way.grant.since = None), None);
    assert_eq!(with(|way| way.at.seen.as_mut().unwrap().at = now().plus_days(-31)), None);
    assert_eq!(with(|way| way.at.seen.as_mut().unwrap().enabled = Some(false)), None);
    assert_eq!(with(|way| way.grant.removal.done = mark(now().plus_hours(-1))), None);
    assert_eq!(with(|way| way.grant.admin = Admin::System).unwrap().severity, Severity::Medium);
    assert_eq!(with(|way| way.at.system.tier = 0).unwrap().severity, Severity::Medium);
    assert!(with(|way| way.grant.removal.asked = mark(now().plus_hours(-1))).unwrap().asked);
}
