//! Tests of reach.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]
use super::*;

fn node(id: u64, parents: &[u64]) -> SystemNode {
    SystemNode {
        id: SystemId(id),
        client: ClientId(id),
        kind: SystemKind::Application,
        opens: Vec::new(),
        signs_in_through: parents.iter().map(|p| SystemId(*p)).collect(),
    }
}

fn opening(id: u64, opens: &[Opens]) -> SystemNode {
    SystemNode { opens: opens.to_vec(), ..node(id, &[]) }
}

fn to(id: u64) -> Opens {
    Opens::System(SystemId(id))
}

fn way(grant: u64, system: u64) -> Way {
    Way { grant: GrantId(grant), system: SystemId(system), personal: true, state: GrantState::In, off: None }
}

fn shared(grant: u64, system: u64) -> Way {
    Way { personal: false, ..way(grant, system) }
}

fn removed(grant: u64, system: u64, at: i64) -> Way {
    Way { state: GrantState::Removed, off: Some(Instant::from_millis(at)), ..way(grant, system) }
}

fn shut(graph: &SystemGraph, ways: &[Way]) -> Vec<u64> {
    let mut shut: Vec<u64> = WaysIn::new(graph, ways.iter().copied()).all_shut().keys().map(|g| g.0).collect();
    shut.sort_unstable();
    shut
}

fn shuts(graph: &SystemGraph, ways: &[Way], grant: u64) -> Option<usize> {
    WaysIn::new(graph, ways.iter().copied()).shuts().get(&GrantId(grant)).copied()
}

#[test]
fn a_circle_of_opening_systems_ends_and_every_path_is_the_shortest() {
    let graph = SystemGraph::new([opening(1, &[to(2)]), opening(2, &[to(3), to(1)]), opening(3, &[to(1), to(2)])]);
    let closure = graph.opened_by(SystemId(1));
    assert_eq!(closure.rows.iter().map(|r| (r.system.0, r.depth)).collect::<Vec<_>>(), [(2, 1), (3, 2)]);
    assert_eq!(closure.path(SystemId(3)), [SystemId(1), SystemId(2), SystemId(3)]);
    assert_eq!(closure.path(SystemId(7)), []);
}

#[test]
fn a_diamond_is_reached_once_over_the_smaller_id() {
    let graph =
        SystemGraph::new([opening(1, &[to(3), to(2)]), opening(2, &[to(4)]), opening(3, &[to(4)]), node(4, &[])]);
    let closure = graph.opened_by(SystemId(1));
    assert_eq!(closure.rows.len(), 3);
    let last = closure.get(SystemId(4)).unwrap();
    assert_eq!((last.depth, last.first_hop, last.through), (2, SystemId(2), SystemId(2)));
    assert_eq!(closure.path(SystemId(4)), [SystemId(1), SystemId(2), SystemId(4)]);
}

#[test]
fn all_of_a_kind_and_of_a_client_are_opened_and_what_signs_in_through_them() {
    let firewall = |id| SystemNode { kind: SystemKind::Firewall, ..node(id, &[]) };
    let of_client = SystemNode { client: ClientId(2), ..node(6, &[2]) };
    let graph = SystemGraph::new([
        opening(1, &[Opens::Kind(SystemKind::Firewall), Opens::Client(ClientId(5))]),
        firewall(2),
        firewall(3),
        node(4, &[]),
        node(5, &[]),
        of_client,
    ]);
    let closure = graph.opened_by(SystemId(1));
    let rows: Vec<_> = closure.rows.iter().map(|r| (r.system.0, r.link, r.depth)).collect();
    assert_eq!(rows, [(2, Link::Opens, 1), (3, Link::Opens, 1), (5, Link::Opens, 1), (6, Link::SignsIn, 2)]);
    assert_eq!(closure.clients().len(), 3);
    let everything = SystemGraph::new([opening(1, &[Opens::All]), node(2, &[]), node(3, &[])]);
    assert_eq!(everything.opened_by(SystemId(1)).rows.len(), 2, "all others, not itself");
}

#[test]
fn what_several_ways_in_reach_starts_at_the_nearest_and_leaves_out_what_is_direct() {
    let graph = SystemGraph::new([opening(1, &[to(2)]), opening(2, &[to(3)]), node(3, &[]), opening(4, &[to(3)])]);
    let ways = WaysIn::new(&graph, [way(1, 1), way(2, 4), removed(3, 2, 5)]);
    let reached = ways.reached(&graph);
    let rows: Vec<_> = reached.rows.iter().map(|r| (r.system.0, r.source.0, r.depth)).collect();
    assert_eq!(rows, [(2, 1, 1), (3, 4, 1)]);
}

#[test]
fn new_sign_ons_that_close_a_circle_are_refused_with_the_circle() {
    let graph = SystemGraph::new([node(1, &[]), node(2, &[1]), node(3, &[2]), node(4, &[])]);
    assert!(graph.check_sign_ons(SystemId(4), &[SystemId(3), SystemId(1)]).is_ok());
    let refused = graph.check_sign_ons(SystemId(1), &[SystemId(4), SystemId(3)]).unwrap_err();
    assert_eq!(refused.path.first(), Some(&SystemId(1)));
    assert_eq!(refused.path.last(), Some(&SystemId(1)));
    assert_eq!(refused.path, [1, 2, 3, 1].map(SystemId).iter().rev().copied().collect::<Vec<_>>());
    assert_eq!(graph.check_sign_ons(SystemId(4), &[SystemId(4)]).unwrap_err().path, [SystemId(4)]);
}

#[test]
fn a_stored_circle_of_sign_ons_shuts_nothing_and_hangs_nobody() {
    let graph = SystemGraph::new([node(1, &[2]), node(2, &[1]), node(3, &[1])]);
    assert!(shut(&graph, &[way(1, 1), way(2, 2), way(3, 3)]).is_empty());
    assert!(graph.check_sign_ons(SystemId(9), &[SystemId(1)]).is_ok());
    // Once one of them is really done the rest follows.
    assert_eq!(shut(&graph, &[removed(1, 1, 5), way(2, 2), way(3, 3)]), [2, 3]);
    assert_eq!(shuts(&graph, &[way(1, 1), way(2, 2), way(3, 3)], 1), Some(3));
}

#[test]
fn with_two_sign_ons_a_way_in_is_shut_only_when_both_are() {
    let graph = SystemGraph::new([node(1, &[]), node(2, &[]), node(3, &[1, 2])]);
    assert!(shut(&graph, &[removed(1, 1, 10), way(2, 2), way(3, 3)]).is_empty());
    let ways = [removed(1, 1, 10), removed(2, 2, 20), way(3, 3)];
    assert_eq!(shut(&graph, &ways), [3]);
    let by = WaysIn::new(&graph, ways).shut_by(GrantId(3)).unwrap();
    assert_eq!((by.parent, by.at), (SystemId(1), Some(Instant::from_millis(20))), "shut when the last one was");
    // While both are open neither shuts it alone; with one gone the other does.
    assert_eq!(shuts(&graph, &[way(1, 1), way(2, 2), way(3, 3)], 1), Some(1));
    assert_eq!(shuts(&graph, &[removed(1, 1, 10), way(2, 2), way(3, 3)], 2), Some(2));
}

#[test]
fn a_sign_on_with_a_second_open_way_in_shuts_nothing() {
    let graph = SystemGraph::new([node(1, &[]), node(2, &[1])]);
    assert!(shut(&graph, &[removed(1, 1, 10), way(2, 1), way(3, 2)]).is_empty());
    assert_eq!(shuts(&graph, &[way(1, 1), way(2, 1), way(3, 2)], 1), Some(1));
}

#[test]
fn a_shared_login_behind_a_sign_on_stays_open_and_so_does_what_is_behind_it() {
    let graph = SystemGraph::new([node(1, &[]), node(2, &[1]), node(3, &[2])]);
    let ways = [removed(1, 1, 10), shared(2, 2), way(3, 2), way(4, 3)];
    assert_eq!(shut(&graph, &ways), [3], "the personal way into 2, not the shared one, nor what 2 signs in");
    assert_eq!(shuts(&graph, &[way(1, 1), shared(2, 2), way(3, 2), way(4, 3)], 1), Some(2));
}

#[test]
fn a_sign_on_that_came_back_opens_what_was_shut_by_it() {
    let graph = SystemGraph::new([node(1, &[]), node(2, &[1])]);
    assert_eq!(shut(&graph, &[removed(1, 1, 10), way(2, 2)]), [2]);
    let back = Way { state: GrantState::CameBack, off: None, ..way(1, 1) };
    assert!(shut(&graph, &[back, way(2, 2)]).is_empty());
}

#[test]
fn a_sign_on_nobody_recorded_a_way_into_proves_nothing() {
    let graph = SystemGraph::new([node(1, &[]), node(2, &[1])]);
    assert!(shut(&graph, &[way(2, 2)]).is_empty());
}

#[test]
fn a_chain_falls_at_once_and_its_states_say_so() {
    let graph = SystemGraph::new([node(1, &[]), node(2, &[1]), node(3, &[2]), node(4, &[3])]);
    let open = [way(1, 1), way(2, 2), way(3, 3), way(4, 4)];
    assert_eq!([1, 2, 3, 4].map(|g| shuts(&graph, &open, g)), [Some(4), Some(3), Some(2), Some(1)]);
    let after = WaysIn::new(&graph, [removed(1, 1, 9), way(2, 2), way(3, 3), way(4, 4)]);
    let states: Vec<_> = after.states().map(|(_, state)| state).collect();
    assert_eq!(states[0], GrantState::Removed);
    assert!(states[1..].iter().all(|state| *state == GrantState::ShutByParent));
    assert_eq!(after.shut_by(GrantId(4)).unwrap().parent, SystemId(3));
    assert!(after.shuts().is_empty());
}

#[test]
fn a_tool_spans_the_tags_of_every_client_it_reaches() {
    let graph = SystemGraph::new([opening(1, &[to(2)]), node(2, &[]), node(3, &[])]);
    let tags: HashMap<_, _> = [(ClientId(2), BTreeSet::from(["pci".to_owned()]))].into();
    let pci = BTreeSet::from(["pci".to_owned()]);
    assert_eq!(graph.span(SystemId(1), &tags), Span { tags: pci.clone(), clients: 2 });
    assert_eq!(graph.span(SystemId(2), &tags), Span { tags: pci, clients: 1 });
    assert_eq!(graph.span(SystemId(3), &tags), Span { tags: BTreeSet::new(), clients: 1 });
}

#[test]
fn twenty_thousand_ways_in_behind_one_sign_on_are_worked_out_in_one_go() {
    let nodes = (1..=20_000).map(|id| if id == 1 { opening(1, &[Opens::All]) } else { node(id, &[1]) });
    let graph = SystemGraph::new(nodes);
    let ways: Vec<Way> = (1..=20_000).map(|id| way(id, id)).collect();
    let open = WaysIn::new(&graph, ways.iter().copied());
    let shuts = open.shuts();
    assert_eq!((shuts[&GrantId(1)], shuts[&GrantId(2)]), (20_000, 1));
    let done = WaysIn::new(&graph, std::iter::once(removed(1, 1, 1)).chain(ways[1..].iter().copied()));
    assert_eq!(done.all_shut().len(), 19_999);
}

#[test]
fn what_leads_to_a_system_is_what_reaches_it_the_nearest_first() {
    let firewall = |id| SystemNode { kind: SystemKind::Firewall, ..node(id, &[]) };
    let graph = SystemGraph::new([
        opening(1, &[Opens::Kind(SystemKind::Firewall)]),
        firewall(2),
        node(3, &[1]),
        SystemNode { client: ClientId(9), ..node(4, &[3]) },
        opening(5, &[Opens::Client(ClientId(9)), to(1)]),
        opening(6, &[Opens::All]),
        node(7, &[]),
    ]);
    let all: Vec<SystemId> = (1..=7).map(SystemId).collect();
    for target in &all {
        let mut reaching: Vec<(u32, SystemId)> = Vec::new();
        for from in all.iter().filter(|from| *from != target) {
            reaching.extend(graph.opened_by(*from).get(*target).map(|reached| (reached.depth, *from)));
        }
        reaching.sort_unstable();
        let expected: Vec<SystemId> = reaching.into_iter().map(|(_, from)| from).collect();
        assert_eq!(graph.leading_to([*target]), expected, "to {target:?}");
    }
    assert_eq!(graph.leading_to([SystemId(2), SystemId(7)]), [SystemId(1), SystemId(6), SystemId(5)]);
    assert_eq!(graph.leading_to([SystemId(99)]), []);
}
