//! Records of the kinds that have no screen of their own: a few kinds as tabs, each a list to add to and to change.
//!
//! Must never know: which fields a kind has, how a line is put together.

use super::parts::{as_sheet, empty_words, list_body, list_rule, one_list, record_reader, tab_rule};
use super::{Face, Paper};
use crate::domain::{PersonId, RecordKind, RecordRef};
use crate::error::AppError;
use crate::service::records::form::{FormOf, noun};
use crate::service::records::{RecordLine, headings};
use crate::service::view::{Page, RegisterView, Target};
use crate::service::{Answer, Query, words};
use crate::tui::keymap::{Action, Context, Place, Section};
use crate::tui::model::one_line;
use crate::tui::overlay::Editor;
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Slot, Tone, Want};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, top};
use crate::tui::widget::frame::{self, Split};
use crate::tui::widget::list::{List, Moved, Row};
use crate::tui::widget::table::{self, Cell, Column, col};
use ratatui::layout::Rect;

const LINES: Slot = 0;
const ABOUT: Slot = 1;

impl Row for RecordLine {
    fn key(&self) -> u64 {
        self.of.id
    }
}

/// Records of a few kinds.
pub struct Records {
    section: Section,
    tab: usize,
    list: List<RecordLine>,
    about: Option<(RecordRef, Vec<(String, String)>)>,
    /// Why there is no answer.
    failed: Option<String>,
    grown: bool,
    /// Enter waits for the fields.
    opens: bool,
}

impl Records {
    /// The kinds of a section, on its first tab.
    pub fn new(section: Section) -> Self {
        Self { section, tab: 0, list: List::default(), about: None, failed: None, grown: false, opens: false }
    }

    fn kind(&self) -> RecordKind {
        self.section.kinds().get(self.tab).copied().unwrap_or(RecordKind::Secret)
    }

    fn split(&self, env: &Env) -> Split {
        frame::split(env.body(), env, 8, self.grown)
    }

    fn height(&self, env: &Env) -> usize {
        usize::from(self.split(env).list.height.saturating_sub(2))
    }

    fn ask(&self, env: &Env) -> Want {
        Want::Load(LINES, Query::Records(self.kind(), self.list.slice(self.height(env))))
    }

    fn ask_about(&mut self) -> Option<Want> {
        let of = self.list.current()?.of;
        if self.about.as_ref().is_some_and(|(shown, _)| *shown == of) {
            return None;
        }
        self.about = None;
        Some(Want::Load(ABOUT, Query::RecordAbout(of)))
    }

    fn turn(&mut self, by: isize, env: &Env) -> Flow {
        let to = self.tab.saturating_add_signed(by);
        if to == self.tab || to >= self.section.kinds().len() {
            return Flow::note("No more tabs on this side.");
        }
        self.tab = to;
        self.list = List::default();
        (self.about, self.failed) = (None, None);
        Flow::stay().want(self.ask(env))
    }

    /// Records that somebody signed the policy, or took the course, under the cursor.
    fn done(&self) -> Flow {
        match self.list.current().map(|line| line.of) {
            Some(RecordRef { kind: RecordKind::Policy, id }) => {
                Flow::open(Editor::add(RecordKind::Signature, vec![("policy", id)]))
            }
            Some(RecordRef { kind: RecordKind::Course, id }) => {
                Flow::open(Editor::add(RecordKind::Completion, vec![("course", id)]))
            }
            Some(RecordRef { kind: RecordKind::Person, id }) => {
                Flow::open(Editor::add(RecordKind::Signature, vec![("person", id)]))
            }
            Some(RecordRef { kind: RecordKind::Secret, id }) => {
                Flow::open(Editor::add(RecordKind::Knowing, vec![("secret", id)]))
            }
            _ => Flow::ignored(),
        }
    }

    /// Whether somebody can be added to the row under the cursor with one key.
    fn can_tick(&self) -> bool {
        let kind = self.list.current().map(|line| line.of.kind);
        matches!(kind, Some(RecordKind::Policy | RecordKind::Course | RecordKind::Person | RecordKind::Secret))
    }

    /// Who is missing at the policy or course under the cursor; nothing when nobody is, or that is not known yet.
    fn missing(&self) -> Option<String> {
        let (of, about) = self.about.as_ref()?;
        let is_here = self.list.current().is_some_and(|line| line.of == *of);
        let (_, names) = about.iter().find(|(label, _)| matches!(label.as_str(), "Not signed" | "Missing"))?;
        (is_here && names != "nobody").then(|| names.replace(" !!", ""))
    }

    /// The whole record to read; as soon as it is known.
    fn look(&mut self) -> Flow {
        let Some(line) = self.list.current() else { return Flow::ignored() };
        match self.about.as_ref().filter(|(of, _)| *of == line.of) {
            Some((_, about)) => Flow::open(record_reader(&line.cells[0], about)),
            None => {
                self.opens = true;
                Flow::stay().wants(self.ask_about())
            }
        }
    }

    fn copy(&self) -> Flow {
        match self.list.current() {
            Some(RecordLine { of: RecordRef { kind: RecordKind::Policy | RecordKind::Course, .. }, cells, .. })
                if self.missing().is_some() =>
            {
                let [name, version, ..] = cells;
                let what = match self.kind() {
                    RecordKind::Policy => format!("Please read and sign: {name}, version {version}."),
                    _ => format!("Please take the course: {name}."),
                };
                let words = format!("{what} Still missing: {}.\n", self.missing().unwrap_or_default());
                Flow::stay().want(Want::Copy(words)).say(Tone::Done, "Copied a reminder with who is missing.")
            }
            Some(line) => {
                let head = headings(self.kind()).map(str::to_owned);
                let rows = as_sheet([head, line.cells.clone()]);
                Flow::stay().want(Want::Copy(rows)).say(Tone::Done, "Copied 1 row. Q Q leaves.")
            }
            None => Flow::ignored(),
        }
    }

    fn moved(&mut self, moved: Moved, env: &Env) -> Flow {
        match moved {
            Moved::No => Flow::ignored(),
            Moved::Yes => Flow::stay().wants(self.ask_about()),
            Moved::Ask => Flow::stay().want(self.ask(env)).wants(self.ask_about()),
        }
    }
}

impl Pane for Records {
    fn contexts(&self) -> Vec<Context> {
        if self.list.is_filtering() {
            return vec![Context::Search, Context::Text];
        }
        vec![Context::Records, Context::Tabs, Context::List, Context::Global]
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match action {
            Action::Sort => Some("This list stands by name, or the newest first.".to_owned()),
            Action::FilterBy => Some("/ filters by any words that stand in a row.".to_owned()),
            Action::Done if !self.can_tick() => {
                Some("Nothing to tick here. Space is for policies, courses, people and shared logins.".to_owned())
            }
            Action::Open | Action::Edit if self.list.current().is_none() => {
                Some(format!("There is no {} here. N adds one.", noun(self.kind())))
            }
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        if !self.list.is_filtering() {
            match (action, self.list.current()) {
                (Action::Left, _) => return self.turn(-1, env),
                (Action::Right, _) => return self.turn(1, env),
                (Action::New, _) => return Flow::open(Editor::add(self.kind(), Vec::new())),
                (Action::Open, Some(line)) if line.of.kind == RecordKind::Person => {
                    return Flow::target(Target::Person(PersonId(line.of.id)));
                }
                (Action::Open, Some(_)) => return self.look(),
                (Action::Edit, Some(line)) => return Flow::open(Editor::new(FormOf::Edit(line.of))),
                (Action::Done, _) => return self.done(),
                (Action::Copy, _) => return self.copy(),
                (Action::Why, _) => {
                    self.grown = !self.grown;
                    return Flow::note(if self.grown {
                        "More room for the fields."
                    } else {
                        "Less room for the fields."
                    });
                }
                _ => {}
            }
        }
        let filtered = !self.list.filter().is_empty();
        let height = self.height(env);
        let moved = self.list.act(action, height, env.mono);
        let flow = self.moved(moved, env);
        match action == Action::Back && filtered && moved == Moved::Ask {
            true => flow.say(Tone::Note, "Filter cleared. All rows are shown."),
            false => flow,
        }
    }

    fn on_answer(&mut self, slot: Slot, answer: Answer, env: &Env) -> Flow {
        match (slot, answer) {
            (LINES, Answer::Records(page)) => {
                self.failed = None;
                self.list.accept(page, env.mono);
                let flow = Flow::stay().wants(self.ask_about());
                if self.list.take_gone() { flow.say(Tone::Note, "The row you were on is gone.") } else { flow }
            }
            (ABOUT, Answer::RecordAbout(of, about)) => {
                self.about = Some((of, about));
                if std::mem::take(&mut self.opens) { self.look() } else { Flow::stay() }
            }
            _ => Flow::stay(),
        }
    }

    fn on_failed(&mut self, slot: Slot, error: &AppError, _env: &Env) -> Flow {
        if slot == LINES {
            self.list.accept(Page::default(), 0);
            self.failed = Some(one_line(error));
        }
        Flow::stay().say(Tone::Error, one_line(error))
    }

    fn refresh(&mut self, env: &Env) -> Vec<Want> {
        self.about = None;
        vec![self.ask(env)]
    }

    one_list!();

    fn view(&self, canvas: &mut Canvas, _area: Rect, env: &Env) {
        let split = self.split(env);
        if self.list.filter().is_empty() && !self.list.is_filtering() {
            let count = words::count(self.list.unfiltered() as u64);
            let name = |(place, kind): (usize, &RecordKind)| match place == self.tab {
                true => format!("{} {count}", plural(*kind)),
                false => plural(*kind).to_owned(),
            };
            let names: Vec<String> = self.section.kinds().iter().enumerate().map(name).collect();
            tab_rule(canvas, top(split.list, 1), &names, self.tab);
        } else {
            let title = [(plural(self.kind()), Role::Title)];
            list_rule(canvas, top(split.list, 1), &title, &self.list, &self.list.count_words());
        }
        let [first, second, third, fourth] = headings(self.kind());
        let columns: [Column; 4] =
            [col(first, 20, 0).grows(3), col(second, 18, 1).grows(2), col(third, 14, 2).grows(1), col(fourth, 14, 0)];
        let kind = noun(self.kind());
        let nothing = format!("No {kind} is in the register yet. N adds one.");
        let empty = match &self.failed {
            Some(failed) => failed.clone(),
            None => empty_words(&self.list, "row", "rows", &nothing),
        };
        list_body(canvas, below(split.list, 1), &self.list, &columns, (&empty, Role::Text), |line| {
            let [first, second, third, fourth] = line.cells.clone();
            let last = if line.alarm { Cell::of(format!("{fourth} !"), Role::Medium) } else { Cell::from(fourth) };
            vec![Cell::from(first), Cell::from(second), Cell::from(third), last]
        });
        let Some(detail) = split.detail else { return };
        let Some(line) = self.list.current() else { return };
        canvas.rule(top(detail, 1), &[(&line.cells[0], Role::Text)], "");
        if let Some((_, about)) = self.about.as_ref().filter(|(of, _)| *of == line.of) {
            table::pairs(canvas, frame::detail_text(detail), table::label_width(about, 12), about);
        }
    }
}

/// What a tab is called.
const fn plural(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Secret => "Shared logins",
        RecordKind::Knowing => "Who knows them",
        RecordKind::Asset => "Things",
        RecordKind::Contact => "Contacts",
        RecordKind::DataLocation => "Data",
        RecordKind::Policy => "Policies",
        RecordKind::Signature => "Signatures",
        RecordKind::Course => "Courses",
        RecordKind::Completion => "Courses taken",
        RecordKind::RoleRight => "Rights of roles",
        RecordKind::Assignment => "Assigned clients",
        RecordKind::Person => "By person",
        _ => "Records",
    }
}

impl Face for Records {
    fn tab(&self) -> Option<Place> {
        Some(Place::More)
    }

    fn title(&self) -> String {
        self.section.name().to_owned()
    }

    fn topic(&self) -> &'static str {
        "records"
    }

    fn row_title(&self) -> String {
        self.list.current().map_or_else(|| self.title(), |line| line.cells[0].clone())
    }

    fn paper(&self) -> Paper {
        let command = match self.kind() {
            RecordKind::Secret => "secrets",
            RecordKind::Asset => "assets",
            RecordKind::Contact => "contacts",
            RecordKind::DataLocation => "data-locations",
            RecordKind::Policy => "policies",
            RecordKind::Course => "courses",
            RecordKind::RoleRight => "roles",
            _ => return Paper::Words("On paper, in a shell: keyward export writes all of them.".to_owned()),
        };
        Paper::Words(format!("On paper, in a shell: keyward {command} --csv"))
    }

    fn place(&self, _env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        let left = format!("More > {}", self.section.name());
        PlaceLine { left, right: plural(self.kind()).to_lowercase(), high: false }
    }
}
