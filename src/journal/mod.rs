//! The journal: entries, record leaves, chain and root over the bytes as stored, checkpoints, verification.
//!
//! Pure functions over bytes and iterators; `docs/journal.md` describes the format for somebody without this program.
//!
//! | Module | What |
//! |---|---|
//! | [`codec`] | a record's two parts as bytes, and back |
//! | [`leaf`] | what is hashed, and how |
//! | [`tree`] | the RFC 6962 tree: root, running frontier, inclusion proofs |
//! | [`entry`] | one entry in its only spelling |
//! | [`checkpoint`] | signed notes over size and root |
//! | [`receipt`] | the short code printed on reports |
//! | [`mod@verify`] | the pass over everything |
//! | [`verdict`] | what the pass found, in one sentence |
//!
//! Must never know: SQL, the clock.

pub mod checkpoint;
pub mod codec;
pub mod entry;
pub mod leaf;
pub mod receipt;
pub mod tree;
pub mod verdict;
pub mod verify;

pub use checkpoint::{Checkpoint, CheckpointError, KnownKey, NoteSignature};
pub use codec::{CodecError, Opening, Parts, VersionBytes};
pub use ed25519_dalek::{SigningKey, VerifyingKey};
pub use entry::{Entry, EntryError};
pub use leaf::Hash;
pub use receipt::{HighWater, Receipt};
pub use tree::Frontier;
pub use verdict::{Fault, Problem, StateDifference, Verdict, Verification};
pub use verify::{Anchors, StoredEntry, Verifier, verify};
