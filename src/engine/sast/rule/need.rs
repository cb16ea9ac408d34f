//! Words that a file must hold for a rule to match anything in it: a file without them need not be read. It reads the text of patterns,
//! not their trees, so that it costs nothing at start.

use super::literals;
use super::spec::{Condition, Mode, Spec, TaintSpec};

/// What a file must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// Nothing: the rule may match in any file.
    Nothing,
    /// A word by itself.
    Word(String),
    /// A text, perhaps within a word.
    Part(String),
    /// All of these.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
}

impl Need {
    /// Whether a file meets it: `holds` tells whether it holds a text, by itself where that is asked.
    pub fn is_met(&self, holds: &dyn Fn(&str, bool) -> bool) -> bool {
        match self {
            Self::Nothing => true,
            Self::Word(word) => holds(word, true),
            Self::Part(part) => holds(part, false),
            Self::All(parts) => parts.iter().all(|part| part.is_met(holds)),
            Self::Any(parts) => parts.iter().any(|part| part.is_met(holds)),
        }
    }

    /// All words and texts in it.
    pub fn words<'n>(&'n self, found: &mut Vec<&'n str>) {
        match self {
            Self::Nothing => {}
            Self::Word(word) | Self::Part(word) => found.push(word),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.words(found)),
        }
    }
}

/// Whether a word stands in a text by itself, and not within a longer one.
pub fn is_whole(text: &str, word: &std::ops::Range<usize>) -> bool {
    let bytes = text.as_bytes();
    let of_word = |at: Option<usize>| {
        let byte = at.and_then(|at| bytes.get(at));
        byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    };
    let before = of_word(word.start.checked_sub(1)) && of_word(Some(word.start));
    let behind = of_word(Some(word.end)) && of_word(word.end.checked_sub(1));
    !before && !behind
}

/// The need of a rule.
pub fn need(mode: &Mode) -> Need {
    match mode {
        Mode::Search(spec) => of(spec),
        Mode::Taint(taint) => {
            let any = |list: &[TaintSpec]| either(list.iter().map(|one| of(&one.spec)));
            all([any(&taint.sources), any(&taint.sinks)].into_iter())
        }
    }
}

fn of(spec: &Spec) -> Need {
    match spec {
        Spec::Pattern(text, _) => all(words(text).into_iter().map(Need::Word)),
        Spec::Regex(text, _) => literals::need(text),
        Spec::Not(_) | Spec::NotInside(_) => Need::Nothing,
        Spec::Inside(inner) => of(inner),
        Spec::Any(parts) => either(parts.iter().map(of)),
        Spec::All(parts, conditions, _) => {
            all(parts.iter().map(of).chain(conditions.iter().map(of_condition)))
        }
    }
}

/// What a metavariable stands for is a piece of the file as it is written, or, for a pattern of the same language, code of the file.
fn of_condition(condition: &Condition) -> Need {
    match condition {
        Condition::Regex(_, text, _) => literals::need(text),
        Condition::Pattern(_, None, spec) => of(spec),
        _ => Need::Nothing,
    }
}

pub(super) fn all(parts: impl Iterator<Item = Need>) -> Need {
    let mut kept: Vec<Need> = Vec::new();
    for part in parts {
        if part != Need::Nothing && !kept.contains(&part) {
            kept.push(part);
        }
    }
    match kept.len() {
        0 => Need::Nothing,
        1 => kept.remove(0),
        _ => Need::All(kept),
    }
}

pub(super) fn either(parts: impl Iterator<Item = Need>) -> Need {
    let mut kept: Vec<Need> = Vec::new();
    for part in parts {
        if part == Need::Nothing {
            return part;
        }
        if !kept.contains(&part) {
            kept.push(part);
        }
    }
    match kept.len() {
        1 => kept.remove(0),
        _ => Need::Any(kept),
    }
}

/// Whether a rule looks at text alone, so that the file need not be read as code.
pub fn is_text_alone(mode: &Mode) -> bool {
    fn alone(spec: &Spec) -> bool {
        match spec {
            Spec::Pattern(..) => false,
            Spec::Regex(..) => true,
            Spec::Inside(inner) | Spec::Not(inner) | Spec::NotInside(inner) => alone(inner),
            Spec::Any(parts) => parts.iter().all(alone),
            Spec::All(parts, conditions, _) => conditions.is_empty() && parts.iter().all(alone),
        }
    }
    matches!(mode, Mode::Search(spec) if alone(spec))
}

/// Words that languages write in more than one way, or leave out.
const LOOSE: &[&str] = &[
    "abstract",
    "and",
    "array",
    "Array",
    "assert_",
    "async",
    "await",
    "bool",
    "boolean",
    "Boolean",
    "break",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "continue",
    "def",
    "default",
    "defer",
    "del",
    "double",
    "elif",
    "else",
    "elsif",
    "end",
    "ensure",
    "enum",
    "except",
    "export",
    "exports",
    "extends",
    "false",
    "False",
    "final",
    "finally",
    "float",
    "fn",
    "for",
    "foreach",
    "from",
    "func",
    "fun",
    "function",
    "goto",
    "if",
    "implements",
    "import",
    "in",
    "include",
    "int",
    "Int",
    "Integer",
    "interface",
    "is",
    "lambda",
    "let",
    "list",
    "long",
    "match",
    "mut",
    "namespace",
    "new",
    "nil",
    "None",
    "not",
    "null",
    "number",
    "object",
    "or",
    "override",
    "package",
    "pass",
    "private",
    "protected",
    "pub",
    "public",
    "raise",
    "readonly",
    "require",
    "rescue",
    "return",
    "self",
    "shell_exec",
    "short",
    "static",
    "str",
    "String",
    "string",
    "struct",
    "super",
    "switch",
    "this",
    "throw",
    "throws",
    "trait",
    "true",
    "True",
    "try",
    "type",
    "undefined",
    "unless",
    "use",
    "using",
    "val",
    "var",
    "void",
    "when",
    "where",
    "while",
    "with",
    "yield",
    "php",
    "echo",
    "print",
    "module",
    "any",
    "dict",
    "set",
    "tuple",
    "Exception",
];

/// Whether a metavariable may stand in a text.
fn holds_meta(text: &str) -> bool {
    let mut parts = text.split('$');
    parts.next();
    parts.any(|part| {
        part.is_empty() || part.starts_with(|c: char| c.is_ascii_uppercase() || "_.".contains(c))
    })
}

/// Words and whole strings of a pattern.
pub fn words(pattern: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut keep = |word: &str| {
        if word.len() >= 3 && !LOOSE.contains(&word) && !found.iter().any(|known| known == word) {
            found.push(word.to_owned());
        }
    };
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        match c {
            '#' if pattern.starts_with('#') || rest[1..].starts_with(' ') => {
                taken = rest.find('\n').unwrap_or(rest.len());
            }
            '/' if rest.starts_with("// ") => taken = rest.find('\n').unwrap_or(rest.len()),
            '"' | '\'' | '`' => {
                let Some(end) = rest[1..].find(c) else { break };
                let inside = &rest[1..=end];
                taken = end + 2;
                // A part between metavariables or ellipses, holes or escapes may be written otherwise.
                let plain = !inside.contains(['\\', '{', '#', '%', '\n'])
                    && !holds_meta(inside)
                    && !inside.contains("...")
                    && !inside.starts_with("=~");
                if plain {
                    keep(inside.trim());
                } else if inside.contains("${") || inside.contains('{') {
                    // What stands in a hole is code, and was passed over.
                }
            }
            '$' => {
                let name = rest[1..].trim_start_matches('.');
                let skipped = rest.len() - name.len();
                let len =
                    name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
                let is_meta = crate::engine::sast::pattern::hold::meta_len(name) == len && len > 0;
                taken = if is_meta { skipped + len } else { 1 };
            }
            _ if c.is_alphabetic() || c == '_' => {
                taken =
                    rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
                keep(&rest[..taken]);
            }
            _ if c.is_ascii_digit() => {
                taken =
                    rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            }
            _ => {}
        }
        rest = &rest[taken..];
    }
    found
}
