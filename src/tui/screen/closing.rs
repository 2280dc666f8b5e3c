//! The end of a discharge: what is still missing, then the page for the file.
//!
//! Must never know: the rules of closing; the service names what is missing.

use super::{Face, Paper};
use crate::domain::RunId;
use crate::service::view::{ClosingView, Obstacle, RegisterView, Target};
use crate::service::{Answer, Query, words};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::overlay::{Form, FormKind};
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Reply, Slot, Want};
use crate::tui::screen::parts::as_sheet;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, top};
use crate::tui::widget::list::{List, Moved, Row};
use crate::tui::widget::table::{self, Cell, Column, col};
use ratatui::layout::Rect;

const COLUMNS: &[Column] = &[col("Missing", 34, 0).grows(1), col("How to clear it", 24, 1)];

/// An obstacle with its place, which names it.
struct Missing(u64, Obstacle);

impl Row for Missing {
    fn key(&self) -> u64 {
        self.0
    }
}

/// The closing page.
pub struct Closing {
    run: RunId,
    view: Option<ClosingView>,
    missing: List<Missing>,
}

impl Closing {
    /// The closing page of a run.
    pub fn new(run: RunId) -> Self {
        Self { run, view: None, missing: List::default() }
    }

    fn name(&self) -> String {
        self.view.as_ref().map(|view| view.run.name.clone()).unwrap_or_default()
    }

    fn heading(&self) -> String {
        self.view
            .as_ref()
            .map_or_else(String::new, |view| format!("{} {}", words::run_kind(view.run.kind), view.run.name))
    }

    fn is_closed(&self) -> bool {
        self.view.as_ref().is_some_and(|view| view.run.closed.is_some())
    }

    fn facts(view: &ClosingView, env: &Env) -> Vec<(String, String)> {
        let time = |minutes: Option<i64>| match minutes {
            None => "not yet".to_owned(),
            Some(minutes) if minutes < 120 => format!("{minutes} min"),
            Some(minutes) if minutes < 2_880 => format!("{} h", minutes / 60),
            Some(minutes) => format!("{} days", minutes / 1_440),
        };
        let [half, most, all] = view.minutes_to;
        let names = |people: &[(String, u32)]| {
            let names: Vec<String> = people.iter().map(|(name, count)| format!("{name} ({count})")).collect();
            if names.is_empty() { "nobody yet".to_owned() } else { names.join(", ") }
        };
        let run = &view.run;
        let mut out = vec![
            ("Started".to_owned(), words::full_moment(run.started, &env.zone)),
            (
                "Ways in".to_owned(),
                format!("{} of {} shut, {} checked, {} open", run.shut, run.total, run.confirmed, run.open),
            ),
            ("Shut to".to_owned(), format!("50 %: {}   90 %: {}   100 %: {}", time(half), time(most), time(all))),
            ("Done by".to_owned(), names(&view.doers)),
            ("Checked by".to_owned(), names(&view.checkers)),
        ];
        if run.alone {
            out.push(("Note".to_owned(), "One person did and checked; recorded as an exception.".to_owned()));
        }
        for (what, at) in &view.rechecks {
            out.push(("Look again".to_owned(), format!("{}  {what}", words::full_day(*at, &env.zone))));
        }
        if let Some(closed) = run.closed {
            out.push(("Closed".to_owned(), words::full_moment(closed, &env.zone)));
        }
        if let Some(receipt) = &view.receipt {
            out.push(("Receipt".to_owned(), receipt.clone()));
        }
        out
    }
}

impl Pane for Closing {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Closing, Context::List, Context::Global]
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match action {
            Action::CloseRun if self.is_closed() => Some("This run is closed already.".to_owned()),
            Action::CloseRun if self.missing.total() > 0 => {
                let first = self.missing.at(0).map(|missing| missing.1.what.clone()).unwrap_or_default();
                let things = words::counted(self.missing.total() as u64, "thing is", "things are");
                Some(format!("Not yet: {things} missing. First: {}.", first.trim_end_matches('.')))
            }
            Action::Open if self.is_closed() => Some("The run is closed. P saves the page for the file.".to_owned()),
            Action::Open if self.missing.total() == 0 => Some("Nothing is missing. A closes the run.".to_owned()),
            Action::Sort | Action::Filter => Some("This list is short and has one order.".to_owned()),
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        match action {
            Action::Open => match self.missing.current() {
                Some(missing) => Flow::close().reply(Reply::Tab(missing.1.tab)),
                None => Flow::ignored(),
            },
            Action::CloseRun => Flow::open(Form::new(FormKind::CloseRun(self.run), &self.name())),
            Action::Edit => Flow::open(Form::new(FormKind::Reinstate(self.run), &self.name())),
            Action::Copy => match &self.view {
                Some(view) => {
                    let facts = Self::facts(view, env);
                    let rows = facts.iter().map(|(label, text)| [label.to_string(), text.to_string()]);
                    Flow::stay().want(Want::Copy(as_sheet(rows))).say(crate::tui::pane::Tone::Done, "Copied the page.")
                }
                None => Flow::ignored(),
            },
            _ => {
                let height = usize::from(env.body().height / 2);
                if self.missing.act(action, height, env.mono) == Moved::No { Flow::ignored() } else { Flow::stay() }
            }
        }
    }

    fn on_answer(&mut self, _slot: Slot, answer: Answer, env: &Env) -> Flow {
        if let Answer::Closing(view) = answer {
            let rows =
                view.obstacles.iter().cloned().zip(0..).map(|(missing, place)| Missing(place, missing)).collect();
            self.missing.accept_all(rows, env.mono);
            let _ = self.missing.take_gone();
            let first = self.view.is_none();
            let words = match view.obstacles.len() {
                _ if view.run.closed.is_some() => "The run is closed. P saves the page for the file.".to_owned(),
                0 => "Nothing is missing. A closes the run.".to_owned(),
                n => format!(
                    "Not yet: {} missing. Enter goes there.",
                    words::counted(n as u64, "thing is", "things are")
                ),
            };
            self.view = Some(view);
            if first {
                return Flow::note(words);
            }
        }
        Flow::stay()
    }

    fn refresh(&mut self, _env: &Env) -> Vec<Want> {
        vec![Want::Load(0, Query::Closing(self.run))]
    }

    fn is_loading(&self) -> bool {
        self.view.is_none()
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        let count = self.missing.total();
        let Some(view) = &self.view else {
            return canvas.rule(top(area, 1), &[("Closing page", Role::Title)], "...");
        };
        let rows = u16::try_from(count).unwrap_or(u16::MAX).max(1).min(area.height / 2);
        let closed = self.is_closed();
        let title = if closed { "Closed" } else { "Still missing before it can be closed" };
        canvas.rule(top(area, 1), &[(title, Role::Title)], &count.to_string());
        let body = top(below(area, 1), rows + 1);
        if count == 0 {
            let open = words::counted(u64::from(view.run.open), "way in is", "ways in are");
            let (words, role) = match (closed, view.run.open) {
                (false, _) => ("Nothing. A closes the run.".to_owned(), Role::Ok),
                (true, 0) => ("Every way in is shut and checked.".to_owned(), Role::Ok),
                // Left open on purpose, or back since: the page must not say that all is well.
                (true, _) => (format!("{open} open although the run is closed."), Role::High),
            };
            canvas.put(body.x + 3, body.y, body.width.saturating_sub(4), &words, role);
        } else {
            let look = table::Look { columns: COLUMNS, head: true, focused: true, more: Some("more") };
            table::view(canvas, body, &self.missing, &look, |missing| {
                vec![Cell::from(missing.1.what.clone()), Cell::from(missing.1.remedy.clone())]
            });
        }
        let rest = below(area, rows + 3);
        let page = if count == 0 { "The page for the file" } else { "This one, and the page for the file" };
        canvas.rule(top(rest, 1), &[(page, Role::Text)], "");
        let room = Rect { x: rest.x + 3, width: rest.width.saturating_sub(4), ..below(rest, 1) };
        let mut facts = Self::facts(view, env);
        if let Some(missing) = self.missing.current() {
            facts.insert(0, ("To clear it".to_owned(), format!("{} {}", missing.1.what, missing.1.remedy)));
        }
        table::pairs(canvas, room, 12, &facts);
    }
}

impl Face for Closing {
    fn tab(&self) -> Option<Place> {
        Some(Place::Runs)
    }

    fn title(&self) -> String {
        "the closing page".to_owned()
    }

    fn topic(&self) -> &'static str {
        "closing"
    }

    fn paper(&self) -> Paper {
        Paper::Report("discharge", Some(self.run.to_string()))
    }

    fn resume(&self) -> Option<Target> {
        Some(Target::Run(self.run))
    }

    fn place(&self, _env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        let right = self.view.as_ref().map(|view| view.run.kind.shown().to_owned()).unwrap_or_default();
        PlaceLine { left: format!("Runs > {} > Closing page", self.heading()), right, high: false }
    }
}
