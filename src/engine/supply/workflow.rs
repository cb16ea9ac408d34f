//! Actions that workflows run, by the lines that name them. A file that is no valid YAML is read as far as its lines
//! go.

use super::Problem;
use super::rule::UNPINNED_ACTION;
use crate::finding::Severity;

/// Whether a path is a workflow or an action of the repository's own.
pub(super) fn is_one(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_yaml = [".yml", ".yaml"].iter().any(|end| name.ends_with(end));
    is_yaml
        && (folder.ends_with(".github/workflows") || matches!(name, "action.yml" | "action.yaml"))
}

/// How a version of an action is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pin {
    Commit,
    Tag,
    Branch,
    Nothing,
}

/// Looks at one file.
pub(super) fn check(path: &str, text: &str, problems: &mut Vec<Problem>) {
    for (line, action) in uses(text) {
        if action.starts_with("./") || action.starts_with("../") || action.contains("${{") {
            continue;
        }
        let found = match action.strip_prefix("docker://") {
            Some(image) => image_pin(image).map(|pin| (image.to_owned(), pin, true)),
            None => action_pin(action).map(|(name, pin)| (name, pin, false)),
        };
        let Some((name, pin, is_image)) = found else { continue };
        // A user and a password in front of a registry are nobody's business.
        let name = name.rsplit_once('@').map_or(name.clone(), |(_, rest)| rest.to_owned());
        let owner = name.split('/').next().unwrap_or_default().to_ascii_lowercase();
        // So does whoever publishes this program, which reads the whole repository.
        let is_own = owner == "securescan";
        let is_official = !is_image && (is_own || matches!(owner.as_str(), "actions" | "github"));
        let severity = match pin {
            Pin::Commit => continue,
            // Whoever can move these tags owns the runner as well.
            Pin::Tag if is_official => continue,
            Pin::Branch | Pin::Nothing if is_official => Severity::Info,
            Pin::Tag => Severity::Low,
            Pin::Branch | Pin::Nothing => Severity::Medium,
        };
        let kind = if is_image { "image" } else { "action" };
        let by = match pin {
            Pin::Tag => "by a tag",
            Pin::Branch if is_image => "by a tag that moves",
            Pin::Branch => "by a branch",
            Pin::Commit | Pin::Nothing => "without a version",
        };
        let title = format!("{name} is run {by}");
        let what = format!("{path} runs the {kind} {name} {by}.");
        let mut problem = Problem::new(&UNPINNED_ACTION, path, line, title, &what)
            .severity(severity)
            .about(&name)
            .meta("action", name.as_str());
        if is_image {
            "Pin the digest of the image: `docker://name@sha256:<64 hex digits>`."
                .clone_into(&mut problem.remediation);
        }
        problems.push(problem);
    }
}

/// Values of `uses:` with their lines; what stands inside block scalars (`run: |`) is text.
fn uses(text: &str) -> Vec<(u32, &str)> {
    let mut found = Vec::new();
    // Indentation of the key that opened a block scalar.
    let mut block: Option<usize> = None;
    for (index, line) in text.lines().enumerate() {
        let bare = line.trim_start();
        if bare.is_empty() {
            continue;
        }
        let indent = line.len() - bare.len();
        if let Some(open) = block {
            if indent > open {
                continue;
            }
            block = None;
        }
        if bare.starts_with('#') {
            continue;
        }
        // `- uses:` and `- {uses: …}`; the key of a list item stands behind its dash.
        let mut key = bare;
        let mut depth = indent;
        while let Some(rest) =
            key.strip_prefix('-').filter(|rest| rest.starts_with([' ', '\t', '{']))
        {
            let next = rest.trim_start();
            depth += key.len() - next.len();
            key = next;
        }
        let without_comment = key.split(" #").next().unwrap_or(key).trim_end();
        if opens_block(without_comment) {
            block = Some(if without_comment.contains(':') { depth } else { indent });
            continue;
        }
        let key = key.strip_prefix('{').unwrap_or(key).trim_start();
        let value =
            ["uses:", "\"uses\":", "'uses':"].iter().find_map(|name| key.strip_prefix(name));
        let Some(value) = value.filter(|value| value.starts_with([' ', '\t'])).map(str::trim)
        else {
            continue;
        };
        let value = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split(quote).next().unwrap_or_default(),
            _ => value.split([' ', '\t', ',', '}']).next().unwrap_or_default(),
        };
        if !value.is_empty() {
            found.push((u32::try_from(index + 1).unwrap_or(u32::MAX), value));
        }
    }
    found
}

/// Whether a line ends in the mark of a block scalar: `|`, `>`, `|-`, `>+2`.
fn opens_block(line: &str) -> bool {
    let last = line.rsplit([' ', '\t', ':']).next().unwrap_or_default();
    let mut marks = last.chars();
    matches!(marks.next(), Some('|' | '>'))
        && marks.all(|c| matches!(c, '+' | '-') || c.is_ascii_digit())
        && last.len() <= 3
}

/// Name and pin of `owner/repository/path@reference`; `None` for what is no action.
fn action_pin(action: &str) -> Option<(String, Pin)> {
    let (name, reference) = action.split_once('@').unwrap_or((action, ""));
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    let mut parts = name.split('/');
    let fits = parts.next().is_some_and(plain)
        && parts.next().is_some_and(plain)
        && parts.all(plain)
        && name.len() <= 256;
    fits.then(|| (name.to_owned(), pin(reference)))
}

fn pin(reference: &str) -> Pin {
    if matches!(reference.len(), 40 | 64) && reference.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Pin::Commit;
    }
    let number = reference.trim_start_matches(['v', 'V']);
    match reference {
        "" => Pin::Nothing,
        // Tags begin with a number or have one behind a name: `v4`, `release-1.2`, `codeql-bundle-v2.20`.
        _ if number.starts_with(|c: char| c.is_ascii_digit()) => Pin::Tag,
        _ if !reference.contains('/') && reference.contains('.') => Pin::Tag,
        _ => Pin::Branch,
    }
}

fn image_pin(image: &str) -> Option<Pin> {
    let plain = image.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./:@".contains(&b));
    if !plain || image.is_empty() || image.len() > 256 {
        return None;
    }
    if image.contains("@sha256:") {
        return Some(Pin::Commit);
    }
    let last = image.rsplit('/').next().unwrap_or(image);
    Some(match last.split_once(':') {
        None => Pin::Nothing,
        Some((_, tag)) if tag.bytes().any(|b| b.is_ascii_digit()) => Pin::Tag,
        Some(_) => Pin::Branch,
    })
}
