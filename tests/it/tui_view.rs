//! How every screen looks, at the sizes that matter, and that no size breaks it.

use crate::tui_support::{PASSPHRASE, Rig, assert_frame, small};
use keyward::tui::theme::{Abilities, Depth};

/// Every screen by the keys that lead there from Today.
const SCREENS: &[(&str, &str)] = &[
    ("today", "Down Up"),
    ("people", "2"),
    ("person_access", "2 Enter"),
    ("person_logins", "2 Enter Right"),
    ("person_training", "2 Enter Right Right"),
    ("person_runs", "D d a Enter 2 Enter Right Right Right"),
    ("person_history", "2 Enter Right Right Right Right"),
    ("start", "D d a"),
    ("run_ways", "D d a Enter R Space Down R"),
    ("run_why", "D d a Enter W"),
    ("run_steps", "D d a Enter Right"),
    ("run_questions", "D d a Enter Right Right"),
    ("run_secrets", "D d a Enter Right Right Right"),
    ("run_things", "D d a Enter Right Right Right Right"),
    ("run_note", "D d a Enter Tab"),
    ("closing", "D d a Enter A"),
    ("clients", "3"),
    ("clients_account", "3 Down Right Down Right Down"),
    ("clients_people", "3 Down Right Enter Down"),
    ("clients_filter", "3 / d a n a"),
    ("grid", "4 Right Right Right Down"),
    ("grid_block", "4 Right V Right Down Down"),
    ("past", "3 T 3 1 . 3 Enter"),
    ("past_turns", "3 T 3 1 . 3 Space t o Space t o d a y Enter"),
    ("past_date", "3 T 3 1 . 3"),
    ("record_add", "2 N Tab S a m Tab Tab x Tab"),
    ("record_change", "2 E PgDn"),
    ("record_choose", "2 N Tab Tab Tab Tab F4 d"),
    ("record_kinds", "N"),
    ("policies", "G Y Down"),
    ("fixes", "5"),
    ("reports", "9"),
    ("reports_whom", "9 Down Down Enter d"),
    ("reports_format", "9 Down Down Enter d Enter"),
    ("runs", "D d a Enter 7"),
    ("runs_none", "7"),
    ("more", "0"),
    ("settings", "0 Down Enter"),
    ("settings_limit", "0 Down Enter / t i e r Enter Enter"),
    ("settings_looks", "G S Enter"),
    ("key_check", "G S Down Down Down Down Enter F5"),
    ("history", "0 Enter"),
    ("history_verified", "0 Enter F5"),
    ("history_proof", "0 Enter Tab"),
    ("history_entry", "0 Enter Enter Down Down"),
    ("history_back", "0 Enter R"),
    ("find", ": d"),
    ("help", "2 Enter ?"),
    ("menu", "2 M"),
    ("confirm", "D d a Enter Down Down R"),
    ("confirm_all", "D d a Enter * R 6"),
    ("form", "5 X"),
    ("prefix", "G"),
    ("curtain", "D d a Enter F8"),
];

fn snapshots(size: (u16, u16), can: Abilities, suffix: &str) {
    for (name, keys) in SCREENS {
        let mut rig = Rig::open_with(size, can);
        rig.press(keys);
        assert_frame(&rig);
        insta::assert_snapshot!(format!("{name}_{suffix}"), rig.text());
    }
}

#[test]
fn three_panes_at_a_hundred_and_eighty_by_fifty() {
    for (name, keys) in [("person", "2 Enter"), ("person_tab", "2 Enter Right"), ("clients", "3 Down")] {
        let mut rig = Rig::open_with((180, 50), Abilities { depth: Depth::Indexed, ascii: false });
        rig.press(keys);
        assert_frame(&rig);
        insta::assert_snapshot!(format!("{name}_180x50"), rig.text());
    }
}

#[test]
fn screens_at_eighty_by_twenty_four() {
    snapshots((80, 24), Abilities { depth: Depth::Indexed, ascii: false }, "80x24");
}

#[test]
fn screens_at_a_hundred_and_forty_by_forty() {
    snapshots((140, 40), Abilities { depth: Depth::True, ascii: false }, "140x40");
}

#[test]
fn screens_at_forty_by_twelve() {
    snapshots((40, 12), Abilities { depth: Depth::Indexed, ascii: false }, "40x12");
}

#[test]
fn screens_in_plain_letters_without_colour() {
    snapshots((80, 24), Abilities { depth: Depth::Mono, ascii: true }, "ascii");
}

#[test]
fn first_run_and_unlocking_look_calm() {
    let can = Abilities { depth: Depth::Indexed, ascii: false };
    for (size, suffix) in [((80, 24), "80x24"), ((40, 12), "40x12")] {
        let mut book = small();
        book.exists = false;
        let mut rig = Rig::new(book, size, can);
        insta::assert_snapshot!(format!("setup_look_{suffix}"), rig.text());
        rig.press("Enter").type_in("M. Ortiz");
        insta::assert_snapshot!(format!("setup_you_{suffix}"), rig.text());
        rig.press("Enter Enter Enter").type_in(PASSPHRASE);
        insta::assert_snapshot!(format!("setup_keys_{suffix}"), rig.text());
        let mut rig = Rig::new(small(), size, can);
        rig.type_in("wrong").press("Enter");
        insta::assert_snapshot!(format!("unlock_wrong_{suffix}"), rig.text());
    }
}

#[test]
fn too_small_a_window_says_so_and_comes_back_to_the_same_place() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 /").type_in("da").press("Enter Down");
    let before = rig.text();
    rig.resize(39, 11).shows("Keyward needs a bigger window.").shows("Now 39 x 11");
    rig.press("R Enter 5").shows("bigger window");
    rig.resize(80, 24);
    assert_eq!(rig.text(), before);
}

#[test]
fn no_size_breaks_any_screen() {
    for (name, keys) in SCREENS {
        let mut rig = Rig::open((80, 24));
        rig.press(keys);
        for (columns, rows) in [
            (0, 0),
            (1, 1),
            (2, 2),
            (1, 500),
            (200, 1),
            (10, 3),
            (39, 11),
            (40, 12),
            (59, 12),
            (60, 20),
            (79, 24),
            (80, 24),
            (139, 24),
            (140, 40),
            (179, 50),
            (200, 50),
            (500, 200),
        ] {
            rig.resize(columns, rows);
            assert_frame(&rig);
            assert!(!rig.text().contains("NaN"), "{name}");
        }
    }
}

/// So many sizes, from 1 x 1 up to these, while moving; afterwards the picture is the one of a fresh start, at two
/// sizes.
fn resized(times: u32, most: (u64, u64)) {
    let mut rig = Rig::open((80, 24));
    rig.press("D d a Enter");
    // A fixed sequence of sizes: the multiplier of a usual linear generator.
    let mut seed = 20_261_123_u64;
    for _ in 0..times {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let columns = u16::try_from(1 + (seed >> 33) % most.0).unwrap();
        let rows = u16::try_from(1 + (seed >> 13) % most.1).unwrap();
        rig.resize(columns, rows);
        rig.hit(if seed.is_multiple_of(3) { "Up" } else { "Down" });
        drop(rig.buffer());
    }
    for size in [(500, 200), (80, 24)] {
        rig.resize(size.0, size.1);
        rig.settle().press("Home");
        let mut fresh = Rig::open(size);
        fresh.press("D d a Enter Down Home");
        let body = |rig: &Rig| rig.lines()[..usize::from(size.1) - 2].join("\n");
        assert_eq!(body(&rig), body(&fresh), "{size:?}");
    }
}

#[test]
fn two_thousand_sizes_while_moving_leave_the_picture_of_a_fresh_start() {
    resized(2_000, (210, 60));
}

#[test]
#[ignore = "takes up to a minute in a debug build; the release gate runs it"]
fn five_thousand_sizes_up_to_the_largest_leave_the_picture_of_a_fresh_start() {
    resized(5_000, (500, 200));
}
