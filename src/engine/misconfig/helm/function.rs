//! Functions of templates: those of the language, of Sprig and of Helm that charts use most. What needs chance, the clock or a cluster
//! is not known; what is not here is an error.

use super::heap::{Heap, Item, MAX_TEXT, Native, Why, quoted};
use super::render::Renderer;
use super::version;
use base64::Engine as _;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::rc::Rc;

/// Functions whose answer differs each time or in each place.
const OPEN: &[&str] = &[
    "now",
    "date",
    "dateInZone",
    "date_in_zone",
    "dateModify",
    "htmlDate",
    "unixEpoch",
    "ago",
    "uuidv4",
    "randAlphaNum",
    "randAlpha",
    "randNumeric",
    "randAscii",
    "randInt",
    "randBytes",
    "genPrivateKey",
    "genCA",
    "genSelfSignedCert",
    "genSignedCert",
    "genCAWithKey",
    "genSelfSignedCertWithKey",
    "genSignedCertWithKey",
    "derivePassword",
    "htpasswd",
    "bcrypt",
    "buildCustomCert",
    "encryptAES",
    "getHostByName",
    "shuffle",
    "sha1sum",
    "sha512sum",
    "adler32sum",
    "urlParse",
];

/// Calls a function.
pub fn call(renderer: &mut Renderer, name: &str, given: Vec<Item>) -> Result<Item, Why> {
    if OPEN.contains(&name) {
        return Ok(Item::Unknown);
    }
    // `mustToYaml` is `toYaml` that fails where the other returns nothing.
    if let Some(rest) = name.strip_prefix("must")
        && let Some(first) = rest.chars().next()
    {
        let plain = format!("{}{}", first.to_ascii_lowercase(), &rest[first.len_utf8()..]);
        // One `must` is enough: each would be a call deeper.
        if !plain.starts_with("must") {
            return call(renderer, &plain, given);
        }
    }
    if let Some(answer) = structural(renderer, name, &given)? {
        return Ok(answer);
    }
    if given.contains(&Item::Unknown) {
        return Ok(Item::Unknown);
    }
    let heap = &mut renderer.heap;
    if let Some(answer) = super::text::call(heap, name, &given)? {
        return Ok(answer);
    }
    number(heap, name, &given)?.ok_or_else(|| format!("the function {name} is not known"))
}

/// Calls a function of an object of Helm.
pub fn method(
    renderer: &mut Renderer,
    native: Native,
    name: &str,
    given: &[Item],
) -> Result<Item, Why> {
    match (native, name) {
        (Native::Versions, "Has") => {
            let version = renderer.heap.printed(nth(given, 0))?;
            Ok(Item::Bool(is_built_in(&version)))
        }
        (Native::Files, _) => Ok(Item::Unknown),
        _ => Err(format!("{name} is not known")),
    }
}

/// Groups and versions of a fresh cluster. <https://kubernetes.io/docs/reference/generated/kubernetes-api/v1.31/>
const BUILT_IN: &[(&str, &str)] = &[
    ("", "v1"),
    ("apps", "v1"),
    ("batch", "v1"),
    ("policy", "v1"),
    ("autoscaling", "v1"),
    ("autoscaling", "v2"),
    ("networking.k8s.io", "v1"),
    ("rbac.authorization.k8s.io", "v1"),
    ("storage.k8s.io", "v1"),
    ("scheduling.k8s.io", "v1"),
    ("apiextensions.k8s.io", "v1"),
    ("admissionregistration.k8s.io", "v1"),
    ("apiregistration.k8s.io", "v1"),
    ("authentication.k8s.io", "v1"),
    ("authorization.k8s.io", "v1"),
    ("certificates.k8s.io", "v1"),
    ("coordination.k8s.io", "v1"),
    ("discovery.k8s.io", "v1"),
    ("events.k8s.io", "v1"),
    ("flowcontrol.apiserver.k8s.io", "v1"),
    ("node.k8s.io", "v1"),
];

/// Whether a fresh cluster of the version that charts are rendered for has an API.
fn is_built_in(version: &str) -> bool {
    let (group, rest) = version.split_once('/').unwrap_or(("", version));
    let version = rest.split('/').next().unwrap_or(rest);
    BUILT_IN.contains(&(group, version))
}

/// What was given at a place, or nothing.
pub fn nth(given: &[Item], at: usize) -> &Item {
    given.get(at).unwrap_or(&Item::Nil)
}

/// Functions that look at the shape of what they are given, parts of which may be unknown.
fn structural(renderer: &mut Renderer, name: &str, given: &[Item]) -> Result<Option<Item>, Why> {
    let heap = &mut renderer.heap;
    let first = nth(given, 0);
    let last = given.last().unwrap_or(&Item::Nil);
    let is_open = *first == Item::Unknown;
    Ok(Some(match name {
        "include" => {
            let Item::Text(name) = first else { return Err("a name is not text".to_owned()) };
            let text = renderer.render(&name.clone(), nth(given, 1))?.text;
            renderer.heap.text(text)?
        }
        "tpl" => match first {
            Item::Text(text) => {
                let text = renderer.render_text(&text.clone(), nth(given, 1))?;
                renderer.heap.text(text)?
            }
            Item::Unknown => Item::Unknown,
            _ => return Err("tpl is given no text".to_owned()),
        },
        "lookup" => heap.map(BTreeMap::new())?,
        "list" | "tuple" => heap.list(given.to_vec())?,
        "dict" => {
            let mut entries = BTreeMap::new();
            for pair in given.chunks(2) {
                entries.insert(Rc::from(heap.printed(&pair[0])?), nth(pair, 1).clone());
            }
            heap.map(entries)?
        }
        "default" => match heap.truth(last) {
            _ if given.len() < 2 => first.clone(),
            None => Item::Unknown,
            Some(true) => last.clone(),
            Some(false) => first.clone(),
        },
        "coalesce" => {
            for one in given {
                match heap.truth(one) {
                    None => return Ok(Some(Item::Unknown)),
                    Some(true) => return Ok(Some(one.clone())),
                    Some(false) => {}
                }
            }
            Item::Nil
        }
        "ternary" => match heap.truth(last) {
            None => Item::Unknown,
            Some(true) => first.clone(),
            Some(false) => nth(given, 1).clone(),
        },
        "required" => match last {
            Item::Nil => return Err("a value that has to be given is missing".to_owned()),
            Item::Text(text) if text.is_empty() => {
                return Err("a value that has to be given is missing".to_owned());
            }
            _ => last.clone(),
        },
        "fail" => return Err("the chart refuses its default values".to_owned()),
        "not" => heap.truth(first).map_or(Item::Unknown, |truth| Item::Bool(!truth)),
        "empty" => heap.truth(first).map_or(Item::Unknown, |truth| Item::Bool(!truth)),
        "eq" | "ne" => {
            let mut answer = Some(false);
            for other in &given[1.min(given.len())..] {
                match heap.equal(first, other) {
                    Some(true) => {
                        answer = Some(true);
                        break;
                    }
                    None => answer = None,
                    Some(false) => {}
                }
            }
            answer.map_or(Item::Unknown, |equal| Item::Bool(equal == (name == "eq")))
        }
        "toYaml" | "toYamlPretty" => {
            if is_open {
                return Ok(Some(Item::Unknown));
            }
            let text = heap.yaml(first)?;
            heap.text(text)?
        }
        "toJson" | "toPrettyJson" | "toRawJson" => {
            let text = heap.json(first)?;
            heap.text(text)?
        }
        "kindOf" | "typeOf" => heap.text(kind(first))?,
        "kindIs" | "typeIs" => {
            let asked = heap.printed(first)?;
            let other = nth(given, 1);
            if *other == Item::Unknown { Item::Unknown } else { Item::Bool(asked == kind(other)) }
        }
        "hasKey" | "get" | "pluck" | "dig" | "set" | "unset" | "keys" | "values" | "pick"
        | "omit" | "merge" | "mergeOverwrite" | "deepCopy" | "index" | "slice" | "len"
        | "first" | "last" | "rest" | "initial" | "append" | "prepend" | "concat" | "reverse"
        | "uniq" | "has" | "without" | "compact" => {
            if is_open {
                return Ok(Some(Item::Unknown));
            }
            super::collection::call(heap, name, given)?
        }
        _ => return Ok(None),
    }))
}

fn kind(item: &Item) -> &'static str {
    match item {
        Item::Nil => "invalid",
        Item::Bool(_) => "bool",
        Item::Int(_) => "int64",
        Item::Float(_) => "float64",
        Item::Text(_) | Item::Unknown => "string",
        Item::List(_) => "slice",
        Item::Map(_) | Item::Native(_) => "map",
    }
}

/// A value as a number; what is none is zero.
pub fn as_number(item: &Item) -> f64 {
    match item {
        Item::Int(number) => *number as f64,
        Item::Float(number) => *number,
        Item::Bool(truth) => f64::from(u8::from(*truth)),
        Item::Text(text) => text.trim().parse().unwrap_or(0.0),
        _ => 0.0,
    }
}

/// A value as a size; what is below zero is zero.
pub fn as_size(item: &Item) -> usize {
    usize::try_from(as_int(item)).unwrap_or(0)
}

/// A size as a value.
pub fn of_size(size: usize) -> Item {
    Item::Int(i64::try_from(size).unwrap_or(i64::MAX))
}

/// A value as a whole number.
pub fn as_int(item: &Item) -> i64 {
    match item {
        Item::Int(number) => *number,
        Item::Text(text) => text.trim().parse().unwrap_or(0),
        other => as_number(other) as i64,
    }
}

fn number(heap: &mut Heap, name: &str, given: &[Item]) -> Result<Option<Item>, Why> {
    let first = nth(given, 0);
    let second = nth(given, 1);
    let fold = |start: i64, combine: fn(i64, i64) -> i64| {
        Item::Int(given.iter().map(as_int).fold(start, combine))
    };
    let compared = || match (first, second) {
        (Item::Text(a), Item::Text(b)) => a.cmp(b),
        (a, b) => as_number(a).total_cmp(&as_number(b)),
    };
    Ok(Some(match name {
        "lt" => Item::Bool(compared().is_lt()),
        "le" => Item::Bool(compared().is_le()),
        "gt" => Item::Bool(compared().is_gt()),
        "ge" => Item::Bool(compared().is_ge()),
        "int" | "int64" | "atoi" | "toDecimal" => Item::Int(as_int(first)),
        "float64" => Item::Float(as_number(first)),
        "add" => fold(0, i64::wrapping_add),
        "add1" => Item::Int(as_int(first).wrapping_add(1)),
        "mul" => fold(1, i64::wrapping_mul),
        "sub" => Item::Int(as_int(first).wrapping_sub(as_int(second))),
        "div" | "mod" => {
            let (a, b) = (as_int(first), as_int(second));
            let answer = if name == "div" { a.checked_div(b) } else { a.checked_rem(b) };
            Item::Int(answer.ok_or("a number is divided by zero")?)
        }
        "max" | "biggest" => fold(i64::MIN, i64::max),
        "min" => fold(i64::MAX, i64::min),
        "ceil" => Item::Float(as_number(first).ceil()),
        "floor" => Item::Float(as_number(first).floor()),
        "round" => {
            let scale = 10f64.powi(as_int(second).clamp(0, 9) as i32);
            Item::Float((as_number(first) * scale).round() / scale)
        }
        "until" | "untilStep" | "seq" => {
            let (start, stop, step) = match (name, given.len()) {
                ("until", _) => (0, as_int(first), 1),
                ("untilStep", _) => (as_int(first), as_int(second), as_int(nth(given, 2))),
                (_, 1) => (1, as_int(first).saturating_add(1), 1),
                _ => (as_int(first), as_int(second).saturating_add(1), 1),
            };
            let span = stop.saturating_sub(start);
            if step <= 0 || span > 100_000 {
                return Err("a range of numbers is too long".to_owned());
            }
            let numbers = (start..stop).step_by(usize::try_from(step).unwrap_or(1)).map(Item::Int);
            let numbers: Vec<Item> = numbers.collect();
            if name == "seq" {
                let words: Vec<String> =
                    numbers.iter().map(|one| heap.printed(one)).collect::<Result<_, _>>()?;
                heap.text(words.join(" "))?
            } else {
                heap.list(numbers)?
            }
        }
        "semverCompare" => {
            let (constraint, version) = (heap.printed(first)?, heap.printed(second)?);
            Item::Bool(
                version::satisfies(&version, &constraint).ok_or("a version is not understood")?,
            )
        }
        "semver" => Item::Unknown,
        _ => return Ok(None),
    }))
}

/// Fills in a format of `printf`.
pub fn formatted(heap: &Heap, format: &str, given: &[Item]) -> Result<String, Why> {
    let mut out = String::new();
    let mut given = given.iter();
    let mut rest = format;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let verb = tail
            .find(|c: char| c.is_ascii_alphabetic() || c == '%')
            .ok_or("a format has no end")?;
        let (flags, kind) = (&tail[..verb], tail.as_bytes()[verb]);
        rest = &tail[verb + 1..];
        if kind == b'%' {
            out.push('%');
            continue;
        }
        let item = given.next().unwrap_or(&Item::Nil);
        let text = match kind {
            b's' | b'v' | b't' => heap.printed(item)?,
            b'd' => as_int(item).to_string(),
            b'q' => quoted(&heap.printed(item)?),
            b'f' => format!("{:.6}", as_number(item)),
            b'x' => format!("{:x}", as_int(item)),
            _ => return Err(format!("the format %{} is not known", char::from(kind))),
        };
        let width: usize = flags.trim_start_matches(['-', '+', '0', ' ']).parse().unwrap_or(0);
        let width = width.min(200);
        let padded = match flags {
            flags if flags.starts_with('-') => write!(out, "{text:<width$}"),
            flags if flags.starts_with('0') => write!(out, "{text:0>width$}"),
            _ => write!(out, "{text:>width$}"),
        };
        padded.map_err(|error| error.to_string())?;
        if out.len() > MAX_TEXT {
            return Err("a text is too long".to_owned());
        }
    }
    out.push_str(rest);
    Ok(out)
}

/// Text to base64.
pub fn encoded(text: &str) -> String {
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// base64 to text.
pub fn decoded(text: &str) -> Option<String> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).ok()?;
    String::from_utf8(bytes).ok()
}
