//! What can go wrong in a use case. Refused, not found, conflict and failed are four things; web and command
//! line map each of them once.

use domain::Refusal;
use store::StoreError;

/// A message at a field of a form.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FieldError {
    /// Name of the field, as the form has it.
    pub field: &'static str,
    /// Chinese message: what is wrong and what to do.
    pub message: String,
}

/// Why a use case did not happen. Nothing half-done stays in any of these cases.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The rules refuse it; the refusal cites its clause.
    #[error("{}", .0.message)]
    Refused(Box<Refusal>),
    /// The actor may not do this at all.
    #[error("{0}")]
    Forbidden(String),
    /// It does not exist, or the actor may not know that it does.
    #[error("{0}")]
    NotFound(String),
    /// Somebody else was faster.
    #[error("{0}")]
    Conflict(String),
    /// What was typed cannot be understood.
    #[error("{}", .0.iter().map(|f| f.message.as_str()).collect::<Vec<_>>().join("；"))]
    Invalid(Vec<FieldError>),
    /// Something broke that the user cannot mend; the cause is for the log.
    #[error("系统故障：{0}")]
    Failed(String),
}

impl ServiceError {
    /// One message at one field.
    pub fn field(field: &'static str, message: impl Into<String>) -> ServiceError {
        ServiceError::Invalid(vec![FieldError {
            field,
            message: message.into(),
        }])
    }

    /// A project that is not there, or not for this actor.
    pub fn no_project() -> ServiceError {
        ServiceError::NotFound(
            "没有找到这个项目，或您所在单位无权查看。请从项目台账重新打开".into(),
        )
    }
}

impl From<Refusal> for ServiceError {
    fn from(refusal: Refusal) -> Self {
        ServiceError::Refused(Box::new(refusal))
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict { .. } => ServiceError::Conflict(
                "该内容刚刚被其他人更新，您的操作没有保存。请刷新页面核对后再提交".into(),
            ),
            other => ServiceError::Failed(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for ServiceError {
    fn from(error: serde_json::Error) -> Self {
        ServiceError::Failed(format!("数据无法解析：{error}"))
    }
}
