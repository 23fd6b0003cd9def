//! What a pack of the right shape can still get wrong.

mod documents;
mod forms;
mod gates;
mod leads;
mod matters;
mod names;
mod rights;
mod sponsorship;
mod time;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::compile::{MOST_ITEMS, MOST_MILESTONES, MOST_NODES, rules};
use crate::compiled::Policy;
use crate::model::{PackFile, PackKind};
use crate::problem::Problem;
use crate::tree::Tree;

/// What an id of a pack names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Milestone,
    Stage,
    Step,
}

impl Kind {
    fn title(self) -> &'static str {
        match self {
            Kind::Milestone => "节点",
            Kind::Stage => "阶段",
            Kind::Step => "环节",
        }
    }
}

/// Ids of milestones, stages and steps with what they name.
type Ids = BTreeMap<String, Kind>;

struct Check<'a> {
    source: &'a str,
    tree: &'a Tree<'a>,
    file: &'a PackFile,
    /// Ids that references may use: the pack's own, or those of the pack that it accompanies. `None` when those are
    /// not at hand.
    ids: Option<Ids>,
    problems: Vec<Problem>,
}

/// Everything wrong with a pack of the right shape. `beside` is the pack that a performance pack accompanies.
pub(crate) fn check(
    source: &str,
    tree: &Tree<'_>,
    file: &PackFile,
    beside: Option<&Policy>,
) -> Vec<Problem> {
    let ids = match file.pack.kind {
        PackKind::Lifecycle => Some(ids_of(file)),
        PackKind::Performance => beside.map(|policy| ids_of(&policy.file)),
        PackKind::Matters | PackKind::Forms => None,
    };
    let mut check = Check {
        source,
        tree,
        file,
        ids,
        problems: Vec::new(),
    };
    check.sections();
    check.companion(beside);
    check.sizes();
    check.names();
    check.roles();
    check.times();
    check.gates();
    check.rights();
    check.leads();
    check.sponsorship();
    check.matters();
    check.forms();
    check.documents();
    check.problems
}

/// Of several rules with one id the first counts.
fn ids_of(file: &PackFile) -> Ids {
    let milestones = file.milestone.iter().map(|m| (&m.id, Kind::Milestone));
    let stages = file.stage.iter().map(|s| (&s.id, Kind::Stage));
    let steps = file
        .stage
        .iter()
        .flat_map(|s| &s.step)
        .map(|s| (&s.id, Kind::Step));
    let mut ids = Ids::new();
    for (id, kind) in milestones.chain(stages).chain(steps) {
        ids.entry(id.clone()).or_insert(kind);
    }
    ids
}

/// Sections that have an effect in some kinds of pack alone.
const SECTIONS: &[(&str, &[PackKind])] = &[
    ("scope", &[PackKind::Lifecycle, PackKind::Performance]),
    ("milestone", &[PackKind::Lifecycle]),
    ("stage", &[PackKind::Lifecycle]),
    ("checklist", &[PackKind::Lifecycle]),
    ("extension", &[PackKind::Lifecycle]),
    ("removal", &[PackKind::Lifecycle]),
    ("escalation", &[PackKind::Lifecycle, PackKind::Matters]),
    ("visit", &[PackKind::Lifecycle]),
    ("lead", &[PackKind::Lifecycle]),
    ("leader", &[PackKind::Lifecycle]),
    ("sponsorship", &[PackKind::Lifecycle]),
    ("duty", &[PackKind::Performance]),
    ("merit", &[PackKind::Performance]),
    ("breach", &[PackKind::Performance]),
    ("award", &[PackKind::Performance]),
    ("grace", &[PackKind::Performance]),
    ("exemption", &[PackKind::Performance]),
    ("dispute", &[PackKind::Performance]),
    ("matter", &[PackKind::Matters]),
    ("meeting", &[PackKind::Matters]),
    ("form", &[PackKind::Forms]),
    ("document", &[PackKind::Forms]),
];

impl Check<'_> {
    fn report(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn value(&self, pointer: &str) -> Range<usize> {
        self.tree.value(pointer)
    }

    fn key(&self, pointer: &str) -> Range<usize> {
        self.tree.key(pointer)
    }

    /// Sections that have no effect in a pack of this kind, and sections that it cannot do without.
    fn sections(&mut self) {
        let own = self.file.pack.kind;
        let needed: &[&str] = match own {
            PackKind::Lifecycle => &["milestone", "stage"],
            PackKind::Matters => &["matter"],
            _ => &[],
        };
        let table = self.tree.root.get_ref();
        let present: Vec<&str> = SECTIONS
            .iter()
            .filter(|(section, kinds)| !kinds.contains(&own) && table.contains_key(*section))
            .map(|(section, _)| *section)
            .collect();
        let missing: Vec<&str> = needed
            .iter()
            .copied()
            .filter(|s| !table.contains_key(*s))
            .collect();
        for section in present {
            let at = self.key(&format!("/{section}"));
            let kind = self.value("/pack/kind");
            self.report(
                Problem::error("wrong-section", at, format!("`{section}` 写在这一种政策包里不起作用"))
                    .also(kind, "政策包的种类")
                    .help("节点、阶段、延期、提醒、走访写在 lifecycle 包；责任、清单、缓冲、免责、争议写在 performance 包；事项写在 matters 包；报表写在 forms 包。"),
            );
        }
        for section in missing {
            let kind = self.value("/pack/kind");
            self.report(Problem::error(
                "missing-section",
                kind,
                format!("{}包至少要有一个 [[{section}]]", own.title()),
            ));
        }
    }

    fn companion(&mut self, beside: Option<&Policy>) {
        let kind = self.value("/pack/kind");
        match (self.file.pack.kind, &self.file.pack.accompanies, beside) {
            (PackKind::Performance, None, _) => self.report(
                Problem::error("no-companion", kind, "履约包没有写明所依附的全生命周期包")
                    .help("在 [pack] 中写 accompanies，如 accompanies = \"qianjiang-6411\"。"),
            ),
            (PackKind::Lifecycle | PackKind::Matters | PackKind::Forms, Some(_), _) => {
                let at = self.key("/pack/accompanies");
                let message = format!("{}包不依附别的包", self.file.pack.kind.title());
                self.report(
                    Problem::error("wrong-section", at, message).help("删去 accompanies。"),
                );
            }
            (PackKind::Performance, Some(wanted), Some(policy))
                if *wanted != policy.file.pack.id =>
            {
                let at = self.value("/pack/accompanies");
                let message = format!(
                    "依附的是 `{wanted}`，一并检查的却是 `{}`",
                    policy.file.pack.id
                );
                self.report(Problem::error("no-companion", at, message));
            }
            _ => {}
        }
    }

    fn sizes(&mut self) {
        let counts = [
            (
                "milestone",
                self.file.milestone.len(),
                MOST_MILESTONES,
                "节点",
            ),
            ("stage", rules(self.file).len(), MOST_NODES, "阶段和环节"),
            (
                "checklist",
                self.file.checklist.len(),
                MOST_ITEMS,
                "企业方准备事项",
            ),
        ];
        for (section, count, most, title) in counts {
            if count > most {
                let at = self.key(&format!("/{section}"));
                self.report(Problem::error(
                    "too-many",
                    at,
                    format!("{title}有 {count} 个，最多 {most} 个"),
                ));
            }
        }
    }
}
