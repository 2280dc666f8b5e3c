//! Derived tables: counters, findings, boundaries, search. The service fills them in the same write as the change;
//! they can be computed again at any time and are not compared with the journal.
//!
//! Must never know: how the values are computed.

use super::error::StoreError;
use super::reader::Reader;
use super::rows::Column;
use super::select::Select;
use super::tx::Tx;
use super::value::{Cell, Value, count, int};
use crate::domain::{
    AccountId, ClientId, GrantId, GrantState, Instant, PersonId, RecordKind, RecordRef, SecretId, Severity, SystemId,
};
use rusqlite::{Connection, OptionalExtension as _, Row, params_from_iter};
use std::sync::OnceLock;

/// A table the service fills.
pub trait Derived: Sized {
    /// Its name.
    const TABLE: &'static str;
    /// Its columns; the first ones are the key.
    const COLUMNS: &'static [Column];
    /// The columns of its key.
    const KEY: &'static [&'static str];
    /// What creates it, without its indexes.
    fn create() -> String;
    /// Its indexes: the name of each and its columns.
    fn indexes() -> Vec<(String, &'static str)>;
    /// What sets a row, written once.
    fn put() -> &'static str;
    /// Its cells.
    fn cells(&self) -> Vec<Value>;
    /// Read back.
    fn from_row(row: &Row<'_>) -> Result<Self, StoreError>;
}

macro_rules! derived {
    ($($(#[$doc:meta])* $name:ident = $table:literal key($($key:literal),+) index($($index:literal),*) {
        $($(#[$fdoc:meta])* $field:ident: $type:ty,)+
    })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq)]
            pub struct $name { $($(#[$fdoc])* pub $field: $type,)+ }

            impl Derived for $name {
                const TABLE: &'static str = $table;
                const COLUMNS: &'static [Column] = &[$(
                    Column { name: stringify!($field), sql: <$type as Cell>::SQL, index: false },
                )+];
                const KEY: &'static [&'static str] = &[$($key),+];

                fn create() -> String {
                    let columns = [$(format!(
                        "\"{}\" {}{}", stringify!($field), <$type as Cell>::SQL,
                        if <$type as Cell>::NOT_NULL { " NOT NULL" } else { "" },
                    )),+];
                    format!(
                        "CREATE TABLE {}({}, PRIMARY KEY ({})) STRICT, WITHOUT ROWID;",
                        $table, columns.join(", "), [$($key),+].join(", "),
                    )
                }

                fn indexes() -> Vec<(String, &'static str)> {
                    let columns: &[&'static str] = &[$($index),*];
                    columns.iter().enumerate().map(|(place, columns)| (format!("{}_{place}", $table), *columns)).collect()
                }

                fn put() -> &'static str {
                    static SQL: OnceLock<String> = OnceLock::new();
                    SQL.get_or_init(|| upsert::<Self>())
                }

                fn cells(&self) -> Vec<Value> { vec![$(self.$field.to_value()),+] }

                #[allow(unused_assignments, reason = "the last step of the count")]
                fn from_row(row: &Row<'_>) -> Result<Self, StoreError> {
                    let mut place = 0;
                    $(
                        let $field = <$type as Cell>::from_cell(row.get_ref(place)?)?;
                        place += 1;
                    )+
                    Ok(Self { $($field),+ })
                }
            }
        )*

        /// Creates every derived table.
        pub(super) fn create(conn: &Connection) -> Result<(), StoreError> {
            $(conn.execute_batch(&$name::create())?;)*
            index_all(conn)
        }

        /// Creates the indexes of the derived tables.
        fn index_all(conn: &Connection) -> Result<(), StoreError> {
            $(for (name, columns) in $name::indexes() {
                conn.execute_batch(&format!("CREATE INDEX {name} ON {}({columns})", $table))?;
            })*
            Ok(())
        }

        /// Empties every derived table and drops its indexes, before it is computed from scratch.
        fn clear_all(conn: &Connection) -> Result<(), StoreError> {
            $(
                conn.execute_batch(concat!("DELETE FROM ", $table))?;
                for (name, _) in $name::indexes() {
                    conn.execute_batch(&format!("DROP INDEX IF EXISTS {name}"))?;
                }
            )*
            Ok(())
        }
    };
}

derived! {
    /// One way in with what lists show and sort by.
    // The order of a person's list is an index of its own: somebody may hold twenty thousand, and every page is as near
    // as the first.
    WayRow = "way" key("grant_id")
        index(
            "person, open DESC, admin DESC, several DESC, tier, rank, grant_id", "client, open, person, admin", "system, open, person, admin",
            "account, open, person, admin", "shut_by"
        ) {
        /// The way in.
        grant_id: GrantId,
        /// Who.
        person: PersonId,
        /// With which account.
        account: AccountId,
        /// On which system.
        system: SystemId,
        /// Of which client.
        client: ClientId,
        /// Counts as open.
        open: bool,
        /// May administer.
        admin: bool,
        /// On a system that reaches several clients.
        several: bool,
        /// Tier of the system.
        tier: u8,
        /// No second factor.
        weak: bool,
        /// Somebody has to look before it is over.
        unchecked: bool,
        /// How it stands.
        state: GrantState,
        /// The system whose shutting shuts this one.
        shut_by: Option<SystemId>,
        /// How many ways in it shuts, itself included.
        shuts: u64,
        /// Place in the order of switching off.
        rank: i64,
    }

    /// What a person's line shows.
    PersonCount = "person_count" key("person") index("risk, person", "ways_in, person") {
        /// Who.
        person: PersonId,
        /// Open ways in.
        ways_in: u64,
        /// Of these with admin rights.
        admin: u64,
        /// Clients with an open way in.
        clients: u64,
        /// Systems with an open way in.
        systems: u64,
        /// Open ways in without a second factor.
        without_mfa: u64,
        /// Shared secrets known.
        knows: u64,
        /// Ways in that were removed and not checked.
        unchecked: u64,
        /// The worst open finding; nothing when there is none.
        risk: Option<Severity>,
    }

    /// What a client's line shows.
    ClientCount = "client_count" key("client") index("ways_in, client") {
        /// Which client.
        client: ClientId,
        /// Ways in on record, also those given up and those to come.
        ways: u64,
        /// People with an open way in.
        people: u64,
        /// Open ways in.
        ways_in: u64,
        /// Of these with admin rights.
        admin: u64,
        /// Of these without a second factor.
        weak_admin: u64,
        /// Open findings.
        findings: u64,
    }

    /// What a system's line shows.
    SystemCount = "system_count" key("system") index("ways_in, system") {
        /// Which system.
        system: SystemId,
        /// People with an open way in.
        people: u64,
        /// Open ways in.
        ways_in: u64,
        /// Of these with admin rights.
        admin: u64,
        /// When the newest list that names everybody was taken.
        listed_at: Option<Instant>,
    }

    /// One finding.
    // The order of Fixes is an index of its own: many findings pay off alike, and to sort them would read them all.
    FindingRow = "finding" key("key") index(
        "payoff DESC, key", "state", "person", "client, severity DESC", "rule", "system, severity DESC",
        "account, severity DESC", "secret"
    ) {
        /// Rule and subjects.
        key: String,
        /// Which rule.
        rule: String,
        /// How urgent.
        severity: Severity,
        /// About whom.
        person: Option<PersonId>,
        /// At which client.
        client: Option<ClientId>,
        /// About which system.
        system: Option<SystemId>,
        /// About which account.
        account: Option<AccountId>,
        /// About which secret.
        secret: Option<SecretId>,
        /// Since when it is so.
        since: Option<Instant>,
        /// How many lines it stands for.
        lines: u64,
        /// Minutes of work.
        minutes: u64,
        /// How many clients it reaches.
        reach: u64,
        /// What doing it brings.
        payoff: f64,
        /// In one line.
        title: String,
        /// The rest, JSON.
        body: String,
        /// Open, asked, set aside.
        state: String,
    }

    /// A moment at which something about a record changes by itself.
    Boundary = "boundary" key("at", "kind", "id") index("kind, id") {
        /// When.
        at: Instant,
        /// Of what kind.
        kind: RecordKind,
        /// Which record.
        id: u64,
    }

    /// A named sum.
    Total = "total" key("name") index() {
        /// Which one.
        name: String,
        /// How much.
        value: i64,
    }
}

/// Somebody with an open way in to a part of the estate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrantRow {
    /// Who.
    pub person: PersonId,
    /// The name as searched and sorted.
    pub name_folded: String,
    /// Open ways in there.
    pub ways: u64,
    /// One of them may administer.
    pub admin: bool,
}

/// What one person has open at one client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellRow {
    /// Who.
    pub person: PersonId,
    /// At which client.
    pub client: ClientId,
    /// Open ways in.
    pub ways: u64,
    /// Of these with admin rights.
    pub admin: u64,
    /// Of these whose removal is asked for, or that came back.
    pub going: u64,
}

impl Reader<'_> {
    /// The rows of a derived table, one page of them.
    pub fn derived<D: Derived>(&self, select: &Select) -> Result<Vec<D>, StoreError> {
        let (text, values) = select.plain(D::TABLE, D::COLUMNS, &quoted(D::KEY))?;
        let mut statement = self.conn.prepare_cached(&text)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(D::from_row(row)?);
        }
        Ok(found)
    }

    /// The first row of a derived table that fits.
    pub fn derived_one<D: Derived>(&self, select: &Select) -> Result<Option<D>, StoreError> {
        Ok(self.derived(&select.clone().page(0, 1))?.into_iter().next())
    }

    /// One page of the rows of a derived table, of `total` that fit: read from whichever end of the order is nearer, so
    /// that the last page of a long list costs what the first one does.
    pub fn derived_page<D: Derived>(&self, select: Select, total: u64) -> Result<Vec<D>, StoreError> {
        if select.begins_before_half_of(total) {
            return self.derived(&select);
        }
        let mut found = self.derived(&select.counted_from_the_end(total))?;
        found.reverse();
        Ok(found)
    }

    /// How many rows of a derived table fit.
    pub fn derived_count<D: Derived>(&self, select: &Select) -> Result<u64, StoreError> {
        let (text, values) = select.count_plain(D::TABLE, D::COLUMNS)?;
        let found = self.conn.prepare_cached(&text)?.query_row(params_from_iter(values), |row| row.get(0))?;
        Ok(count(found))
    }

    /// What a column of a derived table adds up to: for the small tables of counters.
    pub fn derived_sum<D: Derived>(&self, column: &'static str) -> Result<u64, StoreError> {
        if !D::COLUMNS.iter().any(|known| known.name == column) {
            return Err(StoreError::Misuse(format!("there is no column {column}")));
        }
        let text = format!("SELECT coalesce(sum(\"{column}\"), 0) FROM {}", D::TABLE);
        Ok(count(self.conn.prepare_cached(&text)?.query_row([], |row| row.get(0))?))
    }

    /// The people with an open way in to a part of the estate, by name: `column` says which part of it the ids are.
    /// Read from indexes alone, so that a client with twenty thousand ways in is told within a keystroke.
    ///
    /// # Errors
    /// When the column is no part of the estate, or the table cannot be read.
    pub fn entrants(&self, column: &'static str, ids: &[u64]) -> Result<Vec<EntrantRow>, StoreError> {
        if !matches!(column, "client" | "system" | "account") {
            return Err(StoreError::Misuse(format!("nobody gets into a {column}")));
        }
        let places = vec!["?"; ids.len()].join(", ");
        // The join is crossed so that the ways in are read first: they are few, the people may be many.
        let people = &super::rows::sql(RecordKind::Person).now;
        let text = format!(
            "SELECT w.person, p.name_folded, count(*), max(w.admin) FROM way w CROSS JOIN {people} p ON p.id = w.person
             WHERE w.\"{column}\" IN ({places}) AND w.open = 1 GROUP BY w.person ORDER BY p.name_folded, w.person"
        );
        let mut statement = self.conn.prepare_cached(&text)?;
        let mut rows = statement.query(params_from_iter(ids.iter().map(|id| int(*id))))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(EntrantRow {
                person: PersonId(count(row.get(0)?)),
                name_folded: row.get(1)?,
                ways: count(row.get(2)?),
                admin: row.get(3)?,
            });
        }
        Ok(found)
    }

    /// What these people have open at these clients; pairs with nothing are left out. Each pair is looked up in an index
    /// of its own, so that a page of a grid costs what it shows.
    pub fn cells(&self, people: &[PersonId], clients: &[ClientId]) -> Result<Vec<CellRow>, StoreError> {
        let places = |many: usize| vec!["?"; many].join(", ");
        let text = format!(
            "SELECT person, client, count(*), sum(admin), sum(state <> ?) FROM way
             WHERE client IN ({}) AND open = 1 AND person IN ({}) GROUP BY person, client",
            places(clients.len()),
            places(people.len()),
        );
        let values = std::iter::once(GrantState::In.to_value())
            .chain(clients.iter().map(|id| id.to_value()))
            .chain(people.iter().map(|id| id.to_value()));
        let mut statement = self.conn.prepare_cached(&text)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(CellRow {
                person: PersonId(count(row.get(0)?)),
                client: ClientId(count(row.get(1)?)),
                ways: count(row.get(2)?),
                admin: count(row.get(3)?),
                going: count(row.get(4)?),
            });
        }
        Ok(found)
    }

    /// The clients where somebody has most open, most first.
    pub fn clients_of(&self, person: PersonId) -> Result<Vec<(ClientId, u64)>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT client, count(*) FROM way WHERE person = ?1 AND open = 1 GROUP BY client ORDER BY 2 DESC, client",
        )?;
        let mut rows = statement.query([int(person.0)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push((ClientId(count(row.get(0)?)), count(row.get(1)?)));
        }
        Ok(found)
    }

    /// The earliest moment after this one at which something changes by itself.
    pub fn next_boundary(&self, after: Instant) -> Result<Option<Instant>, StoreError> {
        let select = Select::all().gt("at", after);
        Ok(self.derived_one::<Boundary>(&select)?.map(|boundary| boundary.at))
    }

    /// A named sum; 0 when it was never set.
    pub fn total(&self, name: &str) -> Result<i64, StoreError> {
        let mut statement = self.conn.prepare_cached("SELECT value FROM total WHERE name = ?1")?;
        Ok(statement.query_row([name], |row| row.get(0)).optional()?.unwrap_or(0))
    }

    /// Records whose words contain the text, newest ids last. The text is folded as [`super::searchable`] does and
    /// must have at least three letters; shorter ones are looked for in the short lists instead.
    pub fn search(&self, text: &str, kinds: &[RecordKind], limit: u64) -> Result<Vec<RecordRef>, StoreError> {
        let folded = super::searchable(text);
        if folded.chars().count() < 3 {
            return Ok(Vec::new());
        }
        let phrase = format!("\"{}\"", folded.replace('"', "\"\""));
        let mut found = Vec::new();
        for kind in kinds {
            let first = i64::from(kind.number()) << ID_BITS;
            let mut statement = self.conn.prepare_cached(
                "SELECT rowid FROM search WHERE search MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid LIMIT ?4",
            )?;
            let left = limit.saturating_sub(found.len() as u64);
            let rows = statement.query_map((&phrase, first, first + MOST_IDS, int(left)), |row| row.get(0))?;
            for row in rows {
                let row: i64 = row?;
                found.push(RecordRef { kind: *kind, id: count(row & MOST_IDS) });
            }
        }
        Ok(found)
    }
}

/// A row of the search is kind and id in one number.
const ID_BITS: u32 = 48;
const MOST_IDS: i64 = (1 << ID_BITS) - 1;

fn search_row(of: RecordRef) -> i64 {
    (i64::from(of.kind.number()) << ID_BITS) | (int(of.id) & MOST_IDS)
}

/// Not `INSERT OR REPLACE`: that one keeps copies of pages for the case that it fails half-way.
fn upsert<D: Derived>() -> String {
    let places: Vec<String> = (1..=D::COLUMNS.len()).map(|place| format!("?{place}")).collect();
    let rest = D::COLUMNS.iter().filter(|column| !D::KEY.contains(&column.name));
    let sets: Vec<String> = rest.map(|column| format!("\"{0}\" = excluded.\"{0}\"", column.name)).collect();
    let otherwise = if sets.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {}", sets.join(", ")) };
    format!("INSERT INTO {} VALUES ({}) ON CONFLICT ({}) DO {otherwise}", D::TABLE, places.join(", "), quoted(D::KEY))
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

impl Tx<'_> {
    /// Sets a row of a derived table.
    pub fn set<D: Derived>(&mut self, row: &D) -> Result<(), StoreError> {
        self.conn.prepare_cached(D::put())?.execute(params_from_iter(row.cells()))?;
        Ok(())
    }

    /// Deletes the rows whose column has this value. Says how many.
    pub fn unset<D: Derived>(&mut self, column: &'static str, value: impl Into<Value>) -> Result<u64, StoreError> {
        if !D::COLUMNS.iter().any(|known| known.name == column) {
            return Err(StoreError::Misuse(format!("there is no column {column}")));
        }
        let text = format!("DELETE FROM {} WHERE \"{column}\" IS ?1", D::TABLE);
        Ok(self.conn.prepare_cached(&text)?.execute([value.into()])? as u64)
    }

    /// Deletes the moments kept for a record.
    pub fn unset_boundaries(&mut self, of: RecordRef) -> Result<(), StoreError> {
        self.conn
            .prepare_cached("DELETE FROM boundary WHERE kind = ?1 AND id = ?2")?
            .execute((of.kind.number(), int(of.id)))?;
        Ok(())
    }

    /// Empties every derived table. They have no indexes then: [`Self::index_derived`] must follow in this write.
    pub fn clear_derived(&mut self) -> Result<(), StoreError> {
        clear_all(self.conn)?;
        self.conn.execute_batch("INSERT INTO search(search) VALUES ('delete-all')")?;
        Ok(())
    }

    /// Builds the indexes of the derived tables again.
    pub fn index_derived(&mut self) -> Result<(), StoreError> {
        index_all(self.conn)
    }

    /// Sets a named sum.
    pub fn set_total(&mut self, name: &str, value: i64) -> Result<(), StoreError> {
        self.set(&Total { name: name.to_owned(), value })
    }

    /// Makes a record findable by these words; empty words make it unfindable.
    pub fn set_search(&mut self, of: RecordRef, words: &str) -> Result<(), StoreError> {
        self.conn.prepare_cached("DELETE FROM search WHERE rowid = ?1")?.execute([search_row(of)])?;
        let folded = super::searchable(words);
        if !folded.is_empty() {
            self.conn
                .prepare_cached("INSERT INTO search(rowid, text) VALUES (?1, ?2)")?
                .execute((search_row(of), folded))?;
        }
        Ok(())
    }
}
