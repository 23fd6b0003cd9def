//! A refusal: a value with code, reason and clause, never an error of the program.

use policy::{Clause, Policy};
use serde::{Deserialize, Serialize};

/// Why a command is not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Stable code, by which forms and tests tell refusals apart.
    pub code: String,
    /// What, where and why, in Chinese.
    pub message: String,
    /// The clause that says so.
    pub clause: Option<Clause>,
    /// What to do.
    pub advice: String,
}

impl Refusal {
    /// A refusal with what can be done about it.
    pub fn new(code: &str, message: impl Into<String>, advice: impl Into<String>) -> Refusal {
        Refusal {
            code: code.to_owned(),
            message: message.into(),
            clause: None,
            advice: advice.into(),
        }
    }

    /// With the clause that says so.
    #[must_use]
    pub fn citing(mut self, clause: &Clause) -> Refusal {
        self.clause = Some(clause.clone());
        self
    }

    /// With the clause that says so, from the words of a table.
    #[must_use]
    pub(crate) fn by_rule(mut self, policy: &Policy, article: &str, text: &str) -> Refusal {
        self.clause = Some(crate::packs::clause(policy, article, text));
        self
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)?;
        if let Some(clause) = &self.clause {
            write!(f, "（{} {}", clause.document, clause.article)?;
            if !clause.text.is_empty() {
                write!(f, "：{}", clause.text)?;
            }
            f.write_str("）")?;
        }
        f.write_str(&self.advice)
    }
}

impl std::error::Error for Refusal {}
