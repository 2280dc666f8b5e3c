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
