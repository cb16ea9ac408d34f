//! Encodings and line ends: the same finding at the same place, whatever the bytes.

use crate::project::{Project, password};

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(to_bytes).collect()
}

fn latin_1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

#[test]
fn line_and_column_are_right_in_every_encoding() {
    // Line 3; the value begins at column 26: `größe = 1; db_password = "` has 26 characters less one.
    let text = format!("# é\n\ngröße = 1; db_password = \"{}\"\nx = 2\n", password("u"));
    let column = "größe = 1; db_password = \"".chars().count() + 1;
    let with_bom = [b"\xEF\xBB\xBF", text.as_bytes()].concat();
    for (name, bytes) in [
        ("UTF-8", text.clone().into_bytes()),
        ("UTF-8 with a mark", with_bom),
        ("UTF-16 little endian", utf16(&text, u16::to_le_bytes)),
        ("UTF-16 big endian", utf16(&text, u16::to_be_bytes)),
        ("Latin-1", latin_1(&text)),
        ("CRLF", text.replace('\n', "\r\n").into_bytes()),
        ("lone CR", text.replace('\n', "\r").into_bytes()),
        ("UTF-16 with CRLF", utf16(&text.replace('\n', "\r\n"), u16::to_le_bytes)),
        ("no final line end", text.trim_end_matches("\nx = 2\n").to_owned().into_bytes()),
    ] {
        let project = Project::new(&[]);
        project.write("a.py", bytes);
        let expected = format!("a.py:3:{column} secrets/generic-secret");
        assert_eq!(project.secrets(&[]), [expected], "{name}");
    }
}

#[test]
fn columns_count_characters_not_bytes_in_json_and_in_sarif() {
    for (before, name) in [
        ("", "nothing"),
        ("\t\t", "tabs"),
        ("s = \"ключ\"; ", "Cyrillic"),
        ("s = \"😀👍\"; ", "beyond the basic plane"),
        ("s = \"e\u{301}\"; ", "a combining mark"),
    ] {
        let project = Project::new(&[]);
        let line = format!("{before}db_password = \"{}\"\n", password("c"));
        project.write("a.py", &line);
        let column = before.chars().count() + 16;
        let place = format!("a.py:1:{column} secrets/generic-secret");
        assert_eq!(project.secrets(&[]), [place], "{name}");
        let sarif = project.run(&["scan", "--scanner", "secrets", "-o", "sarif"]).json();
        let run = &sarif["runs"][0];
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        let region = &run["results"][0]["locations"][0]["physicalLocation"]["region"];
        assert_eq!(region["startColumn"], column, "{name}");
        assert_eq!(
            region["endColumn"].as_u64().unwrap() as usize,
            column + password("c").len(),
            "{name}"
        );
    }
}

#[test]
fn a_file_without_lines_and_one_of_line_ends_alone_are_scanned() {
    let project = Project::new(&[("empty.py", ""), ("ends.py", "\n\r\n\r\n\n"), ("one.py", "\r")]);
    let run = project.run(&["scan", "--scanner", "secrets", "-o", "json"]);
    assert_eq!(run.places(), [""; 0]);
    assert_eq!(run.json()["files"]["scanned"], 3);
}

#[test]
fn binary_files_are_named_and_not_searched() {
    let project = Project::new(&[]);
    let text = format!("db_password = \"{}\"\n", password("b"));
    for (path, head) in
        [("a.bin", &b"\x7fELF\x02\0"[..]), ("b.pdf", b"%PDF-1.7\n"), ("c.txt", b"\xff\xfe\0\0")]
    {
        project.write(path, [head, text.as_bytes()].concat());
    }
    let run = project.run(&["scan", "--scanner", "secrets", "-o", "json"]);
    assert_eq!(run.places(), [""; 0]);
    assert_eq!(run.skipped(), ["a.bin binary", "b.pdf binary", "c.txt binary"]);
}
