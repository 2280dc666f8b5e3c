//! A discharge from its first step to its closing page: read, shown, and moved on.
//!
//! Must never know: the order rules themselves; the domain decides.

pub mod apply;
pub mod facts;
pub mod things;
pub mod view;
