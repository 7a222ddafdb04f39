//! Builds the npm package: runs cargo, wasm-bindgen and wasm-opt here; [`package`] makes its files.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::project::{self, io_error, read, write};
use crate::step::{say, step};
use crate::tools::{self, Need, TARGET, Toolkit};
use crate::{express, package, process, simulator, testing, wasm_module};

const CRATE: &str = "holdfast-rtc";
const LIMIT: Duration = Duration::from_secs(20 * 60);

/// First the options that make the module smallest after gzip, which compresses repetition well: before gzip it is a
/// little larger. Then the features that rustc emits by default; wasm-opt accepts fewer unless told.
const WASM_OPT: [&str; 12] = [
    "-Os",
    // No data lies below 1024: that is the far end of the stack.
    "--low-memory-unused",
    "--one-caller-inline-max-function-size=20",
    "--skip-pass=local-cse",
    // Names are kept for `size` and removed from the shipped module.
    "--debuginfo",
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// What the package is built for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    /// What is published.
    Release,
    /// The module of `holdfast-rtc/dev`: panics have a message and function names, faults can be caused, and the
    /// engine's steps are recorded.
    Dev,
    /// Built quickly: only what a page loads, not made small.
    Demo,
}

impl Variant {
    /// The folder of the npm package that it is in.
    pub(crate) fn package(self) -> PathBuf {
        match self {
            Variant::Release | Variant::Dev => project::npm_package(),
            Variant::Demo => project::target().join("npm").join("holdfast-rtc-demo"),
        }
    }

    fn stage(self) -> Stage {
        let name = match self {
            Variant::Release => "stage",
            Variant::Dev => "stage-dev",
            Variant::Demo => "stage-demo",
        };
        Stage { folder: project::target().join("npm").join(name) }
    }
}

/// `cargo xtask build`.
pub(crate) fn command() -> Result<(), String> {
    let toolkit = tools::setup(Need::BUILD)?;
    build(&toolkit, Variant::Release)?;
    simulator::build(&toolkit)?;
    println!("\nbuilt {}", project::npm_package().display());
    println!("built {}", project::express_package().display());
    Ok(())
}

/// Builds the variant, redoing only the steps whose inputs changed. The package is that of the release, with the
/// entries for developers and for tests.
pub(crate) fn build(toolkit: &Toolkit, variant: Variant) -> Result<(), String> {
    let stage = variant.stage();
    match variant {
        Variant::Release => {
            say("build");
            make_module(toolkit, &stage, variant)?;
            step("package", || package::assemble(toolkit, &stage))?;
            step("express", || express::assemble(toolkit, &stage))?;
            build(toolkit, Variant::Dev)?;
            testing::build(toolkit)
        }
        Variant::Dev => {
            say("build the module for developers");
            make_module(toolkit, &stage, variant)?;
            step("dev", || package::add_dev(toolkit, &stage))
        }
        Variant::Demo => {
            say("build");
            bind_compiled(toolkit, &stage, variant)?;
            step("page", || package::lay_out_demo(&stage))
        }
    }
}

fn make_module(toolkit: &Toolkit, stage: &Stage, variant: Variant) -> Result<(), String> {
    bind_compiled(toolkit, stage, variant)?;
    step("wasm-opt", || optimise(toolkit, stage))
}

fn bind_compiled(toolkit: &Toolkit, stage: &Stage, variant: Variant) -> Result<(), String> {
    let compiled = step("compile", || compile(toolkit, variant))?;
    step("bind", || bind(toolkit, &compiled, stage))
}

/// The optimised module with its function names, from the last release [`build`].
pub(crate) fn named_module() -> PathBuf {
    Variant::Release.stage().named()
}

/// The folder where the package is made, step by step.
pub(crate) struct Stage {
    folder: PathBuf,
}

impl Stage {
    /// The module as wasm-bindgen made it.
    pub(crate) fn bound(&self) -> PathBuf {
        self.folder.join("holdfast_bg.wasm")
    }

    /// The glue that wasm-bindgen made.
    pub(crate) fn glue(&self) -> PathBuf {
        self.folder.join("holdfast.js")
    }

    /// The last input of wasm-opt: its arguments and a copy of the module.
    fn optimised_from(&self) -> PathBuf {
        self.folder.join("optimised-from")
    }

    /// The optimised module, with the names of its functions.
    pub(crate) fn named(&self) -> PathBuf {
        self.folder.join("named.wasm")
    }

    /// The entry that is being made, before it is minified.
    pub(crate) fn bundle(&self) -> PathBuf {
        self.folder.join("bundle.js")
    }

    /// The folder from which the package's scripts are bundled.
    pub(crate) fn scripts(&self) -> PathBuf {
        self.folder.join("scripts")
    }
}

fn compile(toolkit: &Toolkit, variant: Variant) -> Result<(PathBuf, String), String> {
    let target = toolkit.wasm_rust()?.target_dir();
    let compiled = compile_in(toolkit, variant, &project::root(), &target)?;
    let words = size_words(&compiled)?;
    Ok((compiled, words))
}

/// Compiles the sources in `root` to the module that rustc makes.
pub(crate) fn compile_in(
    toolkit: &Toolkit,
    variant: Variant,
    root: &Path,
    target: &Path,
) -> Result<PathBuf, String> {
    let (profile, folder) =
        if variant == Variant::Demo { ("dev", "debug") } else { ("wasm", "wasm") };
    let mut cargo = toolkit.wasm_rust()?.cargo();
    cargo.current_dir(root).env("CARGO_TARGET_DIR", target);
    cargo.args(["build", "--locked", "--lib", "--package", CRATE, "--profile", profile]);
    cargo.args(["--target", TARGET]);
    // Function names stay until `size` has read them.
    cargo.args(["--config", "profile.wasm.strip=\"debuginfo\""]);
    if variant == Variant::Dev {
        cargo.args(["--features", "dev"]);
    }
    if variant != Variant::Demo {
        tools::leave_out_paths(&mut cargo, root);
    }
    process::run(&mut cargo, &project::log("build compile"), LIMIT)?;
    Ok(target.join(TARGET).join(folder).join("holdfast_rtc.wasm"))
}

fn bind(toolkit: &Toolkit, compiled: &Path, stage: &Stage) -> Result<((), String), String> {
    let mut bindgen = std::process::Command::new(toolkit.wasm_bindgen()?);
    // The only `new URL` must be in index.js, where bundlers follow it.
    bindgen.arg(compiled).arg(&stage.folder).args(["holdfast", "--omit-default-module-path"]);
    process::run(&mut bindgen, &project::log("build wasm-bindgen"), LIMIT)?;
    let module = read(&stage.bound())?;
    let strangers = wasm_module::imports_from(&module, "env")?;
    if !strangers.is_empty() {
        // No browser provides these imports: some dependency expects a C library.
        return Err(format!("the module imports from \"env\": {}", strangers.join(", ")));
    }
    Ok(((), size_words(&stage.bound())?))
}

fn optimise(toolkit: &Toolkit, stage: &Stage) -> Result<((), String), String> {
    let mut input = WASM_OPT.join(" ").into_bytes();
    input.extend(read(&stage.bound())?);
    let seen = std::fs::read(stage.optimised_from()).is_ok_and(|before| before == input);
    if seen && stage.named().is_file() {
        return Ok(((), "unchanged".to_owned()));
    }
    let mut wasm_opt = toolkit.node()?.program("binaryen/bin/wasm-opt");
    wasm_opt.args(WASM_OPT).arg(stage.bound()).arg("--output").arg(stage.named());
    process::run(&mut wasm_opt, &project::log("build wasm-opt"), LIMIT)?;
    write(&stage.optimised_from(), &input)?;
    Ok(((), size_words(&stage.named())?))
}

fn size_words(file: &Path) -> Result<String, String> {
    let bytes = std::fs::metadata(file).map_err(io_error(file))?.len();
    Ok(format!("{bytes} bytes"))
}
