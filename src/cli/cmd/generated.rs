//! `completions`, `man`, `keys`: printed from the tables the program itself works by.
//!
//! Must never know: any command or key by name.

use crate::cli::args::CompletionsArgs;
use crate::cli::output::{self, Answer, Style, table};
use crate::cli::{Exit, definition};
use crate::error::{AppError, ErrorClass};
use crate::tui::keymap;
use serde_json::{Map, Value, json};
use std::io::Write as _;

/// Completions for a shell.
pub fn completions(args: &CompletionsArgs) -> Result<Exit, AppError> {
    let mut out = Vec::new();
    clap_complete::generate(args.shell, &mut definition(), "keyward", &mut out);
    output::write_out(&out)?;
    Ok(0)
}

/// The manual page: the program's, then one section for each command.
pub fn man() -> Result<Exit, AppError> {
    let mut whole = definition();
    whole.build();
    let mut out = Vec::new();
    clap_mangen::Man::new(whole.clone())
        .render(&mut out)
        .and_then(|()| sections(&whole, "keyward", &mut out))
        .and_then(|()| out.write_all(key_section().as_bytes()))
        .map_err(|error| AppError::new(ErrorClass::System, format!("The manual could not be written: {error}")))?;
    output::write_out(&out)?;
    Ok(0)
}

/// The keys of the screen, place by place, as a section of the manual page.
fn key_section() -> String {
    // A dot or a quote at the start of a line, and a backslash anywhere, would be a command to the formatter.
    let clean = |words: &str| words.replace('\\', "\\e").replace('-', "\\-");
    let mut out = ".SH KEYS\n".to_owned();
    let mut place = "";
    for line in keymap::sheet() {
        if line.place != place {
            place = line.place;
            out.push_str(&format!(".SS \"{}\"\n", clean(place)));
        }
        out.push_str(&format!(".TP\n\\fB\\&{}\\fR\n\\&{}: {}\n", clean(&line.keys), line.verb, clean(line.help)));
    }
    out
}

/// A section for each command below this one that does something itself.
fn sections(of: &clap::Command, path: &str, out: &mut Vec<u8>) -> std::io::Result<()> {
    for command in of.get_subcommands().filter(|command| command.get_name() != "help") {
        let path = format!("{path} {}", command.get_name());
        if command.has_subcommands() {
            sections(command, &path, out)?;
            continue;
        }
        out.extend_from_slice(format!(".SH \"{}\"\n", path.to_uppercase()).as_bytes());
        let man = clap_mangen::Man::new(command.clone());
        man.render_synopsis_section(&mut *out)?;
        man.render_description_section(&mut *out)?;
        man.render_options_section(&mut *out)?;
    }
    Ok(())
}

/// The keys of the screen.
pub fn keys(style: Style) -> Result<Exit, AppError> {
    let lines = keymap::sheet();
    let cells: Vec<Vec<String>> = lines
        .iter()
        .map(|line| vec![line.place.to_owned(), line.keys.clone(), line.verb.to_owned(), line.help.to_owned()])
        .collect();
    let rows: Vec<Map<String, Value>> = lines
        .iter()
        .map(|line| {
            let pairs = [
                ("place", json!(line.place)),
                ("keys", json!(line.keys)),
                ("verb", json!(line.verb)),
                ("help", json!(line.help)),
                ("changes", json!(line.changes)),
            ];
            pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
        })
        .collect();
    let answer = Answer { kind: "keys", ..Answer::default() };
    answer.rows(rows).text(table(&["Where", "Keys", "Does", "More"], &cells)).print(style)?;
    Ok(0)
}
