//! kill -9 at a random moment: no acknowledged change is lost, the chain is sound, the file opens.
//!
//! A child process (this same test program, started again) works on a practice register as fast as it can and prints
//! a line after each change that was acknowledged. The parent kills it a random moment after the first line, opens
//! the register, and asks for proof that the journal reaches at least the last line read. The kills are spread over
//! named phases: removals, answers, steps, undo, imports of a list, backups. An import is there with all its rows or
//! with none; a backup that has its name is whole.
//!
//! `cargo test` makes a few kills; `cargo test --release --test it two_hundred -- --ignored --nocapture` makes 200.

use crate::cli_home::copy;
use keyward::domain::{CaseKind, Instant, Person, PersonId, Reply, RunId, StepOutcome};
use keyward::service::backup::Restore;
use keyward::service::door::{self, Access, Given, Visit};
use keyward::service::importing::ImportRequest;
use keyward::service::proof::VerifyOptions;
use keyward::service::{Answer, Clock, Command, Desk, Query, Session, StepSaid, Unlock};
use keyward::store::Select;
use keyward::vault::read_identity;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

const PHASES: &[&str] = &["removals", "answers", "steps", "undo", "imports", "backups"];
const FOLDER: &str = "KEYWARD_KILL_FOLDER";
const PHASE: &str = "KEYWARD_KILL_PHASE";
const NOW: &str = "2026-11-23T13:41:00Z";
/// People in each list that the phase of imports takes in, and the number of the first list.
const ROWS: u32 = 60;
const FIRST: u32 = 1;

pub fn access(folder: &Path) -> Access {
    let clock = Clock::Fixed(Instant::parse(NOW).unwrap());
    let mut access = Access::to(folder.to_owned(), clock, folder.parent().unwrap().join("state"));
    access.given = Some(Given::Identity(folder.join(door::PRACTICE_IDENTITY)));
    access
}

/// The child: does one kind of work for ever and says after each acknowledged change how far the journal reaches.
#[test]
#[ignore = "the other half of the kill test; it runs until it is killed"]
fn drive() {
    let (Ok(folder), Ok(phase)) = (std::env::var(FOLDER), std::env::var(PHASE)) else { return };
    let mut visit = door::open(&access(Path::new(&folder)), Unlock::Given).unwrap();
    let desk = visit.writing().unwrap();
    let Answer::People(people) = desk.ask(Query::Leavers("dana".to_owned())).unwrap() else { panic!("people") };
    let person = people.rows[0].id;
    let started = desk.apply(Command::StartDischarge { person, kind: CaseKind::AtOnce, at: None, reason: None });
    let run = match started.ok().and_then(|outcome| outcome.run) {
        Some(run) => run,
        None => match desk.ask(Query::Person(person)).unwrap() {
            Answer::Person(view) => view.run.unwrap(),
            _ => panic!("a person"),
        },
    };
    // The first import of a day makes a backup first: then the kill would always hit that.
    if phase == "imports" {
        import(desk, FIRST);
    }
    let tell = |desk: &mut Session, turn: u32| {
        let Answer::Head(head) = desk.ask(Query::Head).unwrap() else { panic!("a head") };
        println!("ACK {head} {turn}");
    };
    let mut turn = FIRST;
    tell(desk, turn);
    loop {
        turn += 1;
        work(desk, &phase, person, run, turn);
        tell(desk, turn);
    }
}

/// Takes in a list of new people, whose names tell which list they came with.
fn import(desk: &mut Session, turn: u32) {
    let rows: String = (0..ROWS).map(|row| format!("Listed {turn} Row {row},Technician L1\n")).collect();
    let files = vec![("People.csv".to_owned(), format!("Name,Role\n{rows}").into_bytes())];
    desk.import(&ImportRequest { apply: true, ..ImportRequest::of(files) }).unwrap();
}

/// How many people of each list are there.
fn listed(visit: &Visit) -> BTreeMap<u32, u32> {
    let people = visit.session().find(|facts| Ok(facts.list::<Person>(Select::all())?)).unwrap();
    let mut counts = BTreeMap::new();
    for person in people {
        if let Some(turn) = person.name.strip_prefix("Listed ").and_then(|rest| rest.split(' ').next()) {
            *counts.entry(turn.parse().unwrap()).or_default() += 1;
        }
    }
    counts
}

/// Where the phase of backups puts them: beside the register, numbered.
fn backup_file(folder: &Path, turn: u32) -> PathBuf {
    folder.with_file_name(format!("{turn}.keyward-backup"))
}

fn work(desk: &mut Session, phase: &str, person: PersonId, run: RunId, turn: u32) {
    match phase {
        "imports" => import(desk, turn),
        "backups" => {
            let file = backup_file(desk.folder(), turn);
            desk.backup(Some(&file)).unwrap();
        }
        "removals" | "undo" => {
            let Answer::Grants(open) = desk.ask(Query::OpenGrants(person)).unwrap() else { panic!("grants") };
            let many: Vec<_> = open.into_iter().take(1 + turn as usize % 7).collect();
            if many.is_empty() || phase == "undo" && turn.is_multiple_of(2) {
                let _ = desk.apply(Command::Undo { seq: None }).unwrap();
            } else {
                let _ = desk.apply(Command::AskRemoval { grants: many, to: None, reason: None }).unwrap();
            }
        }
        "answers" => {
            let Answer::Questions(questions) = desk.ask(Query::RunQuestions(run)).unwrap() else { panic!("questions") };
            let question = &questions[turn as usize % questions.len()];
            let command = Command::Answer {
                run,
                question: question.code.clone(),
                reply: Some(if turn.is_multiple_of(3) { Reply::NotSure } else { Reply::No }),
                note: Some(format!("turn {turn}")),
                add: Vec::new(),
            };
            let _ = desk.apply(command);
        }
        _ => {
            let Answer::Steps(steps) = desk.ask(Query::RunSteps(run)).unwrap() else { panic!("steps") };
            let step = &steps[turn as usize % steps.len()];
            let outcome = [None, Some(StepOutcome::Started), Some(StepOutcome::Blocked)][turn as usize % 3];
            let (note, reason) = (Some(format!("turn {turn}")), Some("tried".to_owned()));
            let said = StepSaid { outcome, note, reason, ..StepSaid::default() };
            let command = Command::EndStep { step: step.id, said };
            let _ = desk.apply(command);
        }
    }
}

/// A practice register made once; each kill works on a copy.
pub fn practice(folder: &Path) {
    let access = Access { given: None, ..access(folder) };
    door::fill_practice(&access, keyward::service::practice::Size::Typical).unwrap();
}

/// Starts the child on a copy, kills it so many milliseconds after its first acknowledgement, and proves the rest.
fn one_kill(home: &Path, original: &Path, phase: &str, number: u32, after: Duration) -> Ack {
    let folder: PathBuf = home.join(format!("kill-{number}")).join("practice.keyward");
    copy(original, &folder);
    let mut child = Process::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::drive", "--ignored", "--nocapture"])
        .env(FOLDER, &folder)
        .env(PHASE, phase)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = child.stdout.take().unwrap();
    let (send, lines) = channel();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(ack) = line.strip_prefix("ACK ").and_then(Ack::parse)
                && send.send(ack).is_err()
            {
                break;
            }
        }
    });
    let mut last = lines.recv_timeout(Duration::from_secs(120)).expect("the child acknowledges its first change");
    // Whatever is acknowledged until the moment of the kill has been seen by the parent: that is the promise.
    let deadline = std::time::Instant::now() + after;
    while let Some(left) = deadline.checked_duration_since(std::time::Instant::now()) {
        match lines.recv_timeout(left) {
            Ok(ack) => last = ack,
            Err(_) => break,
        }
    }
    child.kill().unwrap();
    child.wait().unwrap();
    reader.join().unwrap();
    last = lines.try_iter().last().unwrap_or(last);
    proof(&folder, phase, number, last);
    std::fs::remove_dir_all(folder.parent().unwrap()).unwrap();
    last
}

/// Opens what is left and has it prove that everything acknowledged is there, whole.
fn proof(folder: &Path, phase: &str, number: u32, last: Ack) {
    let mut visit = door::open(&access(folder), Unlock::Given).expect("the file opens after a kill");
    let options = VerifyOptions { replay: true, receipt: None, at_least: Some(last.seq) };
    let verdict = visit.looking().verify(&options).unwrap();
    assert!(verdict.ok, "phase {phase}, kill {number}, acknowledged {last:?}: {:?}", verdict.problems);
    assert!(verdict.entries >= last.seq, "phase {phase}: acknowledged {last:?}, found {}", verdict.entries);
    if phase == "imports" {
        let lists = listed(&visit);
        assert!(lists.values().all(|rows| *rows == ROWS), "an import is there in part: {lists:?}");
        let turns: Vec<u32> = lists.keys().copied().collect();
        let most = last.turn + 1;
        assert!(turns == (FIRST..=last.turn).collect::<Vec<_>>() || turns == (FIRST..=most).collect::<Vec<_>>());
    }
    drop(visit);
    if phase == "backups" {
        for turn in FIRST + 1..=last.turn + 1 {
            let file = backup_file(folder, turn);
            // The one that was being made may have its name already; then it is whole like the others.
            if turn <= last.turn || file.exists() {
                restorable(folder, &file, turn);
            }
        }
    }
}

/// A backup that has its name can be unpacked, opened and verified whole.
fn restorable(folder: &Path, file: &Path, turn: u32) {
    let identity = read_identity(&folder.join(door::PRACTICE_IDENTITY)).unwrap();
    let to = folder.with_file_name(format!("restored-{turn}.keyward"));
    let restore = Restore { folder: &to, file, marks: None, clock: access(folder).clock };
    let prepared = restore.prepare(keyward::vault::Unlock::Identity(identity));
    assert!(prepared.is_ok(), "backup {turn}: {:?}", prepared.err());
}

/// What the child said last: how far the journal reaches and how many turns were done.
#[derive(Debug, Clone, Copy)]
struct Ack {
    seq: u64,
    turn: u32,
}

impl Ack {
    fn parse(line: &str) -> Option<Self> {
        let (seq, turn) = line.split_once(' ')?;
        Some(Self { seq: seq.parse().ok()?, turn: turn.parse().ok()? })
    }
}

/// Kills so many times, spread over the phases. Gives per phase how many kills there were and how many changes had
/// been acknowledged by then.
fn kills(count: u32) {
    let home = tempfile::tempdir().unwrap();
    let original = home.path().join("practice.keyward");
    practice(&original);
    let mut figures: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for number in 0..count {
        let phase = PHASES[number as usize % PHASES.len()];
        // Spread over 5 to 500 ms without a random source: the golden ratio visits all of a range evenly.
        let share = (f64::from(number) * 0.618_033_988_749_895).fract();
        let after = Duration::from_millis(5 + (share * 495.0) as u64);
        let last = one_kill(home.path(), &original, phase, number, after);
        let (kills, acknowledged) = figures.entry(phase).or_default();
        *kills += 1;
        *acknowledged += last.turn;
    }
    let all: u32 = figures.values().map(|(_, acknowledged)| acknowledged).sum();
    println!("{count} kills, {all} changes acknowledged before them, none lost. By phase: {figures:?}");
}

#[test]
fn a_killed_program_loses_nothing_it_acknowledged() {
    kills(6);
}

#[test]
#[ignore = "takes minutes; the release gate runs it"]
fn two_hundred_kills_lose_nothing() {
    kills(200);
}

#[test]
fn a_promise_that_was_not_kept_is_noticed() {
    // The control: asked for an entry that was never acknowledged, the same proof has to fail.
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("practice.keyward");
    practice(&folder);
    let mut visit = door::open(&access(&folder), Unlock::Given).unwrap();
    let Answer::Head(head) = visit.looking().ask(Query::Head).unwrap() else { panic!("a head") };
    let options = VerifyOptions { replay: false, receipt: None, at_least: Some(head + 1) };
    assert!(!visit.looking().verify(&options).unwrap().ok);
}
