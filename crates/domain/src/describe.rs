//! One sentence for every fact: the only place where facts become words for lists and messages.

use policy::model::Side;

use crate::event::{DisputeOutcome, Event, EventId, EventKind};
use crate::packs::Packs;
use crate::text::{zh, zh_interval};

/// A Chinese sentence about a fact, without the day and the person, which lists show in columns of their own. Names are
/// those of the packs; an id that they do not hold stands as it is.
pub fn describe(packs: Packs<'_>, event: &Event) -> String {
    let names = Names(packs);
    match &event.kind {
        EventKind::Registered {
            details,
            sample,
            pack,
            version,
        } => {
            let sample = if *sample { "（样例数据）" } else { "" };
            format!(
                "登记项目“{}”{sample}，适用政策包 {pack}（{version}）。",
                details.name
            )
        }
        EventKind::DetailsChanged { .. } => "修改基本情况。".to_owned(),
        EventKind::ScopeConfirmed { in_scope: true, .. } => {
            "确认纳入全生命周期服务管理。".to_owned()
        }
        EventKind::ScopeConfirmed {
            in_scope: false,
            reason,
        } => {
            format!("确认不纳入全生命周期服务管理{}。", because(reason))
        }
        EventKind::PolicyMoved {
            pack,
            version,
            reason,
        } => {
            format!("更换为政策包 {pack}（{version}）{}。", because(reason))
        }
        EventKind::MilestoneClaimed {
            milestone,
            reached_on,
            ..
        } => {
            let word = if names.is_certified(milestone) {
                "申报"
            } else {
                "登记"
            };
            format!(
                "{word}“{}”，达成日期为{}。",
                names.milestone(milestone),
                zh(*reached_on)
            )
        }
        EventKind::MilestoneCertified {
            milestone,
            reached_on,
            note,
        } => format!(
            "认定“{}”于{}达成{}。",
            names.milestone(milestone),
            zh(*reached_on),
            remark(note)
        ),
        EventKind::MilestoneReturned { milestone, reason } => {
            format!(
                "退回“{}”的申报{}。",
                names.milestone(milestone),
                because(reason)
            )
        }
        EventKind::StepCompleted {
            step,
            done_on,
            note,
            ..
        } => {
            format!(
                "环节“{}”于{}办结{}。",
                names.node(step),
                zh(*done_on),
                remark(note)
            )
        }
        EventKind::StepWaived { step, reason } => {
            format!("环节“{}”不涉及{}。", names.node(step), because(reason))
        }
        EventKind::ItemTicked { item, .. } => {
            format!("企业方准备事项“{}”已完成。", names.item(item))
        }
        EventKind::ItemUnticked { item, reason } => {
            format!(
                "取消企业方准备事项“{}”的勾选{}。",
                names.item(item),
                because(reason)
            )
        }
        EventKind::Voided { event, reason } => {
            format!("作废第 {} 条记录{}。", event.0, because(reason))
        }
        EventKind::Withdrawn { reason } => {
            format!("撤销登记，此前的记录不再计入{}。", because(reason))
        }
        kind => adjustment(&names, kind)
            .or_else(|| dispatch(&names, kind))
            .or_else(|| performance(&names, kind))
            .or_else(|| lead(packs, kind))
            .or_else(|| closed_loop(&names, kind))
            .or_else(|| sponsorship(&names, kind))
            .unwrap_or_default(),
    }
}

fn adjustment(names: &Names<'_>, kind: &EventKind) -> Option<String> {
    Some(match kind {
        EventKind::ExtensionRequested {
            stage,
            days,
            reason,
            ..
        } => {
            format!(
                "申请将“{}”延期 {days} 个自然日{}。",
                names.node(stage),
                because(reason)
            )
        }
        EventKind::ExtensionReviewed { agreed, opinion } => {
            format!("审核延期：{}{}。", yes(*agreed), remark(opinion))
        }
        EventKind::ExtensionDecided { approved, opinion } => {
            format!("审批延期：{}{}。", yes(*approved), remark(opinion))
        }
        EventKind::GraceSet { node, days, reason } => {
            format!(
                "为“{}”设置缓冲期 {days} 个自然日{}。",
                names.node(node),
                because(reason)
            )
        }
        EventKind::ExemptionRequested {
            ground,
            from,
            to,
            reason,
            ..
        } => format!(
            "以“{}”申请免责，期间为{}{}。",
            names.ground(ground),
            zh_interval(*from, *to),
            because(reason)
        ),
        EventKind::ExemptionVerified {
            request,
            granted: true,
            from,
            to,
            opinion,
            ..
        } => format!(
            "核实第 {} 条记录的免责申请：同意，{}不计入时限{}。",
            request.0,
            zh_interval(*from, *to),
            remark(opinion)
        ),
        EventKind::ExemptionVerified {
            request,
            granted: false,
            opinion,
            ..
        } => {
            format!(
                "核实第 {} 条记录的免责申请：不同意{}。",
                request.0,
                remark(opinion)
            )
        }
        EventKind::ExemptionEnded { request, to } => {
            format!("第 {} 条记录的免责期间于{}结束。", request.0, zh(*to))
        }
        EventKind::RemovalRequested { reason, .. } => {
            format!("申请动态调出{}。", because(reason))
        }
        EventKind::RemovalDecided {
            approved,
            batch,
            opinion,
        } => {
            format!(
                "办理动态调出（{batch} 批次）：{}{}。",
                yes(*approved),
                remark(opinion)
            )
        }
        _ => return None,
    })
}

fn dispatch(names: &Names<'_>, kind: &EventKind) -> Option<String> {
    Some(match kind {
        EventKind::VisitRecorded { visit, text, .. } => {
            format!("{}：{}", names.visit(visit), sentence(text))
        }
        EventKind::QuestionAsked { text } => format!("企业方提问：{}", sentence(text)),
        EventKind::QuestionAnswered { question, text } => {
            format!("答复第 {} 条记录的提问：{}", question.0, sentence(text))
        }
        EventKind::Escalated { node, level, due } => format!(
            "发出{}：“{}”的到期日为{}。",
            names.escalation(*level),
            names.node(node),
            zh(*due)
        ),
        EventKind::InvestmentReported {
            month,
            fixed_investment,
            funds_in_place,
        } => {
            let fixed = fixed_investment.map(|sum| format!("，完成固定资产投资{sum}"));
            let funds = funds_in_place.map(|sum| format!("，到位资金{sum}"));
            format!(
                "填报 {month} 投资{}{}。",
                fixed.unwrap_or_default(),
                funds.unwrap_or_default()
            )
        }
        _ => return None,
    })
}

fn performance(names: &Names<'_>, kind: &EventKind) -> Option<String> {
    Some(match kind {
        EventKind::DutyRecorded {
            duty,
            detail,
            due,
            target,
        } => format!(
            "登记责任“{}”{}{}{}。",
            names.duty(duty),
            remark(detail),
            due.map(|due| format!("，期限为{}", zh(due)))
                .unwrap_or_default(),
            target
                .map(|target| format!("，目标为{target}"))
                .unwrap_or_default(),
        ),
        EventKind::DutyFulfilled {
            record,
            value,
            note,
            ..
        } => format!(
            "第 {} 条记录的责任已履行{}{}。",
            record.0,
            value
                .map(|value| format!("，达到{value}"))
                .unwrap_or_default(),
            remark(note),
        ),
        EventKind::MeritRecorded { merit, text, .. } => {
            format!(
                "登记正面清单事项“{}”：{}",
                names.merit(merit),
                sentence(text)
            )
        }
        EventKind::BreachCertified {
            breach,
            text,
            rectify_by,
            ..
        } => {
            let by = rectify_by.map(|day| format!("，限{}前整改到位", zh(day)));
            let by = by.unwrap_or_default();
            format!(
                "认定负面清单事项“{}”{by}：{}",
                names.breach(breach),
                sentence(text)
            )
        }
        EventKind::BreachRectified { breach, text } => {
            format!(
                "第 {} 条记录的负面清单事项整改到位：{}",
                breach.0,
                sentence(text)
            )
        }
        EventKind::BreachSanctioned {
            breach,
            consequence,
            text,
        } => format!(
            "第 {} 条记录的负面清单事项处理为“{}”：{}",
            breach.0,
            names.consequence(consequence),
            sentence(text)
        ),
        EventKind::BreachExempted { breach, exemption } => exempted(*breach, *exemption),
        EventKind::DisputeRecorded {
            path,
            outcome,
            text,
            side,
            ..
        } => {
            let outcome = match outcome {
                DisputeOutcome::Opened => "开始",
                DisputeOutcome::Settled => "解决",
                DisputeOutcome::Failed => "未能解决",
            };
            let side = Side::title(*side);
            format!(
                "{side}提出的争议{}{outcome}：{}",
                names.dispute(path),
                sentence(text)
            )
        }
        EventKind::AwardRecommended { award, text } => {
            format!("推荐“{}”{}。", names.award(award), remark(text))
        }
        _ => return None,
    })
}

fn lead(packs: Packs<'_>, kind: &EventKind) -> Option<String> {
    let rules = packs.lifecycle.file.lead.as_ref();
    Some(match kind {
        EventKind::LeadFound {
            source,
            unit,
            person,
            text,
        } => format!(
            "登记线索，来源为{}，由{unit}{person}发现{}。",
            rules.map_or(source.as_str(), |rules| rules.source_title(source)),
            remark(text)
        ),
        EventKind::LeadClaimed { unit, until } => {
            format!("{unit}认领线索，优先对接到{}。", zh(*until))
        }
        EventKind::LeadTransferred { from, to, shares } => match shares.is_empty() {
            true => format!("线索由{from}移交{to}。"),
            false => format!(
                "线索由{from}移交{to}，成果划分为{}。",
                crate::text::zh_shares(shares)
            ),
        },
        EventKind::CreditShared { shares } => {
            format!("成果划分为{}。", crate::text::zh_shares(shares))
        }
        EventKind::LeadDormant {} => "长期没有接触，退回线索池。".to_owned(),
        EventKind::LeadReturned { reason } => format!("退回线索池{}。", because(reason)),
        EventKind::LeadLost { reason, text } => format!(
            "线索流失，原因为{}{}。",
            rules.map_or(reason.as_str(), |rules| rules.loss_title(reason)),
            remark(text)
        ),
        EventKind::LeadRevived { reason } => format!("恢复线索{}。", because(reason)),
        EventKind::LeadMerged { .. } => "与另一条线索重复，并入该线索。".to_owned(),
        EventKind::LeadAbsorbed { .. } => "另一条重复的线索并入本项目。".to_owned(),
        _ => return None,
    })
}

fn closed_loop(names: &Names<'_>, kind: &EventKind) -> Option<String> {
    Some(match kind {
        EventKind::ProjectAssigned {
            leader,
            receiving_unit,
            supporting,
            tasks,
        } => {
            let leader = leader.as_deref().filter(|leader| !leader.trim().is_empty());
            let leader = leader.map(|leader| format!("{leader}牵头，"));
            let with = match supporting.is_empty() {
                true => String::new(),
                false => format!("，{}配合", supporting.join("、")),
            };
            format!(
                "交办项目：{}由{receiving_unit}承接{with}，任务 {} 项。",
                leader.unwrap_or_default(),
                tasks.len()
            )
        }
        EventKind::ProgressReported { progress, problems } => {
            let problems = match bare(problems) {
                "" => String::new(),
                problems => format!("；困难和问题：{problems}"),
            };
            format!("报送进展：{}{problems}。", bare(progress))
        }
        EventKind::StepConcluded {
            step,
            conclusion,
            done_on,
            note,
            ..
        } => format!(
            "环节“{}”于{}的结论：{}{}。",
            names.node(step),
            zh(*done_on),
            names.conclusion(step, conclusion),
            remark(note)
        ),
        EventKind::ApprovalGiven {
            step,
            level,
            agreed,
            opinion,
        } => format!(
            "“{}”{}：{}{}。",
            names.node(step),
            names.approval(step, level),
            if *agreed { "同意" } else { "退回" },
            remark(opinion)
        ),
        EventKind::MoveAsked { step, reason } => {
            format!("请求推进“{}”{}。", names.node(step), because(reason))
        }
        EventKind::MoveAnswered { request, text } => {
            format!("答复第 {} 条记录的推进请求：{}", request.0, sentence(text))
        }
        EventKind::LeaderDirected { node, text, units } => {
            let about = node
                .as_deref()
                .map(|node| format!("就“{}”", names.node(node)));
            format!(
                "市领导{}调度督办，请{}办理：{}",
                about.unwrap_or_default(),
                units.join("、"),
                sentence(text)
            )
        }
        _ => return None,
    })
}

fn sponsorship(names: &Names<'_>, kind: &EventKind) -> Option<String> {
    Some(match kind {
        EventKind::SponsorNamed {
            sponsorship,
            leader,
            office,
            contact,
            note,
        } => {
            let named = [
                ("领导", leader.as_str()),
                ("业务科室", office),
                ("联络员", contact.as_deref().unwrap_or_default()),
            ];
            let named = named.iter().map(|(part, name)| match *name {
                "" if *part == "联络员" => String::new(),
                "" => format!("，{part}待定"),
                name => format!("，{part}{name}"),
            });
            format!(
                "列入“{}”{}{}。",
                names.sponsorship(sponsorship),
                named.collect::<String>(),
                remark(note)
            )
        }
        EventKind::SponsorEnded {
            sponsorship,
            reason,
        } => format!(
            "终止“{}”{}。",
            names.sponsorship(sponsorship),
            because(reason)
        ),
        _ => return None,
    })
}

fn exempted(breach: EventId, exemption: EventId) -> String {
    format!(
        "第 {} 条记录的负面清单事项因第 {} 条记录的免责申请免责。",
        breach.0, exemption.0
    )
}

fn yes(agreed: bool) -> &'static str {
    if agreed { "同意" } else { "不同意" }
}

/// `，理由：…`, without the full stop that the sentence brings itself.
fn because(reason: &str) -> String {
    match bare(reason) {
        "" => String::new(),
        reason => format!("，理由：{reason}"),
    }
}

/// `（…）`.
fn remark(note: &str) -> String {
    match bare(note) {
        "" => String::new(),
        note => format!("（{note}）"),
    }
}

fn sentence(text: &str) -> String {
    format!("{}。", bare(text))
}

fn bare(text: &str) -> &str {
    text.trim().trim_end_matches(['。', '.', '；', ';'])
}

/// Names by id, from whichever pack holds them.
struct Names<'p>(Packs<'p>);

impl<'p> Names<'p> {
    fn milestone<'a>(&self, id: &'a str) -> &'a str
    where
        'p: 'a,
    {
        let rules = &self.0.lifecycle.file.milestone;
        rules
            .iter()
            .find(|rule| rule.id == id)
            .map_or(id, |rule| &rule.title)
    }

    fn is_certified(&self, id: &str) -> bool {
        let rules = &self.0.lifecycle.file.milestone;
        rules
            .iter()
            .any(|rule| rule.id == id && rule.certified_by.is_some())
    }

    fn node<'a>(&self, id: &'a str) -> &'a str
    where
        'p: 'a,
    {
        let nodes = &self.0.lifecycle.nodes;
        nodes
            .iter()
            .find(|node| &*node.id == id)
            .map_or(id, |node| &node.title)
    }

    fn conclusion<'a>(&self, step: &str, id: &'a str) -> &'a str
    where
        'p: 'a,
    {
        let policy = self.0.lifecycle;
        let rule = policy.node(step).and_then(|ix| policy.conclusion(ix, id));
        rule.map_or(id, |rule| &rule.title)
    }

    fn approval<'a>(&self, step: &str, id: &'a str) -> &'a str
    where
        'p: 'a,
    {
        let policy = self.0.lifecycle;
        let rules = policy.node(step).map_or(&[][..], |ix| policy.approvals(ix));
        rules
            .iter()
            .find(|rule| rule.id == id)
            .map_or(id, |rule| &rule.title)
    }

    fn item<'a>(&self, id: &'a str) -> &'a str
    where
        'p: 'a,
    {
        let rules = &self.0.lifecycle.file.checklist;
        rules
            .iter()
            .find(|rule| rule.id == id)
            .map_or(id, |rule| &rule.title)
    }

    fn sponsorship<'a>(&self, id: &'a str) -> &'a str
    where
        'p: 'a,
    {
        let rules = &self.0.lifecycle.file.sponsorship;
        rules
            .iter()
            .find(|rule| rule.id == id)
            .map_or(id, |rule| &rule.title)
    }

    fn visit<'a>(&self, id: &'a str) -> &'a str
    where
        'p: 'a,
    {
        let rules = &self.0.lifecycle.file.visit;
        rules
            .iter()
            .find(|rule| rule.id == id)
            .map_or(id, |rule| &rule.title)
    }

    fn escalation(&self, level: u8) -> String {
        let rules = &self.0.lifecycle.file.escalation;
        match rules.iter().find(|rule| rule.level == level) {
            Some(rule) => format!("{}通知", rule.title),
            None => format!("第 {level} 级提醒"),
        }
    }

    fn duty<'a>(&self, id: &'a str) -> &'a str
    where
        'p: 'a,
    {
        let mut rules = self.0.iter().flat_map(|policy| &policy.file.duty);
        rules
            .find(|rule| rule.id == id)
            .map_or(id, |rule| &rule.title)
    }

    fn merit<'a>(&self, id: &'a str) -> &'a str
    where
        'p: 'a,
    {
        let mut rules = self.0.iter().flat_map(|policy| &policy.file.merit);
        rules
            .find(|rule| rule.id == id)
            .map_or(id, |rule| &rule.title)
    }

    fn breach<'a>(&self, id: &'a str) -> &'a str
    where
        'p: 'a,
    {
        let mut rules = self.0.iter().flat_map(|policy| &policy.file.breach);
        rules
            .find(|rule| rule.id == id)
            .map_or(id, |rule| &rule.title)
    }

    fn consequence<'a>(&self, id: &'a str) -> &'a str
    where
        'p: 'a,
    {
        let rules = self.0.iter().flat_map(|policy| &policy.file.breach);
        let mut consequences = rules.flat_map(|rule| &rule.consequence);
        consequences
            .find(|rule| rule.id == id)
            .map_or(id, |rule| &rule.title)
    }

    fn ground<'a>(&self, id: &'a str) -> &'a str
    where
        'p: 'a,
    {
        let mut rules = self.0.iter().flat_map(|policy| &policy.file.exemption);
        rules
            .find(|rule| rule.id == id)
            .map_or(id, |rule| &rule.title)
    }

    fn dispute<'a>(&self, id: &'a str) -> &'a str
    where
        'p: 'a,
    {
        let mut rules = self.0.iter().flat_map(|policy| &policy.file.dispute);
        rules
            .find(|rule| rule.id == id)
            .map_or(id, |rule| &rule.title)
    }

    fn award<'a>(&self, id: &'a str) -> &'a str
    where
        'p: 'a,
    {
        let mut rules = self.0.iter().flat_map(|policy| &policy.file.award);
        rules
            .find(|rule| rule.id == id)
            .map_or(id, |rule| &rule.title)
    }
}
