//! Tests of `next`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test code fails loudly")]

use super::super::testing::*;
use super::super::*;
use crate::domain::*;

fn sentence(facts: &RunFacts, minutes: i64) -> String {
    next_best(&case(facts, minutes)).sentence
}

#[test]
fn what_shuts_most_comes_first_and_the_sentence_says_how_much() {
    let facts = planned(CaseKind::AtOnce);
    let next = next_best(&case(&facts, 1));
    assert_eq!(next.sentence, "Switch off 365 account: shuts 12 more at once.");
    assert_eq!(next.target, Target::WayIn(GrantId(M365)));
}

#[test]
fn the_sentence_moves_on_as_the_run_does() {
    let mut facts = planned(CaseKind::AtOnce);
    removed(&mut facts, M365, 1);
    assert_eq!(sentence(&facts, 2), "Switch off RMM console.");
    [RMM, VAULT, VPN].iter().for_each(|id| removed(&mut facts, *id, 2));
    assert_eq!(sentence(&facts, 3), "Switch off Harbor firewall, Harbor Dental.");
    grant(&mut facts, FIREWALL).removal.asked = Some(by(OFFICE, 3));
    assert_eq!(sentence(&facts, 4), "Change root, RMM console.");
    for id in [21, 22] {
        rotation(&mut facts, id).change.done = Some(by(TOM, 5));
    }
    assert_eq!(sentence(&facts, 6), "Ask question 1 of 38, then collect laptop KW-0231.".replace("38", &total(&facts)));
}

fn total(facts: &RunFacts) -> String {
    question_order(&case(facts, 1)).len().to_string()
}

#[test]
fn with_all_questions_answered_it_collects_then_chases_then_checks() {
    let mut facts = planned(CaseKind::AtOnce);
    settle(&mut facts);
    facts.assets[0].returned = None;
    assert_eq!(sentence(&facts, 70), "Collect laptop KW-0231.");
    facts.assets[0].returned = Some(by(OFFICE, 50));
    ordinary(&mut facts, VPN);
    grant(&mut facts, VPN).removal = Removal { asked: Some(by(OFFICE, 3)), ..Removal::default() };
    assert_eq!(sentence(&facts, 70), "Find out whether Cedar VPN is off: it was asked for.");
    grant(&mut facts, VPN).removal.done = Some(by(TOM, 10));
    assert_eq!(sentence(&facts, 70), "Have somebody check that Cedar VPN is gone.");
    checked(&mut facts, VPN, 20);
    grant(&mut facts, FIREWALL).removal.confirmed = None;
    assert_eq!(sentence(&facts, 70), "Have a second person check that Harbor firewall is gone.");
    checked(&mut facts, FIREWALL, 20);
    rotation(&mut facts, 21).change.confirmed = None;
    assert_eq!(sentence(&facts, 70), "Have a second person sign in with the new root.");
}

#[test]
fn what_came_back_is_said_as_such() {
    let mut facts = planned(CaseKind::AtOnce);
    settle(&mut facts);
    grant(&mut facts, VPN).removal = came_back(after(80));
    assert_eq!(sentence(&facts, 90), "Cedar VPN is back. Switch it off again.");
}

#[test]
fn when_everything_is_settled_it_closes() {
    let mut facts = planned(CaseKind::AtOnce);
    settle(&mut facts);
    assert_eq!(
        next_best(&case(&facts, 70)),
        Next { sentence: "Everything is settled. Close the run.".into(), target: Target::Run }
    );
    facts.run.closed = Some(by(OFFICE, 70));
    assert!(sentence(&facts, 71).starts_with("This discharge is closed."));
}

#[test]
fn with_notice_the_steps_before_the_meeting_come_first_and_nothing_is_cut() {
    let facts = planned(CaseKind::Notice);
    assert_eq!(sentence(&facts, -600), "Open the case.");
    assert!(
        sentence(&facts, 1).contains("First: ") || sentence(&facts, 1).starts_with("Ask question"),
        "{}",
        sentence(&facts, 1)
    );
}

#[test]
fn the_last_admin_holds_only_its_own_row() {
    let mut facts = planned(CaseKind::AtOnce);
    facts.ways_in[0].sole_admin = true;
    assert_eq!(sentence(&facts, 1), "Switch off RMM console.");
}

#[test]
fn the_countdown_falls_when_something_is_shut_and_not_before() {
    let mut facts = planned(CaseKind::AtOnce);
    let count = |facts: &RunFacts| countdown(&case(facts, 30));
    assert_eq!(count(&facts), Countdown { total: 5, open: 5, open_admin: 2, ..Countdown::default() });
    grant(&mut facts, RMM).removal.asked = Some(by(OFFICE, 1));
    grant(&mut facts, VPN).removal.waived_until = Some(after(600));
    assert_eq!(count(&facts).open, 5, "asked and waived are open");
    removed(&mut facts, RMM, 2);
    facts.ways_in[3].shut_since = Some(after(2));
    removed(&mut facts, VAULT, 2);
    checked(&mut facts, VAULT, 3);
    assert_eq!(
        count(&facts),
        Countdown { total: 5, open: 2, shut: 3, checked: 1, open_admin: 0, open_without_factor: 0 }
    );
}

#[test]
fn without_a_second_factor_is_counted_only_when_it_is_known() {
    let mut facts = planned(CaseKind::AtOnce);
    let seen = |factors: &[Factor]| Observation {
        id: AccountId(1),
        batch: None,
        at: TRIGGER,
        enabled: Some(true),
        factors: factors.iter().copied().collect(),
        last_used: LastUse::Unknown,
        quality: None,
        password_changed: None,
        missing_since: None,
    };
    facts.ways_in[0].holding.at.seen = Some(seen(&[Factor::None]));
    facts.ways_in[1].holding.at.seen = Some(seen(&[Factor::Unknown]));
    facts.ways_in[2].holding.at.seen = Some(seen(&[Factor::App]));
    assert_eq!(countdown(&case(&facts, 1)).open_without_factor, 1);
}

#[test]
fn a_hostile_exit_goes_by_the_short_list_first() {
    let mut facts = planned(CaseKind::Hostile);
    assert_eq!(sentence(&facts, 0), "Give the signal.");
    tick(&mut facts, "D17", 0);
    assert_eq!(sentence(&facts, 1), "Switch off 365 account: shuts 12 more at once.");
    removed(&mut facts, M365, 1);
    assert_eq!(sentence(&facts, 2), "Change password, remove recovery.");
    tick(&mut facts, "D28", 2);
    assert_eq!(sentence(&facts, 3), "End every open session.");
    tick(&mut facts, "D29", 3);
    assert_eq!(sentence(&facts, 4), "Switch off RMM console.");
}
