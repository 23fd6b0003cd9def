//! What a document would say, and the letter about an assigned project.

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::{Day, weekday_zh};
use domain::state::State;
use office::{Paragraph, ParagraphKind};
use policy::Policy;
use policy::model::{DocumentDef, DocumentKind};

use super::figures::Figure;
use super::text::Wording;
use super::{addressed, find, issues, not_yours};
use crate::forms::workbook::chinese_day;
use crate::forms::{Period, Standing, cells, nobody, who};
use crate::region::Region;
use crate::{Actor, Outcome, Service, ServiceError};

/// A document before it is issued.
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentDraft {
    /// Title.
    pub title: String,
    /// Recipients, in words.
    pub recipients: String,
    /// What stands in a table or above the text: label and words.
    pub sheet: Vec<(String, String)>,
    /// The text.
    pub body: Vec<Paragraph>,
    /// Attachment line; empty for none.
    pub attachment: String,
    /// What its figures rest on.
    pub figures: Vec<Figure>,
    /// 发文机关标识、落款.
    pub(super) signed_as: String,
    /// Values that documents of the kind have beside the common ones.
    pub(super) values: BTreeMap<&'static str, String>,
    /// Units that receive it.
    pub(super) units: Vec<String>,
    /// The number of what it is about, where it takes none of its own.
    pub(super) number: Option<String>,
    /// The day that the first edition bears, where it is not the day on which it is made.
    pub(super) dated: Option<Day>,
}

impl DocumentDraft {
    /// Hash of what it says, but for number and day.
    pub(super) fn said(&self) -> Outcome<String> {
        let body: Vec<&str> = self.body.iter().map(|p| p.text.as_str()).collect();
        let all = (
            (&self.title, &self.recipients, &self.attachment),
            (&self.sheet, &body, &self.signed_as, &self.figures),
        );
        Ok(store::sm3_hex(serde_json::to_string(&all)?.as_bytes()))
    }
}

impl Service {
    /// What a document would say: `subject` is a period, or the id of a project, a matter, a meeting.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such document or subject, [`ServiceError::Invalid`] at `period` or
    /// `subject`, [`ServiceError::Forbidden`] for whoever does not issue it.
    pub async fn draft_document(
        &self,
        actor: &Actor,
        id: &str,
        subject: &str,
    ) -> Outcome<DocumentDraft> {
        let region = self.region(&actor.region).await?;
        let (policy, def) = find(&region, id)?;
        if !self.issues_about(actor, policy, def, subject).await? {
            return Err(not_yours(actor, def, &who(policy, &def.issued_by)));
        }
        self.drafted(&region, def, subject).await
    }

    /// Whether the actor issues a document about a subject.
    pub(super) async fn issues_about(
        &self,
        actor: &Actor,
        policy: &Policy,
        def: &DocumentDef,
        subject: &str,
    ) -> Outcome<bool> {
        if issues(policy, actor, def) {
            return Ok(true);
        }
        match def.kind {
            DocumentKind::AssignmentLetter | DocumentKind::Bulletin => Ok(false),
            DocumentKind::Order => self.issues_order(actor, def, subject).await,
            DocumentKind::Minutes => self.issues_minutes(actor, def, subject).await,
        }
    }

    /// What a document would say, whoever asks.
    pub(super) async fn drafted(
        &self,
        region: &Arc<Region>,
        def: &DocumentDef,
        subject: &str,
    ) -> Outcome<DocumentDraft> {
        match def.kind {
            DocumentKind::AssignmentLetter => self.letter(region, def, subject).await,
            DocumentKind::Bulletin => self.bulletin(region, def, Period::parse(subject)?).await,
            DocumentKind::Order => self.order_document(region, def, subject).await,
            DocumentKind::Minutes => self.minutes_document(region, def, subject).await,
        }
    }

    async fn letter(
        &self,
        region: &Arc<Region>,
        def: &DocumentDef,
        project: &str,
    ) -> Outcome<DocumentDraft> {
        let (policy, _) = find(region, &def.id)?;
        let loaded = self.load(&region.id, project).await?;
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
        let units = addressed(policy, def, cells::parties(&state), |_| None);
        Ok(DocumentDraft {
            title: format!("关于做好{}对接跟进工作的函", state.name()),
            recipients: units.join("、"),
            sheet: Vec::new(),
            body: letter_body(&state, &assigned),
            attachment: "附件：市级重点招商项目对接跟进任务清单".into(),
            figures: Vec::new(),
            signed_as: signed_as(policy, def),
            values: BTreeMap::new(),
            units,
            number: None,
            dated: None,
        })
    }

    async fn bulletin(
        &self,
        region: &Arc<Region>,
        def: &DocumentDef,
        period: Period,
    ) -> Outcome<DocumentDraft> {
        let (policy, _) = find(region, &def.id)?;
        let text = policy.file.text_of(def);
        let figures = self.figures(region, text.figures, period).await?;
        let late = match text.asks_for("late_reports") {
            true => self.late_reports(region).await?,
            false => String::new(),
        };
        let units = addressed(policy, def, nobody(), |_| None);
        let body = Wording {
            region: &region.title,
            period,
            figures: &figures,
            late_reports: &late,
        }
        .body(text.sections);
        Ok(DocumentDraft {
            title: bulletin_title(def, period),
            recipients: units.join("、"),
            sheet: Vec::new(),
            body,
            attachment: String::new(),
            figures,
            signed_as: signed_as(policy, def),
            values: BTreeMap::new(),
            units,
            number: None,
            dated: None,
        })
    }

    /// Units whose reports are late today, each with the form.
    async fn late_reports(&self, region: &Region) -> Outcome<String> {
        let parts = self.report_parts(&Actor::program(&region.id)).await?;
        let mut late: Vec<(&str, String)> = Vec::new();
        for part in parts.iter().filter(|part| part.standing == Standing::Late) {
            let form = format!("《{}》", part.title);
            match late.iter_mut().find(|(unit, _)| *unit == part.unit) {
                Some((_, forms)) => forms.push_str(&form),
                None => late.push((&part.unit, form)),
            }
        }
        let late: Vec<String> = late
            .into_iter()
            .map(|(unit, forms)| format!("{unit}（{forms}）"))
            .collect();
        Ok(late.join("、"))
    }
}

/// 发文机关标识、落款: the pack's word, else the unit that issues.
fn signed_as(policy: &Policy, def: &DocumentDef) -> String {
    let said = def.signed_as.clone();
    said.unwrap_or_else(|| who(policy, &def.issued_by))
}

fn bulletin_title(def: &DocumentDef, period: Period) -> String {
    match def.title.strip_prefix("关于") {
        Some(rest) => format!("关于{}{rest}", period.title()),
        None => format!("{}{}", period.title(), def.title),
    }
}

pub(super) fn text(words: impl Into<String>) -> Paragraph {
    Paragraph {
        kind: ParagraphKind::Text,
        text: words.into(),
    }
}

pub(super) fn heading(words: impl Into<String>) -> Paragraph {
    Paragraph {
        kind: ParagraphKind::Heading,
        text: words.into(),
    }
}

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
