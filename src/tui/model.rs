//! Everything the screen knows: screens, overlays, running work, messages.
//!
//! Holds nothing that belongs to one screen. Must never know: the terminal, threads, the clock.

use super::keymap::{Action, Context, Place};
use super::msg::{Moment, Ticket};
use super::overlay::Overlay;
use super::pane::{Env, Here, Message, Pane, Slot, Tone};
use super::screen::Screen;
use super::theme::{Abilities, Look, Theme};
use crate::domain::{Instant, Zone};
use crate::error::AppError;
use crate::service::view::{RegisterView, Target};
use std::collections::{BTreeMap, VecDeque};

/// How long a message stays at least, in milliseconds.
const MESSAGE_MS: u64 = 6_000;
/// Messages kept for looking back.
const LOG: usize = 200;
/// How long a dialog ignores keys after it appeared, in milliseconds.
pub(super) const DEAD_MS: u64 = 250;
/// How long the first Q is remembered, in milliseconds.
pub(super) const QUIT_MS: u64 = 3_000;
/// How often it is asked whether another process changed the register, in milliseconds.
pub(super) const WATCH_MS: u64 = 5_000;
/// After so long behind the curtain the passphrase is asked for, in milliseconds.
pub(super) const CURTAIN_MS: u64 = 120_000;

/// A pane with its name in the job list and what it has seen.
pub(super) struct Layer<T> {
    /// Its name in the job list.
    pub(super) id: u64,
    /// The pane.
    pub(super) pane: T,
    /// The change of the register it shows.
    pub(super) seen: u64,
    /// When it appeared.
    pub(super) opened: u64,
}

/// What a running piece of work is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JobKind {
    /// A pane's question.
    Load(Slot),
    /// The model's own question about the register.
    Register,
    /// Whether somebody else changed the register meanwhile.
    Watch,
    /// A change; quiet ones are drafts.
    Apply {
        /// Says nothing and asks nothing again.
        quiet: bool,
    },
    /// At the door.
    Door,
    /// On the clipboard.
    Copy,
}

/// A running piece of work.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    /// The pane that asked.
    pub(super) owner: u64,
    /// What for.
    pub(super) kind: JobKind,
    /// Since when.
    pub(super) since: u64,
    /// The number of the key after which it began.
    pub(super) after: u64,
}

/// The last messages and the one on the status line.
#[derive(Default)]
pub struct Messages {
    pub(super) current: Option<Message>,
    set_at: u64,
    set_after: u64,
    /// How many keys were pressed.
    pub(super) keys: u64,
    pub(super) log: VecDeque<(Instant, Message)>,
}

impl Messages {
    pub(super) fn say(&mut self, message: Message, at: Moment) {
        self.log.push_back((at.wall, message.clone()));
        if self.log.len() > LOG {
            self.log.pop_front();
        }
        self.current = Some(message);
        self.set_at = at.mono;
        self.set_after = self.keys;
    }

    /// Whether the note of an answer may be said: it takes the place of what was done or went wrong only when a
    /// later key asked for it.
    pub(super) fn takes_note(&self, asked_after: u64) -> bool {
        match &self.current {
            Some(message) if message.tone != Tone::Note => asked_after > self.set_after,
            _ => true,
        }
    }

    /// A key was pressed: what has stood long enough goes.
    pub(super) fn on_key(&mut self, mono: u64) {
        self.keys += 1;
        let passing = matches!(&self.current, Some(m) if m.tone <= Tone::Note);
        if passing && mono.saturating_sub(self.set_at) >= MESSAGE_MS {
            self.current = None;
        }
    }

    /// Something else is in front now, another screen, tab or question: what was said of the place before goes with it, unless it was said of the very
    /// act that led here. It would offer to take back what is no longer to be seen. The list of messages keeps it.
    pub(super) fn on_go(&mut self) {
        let of_this_act = self.keys == self.set_after;
        if !of_this_act && matches!(&self.current, Some(message) if message.tone <= Tone::Note) {
            self.current = None;
        }
    }

    /// Whether what was last done or went wrong came of the last key.
    pub(super) fn is_of_last_key(&self) -> bool {
        self.keys == self.set_after && self.current.as_ref().is_some_and(|message| message.tone != Tone::Note)
    }

    /// Esc clears what stays until then.
    pub(super) fn on_back(&mut self) {
        if matches!(&self.current, Some(m) if m.tone == Tone::Error) {
            self.current = None;
        }
    }
}

/// Everything the screen knows.
pub struct Model {
    pub(super) screens: Vec<Layer<Screen>>,
    pub(super) kept: Vec<(Place, Vec<Layer<Screen>>)>,
    pub(super) overlays: Vec<Layer<Overlay>>,
    pub(super) jobs: BTreeMap<Ticket, Job>,
    /// Keys of the drafts that go when their change is made.
    pub(super) drafts: BTreeMap<Ticket, String>,
    pub(super) messages: Messages,
    pub(super) register: Option<RegisterView>,
    pub(super) door: Option<crate::service::Place>,
    pub(super) look: Look,
    /// Without a key for so long the register is locked, in milliseconds. Never off.
    pub(super) lock_ms: u64,
    /// Clicks choose rows.
    pub(super) mouse: bool,
    pub(super) can: Abilities,
    pub(super) size: (u16, u16),
    pub(super) curtain: Option<u64>,
    pub(super) last_key: u64,
    pub(super) quit_until: Option<u64>,
    pub(super) copies: VecDeque<u64>,
    pub(super) saved: Option<Instant>,
    pub(super) revision: u64,
    pub(super) resume: Option<Target>,
    pub(super) drawn_minute: i64,
    /// When it is asked next whether another process changed the register.
    pub(super) watch_at: u64,
    next: u64,
    /// Something changed since the last drawing.
    pub dirty: bool,
}

/// How the screen starts.
#[derive(Debug, Clone, Copy)]
pub struct Start {
    /// The look chosen before.
    pub look: Look,
    /// What the terminal can do.
    pub can: Abilities,
    /// Columns and rows.
    pub size: (u16, u16),
    /// Minutes without a key until the register is locked.
    pub lock_after_minutes: u8,
    /// Clicks choose rows.
    pub mouse: bool,
}

impl Model {
    /// A model before anything happened.
    pub fn new(start: Start) -> Self {
        Self {
            screens: Vec::new(),
            kept: Vec::new(),
            overlays: Vec::new(),
            jobs: BTreeMap::new(),
            drafts: BTreeMap::new(),
            messages: Messages::default(),
            register: None,
            door: None,
            look: start.look,
            lock_ms: u64::from(start.lock_after_minutes.max(1)) * 60_000,
            mouse: start.mouse,
            can: start.can,
            size: start.size,
            curtain: None,
            last_key: 0,
            quit_until: None,
            copies: VecDeque::new(),
            saved: None,
            revision: 0,
            resume: None,
            drawn_minute: 0,
            watch_at: 0,
            next: 0,
            dirty: true,
        }
    }

    /// What panes may know at this moment.
    pub fn env(&self, at: Moment) -> Env {
        Env {
            now: at.wall,
            mono: at.mono,
            size: self.size,
            zone: self.register.as_ref().map_or_else(Zone::utc, |register| register.zone),
            day_first: self.register.as_ref().is_none_or(|register| register.day_first),
            type_above: self.register.as_ref().map_or(10, |register| register.type_number_above.min(10)),
            theme: self.theme(),
            here: Here { mouse: self.mouse, lock_minutes: u8::try_from(self.lock_ms / 60_000).unwrap_or(u8::MAX) },
        }
    }

    /// The look in use.
    pub const fn theme(&self) -> Theme {
        Theme::new(self.look, self.can)
    }

    pub(super) const fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Whether the window is too small to draw in.
    pub const fn is_too_small(&self) -> bool {
        self.size.0 < super::widget::frame::LEAST.0 || self.size.1 < super::widget::frame::LEAST.1
    }

    /// The contexts of the pane that has the keys.
    pub fn contexts(&self) -> Vec<Context> {
        if self.is_too_small() {
            return vec![Context::Small];
        }
        if self.curtain.is_some() {
            return vec![Context::Curtain];
        }
        match (self.overlays.last(), self.screens.last()) {
            (Some(layer), _) => layer.pane.contexts(),
            (None, Some(layer)) => layer.pane.contexts(),
            (None, None) => vec![Context::Small],
        }
    }

    /// The contexts of the screen, whatever lies on top of it.
    pub fn screen_contexts(&self) -> Vec<Context> {
        self.screens.last().map(|layer| layer.pane.contexts()).unwrap_or_default()
    }

    /// The screen on top.
    pub fn screen(&self) -> Option<&Screen> {
        self.screens.last().map(|layer| &layer.pane)
    }

    /// The overlay on top.
    pub fn overlay(&self) -> Option<&Overlay> {
        self.overlays.last().map(|layer| &layer.pane)
    }

    /// The message on the status line.
    pub const fn message(&self) -> Option<&Message> {
        self.messages.current.as_ref()
    }

    /// The register that is open.
    pub const fn register(&self) -> Option<&RegisterView> {
        self.register.as_ref()
    }

    /// Whether the screen is hidden.
    pub const fn is_hidden(&self) -> bool {
        self.curtain.is_some()
    }

    /// Whether nothing is pending and no dead time runs: a test may look now.
    pub fn is_settled(&self, mono: u64) -> bool {
        self.jobs.values().all(|job| job.kind == JobKind::Watch)
            && self.pending_until().is_none_or(|until| until <= mono)
    }

    /// Whether no change is under way.
    pub fn is_done(&self) -> bool {
        !self.jobs.values().any(|job| matches!(job.kind, JobKind::Apply { .. } | JobKind::Door))
    }

    /// Drops questions whose answers nobody waits for any more.
    pub fn forget_questions(&mut self) {
        self.jobs.retain(|_, job| matches!(job.kind, JobKind::Apply { .. } | JobKind::Door));
    }

    /// When the last of the pending waits ends: searches while typing, drafts, dead times.
    fn pending_until(&self) -> Option<u64> {
        let screen = self.screens.last().map(|layer| &layer.pane);
        let dialog = self.overlays.last().filter(|layer| layer.pane.is_dialog()).map(|layer| layer.opened + DEAD_MS);
        let overlay = self.overlays.last().and_then(|layer| layer.pane.deadline());
        let dead = screen.map(Pane::dead_until).filter(|until| *until > 0);
        [dialog, overlay, screen.and_then(Pane::deadline), dead].into_iter().flatten().max()
    }

    /// When the model has to be told that time has passed, in milliseconds of the forward clock.
    pub fn next_wake(&self, at: Moment) -> u64 {
        let env = self.env(at);
        let screen = self.screens.last().map(|layer| &layer.pane);
        let minute = at.mono + u64::try_from(60_000 - at.wall.millis().rem_euclid(60_000)).unwrap_or(60_000);
        let second = screen.and_then(|pane| pane.timer(&env)).map(|_| at.mono + 1_000);
        let lock = self.register.as_ref().map(|_| self.last_key + self.lock_ms);
        let dialog = self.overlays.last().filter(|layer| layer.pane.is_dialog()).map(|layer| layer.opened + DEAD_MS);
        let pending = [
            Some(minute),
            second,
            self.register.as_ref().map(|_| self.watch_at),
            lock,
            dialog,
            self.quit_until,
            self.overlays.last().and_then(|layer| layer.pane.deadline()),
            screen.and_then(Pane::deadline),
            screen.map(Pane::dead_until),
        ];
        pending.into_iter().flatten().filter(|due| *due > at.mono).min().unwrap_or(minute)
    }

    /// Why an action cannot be done on the screen; nothing when it can.
    pub fn disabled(&self, action: Action) -> Option<String> {
        self.screens.last().and_then(|layer| layer.pane.disabled(action))
    }

    /// What stands at the right of the status line.
    pub(super) fn stored_words(&self, env: &Env) -> String {
        let slow = self.jobs.values().find(|job| env.mono.saturating_sub(job.since) >= 300);
        if let Some(job) = slow
            && matches!(job.kind, JobKind::Load(_) | JobKind::Register)
        {
            return "Loading".to_owned();
        }
        if self.jobs.values().any(|job| matches!(job.kind, JobKind::Apply { .. })) {
            return "Saving".to_owned();
        }
        match self.saved {
            Some(at) => format!("Saved {}", crate::service::words::time(at, &env.zone)),
            None => String::new(),
        }
    }
}

/// An error in one line: what happened and the first thing to do.
pub fn one_line(error: &AppError) -> String {
    let message = error.message.trim_end_matches('.');
    match error.hints.first() {
        Some(hint) => format!("{message}. {hint}"),
        None => format!("{message}."),
    }
}
