//! Columns of people, clients, systems, accounts and ways in.
//!
//! Must never know: how tables are filled.

use super::rows;
use crate::domain::HowKnown;
use crate::store::value::{marks, searchable};

rows! {
    Person(p) {
        text name = &p.name;
        text_key name_folded = searchable(&p.name);
        text_key email = p.email.as_deref().map(searchable);
        text_key status = p.status;
        int last_day = p.last_day;
        int_key manager = p.manager;
    }

    Client(c) {
        text name = &c.name;
        text_key name_folded = searchable(&c.name);
        text code = c.code.as_deref();
        text status = c.status;
        int own = c.own;
        int tagged = !c.tags.is_empty();
    }

    System(s) {
        int_key client = s.client;
        text_key kind = s.kind;
        int tier = s.tier;
        text reach = s.reach;
        int linked = !s.opens.is_empty() || !s.signs_in_through.is_empty();
        text name = &s.name;
        text_key name_folded = searchable(&s.name);
    }

    Account(a) {
        int_key system = a.system;
        text kind = a.kind;
        int_key owner = a.owner;
        int admin = a.admin;
        int held_by_client = a.held_by_client;
        text_key login_folded = searchable(&a.login);
        text external_id = a.external_id.as_deref();
    }

    Observation(o) {
        int batch = o.batch;
        int at = o.at;
        int enabled = o.enabled;
    }
}

impl super::Row for crate::domain::Grant {
    const COLUMNS: &'static [super::Column] = &[
        super::int_key("person"),
        super::int_key("account"),
        super::int("admin"),
        super::int("since"),
        super::int("until"),
        super::int("planned"),
        super::int("asked"),
        super::int("done"),
        super::int("confirmed"),
        super::int("came_back"),
        super::int("waived_until"),
        super::int("how_batch"),
    ];

    fn project(&self, out: &mut Vec<crate::store::value::Value>) {
        out.extend([
            self.person.into(),
            self.account.into(),
            self.admin.into(),
            self.since.into(),
            self.until.into(),
            self.planned.into(),
        ]);
        out.extend(marks(&self.removal));
        out.push(match self.how {
            HowKnown::Import(batch) => batch.into(),
            HowKnown::Hand | HowKnown::Review => crate::store::value::Value::Null,
        });
    }
}
