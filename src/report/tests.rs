//! What every format of a report must hold, on a small discharge with hostile names in it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests stop at the first surprise")]

mod formats;
mod pages;
pub mod sample;
