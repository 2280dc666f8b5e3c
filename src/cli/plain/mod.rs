//! Keyward line by line: questions with numbered answers, for screen readers and terminals without a screen.
//!
//! Today, who can get in, a discharge, and what is wrong. Each question names its choices; Enter alone goes back; the
//! last change can be taken back. No screen is drawn and no cursor moved.
//!
//! Must never know: how answers are found, what a change does to the register.

mod discharge;
mod talk;

use crate::cli::Exit;
use crate::domain::ClientId;
use crate::error::AppError;
use crate::service::past::{PastOf, PastRows, PastSlice};
use crate::service::resolve::Scope;
use crate::service::view::{Hit, Target};
use crate::service::{Answer, AsOf, Command, Desk, Query, ReportFormat, Session, Slice, SubjectKind, dates, words};
use std::io::{BufRead, Write};
use talk::Talk;

/// Rows read aloud at once.
const ROWS: usize = 20;

/// Talks until the person leaves or nothing more comes.
///
/// # Errors
/// When the terminal cannot be read or written. What a question or change finds is said, and the talk goes on.
pub fn run(session: &mut Session, input: impl BufRead, output: impl Write) -> Result<Exit, AppError> {
    let mut talk = Talk::new(input, output);
    let Answer::Register(register) = session.ask(Query::Register)? else { return Ok(0) };
    let scene = session.scene();
    let now = words::full_moment(scene.now, &scene.zone);
    let practice = if register.practice { " This is a practice register: break it freely." } else { "" };
    talk.say(&format!("Keyward, register {}, {now}.{practice}", register.name))?;
    loop {
        talk.say("")?;
        let choices = ["Today", "Who can get in", "Discharge: someone is leaving", "What is wrong", "Leave"];
        let Some(chosen) = talk.choose_first("What do you want to do?", &choices)? else {
            // Enter alone, or no more input: nobody is thrown out by an empty line.
            if talk.is_over() {
                return Ok(0);
            }
            continue;
        };
        let done = match chosen {
            0 => today(session, &mut talk),
            1 => who(session, &mut talk),
            2 => discharge::walk(session, &mut talk),
            3 => wrong(session, &mut talk),
            _ => return Ok(0),
        };
        talk.tell(done)?;
    }
}

/// What needs attention, what pays off, how the firm stands.
fn today<R: BufRead, W: Write>(session: &mut Session, talk: &mut Talk<R, W>) -> Result<(), AppError> {
    let Answer::Today(today) = session.ask(Query::Today)? else { return Ok(()) };
    talk.say("Needs you today:")?;
    if today.needs.is_empty() {
        talk.say("Nothing.")?;
    }
    for need in &today.needs {
        let amount = if need.amount.is_empty() { String::new() } else { format!(", {}", need.amount) };
        talk.say(&format!("{}: {}{amount}.", need.when, need.what))?;
    }
    talk.say("Fix these first:")?;
    for fix in &today.fixes {
        let minutes = words::counted(u64::from(fix.minutes), "minute", "minutes");
        talk.say(&format!("{}, {minutes}.", fix.title))?;
    }
    talk.say("How we stand:")?;
    for stand in &today.stands {
        let before = if stand.before.is_empty() { String::new() } else { format!(", {}", stand.before) };
        talk.say(&format!("{}: {}{before}.", stand.what, stand.value))?;
    }
    Ok(())
}

/// Asks for one of several by a part of the name; nothing goes back.
fn ask_whom<R: BufRead, W: Write>(
    session: &mut Session,
    talk: &mut Talk<R, W>,
    kind: SubjectKind,
) -> Result<Option<Hit>, AppError> {
    loop {
        let question = format!("{} Type a part of the name. Enter alone goes back.", kind.question());
        let Some(typed) = talk.ask(&question)? else { return Ok(None) };
        let Answer::Hits(hits) = session.ask(Query::Subjects(kind, typed.clone()))? else { return Ok(None) };
        match hits.as_slice() {
            [] => talk.say(&format!("Nothing is called \"{typed}\"."))?,
            [only] => return Ok(Some(only.clone())),
            several => {
                let names: Vec<String> = several.iter().map(|hit| format!("{}, {}", hit.name, hit.more)).collect();
                let names: Vec<&str> = names.iter().map(String::as_str).collect();
                if let Some(chosen) = talk.choose("Which one?", &names)? {
                    return Ok(several.get(chosen).cloned());
                }
            }
        }
    }
}

/// Who can get in at a client, today or on a day that was; saved as a report when asked.
fn who<R: BufRead, W: Write>(session: &mut Session, talk: &mut Talk<R, W>) -> Result<(), AppError> {
    let Some(Hit { name, target: Target::Node(Scope::Client(client)), .. }) =
        ask_whom(session, talk, SubjectKind::Client)?
    else {
        return Ok(());
    };
    let Some(when) = ask_day(session, talk)? else { return Ok(()) };
    let slice = Slice { start: 0, limit: 1_000, ..Slice::default() };
    let of = PastOf::At(Scope::Client(client));
    let Answer::Past(view) = session.ask(Query::Past(PastSlice { of, when, then: None, slice }))? else {
        return Ok(());
    };
    let scene = session.scene();
    let (now, zone) = (scene.now, scene.zone);
    let day = when.on.map_or_else(|| "today".to_owned(), |on| format!("on {}", words::full_day(on, &zone)));
    let people = words::counted(u64::from(view.direct_people), "person", "people");
    let ways = words::counted(u64::from(view.ways), "way in", "ways in");
    talk.say(&format!("{name}, {day}: {people}, {ways}."))?;
    for sentence in &view.sure {
        talk.say(sentence)?;
    }
    if let PastRows::Ways(page) = view.rows {
        let mut spoken = 0;
        for row in page.rows.iter().filter(|row| row.way.path.is_empty()) {
            let left = if row.left { ", left" } else { "" };
            let since = row.way.since.map_or_else(String::new, |at| format!(", since {}", words::day(at, now, &zone)));
            let way = &row.way;
            talk.say(&format!(
                "{}{left}: {}, {}{since}, {}.",
                way.person_name, way.system_name, way.level, way.source.words
            ))?;
            spoken += 1;
            if spoken % ROWS == 0 && talk.ask("More? Enter goes on, S stops.")?.is_some() {
                break;
            }
        }
    }
    save(session, talk, client, when)
}

/// A day that was; Enter alone means today, and B goes back.
fn ask_day<R: BufRead, W: Write>(session: &mut Session, talk: &mut Talk<R, W>) -> Result<Option<AsOf>, AppError> {
    loop {
        let Some(typed) = talk.ask("On which date? As 31 mar. Enter alone means today, B goes back.")? else {
            return Ok((!talk.is_over()).then(AsOf::default));
        };
        if typed.eq_ignore_ascii_case("b") {
            return Ok(None);
        }
        let scene = session.scene();
        let with =
            dates::Reading { now: scene.now, zone: scene.zone, day_first: scene.settings.day_first, forward: false };
        match dates::read(&typed, &with).map(|when| when.asked(&with)) {
            Ok(at) if at <= with.now => return Ok(Some(AsOf { on: Some(at), known_at: None })),
            Ok(_) => talk.say("That is still to come. Type a day that was.")?,
            Err(error) => talk.say(&error)?,
        }
    }
}

fn save<R: BufRead, W: Write>(
    session: &mut Session,
    talk: &mut Talk<R, W>,
    client: ClientId,
    as_of: AsOf,
) -> Result<(), AppError> {
    if talk.choose("Save it as a report?", &["Yes, save it", "No"])? != Some(0) {
        return Ok(());
    }
    let subject = Some(format!("#{client}"));
    let format = ReportFormat::Html;
    let saved = session.apply(Command::SaveReport { kind: "who".to_owned(), subject, format, as_of })?;
    talk.say(&saved.message)
}

/// The first of what is wrong, best first.
fn wrong<R: BufRead, W: Write>(session: &mut Session, talk: &mut Talk<R, W>) -> Result<(), AppError> {
    let slice = Slice { start: 0, limit: ROWS, ..Slice::default() };
    let Answer::Fixes(fixes) = session.ask(Query::Fixes(slice))? else { return Ok(()) };
    let all = words::counted(fixes.page.total as u64, "thing is", "things are");
    talk.say(&format!("{all} wrong. The first {}:", fixes.page.rows.len()))?;
    let titles: Vec<&str> = fixes.page.rows.iter().map(|fix| fix.title.as_str()).collect();
    let Some(fix) = talk.choose("Which one do you want explained?", &titles)?.and_then(|at| fixes.page.rows.get(at))
    else {
        return Ok(());
    };
    talk.say(&fix.reason)?;
    talk.say(&fix.could)?;
    for step in &fix.fix {
        talk.say(step)?;
    }
    Ok(())
}
