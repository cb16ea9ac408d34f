//! Checks of Docker on the host: how its daemon is reached and what it trusts.

use super::check::{Check, On, Seen};
use super::root::Root;
use crate::engine::rule::Rule;
use crate::finding::{Confidence, Severity};
use serde_json::Value;

const DAEMON: &str = "etc/docker/daemon.json";

const BASE: Rule = Rule {
    id: "",
    title: "",
    severity: Severity::High,
    confidence: Confidence::High,
    cwe: Some("CWE-250"),
    description: "",
    remediation: "",
    references: &["https://docs.docker.com/engine/security/"],
    aliases: &[],
};

/// Checks of Docker.
pub(super) static CHECKS: &[Check] = &[
    Check::by(
        On::Both,
        Rule {
            id: "baseline/docker-open-daemon",
            title: "Docker answers the network without asking who it is",
            severity: Severity::Critical,
            cwe: Some("CWE-306"),
            description: "Whoever reaches the port is root of the host: he starts a container that mounts its disk.",
            remediation: "Remove the `tcp://` host, or set `tlsverify` with an authority of your own.",
            ..BASE
        },
        |root, seen| {
            daemon(root, seen, |settings| {
                let open = settings["hosts"].as_array().is_some_and(|hosts| {
                    hosts.iter().filter_map(Value::as_str).any(|host| {
                        host.starts_with("tcp://")
                            && !["tcp://127.", "tcp://localhost", "tcp://[::1]"]
                                .iter()
                                .any(|own| host.starts_with(own))
                    })
                });
                (open && settings["tlsverify"] != true)
                    .then_some("`hosts` has a tcp:// address, and `tlsverify` is not set.")
            });
        },
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/docker-insecure-registry",
            title: "Docker trusts a registry without checking it",
            severity: Severity::Medium,
            cwe: Some("CWE-295"),
            description: "Everybody on the way can put other images in place of those that are pulled.",
            remediation: "Give the registry a certificate, and its authority to Docker in /etc/docker/certs.d.",
            ..BASE
        },
        |root, seen| {
            daemon(root, seen, |settings| {
                let some =
                    settings["insecure-registries"].as_array().is_some_and(|l| !l.is_empty());
                some.then_some("`insecure-registries` names a registry.")
            });
        },
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/docker-bridge",
            title: "Containers may talk to each other unasked",
            severity: Severity::Low,
            cwe: Some("CWE-668"),
            description: "On the default network one compromised container reaches all others.",
            remediation: "Set `\"icc\": false`, and put containers that belong together into a network of their own.",
            ..BASE
        },
        |root, seen| {
            daemon(root, seen, |settings| (settings["icc"] == true).then_some("`icc` is true."));
        },
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/docker-no-filter",
            title: "Docker's own protection of containers is off",
            severity: Severity::Medium,
            cwe: Some("CWE-693"),
            description: "Without the filter of system calls, or with user namespaces off, a way into the kernel is shorter.",
            remediation: "Remove `seccomp-profile: unconfined` from daemon.json.",
            ..BASE
        },
        |root, seen| {
            daemon(root, seen, |settings| {
                (settings["seccomp-profile"] == "unconfined")
                    .then_some("`seccomp-profile` is unconfined.")
            });
        },
    ),
    Check::by(
        On::Host,
        Rule {
            id: "baseline/docker-socket-mode",
            title: "Everybody may command Docker",
            severity: Severity::Critical,
            cwe: Some("CWE-732"),
            description: "Who may write to the socket is root of the host.",
            remediation: "`chmod 0660` the socket, and keep the group docker small.",
            ..BASE
        },
        |root, seen| {
            for path in ["run/docker.sock", "var/run/docker.sock"] {
                let Some(mode) = root.stat(path).and_then(|stat| stat.mode) else { continue };
                seen.looked();
                if mode & 0o006 != 0 {
                    let what = format!("The mode of `/{path}` is {:04o}.", mode & 0o777);
                    seen.flaw(path, None, "", what);
                    // The second path is a link to the first.
                    return;
                }
            }
        },
    ),
];

fn daemon(root: &Root<'_>, seen: &mut Seen, look: fn(&Value) -> Option<&'static str>) {
    let Some(text) = seen.text(root, DAEMON) else { return };
    let Ok(settings) = serde_json::from_str::<Value>(&text) else { return };
    if let Some(what) = look(&settings) {
        seen.flaw(DAEMON, None, "", what.to_owned());
    }
}
