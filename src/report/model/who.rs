//! Who can get into one client's systems: the report that leaves the house, with that client's facts only.
//!
//! A line says whose it is when it is made, and the report refuses one of another client. Its fields are closed, so
//! there is no other way in.
//!
//! Must never know: where the facts were read; any other client.

use super::frame::{Frame, number};
use super::way::{self, Way};
use crate::domain::{Admin, ClientId, Factor, Instant, SecretKind};
use crate::report::ReportError;
use crate::report::document::{Block, Cell, Column, ColumnKind, Document, Figure, Table, Tone, Verdict};
use crate::report::when::{counted, grouped};
use std::collections::BTreeSet;

/// Who can get into one client's systems.
#[derive(Debug, Clone, PartialEq)]
pub struct WhoReport {
    frame: Frame,
    client: ClientId,
    client_name: String,
    focus: Option<String>,
    lines: Vec<WhoLine>,
    secrets: Vec<WhoSecret>,
}

/// Whose a system on the way is. Another client's system can be named, and is refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Hop {
    /// The client whose system it is; none for a system of our own company.
    pub client: Option<ClientId>,
    /// Its name.
    pub system: String,
}

/// One way in for one person.
#[derive(Debug, Clone, PartialEq)]
pub struct WhoLine {
    /// Whose system it is.
    pub client: ClientId,
    /// Who of us.
    pub person: String,
    /// Which system.
    pub system: String,
    /// The systems it goes through when it is not direct.
    pub path: Vec<Hop>,
    /// How one gets in and how that stands.
    pub way: Way,
}

/// A shared login or code of the client.
#[derive(Debug, Clone, PartialEq)]
pub struct WhoSecret {
    /// Whose.
    pub client: ClientId,
    /// Its name; never its value.
    pub name: String,
    /// What kind.
    pub kind: SecretKind,
    /// Who of us knows it.
    pub known_to: Vec<String>,
    /// Last changed.
    pub changed: Option<Instant>,
    /// Somebody who left still knows it.
    pub known_by_leaver: bool,
}

fn people_of<'l>(lines: impl Iterator<Item = &'l WhoLine>) -> u64 {
    lines.map(|line| line.person.as_str()).collect::<BTreeSet<_>>().len() as u64
}

impl WhoReport {
    /// An empty report for one client. `focus` narrows it to a system or login, in words. Refuses a frame with a
    /// source that is another client's.
    pub fn new(
        frame: Frame,
        client: ClientId,
        client_name: impl Into<String>,
        focus: Option<String>,
    ) -> Result<Self, ReportError> {
        if frame.sources.iter().any(|source| source.client.is_some_and(|of| of != client)) {
            return Err(ReportError::OtherClient);
        }
        Ok(Self { frame, client, client_name: client_name.into(), focus, lines: Vec::new(), secrets: Vec::new() })
    }

    /// Adds a line. Refuses one of another client, also when only its path leads through one.
    pub fn add(&mut self, line: WhoLine) -> Result<(), ReportError> {
        let foreign = |hop: &Hop| hop.client.is_some_and(|client| client != self.client);
        if line.client != self.client || line.path.iter().any(foreign) {
            return Err(ReportError::OtherClient);
        }
        self.lines.push(line);
        Ok(())
    }

    /// Adds a shared login. Refuses one of another client.
    pub fn add_secret(&mut self, secret: WhoSecret) -> Result<(), ReportError> {
        if secret.client != self.client {
            return Err(ReportError::OtherClient);
        }
        self.secrets.push(secret);
        Ok(())
    }

    /// The report as a document.
    pub fn document(&self) -> Document {
        let clock = self.frame.clock();
        let place = self
            .focus
            .as_ref()
            .map_or_else(|| self.client_name.clone(), |focus| format!("{}, {focus}", self.client_name));
        let past = clock.0.day(self.frame.as_of) < clock.0.day(self.frame.made_at);
        let question = if past {
            format!("Who of us could get into {place} on {}?", clock.day_of(self.frame.as_of))
        } else {
            format!("Who of us can get into {place}?")
        };
        let mut document = self.frame.document("who", format!("Who can get in: {place}"), question);
        document.verdict = Some(self.verdict());
        document.blocks.push(Block::Figures(self.figures()));
        document.blocks.push(Block::Heading("Ways in".into()));
        document.blocks.push(Block::Table(self.table()));
        document.blocks.push(Block::Heading("Shared logins and codes".into()));
        document.blocks.push(Block::Table(self.secrets_table()));
        document
    }

    fn people(&self) -> u64 {
        people_of(self.lines.iter())
    }

    /// Who has a way in of their own, and how many more come through systems that open this one: apart, because the
    /// screen counts the first and the lines below are both.
    fn verdict(&self) -> Verdict {
        let direct = || self.lines.iter().filter(|line| line.path.is_empty());
        let count = |people, ways: usize| {
            format!("{}, {}", counted(people, "person", "people"), counted(ways as u64, "way in", "ways in"))
        };
        let (own, all) = (direct().count(), self.lines.len());
        let text = match (own, all) {
            (_, 0) => "Nobody of us has a way in on record.".to_owned(),
            (0, _) => format!("Nobody directly. Through other systems of ours: {}.", count(self.people(), all)),
            (own, all) if own == all => format!("{}.", count(self.people(), all)),
            (own, all) => format!(
                "Directly: {}. With those through other systems of ours: {}.",
                count(people_of(direct()), own),
                count(self.people(), all)
            ),
        };
        Verdict { tone: Tone::Plain, text: text.into() }
    }

    fn figures(&self) -> Vec<Figure> {
        let admin = self.lines.iter().filter(|line| line.way.admin != Admin::None).count() as u64;
        let without = self.lines.iter().filter(|line| line.way.factor == Some(Factor::None)).count() as u64;
        let unknown =
            self.lines.iter().filter(|line| matches!(line.way.factor, None | Some(Factor::Unknown))).count() as u64;
        let indirect = self.lines.iter().filter(|line| !line.path.is_empty()).count() as u64;
        let leavers = self.secrets.iter().filter(|secret| secret.known_by_leaver).count() as u64;
        let warn = |number: u64| if number == 0 { Tone::Good } else { Tone::Bad };
        vec![
            Figure::count("people", self.people(), ["person", "people"], "of ours".to_owned(), Tone::Plain),
            Figure::count(
                "ways_in",
                self.lines.len() as u64,
                ["way in", "ways in"],
                format!("{} through another system", grouped(indirect)),
                Tone::Plain,
            ),
            Figure::count("admin", admin, ["with admin rights"; 2], String::new(), Tone::Plain),
            Figure::count(
                "without_mfa",
                without,
                ["without second factor"; 2],
                format!("{} not known", grouped(unknown)),
                warn(without),
            ),
            Figure::count(
                "secrets",
                self.secrets.len() as u64,
                ["shared login", "shared logins"],
                format!("{} known to leavers", grouped(leavers)),
                warn(leavers),
            ),
        ]
    }

    fn table(&self) -> Table {
        let clock = self.frame.clock();
        let rows = self.lines.iter().enumerate().map(|(place, line)| {
            let path = way::path_cell(line.path.iter().map(|hop| hop.system.as_str()));
            let mut cells = vec![number(place), Cell::from(&line.person), Cell::from(&line.system), path];
            cells.extend(line.way.cells(&clock));
            cells
        });
        let mut columns = vec![
            Column::new("no", "No.", ColumnKind::Number),
            Column::new("person", "Person", ColumnKind::Head),
            Column::new("system", "System", ColumnKind::Text),
            Column::under("path", "Path", ColumnKind::Text),
        ];
        columns.extend(way::COLUMNS);
        Table {
            key: "ways_in",
            caption: counted(self.lines.len() as u64, "way in", "ways in").into(),
            columns,
            rows: rows.collect(),
            empty: "Nobody of us has a way in on record.",
            main: true,
        }
    }

    fn secrets_table(&self) -> Table {
        let rows = self.secrets.iter().map(|secret| {
            let known = if secret.known_by_leaver {
                Cell::word("leaver", "also somebody who left", Tone::Bad)
            } else {
                Cell::word("staff", "only people who work here", Tone::Good)
            };
            vec![
                Cell::from(&secret.name),
                Cell::word(secret.kind.stored(), secret.kind.shown(), Tone::Plain),
                Cell::text(secret.known_to.join(", ")),
                known,
                secret.changed.map_or(Cell::Unknown, Cell::At),
            ]
        });
        Table {
            key: "secrets",
            caption: counted(self.secrets.len() as u64, "shared login or code", "shared logins and codes").into(),
            columns: vec![
                Column::new("secret", "Shared login", ColumnKind::Head),
                Column::under("kind", "Kind", ColumnKind::State),
                Column::new("known_to", "Known to", ColumnKind::Text),
                Column::new("known_by", "Still known by", ColumnKind::State),
                Column::new("changed", "Last changed", ColumnKind::When),
            ],
            rows: rows.collect(),
            empty: "No shared login or code is on record.",
            main: false,
        }
    }
}
