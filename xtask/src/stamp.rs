//! Marks module and scripts as one build, so that the scripts can refuse the module of another build:
//! the module ends with a custom section, and `build.js` has the same mark.

use std::hash::{DefaultHasher, Hasher};

use crate::package::File;
use crate::wasm_module::push_leb128;

/// The glue's file name, as the scripts import it.
pub(crate) const GLUE: &str = "holdfast.js";
/// The module's file name.
pub(crate) const MODULE: &str = "holdfast_bg.wasm";
/// The script that says which build this is.
const MARK: &str = "build.js";
/// The custom section's name, as in `pkg-template/module.js`.
const SECTION: &str = "holdfast-build";
const CUSTOM_SECTION: u8 = 0;

/// The files of a module and its glue, and the script with their mark: the version, and a hash of both files that
/// tells builds of one version apart. The same input gives the same bytes.
pub(crate) fn marked(module: &[u8], glue: Vec<u8>) -> [File; 3] {
    let mut hasher = DefaultHasher::new();
    hasher.write(module);
    hasher.write(&glue);
    let mark = format!("{} {:016x}", env!("CARGO_PKG_VERSION"), hasher.finish());
    let script = format!("export const build = \"{mark}\";\n");
    [
        (GLUE.to_owned(), glue),
        (MODULE.to_owned(), with_section(module, mark.as_bytes())),
        (MARK.to_owned(), script.into_bytes()),
    ]
}

fn with_section(module: &[u8], mark: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    push_leb128(&mut content, SECTION.len());
    content.extend(SECTION.as_bytes());
    content.extend(mark);
    let mut marked = module.to_vec();
    marked.push(CUSTOM_SECTION);
    push_leb128(&mut marked, content.len());
    marked.extend(content);
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMPTY: &[u8] = &[0, b'a', b's', b'm', 1, 0, 0, 0];

    #[test]
    fn the_same_build_has_the_same_mark_and_another_glue_or_module_has_not() {
        let mark = |module: &[u8], glue: &str| {
            let [_, _, (_, script)] = marked(module, glue.into());
            script
        };
        assert_eq!(mark(EMPTY, "one"), mark(EMPTY, "one"));
        assert_ne!(mark(EMPTY, "one"), mark(EMPTY, "other"));
        assert_ne!(mark(EMPTY, "one"), mark(&with_section(EMPTY, b"x"), "one"));
    }

    #[test]
    fn the_mark_is_a_custom_section_at_the_modules_end() {
        let [_, (_, module), (_, script)] = marked(EMPTY, Vec::new());
        let script = String::from_utf8(script).expect("text");
        let mark = script.split('"').nth(1).expect("a mark");
        assert!(module.ends_with(mark.as_bytes()));
        assert_eq!(crate::wasm_module::without_names(&module), Ok(EMPTY.to_vec()));
    }
}
