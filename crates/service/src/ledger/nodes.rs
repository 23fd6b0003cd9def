//! The milestones of one row: their days, and whether these can be true together.

use std::collections::BTreeMap;

use calendar::Day;

use super::columns::Column;
use super::days::DayCell;
use super::map::{LedgerContext, MilestoneName, Reached};

/// A day and the column it stands in.
#[derive(Debug, Clone, Copy)]
struct Placed {
    day: Day,
    column: usize,
}

/// Which of the three days of a milestone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Reached,
    Claimed,
    Certified,
}

#[derive(Debug, Clone, Default)]
struct Node {
    on: Option<Placed>,
    claimed: Option<Placed>,
    certified: Option<Placed>,
    /// Words that say that it was reached, without a day.
    vague: Option<String>,
    /// Column that says that it was not reached.
    denied: Option<usize>,
    /// Column that says that it was reached.
    affirmed: Option<usize>,
}

/// A remark about a cell: column, reason.
pub(super) type Remark = (usize, String);

/// What the row says of its milestones.
#[derive(Debug, Default)]
pub(super) struct Nodes {
    nodes: BTreeMap<String, Node>,
}

impl Nodes {
    /// Takes a cell of a column of days. The answer is a fault or a warning.
    pub(super) fn take(
        &mut self,
        id: &str,
        kind: Kind,
        column: &Column,
        cell: DayCell,
        today: Day,
    ) -> Result<Option<String>, String> {
        match cell {
            DayCell::No => Ok(None),
            DayCell::Wrong(reason) => Err(reason),
            DayCell::On(day) if day > today => Err(format!(
                "日期 {day} 晚于今天（{today}），还没有发生。请核对；计划日期请写在“计划…日期”列。"
            )),
            DayCell::On(day) => {
                self.place(
                    id,
                    kind,
                    Placed {
                        day,
                        column: column.index,
                    },
                );
                Ok(None)
            }
            DayCell::Planned(text) => Ok(Some(format!(
                "“{text}”是计划，不是已发生的日期，没有作为节点日期导入，原文已保留。"
            ))),
            DayCell::Vague(text) => {
                if kind == Kind::Reached {
                    self.node(id).vague = Some(text.clone());
                }
                Ok(Some(format!(
                    "“{text}”不是确定的日期，原文已保留，节点日期暂缺。请查明后补填到日。"
                )))
            }
        }
    }

    /// Takes 是否开工 and the like.
    pub(super) fn take_yes_no(&mut self, id: &str, column: usize, yes: bool) {
        let node = self.node(id);
        if yes {
            node.affirmed = Some(column);
        } else {
            node.denied = Some(column);
        }
    }

    /// Takes note that it was reached, without a certain day.
    pub(super) fn reached_somehow(&mut self, id: &str, words: &str) {
        let node = self.node(id);
        if node.vague.is_none() {
            node.vague = Some(words.to_owned());
        }
    }

    /// Takes a day from a free text, unless the milestone has one of its own.
    pub(super) fn reached_on(&mut self, id: &str, day: Day, column: usize) {
        let node = self.node(id);
        if node.on.is_none() {
            node.on = Some(Placed { day, column });
        }
    }

    fn node(&mut self, id: &str) -> &mut Node {
        self.nodes.entry(id.to_owned()).or_default()
    }

    fn place(&mut self, id: &str, kind: Kind, placed: Placed) {
        let node = self.node(id);
        match kind {
            Kind::Reached => node.on = Some(placed),
            Kind::Claimed => node.claimed = Some(placed),
            Kind::Certified => node.certified = Some(placed),
        }
    }

    /// Days that cannot be true together.
    pub(super) fn faults(&self, milestones: &[MilestoneName]) -> Vec<Remark> {
        let known = milestones
            .iter()
            .filter_map(|m| self.nodes.get(&m.id).map(|node| (m, node)));
        known
            .flat_map(|(milestone, node)| self.faults_of(milestone, node, milestones))
            .collect()
    }

    fn faults_of(
        &self,
        milestone: &MilestoneName,
        node: &Node,
        milestones: &[MilestoneName],
    ) -> Vec<Remark> {
        let title = &milestone.title;
        let mut faults = Vec::new();
        let mut check =
            |later: Option<Placed>, what: &str, earlier: Option<Placed>, than: &str| match (
                later, earlier,
            ) {
                (Some(later), Some(earlier)) if later.day < earlier.day => {
                    let reason = format!(
                        "{what} {} 早于{than} {}，先后颠倒。请核对这两个日期。",
                        later.day, earlier.day
                    );
                    faults.push((later.column, reason));
                }
                _ => {}
            };
        for before in &milestone.after {
            let earlier = self.nodes.get(before).and_then(|node| node.on);
            let than = milestones
                .iter()
                .find(|m| m.id == *before)
                .map_or(before.as_str(), |m| &m.title);
            check(
                node.on,
                &format!("{title}日期"),
                earlier,
                &format!("{than}日期"),
            );
        }
        check(
            node.claimed,
            &format!("{title}申报日期"),
            node.on,
            &format!("{title}日期"),
        );
        let asked = node.claimed.map_or("日期", |_| "申报日期");
        check(
            node.certified,
            &format!("{title}认定日期"),
            node.claimed.or(node.on),
            &format!("{title}{asked}"),
        );
        if let (Some(column), Some(on)) = (node.denied, node.on) {
            faults.push((
                column,
                format!(
                    "这里写的是“否”，{title}日期却是 {}。请核对哪一个正确。",
                    on.day
                ),
            ));
        }
        faults
    }

    /// The milestones in the order of the pack.
    pub(super) fn reached(&self, milestones: &[MilestoneName]) -> Vec<Reached> {
        let known = milestones
            .iter()
            .filter_map(|m| self.nodes.get(&m.id).map(|node| (m, node)));
        known
            .filter_map(|(milestone, node)| reached(milestone, node))
            .collect()
    }

    /// What is absent: days of milestones that were reached, or that lie before one that was.
    pub(super) fn missing(&self, context: &LedgerContext, reached: &[Reached]) -> Vec<String> {
        let is_reached = |id: &str| reached.iter().any(|reached| reached.milestone == id);
        let mut wanted: Vec<&str> = reached
            .iter()
            .map(|reached| reached.milestone.as_str())
            .collect();
        let mut at = 0;
        while let Some(id) = wanted.get(at).copied() {
            let milestone = context.milestones.iter().find(|m| m.id == id);
            for before in milestone.map(|m| m.after.as_slice()).unwrap_or_default() {
                if !wanted.contains(&before.as_str()) {
                    wanted.push(before);
                }
            }
            at += 1;
        }
        let undated = |m: &&MilestoneName| {
            let dated = self.nodes.get(&m.id).is_some_and(|node| node.on.is_some());
            wanted.contains(&m.id.as_str()) && !dated
        };
        let absent = context.milestones.iter().filter(undated);
        absent
            .map(|m| missing_day(m, self.nodes.get(&m.id).filter(|_| is_reached(&m.id))))
            .collect()
    }
}

fn missing_day(milestone: &MilestoneName, node: Option<&Node>) -> String {
    match node.and_then(|node| node.vague.as_deref()) {
        Some(words) => format!("{}日期（原文“{words}”，没有确定到日）", milestone.title),
        None => format!("{}日期", milestone.title),
    }
}

fn reached(milestone: &MilestoneName, node: &Node) -> Option<Reached> {
    let says_so = node.vague.is_some()
        || node.affirmed.is_some()
        || node.claimed.is_some()
        || node.certified.is_some();
    if node.on.is_none() && !says_so {
        return None;
    }
    let reason = match (&node.on, &node.vague) {
        (Some(_), _) => None,
        (None, Some(words)) => Some(format!("台账写的是“{words}”，没有确定到日。")),
        (None, None) => Some(format!("台账说明已{}，但没有写日期。", milestone.title)),
    };
    Some(Reached {
        milestone: milestone.id.clone(),
        on: node.on.map(|placed| placed.day),
        claimed_on: node.claimed.map(|placed| placed.day),
        certified_on: node.certified.map(|placed| placed.day),
        reason,
    })
}
