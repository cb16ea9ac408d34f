//! What the rule language knows: the one list that the reader of rules judges keys by, and that the documentation is made from.

/// Where a word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Keys of a rule.
    Rule,
    /// What is looked for.
    Operator,
    /// Conditions on what was found.
    Condition,
    /// Keys of a source, a sink, a sanitizer or a propagator.
    Taint,
    /// Keys of `match`.
    Match,
    /// Switches under `options`.
    Option,
    /// What a pattern may hold besides code.
    Pattern,
}

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// It does what it says.
    Full,
    /// It is read and changes nothing here.
    PassedOver,
    /// A rule with it is refused.
    Refused,
}

/// One word of the language.
#[derive(Debug, Clone, Copy)]
pub struct Entry {
    /// Where it stands.
    pub group: Group,
    /// As written in a rule.
    pub name: &'static str,
    /// What becomes of it.
    pub support: Support,
    /// What it does; a phrase.
    pub what: &'static str,
}

const fn full(group: Group, name: &'static str, what: &'static str) -> Entry {
    Entry { group, name, support: Support::Full, what }
}

const fn passed_over(group: Group, name: &'static str, what: &'static str) -> Entry {
    Entry { group, name, support: Support::PassedOver, what }
}

const fn refused(group: Group, name: &'static str, what: &'static str) -> Entry {
    Entry { group, name, support: Support::Refused, what }
}

use Group::{Condition, Match, Operator, Option, Pattern, Rule, Taint};

/// Everything, group by group.
pub const TABLE: &[Entry] = &[
    full(Rule, "id", "name of the rule"),
    full(Rule, "languages", "languages it is for; those that are not read are told"),
    full(Rule, "message", "what it means, with metavariables filled in"),
    full(Rule, "severity", "both vocabularies"),
    full(Rule, "metadata", "title, confidence, CWE, references and other facts"),
    full(Rule, "paths", "files it looks at, and files it leaves out"),
    full(Rule, "options", "switches"),
    full(Rule, "mode", "`search` or `taint`"),
    full(Rule, "pattern-sources", "of a taint rule"),
    full(Rule, "pattern-sinks", "of a taint rule"),
    full(Rule, "pattern-sanitizers", "of a taint rule"),
    full(Rule, "pattern-propagators", "of a taint rule"),
    full(Rule, "match", "the newer way to say what to look for"),
    full(Rule, "fix", "replacement for what was found"),
    full(Rule, "fix-regex", "replacement within what was found"),
    passed_over(Rule, "min-version", "no version of Semgrep is asked for"),
    passed_over(Rule, "max-version", "no version of Semgrep is asked for"),
    passed_over(Rule, "dependencies", "advisories are another scanner's work"),
    passed_over(
        Rule,
        "r2c-internal-project-depends-on",
        "the rule runs whatever the project depends on",
    ),
    full(Operator, "pattern", "code with gaps"),
    full(Operator, "patterns", "all of a list"),
    full(Operator, "pattern-either", "one of a list"),
    full(Operator, "pattern-not", "not this code"),
    full(Operator, "pattern-inside", "within this code"),
    full(Operator, "pattern-not-inside", "not within this code"),
    full(Operator, "pattern-regex", "text of the file"),
    full(Operator, "pattern-not-regex", "not this text"),
    refused(Operator, "pattern-where-python", "a rule does not run programs"),
    full(Condition, "metavariable-regex", "what is bound begins with a match"),
    full(
        Condition,
        "metavariable-pattern",
        "something is found in what is bound, in another language perhaps",
    ),
    full(Condition, "metavariable-comparison", "an expression of Python's is true"),
    full(Condition, "metavariable-analysis", "`entropy` and `redos`"),
    full(Condition, "metavariable-type", "the type, as far as the file tells"),
    full(Condition, "focus-metavariable", "report the place of what is bound"),
    refused(Condition, "metavariable-name", "names across files are not known"),
    full(Taint, "by-side-effect", "what is passed is tainted, or clean, from then on"),
    full(Taint, "exact", "only the match itself, or all within it"),
    full(Taint, "label", "a name for a kind of taint"),
    full(Taint, "requires", "labels that must be there"),
    full(Taint, "from", "of a propagator"),
    full(Taint, "to", "of a propagator"),
    full(Taint, "not_conflicting", "a sanitizer that is no source and no sink"),
    full(Taint, "focus", "of the newer way: the place of what is bound"),
    refused(Taint, "at-exit", "sinks at the end of a function"),
    refused(Taint, "control", "whether code is reached, not which values"),
    full(Match, "pattern", "code with gaps"),
    full(Match, "regex", "text of the file"),
    full(Match, "all", "all of a list"),
    full(Match, "any", "one of a list"),
    full(Match, "not", "not this"),
    full(Match, "inside", "within this"),
    full(Match, "where", "conditions"),
    full(Option, "constant_propagation", "names match as their constant values"),
    full(Option, "symbolic_propagation", "names match as the expressions they were given"),
    full(Option, "vardef_assign", "a declaration matches an assignment"),
    full(Option, "commutative_boolop", "operands in any order"),
    full(Option, "ac_matching", "operands in any order"),
    full(Option, "implicit_ellipsis", "an ellipsis enters blocks"),
    full(Option, "implicit_deep_exprstmt", "an ellipsis enters blocks"),
    full(Option, "arrow_is_function", "an arrow function matches a function"),
    full(Option, "generic_ellipsis_max_span", "lines an ellipsis of a generic pattern spans"),
    full(Option, "generic_engine", "`aliengrep` or the usual one"),
    full(Option, "taint_assume_safe_booleans", "truth values carry no taint"),
    full(Option, "taint_assume_safe_indexes", "what selects an element carries no taint"),
    full(Option, "taint_assume_safe_numbers", "numbers carry no taint"),
    passed_over(Option, "interfile", "files are looked at one by one"),
    passed_over(Option, "taint_unify_mvars", "metavariables of sources and sinks are of their own"),
    passed_over(Option, "taint_assume_safe_functions", "functions that are not known carry taint"),
    passed_over(Option, "taint_assume_safe_comparisons", "comparisons carry what they compare"),
    passed_over(
        Option,
        "taint_only_propagate_through_assignments",
        "taint goes through expressions",
    ),
    passed_over(Option, "generic_comment_style", "comments are text"),
    passed_over(Option, "generic_caseless", "capitals tell words apart"),
    passed_over(Option, "generic_multiline", "a pattern may span lines"),
    passed_over(Option, "decorators_order_matters", "decorators in any order"),
    passed_over(Option, "attr_expr", "annotations match as expressions"),
    passed_over(Option, "flddef_assign", "fields are what they are"),
    passed_over(Option, "let_is_var", "`let` and `var` are one"),
    passed_over(Option, "go_deeper_expr", "`<... ...>` says so"),
    passed_over(Option, "go_deeper_stmt", "an ellipsis enters blocks"),
    passed_over(Option, "cpp_parsing_pref", "C++ is read as C++"),
    passed_over(Option, "unify_ids_strictly", "a name that is bound twice is the same thing twice"),
    passed_over(Option, "xml_attrs_implicit_ellipsis", "attributes in any order, and more of them"),
    passed_over(Option, "xml_children_ordered", "children in order"),
    passed_over(Option, "xml_singleton_loose_matching", "`<a/>` is `<a></a>`"),
    full(
        Pattern,
        "$X",
        "a metavariable: one expression, name, type or statement, the same everywhere",
    ),
    full(Pattern, "$_", "one, whatever it is"),
    full(Pattern, "$...X", "any number of arguments, elements or statements"),
    full(
        Pattern,
        "...",
        "anything between: statements, arguments, parameters, elements, entries, links of a chain",
    ),
    full(Pattern, "<... x ...>", "somewhere within"),
    full(
        Pattern,
        "(T $X)",
        "a metavariable of a type; `($X: T)` in Python, TypeScript, Go, Kotlin, Scala, Rust",
    ),
    full(Pattern, "\"...\"", "any string"),
    full(Pattern, "\"$X\"", "a string, bound to its text"),
    full(Pattern, "\"a$X\"", "a string in part"),
    full(Pattern, "\"=~/re/\"", "a string that a regular expression matches"),
    full(Pattern, "f\"...{$X}...\"", "a string with holes, in the language's own spelling"),
];

/// The entry of a word.
pub fn entry(group: Group, name: &str) -> std::option::Option<&'static Entry> {
    TABLE.iter().find(|entry| entry.group == group && entry.name == name)
}

/// Why a word is refused: what is known of it, or that nothing is.
pub fn refusal(group: Group, name: &str) -> String {
    match entry(group, name) {
        Some(entry) => format!("{name} is not supported: {}", entry.what),
        None => format!("{name} is not known"),
    }
}
