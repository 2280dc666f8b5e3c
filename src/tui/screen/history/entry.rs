//! One entry of the history: what it did to each record, field by field, before and after.
//!
//! Must never know: how a record is stored, whether it may be taken back.

use super::words;
use crate::domain::{PersonId, RecordKind, RecordRef, RunId, Seq};
use crate::service::view::{EntryView, FieldChange, RegisterView, Target};
use crate::service::{Answer, Query};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::overlay::Reader;
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Slot, Tone, Want};
use crate::tui::screen::{Face, Paper};
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, top};
use crate::tui::widget::list::{List, Moved, Row};
use crate::tui::widget::table::{self, Column, col};
use ratatui::layout::Rect;

const COLUMNS: &[Column] = &[col("What", 16, 0).grows(1), col("Before", 20, 1).grows(1), col("After", 18, 0).grows(2)];

/// A row: a record, or one of its fields.
enum Line {
    Record(RecordRef, String),
    Field(FieldChange),
    /// What is not listed.
    More(String),
}

/// A row with its place, which names it.
struct Numbered(u64, Line);

impl Row for Numbered {
    fn key(&self) -> u64 {
        self.0
    }
}

/// One entry.
pub struct Entry {
    seq: Seq,
    view: Option<EntryView>,
    lines: List<Numbered>,
}

impl Entry {
    /// The entry with this number.
    pub fn new(seq: Seq) -> Self {
        Self { seq, view: None, lines: List::default() }
    }

    fn take(&mut self, view: EntryView, env: &Env) {
        let mut lines = Vec::new();
        for change in &view.changes {
            lines.push(Line::Record(change.of, words::heading(change)));
            lines.extend(change.fields.iter().cloned().map(Line::Field));
        }
        let rest = view.records.saturating_sub(view.changes.len() as u64);
        if rest > 0 {
            let more = crate::service::words::counted(rest, "more record", "more records");
            lines.push(Line::More(format!("... {more}; one of them: keyward history KIND NAME")));
        }
        self.lines
            .accept_all(lines.into_iter().zip(0..).map(|(line, place)| Numbered(place, line)).collect(), env.mono);
        let _ = self.lines.take_gone();
        self.view = Some(view);
    }

    /// Rows of the head: its rule, the facts, the seal.
    fn head_rows(&self, env: &Env) -> u16 {
        let most = if env.size.1 < 20 { 3 } else { 7 };
        let facts = self.view.as_ref().map_or(2, |view| words::facts(view, env).len() + 2);
        u16::try_from(facts).unwrap_or(most).min(most)
    }

    fn height(&self, env: &Env) -> usize {
        usize::from(env.body().height.saturating_sub(self.head_rows(env) + 3))
    }

    fn open_row(&self) -> Flow {
        match self.lines.current().map(|row| &row.1) {
            Some(Line::Record(RecordRef { kind: RecordKind::Person, id }, _)) => {
                Flow::target(Target::Person(PersonId(*id)))
            }
            Some(Line::Record(RecordRef { kind: RecordKind::Run, id }, _)) => Flow::target(Target::Run(RunId(*id))),
            Some(Line::Record(_, name)) => Flow::note(format!("{name}. Its fields stand below.")),
            Some(Line::More(words)) => Flow::note(words.clone()),
            Some(Line::Field(field)) => {
                let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
                let lines = vec![
                    format!("Before: {}", text(&field.before)),
                    String::new(),
                    format!("After: {}", text(&field.after)),
                ];
                Flow::open(Reader::new(field.name.clone(), lines.clone(), lines.join("\n")))
            }
            None => Flow::note("Nothing to open here."),
        }
    }
}

impl Pane for Entry {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Entry, Context::List, Context::Global]
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match action {
            Action::Sort | Action::Filter | Action::FilterBy => {
                Some("An entry is short and has one order: as it was written.".to_owned())
            }
            Action::Why => Some("All of it is shown here.".to_owned()),
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        match action {
            Action::Open => self.open_row(),
            Action::Remove => self.view.as_ref().map_or_else(Flow::ignored, |view| words::take_back(view, env)),
            Action::Copy => match &self.view {
                Some(view) => {
                    let words = words::copy(view, env);
                    Flow::stay().want(Want::Copy(words)).say(Tone::Done, "Copied this entry. Q Q leaves.")
                }
                None => Flow::ignored(),
            },
            _ => match self.lines.act(action, self.height(env), env.mono) {
                Moved::No => Flow::ignored(),
                Moved::Yes | Moved::Ask => Flow::stay(),
            },
        }
    }

    fn on_answer(&mut self, _slot: Slot, answer: Answer, env: &Env) -> Flow {
        if let Answer::Entry(view) = answer {
            self.take(view, env);
        }
        Flow::stay()
    }

    fn refresh(&mut self, _env: &Env) -> Vec<Want> {
        vec![Want::Load(0, Query::Entry(self.seq))]
    }

    fn is_loading(&self) -> bool {
        self.view.is_none()
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        let Some(view) = &self.view else { return canvas.rule(top(area, 1), &[("Entry", Role::Title)], "...") };
        let head = self.head_rows(env);
        canvas.rule(top(area, 1), &[(&view.line.summary, Role::Title)], "");
        let room = Rect { x: area.x + 3, width: area.width.saturating_sub(4), ..below(top(area, head), 1) };
        words::draw(canvas, room, &words::facts(view, env), view);
        let rest = below(area, head);
        let count = crate::service::words::counted(view.records, "record", "records");
        canvas.rule(top(rest, 1), &[("What changed", Role::Text)], &count);
        let body = below(rest, 1);
        if self.lines.total() == 0 {
            canvas.put(body.x + 3, body.y, body.width.saturating_sub(4), "It touched no record.", Role::Text);
            return;
        }
        self.view_lines(canvas, body);
    }
}

impl Entry {
    /// Records are headings over the whole width; their fields stand in columns below them.
    fn view_lines(&self, canvas: &mut Canvas, area: Rect) {
        let inner = area.width.saturating_sub(table::GUTTER + 1);
        let (x, places) = (area.x + table::GUTTER, table::widths(COLUMNS, inner));
        for (column, place) in COLUMNS.iter().zip(&places) {
            if let Some((at, width)) = place {
                canvas.put(x + at, area.y, *width, column.head, Role::Muted);
            }
        }
        let body = below(area, 1);
        let first = self.lines.offset(usize::from(body.height));
        for (y, place) in (body.y..body.bottom()).zip(first..) {
            let Some(row) = self.lines.at(place) else { break };
            match &row.1 {
                Line::Record(_, words) => {
                    canvas.put(x, y, inner, words, Role::Title);
                }
                Line::More(words) => {
                    canvas.put(x, y, inner, words, Role::Muted);
                }
                Line::Field(field) => {
                    let before = field.before.as_deref().unwrap_or("nothing");
                    let mut after = field.after.clone().unwrap_or_else(|| "nothing".to_owned());
                    if places.get(1).is_some_and(Option::is_none) {
                        // No room for two columns: both stand in one.
                        after = format!("{before} {} {after}", canvas.theme.glyphs.then);
                    }
                    for (words, place) in [&*format!("  {}", field.name), before, &after].into_iter().zip(&places) {
                        if let Some((at, width)) = place {
                            canvas.put(x + at, y, *width, words, Role::Text);
                        }
                    }
                }
            }
            table::row(canvas, Rect { y, height: 1, ..area }, place, self.lines.cursor(), true);
        }
    }
}

impl Face for Entry {
    fn tab(&self) -> Option<Place> {
        Some(Place::More)
    }

    fn title(&self) -> String {
        format!("entry {}", crate::service::words::count(self.seq))
    }

    fn topic(&self) -> &'static str {
        "entry"
    }

    fn row_title(&self) -> String {
        self.view.as_ref().map_or_else(|| self.title(), |view| view.line.summary.clone())
    }

    fn paper(&self) -> Paper {
        Paper::Words("In a shell: keyward history --csv. Ctrl-C copies this entry.".to_owned())
    }

    fn place(&self, env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        let left = format!("More > History > Entry {}", crate::service::words::count(self.seq));
        let right = self.view.as_ref().map(|view| crate::service::words::full_moment(view.line.at, &env.zone));
        PlaceLine { left, right: right.unwrap_or_default(), high: false }
    }
}
