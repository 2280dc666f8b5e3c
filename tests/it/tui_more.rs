//! More, the settings, and the keyboard check.

use crate::tui_support::Rig;
use keyward::domain::policy::Policy;
use keyward::domain::{Settings, SettingsId};
use keyward::service::Command;
use keyward::service::settings::{self, SettingLine};
use std::collections::BTreeMap;

/// The settings of the register behind the fake desk.
pub fn lines(limits: &BTreeMap<String, String>) -> Vec<SettingLine> {
    let held = Settings {
        id: SettingsId(1),
        zone: "Europe/Berlin".to_owned(),
        closing_minutes: 1020,
        day_first: true,
        file: String::new(),
        practice: false,
        policy: limits.clone(),
        type_number_above: 10,
        firm: Some("Ortiz Managed IT".to_owned()),
    };
    settings::lines(&held, &Policy::new(1, limits).unwrap())
}

fn last(rig: &Rig) -> Option<Command> {
    rig.book.lock().unwrap().commands.last().cloned()
}

#[test]
fn more_lists_what_has_no_digit_and_esc_leads_back_to_it() {
    let mut rig = Rig::open((80, 24));
    rig.press("0").shows("History").shows("Settings").shows("proof that nobody altered it");
    rig.press("Enter").shows("More > History").press("Esc").shows("Back at More.");
    rig.press("Down Enter").shows("More > Settings").press("Esc").shows("what has no digit of its own");
    rig.press("1 G S").shows("More > Settings").press("1 G H").shows("More > History");
}

#[test]
fn a_limit_is_typed_within_its_range_and_a_refusal_keeps_what_was_typed() {
    let mut rig = Rig::open((80, 24));
    rig.press("G S /").type_in("ordinary account unused").press("Enter Enter").shows("14 to 90 days");
    rig.type_in("400").press("Enter").shows("400 days is outside").shows("what is allowed, 14 to 90 days.");
    rig.press("Backspace").type_in("!").press("Backspace Backspace Backspace").type_in("60").press("Enter");
    assert_eq!(last(&rig), Some(Command::Set { name: "dormant_days".to_owned(), value: "60".to_owned() }));
    rig.shows("60 days").shows("As shipped  45 days").shows("Changed a limit");
}

#[test]
fn a_setting_of_two_choices_turns_round_at_once_and_one_of_more_is_picked() {
    let mut rig = Rig::open((80, 24));
    rig.press("G S /").type_in("shared logins").press("Enter Space");
    assert_eq!(last(&rig), Some(Command::Set { name: "shared_login".to_owned(), value: "forbidden".to_owned() }));
    rig.press("Esc /").type_in("second factor for everybody").press("Enter Enter Down Enter");
    let Some(Command::Set { name, value }) = last(&rig) else { panic!("nothing was set") };
    assert_eq!((name.as_str(), value.as_str()), ("mfa_user_level", "push_number"));
}

#[test]
fn what_the_program_fixes_says_so() {
    let mut rig = Rig::open((80, 24));
    rig.press("G S /").type_in("order of switching off").press("Enter Enter").shows("it is a rule of the program");
    assert_eq!(last(&rig), None);
}

#[test]
fn looks_hold_at_once_and_locking_cannot_be_switched_off() {
    let mut rig = Rig::open((80, 24));
    rig.press("G S Down Space").shows("plain letters only").press("Space").shows("lines and dots");
    rig.press("Down Enter").shows("Mouse on. Hold Shift").shows("on: click rows");
    rig.press("Down Enter").type_in("0").press("Enter").shows("Give a whole number, 1 to 60 minutes.");
    rig.press("Ctrl-U").type_in("5").press("Enter").shows("5 minutes");
    rig.wait(5 * 60_000).shows("Passphrase");
}

#[test]
fn the_keyboard_check_shows_every_key_and_does_nothing_but_end() {
    let mut rig = Rig::open((80, 24));
    rig.press("G S Down Down Down Down Enter").shows("Press any key");
    rig.press("R")
        .shows("R arrived: ask for removal")
        .press("F8")
        .shows("F8 arrived: hide the screen at once. Also \\.");
    rig.press("Ctrl-Q").shows("Ctrl-Q arrived").press("%").shows("It has no meaning in lists.");
    rig.press("Esc").shows("Once more ends the check.").press("Esc").shows("More > Settings");
    assert_eq!(last(&rig), None);
    assert!(!rig.quit);
}
