//! The rules of the scanner as data.

use crate::finding::Severity;

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// Copyleft that nobody wrote a policy about.
    Copyleft,
    /// A licence that is no open source, without a policy.
    Restricted,
    /// A source says nothing, or nothing anybody understands.
    Unknown,
    /// The policy denies it.
    Denied,
    /// The policy allows others only.
    NotAllowed,
    /// No source at all.
    Unresolved,
}

/// A rule as people read about it.
#[derive(Debug)]
pub struct RuleText {
    /// Which one.
    pub rule: Rule,
    /// Part of its id after `licenses/`.
    pub name: &'static str,
    /// Noun phrase.
    pub title: &'static str,
    /// Severity of the usual case.
    pub severity: Severity,
    /// Why it matters.
    pub description: &'static str,
    /// What to do.
    pub remediation: &'static str,
    /// Pages to read.
    pub references: &'static [&'static str],
    /// Older names.
    pub aliases: &'static [&'static str],
}

/// Every rule, in the order of the documentation.
pub static RULES: &[RuleText] = &[
    RuleText {
        rule: Rule::Copyleft,
        name: "copyleft",
        title: "Copyleft license",
        severity: Severity::Medium,
        description: "Copyleft asks those who hand the work on, or for some licenses those who offer it over a \
            network, to \
                      pass on source and the same rights: for the whole program (strong, network) or for the \
                          work itself \
                      (weak). Whoever ships the program has to know that and to comply.",
        remediation: "Comply with the license, replace the package, or, where that has been decided, allow the \
            license under \
                      licenses.allow or the package under licenses.exceptions.",
        references: &[
            "https://www.gnu.org/licenses/license-list.html",
            "https://spdx.org/licenses/",
        ],
        // What the npm half of the scanner once reported under a name of its own.
        aliases: &["copyleft-npm"],
    },
    RuleText {
        rule: Rule::Restricted,
        name: "restricted",
        title: "Restricted license",
        severity: Severity::Medium,
        description: "The license is no open source: it excludes fields of use, kinds of users or changes, or \
            grants nothing \
                      without a contract.",
        remediation: "Read the license, get the rights you need or replace the package. Where there is a \
            contract, name the \
                      package under licenses.exceptions.",
        references: &["https://opensource.org/osd", "https://spdx.org/licenses/"],
        aliases: &[],
    },
    RuleText {
        rule: Rule::Unknown,
        name: "unknown",
        title: "Unknown license",
        severity: Severity::Low,
        description: "Without a license nobody may use a work. The package states none, or one that is neither an SPDX \
                      expression nor a well-known name.",
        remediation: "Look for the license in the package's repository, ask its authors, and write the answer \
            down under \
                      licenses.exceptions.",
        references: &["https://choosealicense.com/no-permission/", "https://spdx.org/licenses/"],
        aliases: &[],
    },
    RuleText {
        rule: Rule::Denied,
        name: "denied",
        title: "Denied license",
        severity: Severity::High,
        description: "The policy of this repository denies the license (licenses.deny).",
        remediation: "Replace the package, or have an exception approved and add it to licenses.exceptions.",
        references: &["https://spdx.org/licenses/"],
        aliases: &[],
    },
    RuleText {
        rule: Rule::NotAllowed,
        name: "not-allowed",
        title: "License not allowed",
        severity: Severity::Medium,
        description: "The policy of this repository allows other licenses only (licenses.allow).",
        remediation: "Replace the package, or have the license or an exception approved and add it to \
            licenses.allow or \
                      licenses.exceptions.",
        references: &["https://spdx.org/licenses/"],
        aliases: &[],
    },
    RuleText {
        rule: Rule::Unresolved,
        name: "unresolved",
        title: "Licenses of packages are not known here",
        severity: Severity::Info,
        description: "The lockfile does not name the licenses of its packages, and the packages are not in the \
            scanned tree.",
        remediation: "Install the dependencies into the project (npm ci, pip install into a virtual environment \
            in it, cargo \
                      vendor, go mod vendor, composer install) and scan with --no-ignore.",
        references: &["https://spdx.org/licenses/"],
        aliases: &[],
    },
];

impl Rule {
    /// Its text.
    pub fn text(self) -> &'static RuleText {
        let place = match self {
            Self::Copyleft => 0,
            Self::Restricted => 1,
            Self::Unknown => 2,
            Self::Denied => 3,
            Self::NotAllowed => 4,
            Self::Unresolved => 5,
        };
        &RULES[place]
    }

    /// Its whole id.
    pub fn id(self) -> String {
        format!("licenses/{}", self.text().name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_finds_its_own_text() {
        for text in RULES {
            assert_eq!(text.rule.text().name, text.name);
            assert!(!text.title.ends_with('.') && text.description.ends_with('.'));
        }
        assert_eq!(Rule::NotAllowed.id(), "licenses/not-allowed");
    }
}
