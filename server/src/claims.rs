//! What every token of the app must be: signed with its secret, of the right kind, and valid now.
//! Each error names the claim at fault, so that the token's maker can find it.

use holdfast_protocol::{Code, limit};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value};
use std::fmt;

/// A time above this many seconds must be in milliseconds; as seconds it would be the year 5138.
pub(crate) const SECONDS_MAX: i64 = 100_000_000_000;
/// The longest part of a claim that an error shows.
const SHOWN_BYTES_MAX: usize = 64;

/// Why a token is refused. The texts show only what the token's maker wrote into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFault {
    /// The code that the client gets and acts on.
    pub code: Code,
    /// Which claim is wrong, and how; for the log.
    pub why: String,
    /// What the client is told instead, if it must not learn why.
    pub told: Option<&'static str>,
}

impl TokenFault {
    pub(crate) fn new(code: Code, why: impl Into<String>) -> TokenFault {
        TokenFault { code, why: why.into(), told: None }
    }

    pub(crate) fn invalid(why: impl Into<String>) -> TokenFault {
        TokenFault::new(Code::TOKEN_INVALID, why)
    }

    /// What the client is told.
    pub(crate) fn into_told(self) -> String {
        self.told.map_or(self.why, str::to_owned)
    }
}

/// A fault with nothing to say beyond its code.
impl From<Code> for TokenFault {
    fn from(code: Code) -> TokenFault {
        TokenFault::new(code, code.message())
    }
}

impl fmt::Display for TokenFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

/// The time to check tokens against, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) now_ms: u64,
    /// How far the token maker's clock may be off.
    pub(crate) leeway_ms: u64,
}

impl Times {
    /// How long a token with this end is still valid, leeway included; 0 if it has expired.
    pub(crate) fn until(self, end_ms: u64) -> u64 {
        end_ms.saturating_add(self.leeway_ms).saturating_sub(self.now_ms)
    }
}

/// The claims of a token with the right signature.
#[derive(Debug)]
pub(crate) struct Claims(Map<String, Value>);

impl Claims {
    /// Read a JWT that is signed with HS256 and this key.
    pub(crate) fn read(token: &str, key: &DecodingKey) -> Result<Claims, TokenFault> {
        if token.len() > limit::TOKEN_BYTES_MAX {
            let max = limit::TOKEN_BYTES_MAX;
            return Err(TokenFault::invalid(format!("the token is longer than {max} bytes")));
        }
        let mut validation = Validation::new(Algorithm::HS256);
        // The claims are checked one by one below.
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let decoded = jsonwebtoken::decode(token, key, &validation);
        decoded.map(|data| Claims(data.claims)).map_err(|error| {
            TokenFault::invalid(match error.kind() {
                ErrorKind::InvalidSignature => "the token is signed with another key",
                ErrorKind::InvalidAlgorithm => "the token is not signed with HS256",
                _ => "the token is not a JWT signed with HS256",
            })
        })
    }

    /// Whether `aud` names one of these kinds; it is a text or a list of texts (RFC 7519 section
    /// 4.1.3). Returns the first that matches; `None` if the token has no `aud`.
    pub(crate) fn audience<'a>(&self, kinds: &[&'a str]) -> Result<Option<&'a str>, TokenFault> {
        let Some(aud) = self.0.get("aud") else {
            return Ok(None);
        };
        let has = |kind: &str| match aud {
            Value::Array(all) => all.iter().any(|one| one == kind),
            one => one == kind,
        };
        match kinds.iter().find(|kind| has(kind)) {
            Some(kind) => Ok(Some(kind)),
            None => {
                let (aud, kinds) = (shown(aud), kinds.join(" or "));
                Err(TokenFault::invalid(format!("the token's `aud` claim is {aud}, not {kinds}")))
            }
        }
    }

    /// Whether the token is valid already.
    pub(crate) fn check_nbf(&self, times: Times) -> Result<(), TokenFault> {
        let ahead_ms = self.time_ms("nbf")?.unwrap_or(0).saturating_sub(times.now_ms);
        if ahead_ms > times.leeway_ms {
            let why = format!("the token's `nbf` claim is {} s ahead", ahead_ms.div_ceil(1_000));
            return Err(TokenFault::invalid(why));
        }
        Ok(())
    }

    /// How long the token is still valid, leeway included; 0 if it has expired.
    pub(crate) fn ttl_ms(&self, times: Times) -> Result<u64, TokenFault> {
        let end_ms = self.time_ms("exp")?.ok_or_else(|| missing("exp"))?;
        Ok(times.until(end_ms))
    }

    /// A time in milliseconds. Tokens have it in seconds, with or without a fraction.
    pub(crate) fn time_ms(&self, name: &str) -> Result<Option<u64>, TokenFault> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        match value.as_f64() {
            Some(seconds) if seconds > SECONDS_MAX as f64 => {
                let why = format!("the token's `{name}` claim is in milliseconds, not in seconds");
                Err(TokenFault::invalid(why))
            }
            // Rounds down, but not below zero: no time in a token is before 1970.
            Some(seconds) => Ok(Some((seconds * 1_000.0) as u64)),
            None => Err(wrong(name, "a number")),
        }
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(crate) fn text(&self, name: &str) -> Result<&str, TokenFault> {
        let value = self.0.get(name).ok_or_else(|| missing(name))?;
        value.as_str().ok_or_else(|| wrong(name, "a text"))
    }

    /// A claim that may be absent.
    pub(crate) fn text_or_none(&self, name: &str) -> Result<&str, TokenFault> {
        if self.has(name) { self.text(name) } else { Ok("") }
    }

    /// A whole number, in any notation.
    pub(crate) fn number(&self, name: &str) -> Result<u64, TokenFault> {
        let value = self.0.get(name).ok_or_else(|| missing(name))?;
        let number = value.as_f64().filter(|number| *number >= 0.0 && number.fract() == 0.0);
        number.map(|number| number as u64).ok_or_else(|| wrong(name, "a whole number"))
    }

    /// The texts of a list that may be absent.
    pub(crate) fn texts(&self, name: &str) -> Result<Vec<&str>, TokenFault> {
        match self.0.get(name) {
            None => Ok(Vec::new()),
            Some(Value::Array(all)) => Ok(all.iter().filter_map(Value::as_str).collect()),
            Some(_) => Err(wrong(name, "a list")),
        }
    }
}

fn missing(name: &str) -> TokenFault {
    TokenFault::invalid(format!("the token has no `{name}` claim"))
}

fn wrong(name: &str, kind: &str) -> TokenFault {
    TokenFault::invalid(format!("the token's `{name}` claim is not {kind}"))
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    let end = text.floor_char_boundary(SHOWN_BYTES_MAX);
    if end < text.len() { format!("{}…", &text[..end]) } else { text }
}
