//! What closed runs still ask for: the looks again, and the steps that belong after the closing.
//!
//! Must never know: who is told, how it is drawn.

use crate::domain::discharge::Template;
use crate::domain::{Run, Step};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::service::runs;
use crate::store::Select;

/// So many closed runs are looked through, the newest first. A look again is at most a month away.
const MOST_RUNS: usize = 200;

/// A step of a closed run that nobody has ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Later {
    /// The run.
    pub run: Run,
    /// Whose.
    pub name: String,
    /// The step.
    pub step: Step,
    /// Its title.
    pub title: String,
}

/// Every step of a closed run that nobody has ended, the earliest due first.
///
/// # Errors
/// When a table cannot be read.
pub fn left(facts: &Facts<'_>) -> Result<Vec<Later>, AppError> {
    let mut closed = facts.list::<Run>(Select::all().not_null("closed"))?;
    closed.sort_by_key(|run| std::cmp::Reverse((run.closed.map(|mark| mark.at), run.id)));
    closed.truncate(MOST_RUNS);
    let mut out = Vec::new();
    for run in closed {
        let open = facts.list::<Step>(Select::all().eq("run", run.id).is_null("outcome"))?;
        if open.is_empty() {
            continue;
        }
        let Some(name) = runs::name(facts, &run)? else { continue };
        for step in open {
            let title = title(&run, &step);
            out.push(Later { run: run.clone(), name: name.clone(), step, title });
        }
    }
    out.sort_by_key(|later| (later.step.due, later.step.id));
    Ok(out)
}

fn title(run: &Run, step: &Step) -> String {
    let listed = || {
        let list = Template::built_in(&run.template)?;
        Some(list.step(step.code.as_deref()?)?.title.clone())
    };
    step.title.clone().or_else(listed).unwrap_or_else(|| format!("step {}", step.id))
}
