//! Statements that are written together or not at all.

use std::borrow::Cow;

use crate::{Dialect, Value};

/// The text of a statement: one for both databases, or one for each where they differ.
#[derive(Debug, Clone)]
pub enum Sql {
    /// Both understand it.
    Both(Cow<'static, str>),
    /// They differ.
    Each {
        /// For SQLite.
        sqlite: &'static str,
        /// For PostgreSQL.
        postgres: &'static str,
    },
}

impl Sql {
    /// The text for this database.
    pub fn text(&self, dialect: Dialect) -> &str {
        match self {
            Self::Both(text) => text,
            Self::Each { sqlite, postgres } => match dialect {
                Dialect::Sqlite => sqlite,
                Dialect::Postgres => postgres,
            },
        }
    }
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self::Both(Cow::Borrowed(text))
    }
}

impl From<String> for Sql {
    fn from(text: String) -> Self {
        Self::Both(Cow::Owned(text))
    }
}

/// How many rows a statement must touch.
#[derive(Debug, Clone)]
pub(crate) struct Expectation {
    pub(crate) rows: u64,
    pub(crate) subject: Cow<'static, str>,
    /// A broken unique constraint means, here, that somebody else was quicker.
    pub(crate) unique_is_conflict: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) sql: Sql,
    pub(crate) params: Vec<Value>,
    pub(crate) expected: Option<Expectation>,
    pub(crate) returning: bool,
}

/// Statements for one transaction, in order.
///
/// ```
/// use store::{Batch, Value};
/// let mut batch = Batch::new();
/// batch.push("UPDATE setting SET value = $3 WHERE region = $1 AND key = $2",
///            vec!["qianjiang".into(), "title".into(), "潜江市".into()]);
/// batch.expect_rows(1);
/// assert_eq!(batch.len(), 1);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Batch {
    pub(crate) statements: Vec<Statement>,
}

impl Batch {
    /// An empty batch.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a statement. Placeholders are `$1`, `$2` … in both databases.
    pub fn push(&mut self, sql: impl Into<Sql>, params: Vec<Value>) {
        self.statements.push(Statement {
            sql: sql.into(),
            params,
            expected: None,
            returning: false,
        });
    }

    /// The last statement must touch exactly `rows` rows, or nothing of the batch is written and the answer is
    /// [`crate::StoreError::Conflict`].
    pub fn expect_rows(&mut self, rows: u64) {
        self.expect(rows, "数据", false);
    }

    /// As [`Self::expect_rows`], naming what is written.
    pub fn expect_rows_of(&mut self, rows: u64, subject: impl Into<Cow<'static, str>>) {
        self.expect(rows, subject, false);
    }

    /// As [`Self::expect_rows_of`], and a broken unique constraint of the last statement is a conflict too: whoever
    /// inserted the row first was quicker.
    pub fn first_wins(&mut self, rows: u64, subject: impl Into<Cow<'static, str>>) {
        self.expect(rows, subject, true);
    }

    fn expect(
        &mut self,
        rows: u64,
        subject: impl Into<Cow<'static, str>>,
        unique_is_conflict: bool,
    ) {
        if let Some(last) = self.statements.last_mut() {
            last.expected = Some(Expectation {
                rows,
                subject: subject.into(),
                unique_is_conflict,
            });
        }
    }

    /// The statements of `other` follow.
    pub fn append(&mut self, mut other: Batch) {
        self.statements.append(&mut other.statements);
    }

    /// Number of statements.
    pub fn len(&self) -> usize {
        self.statements.len()
    }

    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.statements.is_empty()
    }
}

/// What one statement did.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) affected: u64,
    pub(crate) rows: Vec<crate::Row>,
}

/// Turns what a statement did into the answer that its batch wants.
pub(crate) fn judge(
    expected: Option<&Expectation>,
    result: Result<Done, crate::StoreError>,
) -> Result<Done, crate::StoreError> {
    let Some(expectation) = expected else {
        return result;
    };
    let found = match result {
        Ok(done) if done.affected == expectation.rows => return Ok(done),
        Ok(done) => done.affected,
        Err(crate::StoreError::Unique { .. }) if expectation.unique_is_conflict => 0,
        Err(error) => return Err(error),
    };
    Err(crate::StoreError::Conflict {
        subject: expectation.subject.to_string(),
        expected: expectation.rows,
        found,
    })
}
