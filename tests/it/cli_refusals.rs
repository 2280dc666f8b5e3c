//! Every state a register can be met in has its own sentence, class and exit code, and nothing in it is touched.

use super::cli_home::{Done, Home, contents, finished};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

/// Opens the register with the key from its vault, as a stock tool would.
fn by_hand(home: &Home, sql: &str) {
    in_register(&home.register(), &home.path("identity"), sql);
}

fn in_register(folder: &std::path::Path, identity: &std::path::Path, sql: &str) {
    let identity = keyward::vault::read_identity(identity).unwrap();
    let opened = keyward::vault::Vault::at(folder).open(keyward::vault::Unlock::Identity(identity)).unwrap();
    let hex: String = opened.key.expose().iter().map(|byte| format!("{byte:02x}")).collect();
    let conn = rusqlite::Connection::open(folder.join("register.db")).unwrap();
    conn.execute_batch(&format!("PRAGMA key = \"x'{hex}'\"; {sql}")).unwrap();
}

fn rights(path: &std::path::Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// The error of a question and proof that it touched nothing.
fn met(home: &Home) -> (i32, Value) {
    let before = contents(&home.register());
    let done = home.run(&["--json", "clients"]).error();
    assert_eq!(contents(&home.register()), before, "{done:?}");
    done
}

#[test]
fn seven_states_have_seven_sentences() {
    let mut seen: Vec<(i32, Value)> = Vec::new();
    let mut state = |wanted: (i32, &str), error: (i32, Value)| {
        assert_eq!((error.0, error.1["class"].as_str().unwrap()), wanted, "{}", error.1);
        assert!(!error.1["hints"].as_array().unwrap().is_empty(), "{} says what to do", error.1);
        seen.push(error);
    };

    let home = Home::with_register();
    fs::write(home.register().join("register.db"), vec![7u8; 20_480]).unwrap();
    state((4, "damaged"), met(&home));

    let home = Home::with_register();
    by_hand(&home, "PRAGMA user_version = 9999;");
    state((1, "newer"), met(&home));

    let home = Home::with_register();
    by_hand(&home, "PRAGMA application_id = 1;");
    state((1, "not_a_register"), met(&home));

    let home = Home::with_register();
    rights(&home.register(), 0o755);
    state((1, "open_folder"), met(&home));

    let home = Home::with_register();
    fs::write(home.register().join(".dropbox"), "").unwrap();
    state((1, "synced_folder"), met(&home));

    let home = Home::with_register();
    let stranger = Home::with_register();
    fs::rename(home.path("identity"), home.path("kept")).unwrap();
    fs::copy(stranger.path("identity"), home.path("identity")).unwrap();
    state((5, "wrong_key"), met(&home));

    let home = Home::with_register();
    state((1, "disk_full"), disk_full(&home));

    let sentences: BTreeSet<&str> = seen.iter().map(|(_, error)| error["message"].as_str().unwrap()).collect();
    assert_eq!(sentences.len(), 7);
    for sentence in sentences {
        assert!(!sentence.contains("SQLITE") && !sentence.contains("corrupt"), "{sentence}");
    }
}

/// A write that meets the limit on file sizes; afterwards everything saved before is there and sound.
fn disk_full(home: &Home) -> (i32, Value) {
    let before = home.json(&["clients"])["rows"].clone();
    let size = fs::metadata(home.register().join("register.db")).unwrap().len();
    let mut command = Command::new("/bin/sh");
    home.clean(&mut command);
    let note = "x".repeat(900_000);
    let script = format!("ulimit -f {}; exec \"$@\"", size / 512 / 8);
    command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_keyward"), "--register"]).arg(home.register());
    command.arg("--identity").arg(home.path("identity")).args(["--json", "add", "client", "name=Harbor"]);
    for part in note.as_bytes().chunks(100_000).take(1) {
        command.arg(format!("note={}", String::from_utf8_lossy(part)));
    }
    let done: Done = finished(command);
    assert_eq!(home.json(&["clients"])["rows"], before, "nothing was saved");
    assert_eq!(home.json(&["verify", "--replay"])["ok"], true);
    done.error()
}

#[test]
fn a_folder_of_other_things_is_no_register_and_a_missing_one_is_not_there() {
    let home = Home::new();
    fs::create_dir(home.register()).unwrap();
    rights(&home.register(), 0o700);
    fs::write(home.register().join("letter.txt"), "hello").unwrap();
    assert_eq!(met_locked(&home), (1, json!("not_a_register")));
    fs::remove_dir_all(home.register()).unwrap();
    assert_eq!(met_locked(&home), (1, json!("not_found")));
}

fn met_locked(home: &Home) -> (i32, Value) {
    let (code, error) = home.locked(&["--json", "clients"]).error();
    (code, error["class"].clone())
}

#[test]
fn a_damaged_page_in_the_middle_is_named_as_damage() {
    let home = Home::with_register();
    let file = home.register().join("register.db");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    for byte in &mut bytes[4096..middle] {
        *byte ^= 0x55;
    }
    fs::write(&file, bytes).unwrap();
    let (code, error) = met(&home);
    assert_eq!((code, &error["class"]), (4, &json!("damaged")), "{error}");
}

#[test]
fn a_wrong_command_line_is_usage_and_help_is_not() {
    let home = Home::new();
    let run = |args: &[&str]| {
        let mut command = home.bare();
        command.args(args);
        finished(command)
    };
    assert_eq!(run(&["teapot"]).code, 2);
    assert_eq!(run(&["--json", "teapot"]).error().1["class"], "usage");
    assert_eq!(run(&["--help"]).code, 0);
    assert_eq!(run(&["--version"]).out.trim(), concat!("keyward ", env!("CARGO_PKG_VERSION")));
    assert_eq!(run(&["--json", "revoke", "1", "--confirm"]).code, 2);
    assert_eq!(run(&[]).code, 2, "the screen needs a terminal");
}

#[test]
fn a_clock_without_its_offset_is_refused_rather_than_guessed() {
    let mut home = Home::new();
    home.now = "2026-11-23T13:41".to_owned();
    assert_eq!(home.locked(&["--json", "clients"]).error().0, 2);
}

#[test]
fn a_zone_that_does_not_exist_makes_nothing() {
    let home = Home::new();
    let (code, error) = home.refused(&["init", "--operator", "M. Ortiz", "--zone", "Europe/Londn"]);
    assert_eq!((code, &error["class"]), (1, &json!("bad_input")));
    assert!(!home.register().exists() && !home.path("identity").exists());
}

#[test]
fn a_practice_register_from_before_the_first_release_is_told_anew_and_any_other_is_refused() {
    let home = Home::with_register();
    let practice = home.path("practice.keyward");
    let fill = || {
        let mut command = home.bare();
        command.args(["--json", "demo", "--fill-only", "--size", "small", "--register"]).arg(&practice);
        let done = finished(command);
        assert_eq!(done.code, 0, "{}{}", done.out, done.err);
        serde_json::from_str::<Value>(&done.out).unwrap()["fresh"].clone()
    };
    assert_eq!((fill(), fill()), (true.into(), false.into()));
    in_register(&practice, &practice.join("practice.identity"), "PRAGMA user_version = 1;");
    assert_eq!(fill(), true);
    by_hand(&home, "PRAGMA user_version = 1;");
    let (code, error) = met(&home);
    assert_eq!((code, &error["class"]), (1, &Value::from("older")), "{error}");
}
