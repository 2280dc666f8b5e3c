//! Text fitted into cells: cut by grapheme, padded after measuring.
//!
//! The one place where the screen measures text; everything drawn comes through here.
//!
//! Must never know: where the text is drawn.

use std::borrow::Cow;
use unicode_segmentation::UnicodeSegmentation;

pub use crate::text::{folded, shown, width};

/// Cells of one grapheme.
pub fn grapheme_width(grapheme: &str) -> usize {
    width(grapheme)
}

/// The text with nothing in it that could steer the terminal, in plain letters where the terminal has only these.
pub fn safe(text: &str, ascii: bool) -> Cow<'_, str> {
    if ascii { crate::text::shown_ascii(text) } else { shown(text) }
}

/// The text in at most `cells` cells; cut text ends in an ellipsis.
pub fn cut(text: &str, cells: usize, ascii: bool) -> Cow<'_, str> {
    if width(text) <= cells {
        return Cow::Borrowed(text);
    }
    let end = if ascii { "..." } else { "…" };
    let room = cells.saturating_sub(width(end));
    if cells < width(end) {
        return Cow::Owned(".".repeat(cells));
    }
    let mut out = String::new();
    let mut used = 0;
    for grapheme in text.graphemes(true) {
        let next = grapheme_width(grapheme);
        if used + next > room {
            break;
        }
        used += next;
        out.push_str(grapheme);
    }
    out.push_str(end);
    Cow::Owned(out)
}

/// Breaks text into lines of at most `cells` cells, between words where it can.
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let mut out = Vec::new();
    for paragraph in text.split('\n') {
        // What fits stays as it is, columns and all.
        if width(paragraph) <= cells {
            out.push(paragraph.to_owned());
            continue;
        }
        let mut line = String::new();
        let mut used = 0;
        for word in paragraph.split_whitespace() {
            let long = width(word);
            if used > 0 && used + 1 + long <= cells {
                line.push(' ');
                line.push_str(word);
                used += 1 + long;
                continue;
            }
            if used > 0 {
                out.push(std::mem::take(&mut line));
            }
            used = 0;
            if long <= cells {
                line.push_str(word);
                used = long;
                continue;
            }
            for grapheme in word.graphemes(true) {
                let next = grapheme_width(grapheme);
                if used + next > cells && used > 0 {
                    out.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push_str(grapheme);
                used += next;
            }
        }
        out.push(line);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cut_text_never_takes_more_cells_than_it_was_given() {
        for text in ["李小龍 and friends", "Łukasz Żółć", "👩‍👩‍👧 family", "e\u{301}e\u{301}e\u{301}e\u{301}", "plain"]
        {
            for cells in 0..12 {
                for ascii in [true, false] {
                    assert!(width(&cut(text, cells, ascii)) <= cells, "{text} in {cells}");
                }
            }
        }
        assert_eq!(cut("Microsoft 365", 8, false), "Microso…");
        assert_eq!(cut("Microsoft 365", 8, true), "Micro...");
    }

    #[test]
    fn lines_break_between_words_and_long_words_anywhere() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrap("", 5), [""]);
    }
}
