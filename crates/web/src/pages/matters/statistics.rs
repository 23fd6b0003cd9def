//! 办理统计: how units handled what was given to them in a period; every figure opens its list.

use askama::Template;
use axum::extract::{RawQuery, State};
use calendar::Day;
use domain::meeting::period_of;
use service::matters::{Handled, MatterListQuery, MatterTab, UnitHandling};

use super::list::address;
use crate::App;
use crate::access::encode_query;
use crate::download;
use crate::error::Answer;
use crate::form::Fields;
use crate::page::{Page, render};
use crate::session::Signed;

/// A figure with the list that it counts.
struct Figure {
    count: u64,
    href: String,
}

/// A unit, or the sum.
struct UnitRow {
    unit: String,
    issued: Figure,
    in_time: Figure,
    late: Figure,
    open: Figure,
    overdue: Figure,
    rate: String,
    days: String,
    urges: i64,
    returns: i64,
}

/// A period to choose.
struct Shortcut {
    href: String,
    label: String,
    active: bool,
}

#[derive(Template)]
#[template(path = "matters/statistics.html")]
struct StatisticsView {
    page: Page,
    has_pack: bool,
    own_only: bool,
    may_export: bool,
    from: String,
    to: String,
    kinds: Vec<(String, String)>,
    kind: String,
    shortcuts: Vec<Shortcut>,
    rows: Vec<UnitRow>,
    sum: UnitRow,
    export_href: String,
}

/// Days and kind of an address; this year when it names none.
struct Asked {
    from: Day,
    to: Day,
    kind: String,
}

fn asked(fields: &Fields, today: Day) -> Asked {
    let first = Day::new(today.year(), 1, 1).unwrap_or(today);
    let last = Day::new(today.year(), 12, 31).unwrap_or(today);
    let day = |name: &str| calendar::parse_day(fields.get(name)).ok();
    let (from, to) = (day("from").unwrap_or(first), day("to").unwrap_or(last));
    Asked {
        from: from.min(to),
        to: to.max(from),
        kind: fields.get("kind").chars().take(60).collect(),
    }
}

impl Asked {
    fn query(&self) -> String {
        let kind = encode_query(&self.kind);
        format!("from={}&to={}&kind={kind}", self.from, self.to)
    }

    /// The list that a figure counts.
    fn list(&self, unit: &str, handled: Handled) -> String {
        let query = MatterListQuery {
            tab: MatterTab::All,
            kind: self.kind.clone(),
            lead: unit.to_owned(),
            issued_from: Some(self.from),
            issued_to: Some(self.to),
            handled: Some(handled),
            ..MatterListQuery::default()
        };
        address("/matters", &query)
    }

    fn row(&self, unit: &UnitHandling) -> UnitRow {
        let figure = |count: u64, handled: Handled| Figure {
            count,
            href: self.list(&unit.unit, handled),
        };
        UnitRow {
            issued: figure(unit.issued, Handled::Counted),
            in_time: figure(unit.in_time, Handled::InTime),
            late: figure(unit.late, Handled::Late),
            open: figure(unit.open, Handled::Open),
            overdue: figure(unit.overdue, Handled::Overdue),
            rate: unit.in_time_rate(),
            days: unit.mean_days(),
            urges: unit.urges,
            returns: unit.returns,
            unit: unit.unit.clone(),
        }
    }

    /// This month, this quarter and the last, this year and the last.
    fn shortcuts(&self, today: Day) -> Vec<Shortcut> {
        let months = |n: u16| calendar::Limit {
            n,
            unit: calendar::LimitUnit::Months,
        };
        let periods = [(1, false), (3, false), (3, true), (12, false), (12, true)];
        let found = periods.iter().filter_map(|(n, before)| {
            let now = period_of(months(*n), today)?;
            let period = if *before { now.previous()? } else { now };
            Some(Shortcut {
                href: format!(
                    "/matters/statistics?{}",
                    Asked {
                        from: period.first,
                        to: period.last,
                        kind: self.kind.clone(),
                    }
                    .query()
                ),
                label: period.title(),
                active: (self.from, self.to) == (period.first, period.last),
            })
        });
        found.collect()
    }
}

pub async fn show(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let today = app.service.today();
    let asked = asked(&fields, today);
    let found = app
        .service
        .matter_statistics(&signed.actor, asked.from, asked.to, &asked.kind)
        .await?;
    render(&StatisticsView {
        page: Page::new(&app, &signed, "办理统计", "/matters").await?,
        has_pack: found.has_pack,
        own_only: found.own_only,
        may_export: found.may_export,
        from: asked.from.to_string(),
        to: asked.to.to_string(),
        shortcuts: asked.shortcuts(today),
        rows: found.units.iter().map(|unit| asked.row(unit)).collect(),
        sum: asked.row(&found.sum),
        kinds: found.kinds,
        export_href: format!("/matters/statistics.xlsx?{}", asked.query()),
        kind: asked.kind,
    })
}

pub async fn export(State(app): State<App>, signed: Signed, RawQuery(raw): RawQuery) -> Answer {
    let fields = Fields::parse(raw.unwrap_or_default().as_bytes());
    let asked = asked(&fields, app.service.today());
    let file = app
        .service
        .export_matter_statistics(&signed.actor, asked.from, asked.to, &asked.kind)
        .await?;
    Ok(download::send(file))
}
