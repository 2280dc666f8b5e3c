//! A run as a list and as a whole.
//!
//! Must never know: how a run is judged.

use super::json::{head_json, question_json, step_json, thing_json};
use super::named;
use super::text::text;
use crate::cli::Exit;
use crate::cli::cmd::knows;
use crate::cli::context::Context;
use crate::cli::output::{self, table};
use crate::domain::{RecordKind, RunId};
use crate::error::{AppError, ErrorClass};
use crate::service::records::{self, RowFilter, way_row};
use crate::service::view::{ClosingView, QuestionLine, RunView, SecretLine, StepLine, ThingLine, WayIn};
use crate::service::{Answer, Desk, Query, Slice};
use serde_json::{Map, Value, json};

/// Everything about one run.
pub struct Whole {
    pub(super) head: RunView,
    pub(super) ways: Vec<WayIn>,
    pub(super) steps: Vec<StepLine>,
    pub(super) questions: Vec<QuestionLine>,
    pub(super) secrets: Vec<SecretLine>,
    pub(super) things: Vec<ThingLine>,
    pub(super) closing: ClosingView,
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
