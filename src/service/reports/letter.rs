//! The letter to one client about somebody who leaves, and which letters a discharge asks for.
//!
//! Must never know: how the letter looks; what another client has, beyond that a tool of ours leads here.

use super::frame::Basis;
use super::{Made, naming, needed, run};
use crate::domain::discharge::{RunFacts, WayIn};
use crate::domain::{Client, ClientId, GrantState, Instant, Run, SystemReach};
use crate::error::{AppError, ErrorClass};
use crate::report::LetterReport;
use crate::report::document::Tone;
use crate::report::model::{LetterLeaver, LetterSecret, LetterState, LetterTool, LetterWay};
use crate::service::discharge::facts as run_facts;
use crate::service::facts::Facts;
use crate::service::session::{Scene, Session};
use crate::service::{AsOf, lines, resolve, words};
use std::collections::BTreeMap;

/// Stands for every client of a discharge, where letters are saved.
pub(super) const EVERY: &str = "*";

/// What a subject has to look like.
const EXAMPLE: &str = "keyward report client-letter \"Dana Ruiz/Harbor Dental\"";

impl Session {
    pub(super) fn letter_report(&self, subject: Option<&str>, as_of: AsOf) -> Result<Made, AppError> {
        let subject = needed(subject, "who leaves and a client", EXAMPLE)?;
        self.look(as_of, |facts, at| {
            let scene = self.scene_of(facts, at, as_of)?;
            let (whole, client) = about(facts, &scene, subject, at)?;
            let mut basis = Basis::default();
            for way in whole.ways_in.iter().filter(|way| is_at(way, client.id)) {
                basis.add(facts, &way.holding, scene.now)?;
            }
            let frame = self.frame(facts, &scene, as_of, basis)?;
            let name = whole.name().to_owned();
            let leaver = LetterLeaver {
                name: name.clone(),
                role: whole.leaver.as_ref().and_then(|person| person.role.clone()),
                kind: whole.run.kind,
                last: whole.run.trigger,
                contact: scene.operator.clone(),
            };
            let mut letter = LetterReport::new(frame, client.id, client.name.clone(), leaver)?;
            fill(facts, &scene, &whole, client.id, &mut letter)?;
            Ok(Made { document: letter.document(), about: format!("{name}, {}", client.name) })
        })
    }

    /// The clients a discharge's letters go to: those whose systems the leaver could open directly, by name.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn letters_of(&self, subject: &str, as_of: AsOf) -> Result<Vec<(ClientId, String)>, AppError> {
        self.look(as_of, |facts, at| {
            let scene = self.scene_of(facts, at, as_of)?;
            let whole = run_facts::read(facts, &scene, run(facts, subject)?, at)?;
            Ok(clients(&whole).into_iter().map(|(name, id)| (id, name)).collect())
        })
    }
}

/// The run and client of a subject: `10/#3`, `Dana Ruiz/Harbor Dental`.
fn about(facts: &Facts<'_>, scene: &Scene, subject: &str, at: Instant) -> Result<(RunFacts, Client), AppError> {
    let Some((leaver, client)) = subject.rsplit_once('/') else {
        let found = run(facts, subject)?;
        return Err(which_client(facts, scene, found, at)?);
    };
    let found = run(facts, leaver.trim())?;
    if client.trim() == EVERY {
        return Err(AppError::new(ErrorClass::Usage, "Each client gets a letter of its own. Look at one at a time."));
    }
    if found.person.is_none() {
        let message = "This is the end of a client's contract. Its closing page goes to that client.";
        return Err(AppError::new(ErrorClass::Refused, message).hint("keyward report discharge CLIENT writes it"));
    }
    let (typed, naming) = naming(client.trim());
    let client = resolve::client(facts, typed, naming)?;
    if client.own {
        return Err(AppError::new(ErrorClass::Refused, "This is our own company. No letter was made."));
    }
    Ok((run_facts::read(facts, scene, found, at)?, client))
}

/// Says which clients there are to write to.
fn which_client(facts: &Facts<'_>, scene: &Scene, found: Run, at: Instant) -> Result<AppError, AppError> {
    let whole = run_facts::read(facts, scene, found, at)?;
    let names: Vec<String> = clients(&whole).into_keys().collect();
    let many = words::counted(names.len() as u64, "client", "clients");
    let message = format!("To which client? {} could get into {many}. No letter was made.", whole.name());
    Ok(AppError::new(ErrorClass::Usage, message)
        .hint(format!("Clients: {}", words::listed(&names, 12)))
        .hint(EXAMPLE.to_owned()))
}

fn clients(whole: &RunFacts) -> BTreeMap<String, ClientId> {
    let theirs = whole.ways_in.iter().map(|way| &way.holding.at).filter(|at| !at.client.own);
    theirs.filter(|at| at.system.reach == SystemReach::One).map(|at| (at.client.name.clone(), at.client.id)).collect()
}

fn is_at(way: &WayIn, client: ClientId) -> bool {
    way.holding.at.client.id == client
}

fn fill(
    facts: &Facts<'_>,
    scene: &Scene,
    whole: &RunFacts,
    client: ClientId,
    letter: &mut LetterReport,
) -> Result<(), AppError> {
    let at = scene.now;
    let mut ways: Vec<&WayIn> = whole.ways_in.iter().filter(|way| is_at(way, client)).collect();
    ways.sort_by_key(|way| (&way.holding.at.system.name, &way.holding.at.account.login));
    for way in ways {
        let Some(state) = state(way, at) else { continue };
        letter.add(LetterWay {
            client,
            system: way.holding.at.system.name.clone(),
            login: way.holding.at.account.login.clone(),
            level: lines::level_words(&way.holding),
            state,
        })?;
    }
    for known in whole.secrets.iter().filter(|known| known.secret.client == client) {
        letter.add_secret(LetterSecret { client, name: known.secret.name.clone(), changed: known.done_at(at) })?;
    }
    let world = scene.world.get(&facts.reader())?;
    let mut tools: BTreeMap<String, LetterState> = BTreeMap::new();
    for way in whole.ways_in.iter().filter(|way| way.holding.at.client.own) {
        let leads = world.graph.opened_by(way.holding.at.system.id).clients().contains(&client);
        if let Some(state) = state(way, at).filter(|_| leads) {
            let name = way.holding.at.system.name.clone();
            // Of two ways into one tool the open one counts.
            let keep = tools.get(&name).is_none_or(|kept| kept.over);
            if keep {
                tools.insert(name, state);
            }
        }
    }
    for (name, state) in tools {
        letter.add_tool(LetterTool { name, state });
    }
    Ok(())
}

/// How a way in stands in words for somebody outside; nothing when it was never given.
fn state(way: &WayIn, at: Instant) -> Option<LetterState> {
    let state = way.state(at)?;
    let (shown, tone, over) = match state {
        GrantState::Planned => return None,
        GrantState::In | GrantState::CameBack => ("still open", Tone::Bad, false),
        GrantState::Asked => ("being removed", Tone::Attention, false),
        GrantState::ShutByParent => ("shut with the sign-in", Tone::Good, true),
        GrantState::Removed => ("removed", Tone::Good, true),
        GrantState::Checked => ("removed and checked", Tone::Good, true),
    };
    Some(LetterState { stored: state.stored(), shown: shown.to_owned(), tone, at: way.shut_at(at), over })
}
