//! Makes the glue of a WebAssembly module and the glue's types, as `wasm-bindgen --target web` does:
//!
//! ```text
//! holdfast-bindgen MODULE FOLDER NAME [--omit-default-module-path]
//! ```
//!
//! The whole command line takes three times as long to build: it has a web server and clients for tests in it.

use std::process::ExitCode;

use wasm_bindgen_cli_support::Bindgen;

const USAGE: &str = "holdfast-bindgen MODULE FOLDER NAME [--omit-default-module-path]";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let (paths, omit_default_module_path) = match words.as_slice() {
        [paths @ .., "--omit-default-module-path"] => (paths, true),
        paths => (paths, false),
    };
    let [module, folder, name] = paths else {
        eprintln!("usage: {USAGE}");
        return ExitCode::from(2);
    };
    let made = Bindgen::new().web(true).and_then(|bindgen| {
        bindgen
            .input_path(module)
            .out_name(name)
            .typescript(true)
            .omit_default_module_path(omit_default_module_path)
            .generate(folder)
    });
    match made {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{module}: {reason:#}");
            ExitCode::FAILURE
        }
    }
}
