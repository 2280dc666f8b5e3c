//! Bytes to text: which character set a file has, and its fingerprint.
//!
//! Must never know: what the text says.

use super::error::ImportError;
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use sha2::{Digest, Sha256};
use std::borrow::Cow;

crate::words! {
    /// The character set of a text file.
    pub enum Encoding {
        Utf8 = "utf-8", "UTF-8";
        Utf16Le = "utf-16le", "UTF-16";
        Utf16Be = "utf-16be", "UTF-16 (big-endian)";
        Windows1252 = "windows-1252", "Western (Windows)";
        Workbook = "workbook", "workbook";
    }
}

/// How much is read before a file, row or cell is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file.
    pub file: usize,
    /// Bytes of one row.
    pub row: usize,
    /// Bytes of one cell that is kept.
    pub field: usize,
    /// Columns.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { file: 200 << 20, row: 1 << 20, field: 64 << 10, columns: 1_000, rows: 5_000_000 }
    }
}

/// The text of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text, without a byte-order mark.
    pub text: Cow<'a, str>,
    /// Its character set.
    pub encoding: Encoding,
    /// The character set is a guess: a person has to look at the letters before anything is taken.
    pub guessed: bool,
    /// Some bytes were not valid and stand as U+FFFD; rows with one are set aside.
    pub damaged: bool,
}

/// SHA-256 of the bytes, in hex.
pub fn fingerprint(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Refuses a file that is empty or over the limit.
pub fn check_size(bytes: &[u8], limits: &Limits) -> Result<(), ImportError> {
    if bytes.is_empty() {
        return Err(ImportError::Empty);
    }
    if bytes.len() > limits.file {
        let mib = |size: usize| u64::try_from(size.div_ceil(1 << 20)).unwrap_or(u64::MAX);
        return Err(ImportError::TooLarge { mib: mib(bytes.len()), limit_mib: mib(limits.file) });
    }
    Ok(())
}

/// Finds the character set and decodes. A byte-order mark decides; then the pattern of NUL bytes that UTF-16
/// without a mark has; then UTF-8, strict but for a letter cut off at the very end; what is left is taken for Windows-1252 and marked as a guess.
pub fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Some(rest) = bytes.strip_prefix(b"\xEF\xBB\xBF") {
        return utf8(rest);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFF\xFE") {
        return utf16(rest, Encoding::Utf16Le);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xFE\xFF") {
        return utf16(rest, Encoding::Utf16Be);
    }
    if let Some(encoding) = utf16_pattern(bytes) {
        return utf16(bytes, encoding);
    }
    match std::str::from_utf8(bytes) {
        Err(error) if !is_cut_off(bytes, error) => {}
        _ => return utf8(bytes),
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Decoded { text, encoding: Encoding::Windows1252, guessed: true, damaged: false }
}

/// A file in UTF-8 that ends within a letter: everything before is sound, and accents are among it.
fn is_cut_off(bytes: &[u8], error: std::str::Utf8Error) -> bool {
    let sound = bytes.get(..error.valid_up_to()).unwrap_or_default();
    error.error_len().is_none() && !sound.is_ascii()
}

fn utf8(bytes: &[u8]) -> Decoded<'_> {
    let text = String::from_utf8_lossy(bytes);
    let damaged = matches!(text, Cow::Owned(_));
    Decoded { text, encoding: Encoding::Utf8, guessed: false, damaged }
}

fn utf16(bytes: &[u8], encoding: Encoding) -> Decoded<'_> {
    let charset = if encoding == Encoding::Utf16Be { UTF_16BE } else { UTF_16LE };
    let (text, damaged) = charset.decode_without_bom_handling(bytes);
    Decoded { text, encoding, guessed: false, damaged }
}

/// UTF-16 of mostly Latin text has a NUL in every second byte. Seven of ten on one side and none on the other is
/// far from anything a list in another character set shows.
fn utf16_pattern(bytes: &[u8]) -> Option<Encoding> {
    let sample = bytes.get(..bytes.len().min(4096)).unwrap_or_default();
    if sample.len() < 8 {
        return None;
    }
    let zeros = |parity: usize| sample.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let most = sample.len() / 2 * 7 / 10;
    match (even, odd) {
        (0, odd) if odd > most => Some(Encoding::Utf16Le),
        (even, 0) if even > most => Some(Encoding::Utf16Be),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16_bytes(text: &str, big: bool) -> Vec<u8> {
        text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
    }

    #[test]
    fn every_usual_character_set_is_read() {
        let text = "Name,Login\r\nJosé Ibáñez,jose\r\n";
        let mut bom = b"\xEF\xBB\xBF".to_vec();
        bom.extend(text.as_bytes());
        assert_eq!(decode(&bom).text, text);
        for big in [false, true] {
            let plain = utf16_bytes(text, big);
            assert_eq!(decode(&plain).text, text, "without a mark");
            let mut marked = if big { vec![0xFE, 0xFF] } else { vec![0xFF, 0xFE] };
            marked.extend(&plain);
            assert_eq!(decode(&marked).text, text, "with a mark");
        }
    }

    #[test]
    fn a_windows_file_is_read_but_marked_as_a_guess() {
        let decoded = decode(b"Name\nJos\xE9\n");
        assert_eq!((decoded.text.as_ref(), decoded.guessed), ("Name\nJosé\n", true));
        assert!(!decode("Name\nJosé\n".as_bytes()).guessed);
    }

    #[test]
    fn an_odd_utf16_file_is_read_and_called_damaged() {
        let mut bytes = b"\xFF\xFE".to_vec();
        bytes.extend(utf16_bytes("a,b\n", false));
        bytes.push(b'x');
        assert!(decode(&bytes).damaged);
    }

    #[test]
    fn nothing_and_too_much_are_refused() {
        let limits = Limits { file: 10, ..Limits::default() };
        assert_eq!(check_size(b"", &limits), Err(ImportError::Empty));
        assert!(matches!(check_size(&[b'a'; 11], &limits), Err(ImportError::TooLarge { .. })));
        assert_eq!(check_size(&[b'a'; 10], &limits), Ok(()));
    }

    #[test]
    fn the_fingerprint_is_the_usual_one() {
        assert_eq!(fingerprint(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
