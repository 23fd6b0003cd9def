//! Units of a region and the spellings by which documents and ledgers name them (system administrator).

use store::Batch;
use store::units::{self, UnitRow};

use crate::{Actor, AdminRole, FieldError, Outcome, Service, ServiceError};

/// Kinds of units, by id and title.
pub const UNIT_KINDS: [(&str, &str); 22] = [
    ("department", "部门"),
    ("township", "镇街"),
    ("park", "园区"),
    ("centre", "中心"),
    ("leadership", "领导机构"),
    ("leading-group", "领导小组"),
    ("task-force", "专班"),
    ("liaison-office", "驻外办事处"),
    ("institution", "事业单位"),
    ("soe", "国有企业"),
    ("investment-platform", "投资平台"),
    ("fund", "基金"),
    ("bank", "银行"),
    ("chamber", "商会协会"),
    ("mass-organisation", "群团组织"),
    ("enterprise", "企业"),
    ("university", "高校"),
    ("school", "学校"),
    ("court", "法检机关"),
    ("media", "媒体"),
    ("higher-level", "上级单位"),
    ("other", "其他"),
];

/// Longest name of a unit, in characters.
const LONGEST: usize = 60;

/// A unit in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitView {
    /// Main name.
    pub name: String,
    /// Code of the published table.
    pub code: String,
    /// 部门, 镇街 …
    pub kind: String,
    /// A collective or a role, not one organisation.
    pub collective: bool,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// Remark.
    pub note: String,
}

/// What a new unit needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewUnit {
    /// Main name.
    pub name: String,
    /// Code; empty for none.
    pub code: String,
    /// Kind, by its id.
    pub kind: String,
    /// Other spellings, separated by 、, commas or line breaks.
    pub aliases: String,
    /// Remark.
    pub note: String,
}

impl Service {
    /// Units of the region whose name, spelling or code contains `text`, by kind and name.
    pub async fn unit_list(&self, actor: &Actor, text: &str) -> Outcome<Vec<UnitView>> {
        self.needs_one_of(
            actor,
            &[AdminRole::System, AdminRole::Security, AdminRole::Audit],
            "查看单位名单",
        )?;
        let rows = units::list(self.db(), &actor.region).await?;
        let mut aliases = units::aliases(self.db(), &actor.region).await?;
        aliases.sort();
        let view = |row: UnitRow| UnitView {
            aliases: aliases
                .iter()
                .filter(|(_, unit)| *unit == row.name)
                .map(|(alias, _)| alias.clone())
                .collect(),
            kind: kind_title(&row.kind).to_string(),
            collective: row.collective,
            name: row.name,
            code: row.code,
            note: row.note,
        };
        let text = text.trim();
        let found = |unit: &UnitView| {
            text.is_empty()
                || unit.name.contains(text)
                || unit.code.contains(text)
                || unit.aliases.iter().any(|alias| alias.contains(text))
        };
        Ok(rows.into_iter().map(view).filter(found).collect())
    }

    /// Adds a unit with its spellings.
    pub async fn add_unit(&self, actor: &Actor, new: &NewUnit) -> Outcome<()> {
        self.needs(actor, AdminRole::System, "新增单位")?;
        let name = new.name.trim().to_string();
        let aliases = spellings(&new.aliases);
        self.check_unit(&actor.region, &name, new, &aliases).await?;
        let row = UnitRow {
            name: name.clone(),
            code: new.code.trim().to_string(),
            kind: new.kind.clone(),
            collective: false,
            note: new.note.trim().to_string(),
        };
        let mut batch = Batch::new();
        units::put(&mut batch, &actor.region, &row);
        for alias in &aliases {
            units::put_alias(&mut batch, &actor.region, alias, &name);
        }
        self.audit(
            &mut batch,
            actor,
            "add-unit",
            &name,
            "done",
            &aliases.join("、"),
        );
        self.db().write(batch).await?;
        self.forget_region(&actor.region);
        Ok(())
    }

    /// Adds a spelling to a unit that is there.
    pub async fn add_unit_alias(&self, actor: &Actor, unit: &str, alias: &str) -> Outcome<()> {
        self.needs(actor, AdminRole::System, "新增单位别名")?;
        let region = self.region(&actor.region).await?;
        let alias = alias.trim();
        if !region.units.contains_key(unit) {
            return Err(ServiceError::NotFound(format!(
                "没有单位“{unit}”，请从单位名单重新打开"
            )));
        }
        check_name("alias", alias).map_err(|fault| ServiceError::Invalid(vec![fault]))?;
        if let Some(taken) = region.main_name(alias) {
            return Err(ServiceError::field(
                "alias",
                format!("“{alias}”已经是“{taken}”的名称或别名"),
            ));
        }
        let mut batch = Batch::new();
        units::put_alias(&mut batch, &actor.region, alias, unit);
        self.audit(&mut batch, actor, "add-unit-alias", unit, "done", alias);
        self.db().write(batch).await?;
        self.forget_region(&actor.region);
        Ok(())
    }

    async fn check_unit(
        &self,
        region: &str,
        name: &str,
        new: &NewUnit,
        aliases: &[String],
    ) -> Outcome<()> {
        let region = self.region(region).await?;
        let mut faults: Vec<FieldError> = Vec::new();
        faults.extend(check_name("name", name).err());
        if let Some(taken) = region.main_name(name) {
            let message = format!("“{name}”已经是“{taken}”的名称或别名，不能重复");
            faults.push(FieldError {
                field: "name",
                message,
            });
        }
        if !UNIT_KINDS.iter().any(|(id, _)| *id == new.kind) {
            faults.push(FieldError {
                field: "kind",
                message: "请选择单位类别".into(),
            });
        }
        for alias in aliases {
            faults.extend(check_name("aliases", alias).err());
            if let Some(taken) = region.main_name(alias) {
                let message = format!("别名“{alias}”已经是“{taken}”的名称或别名");
                faults.push(FieldError {
                    field: "aliases",
                    message,
                });
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(ServiceError::Invalid(faults))
        }
    }
}

fn kind_title(kind: &str) -> &str {
    UNIT_KINDS
        .iter()
        .find(|(id, _)| *id == kind)
        .map_or(kind, |(_, title)| title)
}

fn spellings(text: &str) -> Vec<String> {
    let parts = text
        .split(['、', ',', '，', ';', '；', '\n', '\r'])
        .map(str::trim);
    let mut spellings: Vec<String> = Vec::new();
    for part in parts.filter(|part| !part.is_empty()) {
        if !spellings.iter().any(|known| known == part) {
            spellings.push(part.to_string());
        }
    }
    spellings
}

fn check_name(field: &'static str, name: &str) -> Result<(), FieldError> {
    let fault = |message: String| Err(FieldError { field, message });
    if name.is_empty() {
        return fault("请填写单位名称".into());
    }
    if name.chars().count() > LONGEST {
        return fault(format!("“{name}”太长，单位名称不超过 {LONGEST} 个字"));
    }
    if name
        .chars()
        .any(|c| c.is_control() || matches!(c, '<' | '>' | '"' | '\\'))
    {
        return fault(format!(
            "“{name}”含有特殊符号，请只用文字、数字、括号和间隔号"
        ));
    }
    Ok(())
}
