//! Every rule of a pack in the same form: title, clause, the document's words, and what the program makes of them.

mod forms;
mod lifecycle;
mod matters;
mod performance;
mod roles;
mod sponsorship;
mod words;

use calendar::Roll;
use policy::Policy;
use policy::model::{Action, Sight};

use words::Words;

/// Another wording of the same rule in the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// 条款.
    pub clause: String,
    /// The document's words.
    pub text: String,
    /// The limit that follows from them.
    pub limit: String,
    /// Whether it is the one that is used.
    pub used: bool,
}

/// A rule.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rule {
    /// What tells it from the others of its section; part of the address on the page.
    pub id: String,
    /// Title.
    pub title: String,
    /// 条款; empty where the pack gives none.
    pub clause: String,
    /// The document's words; empty where the pack quotes none.
    pub text: String,
    /// What the program makes of it, by label.
    pub lines: Vec<(&'static str, String)>,
    /// How it is read where the document is silent, and why.
    pub because: String,
    /// Wordings that contradict each other, with the one that is used.
    pub readings: Vec<Reading>,
    /// Part of the rule before it: a step of a stage.
    pub nested: bool,
}

/// Rules of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Part of the address on the page.
    pub id: &'static str,
    /// 节点, 阶段和环节 …
    pub title: &'static str,
    /// Rules in the order of the file.
    pub rules: Vec<Rule>,
}

/// Who sees and does what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Matrix {
    /// Titles of the actions that anybody may do.
    pub actions: Vec<&'static str>,
    /// Roles in the order of the pack.
    pub rows: Vec<MatrixRow>,
}

/// What a role sees and does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    /// Id of the role.
    pub role: String,
    /// Who holds it.
    pub holder: String,
    /// 全部项目 or 有关项目.
    pub sees: &'static str,
    /// Reads telephones in full.
    pub contacts: bool,
    /// By action, in the order of [`Matrix::actions`].
    pub may: Vec<bool>,
    /// 条款.
    pub clause: String,
    /// Why.
    pub because: String,
}

/// The head of a pack.
pub(super) fn head(policy: &Policy) -> Vec<(String, String)> {
    let pack = &policy.file.pack;
    let roll = match pack.roll {
        Roll::None => "期限最后一日逢休息日不顺延",
        Roll::NextWorkingDay => "期限最后一日逢休息日，顺延至次一工作日",
    };
    let line = |title: &str, text: String| (title.to_string(), text);
    let mut head = vec![
        line("政策包", format!("{} @ {}", pack.id, pack.version)),
        line("文号", pack.document.clone()),
        line("印发", pack.issued.to_string()),
        line("施行", pack.effective.to_string()),
        line("逢休息日", roll.to_string()),
    ];
    let optional = [
        ("依附", &pack.accompanies),
        ("解释单位", &pack.interpreted_by),
        ("说明", &pack.note),
    ];
    head.extend(
        optional
            .into_iter()
            .filter_map(|(title, text)| Some(line(title, text.clone()?))),
    );
    head
}

/// All rules, by kind; kinds without rules are left out.
pub(super) fn sections(policy: &Policy) -> Vec<Section> {
    let words = Words { policy };
    let all = [
        ("scope", "适用范围", words.scope()),
        ("milestone", "节点和认定", words.milestones()),
        ("stage", "阶段和环节", words.stages()),
        ("checklist", "企业方准备事项", words.checklist()),
        ("procedure", "延期和调出", words.procedures()),
        ("escalation", "三级递进提醒", words.escalations()),
        ("visit", "走访和调度", words.visits()),
        ("lead", "招商线索", words.leads()),
        ("sponsorship", "市领导牵头和包保", words.sponsorship()),
        ("duty", "双方责任", words.duties()),
        ("merit", "正面清单", words.merits()),
        ("breach", "负面清单", words.breaches()),
        ("award", "奖励支持", words.awards()),
        ("exemption", "缓冲、免责和争议", words.relief()),
        ("matter", "事项", words.matters()),
        ("meeting", "会议", words.meetings()),
        ("form", "报表", words.forms()),
        ("document", "公文", words.documents()),
        ("role", "角色", words.roles()),
        ("access", "权限", words.access()),
    ];
    let section = |(id, title, rules)| Section { id, title, rules };
    let mut sections: Vec<Section> = all.into_iter().map(section).collect();
    sections.retain(|section| !section.rules.is_empty());
    sections
}

/// Who sees and does what.
pub(super) fn matrix(policy: &Policy) -> Matrix {
    let access = &policy.file.access;
    let mut actions: Vec<Action> = access
        .values()
        .flat_map(|access| access.may.iter().copied())
        .collect();
    actions.sort_unstable();
    actions.dedup();
    let words = Words { policy };
    let row = |(role, access): (&String, &policy::model::AccessDef)| MatrixRow {
        role: role.clone(),
        holder: words.who(role),
        sees: sees(access.sees),
        contacts: access.contacts,
        may: actions
            .iter()
            .map(|action| access.may.contains(action))
            .collect(),
        clause: access.clause.clone().unwrap_or_default(),
        because: access.because.clone().unwrap_or_default(),
    };
    Matrix {
        rows: access.iter().map(row).collect(),
        actions: actions.iter().map(|action| action.title()).collect(),
    }
}

fn sees(sight: Sight) -> &'static str {
    match sight {
        Sight::All => "全部项目",
        Sight::Related => "有关项目",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACKS: [&str; 5] = [
        include_str!("../../../../policies/qianjiang/6411.toml"),
        include_str!("../../../../policies/qianjiang/performance.toml"),
        include_str!("../../../../policies/xiangtan/closed-loop.toml"),
        include_str!("../../../../policies/xiangtan/matters.toml"),
        include_str!("../../../../policies/xiangtan/forms.toml"),
    ];

    /// Tables of a pack that are no rules: its head, and who is who under another key.
    const NO_RULES: [&str; 1] = ["pack"];

    #[test]
    fn every_table_of_a_pack_stands_on_its_page() {
        for source in PACKS {
            let policy = policy::read("pack.toml", source).unwrap();
            let shown: usize = sections(&policy)
                .iter()
                .map(|section| section.rules.len())
                .sum();
            let tables = source.lines().filter(|line| line.starts_with('['));
            let kinds = tables.map(|line| {
                let name = line.trim_matches(['[', ']']);
                name.split('.').next().unwrap_or_default().to_string()
            });
            let kinds: std::collections::BTreeSet<String> = kinds.collect();
            let ids: Vec<&str> = sections(&policy).iter().map(|section| section.id).collect();
            for kind in kinds
                .iter()
                .filter(|kind| !NO_RULES.contains(&kind.as_str()))
            {
                let section = match kind.as_str() {
                    "roles" => "role",
                    "extension" | "removal" => "procedure",
                    "grace" | "dispute" => "exemption",
                    "leader" => "sponsorship",
                    other => other,
                };
                assert!(ids.contains(&section), "{}：[{kind}]", policy.file.pack.id);
            }
            assert!(shown > kinds.len());
        }
    }

    #[test]
    fn a_supervision_order_is_read_with_its_days_and_its_reason() {
        let policy = policy::read("matters.toml", PACKS[3]).unwrap();
        let sections = sections(&policy);
        let matters = sections
            .iter()
            .find(|section| section.id == "matter")
            .unwrap();
        let order = matters
            .rules
            .iter()
            .find(|rule| rule.id == "supervision")
            .unwrap();
        let line = |label: &str| {
            order
                .lines
                .iter()
                .find(|(known, _)| *known == label)
                .unwrap()
        };
        assert_eq!(line("办理时限").1, "自签发之日起7个自然日");
        assert_eq!(line("审核").1, "交办单位");
        assert!(order.because.contains("7 个自然日"));
    }
}
