//! 签到: which of the called units came, sent a deputy, or were absent.

use askama::Template;
use axum::extract::{Path, State};
use domain::meeting::{Attendance, MeetingState, Presence, moment};
use service::meetings::{MeetingChange, MeetingView};

use super::super::matters::{Trouble, trouble, with_status};
use crate::App;
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, back_with, render};
use crate::session::Signed;

/// A called unit.
pub struct Row {
    pub unit: String,
    /// 到会, 代会, 缺席, or 未登记.
    pub word: &'static str,
    pub tag: &'static str,
    pub person: String,
}

/// The called units, each with how it was there.
pub fn rows(state: &MeetingState) -> Vec<Row> {
    let row = |unit: &String| {
        let there = state.attendance_of(unit);
        let (word, tag) = match there.map(|there| there.presence) {
            Some(presence @ Presence::Came) => (presence.title(), "green"),
            Some(presence @ Presence::Deputy) => (presence.title(), "yellow"),
            Some(presence @ Presence::Absent) => (presence.title(), "red"),
            None => ("未登记", "neutral"),
        };
        Row {
            unit: unit.clone(),
            word,
            tag,
            person: there.map(|there| there.person.clone()).unwrap_or_default(),
        }
    };
    state.calling.members.iter().map(row).collect()
}

/// `应到 6 个单位，到会 4，代会 1，缺席 1`; empty while nothing is known.
pub fn counts(state: &MeetingState) -> String {
    if state.attendance.is_empty() {
        return String::new();
    }
    let count = |presence: Presence| {
        let having = state.attendance.iter();
        having.filter(|there| there.presence == presence).count()
    };
    let parts = Presence::ALL.map(|presence| format!("{} {}", presence.title(), count(presence)));
    let called = state.calling.members.len();
    format!("应到 {called} 个单位，{}", parts.join("，"))
}

/// `市发改委派样例甲代会；国土局缺席（出差）`.
pub fn absences(state: &MeetingState) -> String {
    let words = |there: &Attendance| match (there.presence, there.person.as_str()) {
        (Presence::Came, _) => None,
        (Presence::Deputy, "") => Some(format!("{}派人代会", there.unit)),
        (Presence::Deputy, person) => Some(format!("{}由{person}代会", there.unit)),
        (Presence::Absent, "") => Some(format!("{}缺席", there.unit)),
        (Presence::Absent, why) => Some(format!("{}缺席（{why}）", there.unit)),
    };
    let all: Vec<String> = state.attendance.iter().filter_map(words).collect();
    all.join("；")
}

/// A called unit in the form.
struct FieldRow {
    unit: String,
    /// Names of the two fields.
    how: String,
    who: String,
    chosen: String,
    person: String,
}

#[derive(Template)]
#[template(path = "meetings/attendance.html")]
struct AttendanceView {
    page: Page,
    trouble: Option<Trouble>,
    home: String,
    action: String,
    meeting: String,
    held: String,
    choices: Vec<(&'static str, &'static str)>,
    rows: Vec<FieldRow>,
}

async fn page(
    app: &App,
    signed: &Signed,
    view: MeetingView,
    fields: &Fields,
    trouble: Option<Trouble>,
) -> Answer {
    let typed = trouble.is_some();
    let row = |(at, unit): (usize, &String)| {
        let (how, who) = names(at);
        let there = view.state.attendance_of(unit);
        let kept = |name: &str, now: String| match typed {
            true => fields.get(name).to_owned(),
            false => now,
        };
        FieldRow {
            chosen: kept(
                &how,
                there.map_or(String::new(), |there| there.presence.id().to_owned()),
            ),
            person: kept(
                &who,
                there.map(|there| there.person.clone()).unwrap_or_default(),
            ),
            unit: unit.clone(),
            how,
            who,
        }
    };
    let calling = &view.state.calling;
    render(&AttendanceView {
        page: Page::new(app, signed, "签到", "/meetings").await?,
        home: format!("/meetings/{}", view.meeting),
        action: format!("/meetings/{}/attendance", view.meeting),
        meeting: calling.title.clone(),
        held: moment(calling.held_on, calling.time),
        choices: Presence::ALL
            .iter()
            .map(|presence| (presence.id(), presence.title()))
            .collect(),
        rows: calling.members.iter().enumerate().map(row).collect(),
        trouble,
    })
}

fn names(at: usize) -> (String, String) {
    (format!("how{at}"), format!("who{at}"))
}

pub async fn open(State(app): State<App>, signed: Signed, Path(meeting): Path<String>) -> Answer {
    let view = app.service.meeting(&signed.actor, &meeting).await?;
    if !view.mine || !view.held {
        return Err(super::not_now(&view, "登记签到").into());
    }
    page(&app, &signed, view, &Fields::default(), None).await
}

pub async fn save(
    State(app): State<App>,
    signed: Signed,
    Path(meeting): Path<String>,
    fields: Fields,
) -> Answer {
    let view = app.service.meeting(&signed.actor, &meeting).await?;
    let there = |(at, unit): (usize, &String)| {
        let (how, who) = names(at);
        Some(Attendance {
            unit: unit.clone(),
            presence: Presence::parse(fields.get(&how))?,
            person: fields.get(&who).trim().to_owned(),
        })
    };
    let members = view.state.calling.members.iter().enumerate();
    let change = MeetingChange::Attend {
        attendance: members.filter_map(there).collect(),
    };
    let changed = app.service.change_meeting(&signed.actor, &meeting, change);
    match changed.await {
        Ok(()) => Ok(back_with(&format!("/meetings/{meeting}"), "已登记签到")),
        Err(error) => {
            let (trouble, status) = trouble(error)?;
            let answer = page(&app, &signed, view, &fields, Some(trouble)).await;
            with_status(answer, status)
        }
    }
}
