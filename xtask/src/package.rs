//! The npm package's files, from the module and glue that [`crate::wasm`] made and `pkg-template`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::project::{self, io_error, read, write};
use crate::stamp::{self, MODULE};
use crate::step::step;
use crate::tools::{self, Need, Toolkit};
use crate::wasm::{self, Stage, Variant};
use crate::{process, wasm_module};

/// The entry scripts that a page can load, each with its format.
const ENTRIES: [(&str, &str); 4] =
    [("index.js", "esm"), ("inline.js", "esm"), ("global.js", "iife"), ("codes.js", "esm")];
/// The entry for developers, which is not minified, and its module's name in the package.
const DEV: (&str, &str) = ("dev.js", "holdfast_dev_bg.wasm");
/// The script from which `inline.js` imports the module.
const INLINED: &str = "inlined.js";
/// How the scripts are type-checked, which is none of an app's business.
const TSCONFIG: &str = "tsconfig.json";
/// The folder of the types that `index.d.ts` exports.
pub(crate) const TYPES: &str = "types";
/// The files of the project's root that are in the package too.
const FROM_ROOT: [&str; 3] = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];
/// The licence of the library that is bundled, and its name in the package.
const LIBRARY_LICENSE: (&str, &str) = ("fflate/LICENSE", "LICENSE-fflate");

const PACK_LIMIT: Duration = Duration::from_secs(60);

/// A file of the package: its name and its contents.
pub(crate) type File = (String, Vec<u8>);

/// `cargo xtask pack`.
pub(crate) fn command() -> Result<(), String> {
    let toolkit = tools::setup(Need::BUILD)?;
    wasm::build(&toolkit, Variant::Release)?;
    let tarballs = step("pack", || {
        let tarballs = pack(&toolkit)?;
        let mut sizes = Vec::new();
        for tarball in &tarballs {
            sizes.push(std::fs::metadata(tarball).map_err(io_error(tarball))?.len().to_string());
        }
        Ok((tarballs, format!("{} bytes", sizes.join(" and "))))
    })?;
    println!();
    for tarball in tarballs {
        println!("packed {}", tarball.display());
    }
    Ok(())
}

/// Makes the tarballs that `npm publish` would upload, from the packages as last built: `holdfast-rtc`'s, then
/// `holdfast-express`'s.
pub(crate) fn pack(toolkit: &Toolkit) -> Result<[PathBuf; 2], String> {
    let folder = project::target().join("npm");
    for old in project::files_ending(&folder, ".tgz") {
        std::fs::remove_file(&old).map_err(io_error(&old))?;
    }
    // The `files` of package.json decide what is packed; no package has scripts that npm would run.
    toolkit.node()?;
    for package in [project::npm_package(), project::express_package()] {
        let mut npm = Command::new("npm");
        npm.args(["pack", "--ignore-scripts", "--pack-destination"]).arg(&folder);
        process::run(npm.current_dir(package), &project::log("pack"), PACK_LIMIT)?;
    }
    match project::files_ending(&folder, ".tgz").as_slice() {
        [express, rtc] => Ok([rtc.clone(), express.clone()]),
        found => Err(format!("npm pack left {} tarballs in {}", found.len(), folder.display())),
    }
}

/// Rewrites the package's folder, without the entries that other modules make.
pub(crate) fn assemble(toolkit: &Toolkit, stage: &Stage) -> Result<((), String), String> {
    let template = project::root().join("pkg-template");
    let mut files = files_of(&template)?;
    files.retain(|(name, _)| !is_script(name) && name != TSCONFIG);
    files.extend(common_files(toolkit)?);
    let named = read(&stage.named())?;
    let module = stage_scripts(stage, &wasm_module::without_names(&named)?)?;
    inline_module(toolkit, stage)?;
    files.push((MODULE.to_owned(), module));
    for (entry, format) in ENTRIES {
        let bundled =
            bundle(toolkit, stage, &stage.scripts().join(entry), &[&format!("--format={format}")])?;
        files.push((entry.to_owned(), minify(toolkit, stage, &bundled, format)?));
    }
    write_all(&project::npm_package(), &files)?;
    let types = files_of(&template.join(TYPES))?;
    write_all(&project::npm_package().join(TYPES), &types)?;
    Ok(((), format!("{} files", files.len() + types.len())))
}

/// The files that every package has: the licences and the list of changes.
pub(crate) fn common_files(toolkit: &Toolkit) -> Result<Vec<File>, String> {
    let mut files = Vec::new();
    for name in FROM_ROOT {
        files.push((name.to_owned(), read(&project::root().join(name))?));
    }
    let (license, name) = LIBRARY_LICENSE;
    files.push((name.to_owned(), read(&toolkit.node()?.modules().join(license))?));
    Ok(files)
}

/// Adds `holdfast-rtc/dev` to the package: a script and a module of its own.
pub(crate) fn add_dev(toolkit: &Toolkit, stage: &Stage) -> Result<((), String), String> {
    let (entry, name) = DEV;
    // Its functions keep their names.
    let module = stage_scripts(stage, &read(&stage.named())?)?;
    let script = bundle(toolkit, stage, &stage.scripts().join(entry), &["--format=esm"])?;
    write(&project::npm_package().join(entry), &script)?;
    write(&project::npm_package().join(name), &module)?;
    Ok(((), format!("{} bytes", module.len())))
}

/// Writes what the demo page loads: the scripts unbundled, since browsers load those too.
pub(crate) fn lay_out_demo(stage: &Stage) -> Result<((), String), String> {
    let mut files = files_of(&project::root().join("pkg-template"))?;
    files.retain(|(name, _)| is_script(name));
    files.extend(stamp::marked(&read(&stage.bound())?, read(&stage.glue())?));
    write_all(&Variant::Demo.package(), &files)?;
    Ok(((), format!("{} files", files.len())))
}

/// Lays out the files that the entry scripts import, and returns the module with their mark.
fn stage_scripts(stage: &Stage, module: &[u8]) -> Result<Vec<u8>, String> {
    let mut scripts = files_of(&project::root().join("pkg-template"))?;
    scripts.retain(|(name, _)| is_script(name));
    scripts.extend(stamp::marked(module, read(&stage.glue())?));
    write_all(&stage.scripts(), &scripts)?;
    read(&stage.scripts().join(MODULE))
}

/// Makes the script that contains the module.
fn inline_module(toolkit: &Toolkit, stage: &Stage) -> Result<(), String> {
    let mut inlining = toolkit.node()?.command();
    inlining.arg(project::root().join("xtask").join("module-script.mjs"));
    let inlined = process::text(inlining.arg(stage.scripts().join(MODULE)))?;
    write(&stage.scripts().join(INLINED), inlined.as_bytes())
}

/// Bundles an entry with all its imports into one script. The folder `holdfast` is that of the staged scripts.
pub(crate) fn bundle(
    toolkit: &Toolkit,
    stage: &Stage,
    entry: &Path,
    options: &[&str],
) -> Result<Vec<u8>, String> {
    let mut esbuild = toolkit.node()?.program("esbuild/bin/esbuild");
    esbuild
        .args(["--bundle", "--target=es2022", "--log-level=error"])
        .args(options)
        .arg(format!("--alias:holdfast={}", stage.scripts().display()))
        .arg(entry)
        .env("NODE_PATH", toolkit.node()?.modules());
    Ok(process::text(&mut esbuild)?.into_bytes())
}

/// Minifies a script: 2 % smaller than esbuild's own output.
pub(crate) fn minify(
    toolkit: &Toolkit,
    stage: &Stage,
    bundled: &[u8],
    format: &str,
) -> Result<Vec<u8>, String> {
    write(&stage.bundle(), bundled)?;
    let mut terser = toolkit.node()?.program("terser/bin/terser");
    terser.arg(stage.bundle()).args(["--compress", "passes=3,ecma=2020", "--mangle"]);
    if format == "esm" {
        terser.arg("--module");
    }
    Ok(process::text(&mut terser)?.into_bytes())
}

fn is_script(name: &str) -> bool {
    name.ends_with(".js")
}

/// The files directly in a folder.
pub(crate) fn files_of(folder: &Path) -> Result<Vec<File>, String> {
    let mut files = Vec::new();
    for file in project::files_ending(folder, "") {
        if let (true, Some(name)) = (file.is_file(), file.file_name()) {
            files.push((name.to_string_lossy().into_owned(), read(&file)?));
        }
    }
    Ok(files)
}

/// Makes a folder hold these files and no others.
fn write_all(folder: &Path, files: &[File]) -> Result<(), String> {
    std::fs::create_dir_all(folder).map_err(io_error(folder))?;
    for old in project::files_ending(folder, "") {
        let is_wanted = files.iter().any(|(name, _)| old.ends_with(name));
        if !is_wanted && old.is_file() {
            std::fs::remove_file(&old).map_err(io_error(&old))?;
        }
    }
    for (name, bytes) in files {
        write(&folder.join(name), bytes)?;
    }
    Ok(())
}
