//! What spans the whole register: the links between systems and the tags of clients. Read once, kept until a system
//! or client changes.
//!
//! Must never know: people, ways in.

use crate::domain::reach::{Span, SystemGraph, SystemNode};
use crate::domain::{AnyRecord, Client, ClientId, Seq, System, SystemId};
use crate::store::{Reader, Select, StoreError};
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

/// The links and tags.
#[derive(Debug)]
pub struct World {
    /// Every system with its links.
    pub graph: SystemGraph,
    tags: HashMap<ClientId, BTreeSet<String>>,
}

impl World {
    /// Reads every system and client.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn read(read: &Reader<'_>) -> Result<Self, StoreError> {
        Self::read_at(read, None)
    }

    /// Reads every system and client as the register knew them after an entry.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn read_at(read: &Reader<'_>, known: Option<Seq>) -> Result<Self, StoreError> {
        let all = Select::all().known_at(known);
        let mut nodes = Vec::new();
        // Most systems lead nowhere: their columns are enough.
        read.each_row::<System>(&all.clone().eq("linked", false), &["client", "kind"], |id, row| {
            let (client, kind) = (row.get(0)?, row.get(1)?);
            nodes.push(SystemNode { id, client, kind, opens: Vec::new(), signs_in_through: Vec::new() });
            Ok(())
        })?;
        let linked = read.list::<System>(&all.clone().eq("linked", true))?;
        nodes.extend(linked.iter().map(SystemNode::from));
        let tagged = read.list::<Client>(&all.eq("tagged", true))?;
        let tags = tagged.into_iter().map(|client| (client.id, client.tags)).collect();
        Ok(Self { graph: SystemGraph::new(nodes), tags })
    }

    /// The systems that span something else, or something tagged otherwise, than in a world before this one. Systems
    /// that lead nowhere span their own client only; whoever changed that one knows.
    pub fn widened(&self, before: &Self) -> BTreeSet<SystemId> {
        let leading: BTreeSet<SystemId> = self.graph.leading().chain(before.graph.leading()).collect();
        leading.into_iter().filter(|system| self.span(*system) != before.span(*system)).collect()
    }

    /// How wide a system spans.
    pub fn span(&self, system: SystemId) -> Span {
        self.graph.span(system, &self.tags)
    }
}

/// Whether the world is the same with one version of a system or client as with another.
pub(super) fn is_same(now: Option<&AnyRecord>, before: Option<&AnyRecord>) -> bool {
    match (now, before) {
        (Some(AnyRecord::System(now)), Some(AnyRecord::System(before))) => {
            SystemNode::from(now) == SystemNode::from(before)
        }
        (Some(AnyRecord::Client(now)), Some(AnyRecord::Client(before))) => now.tags == before.tags,
        (Some(AnyRecord::Client(client)), None) | (None, Some(AnyRecord::Client(client))) => client.tags.is_empty(),
        _ => false,
    }
}

/// The world, read when it is first needed.
#[derive(Debug, Clone, Default)]
pub struct Kept(Arc<Mutex<Option<Arc<World>>>>);

impl Kept {
    /// The world as it stands.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn get(&self, read: &Reader<'_>) -> Result<Arc<World>, StoreError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(world) = kept.as_ref() {
            return Ok(Arc::clone(world));
        }
        let world = Arc::new(World::read(read)?);
        *kept = Some(Arc::clone(&world));
        Ok(world)
    }

    /// The world, when it has been read already: for whoever cannot wait.
    pub fn known(&self) -> Option<Arc<World>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The world as it stood before what this transaction wrote, and forgets it.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn take(&self, read: &Reader<'_>, before: Seq) -> Result<Arc<World>, StoreError> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(world) => Ok(world),
            None => Ok(Arc::new(World::read_at(read, Some(before))?)),
        }
    }

    /// Keeps a world read elsewhere, as of another moment.
    pub fn fill(&self, world: World) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(world));
    }

    /// Forgets it: a system or client changed, or a write was taken back.
    pub fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
