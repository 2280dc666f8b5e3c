//! A run as people read it.
//!
//! Must never know: how a run is judged.

use super::acts::thing_word;
use super::json::step_state;
use super::show::Whole;
use crate::cli::cmd::who::ways_table;
use crate::cli::output::table;
use crate::domain::{Instant, Zone};
use crate::service::view::{QuestionLine, StepLine};
use crate::service::words;
use crate::text::shown;

/// A run as people read it.
pub fn text(found: &Whole, now: Instant, zone: &Zone) -> String {
    let run = &found.head;
    let mut out = format!(
        "Run {}: {}, {}. Last minute {}.\n{} open, {} shut, {} checked of {}. Doer {}, second person {}.\n",
        run.id,
        shown(&run.name),
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
