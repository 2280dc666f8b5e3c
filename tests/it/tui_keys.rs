//! The key table against the running screen: every key acts or explains, on every screen; and everything that mentions
//! a key agrees with the table.

use crate::tui_support::Rig;
use keyward::tui::keymap::{self, ACTIONS, Action, Chord, Context, Group, Resolved, TABLE};
use std::collections::BTreeSet;

/// How every screen and overlay without a field is reached from Today.
const PLACES: [&str; 32] = [
    "1",
    "2",
    "2 Enter",
    "2 Enter Right",
    "2 Enter Right Right",
    "2 Enter Right Right Right Right",
    "3",
    "3 Down Right Enter",
    "4",
    "5",
    "7",
    "9",
    "0",
    "0 Enter",
    "0 Enter Enter",
    "G S",
    "G L",
    "G Y Right",
    "3 T 3 1 . 3 Enter",
    "D d a Enter",
    "D d a Enter Right",
    "D d a Enter Right Right",
    "D d a Enter Right Right Right",
    "D d a Enter Right Right Right Right",
    "D d a Enter A",
    "G",
    "2 M",
    "?",
    "2 S",
    "2 Enter V Down R",
    "5 M",
    "D d a Enter 7",
];

/// Every key of the table, once.
fn every_key() -> BTreeSet<Chord> {
    TABLE.iter().flat_map(keymap::chords).collect()
}

/// What can be noticed of the screen.
fn seen(rig: &Rig) -> (String, usize, usize, bool, bool) {
    (rig.text(), rig.commands().len(), rig.copied.len(), rig.quit, rig.model.is_hidden())
}

/// Keys that move say nothing where there is no further row; drawing again shows the same.
fn may_be_silent(contexts: &[Context], chord: Chord) -> bool {
    match keymap::resolve(contexts, chord) {
        Resolved::Action(action) => {
            matches!(action.spec().group, Group::Move | Group::Text) || action == Action::Redraw
        }
        _ => false,
    }
}

fn sweep(places: &[&str]) {
    let mut silent = Vec::new();
    for place in places {
        for chord in every_key() {
            let mut rig = Rig::open((80, 24));
            rig.unchecked().press(place).wait(10_000);
            let contexts = rig.model.contexts();
            let before = seen(&rig);
            rig.key(chord);
            if seen(&rig) == before && !may_be_silent(&contexts, chord) {
                silent.push(format!("{chord} at {place:?}"));
            }
        }
    }
    assert!(silent.is_empty(), "these keys do nothing and say nothing:\n{}", silent.join("\n"));
}

#[test]
fn every_key_acts_or_explains_on_the_first_screens() {
    sweep(&PLACES[..11]);
}

#[test]
fn every_key_acts_or_explains_on_the_other_screens() {
    sweep(&PLACES[11..22]);
}

#[test]
fn every_key_acts_or_explains_in_overlays_and_at_the_end_of_a_run() {
    sweep(&PLACES[22..]);
}

#[test]
fn what_is_disabled_says_why_in_a_whole_sentence() {
    for place in PLACES {
        let mut rig = Rig::open((80, 24));
        rig.unchecked().press(place);
        for spec in ACTIONS {
            if let Some(reason) = rig.model.disabled(spec.action) {
                let ends = reason.ends_with(['.', '?', '!']);
                assert!(ends && reason.chars().count() <= 78, "{:?} at {place:?}: {reason}", spec.action);
            }
        }
    }
}

#[test]
fn hints_name_keys_that_do_what_they_say() {
    for place in PLACES {
        let mut rig = Rig::open((80, 24));
        rig.unchecked().press(place);
        let contexts = rig.model.contexts();
        for hint in keymap::hints(&contexts, 6) {
            let chord = Chord::parse(&hint.key).unwrap_or_else(|| panic!("{} is no key", hint.key));
            assert_eq!(keymap::resolve(&contexts, chord), Resolved::Action(hint.action), "{} at {place:?}", hint.key);
        }
    }
}

#[test]
fn the_menu_lists_what_the_table_has_for_the_place_and_greys_what_cannot_be_done() {
    for place in ["2", "2 Enter", "3", "5", "7", "D d a Enter", "0 Enter"] {
        let mut rig = Rig::open((80, 40));
        rig.unchecked().press(place);
        let contexts = rig.model.contexts();
        let changes: Vec<_> = keymap::rows_in(&contexts).into_iter().filter(|row| row.action.changes()).collect();
        let reasons: Vec<_> = changes.iter().map(|row| rig.model.disabled(row.action)).collect();
        rig.press("M");
        for (row, reason) in changes.iter().zip(reasons) {
            let line = rig.lines().into_iter().find(|line| line.contains(&format!("{}  ", keymap::verb(row))));
            let line =
                line.unwrap_or_else(|| panic!("{:?} is not in the menu at {place:?}:\n{}", row.action, rig.text()));
            assert_eq!(line.contains("not now:"), reason.is_some(), "{line}");
        }
    }
}

#[test]
fn capitals_do_the_same_as_small_letters_on_every_screen() {
    for place in PLACES {
        for letter in ('a'..='z').filter(|letter| *letter != 'g') {
            let press = |sign: char| {
                let mut rig = Rig::open((80, 24));
                rig.unchecked().press(place).key(Chord::typed(sign));
                (seen(&rig), rig.commands())
            };
            assert_eq!(press(letter), press(letter.to_ascii_uppercase()), "{letter} at {place:?}");
        }
    }
}

/// Chooses an entry of the open menu by moving to it.
fn choose(rig: &mut Rig, verb: &str) {
    for _ in 0..60 {
        let here = rig.lines().into_iter().find(|line| line.contains("│▸")).unwrap_or_default();
        if here.contains(&format!("{verb} ")) {
            rig.press("Enter");
            return;
        }
        rig.press("Down");
    }
    panic!("{verb} is not in the menu:\n{}", rig.text());
}

#[test]
fn arrows_tab_enter_and_esc_alone_walk_a_discharge_and_reach_every_screen() {
    let mut rig = Rig::open((80, 24));
    rig.press("Shift-Tab");
    choose(&mut rig, "Discharge");
    rig.press("Enter").shows("WAYS IN STILL OPEN").press("Down Shift-Tab");
    choose(&mut rig, "Ask");
    rig.shows("Asked for 1 removal").press("Right Shift-Tab");
    choose(&mut rig, "Done");
    rig.press("Shift-Tab");
    choose(&mut rig, "Find");
    rig.shows("Find anything");
    for name in ["People", "Fixes", "Reports"] {
        while !rig.lines().iter().any(|line| line.contains("▸") && line.contains(&format!(" {name} "))) {
            rig.press("Down");
        }
    }
    rig.press("Enter").shows("[9Reports]").press("Tab").shows("print or save this view");
}
