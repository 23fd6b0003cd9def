//! Calling a meeting.

use calendar::Day;
use domain::meeting::{Calling, MeetingEventKind, called_well, may_hold};
use jiff::civil::Time;
use policy::model::MeetingDef;
use store::events::{self, Aggregate};
use store::{Batch, meetings};
use uuid::Uuid;

use super::load::{LoadedMeeting, stored_form};
use super::problems::{Problem, agenda_kinds, chosen};
use crate::projects::refuse_administrators;
use crate::region::Region;
use crate::{Actor, Outcome, Service, ServiceError};

/// A kind of meeting that somebody may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingKind {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// 每 3 个月一次, or 不定期.
    pub period: String,
    /// Who presides.
    pub chair: String,
    /// Units that are called.
    pub members: Vec<String>,
    /// Clause.
    pub clause: policy::Clause,
}

/// What the form for a meeting offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MeetingForm {
    /// Kinds that the actor may hold.
    pub kinds: Vec<MeetingKind>,
    /// Units that can be called.
    pub units: Vec<String>,
    /// Open problems.
    pub problems: Vec<Problem>,
}

/// A meeting to be called.
#[derive(Debug, Clone, Default)]
pub struct NewMeeting {
    /// Kind, an id of the pack.
    pub kind: String,
    /// 会议名称.
    pub title: String,
    /// Day.
    pub held_on: Option<Day>,
    /// Time of day.
    pub time: Option<Time>,
    /// Place.
    pub place: String,
    /// Who presides.
    pub chair: String,
    /// Units, by any spelling.
    pub members: Vec<String>,
    /// Keys of problems.
    pub problems: Vec<String>,
    /// Topics written down.
    pub topics: Vec<String>,
    /// 样例数据.
    pub sample: bool,
}

impl NewMeeting {
    /// When, where and who; units by their main names.
    pub(super) fn calling(&self, region: &Region) -> Outcome<Calling> {
        let held_on = self
            .held_on
            .ok_or_else(|| ServiceError::field("held_on", "请填写会议日期"))?;
        let mut members: Vec<String> = Vec::new();
        for unit in crate::matters::known_units(region, &self.members)? {
            if !members.contains(&unit) {
                members.push(unit);
            }
        }
        Ok(Calling {
            title: self.title.trim().to_owned(),
            held_on,
            time: self.time,
            place: self.place.trim().to_owned(),
            chair: self.chair.trim().to_owned(),
            members,
        })
    }
}

impl Service {
    /// What the form for a meeting offers.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when the pack lets the unit hold no meeting.
    pub async fn meeting_form(&self, actor: &Actor) -> Outcome<MeetingForm> {
        refuse_administrators(actor)?;
        let region = self.region(&actor.region).await?;
        let policy = self.matters_pack(&region)?;
        let all = policy.file.meeting.iter();
        let mine: Vec<&MeetingDef> = all
            .filter(|def| may_hold(policy, def, &actor.unit))
            .collect();
        if mine.is_empty() {
            return Err(ServiceError::Forbidden(format!(
                "政策包没有把会议的筹备交给{}",
                actor.unit
            )));
        }
        let units_of = |words: &[String]| domain::unit_names(policy, words, crate::matters::NOBODY);
        let kinds = mine.iter().map(|def| MeetingKind {
            id: def.id.clone(),
            title: def.title.clone(),
            period: match &def.every {
                Some(every) => format!("每{}一次", every.limit()),
                None => "不定期".to_owned(),
            },
            chair: units_of(std::slice::from_ref(&def.chair)).join("、"),
            members: units_of(&def.members),
            clause: policy.clause(&def.clause, &def.text),
        });
        let mut sources: Vec<&str> = mine
            .iter()
            .flat_map(|def| agenda_kinds(policy, def))
            .collect();
        sources.sort_unstable();
        sources.dedup();
        Ok(MeetingForm {
            kinds: kinds.collect(),
            problems: self.problems(actor, &sources).await?,
            units: self.answering_units(actor).await?,
        })
    }

    /// Calls a meeting; the answer is its id.
    ///
    /// # Errors
    /// [`ServiceError::Refused`], [`ServiceError::Invalid`], [`ServiceError::Forbidden`].
    pub async fn call_meeting(&self, actor: &Actor, new: NewMeeting) -> Outcome<String> {
        self.call_meeting_on(actor, new, self.today()).await
    }

    /// Calls a meeting on a past day, for samples.
    pub(crate) async fn call_meeting_on(
        &self,
        actor: &Actor,
        new: NewMeeting,
        on: Day,
    ) -> Outcome<String> {
        let form = self.meeting_form(actor).await?;
        let region = self.region(&actor.region).await?;
        let policy = self.matters_pack(&region)?.clone();
        if form.kinds.iter().all(|kind| kind.id != new.kind) {
            return Err(ServiceError::field("kind", "请选择列出的会议类别"));
        }
        let calling = new.calling(&region)?;
        called_well(&calling)?;
        let agenda = chosen(&form.problems, &new.problems, &new.topics);
        let kind = MeetingEventKind::MeetingCalled {
            pack: policy.file.pack.id.clone(),
            version: policy.file.pack.version.clone(),
            meeting: new.kind,
            holder: actor.unit.clone(),
            calling: Box::new(calling),
            agenda,
            sample: new.sample,
        };
        let id = Uuid::now_v7().to_string();
        let event = self.meeting_event(actor, 1, on, kind);
        let stored = [stored_form(&event)?];
        let mut batch = Batch::new();
        let stream = Aggregate::Meeting.stream(&id);
        events::append(&mut batch, &region.id, &stream, 0, "", &stored);
        let called = LoadedMeeting::from_events(&id, region, vec![event], String::new())?;
        let (row, units) = called.row();
        meetings::put(&mut batch, &row, &units);
        self.tell_of_meeting(&mut batch, actor, &called, &[])
            .await?;
        self.db().write(batch).await?;
        Ok(id)
    }
}
