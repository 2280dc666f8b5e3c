//! The three facts of a removal or of a change of a secret: asked, done, checked; and leaving it undone on purpose.
//!
//! Must never know: what is removed, who is at the keyboard, what the policy's numbers are.

use super::facts::KnownSecret;
use crate::domain::{BatchId, GrantState, Instant, Mark, PersonId, Proof, Removal, StepOutcome};

/// Why one of the facts was not recorded. The text is for the office.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It was asked for before.
    #[error("This was asked for before. Nothing changed. Tick it when it is done.")]
    AskedBefore,
    /// It is done already.
    #[error("This is done already. Nothing changed. Now somebody has to check it.")]
    DoneBefore,
    /// It is checked already.
    #[error("This is checked already. Nothing changed.")]
    CheckedAlready,
    /// The check comes before the deed.
    #[error("It is not done yet, so there is nothing to check. Nothing changed. Tick it as done first.")]
    NotDoneYet,
    /// The time of the check lies before that of the deed.
    #[error("The check would lie before the moment it was done. Nothing changed. Correct the time.")]
    CheckedBeforeDone,
    /// The time of the deed lies before that of the request.
    #[error("It would be done before it was asked for. Nothing changed. Correct the time.")]
    DoneBeforeAsked,
    /// The time of the deed lies before the list that showed it again.
    #[error("A list shows it again after that time. Nothing changed. Correct the time.")]
    DoneBeforeBack,
    /// The time lies ahead.
    #[error("That time lies ahead. Nothing changed. Tick it when it has happened.")]
    Ahead,
    /// Nobody is named.
    #[error("Nobody is named. Nothing changed. Say who it was.")]
    NoChecker,
    /// Nobody is named as the one who did it.
    #[error("Nobody is named who did it. Nothing changed. Say who did it first.")]
    NoDoer,
    /// The leaver would do it.
    #[error("The leaver does not do this on their own exit. Nothing changed. Say who else did it.")]
    LeaverDoes,
    /// It belongs after the closing.
    #[error("This belongs after the closing. Nothing changed. Close the run first, or say why it is not needed.")]
    AfterClosing,
    /// The step has to be seen.
    #[error("This step has to be seen by a second person; a word is not enough. Nothing changed. Have it looked at.")]
    StepNeedsALook,
    /// The leaver would check.
    #[error("The leaver cannot check their own exit. Nothing changed. Ask somebody else to look.")]
    LeaverChecks,
    /// The doer would check.
    #[error("Whoever did it cannot check it. Nothing changed. Ask a second person to look.")]
    DoerChecks,
    /// The proof is too weak.
    #[error(
        "A right that may administer, opens other doors or reaches several clients needs more than a word. Nothing changed. Have it seen, or let the system confirm it."
    )]
    ProofTooWeak,
    /// A waiver is not a check.
    #[error("Left undone is not checked. Nothing changed. Give a reason and a date instead.")]
    WaiverIsNoProof,
    /// The reason is missing.
    #[error("A reason is missing. Nothing changed. Say why.")]
    NoReason,
    /// The date is not ahead.
    #[error("The date has to lie ahead. Nothing changed. Choose a later one.")]
    DateNotAhead,
    /// The date is too far.
    #[error("Nothing may be left undone for more than {0} days. Nothing changed. Choose an earlier date.")]
    DateTooFar(i64),
    /// Several would be left undone at once.
    #[error("Leave one thing undone at a time, each with its own reason. Nothing changed. You chose {0}.")]
    WaiveOneByOne(usize),
    /// Something comes first.
    #[error("{0}")]
    Waits(String),
    /// A step covers things that are open.
    #[error("This step ends by itself when all it covers is settled. {0} of them still open. Nothing changed.")]
    CoversOpen(usize),
    /// Not named yet.
    #[error("This has no name yet. Nothing changed. Name it first, or take it off with a reason.")]
    Unnamed,
    /// The run gave back what it took.
    #[error("This discharge was taken back before. Nothing changed.")]
    TakenBack,
    /// It is not in the run.
    #[error("That is not part of this discharge. Nothing changed. Choose it from the list.")]
    NotHere,
}

/// What somebody saw that shows it is really gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// When.
    pub at: Instant,
    /// Who or what.
    pub by: Checker,
    /// How well it proves it.
    pub proof: Proof,
    /// Who leaves.
    pub leaver: Option<PersonId>,
    /// A second person has to have looked, or the system has to have said so.
    pub needs_second_person: bool,
    /// The firm has nobody else; recorded as an exception of the run.
    pub alone: bool,
}

/// What a check has to meet so that it counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Demands {
    /// Who leaves, and so never checks.
    pub(super) leaver: Option<PersonId>,
    /// A second person has to have looked, or the system has to have said so.
    pub(super) needs_second_person: bool,
    /// The firm has nobody else; recorded as an exception of the run.
    pub(super) alone: bool,
}

/// Who or what checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checker {
    /// A named person; nobody when the name is missing.
    Person(Option<PersonId>),
    /// The system's own list.
    List(BatchId),
}

/// What the next press of the Space key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextFact {
    /// Record that it was done.
    Done,
    /// Record that it was checked, after asking how.
    Check,
    /// Nothing is left to do.
    Nothing,
}

/// What comes next for a removal.
pub fn next_state(removal: &Removal, at: Instant) -> NextFact {
    match removal.state(at) {
        GrantState::Checked => NextFact::Nothing,
        GrantState::Removed => NextFact::Check,
        _ => NextFact::Done,
    }
}

/// Asks for it. A right that came back can be asked for again.
///
/// # Errors
/// When it was asked for, done or checked before, or the time lies ahead.
pub fn ask(removal: &Removal, mark: Mark, now: Instant) -> Result<Removal, Refusal> {
    not_ahead(mark, now)?;
    match removal.state(now) {
        GrantState::Checked => Err(Refusal::CheckedAlready),
        GrantState::Removed => Err(Refusal::DoneBefore),
        GrantState::Asked => Err(Refusal::AskedBefore),
        _ => Ok(Removal { asked: Some(mark), waived_until: None, ..*removal }),
    }
}

/// Records that it was done. It need not have been asked for.
///
/// # Errors
/// When it is done or checked already, or the time lies ahead, before the request, or before the list that showed it
/// again.
pub fn mark_done(removal: &Removal, mark: Mark, now: Instant) -> Result<Removal, Refusal> {
    not_ahead(mark, now)?;
    match removal.state(now) {
        GrantState::Checked => return Err(Refusal::CheckedAlready),
        GrantState::Removed => return Err(Refusal::DoneBefore),
        _ => {}
    }
    if removal.asked.is_some_and(|asked| mark.at < asked.at) {
        return Err(Refusal::DoneBeforeAsked);
    }
    if removal.came_back.is_some_and(|back| mark.at < back) {
        return Err(Refusal::DoneBeforeBack);
    }
    Ok(Removal { done: Some(mark), confirmed: None, proof: None, waived_until: None, ..*removal })
}

/// Records that it was checked; a check that does not count can be made again.
///
/// # Errors
/// When it is not done or has a check that counts, the time lies ahead or before the deed, the leaver or (where a second person is needed) the
/// doer checks, nobody is named, or the proof is too weak.
pub fn confirm(removal: &Removal, check: &Check, now: Instant) -> Result<Removal, Refusal> {
    let by = match check.by {
        Checker::Person(by) => by,
        Checker::List(_) => None,
    };
    let mark = Mark { at: check.at, by };
    not_ahead(mark, now)?;
    let Check { leaver, needs_second_person, alone, .. } = *check;
    let counts = weakness(removal, Demands { leaver, needs_second_person, alone }).is_none();
    if removal.state(now) == GrantState::Checked && counts {
        return Err(Refusal::CheckedAlready);
    }
    let Some(done) = removal.done else { return Err(Refusal::NotDoneYet) };
    if check.at < done.at {
        return Err(Refusal::CheckedBeforeDone);
    }
    let proof = match (check.by, check.proof) {
        (_, Proof::Waived) => return Err(Refusal::WaiverIsNoProof),
        // Only a person can see or state; a list is the system speaking.
        (Checker::List(_), _) => Proof::Acknowledged,
        (Checker::Person(by), proof) => {
            person_may_check(by, proof, done, check)?;
            proof
        }
    };
    Ok(Removal { confirmed: Some(mark), proof: Some(proof), waived_until: None, ..*removal })
}

fn person_may_check(by: Option<PersonId>, proof: Proof, done: Mark, check: &Check) -> Result<(), Refusal> {
    let Some(by) = by else { return Err(Refusal::NoChecker) };
    if Some(by) == check.leaver {
        return Err(Refusal::LeaverChecks);
    }
    if check.needs_second_person && proof == Proof::Stated {
        return Err(Refusal::ProofTooWeak);
    }
    // "Seen by a second person" says it itself; elsewhere the rule asks for one.
    if (check.needs_second_person || proof == Proof::Observed) && !check.alone {
        match done.by {
            None if check.needs_second_person => return Err(Refusal::NoDoer),
            Some(doer) if doer == by => return Err(Refusal::DoerChecks),
            _ => {}
        }
    }
    Ok(())
}

/// Why a check does not count, however it got there; nothing when it counts or there is none.
pub(super) fn weakness(removal: &Removal, demands: Demands) -> Option<&'static str> {
    let checked = removal.confirmed?;
    let needed = demands.needs_second_person;
    if checked.by.is_some() && checked.by == demands.leaver {
        return Some("the leaver checked it.");
    }
    if removal.done.is_some_and(|done| checked.at < done.at) {
        return Some("the check lies before the removal.");
    }
    match removal.proof {
        None | Some(Proof::Waived) => return Some("nothing shows how it was checked."),
        Some(Proof::Stated) if needed => return Some("a word is not enough for this one."),
        // The system's own list speaks for itself, without a person.
        Some(Proof::Acknowledged) if checked.by.is_none() => return None,
        Some(_) => {}
    }
    if checked.by.is_none() {
        return Some("nobody is named who checked it.");
    }
    if (needed || removal.proof == Some(Proof::Observed)) && !demands.alone {
        match removal.done.and_then(|done| done.by) {
            None if needed => return Some("nobody is named who removed it."),
            Some(doer) if Some(doer) == checked.by => return Some("one person removed and checked it."),
            _ => {}
        }
    }
    None
}

/// Leaves it undone on purpose until a date.
///
/// # Errors
/// When it is checked already, the reason is missing, or the date is not ahead or too far.
pub fn waive(removal: &Removal, now: Instant, until: Instant, reason: &str, max_days: i64) -> Result<Removal, Refusal> {
    if removal.state(now) == GrantState::Checked {
        return Err(Refusal::CheckedAlready);
    }
    if reason.trim().is_empty() {
        return Err(Refusal::NoReason);
    }
    Ok(Removal { waived_until: Some(checked_until(now, until, max_days)?), ..*removal })
}

/// Whether so many may be left undone in one act: one at a time, each with its own reason.
///
/// # Errors
/// When it is more than one.
pub const fn may_waive_together(count: usize) -> Result<(), Refusal> {
    if count > 1 { Err(Refusal::WaiveOneByOne(count)) } else { Ok(()) }
}

/// A removal that did not hold: it counts as open again since then.
pub const fn came_back(at: Instant) -> Removal {
    Removal { asked: None, done: None, confirmed: None, proof: None, waived_until: None, came_back: Some(at) }
}

pub(super) fn checked_until(now: Instant, until: Instant, max_days: i64) -> Result<Instant, Refusal> {
    if until <= now {
        return Err(Refusal::DateNotAhead);
    }
    // A bare date runs to the end of its day, so up to a day more than the limit is still within it.
    if until > now.plus_days(max_days.saturating_add(1)) {
        return Err(Refusal::DateTooFar(max_days));
    }
    Ok(until)
}

fn not_ahead(mark: Mark, now: Instant) -> Result<(), Refusal> {
    if mark.at > now { Err(Refusal::Ahead) } else { Ok(()) }
}

/// Whether the change of a secret needs nothing more: changed and checked, out of use, not needed, or waived for now.
pub fn secret_is_settled(known: &KnownSecret, at: Instant) -> bool {
    known.secret.retired.is_some_and(|t| t <= at)
        || known.rotation.as_ref().is_some_and(|r| r.outcome == Some(StepOutcome::NotNeeded) || r.change.is_settled(at))
}

#[cfg(test)]
#[path = "removal_tests.rs"]
mod tests;
