//! What a grammar cannot read in a pattern - metavariables, ellipses, deep and typed operands - replaced by identifiers it can, and told
//! apart again afterwards. It knows brackets and quotes, no grammar.

use super::places;

/// Identifier that stands for `...`.
pub const ELLIPSIS: &str = "__ell__";
/// Identifier that stands for all that a string holds, text and holes.
pub const WHOLE: &str = "__whole__";
/// Function that stands for `<... x ...>`.
pub const DEEP: &str = "__deep__";
/// Type of a parameter for which the pattern names none, where a grammar asks for one.
pub const ANY: &str = "__any__";
/// What stands for the value of a variable that `$X` names, `${$X}`.
const EXPANSION: &str = "__mve_";
const META: &str = "__mv_";
const REST: &str = "__mvr_";
pub(super) const TYPED: &str = "__tmv_";

/// How a language takes placeholders.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// An ellipsis in the place of a statement.
    pub statement: &'static str,
    /// An ellipsis in the place of a parameter of a definition.
    pub parameter: &'static str,
    /// An ellipsis between the braces of a dictionary.
    pub entry: &'static str,
    /// What is put in front of the pattern.
    pub before: &'static str,
    /// What is put behind it.
    pub behind: &'static str,
    /// How `$X` is written; `@` stands for the name.
    pub meta: &'static str,
    /// Typed metavariables are `(Type $X)`; otherwise `($X : Type)`.
    pub type_first: bool,
    /// How `...` between the parentheses of a loop is written, in scripts, which also have templates and elements.
    pub each: &'static str,
    /// `f($X : Type)` calls with a typed metavariable.
    pub typed_arguments: bool,
    /// A statement ends with the line.
    pub by_line: bool,
    /// `${$X}` is the value of a variable.
    pub expansions: bool,
    /// `'` begins a string.
    pub single_quotes: bool,
    /// An ellipsis among the named arguments of an annotation.
    pub annotated: &'static str,
    /// Braces behind `new T()` hold members, not values.
    pub members: bool,
}

/// Placeholders as most grammars take them.
pub const PLAIN: Style = Style {
    statement: "__ell__",
    parameter: "__ell__",
    entry: "__ell__",
    before: "",
    behind: "",
    meta: "__mv_@",
    type_first: false,
    typed_arguments: false,
    each: "",
    by_line: true,
    single_quotes: true,
    expansions: false,
    annotated: "__ell__",
    members: false,
};

/// A typed metavariable of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// `$X`.
    pub name: String,
    /// The type as written, without blanks.
    pub of: String,
}

/// A pattern that a grammar can read.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// The text.
    pub text: String,
    /// Its typed metavariables, by number.
    pub typed: Vec<Typed>,
}

/// What an identifier in a held pattern stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sign {
    /// `$X`.
    Meta(String),
    /// `$...X`.
    Rest(String),
    /// `...`.
    Ellipsis,
    /// `${$X}`.
    Expansion(String),
    /// `($X : T)`, by number.
    Typed(usize),
}

/// What an identifier stands for, if for anything.
pub fn sign(name: &str) -> Option<Sign> {
    let name = name.strip_prefix('$').unwrap_or(name);
    if name == ELLIPSIS || name == "..." {
        return Some(Sign::Ellipsis);
    }
    if let Some(meta) = name.strip_prefix(EXPANSION) {
        return Some(Sign::Expansion(format!("${meta}")));
    }
    if let Some(number) = name.strip_prefix(TYPED) {
        return number.parse().ok().map(Sign::Typed);
    }
    if let Some(rest) = name.strip_prefix(REST) {
        return Some(Sign::Rest(format!("$...{rest}")));
    }
    let meta = name.strip_prefix(META).or_else(|| name.strip_prefix("Mv__"))?;
    Some(Sign::Meta(format!("${meta}")))
}

/// The identifier that stands for a text that is a metavariable or an ellipsis as a whole.
pub fn name_of(text: &str) -> Option<String> {
    if text == "..." || text == ELLIPSIS {
        return Some(ELLIPSIS.to_owned());
    }
    let name = text.strip_prefix('$')?;
    let (sign, name) = name.strip_prefix("...").map_or((META, name), |rest| (REST, rest));
    let len = meta_len(name);
    (len > 0 && len == name.len()).then(|| format!("{sign}{name}"))
}

/// The text of a literal as the pattern had it.
pub fn restored(text: &str) -> String {
    text.replace("$__mv_", "$")
        .replace(META, "$")
        .replace("Mv__", "$")
        .replace(REST, "$...")
        .replace(ELLIPSIS, "...")
}

/// The length of a metavariable's name at the start of a text behind its `$`, 0 when there is none: `X`, `_`, `ARGS_1`.
pub fn meta_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    if !bytes.first().is_some_and(|first| first.is_ascii_uppercase() || *first == b'_') {
        return 0;
    }
    let len = bytes
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || **byte == b'_')
        .count();
    // `$Xy` is no metavariable.
    if bytes.get(len).is_some_and(u8::is_ascii_lowercase) || SUPERGLOBALS.contains(&&text[..len]) {
        0
    } else {
        len
    }
}

/// Variables that PHP itself fills; no rule means a metavariable by them.
const SUPERGLOBALS: &[&str] =
    &["_SERVER", "_GET", "_POST", "_FILES", "_COOKIE", "_SESSION", "_REQUEST", "_ENV"];

/// Replaces what a grammar cannot read.
pub fn hold(pattern: &str, style: &Style, ends: bool) -> Held {
    let mut held = Held::default();
    let pattern = super::typed::typed(pattern, style, &mut held.typed);
    let mut out = String::with_capacity(pattern.len() * 2);
    out.push_str(style.before);
    let pattern = pattern.trim_end();
    let mut brackets: Vec<(char, usize)> = Vec::new();
    let mut quote: Option<String> = None;
    let mut templates: Vec<usize> = Vec::new();
    let is_element = pattern.trim_start().starts_with('<');
    let mut at = 0;
    while let Some(c) = pattern[at..].chars().next() {
        let rest = &pattern[at..];
        if let Some(inside) = rest.strip_prefix("${$").filter(|_| style.expansions) {
            let len = meta_len(inside);
            if len > 0 && inside[len..].starts_with('}') {
                out.push_str(&format!("${{{EXPANSION}{}}}", &inside[..len]));
                at += 4 + len;
                continue;
            }
        }
        if let Some(dollar) = rest.strip_prefix('$') {
            let rest_len = dollar.strip_prefix("...").map_or(0, meta_len);
            let len = meta_len(dollar);
            if rest_len > 0 {
                out.push_str(
                    &style.meta.replace("__mv_@", &format!("{REST}{}", &dollar[3..3 + rest_len])),
                );
                at += 4 + rest_len;
                continue;
            }
            if len > 0 {
                let untyped = style.parameter.contains(' ') && style.type_first && quote.is_none();
                if untyped && is_lone_parameter(&out, &dollar[len..], &brackets) {
                    out.push_str(ANY);
                    out.push(' ');
                }
                out.push_str(&style.meta.replace('@', &dollar[..len]));
                at += 1 + len;
                continue;
            }
        }
        if let Some(open) = &quote {
            if c == '\\' {
                let escaped = rest.chars().nth(1).map_or(0, char::len_utf8);
                out.push_str(&rest[..=escaped]);
                at += 1 + escaped;
                continue;
            }
            if rest.starts_with(open.as_str()) {
                out.push_str(open);
                at += open.len();
                quote = None;
                continue;
            }
            // `${...}` and `#{...}` hold an expression.
            if rest.starts_with("{...}") && out.ends_with(['$', '#']) {
                out.push_str("{__ell__}");
                at += 5;
                continue;
            }
            if open == "`" && rest.starts_with("${") {
                out.push_str("${");
                at += 2;
                templates.push(brackets.len());
                brackets.push(('{', out.len()));
                quote = None;
                continue;
            }
            out.push(c);
            at += c.len_utf8();
            continue;
        }
        // `{...$X}` spreads.
        if rest.starts_with("...$")
            && out.trim_end().ends_with(['{', '(', '[', ','])
            && meta_len(&rest[4..]) > 0
        {
            out.push_str("...");
            at += 3;
            continue;
        }
        if !style.each.is_empty()
            && rest.starts_with("...)")
            && out.trim_end_matches(['(', ' ']).ends_with("for")
            && out.ends_with('(')
        {
            out.push_str(style.each);
            at += 3;
            continue;
        }
        // Any template, with holes or without.
        if !style.each.is_empty() && rest.starts_with("`...`") {
            out.push_str("`${");
            out.push_str(WHOLE);
            out.push_str("}`");
            at += 5;
            continue;
        }
        if is_element && rest.starts_with("...") && out.ends_with('=') && !style.each.is_empty() {
            out.push_str("{__ell__}");
            at += 3;
            continue;
        }
        if rest.starts_with("<...") {
            out.push_str("__deep__(");
            brackets.push(('<', out.len()));
            at += 4;
            continue;
        }
        if rest.starts_with("...>") && matches!(brackets.last(), Some(('<', _))) {
            out.push(')');
            brackets.pop();
            at += 4;
            continue;
        }
        if rest.starts_with("...") {
            out.push_str(&ellipsis(&out, &pattern[at + 3..], &brackets, style));
            at += 3;
            continue;
        }
        // A string that is nothing but a metavariable is a string, where `$X` in one is a variable otherwise.
        if style.meta.starts_with('$')
            && c == '"'
            && let Some(name) = places::only_meta(rest)
        {
            out.push_str(&format!("\"{META}{name}\""));
            at += name.len() + 3;
            continue;
        }
        match c {
            '"' | '`' => quote = Some(opening(rest, c)),
            '\'' if style.single_quotes => quote = Some(opening(rest, c)),
            '(' | '[' | '{' => brackets.push((c, out.len())),
            ')' | ']' | '}' => {
                brackets.pop();
                if c == '}' && templates.last() == Some(&brackets.len()) {
                    templates.pop();
                    quote = Some("`".to_owned());
                    out.push(c);
                    at += 1;
                    continue;
                }
            }
            _ => {}
        }
        if let Some(open) = &quote {
            out.push_str(open);
            at += open.len();
            continue;
        }
        out.push(c);
        at += c.len_utf8();
    }
    // An ellipsis may have brought its own.
    if ends && !out.ends_with(';') {
        out.push(';');
    }
    out.push_str(style.behind);
    held.text = out;
    held
}

/// The quotes a string begins with: three of them or one.
fn opening(rest: &str, quote: char) -> String {
    let three: String = std::iter::repeat_n(quote, 3).collect();
    if rest.starts_with(&three) { three } else { quote.to_string() }
}

/// The placeholder of an ellipsis between what was written already and what follows.
fn ellipsis(out: &str, follows: &str, brackets: &[(char, usize)], style: &Style) -> String {
    let line = out.rsplit('\n').next().unwrap_or("");
    let is_first = line.trim().is_empty();
    let before = out[style.before.len().min(out.len())..].trim_end().chars().next_back();
    let same_line = follows.split('\n').next().unwrap_or("").trim_start();
    let next = follows.trim_start().chars().next();
    match brackets.last() {
        Some(('(', opened))
            if style.statement.ends_with(';') && next == Some(')') && is_loop(&out[..*opened]) =>
        {
            // What it stands for has three parts.
            return match out[*opened..].matches(';').count() {
                0 if before == Some('(') => format!("{}{ELLIPSIS};{ELLIPSIS}", style.statement),
                1 => format!("{ELLIPSIS};{ELLIPSIS}"),
                _ => ELLIPSIS.to_owned(),
            };
        }
        Some(('(', opened))
            if style.parameter != style.statement && is_definition(out, *opened, follows) =>
        {
            return style.parameter.to_owned();
        }
        Some(('(', opened))
            if style.annotated != ELLIPSIS && is_named_annotation(out, *opened, follows) =>
        {
            return style.annotated.to_owned();
        }
        Some(('(' | '[' | '<', _)) => return ELLIPSIS.to_owned(),
        // The value of an entry.
        Some(('{', _)) if before == Some(':') && !is_first && matches!(next, Some('}' | ',')) => {
            return ELLIPSIS.to_owned();
        }
        Some(('{', opened)) => {
            if style.statement == style.entry
                && style.entry != ELLIPSIS
                && !matches!(before, Some('=' | ':' | '?'))
            {
                return style.entry.to_owned();
            }
            let entry = matches!(before, Some(',')) || matches!(next, Some(','));
            let literal = out[..*opened].trim_end();
            let alone = before == Some('{') && next == Some('}');
            if before == Some(':') && matches!(next, Some(',' | '}')) {
                return ELLIPSIS.to_owned();
            }
            let before_value = literal.ends_with([']', '=', ':', '(', ',', '>']);
            let before_block = literal.ends_with("=>")
                || literal.ends_with("->")
                || style.members && literal.ends_with('>');
            let of_value = before_value && !before_block
                || (!style.members || !literal.ends_with(')')) && made_by_new(literal);
            if entry || (alone && (of_value || style.by_line && style.entry == ELLIPSIS)) {
                return style.entry.to_owned();
            }
        }
        _ => {}
    }
    let begins = matches!(before, None | Some('{' | '}' | ';' | ':' | ')')) || is_first;
    let ends = !matches!(
        next,
        Some(
            ',' | ')'
                | ']'
                | '.'
                | '='
                | '+'
                | '-'
                | '*'
                | '/'
                | '%'
                | '&'
                | '|'
                | '<'
                | '>'
                | '?'
                | ':'
        )
    ) || same_line.is_empty()
        || same_line.starts_with("<...");
    // A chain that ends in a gap is a statement only as a call.
    if before == Some('.') && !style.by_line && matches!(next, None | Some(';')) {
        return format!("{ELLIPSIS}()");
    }
    let continued = matches!(next, Some('.')) && matches!(before, Some('.'));
    // What a condition or a loop holds, without braces, is a statement and no declaration.
    if style.statement.ends_with(';')
        && !style.statement.starts_with(ELLIPSIS)
        && places::is_lone_body(out)
        && (ends || follows.trim_start().starts_with("..."))
    {
        return format!("{ELLIPSIS};");
    }
    if begins && ends && !continued {
        let word = style.statement;
        // On one line with what follows, a statement needs an end.
        if style.by_line
            && !same_line.is_empty()
            && !same_line.starts_with(['}', ';', ','])
            && brackets.last().is_none_or(|(open, _)| *open == '{')
            && style.entry == ELLIPSIS
        {
            return format!("{word};");
        }
        return word.to_owned();
    }
    ELLIPSIS.to_owned()
}

/// Whether what a bracket opens behind are the parts of a loop.
fn is_loop(before: &str) -> bool {
    before.trim_end().strip_suffix("for").is_some_and(|before| {
        !before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$')
    })
}

/// Whether a metavariable is all of a parameter of a definition.
fn is_lone_parameter(out: &str, follows: &str, brackets: &[(char, usize)]) -> bool {
    let Some(('(', opened)) = brackets.last() else { return false };
    out.trim_end().ends_with(['(', ','])
        && follows.trim_start().starts_with([',', ')'])
        && is_definition(out, *opened, follows)
}

/// Whether a bracket opens the arguments of an annotation, some of which have names.
fn is_named_annotation(out: &str, opened: usize, follows: &str) -> bool {
    let name = out[..opened].trim_end();
    let head = name.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '.');
    let rest = follows.split(')').next().unwrap_or("");
    head.ends_with('@')
        && head.len() < name.len()
        && (out[opened..].contains('=') || rest.contains('='))
}

fn made_by_new(before: &str) -> bool {
    let words = before
        .trim_end_matches(|c: char| c.is_alphanumeric() || "_.<>,[]()".contains(c))
        .trim_end();
    // `using (var x = new T())` ends more than what is made.
    let made = &before[words.len()..];
    words.ends_with("new") && made.matches('(').count() == made.matches(')').count()
}

/// Whether a bracket opens the parameters of a definition: what closes it is followed by a body.
fn is_definition(out: &str, opened: usize, follows: &str) -> bool {
    let name = out[..opened].trim_end();
    let last = name.rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or("");
    if last.is_empty()
        || matches!(
            last,
            "if" | "for"
                | "while"
                | "switch"
                | "catch"
                | "synchronized"
                | "using"
                | "foreach"
                | "lock"
                | "return"
        )
    {
        return false;
    }
    // What stands behind the parameters of a function are arguments of its modifiers.
    let head = name.rsplit(['{', '}', ';']).next().unwrap_or("").trim_start();
    if last != "use" && head.starts_with("function ") && head.contains(')') {
        return false;
    }
    let before_name = name[..name.len() - last.len()].trim_end();
    match before_name.rsplit(char::is_whitespace).next() {
        Some("def" | "fun" | "func") => return true,
        Some("new") => return false,
        _ => {}
    }
    let mut depth = 1;
    for (at, c) in follows.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            let rest = follows[at + 1..].trim_start();
            let word_before = name[..name.len() - last.len()].trim_end();
            let typed = word_before.ends_with(|c: char| c.is_alphanumeric() || "_>]*&".contains(c))
                && !word_before.ends_with("new")
                && !word_before.ends_with("return")
                && !word_before.ends_with("throw")
                && !word_before.ends_with("await");
            return (rest.starts_with('{')
                || rest.starts_with("throws")
                || (rest.starts_with(';') && typed))
                && (typed || rest.starts_with('{') || rest.starts_with("throws"));
        }
    }
    false
}
