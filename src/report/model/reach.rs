//! Everything one person can reach, across all clients: for the firm.
//!
//! Must never know: where the facts were read.

use super::frame::{Frame, number};
use super::way::{self, Way};
use crate::domain::{Admin, Factor, Instant, SecretKind};
use crate::report::document::{Block, Cell, Column, ColumnKind, Document, Fact, Facts, Figure, Table, Tone, Verdict};
use crate::report::when::{counted, grouped};
use std::collections::BTreeSet;

/// Everything one person can reach.
#[derive(Debug, Clone, PartialEq)]
pub struct ReachReport {
    /// Date, maker, sources, receipt.
    pub frame: Frame,
    /// Who.
    pub person: String,
    /// Work address: names the person in Latin letters too.
    pub email: Option<String>,
    /// Job.
    pub role: Option<String>,
    /// Where they stand, in words.
    pub status: String,
    /// Every way in, direct ones first.
    pub lines: Vec<ReachLine>,
    /// Shared logins known and not changed since.
    pub secrets: Vec<KnownSecret>,
}

/// One way in.
#[derive(Debug, Clone, PartialEq)]
pub struct ReachLine {
    /// Whose system.
    pub client: String,
    /// Which system.
    pub system: String,
    /// Systems it goes through; empty when direct.
    pub path: Vec<String>,
    /// How one gets in and how that stands.
    pub way: Way,
}

/// A shared login known and not changed since.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownSecret {
    /// Whose.
    pub client: String,
    /// Its name; never its value.
    pub name: String,
    /// What kind.
    pub kind: SecretKind,
    /// Known since.
    pub from: Option<Instant>,
    /// Could be read until; none while it still can.
    pub until: Option<Instant>,
    /// Last changed.
    pub changed: Option<Instant>,
    /// Others who still need it.
    pub needed_by: Vec<String>,
}

impl ReachReport {
    /// The report as a document.
    pub fn document(&self) -> Document {
        let mut document = self.frame.document(
            "reach",
            format!("What {} can reach", self.person),
            format!("What can {} get into, directly and through what that opens?", self.person),
        );
        document.verdict = Some(self.verdict());
        document.blocks.push(Block::Figures(self.figures()));
        document.blocks.push(Block::Facts(Facts {
            key: "person",
            facts: [
                Fact::new("name", "Person", self.person.as_str()),
                Fact::new("email", "Address", &self.email),
                Fact::new("role", "Work", &self.role),
                Fact::new("status", "Status", self.status.as_str()),
            ]
            .into_iter()
            .filter(|fact| !fact.value.is_none())
            .collect(),
        }));
        document.blocks.push(Block::Heading("Ways in".into()));
        document.blocks.push(Block::Table(self.table()));
        document.blocks.push(Block::Heading("Shared logins and codes known".into()));
        document.blocks.push(Block::Table(self.secrets_table()));
        document
    }

    fn direct(&self) -> impl Iterator<Item = &ReachLine> {
        self.lines.iter().filter(|line| line.path.is_empty())
    }

    fn clients(&self) -> u64 {
        self.lines.iter().map(|line| line.client.as_str()).collect::<BTreeSet<_>>().len() as u64
    }

    fn verdict(&self) -> Verdict {
        let direct = self.direct().count() as u64;
        let text = if self.lines.is_empty() {
            "No way in is on record.".to_owned()
        } else {
            format!(
                "{}, and {} more that these open, at {}.",
                counted(direct, "way in", "ways in"),
                grouped(self.lines.len() as u64 - direct),
                counted(self.clients(), "client", "clients")
            )
        };
        Verdict { tone: Tone::Plain, text: text.into() }
    }

    fn figures(&self) -> Vec<Figure> {
        let direct = self.direct().count() as u64;
        let admin = self.direct().filter(|line| line.way.admin != Admin::None).count() as u64;
        let without = self.direct().filter(|line| line.way.factor == Some(Factor::None)).count() as u64;
        let reached = self.lines.len() as u64 - direct;
        vec![
            Figure::count(
                "ways_in",
                direct,
                ["way in", "ways in"],
                format!("{} more through these", grouped(reached)),
                Tone::Plain,
            ),
            Figure::count("clients", self.clients(), ["client", "clients"], String::new(), Tone::Plain),
            Figure::count("admin", admin, ["with admin rights"; 2], String::new(), Tone::Plain),
            Figure::count(
                "without_mfa",
                without,
                ["without second factor"; 2],
                String::new(),
                if without == 0 { Tone::Good } else { Tone::Bad },
            ),
            Figure::count(
                "secrets_known",
                self.secrets.len() as u64,
                ["shared login known", "shared logins known"],
                "not changed since".to_owned(),
                Tone::Plain,
            ),
        ]
    }

    fn table(&self) -> Table {
        let clock = self.frame.clock();
        let rows = self.lines.iter().enumerate().map(|(place, line)| {
            let path = way::path_cell(line.path.iter().map(String::as_str));
            let mut cells = vec![number(place), Cell::from(&line.system), Cell::from(&line.client), path];
            cells.extend(line.way.cells(&clock));
            cells
        });
        let mut columns = vec![
            Column::new("no", "No.", ColumnKind::Number),
            Column::new("system", "System", ColumnKind::Head),
            Column::under("client", "Client", ColumnKind::Text),
            Column::under("path", "Path", ColumnKind::Text),
        ];
        columns.extend(way::COLUMNS);
        Table {
            key: "ways_in",
            caption: counted(self.lines.len() as u64, "way in", "ways in, direct ones first").into(),
            columns,
            rows: rows.collect(),
            empty: "No way in is on record.",
            main: true,
        }
    }

    fn secrets_table(&self) -> Table {
        let rows = self.secrets.iter().map(|secret| {
            vec![
                Cell::from(&secret.name),
                Cell::from(&secret.client),
                Cell::word(secret.kind.stored(), secret.kind.shown(), Tone::Plain),
                Cell::from(secret.from),
                secret.until.map_or(Cell::word("still", "still readable", Tone::Attention), Cell::At),
                secret.changed.map_or(Cell::Unknown, Cell::At),
                Cell::text(secret.needed_by.join(", ")),
            ]
        });
        Table {
            key: "secrets",
            caption: counted(self.secrets.len() as u64, "shared login or code", "shared logins and codes").into(),
            columns: vec![
                Column::new("secret", "Shared login", ColumnKind::Head),
                Column::under("client", "Client", ColumnKind::Text),
                Column::under("kind", "Kind", ColumnKind::State),
                Column::new("known_from", "Known since", ColumnKind::When),
                Column::new("known_until", "Until", ColumnKind::When),
                Column::new("changed_at", "Last changed", ColumnKind::When),
                Column::new("still_needed_by", "Needed by", ColumnKind::Text),
            ],
            rows: rows.collect(),
            empty: "No shared login or code is known that was not changed since.",
            main: false,
        }
    }
}
