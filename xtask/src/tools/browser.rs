//! Chromium, and the driver with which wasm-pack controls it.

use std::path::PathBuf;

use super::apt;
use crate::{process, project};

const BROWSERS: [&str; 4] =
    ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser"];
const DRIVERS: [&str; 2] = ["chromedriver", "chromium.chromedriver"];

/// The two programs.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) chromedriver: PathBuf,
}

pub(crate) fn get() -> Result<(Browser, String), String> {
    let browser = match found() {
        Some(browser) => browser,
        None => {
            apt::install(&["chromium", "chromium-driver"], &project::log("setup browser"))?;
            found().ok_or("apt installed it, yet there is no chromium with a chromedriver")?
        }
    };
    let words = browser.chromium.display().to_string();
    Ok((browser, words))
}

fn found() -> Option<Browser> {
    Some(Browser {
        chromium: BROWSERS.into_iter().find_map(process::find)?,
        chromedriver: DRIVERS.into_iter().find_map(process::find)?,
    })
}
