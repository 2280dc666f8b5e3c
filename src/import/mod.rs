//! Files in: bytes to rows and issues, matching, the plan.
//!
//! [`read`] turns bytes into a list of accounts or into the office's own sheets; [`plan`] compares that with what the
//! register knows and says exactly what taking it would do. Must never know: the store, the screen. Applies nothing.

pub mod date;
mod drop;
pub mod error;
pub mod format;
mod guess;
pub mod issue;
pub mod matching;
pub mod plan;
pub mod records;
pub mod row;
pub mod source;
mod value;

pub use error::ImportError;

use format::{FileFacts, FormatId, Reading};
use row::Parsed;

/// Reads a system's list.
pub fn read_list(name: &str, bytes: &[u8], hint: Option<FormatId>, how: &Reading) -> Result<Parsed, ImportError> {
    source::check_size(bytes, &how.limits)?;
    let decoded = source::decode(bytes);
    let file = FileFacts { name, sha256: source::fingerprint(bytes), decoded: &decoded };
    format::read_list(&file, hint, how)?.ok_or(ImportError::NotRecognised { columns: Vec::new() })
}
