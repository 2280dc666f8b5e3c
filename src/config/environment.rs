//! The environment variables Keyward reads, as values.
//!
//! Must never know: files, and what the variables lead to.

use super::ConfigError;
use chrono::{DateTime, NaiveDateTime, Utc};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// A snapshot of the environment. Tests make their own.
#[derive(Clone, Default)]
pub struct Environment(BTreeMap<OsString, OsString>);

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        Self(std::env::vars_os().collect())
    }

    /// An environment with these variables and no others.
    pub fn of<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }

    /// A variable that is set, not empty, and text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(std::ffi::OsStr::new(name)).and_then(|v| v.to_str()).filter(|v| !v.is_empty())
    }

    /// A variable that names a file or folder; any bytes the system allows.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.0.get(std::ffi::OsStr::new(name)).filter(|v| !v.is_empty()).map(PathBuf::from)
    }

    /// The register's folder from `KEYWARD_REGISTER`.
    pub fn register(&self) -> Option<PathBuf> {
        self.path("KEYWARD_REGISTER")
    }

    /// The file that tests watch to see the screen at rest, from `KEYWARD_TEST_IDLE`.
    pub fn test_idle(&self) -> Option<PathBuf> {
        self.path("KEYWARD_TEST_IDLE")
    }

    /// The fixed clock of tests from `KEYWARD_NOW`; entries made under it are marked.
    ///
    /// # Errors
    /// [`ConfigError::NowWithoutOffset`], [`ConfigError::NowUnreadable`]. A misspelt clock must not become the real one.
    pub fn now(&self) -> Result<Option<FixedNow>, ConfigError> {
        if self.path("KEYWARD_NOW").is_none() {
            return Ok(None);
        }
        self.text("KEYWARD_NOW").map_or_else(
            || Err(ConfigError::NowUnreadable { text: "(not text)".into() }),
            |text| FixedNow::parse(text).map(Some),
        )
    }
}

impl std::fmt::Debug for Environment {
    /// Names only: other programs keep secrets in variables.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

/// A fixed moment in place of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixedNow(pub DateTime<Utc>);

impl FixedNow {
    /// Reads RFC 3339 with an offset: `2026-11-23T13:41:00Z`, `2026-11-23T14:41+01:00`; seconds may be left out.
    ///
    /// # Errors
    /// [`ConfigError::NowWithoutOffset`], [`ConfigError::NowUnreadable`].
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let text = text.trim();
        let with_seconds = DateTime::parse_from_rfc3339(text);
        let zulu = text.strip_suffix(['Z', 'z']).map(|rest| format!("{rest}+00:00"));
        let short = zulu.as_deref().unwrap_or(text);
        let parsed = with_seconds.or_else(|_| DateTime::parse_from_str(short, "%Y-%m-%dT%H:%M%:z"));
        if let Ok(at) = parsed {
            return Ok(Self(at.to_utc()));
        }
        let bare = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
            .iter()
            .any(|form| NaiveDateTime::parse_from_str(text, form).is_ok())
            || text.parse::<chrono::NaiveDate>().is_ok();
        let text = text.to_owned();
        Err(if bare { ConfigError::NowWithoutOffset { text } } else { ConfigError::NowUnreadable { text } })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

    use super::*;

    fn now(text: &str) -> Result<String, ConfigError> {
        let read = Environment::of([("KEYWARD_NOW", text)]).now()?;
        Ok(read.map_or_else(|| "the real clock".into(), |at| at.0.to_rfc3339()))
    }

    #[test]
    fn a_fixed_clock_needs_its_offset() {
        assert_eq!(now("2026-11-23T13:41:00Z").unwrap(), "2026-11-23T13:41:00+00:00");
        assert_eq!(now("2026-11-23T14:41+01:00").unwrap(), "2026-11-23T13:41:00+00:00");
        assert_eq!(now("2026-11-23T13:41Z").unwrap(), "2026-11-23T13:41:00+00:00");
        for bare in ["2026-11-23T13:41", "2026-11-23T13:41:00", "2026-11-23 13:41", "2026-11-23"] {
            let error = now(bare).unwrap_err();
            assert!(matches!(error, ConfigError::NowWithoutOffset { .. }), "{bare}");
            assert!(error.to_string().contains(bare), "{error}");
        }
        for nonsense in ["now", "2026-13-01T00:00:00Z", "2026-11-23T25:00:00Z"] {
            assert!(matches!(now(nonsense), Err(ConfigError::NowUnreadable { .. })), "{nonsense}");
        }
    }

    #[test]
    fn without_the_variable_or_with_an_empty_one_the_real_clock_runs() {
        assert_eq!(now("").unwrap(), "the real clock");
        assert_eq!(Environment::default().now().unwrap(), None);
    }

    #[test]
    fn debug_output_shows_no_values() {
        let shown = format!("{:?}", Environment::of([("API_TOKEN", "hunter2")]));
        assert_eq!(shown, r#"{"API_TOKEN"}"#);
    }
}
