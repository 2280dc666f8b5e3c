//! Tasks about the past and about entering things by hand, walked on the real binary in a pseudo-terminal.

use crate::tasks::{NOW, Walk, kill};

#[test]
fn who_could_get_into_cedar_and_pike_on_31_march_is_shown_and_saved_for_the_client() {
    let mut walk = Walk::new();
    walk.press("3/").words("cedar").press("<enter>").shows("Clients > Cedar & Pike Law").press("T").words("31 mar");
    walk.press("<enter>").shows("AS OF TUE 31 MAR 2026 - READ ONLY").shows("9 people, 17 ways in");
    walk.shows("are backed by an import").shows("entered by hand").press("P").within(17);
    walk.shows("who-cedar-pike-law-2026-03-31.pdf");
    let saved = walk.home.path().join("Keyward").join("who-cedar-pike-law-2026-03-31.pdf");
    assert!(saved.metadata().unwrap().len() > 1_000, "{}", saved.display());
}

#[test]
fn in_the_past_nobody_can_be_removed_and_esc_leads_back_to_today() {
    let mut walk = Walk::new();
    walk.press(":").words("tom becker").press("<enter>").shows("People > Tom Becker").press("T").words("31 mar");
    walk.press("<enter>").shows("READ ONLY").press("R").shows("This is the past. Esc returns to today.");
    walk.press("*").press("R").shows("This is the past. Esc returns to today.").hides("Remove");
    walk.press("<esc>").shows("Back at today.").hides("READ ONLY").shows("58").hides("asked");
}

#[test]
fn a_client_its_firewall_and_who_uses_it_are_entered_and_seen_at_once() {
    let mut walk = Walk::new();
    walk.press("3N").shows("Add at").press("<end><enter>").shows("New client").words("Zephyr Bakery");
    walk.press("<ctrl-s>").shows("Added client Zephyr Bakery.").press("/").words("zephyr").press("<enter>");
    walk.shows("Clients > Zephyr Bakery").press("N").shows("Add at Zephyr Bakery").press("<enter>").words("Firewall");
    walk.press("<tab>").words("f").press("<ctrl-s>").shows("Added system Firewall.").press("<right>");
    walk.shows("Firewall").press("<down>N<enter>").shows("New account").words("zb-admin");
    walk.press("<ctrl-s>").shows("Added account zb-admin.").press("<right><down>").shows("zb-admin");
    walk.press("N<enter>").shows("New way in").words("dana").shows("Enter takes it").press("<enter><ctrl-s>");
    walk.shows("Dana Ruiz can use zb-admin on Firewall.").shows("1 person");
    // And taken back, one entry for one act.
    walk.press("<ctrl-z>").shows("Undone: Dana Ruiz can use zb-admin on Firewall");
}

#[test]
fn a_kill_a_second_after_the_last_letter_of_a_form_loses_nothing() {
    let mut walk = Walk::new();
    // The program is at rest only once the words are kept.
    walk.press("2N").words("Sam Okafor-Lind").press("<tab>").words("sam@firm.example");
    kill(&mut walk, "KILL");
    walk.again(NOW).press("2N").shows("Your draft is back.").shows("Sam Okafor-Lind").shows("sam@firm.example");
    walk.press("<ctrl-s>").shows("Added person Sam Okafor-Lind.").press("N").hides("Sam Okafor-Lind ");
}

#[test]
fn a_date_that_is_none_is_said_and_nothing_is_sent_while_the_other_words_stay() {
    let mut walk = Walk::new();
    walk.press("2N").words("Sam").press("<tab><tab><tab><tab><tab>").words("31 feb").press("<ctrl-s>");
    walk.shows("ends on the 28th").shows("1 thing to fix: Starts. Nothing was saved.").shows("Sam");
}

#[test]
fn who_has_most_access_at_harbor_is_read_off_the_grid() {
    let mut walk = Walk::new();
    walk.press("4/").words("client:harbor").press("<enter>").shows("Harbor Dental").press("S<enter>");
    walk.within(6).shows("Who has something at Harbor Dental, most first").shows("at Harbor Dental: 7 rights");
    let first = walk.row();
    let name: String = first.trim_start_matches(['▸', ' ']).split("  ").next().unwrap_or_default().trim().to_owned();
    // The list the cell opens has the same ways in.
    walk.press("<enter>").shows(&format!("People > {name}")).shows("7 of");
}

#[test]
fn with_arrows_tab_enter_and_esc_alone_a_client_is_found_and_looked_at_in_the_past() {
    let mut walk = Walk::new();
    // Shift-Tab opens the menu of the list, from which everything can be done.
    walk.press("<esc>3").shows("Clients").press("<down><down><right><shift-tab>").shows("As of");
    while !walk.row().contains("As of") {
        walk.press("<down>");
    }
    walk.press("<enter>").shows("As of when?").press("<down><enter>").shows("READ ONLY").press("<esc>");
    walk.shows("Back at today.");
}
