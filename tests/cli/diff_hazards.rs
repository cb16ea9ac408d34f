//! `diff` and `scan --staged` against refs, histories and repositories made to mislead or to run something.

use crate::diff::{bucket, changed, diff};
use crate::project::{Project, leak};
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

fn simple() -> Project {
    changed(&[("a.py", "x = 1\n")], |project| {
        project.write("b.py", leak("b"));
    })
}

/// T17: what is no ref is refused by our own grammar.
#[test]
fn refs_that_could_be_options_searches_or_paths_are_refused() {
    let project = simple();
    for name in [
        "--upload-pack=touch x",
        "-oProxyCommand=touch x",
        "--output=/tmp/x",
        "main..change",
        "main\nchange",
        "@{-1}",
        "main@{1}",
        ":/Go",
        "HEAD^{/Go}",
        "HEAD:b.py",
        "../../etc/passwd",
        "/etc/passwd",
        "",
        "HEAD~99999999999999999999",
    ] {
        let base = format!("--base-ref={name}");
        let run = project.run(&["diff", &base]);
        run.refused(&["is not a ref or commit this program reads"]);
        assert_eq!(run.stderr.lines().count(), 2, "{name:?}: one line and a hint: {}", run.stderr);
    }
    assert!(!project.path("x").exists());
}

#[test]
fn a_ref_that_leads_nowhere_is_one_line_and_a_way_out() {
    let project = simple();
    let repository = project.repository();
    let main = repository.revparse_single("main").unwrap();
    repository.reference("refs/remotes/origin/dev", main.id(), false, "").unwrap();
    let blob = repository.revparse_single("main:a.py").unwrap().id().to_string();
    for (name, said) in [
        ("nothing", &["unknown ref \"nothing\"", "git fetch"][..]),
        ("dev", &["unknown ref \"dev\"", "did you mean origin/dev?"]),
        ("1234567", &["unknown ref \"1234567\""]),
        (&"0".repeat(40), &["unknown ref"]),
        (&blob, &["does not lead to a commit"]),
        ("main~5", &["\"main~5\" does not lead to a commit"]),
        ("later", &["git fetch origin later:refs/remotes/origin/later", "origin/later"]),
        ("main^2", &["\"main^2\" does not lead to a commit"]),
    ] {
        project.run(&["diff", "--base-ref", name]).refused(said);
    }
    let outside = Project::new(&[]);
    outside.run(&["diff", "--base-ref", "main"]).refused(&["is not in a git repository"]);
    outside.run(&["diff", "gone"]).refused(&["cannot read gone"]);
}

#[test]
fn every_common_way_to_name_a_commit_works() {
    let project = simple();
    let repository = project.repository();
    let main = repository.revparse_single("main").unwrap();
    let who = git2::Signature::now("t", "t@example.invalid").unwrap();
    repository.tag("v1", &main, &who, "annotated", false).unwrap();
    let id = main.id().to_string();
    for name in ["main", "refs/heads/main", "v1", "HEAD~1", "@~", "change^", &id, &id[..9]] {
        let run = project.run(&["diff", "--base-ref", name, "-o", "json"]);
        assert_eq!(run.code, 0, "{name}: {}", run.stderr);
        assert_eq!(run.json()["base"]["commit"], id.as_str(), "{name}");
    }
}

/// T18.
#[test]
fn histories_without_a_common_commit_are_refused_and_two_dot_compares_them() {
    let project = simple();
    let repository = project.repository();
    let tree = repository.find_tree(repository.index().unwrap().write_tree().unwrap()).unwrap();
    let who = git2::Signature::new("t", "t@example.invalid", &git2::Time::new(7, 0)).unwrap();
    repository.commit(Some("refs/heads/other"), &who, &who, "Alone", &tree, &[]).unwrap();
    let args = ["diff", "--base-ref", "other", "--head-ref", "main"];
    project.run(&args).refused(&["other and main have no common ancestor", "--two-dot"]);
    assert_eq!(project.run(&[&args[..], &["--two-dot"]].concat()).code, 0);
}

#[test]
fn a_shallow_clone_says_what_to_fetch() {
    let project = simple();
    let change = project.repository().revparse_single("change").unwrap().id().to_string();
    let main = project.repository().revparse_single("main").unwrap().id().to_string();
    // What `git fetch --depth 1` of both leaves: the boundary is written down and nothing beyond it is looked for.
    let third = {
        project.write("c.py", "y = 1\n");
        project.commit_all()
    };
    project.write(".git/shallow", format!("{third}\n{main}\n"));
    let run = project.run(&["diff", "--base-ref", &main, "--head-ref", &third]);
    run.refused(&[
        "no common ancestor in this shallow clone",
        "git fetch --unshallow",
        "fetch-depth: 0",
    ]);
    let two = ["diff", "--base-ref", &main, "--head-ref", &third, "--two-dot", "-o", "json"];
    assert_eq!(project.run(&two).code, 0);
    let gone = change.replace(['a', '1'], "7");
    project.run(&["diff", "--base-ref", &gone]).refused(&["unknown ref", "git fetch --unshallow"]);
}

/// Never a silent "0 new".
#[test]
fn an_object_that_is_not_here_is_an_error() {
    let project = simple();
    for spec in ["main:a.py", "change:b.py", "main^{tree}", "change^{tree}"] {
        let id = project.repository().revparse_single(spec).unwrap().id().to_string();
        let file = project.path(format!(".git/objects/{}/{}", &id[..2], &id[2..]));
        let bytes = std::fs::read(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        let run = project.run(&[
            "diff",
            "--base-ref",
            "main",
            "--head-ref",
            "change",
            "--two-dot",
            "--no-cache",
        ]);
        run.refused(&["not in this clone", &id, "git fetch --refetch"]);
        std::fs::write(&file, bytes).unwrap();
    }
    let id = project.repository().revparse_single("change:b.py").unwrap().id().to_string();
    let file = project.path(format!(".git/objects/{}/{}", &id[..2], &id[2..]));
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    std::fs::write(&file, b"broken").unwrap();
    let run = project.run(&["diff", "--base-ref", "main", "--fail-on", "incomplete", "--no-cache"]);
    assert_eq!(run.code, 3, "{}\n{}", run.stdout, run.stderr);
}

#[test]
fn objects_borrowed_from_another_repository_are_read() {
    let project = simple();
    let store = project.home().join("store");
    std::fs::rename(project.path(".git/objects"), &store).unwrap();
    project.write(".git/objects/info/alternates", format!("{}\n", store.display()));
    let run = diff(&project, &[]);
    assert_eq!(bucket(&run, "new").len(), 1, "{}", run.stderr);
}

/// Replace refs and grafts could make a commit look like another.
#[test]
fn replace_refs_do_not_change_what_is_compared() {
    let project = simple();
    let repository = project.repository();
    let (main, change) = (
        repository.revparse_single("main").unwrap().id(),
        repository.revparse_single("change").unwrap().id(),
    );
    let expected = diff(&project, &["--no-cache"]).stdout;
    repository.reference(&format!("refs/replace/{change}"), main, false, "").unwrap();
    assert_eq!(diff(&project, &["--no-cache"]).stdout, expected);
    assert_eq!(bucket(&diff(&project, &[]), "new").len(), 1);
}

/// T16 for comparisons: each way a repository can have git run something, pointed at one script.
#[test]
fn nothing_a_repository_configures_is_run() {
    let project = simple();
    let script = project.home().join("run.sh");
    let marker = project.home().join("ran");
    std::fs::write(&script, format!("#!/bin/sh\ntouch '{}'\n", marker.display())).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let run = script.display();
    for name in ["post-checkout", "post-index-change", "pre-commit", "reference-transaction"] {
        let hook = project.path(format!(".git/hooks/{name}"));
        std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
        std::fs::copy(&script, hook).unwrap();
    }
    let attributes = "* filter=evil diff=evil merge=evil\n*.py text eol=crlf working-tree-encoding=UTF-16\n* export-ignore\n";
    project.write(".git/info/attributes", attributes).write(".gitattributes", attributes);
    project.write(
        ".git/config",
        format!(
            "[core]\nrepositoryformatversion = 0\nfsmonitor = {run}\nhooksPath = {run}\nsshCommand = {run}\n\
             attributesFile = {run}\n[filter \"evil\"]\nclean = {run}\nsmudge = {run}\nprocess = {run}\nrequired = true\n\
             [diff]\nexternal = {run}\n[diff \"evil\"]\ntextconv = {run}\ncommand = {run}\n[gpg]\nprogram = {run}\n\
             [remote \"origin\"]\nurl = ext::{run}\npromisor = true\nuploadpack = {run}\n[log]\nshowSignature = true\n"
        ),
    );
    project.commit_all();
    std::fs::remove_file(&marker).ok();
    project.write("c.py", leak("c")).stage(&["c.py"]);
    std::fs::remove_file(&marker).ok();
    for args in [
        &["diff", "--base-ref", "main", "-o", "json", "--scanner", "secrets"][..],
        &["diff", "--base-ref", "main", "-o", "github-review"],
        &["diff", "--base-ref", "main", "--changed-only", "-o", "text"],
        &["scan", "--staged", "-o", "json"],
        &["compare", "--help"],
    ] {
        let outcome = project.run(args);
        assert!(outcome.code < 2, "{args:?}: {}", outcome.stderr);
        assert!(!marker.exists(), "{args:?} ran something");
    }
    // Attributes change no byte either: the finding stands where it stands in the blob.
    let found = diff(&project, &[]);
    assert_eq!(bucket(&found, "new"), ["b.py:1:16 secrets/generic-secret"]);
}

#[test]
fn a_fifo_in_the_place_of_an_object_or_a_ref_does_not_block() {
    for place in [
        ".git/objects/pack/pack-x.idx",
        ".git/objects/aa/bb",
        ".git/refs/heads/pipe",
        ".git/shallow",
    ] {
        let project = simple();
        std::fs::create_dir_all(project.path(place).parent().unwrap()).unwrap();
        project.fifo(place);
        let run =
            project.call(&["diff", "--base-ref", "pipe"]).within(Duration::from_secs(5)).run();
        run.refused(&["is not a regular file"]);
    }
}

/// A change of many thousand paths and names that nobody types.
#[test]
fn odd_names_and_kinds_of_entries_are_compared() {
    let project = changed(&[("a.py", "x = 1\n")], |project| {
        for name in ["with blank.py", "line\nbreak.py", "größe.py", "a\\b.py", "-x.py"] {
            project.write(name, leak(name));
        }
        project.link("link.py", "/etc/passwd");
        project.link("inside.py", "a.py");
    });
    let run = diff(&project, &[]);
    assert_eq!(bucket(&run, "new").len(), 5, "{}", run.stdout);
    assert_eq!(run.skipped(), ["inside.py symlink", "link.py symlink-outside"]);
    assert!(!run.stdout.contains("root:"));
}
