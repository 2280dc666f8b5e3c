//! Reading: lists, the second clock, the history, derived and local tables.

use super::*;

fn mark(minutes: i64) -> Option<Mark> {
    Some(Mark { at: at(minutes).at, by: None })
}

#[test]
fn three_moments_have_three_answers() {
    let mut made = fixture();
    let mut way = grant(1, 5, 1);
    let given = made.put(0, vec![way.clone().into(), grant(2, 6, 2).into()]);
    way.removal.asked = mark(1);
    let asked = made.put(1, vec![way.clone().into()]);
    way.removal.done = mark(2);
    way.person = PersonId(7);
    let done = made.put(2, vec![way.into()]);

    let reader = made.store.read();
    let known = |select: Select, seq| -> Vec<(u64, u64, bool, bool)> {
        let found: Vec<Grant> = reader.list(&select.known_at(seq)).unwrap();
        let told = |g: &Grant| (g.id.0, g.person.0, g.removal.asked.is_some(), g.removal.done.is_some());
        found.iter().map(told).collect()
    };
    let all = Select::all;
    assert_eq!(known(all(), Some(0)), []);
    assert_eq!(known(all(), Some(given)), [(1, 5, false, false), (2, 6, false, false)]);
    assert_eq!(known(all(), Some(asked)), [(1, 5, true, false), (2, 6, false, false)]);
    assert_eq!(known(all(), Some(done)), [(1, 7, true, true), (2, 6, false, false)]);
    assert_eq!(known(all(), None), known(all(), Some(done)));
    assert_eq!(known(all().eq("person", 5), Some(asked)), [(1, 5, true, false)]);
    assert_eq!(known(all().eq("person", 5), None), []);
    assert_eq!(known(all().eq("person", 7), Some(asked)), []);
    assert_eq!(reader.count::<Grant>(&all().is_null("asked").known_at(Some(given))).unwrap(), 2);
    assert_eq!(reader.get_at::<Grant>(GrantId(1), Some(given)).unwrap().unwrap().removal, Removal::default());
    assert_eq!(reader.get_at::<Grant>(GrantId(1), Some(0)).unwrap(), None);
}

#[test]
fn lists_are_filtered_sorted_and_paged() {
    let mut made = fixture();
    let names = ["Zoë Ång", "dana Ruiz", "Bob Stone", "Alice Khan"];
    let people = (1..).zip(names).map(|(id, name)| person(id, name).into()).collect();
    made.put(0, people);
    let reader = made.store.read();
    let named = |select: Select| -> Vec<String> {
        reader.list::<Person>(&select).unwrap().into_iter().map(|person| person.name).collect()
    };
    let by_name = || Select::all().order(&["name_folded"]);
    assert_eq!(named(by_name()), ["Alice Khan", "Bob Stone", "dana Ruiz", "Zoë Ång"]);
    assert_eq!(named(by_name().page(1, 2)), ["Bob Stone", "dana Ruiz"]);
    assert_eq!(named(Select::all().order_desc(&["name_folded"]).page(0, 1)), ["Zoë Ång"]);
    assert_eq!(named(by_name().contains("name_folded", "an")), ["Alice Khan", "dana Ruiz", "Zoë Ång"]);
    assert_eq!(named(by_name().starts_with("name_folded", "dana")), ["dana Ruiz"]);
    assert_eq!(named(by_name().one_of("id", [PersonId(3), PersonId(1)])), ["Bob Stone", "Zoë Ång"]);
    assert_eq!(named(by_name().one_of("id", Vec::<PersonId>::new())), Vec::<String>::new());
    assert_eq!(named(by_name().eq("status", PersonStatus::Discharged)), Vec::<String>::new());
    assert_eq!(reader.count::<Person>(&Select::all().gt("id", 2).page(0, 1)).unwrap(), 2);
    assert_eq!(reader.ids_after::<Person>(Some(PersonId(2)), 1).unwrap(), [PersonId(3)]);
    assert_eq!(reader.ids_after::<Person>(None, 9).unwrap().len(), 4);
    assert!(reader.list::<Person>(&Select::all().eq("nmae", 1)).is_err());
}

#[test]
fn the_history_of_a_record_and_of_several_is_newest_first() {
    let mut made = fixture();
    for round in 0..6 {
        made.put(round, vec![client(1 + round as u64 % 2, &format!("Cedar {round}")).into()]);
    }
    let reader = made.store.read();
    let of = |id| RecordRef { kind: RecordKind::Client, id };
    let seqs = |rows: Vec<EntryRow>| rows.iter().map(|row| row.seq).collect::<Vec<_>>();
    assert_eq!(seqs(reader.entries_touching(&[of(1)], None, 9).unwrap()), [5, 3, 1]);
    assert_eq!(seqs(reader.entries_touching(&[of(1), of(2)], Some(5), 3).unwrap()), [4, 3, 2]);
    assert_eq!(seqs(reader.entries(Some(3), 5).unwrap()), [2, 1]);
    assert_eq!(reader.version_at(of(1), 3).unwrap().unwrap(), Some(client(1, "Cedar 2").into()));
    assert_eq!(reader.version_at(of(1), 2).unwrap(), None);
}

#[test]
fn derived_rows_are_set_replaced_read_and_deleted() {
    let mut made = fixture();
    let way = |grant: u64, rank: i64, open: bool| WayRow {
        grant_id: GrantId(grant),
        person: PersonId(5),
        account: AccountId(grant),
        system: SystemId(1),
        client: ClientId(1),
        open,
        admin: true,
        several: false,
        tier: 0,
        weak: false,
        unchecked: false,
        state: GrantState::In,
        shut_by: None,
        shuts: 1,
        rank,
    };
    made.store
        .write(&at(0), |tx| {
            for row in [way(1, 3, true), way(2, 1, true), way(3, 2, false)] {
                tx.set(&row)?;
            }
            tx.set(&way(2, 9, true))?;
            tx.set(&Boundary { at: at(60).at, kind: RecordKind::Grant, id: 1 })?;
            tx.set(&Boundary { at: at(30).at, kind: RecordKind::Grant, id: 2 })?;
            tx.set_total("ways_in", 2)
        })
        .unwrap();
    let reader = made.store.read();
    let ids = |open| -> Vec<u64> {
        let ranked = Select::all().eq("person", PersonId(5)).order(&["rank"]);
        let select = if open { ranked.eq("open", true) } else { ranked };
        reader.derived::<WayRow>(&select).unwrap().iter().map(|way| way.grant_id.0).collect()
    };
    assert_eq!((ids(true), ids(false)), (vec![1, 2], vec![3, 1, 2]));
    assert_eq!(reader.total("ways_in").unwrap(), 2);
    assert_eq!(reader.next_boundary(at(0).at).unwrap(), Some(at(30).at));
    assert_eq!(reader.next_boundary(at(60).at).unwrap(), None);
    // Every page is the same from whichever end it is read, also where rows are equal but for their ids.
    let ranked = || Select::all().eq("person", PersonId(5)).order_desc(&["open"]).order(&["tier"]);
    for (start, limit) in (0..5).flat_map(|start| (0..5).map(move |limit| (start, limit))) {
        let page = ranked().page(start, limit);
        assert_eq!(
            reader.derived_page::<WayRow>(page.clone(), 3).unwrap(),
            reader.derived::<WayRow>(&page).unwrap(),
            "{start} {limit}"
        );
    }
    let gone = made.store.write(&at(0), |tx| tx.unset::<WayRow>("person", PersonId(5))).unwrap();
    assert_eq!((gone, made.store.read().derived_count::<WayRow>(&Select::all()).unwrap()), (3, 0));
}

#[test]
fn words_are_found_by_any_three_letters_within_the_kinds_asked_for() {
    let mut made = fixture();
    let of = |kind, id| RecordRef { kind, id };
    made.store
        .write(&at(0), |tx| {
            tx.set_search(of(RecordKind::Person, 1), "Dana \"D\" Ruiz")?;
            tx.set_search(of(RecordKind::Person, 2), "Zoë Ruizmann")?;
            tx.set_search(of(RecordKind::Client, 1), "Ruiz & Partner")?;
            tx.set_search(of(RecordKind::Person, 3), "Ruiz, gone")?;
            tx.set_search(of(RecordKind::Person, 3), "")?;
            tx.set_search(of(RecordKind::Person, 2), "Zoë Ruizmann")
        })
        .unwrap();
    let reader = made.store.read();
    let found = |text: &str, kinds: &[RecordKind]| reader.search(text, kinds, 9).unwrap();
    assert_eq!(found("RUIZ", &[RecordKind::Person]), [of(RecordKind::Person, 1), of(RecordKind::Person, 2)]);
    assert_eq!(found("ruiz &", &[RecordKind::Client]), [of(RecordKind::Client, 1)]);
    assert_eq!(found("zoe", &[RecordKind::Person, RecordKind::Client]), [of(RecordKind::Person, 2)]);
    assert_eq!(found("\"D\"", &[RecordKind::Person]), [of(RecordKind::Person, 1)]);
    assert_eq!(found("zo", &[RecordKind::Person]), []);
    made.store.write(&at(0), |tx| tx.clear_derived()).unwrap();
    assert_eq!(made.store.read().search("ruiz", &[RecordKind::Person], 9).unwrap(), []);
}

#[test]
fn drafts_sessions_and_view_state_are_kept_without_an_entry() {
    let made = fixture();
    let reader = made.store.read();
    let draft = Draft { key: "client/new".into(), text: "Ced".into(), at: at(3).at };
    reader.keep_draft(&draft).unwrap();
    assert_eq!(reader.drafts().unwrap(), std::slice::from_ref(&draft));
    reader.drop_draft(&draft.key).unwrap();
    assert_eq!(reader.draft(&draft.key).unwrap(), None);
    let session =
        Session { pid: 7, host: "ortiz-pc".into(), operator: "A. Khan".into(), started: at(0).at, seen: at(0).at };
    reader.keep_session(&session).unwrap();
    reader.keep_session(&Session { seen: at(9).at, ..session.clone() }).unwrap();
    assert_eq!(reader.sessions().unwrap(), [Session { seen: at(9).at, ..session.clone() }]);
    assert_eq!(session.named(), "A. Khan, ortiz-pc, since 09:00 UTC");
    reader.drop_session("ortiz-pc", 7).unwrap();
    reader.keep_view_state("people", "name").unwrap();
    assert_eq!(reader.view_state("people").unwrap().as_deref(), Some("name"));
    assert_eq!((reader.sessions().unwrap().len(), reader.head().unwrap().seq), (0, 0));
}

#[test]
fn a_mark_kept_outside_tells_an_old_copy_from_a_longer_history() {
    let mut made = fixture();
    let mark_now = |store: &Store| {
        let head = store.read().head().unwrap();
        HighWater { file: "ab".into(), size: head.seq, root: head.root(), at: at(0).at }
    };
    made.put(0, vec![client(1, "Cedar").into()]);
    let first = mark_now(&made.store);
    assert_eq!(made.store.compare(&first).unwrap(), Compared::Same);
    made.put(1, vec![client(2, "Birch").into()]);
    assert_eq!(made.store.compare(&first).unwrap(), Compared::Newer { since: 1 });
    let longer = HighWater { size: 9, ..first.clone() };
    assert_eq!(made.store.compare(&longer).unwrap(), Compared::Older { here: 2, seen: 9 });
    let other = HighWater { root: [9; 32], ..first };
    assert_eq!(made.store.compare(&other).unwrap(), Compared::Other);
}
