//! Runs the screen: threads for keys and for the register, the loop between them, and every effect.
//!
//! The worker thread owns the door and the desk; nothing else touches the register. A frame is drawn only after a
//! change, and only when no message waits.
//!
//! Must never know: what a screen shows, how a register is opened.

use super::model::{Model, Start as ModelStart};
use super::msg::{DoorAnswer, Effect, JobReport, Moment, Msg, Ticket};
use super::pane::{DoorJob, Preference};
use super::terminal::{self, Input, Terminal};
use super::theme::{Abilities, Look};
use super::update::update;
use super::view::view;
use super::widget::spot::{Spot, pointed};
use crate::error::{AppError, ErrorClass};
use crate::secret::Passphrase;
use crate::service::clock::Clock;
use crate::service::{Command, Desk, Door, Query};
use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// A size is taken after the window has been quiet for so long, in milliseconds.
const RESIZE_MS: u64 = 30;
/// Two clicks on one cell within this time are a double click, in milliseconds.
const DOUBLE_MS: u64 = 400;
/// Work under way when leaving is given so long, in milliseconds.
const LEAVE_MS: u64 = 1_000;

/// What the screen needs to run.
pub struct Start {
    /// The register's door.
    pub door: Box<dyn Door>,
    /// The clock.
    pub clock: Clock,
    /// The look chosen on this computer.
    pub look: Look,
    /// What the terminal can do.
    pub can: Abilities,
    /// Minutes without a key until the register is locked.
    pub lock_after_minutes: u8,
    /// Clicks choose rows.
    pub mouse: bool,
    /// Keeps a choice made on the screen.
    pub prefer: Box<dyn FnMut(Preference)>,
    /// Told whenever nothing is pending, for tests: how often that was so far, and how many keys were taken.
    pub idle: Option<Idle>,
}

/// Who is told that nothing is pending.
pub type Idle = Box<dyn FnMut(u64, u64)>;

/// How the screen ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The person left.
    Left,
    /// A signal asked to leave; the caller ends the process by it with [`super::terminal::end_by`].
    Signal(i32),
    /// The terminal has gone.
    Gone,
}

/// Work for the thread that owns the register.
enum Job {
    Load(Ticket, Query),
    Apply(Ticket, Command),
    Door(Ticket, DoorJob),
}

/// What reaches the loop.
#[expect(clippy::large_enum_variant, reason = "a message is moved once and never kept in numbers")]
enum Event {
    Input(Input),
    Report(Ticket, JobReport),
    WorkerStopped,
}

impl From<Input> for Event {
    fn from(input: Input) -> Self {
        Self::Input(input)
    }
}

/// Carries out work on the register, one piece after the other.
pub struct Worker {
    door: Box<dyn Door>,
    desk: Option<Box<dyn Desk>>,
}

impl Worker {
    /// A worker before the closed door.
    pub const fn new(door: Box<dyn Door>) -> Self {
        Self { door, desk: None }
    }

    /// Answers a question.
    pub fn load(&mut self, query: Query) -> JobReport {
        JobReport::Answer(self.desk.as_mut().ok_or_else(locked).and_then(|desk| desk.ask(query)))
    }

    /// Makes a change.
    pub fn apply(&mut self, command: Command) -> JobReport {
        JobReport::Outcome(self.desk.as_mut().ok_or_else(locked).and_then(|desk| desk.apply(command)))
    }

    /// Works at the door.
    pub fn door(&mut self, job: DoorJob) -> JobReport {
        JobReport::Door(match job {
            DoorJob::Place => Ok(DoorAnswer::Place(self.door.place())),
            DoorJob::Code => Ok(DoorAnswer::Code(Passphrase::new(Zeroizing::new(self.door.recovery_code())))),
            DoorJob::Unlock(with) => self.door.unlock(with).map(|desk| self.enter(desk)),
            DoorJob::Create(new) => self.door.create(new).map(|desk| self.enter(desk)),
            DoorJob::Close => {
                self.desk = None;
                Ok(DoorAnswer::Closed)
            }
        })
    }

    fn enter(&mut self, desk: Box<dyn Desk>) -> DoorAnswer {
        self.desk = Some(desk);
        DoorAnswer::Open
    }
}

fn locked() -> AppError {
    AppError::new(ErrorClass::NoKey, "The register is locked. Nothing was changed")
}

/// Runs the screen until the person leaves, a signal comes, or the terminal goes.
///
/// # Errors
/// When there is no terminal, or a thread cannot be started, or the worker stopped.
pub fn run(start: Start) -> Result<End, AppError> {
    let system = |error: io::Error| {
        AppError::new(ErrorClass::System, format!("The screen cannot be opened: {error}. Nothing was changed"))
            .hint("Run it in a terminal window, or use the commands: keyward help.")
    };
    let mut terminal = Terminal::open().map_err(system)?;
    let size = terminal.size().unwrap_or((80, 24));
    let (to, events) = mpsc::channel();
    let jobs = hire(Worker::new(start.door), to.clone()).map_err(system)?;
    terminal::spawn(&to).map_err(system)?;
    terminal.mouse(start.mouse).map_err(system)?;
    let mut running = Loop {
        model: Model::new(ModelStart {
            look: start.look,
            can: start.can,
            size,
            lock_after_minutes: start.lock_after_minutes,
            mouse: start.mouse,
        }),
        terminal,
        clock: start.clock,
        began: Instant::now(),
        events,
        jobs,
        prefer: start.prefer,
        idle: start.idle,
        idle_count: 0,
        keys: 0,
        told_idle: false,
        resize: None,
        spots: Vec::new(),
        click: None,
        leaving: false,
    };
    running.run()
}

/// Starts the worker's thread.
fn hire(worker: Worker, to: Sender<Event>) -> io::Result<Sender<Job>> {
    struct Farewell(Sender<Event>);
    impl Drop for Farewell {
        fn drop(&mut self) {
            let _ = self.0.send(Event::WorkerStopped);
        }
    }
    let (jobs, work) = mpsc::channel();
    std::thread::Builder::new().name("register".to_owned()).spawn(move || {
        // Declared first, so that it is dropped last: when it speaks, the register is closed.
        let farewell = Farewell(to);
        let mut worker = worker;
        while let Ok(job) = work.recv() {
            let (ticket, report) = match job {
                Job::Load(ticket, query) => (ticket, worker.load(query)),
                Job::Apply(ticket, command) => (ticket, worker.apply(command)),
                Job::Door(ticket, job) => (ticket, worker.door(job)),
            };
            if farewell.0.send(Event::Report(ticket, report)).is_err() {
                return;
            }
        }
    })?;
    Ok(jobs)
}

struct Loop {
    model: Model,
    terminal: Terminal,
    clock: Clock,
    began: Instant,
    events: Receiver<Event>,
    jobs: Sender<Job>,
    prefer: Box<dyn FnMut(Preference)>,
    idle: Option<Idle>,
    idle_count: u64,
    /// Keys, clicks and pastes taken so far.
    keys: u64,
    told_idle: bool,
    resize: Option<(u64, u16, u16)>,
    /// What clicks mean on the picture that was drawn last: the one the person sees.
    spots: Vec<Spot>,
    /// The last click: when and where.
    click: Option<(u64, u16, u16)>,
    leaving: bool,
}

impl Loop {
    fn moment(&self) -> Moment {
        Moment { wall: self.clock.now(), mono: u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX) }
    }

    fn run(&mut self) -> Result<End, AppError> {
        self.tell(Msg::Start);
        loop {
            if self.leaving {
                return Ok(self.finish());
            }
            if self.model.dirty && self.draw().is_err() {
                return Ok(self.gone());
            }
            self.tell_idle();
            let wait = self.wait();
            let mut next = match self.events.recv_timeout(wait) {
                Ok(event) => Some(event),
                Err(mpsc::RecvTimeoutError::Timeout) => None,
                Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(self.gone()),
            };
            if next.is_none() {
                self.take_resize();
                self.tell(Msg::Tick);
            }
            // Everything that waits is taken before the next frame; routing never depends on drawing.
            while let Some(event) = next {
                match event {
                    Event::Input(Input::Gone) => return Ok(self.gone()),
                    Event::Input(Input::Signal(signal)) => {
                        self.flush();
                        self.close();
                        return Ok(End::Signal(signal));
                    }
                    Event::WorkerStopped => {
                        return Err(AppError::new(ErrorClass::Internal, "Keyward stopped. Nothing you saved is lost"));
                    }
                    event => self.take(event),
                }
                if self.leaving {
                    break;
                }
                next = self.events.try_recv().ok();
            }
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Input(Input::Resize(columns, rows)) => {
                self.resize = Some((self.moment().mono + RESIZE_MS, columns, rows));
                self.told_idle = false;
            }
            Event::Input(Input::Key(chord)) => {
                self.told_idle = false;
                self.keys += 1;
                self.tell(Msg::Key(chord));
            }
            Event::Input(Input::Paste(text)) => {
                self.told_idle = false;
                self.keys += 1;
                self.tell(Msg::Paste(text));
            }
            Event::Input(Input::Click(x, y)) => {
                self.told_idle = false;
                self.keys += 1;
                self.click(x, y);
            }
            Event::Input(Input::Wheel(by)) => {
                self.told_idle = false;
                self.keys += 1;
                self.tell(Msg::Wheel(by));
            }
            Event::Report(ticket, report) => self.tell(Msg::Job(ticket, report)),
            Event::Input(_) | Event::WorkerStopped => {}
        }
    }

    fn click(&mut self, x: u16, y: u16) {
        let now = self.moment().mono;
        let double = self.click.is_some_and(|(at, ox, oy)| now.saturating_sub(at) <= DOUBLE_MS && (ox, oy) == (x, y));
        self.click = if double { None } else { Some((now, x, y)) };
        if let Some(what) = pointed(&self.spots, x, y) {
            self.tell(Msg::Point { what, double });
        }
    }

    fn take_resize(&mut self) {
        if let Some((due, columns, rows)) = self.resize
            && due <= self.moment().mono
        {
            self.resize = None;
            self.tell(Msg::Resize(columns, rows));
        }
    }

    fn wait(&self) -> Duration {
        let now = self.moment();
        let wake = self.model.next_wake(now);
        let due = self.resize.map_or(wake, |(due, ..)| due.min(wake));
        Duration::from_millis(due.saturating_sub(now.mono).clamp(1, 60_000))
    }

    fn draw(&mut self) -> io::Result<()> {
        let at = self.moment();
        let (model, spots) = (&self.model, &mut self.spots);
        self.terminal.draw(|buffer| {
            let picture = view(model, at, buffer);
            *spots = picture.spots;
            picture.cursor
        })?;
        self.model.dirty = false;
        Ok(())
    }

    fn tell_idle(&mut self) {
        let settled = self.resize.is_none() && self.model.is_settled(self.moment().mono);
        if settled && !self.told_idle {
            self.told_idle = true;
            self.idle_count += 1;
            if let Some(idle) = &mut self.idle {
                idle(self.idle_count, self.keys);
            }
        } else if !settled {
            self.told_idle = false;
        }
    }

    fn tell(&mut self, msg: Msg) {
        let at = self.moment();
        for effect in update(&mut self.model, msg, at) {
            self.carry_out(effect);
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        // A worker that has stopped says so itself.
        let _ = match effect {
            Effect::Load(ticket, query) => self.jobs.send(Job::Load(ticket, query)),
            Effect::Apply(ticket, command) => self.jobs.send(Job::Apply(ticket, command)),
            Effect::Door(ticket, job) => self.jobs.send(Job::Door(ticket, job)),
            Effect::Copy(ticket, text) => {
                let _ = self.terminal.copy(&text);
                self.tell(Msg::Job(ticket, JobReport::Copied(false)));
                Ok(())
            }
            Effect::Prefer(preference) => {
                if let Preference::Mouse(on) = preference {
                    let _ = self.terminal.mouse(on);
                }
                (self.prefer)(preference);
                Ok(())
            }
            Effect::Redraw => {
                let _ = self.terminal.clear();
                self.model.dirty = true;
                Ok(())
            }
            Effect::Quit => {
                self.leaving = true;
                Ok(())
            }
        };
    }

    /// Words typed and not yet stored are stored, as far as the time allows.
    fn flush(&mut self) {
        let at = self.moment();
        for effect in super::update::flush(&mut self.model, at) {
            self.carry_out(effect);
        }
        self.drain();
    }

    /// Waits for work under way, at most a second.
    fn drain(&mut self) {
        let until = Instant::now() + Duration::from_millis(LEAVE_MS);
        while !self.model.is_done() {
            let left = until.saturating_duration_since(Instant::now());
            match self.events.recv_timeout(left) {
                Ok(Event::Report(ticket, report)) => {
                    let at = self.moment();
                    // What it would lead to next is not wanted any more, but that a draft goes.
                    for effect in update(&mut self.model, Msg::Job(ticket, report), at) {
                        if matches!(effect, Effect::Apply(_, Command::KeepDraft { .. })) {
                            self.carry_out(effect);
                        }
                    }
                    self.model.forget_questions();
                }
                Ok(Event::WorkerStopped) | Err(_) => return,
                Ok(Event::Input(_)) => {}
            }
        }
    }

    /// Lets the worker close the register, at most a second.
    fn close(&mut self) {
        let (nobody, _) = mpsc::channel();
        self.jobs = nobody;
        let until = Instant::now() + Duration::from_millis(LEAVE_MS);
        while let Ok(event) = self.events.recv_timeout(until.saturating_duration_since(Instant::now())) {
            if matches!(event, Event::WorkerStopped) {
                return;
            }
        }
    }

    fn finish(&mut self) -> End {
        self.drain();
        self.close();
        End::Left
    }

    fn gone(&mut self) -> End {
        self.flush();
        self.close();
        End::Gone
    }
}
