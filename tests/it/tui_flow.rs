//! Keys in, commands and words out: the flows of the screen over a made-up register.

use crate::tui_support::{Book, PASSPHRASE, Rig, assert_no_colour, small};
use keyward::domain::{CaseKind, GrantId, GrantState, PersonId, Reply, RunId, StepOutcome};
use keyward::service::{Command, StepSaid};
use keyward::tui::keymap::Context;
use keyward::tui::theme::{Abilities, Depth};

const USUAL: (u16, u16) = (80, 24);

/// Today, then the cockpit of the run that is started from there.
fn cockpit() -> Rig {
    let mut rig = Rig::open(USUAL);
    rig.press("D d a Enter");
    rig
}

#[test]
fn four_keys_show_everything_a_leaver_can_get_into_and_the_fifth_asks() {
    let mut rig = Rig::open(USUAL);
    rig.press("D d a Enter");
    rig.shows("WAYS IN STILL OPEN").shows("61 of 61").shows("[Ways in 61]").shows("Microsoft 365 admin");
    rig.press("R");
    rig.shows("asked").shows("Ctrl-Z undoes").shows("Saved");
    let commands = rig.commands();
    assert!(matches!(
        commands.as_slice(),
        [
            Command::StartDischarge { person: PersonId(1), kind: CaseKind::AtOnce, at: None, .. },
            Command::AskRemoval { grants, .. }
        ] if *grants == [GrantId(1)]
    ));
}

#[test]
fn space_says_removed_and_the_number_falls_only_then() {
    let mut rig = cockpit();
    rig.press("R").shows("61 of 61");
    rig.press("Space").shows("60 of 61").shows("removed");
}

#[test]
fn the_last_admin_asks_first_and_enter_means_no() {
    let mut rig = cockpit();
    rig.press("Down Down R");
    rig.shows("LAST admin on record").shows("Enter = No");
    rig.press("Enter");
    assert!(!rig.commands().iter().any(|command| matches!(command, Command::AskRemoval { .. })));
    rig.press("R R");
    rig.shows("LAST admin on record");
    rig.press("Y");
    assert!(matches!(rig.commands().last(), Some(Command::AskRemoval { grants, .. }) if *grants == [GrantId(3)]));
}

#[test]
fn a_dialog_ignores_keys_for_a_quarter_of_a_second() {
    let mut rig = cockpit();
    rig.press("Down Down");
    rig.hit("R").hit("Y");
    rig.shows("LAST admin on record");
    assert!(!rig.commands().iter().any(|command| matches!(command, Command::AskRemoval { .. })));
    rig.wait(250).hit("Y");
    assert!(rig.commands().iter().any(|command| matches!(command, Command::AskRemoval { .. })));
}

#[test]
fn everything_needs_the_number_typed_and_a_wrong_one_says_which() {
    let mut rig = cockpit();
    rig.press("*").shows("61 marked");
    rig.press("R").shows("Ask to remove everything Dana Ruiz has").shows("Not yet: type 61.");
    rig.press("Enter").shows("Not yet: type 61.");
    rig.press("6 2").shows("62 does not fit");
    rig.press("Enter").shows("Type 61");
    rig.press("Backspace 1 Enter");
    assert!(matches!(rig.commands().last(), Some(Command::AskRemoval { grants, .. }) if grants.len() == 61));
}

#[test]
fn marks_by_filter_touch_only_what_was_shown() {
    let mut rig = cockpit();
    rig.press("/").type_in("harbor").press("Enter").shows("2 of 61 shown, Esc clears");
    rig.press("* R").shows("Ask to remove 2 ways in from Dana Ruiz?").shows("LAST admin");
    rig.press("Y");
    assert!(
        matches!(rig.commands().last(), Some(Command::AskRemoval { grants, .. }) if *grants == [GrantId(1), GrantId(3)])
    );
    rig.press("Esc").shows("[Ways in");
}

#[test]
fn undo_is_one_key_and_says_what_came_back() {
    let mut rig = cockpit();
    rig.press("R Ctrl-Z").shows("Taken back");
    assert!(rig.book.lock().unwrap().ways.iter().all(|way| way.state == GrantState::In));
    assert!(matches!(rig.commands().last(), Some(Command::Undo { seq: None })));
}

#[test]
fn the_note_survives_leaving_tabs_and_starting_again() {
    let mut rig = cockpit();
    rig.press("Tab");
    assert!(rig.model.contexts().contains(&Context::Note));
    rig.type_in("Photos on her phone, R and 1 are letters here");
    rig.wait(1_000);
    assert!(rig.book.lock().unwrap().drafts.values().any(|text| text.starts_with("Photos")));
    rig.press("Esc").shows("Photos on her phone");
    let note = "Photos on her phone, R and 1 are letters here";
    assert!(matches!(
        rig.commands().last(),
        Some(Command::Answer { run: RunId(1), reply: None, note: Some(kept), .. }) if kept == note
    ));
    assert!(rig.book.lock().unwrap().drafts.is_empty());
    rig.press("Right Right Tab").type_in(", and more").press("Esc");
    rig.shows(", and more");
}

#[test]
fn a_draft_left_by_a_crash_comes_back() {
    let mut rig = cockpit();
    rig.press("Tab").type_in("half a sentence").wait(1_000);
    let book = rig.book.clone();
    drop(rig);
    book.lock().unwrap().commands.clear();
    let taken = std::mem::take(&mut *book.lock().unwrap());
    let can = Abilities { depth: Depth::Indexed, ascii: false };
    let mut rig = Rig::new(taken, USUAL, can);
    rig.type_in(PASSPHRASE).press("Enter Enter");
    rig.shows("half a sentence");
}

#[test]
fn answers_have_their_own_keys_and_the_next_question_comes_by_itself() {
    let mut rig = cockpit();
    rig.press("Right Right").shows("[Questions 3]").shows("Question 1 of 3");
    rig.press("Y").shows("Question 2 of 3");
    rig.press("I N");
    let replies: Vec<_> = rig
        .commands()
        .into_iter()
        .filter_map(|command| match command {
            Command::Answer { question, reply: Some(reply), .. } => Some((question, reply)),
            _ => None,
        })
        .collect();
    assert_eq!(
        replies,
        [("Q01".to_owned(), Reply::Yes), ("Q02".to_owned(), Reply::NotSure), ("Q03".to_owned(), Reply::No)]
    );
}

#[test]
fn a_step_is_ticked_and_leaving_it_out_asks_why() {
    let mut rig = cockpit();
    rig.press("Right").shows("[Steps 3]").shows("[ ] Collect laptop");
    rig.press("Space").shows("[x] Collect laptop");
    assert!(matches!(
        rig.commands().last(),
        Some(Command::EndStep { said: StepSaid { outcome: Some(StepOutcome::Done), .. }, .. })
    ));
    rig.press("Down Down X").shows("How is it left?");
    rig.press("Enter").shows("Why *");
    rig.press("Ctrl-S").shows("1 thing to fix: Why");
    rig.type_in("She has no mailbox").press("Ctrl-S");
    assert!(matches!(
        rig.commands().last(),
        Some(Command::EndStep { said: StepSaid { outcome: Some(StepOutcome::NotNeeded), reason: Some(why), .. }, .. }) if why == "She has no mailbox"
    ));
}

#[test]
fn closing_with_something_open_is_refused_and_says_what() {
    let mut rig = cockpit();
    rig.press("A").shows("61 ways in are still open").shows("3 steps have no outcome");
    rig.press("A").shows("Not yet: 2 things are missing");
    rig.press("Down Enter").shows("[Steps 3]");
}

#[test]
fn closing_needs_the_own_name() {
    let mut rig = cockpit();
    {
        let mut book = rig.book.lock().unwrap();
        for way in &mut book.ways {
            way.state = GrantState::Checked;
        }
        for step in &mut book.steps {
            step.outcome = Some(StepOutcome::Done);
        }
    }
    rig.press("F5 A").shows("Nothing. A closes the run.");
    rig.press("A").type_in("Somebody").press("Ctrl-S").shows("not the name");
    rig.press("Shift-Tab Tab Ctrl-U").type_in("M. Ortiz").press("Ctrl-S");
    assert!(matches!(rig.commands().last(), Some(Command::CloseRun { run: RunId(1), signed }) if signed == "M. Ortiz"));
}

#[test]
fn the_curtain_hides_every_name_and_keeps_the_clock() {
    let mut rig = cockpit();
    rig.press("Tab").type_in("secret words").press("F8");
    for name in ["Dana", "Harbor", "Microsoft", "secret words", "Tom", "Asked"] {
        rig.hides(name);
    }
    rig.shows("Screen hidden").shows("00:12:40");
    rig.press("R Enter 1").shows("Screen hidden");
    rig.press("F8").shows("secret words").shows("Dana Ruiz");
}

#[test]
fn after_two_minutes_hidden_the_passphrase_is_asked_for() {
    let mut rig = cockpit();
    rig.press("F8");
    rig.wait(121_000).press("F8");
    rig.shows("Passphrase").shows("61 ways in still open").hides("Dana");
    rig.type_in(PASSPHRASE).press("Enter").shows("Discharge Dana Ruiz");
}

#[test]
fn ten_minutes_without_a_key_lock_and_forget_the_names() {
    let mut rig = cockpit();
    rig.wait(600_000);
    rig.shows("Locked 13:41 after 10 minutes without a key").hides("Dana");
    assert!(rig.model.register().is_none());
}

#[test]
fn wrong_passphrases_are_answered_calmly_and_then_with_a_pause() {
    let can = Abilities { depth: Depth::Indexed, ascii: false };
    let mut rig = Rig::new(small(), USUAL, can);
    rig.type_in("mistyped").press("Enter");
    rig.shows("That passphrase did not open the file").shows("4 more tries").hides("mistyped");
    for _ in 0..4 {
        rig.type_in("wrong").press("Enter");
    }
    rig.shows("Wait 30 seconds");
    rig.type_in(PASSPHRASE).press("Enter").shows("Wait 30 seconds");
    rig.wait(30_001).press("Enter").shows("[1Today]");
}

#[test]
fn quitting_takes_two_presses_and_a_question_while_a_discharge_runs() {
    let mut rig = Rig::open(USUAL);
    rig.press("Q").shows("Press Q again to leave");
    rig.press("Q");
    assert!(rig.quit);
    let mut rig = cockpit();
    rig.press("Q Q").shows("61 ways in still open. Leave anyway?");
    assert!(!rig.quit);
    rig.press("Y");
    assert!(rig.quit);
}

#[test]
fn escape_and_control_c_never_leave() {
    let mut rig = cockpit();
    for _ in 0..10 {
        rig.press("Esc");
    }
    rig.shows("You are at the top. Q Q leaves.");
    rig.press("Ctrl-C");
    rig.wait(3_000).press("Ctrl-C").shows("Q Q leaves");
    assert!(!rig.quit);
    rig.hit("Ctrl-C").hit("Ctrl-C");
    rig.shows("Leave anyway?");
    assert!(!rig.quit);
}

#[test]
fn words_typed_into_a_small_form_are_kept_by_the_second_and_dropped_with_the_last_of_them() {
    let mut rig = Rig::open(USUAL);
    rig.press("5 X").type_in("replaced soon").wait(1_100);
    let kept = rig.book.lock().unwrap().drafts.clone();
    assert!(kept.values().any(|text| text.contains("replaced soon")), "{kept:?}");
    rig.press("Ctrl-U").wait(1_100);
    assert!(rig.book.lock().unwrap().drafts.is_empty());
}

#[test]
fn a_key_that_does_nothing_here_says_so() {
    let mut rig = Rig::open(USUAL);
    rig.press("R").shows("R asks for removals. Use it on a person");
    rig.press("6").shows("keyward findings");
    rig.press("%").shows("% does nothing.");
    rig.press("S").shows("Today has its own order");
    assert!(rig.commands().is_empty());
}

#[test]
fn capital_letters_do_the_same_as_small_ones() {
    let mut rig = Rig::open(USUAL);
    rig.hit("D").settle();
    rig.type_in("DA").press("Enter R");
    rig.shows("asked");
}

#[test]
fn a_paste_outside_a_field_does_nothing() {
    let mut rig = cockpit();
    rig.paste("rrryyy\n").shows("Nothing to paste into here.");
    rig.paste("Name\tRole\nDana\tL2\n").shows("looks like a table");
    assert_eq!(rig.commands().len(), 1);
    rig.press("/").paste("har\nbor").shows("har bor");
}

#[test]
fn find_leads_to_people_and_does_commands_with_their_keys() {
    let mut rig = Rig::open(USUAL);
    rig.press(":").type_in("dan").shows("Dana Ruiz").shows("Go to");
    rig.press("Enter").shows("People > Dana Ruiz");
    rig.press("Ctrl-P").type_in("lock").shows("Lock the register now");
    rig.press("Enter").shows("Passphrase");
}

#[test]
fn the_menu_names_the_row_and_why_a_verb_is_not_possible() {
    let mut rig = Rig::open(USUAL);
    rig.press("2 M").shows("Dana Ruiz").shows("someone is leaving");
    rig.press("Esc 1 M").shows("not now");
}

#[test]
fn help_shows_the_keys_of_the_place_and_leads_there() {
    let mut rig = cockpit();
    rig.press("?").shows("Help: Discharge").shows("How do I").shows("ask for everything at once");
    rig.press("Enter").shows("Marked all 61 ways in");
    rig.press("? ?").shows("All help");
    rig.press("/").type_in("curtain").shows("F8");
    rig.press("Esc Esc").hides("All help");
}

#[test]
fn a_filter_left_on_says_what_it_hides() {
    let mut rig = Rig::open(USUAL);
    rig.press("2 /").type_in("dq").press("Enter");
    rig.shows("No person matches \"dq\". 5 people are hidden by the filter. Esc shows them.");
    rig.press("Esc").shows("Dana Ruiz").shows("Filter cleared");
}

#[test]
fn a_fix_asks_for_its_removals_and_setting_aside_needs_reason_and_date() {
    let mut rig = Rig::open(USUAL);
    rig.press("5").shows("Fixing the first 3 takes 16 minutes");
    rig.press("R");
    assert!(matches!(rig.commands().last(), Some(Command::AskRemoval { grants, .. }) if *grants == [GrantId(9)]));
    rig.press("Down X").shows("Set aside:").press("Ctrl-S").shows("2 things to fix");
    rig.type_in("Replaced in March").press("Tab").type_in("31/02").press("Tab");
    rig.shows("February 2026 ends on the 28th.");
    rig.press("Shift-Tab Ctrl-U").type_in("31 mar").shows("Wed 31 Mar 2027").press("Ctrl-S");
    assert!(matches!(rig.commands().last(), Some(Command::SetAside { key, .. }) if key == "b"));
}

#[test]
fn a_form_closed_keeps_its_words() {
    let mut rig = Rig::open(USUAL);
    rig.press("5 X").type_in("Because").press("Esc").shows("Draft kept");
    rig.press("X").shows("Because").shows("Your draft is back");
}

#[test]
fn digits_lead_between_main_screens_and_come_back_to_the_same_row() {
    let mut rig = Rig::open(USUAL);
    rig.press("2 Down Down").press("5 2");
    rig.shows("[2People]");
    let lines = rig.lines();
    assert!(lines.iter().any(|line| line.starts_with("▸") && line.contains("Adaeze")), "{}", rig.text());
    rig.press("Enter 1 2").shows("People > Adaeze Obi");
}

#[test]
fn the_prefix_box_lists_letters_and_gg_goes_to_the_top() {
    let mut rig = Rig::open(USUAL);
    rig.press("2 End G").shows("go to People");
    rig.press("G");
    let lines = rig.lines();
    assert!(lines.iter().any(|line| line.starts_with("▸") && line.contains("Dana")), "{}", rig.text());
    rig.press("G F").shows("[5Fixes]");
}

#[test]
fn first_run_writes_nothing_before_the_last_step() {
    let mut book = small();
    book.exists = false;
    let can = Abilities { depth: Depth::Indexed, ascii: false };
    let mut rig = Rig::new(book, USUAL, can);
    rig.shows("Setting up, 1 of 4").press("2 Y Enter");
    rig.shows("2 of 4").press("Enter Enter Enter").shows("Type your name");
    rig.type_in("M. Ortiz").press("Enter Ctrl-U").type_in("Europe/Berlin").press("Enter Enter");
    rig.shows("3 of 4").shows("KW-7F3Q-99TD-6M2X-B6VE-0RJA-K8WZ");
    rig.type_in("short").press("Enter Enter Enter").shows("too easy to guess");
    rig.press("Ctrl-U").type_in(PASSPHRASE).shows("strong: 5 unrelated words").hides(PASSPHRASE);
    rig.press("Enter").type_in(PASSPHRASE).shows("same, good");
    rig.press("Enter").type_in("k8wx").press("Enter").shows("last 4 characters");
    rig.press("Backspace").type_in("z").press("Enter").shows("4 of 4").shows("How do you want to begin?");
    assert!(!rig.book.lock().unwrap().exists);
    rig.press("Enter").shows("[1Today]").shows("How to begin");
    assert!(rig.book.lock().unwrap().exists);
}

#[test]
fn first_run_offers_the_computers_zone_and_the_dates_that_go_with_it() {
    let book = Book { exists: false, zone: "America/Chicago", ..small() };
    let mut rig = Rig::new(book, USUAL, Abilities { depth: Depth::Indexed, ascii: false });
    rig.press("2 Y Enter").shows("America/Chicago").shows("(*) 3/31/26 month first");
    rig.press("Tab Ctrl-U").type_in("Europe/Berlin").shows("(*) 31/3/26 day first");
    rig.press("Tab Space").shows("(*) 3/31/26 month first");
    rig.press("Shift-Tab Ctrl-U").type_in("Asia/Tokyo").shows("(*) 3/31/26 month first");
}

#[test]
fn without_colours_nothing_has_one_and_every_state_has_its_word() {
    let can = Abilities { depth: Depth::Mono, ascii: false };
    let mut rig = Rig::open_with(USUAL, can);
    assert_no_colour(&rig);
    rig.press("D d a Enter R Space Down R").shows("◐ asked").shows("○ removed").shows("!!");
    assert_no_colour(&rig);
    rig.press("5");
    assert_no_colour(&rig);
}

#[test]
fn plain_letters_are_all_below_one_hundred_and_twenty_eight() {
    let can = Abilities { depth: Depth::Indexed, ascii: true };
    let mut rig = Rig::open_with(USUAL, can);
    for keys in ["2", "Enter", "5", "1", "D", "d", "a", "Enter", "Right", "Right", "Right", "Right", "?", "Esc", "M"] {
        rig.press(keys);
        assert!(rig.text().is_ascii(), "{}", rig.text());
    }
}

#[test]
fn a_removal_of_an_hour_ago_is_told_with_its_time_and_who_did_it() {
    let mut rig = cockpit();
    rig.press("X").shows("Removed earlier").press("Down Enter").shows("Removed earlier: Microsoft 365 admin");
    rig.type_in("23:59")
        .press("Tab")
        .shows("lies ahead.")
        .press("Shift-Tab Ctrl-U")
        .type_in("12:40")
        .shows("= Mon 23 Nov 2026 12:40, today");
    rig.press("Tab").type_in("tom").press("Ctrl-S");
    let Some(Command::MarkDone { grants, at: Some(at), by: Some(_) }) = rig.commands().pop() else {
        panic!("{:?}", rig.commands())
    };
    assert_eq!((grants, at.rfc3339().as_str()), (vec![GrantId(1)], "2026-11-23T12:40:00.000Z"));
}

#[test]
fn a_role_change_is_chosen_where_a_discharge_is_begun_and_asks_for_the_new_role_first() {
    let mut rig = Rig::open(USUAL);
    rig.press("D d a F2").shows("Role change").shows("stays in another role").press("End Enter");
    rig.shows("Give the new role first").press("Enter");
    assert!(matches!(rig.commands().last(), Some(Command::StartDischarge { kind: CaseKind::Mover, .. })));
}
