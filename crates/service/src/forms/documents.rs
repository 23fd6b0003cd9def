//! Official documents: the assignment letter of a project, monthly report and bulletin of a period. What they say is
//! added up from the rows that stand beside it.

use std::collections::BTreeMap;

use calendar::{Day, weekday_zh};
use domain::state::State;
use domain::values::{MoneyUnit, Yuan};
use office::{DocumentContent, Paragraph, ParagraphKind, fill_document, official_template};
use policy::Policy;
use policy::model::{DocumentDef, DocumentKind};
use store::Batch;
use store::projects::ProjectRow;
use store::reports::{self, IssuedRow};
use uuid::Uuid;

use super::workbook::{chinese_day, file_name};
use super::{Part, Period, Standing, cells, nobody, who};
use crate::clock::display_minute;
use crate::projects::{Loaded, refuse_administrators};
use crate::region::Region;
use crate::{AccountKind, Actor, Outcome, Service, ServiceError};

/// Documents in the list.
const LISTED: u32 = 30;
/// 亿元以上.
const LARGE: Yuan = Yuan::from_yuan(100_000_000);

/// A document that the pack knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// 每半年.
    pub frequency: &'static str,
    /// By whom.
    pub issued_by: String,
    /// To whom.
    pub sent_to: String,
    /// Made for a project, not for a period.
    pub of_project: bool,
    /// The period that was completed last.
    pub period: Period,
    /// Whether the actor's unit issues it.
    pub mine: bool,
}

/// A figure with the projects that it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figure {
    /// 累计签约项目.
    pub title: String,
    /// Projects, and their 总投资 together.
    pub count: usize,
    /// Their 总投资 together.
    pub investment: Yuan,
    /// Ids and names.
    pub projects: Vec<(String, String)>,
}

/// A document before it is issued.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentDraft {
    /// Title.
    pub title: String,
    /// Recipients, in words.
    pub recipients: String,
    /// The text.
    pub body: Vec<Paragraph>,
    /// Attachment line; empty for none.
    pub attachment: String,
    /// What its figures rest on.
    pub figures: Vec<Figure>,
}

/// A document that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedLine {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Number.
    pub number: String,
    /// Day of issue with weekday.
    pub issued_on: String,
    /// By whom, when.
    pub made: String,
    /// How often it was taken out.
    pub prints: i64,
}

impl Service {
    /// The documents of the region's pack.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn document_list(&self, actor: &Actor) -> Outcome<Vec<DocumentLine>> {
        let region = self.region(&actor.region).await?;
        let Some(policy) = region.forms() else {
            return Ok(Vec::new());
        };
        super::reach(policy, actor)?;
        let today = self.today();
        let line = |def: &DocumentDef| {
            let to: Vec<String> = def.sent_to.iter().map(|role| who(policy, role)).collect();
            let current = Period::containing(def.frequency, today);
            DocumentLine {
                id: def.id.clone(),
                title: def.title.clone(),
                frequency: def.frequency.title(),
                issued_by: who(policy, &def.issued_by),
                sent_to: to.join("、"),
                of_project: def.kind == DocumentKind::AssignmentLetter,
                period: if def.frequency.is_regular() {
                    current.previous()
                } else {
                    current
                },
                mine: issues(policy, actor, def),
            }
        };
        Ok(policy.file.document.iter().map(line).collect())
    }

    /// What a document would say: `subject` is a project's id or a period.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such document or project, [`ServiceError::Invalid`] at `period`,
    /// [`ServiceError::Forbidden`] for whoever does not issue it.
    pub async fn draft_document(
        &self,
        actor: &Actor,
        id: &str,
        subject: &str,
    ) -> Outcome<DocumentDraft> {
        let region = self.region(&actor.region).await?;
        let (policy, def) = find(&region, id)?;
        if !issues(policy, actor, def) {
            return Err(ServiceError::Forbidden(format!(
                "《{}》由{}拟制，{}不能拟制",
                def.title,
                who(policy, &def.issued_by),
                actor.unit
            )));
        }
        match def.kind {
            DocumentKind::AssignmentLetter => self.letter(actor, policy, def, subject).await,
            DocumentKind::Bulletin => {
                let period = Period::parse(subject)?;
                self.bulletin(&region, policy, def, period).await
            }
        }
    }

    /// Issues a document: it gets its number, is kept as it is, and stands in the list.
    ///
    /// # Errors
    /// As [`Service::draft_document`]; [`ServiceError::Conflict`] when two took the same number at once.
    pub async fn issue_document(&self, actor: &Actor, id: &str, subject: &str) -> Outcome<String> {
        refuse_administrators(actor)?;
        let draft = self.draft_document(actor, id, subject).await?;
        let region = self.region(&actor.region).await?;
        let (policy, def) = find(&region, id)?;
        let today = self.today();
        let number = self.next_number(&region.id, def, today).await?;
        let signed_as = def
            .signed_as
            .clone()
            .unwrap_or_else(|| who(policy, &def.issued_by));
        let content = DocumentContent {
            values: BTreeMap::from([
                ("issuer", signed_as.clone()),
                ("number", number.clone()),
                ("title", draft.title.clone()),
                ("recipients", draft.recipients.clone()),
                ("attachment", draft.attachment.clone()),
                ("signed_as", signed_as),
                ("date", chinese_day(today)),
            ]),
            body: draft.body.clone(),
        };
        let template = self.document_template(&region.id, id)?;
        let bytes = fill_document(&template, &content)
            .map_err(|error| ServiceError::field("document", error.to_string()))?;
        let key = Uuid::now_v7().to_string();
        let sealed = self
            .seal_file(&format!("document:{key}"), bytes.into())
            .await?;
        let row = IssuedRow {
            region: region.id.clone(),
            id: key.clone(),
            document: id.to_owned(),
            subject: subject.to_owned(),
            title: draft.title,
            number: number.clone(),
            issued_on: today,
            sealed,
            by_account: actor.account.clone(),
            by_person: actor.name.clone(),
            at: self.now(),
            prints: 0,
        };
        let mut batch = Batch::new();
        reports::insert_issued(&mut batch, &row);
        self.audit(
            &mut batch,
            actor,
            "issue-document",
            &number,
            "done",
            &row.title,
        );
        match self.db().write(batch).await {
            Err(store::StoreError::Unique { .. }) => Err(ServiceError::Conflict(format!(
                "文号 {number} 刚刚被占用，没有印发。请再试一次"
            ))),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(key),
        }
    }

    /// An issued document as a file; that it was taken out is counted and noted.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none, [`ServiceError::Forbidden`] for whoever has nothing to do with
    /// forms.
    pub async fn issued_document(&self, actor: &Actor, id: &str) -> Outcome<(String, Vec<u8>)> {
        let region = self.region(&actor.region).await?;
        let missing = || ServiceError::NotFound("没有找到这份公文，请从报表通报页重新打开".into());
        let policy = region.forms().ok_or_else(missing)?;
        let row = reports::issued(self.db(), &actor.region, id).await?;
        let row = row.ok_or_else(missing)?;
        if !receives(policy, actor, &row) {
            return Err(missing());
        }
        let bytes = self
            .open_file(&format!("document:{id}"), &row.sealed)
            .await?;
        let mut batch = Batch::new();
        reports::printed(&mut batch, &actor.region, id);
        self.audit(
            &mut batch,
            actor,
            "print-document",
            &row.number,
            "done",
            &row.title,
        );
        self.db().write(batch).await?;
        let name = file_name(&format!("{} {}", row.number, row.title));
        Ok((format!("{name}.docx"), bytes.to_vec()))
    }

    /// The last documents that the actor may open.
    ///
    /// # Errors
    /// [`ServiceError::Failed`].
    pub async fn issued_documents(&self, actor: &Actor) -> Outcome<Vec<IssuedLine>> {
        let region = self.region(&actor.region).await?;
        let Some(policy) = region.forms() else {
            return Ok(Vec::new());
        };
        super::reach(policy, actor)?;
        let rows = reports::last_issued(self.db(), &actor.region, LISTED).await?;
        let line = |row: IssuedRow| IssuedLine {
            id: row.id,
            title: row.title,
            number: row.number,
            issued_on: format!("{} {}", row.issued_on, weekday_zh(row.issued_on)),
            made: format!("{} {}", row.by_person, display_minute(row.at)),
            prints: row.prints,
        };
        let mine = rows.into_iter().filter(|row| receives(policy, actor, row));
        Ok(mine.map(line).collect())
    }

    /// The template in use: the office's own where there is one, else that of the program.
    ///
    /// # Errors
    /// [`ServiceError::Failed`] when the office's own cannot be read.
    pub fn document_template(&self, region: &str, document: &str) -> Outcome<Vec<u8>> {
        let folder = &self.config().templates;
        let own = folder.join(region).join(format!("{document}.docx"));
        match std::fs::read(&own) {
            Ok(bytes) => Ok(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                official_template().map_err(|error| ServiceError::Failed(error.to_string()))
            }
            Err(error) => Err(ServiceError::Failed(format!(
                "模板 {} 无法读取：{error}",
                own.display()
            ))),
        }
    }

    /// 潭开放办〔2025〕3号: the next of its code and year.
    async fn next_number(&self, region: &str, def: &DocumentDef, today: Day) -> Outcome<String> {
        let code = def.code.as_deref().unwrap_or(&def.title);
        let prefix = format!("{code}〔{}〕", today.year());
        let given = reports::issued_with(self.db(), region, &prefix).await?;
        Ok(format!("{prefix}{}号", given + 1))
    }

    async fn letter(
        &self,
        actor: &Actor,
        policy: &Policy,
        def: &DocumentDef,
        project: &str,
    ) -> Outcome<DocumentDraft> {
        let loaded = self.load(&actor.region, project).await?;
        let state = loaded.state();
        let Some(assigned) = state.assignment() else {
            return Err(ServiceError::field(
                "project",
                format!(
                    "项目“{}”还没有交办，不能出具交办函。请先在项目页登记项目交办",
                    state.name()
                ),
            ));
        };
        let parties = cells::parties(&state);
        let mut recipients: Vec<&str> = Vec::new();
        for role in &def.sent_to {
            for unit in policy.units_of(role, parties) {
                if !recipients.contains(&unit) {
                    recipients.push(unit);
                }
            }
        }
        Ok(DocumentDraft {
            title: format!("关于做好{}对接跟进工作的函", state.name()),
            recipients: recipients.join("、"),
            body: letter_body(&state, &assigned),
            attachment: "附件：市级重点招商项目对接跟进任务清单".into(),
            figures: Vec::new(),
        })
    }

    async fn bulletin(
        &self,
        region: &std::sync::Arc<Region>,
        policy: &Policy,
        def: &DocumentDef,
        period: Period,
    ) -> Outcome<DocumentDraft> {
        let candidates = self.form_candidates(region, None).await?;
        let figures = figures(&candidates, period);
        let parts = self.report_parts(&Actor::program(&region.id)).await?;
        let units = by_unit(&candidates, period);
        let recipients: Vec<String> = def
            .sent_to
            .iter()
            .flat_map(|role| policy.units_of(role, nobody()))
            .map(str::to_owned)
            .collect();
        Ok(DocumentDraft {
            title: bulletin_title(def, period),
            recipients: recipients.join("、"),
            body: bulletin_body(&region.title, period, &figures, &units, &parts),
            attachment: String::new(),
            figures,
        })
    }
}

fn find<'a>(region: &'a Region, id: &str) -> Outcome<(&'a Policy, &'a DocumentDef)> {
    let policy = region.forms();
    let def = policy.and_then(|policy| policy.file.document.iter().find(|def| def.id == id));
    match (policy, def) {
        (Some(policy), Some(def)) => Ok((policy, def)),
        _ => Err(ServiceError::NotFound(format!(
            "{}的报表政策包中没有公文 {id}",
            region.title
        ))),
    }
}

fn issues(policy: &Policy, actor: &Actor, def: &DocumentDef) -> bool {
    actor.kind == AccountKind::System
        || actor.admin.is_none() && policy.holds(&actor.unit, &def.issued_by, nobody())
}

/// Whoever sees all rows opens all documents; others none here: they get theirs from the office.
fn receives(policy: &Policy, actor: &Actor, _row: &IssuedRow) -> bool {
    super::reach(policy, actor).is_ok_and(|reach| reach == super::Reach::All)
}

fn text(words: impl Into<String>) -> Paragraph {
    Paragraph {
        kind: ParagraphKind::Text,
        text: words.into(),
    }
}

fn heading(words: impl Into<String>) -> Paragraph {
    Paragraph {
        kind: ParagraphKind::Heading,
        text: words.into(),
    }
}

// ---- assignment letter

fn letter_body(state: &State<'_>, assigned: &domain::state::Assigned<'_>) -> Vec<Paragraph> {
    let details = state.details;
    let summary = details.and_then(|d| d.summary.clone()).unwrap_or_default();
    let investment = details.and_then(|d| d.total_investment);
    let mut body = vec![text(format!(
        "经研究，现将{}交由你们对接跟进。有关事项如下：",
        state.name()
    ))];
    body.push(heading("一、项目基本情况"));
    let mut about = format!("{}。", state.name());
    if let Some(investor) = details.and_then(|d| d.investor.as_deref()) {
        about.push_str(&format!("投资方为{investor}。"));
    }
    if let Some(sum) = investment {
        about.push_str(&format!("计划总投资{sum}。"));
    }
    about.push_str(summary.trim());
    body.push(text(about));
    body.push(heading("二、责任分工"));
    let mut duties = format!("承接责任单位：{}。", assigned.receiving_unit);
    if let Some(leader) = assigned.leader {
        duties = format!("牵头责任领导：{leader}。{duties}");
    }
    if !assigned.supporting.is_empty() {
        duties.push_str(&format!("配合单位：{}。", assigned.supporting.join("、")));
    }
    body.push(text(duties));
    body.push(heading("三、任务清单"));
    let tasks = assigned.tasks.iter().enumerate();
    body.extend(
        tasks
            .map(|(index, task)| text(format!("{}．{}。", index + 1, task.trim_end_matches('。')))),
    );
    body.push(text(format!(
        "请自{}（{}）起对接跟进，每周或适时上报《市级重点招商项目协调跟进情况表》，遇有困难和问题及时报告。",
        chinese_day(assigned.on),
        weekday_zh(assigned.on)
    )));
    body
}

// ---- bulletin

fn bulletin_title(def: &DocumentDef, period: Period) -> String {
    match def.title.strip_prefix("关于") {
        Some(rest) => format!("关于{}{rest}", period.title()),
        None => format!("{}{}", period.title(), def.title),
    }
}

/// A project in the figures.
struct Counted<'a> {
    id: &'a str,
    name: String,
    unit: String,
    investment: Yuan,
    signed: Option<Day>,
    started: Option<Day>,
    in_production: Option<Day>,
}

fn counted(candidates: &[(ProjectRow, Loaded)], period: Period) -> Vec<Counted<'_>> {
    let count = |loaded: &Loaded| {
        let state = State::fold_until(&loaded.lifecycle, &loaded.events, period.end);
        let details = state.details?;
        if state.registered_on.is_none() || state.removed_on().is_some() {
            return None;
        }
        let reached = |id: &str| {
            let ix = loaded.lifecycle.milestone(id)?;
            state.reached_on(ix).filter(|day| *day <= period.end)
        };
        let unit = cells::parties(&state).assigned.receiving_unit;
        let unit = unit.or(details.host.as_deref()).unwrap_or("未明确承接单位");
        Some((
            details.name.clone(),
            unit.to_owned(),
            details.total_investment.unwrap_or_default(),
            [
                reached("signed"),
                reached("started"),
                reached("in_production"),
            ],
        ))
    };
    let mut list = Vec::new();
    for candidate in candidates {
        let Some((name, unit, investment, days)) = count(&candidate.1) else {
            continue;
        };
        let [signed, started, in_production] = days;
        list.push(Counted {
            id: &candidate.0.project,
            name,
            unit,
            investment,
            signed,
            started,
            in_production,
        });
    }
    list
}

fn figures(candidates: &[(ProjectRow, Loaded)], period: Period) -> Vec<Figure> {
    let all = counted(candidates, period);
    let within = |day: Option<Day>| day.is_some_and(|day| period.has(day));
    let figure = |title: String, is: &dyn Fn(&Counted<'_>) -> bool| {
        let mut figure = Figure {
            title,
            count: 0,
            investment: Yuan(0),
            projects: Vec::new(),
        };
        for project in all.iter().filter(|project| is(project)) {
            figure.count += 1;
            figure.investment = Yuan(figure.investment.0.saturating_add(project.investment.0));
            figure
                .projects
                .push((project.id.to_owned(), project.name.clone()));
        }
        figure
    };
    let title = period.title();
    vec![
        figure("累计签约".into(), &|p| p.signed.is_some()),
        figure("累计签约，总投资亿元以上".into(), &|p| {
            p.signed.is_some() && p.investment >= LARGE
        }),
        figure(format!("{title}新签约"), &|p| within(p.signed)),
        figure(format!("{title}新签约，总投资亿元以上"), &|p| {
            within(p.signed) && p.investment >= LARGE
        }),
        figure(format!("{title}新开工"), &|p| within(p.started)),
        figure(format!("{title}新投产"), &|p| within(p.in_production)),
        figure("签约后尚未开工".into(), &|p| {
            p.signed.is_some() && p.started.is_none()
        }),
    ]
}

/// New signings by receiving unit, the most first.
fn by_unit(candidates: &[(ProjectRow, Loaded)], period: Period) -> Vec<(String, usize, Yuan)> {
    let mut units: BTreeMap<String, (usize, i64)> = BTreeMap::new();
    for project in counted(candidates, period) {
        if project.signed.is_some_and(|day| period.has(day)) {
            let entry = units.entry(project.unit).or_default();
            entry.0 += 1;
            entry.1 = entry.1.saturating_add(project.investment.0);
        }
    }
    let mut list: Vec<_> = units
        .into_iter()
        .map(|(unit, (count, sum))| (unit, count, Yuan(sum)))
        .collect();
    list.sort_by(|a, b| b.1.cmp(&a.1).then(b.2.cmp(&a.2)).then(a.0.cmp(&b.0)));
    list
}

fn amount(yuan: Yuan) -> String {
    format!("{}亿元", yuan.format_in(MoneyUnit::Yi))
}

fn bulletin_body(
    region: &str,
    period: Period,
    figures: &[Figure],
    units: &[(String, usize, Yuan)],
    parts: &[Part],
) -> Vec<Paragraph> {
    let get = |at: usize| figures.get(at);
    let sum = |at: usize| {
        get(at).map_or(String::new(), |f| {
            format!("{}个、总投资{}", f.count, amount(f.investment))
        })
    };
    let count = |at: usize| get(at).map_or(0, |f| f.count);
    let mut body = vec![
        text(format!(
            "现将{region}{}重点招商项目推进情况通报如下（数据截至{}）：",
            period.title(),
            chinese_day(period.end)
        )),
        heading("一、总体情况"),
        text(format!(
            "截至{}，累计签约项目{}，其中总投资亿元以上项目{}。{}新签约项目{}，其中总投资亿元以上项目{}；新开工项目{}；新投产项目{}。",
            chinese_day(period.end),
            sum(0),
            sum(1),
            period.title(),
            sum(2),
            sum(3),
            sum(4),
            sum(5)
        )),
        heading("二、各单位签约情况"),
    ];
    if units.is_empty() {
        body.push(text(format!("{}没有新签约项目。", period.title())));
    } else {
        let list: Vec<String> = units
            .iter()
            .map(|(unit, count, sum)| format!("{unit}{count}个、{}", amount(*sum)))
            .collect();
        body.push(text(format!(
            "{}新签约项目按承接单位：{}。",
            period.title(),
            list.join("；")
        )));
    }
    body.push(heading("三、存在的问题"));
    body.push(text(format!(
        "签约后尚未开工的项目{}个。{}",
        count(6),
        late_words(parts)
    )));
    body.push(heading("四、下一步工作"));
    body.push(text(
        "请各承接责任单位对照任务清单，逐项目明确开工时间和责任人，按时报送《市级重点招商项目协调跟进情况表》《市级重点招商项目签约情况表》，需要市级协调解决的困难和问题随时报告。",
    ));
    body
}

fn late_words(parts: &[Part]) -> String {
    let late: Vec<String> = parts
        .iter()
        .filter(|part| part.standing == Standing::Late)
        .map(|part| format!("{}（《{}》）", part.unit, part.title))
        .collect();
    match late.is_empty() {
        true => String::new(),
        false => format!("截至目前，逾期未报送报表的单位：{}。", late.join("、")),
    }
}
