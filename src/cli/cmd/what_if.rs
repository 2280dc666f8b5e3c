//! `what-if`: what it would take if somebody left today; without a name, everybody with the most work first.
//!
//! Must never know: how work is counted.

use crate::cli::Exit;
use crate::cli::args::WhatIfArgs;
use crate::cli::context::Context;
use crate::cli::output::{Answer, table};
use crate::error::AppError;
use crate::service::what_if::WhatIf;
use crate::service::{resolve, words};
use crate::text::shown;
use serde_json::{Map, Value, json};

/// Runs it.
pub fn run(context: &Context, args: &WhatIfArgs) -> Result<Exit, AppError> {
    context.answer(|session, as_of| {
        let Some(subject) = &args.technician else {
            let all = session.what_if_everybody(as_of)?;
            return Ok((everybody(&all, session.scene().now), 0));
        };
        let person = session.find(|facts| resolve::person(facts, subject, context.naming()))?;
        let found = session.what_if(person.id, as_of)?;
        Ok((one(&found, session.scene().now), 0))
    })
}

fn summary(found: &WhatIf) -> Value {
    json!({
        "ways_in": found.ways_in,
        "admin": found.admin,
        "clients": found.clients,
        "secrets": found.secrets,
        "sole_holder": found.sole.len(),
        "steps": found.steps,
        "minutes": found.minutes,
    })
}

fn one(found: &WhatIf, now: crate::domain::Instant) -> Answer {
    let count = |n: u32, one: &str, many: &str| words::counted(n.into(), one, many);
    let head = format!(
        "If {} left today: {} at {}, {}, {}. About {}, and {} by hand.",
        shown(&found.name),
        count(found.ways_in, "way in", "ways in"),
        count(found.clients, "client", "clients"),
        count(found.admin, "admin right", "admin rights"),
        count(found.secrets, "shared login", "shared logins"),
        words::work_time(found.minutes),
        count(found.steps, "step", "steps"),
    );
    let work: Vec<Vec<String>> = found
        .work
        .iter()
        .map(|work| vec![work.count.to_string(), work.kind.shown().to_owned(), words::work_time(work.minutes)])
        .collect();
    let sole: Vec<Vec<String>> = found
        .sole
        .iter()
        .map(|item| vec![item.what.clone(), item.client.clone(), item.kind.shown().to_owned()])
        .collect();
    let mut text = String::new();
    if !work.is_empty() {
        text.push_str(&format!("{}\n", table(&["", "Work", "About"], &work)));
    }
    text.push_str(&if sole.is_empty() {
        "Nothing that only they can do is on record.\n".to_owned()
    } else {
        format!("Only they can do this:\n{}\n", table(&["What", "Client", "Why"], &sole))
    });
    let items: Vec<Value> = found
        .sole
        .iter()
        .map(|item| json!({"kind": item.kind.stored(), "what": item.what, "client": item.client}))
        .collect();
    let rows = found.work.iter().map(|work| {
        let pairs =
            [("what", json!(work.kind.stored())), ("count", json!(work.count)), ("minutes", json!(work.minutes))];
        pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect::<Map<_, _>>()
    });
    Answer::new("what-if", now)
        .field("technician", found.name.clone())
        .field("summary", summary(found))
        .field("sole_holder", items)
        .rows(rows.collect())
        .text(format!("{text}{head}\n"))
}

fn everybody(all: &[WhatIf], now: crate::domain::Instant) -> Answer {
    let cells: Vec<Vec<String>> = all
        .iter()
        .map(|found| {
            vec![
                found.name.clone(),
                found.role.clone().unwrap_or_default(),
                words::work_time(found.minutes),
                found.ways_in.to_string(),
                found.clients.to_string(),
                found.secrets.to_string(),
                found.sole.len().to_string(),
            ]
        })
        .collect();
    let rows = all.iter().map(|found| {
        let mut row = Map::new();
        row.insert("technician".to_owned(), json!(found.name));
        row.insert("role".to_owned(), json!(found.role));
        if let Value::Object(summary) = summary(found) {
            row.extend(summary);
        }
        row
    });
    let headings = ["Name", "Role", "About", "Ways in", "Clients", "Logins", "Only they"];
    let list = if cells.is_empty() { String::new() } else { format!("{}\n", table(&headings, &cells)) };
    let people = words::counted(all.len() as u64, "person", "people");
    Answer::new("what-if", now).rows(rows.collect()).text(format!("{list}If one of {people} left today.\n"))
}
