//! Tests of `reinstate`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test code fails loudly")]

use super::super::testing::*;
use super::super::*;
use crate::domain::*;

fn give_back(facts: &RunFacts) -> Reinstated {
    reinstate(&case(facts, 90), by(OFFICE, 90), "she stays after all", &mut Counter::default()).unwrap()
}

#[test]
fn what_was_removed_waits_to_be_given_again_and_keeps_its_history() {
    let mut facts = planned(CaseKind::AtOnce);
    removed(&mut facts, VPN, 10);
    checked(&mut facts, VPN, 20);
    let back = give_back(&facts);
    let new: Vec<&Grant> = back
        .edits
        .iter()
        .filter_map(|e| match e {
            Edit::Put(AnyRecord::Grant(grant)) => Some(grant),
            _ => None,
        })
        .collect();
    assert_eq!(new.len(), 1);
    assert!(new[0].planned && new[0].id != GrantId(VPN) && new[0].account == AccountId(VPN));
    assert_eq!(new[0].removal, Removal::default());
    assert_eq!(back.give_back[0].sentence, "Give back: Cedar VPN, Cedar & Pike.");
}

#[test]
fn a_request_nobody_acted_on_is_withdrawn() {
    let mut facts = planned(CaseKind::AtOnce);
    grant(&mut facts, RMM).removal.asked = Some(by(OFFICE, 1));
    give_back(&facts).edits.iter().for_each(|edit| facts.apply(edit));
    assert_eq!(facts.way_in(GrantId(RMM)).unwrap().state(after(90)), Some(GrantState::In));
}

#[test]
fn what_was_gone_before_the_run_stays_gone() {
    let mut facts = planned(CaseKind::AtOnce);
    removed(&mut facts, VPN, -600);
    assert_eq!(give_back(&facts).give_back, Vec::new());
}

#[test]
fn the_person_stands_as_before_and_the_run_and_its_steps_end() {
    let mut facts = planned(CaseKind::AtOnce);
    facts.leaver.as_mut().unwrap().status = PersonStatus::Notice;
    tick(&mut facts, "D00", 1);
    rotation(&mut facts, 21).change.done = Some(by(TOM, 30));
    facts.assets[0].returned = Some(by(OFFICE, 30));
    let back = give_back(&facts);
    back.edits.iter().for_each(|edit| facts.apply(edit));
    let leaver = facts.leaver.as_ref().unwrap();
    assert_eq!((leaver.status, leaver.last_day, leaver.exit_kind), (PersonStatus::Active, None, None));
    assert_eq!(facts.run.closed, Some(by(OFFICE, 90)));
    assert_eq!(facts.step("D00").unwrap().outcome, Some(StepOutcome::Done), "what was done stays done");
    assert!(facts.steps.iter().all(|s| s.outcome.is_some()));
    assert_eq!(rotation(&mut facts, 22).outcome, Some(StepOutcome::NotNeeded));
    let sentences: Vec<_> = back.give_back.iter().map(|g| g.sentence.as_str()).collect();
    assert_eq!(sentences, ["Share the new root again, if it is still needed.", "Hand out again: laptop KW-0231."]);
}

#[test]
fn giving_back_needs_a_reason_and_a_person() {
    let facts = planned(CaseKind::AtOnce);
    let of =
        |facts: &RunFacts, reason: &str| reinstate(&case(facts, 9), by(OFFICE, 9), reason, &mut Counter::default());
    assert_eq!(of(&facts, " ").unwrap_err(), Refusal::NoReason);
    let nobody = RunFacts { leaver: None, ..facts };
    assert_eq!(of(&nobody, "x").unwrap_err(), Refusal::NotHere);
}

#[test]
fn a_run_gives_back_only_once() {
    let mut facts = planned(CaseKind::AtOnce);
    removed(&mut facts, VPN, 10);
    give_back(&facts).edits.iter().for_each(|edit| facts.apply(edit));
    let again = reinstate(&case(&facts, 95), by(OFFICE, 95), "once more", &mut Counter::default());
    assert_eq!(again, Err(Refusal::TakenBack));
}
