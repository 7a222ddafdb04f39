//! Shorter names for what the module and its glue call in each other.
//!
//! wasm-bindgen ends the names of imports with a hash, once in the module and once in the glue, and
//! spells out types and hashes in those of closures: no compression removes a hash. It also says
//! with each import where it is from. Renamed, the package is about 4 KB smaller.

use std::collections::BTreeMap;

use wasmparser::{ExternalKind, Payload, TypeRef};

use crate::wasm_module::{self, broken, push_leb128};

const IMPORT_SECTION: u8 = 2;
const EXPORT_SECTION: u8 = 7;
const FUNCTION_KIND: u8 = 0;

/// Where imports are from, in wasm-bindgen's words and in ours.
const GLUE: (&str, &str) = ("./holdfast_bg.js", "_");

/// Names that were, and are to be.
type Names = BTreeMap<String, String>;

/// Gives every imported or exported function a short name, in the module and in the glue alike.
pub(crate) fn shorten(module: &[u8], glue: &str) -> Result<(Vec<u8>, String), String> {
    let mut names = Names::new();
    let module = wasm_module::map_sections(module, |id, content, payload| match (id, payload) {
        (IMPORT_SECTION, Payload::ImportSection(imports)) => {
            rename_imports(imports, &mut names).map(Some)
        }
        (EXPORT_SECTION, Payload::ExportSection(exports)) => {
            rename_exports(exports, &mut names).map(Some)
        }
        _ => Ok(Some(content.to_vec())),
    })?;
    let [was, is] = [GLUE.0, GLUE.1].map(|name| format!("\"{name}\":"));
    Ok((module, replace_names(glue, &names)?.replace(&was, &is)))
}

fn rename_imports(
    imports: &wasmparser::ImportSectionReader<'_>,
    names: &mut Names,
) -> Result<Vec<u8>, String> {
    let mut entries = Vec::new();
    let mut count = 0;
    for import in imports.clone().into_imports() {
        let import = import.map_err(broken)?;
        let TypeRef::Func(kind) = import.ty else {
            return Err(format!("{} is imported, but is no function", import.name));
        };
        let short = format!("_{count:x}");
        let is_glue = import.module == GLUE.0;
        push_name(&mut entries, if is_glue { GLUE.1 } else { import.module });
        push_name(&mut entries, &short);
        entries.push(FUNCTION_KIND);
        push_leb128(&mut entries, kind as usize);
        add(names, import.name, short)?;
        count += 1;
    }
    Ok(section(count, &entries))
}

/// Memories and tables keep their names, which are short.
fn rename_exports(
    exports: &wasmparser::ExportSectionReader<'_>,
    names: &mut Names,
) -> Result<Vec<u8>, String> {
    let mut entries = Vec::new();
    let mut count = 0;
    for export in exports.clone() {
        let export = export.map_err(broken)?;
        let (name, kind) = match export.kind {
            ExternalKind::Func => (format!("${count:x}"), FUNCTION_KIND),
            ExternalKind::Table => (export.name.to_owned(), 1),
            ExternalKind::Memory => (export.name.to_owned(), 2),
            ExternalKind::Global => (export.name.to_owned(), 3),
            other => return Err(format!("{} is exported as {other:?}", export.name)),
        };
        push_name(&mut entries, &name);
        entries.push(kind);
        push_leb128(&mut entries, export.index as usize);
        if kind == FUNCTION_KIND {
            add(names, export.name, name)?;
        }
        count += 1;
    }
    Ok(section(count, &entries))
}

fn add(names: &mut Names, name: &str, short: String) -> Result<(), String> {
    match names.insert(name.to_owned(), short) {
        None => Ok(()),
        Some(_) => Err(format!("{name} is there twice")),
    }
}

fn section(count: usize, entries: &[u8]) -> Vec<u8> {
    let mut content = Vec::new();
    push_leb128(&mut content, count);
    content.extend(entries);
    content
}

fn push_name(bytes: &mut Vec<u8>, name: &str) {
    push_leb128(bytes, name.len());
    bytes.extend_from_slice(name.as_bytes());
}

/// Replaces whole identifiers only; each name must be there, or the two would not fit together.
fn replace_names(glue: &str, names: &Names) -> Result<String, String> {
    let mut replaced = String::with_capacity(glue.len());
    let mut found = std::collections::BTreeSet::new();
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
    let mut rest = glue;
    while let Some(start) = rest.find(is_part) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|letter| !is_part(letter)).unwrap_or(from.len());
        let (identifier, after) = from.split_at(end);
        replaced.push_str(before);
        match names.get_key_value(identifier) {
            Some((name, short)) => {
                found.insert(name);
                replaced.push_str(short);
            }
            None => replaced.push_str(identifier),
        }
        rest = after;
    }
    replaced.push_str(rest);
    match names.keys().find(|name| !found.contains(name)) {
        Some(name) => Err(format!("the glue has no {name}")),
        None => Ok(replaced),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Imports `env.f` as a function of type 0 and exports it as `g`, and nothing else.
    const MODULE: &[u8] = &[
        0, b'a', b's', b'm', 1, 0, 0, 0, // header
        1, 4, 1, 0x60, 0, 0, // one type, () -> ()
        2, 9, 1, 3, b'e', b'n', b'v', 1, b'f', 0, 0, // import
        7, 5, 1, 1, b'g', 0, 0, // export
    ];

    #[test]
    fn module_and_glue_get_the_same_name() {
        let (module, glue) = shorten(MODULE, "({f:()=>off(f_,$f)}).g()").expect("a module");
        assert_eq!(wasm_module::imports_from(&module, "env"), Ok(vec!["_0".to_owned()]));
        assert!(module.ends_with(&[7, 6, 1, 2, b'$', b'0', 0, 0]));
        assert_eq!(glue, "({_0:()=>off(f_,$f)}).$0()");
    }

    #[test]
    fn a_glue_that_does_not_fit_is_an_error() {
        assert_eq!(shorten(MODULE, "({h:1}).g()"), Err("the glue has no f".to_owned()));
    }
}
