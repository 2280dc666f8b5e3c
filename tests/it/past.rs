//! The past on a real register: the same numbers as the commands, and nothing that was not so that day.

use crate::import_office::{self, ENTRA, Office, entra_without, list, sample};
use keyward::domain::{Account, ClientId, GrantState, PersonId, RecordId, System};
use keyward::error::ErrorClass;
use keyward::service::access::Standing;
use keyward::service::dates::{self, Reading};
use keyward::service::findings::FindingFilter;
use keyward::service::grid::GridSlice;
use keyward::service::past::{PastOf, PastRows, PastSlice, PastView, PastWay, Turn};
use keyward::service::resolve::{self, Naming, Scope};
use keyward::service::{Answer, AsOf, Command, Desk, Query, ReportFormat, Session, Slice, Unlock, door};
use keyward::store::Select;
use std::collections::BTreeSet;

fn as_of(session: &mut Session, typed: &str, recorded: bool) -> AsOf {
    let scene = session.scene();
    let with = Reading { now: scene.now, zone: scene.zone, day_first: true, forward: false };
    let at = dates::read(typed, &with).unwrap().asked(&with);
    AsOf { on: Some(at), known_at: recorded.then_some(at) }
}

fn ask(session: &mut Session, of: PastOf, when: AsOf, then: Option<AsOf>) -> PastView {
    let slice = Slice { start: 0, limit: 10_000, ..Slice::default() };
    match session.ask(Query::Past(PastSlice { of, when, then, slice })).unwrap() {
        Answer::Past(view) => view,
        other => panic!("{other:?}"),
    }
}

fn ways(view: PastView) -> Vec<PastWay> {
    match view.rows {
        PastRows::Ways(page) => page.rows,
        other => panic!("{other:?}"),
    }
}

fn turns(view: PastView) -> Vec<Turn> {
    match view.rows {
        PastRows::Turns(page) => page.rows,
        other => panic!("{other:?}"),
    }
}

/// Runs on one practice register: it is filled once.
pub fn on_practice(test: impl FnOnce(&mut Session)) {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("practice.keyward");
    crate::kill::practice(&folder);
    let mut visit = door::open(&crate::kill::access(&folder), Unlock::Given).unwrap();
    test(visit.writing().unwrap());
}

#[test]
fn the_past_of_a_client_has_the_numbers_of_the_command_on_every_date() {
    on_practice(|session| {
        let clients: Vec<ClientId> = session
            .find(|facts| {
                let all = facts.list::<keyward::domain::Client>(Select::all())?;
                Ok(all.into_iter().map(|client| client.id).step_by(13).collect())
            })
            .unwrap();
        for recorded in [false, true] {
            for typed in ["today", "31 mar 2026", "1 jan 2026", "31 mar 2024"] {
                let when = as_of(session, typed, recorded);
                for client in &clients {
                    let scope = Scope::Client(*client);
                    let command = match session.who(scope, Standing::Open, when) {
                        Ok(ways) => ways,
                        Err(error) => panic!("{typed} {client}: {error}"),
                    };
                    let wanted = PastSlice {
                        of: PastOf::At(scope),
                        when,
                        then: None,
                        slice: Slice { start: 0, limit: 10_000, ..Slice::default() },
                    };
                    let view = match session.ask(Query::Past(wanted)) {
                        Ok(Answer::Past(view)) => view,
                        Ok(other) => panic!("{other:?}"),
                        // A client that was not in the register yet is said to have been missing.
                        Err(error) if recorded && command.is_empty() => {
                            assert_eq!(error.class, ErrorClass::NotFound, "{error}");
                            continue;
                        }
                        Err(error) => panic!("{typed} {client}: {error}"),
                    };
                    let direct: Vec<_> = command.iter().filter(|way| way.path.is_empty()).collect();
                    let people: BTreeSet<PersonId> = command.iter().map(|way| way.person).collect();
                    let direct_people: BTreeSet<PersonId> = direct.iter().map(|way| way.person).collect();
                    assert_eq!(view.ways as usize, direct.len(), "{typed} {client}");
                    assert_eq!(view.people as usize, people.len(), "{typed} {client}");
                    assert_eq!(view.direct_people as usize, direct_people.len(), "{typed} {client}");
                    let shown = ways(view);
                    assert_eq!(
                        shown.iter().map(|row| &row.way).collect::<Vec<_>>(),
                        command.iter().collect::<Vec<_>>()
                    );
                    assert!(shown.iter().all(|row| row.ended.is_none_or(|ended| Some(ended) > when.on)));
                }
            }
        }
    });
}

#[test]
fn cedar_and_pike_on_the_31st_of_march_is_as_the_drawing_says() {
    on_practice(|session| {
        let client = session.find(|facts| Ok(resolve::client(facts, "cedar", Naming::Part)?.id)).unwrap();
        let when = as_of(session, "31 mar 2026", false);
        let view = ask(session, PastOf::At(Scope::Client(client)), when, None);
        assert_eq!((view.direct_people, view.ways), (9, 17));
        assert!(view.sure[0].starts_with("14 of 17 are backed by an import made within 7 days"), "{:?}", view.sure);
        assert!(view.secrets.iter().any(|secret| secret.by_leaver), "{:?}", view.secrets);
        let rows = ways(view);
        let by_hand =
            rows.iter().filter(|row| row.way.path.is_empty() && row.way.source.words == "entered by hand").count();
        assert_eq!(by_hand, 3);
        let ended = |name: &str| rows.iter().any(|row| row.way.person_name == name && row.ended.is_some());
        assert!(ended("Lee Wong") && ended("Priya Nair"));
    });
}

#[test]
fn the_printed_page_of_a_day_is_as_sure_as_the_screen() {
    on_practice(|session| {
        let cedar = session.find(|facts| Ok(resolve::client(facts, "cedar", Naming::Part)?.id)).unwrap();
        let systems = session.find(|facts| Ok(facts.list::<System>(Select::all().eq("client", cedar))?)).unwrap();
        let mut compared = 0;
        for typed in ["31 mar 2026", "today"] {
            let when = as_of(session, typed, false);
            for system in &systems {
                let logins = session.find(|facts| Ok(facts.list::<Account>(Select::all().eq("system", system.id))?));
                // Of one login: its page holds no lines that come through other systems.
                for account in logins.unwrap() {
                    let screen = ask(session, PastOf::At(Scope::Account(account.id)), when, None);
                    let name = format!("#{}/{}/{}", cedar.0, system.id.0, account.id.0);
                    let (_, page) = session.report("who", Some(&name), ReportFormat::Text, when).unwrap();
                    let page = String::from_utf8(page).unwrap();
                    compared += screen.ways;
                    let near = screen.sure[0].split(' ').next().unwrap().parse::<u32>().unwrap_or(0);
                    let said = format!("{near} of {}", screen.ways);
                    let backed = "backed by a system's own list taken within 7 days";
                    assert_eq!(page.contains(backed), near > 0, "{typed} {}: {page}", account.login);
                    assert!(near == 0 || page.contains(&said), "{typed} {}: {said}\n{page}", account.login);
                    for row in ways(screen) {
                        let worded = match row.way.source.words.strip_prefix("import ") {
                            Some(_) => "list of",
                            None => row.way.source.words.as_str(),
                        };
                        assert!(page.contains(worded), "{typed} {}: {}\n{page}", account.login, row.way.source.words);
                    }
                }
            }
        }
        assert!(compared > 17, "{compared}");
    });
}

#[test]
fn a_list_of_a_part_backs_nobody_who_is_not_in_it() {
    let office = Office::filled();
    let mut session = office.at(import_office::NOW);
    import_office::take(&mut session, list(vec![sample(ENTRA)], "365 tenant", true));
    drop(session);
    let mut session = office.at("2026-04-20T12:00:00Z");
    import_office::take(&mut session, list(vec![entra_without("priya.nair")], "365 tenant", false));
    let priya = session.find(|facts| Ok(resolve::person(facts, "priya", Naming::Part)?.id)).unwrap();
    for typed in ["18 apr 2026", "20 apr 2026"] {
        let when = as_of(&mut session, typed, false);
        let view = ask(&mut session, PastOf::Person(priya), when, None);
        assert_eq!(view.sure[0], "0 of 1 are backed by an import made within 7 days of the date.", "{typed}");
        let known: Vec<String> = ways(view).into_iter().map(|row| row.way.source.words).collect();
        assert_eq!(known, ["import 2 Mar"], "{typed}");
    }
}

#[test]
fn a_list_of_the_whole_system_backs_nobody_whom_it_does_not_name() {
    let office = Office::filled();
    let mut session = office.at(import_office::NOW);
    import_office::take(&mut session, list(vec![sample(ENTRA)], "365 tenant", true));
    drop(session);
    let mut session = office.at("2026-04-20T12:00:00Z");
    import_office::take(&mut session, list(vec![entra_without("priya.nair")], "365 tenant", true));
    let priya = session.find(|facts| Ok(resolve::person(facts, "priya", Naming::Part)?.id)).unwrap();
    let known = |session: &mut Session, typed: &str| {
        let when = as_of(session, typed, false);
        let view = ask(session, PastOf::Person(priya), when, None);
        let last = view.sure.last().cloned().unwrap();
        let words: Vec<String> = ways(view).into_iter().map(|row| row.way.source.words).collect();
        assert_eq!(words.len(), 1, "{words:?}");
        (words.concat(), last)
    };
    let older = "1 is in a list made longer before or after.".to_owned();
    let missing = "1 was missing from the list of the system, with no removal recorded.".to_owned();
    assert_eq!(known(&mut session, "18 apr 2026"), ("import 2 Mar".to_owned(), older.clone()));
    assert_eq!(known(&mut session, "20 apr 2026"), ("not in import 20 Apr".to_owned(), missing.clone()));
    let (_, page) = session.report("reach", Some("priya"), ReportFormat::Text, AsOf::default()).unwrap();
    let page = String::from_utf8(page).unwrap();
    assert!(page.contains("not in the list of 20 Apr") && page.contains("no removal was"), "{page}");
    // What an import said that was taken back does not count.
    session.apply(Command::Undo { seq: None }).unwrap();
    assert_eq!(known(&mut session, "20 apr 2026"), ("import 2 Mar".to_owned(), older));
    session.apply(Command::Redo).unwrap();
    drop(session);

    // She is named again: until then she was missing, from then on she is backed.
    let mut session = office.at("2026-05-08T12:00:00Z");
    import_office::take(&mut session, list(vec![sample(ENTRA)], "365 tenant", true));
    assert_eq!(known(&mut session, "21 apr 2026"), ("not in import 20 Apr".to_owned(), missing));
    assert_eq!(known(&mut session, "8 may 2026").0, "import 8 May");
}

#[test]
fn two_dates_compared_are_the_difference_of_both() {
    on_practice(|session| {
        let client = session.find(|facts| Ok(resolve::client(facts, "cedar", Naming::Part)?.id)).unwrap();
        let (when, then) = (as_of(session, "31 mar 2026", false), as_of(session, "today", false));
        let grants = |session: &mut Session, at: AsOf| -> BTreeSet<u64> {
            let view = ask(session, PastOf::At(Scope::Client(client)), at, None);
            let direct = ways(view).into_iter().filter(|row| row.way.path.is_empty());
            direct.map(|row| row.way.grant.number()).collect()
        };
        let (before, after) = (grants(session, when), grants(session, then));
        let rows = turns(ask(session, PastOf::At(Scope::Client(client)), when, Some(then)));
        let went: BTreeSet<u64> = rows.iter().filter(|turn| !turn.came).map(|turn| turn.id).collect();
        let came: BTreeSet<u64> = rows.iter().filter(|turn| turn.came).map(|turn| turn.id).collect();
        assert_eq!(went, before.difference(&after).copied().collect());
        assert_eq!(came, after.difference(&before).copied().collect());
        assert!(!went.is_empty() && !came.is_empty());
        assert!(turns(ask(session, PastOf::At(Scope::Client(client)), then, Some(then))).is_empty());
        // Who came to us and who left between the dates.
        let new_year = as_of(session, "1 jan 2026", false);
        let people = turns(ask(session, PastOf::Everybody, new_year, Some(then)));
        assert!(people.iter().any(|turn| !turn.came && turn.name == "Priya Nair"), "{people:?}");
        assert!(people.iter().any(|turn| turn.came), "{people:?}");
    });
}

#[test]
fn a_person_had_that_day_what_the_reach_of_that_day_says() {
    on_practice(|session| {
        let person = session.find(|facts| Ok(resolve::person(facts, "priya", Naming::Part)?.id)).unwrap();
        for typed in ["1 mar 2026", "today"] {
            let when = as_of(session, typed, false);
            let (rows, reach) = session.reach(person, Standing::Open, when).unwrap();
            let view = ask(session, PastOf::Person(person), when, None);
            assert_eq!(view.ways, reach.ways_in, "{typed}");
            assert_eq!(view.secrets.len() as u32, reach.secrets_known, "{typed}");
            assert_eq!(ways(view).len(), rows.len(), "{typed}");
            let everybody = match ask(session, PastOf::Everybody, when, None).rows {
                PastRows::People(page) => page.rows,
                other => panic!("{other:?}"),
            };
            assert!(everybody.iter().any(|line| line.id == person));
            for line in everybody {
                let (_, reach) = session.reach(line.id, Standing::Open, when).unwrap();
                let counts = (line.ways, line.admin, line.clients);
                assert_eq!(counts, (reach.ways_in, reach.admin, reach.clients_direct), "{} {typed}", line.name);
            }
        }
    });
}

#[test]
fn before_there_was_a_register_there_is_nothing_to_look_at() {
    on_practice(|session| {
        let client = session.find(|facts| Ok(resolve::client(facts, "cedar", Naming::Part)?.id)).unwrap();
        let when = as_of(session, "1 jan 2001", true);
        let slice = Slice { start: 0, limit: 10, ..Slice::default() };
        let wanted = PastSlice { of: PastOf::At(Scope::Client(client)), when, then: None, slice };
        let error = session.ask(Query::Past(wanted)).unwrap_err();
        assert_eq!(error.class, ErrorClass::NotFound);
        // By all that is known today the question has an answer: nobody.
        let view = ask(session, PastOf::At(Scope::Client(client)), AsOf { known_at: None, ..when }, None);
        assert_eq!((view.ways, view.people), (0, 0));
        assert!(ways(view).iter().all(|row| row.way.state == GrantState::In));
    });
}

#[test]
fn what_was_wrong_is_what_the_command_finds_for_that_day() {
    on_practice(|session| {
        let when = as_of(session, "31 mar 2026", false);
        let command = session.findings(&FindingFilter::default(), when).unwrap();
        let rows = match ask(session, PastOf::Wrong, when, None).rows {
            PastRows::Wrong(page) => page.rows,
            other => panic!("{other:?}"),
        };
        let titles = |lines: &[keyward::service::view::FindingLine]| -> Vec<String> {
            lines.iter().map(|line| line.title.clone()).collect()
        };
        assert!(!rows.is_empty());
        assert_eq!(rows.iter().map(|row| row.title.clone()).collect::<Vec<_>>(), titles(&command));
        let slice = Slice { start: 0, limit: 10, ..Slice::default() };
        let two = PastSlice { of: PastOf::Wrong, when, then: Some(when), slice };
        assert_eq!(session.ask(Query::Past(two)).unwrap_err().class, ErrorClass::BadInput);
    });
}

#[test]
fn the_grid_of_a_day_has_the_sums_of_that_day_and_today_is_the_grid_of_now() {
    on_practice(|session| {
        let slice = |when| GridSlice {
            rows: Slice { start: 0, limit: 10_000, ..Slice::default() },
            columns: 1_000,
            when,
            ..GridSlice::default()
        };
        let grid = |session: &mut Session, when| match session.ask(Query::Grid(slice(when))).unwrap() {
            Answer::Grid(view) => view,
            other => panic!("{other:?}"),
        };
        let when = as_of(session, "31 mar 2026", false);
        let then = grid(session, when);
        for row in &then.rows.rows {
            assert_eq!(row.cells.iter().map(|cell| cell.ways).sum::<u32>(), row.total, "{}", row.name);
        }
        for (place, column) in then.columns.iter().enumerate() {
            let sum: u32 = then.rows.rows.iter().map(|row| row.cells[place].ways).sum();
            assert_eq!(sum, column.total, "{}", column.name);
        }
        let cedar = then.columns.iter().position(|column| column.name.starts_with("Cedar")).unwrap();
        assert_eq!(then.columns[cedar].total, 17);
        let row = then.rows.rows.iter().find(|row| row.cells[cedar].ways > 1).unwrap();
        let cell = Query::GridCell(row.person, then.columns[cedar].client, when);
        match session.ask(cell).unwrap() {
            Answer::GridCell(cell) => assert_eq!(cell.ways.len() as u32, row.cells[cedar].ways),
            other => panic!("{other:?}"),
        }
        // The grid of this moment and the grid of now are the same numbers, one by name, one by total.
        let today = as_of(session, "today", false);
        let (past, now) = (grid(session, today), grid(session, AsOf::default()));
        for row in &now.rows.rows {
            let same = past.rows.rows.iter().find(|other| other.person == row.person).unwrap();
            assert_eq!((same.total, &same.cells), (row.total, &row.cells), "{}", row.name);
        }
    });
}

#[test]
fn today_is_compared_with_what_the_register_knew_a_week_ago() {
    on_practice(|session| {
        let week = as_of(session, "-7d 17:00", true);
        let people: Vec<PersonId> = session
            .find(|facts| {
                let all = facts.list::<keyward::domain::Person>(Select::all())?;
                Ok(all.into_iter().map(|person| person.id).collect())
            })
            .unwrap();
        let everybody = match ask(session, PastOf::Everybody, week, None).rows {
            PastRows::People(page) => page.rows,
            other => panic!("{other:?}"),
        };
        let left: u32 = everybody
            .iter()
            .filter(|line| line.status == keyward::domain::PersonStatus::Discharged)
            .map(|line| line.ways)
            .sum();
        assert!(people.len() >= everybody.len());
        let Answer::Today(today) = session.ask(Query::Today).unwrap() else { panic!("today") };
        let stand = &today.stands[0];
        let wanted = if stand.value == left.to_string() { "same Mon".to_owned() } else { format!("was {left} Mon") };
        assert_eq!((stand.what.as_str(), stand.before.as_str()), ("Ways in held by leavers", wanted.as_str()));
    });
}
