//! How the cockpit looks.
//!
//! Must never know: how anything in it is decided.

use super::RunScreen;
use crate::domain::{GrantState, Reply, StepOutcome};
use crate::service::view::{QuestionLine, RunTab, RunView, SecretLine, ThingLine, WayIn};
use crate::service::words;
use crate::tui::pane::Env;
use crate::tui::screen::parts::{
    empty_words, list_rule, risk_cell, short_moment, state_role, state_words, tab_pieces, tab_rule, way_name,
};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, top};
use crate::tui::widget::frame::{self, Breadth};
use crate::tui::widget::line_edit::FieldLook;
use crate::tui::widget::table::{self, Cell, Column, col, num};
use ratatui::layout::Rect;

/// Columns of ways in. `other` is what tells them apart: whose system it is, or who gets in when a client leaves.
const fn way_columns(other: &'static str) -> [Column; 8] {
    [
        col("Way in", 20, 0).grows(2),
        col("", 2, 0),
        col(other, 14, 2).grows(1),
        num("Shuts", 5, 3),
        col(" Who", 9, 4),
        col("State", 15, 0),
        col("Login", 18, 6).grows(1),
        col("Level", 10, 7),
    ]
}

const WAYS_OF_PERSON: &[Column] = &way_columns("Client");
const WAYS_OF_CLIENT: &[Column] = &way_columns("Person");

const QUESTION_COLUMNS: &[Column] =
    &[col("", 3, 0), num("#", 2, 3), col("Question", 24, 0).grows(1), col("Answer", 10, 0), col("Note", 12, 2)];

const SECRET_COLUMNS: &[Column] = &[
    col("", 3, 0),
    col("Login", 14, 0).grows(1),
    col("", 2, 0),
    col("Where", 14, 2).grows(1),
    col("Still needed by", 18, 4).grows(1),
    col("Changed", 11, 0),
    col("By", 8, 3),
];

const THING_COLUMNS: &[Column] =
    &[col("", 3, 0), col("What", 24, 0).grows(2), col("Whose", 14, 2).grows(1), col("Stands", 18, 0)];

impl RunScreen {
    pub(super) fn draw(&self, canvas: &mut Canvas, env: &Env) {
        let (head, split) = self.parts(env);
        match &self.head {
            Some(view) => view_head(canvas, head, view),
            None => {
                canvas.put(head.x + 1, head.y, head.width, "Loading ...", Role::Muted);
            }
        }
        self.view_rule(canvas, top(split.list, 1));
        self.view_list(canvas, below(split.list, 1), env);
        if self.note.is_open() && split.detail.is_none() {
            // Too narrow for both: the note takes the place of the list while it is open.
            let area = split.list;
            canvas.clear(area);
            return self.view_question(canvas, area);
        }
        if let Some(detail) = split.detail {
            self.view_detail(canvas, detail);
        }
    }

    fn view_rule(&self, canvas: &mut Canvas, area: Rect) {
        let names = self.tab_names();
        let plain = self.tab != RunTab::WaysIn
            || (self.ways.list.filter().is_empty()
                && !self.ways.list.is_filtering()
                && self.ways.list.mark_words().is_none());
        if plain {
            return tab_rule(canvas, area, &names, self.at());
        }
        let pieces = tab_pieces(&names, self.at());
        let current: Vec<(&str, Role)> =
            pieces.iter().filter(|(_, role)| *role == Role::Title).map(|(words, role)| (words.trim(), *role)).collect();
        list_rule(canvas, area, &current, &self.ways.list, "");
    }

    fn tab_names(&self) -> Vec<String> {
        let rest = |(done, all): (u32, u32)| all.saturating_sub(done);
        let counts = self
            .head
            .as_ref()
            .map(|head| [head.open, rest(head.steps), rest(head.questions), rest(head.secrets), rest(head.things)]);
        ["Ways in", "Steps", "Questions", "Shared logins", "Things"]
            .iter()
            .enumerate()
            .map(|(place, name)| match counts.and_then(|counts| counts.get(place).copied()) {
                Some(count) => format!("{name} {}", words::count(u64::from(count))),
                None => (*name).to_owned(),
            })
            .collect()
    }

    fn view_list(&self, canvas: &mut Canvas, body: Rect, env: &Env) {
        let focused = !self.note.is_open() && !self.ways.list.is_filtering();
        let look = |columns, head| table::Look { columns, head, focused, more: Some("more") };
        let room = Rect { x: body.x + 3, width: body.width.saturating_sub(4), ..body };
        match self.tab {
            RunTab::WaysIn if self.ways.list.total() == 0 => {
                let words = empty_words(&self.ways.list, "way in", "ways in", "There is no way in to shut.");
                canvas.paragraph(room, &words, Role::Text);
            }
            RunTab::WaysIn => {
                let of_client = self.is_of_client();
                let columns = if of_client { WAYS_OF_CLIENT } else { WAYS_OF_PERSON };
                let cells = |way: &WayIn| way_cells(way, of_client, env);
                table::view(canvas, body, &self.ways.list, &look(columns, true), cells);
            }
            RunTab::Steps => self.steps.view(canvas, body, focused, env),
            RunTab::Questions => {
                table::view(canvas, body, &self.questions, &look(QUESTION_COLUMNS, true), question_cells);
            }
            RunTab::Secrets if self.secrets.is_loaded() && self.secrets.total() == 0 => {
                canvas.paragraph(room, "No shared login to change.", Role::Ok);
            }
            RunTab::Secrets => {
                let lead = if self.is_of_client() {
                    format!("Logins of {} that we know. Have the client change each one.", self.name())
                } else {
                    let name = self.name();
                    let name = first_name(&name);
                    format!("Logins {name} knows. Change each one, then tell the people who still need it.")
                };
                let body = if body.height > 6 {
                    canvas.put(room.x, body.y, room.width, &lead, Role::Text);
                    below(body, 1)
                } else {
                    body
                };
                table::view(canvas, body, &self.secrets, &look(SECRET_COLUMNS, true), |line| secret_cells(line, env));
            }
            RunTab::Things if self.things.is_loaded() && self.things.total() == 0 => {
                canvas.paragraph(room, "Nothing to collect.", Role::Ok);
            }
            RunTab::Things => table::view(canvas, body, &self.things, &look(THING_COLUMNS, true), thing_cells),
        }
    }

    fn view_detail(&self, canvas: &mut Canvas, detail: Rect) {
        let how = |canvas: &mut Canvas, title: &str, pairs: &[(String, String)]| {
            canvas.rule(top(detail, 1), &[(title, Role::Text)], "");
            table::pairs(canvas, frame::detail_text(detail), table::label_width(pairs, 6), pairs);
        };
        if self.note.is_open() {
            return self.view_question(canvas, detail);
        }
        match self.tab {
            RunTab::WaysIn if self.explains => {
                let Some(why) = self.ways.why() else {
                    return canvas.rule(top(detail, 1), &[("Why is this here?", Role::Text)], "");
                };
                canvas.rule(top(detail, 1), &[("Why is this here?  ", Role::Text), (&why.title, Role::Text)], "");
                let mut room = frame::detail_text(detail);
                for line in &why.lines {
                    let used = canvas.paragraph(room, line, Role::Text);
                    room = below(room, used);
                }
            }
            RunTab::Steps if self.explains => match self.steps.current() {
                Some(step) => {
                    let mut pairs = step.how.clone();
                    if !step.waits_for.is_empty() {
                        pairs.insert(0, ("Waits for".to_owned(), step.waits_for.join("; ")));
                    }
                    if let Some(words) = &step.too_early {
                        pairs.insert(0, ("Too early".to_owned(), words.clone()));
                    }
                    if !step.note.is_empty() {
                        pairs.push(("Note".to_owned(), step.note.clone()));
                    }
                    how(canvas, &step.title, &pairs);
                }
                None => self.view_question(canvas, detail),
            },
            RunTab::WaysIn | RunTab::Steps | RunTab::Questions => self.view_question(canvas, detail),
            RunTab::Secrets => {
                let Some(line) = self.secrets.current() else { return how(canvas, "Shared logins", &[]) };
                let mut pairs = line.how.clone();
                if let Some(waits) = &line.waits_for {
                    pairs.insert(0, ("Waits for".to_owned(), waits.clone()));
                }
                how(canvas, &format!("{}, {}", line.name, secret_where(line)), &pairs);
            }
            RunTab::Things => {
                let Some(thing) = self.things.current() else { return how(canvas, "Things", &[]) };
                how(canvas, &thing.name, &thing.how);
            }
        }
    }

    /// The question to read aloud, the note to it, and what a yes makes.
    fn view_question(&self, canvas: &mut Canvas, area: Rect) {
        let all = self.questions.total();
        let Some(question) = self.question() else {
            let words = if self.questions.is_loaded() { "No questions in this run." } else { "Loading ..." };
            canvas.rule(top(area, 1), &[("Now, at the table", Role::Text)], "");
            canvas.put(area.x + 3, area.y + 1, area.width, words, Role::Muted);
            return;
        };
        let title = if self.tab == RunTab::WaysIn && !self.note.is_open() {
            "Now, at the table".to_owned()
        } else {
            format!("Question {} of {all}", question.number)
        };
        let role = if self.note.is_open() { Role::Title } else { Role::Text };
        canvas.rule(top(area, 1), &[(&title, role)], "");
        let room = frame::detail_text(area);
        if room.height == 0 {
            return;
        }
        canvas.put(room.x, room.y, 5, "Say", Role::Muted);
        let ask = Rect { x: room.x + 6, width: room.width.saturating_sub(6), height: room.height.min(3), ..room };
        let used = canvas.paragraph(ask, &format!("\"{}\"", question.text), Role::Text);
        let mut y = room.y + used;
        if y >= room.bottom() {
            y = room.bottom() - 1;
        }
        canvas.put(room.x, y, 5, "Note", Role::Muted);
        let look = FieldLook { focused: self.note.is_open(), ..FieldLook::default() };
        canvas.fill(room.x + 6, y, room.width.saturating_sub(6), " ", Role::Text);
        self.note.edit.view(canvas, room.x + 6, y, room.width.saturating_sub(6), look);
        y += 1;
        if y < room.bottom() {
            if self.note.is_open() {
                let words = "Enter saves and goes on   Esc keeps and goes back to the list";
                canvas.put(room.x + 6, y, room.width.saturating_sub(6), words, Role::Muted);
            } else if let Some(reply) = question.reply {
                canvas.put(room.x, y, 5, "Said", Role::Muted);
                let made = if question.made.is_empty() {
                    String::new()
                } else {
                    format!(": made {}", question.made.join(", "))
                };
                canvas.put(
                    room.x + 6,
                    y,
                    room.width.saturating_sub(6),
                    &format!("{}{made}", reply.shown()),
                    Role::Text,
                );
                y += 1;
                if reply == Reply::Yes && question.note.is_empty() && question.asks_on() && y < room.bottom() {
                    canvas.put(room.x, y, 5, "Then", Role::Muted);
                    let then = format!("{} Tab writes it, Down goes on.", question.then);
                    let area =
                        Rect { x: room.x + 6, y, width: room.width.saturating_sub(6), height: room.bottom() - y };
                    canvas.paragraph(area, &then, Role::Title);
                }
            } else if !question.then.is_empty() {
                canvas.put(room.x, y, 5, "Yes", Role::Muted);
                let makes = Rect { x: room.x + 6, y, width: room.width.saturating_sub(6), height: room.bottom() - y };
                canvas.paragraph(makes, &question.then, Role::Muted);
            }
        }
    }
}

/// The first name, which is what people call each other; all of it where only an initial is written.
fn first_name(name: &str) -> &str {
    name.split_whitespace().next().filter(|first| !first.ends_with('.')).unwrap_or(name)
}

/// The falling number and the next best act.
fn view_head(canvas: &mut Canvas, area: Rect, run: &RunView) {
    let open = if run.open > 0 { Role::High } else { Role::Ok };
    let count = format!("{} of {}", words::count(u64::from(run.open)), words::count(u64::from(run.total)));
    let done = format!("{} shut, {} checked", run.shut, run.confirmed);
    let breadth = frame::breadth(area.width);
    let lead = if breadth == Breadth::Narrow { "OPEN" } else { "WAYS IN STILL OPEN" };
    let mut x = area.x + 1;
    x += canvas.put(x, area.y, area.width, lead, Role::Title) + if breadth == Breadth::Narrow { 1 } else { 2 };
    let number_cells =
        u16::try_from(text::width(&count)).unwrap_or(0).max(if breadth == Breadth::Narrow { 0 } else { 9 });
    canvas.put_right(x, area.y, number_cells, &count, open);
    x += number_cells + if breadth == Breadth::Narrow { 1 } else { 3 };
    let done_cells = u16::try_from(text::width(&done)).unwrap_or(0);
    let room = area.right().saturating_sub(x + done_cells + 3);
    let bar_cells = room.min(if breadth >= Breadth::Wide { 50 } else { 25 });
    if bar_cells >= 4 {
        let bar = table::bar(&canvas.theme, usize::from(bar_cells), run.shut, run.total);
        canvas.put(x, area.y, bar_cells, &bar, Role::Accent);
        x += bar_cells + 3;
    }
    canvas.put(x, area.y, area.right().saturating_sub(x), &done, Role::Text);
    let steps = format!("Steps {} of {}", run.steps.0, run.steps.1);
    let steps_cells = u16::try_from(text::width(&steps)).unwrap_or(0);
    let next = match (&run.next, run.closed) {
        (_, Some(_)) => "Closed. A shows the closing page.".to_owned(),
        (Some(next), _) => format!("Next: {next}"),
        (None, _) => "Next: nothing is open. A closes the run.".to_owned(),
    };
    let y = area.y + 1;
    canvas.put(area.x + 1, y, area.width.saturating_sub(steps_cells + 4), &next, Role::Text);
    canvas.put_right(area.x, y, area.width.saturating_sub(1), &steps, Role::Text);
}

fn way_cells(way: &WayIn, of_client: bool, env: &Env) -> Vec<Cell> {
    let name =
        if way.path.is_empty() { way_name(way) } else { format!("{} via {}", way_name(way), way.path.join(", ")) };
    vec![
        Cell::of(name, if way.last_admin { Role::High } else { Role::Text }),
        risk_cell(way.risk),
        Cell::from(if of_client { way.person_name.clone() } else { way.client_name.clone() }),
        Cell::from(words::count(u64::from(way.shuts))),
        Cell::from(format!(" {}", way.doer.as_deref().map_or("", first_name))),
        Cell::of(state_words(way, &env.theme, env, true), state_role(way.state)),
        Cell::from(way.login.clone()),
        Cell::from(way.level.clone()),
    ]
}

fn question_cells(question: &QuestionLine) -> Vec<Cell> {
    let answered = question.reply.is_some();
    vec![
        Cell::of(if answered { "[x]" } else { "[ ]" }, if answered { Role::Ok } else { Role::Text }),
        Cell::from(question.number.to_string()),
        Cell::from(question.short.clone()),
        Cell::from(question.reply.map(|reply| reply.shown()).unwrap_or_default()),
        Cell::of(question.note.clone(), Role::Muted),
    ]
}

fn secret_where(line: &SecretLine) -> String {
    if line.systems.is_empty() { line.client_name.clone() } else { words::listed(&line.systems, 2) }
}

fn secret_cells(line: &SecretLine, env: &Env) -> Vec<Cell> {
    let at = || line.state_at.map(|at| short_moment(at, env)).unwrap_or_default();
    let (tick, words, role) = match (line.outcome, line.state) {
        (Some(StepOutcome::NotNeeded), _) => ("[-]", "not needed".to_owned(), Role::Muted),
        (Some(StepOutcome::Waived), _) => ("[-]", "waived".to_owned(), Role::Muted),
        (Some(StepOutcome::Done), _) => ("[-]", "retired".to_owned(), Role::Muted),
        (Some(StepOutcome::Blocked), _) => ("[!]", "blocked".to_owned(), Role::High),
        (_, GrantState::Checked) => ("[x]", format!("checked {}", at()), Role::Ok),
        (_, GrantState::Removed) => ("[~]", format!("{}, check", at()), Role::Asked),
        (_, GrantState::Asked) => ("[~]", "asked".to_owned(), Role::Asked),
        _ if line.safe => ("[x]", "before".to_owned(), Role::Ok),
        _ if line.waits_for.is_some() => ("[ ]", "no, waits".to_owned(), Role::Asked),
        _ => ("[ ]", "no".to_owned(), Role::Text),
    };
    let needed = if line.still_needed_by.is_empty() {
        "nobody".to_owned()
    } else {
        let first: Vec<String> = line.still_needed_by.iter().map(|name| first_name(name).to_owned()).collect();
        words::listed(&first, 2)
    };
    vec![
        Cell::of(tick, role),
        Cell::from(line.name.clone()),
        risk_cell(line.risk),
        Cell::from(secret_where(line)),
        Cell::from(needed),
        Cell::of(words, role),
        Cell::from(line.doer.as_deref().map_or("", first_name)),
    ]
}

fn thing_cells(thing: &ThingLine) -> Vec<Cell> {
    let (tick, role) = if thing.settled { ("[x]", Role::Ok) } else { ("[ ]", Role::Text) };
    let name = if thing.unnamed { format!("{} (still to be named)", thing.name) } else { thing.name.clone() };
    vec![
        Cell::of(tick, role),
        Cell::of(name, if thing.unnamed { Role::High } else { Role::Text }),
        Cell::from(thing.client_name.clone()),
        Cell::of(thing.state.clone(), role),
    ]
}
