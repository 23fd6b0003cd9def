//! Lists of matters: mine, issued by me, overdue, waiting for my review, all.

use calendar::{Day, weekday_zh};
use domain::matter::{Act, Phase};
use domain::track::Light;
use office::{Column, ColumnKind, Out};
use policy::model::Action;
pub use store::matters::Handled;
use store::matters::{self, MatterLine, MatterQuery, MatterRow, Sort, Tab};
use tokio::sync::mpsc;

use super::issue::answering_units;
use super::load::{NOBODY, sees_all, stranger};
use crate::projects::{ExportFormat, ExportedFile, days_between, exported, write_file};
use crate::workbench::MOST_COUNTED;
use crate::{Actor, Outcome, Service, ServiceError};

/// Rows of a page.
const PAGE: u32 = 50;
/// Pages that can be turned to.
const PAGES: u32 = 2_000;
/// Rows of an export that are read at once.
const CHUNK: u32 = 1_000;
/// Counts stop here; what is more shows as 999+.
const COUNTED: u32 = 1_000;
/// Rows of the lists on other pages.
const FEW: u32 = 8;

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MatterTab {
    /// 我承办的.
    #[default]
    Mine,
    /// 我交办的.
    Issued,
    /// 已逾期.
    Overdue,
    /// 待我审核.
    Review,
    /// 全部.
    All,
}

impl MatterTab {
    /// All, in the order of the page.
    pub const ALL: [MatterTab; 5] = [
        MatterTab::Mine,
        MatterTab::Issued,
        MatterTab::Review,
        MatterTab::Overdue,
        MatterTab::All,
    ];

    /// The word in addresses.
    pub fn id(self) -> &'static str {
        match self {
            MatterTab::Mine => "mine",
            MatterTab::Issued => "issued",
            MatterTab::Overdue => "overdue",
            MatterTab::Review => "review",
            MatterTab::All => "all",
        }
    }

    /// Chinese title.
    pub fn title(self) -> &'static str {
        match self {
            MatterTab::Mine => "我承办的",
            MatterTab::Issued => "我交办的",
            MatterTab::Overdue => "已逾期",
            MatterTab::Review => "待审核销号",
            MatterTab::All => "全部",
        }
    }

    /// From its word.
    pub fn parse(id: &str) -> Option<MatterTab> {
        MatterTab::ALL.into_iter().find(|tab| tab.id() == id)
    }

    fn stored(self) -> Tab {
        match self {
            MatterTab::Mine => Tab::Mine,
            MatterTab::Issued => Tab::Issued,
            MatterTab::Overdue => Tab::Overdue,
            MatterTab::Review => Tab::Review,
            MatterTab::All => Tab::All,
        }
    }
}

/// How a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MatterSort {
    /// What is open first, by its day.
    #[default]
    Due,
    /// The last issued first.
    Issued,
    /// By kind and number.
    Number,
}

impl MatterSort {
    /// All with their words and titles.
    pub const ALL: [(MatterSort, &'static str, &'static str); 3] = [
        (MatterSort::Due, "due", "按完成时限"),
        (MatterSort::Issued, "issued", "按签发日期"),
        (MatterSort::Number, "number", "按编号"),
    ];

    /// The word in addresses.
    pub fn id(self) -> &'static str {
        let found = MatterSort::ALL.iter().find(|(sort, ..)| *sort == self);
        found.map_or("due", |(_, id, _)| id)
    }

    /// From its word.
    pub fn parse(id: &str) -> Option<MatterSort> {
        let found = MatterSort::ALL.iter().find(|(_, known, _)| *known == id);
        found.map(|(sort, ..)| *sort)
    }
}

/// What of the matters is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MatterListQuery {
    /// Which list.
    pub tab: MatterTab,
    /// Only of this kind.
    pub kind: String,
    /// Only in this phase, by id; `open` for all that are not closed or withdrawn.
    pub phase: String,
    /// Only led by this unit.
    pub lead: String,
    /// Only about this project, by id.
    pub project: String,
    /// Only issued on or after.
    pub issued_from: Option<Day>,
    /// Only issued on or before.
    pub issued_to: Option<Day>,
    /// Only handled so, as statistics count.
    pub handled: Option<Handled>,
    /// Words in number, title, content, units, name of the project.
    pub text: String,
    /// Order.
    pub sort: MatterSort,
    /// Page, from 0.
    pub page: u32,
}

/// A matter in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterItem {
    /// Id.
    pub matter: String,
    /// Number in words.
    pub number: String,
    /// Kind.
    pub kind: String,
    /// 事项名称.
    pub title: String,
    /// Where it stands.
    pub phase: &'static str,
    /// Light.
    pub light: Light,
    /// Its words.
    pub light_text: String,
    /// 签发单位.
    pub issuer: String,
    /// The leader in whose name it was issued.
    pub leader: String,
    /// 牵头承办单位.
    pub lead: String,
    /// 签发 on.
    pub issued_on: Day,
    /// 完成时限.
    pub due_on: Day,
    /// Weekday of it.
    pub due_weekday: &'static str,
    /// Project: id and name.
    pub project: Option<(String, String)>,
    /// What waits for the asking unit: 签收, 报结 …
    pub waits: &'static str,
    /// How often it was urged.
    pub urges: i64,
    /// How often the review returned it.
    pub returns: i64,
    /// 样例数据.
    pub sample: bool,
}

/// The matters about a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectMatters {
    /// Those that the actor may see, the last issued first.
    pub items: Vec<MatterItem>,
    /// Whether he may issue one.
    pub may_issue: bool,
    /// Questions of the enterprise that wait for an answer and can become a matter: fact and text.
    pub asked: Vec<(String, String)>,
}

/// An alert to the unit about a matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatterAlert {
    /// Matter.
    pub matter: String,
    /// Number in words.
    pub number: String,
    /// 1–3.
    pub level: i64,
    /// Its title.
    pub kind: String,
    /// To whom.
    pub unit: String,
    /// Sentence.
    pub text: String,
    /// When it was raised.
    pub raised_on: Day,
}

/// A page of matters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MatterPage {
    /// Whether the region has rules of matters.
    pub has_pack: bool,
    /// Matters.
    pub items: Vec<MatterItem>,
    /// How many there are, counted to 1000.
    pub total: u64,
    /// Whether there is another page.
    pub more: bool,
    /// How many each list has, with the filters taken away, counted to 1000.
    pub counts: Vec<(MatterTab, u64)>,
    /// Kinds: id and title.
    pub kinds: Vec<(String, String)>,
    /// Units that can lead.
    pub units: Vec<String>,
    /// Alerts to the unit, newest first.
    pub alerts: Vec<MatterAlert>,
    /// Whether the actor may issue something.
    pub may_issue: bool,
    /// Whether the actor may export.
    pub may_export: bool,
}

/// What an act that waits is called in lists; empty for none.
pub fn waits_title(act: Option<&str>) -> &'static str {
    match act.and_then(Act::parse) {
        Some(Act::Approve) => "审核",
        Some(act) => act.title(),
        None => "",
    }
}

/// Light of a matter on a day, with its words.
pub(super) fn light_of(row: &MatterRow, today: Day) -> (Light, String) {
    let phase = Phase::parse(&row.phase);
    match phase {
        Some(Phase::Closed) => (Light::Green, "已销号".into()),
        Some(Phase::Withdrawn) => (Light::Grey, "已撤回".into()),
        Some(Phase::Reported | Phase::Approved) => {
            (Light::Blue, phase.map_or("", Phase::title).into())
        }
        _ => {
            let left = days_between(today, row.due_on);
            let words = match left {
                0 => "今天到期".to_owned(),
                1.. => format!("剩余 {left} 天"),
                _ => format!("逾期 {} 天", -left),
            };
            let light = match row.warn_on {
                _ if left < 0 => Light::Red,
                Some(warn_on) if warn_on <= today => Light::Yellow,
                _ if left == 0 => Light::Yellow,
                _ => Light::Blue,
            };
            (light, words)
        }
    }
}

impl Service {
    pub(crate) fn matter_item(&self, line: MatterLine) -> MatterItem {
        let row = line.row;
        let (light, light_text) = light_of(&row, self.today());
        MatterItem {
            light,
            light_text,
            phase: Phase::parse(&row.phase).map_or("", Phase::title),
            waits: waits_title(line.waits.as_deref()),
            project: row
                .project
                .map(|project| (project, line.project_name.unwrap_or_default())),
            matter: row.matter,
            number: row.number,
            kind: row.kind_title,
            title: row.title,
            issuer: row.issuer,
            leader: row.leader.unwrap_or_default(),
            lead: row.lead,
            issued_on: row.issued_on,
            due_on: row.due_on,
            due_weekday: weekday_zh(row.due_on),
            urges: row.urges,
            returns: row.returns,
            sample: row.sample,
        }
    }

    pub(super) fn matter_query(
        &self,
        actor: &Actor,
        sees_all: bool,
        query: &MatterListQuery,
    ) -> MatterQuery {
        MatterQuery {
            region: actor.region.clone(),
            unit: actor.unit.clone(),
            sees_all,
            tab: query.tab.stored(),
            today: self.today(),
            kind: query.kind.clone(),
            phase: query.phase.clone(),
            lead: query.lead.clone(),
            project: query.project.clone(),
            issued_from: query.issued_from,
            issued_to: query.issued_to,
            handled: query.handled,
            text: query.text.clone(),
            sort: match query.sort {
                MatterSort::Due => Sort::Due,
                MatterSort::Issued => Sort::Issued,
                MatterSort::Number => Sort::Number,
            },
        }
    }

    /// Whether the actor sees every matter of the region; nothing when it has no rules of matters or he has no part.
    pub(crate) async fn sees_all_matters(&self, actor: &Actor) -> Outcome<Option<bool>> {
        let region = self.region(&actor.region).await?;
        Ok(match region.matters() {
            Some(policy) if !stranger(actor) => Some(sees_all(policy, actor)),
            _ => None,
        })
    }

    /// A page of a list.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn matter_page(&self, actor: &Actor, query: &MatterListQuery) -> Outcome<MatterPage> {
        let Some(sees_all) = self.sees_all_matters(actor).await? else {
            return Ok(MatterPage::default());
        };
        let region = self.region(&actor.region).await?;
        let policy = self.matters_pack(&region)?;
        let wanted = self.matter_query(actor, sees_all, query);
        let offset = query.page.min(PAGES) * PAGE;
        let mut lines = matters::list(self.db(), &wanted, offset, PAGE + 1).await?;
        let more = lines.len() > PAGE as usize;
        lines.truncate(PAGE as usize);
        let mut counts = Vec::with_capacity(MatterTab::ALL.len());
        for tab in MatterTab::ALL {
            let all = MatterListQuery {
                tab,
                phase: "open".into(),
                ..MatterListQuery::default()
            };
            let all = self.matter_query(actor, sees_all, &all);
            counts.push((tab, matters::count(self.db(), &all, COUNTED).await?));
        }
        let kinds = policy.file.matter.iter();
        Ok(MatterPage {
            has_pack: true,
            total: matters::count(self.db(), &wanted, COUNTED).await?,
            items: lines
                .into_iter()
                .map(|line| self.matter_item(line))
                .collect(),
            more,
            counts,
            kinds: kinds
                .map(|def| (def.id.clone(), def.title.clone()))
                .collect(),
            units: answering_units(&region),
            alerts: self.matter_alerts(actor, FEW).await?,
            may_issue: !self.issue_form(actor).await?.kinds.is_empty(),
            may_export: may_export(policy, actor),
        })
    }

    /// Alerts to the actor's unit about matters whose limit still runs.
    pub(crate) async fn matter_alerts(
        &self,
        actor: &Actor,
        most: u32,
    ) -> Outcome<Vec<MatterAlert>> {
        let found = matters::alerts_of_unit(self.db(), &actor.region, &actor.unit, most).await?;
        Ok(found.into_iter().map(alert).collect())
    }

    /// What waits for the actor's unit, the earliest due first.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn waiting_matters(&self, actor: &Actor) -> Outcome<Vec<MatterItem>> {
        if self.sees_all_matters(actor).await?.is_none() || actor.admin.is_some() {
            return Ok(Vec::new());
        }
        let lines = matters::waiting(self.db(), &actor.region, &actor.unit, FEW).await?;
        Ok(lines
            .into_iter()
            .map(|line| self.matter_item(line))
            .collect())
    }

    /// How much waits for the actor's unit, for the badge of the navigation; nothing where there are no matters.
    pub(crate) async fn waiting_matters_count(&self, actor: &Actor) -> Outcome<Option<u64>> {
        if self.sees_all_matters(actor).await?.is_none() {
            return Ok(None);
        }
        let count = matters::waiting_count(self.db(), &actor.region, &actor.unit, MOST_COUNTED);
        Ok(Some(count.await?))
    }

    /// The matters about a project that the actor may see, and whether he may issue one. Nothing where the region has
    /// no rules of matters.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn matters_of_project(
        &self,
        actor: &Actor,
        project: &str,
    ) -> Outcome<Option<ProjectMatters>> {
        let Some(sees_all) = self.sees_all_matters(actor).await? else {
            return Ok(None);
        };
        let (region, unit) = (&actor.region, &actor.unit);
        let lines = matters::of_project(self.db(), region, unit, sees_all, project).await?;
        let items = lines.into_iter().map(|line| self.matter_item(line));
        let items = items.collect();
        let may_issue = !self.issue_form(actor).await?.kinds.is_empty();
        let asked = match may_issue {
            true => self.asked(actor, Some(project)).await?,
            false => Vec::new(),
        };
        Ok(Some(ProjectMatters {
            items,
            may_issue,
            asked: asked
                .into_iter()
                .map(|asked| (asked.item.id, asked.item.title))
                .collect(),
        }))
    }

    /// A list as a workbook, all pages.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] when no role of the unit may export, [`ServiceError::Failed`].
    pub async fn export_matters(
        &self,
        actor: &Actor,
        query: &MatterListQuery,
    ) -> Outcome<ExportedFile> {
        let region = self.region(&actor.region).await?;
        let policy = self.matters_pack(&region)?;
        if !may_export(policy, actor) {
            return Err(ServiceError::Forbidden(format!(
                "{}没有导出事项的权限（政策包中的“导出台账”）",
                actor.unit
            )));
        }
        let today = self.today();
        let title = format!("{}事项清单（{}）", region.title, query.tab.title());
        let note = format!("导出日期：{today}　导出单位：{}", actor.unit);
        let wanted = self.matter_query(actor, sees_all(policy, actor), query);
        let (out, rows) = mpsc::channel(2);
        let service = self.clone();
        tokio::spawn(async move {
            let mut offset = 0;
            loop {
                let chunk = matters::list(service.db(), &wanted, offset, CHUNK).await;
                let chunk = chunk.map_err(ServiceError::from).map(|lines| {
                    let cells = lines
                        .into_iter()
                        .map(|line| cells(service.matter_item(line)));
                    cells.collect::<Vec<_>>()
                });
                let last = chunk
                    .as_ref()
                    .map_or(true, |rows| rows.len() < CHUNK as usize);
                // A receiver that is gone wants no more.
                if out.send(chunk).await.is_err() || last {
                    break;
                }
                offset += CHUNK;
            }
        });
        let (file, count) = write_file(ExportFormat::Xlsx, &title, note, columns(), rows).await?;
        self.audit_export(actor, "export-matters", query.tab.title(), count)
            .await?;
        exported(
            format!("事项清单-{}-{today}.xlsx", query.tab.title()),
            file,
            count,
        )
    }
}

pub(super) fn may_export(policy: &policy::Policy, actor: &Actor) -> bool {
    actor.admin.is_none() && policy.allows(&policy.roles_of(&actor.unit, NOBODY), Action::Export)
}

pub(super) fn alert(line: matters::MatterAlertLine) -> MatterAlert {
    MatterAlert {
        matter: line.alert.matter,
        number: line.number,
        level: line.alert.level,
        kind: line.alert.kind,
        unit: line.alert.unit,
        text: line.alert.text,
        raised_on: line.alert.raised_on,
    }
}

fn columns() -> Vec<Column> {
    let text = |heading: &str, width: f64| Column::new(heading, ColumnKind::Text).wide(width);
    vec![
        text("状态", 20.0),
        text("编号", 26.0),
        text("类别", 12.0),
        text("事项", 40.0),
        text("项目", 30.0),
        text("签发单位", 24.0),
        text("市领导", 12.0),
        text("牵头承办单位", 24.0),
        Column::new("签发日期", ColumnKind::Day),
        Column::new("完成时限", ColumnKind::Day),
        text("星期", 10.0),
        text("办理阶段", 12.0),
        Column::new("催办次数", ColumnKind::Integer),
        Column::new("退回次数", ColumnKind::Integer),
        text("标记", 10.0),
    ]
}

fn cells(item: MatterItem) -> Vec<Out> {
    let text = |text: &str| Out::Text(text.to_owned());
    vec![
        Out::Text(crate::projects::light_words(item.light, &item.light_text)),
        text(&item.number),
        text(&item.kind),
        text(&item.title),
        text(item.project.as_ref().map_or("", |(_, name)| name)),
        text(&item.issuer),
        text(&item.leader),
        text(&item.lead),
        Out::Day(item.issued_on),
        Out::Day(item.due_on),
        text(item.due_weekday),
        text(item.phase),
        Out::Integer(item.urges),
        Out::Integer(item.returns),
        text(if item.sample { "样例数据" } else { "" }),
    ]
}
