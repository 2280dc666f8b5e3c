//! What is wrong, quick and far-reaching first.
//!
//! Must never know: a rule.

use super::parts::{empty_words, filter_choices, filter_picker, list_body, list_rule, one_list, risk_cell, risk_role};
use super::removal::Removal;
use super::today::minutes_words;
use super::{Face, Paper, Past};
use crate::domain::{GrantId, Severity};
use crate::service::past::PastOf;
use crate::service::view::{FindingLine, FindingState, FixesView, RegisterView, Target};
use crate::service::{Answer, Query, filter, words};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::overlay::{AsOfDate, Choice, Form, FormKind, Reader};
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Purpose, Reply, Slot, Tone, Want};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, top};
use crate::tui::widget::frame::{self, Split};
use crate::tui::widget::list::{List, Moved, Row};
use crate::tui::widget::table::{self, Cell, Column, col, num};
use ratatui::layout::Rect;
use std::hash::{DefaultHasher, Hash, Hasher};

const FIXES: Slot = 0;
const IMPACT: Slot = 1;

const COLUMNS: &[Column] = &[
    num("#", 2, 2),
    col("", 2, 0),
    num("Time", 7, 0),
    col(" Reach", 13, 1),
    col("What is wrong", 44, 0).grows(3),
    col("Client", 16, 6).grows(1),
    col("Since", 11, 5),
    col("State", 14, 4),
];

impl Row for FindingLine {
    fn key(&self) -> u64 {
        // The list wants a number that stays with the finding; its key is a text.
        let mut hasher = DefaultHasher::new();
        self.key.hash(&mut hasher);
        hasher.finish()
    }
}

/// What is wrong.
#[derive(Default)]
pub struct Fixes {
    list: List<FindingLine>,
    counts: FixesView,
    go_to: Option<String>,
    pending: Option<Removal>,
    grown: bool,
}

/// A finding with its facts and formula, to read in full.
pub(super) fn explain(fix: &FindingLine) -> Reader {
    let mut lines = vec![fix.reason.clone(), String::new()];
    lines.extend(fix.lines.iter().cloned());
    if !fix.could.is_empty() {
        lines.extend([String::new(), format!("What could happen: {}", fix.could)]);
    }
    if !fix.facts.is_empty() {
        lines.push(String::new());
        lines.extend(fix.facts.iter().cloned());
    }
    if !fix.fix.is_empty() {
        lines.extend([String::new(), "The fix:".to_owned()]);
        lines.extend(fix.fix.iter().enumerate().map(|(place, step)| format!("{}. {step}", place + 1)));
    }
    lines.extend([String::new(), format!("Why it ranks here: {}", fix.rank)]);
    if !fix.controls.is_empty() {
        lines.push(format!("Evidence for {}.", fix.controls.join(", ")));
    }
    lines.push(format!("Rule {}, {}.", fix.rule, fix.severity.shown()));
    Reader::new(fix.title.clone(), lines.clone(), lines.join("\n"))
}

fn state_words(state: FindingState, env: &Env) -> String {
    match state {
        FindingState::Open => String::new(),
        FindingState::Asked => "asked".to_owned(),
        FindingState::SetAside(until) => format!("until {}", words::day(until, env.now, &env.zone)),
    }
}

fn reach_words(fix: &FindingLine) -> String {
    match fix.reach {
        (_, clients) if clients > 0 => words::counted(u64::from(clients), "client", "clients"),
        (ways, _) => words::counted(u64::from(ways), "way in", "ways in"),
    }
}

impl Fixes {
    /// Puts the cursor on a finding once the list is there.
    pub fn go_to(&mut self, key: String) {
        self.go_to = Some(key);
        self.find_cursor();
    }

    fn find_cursor(&mut self) {
        let Some(key) = &self.go_to else { return };
        let found = self.list.held().iter().find(|fix| fix.key == *key).map(Row::key);
        if let Some(row) = found {
            self.list.go_to(row);
            self.go_to = None;
        }
    }

    fn split(&self, env: &Env) -> Split {
        frame::split(env.body(), env, 10, self.grown)
    }

    fn height(&self, env: &Env) -> usize {
        usize::from(self.split(env).list.height.saturating_sub(2))
    }

    fn ask(&self, env: &Env) -> Want {
        Want::Load(FIXES, Query::Fixes(self.list.slice(self.height(env))))
    }

    fn marked(&self) -> Vec<&FindingLine> {
        let marked: Vec<&FindingLine> =
            self.list.held().iter().filter(|fix| self.list.marks.contains(&fix.key())).collect();
        if marked.is_empty() { self.list.current().into_iter().collect() } else { marked }
    }

    fn filters(&self) -> Vec<(String, Choice)> {
        filter_choices(self.list.held().iter().flat_map(|fix| {
            let client = fix.client.as_ref().map_or_else(String::new, |(_, name)| name.clone());
            let risk = fix.severity.shown().to_owned();
            [(filter::Column::Client, client), (filter::Column::Risk, risk)]
        }))
    }

    fn fix(&mut self) -> Flow {
        let chosen = self.marked();
        let mut grants: Vec<GrantId> = chosen.iter().flat_map(|fix| fix.grants.iter().copied()).collect();
        grants.sort_unstable();
        grants.dedup();
        let Some(first) = chosen.first() else { return Flow::note("Nothing to fix.") };
        if grants.is_empty() {
            return Flow::open(explain(first)).say(Tone::Note, "This one is done outside. Here is how.");
        }
        let of = match (&first.person, chosen.len()) {
            (Some((_, name)), 1) => name.clone(),
            (_, 1) => first.title.clone(),
            (_, many) => format!("{many} findings"),
        };
        self.pending = Some(Removal { grants: grants.clone(), of, ..Removal::default() });
        Flow::stay().load(IMPACT, Query::Impact(grants))
    }

    fn open_row(&self) -> Flow {
        let Some(fix) = self.list.current() else { return Flow::note("Nothing to open here.") };
        match &fix.person {
            Some((person, _)) => Flow::target(Target::Person(*person)),
            None => Flow::open(explain(fix)),
        }
    }
}

impl Pane for Fixes {
    fn contexts(&self) -> Vec<Context> {
        if self.list.is_filtering() {
            return vec![Context::Search, Context::Text];
        }
        vec![Context::Fixes, Context::Marks, Context::List, Context::Global]
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match action {
            Action::Remove | Action::SetAside | Action::Open if self.list.current().is_none() => {
                Some("Nothing to fix. F5 checks again.".to_owned())
            }
            Action::Sort => Some("Fixes have one order: what pays off most for the time it takes.".to_owned()),
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        match action {
            Action::Open if !self.list.is_filtering() => self.open_row(),
            Action::Remove => self.fix(),
            Action::SetAside => match self.list.current() {
                Some(fix) => Flow::open(Form::new(FormKind::SetAside(fix.key.clone()), &fix.title)),
                None => Flow::ignored(),
            },
            Action::FilterBy => filter_picker(self.filters()),
            Action::AsOf => Flow::open(AsOfDate::new("", false)),
            Action::Why if self.grown => {
                self.grown = false;
                Flow::note("Less room for the explanation.")
            }
            Action::Why => {
                self.grown = true;
                Flow::note("More room, with the formula. W again for less.")
            }
            Action::MarkAll => {
                let keys: Vec<u64> = self.list.held().iter().map(Row::key).collect();
                if self.list.marks.is_empty() {
                    self.list.mark(keys);
                } else {
                    self.list.unmark();
                }
                Flow::stay()
            }
            Action::Copy => match self.list.current() {
                Some(fix) => {
                    let words = format!("{}\n{}\n{}\n", fix.title, fix.reason, fix.fix.join("\n"));
                    Flow::stay().want(Want::Copy(words)).say(Tone::Done, "Copied 1 finding. Q Q leaves.")
                }
                None => Flow::ignored(),
            },
            _ => {
                let filtered = !self.list.filter().is_empty();
                match self.list.act(action, self.height(env), env.mono) {
                    Moved::No => Flow::ignored(),
                    Moved::Yes => Flow::stay(),
                    Moved::Ask if action == Action::Back && filtered => {
                        Flow::note("Filter cleared. Everything is shown.").want(self.ask(env))
                    }
                    Moved::Ask => Flow::stay().want(self.ask(env)),
                }
            }
        }
    }

    fn on_reply(&mut self, reply: &Reply, env: &Env) -> Flow {
        match reply {
            Reply::Dates(when, then) => Flow::push(Past::new(PastOf::Wrong, "", *when, *then)),
            Reply::Picked(Purpose::FilterBy, place) => match self.filters().get(*place) {
                Some((written, _)) => {
                    self.list.set_filter(written);
                    Flow::note("Filtered. Esc shows everything again.").want(self.ask(env))
                }
                None => Flow::stay(),
            },
            _ => Flow::stay(),
        }
    }

    fn on_answer(&mut self, slot: Slot, answer: Answer, env: &Env) -> Flow {
        match (slot, answer) {
            (FIXES, Answer::Fixes(mut view)) => {
                let first = !self.list.is_loaded();
                self.list.accept(std::mem::take(&mut view.page), env.mono);
                self.counts = view;
                self.find_cursor();
                if first && self.list.total() > 0 {
                    let three = self.list.total().min(3);
                    return Flow::note(format!(
                        "Fixing the first {three} takes {} and shuts {}.",
                        words::counted(u64::from(self.counts.first_minutes), "minute", "minutes"),
                        words::counted(u64::from(self.counts.first_ways), "way in", "ways in"),
                    ));
                }
            }
            (IMPACT, Answer::Impact(impact)) => {
                return self.pending.take().map_or_else(Flow::stay, |removal| removal.with(&impact, env));
            }
            _ => {}
        }
        Flow::stay()
    }

    fn on_done(&mut self, _outcome: &crate::service::Outcome, _env: &Env) -> Flow {
        self.list.unmark();
        Flow::stay()
    }

    fn refresh(&mut self, env: &Env) -> Vec<Want> {
        vec![self.ask(env)]
    }

    one_list!();

    fn view(&self, canvas: &mut Canvas, _area: Rect, env: &Env) {
        let split = self.split(env);
        let right = format!("sorted by Payoff {}", canvas.theme.glyphs.down);
        list_rule(canvas, top(split.list, 1), &[("Fixes", Role::Title)], &self.list, &right);
        let body = below(split.list, 1);
        let empty = empty_words(&self.list, "finding", "findings", "Nothing to fix. F5 checks again.");
        let places: std::collections::BTreeMap<&str, usize> =
            self.list.held().iter().enumerate().map(|(place, fix)| (fix.key.as_str(), place + 1)).collect();
        list_body(canvas, body, &self.list, COLUMNS, (&empty, Role::Ok), |fix| {
            cells(fix, places.get(fix.key.as_str()).copied().unwrap_or(0), env)
        });
        if let Some(detail) = split.detail {
            self.view_detail(canvas, detail);
        }
    }
}

fn cells(fix: &FindingLine, number: usize, env: &Env) -> Vec<Cell> {
    vec![
        Cell::from(number.to_string()),
        risk_cell(fix.severity),
        Cell::from(minutes_words(fix.minutes)),
        Cell::from(format!("  {}", reach_words(fix))),
        Cell::from(fix.title.clone()),
        Cell::from(fix.client.as_ref().map(|(_, name)| name.clone()).unwrap_or_default()),
        Cell::from(fix.since.map(|at| words::day(at, env.now, &env.zone)).unwrap_or_default()),
        Cell::of(state_words(fix.state, env), Role::Asked),
    ]
}

impl Fixes {
    fn view_detail(&self, canvas: &mut Canvas, detail: Rect) {
        let Some(fix) = self.list.current() else {
            return canvas.rule(top(detail, 1), &[], "");
        };
        let number = self.list.cursor() + 1;
        let title = format!("{number}  {}", fix.title);
        let role = if fix.severity >= Severity::High { risk_role(fix.severity) } else { Role::Text };
        canvas.rule(top(detail, 1), &[(&title, role)], "");
        let mut pairs = vec![("Why it is here".to_owned(), fix.reason.clone())];
        if !fix.could.is_empty() {
            pairs.push(("What could happen".to_owned(), fix.could.clone()));
        }
        if !fix.fix.is_empty() {
            pairs.push(("The fix".to_owned(), fix.fix.join(" ")));
        }
        pairs.push((format!("Why it ranks {number}"), fix.rank.clone()));
        if self.grown {
            pairs.extend(fix.facts.iter().map(|fact| ("Fact".to_owned(), fact.clone())));
            pairs.extend(fix.lines.iter().map(|line| ("Concerns".to_owned(), line.clone())));
            pairs.push(("Controls".to_owned(), fix.controls.join(", ")));
        }
        table::pairs(canvas, frame::detail_text(detail), 18, &pairs);
    }
}

impl Face for Fixes {
    fn tab(&self) -> Option<Place> {
        Some(Place::Fixes)
    }

    fn title(&self) -> String {
        "Fixes".to_owned()
    }

    fn topic(&self) -> &'static str {
        "fixes"
    }

    fn row_title(&self) -> String {
        self.list.current().map_or_else(|| self.title(), |fix| fix.title.clone())
    }

    fn paper(&self) -> Paper {
        Paper::Report("findings", None)
    }

    fn place(&self, _env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        let open = words::count(self.list.unfiltered() as u64);
        PlaceLine {
            left: "Fixes: quick and far-reaching first".to_owned(),
            right: format!("{open} open, {} set aside", self.counts.set_aside),
            high: false,
        }
    }
}
