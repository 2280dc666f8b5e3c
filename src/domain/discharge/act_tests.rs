//! Tests of `act`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test code fails loudly")]

use super::super::testing::*;
use super::super::*;
use crate::domain::*;

#[test]
fn a_changed_secret_moves_its_work_and_itself_and_a_second_person_tries_it() {
    let mut facts = planned(CaseKind::AtOnce);
    [M365, VAULT].iter().for_each(|id| removed(&mut facts, *id, 5));
    let id = rotation(&mut facts, 21).id;
    let edits = secret_changed(&case(&facts, 30), id, by(TOM, 30)).unwrap();
    edits.iter().for_each(|edit| facts.apply(edit));
    assert_eq!(facts.secrets[0].secret.changed, Some(after(30)));
    let tried = |who, proof| secret_checked(&case(&facts, 40), id, after(40), Some(who), proof);
    assert_eq!(tried(TOM, Proof::Observed).unwrap_err(), Refusal::DoerChecks);
    assert_eq!(tried(AISHA, Proof::Stated).unwrap_err(), Refusal::ProofTooWeak);
    assert!(tried(AISHA, Proof::Observed).is_ok());
}

#[test]
fn a_secret_out_of_use_is_settled_with_a_reason() {
    let mut facts = planned(CaseKind::AtOnce);
    let id = rotation(&mut facts, 22).id;
    let of = |reason: &str| secret_not_needed(&case(&facts, 9), id, by(OFFICE, 9), reason, true);
    assert_eq!(of(" ").unwrap_err(), Refusal::NoReason);
    let edits = of("the old office is gone").unwrap();
    edits.iter().for_each(|edit| facts.apply(edit));
    assert!(secret_is_settled(&facts.secrets[1], after(9)));
}

#[test]
fn what_is_not_part_of_the_run_is_refused() {
    let facts = planned(CaseKind::AtOnce);
    assert_eq!(way_done(&case(&facts, 5), GrantId(999), by(TOM, 5)).unwrap_err(), Refusal::NotHere);
}

#[test]
fn a_check_that_does_not_count_can_be_made_again_and_one_that_counts_cannot() {
    let mut facts = planned(CaseKind::AtOnce);
    settle(&mut facts);
    let again = |facts: &RunFacts, by| {
        way_checked(&case(facts, 60), GrantId(FIREWALL), after(55), Checker::Person(Some(by)), Proof::Observed)
    };
    assert_eq!(again(&facts, AISHA), Err(Refusal::CheckedAlready));
    grant(&mut facts, FIREWALL).removal.proof = Some(Proof::Stated);
    let obstacle = obstacles(&case(&facts, 60)).remove(0);
    assert_eq!(obstacle.clear, "Have a second person look again.");
    assert_eq!(again(&facts, TOM), Err(Refusal::DoerChecks));
    let removal = again(&facts, AISHA).unwrap().removal;
    assert_eq!((removal.confirmed, removal.proof), (Some(by(AISHA, 55)), Some(Proof::Observed)));
}

#[test]
fn what_opens_other_doors_needs_more_than_the_word_of_its_doer() {
    let mut facts = planned(CaseKind::AtOnce);
    removed(&mut facts, M365, 5);
    let check = |proof, by| way_checked(&case(&facts, 9), GrantId(M365), after(8), Checker::Person(Some(by)), proof);
    assert_eq!(check(Proof::Stated, TOM), Err(Refusal::ProofTooWeak));
    assert_eq!(check(Proof::Observed, TOM), Err(Refusal::DoerChecks));
    assert!(check(Proof::Observed, AISHA).is_ok());
}

#[test]
fn a_change_recorded_late_does_not_hide_a_newer_one() {
    let mut facts = planned(CaseKind::AtOnce);
    [M365, VAULT].iter().for_each(|id| removed(&mut facts, *id, 5));
    facts.secrets[0].secret.changed = Some(after(30));
    let id = rotation(&mut facts, 21).id;
    let edits = secret_changed(&case(&facts, 60), id, by(TOM, 20)).unwrap();
    let changed = edits.iter().find_map(|edit| match edit {
        Edit::Put(AnyRecord::Secret(secret)) => Some(secret.changed),
        _ => None,
    });
    assert_eq!(changed, Some(Some(after(30))));
}
