//! Words that a file must hold for a rule to match anything in it: a file without them need not be read. It reads the text of patterns,
//! not their trees, so that it costs nothing at start.

use super::spec::{Mode, Spec, TaintSpec};

/// What a file must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Need {
    /// Nothing: the rule may match in any file.
    Nothing,
    /// A word.
    Word(String),
    /// All of these.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
}

impl Need {
    /// Whether a file that holds certain words meets it.
    pub fn is_met(&self, holds: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Self::Nothing => true,
            Self::Word(word) => holds(word),
            Self::All(parts) => parts.iter().all(|part| part.is_met(holds)),
            Self::Any(parts) => parts.iter().any(|part| part.is_met(holds)),
        }
    }

    /// All words in it.
    pub fn words<'n>(&'n self, found: &mut Vec<&'n str>) {
        match self {
            Self::Nothing => {}
            Self::Word(word) => found.push(word),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.words(found)),
        }
    }
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
        Spec::Regex(..) | Spec::Not(_) | Spec::NotInside(_) => Need::Nothing,
        Spec::Inside(inner) => of(inner),
        Spec::Any(parts) => either(parts.iter().map(of)),
        Spec::All(parts, ..) => all(parts.iter().map(of)),
    }
}

fn all(parts: impl Iterator<Item = Need>) -> Need {
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

fn either(parts: impl Iterator<Item = Need>) -> Need {
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
