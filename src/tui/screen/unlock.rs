//! The passphrase: calm when it is wrong, honest about the file.
//!
//! Must never know: how a key is made.

use super::{Face, Paper};
use crate::domain::{Instant, Zone};
use crate::error::{AppError, ErrorClass};
use crate::secret::Passphrase;
use crate::service::view::RegisterView;
use crate::service::{Place as DoorPlace, Throttle, Unlock, words};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::msg::DoorAnswer;
use crate::tui::pane::{DoorJob, Env, Flow, Pane, PlaceLine, Want};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, centred};
use crate::tui::widget::line_edit::{FieldLook, LineEdit, Typed};
use ratatui::layout::Rect;
use std::time::Duration;
use zeroize::Zeroizing;

/// Why it is locked, in numbers and words without names.
#[derive(Debug, Clone)]
pub struct LockNote {
    /// When.
    pub at: Instant,
    /// By whom or what.
    pub why: String,
    /// Ways in of the running discharge still open.
    pub open: Option<u32>,
    /// The firm's zone, for the time.
    pub zone: Zone,
}

/// Unlocking.
pub struct UnlockScreen {
    place: DoorPlace,
    field: LineEdit,
    shown: bool,
    recovery: bool,
    working: bool,
    throttle: Throttle,
    error: Option<(ErrorClass, Vec<String>)>,
    note: Option<LockNote>,
}

impl UnlockScreen {
    /// For the register at this place.
    pub fn new(place: DoorPlace, note: Option<LockNote>) -> Self {
        let working = note.is_none() && (place.without_passphrase || place.practice);
        Self {
            place,
            field: LineEdit::secret(),
            shown: false,
            recovery: false,
            working,
            throttle: Throttle::default(),
            error: None,
            note,
        }
    }

    const fn given(&self) -> bool {
        self.place.without_passphrase || self.place.practice
    }

    fn open(&mut self, env: &Env) -> Flow {
        if self.working {
            return Flow::stay();
        }
        if let Some(wait) = self.wait(env) {
            self.error = Some((ErrorClass::WrongKey, vec![wait]));
            return Flow::stay();
        }
        if self.given() && self.field.is_empty() {
            self.working = true;
            return Flow::stay().want(Want::Door(DoorJob::Unlock(Unlock::Given)));
        }
        if self.field.is_empty() {
            self.error = Some((ErrorClass::WrongKey, vec!["Type the passphrase first.".to_owned()]));
            return Flow::stay();
        }
        self.working = true;
        self.error = None;
        let typed = Passphrase::new(Zeroizing::new(self.field.text().to_owned()));
        let with = if self.recovery { Unlock::Recovery(typed) } else { Unlock::Passphrase(typed) };
        Flow::stay().want(Want::Door(DoorJob::Unlock(with)))
    }

    fn refused(&mut self, error: &AppError, env: &Env) {
        self.working = false;
        self.field.wipe();
        if self.place.without_passphrase && matches!(error.class, ErrorClass::WrongKey | ErrorClass::NoKey) {
            // What was given does not open it: the passphrase may.
            self.place.without_passphrase = false;
            let words = format!("{}. The passphrase opens it too.", error.message.trim_end_matches('.'));
            self.error = Some((error.class, vec![words]));
            return;
        }
        if error.class != ErrorClass::WrongKey {
            let mut lines = vec![error.message.clone()];
            lines.extend(error.hints.iter().cloned());
            self.error = Some((error.class, lines));
            return;
        }
        self.throttle.wrong_try(Duration::from_millis(env.mono));
        let what = if self.recovery { "recovery code" } else { "passphrase" };
        let mut lines = vec![format!("That {what} did not open the file. Nothing is wrong with the file.")];
        lines.push(self.wait(env).unwrap_or_else(|| {
            let more = words::counted(u64::from(self.throttle.tries_left()), "more try", "more tries");
            let pause = self.throttle.next_pause().as_secs();
            format!("Check Caps Lock with F4. {more} before a {pause}-second pause.")
        }));
        self.error = Some((ErrorClass::WrongKey, lines));
    }

    /// How long no try is taken, in words; nothing when one is welcome.
    fn wait(&self, env: &Env) -> Option<String> {
        let seconds = self.throttle.wait(Duration::from_millis(env.mono)).as_millis().div_ceil(1_000);
        (seconds > 0).then(|| format!("Wait {seconds} seconds, then try again."))
    }
}

impl Pane for UnlockScreen {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Unlock, Context::Text]
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        match action {
            Action::Open => self.open(env),
            Action::Values => {
                self.shown = !self.shown;
                Flow::stay()
            }
            Action::Lost | Action::Other => {
                self.recovery = !self.recovery;
                self.field.wipe();
                self.error = None;
                Flow::stay()
            }
            Action::Back => {
                self.field.wipe();
                self.recovery = false;
                Flow::stay()
            }
            // What is typed here is never copied.
            Action::Copy => Flow::stay(),
            _ if !self.working && self.field.act(action) => Flow::stay(),
            _ => Flow::ignored(),
        }
    }

    fn on_text(&mut self, typed: &Typed, _env: &Env) -> Flow {
        if !self.working {
            self.field.write(typed);
        }
        Flow::stay()
    }

    fn on_door(&mut self, answer: Result<DoorAnswer, AppError>, env: &Env) -> Flow {
        if let Err(error) = answer {
            self.refused(&error, env);
        }
        Flow::stay()
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        let area = Rect { height: area.height.saturating_sub(2), ..area };
        let box_ = centred(area, 60, 15);
        canvas.put_centred(area.x, box_.y, area.width, "K E Y W A R D", Role::Title);
        let line = |canvas: &mut Canvas, y: u16| {
            let sign = canvas.theme.glyphs.h;
            canvas.fill(box_.x, y, box_.width, sign, Role::Rule);
        };
        let mut y = box_.y + 2;
        line(canvas, y);
        y += 1;
        let label = box_.x + 2;
        let value = box_.x + 15.min(box_.width / 3);
        let room = box_.right().saturating_sub(value);
        canvas.put(label, y, 12, "File", Role::Muted);
        canvas.put(value, y, room, &self.place.name, Role::Text);
        y += 2;
        let name = if self.recovery { "Recovery" } else { "Passphrase" };
        if self.given() && (self.note.is_some() || self.error.is_some()) {
            canvas.put(label, y, box_.width, "Press Enter to open it.", Role::Text);
            canvas.cursor = Some((label, y));
        } else if self.given() {
            canvas.put(label, y, box_.width, "Opening ...", Role::Text);
        } else {
            canvas.put(label, y, 12, name, Role::Muted);
            let look = FieldLook { focused: true, hidden: !self.shown, bare: false };
            self.field.view(canvas, value, y, room.saturating_sub(10), look);
            let word = if self.shown { "F4 hide" } else { "F4 show" };
            canvas.put(box_.right().saturating_sub(8), y, 8, word, Role::Muted);
        }
        y += 2;
        let inside = usize::from(box_.width.saturating_sub(4)).max(1);
        if self.working && !self.given() {
            canvas.put(label, y, box_.width, "Opening. This takes about a second.", Role::Text);
            y += 1;
        } else if let Some((class, lines)) = &self.error {
            let role = if *class == ErrorClass::WrongKey { Role::Text } else { Role::High };
            for part in lines.iter().flat_map(|words| text::wrap(&text::shown(words), inside)).take(5) {
                if y < area.bottom() {
                    canvas.put(label, y, box_.width.saturating_sub(3), &part, role);
                    y += 1;
                }
            }
        }
        y = y.max(box_.y + 8);
        if y < area.bottom() {
            line(canvas, y);
        }
        if let Some(note) = &self.note {
            let at = words::time(note.at, &note.zone);
            let open = match note.open {
                Some(open) if open > 0 => {
                    let ways = words::counted(u64::from(open), "way in", "ways in");
                    format!("A discharge is running: {ways} still open.")
                }
                _ => String::new(),
            };
            if y + 2 < area.bottom() {
                canvas.put_centred(area.x, y + 2, area.width, &open, Role::Text);
            }
            let y = env.size.1.saturating_sub(1);
            canvas.put(3, y, env.size.0.saturating_sub(4), &format!("Locked {at} {}.", note.why), Role::Text);
        }
    }
}

impl Face for UnlockScreen {
    fn tab(&self) -> Option<Place> {
        None
    }

    fn title(&self) -> String {
        "Unlocking".to_owned()
    }

    fn topic(&self) -> &'static str {
        "unlock"
    }

    fn paper(&self) -> Paper {
        Paper::Words("Nothing to print while it is locked.".to_owned())
    }

    fn place(&self, _env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        PlaceLine::default()
    }

    fn is_full(&self) -> bool {
        true
    }
}
