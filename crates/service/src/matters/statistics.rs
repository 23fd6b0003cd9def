//! How units handled what was given to them in a period: what the assessment asks of the mechanism.

use std::collections::BTreeMap;

use calendar::Day;
use office::{Column, ColumnKind, Out};
use store::matters::{self, HandledCount};
use tokio::sync::mpsc;

use super::list::{MatterListQuery, MatterTab, may_export};
use super::load::sees_all;
use crate::projects::{ExportFormat, ExportedFile, exported, write_file};
use crate::{Actor, Outcome, Service, ServiceError};

/// What one unit did with its matters, or all units together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitHandling {
    /// 牵头承办单位; empty for the sum.
    pub unit: String,
    /// Issued and not withdrawn.
    pub issued: u64,
    /// Closed, reported done by its day.
    pub in_time: u64,
    /// Closed, reported done after its day.
    pub late: u64,
    /// Open and not late so far.
    pub open: u64,
    /// Open and late.
    pub overdue: u64,
    /// How often they were urged.
    pub urges: i64,
    /// How often the review returned them.
    pub returns: i64,
    /// Working days from issue to closing of all that were closed, together.
    working_days: i64,
}

impl UnitHandling {
    /// Mean working days from issue to closing, to one decimal; empty when nothing was closed.
    pub fn mean_days(&self) -> String {
        let closed = i64::try_from(self.in_time + self.late).unwrap_or(i64::MAX);
        match closed {
            0 => String::new(),
            closed => tenths(self.working_days * 10, closed),
        }
    }

    /// Of those that are done or late, the share that was done in time, in percent to one decimal; empty when there are
    /// none.
    pub fn in_time_rate(&self) -> String {
        let told = self.in_time + self.late + self.overdue;
        let (part, whole) = (i64::try_from(self.in_time), i64::try_from(told));
        match (part, whole) {
            (Ok(part), Ok(whole)) if whole > 0 => format!("{}%", tenths(part * 1_000, whole)),
            _ => String::new(),
        }
    }

    fn add(&mut self, other: &UnitHandling) {
        self.issued += other.issued;
        self.in_time += other.in_time;
        self.late += other.late;
        self.open += other.open;
        self.overdue += other.overdue;
        self.urges += other.urges;
        self.returns += other.returns;
        self.working_days += other.working_days;
    }
}

/// So many tenths of a whole, rounded half up, as a decimal.
fn tenths(tenths: i64, whole: i64) -> String {
    let rounded = (tenths + whole / 2) / whole;
    format!("{}.{}", rounded / 10, rounded % 10)
}

/// Statistics of a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MatterStatistics {
    /// Whether the region has rules of matters.
    pub has_pack: bool,
    /// Units, by name.
    pub units: Vec<UnitHandling>,
    /// All together.
    pub sum: UnitHandling,
    /// Kinds: id and title.
    pub kinds: Vec<(String, String)>,
    /// Whether only what concerns the own unit was counted.
    pub own_only: bool,
    /// Whether the actor may export.
    pub may_export: bool,
}

impl Service {
    /// How units handled the matters that were issued from one day to another, of one kind or all. Each figure is the
    /// number of rows of a list with the same conditions.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn matter_statistics(
        &self,
        actor: &Actor,
        from: Day,
        to: Day,
        kind: &str,
    ) -> Outcome<MatterStatistics> {
        let Some(all) = self.sees_all_matters(actor).await? else {
            return Ok(MatterStatistics::default());
        };
        let region = self.region(&actor.region).await?;
        let policy = self.matters_pack(&region)?;
        let query = MatterListQuery {
            tab: MatterTab::All,
            kind: kind.to_owned(),
            issued_from: Some(from),
            issued_to: Some(to),
            ..MatterListQuery::default()
        };
        let query = self.matter_query(actor, all, &query);
        let counts = matters::handled(self.db(), &query).await?;
        let mut days: BTreeMap<String, i64> = BTreeMap::new();
        let calendar = self.calendar();
        for span in matters::closed_spans(self.db(), &query).await? {
            let (working, _) = calendar.working_days_between(span.issued_on, span.closed_on);
            *days.entry(span.lead).or_default() += working * span.count;
        }
        let unit = |count: HandledCount| UnitHandling {
            working_days: days.get(&count.lead).copied().unwrap_or_default(),
            unit: count.lead,
            issued: count.counted,
            in_time: count.in_time,
            late: count.late,
            open: count.open,
            overdue: count.overdue,
            urges: count.urges,
            returns: count.returns,
        };
        let units: Vec<UnitHandling> = counts.into_iter().map(unit).collect();
        let mut sum = UnitHandling::default();
        units.iter().for_each(|unit| sum.add(unit));
        let kinds = policy.file.matter.iter();
        Ok(MatterStatistics {
            has_pack: true,
            units,
            sum,
            kinds: kinds
                .map(|def| (def.id.clone(), def.title.clone()))
                .collect(),
            own_only: !sees_all(policy, actor),
            may_export: may_export(policy, actor),
        })
    }

    /// The statistics as a workbook.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when no role of the unit may export, [`ServiceError::Failed`].
    pub async fn export_matter_statistics(
        &self,
        actor: &Actor,
        from: Day,
        to: Day,
        kind: &str,
    ) -> Outcome<ExportedFile> {
        let region = self.region(&actor.region).await?;
        self.matters_pack(&region)?;
        let found = self.matter_statistics(actor, from, to, kind).await?;
        if !found.may_export {
            return Err(ServiceError::Forbidden(format!(
                "{}没有导出事项的权限（政策包中的“导出台账”）",
                actor.unit
            )));
        }
        let title = format!("{}事项办理情况统计", region.title);
        let kinds = found.kinds.iter();
        let kind_title = kinds
            .filter(|(id, _)| id == kind)
            .map(|(_, title)| format!("　类别：{title}"))
            .next()
            .unwrap_or_default();
        let note = format!(
            "签发日期：{from} 至 {to}{kind_title}　导出日期：{}　导出单位：{}",
            self.today(),
            actor.unit
        );
        let mut rows: Vec<Vec<Out>> = found.units.iter().map(cells).collect();
        rows.push(cells(&UnitHandling {
            unit: "合计".into(),
            ..found.sum
        }));
        let (out, chunks) = mpsc::channel(1);
        // The only chunk fits into the channel.
        let _ = out.send(Ok(rows)).await;
        drop(out);
        let (file, count) = write_file(ExportFormat::Xlsx, &title, note, columns(), chunks).await?;
        self.audit_export(actor, "export-matters", "办理统计", count)
            .await?;
        exported(format!("事项办理统计-{from}-{to}.xlsx"), file, count)
    }
}

fn columns() -> Vec<Column> {
    let number = |heading: &str| Column::new(heading, ColumnKind::Integer);
    let text = |heading: &str, width: f64| Column::new(heading, ColumnKind::Text).wide(width);
    vec![
        text("牵头承办单位", 28.0),
        number("交办"),
        number("按期办结"),
        number("逾期办结"),
        number("在办"),
        number("逾期未结"),
        text("按期办结率", 12.0),
        text("平均办结（工作日）", 18.0),
        number("催办次数"),
        number("退回次数"),
    ]
}

fn cells(unit: &UnitHandling) -> Vec<Out> {
    let count = |count: u64| Out::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    vec![
        Out::Text(unit.unit.clone()),
        count(unit.issued),
        count(unit.in_time),
        count(unit.late),
        count(unit.open),
        count(unit.overdue),
        Out::Text(unit.in_time_rate()),
        Out::Text(unit.mean_days()),
        Out::Integer(unit.urges),
        Out::Integer(unit.returns),
    ]
}
