//! The program under a library that makes one of its calls fail, and what is left to be judged afterwards.

use crate::cli_home::Home;
use crate::import_office::state;
use keyward::domain::Instant;
use keyward::service::backup::Restore;
use keyward::service::door::{self, Access, Given};
use keyward::service::proof::{VerifyOptions, VerifyView};
use keyward::service::{Clock, Unlock};
use keyward::vault::read_identity;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

/// Builds the library once. A C compiler is needed to build Keyward itself, so it being absent is an error here.
fn shim() -> &'static Path {
    static SHIM: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    let (_, path) = SHIM.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("shim.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/faults/shim.c");
        let done = Command::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"])
            .arg(&path)
            .arg(&source)
            .output()
            .expect("a C compiler called cc is needed for this test, as it is for building Keyward");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        (dir, path)
    });
    path
}

/// What becomes of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The drive fails.
    Eio,
    /// The drive is full.
    Enospc,
    /// It is not allowed.
    Eacces,
    /// A signal came in between.
    Eintr,
    /// Half of a write is done.
    Short,
    /// A write is not done and nobody is told.
    Lie,
}

impl How {
    const fn word(self) -> &'static str {
        match self {
            Self::Eio => "5",
            Self::Enospc => "28",
            Self::Eacces => "13",
            Self::Eintr => "4",
            Self::Short => "short",
            Self::Lie => "lie",
        }
    }
}

/// Which call fails and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Counted from 1; 0 makes none fail.
    pub at: usize,
    /// How.
    pub how: How,
    /// All later ones fail too.
    pub stays: bool,
    /// Only calls on paths that end with this count.
    pub only: &'static str,
    /// Reading and opening to read count too.
    pub reads: bool,
}

impl Fault {
    /// Nothing fails; the calls are only counted.
    pub const NONE: Self = Self { at: 0, how: How::Eio, stays: false, only: "", reads: false };
}

/// One call that was met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Which.
    pub name: String,
    /// On which file, below the home; random parts of names are left out.
    pub place: String,
    /// It was made to fail.
    pub failed: bool,
}

/// A run of the program under the library.
#[derive(Debug)]
pub struct Ran {
    /// Exit code; nothing when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
    /// The watched calls, in order.
    pub calls: Vec<Call>,
}

impl Ran {
    /// The calls that were made to fail.
    pub fn failed(&self) -> Vec<&Call> {
        self.calls.iter().filter(|call| call.failed).collect()
    }
}

/// Runs a command on files of a home under the library.
pub fn run(home: &Home, mut command: Command, fault: Fault) -> Ran {
    let log = tempfile::NamedTempFile::new().unwrap();
    let output = command
        .env("LD_PRELOAD", shim())
        .env("FAULT_UNDER", home.path("").canonicalize().unwrap())
        .env("FAULT_LOG", log.path())
        .env("FAULT_AT", fault.at.to_string())
        .env("FAULT_HOW", fault.how.word())
        .env("FAULT_STAYS", if fault.stays { "1" } else { "0" })
        .env("FAULT_ONLY", fault.only)
        .env("FAULT_READS", if fault.reads { "1" } else { "0" })
        .output()
        .unwrap();
    ran(&output, &std::fs::read_to_string(log.path()).unwrap())
}

fn ran(output: &Output, log: &str) -> Ran {
    let calls = log.lines().map(|line| {
        let failed = line.starts_with('!');
        let mut parts = line.trim_start_matches('!').splitn(3, ' ').skip(1).map(str::to_owned);
        let (name, place) = (parts.next().unwrap(), parts.next().unwrap_or_default());
        Call { name, place: plain(&place), failed }
    });
    Ran {
        code: output.status.code(),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
        calls: calls.collect(),
    }
}

/// A path without the random end that hidden working files carry, and without the moment in names.
fn plain(place: &str) -> String {
    let parts = place.split('/').map(|part| match part.strip_prefix('.').and_then(|rest| rest.rsplit_once('-')) {
        Some((stem, _)) => format!(".{stem}-*"),
        None if part.ends_with(".txt") => "*.txt".to_owned(),
        None => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("/")
}

/// The way to the register of a home, for a look from this process.
pub fn access_at(root: &Path, now: &str) -> Access {
    let clock = Clock::Fixed(Instant::parse(now).unwrap());
    let mut access = Access::to(root.join("r.keyward"), clock, root.join("home/.local/state/keyward"));
    access.given = Some(Given::Identity(root.join("identity")));
    access
}

fn access(home: &Home) -> Access {
    access_at(&home.path(""), &home.now)
}

/// Opens what is left and has it prove itself: pages, chain, every table against the journal, that it reaches at least
/// this entry, and that what was computed from the records is what they give.
pub fn proof(home: &Home, at_least: u64) -> Result<VerifyView, String> {
    let mut visit = door::open(&access(home), Unlock::Given).map_err(|error| format!("does not open: {error}"))?;
    if !visit.warnings().is_empty() {
        return Err(format!("warns: {:?}", visit.warnings()));
    }
    let options = VerifyOptions { replay: true, receipt: None, at_least: Some(at_least) };
    let view = visit.looking().verify(&options).map_err(|error| format!("cannot be verified: {error}"))?;
    if !view.ok {
        return Err(format!("{:?}", view.problems));
    }
    let kept = state(visit.session());
    visit.looking().derive_again().map_err(|error| format!("cannot be computed again: {error}"))?;
    let again = state(visit.session());
    if kept != again {
        let other: Vec<&String> = kept.iter().filter(|line| !again.contains(line)).take(3).collect();
        return Err(format!("what was computed does not follow from the records: {other:?}"));
    }
    Ok(view)
}

/// A backup can be unpacked, opened and verified whole.
pub fn is_restorable(home: &Home, file: &Path) -> Result<(), String> {
    let identity = read_identity(&home.path("identity")).unwrap();
    let to = home.path("restored.keyward");
    let restore = Restore { folder: &to, file, marks: None, clock: access(home).clock };
    restore.prepare(keyward::vault::Unlock::Identity(identity)).map(drop).map_err(|error| error.to_string())
}
