//! Columns of what people know, hold and are named for: secrets, things, contacts, data.
//!
//! Must never know: how tables are filled.

use super::rows;
use crate::store::value::searchable;

rows! {
    Secret(s) {
        int_key client = s.client;
        int_key account = s.account;
        int_key kept_in = s.kept_in;
        int changed = s.changed;
        int retired = s.retired;
        text_key name_folded = searchable(&s.name);
    }

    Knowing(k) {
        int_key secret = k.secret;
        int_key person = k.person;
        int from_at = k.from;
        int until_at = k.until;
    }

    Asset(a) {
        int_key client = a.client;
        int_key holder = a.holder;
        int returned = a.returned.map(|mark| mark.at);
        int cancelled = a.cancelled.map(|mark| mark.at);
    }

    Contact(c) {
        int_key client = c.client;
        int_key person = c.person;
        int ended = c.ended.map(|mark| mark.at);
    }

    DataLocation(d) {
        int_key client = d.client;
        int_key holder = d.holder;
        int removed = d.removed.map(|mark| mark.at);
    }

    Assignment(a) {
        int_key person = a.person;
        int_key client = a.client;
    }
}
