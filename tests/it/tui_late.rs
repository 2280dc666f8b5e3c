//! Answers that come late, keys that come early, words that must not be lost.

use crate::tui_support::Rig;
use keyward::service::Command;

const USUAL: (u16, u16) = (80, 24);

/// Today, then the cockpit of the run that is started from there.
fn cockpit() -> Rig {
    let mut rig = Rig::open(USUAL);
    rig.press("D d a Enter");
    rig
}

/// Whether the register was asked to take something back or to do it again.
fn undone(rig: &Rig) -> bool {
    rig.commands().iter().any(|command| matches!(command, Command::Undo { .. } | Command::Redo))
}

#[test]
fn undo_in_a_field_is_about_typing_and_never_about_the_register() {
    let mut rig = cockpit();
    rig.press("C Ctrl-Z").shows("Nothing more to undo in this field.").shows("Who and when");
    rig.press("Ctrl-Y").shows("Nothing more to do again in this field.").shows("Who and when");
    rig.press("Esc / Ctrl-Z").shows("Nothing more to undo in this field.");
    rig.press("Esc Tab Ctrl-Z").shows("Nothing more to undo in this field.");
    rig.press("Esc 1 D Ctrl-Z").shows("Nothing more to undo in this field.").shows("Who is leaving?");
    assert!(!undone(&rig));
}

#[test]
fn a_saved_report_and_an_undo_leave_the_marks_alone() {
    let mut rig = cockpit();
    rig.press("V Down").shows("2 marked");
    rig.press("P").shows("2 marked");
    rig.press("Ctrl-Z").shows("2 marked");
    assert!(undone(&rig));
}

#[test]
fn keys_pressed_while_a_run_starts_look_for_nobody_and_say_so() {
    let mut rig = Rig::open(USUAL);
    rig.press("D d a").hold();
    rig.hit("Enter").hit("P").shows("Starting. One moment.").hides("daP");
    rig.hit("Backspace").hit("F4").hit("Enter").hit("Esc").shows("Who is leaving?");
    rig.release().shows("WAYS IN STILL OPEN").hides("Who is leaving?");
    assert_eq!(rig.commands().len(), 1);
}

#[test]
fn keys_pressed_while_a_form_is_sent_change_none_of_its_words() {
    let mut rig = cockpit();
    rig.press("Right C").type_in("Tom").press("Tab").type_in("fri").hold();
    rig.hit("Ctrl-S").hit("x").shows("Saving. One moment.").hides("frix");
    rig.hit("Backspace").hit("Esc").hit("Ctrl-S").shows("Who and when");
    rig.release().hides("Who and when");
    assert_eq!(rig.commands().iter().filter(|command| matches!(command, Command::Assign { .. })).count(), 1);
}

#[test]
fn a_form_names_the_row_it_changes_and_not_the_one_under_the_cursor() {
    let mut rig = Rig::open(USUAL);
    rig.press("2 Enter Space").shows("1 marked");
    rig.press("C").shows("Who and when: Microsoft 365 admin").press("Esc");
    rig.press("X").shows("Leave open: Microsoft 365 admin").press("Esc");
    let mut rig = cockpit();
    rig.press("V V Down").shows("1 marked");
    rig.press("C").shows("Who and when: Microsoft 365 admin").press("Esc");
    rig.press("X").shows("Leave open: Microsoft 365 admin");
}

#[test]
fn everything_is_not_said_any_more_once_a_row_is_unmarked() {
    let mut rig = Rig::open(USUAL);
    rig.press("2 Enter *").shows("61 marked").press("Space R").shows("Ask to remove 60 ways in from Dana Ruiz");
    rig.hides("Ask to remove everything").press("Esc Esc * R").shows("Ask to remove everything Dana Ruiz has");
}

#[test]
fn what_is_copied_belongs_to_the_row_under_the_cursor() {
    let mut rig = cockpit();
    rig.press("W Ctrl-C");
    assert_eq!(rig.copied.last().map(String::as_str), Some("Please remove it."));
    rig.hold();
    rig.hit("Down").hit("Ctrl-C");
    assert!(rig.copied.last().unwrap().contains("RMM console"), "{:?}", rig.copied);
    rig.hides("Given 12 Mar 2024").release().shows("Given 12 Mar 2024");
}

#[test]
fn a_run_appears_though_something_was_opened_over_its_start() {
    let mut rig = Rig::open(USUAL);
    rig.press("D d a").hold();
    rig.hit("Enter").hit("Ctrl-Q").shows("Leave Keyward?");
    rig.release().shows("WAYS IN STILL OPEN").hides("Leave Keyward?").hides("Who is leaving?");
    rig.press("Esc").shows("Back at Today");
}

#[test]
fn a_refusal_is_said_over_whatever_was_opened_meanwhile() {
    let mut rig = Rig::open(USUAL);
    rig.press("D d a");
    rig.book.lock().unwrap().refuses = true;
    rig.hold().hit("Enter").hit("Ctrl-Q");
    rig.release().shows("Error: Somebody else changed it first").shows("Leave Keyward?");
    rig.book.lock().unwrap().refuses = false;
    rig.press("Esc Enter").shows("WAYS IN STILL OPEN");
}

/// The drafts that are kept.
fn drafts(rig: &Rig) -> Vec<String> {
    rig.book.lock().unwrap().drafts.values().cloned().collect()
}

#[test]
fn words_in_a_form_survive_locking_leaving_and_going_elsewhere() {
    let write = || {
        let mut rig = cockpit();
        rig.press("X Enter").type_in("he has no mailbox");
        rig
    };
    let mut rig = write();
    rig.wait(600_000).shows("Locked");
    assert!(drafts(&rig).concat().contains("he has no mailbox"), "kept when the register locks");
    let mut rig = write();
    rig.press("Ctrl-Q Y");
    assert!(rig.quit && drafts(&rig).concat().contains("he has no mailbox"), "kept when the program is left");
    let mut rig = write();
    rig.press("Ctrl-P").type_in("go to people").press("Enter").shows("People").hides("Leave open");
    assert!(drafts(&rig).concat().contains("he has no mailbox"), "kept when one goes elsewhere");
    rig.press("1 Enter X Enter").shows("Your draft is back.").shows("he has no mailbox");
}

#[test]
fn a_person_found_over_a_form_is_not_shown_behind_it() {
    let mut rig = cockpit();
    rig.press("X Enter").type_in("he has").press("Ctrl-P").type_in("daniel").press("Enter");
    rig.shows("People > Daniel Okoro").hides("Leave open:");
    assert!(drafts(&rig).concat().contains("he has"));
}

#[test]
fn a_form_that_comes_with_words_gives_its_draft_back_and_keeps_none_of_what_it_came_with() {
    let mut rig = cockpit();
    rig.press("E").shows("Tom Becker").press("Esc").shows("Nothing was changed.");
    assert!(drafts(&rig).is_empty());
    rig.press("E Tab Tab").type_in("nobody else is here").press("Esc").shows("Draft kept.");
    rig.press("E").shows("Your draft is back.").shows("nobody else is here");
    rig.press("Tab Tab Ctrl-U Esc").shows("Nothing was changed.");
    assert!(drafts(&rig).is_empty(), "a draft of which nothing is left goes");
}

#[test]
fn enter_in_find_never_takes_a_hit_of_other_words() {
    let mut rig = Rig::open(USUAL);
    rig.press("2 Ctrl-P").type_in("dan").shows("Dana Ruiz").hold();
    rig.hit("i").hit("Enter").shows("Still looking. Press Enter again.");
    rig.release().press("Enter").shows("People > Daniel Okoro");
}

#[test]
fn a_late_answer_does_not_change_what_is_picked_for_a_field() {
    let mut rig = cockpit();
    rig.press("C").hold();
    rig.hit("t").hit("F4").shows("Dana Ruiz");
    rig.release().press("Enter").hides("= Tom Becker").shows("Dana Ruiz");
}

#[test]
fn a_note_that_is_refused_keeps_its_words() {
    let mut rig = cockpit();
    rig.book.lock().unwrap().refuses = true;
    rig.press("Tab").type_in("phone is at home").press("Esc").shows("Error: Somebody else changed it first");
    rig.shows("phone is at home");
    assert_eq!(drafts(&rig), ["phone is at home"]);
    rig.press("Right Right Down").hides("Note   phone").press("Up").shows("phone is at home");
    rig.book.lock().unwrap().refuses = false;
    rig.press("Tab Esc").shows("Note saved.");
    assert!(drafts(&rig).is_empty());
    assert_eq!(rig.book.lock().unwrap().questions[0].note, "phone is at home");
}

#[test]
fn an_answer_that_is_refused_keeps_the_note_that_went_with_it() {
    let mut rig = cockpit();
    rig.press("Right Right Tab").type_in("in her browser").hold();
    rig.book.lock().unwrap().refuses = true;
    rig.release().press("Esc").shows("in her browser");
    rig.press("Y");
    assert_eq!(drafts(&rig), ["in her browser"]);
    rig.book.lock().unwrap().refuses = false;
    rig.press("Up Y");
    assert!(drafts(&rig).is_empty());
    assert_eq!(rig.book.lock().unwrap().questions[0].note, "in her browser");
}

#[test]
fn what_was_done_and_what_went_wrong_are_not_replaced_by_numbers_nobody_asked_for() {
    let mut rig = cockpit();
    rig.shows("The discharge of Dana Ruiz is running.");
    rig.press("2 / d a Enter D").shows("Dana Ruiz has an open run. Here it is.").shows("WAYS IN STILL OPEN");
    rig.press("2 Esc / t o m Enter D").shows("Who is leaving?");
    rig.book.lock().unwrap().refuses = true;
    rig.press("Enter Ctrl-L").shows("Error: Somebody else changed it first");
    rig.press("Esc F5 / Ctrl-U d a n a").shows("1 person matches");
}

#[test]
fn a_key_that_does_nothing_at_the_passphrase_says_so_instead_of_failing() {
    let mut rig = cockpit();
    rig.wait(600_000).shows("Locked");
    rig.press("F5").hides("Error").hides("locked. Nothing was changed").shows("F5: count and check again.");
}

#[test]
fn words_taken_back_before_the_note_is_left_do_not_come_back() {
    let mut rig = cockpit();
    rig.press("Tab").type_in("wrong person").wait(1_000);
    assert_eq!(drafts(&rig), ["wrong person"]);
    rig.press("Ctrl-U Esc").shows("Back in the list.").hides("wrong person");
    assert!(drafts(&rig).is_empty());
}

/// The answer for the row in between comes last and belongs to nobody; the row one went back to is asked for again.
#[test]
fn who_goes_down_and_back_before_the_answers_sees_the_row_under_the_cursor() {
    for (place, what) in [("2", "Why"), ("3", "Harbor Dental")] {
        let mut rig = Rig::open(USUAL);
        rig.press(place).shows(what);
        let before = rig.text();
        rig.hold();
        rig.hit("Down").hit("Up");
        rig.release();
        assert_eq!(rig.text(), before, "place {place}");
    }
}

#[test]
fn what_another_process_writes_is_shown_within_seconds_and_the_cursor_stays_on_its_row() {
    let mut rig = Rig::open(USUAL);
    rig.press("2 Down").wait(10_000);
    let under = rig.row_under_cursor();
    {
        let mut book = rig.book.lock().unwrap();
        book.written += 1;
        let mut newcomer = book.people[0].clone();
        newcomer.id = keyward::domain::PersonId(900);
        newcomer.name = "Nadia Novak".to_owned();
        book.people.insert(0, newcomer);
    }
    rig.wait(1_000).hides("Nadia Novak");
    rig.wait(5_000).shows("Nadia Novak").shows("Changed in another window meanwhile. Shown anew.");
    assert_eq!(rig.row_under_cursor(), under);
    rig.press("Down").wait(60_000).shows("Changed in another window");
    rig.press("Down").hides("Changed in another window");
}

#[test]
fn a_change_of_ones_own_is_nobody_elses() {
    let mut rig = cockpit();
    rig.press("R").shows("Asked for 1 removal.").wait(20_000).hides("Changed in another window");
    rig.hold().hit("Down").hit("R").wait(20_000);
    rig.release().wait(20_000).hides("Changed in another window");
}
