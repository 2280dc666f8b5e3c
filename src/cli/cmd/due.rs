//! `due`: what is due or late; for a person in the morning and for cron.
//!
//! Must never know: where due dates come from.

use crate::cli::args::DueArgs;
use crate::cli::context::Context;
use crate::cli::output::{Answer, table};
use crate::cli::{Exit, FOUND};
use crate::error::AppError;
use crate::service::words;
use serde_json::{Map, Value, json};

/// Runs it. Exit code 3 when something is late.
pub fn run(context: &Context, args: &DueArgs) -> Result<Exit, AppError> {
    context.answer(|session, as_of| {
        let lines = session.due(args.within, as_of)?;
        let at = Context::about(session, as_of);
        let zone = session.scene().zone;
        let late = lines.iter().filter(|line| line.late).count();
        let cells: Vec<Vec<String>> = lines
            .iter()
            .map(|line| {
                vec![
                    if line.late { "LATE".to_owned() } else { String::new() },
                    words::moment(line.due, at, &zone),
                    line.kind.to_owned(),
                    line.what.clone(),
                    line.who.clone().unwrap_or_default(),
                ]
            })
            .collect();
        let rows: Vec<Map<String, Value>> = lines
            .iter()
            .map(|line| {
                let pairs = [
                    ("due", json!(line.due.rfc3339())),
                    ("late", json!(line.late)),
                    ("kind", json!(line.kind)),
                    ("what", json!(line.what)),
                    ("who", json!(line.who)),
                    ("run", json!(line.run.map(|run| run.0))),
                ];
                pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
            })
            .collect();
        let text = if cells.is_empty() {
            format!(
                "Nothing is late, and nothing falls due within {}.\n",
                words::counted(args.within.into(), "day", "days")
            )
        } else {
            let list = table(&["", "Due", "Kind", "What", "Who"], &cells);
            format!("{list}\n{} late, {} in all.\n", words::count(late as u64), words::count(lines.len() as u64))
        };
        let answer = Answer::new("due", at).field("late", late).rows(rows).text(text);
        Ok((answer, if late > 0 { FOUND } else { 0 }))
    })
}
