//! The words of the forms: pages, labels and what a field is, from `assets/help/fields.txt`.
//!
//! Must never know: any record, what a field takes.

use crate::domain::RecordKind;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const FILE: &str = include_str!("../../../../assets/help/fields.txt");

/// The words of one kind's form.
#[derive(Debug, Clone, Default)]
pub(super) struct Texts {
    /// What saving a new one does.
    pub(super) happens: &'static str,
    /// The names of its pages.
    pub(super) pages: Vec<&'static str>,
    fields: Vec<(usize, Text)>,
}

/// The words of one field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) help: &'static str,
}

impl Texts {
    /// The fields in their order, each with its page.
    pub(super) fn fields(&self) -> impl Iterator<Item = (usize, Text)> + '_ {
        self.fields.iter().copied()
    }
}

/// The words of a kind's form; nothing where a kind has none.
pub(super) fn of(kind: RecordKind) -> Option<&'static Texts> {
    static ALL: OnceLock<BTreeMap<RecordKind, Texts>> = OnceLock::new();
    ALL.get_or_init(|| read(FILE)).get(&kind)
}

/// `# kind`, `> what happens`, `= page`, `name | label | help`.
fn read(file: &'static str) -> BTreeMap<RecordKind, Texts> {
    let mut all: BTreeMap<RecordKind, Texts> = BTreeMap::new();
    let mut kind = None;
    for line in file.lines() {
        if let Some(heading) = line.strip_prefix("# ") {
            kind = RecordKind::parse(heading);
            continue;
        }
        let Some(texts) = kind.map(|kind| all.entry(kind).or_default()) else { continue };
        if let Some(happens) = line.strip_prefix("> ") {
            texts.happens = happens;
        } else if let Some(page) = line.strip_prefix("= ") {
            texts.pages.push(page);
        } else if let Some((name, rest)) = line.split_once(" | ")
            && let Some((label, help)) = rest.split_once(" | ")
        {
            texts.fields.push((texts.pages.len().saturating_sub(1), Text { name, label, help }));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
    use super::*;
    use crate::service::records::table::{NEW_WAY, fields_of};
    use crate::service::records::{BY_HAND, form::FormOf};
    use std::collections::BTreeSet;

    /// Labels are narrow: what fits beside a field in a window of 80 columns.
    const LABEL: usize = 16;

    #[test]
    fn every_field_has_its_words_once_and_no_page_is_too_long() {
        for kind in BY_HAND.iter().copied().chain([RecordKind::Grant]) {
            let texts = of(kind).unwrap();
            let mut wanted: BTreeSet<&str> = fields_of(kind).iter().map(|field| field.name).collect();
            if kind == RecordKind::Grant {
                wanted.extend(NEW_WAY.iter().map(|field| field.name));
            }
            let mut seen = BTreeSet::new();
            for (_, text) in texts.fields() {
                assert!(seen.insert(text.name), "{} has {} twice", kind.stored(), text.name);
                assert!(text.label.chars().count() <= LABEL, "{} is too long", text.label);
                assert!(text.help.ends_with('.'), "{} in {}", text.name, kind.stored());
            }
            assert_eq!(seen, wanted, "{}", kind.stored());
            assert!(texts.happens.ends_with('.'), "{}", kind.stored());
            for page in 0..texts.pages.len() {
                let on_page = texts
                    .fields()
                    .filter(|(of, text)| *of == page && (kind != RecordKind::Grant || is_new(text.name)))
                    .count();
                assert!((1..=9).contains(&on_page), "{} page {page} has {on_page}", kind.stored());
            }
        }
    }

    fn is_new(name: &str) -> bool {
        let of = FormOf::New { kind: RecordKind::Grant, given: Vec::new() };
        of.fields().iter().any(|field| field.name == name)
    }

    #[test]
    fn no_line_of_the_file_is_lost() {
        let fields = FILE.lines().filter(|line| line.contains(" | ")).count();
        let read: usize = read(FILE).values().map(|texts| texts.fields.len()).sum();
        assert_eq!(read, fields);
    }
}
