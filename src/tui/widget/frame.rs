//! The four rows every screen shares: tabs, place, hints, status. And the notice when the window is too small.
//!
//! Must never know: what a screen shows.

use super::canvas::Canvas;
use super::spot::What;
use crate::service::WayBack;
use crate::tui::keymap::{self, Chord, Context, Hint, Place};
use crate::tui::pane::{Env, Message, Pane, PlaceLine, Tone};
use crate::tui::text;
use crate::tui::theme::Role;
use ratatui::layout::Rect;

/// The smallest window that is drawn in.
pub const LEAST: (u16, u16) = (40, 12);

/// How wide the window is, as layouts tell it apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Breadth {
    /// 40 to 59 columns: one pane.
    Narrow,
    /// 60 to 79: one pane and three rows of detail.
    Slim,
    /// 80 to 139: as drawn.
    Normal,
    /// 140 and up: list and detail side by side.
    Wide,
    /// 180 and up.
    Huge,
}

/// How wide a window of so many columns is.
pub const fn breadth(columns: u16) -> Breadth {
    match columns {
        0..60 => Breadth::Narrow,
        60..80 => Breadth::Slim,
        80..140 => Breadth::Normal,
        140..180 => Breadth::Wide,
        _ => Breadth::Huge,
    }
}

/// The row of tabs. A screen that is not built keeps its place empty, so that digits never move.
pub fn tabs(canvas: &mut Canvas, at: Option<Place>) {
    let width = canvas.area().width;
    // A current tab that would be cut off could not be told.
    let end = |last: Place| -> usize {
        Place::ALL.into_iter().take_while(|place| *place <= last).map(|place| place.name().len() + 2).sum()
    };
    let is_cut = at.is_some_and(|place| end(place) + 1 > usize::from(width));
    if breadth(width) == Breadth::Narrow || is_cut {
        let name = at.map_or(String::new(), |place| format!("[{}{}]", place.digit(), place.name()));
        let used = canvas.put(0, 0, width, &name, Role::Title);
        canvas.put(used, 0, width.saturating_sub(used), " : all", Role::Muted);
        return;
    }
    let mut x = 0;
    for place in Place::ALL {
        let label = format!("{}{}", place.digit(), place.name());
        let cells = u16::try_from(text::width(&label)).unwrap_or(0);
        canvas.spot(Rect { x: x + 1, y: 0, width: cells, height: 1 }, What::Tab(place));
        if place == at.unwrap_or(Place::More) && at.is_some() {
            canvas.put(x, 0, width, &format!("[{label}]"), Role::Title);
        } else if place.instead().is_none() {
            canvas.put(x + 1, 0, width, &label, Role::Text);
        }
        x += cells + 1;
    }
}

/// The place line.
pub fn place(canvas: &mut Canvas, line: &PlaceLine) {
    let width = canvas.area().width;
    let right = text::width(&text::shown(&line.right));
    let right_cells = u16::try_from(right).unwrap_or(width).min(width / 2);
    canvas.put(1, 1, width.saturating_sub(right_cells + 3), &line.left, Role::Title);
    let role = if line.high { Role::High } else { Role::Text };
    canvas.put_right(width.saturating_sub(right_cells + 1), 1, right_cells, &line.right, role);
}

/// The hints: whole entries only, most useful first, and at the right what must never be lost.
pub fn hints(canvas: &mut Canvas, pane: &dyn Pane, contexts: &[Context], pinned: bool) {
    let area = canvas.area();
    let Some(y) = area.height.checked_sub(2) else { return };
    let pin: &[Hint] = &if pinned { pinned_hints(contexts) } else { Vec::new() };
    let pin_cells: u16 = pin.iter().map(|hint| hint_cells(hint) + 2).sum();
    let room = area.width.saturating_sub(pin_cells + 1);
    let mut x = 1;
    // What cannot be done is greyed in the menu with its reason; here it would only take the room of what can.
    for mut hint in keymap::hints(contexts, 6).into_iter().filter(|hint| pane.disabled(hint.action).is_none()) {
        if let Some(verb) = pane.verb_now(hint.action) {
            hint.verb = verb.into();
        }
        let cells = hint_cells(&hint);
        if x + cells > room {
            break;
        }
        draw_hint(canvas, x, y, &hint);
        x += cells + 2;
    }
    let mut x = area.width.saturating_sub(pin_cells.saturating_sub(1));
    for hint in pin {
        draw_hint(canvas, x, y, hint);
        x += hint_cells(hint) + 2;
    }
}

fn pinned_hints(contexts: &[Context]) -> Vec<Hint> {
    use keymap::Action;
    let help = if contexts.contains(&Context::Text) { "F1" } else { "?" };
    let find = if contexts.contains(&Context::Text) { "Ctrl-P" } else { ":" };
    vec![
        Hint { key: help.to_owned(), verb: Action::Help.spec().verb.into(), action: Action::Help },
        Hint { key: find.to_owned(), verb: Action::Find.spec().verb.into(), action: Action::Find },
    ]
}

fn hint_cells(hint: &Hint) -> u16 {
    u16::try_from(text::width(&hint.key) + 1 + text::width(&hint.verb)).unwrap_or(u16::MAX)
}

fn draw_hint(canvas: &mut Canvas, x: u16, y: u16, hint: &Hint) {
    if let Some(chord) = Chord::parse(&hint.key) {
        canvas.spot(Rect { x, y, width: hint_cells(hint), height: 1 }, What::Key(chord));
    }
    canvas.pieces(x, y, hint_cells(hint), &[(&hint.key, Role::Accent), (" ", Role::Text), (&hint.verb, Role::Text)]);
}

/// Below so many columns the status line has no room for both how to take back and what is stored.
const NARROW: u16 = 60;

/// How a change is taken back, by its keys.
const fn way_back(way: WayBack) -> &'static str {
    match way {
        WayBack::None => "",
        WayBack::Undo => "Ctrl-Z undoes.",
        WayBack::Redo => "Ctrl-Y redoes.",
    }
}

/// The status line: the last message, and at the right what is stored or running.
pub fn status(canvas: &mut Canvas, message: Option<&Message>, right: &str) {
    let area = canvas.area();
    let Some(y) = area.height.checked_sub(1) else { return };
    let keys = message.map_or("", |message| way_back(message.way_back));
    // Where the line is narrow, how to take it back needs the room more; that something was done says it is stored.
    let right = if area.width < NARROW && !keys.is_empty() { "" } else { right };
    let right_cells = u16::try_from(text::width(right)).unwrap_or(0).min(area.width / 2);
    if let Some(message) = message {
        let (lead, role) = match message.tone {
            Tone::Done | Tone::Note => ("", Role::Text),
            Tone::Error => ("Error: ", Role::High),
        };
        let room = area.width.saturating_sub(right_cells + 3);
        let words = if message.text.starts_with(lead.trim_end_matches(": ")) && !lead.is_empty() {
            message.text.clone()
        } else {
            format!("{lead}{}", message.text)
        };
        // A sentence that is too long is cut, the way back never.
        let keys_cells = u16::try_from(text::width(keys)).unwrap_or(0);
        let words_room = room.saturating_sub(if keys.is_empty() { 0 } else { keys_cells + 1 });
        let words_cells = u16::try_from(text::width(&words)).unwrap_or(u16::MAX).min(words_room);
        canvas.put(1, y, words_room, &words, role);
        canvas.put(words_cells + 2, y, keys_cells, keys, role);
    }
    canvas.put_right(area.width.saturating_sub(right_cells + 1), y, right_cells, right, Role::Muted);
}

/// The notice instead of everything when the window is too small.
pub fn too_small(canvas: &mut Canvas) {
    let area = canvas.area();
    let lines = [
        "Keyward needs a bigger window.".to_owned(),
        format!("Now {} x {}. Needs {} x {},", area.width, area.height, LEAST.0, LEAST.1),
        "best from 80 x 24.".to_owned(),
        String::new(),
        "Make the window larger, or the".to_owned(),
        "letters smaller (Ctrl and minus).".to_owned(),
        String::new(),
        "Nothing is lost. Q leaves.".to_owned(),
    ];
    if area.height < 3 || area.width < 10 {
        canvas.put(0, 0, area.width, "Too small. Q leaves.", Role::Text);
        return;
    }
    for (y, line) in (0..area.height).zip(&lines) {
        canvas.put(0, y, area.width, line, Role::Text);
    }
}

/// Where list and detail of a screen stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Split {
    /// The list.
    pub list: Rect,
    /// The detail, when there is room for it.
    pub detail: Option<Rect>,
    /// The detail stands beside the list.
    pub beside: bool,
}

/// Divides a body into list and detail. `rows` is the height of the detail at 24 rows, its rule included.
pub fn split(body: Rect, env: &Env, rows: u16, grown: bool) -> Split {
    let width = breadth(env.size.0);
    if width >= Breadth::Wide {
        let detail = if grown { body.width / 2 } else { (body.width * 2 / 5).min(78) };
        let list = body.width - detail - 1;
        return Split {
            list: Rect { width: list, ..body },
            detail: Some(Rect { x: body.x + list + 1, width: detail, ..body }),
            beside: true,
        };
    }
    let tall = env.size.1;
    let wanted = match (width, tall) {
        (Breadth::Narrow, _) | (_, 0..16) => 0,
        (Breadth::Slim, _) | (_, 16..24) => 4,
        (_, 24..30) => rows,
        _ => rows.max(body.height * 2 / 5),
    };
    let wanted = if grown && wanted > 0 { body.height * 3 / 5 } else { wanted };
    if wanted == 0 || wanted + 4 > body.height {
        return Split { list: body, detail: None, beside: false };
    }
    Split {
        list: Rect { height: body.height - wanted, ..body },
        detail: Some(Rect { y: body.y + body.height - wanted, height: wanted, ..body }),
        beside: false,
    }
}

/// The room for text in a detail pane: below its rule, indented, never wider than 76 cells.
pub fn detail_text(detail: Rect) -> Rect {
    let inner = super::canvas::below(detail, 1);
    Rect { x: inner.x + 3.min(inner.width), width: inner.width.saturating_sub(4).min(76), ..inner }
}
