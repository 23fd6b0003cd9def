//! The overview as workbooks: what the page shows, in its order.

use calendar::Day;
use office::{Column, ColumnKind, Out};
use tokio::sync::mpsc;

use super::desk::{LedView, NextStep};
use super::overview::{LeaderLine, SponsorLine};
use crate::projects::{ExportFormat, ExportedFile, exported, light_words, write_file};
use crate::{Actor, Outcome, Service, ServiceError};

/// Which list of the overview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaderList<'a> {
    /// 市领导.
    Leaders,
    /// The projects of this sponsorship.
    Sponsorship(&'a str),
}

impl Service {
    /// Writes a list of the overview.
    ///
    /// # Errors
    /// As [`Service::leader_overview`]; [`ServiceError::Forbidden`] when no role of the unit may export,
    /// [`ServiceError::NotFound`] when the pack has no such sponsorship.
    pub async fn export_leaders(
        &self,
        actor: &Actor,
        list: LeaderList<'_>,
    ) -> Outcome<ExportedFile> {
        let overview = self.leader_overview(actor).await?;
        self.needs_export(actor).await?;
        let (title, columns, rows) = match list {
            LeaderList::Leaders => (
                "市领导牵头和包保项目".to_string(),
                leader_columns(),
                overview.leaders.iter().map(leader_cells).collect(),
            ),
            LeaderList::Sponsorship(id) => {
                let mut lists = overview.sponsorships.iter();
                let list = lists.find(|list| list.id == id).ok_or_else(|| {
                    ServiceError::NotFound(format!("现行政策包中没有包保“{id}”，请从总览页面导出"))
                })?;
                let cells = |(at, line)| sponsor_cells(at, line);
                let rows = list.lines.iter().enumerate().map(cells).collect();
                (format!("{}项目", list.title), sponsor_columns(), rows)
            }
        };
        self.written(actor, &title, columns, rows).await
    }

    async fn written(
        &self,
        actor: &Actor,
        title: &str,
        columns: Vec<Column>,
        rows: Vec<Vec<Out>>,
    ) -> Outcome<ExportedFile> {
        let region = self.region(&actor.region).await?;
        let today = self.today();
        let note = format!("导出日期：{today}　导出单位：{}", actor.unit);
        let (out, chunks) = mpsc::channel(1);
        // The list is short and at hand: one chunk, for which there is room.
        let _ = out.send(Ok(rows)).await;
        drop(out);
        let format = ExportFormat::Xlsx;
        let head = format!("{}{title}", region.title);
        let (file, count) = write_file(format, &head, note, columns, chunks).await?;
        self.audit_export(actor, "export-leaders", title, count)
            .await?;
        exported(
            format!("{title}-{today}.{}", format.extension()),
            file,
            count,
        )
    }
}

fn leader_columns() -> Vec<Column> {
    use ColumnKind::{Integer, Text};
    vec![
        Column::new("市领导", Text).wide(16.0),
        Column::new("单位", Text).wide(28.0),
        Column::new("牵头项目（个）", Integer).wide(16.0),
        Column::new("其中逾期（个）", Integer).wide(16.0),
        Column::new("包保项目（个）", Integer).wide(16.0),
        Column::new("未办结批示（件）", Integer).wide(18.0),
    ]
}

fn leader_cells(line: &LeaderLine) -> Vec<Out> {
    let number = |count: u64| Out::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    vec![
        text(&line.name),
        text(&line.unit),
        number(line.led),
        number(line.late),
        number(line.sponsored),
        number(line.open_matters),
    ]
}

fn sponsor_columns() -> Vec<Column> {
    use ColumnKind::{Day, Integer, Text};
    vec![
        Column::new("序号", Integer),
        Column::new("项目名称", Text).wide(36.0),
        Column::new("领导", Text).wide(12.0),
        Column::new("业务科室", Text).wide(24.0),
        Column::new("联络员", Text).wide(12.0),
        Column::new("尚未指定", Text).wide(18.0),
        Column::new("自", Day),
        Column::new("当前阶段", Text).wide(14.0),
        Column::new("状态", Text).wide(14.0),
        Column::new("最近进展", Text).wide(36.0),
        Column::new("进展日期", Day),
        Column::new("困难和问题", Text).wide(30.0),
        Column::new("下一步", Text).wide(36.0),
        Column::new("未办结事项（件）", Integer).wide(16.0),
    ]
}

fn sponsor_cells(at: usize, line: &SponsorLine) -> Vec<Out> {
    let led: &LedView = &line.led;
    let day = |day: Option<Day>| day.map_or(Out::Empty, Out::Day);
    vec![
        Out::Integer(at as i64 + 1),
        text(&led.name),
        text(&led.leader),
        text(&led.office),
        text(&led.contact),
        text(&line.missing.join("、")),
        Out::Day(led.since),
        text(&led.stage),
        text(&light_words(led.light, &led.light_text)),
        text(&led.progress),
        day(led.progress_on),
        text(&led.problems),
        text(&next_words(&led.next)),
        Out::Integer(i64::try_from(led.open_matters).unwrap_or(i64::MAX)),
    ]
}

/// `作出环节结论：深度洽谈（岳塘经开区）；…`.
fn next_words(next: &[NextStep]) -> String {
    let steps = next.iter();
    let steps = steps.map(|step| format!("{}（{}）", step.what, step.units.join("、")));
    steps.collect::<Vec<_>>().join("；")
}

fn text(text: &str) -> Out {
    match text.is_empty() {
        true => Out::Empty,
        false => Out::Text(text.to_string()),
    }
}
