//! How the past looks: the rows, how sure we are, and the shared logins that were known.
//!
//! Must never know: what a key does.

use super::{Line, Past};
use crate::domain::Instant;
use crate::service::past::{PastFinding, PastOf, PastPerson, PastSecret, PastWay, Turn};
use crate::service::words;
use crate::text;
use crate::tui::pane::Env;
use crate::tui::screen::parts::{empty_words, list_body, list_rule, risk_cell};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, inset, top};
use crate::tui::widget::table::{Cell, Column, col, num};
use ratatui::layout::Rect;

const AT_NODE: &[Column] = &[
    col("Name", 14, 0).grows(2),
    col("", 2, 0),
    col("System", 14, 1).grows(2),
    col("Level", 8, 4).grows(1),
    col("From", 11, 2),
    col("Until", 11, 0),
    col("How we know", 15, 3),
];

const OF_PERSON: &[Column] = &[
    col("Client", 14, 1).grows(2),
    col("", 2, 0),
    col("System", 14, 0).grows(2),
    col("Level", 8, 4).grows(1),
    col("From", 11, 2),
    col("Until", 11, 0),
    col("How we know", 15, 3),
];

const PEOPLE: &[Column] = &[
    col("Name", 18, 0).grows(3),
    col("Role", 18, 1).grows(2),
    col("Status", 10, 0),
    num("Ways in", 7, 0),
    num("Admin", 5, 2),
    num("Clients", 7, 3),
];

const WRONG: &[Column] =
    &[num("#", 3, 2), col("", 2, 0), col("What was wrong", 44, 0).grows(3), num("Clients", 7, 3), col("Since", 11, 1)];

const TURNS: &[Column] = &[
    col("", 6, 0),
    col("Name", 16, 0).grows(2),
    col("", 2, 0),
    col("What", 20, 0).grows(3),
    col("Level", 10, 2).grows(1),
    col("When", 11, 1),
];

fn day(at: Option<Instant>, env: &Env) -> String {
    at.map_or_else(String::new, |at| words::full_day(at, &env.zone))
}

impl Past {
    pub(super) fn draw(&self, canvas: &mut Canvas, env: &Env) {
        let (split, last) = self.areas(env);
        let title = self.heading(env);
        let count = match (&self.told, &self.failed) {
            (Some(_), _) => self.counts(),
            (None, Some(_)) => String::new(),
            (None, None) => "...".to_owned(),
        };
        list_rule(canvas, top(split.list, 1), &[(&title, Role::Title)], &self.list, &count);
        let body = below(split.list, 1);
        let columns = match (self.then, self.of) {
            (Some(_), _) => TURNS,
            (None, PastOf::Wrong) => WRONG,
            (None, PastOf::Everybody) => PEOPLE,
            (None, PastOf::Person(_)) => OF_PERSON,
            (None, PastOf::At(_) | PastOf::Everywhere) => AT_NODE,
        };
        let nothing = match (self.then, self.of) {
            (Some(_), _) => "Nothing came and nothing went between the two dates.",
            (None, PastOf::Wrong) => "Nothing was wrong on that day, as far as is known.",
            (None, PastOf::Everybody) => "Nobody was in the register yet.",
            (None, PastOf::Person(_)) => "No way in was open on that day. T looks at another one.",
            (None, PastOf::At(_) | PastOf::Everywhere) => "Nobody could get in on that day. T looks at another one.",
        };
        let empty = match &self.failed {
            Some(failed) => failed.clone(),
            None => empty_words(&self.list, "row", "rows", nothing),
        };
        list_body(canvas, body, &self.list, columns, (&empty, Role::Text), |line| self.cells(line, env));
        if let Some(detail) = split.detail {
            self.draw_detail(canvas, detail, env);
        }
        if let (Some(row), Some(sure)) = (last, self.told.as_ref().and_then(|told| told.sure.first())) {
            // The beginning of the sentence holds the numbers.
            let words = sure.split(" made within").next().unwrap_or(sure);
            canvas.put(row.x + 1, row.y, row.width.saturating_sub(2), words, Role::Muted);
        }
    }

    fn heading(&self, env: &Env) -> String {
        let day = self.day(env);
        match (self.then, self.of) {
            (Some(_), PastOf::Everybody) => format!("Who came and who left, {day}"),
            // The dates stand above too, what is filtered only here.
            (Some(_), _) if !self.list.filter().is_empty() => "What came and what went".to_owned(),
            (Some(_), _) => format!("What came and what went, {day}"),
            (None, PastOf::Wrong) => format!("What was wrong on {day}"),
            (None, PastOf::Everybody) => format!("People on {day}"),
            (None, PastOf::Person(_)) => format!("What they could get into on {day}"),
            (None, PastOf::At(_) | PastOf::Everywhere) => format!("Who could get in on {day}"),
        }
    }

    fn counts(&self) -> String {
        let Some(told) = self.told.as_ref().filter(|_| self.list.filter().is_empty()) else {
            return self.list.count_words();
        };
        let ways = words::counted(u64::from(told.ways), "way in", "ways in");
        match (self.then, self.of) {
            (None, PastOf::At(_) | PastOf::Everywhere) => {
                format!("{}, {ways} directly", words::counted(u64::from(told.direct_people), "person", "people"))
            }
            (None, PastOf::Person(_)) => ways,
            _ => self.list.count_words(),
        }
    }

    fn cells(&self, line: &Line, env: &Env) -> Vec<Cell> {
        match line {
            Line::Way(row) => self.way_cells(row, env),
            Line::Person(row) => person_cells(row),
            Line::Turn(row) => turn_cells(row, env),
            Line::Wrong(row) => wrong_cells(row, env),
        }
    }

    fn way_cells(&self, row: &PastWay, env: &Env) -> Vec<Cell> {
        let way = &row.way;
        let is_through = !way.path.is_empty();
        let system = match (is_through, self.of) {
            (true, PastOf::At(_)) => format!("via {}", way.system_name),
            (true, _) => format!("{} via {}", way.system_name, way.path.first().cloned().unwrap_or_default()),
            (false, PastOf::Everywhere) => format!("{}, {}", way.system_name, way.client_name),
            (false, _) => way.system_name.clone(),
        };
        let until = match (row.ended, way.until) {
            (Some(end), _) => words::full_day(end, &env.zone),
            (None, Some(until)) => format!("to {}", words::full_day(until, &env.zone)),
            (None, None) => "still in".to_owned(),
        };
        let first = match self.of {
            PastOf::Person(_) => way.client_name.clone(),
            _ => way.person_name.clone(),
        };
        let risk = if row.left { Cell::of("!!", Role::High) } else { risk_cell(way.risk) };
        vec![
            Cell::from(first),
            risk,
            Cell::from(system),
            Cell::from(way.level.clone()),
            Cell::from(day(way.since, env)),
            Cell::from(until),
            Cell::from(row.way.source.words.clone()),
        ]
    }

    /// How sure we are, then the shared logins that were known.
    fn draw_detail(&self, canvas: &mut Canvas, detail: Rect, env: &Env) {
        let Some(told) = &self.told else { return };
        let title = if self.then.is_some() { "In short" } else { "How sure are we?" };
        canvas.rule(top(detail, 1), &[(title, Role::Text)], "");
        let mut room = inset(below(detail, 1), 3);
        let through = told.people.saturating_sub(told.direct_people);
        let mut sentences = told.sure.clone();
        if matches!(self.of, PastOf::At(_)) && through > 0 {
            let others = words::counted(u64::from(through), "more person", "more people");
            sentences.push(format!("{others} came in only through other systems: the rows with \"via\"."));
        }
        if self.when.known_at.is_some() {
            sentences.push("By what the register said that day.".to_owned());
        }
        for sentence in &sentences {
            let used = canvas.paragraph(room, sentence, Role::Text);
            room = below(room, used);
        }
        if told.secrets.is_empty() || room.height < 2 {
            return;
        }
        let rule = Rect { x: detail.x, width: detail.width, height: 1, y: room.y };
        canvas.rule(rule, &[("Shared logins known that day", Role::Text)], &told.secrets.len().to_string());
        let rows = below(room, 1);
        let told: Vec<_> = told.secrets.iter().map(|secret| (secret, secret_words(secret, env))).collect();
        // What was changed when, and that a leaver knew it, is never cut: the names give way.
        let end = told.iter().map(|(_, (words, _))| text::width(words)).max().unwrap_or(0);
        let end = u16::try_from(end).unwrap_or(rows.width).min(rows.width);
        let name = rows.width.saturating_sub(end + 4) / 2;
        for (y, (secret, (words, role))) in (rows.y..rows.bottom()).zip(&told) {
            canvas.put(rows.x, y, name, &secret.name, Role::Text);
            canvas.put(rows.x + name + 2, y, name, &secret.who, Role::Text);
            canvas.put(rows.right() - end, y, end, words, *role);
        }
    }
}

/// When a shared login was last changed before that day; marked when somebody who had left knew it.
fn secret_words(secret: &PastSecret, env: &Env) -> (String, Role) {
    let changed = match secret.changed {
        Some(at) => format!("changed {}", words::full_day(at, &env.zone)),
        None => "never changed".to_owned(),
    };
    if secret.by_leaver { (format!("{changed} !!"), Role::High) } else { (changed, Role::Muted) }
}

fn person_cells(row: &PastPerson) -> Vec<Cell> {
    let left_in = row.status == crate::domain::PersonStatus::Discharged && row.ways > 0;
    vec![
        Cell::from(row.name.clone()),
        Cell::from(row.role.clone()),
        Cell::of(row.status.shown(), if left_in { Role::High } else { Role::Text }),
        Cell::from(words::count(u64::from(row.ways))),
        Cell::from(words::count(u64::from(row.admin))),
        Cell::from(words::count(u64::from(row.clients))),
    ]
}

fn wrong_cells(row: &PastFinding, env: &Env) -> Vec<Cell> {
    vec![
        Cell::from(row.number.to_string()),
        risk_cell(row.risk),
        Cell::from(row.title.clone()),
        Cell::from(words::count(u64::from(row.clients))),
        Cell::from(day(row.since, env)),
    ]
}

fn turn_cells(row: &Turn, env: &Env) -> Vec<Cell> {
    vec![
        Cell::of(if row.came { "+ came" } else { "- went" }, Role::Text),
        Cell::from(row.name.clone()),
        risk_cell(row.risk),
        Cell::from(row.what.clone()),
        Cell::from(row.level.clone()),
        Cell::from(day(row.at, env)),
    ]
}
