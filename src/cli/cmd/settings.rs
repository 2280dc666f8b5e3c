//! `settings`, `set`: what is set in the register, and setting one.
//!
//! Must never know: what a setting means.

use crate::cli::Exit;
use crate::cli::args::SetArgs;
use crate::cli::context::{Context, apply};
use crate::cli::output::{Answer, table};
use crate::error::AppError;
use crate::service::Command;
use crate::service::settings::{self, SettingTakes};
use serde_json::{Map, Value, json};

/// Lists them.
pub fn list(context: &Context) -> Result<Exit, AppError> {
    context.answer(|session, as_of| {
        let at = Context::about(session, as_of);
        let scene = session.scene();
        let lines = settings::lines(&scene.settings, &scene.policy);
        let cells: Vec<Vec<String>> =
            lines.iter().map(|line| vec![line.name.clone(), line.title.clone(), line.value.clone()]).collect();
        let rows: Vec<Map<String, Value>> = lines
            .iter()
            .map(|line| {
                let may_be = match &line.takes {
                    SettingTakes::OneOf(all) => json!(all.iter().map(|(typed, _)| typed).collect::<Vec<_>>()),
                    SettingTakes::Typed(wanted) => json!(wanted),
                    SettingTakes::Nothing => Value::Null,
                };
                let pairs = [
                    ("name", json!(line.name)),
                    ("title", json!(line.title)),
                    ("value", json!(line.typed)),
                    ("shipped", json!(line.shipped)),
                    ("may_be", may_be),
                    ("why", json!(line.why)),
                    ("sources", json!(line.sources)),
                ];
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            })
            .collect();
        let text = table(&["Name", "What it is", "Set to"], &cells);
        Ok((Answer::new("settings", at).rows(rows).text(text), 0))
    })
}

/// Sets one.
pub fn set(context: &Context, args: SetArgs) -> Result<Exit, AppError> {
    context.change(|visit| {
        let (answer, _) = apply(visit, "set", Command::Set { name: args.name, value: args.value })?;
        Ok(answer)
    })
}
