//! 会议: an agenda from open problems, minutes, decisions that become matters in the same transaction.

use std::sync::Arc;

use calendar::Day;
use domain::event::EventId;
use domain::matter::{NewMatter, Source, SourceKind, signature};
use domain::meeting::{
    AgendaItem, Calling, ItemSource, MeetingEvent, MeetingEventKind, MeetingState, called_well,
    check, describe, may_hold,
};
use policy::Policy;
use policy::model::MeetingDef;
use store::events::{self, Aggregate, NewEvent, StoredEvent};
use store::meetings::{self, MeetingRow};
use store::{Batch, matters};
use uuid::Uuid;

use crate::clock::display_minute;
use crate::jobs::whole_streams;
use crate::matters::{HistoryLine, IssuedMatter, MatterOrder};
use crate::projects::refuse_administrators;
use crate::region::Region;
use crate::trust::Rebuilt;
use crate::{Actor, Outcome, Service, ServiceError};

/// Rows of a page.
const PAGE: u32 = 50;
/// Problems of each kind that are offered for an agenda.
const OFFERED: u32 = 60;
/// Facts read at a time.
const CHUNK: usize = 4_000;
/// How often a change is tried again when somebody else was faster.
const TRIES: u32 = 200;

/// A problem that is offered for an agenda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The item that it becomes.
    pub item: AgendaItem,
    /// Where it comes from, in words.
    pub from: String,
    /// What a form sends back.
    pub key: String,
}

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
}

/// What somebody wants to record.
#[derive(Debug, Clone)]
pub enum MeetingChange {
    /// 增加议题: keys of problems, and topics.
    Items {
        /// Keys of problems.
        problems: Vec<String>,
        /// Topics.
        topics: Vec<String>,
    },
    /// 会议记录 of an item.
    Minutes {
        /// Number of the item, from 0.
        item: u32,
        /// What was said.
        text: String,
    },
    /// 纪要定稿.
    Close,
}

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
    /// Place.
    pub place: String,
    /// Who presides.
    pub chair: String,
    /// The unit that keeps the minutes.
    pub holder: String,
    /// Whether the minutes are closed.
    pub closed: bool,
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
    /// Whether the actor may call one.
    pub may_call: bool,
}

/// A meeting to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingView {
    /// Id.
    pub meeting: String,
    /// Title of the kind.
    pub kind_title: String,
    /// As it stands.
    pub state: MeetingState,
    /// Clause of the kind.
    pub clause: policy::Clause,
    /// Kind of matter that decisions become.
    pub decision_title: String,
    /// Whether the actor keeps the minutes and may still write.
    pub mine: bool,
    /// Whether it has been held by today.
    pub held: bool,
    /// Problems that can be added; for the holder.
    pub problems: Vec<Problem>,
    /// Units to which decisions can go; for the holder.
    pub units: Vec<String>,
    /// History, newest first.
    pub history: Vec<HistoryLine>,
}

struct LoadedMeeting {
    id: String,
    version: u32,
    last_hash: String,
    events: Vec<MeetingEvent>,
    state: MeetingState,
    region: Arc<Region>,
    policy: Arc<Policy>,
}

impl LoadedMeeting {
    fn of(id: &str, region: Arc<Region>, stored: &[StoredEvent]) -> Outcome<LoadedMeeting> {
        let events = stored
            .iter()
            .map(|stored| {
                let read: Result<MeetingEvent, _> = serde_json::from_str(&stored.data);
                let mut event = read.map_err(|error| {
                    let version = stored.version;
                    ServiceError::Failed(format!("会议 {id} 第 {version} 条记录无法解析：{error}"))
                })?;
                event.id = EventId(stored.version as u32);
                event.recorded_at = Some(stored.recorded_at);
                Ok(event)
            })
            .collect::<Outcome<Vec<_>>>()?;
        let last = stored.last().map(|stored| stored.hash.clone());
        LoadedMeeting::from_events(id, region, events, last.unwrap_or_default())
    }

    fn from_events(
        id: &str,
        region: Arc<Region>,
        events: Vec<MeetingEvent>,
        last_hash: String,
    ) -> Outcome<LoadedMeeting> {
        let state = MeetingState::fold(&events)
            .ok_or_else(|| ServiceError::Failed(format!("会议 {id} 的第一条记录不是召集")))?;
        let policy = region.pack(&state.pack, &state.version)?.clone();
        Ok(LoadedMeeting {
            id: id.to_owned(),
            version: events.len() as u32,
            last_hash,
            events,
            state,
            region,
            policy,
        })
    }

    fn def(&self) -> Option<&MeetingDef> {
        let mut kinds = self.policy.file.meeting.iter();
        kinds.find(|def| def.id == self.state.kind)
    }

    fn row(&self) -> (MeetingRow, Vec<String>) {
        let (state, calling) = (&self.state, &self.state.calling);
        let recorded = self.events.iter().filter_map(|event| event.recorded_at);
        let row = MeetingRow {
            region: self.region.id.clone(),
            meeting: self.id.clone(),
            version: i64::from(self.version),
            kind: state.kind.clone(),
            kind_title: self
                .def()
                .map_or(state.kind.clone(), |def| def.title.clone()),
            title: calling.title.clone(),
            held_on: calling.held_on,
            place: calling.place.clone(),
            chair: calling.chair.clone(),
            holder: state.holder.clone(),
            state: if state.closed { "closed" } else { "planned" }.into(),
            items: state.items.len() as i64,
            decisions: state.decisions() as i64,
            sample: state.sample,
            changed_at: recorded.max().unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        };
        let mut units = calling.members.clone();
        units.push(state.holder.clone());
        units.sort();
        units.dedup();
        (row, units)
    }
}

fn stored_form(event: &MeetingEvent) -> Outcome<NewEvent> {
    let mut data = serde_json::to_value(event)?;
    let kind = data["kind"].as_str().unwrap_or_default().to_owned();
    if let Some(object) = data.as_object_mut() {
        object.remove("id");
        object.remove("recorded_at");
    }
    Ok(NewEvent {
        kind,
        happened_on: event.happened_on,
        recorded_at: event.recorded_at.unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        by: serde_json::to_string(&event.by)?,
        data: data.to_string(),
    })
}

fn no_meeting() -> ServiceError {
    ServiceError::NotFound("没有找到这次会议，或您所在单位无权查看。请从会议列表重新打开".into())
}

impl Service {
    /// A page of meetings.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
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
            may_call: policy.file.meeting.iter().any(holds),
            kinds: kinds
                .map(|def| (def.id.clone(), def.title.clone()))
                .collect(),
        })
    }

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

    /// Open problems: matters of these kinds, and questions that enterprises asked.
    async fn problems(&self, actor: &Actor, kinds: &[&str]) -> Outcome<Vec<Problem>> {
        let (region, unit) = (&actor.region, &actor.unit);
        let mut problems = Vec::new();
        for kind in kinds {
            for line in matters::open_of_kind(self.db(), region, unit, kind, OFFERED).await? {
                let row = line.row;
                problems.push(Problem {
                    key: format!("matter:{}", row.matter),
                    from: format!("{} {}，{}", row.kind_title, row.number, row.lead),
                    item: AgendaItem {
                        source: ItemSource::Matter,
                        id: row.matter,
                        title: row.title,
                        project: row.project,
                    },
                });
            }
        }
        problems.extend(self.asked(actor, None).await?);
        Ok(problems)
    }

    /// Questions of enterprises that wait for an answer, of one project or of all that the actor sees.
    pub(crate) async fn asked(
        &self,
        actor: &Actor,
        project: Option<&str>,
    ) -> Outcome<Vec<Problem>> {
        if project.is_none() && self.sight(actor).await? != Some(store::worklists::Scope::All) {
            return Ok(Vec::new());
        }
        let found = meetings::open_questions(self.db(), &actor.region, project, OFFERED).await?;
        let problem = |asked: meetings::OpenQuestion| {
            let data: Result<serde_json::Value, _> = serde_json::from_str(&asked.data);
            let text = data
                .ok()
                .and_then(|data| Some(data["text"].as_str()?.to_owned()));
            Problem {
                key: format!("question:{}:{}", asked.project, asked.question),
                from: format!("企业提问，{}", asked.project_name),
                item: AgendaItem {
                    source: ItemSource::Question,
                    id: asked.question,
                    title: text.unwrap_or_default(),
                    project: Some(asked.project),
                },
            }
        };
        Ok(found.into_iter().map(problem).collect())
    }

    /// Calls a meeting; the answer is its id.
    ///
    /// # Errors
    /// [`ServiceError::Refused`], [`ServiceError::Invalid`], [`ServiceError::Forbidden`].
    pub async fn call_meeting(&self, actor: &Actor, new: NewMeeting) -> Outcome<String> {
        let form = self.meeting_form(actor).await?;
        let region = self.region(&actor.region).await?;
        let policy = self.matters_pack(&region)?.clone();
        if form.kinds.iter().all(|kind| kind.id != new.kind) {
            return Err(ServiceError::field("kind", "请选择列出的会议类别"));
        }
        let held_on = new
            .held_on
            .ok_or_else(|| ServiceError::field("held_on", "请填写会议日期"))?;
        let calling = Calling {
            title: new.title.trim().to_owned(),
            held_on,
            place: new.place.trim().to_owned(),
            chair: new.chair.trim().to_owned(),
            members: crate::matters::known_units(&region, &new.members)?,
        };
        called_well(&calling)?;
        let agenda = chosen(&form.problems, &new.problems, &new.topics);
        let kind = MeetingEventKind::MeetingCalled {
            pack: policy.file.pack.id.clone(),
            version: policy.file.pack.version.clone(),
            meeting: new.kind,
            holder: actor.unit.clone(),
            calling: Box::new(calling),
            agenda,
            sample: false,
        };
        let id = Uuid::now_v7().to_string();
        let event = self.meeting_event(actor, 1, kind);
        let stored = [stored_form(&event)?];
        let mut batch = Batch::new();
        let stream = Aggregate::Meeting.stream(&id);
        events::append(&mut batch, &region.id, &stream, 0, "", &stored);
        let (row, units) =
            LoadedMeeting::from_events(&id, region, vec![event], String::new())?.row();
        meetings::put(&mut batch, &row, &units);
        self.db().write(batch).await?;
        Ok(id)
    }

    fn meeting_event(&self, actor: &Actor, id: u32, kind: MeetingEventKind) -> MeetingEvent {
        MeetingEvent {
            id: EventId(id),
            happened_on: self.today(),
            recorded_at: Some(self.now()),
            by: crate::matters::matter_by(actor, None),
            kind,
        }
    }

    async fn load_seen_meeting(&self, actor: &Actor, id: &str) -> Outcome<LoadedMeeting> {
        let Some(sees_all) = self.sees_all_matters(actor).await? else {
            return Err(no_meeting());
        };
        let stream = Aggregate::Meeting.stream(id);
        let stored = events::load_stream(self.db(), &actor.region, &stream).await?;
        if stored.is_empty() {
            return Err(no_meeting());
        }
        let loaded = LoadedMeeting::of(id, self.region(&actor.region).await?, &stored)?;
        if !sees_all && !loaded.row().1.contains(&actor.unit) {
            return Err(no_meeting());
        }
        Ok(loaded)
    }

    /// Adds a fact to a meeting, with the rows that follow.
    fn add_meeting_fact(
        &self,
        batch: &mut Batch,
        actor: &Actor,
        loaded: LoadedMeeting,
        kind: MeetingEventKind,
    ) -> Outcome<()> {
        check(&loaded.state, &actor.unit, self.today(), &kind)?;
        let event = self.meeting_event(actor, loaded.version + 1, kind);
        let stored = [stored_form(&event)?];
        let stream = Aggregate::Meeting.stream(&loaded.id);
        let (region, version) = (loaded.region, i64::from(loaded.version));
        let last = events::append(
            batch,
            &region.id,
            &stream,
            version,
            &loaded.last_hash,
            &stored,
        );
        let mut events = loaded.events;
        events.push(event);
        let (row, units) = LoadedMeeting::from_events(&loaded.id, region, events, last)?.row();
        meetings::put(batch, &row, &units);
        Ok(())
    }

    /// Records something about a meeting.
    ///
    /// # Errors
    /// [`ServiceError::Refused`], [`ServiceError::NotFound`], [`ServiceError::Conflict`].
    pub async fn change_meeting(
        &self,
        actor: &Actor,
        id: &str,
        change: MeetingChange,
    ) -> Outcome<()> {
        refuse_administrators(actor)?;
        let loaded = self.load_seen_meeting(actor, id).await?;
        let kind = match change {
            MeetingChange::Items { problems, topics } => {
                let form = self.meeting_form(actor).await?;
                MeetingEventKind::MeetingItemsAdded {
                    items: chosen(&form.problems, &problems, &topics),
                }
            }
            MeetingChange::Minutes { item, text } => {
                MeetingEventKind::MeetingMinutesRecorded { item, text }
            }
            MeetingChange::Close => MeetingEventKind::MeetingMinutesClosed {},
        };
        let mut batch = Batch::new();
        self.add_meeting_fact(&mut batch, actor, loaded, kind)?;
        self.db().write(batch).await?;
        Ok(())
    }

    /// Makes a decision of a meeting a matter: both are recorded in one transaction.
    ///
    /// # Errors
    /// As [`Service::issue_matter`] and [`Service::change_meeting`].
    pub async fn decide_meeting(
        &self,
        actor: &Actor,
        id: &str,
        item: u32,
        order: MatterOrder,
    ) -> Outcome<IssuedMatter> {
        refuse_administrators(actor)?;
        let mut tries = 0;
        loop {
            match self.try_decide(actor, id, item, order.clone()).await {
                Err(ServiceError::Conflict(_)) if tries < TRIES => tries += 1,
                outcome => return outcome,
            }
        }
    }

    async fn try_decide(
        &self,
        actor: &Actor,
        id: &str,
        item: u32,
        order: MatterOrder,
    ) -> Outcome<IssuedMatter> {
        let loaded = self.load_seen_meeting(actor, id).await?;
        let made = |matter: &str, number: &str| MeetingEventKind::MeetingDecisionMade {
            item,
            matter: matter.to_owned(),
            number: number.to_owned(),
            text: order.content.trim().to_owned(),
        };
        // Whether the meeting can decide at all is said before anything about the order.
        check(&loaded.state, &actor.unit, self.today(), &made("", ""))?;
        let about = loaded
            .state
            .items
            .get(item as usize)
            .map(|state| &state.item);
        let order = MatterOrder {
            kind: loaded
                .def()
                .map(|def| def.decision.clone())
                .unwrap_or_default(),
            project: about.and_then(|item| item.project.clone()),
            source: Some(Source {
                kind: SourceKind::Meeting,
                id: loaded.id.clone(),
                text: format!(
                    "{}（{}）",
                    loaded.state.calling.title, loaded.state.calling.held_on
                ),
            }),
            ..order.clone()
        };
        let new: NewMatter = self.checked_order(actor, order).await?;
        let matter = Uuid::now_v7().to_string();
        let (mut batch, number) = self.order_batch(actor, &matter, new).await?;
        self.add_meeting_fact(&mut batch, actor, loaded, made(&matter, &number))?;
        self.db().write(batch).await?;
        Ok(IssuedMatter { matter, number })
    }

    /// A meeting that the actor may see.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`].
    pub async fn meeting(&self, actor: &Actor, id: &str) -> Outcome<MeetingView> {
        let loaded = self.load_seen_meeting(actor, id).await?;
        let mine =
            actor.admin.is_none() && actor.unit == loaded.state.holder && !loaded.state.closed;
        let def = loaded.def();
        let kinds = &loaded.policy.file.matter;
        let decision = def.and_then(|def| kinds.iter().find(|kind| kind.id == def.decision));
        let problems = match (mine, def) {
            (true, Some(def)) => {
                let all = self
                    .problems(actor, &agenda_kinds(&loaded.policy, def))
                    .await?;
                let there = |problem: &Problem| {
                    loaded.state.items.iter().any(|state| {
                        state.item.id == problem.item.id
                            && state.item.project == problem.item.project
                            && state.item.source == problem.item.source
                    })
                };
                all.into_iter().filter(|problem| !there(problem)).collect()
            }
            _ => Vec::new(),
        };
        let history = loaded.events.iter().rev().map(|event| HistoryLine {
            on: event.happened_on,
            at: event.recorded_at.map(display_minute).unwrap_or_default(),
            person: signature(&event.by),
            unit: event.by.unit.clone(),
            sentence: describe(event),
            files: Vec::new(),
        });
        Ok(MeetingView {
            kind_title: def.map_or(loaded.state.kind.clone(), |def| def.title.clone()),
            clause: def.map_or_else(
                || loaded.policy.clause("", ""),
                |def| loaded.policy.clause(&def.clause, &def.text),
            ),
            decision_title: decision.map(|kind| kind.title.clone()).unwrap_or_default(),
            mine,
            held: self.today() >= loaded.state.calling.held_on,
            problems,
            units: match mine {
                true => self.answering_units(actor).await?,
                false => Vec::new(),
            },
            history: history.collect(),
            meeting: loaded.id.clone(),
            state: loaded.state,
        })
    }

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

/// Kinds of matters from which the agenda of a kind of meeting is drawn.
fn agenda_kinds<'p>(policy: &'p Policy, def: &'p MeetingDef) -> Vec<&'p str> {
    if def.agenda.is_empty() {
        let kinds = policy.file.matter.iter();
        return kinds.map(|kind| kind.id.as_str()).collect();
    }
    def.agenda.iter().map(String::as_str).collect()
}

/// The chosen problems and topics as items.
fn chosen(offered: &[Problem], keys: &[String], topics: &[String]) -> Vec<AgendaItem> {
    let picked = offered.iter().filter(|problem| keys.contains(&problem.key));
    let mut items: Vec<AgendaItem> = picked.map(|problem| problem.item.clone()).collect();
    let topics = topics.iter().map(|topic| topic.trim());
    items.extend(
        topics
            .filter(|topic| !topic.is_empty())
            .map(|topic| AgendaItem {
                source: ItemSource::Topic,
                id: String::new(),
                title: topic.to_owned(),
                project: None,
            }),
    );
    items
}

fn meeting_item(row: MeetingRow) -> MeetingItem {
    MeetingItem {
        closed: row.state == "closed",
        meeting: row.meeting,
        kind: row.kind_title,
        title: row.title,
        held_on: row.held_on,
        place: row.place,
        chair: row.chair,
        holder: row.holder,
        items: row.items,
        decisions: row.decisions,
        sample: row.sample,
    }
}
