//! The mouse, where somebody switched it on.

use crate::tui_support::Rig;

/// With the mouse on.
fn rig() -> Rig {
    let mut rig = Rig::open((80, 24));
    rig.press("G S Down Down Enter").shows("Mouse on.").press("1");
    rig
}

#[test]
fn a_click_moves_the_cursor_and_two_open_the_row() {
    let mut rig = rig();
    rig.press("2").click("Daniel Okoro");
    assert!(rig.row_under_cursor().contains("Daniel Okoro"));
    rig.double_click("Dana Ruiz").shows("People > Dana Ruiz");
}

#[test]
fn tabs_and_hints_are_pressed_like_their_keys() {
    let mut rig = rig();
    rig.click("5Fixes").shows("Fixes: quick").click("? Help").shows("Help: Fixes").press("Esc");
    rig.click("2People").click("/ Filter").type_in("dana").press("Enter").shows("/ dana");
}

#[test]
fn a_click_into_the_other_pane_goes_there_first() {
    let mut rig = rig();
    rig.press("3 Down Right Down").click("Tom Becker").shows("▸  Tom Becker");
}

#[test]
fn a_dialog_that_just_came_takes_no_click_and_nothing_beneath_it_does() {
    let mut rig = rig();
    rig.press("2 Enter V Down").hit("R");
    rig.click("Yes, ask").shows("Yes, ask");
    assert!(rig.commands().is_empty());
    rig.wait(300).click("1Today").shows("Yes, ask").click("N No").hides("Yes, ask");
    assert!(rig.commands().is_empty());
}

#[test]
fn the_wheel_moves_rows_and_does_nothing_in_a_form() {
    let mut rig = rig();
    rig.press("2 Enter").wheel(3);
    let third = rig.row_under_cursor();
    rig.wheel(-3);
    assert_ne!(rig.row_under_cursor(), third);
    rig.press("5 X").wheel(3).shows("Set aside");
}

#[test]
fn with_the_mouse_off_a_click_is_nothing() {
    let mut rig = Rig::open((80, 24));
    rig.press("2");
    let before = rig.text();
    rig.double_click("Daniel Okoro").wheel(3);
    assert_eq!(rig.text(), before);
}

#[test]
fn a_click_goes_to_a_cell_of_the_grid_and_two_open_it() {
    let mut rig = rig();
    rig.press("4").click("!7").shows("Dana Ruiz at Harbor Dental").shows("[!7]");
    rig.double_click("[!7]").shows("People > Dana Ruiz");
}

#[test]
fn a_click_goes_to_a_field_and_presses_a_button() {
    let mut rig = rig();
    rig.press("2 N").click("Name *").type_in("Sam Okafor").click("Works as").type_in("c").shows("< contractor >");
    rig.click("[ More: More ]").shows("[More]").press("PgUp").click("[ Add ]").hides("New person");
    rig.press("5 X").click("Until *").type_in("+7d").shows("= ").click("[ Set aside ]").shows("is needed.");
}
