//! A home of its own for the program: nothing of the person who runs the tests is seen or touched.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The moment every test happens at.
pub const NOW: &str = "2026-11-23T13:41:00Z";

/// A folder with a home, a register's place and an identity's place.
pub struct Home {
    dir: tempfile::TempDir,
    /// The clock of the next command.
    pub now: String,
}

/// What a command did.
#[derive(Debug)]
pub struct Done {
    /// Exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Home {
    /// An empty home.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("home")).unwrap();
        Self { dir, now: NOW.to_owned() }
    }

    /// A home with a register that opens with an identity file.
    pub fn with_register() -> Self {
        let home = Self::new();
        home.ok(&["init", "--operator", "M. Ortiz", "--zone", "Europe/London", "--firm", "Acme MSP"]);
        home
    }

    /// Another home with the same files.
    pub fn copied(&self) -> Self {
        let dir = tempfile::tempdir().unwrap();
        copy(self.dir.path(), dir.path());
        Self { dir, now: self.now.clone() }
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// The register's folder.
    pub fn register(&self) -> PathBuf {
        self.path("r.keyward")
    }

    /// A command in a clean environment, without options.
    pub fn bare(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keyward"));
        self.clean(&mut command);
        command
    }

    /// Gives any command the clean environment.
    pub fn clean(&self, command: &mut Command) {
        command.env_clear().env("HOME", self.path("home")).env("KEYWARD_NOW", &self.now).current_dir(self.dir.path());
        command.stdin(Stdio::null());
    }

    /// Runs it on the register without anything that opens it.
    pub fn locked(&self, args: &[&str]) -> Done {
        let mut command = self.bare();
        command.arg("--register").arg(self.register()).args(args);
        finished(command)
    }

    /// Runs it on the register with its identity.
    pub fn run(&self, args: &[&str]) -> Done {
        let mut command = self.bare();
        command.arg("--register").arg(self.register()).arg("--identity").arg(self.path("identity")).args(args);
        finished(command)
    }

    /// The same, and it has to succeed. Gives what it printed.
    pub fn ok(&self, args: &[&str]) -> String {
        let done = self.run(args);
        assert_eq!(done.code, 0, "{args:?}: {}{}", done.out, done.err);
        done.out
    }

    /// The same as JSON.
    pub fn json(&self, args: &[&str]) -> Value {
        let mut all = vec!["--json"];
        all.extend_from_slice(args);
        let printed = self.ok(&all);
        assert_eq!(printed.lines().count(), 1, "{printed}");
        serde_json::from_str(&printed).unwrap()
    }

    /// The error as JSON, with the exit code.
    pub fn refused(&self, args: &[&str]) -> (i32, Value) {
        let mut all = vec!["--json"];
        all.extend_from_slice(args);
        self.run(&all).error()
    }
}

impl Done {
    /// The error as JSON, with the exit code.
    pub fn error(&self) -> (i32, Value) {
        assert_ne!(self.code, 0, "{}", self.out);
        let last = self.err.lines().last().unwrap_or_default();
        let error: Value = serde_json::from_str(last).unwrap_or_else(|_| panic!("no error in JSON: {}", self.err));
        (self.code, error["error"].clone())
    }
}

/// Copies what is in a folder, rights included.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Runs a command to its end.
pub fn finished(mut command: Command) -> Done {
    let done = command.output().unwrap();
    Done {
        code: done.status.code().unwrap_or(-1),
        out: String::from_utf8(done.stdout).unwrap(),
        err: String::from_utf8(done.stderr).unwrap(),
    }
}

/// Every file below a folder with its content, rights included: equal means that nothing was touched.
pub fn contents(folder: &Path) -> Vec<(PathBuf, u32, Vec<u8>)> {
    use std::os::unix::fs::MetadataExt as _;
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let met = std::fs::symlink_metadata(&path).unwrap();
        if met.is_dir() {
            all.push((path.clone(), met.mode(), Vec::new()));
            all.extend(contents(&path));
        } else {
            all.push((path.clone(), met.mode(), std::fs::read(&path).unwrap()));
        }
    }
    all.sort();
    all
}
