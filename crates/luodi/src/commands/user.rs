//! `luodi user …`: accounts, from the server's command line.

use std::io::{IsTerminal, Read};

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use service::accounts::{AccountView, NewAccount};
use service::{Actor, Service};
use store::accounts::AccountRow;

use crate::failure::{Answer, Failure};
use crate::installation::{Place, block_on, operator};
use crate::output;

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
#[command(about = "账号：新增、列出、重置密码、停用、启用、解锁")]
pub enum UserTask {
    Add(Box<Add>),
    List(List),
    Password(Password),
    #[command(about = "停用账号，并结束其全部登录")]
    Disable(Named),
    #[command(about = "启用已停用的账号")]
    Enable(Named),
    #[command(about = "解锁因连续输错密码而锁定的账号")]
    Unlock(Named),
}

impl UserTask {
    /// Runs the command.
    pub fn run(self) -> Answer {
        block_on(async {
            match self {
                UserTask::Add(task) => task.run().await,
                UserTask::List(task) => task.run().await,
                UserTask::Password(task) => task.run().await,
                UserTask::Disable(named) => named.set_disabled(true).await,
                UserTask::Enable(named) => named.set_disabled(false).await,
                UserTask::Unlock(named) => named.unlock().await,
            }
        })
    }
}

/// Kind of account.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Kind {
    Staff,
    Leader,
    Enterprise,
}

impl Kind {
    fn id(self) -> &'static str {
        match self {
            Kind::Staff => "staff",
            Kind::Leader => "leader",
            Kind::Enterprise => "enterprise",
        }
    }
}

/// Administrator's role.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Admin {
    System,
    Security,
    Audit,
    Auditor,
}

impl Admin {
    fn id(self) -> &'static str {
        match self {
            Admin::System => "system",
            Admin::Security => "security",
            Admin::Audit => "audit",
            Admin::Auditor => "auditor",
        }
    }
}

/// `luodi user add`.
#[derive(Debug, Args)]
#[command(
    about = "新增账号；密码由程序生成并只显示一次，或用 --password-stdin 从标准输入读取",
    after_help = "首次登录必须修改密码。类别：staff 工作人员，leader 市领导，enterprise 企业用户。\n管理员身份：system 系统管理员，security 安全管理员，audit 审计管理员，auditor 审计员。"
)]
pub struct Add {
    #[arg(value_name = "账号", help = "登录名，3–40 个字母、数字或 - _ . @")]
    login: String,
    #[arg(long, value_name = "地区", help = "所属地区，如 qianjiang 或 潜江市")]
    region: String,
    #[arg(long, value_name = "姓名", help = "姓名")]
    name: String,
    #[arg(long, value_name = "单位", help = "单位；企业用户写工商注册名称")]
    unit: String,
    #[arg(long, value_enum, value_name = "类别", default_value_t = Kind::Staff, help = "账号类别")]
    kind: Kind,
    #[arg(long, value_enum, value_name = "身份", help = "管理员身份")]
    admin: Option<Admin>,
    #[arg(
        long,
        value_name = "地址",
        default_value = "",
        hide_default_value = true,
        help = "电子邮件，用于每日提醒"
    )]
    email: String,
    #[arg(long, value_name = "代码", help = "企业用户的统一社会信用代码")]
    credit_code: Option<String>,
    #[arg(long, help = "从标准输入读取密码")]
    password_stdin: bool,
    #[command(flatten)]
    place: Place,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

/// What became of a password, for machines.
#[derive(Debug, Serialize)]
struct Given<'a> {
    login: &'a str,
    /// Only when the program made it; shown this once.
    password: Option<&'a str>,
}

impl Add {
    async fn run(self) -> Answer {
        let service = self.place.open().await?;
        let actor = operator(&service, &self.region).await?;
        let (password, made) = password(&self.login, self.password_stdin)?;
        let new = NewAccount {
            login: self.login.clone(),
            name: self.name,
            unit: self.unit,
            kind: self.kind.id().to_owned(),
            admin: self.admin.map(Admin::id).unwrap_or_default().to_owned(),
            email: self.email,
            enterprise_code: self.credit_code.unwrap_or_default(),
            password,
            ..NewAccount::default()
        };
        service.add_account(&actor, &new).await?;
        say_password(
            "已新增账号",
            &self.login,
            made.then_some(&new.password),
            self.json,
        )
    }
}

/// `luodi user list`.
#[derive(Debug, Args)]
#[command(about = "列出账号")]
pub struct List {
    #[arg(long, value_name = "地区", help = "只列一个地区")]
    region: Option<String>,
    #[command(flatten)]
    place: Place,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

/// An account with its region.
#[derive(Debug, Serialize)]
struct Listed {
    region: String,
    #[serde(flatten)]
    account: AccountView,
}

impl List {
    async fn run(self) -> Answer {
        let service = self.place.open().await?;
        let mut listed = Vec::new();
        for actor in self.actors(&service).await? {
            let accounts = service.account_list(&actor).await?;
            let region = &actor.region;
            listed.extend(accounts.into_iter().map(|account| Listed {
                region: region.clone(),
                account,
            }));
        }
        if self.json {
            return output::say_json(&listed);
        }
        let rows: Vec<Vec<String>> = listed.into_iter().map(Listed::row).collect();
        output::say(&output::table(
            &["地区", "账号", "姓名", "单位", "身份", "最近登录", "状态"],
            &rows,
        ));
        Ok(())
    }

    async fn actors(&self, service: &Service) -> Result<Vec<Actor>, Failure> {
        if let Some(region) = &self.region {
            return Ok(vec![operator(service, region).await?]);
        }
        let regions = store::units::regions(service.db()).await?;
        Ok(regions
            .iter()
            .map(|row| Actor::program(&row.region))
            .collect())
    }
}

impl Listed {
    fn row(self) -> Vec<String> {
        let AccountView {
            login,
            name,
            unit,
            standing,
            last_sign_in,
            state,
            ..
        } = self.account;
        vec![
            self.region,
            login,
            name,
            unit,
            standing,
            last_sign_in,
            state,
        ]
    }
}

/// An account named by its login.
#[derive(Debug, Args)]
pub struct Named {
    #[arg(value_name = "账号", help = "登录名")]
    login: String,
    #[command(flatten)]
    place: Place,
}

impl Named {
    async fn found(&self) -> Result<(Service, Actor, AccountRow), Failure> {
        let service = self.place.open().await?;
        let row = store::accounts::by_login(service.db(), &self.login).await?;
        let row = row.ok_or_else(|| {
            Failure::because(format!(
                "没有账号“{}”。用 luodi user list 查看全部账号。",
                self.login
            ))
        })?;
        let actor = Actor::program(&row.region);
        Ok((service, actor, row))
    }

    async fn set_disabled(self, disabled: bool) -> Answer {
        let (service, actor, row) = self.found().await?;
        service
            .set_account_disabled(&actor, &row.account, disabled)
            .await?;
        let done = if disabled {
            "已停用账号，其登录已全部结束"
        } else {
            "已启用账号"
        };
        output::say(&format!("{done}：{}。", row.login));
        Ok(())
    }

    async fn unlock(self) -> Answer {
        let (service, actor, row) = self.found().await?;
        service.unlock_account(&actor, &row.account).await?;
        output::say(&format!("已解锁账号：{}。", row.login));
        Ok(())
    }
}

/// `luodi user password`.
#[derive(Debug, Args)]
#[command(about = "重置密码；新密码由程序生成并只显示一次，或用 --password-stdin 从标准输入读取")]
pub struct Password {
    #[command(flatten)]
    named: Named,
    #[arg(long, help = "从标准输入读取密码")]
    password_stdin: bool,
    #[arg(long, help = "输出 JSON")]
    json: bool,
}

impl Password {
    async fn run(self) -> Answer {
        let (service, actor, row) = self.named.found().await?;
        let (password, made) = password(&row.login, self.password_stdin)?;
        service
            .reset_password(&actor, &row.account, &password)
            .await?;
        say_password(
            "已重置密码",
            &row.login,
            made.then_some(&password),
            self.json,
        )
    }
}

fn say_password(done: &str, login: &str, made: Option<&String>, json: bool) -> Answer {
    if json {
        return output::say_json(&Given {
            login,
            password: made.map(String::as_str),
        });
    }
    output::say(&match made {
        Some(password) => {
            format!("{done}：{login}\n初始密码（只显示这一次）：{password}\n首次登录须修改密码。")
        }
        None => format!("{done}：{login}\n首次登录须修改密码。"),
    });
    Ok(())
}

/// A password from the standard input, or a new one; and whether it is a new one.
fn password(login: &str, from_stdin: bool) -> Result<(String, bool), Failure> {
    if !from_stdin {
        return Ok((made_up(login)?, true));
    }
    let mut input = std::io::stdin();
    if input.is_terminal() {
        output::complain("请输入密码，按回车结束（输入会显示在屏幕上）：");
        let mut line = String::new();
        input.read_line(&mut line).map_err(unreadable)?;
        return Ok((line.trim_end_matches(['\r', '\n']).to_owned(), false));
    }
    let mut text = String::new();
    input.read_to_string(&mut text).map_err(unreadable)?;
    Ok((text.trim_end_matches(['\r', '\n']).to_owned(), false))
}

fn unreadable(error: std::io::Error) -> Failure {
    Failure::because(format!("无法从标准输入读取密码：{error}。"))
}

/// Letters and digits that are not mistaken for one another.
const ALPHABET: &[u8; 56] = b"ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789";
const GROUPS: usize = 4;
const GROUP: usize = 4;

/// A random password that meets the rule: four groups of four, about 92 bits.
fn made_up(login: &str) -> Result<String, Failure> {
    loop {
        let mut characters = Vec::with_capacity(GROUPS * GROUP);
        while characters.len() < GROUPS * GROUP {
            let mut bytes = [0_u8; 32];
            getrandom::fill(&mut bytes)
                .map_err(|_| Failure::because("系统没有提供随机数，无法生成密码。"))?;
            // Bytes beyond the last whole round of the alphabet would favour its first letters.
            let fair = bytes
                .iter()
                .filter(|byte| usize::from(**byte) < 256 / ALPHABET.len() * ALPHABET.len());
            characters
                .extend(fair.map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])));
        }
        characters.truncate(GROUPS * GROUP);
        let groups: Vec<String> = characters
            .chunks(GROUP)
            .map(|group| group.iter().collect())
            .collect();
        let password = groups.join("-");
        if service::guard::check_password_rule(login, &password).is_ok() {
            return Ok(password);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_up_password_meets_the_rule_and_differs_each_time() {
        let (first, second) = (made_up("qj-centre").unwrap(), made_up("qj-centre").unwrap());
        assert!(service::guard::check_password_rule("qj-centre", &first).is_ok());
        assert_ne!(first, second);
        assert_eq!(first.len(), 19);
    }
}
