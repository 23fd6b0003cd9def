//! A checked pack, made ready for evaluation: names are resolved to small indexes, rules stand in the order in
//! which they can be worked out. What people read (titles, clauses, words of the document) stays in [`Policy::file`].

use std::sync::Arc;

use calendar::{Limit, Roll};

use crate::model::{
    Action, ApprovalDef, ConclusionDef, GateDef, PackFile, ProjectField, RoleDef, Sector, Sight,
    StageDef, StepDef,
};

/// Index of a milestone in [`Policy::milestones`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MilestoneIx(pub u8);

/// Index of a stage or step in [`Policy::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeIx(pub u8);

/// Index of a checklist item in `Policy::file.checklist`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemIx(pub u8);

/// Where a rule comes from, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Clause {
    /// 文号.
    pub document: Arc<str>,
    /// 条款, as the document numbers it: `三（一）2`.
    pub article: Arc<str>,
    /// The document's words.
    pub text: Arc<str>,
}

/// A milestone with its references resolved.
#[derive(Debug, Clone)]
pub struct Milestone {
    /// Its id in the pack.
    pub id: Arc<str>,
    /// 名称.
    pub title: Arc<str>,
    /// Milestones that it may not precede.
    pub after: Vec<MilestoneIx>,
    /// Whether a claim counts only when certified.
    pub certified: bool,
    /// Steps that must be done before it can be claimed.
    pub needs: Vec<NodeIx>,
    /// Where the rule stands.
    pub clause: Clause,
}

/// What a limit counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The day a milestone was reached.
    Milestone(MilestoneIx),
    /// The day a step was done.
    Node(NodeIx),
}

/// What ends a stage or step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// A milestone is reached (and certified where the pack wants it).
    Milestone(MilestoneIx),
    /// The responsible unit records that the step is done.
    Recorded,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NodeKind {
    /// 阶段; the number is its index in `Policy::file.stage`.
    Stage(u8),
    /// 环节; its stage's index and its own index in that stage's `step`.
    Step(u8, u8),
}

/// A limit with everything that working it out needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NodeLimit {
    /// The length.
    pub limit: Limit,
    /// What it counts from.
    pub from: Anchor,
    /// What happens when it ends on a rest day.
    pub roll: Roll,
}

/// A stage or step.
#[derive(Debug, Clone)]
pub struct Node {
    /// Stage or step, and where its words stand.
    pub kind: NodeKind,
    /// Its id, unique in the pack among milestones, stages and steps.
    pub id: Arc<str>,
    /// 名称.
    pub title: Arc<str>,
    /// The stage it belongs to (itself for a stage).
    pub stage: NodeIx,
    /// For a stage: what opens it. For a step: `None`, it opens with its stage and its predecessors.
    pub opens: Option<Anchor>,
    /// Steps that must be done before.
    pub after: Vec<NodeIx>,
    /// The limit, where the document sets one.
    pub limit: Option<NodeLimit>,
    /// How long before the due day the warning window opens.
    pub warn: Option<Limit>,
    /// What ends it.
    pub end: End,
    /// Whether a project may do without it.
    pub optional: bool,
    /// A step that is done by a conclusion, by a chain of approvals or by the assignment, never by a plain record.
    pub gated: bool,
    /// The conclusion of an earlier step on which it depends whether this step is done at all.
    pub when: Option<(NodeIx, Arc<str>)>,
    /// For a stage off the main line: the stage with which the project goes on when it is done.
    pub branch: Option<NodeIx>,
    /// Roles or units that answer for it, the first leads.
    pub units: Vec<Arc<str>>,
    /// Where the rule stands.
    pub clause: Clause,
}

/// A policy pack, checked and compiled. Cheap to share (`Arc<Policy>`).
#[derive(Debug, Clone)]
pub struct Policy {
    /// The pack as written.
    pub file: PackFile,
    /// Milestones in the order of the file.
    pub milestones: Vec<Milestone>,
    /// Stages and steps; a node stands behind everything that its opening, its limit and its predecessors name.
    pub nodes: Vec<Node>,
    /// Indexes of the stages in `nodes`, in the order of the file.
    pub stages: Vec<NodeIx>,
}

/// The fields of a project that decide who has which role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parties<'a> {
    /// 属地政府.
    pub host: Option<&'a str>,
    /// 企业方: the enterprise's unit name.
    pub enterprise: Option<&'a str>,
    /// 产业类别.
    pub sector: Option<Sector>,
    /// Who received the project by its assignment.
    pub assigned: Assignees<'a>,
}

impl Parties<'_> {
    /// Of what belongs to no project.
    pub const NOBODY: Parties<'static> = Parties {
        host: None,
        enterprise: None,
        sector: None,
        assigned: Assignees {
            leader: None,
            receiving_unit: None,
            supporting: &[],
        },
    };
}

/// Who received a project by its last assignment; empty before that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Assignees<'a> {
    /// 牵头责任领导.
    pub leader: Option<&'a str>,
    /// 承接责任单位.
    pub receiving_unit: Option<&'a str>,
    /// 配合单位.
    pub supporting: &'a [String],
}

impl Policy {
    /// A place in this pack's document, ready to be shown.
    pub fn clause(&self, article: &str, text: &str) -> Clause {
        Clause {
            document: self.file.pack.document.as_str().into(),
            article: article.into(),
            text: text.into(),
        }
    }

    /// The milestone with this id.
    pub fn milestone(&self, id: &str) -> Option<MilestoneIx> {
        self.milestones
            .iter()
            .position(|m| &*m.id == id)
            .map(|i| MilestoneIx(i as u8))
    }

    /// The stage or step with this id.
    pub fn node(&self, id: &str) -> Option<NodeIx> {
        self.nodes
            .iter()
            .position(|n| &*n.id == id)
            .map(|i| NodeIx(i as u8))
    }

    /// The checklist item with this id.
    pub fn item(&self, id: &str) -> Option<ItemIx> {
        self.file
            .checklist
            .iter()
            .position(|c| c.id == id)
            .map(|i| ItemIx(i as u8))
    }

    /// The table of a stage; `None` for a step.
    pub fn stage_def(&self, ix: NodeIx) -> Option<&StageDef> {
        match self.nodes.get(usize::from(ix.0))?.kind {
            NodeKind::Stage(s) => self.file.stage.get(usize::from(s)),
            NodeKind::Step(..) => None,
        }
    }

    /// The table of a step; `None` for a stage.
    pub fn step_def(&self, ix: NodeIx) -> Option<&StepDef> {
        match self.nodes.get(usize::from(ix.0))?.kind {
            NodeKind::Stage(_) => None,
            NodeKind::Step(s, i) => {
                let stage = self.file.stage.get(usize::from(s))?;
                stage.step.get(usize::from(i))
            }
        }
    }

    /// The gate of a step.
    pub fn gate(&self, ix: NodeIx) -> Option<&GateDef> {
        self.step_def(ix)?.gate.as_ref()
    }

    /// A conclusion that a step's gate offers.
    pub fn conclusion(&self, ix: NodeIx, id: &str) -> Option<&ConclusionDef> {
        let gate = self.gate(ix)?;
        gate.conclusion.iter().find(|rule| rule.id == id)
    }

    /// The approvals that a step wants, by level.
    pub fn approvals(&self, ix: NodeIx) -> &[ApprovalDef] {
        self.step_def(ix)
            .map_or(&[], |step| step.approval.as_slice())
    }

    /// The role that owns the stage of a node.
    pub fn owner(&self, ix: NodeIx) -> Option<&str> {
        let node = self.nodes.get(usize::from(ix.0))?;
        self.stage_def(node.stage)?.owner.as_deref()
    }

    /// Whether a node lies off the main line: a branch, or a step of one.
    pub fn in_branch(&self, ix: NodeIx) -> bool {
        let stage = self.nodes.get(usize::from(ix.0)).map(|node| node.stage);
        let stage = stage.and_then(|stage| self.nodes.get(usize::from(stage.0)));
        stage.is_some_and(|stage| stage.branch.is_some())
    }

    /// Whether `later` waits for `earlier`, directly or through others, or is it.
    pub fn follows(&self, later: NodeIx, earlier: NodeIx) -> bool {
        if later == earlier {
            return true;
        }
        let Some(node) = self.nodes.get(usize::from(later.0)) else {
            return false;
        };
        if node
            .after
            .iter()
            .any(|before| self.follows(*before, earlier))
        {
            return true;
        }
        let NodeKind::Step(..) = node.kind else {
            return false;
        };
        // Steps of a later stage of the main line follow all steps of the stages before it.
        let at = |ix: NodeIx| {
            let stage = self.nodes.get(usize::from(ix.0)).map(|node| node.stage)?;
            self.stages.iter().position(|other| *other == stage)
        };
        !self.in_branch(later) && at(later) > at(earlier)
    }

    /// Whether a step or the assignment reaches this milestone, so that nobody claims it.
    pub fn reached_by_step(&self, milestone: MilestoneIx) -> Option<NodeIx> {
        let reaches = |node: &Node| node.gated && node.end == End::Milestone(milestone);
        let at = self.nodes.iter().position(reaches)?;
        Some(NodeIx(at as u8))
    }

    /// Units that hold `role` for a project with these parties; a word that is no role is a unit's own name.
    pub fn units_of<'a>(&'a self, role: &'a str, parties: Parties<'a>) -> Vec<&'a str> {
        match self.file.roles.get(role) {
            None => vec![role],
            Some(RoleDef::Unit(unit)) => vec![unit],
            Some(RoleDef::Units(units)) => units.iter().map(String::as_str).collect(),
            Some(RoleDef::Of(of)) => match of.of {
                ProjectField::Host => parties.host.into_iter().collect(),
                ProjectField::Enterprise => parties.enterprise.into_iter().collect(),
                ProjectField::ReceivingUnit => {
                    parties.assigned.receiving_unit.into_iter().collect()
                }
                ProjectField::Supporting => {
                    let units = parties.assigned.supporting.iter();
                    units.map(String::as_str).collect()
                }
                ProjectField::Leader => parties.assigned.leader.into_iter().collect(),
            },
            Some(RoleDef::By(by)) => match parties.sector {
                Some(Sector::Industry) => vec![by.industry.as_str()],
                Some(Sector::Service) => vec![by.service.as_str()],
                Some(Sector::Commerce) => vec![by.commerce.as_str()],
                None => Vec::new(),
            },
        }
    }

    /// Whether `unit` holds `role` for a project with these parties.
    pub fn holds(&self, unit: &str, role: &str, parties: Parties<'_>) -> bool {
        self.units_of(role, parties).contains(&unit)
    }

    /// Every role that `unit` holds for a project with these parties, in the order of the pack.
    pub fn roles_of<'a>(&'a self, unit: &str, parties: Parties<'_>) -> Vec<&'a str> {
        self.file
            .roles
            .keys()
            .map(String::as_str)
            .filter(|role| self.holds(unit, role, parties))
            .collect()
    }

    /// Every role that `unit` could hold for some project: what decides the pages it is offered.
    pub fn possible_roles_of<'a>(
        &'a self,
        unit: &str,
        is_host: bool,
        is_enterprise: bool,
    ) -> Vec<&'a str> {
        let own = [unit.to_owned()];
        Sector::ALL
            .iter()
            .flat_map(|sector| {
                let parties = Parties {
                    host: is_host.then_some(unit),
                    enterprise: is_enterprise.then_some(unit),
                    sector: Some(*sector),
                    // Any unit but an enterprise can be given a project.
                    assigned: Assignees {
                        receiving_unit: (!is_enterprise).then_some(unit),
                        supporting: if is_enterprise { &[] } else { &own },
                        leader: (!is_enterprise).then_some(unit),
                    },
                };
                self.roles_of(unit, parties)
            })
            .fold(Vec::new(), |mut roles, role| {
                if !roles.contains(&role) {
                    roles.push(role);
                }
                roles
            })
    }

    /// Whether one of `roles` may do `action`.
    pub fn allows(&self, roles: &[&str], action: Action) -> bool {
        roles.iter().any(|role| {
            self.file
                .access
                .get(*role)
                .is_some_and(|a| a.may.contains(&action))
        })
    }

    /// The widest sight that `roles` have; `None` when they see nothing.
    pub fn sight(&self, roles: &[&str]) -> Option<Sight> {
        let sights = roles
            .iter()
            .filter_map(|role| self.file.access.get(*role))
            .map(|a| a.sees);
        sights.fold(None, |widest, sight| match (widest, sight) {
            (Some(Sight::All), _) | (_, Sight::All) => Some(Sight::All),
            _ => Some(Sight::Related),
        })
    }

    /// Whether one of `roles` may read contacts in full.
    pub fn reads_contacts(&self, roles: &[&str]) -> bool {
        roles
            .iter()
            .any(|role| self.file.access.get(*role).is_some_and(|a| a.contacts))
    }
}
