//! The one place where the model changes: a message in, effects out. No clock, no input or output.
//!
//! Must never know: the terminal, threads, what a screen does with an action.

mod pointer;
mod program;
mod report;
mod watch;

use crate::service::view::Target;
use crate::service::{AsOf, Command, Query, ReportFormat};
use crate::tui::keymap::{self, Action, Chord, Context, Place, Resolved, Section};
use crate::tui::model::{DEAD_MS, Job, JobKind, Layer, Model};
use crate::tui::msg::{Effect, Moment, Msg, Ticket};
use crate::tui::overlay::{Add, Overlay, Prefix, Reader};
use crate::tui::pane::{DoorJob, Env, Flow, Message, Nav, Pane, Preference, Reply, Tone, Want};
use crate::tui::screen::{
    Clients, Fixes, Grid, History, More, Paper, People, Person, Records, Reports, RunScreen, Runs, Screen, Settings,
    Today,
};
use crate::tui::widget::line_edit::Typed;

/// Which pane an answer goes to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    Screen,
    Overlay,
}

/// Changes the model by one message.
pub fn update(model: &mut Model, msg: Msg, at: Moment) -> Vec<Effect> {
    let mut work = Work { model, at, effects: Vec::new() };
    match msg {
        Msg::Start => work.door(DoorJob::Place, 0),
        Msg::Key(chord) => work.key(chord),
        Msg::Paste(text) => work.paste(text),
        Msg::Point { what, double } => work.point(what, double),
        Msg::Wheel(by) => work.wheel(by),
        Msg::Resize(columns, rows) => work.resize(columns, rows),
        Msg::Job(ticket, report) => work.report(ticket, report),
        Msg::Tick => work.tick(),
    }
    work.effects
}

/// Stores words typed and not yet stored, before the program ends without being asked.
pub fn flush(model: &mut Model, at: Moment) -> Vec<Effect> {
    let mut work = Work { model, at, effects: Vec::new() };
    work.flush_all();
    work.effects
}

struct Work<'a> {
    model: &'a mut Model,
    at: Moment,
    effects: Vec<Effect>,
}

impl Work<'_> {
    fn env(&self) -> Env {
        self.model.env(self.at)
    }

    fn say(&mut self, tone: Tone, text: impl Into<String>) {
        self.model.messages.say(Message::new(tone, text), self.at);
    }

    fn key(&mut self, chord: Chord) {
        self.model.dirty = true;
        self.model.last_key = self.at.mono;
        if self.dialog_is_dead() {
            return;
        }
        self.model.messages.on_key(self.at.mono);
        if let Some(flow) = self.raw_key(chord) {
            return self.settle(At::Overlay, flow);
        }
        let contexts = self.model.contexts();
        let resolved = keymap::resolve(&contexts, chord);
        if resolved != Resolved::Action(Action::Quit) {
            self.model.quit_until = None;
        }
        self.resolved(chord, &contexts, resolved);
        // What a search found stays to be read when it ends.
        if self.model.contexts() != contexts && !contexts.contains(&Context::Text) {
            self.model.messages.on_go();
        }
    }

    fn resolved(&mut self, chord: Chord, contexts: &[Context], resolved: Resolved) {
        match resolved {
            Resolved::Action(action) => self.run(action),
            Resolved::Text(sign) => self.text(&Typed::Char(sign)),
            Resolved::Elsewhere(_) | Resolved::Nothing if self.is_covered(contexts) => {}
            Resolved::Elsewhere(action) if self.is_past_for(action) => self.refuse_in_the_past(),
            Resolved::Elsewhere(action) => {
                let words = keymap::elsewhere(chord, Some(action));
                self.say(Tone::Note, words);
            }
            Resolved::Nothing => {
                let words = keymap::elsewhere(chord, None);
                self.say(Tone::Note, words);
            }
        }
    }

    /// A key that an overlay takes as it is.
    fn raw_key(&mut self, chord: Chord) -> Option<Flow> {
        if self.model.curtain.is_some() || self.model.is_too_small() {
            return None;
        }
        self.model.overlays.last_mut().and_then(|layer| layer.pane.on_key(chord))
    }

    /// Where a stray key says nothing: behind the curtain, in a window too small to read.
    fn is_covered(&self, contexts: &[Context]) -> bool {
        contexts.iter().any(|context| matches!(context, Context::Curtain | Context::Small))
    }

    fn dialog_is_dead(&self) -> bool {
        self.model.overlays.last().is_some_and(|layer| layer.pane.is_dialog() && self.at.mono < layer.opened + DEAD_MS)
    }

    fn text(&mut self, typed: &Typed) {
        let env = self.env();
        if let Some(layer) = self.model.overlays.last_mut() {
            let flow = layer.pane.on_text(typed, &env);
            self.settle(At::Overlay, flow);
        } else if let Some(layer) = self.model.screens.last_mut() {
            let flow = layer.pane.on_text(typed, &env);
            self.settle(At::Screen, flow);
        }
    }

    /// A paste is data, never commands.
    fn paste(&mut self, text: String) {
        self.model.dirty = true;
        self.model.last_key = self.at.mono;
        let contexts = self.model.contexts();
        if contexts.contains(&Context::Text) && !self.dialog_is_dead() {
            self.text(&Typed::Paste(text));
        } else if !self.is_covered(&contexts) {
            let table = text.lines().count() > 1 && text.contains('\t');
            self.say(
                Tone::Note,
                if table {
                    "That looks like a table. Save it as a file, then in a shell: keyward import FILE."
                } else {
                    "Nothing to paste into here."
                },
            );
        }
    }

    fn resize(&mut self, columns: u16, rows: u16) {
        self.model.dirty = true;
        self.model.size = (columns, rows);
        let env = self.env();
        if let Some(layer) = self.model.screens.last_mut() {
            let (id, wants) = (layer.id, layer.pane.on_resize(&env));
            self.wants(id, wants);
        }
    }

    /// Runs an action: top overlay, else screen, else the program itself.
    fn run(&mut self, action: Action) {
        let env = self.env();
        if matches!(action, Action::Curtain) {
            return self.curtain();
        }
        if matches!(action, Action::Copy) && self.third_copy() {
            return;
        }
        if self.model.curtain.is_some() || self.model.is_too_small() {
            return self.program(action);
        }
        if let Some(layer) = self.model.overlays.last_mut() {
            let flow = layer.pane.on_action(action, &env);
            if flow.handled {
                return self.settle(At::Overlay, flow);
            }
            return self.program(action);
        }
        if self.is_past_for(action) {
            return self.refuse_in_the_past();
        }
        let Some(layer) = self.model.screens.last_mut() else { return self.program(action) };
        if action.changes() {
            if layer.pane.is_loading() {
                return self.say(Tone::Note, "Still loading. Nothing was changed.");
            }
            if layer.pane.dead_until() > self.at.mono {
                return self.say(Tone::Note, "The row you were on is gone.");
            }
        }
        // While something is typed the keys are about the field, not about the row.
        let typing = layer.pane.contexts().contains(&Context::Text);
        if let Some(reason) = layer.pane.disabled(action).filter(|_| !typing) {
            return self.say(Tone::Note, reason);
        }
        let flow = layer.pane.on_action(action, &env);
        if flow.handled {
            return self.settle(At::Screen, flow);
        }
        self.program(action);
    }

    /// Whether an action would change something while the past is shown, with nothing on top of it.
    fn is_past_for(&self, action: Action) -> bool {
        action.changes() && self.model.overlays.is_empty() && self.model.screen().is_some_and(Screen::is_past)
    }

    fn refuse_in_the_past(&mut self) {
        self.say(Tone::Note, "Not done. This is the past. Esc returns to today.");
    }

    /// What an action does where no pane had a use for it.
    fn program(&mut self, action: Action) {
        match action {
            Action::Back => self.back(),
            Action::Go(place) => self.go(place),
            Action::Section(section) => self.section(section),
            Action::Prefix => self.open(Overlay::from(Prefix)),
            Action::Find => self.open_find(),
            Action::New if self.model.register.is_some() => self.open(Overlay::from(Add::anything())),
            Action::Menu => self.open_menu(),
            Action::Help => self.open_help(),
            Action::Messages => {
                let env = self.env();
                let reader = Reader::messages(self.model.messages.log.iter().rev(), &env);
                self.open(Overlay::from(reader));
            }
            Action::Recheck => {
                self.refresh_screen();
                self.ask_register();
                self.say(Tone::Note, "Counted again.");
            }
            // In a field these keys are about typing; the register is not touched from there.
            Action::Undo if self.model.contexts().contains(&Context::Text) => {
                self.say(Tone::Note, "Nothing more to undo in this field.");
            }
            Action::Redo if self.model.contexts().contains(&Context::Text) => {
                self.say(Tone::Note, "Nothing more to do again in this field.");
            }
            Action::Undo => self.apply(Command::Undo { seq: None }),
            Action::Redo => self.apply(Command::Redo),
            Action::Copy => self.say(Tone::Note, "Nothing to copy here. Q Q leaves."),
            Action::Redraw => self.effects.push(Effect::Redraw),
            Action::Curtain => self.curtain(),
            Action::Lock => self.lock("by you"),
            Action::Quit => self.quit_pressed(),
            Action::QuitNow => self.ask_to_leave(),
            // Where there is one pane, what comes after it is everything that can be done with it.
            Action::NextPane | Action::PrevPane => self.open_menu(),
            Action::Print => self.print(),
            Action::Open => self.say(Tone::Note, "Nothing to open here."),
            _ => {
                let words = format!("{}: not possible here.", action.spec().help);
                self.say(Tone::Note, words);
            }
        }
    }

    /// Saves the report of the screen; a screen without one says how else.
    fn print(&mut self) {
        let Some(layer) = self.model.screens.last() else { return };
        match layer.pane.paper() {
            Paper::Report(kind, subject) => self.save_report(kind, subject, AsOf::default()),
            Paper::Past(kind, subject, as_of) => self.save_report(kind, subject, as_of),
            Paper::Words(words) => self.say(Tone::Note, words),
        }
    }

    fn save_report(&mut self, kind: &str, subject: Option<String>, as_of: AsOf) {
        self.apply(Command::SaveReport { kind: kind.to_owned(), subject, format: ReportFormat::Pdf, as_of });
    }

    /// The last rungs of the ladder: one screen back, or the top.
    fn back(&mut self) {
        self.model.messages.on_back();
        if self.model.overlays.pop().is_some() {
            return;
        }
        if self.model.screens.len() > 1 {
            self.leave_screen();
            let was_past = self.model.screens.pop().is_some_and(|layer| layer.pane.is_past());
            self.came_back();
            let words = self.model.screens.last().map(|layer| match was_past && !layer.pane.is_past() {
                true => "Back at today.".to_owned(),
                false => format!("Back at {}.", layer.pane.title()),
            });
            // Where what was done led back by itself, that is what has to be said.
            if let Some(words) = words.filter(|_| !self.model.messages.is_of_last_key()) {
                self.say(Tone::Note, words);
            }
        } else if self.model.register.is_some() {
            self.say(Tone::Note, "You are at the top. Q Q leaves.");
        }
    }

    fn leave_screen(&mut self) {
        let Some(layer) = self.model.screens.last_mut() else { return };
        let (id, wants) = (layer.id, layer.pane.flush());
        self.wants(id, wants);
    }

    /// Takes away the overlays above the lowest ones; words typed into them are kept.
    fn uncover(&mut self, lowest: usize) {
        while self.model.overlays.len() > lowest {
            let Some(mut layer) = self.model.overlays.pop() else { return };
            let wants = layer.pane.flush();
            self.wants(layer.id, wants);
        }
    }

    fn came_back(&mut self) {
        let (revision, env) = (self.model.revision, self.env());
        if let Some(layer) = self.model.screens.last_mut() {
            layer.seen = revision;
            let (id, wants) = (layer.id, layer.pane.refresh(&env));
            self.wants(id, wants);
        }
    }

    fn refresh_screen(&mut self) {
        self.came_back();
    }

    fn go(&mut self, place: Place) {
        if let Some(words) = place.instead() {
            return self.say(Tone::Note, words);
        }
        if self.model.register.is_none() {
            return;
        }
        self.uncover(0);
        self.model.messages.on_go();
        let here = self.model.screens.first().map(|layer| layer.pane.tab());
        if here == Some(Some(place)) {
            // The digit of the place one is in leads back to its first screen.
            if self.model.screens.len() > 1 {
                self.leave_screen();
                self.model.screens.truncate(1);
            }
            return self.came_back();
        }
        self.leave_screen();
        let stack = std::mem::take(&mut self.model.screens);
        if let Some(Some(from)) = here {
            self.model.kept.retain(|(kept, _)| *kept != from);
            self.model.kept.push((from, stack));
        }
        match self.model.kept.iter().position(|(kept, _)| *kept == place) {
            Some(found) => {
                self.model.screens = self.model.kept.remove(found).1;
                self.came_back();
            }
            None => self.push(main_screen(place)),
        }
    }

    /// A screen under More; from anywhere, Esc leads back to the list of them.
    fn section(&mut self, section: Section) {
        if self.model.register.is_none() {
            return;
        }
        self.go(Place::More);
        if self.model.screens.len() > 1 {
            self.leave_screen();
            self.model.screens.truncate(1);
        }
        self.push(match section {
            Section::History => Screen::from(History::default()),
            Section::Settings => Screen::from(Settings::default()),
            other => Screen::from(Records::new(other)),
        });
    }

    fn push(&mut self, screen: Screen) {
        self.uncover(0);
        self.model.messages.on_go();
        self.leave_screen();
        let id = self.model.number();
        self.model.screens.push(Layer { id, pane: screen, seen: self.model.revision, opened: self.at.mono });
        self.came_back();
    }

    fn open(&mut self, overlay: Overlay) {
        self.model.messages.on_go();
        let (id, env) = (self.model.number(), self.env());
        let mut layer = Layer { id, pane: overlay, seen: 0, opened: self.at.mono };
        let wants = layer.pane.refresh(&env);
        self.model.overlays.push(layer);
        self.wants(id, wants);
    }

    fn target(&mut self, target: Target) {
        match target {
            Target::Today => self.go(Place::Today),
            Target::People => self.go(Place::People),
            Target::Person(person) => self.push(Screen::from(Person::new(person))),
            Target::Run(run) | Target::Letter(run, _) => self.push(Screen::from(RunScreen::new(run))),
            Target::Fix(key) => {
                self.go(Place::Fixes);
                if let Some(Screen::Fixes(fixes)) = self.model.screens.last_mut().map(|layer| &mut layer.pane) {
                    fixes.go_to(key);
                }
            }
            Target::Node(node) => {
                self.go(Place::Clients);
                let env = self.env();
                if let Some(Layer { id, pane: Screen::Clients(clients), .. }) = self.model.screens.last_mut() {
                    let (id, wants) = (*id, clients.go_to(node, &env));
                    self.wants(id, wants);
                }
            }
            Target::StartDischarge(person) => {
                self.open(Overlay::from(crate::tui::overlay::Start::for_person(person)));
            }
            Target::Command(words) => self.say(Tone::Note, format!("In a shell: {words}")),
        }
    }

    /// Carries out what a pane answered.
    fn settle(&mut self, at: At, flow: Flow) {
        let mut owner = match at {
            At::Screen => self.model.screens.last().map(|layer| layer.id),
            At::Overlay => self.model.overlays.last().map(|layer| layer.id),
        };
        if let Some(message) = flow.say {
            self.model.messages.say(message, self.at);
        }
        match flow.nav {
            Nav::Stay => {}
            Nav::Close if at == At::Overlay => {
                self.model.overlays.pop();
                owner = self.top_id();
            }
            Nav::Close => {
                self.back();
                owner = self.top_id();
            }
            Nav::Push(screen) => self.push(*screen),
            Nav::Open(overlay) => self.open(*overlay),
            Nav::Instead(overlay) => {
                self.model.overlays.pop();
                self.open(*overlay);
            }
            Nav::Target(target) => {
                if at == At::Overlay {
                    self.model.overlays.pop();
                }
                self.target(target);
            }
        }
        self.wants(owner.unwrap_or(0), flow.wants);
        if let Some(reply) = flow.reply {
            self.reply(&reply);
        }
        if let Some(action) = flow.then {
            self.run(action);
        }
    }

    fn top_id(&self) -> Option<u64> {
        self.model.overlays.last().map(|l| l.id).or_else(|| self.model.screens.last().map(|l| l.id))
    }

    fn reply(&mut self, reply: &Reply) {
        let env = self.env();
        if let Some(layer) = self.model.overlays.last_mut() {
            let flow = layer.pane.on_reply(reply, &env);
            self.settle(At::Overlay, flow);
        } else if let Some(layer) = self.model.screens.last_mut() {
            let flow = layer.pane.on_reply(reply, &env);
            self.settle(At::Screen, flow);
        }
    }

    fn wants(&mut self, owner: u64, wants: Vec<Want>) {
        for want in wants {
            match want {
                Want::Load(slot, query) => {
                    // The newest question of a slot wins: an older answer finds no job and is dropped.
                    self.model.jobs.retain(|_, job| job.owner != owner || job.kind != JobKind::Load(slot));
                    let ticket = self.ticket(owner, JobKind::Load(slot));
                    self.effects.push(Effect::Load(ticket, query));
                }
                Want::Apply(command) => {
                    let ticket = self.ticket(owner, JobKind::Apply { quiet: false });
                    self.effects.push(Effect::Apply(ticket, command));
                }
                Want::ApplyDraft { key, command } => {
                    let ticket = self.ticket(owner, JobKind::Apply { quiet: false });
                    self.model.drafts.insert(ticket, key);
                    self.effects.push(Effect::Apply(ticket, command));
                }
                Want::Keep { key, text } => {
                    let ticket = self.ticket(owner, JobKind::Apply { quiet: true });
                    self.effects.push(Effect::Apply(ticket, Command::KeepDraft { key, text }));
                }
                Want::Door(job) => self.door(job, owner),
                Want::Copy(text) => {
                    let ticket = self.ticket(owner, JobKind::Copy);
                    self.effects.push(Effect::Copy(ticket, text));
                }
                Want::Prefer(preference) => {
                    match preference {
                        Preference::Look(look) => self.model.look = look,
                        Preference::Ascii(ascii) => self.model.can.ascii = ascii,
                        Preference::Mouse(mouse) => self.model.mouse = mouse,
                        Preference::LockAfter(minutes) => self.model.lock_ms = u64::from(minutes.max(1)) * 60_000,
                    }
                    self.effects.push(Effect::Prefer(preference));
                }
                Want::Quit => self.leave(),
            }
        }
    }

    fn ticket(&mut self, owner: u64, kind: JobKind) -> Ticket {
        let ticket = Ticket(self.model.number());
        let after = self.model.messages.keys;
        self.model.jobs.insert(ticket, Job { owner, kind, since: self.at.mono, after });
        ticket
    }

    fn door(&mut self, job: DoorJob, owner: u64) {
        let ticket = self.ticket(owner, JobKind::Door);
        self.effects.push(Effect::Door(ticket, job));
    }

    /// A change that belongs to no pane: none may take it for its own and clear its marks or close.
    fn apply(&mut self, command: Command) {
        if self.model.register.is_some() {
            self.wants(0, vec![Want::Apply(command)]);
        }
    }

    fn ask_register(&mut self) {
        let ticket = self.ticket(0, JobKind::Register);
        self.effects.push(Effect::Load(ticket, Query::Register));
    }

    fn tick(&mut self) {
        let env = self.env();
        let mono = self.at.mono;
        if self.model.quit_until.is_some_and(|until| until <= mono) {
            self.model.quit_until = None;
        }
        if self.model.register.is_some() && mono.saturating_sub(self.model.last_key) >= self.model.lock_ms {
            let minutes = crate::service::words::counted(self.model.lock_ms / 60_000, "minute", "minutes");
            return self.lock(&format!("after {minutes} without a key"));
        }
        self.watch();
        let minute = self.at.wall.millis().div_euclid(60_000);
        let ticking = self.model.screens.last().is_some_and(|layer| layer.pane.timer(&env).is_some());
        if minute != self.model.drawn_minute || ticking {
            self.model.drawn_minute = minute;
            self.model.dirty = true;
        }
        if self.model.jobs.values().any(|job| mono.saturating_sub(job.since) >= 300) {
            self.model.dirty = true;
        }
        if let Some(layer) = self.model.overlays.last_mut()
            && layer.pane.deadline().is_some_and(|due| due <= mono)
        {
            let flow = layer.pane.on_tick(&env);
            self.model.dirty = true;
            self.settle(At::Overlay, flow);
        }
        let covered = !self.model.overlays.is_empty();
        if let Some(layer) = self.model.screens.last_mut()
            && layer.pane.deadline().is_some_and(|due| due <= mono)
        {
            let (id, flow) = (layer.id, layer.pane.on_tick(&env));
            self.model.dirty = true;
            self.settle_if_top(At::Screen, !covered, id, flow);
        }
    }
}

fn main_screen(place: Place) -> Screen {
    match place {
        Place::People => Screen::from(People::default()),
        Place::Clients => Screen::from(Clients::default()),
        Place::Grid => Screen::from(Grid::default()),
        Place::Fixes => Screen::from(Fixes::default()),
        Place::Reports => Screen::from(Reports::default()),
        Place::Runs => Screen::from(Runs::default()),
        Place::More => Screen::from(More::default()),
        _ => Screen::from(Today::default()),
    }
}
