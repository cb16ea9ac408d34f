//! The audit of a system: in the target, and of a machine that is named on the command line.

use super::project::Project;
use serde_json::Value;

fn ids(run: &Value) -> Vec<String> {
    let findings = run["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["rule_id"].as_str().unwrap().to_owned()).collect()
}

fn image() -> Project {
    Project::new(&[
        ("rootfs/etc/passwd", "root:x:0:0::/root:/bin/bash\ntoor:x:0:0::/root:/bin/bash\n"),
        ("rootfs/etc/ssh/sshd_config", "Port 22\nPermitRootLogin yes\n"),
        ("rootfs/etc/shadow", "root::19000:0:99999:7:::\n"),
        ("src/main.py", "print(1)\n"),
    ])
}

#[test]
fn a_system_in_the_target_is_audited_where_it_stands() {
    let run = image().run(&["scan", "--type", "baseline", "-o", "json"]).json();
    let found = ids(&run);
    for id in ["baseline/second-root", "baseline/ssh-root-login", "baseline/empty-password"] {
        assert!(found.contains(&id.to_owned()), "{id}: {found:?}");
    }
    let mut login = run["findings"].as_array().unwrap().iter();
    let login = login.rfind(|f| f["rule_id"] == "baseline/ssh-root-login").unwrap();
    assert_eq!(login["file_path"], "rootfs/etc/ssh/sshd_config");
    assert_eq!(login["line"], 2);
    assert_eq!(login["metadata"]["baseline_scope"], "target");
    let told = run["notices"].to_string();
    assert!(told.contains("baseline: rootfs: ") && told.contains("did not apply"), "{told}");
}

#[test]
fn an_ordinary_project_hears_nothing_of_the_audit() {
    let project = Project::new(&[("src/main.py", "print(1)\n")]);
    let run = project.run(&["scan", "-o", "json"]).json();
    assert_eq!(ids(&run), Vec::<String>::new());
    assert!(!run["notices"].to_string().contains("baseline"), "{run}");
    let asked = project.run(&["scan", "--type", "baseline", "-o", "json"]).json();
    assert_eq!(ids(&asked), ["baseline/nothing-to-audit"]);
}

#[test]
fn ids_of_the_original_tool_silence() {
    let project = image();
    project.write(".securescan.yml", "ignored_rules: [BASELINE-SSH-001, BASELINE-USER-001]\n");
    let run = project.run(&["scan", "--type", "baseline", "-o", "json"]).json();
    let found = ids(&run);
    assert!(!found.iter().any(|id| id.ends_with("root-login") || id.ends_with("second-root")));
    assert!(found.contains(&"baseline/empty-password".to_owned()));
}

#[cfg(unix)]
#[test]
fn a_machine_is_audited_only_when_the_command_line_says_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let machine = tempfile::tempdir().unwrap();
    let etc = machine.path().join("etc");
    std::fs::create_dir_all(etc.join("ssh")).unwrap();
    std::fs::write(etc.join("passwd"), "root:x:0:0::/root:/bin/bash\n").unwrap();
    std::fs::set_permissions(etc.join("passwd"), std::fs::Permissions::from_mode(0o666)).unwrap();
    std::fs::write(etc.join("ssh/sshd_config"), "PasswordAuthentication yes\n").unwrap();
    let project =
        Project::new(&[("a.py", "x = 1\n"), (".securescan.yml", "scan_types: [baseline]\n")]);
    let flag = format!("--baseline-host-probes={}", machine.path().display());
    let run = project.run(&["scan", &flag, "-o", "json"]).json();
    let found = ids(&run);
    assert!(found.contains(&"baseline/sensitive-file-mode".to_owned()), "{found:?}");
    let mut login = run["findings"].as_array().unwrap().iter();
    let login = login.rfind(|f| f["rule_id"] == "baseline/ssh-password-login").unwrap();
    assert_eq!(login["metadata"]["baseline_scope"], "host");
    assert_eq!(login["metadata"]["host_file"], "/etc/ssh/sshd_config:1");
    assert!(login["file_path"].is_null());
    // The folder of the machine is nobody's business.
    assert!(!run.to_string().contains(&*machine.path().to_string_lossy()), "{run}");
    let code = project.run(&["scan", "--type", "code", &flag, "-o", "json"]).json();
    assert!(
        ids(&code).contains(&"baseline/ssh-password-login".to_owned()),
        "asked for is asked for"
    );
    project.run(&["scan", "http://127.0.0.1/", &flag]).refused(&["one after the other"]);
    project.write(".securescan.yml", "baseline_host_probes: true\n");
    project.run(&["scan"]).refused(&["unknown key \"baseline_host_probes\""]);
    project.write(".securescan.yml", "");
    let without = project.run(&["scan", "-o", "json"]).json();
    assert!(!without["findings"].to_string().contains("baseline"), "{without}");
    project.run(&["scan", "--baseline-host-probes=/nowhere/at/all"]).refused(&["cannot audit"]);
}
