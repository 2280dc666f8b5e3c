//! Any bytes as an entry, a seal, a receipt, and text to be shown.
#![no_main]

#[path = "../entries.rs"]
#[allow(dead_code)]
mod entries;

libfuzzer_sys::fuzz_target!(|data: &[u8]| entries::words(data));
