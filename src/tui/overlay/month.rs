//! A month to pick a day from.
//!
//! Must never know: what the day is for.

use crate::domain::Day;
use crate::tui::keymap::{Action, Context};
use crate::tui::pane::{Env, Flow, Pane, Reply};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, centred};
use chrono::{Datelike, Days, Months};
use ratatui::layout::Rect;

/// Cells of a day.
const CELL: u16 = 4;
/// Days of a week.
const WEEK: [&str; 7] = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

/// A month to pick a day from.
pub struct Month {
    /// The field of the form beneath.
    place: usize,
    title: String,
    day: Day,
}

impl Month {
    /// The month of a day, with the cursor on it.
    pub fn new(place: usize, title: &str, day: Day) -> Self {
        Self { place, title: title.to_owned(), day }
    }

    fn shift(&mut self, to: Option<Day>) -> Flow {
        if let Some(day) = to {
            self.day = day;
        }
        Flow::stay()
    }
}

impl Pane for Month {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Month, Context::Modal]
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        let day = self.day;
        match action {
            Action::Left => self.shift(day.pred_opt()),
            Action::Right => self.shift(day.succ_opt()),
            Action::Up => self.shift(day.checked_sub_days(Days::new(7))),
            Action::Down => self.shift(day.checked_add_days(Days::new(7))),
            Action::PageUp => self.shift(day.checked_sub_months(Months::new(1))),
            Action::PageDown => self.shift(day.checked_add_months(Months::new(1))),
            Action::First => self.shift(Some(env.zone.day(env.now))),
            Action::Back => Flow::close(),
            Action::Open => Flow::close().reply(Reply::Day(self.place, self.day)),
            _ => Flow::ignored(),
        }
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        let frame = centred(area, 40, 11);
        let inner = canvas.frame(frame, &format!("{}: {}", self.title, self.day.format("%B %Y")));
        let left = inner.x + (inner.width.saturating_sub(7 * CELL)) / 2;
        let column = |weekday: u32| left + CELL * u16::try_from(weekday).unwrap_or(0);
        for (weekday, name) in (0..).zip(WEEK) {
            canvas.put_right(column(weekday), inner.y, CELL - 1, name, Role::Muted);
        }
        let today = env.zone.day(env.now);
        let Some(first) = self.day.with_day(1) else { return };
        let mut y = inner.y + 1;
        let mut at = None;
        for day in first.iter_days().take_while(|day| day.month() == first.month()) {
            let weekday = day.weekday().num_days_from_monday();
            if weekday == 0 && day != first {
                y += 1;
            }
            if y >= inner.bottom() {
                break;
            }
            let here = day == self.day;
            let words = if here { format!("[{}]", day.day()) } else { format!("{} ", day.day()) };
            let role = if day == today { Role::Title } else { Role::Text };
            let x = column(weekday);
            canvas.put_right(x, y, CELL, &words, role);
            if here {
                canvas.restyle(Rect { x, y, width: CELL, height: 1 }, Role::Focus);
                at = Some((x + CELL - 2, y));
            }
        }
        if y + 1 < inner.bottom() {
            let words = "PgUp, PgDn month   Home today";
            canvas.put_centred(inner.x, inner.bottom() - 1, inner.width, words, Role::Muted);
        }
        canvas.cursor = at;
    }
}
