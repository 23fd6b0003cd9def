//! Meetings: the states that they can reach, who may record what and when, periods, facts and their sentences.

#![allow(clippy::unwrap_used, clippy::panic)] // helpers of tests fail by panicking

use std::collections::{BTreeSet, VecDeque};

use calendar::{Day, Limit, LimitUnit, WorkCalendar};
use domain::event::EventId;
use domain::matter::MatterBy;
use domain::meeting::{
    AgendaItem, Attendance, Calling, ItemSource, MeetingEvent, MeetingEventKind, MeetingState,
    Presence, check, period_of, remind_on, sentences,
};
use jiff::civil::{date, time};

const HOLDER: &str = "市商务(招商合作)局";
const LAND: &str = "国土局";
const PLAN: &str = "规划局";
const DOC: &str = include_str!("../../../docs/events-matters.md");

fn topic(title: &str) -> AgendaItem {
    AgendaItem {
        source: ItemSource::Topic,
        id: String::new(),
        title: title.into(),
        project: None,
    }
}

fn calling() -> Calling {
    Calling {
        title: "样例联席会议".into(),
        held_on: date(2025, 9, 25),
        time: None,
        place: "样例会议室".into(),
        chair: "样例市长".into(),
        members: vec![LAND.into(), PLAN.into()],
    }
}

fn event(kind: MeetingEventKind) -> MeetingEvent {
    MeetingEvent {
        id: EventId(1),
        happened_on: date(2025, 9, 22),
        recorded_at: None,
        by: MatterBy {
            unit: HOLDER.into(),
            ..MatterBy::default()
        },
        kind,
    }
}

fn called() -> MeetingEvent {
    event(MeetingEventKind::MeetingCalled {
        pack: "p".into(),
        version: "1".into(),
        meeting: "joint".into(),
        holder: HOLDER.into(),
        calling: Box::new(calling()),
        agenda: vec![topic("甲"), topic("乙")],
        sample: false,
    })
}

fn attendance(unit: &str, presence: Presence) -> Attendance {
    Attendance {
        unit: unit.into(),
        presence,
        person: String::new(),
    }
}

/// Everything that could be recorded, right or wrong.
fn tries() -> Vec<MeetingEventKind> {
    use MeetingEventKind as Kind;
    let other = |members: Vec<&str>, held_on: Day| Kind::MeetingChanged {
        calling: Box::new(Calling {
            members: members.into_iter().map(str::to_owned).collect(),
            held_on,
            ..calling()
        }),
        reason: String::new(),
    };
    let day = calling().held_on;
    vec![
        other(vec![LAND], day),
        other(vec![LAND, PLAN], date(2025, 9, 26)),
        Kind::MeetingPostponed {
            held_on: date(2025, 9, 28),
            time: Some(time(9, 30, 0, 0)),
            reason: "主持人外出".into(),
        },
        Kind::MeetingCancelled {
            reason: "合并召开".into(),
        },
        Kind::MeetingAttendanceRecorded {
            attendance: vec![attendance(LAND, Presence::Came)],
        },
        Kind::MeetingAttendanceRecorded {
            attendance: vec![attendance("税务局", Presence::Came)],
        },
        Kind::MeetingItemsReordered { order: vec![1, 0] },
        Kind::MeetingItemsReordered { order: vec![0] },
        Kind::MeetingItemRemoved {
            item: 1,
            reason: String::new(),
        },
        Kind::MeetingMinutesRecorded {
            item: 0,
            text: "已议".into(),
        },
        Kind::MeetingMinutesRecorded {
            item: 1,
            text: "已议".into(),
        },
        Kind::MeetingDecisionMade {
            item: 0,
            matter: "m".into(),
            number: "样会〔2025〕第 1 号".into(),
            text: "办理".into(),
        },
        Kind::MeetingMinutesClosed {},
    ]
}

/// What of a state decides what can follow; a decision more or less does not.
fn key(state: &MeetingState) -> String {
    let items = state.items.iter();
    let items = items.map(|item| (item.id, item.minutes.clone(), item.decisions.len().min(1)));
    format!(
        "{:?} {:?} {:?} {} {:?}",
        state.calling,
        items.collect::<Vec<_>>(),
        state.attendance,
        state.closed,
        state.cancelled
    )
}

#[test]
fn a_meeting_that_ended_never_changes_and_only_called_units_attend() {
    let first = MeetingState::fold(&[called()]).unwrap();
    let mut seen = BTreeSet::from([key(&first)]);
    let mut open = VecDeque::from([vec![called()]]);
    let (mut closed, mut cancelled) = (0, 0);
    while let Some(events) = open.pop_front() {
        let state = MeetingState::fold(&events).unwrap();
        closed += usize::from(state.closed);
        cancelled += usize::from(state.cancelled.is_some());
        assert!(
            state
                .attendance
                .iter()
                .all(|there| state.calling.members.contains(&there.unit)),
            "{state:?}"
        );
        for kind in tries() {
            let stranger = check(&state, LAND, date(2025, 9, 28), &kind).unwrap_err();
            assert_eq!(stranger.code, "not_authorised");
            for today in [date(2025, 9, 24), date(2025, 9, 28)] {
                let outcome = check(&state, HOLDER, today, &kind);
                if state.ended() {
                    assert!(outcome.is_err(), "{kind:?} after the end");
                }
                let Ok(()) = outcome else { continue };
                if today < state.calling.held_on {
                    let of_the_day = matches!(
                        kind,
                        MeetingEventKind::MeetingAttendanceRecorded { .. }
                            | MeetingEventKind::MeetingMinutesRecorded { .. }
                            | MeetingEventKind::MeetingDecisionMade { .. }
                            | MeetingEventKind::MeetingMinutesClosed {}
                    );
                    assert!(!of_the_day, "{kind:?} before the day");
                }
                let mut after = events.clone();
                after.push(event(kind.clone()));
                if seen.insert(key(&MeetingState::fold(&after).unwrap())) {
                    open.push_back(after);
                }
            }
        }
    }
    assert!(seen.len() > 100, "{}", seen.len());
    assert!(closed > 0 && cancelled > 0, "{closed} {cancelled}");
}

#[test]
fn what_is_refused_says_why() {
    let held = date(2025, 9, 25);
    let minutes = |text: &str| MeetingEventKind::MeetingMinutesRecorded {
        item: 0,
        text: text.into(),
    };
    let code = |events: &[MeetingEvent], kind: &MeetingEventKind| {
        let state = MeetingState::fold(events).unwrap();
        check(&state, HOLDER, held, kind).map_err(|refusal| refusal.code)
    };
    let fresh = vec![called()];
    let discussed = vec![called(), event(minutes("已议"))];
    let cancel = |reason: &str| MeetingEventKind::MeetingCancelled {
        reason: reason.into(),
    };
    let remove = |item: u32| MeetingEventKind::MeetingItemRemoved {
        item,
        reason: String::new(),
    };
    assert_eq!(code(&fresh, &cancel(" ")), Err("text_missing".into()));
    assert_eq!(code(&fresh, &cancel("合并")), Ok(()));
    assert_eq!(
        code(&discussed, &cancel("合并")),
        Err("already_held".into())
    );
    assert_eq!(code(&discussed, &remove(0)), Err("item_discussed".into()));
    assert_eq!(code(&discussed, &remove(1)), Ok(()));
    assert_eq!(code(&discussed, &remove(9)), Err("no_item".into()));
    assert_eq!(
        code(&discussed, &minutes("更正")),
        Ok(()),
        "minutes are corrected until they are closed"
    );
    let close = MeetingEventKind::MeetingMinutesClosed {};
    assert_eq!(code(&discussed, &close), Err("no_minutes".into()));
    let without = [discussed, vec![event(remove(1))]].concat();
    assert_eq!(code(&without, &close), Ok(()));
    let foreign = MeetingEventKind::MeetingAttendanceRecorded {
        attendance: vec![attendance("税务局", Presence::Came)],
    };
    assert_eq!(code(&fresh, &foreign), Err("not_called".into()));
    let same = MeetingEventKind::MeetingChanged {
        calling: Box::new(calling()),
        reason: String::new(),
    };
    assert_eq!(code(&fresh, &same), Err("no_change".into()));
}

#[test]
fn items_keep_their_numbers_when_the_agenda_changes() {
    let facts = [
        called(),
        event(MeetingEventKind::MeetingItemsReordered { order: vec![1, 0] }),
        event(MeetingEventKind::MeetingItemRemoved {
            item: 0,
            reason: "材料不齐".into(),
        }),
        event(MeetingEventKind::MeetingItemsAdded {
            items: vec![topic("丙")],
        }),
        event(MeetingEventKind::MeetingMinutesRecorded {
            item: 2,
            text: "已议".into(),
        }),
    ];
    let state = MeetingState::fold(&facts).unwrap();
    let items: Vec<(u32, &str, &str)> = state
        .items
        .iter()
        .map(|item| (item.id, item.item.title.as_str(), item.minutes.as_str()))
        .collect();
    assert_eq!(items, [(1, "乙", ""), (2, "丙", "已议")]);
    assert_eq!(sentences(&facts)[2], "撤下议题“甲”（材料不齐）。");
    assert_eq!(sentences(&facts)[4], "填写议题“丙”的会议记录。");
}

#[test]
fn a_meeting_is_due_once_in_each_period_of_the_calendar_year() {
    let months = |n: u16| Limit {
        n,
        unit: LimitUnit::Months,
    };
    let cases = [
        (
            months(1),
            date(2025, 2, 3),
            (date(2025, 2, 1), date(2025, 2, 28)),
            "2025年2月",
        ),
        (
            months(3),
            date(2025, 12, 31),
            (date(2025, 10, 1), date(2025, 12, 31)),
            "2025年第四季度",
        ),
        (
            months(6),
            date(2025, 7, 1),
            (date(2025, 7, 1), date(2025, 12, 31)),
            "2025年下半年",
        ),
        (
            months(12),
            date(2025, 7, 1),
            (date(2025, 1, 1), date(2025, 12, 31)),
            "2025年",
        ),
    ];
    for (every, day, days, title) in cases {
        let period = period_of(every, day).unwrap();
        assert_eq!(
            ((period.first, period.last), period.title().as_str()),
            (days, title)
        );
    }
    let week = Limit {
        n: 7,
        unit: LimitUnit::NaturalDays,
    };
    let period = period_of(week, date(2025, 9, 28)).unwrap();
    assert_eq!(
        (period.first, period.last),
        (date(2025, 9, 22), date(2025, 9, 28))
    );
    assert_eq!(period_of(months(5), date(2025, 9, 28)), None);
    // Periods follow one another without gap through years.
    for n in [1, 2, 3, 4, 6, 12] {
        let mut period = period_of(months(n), date(2024, 1, 1)).unwrap();
        while period.first < date(2027, 1, 1) {
            let next = period.next().unwrap();
            assert_eq!(period.last.tomorrow().unwrap(), next.first);
            assert_eq!(next.previous(), Some(period));
            period = next;
        }
    }
    let calendar = WorkCalendar::state_council();
    let quarter = period_of(months(3), date(2025, 9, 1)).unwrap();
    let ahead = Limit {
        n: 15,
        unit: LimitUnit::NaturalDays,
    };
    assert_eq!(remind_on(quarter, ahead, calendar), date(2025, 9, 15));
}

#[test]
fn every_example_of_the_page_is_read_and_written_back_and_has_a_sentence() {
    let examples: Vec<&str> = DOC
        .lines()
        .filter(|line| line.starts_with('{') && line.contains("\"kind\":\"meeting_"))
        .collect();
    let mut kinds = BTreeSet::new();
    let mut facts = Vec::new();
    for example in examples {
        let shown: serde_json::Value = serde_json::from_str(example).unwrap();
        let fact: MeetingEvent =
            serde_json::from_str(example).unwrap_or_else(|error| panic!("{error}\n{example}"));
        let written = serde_json::to_value(&fact).unwrap();
        for (key, value) in shown.as_object().unwrap() {
            if key != "by" {
                assert_eq!(&written[key], value, "{key} of {example}");
            }
        }
        kinds.insert(shown["kind"].as_str().unwrap().to_owned());
        facts.push(fact);
    }
    assert_eq!(kinds.len(), 11, "{kinds:?}");
    let told = sentences(&facts);
    assert_eq!(told.len(), facts.len());
    for sentence in &told {
        assert!(!sentence.contains("。。"), "{sentence}");
    }
    for expected in [
        "召集会议，2025-09-25 星期四 09:30 召开，议题 2 个。",
        "调整会议安排：地点由样例会议室改为样例报告厅；增加参加单位市发改委（会场维修）。",
        "延期到 2025-09-26 星期五 14:30 召开（主持人外出）。",
        "签到：到会 1 个，代会 1 个（规划局），缺席 1 个（市发改委）。",
        "会议纪要定稿。",
    ] {
        assert!(
            told.iter().any(|sentence| sentence == expected),
            "{expected}\n{told:#?}"
        );
    }
}
