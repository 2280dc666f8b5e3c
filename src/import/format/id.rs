//! The names of the layouts Keyward knows, and how to make a file of each.
//!
//! Must never know: how one is read.

crate::words! {
    /// A layout.
    pub enum FormatId {
        M365AdminUsersCsv = "m365-admin-users-csv", "a Microsoft 365 user export";
        EntraUsersCsv = "entra-users-csv", "an Entra user export";
        AdGetAdUserCsv = "ad-getaduser-csv", "an Active Directory list by Get-ADUser";
        AdCsvde = "ad-csvde", "an Active Directory list by csvde";
        AdLdif = "ad-ldif", "an Active Directory list in LDIF";
        LdifOpenldap = "ldif-openldap", "a directory list in LDIF";
        SheetsXlsx = "sheets-xlsx", "a workbook of the office's own sheets";
        SheetsCsv = "sheets-csv", "one of the office's own sheets";
        MappedCsv = "mapped-csv", "a list whose columns you named";
    }
}

/// A layout and how to make such a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatInfo {
    /// Its id.
    pub id: FormatId,
    /// Its name.
    pub name: &'static str,
    /// How to make one.
    pub how: &'static str,
}

/// Every layout that is recognised, with how to make each file.
pub const fn formats() -> &'static [FormatInfo] {
    &[
        FormatInfo {
            id: FormatId::M365AdminUsersCsv,
            name: "Microsoft 365 admin center, users (CSV)",
            how: "Microsoft 365 admin center > Users > Active users > Export users. Clear any filter first.",
        },
        FormatInfo {
            id: FormatId::EntraUsersCsv,
            name: "Microsoft Entra, users (CSV)",
            how: "Entra admin center > Users > Download users. Clear any filter first. It includes guests.",
        },
        FormatInfo {
            id: FormatId::AdGetAdUserCsv,
            name: "Active Directory, Get-ADUser (CSV)",
            how: "On a domain controller in PowerShell: Get-ADUser -Filter * -Properties DisplayName,EmailAddress,\
                  LastLogonDate,PasswordLastSet,whenCreated,AccountExpirationDate,AdminCount | Export-Csv users.csv \
                  -Encoding UTF8 -NoTypeInformation",
        },
        FormatInfo {
            id: FormatId::AdCsvde,
            name: "Active Directory, csvde (CSV)",
            how: "On a domain controller: csvde -u -f users.csv -r \"(&(objectCategory=person)(objectClass=user))\"",
        },
        FormatInfo {
            id: FormatId::AdLdif,
            name: "Active Directory (LDIF)",
            how: "On a domain controller: ldifde -u -f users.ldf -r \"(&(objectCategory=person)(objectClass=user))\"",
        },
        FormatInfo {
            id: FormatId::LdifOpenldap,
            name: "OpenLDAP and other directories (LDIF)",
            how: "ldapsearch -x -b dc=example,dc=com '(objectClass=person)' '*' '+' > people.ldif",
        },
        FormatInfo {
            id: FormatId::SheetsXlsx,
            name: "The office's own workbook (Excel)",
            how: "Fill in the template register-template.xlsx, or use `keyward export --format workbook`.",
        },
        FormatInfo {
            id: FormatId::SheetsCsv,
            name: "The office's own sheets (CSV)",
            how: "Save each sheet of the template as CSV under its name, as People.csv.",
        },
        FormatInfo {
            id: FormatId::MappedCsv,
            name: "Any other list of accounts (CSV)",
            how: "Name its columns: --map login=\"User name\" --map email=Mail. A column can hold login (needed), name, \
                  email, enabled, disabled, admin, roles, mfa, last_used, created, password_changed, expires or id. \
                  A file of such lines can be named instead.",
        },
    ]
}
