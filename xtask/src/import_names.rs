//! Shorter names for what the module imports from its glue.
//!
//! wasm-bindgen ends each name with a hash, once in the module and once in the glue, and no
//! compression removes a hash: renamed, the package is about 3 KB smaller.

use std::collections::BTreeMap;

use wasmparser::{Payload, TypeRef};

use crate::wasm_module::{self, broken, push_leb128};

const IMPORT_SECTION: u8 = 2;
const FUNCTION_KIND: u8 = 0;

/// Gives every imported function a short name, in the module and in the glue alike.
pub(crate) fn shorten(module: &[u8], glue: &str) -> Result<(Vec<u8>, String), String> {
    let mut names = BTreeMap::new();
    let module = wasm_module::map_sections(module, |id, content, payload| match payload {
        Payload::ImportSection(_) if id == IMPORT_SECTION => rename(payload, &mut names).map(Some),
        _ => Ok(Some(content.to_vec())),
    })?;
    Ok((module, replace_names(glue, &names)?))
}

fn rename(payload: &Payload<'_>, names: &mut BTreeMap<String, String>) -> Result<Vec<u8>, String> {
    let Payload::ImportSection(imports) = payload else {
        return Err("not the import section".to_owned());
    };
    let mut entries = Vec::new();
    let mut count = 0;
    for import in imports.clone().into_imports() {
        let import = import.map_err(broken)?;
        let TypeRef::Func(kind) = import.ty else {
            return Err(format!("{} is imported, but is no function", import.name));
        };
        let short = format!("_{count:x}");
        push_name(&mut entries, import.module);
        push_name(&mut entries, &short);
        entries.push(FUNCTION_KIND);
        push_leb128(&mut entries, kind as usize);
        if names.insert(import.name.to_owned(), short).is_some() {
            return Err(format!("{} is imported twice", import.name));
        }
        count += 1;
    }
    let mut content = Vec::new();
    push_leb128(&mut content, count);
    content.extend(entries);
    Ok(content)
}

fn push_name(bytes: &mut Vec<u8>, name: &str) {
    push_leb128(bytes, name.len());
    bytes.extend_from_slice(name.as_bytes());
}

/// Replaces whole identifiers only; each name must be there, or the two would not fit together.
fn replace_names(glue: &str, names: &BTreeMap<String, String>) -> Result<String, String> {
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

    /// Imports `env.f` as a function of type 0, and nothing else.
    const MODULE: &[u8] = &[
        0, b'a', b's', b'm', 1, 0, 0, 0, // header
        1, 4, 1, 0x60, 0, 0, // one type, () -> ()
        2, 9, 1, 3, b'e', b'n', b'v', 1, b'f', 0, 0, // import
    ];

    #[test]
    fn module_and_glue_get_the_same_name() {
        let (module, glue) = shorten(MODULE, "({f:()=>off(f_,$f),g:1})").expect("a module");
        assert_eq!(wasm_module::imports_from(&module, "env"), Ok(vec!["_0".to_owned()]));
        assert_eq!(glue, "({_0:()=>off(f_,$f),g:1})");
    }

    #[test]
    fn a_glue_that_does_not_fit_is_an_error() {
        assert_eq!(shorten(MODULE, "({g:1})"), Err("the glue has no f".to_owned()));
    }
}
