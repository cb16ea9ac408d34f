//! Lines of the simple files that a system is configured by.

/// Lines with their numbers from 1, trimmed, without empty ones and without those that begin with `#`.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

/// The same, with everything after a `#` that follows a blank left out.
pub(super) fn code(line: &str) -> &str {
    let end = line
        .char_indices()
        .find(|(at, c)| *c == '#' && line[..*at].ends_with(char::is_whitespace))
        .map_or(line.len(), |(at, _)| at);
    line[..end].trim_end()
}

/// Lines of `a:b:c`, split.
pub(super) fn records(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    lines(text).map(|(number, line)| (number, line.split(':').collect()))
}

/// `key = value`, with blanks around both left out.
pub(super) fn pair(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once('=')?;
    Some((key.trim(), value.trim()))
}

/// A value without the quotes around it.
pub(super) fn unquoted(value: &str) -> &str {
    let inner = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}
