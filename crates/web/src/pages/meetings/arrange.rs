//! Changing a meeting after it was called: its arrangement, postponing, cancelling.

use askama::Template;
use axum::extract::{Path, State};
use domain::meeting::moment;
use service::ServiceError;
use service::meetings::{MeetingChange, MeetingView};

use super::super::matters::{Tick, Trouble, day_needed, ticks, trouble, with_status};
use super::{new_meeting, time_of};
use crate::App;
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, back_with, render};
use crate::session::Signed;

/// What is done to a meeting.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Deed {
    Arrange,
    Postpone,
    Cancel,
}

impl Deed {
    fn title(self) -> &'static str {
        match self {
            Deed::Arrange => "调整安排",
            Deed::Postpone => "延期召开",
            Deed::Cancel => "取消会议",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Deed::Arrange => "arrangement",
            Deed::Postpone => "postpone",
            Deed::Cancel => "cancel",
        }
    }

    fn done(self) -> &'static str {
        match self {
            Deed::Arrange => "已调整会议安排，参加单位将收到通知",
            Deed::Postpone => "已延期，参加单位将收到通知",
            Deed::Cancel => "已取消，参加单位将收到通知",
        }
    }
}

#[derive(Template)]
#[template(path = "meetings/arrange.html")]
struct ArrangeView {
    page: Page,
    trouble: Option<Trouble>,
    title: &'static str,
    action: String,
    home: String,
    meeting: String,
    held: String,
    /// Whether all of the arrangement is asked for.
    whole: bool,
    /// Whether day and time are asked for.
    day: bool,
    /// Whether day and time can still be moved.
    movable: bool,
    reason_needed: bool,
    meeting_title: String,
    held_on: String,
    time: String,
    place: String,
    chair: String,
    members: Vec<Tick>,
    reason: String,
    confirm: &'static str,
}

impl ArrangeView {
    fn error(&self, field: &str) -> &str {
        self.trouble
            .as_ref()
            .map_or("", |trouble| trouble.at(field))
    }
}

/// The form, with what was typed when something was wrong with it, and else as the meeting stands.
async fn page(
    app: &App,
    signed: &Signed,
    deed: Deed,
    view: MeetingView,
    fields: &Fields,
    trouble: Option<Trouble>,
) -> Answer {
    let calling = &view.state.calling;
    let typed = trouble.is_some();
    let kept = |name: &str, now: &str| match typed {
        true => fields.get(name).to_owned(),
        false => now.to_owned(),
    };
    let time = calling.time.map_or(String::new(), |time| {
        format!("{:02}:{:02}", time.hour(), time.minute())
    });
    let members = match typed {
        true => fields.all("members").to_vec(),
        false => calling.members.clone(),
    };
    render(&ArrangeView {
        page: Page::new(app, signed, deed.title(), "/meetings").await?,
        title: deed.title(),
        action: format!("/meetings/{}/{}", view.meeting, deed.path()),
        home: format!("/meetings/{}", view.meeting),
        meeting: calling.title.clone(),
        held: moment(calling.held_on, calling.time),
        whole: deed == Deed::Arrange,
        day: deed != Deed::Cancel,
        movable: view.movable,
        reason_needed: deed != Deed::Arrange,
        meeting_title: kept("title", &calling.title),
        held_on: kept("held_on", &calling.held_on.to_string()),
        time: kept("time", &time),
        place: kept("place", &calling.place),
        chair: kept("chair", &calling.chair),
        members: ticks(&view.units, &members),
        reason: kept("reason", ""),
        confirm: match deed {
            Deed::Cancel => "取消后不能恢复，确定？",
            _ => "",
        },
        trouble,
    })
}

/// The form is for whoever prepares the meeting, and while it has not ended.
async fn form(app: App, signed: Signed, meeting: String, deed: Deed) -> Answer {
    let view = app.service.meeting(&signed.actor, &meeting).await?;
    if !view.mine || (deed != Deed::Arrange && !view.movable) {
        return Err(super::not_now(&view, deed.title()).into());
    }
    page(&app, &signed, deed, view, &Fields::default(), None).await
}

async fn save(app: App, signed: Signed, meeting: String, fields: Fields, deed: Deed) -> Answer {
    let outcome = match change(deed, &fields) {
        Ok(change) => {
            let changed = app.service.change_meeting(&signed.actor, &meeting, change);
            changed.await
        }
        Err(error) => Err(error),
    };
    match outcome {
        Ok(()) => Ok(back_with(&format!("/meetings/{meeting}"), deed.done())),
        Err(error) => {
            let (trouble, status) = trouble(error)?;
            let view = app.service.meeting(&signed.actor, &meeting).await?;
            if !view.mine {
                return Err(super::not_now(&view, deed.title()).into());
            }
            let answer = page(&app, &signed, deed, view, &fields, Some(trouble)).await;
            with_status(answer, status)
        }
    }
}

fn change(deed: Deed, fields: &Fields) -> Result<MeetingChange, ServiceError> {
    let reason = fields.get("reason").to_owned();
    Ok(match deed {
        Deed::Arrange => MeetingChange::Arrange {
            calling: Box::new(new_meeting(fields)?),
            reason,
        },
        Deed::Postpone => MeetingChange::Postpone {
            held_on: day_needed(fields, "held_on")?,
            time: time_of(fields)?,
            reason,
        },
        Deed::Cancel => MeetingChange::Cancel { reason },
    })
}

pub async fn arrangement(
    State(app): State<App>,
    signed: Signed,
    Path(meeting): Path<String>,
) -> Answer {
    form(app, signed, meeting, Deed::Arrange).await
}

pub async fn arranged(
    State(app): State<App>,
    signed: Signed,
    Path(meeting): Path<String>,
    fields: Fields,
) -> Answer {
    save(app, signed, meeting, fields, Deed::Arrange).await
}

pub async fn postponement(
    State(app): State<App>,
    signed: Signed,
    Path(meeting): Path<String>,
) -> Answer {
    form(app, signed, meeting, Deed::Postpone).await
}

pub async fn postponed(
    State(app): State<App>,
    signed: Signed,
    Path(meeting): Path<String>,
    fields: Fields,
) -> Answer {
    save(app, signed, meeting, fields, Deed::Postpone).await
}

pub async fn cancellation(
    State(app): State<App>,
    signed: Signed,
    Path(meeting): Path<String>,
) -> Answer {
    form(app, signed, meeting, Deed::Cancel).await
}

pub async fn cancelled(
    State(app): State<App>,
    signed: Signed,
    Path(meeting): Path<String>,
    fields: Fields,
) -> Answer {
    save(app, signed, meeting, fields, Deed::Cancel).await
}
