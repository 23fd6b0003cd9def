//! Meetings of 湘潭 as an office would have them: two joint meetings with minutes and decisions, a special meeting, and a
//! dispatch meeting called for next week. People are invented.

use calendar::Day;
use domain::matter::MatterCommand;
use domain::meeting::{Attendance, Presence};
use jiff::civil::time;

use super::matters::{
    COMMERCE, LAND, LANDING, OFFICE, OPENING, PARK, PLAN, REFORM, Story, official, report,
};
use crate::Outcome;
use crate::matters::MatterOrder;
use crate::meetings::{MeetingChange, NewMeeting};

const CHAIR: &str = "样例副市长";
const ROOM: &str = "市政府样例会议室";

/// A decision: item, title, content, units, working days that it took (nothing: still open), days until it is due.
struct Decided {
    item: u32,
    title: &'static str,
    content: &'static str,
    units: &'static [&'static str],
    done_after: Option<i64>,
    due_after: i64,
}

/// A meeting that was held.
struct Held {
    kind: &'static str,
    holder: &'static str,
    title: &'static str,
    ago: i64,
    members: &'static [&'static str],
    deputy: &'static str,
    topics: &'static [(&'static str, &'static str)],
    decisions: &'static [Decided],
}

const JOINT: &[&str] = &[PARK, COMMERCE, REFORM, LAND, PLAN];

/// The meetings of the past.
pub(super) async fn held(story: &Story<'_>) -> Outcome<()> {
    let first = Held {
        kind: "joint",
        holder: OFFICE,
        title: "样例部门联席会议（上半年）",
        ago: 172,
        members: JOINT,
        deputy: PLAN,
        topics: &[
            (
                "样例新材料项目用地报批",
                "园区汇报项目进度，国土部门说明报批程序。会议要求容缺受理、并联审查。",
            ),
            (
                "重大项目前期工作安排",
                "各单位汇报了在谈项目，会议对下一季度工作作了部署。",
            ),
        ],
        decisions: &[Decided {
            item: 0,
            title: "样例新材料项目用地报批",
            content: "国土部门一个月内完成用地报批，园区同步完成地上附着物清理。",
            units: &[LAND, PARK],
            done_after: Some(24),
            due_after: 28,
        }],
    };
    let second = Held {
        kind: "joint",
        holder: OFFICE,
        title: "样例部门联席会议（三季度）",
        ago: 76,
        members: JOINT,
        deputy: REFORM,
        topics: &[
            (
                "样例装备制造项目规划条件",
                "规划部门说明控规调整进度，企业代表介绍设备订货情况。",
            ),
            (
                "样例冷链物流项目用电接入",
                "园区反映电力专线通道未落实，会议要求发改部门牵头协调。",
            ),
            (
                "四季度签约和开工安排",
                "各单位报告四季度拟签约、拟开工项目，会议逐项明确责任单位。",
            ),
        ],
        decisions: &[
            Decided {
                item: 0,
                title: "样例装备制造项目规划条件",
                content: "规划部门二十日内出具规划设计条件。",
                units: &[PLAN],
                done_after: Some(15),
                due_after: 20,
            },
            Decided {
                item: 1,
                title: "样例冷链物流项目用电接入",
                content: "发改部门牵头协调电力专线通道，园区负责管廊施工，年内接电。",
                units: &[REFORM, PARK],
                done_after: None,
                due_after: 60,
            },
        ],
    };
    let special = Held {
        kind: "special",
        holder: LANDING,
        title: "样例生物医药项目专题会",
        ago: 20,
        members: &[PARK, LAND],
        deputy: "",
        topics: &[(
            "标准厂房租金支持方案",
            "会议原则同意按三年分段支持，由园区修改方案后按程序报批。",
        )],
        decisions: &[Decided {
            item: 0,
            title: "样例生物医药项目厂房支持方案",
            content: "园区修改标准厂房租金支持方案，按程序提交市人民政府决策。",
            units: &[PARK],
            done_after: None,
            due_after: 40,
        }],
    };
    for meeting in [first, second, special] {
        hold(story, &meeting).await?;
    }
    Ok(())
}

async fn hold(story: &Story<'_>, held: &Held) -> Outcome<()> {
    let (service, who) = (story.service, official(held.holder));
    let on = story.ago(held.ago);
    let new = NewMeeting {
        kind: held.kind.into(),
        title: held.title.into(),
        held_on: Some(on),
        time: Some(time(9, 0, 0, 0)),
        place: ROOM.into(),
        chair: CHAIR.into(),
        members: held.members.iter().map(|unit| (*unit).into()).collect(),
        topics: held
            .topics
            .iter()
            .map(|(topic, _)| (*topic).into())
            .collect(),
        problems: Vec::new(),
        sample: true,
    };
    let called = story.ago(held.ago + 6);
    let meeting = service.call_meeting_on(&who, new, called).await?;
    let record = async |change: MeetingChange, on: Day| {
        service.change_meeting_on(&who, &meeting, change, on).await
    };
    let attendance = held.members.iter().map(|unit| Attendance {
        unit: (*unit).into(),
        presence: match *unit == held.deputy {
            true => Presence::Deputy,
            false => Presence::Came,
        },
        person: official(unit).name,
    });
    let attendance = attendance.collect();
    record(MeetingChange::Attend { attendance }, on).await?;
    for (item, (_, minutes)) in (0..).zip(held.topics) {
        let text = (*minutes).to_owned();
        record(MeetingChange::Minutes { item, text }, on).await?;
    }
    let mut matters = Vec::new();
    for decided in held.decisions {
        let order = MatterOrder {
            title: decided.title.into(),
            content: decided.content.into(),
            units: decided.units.iter().map(|unit| (*unit).into()).collect(),
            due: Some(story.ago(held.ago - decided.due_after)),
            ..MatterOrder::default()
        };
        let issued = service.decide_meeting_on(&who, &meeting, decided.item, order, on);
        matters.push(issued.await?.matter);
    }
    record(MeetingChange::Close, story.ago(held.ago - 2)).await?;
    for (decided, matter) in held.decisions.iter().zip(matters) {
        let Some(lead) = decided.units.first() else {
            continue;
        };
        story
            .act(&matter, lead, held.ago - 2, MatterCommand::Accept)
            .await?;
        let Some(after) = decided.done_after else {
            continue;
        };
        let on = held.ago - after;
        let text = "已按会议决定办结，相关文件已送园区和企业。";
        story.act(&matter, lead, on, report(text)).await?;
        let opinion = "情况属实，同意。".to_owned();
        let approve = MatterCommand::Approve { opinion };
        story.act(&matter, held.holder, on - 1, approve).await?;
        let note = String::new();
        let close = MatterCommand::Close { note };
        story.act(&matter, held.holder, on - 1, close).await?;
    }
    Ok(())
}

/// The dispatch meeting of next week, with what is most urgent on its agenda.
pub(super) async fn to_come(story: &Story<'_>) -> Outcome<()> {
    let who = official(OPENING);
    let form = story.service.meeting_form(&who).await?;
    let urgent = form.problems.iter().take(3);
    let new = NewMeeting {
        kind: "dispatch".into(),
        title: "样例重点项目月调度会".into(),
        held_on: Some(story.ago(-7)),
        time: Some(time(14, 30, 0, 0)),
        place: ROOM.into(),
        chair: CHAIR.into(),
        members: [PARK, REFORM, LAND, PLAN].map(String::from).to_vec(),
        problems: urgent.map(|problem| problem.key.clone()).collect(),
        topics: vec!["下月拟开工项目".into()],
        sample: true,
    };
    story
        .service
        .call_meeting_on(&who, new, story.today)
        .await?;
    Ok(())
}
