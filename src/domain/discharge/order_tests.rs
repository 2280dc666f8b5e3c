//! Tests of `order`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test code fails loudly")]

use super::super::testing::*;
use super::super::*;
use crate::domain::*;

fn step_sentences(facts: &RunFacts, code: &str, minutes: i64) -> Vec<String> {
    waits_for(&case(facts, minutes), facts.step(code).unwrap()).into_iter().map(|w| w.sentence).collect()
}

fn way_sentences(facts: &RunFacts, id: u64, minutes: i64) -> Vec<String> {
    way_waits(&case(facts, minutes), facts.way_in(GrantId(id)).unwrap()).into_iter().map(|w| w.sentence).collect()
}

fn rotation_sentences(facts: &RunFacts, secret: usize, minutes: i64) -> Vec<String> {
    rotation_waits(&case(facts, minutes), &facts.secrets[secret]).into_iter().map(|w| w.sentence).collect()
}

#[test]
fn sessions_end_only_after_sign_in_is_blocked_and_the_password_changed() {
    let mut facts = planned(CaseKind::AtOnce);
    assert_eq!(
        step_sentences(&facts, "D29", 5),
        [
            "Sign-out only holds if the door is already locked. First: Block sign-in, daily and admin.",
            "Sign-out only holds if the door is already locked. First: Change password, remove recovery.",
        ]
    );
    removed(&mut facts, M365, 5);
    assert_eq!(step_sentences(&facts, "D29", 5).len(), 1, "the blocked account completes its step by itself");
    tick(&mut facts, "D28", 6);
    assert_eq!(step_sentences(&facts, "D29", 6), [""; 0]);
}

#[test]
fn secrets_wait_for_the_vault_and_for_sign_in() {
    let mut facts = planned(CaseKind::AtOnce);
    let why = "Change a password only when the vault is shut to them, or they will read the new one.";
    assert_eq!(
        rotation_sentences(&facts, 0, 5),
        [
            format!("{why} First: Suspend the vault, on every device."),
            format!("{why} First: Block sign-in, daily and admin."),
        ]
    );
    removed(&mut facts, M365, 4);
    assert_eq!(rotation_sentences(&facts, 0, 5).len(), 1);
    removed(&mut facts, VAULT, 5);
    assert_eq!(rotation_sentences(&facts, 0, 5), [""; 0]);
}

#[test]
fn a_vault_cut_off_by_its_parent_only_still_holds_secrets_up() {
    let mut facts = planned(CaseKind::AtOnce);
    removed(&mut facts, M365, 4);
    facts.ways_in[1].shut_since = Some(after(4));
    assert!(!facts.ways_in[1].is_open(after(5)), "the countdown has it as shut");
    assert_eq!(rotation_sentences(&facts, 0, 5).len(), 1);
}

#[test]
fn a_vault_left_open_on_purpose_still_holds_secrets_up() {
    let mut facts = planned(CaseKind::AtOnce);
    removed(&mut facts, M365, 4);
    grant(&mut facts, VAULT).removal.waived_until = Some(after(9000));
    let waits = rotation_sentences(&facts, 0, 5);
    assert_eq!(
        waits,
        ["Change a password only when Password vault is shut to Dana Ruiz, or they will read the new one."]
    );
}

#[test]
fn a_clients_own_vault_holds_up_only_what_it_keeps() {
    let mut facts = dana(CaseKind::AtOnce);
    let harbor = client(2, "Harbor Dental");
    facts.ways_in.push(way(17, &harbor, SystemKind::Vault, "Harbor vault", Admin::None));
    facts.secrets[0].secret.kept_in = Some(SystemId(17));
    let mut facts = with_plan(facts);
    [M365, VAULT].iter().for_each(|id| removed(&mut facts, *id, 5));
    assert_eq!(rotation_sentences(&facts, 0, 6).len(), 1);
    assert_eq!(rotation_sentences(&facts, 1, 6), [""; 0]);
    removed(&mut facts, 17, 6);
    assert_eq!(rotation_sentences(&facts, 0, 6), [""; 0]);
}

#[test]
fn ownership_moves_before_accounts_go_when_there_is_notice_and_only_then() {
    let mut facts = planned(CaseKind::Notice);
    let own =
        "Let them hand over what they own first, while they still can. First: Move what they own to somebody else.";
    assert!(way_sentences(&facts, FIREWALL, 5).iter().any(|s| s == own));
    assert!(matches!(way_done(&case(&facts, 5), GrantId(FIREWALL), by(TOM, 5)), Err(Refusal::Waits(_))));
    for code in ["D04", "D05", "D14", "D19", "D20"] {
        tick(&mut facts, code, 1);
    }
    assert_eq!(way_sentences(&facts, FIREWALL, 5), [""; 0]);
    assert!(way_done(&case(&facts, 5), GrantId(FIREWALL), by(TOM, 5)).is_ok());
    for kind in [CaseKind::AtOnce, CaseKind::Hostile, CaseKind::Absent] {
        assert_eq!(way_sentences(&planned(kind), FIREWALL, 5), [""; 0], "{kind}: cut first");
    }
}

#[test]
fn asking_never_waits() {
    let facts = planned(CaseKind::Notice);
    let removal = facts.way_in(GrantId(FIREWALL)).unwrap().holding.grant.removal;
    assert!(ask(&removal, by(OFFICE, 1), after(1)).is_ok());
}

#[test]
fn the_last_admin_is_held_until_somebody_else_is_or_accepts_it_by_name() {
    let mut facts = planned(CaseKind::Hostile);
    facts.ways_in[3].sole_admin = true;
    let wait = "Dana Ruiz is the last admin on record of Harbor firewall. Name another one, or have somebody accept it by name.";
    assert_eq!(way_sentences(&facts, FIREWALL, 5), [wait]);

    let accept = |facts: &RunFacts, who, reason: &str| {
        let mut ids = Counter::default();
        accept_sole_admin(&case(facts, 5), &facts.ways_in[3], who, reason, after(600), 180, &mut ids)
    };
    assert_eq!(accept(&facts, None, "x").unwrap_err(), Refusal::NoChecker);
    assert_eq!(accept(&facts, Some(DANA), "x").unwrap_err(), Refusal::LeaverChecks);
    assert_eq!(accept(&facts, Some(OFFICE), " ").unwrap_err(), Refusal::NoReason);
    let accepted = accept(&facts, Some(OFFICE), "Harbor resets it on Tuesday").unwrap();
    facts.exceptions.push(accepted);
    assert_eq!(way_sentences(&facts, FIREWALL, 5), [""; 0]);
    assert_eq!(way_sentences(&facts, FIREWALL, 600), [wait], "the acceptance ends on its date");

    facts.exceptions.clear();
    facts.ways_in[3].sole_admin = false;
    assert_eq!(way_sentences(&facts, FIREWALL, 5), [""; 0], "another admin clears it");
}

#[test]
fn a_secret_changed_while_the_vault_was_open_is_opened_again_with_the_reason() {
    let mut facts = planned(CaseKind::AtOnce);
    rotation(&mut facts, 21).change.done = Some(by(TOM, 10));
    let open = rotation_too_early(&case(&facts, 12), &facts.secrets[0], &zone()).unwrap();
    assert_eq!(
        open,
        "Changed at 14:10, while Dana Ruiz can still open Password vault. Change it again when that is shut."
    );

    removed(&mut facts, VAULT, 25);
    let late = rotation_too_early(&case(&facts, 30), &facts.secrets[0], &zone()).unwrap();
    assert_eq!(late, "Changed at 14:10, but Password vault was shut to Dana Ruiz only at 14:25. Change it again.");

    let reopened = reopen_too_early(&case(&facts, 30), &zone());
    assert_eq!(reopened.len(), 1);
    facts.apply(&reopened[0].edit);
    let rotation = rotation(&mut facts, 21);
    assert_eq!((rotation.change.done, rotation.note.as_deref()), (None, Some(late.as_str())));
}

#[test]
fn a_secret_changed_strictly_after_the_vault_was_shut_counts() {
    let mut facts = planned(CaseKind::AtOnce);
    removed(&mut facts, VAULT, 10);
    rotation(&mut facts, 21).change.done = Some(by(TOM, 10));
    assert!(
        rotation_too_early(&case(&facts, 30), &facts.secrets[0], &zone()).is_some(),
        "the same minute is not after"
    );
    rotation(&mut facts, 21).change.done = Some(by(TOM, 11));
    assert_eq!(rotation_too_early(&case(&facts, 30), &facts.secrets[0], &zone()), None);
}

#[test]
fn without_a_vault_nothing_is_too_early_and_somebody_who_stays_keeps_it() {
    let mut facts = planned(CaseKind::AtOnce);
    rotation(&mut facts, 21).change.done = Some(by(TOM, 10));
    facts.ways_in.retain(|way| way.holding.grant.id != GrantId(VAULT));
    assert_eq!(rotation_too_early(&case(&facts, 30), &facts.secrets[0], &zone()), None);

    let mut mover = planned(CaseKind::Mover);
    rotation(&mut mover, 21).change.done = Some(by(TOM, 10));
    assert_eq!(rotation_too_early(&case(&mover, 30), &mover.secrets[0], &zone()), None);
}

#[test]
fn sessions_ended_before_sign_in_was_blocked_are_done_again() {
    let mut facts = planned(CaseKind::AtOnce);
    tick(&mut facts, "D28", 2);
    tick(&mut facts, "D29", 2);
    let reason = |facts: &RunFacts| step_too_early(&case(facts, 30), facts.step("D29").unwrap(), &zone());
    assert_eq!(
        reason(&facts).unwrap(),
        "Sign-out only holds if the door is already locked. This was done at 14:02, and “Block sign-in, daily and \
         admin” is still open. Do it again after that."
    );
    removed(&mut facts, M365, 6);
    assert!(reason(&facts).unwrap().contains("before “Block sign-in, daily and admin” at 14:06"));
    let reopened = reopen_too_early(&case(&facts, 30), &zone());
    let what: Vec<_> = reopened.iter().map(|r| r.what.clone()).collect();
    let ids = [facts.step("D28").unwrap().id, facts.step("D29").unwrap().id];
    assert_eq!(what, ids.map(Target::Step), "the password was changed too early as well");
    reopened.iter().for_each(|r| facts.apply(&r.edit));
    assert_eq!(facts.step("D29").unwrap().outcome, None);
    tick(&mut facts, "D28", 7);
    tick(&mut facts, "D29", 7);
    assert_eq!(reason(&facts), None);
}

#[test]
fn ways_in_stand_in_the_order_of_the_policy_then_by_what_they_shut() {
    let mut facts = dana(CaseKind::AtOnce);
    let harbor = client(2, "Harbor Dental");
    let mut tenant = way(18, &harbor, SystemKind::Tenant, "Harbor 365", Admin::System);
    tenant.shuts = 40;
    let mut firewall = way(19, &harbor, SystemKind::Firewall, "Harbor second firewall", Admin::None);
    firewall.shuts = 3;
    facts.ways_in.extend([tenant, firewall]);
    removed(&mut facts, RMM, 1);
    let mut ways = facts.ways_in.clone();
    sort_ways_in(&case(&facts, 5), &mut ways);
    let names: Vec<&str> = ways.iter().map(|w| w.holding.at.system.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "365 account",
            "Password vault",
            "Cedar VPN",
            "Harbor 365",
            "Harbor second firewall",
            "Harbor firewall",
            "RMM console"
        ]
    );
}
