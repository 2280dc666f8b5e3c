//! A discharge as values: the steps that belong, what waits for what, what an answer makes, what keeps a run open.
//!
//! | Module | What it answers |
//! |---|---|
//! | `template`, `question`, `part` | which steps and questions there are |
//! | `facts`, `case` | what the leaver can get into, knows and holds, and which step covers what |
//! | `plan` | which steps and changes of secrets a run begins with, and when they are due |
//! | `removal` | the three facts: asked, done, checked |
//! | `standing` | how each step stands by itself |
//! | `order` | what waits for what, what was done too early, in which order ways in are shut |
//! | `act`, `ending` | recording the three facts in a run; ending a step |
//! | `next` | the one next best act, and the countdown |
//! | `addition`, `make`, `answer` | what an answer makes |
//! | `close` | what keeps a run open, the closing, its times |
//! | `reinstate` | giving back what a run took |
//! | `what_if` | what it would take if somebody left now, and what only they can do |
//!
//! Must never know: SQL, files, the clock, the terminal, where the policy's numbers come from.

mod act;
mod addition;
mod answer;
mod case;
mod close;
mod ending;
mod facts;
mod make;
mod next;
mod order;
mod part;
mod plan;
mod question;
mod reinstate;
mod removal;
mod standing;
mod template;
mod what_if;

#[cfg(test)]
pub(in crate::domain) mod testing;

pub use act::{secret_changed, secret_checked, secret_not_needed, way_checked, way_done};
pub use addition::{Addition, AdditionError, Names, UNNAMED, is_unnamed, parse_addition, split_field};
pub use answer::{AnswerError, Answered, Answering, effects, next_question, question_order, raise, take_off};
pub use case::Case;
pub use close::{CloseRefusal, ClosingTimes, Obstacle, Tab, closing_edits, closing_times, obstacles, recheck_failed};
pub use ending::{Ending, belongs_after_closing, check_step, end_step, is_a_look};
pub use facts::{Deadlines, Ids, KnownSecret, RunFacts, Target, WayIn, makes_work};
pub use next::{Countdown, Next, countdown, next_best};
pub use order::{
    Reopened, SOLE_ADMIN_RULE, Wait, accept_sole_admin, exit_rank, reopen_too_early, rotation_too_early,
    rotation_waits, sort_ways_in, step_state, step_too_early, waits_for, way_waits,
};
pub use part::{Controls, Role};
pub use plan::{Start, StartRefusal, confirm_due, open_run, phase_due, plan_run, removal_due, rotation_due, step_due};
pub use question::{Effect, Group, QuestionSpec, ScriptKind, WorksOn};
pub use reinstate::{GiveBack, Reinstated, reinstate};
pub use removal::{
    Check, Checker, NextFact, Refusal, ask, came_back, confirm, mark_done, may_waive_together, next_state,
    secret_is_settled, waive,
};
pub use standing::{StepState, completed_at, left_of, needs_look, phase_counts, title_of};
pub use template::{
    After, Covered, CoveredSecrets, CoveredWays, DueBy, Need, Place, StepSpec, TITLE_LETTERS, Template, TemplateError,
    with_name,
};
pub use what_if::{Sole, SoleKind, WhatIf, Work, WorkKind, what_if};
