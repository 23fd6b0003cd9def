//! Visits, questions, reported investment.

use super::Desk;
use super::checks::{month, wanted};
use crate::event::{EventId, EventKind, FileRef};
use crate::refusal::Refusal;
use crate::values::Yuan;

impl Desk<'_> {
    pub(super) fn record_visit(
        &self,
        visit: String,
        text: String,
        files: Vec<FileRef>,
    ) -> Result<EventKind, Refusal> {
        if self.policy().file.visit.iter().all(|rule| rule.id != visit) {
            return Err(Refusal::new(
                "unknown_visit",
                format!("政策包中没有走访要求“{visit}”。"),
                "请从走访类型中选择。",
            ));
        }
        wanted("走访情况", &text)?;
        Ok(EventKind::VisitRecorded { visit, text, files })
    }

    pub(super) fn ask(&self, text: String) -> Result<EventKind, Refusal> {
        wanted("问题", &text)?;
        Ok(EventKind::QuestionAsked { text })
    }

    pub(super) fn answer(&self, question: EventId, text: String) -> Result<EventKind, Refusal> {
        wanted("答复", &text)?;
        let Some(asked) = self.state.question(question) else {
            return Err(Refusal::new(
                "unknown_question",
                format!("第 {} 条记录不是企业方提出的问题。", question.0),
                "请从待答复的问题中选择。",
            ));
        };
        self.not_before("答复", "提问", asked.on)?;
        Ok(EventKind::QuestionAnswered { question, text })
    }

    pub(super) fn report_investment(
        &self,
        text: String,
        fixed_investment: Option<Yuan>,
        funds_in_place: Option<Yuan>,
    ) -> Result<EventKind, Refusal> {
        let Some(reported) = month(&text) else {
            return Err(Refusal::new(
                "month_form",
                format!("“{text}”不是月份。"),
                "请写成 2025-06。",
            ));
        };
        if reported > (self.today.year(), self.today.month()) {
            return Err(Refusal::new(
                "in_future",
                format!("{text} 尚未到来，不能填报投资。"),
                "请填报已经发生的月份。",
            ));
        }
        if fixed_investment.is_none() && funds_in_place.is_none() {
            return Err(Refusal::new(
                "value_missing",
                "完成投资和到位资金都没有填写。",
                "请至少填写一项；没有发生的填 0。",
            ));
        }
        for (what, sum) in [("完成投资", fixed_investment), ("到位资金", funds_in_place)] {
            let Some(sum) = sum else { continue };
            sum.checked_investment().map_err(|error| {
                Refusal::new(
                    "value_impossible",
                    format!("{what}：{error}"),
                    "请核对数值和单位。",
                )
            })?;
        }
        Ok(EventKind::InvestmentReported {
            month: text,
            fixed_investment,
            funds_in_place,
        })
    }
}
