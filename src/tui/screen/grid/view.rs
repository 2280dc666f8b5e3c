//! How the grid looks: a row for each person, a column for each client, sums, and the cell under the cursor in words.
//!
//! Must never know: what a key does.

use super::Grid;
use crate::service::grid::{GridCell, GridRow};
use crate::service::words;
use crate::tui::pane::Env;
use crate::tui::screen::parts::{empty_words, list_rule, quoted, risk_role};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, inset, top};
use crate::tui::widget::list::Row;
use crate::tui::widget::spot::What;
use crate::tui::widget::table::{self, GUTTER};
use ratatui::layout::Rect;

/// Columns of a cell.
const CELL: u16 = 4;
/// Columns for the sum of a row, with the blank before it.
const SIDE: u16 = 4;
/// Rows of heading and sums: codes, and totals below.
const AROUND: u16 = 3;

/// Columns for a name and the risk behind it in a window of this width: 15 clients fit beside it at 80, 28 at 140, 38
/// at 180.
const fn name_cells(width: u16) -> u16 {
    match width {
        0..60 => 11,
        60..140 => 12,
        _ => 20,
    }
}

/// Clients in sight.
pub(super) fn columns(env: &Env) -> usize {
    let left = GUTTER + name_cells(env.size.0) + SIDE + 1;
    usize::from(env.size.0.saturating_sub(left) / CELL)
}

/// Rows below the grid for the cell under the cursor.
pub(super) const fn detail(env: &Env) -> u16 {
    match env.size.1 {
        0..18 => 0,
        18..30 => 5,
        _ => 8,
    }
}

/// People in sight.
pub(super) fn height(env: &Env) -> usize {
    usize::from(env.body().height.saturating_sub(AROUND + detail(env)))
}

impl Grid {
    pub(super) fn draw(&self, canvas: &mut Canvas, env: &Env) {
        let body = env.body();
        let lower = detail(env);
        let upper = Rect { height: body.height - lower, ..body };
        list_rule(
            canvas,
            top(upper, 1),
            &[(&self.heading(), crate::tui::theme::Role::Title)],
            &self.people,
            &self.span(),
        );
        let grid = below(upper, 1);
        if self.people.total() == 0 || self.columns.is_empty() {
            self.draw_empty(canvas, grid);
        } else {
            self.draw_grid(canvas, grid, env);
        }
        if lower > 0 {
            self.draw_cell(canvas, Rect { y: upper.bottom(), height: lower, ..body });
        }
    }

    fn heading(&self) -> String {
        match (&self.by_client, &self.by_person) {
            (Some((_, name)), _) => format!("Who has something at {name}, most first"),
            (_, Some((_, name))) => format!("Clients of {name}, most first"),
            // What is filtered needs the room.
            _ if !self.people.filter().is_empty() => "Rights".to_owned(),
            _ => "Rights per person and client".to_owned(),
        }
    }

    /// Which clients are in sight.
    fn span(&self) -> String {
        if !self.people.is_loaded() {
            return "...".to_owned();
        }
        if !self.people.filter().is_empty() {
            return self.people.count_words();
        }
        let (from, to) = (self.start + 1, self.start + self.columns.len());
        format!("clients {from}-{to} of {}", words::count(self.total as u64))
    }

    fn draw_empty(&self, canvas: &mut Canvas, area: Rect) {
        let nothing = "No rights yet. N adds people, clients and ways in; 8 imports lists.";
        let words = match (self.people.is_loaded(), self.people.total(), self.columns.len()) {
            _ if self.failed.is_some() => self.failed.clone().unwrap_or_default(),
            (true, 1.., 0) => {
                let typed = quoted(self.people.filter().text().trim());
                let clients = words::counted(self.clients as u64, "client is", "clients are");
                format!("No client matches {typed}. {clients} hidden by the filter. Esc shows them.")
            }
            _ => empty_words(&self.people, "person", "people", nothing),
        };
        canvas.paragraph(inset(below(area, 1), 3), &words, Role::Text);
    }

    fn draw_grid(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        let names = name_cells(env.size.0);
        let cells_at = area.x + GUTTER + names + SIDE;
        canvas.put(area.x + GUTTER, area.y, names, "Person", Role::Muted);
        canvas.put_right(cells_at - SIDE, area.y, SIDE, "all", Role::Muted);
        for (place, column) in self.columns.iter().enumerate() {
            let here = self.start + place == self.at;
            let x = cells_at + CELL * u16::try_from(place).unwrap_or(u16::MAX);
            canvas.put_right(x, area.y, CELL, &column.code, if here { Role::Title } else { Role::Muted });
        }
        let rows = height(env);
        let first = self.people.offset(rows);
        let list = Rect { y: area.y + 1, height: u16::try_from(rows).unwrap_or(u16::MAX), ..area };
        let block = self.block_span();
        for (y, place) in (list.y..list.bottom()).zip(first..) {
            let Some(row) = self.people.at(place) else { break };
            self.draw_row(canvas, Rect { y, height: 1, ..area }, (place, row), names);
            let line = Rect { y, height: 1, width: names + GUTTER + SIDE, ..area };
            table::row(canvas, line, place, self.people.cursor(), !self.people.is_filtering());
            self.draw_marks(canvas, Rect { x: cells_at, y, height: 1, width: area.right() - cells_at }, place, block);
        }
        let sums = Rect { y: list.bottom(), height: 1, ..area };
        // Under a filter the sums are those of the people it leaves.
        let of = match self.people.total() < self.people.unfiltered() {
            true => format!("Total of {}", short(u32::try_from(self.people.total()).unwrap_or(u32::MAX))),
            false => "Total by client".to_owned(),
        };
        canvas.put(sums.x + GUTTER, sums.y, names + SIDE, &of, Role::Muted);
        for (place, column) in self.columns.iter().enumerate() {
            let x = cells_at + CELL * u16::try_from(place).unwrap_or(u16::MAX);
            canvas.put_right(x, sums.y, CELL, &short(column.total), Role::Muted);
        }
    }

    fn draw_row(&self, canvas: &mut Canvas, row: Rect, (place, line): (usize, &GridRow), names: u16) {
        let x = row.x + GUTTER;
        let (mark, role) = if line.left { ("!!", Role::High) } else { (line.risk.mark(), risk_role(line.risk)) };
        let all = short(line.total);
        // The sum keeps its place; the mark stands before it, and the name has whatever is left.
        let cells = |words: &str| u16::try_from(text::width(words)).unwrap_or(0);
        let taken = cells(&all) + if mark.is_empty() { 1 } else { cells(mark) + 2 };
        let room = (names + SIDE).saturating_sub(taken);
        canvas.put(x, row.y, room, &line.name, Role::Text);
        canvas.put(x + room + 1, row.y, cells(mark), mark, role);
        canvas.put_right(x + names, row.y, SIDE, &all, Role::Text);
        for (shown, cell) in line.cells.iter().enumerate() {
            let (words, role) = cell_words(*cell);
            let at = x + names + SIDE + CELL * u16::try_from(shown).unwrap_or(u16::MAX);
            canvas.put_right(at, row.y, CELL, &words, role);
            let rows = steps(self.people.cursor(), place);
            let columns = steps(self.at, self.start + shown);
            canvas.spot(Rect { x: at, width: CELL, ..row }, What::Cell { rows, columns });
        }
    }

    /// The block by row numbers and columns, when there is one.
    fn block_span(&self) -> Option<(usize, usize, usize, usize)> {
        let super::Anchor { person, column, .. } = self.anchor?;
        let from =
            (0..self.people.total()).find(|place| self.people.at(*place).is_some_and(|row| row.key() == person))?;
        let here = self.people.cursor();
        Some((from.min(here), from.max(here), column.min(self.at), column.max(self.at)))
    }

    /// Brackets around the cell under the cursor, and a block restyled.
    fn draw_marks(&self, canvas: &mut Canvas, cells: Rect, place: usize, block: Option<(usize, usize, usize, usize)>) {
        let at = |column: usize| {
            let shown = column.checked_sub(self.start).filter(|shown| *shown < self.columns.len())?;
            Some(cells.x + CELL * u16::try_from(shown).ok()?)
        };
        if let Some((top, bottom, left, right)) = block
            && (top..=bottom).contains(&place)
            && let (Some(from), Some(to)) = (at(left.max(self.start)), at(right))
        {
            let area = Rect { x: from + 1, width: to + CELL - from - 1, ..cells };
            canvas.restyle(area, Role::Under);
        }
        if place == self.people.cursor()
            && let Some(x) = at(self.at)
        {
            let words = self.here().map_or_else(String::new, |(_, _, cell)| cell_words(cell).0);
            canvas.put_right(x, cells.y, CELL, &format!("[{words}]"), Role::Text);
            canvas.restyle(Rect { x, width: CELL, ..cells }, Role::Focus);
            canvas.cursor = Some((x + CELL - 1, cells.y));
        }
    }

    /// The cell under the cursor in words, so that codes need not be learnt.
    fn draw_cell(&self, canvas: &mut Canvas, area: Rect) {
        let Some((row, column, cell)) = self.here() else {
            canvas.rule(top(area, 1), &[], "");
            return;
        };
        let rights = words::counted(u64::from(cell.ways), "right", "rights");
        let admin = match cell.admin {
            0 => String::new(),
            admin => format!(", {admin} of them admin"),
        };
        let title = format!("{} at {}: {rights}{admin}", row.name, column.name);
        canvas.rule(top(area, 1), &[(&title, if cell.going { Role::High } else { Role::Text })], "");
        let room = inset(below(area, 1), 3);
        let key = "! at least one admin right   ~ should be gone   . none   + more than 9";
        canvas.put(room.x, room.bottom().saturating_sub(1), room.width, key, Role::Muted);
        let room = Rect { height: room.height.saturating_sub(1), ..room };
        let words = match &self.cell {
            _ if cell.ways == 0 => "Nothing is open here.".to_owned(),
            Some(held) if (held.person, held.client) == (row.person, column.client) => {
                let name = |(name, admin): &(String, bool)| if *admin { format!("{name} !!") } else { name.clone() };
                held.ways.iter().map(name).collect::<Vec<_>>().join(",  ")
            }
            _ => "...".to_owned(),
        };
        canvas.paragraph(room, &words, Role::Text);
    }
}

/// Steps from one place to another; back when negative.
fn steps(from: usize, to: usize) -> i64 {
    i64::try_from(to).unwrap_or(i64::MAX).saturating_sub(i64::try_from(from).unwrap_or(i64::MAX))
}

/// A number in at most four columns.
fn short(number: u32) -> String {
    match number {
        0..10_000 => number.to_string(),
        _ => format!("{}k", number / 1_000),
    }
}

/// What stands in a cell: a sign, then the number.
fn cell_words(cell: GridCell) -> (String, Role) {
    let number = match cell.ways {
        0 => return (".".to_owned(), Role::Muted),
        1..=9 => cell.ways.to_string(),
        _ => "+".to_owned(),
    };
    match (cell.going, cell.admin) {
        (true, _) => (format!("~{number}"), Role::High),
        (false, 1..) => (format!("!{number}"), Role::Medium),
        (false, 0) => (number, Role::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_tells_with_signs_what_colour_tells_too() {
        let cell = |ways, admin, going| cell_words(GridCell { ways, admin, going }).0;
        assert_eq!([cell(0, 0, false), cell(3, 0, false), cell(3, 1, false)], [".", "3", "!3"]);
        assert_eq!([cell(3, 1, true), cell(12, 0, false), cell(12, 2, false)], ["~3", "+", "!+"]);
    }
}
