//! Columns of settings, operators, policies, courses, roles and what is set aside.
//!
//! Must never know: how tables are filled.

use super::rows;
use crate::store::value::searchable;

rows! {
    Exception(e) {
        text_key rule = &e.rule;
        text_key key = &e.key;
        int until = e.until;
        int ended = e.ended;
    }

    Operator(o) {
        int active = o.active;
    }

    Settings(s) {}

    Policy(p) {
        text_key name_folded = searchable(&p.name);
    }

    Signature(s) {
        int_key policy = s.policy;
        int_key person = s.person;
    }

    Course(c) {
        text_key name_folded = searchable(&c.name);
    }

    Completion(c) {
        int_key course = c.course;
        int_key person = c.person;
    }

    RoleRight(r) {
        text_key role_folded = searchable(&r.role);
    }
}
