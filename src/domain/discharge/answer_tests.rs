//! Tests of `answer`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test code fails loudly")]

use super::super::testing::*;
use super::super::*;
use crate::domain::*;

fn answering(question: &str, reply: Reply, additions: Vec<Addition>) -> Answering {
    Answering { question: question.to_owned(), reply: Some(reply), note: None, additions }
}

fn give_at(facts: &mut RunFacts, minutes: i64, given: Answering) -> Answered {
    // Ids go on from what was handed out before, as in a register.
    let mut ids = Offset(minutes.unsigned_abs() * 1000 + 5000);
    let answered = effects(&case(facts, minutes), &given, &deadlines(), &zone(), &mut ids).unwrap();
    for edit in &answered.edits {
        facts.apply(edit);
        new_way(facts, edit, &answered.edits);
    }
    answered
}

fn give(facts: &mut RunFacts, question: &str, reply: Reply) -> Answered {
    give_at(facts, 5, answering(question, reply, Vec::new()))
}

struct Offset(u64);

impl Ids for Offset {
    fn next(&mut self, _: RecordKind) -> u64 {
        self.0 += 1;
        self.0
    }
}

/// What the service does: a new grant joins the ways in with its account and system.
fn new_way(facts: &mut RunFacts, edit: &Edit, all: &[Edit]) {
    let Edit::Put(AnyRecord::Grant(grant)) = edit else { return };
    if facts.way_in(grant.id).is_some() {
        return;
    }
    let found = |kind: RecordKind, id: u64| {
        all.iter().find_map(|e| match e {
            Edit::Put(record) if record.kind() == kind && record.id() == id => Some(record.clone()),
            _ => None,
        })
    };
    let Some(AnyRecord::Account(account)) = found(RecordKind::Account, grant.account.0) else { return };
    let system = match found(RecordKind::System, account.system.0) {
        Some(AnyRecord::System(system)) => system,
        _ => World.system("Harbor imaging").unwrap().0,
    };
    let client =
        if system.client == facts.own.id { facts.own.clone() } else { client(system.client.0, "Harbor Dental") };
    let at = AccountFacts { account, seen: None, system, client, listed: None };
    let holding = Holding { grant: grant.clone(), person: person(DANA, "Dana Ruiz"), at };
    facts.ways_in.push(WayIn { holding, shuts: 1, shut_since: None, sole_admin: false });
}

fn kinds(made: &[RecordRef]) -> Vec<RecordKind> {
    let mut kinds: Vec<_> = made.iter().map(|r| r.kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

/// What a question has to make, by its effects.
fn promised(question: &QuestionSpec) -> Vec<RecordKind> {
    use RecordKind as K;
    let mut kinds: Vec<RecordKind> = question
        .makes
        .iter()
        .flat_map(|effect| match effect {
            Effect::Grant { .. } => vec![K::System, K::Account, K::Grant],
            Effect::Secret { .. } => vec![K::Secret, K::Knowing, K::Rotation],
            Effect::Asset { .. } => vec![K::Asset],
            Effect::Contact { .. } => vec![K::Contact],
            Effect::Data { .. } => vec![K::DataLocation],
            Effect::Script { .. } => vec![K::System, K::Account],
            Effect::Step { .. } => vec![K::Step],
            Effect::Need { .. } | Effect::Hurry | Effect::Raise { .. } => Vec::new(),
        })
        .collect();
    kinds.sort();
    kinds.dedup();
    kinds
}

#[test]
fn every_question_makes_its_work_on_the_bad_answer_on_not_sure_and_on_refused() {
    for question in &Template::leaver().questions {
        let bad = if question.works_on == WorksOn::Yes { Reply::Yes } else { Reply::No };
        let good = if question.works_on == WorksOn::Yes { Reply::No } else { Reply::Yes };
        for reply in [bad, Reply::NotSure, Reply::Refused] {
            let mut facts = planned(CaseKind::Notice);
            let answered = give(&mut facts, &question.id, reply);
            let made = kinds(&answered.made);
            for kind in promised(question) {
                assert!(made.contains(&kind), "{} {reply}: makes a {kind:?}", question.id);
            }
            for effect in &question.makes {
                if let Effect::Need { step } = effect {
                    assert!(facts.step(step).is_some(), "{} {reply}: {step} is in the run", question.id);
                }
            }
            let answer = facts.answer(&question.id).unwrap();
            assert_eq!(answer.reply, Some(reply));
            assert_eq!(answer.made.len(), answered.made.len(), "the answer remembers what it made");
        }
        let mut facts = planned(CaseKind::Notice);
        let answered = give(&mut facts, &question.id, good);
        assert_eq!((answered.made.len(), answered.edits.len()), (0, 1), "{} {good}: only the answer", question.id);
    }
}

#[test]
fn what_an_answer_made_without_details_keeps_the_run_open_until_it_is_named_or_taken_off() {
    for (question, kind) in [
        ("Q01", RecordKind::Grant),
        ("Q08", RecordKind::Secret),
        ("Q20", RecordKind::Account),
        ("Q27", RecordKind::DataLocation),
        ("Q17", RecordKind::Contact),
        ("Q31", RecordKind::Asset),
    ] {
        let mut facts = planned(CaseKind::AtOnce);
        let before = obstacles(&case(&facts, 6)).len();
        let answered = give(&mut facts, question, Reply::NotSure);
        let record = *answered.made.iter().find(|r| r.kind == kind).unwrap();
        let unnamed = |facts: &RunFacts| {
            obstacles(&case(facts, 6)).iter().filter(|o| o.clear == "Name it, or take it off with a reason.").count()
        };
        assert_eq!(unnamed(&facts), 1, "{question}");
        assert!(obstacles(&case(&facts, 6)).len() > before - 1, "{question}");

        assert_eq!(take_off(&case(&facts, 6), record, " ").unwrap_err(), Refusal::NoReason);
        let gone = take_off(&case(&facts, 6), record, "we looked, there is nothing").unwrap();
        for made in answered.made.iter().filter(|r| r.kind != RecordKind::Step) {
            assert!(gone.contains(&Edit::Remove(*made)), "{question}: {made:?} goes with it");
        }
        gone.iter().for_each(|edit| facts.apply(edit));
        assert_eq!(unnamed(&facts), 0, "{question}");
    }
}

#[test]
fn only_unnamed_records_of_an_answer_can_be_taken_off() {
    let mut facts = planned(CaseKind::AtOnce);
    let laptop = RecordRef { kind: RecordKind::Asset, id: 31 };
    assert_eq!(take_off(&case(&facts, 6), laptop, "x").unwrap_err(), Refusal::NotHere, "no answer made it");
    let named = vec![add("asset", &["kind=badge", "tag=118"])];
    let answered = give_at(&mut facts, 5, answering("Q31", Reply::Yes, named));
    let badge = *answered.made.iter().find(|r| r.kind == RecordKind::Asset).unwrap();
    assert_eq!(take_off(&case(&facts, 6), badge, "x").unwrap_err(), Refusal::NotHere, "it has a name");
}

#[test]
fn something_unnamed_cannot_be_ticked_as_done() {
    let mut facts = planned(CaseKind::AtOnce);
    [M365, VAULT].iter().for_each(|id| removed(&mut facts, *id, 1));
    give(&mut facts, "Q08", Reply::Refused);
    let rotation = facts.secrets.last().unwrap().rotation.as_ref().unwrap().id;
    assert_eq!(secret_changed(&case(&facts, 9), rotation, by(TOM, 9)).unwrap_err(), Refusal::Unnamed);
    give(&mut facts, "Q01", Reply::Yes);
    let grant = facts.ways_in.last().unwrap().holding.grant.id;
    assert_eq!(way_done(&case(&facts, 9), grant, by(TOM, 9)).unwrap_err(), Refusal::Unnamed);
}

#[test]
fn an_answer_taken_back_removes_nothing_and_the_same_answer_again_makes_nothing() {
    let mut facts = planned(CaseKind::AtOnce);
    give(&mut facts, "Q11", Reply::Yes);
    let secrets = facts.secrets.len();
    for reply in [Reply::No, Reply::Yes, Reply::NotSure] {
        let again = give_at(&mut facts, 6, answering("Q11", reply, Vec::new()));
        assert_eq!(again.made, Vec::new(), "{reply}");
        assert_eq!(facts.secrets.len(), secrets, "{reply}");
    }
    assert_eq!(facts.answers.iter().filter(|a| a.question == "Q11").count(), 1);
}

#[test]
fn details_take_the_place_of_what_would_have_to_be_named() {
    let mut facts = planned(CaseKind::AtOnce);
    let details =
        vec![add("secret", &["name=wifi-guest", "client=Harbor"]), add("secret", &["name=wifi-lab", "client=Harbor"])];
    give_at(&mut facts, 5, answering("Q11", Reply::Yes, details));
    let new: Vec<_> = facts.secrets[2..].iter().map(|k| (k.secret.name.as_str(), k.secret.kind)).collect();
    assert_eq!(new, [("wifi-guest", SecretKind::Wifi), ("wifi-lab", SecretKind::Wifi)], "the question knows the kind");
    assert!(facts.secrets[2..].iter().all(|k| k.secret.client == ClientId(2) && k.rotation.is_some()));
}

#[test]
fn details_given_later_name_what_the_first_answer_made() {
    let mut facts = planned(CaseKind::AtOnce);
    give(&mut facts, "Q01", Reply::NotSure);
    let ways = facts.ways_in.len();
    let placeholder = facts.ways_in.last().unwrap().clone();
    let details = vec![add("grant", &["system=Harbor imaging", "login=dana-adm", "admin=yes"])];
    let answered = give_at(&mut facts, 6, answering("Q01", Reply::Yes, details));
    assert_eq!(facts.ways_in.len(), ways, "named, not doubled");
    let named = facts.way_in(placeholder.holding.grant.id).unwrap();
    assert_eq!(named.holding.at.account.login, "dana-adm");
    assert_eq!(named.holding.at.account.system, SystemId(90));
    assert!(named.holding.is_admin());
    let gone = RecordRef { kind: RecordKind::System, id: placeholder.holding.at.system.id.0 };
    assert!(answered.edits.contains(&Edit::Remove(gone)), "the nameless system goes");

    let more = vec![add("grant", &["system=Harbor imaging", "login=dana-two"])];
    give_at(&mut facts, 7, answering("Q01", Reply::Yes, more));
    assert_eq!(facts.ways_in.len(), ways + 1, "the next one is new");
}

#[test]
fn each_detail_names_one_thing() {
    for (question, kind, first, second) in [
        ("Q08", "secret", "name=one", "name=two"),
        ("Q27", "data", "place=one", "place=two"),
        ("Q17", "contact", "place=one", "place=two"),
        ("Q31", "asset", "tag=one", "tag=two"),
        ("Q20", "script", "name=one", "name=two"),
    ] {
        let mut facts = planned(CaseKind::AtOnce);
        give(&mut facts, question, Reply::Yes);
        let count = |facts: &RunFacts| {
            facts.secrets.len() + facts.data.len() + facts.contacts.len() + facts.assets.len() + facts.automation.len()
        };
        let before = count(&facts);
        let fields = |own: &'static str| if kind == "data" { vec!["what=photos", own] } else { vec![own] };
        let details = vec![add(kind, &fields(first)), add(kind, &fields(second))];
        give_at(&mut facts, 6, answering(question, Reply::Yes, details));
        assert_eq!(count(&facts), before + 1, "{question}: one named, one new");
    }
}

#[test]
fn details_with_an_answer_that_makes_nothing_are_refused() {
    let facts = planned(CaseKind::AtOnce);
    let given = answering("Q11", Reply::No, vec![add("secret", &["name=x"])]);
    let refused = effects(&case(&facts, 5), &given, &deadlines(), &zone(), &mut Counter::default());
    assert_eq!(refused.unwrap_err(), AnswerError::NothingToAdd);
}

#[test]
fn a_question_of_another_kind_of_case_or_of_a_closed_run_is_refused() {
    let facts = planned(CaseKind::Hostile);
    let of = |facts: &RunFacts, id: &str| {
        let given = answering(id, Reply::Yes, Vec::new());
        effects(&case(facts, 5), &given, &deadlines(), &zone(), &mut Counter::default()).unwrap_err()
    };
    assert_eq!(of(&facts, "Q36"), AnswerError::Question("Q36".into()));
    assert_eq!(of(&facts, "Q99"), AnswerError::Question("Q99".into()));
    assert_eq!(of(&planned(CaseKind::Absent), "Q01"), AnswerError::Question("Q01".into()));
    let mut closed = facts;
    closed.run.closed = Some(by(OFFICE, 1));
    assert_eq!(of(&closed, "Q01"), AnswerError::Closed);
}

#[test]
fn a_note_alone_is_kept_and_answers_nothing() {
    let mut facts = planned(CaseKind::AtOnce);
    let note =
        Answering { question: "Q08".into(), reply: None, note: Some("wants to think".into()), additions: vec![] };
    give_at(&mut facts, 5, note);
    let answer = facts.answer("Q08").unwrap();
    assert_eq!((answer.reply, answer.note.as_deref()), (None, Some("wants to think")));
    give(&mut facts, "Q08", Reply::No);
    assert_eq!(facts.answer("Q08").unwrap().note.as_deref(), Some("wants to think"), "the note stays");
}

#[test]
fn an_export_of_the_vault_makes_the_case_sharper_and_every_change_sooner() {
    let mut facts = planned(CaseKind::Notice);
    let day = facts.step("D43").unwrap().due;
    let answered = give(&mut facts, "Q10", Reply::NotSure);
    assert_eq!(facts.run.kind, CaseKind::AtOnce);
    assert_eq!(facts.leaver.as_ref().unwrap().exit_kind, Some(ExitKind::Involuntary));
    assert!(facts.step("D43").unwrap().due < day);
    let hostile = TRIGGER.plus_hours(4);
    assert!(facts.secrets.iter().all(|k| k.rotation.as_ref().unwrap().due == Some(hostile)));
    assert!(answered.work.contains(&"the case is now: Leaver, at once".to_owned()), "{:?}", answered.work);
    let once: std::collections::BTreeSet<_> = answered.edits.iter().map(Edit::reference).collect();
    assert_eq!(once.len(), answered.edits.len(), "one version of each record");
}

#[test]
fn a_case_never_becomes_milder() {
    let mut facts = planned(CaseKind::Hostile);
    give(&mut facts, "Q10", Reply::Yes);
    assert_eq!(facts.run.kind, CaseKind::Hostile);
    let to = |facts: &RunFacts, kind| raise(&case(facts, 5), kind, &deadlines(), &zone()).len();
    assert_eq!(to(&facts, CaseKind::AtOnce), 0);
    assert_eq!(to(&planned(CaseKind::Mover), CaseKind::Hostile), 0, "somebody who stays is no leaver");
}

#[test]
fn a_new_kind_of_secret_brings_its_step() {
    let mut facts = planned(CaseKind::AtOnce);
    assert!(facts.step("D54").is_none());
    give(&mut facts, "Q12", Reply::Yes);
    assert!(facts.step("D54").is_some());
}

#[test]
fn what_follows_from_an_answer_is_asked_next() {
    let mut facts = planned(CaseKind::Notice);
    let next = |facts: &RunFacts| next_question(&case(facts, 9)).map(|(q, place, total)| (q.id.clone(), place, total));
    assert_eq!(next(&facts), Some(("Q01".into(), 1, 42)));
    give(&mut facts, "Q01", Reply::No);
    give_at(&mut facts, 6, answering("Q09", Reply::Yes, Vec::new()));
    assert_eq!(next(&facts).unwrap().0, "Q27", "a private copy leads to private clouds");
    give_at(&mut facts, 7, answering("Q27", Reply::No, Vec::new()));
    assert_eq!(next(&facts).unwrap().0, "Q02");
    assert_eq!(question_order(&case(&facts, 9)).len(), 42, "none is lost or doubled");
}

#[test]
fn a_hostile_exit_asks_about_open_sessions_first_and_an_absent_person_nothing() {
    let hostile = planned(CaseKind::Hostile);
    let order: Vec<_> = question_order(&case(&hostile, 5)).iter().map(|q| q.id.clone()).take(5).collect();
    assert_eq!(order, ["Q07", "Q31", "Q18", "Q12", "Q10"]);
    assert_eq!(question_order(&case(&planned(CaseKind::Absent), 5)).len(), 0);
}
