//! What makes a repository heavy and its reviews blind: installed dependencies, build output, large binaries.

use super::rule::{Rule, quoted, weigh_context};
use super::view::View;
use crate::engine::Sink;
use crate::finding::{Confidence, Severity};
use crate::target::{Context, Kind};
use crate::text::decode::{Decoded, decode};
use std::collections::BTreeMap;

pub(super) static LARGE_BINARY: Rule = Rule {
    name: "large-binary",
    title: "Large binary file under version control",
    severity: Severity::Low,
    confidence: Confidence::High,
    cwe: None,
    why: "Nobody can review a binary in a change, and every clone downloads every version of it for ever.",
    fix: "Publish it as a release asset or keep it in Git LFS: `git lfs track {path}`, then \
          `git rm --cached -- {path} && git add .gitattributes {path}`.",
    references: &["https://git-lfs.com/"],
    aliases: &[],
};

pub(super) static COMMITTED_DEPENDENCIES: Rule = Rule {
    name: "committed-dependencies",
    title: "Installed dependencies under version control",
    severity: Severity::Low,
    confidence: Confidence::High,
    cwe: Some("CWE-1104"),
    why: "Installed packages in the repository escape the lock file, updates and vulnerability alerts, and a change hidden \
          among them is not reviewed.",
    fix: "Add the directory to .gitignore and take it out of the index: `git rm -r --cached -- {path}`. Install from the \
          lock file instead.",
    references: &["https://git-scm.com/docs/gitignore"],
    aliases: &[],
};

pub(super) static IGNORED_BUT_TRACKED: Rule = Rule {
    name: "ignored-but-tracked",
    title: "Build output is tracked although an ignore rule matches it",
    severity: Severity::Info,
    confidence: Confidence::Medium,
    cwe: None,
    why: "Ignore rules have no effect on files that are already tracked: every later version is committed, against what \
          the rule says.",
    fix: "Take it out of the index: `git rm -r --cached -- {path}`. If it is there on purpose, except it from the rule \
          with a line that begins with `!`.",
    references: &["https://git-scm.com/docs/gitignore"],
    aliases: &[],
};

/// Directories that only an installer or a tool fills.
const DEPENDENCIES: &[&str] = &[
    "node_modules",
    "bower_components",
    "site-packages",
    ".venv",
    "__pycache__",
    ".tox",
    ".nox",
    ".terraform",
    ".gradle",
    ".pnpm-store",
    ".eggs",
];

/// Directories that builds write to; tracked on purpose often enough that an ignore rule must say otherwise.
const OUTPUT: &[&str] = &[
    "dist",
    "build",
    "out",
    "target",
    "bin",
    "obj",
    "coverage",
    "htmlcov",
    ".next",
    ".nuxt",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".nyc_output",
    ".cache",
    ".parcel-cache",
];

const BINARY: &[&str] = &[
    "7z",
    "a",
    "apk",
    "avi",
    "bin",
    "bz2",
    "class",
    "deb",
    "dll",
    "dmg",
    "doc",
    "docx",
    "dylib",
    "ear",
    "exe",
    "flac",
    "gif",
    "gz",
    "h5",
    "ico",
    "img",
    "ipa",
    "iso",
    "jar",
    "jpeg",
    "jpg",
    "lib",
    "mkv",
    "mov",
    "mp3",
    "mp4",
    "msi",
    "node",
    "o",
    "onnx",
    "parquet",
    "pdf",
    "pkl",
    "png",
    "ppt",
    "pptx",
    "psd",
    "pt",
    "pth",
    "pyc",
    "rar",
    "rpm",
    "safetensors",
    "so",
    "tar",
    "tflite",
    "tgz",
    "tif",
    "tiff",
    "ttf",
    "war",
    "wasm",
    "wav",
    "webm",
    "webp",
    "whl",
    "woff",
    "woff2",
    "xls",
    "xlsx",
    "xz",
    "zip",
    "zst",
];

pub(super) fn scan(view: &View<'_>, max_binary_size: u64, sink: &mut Sink) {
    let Some(repository) = view.repository() else {
        return;
    };
    let mut dependencies: BTreeMap<String, u64> = BTreeMap::new();
    let mut output: BTreeMap<String, u64> = BTreeMap::new();
    let mut buffer = Vec::new();
    for &(path, tracked, entry) in view.tracked() {
        if let Some(directory) = dependency_directory(path) {
            *dependencies.entry(directory.to_owned()).or_default() += 1;
            continue;
        }
        if let Some(directory) = outermost(path, OUTPUT) {
            *output.entry(directory.to_owned()).or_default() += 1;
        }
        let size = entry.map_or(tracked.size, |entry| entry.size);
        if size > max_binary_size
            && is_binary(view, path, &mut buffer)
            && repository.stored_size(path).unwrap_or(size) > max_binary_size
        {
            let mut finding = LARGE_BINARY.finding(path);
            finding.title =
                format!("Large binary file under version control ({})", mebibytes(size));
            weigh_context(&mut finding, path);
            sink.push(finding);
        }
    }
    for (directory, count) in &dependencies {
        let mut finding = COMMITTED_DEPENDENCIES.finding(directory);
        finding.title = format!("Installed dependencies under version control: {directory}/");
        finding.description.push_str(&format!(" Tracked below it: {}.", files(*count)));
        sink.push(finding);
    }
    for (directory, count) in &output {
        if repository.is_ignored(directory, true) {
            let mut finding = IGNORED_BUT_TRACKED.finding(directory);
            finding.description.push_str(&format!(
                " Tracked below {}: {}.",
                quoted(directory),
                files(*count)
            ));
            sink.push(finding);
        }
    }
}

/// The directory of installed dependencies a path lies in. Fixtures of package managers and bundlers hold some on purpose.
fn dependency_directory(path: &str) -> Option<&str> {
    let directory = outermost(path, DEPENDENCIES)?;
    let parent = directory.rsplit_once('/').map_or("", |(parent, _)| parent);
    (Context::of(&format!("{parent}/x")) == Context::Source).then_some(directory)
}

fn outermost<'a>(path: &'a str, names: &[&str]) -> Option<&'a str> {
    let mut start = 0;
    for (end, _) in path.match_indices('/') {
        if names.contains(&&path[start..end]) {
            return Some(&path[..end]);
        }
        start = end + 1;
    }
    None
}

fn is_binary(view: &View<'_>, path: &str, buffer: &mut Vec<u8>) -> bool {
    if let Some(bytes) = view.read(path, buffer) {
        return decode(bytes) == Decoded::Binary;
    }
    let extension = path.rsplit_once('.').map_or("", |(_, e)| e).to_ascii_lowercase();
    Kind::of(path) == Kind::Other && BINARY.contains(&extension.as_str())
}

fn files(count: u64) -> String {
    if count == 1 { "1 file".to_owned() } else { format!("{count} files") }
}

fn mebibytes(size: u64) -> String {
    let tenths = size * 10 / (1 << 20);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_directory_stands_for_all_below_it() {
        assert_eq!(
            dependency_directory("web/node_modules/a/node_modules/b.js"),
            Some("web/node_modules")
        );
        assert_eq!(dependency_directory("node_modules.md"), None);
        assert_eq!(dependency_directory("test/fixtures/x/node_modules/a.js"), None);
    }

    #[test]
    fn sizes_read_in_mebibytes() {
        assert_eq!(mebibytes(5 << 20), "5.0 MiB");
        assert_eq!(mebibytes((6 << 20) + (1 << 19)), "6.5 MiB");
    }
}
