//! Refused, forbidden, not found, conflict, invalid, failed: mapped once to status, page and fragment.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use service::ServiceError;

use crate::page::{Flash, Page};
use crate::session::Signed;

/// What went wrong, as the page tells it.
#[derive(Debug)]
pub struct WebError {
    status: StatusCode,
    title: &'static str,
    message: String,
    clause: Option<policy::Clause>,
    advice: String,
    /// For the log only.
    cause: Option<String>,
}

impl WebError {
    fn new(
        status: StatusCode,
        title: &'static str,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> WebError {
        WebError {
            status,
            title,
            message: message.into(),
            clause: None,
            advice: advice.into(),
            cause: None,
        }
    }

    /// The session ended while the page was open.
    pub fn signed_out() -> WebError {
        WebError::new(
            StatusCode::UNAUTHORIZED,
            "请先登录",
            "登录已失效，操作没有执行。",
            "请重新登录后再试。",
        )
    }

    /// The page is for others.
    pub fn not_for_you(signed: &Signed) -> WebError {
        let message = format!(
            "您的身份（{}，{}）不能使用这个页面。",
            signed.actor.unit,
            signed.actor.standing()
        );
        WebError::new(
            StatusCode::FORBIDDEN,
            "无权访问",
            message,
            "如确需使用，请联系本单位的系统管理员。",
        )
    }

    /// The form was sent by another site.
    pub fn foreign_origin() -> WebError {
        WebError::new(
            StatusCode::FORBIDDEN,
            "请求被拒绝",
            "这个请求不是从本系统的页面发出的。",
            "请从系统页面重新操作。",
        )
    }

    /// The form's token does not belong to this session.
    pub fn stale_form() -> WebError {
        WebError::new(
            StatusCode::FORBIDDEN,
            "表单已过期",
            "页面打开后登录状态已变化，这次提交没有保存。",
            "请返回上一页刷新后重新提交；已填写的内容仍在上一页。",
        )
    }

    /// More than may be sent.
    pub fn too_large(what: &str, limit_bytes: u64) -> WebError {
        let message = format!("{what}超过 {} MB 的上限。", limit_bytes / 1024 / 1024);
        WebError::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "内容过大",
            message,
            "请压缩图片或分几次上传。",
        )
    }

    /// The upload ended before its end.
    pub fn broken_upload() -> WebError {
        WebError::new(
            StatusCode::BAD_REQUEST,
            "上传不完整",
            "文件没有完整到达，什么也没有保存。",
            "请检查网络后重新上传。",
        )
    }

    /// An address that does not exist.
    pub fn no_page() -> WebError {
        WebError::new(
            StatusCode::NOT_FOUND,
            "没有这个页面",
            "地址有误，或内容已经移走。",
            "请从左侧菜单重新进入。",
        )
    }
}

impl From<ServiceError> for WebError {
    fn from(error: ServiceError) -> WebError {
        match error {
            ServiceError::Refused(refusal) => {
                let mut page = WebError::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "不能办理",
                    refusal.message,
                    refusal.advice,
                );
                page.clause = refusal.clause;
                page
            }
            ServiceError::Forbidden(why) => WebError::new(
                StatusCode::FORBIDDEN,
                "无权办理",
                why,
                "如确需办理，请联系有权单位或系统管理员。",
            ),
            ServiceError::NotFound(what) => WebError::new(
                StatusCode::NOT_FOUND,
                "没有找到",
                what,
                "请从台账重新打开。",
            ),
            ServiceError::Conflict(why) => WebError::new(
                StatusCode::CONFLICT,
                "内容已变化",
                why,
                "请返回上一页刷新后核对。",
            ),
            ServiceError::Invalid(fields) => {
                let message = fields
                    .into_iter()
                    .map(|f| f.message)
                    .collect::<Vec<_>>()
                    .join("；");
                WebError::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "填写有误",
                    message,
                    "请返回上一页修改；已填写的内容仍在。",
                )
            }
            ServiceError::Failed(cause) => {
                let mut page = WebError::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "系统出现故障",
                    "这次操作没有完成，数据没有改动。",
                    "请稍后再试；如反复出现，请把下面的编号告诉系统管理员。",
                );
                page.cause = Some(cause);
                page
            }
        }
    }
}

impl From<axum::extract::rejection::PathRejection> for WebError {
    fn from(_: axum::extract::rejection::PathRejection) -> Self {
        WebError::no_page()
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage<'a> {
    page: Page,
    title: &'static str,
    message: &'a str,
    clause: Option<&'a policy::Clause>,
    advice: &'a str,
    operation: String,
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let operation = uuid::Uuid::now_v7().simple().to_string()[20..].to_uppercase();
        if let Some(cause) = &self.cause {
            tracing::error!(operation, cause, "operation failed");
        }
        let page = ErrorPage {
            page: Page::plain(self.title, Vec::<Flash>::new()),
            title: self.title,
            message: &self.message,
            clause: self.clause.as_ref(),
            advice: &self.advice,
            operation,
        };
        let body = page.render().unwrap_or_else(|_| self.message.clone());
        (
            self.status,
            [("content-type", "text/html; charset=utf-8")],
            body,
        )
            .into_response()
    }
}

/// What handlers return.
pub type Answer = Result<Response, WebError>;
