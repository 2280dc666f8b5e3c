//! The desktop's keyring as it really is: a gnome-keyring on a private bus, unlocked, locked, empty, frozen or absent.
//!
//! Each test starts this program again inside a session bus of its own, with a home of its own, so neither the person's
//! keyring nor another test is touched. Where gnome-keyring or the bus is not installed a test says `SKIPPED` on
//! standard error and passes; with `KEYWARD_REQUIRE_KEYRING` set, as in continuous integration, it fails instead.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test may stop where it fails")]

use keyward::vault::keyring::{KEYRING_LIMIT, Keyring, KeyringError, KeyringStatus};
use keyward::vault::{Identity, SeededRandom};
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Names the case to the process inside the session.
const CASE: &str = "KEYWARD_KEYRING_CASE";
const REGISTER: &str = "7c1e90aa51f022b8";
/// Starts an unlocked keyring with an empty collection.
const UNLOCKED: &str = "printf secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null";

fn identity() -> Identity {
    Identity::generate(&mut SeededRandom::new([1; 32])).unwrap()
}

/// Says so and returns false where a program is missing.
fn installed(test: &str, programs: &[&str]) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let missing = programs.iter().find(|p| !std::env::split_paths(&path).any(|dir| dir.join(p).is_file()));
    let Some(missing) = missing else { return true };
    assert!(std::env::var_os("KEYWARD_REQUIRE_KEYRING").is_none(), "{missing} is not installed");
    let name = if *missing == "gnome-keyring-daemon" { "gnome-keyring" } else { missing };
    // Written past the test harness, which would keep it to itself.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {name} is not installed ({test})");
    false
}

/// Runs a shell script in which `inside CASE` runs [`in_session`] again; with a session bus unless told otherwise.
fn session(bus: &[&str], script: &str) {
    let home = tempfile::tempdir().unwrap();
    let runtime = home.path().join("run");
    fs::create_dir(&runtime).unwrap();
    fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700)).unwrap();
    let script = format!(
        "set -e\ninside() {{ {CASE}=\"$1\" \"$0\" --exact keyring::in_session --nocapture --test-threads=1; }}\n{script}\n"
    );
    let exe = std::env::current_exe().unwrap();
    let mut words: Vec<&std::ffi::OsStr> = bus.iter().map(std::ffi::OsStr::new).collect();
    words.extend(["sh", "-c", script.as_str()].map(std::ffi::OsStr::new));
    words.push(exe.as_os_str());
    let (program, arguments) = words.split_first().unwrap();
    let output = Command::new(program)
        .args(arguments)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env("XDG_CONFIG_HOME", home.path().join("config"))
        .env("XDG_CACHE_HOME", home.path().join("cache"))
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    // A filter that matches nothing also succeeds; the cases must have run.
    assert_eq!(out.matches("case done: ").count(), script.matches("\ninside ").count(), "{out}\n{err}");
}

const BUS: &[&str] = &["dbus-run-session", "--"];

#[test]
fn an_unlocked_keyring_keeps_gives_and_forgets_the_identity() {
    if installed("unlocked", &["dbus-run-session", "gnome-keyring-daemon"]) {
        session(
            BUS,
            &format!("{UNLOCKED}\ninside empty\ninside remember\ninside remembered\ninside forget\ninside empty"),
        );
    }
}

#[test]
fn an_entry_that_is_no_identity_is_told_from_a_missing_one() {
    if installed("garbage", &["dbus-run-session", "gnome-keyring-daemon"]) {
        session(BUS, &format!("{UNLOCKED}\ninside garbage"));
    }
}

#[test]
fn a_locked_keyring_says_so_in_time_and_keeps_what_it_has() {
    if installed("locked", &["dbus-run-session", "gnome-keyring-daemon", "dbus-send"]) {
        let lock = "dbus-send --session --print-reply --dest=org.freedesktop.secrets /org/freedesktop/secrets \
                    org.freedesktop.Secret.Service.Lock array:objpath:/org/freedesktop/secrets/collection/login";
        session(BUS, &format!("{UNLOCKED}\ninside remember\n{lock} >/dev/null\ninside locked"));
    }
}

#[test]
fn a_keyring_that_was_never_set_up_takes_nothing_without_a_screen() {
    if installed("no collection", &["dbus-run-session", "gnome-keyring-daemon"]) {
        session(BUS, "gnome-keyring-daemon --start --components=secrets >/dev/null\ninside collectionless");
    }
}

#[test]
fn a_frozen_keyring_is_given_up_after_three_seconds_and_its_late_answer_is_taken() {
    if installed("frozen", &["dbus-run-session", "gnome-keyring-daemon", "dbus-send"]) {
        let pid = "dbus-send --session --print-reply=literal --dest=org.freedesktop.DBus /org/freedesktop/DBus \
                   org.freedesktop.DBus.GetConnectionUnixProcessID string:org.freedesktop.secrets | awk '{print $2}'";
        let script = format!(
            "{UNLOCKED}\ninside remember\nexport DAEMON=$({pid})\nkill -STOP $DAEMON\n\
             trap 'kill -CONT $DAEMON' EXIT\ninside frozen"
        );
        session(BUS, &script);
    }
}

#[test]
fn without_a_bus_the_keyring_is_absent_at_once() {
    session(&[], "inside absent");
}

#[test]
fn a_bus_without_a_keyring_is_absent_too() {
    if installed("no service", &["dbus-run-session"]) {
        let dir = tempfile::tempdir().unwrap();
        let config = dir.path().join("bus.conf");
        write_bus_without_services(&config);
        let option = format!("--config-file={}", config.display());
        session(&["dbus-run-session", &option, "--"], "inside absent");
    }
}

fn write_bus_without_services(path: &Path) {
    let config = "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" \
                  \"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n\
                  <busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen><auth>EXTERNAL</auth>\
                  <policy context=\"default\"><allow send_destination=\"*\" eavesdrop=\"true\"/>\
                  <allow eavesdrop=\"true\"/><allow own=\"*\"/></policy></busconfig>\n";
    fs::write(path, config).unwrap();
}

/// Runs one case inside a session; does nothing when it is run like any other test.
#[test]
fn in_session() {
    let Ok(case) = std::env::var(CASE) else { return };
    let ring = Keyring::desktop();
    let started = Instant::now();
    match case.as_str() {
        "empty" => {
            assert_eq!(ring.get(REGISTER).unwrap_err(), KeyringError::NoEntry);
            assert_eq!(ring.status(REGISTER), KeyringStatus::NotRemembered);
            ring.delete(REGISTER).unwrap();
        }
        "remember" => ring.store(REGISTER, &identity()).unwrap(),
        "remembered" => {
            assert_eq!(ring.get(REGISTER).unwrap().text(), identity().text());
            assert_eq!(ring.status("0000000000000000"), KeyringStatus::NotRemembered);
            let other = ring.expecting(Some("KWallet".into()));
            assert!(matches!(other.get(REGISTER), Err(KeyringError::OtherBackend { .. })));
        }
        "forget" => ring.delete(REGISTER).unwrap(),
        "garbage" => {
            keyring::Entry::new("keyward", REGISTER).unwrap().set_password("hunter2").unwrap();
            let error = ring.get(REGISTER).unwrap_err();
            assert_eq!(error, KeyringError::Unreadable);
            ring.store(REGISTER, &identity()).unwrap();
            assert!(ring.get(REGISTER).is_ok());
        }
        "locked" => {
            assert_eq!(ring.get(REGISTER).unwrap_err(), KeyringError::Locked);
            assert_eq!(ring.status(REGISTER), KeyringStatus::Unavailable(KeyringError::Locked));
            assert!(ring.delete(REGISTER).is_err(), "what cannot be taken out must not count as forgotten");
        }
        "collectionless" => {
            assert_eq!(ring.get(REGISTER).unwrap_err(), KeyringError::NoEntry);
            let refused = ring.store(REGISTER, &identity()).unwrap_err();
            assert!(matches!(refused, KeyringError::Locked | KeyringError::TimedOut), "{refused:?}");
        }
        "frozen" => {
            let call = ring.begin_get(REGISTER);
            assert_eq!(call.within(KEYRING_LIMIT).unwrap_err(), KeyringError::TimedOut);
            let waited = started.elapsed();
            assert!(waited >= KEYRING_LIMIT && waited < KEYRING_LIMIT + Duration::from_secs(1), "{waited:?}");
            assert!(call.arrived().is_none());
            let daemon = std::env::var("DAEMON").unwrap();
            assert!(Command::new("kill").args(["-CONT", &daemon]).status().unwrap().success());
            assert_eq!(call.within(Duration::from_secs(60)).unwrap().text(), identity().text());
        }
        "absent" => {
            assert_eq!(ring.get(REGISTER).unwrap_err(), KeyringError::Absent);
            assert_eq!(ring.store(REGISTER, &identity()).unwrap_err(), KeyringError::Absent);
            assert_eq!(ring.status(REGISTER), KeyringStatus::Unavailable(KeyringError::Absent));
        }
        other => panic!("there is no case {other}"),
    }
    if case != "frozen" {
        assert!(started.elapsed() < KEYRING_LIMIT, "{case} took {:?}", started.elapsed());
    }
    println!("case done: {case}");
}
