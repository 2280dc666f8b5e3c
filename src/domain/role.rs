//! What the set of a role covers: on which kind of system, how much of an administrator, for which clients.
//!
//! Must never know: how a set came to be, who has the role.

use super::{ClientId, Holding, RoleRight, RoleScope};
use std::collections::BTreeSet;

/// The set of one role for somebody who looks after some clients.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RoleSet {
    rights: Vec<RoleRight>,
    assigned: BTreeSet<ClientId>,
}

impl RoleSet {
    /// The rights of a role, told apart by its name, and the clients assigned to whoever has it.
    pub fn new(role: &str, rights: impl IntoIterator<Item = RoleRight>, assigned: BTreeSet<ClientId>) -> Self {
        let same = |right: &RoleRight| right.role.trim().to_lowercase() == role.trim().to_lowercase();
        Self { rights: rights.into_iter().filter(same).collect(), assigned }
    }

    /// Whether nobody has said yet what the role needs.
    pub fn is_empty(&self) -> bool {
        self.rights.is_empty()
    }

    /// Whether the role needs a way in: one of its lines names the kind of system, allows as much of an administrator,
    /// and holds for that client.
    pub fn covers(&self, holding: &Holding) -> bool {
        let client = &holding.at.client;
        self.rights.iter().any(|right| {
            let there = match right.scope {
                RoleScope::All => true,
                RoleScope::Assigned => self.assigned.contains(&client.id),
                RoleScope::Own => client.own,
            };
            there && right.system_kind == holding.at.system.kind && holding.admin() <= right.admin
        })
    }
}

#[cfg(test)]
#[path = "role_tests.rs"]
mod tests;
