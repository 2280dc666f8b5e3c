//! The grid over a real register: every sum is what the lists beside it say.

use crate::import_office::{Office, take};
use crate::kill;
use keyward::domain::{Client, ClientId, Grant, PersonId};
use keyward::service::filter::Column;
use keyward::service::grid::{GridSlice, GridView};
use keyward::service::importing::ImportRequest;
use keyward::service::past::{PastOf, PastRows, PastSlice};
use keyward::service::resolve::Scope;
use keyward::service::values::ValuesOf;
use keyward::service::view::{PersonLine, WayIn};
use keyward::service::{Answer, AsOf, Command, Desk, Query, Session, Slice, Sort, Unlock, door};
use keyward::store::Select;
use std::fmt::Write as _;

fn on_practice(test: impl FnOnce(&mut Session)) {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("practice.keyward");
    kill::practice(&folder);
    let mut visit = door::open(&kill::access(&folder), Unlock::Given).unwrap();
    test(visit.writing().unwrap());
}

fn grid(session: &mut Session, wanted: GridSlice) -> GridView {
    match session.ask(Query::Grid(wanted)).unwrap() {
        Answer::Grid(view) => view,
        other => panic!("{other:?}"),
    }
}

fn whole() -> GridSlice {
    GridSlice { rows: rows(""), start: 0, columns: 1_000, ..GridSlice::default() }
}

fn rows(filter: &str) -> Slice {
    Slice { start: 0, limit: 1_000, filter: filter.to_owned(), sort: Sort::WaysIn, ..Slice::default() }
}

fn people(session: &mut Session) -> Vec<PersonLine> {
    match session.ask(Query::People(rows(""))).unwrap() {
        Answer::People(page) => page.rows,
        other => panic!("{other:?}"),
    }
}

fn ways(session: &mut Session, person: PersonId) -> Vec<WayIn> {
    match session.ask(Query::WaysIn(person, rows(""))).unwrap() {
        Answer::WaysIn(page) => page.rows,
        other => panic!("{other:?}"),
    }
}

#[test]
fn sums_of_rows_columns_and_cells_agree_with_the_lists_of_people_and_clients() {
    on_practice(|session| {
        let view = grid(session, whole());
        assert_eq!((view.columns.len(), view.total), (view.clients, view.clients));
        assert!(view.columns.is_sorted_by(|a, b| a.name.to_lowercase() <= b.name.to_lowercase()));
        let lines = people(session);
        assert_eq!(view.rows.rows.len(), lines.len());
        assert!(view.rows.rows.is_sorted_by(|a, b| a.total >= b.total));
        for row in &view.rows.rows {
            let line = lines.iter().find(|line| line.id == row.person).unwrap();
            assert_eq!(row.total, line.ways_in, "{}", row.name);
            assert_eq!(row.cells.iter().map(|cell| cell.ways).sum::<u32>(), row.total, "{}", row.name);
            assert_eq!(row.cells.iter().map(|cell| cell.admin).sum::<u32>(), line.admin, "{}", row.name);
        }
        for (place, column) in view.columns.iter().enumerate() {
            let sum: u32 = view.rows.rows.iter().map(|row| row.cells[place].ways).sum();
            assert_eq!(sum, column.total, "{}", column.name);
        }
        // Cell by cell for the one with most.
        let first = view.rows.rows[0].clone();
        let open: Vec<WayIn> = ways(session, first.person).into_iter().filter(|way| way.state.is_open()).collect();
        for (column, cell) in view.columns.iter().zip(&first.cells) {
            let there = open.iter().filter(|way| way.client == column.client).count();
            assert_eq!(cell.ways as usize, there, "{}", column.name);
            let Answer::GridCell(held) =
                session.ask(Query::GridCell(first.person, column.client, AsOf::default())).unwrap()
            else {
                panic!("a cell")
            };
            let names = held.ways;
            assert_eq!(names.len(), there, "{}", column.name);
            assert_eq!(names.iter().filter(|(_, admin)| *admin).count() as u32, cell.admin, "{}", column.name);
        }
    });
}

#[test]
fn the_filter_finds_somebody_among_more_people_than_were_ever_read_at_once() {
    let office = Office::filled();
    let mut session = office.at("2026-11-23T13:41:00Z");
    let mut text = "Name,Role,Kind,Status\n".to_owned();
    for n in 0..5_200 {
        writeln!(text, "Worker {n:04},Technician L{},employee,active", if n == 5_123 { 9 } else { 1 }).unwrap();
    }
    take(&mut session, ImportRequest::of(vec![("People.csv".to_owned(), text.into_bytes())]));
    for (typed, found) in [("role:l9", 1), ("worker -role:l9", 5_199), ("5123 active", 1), ("worker 9999", 0)] {
        let view = grid(&mut session, GridSlice { rows: rows(typed), ..whole() });
        assert_eq!(view.rows.total, found, "{typed}");
        assert!(view.rows.unfiltered > 5_200);
    }
}

#[test]
fn a_cell_opens_to_its_ways_in_also_at_the_own_company() {
    on_practice(|session| {
        let all = grid(session, whole());
        let row = all.rows.rows[0].clone();
        for (column, cell) in all.columns.iter().zip(&row.cells).filter(|(_, cell)| cell.ways > 0) {
            let written = Column::Client.written(&column.name);
            let Answer::WaysIn(page) = session.ask(Query::WaysIn(row.person, rows(&written))).unwrap() else {
                panic!("ways in")
            };
            let open = page.rows.iter().filter(|way| way.state.is_open()).count();
            assert_eq!(open as u32, cell.ways, "{written}");
        }
    });
}

#[test]
fn two_days_of_the_grid_are_compared_over_all_clients_the_filter_leaves() {
    on_practice(|session| {
        let on = |text: &str| AsOf { on: keyward::domain::Instant::parse(text), known_at: None };
        let (when, then) = (on("2026-03-31T17:00:00Z"), on("2026-11-20T17:00:00Z"));
        let columns = grid(session, GridSlice { rows: rows("client:harbor"), ..whole() }).columns;
        let harbor = Scope::Client(columns[0].client);
        let mut turns = |of, filter: &str| {
            let slice = rows(filter);
            let Answer::Past(view) = session.ask(Query::Past(PastSlice { of, when, then: Some(then), slice })).unwrap()
            else {
                panic!("the past")
            };
            let PastRows::Turns(page) = view.rows else { panic!("turns") };
            page.rows
        };
        let all = turns(PastOf::Everywhere, "client:harbor");
        assert!(!all.is_empty() && all.iter().all(|turn| turn.what.contains("Harbor")));
        let there: Vec<u64> = turns(PastOf::At(harbor), "").iter().map(|turn| turn.id).collect();
        assert_eq!(all.iter().map(|turn| turn.id).collect::<Vec<_>>(), there);
        let person = Column::Person.written(&all[0].name);
        let named = turns(PastOf::Everywhere, &format!("client:harbor {person}"));
        let without = turns(PastOf::Everywhere, &format!("client:harbor -{person}"));
        assert!(!named.is_empty() && named.iter().all(|turn| turn.person == all[0].person));
        assert_eq!(without.len() + named.len(), all.len());
        let wanted = PastSlice { of: PastOf::Everywhere, when, then: Some(then), slice: rows("client:harbor") };
        let Answer::Values(values) = session.ask(Query::Values(ValuesOf::Past(wanted))).unwrap() else {
            panic!("values")
        };
        assert!(values.iter().any(|value| value.column == Column::Person && value.value == all[0].name));
    });
}

#[test]
fn the_grid_of_a_day_is_narrowed_both_ways_with_its_sums() {
    on_practice(|session| {
        let when = AsOf { on: keyward::domain::Instant::parse("2026-03-31T17:00:00Z"), known_at: None };
        let view = grid(session, GridSlice { rows: rows("client:harbor role:l2"), when, ..whole() });
        assert!(!view.rows.rows.is_empty() && view.rows.total < view.rows.unfiltered);
        assert!(!view.columns.is_empty() && view.columns.iter().all(|column| column.name.contains("Harbor")));
        for (place, column) in view.columns.iter().enumerate() {
            assert_eq!(view.rows.rows.iter().map(|row| row.cells[place].ways).sum::<u32>(), column.total);
        }
    });
}

#[test]
fn a_window_of_columns_and_rows_is_a_part_of_the_whole() {
    on_practice(|session| {
        let all = grid(session, whole());
        let slice = Slice { start: 5, limit: 7, ..rows("") };
        let part = grid(session, GridSlice { rows: slice, start: 10, columns: 4, ..GridSlice::default() });
        assert_eq!(part.columns, all.columns[10..14]);
        for (row, of_all) in part.rows.rows.iter().zip(&all.rows.rows[5..12]) {
            assert_eq!((&row.name, row.cells.as_slice()), (&of_all.name, &of_all.cells[10..14]));
        }
        assert_eq!((part.total, part.rows.total), (all.total, all.rows.total));
    });
}

#[test]
fn the_filter_works_both_ways_and_the_orders_leave_out_who_and_what_has_nothing() {
    on_practice(|session| {
        let all = grid(session, whole());
        let filtered = grid(session, GridSlice { rows: rows("client:harbor role:l2"), ..whole() });
        assert!(!filtered.columns.is_empty() && filtered.columns.iter().all(|c| c.name.contains("Harbor")));
        assert!(!filtered.rows.rows.is_empty() && filtered.rows.rows.len() < all.rows.rows.len());
        assert_eq!(filtered.total, filtered.columns.len());
        let only_clients = grid(session, GridSlice { rows: rows("client:harbor"), ..whole() });
        assert_eq!(only_clients.rows.rows.len(), all.rows.rows.len());
        // The sums are those of the people the filter leaves.
        for (place, column) in filtered.columns.iter().enumerate() {
            assert_eq!(filtered.rows.rows.iter().map(|row| row.cells[place].ways).sum::<u32>(), column.total);
            let code = &all.columns.iter().find(|of_all| of_all.client == column.client).unwrap().code;
            assert_eq!(&column.code, code, "a filter changes no code");
        }
        let codes: std::collections::BTreeSet<&String> = all.columns.iter().map(|column| &column.code).collect();
        assert_eq!(codes.len(), all.columns.len());
        let Answer::Values(values) = session.ask(Query::Values(ValuesOf::Grid(AsOf::default()))).unwrap() else {
            panic!("values")
        };
        for value in values {
            let written = value.column.written(&value.value);
            let found = grid(session, GridSlice { rows: rows(&written), ..whole() });
            assert!(found.rows.total > 0 && found.total > 0, "{written}");
        }

        let harbor = filtered.columns[0].clone();
        let by_client = grid(session, GridSlice { by_client: Some(harbor.client), ..whole() });
        let place = by_client.columns.iter().position(|column| column.client == harbor.client).unwrap();
        let there: Vec<u32> = by_client.rows.rows.iter().map(|row| row.cells[place].ways).collect();
        assert!(there.is_sorted_by(|a, b| a >= b) && there.iter().all(|ways| *ways > 0), "{there:?}");
        let of_all = all.columns.iter().find(|column| column.client == harbor.client).unwrap();
        assert_eq!(there.iter().sum::<u32>(), of_all.total);

        let person = all.rows.rows[0].clone();
        let by_person = grid(session, GridSlice { by_person: Some(person.person), ..whole() });
        let row = by_person.rows.rows.iter().find(|row| row.person == person.person).unwrap();
        assert!(row.cells.is_sorted_by(|a, b| a.ways >= b.ways) && row.cells.iter().all(|cell| cell.ways > 0));
        assert_eq!(row.cells.iter().map(|cell| cell.ways).sum::<u32>(), person.total);
    });
}

#[test]
fn a_cell_follows_a_removal_and_its_undo_and_a_block_takes_only_what_nobody_asked_for() {
    on_practice(|session| {
        let before = grid(session, whole());
        let (row, place) = before
            .rows
            .rows
            .iter()
            .find_map(|row| Some((row.clone(), row.cells.iter().position(|cell| cell.ways > 1 && !cell.going)?)))
            .unwrap();
        let client: ClientId = before.columns[place].client;
        let block = |session: &mut Session| match session.ask(Query::GridBlock(vec![row.person], vec![client])).unwrap()
        {
            Answer::Grants(grants) => grants,
            other => panic!("{other:?}"),
        };
        let grants = block(session);
        assert_eq!(grants.len() as u32, row.cells[place].ways);
        session.apply(Command::AskRemoval { grants: vec![grants[0]], to: None, reason: None }).unwrap();
        let asked = grid(session, whole());
        let now = asked.rows.rows.iter().find(|line| line.person == row.person).unwrap();
        assert!(now.cells[place].going, "what is asked for should be gone");
        assert_eq!(now.cells[place].ways, row.cells[place].ways, "asked is not gone");
        assert_eq!(block(session).len(), grants.len() - 1);
        session.apply(Command::MarkDone { grants: vec![grants[0]], at: None, by: None }).unwrap();
        let done = grid(session, whole());
        let now = done.rows.rows.iter().find(|line| line.person == row.person).unwrap();
        assert!(now.cells[place].ways < row.cells[place].ways);
        session.apply(Command::Undo { seq: None }).unwrap();
        session.apply(Command::Undo { seq: None }).unwrap();
        assert_eq!(grid(session, whole()), before);
        let kept = session.find(|facts| Ok(facts.get::<Grant>(grants[0])?.unwrap().removal.asked)).unwrap();
        assert_eq!(kept, None);
        let clients = session.find(|facts| Ok(facts.reader().count::<Client>(&Select::all())?)).unwrap();
        assert_eq!(before.clients as u64, clients);
    });
}
