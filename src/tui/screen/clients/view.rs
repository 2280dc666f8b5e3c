//! How the tree and the people beside it are drawn, and where.
//!
//! Must never know: how either is asked for.

use super::{Clients, Focus};
use crate::domain::{GrantState, Severity};
use crate::service::clients::{Entrant, NodeLine, Route, WhoView};
use crate::service::resolve::Scope;
use crate::service::words;
use crate::tui::pane::Env;
use crate::tui::screen::parts::{as_sheet, filter_rule, quoted, risk_cell, risk_role, state_role};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::tui::widget::canvas::{Canvas, below, top};
use crate::tui::widget::frame::{self, Breadth};
use crate::tui::widget::table::{self, Cell, Column, Look, col, num};
use ratatui::layout::Rect;

const TREE: &[Column] = &[col("Clients, systems", 16, 0).grows(1), col("", 2, 0), num("People", 6, 0)];

const PEOPLE: &[Column] =
    &[col("Name", 12, 0).grows(1), col("How", 12, 1).grows(1), col("Since", 8, 2), col("State", 6, 0)];

/// The same where there is room for whole answers.
const PEOPLE_WIDE: &[Column] =
    &[col("Name", 16, 0).grows(1), col("How", 24, 1).grows(3), col("Since", 8, 2), col("State", 10, 0)];

/// From so many cells on there is room for whole answers.
const ROOM: u16 = 70;

/// Names shown where there is no room for the list.
const GLANCE: usize = 4;

/// Cells of the labels of what is known about a node.
const LABEL: u16 = 9;

/// Where everything stands, below the rule over it all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Areas {
    tree: Option<Rect>,
    who: Option<Rect>,
    /// A few words about the people, where there is no room for their list.
    glance: Option<Rect>,
    /// The person under the cursor, where there is room for a third pane.
    one: Option<Rect>,
}

/// Cells of the third pane.
const ONE: u16 = 50;

/// The pane of the people, divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct WhoAreas {
    title: Rect,
    list: Rect,
    known: Rect,
}

impl Clients {
    fn areas(&self, env: &Env) -> Areas {
        let body = below(env.body(), 1);
        match frame::breadth(env.size.0) {
            Breadth::Narrow | Breadth::Slim if self.focus == Focus::People => {
                Areas { tree: None, who: Some(body), glance: None, one: None }
            }
            Breadth::Slim if body.height >= 12 => {
                let tree = top(body, body.height - 4);
                Areas { tree: Some(tree), who: None, glance: Some(below(body, tree.height)), one: None }
            }
            Breadth::Narrow | Breadth::Slim => Areas { tree: Some(body), who: None, glance: None, one: None },
            breadth => {
                let third = if breadth == Breadth::Huge { ONE } else { 0 };
                let both = body.width - third;
                let tree = if self.grown { both * 3 / 10 } else { both * 17 / 40 };
                let who = Rect { x: body.x + tree + 1, width: both - tree - 1, ..body };
                let one = (third > 0).then(|| Rect { x: who.right() + 1, width: third - 1, ..body });
                Areas { tree: Some(Rect { width: tree, ..body }), who: Some(who), glance: None, one }
            }
        }
    }

    /// Rows of the tree in sight.
    pub(super) fn tree_height(&self, env: &Env) -> usize {
        usize::from(self.areas(env).tree.map_or(0, |tree| tree.height.saturating_sub(1))).max(1)
    }

    /// Rows of people in sight.
    pub(super) fn people_height(&self, env: &Env) -> usize {
        let list = self.areas(env).who.map(|who| self.divide(who).list);
        usize::from(list.map_or(0, |list| list.height.saturating_sub(1))).max(1)
    }

    /// The people get what they need, what is known about the node the rest, but never less than half of it.
    fn divide(&self, who: Rect) -> WhoAreas {
        let room = who.width.saturating_sub(2);
        let lines = |words: &str, cells: u16| {
            u16::try_from(text::wrap(words, usize::from(cells.max(1))).len()).unwrap_or(u16::MAX)
        };
        let Some(here) = self.who_here() else {
            let title = top(who, 2);
            return WhoAreas { title, list: below(who, 2), known: Rect { height: 0, ..who } };
        };
        let title = (lines(&title(here), room).min(2) + 1).min(who.height);
        let left = who.height - title;
        let fix = here.fix.iter().map(|(_, words)| words);
        let known: u16 = here
            .facts
            .iter()
            .map(|(_, words)| words)
            .chain(fix)
            .map(|words| lines(words, room.saturating_sub(LABEL)))
            .sum();
        let people = u16::try_from(self.people.total()).unwrap_or(u16::MAX).saturating_add(1).max(2);
        let known = if known == 0 { 0 } else { (known + 1).min(left.saturating_sub(people.min(left / 2 + left % 2))) };
        WhoAreas {
            title: top(who, title),
            list: Rect { y: who.y + title, height: left - known, ..who },
            known: Rect { y: who.y + who.height - known, height: known, ..who },
        }
    }

    /// Draws the screen.
    pub(super) fn draw(&self, canvas: &mut Canvas, env: &Env) {
        let right = if !self.tree.is_loaded() || self.tree.deadline().is_some() {
            "...".to_owned()
        } else if self.tree.filter().is_empty() {
            words::count(self.told.clients)
        } else {
            let more = if self.told.cut { "more than " } else { "" };
            let clears = if frame::breadth(env.size.0) == Breadth::Narrow { "" } else { ", Esc clears" };
            format!("{more}{} found{clears}", words::count(self.told.matches))
        };
        let heading = [("Clients", Role::Title)];
        filter_rule(canvas, top(env.body(), 1), &heading, &self.tree, &right);
        let areas = self.areas(env);
        if let Some(tree) = areas.tree {
            self.draw_tree(canvas, tree);
        }
        if let (Some(_), Some(who)) = (areas.tree, areas.who) {
            for y in who.top()..who.bottom() {
                canvas.put(who.x - 1, y, 1, canvas.theme.glyphs.v, Role::Rule);
            }
        }
        if let Some(who) = areas.who {
            self.draw_who(canvas, who, env);
        }
        if let Some(one) = areas.one {
            for y in one.top()..one.bottom() {
                canvas.put(one.x - 1, y, 1, canvas.theme.glyphs.v, Role::Rule);
            }
            self.draw_one(canvas, one, env);
        }
        if let Some(glance) = areas.glance {
            self.draw_glance(canvas, glance);
        }
    }

    fn draw_tree(&self, canvas: &mut Canvas, area: Rect) {
        if self.tree.total() == 0 {
            let room = Rect { x: area.x + 3, width: area.width.saturating_sub(4), ..area };
            let mut room = below(room, 1);
            for words in self.nothing() {
                let used = canvas.paragraph(room, &words, Role::Text);
                room = below(room, used + 1);
            }
            return;
        }
        let focused = self.focus == Focus::Tree && !self.tree.is_filtering();
        let look = Look { columns: TREE, head: true, focused, more: Some("more") };
        let theme = canvas.theme;
        table::view(canvas, area, &self.tree, &look, |line| tree_cells(line, &theme));
    }

    /// Why there is no row.
    fn nothing(&self) -> Vec<String> {
        if !self.tree.is_loaded() {
            return vec!["Loading ...".to_owned()];
        }
        if !self.tree.filter().is_empty() {
            let clients = words::counted(self.told.clients, "client is", "clients are");
            let typed = self.tree.filter().text().trim();
            let typed = quoted(typed);
            return vec![format!("Nothing matches {typed}. {clients} hidden by the filter. Esc shows them.")];
        }
        vec![
            "No clients yet.".to_owned(),
            "A client is a company you look after. Under it go its systems, and under those the accounts people sign in \
             with."
                .to_owned(),
            "N adds one by hand. In a shell: keyward import LIST takes them from a file.".to_owned(),
        ]
    }

    fn draw_who(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        let Some(line) = self.tree.current() else { return };
        let parts = self.divide(area);
        let inside = |area: Rect| Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        let room = inside(parts.title);
        let Some(here) = self.who_here() else {
            let used = canvas.paragraph(room, &format!("Who can get in: {}", line.path.join(" > ")), Role::Title);
            if env.mono.saturating_sub(self.asked) >= 300 {
                canvas.put(room.x, room.y + used, room.width, "Loading ...", Role::Muted);
            }
            return;
        };
        let heading = top(room, room.height.saturating_sub(1));
        canvas.paragraph(heading, &title(here), Role::Title);
        let sums = Rect { y: room.bottom().saturating_sub(1), height: 1, ..room };
        canvas.put(sums.x, sums.y, sums.width, &sum_words(here), Role::Muted);
        if self.people.total() > 0 {
            let focused = self.focus == Focus::People;
            let wide = area.width >= ROOM;
            let columns = if wide { PEOPLE_WIDE } else { PEOPLE };
            let look = Look { columns, head: true, focused, more: Some("more") };
            table::view(canvas, parts.list, &self.people, &look, |row| cells(row, here.node, (wide, env)));
        }
        draw_known(canvas, inside(parts.known), here);
    }

    /// The person under the cursor, in words.
    fn draw_one(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        let Some((row, here)) = self.people.current().zip(self.who_here()) else { return };
        let room = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
        let used = canvas.paragraph(room, &row.name, Role::Title);
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut say = |label: &str, words: String| {
            if !words.is_empty() {
                pairs.push((label.to_owned(), words));
            }
        };
        if let Some(left) = row.left {
            let day = left.map_or_else(|| "on a day nobody recorded".to_owned(), |at| words::full_day(at, &env.zone));
            say("Left", format!("{day}  !!"));
        }
        say("Gets in", how_words(row, here.node, Some(env)).trim_start_matches("LEFT, ").to_owned());
        say("System", row.system.as_ref().map(|(_, name)| name.clone()).unwrap_or_default());
        say("Level", row.level.clone());
        say("Admin", if row.admin { "yes".to_owned() } else { String::new() });
        say("Since", row.since.map(|at| words::full_day(at, &env.zone)).unwrap_or_default());
        say("State", state_words(row.state, &env.theme, true));
        table::pairs(canvas, below(room, used + 1), LABEL, &pairs);
        let last = Rect { y: area.bottom().saturating_sub(1), height: 1, ..room };
        canvas.put(last.x, last.y, last.width, "Enter opens everything they can get into.", Role::Muted);
    }

    fn draw_glance(&self, canvas: &mut Canvas, area: Rect) {
        let Some(here) = self.who_here() else { return canvas.rule(top(area, 1), &[], "") };
        canvas.rule(top(area, 1), &[(&title(here), Role::Text)], "Enter shows them");
        let mut room = frame::detail_text(area);
        let used = canvas.paragraph(top(room, 1), &sum_words(here), Role::Text);
        room = below(room, used);
        let names: Vec<String> = self.people.held().iter().map(|row| row.name.clone()).collect();
        let all = self.people.total();
        let shown = names.get(..names.len().min(GLANCE)).unwrap_or_default();
        let words = if all > GLANCE {
            format!("{} and {} more", shown.join(", "), words::count((all - shown.len()) as u64))
        } else {
            words::listed(shown, GLANCE)
        };
        canvas.paragraph(room, &words, Role::Text);
    }
}

fn draw_known(canvas: &mut Canvas, area: Rect, here: &WhoView) {
    if area.height < 2 {
        return;
    }
    let mut room = below(area, 1);
    // What to do comes before what is known, where not all of it fits.
    if let Some((severity, words)) = &here.fix {
        let role = risk_role(*severity);
        let beside = Rect { x: room.x + LABEL, width: room.width.saturating_sub(LABEL), ..room };
        canvas.put(room.x, room.y, LABEL - 1, "Fix", Role::Muted);
        let used = canvas.paragraph(beside, words, if *severity >= Severity::Medium { role } else { Role::Text });
        room = below(room, used);
    }
    table::pairs(canvas, room, LABEL, &here.facts);
}

fn title(here: &WhoView) -> String {
    format!("Who can get in: {}", here.path.join(" > "))
}

/// `14 people, 1 by a secret, 25 via others`; nobody in words.
fn sum_words(here: &WhoView) -> String {
    let people = if here.direct == 1 { "person" } else { "people" };
    let parts = [(here.direct, people), (here.knowing, "by a secret"), (here.through, "via others")];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, words)| format!("{} {words}", words::count(u64::from(*number))))
        .collect();
    if !here.whole {
        return if parts.is_empty() { "...".to_owned() } else { format!("{}, ...", parts.join(", ")) };
    }
    if parts.is_empty() { "Nobody, as far as recorded.".to_owned() } else { parts.join(", ") }
}

fn tree_cells(line: &NodeLine, theme: &Theme) -> Vec<Cell> {
    let sign = match (line.node, line.children > 0, line.open) {
        // Nothing is below an account: it begins where the name of its system does.
        (Scope::Account(_), ..) => "",
        (_, false, _) => "  ",
        (_, true, true) => theme.glyphs.unfolded,
        (_, true, false) => theme.glyphs.folded,
    };
    let gap = if text::width(sign) == 1 { " " } else { "" };
    let indent = "  ".repeat(usize::from(line.depth()));
    vec![
        Cell::from(format!("{indent}{sign}{gap}{}", line.name)),
        risk_cell(line.risk),
        Cell::from(words::count(u64::from(line.people))),
    ]
}

fn cells(row: &Entrant, node: Scope, (wide, env): (bool, &Env)) -> Vec<Cell> {
    let role = match (&row.left, &row.how) {
        (Some(_), _) => Role::High,
        (None, Route::Through(_)) => Role::Muted,
        (None, _) => Role::Text,
    };
    vec![
        Cell::of(row.name.clone(), role),
        Cell::of(how_words(row, node, wide.then_some(env)), role),
        Cell::of(row.since.map(|at| words::month(at, &env.zone)).unwrap_or_default(), role),
        Cell::of(state_words(row.state, &env.theme, wide), state_role(row.state)),
    ]
}

/// How somebody gets in at a node; that they left stands first. With room also when they left, at which level, and how
/// many more ways in they have there.
fn how_words(row: &Entrant, node: Scope, room: Option<&Env>) -> String {
    let system = row.system.as_ref().map(|(_, name)| name.as_str()).unwrap_or_default();
    let level = if row.shared { "shared login" } else { row.level.as_str() };
    let mut how = match (&row.how, node, room) {
        (Route::Knows(_), _, None) => "knows".to_owned(),
        (Route::Knows(what), _, Some(_)) => format!("knows the {what}"),
        (Route::Through(system), _, _) => format!("via {system}"),
        (Route::Own, Scope::Client(_), None) => system.to_owned(),
        (Route::Own, Scope::Client(_), Some(_)) => format!("{system}, {level}"),
        (Route::Own, _, None) if row.shared => "shared".to_owned(),
        (Route::Own, _, _) => level.to_owned(),
    };
    if row.more > 0 && room.is_some() {
        how = format!("{how}, {}", words::counted(u64::from(row.more), "more way in", "more ways in"));
    }
    match (row.left, room) {
        (Some(Some(at)), Some(env)) => format!("LEFT {}, {how}", words::day(at, env.now, &env.zone)),
        (Some(_), _) => format!("LEFT, {how}"),
        (None, _) => how,
    }
}

fn state_words(state: GrantState, theme: &Theme, wide: bool) -> String {
    let sign = theme.glyphs.state(state);
    match state {
        GrantState::CameBack => format!("{sign} BACK"),
        GrantState::Asked if !wide => format!("{sign} ask"),
        _ => format!("{sign} {}", state.shown()),
    }
}

/// A row of the people as it is copied.
pub(super) fn copied(line: &NodeLine, row: &Entrant, env: &Env) -> String {
    let since = row.since.map(|at| words::full_day(at, &env.zone)).unwrap_or_default();
    let (place, how) = (line.path.join(" > "), how_words(row, line.node, Some(env)));
    as_sheet([["Where", "Name", "How", "Since", "State"], [&place, &row.name, &how, &since, row.state.shown()]])
}
