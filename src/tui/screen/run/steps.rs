//! The steps of a run as a tree: phases that fold, steps that say what they wait for.
//!
//! Must never know: when a step is due, what completes it.

use crate::domain::{Phase, StepOutcome};
use crate::service::view::StepLine;
use crate::service::words;
use crate::tui::pane::Env;
use crate::tui::screen::parts::short_moment;
use crate::tui::theme::{Glyphs, Role};
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::list::{List, Row};
use crate::tui::widget::table;
use ratatui::layout::Rect;
use std::collections::BTreeSet;

/// A row of the tree.
pub(super) enum StepRow {
    /// A phase: how many steps ended, how many there are, and what to say about it.
    Phase { phase: Phase, ended: usize, all: usize, folded: bool, words: String, late: bool },
    /// A step.
    Step(Box<StepLine>),
}

impl Row for StepRow {
    fn key(&self) -> u64 {
        match self {
            // Phases are numbered from the far end, where no step's id is.
            Self::Phase { phase, .. } => u64::MAX - *phase as u64,
            Self::Step(step) => step.id.0,
        }
    }
}

/// The tree.
#[derive(Default)]
pub(super) struct Steps {
    all: Vec<StepLine>,
    /// Phases folded or unfolded by hand, against what they would be by themselves.
    turned: BTreeSet<Phase>,
    /// Phases that were over when the tab was entered: a phase that ends later stays open, for nothing slides away
    /// under a finger.
    over: Option<BTreeSet<Phase>>,
    pub(super) list: List<StepRow>,
    /// Somebody sits at the table: phases are named after the meeting.
    pub(super) talks: bool,
}

impl Steps {
    pub(super) fn accept(&mut self, steps: Vec<StepLine>, env: &Env) {
        let first = !self.list.is_loaded();
        self.all = steps;
        self.rebuild(env);
        if first {
            // The cursor starts on the first step still to do.
            let next = self.list.held().iter().find(|row| matches!(row, StepRow::Step(step) if !is_over(step)));
            if let Some(key) = next.map(Row::key) {
                self.list.go_to(key);
            }
        }
    }

    /// The tab is left: what is over folds the next time.
    pub(super) fn left(&mut self) {
        self.over = None;
    }

    /// Folds or unfolds the phase under the cursor. Answers whether it was on a phase.
    pub(super) fn fold(&mut self, env: &Env) -> bool {
        let Some(StepRow::Phase { phase, .. }) = self.list.current() else { return false };
        let phase = *phase;
        if !self.turned.remove(&phase) {
            self.turned.insert(phase);
        }
        self.rebuild(env);
        true
    }

    fn rebuild(&mut self, env: &Env) {
        let mut rows = Vec::new();
        if self.over.is_none() {
            let is_done = |phase: &&Phase| self.all.iter().filter(|step| step.phase == **phase).all(is_over);
            self.over = Some(Phase::ALL.iter().filter(is_done).copied().collect());
        }
        for phase in Phase::ALL {
            let steps: Vec<&StepLine> = self.all.iter().filter(|step| step.phase == *phase).collect();
            if steps.is_empty() {
                continue;
            }
            let ended = steps.iter().filter(|step| is_over(step)).count();
            let by_itself = self.over.as_ref().is_some_and(|over| over.contains(phase));
            let folded = by_itself != self.turned.contains(phase);
            rows.push(StepRow::Phase {
                phase: *phase,
                ended,
                all: steps.len(),
                folded,
                words: phase_words(&steps, ended, env),
                late: steps.iter().any(|step| step.late),
            });
            if !folded {
                rows.extend(steps.into_iter().cloned().map(|step| StepRow::Step(Box::new(step))));
            }
        }
        // The order is the run's own; nothing moves under a finger.
        let total = rows.len();
        let page = crate::service::view::Page { rows, start: 0, total, unfiltered: total };
        self.list.left();
        self.list.accept(page, env.mono);
    }

    pub(super) fn current(&self) -> Option<&StepLine> {
        match self.list.current() {
            Some(StepRow::Step(step)) => Some(step),
            _ => None,
        }
    }

    pub(super) fn view(&self, canvas: &mut Canvas, area: Rect, focused: bool, env: &Env) {
        let height = usize::from(area.height);
        let first = self.list.offset(height);
        for (y, place) in (area.y..area.bottom()).zip(first..) {
            let Some(row) = self.list.at(place) else { continue };
            view_row(canvas, Rect { y, height: 1, ..area }, row, self.talks, env);
            table::row(canvas, Rect { y, height: 1, ..area }, place, self.list.cursor(), focused);
        }
    }
}

/// Whether nothing more has to be done for the step. Done too early counts as open again.
pub(super) const fn is_over(step: &StepLine) -> bool {
    step.too_early.is_none()
        && matches!(step.outcome, Some(StepOutcome::Done | StepOutcome::NotNeeded | StepOutcome::Waived))
}

fn phase_words(steps: &[&StepLine], ended: usize, env: &Env) -> String {
    if ended == steps.len() {
        let last = steps.iter().filter_map(|step| step.ended).max();
        return last.map_or_else(|| "all done".to_owned(), |at| format!("all done {}", short_moment(at, env)));
    }
    let due = steps.iter().filter(|step| !is_over(step)).filter_map(|step| step.due).min();
    match due {
        Some(due) if due < env.now => format!("LATE, due {}", short_moment(due, env)),
        Some(due) => format!("due {}", words::moment(due, env.now, &env.zone)),
        None => String::new(),
    }
}

/// A phase in words; without a meeting nothing is named after it.
const fn phase_name(phase: Phase, talks: bool) -> &'static str {
    match (phase, talks) {
        (Phase::Before, false) => "Beforehand",
        (Phase::Interview, false) => "At the start",
        (phase, _) => phase.shown(),
    }
}

fn view_row(canvas: &mut Canvas, row: Rect, item: &StepRow, talks: bool, env: &Env) {
    let narrow = row.width < 60;
    let doer = if narrow { 0 } else { 9 };
    let right = if narrow { 12 } else { 17 };
    let title = row.width.saturating_sub(8 + doer + right);
    match item {
        StepRow::Phase { phase, ended, all, folded, words, late } => {
            let glyphs = canvas.theme.glyphs;
            let sign = if *folded { glyphs.folded } else { glyphs.unfolded };
            canvas.put(row.x + 1, row.y, 1, sign, Role::Text);
            canvas.put(row.x + 3, row.y, title + 3, phase_name(*phase, talks), Role::Title);
            let count = format!("{ended} of {all}");
            canvas.put_right(row.x + 4 + title, row.y, doer + 1, &count, Role::Text);
            let role = if *late { Role::High } else { Role::Muted };
            canvas.put(row.x + 7 + title + doer, row.y, right, words, role);
        }
        StepRow::Step(step) => {
            let outcome = if step.too_early.is_some() { None } else { step.outcome };
            let role = match outcome {
                Some(StepOutcome::Done) => Role::Ok,
                Some(StepOutcome::Blocked) => Role::High,
                Some(_) => Role::Muted,
                None => Role::Text,
            };
            canvas.put(row.x + 3, row.y, 3, Glyphs::step(outcome), role);
            canvas.put(row.x + 7, row.y, title, &step.title, Role::Text);
            let at = row.x + 8 + title;
            canvas.put(at, row.y, doer.saturating_sub(1), step.doer.as_deref().unwrap_or(""), Role::Text);
            let (words, role) = state_words(step, env);
            canvas.put(at + doer, row.y, right.saturating_sub(1), &words, role);
        }
    }
}

/// What stands at the right of a step: when it ended, what it waits for, or when it is due.
fn state_words(step: &StepLine, env: &Env) -> (String, Role) {
    if step.too_early.is_some() {
        return ("done too early".to_owned(), Role::High);
    }
    match (step.outcome, step.ended) {
        (Some(StepOutcome::Done), Some(at)) if step.checked => (format!("checked {}", short_moment(at, env)), Role::Ok),
        (Some(StepOutcome::Done), Some(at)) => (short_moment(at, env), Role::Text),
        (Some(outcome), _) => (outcome.shown().to_owned(), Role::Muted),
        (None, _) => match (step.waits_for.first(), step.due) {
            (Some(what), _) => (format!("waits: {what}"), Role::Asked),
            (None, Some(due)) if step.late => (format!("LATE {}", short_moment(due, env)), Role::High),
            (None, Some(due)) => (format!("due {}", words::moment(due, env.now, &env.zone)), Role::Muted),
            (None, None) => (String::new(), Role::Text),
        },
    }
}
