//! Matters of 湘潭 as an office would have them: in every state, some late, one supervised. People are invented.

use calendar::Day;
use domain::matter::{MatterCommand, NewPart};
use store::events::Aggregate;
use store::matters::{MatterQuery, Tab};

use super::pictures::Evidence;
use super::regions::XIANGTAN;
use crate::attachments::NewFile;
use crate::matters::{Behalf, MatterChange, MatterOrder};
use crate::{AccountKind, Actor, Outcome, Service};

pub(super) const COMMERCE: &str = "市商务(招商合作)局";
pub(super) const OFFICE: &str = "市招商安商工作领导小组办公室";
pub(super) const OPENING: &str = "市开放办";
pub(super) const LANDING: &str = "市落地办";
const GOVERNMENT: &str = "市政府办";
pub(super) const LAND: &str = "国土局";
pub(super) const PLAN: &str = "规划局";
pub(super) const REFORM: &str = "市发改委";
pub(super) const PARK: &str = "岳塘经开区";

/// Issues the sample matters, where the region has none.
pub(super) async fn install(service: &Service, today: Day) -> Outcome<()> {
    let all = MatterQuery {
        region: XIANGTAN.into(),
        unit: String::new(),
        sees_all: true,
        tab: Tab::All,
        today,
        ..MatterQuery::default()
    };
    if store::matters::count(service.db(), &all, 1).await? > 0 {
        return Ok(());
    }
    let story = Story { service, today };
    // The decisions of past meetings come first, so that numbers follow the days.
    let met = store::meetings::list(service.db(), XIANGTAN, "", true, "", 0, 1).await?;
    if met.is_empty() {
        super::meetings::held(&story).await?;
    }
    story.tell().await?;
    if met.is_empty() {
        super::meetings::to_come(&story).await?;
    }
    Ok(())
}

pub(super) fn official(unit: &str) -> Actor {
    let name = match unit {
        COMMERCE => "样例商一",
        OFFICE => "样例办二",
        OPENING => "样例放三",
        LANDING => "样例落四",
        GOVERNMENT => "样例秘五",
        LAND => "样例土六",
        PLAN => "样例规七",
        REFORM => "样例改八",
        _ => "样例园九",
    };
    Actor {
        kind: AccountKind::Staff,
        name: name.into(),
        unit: unit.into(),
        ..Actor::program(XIANGTAN)
    }
}

pub(super) struct Story<'a> {
    pub(super) service: &'a Service,
    pub(super) today: Day,
}

impl Story<'_> {
    pub(super) fn ago(&self, days: i64) -> Day {
        let span = jiff::Span::new().days(days);
        self.today.checked_sub(span).unwrap_or(self.today)
    }

    async fn issue(&self, unit: &str, ago: i64, order: MatterOrder) -> Outcome<String> {
        let order = MatterOrder {
            sample: true,
            ..order
        };
        let issued = self
            .service
            .issue_matter_on(&official(unit), order, self.ago(ago))
            .await?;
        Ok(issued.matter)
    }

    pub(super) async fn act(
        &self,
        matter: &str,
        unit: &str,
        ago: i64,
        command: MatterCommand,
    ) -> Outcome<()> {
        let change = MatterChange {
            matter: matter.to_owned(),
            seen_version: None,
            command,
        };
        let on = self.ago(ago);
        self.service
            .change_matter_on(&official(unit), &change, on)
            .await?;
        Ok(())
    }

    async fn tell(&self) -> Outcome<()> {
        self.closed().await?;
        self.split().await?;
        self.late_and_urged().await?;
        self.supervised().await?;
        self.instructed().await?;
        self.refused().await?;
        self.fresh().await
    }

    async fn closed(&self) -> Outcome<()> {
        let order = order(
            "assignment",
            "样例电子信息产业园临时用电",
            "项目施工用电容量不足，影响桩基施工。",
            "协调供电单位增容，明确接电日期。",
            &[PARK],
        );
        let matter = self.issue(COMMERCE, 60, order).await?;
        self.act(&matter, PARK, 59, MatterCommand::Accept).await?;
        self.act(&matter, PARK, 50, report("已增容 630 千伏安，现场已接电。"))
            .await?;
        let opinion = "已电话核实，同意。".to_owned();
        self.act(&matter, COMMERCE, 49, MatterCommand::Approve { opinion })
            .await?;
        let note = String::new();
        self.act(&matter, COMMERCE, 49, MatterCommand::Close { note })
            .await
    }

    async fn split(&self) -> Outcome<()> {
        let order = order(
            "meeting_decision",
            "样例新能源装备项目用地和规划条件",
            "季度联席会议议定：一个月内落实用地指标、出具规划条件，园区完成场地平整。",
            "牵头单位每周报送进展。",
            &[LAND, PLAN, PARK],
        );
        let matter = self.issue(OFFICE, 12, order).await?;
        self.act(&matter, LAND, 11, MatterCommand::Accept).await?;
        let part = |unit: &str, task: &str| NewPart {
            unit: unit.into(),
            task: task.into(),
        };
        let parts = vec![
            part(PLAN, "出具规划设计条件"),
            part(PARK, "完成场地平整和围挡"),
        ];
        self.act(&matter, LAND, 11, MatterCommand::Split { parts })
            .await?;
        let answer = MatterCommand::AnswerPart {
            part: 0,
            text: "规划设计条件已出具。".into(),
            files: Vec::new(),
        };
        self.act(&matter, PLAN, 5, answer).await?;
        let progress = MatterCommand::Progress {
            text: "用地指标已列入本批次报批。".into(),
            files: Vec::new(),
        };
        self.act(&matter, LAND, 3, progress).await
    }

    async fn late_and_urged(&self) -> Outcome<()> {
        let order = order(
            "enterprise_issue",
            "样例智能家电项目环评咨询",
            "企业反映环评分类不明确，影响备案。",
            "书面答复企业。",
            &[REFORM],
        );
        let matter = self.issue(OPENING, 40, order).await?;
        self.act(&matter, REFORM, 36, MatterCommand::Accept).await?;
        let text = "已超过时限，请于三日内书面答复。".to_owned();
        self.act(&matter, OPENING, 6, MatterCommand::Urge { text })
            .await
    }

    async fn supervised(&self) -> Outcome<()> {
        let order = order(
            "supervision",
            "样例汽车零部件项目施工许可",
            "样例汽车零部件项目施工许可交办后长期未办结，影响开工。",
            "限期办结施工许可，并说明超期原因。",
            &[PLAN, PARK],
        );
        let matter = self.issue(LANDING, 5, order).await?;
        self.act(&matter, PLAN, 4, MatterCommand::Accept).await?;
        let picture = NewFile {
            evidence: None,
            name: Evidence::Document.name().into(),
            content: Evidence::Document.content().into(),
        };
        let owner = Aggregate::Matter.stream(&matter);
        let files = self
            .service
            .keep_files_of(&official(PLAN), &owner, vec![picture])
            .await?;
        let result = MatterCommand::Report {
            text: "施工许可证已核发；超期系图审退改两次所致。".into(),
            files,
        };
        self.act(&matter, PLAN, 1, result).await
    }

    async fn instructed(&self) -> Outcome<()> {
        let instruction = MatterOrder {
            on_behalf: Some(Behalf {
                leader: "样例市长".into(),
                unit: "市级领导".into(),
            }),
            ..order(
                "instruction",
                "关于样例生物医药项目标准厂房的批示",
                "请落地办会同园区研究标准厂房租金支持，提出方案报我。",
                "",
                &[LANDING, PARK],
            )
        };
        let matter = self.issue(GOVERNMENT, 4, instruction).await?;
        self.act(&matter, LANDING, 3, MatterCommand::Accept).await
    }

    async fn refused(&self) -> Outcome<()> {
        let order = order(
            "assignment",
            "样例物流园项目道路开口",
            "项目主入口需在城市道路开口。",
            "",
            &[LAND],
        );
        let matter = self.issue(COMMERCE, 3, order).await?;
        let reason = "道路开口由规划部门办理，不属于本单位职责。".to_owned();
        self.act(&matter, LAND, 2, MatterCommand::Refuse { reason })
            .await
    }

    async fn fresh(&self) -> Outcome<()> {
        let task = |title: &str, content: &str, units: &[&str]| {
            order("list_item", title, content, "按月填报进展。", units)
        };
        self.issue(
            OPENING,
            1,
            task(
                "样例半导体材料项目：补充可行性论证",
                "按任务清单补充市场和能耗论证。",
                &[REFORM, PARK],
            ),
        )
        .await?;
        self.issue(
            OPENING,
            0,
            task(
                "样例文旅项目：合同文本会审",
                "完成投资合同会审并提交修改意见。",
                &[PARK],
            ),
        )
        .await?;
        Ok(())
    }
}

fn order(kind: &str, title: &str, content: &str, requirement: &str, units: &[&str]) -> MatterOrder {
    MatterOrder {
        kind: kind.into(),
        title: title.into(),
        content: content.into(),
        requirement: requirement.into(),
        units: units.iter().map(|unit| (*unit).to_owned()).collect(),
        ..MatterOrder::default()
    }
}

pub(super) fn report(text: &str) -> MatterCommand {
    MatterCommand::Report {
        text: text.into(),
        files: Vec::new(),
    }
}
