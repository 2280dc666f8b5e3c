//! The program: parse, run, exit with the right code.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::SUCCESS
}
