//! What several screens draw the same way: states, risks, rules over lists.
//!
//! Must never know: a screen.

use crate::domain::{AccountKind, GrantState, Instant, Severity};
use crate::service::view::WayIn;
use crate::service::{Sort, filter, words};
use crate::tui::overlay::{Choice, Overlay, Picker, Reader};
use crate::tui::pane::{Env, Flow, Purpose};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::line_edit::FieldLook;
use crate::tui::widget::list::{List, Row};
use crate::tui::widget::table::{self, Cell, Column};
use ratatui::layout::Rect;
use std::collections::BTreeMap;

/// The role of a risk.
pub fn risk_role(risk: Severity) -> Role {
    match risk {
        Severity::Critical | Severity::High => Role::High,
        Severity::Medium => Role::Medium,
        Severity::Low | Severity::Advice => Role::Text,
    }
}

/// The sign of a risk as a cell.
pub fn risk_cell(risk: Severity) -> Cell {
    Cell::of(risk.mark(), risk_role(risk))
}

/// The role of a state.
pub const fn state_role(state: GrantState) -> Role {
    match state {
        GrantState::In | GrantState::Planned => Role::Text,
        GrantState::CameBack => Role::High,
        GrantState::Asked | GrantState::ShutByParent | GrantState::Removed => Role::Asked,
        GrantState::Checked => Role::Ok,
    }
}

/// The word of a state; with room, when and by what.
pub fn state_words(way: &WayIn, theme: &Theme, env: &Env, long: bool) -> String {
    let sign = theme.glyphs.state(way.state);
    let at = |long: bool| match way.state_at.filter(|_| long) {
        Some(at) => format!(" {}", short_moment(at, env)),
        None => String::new(),
    };
    let waived = way.waived_until.filter(|until| *until > env.now && way.state.is_open());
    if let Some(until) = waived {
        return format!("{sign} until {}", words::day(until, env.now, &env.zone));
    }
    match way.state {
        GrantState::In => match way.until {
            Some(until) if long => format!("{sign} ends {}", words::day(until, env.now, &env.zone)),
            _ => format!("{sign} in"),
        },
        GrantState::CameBack => format!("{sign} BACK !!"),
        GrantState::ShutByParent => match &way.shut_by {
            Some(parent) if long => format!("{sign} shut by {parent}"),
            _ => format!("{sign} shut"),
        },
        GrantState::Asked | GrantState::Removed | GrantState::Checked => {
            format!("{sign} {}{}", way.state.shown(), at(long))
        }
        GrantState::Planned => format!("{sign} to give"),
    }
}

/// Rows for the clipboard, the heading first, so that they land in the cells of a sheet: no name or reason breaks one.
pub fn as_sheet<C: AsRef<str>>(rows: impl IntoIterator<Item = impl IntoIterator<Item = C>>) -> String {
    let mut out = String::new();
    for row in rows {
        let cells: Vec<String> =
            row.into_iter().map(|cell| text::shown(cell.as_ref()).replace(['\t', '\n'], " ")).collect();
        out.push_str(&cells.join("\t"));
        out.push('\n');
    }
    out
}

/// What a screen that is one list with its details answers to the frame: to take a filter, to be left, resized, waited
/// for, and not to be acted on while rows change under the hand. It has a `list`, its `height`, and how to `ask` for it.
macro_rules! one_list {
    () => {
        fn on_text(&mut self, typed: &crate::tui::widget::line_edit::Typed, env: &Env) -> Flow {
            self.list.on_text(typed, env.mono);
            Flow::stay()
        }

        fn on_tick(&mut self, env: &Env) -> Flow {
            match self.list.on_tick(env.mono) {
                true => Flow::stay().want(self.ask(env)),
                false => Flow::stay(),
            }
        }

        fn deadline(&self) -> Option<u64> {
            self.list.deadline()
        }

        fn flush(&mut self) -> Vec<Want> {
            self.list.left();
            Vec::new()
        }

        fn on_resize(&mut self, env: &Env) -> Vec<Want> {
            if self.list.need(self.height(env)) == Moved::Ask { vec![self.ask(env)] } else { Vec::new() }
        }

        fn is_loading(&self) -> bool {
            !self.list.is_loaded()
        }

        fn dead_until(&self) -> u64 {
            self.list.dead_until()
        }
    };
}
pub(in crate::tui) use one_list;

/// `14:06` today, `Mon` within a week, else `12 Mar`.
pub fn short_moment(at: Instant, env: &Env) -> String {
    let (then, today) = (env.zone.day(at), env.zone.day(env.now));
    match (today - then).num_days() {
        0 => words::time(at, &env.zone),
        1..=6 => then.format("%a").to_string(),
        _ => words::day(at, env.now, &env.zone),
    }
}

/// The name of a way in: the system, and that the login is shared.
pub fn way_name(way: &WayIn) -> String {
    match way.account_kind {
        AccountKind::Shared | AccountKind::BreakGlass => format!("{} (shared)", way.system_name),
        _ => way.system_name.clone(),
    }
}

/// With fewer cells a filter cannot be read while it is typed.
const LEAST_FILTER: u16 = 16;

/// The rule over a list: its title or tabs, the filter, and the count at the right.
pub fn list_rule<T: Row>(canvas: &mut Canvas, area: Rect, title: &[(&str, Role)], list: &List<T>, right: &str) {
    let shows_filter = list.is_filtering() || !list.filter().is_empty();
    let marks = list.mark_words();
    let right = match (&marks, shows_filter) {
        (Some(marks), true) => format!("{marks}, {}", list.count_words()),
        (Some(marks), false) => marks.clone(),
        (None, true) => list.count_words(),
        (None, false) => right.to_owned(),
    };
    filter_rule(canvas, area, title, list, &right);
}

/// The same with the words at the right as they are given.
pub fn filter_rule<T: Row>(canvas: &mut Canvas, area: Rect, title: &[(&str, Role)], list: &List<T>, right: &str) {
    let mut pieces: Vec<(&str, Role)> = title.to_vec();
    let filter = list.filter().text().to_owned();
    if list.is_filtering() || !filter.is_empty() {
        pieces.push(("  / ", Role::Accent));
        // While it is typed the field itself shows it.
        pieces.push((if list.is_filtering() { "" } else { &filter }, Role::Text));
    }
    let cells = |words: &str| u16::try_from(text::width(words)).unwrap_or(u16::MAX);
    let lead = title.iter().fold(6, |sum: u16, (words, _)| sum.saturating_add(cells(words)));
    let left_over = area.width.saturating_sub(lead.saturating_add(cells(right)).saturating_add(6));
    // What is typed matters more than the count.
    let is_tight = list.is_filtering() && left_over < LEAST_FILTER;
    canvas.rule(area, &pieces, if is_tight { "" } else { right });
    if list.is_filtering() {
        let room = if is_tight { area.width.saturating_sub(lead + 2) } else { left_over };
        let (x, room) = (area.x + lead, room.min(40));
        canvas.fill(x, area.y, room, " ", Role::Text);
        list.filter().view(canvas, x, area.y, room, FieldLook { focused: true, bare: true, hidden: false });
    }
}

/// What was typed, told apart from the sentence around it.
pub fn quoted(typed: &str) -> String {
    if typed.contains('"') { typed.to_owned() } else { format!("\"{typed}\"") }
}

/// What an empty list says: nothing for ever, or nothing under the filter.
pub fn empty_words<T: Row>(list: &List<T>, one: &str, many: &str, never: &str) -> String {
    if !list.is_loaded() {
        return "Loading ...".to_owned();
    }
    if list.filter().is_empty() {
        return never.to_owned();
    }
    let hidden = words::count(list.unfiltered() as u64);
    let are = if list.unfiltered() == 1 { "is" } else { "are" };
    let noun = if list.unfiltered() == 1 { one } else { many };
    let typed = quoted(list.filter().text().trim());
    format!("No {one} matches {typed}. {hidden} {noun} {are} hidden by the filter. Esc shows them.")
}

/// A list under its rule as a table, or why it is empty.
pub fn list_body<T: Row>(
    canvas: &mut Canvas,
    area: Rect,
    list: &List<T>,
    columns: &[Column],
    (empty, role): (&str, Role),
    cells: impl Fn(&T) -> Vec<Cell>,
) {
    if list.total() == 0 {
        let room = Rect { x: area.x + 3, width: area.width.saturating_sub(4), ..area };
        canvas.paragraph(room, empty, role);
        canvas.cursor = canvas.cursor.or(Some((room.x, room.y)));
    } else {
        let look = table::Look { columns, head: true, focused: !list.is_filtering(), more: Some("more") };
        table::view(canvas, area, list, &look, cells);
    }
}

/// The tabs within a rule: the current one in brackets.
pub fn tab_pieces(names: &[String], at: usize) -> Vec<(String, Role)> {
    names
        .iter()
        .enumerate()
        .map(|(place, name)| {
            let gap = if place == 0 { "" } else { "  " };
            if place == at { (format!("{gap}[{name}]"), Role::Title) } else { (format!("{gap}{name}"), Role::Text) }
        })
        .collect()
}

/// A record to read: its fields, each with its label.
pub fn record_reader(name: &str, about: &[(String, String)]) -> Reader {
    let lines: Vec<String> = about.iter().map(|(label, words)| format!("{label}: {words}")).collect();
    let copy = as_sheet(about.iter().map(|(label, words)| [label.clone(), words.clone()]));
    Reader::new(name, lines, copy)
}

/// The rule with tabs. Where they do not fit, the current one and how many there are.
pub fn tab_rule(canvas: &mut Canvas, area: Rect, names: &[String], at: usize) {
    let hint = canvas.theme.glyphs.tabs;
    let pieces = tab_pieces(names, at);
    let cells: usize = pieces.iter().map(|(words, _)| text::width(words)).sum();
    if cells + 8 <= usize::from(area.width) {
        let borrowed: Vec<(&str, Role)> = pieces.iter().map(|(words, role)| (words.as_str(), *role)).collect();
        canvas.rule(area, &borrowed, hint);
        return;
    }
    let name = names.get(at).cloned().unwrap_or_default();
    let words = format!("[{name}]");
    let rest = format!("  {} of {}", at + 1, names.len());
    canvas.rule(area, &[(&words, Role::Title), (&rest, Role::Muted)], hint);
}

/// The list of orders a list offers.
pub fn sort_picker(orders: &[(Sort, &str)], now: Sort) -> Overlay {
    let choices = orders
        .iter()
        .map(|(sort, name)| Choice::new(*name, if *sort == now { "now; again turns it round" } else { "" }))
        .collect();
    let at = orders.iter().position(|(sort, _)| *sort == now).unwrap_or(0);
    Overlay::from(Picker::new("Sort by", choices, at, Purpose::Sort))
}

/// What a list can be narrowed by: the values its rows hold, column by column, the most frequent first, each as the
/// filter writes it.
pub fn filter_choices(values: impl IntoIterator<Item = (filter::Column, String)>) -> Vec<(String, Choice)> {
    let mut counts: BTreeMap<(filter::Column, String), u64> = BTreeMap::new();
    for (column, value) in values {
        if !value.is_empty() {
            *counts.entry((column, value)).or_default() += 1;
        }
    }
    let mut rows: Vec<((filter::Column, String), u64)> = counts.into_iter().collect();
    rows.sort_by_key(|((column, _), count)| (*column, std::cmp::Reverse(*count)));
    rows.into_iter()
        .map(|((column, value), count)| {
            let choice = Choice::new(format!("{}: {value}", column.word()), words::counted(count, "row", "rows"));
            (column.written(&value), choice)
        })
        .collect()
}

/// The list of what a list can be narrowed by; nothing to pick from says so.
pub fn filter_picker(choices: Vec<(String, Choice)>) -> Flow {
    if choices.is_empty() {
        return Flow::note("There is nothing to narrow here.");
    }
    Flow::open(Picker::new("Show only", choices.into_iter().map(|(_, choice)| choice).collect(), 0, Purpose::FilterBy))
}
