//! A run as a list and as a whole.
//!
//! Must never know: how a run is judged.

use super::acts::thing_word;
use super::named;
use crate::cli::Exit;
use crate::cli::cmd::knows;
use crate::cli::cmd::who::ways_table;
use crate::cli::context::Context;
use crate::cli::output::{self, table};
use crate::domain::{Instant, RecordKind, RunId, Zone};
use crate::error::{AppError, ErrorClass};
use crate::service::records::{self, RowFilter, way_row};
use crate::service::view::{ClosingView, QuestionLine, RunView, SecretLine, StepLine, ThingLine, WayIn};
use crate::service::{Answer, Desk, Query, Slice, words};
use crate::text::shown;
use serde_json::{Map, Value, json};

/// Everything about one run.
struct Whole {
    head: RunView,
    ways: Vec<WayIn>,
    steps: Vec<StepLine>,
    questions: Vec<QuestionLine>,
    secrets: Vec<SecretLine>,
    things: Vec<ThingLine>,
    closing: ClosingView,
}

macro_rules! asked {
    ($desk:expr, $query:expr, $answer:ident) => {
        match $desk.ask($query)? {
            Answer::$answer(found) => found,
            _ => return Err(AppError::new(ErrorClass::Internal, "The question got another answer.")),
        }
    };
}

fn whole(desk: &mut dyn Desk, run: RunId) -> Result<Whole, AppError> {
    let all = Slice { limit: usize::MAX / 2, ..Slice::default() };
    Ok(Whole {
        head: asked!(desk, Query::Run(run), Run),
        ways: asked!(desk, Query::RunWaysIn(run, all), WaysIn).rows,
        steps: asked!(desk, Query::RunSteps(run), Steps),
        questions: asked!(desk, Query::RunQuestions(run), Questions),
        secrets: asked!(desk, Query::RunSecrets(run), Secrets),
        things: asked!(desk, Query::RunThings(run), Things),
        closing: asked!(desk, Query::Closing(run), Closing),
    })
}

/// The runs, open ones and closed ones.
pub fn list(context: &Context) -> Result<Exit, AppError> {
    context.answer(|session, as_of| {
        let filter = RowFilter { limit: usize::MAX, ..RowFilter::default() };
        let rows = records::rows(session, RecordKind::Run, &filter, as_of)?;
        let text = |row: &Map<String, Value>, key: &str| match row.get(key) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let cells: Vec<Vec<String>> = rows
            .iter()
            .map(|row| {
                let day = |key: &str| text(row, key).get(..10).unwrap_or_default().to_owned();
                vec![
                    text(row, "id"),
                    text(row, "technician"),
                    text(row, "kind"),
                    day("trigger"),
                    day("started"),
                    text(row, "state"),
                ]
            })
            .collect();
        let at = Context::about(session, as_of);
        let list = if cells.is_empty() {
            "No runs.\n".to_owned()
        } else {
            table(&["Run", "Person", "Kind", "Last day", "Opened", "State"], &cells)
        };
        Ok((output::Answer::new("discharge_list", at).rows(rows).text(list), 0))
    })
}

/// One run as JSON: its head.
pub fn head(desk: &mut dyn Desk, run: RunId) -> Result<Value, AppError> {
    let head = asked!(desk, Query::Run(run), Run);
    Ok(head_json(&head))
}

/// One run whole.
pub fn show(context: &Context, typed: &str) -> Result<Exit, AppError> {
    context.answer(|session, _| {
        let run = named(session, typed)?;
        let found = whole(session, run)?;
        let scene = session.scene();
        let (now, zone) = (scene.now, scene.zone);
        let list = |rows: Vec<Map<String, Value>>| Value::Array(rows.into_iter().map(Value::Object).collect());
        let answer = output::Answer::new("discharge_show", now)
            .field("run", head_json(&found.head))
            .field("ways_in", list(found.ways.iter().map(way_row).collect()))
            .field("steps", found.steps.iter().map(step_json).collect::<Vec<_>>())
            .field("questions", found.questions.iter().map(question_json).collect::<Vec<_>>())
            .field("secrets", list(found.secrets.iter().map(knows::row).collect()))
            .field("assets", found.things.iter().map(thing_json).collect::<Vec<_>>())
            .field(
                "obstacles",
                found.closing.obstacles.iter().map(|o| json!({"what": o.what, "remedy": o.remedy})).collect::<Vec<_>>(),
            );
        Ok((answer.text(text(&found, now, &zone)), 0))
    })
}

fn head_json(run: &RunView) -> Value {
    let pair = |(done, all): (u32, u32)| json!({"done": done, "total": all});
    json!({
        "id": run.id.0,
        "technician": run.person_name,
        "technician_id": run.person.0,
        "kind": run.kind.stored(),
        "trigger": run.trigger.rfc3339(),
        "started_at": run.started.rfc3339(),
        "closed_at": run.closed.map(Instant::rfc3339),
        "open": run.open,
        "shut": run.shut,
        "confirmed": run.confirmed,
        "total": run.total,
        "open_admin": run.open_admin,
        "open_without_mfa": run.open_without_mfa,
        "steps": pair(run.steps),
        "questions": pair(run.questions),
        "secrets": pair(run.secrets),
        "things": pair(run.things),
        "next": run.next,
        "doer": run.doer,
        "checker": run.checker,
        "alone": run.alone,
    })
}

fn step_state(step: &StepLine) -> &'static str {
    match step.outcome {
        Some(outcome) => outcome.stored(),
        None if !step.waits_for.is_empty() => "waits",
        None => "open",
    }
}

fn step_json(step: &StepLine) -> Value {
    let why = step.how.iter().find(|(word, _)| word == "Why").map(|(_, text)| text);
    let how: Map<String, Value> =
        step.how.iter().map(|(word, text)| (word.to_lowercase().replace(' ', "_"), json!(text))).collect();
    json!({
        "id": step.id.0,
        "code": step.code,
        "phase": step.phase.stored(),
        "title": step.title,
        "state": step_state(step),
        "waits_for": step.waits_for,
        "why": why,
        "due": step.due.map(Instant::rfc3339),
        "late": step.late,
        "who": step.doer,
        "ended_at": step.ended.map(Instant::rfc3339),
        "checked": step.checked,
        "too_early": step.too_early,
        "note": step.note,
        "how": how,
    })
}

fn question_json(question: &QuestionLine) -> Value {
    json!({
        "id": question.code,
        "number": question.number,
        "group": question.group,
        "text": question.text,
        "makes": question.makes,
        "reply": question.reply.map(|reply| reply.stored()),
        "note": question.note,
        "made": question.made,
    })
}

fn thing_json(thing: &ThingLine) -> Value {
    json!({
        "id": thing_word(thing.id),
        "name": thing.name,
        "client": thing.client_name,
        "since": thing.since.map(Instant::rfc3339),
        "state": thing.state,
        "settled": thing.settled,
        "unnamed": thing.unnamed,
    })
}

fn text(found: &Whole, now: Instant, zone: &Zone) -> String {
    let run = &found.head;
    let mut out = format!(
        "Run {}: {}, {}. Last minute {}.\n{} open, {} shut, {} checked of {}. Doer {}, second person {}.\n",
        run.id,
        shown(&run.person_name),
        run.kind.shown(),
        words::full_moment(run.trigger, zone),
        run.open,
        run.shut,
        run.confirmed,
        words::counted(run.total.into(), "way in", "ways in"),
        shown(run.doer.as_deref().unwrap_or("not named")),
        shown(run.checker.as_deref().unwrap_or(if run.alone { "nobody else works here" } else { "not named" })),
    );
    if let Some(next) = &run.next {
        out.push_str(&format!("Next: {}\n", shown(next)));
    }
    if !found.ways.is_empty() {
        out.push_str(&format!("\nWAYS IN\n{}", ways_table(&found.ways, now, zone)));
    }
    out.push_str(&format!("\nSTEPS\n{}", steps_table(&found.steps, now, zone)));
    out.push_str(&format!("\nQUESTIONS\n{}", questions_table(&found.questions)));
    if !found.secrets.is_empty() {
        let rows = found.secrets.iter().map(|secret| {
            let state = secret
                .waits_for
                .as_ref()
                .map_or_else(|| secret.state.shown().to_owned(), |what| format!("waits: {what}"));
            vec![secret.secret.0.to_string(), secret.name.clone(), secret.client_name.clone(), state]
        });
        out.push_str(&format!(
            "\nSHARED LOGINS\n{}",
            table(&["Id", "Name", "Client", "State"], &rows.collect::<Vec<_>>())
        ));
    }
    if !found.things.is_empty() {
        let rows = found.things.iter().map(|thing| {
            vec![thing_word(thing.id), thing.name.clone(), thing.client_name.clone(), thing.state.clone()]
        });
        out.push_str(&format!("\nTHINGS\n{}", table(&["Id", "What", "Whose", "State"], &rows.collect::<Vec<_>>())));
    }
    if !found.closing.obstacles.is_empty() && run.closed.is_none() {
        out.push_str("\nBEFORE IT CAN BE CLOSED\n");
        for obstacle in &found.closing.obstacles {
            out.push_str(&format!("  {}\n", shown(&obstacle.what)));
        }
    }
    out
}

fn steps_table(steps: &[StepLine], now: Instant, zone: &Zone) -> String {
    let rows: Vec<Vec<String>> = steps
        .iter()
        .map(|step| {
            vec![
                if step.late { "LATE".to_owned() } else { String::new() },
                step.code.clone().unwrap_or_else(|| step.id.0.to_string()),
                step.phase.shown().to_owned(),
                step.title.clone(),
                step_state(step).replace('_', " "),
                step.due.map_or_else(String::new, |due| words::moment(due, now, zone)),
                step.doer.clone().unwrap_or_default(),
            ]
        })
        .collect();
    table(&["", "Step", "When", "What", "State", "Due", "Who"], &rows)
}

fn questions_table(questions: &[QuestionLine]) -> String {
    let rows: Vec<Vec<String>> = questions
        .iter()
        .map(|question| {
            let reply = question.reply.map_or_else(String::new, |reply| reply.shown().to_owned());
            vec![question.code.clone(), question.text.clone(), reply, question.made.join(", ")]
        })
        .collect();
    table(&["Question", "Text", "Answer", "Made"], &rows)
}
