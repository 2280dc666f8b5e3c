//! A field of one line: typing, moving, selecting all, and its own undo.
//!
//! Must never know: what is typed into it.

use super::canvas::Canvas;
use crate::tui::keymap::Action;
use crate::tui::text;
use crate::tui::theme::Role;
use unicode_segmentation::UnicodeSegmentation;
use zeroize::{Zeroize, Zeroizing};

/// What is typed into a pane.
#[derive(Clone, PartialEq, Eq)]
pub enum Typed {
    /// One character.
    Char(char),
    /// A pasted text: data, never commands.
    Paste(String),
}

/// A field of one line.
#[derive(Clone, Default)]
pub struct LineEdit {
    text: Zeroizing<String>,
    /// Byte offset of the cursor, on a grapheme's edge.
    at: usize,
    selected: bool,
    before: Vec<Zeroizing<String>>,
    after: Vec<Zeroizing<String>>,
    secret: bool,
}

/// The longest text a field takes, in bytes. A pasted book is cut.
const LONGEST: usize = 4_000;

impl LineEdit {
    /// A field with a text in it, the cursor at its end.
    pub fn with(text: &str) -> Self {
        Self { text: Zeroizing::new(text.to_owned()), at: text.len(), ..Self::default() }
    }

    /// A field that hides what is typed and is wiped.
    pub fn secret() -> Self {
        // Room from the start, so that growing does not leave copies behind.
        Self { text: Zeroizing::new(String::with_capacity(LONGEST)), secret: true, ..Self::default() }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing is typed.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Puts another text in its place.
    pub fn set(&mut self, text: &str) {
        self.remember();
        self.text.zeroize();
        self.text.push_str(text);
        self.at = self.text.len();
        self.selected = false;
    }

    /// Empties it and forgets its past.
    pub fn wipe(&mut self) {
        self.text.zeroize();
        self.at = 0;
        self.selected = false;
        self.before.clear();
        self.after.clear();
    }

    /// The selected text, if any.
    pub fn selection(&self) -> Option<&str> {
        (self.selected && !self.secret && !self.text.is_empty()).then(|| self.text())
    }

    /// Writes what was typed at the cursor. Line breaks become blanks.
    pub fn write(&mut self, typed: &Typed) {
        self.remember();
        if self.selected {
            self.text.zeroize();
            self.at = 0;
            self.selected = false;
        }
        let mut scratch = [0; 4];
        let piece: Zeroizing<String> = Zeroizing::new(match typed {
            Typed::Char(sign) => sign.encode_utf8(&mut scratch).to_owned(),
            Typed::Paste(pasted) => pasted
                .replace("\r\n", "\n")
                .chars()
                .map(|c| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c })
                .filter(|c| !c.is_control())
                .collect(),
        });
        for grapheme in piece.graphemes(true) {
            if self.text.len() + grapheme.len() > LONGEST {
                break;
            }
            self.text.insert_str(self.at, grapheme);
            self.at += grapheme.len();
        }
    }

    /// Does what a key of a field does. Answers whether it was one.
    pub fn act(&mut self, action: Action) -> bool {
        let (text, at) = (self.text.clone(), self.at);
        let (left, right) = text.split_at_checked(at).unwrap_or((&text, ""));
        match action {
            Action::TextLeft => self.at = previous(left),
            Action::TextRight => self.at = at + right.graphemes(true).next().map_or(0, str::len),
            Action::WordLeft => self.at = word_before(left),
            Action::WordRight => {
                self.at = at
                    + right
                        .char_indices()
                        .skip_while(|(_, c)| !c.is_alphanumeric())
                        .find(|(_, c)| !c.is_alphanumeric())
                        .map_or(right.len(), |(place, _)| place);
            }
            Action::TextHome => self.at = 0,
            Action::TextEnd => self.at = text.len(),
            Action::SelectAll => {
                self.selected = !text.is_empty();
                return true;
            }
            Action::Erase | Action::EraseNext if self.selected => self.cut(0, text.len()),
            Action::Erase => self.cut(previous(left), at),
            Action::EraseNext => self.cut(at, at + right.graphemes(true).next().map_or(0, str::len)),
            Action::EraseWord => self.cut(word_before(left), at),
            Action::EraseAll => self.cut(0, text.len()),
            Action::Undo => return self.step_back(),
            Action::Redo => return self.step_on(),
            _ => return false,
        }
        self.selected = false;
        true
    }

    fn cut(&mut self, from: usize, to: usize) {
        if from == to {
            return;
        }
        self.remember();
        if self.text.is_char_boundary(from) && self.text.is_char_boundary(to) {
            self.text.replace_range(from..to, "");
            self.at = from;
        }
    }

    fn remember(&mut self) {
        if self.secret {
            return;
        }
        self.before.push(self.text.clone());
        self.after.clear();
        if self.before.len() > 100 {
            self.before.remove(0);
        }
    }

    fn step_back(&mut self) -> bool {
        let Some(text) = self.before.pop() else { return false };
        self.after.push(std::mem::replace(&mut self.text, text));
        self.at = self.text.len();
        true
    }

    fn step_on(&mut self) -> bool {
        let Some(text) = self.after.pop() else { return false };
        self.before.push(std::mem::replace(&mut self.text, text));
        self.at = self.text.len();
        true
    }

    /// Draws it into a row of cells, underscores for the room left. With the focus it carries the cursor.
    pub fn view(&self, canvas: &mut Canvas, x: u16, y: u16, cells: u16, look: FieldLook) {
        if cells == 0 {
            return;
        }
        let (before, after) = self.text.split_at_checked(self.at).unwrap_or((&self.text, ""));
        let hidden = |part: &str| canvas_mask(canvas, part);
        let (before, after) = if look.hidden {
            (hidden(before), hidden(after))
        } else {
            (text::shown(before).into_owned(), text::shown(after).into_owned())
        };
        // Scrolls so that the cursor is always inside.
        let room = usize::from(cells).saturating_sub(1);
        let mut lead = before.as_str();
        while text::width(lead) > room {
            lead = lead.split_at_checked(lead.graphemes(true).next().map_or(1, str::len)).map_or("", |(_, rest)| rest);
        }
        canvas.fill(x, y, cells, if look.bare { " " } else { "_" }, Role::Muted);
        let used = canvas.put(x, y, cells, lead, Role::Field);
        let mut tail = String::new();
        let mut left = usize::from(cells - used);
        for grapheme in after.graphemes(true) {
            let wide = text::grapheme_width(grapheme);
            if wide > left {
                break;
            }
            left -= wide;
            tail.push_str(grapheme);
        }
        canvas.put(x + used, y, cells - used, &tail, Role::Field);
        if self.selected {
            canvas.restyle(ratatui::layout::Rect { x, y, width: cells, height: 1 }, Role::Focus);
        }
        if look.focused {
            canvas.cursor = Some((x + used.min(cells - 1), y));
        }
    }
}

/// How a field is drawn.
#[derive(Debug, Clone, Copy, Default)]
pub struct FieldLook {
    /// It has the focus and so the terminal's cursor.
    pub focused: bool,
    /// What is typed is hidden.
    pub hidden: bool,
    /// Without underscores.
    pub bare: bool,
}

fn canvas_mask(canvas: &Canvas, part: &str) -> String {
    canvas.theme.glyphs.mask.repeat(part.graphemes(true).count())
}

fn previous(left: &str) -> usize {
    left.grapheme_indices(true).next_back().map_or(0, |(place, _)| place)
}

fn word_before(left: &str) -> usize {
    let trimmed = left.trim_end_matches(|c: char| !c.is_alphanumeric());
    trimmed.char_indices().rev().find(|(_, c)| !c.is_alphanumeric()).map_or(0, |(place, c)| place + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(words: &str) -> LineEdit {
        let mut field = LineEdit::default();
        for sign in words.chars() {
            field.write(&Typed::Char(sign));
        }
        field
    }

    #[test]
    fn whole_signs_and_words_are_removed() {
        let mut field = typed("Zoe\u{308} Łukasz");
        assert!(field.act(Action::EraseWord));
        assert_eq!(field.text(), "Zoe\u{308} ");
        field.act(Action::Erase);
        field.act(Action::Erase);
        assert_eq!(field.text(), "Zo");
        field.act(Action::TextHome);
        field.act(Action::EraseNext);
        assert_eq!(field.text(), "o");
    }

    #[test]
    fn undo_takes_typing_back_and_then_leaves_the_key_to_others() {
        let mut field = typed("ab");
        assert!(field.act(Action::Undo));
        assert_eq!(field.text(), "a");
        assert!(field.act(Action::Redo));
        assert_eq!(field.text(), "ab");
        assert!(field.act(Action::Undo) && field.act(Action::Undo));
        assert!(!field.act(Action::Undo));
    }

    #[test]
    fn a_paste_becomes_one_line_without_control_signs() {
        let mut field = LineEdit::default();
        field.write(&Typed::Paste("one\r\ntwo\tthree\u{1b}[2J".to_owned()));
        assert_eq!(field.text(), "one two three[2J");
    }

    #[test]
    fn typing_over_a_selection_replaces_it() {
        let mut field = typed("old");
        field.act(Action::SelectAll);
        assert_eq!(field.selection(), Some("old"));
        field.write(&Typed::Char('n'));
        assert_eq!(field.text(), "n");
    }
}
