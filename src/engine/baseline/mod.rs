//! How a Unix system is set up: the files of an image or a root file system that stands in the target, and, when the
//! user asks for it, those of this machine. Reads files only; runs no program and goes nowhere.

mod accounts;
mod check;
mod cron;
mod docker;
mod fields;
mod files;
mod kernel;
mod login;
mod look;
mod network;
mod root;
mod services;
mod software;
mod ssh;
mod ssh_config;
mod sudo;
mod view;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod cases_system;
#[cfg(test)]
mod tests;

use super::{BadConfig, Built, Meta, RuleInfo, Setup, Sink, Tree, TreeEngine};
use crate::finding::{ScanType, ScannerId, SkipReason, SkippedFile};
use crate::target::host::Host;
use check::Check;
use jiff::civil::Date;
use root::{Root, Scope};
use std::sync::Arc;

/// What is known of the scanner.
pub static META: Meta = Meta {
    id: ScannerId::new("baseline"),
    scan_type: ScanType::Baseline,
    summary: "how a system is set up: an image or root file system in the target, or this machine",
    checks: &[
        "sshd: logins, algorithms, forwarding; included files, first value wins",
        "accounts: user ids, empty and weak passwords, login.defs, PAM",
        "sudo and cron: rules without a password, programs that others can change",
        "modes of sensitive files, private keys, set-user-id programs",
        "kernel settings, mount options, mitigations",
        "services, listeners, firewall, logging, Docker",
        "end of life, updates, unsigned packages",
    ],
    rules,
    version,
};

/// Makes the scanner ready.
pub fn build(setup: &Setup<'_>) -> Result<Built, BadConfig> {
    let engine = Audit {
        host: setup.host.cloned(),
        only: setup.config.scan_types == [ScanType::Baseline],
        today: setup.today,
    };
    Ok(Built { tree: Some(Box::new(engine)), ..Built::default() })
}

/// Every check, in the order of the documentation.
fn checks() -> impl Iterator<Item = &'static Check> {
    let groups: [&'static [Check]; 12] = [
        ssh::CHECKS,
        accounts::CHECKS,
        login::CHECKS,
        sudo::CHECKS,
        cron::CHECKS,
        files::CHECKS,
        kernel::CHECKS,
        kernel::MORE,
        services::CHECKS,
        network::CHECKS,
        docker::CHECKS,
        software::CHECKS,
    ];
    groups.into_iter().flatten()
}

fn rules() -> Vec<RuleInfo> {
    let own = std::iter::once(&check::NOTHING);
    checks().map(|check| &check.rule).chain(own).map(|rule| rule.info(META.id.as_str())).collect()
}

fn version() -> String {
    format!("{} rules", rules().len())
}

struct Audit {
    host: Option<Arc<Host>>,
    /// Whether nothing but this was asked for: then finding no system is worth a word.
    only: bool,
    today: Date,
}

impl TreeEngine for Audit {
    fn scan(&self, tree: &Tree<'_>, sink: &mut Sink) -> Result<(), String> {
        let view = view::TreeView::new(tree.source, tree.repository.is_none());
        let (prefixes, more) = view.systems();
        for prefix in &prefixes {
            let files = view.below(prefix);
            audit(&Root::new(&files, Scope::Target(prefix), &[], self.today), sink);
        }
        if more > 0 {
            sink.tell(format!("baseline: {more} further root file systems were not looked at"));
        }
        if let Some(host) = &self.host {
            let root = Root::new(host.as_ref(), Scope::Host, &host.environment, self.today);
            audit(&root, sink);
        } else if self.only && prefixes.is_empty() {
            sink.push(check::nothing());
        }
        Ok(())
    }
}

/// Runs every check that applies, and tells how many came to what.
fn audit(root: &Root<'_>, sink: &mut Sink) {
    let mut counts = [0_usize; 4];
    for check in checks().filter(|check| check.applies_to(root)) {
        let (state, findings) = look::run(check, root);
        counts[state as usize] += 1;
        for finding in findings {
            sink.push(finding);
        }
    }
    let [passed, failed, without, unread] = counts;
    let where_ = root.shown();
    sink.tell(format!(
        "baseline: {where_}: {passed} checks passed, {failed} failed, {without} did not apply, {unread} could not be read"
    ));
    for (path, why) in root.take_unread() {
        let path = root.place(&path);
        sink.skip(SkippedFile { path, reason: SkipReason::Unreadable, detail: why });
    }
}

/// What the checks say of a single configuration file; for fuzzing and tests of hostile input.
pub fn check_file(path: &str, bytes: &[u8]) -> Vec<crate::finding::Finding> {
    let source = crate::target::source::Memory::new(path, bytes.to_vec());
    let tree = Tree::new(&source);
    let mut sink = Sink::new();
    let today = jiff::civil::date(2026, 1, 1);
    // The engine never fails as a whole.
    let _ = Audit { host: None, only: false, today }.scan(&tree, &mut sink);
    sink.into_findings()
}
