//! The box after G: the letters of the screens.
//!
//! Must never know: what the screens show.

use crate::tui::keymap::{self, Action, Context};
use crate::tui::pane::{Env, Flow, Pane};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::Canvas;
use ratatui::layout::Rect;

/// The box after the prefix key.
#[derive(Debug, Default)]
pub struct Prefix;

impl Pane for Prefix {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Prefix, Context::Modal]
    }

    fn on_action(&mut self, action: Action, _env: &Env) -> Flow {
        match action {
            Action::Back => Flow::close(),
            Action::Go(_) | Action::Section(_) | Action::First => Flow::close().then(action),
            _ => Flow::ignored(),
        }
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, _env: &Env) {
        let rows: Vec<_> =
            keymap::rows_in(&[Context::Prefix]).into_iter().filter(|r| r.action != Action::Back).collect();
        let height = u16::try_from(rows.len() + 2).unwrap_or(8);
        let frame = Rect {
            x: area.x + area.width.saturating_sub(30),
            y: area.y + area.height.saturating_sub(height),
            width: 28.min(area.width),
            height: height.min(area.height),
        };
        let inner = canvas.frame(frame, "G, then");
        for (y, row) in (inner.y..inner.bottom()).zip(rows) {
            canvas.put(inner.x + 2, y, 4, &keymap::first_key(row), Role::Accent);
            canvas.put(inner.x + 6, y, inner.width.saturating_sub(6), row.action.spec().help, Role::Text);
        }
    }
}
