//! Rows and columns: which columns fit, how a row is drawn, where the cursor stands.
//!
//! Must never know: what the cells mean.

use super::canvas::{Canvas, below};
use super::list::{List, Row};
use super::spot::What;
use crate::tui::text;
use crate::tui::theme::Role;
use ratatui::layout::Rect;

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its heading; a column without one belongs to its neighbour.
    pub head: &'static str,
    /// Its least width.
    pub width: u16,
    /// Numbers stand at the right.
    pub right: bool,
    /// Which columns go first when there is no room: the highest number; 0 stays.
    pub drop: u8,
    /// It takes what is left over, in these parts.
    pub grow: u16,
}

/// A column of text.
pub const fn col(head: &'static str, width: u16, drop: u8) -> Column {
    Column { head, width, right: false, drop, grow: 0 }
}

/// A column of numbers.
pub const fn num(head: &'static str, width: u16, drop: u8) -> Column {
    Column { head, width, right: true, drop, grow: 0 }
}

impl Column {
    /// Takes what is left over.
    pub const fn grows(self, parts: u16) -> Self {
        Self { grow: parts, ..self }
    }
}

/// One cell: what stands there and how it is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What stands there.
    pub text: String,
    /// How it is meant.
    pub role: Role,
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self { text, role: Role::Text }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl Cell {
    /// A cell with a meaning.
    pub fn of(text: impl Into<String>, role: Role) -> Self {
        Self { text: text.into(), role }
    }
}

/// Where columns stand: place and width of each that fits, none for those dropped.
pub fn widths(columns: &[Column], cells: u16) -> Vec<Option<(u16, u16)>> {
    let mut keep: Vec<bool> = columns.iter().map(|_| true).collect();
    let needed = |keep: &[bool]| -> u16 {
        let (count, sum) = columns
            .iter()
            .zip(keep)
            .filter(|(_, kept)| **kept)
            .fold((0u16, 0u16), |(count, sum), (column, _)| (count + 1, sum.saturating_add(column.width)));
        sum.saturating_add(count.saturating_sub(1))
    };
    while needed(&keep) > cells {
        let victim = columns
            .iter()
            .enumerate()
            .filter(|(place, column)| column.drop > 0 && keep.get(*place).copied().unwrap_or(false))
            .max_by_key(|(_, column)| column.drop)
            .map(|(place, _)| place);
        match victim.and_then(|place| keep.get_mut(place)) {
            Some(kept) => *kept = false,
            None => break,
        }
    }
    let spare = cells.saturating_sub(needed(&keep));
    let parts: u16 = columns.iter().zip(&keep).filter(|(_, kept)| **kept).map(|(column, _)| column.grow).sum();
    let mut at = 0u16;
    columns
        .iter()
        .zip(&keep)
        .map(|(column, kept)| {
            if !kept || at >= cells {
                return None;
            }
            let extra = (spare * column.grow).checked_div(parts).unwrap_or(0);
            let width = (column.width + extra).min(cells - at);
            let place = at;
            at = at.saturating_add(width).saturating_add(1);
            Some((place, width))
        })
        .collect()
}

/// How the list is shown.
pub struct Look<'a> {
    /// The columns.
    pub columns: &'a [Column],
    /// With a row of headings.
    pub head: bool,
    /// It has the focus.
    pub focused: bool,
    /// What `... 52 more` is called, as `more`; nothing to leave it out.
    pub more: Option<&'a str>,
}

/// Cells before the first column: margin, cursor, mark.
pub const GUTTER: u16 = 3;

/// Draws a list as a table.
pub fn view<T: Row>(canvas: &mut Canvas, area: Rect, list: &List<T>, look: &Look<'_>, cells: impl Fn(&T) -> Vec<Cell>) {
    if area.width <= GUTTER || area.height == 0 {
        return;
    }
    let inner = area.width - GUTTER - 1;
    let places = widths(look.columns, inner);
    let mut body = area;
    if look.head {
        for (column, place) in look.columns.iter().zip(&places) {
            if let Some((x, width)) = place {
                line_cell(canvas, area.x + GUTTER + x, area.y, *width, column, column.head, Role::Muted);
            }
        }
        body = below(area, 1);
    }
    let height = usize::from(body.height);
    let first = list.offset(height);
    // The last line counts what lies below, when it is not the cursor's.
    let hidden = list.total().saturating_sub(first + height);
    let counts = look.more.is_some() && hidden > 0 && height > 2 && list.cursor() + 1 < first + height;
    for row in 0..body.height {
        let place = first + usize::from(row);
        let y = body.y + row;
        if counts && row + 1 == body.height {
            let words = format!("... {} {}", crate::service::words::count(hidden as u64 + 1), look.more.unwrap_or(""));
            canvas.put(area.x + GUTTER, y, inner, &words, Role::Muted);
            break;
        }
        let Some(item) = list.at(place) else { continue };
        for ((cell, column), place) in cells(item).iter().zip(look.columns).zip(&places) {
            if let Some((x, width)) = place {
                line_cell(canvas, area.x + GUTTER + x, y, *width, column, &cell.text, cell.role);
            }
        }
        if list.marks.contains(&item.key()) {
            canvas.put(area.x + 1, y, 1, "+", Role::Accent);
        }
        self::row(canvas, Rect { y, height: 1, ..area }, place, list.cursor(), look.focused);
    }
}

/// A row of a list at its place: a click finds it, and the cursor stands on it when that is its place.
pub fn row(canvas: &mut Canvas, area: Rect, place: usize, at: usize, focused: bool) {
    canvas.spot(area, What::Row { place, here: place == at, focused });
    if place == at {
        cursor(canvas, area, focused);
    }
}

/// Shows the cursor on a row: the sign in front, the row in reverse, the terminal's own cursor on it.
pub fn cursor(canvas: &mut Canvas, row: Rect, focused: bool) {
    let sign = canvas.theme.glyphs.cursor;
    if focused {
        canvas.put(row.x, row.y, 1, sign, Role::Text);
        canvas.restyle(row, Role::Focus);
        canvas.cursor = Some((row.x, row.y));
    } else {
        canvas.restyle(row, Role::Under);
    }
}

fn line_cell(canvas: &mut Canvas, x: u16, y: u16, width: u16, column: &Column, words: &str, role: Role) {
    if column.right {
        canvas.put_right(x, y, width, words, role);
    } else {
        canvas.put(x, y, width, words, role);
    }
}

/// A bar of a share.
pub fn bar(theme: &crate::tui::theme::Theme, cells: usize, part: u32, whole: u32) -> String {
    let full = if whole == 0 {
        0
    } else {
        let exact = (part as usize * cells) / whole as usize;
        // Something is never shown as nothing, and not all never as all.
        match part {
            0 => 0,
            _ if part >= whole => cells,
            _ => exact.clamp(1, cells.saturating_sub(1)),
        }
    };
    format!("{}{}", theme.glyphs.full.repeat(full.min(cells)), theme.glyphs.empty.repeat(cells - full.min(cells)))
}

/// A line of `Label   text` pairs, wrapped, for detail panes. Answers the rows used.
pub fn pairs(canvas: &mut Canvas, area: Rect, label_cells: u16, pairs: &[(String, String)]) -> u16 {
    let mut used = 0;
    for (label, words) in pairs {
        if used >= area.height {
            break;
        }
        let at = below(area, used);
        canvas.put(at.x, at.y, label_cells.saturating_sub(1), label, Role::Muted);
        let room = Rect { x: at.x + label_cells.min(at.width), width: at.width.saturating_sub(label_cells), ..at };
        used += canvas.paragraph(room, words, Role::Text).max(1);
    }
    used
}

/// The longest of the labels plus a gap, in cells.
pub fn label_width(pairs: &[(String, String)], least: u16) -> u16 {
    let longest = pairs.iter().map(|(label, _)| text::width(label)).max().unwrap_or(0);
    u16::try_from(longest + 2).unwrap_or(least).max(least)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::{Abilities, Depth, Look as ThemeLook, Theme};

    #[test]
    fn columns_go_in_the_order_they_are_given_up() {
        let columns = [col("Name", 10, 0).grows(1), col("Role", 10, 1), num("Ways", 5, 2), col("MFA", 5, 3)];
        assert_eq!(widths(&columns, 40).iter().filter(|w| w.is_some()).count(), 4);
        assert_eq!(widths(&columns, 30), [Some((0, 13)), Some((14, 10)), Some((25, 5)), None]);
        assert_eq!(widths(&columns, 12), [Some((0, 12)), None, None, None]);
        assert_eq!(widths(&columns, 4), [Some((0, 4)), None, None, None]);
        assert_eq!(widths(&columns, 0), [None, None, None, None]);
    }

    #[test]
    fn a_bar_is_only_empty_or_full_when_it_is() {
        let theme = Theme::new(ThemeLook::Own, Abilities { depth: Depth::Mono, ascii: true });
        assert_eq!(bar(&theme, 5, 0, 10), ".....");
        assert_eq!(bar(&theme, 5, 1, 1_000), "#....");
        assert_eq!(bar(&theme, 5, 999, 1_000), "####.");
        assert_eq!(bar(&theme, 5, 10, 10), "#####");
        assert_eq!(bar(&theme, 5, 0, 0), ".....");
    }
}
