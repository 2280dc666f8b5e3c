//! How things look: roles by meaning, four looks, and what is left of them where a terminal can do less.
//!
//! Must never know: what is drawn with a role.

mod glyphs;
mod palette;

pub use glyphs::{ASCII, Glyphs, UNICODE};

use palette::Palette;
use ratatui::style::{Color, Modifier, Style};

/// The four looks a person chooses from by sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Look {
    /// The terminal's own foreground and background, eight basic colours.
    #[default]
    Own,
    /// Own dark background.
    Dark,
    /// Own light background.
    Light,
    /// No hue: bold, underline and reverse only.
    Contrast,
}

impl Look {
    /// Every look, in the order of set-up.
    pub const ALL: [Self; 4] = [Self::Own, Self::Dark, Self::Light, Self::Contrast];

    /// The name in settings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Contrast => "contrast",
        }
    }

    /// The name in set-up.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Own => "Terminal's own colours",
            Self::Dark => "Dark",
            Self::Light => "Light",
            Self::Contrast => "High contrast, no colour needed",
        }
    }

    /// Reads the name in settings.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|look| look.word() == word)
    }
}

/// How many colours the terminal shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None at all: `NO_COLOR`, a dumb terminal.
    Mono,
    /// The basic ones.
    Basic,
    /// 256.
    Indexed,
    /// All.
    True,
}

/// What a piece of the screen means. Code names roles, never colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Text.
    Text,
    /// Text of less weight; never less readable than the contrast rule allows.
    Muted,
    /// Names of keys, links.
    Accent,
    /// High risk, late, came back.
    High,
    /// Medium risk.
    Medium,
    /// In order, checked.
    Ok,
    /// Asked for, waiting.
    Asked,
    /// The past.
    Past,
    /// Rules and frames.
    Rule,
    /// A rule or title of the pane that has the focus.
    Title,
    /// The row under the cursor in the pane that has the focus.
    Focus,
    /// The row under the cursor in another pane.
    Under,
    /// A field to type into.
    Field,
}

/// What the terminal can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// Colours.
    pub depth: Depth,
    /// Plain letters only.
    pub ascii: bool,
}

/// The look in use.
#[derive(Debug, Clone, Copy)]
pub struct Theme {
    /// What was chosen.
    pub look: Look,
    /// What the terminal can do.
    pub can: Abilities,
    /// Signs.
    pub glyphs: &'static Glyphs,
}

impl Theme {
    /// A look on a terminal. Without colours every look is the one of high contrast.
    pub const fn new(look: Look, can: Abilities) -> Self {
        Self { look, can, glyphs: if can.ascii { &ASCII } else { &UNICODE } }
    }

    /// The style of a role.
    pub fn style(&self, role: Role) -> Style {
        let palette: &Palette = match self.look {
            _ if self.can.depth == Depth::Mono => &palette::CONTRAST,
            Look::Own => &palette::OWN,
            Look::Dark => &palette::DARK,
            Look::Light => &palette::LIGHT,
            Look::Contrast => &palette::CONTRAST,
        };
        let mut style = Style::new().add_modifier(modifiers(role));
        if let Some(fg) = palette.front(role, self.can.depth) {
            style = style.fg(fg);
        }
        if let Some(bg) = palette.back(self.can.depth) {
            style = style.bg(bg);
        }
        style
    }

    /// Whether only plain letters may be drawn.
    pub const fn ascii(&self) -> bool {
        self.can.ascii
    }
}

/// The second and third signal besides words: they hold in every look.
const fn modifiers(role: Role) -> Modifier {
    match role {
        Role::High | Role::Title | Role::Accent => Modifier::BOLD,
        Role::Focus => Modifier::REVERSED,
        Role::Under => Modifier::UNDERLINED,
        _ => Modifier::empty(),
    }
}

/// A colour at each depth.
#[derive(Debug, Clone, Copy)]
struct Shade {
    rgb: (u8, u8, u8),
    indexed: u8,
    basic: Color,
}

impl Shade {
    const fn at(self, depth: Depth) -> Option<Color> {
        match depth {
            Depth::Mono => None,
            Depth::Basic => Some(self.basic),
            Depth::Indexed => Some(Color::Indexed(self.indexed)),
            Depth::True => Some(Color::Rgb(self.rgb.0, self.rgb.1, self.rgb.2)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [Role; 13] = [
        Role::Text,
        Role::Muted,
        Role::Accent,
        Role::High,
        Role::Medium,
        Role::Ok,
        Role::Asked,
        Role::Past,
        Role::Rule,
        Role::Title,
        Role::Focus,
        Role::Under,
        Role::Field,
    ];

    #[test]
    fn without_colours_no_role_has_one_and_the_row_is_still_reverse() {
        for look in Look::ALL {
            let theme = Theme::new(look, Abilities { depth: Depth::Mono, ascii: false });
            for role in ROLES {
                let style = theme.style(role);
                assert_eq!((style.fg, style.bg), (None, None));
            }
            assert!(theme.style(Role::Focus).add_modifier.contains(Modifier::REVERSED));
        }
    }

    #[test]
    fn own_backgrounds_keep_the_contrast_of_four_and_a_half_to_one() {
        fn light(colour: Option<Color>) -> f64 {
            let Some(Color::Rgb(r, g, b)) = colour else { return f64::NAN };
            let part = |v: u8| {
                let v = f64::from(v) / 255.0;
                if v <= 0.039_28 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
        }
        for look in [Look::Dark, Look::Light] {
            let theme = Theme::new(look, Abilities { depth: Depth::True, ascii: false });
            for role in ROLES {
                let style = theme.style(role);
                let (front, back) = (light(style.fg), light(style.bg));
                let ratio = (front.max(back) + 0.05) / (front.min(back) + 0.05);
                assert!(ratio >= 4.5, "{look:?} {role:?}: {ratio:.2}");
            }
        }
    }

    #[test]
    fn nothing_is_drawn_in_its_own_background_and_own_colours_have_none() {
        for look in Look::ALL {
            for depth in [Depth::Basic, Depth::Indexed, Depth::True] {
                let theme = Theme::new(look, Abilities { depth, ascii: false });
                for role in ROLES {
                    let style = theme.style(role);
                    assert!(style.fg != style.bg || style.fg.is_none(), "{look:?} {depth:?} {role:?}");
                    if look == Look::Own {
                        assert_eq!(style.bg, None);
                        assert!(!matches!(style.fg, Some(Color::DarkGray | Color::Black | Color::White)));
                    }
                }
            }
        }
    }
}
