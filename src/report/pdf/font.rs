//! The typefaces of the PDF: which glyph a character has, how wide it is, how a text breaks into lines.
//!
//! Latin, Greek and Cyrillic come from Inter, glyph by glyph with its kerning; that is a hundred times faster than a
//! shaper and looks the same. Hebrew and Arabic go through the shaper. What neither typeface has is a box.
//!
//! Must never know: pages, what a text means.

use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// The files as krilla embeds them.
pub const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/Inter-Regular.otf");
/// See [`REGULAR`].
pub const STRONG: &[u8] = include_bytes!("../../../assets/fonts/Inter-SemiBold.otf");
/// See [`REGULAR`].
pub const MORE: &[u8] = include_bytes!("../../../assets/fonts/DejaVuSans-more.ttf");

/// Drawn for a character no typeface has.
const BOX: char = '\u{25a1}';

/// Which of the three files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    /// Inter, regular.
    Regular,
    /// Inter, semi-bold.
    Strong,
    /// DejaVu Sans, for what Inter lacks.
    More,
}

/// How heavy a text is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weight {
    /// Running text.
    Regular,
    /// Heads and what must be seen.
    Strong,
}

/// One glyph of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// Its number in the file.
    pub glyph: u16,
    /// How far the next one is, in ems, kerning in it.
    pub advance: f32,
    /// The bytes of the run it stands for.
    pub bytes: std::ops::Range<usize>,
}

/// A stretch of text set in one file.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Which file.
    pub face: Face,
    /// The text, composed.
    pub text: String,
    /// Its glyphs; empty when the shaper is to choose them, from right to left.
    pub glyphs: Vec<Placed>,
    /// How wide it is, in ems.
    pub width: f32,
}

/// What is read of one font file.
struct Metrics {
    em: f32,
    glyphs: HashMap<char, u16>,
    advances: Vec<u16>,
    kerning: HashMap<(u16, u16), i16>,
}

static METRICS: LazyLock<[Metrics; 3]> = LazyLock::new(|| [REGULAR, STRONG, MORE].map(Metrics::read));

fn metrics(face: Face) -> &'static Metrics {
    let [regular, strong, more] = &*METRICS;
    match face {
        Face::Regular => regular,
        Face::Strong => strong,
        Face::More => more,
    }
}

impl Metrics {
    /// Reads the few tables needed. The files are our own, so anything missing only makes glyphs missing.
    fn read(file: &[u8]) -> Self {
        let table = |tag: &[u8; 4]| {
            let count = usize::from(u16_at(file, 4));
            (0..count).map(|place| 12 + 16 * place).find(|at| file.get(*at..at + 4) == Some(tag)).map_or(
                &[][..],
                |at| {
                    let start = u32_at(file, at + 8) as usize;
                    file.get(start..start + u32_at(file, at + 12) as usize).unwrap_or_default()
                },
            )
        };
        let hmtx = table(b"hmtx");
        let long = usize::from(u16_at(table(b"hhea"), 34));
        Self {
            em: f32::from(u16_at(table(b"head"), 18).max(1)),
            glyphs: read_cmap(table(b"cmap")),
            advances: (0..long).map(|place| u16_at(hmtx, place * 4)).collect(),
            kerning: read_kern(table(b"kern")),
        }
    }

    fn advance(&self, glyph: u16) -> f32 {
        let units = self.advances.get(usize::from(glyph)).or(self.advances.last()).copied().unwrap_or_default();
        f32::from(units) / self.em
    }

    fn kern(&self, left: u16, right: u16) -> f32 {
        self.kerning.get(&(left, right)).map_or(0.0, |units| f32::from(*units) / self.em)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).and_then(|b| b.try_into().ok()).map_or(0, u16::from_be_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map_or(0, u32::from_be_bytes)
}

/// Reads the first subtable of format 4, which covers the basic plane; the files have no other.
fn read_cmap(cmap: &[u8]) -> HashMap<char, u16> {
    let mut out = HashMap::new();
    let tables = usize::from(u16_at(cmap, 2));
    let four = (0..tables)
        .map(|place| u32_at(cmap, 4 + place * 8 + 4) as usize)
        .find(|at| u16_at(cmap, *at) == 4)
        .and_then(|at| cmap.get(at..));
    let Some(sub) = four else { return out };
    let segments = usize::from(u16_at(sub, 6)) / 2;
    for segment in 0..segments {
        let (ends, starts) = (14 + segment * 2, 16 + (segments + segment) * 2);
        let (deltas, offsets) = (starts + segments * 2, starts + segments * 4);
        let (first, last) = (u16_at(sub, starts), u16_at(sub, ends));
        let (delta, offset) = (u16_at(sub, deltas), usize::from(u16_at(sub, offsets)));
        for code in first..=last {
            let glyph = if offset == 0 {
                code.wrapping_add(delta)
            } else {
                match u16_at(sub, offsets + offset + usize::from(code - first) * 2) {
                    0 => 0,
                    glyph => glyph.wrapping_add(delta),
                }
            };
            if glyph != 0
                && let Some(letter) = char::from_u32(u32::from(code))
            {
                out.insert(letter, glyph);
            }
            if code == u16::MAX {
                break;
            }
        }
    }
    out
}

fn read_kern(kern: &[u8]) -> HashMap<(u16, u16), i16> {
    // Version, number of subtables, then one subtable of format 0: version, length, coverage, pairs, three hints.
    let pairs = usize::from(u16_at(kern, 10));
    (0..pairs)
        .map(|place| 18 + place * 6)
        .map(|at| ((u16_at(kern, at), u16_at(kern, at + 2)), u16_at(kern, at + 4).cast_signed()))
        .collect()
}

fn main_face(weight: Weight) -> Face {
    match weight {
        Weight::Regular => Face::Regular,
        Weight::Strong => Face::Strong,
    }
}

/// The file and glyph of a character; a box when there is none.
fn glyph_of(letter: char, weight: Weight) -> (Face, u16) {
    let main = main_face(weight);
    if let Some(glyph) = metrics(main).glyphs.get(&letter) {
        return (main, *glyph);
    }
    if let Some(glyph) = metrics(Face::More).glyphs.get(&letter) {
        return (Face::More, *glyph);
    }
    (main, metrics(main).glyphs.get(&BOX).copied().unwrap_or_default())
}

/// Whether a typeface here has a glyph for the character, so that it does not stand as a box.
pub fn has(letter: char, weight: Weight) -> bool {
    let known = |face| metrics(face).glyphs.contains_key(&letter);
    caret(letter).is_some() || known(main_face(weight)) || known(Face::More)
}

/// Letters that are set from right to left.
const fn right_to_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// Splits a line into runs with their glyphs. Hebrew and Arabic words that stand together are one run.
pub fn runs(text: &str, weight: Weight) -> Vec<Run> {
    let composed: Vec<char> = text.nfc().collect();
    let mut out: Vec<Run> = Vec::new();
    let mut place = 0;
    while let Some(letter) = composed.get(place).copied() {
        if right_to_left(letter) && glyph_of(letter, weight).0 == Face::More {
            let rest = composed.get(place..).unwrap_or_default();
            let length = stretch(rest);
            let text: String = rest.iter().take(length).collect();
            let width = text.chars().map(|c| advance(c, weight)).sum();
            out.push(Run { face: Face::More, text, glyphs: Vec::new(), width });
            place += length;
            continue;
        }
        match caret(letter) {
            // Two glyphs that stand for one character: copied out, it is the picture again.
            Some(signs) => {
                let start = push(&mut out, letter, None, weight);
                for sign in signs {
                    push_glyph(&mut out, glyph_of(sign, weight).1, start);
                }
            }
            None => {
                push(&mut out, letter, Some(glyph_of(letter, weight)), weight);
            }
        }
        place += 1;
    }
    out
}

/// Adds a character to the last run, or to a new one in another file. Without a glyph of its own it only adds the text.
fn push(out: &mut Vec<Run>, letter: char, own: Option<(Face, u16)>, weight: Weight) -> usize {
    let face = own.map_or(main_face(weight), |(face, _)| face);
    if out.last().is_none_or(|run| run.face != face || run.glyphs.is_empty()) {
        out.push(Run { face, text: String::new(), glyphs: Vec::new(), width: 0.0 });
    }
    let start = out.last().map_or(0, |run| run.text.len());
    if let Some(run) = out.last_mut() {
        run.text.push(letter);
    }
    if let Some((_, glyph)) = own {
        push_glyph(out, glyph, start);
    }
    start
}

/// Adds a glyph that stands for the text from `start` on, drawing it closer to the one before where the two need it.
fn push_glyph(out: &mut [Run], glyph: u16, start: usize) {
    let Some(run) = out.last_mut() else { return };
    let font = metrics(run.face);
    let advance = font.advance(glyph);
    if let Some(before) = run.glyphs.last_mut() {
        let kern = font.kern(before.glyph, glyph);
        before.advance += kern;
        run.width += kern;
    }
    run.width += advance;
    run.glyphs.push(Placed { glyph, advance, bytes: start..run.text.len() });
}

/// The picture of a control character as two signs, `^[`: no typeface here has the pictures.
fn caret(letter: char) -> Option<[char; 2]> {
    let code = u32::from(letter).checked_sub(0x2400).filter(|code| *code <= 0x21)?;
    let code = if code == 0x21 { 0x7f } else { code };
    char::from_u32(code ^ 0x40).filter(|_| code < 0x20 || code == 0x7f).map(|sign| ['^', sign])
}

/// How many characters of the start belong to a stretch from right to left: spaces only between two such letters.
fn stretch(letters: &[char]) -> usize {
    let mut length = 0;
    for (place, letter) in letters.iter().enumerate() {
        if right_to_left(*letter) {
            length = place + 1;
        } else if *letter != ' ' && !matches!(*letter, '\u{200c}' | '\u{200d}') {
            break;
        }
    }
    length
}

fn advance(letter: char, weight: Weight) -> f32 {
    if let Some(signs) = caret(letter) {
        return signs.into_iter().map(|sign| advance(sign, weight)).sum();
    }
    let (face, glyph) = glyph_of(letter, weight);
    metrics(face).advance(glyph)
}

/// How wide a text is at a size, kerning left out: a little more than it will take.
pub fn width(text: &str, weight: Weight, size: f32) -> f32 {
    text.chars().map(|letter| advance(letter, weight)).sum::<f32>() * size
}

/// How wide the longest part is that a line cannot break.
pub fn longest_piece(text: &str, weight: Weight, size: f32) -> f32 {
    pieces(text).into_iter().map(|piece| width(piece.trim_end_matches(' '), weight, size)).fold(0.0, f32::max)
}

/// Breaks a text into lines no wider than `room`: at spaces, after signs that join logins, within a word if it must.
pub fn wrap(text: &str, weight: Weight, size: f32, room: f32) -> Vec<String> {
    if width(text, weight, size) <= room {
        return vec![text.to_owned()];
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0.0;
    for word in pieces(text) {
        let bare = width(word.trim_end_matches(' '), weight, size);
        if used > 0.0 && used + bare > room {
            lines.push(std::mem::take(&mut line));
            used = 0.0;
        }
        if bare <= room {
            line.push_str(word);
            used += width(word, weight, size);
            continue;
        }
        for grapheme in word.graphemes(true) {
            let wide = width(grapheme, weight, size);
            if used > 0.0 && used + wide > room && grapheme != " " {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            line.push_str(grapheme);
            used += wide;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// The parts between which a line may break: after a space, and after `@ . - _ / \` between letters.
fn pieces(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let joins = matches!(letter, '@' | '-' | '_' | '/' | '\\' | '.')
            && at > start
            && next.is_some_and(|next| next.is_alphanumeric());
        let space = letter == ' ' && next != Some(' ');
        if space || joins {
            let end = at + letter.len_utf8();
            out.extend(text.get(start..end));
            start = end;
        }
    }
    out.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_all_equally_wide_and_kerning_is_read() {
        let one = width("1", Weight::Regular, 10.0);
        assert!("0123456789".chars().all(|d| (width(&d.to_string(), Weight::Regular, 10.0) - one).abs() < 0.001));
        let kerned = runs("AV", Weight::Regular).iter().map(|run| run.width).sum::<f32>();
        assert!(kerned < width("AV", Weight::Regular, 1.0));
    }

    #[test]
    fn a_script_that_is_missing_becomes_boxes_and_others_find_their_file() {
        let faces =
            |text| runs(text, Weight::Regular).iter().map(|run| (run.face, run.text.clone())).collect::<Vec<_>>();
        assert_eq!(faces("Dana"), [(Face::Regular, "Dana".to_owned())]);
        assert_eq!(faces("Žofie Ćwik Ελένη Олег").len(), 1);
        assert_eq!(faces("ab ☎"), [(Face::Regular, "ab ".to_owned()), (Face::More, "☎".to_owned())]);
        let escape = runs("a␛b", Weight::Regular);
        assert_eq!(escape.first().map(|run| (run.text.as_str(), run.glyphs.len())), Some(("a␛b", 4)));
        assert_eq!(faces("a שלום לך b").len(), 3);
        assert_eq!(faces("株"), [(Face::Regular, "株".to_owned())]);
        let boxed = runs("株", Weight::Regular);
        assert_eq!(
            boxed.first().and_then(|run| run.glyphs.first()).map(|g| g.glyph),
            Some(glyph_of(BOX, Weight::Regular).1)
        );
    }

    #[test]
    fn lines_break_at_spaces_and_join_signs_and_lose_no_letter() {
        let text = "dana.ruiz@harbordental.example and more words here";
        let lines = wrap(text, Weight::Regular, 10.0, 80.0);
        assert!(lines.len() > 2);
        assert_eq!(lines.concat(), text);
        assert!(lines.iter().all(|line| width(line.trim_end(), Weight::Regular, 10.0) <= 80.0), "{lines:?}");
        let long = "x".repeat(300);
        let lines = wrap(&long, Weight::Regular, 8.0, 60.0);
        assert_eq!(lines.concat(), long);
        assert_eq!(wrap("", Weight::Regular, 8.0, 60.0), [""]);
    }
}
