//! Keys as the program understands them: one chord per press, with the names printed on screen.
//!
//! Must never know: what any key does, how a terminal delivers it.

use std::fmt;

/// A key without modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A letter, digit or sign, as typed.
    Char(char),
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// Home.
    Home,
    /// End.
    End,
    /// Enter.
    Enter,
    /// Escape.
    Esc,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Tab.
    Tab,
    /// Shift and tab.
    BackTab,
    /// A function key, 1 to 12.
    F(u8),
}

/// A key with the modifiers that every terminal delivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chord {
    /// The key.
    pub key: Key,
    /// With the control key.
    pub ctrl: bool,
    /// With shift; only told apart for keys that are no characters.
    pub shift: bool,
}

impl Chord {
    /// A key alone.
    pub const fn plain(key: Key) -> Self {
        Self { key, ctrl: false, shift: false }
    }

    /// A key with control.
    pub const fn ctrl(key: Key) -> Self {
        Self { key, ctrl: true, shift: false }
    }

    /// A typed character.
    pub const fn typed(sign: char) -> Self {
        Self::plain(Key::Char(sign))
    }

    /// The character this press writes into a field, if it writes one.
    pub const fn text(self) -> Option<char> {
        match (self.key, self.ctrl) {
            (Key::Char(sign), false) => Some(sign),
            _ => None,
        }
    }

    /// The chord as the key table knows it: letters in lower case, so that Caps Lock does not matter. The one
    /// exception is a capital G, which only moves.
    pub fn folded(self) -> Self {
        match self.key {
            Key::Char('G') if !self.ctrl => Self { key: Key::Char('G'), ctrl: false, shift: false },
            Key::Char(sign) => {
                let mut lower = sign.to_lowercase();
                let folded = match (lower.next(), lower.next()) {
                    (Some(one), None) => one,
                    _ => sign,
                };
                Self { key: Key::Char(folded), ctrl: self.ctrl, shift: false }
            }
            _ => self,
        }
    }

    /// Reads the name of a chord, as `Ctrl-P`, `Shift-Up`, `PgDn`, `Space` or `?`.
    pub fn parse(name: &str) -> Option<Self> {
        let (ctrl, rest) = match name.strip_prefix("Ctrl-") {
            Some(rest) => (true, rest),
            None => (false, name),
        };
        if !ctrl && rest == "Shift-G" {
            return Some(Self::typed('G'));
        }
        if rest == "Shift-Tab" {
            return Some(Self { key: Key::BackTab, ctrl, shift: false });
        }
        let (shift, rest) = match rest.strip_prefix("Shift-") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        let key = match rest {
            "Up" => Key::Up,
            "Down" => Key::Down,
            "Left" => Key::Left,
            "Right" => Key::Right,
            "PgUp" => Key::PageUp,
            "PgDn" => Key::PageDown,
            "Home" => Key::Home,
            "End" => Key::End,
            "Enter" => Key::Enter,
            "Esc" => Key::Esc,
            "Backspace" => Key::Backspace,
            "Delete" => Key::Delete,
            "Insert" => Key::Insert,
            "Tab" => Key::Tab,
            "Space" => Key::Char(' '),
            _ => match rest.strip_prefix('F').and_then(|number| number.parse::<u8>().ok()) {
                Some(number) if (1..=12).contains(&number) => Key::F(number),
                _ => {
                    let mut signs = rest.chars();
                    match (signs.next(), signs.next()) {
                        (Some(sign), None) => Key::Char(sign),
                        _ => return None,
                    }
                }
            },
        };
        Some(Self { key, ctrl, shift }.folded_letter())
    }

    /// Letters in lower case also when the name is written with a capital.
    fn folded_letter(self) -> Self {
        match self.key {
            Key::Char(sign) => Self { key: Key::Char(sign.to_ascii_lowercase()), shift: false, ..self },
            _ => self,
        }
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        if self.shift {
            f.write_str("Shift-")?;
        }
        match self.key {
            Key::Char(' ') => f.write_str("Space"),
            Key::Char('G') if !self.ctrl => f.write_str("Shift-G"),
            Key::Char(sign) => write!(f, "{}", sign.to_uppercase()),
            Key::Up => f.write_str("Up"),
            Key::Down => f.write_str("Down"),
            Key::Left => f.write_str("Left"),
            Key::Right => f.write_str("Right"),
            Key::PageUp => f.write_str("PgUp"),
            Key::PageDown => f.write_str("PgDn"),
            Key::Home => f.write_str("Home"),
            Key::End => f.write_str("End"),
            Key::Enter => f.write_str("Enter"),
            Key::Esc => f.write_str("Esc"),
            Key::Backspace => f.write_str("Backspace"),
            Key::Delete => f.write_str("Delete"),
            Key::Insert => f.write_str("Insert"),
            Key::Tab => f.write_str("Tab"),
            Key::BackTab => f.write_str("Shift-Tab"),
            Key::F(number) => write!(f, "F{number}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_printed_the_same_way() {
        for name in
            ["Ctrl-P", "Shift-Up", "PgDn", "Space", "?", "F10", "Shift-G", "Shift-Tab", "Esc", "\\", ":", "*", "R"]
        {
            assert_eq!(Chord::parse(name).map(|chord| chord.to_string()).as_deref(), Some(name));
        }
        assert_eq!(Chord::parse("Hyper-X"), None);
        assert_eq!(Chord::parse("F13"), None);
    }

    #[test]
    fn caps_lock_does_not_matter_but_for_shift_g() {
        assert_eq!(Chord::typed('R').folded(), Chord::typed('r'));
        assert_eq!(Chord::typed('G').folded(), Chord::typed('G'));
        assert_ne!(Chord::typed('G').folded(), Chord::typed('g').folded());
        assert_eq!(Chord::ctrl(Key::Char('P')).folded(), Chord::ctrl(Key::Char('p')));
    }
}
