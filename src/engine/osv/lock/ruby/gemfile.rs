//! What the lines of a `Gemfile` say. It is a program; the usual statements are read as text and nothing is run, so that
//! names made by code are not seen.

use super::super::address::without_credentials;
use crate::engine::osv::component::{Declared, Ecosystem, Origin, Scope};

/// Statements are joined over lines up to this length, bytes.
const MAX_STATEMENT: usize = 16 * 1024;
/// Blocks within blocks that are followed.
const MAX_BLOCKS: usize = 64;

/// A `Gemfile` as far as it was understood.
#[derive(Debug, Default)]
pub(super) struct Gemfile {
    /// The gems, in the order of the text.
    pub gems: Vec<Declared>,
    /// Whether it takes the dependencies of a gemspec.
    pub gemspec: bool,
    /// Whether it takes other files, or makes names by code, or is too long to be followed.
    pub dynamic: bool,
    /// Whether the text names more open blocks than are followed.
    pub lost: Option<u32>,
}

/// What an open block means for the gems in it.
#[derive(Clone, Default)]
struct Block {
    scope: Option<Scope>,
    origin: Option<Origin>,
}

/// Reads it.
pub(super) fn read(text: &str) -> Gemfile {
    let mut out = Gemfile::default();
    let mut blocks: Vec<Block> = Vec::new();
    let mut lines = text.lines().zip(1u32..).peekable();
    let mut in_comment = false;
    while let Some((line, number)) = lines.next() {
        if line.starts_with("=begin") || line.starts_with("=end") {
            in_comment = line.starts_with("=begin");
            continue;
        }
        if line.trim_end() == "__END__" {
            break;
        }
        if in_comment {
            continue;
        }
        if line.len() > MAX_STATEMENT {
            out.dynamic = true;
            continue;
        }
        let mut statement = without_comment(line).trim().to_owned();
        while statement.ends_with([',', '\\']) && statement.len() < MAX_STATEMENT {
            let Some((next, _)) = lines.next() else { break };
            if statement.ends_with('\\') {
                statement.pop();
            }
            statement.push(' ');
            statement.push_str(without_comment(next).trim());
            if statement.len() > 2 * MAX_STATEMENT {
                statement.clear();
                out.dynamic = true;
            }
        }
        if statement.is_empty() {
            continue;
        }
        let verb_end = statement
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(statement.len());
        let (verb, rest) = statement.split_at(verb_end);
        let rest = rest.trim_start_matches(['(', ' ', '\t']);
        match verb {
            "gem" => match gem(rest, number, &blocks) {
                Some(gem) => out.gems.push(gem),
                None => out.dynamic = true,
            },
            "gemspec" => out.gemspec = true,
            "eval_gemfile" | "instance_eval" | "eval" => out.dynamic = true,
            "end" => drop(blocks.pop()),
            _ => {}
        }
        if opens_block(verb, &statement) {
            if blocks.len() >= MAX_BLOCKS {
                out.lost.get_or_insert(number);
                break;
            }
            if statement.contains(".each") || statement.contains(".map") {
                out.dynamic = true;
            }
            blocks.push(block(verb, rest));
        }
    }
    out
}

/// The line up to a `#` outside of quotes.
fn without_comment(line: &str) -> &str {
    let mut quote = None;
    for (at, byte) in line.bytes().enumerate() {
        match (quote, byte) {
            (None, b'#') => return line.get(..at).unwrap_or(line),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    line
}

/// Whether an `end` will follow.
fn opens_block(verb: &str, statement: &str) -> bool {
    let last = statement.rsplit([' ', '\t', ')']).next().unwrap_or_default();
    let has_do = last == "do" || (statement.ends_with('|') && statement.contains(" do |"));
    let closes_itself = last == "end" && verb != "end";
    let keyword = matches!(
        verb,
        "if" | "unless" | "case" | "begin" | "def" | "while" | "until" | "for" | "class" | "module"
    );
    (has_do || keyword) && !closes_itself
}

fn block(verb: &str, rest: &str) -> Block {
    let words = values(rest);
    let first = words.iter().find(|(key, _)| key.is_empty()).map(|(_, value)| value.as_str());
    let mut block = Block::default();
    match verb {
        "group" => {
            let groups = words.iter().filter(|(key, _)| key.is_empty()).map(|(_, v)| v.as_str());
            let optional = words.iter().any(|(key, value)| key == "optional" && value == "true");
            block.scope = Some(scope(groups, optional));
        }
        "source" => block.origin = first.map(source),
        "git" => block.origin = first.map(|at| Origin::Git(without_credentials(at))),
        "github" => block.origin = first.map(|at| Origin::Git(forge("github.com", at))),
        "path" => block.origin = first.map(|at| Origin::Path(without_credentials(at))),
        _ => {}
    }
    block
}

/// The most important scope of some groups.
fn scope<'g>(groups: impl Iterator<Item = &'g str>, optional: bool) -> Scope {
    let scopes = groups.map(|group| match group {
        "development" => Scope::Dev,
        "test" => Scope::Test,
        _ if optional => Scope::Optional,
        _ => Scope::Runtime,
    });
    scopes.min().unwrap_or_default()
}

/// The origin behind the address of a gem server.
pub(super) fn source(address: &str) -> Origin {
    match super::super::address::host(address).as_str() {
        "rubygems.org" | "www.rubygems.org" | "api.rubygems.org" | "index.rubygems.org" => {
            Origin::Registry
        }
        _ => Origin::OtherRegistry(without_credentials(address)),
    }
}

fn forge(host: &str, name: &str) -> String {
    match name.split_once('/') {
        Some((owner, name)) => format!("https://{host}/{owner}/{name}"),
        None => format!("https://{host}/{name}/{name}"),
    }
}

/// A `gem` statement; `None` when its name is made by code.
fn gem(rest: &str, line: u32, blocks: &[Block]) -> Option<Declared> {
    let words = values(rest);
    let ((key, name), words) = words.split_first()?;
    if !key.is_empty() || !rest.starts_with(['"', '\'']) || name.contains("#{") {
        return None;
    }
    let positional = words.iter().filter(|(key, _)| key.is_empty());
    let requirement: Vec<&str> = positional.map(|(_, value)| value.as_str()).collect();
    let option =
        |name: &str| words.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let mut origin = blocks.iter().rev().find_map(|block| block.origin.clone()).unwrap_or_default();
    let revision = || ["ref", "tag", "branch"].iter().find_map(|key| option(key));
    let git = |address: String| match revision() {
        Some(revision) => Origin::Git(format!("{address}#{revision}")),
        None => Origin::Git(address),
    };
    if let Some(path) = option("path") {
        origin = Origin::Path(without_credentials(path));
    } else if let Some(address) = option("git") {
        origin = git(without_credentials(address));
    } else if let Some(name) = option("github") {
        origin = git(forge("github.com", name));
    } else if let Some(name) = option("bitbucket") {
        origin = git(forge("bitbucket.org", name));
    } else if let Some(id) = option("gist") {
        origin = git(format!("https://gist.github.com/{id}"));
    } else if let Some(address) = option("source") {
        origin = source(address);
    }
    let own = words.iter().filter(|(key, _)| matches!(key.as_str(), "group" | "groups"));
    let own: Vec<&str> = own.map(|(_, value)| value.as_str()).collect();
    let outer = blocks.iter().filter_map(|block| block.scope).min();
    let scope = match (own.is_empty(), outer) {
        (true, outer) => outer.unwrap_or_default(),
        (false, None) => scope(own.into_iter(), false),
        // Groups of a gem add to those of its block.
        (false, Some(outer)) => scope(own.into_iter(), false).min(outer),
    };
    Some(Declared {
        ecosystem: Ecosystem::RubyGems,
        name: name.clone(),
        requirement: requirement.join(", "),
        scope,
        origin,
        line,
        file: None,
    })
}

/// Values of an argument list with their keys: `"x", :y, a: "b", :c => [:d, :e], "f" => 1`. A list gives one pair an item;
/// keys of positional values are empty. What comes after ` if ` or `do` is no value.
fn values(text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut key = String::new();
    let mut rest = text.trim_start();
    let mut in_list = false;
    while let Some(first) = rest.chars().next() {
        let (value, after): (&str, &str) = match first {
            '"' | '\'' => {
                let inner = &rest[1..];
                inner.split_once(first).unwrap_or((inner, ""))
            }
            ',' | ')' | '(' | ' ' | '\t' => {
                if first == ',' && !in_list {
                    key.clear();
                }
                rest = &rest[1..];
                continue;
            }
            '[' | ']' => {
                in_list = first == '[';
                rest = &rest[1..];
                continue;
            }
            '%' if rest.starts_with("%w[") || rest.starts_with("%i[") => {
                let (inner, after) = rest[3..].split_once(']').unwrap_or((&rest[3..], ""));
                for word in inner.split_whitespace() {
                    out.push((key.clone(), word.to_owned()));
                }
                rest = after;
                continue;
            }
            _ => {
                let body = rest.trim_start_matches(':');
                let end = body
                    .find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '?' | '-' | '.'))
                    .unwrap_or(body.len());
                if end == 0 {
                    // An operator or the like.
                    rest = body.get(body.chars().next().map_or(0, char::len_utf8)..).unwrap_or("");
                    continue;
                }
                body.split_at(end)
            }
        };
        let is_bare = !matches!(first, '"' | '\'' | ':');
        if is_bare && matches!(value, "if" | "unless" | "do") {
            break;
        }
        let next = after.trim_start();
        if let Some(value_follows) = next.strip_prefix("=>") {
            value.clone_into(&mut key);
            rest = value_follows.trim_start();
        } else if let Some(value_follows) = after.strip_prefix(": ").filter(|_| !in_list) {
            value.clone_into(&mut key);
            rest = value_follows.trim_start();
        } else if let Some(value_follows) = after.strip_prefix(":[").filter(|_| is_bare) {
            value.clone_into(&mut key);
            in_list = true;
            rest = value_follows;
        } else {
            out.push((key.clone(), value.to_owned()));
            rest = next;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r##"source "https://rubygems.org" # main
ruby "3.2.2"
gemspec
gem "rails", "~> 7.0", ">= 7.0.4"
gem 'pg', group: :production
gem("puma", '1.2.3', require: false)
group :development, :test do
  gem "rspec" # a "comment"
  gem "debug", platforms: %i[mri mingw], group: :development
end
group :development do
  gem 'web-console',
    '>= 4.1',
    :git => "https://u:example-password@host.example/w.git",
    tag: "v1"
  if ENV["X"]
    gem "inner"
  end
end
gem "lint", :groups => [:development, :lint]
gem "only-dev", groups: [:development]
gem "tests", :group => :test if RUBY_VERSION > "2"
source "https://gems.example" do
  gem "private"
end
path "components" do
  gem "local"
end
gem "hub", github: "owner/hub", branch: "main"
=begin
gem "commented"
=end
gem "last"
group :docs, optional: true do
  gem "yard"
end
__END__
gem "data"
"##;

    #[test]
    fn usual_statements_are_understood() {
        let found = read(TEXT);
        let words: Vec<String> = found
            .gems
            .iter()
            .map(|g| format!("{} {} [{}] {}", g.line, g.name, g.requirement, g.scope.as_str()))
            .collect();
        assert_eq!(
            words,
            [
                "4 rails [~> 7.0, >= 7.0.4] runtime",
                "5 pg [] runtime",
                "6 puma [1.2.3] runtime",
                "8 rspec [] test",
                "9 debug [] test",
                "12 web-console [>= 4.1] dev",
                "17 inner [] dev",
                "20 lint [] runtime",
                "21 only-dev [] dev",
                "22 tests [] test",
                "24 private [] runtime",
                "27 local [] runtime",
                "29 hub [] runtime",
                "33 last [] runtime",
                "35 yard [] optional",
            ]
        );
        let origin =
            |name: &str| found.gems.iter().find(|gem| gem.name == name).unwrap().origin.clone();
        assert_eq!(origin("web-console"), Origin::Git("https://host.example/w.git#v1".into()));
        assert_eq!(origin("private"), Origin::OtherRegistry("https://gems.example".into()));
        assert_eq!(origin("local"), Origin::Path("components".into()));
        assert_eq!(origin("hub"), Origin::Git("https://github.com/owner/hub#main".into()));
        assert_eq!(origin("last"), Origin::Registry);
        assert!(found.gemspec && !found.dynamic);
    }

    #[test]
    fn names_made_by_code_are_noticed() {
        for text in
            ["%w[a b].each do |n|\n  gem n\nend\n", "gem \"a-#{x}\"\n", "eval_gemfile 'x'\n"]
        {
            let found = read(text);
            assert!(found.dynamic && found.gems.is_empty(), "{text}");
        }
    }

    #[test]
    fn any_nesting_ends() {
        assert!(read(&"if x\n".repeat(100_000)).lost.is_some());
        assert!(read(&"gem 'a',\n".repeat(100_000)).gems.len() > 1);
    }
}
