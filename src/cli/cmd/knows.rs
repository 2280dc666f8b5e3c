//! `knows`: the shared logins and codes one person knows and that were not changed since.
//!
//! Must never know: how knowing is computed.

use crate::cli::Exit;
use crate::cli::args::SubjectArgs;
use crate::cli::context::{Context, day};
use crate::cli::output::{Answer, table};
use crate::domain::Instant;
use crate::error::{AppError, ErrorClass};
use crate::service::view::SecretLine;
use crate::service::{resolve, words};
use crate::text::shown;
use serde_json::{Map, Value, json};

/// Runs it.
pub fn run(context: &Context, args: &SubjectArgs) -> Result<Exit, AppError> {
    let all = match args.state.as_deref() {
        None | Some("open") => false,
        Some("all") => true,
        Some(_) => return Err(AppError::new(ErrorClass::Usage, "--state takes open or all here.")),
    };
    context.answer(|session, as_of| {
        let person = session.find(|facts| resolve::person(facts, &args.subject, context.naming()))?;
        let lines = session.knows(person.id, all, as_of)?;
        let at = Context::about(session, as_of);
        let zone = session.scene().zone;
        let known = lines.iter().filter(|line| !line.safe).count() as u64;
        let head = format!(
            "{} knows {} that nobody changed since.",
            shown(&person.name),
            words::counted(known, "shared login", "shared logins")
        );
        let cells: Vec<Vec<String>> = lines
            .iter()
            .map(|line| {
                vec![
                    line.risk.mark().to_owned(),
                    line.secret.0.to_string(),
                    line.name.clone(),
                    line.kind.shown().to_owned(),
                    line.client_name.clone(),
                    line.systems.join(", "),
                    day(line.known_from, at, &zone),
                    line.known_until.map_or_else(|| "still".to_owned(), |until| words::day(until, at, &zone)),
                    day(line.changed, at, &zone),
                    line.still_needed_by.join(", "),
                ]
            })
            .collect();
        let headings = ["", "Id", "Name", "Kind", "Client", "Opens", "Known from", "Until", "Changed", "Needed by"];
        let list = if cells.is_empty() { String::new() } else { format!("{}\n", table(&headings, &cells)) };
        let rows = lines.iter().map(row).collect();
        let answer = Answer::new("knows", at).field("technician", person.name.clone()).rows(rows);
        Ok((answer.text(format!("{list}{head}\n")), 0))
    })
}

/// A shared login as a row.
pub fn row(line: &SecretLine) -> Map<String, Value> {
    let at = |at: Option<Instant>| json!(at.map(Instant::rfc3339));
    let pairs = [
        ("id", json!(line.secret.0)),
        ("secret", json!(line.name)),
        ("kind", json!(line.kind.stored())),
        ("client", json!(line.client_name)),
        ("systems", json!(line.systems)),
        ("known_from", at(line.known_from)),
        ("known_until", at(line.known_until)),
        ("changed_at", at(line.changed)),
        ("safe", json!(line.safe)),
        ("still_needed_by", json!(line.still_needed_by)),
        ("rotation", json!(line.rotation.map(|rotation| rotation.0))),
        ("state", json!(line.state.stored())),
        ("due", at(line.due)),
        ("waits_for", json!(line.waits_for)),
        ("who", json!(line.doer)),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
