//! The package `holdfast-express`, from `express-template` and the scripts of `holdfast-rtc`.

use std::path::Path;

use crate::package::{self, File};
use crate::project::{self, io_error, read, write};
use crate::tools::Toolkit;
use crate::wasm::Stage;

/// The entry script.
const ENTRY: &str = "main.js";
/// The entry for `import`.
const MODULE: &str = "esm/ZegoExpressWebRTC.esm.js";
/// The entry for `require`, AMD and script elements.
pub(crate) const SCRIPT: &str = "ZegoExpressWebRTC.js";
/// The source of its end.
const SCRIPT_END: &str = "umd.js";
/// The folders whose files are in the package as they are.
const FOLDERS: [&str; 3] = ["esm", "sdk/code/zh", "sdk/src/common"];
/// The optional modules of the compatible SDK: the folder, the name that its script exports, and what it would do.
const OPTIONAL: [(&str, &str, &str); 10] = [
    ("aidenoise", "AiDenoise", "suppresses no noise; the browser's own suppression (ANS) works"),
    ("background-process", "BackgroundProcess", "changes no backgrounds"),
    ("copyrighted-music", "CopyrightedMusic", "plays no songs of a catalogue"),
    ("stream-compositor", "StreamCompositor", "puts no pictures together"),
    ("voice-changer", "VoiceChanger", "changes no voices"),
    ("esm/audio-mix", "AudioMix", "mixes no sounds into a stream"),
    ("esm/beauty-effect", "BeautyEffect", "changes no faces"),
    ("esm/mix-stream", "MixStream", "starts no mixing on the server"),
    ("esm/range-audio", "RangeAudio", "knows no distances between speakers"),
    ("esm/stream-cdn", "StreamCDN", "pushes to no CDN and plays from none"),
];

/// Rewrites the package's folder.
pub(crate) fn assemble(toolkit: &Toolkit, stage: &Stage) -> Result<((), String), String> {
    let template = project::root().join("express-template");
    let mut files = package::common_files(toolkit)?;
    for name in ["package.json", "README.md"] {
        files.push((name.to_owned(), read(&template.join(name))?));
    }
    for folder in FOLDERS {
        files.extend(in_folder(folder, package::files_of(&template.join(folder))?));
    }
    let types = project::root().join("pkg-template").join(package::TYPES);
    files.extend(in_folder(package::TYPES, package::files_of(&types)?));
    for (folder, name, lacks) in OPTIONAL {
        files.push((format!("{folder}/index.js"), optional_module(folder, name, lacks)));
        files.push((format!("{folder}/index.d.ts"), optional_types(name)));
    }
    let entry = template.join(ENTRY);
    let module = package::bundle(toolkit, stage, &entry, &["--format=esm"])?;
    files.push((MODULE.to_owned(), package::minify(toolkit, stage, &module, "esm")?));
    let script = umd(
        &package::bundle(toolkit, stage, &entry, &["--format=iife", "--global-name=sdk"])?,
        &read(&template.join(SCRIPT_END))?,
    );
    files.push((SCRIPT.to_owned(), package::minify(toolkit, stage, &script, "iife")?));
    rewrite(&project::express_package(), &files)?;
    Ok(((), format!("{} files", files.len())))
}

fn in_folder(folder: &str, files: Vec<File>) -> impl Iterator<Item = File> {
    files.into_iter().map(move |(name, bytes)| (format!("{folder}/{name}"), bytes))
}

/// A bundle, which sets the variable `sdk`, and its end in one function.
fn umd(bundle: &[u8], end: &[u8]) -> Vec<u8> {
    [b"(function () {\n", bundle, end, b"})();\n"].concat()
}

/// A script in place of an optional module. `ZegoExpressEngine.use` says what it lacks.
fn optional_module(folder: &str, name: &str, lacks: &str) -> Vec<u8> {
    let module = format!("{{ type: \"{name}\", lacks: \"{lacks}\", install() {{}} }}");
    let script = if folder.starts_with("esm/") {
        format!("export const {name} = {module};\n")
    } else {
        format!(
            "(function () {{\n  var part = {module};\n  \
             if (typeof exports === \"object\") exports.{name} = part;\n  \
             else globalThis.{name} = part;\n}})();\n"
        )
    };
    script.into_bytes()
}

fn optional_types(name: &str) -> Vec<u8> {
    format!(
        "/** Stands for a module that this package does not have: `ZegoExpressEngine.use` says so. */\n\
         export declare const {name}: {{ readonly type: string; install(...parts: unknown[]): void }};\n"
    )
    .into_bytes()
}

/// Makes a folder hold these files and no others.
fn rewrite(folder: &Path, files: &[File]) -> Result<(), String> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(io_error(folder))?;
    }
    for (name, bytes) in files {
        let file = folder.join(name);
        let parent = file.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent).map_err(io_error(parent))?;
        write(&file, bytes)?;
    }
    Ok(())
}
