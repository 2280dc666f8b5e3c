//! The estate as a tree, clients over systems over accounts, and who can get in at each of its nodes.
//!
//! Both are answered page by page from the counters and indexes that are kept with every change; neither reads more of
//! the register than it shows.
//!
//! | Module | What |
//! |---|---|
//! | `tree` | the rows between two places of the tree, with the nodes that are open |
//! | `filter` | the nodes that match typed words, under their parents |
//! | `who` | the people who can get in at a node |
//! | `about` | what is known about a node, and what to put right there first |
//!
//! Must never know: keys, drawing.

mod about;
mod filter;
mod tree;
mod who;

pub use filter::ADMIN;
pub use tree::tree;
pub use who::{knower_names, who};

use super::query::Slice;
use super::resolve::Scope;
use super::view::Page;
use crate::domain::{ClientId, GrantState, Instant, PersonId, Severity, SystemId};
use crate::service::facts::Facts;
use crate::store::StoreError;
use std::collections::BTreeSet;

/// Which part of the tree is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TreeSlice {
    /// Rows, counted through the tree as it is unfolded, and the filter.
    pub slice: Slice,
    /// Clients and systems whose children are shown.
    pub open: BTreeSet<Scope>,
    /// A node that has to be among the rows, wherever they then begin; what is above it is unfolded.
    pub seek: Option<Scope>,
}

/// A part of the tree.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TreeView {
    /// The rows, parents before children.
    pub page: Page<NodeLine>,
    /// Clients in the register.
    pub clients: u64,
    /// Nodes that match the filter, without the parents kept for them.
    pub matches: u64,
    /// The first match among the rows, clients before systems before accounts; nothing without a filter.
    pub best: Option<Scope>,
    /// More match than are looked at.
    pub cut: bool,
    /// What was unfolded to show the node that was sought.
    pub unfolded: Vec<Scope>,
}

/// One row of the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeLine {
    /// Which client, system or account.
    pub node: Scope,
    /// The node above.
    pub parent: Option<Scope>,
    /// Names from the client down to this one.
    pub path: Vec<String>,
    /// Its name with what must not be overlooked: `admin (shared)`, `Northwind (own company)`.
    pub name: String,
    /// People with an open way in of their own.
    pub people: u32,
    /// The worst finding that stands there.
    pub risk: Severity,
    /// Nodes right under it.
    pub children: u64,
    /// Its children are shown, or those of them that match.
    pub open: bool,
}

impl NodeLine {
    /// How far down it stands: 0 for a client.
    pub const fn depth(&self) -> u16 {
        match self.node {
            Scope::Client(_) => 0,
            Scope::System(_) => 1,
            Scope::Account(_) => 2,
        }
    }
}

/// Which part of the people at a node is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhoSlice {
    /// Where.
    pub node: Scope,
    /// Rows.
    pub slice: Slice,
    /// Wait also for what takes long the first time: the links between all systems. Without it the answer may leave
    /// out those who come through others, and says so.
    pub patient: bool,
}

/// Who can get in at a node.
#[derive(Debug, Clone, PartialEq)]
pub struct WhoView {
    /// Where.
    pub node: Scope,
    /// Whose it is.
    pub client: ClientId,
    /// Names from the client down to the node.
    pub path: Vec<String>,
    /// The people, those who left first, then admins, then by name; those who come through another system last.
    pub people: Page<Entrant>,
    /// With an open way in of their own.
    pub direct: u32,
    /// Without one, but knowing a shared login or code.
    pub knowing: u32,
    /// Only through a system that opens this one.
    pub through: u32,
    /// Those were looked for; else the question has to be asked again, patiently.
    pub whole: bool,
    /// What is known about the node, label and words.
    pub facts: Vec<(String, String)>,
    /// What to put right there first.
    pub fix: Option<(Severity, String)>,
}

/// Somebody who can get in at a node.
#[derive(Debug, Clone, PartialEq)]
pub struct Entrant {
    /// Who.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// Has left; when, where that is known.
    pub left: Option<Option<Instant>>,
    /// How they get in.
    pub how: Route,
    /// The system of the way in that is shown.
    pub system: Option<(SystemId, String)>,
    /// Its level in words.
    pub level: String,
    /// It is a shared login.
    pub shared: bool,
    /// One of their ways in may administer.
    pub admin: bool,
    /// More ways in at this node.
    pub more: u32,
    /// Since when.
    pub since: Option<Instant>,
    /// How it stands.
    pub state: GrantState,
}

/// How somebody gets in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// A way in of their own.
    Own,
    /// They know this kind of secret.
    Knows(String),
    /// By a way into this system, which opens the node.
    Through(String),
}

/// Names from the client down to a node; nothing when it or something above it is gone.
///
/// # Errors
/// When a table cannot be read.
pub(super) fn path(facts: &Facts<'_>, node: Scope) -> Result<Option<Located>, StoreError> {
    let mut names = Vec::new();
    let (system, account) = match node {
        Scope::Client(client) => {
            let Some(found) = facts.client(client)? else { return Ok(None) };
            return Ok(Some(Located { client, system: None, names: vec![found.name.clone()] }));
        }
        Scope::System(system) => (system, None),
        Scope::Account(account) => {
            let Some(found) = facts.get::<crate::domain::Account>(account)? else { return Ok(None) };
            (found.system, Some(found.login))
        }
    };
    let Some(found) = facts.system(system)? else { return Ok(None) };
    let Some(client) = facts.client(found.client)? else { return Ok(None) };
    names.extend([client.name.clone(), found.name.clone()]);
    names.extend(account);
    Ok(Some(Located { client: found.client, system: Some(system), names }))
}

/// The names from the client down to a node; nothing when it is gone.
///
/// # Errors
/// When a table cannot be read.
pub fn names(facts: &Facts<'_>, node: Scope) -> Result<Option<Vec<String>>, StoreError> {
    Ok(path(facts, node)?.map(|at| at.names))
}

/// Where a node stands.
pub(super) struct Located {
    /// Its client.
    pub client: ClientId,
    /// Its system, when it is one or an account on one.
    pub system: Option<SystemId>,
    /// The names down to it.
    pub names: Vec<String>,
}
