//! Imports of Ruby: `require`, `autoload`, and `Bundler.require`, which loads every gem of the Gemfile and is given as
//! `*`. Does not know what Rails loads by the name of a constant.

use super::Import;
use super::code::{Kind, RUBY, tokens};

pub(super) fn imports(text: &str) -> Vec<Import> {
    let tokens = tokens(text, RUBY);
    let mut out = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let line = token.line;
        let method = at > 0 && tokens[at - 1].is(b'.');
        let receiver = at.checked_sub(2).and_then(|at| tokens[at].word());
        match token.kind {
            Kind::Word("require") if method && receiver == Some("Bundler") => {
                out.push(Import { module: "*".to_owned(), line, names: Vec::new() });
            }
            Kind::Word("require" | "gem") if !method || receiver == Some("Kernel") => {
                let open = tokens.get(at + 1).is_some_and(|token| token.is(b'('));
                if let Some(Kind::Text(module)) =
                    tokens.get(at + 1 + usize::from(open)).map(|token| token.kind)
                    && !module.contains("#{")
                    && !module.is_empty()
                {
                    let module = module.strip_suffix(".rb").unwrap_or(module).to_owned();
                    out.push(Import { module, line, names: Vec::new() });
                }
            }
            Kind::Word("autoload") => {
                let text = tokens[at + 1..].iter().take(5).find_map(|token| match token.kind {
                    Kind::Text(text) => Some(text),
                    _ => None,
                });
                if let Some(module) = text.filter(|text| !text.is_empty()) {
                    out.push(Import { module: module.to_owned(), line, names: Vec::new() });
                }
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requires_are_found_and_their_likes_are_not() {
        let text = "require 'a'\nrequire(\"b/c.rb\") if x\nrequire_relative 'no'\nparams.require(:no)\n\
                    params.require('no')\n# require 'no'\nbegin; require 'd'; rescue LoadError; end\n\
                    autoload :E, 'e/f'\nBundler.require(*Rails.groups)\nrequire \"#{no}\"\nx = <<~T\nrequire 'no'\nT\n\
                    Kernel.require 'g'\n";
        let found: Vec<_> = imports(text).into_iter().map(|one| (one.line, one.module)).collect();
        let expected = [(1, "a"), (2, "b/c"), (7, "d"), (8, "e/f"), (9, "*"), (14, "g")];
        assert_eq!(found, expected.map(|(line, name)| (line, name.to_owned())));
    }
}
