//! `diff` between commits: the right buckets, from the right commits, without touching anything.

use crate::determinism::without_moment;
use crate::project::{Call, Outcome, Project, leak, places};
use serde_json::Value;

/// Paths and lines of a bucket of a comparison.
pub(crate) fn bucket(outcome: &Outcome, name: &str) -> Vec<String> {
    places(&outcome.json(), name)
}

fn moved(outcome: &Outcome) -> Vec<String> {
    let document = outcome.json();
    let entries = document["moved"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    entries
        .iter()
        .map(|entry| {
            format!("{} -> {}", text(&entry["from"]), text(&entry["finding"]["file_path"]))
        })
        .collect()
}

/// A comparison with `main` as JSON.
pub(crate) fn diff(project: &Project, args: &[&str]) -> Outcome {
    let fixed = ["diff", "--base-ref", "main", "-o", "json", "--scanner", "secrets"];
    project.run(&[&fixed, args].concat())
}

/// A project whose branch `change` is one commit ahead of `main` by what `edit` does.
pub(crate) fn changed(files: &[(&str, &str)], edit: impl FnOnce(&Project)) -> Project {
    let project = Project::new(files);
    project.commit_all();
    project.branch("change");
    edit(&project);
    project.commit_all();
    project
}

#[test]
fn new_fixed_and_unchanged_are_told_apart() {
    let (old, stays, new) = (leak("old"), leak("stays"), leak("new"));
    let project = changed(&[("a.py", &old), ("b.py", &stays)], |project| {
        project.write("a.py", "x = 1\n").write("c/d.py", &new);
    });
    let run = diff(&project, &["--include-unchanged"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(bucket(&run, "new"), ["c/d.py:1:16 secrets/generic-secret"]);
    assert_eq!(bucket(&run, "fixed"), ["a.py:1:16 secrets/generic-secret"]);
    assert_eq!(bucket(&run, "unchanged"), ["b.py:1:16 secrets/generic-secret"]);
    assert_eq!(run.json()["unchanged_count"], 1);
    assert_eq!(run.json()["base"]["name"], "main");
    assert_eq!(run.json()["head"]["commit"].as_str().unwrap().len(), 40);
}

/// The original found none: its fingerprints did not know the line.
#[test]
fn a_second_secret_of_the_kind_in_the_file_is_new() {
    let one = leak("one");
    let two = leak("two");
    let project = changed(&[("a.py", &one)], |project| {
        project.write("a.py", format!("{one}{two}"));
    });
    let run = diff(&project, &[]);
    assert_eq!(bucket(&run, "new"), ["a.py:2:16 secrets/generic-secret"]);
    assert_eq!(run.json()["unchanged_count"], 1);
}

/// T58: what is done to the text around a finding does not make it new; a copy of it does.
#[test]
fn moving_lines_is_no_change_and_a_copied_line_is_one() {
    let line = leak("x");
    for (text, new) in [
        (format!("\n\n# more\n{line}"), 0),
        (format!("if x:\n        {line}"), 0),
        (format!("{}\r\n", line.trim_end()), 0),
        (format!("{line}{line}"), 1),
    ] {
        let project = changed(&[("a.py", &line)], |project| {
            project.write("a.py", &text);
        });
        let run = diff(&project, &[]);
        assert_eq!(bucket(&run, "new").len(), new, "{text:?}");
        assert_eq!(run.json()["unchanged_count"], 1, "{text:?}");
    }
}

#[test]
fn a_renamed_file_moves_its_findings() {
    let filler: String = (0..20).map(|n| format!("value_{n} = {n}\n")).collect();
    let text = format!("{filler}{}", leak("x"));
    let project = changed(&[("old name.py", &text)], |project| {
        project.remove("old name.py").write("näw/b.py", format!("# moved\n{text}{}", leak("new")));
    });
    let run = diff(&project, &[]);
    assert_eq!(moved(&run), ["old name.py -> näw/b.py"]);
    assert_eq!(bucket(&run, "new"), ["näw/b.py:23:16 secrets/generic-secret"]);
    assert_eq!(bucket(&run, "fixed"), Vec::<String>::new());
    assert_eq!(run.json()["unchanged_count"], 1);
}

#[test]
fn a_base_that_went_on_is_not_blamed_on_the_change() {
    let project = changed(&[("a.py", &leak("mended on main"))], |project| {
        project.write("b.py", leak("of the change"));
    });
    project.switch("main");
    project.write("a.py", "x = 1\n").write("c.py", leak("new on main"));
    project.commit_all();
    let run = diff(&project, &["--head-ref", "change"]);
    assert_eq!(bucket(&run, "new"), ["b.py:1:16 secrets/generic-secret"]);
    assert_eq!(bucket(&run, "fixed"), Vec::<String>::new());
    let two = diff(&project, &["--head-ref", "change", "--two-dot"]);
    assert_eq!(bucket(&two, "new").len(), 2);
    assert_eq!(bucket(&two, "fixed").len(), 1);
}

#[test]
fn nothing_is_touched_and_the_work_tree_has_no_say() {
    let project = changed(&[("a.py", "x = 1\n")], |project| {
        project.write("b.py", leak("x"));
    });
    project.write("b.py", "mended, not committed\n").write("untracked.py", leak("untracked"));
    project.stage(&["b.py"]);
    let before = (project.listing(), std::fs::read(project.path(".git/HEAD")).unwrap());
    let run = diff(&project, &[]);
    assert_eq!(bucket(&run, "new"), ["b.py:1:16 secrets/generic-secret"]);
    assert_eq!((project.listing(), std::fs::read(project.path(".git/HEAD")).unwrap()), before);
    // Without a work tree the bytes are the same.
    let bare = project.home().join("bare.git");
    std::fs::rename(project.path(".git"), &bare).unwrap();
    let of_bare = project
        .call(&["diff", "--base-ref", "main", "-o", "json", "--scanner", "secrets", "."])
        .folder(&bare)
        .run();
    assert_eq!(of_bare.stdout, run.stdout);
}

#[test]
fn a_target_limits_what_is_compared() {
    let project = changed(&[("web/a.py", "")], |project| {
        project.write("web/a.py", leak("in")).write("api/b.py", leak("out"));
    });
    for args in [&["web"][..], &["web/a.py"]] {
        assert_eq!(bucket(&diff(&project, args), "new").len(), 1, "{args:?}");
    }
    let inside = project
        .call(&["diff", "--base-ref", "main", "-o", "json", "--scanner", "secrets"])
        .folder(project.path("web"))
        .run();
    assert_eq!(bucket(&inside, "new"), ["web/a.py:1:16 secrets/generic-secret"]);
}

#[test]
fn changed_only_looks_at_the_files_of_the_change_and_says_so() {
    let project = changed(&[("a.py", &leak("a")), ("b.py", &leak("b"))], |project| {
        project.write("b.py", format!("{}{}", leak("b"), leak("new")));
    });
    let run = diff(&project, &["--changed-only"]);
    assert_eq!(bucket(&run, "new").len(), 1);
    assert_eq!(run.json()["scope"], "changed-files");
    assert_eq!(
        (&run.json()["unchanged_count"], &run.json()["files"]["scanned"]),
        (&1.into(), &1.into())
    );
    let text = project.run(&["diff", "--base-ref", "main", "-o", "text", "--changed-only"]);
    assert!(text.stdout.contains("only the files the change touches"), "{}", text.stdout);
}

#[test]
fn only_new_findings_trip_the_gate() {
    let project = changed(&[("a.py", &leak("old"))], |project| {
        project.write("b.py", "x = 1\n");
    });
    let gated = ["--fail-on-severity", "low", "--fail-on-count", "0"];
    assert_eq!(diff(&project, &gated).code, 0);
    project.write("b.py", leak("new"));
    project.commit_all();
    let run = diff(&project, &gated);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("1 finding of severity low or worse"), "{}", run.stderr);
    assert_eq!(run.json()["gate"]["exit_code"], 1);
    project.write(".securescan.yml", "fail_on_severity: low\n");
    project.commit_all();
    assert_eq!(diff(&project, &[]).code, 1);
    assert_eq!(diff(&project, &["--fail-on-severity", "none"]).code, 0);
    assert_eq!(diff(&project, &["--fail-on-severity", "none", "--fail-on-policy-change"]).code, 1);
}

#[test]
fn the_base_is_found_without_being_named() {
    let project = changed(&[("a.py", "")], |project| {
        project.write("b.py", leak("x"));
    });
    let plain = ["diff", "-o", "json", "--scanner", "secrets"];
    project.run(&plain).refused(&["nothing to compare with", "--base-ref main"]);
    let main = project.repository().revparse_single("main").unwrap().id();
    project.repository().reference("refs/remotes/origin/trunk", main, false, "").unwrap();
    let of_ci = |name: &str, value: &str| project.call(&plain).env(name, value).run();
    assert_eq!(of_ci("GITHUB_BASE_REF", "trunk").json()["base"]["name"], "origin/trunk");
    assert_eq!(of_ci("CI_MERGE_REQUEST_DIFF_BASE_SHA", &main.to_string()).code, 0);
    let repository = project.repository();
    repository
        .reference_symbolic("refs/remotes/origin/HEAD", "refs/remotes/origin/trunk", false, "")
        .unwrap();
    assert_eq!(project.run(&plain).json()["base"]["name"], "origin/HEAD");
}

#[test]
fn a_result_renders_to_the_bytes_the_comparison_gave() {
    let project = changed(&[("a.py", &leak("old")), ("b.py", &leak("b"))], |project| {
        project
            .write("a.py", "")
            .write("c.py", format!("# securescan: ignore *\n{}{}", leak("c"), leak("d")));
    });
    let result = project.home().join("result.json");
    let saved = format!("json={}", result.display());
    let all = ["--show-suppressed", "--include-unchanged"];
    for format in crate::project::formats() {
        let args = [&["diff", "--base-ref", "main", "-o", &saved, "-o", format][..], &all].concat();
        let direct = project.run(&args);
        assert_eq!(direct.code, 0, "{format}: {}", direct.stderr);
        let args = [&["render", result.to_str().unwrap(), "-o", format][..], &all].concat();
        // Rendering knows no commit to take the moment from; only one format shows it.
        let rendered = project.run(&args);
        assert_eq!(without_moment(&rendered.stdout), without_moment(&direct.stdout), "{format}");
    }
    project.run(&["render", "nothing.json"]).refused(&["nothing.json"]);
    project.write("x.json", "[]");
    project.run(&["render", "x.json"]).refused(&["x.json", "-o json=FILE"]);
}

/// T15 and the promise of the README: the same two commits, the same bytes.
#[test]
fn the_same_commits_give_the_same_bytes_everywhere() {
    let files: Vec<(String, String)> =
        (0..40).map(|n| (format!("d{}/İı {n}.py", n % 5), leak(&n.to_string()))).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
    let project = changed(&files, |project| {
        for n in 0..20 {
            project.write(format!("d{}/İı {n}.py", n % 5), leak(&format!("new {n}")));
        }
        project.write("x.py", format!("{}# securescan: ignore *\n{}", leak("y"), leak("z")));
    });
    let clone = project.home().join("a clone");
    git2::build::RepoBuilder::new()
        .bare(true)
        .clone(project.root().to_str().unwrap(), &clone)
        .unwrap();
    let head = project.repository().head().unwrap().peel_to_commit().unwrap().id().to_string();
    let base = project.repository().revparse_single("main").unwrap().id().to_string();
    for format in crate::project::formats() {
        let call = |further: &[&str]| -> Call {
            let fixed = [
                "diff",
                "--base-ref",
                &base,
                "--head-ref",
                &head,
                "--show-suppressed",
                "-o",
                format,
            ];
            project.call(&[&fixed, further].concat())
        };
        let expected = call(&["-j", "1", "--no-cache"]).run();
        assert_eq!(expected.code, 0, "{}", expected.stderr);
        for (what, run) in [
            ("cold cache", call(&["-j", "3"]).run()),
            ("warm cache", call(&["-j", "8"]).run()),
            ("another folder", call(&[project.root().to_str().unwrap()]).folder("/").run()),
            ("a clone", call(&[clone.to_str().unwrap()]).run()),
            ("time zone", call(&[]).env("TZ", "Pacific/Apia").env("LC_ALL", "tr_TR.UTF-8").run()),
            ("umask", call(&[]).run_after("umask 077")),
            ("no home", call(&[]).env("HOME", "/nonexistent").run()),
        ] {
            assert!(run.stdout == expected.stdout, "{format} differs by {what}: {}", run.stderr);
        }
        let root = project.root().to_str().unwrap();
        assert!(!expected.stdout.contains(root), "{format} tells where the tree stands");
    }
}

#[test]
fn a_cache_that_is_broken_or_cannot_be_written_changes_nothing() {
    let project = changed(&[("a.py", &leak("a"))], |project| {
        project.write("b.py", leak("b"));
    });
    let expected = diff(&project, &["--no-cache"]).stdout;
    let folder = project.home().join(".cache/securescan");
    assert!(!folder.exists(), "--no-cache writes nothing");
    assert_eq!(diff(&project, &[]).stdout, expected);
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    for bytes in [&b""[..], b"secsres1", &[0xFF; 5000]] {
        std::fs::write(&file, bytes).unwrap();
        assert_eq!(diff(&project, &[]).stdout, expected);
    }
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    assert_eq!(diff(&project, &[]).stdout, expected);
    for place in ["/dev/null", "/proc/nothing"] {
        let call = ["diff", "--base-ref", "main", "-o", "json", "--scanner", "secrets"];
        let run = project.call(&call).env("XDG_CACHE_HOME", place).run();
        assert_eq!(run.stdout, expected, "{place}: {}", run.stderr);
    }
}

/// Settings that change what is found must not find results of other settings.
#[test]
fn remembered_results_belong_to_their_settings() {
    let project = changed(&[("a.py", "")], |project| {
        project.write("b.py", leak("b"));
    });
    assert_eq!(bucket(&diff(&project, &[]), "new").len(), 1);
    let git_hygiene = ["diff", "--base-ref", "main", "-o", "json", "--scanner", "git-hygiene"];
    let other = bucket(&project.run(&git_hygiene), "new");
    assert!(other.iter().all(|place| place.contains("git-hygiene/")), "{other:?}");
    let small = diff(&project, &["--max-file-size", "5"]);
    assert_eq!(bucket(&small, "new").len(), 0);
    assert_eq!(small.json()["files"]["skipped"][0]["reason"], "too-large");
    assert_eq!(bucket(&diff(&project, &[]), "new").len(), 1);
}
