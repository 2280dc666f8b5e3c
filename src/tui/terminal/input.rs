//! Threads that listen: keys, signals, and whether the terminal is still there.
//!
//! Must never know: what a key means.

use super::Assembler;
use crate::tui::keymap::{Chord, Key};
use crossterm::event::{
    self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};
use std::io;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

/// Rows for one notch of the wheel.
const WHEEL: i64 = 3;

/// What comes in from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Chord),
    /// A pasted text.
    Paste(String),
    /// The left button was pressed on this cell.
    Click(u16, u16),
    /// The wheel: so many rows down, or up when negative.
    Wheel(i64),
    /// The window has this size.
    Resize(u16, u16),
    /// A signal that asks to leave.
    Signal(i32),
    /// The terminal has gone.
    Gone,
}

/// Starts the listening threads. They end with the process.
///
/// # Errors
/// When a thread cannot be started.
pub fn spawn<T: From<Input> + Send + 'static>(to: &Sender<T>) -> io::Result<()> {
    let keys = to.clone();
    std::thread::Builder::new().name("keys".to_owned()).spawn(move || read_keys(&keys))?;
    signals(to)?;
    watch(to)
}

fn read_keys<T: From<Input>>(to: &Sender<T>) {
    let slow = std::env::var_os("SSH_CONNECTION").is_some() || std::env::var_os("SSH_TTY").is_some();
    let mut assembler = Assembler::new(slow);
    let start = Instant::now();
    let now = || u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let mut out = Vec::new();
    loop {
        let come = match assembler.wait(now()) {
            Some(wait) => event::poll(Duration::from_millis(wait.max(1))),
            None => Ok(true),
        };
        match come.and_then(|come| if come { event::read().map(Some) } else { Ok(None) }) {
            Ok(Some(Event::Key(key))) => {
                if let Some(chord) = chords(key) {
                    assembler.feed(chord, now(), &mut out);
                }
            }
            Ok(Some(Event::Paste(text))) => out.push(Input::Paste(text)),
            Ok(Some(Event::Mouse(mouse))) => out.extend(pointer(mouse)),
            Ok(Some(Event::Resize(columns, rows))) => out.push(Input::Resize(columns, rows)),
            Ok(Some(_) | None) => {}
            Err(_) => {
                let _ = to.send(Input::Gone.into());
                return;
            }
        }
        assembler.flush(now(), &mut out);
        for input in out.drain(..) {
            if to.send(input.into()).is_err() {
                return;
            }
        }
    }
}

/// What a press or the wheel says; moving and letting go say nothing.
const fn pointer(event: MouseEvent) -> Option<Input> {
    match event.kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Input::Click(event.column, event.row)),
        MouseEventKind::ScrollUp => Some(Input::Wheel(-WHEEL)),
        MouseEventKind::ScrollDown => Some(Input::Wheel(WHEEL)),
        _ => None,
    }
}

/// The chords of a key event. Releases are nothing; Alt with a key is Esc, for that is what the bytes were.
fn chords(event: KeyEvent) -> Option<Chord> {
    if event.kind == KeyEventKind::Release {
        return None;
    }
    let moves = matches!(
        event.code,
        KeyCode::Up | KeyCode::Down | KeyCode::Left | KeyCode::Right | KeyCode::PageUp | KeyCode::PageDown
    );
    if event.kind == KeyEventKind::Repeat && !moves && !matches!(event.code, KeyCode::Char(_) | KeyCode::Backspace) {
        return None;
    }
    if event.modifiers.contains(KeyModifiers::ALT) && matches!(event.code, KeyCode::Char(_) | KeyCode::Esc) {
        return Some(Chord::plain(Key::Esc));
    }
    let key = match event.code {
        KeyCode::Char(sign) => Key::Char(sign),
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Insert => Key::Insert,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::F(number) => Key::F(number),
        _ => return None,
    };
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    // The same bytes for several keys: what the table knows is the plain one.
    let key = match (ctrl, key) {
        (true, Key::Char('h')) => return Some(Chord::plain(Key::Backspace)),
        (true, Key::Char('i')) => return Some(Chord::plain(Key::Tab)),
        (true, Key::Char('m' | 'j')) => return Some(Chord::plain(Key::Enter)),
        (_, key) => key,
    };
    let shift =
        event.modifiers.contains(KeyModifiers::SHIFT) && matches!(key, Key::Up | Key::Down | Key::Left | Key::Right);
    Some(Chord { key, ctrl, shift })
}

#[cfg(unix)]
fn signals<T: From<Input> + Send + 'static>(to: &Sender<T>) -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGTERM, SIGINT, SIGQUIT])?;
    let to = to.clone();
    std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
        for signal in signals.forever() {
            if to.send(Input::Signal(signal).into()).is_err() {
                return;
            }
        }
    })?;
    Ok(())
}

/// Watches whether the terminal is still there: a lost line is reported by nobody else.
#[cfg(unix)]
fn watch<T: From<Input> + Send + 'static>(to: &Sender<T>) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let to = to.clone();
    std::thread::Builder::new().name("line".to_owned()).spawn(move || {
        let stdin = io::stdin();
        let pause = Timespec { tv_sec: 0, tv_nsec: 400_000_000 };
        loop {
            let mut watched = [PollFd::new(&stdin, PollFlags::empty())];
            let found = poll(&mut watched, Some(&pause));
            let lost = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
            if found.is_ok() && watched.iter().any(|fd| fd.revents().intersects(lost)) {
                let _ = to.send(Input::Gone.into());
                return;
            }
        }
    })?;
    Ok(())
}

#[cfg(not(unix))]
fn signals<T: From<Input> + Send + 'static>(_to: &Sender<T>) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn watch<T: From<Input> + Send + 'static>(_to: &Sender<T>) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_nothing_and_alt_is_escape() {
        let mut key = KeyEvent::new(KeyCode::Char('r'), KeyModifiers::NONE);
        assert_eq!(chords(key), Some(Chord::typed('r')));
        key.kind = KeyEventKind::Release;
        assert_eq!(chords(key), None);
        assert_eq!(chords(KeyEvent::new(KeyCode::Char('r'), KeyModifiers::ALT)), Some(Chord::plain(Key::Esc)));
        let enter = KeyEvent { kind: KeyEventKind::Repeat, ..KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE) };
        assert_eq!(chords(enter), None);
    }
}
