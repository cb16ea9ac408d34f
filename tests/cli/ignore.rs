//! What is left out of a walk, what is not, and how a reader learns of it.

use crate::project::{Project, formats, leak};

fn names(places: &[String]) -> Vec<&str> {
    places.iter().map(|place| place.split(':').next().unwrap()).collect()
}

#[test]
fn ignore_files_apply_from_the_root_down_and_ours_wins() {
    let project = Project::new(&[
        (".gitignore", "*.log\n/build/\n!keep.log\ntmp/\n"),
        (".securescanignore", "!shown.log\nvendor/\n*.gen.py\n"),
        ("a.log", &leak("a")),
        ("keep.log", &leak("b")),
        ("shown.log", &leak("c")),
        ("build/x.py", &leak("d")),
        ("src/build/x.py", &leak("e")),
        ("src/.gitignore", "inner.py\n"),
        ("src/inner.py", &leak("f")),
        ("inner.py", &leak("g")),
        ("deep/tmp/x.py", &leak("h")),
        ("vendor/x.py", &leak("i")),
        ("x.gen.py", &leak("j")),
    ]);
    let kept = ["inner.py", "keep.log", "shown.log", "src/build/x.py"];
    assert_eq!(names(&project.secrets(&[])), kept);
    // The same rules reach a target below them; without a repository there is no above.
    project.commit("", &[]);
    assert_eq!(names(&project.secrets(&["src"])), ["src/build/x.py"]);
    assert_eq!(names(&project.secrets(&["deep"])), [""; 0]);
    assert_eq!(project.secrets(&["--no-ignore"]).len(), 10);
}

#[test]
fn a_file_that_git_tracks_is_scanned_although_an_ignore_file_matches_it() {
    let project = Project::new(&[
        (".gitignore", "*.env\nout/\nnode_modules/\n"),
        ("prod.env", &leak("a")),
        ("out/tracked.py", &leak("b")),
        ("out/other.py", &leak("c")),
        ("node_modules/m/tracked.js", &leak("d")),
        ("node_modules/m/other.js", &leak("e")),
    ]);
    project.commit("", &["prod.env", "out/tracked.py", "node_modules/m/tracked.js"]);
    project.write("local.env", leak("f"));
    let tracked = ["node_modules/m/tracked.js", "out/tracked.py", "prod.env"];
    let mut found = project.secrets(&[]);
    found.sort();
    assert_eq!(names(&found), tracked);
}

#[test]
fn paths_ignore_and_exclude_leave_out_tracked_files_too() {
    let files = [
        ("docs/a.py", &*leak("a")),
        ("docs/deep/b.py", &leak("b")),
        ("x.min.js", &leak("c")),
        ("src/c.py", &leak("d")),
    ];
    for (globs, kept) in [
        ("docs/**", &["src/c.py", "x.min.js"][..]),
        ("docs/", &["src/c.py", "x.min.js"]),
        ("docs", &["src/c.py", "x.min.js"]),
        ("/docs", &["src/c.py", "x.min.js"]),
        ("**/*.min.js", &["docs/a.py", "docs/deep/b.py", "src/c.py"]),
        ("docs/*.py", &["docs/deep/b.py", "src/c.py", "x.min.js"]),
        ("**/deep/**", &["docs/a.py", "src/c.py", "x.min.js"]),
    ] {
        let project = Project::new(&files);
        project.commit("", &[]);
        let sorted = |args: &[&str]| {
            let mut found = project.secrets(args);
            found.sort();
            names(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(sorted(&["--exclude", globs]), kept, "--exclude {globs}");
        project.write(".securescan.yml", format!("paths:\n  ignore: [\"{globs}\"]\n"));
        assert_eq!(sorted(&[]), kept, "paths.ignore {globs}");
        assert_eq!(sorted(&["--no-config"]).len(), 4);
    }
}

#[test]
fn hidden_files_are_read_and_tool_directories_are_not_unless_asked_for() {
    let project = Project::new(&[
        (".env.py", &leak("a")),
        (".github/x.py", &leak("b")),
        (".venv/x.py", &leak("c")),
        ("node_modules/x.js", &leak("d")),
        ("env/pyvenv.cfg", ""),
        ("env/x.py", &leak("e")),
        ("cache/CACHEDIR.TAG", ""),
        ("cache/x.py", &leak("f")),
        (".git/x.py", &leak("g")),
        (".hg/x.py", &leak("h")),
    ]);
    assert_eq!(names(&project.secrets(&[])), [".env.py", ".github/x.py"]);
    assert_eq!(names(&project.secrets(&["--hidden"])), [".env.py", ".github/x.py", ".venv/x.py"]);
    assert_eq!(project.secrets(&["--no-ignore"]).len(), 6);
    let skipped = project.run(&["scan", "-o", "json"]).skipped();
    let expected = [".venv/", "cache/", "env/", "node_modules/"];
    assert_eq!(skipped, expected.map(|path| format!("{path} tool-directory")));
}

#[test]
fn every_format_can_name_what_was_not_read_and_why() {
    let project = Project::new(&[
        (".gitignore", "zz-ignored.py\n"),
        ("zz-ignored.py", &leak("a")),
        ("zz-binary.bin", "\0\0\0"),
        ("zz-large.py", &"x".repeat(5000)),
        ("node_modules/x.js", ""),
        ("a.py", "x = 1\n"),
    ]);
    project.link("zz-out.py", "/etc/hostname").fifo("zz-fifo");
    let skipped =
        ["zz-ignored.py", "zz-binary.bin", "zz-large.py", "node_modules/", "zz-out.py", "zz-fifo"];
    for format in formats() {
        let args = ["scan", "--max-file-size", "4KiB", "--show-skipped", "-o", format];
        let outcome = project.run(&args);
        let missing: Vec<_> =
            skipped.iter().filter(|path| !outcome.stdout.contains(**path)).collect();
        assert!(missing.is_empty(), "{format} does not name {missing:?}: {}", outcome.stdout);
    }
    let text = project.run(&["scan", "--max-file-size", "4KiB"]).stdout;
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(flat.contains("scanned 2 files"), "{text}");
    assert!(flat.contains("skipped 6 ("), "{text}");
    assert!(flat.contains("--show-skipped lists them"), "{text}");
}

#[test]
fn ignore_rules_outside_the_repository_have_no_say() {
    let project = Project::new(&[("a.py", &leak("a")), ("b.py", &leak("b"))]);
    project.commit("", &[]);
    project.write("c.py", leak("c"));
    std::fs::write(project.path(".git/info/exclude"), "c.py\n").unwrap();
    std::fs::write(project.home().join(".gitignore"), "*.py\n").unwrap();
    std::fs::create_dir_all(project.home().join(".config/git")).unwrap();
    std::fs::write(project.home().join(".config/git/ignore"), "*.py\n").unwrap();
    let config = "[core]\n\texcludesFile = ~/.gitignore\n";
    std::fs::write(project.home().join(".gitconfig"), config).unwrap();
    assert_eq!(names(&project.secrets(&[])), ["a.py", "b.py", "c.py"]);
}
