//! What holds on every screen whatever is shown and whatever the keyboard has: hostile names, missing function keys,
//! and dialogs that take intent.

use crate::tui_support::{Rig, small};
use keyward::service::Command;
use keyward::tui::keymap::{Action, Chord, Context, Key, TABLE};
use keyward::tui::theme::{Abilities, Depth};

/// Names as they come in lists: wide, accented, joined, endless, right to left, and with signs that steer a terminal.
const HOSTILE: [&str; 8] = [
    "李小龍",
    "Łukasz Żółć",
    "Zoë D\u{323}\u{307}angelo",
    "👩‍🚀 Ana",
    "Maximiliana-Alexandrina von und zu Hohenstein-Habichtswald Sr",
    "\u{202e}שרה כהן",
    "Tab\tand\u{1b}[2Jescape",
    "new\nline\u{7}",
];

fn with_hostile_names(ascii: bool, size: (u16, u16)) -> Rig {
    let mut book = small();
    for (line, name) in book.people.iter_mut().zip(HOSTILE.iter().cycle()) {
        (*name).clone_into(&mut line.name);
    }
    for (way, name) in book.ways.iter_mut().zip(HOSTILE.iter().cycle()) {
        (*name).clone_into(&mut way.system_name);
        (*name).clone_into(&mut way.client_name);
        (*name).clone_into(&mut way.login);
    }
    for (fix, name) in book.fixes.iter_mut().zip(HOSTILE.iter().cycle()) {
        fix.title = format!("{name} still gets in");
    }
    let mut rig = Rig::new(book, size, Abilities { depth: Depth::Indexed, ascii });
    rig.unlock();
    rig
}

/// Every frame is checked after every key by the rig itself: rows, widths, one cursor, nothing that steers.
#[test]
fn hostile_names_keep_the_columns_straight_and_steer_nothing() {
    for size in [(80, 24), (140, 40), (60, 20), (40, 12)] {
        for ascii in [false, true] {
            let mut rig = with_hostile_names(ascii, size);
            rig.press(
                "2 Down Down Down Down Down Down Enter Down Down Down Down Down Down W Esc M Esc 5 Down Down W Esc 4 1",
            );
            rig.press("2 Home");
            let text = rig.text();
            assert!(!text.contains(['\u{1b}', '\u{7}', '\t', '\u{202e}']), "{text}");
            assert!(!ascii || text.is_ascii(), "{text}");
        }
    }
}

#[test]
fn what_stands_beside_a_hostile_name_stays_in_its_column() {
    let mut rig = with_hostile_names(false, (80, 24));
    rig.press("2");
    let (buffer, _) = rig.buffer();
    let rows: Vec<String> =
        (0..24).map(|y| (0..80).map(|x| buffer[(x, y)].symbol()).collect::<Vec<_>>().join("")).collect();
    let head = rows.iter().position(|row| row.contains("Status")).unwrap();
    let begins = (0..80_u16)
        .find(|x| {
            (*x..*x + 6).map(|x| buffer[(x, u16::try_from(head).unwrap())].symbol()).collect::<String>() == "Status"
        })
        .unwrap();
    let states = ["Active", "Notice", "Left", "Leaving", "Starts", "Gone", "Discharged"];
    let people: Vec<usize> = (head + 1..24).take_while(|y| rows[*y].trim().chars().count() > 2).collect();
    assert!(people.len() >= 3, "{rows:?}");
    for y in people {
        let cell: String = (begins..begins + 12).map(|x| buffer[(x, u16::try_from(y).unwrap())].symbol()).collect();
        assert!(states.iter().any(|state| cell.starts_with(state)), "{cell:?} in {}", rows[y]);
    }
}

#[test]
fn whatever_a_function_key_does_a_letter_or_a_named_key_does_too() {
    let is_function = |chord: &Chord| matches!(chord.key, Key::F(_));
    let mut only = Vec::new();
    for row in TABLE {
        let chords: Vec<Chord> = keyward::tui::keymap::chords(row).collect();
        if chords.is_empty() || !chords.iter().all(is_function) {
            continue;
        }
        let elsewhere = TABLE
            .iter()
            .filter(|other| other.context == row.context && other.action == row.action)
            .any(|other| keyward::tui::keymap::chords(other).any(|chord| !is_function(&chord)));
        if !elsewhere {
            only.push((row.context, row.action));
        }
    }
    // In a field every letter is text: Esc leaves it first, then the letter works; a list of values is typed into;
    // a passphrase is never shown by a letter.
    let may = |(context, action): &(Context, Action)| {
        let in_field =
            matches!(context, Context::Text | Context::Note | Context::Start | Context::Form | Context::Editor);
        let opening = matches!(context, Context::Setup | Context::Unlock);
        in_field && matches!(action, Action::Help | Action::Curtain | Action::Values | Action::Other) || opening
    };
    only.retain(|place| !may(place));
    assert!(only.is_empty(), "only a function key does these: {only:?}");
}

#[test]
fn the_screen_is_hidden_from_a_field_without_a_function_key() {
    let mut rig = Rig::open((80, 24));
    rig.press("D d a Enter Tab").type_in("half a word");
    rig.press("Esc \\").shows("Screen hidden").hides("Dana").press("\\").shows("half a word");
}

/// How each question is reached from Today, and the key it is begun with.
const QUESTIONS: [(&str, &str); 6] = [
    ("D d a Enter Down Down R", "R"),
    ("D d a Enter * R", "R"),
    ("2 Enter V Down R", "R"),
    ("4 Right Right Right R", "R"),
    ("0 Enter R", "R"),
    ("1 Ctrl-Q", "Ctrl-Q"),
];

/// What the rig was made to do, but for starting the discharge on the way to a question.
fn done(rig: &Rig) -> Vec<Command> {
    rig.commands().into_iter().filter(|command| !matches!(command, Command::StartDischarge { .. })).collect()
}

#[test]
fn every_question_takes_enter_and_esc_for_no_and_nothing_in_its_first_quarter_of_a_second() {
    for (path, begun) in QUESTIONS {
        let (before, last) = path.rsplit_once(' ').unwrap();
        for answer in ["Enter", "Esc", "N", begun] {
            let mut rig = Rig::open((80, 24));
            rig.press(path);
            let asks = |rig: &Rig| rig.model.overlay().is_some_and(|overlay| overlay.is_dialog());
            assert!(asks(&rig), "{path} asks nothing:\n{}", rig.text());
            rig.press(answer);
            let typed = rig.model.contexts().contains(&Context::Typed);
            let open = asks(&rig);
            assert!(done(&rig).is_empty() && !rig.quit, "{answer} at {path}");
            // The key a question was begun with does nothing to it; a number to type is not answered by Enter or N.
            let stays = answer == begun || (typed && answer != "Esc");
            assert_eq!(open, stays, "{answer} at {path}:\n{}", rig.text());
        }
        let mut rig = Rig::open((80, 24));
        rig.press(before);
        rig.hit(last).hit("Y").hit("Enter");
        assert!(done(&rig).is_empty() && !rig.quit, "a key in the first moment of {path}");
    }
}
