//! What has no digit of its own: the history, the settings, and whatever else is looked at once a week.
//!
//! Must never know: what these screens show.

use super::{Face, Paper};
use crate::service::view::RegisterView;
use crate::tui::keymap::{self, Action, Context, Place, Section};
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Want};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, top};
use crate::tui::widget::list::{List, Moved, Row};
use crate::tui::widget::table::{self, Cell, Column, col};
use ratatui::layout::Rect;

const COLUMNS: &[Column] = &[col("", 20, 0), col("", 50, 1).grows(1), col("", 4, 2)];

impl Row for Section {
    fn key(&self) -> u64 {
        *self as u64
    }
}

/// What has no digit of its own.
#[derive(Default)]
pub struct More {
    list: List<Section>,
}

impl More {
    fn height(env: &Env) -> usize {
        usize::from(env.body().height.saturating_sub(1))
    }
}

impl Pane for More {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::More, Context::List, Context::Global]
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match action {
            Action::Sort | Action::Filter | Action::FilterBy => Some("This list is short and keeps its order.".into()),
            Action::Why => Some("What one finds there stands beside it.".to_owned()),
            Action::Copy => Some("Nothing to copy here. Enter opens the row.".to_owned()),
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        match (action, self.list.current()) {
            (Action::Open, Some(section)) => Flow::stay().then(Action::Section(*section)),
            _ => match self.list.act(action, Self::height(env), env.mono) {
                Moved::No => Flow::ignored(),
                Moved::Yes | Moved::Ask => Flow::stay(),
            },
        }
    }

    fn refresh(&mut self, env: &Env) -> Vec<Want> {
        if !self.list.is_loaded() {
            self.list.accept_all(Section::ALL.to_vec(), env.mono);
        }
        Vec::new()
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, _env: &Env) {
        canvas.rule(top(area, 1), &[("More", Role::Title)], &self.list.count_words());
        let look = table::Look { columns: COLUMNS, head: false, focused: true, more: None };
        table::view(canvas, below(area, 1), &self.list, &look, |section| {
            let keys = keymap::key_for(&[Context::Global], Action::Section(*section)).unwrap_or_default();
            vec![Cell::from(section.name()), Cell::from(section.tells()), Cell::of(keys, Role::Muted)]
        });
    }
}

impl Face for More {
    fn tab(&self) -> Option<Place> {
        Some(Place::More)
    }

    fn title(&self) -> String {
        "More".to_owned()
    }

    fn topic(&self) -> &'static str {
        "more"
    }

    fn row_title(&self) -> String {
        self.list.current().map_or_else(|| self.title(), |section| section.name().to_owned())
    }

    fn paper(&self) -> Paper {
        Paper::Words("Nothing to print here. Enter opens the row.".to_owned())
    }

    fn place(&self, _env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        PlaceLine { left: "More".to_owned(), right: "what has no digit of its own".to_owned(), high: false }
    }
}
