//! A role change is half a discharge: what the new role needs stays, the rest goes, and nothing else is touched.

use crate::past::on_practice;
use keyward::domain::{CaseKind, GrantState, Person, PersonId, RunId, StepOutcome};
use keyward::service::access::Standing;
use keyward::service::records::Given;
use keyward::service::records::form::FormOf;
use keyward::service::resolve::{self, Naming};
use keyward::service::view::{RunView, WayIn};
use keyward::service::{Answer, AsOf, Command, Desk, Query, Session, Slice, StepSaid};

fn person(session: &mut Session, name: &str) -> PersonId {
    session.find(|facts| Ok(resolve::person(facts, name, Naming::Part)?.id)).unwrap()
}

fn start(session: &mut Session, person: PersonId) -> (RunId, String) {
    let start = Command::StartDischarge { person, kind: CaseKind::Mover, at: None, reason: None };
    let outcome = session.apply(start).unwrap();
    (outcome.run.unwrap(), outcome.message)
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

/// Gives somebody another role, as the form of the screen does.
fn set_role(session: &mut Session, person: PersonId, role: &str) {
    let of = keyward::domain::RecordRef { kind: keyward::domain::RecordKind::Person, id: person.0 };
    let fields = vec![("role".to_owned(), Given::Words(role.to_owned()))];
    let based_on = session.find(|facts| Ok(facts.reader().seq_of(of)?)).unwrap();
    session.apply(Command::SaveRecord { of: FormOf::Edit(of), fields, based_on }).unwrap();
}

#[test]
fn what_the_new_role_needs_stays_and_the_rest_is_to_be_removed() {
    on_practice(|session| {
        let lee = person(session, "Lee Wong");
        set_role(session, lee, "Dispatcher");
        let (_, reach) = session.reach(lee, Standing::Open, AsOf::default()).unwrap();
        let (run, message) = start(session, lee);
        let view = head(session, run);
        assert!(view.stays > 0 && view.open > 0, "{view:?}");
        assert_eq!(view.stays + view.total, reach.ways_in, "each open way in either stays or goes");
        assert!(message.contains(&format!("{} to remove, {} stay", view.total, view.stays)), "{message}");
        let Answer::Runs(runs) = session.ask(Query::Runs(Slice { limit: 9, ..Slice::default() })).unwrap() else {
            panic!("another answer")
        };
        let line = runs.page.rows.iter().find(|line| line.id == run).unwrap();
        assert_eq!(line.open, view.open, "the list of runs counts the same");
        // The job goes on: nobody has left, and what stays is open after the rest is gone.
        let found = session.find(|facts| Ok(facts.get::<Person>(lee)?.unwrap())).unwrap();
        assert!(found.last_day.is_none());
        // What they own is moved first, while they can still hand it over.
        let Answer::Steps(steps) = session.ask(Query::RunSteps(run)).unwrap() else { panic!("another answer") };
        for code in ["D13", "D14"] {
            let step = steps.iter().find(|step| step.code.as_deref() == Some(code)).unwrap().id;
            let said = StepSaid { outcome: Some(StepOutcome::Done), ..StepSaid::default() };
            session.apply(Command::EndStep { step, said }).unwrap();
        }
        for way in ways(session, run) {
            if way.state.is_open() {
                // What falls with its sign-on needs no act of its own.
                let _ = session.apply(Command::MarkDone { grants: vec![way.grant], at: None, by: None });
            }
        }
        let (_, left) = session.reach(lee, Standing::Open, AsOf::default()).unwrap();
        let view = head(session, run);
        assert_eq!(view.open, 0, "{view:?}");
        assert!(left.ways_in > 0 && left.ways_in <= view.stays, "{left:?}");
    });
}

#[test]
fn the_list_follows_the_role_while_the_run_is_open() {
    on_practice(|session| {
        let lee = person(session, "Lee Wong");
        let (run, _) = start(session, lee);
        let before = head(session, run);
        set_role(session, lee, "Dispatcher");
        let after = head(session, run);
        assert!(after.total > before.total && after.stays < before.stays, "{before:?} {after:?}");
        // What was begun stays part of it, whatever the role says later.
        let grant = ways(session, run)[0].grant;
        session.apply(Command::AskRemoval { grants: vec![grant], to: None, reason: None }).unwrap();
        set_role(session, lee, "Technician L2");
        let asked = ways(session, run).into_iter().find(|way| way.grant == grant).unwrap();
        assert_eq!(asked.state, GrantState::Asked);
    });
}

#[test]
fn a_role_without_a_set_keeps_nothing_by_itself_and_says_so() {
    on_practice(|session| {
        let lee = person(session, "Lee Wong");
        set_role(session, lee, "Gardener");
        let (run, message) = start(session, lee);
        assert_eq!(head(session, run).stays, 0);
        assert!(message.contains("Nothing is in the set"), "{message}");
    });
}
