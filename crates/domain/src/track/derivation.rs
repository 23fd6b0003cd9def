//! How a due day came about, in sentences.

use calendar::{Limit, LimitUnit, Roll, WorkCalendar, explain};
use policy::{Anchor, Node, NodeIx, NodeKind, NodeLimit, Policy};

use super::plan::{NodePlan, Plan};
use crate::state::State;
use crate::text::{zh, zh_interval, zh_weekday};

/// The way from the anchor to the due day of a stage or step, in Chinese sentences: the anchor's fact, the limit with
/// its clause, the steps of the calendar, extension, excluded days, grace.
pub fn derivation(
    policy: &Policy,
    state: &State<'_>,
    plan: &Plan,
    node: NodeIx,
    calendar: &WorkCalendar,
) -> Vec<String> {
    let (Some(rule), Some(dates)) = (policy.nodes.get(usize::from(node.0)), plan.node(node)) else {
        return Vec::new();
    };
    let story = Story {
        policy,
        state,
        plan,
        calendar,
        node,
        rule,
        dates,
    };
    match &rule.limit {
        None => vec!["文件没有为本环节规定时限。".to_owned()],
        Some(limit) => story.tell(limit),
    }
}

struct Story<'a> {
    policy: &'a Policy,
    state: &'a State<'a>,
    plan: &'a Plan,
    calendar: &'a WorkCalendar,
    node: NodeIx,
    rule: &'a Node,
    dates: &'a NodePlan,
}

impl Story<'_> {
    fn tell(&self, limit: &NodeLimit) -> Vec<String> {
        let mut told = vec![self.anchor(limit), self.limit(limit)];
        told.extend(self.reading());
        told.extend(self.excluded());
        told.extend(self.calendar_steps(limit));
        told.extend(self.extension(limit.roll));
        told.extend(self.suspended());
        told.extend(self.grace());
        told
    }

    fn anchor(&self, limit: &NodeLimit) -> String {
        let title = anchor_title(self.policy, limit.from);
        let Some(on) = self.dates.anchor_on else {
            return format!("起算点“{title}”尚未达成，也没有可供推算的到期日，暂不能计算。");
        };
        if self.dates.projected {
            return format!(
                "起算点“{title}”尚未达成，暂按其自身的到期日{}推算。",
                zh(on)
            );
        }
        match limit.from {
            Anchor::Milestone(ix) if self.is_certified(ix) => {
                format!("自“{title}”起算：经认定于{}达成。", zh(on))
            }
            Anchor::Milestone(_) => format!("自“{title}”起算：{}。", zh(on)),
            Anchor::Node(_) => format!("自“{title}”办结起算：{}。", zh(on)),
        }
    }

    fn is_certified(&self, ix: policy::MilestoneIx) -> bool {
        self.policy
            .milestones
            .get(usize::from(ix.0))
            .is_some_and(|m| m.certified)
    }

    fn limit(&self, limit: &NodeLimit) -> String {
        let clause = &self.rule.clause;
        format!(
            "时限为{}（{} {}）。",
            limit.limit, clause.document, clause.article
        )
    }

    /// Which of two wordings of the document was used, and why.
    fn reading(&self) -> Option<String> {
        let stages = &self.policy.file.stage;
        let (uses, because) = match self.rule.kind {
            NodeKind::Stage(s) => {
                let stage = stages.get(usize::from(s))?;
                (stage.uses.as_ref()?, stage.because.as_deref())
            }
            NodeKind::Step(s, i) => {
                let step = stages.get(usize::from(s))?.step.get(usize::from(i))?;
                (step.uses.as_ref()?, step.because.as_deref())
            }
        };
        let because = because.map(|b| format!("理由：{b}")).unwrap_or_default();
        Some(format!("文件有两种写法，采用“{uses}”。{because}"))
    }

    fn excluded(&self) -> Vec<String> {
        let Some(anchor) = self.dates.anchor_on else {
            return Vec::new();
        };
        let due = self.dates.due;
        let granted = self
            .state
            .exemptions
            .iter()
            .filter_map(|exemption| exemption.interval());
        granted
            .filter(|(from, to)| {
                to.is_none_or(|to| to > anchor) && due.is_none_or(|due| *from <= due)
            })
            .map(|(from, to)| format!("经核实免责，{}不计入时限。", zh_interval(from, to)))
            .collect()
    }

    fn calendar_steps(&self, limit: &NodeLimit) -> Vec<String> {
        let Some(anchor) = self.dates.anchor_on else {
            return Vec::new();
        };
        match explain(
            anchor,
            limit.limit,
            limit.roll,
            self.calendar,
            &self.plan.excluded,
        ) {
            Ok(steps) => steps.into_iter().map(|step| step.text).collect(),
            Err(error) => vec![error.to_string()],
        }
    }

    fn extension(&self, roll: Roll) -> Vec<String> {
        let effective = self.state.effective_extensions(self.policy);
        let mut told = Vec::new();
        let mut from = self.dates.base_due;
        for extension in effective.filter(|extension| extension.stage == self.node) {
            let (Some(base), Some(decision)) = (from, extension.decision) else {
                continue;
            };
            let days = Limit {
                n: extension.days,
                unit: LimitUnit::NaturalDays,
            };
            let later =
                calendar::due_excluding(base, days, roll, self.calendar, &self.plan.excluded);
            let Ok(later) = later else { continue };
            told.push(format!(
                "{}批准延期{}个自然日（{}），自原到期日{}的次日起计，到期日改为{}。",
                zh(decision.on),
                extension.days,
                self.extension_clause(),
                zh(base),
                zh_weekday(later.day),
            ));
            from = Some(later.day);
        }
        told
    }

    fn extension_clause(&self) -> String {
        let document = &self.policy.file.pack.document;
        let article = self
            .policy
            .file
            .extension
            .as_ref()
            .map_or("", |rule| rule.clause.as_str());
        format!("{document} {article}")
    }

    fn suspended(&self) -> Option<String> {
        let since = self.dates.suspended_since?;
        let since = zh(since);
        Some(format!(
            "自{since}起的免责期间尚未结束，暂停计时；到期日随其延续逐日后移。"
        ))
    }

    fn grace(&self) -> Option<String> {
        let grace = self.state.grace(self.node)?;
        let until = self.dates.grace_until?;
        Some(format!(
            "{}设置缓冲期{}个自然日，至{}；到期日不变，缓冲期内不按逾期处理。",
            zh(grace.on),
            grace.days,
            zh_weekday(until),
        ))
    }
}

/// What a limit counts from, by name.
pub(crate) fn anchor_title(policy: &Policy, anchor: Anchor) -> &str {
    match anchor {
        Anchor::Milestone(ix) => policy.milestones.get(usize::from(ix.0)).map(|m| &*m.title),
        Anchor::Node(ix) => policy.nodes.get(usize::from(ix.0)).map(|node| &*node.title),
    }
    .unwrap_or_default()
}
