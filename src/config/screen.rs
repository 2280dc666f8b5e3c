//! What the terminal can show, as far as the environment tells.
//!
//! Must never know: what is drawn.

use super::Environment;

/// How many colours can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Colours {
    /// None; bold, underline and reverse remain.
    Mono,
    /// The 16 of the terminal.
    Sixteen,
    /// 256 fixed ones.
    TwoFiftySix,
    /// Any.
    True,
}

/// What the environment says about the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScreenFacts {
    /// The person asked for no colours (`NO_COLOR` set and not empty, <https://no-color.org>). Then the look is high
    /// contrast and [`Self::colours`] is [`Colours::Mono`].
    pub no_color: bool,
    /// Only plain letters can be trusted to arrive: the locale is not UTF-8, or the terminal has few signs.
    pub ascii: bool,
    /// How many colours.
    pub colours: Colours,
    /// The terminal cannot move its cursor (`TERM=dumb`).
    pub dumb: bool,
}

impl ScreenFacts {
    /// Reads them off the environment.
    pub fn of(environment: &Environment) -> Self {
        let term = environment.text("TERM").unwrap_or_default();
        let no_color = environment.text("NO_COLOR").is_some();
        let colours = if no_color { Colours::Mono } else { colours(environment, term) };
        // The console of Linux shows 256 or 512 signs of the font that is loaded, so nothing can be relied upon.
        let few_signs = matches!(term, "linux" | "dumb" | "vt52" | "vt100" | "vt102" | "vt220" | "ansi" | "cons25");
        Self { no_color, ascii: few_signs || !is_utf8(environment), colours, dumb: term == "dumb" }
    }
}

fn colours(environment: &Environment, term: &str) -> Colours {
    let mono = matches!(term, "dumb" | "vt52" | "vt100" | "vt102" | "vt220" | "vt320") || term.ends_with("-m");
    if mono || term.ends_with("-mono") {
        return Colours::Mono;
    }
    // The Terminal of macOS says nothing of its limits and draws true colours wrongly.
    if environment.text("TERM_PROGRAM") == Some("Apple_Terminal") {
        return Colours::TwoFiftySix;
    }
    let colorterm = environment.text("COLORTERM").unwrap_or_default();
    if matches!(colorterm, "truecolor" | "24bit") || term.ends_with("-direct") {
        return Colours::True;
    }
    if term.contains("256color") { Colours::TwoFiftySix } else { Colours::Sixteen }
}

/// Whether the locale is UTF-8. The first of the three that is set counts, as POSIX has it; none set means C.
fn is_utf8(environment: &Environment) -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| environment.text(name)).unwrap_or("C");
    let charset = locale.split_once('.').map_or(locale, |(_, charset)| charset);
    let charset = charset.split('@').next().unwrap_or_default().to_ascii_lowercase();
    matches!(charset.as_str(), "utf-8" | "utf8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(pairs: &[(&str, &str)]) -> ScreenFacts {
        ScreenFacts::of(&Environment::of(pairs.iter().copied()))
    }

    #[test]
    fn colours_follow_what_the_terminal_says() {
        for (pairs, colours) in [
            (&[("TERM", "xterm-256color")][..], Colours::TwoFiftySix),
            (&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")], Colours::True),
            (&[("TERM", "tmux-256color"), ("COLORTERM", "24bit")], Colours::True),
            (&[("TERM", "xterm-direct")], Colours::True),
            (
                &[("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("TERM_PROGRAM", "Apple_Terminal")],
                Colours::TwoFiftySix,
            ),
            (&[("TERM", "xterm")], Colours::Sixteen),
            (&[("TERM", "linux")], Colours::Sixteen),
            (&[("TERM", "vt220")], Colours::Mono),
            (&[("TERM", "xterm-mono"), ("COLORTERM", "truecolor")], Colours::Mono),
            (&[("TERM", "dumb")], Colours::Mono),
            (&[], Colours::Sixteen),
        ] {
            assert_eq!(facts(pairs).colours, colours, "{pairs:?}");
        }
    }

    #[test]
    fn no_color_counts_when_it_is_not_empty_and_beats_everything() {
        let asked = facts(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("NO_COLOR", "1")]);
        assert_eq!((asked.no_color, asked.colours), (true, Colours::Mono));
        let empty = facts(&[("TERM", "xterm-256color"), ("NO_COLOR", "")]);
        assert_eq!((empty.no_color, empty.colours), (false, Colours::TwoFiftySix));
    }

    #[test]
    fn plain_letters_are_used_where_the_locale_or_the_terminal_has_no_more() {
        for (pairs, ascii) in [
            (&[("LANG", "en_GB.UTF-8")][..], false),
            (&[("LANG", "C.utf8")], false),
            (&[("LANG", "de_DE.UTF-8@euro")], false),
            (&[("LC_CTYPE", "UTF-8")], false),
            (&[("LANG", "en_GB.UTF-8"), ("LC_ALL", "C")], true),
            (&[("LANG", "en_GB.UTF-8"), ("LC_ALL", "")], false),
            (&[("LANG", "C"), ("LC_CTYPE", "en_US.UTF-8")], false),
            (&[("LANG", "en_GB.ISO-8859-1")], true),
            (&[("LANG", "en_GB")], true),
            (&[], true),
            (&[("LANG", "en_GB.UTF-8"), ("TERM", "linux")], true),
            (&[("LANG", "en_GB.UTF-8"), ("TERM", "xterm")], false),
        ] {
            assert_eq!(facts(pairs).ascii, ascii, "{pairs:?}");
        }
    }
}
