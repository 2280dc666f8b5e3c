//! The screen: one model, one update, effects as data, a pure view.
//!
//! Must never know: the store, SQL, files, clap.
