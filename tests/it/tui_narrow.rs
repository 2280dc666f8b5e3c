//! Picking what a list is narrowed by, where the values come from the register.

use crate::tui_support::Rig;
use keyward::service::filter::Column;
use keyward::service::values::{Value, ValuesOf};

/// Two values of each of the columns the list knows.
pub fn values(of: &ValuesOf) -> Vec<Value> {
    let value = |column, value: &str| Value { column, value: value.to_owned(), leaves: "3 rows".to_owned() };
    match of {
        ValuesOf::Grid(_) => {
            vec![value(Column::Role, "Technician L2"), value(Column::Client, "Harbor Dental")]
        }
        ValuesOf::Clients => {
            let mut all = vec![value(Column::Kind, "firewall"), value(Column::Client, "Harbor Dental")];
            all.extend((0..150).map(|n| value(Column::System, &format!("System {n}"))));
            all
        }
        ValuesOf::Past(_) => vec![value(Column::Level, "Admin"), value(Column::System, "VPN")],
    }
}

#[test]
fn what_is_picked_on_the_grid_stands_in_its_filter_and_a_second_pick_is_added() {
    let mut rig = Rig::open((80, 24));
    rig.press("4 F").shows("Show only").shows("role: Technician L2").shows("client: Harbor Dental");
    rig.press("Enter").shows("/ role:\"Technician L2\"").shows("Filtered by role:\"Technician L2\".");
    rig.press("F Down Enter").shows("client:\"Harbor Dental\"").shows("HAR").hides("C02");
    rig.press("Esc").shows("Filter cleared. The whole grid is shown.").shows("C02");
}

#[test]
fn the_tree_of_clients_is_narrowed_by_picking_and_says_what_has_to_be_typed() {
    let mut rig = Rig::open((80, 24));
    rig.press("3 F").shows("kind: firewall").shows("50 more values can be typed: / system: and");
    rig.press("Down Enter").shows("/ client:\"Harbor Dental\"").press("Esc").shows("Filter cleared.");
}

#[test]
fn the_past_is_narrowed_by_picking() {
    let mut rig = Rig::open((80, 24));
    rig.press("3 T").type_in("31 mar").press("Enter").shows("READ ONLY");
    rig.press("F").shows("level: Admin").shows("system: VPN").press("Down Enter").shows("/ system:VPN");
    rig.press("Esc").shows("Filter cleared. All rows are shown.");
}
