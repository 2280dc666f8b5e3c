//! The n-th call of the file layer fails, for n = 1, 2, 3 ... until a run goes through without reaching it.
//!
//! The real program works on a real register with a small library loaded before it (`faults/shim.c`), which makes one
//! call on the register's files fail: writing, syncing, cutting, making, renaming, linking, deleting, mapping. Whatever
//! fails, and whether it fails once or for good:
//!
//! - the program says so: an error, or a warning when the change itself was saved;
//! - what it says is true: after "Nothing was changed" nothing is, after success everything is, never a part;
//! - nothing that was acknowledged before is lost, the register opens, its chain is sound, every table equals the
//!   journal told again, and the same command works right away once the trouble is over.
//!
//! `cargo test` tries a few calls of each sort; `cargo test --test it every_call -- --ignored --nocapture` tries all.

mod rig;

use crate::cli_home::{Home, NOW, finished};
use crate::cli_records::firm;
use keyward::domain::{Person, RecordKind};
use keyward::service::door;
use keyward::service::proof::ProofWord;
use keyward::service::{Command, Desk as _, Unlock};
use keyward::store::Select;
use rig::{Call, Fault, How, Ran, access_at, is_restorable, proof, run};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command as Process;
use std::sync::OnceLock;

/// A kind of work and what it is done on.
#[derive(Debug, Clone, Copy)]
struct Kind {
    name: &'static str,
    args: &'static [&'static str],
    /// Another day than the one the register was made on: then leaving makes a backup.
    next_day: bool,
}

const TICK: Kind = Kind { name: "tick", args: &["revoke", "1"], next_day: false };
const LEAVING: Kind = Kind { name: "leaving with the day's backup", args: &["revoke", "1"], next_day: true };
const IMPORT: Kind = Kind { name: "import", args: &["import", "People.csv", "--apply"], next_day: false };
const FIRST_IMPORT: Kind =
    Kind { name: "import with a backup first", args: &["import", "People.csv", "--apply"], next_day: true };
const UNDO: Kind = Kind { name: "undo", args: &["undo"], next_day: false };
const BACKUP: Kind = Kind { name: "backup", args: &["backup", "-o", BACKUP_FILE], next_day: false };
const FILE: &str = "/register.db";
const BACKUP_FILE: &str = "mine.keyward-backup";

/// Sentences that promise that the register is as it was.
const NOTHING: [&str; 4] =
    ["Nothing was changed", "Nothing was saved", "register was not changed", "no backup was made"];

/// A small firm made once; every run works on a copy.
fn original() -> &'static Home {
    static FIRM: OnceLock<Home> = OnceLock::new();
    FIRM.get_or_init(|| {
        let home = firm();
        let rows: String = (0..20).map(|row| format!("Lee Wong {row},Technician L1\r\n")).collect();
        std::fs::write(home.path("People.csv"), format!("Name,Role\r\n{rows}")).unwrap();
        home
    })
}

impl Kind {
    fn home(self) -> Home {
        let mut home = original().copied();
        if self.next_day {
            home.now = "2026-11-24T13:41:00Z".to_owned();
        }
        home
    }

    fn command(self, home: &Home) -> Process {
        let mut command = home.bare();
        command.arg("--register").arg(home.register()).arg("--identity").arg(home.path("identity")).args(self.args);
        command
    }
}

/// How a kind goes when nothing fails: its calls, and how far the journal reaches before and after.
struct Clean {
    calls: Vec<Call>,
    before: u64,
    after: u64,
}

fn clean(kind: Kind) -> Clean {
    let home = kind.home();
    let before = proof(&home, 1).unwrap().entries;
    let ran = run(&home, kind.command(&home), Fault::NONE);
    assert_eq!(ran.code, Some(0), "{}: {}", kind.name, ran.err);
    assert!(ran.err.is_empty() && ran.calls.len() > 20, "{}: {ran:?}", kind.name);
    Clean { calls: ran.calls, before, after: proof(&home, before).unwrap().entries }
}

/// What came of one run with a fault.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum End {
    /// An error, and nothing is changed.
    Refused,
    /// A warning, or an error that leaves it open; it is saved.
    SavedWithWords,
    /// It was tried again, or did not matter.
    PassedOver,
}

/// Makes one call fail and judges what is left. Nothing when the run did not reach the call.
fn one(kind: Kind, clean: &Clean, fault: Fault, found: &mut Found) {
    let home = kind.home();
    let ran = run(&home, kind.command(&home), fault);
    if ran.failed().is_empty() {
        found.unreached(&ran);
        return;
    }
    match judged(kind, clean, &home, &ran, fault) {
        Ok(end) => found.end(end, &ran),
        Err(why) => found.wrong.push(format!(
            "{why}: {}, {fault:?}: {:?}\n    {:?}",
            kind.name,
            ran.failed().iter().take(4).collect::<Vec<_>>(),
            (ran.code, &ran.out, &ran.err)
        )),
    }
}

fn judged(kind: Kind, clean: &Clean, home: &Home, ran: &Ran, fault: Fault) -> Result<End, String> {
    let must = |holds: bool, words: &str| if holds { Ok(()) } else { Err(words.to_owned()) };
    let code = ran.code.ok_or("ended by a signal")?;
    must(matches!(code, 0..=5), "a fault of the program")?;
    let entries = proof(home, clean.before)?.entries;
    must(entries == clean.before || entries == clean.after, "a part is there")?;
    let changes = clean.after > clean.before;
    let saved = changes && entries == clean.after;
    must(code != 0 || saved || !changes, "success without the change")?;
    must(code == 0 || !ran.err.is_empty(), "an error without a word")?;
    must(!(saved && NOTHING.iter().any(|words| ran.err.contains(words))), "it is saved, whatever was said")?;
    if kind.name == BACKUP.name {
        let file = home.path(BACKUP_FILE);
        must(code != 0 || file.exists(), "success without a backup")?;
        if file.exists() {
            is_restorable(home, &file)?;
        }
    }
    // The trouble is over: the same works, unless it was done already.
    if !saved && !home.path(BACKUP_FILE).exists() {
        let again = finished(kind.command(home));
        must(again.code == 0, "it does not work afterwards either")?;
        proof(home, clean.after)?;
    }
    if code == 0 && ran.err.is_empty() {
        must(may_pass_over(ran, fault), "it failed and nobody was told")?;
        return Ok(End::PassedOver);
    }
    Ok(if saved { End::SavedWithWords } else { End::Refused })
}

/// What came of many runs.
#[derive(Debug, Default)]
struct Found {
    ends: BTreeMap<End, u32>,
    /// Every sentence that was printed, once.
    said: BTreeMap<String, u32>,
    wrong: Vec<String>,
    unreached: u32,
}

impl Found {
    fn unreached(&mut self, ran: &Ran) {
        self.unreached += 1;
        if ran.code != Some(0) {
            self.wrong.push(format!("nothing failed, and yet: {}", ran.err));
        }
    }

    fn end(&mut self, end: End, ran: &Ran) {
        *self.ends.entry(end).or_default() += 1;
        let plain = |word: &str| match word {
            path if path.contains('/') => "PATH".to_owned(),
            receipt if receipt.matches('-').count() == 4 => "RECEIPT".to_owned(),
            other => other.to_owned(),
        };
        let words: Vec<String> = ran.err.split(' ').map(plain).collect();
        *self.said.entry(format!("{end:?} {:?} {}", ran.code, words.join(" ").trim())).or_default() += 1;
    }

    fn done(&self, what: &str, calls: usize) {
        println!("{what}: {calls} calls, {:?}", self.ends);
        for (sentence, times) in &self.said {
            println!("    {times} x {sentence}");
        }
        assert!(self.wrong.is_empty(), "{} wrong:\n{}", self.wrong.len(), self.wrong.join("\n"));
        assert!(self.ends.values().sum::<u32>() > 4, "{what}: hardly anything failed: {:?}", self.ends);
    }
}

/// Whether nobody needs to hear of it.
fn may_pass_over(ran: &Ran, fault: Fault) -> bool {
    // A write that was done in part or interrupted is done again from there.
    matches!(fault.how, How::Short | How::Eintr) || ran.failed().iter().all(|call| is_harmless(call))
}

/// Calls whose failing changes nothing that counts, with the reason.
fn is_harmless(call: &Call) -> bool {
    let on = |end: &str| call.place.ends_with(end);
    let in_workshop = call.place.contains("/.keyward-backup-");
    match call.name.as_str() {
        // SQLite opens the file for reading then: whatever only reads goes on, and a change is refused.
        "open-to-write" => on(FILE),
        // A finished backup gets its name by a rename instead.
        "link" => on(".keyward-backup"),
        // SQLite passes over a failing sync of the folder's names with the first save. The name of the log is on the
        // drive since the register was opened; when that sync fails, the register is not opened.
        "sync-folder" | "open" if on("/r.keyward") => true,
        // The working folder of a backup goes away; the finished file's own folder is another one.
        "sync-folder" | "open" if in_workshop => true,
        // The marks were compared when the register was opened; reading them again before a seal is one look more.
        "open" | "read" => on("/marks.json"),
        // The last one to leave deletes the log and its index; both are empty by then and are taken over next time.
        "unlink" => on("-wal") || on("-shm") || in_workshop,
        _ => false,
    }
}

/// So many calls of each kind fail in the short version.
const FEW: usize = 8;

/// A few calls, each of another sort: what is called on which file.
fn few(clean: &Clean) -> Vec<usize> {
    let mut sorts: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (place, call) in clean.calls.iter().enumerate() {
        sorts.entry((&call.name, &call.place)).or_default().push(place + 1);
    }
    // The last of each sort: the first ones are those of opening, alike for every kind.
    let mut chosen: Vec<usize> = sorts.values().map(|numbers| numbers[numbers.len() - 1]).collect();
    chosen.sort_unstable();
    let step = chosen.len().div_ceil(FEW);
    chosen.into_iter().rev().step_by(step).collect()
}

/// The short version of one kind: each sort of call once, in turn as a failing drive, a full one, and for good.
fn short(kind: Kind) {
    let clean = clean(kind);
    let mut found = Found::default();
    for (turn, at) in few(&clean).into_iter().enumerate() {
        let (how, stays) = [(How::Eio, false), (How::Enospc, true), (How::Eio, true), (How::Short, false)][turn % 4];
        one(kind, &clean, Fault { at, how, stays, ..Fault::NONE }, &mut found);
    }
    found.done(kind.name, clean.calls.len());
}

#[test]
fn a_call_that_fails_during_a_tick_is_told_and_nothing_is_lost() {
    short(TICK);
}

#[test]
fn a_call_that_fails_while_leaving_is_told_and_nothing_is_lost() {
    short(LEAVING);
}

#[test]
fn a_call_that_fails_during_an_import_is_told_and_all_or_nothing_is_there() {
    short(IMPORT);
}

#[test]
fn a_call_that_fails_during_an_undo_is_told_and_nothing_is_lost() {
    short(UNDO);
}

#[test]
fn a_call_that_fails_during_a_backup_leaves_no_half_backup() {
    short(BACKUP);
}

/// The long version of one kind: every fifth call in each way, from another beginning each time, and every call once.
fn long(kind: Kind) {
    let once = |how| Fault { how, ..Fault::NONE };
    let for_good = |how| Fault { how, stays: true, ..Fault::NONE };
    let ways = [
        for_good(How::Enospc),
        for_good(How::Eio),
        once(How::Enospc),
        once(How::Short),
        once(How::Eintr),
        once(How::Eacces),
        Fault { reads: true, ..Fault::NONE },
    ];
    for (turn, fault) in ways.into_iter().enumerate() {
        through(kind, fault, 1 + turn % 5, 5);
    }
    through(kind, once(How::Eio), 1, 1);
}

#[test]
#[ignore = "takes minutes; the release gate runs it"]
fn every_call_of_a_tick_can_fail() {
    long(TICK);
}

#[test]
#[ignore = "takes minutes; the release gate runs it"]
fn every_call_of_leaving_can_fail() {
    long(LEAVING);
}

#[test]
#[ignore = "takes minutes; the release gate runs it"]
fn every_call_of_an_import_can_fail() {
    long(IMPORT);
}

#[test]
#[ignore = "takes minutes; the release gate runs it"]
fn every_call_of_a_first_import_can_fail() {
    long(FIRST_IMPORT);
}

#[test]
#[ignore = "takes minutes; the release gate runs it"]
fn every_call_of_an_undo_can_fail() {
    long(UNDO);
}

#[test]
#[ignore = "takes minutes; the release gate runs it"]
fn every_call_of_a_backup_can_fail() {
    long(BACKUP);
}

/// Makes every so many'th call fail in turn, until a run goes through without reaching it.
fn through(kind: Kind, fault: Fault, first: usize, step: usize) {
    let clean = clean(kind);
    let mut found = Found::default();
    let mut at = first;
    loop {
        let before = found.unreached;
        one(kind, &clean, Fault { at, ..fault }, &mut found);
        // Only writes can be short; other calls in between are no end.
        if found.unreached > before && at > clean.calls.len() {
            break;
        }
        at += step;
    }
    found.done(&format!("{}, every {step}. call, {fault:?}", kind.name), at - 1);
}

/// The child of the next test: several changes in one visit, going on after errors. It says what became of each.
#[test]
#[ignore = "the other half of another test"]
fn a_visit() {
    let Some(root) = std::env::var_os(VISIT) else { return };
    let mut visit = door::open(&access_at(Path::new(&root), NOW), Unlock::Given).unwrap();
    for turn in 1..=TURNS {
        let command = Command::add(RecordKind::Person, &[("name", &format!("Visit {turn}"))]);
        match visit.writing().unwrap().apply(command) {
            Ok(_) => println!("SAVED {turn}"),
            Err(error) => println!("ERROR {turn} {error}"),
        }
    }
    match visit.close() {
        Ok(()) => println!("LEFT"),
        Err(error) => println!("WARNED {error}"),
    }
}

const VISIT: &str = "KEYWARD_FAULTS_HOME";
const TURNS: u32 = 4;

fn visit(home: &Home, fault: Fault) -> Ran {
    let mut child = Process::new(std::env::current_exe().unwrap());
    home.clean(&mut child);
    child.args(["--exact", "faults::a_visit", "--ignored", "--nocapture"]);
    child.env(VISIT, home.path("").canonicalize().unwrap());
    run(home, child, fault)
}

/// What became of each change by what the visit said: a number and words for those that were not saved.
fn told(ran: &Ran) -> (Vec<u32>, Vec<(u32, &str)>) {
    let number = |rest: &str| rest.split(' ').next().unwrap().parse().unwrap();
    let saved = ran.out.lines().filter_map(|line| line.strip_prefix("SAVED ")).map(number).collect();
    let failed = ran.out.lines().filter_map(|line| line.strip_prefix("ERROR ")).map(|rest| (number(rest), rest));
    (saved, failed.collect())
}

fn in_register(home: &Home) -> Vec<u32> {
    let visit = door::open(&access_at(&home.path(""), NOW), Unlock::Given).unwrap();
    let people = visit.session().find(|facts| Ok(facts.list::<Person>(Select::all())?)).unwrap();
    people.iter().filter_map(|person| person.name.strip_prefix("Visit ")?.parse().ok()).collect()
}

/// One visit with a fault: what was said to be saved is there, what was said not to be is not.
fn judged_visit(home: &Home, ran: &Ran) -> Result<(), String> {
    let must = |holds: bool, words: &str| if holds { Ok(()) } else { Err(words.to_owned()) };
    proof(home, 1)?;
    let there = in_register(home);
    let (saved, failed) = told(ran);
    must(saved.iter().all(|turn| there.contains(turn)), "an acknowledged change was lost")?;
    let denied = failed.iter().filter(|(_, words)| NOTHING.iter().any(|promise| words.contains(promise)));
    must(!denied.clone().any(|(turn, _)| there.contains(turn)), "a change is there that was said not to be")?;
    // After a save that the drive did not confirm nothing is written through that connection again.
    let unsure = failed.iter().find(|(_, words)| words.contains("did not confirm")).map(|(turn, _)| *turn);
    must(unsure.is_none_or(|unsure| saved.iter().all(|turn| *turn < unsure)), "saved through a failed connection")?;
    let ended = ran.out.contains("LEFT") || ran.out.contains("WARNED") || !ran.out.contains("SAVED");
    must(ended, "the visit did not come to its end")
}

#[test]
fn several_changes_in_one_visit_are_each_there_or_not_as_it_was_said() {
    let home = original().copied();
    let clean = visit(&home, Fault::NONE);
    assert_eq!(told(&clean).0, (1..=TURNS).collect::<Vec<_>>(), "{clean:?}");
    let of = |name: &str, end: &str| {
        let calls = clean.calls.iter().enumerate();
        let met = calls.filter(|(_, call)| call.name == name && call.place.ends_with(end)).map(|(place, _)| place + 1);
        met.collect::<Vec<usize>>()
    };
    // Every sync of the log, and writes into it throughout.
    let mut chosen = of("sync", "-wal");
    chosen.extend(of("write", "-wal").into_iter().step_by(23));
    let (mut wrong, mut failed) = (Vec::new(), 0);
    for (turn, at) in chosen.into_iter().enumerate() {
        let (how, stays) = [(How::Eio, false), (How::Enospc, true), (How::Eio, true)][turn % 3];
        let home = original().copied();
        let ran = visit(&home, Fault { at, how, stays, ..Fault::NONE });
        failed += ran.failed().len().min(1);
        if let Err(why) = judged_visit(&home, &ran) {
            wrong.push(format!("{why}: {at} {how:?} {stays}: {}", ran.out));
        }
    }
    println!("{failed} visits with a failing call");
    assert!(wrong.is_empty() && failed > 5, "{}", wrong.join("\n"));
}

#[test]
fn a_write_that_never_reached_the_drive_is_noticed() {
    // The control: a drive that lies. The program cannot know; the proof afterwards has to.
    let clean = clean(IMPORT);
    let on_file = clean.calls.iter().filter(|call| call.place.ends_with(FILE)).enumerate();
    let pages: Vec<usize> = on_file.filter(|(_, call)| call.name == "write").map(|(place, _)| place + 1).collect();
    let missed = |at: usize, stays: bool| {
        let home = IMPORT.home();
        let ran = run(&home, IMPORT.command(&home), Fault { at, how: How::Lie, stays, only: FILE, ..Fault::NONE });
        assert!(!ran.failed().is_empty(), "{at} of {pages:?} was not reached: {:?}", ran.calls);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
        // A lost seal is no damage; the proof says that the newest entries are not sealed.
        proof(&home, clean.after).is_ok_and(|view| view.word != ProofWord::Unsealed)
    };
    assert!(!missed(pages[0], true), "a whole save that was lost was not noticed");
    let lost: Vec<usize> = pages.iter().copied().step_by(3).filter(|at| missed(*at, false)).collect();
    // The words that the filter looks through are computed from the records and compared with nothing.
    assert!(pages.len() > 20 && lost.len() <= 3, "{lost:?} of {pages:?} were lost and nobody noticed");
}
