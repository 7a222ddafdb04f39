//! What every token of the app has to be: signed with its secret, of the right kind, and good at this
//! moment. Whatever is wrong is said by the claim's name, so that who made the token finds it.

use holdfast_protocol::{Code, limit};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::{Map, Value};
use std::fmt;

/// A time above this, in seconds, is one in milliseconds: the other way to read it is the year 5138.
const SECONDS_MAX: f64 = 1e11;
/// The longest part of a claim that is shown.
const SHOWN_BYTES_MAX: usize = 64;

/// Why a token is refused. Its words show nothing but what the token's maker wrote into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFault {
    /// What the client is told, and goes by.
    pub code: Code,
    /// Which claim is wrong, and how.
    pub why: String,
}

impl TokenFault {
    pub(crate) fn new(code: Code, why: impl Into<String>) -> TokenFault {
        TokenFault { code, why: why.into() }
    }

    pub(crate) fn invalid(why: impl Into<String>) -> TokenFault {
        TokenFault::new(Code::TOKEN_INVALID, why)
    }
}

/// A fault that has no more to say than its code.
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

/// When a token is good, in milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Times {
    pub(crate) now_ms: u64,
    /// How far the clock of who made it may be off.
    pub(crate) leeway_ms: u64,
}

/// The claims of a token with the right signature.
#[derive(Debug)]
pub(crate) struct Claims(Map<String, Value>);

impl Claims {
    /// The claims of a JWT that is signed with HS256 and this key.
    pub(crate) fn read(token: &str, key: &DecodingKey) -> Result<Claims, TokenFault> {
        if token.len() > limit::TOKEN_BYTES_MAX {
            let max = limit::TOKEN_BYTES_MAX;
            return Err(TokenFault::invalid(format!("the token is longer than {max} bytes")));
        }
        let mut validation = Validation::new(Algorithm::HS256);
        // What the claims say is looked at below, claim by claim.
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

    /// Whether it is of one of these kinds, by `aud`: a text or a list of them (RFC 7519 section
    /// 4.1.3). Gives the first that fits; `None` if it does not say.
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

    /// Whether it may be used yet.
    pub(crate) fn check_nbf(&self, times: Times) -> Result<(), TokenFault> {
        let ahead_ms = self.time_ms("nbf")?.unwrap_or(0).saturating_sub(times.now_ms);
        if ahead_ms > times.leeway_ms {
            let why = format!("the token's `nbf` claim is {} s ahead", ahead_ms.div_ceil(1_000));
            return Err(TokenFault::invalid(why));
        }
        Ok(())
    }

    /// How long it is good, leeway included; it need not be good any longer.
    pub(crate) fn ttl_ms(&self, times: Times) -> Result<u64, TokenFault> {
        let end_ms = self.time_ms("exp")?.ok_or_else(|| missing("exp"))?;
        Ok(end_ms.saturating_add(times.leeway_ms).saturating_sub(times.now_ms))
    }

    /// A time in milliseconds; tokens have them in seconds, with or without a fraction.
    pub(crate) fn time_ms(&self, name: &str) -> Result<Option<u64>, TokenFault> {
        let Some(value) = self.0.get(name) else {
            return Ok(None);
        };
        match value.as_f64() {
            Some(seconds) if seconds > SECONDS_MAX => {
                let why = format!("the token's `{name}` claim is in milliseconds, not in seconds");
                Err(TokenFault::invalid(why))
            }
            // Rounded down, and up to zero: no time of a token is before 1970.
            Some(seconds) => Ok(Some((seconds * 1_000.0) as u64)),
            None => Err(wrong(name, "a number")),
        }
    }

    pub(crate) fn text(&self, name: &str) -> Result<&str, TokenFault> {
        let value = self.0.get(name).ok_or_else(|| missing(name))?;
        value.as_str().ok_or_else(|| wrong(name, "a text"))
    }

    /// A claim that may be absent.
    pub(crate) fn text_or_none(&self, name: &str) -> Result<&str, TokenFault> {
        if self.0.contains_key(name) { self.text(name) } else { Ok("") }
    }

    /// A whole number, however it is spelt.
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
