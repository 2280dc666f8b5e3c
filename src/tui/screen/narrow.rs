//! Narrowing a list by picking: the values there are, one list of them, and the same text in the filter as if typed.
//!
//! Must never know: which list it narrows, how values are found.

use crate::service::filter::{self, Column};
use crate::service::values::{Value, ValuesOf};
use crate::service::{Query, words};
use crate::tui::overlay::{Choice, Picker};
use crate::tui::pane::{Flow, Purpose, Slot, Tone};
use crate::tui::widget::list::{List, Row};

/// So many values of one column are offered; any other can be typed.
const MOST: usize = 100;

/// What was offered last.
#[derive(Debug, Default)]
pub struct Narrow {
    offered: Vec<(Column, String)>,
}

impl Narrow {
    /// Asks what there is to pick from; the answer comes for this slot.
    pub fn ask(slot: Slot, of: ValuesOf) -> Flow {
        Flow::stay().load(slot, Query::Values(of))
    }

    /// Offers the values.
    pub fn offer(&mut self, values: Vec<Value>) -> Flow {
        self.offered.clear();
        let (mut choices, mut left_out) = (Vec::new(), Vec::new());
        for Value { column, value, leaves } in values {
            if self.offered.iter().filter(|(of, _)| *of == column).count() == MOST {
                left_out.push(column);
                continue;
            }
            choices.push(Choice::new(format!("{}: {value}", column.word()), leaves));
            self.offered.push((column, value));
        }
        if choices.is_empty() {
            return Flow::note("There is nothing to narrow here.");
        }
        let flow = Flow::open(Picker::new("Show only", choices, 0, Purpose::FilterBy));
        match left_out.last() {
            None => flow,
            Some(column) => {
                let more = words::counted(left_out.len() as u64, "more value", "more values");
                flow.say(Tone::Note, format!("{more} can be typed: / {}: and a part of the name.", column.word()))
            }
        }
    }

    /// Writes what was picked into the filter of the list, beside what is asked of other columns; says what then stands
    /// there.
    pub fn take<T: Row>(&mut self, place: usize, list: &mut List<T>) -> Option<Flow> {
        let (column, value) = self.offered.get(place)?;
        let typed = filter::with(list.filter().text(), *column, value);
        list.set_filter(&typed);
        Some(Flow::note(format!("Filtered by {}. Esc shows all again.", column.written(value))))
    }
}
