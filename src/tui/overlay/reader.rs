//! A text to read: the last messages, a full explanation, an error after which the work cannot go on.
//!
//! Must never know: where the text comes from.

use crate::error::AppError;
use crate::service::words;
use crate::tui::keymap::{Action, Context};
use crate::tui::pane::{Env, Flow, Message, Pane, Purpose, Reply, Tone, Want};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, centred};
use ratatui::layout::Rect;
use std::cell::{Ref, RefCell};

/// A text to read.
#[derive(Debug)]
pub struct Reader {
    title: String,
    lines: Vec<(String, Role)>,
    copy: String,
    scroll: usize,
    /// What Enter leads on to, and its word.
    leads_to: Option<(Purpose, &'static str)>,
    /// The lines as they fit a width: a text may be a hundred thousand of them.
    wrapped: RefCell<Option<Wrapped>>,
}

/// Lines as they fit so many cells.
type Wrapped = (usize, Vec<(String, Role)>);

impl Reader {
    /// A text with a title; `copy` is what Ctrl-C takes.
    pub fn new(title: impl Into<String>, lines: Vec<String>, copy: String) -> Self {
        let lines = lines.into_iter().map(|line| (line, Role::Text)).collect();
        Self::of(title.into(), lines, copy)
    }

    fn of(title: String, lines: Vec<(String, Role)>, copy: String) -> Self {
        Self { title, lines, copy, scroll: 0, leads_to: None, wrapped: RefCell::new(None) }
    }

    /// Enter closes it and answers with this purpose, which the word names.
    pub const fn leading_to(mut self, purpose: Purpose, word: &'static str) -> Self {
        self.leads_to = Some((purpose, word));
        self
    }

    /// The last messages, newest first.
    pub fn messages<'a>(log: impl Iterator<Item = &'a (crate::domain::Instant, Message)>, env: &Env) -> Self {
        let mut lines: Vec<(String, Role)> = log
            .map(|(at, message)| {
                let (kind, role) = match message.tone {
                    Tone::Done => ("", Role::Text),
                    Tone::Note => ("Note: ", Role::Muted),
                    Tone::Error => ("Error: ", Role::High),
                };
                (format!("{}  {kind}{}", words::moment(*at, env.now, &env.zone), message.text), role)
            })
            .collect();
        if lines.is_empty() {
            lines.push(("No message yet.".to_owned(), Role::Text));
        }
        Self::of("Last messages, newest first".to_owned(), lines, String::new())
    }

    /// An error after which the work cannot go on.
    pub fn error(error: &AppError) -> Self {
        let mut lines = vec![(error.message.clone(), Role::High), (String::new(), Role::Text)];
        lines.extend(error.hints.iter().map(|hint| (hint.clone(), Role::Text)));
        Self::of("Error".to_owned(), lines, error.message.clone())
    }

    fn wrapped(&self, cells: usize) -> Ref<'_, [(String, Role)]> {
        let fits = self.wrapped.borrow().as_ref().is_some_and(|(width, _)| *width == cells);
        if !fits {
            let part = |(line, role): &(String, Role)| {
                let role = *role;
                text::wrap(&text::shown(line), cells).into_iter().map(move |part| (part, role)).collect::<Vec<_>>()
            };
            *self.wrapped.borrow_mut() = Some((cells, self.lines.iter().flat_map(part).collect()));
        }
        Ref::map(self.wrapped.borrow(), |kept| kept.as_ref().map_or(&[][..], |(_, lines)| lines))
    }

    fn width(env: &Env) -> u16 {
        78.min(env.size.0.saturating_sub(2))
    }
}

impl Pane for Reader {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Reader, Context::Modal]
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        let length = self.wrapped(usize::from(Self::width(env).saturating_sub(4)).max(1)).len();
        let page = usize::from(env.body().height.saturating_sub(3)).max(1);
        let last = length.saturating_sub(page);
        self.scroll = match action {
            Action::Up => self.scroll.saturating_sub(1),
            Action::Down => self.scroll + 1,
            Action::PageUp => self.scroll.saturating_sub(page),
            Action::PageDown => self.scroll + page,
            Action::First => 0,
            Action::Last => last,
            Action::Open if let Some((purpose, _)) = self.leads_to => {
                return Flow::close().reply(Reply::Picked(purpose, 0));
            }
            Action::Back | Action::Open => return Flow::close(),
            Action::Copy if !self.copy.is_empty() => {
                return Flow::stay().want(Want::Copy(self.copy.clone())).say(Tone::Done, "Copied this text.");
            }
            _ => return Flow::ignored(),
        }
        .min(last);
        Flow::stay()
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        let width = Self::width(env);
        let lines = self.wrapped(usize::from(width.saturating_sub(4)).max(1));
        let height = u16::try_from(lines.len() + 2).unwrap_or(u16::MAX);
        let frame = centred(area, width, height.min(area.height));
        let inner = canvas.frame(frame, &self.title);
        for (y, (line, role)) in (inner.y..inner.bottom()).zip(lines.iter().skip(self.scroll)) {
            canvas.put(inner.x + 1, y, inner.width.saturating_sub(2), line, *role);
        }
        let below = lines.len().saturating_sub(self.scroll + usize::from(inner.height));
        let words = match (below, self.leads_to) {
            (0, None) => String::new(),
            (0, Some((_, word))) => format!(" Enter: {word} "),
            (below, None) => format!(" {below} more lines "),
            (below, Some((_, word))) => format!(" {below} more lines. Enter: {word} "),
        };
        if !words.is_empty() {
            canvas.put_right(
                frame.x,
                frame.bottom().saturating_sub(1),
                frame.width.saturating_sub(2),
                &words,
                Role::Muted,
            );
        }
        canvas.cursor = Some((inner.x, inner.y));
    }
}
