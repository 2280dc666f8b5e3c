//! Tests of moments at which a judgement changes by itself.

use super::*;
use crate::domain::knows::VaultAccess;
use crate::domain::reach::ShutBy;

/// The result must be the same at any two moments between which no boundary lies.
fn holds_between_boundaries<T: PartialEq + std::fmt::Debug>(
    from: Instant,
    judge_at: impl Fn(&Judge<'_>) -> T,
    boundaries_at: impl Fn(&Judge<'_>) -> Vec<Instant>,
) -> usize {
    let mut changes = 0;
    let (mut here, mut result) = (from, judging(from, &judge_at));
    for _ in 0..200 {
        let Some(next) = judging(here, &boundaries_at).into_iter().next() else { break };
        let gap = next.millis() - here.millis();
        for part in [1, gap / 3, gap / 2, gap - 1] {
            let between = Instant::from_millis(here.millis() + part.clamp(0, gap - 1));
            assert_eq!(judging(between, &judge_at), result, "changed at or before {between:?}, next is {next:?}");
        }
        let then = judging(next, &judge_at);
        changes += usize::from(then != result);
        (here, result) = (next, then);
    }
    let far = here.plus_days(4000);
    assert_eq!(judging(far, &judge_at), result, "changed after the last boundary {here:?}");
    changes
}

fn harbor() -> Client {
    client(1, "Harbor Dental", &[])
}

#[test]
fn a_persons_findings_change_only_where_foretold() {
    let harbor = harbor();
    let last = at("2026-11-25T17:00:00Z");
    let mut who = leaver(5, "Priya Nair", last, CaseKind::AtOnce);
    who.person.kind = PersonKind::Contractor;
    who.person.contract_end = Some("2026-11-24".parse().unwrap());
    let app = |id| login(id, &system(id, "App", &harbor), &harbor, Some(5));
    let key = login(1, &tier(0, system(1, "365", &harbor)), &harbor, Some(5));
    let mut ways = vec![way(&who, key), way(&who, app(2)), way(&who, app(3)), way(&who, app(4)), way(&who, app(6))];
    ways[1].grant.removal.asked = mark(at("2026-11-24T10:00:00Z"));
    ways[1].grant.removal.done = mark(at("2026-11-26T10:00:00Z"));
    ways[2].grant.removal.waived_until = Some(at("2026-12-20T00:00:00Z"));
    ways[3].at = seen(ways[3].at.clone(), |seen| seen.last_used = LastUse::Never);
    let vault = SystemId(9);
    let mut admin = secret(1, "admin", &system(1, "365", &harbor), &harbor, std::slice::from_ref(&who));
    admin.secret.kept_in = Some(vault);
    admin.vaults =
        vec![VaultAccess { vault, person: PersonId(5), since: None, ended: Some(at("2026-11-27T00:00:00Z")) }];
    admin.secret.changed = Some(at("2026-12-24T00:00:00Z"));
    let mut facts = facts(who, ways);
    facts.loose = vec![seen(app(5), |seen| seen.enabled = Some(false))];
    facts.shut_by.insert(GrantId(6), ShutBy { parent: SystemId(1), at: Some(at("2026-11-20T00:00:00Z")) });
    facts.secrets = vec![admin];
    let changes =
        holds_between_boundaries(now(), |judge| judge.person(&facts), |judge| judge.person_boundaries(&facts));
    assert!(changes >= 8, "{changes}");
}

#[test]
fn a_logins_findings_change_only_where_foretold() {
    let harbor = harbor();
    let who = leaver(5, "Priya Nair", at("2026-11-25T17:00:00Z"), CaseKind::Notice);
    let facts = login(1, &tier(0, system(1, "365", &harbor)), &harbor, Some(5));
    let facts = seen(as_kind(facts, AccountKind::Shared), |seen| seen.factors = [Factor::None].into());
    let mut case = held_by(case(facts, who.clone()), &[who.clone(), here(2, "Tom Becker")]);
    let mut secret = secret(1, "admin", &system(1, "365", &harbor), &harbor, &[who]);
    secret.secret.kept_where = Some("safe".into());
    case.secrets = vec![secret];
    case.exception = Some(Exception {
        id: ExceptionId(1),
        rule: "shared-login".into(),
        key: "shared-login:account-1".into(),
        at: at("2026-11-24T00:00:00Z"),
        until: at("2027-05-01T00:00:00Z"),
        approver: Some(PersonId(2)),
        ended: None,
        reason: "one login only".into(),
    });
    let changes =
        holds_between_boundaries(now(), |judge| judge.account(&case), |judge| judge.account_boundaries(&case));
    assert!(changes >= 5, "{changes}");
}

#[test]
fn a_secrets_and_a_systems_findings_change_only_where_foretold() {
    let harbor = harbor();
    let people = [priya(), leaver(6, "Ivo Lang", at("2026-11-25T17:00:00Z"), CaseKind::Hostile), here(2, "Tom Becker")];
    let key = tier(0, system(7, "Harbor firewall", &harbor));
    let case = secret(1, "admin", &key, &harbor, &people);
    let changes = holds_between_boundaries(now(), |judge| judge.secret(&case), |judge| judge.secret_boundaries(&case));
    assert!(changes >= 1, "{changes}");
    let system = SystemCase {
        logins: vec![Sighting::from(&login(1, &key, &harbor, Some(2)))],
        system: key,
        client: harbor,
        admins: people.to_vec(),
        few_since: None,
        emergency: vec![EmergencyLogin { tested: Some(at("2026-10-01T00:00:00Z")), left_since: false }],
        newest: None,
        listed: Some(at("2026-11-21T00:00:00Z")),
        span: Span::default(),
    };
    let changes =
        holds_between_boundaries(now(), |judge| judge.system(&system), |judge| judge.system_boundaries(&system));
    assert!(changes >= 3, "{changes}");
}

#[test]
fn twenty_thousand_ways_in_are_judged_in_one_go() {
    let harbor = harbor();
    let who = priya();
    let app = system(1, "App", &harbor);
    let facts = facts(who.clone(), (1..=20_000).map(|id| way(&who, login(id, &app, &harbor, Some(5)))).collect());
    let found = person_at(&facts, now());
    assert_eq!((found.len(), found[0].lines.len()), (1, 20_000));
    assert!(!judging(now(), |judge| judge.person_boundaries(&facts)).is_empty());
}
