//! Targets: directories, files, several of them, standard input; what paths are relative to.

use crate::project::{Project, leak};
use serde_json::json;

const RULE: &str = "secrets/generic-secret";

fn project() -> Project {
    Project::new(&[
        ("src/a.py", &leak("a")),
        ("src/deep/b.py", &leak("b")),
        ("lib/c.py", &leak("c")),
        ("d.py", &leak("d")),
    ])
}

fn found(paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| format!("{path}:1:16 {RULE}")).collect()
}

#[test]
fn paths_are_relative_to_the_repository_whatever_the_target_and_the_working_directory() {
    let project = project();
    project.commit("", &[]);
    for (folder, targets, expected) in [
        ("", &[][..], &["d.py", "lib/c.py", "src/a.py", "src/deep/b.py"][..]),
        ("", &["."], &["d.py", "lib/c.py", "src/a.py", "src/deep/b.py"]),
        ("", &["src"], &["src/a.py", "src/deep/b.py"]),
        ("", &["src/"], &["src/a.py", "src/deep/b.py"]),
        ("", &["./src/../lib"], &["lib/c.py"]),
        ("", &["src/a.py"], &["src/a.py"]),
        ("", &["src/a.py", "lib"], &["lib/c.py", "src/a.py"]),
        ("", &["lib", "src/a.py"], &["lib/c.py", "src/a.py"]),
        ("", &["src", "src/a.py", "src"], &["src/a.py", "src/deep/b.py"]),
        ("src", &[], &["src/a.py", "src/deep/b.py"]),
        ("src", &["a.py", "../lib"], &["lib/c.py", "src/a.py"]),
        ("src/deep", &["../../d.py"], &["d.py"]),
    ] {
        let args = [&["scan", "--scanner", "secrets", "-o", "json"], targets].concat();
        let outcome = project.call(&args).folder(project.path(folder)).run();
        assert_eq!(outcome.places(), found(expected), "{folder} {targets:?}");
        assert_eq!(outcome.code, 0);
    }
    let absolute = project.path("src");
    assert_eq!(
        project.secrets(&[absolute.to_str().unwrap()]),
        found(&["src/a.py", "src/deep/b.py"])
    );
}

#[test]
fn without_a_repository_paths_are_relative_to_the_deepest_common_directory() {
    let project = project();
    for (targets, expected) in [
        (&["src"][..], &["a.py", "deep/b.py"][..]),
        (&["src/deep/b.py"], &["b.py"]),
        (&["src/a.py", "src/deep"], &["a.py", "deep/b.py"]),
        (&["src/deep", "lib"], &["lib/c.py", "src/deep/b.py"]),
    ] {
        assert_eq!(project.secrets(targets), found(expected), "{targets:?}");
    }
}

#[test]
fn a_repository_in_a_repository_is_scanned_with_it_and_stands_alone_when_it_is_the_target() {
    let project = Project::new(&[("own.py", &leak("a"))]);
    project.commit("", &[]);
    project.write("libs/one/x.py", leak("b")).write("libs/two/y.py", leak("c"));
    project.commit("libs/one", &[]).commit("libs/two", &[]);
    for (targets, expected) in [
        (&["."][..], &["libs/one/x.py", "libs/two/y.py", "own.py"][..]),
        (&["libs/one"], &["x.py"]),
        (&["libs/one/x.py"], &["x.py"]),
        (&["libs"], &["libs/one/x.py", "libs/two/y.py"]),
        (&["libs/one", "own.py"], &["libs/one/x.py", "own.py"]),
        // The repository that holds both, not the directory between them.
        (&["libs/one", "libs/two"], &["libs/one/x.py", "libs/two/y.py"]),
    ] {
        assert_eq!(project.secrets(targets), found(expected), "{targets:?}");
    }
}

#[test]
fn a_link_that_is_named_as_target_is_followed() {
    let project = project();
    project.link("to_src", "src").link("to_d.py", "d.py");
    assert_eq!(project.secrets(&["to_src"]), found(&["a.py", "deep/b.py"]));
    assert_eq!(project.secrets(&["to_d.py"]), found(&["d.py"]));
}

#[test]
fn a_file_or_directory_that_is_named_is_read_whatever_ignore_files_say() {
    let project = Project::new(&[
        (".gitignore", "build/\n*.log\n"),
        ("build/a.py", &leak("a")),
        ("x.log", &leak("c")),
    ]);
    project.commit("", &[]).write("node_modules/b.py", leak("b"));
    assert_eq!(project.secrets(&["."]), found(&[]));
    assert_eq!(project.secrets(&["build", "x.log"]).len(), 2);
    assert_eq!(project.secrets(&["build/a.py"]), found(&["build/a.py"]));
    assert_eq!(project.secrets(&["node_modules"]), found(&["node_modules/b.py"]));
}

#[test]
fn a_target_that_is_not_there_is_an_error_even_beside_one_that_is() {
    let project = project();
    let before = project.listing();
    for targets in [&["gone"][..], &["gone/deeper"], &["src", "gone"], &["d.py/x"]] {
        let args = [&["scan", "-o", "json", "-o", "sarif=out.sarif"], targets].concat();
        let named = *targets.last().unwrap();
        project.run(&args).refused(&["error: cannot read ", named]);
    }
    assert_eq!(project.listing(), before);
}

#[test]
fn standard_input_is_scanned_under_the_name_it_is_given() {
    let project = Project::new(&[]);
    for (args, path) in [
        (&[][..], "stdin"),
        (&["--stdin-path", "src/config.py"], "src/config.py"),
        (&["--stdin-path", "./a.py"], "a.py"),
        (&["--stdin-path", "with blank/ä.py"], "with blank/ä.py"),
    ] {
        let args = [&["scan", "-", "-o", "json", "--scanner", "secrets"], args].concat();
        let outcome = project.call(&args).input(leak("x")).run();
        assert_eq!(outcome.places(), found(&[path]));
        assert_eq!(outcome.json()["target"], path);
    }
    let outcome = project.call(&["scan", "-", "-o", "json"]).input("").run();
    assert_eq!((outcome.code, outcome.json()["counts"]["total"].clone()), (0, json!(0)));
}

#[test]
fn the_kind_of_standard_input_follows_from_its_name() {
    // Unquoted values are values in an environment file and code in Python.
    let project = Project::new(&[]);
    let text = leak("k").replace('"', "");
    for (path, count) in [(".env", 1), ("a.py", 0)] {
        let args = ["scan", "-", "-o", "json", "--scanner", "secrets", "--stdin-path", path];
        let outcome = project.call(&args).input(text.clone()).run();
        assert_eq!(outcome.places().len(), count, "{path}: {}", outcome.stdout);
    }
}

#[test]
fn names_for_standard_input_that_are_absolute_or_lead_upwards_are_refused() {
    let project = Project::new(&[]);
    for path in
        ["/etc/passwd", "../a.py", "a/../../b", "a/..", "..", "", ".//x", "\\x", "C:\\x", "C:/x"]
    {
        let outcome = project.call(&["scan", "-", "--stdin-path", path]).input(leak("x")).run();
        outcome.refused(&["--stdin-path must be relative"]);
    }
}

#[test]
fn standard_input_stands_alone() {
    let project = project();
    project.run(&["scan", "-", "src"]).refused(&["`-` cannot be combined with other targets"]);
    project
        .run(&["scan", "src", "--stdin-path", "a.py"])
        .refused(&["--stdin-path goes with the target `-`"]);
}

#[test]
fn only_the_chosen_scanners_run_and_the_others_say_why_not() {
    let project = project();
    let status = |args: &[&str]| -> Vec<String> {
        let args = [&["scan", "-o", "json", "--type", "code"], args].concat();
        let run = project.run(&args).json();
        let outcomes = run["outcomes"].as_array().unwrap();
        outcomes
            .iter()
            .map(|outcome| {
                let text = |key: &str| outcome[key].as_str().unwrap_or_default().to_owned();
                format!("{} {} {}", text("scanner"), text("status"), text("reason"))
                    .trim()
                    .to_owned()
            })
            .collect()
    };
    let other = "skipped not among the enabled scanners";
    let disabled = "skipped disabled by configuration";
    assert_eq!(status(&[]), ["secrets ran", "sast ran", "git-hygiene ran"]);
    let (sast, hygiene) = (format!("sast {other}"), format!("git-hygiene {other}"));
    assert_eq!(
        status(&["--scanner", "secrets"]),
        ["secrets ran".to_owned(), sast.clone(), hygiene.clone()]
    );
    assert_eq!(
        status(&["--scanner", "secrets,git-hygiene"]),
        ["secrets ran".to_owned(), sast.clone(), "git-hygiene ran".to_owned()]
    );
    assert_eq!(
        status(&["--skip-scanner", "secrets"]),
        [format!("secrets {disabled}"), "sast ran".to_owned(), "git-hygiene ran".to_owned()]
    );
    assert_eq!(
        status(&["--scanner", "secrets", "--skip-scanner", "secrets"]),
        [format!("secrets {disabled}"), sast, hygiene]
    );
}

#[test]
fn an_unknown_scanner_or_type_is_refused_with_what_was_probably_meant() {
    let project = project();
    for (args, texts) in [
        (["--scanner", "secret"], &["unknown scanner \"secret\"", "did you mean \"secrets\"?"][..]),
        (["--skip-scanner", "githygiene"], &["did you mean \"git-hygiene\"?"]),
        (["--scanner", "zzz"], &["unknown scanner \"zzz\"", "securescan status"]),
        (["--type", "cod"], &["cod", "code"]),
        (["-t", "code,zzz"], &["zzz"]),
    ] {
        project.run(&[&["scan"], &args[..]].concat()).refused(texts);
    }
}
