//! The rules of the scanner.

use crate::engine::rule::Rule;
use crate::finding::{Confidence, Severity};

pub(super) static TYPOSQUAT: Rule = Rule {
    id: "supply-chain/typosquat",
    title: "Package with a name like that of a popular one",
    severity: Severity::Medium,
    confidence: Confidence::Low,
    cwe: Some("CWE-1357"),
    description: "The name of a dependency is one slip away from that of a widely used package. Such names are \
        registered so that a typing error installs somebody else's code.",
    remediation: "Look the package up. If the popular one was meant, correct the name and treat machines that \
        installed the other as compromised; if not, ignore this finding with the reason.",
    references: &["https://slsa.dev/spec/v1.0/threats-overview"],
    aliases: &[],
};

pub(super) static INSTALL_SCRIPT: Rule = Rule {
    id: "supply-chain/install-script",
    title: "Packages that run programs when they are installed",
    severity: Severity::Info,
    confidence: Confidence::High,
    cwe: Some("CWE-829"),
    description: "The lockfile says that the package manager will run a program of these packages at installation. A \
        package that is taken over runs its code there first, on every developer's machine and in every build.",
    remediation: "Install with scripts off (`npm ci --ignore-scripts`, `enableScripts: false` of Yarn, \
        `onlyBuiltDependencies` of pnpm) and allow the few packages that need one.",
    references: &["https://docs.npmjs.com/cli/using-npm/config#ignore-scripts"],
    aliases: &[],
};

pub(super) static GIT_DEPENDENCY: Rule = Rule {
    id: "supply-chain/git-dependency",
    title: "Dependency outside a registry that is not pinned",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-494"),
    description: "A dependency comes from a repository or an archive, and nothing fixes its content: a branch, a tag \
        or a file at an address can change at any time.",
    remediation: "Name the full commit id, or give the digest of the archive. Better, use a release from the registry.",
    references: &["https://slsa.dev/spec/v1.0/threats-overview"],
    aliases: &[],
};

pub(super) static MISSING_INTEGRITY: Rule = Rule {
    id: "supply-chain/missing-integrity",
    title: "Lockfile entries without a digest",
    severity: Severity::Low,
    confidence: Confidence::High,
    cwe: Some("CWE-353"),
    description: "Lockfiles of this kind hold a digest for every package from a registry, and these have none: \
        whatever the registry or a proxy sends is installed.",
    remediation: "Make the lockfile anew with a current version of the package manager, and look at what changes.",
    references: &["https://docs.npmjs.com/cli/configuring-npm/package-lock-json"],
    aliases: &[],
};

pub(super) static LOCKFILE_MISMATCH: Rule = Rule {
    id: "supply-chain/lockfile-mismatch",
    title: "Lockfile that does not fit its manifest",
    severity: Severity::Low,
    confidence: Confidence::Medium,
    cwe: Some("CWE-1357"),
    description: "The manifest asks for packages that the lockfile has not, or has in other versions. The next \
        installation either fails or takes versions that nobody has looked at.",
    remediation: "Bring the lockfile up to date, commit it, and install with the command that refuses a difference \
        (`npm ci`, `cargo build --locked`, `poetry check --lock`, `uv sync --locked`, `bundle install --frozen`).",
    references: &["https://docs.npmjs.com/cli/commands/npm-ci"],
    aliases: &[],
};

pub(super) static OTHER_REGISTRY: Rule = Rule {
    id: "supply-chain/other-registry",
    title: "Packages from more than one registry",
    severity: Severity::Low,
    confidence: Confidence::Medium,
    cwe: Some("CWE-427"),
    description: "Packages come from a registry other than the usual one. Where a tool asks both for the same name, \
        whoever registers a private name in the public registry with a higher version is installed (dependency \
        confusion).",
    remediation: "Let one registry answer for each name: a proxy as the only index, a scope or a named index for \
        private packages, and the private names reserved in the public registry.",
    references: &[
        "https://docs.npmjs.com/threats-and-mitigations",
        "https://packaging.python.org/en/latest/guides/index-mirrors-and-caches/",
    ],
    aliases: &[],
};

pub(super) static UNPROTECTED_SOURCE: Rule = Rule {
    id: "supply-chain/unprotected-source",
    title: "Packages fetched over an unprotected connection",
    severity: Severity::High,
    confidence: Confidence::High,
    cwe: Some("CWE-319"),
    description: "Packages are fetched over plain HTTP or the git protocol, or certificates are not checked: \
        everybody on the way can put other code in their place.",
    remediation: "Use https:// and remove the setting that turns certificate checks off; a private authority belongs \
        into the tool's certificate setting.",
    references: &["https://cwe.mitre.org/data/definitions/319.html"],
    aliases: &[],
};

pub(super) static UNPINNED_ACTION: Rule = Rule {
    id: "supply-chain/unpinned-action",
    title: "Action that is not pinned to a commit",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-829"),
    description: "A workflow runs an action of somebody else by a branch or a tag, which its owner, or whoever takes \
        the account over, can move to other code. That code runs with the token and the secrets of the job.",
    remediation: "Pin the full commit id and keep the tag as a comment: `uses: owner/action@<40 hex digits> # v1.2.3`. \
        Dependabot and Renovate keep such pins up to date.",
    references: &[
        "https://docs.github.com/en/actions/reference/security/secure-use#using-third-party-actions",
    ],
    aliases: &["unpinned-uses", "zizmor/unpinned-uses"],
};

/// All of them, in the order of the documentation.
pub static RULES: &[&Rule] = &[
    &TYPOSQUAT,
    &UNPROTECTED_SOURCE,
    &GIT_DEPENDENCY,
    &UNPINNED_ACTION,
    &OTHER_REGISTRY,
    &MISSING_INTEGRITY,
    &LOCKFILE_MISMATCH,
    &INSTALL_SCRIPT,
];
