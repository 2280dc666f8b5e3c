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
