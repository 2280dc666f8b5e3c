//! How the screen is started: the person's choices on this computer, what the terminal can do, and what tests watch.
//!
//! Must never know: what is drawn, how a register is opened.

use super::pane::Preference;
use super::runtime::{End, Idle, Start};
use super::terminal;
use super::theme::{Abilities, Depth, Look};
use crate::config::{self, Choice, Colours, Environment, Places, ScreenFacts, Settings};
use crate::error::AppError;
use crate::service::{Clock, Door};
use std::path::{Path, PathBuf};

/// How the screen is started.
#[derive(Debug, Clone)]
pub struct Options {
    look: Look,
    can: Abilities,
    lock_after_minutes: u8,
    mouse: bool,
    clock: Clock,
    idle: Option<PathBuf>,
}

impl Options {
    /// From the settings in force and what the environment says.
    pub fn new(settings: &Settings, environment: &Environment, clock: Clock) -> Self {
        let facts = ScreenFacts::of(environment);
        let depth = match facts.colours {
            Colours::Mono => Depth::Mono,
            Colours::Sixteen => Depth::Basic,
            Colours::TwoFiftySix => Depth::Indexed,
            Colours::True => Depth::True,
        };
        Self {
            look: look(settings.look),
            can: Abilities { depth, ascii: settings.ascii.unwrap_or(facts.ascii) },
            lock_after_minutes: settings.lock_after_minutes,
            mouse: settings.mouse,
            clock,
            idle: environment.test_idle(),
        }
    }
}

const fn look(look: config::Look) -> Look {
    match look {
        config::Look::Own => Look::Own,
        config::Look::Dark => Look::Dark,
        config::Look::Light => Look::Light,
        config::Look::HighContrast => Look::Contrast,
    }
}

const fn choice(preference: Preference) -> Choice {
    match preference {
        Preference::Ascii(ascii) => Choice::Ascii(ascii),
        Preference::Mouse(mouse) => Choice::Mouse(mouse),
        Preference::LockAfter(minutes) => Choice::LockAfterMinutes(minutes),
        Preference::Look(Look::Own) => Choice::Look(config::Look::Own),
        Preference::Look(Look::Dark) => Choice::Look(config::Look::Dark),
        Preference::Look(Look::Light) => Choice::Look(config::Look::Light),
        Preference::Look(Look::Contrast) => Choice::Look(config::Look::HighContrast),
    }
}

/// Shows the screen before this door until the person leaves. After a signal the process ends by that signal.
///
/// # Errors
/// When there is no terminal, or the program failed.
pub fn run(door: impl Door + 'static, options: Options) -> Result<(), AppError> {
    let idle = options.idle.map(|path| {
        let tell: Idle = Box::new(move |count, keys| tell_idle(&path, count, keys));
        tell
    });
    let end = super::runtime::run(Start {
        door: Box::new(door),
        clock: options.clock,
        look: options.look,
        can: options.can,
        lock_after_minutes: options.lock_after_minutes,
        mouse: options.mouse,
        prefer: Box::new(prefer),
        idle,
    })?;
    if let End::Signal(signal) = end {
        terminal::end_by(signal);
    }
    Ok(())
}

/// Keeps a choice. One that cannot be kept holds until the program ends; it is asked for again then.
fn prefer(preference: Preference) {
    if let Ok(places) = Places::find() {
        let _ = choice(preference).save(&places.config_file);
    }
}

/// Writes both numbers whole: whoever reads them never sees half of one.
fn tell_idle(path: &Path, count: u64, keys: u64) {
    let beside = path.with_extension("next");
    if std::fs::write(&beside, format!("{count} {keys}")).is_ok() {
        let _ = std::fs::rename(&beside, path);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn every_look_is_kept_under_its_own_word() {
        for wanted in Look::ALL {
            match choice(Preference::Look(wanted)) {
                Choice::Look(kept) => assert_eq!(look(kept), wanted),
                other => assert_eq!(format!("{other:?}"), "a look"),
            }
        }
    }

    #[test]
    fn the_counter_is_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("idle");
        tell_idle(&path, 9, 7);
        tell_idle(&path, 10, 8);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "10 8");
    }
}
