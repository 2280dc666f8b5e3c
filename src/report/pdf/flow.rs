//! Lays the blocks of a document out on pages, from top to bottom.
//!
//! Must never know: how pages become bytes, what the report is about.

use super::font::{self, Weight};
use super::page::{BOTTOM, HIGH, Ink, MARGIN, Mark, Pages, ROOM, Style, TOP, TagId, TagKind, WIDE};
use super::table;
use crate::domain::Instant;
use crate::report::document::{Block, Document, Fact, Fall, Figure, Signature, Tone, Verdict};
use crate::report::paper::FallScale;
use unicode_normalization::UnicodeNormalization;

const fn style(size: f32, weight: Weight, ink: Ink, leading: f32) -> Style {
    Style { size, weight, ink, leading }
}

const BRAND: Style = style(7.6, Weight::Strong, Ink::Accent, 10.0);
const TITLE: Style = style(21.0, Weight::Strong, Ink::Text, 25.5);
const QUESTION: Style = style(11.0, Weight::Regular, Ink::Soft, 15.0);
const SECTION: Style = style(12.6, Weight::Strong, Ink::Text, 16.5);
const BODY: Style = style(9.2, Weight::Regular, Ink::Text, 13.2);
const SOFT: Style = style(8.4, Weight::Regular, Ink::Soft, 12.0);
const LABEL: Style = style(7.2, Weight::Regular, Ink::Soft, 10.0);
const VALUE: Style = style(9.0, Weight::Regular, Ink::Text, 12.4);
const VERDICT: Style = style(11.0, Weight::Strong, Ink::Text, 15.4);
const NUMBER: Style = style(18.0, Weight::Strong, Ink::Text, 21.0);
const COUNTS: Style = style(8.6, Weight::Strong, Ink::Text, 11.6);
const FOOT: Style = style(7.0, Weight::Regular, Ink::Soft, 9.4);

/// A layout under way.
pub struct Flow {
    /// What is laid out so far.
    pub out: Pages,
    /// Where the next block starts, from the top of the page.
    pub y: f32,
}

/// Lays out a document, feet included.
pub fn lay_out(document: &Document) -> Pages {
    let mut flow = Flow { out: Pages::default(), y: TOP };
    flow.out.pages.push(Vec::new());
    flow.masthead(document);
    let mut blocks = document.blocks.iter().peekable();
    while let Some(block) = blocks.next() {
        match block {
            Block::Heading(text) => {
                // A heading takes a little of what follows with it to the next page.
                let follows = match blocks.peek() {
                    Some(Block::Table(table)) if !table.rows.is_empty() => 120.0,
                    Some(Block::Fall(_)) => 130.0,
                    Some(Block::Signatures(_)) => 110.0,
                    _ => 30.0,
                };
                flow.section(text.as_str(), follows);
            }
            Block::Paragraph(text) => {
                flow.y += 5.0;
                flow.paragraph(text.as_str(), &BODY, 3.0);
            }
            Block::Note(note) => flow.banner(note, &VALUE),
            Block::Figures(figures) => flow.figures(figures),
            Block::Facts(facts) => flow.facts(&facts.facts, document),
            Block::Fall(fall) => flow.fall(fall, document),
            Block::Table(table) => table::lay_out(&mut flow, table, document),
            Block::Signatures(list) => flow.signatures(list),
        }
    }
    flow.sureness(document);
    if flow.has_boxes() {
        flow.paragraph(BOXES, &SOFT, 2.0);
    }
    flow.seal(document);
    flow.feet(document);
    flow.out
}

/// Said when a letter stands as a box.
const BOXES: &str = "Where a □ stands for a letter, this file has no typeface for it. Copied out it is the right letter, \
                     and the HTML report shows it.";

/// How high the field of a falling line is.
const FIELD: f32 = 74.0;

/// Whether a place lies between the left and the right edge of the text.
fn within(x: f32) -> bool {
    (MARGIN..=MARGIN + ROOM).contains(&x)
}

const fn tone_ink(tone: Tone) -> Ink {
    match tone {
        Tone::Plain => Ink::Text,
        Tone::Good => Ink::Good,
        Tone::Attention => Ink::Attention,
        Tone::Bad => Ink::Bad,
        Tone::Quiet => Ink::Soft,
    }
}

impl Flow {
    /// Puts a mark on the page under way.
    pub fn mark(&mut self, mark: Mark) {
        if let Some(page) = self.out.pages.last_mut() {
            page.push(mark);
        }
    }

    /// Goes to a new page.
    pub fn turn(&mut self) {
        self.out.pages.push(Vec::new());
        self.y = TOP;
    }

    /// Goes to a new page unless so much room is left.
    pub fn need(&mut self, high: f32) {
        if self.y + high > BOTTOM && self.y > TOP {
            self.turn();
        }
    }

    /// Whether a letter so far stands as a box, because no typeface here has it.
    fn has_boxes(&self) -> bool {
        self.out.pages.iter().flatten().any(|mark| match mark {
            Mark::Text { text, style, .. } => text.nfc().any(|letter| !font::has(letter, style.weight)),
            _ => false,
        })
    }

    /// A line of text whose upper edge is at `y`.
    pub fn text(&mut self, x: f32, y: f32, style: Style, text: &str, tag: Option<TagId>) {
        // Within its line a letter sits so that the white above and below looks alike.
        let baseline = y + style.leading / 2.0 + style.size * 0.36;
        self.mark(Mark::Text { x, baseline, style, text: text.to_owned(), tag });
    }

    fn rule(&mut self, x: f32, y: f32, wide: f32, high: f32, ink: Ink) {
        self.mark(Mark::Box { x, y, wide, high, ink });
    }

    /// A text in lines from `self.y` on, over pages if it must.
    fn lines(&mut self, x: f32, room: f32, style: &Style, text: &str, tag: TagId) {
        for line in font::wrap(text, style.weight, style.size, room) {
            self.need(style.leading);
            self.text(x, self.y, *style, &line, Some(tag));
            self.y += style.leading;
        }
    }

    fn paragraph(&mut self, text: &str, style: &Style, after: f32) {
        let tag = self.out.tags.add(TagKind::Paragraph, None);
        self.lines(MARGIN, ROOM, style, text, tag);
        self.y += after;
    }

    fn masthead(&mut self, document: &Document) {
        self.rule(0.0, 0.0, WIDE, 4.0, Ink::Accent);
        let tag = self.out.tags.add(TagKind::Paragraph, None);
        self.text(MARGIN, self.y - 8.0, BRAND, "KEYWARD", Some(tag));
        let firm = Style { ink: Ink::Soft, weight: Weight::Regular, ..BRAND };
        let name = document.firm.as_str();
        if !name.is_empty() {
            let first = font::wrap(name, firm.weight, firm.size, ROOM * 0.7).into_iter().next().unwrap_or_default();
            let wide = font::width(&first, firm.weight, firm.size);
            self.text(MARGIN + ROOM - wide, self.y - 8.0, firm, &first, Some(tag));
        }
        self.y += 18.0;
        let title = document.title.as_str();
        let tag = self.out.tags.add(TagKind::Heading(1, title.to_owned()), None);
        self.lines(MARGIN, ROOM, &TITLE, title, tag);
        self.y += 2.0;
        self.paragraph(document.question.as_str(), &QUESTION, 11.0);
        self.rule(MARGIN, self.y, ROOM, 0.6, Ink::Line);
        self.y += 6.0;
        self.fact_grid(&document.head(), document, 4);
        self.y += 1.0;
        self.rule(MARGIN, self.y, ROOM, 0.6, Ink::Line);
        self.y += 12.0;
        if let Some(verdict) = &document.verdict {
            self.banner(verdict, &VERDICT);
        }
    }

    fn banner(&mut self, verdict: &Verdict, style: &Style) {
        let (ink, bar, tint) = match verdict.tone {
            Tone::Plain | Tone::Quiet => (Ink::Text, Ink::Accent, Ink::Tint),
            Tone::Good => (Ink::Good, Ink::Good, Ink::GoodTint),
            Tone::Attention => (Ink::Attention, Ink::Attention, Ink::AttentionTint),
            Tone::Bad => (Ink::Bad, Ink::Bad, Ink::BadTint),
        };
        let style = Style { ink, ..*style };
        let lines = font::wrap(verdict.text.as_str(), style.weight, style.size, ROOM - 30.0);
        let high = lines.len() as f32 * style.leading + 16.0;
        self.need(high + 6.0);
        self.rule(MARGIN, self.y, ROOM, high, tint);
        self.rule(MARGIN, self.y, 3.0, high, bar);
        let tag = self.out.tags.add(TagKind::Paragraph, None);
        let mut y = self.y + 8.0;
        for line in &lines {
            self.text(MARGIN + 15.0, y, style, line, Some(tag));
            y += style.leading;
        }
        self.y += high + 12.0;
    }

    fn figures(&mut self, figures: &[Figure]) {
        let wide = ROOM / figures.len().max(1) as f32;
        let room = wide - 16.0;
        let cells: Vec<[Vec<String>; 2]> = figures
            .iter()
            .map(|figure| {
                [
                    font::wrap(figure.label.as_str(), COUNTS.weight, COUNTS.size, room),
                    font::wrap(figure.note.as_str(), LABEL.weight, LABEL.size, room),
                ]
            })
            .collect();
        let high = cells
            .iter()
            .map(|[label, note]| {
                NUMBER.leading + label.len() as f32 * COUNTS.leading + note.len() as f32 * LABEL.leading
            })
            .fold(0.0, f32::max);
        self.need(high + 12.0);
        self.y += 3.0;
        let list = self.out.tags.add(TagKind::List, None);
        for (place, (figure, [label, note])) in figures.iter().zip(&cells).enumerate() {
            let left = MARGIN + wide * place as f32;
            if place > 0 {
                self.rule(left, self.y + 2.0, 0.6, high - 2.0, Ink::Line);
            }
            let x = if place == 0 { left } else { left + 12.0 };
            let tag = self.out.tags.add(TagKind::ListItem, Some(list));
            let size = fitting(figure.value.as_str(), NUMBER.size, room);
            self.text(
                x,
                self.y,
                Style { ink: tone_ink(figure.tone), size, ..NUMBER },
                figure.value.as_str(),
                Some(tag),
            );
            let mut y = self.y + NUMBER.leading;
            for line in label {
                self.text(x, y, COUNTS, line, Some(tag));
                y += COUNTS.leading;
            }
            for line in note.iter().filter(|line| !line.is_empty()) {
                self.text(x, y, LABEL, line, Some(tag));
                y += LABEL.leading;
            }
        }
        self.y += high + 14.0;
    }

    fn facts(&mut self, facts: &[Fact], document: &Document) {
        self.y += 2.0;
        self.fact_grid(facts, document, 4);
        self.y += 4.0;
    }

    /// Labelled values in columns, row by row.
    fn fact_grid(&mut self, facts: &[Fact], document: &Document, columns: usize) {
        if facts.is_empty() {
            return;
        }
        let wide = ROOM / columns as f32;
        let list = self.out.tags.add(TagKind::List, None);
        for row in facts.chunks(columns) {
            let cells: Vec<Vec<String>> = row
                .iter()
                .map(|fact| font::wrap(&fact.value.worded(&document.clock), VALUE.weight, VALUE.size, wide - 14.0))
                .collect();
            let deep = cells.iter().map(Vec::len).max().unwrap_or(1);
            let high = LABEL.leading + deep as f32 * VALUE.leading + 6.0;
            self.need(high);
            for (place, (fact, lines)) in row.iter().zip(&cells).enumerate() {
                let x = MARGIN + wide * place as f32;
                let tag = self.out.tags.add(TagKind::ListItem, Some(list));
                self.text(x, self.y, LABEL, fact.label, Some(tag));
                let style = Style { ink: tone_ink(fact.value.tone()), ..VALUE };
                for (line, text) in lines.iter().enumerate() {
                    self.text(x, self.y + LABEL.leading + line as f32 * VALUE.leading, style, text, Some(tag));
                }
            }
            self.y += high;
        }
    }

    fn section(&mut self, text: &str, follows: f32) {
        self.need(16.0 + SECTION.leading + follows);
        if self.y > TOP {
            self.y += 15.0;
        }
        let page = self.out.pages.len().saturating_sub(1);
        self.out.outline.push((text.to_owned(), page, self.y));
        let tag = self.out.tags.add(TagKind::Heading(2, text.to_owned()), None);
        self.lines(MARGIN, ROOM, &SECTION, text, tag);
        self.y += 3.0;
    }

    /// A sentence in place of a table without lines.
    pub fn empty(&mut self, text: &str) {
        self.paragraph(text, &SOFT, 2.0);
    }

    fn fall(&mut self, fall: &Fall, document: &Document) {
        self.need(FIELD + 34.0);
        self.y += 4.0;
        let scale = FallScale::new(fall);
        // The scale counts in whole steps; a thousand across and down are finer than any printer needs.
        let x = |millis: i64| MARGIN + scale.across(millis, 100_000) as f32 / 100_000.0 * ROOM;
        let top = self.y;
        let y = |count: u64| top + scale.down(count, 100_000) as f32 / 100_000.0 * FIELD;
        let mut step = vec![(x(fall.from.millis()), y(fall.total))];
        for (at, left) in &fall.steps {
            let before = step.last().map_or(top, |point| point.1);
            step.push((x(at.millis()), before));
            step.push((x(at.millis()), y(*left)));
        }
        step.push((MARGIN + ROOM, step.last().map_or(top, |point| point.1)));
        let mut area = step.clone();
        area.push((MARGIN + ROOM, top + FIELD));
        area.push((step.first().map_or(MARGIN, |point| point.0), top + FIELD));
        let words = format!("{}: {}", fall.label, fall.words);
        let tag = self.out.tags.add(TagKind::Figure(words.clone()), None);
        self.mark(Mark::Path { points: area, ink: Ink::Area, filled: true, dashed: false, tag: Some(tag) });
        self.mark(Mark::Path { points: step, ink: Ink::Accent, filled: false, dashed: false, tag: Some(tag) });
        let limit = fall.limit.filter(|at| within(x(at.millis())));
        if let Some(limit) = limit.map(|at| x(at.millis())) {
            let points = vec![(limit, top), (limit, top + FIELD)];
            self.mark(Mark::Path { points, ink: Ink::Bad, filled: false, dashed: true, tag: Some(tag) });
        }
        self.rule(MARGIN, top + FIELD, ROOM, 0.8, Ink::Text);
        self.fall_labels(fall, limit, document, &x, top);
        self.y = top + FIELD + 15.0;
        let limit = fall.limit.map(|at| format!(" Limit: {}.", document.clock.moment(at))).unwrap_or_default();
        self.paragraph(&format!("{words}{limit}"), &SOFT, 5.0);
    }

    /// Times under the line and the limit beside its mark; the same stands in the words below.
    fn fall_labels(
        &mut self,
        fall: &Fall,
        limit: Option<Instant>,
        document: &Document,
        x: &dyn Fn(i64) -> f32,
        top: f32,
    ) {
        let start = document.clock.time(fall.from);
        self.text(MARGIN, top + FIELD + 2.0, FOOT, &start, None);
        if let Some((last, _)) = fall.steps.last() {
            let text = document.clock.time(*last);
            let wide = font::width(&text, FOOT.weight, FOOT.size);
            let middle = (x(last.millis()) - wide / 2.0).clamp(MARGIN + 40.0, MARGIN + ROOM - wide);
            self.text(middle, top + FIELD + 2.0, FOOT, &text, None);
        }
        if let Some(limit) = limit {
            let text = format!("limit {}", document.clock.time(limit));
            let wide = font::width(&text, FOOT.weight, FOOT.size);
            let left = (x(limit.millis()) - wide - 4.0).max(MARGIN);
            self.text(left, top, Style { ink: Ink::Bad, ..FOOT }, &text, None);
        }
    }

    fn signatures(&mut self, list: &[Signature]) {
        let wide = (ROOM + 24.0) / 3.0;
        for row in list.chunks(3) {
            self.need(78.0);
            for (place, one) in row.iter().enumerate() {
                let x = MARGIN + wide * place as f32;
                self.rule(x, self.y + 40.0, wide - 24.0, 0.7, Ink::Text);
                let tag = self.out.tags.add(TagKind::Paragraph, None);
                self.text(x, self.y + 44.0, COUNTS, one.role, Some(tag));
                let name = font::wrap(one.name.as_str(), VALUE.weight, VALUE.size, wide - 24.0);
                self.text(x, self.y + 55.0, VALUE, name.first().map(String::as_str).unwrap_or_default(), Some(tag));
                self.text(x, self.y + 67.0, LABEL, "Signature and date", Some(tag));
            }
            self.y += 84.0;
        }
    }

    fn sureness(&mut self, document: &Document) {
        self.section("How sure are we?", 24.0);
        let lines: Vec<&str> =
            document.seal.sure.iter().chain(&document.seal.sources).map(|line| line.as_str()).collect();
        if lines.is_empty() {
            self.empty("No source is on record for this report.");
            return;
        }
        let list = self.out.tags.add(TagKind::List, None);
        for line in lines {
            let tag = self.out.tags.add(TagKind::ListItem, Some(list));
            self.need(SOFT.leading);
            self.rule(MARGIN, self.y + 5.2, 4.0, 0.9, Ink::Accent);
            self.lines(MARGIN + 10.0, ROOM - 10.0, &SOFT, line, tag);
            self.y += 1.5;
        }
    }

    /// The receipt and what nothing here can prove stay together on one page.
    fn seal(&mut self, document: &Document) {
        let strong = Style { weight: Weight::Strong, ..BODY };
        let lines = font::wrap(document.seal.line.as_str(), strong.weight, strong.size, ROOM - 28.0);
        let limits = font::wrap(document.seal.limits, SOFT.weight, SOFT.size, ROOM);
        let code_high = if document.seal.code.is_some() { SOFT.leading + 2.0 } else { 0.0 };
        let high = lines.len() as f32 * strong.leading + code_high + 18.0;
        self.need(high + 22.0 + limits.len() as f32 * SOFT.leading);
        self.y += 12.0;
        self.mark(Mark::Frame { x: MARGIN, y: self.y, wide: ROOM, high, ink: Ink::Text });
        let tag = self.out.tags.add(TagKind::Paragraph, None);
        let mut y = self.y + 9.0;
        for line in &lines {
            self.text(MARGIN + 14.0, y, strong, line, Some(tag));
            y += strong.leading;
        }
        if let Some(code) = &document.seal.code {
            let tag = self.out.tags.add(TagKind::Paragraph, None);
            self.text(MARGIN + 14.0, y + 2.0, SOFT, &format!("Receipt code {code}"), Some(tag));
        }
        self.y += high + 8.0;
        self.paragraph(document.seal.limits, &SOFT, 0.0);
    }

    /// The foot of every page, now that their number is known.
    fn feet(&mut self, document: &Document) {
        let pages = self.out.pages.len();
        let one_line = |text: &str, room: f32| {
            let lines = font::wrap(text, FOOT.weight, FOOT.size, room);
            let more = if lines.len() > 1 { "…" } else { "" };
            format!("{}{more}", lines.first().map(|line| line.trim_end()).unwrap_or_default())
        };
        let as_of = document.clock.moment(document.as_of);
        let title = one_line(document.title.as_str(), ROOM * 0.5);
        let first = format!("{title}. As of {as_of}. Made by {}", document.made_by);
        let first = one_line(&first, ROOM * 0.82);
        let second = document.seal.code.as_ref().map_or_else(|| "No seal".to_owned(), |code| format!("Seal {code}"));
        for (place, page) in self.out.pages.iter_mut().enumerate() {
            let y = HIGH - 40.0;
            page.push(Mark::Box { x: MARGIN, y: y - 5.0, wide: ROOM, high: 0.5, ink: Ink::Line });
            let mut put = |x: f32, baseline: f32, text: String| {
                page.push(Mark::Text { x, baseline, style: FOOT, text, tag: None });
            };
            let number = format!("Page {} of {pages}", place + 1);
            let wide = font::width(&number, FOOT.weight, FOOT.size);
            put(MARGIN, y + 6.5, first.clone());
            put(MARGIN, y + 16.0, second.clone());
            put(MARGIN + ROOM - wide, y + 6.5, number);
        }
    }
}

/// The largest size up to `size` at which the text takes no more than `room`.
fn fitting(text: &str, size: f32, room: f32) -> f32 {
    let wide = font::width(text, Weight::Strong, size);
    if wide > room { (size * room / wide).max(7.0) } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    #[test]
    fn a_limit_before_the_run_was_opened_is_not_drawn_beside_the_field() {
        let mut report = sample::discharge();
        report.limit = Some(sample::at("20T09:00"));
        let pages = lay_out(&report.document());
        let beside = |mark: &&Mark| match mark {
            Mark::Path { points, .. } => points.iter().any(|(x, _)| !(MARGIN..=MARGIN + ROOM + 0.1).contains(x)),
            Mark::Text { text, .. } => text.starts_with("limit "),
            _ => false,
        };
        assert_eq!(pages.pages.iter().flatten().find(beside), None);
    }
}
