//! One value, typed: what it is, what may be typed, and why not when it is refused.
//!
//! Must never know: which screen asked.

use crate::error::AppError;
use crate::service::settings::{SettingLine, SettingTakes};
use crate::service::{Command, Outcome};
use crate::tui::keymap::{Action, Context};
use crate::tui::model::one_line;
use crate::tui::pane::{Env, Flow, Pane, Preference, Tone, Want};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, centred};
use crate::tui::widget::line_edit::{FieldLook, LineEdit, Typed};
use ratatui::layout::Rect;

/// Minutes within which locking may be set.
const LOCK: std::ops::RangeInclusive<u8> = 1..=60;

/// One value, typed.
pub struct Value {
    title: String,
    wanted: String,
    edit: LineEdit,
    error: Option<String>,
    of: Of,
    sending: bool,
}

/// What the value is for.
enum Of {
    /// A setting of the register.
    Setting(String),
    /// Minutes until the register locks on this computer.
    LockAfter,
}

impl Value {
    /// A setting of the register.
    pub fn setting(line: &SettingLine) -> Self {
        let wanted = match &line.takes {
            SettingTakes::Typed(wanted) => wanted.clone(),
            _ => String::new(),
        };
        Self::new(line.title.clone(), wanted, &line.typed, Of::Setting(line.name.clone()))
    }

    /// Minutes until the register locks.
    pub fn lock_after(minutes: u8) -> Self {
        let wanted = format!("{} to {} minutes", LOCK.start(), LOCK.end());
        Self::new("Lock after".to_owned(), wanted, &minutes.to_string(), Of::LockAfter)
    }

    fn new(title: String, wanted: String, typed: &str, of: Of) -> Self {
        let mut edit = LineEdit::with(typed);
        // What is there goes with the first key; Right keeps it.
        let _ = edit.act(Action::SelectAll);
        Self { title, wanted, edit, error: None, of, sending: false }
    }

    fn finish(&mut self) -> Flow {
        if self.sending {
            return Flow::note("Saving. One moment.");
        }
        let typed = self.edit.text().trim();
        match &self.of {
            Of::Setting(name) => {
                let command = Command::Set { name: name.clone(), value: typed.to_owned() };
                self.sending = true;
                Flow::stay().apply(command)
            }
            Of::LockAfter => match typed.trim_end_matches(char::is_alphabetic).trim().parse::<u8>() {
                Ok(minutes) if LOCK.contains(&minutes) => Flow::close()
                    .want(Want::Prefer(Preference::LockAfter(minutes)))
                    .say(Tone::Done, "Kept for this computer."),
                _ => {
                    self.error = Some(format!("Give a whole number, {}.", self.wanted));
                    Flow::stay()
                }
            },
        }
    }
}

impl Pane for Value {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Value, Context::Text]
    }

    fn on_action(&mut self, action: Action, _env: &Env) -> Flow {
        match action {
            Action::Open | Action::Save => self.finish(),
            Action::Back => Flow::close().say(Tone::Note, "Left as it was."),
            _ if self.edit.act(action) => Flow::stay(),
            _ => Flow::ignored(),
        }
    }

    fn on_text(&mut self, typed: &Typed, _env: &Env) -> Flow {
        self.edit.write(typed);
        self.error = None;
        Flow::stay()
    }

    fn on_done(&mut self, _outcome: &Outcome, _env: &Env) -> Flow {
        Flow::close()
    }

    fn on_refused(&mut self, error: &AppError, _env: &Env) -> Flow {
        self.sending = false;
        self.error = Some(one_line(error));
        Flow::stay()
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, _env: &Env) {
        let frame = centred(area, 70.min(area.width.saturating_sub(2)), 9.min(area.height));
        let inner = canvas.frame(frame, &self.title);
        let room = Rect { x: inner.x + 3, width: inner.width.saturating_sub(6), ..inner };
        let look = FieldLook { focused: true, ..FieldLook::default() };
        self.edit.view(canvas, room.x, room.y + 1, room.width, look);
        let at = canvas.cursor;
        let rest = below(room, 3);
        match &self.error {
            Some(error) => _ = canvas.paragraph(rest, &format!("! {error}"), Role::High),
            None => _ = canvas.paragraph(rest, &self.wanted, Role::Muted),
        }
        canvas.cursor = at;
    }
}
