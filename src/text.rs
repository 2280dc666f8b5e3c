//! Text from outside made safe to show: nothing in it can move the cursor, colour, reorder or hide.
//!
//! Names and logins come from files that anybody may have written. They are kept as they came; what is shown of them
//! passes through here. [`Shown`] is the proof in the type that this has happened.
//!
//! Must never know: where it is shown.

use std::borrow::Cow;
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// More combining marks than this on one letter are cut. Vietnamese and pointed Hebrew need three; towers of marks
/// that run into the rows above and below need more.
const MOST_MARKS: usize = 4;

/// Text that is safe to show. There is no way to make one except through [`shown`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Shown(String);

impl Shown {
    /// Makes text safe to show.
    pub fn new(text: &str) -> Self {
        Self(shown(text).into_owned())
    }

    /// The safe text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for Shown {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Shown {
    fn from(text: String) -> Self {
        match shown(&text) {
            Cow::Owned(safe) => Self(safe),
            Cow::Borrowed(_) => Self(text),
        }
    }
}

impl From<&String> for Shown {
    fn from(text: &String) -> Self {
        Self::new(text)
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text as it may be shown on a terminal, in a message or in a report.
///
/// Control characters become pictures (`␛`), direction controls and invisible characters become marks (`[RLO]`),
/// towers of combining marks are cut. Letters of every script stay. Showing twice changes nothing.
pub fn shown(text: &str) -> Cow<'_, str> {
    made_safe(text, Pictures::Unicode)
}

/// As [`shown`], with control characters in caret form (`^[`) for terminals that have no pictures.
pub fn shown_ascii(text: &str) -> Cow<'_, str> {
    made_safe(text, Pictures::Caret)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Pictures {
    Unicode,
    Caret,
}

fn made_safe(text: &str, pictures: Pictures) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    let mut before: Option<char> = None;
    let mut marks = 0_usize;
    let mut cut = 0_usize;
    let mut in_tags = false;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        let mark = is_combining_mark(letter) && !is_variation_selector(letter) && letter != '\u{34f}';
        if mark {
            marks += 1;
            if marks > MOST_MARKS {
                cut += 1;
                if !letters.peek().is_some_and(|next| is_combining_mark(*next)) {
                    safe.push_str(&format!("[+{cut} marks]"));
                    cut = 0;
                }
                continue;
            }
            // A mark with no letter before it would sit on whatever is drawn in front: a border, a quote.
            if before.is_none() {
                safe.push(if pictures == Pictures::Unicode { '\u{25cc}' } else { '.' });
            }
        } else {
            if cut > 0 {
                safe.push_str(&format!("[+{cut} marks]"));
                cut = 0;
            }
            marks = 0;
        }
        let tag = ('\u{e0000}'..='\u{e007f}').contains(&letter);
        if tag && in_tags {
            continue;
        }
        in_tags = tag;
        match instead_of(letter, before, letters.peek().copied(), pictures) {
            Instead::Itself => safe.push(letter),
            Instead::Nothing => {}
            Instead::Text(mark) => safe.push_str(&mark),
        }
        before = Some(letter);
    }
    if safe == text { Cow::Borrowed(text) } else { Cow::Owned(safe) }
}

/// What is shown in place of one character.
enum Instead {
    Itself,
    Nothing,
    Text(Cow<'static, str>),
}

fn instead_of(letter: char, before: Option<char>, after: Option<char>, pictures: Pictures) -> Instead {
    let code = u32::from(letter);
    let name = match code {
        0..=0x1f | 0x7f..=0x9f => return Instead::Text(control_picture(code, pictures)),
        0xad => "SHY",
        0x34f => "CGJ",
        0x61c => "ALM",
        0x115f | 0x1160 | 0x3164 | 0xffa0 => "HF",
        0x180b..=0x180f => "MVS",
        0x200b => "ZWSP",
        // Persian and the scripts of India spell with the joiners; elsewhere they only hide a difference.
        0x200c | 0x200d if before.is_some_and(joins) && after.is_some_and(joins) => return Instead::Itself,
        0x200c => "ZWNJ",
        0x200d => "ZWJ",
        0x200e => "LRM",
        0x200f => "RLM",
        0x2028 => "LS",
        0x2029 => "PS",
        0x202a => "LRE",
        0x202b => "RLE",
        0x202c => "PDF",
        0x202d => "LRO",
        0x202e => "RLO",
        0x2060 => "WJ",
        0x2066 => "LRI",
        0x2067 => "RLI",
        0x2068 => "FSI",
        0x2069 => "PDI",
        0x2800 => "BLANK",
        0xfe0e | 0xfe0f if before.is_some_and(takes_selector) => return Instead::Nothing,
        0xfe00..=0xfe0f => return Instead::Text(format!("[VS{}]", code - 0xfe00 + 1).into()),
        0xe0100..=0xe01ef => return Instead::Text(format!("[VS{}]", code - 0xe0100 + 17).into()),
        0xfeff => "BOM",
        0xe0000..=0xe007f => "TAGS",
        // Invisible operators, old format controls, interlinear marks, shorthand, private use, never characters.
        0x2061..=0x2065
        | 0x206a..=0x206f
        | 0xfff0..=0xfffb
        | 0x1bca0..=0x1bca3
        | 0x1d173..=0x1d17a
        | 0xe000..=0xf8ff
        | 0xfdd0..=0xfdef
        | 0xe0080..=0xe0fff
        | 0xf0000.. => return Instead::Text(format!("[U+{code:04X}]").into()),
        _ if code & 0xfffe == 0xfffe => return Instead::Text(format!("[U+{code:04X}]").into()),
        _ => return Instead::Itself,
    };
    Instead::Text(format!("[{name}]").into())
}

/// `␛` for escape, `␡` for delete, `␛[` for the eight-bit control that means the same as escape and `[`.
fn control_picture(code: u32, pictures: Pictures) -> Cow<'static, str> {
    let picture = |code: u32| match pictures {
        Pictures::Unicode => char::from_u32(if code == 0x7f { 0x2421 } else { 0x2400 + code }).map(String::from),
        Pictures::Caret => char::from_u32(code ^ 0x40).map(|letter| format!("^{letter}")),
    };
    let escape =
        |code: u32| picture(0x1b).zip(char::from_u32(code - 0x40)).map(|(esc, letter)| format!("{esc}{letter}"));
    let text = if code >= 0x80 { escape(code) } else { picture(code) };
    text.map_or(Cow::Borrowed("?"), Cow::Owned)
}

const fn is_variation_selector(letter: char) -> bool {
    matches!(letter, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180f}')
}

/// Letters of scripts that are spelled with joiners: Arabic, Syriac and the scripts of India.
const fn joins(letter: char) -> bool {
    matches!(letter, '\u{620}'..='\u{77f}' | '\u{8a0}'..='\u{dff}' | '\u{1000}'..='\u{109f}')
}

/// Signs whose picture has two styles, chosen by a selector behind them.
const fn takes_selector(letter: char) -> bool {
    matches!(letter, '#' | '*' | '0'..='9' | '\u{a9}' | '\u{ae}' | '\u{203c}'..='\u{3299}' | '\u{1f000}'..='\u{1faff}')
}

/// How many cells of a terminal the text takes.
pub fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// The text in exactly so many cells: made safe, cut with `…` (`...` in ASCII) or filled with spaces.
///
/// Cuts between what a reader sees as letters, never inside one; a wide letter that would stick out is left away.
pub fn fit(text: &str, cells: usize, ascii: bool) -> String {
    let safe = if ascii { shown_ascii(text) } else { shown(text) };
    let full = width(&safe);
    if full <= cells {
        let mut out = safe.into_owned();
        out.extend(std::iter::repeat_n(' ', cells - full));
        return out;
    }
    let dots = if !ascii {
        "…"
    } else if cells > 3 {
        "..."
    } else {
        "~"
    };
    if cells == 0 {
        return String::new();
    }
    let room = cells.saturating_sub(width(dots));
    let mut out = String::with_capacity(cells + 8);
    let mut taken = 0;
    for grapheme in safe.graphemes(true) {
        let wide = UnicodeWidthStr::width(grapheme);
        if taken + wide > room {
            break;
        }
        out.push_str(grapheme);
        taken += wide;
    }
    out.push_str(dots);
    out.extend(std::iter::repeat_n(' ', cells - taken - width(dots)));
    out
}

/// What two spellings have in common for searching: accents, case and width do not matter.
///
/// `Müller`, `MULLER` and `Ｍüller` are one; `Straße` is `strasse`. Vowel signs that carry meaning stay.
pub fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.nfkd() {
        match letter {
            'ß' | 'ẞ' => out.push_str("ss"),
            'æ' | 'Æ' => out.push_str("ae"),
            'œ' | 'Œ' => out.push_str("oe"),
            'þ' | 'Þ' => out.push_str("th"),
            'ø' | 'Ø' => out.push('o'),
            'ł' | 'Ł' => out.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => out.push('d'),
            'ħ' | 'Ħ' => out.push('h'),
            'ı' | 'İ' => out.push('i'),
            'ς' => out.push('σ'),
            _ if is_accent(letter) || is_invisible(letter) => {}
            _ => out.extend(letter.to_lowercase()),
        }
    }
    out.nfc().collect()
}

/// Marks that colour a letter and may be left out: Latin, Greek and Cyrillic accents, Hebrew and Arabic points.
const fn is_accent(letter: char) -> bool {
    matches!(letter,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{487}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20f0}' | '\u{fe20}'..='\u{fe2f}')
}

const fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{0}'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{ad}' | '\u{61c}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{e0000}'..='\u{e01ef}')
}

/// A file name made of the text: `[a-z0-9-]`, at most 64 long, never empty, never a name Windows keeps for itself.
pub fn file_name(text: &str) -> String {
    let mut name = String::new();
    for letter in folded(text).chars() {
        if letter.is_ascii_alphanumeric() {
            name.push(letter);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        if name.len() == 64 {
            break;
        }
    }
    let name = name.trim_end_matches('-');
    let numbered =
        |stem: &str| name.strip_prefix(stem).is_some_and(|n| n.len() == 1 && n.chars().all(|c| c.is_ascii_digit()));
    if name.is_empty() {
        "report".to_owned()
    } else if matches!(name, "con" | "prn" | "aux" | "nul" | "conin" | "conout" | "clock")
        || numbered("com")
        || numbered("lpt")
    {
        format!("{name}-file")
    } else {
        name.to_owned()
    }
}

/// One field of a CSV file: quoted, and kept from being a formula in a spreadsheet.
///
/// A text whose first visible sign is one of `= + - @` (also full width), or that starts with a tab, line end or
/// NUL, gets a leading `'` (OWASP, CSV injection; CWE-1236). Numbers and dates of our own need [`csv_plain`].
/// [`csv_unguarded`] takes the sign off again, so that what was written and read back is the same text.
pub fn csv_cell(text: &str) -> String {
    if starts_formula(text) { quoted(&format!("'{text}")) } else { quoted(text) }
}

/// One quoted field that Keyward itself made: a number, a date.
pub fn csv_plain(text: &str) -> String {
    quoted(text)
}

/// Takes off the `'` that [`csv_cell`] put in front, and only that one.
pub fn csv_unguarded(field: &str) -> &str {
    match field.strip_prefix('\'') {
        Some(rest) if starts_formula(rest) => rest,
        _ => field,
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Whether a spreadsheet might read the text as a formula. A text that starts with a `'` before such a text counts
/// too, or the sign of ours could not be told from one that was there.
fn starts_formula(text: &str) -> bool {
    let bare = text.trim_start_matches('\'');
    if bare.starts_with(['\t', '\r', '\n', '\0']) {
        return true;
    }
    let first = bare.chars().find(|c| !c.is_whitespace() && !is_invisible(*c));
    matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '−' | '﹢' | '﹣' | '﹦' | '﹫'))
}

#[cfg(test)]
pub(crate) mod tests;
