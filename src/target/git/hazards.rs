//! Tests: facts are right, and nothing a repository can configure is ever run.

use super::*;
use std::fs;
use tempfile::TempDir;

fn repository() -> (TempDir, git2::Repository) {
    guard::settle();
    let directory = tempfile::tempdir().unwrap();
    let mut options = git2::RepositoryInitOptions::new();
    options.external_template(false).initial_head("main");
    let repository = git2::Repository::init_opts(directory.path(), &options).unwrap();
    (directory, repository)
}

fn write(directory: &TempDir, path: &str, text: &[u8]) {
    let file = directory.path().join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn add(repository: &git2::Repository, paths: &[&str]) {
    let mut index = repository.index().unwrap();
    for path in paths {
        index.add_path(Path::new(path)).unwrap();
    }
    index.write().unwrap();
}

fn commit(repository: &git2::Repository) {
    let tree = repository.index().unwrap().write_tree().unwrap();
    let tree = repository.find_tree(tree).unwrap();
    let who = git2::Signature::new("t", "t@example.com", &git2::Time::new(0, 0)).unwrap();
    repository.commit(Some("HEAD"), &who, &who, "c", &tree, &[]).unwrap();
}

fn found(path: &Path) -> Repository {
    Repository::discover(path).unwrap().unwrap()
}

#[test]
fn the_root_is_found_from_a_file_deep_inside() {
    let (directory, git) = repository();
    write(&directory, "a/b/c.txt", b"x");
    write(&directory, "untracked", b"y");
    add(&git, &["a/b/c.txt"]);
    let repository = found(&directory.path().join("a/b/c.txt"));
    assert_eq!(repository.root(), directory.path().canonicalize().unwrap());
    assert_eq!(repository.tracked().keys().collect::<Vec<_>>(), ["a/b/c.txt"]);
    assert_eq!(repository.tracked()["a/b/c.txt"].size, 1);
    assert_eq!(repository.stored_size("a/b/c.txt"), Some(1));
    assert_eq!(repository.relative(&directory.path().join("a/b")).as_deref(), Some("a/b"));
    assert_eq!(repository.relative(directory.path()).as_deref(), Some(""));
}

#[test]
fn outside_of_any_repository_there_is_none_and_an_empty_dot_git_does_not_make_one() {
    let directory = tempfile::tempdir().unwrap();
    assert!(Repository::discover(directory.path()).unwrap().is_none());
    fs::create_dir(directory.path().join(".git")).unwrap();
    assert!(Repository::discover(directory.path()).unwrap().is_none());
    assert!(matches!(
        Repository::discover(&directory.path().join("absent")),
        Err(Error::Path { .. })
    ));
}

#[test]
fn ignore_rules_are_gits_own() {
    let (directory, _git) = repository();
    write(&directory, ".gitignore", b"*.log\n!keep.log\n/build/\nvenv/\n");
    write(&directory, "sub/.gitignore", b".env*\n!.env.example\n");
    write(&directory, ".git/info/exclude", b"scratch\n");
    let repository = found(directory.path());
    for (path, is_dir, ignored) in [
        ("a.log", false, true),
        ("x/keep.log", false, false),
        ("build", true, true),
        ("build/deep/file", false, true),
        ("x/build", true, false),
        (".env", false, false),
        ("sub/.env", false, true),
        ("sub/.env.example", false, false),
        ("venv", true, true),
        ("venv", false, false),
        ("scratch", false, true),
    ] {
        assert_eq!(repository.is_ignored(path, is_dir), ignored, "{path}");
    }
}

#[test]
fn names_that_are_not_utf_8_stay_apart() {
    assert_eq!(display_bytes(b"a\xffb/\xfe\xc3\xa9"), "a\\xffb/\\xfe\u{e9}");
    assert_ne!(display_bytes(b"\xff"), display_bytes(b"\xfe"));
}

#[test]
fn bare_repositories_answer_from_head() {
    let (directory, git) = repository();
    write(&directory, "d/a.txt", b"x");
    add(&git, &["d/a.txt"]);
    commit(&git);
    let bare = tempfile::tempdir().unwrap();
    let at = bare.path().join("x.git");
    fs::rename(directory.path().join(".git"), &at).unwrap();
    let repository = found(&at);
    assert!(repository.is_bare());
    assert_eq!(repository.tracked().keys().collect::<Vec<_>>(), ["d/a.txt"]);
    assert!(!repository.is_ignored("a", false));
}

#[test]
fn linked_worktrees_open_through_their_dot_git_file() {
    let (directory, git) = repository();
    write(&directory, "a.txt", b"x");
    add(&git, &["a.txt"]);
    commit(&git);
    let other = tempfile::tempdir().unwrap();
    let at = other.path().join("tree");
    git.worktree("tree", &at, None).unwrap();
    let repository = found(&at);
    assert_eq!(repository.root(), at.canonicalize().unwrap());
    assert_eq!(repository.tracked().len(), 1);
}

#[test]
fn submodules_come_from_the_file_and_from_the_index() {
    let (directory, git) = repository();
    write(&directory, ".gitmodules", b"[submodule \"a\"]\npath = a\nurl = https://x/a\n");
    let mut index = git.index().unwrap();
    let zero = git2::IndexTime::new(0, 0);
    let id = git2::Oid::from_str("1234567890123456789012345678901234567890").unwrap();
    let entry = git2::IndexEntry {
        ctime: zero,
        mtime: zero,
        dev: 0,
        ino: 0,
        mode: 0o160_000,
        uid: 0,
        gid: 0,
        file_size: 0,
        id,
        flags: 0,
        flags_extended: 0,
        path: b"b".to_vec(),
    };
    index.add(&entry).unwrap();
    index.write().unwrap();
    let repository = found(directory.path());
    let paths: Vec<String> = repository.submodules().into_iter().map(|m| m.path).collect();
    assert_eq!(paths, ["a", "b"]);
    assert!(repository.tracked()["b"].submodule);
}

#[test]
fn broken_repositories_are_errors_with_a_place_never_panics() {
    let (directory, git) = repository();
    write(&directory, "a.txt", b"x");
    add(&git, &["a.txt"]);
    let index = fs::read(directory.path().join(".git/index")).unwrap();
    for cut in [0, 3, 12, 20, index.len() - 1] {
        write(&directory, ".git/index", &index[..cut]);
        match Repository::discover(directory.path()) {
            Err(Error::Index { message, .. }) => assert!(!message.is_empty()),
            // An empty index file is an empty index to libgit2.
            Ok(_) => assert_eq!(cut, 0),
            Err(other) => panic!("{cut}: {other}"),
        }
    }
    write(&directory, ".git/index", &index);
    write(&directory, ".git/HEAD", b"\x00\xffgarbage");
    let error = Repository::discover(directory.path()).unwrap_err();
    assert!(matches!(error, Error::Head { .. } | Error::Open { .. }), "{error}");
    fs::remove_dir_all(directory.path().join(".git")).unwrap();
    write(&directory, ".git", b"gitdir: nowhere\n");
    assert!(matches!(Repository::discover(directory.path()), Err(Error::Open { .. })));
}

#[test]
fn unknown_formats_are_refused_and_partial_clones_are_not() {
    let (directory, _git) = repository();
    let with = |extension: &str| {
        let text = format!(
            "[core]\nrepositoryformatversion = 1\nbare = false\n[extensions]\n{extension}\n"
        );
        write(&directory, ".git/config", text.as_bytes());
        Repository::discover(directory.path())
    };
    assert!(matches!(with("novelty = 1"), Err(Error::Open { .. })));
    assert!(matches!(with("objectformat = sha256"), Err(Error::Open { .. })));
    assert!(with("partialclone = origin").unwrap().is_some());
}

#[test]
fn the_configuration_cannot_move_the_root() {
    let (directory, git) = repository();
    write(&directory, "a.txt", b"x");
    add(&git, &["a.txt"]);
    for setting in ["worktree = /", "bare = true"] {
        write(&directory, ".git/config", format!("[core]\n{setting}\n").as_bytes());
        let repository = found(directory.path());
        assert_eq!(repository.root(), directory.path().canonicalize().unwrap(), "{setting}");
        assert_eq!(repository.tracked().len(), 1, "{setting}");
        assert!(!repository.is_ignored("a.txt", false), "{setting}");
    }
}

#[cfg(unix)]
#[test]
fn a_fifo_in_the_place_of_a_git_file_is_refused_and_does_not_block() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let fifo = |path: &Path| mknodat(CWD, path, FileType::Fifo, Mode::RWXU, 0).unwrap();
    for name in ["index", "HEAD", "config", "info/exclude", "included"] {
        let (directory, _git) = repository();
        let file = directory.path().join(".git").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&file);
        fifo(&file);
        if name == "included" {
            write(&directory, ".git/config", b"[includeIf \"gitdir:/\"] path = included\n");
        }
        let result = Repository::discover(directory.path());
        assert!(matches!(result, Err(Error::Special { .. })), "{name}: {result:?}");
    }
    let (directory, _git) = repository();
    fs::create_dir(directory.path().join("sub")).unwrap();
    fifo(&directory.path().join("sub/.gitignore"));
    assert!(!found(directory.path()).is_ignored("sub/x", false));
}

/// Every way a repository can have git run something (notes on the threat model, 5.1), each pointing at one script.
#[cfg(unix)]
#[test]
fn nothing_a_repository_configures_is_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let marker_home = tempfile::tempdir().unwrap();
    let marker = marker_home.path().join("ran");
    let script = marker_home.path().join("run.sh");
    fs::write(&script, format!("#!/bin/sh\ntouch '{}'\n", marker.display())).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let run = script.display();
    let hazards = [
        format!("[core]\nfsmonitor = {run}\n"),
        format!(
            "[core]\nsshCommand = {run}\ngitProxy = {run}\npager = {run}\neditor = {run}\nalternateRefsCommand = {run}\n"
        ),
        "[include]\npath = included\n".to_owned(),
        format!("[diff]\nexternal = {run}\n[diff \"x\"]\ntextconv = {run}\ncommand = {run}\n"),
        format!(
            "[filter \"x\"]\nclean = {run}\nsmudge = {run}\nprocess = {run}\nrequired = true\n"
        ),
        format!(
            "[gpg]\nprogram = {run}\n[log]\nshowSignature = true\n[credential]\nhelper = !{run}\n"
        ),
        format!(
            "[remote \"origin\"]\nurl = ext::{run}\npromisor = true\nuploadpack = {run}\n[alias]\nls-files = !{run}\n"
        ),
        format!("[core]\nhooksPath = {}\n", marker_home.path().display()),
    ];
    for hazard in &hazards {
        let (directory, git) = repository();
        write(&directory, "a.txt", b"x");
        write(&directory, "sub/b.txt", b"y");
        write(&directory, ".gitattributes", b"* filter=x diff=x\n");
        add(&git, &["a.txt", "sub/b.txt"]);
        commit(&git);
        drop(git);
        write(&directory, ".git/info/attributes", b"* filter=x diff=x\n");
        write(&directory, ".git/included", format!("[core]\nfsmonitor = {run}\n").as_bytes());
        for hook in ["post-index-change", "post-checkout", "pre-auto-gc", "reference-transaction"] {
            let at = directory.path().join(".git/hooks").join(hook);
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            fs::copy(&script, at).unwrap();
        }
        write(&directory, ".git/config", hazard.as_bytes());
        write(&directory, "a.txt", b"changed since");
        let repository = found(directory.path());
        assert_eq!(repository.tracked().len(), 2);
        repository.is_ignored("a.txt", false);
        repository.stored_size("a.txt");
        repository.submodules();
        assert!(!marker.exists(), "{hazard}");
        assert!(
            found(&directory.path().join("sub"))
                .root()
                .ends_with(directory.path().file_name().unwrap())
        );
    }
}

#[test]
fn alternates_and_replacements_change_no_answer() {
    let (directory, git) = repository();
    write(&directory, "a.txt", b"four");
    add(&git, &["a.txt"]);
    commit(&git);
    let id = git.index().unwrap().get_path(Path::new("a.txt"), 0).unwrap().id;
    let other = git.blob(b"something much longer").unwrap();
    write(&directory, &format!(".git/refs/replace/{id}"), format!("{other}\n").as_bytes());
    write(&directory, ".git/objects/info/alternates", b"/nonexistent/objects\n../../loop\n");
    let repository = found(directory.path());
    assert_eq!(repository.stored_size("a.txt"), Some(4));
}

#[test]
fn the_quick_reader_and_libgit2_agree() {
    let (directory, git) = repository();
    for (n, name) in
        ["a", "b/c.rs", "b/\u{e9}t\u{e9}", "z z", "d/e/f/ghijklmnop"].iter().enumerate()
    {
        write(&directory, name, &vec![b'x'; n]);
        add(&git, &[name]);
    }
    let bytes = fs::read(directory.path().join(".git/index")).unwrap();
    let slow: BTreeMap<String, Tracked> = git
        .index()
        .unwrap()
        .iter()
        .map(|e| (display_bytes(&e.path), tracked(e.mode, u64::from(e.file_size), e.id)))
        .collect();
    assert_eq!(index::parse(&bytes).unwrap(), slow);
}

#[test]
fn a_repository_is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Repository>();
}
