//! The list of runs as the screen asks for it.

use crate::import_office::{ENTRA, NOW, Office, grant_of, list, sample, take};
use keyward::domain::{CaseKind, PersonId};
use keyward::service::view::RunsView;
use keyward::service::{Answer, Command, Desk, Query, Session, Slice};

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
    assert_eq!((line.person, line.name.as_str()), (Some(person), head.person_name.as_str()));
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
