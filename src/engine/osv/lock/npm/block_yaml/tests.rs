//! What the line reader takes and what it hands on to the full one.

use super::*;

/// A document written down without its types.
fn show(value: &Value<'_>) -> String {
    match value {
        Value::Null => "~".to_owned(),
        Value::Text(text) => format!("<{text}>"),
        Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(",")),
        Value::Map(pairs) => {
            let pairs = pairs.iter().map(|p| format!("{}@{}={}", p.key, p.line, show(&p.value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
        }
    }
}

fn show_all(documents: Vec<Vec<Pair<'_>>>) -> String {
    documents.into_iter().map(|pairs| show(&Value::Map(pairs))).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_tools_write_is_read_by_lines_as_the_full_reader_does() {
    for (text, expected) in [
        ("a: b\n\n# c\nd:\n  e: 'f''g'\n", "{a@1=<b>,d@4={e@5=<f'g>}}"),
        ("'@s/a@1':\n  \"b c\": 'x: y'\r\n", "{@s/a@1@1={b c@2=<x: y>}}"),
        ("a: {b: c, 'd': [e, f], g: {}}\nh: []\n", "{a@1={b@1=<c>,d@1=[<e>,<f>],g@1={}},h@2=[]}"),
        ("a:\n  {\n    b: c,\n    d: e,\n  }\nf: g\n", "{a@1={b@3=<c>,d@4=<e>},f@6=<g>}"),
        ("a: [b,\n  c]\nd: e\n", "{a@1=[<b>,<c>],d@3=<e>}"),
        (
            "a:\n  - b\n  - 'c'\nd:\n- e: f\n  g: h\n- i\n",
            "{a@1=[<b>,<c>],d@4=[{e@5=<f>,g@6=<h>},<i>]}",
        ),
        (
            "? long\n: a: b\n  c: d\n? more\n:\n  e: f\n? last\n: g\n",
            "{long@1={a@2=<b>,c@3=<d>},more@4={e@6=<f>},last@7=<g>}",
        ),
        ("---\na: b\n---\nc: d\n", "{a@2=<b>} {c@4=<d>}"),
        ("a: b # c\n'd': \"e#f\" # g\nh: # i\n  j: k\n", "{a@1=<b>,d@2=<e#f>,h@3={j@4=<k>}}"),
        ("a: http://b:1/c#d\ne: >=1 <2 || *\n", ""),
        ("a: b\n  c\n  d\ne: f\n", "{a@1=<b c d>,e@4=<f>}"),
        ("a:\nb: c\n", "{a@1=~,b@2=<c>}"),
    ] {
        let quick = Reader::new(text).documents().map(show_all);
        if expected.is_empty() {
            assert_eq!(quick, Err(Unusual), "{text}");
            continue;
        }
        assert_eq!(quick.as_deref(), Ok(expected), "{text}");
        assert_eq!(show_all(full::documents(text).unwrap()), expected, "{text}");
    }
}

#[test]
fn a_block_of_prose_is_passed_over() {
    let text = "a:\n  b: |-\n    one: x\n\n    two\n  c: >\n    three\nd: e\n";
    let expected = "{a@1={b@2=<one: x\n\ntwo>,c@6=<three>},d@8=<e>}";
    assert_eq!(Reader::new(text).documents().map(show_all).as_deref(), Ok(expected));
}

#[test]
fn everything_else_is_left_to_the_full_reader() {
    for text in [
        "a: &x b\n",
        "a: *x\n",
        "a: !!str b\n",
        "a: \"b\n  c\"\n",
        "a: b: c\n",
        "  a: b\n",
        "a\n",
        "- a\n",
        "a:\n    b: c\n  d: e\n",
        "a: {b: c} d\n",
        "a: {b: c\n",
        "a: 'b' c\n",
        "a: \"\\x41\"\n",
        "<<<<<<< x\n",
        "a:\n  - - b\n",
        "a: @b\n",
    ] {
        assert_eq!(Reader::new(text).documents(), Err(Unusual), "{text}");
    }
    let text = "x: &a {k: v}\n---\ny: !!str 3\n z: 1\n";
    assert_eq!(
        documents(text).unwrap_err().line,
        Some(4),
        "the line counts from the file's beginning"
    );
    let text = "x: &a {k: v}\n---\ny: *a\n";
    assert!(documents(text).is_err(), "an alias into another document means nothing");
    let text = "x: &a {k: v}\nw: *a\n---\ny: 1.5\n";
    assert_eq!(show_all(documents(text).unwrap()), "{x@1={k@1=<v>},w@2={k@1=<v>}} {y@4=<1.5>}");
}

#[test]
fn depth_is_bounded() {
    let mut deep = String::new();
    for n in 0..2_000 {
        deep.push_str(&" ".repeat(n));
        deep.push_str("a:\n");
    }
    assert!(documents(&deep).is_err());
    assert!(documents(&format!("a: {}\n", "[".repeat(100_000))).is_err());
    assert!(documents(&"? a\n: ".repeat(10_000)).is_err());
}
