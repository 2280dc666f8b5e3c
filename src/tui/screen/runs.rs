//! The runs: open discharges first, then closed ones; from here into the cockpit or to the closing page.
//!
//! Must never know: when a run may be closed.

use super::parts::{as_sheet, empty_words, filter_choices, filter_picker, list_body, list_rule, one_list};
use super::{Closing, Face, Paper};
use crate::service::view::{RegisterView, RunLine, RunView, RunsView, Target};
use crate::service::{Answer, Query, filter, words};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::overlay::{Choice, Start};
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Purpose, Reply, Slot, Tone, Want};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, top};
use crate::tui::widget::frame::{self, Split};
use crate::tui::widget::list::{List, Moved, Row};
use crate::tui::widget::table::{self, Cell, Column, col};
use ratatui::layout::Rect;

const RUNS: Slot = 0;
const ABOUT: Slot = 1;

const COLUMNS: &[Column] = &[
    col("Kind", 11, 5),
    col("", 2, 0),
    col("Person", 12, 0).grows(2),
    col("When", 11, 4),
    col("Steps", 8, 3),
    col("Ways in", 8, 0),
    col("Waiting on", 18, 1).grows(1),
];

impl Row for RunLine {
    fn key(&self) -> u64 {
        self.id.0
    }
}

/// The runs.
#[derive(Default)]
pub struct Runs {
    list: List<RunLine>,
    counts: (u32, u32),
    about: Option<RunView>,
    grown: bool,
}

impl Runs {
    fn split(&self, env: &Env) -> Split {
        frame::split(env.body(), env, 8, self.grown)
    }

    fn height(&self, env: &Env) -> usize {
        usize::from(self.split(env).list.height.saturating_sub(2))
    }

    fn ask(&self, env: &Env) -> Want {
        Want::Load(RUNS, Query::Runs(self.list.slice(self.height(env))))
    }

    fn filters(&self) -> Vec<(String, Choice)> {
        let state = |line: &RunLine| if line.closed.is_some() { "closed" } else { "open" };
        filter_choices(self.list.held().iter().map(|line| (filter::Column::State, state(line).to_owned())))
    }

    /// The head of the run under the cursor, when it was answered.
    fn shown(&self) -> Option<&RunView> {
        let id = self.list.current()?.id;
        self.about.as_ref().filter(|about| about.id == id)
    }

    fn ask_about(&mut self) -> Option<Want> {
        let id = self.list.current()?.id;
        if self.shown().is_some() {
            return None;
        }
        // Whoever goes back to the row before asks again: the answer on its way is this row's.
        self.about = None;
        Some(Want::Load(ABOUT, Query::Run(id)))
    }

    fn open_row(&self) -> Flow {
        match self.list.current() {
            Some(line) if line.closed.is_some() => Flow::push(Closing::new(line.id)),
            Some(line) => Flow::target(Target::Run(line.id)),
            None => Flow::ignored(),
        }
    }
}

fn cells(line: &RunLine, env: &Env) -> Vec<Cell> {
    let alarm = line.still_in || (line.late && line.open > 0);
    let waiting = match line.closed {
        Some(at) => format!("closed {}", words::day(at, env.now, &env.zone)),
        None => line.waits_on.clone(),
    };
    let ways = match (line.closed, line.open) {
        (Some(_), _) if !line.still_in => String::new(),
        (_, open @ 0..1_000) => format!("{open} open"),
        (_, open) => words::count(u64::from(open)),
    };
    vec![
        Cell::from(words::run_kind(line.kind)),
        Cell::of(if alarm { "!!" } else { "" }, Role::High),
        Cell::from(line.name.clone()),
        Cell::of(line.when.clone(), if line.late { Role::High } else { Role::Text }),
        Cell::from(line.steps.map(|(ended, all)| format!("{ended} of {all}")).unwrap_or_default()),
        Cell::of(ways, if alarm { Role::High } else { Role::Text }),
        Cell::from(waiting),
    ]
}

impl Pane for Runs {
    fn contexts(&self) -> Vec<Context> {
        if self.list.is_filtering() {
            return vec![Context::Search, Context::Text];
        }
        vec![Context::Runs, Context::List, Context::Global]
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match action {
            Action::Open | Action::Print | Action::Copy if self.list.current().is_none() => {
                Some("There is no run here. D starts a discharge.".to_owned())
            }
            Action::Sort => Some("Runs have one order: open ones first, the newest first.".to_owned()),
            Action::FilterBy if self.list.total() == 0 => Some("There is no run in this list.".to_owned()),
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        let filtered = !self.list.filter().is_empty();
        match action {
            Action::Open if !self.list.is_filtering() => self.open_row(),
            Action::Discharge => Flow::open(Start::default()),
            Action::FilterBy => filter_picker(self.filters()),
            Action::Why => {
                self.grown = !self.grown;
                Flow::note(if self.grown { "More room for the explanation." } else { "Less room for the explanation." })
            }
            Action::Copy => match self.list.current() {
                Some(line) => {
                    let head = ["Kind", "Alarm", "Person", "When", "Steps", "Ways in", "Waiting on"].map(str::to_owned);
                    let row: Vec<String> = cells(line, env).into_iter().map(|cell| cell.text).collect();
                    Flow::stay()
                        .want(Want::Copy(as_sheet([head.to_vec(), row])))
                        .say(Tone::Done, "Copied 1 run. Q Q leaves.")
                }
                None => Flow::ignored(),
            },
            _ => {
                let moved = self.list.act(action, self.height(env), env.mono);
                let flow = match moved {
                    Moved::No => return Flow::ignored(),
                    Moved::Yes => Flow::stay(),
                    Moved::Ask => Flow::stay().want(self.ask(env)),
                };
                let flow = flow.wants(self.ask_about());
                if action == Action::Back && filtered && moved == Moved::Ask {
                    return flow.say(Tone::Note, "Filter cleared. All runs are shown.");
                }
                flow
            }
        }
    }

    fn on_answer(&mut self, slot: Slot, answer: Answer, env: &Env) -> Flow {
        match (slot, answer) {
            (RUNS, Answer::Runs(RunsView { page, open, closed })) => {
                let first = !self.list.is_loaded();
                self.list.accept(page, env.mono);
                self.counts = (open, closed);
                let flow = Flow::stay().wants(self.ask_about());
                if first {
                    return flow.say(Tone::Note, "A run closes when every way in is shut and checked.");
                }
                flow
            }
            (ABOUT, Answer::Run(view)) => {
                self.about = Some(view);
                Flow::stay()
            }
            _ => Flow::stay(),
        }
    }

    fn on_reply(&mut self, reply: &Reply, env: &Env) -> Flow {
        if let Reply::Picked(Purpose::FilterBy, place) = reply
            && let Some((written, _)) = self.filters().get(*place)
        {
            self.list.set_filter(written);
            return Flow::note("Filtered. Esc shows all runs again.").want(self.ask(env));
        }
        Flow::stay()
    }

    fn refresh(&mut self, env: &Env) -> Vec<Want> {
        self.about = None;
        vec![self.ask(env)]
    }

    one_list!();

    fn view(&self, canvas: &mut Canvas, _area: Rect, env: &Env) {
        let split = self.split(env);
        list_rule(canvas, top(split.list, 1), &[("Runs", Role::Title)], &self.list, "open first");
        let empty = empty_words(&self.list, "run", "runs", "Nobody has left yet. D starts a discharge.");
        list_body(canvas, below(split.list, 1), &self.list, COLUMNS, (&empty, Role::Text), |line| cells(line, env));
        let (Some(detail), Some(line)) = (split.detail, self.list.current()) else { return };
        let title = format!("{} {}", words::run_kind(line.kind), line.name);
        canvas.rule(top(detail, 1), &[(&title, Role::Text)], "");
        if let Some(about) = self.shown() {
            table::pairs(canvas, frame::detail_text(detail), 13, &facts(about, line, env));
        }
    }
}

/// What the detail says about a run.
fn facts(run: &RunView, line: &RunLine, env: &Env) -> Vec<(String, String)> {
    let day = |at| words::full_moment(at, &env.zone);
    let mut out = vec![(
        "Run".to_owned(),
        format!("{}, opened {}, last minute of work {}", run.kind.shown(), day(run.started), day(run.trigger)),
    )];
    let of = |what: &str, (done, all): (u32, u32)| format!("{what} {done} of {all}");
    match run.closed {
        Some(at) => {
            out.push(("Closed".to_owned(), format!("{}. Enter shows the page for the file", day(at))));
            if line.still_in {
                let ways = words::counted(u64::from(line.open), "way in is", "ways in are");
                out.push(("Look again".to_owned(), format!("{ways} open although the run is closed")));
            }
        }
        None => {
            let admin = if run.open_admin > 0 { format!(", {} of them admin", run.open_admin) } else { String::new() };
            out.push(("Ways in".to_owned(), format!("{} of {} still open{admin}", run.open, run.total)));
            let rest = [of("questions", run.questions), of("shared logins", run.secrets), of("things", run.things)];
            out.push(("Done".to_owned(), format!("{}, {}", of("steps", run.steps), rest.join(", "))));
            out.extend(run.next.iter().map(|next| ("Next".to_owned(), next.clone())));
        }
    }
    let second = if run.alone {
        "nobody else, recorded".to_owned()
    } else {
        run.checker.clone().unwrap_or_else(|| "nobody yet".to_owned())
    };
    let doer = run.doer.clone().unwrap_or_else(|| "nobody yet".to_owned());
    out.push(("Who".to_owned(), format!("done by {doer}, checked by {second}")));
    out
}

impl Face for Runs {
    fn tab(&self) -> Option<Place> {
        Some(Place::Runs)
    }

    fn title(&self) -> String {
        "Runs".to_owned()
    }

    fn topic(&self) -> &'static str {
        "runs"
    }

    fn row_title(&self) -> String {
        self.list.current().map_or_else(|| self.title(), |line| format!("{} {}", words::run_kind(line.kind), line.name))
    }

    fn paper(&self) -> Paper {
        match self.list.current() {
            Some(line) => Paper::Report("discharge", Some(line.id.to_string())),
            None => Paper::Words("There is no run to print.".to_owned()),
        }
    }

    fn place(&self, _env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        let (open, closed) = self.counts;
        PlaceLine {
            left: "Runs: people leaving".to_owned(),
            right: format!("{} open, {} closed", words::count(open.into()), words::count(closed.into())),
            high: false,
        }
    }
}
