//! Records to choose from: one, or several ticked. What does not exist yet can be added from here.
//!
//! Must never know: which field they are for.

use crate::domain::RecordKind;
use crate::error::AppError;
use crate::service::records::form::{Candidate, noun};
use crate::service::{Answer, Query};
use crate::tui::keymap::{Action, Context};
use crate::tui::model::one_line;
use crate::tui::pane::{Env, Flow, Pane, Reply, Slot, Tone, Want};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, centred};
use crate::tui::widget::line_edit::{FieldLook, LineEdit, Typed};
use crate::tui::widget::table;
use ratatui::layout::Rect;

/// Rows shown at once.
const ROWS: u16 = 10;

/// Records to choose from.
pub struct Choose {
    /// The field of the form beneath.
    place: usize,
    kind: RecordKind,
    title: String,
    search: LineEdit,
    hits: Vec<Candidate>,
    /// The hits belong to other words than those in the box.
    looking: bool,
    cursor: usize,
    /// Those ticked; nothing where one is chosen.
    ticked: Option<Vec<(u64, String)>>,
}

impl Choose {
    /// One of a kind, beginning with the words that are there.
    pub fn one(place: usize, kind: RecordKind, title: &str, typed: &str) -> Self {
        let mut search = LineEdit::with(typed);
        // The words that are there go with the first letter.
        let _ = search.act(Action::SelectAll);
        Self::new(place, kind, title, search, None)
    }

    /// Several of a kind, some of them ticked already.
    pub fn several(place: usize, kind: RecordKind, title: &str, ticked: Vec<(u64, String)>) -> Self {
        Self::new(place, kind, title, LineEdit::default(), Some(ticked))
    }

    fn new(place: usize, kind: RecordKind, title: &str, search: LineEdit, ticked: Option<Vec<(u64, String)>>) -> Self {
        Self { place, kind, title: title.to_owned(), search, hits: Vec::new(), looking: true, cursor: 0, ticked }
    }

    fn query(&self) -> Query {
        Query::Candidates(self.kind, self.search.text().trim().to_owned())
    }

    fn ask(&mut self) -> Flow {
        self.looking = true;
        self.cursor = 0;
        Flow::stay().load(0, self.query())
    }

    /// Whether something of this kind is added by its name alone.
    fn can_add(&self) -> bool {
        let by_name =
            matches!(self.kind, RecordKind::Person | RecordKind::Client | RecordKind::System | RecordKind::Account);
        by_name && self.ticked.is_none() && !self.looking && !self.search.text().trim().is_empty() && !self.has_exact()
    }

    fn has_exact(&self) -> bool {
        self.hits.iter().any(|hit| hit.name.eq_ignore_ascii_case(self.search.text().trim()))
    }

    fn tick(&mut self) -> Flow {
        let (Some(ticked), Some(hit)) = (self.ticked.as_mut(), self.hits.get(self.cursor)) else {
            return Flow::note("Nothing to tick here.");
        };
        match ticked.iter().position(|(id, _)| *id == hit.id) {
            Some(place) => _ = ticked.remove(place),
            None => ticked.push((hit.id, hit.name.clone())),
        }
        self.cursor = (self.cursor + 1).min(self.hits.len().saturating_sub(1));
        Flow::stay()
    }

    fn take(&self) -> Flow {
        if self.looking {
            return Flow::note("Still looking. Press Enter again.");
        }
        if let Some(ticked) = &self.ticked {
            // Nobody ticked anything: the row under the cursor is meant.
            let all = match (ticked.as_slice(), self.hits.get(self.cursor)) {
                ([], Some(hit)) => vec![(hit.id, hit.name.clone())],
                (ticked, _) => ticked.to_vec(),
            };
            return Flow::close().reply(Reply::Chosen(self.place, all));
        }
        match self.hits.get(self.cursor) {
            Some(hit) => Flow::close().reply(Reply::Chosen(self.place, vec![(hit.id, hit.name.clone())])),
            None if self.can_add() => {
                let name = self.search.text().trim().to_owned();
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
        let last = (self.hits.len() + usize::from(self.can_add())).saturating_sub(1);
        match action {
            Action::Up => self.cursor = self.cursor.saturating_sub(1),
            Action::Down => self.cursor = (self.cursor + 1).min(last),
            Action::PageUp => self.cursor = 0,
            Action::PageDown => self.cursor = last,
            Action::Back => return Flow::close(),
            Action::Mark => return self.tick(),
            Action::Open => return self.take(),
            _ if self.search.act(action) => return self.ask(),
            _ => return Flow::ignored(),
        }
        Flow::stay()
    }

    fn on_text(&mut self, typed: &Typed, _env: &Env) -> Flow {
        // Where several are ticked the blank ticks; the letters before it find.
        if self.ticked.is_some() && *typed == Typed::Char(' ') {
            return self.tick();
        }
        self.search.write(typed);
        self.ask()
    }

    fn on_answer(&mut self, _slot: Slot, answer: Answer, _env: &Env) -> Flow {
        if let Answer::Candidates(hits) = answer {
            self.looking = false;
            self.hits = hits;
        }
        Flow::stay()
    }

    fn on_failed(&mut self, _slot: Slot, error: &AppError, _env: &Env) -> Flow {
        self.looking = false;
        Flow::stay().say(Tone::Error, one_line(error))
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, _env: &Env) {
        let frame = centred(area, 72.min(area.width.saturating_sub(2)), ROWS + 4);
        let inner = canvas.frame(frame, &self.title);
        let look = FieldLook { focused: true, ..FieldLook::default() };
        self.search.view(canvas, inner.x + 3, inner.y, inner.width.saturating_sub(6), look);
        let at = canvas.cursor;
        let body = below(inner, 2);
        let mut rows: Vec<(String, String)> = self
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
            rows.push((format!("Add \"{}\" as a new {}", self.search.text().trim(), noun(self.kind)), String::new()));
        }
        if rows.is_empty() {
            let words = if self.looking { "Looking ..." } else { "Nothing fits. Type other letters, or Esc closes." };
            canvas.put(body.x + 3, body.y, body.width.saturating_sub(4), words, Role::Muted);
        }
        let first = (self.cursor + 1).saturating_sub(usize::from(body.height));
        for (y, (place, (name, more))) in (body.y..body.bottom()).zip(rows.iter().enumerate().skip(first)) {
            let side = if more.is_empty() { 0 } else { body.width / 3 };
            canvas.put(body.x + 3, y, body.width.saturating_sub(side + 6), name, Role::Text);
            canvas.put_right(body.right().saturating_sub(side + 2), y, side, more, Role::Muted);
            let row = Rect { x: body.x + 1, y, width: body.width.saturating_sub(2), height: 1 };
            table::row(canvas, row, place, self.cursor, true);
        }
        canvas.cursor = at;
    }
}
