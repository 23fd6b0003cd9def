//! Named cases: what a person with a printed calendar and the Civil Code would find.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests stop at what cannot be"
)]

use calendar::{
    Day, Due, DueError, ExplainStep, Limit, LimitUnit, Moved, Roll, WorkCalendar, back, due,
    due_excluding, explain, moved, parse_day,
};

fn day(text: &str) -> Day {
    parse_day(text).unwrap()
}

fn limit(text: &str) -> Limit {
    text.parse().unwrap()
}

fn published() -> &'static WorkCalendar {
    WorkCalendar::state_council()
}

fn intervals(text: &str) -> Vec<(Day, Day)> {
    let parts = text.split(", ").filter_map(|part| part.split_once(".."));
    parts.map(|(first, last)| (day(first), day(last))).collect()
}

/// Checks a table of lines `anchor + limit = due day`. After the limit, `rolled` lets a day of rest
/// roll over and `without` names excluded intervals; after the due day, `provisional` expects that
/// mark; `#` begins a remark.
fn assert_table(table: &str) {
    let lines = table.lines().map(str::trim);
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (span, expected) = line.split_once(" = ").unwrap();
        let (anchor, limit_text) = span.split_once(" + ").unwrap();
        let (limit_text, excluded) = limit_text
            .split_once(" without ")
            .unwrap_or((limit_text, ""));
        let (limit_text, roll) = match limit_text.strip_suffix(" rolled") {
            Some(rest) => (rest, Roll::NextWorkingDay),
            None => (limit_text, Roll::None),
        };
        let (due_text, provisional) = match expected.strip_suffix(" provisional") {
            Some(rest) => (rest, true),
            None => (expected, false),
        };
        let (anchor, limit, excluded) = (day(anchor), limit(limit_text), intervals(excluded));
        let found = due_excluding(anchor, limit, roll, published(), &excluded);
        assert_eq!(
            found,
            Ok(Due {
                day: day(due_text),
                provisional
            }),
            "{line}"
        );
    }
}

#[test]
fn months_and_years_end_on_the_same_number_or_the_last_day_of_the_month() {
    assert_table(
        "
        2024-08-31 + 6 months = 2025-02-28
        2024-08-30 + 6 months = 2025-02-28
        2024-08-29 + 6 months = 2025-02-28
        2024-08-28 + 6 months = 2025-02-28
        2025-08-31 + 6 months = 2026-02-28
        2023-08-31 + 6 months = 2024-02-29
        2024-01-31 + 1 month = 2024-02-29
        2025-01-31 + 1 month = 2025-02-28
        2025-02-28 + 1 month = 2025-03-28
        2025-03-31 + 1 month = 2025-04-30
        2025-07-30 + 4 months = 2025-11-30
        2025-11-30 + 3 months = 2026-02-28
        2025-12-31 + 12 months = 2026-12-31
        2024-02-29 + 1 year = 2025-02-28
        2024-02-29 + 4 years = 2028-02-29
        1996-02-29 + 4 years = 2000-02-29
        ",
    );
}

#[test]
fn natural_days_begin_with_the_day_after_and_pass_no_holiday_over() {
    assert_table(
        "
        2024-02-28 + 1 natural_day = 2024-02-29
        2024-02-28 + 2 natural_days = 2024-03-01
        2025-02-28 + 1 natural_day = 2025-03-01
        2024-09-30 + 7 natural_days = 2024-10-07
        2024-12-02 + 30 natural_days = 2025-01-01
        2024-01-01 + 365 natural_days = 2024-12-31
        2025-01-01 + 365 natural_days = 2026-01-01
        2026-12-31 + 30 natural_days = 2027-01-30
        ",
    );
}

#[test]
fn working_days_pass_national_day_over_and_count_the_make_up_days() {
    assert_table(
        "
        # 2024: off 1 to 7 October, worked on Sunday 29 September and Saturday 12 October.
        2024-09-27 + 1 working_day = 2024-09-29
        2024-09-28 + 1 working_day = 2024-09-29
        2024-09-29 + 1 working_day = 2024-09-30
        2024-09-30 + 1 working_day = 2024-10-08
        2024-10-03 + 1 working_day = 2024-10-08
        2024-09-30 + 5 working_days = 2024-10-12
        2024-09-30 + 6 working_days = 2024-10-14
        # 2025: off 1 to 8 October with 中秋, worked on Sunday 28 September and Saturday 11 October.
        2025-09-26 + 3 working_days = 2025-09-30
        2025-09-30 + 1 working_day = 2025-10-09
        2025-09-30 + 3 working_days = 2025-10-11
        2025-09-30 + 4 working_days = 2025-10-13
        # An ordinary week.
        2025-07-30 + 5 working_days = 2025-08-06
        # The whole of 2025 has 248 working days.
        2024-12-31 + 248 working_days = 2025-12-31
        ",
    );
}

#[test]
fn a_span_into_a_year_without_arrangement_goes_by_weekends_and_says_so() {
    assert_table(
        "
        2026-12-30 + 1 working_day = 2026-12-31
        2026-12-31 + 1 working_day = 2027-01-01 provisional
        2026-12-28 + 5 working_days = 2027-01-04 provisional
        2027-09-30 + 1 working_day = 2027-10-01 provisional
        2023-12-31 + 1 working_day = 2024-01-02
        2023-12-29 + 1 working_day = 2024-01-02 provisional
        2023-12-28 + 1 working_day = 2023-12-29 provisional
        2026-12-31 + 3 months = 2027-03-31
        2026-07-02 + 6 months = 2027-01-02
        2026-07-02 + 6 months rolled = 2027-01-04 provisional
        2026-07-05 + 6 months rolled = 2027-01-05 provisional
        2026-06-30 + 6 months rolled = 2026-12-30
        2021-01-04 + 5 years rolled = 2026-01-04
        ",
    );
}

#[test]
fn a_due_day_on_a_day_of_rest_rolls_to_the_next_working_day() {
    assert_table(
        "
        # Spring Festival 2025: off 28 January to 4 February, worked on Saturday 8 February.
        2024-07-28 + 6 months rolled = 2025-02-05
        2024-07-28 + 6 months = 2025-01-28
        2024-08-04 + 6 months rolled = 2025-02-05
        2024-08-08 + 6 months rolled = 2025-02-08
        2024-08-09 + 6 months rolled = 2025-02-10
        # Spring Festival 2026: off 15 to 23 February, worked on Saturdays 14 and 28 February.
        2025-08-14 + 6 months rolled = 2026-02-14
        2025-08-15 + 6 months rolled = 2026-02-24
        2025-08-31 + 6 months rolled = 2026-02-28
        # Spring Festival 2024 in natural days: off 10 to 17 February, worked on Sunday the 18th.
        2024-01-15 + 30 natural_days rolled = 2024-02-18
        # An ordinary weekend, and a day that needs no rolling.
        2025-05-07 + 1 month rolled = 2025-06-09
        2024-08-31 + 6 months rolled = 2025-02-28
        # A limit in working days ends on one.
        2024-09-30 + 1 working_day rolled = 2024-10-08
        ",
    );
}

#[test]
fn excluded_days_are_not_counted() {
    assert_table(
        "
        2025-03-01 + 10 natural_days = 2025-03-11
        2025-03-01 + 10 natural_days without 2025-03-05..2025-03-07 = 2025-03-14
        # The anchor's own day is not counted anyway.
        2025-03-01 + 10 natural_days without 2025-02-01..2025-03-01 = 2025-03-11
        2025-03-01 + 10 natural_days without 2025-02-01..2025-03-02 = 2025-03-12
        # The day on which the limit would end is excluded; the day after the end is not.
        2025-03-01 + 10 natural_days without 2025-03-11..2025-03-11 = 2025-03-12
        2025-03-01 + 10 natural_days without 2025-03-12..2025-03-20 = 2025-03-11
        # Making up runs into the next interval.
        2025-03-01 + 10 natural_days without 2025-03-05..2025-03-07, 2025-03-12..2025-03-20 = 2025-03-23
        # Wednesday to Sunday hold three working days.
        2025-07-28 + 5 working_days without 2025-07-30..2025-08-03 = 2025-08-07
        # The holiday alone is not counted, so excluding it changes nothing.
        2024-09-30 + 5 working_days without 2024-10-01..2024-10-07 = 2024-10-12
        2024-09-30 + 5 working_days without 2024-10-12..2024-10-12 = 2024-10-14
        # Months: the nominal day is 28 August, ten days are made up.
        2025-02-28 + 6 months without 2025-05-01..2025-05-10 = 2025-09-07
        # The interval goes beyond the nominal day: 4 days of it lie before, and are walked after it.
        2025-02-28 + 6 months without 2025-08-25..2025-09-10 = 2025-09-14
        2025-02-28 + 6 months without 2025-08-29..2025-09-10 = 2025-08-28
        2025-02-28 + 1 year without 2025-03-01..2026-02-28 = 2027-02-28
        # Rolling over does not stop on an excluded day: Saturday 7 June, Monday is excluded.
        2025-05-07 + 1 month rolled without 2025-06-09..2025-06-09 = 2025-06-10
        # It may roll over the excluded last days of 2026 into a year without arrangement.
        2026-11-27 + 1 month rolled without 2026-12-28..2026-12-31 = 2027-01-01 provisional
        ",
    );
}

#[test]
fn a_year_excluded_as_a_whole_is_not_touched() {
    let without_2027 = [(day("2027-01-01"), day("2027-12-31"))];
    let loaded_2028 = "date,kind,name,weekday,notice\n2028-01-03,holiday,元旦,周一,样例号";
    let calendar = published().merged(&WorkCalendar::from_csv(loaded_2028).unwrap());
    let found = due_excluding(
        day("2026-12-31"),
        limit("1 working_day"),
        Roll::None,
        &calendar,
        &without_2027,
    );
    assert_eq!(
        found,
        Ok(Due {
            day: day("2028-01-04"),
            provisional: false
        })
    );
}

#[test]
fn days_counted_before_an_excluded_interval_make_the_due_day_provisional_too() {
    let rest_of_2027 = [(day("2027-06-01"), day("2027-12-31"))];
    let loaded_2028 = "date,kind,name,weekday,notice\n2028-01-03,holiday,元旦,周一,样例号";
    let calendar = published().merged(&WorkCalendar::from_csv(loaded_2028).unwrap());
    let limit = limit("150 working_days");
    let found = due_excluding(
        day("2026-12-31"),
        limit,
        Roll::None,
        &calendar,
        &rest_of_2027,
    );
    assert!(
        found.is_ok_and(|due| due.provisional && due.day.year() == 2028),
        "{found:?}"
    );
}

#[test]
fn warning_windows_are_counted_backwards() {
    let cases = [
        ("2025-02-28", "1 month", "2025-01-28"),
        ("2025-03-31", "1 month", "2025-02-28"),
        ("2024-03-31", "1 month", "2024-02-29"),
        ("2026-02-28", "3 months", "2025-11-28"),
        ("2026-05-31", "3 months", "2026-02-28"),
        ("2025-01-15", "1 month", "2024-12-15"),
        ("2024-02-29", "1 year", "2023-02-28"),
        ("2025-03-01", "1 natural_day", "2025-02-28"),
        ("2024-10-12", "5 working_days", "2024-09-30"),
        ("2024-10-08", "1 working_day", "2024-09-30"),
        ("2024-10-05", "1 working_day", "2024-09-30"),
        ("2024-09-30", "1 working_day", "2024-09-29"),
    ];
    for (from, text, expected) in cases {
        assert_eq!(
            back(day(from), limit(text), published()),
            Ok(day(expected)),
            "{from} - {text}"
        );
    }
}

#[test]
fn what_lies_outside_the_calendar_is_an_error_with_the_reason() {
    let calendar = published();
    let century = limit("100 years");
    let late = due(day("2150-01-01"), century, Roll::None, calendar);
    assert_eq!(
        late,
        Err(DueError::Beyond {
            anchor: day("2150-01-01"),
            limit: century
        })
    );
    assert!(
        late.unwrap_err()
            .to_string()
            .contains("自 2150-01-01 起100年的到期日晚于 2199 年")
    );
    let early = back(day("1950-01-01"), century, calendar);
    assert_eq!(
        early,
        Err(DueError::Before {
            due: day("1950-01-01"),
            limit: century
        })
    );
    let ancient = jiff::civil::date(1896, 2, 29);
    assert_eq!(
        due(ancient, century, Roll::None, calendar),
        Err(DueError::Anchor(ancient))
    );
    for text in ["36600 natural_days", "26000 working_days"] {
        let found = due(day("2199-06-01"), limit(text), Roll::None, calendar);
        assert!(matches!(found, Err(DueError::Beyond { .. })), "{text}");
    }
    let rolled = due(
        day("2199-11-30"),
        limit("31 natural_days"),
        Roll::None,
        calendar,
    );
    assert_eq!(rolled.map(|due| due.day), Ok(day("2199-12-31")));
}

#[test]
fn a_limit_of_nothing_has_no_due_day_however_it_was_made() {
    let nothing = Limit {
        n: 0,
        unit: LimitUnit::Months,
    };
    let found = due(day("2025-01-01"), nothing, Roll::None, published());
    assert_eq!(found, Err(DueError::Limit(nothing)));
    assert_eq!(
        back(day("2025-01-01"), nothing, published()),
        Err(DueError::Limit(nothing))
    );
}

#[test]
fn loading_an_arrangement_lists_the_due_days_that_move() {
    let text = "date,kind,name,weekday,notice\n\
                2027-01-01,holiday,元旦,周五,样例号\n\
                2027-10-09,workday,国庆节,周六,样例号";
    let after = published().merged(&WorkCalendar::from_csv(text).unwrap());
    let spans = [
        (day("2026-12-31"), limit("1 working_day"), Roll::None),
        (day("2026-06-30"), limit("6 months"), Roll::NextWorkingDay),
        (day("2026-07-01"), limit("6 months"), Roll::NextWorkingDay),
        (day("2026-07-01"), limit("6 months"), Roll::None),
        (day("2027-10-08"), limit("1 working_day"), Roll::None),
        (day("2027-05-03"), limit("1 working_day"), Roll::None),
    ];
    let list = moved(&spans, published(), &after);
    let due = |text, provisional| Due {
        day: day(text),
        provisional,
    };
    assert_eq!(
        list,
        [
            Moved {
                index: 0,
                before: due("2027-01-01", true),
                after: due("2027-01-04", false)
            },
            Moved {
                index: 2,
                before: due("2027-01-01", true),
                after: due("2027-01-04", false)
            },
            Moved {
                index: 4,
                before: due("2027-10-11", true),
                after: due("2027-10-09", false)
            },
        ]
    );
    assert_eq!(moved(&spans, &after, &after), []);
}

fn told(anchor: &str, text: &str, roll: Roll, excluded: &[(Day, Day)]) -> Vec<String> {
    let steps = explain(day(anchor), limit(text), roll, published(), excluded).unwrap();
    steps.into_iter().map(|ExplainStep { text }| text).collect()
}

#[test]
fn a_month_limit_is_explained_by_the_articles() {
    assert_eq!(
        told("2024-08-31", "6 months", Roll::NextWorkingDay, &[]),
        [
            "起算日为2024年8月31日（星期六），时限为6个月。",
            "开始的当日不计入，自次日2024年9月1日（星期日）开始计算（《民法典》第二百零一条第一款）。",
            "按月计算，6个月后的到期月为2025年2月，该月没有31日，以月末日为最后一日，即2025年2月28日（星期五）（《民法典》第二百零二条）。",
            "2025年2月28日（星期五）是工作日，不需顺延。",
            "到期日为2025年2月28日（星期五）。",
        ]
    );
}

#[test]
fn working_days_are_explained_by_holidays_make_up_days_and_notice() {
    assert_eq!(
        told("2024-09-27", "7 working_days", Roll::None, &[]),
        [
            "起算日为2024年9月27日（星期五），时限为7个工作日。",
            "开始的当日不计入，自次日2024年9月28日（星期六）开始计算（《民法典》第二百零一条第一款）。",
            "按工作日计算，星期六、星期日和放假日不计入，调休上班日计入（以国务院办公厅的安排为准）。",
            "2024年9月29日（星期日）是国庆节调休上班日，计入（国办发明电〔2023〕7号（2023-10-25））。",
            "2024年10月1日（星期二）至2024年10月7日（星期一）共7天国庆节放假，不计入（国办发明电〔2023〕7号（2023-10-25））。",
            "2024年10月12日（星期六）是国庆节调休上班日，计入（国办发明电〔2023〕7号（2023-10-25））。",
            "计满7个工作日，期间的最后一日为2024年10月12日（星期六）。",
            "到期日为2024年10月12日（星期六）。",
        ]
    );
}

#[test]
fn rolling_over_spring_festival_is_explained_by_the_holiday() {
    let steps = told("2024-07-28", "6 months", Roll::NextWorkingDay, &[]);
    assert_eq!(
        steps[3],
        "2025年1月28日（星期二）是春节放假日（国办发明电〔2024〕12号（2024-11-12）），顺延至休假结束后的第一个工作日2025年2月5日（星期三）（《民法典》第二百零三条第一款）。"
    );
    let steps = told("2024-07-28", "6 months", Roll::None, &[]);
    assert!(steps[3].ends_with("，本时限不顺延。"), "{}", steps[3]);
}

#[test]
fn excluded_days_are_explained_with_how_many_were_made_up() {
    let steps = told(
        "2025-02-28",
        "6 months",
        Roll::None,
        &[(day("2025-08-25"), day("2025-09-10"))],
    );
    assert_eq!(
        steps[3..],
        [
            "2025年8月25日（星期一）至2025年9月10日（星期三）共17天属于不计入的期间，不计入。",
            "截至2025年8月28日（星期四）不计入的共4天，自其次日起补足4天，期间的最后一日为2025年9月14日（星期日）。",
            "2025年9月14日（星期日）是休息日，本时限不顺延。",
            "到期日为2025年9月14日（星期日）。",
        ]
    );
    let steps = told(
        "2025-07-28",
        "5 working_days",
        Roll::None,
        &[(day("2025-07-30"), day("2025-08-03"))],
    );
    assert!(
        steps[3].contains("共5天属于不计入的期间（其中工作日3天），不计入"),
        "{}",
        steps[3]
    );
}

#[test]
fn a_provisional_due_day_is_explained_by_the_year_that_is_missing() {
    let steps = told("2026-12-28", "5 working_days", Roll::None, &[]);
    let [.., missing, end] = steps.as_slice() else {
        panic!("too few steps")
    };
    assert!(missing.starts_with("2027年的放假安排尚未载入"), "{missing}");
    assert_eq!(end, "到期日暂定为2027年1月4日（星期一）。");
}
