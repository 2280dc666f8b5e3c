//! A workbook with some of its bytes replaced.
#![no_main]

use keyward::import::format::Reading;
use libfuzzer_sys::fuzz_target;

const TEMPLATE: &[u8] = include_bytes!("../../assets/register-template.xlsx");

fuzz_target!(|data: &[u8]| {
    let mut bytes = TEMPLATE.to_vec();
    for chunk in data.chunks_exact(4) {
        let at = usize::from(u16::from_le_bytes([chunk[0], chunk[1]])) % bytes.len();
        bytes[at] ^= chunk[2];
    }
    let _ = keyward::import::read("register.xlsx", &bytes, None, &Reading::default());
});
