//! Dockerfiles that stand inside compose files, `build.dockerfile_inline`, each with the way back to the bytes of the YAML
//! text. Knows nothing else of compose files.

use crate::text::mapped::Mapped;
use crate::yaml::{Limits, Tagged, stream};

const LIMITS: Limits = Limits { bytes: 2 << 20, depth: 64, copied: 4 << 20 };

/// The key.
const KEY: &str = "dockerfile_inline";

/// Every Dockerfile in a compose file. What is broken in the YAML around is for others to tell.
pub(super) fn inline(text: &str) -> Vec<Mapped> {
    if memchr::memmem::find(text.as_bytes(), KEY.as_bytes()).is_none() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for document in &stream(text.as_bytes(), &LIMITS).documents {
        let Some(services) = document.get("services") else { continue };
        let crate::yaml::Content::Mapping(services) = &services.content else { continue };
        for (_, service) in services {
            let inline = service.get("build").and_then(|build| build.get(KEY));
            found.extend(inline.and_then(|inline| mapped(text, inline)));
        }
    }
    found
}

/// Goes through the value and the bytes it is written in side by side: indentation, quotes and escapes are passed over.
fn mapped(text: &str, value: &Tagged) -> Option<Mapped> {
    let written = value.as_text()?;
    let source = text.get(value.range.clone())?.as_bytes();
    let doubles = source.first() == Some(&b'"');
    let mut result = Mapped::plain("", value.range.start);
    let mut at = 0;
    let mut characters = written.char_indices().peekable();
    while let Some((index, c)) = characters.next() {
        // Compose replaces variables and writes `$$` for one sign.
        let doubled = c == '$' && characters.peek().is_some_and(|(_, next)| *next == '$');
        if c.is_whitespace() {
            at += match (source.get(at), source.get(at + 1)) {
                (Some(b'\\'), Some(b'n' | b't' | b'r')) => 2,
                // `\r\n` in the file is one line end in the value.
                (Some(b'\r'), Some(b'\n')) if c == '\n' => 2,
                (Some(b), _) if b.is_ascii_whitespace() => 1,
                _ => 0,
            };
            result.push(
                &written[index..index + c.len_utf8()],
                value.range.start + at.saturating_sub(1),
            );
            continue;
        }
        let mut bytes = [0; 4];
        let bytes = c.encode_utf8(&mut bytes).as_bytes();
        while !source[at.min(source.len())..].starts_with(bytes)
            && source.get(at).is_some_and(|b| {
                b.is_ascii_whitespace() || matches!(b, b'\\' | b'\'' | b'"' | b'|' | b'>')
            })
        {
            at += 1;
        }
        if doubled {
            at += 1;
            characters.next();
        }
        let origin = value.range.start + at.min(source.len());
        result.push(&written[index..index + c.len_utf8()], origin);
        if source[at.min(source.len())..].starts_with(bytes) {
            at += bytes.len() + usize::from(doubles && c == '\\');
        }
    }
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_every_style_are_those_of_the_file() {
        for yaml in [
            "services:\n  é:\n    build:\n      dockerfile_inline: |\n        FROM a\n\n          RUN b \\\n            c\n      x: 1\n",
            "services:\r\n  a:\r\n    build:\r\n      dockerfile_inline: |-\r\n        FROM a\r\n        RUN b \\\r\n          c\r\n",
            "services: {a: {build: {dockerfile_inline: \"FROM a\\nRUN b \\\\\\n c\\n\"}}}\n",
            "services:\n  a:\n    build:\n      dockerfile_inline: >\n        FROM a\n\n        RUN b\n        c\n",
        ] {
            let files = inline(yaml);
            assert_eq!(files.len(), 1, "{yaml}");
            let text = files[0].as_str();
            for word in ["FROM", "RUN", "c"] {
                let at = text.find(word).unwrap();
                let back = files[0].back(at..at + word.len());
                assert_eq!(&yaml[back], word, "{word} in {yaml:?}");
            }
        }
    }

    #[test]
    fn a_doubled_dollar_is_one() {
        let yaml = "services:\n  a:\n    build:\n      dockerfile_inline: |\n        ARG A\n        USER $$A\n";
        let file = &inline(yaml)[0];
        assert!(file.as_str().contains("USER $A"));
        assert_eq!(&yaml[file.back(11..13)], "$A");
    }
}
