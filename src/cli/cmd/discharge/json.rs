//! A run's parts as machines read them.
//!
//! Must never know: how a run is judged.

use super::acts::thing_word;
use crate::domain::Instant;
use crate::service::view::{QuestionLine, RunView, StepLine, ThingLine};
use serde_json::{Map, Value, json};

/// A run's head.
pub fn head_json(run: &RunView) -> Value {
    let pair = |(done, all): (u32, u32)| json!({"done": done, "total": all});
    json!({
        "id": run.id.0,
        "technician": run.person.map(|_| run.name.as_str()),
        "technician_id": run.person.map(|person| person.0),
        "client": run.client.map(|_| run.name.as_str()),
        "client_id": run.client.map(|client| client.0),
        "kind": run.kind.stored(),
        "trigger": run.trigger.rfc3339(),
        "started_at": run.started.rfc3339(),
        "closed_at": run.closed.map(Instant::rfc3339),
        "open": run.open,
        "shut": run.shut,
        "confirmed": run.confirmed,
        "total": run.total,
        "stays": run.stays,
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

/// How a step stands in one word.
pub fn step_state(step: &StepLine) -> &'static str {
    match step.outcome {
        Some(outcome) => outcome.stored(),
        None if !step.waits_for.is_empty() => "waits",
        None => "open",
    }
}

/// A step.
pub fn step_json(step: &StepLine) -> Value {
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

/// A question.
pub fn question_json(question: &QuestionLine) -> Value {
    json!({
        "id": question.code,
        "number": question.number,
        "group": question.group,
        "text": question.text,
        "makes": question.then,
        "reply": question.reply.map(|reply| reply.stored()),
        "note": question.note,
        "made": question.made,
    })
}

/// A thing, contact or data place.
pub fn thing_json(thing: &ThingLine) -> Value {
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
