//! The past on the screen: read only, with its date on everything that leaves it.

use crate::tui_support::{Rig, at};
use keyward::domain::{
    AccountId, AccountKind, Admin, ClientId, GrantId, GrantState, LastUse, PersonId, Severity, SystemId,
};
use keyward::report::model::Known;
use keyward::service::past::{PastFinding, PastOf, PastRows, PastSecret, PastSlice, PastView, PastWay, Turn};
use keyward::service::view::{Page, Source, WayIn};
use keyward::service::{AsOf, Command};

/// Two ways in, one of them of a leaver; compared, one came and one went.
pub fn past(wanted: &PastSlice) -> PastView {
    let wrong = PastFinding {
        number: 1,
        risk: Severity::High,
        title: "Priya Nair left 12 Mar, still in 14 systems".to_owned(),
        person: Some(PersonId(1)),
        clients: 6,
        since: Some(at("2026-03-12T10:00:00Z")),
    };
    let rows = match wanted.then {
        _ if wanted.of == PastOf::Wrong => PastRows::Wrong(page(wanted, vec![wrong])),
        Some(_) => PastRows::Turns(page(wanted, vec![turn(1, false, "Priya Nair"), turn(2, true, "Dana Ruiz")])),
        None => PastRows::Ways(page(wanted, vec![way(1, "Priya Nair", true), way(2, "Dana Ruiz", false)])),
    };
    PastView {
        of: wanted.of,
        path: match wanted.of {
            PastOf::Everywhere | PastOf::Everybody | PastOf::Wrong => Vec::new(),
            PastOf::Person(_) => vec!["Dana Ruiz".to_owned()],
            PastOf::At(_) => vec!["Harbor Dental".to_owned()],
        },
        rows,
        people: 3,
        direct_people: 2,
        ways: 2,
        sure: vec!["1 of 2 are backed by an import made within 7 days of the date.".to_owned()],
        secrets: vec![PastSecret {
            name: "Router admin".to_owned(),
            who: "Priya Nair".to_owned(),
            changed: Some(at("2024-02-24T10:00:00Z")),
            by_leaver: true,
        }],
    }
}

fn page<T>(wanted: &PastSlice, rows: Vec<T>) -> Page<T> {
    let total = rows.len();
    let rows = rows.into_iter().skip(wanted.slice.start).take(wanted.slice.limit).collect();
    Page { rows, start: wanted.slice.start, total, unfiltered: total }
}

fn turn(id: u64, came: bool, name: &str) -> Turn {
    Turn {
        id,
        came,
        person: PersonId(id),
        name: name.to_owned(),
        what: "365 tenant".to_owned(),
        level: "Admin".to_owned(),
        at: Some(at("2026-04-14T10:00:00Z")),
        risk: Severity::High,
    }
}

fn way(id: u64, name: &str, left: bool) -> PastWay {
    let source = if left {
        let taken = at("2026-03-30T08:00:00Z");
        Source { known: Known::Import(taken), words: "import 30 Mar".to_owned(), as_of: Some(taken) }
    } else {
        Source { known: Known::Hand, words: "entered by hand".to_owned(), as_of: None }
    };
    PastWay {
        way: WayIn {
            grant: GrantId(id),
            account: AccountId(id),
            person: PersonId(id),
            client: ClientId(1),
            system: SystemId(1),
            person_name: name.to_owned(),
            client_name: "Harbor Dental".to_owned(),
            client_called: "Harbor Dental".to_owned(),
            system_name: "365 tenant".to_owned(),
            login: "login".to_owned(),
            account_kind: AccountKind::Personal,
            level: "Admin".to_owned(),
            admin: Admin::System,
            risk: Severity::High,
            since: Some(at("2022-01-20T10:00:00Z")),
            until: None,
            last_used: LastUse::Unknown,
            mfa: "app".to_owned(),
            state: GrantState::In,
            state_at: None,
            shut_by: None,
            shuts: 1,
            doer: None,
            last_admin: false,
            waived_until: None,
            path: Vec::new(),
            source,
        },
        left,
        ended: left.then(|| at("2026-04-14T10:00:00Z")),
    }
}

fn saved(rig: &Rig) -> Option<(String, AsOf)> {
    rig.commands().into_iter().rev().find_map(|command| match command {
        Command::SaveReport { kind, as_of, .. } => Some((kind, as_of)),
        _ => None,
    })
}

const REFUSED: &str = "This is the past. Esc returns to today.";

#[test]
fn a_client_is_looked_at_on_a_date_and_nothing_can_be_changed_there() {
    let mut rig = Rig::open((80, 24));
    rig.press("3 T").shows("As of when?").type_in("31 mar").shows("= Tue 31 Mar 2026");
    rig.press("Enter").shows("AS OF TUE 31 MAR 2026 - READ ONLY").shows("Who could get in on 31 Mar 2026");
    rig.shows("2 people, 2 ways in").shows("How sure are we?").shows("1 of 2 are backed").shows("Router admin");
    let before = rig.commands().len();
    for key in ["R", "N", "E", "C", "D", "X", "A", "Ctrl-Z", "Ctrl-Y", "U", "Delete", "Insert", "F2"] {
        rig.press(key).shows(REFUSED);
    }
    assert_eq!(rig.commands().len(), before);
    rig.press("Esc").shows("Back at today.").hides("READ ONLY");
}

#[test]
fn the_palette_and_the_menu_change_nothing_in_the_past_either() {
    let mut rig = Rig::open((80, 24));
    rig.press("3 T").type_in("31 mar").press("Enter").shows("READ ONLY").press(":");
    rig.type_in("undo").press("Enter").shows(REFUSED);
    assert!(rig.commands().iter().all(|command| !matches!(command, Command::Undo { .. })));
}

#[test]
fn a_date_to_come_or_none_is_refused_with_the_words_kept() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 T").type_in("+3d").press("Enter").shows("! That is still to come.").shows("+3d");
    rig.press("Ctrl-U").type_in("31 feb").press("Enter").shows("! February 2026 ends on the 28th.");
    rig.press("Ctrl-U").type_in("today to 31 mar").press("Enter").shows("later than the first").press("Esc");
    rig.hides("As of when?").hides("READ ONLY");
}

#[test]
fn two_dates_are_compared_and_what_came_and_went_is_named() {
    let mut rig = Rig::open((80, 24));
    rig.press("3 T").type_in("31 mar to today").press("Enter").shows("31 MAR 2026 TO 23 NOV 2026 - READ ONLY");
    rig.shows("- went Priya Nair").shows("+ came Dana Ruiz").press("P").shows("A comparison has no report.");
    assert_eq!(saved(&rig), None);
}

#[test]
fn the_report_and_the_copied_row_carry_the_date() {
    let mut rig = Rig::open((80, 24));
    rig.press("3 T").type_in("31 mar").press("Enter").shows("READ ONLY").press("P");
    let (kind, as_of) = saved(&rig).unwrap();
    assert_eq!(kind, "who");
    assert!(as_of.on.is_some() && as_of.known_at.is_none(), "{as_of:?}");
    rig.press("Ctrl-C").shows("Copied 1 row with its date.");
    let copied = rig.copied.last().cloned().unwrap();
    assert!(copied.starts_with("as of 31 Mar 2026\tPriya Nair\t"), "{copied}");
}

#[test]
fn tab_asks_what_the_register_said_then() {
    let mut rig = Rig::open((80, 24));
    rig.press("3 T").type_in("31 mar").press("Tab").shows("(x) by what the register said that day").press("Enter");
    rig.shows("By what the register said that day.").press("P");
    let (_, as_of) = saved(&rig).unwrap();
    assert_eq!(as_of.on, as_of.known_at);
}

#[test]
fn a_row_leads_to_what_its_person_could_get_into_that_day() {
    let mut rig = Rig::open((80, 24));
    rig.press("3 T").type_in("31 mar").press("Enter").shows("READ ONLY").press("Enter").shows("People > Dana Ruiz");
    rig.shows("What they could get into on 31 Mar 2026").shows("READ ONLY");
    rig.press("Esc").shows("Back at the past.").press("Esc").shows("Back at today.");
}

#[test]
fn what_was_wrong_on_a_day_is_listed_and_leads_to_the_person() {
    let mut rig = Rig::open((80, 24));
    rig.press("5 T").type_in("31 mar").press("Enter").shows("What was wrong on 31 Mar 2026").shows("READ ONLY");
    rig.shows("Priya Nair left 12 Mar, still in 14 systems").press("X").shows(REFUSED).press("Enter");
    rig.shows("What they could get into on 31 Mar 2026").press("Esc Esc").shows("Back at today.");
}

#[test]
fn the_grid_of_a_day_is_read_only_too() {
    let mut rig = Rig::open((80, 24));
    rig.press("4 T").type_in("31 mar").press("Enter").shows("AS OF TUE 31 MAR 2026 - READ ONLY").shows("HAR");
    rig.press("Right Right Right R").shows(REFUSED).press("S").shows("The past stands in one order").press("Enter");
    rig.shows("What they could get into on 31 Mar 2026").press("Esc").press("T Ctrl-U").type_in("1 apr to today");
    rig.press("Enter").shows("What came and what went, 1 Apr 2026 to ").shows("+ came").press("Esc").shows("31 MAR");
    rig.press("Esc").shows("Back at today.").hides("READ ONLY");
}

#[test]
fn the_grid_of_a_day_and_a_comparison_keep_the_filter() {
    let mut rig = Rig::open((80, 24));
    rig.press("4 /").type_in("client:harbor").wait(300).press("Enter").shows("/ client:harbor");
    rig.press("T").type_in("31 mar").press("Enter").shows("READ ONLY").shows("/ client:harbor").hides("C02");
    rig.press("T Ctrl-U").type_in("1 apr to today").press("Enter").shows("TO 23 NOV 2026").shows("/ client:harbor");
    rig.press("T Ctrl-U").type_in("1 may to today").press("Enter").shows("1 MAY 2026").shows("/ client:harbor");
}

#[test]
fn what_cannot_be_answered_says_so_where_the_rows_would_be() {
    let mut rig = Rig::open((80, 24));
    rig.book.lock().unwrap().fails_past = true;
    rig.press("3 T").type_in("31 mar").press("Enter").shows("There was no register yet at that moment.");
    rig.shows("T looks at another date. Esc returns to today.").shows("READ ONLY").press("Esc").shows("Back at today.");
}

#[test]
fn the_past_fits_every_window() {
    for size in [(40, 12), (60, 20), (80, 24), (140, 40), (200, 50)] {
        let mut rig = Rig::open(size);
        rig.press("3 T").type_in("31 mar").press("Enter").shows("READ ONLY").press("W Esc");
    }
}

#[test]
fn that_a_leaver_knew_a_shared_login_is_never_cut() {
    for size in [(80, 24), (140, 40), (160, 40), (180, 40), (200, 50)] {
        let mut rig = Rig::open(size);
        rig.press("3 T").type_in("31 mar").press("Enter").shows("Router admin").shows("changed 24 Feb 2024 !!");
    }
}

#[test]
fn the_past_as_it_is_drawn() {
    for (name, size) in [("past_80x24", (80, 24)), ("past_140x40", (140, 40))] {
        let mut rig = Rig::open(size);
        rig.press("3 T").type_in("31 mar").press("Enter").shows("READ ONLY");
        insta::assert_snapshot!(name, rig.text());
    }
}
