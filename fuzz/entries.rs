//! What the fuzz targets feed, one function each: any bytes in, no panic out. The targets hand them to libFuzzer, and
//! `tests/it/fuzz.rs` to a short run of changed samples in every `cargo test`.

use keyward::import::format::{FormatId, Reading};
use keyward::journal::{Checkpoint, Entry, Receipt};

const TEMPLATE: &[u8] = include_bytes!("../assets/register-template.xlsx");

/// Any bytes as a text file: as it is recognised, and every layout as if somebody had named it.
pub fn text(data: &[u8]) {
    let how = Reading::default();
    let _ = keyward::import::read("list.csv", data, None, &how);
    for format in FormatId::ALL {
        let _ = keyward::import::read("list.csv", data, Some(*format), &how);
    }
}

/// A workbook with some of its bytes replaced: groups of four say where and by what.
pub fn workbook(data: &[u8]) {
    let mut bytes = TEMPLATE.to_vec();
    for chunk in data.chunks_exact(4) {
        let at = usize::from(u16::from_le_bytes([chunk[0], chunk[1]])) % bytes.len();
        bytes[at] ^= chunk[2];
    }
    let _ = keyward::import::read("register.xlsx", &bytes, None, &Reading::default());
}

/// Any bytes as an entry of the journal, a seal, a receipt that was typed, and as text to be shown.
pub fn words(data: &[u8]) {
    let _ = Entry::from_bytes(data);
    let text = String::from_utf8_lossy(data);
    let _ = Checkpoint::parse(&text);
    let _ = Receipt::parse(&text);
    let shown = keyward::text::shown(&text).to_string();
    assert!(!shown.chars().any(|c| c.is_control() && c != '\n'), "a control character is shown");
}
