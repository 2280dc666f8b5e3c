//! History, Runs and Reports over a made-up register: what its keys do, and what is said.

use crate::tui_support::{Book, Rig, now, small};
use keyward::domain::{CaseKind, ClientId, PersonId, RecordKind, RecordRef, RunId};
use keyward::service::proof::{ProofWord, VerifyView};
use keyward::service::resolve::Scope;
use keyward::service::view::*;
use keyward::service::{Command, ReportFormat, Slice, SubjectKind};
use keyward::tui::theme::{Abilities, Depth};

const USUAL: (u16, u16) = (80, 24);
const RECEIPT: &str = "12-7C1E-90AA-51F0-22B8";

impl Book {
    /// The history under a filter; a receipt is one that is typed as a whole.
    pub fn journal(&self, slice: &Slice) -> JournalView {
        let wanted = slice.filter.to_lowercase();
        let receipt = (slice.filter == RECEIPT).then(|| RECEIPT.to_owned());
        let rows: Vec<HistoryLine> = self
            .history
            .iter()
            .filter(|line| receipt.is_some() || line.summary.to_lowercase().contains(&wanted))
            .cloned()
            .collect();
        let (start, total) = (slice.start.min(rows.len()), rows.len());
        JournalView {
            page: Page {
                rows: rows.into_iter().skip(start).take(slice.limit).collect(),
                start,
                total,
                unfiltered: self.history.len(),
            },
            since: self.history.last().map(|line| line.at),
            looked_at: None,
            misread: None,
            receipt,
            seal: Some(SealLine { size: 12, receipt: RECEIPT.to_owned() }),
        }
    }

    /// One entry: the first way in was asked for.
    pub fn entry(&self, seq: u64) -> EntryView {
        let line = self.history.iter().find(|line| line.seq == seq).cloned().unwrap();
        let field = |name: &str, before: Option<&str>, after: Option<&str>| FieldChange {
            name: name.to_owned(),
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        };
        let ways = [(1, "Cedar VPN"), (2, "Cedar RMM")].map(|(id, name)| RecordChange {
            of: RecordRef { kind: RecordKind::Grant, id },
            name: format!("way in: {name}, Dana Ruiz"),
            how: ChangeHow::Changed,
            fields: vec![
                field("State", Some("can get in"), Some("removal asked")),
                field("Removal asked", None, Some("23 Nov 2026 13:20, Tom Becker")),
            ],
            erased: false,
        });
        let reversal = match line.undone_by {
            Some(_) => Reversal::Refused("Entry 13 has taken it back already.".to_owned()),
            None => Reversal::Possible { records: 2, entries: 1, checked: true },
        };
        EntryView {
            undoes: None,
            clock_went_back: false,
            records: 2,
            changes: ways.to_vec(),
            reversal,
            line: HistoryLine { hash: "7c1e90aa51f022b8".repeat(4), ..line },
        }
    }

    /// The runs: hers while it is open, and one of somebody else that was closed.
    pub fn runs(&self, slice: &Slice) -> RunsView {
        let line = |id, name: &str, closed| RunLine {
            id: RunId(id),
            person: Some(PersonId(id)),
            name: name.to_owned(),
            kind: CaseKind::AtOnce,
            when: "14:00".to_owned(),
            late: false,
            closed,
            steps: Some((9, 22)),
            open: 61,
            still_in: false,
            waits_on: "you".to_owned(),
        };
        let mut rows = Vec::new();
        if self.run {
            rows.push(line(1, "Dana Ruiz", self.closed.then(now)));
            let cole = line(2, "Cole Byrne", Some(now()));
            rows.push(RunLine { steps: Some((22, 22)), open: 2, still_in: true, ..cole });
        }
        let unfiltered = rows.len();
        rows.retain(|row| row.name.to_lowercase().contains(&slice.filter));
        let open = rows.iter().filter(|row| row.closed.is_none()).count();
        let counts = [open, unfiltered - open].map(|n| u32::try_from(n).unwrap());
        let page = Page { start: 0, total: rows.len(), unfiltered, rows };
        RunsView { page, open: counts[0], closed: counts[1] }
    }

    /// Whom a report can be about: two clients, or the people.
    pub fn subjects(&self, kind: SubjectKind, text: &str) -> Vec<Hit> {
        let hit = |name: &str, target| Hit { name: name.to_owned(), kind: String::new(), more: String::new(), target };
        let all = match kind {
            SubjectKind::Person => self.people.iter().map(|line| hit(&line.name, Target::Person(line.id))).collect(),
            SubjectKind::Client => [("Cedar & Pike Law", 2), ("Harbor Dental", 3)]
                .map(|(name, id)| hit(name, Target::Node(Scope::Client(ClientId(id)))))
                .to_vec(),
            SubjectKind::Run => vec![hit("Cole Byrne", Target::Run(RunId(2)))],
            SubjectKind::Letter => vec![
                hit("All clients of Cole Byrne", Target::Letter(RunId(2), None)),
                hit("Harbor Dental", Target::Letter(RunId(2), Some(ClientId(3)))),
            ],
        };
        all.into_iter().filter(|hit: &Hit| hit.name.to_lowercase().contains(text)).collect()
    }

    /// What a verification finds.
    pub fn verified(&self, receipt: Option<&str>) -> VerifyView {
        let fits = receipt.map(|receipt| receipt == RECEIPT);
        let sentence = if self.broken {
            "Error: Entry 9 does not follow entry 8. Entries before it hold together. Do not delete anything."
        } else if fits == Some(true) {
            "All 12 entries are in order, 4 Jan 2024 to 23 Nov 2026. The receipt 12-7C1E-90AA-51F0-22B8 matches."
        } else {
            "All 12 entries are in order, 4 Jan 2024 to 23 Nov 2026. Sealed to 12."
        };
        VerifyView {
            ok: !self.broken,
            word: if self.broken { ProofWord::Diverged } else { ProofWord::NotAnchored },
            entries: 12,
            head: "7c1e90aa".to_owned(),
            sentence: sentence.to_owned(),
            problems: if self.broken { vec![(Some(9), "It does not follow entry 8.".to_owned())] } else { Vec::new() },
            receipt: fits,
            notes: vec!["Tables and pages were not compared. keyward verify --replay does that too.".to_owned()],
            sealed: Some(12),
            replayed: false,
        }
    }
}

/// The small register with a history of twelve entries.
fn storied() -> Book {
    let mut book = small();
    let newest = book.history[0].clone();
    book.history = (1..=12)
        .rev()
        .map(|seq| HistoryLine {
            seq,
            summary: if seq == 12 { newest.summary.clone() } else { format!("Change number {seq}") },
            undone_by: (seq == 11).then_some(13),
            ..newest.clone()
        })
        .collect();
    book
}

fn rig_with(book: Book) -> Rig {
    let mut rig = Rig::new(book, USUAL, Abilities { depth: Depth::Indexed, ascii: false });
    rig.unlock();
    rig
}

#[test]
fn the_history_is_one_key_away_and_tells_what_an_entry_changed() {
    let mut rig = rig_with(storied());
    rig.press("0 Enter").shows("More > History").shows("12 entries since").shows("You asked for 2 removals");
    rig.shows("Way in: Cedar VPN, Dana Ruiz").shows("can get in → removal asked").shows("7c1e 90aa");
    rig.press("Enter").shows("Entry 12").shows("What changed").shows("removal asked").shows("follows entry 11");
    rig.press("Down Enter").shows("Before: can get in").shows("After: removal asked");
    rig.press("Esc Esc").shows("More > History");
}

#[test]
fn the_prefix_and_find_lead_to_the_history_too() {
    let mut rig = rig_with(storied());
    rig.press("G").shows("the history").press("H").shows("More > History");
    rig.press("1 :").type_in("history").press("Enter").shows("More > History");
}

#[test]
fn an_older_entry_is_taken_back_after_a_question_and_enter_means_no() {
    let mut rig = rig_with(storied());
    rig.press("0 Enter Down Down R").shows("Take back \"Change number 10\"?").shows("2 records back as before");
    rig.press("Enter").shows("Nothing was changed");
    assert!(rig.commands().is_empty());
    rig.press("R Y");
    assert!(matches!(rig.commands().as_slice(), [Command::Undo { seq: Some(10) }]));
}

#[test]
fn what_was_taken_back_says_so_and_is_not_taken_back_twice() {
    let mut rig = rig_with(storied());
    rig.press("0 Enter Down").shows("(undone) Change number 11").shows("taken back by entry 13");
    rig.press("R").shows("Not taken back: entry 13 has taken it back already.");
    assert!(rig.commands().is_empty());
}

#[test]
fn the_usual_undo_keys_still_take_back_the_last_change_only() {
    let mut rig = rig_with(storied());
    rig.press("0 Enter Down Down Ctrl-Z");
    assert!(matches!(rig.commands().as_slice(), [Command::Undo { seq: None }]));
}

#[test]
fn verifying_leaves_the_keys_alive_and_ends_in_a_sentence() {
    let mut rig = rig_with(storied());
    rig.press("0 Enter").shows("Not verified since this screen was opened");
    rig.hold().hit("F5").shows("Verifying 12 entries. You can go on working.");
    rig.hit("Down").hit("F5").shows("It is being verified already").shows("▸  23 Nov 13:20");
    rig.release().shows("Verified 13:41: All 12 entries are in order");
    rig.press("Tab").shows("Proof of the history").shows("keyward verify --replay").shows(RECEIPT);
}

#[test]
fn a_broken_history_is_said_in_full_and_stays() {
    let mut book = storied();
    book.broken = true;
    let mut rig = rig_with(book);
    rig.press("0 Enter F5").shows("Proof of the history").shows("Entry 9: It does not follow entry 8.");
    rig.shows("Do not delete anything");
    rig.press("Esc Down").shows("Entry 9 does not follow entry 8");
}

#[test]
fn a_receipt_typed_as_filter_is_compared_by_verifying() {
    let mut rig = rig_with(storied());
    rig.press("0 Enter /").type_in(RECEIPT).press("Enter").shows("F5 compares receipt 12-7C1E-90AA-51F0-22B8");
    rig.press("F5 Tab").shows("The receipt 12-7C1E-90AA-51F0-22B8 matches");
}

#[test]
fn the_filter_is_begun_by_picking_and_says_what_it_found() {
    let mut rig = rig_with(storied());
    rig.press("0 Enter /")
        .type_in("number 1")
        .press("Enter")
        .shows("3 of 12 shown")
        .shows("3 entries fit \"number 1\".");
    rig.press("Esc").shows("The whole history is shown");
    rig.press("F").shows("About a person").press("Enter").shows("person:").type_in("zz").press("Enter");
    rig.shows("No entry matches \"person:zz\". 12 entries are hidden by the filter.");
}

#[test]
fn a_filter_is_read_whole_while_it_is_typed_in_the_smallest_window() {
    let mut rig = rig_with(storied());
    rig.press("0 Enter").resize(40, 12);
    rig.press("/").type_in("person:dana").shows("/ person:dana");
}

#[test]
fn the_cursor_stays_on_its_entry_when_new_ones_come() {
    let mut rig = rig_with(storied());
    rig.press("0 Enter Down Down").shows("Entry 10");
    let book = rig.book.clone();
    let mut lines = book.lock().unwrap().history.clone();
    lines.insert(0, HistoryLine { seq: 13, summary: "Something new".to_owned(), ..lines[0].clone() });
    book.lock().unwrap().history = lines;
    rig.press("1 0").shows("13 entries").shows("Entry 10");
    rig.press("Home").shows("Something new").shows("Entry 13");
}

#[test]
fn the_entries_of_one_person_open_from_their_history() {
    let mut rig = rig_with(storied());
    rig.press("2 Enter Right Right Right Right Enter").shows("More > History > Entry 12").shows("What changed");
    rig.press("Esc").shows("[History]");
}

#[test]
fn keys_that_have_no_use_in_the_history_say_why() {
    let mut rig = rig_with(storied());
    rig.press("0 Enter S").shows("The history has one order: newest first.");
    rig.press("P").shows("keyward history --csv");
    rig.press("Enter S").shows("as it was written");
}

#[test]
fn runs_lead_into_the_cockpit_or_to_the_closing_page() {
    let mut rig = Rig::open(USUAL);
    rig.press("D d a Enter 7").shows("Runs: people leaving").shows("1 open, 1 closed");
    rig.shows("9 of 22").shows("61 open").shows("closed 23 Nov").shows("2 open").shows("Next");
    rig.press("Enter").shows("WAYS IN STILL OPEN");
    rig.press("Esc Down Enter").shows("Closing page");
}

#[test]
fn without_a_run_the_list_says_how_one_is_started() {
    let mut rig = Rig::open(USUAL);
    rig.press("7").shows("Nobody has left yet. D starts a discharge.");
    rig.press("Enter").shows("There is no run here.");
    rig.press("D").shows("Who is leaving?");
}

#[test]
fn runs_are_filtered_and_the_page_of_the_one_under_the_cursor_is_saved() {
    let mut rig = Rig::open(USUAL);
    rig.press("D d a Enter 7 /").type_in("cole").press("Enter").shows("1 of 2 shown").hides("Dana Ruiz  ");
    rig.press("P");
    let saved = rig.commands();
    let Some(Command::SaveReport { kind, subject, .. }) = saved.last() else { panic!("{saved:?}") };
    assert_eq!((kind.as_str(), subject.as_deref()), ("discharge", Some("2")));
    rig.press("Esc").shows("All runs are shown").press("S").shows("one order");
}

/// The report that was saved last: kind, about whom, written as what.
fn saved(rig: &Rig) -> (String, Option<String>, ReportFormat) {
    match rig.commands().last() {
        Some(Command::SaveReport { kind, subject, format, .. }) => (kind.clone(), subject.clone(), *format),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_report_about_a_client_asks_which_and_as_what() {
    let mut rig = Rig::open(USUAL);
    rig.press("9").shows("Who can get in").shows("asks which client");
    rig.press("Enter").shows("About which client?").type_in("harb").shows("Harbor Dental").hides("Cedar");
    rig.press("Enter").shows("Make it about Harbor Dental as").press("Down Down Down Enter");
    assert_eq!(saved(&rig), ("who".to_owned(), Some("#3".to_owned()), ReportFormat::Csv));
}

#[test]
fn people_and_runs_are_named_to_the_report_by_their_number() {
    let mut rig = Rig::open(USUAL);
    rig.press("9 Down Enter").shows("Whose discharge?").press("Enter Down Enter");
    assert_eq!(saved(&rig), ("discharge".to_owned(), Some("2".to_owned()), ReportFormat::Pdf));
    rig.press("Down Enter").shows("To which client, about whom?").press("Down Enter Down Enter");
    assert_eq!(saved(&rig), ("client-letter".to_owned(), Some("2/#3".to_owned()), ReportFormat::Pdf));
    rig.press("Enter").shows("All clients of Cole Byrne").press("Enter Down Enter");
    assert_eq!(saved(&rig), ("client-letter".to_owned(), Some("2/*".to_owned()), ReportFormat::Pdf));
    rig.press("Down P").shows("About whom?").type_in("dan").press("Down Enter Down Enter");
    assert_eq!(saved(&rig), ("reach".to_owned(), Some("#2".to_owned()), ReportFormat::Pdf));
}

#[test]
fn a_report_about_everything_asks_only_for_the_format_and_esc_makes_none() {
    let mut rig = Rig::open(USUAL);
    rig.press("9 End Up Up Enter").shows("Make it as").press("Esc");
    assert!(rig.commands().is_empty());
    rig.press("Enter Down Enter");
    assert_eq!(saved(&rig), ("findings".to_owned(), None, ReportFormat::Pdf));
    rig.press("Home Enter").type_in("zzz").press("Enter").shows("Nothing fits");
}

#[test]
fn a_report_is_looked_at_page_by_page_before_it_is_saved() {
    let mut rig = Rig::open((80, 24));
    rig.press("9").shows("Last made").shows("20 Nov").shows("never");
    rig.press("Enter").type_in("harb").press("Enter").shows("Look first").press("Enter");
    rig.shows("who #3 line 1").shows("Nothing is saved yet.").shows("more lines. Enter: save it as a file");
    assert!(rig.commands().is_empty());
    rig.press("PgDn PgDn").shows("line 40").hides("line 1 ").press("End").shows("line 400").press("Home");
    rig.shows("line 2 ").press("Enter").shows("Save it as").shows("PDF").press("Down Enter");
    assert_eq!(saved(&rig), ("who".to_owned(), Some("#3".to_owned()), ReportFormat::Html));
    rig.press("Enter").type_in("harb").press("Enter Enter Esc").hides("line 1");
    assert_eq!(rig.commands().len(), 1, "Esc saves nothing");
}

#[test]
fn a_filter_is_built_by_picking_on_people_and_fixes_and_stands_in_the_rule_as_it_would_be_typed() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 F").shows("Show only").shows("role: Technician L1").press("Enter");
    rig.shows("/ role:\"Technician L1\"").shows("of 5 shown, Esc clears").press("Esc").shows("Filter cleared.");
    rig.press("5 F").shows("client:").shows("risk: High").press("Esc");
    rig.press("/").type_in("harbor").press("Enter Esc").shows("Filter cleared. Everything is shown.");
    rig.press("2 /").type_in("nobody").press("Enter F").shows("Nobody is in this list.");
}

#[test]
fn a_report_is_made_about_a_day_of_the_past() {
    let mut rig = Rig::open((80, 24));
    rig.press("9").shows("today; T changes it").press("T Ctrl-U").type_in("31 mar").press("Enter");
    rig.shows("31 Mar 2026; T changes it").press("Down Down Down Enter").type_in("da").press("Enter Down Enter");
    let saved = rig.commands();
    let Some(Command::SaveReport { as_of, .. }) = saved.last() else { panic!("{saved:?}") };
    assert!(as_of.on.is_some());
    rig.press("T Ctrl-U").type_in("today").press("Enter").shows("today; T changes it");
}

#[test]
fn what_was_looked_at_is_what_is_saved_whatever_was_begun_meanwhile() {
    let mut rig = Rig::open((80, 24));
    rig.press("9 Enter").type_in("harb").press("Enter").hold();
    rig.hit("Enter").hit("End").hit("Up").hit("Up").hit("Enter").shows("Make it as").hit("Esc");
    rig.release().shows("who #3 line 1").shows("─ Who can get in ─").hides("─ Fix list ─");
    rig.press("Enter Enter");
    assert_eq!(saved(&rig), ("who".to_owned(), Some("#3".to_owned()), ReportFormat::Pdf));
}

#[test]
fn what_was_looked_at_keeps_its_day() {
    let mut rig = Rig::open((80, 24));
    rig.press("9 Enter").type_in("harb").press("Enter").hold();
    rig.hit("Enter").hit("T").hit("Ctrl-U");
    for key in ["3", "1", "Space", "m", "a", "r", "Enter"] {
        rig.hit(key);
    }
    rig.shows("31 Mar 2026; T changes it");
    rig.release().shows("who #3 line 1").press("Enter").shows("Save it as").press("Enter");
    let saved = rig.commands();
    let Some(Command::SaveReport { as_of, .. }) = saved.last() else { panic!("{saved:?}") };
    assert!(as_of.on.is_none(), "{as_of:?}");
}

#[test]
fn of_two_looks_asked_for_only_the_later_is_shown_and_saved() {
    let mut rig = Rig::open((80, 24));
    rig.press("9 Enter").type_in("harb").press("Enter").hold();
    rig.hit("Enter").hit("End").hit("Up").hit("Up").hit("Enter").hit("Enter");
    rig.release().shows("─ Fix list ─").shows("findings  line 1").press("Enter Enter");
    assert_eq!(saved(&rig), ("findings".to_owned(), None, ReportFormat::Pdf));
}
