//! Facts about single actions: known flaws, actions nobody looks after any more, names like those of popular ones. As of 2025-12; what is
//! newer has to be looked up.

use super::facts::action;
use crate::engine::misconfig::judge::Verdict;
use crate::engine::misconfig::resource::{Resource, Scope};
use crate::engine::misconfig::value::Value;

/// Name, first version without the flaw, id of the flaw. Source: the GitHub Advisory Database, ecosystem "GitHub Actions".
const FLAWS: &[(&str, &[u64], &str)] = &[
    ("actions/download-artifact", &[4, 1, 3], "CVE-2024-42471"),
    ("atlassian/gajira-comment", &[2, 0, 2], "CVE-2020-14189"),
    ("atlassian/gajira-create", &[2, 0, 1], "CVE-2020-14188"),
    ("azure/setup-kubectl", &[3], "CVE-2023-23939"),
    ("bullfrogsec/bullfrog", &[0, 8, 4], "CVE-2025-47775"),
    ("canonical/get-workflow-version-action", &[1, 0, 1], "CVE-2025-31479"),
    ("check-spelling/check-spelling", &[0, 0, 19], "CVE-2021-32724"),
    ("dawidd6/action-download-artifact", &[6], "GHSA-5xr6-xhww-33m4"),
    ("embano1/wip", &[2], "CVE-2023-30623"),
    ("hashicorp/vault-action", &[2, 2, 0], "CVE-2021-32074"),
    ("kartverket/github-workflows", &[2, 7, 5], "CVE-2022-39326"),
    ("lycheeverse/lychee-action", &[2, 0, 2], "CVE-2024-48908"),
    ("rlespinasse/github-slug-action", &[4, 4, 1], "CVE-2023-27581"),
    ("tj-actions/branch-names", &[7, 0, 7], "CVE-2023-49291"),
    ("tj-actions/changed-files", &[46, 0, 1], "CVE-2025-30066"),
    ("tj-actions/verify-changed-files", &[17], "CVE-2023-52137"),
];

/// Versions that never had a flaw, although they are older than the one it was mended in: those before it came.
const BEFORE: &[(&str, u64)] = &[("actions/download-artifact", 4)];

/// Actions whose repositories are archived, and what to take instead.
const ARCHIVED: &[(&str, &str)] = &[
    ("actions-rs/audit-check", "rustsec/audit-check"),
    ("actions-rs/cargo", "a step that runs cargo"),
    ("actions-rs/clippy-check", "a step that runs cargo clippy"),
    ("actions-rs/grcov", "a step that runs grcov"),
    ("actions-rs/install", "a step that runs cargo install"),
    ("actions-rs/tarpaulin", "a step that runs cargo tarpaulin"),
    ("actions-rs/toolchain", "rustup, which runners have"),
    ("actions/create-release", "gh release create"),
    ("actions/setup-elixir", "erlef/setup-beam"),
    ("actions/setup-haskell", "haskell-actions/setup"),
    ("actions/setup-ruby", "ruby/setup-ruby"),
    ("actions/upload-release-asset", "gh release upload"),
    ("azure/container-scan", "a scanner that is looked after"),
    ("facebook/pysa-action", "a step that runs pysa"),
    ("google-github-actions/release-please-action", "googleapis/release-please-action"),
    ("gradle/gradle-build-action", "gradle/actions/setup-gradle"),
    ("gradle/wrapper-validation-action", "gradle/actions/wrapper-validation"),
    ("haskell/actions", "haskell-actions/setup"),
    ("sonarsource/sonarcloud-github-action", "sonarsource/sonarqube-scan-action"),
];

/// Actions that many workflows run.
const POPULAR: &[&str] = &[
    "actions/attest-build-provenance",
    "actions/cache",
    "actions/checkout",
    "actions/configure-pages",
    "actions/deploy-pages",
    "actions/download-artifact",
    "actions/github-script",
    "actions/labeler",
    "actions/setup-dotnet",
    "actions/setup-go",
    "actions/setup-java",
    "actions/setup-node",
    "actions/setup-python",
    "actions/stale",
    "actions/upload-artifact",
    "astral-sh/setup-uv",
    "aws-actions/configure-aws-credentials",
    "azure/login",
    "codecov/codecov-action",
    "docker/build-push-action",
    "docker/login-action",
    "docker/metadata-action",
    "docker/setup-buildx-action",
    "docker/setup-qemu-action",
    "dorny/paths-filter",
    "dtolnay/rust-toolchain",
    "github/codeql-action",
    "golangci/golangci-lint-action",
    "google-github-actions/auth",
    "goreleaser/goreleaser-action",
    "gradle/actions",
    "hashicorp/setup-terraform",
    "peaceiris/actions-gh-pages",
    "peter-evans/create-pull-request",
    "pnpm/action-setup",
    "pypa/gh-action-pypi-publish",
    "ruby/setup-ruby",
    "softprops/action-gh-release",
    "swatinem/rust-cache",
    "tj-actions/changed-files",
];

/// What a tag says of a version: `v4` is any of version 4.
fn version(reference: &str) -> Option<Vec<u64>> {
    let numbers = reference.strip_prefix('v').unwrap_or(reference);
    // A commit may begin with digits, and be nothing else.
    if reference.len() >= 40 {
        return None;
    }
    numbers.split('.').map(|part| part.parse().ok()).collect()
}

/// Whether every version that a tag may mean is older than another.
fn is_older(version: &[u64], fixed: &[u64]) -> bool {
    for (own, wanted) in version.iter().zip(fixed) {
        if own != wanted {
            return own < wanted;
        }
    }
    false
}

fn place(step: &Value) -> Verdict {
    step.get("uses").map_or_else(Verdict::whole, |uses| Verdict::at(uses.range.clone()))
}

/// A version with a known flaw. A commit is not known to be any.
pub fn vulnerable(step: &Resource, _: &Scope) -> Vec<Verdict> {
    let Some(name) = action(&step.body) else { return Vec::new() };
    let Some((_, fixed, id)) = FLAWS.iter().find(|(known, ..)| *known == name) else {
        return Vec::new();
    };
    let reference = step.body.at(&["@uses", "ref"]).and_then(Value::text).unwrap_or_default();
    let Some(version) = version(reference) else { return vec![Verdict::unknown()] };
    let before = BEFORE.iter().any(|(known, first)| *known == name && version[0] < *first);
    if before || !is_older(&version, fixed) {
        return Vec::new();
    }
    let fixed: Vec<String> = fixed.iter().map(u64::to_string).collect();
    let fixed = fixed.join(".");
    vec![place(&step.body).because(format!("It is {id}, mended in {fixed}."))]
}

/// An action whose repository is archived.
pub fn archived(step: &Resource, _: &Scope) -> Vec<Verdict> {
    let Some(name) = action(&step.body) else { return Vec::new() };
    let known = ARCHIVED.iter().find(|(known, _)| *known == name);
    known
        .map(|(_, instead)| place(&step.body).because(format!("Instead of it: {instead}.")))
        .into_iter()
        .collect()
}

/// A name that is one slip away from that of a popular action.
pub fn misspelt(step: &Resource, _: &Scope) -> Vec<Verdict> {
    let Some(name) = action(&step.body) else { return Vec::new() };
    if POPULAR.contains(&name) || !name.contains('/') {
        return Vec::new();
    }
    let like = POPULAR.iter().find(|known| is_a_slip(name.as_bytes(), known.as_bytes()));
    like.map(|known| place(&step.body).because(format!("The popular one is {known}.")))
        .into_iter()
        .collect()
}

/// Whether one text comes from another by one letter more, fewer or changed, or two swapped.
fn is_a_slip(one: &[u8], other: &[u8]) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
    let (left, right) = (&short[same..], &long[same..]);
    if short.len() < long.len() {
        return left == &right[1..];
    }
    match (left, right) {
        ([a, b, left @ ..], [c, d, right @ ..]) if a == d && b == c => left == right,
        ([_, left @ ..], [_, right @ ..]) => left == right,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_older_only_when_all_they_may_mean_is() {
        for (tag, fixed, expected) in [
            ("v45", vec![46, 0, 1], true),
            ("v46", vec![46, 0, 1], false),
            ("v46.0.0", vec![46, 0, 1], true),
            ("46.0.1", vec![46, 0, 1], false),
            ("v47.1", vec![46, 0, 1], false),
        ] {
            assert_eq!(is_older(&version(tag).unwrap(), &fixed), expected, "{tag}");
        }
        assert_eq!(version("main"), None);
        assert_eq!(version(&"1".repeat(40)), None);
    }

    #[test]
    fn slips_are_told_from_other_names() {
        for (name, expected) in [
            ("actions/chekcout", true),
            ("action/checkout", true),
            ("actions/checkouts", true),
            ("actions/checkaut", true),
            ("actions/chequeout", false),
            ("actions/checkout", false),
        ] {
            assert_eq!(is_a_slip(name.as_bytes(), b"actions/checkout"), expected, "{name}");
        }
    }
}
