//! Lays a table out: column widths, lines in cells, rows over pages with their heads repeated.
//!
//! Must never know: how pages become bytes, what the report is about.

use super::flow::Flow;
use super::font::{self, Weight};
use super::page::{BOTTOM, Ink, MARGIN, Mark, ROOM, Style, TagId, TagKind};
use crate::report::document::{Cell, ColumnKind, Document, Table, Tone};
use crate::report::paper::{self, PaperColumn};
use crate::report::when::Clock;
use krilla::tagging::TableHeaderScope;

const CELL: Style = Style { size: 7.7, weight: Weight::Regular, ink: Ink::Text, leading: 10.2 };
const UNDER: Style = Style { size: 7.0, weight: Weight::Regular, ink: Ink::Soft, leading: 9.2 };
const HEAD: Style = Style { size: 7.2, weight: Weight::Strong, ink: Ink::Text, leading: 9.4 };
const HEAD_UNDER: Style = Style { size: 6.6, weight: Weight::Regular, ink: Ink::Soft, leading: 8.6 };
const CAPTION: Style = Style { size: 8.0, weight: Weight::Regular, ink: Ink::Soft, leading: 11.0 };

/// White between two columns.
const GAP: f32 = 9.0;
/// White above and below the lines of a row.
const PAD: f32 = 3.4;
/// A column takes at most this much of the room for its longest word; longer words are broken.
const WORD_MOST: f32 = 96.0;

/// One line within a cell.
struct Line {
    text: String,
    style: Style,
}

/// Where a column lies.
struct Lane {
    x: f32,
    wide: f32,
    right: bool,
    head: bool,
}

/// Lays the table out from where the flow stands.
pub fn lay_out(flow: &mut Flow, table: &Table, document: &Document) {
    if table.rows.is_empty() {
        flow.empty(table.empty);
        return;
    }
    let columns = paper::columns(table);
    let lanes = lanes(table, &columns, &document.clock);
    let top = flow.out.tags.add(TagKind::Table, None);
    let caption = flow.out.tags.add(TagKind::Caption, Some(top));
    for line in font::wrap(table.caption.as_str(), CAPTION.weight, CAPTION.size, ROOM) {
        flow.text(MARGIN, flow.y, CAPTION, &line, Some(caption));
        flow.y += CAPTION.leading;
    }
    flow.y += 4.0;
    let heads = head_lines(&columns, &lanes);
    let head_rows = flow.out.tags.add(TagKind::HeadRows, Some(top));
    let head_row = flow.out.tags.add(TagKind::Row, Some(head_rows));
    let tags: Vec<TagId> = columns
        .iter()
        .map(|_| flow.out.tags.add(TagKind::HeadCell(TableHeaderScope::Column), Some(head_row)))
        .collect();
    draw_head(flow, &heads, &lanes, Some(&tags));
    let body = flow.out.tags.add(TagKind::BodyRows, Some(top));
    let mut writer = Rows { flow, lanes: &lanes, heads: &heads, body };
    for row in &table.rows {
        let cells: Vec<Vec<Line>> =
            columns.iter().zip(&lanes).map(|(column, lane)| cell_lines(row, column, lane, &document.clock)).collect();
        writer.row(&cells);
    }
    flow.y += 4.0;
}

fn head_lines(columns: &[PaperColumn], lanes: &[Lane]) -> Vec<Vec<Line>> {
    columns
        .iter()
        .zip(lanes)
        .map(|(column, lane)| {
            let mut lines = lined(column.head, HEAD, lane.wide);
            if !column.under_heads.is_empty() {
                lines.extend(lined(&column.under_heads, HEAD_UNDER, lane.wide));
            }
            lines
        })
        .collect()
}

fn lined(text: &str, style: Style, wide: f32) -> Vec<Line> {
    font::wrap(text, style.weight, style.size, wide).into_iter().map(|text| Line { text, style }).collect()
}

fn cell_lines(row: &[Cell], column: &PaperColumn, lane: &Lane, clock: &Clock) -> Vec<Line> {
    paper::lines(row, column, clock)
        .into_iter()
        .flat_map(|line| lined(&line.text, line_style(line.tone, line.under, lane.head, column.kind), lane.wide))
        .collect()
}

const fn line_style(tone: Tone, under: bool, head: bool, kind: ColumnKind) -> Style {
    let base = if under { UNDER } else { CELL };
    let ink = match tone {
        Tone::Plain if matches!(kind, ColumnKind::Number) => Ink::Soft,
        Tone::Plain => Ink::Text,
        Tone::Good => Ink::Good,
        Tone::Attention => Ink::Attention,
        Tone::Bad => Ink::Bad,
        Tone::Quiet => Ink::Soft,
    };
    let weight = if (head && !under) || matches!(tone, Tone::Bad) { Weight::Strong } else { Weight::Regular };
    Style { ink, weight, ..base }
}

fn high(lines: &[Line]) -> f32 {
    lines.iter().map(|line| line.style.leading).sum()
}

fn draw_head(flow: &mut Flow, heads: &[Vec<Line>], lanes: &[Lane], tags: Option<&[TagId]>) {
    let tall = heads.iter().map(|lines| high(lines)).fold(0.0, f32::max);
    let y = flow.y;
    for (place, (lines, lane)) in heads.iter().zip(lanes).enumerate() {
        let tag = tags.and_then(|tags| tags.get(place)).copied();
        // Heads stand on the rule, whatever their height.
        draw_lines(flow, lines, lane, y + tall - high(lines), tag);
    }
    flow.y = y + tall + 2.6;
    flow.mark(Mark::Box { x: MARGIN, y: flow.y, wide: ROOM, high: 0.9, ink: Ink::Text });
    flow.y += 0.9;
}

fn draw_lines(flow: &mut Flow, lines: &[Line], lane: &Lane, mut y: f32, tag: Option<TagId>) {
    for line in lines {
        let x = if lane.right {
            lane.x + lane.wide - font::width(line.text.trim_end(), line.style.weight, line.style.size)
        } else {
            lane.x
        };
        flow.text(x, y, line.style, &line.text, tag);
        y += line.style.leading;
    }
}

/// Writes rows one after the other.
struct Rows<'a> {
    flow: &'a mut Flow,
    lanes: &'a [Lane],
    heads: &'a [Vec<Line>],
    body: TagId,
}

impl Rows<'_> {
    fn row(&mut self, cells: &[Vec<Line>]) {
        let tall = cells.iter().map(|lines| high(lines)).fold(0.0, f32::max) + 2.0 * PAD;
        if self.flow.y + tall > BOTTOM {
            self.turn();
        }
        let row = self.flow.out.tags.add(TagKind::Row, Some(self.body));
        let tags: Vec<TagId> = self
            .lanes
            .iter()
            .map(|lane| {
                let kind = if lane.head { TagKind::HeadCell(TableHeaderScope::Row) } else { TagKind::Cell };
                self.flow.out.tags.add(kind, Some(row))
            })
            .collect();
        let mut rest: Vec<&[Line]> = cells.iter().map(Vec::as_slice).collect();
        // Only a row taller than a page goes round more than once.
        loop {
            let y = self.flow.y + PAD;
            let room = BOTTOM - PAD - y;
            let mut tallest = 0.0_f32;
            let mut later = Vec::with_capacity(rest.len());
            for ((lines, lane), tag) in rest.iter().zip(self.lanes).zip(&tags) {
                let (now, then) = lines.split_at(fitting(lines, room));
                draw_lines(self.flow, now, lane, y, Some(*tag));
                tallest = tallest.max(high(now));
                later.push(then);
            }
            self.flow.y = y + tallest + PAD;
            if later.iter().all(|lines| lines.is_empty()) {
                break;
            }
            rest = later;
            self.turn();
        }
        self.flow.mark(Mark::Box { x: MARGIN, y: self.flow.y, wide: ROOM, high: 0.5, ink: Ink::Hair });
        self.flow.y += 0.5;
    }

    /// A new page with the heads on top; they are not read aloud again.
    fn turn(&mut self) {
        self.flow.turn();
        draw_head(self.flow, self.heads, self.lanes, None);
    }
}

/// How many of the lines fit; at least one, so that something always goes on.
fn fitting(lines: &[Line], room: f32) -> usize {
    let mut used = 0.0;
    let fit = lines
        .iter()
        .take_while(|line| {
            used += line.style.leading;
            used <= room
        })
        .count();
    fit.max(1).min(lines.len())
}

/// Divides the room among the columns: every column gets its longest word, the rest goes to those that want more.
fn lanes(table: &Table, columns: &[PaperColumn], clock: &Clock) -> Vec<Lane> {
    let mut least = vec![0.0_f32; columns.len()];
    let mut wished = vec![0.0_f32; columns.len()];
    for ((column, least), wished) in columns.iter().zip(&mut least).zip(&mut wished) {
        *least = font::longest_piece(column.head, HEAD.weight, HEAD.size);
        *wished = font::width(column.head, HEAD.weight, HEAD.size);
        for row in &table.rows {
            for line in paper::lines(row, column, clock) {
                let style = line_style(line.tone, line.under, column.kind == ColumnKind::Head, column.kind);
                let full = font::width(&line.text, style.weight, style.size);
                let word = match column.kind {
                    // A moment stays on one line; a number too.
                    ColumnKind::When | ColumnKind::Number | ColumnKind::Count if !line.under => full,
                    _ => font::longest_piece(&line.text, style.weight, style.size),
                };
                *least = least.max(word.min(WORD_MOST));
                *wished = wished.max(full);
            }
        }
        *wished = wished.max(*least);
    }
    let room = ROOM - GAP * (columns.len().saturating_sub(1)) as f32;
    let firm: Vec<bool> = columns
        .iter()
        .map(|column| matches!(column.kind, ColumnKind::When | ColumnKind::Number | ColumnKind::Count))
        .collect();
    let widths = divided(&least, &wished, &firm, room);
    let mut x = MARGIN;
    columns
        .iter()
        .zip(widths)
        .map(|(column, wide)| {
            let lane = Lane {
                x,
                wide,
                right: matches!(column.kind, ColumnKind::Count),
                head: column.kind == ColumnKind::Head,
            };
            x += wide + GAP;
            lane
        })
        .collect()
}

/// Shares the room out. When there is too little, the firm columns keep what they need and words are broken.
fn divided(least: &[f32], wished: &[f32], firm: &[bool], room: f32) -> Vec<f32> {
    // A hair more than measured, so that a word is never broken for the sake of rounding.
    const HAIR: f32 = 0.3;
    let needed: f32 = least.iter().map(|wide| wide + HAIR).sum();
    if needed >= room {
        let kept: f32 = least.iter().zip(firm).filter(|(_, firm)| **firm).map(|(wide, _)| wide + HAIR).sum();
        // More moments than the page is wide: then they give way too.
        let all_give = kept > room * 0.8;
        let share = if all_give { room / needed } else { (room - kept) / (needed - kept).max(1.0) };
        return least
            .iter()
            .zip(firm)
            .map(|(wide, firm)| if *firm && !all_give { wide + HAIR } else { (wide + HAIR) * share })
            .collect();
    }
    let wants: Vec<f32> = least.iter().zip(wished).map(|(least, wished)| wished - least).collect();
    let all: f32 = wants.iter().sum();
    let spare = room - needed;
    let given = spare.min(all);
    // What nobody wants is shared out among the words, so that the table is as wide as the page.
    let loose = firm.iter().filter(|firm| !**firm).count().max(1) as f32;
    let extra = (spare - given) / loose;
    least
        .iter()
        .zip(&wants)
        .zip(firm)
        .map(|((least, want), firm)| {
            let more = if all > 0.0 { given * want / all } else { 0.0 };
            least + HAIR + more + if *firm { 0.0 } else { extra }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowded_table_keeps_its_moments_whole_and_uses_exactly_its_room() {
        let widths = divided(&[300.0, 76.0, 300.0], &[400.0, 76.0, 400.0], &[false, true, false], 400.0);
        assert!((widths.iter().sum::<f32>() - 400.0).abs() < 0.1);
        assert!(widths.get(1).is_some_and(|wide| *wide >= 76.0));
        let roomy = divided(&[20.0, 76.0], &[40.0, 76.0], &[false, true], 400.0);
        assert!((roomy.iter().sum::<f32>() - 400.0).abs() < 0.1);
    }
}
