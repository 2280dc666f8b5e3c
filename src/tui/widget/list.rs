//! A list of which only a window is held: cursor, scroll, marks, filter and order.
//!
//! The cursor belongs to a record, not to a row number: after a reload it stays on its record, and when that is
//! gone, keys that change data stay dead for half a second.
//!
//! Must never know: what the rows are.

use super::line_edit::{LineEdit, Typed};
use crate::service::view::Page;
use crate::service::{Slice, Sort};
use crate::tui::keymap::Action;
use std::collections::{BTreeMap, BTreeSet};

/// What a row needs so that the list can hold on to it.
pub trait Row {
    /// A number that stays with the record.
    fn key(&self) -> u64;
}

/// What an action did to a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// Not an action of lists.
    No,
    /// The cursor, marks or filter changed.
    Yes,
    /// The list wants to be asked again: another window, filter or order.
    Ask,
}

/// Lists up to this long are held whole, so that rows acted on stay where they are.
const HELD_WHOLE: usize = 400;
/// How long keys stay dead after the row under the cursor has gone, in milliseconds.
const GONE_MS: u64 = 500;
/// How long after the last key a filter is asked for, in milliseconds.
pub const FILTER_MS: u64 = 60;

/// A list and how somebody looks at it.
#[derive(Clone)]
pub struct List<T> {
    rows: Vec<T>,
    start: usize,
    total: usize,
    unfiltered: usize,
    cursor: usize,
    offset: usize,
    loaded: bool,
    /// Marked records.
    pub marks: BTreeSet<u64>,
    anchor: Option<usize>,
    dead_until: u64,
    filter: LineEdit,
    filtering: bool,
    asked_filter: String,
    filter_due: Option<u64>,
    sort: Sort,
    reverse: bool,
    gone: bool,
    /// Other rows are on their way: the cursor starts at the top, or on the record to follow.
    fresh: bool,
    follow: Option<u64>,
    /// Rows acted on stay where they are: nothing slides away under a finger.
    keeps_order: bool,
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            start: 0,
            total: 0,
            unfiltered: 0,
            cursor: 0,
            offset: 0,
            loaded: false,
            marks: BTreeSet::new(),
            anchor: None,
            dead_until: 0,
            filter: LineEdit::default(),
            filtering: false,
            asked_filter: String::new(),
            filter_due: None,
            sort: Sort::Best,
            reverse: false,
            gone: false,
            fresh: false,
            follow: None,
            keeps_order: false,
        }
    }
}

impl<T: Row> List<T> {
    /// Which part to ask for, with room around what is visible.
    pub fn slice(&self, height: usize) -> Slice {
        let whole = self.total <= HELD_WHOLE;
        let around = height.max(20) * 4;
        Slice {
            start: if whole { 0 } else { self.offset.saturating_sub(around) },
            limit: if whole { HELD_WHOLE } else { around * 2 + height },
            filter: self.filter.text().trim().to_owned(),
            sort: self.sort,
            reverse: self.reverse,
        }
    }

    /// Takes a window. Rows that are still there stay in their order until the list is left or looked at otherwise.
    pub fn accept(&mut self, page: Page<T>, mono: u64) {
        let keep_order = std::mem::replace(&mut self.keeps_order, true);
        let follow = self.follow.take();
        let held = if std::mem::take(&mut self.fresh) { follow } else { self.current().map(Row::key) };
        let old: BTreeMap<u64, usize> =
            self.rows.iter().enumerate().map(|(place, row)| (row.key(), place + self.start)).collect();
        let whole = page.start == 0 && page.rows.len() == page.total;
        let mut rows = page.rows;
        if keep_order && whole && self.start == 0 && self.loaded {
            // New records come first, where they are seen; the others keep their places.
            rows.sort_by_key(|row| old.get(&row.key()).map_or(0, |place| place + 1));
        }
        self.rows = rows;
        self.start = page.start;
        self.total = page.total;
        self.unfiltered = page.unfiltered.max(page.total);
        self.gone = false;
        if let Some(key) = held {
            match self.rows.iter().position(|row| row.key() == key) {
                Some(place) => {
                    let now = place + self.start;
                    let shift = self.cursor.saturating_sub(self.offset);
                    if now != self.cursor {
                        self.cursor = now;
                        self.offset = now.saturating_sub(shift);
                    }
                }
                None if self.loaded && self.filter_due.is_none() && whole && keep_order => {
                    self.gone = true;
                    self.dead_until = mono + GONE_MS;
                }
                None => {}
            }
        }
        self.loaded = true;
        self.cursor = self.cursor.min(self.total.saturating_sub(1));
    }

    /// Takes a whole list that is never filtered by the service.
    pub fn accept_all(&mut self, rows: Vec<T>, mono: u64) {
        let total = rows.len();
        self.keeps_order = true;
        self.accept(Page { rows, start: 0, total, unfiltered: total }, mono);
    }

    /// The list is left: the next window brings its rows in their own order.
    pub const fn left(&mut self) {
        self.keeps_order = false;
    }

    /// The row under the cursor went away with the last window; said once.
    pub fn take_gone(&mut self) -> bool {
        std::mem::take(&mut self.gone)
    }

    /// The row under the cursor.
    pub fn current(&self) -> Option<&T> {
        self.rows.get(self.cursor.checked_sub(self.start)?)
    }

    /// Rows that are held, in order.
    pub fn held(&self) -> &[T] {
        &self.rows
    }

    /// The row at a place of the whole list, when it is held.
    pub fn at(&self, place: usize) -> Option<&T> {
        self.rows.get(place.checked_sub(self.start)?)
    }

    /// Place of the cursor in the whole list.
    pub const fn cursor(&self) -> usize {
        self.cursor
    }

    /// First visible row for a height, so that the cursor is inside.
    pub fn offset(&self, height: usize) -> usize {
        let height = height.max(1);
        let most = self.total.saturating_sub(height);
        let low = (self.cursor + 1).saturating_sub(height);
        self.offset.clamp(low, self.cursor.max(low)).min(most.max(low))
    }

    /// Length under the filter.
    pub const fn total(&self) -> usize {
        self.total
    }

    /// Length without the filter.
    pub const fn unfiltered(&self) -> usize {
        self.unfiltered
    }

    /// Whether anything was ever answered.
    pub const fn is_loaded(&self) -> bool {
        self.loaded
    }

    /// Whether a filter is being typed.
    pub const fn is_filtering(&self) -> bool {
        self.filtering
    }

    /// The filter field.
    pub const fn filter(&self) -> &LineEdit {
        &self.filter
    }

    /// Sets the filter by choice instead of typing.
    pub fn set_filter(&mut self, words: &str) {
        self.filter.set(words);
        self.asked_filter = words.to_owned();
        self.start_over();
    }

    /// How it is ordered.
    pub const fn sort(&self) -> (Sort, bool) {
        (self.sort, self.reverse)
    }

    /// Orders it; the same order again turns it round. The cursor goes with its record as far as that is held.
    pub fn set_sort(&mut self, sort: Sort) {
        self.reverse = self.sort == sort && !self.reverse;
        self.sort = sort;
        let follow = self.current().map(Row::key);
        self.start_over();
        self.follow = follow;
    }

    /// Other rows are coming: the places of the old ones mean nothing any more.
    const fn start_over(&mut self) {
        self.cursor = 0;
        self.offset = 0;
        self.anchor = None;
        self.keeps_order = false;
        self.fresh = true;
        self.follow = None;
    }

    /// Until when keys that change data are dead.
    pub const fn dead_until(&self) -> u64 {
        self.dead_until
    }

    /// Puts the cursor on a record, when it is held.
    pub fn go_to(&mut self, key: u64) -> bool {
        match self.rows.iter().position(|row| row.key() == key) {
            Some(place) => {
                self.cursor = place + self.start;
                true
            }
            None => false,
        }
    }

    /// Marks every record in the set.
    pub fn mark(&mut self, keys: impl IntoIterator<Item = u64>) {
        self.marks.extend(keys);
    }

    /// Takes every mark away, and ends a range that is being marked.
    pub fn unmark(&mut self) {
        self.marks.clear();
        self.anchor = None;
    }

    /// When the typed filter has to be asked for.
    pub const fn deadline(&self) -> Option<u64> {
        self.filter_due
    }

    /// The filter's time has come. Answers whether the list has to be asked again.
    pub fn on_tick(&mut self, mono: u64) -> bool {
        if self.filter_due.is_some_and(|due| due <= mono) {
            self.filter_due = None;
            let changed = self.asked_filter != self.filter.text().trim();
            self.asked_filter = self.filter.text().trim().to_owned();
            self.keeps_order &= !changed;
            return changed;
        }
        false
    }

    /// The filter goes on being typed behind what stands in it.
    pub const fn type_on(&mut self) {
        self.filtering = true;
    }

    /// Words typed into the filter.
    pub fn on_text(&mut self, typed: &Typed, mono: u64) {
        self.filter.write(typed);
        self.filter_changed(mono);
    }

    fn filter_changed(&mut self, mono: u64) {
        self.filter_due = Some(mono + FILTER_MS);
        self.start_over();
    }

    /// Does what an action does to every list. `height` is the number of visible rows.
    pub fn act(&mut self, action: Action, height: usize, mono: u64) -> Moved {
        let moved =
            if self.filtering { self.act_filtering(action, height, mono) } else { self.act_on_rows(action, height) };
        self.keeps_order &= moved != Moved::Ask;
        moved
    }

    fn act_on_rows(&mut self, action: Action, height: usize) -> Moved {
        match action {
            Action::Filter => {
                self.filtering = true;
                // Whoever looks for something else types over what was looked for before.
                self.filter.act(Action::SelectAll);
                Moved::Yes
            }
            Action::Back if !self.marks.is_empty() => {
                self.unmark();
                Moved::Yes
            }
            Action::Back if !self.filter.is_empty() => {
                self.clear_filter();
                Moved::Ask
            }
            Action::Mark => {
                if let Some(key) = self.current().map(Row::key)
                    && !self.marks.remove(&key)
                {
                    self.marks.insert(key);
                }
                self.step(1, height)
            }
            Action::Range => {
                self.anchor = if self.anchor.is_some() { None } else { Some(self.cursor) };
                self.mark_range();
                Moved::Yes
            }
            _ => self.step_by(action, height),
        }
    }

    /// Shows all rows again, the cursor still on its record.
    fn clear_filter(&mut self) {
        self.filter = LineEdit::default();
        self.asked_filter.clear();
        self.anchor = None;
    }

    fn act_filtering(&mut self, action: Action, height: usize, mono: u64) -> Moved {
        match action {
            Action::Open => {
                self.filtering = false;
                // What was typed last may not have been asked for yet.
                if self.filter_due.take().is_some() {
                    self.asked_filter = self.filter.text().trim().to_owned();
                    return Moved::Ask;
                }
                Moved::Yes
            }
            Action::Back => {
                self.filtering = false;
                self.filter_due = None;
                if self.filter.is_empty() {
                    return Moved::Yes;
                }
                self.clear_filter();
                Moved::Ask
            }
            Action::Up | Action::Down | Action::PageUp | Action::PageDown => self.step_by(action, height),
            _ if self.filter.act(action) => {
                self.filter_changed(mono);
                Moved::Yes
            }
            _ => Moved::No,
        }
    }

    fn step_by(&mut self, action: Action, height: usize) -> Moved {
        let page = i64::try_from(height.max(2) - 1).unwrap_or(1);
        match action {
            Action::Up => self.step(-1, height),
            Action::Down => self.step(1, height),
            Action::PageUp => self.step(-page, height),
            Action::PageDown => self.step(page, height),
            Action::First => self.step(i64::MIN / 2, height),
            Action::Last => self.step(i64::MAX / 2, height),
            _ => Moved::No,
        }
    }

    fn step(&mut self, by: i64, height: usize) -> Moved {
        let here = i64::try_from(self.cursor).unwrap_or(0);
        let last = i64::try_from(self.total.saturating_sub(1)).unwrap_or(0);
        self.cursor = usize::try_from(here.saturating_add(by).clamp(0, last)).unwrap_or(0);
        self.offset = self.offset(height);
        self.mark_range();
        self.need(height)
    }

    fn mark_range(&mut self) {
        let Some(anchor) = self.anchor else { return };
        let (from, to) = (anchor.min(self.cursor), anchor.max(self.cursor));
        let keys: Vec<u64> = (from..=to).filter_map(|place| self.at(place)).map(Row::key).collect();
        self.marks.extend(keys);
    }

    /// Whether what would be visible is not held.
    pub fn need(&self, height: usize) -> Moved {
        let first = self.offset(height);
        let last = (first + height).min(self.total);
        if first < self.start || last > self.start + self.rows.len() { Moved::Ask } else { Moved::Yes }
    }

    /// The words on the right of the list's rule: `3 of 42 shown, Esc clears`, or the number.
    pub fn count_words(&self) -> String {
        let shown = crate::service::words::count(self.total as u64);
        if !self.loaded {
            return "...".to_owned();
        }
        if self.filter.is_empty() {
            return shown;
        }
        if self.filter_due.is_some() {
            return "...".to_owned();
        }
        format!("{shown} of {} shown, Esc clears", crate::service::words::count(self.unfiltered as u64))
    }

    /// `7 marked, 2 not shown`, when anything is marked.
    pub fn mark_words(&self) -> Option<String> {
        if self.marks.is_empty() {
            return None;
        }
        let shown = self.rows.iter().filter(|row| self.marks.contains(&row.key())).count();
        let hidden = self.marks.len() - shown.min(self.marks.len());
        Some(if hidden == 0 {
            format!("{} marked", self.marks.len())
        } else {
            format!("{} marked, {hidden} not shown", self.marks.len())
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    impl Row for u64 {
        fn key(&self) -> u64 {
            *self
        }
    }

    fn page(rows: Vec<u64>) -> Page<u64> {
        let total = rows.len();
        Page { rows, start: 0, total, unfiltered: total }
    }

    fn list(rows: Vec<u64>) -> List<u64> {
        let mut list = List::default();
        list.accept(page(rows), 0);
        list
    }

    #[test]
    fn the_cursor_stays_on_its_record_when_others_come_and_go() {
        let mut list = list(vec![1, 2, 3, 4, 5]);
        list.act(Action::Down, 3, 0);
        list.act(Action::Down, 3, 0);
        assert_eq!(list.current(), Some(&3));
        list.left();
        list.accept(page(vec![9, 1, 2, 3, 4, 5]), 0);
        assert_eq!(list.current(), Some(&3));
        assert!(!list.take_gone());
    }

    #[test]
    fn the_cursor_goes_with_its_record_through_sorting_and_to_the_top_under_a_filter() {
        let mut list = list(vec![1, 2, 3, 4, 5]);
        list.act(Action::Down, 3, 0);
        list.set_sort(Sort::Name);
        list.accept(page(vec![5, 4, 3, 2, 1]), 0);
        assert_eq!((list.current(), list.cursor()), (Some(&2), 3));
        list.set_filter("x");
        list.accept(page(vec![4, 5, 2]), 0);
        assert_eq!(list.current(), Some(&4));
    }

    #[test]
    fn rows_acted_on_stay_in_place_until_the_list_is_left() {
        let mut list = list(vec![1, 2, 3]);
        list.accept(page(vec![2, 3, 1]), 0);
        assert_eq!(list.held(), [1, 2, 3]);
        list.left();
        list.accept(page(vec![2, 3, 1]), 0);
        assert_eq!(list.held(), [2, 3, 1]);
    }

    #[test]
    fn when_the_row_has_gone_keys_are_dead_for_half_a_second() {
        let mut list = list(vec![1, 2, 3]);
        list.act(Action::Last, 3, 0);
        list.accept(page(vec![1, 2]), 1_000);
        assert!(list.take_gone());
        assert_eq!((list.dead_until(), list.current()), (1_500, Some(&2)));
    }

    #[test]
    fn a_long_list_asks_for_the_window_around_the_cursor() {
        let mut list: List<u64> = List::default();
        list.accept(Page { rows: (0..400).collect(), start: 0, total: 20_000, unfiltered: 20_000 }, 0);
        assert_eq!(list.act(Action::Down, 10, 0), Moved::Yes);
        assert_eq!(list.act(Action::Last, 10, 0), Moved::Ask);
        let slice = list.slice(10);
        assert!(slice.start <= 19_990 && slice.start + slice.limit >= 20_000);
    }

    #[test]
    fn another_search_is_typed_over_the_one_before() {
        let mut list = list(vec![1, 2, 3]);
        for words in ["old", "new"] {
            list.act(Action::Filter, 3, 0);
            words.chars().for_each(|sign| list.on_text(&Typed::Char(sign), 0));
            list.act(Action::Open, 3, 0);
            assert_eq!(list.filter().text(), words);
        }
    }

    #[test]
    fn marks_survive_filtering_and_are_counted() {
        let mut list = list(vec![1, 2, 3]);
        list.act(Action::Mark, 3, 0);
        list.act(Action::Mark, 3, 0);
        list.accept(Page { rows: vec![2], start: 0, total: 1, unfiltered: 3 }, 0);
        assert_eq!(list.mark_words().unwrap(), "2 marked, 1 not shown");
    }

    #[test]
    fn a_range_ends_with_its_marks_and_with_the_order_it_was_begun_in() {
        let mut list = list(vec![1, 2, 3, 4, 5]);
        list.act(Action::Range, 5, 0);
        list.unmark();
        list.act(Action::Down, 5, 0);
        assert!(list.marks.is_empty(), "no row is marked by moving after the marks are gone");
        list.act(Action::Range, 5, 0);
        list.set_sort(Sort::Name);
        list.act(Action::Last, 5, 0);
        assert_eq!(list.marks.len(), 1, "rows of another order are not in the range");
        list.act(Action::Range, 5, 0);
        list.act(Action::Filter, 5, 0);
        list.on_text(&Typed::Char('d'), 0);
        list.act(Action::Open, 5, 0);
        list.act(Action::Down, 5, 0);
        assert_eq!(list.marks.len(), 2, "nor are rows of another filter");
    }

    #[test]
    fn a_typed_filter_waits_a_moment_and_escape_clears_it() {
        let mut list = list(vec![1, 2, 3]);
        list.act(Action::Filter, 3, 0);
        list.on_text(&Typed::Char('d'), 100);
        assert!(!list.on_tick(120));
        assert!(list.on_tick(160));
        assert_eq!(list.slice(3).filter, "d");
        assert_eq!(list.act(Action::Open, 3, 200), Moved::Yes);
        assert_eq!(list.act(Action::Back, 3, 200), Moved::Ask);
        assert_eq!(list.slice(3).filter, "");
    }

    #[test]
    fn nothing_moves_in_an_empty_list_and_no_height_panics() {
        let mut list: List<u64> = List::default();
        for height in [0, 1, 5] {
            for action in [Action::Up, Action::Down, Action::PageDown, Action::Last, Action::First, Action::Mark] {
                list.act(action, height, 0);
            }
        }
        assert_eq!(list.current(), None);
    }
}
