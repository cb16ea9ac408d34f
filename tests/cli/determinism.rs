//! T15: the same tree gives the same bytes, whatever the machine, the moment and the order of things.

use crate::project::{Call, Project, formats, leak};
use std::path::PathBuf;

/// Files in many folders, with findings, suppressed findings and skipped files.
fn files() -> Vec<(String, String)> {
    let mut files = vec![
        (".gitignore".to_owned(), "*.log\n".to_owned()),
        ("x.log".to_owned(), leak("log")),
        ("node_modules/x.js".to_owned(), String::new()),
        (
            ".securescan.yml".to_owned(),
            "severity_overrides: {secrets/private-key: low}\n".to_owned(),
        ),
    ];
    for n in 0..60 {
        let text = match n % 4 {
            0 => leak(&n.to_string()),
            1 => format!("{}{}", leak("same"), leak("same")),
            2 => format!("# securescan: ignore *\n{}", leak("s")),
            _ => "x = 1\n".to_owned(),
        };
        files.push((format!("d{}/İı-{n}.py", n % 7), text));
    }
    files
}

fn tree(reversed: bool) -> Project {
    let mut files = files();
    if reversed {
        files.reverse();
    }
    let project = Project::new(&[]);
    for (path, text) in files {
        project.write(path, text);
    }
    project.link("link", "d1");
    project
}

fn call(project: &Project, format: &str, further: &[&str]) -> Call {
    let fixed = ["scan", "--show-suppressed", "--show-skipped", "-o", format];
    project.call(&[&fixed, further].concat())
}

#[test]
fn the_same_tree_gives_the_same_bytes_in_every_format() {
    let (one, other) = (tree(false), tree(true));
    one.commit("", &[]);
    other.commit("", &[]);
    for format in formats() {
        let expected = call(&one, format, &["-j", "1"]).run().stdout;
        assert!(expected.len() > 1000, "{format}");
        let root = one.root().to_str().unwrap().to_owned();
        assert!(!expected.contains(&root), "{format} tells where the tree stands");
        let runs = [
            ("again", call(&one, format, &["-j", "1"]).run()),
            ("8 threads", call(&one, format, &["-j", "8"]).run()),
            ("threads of the machine", call(&one, format, &[]).run()),
            ("another folder, files made in reverse", call(&other, format, &["-j", "3"]).run()),
            ("time zone", call(&one, format, &[]).env("TZ", "Pacific/Apia").run()),
            ("locale", call(&one, format, &[]).env("LC_ALL", "tr_TR.UTF-8").run()),
            ("language", call(&one, format, &[]).env("LANG", "tr_TR").run()),
            ("umask", call(&one, format, &[]).run_after("umask 077")),
            ("file limit", call(&one, format, &[]).run_after("ulimit -n 64")),
            ("moment", call(&one, format, &[]).env("SOURCE_DATE_EPOCH", "1").run()),
            ("user", call(&one, format, &[]).env("USER", "x").env("HOME", "/nonexistent").run()),
        ];
        for (what, run) in runs {
            assert_eq!(run.code, 0, "{what}: {}", run.stderr);
            assert!(
                without_moment(&run.stdout) == without_moment(&expected),
                "{format} differs by {what}"
            );
        }
    }
}

/// One format cannot do without a moment; it shows the one that was pinned, and never the machine's.
pub(crate) fn without_moment(text: &str) -> String {
    text.lines().filter(|line| !line.contains("_time\"")).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_working_directory_inside_a_repository_has_no_influence_on_findings() {
    let project = tree(false);
    project.commit("", &[]);
    let expected = call(&project, "json", &["."]).run().stdout;
    for (folder, target) in [("d1", ".."), ("d2", "../../tree"), ("", "../tree/d3/..")] {
        let run = call(&project, "json", &[target]).folder(project.path(folder)).run();
        assert!(run.stdout == expected, "{folder} {target}");
    }
    let absolute: PathBuf = project.root().to_owned();
    let run = call(&project, "json", &[absolute.to_str().unwrap()]).folder("/").run();
    assert!(run.stdout == expected, "from /");
}

#[test]
fn the_first_of_several_mistakes_is_the_same_every_time() {
    let names: Vec<String> = (0..20).map(|n| format!("d{n:02}/.securescanignore")).collect();
    let (one, other) = (Project::new(&[]), Project::new(&[]));
    for name in &names {
        one.write(name, "a{\n");
    }
    for name in names.iter().rev() {
        other.write(name, "a{\n");
    }
    let said = one.run(&["scan"]).stderr;
    assert_eq!(other.run(&["scan"]).stderr, said);
    assert!(said.contains("d00/.securescanignore:1"), "{said}");
}
