//! Records of the kinds that have no screen of their own.

use crate::tui_support::Rig;
use keyward::domain::{RecordKind, RecordRef};
use keyward::service::Slice;
use keyward::service::records::{RecordLine, TrainingLine};
use keyward::service::view::Page;

/// Three records of any kind; the second one is missing something.
pub fn lines(kind: RecordKind, slice: &Slice) -> Page<RecordLine> {
    let line = |id: u64, first: &str| RecordLine {
        of: RecordRef { kind, id },
        cells: [first.to_owned(), "Harbor Dental".to_owned(), "password".to_owned(), "3 of 4".to_owned()],
        alarm: id == 2,
    };
    let all = [line(1, "Acceptable use"), line(2, "Remote access"), line(3, "Zephyr")];
    let kept: Vec<RecordLine> =
        all.into_iter().filter(|line| line.cells[0].to_lowercase().contains(&slice.filter)).collect();
    let total = kept.len();
    let rows = kept.into_iter().skip(slice.start).take(slice.limit).collect();
    Page { rows, start: slice.start, total, unfiltered: 3 }
}

/// What is known of one.
pub fn about() -> Vec<(String, String)> {
    vec![("Not signed".to_owned(), "Tom Becker (11 admin rights !!)".to_owned())]
}

/// One thing missing, one in order.
pub fn training() -> Vec<TrainingLine> {
    let line = |kind, id, what: &str, missing: bool| TrainingLine {
        of: RecordRef { kind, id },
        what: what.to_owned(),
        on: (!missing).then(|| keyward::domain::Day::from_ymd_opt(2026, 10, 1).unwrap()),
        until: None,
        missing,
    };
    vec![line(RecordKind::Policy, 4, "Remote access 4", true), line(RecordKind::Completion, 9, "Phishing", false)]
}

#[test]
fn a_person_has_what_they_signed_and_the_runs_about_them() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 Enter Right Right").shows("[Training 2]").shows("Remote access 4").shows("missing  !");
    rig.shows("Missing. C records that it was signed or taken.").press("C").shows("New person").press("Esc Down");
    rig.shows("In order. Enter shows the record").press("Enter").hides("Change person").press("Esc");
    rig.press("C").shows("Change person").press("Esc Right").shows("No discharge, onboarding or role change yet.");
    rig.press("Right").shows("[History]");
}

#[test]
fn policies_tell_who_did_not_sign_and_space_records_who_did() {
    let mut rig = Rig::open((80, 24));
    rig.press("0 G Y").shows("More > Policies & training").shows("[Policies 3]").shows("3 of 4 !");
    rig.shows("Tom Becker (11 admin rights !!)").press("Down Space").shows("New person").press("Esc");
    rig.press("Right").shows("[Courses 3]").press("Right").shows("[By person 3]").press("Enter").shows("People > ");
    rig.press("Esc Right Right").shows("[Courses taken 3]").press("Right");
    rig.shows("No more tabs on this side.").press("Esc").shows("what has no digit of its own");
}

#[test]
fn a_reminder_is_copied_with_who_is_missing() {
    let mut rig = Rig::open((80, 24));
    rig.press("G Y Ctrl-C").shows("Copied a reminder with who is missing.");
    let wanted =
        "Please read and sign: Acceptable use, version Harbor Dental. Still missing: Tom Becker (11 admin rights).\n";
    assert_eq!(rig.copied.last().map(String::as_str), Some(wanted));
}

#[test]
fn every_kind_is_added_and_changed_from_its_tab() {
    for (keys, title) in [("G L", "Shared logins"), ("G D", "Things & data"), ("G Y", "Policies"), ("G E", "Roles")] {
        let mut rig = Rig::open((80, 24));
        rig.press(keys).shows(title).press("N").shows("New person").press("Esc").press("Enter");
        rig.shows("Not signed: Tom Becker").hides("Change person").press("Esc").press("E").shows("Change person");
    }
}

#[test]
fn a_row_is_found_by_any_words_and_esc_shows_all_again() {
    let mut rig = Rig::open((80, 24));
    rig.press("G L /").type_in("zeph").wait(300).press("Enter").shows("Zephyr").hides("Acceptable use").press("Esc");
    rig.shows("Filter cleared. All rows are shown.").shows("Acceptable use").press("Ctrl-C").shows("Copied 1 row.");
}

#[test]
fn keys_without_a_meaning_here_say_so() {
    let mut rig = Rig::open((80, 24));
    rig.press("G E S").shows("This list stands by name").press("F").shows("/ filters by any words").press("Space");
    rig.shows("Nothing to tick here.").press("P").shows("On paper, in a shell: keyward roles --csv");
}

#[test]
fn the_lists_fit_every_window() {
    for size in [(40, 12), (60, 20), (80, 24), (140, 40), (200, 50)] {
        let mut rig = Rig::open(size);
        rig.press("G Y").shows("Acceptable use").press("Right Down W");
    }
}
