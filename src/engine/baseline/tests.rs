//! The checks over the table of systems, and what holds for any system.

use super::cases::{CASES, File};
use super::cases_system::MORE;
use super::check::State;
use super::root::{Root, Scope};
use super::{check_file, checks};
use crate::finding::{Finding, Severity, key};
use crate::target::host::{FileSystem, Stat, Unread};
use jiff::civil::date;
use std::collections::{BTreeMap, BTreeSet};

/// A system in memory.
#[derive(Debug, Default)]
struct Fake {
    files: BTreeMap<String, (u32, Vec<u8>)>,
    /// Nothing can be read or listed.
    is_closed: bool,
}

const FOLDER: u32 = 0o40000;

impl Fake {
    fn of(files: &[File]) -> Self {
        let files = files
            .iter()
            .map(|(path, mode, text)| ((*path).to_owned(), (*mode, text.as_bytes().to_vec())));
        Self { files: files.collect(), is_closed: false }
    }
}

impl FileSystem for Fake {
    fn read(&self, path: &str) -> Result<Vec<u8>, Unread> {
        match self.files.get(path) {
            Some(_) if self.is_closed => Err(Unread::Refused("permission denied".to_owned())),
            Some((_, text)) => Ok(text.clone()),
            None => Err(Unread::Missing),
        }
    }

    fn stat(&self, path: &str) -> Option<Stat> {
        if let Some((mode, _)) = self.files.get(path) {
            let is_folder = mode & FOLDER != 0;
            return Some(Stat {
                mode: (!self.is_closed).then_some(mode & 0o7777),
                is_folder,
                is_link: false,
            });
        }
        let below = format!("{path}/");
        let found = self.files.range(below.clone()..).next()?.0.starts_with(&below);
        found.then_some(Stat { mode: None, is_folder: true, is_link: false })
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, Unread> {
        let below = format!("{folder}/");
        let names: BTreeSet<String> = self
            .files
            .keys()
            .filter_map(|path| Some(path.strip_prefix(&below)?.split('/').next()?.to_owned()))
            .collect();
        match names.is_empty() {
            true => Err(Unread::Missing),
            false if self.is_closed => Err(Unread::Refused("permission denied".to_owned())),
            false => Ok(names.into_iter().collect()),
        }
    }
}

fn judge(rule: &str, fake: &Fake, environment: &[String]) -> (State, Vec<Finding>) {
    let check = checks().find(|check| check.rule.id == rule).unwrap();
    super::look::run(check, &Root::new(fake, Scope::Host, environment, date(2026, 11, 1)))
}

#[test]
fn every_check_has_a_system_it_finds_fault_with_and_one_it_does_not() {
    let mut seen = BTreeSet::from(["baseline/secret-in-environment"]);
    for case in CASES.iter().chain(MORE) {
        seen.insert(case.rule);
        let (state, findings) = judge(case.rule, &Fake::of(case.hit), &[]);
        assert_eq!((state, findings.len()), (State::Failed, 1), "{}: hit {findings:?}", case.rule);
        let finding = &findings[0];
        assert_eq!(finding.rule_id.as_str(), case.rule);
        assert_eq!(finding.meta(key::BASELINE_SCOPE), Some("host"));
        assert!(!finding.description.contains("EXAMPLE"), "{finding:?}");
        let (state, findings) = judge(case.rule, &Fake::of(case.miss), &[]);
        assert_eq!((state, findings), (State::Passed, Vec::new()), "{}: miss", case.rule);
        let closed = Fake { is_closed: true, ..Fake::of(case.miss) };
        let (state, findings) = judge(case.rule, &closed, &[]);
        assert!(findings.is_empty(), "{}: closed {findings:?}", case.rule);
        assert_eq!(
            judge(case.rule, &Fake::default(), &[]).0,
            State::NotApplicable,
            "{}",
            case.rule
        );
        let by_text = case.miss.iter().any(|(_, _, text)| !matches!(*text, "" | "x"));
        if by_text && !case.rule.ends_with("-mode") && case.rule != "baseline/sensitive-file-mode" {
            let told = matches!(state, State::CouldNotRead | State::NotApplicable);
            assert!(told, "{}: {state:?}", case.rule);
        }
    }
    let all: BTreeSet<&str> = checks().map(|check| check.rule.id).collect();
    assert_eq!(all, seen, "every check has a case");
}

#[test]
fn every_rule_says_what_a_rule_has_to_say() {
    let mut aliases = BTreeSet::new();
    for rule in super::rules() {
        assert!(!rule.title.is_empty() && rule.description.len() > 20, "{}", rule.id);
        assert!(!rule.remediation.is_empty() && !rule.references.is_empty(), "{}", rule.id);
        assert!(rule.references.iter().all(|page| page.starts_with("https://")), "{}", rule.id);
        assert!(rule.aliases.iter().all(|alias| aliases.insert(alias.clone())), "{}", rule.id);
    }
    let documented = [
        "SSH-001",
        "SSH-002",
        "SSH-003",
        "PERM-001",
        "FW-001",
        "PWD-001",
        "PWD-002",
        "PWD-003",
        "KERN-001",
        "KERN-002",
        "KERN-003",
        "ENV-001",
        "SUDO-001",
        "CRON-001",
        "USER-001",
        "USER-002",
        "PORT-001",
        "PKG-001",
        "PKG-002",
        "WWRITE-001",
        "SCOPE-001",
    ];
    for name in documented {
        assert!(aliases.contains(&format!("BASELINE-{name}")), "{name}");
    }
}

#[test]
fn environment_variables_are_told_by_name() {
    let names = ["DEPLOY_TOKEN".to_owned()];
    let (state, findings) = judge("baseline/secret-in-environment", &Fake::default(), &names);
    assert_eq!(state, State::Failed);
    assert!(findings[0].title.ends_with("DEPLOY_TOKEN"), "{findings:?}");
    let (state, _) = judge("baseline/secret-in-environment", &Fake::default(), &[]);
    assert_eq!(state, State::Passed);
}

#[test]
fn a_container_has_no_kernel_of_its_own() {
    let files = [
        (".dockerenv", 0o644, ""),
        ("proc/sys/net/ipv4/ip_forward", 0o644, "1"),
        ("etc/systemd/system/a.wants/b.service", 0o644, ""),
    ];
    for rule in ["baseline/ip-forwarding", "baseline/no-firewall", "baseline/time-service"] {
        assert_eq!(judge(rule, &Fake::of(&files), &[]).0, State::NotApplicable, "{rule}");
    }
}

#[test]
fn a_shadow_file_that_everybody_can_read_is_critical() {
    let (_, findings) =
        judge("baseline/sensitive-file-mode", &Fake::of(&[("etc/shadow", 0o644, "")]), &[]);
    assert_eq!(findings[0].severity, Severity::Critical);
}

#[test]
fn includes_that_lead_in_a_circle_end() {
    let loops = Fake::of(&[
        ("etc/ssh/sshd_config", 0o644, "Include /etc/ssh/sshd_config /etc/ssh/*\nInclude a/../b\n"),
        ("etc/ssh/b", 0o644, "Include sshd_config\nPermitRootLogin yes\n"),
    ]);
    assert_eq!(judge("baseline/ssh-root-login", &loops, &[]).0, State::Failed);
}

#[test]
fn what_stands_in_an_included_match_block_holds_there_only() {
    let files = Fake::of(&[
        (
            "etc/ssh/sshd_config",
            0o644,
            "Include x\nMatch Group a\nInclude y\nMatch all\nX11Forwarding yes\n",
        ),
        ("etc/ssh/x", 0o644, "Match User b\nPermitRootLogin yes\n"),
        ("etc/ssh/y", 0o644, "PasswordAuthentication yes\nMatch all\nPermitTunnel yes\n"),
    ]);
    assert_eq!(judge("baseline/ssh-root-login", &files, &[]).0, State::Passed);
    assert_eq!(judge("baseline/ssh-password-login", &files, &[]).0, State::Passed);
    assert_eq!(judge("baseline/ssh-tunnel", &files, &[]).0, State::Passed);
    assert_eq!(judge("baseline/ssh-x11-forwarding", &files, &[]).0, State::Failed);
}

#[test]
fn the_last_file_of_sysctl_decides_in_an_image() {
    let files = Fake::of(&[
        ("usr/lib/sysctl.d/50-a.conf", 0o644, "net.ipv4.ip_forward = 1\n"),
        ("etc/sysctl.d/50-a.conf", 0o644, "net.ipv4.ip_forward = 0\nkernel.sysrq=1\n"),
        ("etc/sysctl.d/60-b.conf", 0o644, "-net/ipv4/conf/all/accept_redirects=1\n"),
        ("etc/sysctl.conf", 0o644, "; x\nkernel.sysrq = 0\n"),
    ]);
    let root = Root::new(&files, Scope::Target("image/"), &[], date(2026, 1, 1));
    let of =
        |rule: &str| super::look::run(checks().find(|check| check.rule.id == rule).unwrap(), &root);
    assert_eq!(of("baseline/ip-forwarding").0, State::Passed);
    assert_eq!(of("baseline/sysrq").0, State::Passed);
    let (state, findings) = of("baseline/accept-redirects");
    assert_eq!(state, State::Failed);
    assert_eq!(findings[0].path.as_deref(), Some("image/etc/sysctl.d/60-b.conf"));
    assert_eq!(findings[0].line, Some(1));
    // What is not configured is not judged: the image does not decide it.
    assert!(of("baseline/kernel-pointers").1.is_empty());
}

#[test]
fn many_flaws_are_cut_short_and_counted() {
    let text: String =
        (0..500).map(|n| format!("a{n}:x:0:0::/:/bin/sh\n")).collect::<Vec<_>>().concat();
    let findings = check_file("etc/passwd", text.as_bytes());
    let roots: Vec<_> =
        findings.iter().filter(|f| f.rule_id.as_str() == "baseline/second-root").collect();
    assert_eq!(roots.len(), 100);
    assert!(roots[99].description.contains("400 more like it"), "{}", roots[99].description);
}

#[test]
fn a_system_of_a_test_weighs_less() {
    let findings = check_file("tests/rootfs/etc/passwd", b"toor:x:0:0::/root:/bin/sh\n");
    let finding = findings.iter().find(|f| f.rule_id.as_str() == "baseline/second-root").unwrap();
    assert_eq!(finding.severity, Severity::Low);
    assert_eq!(finding.meta(key::RULE_SEVERITY), Some("critical"));
    assert!(check_file("src/passwd", b"toor:x:0:0::/root:/bin/sh\n").is_empty());
}
