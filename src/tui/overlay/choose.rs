//! Records to choose from: one, or several ticked. What does not exist yet can be added from here.
//!
//! Must never know: which field they are for.

use super::search::{Search, Searched};
use crate::domain::RecordKind;
use crate::error::AppError;
use crate::service::records::form::{Candidate, noun};
use crate::service::{Answer, Query};
use crate::tui::keymap::{Action, Context};
use crate::tui::model::one_line;
use crate::tui::pane::{Env, Flow, Pane, Reply, Slot, Tone, Want};
use crate::tui::widget::canvas::{Canvas, centred};
use crate::tui::widget::line_edit::Typed;
use ratatui::layout::Rect;

/// Rows shown at once.
const ROWS: u16 = 10;

/// Records to choose from.
pub struct Choose {
    /// The field of the form beneath.
    place: usize,
    kind: RecordKind,
    title: String,
    search: Search<Candidate>,
    /// Those ticked; nothing where one is chosen.
    ticked: Option<Vec<(u64, String)>>,
}

impl Choose {
    /// One of a kind, beginning with the words that are there.
    pub fn one(place: usize, kind: RecordKind, title: &str, typed: &str) -> Self {
        Self::new(place, kind, title, typed, None)
    }

    /// Several of a kind, some of them ticked already.
    pub fn several(place: usize, kind: RecordKind, title: &str, ticked: Vec<(u64, String)>) -> Self {
        Self::new(place, kind, title, "", Some(ticked))
    }

    fn new(place: usize, kind: RecordKind, title: &str, typed: &str, ticked: Option<Vec<(u64, String)>>) -> Self {
        Self { place, kind, title: title.to_owned(), search: Search::new(typed), ticked }
    }

    fn query(&self) -> Query {
        Query::Candidates(self.kind, self.search.words().to_owned())
    }

    /// Whether something of this kind is added by its name alone.
    fn can_add(&self) -> bool {
        let by_name =
            matches!(self.kind, RecordKind::Person | RecordKind::Client | RecordKind::System | RecordKind::Account);
        by_name && self.ticked.is_none() && !self.search.looking && !self.search.words().is_empty() && !self.has_exact()
    }

    fn has_exact(&self) -> bool {
        self.search.hits.iter().any(|hit| hit.name.eq_ignore_ascii_case(self.search.words()))
    }

    fn tick(&mut self) -> Flow {
        let (Some(ticked), Some(hit)) = (self.ticked.as_mut(), self.search.current()) else {
            return Flow::note("Nothing to tick here.");
        };
        match ticked.iter().position(|(id, _)| *id == hit.id) {
            Some(place) => _ = ticked.remove(place),
            None => ticked.push((hit.id, hit.name.clone())),
        }
        let _ = self.search.act(Action::Down, self.search.hits.len());
        Flow::stay()
    }

    fn take(&self) -> Flow {
        if self.search.looking {
            return Flow::note("Still looking. Press Enter again.");
        }
        if let Some(ticked) = &self.ticked {
            // Nobody ticked anything: the row under the cursor is meant.
            let all = match (ticked.as_slice(), self.search.current()) {
                ([], Some(hit)) => vec![(hit.id, hit.name.clone())],
                (ticked, _) => ticked.to_vec(),
            };
            return Flow::close().reply(Reply::Chosen(self.place, all));
        }
        match self.search.current() {
            Some(hit) => Flow::close().reply(Reply::Chosen(self.place, vec![(hit.id, hit.name.clone())])),
            None if self.can_add() => {
                let name = self.search.words().to_owned();
                Flow::close().reply(Reply::AddNamed(self.kind, name))
            }
            None => Flow::note("Nothing fits. Type other letters, or Esc closes."),
        }
    }

    fn is_ticked(&self, hit: &Candidate) -> bool {
        self.ticked.as_ref().is_some_and(|ticked| ticked.iter().any(|(id, _)| *id == hit.id))
    }
}

impl Pane for Choose {
    fn contexts(&self) -> Vec<Context> {
        if self.ticked.is_some() {
            vec![Context::Tick, Context::Search, Context::Text]
        } else {
            vec![Context::Search, Context::Text]
        }
    }

    fn refresh(&mut self, _env: &Env) -> Vec<Want> {
        vec![Want::Load(0, self.query())]
    }

    fn on_action(&mut self, action: Action, _env: &Env) -> Flow {
        match action {
            Action::Back => return Flow::close(),
            Action::Mark => return self.tick(),
            Action::Open => return self.take(),
            _ => {}
        }
        match self.search.act(action, self.search.hits.len() + usize::from(self.can_add())) {
            Searched::Moved => Flow::stay(),
            Searched::Typed => Flow::stay().load(0, self.query()),
            Searched::No => Flow::ignored(),
        }
    }

    fn on_text(&mut self, typed: &Typed, _env: &Env) -> Flow {
        // Where several are ticked the blank ticks; the letters before it find.
        if self.ticked.is_some() && *typed == Typed::Char(' ') {
            return self.tick();
        }
        self.search.write(typed);
        Flow::stay().load(0, self.query())
    }

    fn on_answer(&mut self, _slot: Slot, answer: Answer, _env: &Env) -> Flow {
        if let Answer::Candidates(hits) = answer {
            self.search.found(hits);
        }
        Flow::stay()
    }

    fn on_failed(&mut self, _slot: Slot, error: &AppError, _env: &Env) -> Flow {
        self.search.looking = false;
        Flow::stay().say(Tone::Error, one_line(error))
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, _env: &Env) {
        let frame = centred(area, 72.min(area.width.saturating_sub(2)), ROWS + 4);
        let inner = canvas.frame(frame, &self.title);
        let mut rows: Vec<(String, String)> = self
            .search
            .hits
            .iter()
            .map(|hit| {
                let tick = match (&self.ticked, self.is_ticked(hit)) {
                    (None, _) => "",
                    (Some(_), true) => "[x] ",
                    (Some(_), false) => "[ ] ",
                };
                (format!("{tick}{}", hit.name), hit.more.clone())
            })
            .collect();
        if self.can_add() {
            rows.push((format!("Add \"{}\" as a new {}", self.search.words(), noun(self.kind)), String::new()));
        }
        self.search.view(canvas, inner, &rows);
    }
}
