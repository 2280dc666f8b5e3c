//! The question before something large: what it touches, flags first, and a yes that takes intent.
//!
//! Enter means no. Above the limit the number has to be typed; for what cannot be undone, the name.
//!
//! Must never know: what yes will do; it carries the wants and hands them over.

use crate::domain::{Severity, lower_first};
use crate::tui::keymap::{Action, Chord, Context, Key};
use crate::tui::pane::{Env, Flow, Pane, Tone, Want};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, centred};
use crate::tui::widget::line_edit::{FieldLook, LineEdit, Typed};
use crate::tui::widget::spot::What;
use ratatui::layout::Rect;

/// What the yes needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The key for yes.
    Key,
    /// This number or name, typed.
    Typed(String),
}

/// A question.
pub struct Confirm {
    title: String,
    items: Vec<(Severity, String, String)>,
    body: Vec<String>,
    verb: String,
    prompt: String,
    proof: Proof,
    typed: LineEdit,
    scroll: usize,
    wants: Vec<Want>,
    then: Option<Action>,
}

impl Confirm {
    /// A yes-or-no question.
    pub fn plain(title: impl Into<String>, body: Vec<String>, verb: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            items: Vec::new(),
            body,
            verb: verb.into(),
            prompt: String::new(),
            proof: Proof::Key,
            typed: LineEdit::default(),
            scroll: 0,
            wants: Vec::new(),
            then: None,
        }
    }

    /// Lists what it touches: how bad, what, and what to know about it.
    pub fn items(mut self, items: Vec<(Severity, String, String)>) -> Self {
        self.items = items;
        self
    }

    /// Needs this text typed before yes works.
    pub fn typed(mut self, prompt: impl Into<String>, text: impl Into<String>) -> Self {
        self.prompt = prompt.into();
        self.proof = Proof::Typed(text.into());
        self
    }

    /// What yes wants.
    pub fn yes(mut self, wants: Vec<Want>) -> Self {
        self.wants = wants;
        self
    }

    /// What the screen does after yes.
    pub fn and_then(mut self, action: Action) -> Self {
        self.then = Some(action);
        self
    }

    /// The question, for tests.
    pub fn title(&self) -> &str {
        &self.title
    }

    fn fits(&self) -> bool {
        match &self.proof {
            Proof::Key => true,
            Proof::Typed(wanted) => text::folded(self.typed.text().trim()) == text::folded(wanted),
        }
    }

    fn go(&mut self) -> Flow {
        let mut flow = Flow::close().wants(std::mem::take(&mut self.wants));
        flow.then = self.then;
        flow
    }

    fn missing(&self) -> String {
        match &self.proof {
            Proof::Typed(wanted) if self.typed.is_empty() => format!("Not yet: type {wanted}."),
            Proof::Typed(wanted) => format!("Not yet: {} does not fit. Type {wanted}.", self.typed.text().trim()),
            Proof::Key => String::new(),
        }
    }
}

impl Pane for Confirm {
    fn contexts(&self) -> Vec<Context> {
        match self.proof {
            Proof::Key => vec![Context::Dialog, Context::Modal],
            Proof::Typed(_) => vec![Context::Typed, Context::Text],
        }
    }

    fn verb_now(&self, action: Action) -> Option<String> {
        match (&self.proof, action) {
            (Proof::Key, Action::Yes) => Some(format!("Yes, {}", lower_first(&self.verb))),
            (Proof::Typed(_), Action::Open) if self.fits() => Some(self.verb.clone()),
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, _env: &Env) -> Flow {
        let typed = matches!(self.proof, Proof::Typed(_));
        match action {
            Action::Yes if !typed => self.go(),
            Action::Open if typed && self.fits() => self.go(),
            Action::Open if typed => Flow::note(self.missing()),
            Action::No | Action::Back | Action::Open => Flow::close().say(Tone::Note, "Nothing was changed."),
            Action::Down => {
                self.scroll = (self.scroll + 1).min(self.items.len() + self.body.len());
                Flow::stay()
            }
            Action::Up => {
                self.scroll = self.scroll.saturating_sub(1);
                Flow::stay()
            }
            _ if typed && self.typed.act(action) => Flow::stay(),
            _ => Flow::ignored(),
        }
    }

    fn on_text(&mut self, typed: &Typed, _env: &Env) -> Flow {
        self.typed.write(typed);
        Flow::stay()
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, _env: &Env) {
        let width = 66.min(area.width.saturating_sub(4)).max(30.min(area.width));
        let title = text::wrap(&self.title, usize::from(width.saturating_sub(6)).max(1));
        let content = self.content(&title, usize::from(width.saturating_sub(7)).max(1));
        let typed = matches!(self.proof, Proof::Typed(_));
        // Buttons and the field to type into are fixed; what lies above them scrolls where it does not fit.
        let fixed = if typed { 4 } else { 2 };
        let wanted = u16::try_from(content.len() + fixed + 2).unwrap_or(u16::MAX);
        let frame = centred(area, width, wanted);
        let inner = canvas.frame(frame, title.first().map_or("", String::as_str));
        let tight = wanted > frame.height;
        let fixed = u16::try_from(if tight { fixed - 1 } else { fixed }).unwrap_or(4);
        let room = usize::from(inner.height.saturating_sub(fixed));
        let scroll = self.scroll.min(content.len().saturating_sub(room));
        let rest = content.len().saturating_sub(scroll + room);
        let names = self.name_cells(inner.width);
        for (y, (place, piece)) in (inner.y..inner.bottom()).zip(content.iter().skip(scroll).take(room).enumerate()) {
            if rest > 0 && place + 1 == room && room > 1 {
                let words = format!("... {} more, Down shows them", rest + 1);
                canvas.put(inner.x + 6, y, inner.width.saturating_sub(7), &words, Role::Muted);
                break;
            }
            match piece {
                Piece::Text(words, role) => {
                    canvas.put(inner.x + 3, y, inner.width.saturating_sub(4), words, *role);
                }
                Piece::Item(risk, what, note) => {
                    let role = if *risk >= Severity::High { Role::High } else { Role::Text };
                    canvas.put(inner.x + 3, y, 2, risk.mark(), role);
                    canvas.put(inner.x + 6, y, names, what, Role::Text);
                    let role = if note.contains("LAST") { Role::High } else { Role::Text };
                    let at = inner.x + 8 + names;
                    canvas.put(at, y, inner.right().saturating_sub(at + 1), note, role);
                }
            }
        }
        if typed {
            let y = inner.y + u16::try_from(room.min(content.len())).unwrap_or(0);
            let used = canvas.put(inner.x + 3, y, inner.width.saturating_sub(12), &self.prompt, Role::Text);
            let look = FieldLook { focused: true, ..FieldLook::default() };
            let cells = inner.width.saturating_sub(used + 6).min(24);
            self.typed.view(canvas, inner.x + 4 + used, y, cells, look);
            if !self.fits() {
                canvas.put(inner.x + 3, y + 1, inner.width.saturating_sub(4), &self.missing(), Role::Medium);
            }
        }
        self.view_buttons(canvas, inner);
    }
}

/// A line above the buttons.
enum Piece<'a> {
    Text(String, Role),
    Item(Severity, &'a str, &'a str),
}

impl Confirm {
    fn content(&self, title: &[String], cells: usize) -> Vec<Piece<'_>> {
        let mut out: Vec<Piece<'_>> = title.iter().skip(1).map(|line| Piece::Text(line.clone(), Role::Title)).collect();
        out.extend(self.items.iter().map(|(risk, what, note)| Piece::Item(*risk, what, note)));
        if !self.items.is_empty() {
            out.push(Piece::Text(String::new(), Role::Text));
        }
        let body = self.body.iter().flat_map(|line| text::wrap(line, cells));
        out.extend(body.map(|line| Piece::Text(line, Role::Text)));
        if matches!(self.proof, Proof::Typed(_)) {
            out.push(Piece::Text(String::new(), Role::Text));
        }
        out
    }

    /// Cells for the names of the items, so that every note is seen whole where there is room.
    fn name_cells(&self, width: u16) -> u16 {
        let notes = self.items.iter().map(|(_, _, note)| text::width(note)).max().unwrap_or(0);
        let notes = u16::try_from(notes).unwrap_or(0).min(width / 2);
        width.saturating_sub(9 + notes)
    }

    fn view_buttons(&self, canvas: &mut Canvas, inner: Rect) {
        let Some(y) = inner.bottom().checked_sub(1).filter(|y| *y >= inner.y) else { return };
        let (no, yes) = match self.proof {
            Proof::Key => ("[ N  No, go back ]".to_owned(), format!("[ Y  Yes, {} ]", lower_first(&self.verb))),
            Proof::Typed(_) => ("[ Esc  No, go back ]".to_owned(), format!("[ {} ]", self.verb)),
        };
        let yes_cells = u16::try_from(text::width(&yes)).unwrap_or(0);
        let role = if self.fits() { Role::Text } else { Role::Muted };
        let at = inner.right().saturating_sub(yes_cells + 3);
        canvas.put(at, y, yes_cells, &yes, role);
        let no_cells = u16::try_from(text::width(&no)).unwrap_or(0);
        let no_at = at.saturating_sub(no_cells + 6).max(inner.x + 1);
        canvas.put(no_at, y, no_cells.min(at.saturating_sub(no_at + 1)), &no, Role::Title);
        let (no_key, yes_key) = match self.proof {
            Proof::Key => (Chord::typed('n'), Chord::typed('y')),
            Proof::Typed(_) => (Chord::plain(Key::Esc), Chord::plain(Key::Enter)),
        };
        canvas.spot(Rect { x: no_at, y, width: no_cells, height: 1 }, What::Key(no_key));
        canvas.spot(Rect { x: at, y, width: yes_cells, height: 1 }, What::Key(yes_key));
        if matches!(self.proof, Proof::Key) {
            canvas.cursor = Some((no_at, y));
        }
    }
}
