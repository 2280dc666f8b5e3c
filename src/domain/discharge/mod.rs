//! A discharge as values: the steps that belong, what waits for what, what an answer makes, what keeps a run open.
//!
//! | Module | What it answers |
//! |---|---|
//! | `template`, `question` | which steps and questions there are |
//! | `facts`, `case` | what the leaver can get into, knows and holds, and which step covers what |
//! | `plan` | which steps and changes of secrets a run begins with, and when they are due |
//! | `order` | what waits for what, what was done too early, in which order ways in are shut |
//! | `standing` | how each step stands, and how it ends |
//! | `removal` | the three facts: asked, done, checked |
//! | `next` | the one next best act, and the countdown |
//! | `addition`, `make`, `answer` | what an answer makes |
//! | `close` | what keeps a run open, the closing, its times |
//! | `reinstate` | giving back what a run took |
//!
//! Must never know: SQL, files, the clock, the terminal, where the policy's numbers come from.

mod addition;
mod answer;
mod case;
mod close;
mod facts;
mod make;
mod next;
mod order;
mod plan;
mod question;
mod reinstate;
mod removal;
mod standing;
mod template;

#[cfg(test)]
mod testing;

pub use addition::{Addition, AdditionError, Names, UNNAMED, is_unnamed, parse_addition, split_field};
pub use answer::{AnswerError, Answered, Answering, effects, next_question, question_order, raise, take_off};
pub use case::Case;
pub use close::{CloseRefusal, ClosingTimes, Obstacle, Tab, closing_edits, closing_times, obstacles, recheck_failed};
pub use facts::{Deadlines, Ids, KnownSecret, RunFacts, Target, WayIn, makes_work};
pub use next::{Countdown, Next, countdown, next_best};
pub use order::{
    Reopened, SOLE_ADMIN_RULE, Wait, accept_sole_admin, accepted_by, exit_rank, reopen_too_early, rotation_too_early,
    rotation_waits, sort_ways_in, step_too_early, waits_for, way_waits,
};
pub use plan::{Start, StartRefusal, confirm_due, open_run, phase_due, plan_run, removal_due, rotation_due, step_due};
pub use question::{Effect, Group, QuestionSpec, ScriptKind, WorksOn};
pub use reinstate::{GiveBack, Reinstated, reinstate};
pub use removal::{
    Check, Checker, NextFact, Refusal, ask, came_back, confirm, mark_done, may_waive_together, next_state,
    secret_changed, secret_checked, secret_is_settled, secret_not_needed, waive, way_checked, way_done,
};
pub use standing::{
    Ending, StepState, check_step, completed_at, end_step, left_of, needs_look, phase_counts, step_state, title_of,
};
pub use template::{
    After, Controls, Covered, CoveredSecrets, CoveredWays, DueBy, Need, Place, Role, StepSpec, TITLE_LETTERS, Template,
    TemplateError, with_name,
};
