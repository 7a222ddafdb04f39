//! Finds or gets the tools that the other commands use; `cargo xtask setup` does nothing else.
//!
//! Nothing is put on the user's PATH: tools go into [`crate::project::cache`], Node packages into
//! `node_modules`. Apt installs only what it must (a browser, a compiler).

mod apt;
pub(crate) mod bindgen;
mod browser;
mod cargo_tool;
mod debian_rust;
mod firefox;
mod lints;
mod network;
mod node;
mod rust;

use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

pub(crate) use browser::Browser;
pub(crate) use cargo_tool::WasmPack;
pub(crate) use node::{Node, install_copy};
pub(crate) use rust::{TARGET, WasmRust, leave_out_paths};

use crate::step::step;

/// A tool that can be found or got.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// rustfmt and clippy for host code.
    Lints,
    /// A Rust that builds for wasm32-unknown-unknown.
    WasmRust,
    /// The part of wasm-bindgen that building the package needs.
    WasmBindgen,
    /// wasm-pack, for tests in the browser.
    WasmPack,
    /// Node and the packages of `package-lock.json`: wasm-opt, Playwright, puppeteer, Biome,
    /// TypeScript.
    Node,
    /// Chromium and its driver.
    Browser,
    /// A second browser, for some of the tests.
    Firefox,
    /// `ip` and `nft`, with which tests make networks of their own and break them.
    Network,
}

impl Need {
    /// Needed to build what a page loads if it need not be small: no Node packages, no browser.
    pub(crate) const PAGE: &[Self] = &[Self::WasmRust, Self::WasmBindgen];
    /// Needed to build the npm package.
    pub(crate) const BUILD: &[Self] = &[Self::WasmRust, Self::WasmBindgen, Self::Node];
    /// Needed to run the built package in a browser.
    pub(crate) const BROWSE: &[Self] =
        &[Self::WasmRust, Self::WasmBindgen, Self::Node, Self::Browser, Self::Network];
    /// Needed for tests on networks that break.
    pub(crate) const BREAK: &[Self] = &[
        Self::WasmRust,
        Self::WasmBindgen,
        Self::Node,
        Self::Browser,
        Self::Firefox,
        Self::Network,
    ];
    /// Needed for tests of the browser half alone.
    pub(crate) const WASM_TESTS: &[Self] =
        &[Self::WasmRust, Self::WasmPack, Self::Browser, Self::Network];
    pub(crate) const ALL: &[Self] = &[
        Self::Lints,
        Self::WasmRust,
        Self::WasmBindgen,
        Self::WasmPack,
        Self::Node,
        Self::Browser,
        Self::Firefox,
        Self::Network,
    ];
}

/// The tools that were found; a missing tool has the reason and the command to run.
pub(crate) struct Toolkit {
    wasm_rust: Result<WasmRust, String>,
    wasm_bindgen: Result<PathBuf, String>,
    wasm_pack: Result<WasmPack, String>,
    node: Result<Node, String>,
    browser: Result<Browser, String>,
    firefox: Option<PathBuf>,
    missing: Vec<(Need, String)>,
}

impl Toolkit {
    /// Why one of these is missing, with the command to run; `None` if all are there.
    pub(crate) fn lacking(&self, needs: &[Need]) -> Option<&str> {
        let missing = self.missing.iter().find(|(need, _)| needs.contains(need));
        missing.map(|(_, reason)| reason.as_str())
    }

    pub(crate) fn wasm_rust(&self) -> Result<&WasmRust, String> {
        self.wasm_rust.as_ref().map_err(Clone::clone)
    }

    /// The program of `xtask/bindgen`.
    pub(crate) fn wasm_bindgen(&self) -> Result<&Path, String> {
        self.wasm_bindgen.as_deref().map_err(Clone::clone)
    }

    pub(crate) fn wasm_pack(&self) -> Result<&WasmPack, String> {
        self.wasm_pack.as_ref().map_err(Clone::clone)
    }

    pub(crate) fn node(&self) -> Result<&Node, String> {
        self.node.as_ref().map_err(Clone::clone)
    }

    pub(crate) fn browser(&self) -> Result<&Browser, String> {
        self.browser.as_ref().map_err(Clone::clone)
    }

    /// The program, where there is one.
    pub(crate) fn firefox(&self) -> Option<&Path> {
        self.firefox.as_deref()
    }
}

/// Finds or gets all of `needs`; an error names every tool that is missing.
pub(crate) fn setup(needs: &[Need]) -> Result<Toolkit, String> {
    let toolkit = gather(needs);
    if toolkit.missing.is_empty() {
        return Ok(toolkit);
    }
    Err(format!("{} of the tools could not be had", toolkit.missing.len()))
}

/// Like [`setup`], but goes on without missing tools, so that the other tests still run.
pub(crate) fn gather(needs: &[Need]) -> Toolkit {
    println!("setup");
    let begun = Instant::now();
    let missing = Mutex::new(Vec::new());
    let get = Getter { needs, missing: &missing };
    // Building keeps the processors busy and fetching the network, so do both at once.
    let (wasm_rust, wasm_bindgen, wasm_pack, node, browser, firefox) = thread::scope(|scope| {
        let fetched = scope.spawn(|| {
            let node = get.tool(Need::Node, "Node packages", node::get);
            let browser = get.tool(Need::Browser, "Chromium, driver", browser::get);
            let firefox = get.tool(Need::Firefox, "Firefox", firefox::get).ok().flatten();
            let _ = get.tool(Need::Network, "iproute2, nftables", network::get);
            (node, browser, firefox)
        });
        // These two are called by name, so there is no path to hand on.
        let _ = get.tool(Need::Lints, "rustfmt, clippy", lints::get);
        let wasm_rust = get.tool(Need::WasmRust, "wasm32 Rust", rust::get);
        let wasm_bindgen = get.tool(Need::WasmBindgen, "wasm-bindgen", bindgen::get);
        let wasm_pack = get.tool(Need::WasmPack, "wasm-pack", cargo_tool::wasm_pack);
        let (node, browser, firefox) = fetched.join().unwrap_or_else(|panic| resume_unwind(panic));
        (wasm_rust, wasm_bindgen, wasm_pack, node, browser, firefox)
    });
    let missing = missing.into_inner().unwrap_or_else(PoisonError::into_inner);
    for (_, reason) in &missing {
        println!("\nmissing: {reason}");
    }
    println!("set up in {:.1} s\n", begun.elapsed().as_secs_f64());
    Toolkit { wasm_rust, wasm_bindgen, wasm_pack, node, browser, firefox, missing }
}

/// Does the requested steps, and keeps their errors.
struct Getter<'a> {
    needs: &'a [Need],
    missing: &'a Mutex<Vec<(Need, String)>>,
}

impl Getter<'_> {
    fn tool<T>(
        &self,
        need: Need,
        name: &str,
        get: impl FnOnce() -> Result<(T, String), String>,
    ) -> Result<T, String> {
        if !self.needs.contains(&need) {
            return Err(format!("{name}: not asked for by this command"));
        }
        step(name, get).map_err(|reason| {
            let reason = format!("{name}: {reason}");
            self.missing
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((need, reason.clone()));
            reason
        })
    }
}
