//! How one person looks.
//!
//! Must never know: how anything on it is decided.

use super::{Person, TABS, Tab};
use crate::domain::{Day, Instant};
use crate::service::records::TrainingLine;
use crate::service::view::{HistoryLine, RunLine, SecretLine, WayIn};
use crate::service::words;
use crate::tui::pane::Env;
use crate::tui::screen::parts::{
    empty_words, list_rule, risk_cell, state_role, state_words, tab_pieces, tab_rule, way_name,
};
use crate::tui::screen::people::status_words;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, top};
use crate::tui::widget::frame;
use crate::tui::widget::table::{self, Cell, Column, col};
use ratatui::layout::Rect;

const WAY_COLUMNS: &[Column] = &[
    col("Way in", 22, 0).grows(2),
    col("", 2, 0),
    col("Client", 14, 1).grows(1),
    col("Level", 8, 3),
    col("Since", 8, 5),
    col("Seen", 6, 4),
    col("State", 9, 0),
    col("Login", 18, 7).grows(1),
    col("MFA", 14, 8),
];

const SECRET_COLUMNS: &[Column] = &[
    col("Login", 16, 0).grows(1),
    col("", 2, 0),
    col("Client", 14, 1).grows(1),
    col("Known since", 11, 4),
    col("Last changed", 12, 2),
    col("Stands", 13, 0),
];

const TRAINING_COLUMNS: &[Column] =
    &[col("What", 26, 0).grows(1), col("On", 12, 1), col("Counts until", 12, 2), col("Stands", 10, 0)];

const RUN_COLUMNS: &[Column] =
    &[col("Run", 24, 0).grows(1), col("When", 12, 1), col("Steps", 9, 3), col("Stands", 20, 0).grows(1)];

const HISTORY_COLUMNS: &[Column] = &[col("When", 12, 0), col("What", 30, 0).grows(3), col("Who", 12, 2)];

impl Person {
    pub(super) fn draw(&self, canvas: &mut Canvas, env: &Env) {
        let split = self.split(env);
        self.view_rule(canvas, top(split.list, 1));
        let body = below(split.list, 1);
        let look = |columns| table::Look { columns, head: true, focused: true, more: Some("more") };
        match self.tab {
            Tab::Access if self.ways.list.total() > 0 => {
                table::view(canvas, body, &self.ways.list, &look(WAY_COLUMNS), |way| way_cells(way, env));
            }
            Tab::Secrets if self.secrets.total() > 0 => {
                table::view(canvas, body, &self.secrets, &look(SECRET_COLUMNS), |line| secret_cells(line, env));
            }
            Tab::Training if self.training.total() > 0 => {
                let cells = |line: &TrainingLine| training_cells(line, env);
                table::view(canvas, body, &self.training, &look(TRAINING_COLUMNS), cells);
            }
            Tab::Runs if self.runs.total() > 0 => {
                table::view(canvas, body, &self.runs, &look(RUN_COLUMNS), |line| run_cells(line, env));
            }
            Tab::History if self.history.total() > 0 => {
                table::view(canvas, body, &self.history, &look(HISTORY_COLUMNS), |line| history_cells(line, env));
            }
            _ => {
                let room = Rect { x: body.x + 3, width: body.width.saturating_sub(4), ..body };
                canvas.paragraph(room, &self.empty(), Role::Text);
            }
        }
        if let Some(detail) = split.detail {
            self.view_detail(canvas, detail);
        }
        if let Some(card) = Self::card(env) {
            self.view_card(canvas, card, env);
        }
    }

    /// Who it is, in numbers, and below it the tabs.
    fn view_card(&self, canvas: &mut Canvas, card: Rect, env: &Env) {
        canvas.rule(top(card, 1), &[(&self.name(), Role::Title)], "");
        let mut room = frame::detail_text(card);
        let Some(view) = &self.view else { return };
        let line = &view.line;
        let count = |number: u32| words::count(u64::from(number));
        let pairs = [
            ("Role", line.role.clone()),
            ("Status", status_words(line, env)),
            ("Ways in", count(line.ways_in)),
            ("Admin", count(line.admin)),
            ("Clients", count(line.clients)),
            ("Systems", count(line.systems)),
            ("No MFA", count(line.without_mfa)),
            ("Knows", words::counted(line.knows.into(), "shared login", "shared logins")),
        ]
        .map(|(label, value)| (label.to_owned(), value));
        room = below(room, table::pairs(canvas, room, 9, &pairs) + 1);
        for (place, name) in self.tab_names().iter().enumerate() {
            let row = top(below(room, u16::try_from(place).unwrap_or(u16::MAX)), 1);
            let (sign, role) =
                if place == self.at() { (canvas.theme.glyphs.cursor, Role::Title) } else { (" ", Role::Text) };
            if row.height > 0 {
                canvas.pieces(row.x, row.y, row.width, &[(sign, role), (" ", role), (name, role)]);
            }
        }
        room = below(room, u16::try_from(TABS.len()).unwrap_or(0) + 1);
        for sentence in &view.about {
            let used = canvas.paragraph(room, sentence, Role::Text);
            room = below(room, used);
        }
    }

    fn empty(&self) -> String {
        match self.tab {
            Tab::Access => empty_words(&self.ways.list, "way in", "ways in", "Nothing. No way in was ever recorded."),
            Tab::Secrets if !self.secrets.is_loaded() => "Loading ...".to_owned(),
            Tab::Secrets => "No shared login is known to this person.".to_owned(),
            Tab::Training | Tab::Runs if !self.runs.is_loaded() => "Loading ...".to_owned(),
            Tab::Training => "Nothing to sign, nothing to learn. N adds what was signed or taken.".to_owned(),
            Tab::Runs => "No discharge, onboarding or role change yet. D starts a discharge.".to_owned(),
            Tab::History => empty_words(&self.history, "entry", "entries", "Nothing happened yet."),
        }
    }

    fn view_rule(&self, canvas: &mut Canvas, area: Rect) {
        let names = self.tab_names();
        if area.x > 0 {
            // The tabs stand as a list beside it.
            let name = names.get(self.at()).cloned().unwrap_or_default();
            let (title, hint) = ([(name.as_str(), Role::Title)], canvas.theme.glyphs.tabs);
            return match self.tab {
                Tab::Access => list_rule(canvas, area, &title, &self.ways.list, hint),
                _ => canvas.rule(area, &title, hint),
            };
        }
        let marks = self.ways.list.mark_words();
        let plain = self.tab != Tab::Access
            || (self.ways.list.filter().is_empty() && !self.ways.list.is_filtering() && marks.is_none());
        if plain {
            return tab_rule(canvas, area, &names, self.at());
        }
        let pieces = tab_pieces(&names, self.at());
        let current: Vec<(&str, Role)> =
            pieces.iter().filter(|(_, role)| *role == Role::Title).map(|(words, role)| (words.trim(), *role)).collect();
        list_rule(canvas, area, &current, &self.ways.list, "");
    }

    fn view_detail(&self, canvas: &mut Canvas, detail: Rect) {
        let mut room = frame::detail_text(detail);
        match self.tab {
            Tab::Access => {
                let Some(why) = self.ways.why() else {
                    canvas.rule(top(detail, 1), &[("Why is this here?", Role::Text)], "");
                    return;
                };
                canvas.rule(top(detail, 1), &[("Why is this here?  ", Role::Text), (&why.title, Role::Text)], "");
                for line in &why.lines {
                    let role = if line.contains("LAST admin") { Role::High } else { Role::Text };
                    let used = canvas.paragraph(room, line, role);
                    room = below(room, used);
                }
            }
            Tab::Secrets => {
                let name = self.secrets.current().map(|line| line.name.clone()).unwrap_or_default();
                canvas.rule(top(detail, 1), &[(&name, Role::Text)], "");
                for line in self.secrets.current().map(secret_lines).unwrap_or_default() {
                    let used = canvas.paragraph(room, &line, Role::Text);
                    room = below(room, used);
                }
            }
            Tab::Training => {
                let Some(line) = self.training.current() else { return canvas.rule(top(detail, 1), &[], "") };
                canvas.rule(top(detail, 1), &[(&line.what, Role::Text)], "");
                let words = match (line.missing, line.on) {
                    (true, Some(_)) => "Taken too long ago. C records that it was taken again.",
                    (true, None) => "Missing. C records that it was signed or taken.",
                    (false, _) => "In order. Enter shows the record, C changes it.",
                };
                canvas.paragraph(room, words, Role::Text);
            }
            Tab::Runs => {
                let Some(line) = self.runs.current() else { return canvas.rule(top(detail, 1), &[], "") };
                canvas.rule(top(detail, 1), &[(line.kind.shown(), Role::Text)], "");
                let words = match line.closed {
                    Some(_) => "Closed. Enter shows its closing page.".to_owned(),
                    None => format!("Open, waiting on {}. Enter goes on with it.", line.waits_on),
                };
                canvas.paragraph(room, &words, Role::Text);
            }
            Tab::History => {
                let title =
                    self.history.current().map_or_else(String::new, |line| format!("Entry {}", words::count(line.seq)));
                canvas.rule(top(detail, 1), &[(&title, Role::Text)], "");
                for line in self.history.current().map(entry_lines).unwrap_or_default() {
                    let used = canvas.paragraph(room, &line, Role::Text);
                    room = below(room, used);
                }
            }
        }
    }
}

pub(super) fn secret_lines(line: &SecretLine) -> Vec<String> {
    let mut out = vec![format!("{}, {}", line.kind.shown(), line.client_name)];
    if !line.systems.is_empty() {
        out.push(format!("Opens {}.", words::listed(&line.systems, 6)));
    }
    if !line.still_needed_by.is_empty() {
        out.push(format!("Still needed by {}.", words::listed(&line.still_needed_by, 6)));
    }
    out.extend(line.how.iter().map(|(label, text)| format!("{label}: {text}")));
    out
}

fn entry_lines(line: &HistoryLine) -> Vec<String> {
    let mut out = vec![line.summary.clone(), format!("Recorded by {}.", line.who)];
    out.extend(line.decided_by.iter().map(|name| format!("Decided by {name}.")));
    out.extend(line.reason.iter().map(|reason| format!("Why: {reason}")));
    out.extend(line.undone_by.iter().map(|seq| format!("Taken back by entry {seq}.")));
    out.push("Enter shows what changed, before and after.".to_owned());
    out
}

fn way_cells(way: &WayIn, env: &Env) -> Vec<Cell> {
    vec![
        Cell::from(way_name(way)),
        risk_cell(way.risk),
        Cell::from(way.client_name.clone()),
        Cell::from(way.level.clone()),
        Cell::from(way.since.map(|at| words::month(at, &env.zone)).unwrap_or_default()),
        Cell::from(words::last_used(way.last_used, env.now, &env.zone)),
        Cell::of(state_words(way, &env.theme, env, false), state_role(way.state)),
        Cell::from(way.login.clone()),
        Cell::from(way.mfa.clone()),
    ]
}

fn secret_cells(line: &SecretLine, env: &Env) -> Vec<Cell> {
    let day = |at: Option<Instant>| at.map(|at| words::day(at, env.now, &env.zone));
    let stands = if line.safe {
        Cell::of(format!("{} changed", env.theme.glyphs.checked), Role::Ok)
    } else {
        Cell::of(format!("{} still knows", env.theme.glyphs.open), Role::High)
    };
    vec![
        Cell::from(line.name.clone()),
        risk_cell(line.risk),
        Cell::from(line.client_name.clone()),
        Cell::from(day(line.known_from).unwrap_or_default()),
        Cell::from(day(line.changed).unwrap_or_else(|| "never".to_owned())),
        stands,
    ]
}

fn training_cells(line: &TrainingLine, env: &Env) -> Vec<Cell> {
    let day = |day: Option<Day>| day.map_or_else(String::new, |day| words::calendar_day(day, env.zone.day(env.now)));
    let stands = match line.missing {
        true => Cell::of("missing  !", Role::Medium),
        false => Cell::of(format!("{} ok", env.theme.glyphs.checked), Role::Ok),
    };
    vec![Cell::from(line.what.clone()), Cell::from(day(line.on)), Cell::from(day(line.until)), stands]
}

fn run_cells(line: &RunLine, env: &Env) -> Vec<Cell> {
    let stands = match line.closed {
        Some(at) => format!("closed {}", words::day(at, env.now, &env.zone)),
        None => format!("waits on {}", line.waits_on),
    };
    vec![
        Cell::from(line.kind.shown()),
        Cell::of(line.when.clone(), if line.late { Role::High } else { Role::Text }),
        Cell::from(line.steps.map(|(ended, all)| format!("{ended} of {all}")).unwrap_or_default()),
        Cell::from(stands),
    ]
}

fn history_cells(line: &HistoryLine, env: &Env) -> Vec<Cell> {
    let undone = if line.undone_by.is_some() { " (taken back)" } else { "" };
    vec![
        Cell::from(words::moment(line.at, env.now, &env.zone)),
        Cell::from(format!("{}{undone}", line.summary)),
        Cell::from(line.who.clone()),
    ]
}
