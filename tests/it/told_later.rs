//! What was done before it is told: its own time and doer, and what that time shows to have been too early.

use crate::past::on_practice;
use keyward::domain::{CaseKind, GrantState, Instant, PersonId, RunId, StepOutcome};
use keyward::error::ErrorClass;
use keyward::service::resolve::{self, Naming};
use keyward::service::view::{StepLine, WayIn};
use keyward::service::{Answer, Command, Desk, Query, Session, Slice, StepSaid};

fn person(session: &mut Session, name: &str) -> PersonId {
    session.find(|facts| Ok(resolve::person(facts, name, Naming::Part)?.id)).unwrap()
}

fn started(session: &mut Session) -> RunId {
    let person = person(session, "Dana Ruiz");
    let start = Command::StartDischarge { person, kind: CaseKind::AtOnce, at: None, reason: None };
    session.apply(start).unwrap().run.unwrap()
}

fn way(session: &mut Session, run: RunId, system: &str) -> WayIn {
    let slice = Slice { limit: 1_000, ..Slice::default() };
    let Answer::WaysIn(page) = session.ask(Query::RunWaysIn(run, slice)).unwrap() else { panic!("another answer") };
    page.rows.into_iter().find(|way| way.system_name == system).unwrap()
}

fn step(session: &mut Session, run: RunId, code: &str) -> StepLine {
    let Answer::Steps(steps) = session.ask(Query::RunSteps(run)).unwrap() else { panic!("another answer") };
    steps.into_iter().find(|step| step.code.as_deref() == Some(code)).unwrap()
}

fn ago(session: &mut Session, minutes: i64) -> Instant {
    Instant::from_millis(session.scene().now.millis() - minutes * 60_000)
}

#[test]
fn a_removal_told_later_has_its_own_time_and_doer() {
    on_practice(|session| {
        let run = started(session);
        let (at, tom) = (ago(session, 25), person(session, "Tom Becker"));
        let grants = vec![way(session, run, "RMM console").grant];
        session.apply(Command::MarkDone { grants, at: Some(at), by: Some(tom) }).unwrap();
        let told = way(session, run, "RMM console");
        assert_eq!((told.state, told.state_at), (GrantState::Removed, Some(at)));
    });
}

#[test]
fn a_step_told_later_is_judged_by_its_own_time() {
    on_practice(|session| {
        let run = started(session);
        let (early, late) = (ago(session, 40), ago(session, 20));
        let grants = vec![way(session, run, "Microsoft 365").grant];
        session.apply(Command::MarkDone { grants, at: Some(late), by: None }).unwrap();
        // The sign-in was shut 20 minutes ago; a password changed 40 minutes ago was changed behind an open door.
        let password = step(session, run, "D28");
        let said = |at| StepSaid { outcome: Some(StepOutcome::Done), at: Some(at), ..StepSaid::default() };
        let message = session.apply(Command::EndStep { step: password.id, said: said(early) }).unwrap().message;
        let again = step(session, run, "D28");
        assert!(again.outcome.is_none(), "{again:?}");
        assert!(message.contains("too early") || message.contains("again"), "{message}");
        // Told with a time after that, it stands.
        let after = ago(session, 5);
        session.apply(Command::EndStep { step: password.id, said: said(after) }).unwrap();
        let done = step(session, run, "D28");
        assert_eq!((done.outcome, done.ended), (Some(StepOutcome::Done), Some(after)));
    });
}

#[test]
fn nothing_is_told_before_it_happens() {
    on_practice(|session| {
        let run = started(session);
        let ahead = ago(session, -30);
        let step = step(session, run, "D04").id;
        let said = StepSaid { outcome: Some(StepOutcome::Done), at: Some(ahead), ..StepSaid::default() };
        let error = session.apply(Command::EndStep { step, said }).unwrap_err();
        assert!(error.class == ErrorClass::Refused && error.message.contains("lies ahead"), "{error:?}");
        let grants = vec![way(session, run, "RMM console").grant];
        let error = session.apply(Command::MarkDone { grants, at: Some(ahead), by: None }).unwrap_err();
        assert!(error.message.contains("lies ahead"), "{error:?}");
    });
}
