//! What the keys of the cockpit do: ask, done, checked, answers, who and when, not needed.
//!
//! Must never know: whether the register allows it; it answers with a sentence when not.

use super::RunScreen;
use super::steps::is_over;
use crate::domain::discharge::is_unnamed;
use crate::domain::{GrantId, GrantState, RecordKind, RecordRef, Reply as Said, RotationId, StepId, StepOutcome};
use crate::service::records::form::FormOf;
use crate::service::view::{RunTab, ThingId, WayIn};
use crate::service::{Assignable, Command, Settle, StepSaid};
use crate::tui::keymap::Action;
use crate::tui::overlay::{Choice, Earlier, Editor, Form, FormKind, LeaveSecret, Overlay, Picker, Reader};
use crate::tui::pane::{Env, Flow, Purpose, Tone, Want};
use crate::tui::screen::parts::way_name;
use crate::tui::screen::{Closing, Screen};

/// A way of leaving something out, as the list offers it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum LeaveOut {
    /// A way in that was removed is open again.
    Back(GrantId),
    /// Somebody accepts that the last admin goes.
    SoleAdmin(GrantId),
    /// Done before it is told, at a time of its own.
    Earlier(Earlier),
    /// A way in left open until a date.
    WaiveGrant(GrantId),
    /// What an answer made gets its name: the record to edit.
    Name(RecordRef),
    /// There is nothing behind what an answer made.
    TakeOff(RecordRef),
    /// A step ended in another way.
    Step(StepId, StepOutcome),
    /// A step checked by somebody else.
    CheckStep(StepId),
    /// A step open again.
    OpenStep(StepId),
    /// A shared login left as it is.
    Secret(RotationId, LeaveSecret),
    /// A thing made useless instead of returned.
    CancelThing(ThingId),
    /// A thing left as it is.
    WaiveThing(ThingId),
}

const ANSWERS: [(Said, &str); 4] = [
    (Said::Yes, "makes what stands below the question"),
    (Said::No, "makes nothing"),
    (Said::NotSure, "counts as yes, to be looked at"),
    (Said::Refused, "counts as yes, to be looked at"),
];

/// Whether leaving the note sends it.
fn changes(wants: &[Want]) -> bool {
    wants.iter().any(|want| matches!(want, Want::ApplyDraft { .. }))
}

impl RunScreen {
    pub(super) fn act(&mut self, action: Action, env: &Env) -> Flow {
        match (action, self.tab) {
            (Action::CloseRun, _) => Flow::push(Screen::from(Closing::new(self.id))),
            (Action::Remove, RunTab::WaysIn) => self.ways.remove(self.name()),
            (Action::Done, _) => self.done(),
            (Action::Change, _) => self.who_when(),
            (Action::SetAside, _) => self.leave_out(),
            (Action::Edit, RunTab::Steps) => match self.steps.current() {
                Some(step) => {
                    let note = step.note.clone();
                    Flow::open(Form::new(FormKind::NoteStep(step.id), &step.title).fill(0, &note))
                }
                None => Flow::note("The cursor is on a phase. Move to a step."),
            },
            (Action::Edit, RunTab::Questions) => self.open_note(),
            (Action::Edit, _) => {
                let head = self.head.as_ref();
                let doer = head.and_then(|head| head.doer.clone()).unwrap_or_default();
                let checker = head.and_then(|head| head.checker.clone()).unwrap_or_default();
                let form = Form::new(FormKind::RunPeople(self.id), &self.name());
                Flow::open(form.fill(0, &doer).fill(1, &checker))
            }
            (Action::MarkAll, RunTab::WaysIn) => self.ways.mark_all(self.head.as_ref().and_then(|head| head.person)),
            (Action::Yes, RunTab::Questions) => self.answered(0),
            (Action::No, RunTab::Questions) => self.answered(1),
            (Action::NotSure, RunTab::Questions) => self.answered(2),
            (Action::Refused, RunTab::Questions) => self.answered(3),
            (Action::Open, _) => self.open_row(env),
            _ => Flow::ignored(),
        }
    }

    /// Space: the next of the three facts for a way in or a shared login, a tick for a step or a thing.
    fn done(&mut self) -> Flow {
        match self.tab {
            RunTab::WaysIn => self.done_way(),
            RunTab::Steps => match self.steps.current() {
                None => Flow::note("The cursor is on a phase. Enter folds it."),
                Some(step) if is_over(step) => self.leave_out(),
                Some(step) => {
                    let said = StepSaid { outcome: Some(StepOutcome::Done), ..StepSaid::default() };
                    Flow::stay().apply(Command::EndStep { step: step.id, said })
                }
            },
            RunTab::Questions => Flow::note("Answer with Y, N, I or Z. Enter lists the answers."),
            RunTab::Secrets => match self.secrets.current() {
                None => Flow::note("There is no shared login to change."),
                Some(line) => match line.rotation {
                    None => Flow::note("This one was changed before the run. Nothing to do."),
                    Some(rotation) if line.state == GrantState::Removed => {
                        Flow::open(Form::new(FormKind::CheckSecret(rotation), &line.name))
                    }
                    Some(rotation) => Flow::stay().apply(Command::RotateNext { rotation }),
                },
            },
            RunTab::Things => match self.things.current() {
                None => Flow::note("There is nothing to collect."),
                Some(thing) => {
                    let how = if thing.settled { Settle::Reopened } else { Settle::Done };
                    Flow::stay().apply(Command::SettleThing { thing: thing.id, how, by: None, reason: None })
                }
            },
        }
    }

    fn done_way(&mut self) -> Flow {
        if self.ways.list.marks.len() > 1 {
            return Flow::note("Space works on one row at a time. R asks for all marked.");
        }
        let Some(way) = self.ways.list.current() else { return Flow::note("There is no way in here.") };
        match way.state {
            GrantState::Checked => Flow::note("It is gone and checked already."),
            GrantState::Removed | GrantState::ShutByParent => {
                Flow::open(Form::new(FormKind::CheckGrants(vec![way.grant]), &way_name(way)))
            }
            _ => Flow::stay().apply(Command::NextState { grant: way.grant }),
        }
    }

    fn who_when(&self) -> Flow {
        match self.tab {
            RunTab::WaysIn => self.ways.form(|grants| FormKind::WhoWhen(Assignable::Grants(grants))),
            RunTab::Steps => match self.steps.current() {
                Some(step) => Flow::open(Form::new(FormKind::WhoWhen(Assignable::Step(step.id)), &step.title)),
                None => Flow::note("The cursor is on a phase. Move to a step."),
            },
            RunTab::Secrets => match self.secrets.current().and_then(|line| Some((line.rotation?, line))) {
                Some((rotation, line)) => {
                    Flow::open(Form::new(FormKind::WhoWhen(Assignable::Rotation(rotation)), &line.name))
                }
                None => Flow::note("Nothing to change here."),
            },
            RunTab::Questions | RunTab::Things => {
                Flow::note("Who and when belongs to ways in, steps and shared logins.")
            }
        }
    }

    /// X: offers the ways of leaving the row out; each asks why.
    fn leave_out(&mut self) -> Flow {
        let mut ways: Vec<(LeaveOut, &str, &str)> = Vec::new();
        match self.tab {
            RunTab::WaysIn => match self.ways.list.current().filter(|_| self.ways.list.marks.is_empty()) {
                Some(way) if is_gone(way) => {
                    ways.push((LeaveOut::Back(way.grant), "Open again", "somebody saw that it works"));
                }
                Some(way) if is_unnamed(&way.login) => {
                    let account = RecordRef { kind: RecordKind::Account, id: way.account.0 };
                    ways.extend(unnamed(account, RecordRef { kind: RecordKind::Grant, id: way.grant.0 }));
                }
                Some(way) if way.last_admin => {
                    ways.push((LeaveOut::SoleAdmin(way.grant), "Accepted", "somebody answers for it by name"));
                    ways.push((LeaveOut::WaiveGrant(way.grant), "Waived", "left open until a date"));
                }
                Some(way) if way.state.is_open() => {
                    ways.push((LeaveOut::WaiveGrant(way.grant), "Waived", "left open until a date"));
                    let what = Earlier::Ways(vec![way.grant]);
                    ways.push((LeaveOut::Earlier(what), "Removed earlier", "at a time of its own, by somebody"));
                }
                _ => return self.ways.form(FormKind::WaiveGrants),
            },
            RunTab::Questions => return Flow::note("A question is answered, not left out: Y, N, I or Z."),
            RunTab::Steps => {
                let Some(step) = self.steps.current() else {
                    return Flow::note("The cursor is on a phase. Move to a step.");
                };
                if step.outcome.is_some() {
                    ways.push((LeaveOut::CheckStep(step.id), "Checked", "somebody else looked"));
                    ways.push((LeaveOut::OpenStep(step.id), "Open again", "not done after all"));
                }
                ways.push((LeaveOut::Step(step.id, StepOutcome::NotNeeded), "Not needed", "does not apply here"));
                ways.push((LeaveOut::Step(step.id, StepOutcome::Blocked), "Blocked", "cannot be done now"));
                ways.push((LeaveOut::Step(step.id, StepOutcome::Waived), "Waived", "left until a date"));
                if !is_over(step) {
                    let what = Earlier::Step(step.id);
                    ways.push((LeaveOut::Earlier(what), "Done earlier", "at a time of its own, by somebody"));
                }
            }
            RunTab::Secrets => {
                let Some(rotation) = self.secrets.current().and_then(|line| line.rotation) else {
                    return Flow::note("Nothing to leave out here.");
                };
                if let Some(line) = self.secrets.current().filter(|line| is_unnamed(&line.name)) {
                    let secret = RecordRef { kind: RecordKind::Secret, id: line.secret.0 };
                    ways.extend(unnamed(secret, secret));
                }
                ways.push((LeaveOut::Secret(rotation, LeaveSecret::NotNeeded), "Not needed", "does not need a change"));
                ways.push((LeaveOut::Secret(rotation, LeaveSecret::Retired), "Retired", "no longer in use"));
                ways.push((LeaveOut::Secret(rotation, LeaveSecret::Waived), "Waived", "left until a date"));
                let what = Earlier::Secret(rotation);
                ways.push((LeaveOut::Earlier(what), "Changed earlier", "at a time of its own, by somebody"));
            }
            RunTab::Things => {
                let Some(thing) = self.things.current() else { return Flow::note("There is nothing here.") };
                if thing.unnamed {
                    let record = record_of(thing.id);
                    ways.extend(unnamed(record, record));
                }
                if matches!(thing.id, ThingId::Asset(..)) {
                    ways.push((LeaveOut::CancelThing(thing.id), "Made useless", "wiped, blocked or lost"));
                }
                ways.push((LeaveOut::WaiveThing(thing.id), "Waived", "left until a date"));
            }
        }
        let choices = ways.iter().map(|(_, label, more)| Choice::new(*label, *more)).collect();
        self.leave_out = ways.into_iter().map(|(way, ..)| way).collect();
        Flow::open(Overlay::from(Picker::new("How is it left?", choices, 0, Purpose::LeaveOut)))
    }

    pub(super) fn left_out(&mut self, place: usize) -> Flow {
        let Some(way) = self.leave_out.get(place).cloned() else { return Flow::stay() };
        let step_title = self.steps.current().map(|step| step.title.clone()).unwrap_or_default();
        let secret = self.secrets.current().map(|line| line.name.clone()).unwrap_or_default();
        let thing_name = self.things.current().map(|thing| thing.name.clone()).unwrap_or_default();
        match way {
            LeaveOut::SoleAdmin(grant) => Flow::open(Form::new(FormKind::SoleAdmin(self.id, grant), &self.row_name())),
            LeaveOut::WaiveGrant(grant) => Flow::open(Form::new(FormKind::WaiveGrants(vec![grant]), &self.row_name())),
            LeaveOut::Name(record) => Flow::open(Editor::new(FormOf::Edit(record))),
            LeaveOut::TakeOff(record) => Flow::open(Form::new(FormKind::TakeOff(self.id, record), record.kind.shown())),
            LeaveOut::Back(grant) => Flow::stay().apply(Command::CameBack { grants: vec![grant], reason: None }),
            LeaveOut::Step(step, outcome) => Flow::open(Form::new(FormKind::LeaveStep(step, outcome), &step_title)),
            LeaveOut::CheckStep(step) => Flow::open(Form::new(FormKind::CheckStep(step), &step_title)),
            LeaveOut::OpenStep(step) => Flow::stay().apply(Command::EndStep { step, said: StepSaid::default() }),
            LeaveOut::Earlier(what) => {
                let about = match what {
                    Earlier::Ways(_) => self.row_name(),
                    Earlier::Step(_) => step_title,
                    Earlier::Secret(_) => secret,
                };
                Flow::open(Form::new(FormKind::Earlier(what), &about))
            }
            LeaveOut::Secret(rotation, how) => Flow::open(Form::new(FormKind::LeaveSecret(rotation, how), &secret)),
            LeaveOut::CancelThing(thing) => {
                Flow::stay().apply(Command::SettleThing { thing, how: Settle::Cancelled, by: None, reason: None })
            }
            LeaveOut::WaiveThing(thing) => Flow::open(Form::new(FormKind::WaiveThing(thing), &thing_name)),
        }
    }

    fn row_name(&self) -> String {
        self.ways.list.current().map(way_name).unwrap_or_default()
    }

    /// An answer to the question under the cursor; the note typed so far goes with it.
    pub(super) fn answered(&mut self, place: usize) -> Flow {
        let Some((reply, _)) = ANSWERS.get(place) else { return Flow::stay() };
        let Some(line) = self.questions.current() else { return Flow::note("There is no question here.") };
        let (question, known) = (line.code.clone(), line.reply);
        // After a yes somebody asks on: where, which, for whom. That stays to be read until it is written down or
        // passed over; a second yes passes over it.
        let asks_on = *reply == Said::Yes && line.asks_on() && line.note.is_empty();
        if asks_on && known == Some(Said::Yes) && self.note.is_empty() {
            self.questions.act(Action::Down, usize::MAX / 4, 0);
            return Flow::stay().wants(self.follow_question());
        }
        let note = self.note.take();
        let noted = note.is_some();
        let answer = Command::Answer { run: self.id, question, reply: Some(*reply), note, add: Vec::new() };
        let wants = if noted { self.note.send(answer) } else { vec![Want::Apply(answer)] };
        // The next question comes by itself; this one keeps its place in the list.
        if !asks_on || noted {
            self.questions.act(Action::Down, usize::MAX / 4, 0);
        }
        Flow::stay().wants(wants).wants(self.follow_question())
    }

    pub(super) fn open_note(&mut self) -> Flow {
        if self.question().is_none() || !self.note.open() {
            return Flow::note("There is no question to write a note to.");
        }
        Flow::note("Write what was said. It is kept as you type.")
    }

    pub(super) fn act_in_note(&mut self, action: Action) -> Flow {
        match action {
            Action::Open => {
                let wants = self.note.leave();
                let changed = changes(&wants);
                // On its own tab the next question comes under the cursor.
                let mut flow = Flow::stay().wants(wants);
                if self.tab == RunTab::Questions {
                    self.questions.act(Action::Down, usize::MAX / 4, 0);
                    flow = flow.wants(self.follow_question());
                }
                flow.say(Tone::Note, if changed { "Note saved." } else { "Back in the list." })
            }
            Action::Back | Action::NextPane => {
                let wants = self.note.leave();
                let words = if changes(&wants) { "Note saved. Back in the list." } else { "Back in the list." };
                Flow::stay().wants(wants).say(Tone::Note, words)
            }
            Action::Copy => match self.note.edit.selection() {
                Some(text) => Flow::stay().want(Want::Copy(text.to_owned())).say(Tone::Done, "Copied the note."),
                None => Flow::ignored(),
            },
            _ if self.note.act(action) => Flow::stay(),
            _ => Flow::ignored(),
        }
    }

    fn open_row(&mut self, env: &Env) -> Flow {
        match self.tab {
            RunTab::WaysIn if self.ways.list.current().is_none() => Flow::note("Nothing to open here."),
            RunTab::WaysIn => self.ways.open_why().unwrap_or_else(|| {
                self.explains = true;
                Flow::note("Below: why this row is here. Enter again shows all of it.").wants(self.ask_why())
            }),
            RunTab::Steps if self.steps.fold(env) => Flow::stay(),
            RunTab::Steps => match self.steps.current() {
                Some(step) => {
                    let mut lines: Vec<String> =
                        step.how.iter().map(|(label, text)| format!("{label}: {text}")).collect();
                    lines.extend(step.waits_for.iter().map(|what| format!("Waits for: {what}")));
                    lines.extend(step.too_early.iter().cloned());
                    if !step.note.is_empty() {
                        lines.push(format!("Note: {}", step.note));
                    }
                    Flow::open(Reader::new(step.title.clone(), lines.clone(), lines.join("\n")))
                }
                None => Flow::note("Nothing to open here."),
            },
            RunTab::Questions => {
                let choices = ANSWERS.iter().map(|(reply, more)| Choice::new(reply.shown(), *more)).collect();
                Flow::open(Picker::new("What was answered?", choices, 0, Purpose::Answer))
            }
            RunTab::Secrets => match self.secrets.current() {
                Some(line) => {
                    let lines: Vec<String> = line.how.iter().map(|(label, text)| format!("{label}: {text}")).collect();
                    Flow::open(Reader::new(line.name.clone(), lines, line.name.clone()))
                }
                None => Flow::note("Nothing to open here."),
            },
            RunTab::Things => match self.things.current() {
                Some(thing) => {
                    let lines: Vec<String> = thing.how.iter().map(|(label, text)| format!("{label}: {text}")).collect();
                    Flow::open(Reader::new(thing.name.clone(), lines, thing.name.clone()))
                }
                None => Flow::note("Nothing to open here."),
            },
        }
    }

    pub(super) fn copy(&self, env: &Env) -> Flow {
        if self.tab != RunTab::WaysIn {
            return Flow::ignored();
        }
        match self.ways.why().filter(|_| self.explains) {
            Some(why) => Flow::stay()
                .want(Want::Copy(why.request.clone()))
                .say(Tone::Done, "Copied the request for a ticket. Q Q leaves."),
            None => self.ways.copy(env),
        }
    }
}

/// Whether a way in was removed, checked or not.
pub(super) const fn is_gone(way: &WayIn) -> bool {
    matches!(way.state, GrantState::Removed | GrantState::Checked)
}

/// What can be done with a record that an answer made: the one that holds its name, and the one that hangs on it.
fn unnamed(named: RecordRef, made: RecordRef) -> [(LeaveOut, &'static str, &'static str); 2] {
    [
        (LeaveOut::Name(named), "Name it", "what was said has a name now"),
        (LeaveOut::TakeOff(made), "Take off", "there turned out to be nothing"),
    ]
}

const fn record_of(thing: ThingId) -> RecordRef {
    match thing {
        ThingId::Asset(id, _) => RecordRef { kind: RecordKind::Asset, id: id.0 },
        ThingId::Contact(id) => RecordRef { kind: RecordKind::Contact, id: id.0 },
        ThingId::Data(id) => RecordRef { kind: RecordKind::DataLocation, id: id.0 },
    }
}
