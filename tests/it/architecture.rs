//! The walls between the rooms: one crate has no compiler wall, so this test is the wall.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Which rooms a room may name.
const MAY_USE: &[(&str, &[&str])] = &[
    ("domain", &["domain"]),
    ("journal", &["domain", "journal"]),
    ("store", &["domain", "journal", "secret", "store"]),
    ("import", &["domain", "error", "import", "text"]),
    ("report", &["domain", "report", "text"]),
    ("vault", &["error", "secret", "vault"]),
    ("config", &["config", "domain", "error"]),
    (
        "service",
        &["config", "domain", "error", "import", "journal", "report", "secret", "service", "store", "text", "vault"],
    ),
    ("cli", &["cli", "config", "domain", "error", "import", "report", "secret", "service", "text", "tui", "vault"]),
    ("tui", &["config", "domain", "error", "secret", "service", "text", "tui"]),
    ("error", &["error"]),
    ("secret", &["secret"]),
    ("text", &["text"]),
];

/// Crates that only one room may name, and files beyond 600 lines, each with its reason.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("rusqlite", &["store"]),
    ("ratatui", &["tui"]),
    ("crossterm", &["tui"]),
    ("clap", &["cli"]),
    ("age", &["vault"]),
    ("keyring", &["vault"]),
    ("krilla", &["report"]),
    ("calamine", &["import"]),
];

const LONG_FILES: &[(&str, &str)] = &[];

/// Functions beyond 80 lines, each with its reason.
const LONG_FUNCTIONS: &[(&str, &str)] = &[("src/report/tests/sample.rs", "one sample report, written out")];

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

fn all() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    sources(&root.join("src"), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            let room = name.trim_start_matches("src/").split(['/', '.']).next().unwrap().to_owned();
            (name, room, fs::read_to_string(&path).unwrap())
        })
        .collect()
}

#[test]
fn rooms_name_only_the_rooms_they_may_know() {
    let allowed: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let mut wrong = Vec::new();
    for (name, room, text) in all() {
        let Some(may) = allowed.get(room.as_str()) else { continue };
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            for part in code.split("crate::").skip(1) {
                let used: String = part.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                let is_macro = part[used.len()..].starts_with('!');
                if !used.is_empty() && !is_macro && !may.contains(&used.as_str()) {
                    wrong.push(format!("{name}:{}: {room} must not know {used}", number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_library_with_one_home_is_named_only_there() {
    let mut wrong = Vec::new();
    for (name, room, text) in all() {
        for (library, homes) in ONLY_IN {
            let named = text.lines().any(|line| names(line.split("//").next().unwrap_or_default(), library));
            if named && !homes.contains(&room.as_str()) {
                wrong.push(format!("{name} names {library}, whose home is {homes:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a line of code names a library: its name as a whole word before `::` or in a `use`.
fn names(code: &str, library: &str) -> bool {
    let mut from = 0;
    while let Some(at) = code[from..].find(library) {
        let (start, end) = (from + at, from + at + library.len());
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let whole = !code[..start].ends_with(word) && !code[..start].ends_with("::");
        if whole && (code[end..].starts_with("::") || code.trim() == format!("use {library};")) {
            return true;
        }
        from = end;
    }
    false
}

#[test]
fn every_module_says_what_it_is_and_no_file_is_too_long() {
    let mut wrong = Vec::new();
    for (name, _, text) in all() {
        if !text.starts_with("//!") {
            wrong.push(format!("{name} does not begin with //!"));
        }
        let lines = text.lines().count();
        if lines > 600 && !LONG_FILES.iter().any(|(long, _)| *long == name) {
            wrong.push(format!("{name} has {lines} lines"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_function_is_too_long() {
    let mut wrong = Vec::new();
    for (name, _, text) in all() {
        let (mut start, mut indent, mut title) = (None, 0, String::new());
        for (number, line) in text.lines().enumerate() {
            let trimmed = line.trim_start();
            let here = line.len() - trimmed.len();
            let is_fn = trimmed.contains("fn ") && trimmed.ends_with('{') && !trimmed.starts_with("//");
            if start.is_none() && is_fn {
                (start, indent, title) = (Some(number), here, trimmed.to_owned());
            } else if let Some(from) = start
                && here == indent
                && trimmed.starts_with('}')
            {
                if number - from > 80 && !LONG_FUNCTIONS.iter().any(|(long, _)| *long == name) {
                    wrong.push(format!("{name}:{}: {} lines: {title}", from + 1, number - from));
                }
                start = None;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_test_file_is_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let main = fs::read_to_string(root.join("main.rs")).unwrap();
    for entry in fs::read_dir(&root).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if let Some(module) = name.strip_suffix(".rs")
            && module != "main"
        {
            assert!(main.contains(&format!("mod {module};")), "tests/it/main.rs does not list {module}");
        }
    }
}
