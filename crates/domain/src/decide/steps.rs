//! Steps and the enterprise's checklist.

use calendar::Day;
use policy::model::ChecklistDef;
use policy::{End, Node, NodeIx, NodeKind};

use super::Desk;
use super::checks::wanted;
use crate::event::{EventKind, FileRef};
use crate::refusal::Refusal;
use crate::text::zh;

impl Desk<'_> {
    pub(super) fn complete_step(&self, id: &str, done_on: Day) -> Result<(), Refusal> {
        let (ix, step) = self.open_step(id)?;
        if self
            .plan()
            .node(ix)
            .is_some_and(|dates| dates.held_since.is_some())
        {
            return self.may_begin(ix, step, done_on);
        }
        if let End::Milestone(milestone) = step.end {
            let title = self.policy().milestones.get(usize::from(milestone.0));
            let title = title.map_or("", |milestone| &milestone.title);
            return Err(Refusal::new(
                "by_milestone",
                format!("环节“{}”以达到“{title}”为办结，不单独登记。", step.title),
                format!("请申报节点“{title}”。"),
            )
            .citing(&step.clause));
        }
        if step.gated {
            return Err(Refusal::new(
                "by_gate",
                format!("环节“{}”须作出结论或经审核，不直接登记办结。", step.title),
                "请在项目页面作出结论；无权推进的，可以请求推进。",
            )
            .citing(&step.clause));
        }
        self.not_after_saying("办结日期", done_on)?;
        self.predecessors(step)?;
        let Some(opened) = self.plan().node(ix).and_then(|dates| dates.opened_on) else {
            return Err(self.stage_not_open(step));
        };
        if done_on < opened {
            return Err(Refusal::new(
                "out_of_order",
                format!(
                    "环节“{}”于{}才开启，不能在{}办结。",
                    step.title,
                    zh(opened),
                    zh(done_on)
                ),
                "请核对办结日期，或先更正前置环节的日期。",
            )
            .citing(&step.clause));
        }
        Ok(())
    }

    pub(super) fn waive_step(&self, id: String, reason: String) -> Result<EventKind, Refusal> {
        let (_, step) = self.open_step(&id)?;
        if !step.optional {
            return Err(Refusal::new(
                "not_optional",
                format!("环节“{}”是必办环节，不能登记为不涉及。", step.title),
                "请在办结后登记。",
            )
            .citing(&step.clause));
        }
        wanted("不涉及的理由", &reason)?;
        Ok(EventKind::StepWaived { step: id, reason })
    }

    fn open_step(&self, id: &str) -> Result<(NodeIx, &Node), Refusal> {
        let policy = self.policy();
        let found = policy
            .node(id)
            .and_then(|ix| Some((ix, policy.nodes.get(usize::from(ix.0))?)));
        let Some((ix, step)) = found.filter(|(_, node)| matches!(node.kind, NodeKind::Step(..)))
        else {
            return Err(Refusal::new(
                "unknown_step",
                format!("政策包中没有环节“{id}”。"),
                "请从项目页面的环节中选择。",
            ));
        };
        if let Some(record) = self.state.completion(ix) {
            let word = if record.waived {
                "登记为不涉及"
            } else {
                "办结"
            };
            return Err(Refusal::new(
                "already_done",
                format!("环节“{}”已于{}{word}。", step.title, zh(record.on)),
                "如登记有误，请先作废原记录。",
            ));
        }
        Ok((ix, step))
    }

    pub(super) fn predecessors(&self, step: &Node) -> Result<(), Refusal> {
        let plan = self.plan();
        let open = step.after.iter().filter(|before| {
            plan.node(**before)
                .is_none_or(|n| n.done_on.is_none() && n.waived_on.is_none())
        });
        let open: Vec<&str> = open
            .filter_map(|before| self.policy().nodes.get(usize::from(before.0)))
            .map(|node| &*node.title)
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        let names = open.join("、");
        Err(Refusal::new(
            "predecessors_open",
            format!("环节“{}”的前置环节尚未办结：{names}。", step.title),
            format!("请先登记{names}办结（不涉及的登记为不涉及）。"),
        )
        .citing(&step.clause))
    }

    fn stage_not_open(&self, step: &Node) -> Refusal {
        let stage = self.policy().nodes.get(usize::from(step.stage.0));
        let stage = stage.map_or("", |stage| &stage.title);
        Refusal::new(
            "stage_not_open",
            format!("阶段“{stage}”尚未开启，不能登记环节“{}”办结。", step.title),
            "每一阶段通过认定后自动进入下一阶段，请先完成上一阶段的申报和认定。",
        )
        .citing(&step.clause)
    }

    pub(super) fn tick(
        &self,
        id: String,
        files: Vec<FileRef>,
        note: String,
    ) -> Result<EventKind, Refusal> {
        let (item, ticked) = self.item(&id)?;
        if ticked.is_some() {
            return Err(Refusal::new(
                "already_done",
                format!("事项“{}”已经勾选。", item.title),
                "如需更换文件，请先取消勾选。",
            ));
        }
        if item.file && files.is_empty() {
            return Err(Refusal::new(
                "evidence_missing",
                format!("勾选“{}”须附文件。", item.title),
                "请上传文件后再勾选。",
            )
            .by_rule(self.policy(), &item.clause, ""));
        }
        Ok(EventKind::ItemTicked {
            item: id,
            files,
            note,
        })
    }

    pub(super) fn untick(&self, id: String, reason: String) -> Result<EventKind, Refusal> {
        let (item, ticked) = self.item(&id)?;
        let Some(ticked) = ticked else {
            return Err(Refusal::new(
                "not_done",
                format!("事项“{}”并未勾选。", item.title),
                "不需要取消。",
            ));
        };
        self.not_before("取消勾选", "勾选", ticked)?;
        wanted("取消勾选的理由", &reason)?;
        Ok(EventKind::ItemUnticked { item: id, reason })
    }

    fn item(&self, id: &str) -> Result<(&ChecklistDef, Option<Day>), Refusal> {
        let policy = self.policy();
        let found = policy.item(id).and_then(|ix| {
            let rule = policy.file.checklist.get(usize::from(ix.0))?;
            Some((rule, self.state.tick(ix).map(|tick| tick.on)))
        });
        found.ok_or_else(|| {
            Refusal::new(
                "unknown_item",
                format!("政策包中没有企业方准备事项“{id}”。"),
                "请从项目页面的清单中选择。",
            )
        })
    }
}
