//! Checks of what is installed: how long the system is looked after, whether updates come, what is trusted.

use super::check::{Check, On, Seen};
use super::fields::{lines, pair, unquoted};
use super::root::Root;
use crate::engine::rule::Rule;
use crate::finding::{Confidence, Severity};
use jiff::civil::{Date, date};

const BASE: Rule = Rule {
    id: "",
    title: "",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-1104"),
    description: "",
    remediation: "",
    references: &["https://www.cisa.gov/known-exploited-vulnerabilities-catalog"],
    aliases: &[],
};

const UPDATES: &str = "var/lib/update-notifier/updates-available";

/// Checks of software.
pub(super) static CHECKS: &[Check] = &[
    Check::by(
        On::Both,
        Rule {
            id: "baseline/end-of-life",
            title: "System that gets no security updates any more",
            severity: Severity::High,
            description: "Holes that become known are not closed. Paid extensions of its maker are not counted.",
            remediation: "Move to a release that is looked after.",
            references: &["https://endoflife.date/"],
            ..BASE
        },
        end_of_life,
    ),
    Check::by(
        On::Host,
        Rule {
            id: "baseline/security-updates",
            title: "Security updates wait to be installed",
            description: "What they close is public.",
            remediation: "Install them: `apt upgrade`.",
            aliases: &["BASELINE-PKG-001"],
            ..BASE
        },
        |root, seen| updates(root, seen, true),
    ),
    Check::by(
        On::Host,
        Rule {
            id: "baseline/other-updates",
            title: "Updates wait to be installed",
            severity: Severity::Low,
            description: "A system that lags behind takes longer to bring up to date when it matters.",
            remediation: "Install them: `apt upgrade`.",
            aliases: &["BASELINE-PKG-002"],
            ..BASE
        },
        |root, seen| updates(root, seen, false),
    ),
    Check::by(
        On::Host,
        Rule {
            id: "baseline/restart-required",
            title: "Installed updates wait for a restart",
            severity: Severity::Low,
            description: "Until then the old kernel or library runs, with its holes.",
            remediation: "Restart the machine.",
            ..BASE
        },
        |root, seen| {
            for path in ["run/reboot-required", "var/run/reboot-required"] {
                if root.stat(path).is_some() {
                    seen.flaw(path, None, "", "The system asks for a restart.".to_owned());
                    return;
                }
            }
            if root.stat("etc/debian_version").is_some() {
                seen.looked();
            }
        },
    ),
    Check::by(
        On::Machine,
        Rule {
            id: "baseline/automatic-updates",
            title: "Security updates are not installed by themselves",
            severity: Severity::Low,
            confidence: Confidence::Medium,
            description: "Between the day a hole becomes known and the day somebody remembers, the system is open.",
            remediation: "Install unattended-upgrades or dnf-automatic and switch it on.",
            references: &["https://wiki.debian.org/UnattendedUpgrades"],
            ..BASE
        },
        automatic,
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/unsigned-packages",
            title: "Packages are installed without a signature",
            severity: Severity::High,
            cwe: Some("CWE-347"),
            description: "Everybody on the way, and every mirror, can put other packages in their place.",
            remediation: "Remove the setting, and install the key of the repository (`signed-by=`, `gpgkey=`).",
            references: &["https://wiki.debian.org/SecureApt"],
            ..BASE
        },
        unsigned,
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/preloaded-library",
            title: "Library that is loaded into every program",
            confidence: Confidence::Low,
            cwe: Some("CWE-426"),
            description: "Few systems need it, and rootkits hide by it.",
            remediation: "Find out where the library comes from. Empty the file when nobody needs it.",
            references: &["https://man7.org/linux/man-pages/man8/ld.so.8.html"],
            ..BASE
        },
        |root, seen| {
            let path = "etc/ld.so.preload";
            let Some(text) = seen.text(root, path) else { return };
            for (line, library) in lines(&text) {
                seen.flaw(path, Some(line), library, "It is named in ld.so.preload.".to_owned());
            }
        },
    ),
];

/// Last day of free security updates, from the makers' own calendars (debian.org/releases and LTS, ubuntu.com/about/release-cycle,
/// alpinelinux.org/releases, access.redhat.com/support/policy/updates/errata, centos.org, docs.aws.amazon.com).
const ENDS: &[(&str, &str, Date)] = &[
    ("alpine", "3.14", date(2023, 5, 1)),
    ("alpine", "3.15", date(2023, 11, 1)),
    ("alpine", "3.16", date(2024, 5, 23)),
    ("alpine", "3.17", date(2024, 11, 22)),
    ("alpine", "3.18", date(2025, 5, 9)),
    ("alpine", "3.19", date(2025, 11, 1)),
    ("alpine", "3.20", date(2026, 4, 1)),
    ("alpine", "3.21", date(2026, 11, 1)),
    ("alpine", "3.22", date(2027, 5, 1)),
    ("amzn", "2018.03", date(2023, 12, 31)),
    ("amzn", "2", date(2026, 6, 30)),
    ("centos", "6", date(2020, 11, 30)),
    ("centos", "7", date(2024, 6, 30)),
    ("centos", "8", date(2021, 12, 31)),
    ("debian", "7", date(2018, 5, 31)),
    ("debian", "8", date(2020, 6, 30)),
    ("debian", "9", date(2022, 6, 30)),
    ("debian", "10", date(2024, 6, 30)),
    ("debian", "11", date(2026, 8, 31)),
    ("debian", "12", date(2028, 6, 30)),
    ("rhel", "6", date(2020, 11, 30)),
    ("rhel", "7", date(2024, 6, 30)),
    ("rhel", "8", date(2029, 5, 31)),
    ("rhel", "9", date(2032, 5, 31)),
    ("rocky", "8", date(2029, 5, 31)),
    ("rocky", "9", date(2032, 5, 31)),
    ("almalinux", "8", date(2029, 3, 1)),
    ("almalinux", "9", date(2032, 5, 31)),
    ("ubuntu", "14.04", date(2019, 4, 25)),
    ("ubuntu", "16.04", date(2021, 4, 30)),
    ("ubuntu", "18.04", date(2023, 5, 31)),
    ("ubuntu", "20.04", date(2025, 5, 31)),
    ("ubuntu", "22.04", date(2027, 4, 30)),
    ("ubuntu", "23.10", date(2024, 7, 11)),
    ("ubuntu", "24.04", date(2029, 4, 30)),
];

fn end_of_life(root: &Root<'_>, seen: &mut Seen) {
    let places = ["etc/os-release", "usr/lib/os-release"];
    let Some((path, text)) = places.iter().find_map(|path| Some((*path, seen.text(root, path)?)))
    else {
        return;
    };
    let value = |wanted: &str| {
        lines(&text).filter_map(|(line, text)| pair(text).map(|pair| (line, pair))).find_map(
            |(line, (key, value))| (key == wanted).then(|| (line, unquoted(value).to_owned())),
        )
    };
    let (Some((_, id)), Some((line, version))) = (value("ID"), value("VERSION_ID")) else { return };
    // `3.18.4` is a 3.18, `8.9` an 8.
    let is_of = |release: &str| {
        version.strip_prefix(release).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let end = ENDS.iter().find(|(name, release, _)| *name == id && is_of(release));
    if let Some((name, release, end)) = end.filter(|(_, _, end)| *end < root.today) {
        let what = format!("Free security updates of {name} {release} ended on {end}.");
        seen.flaw(path, Some(line), &format!("{name} {release}"), what);
    }
}

fn updates(root: &Root<'_>, seen: &mut Seen, security: bool) {
    let Some(text) = seen.text(root, UPDATES) else { return };
    let count =
        |line: &str| line.split_whitespace().next().and_then(|word| word.parse::<u64>().ok());
    let mut all = 0;
    let mut urgent = 0;
    for (_, line) in lines(&text) {
        let Some(number) = count(line).filter(|_| !line.contains("ESM")) else { continue };
        if line.contains("security") {
            urgent = urgent.max(number);
        } else {
            all = all.max(number);
        }
    }
    // No count in what is said: it changes from day to day, and the finding is the same.
    if security && urgent > 0 {
        seen.flaw(UPDATES, None, "", "The list of updates names some for security.".to_owned());
    } else if !security && urgent == 0 && all > 0 {
        seen.flaw(UPDATES, None, "", "The list of updates is not empty.".to_owned());
    }
}

fn automatic(root: &Root<'_>, seen: &mut Seen) {
    if root.stat("etc/debian_version").is_none() {
        return;
    }
    seen.looked();
    let folder = "etc/apt/apt.conf.d";
    for name in seen.list(root, folder) {
        let Some(text) = seen.text(root, &format!("{folder}/{name}")) else { continue };
        let on = text.lines().any(|line| {
            let line = line.trim();
            line.starts_with("APT::Periodic::Unattended-Upgrade")
                && !line.contains("\"0\"")
                && line.contains('"')
        });
        if on {
            return;
        }
    }
    seen.lacks(folder, "No file in apt.conf.d sets APT::Periodic::Unattended-Upgrade.");
}

fn unsigned(root: &Root<'_>, seen: &mut Seen) {
    let mut sources = vec!["etc/apt/sources.list".to_owned()];
    let folder = "etc/apt/sources.list.d";
    sources.extend(seen.list(root, folder).into_iter().map(|name| format!("{folder}/{name}")));
    for path in sources {
        let Some(text) = seen.text(root, &path) else { continue };
        for (line, text) in lines(&text) {
            let lower = text.to_ascii_lowercase();
            if lower.contains("trusted=yes") || lower.replace(' ', "") == "trusted:yes" {
                seen.flaw(&path, Some(line), "", "The source is marked as trusted.".to_owned());
            }
        }
    }
    let folder = "etc/apt/apt.conf.d";
    for name in seen.list(root, folder) {
        let path = format!("{folder}/{name}");
        let Some(text) = seen.text(root, &path) else { continue };
        for (line, text) in lines(&text) {
            let lower = text.to_ascii_lowercase();
            let open = ["allowunauthenticated", "allowinsecurerepositories"];
            let on = lower.contains("\"true\"") || lower.contains("\"1\"");
            if on && open.iter().any(|word| lower.contains(word)) {
                seen.flaw(&path, Some(line), "", "apt is told to accept unsigned packages.".into());
            }
        }
    }
    let mut files = vec!["etc/yum.conf".to_owned(), "etc/dnf/dnf.conf".to_owned()];
    let folder = "etc/yum.repos.d";
    files.extend(seen.list(root, folder).into_iter().map(|name| format!("{folder}/{name}")));
    for path in files {
        let Some(text) = seen.text(root, &path) else { continue };
        for (line, text) in lines(&text) {
            if let Some(("gpgcheck", "0" | "no" | "false" | "False")) = pair(text) {
                seen.flaw(&path, Some(line), "", "`gpgcheck` is off.".to_owned());
            }
        }
    }
}
