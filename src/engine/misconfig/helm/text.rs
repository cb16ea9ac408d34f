//! Functions of templates over text.

use super::function::{as_int, as_size, decoded, encoded, formatted, nth};
use super::heap::{Heap, Item, MAX_TEXT, Why, quoted};
use crate::yaml::{Limits, stream};
use sha2::Digest as _;

/// Largest compiled expression, bytes.
const MAX_REGEX: usize = 1 << 18;

/// Calls a function whose arguments are all known; none when it is not here.
#[expect(clippy::too_many_lines, reason = "a table of functions")]
pub fn call(heap: &mut Heap, name: &str, given: &[Item]) -> Result<Option<Item>, Why> {
    let last = given.last().unwrap_or(&Item::Nil);
    let words = |heap: &Heap, at: usize| heap.printed(nth(given, at));
    let text = match name {
        "quote" | "squote" => {
            let mut parts = Vec::new();
            for one in given.iter().filter(|one| **one != Item::Nil) {
                let word = heap.printed(one)?;
                parts.push(if name == "quote" { quoted(&word) } else { format!("'{word}'") });
            }
            parts.join(" ")
        }
        "indent" | "nindent" => {
            let by = as_size(nth(given, 0)).min(1000);
            let text = heap.printed(last)?;
            let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1;
            if lines * by + text.len() > MAX_TEXT {
                return Err("a text is too long".to_owned());
            }
            let pad = " ".repeat(by);
            let start = if name == "nindent" { "\n" } else { "" };
            format!("{start}{pad}{}", text.replace('\n', &format!("\n{pad}")))
        }
        "print" | "toString" => {
            let mut out = String::new();
            for (at, one) in given.iter().enumerate() {
                let both = at > 0
                    && !matches!((&given[at - 1], one), (Item::Text(_), _) | (_, Item::Text(_)));
                if both {
                    out.push(' ');
                }
                out.push_str(&heap.printed(one)?);
            }
            out
        }
        "println" => format!("{}\n", words(heap, 0)?),
        "printf" => formatted(heap, &words(heap, 0)?, given.get(1..).unwrap_or_default())?,
        "cat" => {
            let parts: Vec<String> =
                given.iter().map(|one| heap.printed(one)).collect::<Result<_, _>>()?;
            parts.join(" ")
        }
        "trim" => heap.printed(last)?.trim().to_owned(),
        "trimAll" => {
            let (set, text) = (words(heap, 0)?, words(heap, 1)?);
            text.trim_matches(|c| set.contains(c)).to_owned()
        }
        "trimSuffix" | "trimPrefix" => {
            let (part, text) = (words(heap, 0)?, words(heap, 1)?);
            let cut = if name == "trimSuffix" {
                text.strip_suffix(&part)
            } else {
                text.strip_prefix(&part)
            };
            cut.unwrap_or(&text).to_owned()
        }
        "upper" => heap.printed(last)?.to_uppercase(),
        "lower" => heap.printed(last)?.to_lowercase(),
        "title" | "untitle" => {
            let mut before = ' ';
            let text = heap.printed(last)?;
            let changed = text.chars().map(|c| {
                let starts = before.is_whitespace();
                before = c;
                match (starts, name) {
                    (true, "title") => c.to_ascii_uppercase(),
                    (true, _) => c.to_ascii_lowercase(),
                    _ => c,
                }
            });
            changed.collect()
        }
        "camelcase" => {
            let text = heap.printed(last)?;
            let parts = text.split(['_', '-', ' ']).filter(|part| !part.is_empty());
            let raised = parts.map(|part| {
                let mut letters = part.chars();
                let first = letters.next().map(|c| c.to_ascii_uppercase());
                first.into_iter().chain(letters).collect::<String>()
            });
            raised.collect()
        }
        "snakecase" | "kebabcase" => {
            let joint = if name == "snakecase" { '_' } else { '-' };
            let mut out = String::new();
            for c in heap.printed(last)?.chars() {
                if c.is_uppercase() && !out.is_empty() && !out.ends_with(joint) {
                    out.push(joint);
                }
                let c = if matches!(c, '_' | '-' | ' ') { joint } else { c.to_ascii_lowercase() };
                out.push(c);
            }
            out
        }
        "nospace" => heap.printed(last)?.split_whitespace().collect(),
        "repeat" => {
            let (count, text) = (as_size(nth(given, 0)), words(heap, 1)?);
            if count.saturating_mul(text.len()) > MAX_TEXT {
                return Err("a text is too long".to_owned());
            }
            text.repeat(count)
        }
        "trunc" => {
            let (count, text) = (as_int(nth(given, 0)), words(heap, 1)?);
            let length = text.chars().count();
            let most = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
            let skipped = if count < 0 { length.saturating_sub(most) } else { 0 };
            text.chars().skip(skipped).take(most).collect()
        }
        "abbrev" => {
            let (most, text) = (as_size(nth(given, 0)).max(4), words(heap, 1)?);
            if text.chars().count() <= most {
                text
            } else {
                text.chars().take(most - 3).chain("...".chars()).collect()
            }
        }
        "substr" => {
            let (start, end) = (as_size(nth(given, 0)), as_int(nth(given, 1)));
            let end = usize::try_from(end).unwrap_or(usize::MAX);
            words(heap, 2)?.chars().take(end).skip(start).collect()
        }
        "replace" => {
            let (from, to, text) = (words(heap, 0)?, words(heap, 1)?, words(heap, 2)?);
            let found = if from.is_empty() { text.len() } else { text.matches(&from).count() };
            if found.saturating_mul(to.len()) > MAX_TEXT {
                return Err("a text is too long".to_owned());
            }
            text.replace(&from, &to)
        }
        "contains" | "hasPrefix" | "hasSuffix" => {
            let (part, text) = (words(heap, 0)?, words(heap, 1)?);
            return Ok(Some(Item::Bool(match name {
                "contains" => text.contains(&part),
                "hasPrefix" => text.starts_with(&part),
                _ => text.ends_with(&part),
            })));
        }
        "join" => {
            let joint = words(heap, 0)?;
            let list = nth(given, 1).clone();
            let parts = match heap.items(&list) {
                [] if !matches!(list, Item::List(_)) => vec![heap.printed(&list)?],
                items => {
                    items.iter().map(|one| heap.printed(one)).collect::<Result<Vec<_>, _>>()?
                }
            };
            parts.join(&joint)
        }
        "splitList" => {
            let (joint, text) = (words(heap, 0)?, words(heap, 1)?);
            let parts: Vec<Item> =
                text.split(joint.as_str()).map(|part| heap.text(part)).collect::<Result<_, _>>()?;
            return heap.list(parts).map(Some);
        }
        "split" => {
            let (joint, text) = (words(heap, 0)?, words(heap, 1)?);
            let map = heap.map(std::collections::BTreeMap::new())?;
            for (at, part) in text.split(joint.as_str()).enumerate() {
                let part = heap.text(part)?;
                heap.set(&map, &format!("_{at}"), part)?;
            }
            return Ok(Some(map));
        }
        "sortAlpha" => {
            let list = nth(given, 0).clone();
            let mut parts: Vec<String> =
                heap.items(&list).iter().map(|one| heap.printed(one)).collect::<Result<_, _>>()?;
            parts.sort();
            let parts = parts.iter().map(|part| heap.text(part)).collect::<Result<_, _>>()?;
            return heap.list(parts).map(Some);
        }
        "toStrings" => {
            let list = nth(given, 0).clone();
            let parts: Vec<String> =
                heap.items(&list).iter().map(|one| heap.printed(one)).collect::<Result<_, _>>()?;
            let parts = parts.iter().map(|part| heap.text(part)).collect::<Result<_, _>>()?;
            return heap.list(parts).map(Some);
        }
        "fromYaml" | "fromJson" | "fromYamlArray" | "fromJsonArray" => {
            let text = heap.printed(last)?;
            let read = stream(text.as_bytes(), &Limits::default());
            if let Some(error) = read.error {
                return Err(error.to_string());
            }
            return match read.documents.first() {
                Some(document) => heap.of_yaml(document).map(Some),
                None => heap.map(std::collections::BTreeMap::new()).map(Some),
            };
        }
        "b64enc" => encoded(&heap.printed(last)?),
        "b64dec" => {
            return decoded(&heap.printed(last)?)
                .map_or(Ok(Some(Item::Unknown)), |text| heap.text(text).map(Some));
        }
        "sha256sum" => {
            let digest = sha2::Sha256::digest(heap.printed(last)?);
            digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
        }
        "regexQuoteMeta" => {
            let is_special = |letter: char| r"\.+*?()|[]{}^$".contains(letter);
            let text = heap.printed(last)?;
            text.chars().fold(String::new(), |mut quoted, letter| {
                if is_special(letter) {
                    quoted.push('\\');
                }
                quoted.push(letter);
                quoted
            })
        }
        "urlquery" => return Ok(Some(Item::Unknown)),
        "regexMatch" | "regexFind" | "regexReplaceAll" | "regexReplaceAllLiteral" => {
            let (pattern, text) = (words(heap, 0)?, words(heap, 1)?);
            let built = regex::RegexBuilder::new(&pattern).size_limit(MAX_REGEX).build();
            let regex = built.map_err(|_| "a regular expression is not understood".to_owned())?;
            if name.ends_with("Match") {
                return Ok(Some(Item::Bool(regex.is_match(&text))));
            }
            if name == "regexFind" {
                regex.find(&text).map(|found| found.as_str().to_owned()).unwrap_or_default()
            } else {
                let other = words(heap, 2)?;
                if regex.find_iter(&text).count().saturating_mul(other.len() + 1) > MAX_TEXT {
                    return Err("a text is too long".to_owned());
                }
                if name.ends_with("Literal") {
                    regex.replace_all(&text, regex::NoExpand(&other)).into_owned()
                } else {
                    regex.replace_all(&text, other.as_str()).into_owned()
                }
            }
        }
        _ => return Ok(None),
    };
    heap.text(text).map(Some)
}
