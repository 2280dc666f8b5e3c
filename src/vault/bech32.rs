//! Bech32 (BIP 173) for one kind of text only: an age identity, `AGE-SECRET-KEY-1…`.
//!
//! The age crate reads and writes such texts but keeps the bytes to itself; the signing key and the identity behind
//! the recovery code need them.
//!
//! Must never know: what an identity opens.

use zeroize::Zeroizing;

/// The part before the separator, as the checksum sees it.
const PREFIX: &str = "age-secret-key-";
/// The 32 signs of Bech32, by value.
const SIGNS: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// 32 bytes in groups of five bits, the last one padded.
const GROUPS: usize = 52;
/// Groups of the checksum.
const CHECKS: usize = 6;

/// The text of an identity with these secret bytes, in capitals as age writes it.
pub(super) fn identity_text(secret: &[u8; 32]) -> Zeroizing<String> {
    let groups = to_groups(secret);
    let checksum = polymod(groups.iter().copied().chain([0; CHECKS])) ^ 1;
    let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + 1 + GROUPS + CHECKS));
    text.push_str(PREFIX);
    text.push('1');
    for &group in groups.iter() {
        text.push(sign(group));
    }
    for place in (0..CHECKS).rev() {
        text.push(sign(u8::try_from(checksum >> (5 * place) & 31).unwrap_or(0)));
    }
    text.make_ascii_uppercase();
    text
}

/// The secret bytes of an identity's text; nothing when the text is not one. All small or all capital letters.
pub(super) fn identity_secret(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mixed = text.bytes().any(|b| b.is_ascii_lowercase()) && text.bytes().any(|b| b.is_ascii_uppercase());
    let head = text.get(..PREFIX.len())?;
    let body = text.get(PREFIX.len()..)?.strip_prefix('1')?;
    if mixed || !head.eq_ignore_ascii_case(PREFIX) || body.len() != GROUPS + CHECKS {
        return None;
    }
    let mut groups = Zeroizing::new([0u8; GROUPS + CHECKS]);
    for (to, byte) in groups.iter_mut().zip(body.bytes()) {
        let value = SIGNS.iter().position(|&s| s == byte.to_ascii_lowercase())?;
        *to = u8::try_from(value).ok()?;
    }
    if polymod(groups.iter().copied()) != 1 {
        return None;
    }
    from_groups(groups.iter().copied().take(GROUPS))
}

fn sign(value: u8) -> char {
    SIGNS.get(usize::from(value & 31)).map_or('q', |&s| char::from(s))
}

fn to_groups(secret: &[u8; 32]) -> Zeroizing<[u8; GROUPS]> {
    let mut groups = Zeroizing::new([0u8; GROUPS]);
    let mut held = 0u32;
    let mut bits = 0;
    let mut out = groups.iter_mut();
    for &byte in secret {
        held = (held << 8 | u32::from(byte)) & 0xfff;
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            if let Some(group) = out.next() {
                *group = u8::try_from(held >> bits & 31).unwrap_or(0);
            }
        }
    }
    if let Some(group) = out.next() {
        *group = u8::try_from(held << (5 - bits) & 31).unwrap_or(0);
    }
    groups
}

fn from_groups(groups: impl Iterator<Item = u8>) -> Option<Zeroizing<[u8; 32]>> {
    let mut secret = Zeroizing::new([0u8; 32]);
    let mut held = 0u32;
    let mut bits = 0;
    let mut out = secret.iter_mut();
    for group in groups {
        held = (held << 5 | u32::from(group)) & 0xfff;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            *out.next()? = u8::try_from(held >> bits & 0xff).ok()?;
        }
    }
    // Padding must be zero, or one identity would have several spellings.
    (held & ((1 << bits) - 1) == 0).then_some(secret)
}

/// The checksum of BIP 173 over prefix and groups.
fn polymod(groups: impl Iterator<Item = u8>) -> u32 {
    let high = PREFIX.bytes().map(|b| b >> 5);
    let low = PREFIX.bytes().map(|b| b & 31);
    high.chain([0]).chain(low).chain(groups).fold(1u32, |sum, value| {
        let top = sum >> 25;
        let mut next = (sum & 0x01ff_ffff) << 5 ^ u32::from(value);
        for (bit, factor) in
            [0x3b6a_57b2u32, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3].into_iter().enumerate()
        {
            if top >> bit & 1 == 1 {
                next ^= factor;
            }
        }
        next
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

    use super::*;
    use age::secrecy::ExposeSecret as _;

    #[test]
    fn our_text_is_the_text_age_writes_for_the_same_secret() {
        for seed in 0..64u8 {
            let secret =
                std::array::from_fn(|i| seed.wrapping_mul(37).wrapping_add(u8::try_from(i * 11 % 251).unwrap()));
            let text = identity_text(&secret);
            let theirs: age::x25519::Identity = text.parse().unwrap();
            assert_eq!(theirs.to_string().expose_secret(), text.as_str());
            assert_eq!(*identity_secret(&text).unwrap(), secret);
        }
    }

    #[test]
    fn texts_made_by_age_are_read() {
        for _ in 0..16 {
            let theirs = age::x25519::Identity::generate().to_string();
            let secret = identity_secret(theirs.expose_secret()).unwrap();
            assert_eq!(identity_text(&secret).as_str(), theirs.expose_secret());
            assert!(identity_secret(&theirs.expose_secret().to_lowercase()).is_some());
        }
    }

    #[test]
    fn a_changed_letter_anywhere_is_refused() {
        let text = identity_text(&[7; 32]).to_string();
        for at in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'Q' { b'P' } else { b'Q' };
            assert!(identity_secret(std::str::from_utf8(&changed).unwrap()).is_none(), "letter {at}");
        }
    }

    #[test]
    fn cut_texts_and_texts_of_mixed_case_are_refused() {
        let text = identity_text(&[7; 32]).to_string();
        assert!(identity_secret(&text[..text.len() - 1]).is_none());
        assert!(identity_secret(&format!("{text}Q")).is_none());
        assert!(identity_secret(&text.replace("AGE", "age")).is_none());
        assert!(identity_secret("").is_none());
        assert!(identity_secret("äöüäöüäöüäöüäöü").is_none());
    }
}
