//! The tree of clients, and who can get in beside it.

use crate::tui_estate::{ADMIN, FIREWALL, HARBOR};
use crate::tui_support::Rig;
use keyward::service::Command;
use keyward::service::view::{Hit, Target};
use ratatui::style::Modifier;

const USUAL: (u16, u16) = (80, 24);

fn tree() -> Rig {
    let mut rig = Rig::open(USUAL);
    rig.press("3");
    rig
}

/// The row in reverse.
fn cursor(rig: &Rig) -> String {
    let (buffer, _) = rig.buffer();
    let y = (0..rig.size.1)
        .find(|y| (0..rig.size.0).any(|x| buffer[(x, *y)].modifier.contains(Modifier::REVERSED)))
        .expect("a row in reverse");
    rig.lines()[usize::from(y)].clone()
}

#[test]
fn right_unfolds_and_goes_down_and_left_folds_and_goes_up() {
    let mut rig = tree();
    rig.shows("▸ Cedar & Pike Law").hides("VPN").press("Down Right").shows("▾ Harbor Dental").shows("▸ Firewall");
    assert!(cursor(&rig).contains("Harbor Dental"));
    rig.press("Right Right Right").shows("admin (shared)").shows("Clients > Harbor Dental > Firewall > admin");
    rig.press("Right").shows("Nothing is below an account. Enter goes to the people.");
    rig.press("Left").shows("▾ Firewall").press("Left").shows("▸ Firewall").hides("dana.r");
    rig.press("L").shows("dana.r").press("H H").shows("Clients > Harbor Dental  ");
    rig.press("H").shows("▸ Harbor Dental").press("H").shows("This is folded already.");
}

#[test]
fn who_can_get_in_follows_the_cursor_and_those_who_left_come_first() {
    let mut rig = tree();
    rig.shows("Who can get in: Cedar & Pike Law").shows("2 people, 1 by a secret, 40 via others");
    rig.shows("LEFT, knows").shows("via RMM").press("Down").shows("Who can get in: Harbor Dental");
    rig.shows("Fix").shows("Change this password, 1 leaver").shows("14 Feb 2025, 282 d ago");
}

#[test]
fn enter_goes_to_the_people_then_to_the_person_and_back_to_the_same_row() {
    let mut rig = tree();
    rig.press("Down Right Down Enter Down");
    assert!(cursor(&rig).contains("Dana Ruiz"));
    rig.press("Enter").shows("People > Dana Ruiz").press("Esc").shows("Back at Clients.");
    assert!(cursor(&rig).contains("Dana Ruiz"), "{}", rig.text());
    rig.press("D").shows("Who is leaving?").shows("Dana Ruiz").press("Esc Esc").shows("Back in the tree.");
    assert!(cursor(&rig).contains("Firewall"));
    rig.press("Tab End").shows("Tech 39").press("Tab").shows("Back in the tree.");
}

#[test]
fn the_filter_keeps_what_is_above_and_going_back_leaves_the_cursor_on_its_record() {
    let mut rig = tree();
    rig.press("/").type_in("dana").shows("1 found, Esc clears").hides("Cedar").shows("▾ Harbor Dental").shows("dana.r");
    rig.shows("> Firewall > dana.r")
        .press("Enter")
        .shows("> Firewall > dana.r")
        .press("Left Left")
        .shows("Clients > Harbor Dental  ");
    rig.press("Left").shows("The filter keeps this unfolded.").press("End");
    rig.press("Esc").shows("Filter cleared. Every client is shown.").shows("Cedar & Pike Law");
    assert!(cursor(&rig).contains("dana.r"), "{}", rig.text());
    rig.press("/").type_in("zzz").shows("Nothing matches \"zzz\". 3").shows("filter. Esc shows them.");
    rig.press("Esc").shows("Harbor Dental");
}

#[test]
fn a_refresh_leaves_the_cursor_on_its_record_and_says_when_that_is_gone() {
    let mut rig = tree();
    rig.press("Down Right Down Down").shows("> Imaging server");
    rig.book.lock().unwrap().nodes_gone = vec![FIREWALL];
    rig.press("F5");
    assert!(cursor(&rig).contains("Imaging server"), "{}", rig.text());
    rig.book.lock().unwrap().nodes_gone =
        vec![HARBOR, FIREWALL, keyward::service::resolve::Scope::System(keyward::domain::SystemId(22))];
    rig.press("F5").hides("Imaging server");
}

#[test]
fn find_leads_to_a_client_a_system_or_a_login_whatever_is_folded_or_filtered() {
    let mut rig = tree();
    let hit = |name: &str, node| Hit {
        name: name.to_owned(),
        kind: "login".to_owned(),
        more: String::new(),
        target: Target::Node(node),
    };
    rig.book.lock().unwrap().hits = vec![hit("the shared admin", ADMIN), hit("the firewall", FIREWALL)];
    rig.press("/").type_in("cedar").press("Enter 1 :").type_in("the shared").press("Enter");
    rig.shows("Clients > Harbor Dental > Firewall > admin").shows("3 ").hides("found, Esc clears");
    assert!(cursor(&rig).contains("admin (shared)"));
    rig.press("Left Left Left Left :")
        .type_in("the firewall")
        .press("Enter")
        .shows("Clients > Harbor Dental > Firewall  ");
    // After locking one is back where one was.
    rig.wait(600_000).shows("Locked").type_in(crate::tui_support::PASSPHRASE).press("Enter");
    rig.shows("Clients > Harbor Dental > Firewall  ");
}

#[test]
fn printing_saves_the_report_of_the_client_under_the_cursor() {
    let mut rig = tree();
    rig.press("Down Right Down P");
    let saved = rig.commands().pop().unwrap();
    assert!(
        matches!(&saved, Command::SaveReport { kind, subject: Some(subject), .. } if kind == "who" && subject == "#2"),
        "{saved:?}"
    );
}

#[test]
fn every_other_key_says_why_it_does_nothing_here() {
    let mut rig = tree();
    rig.press("S").shows("Clients stand by name").press("F").shows("Show only").press("Esc");
    rig.press("O").shows("Onboarding has no screen yet.").press("I").shows("Not on this screen.");
    rig.press("R").shows("R asks for removals. Use it on a person");
    rig.press("W").shows("More room for the people.").press("W").shows("Less room for the people.");
    rig.press("Ctrl-C").shows("Copied 1 row.");
    assert_eq!(rig.copied.last().map(String::as_str), Some("Where\tPeople\nCedar & Pike Law\t9\n"));
    rig.press("Enter Down Ctrl-C");
    assert!(
        rig.copied.last().unwrap().contains("Dana Ruiz\tFirewall, shared login\t2 Jun 2025\tin"),
        "{:?}",
        rig.copied
    );
}

#[test]
fn the_end_of_a_clients_contract_is_started_from_the_tree_and_removes_nothing() {
    let mut rig = tree();
    rig.press("D").shows("Which contract ends?").shows("Cedar & Pike Law").shows("Removes nothing");
    rig.press("x").shows("This is about Cedar & Pike Law");
    rig.press("F2").shows("The end of a contract has one list of steps.");
    rig.press("F4").type_in("31 feb").press("Enter").shows("February").press("Esc").shows("Nothing was started.");
    rig.press("D Enter");
    let started = rig.commands().pop().unwrap();
    assert!(matches!(&started, Command::StartClientExit { client, at: None, .. } if client.0 == 1), "{started:?}");
}

#[test]
fn nothing_of_another_row_is_shown_while_the_people_are_on_their_way() {
    let mut rig = tree();
    rig.hold();
    rig.hit("Down").shows("Who can get in: Harbor Dental").hides("Priya Nair").hides("Loading");
    rig.wait(400).shows("Loading ...").hit("Enter").hit("D").shows("Still loading. Nothing was changed.");
    rig.release().shows("Priya Nair").hides("Loading");
}

#[test]
fn a_narrow_window_shows_the_tree_and_on_enter_the_people() {
    let mut rig = Rig::open((40, 12));
    rig.press("3 Down").shows("Harbor Dental").hides("Priya Nair").press("Enter").shows("Priya Nair").hides("Cedar");
    rig.press("Esc").shows("Cedar").resize(60, 20);
    rig.shows("Enter shows them").shows("Tech 00 and 39 more");
}

#[test]
fn a_very_wide_window_shows_the_person_under_the_cursor_in_a_third_pane() {
    let mut rig = Rig::open((190, 50));
    rig.press("3 Down Right Enter").shows("Gets in").shows("Enter opens everything they can get into.");
    rig.resize(140, 40).hides("Enter opens everything they can get into.");
}
