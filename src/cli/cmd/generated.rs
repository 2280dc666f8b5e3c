//! `completions`, `man`, `keys`: printed from the tables the program itself works by.
//!
//! Must never know: any command or key by name.

use crate::cli::args::CompletionsArgs;
use crate::cli::output;
use crate::cli::{Exit, definition};
use crate::error::{AppError, ErrorClass};

/// Completions for a shell.
pub fn completions(args: &CompletionsArgs) -> Result<Exit, AppError> {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut definition(), "keyward", &mut out);
    output::write_out(&out)?;
    Ok(0)
}

/// The manual page: the program's, then one section for each command.
pub fn man() -> Result<Exit, AppError> {
    let failed =
        |error: std::io::Error| AppError::new(ErrorClass::System, format!("The manual could not be written: {error}"));
    let mut out = Vec::new();
    let whole = definition();
    let man = clap_mangen::Man::new(whole.clone());
    man.render(&mut out).map_err(failed)?;
    for command in whole.get_subcommands() {
        let name = format!("keyward {}", command.get_name());
        out.extend_from_slice(format!(".SH \"{}\"\n", name.to_uppercase()).as_bytes());
        let man = clap_mangen::Man::new(command.clone().bin_name(name));
        man.render_synopsis_section(&mut out).map_err(failed)?;
        man.render_description_section(&mut out).map_err(failed)?;
        man.render_options_section(&mut out).map_err(failed)?;
    }
    output::write_out(&out)?;
    Ok(0)
}
