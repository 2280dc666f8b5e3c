//! Letters to clients about somebody who leaves: one for each, and nothing of another client in any of them.

use crate::past::on_practice;
use keyward::domain::{CaseKind, Client, ClientId, PersonId, RunId};
use keyward::error::ErrorClass;
use keyward::service::resolve::{self, Naming};
use keyward::service::view::{Target, WayIn};
use keyward::service::{Answer, AsOf, Command, Desk, Query, ReportFormat, Session, Slice, SubjectKind};
use keyward::store::Select;

fn dana(session: &mut Session) -> PersonId {
    session.find(|facts| Ok(resolve::person(facts, "Dana Ruiz", Naming::Part)?.id)).unwrap()
}

fn started(session: &mut Session) -> RunId {
    let person = dana(session);
    let start = Command::StartDischarge { person, kind: CaseKind::AtOnce, at: None, reason: None };
    session.apply(start).unwrap().run.unwrap()
}

fn letter(session: &mut Session, subject: &str) -> String {
    letter_as(session, subject, ReportFormat::Markdown)
}

fn letter_as(session: &mut Session, subject: &str, format: ReportFormat) -> String {
    let (_, bytes) = session.report("client-letter", Some(subject), format, AsOf::default()).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn ways(session: &mut Session, run: RunId) -> Vec<WayIn> {
    let slice = Slice { limit: 1_000, ..Slice::default() };
    let Answer::WaysIn(page) = session.ask(Query::RunWaysIn(run, slice)).unwrap() else { panic!("another answer") };
    page.rows
}

#[test]
fn each_client_gets_a_letter_of_its_own_and_none_names_another_one() {
    on_practice(|session| {
        let run = started(session);
        let clients = session.letters_of(&run.to_string(), AsOf::default()).unwrap();
        assert!(clients.len() > 10, "{clients:?}");
        let all = session.find(|facts| Ok(facts.list::<Client>(Select::all())?)).unwrap();
        let (own, others): (Vec<&Client>, Vec<&Client>) = all.iter().partition(|client| client.own);
        assert!(clients.iter().all(|(id, _)| own.iter().all(|own| own.id != *id)));
        for (id, name) in &clients {
            let text = letter_as(session, &format!("{run}/#{id}"), ReportFormat::Json);
            assert!(text.contains("Dana Ruiz no longer works for us"), "{text}");
            assert!(text.contains(&format!("To {name}: Dana Ruiz")), "{text}");
            for other in others.iter().filter(|other| other.id != *id) {
                assert!(!text.contains(other.name.as_str()), "the letter to {name} names {}:\n{text}", other.name);
            }
        }
    });
}

#[test]
fn it_says_what_is_open_and_then_that_everything_is_shut() {
    on_practice(|session| {
        let run = started(session);
        let before = letter(session, "Dana Ruiz/Cedar");
        assert!(before.contains("still open") && before.contains("still to be shut or changed"), "{before}");
        assert!(before.contains("RMM console"), "a tool of ours leads there:\n{before}");
        let cedar: ClientId = session.find(|facts| Ok(resolve::client(facts, "Cedar", Naming::Part)?.id)).unwrap();
        let there: Vec<_> = ways(session, run)
            .into_iter()
            .filter(|way| (way.client == cedar || way.client_name != way.client_called) && way.state.is_open())
            .map(|way| way.grant)
            .collect();
        for grant in there {
            // What goes with its sign-on meanwhile needs no act of its own.
            let _ = session.apply(Command::MarkDone { grants: vec![grant], at: None, by: None });
        }
        let after = letter(session, "Dana Ruiz/Cedar");
        let table = after.split("Ways into your systems").nth(1).unwrap().split("##").next().unwrap();
        assert!(!table.contains("still open") && table.contains("removed"), "{after}");
    });
}

#[test]
fn who_is_written_to_has_to_be_named_and_may_not_be_ourselves() {
    on_practice(|session| {
        let run = started(session);
        let mut refused = |subject: &str| {
            session.report("client-letter", Some(subject), ReportFormat::Text, AsOf::default()).unwrap_err()
        };
        let which = refused("Dana Ruiz");
        assert_eq!(which.class, ErrorClass::Usage);
        assert!(
            which.message.contains("could get into") && which.hints[0].contains("Acme")
                || which.hints[0].contains("Bluebird"),
            "{which:?}"
        );
        assert!(refused("Dana Ruiz/Kingswood").message.contains("our own company"));
        assert!(refused(&format!("{run}/*")).message.contains("letter of its own"));
        assert_eq!(refused("Dana Ruiz/Nowhere Ltd").class, ErrorClass::NotFound);
        let client = session.find(|facts| Ok(resolve::client(facts, "Osprey", Naming::Part)?.id)).unwrap();
        let exit = session.apply(Command::StartClientExit { client, at: None, reason: None }).unwrap().run.unwrap();
        let refused =
            session.report("client-letter", Some(&format!("{exit}/Osprey")), ReportFormat::Text, AsOf::default());
        assert!(refused.unwrap_err().message.contains("closing page"));
    });
}

#[test]
fn all_of_a_discharge_are_saved_at_once_each_in_a_file_of_its_own() {
    on_practice(|session| {
        let out = tempfile::tempdir().unwrap();
        session.saves_reports_in(out.path().to_owned());
        let run = started(session);
        let Answer::Hits(hits) = session.ask(Query::Subjects(SubjectKind::Letter, "dana".to_owned())).unwrap() else {
            panic!("another answer")
        };
        assert_eq!(hits[0].target, Target::Letter(run, None));
        let many = hits.iter().filter(|hit| matches!(hit.target, Target::Letter(of, Some(_)) if of == run)).count();
        let save = Command::SaveReport {
            kind: "client-letter".to_owned(),
            subject: Some(format!("{run}/*")),
            format: ReportFormat::Html,
            as_of: AsOf::default(),
        };
        let said = session.apply(save).unwrap().message;
        assert!(said.starts_with(&format!("Saved {many} letters in ")), "{said}");
        assert_eq!(std::fs::read_dir(out.path()).unwrap().count(), many);
    });
}
