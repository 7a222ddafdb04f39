//! A serde deserialiser that reads the result of `JSON.parse` into types of the protocol. Its one
//! error has no message: code to format one would add some 20 KB of gzip (docs/benchmarks.md).

use super::object::get;
use js_sys::Array;
use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Expected, IntoDeserializer,
    SeqAccess, Unexpected, VariantAccess, Visitor,
};
use std::fmt::{self, Display, Formatter};
use wasm_bindgen::{JsCast, JsValue};

/// How many lists and objects may be nested. The protocol needs six: hello, missed, message,
/// streams, stream, user. Each takes stack, and a stack overflow would end the engine.
const DEPTH_MAX: u32 = 16;

/// Reads a value; None if it is not of the type. Fields that the type does not have are not looked
/// at. The field `t` names the variant of an enum.
pub(super) fn read<T: DeserializeOwned>(value: JsValue) -> Option<T> {
    T::deserialize(Value { value, depth: DEPTH_MAX }).ok()
}

struct Value {
    value: JsValue,
    /// How many more levels may follow.
    depth: u32,
}

impl Value {
    fn text(&self) -> Result<String, Unreadable> {
        self.value.as_string().ok_or(Unreadable)
    }

    fn deeper(&self) -> Result<u32, Unreadable> {
        self.depth.checked_sub(1).ok_or(Unreadable)
    }
}

impl<'de> Deserializer<'de> for Value {
    type Error = Unreadable;

    /// Makes `ServerMessage` use the form that is read without a copy.
    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_bool(self.value.as_bool().ok_or(Unreadable)?)
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let number = self.value.as_f64().ok_or(Unreadable)?;
        // The cast truncates and saturates, so only a whole number from 0 up comes back unchanged.
        let whole = number as u64;
        if whole as f64 != number {
            return Err(Unreadable);
        }
        visitor.visit_u64(whole)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unreadable> {
        let depth = self.deeper()?;
        let items = self.value.dyn_into().map_err(|_| Unreadable)?;
        visitor.visit_seq(Items { items, next: 0, depth })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        let depth = self.deeper()?;
        if !self.value.is_object() {
            return Err(Unreadable);
        }
        visitor.visit_seq(Fields { object: self.value, names: names.iter(), depth })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        visitor.visit_enum(self)
    }

    /// No type of the protocol needs any other kind, as the golden messages show (`wire.rs`).
    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u16 u128 f32 f64 char str bytes byte_buf unit unit_struct tuple
        tuple_struct map identifier ignored_any
    }
}

/// A text names a variant by itself, an object by its field `t`.
impl<'de> EnumAccess<'de> for Value {
    type Error = Unreadable;
    type Variant = Value;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Value), Unreadable> {
        let name = match self.value.is_object() {
            true => get(&self.value, "t").as_string().ok_or(Unreadable)?,
            false => self.text()?,
        };
        let name: StrDeserializer<'_, Unreadable> = name.as_str().into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Value {
    type Error = Unreadable;

    fn unit_variant(self) -> Result<(), Unreadable> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<S::Value, Unreadable> {
        seed.deserialize(self)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unreadable> {
        self.deserialize_struct("", names, visitor)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Unreadable> {
        Err(Unreadable)
    }
}

struct Items {
    items: Array,
    next: u32,
    depth: u32,
}

impl<'de> SeqAccess<'de> for Items {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Unreadable> {
        if self.next == self.items.length() {
            return Ok(None);
        }
        let value = self.items.get(self.next);
        self.next += 1;
        seed.deserialize(Value { value, depth: self.depth }).map(Some)
    }
}

/// The fields of a type in an object, in the order of their names. A field that the object lacks is
/// None, after which the next field may follow: what serde derives asks for each field once and
/// gives its default for None.
struct Fields {
    object: JsValue,
    names: std::slice::Iter<'static, &'static str>,
    depth: u32,
}

impl<'de> SeqAccess<'de> for Fields {
    type Error = Unreadable;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Unreadable> {
        let name = self.names.next().ok_or(Unreadable)?;
        let value = get(&self.object, name);
        if value.is_undefined() {
            return Ok(None);
        }
        seed.deserialize(Value { value, depth: self.depth }).map(Some)
    }
}

/// The value is not of the type.
#[derive(Debug)]
struct Unreadable;

impl Display for Unreadable {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("not of the type")
    }
}

impl std::error::Error for Unreadable {}

/// All constructors are written out, because serde's defaults format what went wrong.
impl de::Error for Unreadable {
    fn custom<T: Display>(_: T) -> Unreadable {
        Unreadable
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Unreadable {
        Unreadable
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Unreadable {
        Unreadable
    }

    fn invalid_length(_: usize, _: &dyn Expected) -> Unreadable {
        Unreadable
    }

    fn unknown_variant(_: &str, _: &'static [&'static str]) -> Unreadable {
        Unreadable
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Unreadable {
        Unreadable
    }

    fn missing_field(_: &'static str) -> Unreadable {
        Unreadable
    }

    fn duplicate_field(_: &'static str) -> Unreadable {
        Unreadable
    }
}
