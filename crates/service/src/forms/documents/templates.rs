//! Templates that an office can change: the one in use, a changed one on trial, back to that of the house.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use office::{
    DocumentContent, fill_document, minutes_template, official_template, order_template,
    placeholders,
};
use policy::Policy;
use policy::model::{DocumentDef, DocumentKind};
use store::Batch;

use super::draft::{heading, text};
use super::{find, issues};
use crate::clock::display_minute;
use crate::imports::aside;
use crate::{Actor, AdminRole, Outcome, Service, ServiceError};

/// Largest template as it comes in.
const MOST_BYTES: usize = 5 * 1024 * 1024;

/// Values that every document has.
const COMMON: [&str; 7] = [
    "issuer",
    "number",
    "title",
    "recipients",
    "attachment",
    "signed_as",
    "date",
];
const ORDER: [&str; 8] = [
    "unit_label",
    "unit",
    "content_label",
    "content",
    "requirement",
    "limit",
    "issuer_label",
    "signed_on",
];
const MINUTES: [&str; 5] = ["heading", "held_on", "place", "chair", "members"];
/// Where the text goes.
const BODY: [&str; 3] = ["body.heading", "body.subheading", "body.text"];

/// A document with the template that it is made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateLine {
    /// Id of the document.
    pub document: String,
    /// Its title.
    pub title: String,
    /// 交办函.
    pub kind: &'static str,
    /// Since when the office's own is in use; empty for that of the house.
    pub own_since: String,
    /// Since when a changed one is on trial; empty for none.
    pub trial_since: String,
    /// The placeholders that it may have.
    pub placeholders: Vec<&'static str>,
}

impl Service {
    /// The documents whose templates the actor may change.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for whoever may change none.
    pub async fn document_templates(&self, actor: &Actor) -> Outcome<Vec<TemplateLine>> {
        let region = self.region(&actor.region).await?;
        let Some(policy) = region.forms() else {
            return Ok(Vec::new());
        };
        let defs = policy.file.document.iter();
        let mine: Vec<&DocumentDef> = defs.filter(|def| keeps(policy, actor, def)).collect();
        if mine.is_empty() && !policy.file.document.is_empty() {
            return Err(ServiceError::Forbidden(format!(
                "公文模板由拟制公文的单位和系统管理员维护，{}不能更换",
                actor.standing()
            )));
        }
        let line = |def: &&DocumentDef| TemplateLine {
            document: def.id.clone(),
            title: def.title.clone(),
            kind: def.kind.title(),
            own_since: since(&self.own_template(&region.id, &def.id)),
            trial_since: since(&self.trial_template(&region.id, &def.id)),
            placeholders: known(def.kind),
        };
        Ok(mine.iter().map(line).collect())
    }

    /// The template in use, as a file.
    ///
    /// # Errors
    /// As [`Service::document_templates`].
    pub async fn template_in_use(
        &self,
        actor: &Actor,
        document: &str,
    ) -> Outcome<(String, Vec<u8>)> {
        let region = self.region(&actor.region).await?;
        let def = kept(find(&region, document)?, actor)?;
        let bytes = self.document_template(&region.id, def)?;
        Ok((format!("{}模板.docx", def.title), bytes))
    }

    /// Takes a changed template on trial: it counts for nothing yet.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] at `template` when it is no Word document, too large, has placeholders that nothing
    /// stands for, or lacks the place of the text.
    pub async fn try_template(&self, actor: &Actor, document: &str, bytes: Vec<u8>) -> Outcome<()> {
        let region = self.region(&actor.region).await?;
        let def = kept(find(&region, document)?, actor)?.clone();
        let checked = aside(move || check(&def, &bytes).map(|()| (def, bytes))).await?;
        let (def, bytes) = checked.map_err(|why| ServiceError::field("template", why))?;
        write(&self.trial_template(&region.id, &def.id), &bytes)?;
        self.audit_template(actor, "try-template", &def).await
    }

    /// The template on trial, or the one in use, filled with invented words.
    ///
    /// # Errors
    /// As [`Service::document_templates`].
    pub async fn template_preview(
        &self,
        actor: &Actor,
        document: &str,
    ) -> Outcome<(String, Vec<u8>)> {
        let region = self.region(&actor.region).await?;
        let def = kept(find(&region, document)?, actor)?;
        let trial = read(&self.trial_template(&region.id, &def.id))?;
        let template = match trial {
            Some(trial) => trial,
            None => self.document_template(&region.id, def)?,
        };
        let bytes = fill_document(&template, &sample(def))
            .map_err(|error| ServiceError::field("template", error.to_string()))?;
        Ok((format!("{}（样张）.docx", def.title), bytes))
    }

    /// Puts the template on trial into use.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] when none is on trial.
    pub async fn use_template(&self, actor: &Actor, document: &str) -> Outcome<()> {
        let region = self.region(&actor.region).await?;
        let def = kept(find(&region, document)?, actor)?;
        let trial = self.trial_template(&region.id, &def.id);
        if read(&trial)?.is_none() {
            return Err(ServiceError::field(
                "template",
                format!("《{}》没有待启用的模板，请先上传并预览", def.title),
            ));
        }
        let own = self.own_template(&region.id, &def.id);
        std::fs::rename(&trial, &own).map_err(|error| unwritable(&own, &error))?;
        self.audit_template(actor, "use-template", def).await
    }

    /// Goes back to the template of the house; one on trial goes too.
    ///
    /// # Errors
    /// As [`Service::document_templates`].
    pub async fn drop_template(&self, actor: &Actor, document: &str) -> Outcome<()> {
        let region = self.region(&actor.region).await?;
        let def = kept(find(&region, document)?, actor)?;
        for path in [
            self.trial_template(&region.id, &def.id),
            self.own_template(&region.id, &def.id),
        ] {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(unwritable(&path, &error));
                }
                _ => {}
            }
        }
        self.audit_template(actor, "drop-template", def).await
    }

    /// The template in use: the office's own where there is one, else that of the program.
    pub(super) fn document_template(&self, region: &str, def: &DocumentDef) -> Outcome<Vec<u8>> {
        if let Some(own) = read(&self.own_template(region, &def.id))? {
            return Ok(own);
        }
        let house = match def.kind {
            DocumentKind::AssignmentLetter | DocumentKind::Bulletin => official_template(),
            DocumentKind::Order => order_template(),
            DocumentKind::Minutes => minutes_template(),
        };
        house.map_err(|error| ServiceError::Failed(error.to_string()))
    }

    // Ids of regions and documents are small letters, digits and dashes.
    fn own_template(&self, region: &str, document: &str) -> PathBuf {
        let folder = self.config().templates.join(region);
        folder.join(format!("{document}.docx"))
    }

    fn trial_template(&self, region: &str, document: &str) -> PathBuf {
        let folder = self.config().templates.join(region);
        folder.join(format!("{document}.trial.docx"))
    }

    async fn audit_template(&self, actor: &Actor, action: &str, def: &DocumentDef) -> Outcome<()> {
        let mut batch = Batch::new();
        self.audit(&mut batch, actor, action, &def.id, "done", &def.title);
        self.db().write(batch).await?;
        Ok(())
    }
}

/// Whether somebody keeps the template of a document: the system administrator, the unit that issues it; where each
/// matter or meeting has an issuer of its own, the unit that issues the region's other documents.
fn keeps(policy: &Policy, actor: &Actor, def: &DocumentDef) -> bool {
    if actor.admin == Some(AdminRole::System) {
        return true;
    }
    let by_party = def.kind.parties().contains(&def.issued_by.as_str());
    match by_party {
        false => issues(policy, actor, def),
        true => {
            let mut others = policy.file.document.iter();
            others.any(|other| issues(policy, actor, other))
        }
    }
}

fn kept<'a>(found: (&Policy, &'a DocumentDef), actor: &Actor) -> Outcome<&'a DocumentDef> {
    let (policy, def) = found;
    match keeps(policy, actor, def) {
        true => Ok(def),
        false => Err(ServiceError::Forbidden(format!(
            "《{}》的模板由拟制的单位和系统管理员维护，{}不能更换",
            def.title,
            actor.standing()
        ))),
    }
}

/// The placeholders that stand for something in documents of a kind.
fn known(kind: DocumentKind) -> Vec<&'static str> {
    let more: &[&'static str] = match kind {
        DocumentKind::AssignmentLetter | DocumentKind::Bulletin => &BODY,
        DocumentKind::Order => &ORDER,
        DocumentKind::Minutes => &MINUTES,
    };
    let text: &[&'static str] = match kind {
        DocumentKind::Minutes => &BODY,
        _ => &[],
    };
    [&COMMON, more, text].concat()
}

/// What is wrong with a changed template.
fn check(def: &DocumentDef, bytes: &[u8]) -> Result<(), String> {
    if bytes.len() > MOST_BYTES {
        return Err(format!("模板超过 {} MB，没有保存", MOST_BYTES >> 20));
    }
    let names = placeholders(bytes).map_err(|error| error.to_string())?;
    let known = known(def.kind);
    let strange: Vec<String> = names
        .iter()
        .filter(|name| !known.contains(&name.as_str()))
        .map(|name| format!("{{{{{name}}}}}"))
        .collect();
    if !strange.is_empty() {
        let known: Vec<String> = known.iter().map(|name| format!("{{{{{name}}}}}")).collect();
        return Err(format!(
            "模板中的 {} 没有对应的内容。《{}》可以写：{}",
            strange.join("、"),
            def.title,
            known.join("、")
        ));
    }
    let wanted = match def.kind {
        DocumentKind::Order => "content",
        _ => "body.text",
    };
    if !names.contains(wanted) {
        return Err(format!(
            "模板中没有 {{{{{wanted}}}}}，正文无处可放。请在正文的位置写上 {{{{{wanted}}}}}"
        ));
    }
    Ok(())
}

/// Invented words for every placeholder.
fn sample(def: &DocumentDef) -> DocumentContent {
    let values = BTreeMap::from([
        ("issuer", "样例单位"),
        ("number", "样例〔2025〕1号"),
        ("title", def.title.as_str()),
        ("recipients", "样例单位甲、样例单位乙"),
        ("attachment", ""),
        ("signed_as", "样例单位"),
        ("date", "2025年7月15日"),
        ("unit_label", "督办单位"),
        ("unit", "样例单位甲、样例单位乙（配合）"),
        ("content_label", "督办内容"),
        ("content", "样例项目用地指标尚未落实。"),
        ("requirement", "请按时限办理，并书面报送办理结果。"),
        ("limit", "2025年7月15日（星期二）至7月22日（星期二）"),
        ("issuer_label", "督办单\n签发单位"),
        ("signed_on", "2025年7月15日"),
        ("heading", "样例会议纪要"),
        ("held_on", "2025年7月15日（星期二）"),
        ("place", "样例会议室"),
        ("chair", "样例主持人"),
        ("members", "样例单位甲、样例单位乙"),
    ]);
    DocumentContent {
        values: values
            .into_iter()
            .map(|(name, words)| (name, words.to_owned()))
            .collect(),
        body: vec![
            heading("一、样例标题"),
            text("这是样张，用来核对模板的版式，内容均为虚构。"),
        ],
    }
}

/// Since when a file is there.
fn since(path: &std::path::Path) -> String {
    let modified = std::fs::metadata(path).and_then(|file| file.modified());
    let at = modified
        .ok()
        .and_then(|at| jiff::Timestamp::try_from(at).ok());
    at.map(display_minute).unwrap_or_default()
}

fn read(path: &std::path::Path) -> Outcome<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(ServiceError::Failed(format!(
            "模板 {} 无法读取：{error}",
            path.display()
        ))),
    }
}

/// Whole or not at all: a reader never sees half a file.
fn write(path: &std::path::Path, bytes: &[u8]) -> Outcome<()> {
    let folder = path.parent().unwrap_or(path);
    let written = std::fs::create_dir_all(folder).and_then(|()| {
        let beside = path.with_extension("part");
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&beside, path)
    });
    written.map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &std::path::Path, error: &std::io::Error) -> ServiceError {
    ServiceError::Failed(format!("模板 {} 无法保存：{error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn def(kind: DocumentKind) -> DocumentDef {
        DocumentDef {
            id: "sample".into(),
            title: "样例公文".into(),
            kind,
            frequency: policy::model::Frequency::AsNeeded,
            issued_by: "centre".into(),
            sent_to: Vec::new(),
            signed_as: None,
            code: None,
            due: None,
            like: None,
            figure: Vec::new(),
            section: Vec::new(),
            clause: String::new(),
            text: String::new(),
            because: None,
        }
    }

    #[test]
    fn the_templates_of_the_house_pass_the_check_and_the_samples_fill_every_placeholder() {
        for (kind, template) in [
            (DocumentKind::Bulletin, official_template()),
            (DocumentKind::Order, order_template()),
            (DocumentKind::Minutes, minutes_template()),
        ] {
            let (def, template) = (def(kind), template.unwrap());
            check(&def, &template).unwrap();
            let filled = fill_document(&template, &sample(&def)).unwrap();
            assert_eq!(placeholders(&filled).unwrap().len(), 0, "{kind:?}");
        }
    }

    #[test]
    fn a_template_of_another_kind_is_refused_with_its_placeholders_named() {
        let why = check(&def(DocumentKind::Bulletin), &order_template().unwrap()).unwrap_err();
        assert!(
            why.contains("{{unit_label}}") && why.contains("{{body.text}}"),
            "{why}"
        );
        let why = check(&def(DocumentKind::Order), b"junk").unwrap_err();
        assert!(why.contains("模板"), "{why}");
    }
}
