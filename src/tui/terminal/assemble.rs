//! Puts together what a slow line takes apart: a lone Esc and the rest of a key, a paste that comes as keys.
//!
//! Must never know: the terminal, the clock; every call is told the time.

use super::Input;
use crate::tui::keymap::{Chord, Key};

/// From so many keys on a burst counts as a paste.
const PASTE: usize = 5;
/// Keys closer together than this, in milliseconds, belong to one burst.
const BURST_MS: u64 = 3;

/// Waits a moment for what may belong together.
pub struct Assembler {
    esc_ms: u64,
    esc: Option<(u64, String)>,
    burst: Vec<Chord>,
    last: u64,
}

impl Assembler {
    /// A lone Esc waits 25 ms for the rest of a key; 100 ms over a slow line.
    pub const fn new(slow: bool) -> Self {
        Self { esc_ms: if slow { 100 } else { 25 }, esc: None, burst: Vec::new(), last: 0 }
    }

    /// Takes a key at a moment, in milliseconds.
    pub fn feed(&mut self, chord: Chord, now: u64, out: &mut Vec<Input>) {
        self.flush(now, out);
        if let Some((since, mut sequence)) = self.esc.take() {
            match (sequence.is_empty(), chord.text()) {
                (true, Some(sign @ ('[' | 'O'))) => {
                    sequence.push(sign);
                    self.esc = Some((now, sequence));
                    return;
                }
                (false, Some(sign)) if sequence.len() < 8 => {
                    sequence.push(sign);
                    if sign.is_ascii_alphabetic() || sign == '~' {
                        out.extend(decode(&sequence).map(Input::Key));
                    } else {
                        self.esc = Some((since, sequence));
                    }
                    return;
                }
                _ => self.spill(&sequence, out),
            }
        }
        match chord {
            Chord { key: Key::Esc, .. } => {
                self.end_burst(out);
                self.esc = Some((now, String::new()));
            }
            _ if pasteable(chord) => {
                self.burst.push(chord);
                self.last = now;
            }
            _ => {
                self.end_burst(out);
                out.push(Input::Key(chord));
            }
        }
    }

    /// How long to wait for more before [`Self::flush`], in milliseconds; nothing when nothing waits.
    pub fn wait(&self, now: u64) -> Option<u64> {
        let esc = self.esc.as_ref().map(|(since, _)| (since + self.esc_ms).saturating_sub(now));
        let burst = (!self.burst.is_empty()).then(|| (self.last + BURST_MS).saturating_sub(now));
        [esc, burst].into_iter().flatten().min()
    }

    /// Lets go of what has waited long enough.
    pub fn flush(&mut self, now: u64, out: &mut Vec<Input>) {
        if !self.burst.is_empty() && now >= self.last + BURST_MS {
            self.end_burst(out);
        }
        if let Some((since, sequence)) = self.esc.take() {
            if now >= since + self.esc_ms {
                self.spill(&sequence, out);
            } else {
                self.esc = Some((since, sequence));
            }
        }
    }

    /// It was Esc after all, and the signs after it were typed.
    fn spill(&mut self, sequence: &str, out: &mut Vec<Input>) {
        out.push(Input::Key(Chord::plain(Key::Esc)));
        out.extend(sequence.chars().map(|sign| Input::Key(Chord::typed(sign))));
    }

    fn end_burst(&mut self, out: &mut Vec<Input>) {
        let burst = std::mem::take(&mut self.burst);
        // A moving key held down over a stalled line arrives in one piece too; it is still moving.
        let held = burst.first().is_some_and(|first| {
            matches!(first.key, Key::Char('h' | 'j' | 'k' | 'l')) && burst.iter().all(|chord| chord == first)
        });
        if burst.len() < PASTE || held {
            out.extend(burst.into_iter().map(Input::Key));
            return;
        }
        let text = burst
            .into_iter()
            .map(|chord| match chord.key {
                Key::Char(sign) => sign,
                Key::Tab => '\t',
                _ => '\n',
            })
            .collect();
        out.push(Input::Paste(text));
    }
}

const fn pasteable(chord: Chord) -> bool {
    !chord.ctrl && matches!(chord.key, Key::Char(_) | Key::Enter | Key::Tab)
}

/// The key a sequence means, without its Esc.
fn decode(sequence: &str) -> Option<Chord> {
    let key = match sequence {
        "[A" | "OA" => Key::Up,
        "[B" | "OB" => Key::Down,
        "[C" | "OC" => Key::Right,
        "[D" | "OD" => Key::Left,
        "[H" | "OH" | "[1~" | "[7~" => Key::Home,
        "[F" | "OF" | "[4~" | "[8~" => Key::End,
        "[2~" => Key::Insert,
        "[3~" => Key::Delete,
        "[5~" => Key::PageUp,
        "[6~" => Key::PageDown,
        "[Z" => Key::BackTab,
        "OP" | "[11~" => Key::F(1),
        "OQ" | "[12~" => Key::F(2),
        "OR" | "[13~" => Key::F(3),
        "OS" | "[14~" => Key::F(4),
        "[15~" => Key::F(5),
        "[17~" => Key::F(6),
        "[18~" => Key::F(7),
        "[19~" => Key::F(8),
        "[20~" => Key::F(9),
        "[21~" => Key::F(10),
        "[1;2A" => return Some(Chord { key: Key::Up, ctrl: false, shift: true }),
        "[1;2B" => return Some(Chord { key: Key::Down, ctrl: false, shift: true }),
        "[1;5C" => return Some(Chord::ctrl(Key::Right)),
        "[1;5D" => return Some(Chord::ctrl(Key::Left)),
        _ => return None,
    };
    Some(Chord::plain(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(slow: bool, keys: &[(u64, Chord)], end: u64) -> Vec<Input> {
        let mut assembler = Assembler::new(slow);
        let mut out = Vec::new();
        for (at, chord) in keys {
            assembler.feed(*chord, *at, &mut out);
        }
        assembler.flush(end, &mut out);
        out
    }

    const ESC: Chord = Chord::plain(Key::Esc);

    #[test]
    fn an_arrow_whose_bytes_come_apart_is_one_arrow_over_a_slow_line() {
        let keys = [(0, ESC), (80, Chord::typed('[')), (85, Chord::typed('A'))];
        assert_eq!(run(true, &keys, 300), [Input::Key(Chord::plain(Key::Up))]);
        let quick: Vec<Input> = run(false, &keys, 300);
        assert_eq!(quick.first(), Some(&Input::Key(ESC)));
    }

    #[test]
    fn a_lone_escape_arrives_after_its_wait_and_what_follows_is_typed() {
        assert_eq!(run(false, &[(0, ESC)], 24), []);
        assert_eq!(run(false, &[(0, ESC)], 25), [Input::Key(ESC)]);
        assert_eq!(
            run(false, &[(0, ESC), (10, Chord::typed('j'))], 40),
            [Input::Key(ESC), Input::Key(Chord::typed('j'))]
        );
    }

    #[test]
    fn keys_in_a_burst_are_a_paste_and_enter_in_it_submits_nothing() {
        let mut keys: Vec<(u64, Chord)> = "rrryyy".chars().map(|sign| (0, Chord::typed(sign))).collect();
        keys.push((1, Chord::plain(Key::Enter)));
        assert_eq!(run(false, &keys, 10), [Input::Paste("rrryyy\n".to_owned())]);
    }

    #[test]
    fn typing_and_held_moving_keys_are_no_paste() {
        let typed: Vec<(u64, Chord)> =
            "harbor".chars().zip(0..).map(|(sign, n)| (n * 40, Chord::typed(sign))).collect();
        assert_eq!(run(false, &typed, 400).len(), 6);
        let held = [(0, Chord::typed('j')); 9];
        assert_eq!(run(false, &held, 10).len(), 9);
        let few = [(0, Chord::typed('d')), (0, Chord::typed('a')), (0, Chord::plain(Key::Enter))];
        assert_eq!(run(false, &few, 10).len(), 3);
    }
}
