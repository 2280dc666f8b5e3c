//! What the process does before anything else so that its secrets stay its own.
//!
//! Must never know: what the program is for.

use rustix::process::{Resource, Rlimit, setrlimit, umask};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What was set, and what the system refused.
#[derive(Debug, Clone)]
pub struct Hardened {
    refused: Vec<&'static str>,
    file_too_large: Arc<AtomicBool>,
}

impl Hardened {
    /// The protections that the system refused, in words. Worth a line in the log, not worth stopping for.
    pub fn refused(&self) -> &[&'static str] {
        &self.refused
    }

    /// Whether a write hit the limit on file sizes since the last time this was asked.
    pub fn file_too_large(&self) -> bool {
        self.file_too_large.swap(false, Ordering::Relaxed)
    }
}

/// Makes new files private, forbids core dumps and looking into our memory, and turns a write beyond the limit on file
/// sizes, or into a pipe nobody reads, into an ordinary error instead of the end. Call it first in `main`, before any
/// thread is started.
pub fn harden() -> Hardened {
    umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let mut refused = Vec::new();
    if setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) }).is_err() {
        refused.push("core dumps could not be switched off");
    }
    #[cfg(target_os = "linux")]
    if rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable).is_err() {
        refused.push("other programs of this account may look into Keyward's memory");
    }
    let file_too_large = Arc::new(AtomicBool::new(false));
    if signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::clone(&file_too_large)).is_err() {
        refused.push("a file that grows too large will end the program");
    }
    // Rust's runtime ignores SIGPIPE already; a flag of our own holds also where it was told not to.
    if signal_hook::flag::register(signal_hook::consts::SIGPIPE, Arc::new(AtomicBool::new(false))).is_err() {
        refused.push("a closed pipe will end the program");
    }
    Hardened { refused, file_too_large }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

    use super::*;
    use crate::vault::tests::{again, is_again};
    use rustix::process::getrlimit;
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn after_hardening_files_are_private_memory_is_closed_and_limits_are_errors() {
        const SELF: &str = "vault::process::tests::\
                            after_hardening_files_are_private_memory_is_closed_and_limits_are_errors";
        if !is_again(SELF) {
            let output = again(SELF, "");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            return;
        }
        let hardened = harden();
        assert!(hardened.refused().is_empty(), "{:?}", hardened.refused());
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        let mut file = std::fs::File::create(&path).unwrap();
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        #[cfg(target_os = "linux")]
        assert_eq!(rustix::process::dumpable_behavior().unwrap(), rustix::process::DumpableBehavior::NotDumpable);

        let old = getrlimit(Resource::Fsize);
        setrlimit(Resource::Fsize, Rlimit { current: Some(100), maximum: old.maximum }).unwrap();
        assert!(!hardened.file_too_large());
        file.write_all(&[0; 100]).unwrap();
        assert!(file.write_all(&[0; 1]).is_err());
        setrlimit(Resource::Fsize, old).unwrap();
        assert!(hardened.file_too_large());
        assert!(!hardened.file_too_large(), "asking clears it");
    }
}
