//! What the three administrators do, each apart: system (people and units), security (locks, sessions, sign-ins),
//! audit (the trail). None of them can do another's work, and each act is on record.

use jiff::Timestamp;
use store::accounts::{AccountRow, AuditRow};
use store::{Batch, accounts};
use uuid::Uuid;

use super::failed;
use crate::clock::display_minute;
use crate::guard::{check_password_rule, clean_file_name};
use crate::{AccountKind, Actor, AdminRole, FieldError, Outcome, Service, ServiceError};

/// What a new account needs.
#[derive(Debug, Clone, Default)]
pub struct NewAccount {
    /// Login.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Unit, or the enterprise's registered name.
    pub unit: String,
    /// Kind, as stored.
    pub kind: String,
    /// Administrator's role, as stored; empty for none.
    pub admin: String,
    /// E-mail for the digest; empty for none.
    pub email: String,
    /// 统一社会信用代码 of an enterprise account.
    pub enterprise_code: String,
    /// First password.
    pub password: String,
    /// It may stay: for samples and measurements, whose passwords are no secret. Counts only where the program itself
    /// adds the account.
    pub keep_password: bool,
}

/// An account in the list.
#[derive(Debug, Clone, serde::Serialize)]
pub struct AccountView {
    /// Id.
    pub account: String,
    /// Login.
    pub login: String,
    /// Name.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// 工作人员, 系统管理员 …
    pub standing: String,
    /// Last sign-in, or 从未登录.
    pub last_sign_in: String,
    /// 正常, 已锁定至 …, 已停用.
    pub state: String,
    /// Disabled.
    pub disabled: bool,
    /// Locked.
    pub locked: bool,
}

/// A line of the sign-in log.
#[derive(Debug, Clone)]
pub struct SignInLine {
    /// When.
    pub at: String,
    /// As typed.
    pub login: String,
    /// From where.
    pub address: String,
    /// With what.
    pub agent: String,
    /// 成功, 密码错误, 账号锁定.
    pub outcome: &'static str,
    /// Whether it went wrong.
    pub bad: bool,
}

/// A line of the audit trail.
#[derive(Debug, Clone)]
pub struct AuditLine {
    /// When.
    pub at: String,
    /// Who.
    pub person: String,
    /// Unit.
    pub unit: String,
    /// What.
    pub action: String,
    /// On what.
    pub subject: String,
    /// Outcome and detail.
    pub detail: String,
}

impl Service {
    /// Adds an account (system administrator). Administrators' accounts come from the command line only, so that no
    /// administrator can make another. Whoever adds an account knows its password, so that it must be changed at the
    /// first sign-in unless the account is a sample.
    pub async fn add_account(&self, actor: &Actor, new: &NewAccount) -> Outcome<String> {
        self.needs(actor, AdminRole::System, "新增账号")?;
        if !new.admin.is_empty() && actor.kind != AccountKind::System {
            return Err(ServiceError::Forbidden(
                "管理员账号只能由运维人员在服务器上用命令新增（luodi user add）".into(),
            ));
        }
        self.check_account(actor, new).await?;
        let now = self.now();
        let account = Uuid::now_v7().to_string();
        let row = AccountRow {
            account: account.clone(),
            region: actor.region.clone(),
            login: new.login.clone(),
            name: new.name.clone(),
            unit: new.unit.clone(),
            kind: new.kind.clone(),
            admin_role: Some(new.admin.clone()).filter(|role| !role.is_empty()),
            password_hash: self
                .inner
                .guard
                .passwords
                .hash(&new.password)
                .await
                .map_err(failed)?,
            must_change: !(new.keep_password && actor.kind == AccountKind::System),
            email: Some(new.email.clone()).filter(|email| !email.is_empty()),
            phone_sealed: None,
            enterprise_code: Some(new.enterprise_code.clone()).filter(|code| !code.is_empty()),
            disabled_at: None,
            failed_count: 0,
            last_failure_at: None,
            locked_until: None,
            totp_sealed: None,
            created_at: now,
            last_sign_in_at: None,
            password_changed_at: None,
        };
        let mut batch = Batch::new();
        accounts::insert(&mut batch, &row);
        self.audit(
            &mut batch,
            actor,
            "add-account",
            &new.login,
            "done",
            &new.unit,
        );
        match self.db().write(batch).await {
            Err(store::StoreError::Unique { .. }) => Err(ServiceError::field(
                "login",
                format!("账号“{}”已被使用，请换一个", new.login),
            )),
            written => written.map(|_| account).map_err(ServiceError::from),
        }
    }

    async fn check_account(&self, actor: &Actor, new: &NewAccount) -> Outcome<()> {
        let mut faults = Vec::new();
        let mut fault = |field, message: String| faults.push(FieldError { field, message });
        let login_ok = (3..=40).contains(&new.login.len())
            && new
                .login
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_.@".contains(c));
        if !login_ok {
            fault("login", "账号为 3–40 个字母、数字或 - _ . @".into());
        }
        if new.name.is_empty() || clean_file_name(&new.name) != new.name {
            fault("name", "请填写姓名，不含特殊符号".into());
        }
        let kind = AccountKind::parse(&new.kind);
        match kind {
            None | Some(AccountKind::System) => fault("kind", "请选择账号类别".into()),
            Some(AccountKind::Enterprise) => {
                let region = self.region(&actor.region).await?;
                // Rights go by the name of the unit.
                if region.main_name(&new.unit).is_some() {
                    let message = format!("“{}”是本地区的单位，不能作为企业名称", new.unit);
                    fault("unit", message);
                }
                self.check_enterprise(new, &mut fault);
            }
            Some(_) => {
                let region = self.region(&actor.region).await?;
                if !region.units.contains_key(&new.unit) {
                    fault(
                        "unit",
                        format!("单位“{}”不在本地区单位名单中，请从名单中选择", new.unit),
                    );
                }
            }
        }
        if let Err(weak) = check_password_rule(&new.login, &new.password) {
            fault("password", weak.to_string());
        }
        if !new.email.is_empty() && new.email.parse::<lettre::Address>().is_err() {
            fault("email", format!("“{}”不是电子邮件地址", new.email));
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(ServiceError::Invalid(faults))
        }
    }

    fn check_enterprise(&self, new: &NewAccount, fault: &mut impl FnMut(&'static str, String)) {
        if new.unit.is_empty() {
            fault("unit", "请填写企业的工商注册名称，与项目台账一致".into());
        }
        if let Err(error) = domain::values::CreditCode::parse(&new.enterprise_code)
            && !new.enterprise_code.is_empty()
        {
            fault("enterprise_code", error.to_string());
        }
    }

    /// Accounts of the region (system and security administrators).
    pub async fn account_list(&self, actor: &Actor) -> Outcome<Vec<AccountView>> {
        self.needs_one_of(actor, &[AdminRole::System, AdminRole::Security], "查看账号")?;
        let now = self.now();
        let rows = accounts::list(self.db(), &actor.region).await?;
        Ok(rows.into_iter().map(|row| account_view(row, now)).collect())
    }

    /// Opens a locked account (security administrator).
    pub async fn unlock_account(&self, actor: &Actor, account: &str) -> Outcome<()> {
        self.needs(actor, AdminRole::Security, "解锁账号")?;
        let row = self.account_of_region(actor, account).await?;
        let mut batch = Batch::new();
        accounts::set_lock(&mut batch, &row.account, 0, None, None, None);
        self.audit(&mut batch, actor, "unlock-account", &row.login, "done", "");
        self.db().write(batch).await?;
        Ok(())
    }

    /// Disables an account and ends its sessions, or enables it again (security administrator).
    pub async fn set_account_disabled(
        &self,
        actor: &Actor,
        account: &str,
        disabled: bool,
    ) -> Outcome<()> {
        self.needs(actor, AdminRole::Security, "停用账号")?;
        let row = self.account_of_region(actor, account).await?;
        if row.account == actor.account {
            return Err(ServiceError::Forbidden("不能停用自己的账号".into()));
        }
        let now = self.now();
        let mut batch = Batch::new();
        accounts::set_disabled(&mut batch, &row.account, disabled.then_some(now));
        if disabled {
            accounts::revoke_sessions_of(&mut batch, &row.account, "", now);
        }
        let action = if disabled {
            "disable-account"
        } else {
            "enable-account"
        };
        self.audit(&mut batch, actor, action, &row.login, "done", "");
        self.db().write(batch).await?;
        Ok(())
    }

    /// Gives a new first password (system administrator); the person must change it, all sessions end.
    pub async fn reset_password(
        &self,
        actor: &Actor,
        account: &str,
        password: &str,
    ) -> Outcome<()> {
        self.needs(actor, AdminRole::System, "重置密码")?;
        let row = self.account_of_region(actor, account).await?;
        check_password_rule(&row.login, password)
            .map_err(|weak| ServiceError::field("password", weak.to_string()))?;
        if row.admin_role.is_some() && actor.kind != AccountKind::System {
            return Err(ServiceError::Forbidden(
                "管理员的密码只能由本人修改，或由运维人员在服务器上重置".into(),
            ));
        }
        let hash = self
            .inner
            .guard
            .passwords
            .hash(password)
            .await
            .map_err(failed)?;
        let now = self.now();
        let mut batch = Batch::new();
        accounts::set_password(&mut batch, &row.account, &hash, true, now);
        accounts::revoke_sessions_of(&mut batch, &row.account, "", now);
        self.audit(&mut batch, actor, "reset-password", &row.login, "done", "");
        self.db().write(batch).await?;
        Ok(())
    }

    /// The last sign-ins (security and audit administrators), newest first.
    pub async fn sign_in_log(&self, actor: &Actor, limit: u32) -> Outcome<Vec<SignInLine>> {
        self.needs_one_of(
            actor,
            &[AdminRole::Security, AdminRole::Audit],
            "查看登录日志",
        )?;
        let rows = accounts::sign_ins(self.db(), &actor.region, limit).await?;
        let line = |row: accounts::SignInRow| SignInLine {
            at: display_minute(row.at),
            login: row.login,
            address: row.address,
            agent: row.agent,
            bad: row.outcome != "ok",
            outcome: match row.outcome.as_str() {
                "ok" => "成功",
                "locked" => "账号锁定",
                _ => "账号或密码错误",
            },
        };
        Ok(rows.into_iter().map(line).collect())
    }

    /// The audit trail (audit administrator), newest first.
    pub async fn audit_trail(&self, actor: &Actor, limit: u32) -> Outcome<Vec<AuditLine>> {
        self.needs(actor, AdminRole::Audit, "查看审计记录")?;
        let rows = accounts::audit_rows(self.db(), &actor.region, limit).await?;
        let line = |row: AuditRow| AuditLine {
            at: display_minute(row.at),
            person: row.person,
            unit: row.unit.unwrap_or_default(),
            action: action_title(&row.action).to_string(),
            subject: row.subject,
            detail: row.detail.unwrap_or_default(),
        };
        Ok(rows.into_iter().map(line).collect())
    }

    async fn account_of_region(&self, actor: &Actor, account: &str) -> Outcome<AccountRow> {
        let found = accounts::by_id(self.db(), account).await?;
        let found = found.filter(|row| row.region == actor.region);
        found.ok_or_else(|| ServiceError::NotFound("没有找到这个账号，请从账号列表重新打开".into()))
    }

    /// Puts an administrator's act on record, in the transaction of the act.
    pub(crate) fn audit(
        &self,
        batch: &mut Batch,
        actor: &Actor,
        action: &str,
        subject: &str,
        outcome: &str,
        detail: &str,
    ) {
        let row = AuditRow {
            id: Uuid::now_v7().to_string(),
            region: actor.region.clone(),
            at: self.now(),
            account: Some(actor.account.clone()).filter(|account| !account.is_empty()),
            person: actor.name.clone(),
            unit: Some(actor.unit.clone()),
            action: action.to_string(),
            subject: subject.to_string(),
            outcome: outcome.to_string(),
            detail: Some(detail.to_string()).filter(|detail| !detail.is_empty()),
        };
        accounts::audit(batch, &row);
    }

    /// Refuses everybody but this administrator and the program itself.
    pub(crate) fn needs(&self, actor: &Actor, role: AdminRole, what: &str) -> Outcome<()> {
        self.needs_one_of(actor, &[role], what)
    }

    /// Refuses everybody but these administrators and the program itself.
    pub(crate) fn needs_one_of(
        &self,
        actor: &Actor,
        roles: &[AdminRole],
        what: &str,
    ) -> Outcome<()> {
        if actor.kind == AccountKind::System
            || actor.admin.is_some_and(|role| roles.contains(&role))
        {
            return Ok(());
        }
        let titles: Vec<_> = roles.iter().map(|role| role.title()).collect();
        Err(ServiceError::Forbidden(format!(
            "{what}由{}办理，您的身份是{}",
            titles.join("或"),
            actor.standing()
        )))
    }
}

fn account_view(row: AccountRow, now: Timestamp) -> AccountView {
    let locked = row.locked_until.is_some_and(|until| until > now);
    let state = match (row.disabled_at, row.locked_until) {
        (Some(at), _) => format!("已停用（{}）", display_minute(at)),
        (None, Some(until)) if locked => format!("已锁定至 {}", display_minute(until)),
        _ => "正常".to_string(),
    };
    let kind = AccountKind::parse(&row.kind).map_or("", AccountKind::title);
    let admin = row
        .admin_role
        .as_deref()
        .and_then(AdminRole::parse)
        .map(AdminRole::title);
    AccountView {
        standing: admin.unwrap_or(kind).to_string(),
        last_sign_in: row
            .last_sign_in_at
            .map_or_else(|| "从未登录".to_string(), display_minute),
        disabled: row.disabled_at.is_some(),
        account: row.account,
        login: row.login,
        name: row.name,
        unit: row.unit,
        state,
        locked,
    }
}

/// Chinese word for an act in the audit trail.
fn action_title(action: &str) -> &str {
    match action {
        "add-account" => "新增账号",
        "unlock-account" => "解锁账号",
        "disable-account" => "停用账号",
        "enable-account" => "启用账号",
        "reset-password" => "重置密码",
        "change-password" => "修改密码",
        "load-pack" => "装入政策包",
        "activate-pack" => "启用政策包",
        "load-holidays" => "装入放假安排",
        "undo-import" => "撤销导入",
        "import" => "导入台账",
        "export" => "导出台账",
        "verify" => "核验记录链",
        "rebuild" => "重建投影",
        "backup" => "备份",
        "restore" => "恢复",
        "add-unit" => "新增单位",
        "add-unit-alias" => "新增单位别名",
        "end-sessions" => "结束会话",
        other => other,
    }
}
