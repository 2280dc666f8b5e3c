//! The list of runs as the screen asks for it.

use crate::import_office::{ENTRA, NOW, Office, grant_of, list, sample, take};
use keyward::domain::{CaseKind, PersonId, RecordKind, RecordRef, Reply, discharge};
use keyward::error::ErrorClass;
use keyward::service::resolve::{self, Naming, Scope};
use keyward::service::view::{RunsView, Target};
use keyward::service::{Answer, AsOf, Command, Desk, Query, ReportFormat, Session, Slice, SubjectKind};

fn runs(session: &mut Session, filter: &str) -> RunsView {
    let slice = Slice { limit: 50, filter: filter.to_owned(), ..Slice::default() };
    match session.ask(Query::Runs(slice)).unwrap() {
        Answer::Runs(runs) => runs,
        other => panic!("{other:?}"),
    }
}

fn leaves(session: &mut Session) -> PersonId {
    take(session, list(vec![sample(ENTRA)], "365 tenant", true));
    let person = grant_of(session, "Marta Lindqvist").person;
    session.apply(Command::StartDischarge { person, kind: CaseKind::AtOnce, at: None, reason: None }).unwrap();
    person
}

#[test]
fn an_open_run_is_counted_as_its_own_page_counts_it() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    assert_eq!(runs(&mut session, "").page.total, 0);
    let person = leaves(&mut session);
    let all = runs(&mut session, "");
    assert_eq!((all.open, all.closed, all.page.total), (1, 0, 1));
    let line = &all.page.rows[0];
    let Answer::Run(head) = session.ask(Query::Run(line.id)).unwrap() else { panic!("another answer") };
    assert_eq!((line.person, line.name.as_str()), (Some(person), head.name.as_str()));
    assert_eq!((line.steps, line.open), (Some(head.steps), head.open));
    assert!(!line.still_in && line.closed.is_none());
}

#[test]
fn runs_are_found_by_name_kind_and_state() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    leaves(&mut session);
    for (filter, wanted) in [("marta", 1), ("at once", 1), ("open", 1), ("closed", 0), ("-marta", 0), ("zz", 0)] {
        let found = runs(&mut session, filter);
        assert_eq!((found.page.total, found.page.unfiltered), (wanted, 1), "{filter}");
    }
}

#[test]
fn those_a_report_can_be_about_are_found_by_a_part_of_their_name_and_the_report_is_made_of_them() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    leaves(&mut session);
    let out = tempfile::tempdir().unwrap();
    session.saves_reports_in(out.path().to_owned());
    for (kind, typed, report) in [
        (SubjectKind::Person, "marta", "reach"),
        (SubjectKind::Client, "oakf", "who"),
        (SubjectKind::Run, "marta", "discharge"),
    ] {
        let Answer::Hits(hits) = session.ask(Query::Subjects(kind, typed.to_owned())).unwrap() else { panic!("hits") };
        assert_eq!(hits.len(), 1, "{hits:?}");
        let subject = Some(match &hits[0].target {
            Target::Person(person) => format!("#{person}"),
            Target::Run(run) => run.to_string(),
            Target::Node(Scope::Client(client)) => format!("#{client}"),
            other => panic!("{other:?}"),
        });
        let format = ReportFormat::Text;
        let said = session
            .apply(Command::SaveReport { kind: report.to_owned(), subject, format, as_of: AsOf::default() })
            .unwrap()
            .message;
        assert!(said.starts_with("Saved in ") && said.ends_with(".txt"), "{said}");
        let Answer::Hits(all) = session.ask(Query::Subjects(kind, String::new())).unwrap() else { panic!("hits") };
        assert!(!all.is_empty());
    }
}

#[test]
fn what_an_answer_made_is_taken_off_with_a_reason_until_somebody_names_it() {
    crate::past::on_practice(|session| {
        let dana = session.find(|facts| Ok(resolve::person(facts, "dana", Naming::Part)?.id)).unwrap();
        let start = Command::StartDischarge { person: dana, kind: CaseKind::AtOnce, at: None, reason: None };
        let run = session.apply(start).unwrap().run.unwrap();
        let ways = |session: &mut Session| {
            let slice = Slice { limit: 1_000, ..Slice::default() };
            let Answer::WaysIn(page) = session.ask(Query::RunWaysIn(run, slice)).unwrap() else { panic!("another") };
            page.rows
        };
        let before = ways(session);
        let (question, reply) = ("Q01".to_owned(), Some(Reply::NotSure));
        session.apply(Command::Answer { run, question, reply, note: None, add: Vec::new() }).unwrap();
        let made = ways(session).into_iter().find(|way| before.iter().all(|old| old.grant != way.grant)).unwrap();
        assert!(discharge::is_unnamed(&made.login), "{}", made.login);

        let what = RecordRef { kind: RecordKind::Grant, id: made.grant.0 };
        let off = |what, reason: &str| Command::TakeOff { run, what, reason: reason.to_owned() };
        assert!(session.apply(off(what, " ")).unwrap_err().message.contains("reason"));
        let named = RecordRef { kind: RecordKind::Grant, id: before[0].grant.0 };
        assert_eq!(session.apply(off(named, "none")).unwrap_err().class, ErrorClass::Refused, "only what nobody named");
        session.apply(off(what, "she meant the RMM console")).unwrap();
        assert_eq!(ways(session).len(), before.len());
        session.apply(Command::Undo { seq: None }).unwrap();
        assert!(ways(session).iter().any(|way| way.grant == made.grant));
    });
}

#[test]
fn the_last_admin_goes_only_when_somebody_answers_for_it_by_name() {
    crate::past::on_practice(|session| {
        let named = |session: &mut Session, name: &str| {
            session.find(|facts| Ok(resolve::person(facts, name, Naming::Part)?.id)).unwrap()
        };
        let (dana, aisha) = (named(session, "dana"), named(session, "aisha"));
        let start = Command::StartDischarge { person: dana, kind: CaseKind::AtOnce, at: None, reason: None };
        let run = session.apply(start).unwrap().run.unwrap();
        let slice = Slice { limit: 1_000, ..Slice::default() };
        let Answer::WaysIn(page) = session.ask(Query::RunWaysIn(run, slice)).unwrap() else { panic!("another") };
        let held = page.rows.iter().find(|way| way.last_admin && way.client_name == "Harbor Dental").unwrap().clone();
        // Priya, who left in March, is another admin there only on paper.
        assert_eq!(held.system_name, "Firewall");
        let by = Some(aisha);
        let done = |grant| Command::MarkDone { grants: vec![grant], at: None, by };
        let refused = session.apply(done(held.grant)).unwrap_err();
        assert!(refused.message.contains("last admin on record"), "{}", refused.message);

        let until = session.scene().now.plus_days(30);
        let accept = |by, reason: &str| Command::AcceptSoleAdmin {
            run,
            grant: held.grant,
            by,
            reason: reason.to_owned(),
            until,
        };
        assert!(session.apply(accept(Some(dana), "no matter")).is_err(), "never the leaver");
        assert!(session.apply(accept(by, " ")).is_err(), "never without a reason");
        let told = session.apply(accept(by, "the firewall is replaced on Friday")).unwrap();
        assert!(told.message.starts_with("Aisha Khan accepts that the last admin goes: Firewall"), "{}", told.message);
        session.apply(done(held.grant)).unwrap();
        let other = page.rows.iter().find(|way| !way.last_admin && way.state.is_open()).unwrap().grant;
        let none = Command::AcceptSoleAdmin { run, grant: other, by, reason: "none".to_owned(), until };
        assert!(session.apply(none).unwrap_err().message.contains("another admin on record"));
    });
}
