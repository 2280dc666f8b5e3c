//! Help for the place one is in: what it shows, which keys work, and tasks that take one there.
//!
//! Texts are data under `assets/help`; keys come from the key table.
//!
//! Must never know: what an action does.

use crate::domain::GrantState;
use crate::tui::keymap::{self, ACTIONS, Action, Context, Group};
use crate::tui::pane::{Env, Flow, Pane};
use crate::tui::text;
use crate::tui::theme::{Role, Theme};
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::line_edit::{FieldLook, LineEdit, Typed};
use crate::tui::widget::table;
use ratatui::layout::Rect;

/// Help texts, one a screen: a heading, what it shows, then `? task = verb`.
const TEXTS: &[(&str, &str)] = &[
    ("today", include_str!("../../../assets/help/today.txt")),
    ("people", include_str!("../../../assets/help/people.txt")),
    ("clients", include_str!("../../../assets/help/clients.txt")),
    ("records", include_str!("../../../assets/help/records.txt")),
    ("grid", include_str!("../../../assets/help/grid.txt")),
    ("past", include_str!("../../../assets/help/past.txt")),
    ("person", include_str!("../../../assets/help/person.txt")),
    ("run", include_str!("../../../assets/help/run.txt")),
    ("closing", include_str!("../../../assets/help/closing.txt")),
    ("fixes", include_str!("../../../assets/help/fixes.txt")),
    ("reports", include_str!("../../../assets/help/reports.txt")),
    ("more", include_str!("../../../assets/help/more.txt")),
    ("settings", include_str!("../../../assets/help/settings.txt")),
    ("runs", include_str!("../../../assets/help/runs.txt")),
    ("history", include_str!("../../../assets/help/history.txt")),
    ("entry", include_str!("../../../assets/help/entry.txt")),
    ("setup", include_str!("../../../assets/help/setup.txt")),
    ("unlock", include_str!("../../../assets/help/unlock.txt")),
];

/// A sign or a word of the trade.
enum Sign {
    /// As it is written.
    As(&'static str),
    /// The sign of a state.
    Of(GrantState),
}

/// What the signs on every screen say.
const SIGNS: &[(Sign, &str)] = &[
    (Sign::As("!!"), "act now"),
    (Sign::As("!"), "soon"),
    (Sign::Of(GrantState::In), "in: can get in"),
    (Sign::Of(GrantState::Asked), "asked: somebody is asked to remove it; still open"),
    (Sign::Of(GrantState::ShutByParent), "shut: what one signs in through is off"),
    (Sign::Of(GrantState::Removed), "removed: and nobody has checked yet"),
    (Sign::Of(GrantState::Checked), "checked: somebody looked, it is gone"),
    (Sign::As("[ ] [x]"), "to do, done"),
    (Sign::As("[~] [!] [-]"), "under way, blocked, not needed"),
];

/// Words of the trade, for who is new to it.
const TRADE: &[(Sign, &str)] = &[
    (Sign::As("MFA"), "a second proof at sign-in: a code, an app, a key"),
    (Sign::As("tenant"), "a company's own part of a cloud service"),
    (Sign::As("RMM"), "remote management: into every machine from one place"),
    (Sign::As("admin, root"), "may change everything there"),
    (Sign::As("break-glass"), "a login kept for emergencies"),
];

/// Help.
pub struct Help {
    title: String,
    about: Vec<String>,
    tasks: Vec<(String, Action)>,
    contexts: Vec<Context>,
    all: bool,
    filter: LineEdit,
    filtering: bool,
    scroll: usize,
    task: usize,
}

/// A line as drawn.
enum Line {
    Text(String),
    Head(String),
    Keys(String, String),
    Task(usize, String),
}

impl Help {
    /// Help on a topic, with the keys of these contexts.
    pub fn new(topic: &str, name: String, contexts: &[Context]) -> Self {
        let text = TEXTS.iter().find(|(known, _)| *known == topic).map_or("", |(_, text)| *text);
        let mut about = Vec::new();
        let mut tasks = Vec::new();
        let mut title = name.clone();
        for line in text.lines() {
            if let Some(heading) = line.strip_prefix("# ") {
                title = heading.to_owned();
            } else if let Some(task) = line.strip_prefix("? ") {
                if let Some((words, verb)) = task.split_once(" = ")
                    && let Some(action) = named(verb.trim())
                {
                    tasks.push((words.to_owned(), action));
                }
            } else if !line.trim().is_empty() {
                about.push(line.replace("{name}", &name));
            }
        }
        Self {
            title,
            about,
            tasks,
            contexts: contexts.to_vec(),
            all: false,
            filter: LineEdit::default(),
            filtering: false,
            scroll: 0,
            task: 0,
        }
    }

    fn lines(&self, cells: usize, theme: &Theme) -> Vec<Line> {
        let wanted = text::folded(self.filter.text().trim());
        let fits = |words: &str| wanted.is_empty() || text::folded(words).contains(&wanted);
        let mut out = Vec::new();
        if !self.all && wanted.is_empty() {
            for paragraph in &self.about {
                out.extend(text::wrap(paragraph, cells).into_iter().map(Line::Text));
            }
            out.push(Line::Text(String::new()));
        }
        let rows = if self.all { Vec::new() } else { keymap::rows_in(&self.contexts) };
        for group in [Group::Do, Group::Choose, Group::Look, Group::Move, Group::Program] {
            let keys: Vec<Line> = rows
                .iter()
                .filter(|row| row.action.spec().group == group)
                .map(|row| {
                    let keys: Vec<String> = keymap::chords(row).map(|chord| chord.to_string()).collect();
                    (keys.join(", "), told(keymap::verb(row), row.action.spec().help))
                })
                .filter(|(keys, words)| fits(keys) || fits(words))
                .map(|(keys, words)| Line::Keys(keys, words))
                .collect();
            push_block(&mut out, group.title(), keys);
        }
        if self.all {
            let mut place = "";
            for line in keymap::sheet() {
                if !(fits(&line.keys) || fits(line.verb) || fits(line.help) || fits(line.place)) {
                    continue;
                }
                if line.place != place {
                    place = line.place;
                    out.push(Line::Head(format!("In {place}")));
                }
                out.push(Line::Keys(line.keys, told(line.verb, line.help)));
            }
        }
        for (title, signs) in [("Signs", SIGNS), ("Words", TRADE)] {
            let named = signs.iter().map(|(sign, words)| match sign {
                Sign::As(sign) => ((*sign).to_owned(), *words),
                Sign::Of(state) => (theme.glyphs.state(*state).to_string(), *words),
            });
            let fitting = named.filter(|(sign, words)| fits(sign) || fits(words));
            push_block(&mut out, title, fitting.map(|(sign, words)| Line::Keys(sign, words.to_owned())).collect());
        }
        let tasks: Vec<Line> = self
            .tasks
            .iter()
            .enumerate()
            .filter(|(_, (words, _))| fits(words) && !self.all)
            .map(|(place, (words, _))| Line::Task(place, words.clone()))
            .collect();
        if !tasks.is_empty() {
            // Right below what the screen shows: the questions people come with.
            let at = out.iter().position(|line| matches!(line, Line::Head(_))).unwrap_or(out.len());
            let mut block = Vec::new();
            push_block(&mut block, "How do I ...", tasks);
            out.splice(at..at, block);
        }
        if out.is_empty() {
            out.push(Line::Text("No key and no task has that word. Esc shows all.".to_owned()));
        }
        out
    }

    fn page(env: &Env) -> usize {
        usize::from(env.body().height.saturating_sub(4)).max(1)
    }

    fn scroll_by(&mut self, by: isize, env: &Env) -> Flow {
        let length = self.lines(usize::from(env.size.0.saturating_sub(6)).max(1), &env.theme).len();
        let last = length.saturating_sub(Self::page(env));
        self.scroll = self.scroll.saturating_add_signed(by).min(last);
        Flow::stay()
    }
}

/// What a key does: the verb only where the help does not say it.
fn told(verb: &str, help: &str) -> String {
    let says = help.to_lowercase().contains(&verb.to_lowercase());
    if says { help.to_owned() } else { format!("{}: {help}", verb.to_lowercase()) }
}

fn push_block(out: &mut Vec<Line>, title: &str, lines: Vec<Line>) {
    if !lines.is_empty() {
        out.push(Line::Head(title.to_owned()));
        out.extend(lines);
        out.push(Line::Text(String::new()));
    }
}

/// The action whose verb this is, in lower case with hyphens.
fn named(verb: &str) -> Option<Action> {
    ACTIONS.iter().find(|spec| spec.verb.to_lowercase().replace(' ', "-") == verb).map(|spec| spec.action)
}

impl Pane for Help {
    fn contexts(&self) -> Vec<Context> {
        if self.filtering {
            vec![Context::Search, Context::Text]
        } else {
            vec![Context::Help, Context::Reader, Context::Modal]
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        let page = isize::try_from(Self::page(env)).unwrap_or(1);
        if self.filtering {
            return match action {
                Action::Open => {
                    self.filtering = false;
                    Flow::stay()
                }
                Action::Back => {
                    self.filtering = false;
                    self.filter = LineEdit::default();
                    Flow::stay()
                }
                Action::Up => self.scroll_by(-1, env),
                Action::Down => self.scroll_by(1, env),
                _ if self.filter.act(action) => {
                    self.scroll = 0;
                    Flow::stay()
                }
                _ => Flow::ignored(),
            };
        }
        match action {
            Action::Help => {
                self.all = !self.all;
                self.scroll = 0;
                Flow::stay()
            }
            Action::Filter => {
                self.filtering = true;
                Flow::stay()
            }
            Action::Down if !self.all && self.task + 1 < self.tasks.len() && self.scroll == 0 => {
                self.task += 1;
                Flow::stay()
            }
            Action::Up if !self.all && self.scroll == 0 => {
                self.task = self.task.saturating_sub(1);
                Flow::stay()
            }
            Action::Up => self.scroll_by(-1, env),
            Action::Down => self.scroll_by(1, env),
            Action::PageUp => self.scroll_by(-page, env),
            Action::PageDown => self.scroll_by(page, env),
            Action::First => self.scroll_by(isize::MIN / 2, env),
            Action::Last => self.scroll_by(isize::MAX / 2, env),
            Action::Open => match self.tasks.get(self.task) {
                Some((_, action)) if !self.all => Flow::close().then(*action),
                _ => Flow::close(),
            },
            Action::Back if !self.filter.is_empty() => {
                self.filter = LineEdit::default();
                Flow::stay()
            }
            Action::Back => Flow::close(),
            _ => Flow::ignored(),
        }
    }

    fn on_text(&mut self, typed: &Typed, _env: &Env) -> Flow {
        self.filter.write(typed);
        self.scroll = 0;
        Flow::stay()
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, _env: &Env) {
        let title = if self.all { "All help".to_owned() } else { format!("Help: {}", self.title) };
        let inner = canvas.frame(area, &title);
        if self.filtering {
            canvas.put(inner.x + 1, inner.y, 2, "/", Role::Accent);
            let look = FieldLook { focused: true, bare: true, ..FieldLook::default() };
            self.filter.view(canvas, inner.x + 3, inner.y, inner.width.saturating_sub(4), look);
        } else if self.filter.is_empty() {
            canvas.put(inner.x + 1, inner.y, inner.width, "/ find a key or a word here", Role::Muted);
        } else {
            let words = format!("/ {}   Esc shows all", self.filter.text());
            canvas.put(inner.x + 1, inner.y, inner.width, &words, Role::Text);
        }
        let body = Rect { y: inner.y + 2, height: inner.height.saturating_sub(2), ..inner };
        let cells = usize::from(body.width.saturating_sub(4)).max(1);
        let lines = self.lines(cells, &canvas.theme);
        let keys = lines.iter().map(|line| if let Line::Keys(keys, _) = line { text::width(keys) } else { 0 }).max();
        let keys = u16::try_from(keys.unwrap_or(0)).unwrap_or(0).min(body.width / 2);
        for (y, line) in (body.y..body.bottom()).zip(lines.iter().skip(self.scroll)) {
            let room = body.width.saturating_sub(2);
            match line {
                Line::Text(words) => {
                    canvas.put(body.x + 1, y, room, words, Role::Text);
                }
                Line::Head(words) => {
                    canvas.put(body.x + 1, y, room, words, Role::Title);
                }
                Line::Keys(names, words) => {
                    canvas.put(body.x + 1, y, keys, names, Role::Accent);
                    canvas.put(body.x + 3 + keys, y, body.width.saturating_sub(keys + 4), words, Role::Text);
                }
                Line::Task(place, words) => {
                    canvas.put(body.x + 3, y, room.saturating_sub(2), words, Role::Text);
                    if !self.all {
                        let row = Rect { x: body.x + 1, y, width: room, height: 1 };
                        table::row(canvas, row, *place, self.task, !self.filtering);
                    }
                }
            }
        }
        let below = lines.len().saturating_sub(self.scroll + usize::from(body.height));
        if below > 0 {
            let words = format!(" {below} more lines, PgDn ");
            canvas.put_right(
                area.x,
                area.bottom().saturating_sub(1),
                area.width.saturating_sub(2),
                &words,
                Role::Muted,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_task_in_the_texts_leads_somewhere() {
        for (topic, text) in TEXTS {
            for line in text.lines().filter_map(|line| line.strip_prefix("? ")) {
                let verb = line.split_once(" = ").map(|(_, verb)| verb.trim());
                assert!(verb.and_then(named).is_some(), "{topic}: {line}");
            }
            assert!(text.starts_with("# "), "{topic} has no heading");
            assert!(!Help::new(topic, String::new(), &[]).about.is_empty(), "{topic} explains nothing");
        }
    }
}
