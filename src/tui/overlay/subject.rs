//! "About whom?": a name in a few letters, then Enter.
//!
//! Must never know: what is made about whoever is chosen.

use crate::error::AppError;
use crate::service::view::Hit;
use crate::service::{Answer, Query, SubjectKind};
use crate::tui::keymap::{Action, Context};
use crate::tui::model::one_line;
use crate::tui::pane::{Env, Flow, Pane, Reply, Slot, Tone, Want};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, centred};
use crate::tui::widget::line_edit::{FieldLook, LineEdit, Typed};
use crate::tui::widget::table;
use ratatui::layout::Rect;

/// Rows shown at once.
const ROWS: u16 = 8;

/// "About whom?"
pub struct Subject {
    kind: SubjectKind,
    search: LineEdit,
    hits: Vec<Hit>,
    /// The hits belong to other words than those in the box.
    looking: bool,
    cursor: usize,
}

impl Subject {
    /// Asks for one of these.
    pub fn new(kind: SubjectKind) -> Self {
        Self { kind, search: LineEdit::default(), hits: Vec::new(), looking: true, cursor: 0 }
    }

    fn query(&self) -> Query {
        Query::Subjects(self.kind, self.search.text().trim().to_owned())
    }

    fn ask(&mut self) -> Flow {
        self.looking = true;
        self.cursor = 0;
        Flow::stay().load(0, self.query())
    }
}

impl Pane for Subject {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Search, Context::Text]
    }

    fn refresh(&mut self, _env: &Env) -> Vec<Want> {
        vec![Want::Load(0, self.query())]
    }

    fn on_action(&mut self, action: Action, _env: &Env) -> Flow {
        let last = self.hits.len().saturating_sub(1);
        match action {
            Action::Up => self.cursor = self.cursor.saturating_sub(1),
            Action::Down => self.cursor = (self.cursor + 1).min(last),
            Action::PageUp => self.cursor = 0,
            Action::PageDown => self.cursor = last,
            Action::Back => return Flow::close(),
            Action::Open if self.looking => return Flow::note("Still looking. Press Enter again."),
            Action::Open => {
                return match self.hits.get(self.cursor) {
                    Some(hit) => Flow::close().reply(Reply::Subject(hit.target.clone(), hit.name.clone())),
                    None => Flow::note("Nothing fits. Type other letters, or Esc closes."),
                };
            }
            _ if self.search.act(action) => return self.ask(),
            _ => return Flow::ignored(),
        }
        Flow::stay()
    }

    fn on_text(&mut self, typed: &Typed, _env: &Env) -> Flow {
        self.search.write(typed);
        self.ask()
    }

    fn on_answer(&mut self, _slot: Slot, answer: Answer, _env: &Env) -> Flow {
        if let Answer::Hits(hits) = answer {
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
        let frame = centred(area, 60.min(area.width.saturating_sub(2)), ROWS + 4);
        let inner = canvas.frame(frame, self.kind.question());
        let look = FieldLook { focused: true, ..FieldLook::default() };
        self.search.view(canvas, inner.x + 3, inner.y, inner.width.saturating_sub(6), look);
        let at = canvas.cursor;
        let body = below(inner, 2);
        if self.hits.is_empty() {
            let words = if self.looking { "Looking ..." } else { "Nothing fits. Esc closes." };
            canvas.put(body.x + 3, body.y, body.width.saturating_sub(4), words, Role::Muted);
        }
        let first = (self.cursor + 1).saturating_sub(usize::from(body.height));
        for (y, (place, hit)) in (body.y..body.bottom()).zip(self.hits.iter().enumerate().skip(first)) {
            let more = body.width / 3;
            canvas.put(body.x + 3, y, body.width.saturating_sub(more + 6), &hit.name, Role::Text);
            canvas.put_right(body.right().saturating_sub(more + 2), y, more, &hit.more, Role::Muted);
            let row = Rect { x: body.x + 1, y, width: body.width.saturating_sub(2), height: 1 };
            table::row(canvas, row, place, self.cursor, true);
        }
        canvas.cursor = at;
    }
}
