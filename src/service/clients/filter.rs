//! The nodes that match typed words, under their parents.
//!
//! The words may stand anywhere along the path to a node: `harbor admin` finds the login `admin` of a system of Harbor
//! Dental. A node is a match of its own only when one of the words stands in its own name, or when it is a system as
//! `system:`, `kind:` or `level:` ask for one.
//!
//! Must never know: keys, drawing.

use super::tree::{Order, begin, line, size};
use super::{TreeSlice, TreeView, path};
use crate::domain::{Account, AccountId, Client, RecordKind, System, SystemId, SystemKind};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::service::filter::{Column, Filter};
use crate::service::resolve::Scope;
use crate::service::view::Page;
use crate::store::{Select, StoreError, SystemCount, WayRow};
use crate::text;
use std::collections::{BTreeMap, BTreeSet};

/// Of systems that hold a word so many are looked at; what is beyond is found by typing more.
const MOST_SYSTEMS: u64 = 2_000;
/// The same for logins.
const MOST_LOGINS: u64 = 500;

/// What `level:` calls a place somebody may administer.
pub const ADMIN: &str = "admin";
/// Columns that ask for systems.
const OF_SYSTEMS: [Column; 3] = [Column::System, Column::Kind, Column::Level];

/// Children by parent: what is shown of the tree.
type Shown = BTreeMap<Option<Scope>, BTreeSet<(String, Scope)>>;

/// The matches with what is above them. Where a node in sight is open, all of its children are shown.
///
/// # Errors
/// When a table cannot be read.
pub(super) fn tree(
    facts: &Facts<'_>,
    wanted: &TreeSlice,
    words: &Filter,
    open: &BTreeSet<Scope>,
    clients: u64,
) -> Result<TreeView, AppError> {
    let (matches, cut) = matches(facts, words)?;
    let mut order = Order::default();
    let mut shown = Shown::new();
    for node in &matches {
        show(facts, &mut order, &mut shown, *node)?;
    }
    let in_sight: Vec<Scope> = shown.values().flatten().map(|(_, node)| *node).collect();
    for node in in_sight.iter().filter(|node| open.contains(node)) {
        unfold(facts, &mut order, &mut shown, *node, open)?;
    }
    let mut nodes = Vec::new();
    flatten(&shown, None, &mut nodes);
    let place = wanted.seek.and_then(|sought| nodes.iter().position(|node| *node == sought));
    let start = begin(wanted.slice.start as u64, wanted.slice.limit as u64, place.map(|place| place as u64));
    let mut rows = Vec::new();
    for node in nodes.iter().skip(size(start)).take(wanted.slice.limit) {
        rows.extend(line(facts, *node, shown.contains_key(&Some(*node)))?);
    }
    let page = Page { rows, start: size(start), total: nodes.len(), unfiltered: size(clients) };
    // A client that matches is meant rather than the logins above it that hold the same letters.
    let hits = page.rows.iter().filter(|row| matches.contains(&row.node));
    let best = hits.min_by_key(|row| row.depth()).map(|row| row.node);
    Ok(TreeView { page, clients, matches: matches.len() as u64, best, cut, unfolded: Vec::new() })
}

/// Puts a node and what is above it in sight.
fn show(facts: &Facts<'_>, order: &mut Order, shown: &mut Shown, node: Scope) -> Result<(), StoreError> {
    let Some(found) = path(facts, node)? else { return Ok(()) };
    let client = Scope::Client(found.client);
    shown.entry(None).or_default().insert(order.key(facts, client)?);
    let Some(system) = found.system.map(Scope::System) else { return Ok(()) };
    shown.entry(Some(client)).or_default().insert(order.key(facts, system)?);
    if matches!(node, Scope::Account(_)) {
        shown.entry(Some(system)).or_default().insert(order.key(facts, node)?);
    }
    Ok(())
}

/// Puts every child of an open node in sight, and theirs where they are open.
fn unfold(
    facts: &Facts<'_>,
    order: &mut Order,
    shown: &mut Shown,
    node: Scope,
    open: &BTreeSet<Scope>,
) -> Result<(), StoreError> {
    let read = facts.reader();
    let children: Vec<Scope> = match node {
        Scope::Client(client) => {
            read.ids::<System>(&Select::all().eq("client", client))?.into_iter().map(Scope::System).collect()
        }
        Scope::System(system) => {
            read.ids::<Account>(&Select::all().eq("system", system))?.into_iter().map(Scope::Account).collect()
        }
        Scope::Account(_) => Vec::new(),
    };
    for child in children {
        let key = order.key(facts, child)?;
        shown.entry(Some(node)).or_default().insert(key);
        if open.contains(&child) {
            unfold(facts, order, shown, child, open)?;
        }
    }
    Ok(())
}

fn flatten(shown: &Shown, parent: Option<Scope>, out: &mut Vec<Scope>) {
    for (_, node) in shown.get(&parent).into_iter().flatten() {
        out.push(*node);
        flatten(shown, Some(*node), out);
    }
}

/// The nodes that match by a word of their own, and whether there are more than were looked at.
fn matches(facts: &Facts<'_>, words: &Filter) -> Result<(BTreeSet<Scope>, bool), AppError> {
    let read = facts.reader();
    let (mut found, mut cut) = (BTreeSet::new(), false);
    let of_systems = OF_SYSTEMS.iter().any(|column| words.names(*column));
    if of_systems {
        let systems = systems(facts, words)?;
        cut |= systems.len() as u64 == MOST_SYSTEMS;
        found.extend(systems.into_iter().map(Scope::System));
    } else {
        // A client that is named as such is a match itself; with nothing but words to leave out, every client is looked
        // at.
        for client in words.asks(Column::Client) {
            let named = Select::all().contains("name_folded", client);
            found.extend(read.ids::<Client>(&named)?.into_iter().map(Scope::Client));
        }
        if words.asks(Column::Client).next().is_none() && words.words().is_empty() {
            found.extend(read.ids::<Client>(&Select::all())?.into_iter().map(Scope::Client));
        }
    }
    for word in words.words() {
        for client in read.ids::<Client>(&Select::all().contains("name_folded", word.as_str()))? {
            found.insert(Scope::Client(client));
        }
        let holding = Select::all().contains("name_folded", word.as_str()).page(0, MOST_SYSTEMS);
        let systems = read.ids::<System>(&holding)?;
        cut |= systems.len() as u64 == MOST_SYSTEMS;
        found.extend(systems.into_iter().map(Scope::System));
        let logins = read.search(word, &[RecordKind::Account], MOST_LOGINS)?;
        cut |= logins.len() as u64 == MOST_LOGINS;
        found.extend(logins.into_iter().map(|login| Scope::Account(AccountId(login.id))));
    }
    let mut out = BTreeSet::new();
    for node in found {
        let Some(at) = path(facts, node)? else { continue };
        let kind = match (at.system, words.names(Column::Kind)) {
            (Some(system), true) => facts.system(system)?.map_or("", |system| system.kind.shown()),
            _ => "",
        };
        let level = if words.names(Column::Level) { level(facts, node)? } else { "" };
        let value = |column| match column {
            Column::Client => at.names.first().cloned().unwrap_or_default(),
            Column::System => at.names.get(1).cloned().unwrap_or_default(),
            Column::Kind => kind.to_owned(),
            _ => level.to_owned(),
        };
        let is_asked = match node {
            // What is asked of systems is nothing a client has.
            Scope::Client(_) => !of_systems && own_word(words, &at.names),
            Scope::System(_) => of_systems || own_word(words, &at.names),
            Scope::Account(_) => own_word(words, &at.names),
        };
        if is_asked && words.takes(&at.names.join(" "), value) {
            out.insert(node);
        }
    }
    Ok((out, cut))
}

/// The systems that may be asked for, by what narrows most.
fn systems(facts: &Facts<'_>, words: &Filter) -> Result<Vec<SystemId>, StoreError> {
    let read = facts.reader();
    let mut select = Select::all();
    for client in words.asks(Column::Client) {
        let named = read.ids::<Client>(&Select::all().contains("name_folded", client).page(0, MOST_LOGINS))?;
        select = select.one_of("client", named.into_iter().map(|client| client.0));
    }
    for name in words.asks(Column::System) {
        select = select.contains("name_folded", name);
    }
    for kind in words.asks(Column::Kind) {
        let kinds = SystemKind::ALL.iter().filter(|of| text::folded(of.shown()).contains(kind));
        select = select.one_of("kind", kinds.copied());
    }
    let only_level = !words.names(Column::Kind) && !words.names(Column::System) && !words.names(Column::Client);
    if only_level && words.asks(Column::Level).all(|level| ADMIN.contains(level)) {
        let with_admin = Select::all().gt("admin", 0).page(0, MOST_SYSTEMS);
        return Ok(read.derived::<SystemCount>(&with_admin)?.into_iter().map(|count| count.system).collect());
    }
    read.ids::<System>(&select.page(0, MOST_SYSTEMS))
}

/// What level stands at a node as far as a filter asks: somebody may administer it, or only use it.
fn level(facts: &Facts<'_>, node: Scope) -> Result<&'static str, StoreError> {
    let (ways, admin) = match node {
        Scope::Client(_) => (0, 0),
        Scope::System(system) => {
            let count = facts.reader().derived_one::<SystemCount>(&Select::all().eq("system", system))?;
            count.map_or((0, 0), |count| (count.ways_in, count.admin))
        }
        Scope::Account(account) => {
            let open = Select::all().eq("account", account).eq("open", true);
            let admin = facts.reader().derived_count::<WayRow>(&open.clone().eq("admin", true))?;
            (facts.reader().derived_count::<WayRow>(&open)?, admin)
        }
    };
    Ok(match (admin, ways) {
        (1.., _) => ADMIN,
        (0, 1..) => "user",
        _ => "",
    })
}

/// Whether one of the words stands in the last name of a path: else the match is what is above.
fn own_word(words: &Filter, names: &[String]) -> bool {
    if words.words().is_empty() {
        return true;
    }
    let own = names.last().map(|name| text::folded(name)).unwrap_or_default();
    words.words().iter().any(|word| own.contains(word))
}
