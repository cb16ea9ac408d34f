//! Whatever is done to the bytes of a lockfile, its reader answers, soon and without a panic. Compiled for tests only.

use super::memory::Memory;
use super::{Around, File, Format, cargo, conan, go, hex, php, pub_dart, ruby, swift};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A sample of every format: its name, a path, the text, and a path and text of what stands beside it.
const SAMPLES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "Cargo.lock",
        "Cargo.lock",
        "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"0.1.0\"\ndependencies = [\n \"b\",\n \"é 1.0.0 (registry+x)\",\n]\n\n\
         [[package]]\nname = \"b\"\nversion = \"1.0.0\"\nsource = \"git+https://u:p@h/x?branch=y#z\"\n",
        "Cargo.toml",
        "[package]\nname = \"a\"\n[dependencies]\nb = { version = \"1\", path = \"../b\" }\n[target.'cfg(x)'.dev-dependencies.c]\nversion = \"=1.0.0\"\n\
         [workspace]\nmembers = [\"x/*\", \"{a,b}\"]\n",
    ),
    (
        "Cargo.toml",
        "a/Cargo.toml",
        "[package]\nname = \"a\"\n[dependencies]\nb.workspace = true\nc = \"=1.2.3\"\n",
        "Cargo.toml",
        "[workspace.dependencies]\nb = { package = \"é\", git = \"git@h:x/y\" }\n",
    ),
    (
        "go.mod",
        "go.mod",
        "module m\ngo 1.16\ntoolchain go1.21.1\nrequire (\n\ta/b v1.0.0 // indirect\n\t\"c\\\\d\" v2.0.0\n)\nreplace a/b v1.0.0 => ../é\nexclude x v1\n",
        "go.sum",
        "a/b v1.0.0 h1:x=\n",
    ),
    (
        "vendor/modules.txt",
        "vendor/modules.txt",
        "# a/b v1.0.0\n## explicit; go 1.17\na/b/c\n# d v1 => ./é\nd\n# e => f v1\n",
        "go.mod",
        "module m\nrequire a/b v1.0.0\n",
    ),
    (
        "Gemfile.lock",
        "Gemfile.lock",
        "GIT\n  remote: https://u:p@h/é\n  revision: 12\n  specs:\n    a (1.0)\n      b (>= 1)\n\nGEM\n  remote: https://rubygems.org/\n\
         \x20 specs:\n    b (1.0-x86)\n\nDEPENDENCIES\n  a!\n\nCHECKSUMS\n  b (1.0) sha256=aa\n",
        "Gemfile",
        "gem 'a', git: \"https://h\"\ngroup :test do\n  gem \"b\", '~> 1', :groups => [:x, :é]\nend\n",
    ),
    (
        "Gemfile",
        "Gemfile",
        "source \"https://u:p@h\" do\n  gem \"é\", '1.0', %w[a b], group: [:test], path: 'x' # c\nend\n=begin\n=end\ngem \"b\",\n  \"= 1.0\"\n",
        "Gemfile.lock",
        "",
    ),
    (
        "composer.lock",
        "composer.lock",
        "{\"packages\": [{\"name\": \"a/b\", \"version\": \"v1\", \"dist\": {\"type\": \"zip\", \"url\": \"https://u:p@h\", \"shasum\": \"\"},\n\
         \"require\": {\"c/\\u00e9\": \"1\"}, \"license\": [\"MIT\", \"X Y\"]}], \"packages-dev\": [{\"name\": \"c/é\"}]}",
        "composer.json",
        "{\"name\": \"x/y\", \"require\": {\"a\\/b\": \"1.0\"}}",
    ),
    (
        "composer.json",
        "composer.json",
        "{\"name\": \"x/y\", \"require\": {\"a\\/b\": \"1.0\"}, \"require-dev\": {\"é/é\": \"^2\"}}",
        "x",
        "",
    ),
    (
        "vendor/composer/installed.json",
        "vendor/composer/installed.json",
        "{\"packages\": [{\"name\": \"a/b\", \"version\": \"v1\"}], \"dev-package-names\": [\"a/é\"]}",
        "composer.json",
        "[]",
    ),
    (
        "mix.lock",
        "mix.lock",
        "%{\n  \"a\": {:hex, :a, \"1.0\", \"x\", [:mix], [{:b, \"~> 1\", [hex: :\"é\", optional: false]}], \"hexpm\", \"y\"},\n\
         \x20 \"b\" => {:git, \"https://u:p@h/\\\"\", \"12\", []}, # c\n}\n",
        "mix.exs",
        "  defp deps do\n    [{:a, \"~> 1\", only: [:dev]}, {:é, path: \"x\"}] ++ x()\n  end\n",
    ),
    (
        "pubspec.lock",
        "pubspec.lock",
        "packages:\n  a:\n    dependency: \"direct main\"\n    description: {name: a, url: \"https://u:p@é\", sha256: 00e1}\n    source: hosted\n    version: 1.10\n",
        "pubspec.yaml",
        "name: é\ndependencies:\n  a: 1.0\n  b: {git: {url: x, ref: y}}\n",
    ),
    (
        "pubspec.yaml",
        "pubspec.yaml",
        "name: é\nversion: 1.0\ndependencies:\n  a: 1.0.0\n  b: {hosted: {name: c, url: x}, version: ^1}\n",
        "x",
        "",
    ),
    (
        "Package.resolved",
        "Package.resolved",
        "{\"pins\": [{\"identity\": \"é\", \"kind\": \"remoteSourceControl\", \"location\": \"git@h:22/A/b.git\",\n\"state\": {\"revision\": \"12\", \"version\": \"1.0\"}}], \"version\": 3}",
        "x",
        "",
    ),
    (
        "Podfile.lock",
        "Podfile.lock",
        "PODS:\n  - A/é (1.0):\n    - B (= 1)\n  - B (1)\nDEPENDENCIES:\n  - A (from `x`)\nSPEC REPOS:\n  trunk:\n    - B\n\
         CHECKOUT OPTIONS:\n  A:\n    :git: https://u:p@h\n    :commit: 12\nSPEC CHECKSUMS:\n  A: 00e1\n",
        "x",
        "",
    ),
    (
        "conan.lock",
        "conan.lock",
        "{\"version\": \"0.5\", \"requires\": [\"é/1.0@a/b#12%3\"], \"build_requires\": []}",
        "x",
        "",
    ),
    (
        "conan.lock",
        "conan.lock",
        "{\"version\": \"0.4\", \"graph_lock\": {\"nodes\": {\"0\": {\"path\": \"x\", \"requires\": [\"1\"]}, \"1\": {\"ref\": \"é/1#2:3\", \"requires\": [\"1\"]}}}}",
        "x",
        "",
    ),
];

fn formats() -> impl Iterator<Item = &'static Format> {
    [
        cargo::FORMATS,
        go::FORMATS,
        ruby::FORMATS,
        php::FORMATS,
        hex::FORMATS,
        pub_dart::FORMATS,
        swift::FORMATS,
        conan::FORMATS,
    ]
    .into_iter()
    .flatten()
}

fn format(name: &str) -> &'static Format {
    formats().find(|format| format.name == name).unwrap()
}

/// Numbers without a pattern that matters, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    /// A text with one to three changes: bytes replaced, taken out, put in, or pieces repeated.
    fn change(&mut self, text: &[u8]) -> Vec<u8> {
        const MARKS: &[u8] = b"\n\r\t \"'`\\/#@!%&*:;,.=<>|?-+~^()[]{}0a\xc3\xff\0";
        let mut out = text.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(out.len() + 1);
            let end = (at + self.below(9)).min(out.len());
            match self.below(4) {
                0 => out.insert(at, MARKS[self.below(MARKS.len())]),
                1 => drop(out.drain(at..end)),
                2 if at < out.len() => out[at] = MARKS[self.below(MARKS.len())],
                _ => {
                    let piece = out[at..end].repeat(self.below(40));
                    out.splice(at..at, piece);
                }
            }
        }
        out
    }
}

struct Changed<'a>(&'a str, Arc<[u8]>);

impl Around for Changed<'_> {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        (path == self.0).then(|| Arc::clone(&self.1))
    }
    fn below(&self, _: &str) -> Vec<String> {
        vec![self.0.to_owned()]
    }
}

#[test]
fn every_format_has_a_sample_that_lists_packages() {
    for format in formats() {
        let samples = SAMPLES.iter().filter(|(name, ..)| *name == format.name);
        let mut count = 0;
        for (name, path, text, beside, other) in samples {
            let tree = Memory::new(&[(path, text), (beside, other)]);
            let listing = tree.read_as(std::slice::from_ref(format), name, path).unwrap();
            assert!(!listing.components.is_empty(), "{name}");
            let held = format!("{listing:?}");
            assert!(!held.contains("u:p@"), "{name} keeps credentials: {held}");
            count += 1;
        }
        assert!(count > 0, "{} has no sample", format.name);
    }
}

#[test]
fn truncated_and_changed_texts_are_read_or_refused() {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for (name, path, text, beside, other) in SAMPLES {
        let format = format(name);
        let start = Instant::now();
        for end in 0..=text.len() {
            let around = Changed(beside, other.as_bytes().into());
            let _ = (format.read)(&File { path, bytes: &text.as_bytes()[..end], around: &around });
        }
        for round in 0..1500 {
            let bytes = numbers.change(text.as_bytes());
            let other = if round % 2 == 0 {
                other.as_bytes().into()
            } else {
                numbers.change(other.as_bytes())
            };
            let around = Changed(beside, other.into());
            let read = (format.read)(&File { path, bytes: &bytes, around: &around });
            for component in read.iter().flat_map(|listing| &listing.components) {
                let count = read.as_ref().unwrap().components.len() as u32;
                assert!(component.dependencies.iter().all(|index| *index < count));
                assert!(component.dependencies.is_sorted_by(|a, b| a < b));
                assert!(!component.name.is_empty() && component.line > 0);
            }
        }
        assert!(start.elapsed() < Duration::from_secs(30), "{name}: {:?}", start.elapsed());
    }
}

#[test]
fn long_texts_end_quickly() {
    let lines = |count: usize, line: &dyn Fn(usize) -> String| {
        (0..count).map(line).collect::<Vec<_>>().concat()
    };
    let many = 20_000;
    for (name, text) in [
        ("Cargo.lock", "[".repeat(1_000_000)),
        (
            "Cargo.lock",
            lines(many, &|n| {
                format!(
                    "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nsource = \"git+x#{n}\"\ndependencies = [\n \"a 1.0.0 (git+y)\",\n]\n"
                )
            }),
        ),
        (
            "Cargo.lock",
            lines(many, &|n| {
                format!(
                    "[[package]]\nname = \"a\"\nversion = \"1.0.{n}\"\ndependencies = [\n \"a\",\n]\n"
                )
            }),
        ),
        ("Cargo.toml", "[a.b]\n".repeat(200_000)),
        (
            "Cargo.toml",
            format!("[dependencies]\n{}", lines(many, &|n| format!("a{n}.b.c = {{}}\n"))),
        ),
        ("go.mod", format!("require (\n{}", lines(many, &|n| format!("a v{n}\n")))),
        ("go.mod", lines(many, &|n| format!("replace a v{n} => b v{n}\nrequire a v{n}\n"))),
        ("go.mod", "\"\\".repeat(500_000)),
        (
            "Gemfile.lock",
            format!("GEM\n  specs:\n{}", lines(many, &|n| format!("    a (1.{n})\n      a\n"))),
        ),
        ("Gemfile.lock", format!("GEM\n{}", "  remote: x\n".repeat(100_000))),
        ("Gemfile", format!("gem 'x', {}: [{}", "k".repeat(500_000), "a, ".repeat(200_000))),
        ("Gemfile", "gem 'x',\n".repeat(100_000)),
        ("Gemfile", "#{\"".repeat(300_000)),
        ("composer.lock", format!("{{\"packages\": {}", "[".repeat(500_000))),
        (
            "composer.lock",
            format!(
                "{{\"packages\": [{}0]}}",
                lines(many, &|n| format!(
                    "{{\"name\": \"a/{n}\", \"require\": {{\"a/0\": \"\"}}, \"replace\": {{\"a/1\": \"\"}}}},"
                ))
            ),
        ),
        ("mix.lock", format!("%{{{}", "\"a\": {".repeat(200_000))),
        (
            "mix.lock",
            format!(
                "%{{{}}}",
                lines(many, &|n| format!(
                    "\"a{n}\": {{:hex, :a, \"1\", \"\", [], [{{:a0, \"1\"}}]}},\n"
                ))
            ),
        ),
        ("mix.lock", "#\n".repeat(500_000)),
        (
            "pubspec.lock",
            format!("packages:\n{}", lines(many, &|n| format!("  a{n}: {{version: {n}}}\n"))),
        ),
        ("pubspec.lock", "packages: {".repeat(50_000)),
        ("pubspec.yaml", format!("dependencies: {{{}}}", lines(many, &|n| format!("a{n}: 1, ")))),
        ("Package.resolved", format!("{{\"pins\": [{}", "[".repeat(500_000))),
        (
            "Podfile.lock",
            format!("PODS:\n{}", lines(many, &|n| format!("  - A{n} (1):\n    - A0\n"))),
        ),
        (
            "conan.lock",
            format!(
                "{{\"version\": \"0.4\", \"graph_lock\": {{\"nodes\": {{{}\"x\": 0}}}}}}",
                lines(many, &|n| format!(
                    "\"{n}\": {{\"ref\": \"a/{n}\", \"requires\": [\"{n}\", \"0\"]}},\n"
                ))
            ),
        ),
    ] {
        let start = Instant::now();
        let tree = Memory::new(&[("x", text.as_str())]);
        let _ = tree.read_as(std::slice::from_ref(format(name)), name, "x");
        let head = text.get(..40).unwrap_or_default();
        assert!(start.elapsed() < Duration::from_secs(5), "{name} {head}: {:?}", start.elapsed());
    }
}
