//! The rows of the settings in words.
//!
//! Must never know: what a key does.

use crate::service::settings::{SettingLine, SettingTakes};
use crate::service::words;
use crate::tui::pane::Env;
use crate::tui::widget::list::Row;

/// One row.
#[derive(Debug, Clone)]
pub(super) struct Line {
    key: u64,
    /// The heading it stands under.
    pub(super) group: &'static str,
    /// The heading is printed on this row.
    pub(super) first: bool,
    /// What it is.
    pub(super) what: What,
}

/// What a row sets.
#[derive(Debug, Clone)]
pub(super) enum What {
    /// The look on this computer.
    Look,
    /// Lines and dots, or plain letters.
    Symbols,
    /// Clicks choose rows.
    Mouse,
    /// Minutes until the register locks.
    LockAfter,
    /// Press keys, see what arrives.
    Keyboard,
    /// Done by this command.
    InShell(&'static str),
    /// Kept in the register.
    Register(SettingLine),
}

impl Row for Line {
    fn key(&self) -> u64 {
        self.key
    }
}

/// All rows: this computer, the key, the register, its limits.
pub(super) fn lines(held: &[SettingLine]) -> Vec<Line> {
    let here = [
        ("This computer", What::Look),
        ("This computer", What::Symbols),
        ("This computer", What::Mouse),
        ("This computer", What::LockAfter),
        ("This computer", What::Keyboard),
        ("Key", What::InShell("keyward key change-passphrase")),
        ("Key", What::InShell("keyward key new-recovery-key")),
        ("Key", What::InShell("keyward key remember")),
    ];
    let register = held.iter().map(|line| {
        let group = if line.limit { "Limits" } else { "The register" };
        (group, What::Register(line.clone()))
    });
    let all = here.into_iter().chain(register).zip(0..);
    first_of_groups(all.map(|((group, what), key)| Line { key, group, first: false, what }).collect())
}

/// Prints each heading once, on the first row under it.
pub(super) fn first_of_groups(mut rows: Vec<Line>) -> Vec<Line> {
    let mut last = "";
    for row in &mut rows {
        row.first = row.group != last;
        last = row.group;
    }
    rows
}

impl Line {
    /// What is set.
    pub(super) fn title(&self) -> String {
        match &self.what {
            What::Look => "Colours",
            What::Symbols => "Symbols",
            What::Mouse => "Mouse",
            What::LockAfter => "Lock after",
            What::Keyboard => "Keyboard check",
            What::InShell("keyward key change-passphrase") => "Passphrase",
            What::InShell("keyward key new-recovery-key") => "Recovery code",
            What::InShell(_) => "Do not ask on this computer",
            What::Register(line) => return line.title.clone(),
        }
        .to_owned()
    }

    /// What it is set to.
    pub(super) fn value(&self, env: &Env) -> String {
        match &self.what {
            What::Look => env.theme.look.title().to_lowercase(),
            What::Symbols if env.theme.can.ascii => "plain letters only".to_owned(),
            What::Symbols => "lines and dots".to_owned(),
            What::Mouse if env.here.mouse => "on: click rows".to_owned(),
            What::Mouse => "off: drag selects text".to_owned(),
            What::LockAfter => words::counted(u64::from(env.here.lock_minutes), "minute", "minutes"),
            What::Keyboard => "press keys, see what arrives".to_owned(),
            What::InShell(words) => (*words).to_owned(),
            What::Register(line) => line.value.clone(),
        }
    }

    /// Whether the office chose another value than the shipped one.
    pub(super) fn is_own(&self) -> bool {
        matches!(&self.what, What::Register(line) if line.limit && line.shipped.as_ref() != Some(&line.value))
    }

    /// The pairs of the detail.
    pub(super) fn explained(&self, env: &Env) -> Vec<(String, String)> {
        let pair = |label: &str, words: &str| (label.to_owned(), words.to_owned());
        let mut out = vec![pair("Set to", &self.value(env))];
        let tells = match &self.what {
            What::Look => "Four looks. High contrast needs no colour: bold, underline and reverse only.",
            What::Symbols => "Plain letters help where boxes and dots come out crooked.",
            What::Mouse => {
                "On: a click moves the cursor, a double click opens, the wheel scrolls. Off: dragging selects text to copy. Everything can be done without it."
            }
            What::LockAfter => {
                "So long without a key, then the passphrase is asked for. 1 to 60 minutes; it cannot be switched off. F8 or \\ hides the screen at once."
            }
            What::Keyboard => "Shows each key as it arrives, and which other key does the same where one does not.",
            What::InShell("keyward key change-passphrase") => {
                "What opens the register. It is asked for in a shell, so that it never stands on this screen."
            }
            What::InShell("keyward key new-recovery-key") => {
                "Opens the register when the passphrase is lost. A new one makes the old one void."
            }
            What::InShell(_) => {
                "The desktop's keyring keeps the key and opens the register without asking. Nothing else keeps it."
            }
            What::Register(line) => {
                if let Some(shipped) = &line.shipped {
                    out.push(pair("As shipped", shipped));
                }
                match &line.takes {
                    SettingTakes::Typed(wanted) => out.push(pair("May be", wanted)),
                    SettingTakes::OneOf(all) => {
                        let words: Vec<&str> = all.iter().map(|(_, words)| words.as_str()).collect();
                        out.push(pair("May be", &words.join("; ")));
                    }
                    SettingTakes::Nothing => out.push(pair("May be", "nothing else: a rule of the program")),
                }
                &line.why
            }
        };
        out.push(pair("Why", tells));
        if let What::Register(line) = &self.what {
            if !line.sources.is_empty() {
                out.push(pair("From", &line.sources.join(". ")));
            }
            out.push(pair("In a shell", &format!("keyward set {} VALUE", line.name)));
        } else if !matches!(self.what, What::InShell(_) | What::Keyboard) {
            out.push(pair("Kept", "on this computer, not in the register"));
        }
        out
    }
}
