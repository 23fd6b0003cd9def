//! Matters worked out again from their facts: compared, or written.

use store::events::{self, Aggregate};
use store::{Batch, matters};

use super::load::LoadedMatter;
use super::projection::MatterProjected;
use crate::jobs::whole_streams;
use crate::trust::Rebuilt;
use crate::{Outcome, Service};

/// Facts read at a time.
const CHUNK: usize = 4_000;
/// How often a matter is read anew when somebody works on it meanwhile.
const ATTEMPTS: u32 = 20;

impl Service {
    /// Works every matter of a region out again: compares (`check`) or writes. Numbers must have no gap.
    pub(crate) async fn rebuild_matters(
        &self,
        region: &str,
        check: bool,
        rebuilt: &mut Rebuilt,
        progress: &mut (dyn FnMut(u64) + Send),
    ) -> Outcome<()> {
        let mut facts = events::stream_of(self.db(), region, Aggregate::Matter, CHUNK).await?;
        let mut open = None;
        loop {
            let chunk = facts.next().await?;
            let last = chunk.is_none();
            for (stream, stored) in whole_streams(&mut open, chunk) {
                let Some((_, id)) = Aggregate::of(&stream) else {
                    continue;
                };
                rebuilt.events += stored.len() as u64;
                rebuilt.matters += 1;
                let matter = LoadedMatter::of(id, self.region(region).await?, &stored)?;
                let projected = MatterProjected::of(&matter, &self.calendar());
                if check {
                    self.compare_matter(&projected, rebuilt).await?;
                } else {
                    self.matter_again(region, id, projected).await?;
                }
            }
            progress(rebuilt.events);
            if last {
                break;
            }
        }
        let mut batch = Batch::new();
        for matter in matters::without_facts(self.db(), region).await? {
            if check {
                rebuilt.differs(format!("{region} 事项 {matter}：没有任何记录，却有列表行"));
            } else {
                matters::forget(&mut batch, region, &matter);
            }
        }
        if !check {
            matters::recount(&mut batch, region);
        }
        self.db().write(batch).await?;
        for (kind, year) in matters::broken_numbers(self.db(), region).await? {
            rebuilt.differs(format!(
                "{region} {kind} {year} 年的编号不连续，或与计数不一致"
            ));
        }
        Ok(())
    }

    async fn compare_matter(
        &self,
        projected: &MatterProjected,
        rebuilt: &mut Rebuilt,
    ) -> Outcome<()> {
        let row = &projected.row;
        let mut differs = Vec::new();
        match matters::get(self.db(), &row.region, &row.matter).await? {
            None => differs.push("列表行缺失"),
            Some(found) if found != *row => differs.push("列表行"),
            Some(_) => {}
        }
        let found = matters::units_of(self.db(), &row.region, &row.matter).await?;
        if found != projected.units {
            differs.push("承办单位");
        }
        if !differs.is_empty() {
            let (region, number) = (&row.region, &row.number);
            rebuilt.differs(format!("{region} {number}：{}不一致", differs.join("、")));
        }
        Ok(())
    }

    /// Writes a matter's rows; when somebody worked on it meanwhile, it is read anew.
    async fn matter_again(
        &self,
        region: &str,
        id: &str,
        mut projected: MatterProjected,
    ) -> Outcome<()> {
        let mut attempts = 1..=ATTEMPTS;
        loop {
            let mut batch = Batch::new();
            projected.write(&mut batch);
            match self.db().write(batch).await {
                Err(error) if error.is_conflict() && attempts.next().is_some() => {
                    let matter = self.load_matter(region, id).await?;
                    projected = MatterProjected::of(&matter, &self.calendar());
                }
                written => {
                    written?;
                    return Ok(());
                }
            }
        }
    }
}
