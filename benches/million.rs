//! How fast a register of a million ways in answers: the questions every screen asks, each 100 times, cold open first;
//! then the built program in a pseudo-terminal, key by key.
//!
//! `cargo bench --bench million` fills the practice register once under `target/million` (some minutes) and finds it
//! again later. Nothing is asserted: a number on a busy machine is no verdict. Budgets: 50 ms for a key, 100 ms
//! for opening a screen, 150 ms for a filter keystroke, 95 times of 100.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark prints, and may stop where it stands"
)]

#[path = "../tests/it/terminal.rs"]
#[allow(dead_code, clippy::indexing_slicing, reason = "it belongs to the tests, which use the rest")]
mod terminal;

use keyward::domain::{PersonId, RecordKind, RecordRef};
use keyward::service::clients::{TreeSlice, WhoSlice};
use keyward::service::door::{self, Access, Given};
use keyward::service::grid::GridSlice;
use keyward::service::past::{PastOf, PastSlice};
use keyward::service::practice::Size;
use keyward::service::records;
use keyward::service::records::form::FormOf;
use keyward::service::resolve::Scope;
use keyward::service::{Answer, AsOf, Clock, Desk, Query, Slice, Sort, Unlock};
use std::path::Path;
use std::time::{Duration, Instant};
use terminal::{Start, Terminal, chords};

const TIMES: usize = 100;

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let place = (sorted.len() * percent / 100).min(sorted.len().saturating_sub(1));
    sorted.get(place).copied().unwrap_or_default()
}

/// Asks one question over and over and prints the median, the 95th of 100 and the worst.
fn measure(desk: &mut dyn Desk, what: &str, budget: u64, mut query: impl FnMut(usize) -> Query) {
    let mut taken: Vec<Duration> = (0..TIMES)
        .map(|turn| {
            let question = query(turn);
            let started = Instant::now();
            let _ = desk.ask(question).unwrap();
            started.elapsed()
        })
        .collect();
    taken.sort();
    let worst = percentile(&taken, 100);
    println!(
        "{what:<44} median {:>9.2?}   p95 {:>9.2?}   worst {worst:>9.2?}   budget {budget} ms",
        percentile(&taken, 50),
        percentile(&taken, 95)
    );
}

fn slice(start: usize, filter: &str) -> Slice {
    Slice { start, limit: 40, filter: filter.to_owned(), sort: Sort::Best, reverse: false }
}

fn most_ways(desk: &mut dyn Desk) -> PersonId {
    let people = Query::People(Slice { sort: Sort::WaysIn, ..slice(0, "") });
    let Answer::People(page) = desk.ask(people).unwrap() else { panic!("people") };
    let first = page.rows.first().unwrap();
    println!("the person with most ways in has {}", first.ways_in);
    first.id
}

/// The register is told for this moment on every day, so that it is filled once.
const NOW: &str = "2026-11-23T13:41:00Z";

fn main() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/million");
    std::fs::create_dir_all(&home).unwrap();
    let folder = home.join("practice.keyward");
    let clock = Clock::Fixed(keyward::domain::Instant::parse(NOW).unwrap());
    let access = Access { stays: true, ..Access::to(folder.clone(), clock, home.join("state")) };
    let started = Instant::now();
    let filled = door::fill_practice(&access, Size::Million).unwrap();
    println!("{} in {:.1?}: {:?}", if filled.fresh { "filled" } else { "found" }, started.elapsed(), filled.counts);
    if filled.fresh {
        println!("Run it again for the start: a process that has just filled a register is slow to begin another.");
    }
    // The screen first: a process with a large cache takes long to begin another one.
    screen(&home, &folder);
    answers(&access, &folder);
}

/// The questions behind every screen, without a terminal.
fn answers(access: &Access, folder: &Path) {
    let given = Some(Given::Identity(folder.join(door::PRACTICE_IDENTITY)));
    let started = Instant::now();
    let mut visit = door::open(&Access { given, ..access.clone() }, Unlock::Given).unwrap();
    let desk = visit.looking();
    let _ = desk.ask(Query::Today).unwrap();
    println!("cold open to the answer of Today: {:.1?}", started.elapsed());

    let person = most_ways(desk);
    measure(desk, "Today", 100, |_| Query::Today);
    measure(desk, "People, each page", 50, |turn| Query::People(slice(turn * 20, "")));
    measure(desk, "People, filter", 150, |_| Query::People(slice(0, "ann")));
    measure(desk, "one person", 100, |_| Query::Person(person));
    measure(desk, "their ways in, each page", 50, |turn| Query::WaysIn(person, slice(turn * 200, "")));
    measure(desk, "their ways in, filter", 150, |_| Query::WaysIn(person, slice(0, "client 0012")));
    measure(desk, "their shared logins", 100, |_| Query::Secrets(person));
    measure(desk, "Fixes, each page", 50, |turn| Query::Fixes(slice(turn * 40, "")));
    estate(desk);
    grid_and_past(desk, person);
    forms(desk, person);
    measure(desk, "Find, three letters", 100, |_| Query::Find("har".to_owned()));
    measure(desk, "Find, a login", 100, |turn| Query::Find(format!("u{turn}77")));
    measure(desk, "History, each page", 50, |turn| Query::History(slice(turn * 40, "")));
    measure(desk, "History, words", 150, |_| Query::History(slice(0, "import")));
    measure(desk, "History, a person", 150, |_| Query::History(slice(0, "person:an")));
    measure(desk, "History, a client", 150, |_| Query::History(slice(0, "client:0012")));
    measure(desk, "one entry", 100, |turn| Query::Entry(turn as u64 * 21 + 1));
    measure(desk, "their history", 100, |_| Query::PersonHistory(person, slice(0, "")));
    measure(desk, "Runs", 100, |_| Query::Runs(slice(0, "")));
    measure(desk, "Who is leaving?", 100, |_| Query::Leavers("an".to_owned()));
    visit.close().unwrap();
}

/// The tree of clients and who can get in at its nodes; the own company has most ways in.
fn estate(desk: &mut dyn Desk) {
    let tree = |open: &[Scope], start, filter: &str| {
        Query::Clients(TreeSlice { slice: slice(start, filter), open: open.iter().copied().collect(), seek: None })
    };
    let Answer::Clients(first) = desk.ask(tree(&[], 0, "")).unwrap() else { panic!("clients") };
    let most = first.page.rows.iter().max_by_key(|row| row.people).unwrap().node;
    let nodes: Vec<Scope> = first.page.rows.iter().map(|row| row.node).collect();
    measure(desk, "Clients, each page", 50, |turn| tree(&nodes, turn * 40, ""));
    measure(desk, "Clients, filter", 150, |_| tree(&[], 0, "har"));
    let who = |node, start| Query::Who(WhoSlice { node, slice: slice(start, ""), patient: true });
    measure(desk, "who can get in, each client", 50, |turn| who(nodes[turn % nodes.len()], 0));
    measure(desk, "who can get in, most people, each page", 50, |turn| who(most, turn * 40));
}

/// The grid at several widths and places, and the past of a person and of clients.
fn grid_and_past(desk: &mut dyn Desk, person: PersonId) {
    let grid = |turn: usize, columns, filter: &str| {
        let rows = Slice { sort: Sort::WaysIn, limit: 180, ..slice(turn * 20, filter) };
        Query::Grid(GridSlice { rows, start: turn, columns, ..GridSlice::default() })
    };
    measure(desk, "Grid, each step to the right", 50, |turn| grid(turn, 15, ""));
    measure(desk, "Grid, 180 columns wide", 50, |turn| grid(turn, 38, ""));
    measure(desk, "Grid, filter", 150, |_| grid(0, 15, "client:0012 an"));
    measure(desk, "Grid, filter of people", 150, |_| grid(0, 38, "role:l2 -left"));
    let tree = Query::Clients(TreeSlice { slice: slice(0, ""), ..TreeSlice::default() });
    let Answer::Clients(first) = desk.ask(tree).unwrap() else { panic!("clients") };
    let nodes: Vec<Scope> = first.page.rows.iter().map(|row| row.node).collect();
    let on = keyward::domain::Instant::parse("2026-03-31T17:00:00Z");
    let past = |of| Query::Past(PastSlice { of, when: AsOf { on, known_at: None }, then: None, slice: slice(0, "") });
    let once = |desk: &mut dyn Desk, what: &str, query| {
        let started = Instant::now();
        let _ = desk.ask(query).unwrap();
        println!("{what:<44} once   {:>9.2?}", started.elapsed());
    };
    once(desk, "the past of the person with most", past(PastOf::Person(person)));
    for node in nodes.iter().take(3) {
        once(desk, "the past of a client", past(PastOf::At(*node)));
    }
    once(desk, "the people of a day", past(PastOf::Everybody));
}

/// What is asked with every key typed into a form.
fn forms(desk: &mut dyn Desk, person: PersonId) {
    let of = || FormOf::Edit(RecordRef { kind: RecordKind::Person, id: person.0 });
    measure(desk, "a form", 100, |_| Query::RecordForm(of()));
    let given = |name: &str, words: &str| (name.to_owned(), records::Given::from(words));
    let typed = || vec![given("name", "Sam Okafor"), given("manager", "abel"), given("start", "31 mar")];
    measure(desk, "a form, how it is read", 50, |_| Query::FormCheck(of(), typed()));
    measure(desk, "a form, people that fit", 50, |_| Query::Candidates(RecordKind::Person, "an".to_owned()));
    measure(desk, "a form, systems that fit", 50, |_| Query::Candidates(RecordKind::System, "0012 fire".to_owned()));
    measure(desk, "a form, accounts that fit", 50, |_| Query::Candidates(RecordKind::Account, "0012 fire".to_owned()));
    measure(desk, "shared logins, each page", 50, |turn| Query::Records(RecordKind::Secret, slice(turn * 40, "")));
}

/// The built program in a pseudo-terminal of 80 columns and 24 rows, cold: each key to the first and to the last byte
/// of its answer.
fn screen(home: &Path, folder: &Path) {
    let identity = folder.join(door::PRACTICE_IDENTITY);
    let args = ["--register", folder.to_str().unwrap(), "--identity", identity.to_str().unwrap()];
    let started = Instant::now();
    let mut terminal = Terminal::start(&Start { home, args: &args, size: (80, 24), env: &[("KEYWARD_NOW", NOW)] });
    let (first, last) = terminal.answer.unwrap();
    println!(
        "start to the first frame {:.1?} (budget 60 ms), to everything on it {:.1?}",
        first - started,
        last - started
    );
    let on = |terminal: &mut Terminal, place: &str, what: &str, budget: u64, keys: &str| {
        terminal.press(place);
        press(terminal, what, budget, keys);
    };
    on(&mut terminal, "1", "Today, Down and Up", 50, "<down><down><up><up>");
    on(&mut terminal, "1", "screens in turn", 100, "2515");
    on(&mut terminal, "2", "People, Down", 50, "<down>");
    on(&mut terminal, "2<home>", "People, PgDn", 50, "<pgdn>");
    on(&mut terminal, "2", "People, End and Home", 50, "<end><home>");
    on(&mut terminal, "5", "Fixes, Down", 50, "<down>");
    on(&mut terminal, "5<home>", "Fixes, PgDn", 50, "<pgdn>");
    on(&mut terminal, "2<home>/", "People, filter keystrokes", 150, "an<backspace><backspace>");
    terminal.press("<esc><esc>");
    terminal.press(":Bruno Abel 1<enter>");
    println!("{}", terminal.text().lines().take(4).collect::<Vec<_>>().join("\n"));
    press(&mut terminal, "the person with most, Down", 50, "<down>");
    press(&mut terminal, "the person with most, PgDn", 50, "<pgdn>");
    press(&mut terminal, "the person with most, End and Home", 50, "<end><home>");
    press(&mut terminal, "the person with most, mark", 50, "<space>");
    terminal.press("<esc><home>");
    let first = terminal.send(b"R").unwrap();
    println!("ask for a removal, first write of the visit: first byte {:.1?}, saved {:.1?}", first.0, first.1);
    press(&mut terminal, "ask, take back", 50, "R<ctrl-z>");
    terminal.press("QQ");
    let _ = terminal.leave();
}

/// Presses these keys in turn, 100 in all.
fn press(terminal: &mut Terminal, what: &str, budget: u64, keys: &str) {
    let chords = chords(keys);
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for chord in chords.iter().cycle().take(TIMES) {
        if let Some((began, ended)) = terminal.send(chord) {
            first.push(began);
            last.push(ended);
        }
    }
    first.sort();
    last.sort();
    println!(
        "{what:<44} first byte p95 {:>9.2?}   last byte p95 {:>9.2?}   worst {:>9.2?}   budget {budget} ms   ({} keys)",
        percentile(&first, 95),
        percentile(&last, 95),
        percentile(&last, 100),
        first.len()
    );
}
