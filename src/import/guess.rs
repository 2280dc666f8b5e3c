//! What an account seems to be for, by its names. A guess: somebody can say otherwise, and that is kept.
//!
//! Must never know: the people of the register.

use crate::domain::AccountKind;

const SERVICE: &[&str] =
    &["svc", "service", "sync", "msol", "aad", "krbtgt", "healthmailbox", "systemmailbox", "daemon", "synchronization"];
const BREAK_GLASS: &[&str] = &["breakglass", "emergencyaccess", "emergencyaccount", "emergencyadmin", "emergencylogin"];
const SHARED: &[&str] = &["shared", "allstaff"];
const VENDOR: &[&str] = &["vendor", "supplier"];

/// Names before the @ that belong to a desk and not to a person.
const DESKS: &[&str] = &[
    "admin",
    "administrator",
    "root",
    "info",
    "office",
    "reception",
    "sales",
    "support",
    "helpdesk",
    "servicedesk",
    "accounts",
    "billing",
    "scanner",
    "scan",
    "printer",
    "noreply",
    "hello",
    "contact",
    "guest",
    "itadmin",
    "hr",
    "orders",
];

/// The kind, from the login, the name shown, and any title or description (which is looked at and not kept).
pub fn kind(login: &str, display_name: &str, title: &str) -> AccountKind {
    let local = login.rsplit('\\').next().unwrap_or(login).split('@').next().unwrap_or(login);
    let local_words = words(local);
    let all: Vec<String> = [local, display_name, title].into_iter().flat_map(words).collect();
    let joined = [local, display_name].into_iter().flat_map(words).collect::<String>();
    let has = |list: &[&str], words: &[String]| words.iter().any(|word| list.contains(&word.as_str()));
    if BREAK_GLASS.iter().any(|mark| joined.contains(mark)) {
        AccountKind::BreakGlass
    } else if local.ends_with('$') || has(SERVICE, &local_words) || is_service_title(display_name, title) {
        AccountKind::Service
    } else if has(SHARED, &all) || DESKS.contains(&local.to_lowercase().as_str()) {
        AccountKind::Shared
    } else if has(VENDOR, &all) {
        AccountKind::Vendor
    } else {
        AccountKind::Personal
    }
}

fn is_service_title(display_name: &str, title: &str) -> bool {
    [display_name, title].iter().any(|text| text.to_lowercase().contains("service account"))
}

/// The words of a name: split at signs, digits fall off the end, lower case.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_name_gives_away_is_seen() {
        for (login, display, title, expected) in [
            ("svc-scan", "", "", AccountKind::Service),
            ("Sync_OAKDC01_3f2a@x.onmicrosoft.com", "", "", AccountKind::Service),
            ("printer-gmsa$", "", "", AccountKind::Service),
            ("krbtgt", "krbtgt", "Key Distribution Center Service Account", AccountKind::Service),
            ("breakglass01@x.example", "Break Glass 01", "", AccountKind::BreakGlass),
            ("bg1@x.example", "Emergency access", "", AccountKind::BreakGlass),
            ("harbour.admin@x.example", "Harbour IT Admin", "MSP shared admin", AccountKind::Shared),
            ("CORP\\Administrator", "", "", AccountKind::Shared),
            ("reception@x.example", "", "", AccountKind::Shared),
            ("acme-vendor", "", "", AccountKind::Vendor),
        ] {
            assert_eq!(kind(login, display, title), expected, "{login}");
        }
    }

    #[test]
    fn ordinary_people_stay_personal() {
        for (login, display, title) in [
            ("hannah.oak@x.example", "Hannah Oak", "Practice Manager"),
            ("d.ruiz-adm", "Dana Ruiz (adm)", ""),
            ("svenja@x.example", "Svenja Service", "Customer Service Lead"),
            ("e.ng@x.example", "Ela Ng", "Emergency access nurse"),
            ("vision", "Vision", ""),
        ] {
            assert_eq!(kind(login, display, title), AccountKind::Personal, "{login}");
        }
    }
}
