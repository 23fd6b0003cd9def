//! Gates, approvals and branches: each can be passed, each is reached, each ends.

use super::Check;
use crate::model::{ApprovalDef, ConclusionDef, GateDef, MilestoneDef, StageDef, StepDef};
use crate::problem::Problem;
use crate::words::{listed, nearest, unknown};

impl<'a> Check<'a> {
    pub(super) fn gates(&mut self) {
        let file = self.file;
        for (s, stage) in file.stage.iter().enumerate() {
            self.opening(s, stage);
            self.branch(s, stage);
            for (i, step) in stage.step.iter().enumerate() {
                let at = format!("/stage/{s}/step/{i}");
                self.gate_passes(&at, step);
                self.ways(&at, step);
                self.condition(&at, step);
                self.levels(&at, step);
                self.one_way_to_end(&at, step);
            }
        }
    }

    /// Whether somebody claims a milestone, or a step reaches it.
    pub(super) fn is_claimed(&self, milestone: &MilestoneDef) -> bool {
        let mut steps = self.steps();
        !milestone.claimed_by.is_empty()
            || !steps.any(|step| is_gated(step) && step.ends_with.as_ref() == Some(&milestone.id))
    }

    fn steps(&self) -> impl Iterator<Item = &'a StepDef> + use<'a> {
        self.file.stage.iter().flat_map(|stage| &stage.step)
    }

    fn conclusions(&self) -> impl Iterator<Item = &'a ConclusionDef> + use<'a> {
        self.steps()
            .filter_map(|step| step.gate.as_ref())
            .flat_map(|gate| &gate.conclusion)
    }

    /// A stage must know when it opens.
    fn opening(&mut self, s: usize, stage: &StageDef) {
        let opens = stage.limit.is_some() || stage.opens_with.is_some() || stage.branch.is_some();
        if opens || s == 0 {
            return;
        }
        let at = self.value(&format!("/stage/{s}/id"));
        let message = format!("阶段“{}”没有写何时开启", stage.title);
        self.report(
            Problem::error("no-opening", at, message)
                .help("写 opens_with（达到哪个节点开启）；只有第一个阶段可以自项目登记开启。"),
        );
    }

    /// A branch is entered by a conclusion, ends by one of its own, and goes on with the main line.
    fn branch(&mut self, s: usize, stage: &StageDef) {
        let Some(branch) = &stage.branch else { return };
        if !self
            .conclusions()
            .any(|rule| rule.leads_to.as_ref() == Some(&stage.id))
        {
            let at = self.value(&format!("/stage/{s}/id"));
            let message = format!("没有一个结论转入分支“{}”，永远到不了", stage.title);
            self.report(
                Problem::error("branch-unreached", at, message).help(format!(
                    "在一个环节的结论中写 leads_to = \"{}\"。",
                    stage.id
                )),
            );
        }
        let ends = stage
            .step
            .iter()
            .any(|step| is_gated(step) && step.ends_with.as_ref() == Some(&stage.ends_with));
        if !ends {
            let at = self.value(&format!("/stage/{s}/ends_with"));
            let message = format!(
                "分支“{}”没有终点：其中没有一个环节的结论达到 `{}`",
                stage.title, stage.ends_with
            );
            self.report(
                Problem::error("branch-without-end", at, message).help(format!(
                    "在分支最后一个环节写 gate 和 ends_with = \"{}\"。",
                    stage.ends_with
                )),
            );
        }
        let then = self.file.stage.iter().find(|other| other.id == branch.then);
        if then.is_some_and(|then| then.branch.is_some()) {
            let at = self.value(&format!("/stage/{s}/branch/then"));
            let message = format!("分支走完后转到的 `{}` 也是分支", branch.then);
            self.report(
                Problem::error("branch-without-end", at, message)
                    .help("转到主线上的阶段，如销号。"),
            );
        }
    }

    fn gate_passes(&mut self, at: &str, step: &StepDef) {
        let Some(gate) = &step.gate else { return };
        if gate.conclusion.iter().any(|rule| rule.passes) {
            return;
        }
        let at = self.key(&format!("{at}/gate"));
        let message = format!("环节“{}”的结论没有一个是通过，永远办不完", step.title);
        self.report(
            Problem::error("gate-never-passes", at, message)
                .help("至少在一个结论上写 passes = true。"),
        );
    }

    /// A conclusion passes, leads into a branch, or goes back: one of them.
    fn ways(&mut self, at: &str, step: &StepDef) {
        let Some(GateDef { conclusion, .. }) = &step.gate else {
            return;
        };
        for (c, rule) in conclusion.iter().enumerate() {
            let at = format!("{at}/gate/conclusion/{c}");
            let ways = [rule.passes, rule.leads_to.is_some(), rule.back_to.is_some()];
            if ways.into_iter().filter(|way| *way).count() > 1 {
                let at = self.value(&format!("{at}/id"));
                let message = format!("结论“{}”同时写了几种去向", rule.title);
                self.report(
                    Problem::error("conclusion-two-ways", at, message)
                        .help("passes、leads_to、back_to 只能写一个。"),
                );
            }
            let leads = rule.leads_to.as_ref();
            let stage = self.file.stage.iter().find(|s| Some(&s.id) == leads);
            if stage.is_some_and(|stage| stage.branch.is_none()) {
                let at = self.value(&format!("{at}/leads_to"));
                let message = format!("结论“{}”转入的不是分支阶段", rule.title);
                self.report(Problem::error("not-a-branch", at, message).help(
                    "在那个阶段写 branch = { then = \"…\" }；主线上的阶段由前一阶段的通过进入。",
                ));
            }
        }
    }

    /// A condition names a passing conclusion of a step before this one.
    fn condition(&mut self, at: &str, step: &StepDef) {
        let Some(when) = &step.when else { return };
        let Some(earlier) = self.steps().find(|other| other.id == when.step) else {
            return;
        };
        let offered = earlier.gate.as_ref().map(|gate| gate.conclusion.as_slice());
        let offered = offered.unwrap_or_default();
        let Some(rule) = offered.iter().find(|rule| rule.id == when.conclusion) else {
            let ids: Vec<&str> = offered.iter().map(|rule| rule.id.as_str()).collect();
            let meant = nearest(&when.conclusion, ids.iter().copied());
            let message = unknown(
                &format!("环节 `{}` 没有这个结论：", when.step),
                &when.conclusion,
                meant,
            );
            let at = self.value(&format!("{at}/when/conclusion"));
            let help = match ids.is_empty() {
                true => format!("先给 `{}` 写 gate 和结论。", when.step),
                false => format!("可以写：{}。", listed(ids)),
            };
            self.report(Problem::error("unknown-conclusion", at, message).help(help));
            return;
        };
        if !rule.passes {
            let at = self.value(&format!("{at}/when/conclusion"));
            let message = format!(
                "环节“{}”永远到不了：结论“{}”并不通过前面的环节",
                step.title, rule.title
            );
            self.report(
                Problem::error("unreachable", at, message).help("条件应当是一个通过的结论。"),
            );
        } else if !self.comes_after(step, &when.step) {
            let at = self.value(&format!("{at}/when/step"));
            let message = format!(
                "环节“{}”的条件取自 `{}`，却不在它之后",
                step.title, when.step
            );
            self.report(
                Problem::error("unreachable", at, message)
                    .help(format!("在 after 中写 \"{}\"。", when.step)),
            );
        }
    }

    fn comes_after(&self, step: &StepDef, earlier: &str) -> bool {
        let mut seen: Vec<&str> = Vec::new();
        let mut todo: Vec<&str> = step.after.iter().map(String::as_str).collect();
        while let Some(id) = todo.pop() {
            if id == earlier {
                return true;
            }
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            let before = self.steps().filter(|other| other.id == id);
            todo.extend(before.flat_map(|other| other.after.iter().map(String::as_str)));
        }
        false
    }

    /// Levels count from 1 without gaps, in the order of the file.
    fn levels(&mut self, at: &str, step: &StepDef) {
        let mut last = 0;
        for (a, ApprovalDef { level, .. }) in step.approval.iter().enumerate() {
            if *level != last && *level != last + 1 || *level == 0 {
                let at = self.value(&format!("{at}/approval/{a}/level"));
                let message = format!("审核级次应当从 1 起逐级写，这里是 {level}，前一级是 {last}");
                self.report(
                    Problem::error("approval-order", at, message)
                        .help("同一级的写相同的 level，下一级加 1。"),
                );
            }
            last = *level;
        }
    }

    /// The assignment is an act of its own: neither gate nor approvals go with it.
    fn one_way_to_end(&mut self, at: &str, step: &StepDef) {
        if step.done_by.is_some() && (step.gate.is_some() || !step.approval.is_empty()) {
            let at = self.key(&format!("{at}/done_by"));
            let message = format!("环节“{}”以项目交办为办结，不能再有结论或审核", step.title);
            self.report(
                Problem::error("conclusion-two-ways", at, message)
                    .help("删去 gate、approval，或者删去 done_by。"),
            );
        }
    }
}

/// Whether a step is done by conclusion, approvals or assignment.
fn is_gated(step: &StepDef) -> bool {
    step.gate.is_some() || !step.approval.is_empty() || step.done_by.is_some()
}
