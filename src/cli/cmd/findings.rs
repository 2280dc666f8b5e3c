//! `findings`: what is wrong, quick and far-reaching first.
//!
//! Must never know: the rules.

use crate::cli::args::FindingsArgs;
use crate::cli::context::Context;
use crate::cli::output::{Answer, table};
use crate::cli::{Exit, FOUND};
use crate::domain::{Instant, Severity};
use crate::error::{AppError, ErrorClass};
use crate::service::findings::FindingFilter;
use crate::service::view::{FindingLine, FindingState};
use crate::service::{resolve, words};
use crate::text::shown;
use serde_json::{Map, Value, json};

/// Runs it. Exit code 3 when `--fail-on` finds one.
pub fn run(context: &Context, args: &FindingsArgs) -> Result<Exit, AppError> {
    let least = args.min_severity.as_deref().map(severity).transpose()?;
    let fail_on = args.fail_on.as_deref().map(severity).transpose()?;
    context.answer(|session, as_of| {
        let naming = context.naming();
        let client =
            args.client.as_deref().map(|name| session.find(|facts| Ok(resolve::client(facts, name, naming)?.id)));
        let person =
            args.technician.as_deref().map(|name| session.find(|facts| Ok(resolve::person(facts, name, naming)?.id)));
        let filter =
            FindingFilter { rule: args.rule.clone(), client: client.transpose()?, person: person.transpose()?, least };
        let lines = session.findings(&filter, as_of)?;
        let at = Context::about(session, as_of);
        let text = if lines.is_empty() {
            "Nothing is wrong, as far as the register knows.\n".to_owned()
        } else {
            shown_as(&lines)
        };
        let is_open = |line: &&FindingLine| !matches!(line.state, FindingState::SetAside(_));
        let failed = fail_on.is_some_and(|limit| lines.iter().filter(is_open).any(|line| line.severity >= limit));
        let answer = Answer::new("findings", at).rows(lines.iter().map(row).collect()).text(text);
        Ok((answer, if failed { FOUND } else { 0 }))
    })
}

fn shown_as(lines: &[FindingLine]) -> String {
    let cells: Vec<Vec<String>> = lines
        .iter()
        .map(|line| {
            let state = match line.state {
                FindingState::Open => "",
                FindingState::Asked => "asked",
                FindingState::SetAside(_) => "set aside",
            };
            vec![
                line.severity.mark().to_owned(),
                line.severity.shown().to_owned(),
                line.title.clone(),
                format!("{} min", line.minutes),
                state.to_owned(),
                line.key.clone(),
            ]
        })
        .collect();
    let list = table(&["", "Severity", "What", "Takes", "State", "Key"], &cells);
    format!(
        "{list}\n{}. keyward findings --json tells why and what to do.\n",
        words::counted(lines.len() as u64, "finding", "findings")
    )
}

fn severity(word: &str) -> Result<Severity, AppError> {
    Severity::parse(word).ok_or_else(|| {
        let all: Vec<&str> = Severity::ALL.iter().map(|severity| severity.stored()).collect();
        AppError::new(ErrorClass::Usage, format!("There is no severity \"{}\".", shown(word)))
            .hint(format!("Possible are {}", all.join(", ")))
    })
}

fn row(line: &FindingLine) -> Map<String, Value> {
    let (state, until) = match line.state {
        FindingState::Open => ("open", None),
        FindingState::Asked => ("asked", None),
        FindingState::SetAside(until) => ("set_aside", Some(until)),
    };
    let mut subjects = Map::new();
    let mut subject = |key: &str, id: Option<u64>, name: Option<&str>| {
        if let (Some(id), Some(name)) = (id, name) {
            subjects.insert(key.to_owned(), json!(name));
            subjects.insert(format!("{key}_id"), json!(id));
        }
    };
    subject("technician", line.person.as_ref().map(|p| p.0.0), line.person.as_ref().map(|p| p.1.as_str()));
    subject("client", line.client.as_ref().map(|c| c.0.0), line.client.as_ref().map(|c| c.1.as_str()));
    subject("system", line.system.as_ref().map(|s| s.0.0), line.system.as_ref().map(|s| s.1.as_str()));
    subject("login", line.login.as_ref().map(|l| l.0.0), line.login.as_ref().map(|l| l.1.as_str()));
    let pairs = [
        ("rule", json!(line.rule)),
        ("key", json!(line.key)),
        ("severity", json!(line.severity.stored())),
        ("title", json!(line.title)),
        ("subjects", Value::Object(subjects)),
        ("lines", json!(line.lines)),
        ("reason", json!(line.reason)),
        ("could", json!(line.could)),
        ("facts", json!(line.facts)),
        ("fix", json!(line.fix)),
        ("minutes", json!(line.minutes)),
        ("reach", json!({"ways_in": line.reach.0, "clients": line.reach.1})),
        ("since", json!(line.since.map(Instant::rfc3339))),
        ("state", json!(state)),
        ("set_aside_until", json!(until.map(Instant::rfc3339))),
        ("controls", json!(line.controls)),
        ("rank", json!(line.rank)),
        ("grants", json!(line.grants.iter().map(|grant| grant.0).collect::<Vec<_>>())),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
