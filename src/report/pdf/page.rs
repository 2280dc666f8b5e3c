//! Pages as lists of marks, and the tree of tags that gives them a reading order.
//!
//! Everything is laid out before anything is drawn, because the foot of each page says how many there are.
//!
//! Must never know: what the report is about.

use super::font::Weight;
use krilla::tagging::TableHeaderScope;

/// A4, in points.
pub const WIDE: f32 = 595.276;
/// See [`WIDE`].
pub const HIGH: f32 = 841.89;
/// White at the left and right edge.
pub const MARGIN: f32 = 46.0;
/// First line of text on a page that is not the first.
pub const TOP: f32 = 50.0;
/// Nothing but the foot stands below.
pub const BOTTOM: f32 = HIGH - 58.0;
/// Room between the margins.
pub const ROOM: f32 = WIDE - 2.0 * MARGIN;

/// A colour by its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Text.
    Text,
    /// Text of less weight.
    Soft,
    /// A line between blocks.
    Line,
    /// A line between rows.
    Hair,
    /// The colour of the house.
    Accent,
    /// As it should be.
    Good,
    /// Look at it.
    Attention,
    /// Act on it.
    Bad,
    /// Behind text.
    Tint,
    /// Behind good news.
    GoodTint,
    /// Behind a warning.
    AttentionTint,
    /// Behind bad news.
    BadTint,
    /// Under the falling line.
    Area,
}

impl Ink {
    /// Red, green, blue.
    pub const fn rgb(self) -> [u8; 3] {
        match self {
            Self::Text => [0x17, 0x21, 0x2b],
            Self::Soft => [0x56, 0x62, 0x6e],
            Self::Line => [0xc9, 0xd1, 0xd8],
            Self::Hair => [0xe3, 0xe8, 0xec],
            Self::Accent => [0x17, 0x50, 0x6a],
            Self::Good => [0x1c, 0x6b, 0x40],
            Self::Attention => [0x87, 0x56, 0x00],
            Self::Bad => [0xa3, 0x20, 0x1c],
            Self::Tint => [0xf4, 0xf7, 0xf9],
            Self::GoodTint => [0xef, 0xf7, 0xf2],
            Self::AttentionTint => [0xfd, 0xf6, 0xe9],
            Self::BadTint => [0xfc, 0xf0, 0xef],
            Self::Area => [0xdb, 0xe8, 0xef],
        }
    }
}

/// Size, weight and colour of a text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Style {
    /// In points.
    pub size: f32,
    /// How heavy.
    pub weight: Weight,
    /// Its colour.
    pub ink: Ink,
    /// From one baseline to the next, in points.
    pub leading: f32,
}

/// A place in the tree of tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TagId(pub usize);

/// One mark on a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// One line of text; without a tag it is furniture and not read aloud.
    Text { x: f32, baseline: f32, style: Style, text: String, tag: Option<TagId> },
    /// A filled box.
    Box { x: f32, y: f32, wide: f32, high: f32, ink: Ink },
    /// A frame.
    Frame { x: f32, y: f32, wide: f32, high: f32, ink: Ink },
    /// Joined lines; filled when closed, dashed when it is a limit.
    Path { points: Vec<(f32, f32)>, ink: Ink, filled: bool, dashed: bool, tag: Option<TagId> },
}

/// What a part of the document is, for readers that do not look at it.
#[derive(Debug, Clone, PartialEq)]
pub enum TagKind {
    Heading(u16, String),
    Paragraph,
    List,
    ListItem,
    Figure(String),
    Table,
    Caption,
    HeadRows,
    BodyRows,
    Row,
    HeadCell(TableHeaderScope),
    Cell,
}

/// The tree of tags, flat: each knows what stands above it, and comes after it.
#[derive(Debug, Default)]
pub struct Tags {
    /// Kind and place above.
    pub nodes: Vec<(TagKind, Option<TagId>)>,
}

impl Tags {
    /// A new tag under another, or at the top.
    pub fn add(&mut self, kind: TagKind, above: Option<TagId>) -> TagId {
        self.nodes.push((kind, above));
        TagId(self.nodes.len() - 1)
    }
}

/// Laid-out pages.
#[derive(Debug, Default)]
pub struct Pages {
    /// The marks of each page.
    pub pages: Vec<Vec<Mark>>,
    /// The tree of tags.
    pub tags: Tags,
    /// Headings for the reader's side list: text, page, distance from the top.
    pub outline: Vec<(String, usize, f32)>,
}
