//! Sentences about the facts of a matter.

use super::event::{MatterBy, MatterEvent, MatterEventKind};
use crate::text::{zh, zh_interval, zh_weekday};

/// Who signed for it: `样例甲（代 样例乙）`.
pub fn signature(by: &MatterBy) -> String {
    match &by.acting_for {
        Some(principal) => format!("{}（代 {principal}）", by.person),
        None => by.person.clone(),
    }
}

/// A Chinese sentence about a fact, without the day and the person, which lists show in columns of their own.
pub fn describe(event: &MatterEvent) -> String {
    match &event.kind {
        MatterEventKind::MatterIssued { head } => {
            let sample = if head.sample {
                "（样例数据）"
            } else {
                ""
            };
            let supporting = match head.supporting.is_empty() {
                true => String::new(),
                false => format!("，{}配合", head.supporting.join("、")),
            };
            format!(
                "签发 {}{sample}，由{}牵头{supporting}，{}前完成。",
                head.number,
                head.lead,
                zh_weekday(head.due)
            )
        }
        MatterEventKind::MatterAccepted {} => "签收。".to_owned(),
        MatterEventKind::MatterRefused { reason } => format!("退回交办单位：{reason}"),
        MatterEventKind::MatterReissued {
            lead,
            supporting,
            note,
        } => {
            let supporting = match supporting.is_empty() {
                true => String::new(),
                false => format!("，{}配合", supporting.join("、")),
            };
            format!("重新交办，由{lead}牵头{supporting}{}", after_colon(note))
        }
        MatterEventKind::MatterSplit { parts } => {
            let parts = parts
                .iter()
                .map(|part| format!("{}：{}", part.unit, part.task));
            format!("分解为：{}。", parts.collect::<Vec<_>>().join("；"))
        }
        MatterEventKind::MatterPartAnswered { part, text, .. } => {
            format!("答复第 {} 项分办事项：{text}", part + 1)
        }
        MatterEventKind::MatterPartReturned { part, reason } => {
            format!("退回第 {} 项分办答复：{reason}", part + 1)
        }
        MatterEventKind::MatterPartCancelled { part, reason } => {
            format!("取消第 {} 项分办事项：{reason}", part + 1)
        }
        MatterEventKind::MatterProgress { text, .. } => format!("进展：{text}"),
        MatterEventKind::MatterReported { text, .. } => format!("报结：{text}"),
        MatterEventKind::MatterApproved { opinion } => format!("审核通过{}", after_colon(opinion)),
        MatterEventKind::MatterReturned { reason } => {
            format!("审核退回，时限继续计算：{reason}")
        }
        MatterEventKind::MatterClosed { note } => format!("销号{}", after_colon(note)),
        MatterEventKind::MatterReopened { reason, due } => {
            format!("重新办理，{}前完成：{reason}", zh_weekday(*due))
        }
        MatterEventKind::MatterUrged { text } => format!("催办：{text}"),
        MatterEventKind::MatterLimitChanged { due, reason } => {
            format!("完成时限调整为{}：{reason}", zh_weekday(*due))
        }
        MatterEventKind::MatterDelegated { delegation } => {
            let days = zh_interval(delegation.from, Some(delegation.to));
            format!(
                "{days}{}外出，委托{}{}代办{}",
                delegation.person,
                delegation.deputy_unit,
                delegation.deputy,
                after_colon(&delegation.reason)
            )
        }
        MatterEventKind::MatterEscalated { number, reason, .. } => {
            format!("转督办，签发 {number}{}", after_colon(reason))
        }
        MatterEventKind::MatterWithdrawn { reason } => format!("撤回：{reason}"),
    }
}

fn after_colon(text: &str) -> String {
    match text.trim() {
        "" => "。".to_owned(),
        text => format!("：{text}"),
    }
}

/// For messages of refusals.
pub(super) fn day(day: calendar::Day) -> String {
    zh(day)
}
