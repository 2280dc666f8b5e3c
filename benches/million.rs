//! How fast a register of a million ways in answers: the questions every screen asks, each 100 times, cold open first.
//!
//! `cargo bench --bench million` fills the practice register once under `target/million` (some minutes) and finds it
//! again the same day. Nothing is asserted: a number on a busy machine is no verdict. Budgets: 50 ms for a key, 100 ms
//! for opening a screen, 150 ms for a filter keystroke, 95 times of 100.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark prints, and may stop where it stands"
)]

use keyward::domain::PersonId;
use keyward::service::door::{self, Access, Given};
use keyward::service::practice::Size;
use keyward::service::{Answer, Clock, Desk, Query, Slice, Sort, Unlock};
use std::path::Path;
use std::time::{Duration, Instant};

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

fn main() {
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/million");
    std::fs::create_dir_all(&home).unwrap();
    let folder = home.join("practice.keyward");
    let access = Access { stays: true, ..Access::to(folder.clone(), Clock::System, home.join("state")) };
    let started = Instant::now();
    let filled = door::fill_practice(&access, Size::Million).unwrap();
    println!("{} in {:.1?}: {:?}", if filled.fresh { "filled" } else { "found" }, started.elapsed(), filled.counts);

    let given = Some(Given::Identity(folder.join(door::PRACTICE_IDENTITY)));
    let started = Instant::now();
    let mut visit = door::open(&Access { given, ..access }, Unlock::Given).unwrap();
    let desk = visit.looking();
    let _ = desk.ask(Query::Today).unwrap();
    println!("cold open to the answer of Today: {:.1?} (budget 60 ms from start to first frame)", started.elapsed());

    let person = most_ways(desk);
    measure(desk, "Today", 100, |_| Query::Today);
    measure(desk, "People, each page", 50, |turn| Query::People(slice(turn * 20, "")));
    measure(desk, "People, filter", 150, |_| Query::People(slice(0, "ann")));
    measure(desk, "one person", 100, |_| Query::Person(person));
    measure(desk, "their ways in, each page", 50, |turn| Query::WaysIn(person, slice(turn * 200, "")));
    measure(desk, "their shared logins", 100, |_| Query::Secrets(person));
    measure(desk, "Fixes, each page", 50, |turn| Query::Fixes(slice(turn * 40, "")));
    measure(desk, "Find, three letters", 100, |_| Query::Find("har".to_owned()));
    measure(desk, "History, each page", 50, |turn| Query::History(slice(turn * 40, "")));
    measure(desk, "Who is leaving?", 100, |_| Query::Leavers("an".to_owned()));
}
