//! The PDF pages.
