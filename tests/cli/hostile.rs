//! Trees made to hurt: links, loops, pipes, giants, races, names. Bounded, reported, never followed.

use crate::project::{Project, formats, leak, password};
use rustix::fs::{CWD, Mode, OFlags, mkdirat, openat};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const QUICK: Duration = Duration::from_secs(10);

#[test]
fn links_are_named_and_never_followed() {
    // T01, T02
    let outside = password("outside");
    let project = Project::new(&[("real/a.py", &leak("a"))]);
    let text = format!("db_password = \"{outside}\"\n");
    std::fs::write(project.home().join("outside.py"), &text).unwrap();
    std::fs::create_dir(project.home().join("folder")).unwrap();
    std::fs::write(project.home().join("folder/x.py"), &text).unwrap();
    project
        .link("passwd.py", "/etc/passwd")
        .link("outside.py", "../outside.py")
        .link("folder", "../folder")
        .link("absolute", project.home().join("folder"))
        .link("inside.py", "real/a.py")
        .link("loop", "loop")
        .link("one", "two")
        .link("two", "one")
        .link("real/up", "..")
        .link("real/self", ".")
        .link("gone", "nowhere");
    let run = project.run(&["scan", "--scanner", "secrets", "-o", "json"]);
    assert_eq!(run.places(), ["real/a.py:1:16 secrets/generic-secret"]);
    let expected = [
        "absolute symlink-outside",
        "folder symlink-outside",
        "gone symlink",
        "inside.py symlink",
        "loop symlink",
        "one symlink",
        "outside.py symlink-outside",
        "passwd.py symlink-outside",
        "real/self symlink",
        "real/up symlink",
        "two symlink",
    ];
    assert_eq!(run.skipped(), expected);
    for format in formats() {
        let run = project.run(&["scan", "--show-skipped", "-o", format]);
        assert!(!run.stdout.contains(&outside[4..]) && !run.stdout.contains("/etc"), "{format}");
    }
}

/// Directories one in another, deeper than any path may be long; every one is made relative to the last.
fn nest(project: &Project, levels: usize, name: &str) {
    let mode = Mode::from_raw_mode(0o700);
    let mut here = openat(CWD, project.root(), OFlags::DIRECTORY, Mode::empty()).unwrap();
    for _ in 0..levels {
        mkdirat(&here, name, mode).unwrap();
        here = openat(&here, name, OFlags::DIRECTORY, Mode::empty()).unwrap();
    }
}

#[test]
fn ten_thousand_directories_deep_and_the_longest_names_are_survived_and_told() {
    // T02
    for (levels, name, reasons) in [
        (10_000, "d".to_owned(), &["too-deep"][..]),
        (40, "n".repeat(255), &["unreadable", "too-deep"]),
    ] {
        let project = Project::new(&[("a.py", &leak("a"))]);
        nest(&project, levels, &name);
        let run = project.call(&["scan", "-o", "json"]).within(QUICK).run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.places().iter().any(|place| place.starts_with("a.py:1:16")));
        let skipped = run.skipped();
        let [skipped] = skipped.as_slice() else { panic!("{} skipped", skipped.len()) };
        let reason = skipped.rsplit(' ').next().unwrap();
        assert!(reasons.contains(&reason), "{reason}");
        let text = project.run(&["scan", "--show-skipped"]);
        assert_eq!(text.code, 0);
    }
    let project = Project::new(&[(&format!("{}.py", "x".repeat(252)), &leak("a"))]);
    assert_eq!(project.secrets(&[]).len(), 1);
}

#[test]
fn settings_that_are_pipes_or_devices_are_refused_at_once() {
    // T03
    for name in [".securescan.yml", ".securescan.yaml", "securescan.yml"] {
        let project = Project::new(&[("a.py", &leak("a"))]);
        project.fifo(name);
        let run = project.call(&["scan"]).within(QUICK).run();
        run.refused(&[name, "not a regular file"]);
        assert!(run.took < Duration::from_secs(2), "{:?}", run.took);
        std::fs::remove_file(project.path(name)).unwrap();
        for target in ["/dev/zero", "/dev/random", "/etc/passwd", "nowhere"] {
            project.link(name, target);
            project.call(&["scan"]).within(QUICK).run().refused(&[name, "symbolic link"]);
            std::fs::remove_file(project.path(name)).unwrap();
        }
    }
}

#[test]
fn ignore_files_that_are_pipes_or_devices_are_named_and_do_not_hang() {
    // T03
    for name in [".gitignore", ".securescanignore"] {
        let project = Project::new(&[("a.py", &leak("a")), ("b/c.py", &leak("c"))]);
        project.fifo(name).link(&format!("b/{name}"), "/dev/zero");
        let args = ["scan", "--scanner", "secrets", "-o", "json"];
        let run = project.call(&args).within(QUICK).run();
        assert_eq!(run.places().len(), 2, "{name}");
        let expected = [format!("{name} special-file"), format!("b/{name} symlink-outside")];
        assert_eq!(run.skipped(), expected);
    }
}

#[test]
fn pipes_sockets_and_devices_are_skipped_as_targets_and_in_trees() {
    // T04
    let project = Project::new(&[("a.py", &leak("a"))]);
    project.fifo("pipe");
    let _socket = std::os::unix::net::UnixListener::bind(project.path("socket")).unwrap();
    for target in ["pipe", "socket", "/dev/zero", "/dev/random", "/dev/tty"] {
        let run = project.call(&["scan", "-o", "json", target]).within(QUICK).run();
        assert_eq!(run.code, 0, "{target}: {}", run.stderr);
        assert_eq!(run.json()["files"]["scanned"], 0, "{target}");
        assert!(run.skipped()[0].ends_with(" special-file"), "{target}: {:?}", run.skipped());
    }
    for target in ["/proc/self/mem", "/proc/kmsg"] {
        let run = project.call(&["scan", "-o", "json", target]).within(QUICK).run();
        assert_eq!(run.code, 0, "{target}: {}", run.stderr);
    }
    let run = project.run(&["scan", "--scanner", "secrets", "-o", "json"]);
    assert_eq!(run.places().len(), 1);
    assert_eq!(run.skipped(), ["pipe special-file", "socket special-file"]);
}

#[test]
fn a_file_that_becomes_a_link_during_the_scan_never_leads_outside() {
    // T05: files and a directory are swapped with links as fast as can be while scans run.
    let outside = password("race");
    let project = Project::new(&[("dir/x.py", &leak("x"))]);
    let text = format!("db_password = \"{outside}\"\n");
    std::fs::create_dir(project.home().join("out")).unwrap();
    std::fs::write(project.home().join("out/x.py"), &text).unwrap();
    std::fs::write(project.home().join("out/only-outside.py"), &text).unwrap();
    for n in 0..40 {
        project.write(format!("f{n}.py"), leak("f"));
    }
    let stop = AtomicBool::new(false);
    let until = Instant::now() + Duration::from_secs(2);
    let mut scans = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let fresh = project.path("fresh");
            while !stop.load(Ordering::Relaxed) {
                for n in 0..40 {
                    let file = project.path(format!("f{n}.py"));
                    std::os::unix::fs::symlink("../out/x.py", &fresh).unwrap();
                    std::fs::rename(&fresh, &file).unwrap();
                    std::fs::write(&fresh, leak("f")).unwrap();
                    std::fs::rename(&fresh, &file).unwrap();
                }
                std::fs::rename(project.path("dir"), project.path("moved")).unwrap();
                std::os::unix::fs::symlink("../out", project.path("dir")).unwrap();
                std::thread::yield_now();
                std::fs::remove_file(project.path("dir")).unwrap();
                std::fs::rename(project.path("moved"), project.path("dir")).unwrap();
            }
        });
        while Instant::now() < until {
            let run = project.run(&["scan", "--show-skipped", "-o", "json"]);
            scans += 1;
            if run.code != 0
                || run.stdout.contains(&outside[4..])
                || run.stderr.contains("panicked")
            {
                stop.store(true, Ordering::Relaxed);
                panic!("{run:#?}");
            }
            // Every secret has a fingerprint of its own: the one outside must not show by it either.
            let count = run.places().iter().filter(|p| p.contains("only-outside")).count();
            if count > 0 {
                stop.store(true, Ordering::Relaxed);
                panic!("a file outside was read");
            }
        }
        stop.store(true, Ordering::Relaxed);
    });
    assert!(scans > 3, "{scans}");
}

#[test]
fn giants_are_skipped_in_bounded_memory() {
    // T06
    let project = Project::new(&[("a.py", &leak("a"))]);
    let sparse = std::fs::File::create(project.path("sparse.sql")).unwrap();
    sparse.set_len(5 << 30).unwrap();
    let minified = std::fs::File::create(project.path("app.min.js")).unwrap();
    minified.set_len(200 << 20).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&minified, &vec![b'x'; 1 << 20], 0).unwrap();
    let call = project.call(&["scan", "--scanner", "secrets", "-o", "json"]).within(QUICK);
    let run = call.run_after("ulimit -v 1000000");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.places().len(), 1);
    assert_eq!(run.skipped(), ["app.min.js too-large", "sparse.sql too-large"]);
    let details = run.json()["files"]["skipped"].to_string();
    assert!(details.contains("200.0 MiB") && details.contains("5.0 GiB"), "{details}");
}

#[test]
fn a_long_minified_line_within_the_limit_takes_bounded_time_and_is_told() {
    let token = crate::project::secret("min", "ghp_{{crc32-base62:30}}");
    let piece = "var a={password:\"k3Jx9QvLr7Tz\"};b(a.password||c.token);";
    let filler =
        "function e(t){for(var n=0;n<t.length;n++)if(t[n]!==r[n])return!1;return!0}".repeat(40);
    let piece = format!("{piece}{filler}");
    let half = piece.repeat((9 << 20) / piece.len() / 2);
    let project = Project::new(&[]);
    project.write("app.min.js", format!("{half}x=\"{token}\";{half}"));
    let args = ["scan", "--scanner", "secrets", "-o", "json"];
    let run = project.call(&args).run_after("ulimit -v 1000000");
    assert_eq!(run.skipped(), ["app.min.js minified"]);
    let column = half.len() + 4;
    let expected = format!("app.min.js:1:{column} secrets/github-token");
    let places = run.places();
    assert_eq!(places.len(), 1, "{places:?}");
    assert_eq!(places[0].split(' ').next(), expected.split(' ').next());
    assert!(run.stdout.len() < 20_000, "the line is cut in reports");
    assert!(run.took < Duration::from_secs(20), "{:?}", run.took);
}

#[test]
fn bombs_in_settings_are_refused_at_once() {
    // T09
    let mut laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..30 {
        let list = vec![format!("*a{}", n - 1); 9].join(", ");
        laughs.push_str(&format!("a{n}: &a{n} [{list}]\n"));
    }
    let keys: String = (0..60_000).map(|n| format!("k{n}: 1\n")).collect();
    for (what, text) in [
        ("aliases", laughs),
        ("depth", "[".repeat(100_000)),
        ("mappings in mappings", "{a: ".repeat(60_000)),
        ("indentation", (0..1000).map(|n| format!("{}a:\n", " ".repeat(n))).collect()),
        ("size", format!("# {}\n", "x".repeat(2 << 20))),
        ("many keys", keys),
        ("a long number", format!("fail_on_count: {}\n", "9".repeat(100_000))),
        ("a deep glob", format!("paths: {{ignore: ['{}']}}\n", "{a,".repeat(20_000))),
        ("a large pattern", "secrets: {allow: ['((a{1000}){1000}){1000}']}\n".to_owned()),
    ] {
        let project = Project::new(&[("a.py", &leak("a")), (".securescan.yml", &text)]);
        let call = project.call(&["scan"]).within(QUICK);
        let run = call.run_after("ulimit -v 2000000");
        run.refused(&[".securescan.yml"]);
        assert!(run.stderr.len() < 40_000, "{what}: {} bytes", run.stderr.len());
        assert!(run.took < Duration::from_secs(5), "{what}: {:?}", run.took);
    }
}

/// Names that a careless report would let out of their place.
const NAMES: [&[u8]; 12] = [
    b"new\nline.py",
    b"escape\x1b[31m\x1b]8;;x\x07.py",
    b"tab\tand\rreturn.py",
    b"quote\"and'comma,semi;.py",
    b"=cmd()+@formula.py",
    b"<script>alert(1)</script>&amp;.py",
    b"percent%20 and #hash?.py",
    b"back\\slash\\x41.py",
    b"latin-\xe9.py",
    b"latin-\xea.py",
    b"bell\x07del\x7f.py",
    "right-to-left-\u{202e}yp.exe\u{2066}\u{200b}\u{9b}31m.py".as_bytes(),
];

#[test]
fn every_name_stays_apart_and_stays_in_its_place_in_every_format() {
    // T13
    let project = Project::new(&[]);
    for name in NAMES {
        project.write(OsStr::from_bytes(name), leak("n"));
    }
    let run = project.run(&["scan", "--scanner", "secrets", "-o", "json"]).json();
    let findings = run["findings"].as_array().unwrap();
    let mut paths: Vec<_> = findings.iter().map(|f| f["file_path"].to_string()).collect();
    let mut prints: Vec<_> = findings.iter().map(|f| f["fingerprint"].to_string()).collect();
    paths.sort();
    paths.dedup();
    prints.sort();
    prints.dedup();
    assert_eq!((paths.len(), prints.len()), (NAMES.len(), NAMES.len()), "{paths:#?}");
    for format in formats() {
        for color in ["always", "never"] {
            let args = ["scan", "--scanner", "secrets", "-o", format, "--color", color];
            let run = project.run(&args);
            assert_eq!(run.code, 0);
            let out = &run.stdout;
            for raw in ["\x1b]", "\x07", "\u{202e}", "\u{2066}", "\u{9b}", "\x7f"] {
                // JSON has no need to escape some of these, but a terminal may show it.
                assert!(!out.contains(raw), "{format}: {raw:?} in\n{}", out.escape_debug());
            }
            assert!(!out.contains("\x1b[31m.") && !out.contains("\x1b[31m\x1b]"), "{format}");
            if ["html", "junit"].contains(&format) {
                assert!(!out.contains("<script>alert"), "{format}");
            }
        }
    }
    let mut csv = csv::Reader::from_reader(std::io::Cursor::new(
        project.run(&["scan", "--scanner", "secrets", "-o", "csv"]).stdout,
    ));
    let rows: Vec<_> =
        csv.records().map(Result::unwrap).filter(|row| &row[0] != "notice").collect();
    assert_eq!(rows.len(), NAMES.len());
    assert!(rows.iter().all(|row| !row[3].starts_with(['=', '+', '-', '@'])), "{rows:?}");
    let lines = project.run(&["scan", "--scanner", "secrets", "-o", "jsonl"]).stdout;
    assert_eq!(lines.lines().count(), NAMES.len() + 1);
    let sarif = project.run(&["scan", "--scanner", "secrets", "-o", "sarif"]).json();
    let mut uris: Vec<String> = sarif["runs"][0]["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].to_string())
        .collect();
    uris.sort();
    uris.dedup();
    assert_eq!(uris.len(), NAMES.len(), "{uris:#?}");
    assert!(uris.iter().all(|uri| uri.is_ascii()), "{uris:#?}");
}

#[test]
fn names_that_differ_by_case_or_by_composition_alone_are_two_files() {
    // T14
    let names = ["README.py", "readme.py", "caf\u{e9}.py", "cafe\u{301}.py"];
    let project = Project::new(&[]);
    for name in names {
        project.write(name, leak("n"));
    }
    let found = project.secrets(&[]);
    let mut expected: Vec<String> =
        names.iter().map(|name| format!("{name}:1:16 secrets/generic-secret")).collect();
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(project.secrets(&[]), found);
}

#[test]
fn hostile_names_on_the_command_line_and_in_errors_are_escaped() {
    let project = Project::new(&[]);
    for args in [
        &["scan", "gone\x1b[31m\n::error::x"][..],
        &["scan", "--baseline", "gone\x1b[31m"],
        &["scan", "--config", "gone\x1b[31m"],
        &["scan", "--rules", "gone\x1b[31m"],
        &["scan", "-o", "json=gone\x1b[31m/x"],
        &["scan", "--scanner", "x\x1b[31m"],
        &["explain", "x\x1b[31m"],
    ] {
        let run = project.run(args);
        run.refused(&["error: "]);
        assert!(!run.stderr.contains('\x1b'), "{args:?}: {:?}", run.stderr);
    }
}
