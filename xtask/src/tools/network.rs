//! `ip` and `nft`, with which tests make networks of their own and break them.

use super::apt;
use crate::{process, project};

pub(crate) fn get() -> Result<((), String), String> {
    if !process::is_root() {
        // Without root no namespace can be made, with or without these programs.
        return Ok(((), "only root could use it".to_owned()));
    }
    if process::find("ip").is_none() {
        apt::install(&["iproute2"], &project::log("setup iproute2"))?;
    }
    if process::find("nft").is_some() {
        return Ok(((), "found".to_owned()));
    }
    // Only the step `net` needs nft; if it is missing, that step is skipped and says so.
    let words = match apt::install(&["nftables"], &project::log("setup nftables")) {
        Ok(()) => "installed",
        Err(_) => "no nft, the step net is skipped; run: sudo apt-get install nftables",
    };
    Ok(((), words.to_owned()))
}
