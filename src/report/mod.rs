//! Paper out: plain models to bytes, one renderer per format; equal input gives equal bytes.
//!
//! Must never know: queries, paths.
