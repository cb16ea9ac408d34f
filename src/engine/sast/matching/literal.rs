//! Strings, numbers and other constants.

use super::env::{Bound, Env};
use super::{Matcher, Then};
use crate::engine::sast::tree::{Id, Kind};

impl<'r> Matcher<'_, 'r> {
    /// A string of the pattern: exact, `"..."`, `"$X"` or `"=~/re/"`.
    pub(super) fn string(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let wanted = self.from().text(p);
        // What stands between holes is an ellipsis by now; `"..."` left there is in a hole.
        if wanted == "..." && self.in_hole(p) && self.is_between_holes(t) {
            return false;
        }
        let kind = self.tree.kind(t);
        if wanted == "..." && kind == Kind::Interpolated && self.is_command(p) {
            return then(env);
        }
        let here = kind == Kind::Str;
        if here && let Some(name) = meta_name(wanted) {
            let inside = self.inside(t);
            return env.with(self.tree, name, Bound::Text(inside), then);
        }
        if kind == Kind::Name && self.language.calls_are_words() && self.same_text(p, t) {
            return then(env);
        }
        let value = if here {
            Some(std::borrow::Cow::Borrowed(self.tree.text(t)))
        } else if self.options.constant_propagation
            && matches!(
                kind,
                Kind::Name | Kind::Attribute | Kind::Binary | Kind::Interpolated | Kind::Call
            )
        {
            self.facts.string(self.tree, t).map(std::borrow::Cow::Owned)
        } else {
            None
        };
        let Some(value) = value else { return false };
        if meta_name(wanted).is_some() {
            let what = self
                .facts
                .literal(self.tree, t)
                .map_or(Bound::Node(t), |at| Bound::Text(self.inside(at)));
            return env.with(self.tree, meta_name(wanted).unwrap_or(wanted), what, then);
        }
        if wanted == "..." {
            return then(env);
        }
        if let Some(pattern) = regex_of(wanted) {
            let Some(matches) = self.facts.matches(&pattern, &value) else {
                self.steps.set(0);
                return true;
            };
            return matches && then(env);
        }
        (value == wanted) && then(env)
    }

    /// Whether a string of the pattern is a command between backticks, of which dots are all that it may hold.
    fn is_command(&self, p: Id) -> bool {
        let call = self.from().node(self.from().node(p).parent).parent;
        self.from().kind(call) == Kind::Call && self.from().text(self.from().child(call, 0)) == "`"
    }

    /// Where the text of a string stands.
    pub(super) fn inside(&self, t: Id) -> std::ops::Range<u32> {
        let (text, whole) = (self.tree.text(t), self.tree.written(t));
        let at = if text.is_empty() { Some(whole.len() / 2) } else { whole.find(text) };
        let (at, len) = at.map_or((0, whole.len()), |at| (at, text.len()));
        let start = self.tree.node(t).start + at as u32;
        start..start + len as u32
    }

    /// Whether something has the value of a literal of the pattern.
    pub(super) fn constant(&self, p: Id, t: Id) -> bool {
        if !matches!(self.tree.kind(t), Kind::Name | Kind::Attribute | Kind::Number) {
            return false;
        }
        let wanted = literal(self.from(), p);
        if self.tree.kind(t) == Kind::Number {
            return wanted.is_some() && wanted == literal(self.tree, t);
        }
        let Some(value) = self.facts.value(self.tree, t) else { return false };
        wanted.is_some() && wanted == literal(self.tree, value)
    }
}

/// The regular expression of `=~/re/` or `=~/re/i`, with its flags in it.
fn regex_of(text: &str) -> Option<String> {
    let (regex, flags) = text.strip_prefix("=~/")?.rsplit_once('/')?;
    let known = flags.chars().all(|flag| matches!(flag, 'i' | 'm' | 's'));
    known.then(|| if flags.is_empty() { regex.to_owned() } else { format!("(?{flags}){regex}") })
}

/// A literal that is no string, in one spelling.
fn literal(tree: &crate::engine::sast::tree::Tree<'_>, id: Id) -> Option<String> {
    match tree.kind(id) {
        Kind::Number => Some(number(tree.text(id))),
        Kind::Bool | Kind::Char => Some(tree.text(id).to_owned()),
        Kind::Null => Some("null".to_owned()),
        Kind::Unary if tree.text(id) == "-" => {
            literal(tree, tree.child(id, 0)).map(|number| format!("-{number}"))
        }
        _ => None,
    }
}

/// Decimal digits of a whole number in any base; anything else as written.
pub fn number(text: &str) -> String {
    let plain: String = text.chars().filter(|c| *c != '_').collect::<String>().to_lowercase();
    let based = [("0x", 16), ("0o", 8), ("0b", 2)]
        .iter()
        .find_map(|(prefix, base)| u128::from_str_radix(plain.strip_prefix(prefix)?, *base).ok())
        .or_else(|| {
            let octal = plain.len() > 1 && plain.starts_with('0');
            octal.then(|| u128::from_str_radix(&plain[1..], 8).ok()).flatten()
        });
    based.map_or(plain, |value| value.to_string())
}

/// The metavariable that a string is nothing but.
pub fn meta_name(text: &str) -> Option<&str> {
    let name = text.strip_prefix('$')?;
    let len = crate::engine::sast::pattern::hold::meta_len(name);
    (len > 0 && len == name.len()).then_some(text)
}
