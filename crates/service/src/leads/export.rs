//! The list of leads as a workbook: the rows and the order that are shown, with bounded memory.

use office::{Column, ColumnKind, Out};
use store::leads;
use tokio::sync::mpsc;

use super::look::{LeadCard, LeadQuery};
use crate::projects::{ExportFormat, ExportedFile, exported, write_file};
use crate::{Actor, Outcome, Service, ServiceError};

/// Rows that are in memory at once.
const CHUNK: usize = 1_000;

fn columns() -> Vec<Column> {
    use ColumnKind::{Day, Decimal, Integer, Text};
    vec![
        Column::new("项目名称", Text).wide(40.0),
        Column::new("投资方", Text).wide(30.0),
        Column::new("总投资（亿元）", Decimal(2)),
        Column::new("来源", Text),
        Column::new("发现单位", Text).wide(20.0),
        Column::new("发现人", Text),
        Column::new("发现日期", Day),
        Column::new("状态", Text),
        Column::new("持有单位", Text).wide(20.0),
        Column::new("优先期至", Day),
        Column::new("当前阶段", Text).wide(20.0),
        Column::new("当前环节", Text).wide(20.0),
        Column::new("最近接触", Day),
        Column::new("未接触天数", Integer),
        Column::new("退回线索池日期", Day),
        Column::new("成果划分", Text).wide(36.0),
        Column::new("流失原因", Text).wide(20.0),
    ]
}

fn cells(card: LeadCard) -> Vec<Out> {
    let text = |text: String| match text.is_empty() {
        true => Out::Empty,
        false => Out::Text(text),
    };
    let day = |day: Option<calendar::Day>| day.map_or(Out::Empty, Out::Day);
    vec![
        text(card.name),
        text(card.investor),
        match card.investment.is_empty() {
            true => Out::Empty,
            false => Out::Decimal(card.investment),
        },
        text(card.source),
        text(card.finder),
        text(card.finder_person),
        Out::Day(card.found_on),
        text(card.phase.title().to_string()),
        text(card.holder.unwrap_or_default()),
        day(card.priority_until),
        text(card.stage),
        text(card.step),
        Out::Day(card.last_contact_on),
        Out::Integer(i64::from(card.days_since_contact)),
        day(card.rests_on),
        text(card.credit),
        text(card.loss),
    ]
}

impl Service {
    /// Writes all leads that a query finds, in the order of the list.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when no role of the unit may export, or when it has no page of leads.
    pub async fn export_leads(
        &self,
        actor: &Actor,
        query: &LeadQuery,
        conditions: &str,
    ) -> Outcome<ExportedFile> {
        self.needs_leads(actor).await?;
        self.needs_export(actor).await?;
        let region = self.region(&actor.region).await?;
        let today = self.today();
        let title = format!("{}招商线索", region.title);
        let note = format!(
            "导出日期：{today}　导出单位：{}　筛选条件：{conditions}",
            actor.unit
        );
        let rows = self.lead_rows(actor, query).await?;
        let format = ExportFormat::Xlsx;
        let (file, count) = write_file(format, &title, note, columns(), rows).await?;
        self.audit_export(actor, "export-leads", conditions, count)
            .await?;
        exported(
            format!("招商线索-{today}.{}", format.extension()),
            file,
            count,
        )
    }

    /// The rows as they come out of the database, a chunk ahead of the writer.
    async fn lead_rows(
        &self,
        actor: &Actor,
        query: &LeadQuery,
    ) -> Outcome<mpsc::Receiver<Result<Vec<Vec<Out>>, ServiceError>>> {
        let (out, rows) = mpsc::channel(2);
        let filter = query.store_filter();
        let stream = leads::stream(self.db(), &actor.region, &filter, query.sort, CHUNK).await?;
        let Some(mut stream) = stream else {
            return Ok(rows);
        };
        let region = self.region(&actor.region).await?;
        let policy = region.lifecycle()?.clone();
        let (service, actor) = (self.clone(), actor.clone());
        tokio::spawn(async move {
            let looker = match service.looker(&actor, &policy).await {
                Ok(looker) => looker,
                Err(error) => return drop(out.send(Err(error)).await),
            };
            loop {
                let chunk = match stream.next().await {
                    Ok(Some(chunk)) => Ok(chunk
                        .into_iter()
                        .map(|row| cells(looker.card(row)))
                        .collect()),
                    Ok(None) => break,
                    Err(error) => Err(ServiceError::from(error)),
                };
                let last = chunk.is_err();
                // A receiver that is gone wants no more.
                if out.send(chunk).await.is_err() || last {
                    break;
                }
            }
        });
        Ok(rows)
    }
}
