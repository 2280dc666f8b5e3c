//! The history as the screen asks for it: narrowed, one entry whole, taken back, verified.

use crate::import_office::{ENTRA, NOW, Office, grant_of, list, sample, take};
use crate::proof_fixture::{Fixture, client};
use keyward::domain::{PersonId, RecordKind};
use keyward::service::view::{ChangeHow, EntryView, JournalView, Reversal};
use keyward::service::{Answer, Command, Desk, Query, Session, Slice, WayBack};

fn journal(session: &mut Session, filter: &str, start: usize, limit: usize) -> JournalView {
    let slice = Slice { start, limit, filter: filter.to_owned(), ..Slice::default() };
    match session.ask(Query::History(slice)).unwrap() {
        Answer::Journal(journal) => journal,
        other => panic!("{other:?}"),
    }
}

fn entry(session: &mut Session, seq: u64) -> EntryView {
    match session.ask(Query::Entry(seq)).unwrap() {
        Answer::Entry(entry) => entry,
        other => panic!("{other:?}"),
    }
}

/// An office after an import, with one removal asked for. Gives the entry of the asking and the person.
fn asked(session: &mut Session) -> (u64, PersonId) {
    take(session, list(vec![sample(ENTRA)], "365 tenant", true));
    let grant = grant_of(session, "Marta Lindqvist");
    let reason = Some("she moves to another team".to_owned());
    let out = session.apply(Command::AskRemoval { grants: vec![grant.id], to: None, reason }).unwrap();
    (out.seq.unwrap(), grant.person)
}

#[test]
fn pages_follow_each_other_newest_first_without_gaps() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    let (newest, _) = asked(&mut session);
    let mut seen = Vec::new();
    while seen.len() < usize::try_from(newest).unwrap() {
        let part = journal(&mut session, "", seen.len(), 3);
        assert_eq!((part.page.total, part.page.start), (usize::try_from(newest).unwrap(), seen.len()));
        seen.extend(part.page.rows.iter().map(|line| line.seq));
    }
    assert_eq!(seen, (1..=newest).rev().collect::<Vec<_>>());
    assert!(journal(&mut session, "", seen.len(), 3).page.rows.is_empty());
    assert!(journal(&mut session, "", 0, 1).since.is_some());
}

#[test]
fn a_person_in_the_filter_means_what_was_written_about_them_and_words_what_was_said() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    let (newest, _) = asked(&mut session);
    let all = journal(&mut session, "", 0, 1).page.total;
    let about = journal(&mut session, "person:marta", 0, 50).page;
    assert!(about.total < all && about.rows.iter().any(|line| line.seq == newest));
    assert!(about.rows.iter().any(|line| line.action == "import.applied"), "the import that brought her account");
    assert_eq!(about.unfiltered, all);
    let said = journal(&mut session, "another team", 0, 50).page;
    assert_eq!(said.rows.iter().map(|line| line.seq).collect::<Vec<_>>(), [newest], "a reason is searched too");
    let both = journal(&mut session, "person:marta -asked", 0, 50).page;
    assert_eq!(both.total + 1, about.total);
    assert_eq!(journal(&mut session, "person:nobody-of-that-name", 0, 50).page.total, 0);
}

#[test]
fn before_a_number_or_a_date_looks_further_back_and_what_is_no_date_is_said() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    let (newest, _) = asked(&mut session);
    let earlier = journal(&mut session, &format!("before:{newest}"), 0, 2).page;
    assert_eq!((earlier.rows[0].seq, earlier.total), (newest - 1, usize::try_from(newest).unwrap() - 1));
    assert_eq!(journal(&mut session, "before:31 mar 2001", 0, 2).page.total, 0);
    let misread = journal(&mut session, "before:noon", 0, 2).misread.unwrap();
    assert!(misread.contains("\"noon\" is no date"), "{misread}");
    // What follows is a filter of its own.
    let all = journal(&mut session, "person:marta", 0, 50).page.total;
    let newest = newest.to_string();
    for (before, left_out) in [(newest.as_str(), 1), ("2 mar 2027", 0), ("1 jan 2027", 0)] {
        let narrowed = journal(&mut session, &format!("before:{before} person:marta"), 0, 50);
        assert_eq!((narrowed.misread, narrowed.page.total), (None, all - left_out), "{before}");
    }
    let misread = journal(&mut session, "before:noon person:nobody", 0, 50);
    assert!(misread.misread.unwrap().contains("\"noon\" is no date"));
    assert_eq!(misread.page.total, 0, "the rest of the filter holds");
}

/// What was done too early is opened again by an entry of the same act, on the same record.
#[test]
fn an_act_of_several_entries_says_that_it_can_be_taken_back_and_is() {
    let fixture = Fixture::new();
    fixture.write(-10, "client.added", vec![client(9, "Cedar", false).into()]);
    fixture.write(-5, "run.step_done", vec![client(9, "Cedar & Pike", false).into()]);
    fixture.write(-5, "run.reopened", vec![client(9, "Cedar and Pike", false).into()]);
    let mut session = fixture.session(0);
    let again = journal(&mut session, "", 0, 1).page.rows[0].seq;
    let done = again - 1;
    let possible = Reversal::Possible { records: 2, entries: 2, checked: true };
    assert_eq!(entry(&mut session, done).reversal, possible);
    session.apply(Command::Undo { seq: Some(done) }).unwrap();
    assert!(entry(&mut session, done).line.undone_by > Some(again));
}

#[test]
fn an_entry_shows_only_the_fields_that_differ_in_words() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    let (newest, _) = asked(&mut session);
    let shown = entry(&mut session, newest);
    assert_eq!(shown.line.reason.as_deref(), Some("she moves to another team"));
    assert_eq!(shown.line.hash.len(), 64);
    let [change] = shown.changes.as_slice() else { panic!("{:?}", shown.changes) };
    assert_eq!((change.of.kind, change.how), (RecordKind::Grant, ChangeHow::Changed));
    assert!(change.name.contains("Marta Lindqvist"), "{}", change.name);
    let state = change.fields.iter().find(|field| field.name == "State").unwrap();
    assert_eq!((state.before.as_deref(), state.after.as_deref()), (Some("in"), Some("asked")));
    assert!(change.fields.iter().all(|field| field.before != field.after));
    assert!(
        !change.fields.iter().any(|field| field.name == "Person" || field.name == "Account"),
        "{:?}",
        change.fields
    );
    assert!(session.ask(Query::Entry(newest + 1)).is_err(), "there is no such entry");
}

#[test]
fn what_an_entry_can_be_taken_back_for_is_known_before_it_is_tried() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    let (asked, _) = asked(&mut session);
    assert_eq!(entry(&mut session, asked).reversal, Reversal::Possible { records: 1, entries: 1, checked: true });
    let Reversal::Refused(why) = entry(&mut session, asked - 1).reversal else { panic!("the import came first") };
    assert!(why.contains("changed again later") && !why.contains("Nothing"), "{why}");
    assert!(matches!(entry(&mut session, 1).reversal, Reversal::Refused(_)), "the register itself");

    let back = session.apply(Command::Undo { seq: Some(asked) }).unwrap().seq.unwrap();
    let shown = entry(&mut session, asked);
    assert_eq!(shown.line.undone_by, Some(back));
    assert!(matches!(&shown.reversal, Reversal::Refused(why) if why.contains("taken it back already")));
    assert_eq!(entry(&mut session, back).undoes, Some(asked));
    // Done again it holds again, and the undo of it no longer does.
    let again = session.apply(Command::Redo).unwrap().seq.unwrap();
    assert_eq!(entry(&mut session, asked).line.undone_by, None);
    assert_eq!(entry(&mut session, back).line.undone_by, Some(again));
}

#[test]
fn an_entry_taken_back_by_choice_is_undone_by_the_usual_key() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    let (asked, _) = asked(&mut session);
    let mut session = office.at(NOW);
    let undone = session.apply(Command::Undo { seq: Some(asked) }).unwrap();
    assert_eq!(undone.way_back, WayBack::Undo, "{}", undone.message);
    session.apply(Command::Undo { seq: None }).unwrap();
    assert_eq!(entry(&mut session, asked).line.undone_by, None);
    assert!(matches!(entry(&mut session, asked).reversal, Reversal::Possible { .. }));
    let said = session.apply(Command::Redo).unwrap().message;
    assert!(said.starts_with("Done again"), "{said}");
    assert!(entry(&mut session, asked).line.undone_by.is_some());
}

#[test]
fn the_history_of_a_person_is_counted_whole_and_narrowed() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    let (newest, person) = asked(&mut session);
    let mut page = |filter: &str, start| {
        let slice = Slice { start, limit: 1, filter: filter.to_owned(), ..Slice::default() };
        match session.ask(Query::PersonHistory(person, slice)).unwrap() {
            Answer::History(page) => page,
            other => panic!("{other:?}"),
        }
    };
    let all = page("", 0);
    assert_eq!((all.rows.len(), all.rows[0].seq), (1, newest));
    assert!(all.total > 1);
    assert!(page("", 1).rows[0].seq < newest);
    let some = page("another team", 0);
    assert_eq!((some.total, some.unfiltered), (1, all.total));
}

#[test]
fn a_verification_asked_for_by_the_screen_gives_its_verdict_in_words() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    asked(&mut session);
    let Answer::Verified(view) = session.ask(Query::Verify(None)).unwrap() else { panic!("another answer") };
    assert!(view.ok && view.sentence.contains("are in order"), "{}", view.sentence);
    let wrong = session.ask(Query::Verify(Some("3-0000-0000-0000-0000".to_owned()))).unwrap();
    let Answer::Verified(view) = wrong else { panic!("another answer") };
    assert_eq!((view.ok, view.receipt), (false, Some(false)));
    // Typed as a filter it shows what it would vouch for.
    let vouched = journal(&mut session, "3-0000-0000-0000-0000", 0, 9);
    assert_eq!(vouched.receipt.as_deref(), Some("3-0000-0000-0000-0000"));
    assert_eq!(vouched.page.rows.iter().map(|line| line.seq).collect::<Vec<_>>(), [3, 2, 1]);
}
