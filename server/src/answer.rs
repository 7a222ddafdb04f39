//! HTTP errors: a status, and a JSON body with a code and a message.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdfast_protocol::Code;
use serde::{Deserialize, Serialize};

/// An error answer.
#[derive(Debug)]
pub(crate) struct Failure {
    status: StatusCode,
    body: Body,
    header: Option<(header::HeaderName, HeaderValue)>,
}

/// The body of every error answer.
#[derive(Debug, Serialize, Deserialize)]
struct Body {
    code: Code,
    message: String,
}

impl Failure {
    pub(crate) fn new(status: StatusCode, code: Code, message: impl Into<String>) -> Failure {
        Failure { status, body: Body { code, message: message.into() }, header: None }
    }

    pub(crate) fn with_header(mut self, name: header::HeaderName, value: &'static str) -> Failure {
        self.header = Some((name, HeaderValue::from_static(value)));
        self
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        tracing::info!(
            status = self.status.as_u16(),
            code = self.body.code.0,
            reason = self.body.message,
            "request refused"
        );
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
