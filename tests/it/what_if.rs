//! What it would take if somebody left today: the same numbers as elsewhere, nothing written, and on paper.

use crate::past::on_practice;
use keyward::domain::discharge::SoleKind;
use keyward::domain::{Instant, PersonId};
use keyward::error::ErrorClass;
use keyward::service::access::Standing;
use keyward::service::resolve::{self, Naming};
use keyward::service::{Answer, AsOf, Command, Desk, Query, ReportFormat, Session};

fn person(session: &mut Session, name: &str) -> PersonId {
    session.find(|facts| Ok(resolve::person(facts, name, Naming::Part)?.id)).unwrap()
}

fn head(session: &mut Session) -> u64 {
    let Answer::Head(head) = session.ask(Query::Head).unwrap() else { panic!("another answer") };
    head
}

#[test]
fn the_numbers_are_those_of_reach_and_nothing_is_written() {
    on_practice(|session| {
        let dana = person(session, "Dana Ruiz");
        let before = head(session);
        let found = session.what_if(dana, AsOf::default()).unwrap();
        let (_, reach) = session.reach(dana, Standing::Open, AsOf::default()).unwrap();
        assert_eq!((found.ways_in, found.admin, found.secrets), (reach.ways_in, reach.admin, reach.secrets_known));
        assert_eq!(found.clients, reach.clients_direct);
        assert!(found.minutes >= 60 && found.steps > 50, "{found:?}");
        let firewall = found.sole.iter().find(|item| item.kind == SoleKind::Admin).unwrap();
        assert_eq!((firewall.what.as_str(), firewall.client.as_str()), ("Firewall", "Harbor Dental"));
        assert_eq!(head(session), before);
        // The real discharge begins with as many steps as the drill said.
        let run = session
            .apply(Command::StartDischarge {
                person: dana,
                kind: keyward::domain::CaseKind::AtOnce,
                at: None,
                reason: None,
            })
            .unwrap()
            .run
            .unwrap();
        let Answer::Run(view) = session.ask(Query::Run(run)).unwrap() else { panic!("another answer") };
        assert_eq!(view.steps.1, found.steps);
    });
}

#[test]
fn everybody_comes_with_most_work_first_and_nobody_who_has_left() {
    on_practice(|session| {
        let all = session.what_if_everybody(AsOf::default()).unwrap();
        let minutes: Vec<u32> = all.iter().map(|found| found.minutes).collect();
        assert!(minutes.is_sorted_by(|a, b| a >= b), "{minutes:?}");
        assert!(all.iter().any(|found| found.name == "Dana Ruiz"));
        assert!(all.iter().all(|found| found.name != "Priya Nair" && found.name != "Sam Okafor"));
        for found in all.iter().take(3) {
            assert_eq!(*found, session.what_if(found.person, AsOf::default()).unwrap());
        }
    });
}

#[test]
fn another_day_is_refused_with_what_answers_it() {
    on_practice(|session| {
        let past = AsOf { on: Some(Instant::parse("2026-03-31T12:00:00Z").unwrap()), ..AsOf::default() };
        let error = session.what_if_everybody(past).unwrap_err();
        assert_eq!(error.class, ErrorClass::Usage);
        assert!(error.hints[0].contains("keyward reach"), "{error:?}");
    });
}

#[test]
fn it_is_printed_for_one_and_for_everybody() {
    on_practice(|session| {
        for format in [ReportFormat::Html, ReportFormat::Json, ReportFormat::Csv, ReportFormat::Markdown] {
            let (name, bytes) = session.report("what-if", None, format, AsOf::default()).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert!(text.contains("Gandi") && text.contains("Dana Ruiz"), "{name}: {text}");
        }
        let (name, bytes) = session.report("what-if", Some("dana"), ReportFormat::Markdown, AsOf::default()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(name.starts_with("what-if"), "{name}");
        assert!(text.contains("If Dana Ruiz left today") && !text.contains("Tom Becker |"), "{text}");
    });
}
