//! External tools, played by scripts that behave like the real ones, or as badly as a program can.

use crate::project::{Call, Outcome, Project, code_of, leak, wait};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::time::Duration;

/// A project with a folder of tools beside it.
struct Shop {
    project: Project,
}

impl Shop {
    fn new(files: &[(&str, &str)]) -> Self {
        let project = Project::new(files);
        std::fs::create_dir(project.home().join("bin")).unwrap();
        Self { project }
    }

    /// A shell script as the tool of that name. `$OUT` is a folder it may write to.
    fn tool(&self, name: &str, script: &str) -> &Self {
        let file = self.project.home().join("bin").join(name);
        install(&file, &script.replace("$OUT", self.project.home().to_str().unwrap()));
        self
    }

    fn call(&self, args: &[&str]) -> Call {
        let bin = self.project.home().join("bin");
        self.project
            .call(args)
            .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
            .env("SECURESCAN_NATIVE_ONLY", "")
    }

    fn run(&self, args: &[&str]) -> Outcome {
        self.call(args).run()
    }

    /// What a tool wrote down.
    fn noted(&self, file: &str) -> Option<String> {
        std::fs::read_to_string(self.project.home().join(file)).ok()
    }
}

fn install(file: &PathBuf, script: &str) {
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, format!("#!/bin/sh\n{script}\n")).unwrap();
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// hadolint: one finding in the last file it is given.
const HADOLINT: &str = r#"case $1 in --version) echo Linter 2.15.1; exit 0;; esac
for file; do last=$file; done
printf '[{"code":"DL3002","file":"%s","line":2,"column":1,"level":"warning","message":"Last USER should not be root"}]' "$last"
exit 1"#;

/// bandit: nothing found.
const BANDIT: &str = r#"case $1 in --version) echo bandit 1.9.4; exit 0;; esac
echo '{"results": [], "errors": [], "metrics": {}}'"#;

const DOCKERFILE: (&str, &str) = ("deploy/Dockerfile", "FROM debian:12\nUSER root\n");

fn outcome_of<'a>(run: &'a Value, scanner: &str) -> Option<&'a Value> {
    run["outcomes"].as_array().unwrap().iter().find(|outcome| outcome["scanner"] == scanner)
}

/// Whether a process is still there after the moment that it takes to die.
fn runs(number: &str) -> bool {
    let is_there = || {
        let stat =
            std::fs::read_to_string(format!("/proc/{}/stat", number.trim())).unwrap_or_default();
        stat.rsplit(')')
            .next()
            .is_some_and(|rest| !rest.trim().is_empty() && !rest.trim().starts_with(['Z', 'X']))
    };
    for _ in 0..200 {
        if !is_there() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

#[test]
fn a_tool_on_the_path_runs_and_its_findings_join_the_others() {
    let shop = Shop::new(&[DOCKERFILE, ("a.py", &leak("a"))]);
    shop.tool("hadolint", HADOLINT).tool("bandit", BANDIT);
    let run = shop.run(&["scan", "-o", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document = run.json();
    let hadolint = outcome_of(&document, "hadolint").unwrap();
    assert_eq!(
        hadolint,
        &json!({"scanner": "hadolint", "scan_type": "iac", "status": "ran", "findings": 1, "version": "2.15.1"})
    );
    assert_eq!(outcome_of(&document, "bandit").unwrap()["status"], "ran");
    assert!(
        !run.places().iter().any(|place| place.contains("DL3002")),
        "one problem is one finding: {:?}",
        run.places()
    );
    let finding = document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["rule_id"] == "dockerfile/root-user")
        .unwrap();
    assert_eq!(finding["metadata"]["line_snippet"], "USER root");
    assert_eq!(finding["metadata"]["also_reported_by"], json!(["hadolint"]));
    assert!(document["scan_types"].as_array().unwrap().contains(&json!("iac")));
    // Nobody asked for the rest.
    for missing in ["semgrep", "trivy", "checkov", "zap", "nmap"] {
        assert!(outcome_of(&document, missing).is_none(), "{missing}");
    }
    // A second look is the same to the byte.
    assert_eq!(shop.run(&["scan", "-o", "json"]).stdout, run.stdout);
}

#[test]
fn tools_for_sites_and_hosts_look_at_what_the_command_line_names() {
    let shop = Shop::new(&[]);
    let recorded = crate::project::checkout().join("tests/fixtures/tools/nmap-7.93.xml");
    let script = format!("echo \"$*\" >> $OUT/asked; cat {}", recorded.display());
    shop.tool("nmap", &script).tool("hadolint", "touch $OUT/ran");
    let run = shop.run(&["scan", "127.0.0.1", "--type", "network", "--ports", "1", "-o", "json"]);
    let outcome = outcome_of(&run.json(), "nmap").unwrap().clone();
    assert_eq!((&outcome["status"], &outcome["findings"]), (&json!("ran"), &json!(1)), "{outcome}");
    assert!(
        shop.noted("asked").unwrap().contains("-oX - -p 1 127.0.0.1"),
        "{:?}",
        shop.noted("asked")
    );
    assert_eq!(shop.noted("ran"), None, "a tool for files");
    let native =
        ["scan", "127.0.0.1", "--type", "network", "--ports", "1", "--native-only", "-o", "json"];
    assert!(outcome_of(&shop.run(&native).json(), "nmap").is_none());
    // A daemon is looked for only when somebody spoke of one.
    let site = ["scan", "http://127.0.0.1:1/", "-o", "json"];
    assert!(outcome_of(&shop.run(&site).json(), "zap").is_none());
    let spoken_of = shop.call(&site).env("SECURESCAN_ZAP_ADDRESS", "http://127.0.0.1:1").run();
    assert_eq!(outcome_of(&spoken_of.json(), "zap").unwrap()["status"], "skipped");
}

#[test]
fn native_only_starts_nothing() {
    for args in [
        &["scan", "--native-only"][..],
        &["scan", "--skip-scanner", "hadolint"],
        &["scan", "--scanner", "secrets"],
        &["scan", "--type", "code"],
    ] {
        let shop = Shop::new(&[DOCKERFILE]);
        shop.tool("hadolint", "touch $OUT/ran; echo '[]'");
        assert_eq!(shop.run(args).code, 0);
        assert_eq!(shop.noted("ran"), None, "{args:?}");
    }
    let shop = Shop::new(&[DOCKERFILE, (".securescan.yml", "scanners: {native_only: true}\n")]);
    shop.tool("hadolint", "touch $OUT/ran; echo '[]'");
    shop.run(&["scan"]);
    assert_eq!(shop.noted("ran"), None);
}

#[test]
fn a_tool_that_is_asked_for_and_cannot_run_says_why_and_what_to_do() {
    let shop = Shop::new(&[("a.txt", "x\n")]);
    shop.tool("hadolint", HADOLINT);
    for (name, args, reason, hint) in [
        ("semgrep", &[][..], "not installed", "pip install semgrep"),
        ("bandit", &["--native-only"], "switched off", "--native-only"),
        ("npm-audit", &[], "needs the network", "--online"),
        ("hadolint", &[], "no file for it", "name a folder"),
    ] {
        let run = shop.run(&[&["scan", "--scanner", name, "-o", "json"], args].concat());
        let document = run.json();
        let outcome = outcome_of(&document, name).unwrap_or_else(|| panic!("{name}: {document}"));
        assert_eq!(outcome["status"], "skipped", "{outcome}");
        assert!(outcome["reason"].as_str().unwrap().contains(reason), "{outcome}");
        assert!(outcome["hint"].as_str().unwrap().contains(hint), "{outcome}");
        // Nothing else ran either, and that is no clean scan.
        let gate =
            shop.run(&[&["scan", "--scanner", name, "--fail-on", "incomplete"], args].concat());
        assert_eq!(gate.code, 3, "{name}: {}", gate.stderr);
    }
    shop.run(&["scan", "--scanner", "hadolin"])
        .refused(&["unknown scanner", "did you mean \"hadolint\"?"]);
}

#[test]
fn a_tool_that_misbehaves_is_an_outcome_and_harms_nobody_else() {
    let huge = "i=0; while [ $i -lt 3000 ]; do echo a complaint that is rather long $i >&2; i=$((i+1)); done; exit 2";
    for (script, status, words) in [
        ("sleep 300", "timed_out", "2"),
        (
            "trap '' TERM; (trap '' TERM; sleep 300) & echo $! >> $OUT/pids; sleep 300",
            "timed_out",
            "2",
        ),
        ("kill -SEGV $$", "failed", "signal 11"),
        ("exit 2", "failed", "exit code 2"),
        ("echo 'bad: /x' >&2; exit 127", "failed", "bad: /x"),
        ("echo garbage", "failed", "not JSON"),
        ("printf '{\"results\": ['", "failed", "ends too early"),
        ("printf '\\377\\376\\000'", "failed", "not JSON"),
        ("true", "failed", "printed no result"),
        ("exec 1>&-; sleep 0.2", "failed", "printed no result"),
        ("head -c 200000000 /dev/zero", "failed", "more than"),
        (huge, "failed", "a complaint that is rather long 2999"),
    ] {
        let shop = Shop::new(&[DOCKERFILE, ("a.py", &leak("a"))]);
        let script = format!(
            "case $1 in --version) echo 1.0; exit 0;; esac\necho $$ >> $OUT/pids\n{script}"
        );
        shop.tool("bandit", &script).tool("hadolint", HADOLINT);
        let run = shop.call(&["scan", "-o", "json", "--tool-timeout", "2"]).run();
        assert!(run.took < Duration::from_secs(7), "{script}: {:?}", run.took);
        let document = run.json();
        let outcome = outcome_of(&document, "bandit").unwrap();
        assert_eq!(outcome["status"], status, "{script}: {outcome}");
        assert!(outcome.to_string().contains(words), "{script}: {outcome}");
        assert!(!outcome.to_string().contains(shop.project.home().to_str().unwrap()), "{outcome}");
        assert_eq!(outcome_of(&document, "hadolint").unwrap()["findings"], 1);
        assert!(run.places().iter().any(|place| place.contains("a.py:1:16")), "{:?}", run.places());
        for number in shop.noted("pids").unwrap().lines() {
            assert!(!runs(number), "{number} is left of {script}");
        }
    }
    let shop = Shop::new(&[("a.py", "x = 1\n")]);
    shop.tool("bandit", "exit 2");
    let run = shop.run(&["scan", "--fail-on", "incomplete"]);
    assert_eq!(run.code, 3);
    assert!(run.stdout.contains("bandit"), "{}", run.stdout);
}

#[test]
fn no_program_of_the_scanned_tree_is_ever_started() {
    let shop = Shop::new(&[DOCKERFILE]);
    let root = shop.project.root().to_owned();
    for folder in ["bin", "", "node_modules/.bin", ".venv/bin"] {
        install(
            &root.join(folder).join("hadolint"),
            &format!("touch {}/ran; echo '[]'", shop.project.home().display()),
        );
    }
    install(
        &root.join(".venv/bin/python"),
        &format!("touch {}/ran", shop.project.home().display()),
    );
    std::fs::write(root.join(".venv/pyvenv.cfg"), "").unwrap();
    std::fs::create_dir_all(root.join(".venv/lib/python3.11/site-packages")).unwrap();
    std::fs::write(root.join("setup.py"), "").unwrap();
    shop.tool(
        "pip-licenses",
        r#"case $1 in --version) echo 5.5.5; exit 0;; esac
for word; do python=$word; done
"$python" -c 'import sys' > $OUT/printed
echo '[{"Name": "gpl-thing", "Version": "1.0", "License": "GPL-3.0-only"}]'"#,
    );
    std::os::unix::fs::symlink(root.join("bin"), shop.project.home().join("link")).unwrap();
    let path = format!(
        ":.:bin:{0}/bin:{0}:{1}/link:{1}/bin:/usr/bin:/bin",
        root.display(),
        shop.project.home().display()
    );
    let run = shop.call(&["scan", "-o", "json"]).env("PATH", &path).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(shop.noted("ran"), None);
    let document = run.json();
    assert!(outcome_of(&document, "hadolint").is_none());
    // pip-licenses learns where the packages are from a stand-in, not from the Python that stands there.
    assert_eq!(outcome_of(&document, "pip-licenses").unwrap()["findings"], 1);
    let expected = format!("{}/.venv/lib/python3.11/site-packages\n", root.display());
    assert_eq!(shop.noted("printed").unwrap(), expected);
}

#[test]
fn a_tool_sees_copies_of_what_is_scanned_and_nothing_of_the_rest() {
    let shop = Shop::new(&[
        (".gitignore", "secret/\n"),
        ("secret/a.py", "x = 1\n"),
        ("src/b.py", "x = 1\n"),
        ("out/c.py", "x = 1\n"),
        (".bandit", "[bandit]\nskips: B101\n"),
        ("bandit.yaml", "skips: [B101]\n"),
        (".checkov.yaml", "external-checks-dir: [evil]\n"),
        ("evil/check.py", "raise SystemExit\n"),
        ("main.tf", "resource \"a\" \"b\" {}\n"),
        (".gitleaks.toml", "[allowlist]\npaths = ['.*']\n"),
        (".semgrepignore", "*\n"),
        (".github/workflows/w.yml", "on: push\n"),
        (".github/zizmor.yml", "rules: {}\n"),
        ("web/package.json", "{}"),
        ("web/package-lock.json", "{\"lockfileVersion\": 3, \"packages\": {}}"),
        ("web/.npmrc", "registry=http://evil.invalid/\n"),
        ("trivy.yaml", "exit-code: 0\n"),
    ]);
    shop.project.commit("", &[]);
    shop.project.link("link.py", "/etc/passwd");
    let see = |name: &str, result: &str| {
        shop.tool(
            name,
            &format!(
                "case \"$*\" in --version|version) echo 1.2.3; exit 0;; esac\n\
             for word; do last=$word; done\n[ -d \"$last\" ] || last=.\n\
             (pwd; cd \"$last\" && find . ! -type d | sort; ls -A) > $OUT/{name}.seen\n\
             env > $OUT/{name}.env\n{result}"
            ),
        );
    };
    see("bandit", "echo '{\"results\": []}'");
    see("checkov", "echo '[]'");
    see("zizmor", "echo '{\"version\": \"2.1.0\", \"runs\": []}'");
    see("npm", "echo '{\"vulnerabilities\": {}}'");
    see("trivy", "echo '{\"SchemaVersion\": 2}'");
    see(
        "gitleaks",
        "while [ $# -gt 0 ]; do [ \"$1\" = --report-path ] && echo '[]' > \"$2\"; shift; done",
    );
    let call = shop.call(&["scan", "-o", "json", "--exclude", "out", "--online"]);
    let call = call
        .env("AWS_SECRET_ACCESS_KEY", "x")
        .env("GITHUB_TOKEN", "x")
        .env("SECURESCAN_GITHUB_TOKEN", "x");
    let run = call
        .env("LD_PRELOAD", "")
        .env("PYTHONPATH", "/evil")
        .env("HTTPS_PROXY", "http://proxy.invalid:1")
        .run();
    let document = run.json();
    for name in ["bandit", "checkov", "zizmor", "npm-audit", "trivy", "gitleaks"] {
        assert_eq!(
            outcome_of(&document, name).unwrap_or_else(|| panic!("{name}"))["status"],
            "ran",
            "{document}"
        );
    }
    let seen = |name: &str| shop.noted(&format!("{name}.seen")).unwrap();
    let files = |name: &str| -> Vec<String> {
        seen(name).lines().filter(|line| line.starts_with("./")).map(str::to_owned).collect()
    };
    assert_eq!(files("bandit"), ["./evil/check.py", "./src/b.py"]);
    assert_eq!(
        files("checkov"),
        [
            "./.github/workflows/w.yml",
            "./.github/zizmor.yml",
            "./bandit.yaml",
            "./main.tf",
            "./trivy.yaml",
            "./web/package.json"
        ]
    );
    assert_eq!(files("zizmor"), ["./.github/workflows/w.yml"]);
    assert_eq!(files("npm"), ["./package-lock.json", "./package.json"]);
    assert_eq!(files("trivy"), ["./web/package-lock.json", "./web/package.json"]);
    let gitleaks = seen("gitleaks");
    for absent in [".gitleaks.toml", "secret", "link.py", "out/c.py", ".git/"] {
        assert!(!gitleaks.contains(absent), "{absent}: {gitleaks}");
    }
    for name in ["bandit", "npm"] {
        let mut names: Vec<String> = shop
            .noted(&format!("{name}.env"))
            .unwrap()
            .lines()
            .filter_map(|line| Some(line.split_once('=')?.0.to_owned()))
            .filter(|name| !["PWD", "OLDPWD", "SHLVL", "_"].contains(&name.as_str()))
            .collect();
        names.sort();
        let expected = [
            "HOME",
            "HTTPS_PROXY",
            "LANG",
            "NO_COLOR",
            "NPM_CONFIG_UPDATE_NOTIFIER",
            "PATH",
            "PYTHONDONTWRITEBYTECODE",
        ];
        names.retain(|name| !expected.contains(&name.as_str()));
        assert!(names.is_empty(), "{name}: {names:?}");
    }
}

#[test]
fn without_online_no_tool_gets_the_network_and_a_repository_cannot_give_it() {
    let shop = Shop::new(&[
        ("web/package-lock.json", "{\"lockfileVersion\": 3, \"packages\": {}}"),
        ("requirements.txt", "django==2.2\n"),
        (".securescan.yml", "scanners: {online: true, zap_active: true}\nsemgrep_rules: [auto]\n"),
        ("a.py", "x = 1\n"),
    ]);
    shop.tool("npm", "touch $OUT/npm")
        .tool("safety", "touch $OUT/safety")
        .tool("semgrep", "touch $OUT/semgrep");
    shop.tool("trivy", "echo \"$*\" >> $OUT/args; env >> $OUT/args; echo '{\"SchemaVersion\": 2}'");
    let run = shop.call(&["scan", "-o", "json"]).env("HTTPS_PROXY", "http://proxy.invalid:1").run();
    let document = run.json();
    for tool in ["npm", "safety", "semgrep"] {
        assert_eq!(shop.noted(tool), None, "{tool}");
    }
    let said = shop.noted("args").unwrap();
    assert!(said.contains("--offline-scan --skip-db-update --skip-java-db-update"), "{said}");
    assert!(!said.contains("PROXY"), "{said}");
    let notices = document["notices"].to_string();
    for key in ["scanners.online", "scanners.zap_active", "semgrep_rules"] {
        assert!(notices.contains(key), "{key}: {notices}");
    }
}

#[test]
fn only_a_scan_of_files_has_tools() {
    let shop = Shop::new(&[DOCKERFILE]);
    shop.tool("hadolint", "touch $OUT/ran; echo '[]'");
    let base = shop.project.commit_all();
    shop.project.write("deploy/Dockerfile", "FROM debian:12\n").stage(&["deploy/Dockerfile"]);
    let input = shop.call(&["scan", "-", "--stdin-path", "Dockerfile"]).input("FROM x\n").run();
    assert_eq!(input.code, 0, "{}", input.stderr);
    assert_eq!(shop.run(&["scan", "--staged"]).code, 0);
    shop.project.commit_all();
    assert_eq!(shop.run(&["diff", "--base-ref", &base]).code, 0);
    assert_eq!(shop.noted("ran"), None);
}

#[test]
fn two_scanners_that_see_one_secret_report_it_once_with_both_names() {
    let shop = Shop::new(&[("a.py", &leak("a"))]);
    shop.tool("gitleaks", r#"case $1 in version) echo 8.30.1; exit 0;; esac
while [ $# -gt 0 ]; do
    case $1 in --report-path) report=$2;; --source) source=$2;; esac; shift
done
printf '[{"RuleID":"generic-api-key","Description":"d","StartLine":1,"EndLine":1,"File":"%s/a.py","Match":"m","Secret":"s"}]' "$source" > "$report""#);
    let run = shop.run(&["scan", "-o", "json"]);
    let document = run.json();
    let findings = document["findings"].as_array().unwrap();
    let secrets: Vec<&Value> = findings.iter().filter(|one| one["file_path"] == "a.py").collect();
    assert_eq!(secrets.len(), 1, "{secrets:#?}");
    assert_eq!(secrets[0]["scanner"], "secrets");
    assert_eq!(secrets[0]["metadata"]["also_reported_by"], json!(["gitleaks"]));
    let aliases = secrets[0]["metadata"]["aliases"].as_array().unwrap();
    assert!(aliases.contains(&json!("generic-api-key")), "{aliases:?}");
}

/// osv-scanner and trivy on a lockfile, each with its own name for the weakness.
const OSV_SCANNER: &str = r#"case $1 in --version) echo osv-scanner version: 2.2.0; exit 0;; esac
for word; do last=$word; done
printf '{"results": [{"source": {"path": "%s/package-lock.json", "type": "lockfile"}, "packages": [{"package": {"name": "leftish", "version": "1.0.4", "ecosystem": "npm"}, "vulnerabilities": [{"id": "GHSA-aaaa-bbbb-cccc", "aliases": ["CVE-2024-1111"], "summary": "x", "database_specific": {"severity": "HIGH"}, "affected": [{"package": {"name": "leftish", "ecosystem": "npm"}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.0.7"}]}]}]}], "groups": [{"ids": ["GHSA-aaaa-bbbb-cccc"], "aliases": ["CVE-2024-1111"], "max_severity": "9.8"}]}]}]}' "$last"
exit 1"#;
const TRIVY: &str = r#"case $1 in --version) echo Version: 0.76.0; exit 0;; esac
echo '{"SchemaVersion": 2, "Results": [{"Target": "package-lock.json", "Class": "lang-pkgs", "Type": "npm", "Vulnerabilities": [{"VulnerabilityID": "CVE-2024-1111", "PkgName": "leftish", "InstalledVersion": "1.0.4", "FixedVersion": "1.0.7, 2.0.1", "Severity": "HIGH", "Title": "x"}, {"VulnerabilityID": "CVE-2024-9999", "PkgName": "leftish", "InstalledVersion": "1.0.4", "Severity": "LOW", "Title": "y"}]}]}'"#;

#[test]
fn an_advisory_that_tools_know_too_is_told_once_with_all_their_names() {
    let shop = Shop::new(&[
        ("package.json", crate::advisories::MANIFEST),
        ("package-lock.json", crate::advisories::LOCK),
    ]);
    let database = crate::advisories::database(&shop.project, &[crate::advisories::LEFTISH]);
    shop.tool("osv-scanner", OSV_SCANNER).tool("trivy", TRIVY);
    let run = shop
        .call(&["scan", "--type", "dependency", "-o", "json", "--db", database.to_str().unwrap()])
        .env("SECURESCAN_FAKE_NOW", "2024-06-10T00:00:00Z")
        .run();
    let document = run.json();
    let findings = document["findings"].as_array().unwrap();
    let of = |id: &str| -> Vec<&Value> {
        let has = |one: &Value| one["metadata"]["aliases"].to_string().contains(id);
        findings.iter().filter(|one| one["rule_id"] == id || has(one)).collect()
    };
    let known = of("CVE-2024-1111");
    assert_eq!(known.len(), 1, "{known:#?}");
    assert_eq!(known[0]["scanner"], "osv");
    assert_eq!(known[0]["metadata"]["also_reported_by"], json!(["osv-scanner", "trivy"]));
    // What only one of them knows is not lost, although it is about the same package.
    let other = of("CVE-2024-9999");
    assert_eq!((other.len(), &other[0]["scanner"]), (1, &json!("trivy")));
    assert_eq!(other[0]["line_number"], known[0]["line_number"], "{other:#?}");
}

#[test]
fn a_password_that_a_tool_points_at_is_shown_nowhere() {
    let shop = Shop::new(&[("a.py", "def f():\n    login('shop', password='hunter-two')\n")]);
    shop.tool("bandit", r#"case $1 in --version) echo 1.9.4; exit 0;; esac
for word; do last=$word; done
printf '{"results": [{"test_id": "B106", "test_name": "hardcoded_password_funcarg", "issue_text": "Possible hardcoded password: %s", "issue_severity": "LOW", "issue_confidence": "MEDIUM", "issue_cwe": {"id": 259}, "filename": "%s/a.py", "line_number": 2, "line_range": [2], "col_offset": 4, "end_col_offset": 40, "code": "hunter-two"}]}' "'hunter-two'" "$last""#);
    for format in crate::project::formats() {
        let run = shop.run(&["scan", "--scanner", "bandit", "-o", format]);
        assert!(!run.stdout.contains("hunter-two"), "{format}: {}", run.stdout);
    }
    let run = shop.run(&["scan", "--scanner", "bandit", "-o", "json"]);
    assert_eq!(run.places(), ["a.py:2:5 B106"]);
}

#[test]
fn ctrl_c_ends_the_tools_too() {
    let shop = Shop::new(&[DOCKERFILE, ("a.py", "x = 1\n")]);
    shop.tool("hadolint", "trap '' TERM INT; echo $$ >> $OUT/pids; while :; do sleep 1; done");
    let mut child = shop.call(&["scan"]).command().spawn().unwrap();
    for _ in 0..300 {
        if shop.noted("pids").is_some_and(|text| text.ends_with('\n')) {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let number = i32::try_from(child.id()).unwrap();
    let number = rustix::process::Pid::from_raw(number).unwrap();
    rustix::process::kill_process(number, rustix::process::Signal::INT).unwrap();
    let (status, took) = wait(&mut child, Duration::from_secs(20));
    assert_eq!(code_of(status.unwrap()), 130);
    assert!(took < Duration::from_secs(2), "{took:?}");
    for number in shop.noted("pids").unwrap().lines() {
        assert!(!runs(number), "{number} is left");
    }
}

#[test]
fn status_tells_which_tools_are_there_and_how_to_get_the_others() {
    let shop = Shop::new(&[]);
    shop.tool("hadolint", HADOLINT).tool("bandit", "sleep 300").tool("semgrep", "exit 1");
    let run = shop.call(&["status", "--json"]).env("PATH", shop.project.home().join("bin")).run();
    let document = run.json();
    let row = |name: &str| {
        document["scanners"]
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["scanner"] == name)
            .unwrap()
            .clone()
    };
    let hadolint = row("hadolint");
    assert_eq!(
        (&hadolint["kind"], &hadolint["available"], &hadolint["version"]),
        (&json!("tool"), &json!(true), &json!("2.15.1"))
    );
    assert_eq!(
        (&row("semgrep")["available"], &row("semgrep")["version"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(row("trivy")["available"], false);
    assert!(row("trivy")["hint"].as_str().unwrap().contains("trivy.dev"));
    assert!(!row("trivy")["checks"].as_array().unwrap().is_empty());
    assert_eq!(row("secrets")["kind"], "native");
    assert!(run.took < Duration::from_secs(15), "{:?}", run.took);
    let text = shop
        .tool("bandit", BANDIT)
        .call(&["status"])
        .env("PATH", shop.project.home().join("bin"))
        .run()
        .stdout;
    assert!(text.contains("Tools that are not there:"), "{text}");
}
