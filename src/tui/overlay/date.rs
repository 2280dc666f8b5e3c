//! "As of when?": a date that was, or two to compare.
//!
//! Must never know: what is looked at on that date.

use crate::domain::Day;
use crate::service::AsOf;
use crate::service::dates::{self, Reading, When};
use crate::tui::keymap::{Action, Context};
use crate::tui::pane::{Env, Flow, Pane, Reply};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, centred};
use crate::tui::widget::line_edit::{FieldLook, LineEdit, Typed};
use chrono::{Days, Months};
use ratatui::layout::Rect;

/// "As of when?"
pub struct AsOfDate {
    edit: LineEdit,
    /// By what the register said then, rather than by all that is known today.
    as_recorded: bool,
    error: Option<String>,
}

/// The dates that were typed, as read.
struct Read {
    when: When,
    then: Option<When>,
}

impl AsOfDate {
    /// Asks for a date, beginning with the words that were typed last.
    pub fn new(typed: &str, as_recorded: bool) -> Self {
        let mut edit = LineEdit::with(typed);
        let _ = edit.act(Action::SelectAll);
        Self { edit, as_recorded, error: None }
    }

    /// Dates of the past look back.
    const fn reading(env: &Env) -> Reading {
        Reading { forward: false, ..env.reading() }
    }

    fn read(&self, env: &Env) -> Result<Read, String> {
        let typed = self.edit.text().trim();
        let (first, second) = match typed.split_once(" to ") {
            Some((first, second)) => (first, Some(second)),
            None => (typed, None),
        };
        let with = Self::reading(env);
        let day = |typed: &str| {
            let when = dates::read(typed, &with)?;
            match when.asked(&with) > env.now {
                true => Err("That is still to come. Type a day that was.".to_owned()),
                false => Ok(when),
            }
        };
        let (when, then) = (day(first)?, second.map(day).transpose()?);
        if then.is_some_and(|then| then.asked(&with) <= when.asked(&with)) {
            return Err("The second date has to be later than the first.".to_owned());
        }
        Ok(Read { when, then })
    }

    fn finish(&mut self, env: &Env) -> Flow {
        match self.read(env) {
            Ok(read) => {
                let with = Self::reading(env);
                let as_of = |when: When| {
                    let at = when.asked(&with);
                    AsOf { on: Some(at), known_at: self.as_recorded.then_some(at) }
                };
                Flow::close().reply(Reply::Dates(as_of(read.when), read.then.map(as_of)))
            }
            Err(error) => {
                self.error = Some(error);
                Flow::stay()
            }
        }
    }

    /// Another day beside the one that stands there; from nothing, from today.
    fn shift(&mut self, env: &Env, by: impl Fn(Day) -> Option<Day>) -> Flow {
        let today = env.zone.day(env.now);
        let day = self.read(env).map_or(today, |read| read.when.day);
        match by(day).filter(|day| *day <= today) {
            Some(day) => self.edit.set(&dates::written(day)),
            None => return Flow::note("That is still to come."),
        }
        self.error = None;
        Flow::stay()
    }
}

impl Pane for AsOfDate {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Date, Context::Text]
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        match action {
            Action::Open => self.finish(env),
            Action::Back => Flow::close(),
            Action::Up => self.shift(env, |day| day.checked_add_days(Days::new(1))),
            Action::Down => self.shift(env, |day| day.checked_sub_days(Days::new(1))),
            Action::PageUp => self.shift(env, |day| day.checked_add_months(Months::new(1))),
            Action::PageDown => self.shift(env, |day| day.checked_sub_months(Months::new(1))),
            Action::NextPane | Action::PrevPane => {
                self.as_recorded = !self.as_recorded;
                Flow::stay()
            }
            _ if self.edit.act(action) => {
                self.error = None;
                Flow::stay()
            }
            _ => Flow::ignored(),
        }
    }

    fn on_text(&mut self, typed: &Typed, _env: &Env) -> Flow {
        self.edit.write(typed);
        self.error = None;
        Flow::stay()
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        let frame = centred(area, 74.min(area.width.saturating_sub(2)), 13.min(area.height));
        let inner = canvas.frame(frame, "As of when?");
        let room = Rect { x: inner.x + 3, width: inner.width.saturating_sub(6), ..inner };
        let look = FieldLook { focused: true, ..FieldLook::default() };
        self.edit.view(canvas, room.x, room.y + 1, room.width, look);
        let at = canvas.cursor;
        let today = env.zone.day(env.now);
        let (words, role) = match (&self.error, self.read(env)) {
            (Some(error), _) => (format!("! {error}"), Role::High),
            (None, Ok(Read { when, then: None })) => (format!("= {}", when.words(today)), Role::Text),
            (None, Ok(Read { when, then: Some(then) })) => {
                (format!("= from {} to {}", when.words(today), then.words(today)), Role::Text)
            }
            (None, Err(_)) => {
                ("As 31 mar, -90d, eoq, 2025-03-31; two to compare: 31 mar to today.".to_owned(), Role::Muted)
            }
        };
        let used = canvas.paragraph(below(room, 2), &words, role);
        let mut rest = below(room, 3 + used);
        for (recorded, words) in [
            (false, "by all that is known today, also what was entered later"),
            (true, "by what the register said that day"),
        ] {
            let sign = if recorded == self.as_recorded { "(x)" } else { "( )" };
            canvas.put(rest.x, rest.y, rest.width, &format!("{sign} {words}"), Role::Text);
            rest = below(rest, 1);
        }
        let keys =
            "Up and Down go by days, PgUp and PgDn by months, Tab changes the basis. Nothing is changed by looking.";
        canvas.paragraph(below(rest, 1), keys, Role::Muted);
        canvas.cursor = at;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
    use super::*;
    use crate::tui::pane::Here;
    use crate::tui::theme::{Abilities, Depth, Look, Theme};

    fn env() -> Env {
        Env {
            now: crate::domain::Instant::parse("2026-11-26T12:00:00Z").unwrap(),
            mono: 0,
            size: (80, 24),
            zone: crate::domain::Zone::utc(),
            day_first: true,
            type_above: 10,
            theme: Theme::new(Look::Own, Abilities { depth: Depth::Basic, ascii: false }),
            here: Here { mouse: false, lock_minutes: 10 },
        }
    }

    #[test]
    fn a_date_of_the_past_looks_back_and_one_to_come_is_refused() {
        let env = env();
        let read = |typed: &str| AsOfDate::new(typed, false).read(&env);
        assert_eq!(read("31 dec").unwrap().when.day.to_string(), "2025-12-31");
        assert_eq!(read("today").unwrap().when.day.to_string(), "2026-11-26");
        assert_eq!(read("+1d").err().unwrap(), "That is still to come. Type a day that was.");
        assert!(read("31 feb").err().unwrap().contains("ends on the"));
        assert!(read("tuesdayish").is_err());
    }

    #[test]
    fn two_dates_are_compared_in_their_order() {
        let env = env();
        let read = |typed: &str| AsOfDate::new(typed, false).read(&env);
        assert_eq!(read("31 mar to today").unwrap().then.unwrap().day.to_string(), "2026-11-26");
        assert!(read("today to 31 mar").err().unwrap().contains("later"));
        assert!(read("31 mar to").is_err());
    }

    #[test]
    fn up_and_down_go_by_days_and_never_beyond_today() {
        let env = env();
        let mut ask = AsOfDate::new("31 mar", false);
        let _ = ask.on_action(Action::Down, &env);
        assert_eq!(ask.edit.text(), "30 Mar 2026");
        let _ = ask.on_action(Action::PageDown, &env);
        assert_eq!(ask.edit.text(), "28 Feb 2026");
        let mut ask = AsOfDate::new("today", false);
        let flow = ask.on_action(Action::Up, &env);
        assert!(flow.say.is_some());
        assert_eq!(ask.edit.text(), "today");
    }
}
