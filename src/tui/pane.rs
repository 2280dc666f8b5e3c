//! What a screen or overlay is, and how it answers.
//!
//! Must never know: other panes, the store, the terminal.

use super::keymap::{Action, Chord, Context};
use super::overlay::Overlay;
use super::screen::Screen;
use super::theme::Theme;
use super::widget::canvas::Canvas;
use super::widget::line_edit::Typed;
use crate::domain::{Instant, Zone};
use crate::error::AppError;
use crate::service::dates::Reading;
use crate::service::view::Target;
use crate::service::{Answer, Command, NewRegister, Outcome, Query, Unlock, WayBack};
use ratatui::layout::Rect;

/// What a pane may know of the world when it is asked.
#[derive(Debug, Clone, Copy)]
pub struct Env {
    /// The moment on the wall.
    pub now: Instant,
    /// Milliseconds of a clock that only runs forward.
    pub mono: u64,
    /// Columns and rows of the window.
    pub size: (u16, u16),
    /// The firm's zone.
    pub zone: Zone,
    /// Day before month in typed dates.
    pub day_first: bool,
    /// Bulk above this many asks for the number.
    pub type_above: u16,
    /// The look.
    pub theme: Theme,
    /// What else was chosen on this computer.
    pub here: Here,
}

/// What was chosen on this computer besides the look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Here {
    /// Clicks choose rows.
    pub mouse: bool,
    /// Minutes without a key until the register is locked.
    pub lock_minutes: u8,
}

impl Env {
    /// The area of a screen: what is left between the place line and the hints.
    pub const fn body(&self) -> Rect {
        Rect { x: 0, y: 2, width: self.size.0, height: self.size.1.saturating_sub(4) }
    }

    /// How a typed date is read here: those to come first.
    pub const fn reading(&self) -> Reading {
        Reading { now: self.now, zone: self.zone, day_first: self.day_first, forward: true }
    }

    /// The whole window.
    pub const fn window(&self) -> Rect {
        Rect { x: 0, y: 0, width: self.size.0, height: self.size.1 }
    }
}

/// Tells a pane's own questions apart. A newer question in a slot makes the older answer void.
pub type Slot = u8;

/// Something a pane wants done outside the model.
#[derive(Debug)]
pub enum Want {
    /// Ask the register.
    Load(Slot, Query),
    /// Change the register.
    Apply(Command),
    /// Change the register by typed words that are kept as a draft; the draft goes once the change is made.
    ApplyDraft {
        /// The draft's key.
        key: String,
        /// The change.
        command: Command,
    },
    /// Keep typed words outside the history: no message, nothing asked again.
    Keep {
        /// Under this key.
        key: String,
        /// The words.
        text: String,
    },
    /// Something at the door: before a register is open.
    Door(DoorJob),
    /// Copy a text.
    Copy(String),
    /// Remember a choice on this computer.
    Prefer(Preference),
    /// Leave.
    Quit,
}

/// Work at the door.
#[derive(Debug)]
pub enum DoorJob {
    /// Where the register is and whether it is there.
    Place,
    /// A fresh recovery code.
    Code,
    /// Open it.
    Unlock(Unlock),
    /// Make it and open it.
    Create(NewRegister),
    /// Close it and forget everything.
    Close,
}

/// What the person prefers on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preference {
    /// The look.
    Look(super::theme::Look),
    /// Plain letters only.
    Ascii(bool),
    /// Clicks choose rows.
    Mouse(bool),
    /// Minutes without a key until the register is locked.
    LockAfter(u8),
}

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Something was done.
    Done,
    /// Something to know.
    Note,
    /// Something failed; stays until Esc.
    Error,
}

/// A sentence for the status line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// How it is meant.
    pub tone: Tone,
    /// The sentence.
    pub text: String,
    /// How what was done is taken back.
    pub way_back: WayBack,
}

impl Message {
    /// A sentence about nothing that can be taken back.
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into(), way_back: WayBack::None }
    }

    /// What an outcome says of itself.
    pub fn of(outcome: &Outcome) -> Self {
        Self { tone: Tone::Done, text: outcome.message.clone(), way_back: outcome.way_back }
    }
}

/// Where to go next.
#[derive(Debug, Default)]
pub enum Nav {
    /// Nowhere.
    #[default]
    Stay,
    /// A screen on top of this one.
    Push(Box<Screen>),
    /// An overlay.
    Open(Box<Overlay>),
    /// An overlay in the place of this one.
    Instead(Box<Overlay>),
    /// Away with this overlay, or back from this screen.
    Close,
    /// Wherever a row of the service points to.
    Target(Target),
}

/// What an overlay hands to the pane beneath it.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// The nth choice of a list opened for this purpose.
    Picked(Purpose, usize),
    /// Who or what was chosen, with its name.
    Subject(Target, String),
    /// Records chosen for a field of a form, with their names.
    Chosen(usize, Vec<(u64, String)>),
    /// Something for a field of a form that is not there yet, by the name it is to have.
    AddNamed(crate::domain::RecordKind, String),
    /// A day picked for a field of a form.
    Day(usize, crate::domain::Day),
    /// Something new was added under this name.
    Added(String),
    /// A date of the past, and one to compare it with.
    Dates(crate::service::AsOf, Option<crate::service::AsOf>),
    /// A tab of a run to look at.
    Tab(crate::service::view::RunTab),
}

/// What a list was opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The order of the list.
    Sort,
    /// How something is left out.
    LeaveOut,
    /// The answer to a question.
    Answer,
    /// How a run is done: kind of leaver.
    Kind,
    /// A field of a form.
    Field(usize),
    /// What a setting is set to.
    Setting,
    /// A value to filter by.
    FilterBy,
    /// What a report is written as, or that it is looked at first.
    Format,
    /// The report looked at is saved.
    SaveLooked,
    /// What the report looked at is written as.
    LookedFormat,
}

/// What a pane answers. Data, never a closure.
#[derive(Debug, Default)]
#[must_use]
pub struct Flow {
    /// The pane knew what to do with it.
    pub handled: bool,
    /// What it wants.
    pub wants: Vec<Want>,
    /// Where to go.
    pub nav: Nav,
    /// What to say.
    pub say: Option<Message>,
    /// What to tell the pane beneath, after closing.
    pub reply: Option<Reply>,
    /// What to do next, after going.
    pub then: Option<Action>,
}

impl Flow {
    /// The pane has no use for it.
    pub fn ignored() -> Self {
        Self::default()
    }

    /// Done, nothing more.
    pub fn stay() -> Self {
        Self { handled: true, ..Self::default() }
    }

    /// Closes this pane.
    pub fn close() -> Self {
        Self { handled: true, nav: Nav::Close, ..Self::default() }
    }

    /// Opens an overlay.
    pub fn open(overlay: impl Into<Overlay>) -> Self {
        Self { handled: true, nav: Nav::Open(Box::new(overlay.into())), ..Self::default() }
    }

    /// Opens an overlay in the place of this one.
    pub fn instead(overlay: impl Into<Overlay>) -> Self {
        Self { handled: true, nav: Nav::Instead(Box::new(overlay.into())), ..Self::default() }
    }

    /// Shows a screen on top of this one.
    pub fn push(screen: impl Into<Screen>) -> Self {
        Self { handled: true, nav: Nav::Push(Box::new(screen.into())), ..Self::default() }
    }

    /// Goes where a row points to.
    pub fn target(target: Target) -> Self {
        Self { handled: true, nav: Nav::Target(target), ..Self::default() }
    }

    /// Wants something.
    pub fn want(mut self, want: Want) -> Self {
        self.wants.push(want);
        self
    }

    /// Wants several things.
    pub fn wants(mut self, wants: impl IntoIterator<Item = Want>) -> Self {
        self.wants.extend(wants);
        self
    }

    /// Asks the register.
    pub fn load(self, slot: Slot, query: Query) -> Self {
        self.want(Want::Load(slot, query))
    }

    /// Changes the register.
    pub fn apply(self, command: Command) -> Self {
        self.want(Want::Apply(command))
    }

    /// Says something.
    pub fn say(mut self, tone: Tone, text: impl Into<String>) -> Self {
        self.say = Some(Message::new(tone, text));
        self
    }

    /// Says a note.
    pub fn note(text: impl Into<String>) -> Self {
        Self::stay().say(Tone::Note, text)
    }

    /// Tells the pane beneath.
    pub fn reply(mut self, reply: Reply) -> Self {
        self.reply = Some(reply);
        self
    }

    /// Does another action next.
    pub fn then(mut self, action: Action) -> Self {
        self.then = Some(action);
        self
    }
}

/// Left and right part of the place line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlaceLine {
    /// Path, as `People > Dana Ruiz`.
    pub left: String,
    /// Scope: date, count, risk.
    pub right: String,
    /// The right part is an alarm.
    pub high: bool,
}

/// Every screen and overlay. Dispatched through the two enums, never through trait objects.
pub trait Pane {
    /// Its places in the key table, most specific first.
    fn contexts(&self) -> Vec<Context>;

    /// Why an action cannot be done now; nothing when it can.
    fn disabled(&self, _action: Action) -> Option<String> {
        None
    }

    /// What an action would do here and now, where that says more than its verb: how many marked rows it takes.
    fn verb_now(&self, _action: Action) -> Option<String> {
        None
    }

    /// Takes a key before it is looked up; nothing lets it mean what it means. Only the keyboard check needs that.
    fn on_key(&mut self, _chord: Chord) -> Option<Flow> {
        None
    }

    /// Does an action.
    fn on_action(&mut self, action: Action, env: &Env) -> Flow;

    /// Takes typed or pasted text. Asked only where [`Context::Text`] is among the contexts.
    fn on_text(&mut self, _typed: &Typed, _env: &Env) -> Flow {
        Flow::ignored()
    }

    /// Takes the answer to one of its own questions.
    fn on_answer(&mut self, _slot: Slot, _answer: Answer, _env: &Env) -> Flow {
        Flow::stay()
    }

    /// One of its own questions failed. Shown in the pane where it has a place for it; else as a message.
    fn on_failed(&mut self, _slot: Slot, error: &AppError, _env: &Env) -> Flow {
        Flow::stay().say(Tone::Error, super::model::one_line(error))
    }

    /// One of its own changes was made. The status line has said so already.
    fn on_done(&mut self, _outcome: &Outcome, _env: &Env) -> Flow {
        Flow::stay()
    }

    /// One of its own changes was refused. Ignored means: show it as usual.
    fn on_refused(&mut self, _error: &AppError, _env: &Env) -> Flow {
        Flow::ignored()
    }

    /// Something came from the door.
    fn on_door(&mut self, _answer: Result<super::msg::DoorAnswer, AppError>, _env: &Env) -> Flow {
        Flow::stay()
    }

    /// The overlay above has answered.
    fn on_reply(&mut self, _reply: &Reply, _env: &Env) -> Flow {
        Flow::stay()
    }

    /// Its deadline has come.
    fn on_tick(&mut self, _env: &Env) -> Flow {
        Flow::stay()
    }

    /// When it has to be asked again: a search while typing, a draft to keep. Milliseconds of the forward clock.
    fn deadline(&self) -> Option<u64> {
        None
    }

    /// Asks everything it shows again, keeping cursor, marks and filter.
    fn refresh(&mut self, _env: &Env) -> Vec<Want> {
        Vec::new()
    }

    /// What has to be kept before it goes away: words not yet stored.
    fn flush(&mut self) -> Vec<Want> {
        Vec::new()
    }

    /// Whether what it shows is not there yet: keys that change data are dropped meanwhile.
    fn is_loading(&self) -> bool {
        false
    }

    /// Until when keys that change data are dead: the row under the cursor was replaced, or a dialog just came.
    fn dead_until(&self) -> u64 {
        0
    }

    /// Seconds of the running interview, for the curtain and the place line.
    fn timer(&self, _env: &Env) -> Option<u64> {
        None
    }

    /// The window has another size.
    fn on_resize(&mut self, _env: &Env) -> Vec<Want> {
        Vec::new()
    }

    /// Draws it.
    fn view(&self, canvas: &mut Canvas, area: Rect, env: &Env);
}

/// Declares a closed set of panes: the enum, the conversions into it, and the dispatch.
macro_rules! panes {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident($type:ty),)+ }) => {
        $(#[$doc])*
        #[allow(clippy::large_enum_variant, reason = "a handful of panes are alive at once")]
        pub enum $name { $($(#[$vdoc])* $variant($type),)+ }

        impl std::fmt::Debug for $name {
            // Only the name: a pane may hold what was typed.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(match self { $(Self::$variant(_) => stringify!($variant),)+ })
            }
        }

        $(impl From<$type> for $name {
            fn from(pane: $type) -> Self { Self::$variant(pane) }
        })+

        impl $name {
            fn pane(&self) -> &dyn Pane { match self { $(Self::$variant(pane) => pane,)+ } }
            fn pane_mut(&mut self) -> &mut dyn Pane { match self { $(Self::$variant(pane) => pane,)+ } }
        }

        impl Pane for $name {
            fn contexts(&self) -> Vec<Context> { self.pane().contexts() }
            fn disabled(&self, action: Action) -> Option<String> { self.pane().disabled(action) }
            fn verb_now(&self, action: Action) -> Option<String> { self.pane().verb_now(action) }
            fn on_key(&mut self, chord: Chord) -> Option<Flow> { self.pane_mut().on_key(chord) }
            fn on_action(&mut self, action: Action, env: &Env) -> Flow { self.pane_mut().on_action(action, env) }
            fn on_text(&mut self, typed: &Typed, env: &Env) -> Flow { self.pane_mut().on_text(typed, env) }
            fn on_answer(&mut self, slot: Slot, answer: Answer, env: &Env) -> Flow {
                self.pane_mut().on_answer(slot, answer, env)
            }
            fn on_failed(&mut self, slot: Slot, error: &AppError, env: &Env) -> Flow {
                self.pane_mut().on_failed(slot, error, env)
            }
            fn on_done(&mut self, outcome: &Outcome, env: &Env) -> Flow { self.pane_mut().on_done(outcome, env) }
            fn on_refused(&mut self, error: &AppError, env: &Env) -> Flow { self.pane_mut().on_refused(error, env) }
            fn on_door(&mut self, answer: Result<crate::tui::msg::DoorAnswer, AppError>, env: &Env) -> Flow {
                self.pane_mut().on_door(answer, env)
            }
            fn on_reply(&mut self, reply: &Reply, env: &Env) -> Flow { self.pane_mut().on_reply(reply, env) }
            fn on_tick(&mut self, env: &Env) -> Flow { self.pane_mut().on_tick(env) }
            fn deadline(&self) -> Option<u64> { self.pane().deadline() }
            fn refresh(&mut self, env: &Env) -> Vec<Want> { self.pane_mut().refresh(env) }
            fn flush(&mut self) -> Vec<Want> { self.pane_mut().flush() }
            fn is_loading(&self) -> bool { self.pane().is_loading() }
            fn dead_until(&self) -> u64 { self.pane().dead_until() }
            fn timer(&self, env: &Env) -> Option<u64> { self.pane().timer(env) }
            fn on_resize(&mut self, env: &Env) -> Vec<Want> { self.pane_mut().on_resize(env) }
            fn view(&self, canvas: &mut Canvas, area: Rect, env: &Env) { self.pane().view(canvas, area, env) }
        }
    };
}
pub(super) use panes;
