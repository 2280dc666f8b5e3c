//! Passwords that stand in files: never kept, never told.

use crate::import_office::{ENTRA, M365, NOW, Office, list, sample, sheets, state, take};
use keyward::service::exporting::Format;
use keyward::service::importing::ImportRequest;
use std::fs;
use std::path::Path;

/// The fakes.
const PASSWORD: &str = "Tr0ub4dor-and-3";
const OTHER: &str = "correct-horse-battery";

/// The forms a value could hide in.
fn forms(value: &str) -> Vec<Vec<u8>> {
    let hex: String = value.bytes().map(|byte| format!("{byte:02x}")).collect();
    let wide: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        value.as_bytes().to_vec(),
        value.to_lowercase().into_bytes(),
        hex.clone().into_bytes(),
        hex.to_uppercase().into_bytes(),
        wide,
        base64(value.as_bytes()).into_bytes(),
    ]
}

/// Base64 without its last letters, which depend on what follows.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks_exact(3) {
        let number = u32::from(three[0]) << 16 | u32::from(three[1]) << 8 | u32::from(three[2]);
        for shift in [18, 12, 6, 0] {
            out.push(char::from(LETTERS[(number >> shift & 63) as usize]));
        }
    }
    out
}

fn holds(where_: &[u8], value: &str) -> bool {
    forms(value).iter().any(|form| where_.windows(form.len()).any(|window| window == form.as_slice()))
}

fn files(folder: &Path, out: &mut Vec<Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else {
            out.push(fs::read(path).unwrap());
        }
    }
}

/// A table with a column of passwords, as somebody may have added one.
fn with_passwords(path: &str) -> (String, Vec<u8>) {
    let (name, bytes) = sample(path);
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(at, line)| format!("{},{line}", if at == 0 { "Password" } else { PASSWORD }))
        .collect();
    (name, lines.join("\r\n").into_bytes())
}

fn ldif() -> (String, Vec<u8>) {
    let (name, bytes) = sample("ldif-openldap/planetexpress_10_people_amy.ldif");
    let mut text = String::from_utf8(bytes).unwrap().trim_end().to_owned();
    text.push_str(&format!("\nunicodePwd: {PASSWORD}\nsambaNTPassword: {OTHER}\n"));
    (name, text.into_bytes())
}

fn directory() -> (String, Vec<u8>) {
    let (name, bytes) = sample("ad-csvde/marvel_csvde.csv");
    let text = String::from_utf8(bytes).unwrap();
    let lines: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(at, line)| {
            format!(
                "{line},{}",
                if at == 0 { "unicodePwd,ms-Mcs-AdmPwd" } else { "Tr0ub4dor-and-3,correct-horse-battery" }
            )
        })
        .collect();
    (name, lines.join("\r\n").into_bytes())
}

fn own_sheets() -> ImportRequest {
    let mut request = sheets();
    let secrets = format!(
        "Secret,Kind,Client,Kept in,Password,Value,Notes\nWi-Fi key,wifi,Oakfield Dental,Drawer,{PASSWORD},{OTHER},{PASSWORD}\n"
    );
    let access = format!(
        "Technician,Client,System,Login,Password\nPriya Nair,Oakfield Dental,365 tenant,priya@oakfield.example,{PASSWORD}\n"
    );
    request.files.push(("Secrets.csv".to_owned(), secrets.into_bytes()));
    request.files.push(("Access.csv".to_owned(), access.into_bytes()));
    request
}

#[test]
fn a_password_in_a_file_reaches_neither_the_register_nor_the_report() {
    let requests = [
        list(vec![with_passwords(ENTRA)], "365 tenant", true),
        list(vec![with_passwords(M365)], "365 tenant", true),
        list(vec![directory()], "Domain", true),
        list(vec![ldif()], "Domain", false),
        own_sheets(),
    ];
    // What the sample of a directory itself carries.
    let stored = "e1NTSEF9d0p2OXMyWjltMGJTMFIxV1k3QjdCRWZEVVZPQzg2Y3BWL3VDMHc9PQ";
    for request in requests {
        let office = Office::filled();
        let mut session = office.at(NOW);
        let named = request.files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
        assert!(request.files.iter().any(|(_, bytes)| holds(bytes, PASSWORD)), "{named}: it is in the file");
        let report = take(&mut session, request);
        assert!(report.plan.new + report.plan.not_ours > 0, "{named}");
        let told = serde_json::to_string(&report).unwrap();
        let known = state(&session).join("\n");
        let acts = session.find(|facts| Ok(format!("{:?}", facts.reader().entries(None, 10)?))).unwrap();
        let exported: Vec<u8> = session.export(Format::Csv).unwrap().into_iter().flat_map(|(_, bytes)| bytes).collect();
        drop(session);
        let mut on_disk = Vec::new();
        files(&office.folder(), &mut on_disk);
        assert!(!on_disk.is_empty());
        for secret in [PASSWORD, OTHER, stored, "wJv9s2Z9m0bS0R1WY7B7BEfDUVOC86cpV"] {
            for (place, bytes) in [
                ("report", told.as_bytes()),
                ("register", known.as_bytes()),
                ("history", acts.as_bytes()),
                ("export", &exported),
            ] {
                assert!(!holds(bytes, secret), "{named}: {secret} is in the {place}");
            }
            assert!(on_disk.iter().all(|file| !holds(file, secret)), "{named}: {secret} is on disk");
        }
    }
}
