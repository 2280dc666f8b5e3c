//! The real program in a real pseudo-terminal, walked as a person would: first run, unlocking, a discharge, leaving.

use crate::terminal::{Start, Terminal};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const PASSPHRASE: &str = "correct horse battery staple moon";

fn open(home: &Path, args: &[&str]) -> Terminal {
    Terminal::start(&Start { home, args, size: (80, 24), env: &[] })
}

/// What has to hold for every picture: the whole window, one bracketed tab, help in sight, no debris.
#[track_caller]
fn sound(terminal: &Terminal) {
    let text = terminal.text();
    let first = text.lines().next().unwrap_or_default();
    assert_eq!(first.matches('[').count(), 1, "one tab is marked:\n{text}");
    assert!(text.contains("Help"), "help is in sight:\n{text}");
    for debris in ["NaN", "null", "Error {", "panicked", "Some(", "None)"] {
        assert!(!text.contains(debris), "{debris} is on the screen:\n{text}");
    }
}

#[test]
fn a_discharge_is_walked_from_today_with_four_keys_to_everything_and_a_fifth_to_the_first_removal() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = open(home.path(), &["demo"]);
    terminal.shows("Needs you today").shows("PRACTICE").shows("Dana Ruiz");
    sound(&terminal);
    terminal.press("D").shows("Who is leaving?");
    terminal.press("da").shows("▸ Dana Ruiz");
    terminal.press("<enter>").shows("WAYS IN STILL OPEN   61 of 61").shows("▸  Microsoft 365");
    sound(&terminal);
    terminal.press("R").shows("◐ asked").shows("Ctrl-Z undoes");
    terminal.press("<space>").shows("48 of 61").shows("13 shut").shows("○ removed");
    sound(&terminal);

    // The curtain hides names, clients and systems, and the second press gives everything back.
    terminal.press("<f8>").hides("Dana").hides("Harbor").hides("Microsoft").shows("Screen hidden");
    terminal.press("<f8>").shows("48 of 61");

    terminal.press("<ctrl-z>").shows("61 of 61").shows("Undone");
    terminal.press("<ctrl-y>").shows("48 of 61");

    // A note stays when one goes away and comes back.
    terminal.press("<tab>").press("phone is at home<esc>");
    terminal.press("<right>").shows("[Steps").press("<left>").shows("phone is at home");

    for (cols, rows) in [(60, 20), (40, 12), (140, 40), (200, 50), (80, 24)] {
        terminal.resize(cols, rows);
        terminal.shows("48");
    }
    terminal.resize(39, 11);
    terminal.shows("bigger window").hides("Dana");
    terminal.resize(80, 24);
    terminal.shows("48 of 61");

    terminal.press("QQ").shows("Leave anyway?");
    terminal.press("<enter>").shows("48 of 61");
    terminal.press("QQ").press("y");
    assert_eq!(terminal.leave(), 0);
    assert!(!terminal.is_full_screen(), "the normal screen is back");
    assert!(!terminal.is_cursor_hidden(), "the cursor is back");
}

#[test]
fn the_history_is_read_verified_and_taken_back_and_closed_runs_show_their_page() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = open(home.path(), &["demo"]);
    terminal
        .shows("Needs you today")
        .press("0")
        .shows("proof that nobody altered it")
        .press("<enter>")
        .shows("More > History")
        .shows("Not verified since");
    sound(&terminal);
    terminal.press("<f5>").shows("are in order");
    terminal
        .press("/")
        .press("person:dana leaves")
        .press("<enter>")
        .shows("Dana Ruiz leaves on")
        .shows("active → notice");
    terminal.press("<enter>").shows("What changed").shows("Status");
    sound(&terminal);
    terminal.press("R").shows("Take back").press("y").shows("Undone: Dana Ruiz leaves on").shows("taken back by entry");
    terminal.press("<ctrl-z>").shows("R puts 1 record back as before");
    terminal.press("7").shows("1 open, 8 closed").shows("Priya Nair");
    sound(&terminal);
    terminal
        .press("/")
        .press("cole")
        .press("<enter>")
        .press("<enter>")
        .shows("Closing page")
        .shows("The page for the file");
    terminal.press("QQ").press("y");
    let _ = terminal.leave();
}

#[test]
fn the_first_run_asks_everything_once_and_unlocking_stays_calm_after_wrong_tries() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = open(home.path(), &[]);
    terminal.shows("Setting up, 1 of 4").press("1").press("y").press("<enter>");
    terminal.shows("Setting up, 2 of 4").press("M. Ortiz<enter><enter><enter>");
    terminal.shows("Setting up, 3 of 4");
    let code = terminal.line_with("KW-").expect("a recovery code");
    let last: String = code.trim().chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    terminal.press(&format!("{PASSPHRASE}<enter>{PASSPHRASE}<enter>")).shows("same, good").shows("strong");
    terminal.press("xxxx<enter>").shows("Setting up, 3 of 4");
    terminal.press(&format!("<backspace><backspace><backspace><backspace>{last}<enter>"));
    terminal.shows("Setting up, 4 of 4");
    let folder = home.path().join(".local/share/keyward/register.keyward");
    assert!(!folder.exists(), "nothing is on disk before the last step");
    terminal.press("<enter>").shows("Needs you today");
    sound(&terminal);
    assert!(folder.is_dir());
    terminal.press("QQ");
    assert_eq!(terminal.leave(), 0);
    let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
    assert!(!raw.contains(PASSPHRASE), "the passphrase was never drawn");

    let mut again = open(home.path(), &[]);
    again.shows("Passphrase").hides("Ortiz");
    again.press("wrong<enter>").shows("did not open the file");
    again.press("<ctrl-u>").press("wrong again<enter>").shows("did not open the file");
    again.press("<ctrl-u>").press(&format!("{PASSPHRASE}<enter>")).shows("Needs you today").shows("M. Ortiz");
    again.press("QQ");
    assert_eq!(again.leave(), 0);
}

#[test]
fn esc_and_ctrl_c_never_leave_and_two_qs_do() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = open(home.path(), &["demo", "--size", "small"]);
    for _ in 0..10 {
        terminal.press("<esc>");
    }
    terminal.shows("You are at the top").press("<ctrl-c>").shows("Needs you today");
    sound(&terminal);
    terminal.press("Q").shows("Press Q again").press("<down>").press("QQ").shows("Leave anyway?").press("y");
    let _ = terminal.leave();
    assert!(!terminal.is_full_screen());
}

#[test]
fn who_can_get_in_is_three_keys_away_from_anywhere() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = open(home.path(), &["demo"]);
    terminal.shows("Needs you today").press("3").shows("Who can get in: ").shows("118");
    sound(&terminal);
    terminal.press("/harbor firewall<enter>").shows("1 found");
    terminal.shows("Who can get in: Harbor Dental > Firewall").shows("LEFT, knows");
    terminal.press("<enter>").shows("Enter Person").press("<enter>").shows("People > ").press("<esc><esc><esc>");
    terminal.shows("Filter cleared").shows("> Firewall");
    terminal.press("P").shows("Saved in ~/Keyward: who-");
    terminal.press(":northgate<esc>").shows("[3Clients]").press("QQ").shows("Leave anyway?").press("y");
    let _ = terminal.leave();
}

#[test]
fn plain_letters_and_no_colour_lose_nothing() {
    let home = tempfile::tempdir().unwrap();
    let start = Start { home: home.path(), args: &["demo", "--ascii"], size: (80, 24), env: &[("NO_COLOR", "1")] };
    let mut terminal = Terminal::start(&start);
    terminal.shows("Needs you today").press("D").press("da").press("<enter>").shows("61 of 61").shows("* in");
    terminal.press("R").shows("~ asked").press("<space>").shows("48 of 61").shows("o removed");
    assert!(terminal.text().is_ascii(), "every letter is a plain one:\n{}", terminal.text());
    let raw = String::from_utf8_lossy(&terminal.raw).into_owned();
    let colours = ["\u{1b}[31m", "\u{1b}[32m", "\u{1b}[38;", "\u{1b}[48;"];
    assert!(colours.iter().all(|colour| !raw.contains(colour)), "no colour was sent");
}

/// Waits for a process to end, as long as a person would notice.
fn ends_within(child: &mut (dyn portable_pty::Child + Send + Sync), limit: Duration) -> bool {
    let started = Instant::now();
    // The exit status is the only signal there is; asking for it is cheap.
    while started.elapsed() < limit {
        if child.try_wait().unwrap().is_some() {
            return true;
        }
        std::thread::yield_now();
    }
    false
}

#[test]
fn a_signal_gives_the_terminal_back_and_a_vanished_terminal_ends_the_program() {
    for signal in ["TERM", "HUP"] {
        let home = tempfile::tempdir().unwrap();
        let mut terminal = open(home.path(), &["demo", "--size", "small"]);
        terminal.shows("Needs you today");
        let pid = terminal.child.process_id().unwrap().to_string();
        assert!(Command::new("kill").args([&format!("-{signal}"), &pid]).status().unwrap().success());
        let _ = terminal.leave();
        assert!(!terminal.is_full_screen(), "after {signal} the normal screen is back");
    }
    let home = tempfile::tempdir().unwrap();
    let terminal = open(home.path(), &["demo", "--size", "small"]);
    let mut child = terminal.vanish();
    // One second is the promise on a quiet machine; a loaded one gets ten.
    assert!(ends_within(child.as_mut(), Duration::from_secs(10)), "the program ends when its terminal is gone");
}

#[test]
fn clicks_are_asked_of_the_terminal_only_when_the_mouse_is_on_and_given_back_at_the_end() {
    let (on, off) = (b"\x1b[?1000h", b"\x1b[?1000l");
    let home = tempfile::tempdir().unwrap();
    let mut terminal = open(home.path(), &["demo", "--size", "small"]);
    terminal.shows("Needs you today").press("gs").shows("off: drag selects text");
    assert!(!terminal.was_sent(on));
    terminal.press("<down><down><enter>").shows("on: click rows");
    assert!(terminal.was_sent(on) && !terminal.was_sent(off));
    terminal.press("2").shows("people, sorted by Risk").click(6, 6);
    let row = terminal.text().lines().nth(6).unwrap().to_owned();
    assert!(row.starts_with('▸'), "{row}");
    let name: String = row.chars().skip(3).take(8).collect();
    terminal.click(6, 6).shows(&format!("People > {}", name.trim_end()));
    terminal.press("1QQ");
    if terminal.text().contains("Leave anyway?") {
        terminal.press("Y");
    }
    terminal.leave();
    assert!(terminal.was_sent(off));
    // The choice holds on this computer from then on.
    let mut again = open(home.path(), &["demo", "--size", "small"]);
    again.shows("Needs you today").press("gs").shows("on: click rows");
    assert!(again.was_sent(on));
}

#[test]
fn the_grid_is_narrowed_by_picking_and_two_days_of_what_is_left_are_compared() {
    let home = tempfile::tempdir().unwrap();
    let mut terminal = open(home.path(), &["demo"]);
    terminal.shows("Needs you today").press("4").shows("clients 1-15 of 118").press("F").shows("role: Technician L1");
    terminal.press("<down><enter>").shows("/ role:\"Technician L1\"").shows("Total of 11");
    sound(&terminal);
    terminal.press("T").press("31 mar to today").press("<enter>").shows("/ role:\"Technician L1\"").shows("+ came");
    sound(&terminal);
    terminal.press("<esc><esc>").shows("Total of 11").press("<esc>").shows("Total by client");
    terminal.press("3F").shows("kind: firewall").press("<down><down><enter>").shows("/ kind:firewall").shows("found");
    sound(&terminal);
}
