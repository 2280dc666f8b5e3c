//! Looks a packed file over before anything unpacks it: how many entries, their names, and how large each becomes.
//!
//! The sizes written in such a file can lie, so each entry is run through and counted, without keeping a byte. The
//! limits are those of Apache POI and of the `unzip` bomb check. Must never know: what is inside.

use crate::import::error::ImportError;

/// Entries of a packed file.
const MAX_ENTRIES: u16 = 1_000;
/// All entries unpacked, in bytes.
const MAX_TOTAL: u64 = 1 << 30;
/// Below this size an entry may be packed as tightly as it likes.
const FREE_SIZE: u64 = 100 << 10;
/// Above it, so many times its packed size.
const MAX_RATIO: u64 = 100;

/// Refuses a packed file that would unpack to too much or hides something.
pub(super) fn check(bytes: &[u8]) -> Result<(), ImportError> {
    inspect(bytes).map_err(|why| ImportError::Packed { why })
}

const BROKEN: &str = "its directory is not sound";

fn inspect(bytes: &[u8]) -> Result<(), &'static str> {
    // The directory's end is looked for at the very end only, so that every reader finds the same one.
    let end = bytes.len().checked_sub(22).ok_or(BROKEN)?;
    if u32_at(bytes, end) != Some(0x0605_4b50) || u16_at(bytes, end + 20) != Some(0) {
        return Err(BROKEN);
    }
    let entries = u16_at(bytes, end + 10).ok_or(BROKEN)?;
    if entries > MAX_ENTRIES {
        return Err("it has more than 1000 parts");
    }
    let mut at = offset(u32_at(bytes, end + 16))?;
    let mut total = 0_u64;
    for _ in 0..entries {
        if u32_at(bytes, at) != Some(0x0201_4b50) {
            return Err(BROKEN);
        }
        let lengths = [28, 30, 32].map(|field| u16_at(bytes, at + field).map(usize::from));
        let [Some(name), Some(extra), Some(comment)] = lengths else { return Err(BROKEN) };
        check_name(bytes.get(at + 46..at + 46 + name).ok_or(BROKEN)?)?;
        total = total.saturating_add(entry_size(bytes, at)?);
        if total > MAX_TOTAL {
            return Err("it unpacks to more than 1 GiB");
        }
        at = at + 46 + name + extra + comment;
    }
    Ok(())
}

fn entry_size(bytes: &[u8], at: usize) -> Result<u64, &'static str> {
    if u16_at(bytes, at + 8).is_none_or(|flags| flags & 1 != 0) {
        return Err("a part of it has a password");
    }
    let packed = offset(u32_at(bytes, at + 20))?;
    let local = offset(u32_at(bytes, at + 42))?;
    if u32_at(bytes, local) != Some(0x0403_4b50) {
        return Err(BROKEN);
    }
    let lengths = [26, 28].map(|field| u16_at(bytes, local + field).map(usize::from));
    let [Some(name), Some(extra)] = lengths else { return Err(BROKEN) };
    let start = local + 30 + name + extra;
    let data = start.checked_add(packed).and_then(|end| bytes.get(start..end)).ok_or(BROKEN)?;
    let packed = u64::try_from(data.len()).unwrap_or(u64::MAX);
    match u16_at(bytes, at + 10) {
        Some(0) => Ok(packed),
        Some(8) => {
            let limit = FREE_SIZE.max(packed.saturating_mul(MAX_RATIO)).min(MAX_TOTAL);
            match inflated_size(data, limit) {
                Some(size) if size <= limit => Ok(size),
                Some(_) => Err("a part of it unpacks to more than 100 times its size"),
                None => Err("a part of it is damaged"),
            }
        }
        _ => Err("a part of it is packed in an unusual way"),
    }
}

fn check_name(name: &[u8]) -> Result<(), &'static str> {
    let text = String::from_utf8_lossy(name);
    let climbs = text.split(['/', '\\']).any(|part| part == "..");
    if climbs || text.starts_with(['/', '\\']) || text.get(1..2) == Some(":") {
        return Err("a part of it wants to lie outside");
    }
    Ok(())
}

fn offset(value: Option<u32>) -> Result<usize, &'static str> {
    match value {
        Some(u32::MAX) => Err("it is larger than Keyward reads"),
        Some(value) => usize::try_from(value).map_err(|_| BROKEN),
        None => Err(BROKEN),
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at.checked_add(2)?)?.try_into().ok().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_le_bytes)
}

/// Bits from the lowest of each byte, as deflate (RFC 1951) packs them.
struct Bits<'a> {
    data: std::slice::Iter<'a, u8>,
    held: u32,
    count: u32,
}

impl Bits<'_> {
    fn take(&mut self, wanted: u32) -> Option<u32> {
        while self.count < wanted {
            self.held |= u32::from(*self.data.next()?) << self.count;
            self.count += 8;
        }
        let value = self.held & ((1_u32 << wanted) - 1);
        self.held >>= wanted;
        self.count -= wanted;
        Some(value)
    }

    fn skip_to_byte(&mut self) {
        self.held = 0;
        self.count = 0;
    }
}

/// A canonical Huffman code: how many codes of each length, and the symbols in order.
struct Code {
    counts: [u16; 16],
    symbols: Vec<u16>,
}

impl Code {
    fn new(lengths: &[u8]) -> Option<Self> {
        let mut counts = [0_u16; 16];
        for length in lengths {
            *counts.get_mut(usize::from(*length))? += 1;
        }
        // Unused symbols have the length 0 and no code.
        if let Some(unused) = counts.first_mut() {
            *unused = 0;
        }
        let mut symbols: Vec<(u8, u16)> = Vec::new();
        for (symbol, length) in lengths.iter().enumerate().filter(|(_, length)| **length > 0) {
            symbols.push((*length, u16::try_from(symbol).ok()?));
        }
        symbols.sort_unstable();
        Some(Self { counts, symbols: symbols.into_iter().map(|(_, symbol)| symbol).collect() })
    }

    fn decode(&self, bits: &mut Bits<'_>) -> Option<u16> {
        let (mut code, mut first, mut index) = (0_u32, 0_u32, 0_u32);
        for count in self.counts.iter().skip(1) {
            let count = u32::from(*count);
            code |= bits.take(1)?;
            if code < first + count {
                let place = index + code.checked_sub(first)?;
                return self.symbols.get(usize::try_from(place).ok()?).copied();
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        None
    }
}

/// How many bytes deflated data becomes; stops as soon as it is over the limit. None when it is not valid.
fn inflated_size(data: &[u8], limit: u64) -> Option<u64> {
    let mut bits = Bits { data: data.iter(), held: 0, count: 0 };
    let mut size = 0_u64;
    loop {
        let last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => {
                bits.skip_to_byte();
                let length = bits.take(16)?;
                if bits.take(16)? != !length & 0xFFFF {
                    return None;
                }
                for _ in 0..length {
                    bits.data.next()?;
                }
                size += u64::from(length);
            }
            1 => size = block(&mut bits, &fixed()?, size, limit)?,
            2 => {
                let codes = dynamic(&mut bits)?;
                size = block(&mut bits, &codes, size, limit)?;
            }
            _ => return None,
        }
        if last || size > limit {
            return Some(size);
        }
    }
}

/// Base length and extra bits of the length symbols from 257.
const LENGTHS: [(u16, u32); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

fn block(bits: &mut Bits<'_>, (literals, distances): &(Code, Code), mut size: u64, limit: u64) -> Option<u64> {
    while size <= limit {
        let symbol = literals.decode(bits)?;
        match symbol {
            0..256 => size += 1,
            256 => return Some(size),
            _ => {
                let (base, extra) = LENGTHS.get(usize::from(symbol - 257))?;
                size += u64::from(*base) + u64::from(bits.take(*extra)?);
                let distance = u32::from(distances.decode(bits)?);
                if distance > 29 {
                    return None;
                }
                // The distance's extra bits: none for the first four, then one more for every second symbol.
                bits.take((distance / 2).saturating_sub(1))?;
            }
        }
    }
    Some(size)
}

fn fixed() -> Option<(Code, Code)> {
    let mut lengths = vec![8_u8; 144];
    lengths.extend([9; 112]);
    lengths.extend([7; 24]);
    lengths.extend([8; 8]);
    Some((Code::new(&lengths)?, Code::new(&[5; 30])?))
}

fn dynamic(bits: &mut Bits<'_>) -> Option<(Code, Code)> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let literals = usize::try_from(bits.take(5)?).ok()? + 257;
    let distances = usize::try_from(bits.take(5)?).ok()? + 1;
    let codes = usize::try_from(bits.take(4)?).ok()? + 4;
    let mut lengths = [0_u8; 19];
    for place in ORDER.iter().take(codes) {
        *lengths.get_mut(*place)? = u8::try_from(bits.take(3)?).ok()?;
    }
    let code = Code::new(&lengths)?;
    let mut all: Vec<u8> = Vec::with_capacity(literals + distances);
    while all.len() < literals + distances {
        let (value, times) = match code.decode(bits)? {
            symbol @ 0..16 => (u8::try_from(symbol).ok()?, 1),
            16 => (*all.last()?, bits.take(2)? + 3),
            17 => (0, bits.take(3)? + 3),
            _ => (0, bits.take(7)? + 11),
        };
        for _ in 0..times {
            all.push(value);
        }
    }
    if all.len() > literals + distances {
        return None;
    }
    let (first, second) = all.split_at(literals);
    Some((Code::new(first)?, Code::new(second)?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
    use super::*;
    use proptest::prelude::*;

    /// A workbook as a writer makes it, with so much text in it.
    fn workbook(text: &str, cells: u32) -> Vec<u8> {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for row in 0..cells {
            sheet.write_string(row, 0, format!("{text}{row}")).unwrap();
        }
        book.save_to_buffer().unwrap()
    }

    /// A packed file with one deflated part.
    fn packed(name: &str, data: &[u8]) -> Vec<u8> {
        let length = |value: usize| u32::try_from(value).unwrap().to_le_bytes();
        let name_length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let mut bytes = vec![b'P', b'K', 3, 4, 20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend(length(data.len()));
        bytes.extend(length(9));
        bytes.extend(name_length);
        bytes.extend([0, 0]);
        bytes.extend(name.as_bytes());
        bytes.extend(data);
        let directory = bytes.len();
        bytes.extend([b'P', b'K', 1, 2, 20, 0, 20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        bytes.extend(length(data.len()));
        // The size it claims is a lie.
        bytes.extend(length(9));
        bytes.extend(name_length);
        bytes.extend([0; 16]);
        bytes.extend(name.as_bytes());
        let size = bytes.len() - directory;
        bytes.extend([b'P', b'K', 5, 6, 0, 0, 0, 0, 1, 0, 1, 0]);
        bytes.extend(length(size));
        bytes.extend(length(directory));
        bytes.extend([0, 0]);
        bytes
    }

    /// Deflate of so many thousand zeros: one literal, then copies of 258 in the fixed code.
    fn zeros(copies: usize) -> Vec<u8> {
        let mut bits: Vec<u8> = vec![1, 1, 0];
        bits.extend([0, 0, 1, 1, 0, 0, 0, 0]);
        for _ in 0..copies {
            bits.extend([1, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
        }
        bits.extend([0; 7]);
        bits.chunks(8).map(|byte| byte.iter().enumerate().fold(0, |sum, (at, bit)| sum | bit << at)).collect()
    }

    #[test]
    fn a_workbook_passes_and_its_parts_are_counted_right() {
        assert_eq!(check(&workbook("Dana Ruiz", 3_000)), Ok(()));
        assert_eq!(inflated_size(&zeros(0), 1 << 30), Some(1));
        assert_eq!(inflated_size(&zeros(1_000), 1 << 30), Some(258_001));
    }

    #[test]
    fn a_bomb_is_refused_though_it_claims_to_be_small() {
        assert_eq!(check(&packed("xl/a.xml", &zeros(100))), Ok(()), "25 KiB are free");
        let error = check(&packed("xl/a.xml", &zeros(100_000))).unwrap_err();
        assert!(error.to_string().contains("100 times"), "{error}");
    }

    #[test]
    fn names_that_climb_out_are_refused() {
        for name in ["../a", "a/../../b", "/etc/passwd", "C:/a", "a\\..\\b"] {
            assert!(check(&packed(name, &zeros(1))).is_err(), "{name}");
        }
        assert_eq!(check(&packed("xl/..a/b..xml", &zeros(1))), Ok(()));
    }

    #[test]
    fn a_workbook_cut_off_anywhere_is_refused() {
        let book = workbook("x", 20);
        for cut in (0..book.len()).step_by(13) {
            assert!(check(book.get(..cut).unwrap()).is_err(), "{cut}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = check(&bytes);
            let _ = inflated_size(&bytes, 1 << 20);
            let _ = check(&packed("a", &bytes));
        }
    }
}
