//! What comes back: answers, outcomes, and what the door says.
//!
//! Must never know: who did the work.

use super::{At, Work, main_screen};
use crate::error::{AppError, ErrorClass};
use crate::service::Answer;
use crate::service::view::RegisterView;
use crate::tui::keymap::Place;
use crate::tui::model::JobKind;
use crate::tui::msg::{DoorAnswer, JobReport, Moment, Ticket};
use crate::tui::overlay::{Overlay, Reader};
use crate::tui::pane::{DoorJob, Flow, Message, Nav, Pane, Tone, Want};
use crate::tui::screen::{Screen, Setup, UnlockScreen};

impl Work<'_> {
    pub(super) fn report(&mut self, ticket: Ticket, report: JobReport) {
        let Some(job) = self.model.jobs.remove(&ticket) else { return };
        // That nothing changed elsewhere changes nothing here.
        self.model.dirty |= job.kind != JobKind::Watch;
        match (job.kind, report) {
            (JobKind::Register, JobReport::Answer(answer)) => self.register(answer),
            // One that failed says nothing: a register that cannot be read says so where something is asked of it.
            (JobKind::Watch, JobReport::Answer(Ok(Answer::Head(head)))) => self.watched(head, job.after),
            (JobKind::Load(slot), JobReport::Answer(answer)) => {
                let env = self.env();
                let takes_note = self.model.messages.takes_note(job.after);
                self.with_owner(job.owner, |pane| {
                    let mut flow = match answer {
                        Ok(answer) => pane.on_answer(slot, answer, &env),
                        Err(error) => pane.on_failed(slot, &error, &env),
                    };
                    flow.say = flow.say.filter(|message| message.tone != Tone::Note || takes_note);
                    flow
                });
            }
            (JobKind::Apply { quiet }, JobReport::Outcome(outcome)) => {
                if let (Some(key), Ok(_)) = (self.model.drafts.remove(&ticket), &outcome) {
                    self.wants(0, vec![Want::Keep { key, text: String::new() }]);
                }
                self.outcome(job.owner, quiet, outcome);
            }
            (JobKind::Door, JobReport::Door(answer)) => self.door_answer(job.owner, answer),
            (JobKind::Copy, JobReport::Copied(sure)) if !sure => {
                self.say(Tone::Note, "Sent to the terminal. If paste is empty, select with the mouse.");
            }
            _ => {}
        }
    }

    /// Lets the pane that asked answer, wherever it lies now.
    fn with_owner(&mut self, owner: u64, ask: impl FnOnce(&mut dyn Pane) -> Flow) {
        if let Some(place) = self.model.overlays.iter().position(|layer| layer.id == owner) {
            let top = place + 1 == self.model.overlays.len();
            let flow = self.model.overlays.get_mut(place).map(|layer| ask(&mut layer.pane)).unwrap_or_default();
            self.settle_if_top(At::Overlay, top, owner, flow);
            return;
        }
        let top = self.model.overlays.is_empty();
        let last = self.model.screens.len();
        if let Some(place) = self.model.screens.iter().position(|layer| layer.id == owner) {
            let flow = self.model.screens.get_mut(place).map(|layer| ask(&mut layer.pane)).unwrap_or_default();
            // An answer may open a dialog only over the screen that is in front.
            self.settle_if_top(At::Screen, top && place + 1 == last, owner, flow);
        }
    }

    /// Carries out what a covered pane answered as far as it may: failures are said, an overlay whose work is done
    /// goes with whatever lies on it, and no screen moves or opens anything under what is in front.
    pub(super) fn settle_if_top(&mut self, at: At, top: bool, owner: u64, flow: Flow) {
        if top {
            return self.settle(at, flow);
        }
        let place = self.model.overlays.iter().position(|layer| layer.id == owner);
        if let (Some(place), Nav::Close | Nav::Target(_)) = (place, &flow.nav) {
            self.uncover(place + 1);
            return self.settle(At::Overlay, flow);
        }
        if let Some(message) = flow.say.filter(|message| message.tone == Tone::Error) {
            self.model.messages.say(message, self.at);
        }
        self.wants(owner, flow.wants);
    }

    fn register(&mut self, answer: Result<Answer, AppError>) {
        match answer {
            Ok(Answer::Register(view)) => {
                let first = self.model.register.is_none();
                let words = first.then(|| welcome(&view, self.at));
                self.model.register = Some(view);
                self.model.watch_at = self.model.watch_at.max(self.at.mono + crate::tui::model::WATCH_MS);
                if let Some(words) = words {
                    self.model.saved = Some(self.at.wall);
                    self.model.screens.clear();
                    self.push(main_screen(Place::Today));
                    self.say(Tone::Note, words);
                    if let Some(target) = self.model.resume.take() {
                        self.target(target);
                    }
                }
            }
            Ok(_) => {}
            Err(error) => self.failed(&error),
        }
    }

    fn outcome(&mut self, owner: u64, quiet: bool, outcome: Result<crate::service::Outcome, AppError>) {
        let env = self.env();
        match outcome {
            Ok(_) if quiet => {}
            Ok(outcome) => {
                if outcome.seq.is_some() {
                    self.model.saved = Some(self.at.wall);
                    self.model.revision += 1;
                }
                if !outcome.message.is_empty() {
                    self.model.messages.say(Message::of(&outcome), self.at);
                }
                self.with_owner(owner, |pane| pane.on_done(&outcome, &env));
                self.refresh_if_old();
                self.ask_register();
            }
            Err(error) => {
                let mut handled = false;
                self.with_owner(owner, |pane| {
                    let flow = pane.on_refused(&error, &env);
                    handled = flow.handled;
                    flow
                });
                if !handled {
                    self.failed(&error);
                }
                self.refresh_screen();
            }
        }
    }

    /// Asks the screen in front again when the register has changed since.
    fn refresh_if_old(&mut self) {
        if self.model.screens.last().is_some_and(|layer| layer.seen != self.model.revision) {
            self.came_back();
        }
    }

    /// A small failure is one line; one after which the work cannot go on is a dialog.
    fn failed(&mut self, error: &AppError) {
        let grave = matches!(
            error.class,
            ErrorClass::DiskFull
                | ErrorClass::Damaged
                | ErrorClass::Integrity
                | ErrorClass::System
                | ErrorClass::Internal
        );
        self.say(Tone::Error, crate::tui::model::one_line(error));
        if grave && self.model.register.is_some() {
            self.open(Overlay::from(Reader::error(error)));
        }
    }

    fn door_answer(&mut self, owner: u64, answer: Result<DoorAnswer, AppError>) {
        match answer {
            Ok(DoorAnswer::Place(place)) => self.arrived(place),
            Ok(DoorAnswer::Open) => self.ask_register(),
            Ok(DoorAnswer::Closed) => {}
            other => {
                let env = self.env();
                self.with_owner(owner, |pane| pane.on_door(other, &env));
            }
        }
    }

    /// The door has been looked at: set up, unlock, or walk in.
    fn arrived(&mut self, place: crate::service::Place) {
        self.model.door = Some(place.clone());
        if !place.exists {
            let screen = Setup::new(&place, self.model.look);
            self.push(Screen::from(screen));
        } else {
            let walk_in = place.without_passphrase || place.practice;
            let screen = UnlockScreen::new(place, None);
            self.push(Screen::from(screen));
            if walk_in {
                let owner = self.top_id().unwrap_or(0);
                self.door(DoorJob::Unlock(crate::service::Unlock::Given), owner);
            }
        }
    }
}

fn welcome(view: &RegisterView, at: Moment) -> String {
    use chrono::Timelike;
    let part = match view.zone.local(at.wall).hour() {
        5..12 => "morning",
        12..18 => "afternoon",
        _ => "evening",
    };
    if view.practice {
        format!("Good {part}. A practice register: break it freely.")
    } else {
        format!("Good {part}. Start at the top of the list.")
    }
}
