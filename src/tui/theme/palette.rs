//! The colours of the four looks, at each depth a terminal may have.
//!
//! Must never know: what a role is drawn on.

use super::{Depth, Role, Shade};
use ratatui::style::Color;

/// The colours of one look.
pub(super) struct Palette {
    back: Option<Shade>,
    text: Option<Shade>,
    muted: Option<Shade>,
    accent: Option<Shade>,
    high: Option<Shade>,
    medium: Option<Shade>,
    ok: Option<Shade>,
}

const fn shade(rgb: (u8, u8, u8), indexed: u8, basic: Color) -> Option<Shade> {
    Some(Shade { rgb, indexed, basic })
}

/// A colour of the terminal's own eight. The person tuned them to be readable, so they stay at every depth.
const fn own(basic: Color) -> Option<Shade> {
    Some(Shade { rgb: (0, 0, 0), indexed: 0, basic })
}

/// The terminal's own colours: text and background are not touched, and nothing is bright black.
pub(super) const OWN: Palette = Palette {
    back: None,
    text: None,
    muted: None,
    accent: own(Color::Cyan),
    high: own(Color::Red),
    medium: own(Color::Yellow),
    ok: own(Color::Cyan),
};

/// Light text on an own dark background.
pub(super) const DARK: Palette = Palette {
    back: shade((0x18, 0x1c, 0x22), 234, Color::Black),
    text: shade((0xe6, 0xe6, 0xe6), 254, Color::White),
    muted: shade((0xb0, 0xb6, 0xbe), 249, Color::Gray),
    accent: shade((0x7c, 0xc4, 0xff), 117, Color::LightCyan),
    high: shade((0xff, 0x8a, 0x80), 210, Color::LightRed),
    medium: shade((0xf2, 0xc5, 0x5c), 221, Color::LightYellow),
    ok: shade((0x5f, 0xd7, 0xd7), 80, Color::LightCyan),
};

/// Dark text on an own light background.
pub(super) const LIGHT: Palette = Palette {
    back: shade((0xfa, 0xf8, 0xf4), 255, Color::White),
    text: shade((0x1c, 0x1c, 0x1c), 234, Color::Black),
    muted: shade((0x55, 0x55, 0x55), 240, Color::Black),
    accent: shade((0x00, 0x4f, 0x9e), 25, Color::Blue),
    high: shade((0xa8, 0x0f, 0x0f), 124, Color::Red),
    medium: shade((0x7a, 0x4b, 0x00), 94, Color::Magenta),
    ok: shade((0x00, 0x5f, 0x5f), 23, Color::Blue),
};

/// No hue at all.
pub(super) const CONTRAST: Palette =
    Palette { back: None, text: None, muted: None, accent: None, high: None, medium: None, ok: None };

impl Palette {
    /// The colour a role is written in.
    pub(super) fn front(&self, role: Role, depth: Depth) -> Option<Color> {
        let shade = match role {
            Role::Text | Role::Title | Role::Focus | Role::Under | Role::Field => self.text,
            Role::Muted | Role::Rule => self.muted,
            Role::Accent => self.accent,
            Role::High => self.high,
            Role::Medium | Role::Asked | Role::Past => self.medium,
            Role::Ok => self.ok,
        }?;
        if self.back.is_none() { Some(shade.basic) } else { shade.at(depth) }
    }

    /// The colour behind everything.
    pub(super) fn back(&self, depth: Depth) -> Option<Color> {
        self.back?.at(depth)
    }
}
