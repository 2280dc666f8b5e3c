//! A small estate for tests of the screen: two clients and the own company, with what one may ask about them.

use crate::tui_support::at;
use keyward::domain::{AccountId, ClientId, GrantState, PersonId, Severity, SystemId};
use keyward::service::clients::{Entrant, NodeLine, Route, TreeSlice, TreeView, WhoSlice, WhoView};
use keyward::service::resolve::Scope;
use keyward::service::view::Page;

pub const CEDAR: Scope = Scope::Client(ClientId(1));
pub const HARBOR: Scope = Scope::Client(ClientId(2));
pub const FIREWALL: Scope = Scope::System(SystemId(21));
pub const ADMIN: Scope = Scope::Account(AccountId(211));

/// Every node in the order of the tree: depth first, by name.
fn nodes() -> Vec<NodeLine> {
    let rows: &[(Scope, &[&str], u32, Severity, u64)] = &[
        (CEDAR, &["Cedar & Pike Law"], 9, Severity::Medium, 2),
        (Scope::System(SystemId(11)), &["Cedar & Pike Law", "365 tenant"], 6, Severity::Low, 0),
        (Scope::System(SystemId(12)), &["Cedar & Pike Law", "VPN"], 4, Severity::Low, 0),
        (HARBOR, &["Harbor Dental"], 14, Severity::High, 2),
        (FIREWALL, &["Harbor Dental", "Firewall"], 3, Severity::High, 2),
        (ADMIN, &["Harbor Dental", "Firewall", "admin"], 2, Severity::High, 0),
        (Scope::Account(AccountId(212)), &["Harbor Dental", "Firewall", "dana.r"], 1, Severity::Low, 0),
        (Scope::System(SystemId(22)), &["Harbor Dental", "Imaging server"], 4, Severity::Low, 0),
        (Scope::Client(ClientId(3)), &["Kingswood IT"], 34, Severity::Low, 0),
    ];
    rows.iter()
        .map(|(node, path, people, risk, children)| NodeLine {
            node: *node,
            parent: parent(*node),
            path: path.iter().map(|name| (*name).to_owned()).collect(),
            name: match node {
                Scope::Account(AccountId(211)) => "admin (shared)".to_owned(),
                Scope::Client(ClientId(3)) => "Kingswood IT (own company)".to_owned(),
                _ => (*path.last().unwrap()).to_owned(),
            },
            people: *people,
            risk: *risk,
            children: *children,
            open: false,
        })
        .collect()
}

fn parent(node: Scope) -> Option<Scope> {
    match node {
        Scope::Client(_) => None,
        Scope::System(id) => Some(Scope::Client(ClientId(id.0 / 10))),
        Scope::Account(id) => Some(Scope::System(SystemId(id.0 / 10))),
    }
}

pub fn tree(wanted: &TreeSlice, gone: &[Scope]) -> TreeView {
    let mut open = wanted.open.clone();
    let mut unfolded = Vec::new();
    let mut above = wanted.seek.and_then(parent);
    while let Some(node) = above {
        open.insert(node);
        unfolded.push(node);
        above = parent(node);
    }
    let words = wanted.slice.filter.to_lowercase().replace('"', "").replace("client:", "");
    let fits = |line: &NodeLine| {
        let path = line.path.join(" ").to_lowercase();
        words.split_whitespace().all(|word| path.contains(word))
    };
    let all: Vec<NodeLine> = nodes().into_iter().filter(|line| !gone.contains(&line.node)).collect();
    let matches: Vec<Scope> = all.iter().filter(|line| fits(line)).map(|line| line.node).collect();
    let kept = |node: Scope| {
        matches.iter().any(|m| *m == node || parent(*m) == Some(node) || parent(*m).and_then(parent) == Some(node))
    };
    let rows: Vec<NodeLine> = all
        .iter()
        .filter(|line| match (words.is_empty(), line.parent) {
            (false, _) => kept(line.node),
            (true, None) => true,
            (true, Some(up)) => open.contains(&up) && parent(up).is_none_or(|top| open.contains(&top)),
        })
        .map(|line| NodeLine { open: open.contains(&line.node) || !words.is_empty(), ..line.clone() })
        .collect();
    let total = rows.len();
    let clients = all.iter().filter(|line| line.parent.is_none()).count() as u64;
    let page = Page { rows, start: 0, total, unfiltered: total };
    TreeView {
        page,
        clients,
        matches: matches.len() as u64,
        best: matches.first().copied().filter(|_| !words.is_empty()),
        cut: false,
        unfolded,
    }
}

fn somebody(person: u64, name: &str, how: Route, left: bool) -> Entrant {
    Entrant {
        person: PersonId(person),
        name: name.to_owned(),
        left: left.then(|| Some(at("2026-03-12T17:00:00Z"))),
        shared: how == Route::Own,
        how,
        system: Some((SystemId(21), "Firewall".to_owned())),
        level: "Admin".to_owned(),
        admin: true,
        more: 0,
        since: Some(at("2025-06-02T09:00:00Z")),
        state: GrantState::In,
    }
}

pub fn who(wanted: &WhoSlice) -> WhoView {
    let (node, slice) = (wanted.node, &wanted.slice);
    let line = nodes().into_iter().find(|line| line.node == node).unwrap();
    let mut rows = vec![
        somebody(6, "Priya Nair", Route::Knows("password".to_owned()), true),
        somebody(1, "Dana Ruiz", Route::Own, false),
        somebody(5, "Tom Becker", Route::Own, false),
    ];
    let through = if matches!(node, Scope::Account(_)) || !wanted.patient { 0 } else { 40 };
    rows.extend((0..through).map(|n| {
        let name = format!("Tech {n:02}");
        Entrant {
            state: GrantState::Asked,
            ..somebody(100 + n, &name, Route::Through("RMM console".to_owned()), false)
        }
    }));
    let total = rows.len();
    let rows = rows.into_iter().skip(slice.start).take(slice.limit).collect();
    WhoView {
        node,
        client: ClientId(2),
        path: line.path,
        people: Page { rows, start: slice.start, total, unfiltered: total },
        direct: 2,
        knowing: 1,
        through: u32::try_from(through).unwrap(),
        whole: wanted.patient || matches!(node, Scope::Account(_)),
        facts: vec![
            ("Changed".to_owned(), "14 Feb 2025, 282 d ago".to_owned()),
            ("Kept in".to_owned(), "Password vault, Harbor / firewall".to_owned()),
            ("MFA".to_owned(), "not known".to_owned()),
        ],
        fix: Some((Severity::High, "Change this password, 1 leaver knows it. 10 minutes.".to_owned())),
    }
}
