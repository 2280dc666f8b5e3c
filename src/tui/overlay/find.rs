//! Find anything, do anything: one box for people, clients, systems, runs and commands.
//!
//! Must never know: how the register searches, what an action does.

use super::Entry;
use crate::domain::capital;
use crate::service::view::Hit;
use crate::service::{Answer, Query};
use crate::tui::keymap::{Action, Context};
use crate::tui::pane::{Env, Flow, Pane, Slot, Tone, Want};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, centred};
use crate::tui::widget::line_edit::{FieldLook, LineEdit, Typed};
use crate::tui::widget::table;
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::layout::Rect;

/// Hits shown at most.
const HITS: usize = 12;

/// Find anything, do anything.
pub struct Find {
    here: String,
    local: Vec<Entry>,
    anywhere: Vec<Entry>,
    box_: LineEdit,
    hits: Vec<Hit>,
    /// The hits belong to other words than those in the box.
    looking: bool,
    cursor: usize,
}

/// One line of the answer.
enum Line<'a> {
    Head(String),
    Hit(&'a Hit),
    Do(&'a Entry),
}

impl Find {
    /// With what can be done here and anywhere.
    pub fn new(here: String, local: Vec<Entry>, anywhere: Vec<Entry>) -> Self {
        Self { here, local, anywhere, box_: LineEdit::default(), hits: Vec::new(), looking: true, cursor: 0 }
    }

    fn lines(&self) -> Vec<Line<'_>> {
        let words = self.box_.text().trim();
        let mut out = Vec::new();
        if !self.hits.is_empty() {
            out.push(Line::Head("Go to".to_owned()));
            out.extend(self.hits.iter().take(HITS).map(Line::Hit));
        }
        let local = ranked(&self.local, words);
        if !local.is_empty() {
            out.push(Line::Head(if self.here.is_empty() {
                "Do here".to_owned()
            } else {
                format!("Do here, with {}", self.here)
            }));
            out.extend(local.into_iter().map(Line::Do));
        }
        let anywhere = ranked(&self.anywhere, words);
        if !anywhere.is_empty() {
            out.push(Line::Head("Do anywhere".to_owned()));
            out.extend(anywhere.into_iter().map(Line::Do));
        }
        out
    }

    fn choices(&self) -> usize {
        self.lines().iter().filter(|line| !matches!(line, Line::Head(_))).count()
    }

    fn ask(&mut self) -> Flow {
        self.cursor = 0;
        self.looking = true;
        Flow::stay().load(0, Query::Find(self.box_.text().trim().to_owned()))
    }

    fn go(&self) -> Flow {
        let lines = self.lines();
        match lines.iter().filter(|line| !matches!(line, Line::Head(_))).nth(self.cursor) {
            Some(Line::Hit(_)) if self.looking => Flow::note("Still looking. Press Enter again."),
            Some(Line::Hit(hit)) => Flow::target(hit.target.clone()),
            Some(Line::Do(Entry { disabled: Some(reason), .. })) => Flow::note(reason.clone()),
            Some(Line::Do(entry)) => Flow::close().then(entry.action),
            _ => Flow::note("Nothing fits. Type other words."),
        }
    }
}

/// Commands whose words fit, best first: a word's start before anything fuzzy.
fn ranked<'a>(entries: &'a [Entry], words: &str) -> Vec<&'a Entry> {
    if words.is_empty() {
        return entries.iter().collect();
    }
    let mut matcher = Matcher::new(Config::DEFAULT);
    let pattern = Pattern::new(words, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy);
    let wanted = text::folded(words);
    let mut scored: Vec<(u32, &Entry)> = entries
        .iter()
        .filter_map(|entry| {
            let haystack = format!("{} {}", entry.verb, entry.help);
            let folded = text::folded(&haystack);
            let starts = folded.split(' ').any(|word| word.starts_with(&wanted));
            let mut buffer = Vec::new();
            let fuzzy = pattern.score(Utf32Str::new(&haystack, &mut buffer), &mut matcher);
            // A scatter of letters over a sentence surprises people: only dense hits count.
            let dense = fuzzy.filter(|score| *score >= 12 * u32::try_from(words.chars().count()).unwrap_or(1));
            match (starts, dense) {
                (true, _) => Some((u32::MAX, entry)),
                (false, Some(score)) => Some((score, entry)),
                (false, None) => None,
            }
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, entry)| entry).collect()
}

impl Pane for Find {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Find, Context::Search, Context::Text]
    }

    fn refresh(&mut self, _env: &Env) -> Vec<Want> {
        vec![Want::Load(0, Query::Find(String::new()))]
    }

    fn on_action(&mut self, action: Action, _env: &Env) -> Flow {
        let last = self.choices().saturating_sub(1);
        match action {
            Action::Up => self.cursor = self.cursor.saturating_sub(1),
            Action::Down => self.cursor = (self.cursor + 1).min(last),
            Action::PageUp => self.cursor = self.cursor.saturating_sub(10),
            Action::PageDown => self.cursor = (self.cursor + 10).min(last),
            Action::Back | Action::Find => return Flow::close(),
            Action::Open => return self.go(),
            Action::NextPane => {
                let name = match self.lines().iter().filter(|line| !matches!(line, Line::Head(_))).nth(self.cursor) {
                    Some(Line::Hit(hit)) => hit.name.clone(),
                    Some(Line::Do(entry)) => entry.verb.clone(),
                    _ => return Flow::stay(),
                };
                self.box_.set(&name);
                return self.ask();
            }
            _ if self.box_.act(action) => return self.ask(),
            _ => return Flow::ignored(),
        }
        Flow::stay()
    }

    fn on_text(&mut self, typed: &Typed, _env: &Env) -> Flow {
        self.box_.write(typed);
        self.ask()
    }

    fn on_answer(&mut self, _slot: Slot, answer: Answer, _env: &Env) -> Flow {
        if let Answer::Hits(hits) = answer {
            self.looking = false;
            self.hits = hits;
            self.cursor = self.cursor.min(self.choices().saturating_sub(1));
        }
        Flow::stay()
    }

    fn on_failed(&mut self, _slot: Slot, error: &crate::error::AppError, _env: &Env) -> Flow {
        self.looking = false;
        self.hits.clear();
        Flow::stay().say(Tone::Error, crate::tui::model::one_line(error))
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, _env: &Env) {
        let width = if area.width >= 140 { 100 } else { 76 };
        let lines = self.lines();
        let height = u16::try_from(lines.len().max(3) + 5).unwrap_or(u16::MAX);
        let frame = centred(area, width.min(area.width.saturating_sub(2)), height.min(area.height));
        let inner = canvas.frame(frame, "Find anything, do anything");
        canvas.put(inner.x + 1, inner.y, 2, ">", Role::Accent);
        let look = FieldLook { focused: true, bare: true, ..FieldLook::default() };
        self.box_.view(canvas, inner.x + 3, inner.y, inner.width.saturating_sub(4), look);
        let list = Rect { y: inner.y + 2, height: inner.height.saturating_sub(3), ..inner };
        // The chosen line is always in sight.
        let choices: Vec<usize> =
            lines.iter().zip(0..).filter(|(line, _)| !matches!(line, Line::Head(_))).map(|(_, at)| at).collect();
        let chosen = choices.get(self.cursor).copied().unwrap_or(0);
        let first = (chosen + 1).saturating_sub(usize::from(list.height));
        for (y, (place, line)) in (list.y..list.bottom()).zip(lines.iter().enumerate().skip(first)) {
            view_line(canvas, Rect { y, height: 1, ..list }, line);
            if let Some(nth) = choices.iter().position(|choice| *choice == place) {
                let cursor = canvas.cursor;
                let row = Rect { x: list.x + 1, y, width: list.width.saturating_sub(2), height: 1 };
                table::row(canvas, row, nth, self.cursor, true);
                canvas.cursor = cursor;
            }
        }
        if lines.is_empty() {
            canvas.put(list.x + 3, list.y, list.width.saturating_sub(4), "Nothing fits. Esc closes.", Role::Muted);
        }
        let words = format!("{} found. The key on the right works without this box.", self.choices());
        let y = inner.bottom().saturating_sub(1);
        canvas.put(inner.x + 3, y, inner.width.saturating_sub(4), &words, Role::Muted);
    }
}

fn view_line(canvas: &mut Canvas, row: Rect, line: &Line<'_>) {
    let inner = row.width.saturating_sub(4);
    let narrow = row.width < 58;
    match line {
        Line::Head(words) => {
            canvas.put(row.x + 3, row.y, inner, words, Role::Muted);
        }
        Line::Hit(hit) => {
            let name = if narrow { inner.saturating_sub(10) } else { 36 };
            canvas.put(row.x + 3, row.y, name, &hit.name, Role::Text);
            canvas.put(row.x + 4 + name, row.y, 14.min(inner.saturating_sub(name + 1)), &hit.kind, Role::Muted);
            if !narrow {
                let at = row.x + 20 + name;
                canvas.put(at, row.y, row.right().saturating_sub(at + 1), &hit.more, Role::Muted);
            }
        }
        Line::Do(entry) => {
            let role = if entry.disabled.is_some() { Role::Muted } else { Role::Text };
            let words = match &entry.disabled {
                Some(reason) => format!("{}: not now, {reason}", entry.verb),
                None => capital(&entry.help),
            };
            canvas.put(row.x + 3, row.y, inner.saturating_sub(12), &words, role);
            let key = if entry.key.is_empty() { "(no key)" } else { &entry.key };
            canvas.put_right(row.x, row.y, row.width.saturating_sub(2), key, Role::Accent);
        }
    }
}
