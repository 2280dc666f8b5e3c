//! Where things are on this computer, and what the person prefers on it.
//!
//! Must never know: the store.
