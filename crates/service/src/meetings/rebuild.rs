//! Meetings worked out again from their facts: compared, or written.

use store::events::{self, Aggregate};
use store::{Batch, meetings};

use super::load::LoadedMeeting;
use crate::jobs::whole_streams;
use crate::trust::Rebuilt;
use crate::{Outcome, Service};

/// Facts read at a time.
const CHUNK: usize = 4_000;

impl Service {
    /// Works every meeting of a region out again: compares (`check`) or writes.
    pub(crate) async fn rebuild_meetings(
        &self,
        region: &str,
        check: bool,
        rebuilt: &mut Rebuilt,
    ) -> Outcome<()> {
        let mut facts = events::stream_of(self.db(), region, Aggregate::Meeting, CHUNK).await?;
        let mut open = None;
        loop {
            let chunk = facts.next().await?;
            let last = chunk.is_none();
            for (stream, stored) in whole_streams(&mut open, chunk) {
                let Some((_, id)) = Aggregate::of(&stream) else {
                    continue;
                };
                rebuilt.events += stored.len() as u64;
                let meeting = LoadedMeeting::of(id, self.region(region).await?, &stored)?;
                let (row, units) = meeting.row();
                if !check {
                    let mut batch = Batch::new();
                    meetings::put(&mut batch, &row, &units);
                    match self.db().write(batch).await {
                        // Whoever works on it meanwhile writes its rows himself.
                        Err(error) if error.is_conflict() => {}
                        written => written.map(drop)?,
                    }
                } else if meetings::get(self.db(), region, id).await?.as_ref() != Some(&row) {
                    rebuilt.differs(format!("{region} 会议 {}：列表行不一致", row.title));
                }
            }
            if last {
                break;
            }
        }
        let mut batch = Batch::new();
        for meeting in meetings::without_facts(self.db(), region).await? {
            if check {
                rebuilt.differs(format!("{region} 会议 {meeting}：没有任何记录，却有列表行"));
            } else {
                meetings::forget(&mut batch, region, &meeting);
            }
        }
        self.db().write(batch).await?;
        Ok(())
    }
}
