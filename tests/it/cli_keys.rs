//! Keys on the command line: passphrases, the recovery code, old copies put back.

use super::cli_home::{Home, contents, finished};
use crate::terminal::{Start, Terminal};
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

fn secret_file(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// The one test that pays for a real passphrase.
#[test]
fn a_passphrase_opens_a_wrong_one_does_not_and_a_new_one_replaces_it() {
    let home = Home::new();
    let (right, wrong, new) = (home.path("right"), home.path("wrong"), home.path("new"));
    secret_file(&right, "copper lantern walks at noon\n");
    secret_file(&wrong, "copper lantern walks at night\n");
    secret_file(&new, "seven quiet barrels of rain\n");
    let with = |file: &Path, args: &[&str]| {
        let mut command = home.bare();
        command.arg("--register").arg(home.register()).arg("--passphrase-file").arg(file).args(args);
        finished(command)
    };
    let made = with(&right, &["--json", "init", "--operator", "M. Ortiz", "--zone", "UTC"]);
    assert_eq!(made.code, 0, "{}", made.err);
    let made: serde_json::Value = serde_json::from_str(&made.out).unwrap();
    let code = made["recovery_code"].as_str().unwrap();
    assert!(code.starts_with("KW-") && code.len() == 32, "{code}");
    let before = contents(&home.register());
    let (exit, error) = with(&wrong, &["--json", "clients"]).error();
    assert_eq!((exit, &error["class"]), (5, &json!("wrong_key")));
    assert_eq!(error["message"], "That did not open the register. Nothing is wrong with the file.");
    assert_eq!(contents(&home.register()), before);
    let new_path = new.to_str().unwrap();
    assert_eq!(with(&right, &["key", "change-passphrase", "--new-passphrase-file", new_path]).code, 0);
    assert_eq!(with(&right, &["clients"]).code, 5);
    let history = with(&new, &["history"]);
    assert_eq!(history.code, 0);
    assert!(history.out.contains("another passphrase") && !history.out.contains("barrels"));
}

#[test]
fn without_a_key_and_a_terminal_it_ends_at_once_with_five() {
    let home = Home::with_register();
    let (code, error) = home.locked(&["--json", "clients"]).error();
    assert_eq!((code, &error["class"]), (5, &json!("no_key")));
    assert_eq!(home.locked(&["clients"]).out, "");
}

#[test]
fn a_key_that_others_can_read_or_of_another_register_is_not_used() {
    let home = Home::with_register();
    let other = Home::with_register();
    let with = |file: &Path| {
        let mut command = home.bare();
        command.arg("--register").arg(home.register()).arg("--identity").arg(file).args(["--json", "clients"]);
        finished(command).error()
    };
    assert_eq!(with(&other.path("identity")).1["class"], "wrong_key");
    fs::set_permissions(home.path("identity"), fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(with(&home.path("identity")).1["class"], "refused");
}

#[test]
fn init_never_writes_over_a_register_or_an_identity_and_leaves_nothing_half_made() {
    let home = Home::with_register();
    let before = contents(&home.register());
    assert_eq!(home.refused(&["init", "--operator", "X", "--zone", "UTC"]).1["class"], "refused");
    assert_eq!(contents(&home.register()), before);
    let mut command = home.bare();
    let fresh = home.path("other.keyward");
    command.arg("--register").arg(&fresh).arg("--identity").arg(home.path("identity"));
    command.args(["init", "--operator", "X", "--zone", "UTC"]);
    assert_eq!(finished(command).code, 1);
    assert!(!fresh.exists());
    let names = fs::read_dir(home.path("")).unwrap().flatten();
    let left: Vec<_> = names.map(|e| e.file_name().into_string().unwrap()).filter(|n| n.starts_with('.')).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_new_recovery_code_and_who_holds_keys_are_told() {
    let home = Home::with_register();
    let first = home.json(&["key", "new-recovery-key"])["recovery_code"].clone();
    let second = home.json(&["key", "new-recovery-key"])["recovery_code"].clone();
    assert_ne!(first, second);
    let status = home.json(&["key", "status"]);
    assert_eq!(
        status["rows"][0],
        json!({"operator": 1, "name": "M. Ortiz", "opens_with": "identity file", "me": true})
    );
    assert!(!home.ok(&["history"]).contains("KW-"), "a code never stands in the history");
}

/// Copies the files of a folder, as a backup program would.
fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::Permissions::from_mode(0o700)).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { fs::copy(&path, &target).map(drop).unwrap() }
    }
}

#[test]
fn an_old_copy_put_back_can_be_read_and_not_changed_until_the_gap_is_accepted() {
    let home = Home::with_register();
    home.ok(&["add", "client", "name=Harbor Dental"]);
    let old = home.path("old");
    copy(&home.register(), &old);
    home.ok(&["add", "client", "name=Cedar Law"]);
    fs::remove_dir_all(home.register()).unwrap();
    fs::rename(&old, home.register()).unwrap();
    let looked = home.run(&["clients"]);
    assert_eq!(looked.code, 0);
    assert!(looked.err.contains("An old copy was put back"), "{}", looked.err);
    let (code, error) = home.refused(&["add", "client", "name=Nova Print"]);
    assert_eq!((code, &error["class"]), (4, &json!("integrity")));
    assert_eq!(home.run(&["verify"]).code, 4);
    // The screen says so too, before anything in the register, and names the command.
    let (register, identity) = (home.register(), home.path("identity"));
    let args = ["--register", register.to_str().unwrap(), "--identity", identity.to_str().unwrap()];
    let size = (80, 24);
    let mut terminal = Terminal::start(&Start { home: &home.path("home"), args: &args, size, env: &[] });
    terminal.shows("▸ !! WARNING   An old copy was put back, or entries were lost");
    terminal.press("W").shows("nothing can be changed.").press("<esc>");
    terminal.press("<enter>").shows("keyward verify").press("QQ");
    assert_eq!(terminal.leave(), 0);
    home.ok(&["verify", "--accept-gap", "the laptop was restored from Friday"]);
    home.ok(&["add", "client", "name=Nova Print"]);
    let told = home.json(&["history"])["rows"]
        .as_array()
        .unwrap()
        .iter()
        .find(|row| row["action"] == "history.gap_accepted")
        .unwrap()
        .clone();
    assert_eq!(told["reason"], "the laptop was restored from Friday");
    assert_eq!(home.json(&["verify"])["ok"], true);
}

#[test]
fn a_backup_brings_the_register_back_and_the_old_one_is_kept() {
    let home = Home::with_register();
    home.ok(&["add", "client", "name=Harbor Dental"]);
    let file = home.path("safe.keyward-backup");
    let file = file.to_str().unwrap();
    let made = home.json(&["backup", "-o", file]);
    assert_eq!((&made["entries"], &made["file"]), (&json!(2), &json!(file)));
    home.ok(&["add", "client", "name=Cedar Law"]);
    let restored = home.json(&["restore", file]);
    assert_eq!(restored["missing"], 1);
    assert!(Path::new(restored["kept"].as_str().unwrap()).is_dir());
    let names = home.json(&["clients"]);
    assert_eq!(names["rows"].as_array().unwrap().len(), 2, "{names}");
    home.ok(&["add", "client", "name=Nova Print"]);
    assert_eq!(home.refused(&["backup", "-o", file]).1["class"], "refused");
}
