//! The grid on the screen.

use crate::tui_support::Rig;
use keyward::domain::{ClientId, PersonId, Severity};
use keyward::service::Command;
use keyward::service::grid::{CellView, GridCell, GridColumn, GridRow, GridSlice, GridView};
use keyward::service::view::Page;

const CLIENTS: usize = 40;
const PEOPLE: usize = 30;

/// Forty clients and thirty people: the first one is an admin at Harbor, the last one left.
pub fn grid(wanted: &GridSlice) -> GridView {
    let column = |place: usize| GridColumn {
        client: ClientId(place as u64 + 1),
        name: if place == 3 { "Harbor Dental".to_owned() } else { format!("Client {place:02}") },
        code: if place == 3 { "HAR".to_owned() } else { format!("C{place:02}") },
        total: place as u32 * 3,
    };
    let cell = |row: usize, place: usize| GridCell {
        ways: if row == 0 && place == 3 { 7 } else { ((row * 7 + place * 3) % 12) as u32 },
        admin: u32::from(row == 0 && place == 3) * 3,
        going: row == PEOPLE - 1,
    };
    let typed = wanted.rows.filter.replace('"', "").to_lowercase();
    let words = typed.split_once("client:").map_or("", |(_, words)| words).to_owned();
    let all: Vec<usize> = (0..CLIENTS)
        .filter(|place| !wanted.rows.filter.contains("client:") || column(*place).name.to_lowercase().contains(&words))
        .collect();
    let shown: Vec<usize> = all.iter().copied().skip(wanted.start).take(wanted.columns).collect();
    let row = |place: usize| GridRow {
        person: PersonId(place as u64 + 1),
        name: if place == 0 { "Dana Ruiz".to_owned() } else { format!("Person {place:02}") },
        left: place == PEOPLE - 1,
        risk: Severity::Low,
        total: 200 - place as u32,
        cells: shown.iter().map(|column| cell(place, *column)).collect(),
    };
    let rows = (0..PEOPLE).skip(wanted.rows.start).take(wanted.rows.limit).map(row).collect();
    GridView {
        rows: Page { rows, start: wanted.rows.start, total: PEOPLE, unfiltered: PEOPLE },
        columns: shown.iter().map(|place| column(*place)).collect(),
        start: wanted.start,
        total: all.len(),
        clients: CLIENTS,
    }
}

/// What a cell holds.
pub fn cell(person: PersonId, client: ClientId) -> CellView {
    let ways = vec![("365 tenant (Admin)".to_owned(), true), ("VPN (User)".to_owned(), false)];
    CellView { person, client, ways }
}

#[test]
fn arrows_go_by_cells_and_the_one_under_the_cursor_stands_in_words() {
    let mut rig = Rig::open((80, 24));
    rig.press("4").shows("30 people x 40 clients").shows("clients 1-15 of 40").shows("Total by client");
    rig.press("Left").shows("This is the first client.").press("Right Right Right").shows("[!7]");
    rig.shows("Dana Ruiz at Harbor Dental: 7 rights, 3 of them admin").shows("365 tenant (Admin) !!");
    rig.press("Down").shows("Person 01 at Harbor Dental").press("Up").shows("Dana Ruiz at Harbor Dental");
}

#[test]
fn the_columns_pan_with_the_cursor_and_stay_at_their_ends() {
    let mut rig = Rig::open((80, 24));
    rig.press("4");
    for _ in 0..20 {
        rig.press("Right");
    }
    rig.shows("clients 7-21 of 40").shows("Client 20");
    for _ in 0..25 {
        rig.press("L");
    }
    rig.shows("clients 26-40 of 40").shows("This is the last client.");
    rig.press("End").shows("Person 29 at Client 39").shows("~");
}

#[test]
fn a_block_is_asked_for_as_one_with_the_question_its_size_needs() {
    let mut rig = Rig::open((80, 24));
    rig.press("4 V").shows("A block begins here.").press("Right Down R").shows("Ask to remove ");
    rig.shows("from 2 people").press("N").shows("[");
    assert!(rig.commands().is_empty());
    rig.press("Esc").shows("The block is given up.");
    rig.press("V V").shows("The block is given up.");
}

#[test]
fn a_block_goes_with_the_list_it_was_begun_on_and_one_way_in_of_a_block_is_asked_about() {
    // The same places of a filtered or sorted grid are other people and clients.
    for other in ["/", "S Enter"] {
        let mut rig = Rig::open((80, 24));
        rig.press("4 Down Down Right V").shows("A block begins here.").press(other);
        if other == "/" {
            rig.type_in("client:harbor").wait(300).press("Enter").shows("HAR");
            rig.shows("The block is given up: other people or clients are shown now.");
        }
        rig.press("R");
        let asked: Vec<Command> =
            rig.commands().into_iter().filter(|command| matches!(command, Command::AskRemoval { .. })).collect();
        assert!(asked.is_empty(), "{asked:?}");
    }
    let mut rig = Rig::open((80, 24));
    rig.book.lock().unwrap().ways.truncate(1);
    rig.press("4 V R").shows("Ask to remove 1 way in").press("N");
    assert!(rig.commands().is_empty());
}

#[test]
fn one_cell_is_asked_for_after_a_yes() {
    let mut rig = Rig::open((80, 24));
    rig.press("4 Right Right Right R").shows("from Dana Ruiz at Harbor Dental").press("Y");
    assert!(matches!(rig.commands().last(), Some(Command::AskRemoval { .. })));
}

#[test]
fn enter_opens_the_cell_as_the_list_of_the_person_at_that_client() {
    let mut rig = Rig::open((80, 24));
    rig.press("4 Right Right Right Enter").shows("People > Dana Ruiz").shows("client:");
    rig.press("Esc Esc").shows("Grid: people across clients");
}

#[test]
fn the_filter_works_both_ways_and_esc_shows_all_again() {
    let mut rig = Rig::open((80, 24));
    rig.press("4 /").type_in("client:harbor").wait(300).press("Enter").shows("HAR").hides("C02");
    rig.press("Esc").shows("Filter cleared. The whole grid is shown.").shows("C02");
}

#[test]
fn sorting_offers_rows_by_a_column_and_columns_by_a_row() {
    let mut rig = Rig::open((80, 24));
    rig.press("4 Right Right Right S").shows("Rights at Harbor Dental").shows("Clients of Dana Ruiz");
    rig.press("Enter").shows("Who has something at Harbor Dental, most first");
    rig.press("S Down Down Down Enter").shows("Clients of Dana Ruiz, most first").press("S Enter");
    rig.shows("Rights per person and client").shows("Sorted by all rights.");
}

#[test]
fn a_row_is_copied_with_whole_names() {
    let mut rig = Rig::open((80, 24));
    rig.press("4 Ctrl-C").shows("Copied 1 row.");
    let copied = rig.copied.last().unwrap();
    assert!(copied.starts_with("Person\tAll\tClient 00\t") && copied.contains("Harbor Dental"), "{copied}");
}

#[test]
fn the_grid_fits_every_window_and_keeps_its_cell() {
    let mut rig = Rig::open((80, 24));
    rig.press("4");
    for _ in 0..20 {
        rig.press("Right");
    }
    for size in [(40, 12), (60, 20), (140, 40), (200, 50), (80, 24)] {
        rig.resize(size.0, size.1).shows("Dana Ruiz at Client 20").shows("[");
    }
}

#[test]
fn so_many_clients_stand_side_by_side() {
    for (size, clients) in [((80, 24), 15), ((140, 40), 28), ((180, 50), 38)] {
        Rig::open(size).press("4").shows(&format!("clients 1-{clients} of 40"));
    }
}

#[test]
fn the_grid_as_it_is_drawn() {
    for (name, size) in [("grid_80x24", (80, 24)), ("grid_140x40", (140, 40)), ("grid_40x12", (40, 12))] {
        let mut rig = Rig::open(size);
        rig.press("4 Right Right Right");
        insta::assert_snapshot!(name, rig.text());
    }
}
