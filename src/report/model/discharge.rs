//! The closing page of a discharge: what somebody could get into, and how each way in was proved gone.
//!
//! It names every client the person could reach, so it is for the firm and its auditor, never for a client.
//!
//! Must never know: where the facts were read.

use super::discharge_facts::{DischargeReport, Subject, WayLine};
use super::discharge_tables::tables;
use super::frame::Done;
use super::standing::Standing;
use crate::domain::{Admin, Instant, Proof};
use crate::report::document::{Block, Cell, Document, Fact, Facts, Fall, Figure, Signature, Tone, Verdict};
use crate::report::when::{Clock, counted, grouped, span};
use std::collections::BTreeSet;

impl DischargeReport {
    /// The moment at which so many percent of the ways in were shut; none while too many are open.
    pub fn shut_at(&self, percent: u64) -> Option<Instant> {
        let times = self.shut_times();
        let needed = (self.ways.len() as u64 * percent).div_ceil(100).max(1);
        times.get(usize::try_from(needed).ok()?.checked_sub(1)?).copied()
    }

    /// The moments at which ways in were shut, in order.
    fn shut_times(&self) -> Vec<Instant> {
        let mut times: Vec<Instant> =
            self.ways.iter().filter(|way| !way.open()).filter_map(|way| way.removed.as_ref().map(|d| d.at)).collect();
        times.sort_unstable();
        times
    }

    fn open(&self) -> u64 {
        self.ways.iter().filter(|way| way.open()).count() as u64
    }

    /// The report as a document.
    pub fn document(&self) -> Document {
        let clock = self.frame.clock();
        let name = self.subject.name();
        let (title, question) = match &self.subject {
            Subject::Person(_) => (
                format!("Discharge of {name}"),
                format!("What could {name} get into, and is every way in proved gone?"),
            ),
            Subject::Client(_) => (
                format!("End of the contract with {name}"),
                format!("What could we get into at {name}, and is every way in proved gone?"),
            ),
        };
        let mut document = self.frame.document("discharge", title, question);
        document.verdict = Some(self.verdict(&clock));
        let blocks = &mut document.blocks;
        blocks.push(Block::Figures(self.figures(&clock)));
        blocks.push(Block::Facts(self.facts()));
        if !self.ways.is_empty() {
            blocks.push(Block::Heading("How fast".into()));
            blocks.push(Block::Fall(self.fall(&clock)));
            blocks.push(Block::Facts(self.speed(&clock)));
        }
        for (title, table) in tables(self, &clock) {
            blocks.push(Block::Heading(title.into()));
            blocks.push(Block::Table(table));
        }
        for sentence in &self.on_behalf {
            blocks.push(Block::Paragraph(sentence.into()));
        }
        blocks.push(Block::Heading("Signatures".into()));
        let mut signatures: Vec<Signature> = self
            .signers
            .iter()
            .map(|signer| Signature { role: signer.role, name: signer.name.as_deref().unwrap_or_default().into() })
            .collect();
        signatures.push(Signature { role: self.subject.either("Left", "For the client"), name: name.into() });
        blocks.push(Block::Signatures(signatures));
        document
    }

    fn verdict(&self, clock: &Clock) -> Verdict {
        let total = counted(self.ways.len() as u64, "way in", "ways in");
        let open = self.open();
        let count = |holds: fn(&WayLine) -> bool| self.ways.iter().filter(|way| holds(way)).count() as u64;
        let waived = count(|way| matches!(way.standing(), Standing::Waived(_)));
        let unchecked = count(|way| !way.open() && way.checked.is_none());
        let unproved = count(|way| !way.standing().settled() && !matches!(way.standing(), Standing::Waived(_)));
        let (tone, text) = match &self.closed {
            None if open > 0 => (Tone::Bad, format!("Not closed. {} of {total} still open.", grouped(open))),
            None if unchecked > 0 => {
                (Tone::Attention, format!("Not closed. All {total} are shut; {} not yet checked.", grouped(unchecked)))
            }
            None => (Tone::Attention, format!("Not closed. All {total} are shut and checked.")),
            Some(closed) => {
                let by = closed.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
                let when = format!("Closed {}{by}.", clock.moment(closed.at));
                if self.ways.is_empty() {
                    (Tone::Good, format!("{when} No way in was on record."))
                } else if unproved == 0 && waived == 0 {
                    (Tone::Good, format!("{when} All {total} are shut and checked."))
                } else if unproved == 0 {
                    (
                        Tone::Attention,
                        format!(
                            "{when} {} of {total} waived until a date, the others shut and checked.",
                            grouped(waived)
                        ),
                    )
                } else {
                    (Tone::Bad, format!("{when} {} of {total} open again or not proved.", grouped(unproved)))
                }
            }
        };
        let unchanged = self.secrets.iter().filter(|secret| !secret.standing().settled()).count() as u64;
        if unchanged == 0 {
            return Verdict { tone, text: text.into() };
        }
        let logins = counted(self.secrets.len() as u64, "shared login", "shared logins");
        let tone = if tone == Tone::Good { Tone::Attention } else { tone };
        Verdict { tone, text: format!("{text} {} of {logins} not changed for good.", grouped(unchanged)).into() }
    }

    fn figures(&self, clock: &Clock) -> Vec<Figure> {
        let ways = self.ways.len() as u64;
        let admin = self.ways.iter().filter(|way| way.admin != Admin::None).count() as u64;
        let clients: BTreeSet<&str> = self.ways.iter().map(|way| way.client.as_str()).collect();
        let systems: BTreeSet<_> = self.ways.iter().map(|way| (&way.client, &way.system)).collect();
        let open = self.open();
        let checked = self.ways.iter().filter(|way| way.checked.is_some()).count() as u64;
        let changed = self.secrets.iter().filter(|secret| secret.standing().settled()).count() as u64;
        let all_shut = self.shut_at(100);
        vec![
            Figure {
                key: "ways_in",
                value: grouped(ways).into(),
                label: "ways in".into(),
                note: format!(
                    "{}, {}, {} admin",
                    counted(clients.len() as u64, "client", "clients"),
                    counted(systems.len() as u64, "system", "systems"),
                    grouped(admin)
                )
                .into(),
                tone: Tone::Plain,
            },
            Figure {
                key: "still_open",
                value: grouped(open).into(),
                label: "still open".into(),
                note: all_shut
                    .map_or_else(
                        || "not all shut yet".to_owned(),
                        |at| format!("all shut after {}", span(self.started, at)),
                    )
                    .into(),
                tone: if open == 0 { Tone::Good } else { Tone::Bad },
            },
            Figure {
                key: "checked",
                value: format!("{} of {}", grouped(checked), grouped(ways)).into(),
                label: "checked".into(),
                note: self.proof_note().into(),
                tone: if checked == ways { Tone::Good } else { Tone::Attention },
            },
            Figure {
                key: "secrets_changed",
                value: format!("{changed} of {}", self.secrets.len()).into(),
                label: "shared logins changed".into(),
                note: format!("left {}", clock.day_of(self.trigger)).into(),
                tone: if changed == self.secrets.len() as u64 { Tone::Good } else { Tone::Attention },
            },
        ]
    }

    /// How many ways in are proved by one of the two strong grades.
    fn proof_note(&self) -> String {
        let strong =
            self.ways.iter().filter(|way| matches!(way.proof, Some(Proof::Observed | Proof::Acknowledged))).count()
                as u64;
        format!("{} seen or confirmed", grouped(strong))
    }

    fn facts(&self) -> Facts {
        let by = |done: &Done| done.by.as_ref().map_or(Cell::None, Cell::from);
        let mut facts = match &self.subject {
            Subject::Person(leaver) => vec![
                Fact::new("leaver", "Who left", leaver.name.as_str()),
                Fact::new("email", "Address", &leaver.email),
                Fact::new("role", "Work", &leaver.role),
                Fact::new("worked_as", "Worked as", Cell::word(leaver.kind.stored(), leaver.kind.shown(), Tone::Plain)),
                Fact::new("manager", "Manager", &leaver.manager),
            ],
            Subject::Client(name) => vec![Fact::new("client", "Which client", name.as_str())],
        };
        facts.extend([
            Fact::new("kind", "Kind", Cell::word(self.kind.stored(), self.kind.shown(), Tone::Plain)),
            Fact::new("trigger", "Last minute of work", self.trigger),
            Fact::new("started", "Run opened", self.started),
            Fact::new("closed", "Closed", self.closed.as_ref().map(|done| done.at)),
            Fact::new("closed_by", "Closed by", self.closed.as_ref().map_or(Cell::None, by)),
            Fact::new("run", "Run", Cell::Count(self.run)),
        ]);
        facts.retain(|fact| !fact.value.is_none() || fact.key == "closed");
        Facts { key: "discharge", facts }
    }

    fn speed(&self, clock: &Clock) -> Facts {
        let line = |percent| {
            self.shut_at(percent).map_or_else(
                || "not yet".to_owned(),
                |at| format!("{}, {} after the start", clock.moment(at), span(self.started, at)),
            )
        };
        let mut facts = vec![
            Fact::new("shut_50", "Half shut", line(50)),
            Fact::new("shut_90", "90 % shut", line(90)),
            Fact::new("shut_100", "All shut", line(100)),
        ];
        if let Some(limit) = self.limit {
            let (word, said, tone) = match self.shut_at(100) {
                Some(at) if at <= limit => ("met", "met", Tone::Good),
                None if self.frame.as_of <= limit => ("ahead", "still ahead", Tone::Plain),
                _ => ("not_met", "not met", Tone::Bad),
            };
            let text = format!("{} ({said})", clock.moment(limit));
            facts.push(Fact::new("limit", "Limit", Cell::word(word, text, tone)));
        }
        Facts { key: "speed", facts }
    }

    fn fall(&self, clock: &Clock) -> Fall {
        let total = self.ways.len() as u64;
        let mut left = total;
        let mut steps: Vec<(Instant, u64)> = Vec::new();
        for at in self.shut_times() {
            left = left.saturating_sub(1);
            match steps.last_mut() {
                Some((last, count)) if *last == at => *count = left,
                _ => steps.push((at, left)),
            }
        }
        let words = steps.last().map_or_else(
            || format!("{} open at {}; none shut yet.", grouped(total), clock.moment(self.started)),
            |(at, left)| {
                format!(
                    "{} open at {}; {} open at {}.",
                    grouped(total),
                    clock.moment(self.started),
                    grouped(*left),
                    clock.moment(*at)
                )
            },
        );
        Fall { label: "Ways in still open", from: self.started, total, steps, limit: self.limit, words: words.into() }
    }
}
