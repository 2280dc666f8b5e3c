//! What a click means: every drawn row, hint and tab says so where it is drawn.
//!
//! A click does what keys do, so that nothing can be done with the mouse alone and every guard holds for both.
//!
//! Must never know: the model, what an action does.

use crate::tui::keymap::{Chord, Place};
use ratatui::layout::{Position, Rect};

/// An area and what a click into it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// Where.
    pub area: Rect,
    /// What for.
    pub what: What,
}

/// What a click can be on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A row of a list.
    Row {
        /// Its place in the whole list.
        place: usize,
        /// The cursor is on it.
        here: bool,
        /// Its list has the keys.
        focused: bool,
    },
    /// A cell of a grid, so many rows down and columns to the right of the one under the cursor.
    Cell {
        /// Rows.
        rows: i64,
        /// Columns.
        columns: i64,
    },
    /// A field or button of a form, so many after the one with the focus.
    Stop {
        /// Fields and buttons.
        by: i64,
        /// A button: the click presses it.
        button: bool,
    },
    /// A hint: the key it names.
    Key(Chord),
    /// A main screen in the row of tabs.
    Tab(Place),
}

/// What a click asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pointed {
    /// Another row: so many down, or up when negative; first into the other pane.
    Row {
        /// The list has not the keys yet.
        other_pane: bool,
        /// Rows to go.
        by: i64,
    },
    /// Another cell of a grid.
    Cell {
        /// Rows down.
        rows: i64,
        /// Columns to the right.
        columns: i64,
    },
    /// Another field or button of a form.
    Stop {
        /// So many after the one with the focus.
        by: i64,
        /// It is a button.
        button: bool,
    },
    /// A key.
    Key(Chord),
    /// A main screen.
    Tab(Place),
}

/// What a click at this cell asks for. What was drawn last lies on top.
pub fn pointed(spots: &[Spot], x: u16, y: u16) -> Option<Pointed> {
    let hit = spots.iter().rev().find(|spot| spot.area.contains(Position { x, y }))?;
    match hit.what {
        What::Key(chord) => Some(Pointed::Key(chord)),
        What::Tab(place) => Some(Pointed::Tab(place)),
        What::Cell { rows, columns } => Some(Pointed::Cell { rows, columns }),
        What::Stop { by, button } => Some(Pointed::Stop { by, button }),
        What::Row { place, focused, .. } => {
            let same_list = |spot: &&Spot| {
                spot.area.x == hit.area.x
                    && matches!(spot.what, What::Row { here: true, focused: other, .. } if other == focused)
            };
            let What::Row { place: here, .. } = spots.iter().find(same_list)?.what else { return None };
            let by = i64::try_from(place).ok()? - i64::try_from(here).ok()?;
            Some(Pointed::Row { other_pane: !focused, by })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(x: u16, y: u16, place: usize, here: bool, focused: bool) -> Spot {
        Spot { area: Rect::new(x, y, 10, 1), what: What::Row { place, here, focused } }
    }

    #[test]
    fn a_click_counts_rows_from_the_cursor_of_its_own_list() {
        let spots = [
            row(0, 3, 7, true, true),
            row(0, 4, 8, false, true),
            row(20, 4, 2, true, false),
            row(20, 3, 1, false, false),
        ];
        assert_eq!(pointed(&spots, 5, 4), Some(Pointed::Row { other_pane: false, by: 1 }));
        assert_eq!(pointed(&spots, 25, 3), Some(Pointed::Row { other_pane: true, by: -1 }));
        assert_eq!(pointed(&spots, 15, 4), None);
    }

    #[test]
    fn what_was_drawn_last_lies_on_top() {
        let key = Spot { area: Rect::new(0, 4, 4, 1), what: What::Key(Chord::typed('r')) };
        let spots = [row(0, 4, 0, true, true), key];
        assert_eq!(pointed(&spots, 2, 4), Some(Pointed::Key(Chord::typed('r'))));
    }
}
