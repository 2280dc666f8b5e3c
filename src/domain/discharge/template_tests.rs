//! Tests of `template`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test code fails loudly")]

use super::*;

const STEPS: &str = include_str!("../../../assets/checklists/leaver.json");
const QUESTIONS: &str = include_str!("../../../assets/checklists/questions.json");

#[test]
fn the_built_in_list_has_every_step_and_question() {
    let list = Template::leaver();
    let steps: Vec<String> = (0..=78).map(|n| format!("D{n:02}")).collect();
    let questions: Vec<String> = (1..=42).map(|n| format!("Q{n:02}")).collect();
    assert_eq!(list.steps.iter().map(|s| s.id.clone()).collect::<Vec<_>>(), steps);
    assert_eq!(list.questions.iter().map(|q| q.id.clone()).collect::<Vec<_>>(), questions);
    assert!(list.steps.windows(2).all(|pair| pair[0].phase <= pair[1].phase), "steps stand in the order of phases");
}

#[test]
fn the_list_for_the_end_of_a_contract_stands_by_itself() {
    let list = Template::client_exit();
    assert!(list.steps.windows(2).all(|pair| pair[0].phase <= pair[1].phase), "steps stand in the order of phases");
    assert!(list.steps.iter().all(|step| step.kinds == BTreeSet::from([CaseKind::ClientExit])));
    assert!(list.questions.is_empty(), "nobody sits at a table");
    // Nothing a client's exit can hold is left without a step.
    let covers = |what: fn(&Covered) -> bool| list.steps.iter().any(|step| what(&step.covers));
    assert!(covers(|c| c.things) && covers(|c| c.contacts) && covers(|c| c.data) && covers(|c| c.automation));
    assert!(covers(|c| c.ways_in.as_ref().is_some_and(|ways| ways.kinds.is_empty())));
    assert!(covers(|c| c.secrets.as_ref().is_some_and(|secrets| secrets.kinds.is_empty())));
    for kind in CaseKind::ALL {
        let list = Template::for_kind(*kind);
        assert_eq!(Template::built_in(&list.id), Some(list));
        assert!(list.steps.iter().any(|step| step.kinds.contains(kind)), "{kind:?} has steps");
    }
}

#[test]
fn every_text_is_short_enough_to_be_read_aloud() {
    let lists = Template::all_built_in();
    let steps = lists.flat_map(|list| &list.steps).flat_map(|s| {
        s.how
            .iter()
            .chain([&s.say, &s.done_when, &s.write_down])
            .chain(s.after.iter().map(|a| &a.why))
            .map(|t| (&s.id, t))
    });
    let questions = Template::leaver().questions.iter().flat_map(|q| [(&q.id, &q.text), (&q.id, &q.follow_up)]);
    for (id, text) in steps.chain(questions) {
        assert!(!text.trim().is_empty(), "{id} has an empty text");
        for sentence in text.split(['.', '?', '!', ':']) {
            assert!(sentence.split_whitespace().count() < 20, "{id}: {sentence}");
        }
    }
}

#[test]
fn every_step_is_evidence_for_a_control_and_every_question_makes_work() {
    let list = Template::leaver();
    assert!(Template::all_built_in().flat_map(|list| &list.steps).all(|s| !s.controls.nist.is_empty()));
    assert!(list.questions.iter().all(|q| !q.controls.nist.is_empty() && !q.makes.is_empty()));
}

#[test]
fn a_list_with_a_fault_is_refused_with_its_place() {
    let read = |from: &str, to: &str| {
        assert!(STEPS.contains(from), "{from} is in the list");
        Template::read(&STEPS.replacen(from, to, 1), QUESTIONS).unwrap_err()
    };
    assert_eq!(read("\"id\": \"D01\"", "\"id\": \"D00\""), TemplateError::Twice("D00".into()));
    assert!(matches!(read("\"step\": \"D26\"", "\"step\": \"D99\""), TemplateError::Unknown { to, .. } if to == "D99"));
    let long = "Open the case and then write about it some more";
    assert_eq!(read("Open the case", long), TemplateError::Long("D00".into()));
    assert!(matches!(read("\"phase\": \"before\"", "\"phase\": \"never\""), TemplateError::Form { line: 9, .. }));
    assert!(matches!(read("way_in.vault", "way_in.teapot"), TemplateError::Form { .. }));
    assert!(matches!(read("keyward-steps/1", "keyward-steps/2"), TemplateError::Form { .. }));
}

#[test]
fn steps_that_wait_for_each_other_are_refused() {
    let circle = STEPS.replacen(
        "\"write_down\": \"Where the signed notice lies, and who was told.\",",
        "\"write_down\": \"x\", \"after\": [{\"step\": \"D78\", \"why\": \"x\"}],",
        1,
    );
    assert!(Template::read(&circle, QUESTIONS).is_ok(), "waiting for the last one is no circle");
    let circle = circle.replace("{\"step\": \"D71\", \"why\": \"The owner", "{\"step\": \"D00\", \"why\": \"The owner");
    assert!(matches!(Template::read(&circle, QUESTIONS), Err(TemplateError::Circle(_))));
}

#[test]
fn the_leavers_name_goes_into_the_sentence() {
    assert_eq!(with_name("Please block {name}.", "Dana Ruiz"), "Please block Dana Ruiz.");
}
