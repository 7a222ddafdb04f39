//! `cargo xtask size`: the size of what a page downloads, compared with the budget.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::project::{self, io_error};
use crate::step::step;
use crate::tools::{self, Need, Toolkit};
use crate::wasm::{self, Variant};
use crate::{express, process, testing, wasm_module};

/// The files that a page loads with the main entry.
const LOADED: [&str; 2] = ["index.js", "holdfast_bg.wasm"];
/// The most gzipped bytes of all files together; more fails.
const BUDGET_BYTES: u64 = 104_000;
/// The most gzipped bytes that the script of `holdfast-express`, which has the module in it, may have beyond the files
/// of a page.
const EXPRESS_EXTRA_BYTES: u64 = 12_000;
/// The gzipped bytes to aim for.
const AIM_BYTES: u64 = 80_000;
const LARGEST: usize = 10;
const NAME_CHARS: usize = 88;

/// The size of one file, or of all.
#[derive(Clone, Copy, Default)]
struct Bytes {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// `cargo xtask size`.
pub(crate) fn command() -> Result<(), String> {
    let toolkit = tools::setup(Need::BUILD)?;
    wasm::build(&toolkit, Variant::Release)?;
    println!();
    let (report, within_budget) = report(&toolkit)?;
    println!("{report}");
    within_budget
}

/// `cargo xtask size --peers`: compares the size with other projects' SDKs, as a table in Markdown.
pub(crate) fn peers() -> Result<(), String> {
    let toolkit = tools::setup(Need::BUILD)?;
    wasm::build(&toolkit, Variant::Release)?;
    let folder = project::root().join("xtask").join("peers");
    let installed = step("peers", || Ok((tools::install_copy(&folder, "peers")?, String::new())))?;
    let mut table = toolkit.node()?.command();
    table.arg(folder.join("table.mjs")).arg(project::npm_package()).arg(installed);
    println!("\n{}", process::text(&mut table)?);
    Ok(())
}

/// The table, and whether the total is within the budget.
pub(crate) fn report(toolkit: &Toolkit) -> Result<(String, Result<(), String>), String> {
    let package = project::npm_package();
    let files = LOADED.map(|name| package.join(name));
    let sizes = weigh(toolkit, &files)?;

    let mut report = line("what a page loads", ["raw", "gzip -9", "brotli"].map(str::to_owned));
    let mut total = Bytes::default();
    for (file, bytes) in files.iter().zip(&sizes) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        report += &line(&name, bytes.cells());
        total.raw += bytes.raw;
        total.gzip += bytes.gzip;
        total.brotli += bytes.brotli;
    }
    report += &line("total", total.cells());
    let share = total.gzip * 100 / BUDGET_BYTES;
    report += &format!(
        "\n{} bytes by gzip: {share} % of the budget ({BUDGET_BYTES}); the aim is {AIM_BYTES}\n",
        total.gzip
    );
    report += &heaviest(&wasm::named_module())?;
    let express = weigh(toolkit, &[project::express_package().join(express::SCRIPT)])?[0];
    report.push_str("\nholdfast-express, in the script with its module\n");
    report += &line(express::SCRIPT, express.cells());
    let extra = i128::from(express.gzip) - i128::from(total.gzip);
    report += &format!("{extra} bytes by gzip over holdfast-rtc, of {EXPRESS_EXTRA_BYTES}\n");
    let own = weigh(toolkit, &[package.join(testing::SCRIPT)])?[0];
    report.push_str("\nfor tests, in the script with its module\n");
    report += &line(testing::SCRIPT, own.cells());
    let within_budget = check("a page's files", total, BUDGET_BYTES)
        .and_then(|()| check(express::SCRIPT, express, total.gzip + EXPRESS_EXTRA_BYTES))
        .and_then(|()| check(testing::SCRIPT, own, testing::BUDGET_BYTES));
    Ok((report, within_budget))
}

fn check(what: &str, bytes: Bytes, budget: u64) -> Result<(), String> {
    match bytes.gzip <= budget {
        true => Ok(()),
        false => Err(format!("{what}: {} bytes by gzip are over {budget}", bytes.gzip)),
    }
}

/// Uses Node, which has gzip and brotli built in and is needed anyway.
fn weigh(toolkit: &Toolkit, files: &[PathBuf]) -> Result<Vec<Bytes>, String> {
    let script = project::root().join("xtask").join("compressed-size.mjs");
    let printed = process::text(toolkit.node()?.command().arg(script).args(files))?;
    let sizes: Vec<Bytes> = printed.lines().filter_map(Bytes::parse).collect();
    if files.is_empty() || sizes.len() != files.len() {
        return Err(format!("asked the sizes of {} files, got {}", files.len(), sizes.len()));
    }
    Ok(sizes)
}

/// The largest functions and crates.
fn heaviest(module: &Path) -> Result<String, String> {
    let bytes = std::fs::read(module).map_err(io_error(module))?;
    let functions = wasm_module::functions(&bytes)?;
    let mut text = format!("\nthe largest of {} functions, raw bytes\n", functions.len());
    let mut crates: BTreeMap<&str, usize> = BTreeMap::new();
    for function in &functions {
        *crates.entry(crate_of(&function.name)).or_default() += function.bytes;
    }
    for function in functions.iter().take(LARGEST) {
        let name: String = function.name.chars().take(NAME_CHARS).collect();
        text += &format!("{:9}  {name}\n", function.bytes);
    }
    let mut crates: Vec<(&str, usize)> = crates.into_iter().collect();
    crates.sort_by_key(|&(_, bytes)| std::cmp::Reverse(bytes));
    text += "\nby crate, raw bytes of its functions (generic code counts where it is defined)\n";
    for (name, bytes) in crates.into_iter().take(LARGEST) {
        text += &format!("{bytes:9}  {name}\n");
    }
    Ok(text)
}

/// The crate in a path such as `<&alloc::string::String as core::fmt::Display>::fmt`.
fn crate_of(function: &str) -> &str {
    let path = function.trim_start_matches(['<', '&', '*', '(', '[']);
    let path = path.strip_prefix("mut ").unwrap_or(path);
    let end = path.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
    match end {
        Some(end) if path[end..].starts_with("::") || path[end..].starts_with('[') => &path[..end],
        _ => "glue and others",
    }
}

impl Bytes {
    fn parse(line: &str) -> Option<Self> {
        let mut numbers = line.split('\t').map(str::parse);
        let mut next = || numbers.next()?.ok();
        Some(Self { raw: next()?, gzip: next()?, brotli: next()? })
    }

    fn cells(self) -> [String; 3] {
        [self.raw, self.gzip, self.brotli].map(|bytes| bytes.to_string())
    }
}

fn line(name: &str, [raw, gzip, brotli]: [String; 3]) -> String {
    format!("{name:20} {raw:>9} {gzip:>9} {brotli:>9}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crate_is_the_first_name_of_the_path() {
        assert_eq!(crate_of("holdfast_rtc::machine::Brain::handle"), "holdfast_rtc");
        assert_eq!(crate_of("<dlmalloc[e24a]::dlmalloc::Dlmalloc<T>>::malloc"), "dlmalloc");
        assert_eq!(crate_of("<&mut alloc::string::String as core::fmt::Write>::f"), "alloc");
        assert_eq!(crate_of("expressengine_new externref shim"), "glue and others");
        assert_eq!(crate_of("memcpy"), "glue and others");
    }

    #[test]
    fn sizes_are_three_numbers() {
        assert!(Bytes::parse("10\t8\t7").is_some_and(|bytes| bytes.gzip == 8));
        assert!(Bytes::parse("10\t8").is_none());
    }
}
