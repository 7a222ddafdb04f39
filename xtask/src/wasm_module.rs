//! Reads a WebAssembly module: its imports, and the size of each function.

use std::collections::BTreeMap;

use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// A function's name and the size of its body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) bytes: usize,
}

/// The names that `module` imports from the module called `from`.
pub(crate) fn imports_from(module: &[u8], from: &str) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::ImportSection(imports) = payload.map_err(broken)? {
            for import in imports.into_imports() {
                let import = import.map_err(broken)?;
                if import.module == from {
                    names.push(import.name.to_owned());
                }
            }
        }
    }
    Ok(names)
}

/// All functions with a body, the largest first.
pub(crate) fn functions(module: &[u8]) -> Result<Vec<Function>, String> {
    let mut imported = 0_u32;
    let mut sizes = Vec::new();
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload.map_err(broken)? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    if matches!(import.map_err(broken)?.ty, TypeRef::Func(_)) {
                        imported += 1;
                    }
                }
            }
            Payload::CodeSectionEntry(body) => sizes.push(body.as_bytes().len()),
            Payload::CustomSection(custom) => {
                if let KnownCustom::Name(sections) = custom.as_known() {
                    read_names(sections, &mut names)?;
                }
            }
            _ => {}
        }
    }
    let mut functions: Vec<Function> = (imported..)
        .zip(sizes)
        .map(|(index, bytes)| {
            let name = names.remove(&index).unwrap_or_else(|| format!("function {index}"));
            Function { name, bytes }
        })
        .collect();
    functions.sort_by_key(|function| std::cmp::Reverse(function.bytes));
    Ok(functions)
}

fn read_names(
    sections: wasmparser::NameSectionReader<'_>,
    names: &mut BTreeMap<u32, String>,
) -> Result<(), String> {
    for section in sections {
        if let Name::Function(entries) = section.map_err(broken)? {
            for entry in entries {
                let entry = entry.map_err(broken)?;
                names.insert(entry.index, without_hash(entry.name).to_owned());
            }
        }
    }
    Ok(())
}

/// The name without the `::h0123456789abcdef` that rustc appends.
fn without_hash(name: &str) -> &str {
    const HASH_DIGITS: usize = 16;
    match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == HASH_DIGITS => path,
        _ => name,
    }
}

/// The module without its custom sections: names, producers, features. Nothing uses them at run time.
pub(crate) fn without_names(module: &[u8]) -> Result<Vec<u8>, String> {
    const HEADER_BYTES: usize = 8;
    const CUSTOM: u8 = 0;
    let header = module.get(..HEADER_BYTES);
    let mut kept = header.ok_or("not a WebAssembly module")?.to_vec();
    for payload in Parser::new(0).parse_all(module) {
        let Some((id, range)) = payload.map_err(broken)?.as_section() else {
            continue;
        };
        let start = usize::try_from(range.start).map_err(|error| error.to_string())?;
        let end = usize::try_from(range.end).map_err(|error| error.to_string())?;
        let content = module.get(start..end).ok_or("a section is cut short")?;
        if id != CUSTOM {
            kept.push(id);
            push_leb128(&mut kept, content.len());
            kept.extend(content);
        }
    }
    Ok(kept)
}

/// Appends a number as WebAssembly writes section sizes: seven bits per byte, the lowest first.
pub(crate) fn push_leb128(bytes: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return;
        }
        bytes.push(low | 0x80);
    }
}

fn broken(error: wasmparser::BinaryReaderError) -> String {
    format!("not a WebAssembly module: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One import `env.f`, one function of the body `end`, and a name section that calls it `g`.
    const MODULE: &[u8] = &[
        0, b'a', b's', b'm', 1, 0, 0, 0, // header
        1, 4, 1, 0x60, 0, 0, // one type, () -> ()
        2, 9, 1, 3, b'e', b'n', b'v', 1, b'f', 0, 0, // import
        3, 2, 1, 0, // one function of type 0
        10, 4, 1, 2, 0, 0x0b, // its body
        0, 11, 4, b'n', b'a', b'm', b'e', 1, 4, 1, 1, 1, b'g', // function 1 is "g"
    ];

    #[test]
    fn imports_are_found_by_module() {
        assert_eq!(imports_from(MODULE, "env"), Ok(vec!["f".to_owned()]));
        assert_eq!(imports_from(MODULE, "wbg"), Ok(vec![]));
    }

    #[test]
    fn functions_are_named_and_weighed_past_the_imported_ones() {
        let expected = Function { name: "g".to_owned(), bytes: 2 };
        assert_eq!(functions(MODULE), Ok(vec![expected]));
    }

    #[test]
    fn without_names_the_rest_is_the_same() {
        let stripped = without_names(MODULE).expect("a module");
        assert_eq!(stripped, MODULE[..MODULE.len() - 13]);
    }

    #[test]
    fn garbage_is_an_error() {
        assert!(functions(b"not wasm at all").is_err());
        assert!(without_names(b"").is_err());
    }
}
