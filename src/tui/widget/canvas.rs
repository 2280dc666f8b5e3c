//! Where everything is drawn: text goes onto the screen through here only, measured, cut and harmless.
//!
//! Must never know: the model, what the text means.

use super::spot::{Spot, What};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

/// The screen while it is drawn.
pub struct Canvas<'a> {
    buf: &'a mut Buffer,
    /// The look.
    pub theme: Theme,
    /// Where the terminal's cursor goes: on the focused row or field, so that magnifiers and readers follow.
    pub cursor: Option<(u16, u16)>,
    /// What a click can mean, in the order of drawing.
    pub spots: Vec<Spot>,
}

impl<'a> Canvas<'a> {
    /// A canvas over a buffer, filled with the look's background.
    pub fn new(buf: &'a mut Buffer, theme: Theme) -> Self {
        let area = buf.area;
        buf.set_style(area, theme.style(Role::Text));
        Self { buf, theme, cursor: None, spots: Vec::new() }
    }

    /// The whole screen.
    pub fn area(&self) -> Rect {
        self.buf.area
    }

    /// Writes text into at most `cells` cells and says how many it took.
    pub fn put(&mut self, x: u16, y: u16, cells: u16, words: &str, role: Role) -> u16 {
        let style = self.theme.style(role);
        self.put_styled(x, y, cells, words, style)
    }

    fn put_styled(&mut self, x: u16, y: u16, cells: u16, words: &str, style: Style) -> u16 {
        let area = self.buf.area;
        if y < area.top() || y >= area.bottom() || x < area.left() || x >= area.right() {
            return 0;
        }
        let room = cells.min(area.right() - x);
        let clean = text::safe(words, self.theme.ascii());
        let fitted = text::cut(&clean, usize::from(room), self.theme.ascii());
        let mut at = x;
        for grapheme in fitted.graphemes(true) {
            let wide = u16::try_from(text::grapheme_width(grapheme)).unwrap_or(1);
            if wide == 0 || at + wide > x + room {
                continue;
            }
            if let Some(cell) = self.buf.cell_mut((at, y)) {
                if self.theme.ascii() && !grapheme.is_ascii() {
                    cell.set_symbol("?");
                } else {
                    cell.set_symbol(grapheme);
                }
                cell.set_style(style);
            }
            // The right half of a wide sign belongs to it; in plain letters it is a second question mark's blank.
            for rest in 1..wide {
                if let Some(cell) = self.buf.cell_mut((at + rest, y)) {
                    cell.set_symbol(" ");
                    cell.set_style(style);
                }
            }
            at += wide;
        }
        at - x
    }

    /// Writes pieces one after the other into at most `cells` cells.
    pub fn pieces(&mut self, x: u16, y: u16, cells: u16, pieces: &[(&str, Role)]) -> u16 {
        let mut used = 0;
        for (words, role) in pieces {
            if used >= cells {
                break;
            }
            used += self.put(x + used, y, cells - used, words, *role);
        }
        used
    }

    /// Writes text so that it ends at the right end of `cells` cells.
    pub fn put_right(&mut self, x: u16, y: u16, cells: u16, words: &str, role: Role) -> u16 {
        let wide = u16::try_from(text::width(&text::shown(words))).unwrap_or(u16::MAX).min(cells);
        self.put(x + (cells - wide), y, wide, words, role)
    }

    /// Writes text in the middle of `cells` cells.
    pub fn put_centred(&mut self, x: u16, y: u16, cells: u16, words: &str, role: Role) {
        let wide = u16::try_from(text::width(&text::shown(words))).unwrap_or(u16::MAX).min(cells);
        self.put(x + (cells - wide) / 2, y, wide, words, role);
    }

    /// Writes a text over several lines and says how many it took.
    pub fn paragraph(&mut self, area: Rect, words: &str, role: Role) -> u16 {
        let clean = text::shown(words).into_owned();
        let lines = text::wrap(&clean, usize::from(area.width).max(1));
        let mut used = 0;
        for line in lines.iter().take(usize::from(area.height)) {
            self.put(area.x, area.y + used, area.width, line, role);
            used += 1;
        }
        used
    }

    /// Repeats a sign over `cells` cells.
    pub fn fill(&mut self, x: u16, y: u16, cells: u16, sign: &str, role: Role) {
        for step in 0..cells {
            self.put(x + step, y, 1, sign, role);
        }
    }

    /// A click into this area means that.
    pub fn spot(&mut self, area: Rect, what: What) {
        self.spots.push(Spot { area, what });
    }

    /// Gives the cells of an area another style, keeping what stands there.
    pub fn restyle(&mut self, area: Rect, role: Role) {
        let style = self.theme.style(role);
        let area = area.intersection(self.buf.area);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                if let Some(cell) = self.buf.cell_mut((x, y)) {
                    cell.modifier.insert(style.add_modifier);
                }
            }
        }
    }

    /// Empties an area.
    pub fn clear(&mut self, area: Rect) {
        let style = self.theme.style(Role::Text);
        let area = area.intersection(self.buf.area);
        for y in area.top()..area.bottom() {
            for x in area.left()..area.right() {
                if let Some(cell) = self.buf.cell_mut((x, y)) {
                    cell.reset();
                    cell.set_style(style);
                }
            }
        }
        // A wide sign cut in half by the area loses its left half too.
        for y in area.top()..area.bottom() {
            if area.left() > 0
                && let Some(cell) = self.buf.cell_mut((area.left() - 1, y))
                && text::width(cell.symbol()) > 1
            {
                cell.set_symbol(" ");
            }
        }
    }

    /// A frame with a title, emptied inside. Answers the room within.
    pub fn frame(&mut self, area: Rect, title: &str) -> Rect {
        let area = area.intersection(self.buf.area);
        self.clear(area);
        if area.width < 2 || area.height < 2 {
            return Rect { width: 0, height: 0, ..area };
        }
        let glyphs = self.theme.glyphs;
        let [top_left, top_right, bottom_left, bottom_right] = glyphs.corners;
        let (right, bottom) = (area.right() - 1, area.bottom() - 1);
        self.fill(area.x, area.y, area.width, glyphs.h, Role::Rule);
        self.fill(area.x, bottom, area.width, glyphs.h, Role::Rule);
        for y in area.y..area.bottom() {
            self.put(area.x, y, 1, glyphs.v, Role::Rule);
            self.put(right, y, 1, glyphs.v, Role::Rule);
        }
        for (x, y, corner) in [
            (area.x, area.y, top_left),
            (right, area.y, top_right),
            (area.x, bottom, bottom_left),
            (right, bottom, bottom_right),
        ] {
            self.put(x, y, 1, corner, Role::Rule);
        }
        if area.width > 6 && !title.is_empty() {
            let used = self.put(area.x + 3, area.y, area.width - 6, title, Role::Title);
            self.put(area.x + 2, area.y, 1, " ", Role::Rule);
            self.put(area.x + 3 + used, area.y, 1, " ", Role::Rule);
        }
        Rect { x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height - 2 }
    }

    /// A titled rule: `─ title ───────── right ─`. Answers nothing; it takes one row.
    pub fn rule(&mut self, area: Rect, left: &[(&str, Role)], right: &str) {
        if area.width == 0 || area.height == 0 {
            return;
        }
        self.fill(area.x, area.y, area.width, self.theme.glyphs.h, Role::Rule);
        let right_cells = u16::try_from(text::width(&text::shown(right))).unwrap_or(u16::MAX);
        let has_right = right_cells > 0 && right_cells + 12 < area.width;
        let room = if has_right { area.width - right_cells - 6 } else { area.width.saturating_sub(3) };
        if !left.is_empty() && area.width > 4 {
            self.put(area.x + 1, area.y, 1, " ", Role::Rule);
            let used = self.pieces(area.x + 2, area.y, room, left);
            self.put(area.x + 2 + used, area.y, 1, " ", Role::Rule);
        }
        if has_right {
            let at = area.right() - right_cells - 3;
            self.put(at, area.y, 1, " ", Role::Rule);
            self.put(at + 1, area.y, right_cells, right, Role::Muted);
            self.put(at + 1 + right_cells, area.y, 1, " ", Role::Rule);
        }
    }
}

/// A rectangle of this size in the middle of the area, never larger than it.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// The area without its first rows.
pub const fn below(area: Rect, rows: u16) -> Rect {
    let rows = if rows > area.height { area.height } else { rows };
    Rect { x: area.x, y: area.y + rows, width: area.width, height: area.height - rows }
}

/// The first rows of the area.
pub const fn top(area: Rect, rows: u16) -> Rect {
    Rect { height: if rows > area.height { area.height } else { rows }, ..area }
}

/// The area without some cells at the left and right.
pub const fn inset(area: Rect, cells: u16) -> Rect {
    let both = if cells.saturating_mul(2) > area.width { area.width } else { cells * 2 };
    Rect { x: area.x + both / 2, width: area.width - both, ..area }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::theme::{Abilities, Depth, Look};

    fn draw(width: u16, ascii: bool, work: impl FnOnce(&mut Canvas) -> u16) -> String {
        let mut buf = Buffer::empty(Rect::new(0, 0, width, 1));
        let theme = Theme::new(Look::Own, Abilities { depth: Depth::Basic, ascii });
        work(&mut Canvas::new(&mut buf, theme));
        (0..width).filter_map(|x| buf.cell((x, 0))).map(|cell| cell.symbol().to_owned()).collect()
    }

    #[test]
    fn text_beyond_the_screen_or_its_cells_is_cut_and_never_panics() {
        assert_eq!(draw(6, false, |c| c.put(0, 0, 4, "Microsoft", Role::Text)), "Mic…  ");
        assert_eq!(draw(6, false, |c| c.put(4, 0, 40, "Microsoft", Role::Text)), "    M…");
        assert_eq!(draw(6, false, |c| c.put(40, 9, 40, "Microsoft", Role::Text)), "      ");
    }

    #[test]
    fn plain_letters_are_all_below_one_hundred_and_twenty_eight() {
        assert!(draw(12, true, |c| c.put(0, 0, 12, "Łukasz 李小龍", Role::Text)).is_ascii());
    }

    #[test]
    fn a_rule_shows_its_title_and_what_stands_right() {
        let drawn = draw(24, false, |c| {
            c.rule(Rect::new(0, 0, 24, 1), &[("People", Role::Title)], "3");
            0
        });
        assert_eq!(drawn, "─ People ─────────── 3 ─");
    }
}
