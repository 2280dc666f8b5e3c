//! The people, riskiest first.
//!
//! Must never know: how risk is judged.

use super::parts::{
    as_sheet, empty_words, filter_choices, filter_picker, list_body, list_rule, one_list, risk_cell, risk_role,
    sort_picker,
};
use super::{Face, Paper, Past, Person};
use crate::domain::{PersonStatus, RecordKind, RecordRef, Severity};
use crate::error::AppError;
use crate::service::past::PastOf;
use crate::service::records::form::FormOf;
use crate::service::view::{PersonLine, PersonView, RegisterView};
use crate::service::{Answer, Query, Sort, filter, words};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::overlay::{AsOfDate, Choice, Editor, Start};
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Purpose, Reply, Slot, Tone, Want};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, top};
use crate::tui::widget::frame::{self, Breadth, Split};
use crate::tui::widget::list::{List, Moved, Row};
use crate::tui::widget::table::{self, Cell, Column, col, num};
use ratatui::layout::Rect;

const PEOPLE: Slot = 0;
const ABOUT: Slot = 1;

const COLUMNS: &[Column] = &[
    col("Name", 14, 0).grows(3),
    col("", 2, 0),
    col("Role", 17, 2).grows(2),
    col("Status", 13, 0),
    num("Ways in", 7, 1),
    num("Admin", 5, 3),
    num("Clients", 7, 4),
    col("MFA", 4, 5),
];

const ORDERS: &[(Sort, &str)] = &[
    (Sort::Best, "Risk"),
    (Sort::Name, "Name"),
    (Sort::WaysIn, "Ways in"),
    (Sort::State, "Status"),
    (Sort::Date, "Date"),
];

impl Row for PersonLine {
    fn key(&self) -> u64 {
        self.id.0
    }
}

/// The people.
#[derive(Default)]
pub struct People {
    list: List<PersonLine>,
    about: Option<PersonView>,
    grown: bool,
}

impl People {
    fn split(&self, env: &Env) -> Split {
        frame::split(env.body(), env, 8, self.grown)
    }

    fn height(&self, env: &Env) -> usize {
        usize::from(self.split(env).list.height.saturating_sub(2))
    }

    fn ask(&self, env: &Env) -> Want {
        Want::Load(PEOPLE, Query::People(self.list.slice(self.height(env))))
    }

    fn ask_about(&mut self) -> Option<Want> {
        let id = self.list.current()?.id;
        if self.about.as_ref().is_some_and(|about| about.line.id == id) {
            return None;
        }
        // Whoever goes back to the row before asks again: the answer on its way is this row's.
        self.about = None;
        Some(Want::Load(ABOUT, Query::Person(id)))
    }

    fn moved(&mut self, moved: Moved, env: &Env) -> Flow {
        match moved {
            Moved::No => Flow::ignored(),
            Moved::Yes => Flow::stay().wants(self.ask_about()),
            Moved::Ask => Flow::stay().want(self.ask(env)).wants(self.ask_about()),
        }
    }

    fn filters(&self) -> Vec<(String, Choice)> {
        filter_choices(self.list.held().iter().flat_map(|line| {
            let mfa = if line.without_mfa > 0 { "no".to_owned() } else { String::new() };
            let status = line.status.shown().to_owned();
            [(filter::Column::Role, line.role.clone()), (filter::Column::Status, status), (filter::Column::Mfa, mfa)]
        }))
    }

    fn sort_name(&self) -> &'static str {
        ORDERS.iter().find(|(sort, _)| *sort == self.list.sort().0).map_or("Risk", |(_, name)| *name)
    }
}

/// Where somebody stands, with its date: `Leaving 14:00`, `Left 12 Mar`, `Starts 30 Nov`.
pub(super) fn status_words(line: &PersonLine, env: &Env) -> String {
    let word = line.status.shown();
    match (line.status, line.status_at) {
        (PersonStatus::Active | PersonStatus::OnLeave, _) | (_, None) => word.to_owned(),
        (PersonStatus::Notice, Some(at)) if env.zone.day(at) == env.zone.day(env.now) => {
            format!("{word} {}", words::time(at, &env.zone))
        }
        (_, Some(at)) => format!("{word} {}", words::day(at, env.now, &env.zone)),
    }
}

fn cells(line: &PersonLine, env: &Env) -> Vec<Cell> {
    let mfa = match line.without_mfa {
        0 if line.ways_in == 0 => Cell::from(""),
        0 => Cell::of("ok", Role::Ok),
        without => Cell::of(format!("{without} no"), Role::Medium),
    };
    let left_in = line.status == PersonStatus::Discharged && line.ways_in > 0;
    vec![
        Cell::from(line.name.clone()),
        risk_cell(line.risk),
        Cell::from(line.role.clone()),
        Cell::of(status_words(line, env), if left_in { Role::High } else { Role::Text }),
        Cell::from(words::count(u64::from(line.ways_in))),
        Cell::from(words::count(u64::from(line.admin))),
        Cell::from(words::count(u64::from(line.clients))),
        mfa,
    ]
}

impl Pane for People {
    fn contexts(&self) -> Vec<Context> {
        if self.list.is_filtering() {
            vec![Context::Search, Context::Text]
        } else {
            vec![Context::People, Context::List, Context::Global]
        }
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match action {
            Action::Open if self.list.current().is_none() => Some("There is nobody to open.".to_owned()),
            Action::Edit if self.list.current().is_none() => Some("There is nobody to edit.".to_owned()),
            Action::FilterBy if self.list.total() == 0 => Some("Nobody is in this list.".to_owned()),
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        let filtered = !self.list.filter().is_empty();
        match action {
            Action::Open if !self.list.is_filtering() => match self.list.current() {
                Some(line) => Flow::push(Person::new(line.id)),
                None => Flow::ignored(),
            },
            Action::Discharge => match self.list.current() {
                Some(line) => Flow::open(Start::for_person(line.id)),
                None => Flow::open(Start::default()),
            },
            Action::AsOf => Flow::open(AsOfDate::new("", false)),
            Action::New => Flow::open(Editor::add(RecordKind::Person, Vec::new())),
            Action::Edit => match self.list.current() {
                Some(line) => {
                    Flow::open(Editor::new(FormOf::Edit(RecordRef { kind: RecordKind::Person, id: line.id.0 })))
                }
                None => Flow::ignored(),
            },
            Action::Sort => {
                let picker = sort_picker(ORDERS, self.list.sort().0);
                Flow::open(picker)
            }
            Action::FilterBy => filter_picker(self.filters()),
            Action::Why => {
                self.grown = !self.grown;
                Flow::note(if self.grown { "More room for the explanation." } else { "Less room for the explanation." })
            }
            Action::Copy => match self.list.current() {
                Some(line) => {
                    let head = ["Name", "Role", "Status", "Ways in", "Admin", "Clients"].map(str::to_owned);
                    let [ways_in, admin, clients] = [line.ways_in, line.admin, line.clients].map(|n| n.to_string());
                    let row = [line.name.clone(), line.role.clone(), status_words(line, env), ways_in, admin, clients];
                    Flow::stay().want(Want::Copy(as_sheet([head, row]))).say(Tone::Done, "Copied 1 row. Q Q leaves.")
                }
                None => Flow::ignored(),
            },
            _ => {
                let height = self.height(env);
                let moved = self.list.act(action, height, env.mono);
                let flow = self.moved(moved, env);
                if action == Action::Back && filtered && moved == Moved::Ask {
                    return flow.say(Tone::Note, "Filter cleared. Everybody is shown.");
                }
                flow
            }
        }
    }

    fn on_answer(&mut self, slot: Slot, answer: Answer, env: &Env) -> Flow {
        match (slot, answer) {
            (PEOPLE, Answer::People(page)) => {
                let first = !self.list.is_loaded();
                self.list.accept(page, env.mono);
                let flow = Flow::stay().wants(self.ask_about());
                if self.list.take_gone() {
                    return flow.say(Tone::Note, "The row you were on is gone.");
                }
                if !self.list.filter().is_empty() && !first {
                    let found = words::counted(self.list.total() as u64, "person matches", "people match");
                    return flow.say(Tone::Note, format!("{found} \"{}\".", self.list.filter().text().trim()));
                }
                flow
            }
            (ABOUT, Answer::Person(view)) => {
                self.about = Some(view);
                Flow::stay()
            }
            _ => Flow::stay(),
        }
    }

    fn on_failed(&mut self, _slot: Slot, error: &AppError, _env: &Env) -> Flow {
        Flow::stay().say(Tone::Error, crate::tui::model::one_line(error))
    }

    fn on_reply(&mut self, reply: &Reply, env: &Env) -> Flow {
        if let Reply::Dates(when, then) = reply {
            return Flow::push(Past::new(PastOf::Everybody, "", *when, *then));
        }
        if let Reply::Picked(Purpose::Sort, place) = reply
            && let Some((sort, name)) = ORDERS.get(*place)
        {
            self.list.set_sort(*sort);
            return Flow::note(format!("Sorted by {name}.")).want(self.ask(env));
        }
        if let Reply::Picked(Purpose::FilterBy, place) = reply
            && let Some((written, _)) = self.filters().get(*place)
        {
            self.list.set_filter(written);
            return Flow::note("Filtered. Esc shows everybody again.").want(self.ask(env));
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
        let count = self.list.count_words();
        list_rule(canvas, top(split.list, 1), &[("People", Role::Title)], &self.list, &count);
        let body = below(split.list, 1);
        let empty = empty_words(
            &self.list,
            "person",
            "people",
            "Nobody yet. N adds somebody; in a shell: keyward import people.csv",
        );
        list_body(canvas, body, &self.list, COLUMNS, (&empty, Role::Text), |line| cells(line, env));
        if let Some(detail) = split.detail {
            self.view_about(canvas, detail, env);
        }
    }
}

impl People {
    fn view_about(&self, canvas: &mut Canvas, detail: Rect, env: &Env) {
        let name = self.list.current().map(|line| line.name.clone()).unwrap_or_default();
        canvas.rule(top(detail, 1), &[(&name, Role::Text)], "");
        let Some(about) = self.about.as_ref().filter(|a| Some(a.line.id) == self.list.current().map(|l| l.id)) else {
            return;
        };
        let mut room = frame::detail_text(detail);
        for (place, sentence) in about.about.iter().enumerate() {
            let alarm = place == 0 && about.line.risk >= Severity::High && sentence.starts_with("Why");
            let used = canvas.paragraph(room, sentence, if alarm { risk_role(about.line.risk) } else { Role::Text });
            room = below(room, used);
        }
        if frame::breadth(env.size.0) >= Breadth::Wide && room.height > 3 {
            let total = about.line.ways_in;
            room = below(room, 1);
            let bar = table::bar(&canvas.theme, 24, about.line.admin, total.max(1));
            canvas.put(
                room.x,
                room.y,
                room.width,
                &format!("Admin  {bar}  {} of {total}", about.line.admin),
                Role::Text,
            );
            let bar = table::bar(&canvas.theme, 24, about.line.without_mfa, total.max(1));
            let words = format!("No MFA {bar}  {} of {total}", about.line.without_mfa);
            canvas.put(room.x, room.y + 1, room.width, &words, Role::Text);
        }
    }
}

impl Face for People {
    fn tab(&self) -> Option<Place> {
        Some(Place::People)
    }

    fn title(&self) -> String {
        "People".to_owned()
    }

    fn topic(&self) -> &'static str {
        "people"
    }

    fn row_title(&self) -> String {
        self.list.current().map_or_else(|| self.title(), |line| line.name.clone())
    }

    fn paper(&self) -> Paper {
        Paper::Words("On paper, in a shell: keyward technicians --csv".to_owned())
    }

    fn place(&self, _env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        let people = words::counted(self.list.unfiltered() as u64, "person", "people");
        PlaceLine { left: "People".to_owned(), right: format!("{people}, sorted by {}", self.sort_name()), high: false }
    }
}
