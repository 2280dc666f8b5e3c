//! The settings' file: only what the person chose, read with all faults listed, written one choice at a time.
//!
//! Must never know: what the choices do.

use super::{ConfigError, Fault, Look};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// What the person chose; nothing where they chose nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// `look`.
    pub look: Option<Look>,
    /// `ascii`.
    pub ascii: Option<bool>,
    /// `mouse`.
    pub mouse: Option<bool>,
    /// `lock_after_minutes`, 1 to 60.
    pub lock_after_minutes: Option<u8>,
    /// `remember_key`.
    pub remember_key: Option<bool>,
    /// `keyring`: which one was used when `remember_key` was set.
    pub keyring: Option<String>,
    /// `register`.
    pub register: Option<PathBuf>,
    /// `reports`.
    pub reports: Option<PathBuf>,
}

/// One choice, as it is written back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// How the screen looks.
    Look(Look),
    /// Only plain letters.
    Ascii(bool),
    /// Clicks choose rows.
    Mouse(bool),
    /// Minutes until the register locks; kept within 1 to 60.
    LockAfterMinutes(u8),
    /// Leave the identity to this keyring; nothing forgets it.
    RememberKey(Option<String>),
    /// The register's folder.
    Register(PathBuf),
    /// Where reports go.
    Reports(PathBuf),
}

/// Every key of the file.
const KEYS: [&str; 8] =
    ["look", "ascii", "mouse", "lock_after_minutes", "remember_key", "keyring", "register", "reports"];

impl Choices {
    /// Reads the file's text.
    ///
    /// # Errors
    /// All faults, by line: what is no TOML, unknown keys with the one that was probably meant, values out of range.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut faults: Vec<Fault> =
            errors.iter().map(|e| fault(text, e.span().map_or(0, |s| s.start), e.message().to_owned())).collect();
        let mut choices = Self::default();
        for (key, value) in table.get_ref() {
            if let Err(what) = choices.take(key.get_ref(), value) {
                let known = KEYS.contains(&key.get_ref().as_ref());
                let at = if known { value.span().start } else { key.span().start };
                faults.push(fault(text, at, what));
            }
        }
        faults.sort_by_key(|f| (f.line, f.column));
        if faults.is_empty() { Ok(choices) } else { Err(faults) }
    }

    fn take(&mut self, key: &str, value: &Spanned<DeValue<'_>>) -> Result<(), String> {
        let value = value.get_ref();
        match key {
            "look" => self.look = Some(look(value)?),
            "ascii" => self.ascii = Some(yes_or_no(key, value)?),
            "mouse" => self.mouse = Some(yes_or_no(key, value)?),
            "lock_after_minutes" => self.lock_after_minutes = Some(minutes(value)?),
            "remember_key" => self.remember_key = Some(yes_or_no(key, value)?),
            "keyring" => self.keyring = Some(words(key, value)?.to_owned()),
            "register" => self.register = Some(folder(key, value)?),
            "reports" => self.reports = Some(folder(key, value)?),
            unknown => return Err(unknown_key(unknown)),
        }
        Ok(())
    }
}

fn look(value: &DeValue<'_>) -> Result<Look, String> {
    let all = Look::ALL.map(Look::word).join(", ");
    let word = value.as_str().ok_or_else(|| format!("look must be one of {all}, in quotes"))?;
    Look::of_word(word).ok_or_else(|| match nearest(word, &Look::ALL.map(Look::word)) {
        Some(meant) => format!("look has no {word:?}. Did you mean {meant:?}? Possible are {all}"),
        None => format!("look has no {word:?}. Possible are {all}"),
    })
}

fn yes_or_no(key: &str, value: &DeValue<'_>) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| format!("{key} must be true or false, without quotes"))
}

fn minutes(value: &DeValue<'_>) -> Result<u8, String> {
    let wrong = || "lock_after_minutes must be a whole number from 1 to 60, without quotes".to_owned();
    let digits = value.as_integer().filter(|i| i.radix() == 10).ok_or_else(wrong)?;
    digits.as_str().parse().ok().filter(|m| (1..=60).contains(m)).ok_or_else(wrong)
}

fn words<'a>(key: &str, value: &'a DeValue<'_>) -> Result<&'a str, String> {
    value.as_str().filter(|t| !t.is_empty()).ok_or_else(|| format!("{key} must be text in quotes"))
}

fn folder(key: &str, value: &DeValue<'_>) -> Result<PathBuf, String> {
    let path = PathBuf::from(words(key, value)?);
    // A relative folder would be another one in each place the program is started from.
    if path.is_absolute() { Ok(path) } else { Err(format!("{key} must be a full path, like \"/home/ortiz/keyward\"")) }
}

fn unknown_key(key: &str) -> String {
    match nearest(key, &KEYS) {
        Some(meant) => format!("there is no setting {key:?}. Did you mean {meant:?}?"),
        None => format!("there is no setting {key:?}. Possible are {}", KEYS.join(", ")),
    }
}

/// The word that was probably meant: at most a third of its letters differ.
fn nearest<'a>(typed: &str, words: &[&'a str]) -> Option<&'a str> {
    let typed = typed.to_lowercase().replace('-', "_");
    let far = |word: &str| distance(&typed, word);
    let best = words.iter().copied().min_by_key(|word| far(word))?;
    (far(best) <= best.len().div_ceil(3)).then_some(best)
}

/// Letters to insert, remove or change to come from one word to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut corner = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (b, &above) in to.chars().zip(row.iter().skip(1)) {
            left = (left + 1).min(above + 1).min(corner + usize::from(a != b));
            corner = above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

fn fault(text: &str, at: usize, what: String) -> Fault {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let number = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
    // The parser's sentences start small, as ours do; a period is set where they are listed.
    Fault { line: number(line), column: number(column), what: what.trim().replace('\n', " ") }
}

/// The file's text with one choice changed or added; everything else stays, comments too.
///
/// # Errors
/// The faults of the text as it is.
pub fn with_choice(text: &str, choice: &Choice) -> Result<String, Vec<Fault>> {
    Choices::parse(text)?;
    let set = |text: &str, key: &str, value: String| set_key(text, key, Some(&value));
    Ok(match choice {
        Choice::Look(look) => set(text, "look", quoted(look.word())),
        Choice::Ascii(yes) => set(text, "ascii", yes.to_string()),
        Choice::Mouse(yes) => set(text, "mouse", yes.to_string()),
        Choice::LockAfterMinutes(minutes) => set(text, "lock_after_minutes", (*minutes).clamp(1, 60).to_string()),
        Choice::RememberKey(Some(name)) => {
            let text = set(text, "remember_key", "true".into());
            set(&text, "keyring", quoted(name))
        }
        Choice::RememberKey(None) => {
            let text = set(text, "remember_key", "false".into());
            set_key(&text, "keyring", None)
        }
        Choice::Register(path) => set(text, "register", quoted(&path.to_string_lossy())),
        Choice::Reports(path) => set(text, "reports", quoted(&path.to_string_lossy())),
    })
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Replaces the value of a key in place, adds the key at the end, or takes its line away.
fn set_key(text: &str, key: &str, value: Option<&str>) -> String {
    let (table, _) = DeTable::parse_recoverable(text);
    let place = table.get_ref().iter().find(|(k, _)| k.get_ref() == key).map(|(k, v)| (k.span(), v.span()));
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    match (place, value) {
        (Some((_, old)), Some(new)) => format!("{}{new}{}", part(0..old.start), part(old.end..text.len())),
        (Some((name, old)), None) => {
            let start = part(0..name.start).rfind('\n').map_or(0, |at| at + 1);
            let end = part(old.end..text.len()).find('\n').map_or(text.len(), |at| old.end + at + 1);
            format!("{}{}", part(0..start), part(end..text.len()))
        }
        (None, Some(new)) => {
            let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
            format!("{text}{gap}{key} = {new}\n")
        }
        (None, None) => text.to_owned(),
    }
}

/// Reads the file; a missing one holds no choices.
pub(super) fn load(path: &Path) -> Result<Choices, ConfigError> {
    Choices::parse(&read(path)?).map_err(|faults| ConfigError::Faults { path: path.into(), faults })
}

impl Choice {
    /// Writes the choice into the file, which is made when it is not there: temporary file, synced, renamed.
    ///
    /// # Errors
    /// [`ConfigError::Faults`] when the file has faults already; it is left as it is. [`ConfigError::Io`].
    pub fn save(&self, path: &Path) -> Result<(), ConfigError> {
        let text =
            with_choice(&read(path)?, self).map_err(|faults| ConfigError::Faults { path: path.into(), faults })?;
        write(path, text.as_bytes())
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        Err(e) => return Err(ConfigError::io("read", path, e)),
    };
    String::from_utf8(bytes).map_err(|e| {
        let sound = e.utf8_error().valid_up_to();
        let text = String::from_utf8_lossy(e.as_bytes());
        let what = "a sign that is not UTF-8. Save the file as UTF-8".into();
        ConfigError::Faults { path: path.into(), faults: vec![fault(&text, sound, what)] }
    })
}

/// Replaces a small file of ours whole: temporary file beside it, synced, renamed. Makes the folder, for us alone.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<(), ConfigError> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    make_folder(folder)?;
    let failed = |e| ConfigError::io("write", path, e);
    let mut file = tempfile::Builder::new().prefix(".keyward-").tempfile_in(folder).map_err(failed)?;
    file.write_all(content).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(path).map_err(|e| failed(e.error))?;
    Ok(())
}

/// Makes a folder for us alone, with those above it. One that is there stays as it is.
pub(super) fn make_folder(folder: &Path) -> Result<(), ConfigError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|e| ConfigError::io("make the folder", folder, e))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

    use super::*;

    fn faults(text: &str) -> Vec<String> {
        Choices::parse(text).unwrap_err().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn all_choices_are_read() {
        let text = "look = \"high_contrast\"\nascii = true\nmouse = false\nlock_after_minutes = 60\nremember_key = true\n\
                    keyring = \"the Secret Service of the desktop\"\nregister = \"/srv/acme.keyward\"\nreports = \"/srv/out\"\n";
        let choices = Choices::parse(text).unwrap();
        assert_eq!(choices.look, Some(Look::HighContrast));
        assert_eq!((choices.ascii, choices.mouse, choices.remember_key), (Some(true), Some(false), Some(true)));
        assert_eq!(choices.lock_after_minutes, Some(60));
        assert_eq!(choices.register.as_deref(), Some(Path::new("/srv/acme.keyward")));
        assert_eq!(Choices::parse("").unwrap(), Choices::default());
        assert_eq!(Choices::parse("# nothing chosen\n").unwrap(), Choices::default());
    }

    #[test]
    fn all_faults_are_listed_at_once_with_their_lines() {
        let text = "# mine\nlok = \"dark\"\nmouse = \"yes\"\n\nlock_after_minutes = 0\nlook = \"drak\"\nwallpaper = 1\nreports = \"out\"\n";
        assert_eq!(
            faults(text),
            [
                "line 2: there is no setting \"lok\". Did you mean \"look\"?",
                "line 3: mouse must be true or false, without quotes",
                "line 5: lock_after_minutes must be a whole number from 1 to 60, without quotes",
                "line 6: look has no \"drak\". Did you mean \"dark\"? Possible are own, dark, light, high_contrast",
                "line 7: there is no setting \"wallpaper\". Possible are look, ascii, mouse, lock_after_minutes, remember_key, keyring, register, reports",
                "line 8: reports must be a full path, like \"/home/ortiz/keyward\"",
            ]
        );
        let at: Vec<u64> = Choices::parse(text).unwrap_err().iter().map(|f| f.column).collect();
        assert_eq!(at, [1, 9, 22, 8, 1, 11]);
    }

    #[test]
    fn minutes_are_held_to_their_range_on_both_sides() {
        for (value, sound) in [
            ("1", true),
            ("60", true),
            ("0", false),
            ("61", false),
            ("-1", false),
            ("300", false),
            ("10.0", false),
            ("\"10\"", false),
        ] {
            assert_eq!(Choices::parse(&format!("lock_after_minutes = {value}")).is_ok(), sound, "{value}");
        }
    }

    #[test]
    fn text_that_is_no_toml_is_a_fault_with_its_line_and_the_rest_is_still_checked() {
        let listed = faults("look = \"dark\"\nmouse = = true\nlock_after_minutes = 99\n");
        assert!(listed.iter().any(|f| f.starts_with("line 2: ")), "{listed:?}");
        assert!(listed.iter().any(|f| f.starts_with("line 3: lock_after_minutes")), "{listed:?}");
        assert!(!faults("look = \"dark\"\nlook = \"light\"\n").is_empty());
    }

    #[test]
    fn a_choice_is_written_without_touching_anything_else() {
        let text = "# how I like it\nlook = \"dark\"   # at night\n\nmouse = true\n";
        let light = with_choice(text, &Choice::Look(Look::Light)).unwrap();
        assert_eq!(light, "# how I like it\nlook = \"light\"   # at night\n\nmouse = true\n");
        let minutes = with_choice(&light, &Choice::LockAfterMinutes(5)).unwrap();
        assert_eq!(minutes, format!("{light}lock_after_minutes = 5\n"));
        assert_eq!(with_choice("mouse = true", &Choice::Ascii(true)).unwrap(), "mouse = true\nascii = true\n");
        assert_eq!(with_choice("", &Choice::Mouse(true)).unwrap(), "mouse = true\n");
    }

    #[test]
    fn remembering_the_key_names_the_keyring_and_forgetting_it_takes_the_name_away() {
        let on = with_choice("mouse = true\n", &Choice::RememberKey(Some("KWallet".into()))).unwrap();
        assert_eq!(on, "mouse = true\nremember_key = true\nkeyring = \"KWallet\"\n");
        let off = with_choice(&on, &Choice::RememberKey(None)).unwrap();
        assert_eq!(off, "mouse = true\nremember_key = false\n");
    }

    #[test]
    fn whatever_is_written_reads_back() {
        for path in ["/srv/acme \"quoted\".keyward", "/srv/back\\slash", "/srv/Zürich/密"] {
            let text = with_choice("", &Choice::Register(path.into())).unwrap();
            assert_eq!(Choices::parse(&text).unwrap().register.as_deref(), Some(Path::new(path)), "{text}");
        }
    }

    #[test]
    fn a_file_with_faults_is_not_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("keyward/config.toml");
        Choice::Mouse(true).save(&path).unwrap();
        assert_eq!(load(&path).unwrap().mouse, Some(true));
        std::fs::write(&path, "muose = true\n").unwrap();
        let error = Choice::Mouse(false).save(&path).unwrap_err();
        assert!(error.to_string().contains("Did you mean \"mouse\"?"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "muose = true\n");
        std::fs::write(&path, b"look = \"dark\"\nregister = \"/srv/Z\xfcrich\"\n").unwrap();
        assert!(load(&path).unwrap_err().to_string().contains("line 2: a sign that is not UTF-8"));
    }
}
