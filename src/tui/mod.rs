//! The screen: one model, one update, effects as data, a pure view.
//!
//! ```text
//! terminal ─► Msg ─► update(model, msg, moment) ─► effects ─► runtime ─► worker (Desk, Door) ─► Msg::Job
//!                        │
//!                        └─► view(model, moment) ─► buffer ─► terminal
//! ```
//!
//! | File | What lives there |
//! |---|---|
//! | [`keymap`] | the one key table: contexts, chords, actions, verbs; hints, help, menu and key sheet come from it |
//! | [`msg`] | what can happen ([`msg::Msg`]) and what is wanted ([`msg::Effect`]) |
//! | [`model`] | everything the screen knows; no field belongs to one screen |
//! | [`mod@update`] | the one place where the model changes |
//! | [`mod@view`] | draws the model; pure |
//! | [`pane`] | what a screen or overlay is ([`pane::Pane`]) and how it answers ([`pane::Flow`]) |
//! | [`screen`], [`overlay`] | one file each; closed enums |
//! | [`widget`] | canvas, list, table, field, frame; they know no domain |
//! | [`theme`] | roles, looks, signs |
//! | [`terminal`] | the only user of crossterm |
//! | [`runtime`] | the only one who carries out effects |
//!
//! **A new screen** is one file in `screen/`: a type with a `new` that takes ids, never rows; `impl Pane` (what it
//! asks in `refresh`, what it does in `on_action`, how it looks in `view`) and `impl Face` (tab, title, help topic,
//! place line). Then one line in the `panes!` list and one in `Screen::face` of `screen/mod.rs`, its
//! contexts in `keymap/context.rs` and `keymap/table.rs`, a text in `assets/help`, and a way to it: a `Target`, a
//! digit, or `Flow::push`. It asks the register by `Flow::load(SLOT, Query)` and gets `on_answer(SLOT, Answer)`; it
//! changes the register by `Flow::apply(Command)` only, and is asked to `refresh` after every change. Text from data is drawn
//! through [`widget::canvas::Canvas::put`], which makes it harmless and cuts it. Lists are [`widget::list::List`] drawn
//! by [`widget::table::view`].
//!
//! **A new overlay** is the same in `overlay/`, without `Face`. What it finds out goes to the pane beneath as a
//! [`pane::Reply`]; what it wants done it hands over as [`pane::Want`]s.
//!
//! Must never know: the store, SQL, files, clap.

pub mod keymap;
pub mod model;
pub mod msg;
mod options;
pub mod overlay;
pub mod pane;
pub mod runtime;
pub mod screen;
pub mod terminal;
mod text;
pub mod theme;
pub mod update;
pub mod view;
pub mod widget;

pub use options::{Options, run};
