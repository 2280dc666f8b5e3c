//! Which columns and attributes hold secrets. They are left out before anything else looks at them.
//!
//! Readers take only the columns they know; this list is for saying so by name, and a second lock where a column is
//! known by an unlucky name. Must never know: the contents of such a column.

use crate::domain::word::folded;

/// Whole names that are secrets or free text where secrets hide.
const NAMES: &[&str] = &[
    "pass",
    "pwd",
    "otp",
    "totp",
    "pin",
    "psk",
    "salt",
    "hash",
    "key",
    "token",
    "secret",
    "notes",
    "extra",
    "comment",
    "info",
    "fields",
    "oathtokenmetadata",
    "customfields",
    "cardnumber",
    "cardcode",
    "unixuserpassword",
    "mslapspassword",
    "msmcsadmpwd",
    "cascadelegacypwd",
];

/// Parts of names that are always secrets.
const PARTS: &[&str] = &[
    "password",
    "passwort",
    "kennwort",
    "wachtwoord",
    "motdepasse",
    "contraseña",
    "passphrase",
    "unicodepwd",
    "admpwd",
    "secret",
    "otpauth",
    "onetimepassword",
    "privatekey",
    "apikey",
    "recoverycode",
    "backupcode",
    "passwordhash",
    "sambantpassword",
    "lmpassword",
    "userpkcs12",
    "krbprincipalkey",
    "authtoken",
    "legacypwd",
    "logintotp",
];

/// Names with such a part that are no secret: dates and switches about passwords, and a kind of secret. A column called
/// just "secret" is one in an export; the office's own sheet of that column is asked for by name.
const HARMLESS: &[&str] = &[
    "passwordneverexpires",
    "lastpasswordchangetimestamp",
    "passwordlastset",
    "strongpasswordrequired",
    "passwordnotrequired",
    "passwordexpired",
    "badpasswordtime",
    "badpwdcount",
    "pwdlastset",
    "passwordenabled",
    "passwordlastused",
    "passwordlastchanged",
    "passwordnextrotation",
    "lastbadpasswordattempt",
    "cannotchangepassword",
    "changepasswordatnextsignin",
    "allowreversiblepasswordencryption",
    "secretkind",
];

/// Whether a column or attribute of this name holds a secret.
pub fn is_secret(name: &str) -> bool {
    let name = folded(name.split(';').next().unwrap_or(name));
    !HARMLESS.contains(&name.as_str())
        && (NAMES.contains(&name.as_str()) || PARTS.iter().any(|part| name.contains(part)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_by_any_name_are_secrets_and_dates_about_them_are_not() {
        for name in [
            "Password",
            "unicodePwd",
            "userPassword",
            "ms-Mcs-AdmPwd",
            "login_totp",
            "otp_secret",
            "API key",
            "Notes",
            "Oath token meta data",
            "cascadeLegacyPwd",
            "userPassword;x-md5",
            "Kennwort",
            "Mot de passe",
            "secret",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in
            ["PasswordLastSet", "Password never expires", "pwdLastSet", "badPwdCount", "Name", "Mail", "Description"]
        {
            assert!(!is_secret(name), "{name}");
        }
    }
}
