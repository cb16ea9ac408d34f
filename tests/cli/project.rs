//! A project made for one test, and the real program run over it: own home, empty environment, a time limit.

use securescan::report::FORMATS;
use serde_json::Value;
use std::ffi::{OsStr, OsString};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long one run may take; far more than it needs, far less than a hang.
const LIMIT: Duration = Duration::from_secs(30);

/// The program under test.
pub(crate) fn program() -> PathBuf {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests choose the program, cli::env is not theirs"
    )]
    let chosen = std::env::var_os("SECURESCAN_BIN");
    chosen.map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_securescan")), PathBuf::from)
}

/// The folder of the source code.
pub(crate) fn checkout() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every format of the table.
pub(crate) fn formats() -> Vec<&'static str> {
    FORMATS.iter().map(|format| format.name).collect()
}

/// A made-up secret: the template of a rule's example, expanded. `salt` tells several of a kind apart.
pub(crate) fn secret(salt: &str, template: &str) -> String {
    let mark = format!("{salt}|");
    let made = securescan::rules::template::expand(&format!("{mark}{template}")).unwrap();
    made[mark.len()..].to_owned()
}

/// A made-up password that looks random.
pub(crate) fn password(salt: &str) -> String {
    format!("q7{}Zx9", secret(salt, "{{alnum:14}}"))
}

/// A line of Python that the secrets scanner reports, at column 16.
pub(crate) fn leak(salt: &str) -> String {
    format!("db_password = \"{}\"\n", password(salt))
}

/// A folder with files, inside a home of its own.
#[derive(Debug)]
pub(crate) struct Project {
    home: TempDir,
    root: PathBuf,
}

impl Project {
    /// Files of text.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let root = home.path().canonicalize().unwrap().join("tree");
        std::fs::create_dir(&root).unwrap();
        let project = Self { home, root };
        for (path, text) in files {
            project.write(path, text);
        }
        project
    }

    /// The folder that is scanned.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path in the folder.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// The folder around it: `HOME` of every run.
    pub(crate) fn home(&self) -> PathBuf {
        self.home.path().canonicalize().unwrap()
    }

    /// Writes a file and the folders above it.
    pub(crate) fn write(&self, path: impl AsRef<Path>, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// A symbolic link.
    pub(crate) fn link(&self, path: &str, target: impl AsRef<Path>) -> &Self {
        std::os::unix::fs::symlink(target, self.root.join(path)).unwrap();
        self
    }

    /// A FIFO.
    pub(crate) fn fifo(&self, path: &str) -> &Self {
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mkfifoat(rustix::fs::CWD, self.root.join(path), mode).unwrap();
        self
    }

    /// Makes the folder `below` (the empty path for the root) a repository with everything in it committed. Files that
    /// ignore rules match are committed too when they are named in `forced`.
    pub(crate) fn commit(&self, below: &str, forced: &[&str]) -> &Self {
        let mut options = git2::RepositoryInitOptions::new();
        options.initial_head("main").external_template(false);
        let repository = git2::Repository::init_opts(self.root.join(below), &options).unwrap();
        let mut index = repository.index().unwrap();
        index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
        for path in forced {
            index.add_path(Path::new(path)).unwrap();
        }
        index.write().unwrap();
        let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
        let time = git2::Time::new(1_700_000_000, 0);
        let author = git2::Signature::new("Tester", "tester@example.invalid", &time).unwrap();
        repository.commit(Some("HEAD"), &author, &author, "Begin", &tree, &[]).unwrap();
        drop(tree);
        self
    }

    /// Commits everything in the folder on top of what is there, ignored files included, and answers with the commit.
    pub(crate) fn commit_all(&self) -> String {
        let mut options = git2::RepositoryInitOptions::new();
        options.initial_head("main").external_template(false);
        let repository = git2::Repository::init_opts(&self.root, &options).unwrap();
        let mut index = repository.index().unwrap();
        index.add_all(["*"], git2::IndexAddOption::FORCE, None).unwrap();
        index.update_all(["*"], None).unwrap();
        index.write().unwrap();
        let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
        let parent = repository.head().ok().map(|head| head.peel_to_commit().unwrap());
        let time = git2::Time::new(1_700_000_000, 0);
        let author = git2::Signature::new("Tester", "tester@example.invalid", &time).unwrap();
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        repository
            .commit(Some("HEAD"), &author, &author, "Go on", &tree, &parents)
            .unwrap()
            .to_string()
    }

    /// Begins a branch at HEAD and stands on it.
    pub(crate) fn branch(&self, name: &str) -> &Self {
        let repository = self.repository();
        let head = repository.head().unwrap().peel_to_commit().unwrap();
        repository.branch(name, &head, false).unwrap();
        repository.set_head(&format!("refs/heads/{name}")).unwrap();
        self
    }

    /// Stands on a branch, with its files.
    pub(crate) fn switch(&self, name: &str) -> &Self {
        let repository = self.repository();
        repository.set_head(&format!("refs/heads/{name}")).unwrap();
        let mut checkout = git2::build::CheckoutBuilder::new();
        checkout.force().remove_untracked(true);
        repository.checkout_head(Some(&mut checkout)).unwrap();
        self
    }

    /// Adds paths to the index as `git add` does.
    pub(crate) fn stage(&self, paths: &[&str]) -> &Self {
        let repository = self.repository();
        let mut index = repository.index().unwrap();
        for path in paths {
            index.add_path(Path::new(path)).unwrap();
        }
        index.write().unwrap();
        self
    }

    /// The repository the folder is.
    pub(crate) fn repository(&self) -> git2::Repository {
        git2::Repository::open(&self.root).unwrap()
    }

    /// Removes a file.
    pub(crate) fn remove(&self, path: &str) -> &Self {
        std::fs::remove_file(self.root.join(path)).unwrap();
        self
    }

    /// Runs the program in the folder.
    pub(crate) fn run(&self, args: &[&str]) -> Outcome {
        self.call(args).run()
    }

    /// Scans with the secrets scanner alone and answers `path:line:column rule` of every finding.
    pub(crate) fn secrets(&self, args: &[&str]) -> Vec<String> {
        let fixed = ["scan", "--scanner", "secrets", "-o", "json"];
        self.run(&[&fixed, args].concat()).places()
    }

    /// A run to be described further.
    pub(crate) fn call<A: AsRef<OsStr>>(&self, args: &[A]) -> Call {
        Call {
            args: args.iter().map(|arg| arg.as_ref().to_owned()).collect(),
            folder: self.root.clone(),
            home: self.home(),
            variables: Vec::new(),
            input: None,
            limit: LIMIT,
        }
    }

    /// Every file below the folder and its bytes, to see that a run wrote nothing.
    pub(crate) fn listing(&self) -> Vec<(PathBuf, u64)> {
        let mut found = Vec::new();
        let mut folders = vec![self.root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let metadata = path.symlink_metadata().unwrap();
                if metadata.is_dir() {
                    folders.push(path);
                } else {
                    found.push((path, metadata.len()));
                }
            }
        }
        found.sort();
        found
    }
}

/// A run of the program.
#[derive(Debug)]
pub(crate) struct Call {
    args: Vec<OsString>,
    folder: PathBuf,
    home: PathBuf,
    variables: Vec<(String, OsString)>,
    input: Option<Vec<u8>>,
    limit: Duration,
}

impl Call {
    /// Starts in another folder.
    pub(crate) fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = folder.into();
        self
    }

    /// Sets an environment variable.
    pub(crate) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.to_owned(), value.into()));
        self
    }

    /// Gives standard input.
    pub(crate) fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Some(bytes.into());
        self
    }

    /// Allows another time.
    pub(crate) fn within(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }

    /// The command; for tests that start it themselves.
    pub(crate) fn command(&self) -> Command {
        self.command_of(&program())
    }

    fn command_of(&self, program: &Path) -> Command {
        #[expect(clippy::disallowed_methods, reason = "the subject of these tests is a program")]
        let mut command = Command::new(program);
        command
            .args(&self.args)
            .current_dir(&self.folder)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            // What is installed on the machine must not decide a test.
            .env("SECURESCAN_NATIVE_ONLY", "true")
            .env("HOME", &self.home)
            .stdin(if self.input.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command
    }

    /// Runs it through a shell that does something first: `ulimit`, `umask`.
    pub(crate) fn run_after(&self, shell: &str) -> Outcome {
        let mut args = vec![
            OsString::from("-c"),
            OsString::from(format!("{shell}; exec \"$@\"")),
            OsString::from("sh"),
            program().into_os_string(),
        ];
        args.extend(self.args.iter().cloned());
        let mut call = Self { args, variables: self.variables.clone(), ..Self::empty(self) };
        call.input.clone_from(&self.input);
        let child = call.command_of(Path::new("/bin/sh")).spawn().unwrap();
        call.finish(child)
    }

    fn empty(of: &Self) -> Self {
        Self {
            args: Vec::new(),
            folder: of.folder.clone(),
            home: of.home.clone(),
            variables: Vec::new(),
            input: None,
            limit: of.limit,
        }
    }

    /// Runs it.
    pub(crate) fn run(self) -> Outcome {
        let child = self.command().spawn().unwrap();
        self.finish(child)
    }

    fn finish(&self, mut child: Child) -> Outcome {
        let writer = self.input.clone().map(|input| {
            let mut pipe = child.stdin.take().unwrap();
            // A program that refuses its arguments does not read: a broken pipe is fine.
            std::thread::spawn(move || drop(pipe.write_all(&input)))
        });
        let mut pipe = child.stdout.take().unwrap();
        let stdout = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            pipe.read_to_end(&mut bytes).unwrap();
            bytes
        });
        let mut pipe = child.stderr.take().unwrap();
        let stderr = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            pipe.read_to_end(&mut bytes).unwrap();
            bytes
        });
        let (status, took) = wait(&mut child, self.limit);
        let status = status.unwrap_or_else(|| panic!("{:?} took over {:?}", self.args, self.limit));
        if let Some(writer) = writer {
            writer.join().unwrap();
        }
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        Outcome {
            code: code_of(status),
            stdout: text(stdout.join().unwrap()),
            stderr: text(stderr.join().unwrap()),
            took,
        }
    }
}

/// The exit code, or 128 and the signal as a shell says it.
pub(crate) fn code_of(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default())
}

/// Waits for the end; kills what is still running after `limit`.
pub(crate) fn wait(child: &mut Child, limit: Duration) -> (Option<ExitStatus>, Duration) {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return (Some(status), start.elapsed());
        }
        if start.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            return (None, start.elapsed());
        }
        std::thread::sleep(Duration::from_millis(3));
    }
}

/// What a run came to.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
}

impl Outcome {
    /// Standard output as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.stdout, self.stderr))
    }

    /// `path:line:column rule` of every finding of a JSON report.
    pub(crate) fn places(&self) -> Vec<String> {
        places(&self.json(), "findings")
    }

    /// `path reason` of every path that was not read.
    pub(crate) fn skipped(&self) -> Vec<String> {
        let run = self.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        run["files"]["skipped"]
            .as_array()
            .unwrap()
            .iter()
            .map(|skipped| format!("{} {}", text(&skipped["path"]), text(&skipped["reason"])))
            .collect()
    }

    /// Fails unless the run was refused: exit 2, nothing on standard output, each text on standard error.
    #[track_caller]
    pub(crate) fn refused(&self, texts: &[&str]) {
        assert_eq!(self.code, 2, "{self:#?}");
        assert_eq!(self.stdout, "", "{self:#?}");
        for text in texts {
            assert!(self.stderr.contains(text), "no {text:?} in {}", self.stderr);
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }
}

/// `path:line:column rule` of every finding under a key of a JSON report.
pub(crate) fn places(run: &Value, key: &str) -> Vec<String> {
    let findings = run[key].as_array().unwrap_or_else(|| panic!("no {key} in {run}"));
    findings
        .iter()
        .map(|finding| {
            format!(
                "{}:{}:{} {}",
                finding["file_path"].as_str().unwrap_or("-"),
                finding["line"],
                finding["column"],
                finding["rule_id"].as_str().unwrap_or("-")
            )
        })
        .collect()
}
