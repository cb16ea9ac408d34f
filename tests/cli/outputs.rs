//! Where reports go: standard output carries the payload alone, files appear whole or not at all.

use crate::project::{Project, code_of, formats, leak};
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

fn project() -> Project {
    let rules = ".env\n.venv/\n__pycache__/\n*.pyc\n";
    Project::new(&[(".gitignore", rules), ("a.py", &leak("a")), ("b.py", &leak("b"))])
}

fn is_clean(project: &Project) -> bool {
    project.listing().iter().all(|(path, _)| !path.to_string_lossy().contains(".securescan-"))
}

#[test]
fn a_file_holds_the_same_bytes_as_standard_output() {
    let project = project();
    let out = project.home().join("out");
    for format in formats() {
        let printed = project.run(&["scan", "-o", format]);
        assert_eq!(printed.code, 0);
        assert!(!printed.stdout.is_empty());
        let named = format!("{format}={}", out.display());
        let written = project.run(&["scan", "-o", &named]);
        assert_eq!((written.code, &*written.stdout), (0, ""), "{format}");
        assert_eq!(std::fs::read_to_string(&out).unwrap(), printed.stdout, "{format}");
        let other = project.run(&["scan", "-o", format, "--output-file", out.to_str().unwrap()]);
        assert_eq!(other.code, 0, "{format}");
        assert_eq!(std::fs::read_to_string(&out).unwrap(), printed.stdout, "{format}");
    }
}

#[test]
fn standard_output_is_the_payload_and_the_rest_goes_to_standard_error() {
    let project = project();
    for format in ["json", "sarif"] {
        let outcome = project.run(&["scan", "-o", format, "--fail-on-count", "0"]);
        outcome.json();
        assert!(outcome.stderr.contains("securescan: 2 findings"), "{}", outcome.stderr);
    }
    let lines = project.run(&["scan", "-o", "jsonl"]).stdout;
    assert!(lines.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()));
    let quiet = project.run(&["scan", "-q"]);
    assert_eq!(quiet.stderr, "");
    assert!(!quiet.stdout.contains("a.py"));
    assert!(quiet.stdout.contains("total   2 findings"), "{}", quiet.stdout);
    assert_eq!(project.run(&["scan", "-q", "-o", "json"]).stderr, "");
}

#[test]
fn several_outputs_come_from_one_scan() {
    let project = project();
    let args = ["scan", "-o", "sarif=out.sarif", "-o", "json=run.json", "-o", "text", "--exclude"];
    let outcome = project.run(&[&args[..], &["out.*"]].concat());
    assert_eq!(outcome.code, 0);
    assert!(outcome.stdout.contains("a.py:1:16"));
    let read = |name: &str| -> serde_json::Value {
        serde_json::from_slice(&std::fs::read(project.path(name)).unwrap()).unwrap()
    };
    assert_eq!(read("out.sarif")["runs"][0]["results"].as_array().unwrap().len(), 2);
    assert_eq!(read("run.json")["counts"]["total"], 2);
    assert!(is_clean(&project));
}

#[test]
fn outputs_that_cannot_work_are_refused_before_anything_is_read_or_written() {
    let project = project();
    project.write("old.json", "precious").write("folder/x", "");
    let before = project.listing();
    for (args, text) in [
        (&["-o", "json", "-o", "sarif"][..], "2 outputs want to go to standard output"),
        (&["-o", "jason"], "unknown format \"jason\""),
        (&["-o", "json="], "no file name after ="),
        (&["-o", "json=gone/x.json"], "gone is not a folder"),
        (&["-o", "json=folder"], "it is a folder"),
        (&["-o", "json=a.py/x"], "is not a folder"),
        (&["-o", "json=x.json", "--output-file", "y.json"], "0 outputs lack one"),
        (&["-o", "json", "-o", "csv", "--output-file", "y"], "2 outputs lack one"),
        (&["-o", "json=new.json", "-o", "sarif=new.json"], "two outputs"),
        (&["-o", "json=new.json", "-o", "sarif=./folder/../new.json"], "two outputs"),
    ] {
        project.run(&[&["scan"], args].concat()).refused(&[text]);
        assert_eq!(project.listing(), before, "{args:?}");
    }
}

#[test]
fn an_error_leaves_an_older_report_as_it_was() {
    let project = project();
    project.write("old.json", "precious");
    for (args, config) in
        [(&["gone"][..], ""), (&["."], "fail_on_severity: hgih\n"), (&["--baseline", "none"], "")]
    {
        project.write(".securescan.yml", config);
        let args = [&["scan", "-o", "json=old.json"], args].concat();
        assert_eq!(project.run(&args).code, 2, "{args:?}");
        assert_eq!(std::fs::read(project.path("old.json")).unwrap(), b"precious");
        assert!(is_clean(&project));
    }
}

#[test]
fn a_report_is_renamed_into_place_with_the_permissions_of_the_umask() {
    let project = project();
    let out = project.home().join("out.json");
    std::fs::write(&out, "older").unwrap();
    let held = std::fs::File::open(&out).unwrap();
    let call = project.call(&["scan", "-o", &format!("json={}", out.display())]);
    assert_eq!(call.run_after("umask 027").code, 0);
    // Whoever had the old file open still reads the old one, whole.
    assert_eq!(std::io::read_to_string(held).unwrap(), "older");
    assert_eq!(out.metadata().unwrap().permissions().mode() & 0o777, 0o640);
    let left: Vec<_> = std::fs::read_dir(project.home())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left.len(), 2, "{left:?}");
}

#[test]
fn devices_are_written_to_and_not_replaced() {
    let project = project();
    assert_eq!(project.run(&["scan", "-o", "json=/dev/null"]).code, 0);
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
    let dash = project.run(&["scan", "-o", "json=-"]);
    assert_eq!(dash.json()["counts"]["total"], 2);
}

#[test]
fn a_full_disk_is_an_error_and_a_reader_that_left_is_none() {
    let project = project();
    for format in formats() {
        let call = project.call(&["scan", "-o", format]);
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = call.command().stdout(full).output().unwrap();
        assert_eq!(code_of(output.status), 2, "{format}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("No space left"), "{format}: {said}");

        let mut child = call.command().spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(code_of(output.status), 0, "{format}: {said}");
        assert!(!said.contains("error"), "{format}: {said}");
    }
    let output = project
        .call(&["scan", "-o", "json=/dev/full"])
        .command()
        .stdout(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(code_of(output.status), 2);
}

#[test]
fn colour_is_asked_for_or_absent() {
    let project = project();
    for (args, variable, coloured) in [
        (&["scan"][..], None, false),
        (&["scan", "--color", "never"], None, false),
        (&["scan", "--color", "always"], None, true),
        (&["--color", "always", "scan"], Some("NO_COLOR"), true),
        (&["scan", "--color", "always", "-o", "json"], None, false),
        (&["scan", "--color", "always", "-o", "csv"], None, false),
        (&["scan", "--color", "always", "-o", "text=/dev/stdout"], None, false),
    ] {
        let mut call = project.call(args);
        if let Some(name) = variable {
            call = call.env(name, "1");
        }
        let outcome = call.run();
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        assert_eq!(outcome.stdout.contains('\x1b'), coloured, "{args:?}");
        assert!(!outcome.stderr.contains('\x1b'), "{args:?}");
    }
}

#[test]
fn the_width_of_text_follows_columns() {
    let project = project();
    for columns in [40, 80, 120] {
        let outcome = project.call(&["scan"]).env("COLUMNS", columns.to_string()).run();
        let widest = outcome
            .stdout
            .lines()
            // A link and a marked place cannot be folded.
            .filter(|line| !line.contains("https://") && !line.contains('|'))
            .map(|line| line.chars().count())
            .max();
        assert!(widest.unwrap() <= columns.max(40) + 24, "{columns}: {}", outcome.stdout);
    }
}
