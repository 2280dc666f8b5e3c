//! The small syntax of filters on the lists of a real register.

use crate::clients::firm;
use crate::import_office::Office;
use keyward::service::clients::TreeSlice;
use keyward::service::filter::Column;
use keyward::service::resolve::Scope;
use keyward::service::values::ValuesOf;
use keyward::service::view::{FindingLine, PersonLine};
use keyward::service::{Answer, Desk, Query, Session, Slice, Sort};
use std::collections::BTreeSet;

fn slice(filter: &str) -> Slice {
    Slice { start: 0, limit: 500, filter: filter.to_owned(), ..Slice::default() }
}

fn people(session: &mut Session, slice: Slice) -> Vec<PersonLine> {
    match session.ask(Query::People(slice)).unwrap() {
        Answer::People(page) => page.rows,
        other => panic!("{other:?}"),
    }
}

fn fixes(session: &mut Session, filter: &str) -> Vec<FindingLine> {
    match session.ask(Query::Fixes(slice(filter))).unwrap() {
        Answer::Fixes(view) => view.page.rows,
        other => panic!("{other:?}"),
    }
}

fn clients(session: &mut Session, filter: &str) -> Vec<String> {
    let wanted = TreeSlice { slice: slice(filter), open: BTreeSet::new(), seek: None };
    match session.ask(Query::Clients(wanted)).unwrap() {
        Answer::Clients(view) => view.page.rows.into_iter().map(|row| row.name).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn people_are_narrowed_by_role_status_and_second_factor_and_ordered_by_where_they_stand() {
    let office = Office::filled();
    let mut session = firm(&office);
    let all = people(&mut session, slice(""));
    let role = all.iter().map(|line| line.role.clone()).find(|role| !role.is_empty()).unwrap();
    let written = keyward::service::filter::Column::Role.written(&role);
    let same: Vec<_> = all.iter().filter(|line| line.role.contains(&role)).map(|line| line.id).collect();
    let found: Vec<_> = people(&mut session, slice(&written)).iter().map(|line| line.id).collect();
    assert_eq!(found, same, "{written}");
    let without = people(&mut session, slice("mfa:no"));
    assert_eq!(without.len(), all.iter().filter(|line| line.without_mfa > 0).count());
    assert!(people(&mut session, slice("level:admin")).is_empty(), "people have no level");
    let by_state = people(&mut session, Slice { sort: Sort::State, ..slice("") });
    assert!(by_state.is_sorted_by(|one, next| one.status >= next.status));
    assert_eq!(by_state.len(), all.len());
}

#[test]
fn findings_are_narrowed_by_client_and_risk() {
    let office = Office::filled();
    let mut session = firm(&office);
    let all = fixes(&mut session, "");
    let client = all.iter().find_map(|fix| fix.client.clone()).unwrap().1;
    let written = keyward::service::filter::Column::Client.written(&client);
    let found = fixes(&mut session, &written);
    assert!(!found.is_empty() && found.iter().all(|fix| fix.client.as_ref().is_some_and(|of| of.1 == client)));
    let high = fixes(&mut session, "risk:high");
    assert!(high.iter().all(|fix| fix.severity.shown() == "High"));
    assert_eq!(high.len(), all.iter().filter(|fix| fix.severity.shown() == "High").count());
}

#[test]
fn clients_are_named_and_left_out() {
    let office = Office::filled();
    let mut session = firm(&office);
    let all = clients(&mut session, "");
    let first = all[0].clone();
    let word = first.split_whitespace().next().unwrap().to_lowercase();
    assert_eq!(clients(&mut session, &format!("client:{word}")), std::slice::from_ref(&first));
    let others = clients(&mut session, &format!("-{word}"));
    assert!(!others.contains(&first) && others.len() + 1 == all.len(), "{others:?} of {all:?}");
    assert!(clients(&mut session, "risk:high").is_empty(), "clients have no risk of their own");
    let out = clients(&mut session, &format!("-client:{word}"));
    assert_eq!(out, others);
}

#[test]
fn clients_are_narrowed_to_systems_of_a_kind_a_name_or_a_level() {
    let office = Office::filled();
    let mut session = firm(&office);
    let Answer::Values(values) = session.ask(Query::Values(ValuesOf::Clients)).unwrap() else { panic!("values") };
    for column in [Column::Kind, Column::System, Column::Level, Column::Client] {
        let value = values.iter().find(|value| value.column == column).unwrap_or_else(|| panic!("{column:?}"));
        let written = column.written(&value.value);
        let wanted = TreeSlice { slice: slice(&written), open: BTreeSet::new(), seek: None };
        let Answer::Clients(view) = session.ask(Query::Clients(wanted)).unwrap() else { panic!("clients") };
        assert!(view.matches > 0, "{written}");
        let systems = view.page.rows.iter().filter(|row| matches!(row.node, Scope::System(_))).count();
        assert_eq!(systems as u64 == view.matches, column != Column::Client, "{written}");
    }
    let kind = values.iter().find(|value| value.column == Column::Kind).unwrap();
    let both = format!("{} -client:a -client:e -client:o", Column::Kind.written(&kind.value));
    assert!(clients(&mut session, &both).iter().all(|name| !name.is_empty()));
}
