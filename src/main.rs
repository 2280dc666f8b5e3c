//! The program: harden, parse, run, exit with the right code.

use std::process::ExitCode;

/// Memory is wiped when it is given back: keys and names do not linger in what the system hands on.
#[global_allocator]
static WIPED: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    // What the system refused of it is no reason to stop.
    let hardened = keyward::vault::harden();
    keyward::cli::quiet_panics();
    ExitCode::from(keyward::cli::run(&hardened))
}
