//! Putting the cells of a row into a record, field by field, and noting what that changes.
//!
//! Must never know: which sheet a cell is on.

use crate::domain::{Day, Instant, Mark, PersonId, Zone};
use crate::import::date::When;
use crate::import::plan::FieldChange;
use std::fmt::Display;

/// When a sheet is read, and where: what bare dates mean.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    pub zone: Zone,
    pub taken: Instant,
}

impl Clock {
    /// Something that has happened: no later than the end of the day, and no later than now.
    pub fn happened(&self, when: When) -> Instant {
        let (start, end) = (when.start(&self.zone), when.end(&self.zone));
        if start <= self.taken && self.taken < end { self.taken } else { end }
    }

    /// The first minute of a bare day.
    pub fn start(&self, when: When) -> Instant {
        when.start(&self.zone)
    }

    /// The end of a bare day.
    pub fn end(&self, when: When) -> Instant {
        when.end(&self.zone)
    }

    /// The end of the working day of a bare day.
    pub fn closing(&self, when: When) -> Instant {
        match when {
            When::Day(day) => self.zone.closing_of(day),
            other => other.start(&self.zone),
        }
    }
}

/// What a row changes.
#[derive(Debug, Default)]
pub(crate) struct Diff {
    pub fields: Vec<FieldChange>,
}

impl Diff {
    /// Notes a change by hand.
    pub fn note(&mut self, field: &'static str, old: impl Into<String>, new: impl Into<String>) {
        self.fields.push(FieldChange { field, old: old.into(), new: new.into() });
    }

    /// Any field that is always there.
    pub fn set<T: PartialEq + Display>(&mut self, field: &'static str, slot: &mut T, value: Option<T>) {
        if let Some(value) = value.filter(|value| value != slot) {
            self.note(field, slot.to_string(), value.to_string());
            *slot = value;
        }
    }

    /// Any field that may be missing.
    pub fn maybe<T: PartialEq + Display>(&mut self, field: &'static str, slot: &mut Option<T>, value: Option<T>) {
        if value.is_some() && value != *slot {
            let shown = |value: &Option<T>| value.as_ref().map_or_else(String::new, ToString::to_string);
            self.note(field, shown(slot), shown(&value));
            *slot = value;
        }
    }

    /// Yes or no.
    pub fn yes_no(&mut self, field: &'static str, slot: &mut Option<bool>, value: Option<bool>) {
        if value.is_some() && value != *slot {
            self.note(field, slot.map_or("", yes), value.map_or("", yes));
            *slot = value;
        }
    }

    /// Yes or no where no is the default.
    pub fn flag(&mut self, field: &'static str, slot: &mut bool, value: Option<bool>) {
        if let Some(value) = value.filter(|value| value != slot) {
            self.note(field, yes(*slot), yes(value));
            *slot = value;
        }
    }

    /// A list, compared as a whole.
    pub fn list<T: PartialEq>(
        &mut self,
        field: &'static str,
        slot: &mut T,
        value: Option<T>,
        show: impl Fn(&T) -> String,
    ) {
        if let Some(value) = value.filter(|value| value != slot) {
            self.note(field, show(slot), show(&value));
            *slot = value;
        }
    }

    /// A calendar day.
    pub fn day(&mut self, field: &'static str, slot: &mut Option<Day>, when: Option<When>, clock: &Clock) {
        self.maybe(field, slot, when.map(|when| when.day(&clock.zone)));
    }

    /// A moment. A bare day that the known moment lies in changes nothing.
    pub fn moment(
        &mut self,
        field: &'static str,
        slot: &mut Option<Instant>,
        when: Option<When>,
        clock: &Clock,
        read: impl Fn(&Clock, When) -> Instant,
    ) {
        let Some(when) = when else { return };
        if slot.is_some_and(|known| when.agrees(known, &clock.zone)) {
            return;
        }
        let value = read(clock, when);
        self.note(field, slot.map_or_else(String::new, shown), shown(value));
        *slot = Some(value);
    }

    /// Something that was done, and who did it.
    pub fn mark(
        &mut self,
        field: &'static str,
        slot: &mut Option<Mark>,
        when: Option<When>,
        by: Option<PersonId>,
        clock: &Clock,
    ) {
        let at = match (when, *slot) {
            (Some(when), Some(known)) if when.agrees(known.at, &clock.zone) => known.at,
            (Some(when), _) => clock.happened(when),
            (None, Some(known)) => known.at,
            (None, None) => return,
        };
        let value = Mark { at, by: by.or_else(|| slot.and_then(|known| known.by)) };
        if *slot != Some(value) {
            self.note(field, slot.map_or_else(String::new, |known| shown(known.at)), shown(at));
            *slot = Some(value);
        }
    }

    /// A link to a person, shown by name.
    pub fn person(
        &mut self,
        field: &'static str,
        slot: &mut Option<PersonId>,
        value: Option<PersonId>,
        names: (String, String),
    ) {
        if value.is_some() && value != *slot {
            self.note(field, names.0, names.1);
            *slot = value;
        }
    }
}

const fn yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

fn shown(at: Instant) -> String {
    at.utc().format("%Y-%m-%d %H:%M").to_string()
}
