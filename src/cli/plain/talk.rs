//! One line said, one line heard.
//!
//! Must never know: what is talked about.

use crate::error::{AppError, ErrorClass};
use crate::text::shown;
use std::io::{BufRead, Write};

/// A talk over lines.
pub(super) struct Talk<R, W> {
    input: R,
    output: W,
    over: bool,
}

impl<R: BufRead, W: Write> Talk<R, W> {
    pub(super) const fn new(input: R, output: W) -> Self {
        Self { input, output, over: false }
    }

    /// Nothing more comes.
    pub(super) const fn is_over(&self) -> bool {
        self.over
    }

    /// Says a line. What was imported cannot move the cursor or ring the bell.
    pub(super) fn say(&mut self, words: &str) -> Result<(), AppError> {
        writeln!(self.output, "{}", shown(words)).map_err(|error| failed(&error))
    }

    /// Asks for words; nothing for an empty line, or when nothing more comes.
    pub(super) fn ask(&mut self, question: &str) -> Result<Option<String>, AppError> {
        self.say(question)?;
        write!(self.output, "> ").and_then(|()| self.output.flush()).map_err(|error| failed(&error))?;
        let mut typed = String::new();
        self.over = self.input.read_line(&mut typed).map_err(|error| failed(&error))? == 0;
        let typed = typed.trim();
        Ok((!typed.is_empty()).then(|| typed.to_owned()))
    }

    /// Asks for one of several by its number; nothing for an empty line, which goes back.
    pub(super) fn choose(&mut self, question: &str, choices: &[&str]) -> Result<Option<usize>, AppError> {
        self.number(question, choices, " Enter alone goes back.")
    }

    /// The same where there is nothing to go back to.
    pub(super) fn choose_first(&mut self, question: &str, choices: &[&str]) -> Result<Option<usize>, AppError> {
        self.number(question, choices, "")
    }

    fn number(&mut self, question: &str, choices: &[&str], back: &str) -> Result<Option<usize>, AppError> {
        for (number, choice) in (1..).zip(choices) {
            self.say(&format!("{number}  {choice}"))?;
        }
        loop {
            let range = format!("{question} Type 1 to {}.{back}", choices.len());
            let Some(typed) = self.ask(&range)? else { return Ok(None) };
            match typed.parse::<usize>() {
                Ok(number) if (1..=choices.len()).contains(&number) => return Ok(Some(number - 1)),
                _ => self.say(&format!("\"{typed}\" is none of the numbers. Nothing was changed."))?,
            }
        }
    }

    /// Says what went wrong; the talk goes on.
    pub(super) fn tell(&mut self, done: Result<(), AppError>) -> Result<(), AppError> {
        let Err(error) = done else { return Ok(()) };
        // A terminal that is gone is told nothing more.
        if error.class == ErrorClass::System {
            return Err(error);
        }
        self.say(&format!("Error: {}", error.message))?;
        for hint in &error.hints {
            self.say(hint)?;
        }
        Ok(())
    }
}

fn failed(error: &std::io::Error) -> AppError {
    AppError::new(ErrorClass::System, format!("The terminal could not be used: {error}"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]
    use super::*;

    fn talk(input: &str) -> Talk<&[u8], Vec<u8>> {
        Talk::new(input.as_bytes(), Vec::new())
    }

    #[test]
    fn a_number_chooses_and_anything_else_is_asked_again() {
        let mut talk = talk("0\nx\n3\n2\n");
        assert_eq!(talk.choose("Which?", &["one", "two"]).unwrap(), Some(1));
        let said = String::from_utf8(talk.output).unwrap();
        assert_eq!(said.matches("is none of the numbers").count(), 3, "{said}");
    }

    #[test]
    fn an_empty_line_goes_back_and_the_end_is_noticed() {
        let mut talk = talk("\n");
        assert_eq!(talk.ask("Whom?").unwrap(), None);
        assert!(!talk.is_over());
        assert_eq!(talk.ask("Whom?").unwrap(), None);
        assert!(talk.is_over());
    }

    #[test]
    fn nothing_said_moves_the_cursor() {
        let mut talk = talk("");
        talk.say("Dana \u{1b}[2J\u{7}Ruiz").unwrap();
        let said = String::from_utf8(talk.output).unwrap();
        assert!(!said.contains(['\u{1b}', '\u{7}']), "{said:?}");
    }
}
