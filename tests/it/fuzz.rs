//! The entries of the fuzz targets, fed with changed samples: a fixed number from a fixed seed, so that every run is the
//! same. A real fuzzer (`fuzz/`) finds more; this one runs everywhere, and keeps the entries building.

#[path = "../../fuzz/entries.rs"]
mod entries;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// No sample is longer; what is in longer ones is in their beginning too.
const MOST: usize = 4096;

/// Pieces that readers look for, put in anywhere.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"\"\"",
    b",",
    b";",
    b"\t",
    b"\r",
    b"\n",
    b"\r\n\r\n",
    b"\0",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"\xFE\xFF",
    b"\xED\xA0\x80",
    b"\x1B]52;c;\x07",
    b"\x9B2J",
    b"=HYPERLINK(",
    b"dn: ",
    b"dn:: ",
    b":< file:///etc/passwd",
    b"\n ",
    b"changetype: delete\n",
    b"#TYPE ",
    b"9999-12-31",
    b"0001-01-01T00:00:00Z",
    b"131000000000000000",
    b"-1",
    b"4294967296",
    b"{\"",
    b"}",
    b"\\u0000",
    b"keyward/",
    b"\xE2\x80\x94 ",
    b"18203-7C1E-90AA-51F0-22B8",
    b"\xE2\x80\xAE",
    b"e\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81\xCC\x81",
];

/// A usual linear generator.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % most.max(1)
    }
}

fn files(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

/// The sample files of the repository that are text, their beginnings.
fn samples() -> Vec<Vec<u8>> {
    let mut paths = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"), &mut paths);
    paths.sort();
    let is_list =
        |path: &PathBuf| path.extension().is_some_and(|ending| ["csv", "ldif", "ldf"].iter().any(|e| ending == *e));
    let read = |path: PathBuf| {
        let mut bytes = std::fs::read(path).unwrap();
        bytes.truncate(MOST);
        bytes
    };
    paths.into_iter().filter(is_list).map(read).collect()
}

/// Changes a sample in one to six places.
fn changed(sample: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = sample.to_vec();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len());
        let to = (at + 1 + random.below(40)).min(bytes.len());
        match random.below(7) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << random.below(8),
            1 if !bytes.is_empty() => bytes[at] = u8::try_from(random.below(256)).unwrap(),
            2 => drop(bytes.drain(at..to)),
            3 => {
                let piece = bytes[at..to].to_vec();
                for _ in 0..=random.below(20) {
                    bytes.splice(at..at, piece.iter().copied());
                }
            }
            4 => bytes.truncate(at),
            5 => {
                let from = random.below(other.len());
                bytes.splice(at.., other[from..].iter().copied());
            }
            _ => {
                let piece = PIECES[random.below(PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
        }
        bytes.truncate(MOST);
    }
    bytes
}

/// Feeds an entry so many changed samples.
fn feed(name: &str, samples: &[Vec<u8>], times: usize, entry: fn(&[u8])) {
    let mut random = Random(20_261_123);
    for turn in 0..times {
        let other = &samples[random.below(samples.len())];
        let bytes = changed(&samples[turn % samples.len()], other, &mut random);
        let done = catch_unwind(AssertUnwindSafe(|| entry(&bytes)));
        assert!(done.is_ok(), "{name}, turn {turn}: {}", bytes.escape_ascii());
    }
}

/// What the words are changed from: an entry, a seal, a receipt, a hostile name.
fn words() -> Vec<Vec<u8>> {
    let samples: [&[u8]; 4] = [
        br#"{"v":1,"seq":2,"at":"2026-11-23T13:09:12.418Z","action":"records.added","op":1,"count":1,"prev":"00","root":"00"}"#,
        "keyward/0198f3c2\n18203\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\u{2014} keyward/0198f3c2+op_1 Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n".as_bytes(),
        b"18203-7C1E-90AA-51F0-22B8",
        "\u{1B}]0;x\u{7}\u{202E}nimda\u{200B} e\u{301}\u{E0041} \u{9B}2J".as_bytes(),
    ];
    samples.map(<[u8]>::to_vec).to_vec()
}

/// Groups of four: where in the workbook, and by what it is changed.
fn places() -> Vec<Vec<u8>> {
    vec![vec![0; 4], (0..=255).collect(), b"PK\x05\x06".to_vec()]
}

fn all(times: usize) {
    feed("text", &samples(), 20 * times, entries::text);
    feed("workbook", &places(), 2 * times, entries::workbook);
    feed("words", &words(), 100 * times, entries::words);
}

#[test]
fn changed_samples_stop_nothing() {
    all(20);
}

#[test]
#[ignore = "takes minutes; the release gate runs it"]
fn fuzz_for_long() {
    all(800);
}
