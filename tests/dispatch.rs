//! `pkg-template/engine.js` and `src/api/dispatch.rs` number the engine's methods alike.
#![cfg(not(target_arch = "wasm32"))]

/// As JavaScript spells it: `login_room` is `loginRoom`.
fn camel(name: &str) -> String {
    let mut spelt = String::new();
    let mut is_upper = false;
    for letter in name.chars() {
        if letter == '_' {
            is_upper = true;
        } else if std::mem::take(&mut is_upper) {
            spelt.push(letter.to_ascii_uppercase());
        } else {
            spelt.push(letter);
        }
    }
    spelt
}

#[test]
fn every_method_has_the_same_place_on_both_sides() {
    let dispatch = include_str!("../src/api/dispatch.rs");
    let called = dispatch.match_indices("self.").map(|(index, _)| {
        let call = &dispatch[index + "self.".len()..];
        camel(call.split('(').next().unwrap())
    });
    let called: Vec<_> = called.collect();
    let places = dispatch.match_indices(" => ").map(|(index, _)| {
        let place = dispatch[..index].rsplit(' ').next().unwrap();
        String::from(place)
    });
    let places: Vec<_> = places.filter(|place| place != "_").collect();
    let expected: Vec<_> = (0..places.len()).map(|place| place.to_string()).collect();
    assert_eq!(places, expected);

    let script = include_str!("../pkg-template/engine.js");
    let listed = |name: &str| {
        let (_, list) = script.split_once(&format!("const {name} = [")).unwrap();
        let list = list.split(']').next().unwrap();
        list.split('"').skip(1).step_by(2).map(String::from).collect::<Vec<_>>()
    };
    let named = [listed("METHODS"), listed("HOST_CALLS")].concat();
    assert_eq!(named[0], "getVersion");
    assert_eq!(named[1..], called[1..]);
    assert_eq!(named.len(), places.len());
}
