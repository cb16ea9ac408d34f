//! JSON values that people and old tools write in more than one type. What has another type than the useful one is read
//! over, not refused.

use crate::engine::osv::lock::MAX_WORD;
use crate::engine::osv::lock::place::Text;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// Text, or nothing where something else stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Word<'a>(pub(super) Option<Text<'a>>);

impl Word<'_> {
    /// The text; empty for none.
    pub(super) fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// The text, unless there is none or it is empty.
    pub(super) fn some(&self) -> Option<&str> {
        Some(self.as_str()).filter(|text| !text.is_empty())
    }
}

/// The text of a value that may not be there.
pub(super) fn word(raw: Option<&RawValue>) -> Word<'_> {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default()
}

impl<'de: 'a, 'a> Deserialize<'de> for Word<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Word<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Word<'de>, E> {
                Ok(Word(Some(Text(Cow::Borrowed(text)))))
            }
            fn visit_str<E>(self, text: &str) -> Result<Word<'de>, E> {
                Ok(Word(Some(Text(Cow::Owned(text.to_owned())))))
            }
            fn visit_unit<E>(self) -> Result<Word<'de>, E> {
                Ok(Word(None))
            }
            fn visit_bool<E>(self, _: bool) -> Result<Word<'de>, E> {
                Ok(Word(None))
            }
            fn visit_i64<E>(self, _: i64) -> Result<Word<'de>, E> {
                Ok(Word(None))
            }
            fn visit_u64<E>(self, _: u64) -> Result<Word<'de>, E> {
                Ok(Word(None))
            }
            fn visit_f64<E>(self, _: f64) -> Result<Word<'de>, E> {
                Ok(Word(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Word<'de>, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Word(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Word<'de>, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Word(None))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// Whether a value is `true`.
pub(super) fn is_true(raw: Option<&RawValue>) -> bool {
    raw.is_some_and(|raw| raw.get() == "true")
}

/// The licence of a `license` or `licenses` value: `"MIT"`, and of old `{"type": "MIT"}` and lists of both, among which
/// one may choose.
pub(super) fn license(raw: &RawValue) -> Option<String> {
    fn one(value: &Value) -> Option<String> {
        let text = match value {
            Value::String(text) => text,
            Value::Object(map) => map.get("type").or_else(|| map.get("name"))?.as_str()?,
            _ => return None,
        };
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    }
    let value: Value = serde_json::from_str(raw.get()).ok()?;
    let text = match &value {
        Value::Array(list) => list.iter().filter_map(one).collect::<Vec<_>>().join(" OR "),
        value => one(value)?,
    };
    (!text.is_empty() && text.len() <= MAX_WORD).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_another_type_is_no_word() {
        for (json, expected) in [
            (r#""a""#, "a"),
            (r#""\u0061""#, "a"),
            ("true", ""),
            ("-1", ""),
            ("1.5", ""),
            ("null", ""),
            (r#"[1, {"a": []}]"#, ""),
            (r#"{"a": [1]}"#, ""),
        ] {
            let word: Word<'_> = serde_json::from_str(json).unwrap();
            assert_eq!(word.as_str(), expected, "{json}");
        }
    }

    #[test]
    fn licences_are_read_in_every_form_they_had() {
        for (json, expected) in [
            (r#"" MIT ""#, Some("MIT")),
            (r#"{"type": "MIT", "url": "x"}"#, Some("MIT")),
            (r#"{"name": "ISC"}"#, Some("ISC")),
            (r#"[{"type": "MIT"}, "BSD"]"#, Some("MIT OR BSD")),
            ("[]", None),
            ("true", None),
            (r#"{"url": "x"}"#, None),
        ] {
            let raw: &RawValue = serde_json::from_str(json).unwrap();
            assert_eq!(license(raw).as_deref(), expected, "{json}");
        }
    }
}
