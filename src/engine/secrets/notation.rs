//! The less plain ways to give a name a value: calls, pairs of elements (`name: X, value: Y`), defaults of arguments and
//! variables, URLs. Each function answers where the value begins.

use super::assign::{MAX_NAME, is_name_byte, skip_blanks};
use crate::target::Kind;
use std::ops::Range;

/// Whether `"name", "value"` stands in a call that gives the one to the other: `put("password", "x")`,
/// `define('DB_PASSWORD', 'x')`; not in a list of names or a comparison.
pub(super) fn is_setter(text: &[u8], name: &Range<usize>) -> bool {
    const ASKING: &[&[u8]] = &[
        b"match", b"equal", b"compare", b"assert", b"valid", b"verify", b"check", b"contain",
        b"encode", b"hash", b"expect",
    ];
    // The key may go on to the left: `"db.password"`.
    let left = text[..name.start].iter().rev().take(MAX_NAME);
    let more = left.take_while(|b| is_name_byte(**b) || **b == b'.').count();
    let Some(open) = (name.start - more).checked_sub(1) else {
        return false;
    };
    let head = text[open.saturating_sub(60)..open].trim_ascii_end();
    // Gradle's fields: `buildConfigField("String", "API_KEY", ...)`.
    let head = head.strip_suffix(b"\"String\",").unwrap_or(head);
    let Some(head) = head.strip_suffix(b"(") else {
        return false;
    };
    let callee = head.trim_ascii_end();
    let start = callee.iter().rposition(|b| !is_name_byte(*b)).map_or(0, |at| at + 1);
    let callee = callee[start..].to_ascii_lowercase();
    !ASKING.iter().any(|word| memchr::memmem::find(&callee, word).is_some())
}

/// `setPassword("x")`, `.withPassword("x")`, `.password("x")`: `at` is behind the name.
pub(super) fn method_argument(text: &[u8], name: &Range<usize>, at: usize) -> Option<usize> {
    if text.get(at) != Some(&b'(') {
        return None;
    }
    let value = skip_blanks(text, at + 1);
    let called = &text[name.clone()];
    let sets =
        ["set", "with", "Set", "With"].iter().any(|verb| called.starts_with(verb.as_bytes()));
    let before = &text[name.start.saturating_sub(2)..name.start];
    let of_object = before.ends_with(b".") || before == b"->";
    let property = [
        "password",
        "passwd",
        "passphrase",
        "secret",
        "token",
        "apiKey",
        "api_key",
        "accessToken",
        "authToken",
        "secretKey",
        "secret_key",
        "apiToken",
        "clientSecret",
        "client_secret",
    ]
    .iter()
    .any(|known| called == known.as_bytes());
    let quoted = matches!(text.get(value), Some(b'"' | b'\''));
    (quoted && (sets || of_object && property)).then_some(value)
}

/// `name: DB_PASSWORD` and `value: x` of one element, in YAML, JSON and XML: `at` is behind the name and its quote.
pub(super) fn pair_value(text: &[u8], name: &Range<usize>, at: usize) -> Option<usize> {
    let frame = &text[at.min(text.len())..(at + 80).min(text.len())];
    let gap = frame.iter().take_while(|b| b.is_ascii_whitespace() || **b == b',').count();
    let rest = &frame[gap..];
    let quote = usize::from(matches!(rest.first(), Some(b'"' | b'\'')));
    let key = rest.get(quote..quote + 5)?;
    if gap == 0 || !key.eq_ignore_ascii_case(b"value") || !is_element_name(text, name) {
        return None;
    }
    let behind = skip_blanks(text, at + gap + quote + 5 + quote);
    matches!(text.get(behind), Some(b':' | b'=')).then(|| skip_blanks(text, behind + 1))
}

/// `<entry key="db.password">`, `<string name="api_key">`: the value is the element's text.
pub(super) fn element_text(text: &[u8], name: &Range<usize>, at: usize) -> Option<usize> {
    (text.get(at) == Some(&b'>') && is_element_name(text, name)).then_some(at + 1)
}

/// Whether what stands before the name is `name:`, `key=` or the like.
fn is_element_name(text: &[u8], name: &Range<usize>) -> bool {
    let left = text[..name.start].iter().rev().take(MAX_NAME);
    let more = left.take_while(|b| is_name_byte(**b) || **b == b'.').count();
    let head = &text[(name.start - more).saturating_sub(12)..name.start - more];
    let head = head.trim_ascii_end();
    let head = head.strip_suffix(b"\"").or_else(|| head.strip_suffix(b"'")).unwrap_or(head);
    let head = head.trim_ascii_end();
    let Some(head) = head.strip_suffix(b":").or_else(|| head.strip_suffix(b"=")) else {
        return false;
    };
    let head = head.trim_ascii_end();
    let head = head.strip_suffix(b"\"").or_else(|| head.strip_suffix(b"'")).unwrap_or(head);
    let lower = head.to_ascii_lowercase();
    [&b"name"[..], b"key", b"id", b"property"].iter().any(|word| lower.ends_with(word))
}

/// `process.env.DB_PASSWORD || "x"`, `getenv("DB_PASSWORD") or "x"`, `ENV['TOKEN'] ||= "x"`: length of the operator, with
/// what closes the call before it. Only a literal may follow.
pub(super) fn fallback(rest: &[u8]) -> Option<usize> {
    const OPERATORS: &[&[u8]] =
        &[b"||=", b"||", b"??=", b"??", b"?:", b"//=", b"or ", b".unwrap_or("];
    let closed = rest.iter().take_while(|b| matches!(b, b')' | b' ')).count().min(8);
    let operator = OPERATORS.iter().find(|operator| rest[closed..].starts_with(operator))?;
    // `token or "x"` is a condition as often; behind a call it is a default.
    if *operator == b"or " && rest.first() != Some(&b')') {
        return None;
    }
    let end = closed + operator.len();
    let value = end + rest[end..].iter().take_while(|b| **b == b' ').count();
    matches!(rest.get(value), Some(b'"' | b'\'' | b'`')).then_some(end)
}

/// `add_argument('--password', default='x')`, and Terraform's `variable "db_password" { default = "x" }`: `at` is behind
/// the quote of the name.
pub(super) fn default_of(text: &[u8], at: usize, kind: Kind) -> Option<usize> {
    let block = kind == Kind::Hcl && text.get(skip_blanks(text, at)) == Some(&b'{');
    if !block && text.get(at) != Some(&b',') {
        return None;
    }
    let frame = &text[at..(at + if block { 400 } else { 160 }).min(text.len())];
    let end = if block { memchr::memchr(b'}', frame) } else { memchr::memchr2(b'\n', b')', frame) };
    let frame = &frame[..end.unwrap_or(frame.len())];
    let word = memchr::memmem::find(frame, b"default")?;
    let blank = frame[word - 1];
    let behind = skip_blanks(text, at + word + b"default".len());
    if !blank.is_ascii_whitespace() && blank != b','
        || !matches!(text.get(behind), Some(b'=' | b':'))
    {
        return None;
    }
    let value = skip_blanks(text, behind + 1);
    matches!(text.get(value), Some(b'"' | b'\'')).then_some(value)
}

/// `storePassword "x"` on a line of its own: a property of a build script.
pub(super) fn statement(text: &[u8], name: &Range<usize>, at: usize) -> Option<usize> {
    let line = memchr::memrchr(b'\n', &text[..name.start]).map_or(0, |newline| newline + 1);
    let quote = *text.get(at).filter(|b| matches!(b, b'"' | b'\''))?;
    let frame = &text[at + 1..(at + 260).min(text.len())];
    let close = memchr::memchr3(quote, b'\n', b'\r', frame).filter(|end| frame[*end] == quote)?;
    let rest = &frame[close + 1..];
    let rest = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
    (text[line..name.start].trim_ascii().is_empty() && rest.trim_ascii().is_empty()).then_some(at)
}

/// `String::from("x")`, `[]byte("x")`, `Some("x")`: past what only wraps a literal.
pub(super) fn unwrapped(text: &[u8], at: usize) -> usize {
    const WRAPPERS: &[&[u8]] = &[
        b"String::from(",
        b"SecretString::from(",
        b"SecretString::new(",
        b"Secret::new(",
        b"new String(",
        b"[]byte(",
        b"Some(",
        b"Buffer.from(",
        b"Optional.of(",
        b"SecretStr(",
        b"str(",
        b"bytes(",
        b"(",
    ];
    let found = WRAPPERS.iter().find(|wrapper| text[at.min(text.len())..].starts_with(wrapper));
    let inside = at + found.map_or(0, |wrapper| wrapper.len());
    if found.is_some() && matches!(text.get(inside), Some(b'"' | b'\'' | b'b')) {
        inside
    } else {
        at
    }
}

/// The password of a URL with a login, `://user:password@host`; `scheme` is the range of its `://`.
pub(super) fn url_password(text: &[u8], scheme: &Range<usize>) -> Option<Range<usize>> {
    let ends =
        |b: u8| b.is_ascii_whitespace() || b"/@\"'`<>{}()[]$?#|*\\,;".contains(&b) || b < 0x20;
    let user = &text[scheme.end..(scheme.end + 120).min(text.len())];
    let colon = user.iter().position(|b| *b == b':' || ends(*b)).filter(|at| user[*at] == b':')?;
    let start = scheme.end + colon + 1;
    let rest = &text[start..(start + 200).min(text.len())];
    let forbidden = |b: u8| b.is_ascii_whitespace() || b"/@\"'`<>{}$\\:".contains(&b) || b < 0x20;
    let end = rest.iter().position(|b| forbidden(*b)).filter(|at| rest[*at] == b'@')?;
    let is_port = rest[..end].iter().all(u8::is_ascii_digit) && end <= 5;
    let host = rest.get(end + 1).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'[');
    let named = scheme.start >= 2
        && text[scheme.start - 2..scheme.start].iter().all(u8::is_ascii_alphanumeric);
    (end >= 3 && host && named && !is_port).then_some(start..start + end)
}
