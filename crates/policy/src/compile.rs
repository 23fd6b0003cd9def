//! From the pack as written to the form that is evaluated.

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::{Limit, Roll};

use crate::compiled::{
    Anchor, Clause, End, Milestone, MilestoneIx, Node, NodeIx, NodeKind, NodeLimit, Policy,
};
use crate::model::{LimitDef, MilestoneDef, PackFile, SpanDef, StageDef, StepDef};

/// The most stages and steps of a pack.
pub(crate) const MOST_NODES: usize = 64;
/// The most milestones of a pack.
pub(crate) const MOST_MILESTONES: usize = 64;
/// The most checklist items of a pack.
pub(crate) const MOST_ITEMS: usize = 256;

/// Why a pack cannot be compiled. The checks find all of this first and say where it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CompileError {
    /// A word that names no milestone, stage or step.
    #[error("引用了不存在的标识 `{0}`")]
    Unknown(String),
    /// Rules that wait for one another.
    #[error("这些规则互相等待，排不出先后：{0}")]
    Cycle(String),
    /// Too many rules.
    #[error("节点、阶段和环节过多")]
    TooMany,
}

/// A stage or step as the file has it.
#[derive(Clone, Copy)]
pub(crate) enum Rule<'a> {
    Stage(usize, &'a StageDef),
    Step(usize, usize, &'a StepDef),
}

impl<'a> Rule<'a> {
    pub(crate) fn id(self) -> &'a str {
        match self {
            Rule::Stage(_, stage) => &stage.id,
            Rule::Step(_, _, step) => &step.id,
        }
    }

    /// Ids that this rule names as opening, predecessor or anchor.
    pub(crate) fn names(self) -> Vec<&'a str> {
        match self {
            Rule::Stage(_, stage) => {
                let opens = stage.opens_with.as_deref();
                let from = stage.limit.as_ref().map(|limit| limit.from.as_str());
                opens.into_iter().chain(from).collect()
            }
            Rule::Step(_, _, step) => {
                let from = step.limit.as_ref().map(|limit| limit.from.as_str());
                step.after.iter().map(String::as_str).chain(from).collect()
            }
        }
    }
}

/// Stages and steps in the order of the file: a stage, then its steps.
pub(crate) fn rules(file: &PackFile) -> Vec<Rule<'_>> {
    let mut rules = Vec::new();
    for (s, stage) in file.stage.iter().enumerate() {
        rules.push(Rule::Stage(s, stage));
        rules.extend(
            stage
                .step
                .iter()
                .enumerate()
                .map(|(i, step)| Rule::Step(s, i, step)),
        );
    }
    rules
}

/// Which rules each rule waits for, by position in `rules`; milestones are facts and make nobody wait.
///
/// A step also waits for its stage, unless the stage itself waits for that step.
pub(crate) fn waits(rules: &[Rule<'_>]) -> Vec<Vec<usize>> {
    let by_id: BTreeMap<&str, usize> = rules.iter().enumerate().map(|(i, r)| (r.id(), i)).collect();
    let named: Vec<Vec<usize>> = rules
        .iter()
        .map(|rule| {
            rule.names()
                .into_iter()
                .filter_map(|id| by_id.get(id).copied())
                .collect()
        })
        .collect();
    let mut waits = named.clone();
    for (position, rule) in rules.iter().enumerate() {
        let Rule::Step(stage, _, _) = rule else {
            continue;
        };
        let own = rules
            .iter()
            .position(|r| matches!(r, Rule::Stage(s, _) if s == stage));
        if let Some(own) = own.filter(|own| !reaches(&named, *own, position)) {
            waits[position].push(own);
        }
    }
    waits
}

/// Whether `to` is among what `from` waits for, directly or through others.
pub(crate) fn reaches(waits: &[Vec<usize>], from: usize, to: usize) -> bool {
    let mut seen = vec![false; waits.len()];
    let mut todo = vec![from];
    while let Some(at) = todo.pop() {
        for next in &waits[at] {
            if *next == to {
                return true;
            }
            if !std::mem::replace(&mut seen[*next], true) {
                todo.push(*next);
            }
        }
    }
    false
}

/// Positions in an order in which every rule stands behind all that it waits for, else the order of the file.
fn order(rules: &[Rule<'_>]) -> Result<Vec<usize>, CompileError> {
    let waits = waits(rules);
    let mut placed = vec![false; rules.len()];
    let mut order = Vec::with_capacity(rules.len());
    while order.len() < rules.len() {
        let ready = (0..rules.len()).find(|i| !placed[*i] && waits[*i].iter().all(|w| placed[*w]));
        let Some(next) = ready else {
            let stuck = (0..rules.len())
                .filter(|i| !placed[*i])
                .map(|i| rules[i].id());
            return Err(CompileError::Cycle(stuck.collect::<Vec<_>>().join("、")));
        };
        placed[next] = true;
        order.push(next);
    }
    Ok(order)
}

struct Names<'a> {
    document: Arc<str>,
    roll: Roll,
    milestones: BTreeMap<&'a str, MilestoneIx>,
    nodes: BTreeMap<&'a str, NodeIx>,
}

/// Resolves the names of a checked pack.
pub(crate) fn compile(file: PackFile) -> Result<Policy, CompileError> {
    if file.milestone.len() > MOST_MILESTONES || file.checklist.len() > MOST_ITEMS {
        return Err(CompileError::TooMany);
    }
    let rules = rules(&file);
    if rules.len() > MOST_NODES {
        return Err(CompileError::TooMany);
    }
    let order = order(&rules)?;
    let ordered: Vec<Rule<'_>> = order.into_iter().map(|i| rules[i]).collect();
    let names = Names {
        document: file.pack.document.as_str().into(),
        roll: file.pack.roll,
        milestones: file
            .milestone
            .iter()
            .zip(0..)
            .map(|(m, i)| (m.id.as_str(), MilestoneIx(i)))
            .collect(),
        nodes: ordered
            .iter()
            .zip(0..)
            .map(|(r, i)| (r.id(), NodeIx(i)))
            .collect(),
    };
    let milestones = file
        .milestone
        .iter()
        .map(|m| names.compile_milestone(m))
        .collect::<Result<_, _>>()?;
    let nodes = ordered
        .iter()
        .map(|rule| names.compile_rule(&file, *rule))
        .collect::<Result<_, _>>()?;
    let stages = file
        .stage
        .iter()
        .map(|s| names.node(&s.id))
        .collect::<Result<_, _>>()?;
    Ok(Policy {
        milestones,
        nodes,
        stages,
        file,
    })
}

impl Names<'_> {
    fn node(&self, id: &str) -> Result<NodeIx, CompileError> {
        self.nodes
            .get(id)
            .copied()
            .ok_or_else(|| CompileError::Unknown(id.to_owned()))
    }

    fn milestone(&self, id: &str) -> Result<MilestoneIx, CompileError> {
        self.milestones
            .get(id)
            .copied()
            .ok_or_else(|| CompileError::Unknown(id.to_owned()))
    }

    fn anchor(&self, id: &str) -> Result<Anchor, CompileError> {
        self.milestone(id)
            .map(Anchor::Milestone)
            .or_else(|_| self.node(id).map(Anchor::Node))
    }

    fn clause(&self, article: &str, text: &str) -> Clause {
        Clause {
            document: self.document.clone(),
            article: article.into(),
            text: text.into(),
        }
    }

    fn compile_milestone(&self, def: &MilestoneDef) -> Result<Milestone, CompileError> {
        let text = def
            .text
            .as_deref()
            .or(def.standard.as_deref())
            .unwrap_or_default();
        Ok(Milestone {
            id: def.id.as_str().into(),
            title: def.title.as_str().into(),
            after: def
                .after
                .iter()
                .map(|id| self.milestone(id))
                .collect::<Result<_, _>>()?,
            certified: def.certified_by.is_some(),
            needs: def
                .needs
                .iter()
                .map(|id| self.node(id))
                .collect::<Result<_, _>>()?,
            clause: self.clause(&def.clause, text),
        })
    }

    fn compile_rule(&self, file: &PackFile, rule: Rule<'_>) -> Result<Node, CompileError> {
        match rule {
            Rule::Stage(s, stage) => self.compile_stage(s, stage),
            Rule::Step(s, i, step) => {
                let stage = file.stage.get(s).map_or("", |stage| stage.id.as_str());
                self.compile_step(s, i, stage, step)
            }
        }
    }

    fn compile_stage(&self, s: usize, def: &StageDef) -> Result<Node, CompileError> {
        let from = def.limit.as_ref().map(|limit| limit.from.as_str());
        let opens = def.opens_with.as_deref().or(from);
        let branch = def.branch.as_ref().map(|branch| self.node(&branch.then));
        Ok(Node {
            kind: NodeKind::Stage(small(s)?),
            id: def.id.as_str().into(),
            title: def.title.as_str().into(),
            stage: self.node(&def.id)?,
            opens: opens.map(|opens| self.anchor(opens)).transpose()?,
            after: Vec::new(),
            limit: self.limit(def.limit.as_ref())?,
            warn: def.warn.as_ref().map(length),
            end: End::Milestone(self.milestone(&def.ends_with)?),
            optional: false,
            gated: false,
            when: None,
            branch: branch.transpose()?,
            units: shared(&def.units),
            clause: self.clause(&def.clause, &def.text),
        })
    }

    fn compile_step(
        &self,
        s: usize,
        i: usize,
        stage: &str,
        def: &StepDef,
    ) -> Result<Node, CompileError> {
        let end = match &def.ends_with {
            Some(milestone) => End::Milestone(self.milestone(milestone)?),
            None => End::Recorded,
        };
        Ok(Node {
            kind: NodeKind::Step(small(s)?, small(i)?),
            id: def.id.as_str().into(),
            title: def.title.as_str().into(),
            stage: self.node(stage)?,
            opens: None,
            after: def
                .after
                .iter()
                .map(|id| self.node(id))
                .collect::<Result<_, _>>()?,
            limit: self.limit(def.limit.as_ref())?,
            warn: def.warn.as_ref().map(length),
            end,
            optional: def.optional,
            gated: def.gate.is_some() || !def.approval.is_empty() || def.done_by.is_some(),
            when: def
                .when
                .as_ref()
                .map(|when| Ok((self.node(&when.step)?, when.conclusion.as_str().into())))
                .transpose()?,
            branch: None,
            units: shared(&def.units),
            clause: self.clause(&def.clause, &def.text),
        })
    }

    fn limit(&self, def: Option<&LimitDef>) -> Result<Option<NodeLimit>, CompileError> {
        def.map(|limit| self.compile_limit(limit)).transpose()
    }

    fn compile_limit(&self, def: &LimitDef) -> Result<NodeLimit, CompileError> {
        Ok(NodeLimit {
            limit: Limit {
                n: def.n,
                unit: def.unit,
            },
            from: self.anchor(&def.from)?,
            roll: def.roll.unwrap_or(self.roll),
        })
    }
}

fn length(def: &SpanDef) -> Limit {
    Limit {
        n: def.n,
        unit: def.unit,
    }
}

fn shared(words: &[String]) -> Vec<Arc<str>> {
    words.iter().map(|word| word.as_str().into()).collect()
}

fn small(index: usize) -> Result<u8, CompileError> {
    u8::try_from(index).map_err(|_| CompileError::TooMany)
}
