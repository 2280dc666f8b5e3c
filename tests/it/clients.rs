//! The tree of clients page by page, and who can get in at each of its nodes, against what `who` answers.

use crate::import_derived::WEB;
use crate::import_office::{ENTRA, Office, list, sample, take};
use keyward::domain::{Account, AccountId, Client, PersonId, System};
use keyward::service::access::Standing;
use keyward::service::clients::{Entrant, NodeLine, Route, TreeSlice, TreeView, WhoSlice, WhoView};
use keyward::service::importing::ImportRequest;
use keyward::service::resolve::Scope;
use keyward::service::{Answer, AsOf, Desk, Query, Session, Slice};
use keyward::store::Select;
use std::collections::BTreeSet;

/// The firm with ways in behind a sign-on, a shared login, a vault, and a list of its own.
pub fn firm(office: &Office) -> Session {
    let mut session = office.at("2026-03-02T13:00:00Z");
    let mut web = ImportRequest::of(Vec::new());
    web.files.extend(WEB.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())));
    take(&mut session, web);
    take(&mut session, list(vec![sample(ENTRA)], "365 tenant", true));
    session
}

fn slice(start: usize, limit: usize, filter: &str) -> Slice {
    Slice { start, limit, filter: filter.to_owned(), ..Slice::default() }
}

fn tree(session: &mut Session, open: &BTreeSet<Scope>, seek: Option<Scope>, slice: Slice) -> TreeView {
    match session.ask(Query::Clients(TreeSlice { slice, open: open.clone(), seek })).unwrap() {
        Answer::Clients(view) => view,
        other => panic!("{other:?}"),
    }
}

fn who(session: &mut Session, node: Scope, slice: Slice) -> WhoView {
    match session.ask(Query::Who(WhoSlice { node, slice, patient: true })).unwrap() {
        Answer::Who(view) => view,
        other => panic!("{other:?}"),
    }
}

fn names(rows: &[NodeLine]) -> Vec<String> {
    rows.iter().map(|row| format!("{}{}", "  ".repeat(usize::from(row.depth())), row.name)).collect()
}

/// Every client, system and account.
fn every_node(session: &Session) -> Vec<Scope> {
    session
        .find(|facts| {
            let read = facts.reader();
            let mut all: Vec<Scope> = read.ids::<Client>(&Select::all())?.into_iter().map(Scope::Client).collect();
            all.extend(read.ids::<System>(&Select::all())?.into_iter().map(Scope::System));
            all.extend(read.ids::<Account>(&Select::all())?.into_iter().map(Scope::Account));
            Ok(all)
        })
        .unwrap()
}

#[test]
fn any_stretch_of_the_tree_is_a_part_of_the_whole_and_children_stand_under_their_parent_by_name() {
    let office = Office::filled();
    let mut session = firm(&office);
    let folded = tree(&mut session, &BTreeSet::new(), None, slice(0, 400, ""));
    assert_eq!(names(&folded.page.rows), ["Harbour IT (own company)", "Oakfield Dental"]);
    assert_eq!((folded.page.total, folded.clients), (2, 2));
    assert!(folded.page.rows.iter().all(|row| row.children > 0 && !row.open));
    let nodes = every_node(&session);
    let open: BTreeSet<Scope> = nodes.iter().copied().filter(|node| !matches!(node, Scope::Account(_))).collect();
    let whole = tree(&mut session, &open, None, slice(0, 400, ""));
    assert_eq!(whole.page.total, nodes.len(), "{:#?}", names(&whole.page.rows));
    for pair in whole.page.rows.windows(2).filter(|pair| pair[0].parent == pair[1].parent) {
        assert!(pair[0].path.last().unwrap().to_lowercase() <= pair[1].path.last().unwrap().to_lowercase());
    }
    for start in 0..whole.page.total {
        for limit in [1, 2, 5] {
            let part = tree(&mut session, &open, None, slice(start, limit, ""));
            let end = (start + limit).min(whole.page.total);
            assert_eq!(part.page.rows, whole.page.rows[start..end], "from {start}, {limit}");
        }
    }
}

#[test]
fn what_is_sought_is_among_the_rows_with_everything_above_it_unfolded() {
    let office = Office::filled();
    let mut session = firm(&office);
    for node in every_node(&session) {
        for limit in [1, 3, 400] {
            let view = tree(&mut session, &BTreeSet::new(), Some(node), slice(0, limit, ""));
            let row = view.page.rows.iter().find(|row| row.node == node).expect("the node that was sought");
            assert_eq!(view.unfolded.len(), usize::from(row.depth()));
            assert_eq!(row.path.len(), usize::from(row.depth()) + 1);
        }
    }
    let nobody = tree(&mut session, &BTreeSet::new(), Some(Scope::Account(AccountId(999_999))), slice(0, 9, ""));
    assert_eq!((nobody.page.rows.len(), nobody.unfolded.len()), (2, 0));
}

#[test]
fn a_filter_finds_words_along_the_path_and_keeps_what_is_above() {
    let office = Office::filled();
    let mut session = firm(&office);
    let vault_client = tree(&mut session, &BTreeSet::new(), None, slice(0, 1, "")).page.rows[0].node;
    let mut found = |words: &str, open: &BTreeSet<Scope>| {
        let view = tree(&mut session, open, None, slice(0, 400, words));
        let best = view.page.rows.iter().find(|row| Some(row.node) == view.best);
        assert_eq!(best.is_some(), view.matches > 0, "the best match is among the rows");
        (names(&view.page.rows), view.matches)
    };
    let none = BTreeSet::new();
    assert_eq!(found("vault", &none), (vec!["Harbour IT (own company)".to_owned(), "  Team vault".to_owned()], 1));
    let login = ["Oakfield Dental", "  365 tenant", "    office.admin (shared)"].map(str::to_owned).to_vec();
    assert_eq!(found("ADMIN oakfield office", &none), (login, 1));
    assert_eq!(found("oakfield -dental", &none), (Vec::new(), 0));
    assert_eq!(found("no such thing", &none), (Vec::new(), 0));
    let (rows, _) = found("harbour it", &none);
    assert_eq!(rows[0], "Harbour IT (own company)");
    let open = BTreeSet::from([vault_client]);
    assert!(found("vault", &open).0.len() > 2, "an open client shows all of its systems");
}

#[test]
fn who_can_get_in_names_everybody_once_by_their_nearest_way_as_the_command_does() {
    let office = Office::filled();
    let mut session = firm(&office);
    for node in every_node(&session) {
        let ways = session.who(node, Standing::Open, AsOf::default()).unwrap();
        let own: BTreeSet<PersonId> = ways.iter().filter(|way| way.path.is_empty()).map(|way| way.person).collect();
        let beyond: BTreeSet<PersonId> = ways.iter().map(|way| way.person).collect();
        let view = who(&mut session, node, slice(0, 400, ""));
        let by = |how: fn(&Route) -> bool| -> BTreeSet<PersonId> {
            view.people.rows.iter().filter(|row| how(&row.how)).map(|row| row.person).collect()
        };
        let (direct, knowing) = (by(|how| *how == Route::Own), by(|how| matches!(how, Route::Knows(_))));
        let through = by(|how| matches!(how, Route::Through(_)));
        assert_eq!(direct, own, "{:?}", view.path);
        assert_eq!(through, &(&beyond - &own) - &knowing, "{:?}", view.path);
        assert_eq!(view.people.total, direct.len() + knowing.len() + through.len(), "nobody twice: {:?}", view.path);
        let counts = (view.direct, view.knowing, view.through).into();
        let told: [u32; 3] = counts;
        assert_eq!(told.map(|n| n as usize), [direct.len(), knowing.len(), through.len()]);
        let line = tree(&mut session, &BTreeSet::new(), Some(node), slice(0, 400, ""));
        let line = line.page.rows.into_iter().find(|row| row.node == node).unwrap();
        assert_eq!(
            line.people as usize,
            direct.len(),
            "the tree counts who has a way in of their own: {:?}",
            view.path
        );
        for start in 0..view.people.total {
            assert_eq!(who(&mut session, node, slice(start, 1, "")).people.rows, view.people.rows[start..=start]);
        }
    }
}

fn somebody<'a>(view: &'a WhoView, name: &str) -> Option<&'a Entrant> {
    view.people.rows.iter().find(|row| row.name == name)
}

#[test]
fn who_left_comes_first_and_a_known_code_counts_without_a_way_in() {
    let office = Office::filled();
    let mut session = firm(&office);
    let nodes = every_node(&session);
    let named = |session: &mut Session, name: &str| {
        let found = nodes.iter().find(|node| {
            let view = tree(session, &BTreeSet::new(), Some(**node), slice(0, 400, ""));
            view.page.rows.iter().any(|row| row.node == **node && row.path.last().is_some_and(|last| last == name))
        });
        *found.unwrap()
    };
    let oakfield = named(&mut session, "Oakfield Dental");
    let view = who(&mut session, oakfield, slice(0, 400, ""));
    let marta = somebody(&view, "Marta Lindqvist").unwrap();
    assert!(marta.left.is_some());
    assert_eq!(view.people.rows[0].name, "Marta Lindqvist");
    assert!(view.fix.is_some() && view.facts.iter().any(|(label, _)| label == "Holds"));
    let login = named(&mut session, "office.admin");
    let view = who(&mut session, login, slice(0, 400, ""));
    let shared = somebody(&view, "Declan Ruiz").unwrap();
    assert!(shared.shared && shared.how == Route::Own);
    let rmm = named(&mut session, "RMM");
    let view = who(&mut session, rmm, slice(0, 400, ""));
    assert!(
        view.facts.iter().any(|(label, words)| label == "Sign-in" && words == "through Sign-on"),
        "{:?}",
        view.facts
    );
    let node = Scope::Account(AccountId(999_999));
    assert!(session.ask(Query::Who(WhoSlice { node, slice: slice(0, 9, ""), patient: false })).is_err());
}

#[test]
fn find_leads_to_clients_systems_and_logins_nobody_owns() {
    let office = Office::filled();
    let mut session = firm(&office);
    let mut targets = |words: &str| match session.ask(Query::Find(words.to_owned())).unwrap() {
        Answer::Hits(hits) => hits.into_iter().map(|hit| (hit.kind, format!("{:?}", hit.target))).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    let found: Vec<_> = ["oakfield", "team vault", "wi-fi"].iter().flat_map(|words| targets(words)).collect();
    for (kind, node) in [("client", "Node(Client("), ("system", "Node(System("), ("shared login", "Node(Client(")] {
        assert!(found.iter().any(|(k, target)| k == kind && target.starts_with(node)), "{kind}: {found:?}");
    }
    assert!(!found.iter().any(|(_, target)| target.starts_with("Command")), "{found:?}");
}

#[test]
fn who_does_not_wait_for_the_links_between_systems_and_says_what_is_missing() {
    let office = Office::filled();
    drop(firm(&office));
    let mut session = office.at("2026-03-02T13:00:00Z");
    let vault = tree(&mut session, &BTreeSet::new(), None, slice(0, 9, "team vault")).page.rows[1].node;
    let mut ask = |patient| match session.ask(Query::Who(WhoSlice { node: vault, slice: slice(0, 400, ""), patient })) {
        Ok(Answer::Who(view)) => view,
        other => panic!("{other:?}"),
    };
    let hasty = ask(false);
    assert!(!hasty.whole && hasty.through == 0);
    let patient = ask(true);
    assert!(patient.whole && patient.through > 0);
    assert_eq!((patient.direct, patient.knowing), (hasty.direct, hasty.knowing));
    assert_eq!(ask(false), patient, "once they are read nobody waits any more");
}
