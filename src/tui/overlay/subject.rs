//! "About whom?": a name in a few letters, then Enter.
//!
//! Must never know: what is made about whoever is chosen.

use super::search::{Search, Searched};
use crate::error::AppError;
use crate::service::view::Hit;
use crate::service::{Answer, Query, SubjectKind};
use crate::tui::keymap::{Action, Context};
use crate::tui::model::one_line;
use crate::tui::pane::{Env, Flow, Pane, Reply, Slot, Tone, Want};
use crate::tui::widget::canvas::{Canvas, centred};
use crate::tui::widget::line_edit::Typed;
use ratatui::layout::Rect;

/// Rows shown at once.
const ROWS: u16 = 8;

/// "About whom?"
pub struct Subject {
    kind: SubjectKind,
    search: Search<Hit>,
}

impl Subject {
    /// Asks for one of these.
    pub fn new(kind: SubjectKind) -> Self {
        Self { kind, search: Search::new("") }
    }

    fn query(&self) -> Query {
        Query::Subjects(self.kind, self.search.words().to_owned())
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
        match action {
            Action::Back => return Flow::close(),
            Action::Open if self.search.looking => return Flow::note("Still looking. Press Enter again."),
            Action::Open => {
                return match self.search.current() {
                    Some(hit) => Flow::close().reply(Reply::Subject(hit.target.clone(), hit.name.clone())),
                    None => Flow::note("Nothing fits. Type other letters, or Esc closes."),
                };
            }
            _ => {}
        }
        match self.search.act(action, self.search.hits.len()) {
            Searched::Moved => Flow::stay(),
            Searched::Typed => Flow::stay().load(0, self.query()),
            Searched::No => Flow::ignored(),
        }
    }

    fn on_text(&mut self, typed: &Typed, _env: &Env) -> Flow {
        self.search.write(typed);
        Flow::stay().load(0, self.query())
    }

    fn on_answer(&mut self, _slot: Slot, answer: Answer, _env: &Env) -> Flow {
        if let Answer::Hits(hits) = answer {
            self.search.found(hits);
        }
        Flow::stay()
    }

    fn on_failed(&mut self, _slot: Slot, error: &AppError, _env: &Env) -> Flow {
        self.search.looking = false;
        Flow::stay().say(Tone::Error, one_line(error))
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, _env: &Env) {
        let frame = centred(area, 60.min(area.width.saturating_sub(2)), ROWS + 4);
        let inner = canvas.frame(frame, self.kind.question());
        let rows: Vec<_> = self.search.hits.iter().map(|hit| (hit.name.clone(), hit.more.clone())).collect();
        self.search.view(canvas, inner, &rows);
    }
}
