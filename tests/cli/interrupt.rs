//! Ctrl-C: ends within a second, with 130, and leaves nothing half written.

use crate::project::{Project, code_of, leak, password, wait};
use std::process::Child;
use std::time::Duration;

fn signal(child: &Child, name: &str) {
    #[expect(clippy::disallowed_methods, reason = "a signal as the shell sends it")]
    let status = std::process::Command::new("/bin/sh")
        .args(["-c", &format!("kill -{name} {}", child.id())])
        .status()
        .unwrap();
    assert!(status.success());
}

/// Enough work for many seconds of a debug build.
fn slow() -> Project {
    let project = Project::new(&[]);
    let line = format!("{}x = token.password or '{}'\n", leak("a"), password("b"));
    let text = line.repeat(20_000);
    for n in 0..12 {
        project.write(format!("d{n}/big.py"), &text);
    }
    for n in 0..400 {
        project.write(format!("s/{n}.py"), &line.repeat(200));
    }
    project
}

#[test]
fn ctrl_c_ends_within_a_second_and_leaves_nothing_half_written() {
    let project = slow();
    project.write("out.json", "precious");
    let before = project.listing();
    for (name, after) in [("INT", 150), ("INT", 600), ("TERM", 300)] {
        let call = project.call(&["scan", "-j", "1", "-o", "json=out.json", "-o", "text"]);
        let mut child = call.command().spawn().unwrap();
        std::thread::sleep(Duration::from_millis(after));
        signal(&child, name);
        let (status, took) = wait(&mut child, Duration::from_secs(20));
        let output = child.wait_with_output().unwrap();
        assert_eq!(code_of(status.unwrap()), 130, "{name} after {after} ms");
        assert!(took < Duration::from_secs(2), "{took:?}");
        assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("interrupted; nothing was written"), "{said}");
        assert_eq!(project.listing(), before);
        assert_eq!(std::fs::read(project.path("out.json")).unwrap(), b"precious");
    }
}

#[test]
fn a_second_ctrl_c_ends_at_once() {
    let project = slow();
    let mut child = project.call(&["scan", "-j", "1"]).command().spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    signal(&child, "INT");
    // The first may have been enough already.
    if child.try_wait().unwrap().is_none() {
        signal(&child, "INT");
    }
    let (status, took) = wait(&mut child, Duration::from_secs(20));
    assert_eq!(code_of(status.unwrap()), 130);
    assert!(took < Duration::from_millis(1500), "{took:?}");
}

#[test]
fn ctrl_c_while_waiting_for_standard_input_ends_the_program() {
    let project = Project::new(&[]);
    let mut child = project.call(&["scan", "-"]).input("").command().spawn().unwrap();
    std::thread::sleep(Duration::from_millis(200));
    signal(&child, "INT");
    let (status, took) = wait(&mut child, Duration::from_secs(20));
    assert_eq!(code_of(status.unwrap()), 130);
    assert!(took < Duration::from_secs(1), "{took:?}");
}
