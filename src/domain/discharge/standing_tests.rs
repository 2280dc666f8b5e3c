//! Tests of `standing`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test code fails loudly")]

use super::super::testing::*;
use super::super::*;
use crate::domain::*;

fn state(facts: &RunFacts, code: &str, minutes: i64) -> StepState {
    step_state(&case(facts, minutes), facts.step(code).unwrap())
}

#[test]
fn a_step_that_covers_ways_in_completes_itself_and_opens_again() {
    let mut facts = planned(CaseKind::AtOnce);
    assert_eq!(state(&facts, "D32", 5), StepState::ToDo);
    removed(&mut facts, VAULT, 5);
    assert_eq!(state(&facts, "D32", 5), StepState::ByItself);
    assert_eq!(completed_at(&case(&facts, 9), facts.step("D32").unwrap()), Some(after(5)));
    *grant(&mut facts, VAULT) = Grant { removal: came_back(after(8)), ..grant(&mut facts, VAULT).clone() };
    assert_eq!(state(&facts, "D32", 9), StepState::ToDo);
}

#[test]
fn nothing_left_undone_on_purpose_counts_as_done_at_any_time() {
    let mut facts = planned(CaseKind::AtOnce);
    grant(&mut facts, VAULT).removal.waived_until = Some(after(600));
    assert_eq!(state(&facts, "D32", 5), StepState::ByItself);
    assert_eq!(completed_at(&case(&facts, 5), facts.step("D32").unwrap()), None);
    assert_eq!(state(&facts, "D32", 600), StepState::ToDo, "the waiver has ended");
}

#[test]
fn questions_things_contacts_and_data_complete_their_steps() {
    let mut facts = dana(CaseKind::AtOnce);
    facts.contacts.push(contact(41, "Registrar"));
    facts.data.push(data(51, "her phone"));
    let mut facts = with_plan(facts);
    for code in ["D18", "D22", "D45"] {
        assert!(!state(&facts, code, 50).has_ended(), "{code}");
    }
    settle(&mut facts);
    facts.steps.iter_mut().for_each(|s| (s.outcome, s.ended) = (None, None));
    for code in ["D18", "D22", "D45", "D53", "D50"] {
        assert_eq!(state(&facts, code, 70), StepState::ByItself, "{code}");
    }
}

#[test]
fn titles_name_what_is_collected_and_count_what_is_changed() {
    let mut facts = planned(CaseKind::AtOnce);
    let title = |facts: &RunFacts, code: &str| title_of(&case(facts, 5), facts.step(code).unwrap());
    assert_eq!(title(&facts, "D22"), "Collect laptop KW-0231");
    assert_eq!(title(&facts, "D53"), "Change Wi-Fi keys (1)");
    assert_eq!(title(&facts, "D40"), "Tell staff: no requests from them");
    for n in 0..5 {
        facts.assets.push(asset(60 + n, AssetKind::Badge, "118"));
    }
    assert_eq!(title(&facts, "D22"), "Collect everything handed out (6)");
}

#[test]
fn phases_count_what_has_ended() {
    let mut facts = planned(CaseKind::AtOnce);
    tick(&mut facts, "D00", 1);
    let counts = phase_counts(&case(&facts, 5));
    assert_eq!(counts[0].0, Phase::Before);
    assert_eq!(counts[0].1, 1);
    assert_eq!(counts.iter().map(|(_, _, total)| total).sum::<usize>(), facts.steps.len());
}
