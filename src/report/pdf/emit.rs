//! Laid-out pages to PDF bytes.
//!
//! Must never know: how the pages were laid out.

use super::font::{self, Face};
use super::page::{HIGH, Ink, MARGIN, Mark, Pages, Style, TagId, TagKind, WIDE};
use crate::domain::Instant;
use crate::report::ReportError;
use crate::report::document::Document;
use crate::report::when::Clock;
use chrono::{Datelike, Timelike};
use krilla::Data;
use krilla::SerializeSettings;
use krilla::color::rgb;
use krilla::configure::{Accessibility, Archival, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::{DateTime, Metadata};
use krilla::num::NormalizedF32;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, FillRule, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, ContentTag, Identifier, ListNumbering, Node, SpanTag, Tag, TagGroup, TagTree,
};
use krilla::text::{Font, GlyphId, KrillaGlyph, TextDirection};
use std::num::NonZeroU16;

/// The three files, ready to be embedded.
struct Fonts {
    regular: Font,
    strong: Font,
    more: Font,
}

impl Fonts {
    fn load() -> Result<Self, ReportError> {
        let load = |bytes: &'static [u8]| {
            Font::new(Data::from(bytes), 0).ok_or_else(|| ReportError::Pdf("a typeface cannot be read".to_owned()))
        };
        Ok(Self { regular: load(font::REGULAR)?, strong: load(font::STRONG)?, more: load(font::MORE)? })
    }

    fn get(&self, face: Face) -> Font {
        match face {
            Face::Regular => self.regular.clone(),
            Face::Strong => self.strong.clone(),
            Face::More => self.more.clone(),
        }
    }
}

/// Writes the pages as PDF/A-2a and PDF/UA-1.
pub fn write(document: &Document, pages: Pages) -> Result<Vec<u8>, ReportError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| ReportError::Pdf(format!("{error:?}")))?;
    let settings = SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() };
    let mut pdf = krilla::Document::new_with(settings);
    pdf.set_metadata(metadata(document));
    let fonts = Fonts::load()?;
    let mut leaves: Vec<Vec<Identifier>> = vec![Vec::new(); pages.tags.nodes.len()];
    for marks in &pages.pages {
        let size = PageSettings::from_wh(WIDE, HIGH).ok_or_else(|| ReportError::Pdf("no page size".to_owned()))?;
        let mut page = pdf.start_page_with(size);
        let mut surface = page.surface();
        for mark in marks {
            draw(&mut surface, mark, &fonts, &mut leaves);
        }
        surface.finish();
        page.finish();
    }
    let mut outline = Outline::new();
    for (text, page, y) in &pages.outline {
        let place = XyzDestination::new(*page, Point::from_xy(MARGIN, (*y - 24.0).max(0.0)));
        outline.push_child(OutlineNode::new(text.clone(), place));
    }
    pdf.set_outline(outline);
    pdf.set_tag_tree(tree(&pages, leaves));
    pdf.finish().map_err(|error| ReportError::Pdf(error.to_string()))
}

fn metadata(document: &Document) -> Metadata {
    Metadata::new()
        .title(document.title.to_string())
        .description(document.question.to_string())
        .authors(vec![document.made_by.to_string()])
        .creator("Keyward".to_owned())
        .producer(format!("Keyward {}", env!("CARGO_PKG_VERSION")))
        .language("en".to_owned())
        .creation_date(date(document.made_at, &document.clock))
        .document_id(format!("keyward-{}-{}", document.kind, document.made_at.millis()))
}

/// The report's own moment on the firm's clock, never the computer's: the same report gives the same file.
fn date(at: Instant, clock: &Clock) -> DateTime {
    let local = clock.0.local(at);
    let minutes = clock.offset_minutes(at);
    let small = |number: u32| u8::try_from(number).unwrap_or_default();
    DateTime::new(u16::try_from(local.year()).unwrap_or_default())
        .month(small(local.month()))
        .day(small(local.day()))
        .hour(small(local.hour()))
        .minute(small(local.minute()))
        .second(small(local.second()))
        .utc_offset_hour(i8::try_from(minutes / 60).unwrap_or_default())
        .utc_offset_minute(u8::try_from(minutes.abs() % 60).unwrap_or_default())
}

fn fill(ink: Ink) -> Fill {
    let [red, green, blue] = ink.rgb();
    Fill { paint: rgb::Color::new(red, green, blue).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

/// Opens the tag of a mark, or marks it as furniture.
fn open(surface: &mut Surface<'_>, tag: Option<TagId>, leaves: &mut [Vec<Identifier>], figure: bool) {
    match tag.and_then(|tag| leaves.get_mut(tag.0)) {
        Some(leaves) => {
            let content = if figure { ContentTag::Other } else { ContentTag::Span(SpanTag::empty()) };
            leaves.push(surface.start_tagged(content));
        }
        None => {
            let _ = surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        }
    }
}

fn draw(surface: &mut Surface<'_>, mark: &Mark, fonts: &Fonts, leaves: &mut [Vec<Identifier>]) {
    match mark {
        Mark::Text { x, baseline, style, text, tag } => {
            open(surface, *tag, leaves, false);
            draw_text(surface, *x, *baseline, style, text, fonts);
        }
        Mark::Box { x, y, wide, high, ink } => {
            open(surface, None, leaves, false);
            surface.set_stroke(None);
            surface.set_fill(Some(fill(*ink)));
            draw_rect(surface, *x, *y, *wide, *high);
        }
        Mark::Frame { x, y, wide, high, ink } => {
            open(surface, None, leaves, false);
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke { paint: fill(*ink).paint, width: 0.8, ..Stroke::default() }));
            draw_rect(surface, *x, *y, *wide, *high);
        }
        Mark::Path { points, ink, filled, dashed, tag } => {
            open(surface, *tag, leaves, true);
            draw_path(surface, points, *ink, *filled, *dashed);
        }
    }
    surface.set_stroke(None);
    surface.end_tagged();
}

fn draw_rect(surface: &mut Surface<'_>, x: f32, y: f32, wide: f32, high: f32) {
    let mut path = PathBuilder::new();
    if let Some(rect) = Rect::from_xywh(x, y, wide, high) {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn draw_path(surface: &mut Surface<'_>, points: &[(f32, f32)], ink: Ink, filled: bool, dashed: bool) {
    let mut path = PathBuilder::new();
    for (place, (x, y)) in points.iter().enumerate() {
        if place == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
    }
    if filled {
        path.close();
        surface.set_fill(Some(fill(ink)));
        surface.set_stroke(None);
    } else {
        let dash = dashed.then(|| StrokeDash { array: vec![3.0, 2.4], offset: 0.0 });
        surface.set_fill(None);
        surface.set_stroke(Some(Stroke { paint: fill(ink).paint, width: 1.1, dash, ..Stroke::default() }));
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn draw_text(surface: &mut Surface<'_>, x: f32, baseline: f32, style: &Style, text: &str, fonts: &Fonts) {
    surface.set_stroke(None);
    surface.set_fill(Some(fill(style.ink)));
    let mut along = x;
    for run in font::runs(text, style.weight) {
        let start = Point::from_xy(along, baseline);
        let font = fonts.get(run.face);
        if run.glyphs.is_empty() {
            surface.draw_text(start, font, style.size, &run.text, false, TextDirection::RightToLeft);
        } else {
            let glyphs: Vec<KrillaGlyph> = run
                .glyphs
                .iter()
                .map(|g| {
                    KrillaGlyph::new(GlyphId::new(g.glyph.into()), g.advance, 0.0, 0.0, 0.0, g.bytes.clone(), None)
                })
                .collect();
            surface.draw_glyphs(start, &glyphs, font, &run.text, style.size, false);
        }
        along += run.width * style.size;
    }
}

/// The tree krilla wants, built from the leaves up. A tag stands after the one above it, so going backwards every
/// tag is whole before it is hung in its place.
fn tree(pages: &Pages, leaves: Vec<Vec<Identifier>>) -> TagTree {
    let mut children: Vec<Vec<Node>> =
        leaves.into_iter().map(|ids| ids.into_iter().rev().map(Node::from).collect()).collect();
    let mut top: Vec<Node> = Vec::new();
    for (place, (kind, above)) in pages.tags.nodes.iter().enumerate().rev() {
        let mut own = children.pop().unwrap_or_default();
        debug_assert_eq!(children.len(), place);
        // Children were hung last first.
        own.reverse();
        if own.is_empty() && !matches!(kind, TagKind::Cell | TagKind::HeadCell(_)) {
            continue;
        }
        let node = Node::from(group(kind, own));
        match above.and_then(|above| children.get_mut(above.0)) {
            Some(list) => list.push(node),
            None => top.push(node),
        }
    }
    let mut tree = TagTree::new().with_lang(Some("en".to_owned()));
    for node in top.into_iter().rev() {
        tree.push(node);
    }
    tree
}

fn group(kind: &TagKind, children: Vec<Node>) -> TagGroup {
    match kind {
        TagKind::Heading(level, text) => {
            let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
            TagGroup::with_children(Tag::Hn(level, Some(text.clone())), children)
        }
        TagKind::Paragraph => TagGroup::with_children(Tag::P, children),
        TagKind::List => TagGroup::with_children(Tag::L(ListNumbering::None), children),
        TagKind::ListItem => {
            let body = TagGroup::with_children(Tag::LBody, children);
            TagGroup::with_children(Tag::LI, vec![body.into()])
        }
        TagKind::Figure(words) => TagGroup::with_children(Tag::Figure(Some(words.clone())), children),
        TagKind::Table => TagGroup::with_children(Tag::Table, children),
        TagKind::Caption => TagGroup::with_children(Tag::Caption, children),
        TagKind::HeadRows => TagGroup::with_children(Tag::THead, children),
        TagKind::BodyRows => TagGroup::with_children(Tag::TBody, children),
        TagKind::Row => TagGroup::with_children(Tag::TR, children),
        TagKind::HeadCell(scope) => TagGroup::with_children(Tag::TH(*scope), children),
        TagKind::Cell => TagGroup::with_children(Tag::TD, children),
    }
}
