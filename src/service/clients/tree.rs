//! The rows between two places of the tree.
//!
//! The tree is never built: from the places of the open clients among all of them follows which stretch of which list
//! stands where, and only the stretches that are wanted are read.
//!
//! Must never know: keys, drawing.

use super::{NodeLine, TreeSlice, TreeView, filter, path};
use crate::domain::{Account, AccountKind, Client, ClientId, ClientStatus, Severity, System, SystemId};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::service::filter::{CLIENTS, Filter};
use crate::service::resolve::Scope;
use crate::service::view::Page;
use crate::store::{ClientCount, FindingRow, Select, StoreError, SystemCount, WayRow, searchable};
use std::collections::{BTreeSet, HashMap};

/// A part of the tree.
///
/// # Errors
/// When a table cannot be read.
pub fn tree(facts: &Facts<'_>, wanted: &TreeSlice) -> Result<TreeView, AppError> {
    let clients = facts.reader().count::<Client>(&Select::all())?;
    let mut open = wanted.open.clone();
    let unfolded = match wanted.seek {
        Some(node) => above(facts, node)?,
        None => Vec::new(),
    };
    open.extend(unfolded.iter().copied());
    let words = Filter::parse(&wanted.slice.filter, CLIENTS);
    if !words.is_empty() {
        return filter::tree(facts, wanted, &words, &open, clients);
    }
    let stretches = stretches(facts, &open, clients)?;
    let total = stretches.iter().map(|stretch| stretch.rows).sum::<u64>();
    let place = match wanted.seek {
        Some(node) => place_of(facts, &stretches, node)?,
        None => None,
    };
    let start = begin(wanted.slice.start as u64, wanted.slice.limit as u64, place);
    let mut rows = Vec::new();
    let (mut before, end) = (0, start.saturating_add(wanted.slice.limit as u64));
    for stretch in &stretches {
        let from = start.max(before) - before;
        let to = stretch.rows.min(end.saturating_sub(before));
        if from < to {
            for node in stretch.nodes(facts, from, to - from)? {
                rows.extend(line(facts, node, open.contains(&node))?);
            }
        }
        before += stretch.rows;
    }
    let page = Page { rows, start: size(start), total: size(total), unfiltered: size(total) };
    Ok(TreeView { page, clients, matches: clients, best: None, cut: false, unfolded })
}

/// Where the rows begin: as asked, unless the row that is sought lies outside; then it stands in the middle.
pub(super) const fn begin(start: u64, limit: u64, sought: Option<u64>) -> u64 {
    match sought {
        Some(place) if place < start || place >= start.saturating_add(limit) => place.saturating_sub(limit / 2),
        _ => start,
    }
}

pub(super) fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The nodes above one, the client first.
fn above(facts: &Facts<'_>, node: Scope) -> Result<Vec<Scope>, StoreError> {
    let Some(found) = path(facts, node)? else { return Ok(Vec::new()) };
    Ok(match (node, found.system) {
        (Scope::Client(_), _) | (_, None) => Vec::new(),
        (Scope::System(_), Some(_)) => vec![Scope::Client(found.client)],
        (Scope::Account(_), Some(system)) => vec![Scope::Client(found.client), Scope::System(system)],
    })
}

/// Neighbouring rows that come from one list.
struct Stretch {
    list: List,
    /// Place of the first one in its list.
    from: u64,
    /// How many.
    rows: u64,
}

/// A list the tree is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum List {
    Clients,
    Systems(ClientId),
    Accounts(SystemId),
}

impl Stretch {
    /// So many nodes from one on, in their order.
    fn nodes(&self, facts: &Facts<'_>, skip: u64, limit: u64) -> Result<Vec<Scope>, StoreError> {
        let (read, start) = (facts.reader(), self.from + skip);
        Ok(match self.list {
            List::Clients => {
                let ids = read.ids::<Client>(&Select::all().order(&["name_folded"]).page(start, limit))?;
                ids.into_iter().map(Scope::Client).collect()
            }
            List::Systems(client) => {
                let ids = read.ids::<System>(&systems_of(client).page(start, limit))?;
                ids.into_iter().map(Scope::System).collect()
            }
            List::Accounts(system) => {
                let ids = read.ids::<Account>(&accounts_of(system).page(start, limit))?;
                ids.into_iter().map(Scope::Account).collect()
            }
        })
    }
}

fn systems_of(client: ClientId) -> Select {
    Select::all().eq("client", client).order(&["name_folded"])
}

fn accounts_of(system: SystemId) -> Select {
    Select::all().eq("system", system).order(&["login_folded"])
}

/// The tree as stretches of lists, from the top down.
fn stretches(facts: &Facts<'_>, open: &BTreeSet<Scope>, clients: u64) -> Result<Vec<Stretch>, StoreError> {
    let mut opened = Vec::new();
    for node in open {
        if let Scope::Client(client) = node
            && let Some(place) = client_place(facts, *client)?
        {
            opened.push((place, *client));
        }
    }
    opened.sort_unstable();
    let mut out = Vec::new();
    let mut from = 0;
    for (place, client) in opened {
        out.push(Stretch { list: List::Clients, from, rows: place + 1 - from });
        systems(facts, open, client, &mut out)?;
        from = place + 1;
    }
    out.push(Stretch { list: List::Clients, from, rows: clients.saturating_sub(from) });
    Ok(out)
}

/// The systems of an open client, with the accounts of those that are open too.
fn systems(
    facts: &Facts<'_>,
    open: &BTreeSet<Scope>,
    client: ClientId,
    out: &mut Vec<Stretch>,
) -> Result<(), StoreError> {
    let read = facts.reader();
    let all = read.count::<System>(&systems_of(client))?;
    let mut inside = Vec::new();
    for node in open {
        if let Scope::System(id) = node
            && let Some(system) = facts.system(*id)?
            && system.client == client
        {
            inside.push(*id);
        }
    }
    let mut from = 0;
    if !inside.is_empty() {
        for (place, system) in (0..).zip(read.ids::<System>(&systems_of(client))?) {
            if inside.contains(&system) {
                out.push(Stretch { list: List::Systems(client), from, rows: place + 1 - from });
                let rows = read.count::<Account>(&accounts_of(system))?;
                out.push(Stretch { list: List::Accounts(system), from: 0, rows });
                from = place + 1;
            }
        }
    }
    out.push(Stretch { list: List::Systems(client), from, rows: all.saturating_sub(from) });
    Ok(())
}

/// The place of a client among all of them, by name.
fn client_place(facts: &Facts<'_>, client: ClientId) -> Result<Option<u64>, StoreError> {
    let Some(found) = facts.client(client)? else { return Ok(None) };
    let (read, name) = (facts.reader(), searchable(&found.name));
    let smaller = read.count::<Client>(&Select::all().lt("name_folded", name.clone()))?;
    let namesakes = read.count::<Client>(&Select::all().eq("name_folded", name).lt("id", client))?;
    Ok(Some(smaller + namesakes))
}

/// The place of a node whose parents are open.
fn place_of(facts: &Facts<'_>, stretches: &[Stretch], node: Scope) -> Result<Option<u64>, StoreError> {
    let Some(found) = path(facts, node)? else { return Ok(None) };
    let (list, place) = match (node, found.system) {
        (Scope::Client(client), _) => (List::Clients, client_place(facts, client)?),
        (Scope::System(system), _) => {
            let ids = facts.reader().ids::<System>(&systems_of(found.client))?;
            (List::Systems(found.client), ids.iter().position(|id| *id == system).map(|place| place as u64))
        }
        (Scope::Account(account), Some(system)) => {
            let ids = facts.reader().ids::<Account>(&accounts_of(system))?;
            (List::Accounts(system), ids.iter().position(|id| *id == account).map(|place| place as u64))
        }
        (Scope::Account(_), None) => return Ok(None),
    };
    let Some(place) = place else { return Ok(None) };
    let mut before = 0;
    for stretch in stretches {
        if stretch.list == list && (stretch.from..stretch.from + stretch.rows).contains(&place) {
            return Ok(Some(before + place - stretch.from));
        }
        before += stretch.rows;
    }
    Ok(None)
}

/// A node as a row; nothing when it is gone.
///
/// # Errors
/// When a table cannot be read.
pub(super) fn line(facts: &Facts<'_>, node: Scope, open: bool) -> Result<Option<NodeLine>, StoreError> {
    let Some(found) = path(facts, node)? else { return Ok(None) };
    let read = facts.reader();
    let mut name = found.names.last().cloned().unwrap_or_default();
    let (parent, column, id, people, children) = match node {
        Scope::Client(client) => {
            if let Some(record) = facts.client(client)? {
                name.push_str(match (record.own, record.status) {
                    (true, _) => " (own company)",
                    (false, ClientStatus::Active) => "",
                    (false, ClientStatus::Leaving) => " (leaving)",
                    (false, ClientStatus::Ended) => " (ended)",
                });
            }
            let count = read.derived_one::<ClientCount>(&Select::all().eq("client", client))?;
            let children = read.count::<System>(&Select::all().eq("client", client))?;
            (None, "client", client.0, count.map_or(0, |count| count.people), children)
        }
        Scope::System(system) => {
            let count = read.derived_one::<SystemCount>(&Select::all().eq("system", system))?;
            let children = read.count::<Account>(&Select::all().eq("system", system))?;
            (Some(Scope::Client(found.client)), "system", system.0, count.map_or(0, |count| count.people), children)
        }
        Scope::Account(account) => {
            let kind = facts.get::<Account>(account)?.map_or(AccountKind::Personal, |account| account.kind);
            match kind {
                AccountKind::Personal => {}
                AccountKind::Shared => name.push_str(" (shared)"),
                AccountKind::BreakGlass => name.push_str(" (emergency)"),
                other => name = format!("{name} ({})", other.shown()),
            }
            let ways = read.derived::<WayRow>(&Select::all().eq("account", account).eq("open", true))?;
            let people: BTreeSet<_> = ways.iter().map(|way| way.person).collect();
            (found.system.map(Scope::System), "account", account.0, people.len() as u64, 0)
        }
    };
    let worst = Select::all().eq(column, id).ne("state", "set_aside").order_desc(&["severity"]);
    let risk = read.derived_one::<FindingRow>(&worst)?.map_or(Severity::Advice, |finding| finding.severity);
    let people = u32::try_from(people).unwrap_or(u32::MAX);
    Ok(Some(NodeLine { node, parent, path: found.names, name, people, risk, children, open }))
}

/// The order of siblings: by name, then by id.
#[derive(Default)]
pub(super) struct Order {
    names: HashMap<Scope, String>,
}

impl Order {
    /// The key a node is sorted by among its siblings.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub(super) fn key(&mut self, facts: &Facts<'_>, node: Scope) -> Result<(String, Scope), StoreError> {
        if let Some(name) = self.names.get(&node) {
            return Ok((name.clone(), node));
        }
        let name = path(facts, node)?.and_then(|found| found.names.last().map(|name| searchable(name)));
        let name = name.unwrap_or_default();
        self.names.insert(node, name.clone());
        Ok((name, node))
    }
}
