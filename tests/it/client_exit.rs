//! The end of a client's contract, from its first step to its closing page.

use crate::past::on_practice;
use keyward::domain::{ClientId, DataLocation, GrantState, PersonId, Proof, RunId, StepOutcome};
use keyward::error::ErrorClass;
use keyward::service::access::Standing;
use keyward::service::resolve::{self, Naming, Scope};
use keyward::service::view::{ClosingView, RunView, SecretLine, StepLine, Target, ThingLine, WayIn};
use keyward::service::{
    Answer, AsOf, Command, Desk, Query, ReportFormat, RotateStage, Session, Settle, Slice, StepSaid,
};
use keyward::store::Select;
use std::collections::BTreeSet;

fn person(session: &mut Session, name: &str) -> PersonId {
    session.find(|facts| Ok(resolve::person(facts, name, Naming::Part)?.id)).unwrap()
}

fn client(session: &mut Session, name: &str) -> ClientId {
    session.find(|facts| Ok(resolve::client(facts, name, Naming::Part)?.id)).unwrap()
}

fn start(session: &mut Session, client: ClientId) -> RunId {
    session.apply(Command::StartClientExit { client, at: None, reason: None }).unwrap().run.unwrap()
}

fn head(session: &mut Session, run: RunId) -> RunView {
    let Answer::Run(head) = session.ask(Query::Run(run)).unwrap() else { panic!("another answer") };
    head
}

fn ways(session: &mut Session, run: RunId) -> Vec<WayIn> {
    let slice = Slice { limit: 1_000, ..Slice::default() };
    let Answer::WaysIn(page) = session.ask(Query::RunWaysIn(run, slice)).unwrap() else { panic!("another answer") };
    page.rows
}

fn steps(session: &mut Session, run: RunId) -> Vec<StepLine> {
    let Answer::Steps(steps) = session.ask(Query::RunSteps(run)).unwrap() else { panic!("another answer") };
    steps
}

fn secrets(session: &mut Session, run: RunId) -> Vec<SecretLine> {
    let Answer::Secrets(lines) = session.ask(Query::RunSecrets(run)).unwrap() else { panic!("another answer") };
    lines
}

fn things(session: &mut Session, run: RunId) -> Vec<ThingLine> {
    let Answer::Things(lines) = session.ask(Query::RunThings(run)).unwrap() else { panic!("another answer") };
    lines
}

fn closing(session: &mut Session, run: RunId) -> ClosingView {
    let Answer::Closing(view) = session.ask(Query::Closing(run)).unwrap() else { panic!("another answer") };
    view
}

/// Ticks the steps that can be ticked, by their ids on the list.
fn tick(session: &mut Session, run: RunId, codes: &[&str], by: PersonId) {
    for code in codes {
        let step = steps(session, run).into_iter().find(|step| step.code.as_deref() == Some(*code));
        let Some(step) = step else { panic!("{code} is not in the run") };
        let (outcome, note) = (Some(StepOutcome::Done), None);
        let done =
            Command::EndStep { step: step.id, said: StepSaid { outcome, by: Some(by), note, ..StepSaid::default() } };
        session.apply(done).unwrap_or_else(|error| panic!("{code}: {error}"));
    }
}

#[test]
fn everybodys_ways_in_there_are_one_list_and_come_off_in_order() {
    on_practice(|session| {
        let harbor = client(session, "harbor");
        let of_harbor = session.who(Scope::Client(harbor), Standing::Open, AsOf::default()).unwrap();
        let direct: BTreeSet<_> = of_harbor.iter().filter(|way| way.path.is_empty()).map(|way| way.grant).collect();
        let run = start(session, harbor);
        let found = head(session, run);
        assert_eq!((found.person, found.client, found.name.as_str()), (None, Some(harbor), "Harbor Dental"));
        assert_eq!(found.open as usize, direct.len());
        let listed = ways(session, run);
        let open: BTreeSet<_> = listed.iter().filter(|way| way.state.is_open()).map(|way| way.grant).collect();
        assert_eq!(open, direct, "everything open there, of everybody");
        assert_eq!(found.questions, (0, 0), "nobody sits at a table");
        assert!(listed.iter().any(|way| way.person_name == "Dana Ruiz"));

        // Our logins stay until somebody there can get in alone.
        let way = listed.iter().find(|way| way.state.is_open()).unwrap().grant;
        let by = person(session, "aisha");
        session.apply(Command::AskRemoval { grants: vec![way], to: Some(by), reason: None }).unwrap();
        let early = session.apply(Command::MarkDone { grants: vec![way], at: None, by: Some(by) }).unwrap_err();
        assert!(early.message.contains("still has a key"), "{}", early.message);
        let Answer::Today(today) = session.ask(Query::Today).unwrap() else { panic!("another answer") };
        let need = today.needs.iter().find(|need| need.target == Target::Run(run)).unwrap();
        assert!(need.what.contains("Contract end Harbor Dental"), "{}", need.what);

        let again = session.apply(Command::StartClientExit { client: harbor, at: None, reason: None }).unwrap_err();
        assert_eq!(again.class, ErrorClass::Refused);
        let own = session.find(|facts| Ok(resolve::client(facts, "kingswood", Naming::Part)?.id)).unwrap();
        let own = session.apply(Command::StartClientExit { client: own, at: None, reason: None }).unwrap_err();
        assert!(own.message.contains("our own company"), "{}", own.message);
    });
}

fn looks_again_are_due_and_a_way_that_is_back_opens_the_run(session: &mut Session, run: RunId, looks: PersonId) {
    let due = session.due(40, AsOf::default()).unwrap();
    let again: Vec<_> =
        due.iter().filter(|line| line.what.starts_with("Look again") && line.run == Some(run)).collect();
    assert_eq!(again.len(), 4, "{due:#?}");
    assert!(again.iter().all(|line| line.who.as_deref() == Some("Rosa Stein")));
    let Answer::Today(today) = session.ask(Query::Today).unwrap() else { panic!("another answer") };
    assert!(today.needs.iter().any(|need| need.what == "Look again after 1 hour, Cedar & Pike Law"));

    let first = steps(session, run).into_iter().find(|step| step.title == "Look again after 1 hour").unwrap();
    assert!(first.after_closing);
    let (outcome, none) = (Some(StepOutcome::Done), None);
    let ended = Command::EndStep { step: first.id, said: StepSaid { outcome, note: none, ..StepSaid::default() } };
    let told = session.apply(ended).unwrap().message;
    assert!(told.contains("by Rosa Stein"), "ticked for whom the look is, whoever is at the keyboard: {told}");
    assert_eq!(
        session.due(40, AsOf::default()).unwrap().iter().filter(|line| line.what.starts_with("Look again")).count(),
        3
    );
    let other = steps(session, run).into_iter().find(|step| step.code.as_deref() == Some("D00")).unwrap();
    let (outcome, by) = (Some(StepOutcome::Done), Some(looks));
    let late = Command::EndStep { step: other.id, said: StepSaid { outcome, by, ..StepSaid::default() } };
    assert!(session.apply(late).unwrap_err().message.contains("closed"), "only what belongs after the closing");

    let way = ways(session, run).into_iter().find(|way| way.state == GrantState::Checked).unwrap();
    let seen = Command::CameBack { grants: vec![way.grant], reason: Some("the VPN let her in".to_owned()) };
    let told = session.apply(seen).unwrap();
    assert_eq!(told.run, Some(run));
    assert!(told.message.contains("The closed run is open again."), "{}", told.message);
    let found = head(session, run);
    assert_eq!((found.closed, found.open), (None, 1));
    session.apply(Command::Undo { seq: None }).unwrap();
    assert!(head(session, run).closed.is_some());
}

#[test]
fn it_closes_when_nothing_of_ours_is_left_there_and_the_page_says_so() {
    on_practice(|session| {
        let cedar = client(session, "cedar");
        let run = start(session, cedar);
        let (doer, looks) = (person(session, "aisha"), person(session, "rosa"));
        let (doers, checker) = (Some(doer), Some(looks));
        session.apply(Command::SetPeople { run, doer: doers, checker, alone: None }).unwrap();
        let refused = session.apply(Command::CloseRun { run, signed: "M. Ortiz".to_owned() }).unwrap_err();
        assert!(refused.message.contains("still open"), "{}", refused.message);

        tick(session, run, &["D00", "D01", "D02", "D03", "D04", "D13", "D14", "D05", "D33", "D35"], doer);
        let second = steps(session, run).into_iter().find(|step| step.code.as_deref() == Some("D05")).unwrap();
        session.apply(Command::CheckStep { step: second.id, by: checker, proof: Proof::Observed }).unwrap();

        let left: Vec<_> = ways(session, run).into_iter().filter(|way| way.state.is_open()).collect();
        for way in &left {
            let grants = vec![way.grant];
            // Who already left has a run of their own, which may have asked before.
            let _ = session.apply(Command::AskRemoval { grants: grants.clone(), to: doers, reason: None });
            session
                .apply(Command::MarkDone { grants: grants.clone(), at: None, by: doers })
                .unwrap_or_else(|error| panic!("{}, {}: {error}", way.system_name, way.person_name));
        }
        for way in ways(session, run).into_iter().filter(|way| way.state.is_unchecked()) {
            let grants = vec![way.grant];
            session
                .apply(Command::Confirm { grants, by: checker, proof: Proof::Observed })
                .unwrap_or_else(|error| panic!("{}, {}: {error}", way.system_name, way.person_name));
        }
        for line in secrets(session, run) {
            assert!(line.still_needed_by.is_empty(), "{}: nobody of us is told the new one", line.name);
            let rotation = line.rotation.unwrap();
            for (stage, by) in [(RotateStage::Done, doers), (RotateStage::Confirmed(Proof::Acknowledged), checker)] {
                session
                    .apply(Command::Rotate { rotation, stage, at: None, by, reason: None })
                    .unwrap_or_else(|error| panic!("{}: {error}", line.name));
            }
        }
        let data = session.find(|facts| Ok(facts.list::<DataLocation>(Select::all().eq("client", cedar))?)).unwrap();
        let before = things(session, run);
        assert!(before.iter().filter(|thing| !thing.settled).count() >= data.len(), "approved places are cleared too");
        for thing in before.into_iter().filter(|thing| !thing.settled) {
            let settle = Command::SettleThing { thing: thing.id, how: Settle::Done, by: doers, reason: None };
            assert_eq!(session.apply(settle).unwrap().run, Some(run), "{}", thing.name);
        }
        for step in steps(session, run) {
            let late = matches!(step.code.as_deref(), Some("D73" | "D78"));
            if step.ended.is_none() && !late && step.outcome.is_none() {
                let by = if step.code.as_deref() == Some("D70") { looks } else { doer };
                let outcome = Some(StepOutcome::Done);
                let end =
                    Command::EndStep { step: step.id, said: StepSaid { outcome, by: Some(by), ..StepSaid::default() } };
                let _ = session.apply(end);
            }
        }
        let view = closing(session, run);
        let open: Vec<_> = view.obstacles.iter().map(|left| format!("{:?} {}", left.tab, left.what)).collect();
        assert!(open.is_empty(), "{open:#?}");
        let closed = session.apply(Command::CloseRun { run, signed: "M. Ortiz".to_owned() }).unwrap();
        assert_eq!(closed.run, Some(run));

        let open_there = session.who(Scope::Client(cedar), Standing::Open, AsOf::default()).unwrap();
        assert!(open_there.iter().all(|way| !way.path.is_empty()), "nothing of ours is open there");
        looks_again_are_due_and_a_way_that_is_back_opens_the_run(session, run, looks);
        for format in [ReportFormat::Text, ReportFormat::Html, ReportFormat::Pdf, ReportFormat::Csv, ReportFormat::Json]
        {
            let (_, page) = session.report("discharge", Some(&run.to_string()), format, AsOf::default()).unwrap();
            assert!(!page.is_empty());
            if format == ReportFormat::Text {
                let page = String::from_utf8(page).unwrap();
                assert!(page.contains("End of the contract with Cedar & Pike Law"), "{page}");
                assert!(!page.contains("the leaver") && !page.contains("Harbor Dental"), "{page}");
            }
        }
    });
}
