//! Records as rows, and records by hand: lists of every kind, adding, changing, and giving a way in.
//!
//! Must never know: how rows are printed.

mod due;
mod edit;
mod field;
pub mod form;
mod lines;
mod rotate;
mod rows;
mod table;
mod ways;

pub use due::{TrainingLine, training};
pub(in crate::service) use edit::edit_in;
pub use edit::{add, edit, reference};
pub use field::Given;
pub use lines::{RecordLine, about, headings, lines};
pub use rotate::{Changed, open_rotations, secret_changed};
pub use rows::{RowFilter, is_moment, rows};
pub use table::fields_of;
pub use ways::{NewWay, Terms, grant, grants, standing, way_row, ways_by_id};

use crate::domain::RecordKind;

/// The kinds that can be added and changed by hand, each with a short word for it.
pub const BY_HAND: &[RecordKind] = &[
    RecordKind::Person,
    RecordKind::Client,
    RecordKind::System,
    RecordKind::Account,
    RecordKind::Secret,
    RecordKind::Knowing,
    RecordKind::Asset,
    RecordKind::Contact,
    RecordKind::DataLocation,
    RecordKind::Policy,
    RecordKind::Signature,
    RecordKind::Course,
    RecordKind::Completion,
    RecordKind::RoleRight,
    RecordKind::Assignment,
];

/// Reads a kind as people write it: its stored or screen word, hyphens or not, one or many.
pub fn kind(typed: &str) -> Option<RecordKind> {
    let typed = typed.trim().replace('-', "_");
    RecordKind::parse(&typed).or_else(|| {
        Some(match typed.to_lowercase().as_str() {
            "people" => RecordKind::Person,
            "data" | "data_locations" | "place" => RecordKind::DataLocation,
            "policies" => RecordKind::Policy,
            "role_right" => RecordKind::RoleRight,
            "shared_logins" | "password" | "passwords" => RecordKind::Secret,
            "ways_in" => RecordKind::Grant,
            _ => return None,
        })
    })
}

/// The word that was probably meant: at most a third of its letters differ.
pub(super) fn nearest<'a>(typed: &str, words: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let (far, best) = words.into_iter().map(|word| (distance(&typed, word), word)).min()?;
    (far <= best.chars().count().div_ceil(3)).then_some(best)
}

/// Letters to insert, remove or change to come from one word to the other (Levenshtein).
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (i, a) in from.chars().enumerate() {
        let (mut corner, mut left) = (i, i + 1);
        for (cell, b) in row.iter_mut().skip(1).zip(to.chars()) {
            let above = *cell;
            left = (corner + usize::from(a != b)).min(above + 1).min(left + 1);
            corner = above;
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_understood_as_people_write_it() {
        for (typed, wanted) in [
            ("technician", RecordKind::Person),
            ("people", RecordKind::Person),
            ("data-location", RecordKind::DataLocation),
            ("data_locations", RecordKind::DataLocation),
            ("shared login", RecordKind::Secret),
            ("roles", RecordKind::RoleRight),
            ("Policies", RecordKind::Policy),
        ] {
            assert_eq!(kind(typed), Some(wanted), "{typed}");
        }
        assert_eq!(kind("teapot"), None);
    }

    #[test]
    fn only_a_near_word_is_offered() {
        let words = ["name", "email", "manager"];
        assert_eq!(nearest("emial", words), Some("email"));
        assert_eq!(nearest("Manger", words), Some("manager"));
        assert_eq!(nearest("telephone", words), None);
    }
}
