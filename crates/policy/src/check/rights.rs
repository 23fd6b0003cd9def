//! Whoever a rule calls upon has the right to act.

use super::Check;
use super::names::contains;
use crate::model::{Action, DoneBy};
use crate::problem::Problem;

impl Check<'_> {
    pub(super) fn rights(&mut self) {
        self.milestone_rights();
        self.step_rights();
        self.procedure_rights();
        self.performance_rights();
    }

    fn milestone_rights(&mut self) {
        let file = self.file;
        for (m, milestone) in file.milestone.iter().enumerate() {
            for (i, role) in milestone.claimed_by.iter().enumerate() {
                self.needs(
                    &format!("/milestone/{m}/claimed_by/{i}"),
                    role,
                    Action::Claim,
                );
            }
            if let Some(role) = &milestone.certified_by {
                self.needs(
                    &format!("/milestone/{m}/certified_by"),
                    role,
                    Action::Certify,
                );
            }
        }
    }

    fn step_rights(&mut self) {
        let file = self.file;
        for (s, stage) in file.stage.iter().enumerate() {
            for (i, step) in stage.step.iter().enumerate() {
                let at = format!("/stage/{s}/step/{i}");
                let action = match (step.done_by, &step.gate) {
                    (Some(DoneBy::Assignment), _) => Some(Action::Assign),
                    (None, Some(_)) => Some(Action::Conclude),
                    (None, None) if step.ends_with.is_none() && step.approval.is_empty() => {
                        Some(Action::CompleteStep)
                    }
                    _ => None,
                };
                if let Some(action) = action {
                    self.one_of_needs(&format!("{at}/units"), &step.units, action);
                }
                for (a, level) in step.approval.iter().enumerate() {
                    self.needs(
                        &format!("{at}/approval/{a}/role"),
                        &level.role,
                        Action::Approve,
                    );
                }
            }
            if let Some(owner) = &stage.owner {
                self.needs(&format!("/stage/{s}/owner"), owner, Action::Conclude);
            }
        }
        if !file.checklist.is_empty() {
            self.somebody_needs("/checklist", Action::TickItem);
        }
    }

    fn procedure_rights(&mut self) {
        let file = self.file;
        if let Some(scope) = &file.scope {
            self.needs(
                "/scope/confirmed_by",
                &scope.confirmed_by,
                Action::ConfirmScope,
            );
        }
        if let Some(extension) = &file.extension {
            self.needs(
                "/extension/requested_by",
                &extension.requested_by,
                Action::RequestExtension,
            );
            self.needs(
                "/extension/reviewed_by",
                &extension.reviewed_by,
                Action::ReviewExtension,
            );
            self.needs(
                "/extension/approved_by",
                &extension.approved_by,
                Action::ApproveExtension,
            );
        }
        if let Some(removal) = &file.removal {
            self.needs(
                "/removal/requested_by",
                &removal.requested_by,
                Action::RequestRemoval,
            );
            self.needs(
                "/removal/approved_by",
                &removal.approved_by,
                Action::ApproveRemoval,
            );
        }
        for (i, visit) in file.visit.iter().enumerate() {
            self.one_of_needs(&format!("/visit/{i}/by"), &visit.by, Action::RecordVisit);
        }
    }

    fn performance_rights(&mut self) {
        let file = self.file;
        if let Some(grace) = &file.grace {
            self.needs("/grace/set_by", &grace.set_by, Action::SetGrace);
        }
        for (i, exemption) in file.exemption.iter().enumerate() {
            for (j, role) in exemption.verified_by.iter().enumerate() {
                self.needs(
                    &format!("/exemption/{i}/verified_by/{j}"),
                    role,
                    Action::VerifyExemption,
                );
            }
        }
        for (i, breach) in file.breach.iter().enumerate() {
            self.one_of_needs(
                &format!("/breach/{i}/certified_by"),
                &breach.certified_by,
                Action::CertifyBreach,
            );
        }
        let sections = [
            (
                "/exemption",
                file.exemption.is_empty(),
                Action::RequestExemption,
            ),
            ("/duty", file.duty.is_empty(), Action::RecordDuty),
            ("/merit", file.merit.is_empty(), Action::RecordMerit),
            ("/dispute", file.dispute.is_empty(), Action::RecordDispute),
            ("/award", file.award.is_empty(), Action::RecommendAward),
        ];
        for (section, empty, action) in sections {
            if !empty {
                self.somebody_needs(section, action);
            }
        }
    }

    /// The role of this rule must have the right.
    fn needs(&mut self, pointer: &str, role: &str, action: Action) {
        if !self.file.roles.contains_key(role) || self.role_may(role, action) {
            return;
        }
        let word = word_of(action);
        let at = self.value(pointer);
        let rights = self.key(&format!("/access/{role}/may"));
        let mut problem = Problem::error(
            "role-may-not",
            at,
            format!("规则要角色 `{role}` 来做，它却没有 `{word}` 的权限"),
        )
        .help(format!(
            "在 [access.{role}] 的 may 中加上 \"{word}\"，或者换一个角色。"
        ));
        if self.file.access.contains_key(role) {
            problem = problem.also(rights, "它的权限");
        }
        self.report(problem);
    }

    /// One of the roles or units of this rule must have the right.
    pub(super) fn one_of_needs(&mut self, pointer: &str, words: &[String], action: Action) {
        // A word that is no role has been reported already when it is not a unit's name.
        if words.is_empty() || words.iter().any(|word| self.word_may(word, action)) {
            return;
        }
        let right = word_of(action);
        let at = self.value(pointer);
        self.report(
            Problem::error(
                "role-may-not",
                at,
                format!("这里所列的都没有 `{right}` 的权限"),
            )
            .help(format!(
                "在其中一个角色的 [access.…] may 中加上 \"{right}\"。"
            )),
        );
    }

    /// Some role of the pack must have the right.
    fn somebody_needs(&mut self, section: &str, action: Action) {
        if self
            .file
            .access
            .values()
            .any(|access| access.may.contains(&action))
        {
            return;
        }
        let right = word_of(action);
        let at = self.key(section);
        self.report(
            Problem::error(
                "nobody-may",
                at,
                format!("没有一个角色有 `{right}` 的权限，这些规则无人能办"),
            )
            .help(format!("在一个角色的 [access.…] may 中加上 \"{right}\"。")),
        );
    }

    fn role_may(&self, role: &str, action: Action) -> bool {
        self.file
            .access
            .get(role)
            .is_some_and(|access| access.may.contains(&action))
    }

    fn word_may(&self, word: &str, action: Action) -> bool {
        if self.file.roles.contains_key(word) {
            return self.role_may(word, action);
        }
        let roles = self
            .file
            .roles
            .iter()
            .filter(|(_, def)| contains(def, word));
        word.is_ascii()
            || roles
                .into_iter()
                .any(|(role, _)| self.role_may(role, action))
    }
}

/// The word of an action as packs write it.
fn word_of(action: Action) -> String {
    let word = serde_json::to_value(action).ok();
    word.as_ref()
        .and_then(|word| word.as_str())
        .unwrap_or_default()
        .to_owned()
}
