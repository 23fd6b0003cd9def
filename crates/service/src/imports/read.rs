//! From a file to rows that could be projects.

use std::collections::BTreeMap;

use calendar::Day;
use office::{ReadLimits, Table, read_table};
use policy::Policy;

use super::MOST_ROWS;
use crate::ledger::{LedgerContext, Mapping, MilestoneName, Vocabulary, map};
use crate::region::Region;
use crate::{Outcome, ServiceError};

/// A file as a table and as candidates.
#[derive(Debug, Clone)]
pub(crate) struct ReadLedger {
    pub(crate) table: Table,
    pub(crate) mapping: Mapping,
}

/// What a ledger of this region is read for.
pub(crate) fn context(region: &Region, lifecycle: &Policy, today: Day) -> LedgerContext {
    let units: BTreeMap<String, String> = region
        .aliases
        .iter()
        .map(|(alias, unit)| (alias.clone(), unit.clone()))
        .collect();
    let head = &lifecycle.file.pack;
    LedgerContext {
        region: region
            .title
            .trim_end_matches(['市', '县', '区'])
            .to_string(),
        units,
        milestones: milestones(lifecycle),
        stages: lifecycle
            .stages
            .iter()
            .filter_map(|ix| lifecycle.nodes.get(usize::from(ix.0)))
            .map(|node| node.title.to_string())
            .collect(),
        pack: head.id.clone(),
        version: head.version.clone(),
        today,
    }
}

/// Milestones of a pack, as ledgers need them.
pub(super) fn milestones(lifecycle: &Policy) -> Vec<MilestoneName> {
    let name = |milestone: &policy::model::MilestoneDef| MilestoneName {
        id: milestone.id.clone(),
        title: milestone.title.clone(),
        after: milestone.after.clone(),
    };
    lifecycle.file.milestone.iter().map(name).collect()
}

/// Reads a file. What makes it unreadable as a whole is an error; what is wrong in its rows stands in the mapping.
pub(crate) fn read(bytes: &[u8], file_name: &str, context: &LedgerContext) -> Outcome<ReadLedger> {
    let words = Vocabulary::new(&context.milestones);
    let limits = ReadLimits {
        max_rows: MOST_ROWS,
        ..ReadLimits::default()
    };
    let count = |headings: &[String]| words.count(headings);
    let table = read_table(bytes, file_name, &limits, &count).map_err(|error| in_file(&error))?;
    let mapping = map(&table, context).map_err(|error| in_file(&error))?;
    Ok(ReadLedger { table, mapping })
}

fn in_file(error: &dyn std::fmt::Display) -> ServiceError {
    ServiceError::field("file", error.to_string())
}
