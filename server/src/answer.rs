//! HTTP errors: a status, and a JSON body with a code and a message.

use axum::Json;
use axum::extract::rejection::JsonRejection;
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

/// The reason for an error answer, which carries it for the log.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) code: Code,
    pub(crate) reason: String,
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

    /// An error for a request value that has its own code.
    pub(crate) fn bad(code: Code) -> Failure {
        Failure::new(StatusCode::BAD_REQUEST, code, code.message())
    }

    /// The server is broken.
    pub(crate) fn stopped() -> Failure {
        let message = "a part of the server has stopped";
        Failure::new(StatusCode::SERVICE_UNAVAILABLE, Code::UNKNOWN_SERVER_ERROR, message)
    }

    pub(crate) fn with_header(mut self, name: header::HeaderName, value: &'static str) -> Failure {
        self.header = Some((name, HeaderValue::from_static(value)));
        self
    }

    /// Adds the number of seconds after which a retry may succeed.
    pub(crate) fn with_retry_after(mut self, seconds: u64) -> Failure {
        self.header = Some((header::RETRY_AFTER, HeaderValue::from(seconds)));
        self
    }
}

/// The JSON body of a request.
pub(crate) fn json<T>(request: Result<Json<T>, JsonRejection>) -> Result<T, Failure> {
    let Json(request) = request.map_err(|rejection| {
        Failure::new(rejection.status(), Code::BAD_PARAMETER, rejection.body_text())
    })?;
    Ok(request)
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let refusal = Refusal { code: self.body.code, reason: self.body.message.clone() };
        let mut response = (self.status, Json(self.body)).into_response();
        response.extensions_mut().insert(refusal);
        if let Some((name, value)) = self.header {
            response.headers_mut().insert(name, value);
        }
        response
    }
}
