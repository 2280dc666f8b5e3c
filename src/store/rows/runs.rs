//! Columns of runs and what belongs to them, of imports and of the history's words.
//!
//! Must never know: how tables are filled.

use super::rows;

rows! {
    Run(r) {
        text kind = r.kind;
        int_key person = r.person;
        int_key client = r.client;
        int started = r.started;
        int closed = r.closed.map(|mark| mark.at);
    }

    Step(s) {
        int_key run = s.run;
        int position = s.position;
        text outcome = s.outcome;
        int due = s.due;
    }

    Answer(a) {
        int_key run = a.run;
        text question = &a.question;
    }

    Rotation(r) {
        int_key secret = r.secret;
        int_key run = r.run;
        int_key person = r.person;
        int done = r.change.done.map(|mark| mark.at);
        int confirmed = r.change.confirmed.map(|mark| mark.at);
        text outcome = r.outcome;
        int due = r.due;
    }

    Batch(b) {
        int_key system = b.system;
        int taken = b.taken;
        text covers = b.covers;
        text_key sha256 = &b.sha256;
    }

    Act(a) {
        int_key run = a.run;
        int_key undoes = a.undoes;
    }
}
