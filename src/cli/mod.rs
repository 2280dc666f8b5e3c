//! The commands: arguments in, text or JSON out, exit codes.
//!
//! Must never know: rusqlite, ratatui, rules.

pub mod args;
mod cmd;
mod context;
mod files;
pub mod output;
mod plain;
mod prompt;

use crate::error::{AppError, ErrorClass};
use crate::vault::process::Hardened;
use args::{Cli, Command};
use clap::{CommandFactory as _, Parser as _};
use context::Context;
use output::Style;
use std::panic;

/// How a command ended, as the exit code: 0, or 3 when a check found something.
pub(crate) type Exit = u8;

/// Exit code of a check that found something.
pub(crate) const FOUND: Exit = 3;

/// A panic says that Keyward stopped, and nothing of what it was working on.
pub fn quiet_panics() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map_or_else(String::new, |at| format!(" ({}:{})", at.file(), at.line()));
        output::tell(&format!("Keyward stopped because of a fault of its own{place}. Nothing you saved is lost."));
        output::tell("  Please report it with the place in brackets.");
    }));
}

/// Parses the command line and runs it. Gives the exit code.
pub fn run(hardened: &Hardened) -> u8 {
    let json = std::env::args_os().any(|arg| arg == "--json");
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error, json),
    };
    let style = match (cli.global.json, cli.global.csv) {
        (true, _) => Style::Json,
        (_, true) => Style::Csv,
        _ => Style::Text,
    };
    let done = panic::catch_unwind(|| dispatch(cli, style));
    match done {
        Ok(Ok(code)) => code,
        Ok(Err(error)) => {
            let error = if hardened.file_too_large() { too_large() } else { error };
            output::complain(&error, style);
            error.class.exit_code()
        }
        Err(_) => ErrorClass::Internal.exit_code(),
    }
}

/// A write beyond the limit on file sizes arrives as a failing drive; the signal that came along tells it apart.
fn too_large() -> AppError {
    AppError::new(
        ErrorClass::DiskFull,
        "The register could not be saved: a file reached the largest size that is allowed here. Nothing was saved.",
    )
    .hint("Ask whoever looks after this computer to raise the limit, then try again")
}

/// Help and version are answers; anything else is a wrong command line.
fn usage(error: &clap::Error, json: bool) -> u8 {
    if error.use_stderr() && json {
        let whole = error.to_string();
        let message = whole.lines().next().unwrap_or_default().trim_start_matches("error: ");
        output::complain(&AppError::new(ErrorClass::Usage, message), Style::Json);
    } else {
        // Help that nobody reads to its end is no error.
        let _ = error.print();
    }
    if error.use_stderr() { ErrorClass::Usage.exit_code() } else { 0 }
}

fn dispatch(cli: Cli, style: Style) -> Result<Exit, AppError> {
    use Command as C;
    let Some(command) = cli.command else {
        return cmd::screen::run(&Context::new(cli.global, style)?);
    };
    // These read nothing, so they work also where nothing else does.
    match &command {
        C::Completions(args) => return cmd::generated::completions(args),
        C::Man => return cmd::generated::man(),
        C::Keys => return cmd::generated::keys(style),
        C::Formats => return cmd::formats::run(style),
        _ => {}
    }
    let context = Context::new(cli.global, style)?;
    let context = &context;
    match command {
        C::Demo(args) => cmd::demo::run(context, &args),
        C::Init(args) => cmd::init::run(context, &args),
        C::Import(args) => cmd::import::run(context, args),
        C::Technicians(args) => cmd::list::run(context, "technicians", args),
        C::Clients(args) => cmd::list::run(context, "clients", args),
        C::Systems(args) => cmd::list::run(context, "systems", args),
        C::Accounts(args) => cmd::list::run(context, "accounts", args),
        C::Grants(args) => cmd::list::run(context, "grants", args),
        C::Secrets(args) => cmd::list::run(context, "secrets", args),
        C::Assets(args) => cmd::list::run(context, "assets", args),
        C::Contacts(args) => cmd::list::run(context, "contacts", args),
        C::DataLocations(args) => cmd::list::run(context, "data-locations", args),
        C::Policies(args) => cmd::list::run(context, "policies", args),
        C::Courses(args) => cmd::list::run(context, "courses", args),
        C::Roles(args) => cmd::list::run(context, "roles", args),
        C::Add(args) => cmd::add::run(context, &args),
        C::Edit(args) => cmd::edit::run(context, &args),
        C::Who(args) => cmd::who::run(context, &args),
        C::Reach(args) => cmd::reach::run(context, &args),
        C::Knows(args) => cmd::knows::run(context, &args),
        C::WhatIf(args) => cmd::what_if::run(context, &args),
        C::Grant(args) => cmd::grant::run(context, args),
        C::Revoke(args) => cmd::revoke::run(context, &args),
        C::Rotate(args) => cmd::rotate::run(context, &args),
        C::Discharge(command) => cmd::discharge::run(context, command),
        C::Findings(args) => cmd::findings::run(context, &args),
        C::Accept(args) => cmd::accept::run(context, args),
        C::Due(args) => cmd::due::run(context, &args),
        C::History(args) => cmd::history::run(context, &args),
        C::Undo(args) => cmd::undo::run(context, &args),
        C::Verify(args) => cmd::verify::run(context, &args),
        C::Report(args) => cmd::report::run(context, &args),
        C::Export(args) => cmd::export::run(context, &args),
        C::Backup(args) => cmd::backup::run(context, &args),
        C::Restore(args) => cmd::restore::run(context, &args),
        C::Key(command) => cmd::key::run(context, &command),
        C::Settings => cmd::settings::list(context),
        C::Set(args) => cmd::settings::set(context, args),
        C::Completions(_) | C::Man | C::Keys | C::Formats => Ok(0),
    }
}

/// The whole command line as clap knows it, for what is generated from it.
pub(crate) fn definition() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_holds_together() {
        super::definition().debug_assert();
    }
}
