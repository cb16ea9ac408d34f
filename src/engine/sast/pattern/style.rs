//! How each language takes placeholders, in the order the ways are tried.

use super::hold::{PLAIN, Style};
use crate::engine::sast::tree::Kind;

/// What stands around a pattern so that a grammar can read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    /// Nothing.
    None,
    /// A block: of a class, of a function.
    Block,
    /// The braces of an object.
    Dict,
    /// A variable of which the pattern is the value.
    Value,
    /// A statement in front or behind that only a part needs: the part is of this kind.
    Only(Kind),
}

/// A way to read a pattern.
#[derive(Debug, Clone, Copy)]
pub struct Way {
    /// How placeholders are written.
    pub style: Style,
    /// What was put around the pattern and is taken off again.
    pub around: Around,
    /// Ends a pattern that has no `;` with one.
    ends: bool,
}

impl Way {
    /// Whether a pattern needs an end that it does not have.
    pub fn ends(&self, text: &str) -> bool {
        let text = text.trim_end();
        // What is a value needs an end of the statement around it, whatever its own end is.
        let needs = self.around == Around::Value;
        self.ends
            && (needs && !text.ends_with(';')
                || !text.ends_with([';', '}'])
                || text.ends_with("...>"))
    }
}

const fn way(style: Style) -> Way {
    Way { style, around: Around::None, ends: false }
}

const fn ended(style: Style) -> Way {
    Way { style, around: Around::None, ends: true }
}

const fn within(style: Style, around: Around, ends: bool) -> Way {
    Way { style, around, ends }
}

const C_LIKE: Style = Style {
    statement: "int __ell__;",
    parameter: "__ell__ __ell__",
    by_line: false,
    type_first: true,
    ..PLAIN
};

static PYTHON: &[Way] = &[
    way(Style { entry: "**__ell__", typed_arguments: true, ..PLAIN }),
    way(Style { typed_arguments: true, ..PLAIN }),
];
const SCRIPT_STYLE: Style = Style { each: "__ell__ of __ell__", ..PLAIN };
static SCRIPT: &[Way] = &[
    way(SCRIPT_STYLE),
    way(Style { before: "(", behind: ")", ..SCRIPT_STYLE }),
    Way {
        style: Style { before: "({", behind: "})", ..SCRIPT_STYLE },
        around: Around::Dict,
        ends: false,
    },
    Way {
        style: Style { before: "class __C { ", behind: " }", ..SCRIPT_STYLE },
        around: Around::Block,
        ends: false,
    },
    Way {
        style: Style { before: "", behind: "\nclass __C {}", ..SCRIPT_STYLE },
        around: Around::Only(Kind::Decorator),
        ends: false,
    },
    Way {
        style: Style { before: "try {} ", behind: "", ..SCRIPT_STYLE },
        around: Around::Only(Kind::Catch),
        ends: false,
    },
    Way {
        style: Style { before: "switch (__s) { ", behind: " }", ..SCRIPT_STYLE },
        around: Around::Only(Kind::Case),
        ends: false,
    },
];
/// An entry of an object reads as a statement with a label, too.
static ENTRY: &[Way] = &[
    Way {
        style: Style { before: "({", behind: "})", ..SCRIPT_STYLE },
        around: Around::Dict,
        ends: false,
    },
    way(SCRIPT_STYLE),
];
static OBJECT: &[Way] = &[way(Style { before: "(", behind: ")", ..SCRIPT_STYLE })];
static JSON: &[Way] = &[
    way(Style { before: "(", behind: ")", ..PLAIN }),
    way(Style { before: "__entries__ = {", behind: "}", ..PLAIN }),
    way(PLAIN),
];
const IN_CLASS: Style = Style {
    before: "class __C { ",
    behind: "\n}",
    members: true,
    annotated: "__ell__ = 0",
    ..C_LIKE
};
const JAVA_STYLE: Style = Style { members: true, annotated: "__ell__ = 0", ..C_LIKE };
static JAVA: &[Way] = &[
    ended(JAVA_STYLE),
    way(JAVA_STYLE),
    within(Style { before: "Object __w = ", ..JAVA_STYLE }, Around::Value, true),
    ended(Style { parameter: "__ell__", ..JAVA_STYLE }),
    within(IN_CLASS, Around::Block, false),
    within(IN_CLASS, Around::Block, true),
    within(Style { behind: "\nclass __C {}", ..JAVA_STYLE }, Around::Only(Kind::Decorator), false),
    within(Style { before: "try {} ", ..JAVA_STYLE }, Around::Only(Kind::Catch), false),
];
static CSHARP: &[Way] = &[
    ended(Style { parameter: "__ell__", ..C_LIKE }),
    within(Style { before: "var __w = ", parameter: "__ell__", ..C_LIKE }, Around::Value, true),
    ended(C_LIKE),
    within(
        Style { parameter: "__ell__", before: "class __C { ", behind: "\n}", ..C_LIKE },
        Around::Block,
        false,
    ),
    within(
        Style { parameter: "__ell__", before: "class __C { ", behind: "\n}", ..C_LIKE },
        Around::Block,
        true,
    ),
    within(Style { before: "try {} ", ..C_LIKE }, Around::Only(Kind::Catch), false),
    within(Style { behind: "\nclass __C {}", ..C_LIKE }, Around::Only(Kind::Decorator), false),
];
const IN_FUNCTION: Style = Style { before: "void __w__() {\n", behind: "\n}", ..C_LIKE };
static C: &[Way] = &[
    within(IN_FUNCTION, Around::Block, true),
    within(IN_FUNCTION, Around::Block, false),
    way(C_LIKE),
    ended(C_LIKE),
    // A function of which the pattern leaves out what it gives back.
    way(Style { before: "__any__ ", ..C_LIKE }),
];
static SOLIDITY: &[Way] = &[
    within(Style { before: "function __w__() {\n", ..IN_FUNCTION }, Around::Block, true),
    way(Style { statement: "__ell__ __ell__;", ..C_LIKE }),
    within(
        Style {
            before: "contract __C {\n",
            behind: "\n}",
            statement: "__ell__ __ell__;",
            ..C_LIKE
        },
        Around::Block,
        false,
    ),
    within(
        Style {
            before: "contract __C {\n",
            behind: "\n}",
            statement: "__ell__ __ell__;",
            ..C_LIKE
        },
        Around::Block,
        true,
    ),
    ended(Style { statement: "__ell__ __ell__;", ..C_LIKE }),
];
static GO: &[Way] = &[
    way(Style { behind: "\n", ..PLAIN }),
    way(Style { statement: "var __ell__ int", behind: "\n", ..PLAIN }),
    way(Style { parameter: "__ell__ __ell__", behind: "\n", ..PLAIN }),
];
static GO_ENTRY: &[Way] = &[within(
    Style { before: "var __w = __W{", behind: "}\n", ..PLAIN },
    Around::Only(Kind::Pair),
    false,
)];
const PHP_STYLE: Style = Style {
    before: "<?php ",
    meta: "$__mv_@",
    statement: "__ell__;",
    parameter: "$__ell__",
    by_line: false,
    type_first: true,
    ..PLAIN
};
static PHP: &[Way] = &[
    ended(PHP_STYLE),
    ended(Style { meta: "__mv_@", ..PHP_STYLE }),
    ended(Style { statement: "use __ell__;", ..PHP_STYLE }),
    ended(Style { meta: "__mv_@", statement: "use __ell__;", ..PHP_STYLE }),
    within(
        Style {
            before: "<?php class __C { ",
            behind: "\n}",
            statement: "use __ell__;",
            ..PHP_STYLE
        },
        Around::Block,
        false,
    ),
    within(
        Style {
            before: "<?php class __C { ",
            behind: "\n}",
            statement: "use __ell__;",
            ..PHP_STYLE
        },
        Around::Block,
        true,
    ),
];
const RUST_STYLE: Style =
    Style { statement: "__ell__;", by_line: false, single_quotes: false, ..PLAIN };
static RUST: &[Way] = &[
    ended(RUST_STYLE),
    way(RUST_STYLE),
    way(Style { statement: "__ell__!();", ..RUST_STYLE }),
    within(Style { before: "fn __w__() {\n", behind: "\n}", ..RUST_STYLE }, Around::Block, false),
];
static SWIFT: &[Way] = &[
    within(
        Style { before: "func __w__() {\n", behind: "\n}", parameter: "__ell__: __ell__", ..PLAIN },
        Around::Block,
        false,
    ),
    way(Style { parameter: "__ell__: __ell__", ..PLAIN }),
    way(Style { statement: "let __ell__", parameter: "__ell__: __ell__", ..PLAIN }),
];
static KOTLIN: &[Way] = &[
    way(PLAIN),
    way(Style { parameter: "__ell__: __ell__", ..PLAIN }),
    way(Style { statement: "val __ell__", parameter: "__ell__: __ell__", ..PLAIN }),
    within(
        Style {
            before: "class __C {\n",
            behind: "\n}",
            statement: "val __ell__",
            parameter: "__ell__: __ell__",
            ..PLAIN
        },
        Around::Block,
        false,
    ),
];
static SCALA: &[Way] = &[way(Style { parameter: "__ell__ : Any", ..PLAIN }), way(PLAIN)];
static RUBY: &[Way] = &[
    way(PLAIN),
    way(Style { meta: "Mv__@", ..PLAIN }),
    way(Style { entry: "__ell__: __ell__", ..PLAIN }),
];
const HCL_BODY: Style = Style { statement: "__ell__ = 1", entry: "__ell__ = 1", ..PLAIN };
// A file holds no lone expression; see [`super::settle`].
static HCL: &[Way] = &[way(HCL_BODY), way(Style { before: "__value__ = ", ..HCL_BODY })];
static RUBY_PAIR: &[Way] = &[within(
    Style { before: "__w = {", behind: "}", entry: "__ell__: __ell__", ..PLAIN },
    Around::Dict,
    false,
)];
// The words of a command are a list; an ellipsis stands for any of them, the first included.
static BASH: &[Way] = &[way(Style { by_line: false, expansions: true, ..PLAIN })];
static OTHER: &[Way] = &[way(PLAIN)];

/// Whether a text begins with a key.
fn is_key(text: &str) -> bool {
    let Some((key, value)) = text.split_once(':') else { return false };
    let key = key.trim();
    !key.is_empty()
        && !value.starts_with(':')
        && key != "default"
        && key.chars().all(|c| c.is_alphanumeric() || "_$'\"-".contains(c))
}

/// Whether a pattern is one entry of a literal: `Key: value`.
fn is_entry(text: &str) -> bool {
    let Some((key, value)) = text.trim().split_once(':') else { return false };
    let is_name =
        !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '$');
    is_name && !value.starts_with(['=', '\n']) && !value.contains('\n')
}

/// The ways of a language to read a pattern.
pub fn of(language: &str, text: &str) -> &'static [Way] {
    match language {
        // Braces alone are an object, not a block.
        "javascript" | "typescript" | "tsx"
            if text.trim_start().starts_with('{') && text.trim_end().ends_with('}') =>
        {
            OBJECT
        }
        "javascript" | "typescript" | "tsx" if is_key(text) => ENTRY,
        "python" => PYTHON,
        "javascript" | "typescript" | "tsx" => SCRIPT,
        "java" => JAVA,
        "csharp" => CSHARP,
        "c" | "cpp" => C,
        "solidity" => SOLIDITY,
        "swift" => SWIFT,
        "kotlin" => KOTLIN,
        "scala" => SCALA,
        "go" if is_entry(text) => GO_ENTRY,
        "go" => GO,
        "php" => PHP,
        "rust" => RUST,
        // By itself the grammar reads it as a match of a pattern.
        "ruby" if text.trim_start().starts_with(':') && text.contains("=>") => RUBY_PAIR,
        "ruby" => RUBY,
        "bash" => BASH,
        "json" => JSON,
        "terraform" => HCL,
        _ => OTHER,
    }
}
