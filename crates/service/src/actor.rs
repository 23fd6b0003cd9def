//! Who acts: an account with its person, unit and standing.

use serde::{Deserialize, Serialize};

/// Three administrators apart, and the auditor who reads everything and changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdminRole {
    /// 系统管理员: units, people, packs, jobs, backups.
    System,
    /// 安全管理员: sign-ins, sessions, locks, permissions.
    Security,
    /// 审计管理员: the audit trail and the chain of events.
    Audit,
    /// 审计员: reads every project.
    Auditor,
}

impl AdminRole {
    /// All, in the order of the list of accounts.
    pub const ALL: [AdminRole; 4] = [
        AdminRole::System,
        AdminRole::Security,
        AdminRole::Audit,
        AdminRole::Auditor,
    ];
    /// Chinese title.
    pub fn title(self) -> &'static str {
        match self {
            AdminRole::System => "系统管理员",
            AdminRole::Security => "安全管理员",
            AdminRole::Audit => "审计管理员",
            AdminRole::Auditor => "审计员",
        }
    }
    /// As stored.
    pub fn id(self) -> &'static str {
        match self {
            AdminRole::System => "system",
            AdminRole::Security => "security",
            AdminRole::Audit => "audit",
            AdminRole::Auditor => "auditor",
        }
    }
    /// From the stored form.
    pub fn parse(text: &str) -> Option<AdminRole> {
        AdminRole::ALL.into_iter().find(|role| role.id() == text)
    }
}

/// What kind of person an account belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// An official of a unit.
    Staff,
    /// A city leader.
    Leader,
    /// A person of an enterprise: sees the portal and nothing else.
    Enterprise,
    /// The program itself: sweep, import from the command line.
    System,
}

impl AccountKind {
    /// Chinese title.
    pub fn title(self) -> &'static str {
        match self {
            AccountKind::Staff => "工作人员",
            AccountKind::Leader => "市领导",
            AccountKind::Enterprise => "企业用户",
            AccountKind::System => "系统",
        }
    }
    /// As stored.
    pub fn id(self) -> &'static str {
        match self {
            AccountKind::Staff => "staff",
            AccountKind::Leader => "leader",
            AccountKind::Enterprise => "enterprise",
            AccountKind::System => "system",
        }
    }
    /// From the stored form.
    pub fn parse(text: &str) -> Option<AccountKind> {
        [
            AccountKind::Staff,
            AccountKind::Leader,
            AccountKind::Enterprise,
            AccountKind::System,
        ]
        .into_iter()
        .find(|kind| kind.id() == text)
    }
}

/// A signed-in person, or the program acting for a region.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Account id; empty for the program itself.
    pub account: String,
    /// Login name.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Region id.
    pub region: String,
    /// Unit name; for an enterprise account the registered name.
    pub unit: String,
    /// Kind.
    pub kind: AccountKind,
    /// Administrator's role, if any.
    pub admin: Option<AdminRole>,
    /// 统一社会信用代码 of an enterprise account.
    pub enterprise_code: Option<String>,
    /// The password must be changed before anything else.
    pub must_change_password: bool,
}

impl Actor {
    /// The program itself, acting for a region: sweep and command line.
    pub fn program(region: &str) -> Actor {
        Actor {
            account: String::new(),
            login: "luodi".into(),
            name: "系统".into(),
            region: region.into(),
            unit: "系统".into(),
            kind: AccountKind::System,
            admin: None,
            enterprise_code: None,
            must_change_password: false,
        }
    }

    /// What stands under the name in the corner of the page.
    pub fn standing(&self) -> &'static str {
        self.admin.map_or(self.kind.title(), AdminRole::title)
    }

    /// Whether this is one of the administrators (an auditor is none).
    pub fn is(&self, role: AdminRole) -> bool {
        self.admin == Some(role)
    }
}
