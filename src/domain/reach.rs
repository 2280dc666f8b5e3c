//! What opens what: the graph of systems, what a way in reaches through it, and what one removal shuts.
//!
//! Two links matter. A system may *open* others (remote management the machines, a vault what is kept in it), and a
//! system may be *signed in to through* others (a tenant through the identity provider). Both let one reach further;
//! only the second shuts something: a personal account behind a sign-on is of no use once every way into all of its
//! sign-ons is shut.
//!
//! Must never know: names, rights of whole firms at once, how the rows were read, what time it is.

use super::{AccountKind, ClientId, GrantId, GrantState, Holding, Instant, Opens, System, SystemId, SystemKind};
use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

/// One system as the graph needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SystemNode {
    /// Which one.
    pub id: SystemId,
    /// Whose.
    pub client: ClientId,
    /// What kind.
    pub kind: SystemKind,
    /// What it opens besides itself.
    pub opens: Vec<Opens>,
    /// The sign-ons it depends on.
    pub signs_in_through: Vec<SystemId>,
}

impl From<&System> for SystemNode {
    fn from(system: &System) -> Self {
        Self {
            id: system.id,
            client: system.client,
            kind: system.kind,
            opens: system.opens.clone(),
            signs_in_through: system.signs_in_through.clone(),
        }
    }
}

/// How one system leads to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Link {
    /// The other is signed in to through it.
    SignsIn,
    /// It opens the other.
    Opens,
}

/// A system reached through another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    /// The system reached.
    pub system: SystemId,
    /// Whose it is.
    pub client: ClientId,
    /// The system one has a way into, where the path begins.
    pub source: SystemId,
    /// The first system on the path after the source.
    pub first_hop: SystemId,
    /// The system before this one on the path.
    pub through: SystemId,
    /// How that one leads here.
    pub link: Link,
    /// Steps from the source, from 1.
    pub depth: u32,
}

/// Everything reached, nearest first; within one distance in the order of the ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Closure {
    /// One row per system reached, by the shortest path.
    pub rows: Vec<Reached>,
    at: HashMap<SystemId, usize>,
}

impl Closure {
    /// The row of a system.
    pub fn get(&self, system: SystemId) -> Option<&Reached> {
        self.rows.get(*self.at.get(&system)?)
    }

    /// The way to a system: from the source to the system itself, both included. Empty when it is not reached.
    pub fn path(&self, system: SystemId) -> Vec<SystemId> {
        let mut path = Vec::new();
        let mut next = self.get(system);
        while let Some(row) = next {
            path.push(row.system);
            if row.through == row.source {
                path.push(row.source);
            }
            next = self.get(row.through).filter(|before| before.depth < row.depth);
        }
        path.reverse();
        path
    }

    /// The clients of the systems reached.
    pub fn clients(&self) -> BTreeSet<ClientId> {
        self.rows.iter().map(|row| row.client).collect()
    }
}

/// How wide a system spans: its own client and those it reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Span {
    /// The tags of all of them together.
    pub tags: BTreeSet<String>,
    /// How many they are.
    pub clients: u32,
}

/// New sign-ons would make a system depend on itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("A system cannot be signed in to through itself, not even by way of others. Nothing was changed.")]
pub struct SignOnCycle {
    /// The systems of the circle in order; the first one is the system that was to get the sign-on.
    pub path: Vec<SystemId>,
}

/// The systems and the links between them.
#[derive(Debug, Clone, Default)]
pub struct SystemGraph {
    nodes: Vec<SystemNode>,
    at: HashMap<SystemId, usize>,
    by_kind: HashMap<SystemKind, Vec<usize>>,
    by_client: HashMap<ClientId, Vec<usize>>,
    /// Systems signed in to through this one.
    behind: Vec<Vec<usize>>,
    /// The systems that open a group.
    openers: HashMap<Opens, Vec<usize>>,
}

impl SystemGraph {
    /// The graph of these systems. Links to systems that are not among them lead nowhere.
    pub fn new(nodes: impl IntoIterator<Item = SystemNode>) -> Self {
        let mut nodes: Vec<SystemNode> = nodes.into_iter().collect();
        // Sorted by id, so that every walk visits in the same order.
        nodes.sort_by_key(|node| node.id);
        nodes.dedup_by_key(|node| node.id);
        let at: HashMap<SystemId, usize> = nodes.iter().enumerate().map(|(i, node)| (node.id, i)).collect();
        let mut graph = Self { behind: vec![Vec::new(); nodes.len()], ..Self::default() };
        for (i, node) in nodes.iter().enumerate() {
            graph.by_kind.entry(node.kind).or_default().push(i);
            graph.by_client.entry(node.client).or_default().push(i);
            for group in &node.opens {
                graph.openers.entry(*group).or_default().push(i);
            }
            for parent in &node.signs_in_through {
                if let Some(behind) = at.get(parent).and_then(|parent| graph.behind.get_mut(*parent)) {
                    behind.push(i);
                }
            }
        }
        Self { nodes, at, ..graph }
    }

    /// The system with this id.
    pub fn node(&self, system: SystemId) -> Option<&SystemNode> {
        self.nodes.get(*self.at.get(&system)?)
    }

    /// The systems that lead to others: they open some, or some are signed in to through them.
    pub fn leading(&self) -> impl Iterator<Item = SystemId> + '_ {
        self.nodes
            .iter()
            .zip(&self.behind)
            .filter(|(node, behind)| !node.opens.is_empty() || !behind.is_empty())
            .map(|(node, _)| node.id)
    }

    /// Everything a way into one system reaches.
    pub fn opened_by(&self, system: SystemId) -> Closure {
        self.opened_from([system])
    }

    /// Everything ways into these systems reach, each by its shortest path; the systems themselves are no rows.
    /// Among paths of one length the one over the smallest ids is taken. The time is that of the systems and links
    /// visited: a group of systems that several others open is entered once.
    pub fn opened_from(&self, systems: impl IntoIterator<Item = SystemId>) -> Closure {
        let sources: BTreeSet<usize> = systems.into_iter().filter_map(|s| self.at.get(&s).copied()).collect();
        let mut seen: HashSet<usize> = sources.iter().copied().collect();
        let mut queue: VecDeque<(usize, Option<usize>)> = sources.into_iter().map(|source| (source, None)).collect();
        let mut entered: BTreeSet<Opens> = BTreeSet::new();
        let mut closure = Closure::default();
        while let Some((from, row)) = queue.pop_front() {
            let Some(node) = self.nodes.get(from) else { continue };
            let before = row.and_then(|row| closure.rows.get(row)).copied();
            for (to, link) in self.next(from, node, &mut entered) {
                let Some(reached) = self.nodes.get(to).filter(|_| seen.insert(to)) else { continue };
                let row = closure.rows.len();
                closure.at.insert(reached.id, row);
                closure.rows.push(Reached {
                    system: reached.id,
                    client: reached.client,
                    source: before.map_or(node.id, |before| before.source),
                    first_hop: before.map_or(reached.id, |before| before.first_hop),
                    through: node.id,
                    link,
                    depth: before.map_or(1, |before| before.depth.saturating_add(1)),
                });
                queue.push_back((to, Some(row)));
            }
        }
        closure
    }

    /// Where one system leads, in the order of the ids; groups already entered on this walk are left out.
    fn next(&self, from: usize, node: &SystemNode, entered: &mut BTreeSet<Opens>) -> Vec<(usize, Link)> {
        let mut next: Vec<(usize, Link)> =
            self.behind.get(from).into_iter().flatten().map(|to| (*to, Link::SignsIn)).collect();
        for opens in &node.opens {
            if entered.contains(&Opens::All) || !entered.insert(*opens) {
                continue;
            }
            let members: &[usize] = match opens {
                Opens::All => {
                    next.extend((0..self.nodes.len()).map(|to| (to, Link::Opens)));
                    &[]
                }
                Opens::Kind(kind) => self.by_kind.get(kind).map_or(&[], Vec::as_slice),
                Opens::Client(client) => self.by_client.get(client).map_or(&[], Vec::as_slice),
                Opens::System(system) => self.at.get(system).map_or(&[], std::slice::from_ref),
            };
            next.extend(members.iter().map(|to| (*to, Link::Opens)));
        }
        next.sort_unstable();
        next
    }

    /// Every system outside these with a way to one of them, nearest first; within one distance in the order of the
    /// ids. The time is that of the systems and links visited, not of the register.
    pub fn leading_to(&self, systems: impl IntoIterator<Item = SystemId>) -> Vec<SystemId> {
        let mut near: BTreeSet<usize> = systems.into_iter().filter_map(|s| self.at.get(&s).copied()).collect();
        let mut seen: HashSet<usize> = near.iter().copied().collect();
        let mut entered: HashSet<Opens> = HashSet::new();
        let mut found = Vec::new();
        while !near.is_empty() {
            let mut farther = BTreeSet::new();
            for node in near.iter().filter_map(|here| self.nodes.get(*here)) {
                let sign_ons = node.signs_in_through.iter().filter_map(|up| self.at.get(up).copied());
                farther.extend(sign_ons.filter(|up| seen.insert(*up)));
                let groups = [Opens::All, Opens::Kind(node.kind), Opens::Client(node.client), Opens::System(node.id)];
                for group in groups.into_iter().filter(|group| entered.insert(*group)) {
                    let openers = self.openers.get(&group).into_iter().flatten().copied();
                    farther.extend(openers.filter(|opener| seen.insert(*opener)));
                }
            }
            found.extend(farther.iter().filter_map(|far| self.nodes.get(*far)).map(|node| node.id));
            near = farther;
        }
        found
    }

    /// These systems and every sign-on above them, however far: what decides how a way into one of them stands.
    pub fn with_sign_ons(&self, systems: impl IntoIterator<Item = SystemId>) -> BTreeSet<SystemId> {
        let mut queue: Vec<SystemId> = systems.into_iter().collect();
        let mut found: BTreeSet<SystemId> = queue.iter().copied().collect();
        while let Some(here) = queue.pop() {
            let above = self.node(here).map_or(&[][..], |node| &node.signs_in_through);
            queue.extend(above.iter().copied().filter(|up| found.insert(*up)));
        }
        found
    }

    /// How wide a system spans. Limits of a tool are as strict as its strictest client.
    pub fn span(&self, system: SystemId, tags_of: &HashMap<ClientId, BTreeSet<String>>) -> Span {
        let leads_on = |i: usize| {
            let opens = self.nodes.get(i).is_some_and(|node| !node.opens.is_empty());
            opens || self.behind.get(i).is_some_and(|behind| !behind.is_empty())
        };
        let mut clients = match self.at.get(&system) {
            Some(i) if leads_on(*i) => self.opened_by(system).clients(),
            _ => BTreeSet::new(),
        };
        clients.extend(self.node(system).map(|node| node.client));
        let tags = clients.iter().filter_map(|client| tags_of.get(client)).flatten().cloned().collect();
        Span { tags, clients: u32::try_from(clients.len()).unwrap_or(u32::MAX) }
    }

    /// Whether a system may get these sign-ons: refused when one of them is, by way of others, signed in to through
    /// the system itself.
    pub fn check_sign_ons(&self, system: SystemId, parents: &[SystemId]) -> Result<(), SignOnCycle> {
        for parent in parents {
            let mut came_from: HashMap<SystemId, SystemId> = HashMap::new();
            let mut queue = VecDeque::from([*parent]);
            while let Some(here) = queue.pop_front() {
                if here == system {
                    return Err(SignOnCycle { path: circle(system, *parent, &came_from) });
                }
                for up in self.node(here).map_or(&[][..], |node| &node.signs_in_through) {
                    if *up != *parent && !came_from.contains_key(up) {
                        came_from.insert(*up, here);
                        queue.push_back(*up);
                    }
                }
            }
        }
        Ok(())
    }
}

/// The circle from a system over its new sign-on back to itself.
fn circle(system: SystemId, parent: SystemId, came_from: &HashMap<SystemId, SystemId>) -> Vec<SystemId> {
    let mut back = vec![system];
    let mut here = system;
    while here != parent {
        let Some(before) = came_from.get(&here) else { break };
        here = *before;
        back.push(here);
    }
    if system != parent {
        back.push(system);
    }
    back.reverse();
    back
}

/// One person's way into a system, as far as sign-ons are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// Which one.
    pub grant: GrantId,
    /// Into which system.
    pub system: SystemId,
    /// With a personal account: only those are of no use without their sign-on.
    pub personal: bool,
    /// How it stands by its own facts.
    pub state: GrantState,
    /// When it was done, when it is.
    pub off: Option<Instant>,
}

impl Way {
    /// The way in at a moment; none when it is not given yet.
    pub fn of(holding: &Holding, at: Instant) -> Option<Self> {
        let removal = &holding.grant.removal;
        let off = [removal.done, removal.confirmed].into_iter().flatten().map(|mark| mark.at).min();
        Some(Self {
            grant: holding.grant.id,
            system: holding.at.system.id,
            personal: holding.at.account.kind == AccountKind::Personal,
            state: holding.grant.state(at).filter(|state| *state != GrantState::Planned)?,
            off: off.filter(|off| *off <= at),
        })
    }
}

/// Why a way in is of no use although nobody removed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShutBy {
    /// The sign-on that is shut; the first of several.
    pub parent: SystemId,
    /// When the last way into the last sign-on was done, as far as that is known.
    pub at: Option<Instant>,
}

/// The ways in of one person, with what their sign-ons do to them.
#[derive(Debug, Clone, Default)]
pub struct WaysIn {
    ways: Vec<Way>,
    systems: Vec<OneSystem>,
    shut: HashMap<GrantId, ShutBy>,
}

/// One system among the ways of a person.
#[derive(Debug, Clone)]
struct OneSystem {
    id: SystemId,
    ways: Vec<usize>,
    /// Ways open at present, sign-ons considered.
    open: usize,
    /// Those of them with a personal account.
    personal: usize,
    /// Sign-ons the person has a way into, as places in the list.
    parents: Vec<usize>,
    /// Systems signed in to through this one.
    behind: Vec<usize>,
    /// When its last way was done, by its own facts or its sign-ons'.
    off: Option<Instant>,
}

impl WaysIn {
    /// Works out which ways in of one person are shut by their sign-ons. The time is that of the ways in plus the
    /// links between their systems. A circle of sign-ons shuts nothing by itself.
    pub fn new(graph: &SystemGraph, ways: impl IntoIterator<Item = Way>) -> Self {
        let ways: Vec<Way> = ways.into_iter().collect();
        let mut place: HashMap<SystemId, usize> = HashMap::new();
        let mut systems: Vec<OneSystem> = Vec::new();
        for (i, way) in ways.iter().enumerate() {
            let at = *place.entry(way.system).or_insert_with(|| {
                systems.push(OneSystem::new(way.system));
                systems.len() - 1
            });
            if let Some(system) = systems.get_mut(at) {
                system.add(i, way);
            }
        }
        for at in 0..systems.len() {
            let Some(id) = systems.get(at).map(|system| system.id) else { continue };
            let mut parents: Vec<usize> = Vec::new();
            for parent in graph.node(id).map_or(&[][..], |node| &node.signs_in_through) {
                match place.get(parent) {
                    Some(parent) if *parent != at && !parents.contains(parent) => parents.push(*parent),
                    _ => {}
                }
            }
            for parent in &parents {
                if let Some(parent) = systems.get_mut(*parent) {
                    parent.behind.push(at);
                }
            }
            if let Some(system) = systems.get_mut(at) {
                system.parents = parents;
            }
        }
        let mut all = Self { ways, systems, shut: HashMap::new() };
        all.shut_behind_what_is_shut();
        all
    }

    /// The same for rows of one person at a moment.
    pub fn of<'a>(graph: &SystemGraph, holdings: impl IntoIterator<Item = &'a Holding>, at: Instant) -> Self {
        Self::new(graph, holdings.into_iter().filter_map(|holding| Way::of(holding, at)))
    }

    /// Whether and by what a way in is shut although nobody removed it.
    pub fn shut_by(&self, grant: GrantId) -> Option<ShutBy> {
        self.shut.get(&grant).copied()
    }

    /// Every way in that is shut by its sign-ons.
    pub fn all_shut(&self) -> &HashMap<GrantId, ShutBy> {
        &self.shut
    }

    /// How each way in stands, sign-ons considered.
    pub fn states(&self) -> impl Iterator<Item = (GrantId, GrantState)> + '_ {
        self.ways.iter().map(|way| {
            let shut = self.shut.contains_key(&way.grant);
            (way.grant, if shut { GrantState::ShutByParent } else { way.state })
        })
    }

    /// The systems with an open way in.
    fn open_systems(&self) -> impl Iterator<Item = SystemId> + '_ {
        self.systems.iter().filter(|system| system.open > 0).map(|system| system.id)
    }

    /// Everything the open ways in reach besides the systems they are into.
    pub fn reached(&self, graph: &SystemGraph) -> Closure {
        graph.opened_from(self.open_systems())
    }

    /// How many open ways in shut at once when each open one is done, itself included. Ways in that are not open are
    /// left out. The time is that of the ways in times the depth of the sign-ons above them, a handful at most.
    pub fn shuts(&self) -> HashMap<GrantId, usize> {
        let mut counts = HashMap::new();
        for (at, system) in self.systems.iter().enumerate() {
            let only = system.open == 1;
            let also = if only { self.falls_with(at) } else { 0 };
            for way in system.ways.iter().filter_map(|i| self.ways.get(*i)) {
                if way.state.is_open() && !self.shut.contains_key(&way.grant) {
                    counts.insert(way.grant, 1 + also);
                }
            }
        }
        counts
    }

    /// How many more open ways in fall when the only open one of a system is done.
    fn falls_with(&self, at: usize) -> usize {
        let mut dead: HashSet<usize> = HashSet::from([at]);
        let mut counted: HashSet<usize> = HashSet::from([at]);
        let mut queue = VecDeque::from([at]);
        let mut fallen = 0;
        while let Some(here) = queue.pop_front() {
            for behind in self.systems.get(here).map_or(&[][..], |system| &system.behind) {
                let is_shut = |p: &usize| dead.contains(p) || self.systems.get(*p).is_some_and(|s| s.open == 0);
                let Some(system) = self.systems.get(*behind) else { continue };
                if system.personal == 0 || !system.parents.iter().all(is_shut) || !counted.insert(*behind) {
                    continue;
                }
                fallen += system.personal;
                // Where a shared login opens it as well, what is signed in to through it stays open.
                if system.personal == system.open {
                    dead.insert(*behind);
                    queue.push_back(*behind);
                }
            }
        }
        fallen
    }

    fn shut_behind_what_is_shut(&mut self) {
        let shut = |(i, system): (usize, &OneSystem)| (system.open == 0).then_some(i);
        let mut queue: VecDeque<usize> = self.systems.iter().enumerate().filter_map(shut).collect();
        while let Some(here) = queue.pop_front() {
            let behind = self.systems.get(here).map(|system| system.behind.clone()).unwrap_or_default();
            for at in behind {
                if self.shut_one(at) {
                    queue.push_back(at);
                }
            }
        }
    }

    /// Shuts the personal ways into a system when all of its sign-ons are shut; says whether nothing is open now.
    fn shut_one(&mut self, at: usize) -> bool {
        let Some(system) = self.systems.get(at).filter(|system| system.personal > 0) else { return false };
        let parents: Vec<&OneSystem> = system.parents.iter().filter_map(|p| self.systems.get(*p)).collect();
        if parents.iter().any(|parent| parent.open > 0) {
            return false;
        }
        let Some(parent) = parents.first().map(|parent| parent.id) else { return false };
        let off = parents.iter().map(|parent| parent.off).min().flatten();
        let by = ShutBy { parent, at: off.and(parents.iter().filter_map(|parent| parent.off).max()) };
        let falls = |way: &&Way| way.personal && way.state.is_open();
        let grants: Vec<GrantId> =
            system.ways.iter().filter_map(|i| self.ways.get(*i)).filter(falls).map(|way| way.grant).collect();
        self.shut.extend(grants.into_iter().map(|grant| (grant, by)));
        self.systems.get_mut(at).is_some_and(|system| {
            system.open -= system.personal;
            system.personal = 0;
            system.off = system.off.max(by.at);
            system.open == 0
        })
    }
}

impl OneSystem {
    const fn new(id: SystemId) -> Self {
        Self { id, ways: Vec::new(), open: 0, personal: 0, parents: Vec::new(), behind: Vec::new(), off: None }
    }

    fn add(&mut self, index: usize, way: &Way) {
        self.ways.push(index);
        self.off = self.off.max(way.off);
        if way.state.is_open() {
            self.open += 1;
            self.personal += usize::from(way.personal);
        }
    }
}

#[cfg(test)]
mod tests;
