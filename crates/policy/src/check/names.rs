//! Ids are unique and well formed; whatever is named exists.

use std::collections::BTreeMap;

use super::{Check, Kind};
use crate::model::{RoleDef, StepDef};
use crate::problem::Problem;
use crate::words::{listed, nearest, unknown};

const POINTS: &[Kind] = &[Kind::Milestone, Kind::Stage, Kind::Step];
const NODES: &[Kind] = &[Kind::Stage, Kind::Step];

impl Check<'_> {
    pub(super) fn names(&mut self) {
        self.unique_ids();
        self.milestone_references();
        self.stage_references();
        self.other_references();
    }

    fn unique_ids(&mut self) {
        let file = self.file;
        let ids = |items: Vec<&String>, at: &str| -> Vec<(String, String)> {
            items
                .into_iter()
                .enumerate()
                .map(|(i, id)| (format!("{at}/{i}/id"), id.clone()))
                .collect()
        };
        let mut nodes = ids(file.milestone.iter().map(|m| &m.id).collect(), "/milestone");
        nodes.extend(ids(file.stage.iter().map(|s| &s.id).collect(), "/stage"));
        for (s, stage) in file.stage.iter().enumerate() {
            nodes.extend(ids(
                stage.step.iter().map(|s| &s.id).collect(),
                &format!("/stage/{s}/step"),
            ));
        }
        let mut groups = vec![
            nodes,
            ids(file.checklist.iter().map(|x| &x.id).collect(), "/checklist"),
            ids(file.visit.iter().map(|x| &x.id).collect(), "/visit"),
            ids(file.duty.iter().map(|x| &x.id).collect(), "/duty"),
            ids(file.merit.iter().map(|x| &x.id).collect(), "/merit"),
            ids(file.breach.iter().map(|x| &x.id).collect(), "/breach"),
            ids(file.award.iter().map(|x| &x.id).collect(), "/award"),
            ids(file.exemption.iter().map(|x| &x.id).collect(), "/exemption"),
            ids(file.dispute.iter().map(|x| &x.id).collect(), "/dispute"),
            ids(
                file.sponsorship.iter().map(|x| &x.id).collect(),
                "/sponsorship",
            ),
            ids(file.matter.iter().map(|x| &x.id).collect(), "/matter"),
            ids(file.meeting.iter().map(|x| &x.id).collect(), "/meeting"),
            ids(file.form.iter().map(|x| &x.id).collect(), "/form"),
            ids(file.document.iter().map(|x| &x.id).collect(), "/document"),
        ];
        for (f, form) in file.form.iter().enumerate() {
            let columns = form.column.iter().map(|c| &c.id).collect();
            groups.push(ids(columns, &format!("/form/{f}/column")));
        }
        for (d, document) in file.document.iter().enumerate() {
            let figures = document.figure.iter().map(|f| &f.id).collect();
            groups.push(ids(figures, &format!("/document/{d}/figure")));
        }
        for (m, milestone) in file.milestone.iter().enumerate() {
            groups.push(ids(
                milestone.evidence.iter().map(|e| &e.id).collect(),
                &format!("/milestone/{m}/evidence"),
            ));
            groups.push(ids(
                milestone.variant.iter().map(|v| &v.id).collect(),
                &format!("/milestone/{m}/variant"),
            ));
        }
        for (e, exemption) in file.exemption.iter().enumerate() {
            groups.push(ids(
                exemption.evidence.iter().map(|e| &e.id).collect(),
                &format!("/exemption/{e}/evidence"),
            ));
        }
        for (s, stage) in file.stage.iter().enumerate() {
            for (i, step) in stage.step.iter().enumerate() {
                let at = format!("/stage/{s}/step/{i}");
                groups.push(ids(
                    step.approval.iter().map(|a| &a.id).collect(),
                    &format!("{at}/approval"),
                ));
                let Some(gate) = &step.gate else { continue };
                groups.push(ids(
                    gate.conclusion.iter().map(|c| &c.id).collect(),
                    &format!("{at}/gate/conclusion"),
                ));
                groups.push(ids(
                    gate.evidence.iter().map(|e| &e.id).collect(),
                    &format!("{at}/gate/evidence"),
                ));
            }
        }
        for (b, breach) in file.breach.iter().enumerate() {
            let at = format!("/breach/{b}/consequence");
            groups.push(ids(breach.consequence.iter().map(|c| &c.id).collect(), &at));
        }
        groups.into_iter().for_each(|group| self.unique(group));
    }

    pub(super) fn unique(&mut self, group: Vec<(String, String)>) {
        let mut first: BTreeMap<String, String> = BTreeMap::new();
        for (pointer, id) in group {
            self.well_formed(&pointer, &id);
            if let Some(earlier) = first.get(&id) {
                let earlier = self.value(earlier);
                let at = self.value(&pointer);
                self.report(
                    Problem::error("duplicate-id", at, format!("标识 `{id}` 重复"))
                        .also(earlier, "已用在这里")
                        .help("换一个标识；节点、阶段、环节的标识在整个政策包内不能相同。"),
                );
            } else {
                first.insert(id, pointer);
            }
        }
    }

    fn well_formed(&mut self, pointer: &str, id: &str) {
        let sound = id.starts_with(|c: char| c.is_ascii_lowercase())
            && id
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_'));
        if !sound {
            let at = self.value(pointer);
            self.report(
                Problem::error("bad-id", at, format!("标识 `{id}` 写法不对"))
                    .help("标识用英文小写字母开头，只含小写字母、数字、- 和 _，如 `design-review`；中文名称写在 title。"),
            );
        }
    }

    fn milestone_references(&mut self) {
        let file = self.file;
        for (m, milestone) in file.milestone.iter().enumerate() {
            for (i, after) in milestone.after.iter().enumerate() {
                self.refer(
                    &format!("/milestone/{m}/after/{i}"),
                    after,
                    &[Kind::Milestone],
                );
            }
            for (i, step) in milestone.needs.iter().enumerate() {
                self.refer(&format!("/milestone/{m}/needs/{i}"), step, &[Kind::Step]);
            }
        }
        for (i, milestone) in file.scope.iter().flat_map(|s| &s.requires).enumerate() {
            self.refer(
                &format!("/scope/requires/{i}"),
                milestone,
                &[Kind::Milestone],
            );
        }
    }

    fn stage_references(&mut self) {
        let file = self.file;
        for (s, stage) in file.stage.iter().enumerate() {
            let at = format!("/stage/{s}");
            self.refer(
                &format!("{at}/ends_with"),
                &stage.ends_with,
                &[Kind::Milestone],
            );
            if let Some(limit) = &stage.limit {
                self.refer(&format!("{at}/limit/from"), &limit.from, POINTS);
            }
            if let Some(branch) = &stage.branch {
                self.refer(&format!("{at}/branch/then"), &branch.then, &[Kind::Stage]);
            }
            if let Some(opens) = &stage.opens_with {
                self.refer(&format!("{at}/opens_with"), opens, POINTS);
            }
            for (r, reading) in stage.reading.iter().enumerate() {
                self.refer(&format!("{at}/reading/{r}/from"), &reading.from, POINTS);
            }
            for (i, step) in stage.step.iter().enumerate() {
                self.step_references(&format!("{at}/step/{i}"), step);
            }
        }
    }

    fn step_references(&mut self, at: &str, step: &StepDef) {
        for (i, after) in step.after.iter().enumerate() {
            self.refer(&format!("{at}/after/{i}"), after, NODES);
        }
        if let Some(limit) = &step.limit {
            self.refer(&format!("{at}/limit/from"), &limit.from, POINTS);
        }
        if let Some(milestone) = &step.ends_with {
            self.refer(&format!("{at}/ends_with"), milestone, &[Kind::Milestone]);
        }
        for (r, reading) in step.reading.iter().enumerate() {
            self.refer(&format!("{at}/reading/{r}/from"), &reading.from, POINTS);
        }
        if let Some(when) = &step.when {
            self.refer(&format!("{at}/when/step"), &when.step, &[Kind::Step]);
        }
        for (c, conclusion) in step.gate.iter().flat_map(|g| &g.conclusion).enumerate() {
            let at = format!("{at}/gate/conclusion/{c}");
            if let Some(branch) = &conclusion.leads_to {
                self.refer(&format!("{at}/leads_to"), branch, &[Kind::Stage]);
            }
            if let Some(step) = &conclusion.back_to {
                self.refer(&format!("{at}/back_to"), step, &[Kind::Step]);
            }
        }
    }

    fn other_references(&mut self) {
        let file = self.file;
        for (i, item) in file.checklist.iter().enumerate() {
            self.refer(
                &format!("/checklist/{i}/stage"),
                &item.stage,
                &[Kind::Stage],
            );
        }
        for (i, duty) in file.duty.iter().enumerate() {
            if let Some(due) = &duty.due_with {
                self.refer(&format!("/duty/{i}/due_with"), due, NODES);
            }
        }
        for (i, breach) in file.breach.iter().enumerate() {
            for (j, node) in breach.suggested_by.iter().enumerate() {
                self.refer(&format!("/breach/{i}/suggested_by/{j}"), node, NODES);
            }
        }
        for (i, award) in file.award.iter().enumerate() {
            for (j, node) in award.on_time.iter().enumerate() {
                self.refer(&format!("/award/{i}/on_time/{j}"), node, NODES);
            }
        }
        self.dispute_references();
    }

    fn dispute_references(&mut self) {
        let file = self.file;
        for (i, dispute) in file.dispute.iter().enumerate() {
            let Some(after) = &dispute.after else {
                continue;
            };
            let earlier: Vec<&str> = file.dispute[..i].iter().map(|d| d.id.as_str()).collect();
            if !earlier.contains(&after.as_str()) {
                let at = self.value(&format!("/dispute/{i}/after"));
                let message = unknown(
                    "前面没有这一步：",
                    after,
                    nearest(after, earlier.iter().copied()),
                );
                self.report(
                    Problem::error("unknown-dispute", at, message).help("争议解决途径按先后列出。"),
                );
            }
        }
    }

    /// Whether `word` names something of one of the kinds.
    pub(super) fn refer(&mut self, pointer: &str, word: &str, wanted: &[Kind]) {
        let Some(ids) = &self.ids else { return };
        let titles: Vec<&str> = wanted.iter().map(|k| k.title()).collect();
        let titles = titles.join("、");
        let problem = match ids.get(word) {
            Some(kind) if wanted.contains(kind) => return,
            Some(kind) => {
                let message = format!("`{word}` 是{}，这里应当写{titles}", kind.title());
                Problem::error("wrong-kind", self.value(pointer), message)
            }
            None => {
                let known: Vec<&str> = ids
                    .iter()
                    .filter(|(_, kind)| wanted.contains(kind))
                    .map(|(id, _)| id.as_str())
                    .collect();
                let meant = nearest(word, known.iter().copied());
                let code = match wanted {
                    [Kind::Milestone] => "unknown-milestone",
                    [Kind::Stage] => "unknown-stage",
                    [Kind::Step] | NODES => "unknown-step",
                    _ => "unknown-anchor",
                };
                Problem::error(
                    code,
                    self.value(pointer),
                    unknown(&format!("没有这个{titles}："), word, meant),
                )
                .help(format!("可以写：{}。", listed(known)))
            }
        };
        self.report(problem);
    }

    /// Every role and unit word of the pack.
    pub(super) fn roles(&mut self) {
        self.role_definitions();
        let file = self.file;
        for (i, milestone) in file.milestone.iter().enumerate() {
            let at = format!("/milestone/{i}");
            if self.is_claimed(milestone) {
                self.role_list(&format!("{at}/claimed_by"), &milestone.claimed_by);
            }
            if let Some(role) = &milestone.certified_by {
                self.role(&format!("{at}/certified_by"), role);
            }
        }
        for (s, stage) in file.stage.iter().enumerate() {
            self.unit_list(&format!("/stage/{s}/units"), &stage.units);
            if let Some(role) = &stage.warned_by {
                self.role(&format!("/stage/{s}/warned_by"), role);
            }
            if let Some(role) = &stage.owner {
                self.role(&format!("/stage/{s}/owner"), role);
            }
            for (i, step) in stage.step.iter().enumerate() {
                self.unit_list(&format!("/stage/{s}/step/{i}/units"), &step.units);
                for (a, level) in step.approval.iter().enumerate() {
                    self.role(
                        &format!("/stage/{s}/step/{i}/approval/{a}/role"),
                        &level.role,
                    );
                }
            }
        }
        self.procedure_roles();
        self.performance_roles();
    }

    fn role_definitions(&mut self) {
        let file = self.file;
        for (role, def) in &file.roles {
            if let RoleDef::Units(units) = def
                && units.is_empty()
            {
                let at = self.value(&format!("/roles/{role}"));
                self.report(Problem::error(
                    "empty-role",
                    at,
                    format!("角色 `{role}` 没有单位"),
                ));
            }
            if !file.access.contains_key(role) {
                let at = self.key(&format!("/roles/{role}"));
                let help = format!("写 [access.{role}]，至少写 sees = \"all\" 或 \"related\"。");
                let message = format!("角色 `{role}` 没有权限，什么也看不到");
                self.report(Problem::warning("role-without-access", at, message).help(help));
            }
        }
        for role in file.access.keys() {
            if !file.roles.contains_key(role) {
                let at = self.key(&format!("/access/{role}"));
                self.unknown_role(at, role);
            }
        }
    }

    fn procedure_roles(&mut self) {
        let file = self.file;
        if let Some(scope) = &file.scope {
            self.role("/scope/confirmed_by", &scope.confirmed_by);
        }
        if let Some(extension) = &file.extension {
            self.role("/extension/requested_by", &extension.requested_by);
            self.role("/extension/reviewed_by", &extension.reviewed_by);
            self.role("/extension/approved_by", &extension.approved_by);
        }
        if let Some(removal) = &file.removal {
            self.role("/removal/requested_by", &removal.requested_by);
            self.role("/removal/approved_by", &removal.approved_by);
        }
        for (i, escalation) in file.escalation.iter().enumerate() {
            self.role_list(&format!("/escalation/{i}/to"), &escalation.to);
        }
        for (i, visit) in file.visit.iter().enumerate() {
            self.unit_list(&format!("/visit/{i}/by"), &visit.by);
            self.unit_list(&format!("/visit/{i}/report_to"), &visit.report_to);
        }
    }

    fn performance_roles(&mut self) {
        let file = self.file;
        for (i, duty) in file.duty.iter().enumerate() {
            self.unit_list(&format!("/duty/{i}/units"), &duty.units);
        }
        for (i, breach) in file.breach.iter().enumerate() {
            self.unit_list(&format!("/breach/{i}/certified_by"), &breach.certified_by);
        }
        if let Some(grace) = &file.grace {
            self.role("/grace/set_by", &grace.set_by);
        }
        for (i, exemption) in file.exemption.iter().enumerate() {
            self.role_list(
                &format!("/exemption/{i}/verified_by"),
                &exemption.verified_by,
            );
        }
    }

    pub(super) fn role_list(&mut self, pointer: &str, roles: &[String]) {
        self.not_empty(pointer, roles);
        for (i, role) in roles.iter().enumerate() {
            self.role(&format!("{pointer}/{i}"), role);
        }
    }

    pub(super) fn role(&mut self, pointer: &str, word: &str) {
        if self.file.roles.contains_key(word) || self.is_party(word) {
            return;
        }
        let at = self.value(pointer);
        if word.is_ascii() {
            self.unknown_role(at, word);
        } else {
            self.report(
                Problem::error(
                    "unknown-role",
                    at,
                    format!("`{word}` 是单位名称，这里应当写角色"),
                )
                .help(format!(
                    "在 [roles] 中为它设一个角色，如 statistics = \"{word}\"，这里写角色的标识。"
                )),
            );
        }
    }

    pub(super) fn unit_list(&mut self, pointer: &str, words: &[String]) {
        self.not_empty(pointer, words);
        for (i, word) in words.iter().enumerate() {
            if self.file.roles.contains_key(word) {
                continue;
            }
            let at = self.value(&format!("{pointer}/{i}"));
            if word.is_ascii() {
                self.unknown_role(at, word);
            } else if !self.holds_a_role(word) {
                let message = format!("单位“{word}”不在任何角色之内，看不到项目，也不能登记办结");
                let help = "把它加入 [roles] 的一个角色，如 department。";
                self.report(Problem::warning("unit-without-role", at, message).help(help));
            }
        }
    }

    fn unknown_role(&mut self, at: std::ops::Range<usize>, word: &str) {
        let roles: Vec<&str> = self.file.roles.keys().map(String::as_str).collect();
        let message = unknown("没有这个角色：", word, nearest(word, roles.iter().copied()));
        let help = format!("[roles] 中的角色：{}。", listed(roles));
        self.report(Problem::error("unknown-role", at, message).help(help));
    }

    pub(super) fn not_empty(&mut self, pointer: &str, words: &[String]) {
        if words.is_empty() {
            let at = self.value(pointer);
            self.report(
                Problem::error("no-unit", at, "没有写明由谁负责")
                    .help("至少写一个角色或单位，首位牵头。"),
            );
        }
    }

    /// Whether some role consists of or contains this unit.
    pub(super) fn holds_a_role(&self, unit: &str) -> bool {
        self.file.roles.values().any(|role| contains(role, unit))
    }
}

/// Whether the role names this unit itself.
pub(super) fn contains(role: &RoleDef, unit: &str) -> bool {
    match role {
        RoleDef::Unit(one) => one == unit,
        RoleDef::Units(several) => several.iter().any(|one| one == unit),
        RoleDef::Of(_) => false,
        RoleDef::By(by) => [&by.industry, &by.service, &by.commerce]
            .into_iter()
            .any(|one| one == unit),
    }
}
