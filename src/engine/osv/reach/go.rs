//! Imports of Go: single ones and blocks, with their aliases. Does not know build constraints: what is imported for
//! another system is imported.

use super::Import;
use super::code::{GO, Kind, tokens_until};

/// Words that begin what follows the imports.
const DECLARATIONS: &[&str] = &["func", "type", "var", "const"];

pub(super) fn imports(text: &str) -> Vec<Import> {
    // Imports come before everything else.
    let tokens = tokens_until(text, GO, DECLARATIONS);
    let mut out = Vec::new();
    let mut at = 0;
    let mut begins = true;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Newline | Kind::Symbol(b';') => begins = true,
            Kind::Word("import") if begins => {
                let block = tokens.get(at + 1).is_some_and(|token| token.is(b'('));
                at += 1 + usize::from(block);
                let mut alias = None;
                while let Some(token) = tokens.get(at) {
                    match token.kind {
                        Kind::Word(word) => alias = Some(format!("* as {word}")),
                        // Everything of it is put into the file's own name space.
                        Kind::Symbol(b'.') => alias = Some("*".to_owned()),
                        Kind::Text(module) => {
                            let names = alias.take().into_iter().collect();
                            let module = module.to_owned();
                            out.push(Import { module, line: token.line, names });
                            if !block {
                                break;
                            }
                        }
                        Kind::Symbol(b')') => break,
                        Kind::Newline if !block => break,
                        _ => {}
                    }
                    at += 1;
                }
                begins = false;
            }
            Kind::Word(word) if begins && DECLARATIONS.contains(&word) => break,
            _ => begins = false,
        }
        at += 1;
    }
    out
}

/// Names a package may have that is imported without an alias: the last part of its path, without a major version and
/// without what repositories, but not packages, are often called by (`go-`, `-go`, `.go`).
pub(super) fn package_names(path: &str) -> Vec<String> {
    let mut parts = path.rsplit('/');
    let mut last = parts.next().unwrap_or(path);
    let major = |text: &str| {
        text.strip_prefix('v')
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if major(last) {
        last = parts.next().unwrap_or(last);
    }
    // gopkg.in/yaml.v3
    let last = last.rsplit_once('.').filter(|(_, end)| major(end)).map_or(last, |(name, _)| name);
    let bare = last.strip_prefix("go-").or_else(|| last.strip_prefix("go.")).unwrap_or(last);
    let bare = bare.strip_suffix("-go").or_else(|| bare.strip_suffix(".go")).unwrap_or(bare);
    let mut names = vec![last.replace(['-', '.'], "_"), bare.replace(['-', '.'], "_")];
    names.push(bare.replace(['-', '.'], ""));
    names.extend(bare.rsplit(['-', '.']).next().map(str::to_owned));
    names.sort();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_aliases_are_read() {
        let text = "// import \"no\"\npackage p\nimport \"a\"\nimport (\n\tb \"x/b\" // c\n\t_ \"y\"\n\t. \"z\"; \"w\"\n)\n\
                    import `raw`\nfunc f() {\nimport \"late\"\n}\n";
        let found: Vec<String> = imports(text)
            .iter()
            .map(|one| format!("{} {} {}", one.line, one.module, one.names.join(",")))
            .collect();
        assert_eq!(found, ["3 a ", "5 x/b * as b", "6 y * as _", "7 z *", "7 w ", "9 raw "]);
    }

    #[test]
    fn a_package_is_called_by_the_last_part_of_its_path() {
        for (path, name) in [
            ("golang.org/x/net/html", "html"),
            ("gopkg.in/yaml.v3", "yaml"),
            ("github.com/a/b/v2", "b"),
            ("github.com/mattn/go-sqlite3", "sqlite3"),
            ("github.com/dgrijalva/jwt-go", "jwt"),
        ] {
            assert!(package_names(path).iter().any(|one| one == name), "{path}");
        }
    }
}
