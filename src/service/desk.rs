//! The session as the screen's desk: every question to its answer, every command to its act.
//!
//! Must never know: keys, drawing.

use super::command::{Assignable, Command, Outcome, WayBack};
use super::proof::VerifyOptions;
use super::query::{Answer, Query};
use super::records::form;
use super::removal::{self, Act};
use super::session::{Scene, Session};
use super::values::{self, Value, ValuesOf};
use super::{AsOf, Desk, discharge, people, today, undo};
use crate::domain::{Edit, GrantId, Mark, Seq, Step};
use crate::error::{AppError, ErrorClass};
use crate::service::facts::Facts;
use crate::store::{Draft, Tx};

/// Undo goes back so many acts of one session.
const MOST_UNDO: usize = 200;

impl Desk for Session {
    fn ask(&mut self, query: Query) -> Result<Answer, AppError> {
        self.advance()?;
        let now = self.clock.now();
        self.scene.now = now;
        let scene = &self.scene;
        let facts = Facts::new(self.store.read(), None);
        let runs = &self.runs;
        let whole = |run| runs.get(&facts, scene, run);
        Ok(match query {
            Query::Register => Answer::Register(today::register(&facts, scene, &self.folder)?),
            Query::Today => Answer::Today(today::today(&facts, scene)?),
            Query::People(slice) => Answer::People(people::people(&facts, scene, &slice)?),
            Query::Person(person) => Answer::Person(people::person(&facts, scene, person)?),
            Query::WaysIn(person, slice) => Answer::WaysIn(people::ways_in(&facts, scene, person, &slice)?),
            Query::Why(grant) => Answer::Why(people::why(&facts, scene, grant)?),
            Query::Secrets(person) => {
                Answer::Secrets(super::access::known_lines(&facts, scene, person, true, scene.now)?)
            }
            Query::PersonMore(person) => Answer::PersonMore(
                super::records::training(&facts, scene, person)?,
                super::runs::of_person(&facts, scene, person)?,
            ),
            Query::PersonHistory(person, slice) => {
                Answer::History(super::history::of_person(&facts, scene, person, &slice)?)
            }
            Query::Leavers(text) => Answer::People(people::leavers(&facts, scene, &text)?),
            Query::Runs(slice) => Answer::Runs(super::runs::runs(&facts, scene, &slice)?),
            Query::Run(run) => Answer::Run(discharge::view::head(&facts, scene, &*whole(run)?)?),
            Query::RunWaysIn(run, slice) => {
                Answer::WaysIn(discharge::view::ways_in(&facts, scene, &*whole(run)?, &slice)?)
            }
            Query::RunSteps(run) => Answer::Steps(discharge::view::steps(&facts, scene, &*whole(run)?)?),
            Query::RunQuestions(run) => Answer::Questions(discharge::view::questions(&facts, scene, &*whole(run)?)?),
            Query::RunSecrets(run) => Answer::Secrets(discharge::things::secrets(&facts, scene, &*whole(run)?)?),
            Query::RunThings(run) => Answer::Things(discharge::things::lines(&facts, scene, &*whole(run)?)?),
            Query::Closing(run) => Answer::Closing(discharge::view::closing(&facts, scene, &*whole(run)?)?),
            Query::Fixes(slice) => Answer::Fixes(super::findings::fixes(&facts, scene, &slice)?),
            Query::Impact(grants) => Answer::Impact(people::impact(&facts, scene, &grants)?),
            Query::OpenGrants(person) => Answer::Grants(people::unasked(&facts, scene, person)?),
            Query::Clients(slice) => Answer::Clients(super::clients::tree(&facts, &slice)?),
            Query::Who(slice) => Answer::Who(super::clients::who(&facts, scene, &slice)?),
            Query::Subjects(kind, text) => Answer::Hits(super::find::subjects(&facts, scene, kind, &text)?),
            Query::Find(text) => Answer::Hits(super::find::find(&facts, scene, &text)?),
            Query::History(slice) => Answer::Journal(super::history::journal(&facts, scene, &slice)?),
            Query::Entry(seq) => Answer::Entry(super::history::entry(&facts, scene, seq)?),
            Query::Verify(receipt) => {
                let options = VerifyOptions { receipt, ..VerifyOptions::default() };
                return Ok(Answer::Verified(self.verify(&options)?));
            }
            Query::Grid(wanted) if wanted.when != AsOf::default() => {
                return Ok(Answer::Grid(self.grid_then(&wanted)?));
            }
            Query::GridCell(person, client, when) if when != AsOf::default() => {
                return Ok(Answer::GridCell(self.cell_then(person, client, when)?));
            }
            Query::Grid(wanted) => Answer::Grid(super::grid::grid(&facts, scene, &wanted)?),
            Query::GridCell(person, client, _) => Answer::GridCell(super::grid::cell(&facts, person, client)?),
            Query::GridBlock(people, clients) => Answer::Grants(super::grid::block(&facts, &people, &clients)?),
            Query::Records(kind, slice) => Answer::Records(super::records::lines(&facts, scene, kind, &slice)?),
            Query::RecordAbout(of) => Answer::RecordAbout(of, super::records::about(&facts, scene, of)?),
            Query::RecordForm(of) => Answer::RecordForm(Box::new(form::form(&facts, scene, of)?)),
            Query::FormCheck(of, given) => Answer::FormCheck(form::check(&facts, scene, &of, &given)?),
            Query::Candidates(kind, typed) => Answer::Candidates(form::candidates(&facts, kind, &typed)?),
            Query::Draft(key) => Answer::Draft(facts.reader().draft(&key)?.map(|draft| draft.text)),
            Query::Past(wanted) => return Ok(Answer::Past(self.past(&wanted)?)),
            Query::ReportText { kind, subject, as_of } => {
                return Ok(Answer::ReportText(self.report_text(kind, subject.as_deref(), as_of)?));
            }
            Query::ReportsMade => return Ok(Answer::ReportsMade(self.reports_made()?)),
            Query::Values(of) => Answer::Values(self.values(&facts, of)?),
            Query::Settings => Answer::Settings(super::settings::lines(&scene.settings, &scene.policy)),
            Query::Head => Answer::Head(facts.reader().head()?.seq),
        })
    }

    fn apply(&mut self, command: Command) -> Result<Outcome, AppError> {
        match command {
            Command::Undo { seq } => self.take_back(seq),
            Command::Redo => self.do_again(),
            Command::KeepDraft { key, text } => self.keep_draft(&key, &text),
            Command::SaveReport { kind, subject, format, as_of } => {
                self.save_for_screen(&kind, subject.as_deref(), format, as_of)
            }
            other => {
                let (mut outcome, first) = self.commit(|tx, scene| act_and_look(tx, scene, other))?;
                if let Some(seq) = first {
                    outcome.seq = outcome.seq.or(Some(seq));
                    if outcome.way_back == WayBack::Undo {
                        self.remember(seq);
                    }
                    self.redo.clear();
                }
                Ok(outcome)
            }
        }
    }
}

impl Session {
    fn values(&self, facts: &Facts<'_>, of: ValuesOf) -> Result<Vec<Value>, AppError> {
        match of {
            ValuesOf::Grid(when) if when != AsOf::default() => self.look(when, |facts, at| {
                let scene = self.scene_of(facts, at, when)?;
                values::grid(facts, &scene)
            }),
            ValuesOf::Grid(_) => values::grid(facts, &self.scene),
            ValuesOf::Clients => values::tree(facts),
            ValuesOf::Past(wanted) => self.past_values(&wanted),
        }
    }
}

/// One command, and what it shows to have been done too early opened again.
fn act_and_look(tx: &mut Tx<'_>, scene: &Scene, command: Command) -> Result<Outcome, AppError> {
    // Asking and naming people put nothing in the wrong order.
    let cannot = matches!(command, Command::AskRemoval { .. } | Command::SetPeople { .. } | Command::Assign { .. });
    let mut outcome = act(tx, scene, command)?;
    if let (Some(run), Some(_), false) = (outcome.run, outcome.seq, cannot)
        && let Some(early) = discharge::apply::reopen(tx, scene, run)?
    {
        outcome.message = early;
    }
    Ok(outcome)
}

/// One command inside the writing transaction.
fn act(tx: &mut Tx<'_>, scene: &Scene, command: Command) -> Result<Outcome, AppError> {
    match command {
        Command::AskRemoval { grants, to, reason } => removal::record(tx, scene, &grants, &Act::Ask { to }, reason),
        Command::MarkDone { grants, at, by } => {
            removal::record(tx, scene, &grants, &Act::Done { at: at.unwrap_or(scene.now), by }, None)
        }
        Command::Confirm { grants, by, proof } => {
            removal::record(tx, scene, &grants, &Act::Confirm { by, proof }, None)
        }
        Command::WaiveRemoval { grants, until, reason } => {
            removal::record(tx, scene, &grants, &Act::Waive { until, reason }, None)
        }
        Command::CallOffRemoval { grants, reason } => removal::record(tx, scene, &grants, &Act::CallOff, reason),
        Command::CameBack { grants, reason } => removal::back(tx, scene, &grants, reason),
        Command::NextState { grant } => removal::next(tx, scene, grant),
        Command::StartDischarge { person, kind, at, reason } => {
            discharge::start::person(tx, scene, person, kind, at, reason)
        }
        Command::StartClientExit { client, at, reason } => discharge::start::client(tx, scene, client, at, reason),
        Command::SetPeople { run, doer, checker, alone } => {
            discharge::apply::set_people(tx, scene, run, doer, checker, alone)
        }
        Command::Answer { run, question, reply, note, add } => {
            discharge::answers::answer(tx, scene, run, &question, (reply, note), &add)
        }
        Command::EndStep { step, said } => discharge::steps::end_step(tx, scene, step, said),
        Command::CheckStep { step, by, proof } => discharge::steps::check_step(tx, scene, step, by, proof),
        Command::AddStep { run, title, due } => discharge::steps::add_step(tx, scene, run, &title, due),
        Command::NoteStep { step, note } => discharge::steps::note_step(tx, scene, step, &note),
        Command::RotateNext { rotation } => discharge::things::rotate_next(tx, scene, rotation),
        Command::Rotate { rotation, stage, at, by, reason } => {
            discharge::things::rotate(tx, scene, rotation, stage, (at, by, reason))
        }
        Command::SettleThing { thing, how, by, reason } => discharge::things::settle(tx, scene, thing, how, by, reason),
        Command::Assign { what, doer, due } => assign(tx, scene, what, doer, due),
        Command::AcceptSoleAdmin { run, grant, by, reason, until } => {
            discharge::apply::accept_sole_admin(tx, scene, run, grant, by, (&reason, until))
        }
        Command::TakeOff { run, what, reason } => discharge::apply::take_off(tx, scene, run, what, &reason),
        Command::CloseRun { run, signed } => discharge::apply::close(tx, scene, run, &signed),
        Command::Reinstate { run, reason } => discharge::apply::reinstate(tx, scene, run, &reason),
        Command::SetAside { key, reason, until } => super::findings::set_aside(tx, scene, &key, &reason, until),
        Command::Set { name, value } => super::settings::set(tx, scene, &name, &value),
        Command::SaveRecord { of, fields, based_on } => form::save(tx, scene, &of, &fields, based_on),
        Command::Undo { .. } | Command::Redo | Command::KeepDraft { .. } | Command::SaveReport { .. } => {
            Err(AppError::new(ErrorClass::Internal, "This is not a change of the register."))
        }
    }
}

/// Gives removals, a step or the change of a shared login to somebody.
fn assign(
    tx: &mut Tx<'_>,
    scene: &Scene,
    what: Assignable,
    doer: Option<crate::domain::PersonId>,
    due: Option<crate::domain::Instant>,
) -> Result<Outcome, AppError> {
    let name = Facts::new(**tx, None).name(doer)?.unwrap_or_else(|| "nobody".to_owned());
    let (edits, run, title): (Vec<Edit>, _, _) = match what {
        Assignable::Grants(grants) => return assign_grants(tx, scene, &grants, doer, &name),
        Assignable::Step(step) => {
            let found = tx.get::<Step>(step)?;
            let step = found.ok_or_else(|| AppError::new(ErrorClass::NotFound, "That step is gone."))?;
            let run = step.run;
            let title = discharge::steps::title(tx, scene, &step)?;
            (vec![Step { doer, due: due.or(step.due), ..step }.into()], Some(run), title)
        }
        Assignable::Rotation(rotation) => {
            let found = tx.get::<crate::domain::Rotation>(rotation)?;
            let rotation = found.ok_or_else(|| AppError::new(ErrorClass::NotFound, "That shared login is gone."))?;
            let run = rotation.run;
            let secret = tx.get::<crate::domain::Secret>(rotation.secret)?;
            let name = secret.map_or_else(|| "Shared login".to_owned(), |secret| secret.name);
            (vec![crate::domain::Rotation { doer, due: due.or(rotation.due), ..rotation }.into()], run, name)
        }
    };
    let told = format!("{title}: given to {name}");
    let mut change = scene.change("run.assigned", told.clone()).in_run(run);
    change.edits = edits;
    let seq = tx.append(change)?;
    Ok(Outcome::done(seq, format!("{told}.")).of_run(run))
}

fn assign_grants(
    tx: &mut Tx<'_>,
    scene: &Scene,
    grants: &[GrantId],
    doer: Option<crate::domain::PersonId>,
    name: &str,
) -> Result<Outcome, AppError> {
    let held = removal::holdings(&Facts::new(**tx, None), grants)?;
    let mut change = scene.change("grant.assigned", format!("Removal given to {name}"));
    for holding in held {
        let mut grant = holding.grant;
        if grant.removal.done.is_none() {
            let at = grant.removal.asked.map_or(scene.now, |mark| mark.at);
            grant.removal.asked = Some(Mark { at, by: doer });
            change.put(grant);
        }
    }
    let count = change.edits.len();
    if count == 0 {
        let message = "These are removed already. Nothing changed.".to_owned();
        return Ok(Outcome { message, ..Outcome::nothing() });
    }
    let seq = tx.append(change)?;
    let message = format!("{} given to {name}.", super::words::counted(count as u64, "removal", "removals"));
    Ok(Outcome::done(seq, message).counting(count))
}

impl Session {
    pub(super) fn remember(&mut self, seq: Seq) {
        if self.undo.len() >= MOST_UNDO {
            self.undo.remove(0);
        }
        self.undo.push(seq);
    }

    /// Takes back an entry, or this session's last change.
    ///
    /// # Errors
    /// When there is none, it is final, or something newer touched the same records.
    pub fn take_back(&mut self, seq: Option<Seq>) -> Result<Outcome, AppError> {
        let from_session = seq.is_none();
        let Some(wanted) = seq.or_else(|| self.undo.last().copied()) else {
            let message = "Nothing to undo in this session. History lists every change.".to_owned();
            return Ok(Outcome { message, ..Outcome::nothing() });
        };
        // One act may have written several entries: an import, an answer with its planned steps.
        let (told, written) = self.commit(|tx, scene| {
            let mut told = String::new();
            for entry in undo::act_entries(**tx, wanted)?.into_iter().rev() {
                let back = undo::prepare(**tx, scene, entry, false)?;
                told = back.summary;
                tx.append(back.change)?;
            }
            Ok(told)
        })?;
        self.undo.retain(|known| *known != wanted);
        self.redo.retain(|known| *known != wanted);
        if let Some(written) = written {
            self.redo.push(written);
            // An older entry taken back by choice is a change of this session like any other.
            if !from_session {
                self.remember(written);
            }
        }
        let message = format!("Undone: {told}.");
        let way_back = if from_session { WayBack::Redo } else { WayBack::Undo };
        Ok(Outcome { way_back, ..Outcome::done(written, message) })
    }

    /// Takes back the last undo.
    ///
    /// # Errors
    /// When something newer touched the same records.
    pub fn do_again(&mut self) -> Result<Outcome, AppError> {
        let Some(last) = self.redo.last().copied() else {
            let message = "Nothing to do again.".to_owned();
            return Ok(Outcome { message, ..Outcome::nothing() });
        };
        let (told, written) = self.commit(|tx, scene| {
            let mut told = String::new();
            for entry in undo::act_entries(**tx, last)?.into_iter().rev() {
                let again = undo::prepare(**tx, scene, entry, true)?;
                told = again.summary;
                tx.append(again.change)?;
            }
            Ok(told)
        })?;
        self.redo.pop();
        self.undo.retain(|known| *known != last);
        if let Some(written) = written {
            self.remember(written);
        }
        let message = format!("Done again: {told}.");
        Ok(Outcome::done(written, message))
    }

    fn keep_draft(&mut self, key: &str, text: &str) -> Result<Outcome, AppError> {
        let read = self.store.read();
        if text.is_empty() {
            read.drop_draft(key)?;
        } else {
            read.keep_draft(&Draft { key: key.to_owned(), text: text.to_owned(), at: self.clock.now() })?;
        }
        Ok(Outcome::nothing())
    }

    /// Reads with the resolver or any other helper that works on facts.
    ///
    /// # Errors
    /// What `f` finds.
    pub fn find<T>(&self, f: impl FnOnce(&Facts<'_>) -> Result<T, AppError>) -> Result<T, AppError> {
        self.look(AsOf::default(), |facts, _| f(facts))
    }
}
