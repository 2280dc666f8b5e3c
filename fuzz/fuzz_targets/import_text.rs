//! Any bytes as a text file: every layout as if somebody had named it, and as it is recognised.
#![no_main]

use keyward::import::format::{FormatId, Reading};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let how = Reading::default();
    let _ = keyward::import::read("list.csv", data, None, &how);
    for format in FormatId::ALL {
        let _ = keyward::import::read("list.csv", data, Some(*format), &how);
    }
});
