//! Where Keyward keeps things on this computer.
//!
//! | | Linux | macOS |
//! |---|---|---|
//! | register | `~/.local/share/keyward/register.keyward` | `~/Library/Application Support/keyward/register.keyward` |
//! | settings | `~/.config/keyward/config.toml` | beside the register |
//! | marks | `~/.local/state/keyward/` | beside the register |
//! | reports | `~/Documents/Keyward`, or the home folder without `Documents` | the same |
//!
//! On Linux the `XDG_*` variables move them.
//!
//! Must never know: what is in any of these files.

use super::ConfigError;
use etcetera::BaseStrategy;
use std::path::{Path, PathBuf};

/// The folders and files of this person on this computer. Nothing is made by asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Where a register lies unless another is named.
    pub register: PathBuf,
    /// Where the practice register lies.
    pub practice: PathBuf,
    /// The settings.
    pub config_file: PathBuf,
    /// What this computer remembers: how far registers had grown.
    pub state: PathBuf,
    /// Where reports go unless another folder is chosen.
    pub reports: PathBuf,
}

impl Places {
    /// The places of whoever runs the program.
    ///
    /// # Errors
    /// [`ConfigError::NoHome`].
    pub fn find() -> Result<Self, ConfigError> {
        let base = etcetera::base_strategy::choose_native_strategy().map_err(|_| ConfigError::NoHome)?;
        let data = base.data_dir();
        // macOS keeps its own kind of file under Preferences and knows no state; one folder is easier to find.
        let config = if cfg!(target_os = "macos") { data.clone() } else { base.config_dir() };
        let state = base.state_dir().unwrap_or_else(|| data.clone());
        Ok(Self::under(base.home_dir(), &data, &config, &state))
    }

    /// The places under these folders.
    pub fn under(home: &Path, data: &Path, config: &Path, state: &Path) -> Self {
        let data = data.join("keyward");
        let documents = home.join("Documents");
        let reports = if documents.is_dir() { documents.join("Keyward") } else { home.join("Keyward") };
        Self {
            register: data.join("register.keyward"),
            practice: data.join("practice.keyward"),
            config_file: config.join("keyward").join("config.toml"),
            state: state.join("keyward"),
            reports,
        }
    }
}

/// A path as people write it, from their home: a status line is short.
pub fn from_home(path: &Path) -> String {
    let home = etcetera::home_dir().ok().filter(|home| !home.as_os_str().is_empty());
    match home.and_then(|home| path.strip_prefix(home).ok().map(Path::to_path_buf)) {
        Some(rest) => Path::new("~").join(rest).display().to_string(),
        None => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_its_folder_and_nothing_is_made() {
        let dir = tempfile::tempdir().expect("a folder");
        let home = dir.path();
        let places = Places::under(home, &home.join("data"), &home.join("config"), &home.join("state"));
        assert_eq!(places.register, home.join("data/keyward/register.keyward"));
        assert_eq!(places.practice, home.join("data/keyward/practice.keyward"));
        assert_eq!(places.config_file, home.join("config/keyward/config.toml"));
        assert_eq!(places.state, home.join("state/keyward"));
        assert_eq!(places.reports, home.join("Keyward"));
        assert_eq!(std::fs::read_dir(home).expect("a folder").count(), 0);
        std::fs::create_dir(home.join("Documents")).expect("a folder");
        let places = Places::under(home, home, home, home);
        assert_eq!(places.reports, home.join("Documents/Keyward"));
    }
}
