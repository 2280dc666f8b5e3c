//! The text formats.

use super::sample;
use crate::report::{Format, render};
use std::path::Path;

#[test]
fn look() {
    let dir = Path::new("/tmp/report-look");
    std::fs::create_dir_all(dir).unwrap();
    for (name, doc) in [
        ("discharge", sample::discharge().document()),
        ("who", sample::who().document()),
        ("reach", sample::reach().document()),
        ("findings", sample::findings().document()),
        ("status", sample::status().document()),
    ] {
        for format in Format::ALL {
            let bytes = render(&doc, *format).unwrap();
            std::fs::write(dir.join(format!("{name}.{}", format.word())), bytes).unwrap();
        }
    }
}
