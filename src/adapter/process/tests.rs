//! Programs that misbehave in every way that was thought of.

use super::*;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn order(&self, script: &str) -> Order {
        let program = self.folder.path().join("tool");
        std::fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        Order {
            program,
            args: Vec::new(),
            variables: vec![("PATH".into(), "/usr/bin:/bin".into())],
            folder: self.folder.path().to_owned(),
            timeout: Duration::from_secs(20),
            most: 1 << 20,
        }
    }

    /// A file that a program wrote its number, or those of its children, into.
    fn numbers(&self) -> Vec<i32> {
        let text = std::fs::read_to_string(self.folder.path().join("numbers")).unwrap();
        text.split_whitespace().map(|number| number.parse().unwrap()).collect()
    }
}

/// Whether a process is still there after the moment that it takes to die: more than a zombie that nobody has reaped.
fn runs(number: i32) -> bool {
    let start = Instant::now();
    while is_there(number) && start.elapsed() < Duration::from_secs(2) {
        std::thread::sleep(Duration::from_millis(10));
    }
    is_there(number)
}

fn is_there(number: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
    let state = stat.rsplit(')').next().unwrap_or_default().trim().chars().next();
    Path::new("/proc/self").exists() && state.is_some_and(|state| state != 'Z' && state != 'X')
}

fn run_it(order: &Order) -> Result<Ended, Trouble> {
    // A file that was just written can be "busy" while another test's child still holds it open.
    for _ in 0..50 {
        match run(order, &|| false) {
            Err(Trouble::Start(std::io::ErrorKind::ExecutableFileBusy)) => {
                std::thread::sleep(Duration::from_millis(20));
            }
            other => return other,
        }
    }
    panic!("the script stays busy");
}

#[test]
fn a_program_that_behaves_is_heard_out() {
    let bench = Bench::new();
    let ended = run_it(&bench.order("echo out; echo oops >&2; exit 3")).unwrap();
    assert_eq!(ended.exit, Exit::Code(3));
    assert_eq!((&*ended.stdout, &*ended.complaint), (&b"out\n"[..], &b"oops\n"[..]));
}

#[test]
fn arguments_are_no_shell_words_and_the_environment_is_the_one_that_was_given() {
    let bench = Bench::new();
    let mut order = bench.order("printf '%s\\n' \"$@\"; env; cat");
    order.args = vec!["$(id)".into(), "; rm -rf x".into(), "a b".into()];
    order.variables.push(("LANG".into(), "C.UTF-8".into()));
    let text = String::from_utf8(run_it(&order).unwrap().stdout).unwrap();
    assert!(text.starts_with("$(id)\n; rm -rf x\na b\n"), "{text}");
    let mut names: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name)
        .filter(|name| !["PWD", "_", "SHLVL", "OLDPWD"].contains(name))
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["LANG", "PATH"]);
}

#[test]
fn a_hung_program_is_ended_with_its_children_though_they_ignore_being_asked() {
    for script in [
        "echo $$ > numbers; sleep 300",
        "trap '' TERM; (trap '' TERM; sleep 300) & echo $$ $! > numbers; wait; sleep 300; sleep 300",
        "trap '' TERM INT HUP; (trap '' TERM; while :; do sleep 1; done) & echo $$ $! > numbers; \
         while :; do sleep 1; done",
        "exec 1>&- 2>&-; echo $$ > numbers; sleep 300",
    ] {
        let bench = Bench::new();
        let mut order = bench.order(script);
        order.timeout = Duration::from_secs(1);
        let start = Instant::now();
        let trouble = run_it(&order).unwrap_err();
        assert!(matches!(trouble, Trouble::TimedOut(1)), "{trouble}");
        assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
        for number in bench.numbers() {
            assert!(!runs(number), "{number} is left of {script}");
        }
    }
}

#[test]
fn what_a_program_leaves_behind_when_it_ends_is_ended_too() {
    let bench = Bench::new();
    let order = bench.order("(trap '' TERM; sleep 300) & echo $! > numbers; echo done");
    let start = Instant::now();
    let ended = run_it(&order).unwrap();
    assert_eq!((ended.exit, &*ended.stdout), (Exit::Code(0), &b"done\n"[..]));
    assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
    assert!(bench.numbers().into_iter().all(|number| !runs(number)));
}

#[test]
fn a_crash_is_told_from_a_code() {
    let bench = Bench::new();
    let ended = run_it(&bench.order("echo half; kill -SEGV $$")).unwrap();
    assert_eq!(ended.exit, Exit::Signal(11));
}

#[test]
fn a_flood_is_cut_off() {
    let bench = Bench::new();
    let order =
        bench.order("echo $$ > numbers; while :; do echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; done");
    let trouble = run_it(&order).unwrap_err();
    assert!(matches!(trouble, Trouble::Flood(n) if n == 1 << 20), "{trouble}");
    assert!(bench.numbers().into_iter().all(|number| !runs(number)));
}

#[test]
fn of_a_flood_of_complaints_the_end_is_kept() {
    let bench = Bench::new();
    let script = "i=0; while [ $i -lt 20000 ]; do echo complaint complaint $i >&2; i=$((i+1)); done; echo ok";
    let ended = run_it(&bench.order(script)).unwrap();
    assert_eq!(ended.stdout, b"ok\n");
    assert!(ended.complaint.len() <= COMPLAINT);
    assert!(ended.complaint.ends_with(b"complaint 19999\n"));
}

#[test]
fn closing_standard_output_early_is_no_trouble() {
    let bench = Bench::new();
    let ended = run_it(&bench.order("echo x; exec 1>&-; sleep 0.3; exit 4")).unwrap();
    assert_eq!((ended.exit, &*ended.stdout), (Exit::Code(4), &b"x\n"[..]));
}

#[test]
fn the_user_can_stop_it() {
    let bench = Bench::new();
    let order = bench.order("trap '' TERM; echo $$ > numbers; while :; do sleep 1; done");
    let start = Instant::now();
    let stop = || start.elapsed() > Duration::from_millis(500);
    let trouble = run(&order, &stop).unwrap_err();
    assert!(matches!(trouble, Trouble::Cancelled | Trouble::Start(_)), "{trouble}");
    assert!(start.elapsed() < Duration::from_secs(3), "{:?}", start.elapsed());
    assert!(bench.numbers().into_iter().all(|number| !runs(number)));
}

#[test]
fn a_program_that_is_not_there_or_cannot_run_is_an_error() {
    let bench = Bench::new();
    let mut order = bench.order("exit 0");
    order.program = bench.folder.path().join("gone");
    assert!(matches!(run(&order, &|| false), Err(Trouble::Start(std::io::ErrorKind::NotFound))));
    order.program = bench.folder.path().to_owned();
    assert!(matches!(run(&order, &|| false), Err(Trouble::Start(_))));
}
