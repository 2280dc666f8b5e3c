//! A discharge, line by line: whom, when, then one way in after the other.
//!
//! Must never know: the order of a discharge, what a removal needs.

use super::ask_whom;
use super::talk::Talk;
use crate::domain::{Admin, CaseKind, GrantState, RunId};
use crate::error::AppError;
use crate::service::view::{Hit, Target, WayIn};
use crate::service::{Answer, Command, Desk, Query, Session, Slice, SubjectKind, words};
use std::io::{BufRead, Write};

/// How somebody leaves, as it is asked.
const KINDS: [CaseKind; 5] =
    [CaseKind::Notice, CaseKind::AtOnce, CaseKind::Hostile, CaseKind::Absent, CaseKind::Subcontractor];

/// Starts a discharge or goes on with one.
pub(super) fn walk<R: BufRead, W: Write>(session: &mut Session, talk: &mut Talk<R, W>) -> Result<(), AppError> {
    let Some(Hit { name, target: Target::Person(person), .. }) = ask_whom(session, talk, SubjectKind::Person)? else {
        return Ok(());
    };
    let Answer::Person(view) = session.ask(Query::Person(person))? else { return Ok(()) };
    if let Some(run) = view.run {
        talk.say(&format!("A discharge of {name} is open. It goes on."))?;
        return ways(session, talk, run);
    }
    let ways_in = words::counted(u64::from(view.line.ways_in), "way in", "ways in");
    let admin = words::counted(u64::from(view.line.admin), "admin right", "admin rights");
    talk.say(&format!("{name} has {ways_in}, {admin}. Starting a discharge removes nothing by itself."))?;
    let kinds: Vec<&str> = KINDS.iter().map(|kind| kind.shown()).collect();
    let Some(kind) = talk.choose("How do they leave?", &kinds)?.and_then(|at| KINDS.get(at).copied()) else {
        return talk.say("Nothing was started.");
    };
    let started = session.apply(Command::StartDischarge { person, kind, at: None, reason: None })?;
    talk.say(&started.message)?;
    match started.run {
        Some(run) => ways(session, talk, run),
        None => Ok(()),
    }
}

/// One way in after the other, best next move first.
fn ways<R: BufRead, W: Write>(session: &mut Session, talk: &mut Talk<R, W>, run: RunId) -> Result<(), AppError> {
    let mut at = 0;
    loop {
        let Answer::Run(head) = session.ask(Query::Run(run))? else { return Ok(()) };
        talk.say(&format!("{} of {} still open, {} checked.", head.open, head.total, head.confirmed))?;
        let slice = Slice { start: at, limit: 1, ..Slice::default() };
        let Answer::WaysIn(page) = session.ask(Query::RunWaysIn(run, slice))? else { return Ok(()) };
        let Some(way) = page.rows.first() else {
            return talk.say("That was the last one. Steps, questions and closing are on the screen: keyward.");
        };
        talk.say(&format!("{} of {}: {}", at + 1, page.total, spoken(way)))?;
        let choices = [
            "Ask for its removal",
            "Say that it is done, then that it is checked",
            "Next one",
            "Take the last change back",
        ];
        let outcome = match talk.choose("What now?", &choices)? {
            Some(0) => session.apply(Command::AskRemoval { grants: vec![way.grant], to: None, reason: None }),
            Some(1) => session.apply(Command::NextState { grant: way.grant }),
            Some(2) => {
                at += 1;
                continue;
            }
            Some(_) => session.apply(Command::Undo { seq: None }),
            None => return Ok(()),
        };
        match outcome {
            Ok(outcome) => talk.say(&outcome.message)?,
            Err(error) => talk.tell(Err(error))?,
        }
    }
}

/// A way in as it is read aloud.
fn spoken(way: &WayIn) -> String {
    let admin = if way.admin == Admin::None { "" } else { ", admin right" };
    let shuts = if way.shuts > 1 { format!(", shuts {} ways in", way.shuts) } else { String::new() };
    let last = if way.last_admin { ", LAST admin on record" } else { "" };
    format!(
        "{}, {}, {}{admin}{shuts}{last}, {}.",
        way.system_name,
        way.client_name,
        way.level,
        if way.state == GrantState::In { "open" } else { way.state.shown() }
    )
}
