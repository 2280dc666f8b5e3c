//! The real program in a real pseudo-terminal: keys in, the picture out, with the program's own quiet signal.
//!
//! The program writes two numbers to the file named by `KEYWARD_TEST_IDLE` whenever nothing is pending: how often that
//! was so far, and how many keys it has taken. A step sends a key and waits until both have moved and the output has
//! been read; nobody guesses with sleeps, and work that ends by chance just then is not taken for the answer.

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How long a step may take before the test gives up and shows the picture.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running Keyward and what its user would see.
pub struct Terminal {
    master: Box<dyn MasterPty + Send>,
    pub child: Box<dyn Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    /// The picture the program drew.
    pub picture: vt100::Parser,
    idle: PathBuf,
    /// How often the program was at rest before the step, and how many keys it must have taken after it.
    seen: u64,
    keys_taken: u64,
    /// When the first and the last bytes of the answer to the last key came; to the start, before any key.
    pub answer: Option<(Instant, Instant)>,
    /// Everything the program wrote, for tests of what must not be written.
    pub raw: Vec<u8>,
}

/// What a test starts the program with.
pub struct Start<'a> {
    /// A folder of its own, used as home.
    pub home: &'a Path,
    /// Arguments.
    pub args: &'a [&'a str],
    /// Columns and rows.
    pub size: (u16, u16),
    /// More environment.
    pub env: &'a [(&'a str, &'a str)],
}

impl Terminal {
    /// Starts the program and waits until it is quiet.
    pub fn start(start: &Start<'_>) -> Self {
        let (cols, rows) = start.size;
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let idle = start.home.join("idle");
        // What an earlier program in this home said is not about this one.
        let _ = std::fs::remove_file(&idle);
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_keyward"));
        command.env_clear();
        command.args(start.args);
        command.cwd(start.home);
        command.env("HOME", start.home);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("KEYWARD_NOW", "2026-11-23T13:41:00Z");
        command.env("KEYWARD_TEST_IDLE", &idle);
        for (name, value) in start.env {
            command.env(name, value);
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0_u8; 16_384];
            while let Ok(read) = reader.read(&mut buffer) {
                if read == 0 || send.send(buffer.get(..read).unwrap_or_default().to_vec()).is_err() {
                    break;
                }
            }
        });
        let keys = pair.master.take_writer().unwrap();
        let picture = vt100::Parser::new(cells(rows), cells(cols), 0);
        let mut terminal = Self {
            master: pair.master,
            child,
            keys,
            output,
            picture,
            idle,
            seen: 0,
            keys_taken: 0,
            answer: None,
            raw: Vec::new(),
        };
        terminal.settle();
        terminal
    }

    /// How often the program was at rest, and how many keys it had taken then.
    fn at_rest(&self) -> (u64, u64) {
        let text = std::fs::read_to_string(&self.idle).unwrap_or_default();
        let mut numbers = text.split(' ').map(|number| number.parse().unwrap_or(0));
        (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
    }

    fn take(&mut self, bytes: &[u8]) {
        let now = Instant::now();
        self.answer = Some((self.answer.map_or(now, |(first, _)| first), now));
        self.raw.extend_from_slice(bytes);
        self.picture.process(bytes);
    }

    /// Waits until the program says it is quiet again, then reads what it drew.
    pub fn settle(&mut self) {
        let started = Instant::now();
        loop {
            match self.output.recv_timeout(Duration::from_millis(15)) {
                Ok(bytes) => self.take(&bytes),
                Err(RecvTimeoutError::Timeout) => {
                    let (now, keys) = self.at_rest();
                    if now > self.seen && keys >= self.keys_taken {
                        self.seen = now;
                        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(10)) {
                            self.take(&bytes);
                        }
                        return;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
            assert!(started.elapsed() < PATIENCE, "the program did not become quiet:\n{}", self.text());
        }
    }

    /// Sends keys as a person would and waits for the answer. `<enter>`, `<esc>`, `<tab>`, `<up>`, `<down>`,
    /// `<left>`, `<right>`, `<f8>`, `<ctrl-z>`, `<space>` and the like stand for their keys.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for bytes in chords(keys) {
            self.send(&bytes);
        }
        self
    }

    /// Sends one key and waits for the answer. How long until the first and until the last byte of it came; nothing
    /// when the key changed nothing that is seen.
    pub fn send(&mut self, key: &[u8]) -> Option<(Duration, Duration)> {
        let (seen, keys) = self.at_rest();
        (self.seen, self.keys_taken) = (seen, keys + 1);
        self.answer = None;
        let sent = Instant::now();
        self.keys.write_all(key).unwrap();
        self.keys.flush().unwrap();
        self.settle();
        self.answer.map(|(first, last)| (first - sent, last - sent))
    }

    /// Makes the window another size and waits for the new picture.
    pub fn resize(&mut self, cols: u16, rows: u16) {
        self.seen = self.at_rest().0;
        self.picture.screen_mut().set_size(cells(rows), cells(cols));
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        self.settle();
    }

    /// The picture as lines of text.
    pub fn text(&self) -> String {
        self.picture.screen().contents()
    }

    /// The line with these words, if any.
    pub fn line_with(&self, words: &str) -> Option<String> {
        self.text().lines().find(|line| line.contains(words)).map(str::to_owned)
    }

    /// Fails with the picture when these words are not on it.
    #[track_caller]
    pub fn shows(&mut self, words: &str) -> &mut Self {
        assert!(self.text().contains(words), "\"{words}\" is not on the screen:\n{}", self.text());
        self
    }

    /// Fails with the picture when these words are on it.
    #[track_caller]
    pub fn hides(&mut self, words: &str) -> &mut Self {
        assert!(!self.text().contains(words), "\"{words}\" is on the screen:\n{}", self.text());
        self
    }

    /// Whether the program is on the alternate screen.
    pub fn is_full_screen(&self) -> bool {
        self.picture.screen().alternate_screen()
    }

    /// Whether the cursor is hidden.
    pub fn is_cursor_hidden(&self) -> bool {
        self.picture.screen().hide_cursor()
    }

    /// Whether these bytes were ever sent to the terminal.
    pub fn was_sent(&self, bytes: &[u8]) -> bool {
        self.raw.windows(bytes.len()).any(|part| part == bytes)
    }

    /// Presses the left button on a cell, counted from 0.
    pub fn click(&mut self, x: u16, y: u16) -> &mut Self {
        self.send(format!("\x1b[<0;{};{}M", x + 1, y + 1).as_bytes());
        self
    }

    /// Closes the window: the terminal goes away under the program.
    pub fn vanish(self) -> Box<dyn Child + Send + Sync> {
        let Self { master, child, keys, .. } = self;
        drop(keys);
        drop(master);
        child
    }

    /// Waits for the program to leave and reads the rest; its exit code.
    pub fn leave(&mut self) -> u32 {
        let started = Instant::now();
        loop {
            match self.output.recv_timeout(Duration::from_millis(15)) {
                Ok(bytes) => self.take(&bytes),
                Err(_) => {
                    if let Some(status) = self.child.try_wait().unwrap() {
                        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(30)) {
                            self.take(&bytes);
                        }
                        return status.exit_code();
                    }
                }
            }
            assert!(started.elapsed() < PATIENCE, "the program did not leave:\n{}", self.text());
        }
    }
}

/// Key names and letters into the bytes a terminal sends, one entry per key.
pub fn chords(keys: &str) -> Vec<Vec<u8>> {
    let mut out = Vec::new();
    let mut rest = keys;
    while let Some(first) = rest.chars().next() {
        if first == '<'
            && let Some(end) = rest.find('>')
        {
            out.push(named(&rest[1..end]));
            rest = &rest[end + 1..];
        } else {
            out.push(first.to_string().into_bytes());
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

fn named(name: &str) -> Vec<u8> {
    let bytes: &[u8] = match name {
        "enter" => b"\r",
        "esc" => b"\x1b",
        "tab" => b"\t",
        "shift-tab" => b"\x1b[Z",
        "space" => b" ",
        "backspace" => b"\x7f",
        "up" => b"\x1b[A",
        "down" => b"\x1b[B",
        "right" => b"\x1b[C",
        "left" => b"\x1b[D",
        "home" => b"\x1b[H",
        "end" => b"\x1b[F",
        "pgup" => b"\x1b[5~",
        "pgdn" => b"\x1b[6~",
        "f1" => b"\x1bOP",
        "f4" => b"\x1bOS",
        "f5" => b"\x1b[15~",
        "f8" => b"\x1b[19~",
        _ => {
            let letter = name.strip_prefix("ctrl-").and_then(|l| l.bytes().next()).expect("a known key");
            return vec![letter.to_ascii_lowercase() & 0x1f];
        }
    };
    bytes.to_vec()
}

fn cells(n: u16) -> std::num::NonZeroU16 {
    std::num::NonZeroU16::new(n).expect("a terminal has cells")
}
