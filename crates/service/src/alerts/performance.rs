//! The performance lists over all projects: 负面清单, 整改中, 可推荐奖励; page by page, and as workbooks.

use std::sync::Arc;

use calendar::Day;
use domain::state::State;
use domain::track::{Light, Track, plan};
use office::{Column, ColumnKind, Out};
use policy::{Clause, Policy};
use store::worklists::{
    self, EntryCursor, EntryFilter, EntryLine, OnTimeCursor, OnTimeLine, Scope,
};
use tokio::sync::mpsc;

use super::{CHUNK, PAGE};
use crate::projects::{
    ExportFormat, ExportedFile, days_between, days_words, exported, light_words, write_file,
};
use crate::region::Region;
use crate::{Actor, Outcome, Service, ServiceError};

/// A list over all projects of the performance pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PerformanceList {
    /// 负面清单.
    Breaches,
    /// 整改中.
    Rectifying,
    /// 可推荐奖励.
    Awards,
}

impl PerformanceList {
    /// Chinese title.
    pub fn title(self) -> &'static str {
        match self {
            PerformanceList::Breaches => "负面清单",
            PerformanceList::Rectifying => "整改中",
            PerformanceList::Awards => "可推荐奖励",
        }
    }
}

/// After which line a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryPlace {
    /// In the lists of breaches.
    Entry(EntryCursor),
    /// In the list of awards.
    Project(OnTimeCursor),
}

impl EntryPlace {
    /// As it stands in addresses.
    pub fn text(&self) -> String {
        match self {
            EntryPlace::Entry(at) => format!("{}~{}~{}", at.happened_on, at.project, at.entry),
            EntryPlace::Project(at) => format!("{}~{}", at.updated_at.as_microsecond(), at.number),
        }
    }

    /// From an address; nothing when it is none that a page of the list gave.
    pub fn parse(list: PerformanceList, text: &str) -> Option<EntryPlace> {
        if text.len() > 200 || text.contains('\0') {
            return None;
        }
        if list == PerformanceList::Awards {
            let (at, number) = text.split_once('~')?;
            let updated_at = jiff::Timestamp::from_microsecond(at.parse().ok()?).ok()?;
            return Some(EntryPlace::Project(OnTimeCursor {
                updated_at,
                number: number.parse().ok()?,
            }));
        }
        let mut parts = text.splitn(3, '~');
        Some(EntryPlace::Entry(EntryCursor {
            happened_on: parts.next()?.parse().ok()?,
            project: parts.next()?.into(),
            entry: parts.next()?.into(),
        }))
    }
}

/// A line of a performance list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryItem {
    /// Project.
    pub project: String,
    /// Human number.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// 企业.
    pub enterprise: String,
    /// 属地.
    pub host: String,
    /// 样例数据.
    pub sample: bool,
    /// 政府方 or 企业方; empty where it does not apply.
    pub side: &'static str,
    /// What.
    pub title: String,
    /// When.
    pub on: Option<Day>,
    /// Who certified it.
    pub unit: String,
    /// By when it must be put right.
    pub due_on: Option<Day>,
    /// Light.
    pub light: Light,
    /// Its words.
    pub light_text: String,
    /// Rule.
    pub clause: Option<Clause>,
}

/// A page of a performance list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EntryPage {
    /// Lines.
    pub items: Vec<EntryItem>,
    /// After which line the next page begins.
    pub next: Option<EntryPlace>,
}

/// Lines, each with its place.
type Placed = Vec<(EntryPlace, EntryItem)>;

impl Service {
    /// A page of a performance list over all projects that the actor may see, the latest first.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn performance_list(
        &self,
        actor: &Actor,
        list: PerformanceList,
        after: Option<EntryPlace>,
    ) -> Outcome<EntryPage> {
        let Some(scope) = self.sight(actor).await? else {
            return Ok(EntryPage::default());
        };
        let region = self.region(&actor.region).await?;
        // One more is read than is shown, to know whether there is a next page.
        let mut found = self
            .entry_lines(&region, &scope, list, after, PAGE + 1)
            .await?;
        let more = found.len() > PAGE as usize;
        found.truncate(PAGE as usize);
        Ok(EntryPage {
            next: found
                .last()
                .filter(|_| more)
                .map(|(place, _)| place.clone()),
            items: found.into_iter().map(|(_, item)| item).collect(),
        })
    }

    /// A performance list as a workbook, all pages.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when no role of the unit may export, [`ServiceError::Failed`].
    pub async fn export_performance(
        &self,
        actor: &Actor,
        list: PerformanceList,
    ) -> Outcome<ExportedFile> {
        self.needs_export(actor).await?;
        let region = self.region(&actor.region).await?;
        let today = self.today();
        let name = list.title();
        let title = format!("{}合同履约{name}", region.title);
        let note = format!("导出日期：{today}　导出单位：{}", actor.unit);
        let rows = self.entry_rows(actor, region, list).await?;
        let (file, count) =
            write_file(ExportFormat::Xlsx, &title, note, columns(list), rows).await?;
        self.audit_export(actor, "export-performance", name, count)
            .await?;
        exported(format!("{name}-{today}.xlsx"), file, count)
    }

    async fn entry_rows(
        &self,
        actor: &Actor,
        region: Arc<Region>,
        list: PerformanceList,
    ) -> Outcome<mpsc::Receiver<Result<Vec<Vec<Out>>, ServiceError>>> {
        let (out, rows) = mpsc::channel(2);
        let Some(scope) = self.sight(actor).await? else {
            return Ok(rows);
        };
        let service = self.clone();
        tokio::spawn(async move {
            let mut after = None;
            loop {
                let found = service
                    .entry_lines(&region, &scope, list, after.take(), CHUNK)
                    .await;
                let chunk = found.map(|found| {
                    after = found
                        .get(CHUNK as usize - 1)
                        .map(|(place, _)| place.clone());
                    let items = found.into_iter();
                    items.map(|(_, item)| cells(list, item)).collect()
                });
                // A receiver that is gone wants no more.
                if out.send(chunk).await.is_err() || after.is_none() {
                    break;
                }
            }
        });
        Ok(rows)
    }

    /// Lines of a list after a place, `most` of them unless there are fewer.
    async fn entry_lines(
        &self,
        region: &Region,
        scope: &Scope,
        list: PerformanceList,
        after: Option<EntryPlace>,
        most: u32,
    ) -> Outcome<Placed> {
        match (list, after) {
            (PerformanceList::Awards, after) => {
                let after = match after {
                    Some(EntryPlace::Project(at)) => Some(at),
                    _ => None,
                };
                self.award_lines(region, scope, after, most as usize).await
            }
            (list, after) => {
                let after = match after {
                    Some(EntryPlace::Entry(at)) => Some(at),
                    _ => None,
                };
                self.breach_lines(region, scope, list, after, most).await
            }
        }
    }

    async fn breach_lines(
        &self,
        region: &Region,
        scope: &Scope,
        list: PerformanceList,
        after: Option<EntryCursor>,
        most: u32,
    ) -> Outcome<Placed> {
        let rectifying = list == PerformanceList::Rectifying;
        let filter = EntryFilter {
            scope,
            kind: "breach",
            states: if rectifying {
                &["open"]
            } else {
                &["open", "rectified", "sanctioned"]
            },
            // What cannot be put right is not being put right.
            with_due: rectifying,
        };
        let lines =
            worklists::entries(self.db(), &region.id, &filter, after.as_ref(), most).await?;
        let pack = performance_pack(region);
        let today = self.today();
        let placed = |line: EntryLine| {
            let place = EntryCursor {
                happened_on: line.entry.happened_on.unwrap_or(today),
                project: line.entry.project.clone(),
                entry: line.entry.entry.clone(),
            };
            (
                EntryPlace::Entry(place),
                breach_item(line, pack.as_deref(), today),
            )
        };
        Ok(lines.into_iter().map(placed).collect())
    }

    /// The rows say who may be eligible; whether a project is, the rules say, the same as when it is recommended.
    async fn award_lines(
        &self,
        region: &Region,
        scope: &Scope,
        mut after: Option<OnTimeCursor>,
        most: usize,
    ) -> Outcome<Placed> {
        let Some(pack) = performance_pack(region) else {
            return Ok(Vec::new());
        };
        let stages: Vec<String> = pack
            .file
            .award
            .iter()
            .flat_map(|award| award.on_time.iter().cloned())
            .collect();
        let mut found = Vec::new();
        loop {
            let lines = worklists::kept_on_time(
                self.db(),
                &region.id,
                scope,
                &stages,
                self.today(),
                after,
                PAGE,
            )
            .await?;
            let last = lines.len() < PAGE as usize;
            for line in lines {
                let place = OnTimeCursor {
                    updated_at: line.updated_at,
                    number: line.number,
                };
                after = Some(place);
                if let Some(item) = self.award_item(&region.id, line).await? {
                    found.push((EntryPlace::Project(place), item));
                }
                if found.len() == most {
                    return Ok(found);
                }
            }
            if last {
                return Ok(found);
            }
        }
    }

    /// The awards for which a project can be put forward; nothing when there is none.
    async fn award_item(&self, region: &str, line: OnTimeLine) -> Outcome<Option<EntryItem>> {
        let loaded = self.load(region, &line.project).await?;
        let today = self.today();
        let state: State<'_> = loaded.state();
        let plan = plan(&loaded.lifecycle, &state, &self.calendar(), today);
        let track = Track::new(&loaded.lifecycle, plan, today);
        let mut eligible = domain::awards(loaded.packs(), &state, &track);
        eligible.retain(|award| award.eligible);
        let titles: Vec<&str> = eligible.iter().map(|award| award.title.as_str()).collect();
        let title = titles.join("、");
        let Some(first) = eligible.into_iter().next() else {
            return Ok(None);
        };
        let recommended = if state.awards.is_empty() {
            ""
        } else {
            "，已推荐过"
        };
        Ok(Some(EntryItem {
            project: line.project,
            number: line.number,
            name: line.name,
            enterprise: line.enterprise.unwrap_or_default(),
            host: line.host.unwrap_or_default(),
            sample: line.sample,
            side: "",
            title,
            on: first.proof.iter().map(|proof| proof.done_on).max(),
            unit: String::new(),
            due_on: None,
            light: Light::Green,
            light_text: format!("按时完成 {} 个阶段{recommended}", first.proof.len()),
            clause: Some(first.clause),
        }))
    }
}

fn performance_pack(region: &Region) -> Option<Arc<Policy>> {
    let lifecycle = region.lifecycle().ok()?;
    region.performance_for(&lifecycle.file.pack.id).cloned()
}

fn breach_item(line: EntryLine, pack: Option<&Policy>, today: Day) -> EntryItem {
    let entry = line.entry;
    let (light, light_text) = breach_light(&entry.state, entry.due_on, today);
    let rule = pack.and_then(|pack| {
        Some((
            pack,
            pack.file
                .breach
                .iter()
                .find(|rule| rule.title == entry.title)?,
        ))
    });
    EntryItem {
        project: entry.project,
        number: line.number,
        name: line.name,
        enterprise: line.enterprise.unwrap_or_default(),
        host: line.host.unwrap_or_default(),
        sample: line.sample,
        side: if entry.side == "government" {
            "政府方"
        } else {
            "企业方"
        },
        title: entry.title,
        on: entry.happened_on,
        unit: entry.unit.unwrap_or_default(),
        due_on: entry.due_on,
        light,
        light_text,
        clause: rule.map(|(pack, rule)| clause(pack, &rule.clause, &rule.text)),
    }
}

fn breach_light(state: &str, due_on: Option<Day>, today: Day) -> (Light, String) {
    match (state, due_on.map(|due| days_between(today, due))) {
        ("rectified", _) => (Light::Green, "已整改".into()),
        ("sanctioned", _) => (Light::Red, "已处理".into()),
        (_, Some(days)) if days < 0 => (Light::Red, format!("整改逾期 {} 天", -days)),
        (_, Some(days)) => (Light::Yellow, format!("整改中，{}", days_words(days))),
        (_, None) => (Light::Red, "未处理".into()),
    }
}

fn clause(pack: &Policy, article: &str, text: &str) -> Clause {
    Clause {
        document: pack.file.pack.document.as_str().into(),
        article: article.into(),
        text: text.into(),
    }
}

fn columns(list: PerformanceList) -> Vec<Column> {
    let text = |heading: &str, width: f64| Column::new(heading, ColumnKind::Text).wide(width);
    let mut columns = vec![
        text("状态", 22.0),
        Column::new("编号", ColumnKind::Integer),
        text("项目名称", 40.0),
        text("企业", 30.0),
        text("属地", 16.0),
    ];
    if list == PerformanceList::Awards {
        columns.extend([text("奖励", 30.0), Column::new("最近完成", ColumnKind::Day)]);
    } else {
        columns.extend([
            text("事项", 40.0),
            text("责任方", 10.0),
            Column::new("认定日期", ColumnKind::Day),
            text("认定单位", 24.0),
            Column::new("整改期限", ColumnKind::Day),
        ]);
    }
    columns.extend([text("依据", 40.0), text("标记", 10.0)]);
    columns
}

fn cells(list: PerformanceList, item: EntryItem) -> Vec<Out> {
    let text = Out::Text;
    let day = |day: Option<Day>| day.map_or(Out::Empty, Out::Day);
    let clause = item
        .clause
        .map(|clause| format!("{} {}", clause.document, clause.article))
        .unwrap_or_default();
    let mut cells = vec![
        text(light_words(item.light, &item.light_text)),
        Out::Integer(item.number),
        text(item.name),
        text(item.enterprise),
        text(item.host),
        text(item.title),
    ];
    if list == PerformanceList::Awards {
        cells.push(day(item.on));
    } else {
        cells.extend([
            text(item.side.into()),
            day(item.on),
            text(item.unit),
            day(item.due_on),
        ]);
    }
    let mark = if item.sample { "样例数据" } else { "" };
    cells.extend([text(clause), text(mark.into())]);
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_back_as_it_was_written() {
        let entry = EntryPlace::Entry(EntryCursor {
            happened_on: jiff::civil::date(2025, 7, 30),
            project: "p".into(),
            entry: "breach-00001".into(),
        });
        let project = EntryPlace::Project(OnTimeCursor {
            updated_at: jiff::Timestamp::from_microsecond(1_753_000_000_000_001).unwrap(),
            number: 12,
        });
        let read = |list, place: &EntryPlace| EntryPlace::parse(list, &place.text());
        assert_eq!(read(PerformanceList::Breaches, &entry), Some(entry.clone()));
        assert_eq!(read(PerformanceList::Awards, &project), Some(project));
        assert_eq!(read(PerformanceList::Awards, &entry), None);
        assert_eq!(
            EntryPlace::parse(PerformanceList::Rectifying, "2025-02-30~a~b"),
            None
        );
    }
}
