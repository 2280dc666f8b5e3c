//! Lists of systems taken in: compared first, taken as shown, and nothing new the second time.

use crate::import_office::{
    ENTRA, M365, NOW, Office, at, entra_without, findings, grant_of, head, list, only, sample, state, take,
};
use keyward::domain::{Account, Batch, Covers, Grant, GrantState, HowKnown, LastUse, Proof};
use keyward::error::ErrorClass;
use keyward::service::importing::ImportRequest;
use keyward::service::{Command, Desk, Session};
use keyward::store::{Select, SystemCount};

/// Every sample list with its system, and how many rows it has.
fn samples() -> Vec<(ImportRequest, &'static str, u64)> {
    let one = |path: &str, system: &str| list(vec![sample(path)], system, true);
    vec![
        (one(ENTRA, "365 tenant"), "entra-users-csv", 8),
        (one(M365, "365"), "m365-admin-users-csv", 5),
        (one("m365-admin-users-csv/users_legacy_alphabetical_columns.csv", "365"), "m365-admin-users-csv", 2),
        (one("ad-getaduser-csv/marvel_Get-ADUser_en-US.csv", "Domain"), "ad-getaduser-csv", 54),
        (one("ad-getaduser-csv/marvel_Get-ADUser_with_TYPE_line.csv", "Domain"), "ad-getaduser-csv", 6),
        (one("ad-csvde/marvel_csvde.csv", "Domain"), "ad-csvde", 54),
        (one("ad-ldif/marvel_users_ldifde.ldf", "Domain"), "ad-ldif", 54),
        (
            list(
                ["00_people", "10_people_amy", "10_people_hermes", "30_groups_admin"]
                    .map(|part| sample(&format!("ldif-openldap/planetexpress_{part}.ldif")))
                    .to_vec(),
                "Domain",
                false,
            ),
            "ldif-openldap",
            2,
        ),
    ]
}

#[test]
fn every_sample_is_compared_taken_as_shown_and_brings_nothing_the_second_time() {
    for (request, format, rows) in samples() {
        let office = Office::filled();
        let mut session = office.at(NOW);
        let (before, entries) = (state(&session), head(&mut session));
        let shown = only(session.import(&request).unwrap());
        assert_eq!((shown.format, shown.applied, shown.seq), (format, false, None));
        assert_eq!((state(&session), head(&mut session)), (before, entries), "{format}: comparing changes nothing");
        let plan = shown.plan;
        assert_eq!(plan.new + plan.not_ours, rows, "{format}: {plan:?}");
        assert_eq!((plan.gone, plan.changed, plan.same, plan.came_back, plan.refused), (0, 0, 0, 0, 0), "{format}");
        assert_eq!(shown.accounts.len() as u64, rows, "{format}");
        let kept = shown.accounts.iter().filter(|account| account.kept).count() as u64;
        assert_eq!(kept, plan.new, "{format}: what is not ours is only counted");

        let taken = take(&mut session, request.clone());
        assert_eq!(taken.plan, shown.plan, "{format}: taken as shown");
        assert_eq!(taken.seq, Some(entries + 1), "{format}");
        let accounts = session.find(|facts| Ok(facts.list::<Account>(Select::all())?)).unwrap();
        assert_eq!(accounts.len() as u64, plan.new, "{format}");

        let (after, entries) = (accounts, head(&mut session));
        let again = take(&mut session, request);
        assert_eq!((again.plan.new, again.plan.changed, again.plan.gone), (0, 0, 0), "{format}");
        assert_eq!(again.plan.same, plan.new, "{format}");
        assert_eq!(head(&mut session), entries + 1, "{format}: one entry");
        let written = session.find(|facts| Ok(facts.reader().records_of(entries + 1)?)).unwrap();
        assert_eq!(written.len(), 1, "{format}: the list alone, no record version");
        assert_eq!(session.find(|facts| Ok(facts.list::<Account>(Select::all())?)).unwrap(), after, "{format}");
    }
}

#[test]
fn the_accounts_of_our_people_are_matched_and_the_clients_own_are_only_counted() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    let report = take(&mut session, list(vec![sample(ENTRA)], "365 tenant", true));
    assert_eq!((report.client.as_deref(), report.system.as_deref()), (Some("Oakfield Dental"), Some("365 tenant")));
    assert_eq!((report.plan.new, report.plan.not_ours, report.plan.unmatched), (6, 2, 3));
    assert_eq!(report.summary, "Import Oakfield Dental 365 tenant: 6 new, 2 not ours");
    let matched: Vec<_> = report.accounts.iter().filter_map(|account| account.technician.as_deref()).collect();
    assert_eq!(matched, ["Priya Nair", "Marta Lindqvist", "Declan Ruiz"]);
    let grants = session.find(|facts| Ok(facts.list::<Grant>(Select::all())?)).unwrap();
    assert_eq!(grants.len(), 3, "one way in for each personal account that is matched, none for shared ones");
    assert!(grants.iter().all(|grant| matches!(grant.how, HowKnown::Import(_)) && grant.level == "not stated"));
    assert!(findings(&session).iter().any(|key| key.starts_with("leaver-live-access:")), "Marta has left");
    assert!(report.look_at.iter().any(|line| line.contains("Marta Lindqvist")), "{:?}", report.look_at);
    let nobody = session
        .find(|facts| {
            Ok(facts.list::<Account>(Select::all().contains("login_folded", "hannah"))?.len()
                + facts.list::<Account>(Select::all().contains("login_folded", "old.temp"))?.len())
        })
        .unwrap();
    assert_eq!(nobody, 0);
}

#[test]
fn a_second_layout_of_the_same_system_adds_to_what_is_known() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    take(&mut session, list(vec![sample(ENTRA)], "365 tenant", true));
    let report = take(&mut session, list(vec![sample(M365)], "365 tenant", false));
    assert_eq!((report.plan.new, report.plan.not_ours, report.plan.gone), (1, 2, 0), "{:?}", report.changes);
    assert_eq!(report.plan.changed + report.plan.same, 2);
}

#[test]
fn a_list_moves_the_day_the_system_was_listed_only_when_it_names_everybody() {
    let office = Office::filled();
    let listed = |session: &Session| {
        let counts = session.find(|facts| Ok(facts.reader().derived::<SystemCount>(&Select::all())?)).unwrap();
        counts.into_iter().filter_map(|count| count.listed_at).max()
    };
    let mut session = office.at(NOW);
    take(&mut session, list(vec![sample(ENTRA)], "365 tenant", false));
    assert_eq!(listed(&session), None);
    take(&mut session, list(vec![sample(ENTRA)], "365 tenant", true));
    assert_eq!(listed(&session), Some(at(NOW)));
    let batches = session.find(|facts| Ok(facts.list::<Batch>(Select::all().not_null("system"))?)).unwrap();
    let covers: Vec<Covers> = batches.iter().map(|batch| batch.covers).collect();
    assert_eq!(covers, [Covers::Part, Covers::Everyone]);
    drop(session);
    let mut session = office.at("2026-04-02T12:00:00Z");
    take(&mut session, list(vec![sample(ENTRA)], "365 tenant", true));
    assert_eq!(listed(&session), Some(at("2026-04-02T12:00:00Z")));
}

fn ask_and_do(session: &mut Session, name: &str) {
    let grants = vec![grant_of(session, name).id];
    session.apply(Command::AskRemoval { grants: grants.clone(), to: None, reason: None }).unwrap();
    session.apply(Command::MarkDone { grants, at: None, by: None }).unwrap();
}

#[test]
fn an_account_that_is_gone_confirms_its_removal_and_one_that_is_on_again_came_back() {
    let office = Office::filled();
    let is_found = |session: &Session, rule: &str| findings(session).iter().any(|key| key.starts_with(rule));
    let leaver = |session: &Session| is_found(session, "leaver-live-access:");
    let unconfirmed = |session: &Session| is_found(session, "revocation-unconfirmed:");
    let mut session = office.at(NOW);
    take(&mut session, list(vec![sample(ENTRA)], "365 tenant", true));
    assert!(leaver(&session));
    ask_and_do(&mut session, "Marta Lindqvist");
    assert!(!leaver(&session), "{:?}", findings(&session));
    drop(session);

    let mut session = office.at("2026-03-09T12:00:00Z");
    assert!(unconfirmed(&session), "{:?}", findings(&session));
    let gone = take(&mut session, list(vec![entra_without("marta")], "365 tenant", true));
    assert_eq!((gone.plan.gone, gone.plan.came_back), (1, 0));
    let grant = grant_of(&session, "Marta Lindqvist");
    assert_eq!(grant.state(at("2026-03-09T12:00:00Z")), Some(GrantState::Checked));
    assert_eq!(grant.removal.proof, Some(Proof::Acknowledged));
    assert!(!unconfirmed(&session));
    drop(session);

    let mut session = office.at("2026-03-16T12:00:00Z");
    let back = take(&mut session, list(vec![sample(ENTRA)], "365 tenant", true));
    assert_eq!((back.plan.came_back, back.plan.gone), (1, 0));
    assert!(back.look_at.first().is_some_and(|line| line.contains("Marta Lindqvist")), "{:?}", back.look_at);
    let grant = grant_of(&session, "Marta Lindqvist");
    assert_eq!(grant.state(at("2026-03-16T12:00:00Z")), Some(GrantState::CameBack));
    assert!(leaver(&session), "what is wrong is wrong again");
}

#[test]
fn an_account_that_is_gone_without_a_removal_changes_nothing_and_is_told() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    take(&mut session, list(vec![sample(ENTRA)], "365 tenant", true));
    let before = grant_of(&session, "Declan Ruiz");
    let report = take(&mut session, list(vec![entra_without("declan")], "365 tenant", true));
    assert_eq!(report.plan.gone, 1);
    assert_eq!(grant_of(&session, "Declan Ruiz"), before);
    assert!(report.look_at.iter().any(|line| line.contains("Declan Ruiz")), "{:?}", report.look_at);
}

#[test]
fn a_part_of_a_list_never_makes_anything_gone() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    take(&mut session, list(vec![sample(ENTRA)], "365 tenant", true));
    ask_and_do(&mut session, "Marta Lindqvist");
    let before = grant_of(&session, "Marta Lindqvist");
    let part = take(&mut session, list(vec![entra_without("marta")], "365 tenant", false));
    assert_eq!(part.plan.gone, 0, "nobody said that it names everybody");
    // A line that cannot be read may have named anybody.
    let (name, mut bytes) = entra_without("marta");
    bytes.extend(b"\r\nbroken\xFF\xFE line");
    let harmed = take(&mut session, list(vec![(name, bytes)], "365 tenant", true));
    assert!(harmed.partial && harmed.partial_why.is_some());
    assert_eq!((harmed.plan.gone, harmed.everyone), (0, false));
    assert_eq!(grant_of(&session, "Marta Lindqvist"), before);
}

#[test]
fn an_older_list_does_not_speak_over_a_newer_one() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    take(&mut session, list(vec![sample(ENTRA)], "365 tenant", true));
    ask_and_do(&mut session, "Marta Lindqvist");
    let before = grant_of(&session, "Marta Lindqvist");
    let request =
        ImportRequest { taken_at: Some(at("2025-12-01T12:00:00Z")), ..list(vec![sample(ENTRA)], "365 tenant", true) };
    let report = take(&mut session, request);
    assert_eq!(report.plan.came_back, 0);
    assert!(report.issues.iter().any(|issue| issue.code == "older_than_last"), "{:?}", report.issues);
    assert_eq!(grant_of(&session, "Marta Lindqvist"), before);
}

#[test]
fn a_list_from_the_future_is_refused() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    let request =
        ImportRequest { taken_at: Some(at("2026-03-03T12:00:00Z")), ..list(vec![sample(ENTRA)], "365 tenant", true) };
    assert_eq!(session.import(&request).unwrap_err().class, ErrorClass::BadInput);
}

#[test]
fn a_last_use_is_told_as_it_is_known() {
    let office = Office::filled();
    let mut session = office.at("2026-03-02T12:00:00Z");
    let report = take(&mut session, list(vec![sample("ad-csvde/marvel_csvde.csv")], "Domain", true));
    let of = |login: &str| report.accounts.iter().find(|account| account.login.eq_ignore_ascii_case(login)).unwrap();
    assert!(matches!(of("Administrator").last_used_at, LastUse::At(_)));
    assert_eq!(of("Administrator").privileged, Some(true));
    let json = serde_json::to_value(&report).unwrap();
    let first = &json["accounts"][0];
    for key in [
        "login",
        "display_name",
        "email",
        "enabled",
        "privileged",
        "roles",
        "mfa",
        "mfa_registered",
        "last_used_at",
        "last_used_quality",
        "created_at",
        "password_changed_at",
        "external_id",
        "technician",
        "kept",
    ] {
        assert!(first.get(key).is_some(), "{key}");
    }
    assert!(first["last_used_at"].as_str().unwrap().ends_with('Z'));
    for key in ["new", "changed", "same", "gone", "came_back", "unmatched", "not_ours", "refused"] {
        assert!(json["plan"][key].is_u64(), "{key}");
    }
}

#[test]
fn a_system_that_is_not_clear_is_asked_for_with_the_candidates() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    let mut refused = |client: Option<&str>, system: Option<&str>| {
        let request = ImportRequest {
            client: client.map(str::to_owned),
            system: system.map(str::to_owned),
            apply: true,
            ..ImportRequest::of(vec![sample(ENTRA)])
        };
        let before = head(&mut session);
        let error = session.import(&request).unwrap_err();
        assert_eq!(head(&mut session), before);
        assert!(error.message.contains("Nothing was changed."), "{}", error.message);
        (error.class, format!("{} {}", error.message, error.hints.join(" ")))
    };
    let (class, said) = refused(None, None);
    assert!(class == ErrorClass::BadInput && said.contains("Oakfield Dental/365 tenant"), "{said}");
    let (class, said) = refused(Some("Nowhere"), Some("365"));
    assert!(class == ErrorClass::NotFound && said.contains("keyward add client"), "{said}");
    let (class, said) = refused(Some("Oakfield"), Some("Firewall"));
    assert!(class == ErrorClass::NotFound && said.contains("Domain"), "{said}");
    assert!(
        said.contains("keyward add system \"client=Oakfield Dental\" \"name=Firewall\" kind=tenant"),
        "how to add it: {said}"
    );
    let (_, said) = refused(Some("Harbour"), None);
    assert!(said.contains("Team vault"), "{said}");
}

#[test]
fn the_only_system_that_fits_is_taken_when_the_client_alone_is_named() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    for (client, system) in [(Some("Oakfield"), None), (Some("Oakfield/365"), None), (None, Some("365 tenant"))] {
        let request = ImportRequest {
            client: client.map(str::to_owned),
            system: system.map(str::to_owned),
            ..ImportRequest::of(vec![sample(ENTRA)])
        };
        assert_eq!(only(session.import(&request).unwrap()).system.as_deref(), Some("365 tenant"));
    }
    let vault = ImportRequest {
        client: Some("Harbour".to_owned()),
        system: Some("vault".to_owned()),
        ..ImportRequest::of(vec![sample(ENTRA)])
    };
    let report = only(session.import(&vault).unwrap());
    assert!(report.issues.iter().any(|issue| issue.code == "other_kind"), "{:?}", report.issues);
}

#[test]
fn files_of_different_kinds_are_not_one_import() {
    let office = Office::filled();
    let mut session = office.at(NOW);
    let error = session.import(&list(vec![sample(ENTRA), sample(M365)], "365 tenant", true)).unwrap_err();
    assert_eq!(error.class, ErrorClass::BadInput);
    let error = session
        .import(&list(vec![sample(ENTRA), ("x.csv".to_owned(), b"a,b\n1,2\n".to_vec())], "365 tenant", true))
        .unwrap_err();
    assert!(error.message.starts_with("x.csv: "), "{}", error.message);
}
