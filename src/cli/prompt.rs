//! Questions at a terminal: passphrases that do not show, and plain lines.
//!
//! Must never know: what the answers open.

use super::output;
use crate::error::{AppError, ErrorClass};
use crate::secret::Passphrase;
use crate::vault::Strength;
use std::io::{self, BufRead as _, Write as _};
use zeroize::Zeroizing;

/// Asks for a passphrase. What is typed does not show.
///
/// # Errors
/// When the terminal cannot be read.
pub fn passphrase(question: &str) -> Result<Passphrase, AppError> {
    let typed = rpassword::prompt_password(question)
        .map_err(|error| AppError::new(ErrorClass::NoKey, format!("The passphrase could not be read: {error}")))?;
    Ok(Passphrase::new(Zeroizing::new(typed)))
}

/// Asks for a new passphrase twice, and says how strong it is.
///
/// # Errors
/// When nobody can be asked, or the two are different.
pub fn new_passphrase() -> Result<Passphrase, AppError> {
    if !output::is_interactive() {
        return Err(AppError::new(
            ErrorClass::NoKey,
            "A new passphrase has to be typed, and there is no terminal. Nothing was changed.",
        )
        .hint("With --identity FILE no passphrase is needed"));
    }
    output::tell("Choose a passphrase. Five unrelated words are easy to keep and hard to guess.");
    let first = passphrase("New passphrase: ")?;
    output::tell(&format!("  {}", Strength::of(first.expose())));
    let again = passphrase("The same again: ")?;
    if first.expose() != again.expose() {
        return Err(AppError::new(ErrorClass::BadInput, "The two passphrases are different. Nothing was changed."));
    }
    Ok(first)
}

/// Asks for a line; an empty one takes what is offered.
///
/// # Errors
/// When nobody can be asked.
pub fn line(question: &str, offered: Option<&str>) -> Result<String, AppError> {
    let failed = |error: io::Error| AppError::new(ErrorClass::System, format!("The answer could not be read: {error}"));
    let mut out = io::stderr().lock();
    let shown = offered.map_or_else(|| format!("{question}: "), |offered| format!("{question} [{offered}]: "));
    out.write_all(shown.as_bytes()).and_then(|()| out.flush()).map_err(failed)?;
    drop(out);
    let mut typed = String::new();
    io::stdin().lock().read_line(&mut typed).map_err(failed)?;
    let typed = typed.trim();
    Ok(if typed.is_empty() { offered.unwrap_or_default().to_owned() } else { typed.to_owned() })
}
