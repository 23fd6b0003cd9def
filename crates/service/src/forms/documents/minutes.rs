//! 会议纪要: closed minutes as a Word document, each decision with its number, lead unit and limit.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use calendar::weekday_zh;
use domain::meeting::{Decision, MeetingState};
use office::Paragraph;
use policy::model::DocumentDef;
use store::matters::{self, MatterRow};

use super::draft::{DocumentDraft, heading, text};
use super::{addressed, find};
use crate::forms::nobody;
use crate::forms::workbook::chinese_day;
use crate::region::Region;
use crate::{Actor, Outcome, Service, ServiceError};

/// Word of a pack: whoever keeps the minutes issues them.
const HOLDER: &str = "meeting.holder";

impl Service {
    /// Whether the actor's unit keeps the minutes.
    pub(super) async fn issues_minutes(
        &self,
        actor: &Actor,
        def: &DocumentDef,
        meeting: &str,
    ) -> Outcome<bool> {
        let view = self.meeting(actor, meeting).await?;
        let own = view.state.holder == actor.unit;
        Ok(actor.admin.is_none() && def.issued_by == HOLDER && own)
    }

    pub(super) async fn minutes_document(
        &self,
        region: &Arc<Region>,
        def: &DocumentDef,
        meeting: &str,
    ) -> Outcome<DocumentDraft> {
        let (policy, _) = find(region, &def.id)?;
        let view = self.meeting(&Actor::program(&region.id), meeting).await?;
        let (state, calling) = (&view.state, &view.state.calling);
        if !state.closed {
            return Err(ServiceError::field(
                "subject",
                format!(
                    "“{}”的纪要还没有定稿，不能印发。请先在会议页定稿",
                    calling.title
                ),
            ));
        }
        let decided = state.items.iter().flat_map(|item| &item.decisions);
        let ids = decided.map(|decision| decision.matter.clone()).collect();
        let rows = matters::several(self.db(), &region.id, ids).await?;
        let rows: HashMap<&str, &MatterRow> =
            rows.iter().map(|row| (row.matter.as_str(), row)).collect();
        let units = addressed(policy, def, nobody(), |word| match word {
            "meeting.members" => Some(calling.members.clone()),
            HOLDER => Some(vec![state.holder.clone()]),
            _ => None,
        });
        let held_on = format!(
            "{}（{}）",
            chinese_day(calling.held_on),
            weekday_zh(calling.held_on)
        );
        let members = calling.members.join("、");
        let sheet = [
            ("会议时间", &held_on),
            ("会议地点", &calling.place),
            ("主持", &calling.chair),
            ("参加单位", &members),
        ];
        let said = sheet.iter().filter(|(_, words)| !words.is_empty());
        let lines = said.map(|(label, words)| ((*label).to_owned(), (*words).clone()));
        Ok(DocumentDraft {
            title: calling.title.clone(),
            recipients: units.join("、"),
            sheet: lines.collect(),
            body: minutes_body(state, &rows),
            attachment: String::new(),
            figures: Vec::new(),
            signed_as: state.holder.clone(),
            values: BTreeMap::from([
                ("heading", format!("{}纪要", view.kind_title)),
                ("held_on", held_on.clone()),
                ("place", calling.place.clone()),
                ("chair", calling.chair.clone()),
                ("members", members.clone()),
            ]),
            units,
            number: None,
            dated: None,
        })
    }
}

fn minutes_body(state: &MeetingState, rows: &HashMap<&str, &MatterRow>) -> Vec<Paragraph> {
    let mut body = Vec::new();
    for (at, item) in state.items.iter().enumerate() {
        let numeral = chinese_numeral(at + 1);
        body.push(heading(format!("{numeral}、{}", item.item.title)));
        body.extend(item.minutes.lines().map(text));
        for decision in &item.decisions {
            let row = rows.get(decision.matter.as_str()).copied();
            body.push(text(decided(decision, row)));
        }
    }
    body
}

/// 会议决定：…（潭招会〔2025〕第 1 号，由国土局牵头，2025年10月9日前完成）。
fn decided(decision: &Decision, row: Option<&MatterRow>) -> String {
    let words = decision.text.trim().trim_end_matches(['。', '；']);
    let by = row.map_or(String::new(), |row| {
        format!("，由{}牵头，{}前完成", row.lead, chinese_day(row.due_on))
    });
    format!("会议决定：{words}（{}{by}）。", decision.number)
}

/// 一, 十二, 三十: as items are numbered.
fn chinese_numeral(n: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |n: usize| DIGITS.get(n).copied().unwrap_or_default();
    match (n / 10, n % 10) {
        (0, one) => digit(one).to_owned(),
        (1, one) => format!("十{}", digit(one)),
        (ten, one) if ten < 10 => format!("{}十{}", digit(ten), digit(one)),
        _ => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::chinese_numeral;

    #[test]
    fn items_are_numbered_as_officials_number_them() {
        let all = [1, 9, 10, 12, 20, 35, 100].map(chinese_numeral);
        assert_eq!(all, ["一", "九", "十", "十二", "二十", "三十五", "100"]);
    }
}
