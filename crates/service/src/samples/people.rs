//! An account for each role. Names are plainly invented.

use store::accounts;

use super::regions::{DAYE, QIANJIANG, TOWNSHIPS, XIANGTAN};
use crate::accounts::NewAccount;
use crate::{AccountKind, Actor, AdminRole, Outcome, Service};

/// One password for all sample accounts; it is printed at start.
const PASSWORD: &str = "Luodi-2026-Demo";

/// The enterprise whose account sees the portal; several sample projects are its own.
pub(super) const ENTERPRISE: &str = "样例甲智造有限公司";

/// A sample account, with its password.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SampleAccount {
    /// What it is for: 市招商服务中心, 属地政府 …
    pub role: &'static str,
    /// Region id.
    pub region: &'static str,
    /// Login.
    pub login: &'static str,
    /// Password.
    pub password: &'static str,
    /// The person's name.
    pub name: &'static str,
    /// The person's unit.
    pub unit: &'static str,
    #[serde(skip)]
    kind: Option<AccountKind>,
    #[serde(skip)]
    admin: Option<AdminRole>,
}

/// All sample accounts, in the order in which they are shown.
pub(super) fn accounts() -> Vec<SampleAccount> {
    let [first, second, third] = TOWNSHIPS;
    vec![
        staff(
            "市招商服务中心",
            QIANJIANG,
            "qj-centre",
            "样例张一",
            "市招商服务中心",
        ),
        leader("市政府分管领导", "qj-leader", "样例李二", "市政府分管领导"),
        staff(
            "市政府办公室",
            QIANJIANG,
            "qj-office",
            "样例王三",
            "市政府办公室",
        ),
        staff(
            "行业主管（工业）",
            QIANJIANG,
            "qj-gaoxin",
            "样例赵四",
            "潜江高新区",
        ),
        staff(
            "行业主管（服务业）",
            QIANJIANG,
            "qj-fagai",
            "样例钱五",
            "市发改委",
        ),
        staff(
            "行业主管（商贸业）",
            QIANJIANG,
            "qj-shangwu",
            "样例孙六",
            "市商务局",
        ),
        staff(
            "进规审核（工业）",
            QIANJIANG,
            "qj-jingxin",
            "样例周七",
            "市经信局",
        ),
        staff("统计部门", QIANJIANG, "qj-tongji", "样例吴八", "市统计局"),
        staff(
            "责任部门",
            QIANJIANG,
            "qj-zigui",
            "样例郑九",
            "市自然资源和城乡建设局",
        ),
        staff(
            "责任部门",
            QIANJIANG,
            "qj-zhujian",
            "样例冯十",
            "市住房和城乡建设局",
        ),
        staff("责任部门", QIANJIANG, "qj-renfang", "样例陈一", "市人防办"),
        staff(
            "责任部门",
            QIANJIANG,
            "qj-chengfa",
            "样例褚二",
            "市城发设计集团",
        ),
        staff("属地政府", QIANJIANG, "qj-zhen-jia", "样例卫三", first),
        staff("属地政府", QIANJIANG, "qj-zhen-yi", "样例蒋四", second),
        staff("属地政府", QIANJIANG, "qj-jiedao-bing", "样例沈五", third),
        enterprise("企业", "qj-qiye", "样例韩六", ENTERPRISE),
        admin(
            "审计员",
            "qj-auditor",
            "样例杨七",
            "市审计局",
            AdminRole::Auditor,
        ),
        admin(
            "系统管理员",
            "qj-system",
            "样例朱八",
            "市政务和大数据局",
            AdminRole::System,
        ),
        admin(
            "安全管理员",
            "qj-security",
            "样例秦九",
            "市委机要和保密局",
            AdminRole::Security,
        ),
        admin(
            "审计管理员",
            "qj-audit",
            "样例尤十",
            "市审计局",
            AdminRole::Audit,
        ),
        staff(
            "大冶市招商服务中心",
            DAYE,
            "dy-centre",
            "样例许一",
            "市招商服务中心",
        ),
        staff(
            "湘潭市开放办（签约前主管）",
            XIANGTAN,
            "xt-kaifang",
            "样例吕三",
            "市开放办",
        ),
        staff(
            "湘潭市落地办（签约后主管）",
            XIANGTAN,
            "xt-luodi",
            "样例施四",
            "市落地办",
        ),
        staff(
            "湘潭市商务（招商合作）局",
            XIANGTAN,
            "xt-shangwu",
            "样例何二",
            "市商务(招商合作)局",
        ),
        SampleAccount {
            region: XIANGTAN,
            ..leader("湘潭市级领导", "xt-lingdao", "样例张五", "市级领导")
        },
        SampleAccount {
            region: XIANGTAN,
            ..leader("湘潭市级领导（二）", "xt-lingdao2", "样例周七", "市级领导")
        },
        SampleAccount {
            region: XIANGTAN,
            ..leader(
                "湘潭分管副市长（联审）",
                "xt-fushizhang",
                "样例曹七",
                "分管招商、发改工作的副市长",
            )
        },
        staff(
            "湘潭市人民政府（决策）",
            XIANGTAN,
            "xt-zhengfu",
            "样例严八",
            "市人民政府",
        ),
        staff(
            "湘潭市政府办（代市领导办文）",
            XIANGTAN,
            "xt-zhengfuban",
            "样例华九",
            "市政府办",
        ),
        staff(
            "湘潭领导小组办公室（会议、督办）",
            XIANGTAN,
            "xt-zuban",
            "样例金十",
            "市招商安商工作领导小组办公室",
        ),
        staff(
            "湘潭市发改委（联审）",
            XIANGTAN,
            "xt-fagai",
            "样例魏一",
            "市发改委",
        ),
        staff("湘潭责任部门", XIANGTAN, "xt-guotu", "样例陶二", "国土局"),
        staff("湘潭责任部门", XIANGTAN, "xt-guihua", "样例姜三", "规划局"),
        staff("湘潭园区", XIANGTAN, "xt-yuetang", "样例孔六", "岳塘经开区"),
        SampleAccount {
            region: XIANGTAN,
            ..admin(
                "湘潭系统管理员",
                "xt-system",
                "样例戚四",
                "市政府办",
                AdminRole::System,
            )
        },
    ]
}

fn account(
    role: &'static str,
    region: &'static str,
    login: &'static str,
    name: &'static str,
    unit: &'static str,
) -> SampleAccount {
    SampleAccount {
        role,
        region,
        login,
        password: PASSWORD,
        name,
        unit,
        kind: None,
        admin: None,
    }
}

fn staff(
    role: &'static str,
    region: &'static str,
    login: &'static str,
    name: &'static str,
    unit: &'static str,
) -> SampleAccount {
    SampleAccount {
        kind: Some(AccountKind::Staff),
        ..account(role, region, login, name, unit)
    }
}

fn leader(
    role: &'static str,
    login: &'static str,
    name: &'static str,
    unit: &'static str,
) -> SampleAccount {
    SampleAccount {
        kind: Some(AccountKind::Leader),
        ..account(role, QIANJIANG, login, name, unit)
    }
}

fn enterprise(
    role: &'static str,
    login: &'static str,
    name: &'static str,
    unit: &'static str,
) -> SampleAccount {
    SampleAccount {
        kind: Some(AccountKind::Enterprise),
        ..account(role, QIANJIANG, login, name, unit)
    }
}

fn admin(
    role: &'static str,
    login: &'static str,
    name: &'static str,
    unit: &'static str,
    admin: AdminRole,
) -> SampleAccount {
    SampleAccount {
        admin: Some(admin),
        ..staff(role, QIANJIANG, login, name, unit)
    }
}

/// Adds the accounts whose login is still free.
pub(super) async fn install(service: &Service) -> Outcome<()> {
    for sample in accounts() {
        if accounts::by_login(service.db(), sample.login)
            .await?
            .is_none()
        {
            service
                .add_account(&Actor::program(sample.region), &new_account(&sample))
                .await?;
        }
    }
    Ok(())
}

fn new_account(sample: &SampleAccount) -> NewAccount {
    NewAccount {
        login: sample.login.into(),
        name: sample.name.into(),
        unit: sample.unit.into(),
        kind: sample.kind.map(AccountKind::id).unwrap_or_default().into(),
        admin: sample.admin.map(AdminRole::id).unwrap_or_default().into(),
        password: sample.password.into(),
        keep_password: true,
        ..NewAccount::default()
    }
}

/// A unit that has an account in a region.
pub(super) fn unit_with_account(region: &str, unit: &str) -> Option<&'static str> {
    let mut accounts = accounts().into_iter();
    let account = accounts.find(|account| account.region == region && account.unit == unit);
    account.map(|account| account.unit)
}

/// The person who acts for a unit in the stories.
pub(super) fn name_in(unit: &str) -> &'static str {
    accounts()
        .iter()
        .find(|account| account.unit == unit)
        .map_or("样例经办人", |account| account.name)
}
