//! Tests of `removal`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test code fails loudly")]

use super::super::testing::*;
use super::super::*;
use crate::domain::*;

fn check(minutes: i64, by: Option<PersonId>, proof: Proof) -> Check {
    Check {
        at: after(minutes),
        by: Checker::Person(by),
        proof,
        leaver: Some(DANA),
        needs_second_person: true,
        alone: false,
    }
}

fn done() -> Removal {
    Removal { done: Some(by(TOM, 5)), ..Removal::default() }
}

#[test]
fn asked_done_and_checked_are_three_facts_by_three_marks() {
    let asked = ask(&Removal::default(), by(OFFICE, 1), after(1)).unwrap();
    let done = mark_done(&asked, by(TOM, 5), after(5)).unwrap();
    let checked = confirm(&done, &check(9, Some(AISHA), Proof::Observed), after(9)).unwrap();
    assert_eq!(checked.state(after(9)), GrantState::Checked);
    assert_eq!(
        (checked.asked, checked.done, checked.confirmed),
        (Some(by(OFFICE, 1)), Some(by(TOM, 5)), Some(by(AISHA, 9)))
    );
}

#[test]
fn a_check_before_the_deed_is_refused() {
    let asked = ask(&Removal::default(), by(OFFICE, 1), after(1)).unwrap();
    let early = confirm(&asked, &check(9, Some(AISHA), Proof::Observed), after(9));
    assert_eq!(early, Err(Refusal::NotDoneYet));
    let backdated = confirm(&done(), &check(4, Some(AISHA), Proof::Observed), after(9));
    assert_eq!(backdated, Err(Refusal::CheckedBeforeDone));
    assert!(confirm(&done(), &check(5, Some(AISHA), Proof::Observed), after(9)).is_ok(), "the same minute will do");
}

#[test]
fn the_leaver_never_checks_even_where_a_word_is_enough() {
    let mut ordinary = check(9, Some(DANA), Proof::Stated);
    ordinary.needs_second_person = false;
    assert_eq!(confirm(&done(), &ordinary, after(9)), Err(Refusal::LeaverChecks));
    ordinary.alone = true;
    assert_eq!(confirm(&done(), &ordinary, after(9)), Err(Refusal::LeaverChecks));
}

#[test]
fn admin_rights_need_a_second_named_person_and_more_than_a_word() {
    let of = |who, proof| confirm(&done(), &check(9, who, proof), after(9));
    assert_eq!(of(Some(AISHA), Proof::Stated), Err(Refusal::ProofTooWeak));
    assert_eq!(of(Some(TOM), Proof::Observed), Err(Refusal::DoerChecks));
    assert_eq!(of(Some(TOM), Proof::Acknowledged), Err(Refusal::DoerChecks));
    assert_eq!(of(None, Proof::Observed), Err(Refusal::NoChecker));
    assert_eq!(of(Some(AISHA), Proof::Waived), Err(Refusal::WaiverIsNoProof));
    assert!(of(Some(AISHA), Proof::Acknowledged).is_ok());
    let nobody = Removal { done: Some(Mark { at: after(5), by: None }), ..Removal::default() };
    assert_eq!(confirm(&nobody, &check(9, Some(AISHA), Proof::Observed), after(9)), Err(Refusal::NoDoer));
}

#[test]
fn a_firm_of_one_may_check_its_own_work_only_as_recorded_exception() {
    let alone = Check { alone: true, ..check(9, Some(TOM), Proof::Observed) };
    assert!(confirm(&done(), &alone, after(9)).is_ok());
    let stated = Check { proof: Proof::Stated, ..alone };
    assert_eq!(confirm(&done(), &stated, after(9)), Err(Refusal::ProofTooWeak));
}

#[test]
fn an_ordinary_right_may_be_stated_by_its_doer_but_not_seen_by_him_as_a_second_person() {
    let ordinary = Check { needs_second_person: false, ..check(9, Some(TOM), Proof::Stated) };
    assert!(confirm(&done(), &ordinary, after(9)).is_ok());
    let seen = Check { proof: Proof::Observed, ..ordinary };
    assert_eq!(confirm(&done(), &seen, after(9)), Err(Refusal::DoerChecks));
}

#[test]
fn a_systems_own_list_confirms_without_a_person() {
    let list = Check { by: Checker::List(BatchId(3)), ..check(9, None, Proof::Stated) };
    let checked = confirm(&done(), &list, after(9)).unwrap();
    assert_eq!(checked.proof, Some(Proof::Acknowledged));
}

#[test]
fn what_is_done_or_checked_is_not_asked_for_again_but_what_came_back_is() {
    assert_eq!(ask(&done(), by(OFFICE, 6), after(6)), Err(Refusal::DoneBefore));
    let asked = ask(&Removal::default(), by(OFFICE, 1), after(1)).unwrap();
    assert_eq!(ask(&asked, by(OFFICE, 2), after(2)), Err(Refusal::AskedBefore));
    let back = came_back(after(60));
    assert_eq!(ask(&back, by(OFFICE, 61), after(61)).unwrap().state(after(61)), GrantState::Asked);
}

#[test]
fn times_ahead_and_in_the_wrong_order_are_refused() {
    assert_eq!(mark_done(&Removal::default(), by(TOM, 6), after(5)), Err(Refusal::Ahead));
    let asked = ask(&Removal::default(), by(OFFICE, 4), after(4)).unwrap();
    assert_eq!(mark_done(&asked, by(TOM, 3), after(5)), Err(Refusal::DoneBeforeAsked));
}

#[test]
fn a_waiver_needs_a_reason_and_a_date_ahead_within_the_limit() {
    let of = |until: Instant, reason: &str| waive(&Removal::default(), TRIGGER, until, reason, 180);
    assert_eq!(of(TRIGGER.plus_days(9), "  "), Err(Refusal::NoReason));
    assert_eq!(of(TRIGGER, "needed for the audit"), Err(Refusal::DateNotAhead));
    assert_eq!(of(TRIGGER.plus_days(182), "needed for the audit"), Err(Refusal::DateTooFar(180)));
    let waived = of(TRIGGER.plus_days(180), "needed for the audit").unwrap();
    assert!(waived.is_waived(TRIGGER) && waived.state(TRIGGER).is_open(), "a waiver does not close anything");
    assert_eq!(may_waive_together(2), Err(Refusal::WaiveOneByOne(2)));
    assert_eq!(may_waive_together(1), Ok(()));
}

#[test]
fn doing_it_ends_a_waiver() {
    let waived = waive(&Removal::default(), TRIGGER, TRIGGER.plus_days(9), "audit", 180).unwrap();
    assert_eq!(mark_done(&waived, by(TOM, 5), after(5)).unwrap().waived_until, None);
}

#[test]
fn the_space_key_goes_from_open_to_removed_to_checked() {
    let asked = ask(&Removal::default(), by(OFFICE, 1), after(1)).unwrap();
    assert_eq!(next_state(&Removal::default(), after(9)), NextFact::Done);
    assert_eq!(next_state(&asked, after(9)), NextFact::Done);
    assert_eq!(next_state(&done(), after(9)), NextFact::Check);
    let checked = confirm(&done(), &check(9, Some(AISHA), Proof::Observed), after(9)).unwrap();
    assert_eq!(next_state(&checked, after(9)), NextFact::Nothing);
}

#[test]
fn what_a_list_showed_again_was_not_done_before_that_list() {
    let back = came_back(after(8));
    assert_eq!(mark_done(&back, by(TOM, 7), after(9)), Err(Refusal::DoneBeforeBack));
    assert!(mark_done(&back, by(TOM, 8), after(9)).is_ok());
}
