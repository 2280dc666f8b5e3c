//! Tests of `role`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test code fails loudly")]

use super::*;
use crate::domain::discharge::testing::{client, way};
use crate::domain::{Admin, Client, RoleRightId, SystemKind};

fn right(role: &str, kind: SystemKind, admin: Admin, scope: RoleScope) -> RoleRight {
    RoleRight { id: RoleRightId(1), system_kind: kind, admin, scope, role: role.to_owned(), level: None }
}

fn held(owner: &Client, admin: Admin) -> Holding {
    way(7, owner, SystemKind::Tenant, "365 tenant", admin).holding
}

#[test]
fn a_line_covers_its_kind_up_to_its_level_at_its_clients() {
    let (own, harbor, cedar) = (Client { own: true, ..client(1, "Us") }, client(2, "Harbor"), client(3, "Cedar"));
    let set = |admin, scope| {
        RoleSet::new("technician l2 ", [right("Technician L2", SystemKind::Tenant, admin, scope)], [ClientId(2)].into())
    };
    let assigned = set(Admin::System, RoleScope::Assigned);
    assert!(assigned.covers(&held(&harbor, Admin::None)) && assigned.covers(&held(&harbor, Admin::System)));
    assert!(!assigned.covers(&held(&harbor, Admin::Top)), "more of an administrator than the role needs");
    assert!(!assigned.covers(&held(&cedar, Admin::None)), "a client of somebody else");
    assert!(set(Admin::None, RoleScope::All).covers(&held(&cedar, Admin::None)));
    let ours = set(Admin::None, RoleScope::Own);
    assert!(ours.covers(&held(&own, Admin::None)) && !ours.covers(&held(&harbor, Admin::None)));
    let vault = RoleSet::new(
        "Technician L2",
        [right("Technician L2", SystemKind::Vault, Admin::Top, RoleScope::All)],
        BTreeSet::new(),
    );
    assert!(!vault.covers(&held(&harbor, Admin::None)), "another kind of system");
}

#[test]
fn a_role_of_another_name_covers_nothing() {
    let rights = [right("Dispatcher", SystemKind::Tenant, Admin::Top, RoleScope::All)];
    let set = RoleSet::new("Technician L2", rights, BTreeSet::new());
    assert!(set.is_empty() && !set.covers(&held(&client(2, "Harbor"), Admin::None)));
}
