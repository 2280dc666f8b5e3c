//! What may be typed after `discharge`.
//!
//! Must never know: what any command does.

use clap::Subcommand;

/// `discharge …`
#[derive(Debug, Subcommand)]
pub enum DischargeCommand {
    /// Start one
    Start {
        /// Who is leaving
        technician: String,
        /// notice, at_once, hostile, absent, mover, subcontractor
        #[arg(long, default_value = "at_once")]
        kind: String,
        /// Last minute of work; now when left out
        #[arg(long)]
        at: Option<String>,
        /// Why
        #[arg(long)]
        reason: Option<String>,
    },
    /// List the runs
    List,
    /// Show one whole
    Show {
        /// Its number, or the person's name
        run: String,
    },
    /// Name doer and second person
    People {
        /// Its number, or the person's name
        run: String,
        /// Who does it
        #[arg(long)]
        doer: Option<String>,
        /// Who checks it
        #[arg(long)]
        checker: Option<String>,
        /// Nobody else works here: why that is accepted
        #[arg(long, value_name = "REASON")]
        alone: Option<String>,
    },
    /// Record an answer
    Answer {
        /// Its number, or the person's name
        run: String,
        /// Which question, as Q08
        question: String,
        /// yes, no, not_sure or refused
        reply: String,
        /// What was said
        #[arg(long)]
        note: Option<String>,
        /// A record the answer makes: KIND field=value field=value
        #[arg(long, num_args = 1.., value_name = "KIND FIELD=VALUE")]
        add: Vec<String>,
    },
    /// Record how a step stands
    Step {
        /// Its number, or the person's name
        run: String,
        /// Which step, as D26, or its number
        step: String,
        /// done, started, not-needed, blocked, waive, open or check
        outcome: String,
        /// When it was done; now when left out
        #[arg(long)]
        at: Option<String>,
        /// Who did it or looked
        #[arg(long)]
        by: Option<String>,
        /// What was written down
        #[arg(long)]
        note: Option<String>,
        /// Why it is not needed, blocked or waived
        #[arg(long)]
        reason: Option<String>,
        /// Until when, for waive
        #[arg(long)]
        until: Option<String>,
        /// How well a check proves it
        #[arg(long)]
        proof: Option<String>,
    },
    /// Settle a thing, contact or data place
    Thing {
        /// Its number, or the person's name
        run: String,
        /// Which, as `discharge show` lists it: asset:5, contact:7, data_location:9
        thing: String,
        /// done, cancelled, waive or open
        outcome: String,
        /// Who did it
        #[arg(long)]
        by: Option<String>,
        /// Why, for waive
        #[arg(long)]
        reason: Option<String>,
        /// Until when, for waive
        #[arg(long)]
        until: Option<String>,
    },
    /// Somebody accepts by name that the last admin of a system goes
    AcceptSoleAdmin {
        /// Its number, or the person's name
        run: String,
        /// Id of the way in
        #[arg(value_name = "GRANT")]
        grant: u64,
        /// Who accepts
        #[arg(long)]
        by: String,
        /// Why
        #[arg(long)]
        reason: String,
        /// Until when it holds
        #[arg(long, value_name = "DATE")]
        until: String,
    },
    /// Take off what an answer made, because there turned out to be nothing
    TakeOff {
        /// Its number, or the person's name
        run: String,
        /// What, as grant:12, secret:3, asset:5, contact:7 or data_location:9
        what: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
    /// Close it; refused with a list while something is open
    Close {
        /// Its number, or the person's name
        run: String,
    },
    /// Give back what it took
    Reinstate {
        /// Its number, or the person's name
        run: String,
        /// Why
        #[arg(long)]
        reason: String,
    },
}
