//! A screen without a terminal: keys in, pictures and commands out, over a desk made up here.

use keyward::domain::{
    AccountId, AccountKind, Admin, CaseKind, ClientId, GrantId, GrantState, Instant, LastUse, PersonId, PersonStatus,
    Phase, RunId, SecretId, SecretKind, Severity, StepId, StepOutcome, SystemId, Zone,
};
use keyward::error::{AppError, ErrorClass};
use keyward::report::model::Known;
use keyward::secret::Passphrase;
use keyward::service::reports::ReportKind;
use keyward::service::view::*;
use keyward::service::{
    Answer, Command, Desk, Door, NewRegister, Outcome, Place as DoorPlace, Query, Slice, StepSaid, Unlock, WayBack,
};
use keyward::tui::keymap::Chord;
use keyward::tui::model::{Model, Start};
use keyward::tui::msg::{Effect, JobReport, Moment, Msg};
use keyward::tui::runtime::Worker;
use keyward::tui::theme::{Abilities, Depth, Look};
use keyward::tui::update::update;
use keyward::tui::view::view;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

/// What the made-up register holds, shared so that a test can look.
#[derive(Default)]
pub struct Book {
    pub ways: Vec<WayIn>,
    pub people: Vec<PersonLine>,
    pub steps: Vec<StepLine>,
    pub questions: Vec<QuestionLine>,
    pub secrets: Vec<SecretLine>,
    pub things: Vec<ThingLine>,
    pub fixes: Vec<FindingLine>,
    pub history: Vec<HistoryLine>,
    pub drafts: BTreeMap<String, String>,
    pub commands: Vec<Command>,
    pub run: bool,
    pub closed: bool,
    pub exists: bool,
    pub needs: Vec<Need>,
    /// What Find finds besides people.
    pub hits: Vec<Hit>,
    /// Clients, systems and accounts somebody took away.
    pub nodes_gone: Vec<keyward::service::resolve::Scope>,
    /// A verification finds the history broken.
    pub broken: bool,
    /// Every change but a draft is refused.
    pub refuses: bool,
    /// The past cannot be answered.
    pub fails_past: bool,
    /// Entries written since, here or by another process.
    pub written: u64,
    /// Limits the office set.
    pub limits: BTreeMap<String, String>,
    /// The computer's zone; none is UTC.
    pub zone: &'static str,
}

pub type Shared = Arc<Mutex<Book>>;

pub fn now() -> Instant {
    Instant::parse("2026-11-23T13:41:00Z").unwrap()
}

pub fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn way(number: u64, system: &str, client: &str, level: &str, risk: Severity, shuts: u32) -> WayIn {
    WayIn {
        grant: GrantId(number),
        account: AccountId(number),
        person: PersonId(1),
        client: ClientId(number % 19 + 1),
        system: SystemId(number),
        person_name: "Dana Ruiz".to_owned(),
        client_name: client.to_owned(),
        client_called: client.to_owned(),
        system_name: system.to_owned(),
        login: format!("dana.ruiz{number}"),
        account_kind: AccountKind::Personal,
        level: level.to_owned(),
        admin: if level == "Admin" { Admin::System } else { Admin::None },
        risk,
        since: Some(at("2024-03-12T09:00:00Z")),
        until: None,
        last_used: LastUse::At(at("2026-11-14T09:00:00Z")),
        mfa: "app".to_owned(),
        state: GrantState::In,
        state_at: None,
        shut_by: None,
        shuts,
        doer: Some("Tom Becker".to_owned()),
        last_admin: false,
        waived_until: None,
        path: Vec::new(),
        source: Source {
            known: Known::Import(at("2026-11-20T08:00:00Z")),
            words: "import 20 Nov".to_owned(),
            as_of: None,
        },
    }
}

fn person(number: u64, name: &str, role: &str, ways_in: u32, admin: u32, clients: u32, risk: Severity) -> PersonLine {
    PersonLine {
        id: PersonId(number),
        name: name.to_owned(),
        role: role.to_owned(),
        status: if number == 1 { PersonStatus::Notice } else { PersonStatus::Active },
        status_at: (number == 1).then(|| at("2026-11-23T14:00:00Z")),
        ways_in,
        admin,
        clients,
        systems: clients * 2,
        without_mfa: if number == 2 { 2 } else { 0 },
        knows: 5,
        risk,
    }
}

fn step(number: u64, phase: Phase, title: &str, outcome: Option<StepOutcome>) -> StepLine {
    StepLine {
        after_closing: false,
        id: StepId(number),
        code: Some(format!("D{number:02}")),
        phase,
        title: title.to_owned(),
        outcome,
        ended: outcome.map(|_| at("2026-11-23T13:30:00Z")),
        checked: false,
        due: Some(at("2026-11-23T15:00:00Z")),
        late: false,
        doer: Some("you".to_owned()),
        waits_for: Vec::new(),
        too_early: None,
        how: vec![("Why".to_owned(), "Because the laptop holds client data.".to_owned())],
        note: String::new(),
    }
}

/// The small register of the drawings.
pub fn small() -> Book {
    use Severity::{High, Low, Medium};
    let mut ways = vec![
        way(1, "Microsoft 365 admin", "Harbor Dental", "Admin", High, 13),
        way(2, "RMM console", "all clients", "Admin", High, 1),
        way(3, "Firewall web admin", "Harbor Dental", "Admin", High, 1),
        way(4, "Password vault: Ops", "own company", "Editor", High, 1),
        way(5, "Azure subscription", "Osprey Labs", "Contrib", Medium, 1),
        way(6, "VPN account", "Cedar & Pike Law", "User", Medium, 1),
    ];
    ways[2].last_admin = true;
    for number in 7..=61 {
        let name = format!("Application {number}");
        ways.push(way(number, &name, "Milltown Schools", "User", Low, 1));
    }
    let people = vec![
        person(1, "Dana Ruiz", "Technician L2", 61, 7, 19, High),
        person(2, "Daniel Okoro", "Technician L1", 22, 0, 8, Medium),
        person(3, "Adaeze Obi", "Dispatcher", 4, 0, 1, Low),
        person(4, "李小龍", "Technician L1", 9, 0, 3, Low),
        person(5, "Tom Becker", "Technician L3", 58, 12, 21, Medium),
    ];
    let steps = vec![
        step(1, Phase::Before, "Agree on the time of the talk", Some(StepOutcome::Done)),
        step(2, Phase::Interview, "Say what happens to access today", Some(StepOutcome::Done)),
        step(3, Phase::Interview, "Collect laptop KW-0231, badge 118, keys", None),
        step(4, Phase::Hour, "Forward mail to M. Ortiz, 30 days", None),
        step(5, Phase::Month, "Look again at everything", None),
    ];
    let questions = (1..=3)
        .map(|number| QuestionLine {
            code: format!("Q0{number}"),
            number,
            group: "Secrets".to_owned(),
            short: format!("Passwords at home, part {number}"),
            text: format!("Which client passwords have you saved at home, part {number}?"),
            then: "Adds each one to the shared logins to change.".to_owned(),
            reply: None,
            note: String::new(),
            made: Vec::new(),
        })
        .collect();
    let secrets = vec![SecretLine {
        secret: SecretId(1),
        rotation: Some(keyward::domain::RotationId(1)),
        name: "admin".to_owned(),
        kind: SecretKind::Password,
        client_name: "Harbor Dental".to_owned(),
        systems: vec!["Harbor firewall".to_owned()],
        risk: High,
        known_from: Some(at("2025-06-01T09:00:00Z")),
        known_until: None,
        changed: Some(at("2025-02-14T09:00:00Z")),
        safe: false,
        still_needed_by: vec!["Tom Becker".to_owned(), "Aisha Khan".to_owned()],
        state: GrantState::In,
        outcome: None,
        state_at: None,
        doer: Some("Tom Becker".to_owned()),
        due: None,
        waits_for: None,
        how: vec![
            ("Do".to_owned(), "Sign in to the firewall, set a new password.".to_owned()),
            ("Watch".to_owned(), "A scheduled config backup uses this login.".to_owned()),
        ],
    }];
    let things = vec![ThingLine {
        id: ThingId::Asset(keyward::domain::AssetId(1), keyward::domain::AssetKind::Laptop),
        name: "Laptop KW-0231".to_owned(),
        client_name: "own company".to_owned(),
        since: None,
        state: "with her".to_owned(),
        settled: false,
        unnamed: false,
        how: vec![("Do".to_owned(), "Take it, with its charger.".to_owned())],
    }];
    let finding = |key: &str, severity, title: &str, minutes, reach, grants: Vec<GrantId>| FindingLine {
        key: key.to_owned(),
        rule: "leaver-live-access".to_owned(),
        severity,
        title: title.to_owned(),
        person: Some((PersonId(5), "Tom Becker".to_owned())),
        client: Some((ClientId(1), "Harbor Dental".to_owned())),
        system: None,
        login: None,
        lines: vec!["365 tenant, admin".to_owned()],
        reason: "Her discharge closed with 14 removals never confirmed.".to_owned(),
        could: "Sign in as admin at Harbor Dental and 5 other clients.".to_owned(),
        facts: vec!["Newest import 20 Nov".to_owned()],
        fix: vec!["Ask for all 14 removals.".to_owned(), "Confirm from the next import.".to_owned()],
        minutes,
        reach,
        since: Some(at("2026-03-12T09:00:00Z")),
        due: None,
        state: FindingState::Open,
        controls: vec!["PR.AA-05".to_owned()],
        rank: "5 minutes of work, 6 clients, 4 admin rights, 256 days.".to_owned(),
        grants,
    };
    let fixes = vec![
        finding("a", High, "Priya Nair left 12 Mar, still in 14 systems", 5, (14, 6), vec![GrantId(9)]),
        finding("b", High, "\"admin\" Harbor firewall known by 3 leavers", 10, (1, 1), Vec::new()),
        finding("c", Medium, "Lee Wong: VPN at Cedar never used, 400 days", 1, (1, 1), vec![GrantId(7), GrantId(8)]),
    ];
    let history = vec![HistoryLine {
        seq: 12,
        at: at("2026-11-23T13:20:00Z"),
        who: "M. Ortiz".to_owned(),
        decided_by: None,
        action: "grant.ask".to_owned(),
        summary: "You asked for 2 removals at Cedar & Pike".to_owned(),
        reason: None,
        records: Vec::new(),
        hash: "ab12".to_owned(),
        undone_by: None,
    }];
    let needs = vec![
        Need {
            risk: High,
            when: "14:00".to_owned(),
            what: "Discharge Dana Ruiz, exit interview".to_owned(),
            amount: "61 ways in still open".to_owned(),
            target: Target::Run(RunId(1)),
        },
        Need {
            risk: High,
            when: "LATE 3 d".to_owned(),
            what: "4 removals never confirmed (Priya Nair, left 12 Mar)".to_owned(),
            amount: String::new(),
            target: Target::Person(PersonId(5)),
        },
    ];
    Book {
        ways,
        people,
        steps,
        questions,
        secrets,
        things,
        fixes,
        history,
        needs,
        exists: true,
        zone: "UTC",
        ..Book::default()
    }
}

pub struct FakeDoor(pub Shared);
pub struct FakeDesk(pub Shared);

pub const PASSPHRASE: &str = "copper lantern migrate onion saddle";

impl Door for FakeDoor {
    fn place(&self) -> DoorPlace {
        let book = self.0.lock().unwrap();
        DoorPlace {
            name: "msp-access.keyward".to_owned(),
            path: "/home/ortiz/msp-access.keyward".to_owned(),
            exists: book.exists,
            practice: false,
            operators: 1,
            without_passphrase: false,
            zone: book.zone.to_owned(),
        }
    }

    fn unlock(&mut self, with: Unlock) -> Result<Box<dyn Desk>, AppError> {
        match with {
            Unlock::Passphrase(typed) if typed.expose() == PASSPHRASE => Ok(Box::new(FakeDesk(self.0.clone()))),
            _ => Err(AppError::new(ErrorClass::WrongKey, "The passphrase does not open the register")),
        }
    }

    fn recovery_code(&mut self) -> String {
        "KW-7F3Q-99TD-6M2X-B6VE-0RJA-K8WZ".to_owned()
    }

    fn create(&mut self, new: NewRegister) -> Result<Box<dyn Desk>, AppError> {
        assert_eq!(new.passphrase.expose(), PASSPHRASE);
        let _: &Passphrase = &new.recovery_code;
        let mut book = self.0.lock().unwrap();
        book.exists = true;
        book.ways.clear();
        book.people.clear();
        book.needs.clear();
        book.fixes.clear();
        drop(book);
        Ok(Box::new(FakeDesk(self.0.clone())))
    }
}

fn page<T: Clone>(rows: &[T], slice: &Slice, unfiltered: usize) -> Page<T> {
    let end = slice.start.saturating_add(slice.limit).min(rows.len());
    let start = slice.start.min(end);
    Page { rows: rows[start..end].to_vec(), start, total: rows.len(), unfiltered }
}

fn fits(words: &str, filter: &str) -> bool {
    let words = words.to_lowercase();
    filter
        .to_lowercase()
        .replace('"', "")
        .split_whitespace()
        .all(|part| words.contains(part.trim_start_matches("client:")))
}

impl Book {
    fn ways_page(&self, slice: &Slice) -> Page<WayIn> {
        let rows: Vec<WayIn> = self
            .ways
            .iter()
            .filter(|way| fits(&format!("{} {} {}", way.system_name, way.client_name, way.level), &slice.filter))
            .cloned()
            .collect();
        page(&rows, slice, self.ways.len())
    }

    fn people_page(&self, filter: &str, slice: &Slice) -> Page<PersonLine> {
        let rows: Vec<PersonLine> =
            self.people.iter().filter(|p| fits(&format!("{} {}", p.name, p.role), filter)).cloned().collect();
        page(&rows, slice, self.people.len())
    }

    fn person_view(&self, id: PersonId) -> Option<PersonView> {
        let line = self.people.iter().find(|p| p.id == id).cloned()?;
        Some(PersonView {
            about: vec![
                format!("Can get into {} clients, {} systems.", line.clients, line.systems),
                "Why !!: leaves today; 7 admin rights.".to_owned(),
            ],
            run: (self.run && id == PersonId(1)).then_some(RunId(1)),
            unchecked: 0,
            line,
        })
    }

    pub fn run_view(&self) -> RunView {
        let count = |state: fn(GrantState) -> bool| {
            u32::try_from(self.ways.iter().filter(|way| state(way.state)).count()).unwrap()
        };
        let open = count(GrantState::is_open);
        let total = u32::try_from(self.ways.len()).unwrap();
        let over = |done: usize, all: usize| (u32::try_from(done).unwrap(), u32::try_from(all).unwrap());
        RunView {
            id: RunId(1),
            person: Some(PersonId(1)),
            client: None,
            name: "Dana Ruiz".to_owned(),
            kind: CaseKind::AtOnce,
            trigger: now(),
            started: at("2026-11-23T13:28:20Z"),
            closed: self.closed.then(now),
            open,
            shut: total - open,
            confirmed: count(|state| state == GrantState::Checked),
            total,
            stays: 0,
            open_admin: 4,
            open_without_mfa: 0,
            steps: over(self.steps.iter().filter(|s| s.outcome.is_some()).count(), self.steps.len()),
            questions: over(self.questions.iter().filter(|q| q.reply.is_some()).count(), self.questions.len()),
            secrets: over(self.secrets.iter().filter(|s| s.safe).count(), self.secrets.len()),
            things: over(self.things.iter().filter(|t| t.settled).count(), self.things.len()),
            next: (open > 0).then(|| "1  Switch off her 365 account: shuts 12 more at once.".to_owned()),
            next_tab: RunTab::WaysIn,
            doer: Some("Tom Becker".to_owned()),
            checker: None,
            alone: false,
            since_then: None,
        }
    }

    fn impact(&self, grants: &[GrantId]) -> Impact {
        let touched: Vec<&WayIn> =
            self.ways.iter().filter(|way| grants.contains(&way.grant) && way.state == GrantState::In).collect();
        let many = |n: usize| u32::try_from(n).unwrap();
        Impact {
            ways: many(touched.len()),
            items: touched
                .iter()
                .map(|way| {
                    let note = if way.last_admin { "!! LAST admin on record" } else { "3 other admins stay" };
                    (way.risk, format!("{}, {}", way.system_name, way.client_name), note.to_owned())
                })
                .collect(),
            admin: many(touched.iter().filter(|way| way.admin != Admin::None).count()),
            last_admin: many(touched.iter().filter(|way| way.last_admin).count()),
            shared: 0,
            clients: 19.min(many(touched.len())),
            doers: 4,
        }
    }

    fn set(&mut self, grants: &[GrantId], state: GrantState) -> u32 {
        let mut count = 0;
        for way in self.ways.iter_mut().filter(|way| grants.contains(&way.grant)) {
            way.state = state;
            way.state_at = Some(now());
            count += 1;
        }
        count
    }
}

impl Desk for FakeDesk {
    fn ask(&mut self, query: Query) -> Result<Answer, AppError> {
        let book = self.0.lock().unwrap();
        Ok(match query {
            Query::ReportText { kind, subject, .. } => {
                let about = subject.unwrap_or_default();
                let lines = (1..=400).map(|n| format!("{} {about} line {n}", kind.stored()));
                Answer::ReportText(lines.collect::<Vec<_>>().join("\n"))
            }
            Query::ReportsMade => {
                Answer::ReportsMade(vec![(ReportKind::Who, Instant::parse("2026-11-20T09:00:00Z").unwrap())])
            }
            Query::Register => Answer::Register(RegisterView {
                name: "msp-access".to_owned(),
                operator: "M. Ortiz".to_owned(),
                firm: None,
                practice: false,
                zone: Zone::utc(),
                day_first: true,
                type_number_above: 10,
                entries: 12 + book.written,
                counts: (19, 5, 61),
                running: book.run.then(|| (RunId(1), book.run_view().open)),
            }),
            Query::Today => Answer::Today(TodayView {
                needs: book.needs.clone(),
                fixes: book.fixes.clone(),
                fixes_total: u32::try_from(book.fixes.len()).unwrap(),
                stands: stands(),
                lately: book.history.clone(),
                counts: if book.people.is_empty() { (0, 0, 0) } else { (19, 5, 61) },
            }),
            Query::People(slice) => Answer::People(book.people_page(&slice.filter, &slice)),
            Query::Leavers(text) => Answer::People(book.people_page(&text, &Slice { limit: 10, ..Slice::default() })),
            Query::Person(id) => Answer::Person(
                book.person_view(id).ok_or_else(|| AppError::new(ErrorClass::NotFound, "That person is gone"))?,
            ),
            Query::WaysIn(_, slice) | Query::RunWaysIn(_, slice) => Answer::WaysIn(book.ways_page(&slice)),
            Query::Why(grant) => Answer::Why(Why {
                grant,
                title: format!("way in {grant}"),
                lines: vec!["Given 12 Mar 2024 by T. Becker, ticket 48213.".to_owned()],
                request: "Please remove it.".to_owned(),
            }),
            Query::Secrets(_) | Query::RunSecrets(_) => Answer::Secrets(book.secrets.clone()),
            Query::PersonMore(_) => Answer::PersonMore(
                crate::tui_records::training(),
                book.runs(&Slice { limit: 9, ..Slice::default() }).page.rows,
            ),
            Query::PersonHistory(_, slice) => Answer::History(page(&book.history, &slice, book.history.len())),
            Query::History(slice) => Answer::Journal(book.journal(&slice)),
            Query::Settings => Answer::Settings(crate::tui_more::lines(&book.limits)),
            Query::Entry(seq) => Answer::Entry(book.entry(seq)),
            Query::Verify(receipt) => Answer::Verified(book.verified(receipt.as_deref())),
            Query::Runs(slice) => Answer::Runs(book.runs(&slice)),
            Query::Run(_) => Answer::Run(book.run_view()),
            Query::RunSteps(_) => Answer::Steps(book.steps.clone()),
            Query::RunQuestions(_) => Answer::Questions(book.questions.clone()),
            Query::RunThings(_) => Answer::Things(book.things.clone()),
            Query::Closing(_) => {
                let run = book.run_view();
                let mut obstacles = Vec::new();
                if run.open > 0 {
                    obstacles.push(Obstacle {
                        what: format!("{} ways in are still open", run.open),
                        tab: RunTab::WaysIn,
                        remedy: "Ask for them with R, then tick them off.".to_owned(),
                    });
                }
                if run.steps.0 < run.steps.1 {
                    obstacles.push(Obstacle {
                        what: format!("{} steps have no outcome", run.steps.1 - run.steps.0),
                        tab: RunTab::Steps,
                        remedy: "Tick them or say why not.".to_owned(),
                    });
                }
                Answer::Closing(ClosingView {
                    run,
                    obstacles,
                    minutes_to: [Some(6), None, None],
                    doers: vec![("Tom Becker".to_owned(), 3)],
                    checkers: Vec::new(),
                    rechecks: Vec::new(),
                    receipt: None,
                })
            }
            Query::Fixes(slice) => Answer::Fixes(FixesView {
                page: page(&book.fixes, &slice, book.fixes.len()),
                set_aside: 4,
                first_minutes: 16,
                first_ways: 16,
            }),
            Query::Impact(grants) => Answer::Impact(book.impact(&grants)),
            Query::OpenGrants(_) => Answer::Grants(
                book.ways.iter().filter(|way| way.state == GrantState::In).map(|way| way.grant).collect(),
            ),
            Query::Clients(slice) => Answer::Clients(crate::tui_estate::tree(&slice, &book.nodes_gone)),
            Query::Who(slice) => Answer::Who(crate::tui_estate::who(&slice)),
            Query::Subjects(kind, text) => Answer::Hits(book.subjects(kind, &text)),
            Query::Find(text) => Answer::Hits(
                book.people
                    .iter()
                    .filter(|p| !text.is_empty() && fits(&p.name, &text))
                    .map(|p| Hit {
                        name: p.name.clone(),
                        kind: "person".to_owned(),
                        more: p.role.clone(),
                        target: Target::Person(p.id),
                    })
                    .chain(book.hits.iter().filter(|hit| !text.is_empty() && fits(&hit.name, &text)).cloned())
                    .collect(),
            ),
            Query::Past(_) if book.fails_past => {
                return Err(AppError::new(ErrorClass::NotFound, "There was no register yet at that moment."));
            }
            Query::Past(wanted) => Answer::Past(crate::tui_past::past(&wanted)),
            Query::Values(of) => Answer::Values(crate::tui_narrow::values(&of)),
            Query::Grid(wanted) => Answer::Grid(crate::tui_grid::grid(&wanted)),
            Query::GridCell(person, client, _) => Answer::GridCell(crate::tui_grid::cell(person, client)),
            Query::GridBlock(..) => Answer::Grants(book.ways.iter().take(3).map(|way| way.grant).collect()),
            Query::Records(kind, slice) => Answer::Records(crate::tui_records::lines(kind, &slice)),
            Query::RecordAbout(of) => Answer::RecordAbout(of, crate::tui_records::about()),
            Query::RecordForm(of) => Answer::RecordForm(Box::new(crate::tui_forms::form(of))),
            Query::FormCheck(_, given) => Answer::FormCheck(crate::tui_forms::check(&given)),
            Query::Candidates(_, typed) => Answer::Candidates(crate::tui_forms::candidates(&typed)),
            Query::Draft(key) => Answer::Draft(book.drafts.get(&key).cloned()),
            Query::Head => Answer::Head(12 + book.written),
        })
    }

    fn apply(&mut self, command: Command) -> Result<Outcome, AppError> {
        let mut book = self.0.lock().unwrap();
        if book.refuses && !matches!(command, Command::KeepDraft { .. }) {
            return Err(AppError::new(ErrorClass::Refused, "Somebody else changed it first. Nothing was changed"));
        }
        let mut outcome =
            Outcome { seq: Some(13), message: String::new(), way_back: WayBack::Undo, run: None, count: 1 };
        match &command {
            Command::KeepDraft { key, text } => {
                if text.is_empty() {
                    book.drafts.remove(key);
                } else {
                    book.drafts.insert(key.clone(), text.clone());
                }
                outcome.seq = None;
            }
            Command::AskRemoval { grants, .. } => {
                let open: Vec<GrantId> = book
                    .ways
                    .iter()
                    .filter(|way| grants.contains(&way.grant) && way.state == GrantState::In)
                    .map(|way| way.grant)
                    .collect();
                outcome.count = book.set(&open, GrantState::Asked);
                let removals = if outcome.count == 1 { "removal" } else { "removals" };
                outcome.message = format!("Asked for {} {removals}.", outcome.count);
            }
            Command::NextState { grant } => {
                book.set(&[*grant], GrantState::Removed);
                outcome.message = "Removed. Check it with the next import.".to_owned();
            }
            Command::Set { name, value } => {
                keyward::domain::policy::check(name, value)
                    .map_err(|error| AppError::new(ErrorClass::BadInput, error.to_string()))?;
                book.limits.insert(name.clone(), value.clone());
                outcome.message = "Changed a limit.".to_owned();
            }
            Command::Undo { .. } => {
                let back: Vec<GrantId> = book.ways.iter().map(|way| way.grant).collect();
                book.set(&back, GrantState::In);
                outcome.message = "Taken back: the last change.".to_owned();
            }
            Command::StartDischarge { .. } => {
                book.run = true;
                outcome.run = Some(RunId(1));
                outcome.message = "The discharge of Dana Ruiz is running.".to_owned();
            }
            Command::Answer { question, reply, note, .. } => {
                for q in book.questions.iter_mut().filter(|q| q.code == *question) {
                    q.reply = reply.or(q.reply);
                    if let Some(note) = note {
                        q.note.clone_from(note);
                    }
                }
                outcome.message = "Note saved.".to_owned();
            }
            Command::EndStep { step, said: StepSaid { outcome: how, .. } } => {
                for line in book.steps.iter_mut().filter(|line| line.id == *step) {
                    line.outcome = *how;
                    line.ended = Some(now());
                }
                outcome.message = "Step done.".to_owned();
            }
            Command::CloseRun { signed, .. } if signed != "M. Ortiz" => {
                return Err(AppError::new(ErrorClass::Refused, "That is not the name this register was opened with")
                    .hint("Type M. Ortiz."));
            }
            Command::CloseRun { .. } => {
                book.closed = true;
                outcome.message = "The run is closed.".to_owned();
            }
            _ => outcome.message = "Done.".to_owned(),
        }
        book.written += u64::from(outcome.seq.is_some());
        book.commands.push(command);
        Ok(outcome)
    }
}

fn stands() -> Vec<Stand> {
    [
        ("Ways in held by leavers", "18", Severity::High, "was 24 Mon"),
        ("Admin rights without MFA", "6", Severity::High, "was 8"),
        ("Rights nobody owns", "9", Severity::Medium, "same"),
        ("Reviews on time", "3 of 4", Severity::Low, ""),
        ("Removals confirmed", "92 %", Severity::Low, ""),
        ("Newest import", "Fri 20 Nov", Severity::Low, ""),
    ]
    .into_iter()
    .map(|(what, value, risk, before)| Stand {
        what: what.to_owned(),
        value: value.to_owned(),
        risk,
        before: before.to_owned(),
    })
    .collect()
}

/// A screen without a terminal.
pub struct Rig {
    pub model: Model,
    pub book: Shared,
    worker: Worker,
    pub mono: u64,
    pub copied: Vec<String>,
    pub quit: bool,
    pub size: (u16, u16),
    checks: bool,
    holding: bool,
    held: Vec<Effect>,
}

impl Rig {
    pub fn new(book: Book, size: (u16, u16), can: Abilities) -> Self {
        let book = Arc::new(Mutex::new(book));
        let mut rig = Self {
            model: Model::new(Start { look: Look::Own, can, size, lock_after_minutes: 10, mouse: false }),
            worker: Worker::new(Box::new(FakeDoor(book.clone()))),
            book,
            mono: 0,
            copied: Vec::new(),
            quit: false,
            size,
            checks: true,
            holding: false,
            held: Vec::new(),
        };
        rig.tell(Msg::Start);
        rig
    }

    /// Unlocked and on Today.
    pub fn open(size: (u16, u16)) -> Self {
        Self::open_with(size, Abilities { depth: Depth::Indexed, ascii: false })
    }

    pub fn open_with(size: (u16, u16), can: Abilities) -> Self {
        let mut rig = Self::new(small(), size, can);
        rig.unlock();
        rig
    }

    /// Types the passphrase.
    pub fn unlock(&mut self) {
        self.checks = false;
        self.type_in(PASSPHRASE);
        self.press("Enter");
        self.checks = true;
    }

    pub fn moment(&self) -> Moment {
        Moment { wall: now(), mono: self.mono }
    }

    fn tell(&mut self, msg: Msg) {
        let mut waiting = VecDeque::from([msg]);
        while let Some(msg) = waiting.pop_front() {
            let at = self.moment();
            for effect in update(&mut self.model, msg, at) {
                if self.holding && matches!(effect, Effect::Load(..) | Effect::Apply(..)) {
                    self.held.push(effect);
                } else {
                    waiting.extend(self.carry_out(effect));
                }
            }
        }
    }

    fn carry_out(&mut self, effect: Effect) -> Option<Msg> {
        match effect {
            Effect::Load(ticket, query) => Some(Msg::Job(ticket, self.worker.load(query))),
            Effect::Apply(ticket, command) => Some(Msg::Job(ticket, self.worker.apply(command))),
            Effect::Door(ticket, job) => Some(Msg::Job(ticket, self.worker.door(job))),
            Effect::Copy(ticket, text) => {
                self.copied.push(text);
                Some(Msg::Job(ticket, JobReport::Copied(true)))
            }
            Effect::Prefer(_) | Effect::Redraw => None,
            Effect::Quit => {
                self.quit = true;
                None
            }
        }
    }

    /// From now on questions and changes wait, as before a slow register.
    pub fn hold(&mut self) -> &mut Self {
        self.holding = true;
        self
    }

    /// What waited is done, in its order.
    pub fn release(&mut self) -> &mut Self {
        self.holding = false;
        for effect in std::mem::take(&mut self.held) {
            if let Some(msg) = self.carry_out(effect) {
                self.tell(msg);
            }
        }
        self.settle()
    }

    /// Presses keys by name, separated by blanks, waiting after each until nothing is pending.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for key in keys.split_whitespace() {
            let chord = Chord::parse(key).unwrap_or_else(|| panic!("{key} is no key"));
            self.tell(Msg::Key(chord));
            self.settle();
            if self.checks {
                assert_frame(self);
            }
        }
        self
    }

    /// From now on pictures are not checked after every key: for tests of thousands of keys.
    pub fn unchecked(&mut self) -> &mut Self {
        self.checks = false;
        self
    }

    /// Presses a key that has no name.
    pub fn key(&mut self, chord: Chord) -> &mut Self {
        self.tell(Msg::Key(chord));
        self.settle()
    }

    /// Presses a key without waiting.
    pub fn hit(&mut self, key: &str) -> &mut Self {
        self.tell(Msg::Key(Chord::parse(key).unwrap()));
        self
    }

    pub fn type_in(&mut self, words: &str) -> &mut Self {
        for sign in words.chars() {
            self.tell(Msg::Key(Chord::typed(sign)));
        }
        self.settle();
        self
    }

    pub fn paste(&mut self, words: &str) -> &mut Self {
        self.tell(Msg::Paste(words.to_owned()));
        self.settle();
        self
    }

    pub fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        self.size = (columns, rows);
        self.tell(Msg::Resize(columns, rows));
        self
    }

    /// Lets time pass until nothing is pending.
    pub fn settle(&mut self) -> &mut Self {
        for _ in 0..50 {
            if self.model.is_settled(self.mono) {
                return self;
            }
            self.wait(50);
        }
        panic!("the screen never settles");
    }

    pub fn wait(&mut self, millis: u64) -> &mut Self {
        self.mono += millis;
        self.tell(Msg::Tick);
        self
    }

    pub fn buffer(&self) -> (Buffer, Option<(u16, u16)>) {
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.size.0, self.size.1));
        let picture = view(&self.model, self.moment(), &mut buffer);
        (buffer, picture.cursor)
    }

    /// Clicks on the first cell of these words.
    pub fn click(&mut self, words: &str) -> &mut Self {
        self.point(words, false)
    }

    /// Clicks there twice.
    pub fn double_click(&mut self, words: &str) -> &mut Self {
        self.point(words, false);
        self.point(words, true)
    }

    fn point(&mut self, words: &str, double: bool) -> &mut Self {
        let lines = self.lines();
        let found = lines.iter().enumerate().find_map(|(y, line)| Some((line.find(words)?, line, y)));
        let Some((at, line, y)) = found else { panic!("{words:?} is not on screen:\n{}", self.text()) };
        let (x, y) = (u16::try_from(line[..at].chars().count()).unwrap(), u16::try_from(y).unwrap());
        let mut buffer = Buffer::empty(Rect::new(0, 0, self.size.0, self.size.1));
        let spots = view(&self.model, self.moment(), &mut buffer).spots;
        if let Some(what) = keyward::tui::widget::spot::pointed(&spots, x, y) {
            self.tell(Msg::Point { what, double });
            self.settle();
        }
        self
    }

    /// Turns the wheel.
    pub fn wheel(&mut self, by: i64) -> &mut Self {
        self.tell(Msg::Wheel(by));
        self.settle()
    }

    pub fn lines(&self) -> Vec<String> {
        let (buffer, _) = self.buffer();
        rows(&buffer)
    }

    pub fn text(&self) -> String {
        self.lines().iter().map(|line| line.trim_end()).collect::<Vec<_>>().join("\n")
    }

    /// The row with the cursor's sign.
    pub fn row_under_cursor(&self) -> String {
        self.lines().into_iter().find(|line| line.starts_with(['▸', '>'])).unwrap_or_default()
    }

    pub fn commands(&self) -> Vec<Command> {
        self.book
            .lock()
            .unwrap()
            .commands
            .iter()
            .filter(|command| !matches!(command, Command::KeepDraft { .. }))
            .cloned()
            .collect()
    }

    #[track_caller]
    pub fn shows(&mut self, words: &str) -> &mut Self {
        assert!(self.text().contains(words), "{words:?} is not on screen:\n{}", self.text());
        self
    }

    #[track_caller]
    pub fn hides(&mut self, words: &str) -> &mut Self {
        assert!(!self.text().contains(words), "{words:?} is on screen:\n{}", self.text());
        self
    }
}

fn rows(buffer: &Buffer) -> Vec<String> {
    let area = buffer.area;
    (0..area.height)
        .map(|y| {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..area.width {
                let symbol = buffer[(x, y)].symbol();
                if skip == 0 {
                    line.push_str(symbol);
                    skip = unicode_width::UnicodeWidthStr::width(symbol).max(1);
                }
                skip -= 1;
            }
            line
        })
        .collect()
}

/// What holds on every screen after every step.
#[track_caller]
pub fn assert_frame(rig: &Rig) {
    let (buffer, cursor) = rig.buffer();
    let lines = rows(&buffer);
    let text = lines.join("\n");
    assert_eq!(lines.len(), usize::from(rig.size.1));
    for line in &lines {
        assert_eq!(unicode_width::UnicodeWidthStr::width(line.as_str()), usize::from(rig.size.0), "{line:?}");
    }
    for wrong in ["\u{1b}", "NaN", "null", "Error {", "Some(", "None)"] {
        assert!(!text.contains(wrong), "{wrong:?} is on screen:\n{text}");
    }
    if rig.model.is_too_small() || rig.model.is_hidden() || rig.model.register().is_none() {
        return;
    }
    let tabs = lines[0].matches('[').count();
    assert_eq!(tabs, 1, "one tab stands in brackets: {:?}", lines[0]);
    let hints = &lines[lines.len() - 2];
    let helps = hints.contains("? Help") || hints.contains("F1 Help") || hints.contains("Esc");
    assert!(helps, "the hints lead to help: {hints:?}\n{text}");
    let reversed = (0..rig.size.1)
        .filter(|y| (0..rig.size.0).any(|x| buffer[(x, *y)].modifier.contains(Modifier::REVERSED)))
        .count();
    assert!(reversed <= 3, "at most one row of a pane is reversed, {reversed} are:\n{text}");
    if let Some((x, y)) = cursor {
        assert!(x < rig.size.0 && y < rig.size.1);
    }
}

/// No cell has a colour.
#[track_caller]
pub fn assert_no_colour(rig: &Rig) {
    let (buffer, _) = rig.buffer();
    for cell in &buffer.content {
        assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset), "{:?}", cell.symbol());
    }
}
