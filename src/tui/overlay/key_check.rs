//! The keyboard check: each key as it arrives, and which other key does the same.
//!
//! Must never know: what a key does anywhere else.

use crate::tui::keymap::{self, Action, Chord, Context, Key, TABLE};
use crate::tui::pane::{Env, Flow, Pane, Tone};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, centred};
use ratatui::layout::Rect;
use std::collections::BTreeSet;

/// Keys that terminals, window managers and slow lines are known to keep for themselves.
const DOUBTFUL: [&str; 20] = [
    "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "Home", "End", "PgUp", "PgDn", "Insert", "Delete",
    "Shift-Up", "Ctrl-A", "Ctrl-P", "Ctrl-Z",
];
/// Where the keys are looked up.
const WHERE: [Context; 5] = [Context::RunWays, Context::Marks, Context::List, Context::Run, Context::Global];

/// The keyboard check.
#[derive(Debug, Default)]
pub struct KeyCheck {
    seen: BTreeSet<Chord>,
    last: Option<Chord>,
}

/// What a key does in lists, and every key that does the same.
fn meaning(chord: Chord) -> Option<(Action, Vec<String>)> {
    let rows = || WHERE.iter().flat_map(|place| TABLE.iter().filter(move |row| row.context == *place));
    let found = rows().find(|row| keymap::chords(row).any(|known| known == chord))?;
    let mut twins: Vec<String> =
        keymap::chords(found).filter(|known| *known != chord).map(|known| known.to_string()).collect();
    let after_prefix = TABLE.iter().find(|row| row.context == Context::Prefix && row.action == found.action);
    twins.extend(after_prefix.map(|row| format!("G then {}", keymap::first_key(row))));
    Some((found.action, twins))
}

impl KeyCheck {
    fn words(chord: Chord) -> String {
        match meaning(chord) {
            Some((action, twins)) if twins.is_empty() => format!("{chord} arrived: {}.", action.spec().help),
            Some((action, twins)) => {
                format!("{chord} arrived: {}. Also {}.", action.spec().help, twins.join(", "))
            }
            None => format!("{chord} arrived. It has no meaning in lists."),
        }
    }
}

impl Pane for KeyCheck {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::KeyCheck]
    }

    fn on_key(&mut self, chord: Chord) -> Option<Flow> {
        let chord = chord.folded();
        let again = self.last == Some(chord) && chord.key == Key::Esc;
        self.last = Some(chord);
        self.seen.insert(chord);
        if again {
            return Some(Flow::close().say(Tone::Note, "Keyboard check ended."));
        }
        Some(Flow::stay())
    }

    fn on_action(&mut self, _action: Action, _env: &Env) -> Flow {
        Flow::stay()
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, _env: &Env) {
        let frame = centred(area, 76.min(area.width.saturating_sub(2)), 18.min(area.height));
        let inner = canvas.frame(frame, "Keyboard check");
        let room = Rect { x: inner.x + 2, width: inner.width.saturating_sub(4), ..inner };
        let words = match self.last {
            None => "Press any key. Nothing is done by it here.".to_owned(),
            Some(Chord { key: Key::Esc, .. }) => "Esc arrived: one step back. Once more ends the check.".to_owned(),
            Some(chord) => Self::words(chord),
        };
        canvas.cursor = Some((room.x, room.y));
        let used = canvas.paragraph(Rect { height: room.height.min(2), ..room }, &words, Role::Text).max(1);
        let rest = below(room, used + 1);
        if rest.height == 0 {
            return;
        }
        canvas.put(rest.x, rest.y, rest.width, "Some terminals keep these. The key behind does the same:", Role::Muted);
        let rest = below(rest, 1);
        let columns = if rest.width >= 60 { 2 } else { 1 };
        let cells = rest.width / columns;
        let tick = canvas.theme.glyphs.state(crate::domain::GrantState::Checked);
        for (place, name) in (0..).zip(DOUBTFUL) {
            let per = u16::try_from(DOUBTFUL.len()).unwrap_or(u16::MAX).div_ceil(columns);
            let (column, y) = (place / per, rest.y + place % per);
            let Some(chord) = Chord::parse(name).filter(|_| y < rest.bottom()) else { continue };
            let twins = meaning(chord).map(|(_, twins)| twins.join("  ")).unwrap_or_default();
            let (sign, role) = if self.seen.contains(&chord) { (tick, Role::Ok) } else { (" ", Role::Text) };
            let x = rest.x + column * cells;
            canvas.put(x, y, 2, sign, role);
            canvas.put(x + 2, y, 10, name, role);
            canvas.put(x + 12, y, cells.saturating_sub(13), &twins, Role::Accent);
        }
    }
}
