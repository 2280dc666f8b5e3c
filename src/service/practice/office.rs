//! What the office keeps: shared secrets and who knows them, policies and courses, things handed out, contacts.
//!
//! Must never know: any secret's value.

use super::access::badge;
use super::recipe::{CourseSpec, PolicySpec, SecretSpec};
use super::story::{OPENED, Story};
use super::world::{At, World};
use crate::domain::{
    Asset, AssetKind, Change, Completion, Contact, Course, Exception, Instant, Knowing, Mark, PersonId, Policy, Secret,
    SecretId, Signature,
};

/// Tells all of it.
pub fn tell(world: &World, story: &mut Story<'_>) {
    let mut sheets = vec![
        Change::new("import.applied", "Import register.xlsx, sheet Secrets"),
        Change::new("import.applied", "Import register.xlsx, sheet Known by"),
        Change::new("import.applied", "Import register.xlsx, sheet Things"),
        Change::new("import.applied", "Import register.xlsx, sheet Contacts"),
    ];
    if let [secrets, known, things, contacts] = sheets.as_mut_slice() {
        for (spec, id) in world.office.secrets.iter().zip(&world.secrets) {
            secret(world, spec, *id, secrets, known, story);
        }
        for at in 0..world.people.len() {
            equipment(world, at, things, story);
        }
        extra_things(world, things, story);
        named_contacts(world, contacts, story);
    }
    for sheet in &mut sheets {
        sheet.summary = format!("{}: {} new", sheet.summary, sheet.edits.len());
    }
    story.tell_batch(world.calendar.at(OPENED, 10, 20), sheets);
    for spec in &world.office.policies {
        policy(world, spec, story);
    }
    for spec in &world.office.courses {
        course(world, spec, story);
    }
    set_aside(world, story);
}

/// One secret, how it was changed, and everybody who ever knew it.
fn secret(
    world: &World,
    spec: &SecretSpec,
    id: SecretId,
    sheet: &mut Change,
    known: &mut Change,
    story: &mut Story<'_>,
) {
    let Some(system) = world.system_at(&spec.at) else { return };
    let calendar = &world.calendar;
    let account = account_of(world, spec);
    let vault =
        spec.kept.as_ref().filter(|kept| kept.starts_with("vault")).and_then(|_| world.system_at("OWN/Password vault"));
    let changed = calendar.at(spec.changed, 10, 40);
    let old = spec.changed >= OPENED;
    let record = Secret {
        systems: vec![world.system(system).id],
        account: account.map(|at| world.account(at).id),
        kept_in: vault.map(|at| world.system(at).id),
        changed: Some(if old { changed } else { calendar.at(spec.changed + 520, 10, 40) }),
        retire_by: spec.retire.map(|ago| calendar.day(ago)),
        kept_where: spec.kept.clone(),
        reason: spec.reason.clone(),
        replacement: spec.replacement.clone(),
        watch: spec.watch.clone(),
        ..Secret::new(id, spec.kind, world.client_of(system).id, spec.name.clone())
    };
    sheet.put(record.clone());
    if !old {
        let place = world.place(system);
        let mut change = Change::new("secret.changed", format!("Changed: {}, {place}", spec.name));
        change.put(Secret { changed: Some(changed), ..record.clone() });
        story.tell(changed, change);
    }
    for (person, since, until) in knowers(world, spec) {
        let knowing = Knowing {
            id: story.id::<Knowing>(),
            secret: record.id,
            person: world.person(person).id,
            from: Some(calendar.at(since, 9, 30)),
            until: None,
        };
        let name = &world.person(person).spec.name;
        if since >= OPENED {
            known.put(knowing.clone());
        } else {
            let mut change = Change::new("knowing.added", format!("{name} knows {}", spec.name));
            change.put(knowing.clone());
            story.tell(calendar.at(since, 9, 31), change);
        }
        if let Some(until) = until {
            let mut change = Change::new("knowing.ended", format!("{name} can no longer read {}", spec.name));
            change.put(Knowing { until: Some(until), ..knowing });
            story.tell(until.plus_hours(2), change);
        }
    }
}

/// The account a secret belongs to.
fn account_of(world: &World, spec: &SecretSpec) -> Option<At> {
    let (system, login) = (world.system_at(&spec.at)?, spec.account.as_ref()?);
    world.accounts.iter().position(|a| a.system == system && a.login == *login && Some(a.kind) == spec.account_kind)
}

/// Who knows a secret, since when, until when: by a way in with its login, because the recipe says so, or because
/// everybody does.
pub fn knowers(world: &World, spec: &SecretSpec) -> Vec<(At, i64, Option<Instant>)> {
    let account = account_of(world, spec);
    let mut list: Vec<(At, i64, Option<Instant>)> = Vec::new();
    let by_way = world.ways.iter().filter(|way| Some(way.account) == account && !way.planned);
    list.extend(by_way.map(|way| (way.person, way.since, way.fate.done.map(|mark| mark.at))));
    for (name, since) in &spec.known {
        let Some(person) = world.named(name) else { continue };
        let plan = world.person(person);
        let since = (*since).min(plan.started - 1);
        list.push((person, since, plan.last_day.filter(|_| plan.spec.left.is_some())));
    }
    if spec.everyone {
        for person in 0..world.people.len() {
            let plan = world.person(person);
            let known = list.iter().any(|(other, _, _)| *other == person);
            if plan.spec.left.is_none() && plan.started > 1 && !known {
                list.push((person, plan.started - 1, None));
            }
        }
    }
    list
}

/// A laptop and a badge for everybody, back when they left.
fn equipment(world: &World, at: At, sheet: &mut Change, story: &mut Story<'_>) {
    let plan = world.person(at);
    if plan.started <= 0 {
        return;
    }
    let spec = &plan.spec;
    let laptop = spec.laptop.clone().unwrap_or_else(|| format!("KW-0{}", 240 + at));
    let badge = spec.badge.clone().unwrap_or_else(|| badge(at));
    for (kind, tag, encrypted) in [(AssetKind::Laptop, laptop, Some(true)), (AssetKind::Badge, badge, None)] {
        let asset = Asset {
            id: story.id::<Asset>(),
            kind,
            client: None,
            holder: Some(plan.id),
            issued: Some(world.calendar.at(plan.started, 9, 15)),
            returned: None,
            cancelled: None,
            encrypted,
            waived_until: None,
            tag: Some(tag.clone()),
            note: None,
        };
        handed_out(
            world,
            plan.started,
            asset.clone(),
            &format!("{} {tag} to {}", kind.shown(), spec.name),
            sheet,
            story,
        );
        if let (Some(_), Some(last)) = (spec.left, plan.last_day) {
            let back = Instant::from_millis(last.millis() + 20 * 60_000);
            let mark = Some(Mark { at: back, by: world.office_manager() });
            // The badge of the one who stormed out was cancelled instead.
            let kept = kind == AssetKind::Badge && spec.exit == Some(crate::domain::ExitKind::Hostile);
            let (word, record) = if kept {
                ("Cancelled", Asset { cancelled: mark, ..asset })
            } else {
                ("Collected", Asset { returned: mark, ..asset })
            };
            let run = world.runs.iter().find(|run| run.person == at).map(|run| run.id);
            let words = format!("{word}: {} {tag}, {}", kind.shown(), spec.name);
            let mut change = Change::new("asset.returned", words).in_run(run);
            change.put(record);
            story.tell(back, change);
        }
    }
}

fn handed_out(world: &World, since: i64, asset: Asset, words: &str, sheet: &mut Change, story: &mut Story<'_>) {
    if since >= OPENED {
        sheet.put(asset);
    } else {
        let mut change = Change::new("asset.issued", format!("Handed out: {words}"));
        change.put(asset);
        story.tell(world.calendar.at(since, 9, 20), change);
    }
}

fn extra_things(world: &World, sheet: &mut Change, story: &mut Story<'_>) {
    for spec in &world.office.things {
        let Some(holder) = world.named(&spec.holder) else { continue };
        let asset = Asset {
            id: story.id::<Asset>(),
            kind: spec.kind,
            client: spec.client.as_deref().and_then(|code| world.coded(code)).map(|at| world.client(at).id),
            holder: Some(world.person(holder).id),
            issued: Some(world.calendar.at(spec.issued, 11, 0)),
            returned: None,
            cancelled: None,
            encrypted: (spec.kind == AssetKind::Drive).then_some(false),
            waived_until: None,
            tag: Some(spec.tag.clone()),
            note: None,
        };
        let words = format!("{} {} to {}", spec.kind.shown(), spec.tag, spec.holder);
        handed_out(world, spec.issued, asset, &words, sheet, story);
    }
}

fn named_contacts(world: &World, sheet: &mut Change, story: &mut Story<'_>) {
    let calendar = &world.calendar;
    for spec in &world.office.contacts {
        let (Some(person), Some(client)) = (world.named(&spec.person), world.coded(&spec.client)) else { continue };
        let contact = Contact {
            id: story.id::<Contact>(),
            client: Some(world.client(client).id),
            kind: spec.kind,
            person: world.person(person).id,
            since: Some(calendar.at(spec.since, 12, 0)),
            ended: None,
            waived_until: None,
            place: spec.place.clone(),
            note: None,
        };
        let words = format!("{} is the contact at {}", spec.person, spec.place);
        if spec.since >= OPENED {
            sheet.put(contact.clone());
        } else {
            let mut change = Change::new("contact.added", words);
            change.put(contact.clone());
            story.tell(calendar.at(spec.since, 12, 5), change);
        }
        if let Some(ended) = spec.ended {
            let at = calendar.at(ended, 15, 20);
            let mut change =
                Change::new("contact.ended", format!("{} is no longer the contact at {}", spec.person, spec.place));
            change.put(Contact { ended: Some(Mark { at, by: world.office_manager() }), ..contact });
            story.tell(at, change);
        }
    }
}

/// A policy and who signed it: within the first weeks, or on their second day.
fn policy(world: &World, spec: &PolicySpec, story: &mut Story<'_>) {
    let calendar = &world.calendar;
    let id = story.id::<Policy>();
    let next = calendar.day(spec.effective - 365);
    let words = format!("Policy {}, version {}, from {}", spec.name, spec.version, calendar.day(spec.effective));
    let mut change = Change::new("policy.added", words);
    change.put(Policy {
        id,
        effective: calendar.day(spec.effective),
        next_review: Some(next),
        name: spec.name.clone(),
        version: spec.version.clone(),
        audience: Some(spec.audience.clone()),
    });
    story.tell(calendar.at(spec.effective, 8, 55), change);
    let title = spec.name.to_lowercase().replace(' ', "-");
    for at in 0..world.people.len() {
        let plan = world.person(at);
        let name = &plan.spec.name;
        let spread = 1 + i64::try_from(at * 5 % 19).unwrap_or(0);
        let usual = (spec.effective - spread).min(plan.started - 1);
        let day = calendar.workday(spec.late.get(name).copied().unwrap_or(usual));
        if spec.missing.contains(name) || day < 1 || !plan.works_on(day) {
            continue;
        }
        let summary = format!("{name} signed the {title} policy, version {}", spec.version);
        let mut change = Change::new("policy.signed", summary);
        change.put(Signature { id: story.id::<Signature>(), policy: id, person: plan.id, on: calendar.day(day) });
        let minute = u32::try_from(at % 55).unwrap_or(0);
        story.tell(calendar.at(day, 15, minute), change);
    }
}

/// A course and who was there, each time it was held.
fn course(world: &World, spec: &CourseSpec, story: &mut Story<'_>) {
    let calendar = &world.calendar;
    let id = story.id::<Course>();
    let first = spec.held.iter().copied().max().unwrap_or(0);
    let mut change = Change::new("course.added", format!("Course {}, every {} days", spec.name, spec.every));
    change.put(Course {
        id,
        every_days: Some(spec.every),
        name: spec.name.clone(),
        audience: Some(spec.audience.clone()),
    });
    story.tell(calendar.at((first + 12).min(OPENED - 1), 10, 50), change);
    let last = spec.held.iter().copied().min();
    for held in &spec.held {
        let day = calendar.workday(*held);
        let there: Vec<PersonId> = (0..world.people.len())
            .map(|at| world.person(at))
            .filter(|plan| plan.works_on(day))
            .filter(|plan| !spec.technicians || plan.is_technician())
            .filter(|plan| !spec.office || !plan.is_technician())
            .filter(|plan| last != Some(*held) || !spec.missing.contains(&plan.spec.name))
            .map(|plan| plan.id)
            .collect();
        let mut change = Change::new("course.done", format!("{}: {} people completed it", spec.name, there.len()));
        for person in there {
            change.put(Completion { id: story.id::<Completion>(), course: id, person, on: calendar.day(day) });
        }
        story.tell(calendar.at(day, 12, 10), change);
    }
}

/// Findings somebody set aside for a while.
fn set_aside(world: &World, story: &mut Story<'_>) {
    let calendar = &world.calendar;
    for spec in &world.office.set_aside {
        let Some(system) = world.system_at(&spec.at) else { continue };
        let account = spec.login.as_ref().and_then(|login| {
            world.accounts.iter().find(|account| account.system == system && account.login == *login)
        });
        let about = match (account, &spec.login) {
            (Some(account), _) => format!("account-{}", account.id),
            (None, None) => format!("system-{}", world.system(system).id),
            (None, Some(_)) => continue,
        };
        let at = calendar.at(calendar.workday(spec.since), 14, 45);
        let back = calendar.day(spec.until);
        let words = format!("Set aside until {back}: {}, {}", spec.rule, world.place(system));
        let mut change = Change::new("finding.set_aside", words).because(Some(spec.reason.clone()));
        change.put(Exception {
            id: story.id::<Exception>(),
            rule: spec.rule.clone(),
            key: format!("{}:{about}", spec.rule),
            at,
            until: calendar.zone.end_of(back),
            approver: world.named("Helen Shaw").or_else(|| world.named("M. Ortiz")).map(|p| world.person(p).id),
            ended: None,
            reason: spec.reason.clone(),
        });
        story.tell(at, change);
    }
}
