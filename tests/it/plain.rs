//! Keyward line by line, on the real program.

use std::io::Write as _;
use std::process::{Command, Stdio};

/// Says these lines to a practice register in this home; gives everything heard.
fn talk(home: &std::path::Path, lines: &[&str]) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_keyward"))
        .args(["demo", "--plain"])
        .env_clear()
        .env("HOME", home)
        .env("KEYWARD_NOW", "2026-11-23T13:41:00Z")
        .current_dir(home)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let said: String = lines.iter().map(|line| format!("{line}\n")).collect();
    child.stdin.take().unwrap().write_all(said.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let heard = String::from_utf8(done.stdout).unwrap();
    assert!(done.status.success(), "{heard}\n{}", String::from_utf8_lossy(&done.stderr));
    assert!(!heard.contains(['\u{1b}', '\r', '\u{7}']), "nothing moves the cursor: {heard:?}");
    heard
}

#[test]
fn who_could_get_in_on_a_day_is_told_and_saved_line_by_line() {
    let home = tempfile::tempdir().unwrap();
    let heard = talk(home.path(), &["2", "nobody by this name", "cedar", "31 feb", "+3d", "31 mar", "1", "5"]);
    for wanted in [
        "This is a practice register",
        "Nothing is called \"nobody by this name\".",
        "ends on the",
        "That is still to come.",
        "Cedar & Pike Law, on 31 Mar 2026: 9 people, 17 ways in.",
        "14 of 17 are backed by an import",
        "Priya Nair, left: Router, Admin",
        "Saved in ~/Keyward: who-cedar-pike-law-2026-03-31.html",
    ] {
        assert!(heard.contains(wanted), "{wanted} was not said:\n{heard}");
    }
    assert!(home.path().join("Keyward/who-cedar-pike-law-2026-03-31.html").exists());
}

#[test]
fn a_discharge_is_started_and_its_first_way_in_stopped_line_by_line_and_taken_back() {
    let home = tempfile::tempdir().unwrap();
    let heard = talk(home.path(), &["3", "dana ruiz", "2", "1", "4", "1", "2", "", "5"]);
    for wanted in [
        "Dana Ruiz has 61 ways in, 7 admin rights. Starting a discharge removes nothing by itself.",
        "61 of 61 still open, 0 checked.",
        "Asked for 1 removal",
        "Undone: Asked to remove",
        "Removed",
    ] {
        assert!(heard.contains(wanted), "{wanted} was not said:\n{heard}");
    }
    assert!(!heard.contains("Ctrl-"), "keys of the screen are not those of a line:\n{heard}");
    // The next visit goes on with it, and the end of the input ends it in order.
    let again = talk(home.path(), &["3", "dana ruiz"]);
    assert!(again.contains("A discharge of Dana Ruiz is open. It goes on."), "{again}");
}

#[test]
fn today_and_what_is_wrong_are_read_out_and_a_wrong_number_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let heard = talk(home.path(), &["", "9", "1", "4", "1", "5"]);
    for wanted in [
        "\"9\" is none of the numbers. Nothing was changed.",
        "Needs you today:",
        "Ways in held by leavers: 18",
        "Priya Nair left 12 Mar, still in 14 systems",
        "Which one do you want explained?",
        "Ask for every removal",
    ] {
        assert!(heard.contains(wanted), "{wanted} was not said:\n{heard}");
    }
}
