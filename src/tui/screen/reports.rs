//! The reports there are: which, about whom, written as what; saved at once, and said where.
//!
//! Must never know: what stands in a report.

use super::{Face, Paper};
use crate::domain::{Instant, capital};
use crate::service::reports::ReportKind;
use crate::service::resolve::Scope;
use crate::service::view::{RegisterView, Target};
use crate::service::{Answer, AsOf, Command, Outcome, Query, ReportFormat, SubjectKind, words};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::overlay::{AsOfDate, Choice, Picker, Reader, Subject};
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Purpose, Reply, Slot, Tone, Want};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, top};
use crate::tui::widget::frame::{self, Split};
use crate::tui::widget::list::{List, Moved, Row};
use crate::tui::widget::table::{self, Cell, Column, col};
use ratatui::layout::Rect;

const COLUMNS: &[Column] =
    &[col("Report", 28, 0).grows(1), col("About", 12, 2), col("For", 21, 1).grows(1), col("Last made", 11, 3)];

/// What is asked for as text, to be looked at first.
const LOOK: Slot = 1;
/// When each kind was last made.
const MADE: Slot = 2;

/// What a report can be written as, best first, with what that is good for.
const FORMATS: &[(ReportFormat, &str, &str)] = &[
    (ReportFormat::Pdf, "PDF", "to send and to file"),
    (ReportFormat::Html, "HTML", "for a browser; prints well"),
    (ReportFormat::Csv, "CSV", "opens in Excel"),
    (ReportFormat::Text, "Text", "prints anywhere"),
    (ReportFormat::Markdown, "Markdown", "for tickets and wikis"),
    (ReportFormat::Json, "JSON", "for programs"),
];

/// A kind of report as a row.
#[derive(Debug, Clone, Copy)]
struct Kind {
    kind: ReportKind,
    about: Option<SubjectKind>,
    reader: &'static str,
    tells: &'static str,
}

/// Every kind, by who asks for it.
const KINDS: [Kind; 7] = [
    Kind {
        kind: ReportKind::Who,
        about: Some(SubjectKind::Client),
        reader: "a client",
        tells: "Who of us can get into this client's systems, directly and through others. Nothing of other clients.",
    },
    Kind {
        kind: ReportKind::Discharge,
        about: Some(SubjectKind::Run),
        reader: "the file, an auditor",
        tells: "How one leaver was walked out: every way in with who did and who checked it, and how long it took.",
    },
    Kind {
        kind: ReportKind::ClientLetter,
        about: Some(SubjectKind::Letter),
        reader: "a client",
        tells: "Who has left, what they could open there and how it stands. One letter for each client, of that one only.",
    },
    Kind {
        kind: ReportKind::Reach,
        about: Some(SubjectKind::Person),
        reader: "us",
        tells: "Everything one person can get into, and the shared logins they know.",
    },
    Kind {
        kind: ReportKind::Findings,
        about: None,
        reader: "us",
        tells: "What is wrong, quick and far-reaching first, and what was set aside until when.",
    },
    Kind { kind: ReportKind::Status, about: None, reader: "us, management", tells: "How we stand today, in numbers." },
    Kind {
        kind: ReportKind::WhatIf,
        about: None,
        reader: "us",
        tells: "Who would be most work, and what stops because only one person can do it.",
    },
];

impl Row for Kind {
    fn key(&self) -> u64 {
        self.kind as u64
    }
}

/// A report as it is asked for. What is saved from a look is the one looked at, whatever was begun meanwhile.
#[derive(Debug, Clone)]
struct Asked {
    kind: ReportKind,
    subject: Option<String>,
    as_of: AsOf,
}

/// The reports.
#[derive(Default)]
pub struct Reports {
    list: List<Kind>,
    /// As of when the next one is made; now with the default.
    when: AsOf,
    /// Which is being made, about whom: the format is still to be picked.
    making: Option<(ReportKind, Option<String>)>,
    /// Which was asked for last to be looked at.
    looked: Option<Asked>,
    /// When each kind was last made; nothing before that is known.
    made: Option<Vec<(ReportKind, Instant)>>,
}

impl Reports {
    fn split(env: &Env) -> Split {
        frame::split(env.body(), env, 8, false)
    }

    fn height(env: &Env) -> usize {
        usize::from(Self::split(env).list.height.saturating_sub(2))
    }

    /// The day of the next report, in words.
    fn day(&self, env: &Env) -> String {
        self.when.on.map_or_else(|| "today".to_owned(), |on| words::full_day(on, &env.zone))
    }

    fn ask_format(&mut self, kind: ReportKind, subject: Option<String>, name: &str) -> Flow {
        self.making = Some((kind, subject));
        let look = Choice::new("Look first", "here on the screen; nothing is saved");
        let choices = std::iter::once(look).chain(formats()).collect();
        let title = if name.is_empty() { "Make it as".to_owned() } else { format!("Make it about {name} as") };
        Flow::open(Picker::new(title, choices, 0, Purpose::Format))
    }

    /// The report as text, made beside the screen.
    fn look(&mut self, kind: ReportKind, subject: Option<String>) -> Flow {
        let as_of = self.when;
        self.looked = Some(Asked { kind, subject: subject.clone(), as_of });
        Flow::note("Making the report. You can go on working.").load(LOOK, Query::ReportText { kind, subject, as_of })
    }

    fn save(asked: Asked, place: usize) -> Flow {
        let Some((format, ..)) = FORMATS.get(place) else { return Flow::stay() };
        let Asked { kind, subject, as_of } = asked;
        Flow::note("Making the report. You can go on working.").apply(Command::SaveReport {
            kind: kind.stored().to_owned(),
            subject,
            format: *format,
            as_of,
        })
    }

    fn last_made(&self, kind: ReportKind, env: &Env) -> String {
        let Some(made) = &self.made else { return String::new() };
        let at = made.iter().find(|(known, _)| *known == kind).map(|(_, at)| *at);
        at.map_or_else(|| "never".to_owned(), |at| words::day(at, env.now, &env.zone))
    }

    fn open_row(&mut self) -> Flow {
        match self.list.current().copied() {
            Some(Kind { about: Some(about), kind, .. }) => {
                self.making = Some((kind, None));
                Flow::open(Subject::new(about))
            }
            Some(Kind { kind, .. }) => self.ask_format(kind, None, ""),
            None => Flow::ignored(),
        }
    }
}

impl Pane for Reports {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Reports, Context::List, Context::Global]
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match action {
            Action::Sort | Action::Filter | Action::FilterBy => {
                Some("This list is short and has one order: by who asks.".to_owned())
            }
            Action::Why => Some("What a report tells stands below.".to_owned()),
            Action::Copy => Some("Nothing to copy here. Enter saves a report as a file.".to_owned()),
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        match action {
            // Both keys make it: a list of papers has nothing else to open or print.
            Action::Open | Action::Print => self.open_row(),
            Action::AsOf => Flow::open(AsOfDate::new(&self.day(env), self.when.known_at.is_some())),
            _ => match self.list.act(action, Self::height(env), env.mono) {
                Moved::No => Flow::ignored(),
                Moved::Yes | Moved::Ask => Flow::stay(),
            },
        }
    }

    fn on_reply(&mut self, reply: &Reply, env: &Env) -> Flow {
        match (reply, self.making.take()) {
            (Reply::Dates(_, Some(_)), _) => Flow::note("A report is about one date. Clients and People compare two."),
            (Reply::Dates(when, None), _) => {
                // Today is now: what is entered a minute later stands in the report too.
                let is_today = when.on.is_some_and(|on| env.zone.day(on) == env.zone.day(env.now));
                self.when = if is_today { AsOf::default() } else { *when };
                Flow::note("The next reports are about that day. T and today goes back.")
            }
            (Reply::Subject(target, name), Some((kind, _))) => {
                let subject = match target {
                    Target::Person(person) => format!("#{person}"),
                    Target::Run(run) => run.to_string(),
                    Target::Letter(run, None) => format!("{run}/*"),
                    Target::Letter(run, Some(client)) => format!("{run}/#{client}"),
                    Target::Node(Scope::Client(client)) => format!("#{client}"),
                    _ => name.clone(),
                };
                self.ask_format(kind, Some(subject), name)
            }
            (Reply::Picked(Purpose::Format, 0), Some((kind, subject))) => self.look(kind, subject),
            (Reply::Picked(Purpose::Format, place), Some((kind, subject))) => {
                Self::save(Asked { kind, subject, as_of: self.when }, place - 1)
            }
            (Reply::Picked(Purpose::SaveLooked, _), _) => {
                Flow::open(Picker::new("Save it as", formats().collect(), 0, Purpose::LookedFormat))
            }
            (Reply::Picked(Purpose::LookedFormat, place), _) => {
                self.looked.take().map_or_else(Flow::stay, |looked| Self::save(looked, *place))
            }
            _ => Flow::stay(),
        }
    }

    fn refresh(&mut self, env: &Env) -> Vec<Want> {
        if !self.list.is_loaded() {
            self.list.accept_all(KINDS.to_vec(), env.mono);
        }
        vec![Want::Load(MADE, Query::ReportsMade)]
    }

    fn on_answer(&mut self, slot: Slot, answer: Answer, _env: &Env) -> Flow {
        match (slot, answer) {
            (MADE, Answer::ReportsMade(made)) => {
                // It opens on the one made last; later the cursor stays where it is.
                let last = made.iter().max_by_key(|(_, at)| *at).map(|(kind, _)| *kind);
                if let (None, Some(kind)) = (&self.made, last) {
                    self.list.go_to(kind as u64);
                }
                self.made = Some(made);
                Flow::stay()
            }
            (LOOK, Answer::ReportText(text)) => {
                let title = self.looked.as_ref().map_or_else(String::new, |looked| capital(looked.kind.shown()));
                let lines = text.lines().map(str::to_owned).collect();
                let reader = Reader::new(title, lines, text).leading_to(Purpose::SaveLooked, "save it as a file");
                Flow::open(reader).say(Tone::Note, "Nothing is saved yet. Esc leaves it at that.")
            }
            _ => Flow::stay(),
        }
    }

    fn on_done(&mut self, _outcome: &Outcome, env: &Env) -> Flow {
        Flow::stay().wants(self.refresh(env))
    }

    fn view(&self, canvas: &mut Canvas, _area: Rect, env: &Env) {
        let split = Self::split(env);
        canvas.rule(top(split.list, 1), &[("Reports", Role::Title)], &self.list.count_words());
        let look = table::Look { columns: COLUMNS, head: true, focused: true, more: None };
        table::view(canvas, below(split.list, 1), &self.list, &look, |kind| {
            vec![
                Cell::from(capital(kind.kind.shown())),
                Cell::from(kind.about.map_or("everything", SubjectKind::shown)),
                Cell::from(kind.reader),
                Cell::from(self.last_made(kind.kind, env)),
            ]
        });
        let (Some(detail), Some(kind)) = (split.detail, self.list.current()) else { return };
        canvas.rule(top(detail, 1), &[(&capital(kind.kind.shown()), Role::Text)], "");
        let asks = match kind.about {
            Some(about) => format!("asks which {}, then how: looked at first, or saved", about.word()),
            None => "asks how: looked at first, or saved".to_owned(),
        };
        let pairs = [
            ("Tells".to_owned(), kind.tells.to_owned()),
            ("Enter".to_owned(), asks),
            ("Date".to_owned(), format!("{}; T changes it", self.day(env))),
            ("Carries".to_owned(), "date, sources, how sure they are, and a receipt of the history".to_owned()),
        ];
        table::pairs(canvas, frame::detail_text(detail), 10, &pairs);
    }
}

/// What a report can be saved as.
fn formats() -> impl Iterator<Item = Choice> {
    FORMATS.iter().map(|(_, name, good)| Choice::new(*name, *good))
}

impl Face for Reports {
    fn tab(&self) -> Option<Place> {
        Some(Place::Reports)
    }

    fn title(&self) -> String {
        "Reports".to_owned()
    }

    fn topic(&self) -> &'static str {
        "reports"
    }

    fn row_title(&self) -> String {
        self.list.current().map_or_else(|| self.title(), |kind| capital(kind.kind.shown()))
    }

    fn paper(&self) -> Paper {
        Paper::Words("Enter makes the report under the cursor.".to_owned())
    }

    fn place(&self, _env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        let right = "reports never contain passwords".to_owned();
        PlaceLine { left: "Reports".to_owned(), right, high: false }
    }
}
