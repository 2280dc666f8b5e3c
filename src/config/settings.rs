//! What the person prefers on this computer, put together from its layers.
//!
//! Must never know: how the file is written.

use super::file::Choices;
use super::{ConfigError, Environment, Places, file};
use std::path::PathBuf;

/// How the screen looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Look {
    /// The terminal's own colours.
    #[default]
    Own,
    /// Light on a dark ground of its own.
    Dark,
    /// Dark on a light ground of its own.
    Light,
    /// No hue: bold, underline and reverse only.
    HighContrast,
}

impl Look {
    /// All looks, in the order they are offered.
    pub const ALL: [Self; 4] = [Self::Own, Self::Dark, Self::Light, Self::HighContrast];

    /// The word in the file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::HighContrast => "high_contrast",
        }
    }

    /// The look with this word.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|look| look.word() == word)
    }
}

/// What options of the command line decide. Nothing means the option was not given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--register DIR`.
    pub register: Option<PathBuf>,
    /// `--ascii`.
    pub ascii: Option<bool>,
}

/// The settings in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// How the screen looks.
    pub look: Look,
    /// Only plain letters; nothing leaves it to what the terminal can do.
    pub ascii: Option<bool>,
    /// Clicks choose rows. Off by default: then dragging selects text to copy.
    pub mouse: bool,
    /// Minutes without a key until the register locks, 1 to 60.
    pub lock_after_minutes: u8,
    /// "Do not ask on this computer": the desktop's keyring keeps the identity.
    pub remember_key: bool,
    /// The keyring that was used when this was switched on.
    pub keyring: Option<String>,
    /// The register's folder.
    pub register: PathBuf,
    /// Where reports go.
    pub reports: PathBuf,
}

impl Settings {
    /// The settings where nobody chose anything.
    pub fn defaults(places: &Places) -> Self {
        Self {
            look: Look::Own,
            ascii: None,
            mouse: false,
            lock_after_minutes: 10,
            remember_key: false,
            keyring: None,
            register: places.register.clone(),
            reports: places.reports.clone(),
        }
    }

    /// Puts the layers together: option, environment, file, default.
    pub fn layered(places: &Places, choices: Choices, environment: &Environment, overrides: Overrides) -> Self {
        let default = Self::defaults(places);
        Self {
            look: choices.look.unwrap_or(default.look),
            ascii: overrides.ascii.or(choices.ascii),
            mouse: choices.mouse.unwrap_or(default.mouse),
            lock_after_minutes: choices.lock_after_minutes.unwrap_or(default.lock_after_minutes),
            remember_key: choices.remember_key.unwrap_or(default.remember_key),
            keyring: choices.keyring,
            register: overrides
                .register
                .or_else(|| environment.register())
                .or(choices.register)
                .unwrap_or(default.register),
            reports: choices.reports.unwrap_or(default.reports),
        }
    }

    /// Reads the file and puts the layers together. A missing file is one without choices.
    ///
    /// # Errors
    /// [`ConfigError::Faults`] with all faults of the file, [`ConfigError::Io`].
    pub fn load(places: &Places, environment: &Environment, overrides: Overrides) -> Result<Self, ConfigError> {
        let choices = file::load(&places.config_file)?;
        Ok(Self::layered(places, choices, environment, overrides))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

    use super::*;
    use std::path::Path;

    fn places() -> Places {
        let home = Path::new("/nonexistent");
        Places::under(home, home, home, home)
    }

    #[test]
    fn an_option_beats_the_environment_which_beats_the_file_which_beats_the_default() {
        let file = || Choices { register: Some("/file".into()), ascii: Some(false), ..Choices::default() };
        let none = Environment::default();
        let set = Environment::of([("KEYWARD_REGISTER", "/environment")]);
        let option = Overrides { register: Some("/option".into()), ascii: Some(true) };
        let of = |choices, environment, overrides| Settings::layered(&places(), choices, environment, overrides);

        assert_eq!(of(Choices::default(), &none, Overrides::default()), Settings::defaults(&places()));
        assert_eq!(of(file(), &none, Overrides::default()).register, Path::new("/file"));
        assert_eq!(of(file(), &set, Overrides::default()).register, Path::new("/environment"));
        let all = of(file(), &set, option);
        assert_eq!((all.register.as_path(), all.ascii), (Path::new("/option"), Some(true)));
        assert_eq!(of(file(), &none, Overrides::default()).ascii, Some(false));
    }

    #[test]
    fn an_empty_variable_is_no_choice() {
        let empty = Environment::of([("KEYWARD_REGISTER", "")]);
        let settings = Settings::layered(&places(), Choices::default(), &empty, Overrides::default());
        assert_eq!(settings.register, places().register);
    }

    #[test]
    fn a_missing_file_is_one_without_choices_and_stays_missing() {
        let dir = tempfile::tempdir().unwrap();
        let places = Places::under(dir.path(), dir.path(), dir.path(), dir.path());
        let settings = Settings::load(&places, &Environment::default(), Overrides::default()).unwrap();
        assert_eq!(settings, Settings::defaults(&places));
        assert!(!places.config_file.exists());
    }

    #[test]
    fn every_look_has_a_word_of_its_own() {
        for look in Look::ALL {
            assert_eq!(Look::of_word(look.word()), Some(look));
        }
        assert_eq!(Look::of_word("Dark"), None);
    }
}
