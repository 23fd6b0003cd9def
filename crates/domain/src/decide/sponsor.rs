//! 市领导牵头和包保: who is named for a project, and when that ends.

use policy::Policy;
use policy::model::{AnotherProject, SponsorPart, SponsorshipDef};

use super::Desk;
use super::checks::wanted;
use crate::event::EventKind;
use crate::refusal::Refusal;
use crate::values::mask_phone;

/// What stands between two names.
const BETWEEN_NAMES: [char; 8] = ['、', '，', ',', '；', ';', '/', '／', '\n'];

/// Who is named for a project.
pub(super) struct Naming {
    pub sponsorship: String,
    pub leader: String,
    pub office: String,
    pub contact: Option<String>,
    pub note: String,
}

impl Naming {
    fn part(&self, part: SponsorPart) -> &str {
        match part {
            SponsorPart::Leader => &self.leader,
            SponsorPart::Office => &self.office,
            SponsorPart::Contact => self.contact.as_deref().unwrap_or_default(),
        }
    }

    fn trimmed(self) -> Naming {
        let trim = |text: String| text.trim().to_owned();
        Naming {
            sponsorship: self.sponsorship,
            leader: trim(self.leader),
            office: trim(self.office),
            contact: self.contact.map(trim).filter(|contact| !contact.is_empty()),
            note: trim(self.note),
        }
    }
}

/// Whether a leader who leads these other projects, by name, may lead one more.
///
/// # Errors
///
/// [`Refusal`] `leads_another` where the pack lets a leader lead one project only.
pub fn may_lead_another(policy: &Policy, leader: &str, others: &[String]) -> Result<(), Refusal> {
    let Some(rule) = &policy.file.leader else {
        return Ok(());
    };
    if rule.another_project == AnotherProject::Shown || others.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(
        "leads_another",
        format!("{leader}已经牵头在办项目：{}。", others.join("、")),
        "请由另一名市领导牵头，或者先重新交办原来的项目。",
    )
    .by_rule(policy, &rule.clause, &rule.text))
}

impl Desk<'_> {
    /// The leader of an assignment is one person where the pack says so. Whoever leads already is not judged again: an
    /// assignment from before the rule can be changed in its other parts.
    pub(super) fn one_leader(&self, leader: Option<&str>) -> Result<(), Refusal> {
        let policy = self.policy();
        let rule = policy.file.leader.as_ref().filter(|rule| rule.one_leader);
        let present = self.state.assignment().and_then(|assigned| assigned.leader);
        let several = leader.filter(|leader| is_several(leader) && present != Some(*leader));
        let (Some(rule), Some(leader)) = (rule, several) else {
            return Ok(());
        };
        Err(Refusal::new(
            "several_leaders",
            format!("牵头责任领导写了不止一人：{leader}。"),
            "请只写一名市领导的姓名。",
        )
        .by_rule(policy, &rule.clause, &rule.text))
    }

    pub(super) fn name_sponsor(&self, naming: Naming) -> Result<EventKind, Refusal> {
        let rule = self.sponsorship(&naming.sponsorship)?;
        let naming = naming.trimmed();
        self.parts(rule, &naming)?;
        self.persons(rule, &naming)?;
        self.is_a_change(rule, &naming)?;
        self.after_last_naming(&naming.sponsorship)?;
        Ok(EventKind::SponsorNamed {
            sponsorship: naming.sponsorship,
            leader: naming.leader,
            office: naming.office,
            contact: naming.contact,
            note: naming.note,
        })
    }

    pub(super) fn end_sponsor(
        &self,
        sponsorship: String,
        reason: String,
    ) -> Result<EventKind, Refusal> {
        let rule = self.sponsorship(&sponsorship)?;
        if self.state.sponsor(&sponsorship).is_none() {
            return Err(self.by_sponsorship(
                rule,
                Refusal::new(
                    "not_sponsored",
                    format!("本项目目前没有列入{}，不必终止。", rule.title),
                    "请核对是否已经终止。",
                ),
            ));
        }
        wanted("终止的理由", &reason)?;
        self.after_last_naming(&sponsorship)?;
        Ok(EventKind::SponsorEnded {
            sponsorship,
            reason,
        })
    }

    fn sponsorship(&self, id: &str) -> Result<&SponsorshipDef, Refusal> {
        let rules = &self.policy().file.sponsorship;
        rules.iter().find(|rule| rule.id == id).ok_or_else(|| {
            Refusal::new(
                "unknown_sponsorship",
                format!("本项目适用的政策包没有包保“{id}”。"),
                "请从项目页面选择。",
            )
        })
    }

    fn by_sponsorship(&self, rule: &SponsorshipDef, refusal: Refusal) -> Refusal {
        refusal.by_rule(self.policy(), &rule.clause, &rule.text)
    }

    /// What the pack wants named is named: all of it, or something of it where the rest may follow.
    fn parts(&self, rule: &SponsorshipDef, naming: &Naming) -> Result<(), Refusal> {
        let missing: Vec<&str> = rule
            .names
            .iter()
            .filter(|part| naming.part(**part).is_empty())
            .map(|part| part.title())
            .collect();
        if missing.is_empty() || (rule.partly && missing.len() < rule.names.len()) {
            return Ok(());
        }
        let (missing, or) = match rule.partly {
            true => (missing.join("和"), "，至少要指定其中之一"),
            false => (missing.join("、"), ""),
        };
        Err(self.by_sponsorship(
            rule,
            Refusal::new(
                "text_missing",
                format!("{}没有指定{missing}{or}。", rule.title),
                format!("请填写{missing}。"),
            ),
        ))
    }

    fn persons(&self, rule: &SponsorshipDef, naming: &Naming) -> Result<(), Refusal> {
        if is_several(&naming.leader) {
            return Err(self.by_sponsorship(
                rule,
                Refusal::new(
                    "several_leaders",
                    format!("领导写了不止一人：{}。", naming.leader),
                    "请只写一名领导的姓名，其他人写在说明里。",
                ),
            ));
        }
        let contact = naming.contact.as_deref().unwrap_or_default();
        if mask_phone(contact) != contact {
            return Err(Refusal::new(
                "contact_number",
                "联络员一栏写了电话号码，这里只写姓名。",
                "电话属于个人信息，请写在项目基本情况的联系人一栏，加密保存。",
            ));
        }
        Ok(())
    }

    fn is_a_change(&self, rule: &SponsorshipDef, naming: &Naming) -> Result<(), Refusal> {
        let same = self.state.sponsor(&naming.sponsorship).filter(|now| {
            now.leader == naming.leader
                && now.office == naming.office
                && now.contact == naming.contact.as_deref()
        });
        match same {
            None => Ok(()),
            Some(now) => Err(self.by_sponsorship(
                rule,
                Refusal::new(
                    "nothing_changed",
                    format!(
                        "{}的领导、科室与{}指定的相同。",
                        rule.title,
                        crate::text::zh(now.on)
                    ),
                    "需要更换的，请改写领导、科室或联络员。",
                ),
            )),
        }
    }

    /// A naming dated before the last one would not count.
    fn after_last_naming(&self, sponsorship: &str) -> Result<(), Refusal> {
        let namings = self.state.sponsors.iter();
        let days = namings
            .filter(|sponsor| sponsor.sponsorship == sponsorship)
            .map(|sponsor| sponsor.ended.map_or(sponsor.on, |end| end.on));
        match days.max() {
            Some(last) => self.not_before("包保", "上一次指定或终止", last),
            None => Ok(()),
        }
    }
}

fn is_several(names: &str) -> bool {
    let names = names.split(BETWEEN_NAMES);
    names.filter(|name| !name.trim().is_empty()).count() > 1
}
