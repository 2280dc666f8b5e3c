//! Tests of `addition`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test code fails loudly")]

use super::super::testing::{World, add};
use super::*;

fn fault(kind: &str, fields: &[&str]) -> String {
    let fields: Vec<_> = fields.iter().map(|f| split_field(f).unwrap()).collect();
    parse_addition(kind, &fields, &World).unwrap_err().to_string()
}

#[test]
fn every_kind_is_read_with_its_fields() {
    assert!(matches!(
        add("secret", &["name=imaging root", "system=Harbor imaging", "kind=password"]),
        Addition::Secret { name, kind: Some(SecretKind::Password), system: Some(_), .. } if name == "imaging root"
    ));
    assert!(matches!(
        add("Asset", &["kind=laptop", "tag=KW-0231"]),
        Addition::Asset { kind: Some(AssetKind::Laptop), tag: Some(tag), .. } if tag == "KW-0231"
    ));
    assert!(matches!(
        add("contact", &["place=Registrar One", "kind=registrar"]),
        Addition::Contact { kind: Some(ContactKind::Registrar), .. }
    ));
    assert!(matches!(
        add("data-location", &["what=photos", "place=her phone", "client=Harbor", "encrypted=no"]),
        Addition::Data { client: Some(ClientId(2)), kind: DataKind::Personal, encrypted: Some(false), .. }
    ));
    assert!(matches!(
        add("grant", &["system=Harbor imaging", "login=dana-adm", "admin=yes"]),
        Addition::Grant { admin: Admin::System, kind: AccountKind::Personal, .. }
    ));
    assert!(matches!(
        add("script", &["name=nightly report", "kind=api_key"]),
        Addition::Script { kind: Some(AccountKind::ApiKey), .. }
    ));
    assert!(matches!(add("step", &["title=Wipe the phone", "phase=hour"]), Addition::Step { phase: Phase::Hour, .. }));
}

#[test]
fn a_value_may_hold_an_equals_sign() {
    assert_eq!(split_field("name=a=b").unwrap(), ("name".to_owned(), "a=b".to_owned()));
    assert!(split_field("name").is_err());
    assert!(split_field("=x").is_err());
}

#[test]
fn faults_say_what_would_do() {
    assert!(fault("teapot", &[]).starts_with("“teapot” cannot be added here."));
    assert_eq!(
        fault("asset", &["colour=red"]),
        "“asset” has no “colour”. Nothing changed. It has: kind, tag, client, note."
    );
    assert_eq!(fault("grant", &["login=x"]), "“grant” needs “system”. Nothing changed. Add system=…");
    assert_eq!(
        fault("grant", &["system=Harbor imaging", "login= "]),
        "“grant” needs “login”. Nothing changed. Add login=…"
    );
    assert!(fault("asset", &["kind=teapot"]).contains("laptop, phone, key"));
    assert!(fault("script", &["name=x", "kind=shared"]).contains("service, api_key"));
    assert_eq!(fault("asset", &["tag=1", "tag=2"]), "“tag” is given twice. Nothing changed. Give it once.");
    assert_eq!(fault("secret", &["name=x", "system=Moon"]), "No system is called “Moon”. Nothing changed.");
    assert_eq!(fault("asset", &[]), "“asset” needs “kind”. Nothing changed. Add kind=…");
}

#[test]
fn a_password_is_never_taken() {
    for field in ["password=hunter2", "value=1234", "code=1234"] {
        assert!(fault("secret", &["name=x", field]).starts_with("Keyward never stores a password"));
    }
}
