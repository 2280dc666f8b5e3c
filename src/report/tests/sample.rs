//! A small firm, a leaver with a handful of ways in, and names that try something.

use crate::domain::{
    AccountKind, Admin, AssetKind, CaseKind, ClientId, ContactKind, DataKind, Factor, Instant, PersonId, PersonKind,
    Phase, Proof, Reply, SecretKind, Severity, StepOutcome, Zone,
};
use crate::report::document::Tone;
use crate::report::model::*;

pub fn at(text: &str) -> Instant {
    Instant::parse(&format!("2026-11-{text}:00Z")).unwrap()
}

pub fn done(text: &str, person: u64, name: &str) -> Option<Done> {
    Some(Done { person: Some(PersonId(person)), by: Some(name.to_owned()), at: at(text) })
}

pub fn frame() -> Frame {
    Frame {
        firm: Some("Meridian IT Services".to_owned()),
        practice: false,
        as_of: at("23T16:10"),
        known_at: None,
        made_by: "M. Ortiz".to_owned(),
        made_at: at("23T16:10"),
        zone: Zone::new(chrono_tz::Europe::Berlin),
        filter: Vec::new(),
        sources: vec![
            Source {
                client: Some(ClientId(12)),
                what: "Microsoft 365, Harbor Dental".to_owned(),
                taken: Some(at("20T08:02")),
                by: Some("A. Khan".to_owned()),
                rows: Some(124),
                part: false,
            },
            Source { client: None, what: "Door badges".to_owned(), taken: None, by: None, rows: Some(3), part: true },
        ],
        sure: Sureness { fresh: 4, fresh_days: 7, old: 1, missing: 0, review: 0, hand: 2 },
        policy: Some("policy version 4 of 1 Sep 2026".to_owned()),
        receipt: Some(Receipt {
            entries: 18_203,
            root: [
                0x7c, 0x1e, 0x90, 0xaa, 0x51, 0xf0, 0x22, 0xb8, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
                17, 18, 19, 20, 21, 22, 23, 24,
            ],
            signed_by: "M. Ortiz".to_owned(),
            at: at("23T16:10"),
        }),
    }
}

pub fn way(client: &str, system: &str, login: &str, removed: &str) -> WayLine {
    WayLine {
        person: "Dana Ruiz".to_owned(),
        client: client.to_owned(),
        system: system.to_owned(),
        login: login.to_owned(),
        level: "User".to_owned(),
        admin: Admin::None,
        several: false,
        since: Some(at("01T09:00")),
        due: Some(at("23T14:00")),
        asked: done("23T13:00", 1, "M. Ortiz"),
        removed: done(removed, 2, "Tom Becker"),
        checked: done("23T15:40", 3, "Aisha Khan"),
        proof: Some(Proof::Observed),
        waived_until: None,
        came_back: None,
        shut_through: None,
    }
}

pub fn discharge() -> DischargeReport {
    let mut ways = vec![
        WayLine {
            level: "Global administrator".to_owned(),
            admin: Admin::Top,
            ..way("Harbor Dental", "Microsoft 365", "dana.ruiz@harbordental.example", "23T13:04")
        },
        WayLine { admin: Admin::System, several: true, ..way("own company", "RMM console", "dana.ruiz", "23T13:06") },
        WayLine { proof: Some(Proof::Acknowledged), ..way("Cedar & Pike Law", "VPN", "druiz", "23T13:31") },
        way("=HYPERLINK(\"http://evil.example\")", "<script>alert(1)</script>", "a\u{1b}[31mb\u{202e}c", "23T13:35"),
        WayLine {
            shut_through: Some("Microsoft 365".to_owned()),
            ..way("株式会社テスト", "שלום portal", "dana@日本.example", "23T13:35")
        },
        WayLine {
            due: Some(at("23T13:30")),
            ..way("Osprey Labs", "Azure subscription", "dana@osprey.example", "23T14:10")
        },
    ];
    ways.push(WayLine {
        removed: None,
        checked: None,
        proof: Some(Proof::Waived),
        waived_until: Some(at("30T16:00")),
        ..way("Milltown School", "Backup portal", "dana", "23T13:00")
    });
    DischargeReport {
        frame: frame(),
        run: 7,
        subject: Subject::Person(Leaver {
            name: "Dana Ruiz".to_owned(),
            email: Some("dana.ruiz@meridian.example".to_owned()),
            role: Some("Technician L2".to_owned()),
            kind: PersonKind::Employee,
            manager: Some("M. Ortiz".to_owned()),
        }),
        kind: CaseKind::Notice,
        trigger: at("23T13:00"),
        started: at("23T12:58"),
        closed: done("23T16:05", 1, "M. Ortiz"),
        limit: Some(at("23T14:00")),
        ways,
        secrets: secrets(),
        things: things(),
        contacts: vec![ContactLine {
            kind: ContactKind::Registrar,
            place: "Namehold".to_owned(),
            client: Some("Osprey Labs".to_owned()),
            ending: Ending::Handled(Handled::Replaced, done("23T13:50", 2, "Tom Becker").unwrap()),
        }],
        data: vec![DataLine {
            client: "Harbor Dental".to_owned(),
            what: "Scans".to_owned(),
            place: "USB drive at home".to_owned(),
            kind: DataKind::Personal,
            encrypted: Some(false),
            ending: Ending::Open,
        }],
        steps: steps(),
        answers: vec![AnswerLine {
            code: "Q08".to_owned(),
            question: "Is there an account under another name?".to_owned(),
            reply: Some(Reply::NotSure),
            at: Some(at("23T13:12")),
            note: Some("Perhaps a test user at Osprey".to_owned()),
            made: vec!["1 way in to look for".to_owned(), "1 step".to_owned()],
        }],
        waivers: waivers(),
        exceptions: Vec::new(),
        rechecks: vec![RecheckLine {
            due: at("24T13:00"),
            what: "All ways in, once more".to_owned(),
            who: Some("Aisha Khan".to_owned()),
            done: None,
        }],
        on_behalf: vec!["6 checks by Aisha Khan were recorded by M. Ortiz on her behalf.".to_owned()],
        signers: vec![
            Signer { role: "Closed by", name: Some("M. Ortiz".to_owned()) },
            Signer { role: "Checked by", name: Some("Aisha Khan".to_owned()) },
        ],
    }
}

fn things() -> Vec<ThingLine> {
    vec![
        ThingLine {
            kind: AssetKind::Laptop,
            tag: Some("NB-0412".to_owned()),
            client: None,
            ending: Ending::Handled(Handled::Returned, done("23T13:20", 1, "M. Ortiz").unwrap()),
        },
        ThingLine {
            kind: AssetKind::Badge,
            tag: Some("77".to_owned()),
            client: Some("Harbor Dental".to_owned()),
            ending: Ending::Waived(at("30T16:00")),
        },
    ]
}

fn waivers() -> Vec<WaiverLine> {
    vec![WaiverLine {
        what: "Backup portal, Milltown School".to_owned(),
        until: at("30T16:00"),
        reason: Some("Supplier answers on Monday".to_owned()),
        by: Some("M. Ortiz".to_owned()),
    }]
}

fn secrets() -> Vec<SecretLine> {
    let line = SecretLine {
        client: "Harbor Dental".to_owned(),
        name: "365 break-glass".to_owned(),
        kind: SecretKind::Password,
        known_from: Some(at("01T09:00")),
        could_read_until: Some(at("23T13:04")),
        due: Some(at("24T13:00")),
        changed: done("23T13:45", 2, "Tom Becker"),
        checked: done("23T15:41", 3, "Aisha Khan"),
        proof: Some(Proof::Acknowledged),
        waived_until: None,
        retired: None,
        not_needed: None,
        known_to: vec!["Tom Becker".to_owned(), "M. Ortiz".to_owned()],
    };
    vec![
        line.clone(),
        SecretLine { name: "Router admin".to_owned(), changed: done("23T13:01", 2, "Tom Becker"), ..line.clone() },
        SecretLine {
            name: "Alarm code".to_owned(),
            kind: SecretKind::Alarm,
            changed: None,
            checked: None,
            proof: None,
            known_to: Vec::new(),
            ..line
        },
    ]
}

fn steps() -> Vec<StepLine> {
    let line = StepLine {
        code: Some("D26".to_owned()),
        phase: Phase::Hour,
        title: "End all sessions at the identity provider".to_owned(),
        outcome: Some(StepOutcome::Done),
        due: Some(at("23T14:00")),
        ended: done("23T13:05", 2, "Tom Becker"),
        checked: done("23T15:42", 3, "Aisha Khan"),
        proof: Some(Proof::Observed),
        note: None,
        reason: None,
    };
    vec![
        line.clone(),
        StepLine {
            code: Some("D31".to_owned()),
            phase: Phase::Day,
            title: "Ask the phone company to move the number".to_owned(),
            outcome: Some(StepOutcome::NotNeeded),
            reason: Some("The number is the firm's own".to_owned()),
            checked: None,
            proof: None,
            ..line
        },
    ]
}

pub fn who() -> WhoReport {
    let client = ClientId(12);
    let mut report = WhoReport::new(frame(), client, "Harbor Dental", None).unwrap();
    report.add(who_line()).unwrap();
    report
        .add(WhoLine {
            person: "Tom Becker".to_owned(),
            path: vec![Hop { client: None, system: "RMM console".to_owned() }],
            way: Way { factor: Some(Factor::None), known: Known::Hand, ..way_in() },
            ..who_line()
        })
        .unwrap();
    report
        .add_secret(WhoSecret {
            client,
            name: "Firewall admin".to_owned(),
            kind: SecretKind::Password,
            known_to: vec!["Tom Becker".to_owned(), "Priya Nair".to_owned()],
            changed: None,
            known_by_leaver: true,
        })
        .unwrap();
    report
}

pub fn who_line() -> WhoLine {
    WhoLine {
        client: ClientId(12),
        person: "Dana Ruiz".to_owned(),
        system: "Microsoft 365".to_owned(),
        path: Vec::new(),
        way: way_in(),
    }
}

fn way_in() -> Way {
    Way {
        login: "dana.ruiz@harbordental.example".to_owned(),
        account: AccountKind::Personal,
        level: "Global administrator".to_owned(),
        admin: Admin::Top,
        factor: Some(Factor::App),
        since: Some(at("01T09:00")),
        until: None,
        state: ("active", "in".to_owned(), Tone::Plain),
        known: Known::Import(at("20T08:02")),
    }
}

pub fn reach() -> ReachReport {
    let line = ReachLine {
        client: "Harbor Dental".to_owned(),
        system: "Microsoft 365".to_owned(),
        path: Vec::new(),
        way: Way { factor: Some(Factor::Sms), ..way_in() },
    };
    ReachReport {
        frame: frame(),
        person: "Dana Ruiz".to_owned(),
        email: Some("dana.ruiz@meridian.example".to_owned()),
        role: Some("Technician L2".to_owned()),
        status: "Leaving 14:00".to_owned(),
        lines: vec![
            line.clone(),
            ReachLine {
                system: "Line-of-business app".to_owned(),
                path: vec!["Microsoft 365".to_owned()],
                way: Way { factor: None, ..way_in() },
                ..line
            },
        ],
        secrets: Vec::new(),
    }
}

pub fn findings() -> FindingsReport {
    FindingsReport {
        frame: frame(),
        open: vec![FindingLine {
            rule: "leaver-live-access".to_owned(),
            severity: Severity::Critical,
            title: "Priya Nair left 12 Mar and can still get into 14 systems".to_owned(),
            subject: "Priya Nair".to_owned(),
            lines: 14,
            reason: "6 clients; 2 admin rights".to_owned(),
            fix: "Ask for the removals, then have them checked".to_owned(),
            minutes: 5,
            reach: 20,
            since: Some(at("12T09:00")),
            reopened: false,
            asked: true,
            controls: vec!["PS-4".to_owned(), "AC-2(3)".to_owned()],
        }],
        set_aside: Vec::new(),
    }
}

pub fn status() -> StatusReport {
    StatusReport {
        frame: frame(),
        needs: vec![NeedLine {
            severity: Severity::Critical,
            when: "14:00".to_owned(),
            what: "Discharge Dana Ruiz, exit interview".to_owned(),
            detail: "61 ways in still open".to_owned(),
        }],
        fixes: vec![FixLine {
            severity: Severity::High,
            minutes: 5,
            what: "Priya Nair left 12 Mar, can still get into 14 systems, 6 clients".to_owned(),
        }],
        fixes_in_all: 23,
        figures: vec![StatusFigure {
            key: "held_by_leavers",
            value: "18".to_owned(),
            label: "ways in held by leavers".to_owned(),
            was: "was 24 Mon".to_owned(),
            tone: Tone::Bad,
        }],
        lately: vec![LatelyLine {
            when: "13:20".to_owned(),
            what: "You asked for 2 removals at Cedar & Pike".to_owned(),
        }],
    }
}

impl DischargeReport {
    /// The leaver of a sample, to be changed.
    pub fn leaver(&mut self) -> &mut Leaver {
        match &mut self.subject {
            Subject::Person(leaver) => leaver,
            Subject::Client(name) => panic!("{name} is a client"),
        }
    }
}
