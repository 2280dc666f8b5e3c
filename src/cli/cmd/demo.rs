//! `demo`: the practice register, and the screen on it.
//!
//! Must never know: what the practice register tells.

use super::screen;
use crate::cli::Exit;
use crate::cli::args::{DemoArgs, DemoSize};
use crate::cli::context::Context;
use crate::cli::output::{self, Answer};
use crate::error::AppError;
use crate::service::door::{self, Access};
use crate::service::practice::Size;
use crate::service::words;
use serde_json::json;

/// Runs it.
pub fn run(context: &Context, args: &DemoArgs) -> Result<Exit, AppError> {
    // The practice register never takes the place of the person's own: only an option moves it.
    let named = context.global.register.clone().or_else(|| context.environment.register());
    let folder = named.unwrap_or_else(|| context.places.practice.clone());
    let access = Access { keyring: None, ..context.access_to(folder) };
    let size = match args.size {
        DemoSize::Small => Size::Small,
        DemoSize::Typical => Size::Typical,
        DemoSize::Million => Size::Million,
    };
    if size == Size::Million {
        output::tell("A register with a million ways in. Filling it the first time takes some minutes.");
    }
    let filled = door::fill_practice(&access, size)?;
    if !args.fill_only && context.style == output::Style::Text {
        return screen::open(context, access);
    }
    let (people, clients, ways) = filled.counts;
    let text = format!(
        "{} the practice register {}.\n{}, {}, {}; {} of history.\nIt opens with --identity {}\n",
        if filled.fresh { "Filled" } else { "Found" },
        filled.folder.display(),
        words::counted(people, "person", "people"),
        words::counted(clients, "client", "clients"),
        words::counted(ways, "way in", "ways in"),
        words::counted(filled.entries, "entry", "entries"),
        filled.identity.display(),
    );
    let counts = json!({"technicians": people, "clients": clients, "grants": ways, "entries": filled.entries});
    let answer = Answer::new("demo", context.clock.now())
        .field("register", filled.folder.display().to_string())
        .field("identity", filled.identity.display().to_string())
        .field("counts", counts)
        .field("fresh", filled.fresh);
    answer.text(text).print(context.style)?;
    Ok(0)
}
