//! The list of meetings.

use calendar::Day;
use domain::meeting::may_hold;
use policy::model::MeetingDef;
use store::meetings::{self, MeetingRow};

use super::rhythm::Rhythm;
use crate::{Actor, Outcome, Service};

/// Rows of a page.
const PAGE: u32 = 50;

/// A meeting in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingItem {
    /// Id.
    pub meeting: String,
    /// Kind.
    pub kind: String,
    /// 会议名称.
    pub title: String,
    /// Day.
    pub held_on: Day,
    /// Time of day, `09:30`.
    pub held_at: String,
    /// Place.
    pub place: String,
    /// Who presides.
    pub chair: String,
    /// The unit that keeps the minutes.
    pub holder: String,
    /// Whether the minutes are closed.
    pub closed: bool,
    /// Whether it was cancelled.
    pub cancelled: bool,
    /// Items.
    pub items: i64,
    /// Decisions.
    pub decisions: i64,
    /// 样例数据.
    pub sample: bool,
}

/// A page of meetings.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MeetingPage {
    /// Whether the region has rules of meetings.
    pub has_pack: bool,
    /// Meetings, the last first.
    pub items: Vec<MeetingItem>,
    /// Whether there is another page.
    pub more: bool,
    /// Kinds: id and title.
    pub kinds: Vec<(String, String)>,
    /// How it stands with the periodic ones.
    pub rhythms: Vec<Rhythm>,
    /// Whether the actor may call one.
    pub may_call: bool,
}

impl Service {
    /// A page of meetings.
    ///
    /// # Errors
    /// [`crate::ServiceError::Failed`].
    pub async fn meeting_page(&self, actor: &Actor, kind: &str, page: u32) -> Outcome<MeetingPage> {
        let Some(sees_all) = self.sees_all_matters(actor).await? else {
            return Ok(MeetingPage::default());
        };
        let region = self.region(&actor.region).await?;
        let policy = self.matters_pack(&region)?;
        let offset = page.min(2_000) * PAGE;
        let mut rows = meetings::list(
            self.db(),
            &actor.region,
            &actor.unit,
            sees_all,
            kind,
            offset,
            PAGE + 1,
        )
        .await?;
        let more = rows.len() > PAGE as usize;
        rows.truncate(PAGE as usize);
        let kinds = policy.file.meeting.iter();
        let holds = |def: &MeetingDef| actor.admin.is_none() && may_hold(policy, def, &actor.unit);
        Ok(MeetingPage {
            has_pack: true,
            items: rows.into_iter().map(meeting_item).collect(),
            more,
            rhythms: self.rhythms(&actor.region, policy).await?,
            may_call: policy.file.meeting.iter().any(holds),
            kinds: kinds
                .map(|def| (def.id.clone(), def.title.clone()))
                .collect(),
        })
    }
}

fn meeting_item(row: MeetingRow) -> MeetingItem {
    MeetingItem {
        closed: row.state == "closed",
        cancelled: row.state == "cancelled",
        meeting: row.meeting,
        kind: row.kind_title,
        title: row.title,
        held_on: row.held_on,
        held_at: row.held_at,
        place: row.place,
        chair: row.chair,
        holder: row.holder,
        items: row.items,
        decisions: row.decisions,
        sample: row.sample,
    }
}
