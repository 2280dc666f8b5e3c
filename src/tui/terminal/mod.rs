//! The terminal: the only user of crossterm. Takes it over, draws into it, and gives it back whatever happens.
//!
//! Must never know: the model, what is drawn.

mod assemble;
mod input;

pub use assemble::Assembler;
pub use input::{Input, spawn};

use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, SetTitle,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{cursor, execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the terminal is ours at the moment, so that it is given back exactly once.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// Whether clicks come to us. While they do, dragging selects nothing; so it is off unless somebody wants it.
static MOUSE: AtomicBool = AtomicBool::new(false);

type Backend = CrosstermBackend<BufWriter<Stdout>>;

/// The terminal while it is ours.
pub struct Terminal {
    inner: ratatui::Terminal<Backend>,
    tmux: bool,
}

impl Terminal {
    /// Takes the terminal over: raw keys, the other screen, pastes in brackets, a constant title.
    ///
    /// # Errors
    /// When there is no terminal, or it cannot be set.
    pub fn open() -> io::Result<Self> {
        if !io::stdout().is_terminal() {
            return Err(io::Error::new(io::ErrorKind::NotConnected, "standard output is no terminal"));
        }
        give_back_on_panic();
        TAKEN.store(true, Ordering::SeqCst);
        let opened = Self::take();
        if opened.is_err() {
            give_back();
        }
        opened
    }

    fn take() -> io::Result<Self> {
        enable_raw_mode()?;
        let mut out = BufWriter::with_capacity(64 * 1024, io::stdout());
        execute!(out, EnterAlternateScreen, EnableBracketedPaste, SetTitle("Keyward"), cursor::Hide)?;
        let inner = ratatui::Terminal::new(CrosstermBackend::new(out))?;
        let mut opened = Self { inner, tmux: std::env::var_os("TMUX").is_some() };
        opened.clear()?;
        Ok(opened)
    }

    /// Columns and rows.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        let size = self.inner.size()?;
        Ok((size.width, size.height))
    }

    /// Draws a frame. The picture reaches the terminal in one piece where it can do that.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn draw(&mut self, picture: impl FnOnce(&mut Buffer) -> Option<(u16, u16)>) -> io::Result<()> {
        queue!(self.inner.backend_mut(), BeginSynchronizedUpdate)?;
        self.inner.draw(|frame| {
            if let Some(cursor) = picture(frame.buffer_mut()) {
                frame.set_cursor_position(cursor);
            }
        })?;
        execute!(self.inner.backend_mut(), EndSynchronizedUpdate)
    }

    /// Forgets what is on the terminal, so that the next frame draws everything.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn clear(&mut self) -> io::Result<()> {
        // Not `Terminal::clear`: it asks the terminal where its cursor is, and one that does not answer, or has gone,
        // would hold the program for two seconds. Setting the size clears without a question.
        let size = self.inner.size()?;
        self.inner.resize(ratatui::layout::Rect::new(0, 0, size.width, size.height))
    }

    /// Takes clicks and the wheel, or leaves them to the terminal.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn mouse(&mut self, on: bool) -> io::Result<()> {
        if MOUSE.swap(on, Ordering::SeqCst) == on {
            return Ok(());
        }
        let out = self.inner.backend_mut();
        if on { execute!(out, EnableMouseCapture) } else { execute!(out, DisableMouseCapture) }
    }

    /// Hands a text to the terminal's clipboard (OSC 52), through tmux where that stands between. Whether it
    /// arrived cannot be known.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn copy(&mut self, text: &str) -> io::Result<()> {
        let sequence = copy_sequence(text, self.tmux);
        let out = self.inner.backend_mut();
        out.write_all(sequence.as_bytes())?;
        Write::flush(out)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        give_back();
    }
}

fn copy_sequence(text: &str, tmux: bool) -> String {
    use base64::Engine as _;
    let coded = base64::engine::general_purpose::STANDARD.encode(text);
    if tmux { format!("\x1bPtmux;\x1b\x1b]52;c;{coded}\x07\x1b\\") } else { format!("\x1b]52;c;{coded}\x07") }
}

/// Gives the terminal back as it was. Harmless when it is not ours.
pub fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    if MOUSE.swap(false, Ordering::SeqCst) {
        let _ = execute!(out, DisableMouseCapture);
    }
    // A terminal that has gone cannot be tidied up; there is nobody left to see it.
    let _ = execute!(out, EndSynchronizedUpdate, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    let _ = disable_raw_mode();
}

/// On a fault of the program the terminal is given back first; then one sentence without any value from the data.
fn give_back_on_panic() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|info| {
            let ours = TAKEN.load(Ordering::SeqCst);
            give_back();
            let place = info.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
            let end = if ours { "\r\n" } else { "\n" };
            let words = format!("Keyward stopped. Nothing you saved is lost. Details: {place}.{end}");
            let _ = io::stderr().write_all(words.as_bytes());
        }));
    });
}

/// Ends the process the way a signal would have.
#[cfg(unix)]
pub fn end_by(signal: i32) {
    let _ = signal_hook::low_level::emulate_default_handler(signal);
}

/// Ends the process the way a signal would have: nothing to do here.
#[cfg(not(unix))]
pub const fn end_by(_signal: i32) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_wrapped_for_tmux() {
        assert_eq!(copy_sequence("hi", false), "\x1b]52;c;aGk=\x07");
        assert_eq!(copy_sequence("hi", true), "\x1bPtmux;\x1b\x1b]52;c;aGk=\x07\x1b\\");
    }
}
