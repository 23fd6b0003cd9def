//! What can go wrong, as values the layers above can answer: conflict, broken uniqueness, a row that cannot be
//! understood, a database that is not there. Messages are what an operator reads, so they are Chinese.

/// An error of the store.
///
/// It is `Clone` because one failed commit answers every writer of the group.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Somebody else was quicker: the rows are no longer as the caller read them. Load again and decide again.
    #[error("{subject} 已被他人更新（应影响 {expected} 行，实际 {found} 行），请刷新后重试")]
    Conflict {
        /// What was to be written, for example `project 0190…`.
        subject: String,
        /// Rows that the statement had to touch.
        expected: u64,
        /// Rows that it touched.
        found: u64,
    },
    /// A unique constraint or index refused the row; the name is the same in both databases.
    #[error("数据重复，违反唯一约束 {constraint}")]
    Unique {
        /// Name of the constraint or index, for example `account_login`.
        constraint: String,
    },
    /// A row cannot be understood: damaged, or written by something else.
    #[error(
        "数据库中的一行无法读取：第 {row} 行 {column} 列应为{wanted}，实为 {found}（语句：{statement}）"
    )]
    NotUnderstood {
        /// The statement that read it.
        statement: String,
        /// The column.
        column: String,
        /// Position in the result, from 1.
        row: usize,
        /// What was wanted.
        wanted: &'static str,
        /// What was found.
        found: String,
    },
    /// The database was written by a newer program.
    #[error(
        "数据库结构版本为 {found}，本程序只认识到 {known}；请使用更新的程序，不要用旧程序打开新数据库"
    )]
    TooNew {
        /// Highest migration in the database.
        found: i64,
        /// Highest migration of this program.
        known: i64,
    },
    /// A migration that was already applied reads differently in this program.
    #[error("数据库迁移 {number:04} {name} 在应用之后被改动，校验值不符；请使用原版程序")]
    MigrationEdited {
        /// Number of the migration.
        number: i64,
        /// Its name.
        name: String,
    },
    /// The database cannot be reached or is busy; trying again later may help.
    #[error("数据库暂时不可用：{0}")]
    Unavailable(String),
    /// The statement failed for another reason.
    #[error("数据库语句执行失败：{message}（语句：{statement}）")]
    Sql {
        /// The statement.
        statement: String,
        /// What the database said.
        message: String,
    },
    /// A file cannot be read or written.
    #[error("文件 {path} 无法读写：{message}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        message: String,
    },
    /// The chosen database cannot do this; the text says what to do instead.
    #[error("{0}")]
    NotOffered(&'static str),
    /// The address of the database is not understood.
    #[error(
        "数据库地址 {0} 无法识别；应为 sqlite:文件路径、sqlite::memory: 或 postgres://用户@主机/库名"
    )]
    Address(String),
}

impl StoreError {
    /// Whether the caller should load and decide again.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict { .. })
    }

    /// Whether exactly this unique constraint refused the row.
    pub fn is_unique(&self, name: &str) -> bool {
        matches!(self, Self::Unique { constraint } if constraint == name)
    }

    pub(crate) fn file(path: &std::path::Path, error: impl std::fmt::Display) -> Self {
        Self::File {
            path: path.display().to_string(),
            message: error.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::StoreError;

    #[test]
    fn sentences_have_the_punctuation_of_chinese() {
        let text = String::new;
        let all = [
            StoreError::Conflict {
                subject: "项目".into(),
                expected: 1,
                found: 0,
            },
            StoreError::Unique {
                constraint: "账号".into(),
            },
            StoreError::NotUnderstood {
                statement: text(),
                column: text(),
                row: 1,
                wanted: "日期",
                found: text(),
            },
            StoreError::TooNew { found: 2, known: 1 },
            StoreError::MigrationEdited {
                number: 1,
                name: text(),
            },
            StoreError::Unavailable(text()),
            StoreError::Sql {
                statement: text(),
                message: text(),
            },
            StoreError::File {
                path: text(),
                message: text(),
            },
        ];
        for error in all {
            let said = error.to_string();
            assert!(!said.contains([',', ';', ':', '(', ')', '?']), "{said}");
        }
    }
}
