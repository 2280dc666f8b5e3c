//! The kinds of systems: a closed list with tier, place in the order of switching off, and other names.
//!
//! Must never know: any particular system.

crate::words! {
    /// What kind of system it is. Its tier and place in the order of switching off follow from it.
    pub enum SystemKind {
        IdentityProvider = "identity_provider", "identity provider";
        RemoteManagement = "remote_management", "remote management";
        Vault = "vault", "password vault";
        RemoteAccess = "remote_access", "remote access";
        Backup = "backup", "backup console";
        Mail = "mail", "e-mail";
        DomainDns = "domain_dns", "domain and DNS";
        PartnerPortal = "partner_portal", "partner portal";
        Tenant = "tenant", "cloud tenant";
        Directory = "directory", "directory";
        Hypervisor = "hypervisor", "hypervisor";
        Documentation = "documentation", "documentation";
        Ticketing = "ticketing", "ticketing";
        Security = "security", "endpoint security";
        Firewall = "firewall", "firewall";
        Network = "network", "network device";
        Wifi = "wifi", "Wi-Fi";
        Server = "server", "server";
        Storage = "storage", "storage";
        Phone = "phone", "telephone system";
        Door = "door", "door or badge";
        AlarmSystem = "alarm_system", "alarm";
        Finance = "finance", "bank and purchasing";
        Social = "social", "website and social media";
        Code = "code", "code and automation";
        Application = "application", "application";
        Other = "other", "other system";
    }
}

impl SystemKind {
    /// How many other doors it opens: 0 opens other doors, 1 is important, 2 is the rest.
    /// Tier 0 by default is the list of the findings catalogue, section 2.
    pub const fn default_tier(self) -> u8 {
        match self {
            Self::IdentityProvider
            | Self::RemoteManagement
            | Self::Vault
            | Self::RemoteAccess
            | Self::Backup
            | Self::Mail
            | Self::DomainDns
            | Self::PartnerPortal
            | Self::Tenant
            | Self::Directory
            | Self::Hypervisor
            | Self::Documentation
            | Self::Ticketing => 0,
            Self::Security
            | Self::Firewall
            | Self::Network
            | Self::Wifi
            | Self::Server
            | Self::Storage
            | Self::Phone
            | Self::Door
            | Self::AlarmSystem
            | Self::Finance
            | Self::Code => 1,
            Self::Social | Self::Application | Self::Other => 2,
        }
    }

    /// Its place in the order of switching off, first is 0. From the policy value `exit_order`: identity
    /// provider, remote management, vault, remote access, backup, e-mail, domain and DNS, tenants, the rest.
    pub const fn exit_rank(self) -> u8 {
        match self {
            Self::IdentityProvider => 0,
            Self::RemoteManagement => 1,
            Self::Vault => 2,
            Self::RemoteAccess => 3,
            Self::Backup => 4,
            Self::Mail => 5,
            Self::DomainDns => 6,
            Self::PartnerPortal | Self::Tenant | Self::Directory => 7,
            _ => 8,
        }
    }

    /// Other names people write for it in their own lists.
    pub const fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::IdentityProvider => {
                &["idp", "sso", "single sign-on", "entra", "okta", "azure ad", "jumpcloud", "identity"]
            }
            Self::RemoteManagement => &["rmm", "remote monitoring", "ninja", "datto rmm", "tactical rmm", "n-central"],
            Self::Vault => {
                &["vault", "password manager", "it glue passwords", "bitwarden", "1password", "keeper", "lastpass"]
            }
            Self::RemoteAccess => &["vpn", "ztna", "rdp gateway", "remote desktop", "jump host", "bastion"],
            Self::Backup => &["backup", "backup portal", "veeam", "datto"],
            Self::Mail => &["mail", "email", "exchange", "mailbox"],
            Self::DomainDns => &["domain", "registrar", "dns", "domain registrar"],
            Self::PartnerPortal => {
                &["partner center", "partner centre", "gdap", "distributor portal", "delegated admin"]
            }
            Self::Tenant => &[
                "m365",
                "microsoft 365",
                "365",
                "365 tenant",
                "google workspace",
                "office 365",
                "azure",
                "aws",
                "tenant",
                "cloud",
            ],
            Self::Directory => &["active directory", "ad", "ldap", "on-prem directory", "domain controller"],
            Self::Hypervisor => &["vmware", "esxi", "hyper-v", "proxmox", "vcenter"],
            Self::Documentation => &["it glue", "hudu", "wiki", "docs"],
            Self::Ticketing => &["psa", "ticket system", "connectwise", "autotask", "helpdesk", "halo"],
            Self::Security => &["edr", "antivirus", "siem", "dns filter", "mail filter"],
            Self::Firewall => &["utm", "fortigate", "sonicwall", "pfsense"],
            Self::Network => &["switch", "router", "access point", "unifi"],
            Self::Wifi => &["wlan", "wireless"],
            Self::Server => &["linux", "windows server", "imaging server", "local administrator"],
            Self::Storage => &["nas", "san", "file share", "sharepoint"],
            Self::Phone => &["pbx", "voip", "3cx", "phone system"],
            Self::Door => &["badge", "server room", "door badge", "key box", "access control"],
            Self::AlarmSystem => &["alarm", "burglar alarm"],
            Self::Finance => &["bank", "payroll", "accounting", "distributor"],
            Self::Social => &["website", "cms", "social", "status page"],
            Self::Code => &["github", "gitlab", "automation", "scripts", "ci"],
            Self::Application => &["app", "line-of-business", "lob", "software"],
            Self::Other => &[],
        }
    }

    /// Reads a stored word, a screen word or another usual name.
    pub fn parse_loose(text: &str) -> Option<Self> {
        let wanted = super::word::folded(text);
        Self::parse(text).or_else(|| {
            Self::ALL.iter().copied().find(|kind| kind.synonyms().iter().any(|s| super::word::folded(s) == wanted))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_other_name_means_two_kinds() {
        let mut seen = std::collections::BTreeMap::new();
        for kind in SystemKind::ALL {
            for name in kind.synonyms().iter().copied().chain([kind.stored(), kind.shown()]) {
                if let Some(other) = seen.insert(crate::domain::word::folded(name), *kind) {
                    assert_eq!(other, *kind, "{name} means both");
                }
            }
        }
    }

    #[test]
    fn what_people_write_is_understood() {
        assert_eq!(SystemKind::parse_loose("Microsoft 365"), Some(SystemKind::Tenant));
        assert_eq!(SystemKind::parse_loose("RMM"), Some(SystemKind::RemoteManagement));
        assert_eq!(SystemKind::parse_loose("teapot"), None);
    }
}
