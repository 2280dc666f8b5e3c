//! Hostile texts: none may leave `shown` with anything that moves, hides or reorders.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests stop at the first surprise")]

use super::*;
use proptest::prelude::*;

/// Texts that people have put into names to see what happens, and some that are only unusual.
pub(crate) const HOSTILE: &[&str] = &[
    "\u{1b}[2J\u{1b}[H",
    "\u{1b}]0;owned\u{7}",
    "\u{1b}]8;;http://evil.example\u{1b}\\click\u{1b}]8;;\u{1b}\\",
    "\u{1b}]52;c;cm0gLXJm\u{7}",
    "\u{1b}P1$r0m\u{1b}\\",
    "\u{1b}c",
    "\u{1b}[?1049l",
    "\u{9b}31mred",
    "\u{90}q\u{9c}",
    "\u{85}next line",
    "a\nb",
    "a\r\nb",
    "a\rb",
    "a\tb",
    "a\u{8}b",
    "a\u{b}\u{c}b",
    "\0",
    "a\0b",
    "\u{7f}",
    "bell\u{7}",
    "\u{e}shift out\u{f}",
    "invoice\u{202e}fdp.exe",
    "\u{202d}abc\u{202c}",
    "\u{2066}a\u{2069}",
    "\u{2067}a\u{2068}b\u{2069}",
    "a\u{200e}b\u{200f}c",
    "\u{61c}x",
    "pay\u{200b}pal",
    "pay\u{200c}pal",
    "pay\u{200d}pal",
    "pay\u{2060}pal",
    "\u{feff}bom",
    "soft\u{ad}hyphen",
    "a\u{34f}b",
    "\u{3164}",
    "\u{115f}\u{1160}",
    "\u{ffa0}",
    "\u{2800}\u{2800}",
    "a\u{2028}b\u{2029}c",
    "x\u{e0041}\u{e0042}\u{e007f}y",
    "a\u{fe00}b",
    "a\u{e0100}b",
    "\u{2764}\u{fe0f}",
    "Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}algo",
    "\u{301}leading mark",
    "\u{20e3}",
    "👨\u{200d}👩\u{200d}👧",
    "🏴\u{e0067}\u{e0062}\u{e007f}",
    "\u{fff9}a\u{fffa}b\u{fffb}",
    "\u{e000}private",
    "\u{fffe}\u{ffff}",
    "\u{10ffff}",
    "\u{2061}\u{2062}\u{2063}\u{2064}",
    "\u{206a}\u{206f}",
    "\u{1d173}",
    "\u{180e}",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "株式会社テスト",
    "שלום",
    "مرحبا",
    "می\u{200c}خواهم",
    "José Ñandú Łukasz",
    "%n%s%x",
    "../../etc/passwd",
    "${jndi:ldap://x}",
];

/// What no shown text may hold.
fn unsafe_sign(letter: char) -> bool {
    letter.is_control()
        || matches!(u32::from(letter), 0x200b | 0x200e..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0x61c | 0xad
            | 0xfeff | 0xfe00..=0xfe0f | 0xe0000..=0xe0fff | 0xe000..=0xf8ff | 0x3164 | 0x115f | 0x1160 | 0xffa0 | 0x2800
            | 0xfff0..=0xfffb)
}

#[test]
fn nothing_that_moves_hides_or_reorders_leaves_shown() {
    for text in HOSTILE {
        for safe in [shown(text), shown_ascii(text)] {
            assert!(!safe.chars().any(unsafe_sign), "{text:?} became {safe:?}");
            assert!(!safe.is_empty(), "{text:?} vanished");
        }
        assert_eq!(shown(&shown(text)), shown(text), "showing twice differs for {text:?}");
        assert!(shown_ascii(text).chars().all(|c| !('\u{2400}'..='\u{2426}').contains(&c)));
    }
}

#[test]
fn controls_become_pictures_and_marks_are_named() {
    assert_eq!(shown("\u{1b}[2J"), "␛[2J");
    assert_eq!(shown_ascii("\u{1b}[2J\u{7f}"), "^[[2J^?");
    assert_eq!(shown("\u{9b}31m"), "␛[31m");
    assert_eq!(shown("a\r\n\tb\0"), "a␍␊␉b␀");
    assert_eq!(shown("invoice\u{202e}fdp.exe"), "invoice[RLO]fdp.exe");
    assert_eq!(shown("x\u{e0041}\u{e0042}y"), "x[TAGS]y");
    assert_eq!(shown("a\u{fe00}"), "a[VS1]");
    assert_eq!(shown("pay\u{200b}pal"), "pay[ZWSP]pal");
    assert_eq!(shown("\u{301}x"), "\u{25cc}\u{301}x");
    assert_eq!(shown("Z\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}!"), "Z\u{300}\u{301}\u{302}\u{303}[+2 marks]!");
}

#[test]
fn ordinary_letters_of_every_script_stay_and_are_not_copied() {
    for text in ["Dana Ruiz", "José Ñandú", "株式会社", "שלום", "مرحبا", "می\u{200c}خواهم", "हिन्दी", "Việt Nam", "a b"]
    {
        assert!(matches!(shown(text), Cow::Borrowed(same) if same == text), "{text:?}");
    }
    assert_eq!(shown("❤\u{fe0f}"), "❤");
}

#[test]
fn a_fitted_text_has_exactly_its_cells_whatever_it_holds() {
    for text in HOSTILE {
        for cells in 0..24 {
            for ascii in [false, true] {
                assert_eq!(width(&fit(text, cells, ascii)), cells, "{text:?} in {cells}");
            }
        }
    }
}

#[test]
fn a_cut_text_ends_in_dots_and_no_letter_is_halved() {
    assert_eq!(fit("Dana Ruiz", 9, false), "Dana Ruiz");
    assert_eq!(fit("Dana Ruiz", 12, false), "Dana Ruiz   ");
    assert_eq!(fit("Dana Ruiz", 6, false), "Dana …");
    assert_eq!(fit("Dana Ruiz", 6, true), "Dan...");
    assert_eq!(fit("Dana Ruiz", 2, true), "D~");
    assert_eq!(fit("株式会社", 4, false), "株… ");
    assert_eq!(fit("e\u{301}e\u{301}e\u{301}", 2, false), "e\u{301}…");
    assert_eq!(fit("Dana", 0, false), "");
}

#[test]
fn folding_forgets_accents_case_and_width_and_nothing_else() {
    assert_eq!(folded("Müller"), folded("MULLER"));
    assert_eq!(folded("Ｍｕｌｌｅｒ"), "muller");
    assert_eq!(folded("Straße"), "strasse");
    assert_eq!(folded("Łukasz Ørsted Đorđe"), "lukasz orsted dorde");
    assert_eq!(folded("pay\u{200b}pal"), "paypal");
    assert_eq!(folded("שָׁלוֹם"), folded("שלום"));
    assert_ne!(folded("कि"), folded("क"));
    assert_eq!(folded("한국"), "한국");
    assert_ne!(folded("Dana"), folded("Dona"));
}

#[test]
fn file_names_are_plain_short_and_never_reserved() {
    assert_eq!(file_name("Harbor Dental: who can get in?"), "harbor-dental-who-can-get-in");
    assert_eq!(file_name("../../etc/passwd"), "etc-passwd");
    assert_eq!(file_name("CON"), "con-file");
    assert_eq!(file_name("com1"), "com1-file");
    assert_eq!(file_name("com10"), "com10");
    assert_eq!(file_name("株式会社"), "report");
    assert_eq!(file_name("-.-"), "report");
    assert_eq!(file_name("Zoë Ångström"), "zoe-angstrom");
    assert_eq!(file_name(&"ab ".repeat(60)).len(), 64);
    for text in HOSTILE {
        let name = file_name(text);
        assert!(!name.is_empty() && name.len() <= 64 && !name.starts_with('-') && !name.ends_with('-'));
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{name}");
    }
}

#[test]
fn no_csv_field_starts_a_formula() {
    for text in [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\0=1",
        "  =1",
        "\u{a0}=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        "\u{200b}=1",
        "\u{feff}=1",
        "=cmd|' /C calc'!A0",
        "-2+3+cmd|' /C calc'!A0",
        "=HYPERLINK(\"http://x\",\"y\")",
        "'=1",
        "''=1",
        "−1",
    ] {
        let field = csv_cell(text);
        assert!(field.starts_with("\"'"), "{text:?} gave {field:?}");
        let inside = field[1..field.len() - 1].replace("\"\"", "\"");
        assert_eq!(csv_unguarded(&inside), text);
    }
    for text in ["Dana Ruiz", "a=b", "'tis", "it's", "1-2", "", "'"] {
        assert_eq!(csv_cell(text), format!("\"{text}\""));
        assert_eq!(csv_unguarded(text), text);
    }
    assert_eq!(csv_cell("say \"no\", now"), "\"say \"\"no\"\", now\"");
    assert_eq!(csv_plain("-5"), "\"-5\"");
}

proptest! {
    #[test]
    fn any_text_is_safe_stable_and_fits(text in "\\PC{0,40}|(?s).{0,40}", cells in 0_usize..30) {
        let safe = shown(&text);
        prop_assert!(!safe.chars().any(unsafe_sign));
        prop_assert_eq!(shown(&safe).into_owned(), safe.clone().into_owned());
        prop_assert_eq!(width(&fit(&text, cells, false)), cells);
        prop_assert_eq!(width(&fit(&text, cells, true)), cells);
    }

    #[test]
    fn what_csv_guards_comes_back_as_it_was(text in "['=+@ \\-a\\t\\n\"]{0,8}") {
        let field = csv_cell(&text);
        let inside = field[1..field.len() - 1].replace("\"\"", "\"");
        prop_assert_eq!(csv_unguarded(&inside), text);
    }
}
