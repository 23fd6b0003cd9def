//! Who is who, and who may do what.

use policy::model::RoleDef;

use super::words::{Words, holder};
use super::{Rule, sees};

impl Words<'_> {
    pub(super) fn roles(&self) -> Vec<Rule> {
        let rule = |(role, def): (&String, &RoleDef)| Rule {
            id: role.clone(),
            title: holder(def),
            lines: vec![("标识", role.clone())],
            ..Rule::default()
        };
        self.policy.file.roles.iter().map(rule).collect()
    }

    /// Rights as rules too, so that two versions can be compared.
    pub(super) fn access(&self) -> Vec<Rule> {
        let rule = |(role, access): (&String, &policy::model::AccessDef)| {
            let may: Vec<&str> = access.may.iter().map(|action| action.title()).collect();
            Rule {
                id: role.clone(),
                title: self.who(role),
                clause: access.clause.clone().unwrap_or_default(),
                lines: vec![
                    ("可见", sees(access.sees).to_string()),
                    (
                        "可以",
                        if may.is_empty() {
                            "只看不办".to_string()
                        } else {
                            may.join("、")
                        },
                    ),
                    (
                        "联系电话",
                        if access.contacts {
                            "可看全文"
                        } else {
                            "掩码"
                        }
                        .to_string(),
                    ),
                ],
                because: access.because.clone().unwrap_or_default(),
                ..Rule::default()
            }
        };
        self.policy.file.access.iter().map(rule).collect()
    }
}
