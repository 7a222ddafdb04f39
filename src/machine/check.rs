//! What is wrong with the texts of a call, before anything is changed.

use super::io::{Refusal, Request};
use holdfast_protocol::{Code, Login, id, limit};

pub(super) fn check_login(login: &Login) -> Result<(), Refusal> {
    id::check_room_id(&login.room)?;
    id::check_user_id(&login.user.id)?;
    id::check_user_name(&login.user.name)?;
    check_token(&login.token)
}

pub(super) fn check_token(token: &str) -> Result<(), Refusal> {
    match token.len() {
        1..=limit::TOKEN_BYTES_MAX => Ok(()),
        _ => Err(Code::TOKEN_INVALID.into()),
    }
}

pub(super) fn check_request(request: &Request) -> Result<(), Refusal> {
    match request {
        Request::Broadcast { text } | Request::Barrage { text } => id::check_message(text)?,
        Request::Command { text, to } => {
            id::check_message(text)?;
            if to.len() > limit::COMMAND_USERS_MAX {
                return Err(Refusal::new(
                    Code::BAD_PARAMETER,
                    "a command goes to 100 users at most",
                ));
            }
            for user in to {
                id::check_user_id(user)?;
            }
        }
        Request::RoomExtra { key, value } => id::check_room_extra(key, value)?,
        Request::StreamExtra { stream, extra } => {
            id::check_stream_id(stream)?;
            id::check_extra_info(extra)?;
        }
    }
    Ok(())
}
