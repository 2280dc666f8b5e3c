//! Tests of `ending`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test code fails loudly")]

use super::super::testing::*;
use super::super::*;
use crate::domain::*;

fn state(facts: &RunFacts, code: &str, minutes: i64) -> StepState {
    step_state(&case(facts, minutes), facts.step(code).unwrap())
}

fn end(facts: &RunFacts, code: &str, ending: Ending, mark: Mark) -> Result<Step, Refusal> {
    let case = Case::new(facts, mark.at);
    end_step(&case, facts.step(code).unwrap(), ending, mark, 180)
}

const DONE: Ending = Ending::Done { proof: None };

#[test]
fn a_covering_step_cannot_be_ticked_away_while_something_is_open() {
    let mut facts = planned(CaseKind::AtOnce);
    assert_eq!(end(&facts, "D32", DONE, by(TOM, 5)).unwrap_err(), Refusal::CoversOpen(1));
    let not_needed = Ending::NotNeeded("she never used it".into());
    assert_eq!(end(&facts, "D32", not_needed, by(TOM, 5)).unwrap_err(), Refusal::CoversOpen(1));
    tick(&mut facts, "D32", 5);
    assert_eq!(state(&facts, "D32", 5), StepState::ToDo, "whatever was recorded");
}

#[test]
fn a_step_that_waits_is_not_done_and_says_why_but_may_be_set_aside() {
    let facts = planned(CaseKind::AtOnce);
    assert_eq!(state(&facts, "D29", 5), StepState::Waiting);
    let refused = end(&facts, "D29", DONE, by(TOM, 5)).unwrap_err();
    assert!(refused.to_string().starts_with("Sign-out only holds"), "{refused}");
    let waived = Ending::Waived { reason: "the account is gone".into(), until: after(600) };
    assert_eq!(end(&facts, "D29", waived, by(TOM, 5)).unwrap().outcome, Some(StepOutcome::Waived));
}

#[test]
fn not_needed_blocked_and_waived_need_a_reason_and_a_waiver_a_date() {
    let facts = planned(CaseKind::AtOnce);
    let blank = || "  ".to_owned();
    assert_eq!(end(&facts, "D40", Ending::NotNeeded(blank()), by(OFFICE, 5)).unwrap_err(), Refusal::NoReason);
    assert_eq!(end(&facts, "D40", Ending::Blocked(blank()), by(OFFICE, 5)).unwrap_err(), Refusal::NoReason);
    let past = Ending::Waived { reason: "later".into(), until: after(5) };
    assert_eq!(end(&facts, "D40", past, by(OFFICE, 5)).unwrap_err(), Refusal::DateNotAhead);
    let far = Ending::Waived { reason: "later".into(), until: TRIGGER.plus_days(400) };
    assert_eq!(end(&facts, "D40", far, by(OFFICE, 5)).unwrap_err(), Refusal::DateTooFar(180));
}

#[test]
fn a_waived_step_is_open_again_on_its_date() {
    let mut facts = planned(CaseKind::AtOnce);
    let waived = Ending::Waived { reason: "the office moves".into(), until: after(600) };
    let ended = end(&facts, "D69", waived, by(OFFICE, 5)).unwrap();
    *step(&mut facts, "D69") = ended;
    assert_eq!(state(&facts, "D69", 599), StepState::Waived);
    assert_eq!(state(&facts, "D69", 600), StepState::ToDo);
}

#[test]
fn the_second_persons_steps_are_not_for_the_doer_or_the_leaver() {
    let mut facts = planned(CaseKind::AtOnce);
    [M365, VAULT, RMM].iter().for_each(|id| removed(&mut facts, *id, 5));
    assert_eq!(end(&facts, "D42", DONE, by(TOM, 6)).unwrap_err(), Refusal::DoerChecks);
    assert_eq!(end(&facts, "D42", DONE, by(DANA, 6)).unwrap_err(), Refusal::LeaverChecks);
    assert_eq!(end(&facts, "D42", DONE, Mark { at: after(6), by: None }).unwrap_err(), Refusal::NoChecker);
    assert_eq!(end(&facts, "D42", DONE, by(AISHA, 6)).unwrap().proof, Some(Proof::Observed));
    facts.run.alone = true;
    assert!(end(&facts, "D42", DONE, by(TOM, 6)).is_ok());
}

#[test]
fn looking_at_a_step_needs_a_done_step_and_another_pair_of_eyes() {
    let mut facts = planned(CaseKind::AtOnce);
    let seen = |facts: &RunFacts, mark: Mark, proof| {
        check_step(&Case::new(facts, mark.at), facts.step("D28").unwrap(), mark, proof)
    };
    let look = |facts: &RunFacts, mark| seen(facts, mark, Proof::Observed);
    assert_eq!(look(&facts, by(AISHA, 9)).unwrap_err(), Refusal::NotDoneYet);
    tick(&mut facts, "D28", 6);
    assert_eq!(look(&facts, by(AISHA, 5)).unwrap_err(), Refusal::CheckedBeforeDone);
    assert_eq!(look(&facts, by(TOM, 9)).unwrap_err(), Refusal::DoerChecks);
    assert_eq!(look(&facts, by(DANA, 9)).unwrap_err(), Refusal::LeaverChecks);
    assert!(look(&facts, by(AISHA, 9)).is_ok());
    assert_eq!(seen(&facts, by(AISHA, 9), Proof::Stated).unwrap_err(), Refusal::StepNeedsALook, "a word is no look");
    assert_eq!(seen(&facts, by(AISHA, 9), Proof::Waived).unwrap_err(), Refusal::WaiverIsNoProof);
    assert_eq!(seen(&facts, by(AISHA, 9), Proof::Acknowledged).unwrap().proof, Some(Proof::Acknowledged));
}

#[test]
fn the_leaver_does_only_what_they_hand_over_themselves() {
    let facts = planned(CaseKind::Notice);
    assert_eq!(end(&facts, "D40", DONE, by(DANA, 5)).unwrap_err(), Refusal::LeaverDoes);
    assert!(end(&facts, "D40", DONE, by(OFFICE, 5)).is_ok());
    let own = facts.list.steps.iter().find(|spec| spec.doer == Role::Leaver && facts.step(&spec.id).is_some()).unwrap();
    let refused = end(&facts, &own.id, DONE, by(DANA, 5)).err();
    assert_ne!(refused, Some(Refusal::LeaverDoes), "{}", own.title);
    let removal = |mark: Mark| way_done(&Case::new(&facts, mark.at), GrantId(M365), mark);
    assert_eq!(removal(by(DANA, 5)).unwrap_err(), Refusal::LeaverDoes);
}

#[test]
fn what_belongs_after_the_closing_waits_for_it() {
    let mut facts = planned(CaseKind::AtOnce);
    let late = facts.list.steps.iter().find(|spec| spec.after_close && spec.after.is_empty()).unwrap().id.clone();
    assert_eq!(end(&facts, &late, DONE, by(AISHA, 5)).unwrap_err(), Refusal::AfterClosing);
    assert!(end(&facts, &late, Ending::NotNeeded("no such thing here".into()), by(AISHA, 5)).is_ok());
    facts.run.closed = Some(by(OFFICE, 6));
    assert!(end(&facts, &late, DONE, by(AISHA, 7)).is_ok());
}
