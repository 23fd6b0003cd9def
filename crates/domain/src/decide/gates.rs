//! The closed loop: no step forward without its gate.

use calendar::Day;
use policy::model::{ApprovalDef, ConclusionDef, DoneBy};
use policy::{End, Milestone, MilestoneIx, Node, NodeIx, NodeKind};

use super::Desk;
use super::checks::{missing, wanted};
use crate::event::{EventId, EventKind, FileRef};
use crate::refusal::Refusal;
use crate::text::zh;

/// What somebody concludes.
pub(super) struct Concluding {
    pub step: String,
    pub conclusion: String,
    pub done_on: Day,
    pub files: Vec<FileRef>,
    pub note: String,
}

impl Desk<'_> {
    pub(super) fn assign(
        &self,
        leader: Option<String>,
        receiving_unit: String,
        supporting: Vec<String>,
        tasks: Vec<String>,
    ) -> Result<EventKind, Refusal> {
        let steps = (0..self.policy().nodes.len()).map(|at| NodeIx(at as u8));
        let by_assignment = |ix: &NodeIx| {
            let step = self.policy().step_def(*ix);
            step.is_some_and(|step| step.done_by == Some(DoneBy::Assignment))
        };
        let Some(ix) = steps.into_iter().find(by_assignment) else {
            return Err(Refusal::new(
                "no_assignment",
                "本项目适用的政策包没有项目交办这一环节。",
                "请核对项目适用的政策包。",
            ));
        };
        self.one_leader(leader.as_deref())?;
        wanted("承接责任单位", &receiving_unit)?;
        let tasks = filled(tasks);
        if tasks.is_empty() {
            return Err(Refusal::new(
                "text_missing",
                "任务清单没有一项任务。",
                "请逐条填写任务，每行一条。",
            ));
        }
        let supporting = filled(supporting);
        if supporting.contains(&receiving_unit) {
            return Err(Refusal::new(
                "unit_twice",
                format!("{receiving_unit}既是承接责任单位，又列为配合单位。"),
                "请在配合单位中删去它。",
            ));
        }
        match self.state.assignment() {
            Some(earlier) => self.not_before("重新交办", "上一次交办", earlier.on)?,
            None => {
                let step = self.node(ix, "assignment")?;
                self.may_begin(ix, step, self.on)?;
            }
        }
        let leader = leader.map(|leader| leader.trim().to_owned());
        let leader = leader.filter(|leader| !leader.is_empty());
        Ok(EventKind::ProjectAssigned {
            leader,
            receiving_unit,
            supporting,
            tasks,
        })
    }

    pub(super) fn report_progress(
        &self,
        progress: String,
        problems: String,
    ) -> Result<EventKind, Refusal> {
        wanted("进展情况", &progress)?;
        Ok(EventKind::ProgressReported { progress, problems })
    }

    pub(super) fn conclude(&self, concluding: Concluding) -> Result<EventKind, Refusal> {
        let (ix, step) = self.gated_step(&concluding.step)?;
        let Some(gate) = self.policy().gate(ix) else {
            return Err(Refusal::new(
                "no_gate",
                format!("环节“{}”不作结论。", step.title),
                match self.policy().approvals(ix).is_empty() {
                    true => "请登记办结，或者申报它所达到的节点。",
                    false => "本环节由各级逐级审核。",
                },
            )
            .citing(&step.clause));
        };
        let offered = gate.conclusion.iter();
        let Some(rule) = offered.clone().find(|c| c.id == concluding.conclusion) else {
            let titles: Vec<&str> = offered.map(|c| c.title.as_str()).collect();
            return Err(Refusal::new(
                "unknown_conclusion",
                format!("环节“{}”没有结论“{}”。", step.title, concluding.conclusion),
                format!("可以作出的结论：{}。", titles.join("、")),
            )
            .citing(&step.clause));
        };
        self.not_after_saying("结论日期", concluding.done_on)?;
        self.still_to_conclude(ix, step, gate.repeats)?;
        self.may_begin(ix, step, concluding.done_on)?;
        self.after_last_word(ix, step)?;
        self.documents(ix, step, rule, &concluding.files)?;
        if !rule.passes {
            wanted("未通过、退回或转出的理由", &concluding.note)?;
        }
        Ok(EventKind::StepConcluded {
            step: concluding.step,
            conclusion: concluding.conclusion,
            done_on: concluding.done_on,
            files: concluding.files,
            note: concluding.note,
        })
    }

    pub(super) fn approve(
        &self,
        id: String,
        level: String,
        agreed: bool,
        opinion: String,
    ) -> Result<EventKind, Refusal> {
        let (ix, step) = self.gated_step(&id)?;
        let chain = self.policy().approvals(ix);
        let Some(own) = chain.iter().find(|rule| rule.id == level) else {
            return Err(Refusal::new(
                "unknown_approval",
                format!("环节“{}”没有审核级“{level}”。", step.title),
                "请从项目页面待审核的级次中选择。",
            )
            .citing(&step.clause));
        };
        if let Some(pass) = self.state.pass(ix) {
            return Err(already(step, pass.on));
        }
        self.may_begin(ix, step, self.on)?;
        match self.state.in_approval(ix) {
            Some(concluded) => self.not_before("审核", "提交审核的结论", concluded.said_on)?,
            None if self.policy().gate(ix).is_some() => {
                return Err(Refusal::new(
                    "not_submitted",
                    format!("环节“{}”还没有通过的结论，不能审核。", step.title),
                    "请先由责任单位作出结论、提交审核。",
                )
                .citing(&step.clause));
            }
            None => {}
        }
        self.level_open(ix, step, chain, own)?;
        if !agreed {
            wanted("退回的意见", &opinion)?;
        }
        Ok(EventKind::ApprovalGiven {
            step: id,
            level,
            agreed,
            opinion,
        })
    }

    /// Lower levels have agreed, this one has not spoken.
    fn level_open(
        &self,
        ix: NodeIx,
        step: &Node,
        chain: &[ApprovalDef],
        own: &ApprovalDef,
    ) -> Result<(), Refusal> {
        let clause = self.policy().clause(&own.clause, &own.text);
        if self.state.has_agreed(ix, &own.id) {
            return Err(Refusal::new(
                "already_agreed",
                format!("“{}”的“{}”已经同意。", step.title, own.title),
                "请等待后面的级次审核。",
            )
            .citing(&clause));
        }
        let open: Vec<&str> = chain
            .iter()
            .filter(|rule| rule.level < own.level && !self.state.has_agreed(ix, &rule.id))
            .map(|rule| rule.title.as_str())
            .collect();
        if open.is_empty() {
            let last = self.state.approvals_of(ix).last();
            return last.map_or(Ok(()), |last| {
                self.not_before("审核", "前一级审核", last.on)
            });
        }
        Err(Refusal::new(
            "approval_order",
            format!(
                "“{}”须逐级审核：“{}”之前，{}尚未同意。",
                step.title,
                own.title,
                open.join("、")
            ),
            format!("请先由{}审核。", open.join("、")),
        )
        .citing(&clause))
    }

    pub(super) fn ask_move(&self, id: String, reason: String) -> Result<EventKind, Refusal> {
        let (ix, step) = self.gated_step(&id)?;
        wanted("请求推进的理由", &reason)?;
        let plan = self.plan();
        if let Some(done) = plan.node(ix).and_then(|dates| dates.done_on) {
            return Err(already(step, done));
        }
        let mut asks = self.state.move_asks.iter();
        if let Some(ask) = asks.find(|ask| ask.step == ix && ask.is_open()) {
            return Err(Refusal::new(
                "already_asked",
                format!(
                    "{}已于{}请求推进“{}”，主管单位尚未答复。",
                    ask.by.unit,
                    zh(ask.on),
                    step.title
                ),
                "请等待主管单位推进或者答复。",
            ));
        }
        if self.policy().owner(ix).is_none() {
            return Err(Refusal::new(
                "no_owner",
                format!("环节“{}”没有主管单位，请求无人受理。", step.title),
                "请直接联系责任单位。",
            )
            .citing(&step.clause));
        }
        Ok(EventKind::MoveAsked { step: id, reason })
    }

    pub(super) fn answer_move(&self, request: EventId, text: String) -> Result<EventKind, Refusal> {
        wanted("答复", &text)?;
        let Some(ask) = self.state.move_ask(request).filter(|ask| ask.is_open()) else {
            return Err(Refusal::new(
                "no_request",
                format!("第 {} 条记录不是等待答复的推进请求。", request.0),
                "已经推进或者答复过的，不必再答复。",
            ));
        };
        self.not_before("答复", "请求", ask.on)?;
        Ok(EventKind::MoveAnswered { request, text })
    }

    pub(super) fn direct(
        &self,
        node: Option<String>,
        text: String,
        units: Vec<String>,
    ) -> Result<EventKind, Refusal> {
        wanted("调度督办的要求", &text)?;
        let units = filled(units);
        if units.is_empty() {
            return Err(Refusal::new(
                "text_missing",
                "没有写明由哪个单位办理。",
                "请填写办理单位，首位牵头。",
            ));
        }
        let node = node.filter(|node| !node.is_empty());
        if let Some(id) = node
            .as_deref()
            .filter(|id| self.policy().node(id).is_none())
        {
            return Err(Refusal::new(
                "unknown_step",
                format!("政策包中没有阶段或环节“{id}”。"),
                "请从项目页面的环节中选择，或者不选。",
            ));
        }
        Ok(EventKind::LeaderDirected { node, text, units })
    }

    /// What must be passed before a milestone is claimed; a milestone that a step reaches is never claimed.
    pub(super) fn claim_gates(
        &self,
        ix: MilestoneIx,
        milestone: &Milestone,
    ) -> Result<(), Refusal> {
        if let Some(step) = self.policy().reached_by_step(ix) {
            let step = self.node(step, "")?;
            return Err(Refusal::new(
                "by_gate",
                format!(
                    "“{}”以环节“{}”通过为准，不单独申报。",
                    milestone.title, step.title
                ),
                format!("请办理环节“{}”。", step.title),
            )
            .citing(&milestone.clause));
        }
        let plan = self.plan();
        for (node, dates) in self.policy().nodes.iter().zip(&plan.nodes) {
            let ends = node.end == End::Milestone(ix) && node.limit.is_none();
            if ends && let Some(since) = dates.held_since {
                return Err(self.in_branch(node, since));
            }
        }
        let open = milestone.needs.iter().filter(|needed| {
            plan.node(**needed)
                .is_none_or(|dates| dates.done_on.is_none() && dates.waived_on.is_none())
        });
        let open: Vec<&str> = open
            .filter_map(|needed| self.policy().nodes.get(usize::from(needed.0)))
            .map(|node| &*node.title)
            .collect();
        if open.is_empty() {
            return Ok(());
        }
        let names = open.join("、");
        Err(Refusal::new(
            "gate_open",
            format!("“{}”之前须通过：{names}。", milestone.title),
            format!("请先办理{names}。"),
        )
        .citing(&milestone.clause))
    }

    fn gated_step(&self, id: &str) -> Result<(NodeIx, &Node), Refusal> {
        let policy = self.policy();
        let found = policy
            .node(id)
            .and_then(|ix| Some((ix, policy.nodes.get(usize::from(ix.0))?)));
        found
            .filter(|(_, node)| matches!(node.kind, NodeKind::Step(..)))
            .ok_or_else(|| unknown_step(id))
    }

    fn node(&self, ix: NodeIx, id: &str) -> Result<&Node, Refusal> {
        let node = self.policy().nodes.get(usize::from(ix.0));
        node.ok_or_else(|| unknown_step(id))
    }

    fn still_to_conclude(&self, ix: NodeIx, step: &Node, repeats: bool) -> Result<(), Refusal> {
        if let Some(waiting) = self.state.in_approval(ix) {
            return Err(Refusal::new(
                "in_approval",
                format!(
                    "环节“{}”于{}作出的结论正在逐级审核。",
                    step.title,
                    zh(waiting.on)
                ),
                "请等待审核；被退回的可以重新作出结论。",
            )
            .citing(&step.clause));
        }
        match self.state.pass(ix) {
            Some(pass) if !repeats => Err(already(step, pass.on)),
            _ => Ok(()),
        }
    }

    /// The step applies, its stage is open, everything before it is done.
    pub(super) fn may_begin(&self, ix: NodeIx, step: &Node, day: Day) -> Result<(), Refusal> {
        let plan = self.plan();
        let Some(dates) = plan.node(ix) else {
            return Ok(());
        };
        let stage = plan.node(step.stage);
        let held = dates
            .held_since
            .or(stage.and_then(|stage| stage.held_since));
        if let Some(since) = held {
            return Err(self.in_branch(step, since));
        }
        let left_out = stage.is_some_and(|stage| stage.waived_on.is_some());
        if dates.waived_on.is_some() || left_out {
            return Err(Refusal::new(
                "not_applicable",
                format!("环节“{}”对本项目不适用。", step.title),
                "前面环节的结论不需要办理本环节；结论有误的，请先更正。",
            )
            .citing(&step.clause));
        }
        if stage.is_some_and(|stage| stage.done_on.is_some()) {
            return Err(Refusal::new(
                "stage_done",
                format!("环节“{}”所在的阶段已经完成，不能再办理。", step.title),
                "如须重新办理，请由后面的环节退回。",
            )
            .citing(&step.clause));
        }
        self.stage_reached(step, &plan)?;
        self.predecessors(step)?;
        match dates.opened_on {
            Some(opened) if day < opened => Err(Refusal::new(
                "out_of_order",
                format!(
                    "环节“{}”于{}才开启，不能在{}办理。",
                    step.title,
                    zh(opened),
                    zh(day)
                ),
                "请核对日期，或先更正前置环节的日期。",
            )
            .citing(&step.clause)),
            _ => Ok(()),
        }
    }

    /// The stage of a step is open; if not, what it waits for is named.
    fn stage_reached(&self, step: &Node, plan: &crate::track::Plan) -> Result<(), Refusal> {
        let policy = self.policy();
        let stage = self.node(step.stage, "")?;
        let dates = plan.node(step.stage);
        if dates.is_some_and(|dates| dates.opened_on.is_some()) {
            return Ok(());
        }
        let waits = match stage.opens {
            Some(policy::Anchor::Milestone(milestone)) => policy
                .milestones
                .get(usize::from(milestone.0))
                .map(|milestone| milestone.title.to_string()),
            Some(policy::Anchor::Node(node)) => policy
                .nodes
                .get(usize::from(node.0))
                .map(|node| node.title.to_string()),
            None => None,
        };
        let open = self.open_gates(plan);
        let (why, advice) = match (stage.branch.is_some(), waits) {
            (true, _) => (
                format!("项目没有转入“{}”", stage.title),
                "由前面环节的结论转入后再办理。".to_owned(),
            ),
            (false, Some(waits)) if open.is_empty() => (
                format!("阶段“{}”须达到“{waits}”才开启", stage.title),
                format!("请先达到“{waits}”。"),
            ),
            (false, Some(waits)) => (
                format!(
                    "阶段“{}”须达到“{waits}”才开启，目前尚待办理：{}",
                    stage.title,
                    open.join("、")
                ),
                format!("请先办理{}。", open.join("、")),
            ),
            (false, None) => (
                format!("阶段“{}”尚未开启", stage.title),
                "请先登记项目。".to_owned(),
            ),
        };
        let message = format!("环节“{}”不能办理：{why}。", step.title);
        Err(Refusal::new("stage_not_open", message, advice).citing(&step.clause))
    }

    /// Steps that can be done now and that must be.
    fn open_gates(&self, plan: &crate::track::Plan) -> Vec<&str> {
        let nodes = self.policy().nodes.iter().zip(&plan.nodes);
        nodes
            .filter(|(node, dates)| {
                matches!(node.kind, NodeKind::Step(..)) && !node.optional && dates.is_open()
            })
            .map(|(node, _)| &*node.title)
            .collect()
    }

    fn in_branch(&self, step: &Node, since: Day) -> Refusal {
        let branch = self.state.branch.map(|branch| branch.stage);
        let branch = branch.and_then(|ix| self.policy().nodes.get(usize::from(ix.0)));
        let title = branch.map_or("", |stage| &stage.title);
        let refusal = Refusal::new(
            "in_branch",
            format!(
                "项目已于{}转入“{title}”，不能办理“{}”。",
                zh(since),
                step.title
            ),
            format!("请先办理“{title}”：销号，或者回到主线。"),
        );
        refusal.citing(branch.map_or(&step.clause, |stage| &stage.clause))
    }

    /// What is said about a step comes after what was said before.
    fn after_last_word(&self, ix: NodeIx, step: &Node) -> Result<(), Refusal> {
        let concluded = self.state.conclusions_of(ix).map(|c| c.said_on);
        let approved = self.state.approvals_of(ix).map(|a| a.on);
        match concluded.chain(approved).max() {
            Some(last) => self.not_before(&step.title, "上一次结论或审核", last),
            None => Ok(()),
        }
    }

    fn documents(
        &self,
        ix: NodeIx,
        step: &Node,
        rule: &ConclusionDef,
        files: &[FileRef],
    ) -> Result<(), Refusal> {
        let Some(gate) = self.policy().gate(ix).filter(|_| rule.passes) else {
            return Ok(());
        };
        let missing: Vec<&str> = missing(&gate.evidence, files)
            .map(|evidence| evidence.title.as_str())
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let names = missing.join("、");
        Err(Refusal::new(
            "evidence_missing",
            format!("环节“{}”要通过，还缺材料：{names}。", step.title),
            format!("请上传{names}。"),
        )
        .citing(&step.clause))
    }
}

fn already(step: &Node, on: Day) -> Refusal {
    Refusal::new(
        "already_done",
        format!("环节“{}”已于{}通过。", step.title, zh(on)),
        "如登记有误，请先作废原记录。",
    )
    .citing(&step.clause)
}

fn unknown_step(id: &str) -> Refusal {
    Refusal::new(
        "unknown_step",
        format!("政策包中没有环节“{id}”。"),
        "请从项目页面的环节中选择。",
    )
}

/// The entries that say something, trimmed.
fn filled(words: Vec<String>) -> Vec<String> {
    let words = words.into_iter().map(|word| word.trim().to_owned());
    words.filter(|word| !word.is_empty()).collect()
}
