//! The rules of the scanner: one for each kind of advisory. A finding carries the id of its advisory; the id here is an alias
//! of it, so that a whole kind can be ignored or weighed at once.

use super::advisory::Kind;
use crate::engine::rule::Rule;
use crate::finding::{Confidence, Severity};

/// In the order of [`Kind`].
pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "osv/vulnerable-package",
        title: "Vulnerable package",
        severity: Severity::Medium,
        confidence: Confidence::High,
        cwe: Some("CWE-1395"),
        description: "The project depends on a version of a package that a published advisory calls vulnerable. The \
            severity of a finding is that of the advisory's CVSS vector, or of the word its database gives it; medium where \
            it has neither.",
        remediation: "Update to the fixed version that the finding names.",
        references: &["https://ossf.github.io/osv-schema/"],
        aliases: &[],
    },
    Rule {
        id: "osv/unmaintained-package",
        title: "Unmaintained package",
        severity: Severity::Info,
        confidence: Confidence::High,
        cwe: Some("CWE-1104"),
        description: "Nobody looks after the package any more: the next weakness in it will not be mended.",
        remediation: "Plan to replace it; the advisory often names successors.",
        references: &["https://rustsec.org/"],
        aliases: &[],
    },
    Rule {
        id: "osv/unsound-package",
        title: "Unsound package",
        severity: Severity::Low,
        confidence: Confidence::High,
        cwe: Some("CWE-758"),
        description: "Safe code can break memory safety through this version of the package. No way to use that from \
            outside is known.",
        remediation: "Update to the fixed version that the finding names.",
        references: &["https://rustsec.org/"],
        aliases: &[],
    },
    Rule {
        id: "osv/package-notice",
        title: "Notice about a package",
        severity: Severity::Info,
        confidence: Confidence::High,
        cwe: Some("CWE-1395"),
        description: "The advisory database has something to say of this version of the package that is no weakness.",
        remediation: "Read the advisory.",
        references: &["https://rustsec.org/"],
        aliases: &[],
    },
    Rule {
        id: "osv/malicious-package",
        title: "Malicious package",
        severity: Severity::Critical,
        confidence: Confidence::High,
        cwe: Some("CWE-506"),
        description: "This version of the package was made to do harm: it steals, destroys or opens a door where it is \
            installed or run.",
        remediation: "Remove it, and treat every machine that installed it as taken over: rotate its secrets.",
        references: &["https://github.com/ossf/malicious-packages"],
        aliases: &[],
    },
];

/// The rule of a kind.
pub(super) fn of(kind: Kind) -> &'static Rule {
    let index = match kind {
        Kind::Vulnerability => 0,
        Kind::Unmaintained => 1,
        Kind::Unsound => 2,
        Kind::Notice => 3,
        Kind::Malware => 4,
    };
    &RULES[index]
}
