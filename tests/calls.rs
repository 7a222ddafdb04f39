//! `pkg-template/calls.js` and `src/api/core.rs` number the module's calls alike.
#![cfg(not(target_arch = "wasm32"))]

#[test]
fn every_call_has_the_same_number_on_both_sides() {
    let rust = include_str!("../src/api/core.rs").lines();
    let rust: Vec<_> =
        rust.filter_map(|line| line.strip_prefix("const ")?.split_once(": u32 = ")).collect();
    let script = include_str!("../pkg-template/calls.js").lines();
    let script: Vec<_> =
        script.filter_map(|line| line.strip_prefix("export const ")?.split_once(" = ")).collect();
    assert!(rust.len() > 10);
    assert_eq!(rust, script);
}
