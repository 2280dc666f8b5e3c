//! One key table behind everything that mentions a key: hints, help, menu, palette, key sheet, manual page.
//!
//! Must never know: a terminal, a screen, what an action does.

mod action;
mod chord;
mod context;
mod table;

pub use action::{ACTIONS, Action, ActionSpec, Group, Place, Section};
pub use chord::{Chord, Key};
pub use context::Context;
pub use table::{Row, TABLE};

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// What a press means in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resolved {
    /// It starts this action.
    Action(Action),
    /// It writes this character into a field.
    Text(char),
    /// Nothing here; elsewhere it would start this action.
    Elsewhere(Action),
    /// Nothing anywhere.
    Nothing,
}

/// A key with its verb, as the hints show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// Name of the key.
    pub key: String,
    /// What it does here.
    pub verb: Cow<'static, str>,
    /// The action.
    pub action: Action,
}

/// A line of the key sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetLine {
    /// Where the keys work.
    pub place: &'static str,
    /// Every key, in words.
    pub keys: String,
    /// The verb.
    pub verb: &'static str,
    /// What it does.
    pub help: &'static str,
    /// Whether it changes the register.
    pub changes: bool,
    /// The heading it stands under.
    pub group: Group,
}

struct Keymap {
    by_chord: HashMap<(Context, Chord), &'static Row>,
    anywhere: HashMap<Chord, &'static Row>,
}

fn keymap() -> &'static Keymap {
    static MAP: OnceLock<Keymap> = OnceLock::new();
    MAP.get_or_init(|| {
        let mut by_chord = HashMap::new();
        let mut anywhere = HashMap::new();
        for row in TABLE {
            for chord in chords(row) {
                by_chord.entry((row.context, chord)).or_insert(row);
                if !matches!(row.context, Context::Text | Context::Look | Context::Prefix) {
                    anywhere.entry(chord).or_insert(row);
                }
            }
        }
        Keymap { by_chord, anywhere }
    })
}

/// The chords of a row. A name that cannot be read is caught by a test.
pub fn chords(row: &Row) -> impl Iterator<Item = Chord> + '_ {
    row.keys.split(' ').filter_map(Chord::parse)
}

/// What the press means where these contexts hold, most specific first. Text counts before everything that is
/// not a text or dialog row, so that letters and digits in a field are always text.
pub fn resolve(contexts: &[Context], chord: Chord) -> Resolved {
    let folded = chord.folded();
    let in_text = contexts.contains(&Context::Text);
    if in_text && let Some(sign) = chord.text() {
        return Resolved::Text(sign);
    }
    let map = keymap();
    for context in contexts {
        if let Some(row) = map.by_chord.get(&(*context, folded)) {
            return Resolved::Action(row.action);
        }
    }
    match map.anywhere.get(&folded) {
        Some(row) => Resolved::Elsewhere(row.action),
        None => Resolved::Nothing,
    }
}

/// The rows that hold where these contexts do, each action once.
pub fn rows_in(contexts: &[Context]) -> Vec<&'static Row> {
    let mut out: Vec<&'static Row> = Vec::new();
    for context in contexts {
        for row in TABLE.iter().filter(|row| row.context == *context) {
            if !out.iter().any(|seen| seen.action == row.action) {
                out.push(row);
            }
        }
    }
    out
}

/// The hints of a place, most useful first, at most `most`.
pub fn hints(contexts: &[Context], most: usize) -> Vec<Hint> {
    let mut rows: Vec<&Row> = rows_in(contexts).into_iter().filter(|row| row.hint > 0).collect();
    rows.sort_by_key(|row| row.hint);
    // The more specific place takes a rank before the more general one: the sort is stable.
    rows.dedup_by_key(|row| row.hint);
    rows.truncate(most);
    rows.into_iter().map(hint_of).collect()
}

fn hint_of(row: &Row) -> Hint {
    Hint { key: first_key(row), verb: Cow::Borrowed(verb(row)), action: row.action }
}

/// The verb of a row.
pub fn verb(row: &Row) -> &'static str {
    if row.verb.is_empty() { row.action.spec().verb } else { row.verb }
}

/// The key that is printed for a row.
pub fn first_key(row: &Row) -> String {
    let name = row.keys.split(' ').next().unwrap_or_default();
    Chord::parse(name).map_or_else(|| name.to_owned(), |chord| chord.to_string())
}

/// The key printed for an action where these contexts hold, or anywhere. What is reached by a letter after the prefix
/// key is printed with it.
pub fn key_for(contexts: &[Context], action: Action) -> Option<String> {
    let here = rows_in(contexts).into_iter().find(|row| row.action == action);
    let row = here.or_else(|| TABLE.iter().find(|row| row.action == action))?;
    let key = first_key(row);
    let prefix = TABLE.iter().find(|prefix| prefix.action == Action::Prefix).filter(|_| row.context == Context::Prefix);
    Some(prefix.map_or_else(|| key.clone(), |prefix| format!("{} {key}", first_key(prefix))))
}

/// What a key says where it does nothing.
pub fn elsewhere(chord: Chord, action: Option<Action>) -> String {
    let key = chord.folded().to_string();
    match action {
        Some(Action::Sort) => format!("{key} sorts lists. Nothing to sort here."),
        Some(Action::Filter | Action::FilterBy) => format!("{key} filters lists. Nothing to filter here."),
        Some(Action::Remove) => format!("{key} asks for removals. Use it on a person, in a discharge, Fixes, Grid."),
        Some(Action::Done) => format!("{key} says that something is done. Nothing to tick here."),
        Some(Action::Mark | Action::Range | Action::MarkAll) => {
            format!("{key} marks rows of a list of ways in. Nothing to mark here.")
        }
        Some(Action::Discharge) => format!("{key} starts a discharge. Use it on Today, People or a person."),
        Some(Action::No) => format!("{key} answers a question. Nothing is asked here."),
        Some(Action::AsOf) => format!("{key} looks at another date. Use it on People, Clients, Grid, Fixes."),
        Some(Action::Yes) => format!("{key} says yes to a question. Nothing is asked here."),
        Some(action) => format!("{key}: {}. Not on this screen.", action.spec().help),
        None => match chord.folded().key {
            Key::Char('o') if !chord.ctrl => "Onboarding has no screen yet. D starts a discharge.".to_owned(),
            _ => format!("{key} does nothing. ? shows the keys that work here."),
        },
    }
}

/// The whole key sheet, place by place, as `keyward keys` and the manual page print it.
pub fn sheet() -> Vec<SheetLine> {
    TABLE
        .iter()
        .map(|row| {
            let spec = row.action.spec();
            SheetLine {
                place: row.context.title(),
                keys: chords(row).map(|chord| chord.to_string()).collect::<Vec<_>>().join(", "),
                verb: verb(row),
                help: spec.help,
                changes: spec.changes,
                group: spec.group,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn every_name_in_the_table_is_a_key_and_no_place_has_one_twice() {
        let mut seen = BTreeMap::new();
        for row in TABLE {
            for name in row.keys.split(' ') {
                let chord = Chord::parse(name).unwrap_or_else(|| panic!("{name} is no key"));
                if let Some(other) = seen.insert((row.context, chord), row.action) {
                    panic!("{chord} in {:?} means both {other:?} and {:?}", row.context, row.action);
                }
            }
        }
    }

    #[test]
    fn every_action_in_the_table_has_a_verb_and_a_help() {
        for row in TABLE {
            let spec = row.action.spec();
            assert_eq!(spec.action, row.action, "{:?} is not in the list of actions", row.action);
            assert!(!verb(row).is_empty() && !spec.help.is_empty(), "{:?}", row.action);
            assert!(verb(row).chars().count() <= 12, "{:?} has a long verb", row.action);
        }
        let listed: BTreeSet<Action> = ACTIONS.iter().map(|spec| spec.action).collect();
        assert_eq!(listed.len(), ACTIONS.len(), "an action stands twice in the list");
    }

    #[test]
    fn moving_letters_are_never_verbs_in_lists() {
        for row in TABLE {
            if matches!(row.context, Context::Look) {
                continue;
            }
            for chord in chords(row) {
                if let Key::Char('h' | 'j' | 'k' | 'l') = chord.key
                    && !chord.ctrl
                {
                    assert_eq!(row.action.spec().group, Group::Move, "{chord} in {:?}", row.context);
                }
            }
        }
    }

    #[test]
    fn a_letter_that_changes_data_has_one_meaning_over_all_screens() {
        let mut meaning: BTreeMap<char, BTreeSet<Action>> = BTreeMap::new();
        for row in TABLE.iter().filter(|row| row.action.changes()) {
            for chord in chords(row) {
                if let (Key::Char(sign), false) = (chord.key, chord.ctrl)
                    && sign != ' '
                {
                    meaning.entry(sign).or_default().insert(row.action);
                }
            }
        }
        for (sign, actions) in meaning {
            assert_eq!(actions.len(), 1, "{sign} means {actions:?}");
        }
    }

    #[test]
    fn no_key_is_needed_that_terminals_keep_for_themselves() {
        for row in TABLE {
            let plain = chords(row).any(|chord| !matches!(chord.key, Key::F(_)) && chord.key != Key::Insert);
            let own_screen = matches!(
                row.context,
                Context::Unlock | Context::Setup | Context::Start | Context::Form | Context::Editor
            ) || row.context == Context::Text
                || row.context == Context::Note;
            assert!(plain || own_screen, "{:?} in {:?} needs a function key", row.action, row.context);
            assert!(!chords(row).any(|chord| chord.key == Key::F(11)), "F11 belongs to the terminal");
        }
    }

    #[test]
    fn letters_in_a_field_are_text_and_control_keys_are_not() {
        let field = [Context::Find, Context::Search, Context::Text];
        assert_eq!(resolve(&field, Chord::typed('R')), Resolved::Text('R'));
        assert_eq!(resolve(&field, Chord::typed('1')), Resolved::Text('1'));
        assert_eq!(resolve(&field, Chord::ctrl(Key::Char('w'))), Resolved::Action(Action::EraseWord));
        assert_eq!(resolve(&field, Chord::plain(Key::Enter)), Resolved::Action(Action::Open));
    }

    #[test]
    fn a_key_without_a_meaning_here_knows_where_it_has_one() {
        let today = [Context::Today, Context::List, Context::Global];
        assert_eq!(resolve(&today, Chord::typed('R')), Resolved::Elsewhere(Action::Remove));
        assert_eq!(resolve(&today, Chord::typed('%')), Resolved::Nothing);
        assert!(elsewhere(Chord::typed('r'), Some(Action::Remove)).starts_with("R asks for removals"));
    }

    #[test]
    fn a_key_after_the_prefix_is_printed_with_it() {
        assert_eq!(key_for(&[Context::Global], Action::Section(Section::History)).unwrap(), "G H");
        assert_eq!(key_for(&[Context::Global], Action::Go(Place::People)).unwrap(), "2");
    }

    #[test]
    fn hints_come_in_the_order_of_the_drawings() {
        let ways = [Context::RunWays, Context::Run, Context::Tabs, Context::List, Context::Global];
        let shown: Vec<String> = hints(&ways, 6).iter().map(|h| format!("{} {}", h.key, h.verb)).collect();
        assert_eq!(shown, ["R Ask removal", "Space Done", "C Who/when", "Tab Note", "F8 Curtain", "W Why"]);
    }
}
