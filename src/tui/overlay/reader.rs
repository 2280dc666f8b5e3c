//! A text to read: the last messages, a full explanation, an error after which the work cannot go on.
//!
//! Must never know: where the text comes from.

use crate::error::AppError;
use crate::service::words;
use crate::tui::keymap::{Action, Context};
use crate::tui::pane::{Env, Flow, Message, Pane, Tone, Want};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, centred};
use ratatui::layout::Rect;

/// A text to read.
#[derive(Debug)]
pub struct Reader {
    title: String,
    lines: Vec<(String, Role)>,
    copy: String,
    scroll: usize,
}

impl Reader {
    /// A text with a title; `copy` is what Ctrl-C takes.
    pub fn new(title: impl Into<String>, lines: Vec<String>, copy: String) -> Self {
        let lines = lines.into_iter().map(|line| (line, Role::Text)).collect();
        Self { title: title.into(), lines, copy, scroll: 0 }
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
        Self { title: "Last messages, newest first".to_owned(), lines, copy: String::new(), scroll: 0 }
    }

    /// An error after which the work cannot go on.
    pub fn error(error: &AppError) -> Self {
        let mut lines = vec![(error.message.clone(), Role::High), (String::new(), Role::Text)];
        lines.extend(error.hints.iter().map(|hint| (hint.clone(), Role::Text)));
        Self { title: "Error".to_owned(), lines, copy: error.message.clone(), scroll: 0 }
    }

    fn wrapped(&self, cells: usize) -> Vec<(String, Role)> {
        self.lines
            .iter()
            .flat_map(|(line, role)| text::wrap(&text::shown(line), cells).into_iter().map(|part| (part, *role)))
            .collect()
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
            Action::Back => return Flow::close(),
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
        if below > 0 {
            let words = format!(" {below} more lines ");
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
