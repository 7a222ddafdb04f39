//! `ip`, with which the browser tests make a network of their own.

use super::apt;
use crate::{process, project};

pub(crate) fn get() -> Result<((), String), String> {
    if process::find("ip").is_some() {
        return Ok(((), "found".to_owned()));
    }
    if !process::is_root() {
        // Without root there is no namespace to make, with or without it.
        return Ok(((), "not found; only root could use it".to_owned()));
    }
    apt::install(&["iproute2"], &project::log("setup iproute2"))?;
    Ok(((), "installed".to_owned()))
}
