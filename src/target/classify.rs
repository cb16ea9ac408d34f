//! What a path says about a file: its kind (language or format) and its role (source, test, documentation, vendored,
//! generated). Content is not looked at.

/// Language or format of a file, as far as engines care.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// `KEY=value` files: `.env`, `.env.local`, `prod.env`.
    Env,
    /// INI, properties and their kin: unquoted values to the end of the line.
    Ini,
    /// YAML.
    Yaml,
    /// JSON and its dialects.
    Json,
    /// TOML.
    Toml,
    /// XML and its kin.
    Xml,
    /// HTML and templates.
    Html,
    /// Markdown, reStructuredText, plain text.
    Prose,
    /// Shell and batch scripts.
    Shell,
    /// Dockerfile, Containerfile.
    Dockerfile,
    /// Terraform, OpenTofu, HCL.
    Hcl,
    /// SQL.
    Sql,
    /// A lock file of a package manager: hashes everywhere.
    Lock,
    /// Program code in a language where string values are quoted.
    Code,
    /// Anything else.
    Other,
}

/// Role of a file by its path. It is reported with every finding so that people can filter, and the secrets engine lowers
/// the severity of what it finds outside ordinary source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Context {
    /// Ordinary source.
    Source,
    /// Tests, fixtures, mocks.
    Test,
    /// Documentation. Example programs are ordinary source: people copy and deploy them.
    Docs,
    /// Third-party code kept in the tree.
    Vendored,
    /// Made by a tool.
    Generated,
}

impl Context {
    /// The word in metadata; `None` for ordinary source.
    pub const fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Source => None,
            Self::Test => Some("test"),
            Self::Docs => Some("docs"),
            Self::Vendored => Some("vendored"),
            Self::Generated => Some("generated"),
        }
    }

    /// Role by directory names and file name, matched as whole path segments in any case.
    pub fn of(path: &str) -> Self {
        let lower = path.to_ascii_lowercase();
        let (dirs, name) = lower.rsplit_once('/').map_or(("", lower.as_str()), |(d, n)| (d, n));
        let any_dir = |names: &[&str]| dirs.split('/').any(|segment| names.contains(&segment));
        if any_dir(&[
            "node_modules",
            "vendor",
            "vendored",
            "third_party",
            "third-party",
            "thirdparty",
            "3rdparty",
            "external",
            "bower_components",
            "site-packages",
            ".yarn",
            "pods",
        ]) {
            return Self::Vendored;
        }
        let original = path.rsplit('/').next().unwrap_or(path);
        if dirs.split('/').any(is_test_dir)
            || format!("/{dirs}/").contains("/src/it/")
            || is_test_file(name, original)
        {
            return Self::Test;
        }
        if name.contains(".min.")
            || extension(name) == "map"
            || name.ends_with(".pb.go")
            || name.ends_with("_pb2.py")
            || name.contains(".generated.")
            || any_dir(&["dist", "generated", "__generated__"])
        {
            return Self::Generated;
        }
        if any_dir(&["doc", "docs", "documentation"])
            || matches!(extension(name), "md" | "mdx" | "rst" | "adoc")
        {
            return Self::Docs;
        }
        Self::Source
    }
}

/// A lower-case directory name that says its files are for tests.
fn is_test_dir(segment: &str) -> bool {
    const WHOLE: &[&str] = &[
        "test",
        "tests",
        "testing",
        "testdata",
        "testfixtures",
        "testutil",
        "testutils",
        "androidtest",
        "itest",
        "unittest",
        "unittests",
        "__tests__",
        "spec",
        "specs",
        "fixtures",
        "fixture",
        "__fixtures__",
        "mock",
        "mocks",
        "__mocks__",
        "e2e",
    ];
    WHOLE.contains(&segment)
        || ["test-", "test_", "tests-", "tests_"].iter().any(|start| segment.starts_with(start))
        || ["-test", "-tests", "_test", "_tests", ".test", ".tests", ".unittests"]
            .iter()
            .any(|end| segment.ends_with(end))
}

/// `lower` is `original` in lower case.
fn is_test_file(lower: &str, original: &str) -> bool {
    let stem = lower.split('.').next().unwrap_or(lower);
    let starts = ["test_", "test-"].iter().any(|start| stem.starts_with(start));
    let ends =
        ["_test", "-test", "_tests", "-tests", "_spec", "-spec"].iter().any(|e| stem.ends_with(e));
    // `FooTest.java`, `FooTests.cs`, `FooIT.java`, `FooSpec.scala`; in lower case these ends are ends of other words.
    let camel = original.split('.').next().unwrap_or(original);
    let camel = ["Test", "Tests", "TestCase", "Spec", "IT"].iter().any(|end| {
        camel.strip_suffix(end).is_some_and(|rest| {
            rest.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        })
    });
    starts
        || ends
        || camel
        || lower.contains(".test.")
        || lower.contains(".spec.")
        || lower == "conftest.py"
}

fn extension(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, extension)| extension)
}

impl Kind {
    /// Kind by file name, in any case.
    pub fn of(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        if is_lock(&name) {
            return Self::Lock;
        }
        if name == ".env"
            || name.starts_with(".env.")
            || extension(&name) == "env"
            || name == ".envrc"
        {
            return Self::Env;
        }
        if name.starts_with("dockerfile")
            || name.starts_with("containerfile")
            || matches!(extension(&name), "dockerfile" | "containerfile")
        {
            return Self::Dockerfile;
        }
        if matches!(
            name.as_str(),
            ".npmrc"
                | ".pypirc"
                | ".netrc"
                | "_netrc"
                | ".pgpass"
                | ".my.cnf"
                | ".yarnrc"
                | ".curlrc"
                | ".wgetrc"
                | ".s3cfg"
                | ".boto"
                | ".htpasswd"
                | ".git-credentials"
                | "credentials"
                | "config"
                | ".gitconfig"
                | ".editorconfig"
        ) {
            return Self::Ini;
        }
        match extension(&name) {
            "env" => Self::Env,
            "ini" | "cfg" | "conf" | "cnf" | "properties" | "prop" | "desktop" | "service"
            | "rc" => Self::Ini,
            "yml" | "yaml" => Self::Yaml,
            "json" | "jsonc" | "json5" | "ipynb" | "tfstate" | "webmanifest" | "har" => Self::Json,
            "toml" => Self::Toml,
            "xml" | "xsd" | "xsl" | "xslt" | "wsdl" | "plist" | "csproj" | "config" | "pom"
            | "storyboard" | "xib" | "resx" | "svg" => Self::Xml,
            "html" | "htm" | "xhtml" | "vue" | "svelte" | "erb" | "ejs" | "hbs" | "jinja"
            | "j2" | "twig" | "mustache" | "jsp" | "cshtml" | "haml" | "css" | "scss" | "less" => {
                Self::Html
            }
            "md" | "mdx" | "rst" | "txt" | "adoc" | "org" | "tex" | "po" | "pot" | "log"
            | "csv" | "tsv" => Self::Prose,
            "sh" | "bash" | "zsh" | "ksh" | "fish" | "bat" | "cmd" | "ps1" | "psm1" | "mk" => {
                Self::Shell
            }
            "tf" | "tfvars" | "hcl" | "nomad" => Self::Hcl,
            "sql" => Self::Sql,
            "py" | "pyi" | "pyw" | "rb" | "rake" | "gemspec" | "js" | "mjs" | "cjs" | "jsx"
            | "ts" | "tsx" | "mts" | "cts" | "go" | "rs" | "java" | "kt" | "kts" | "scala"
            | "groovy" | "gradle" | "php" | "c" | "h" | "cc" | "cpp" | "cxx" | "hpp" | "hh"
            | "m" | "mm" | "cs" | "fs" | "vb" | "swift" | "dart" | "lua" | "pl" | "pm" | "r"
            | "jl" | "ex" | "exs" | "erl" | "hrl" | "hs" | "elm" | "clj" | "cljs" | "ml"
            | "mli" | "nim" | "zig" | "d" | "v" | "sol" | "proto" | "graphql" | "coffee"
            | "pas" | "f90" | "asm" | "s" => Self::Code,
            _ if matches!(name.as_str(), "makefile" | "gnumakefile" | "justfile") => Self::Shell,
            _ if matches!(
                name.as_str(),
                "gemfile" | "rakefile" | "vagrantfile" | "jenkinsfile" | "podfile" | "brewfile"
            ) =>
            {
                Self::Code
            }
            _ => Self::Other,
        }
    }
}

fn is_lock(name: &str) -> bool {
    matches!(
        name,
        "package-lock.json"
            | "npm-shrinkwrap.json"
            | "yarn.lock"
            | "pnpm-lock.yaml"
            | "bun.lock"
            | "cargo.lock"
            | "gemfile.lock"
            | "composer.lock"
            | "poetry.lock"
            | "uv.lock"
            | "pdm.lock"
            | "pipfile.lock"
            | "go.sum"
            | "mix.lock"
            | "pubspec.lock"
            | "podfile.lock"
            | "package.resolved"
            | "packages.lock.json"
            | "flake.lock"
            | "deno.lock"
            | "conan.lock"
            | ".terraform.lock.hcl"
            | "gradle.lockfile"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_come_from_names_and_extensions() {
        for (path, kind) in [
            ("a/.env", Kind::Env),
            (".env.production", Kind::Env),
            ("deploy/prod.env", Kind::Env),
            ("web/package-lock.json", Kind::Lock),
            ("go.sum", Kind::Lock),
            ("Dockerfile.dev", Kind::Dockerfile),
            ("deploy/web.Dockerfile", Kind::Dockerfile),
            (".npmrc", Kind::Ini),
            ("x/App.config", Kind::Xml),
            ("main.tf", Kind::Hcl),
            ("README", Kind::Other),
            ("a.b/Makefile", Kind::Shell),
        ] {
            assert_eq!(Kind::of(path), kind, "{path}");
        }
    }

    #[test]
    fn contexts_are_whole_segments_never_substrings() {
        for (path, context) in [
            ("src/contest/a.py", Context::Source),
            ("latest/app.py", Context::Source),
            ("tests/a.py", Context::Test),
            ("src/foo_test.go", Context::Test),
            ("web/app.spec.ts", Context::Test),
            ("web/test-login.js", Context::Test),
            ("app/src/main/java/LoginTest.java", Context::Test),
            ("app/src/main/java/OrdersIT.java", Context::Test),
            ("Shop.Tests/Login.cs", Context::Test),
            ("itest/web/src/integration-test/resources/users.xml", Context::Test),
            ("lib/src/testFixtures/users.json", Context::Test),
            ("functional-tests/login.py", Context::Test),
            ("plugin/src/it/settings.xml", Context::Test),
            ("locales/it/messages.json", Context::Source),
            ("src/Contest.java", Context::Source),
            ("src/AUDIT.java", Context::Source),
            ("src/latest-news.js", Context::Source),
            ("examples/shop/settings.py", Context::Source),
            ("samples/deploy.sh", Context::Source),
            ("docs/guide.md", Context::Docs),
            ("examples/README.md", Context::Docs),
            ("README.md", Context::Docs),
            ("vendor/x/y.go", Context::Vendored),
            ("static/jquery.min.js", Context::Generated),
        ] {
            assert_eq!(Context::of(path), context, "{path}");
        }
    }
}
