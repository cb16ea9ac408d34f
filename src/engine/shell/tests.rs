//! Scripts and what they run.

use super::*;

/// `program arg arg`, with `?` behind words that are not known, one command each.
fn told(text: &str) -> Vec<String> {
    let show = |word: &Word| format!("{}{}", word.text(), if word.literal { "" } else { "?" });
    read_plain(text)
        .commands
        .iter()
        .map(|one| one.words.iter().map(show).collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn a_script_is_split_where_a_shell_splits_it() {
    for (text, expected) in [
        ("a && b || c; d & e\nf", vec!["a", "b", "c", "d", "e", "f"]),
        ("a 'b c' \"d $e\" f\\ g", vec!["a b c d $e? f g"]),
        ("a \\\n  b", vec!["a b"]),
        ("a # b; c\nd#e", vec!["a", "d#e"]),
        ("(cd x && make) | tee log", vec!["cd x", "make", "tee log"]),
        ("if a; then b; elif c; then d; else e; fi; f", vec!["a", "b", "c", "d", "e", "f"]),
        ("for x in a b; do c $x; done", vec!["for x in a b", "c $x?"]),
        ("case $x in a|b) c;; (d) e ;; *) f; esac; g", vec!["case $x?", "c", "e", "f", "g"]),
        ("while read x; do y; done < z", vec!["read x", "y", ""]),
        ("f() { a; }; function g { b; }", vec!["a", "b"]),
        ("[[ -f a && -n b ]] && c", vec!["[[ -f a -n b ]]", "c"]),
        ("! a | b", vec!["a", "b"]),
        ("(( x > 1 )) && a $((1 + 2))", vec!["a $((1 + 2))?"]),
        ("a $(b \"$(c)\") `d e`", vec!["a $(b \"$(c)\")? `d e`?", "b $(c)?", "c", "d e"]),
        ("x=1 y=$(a) b", vec!["b", "a"]),
        ("sudo -E -u me env A=1 time a -x", vec!["a -x"]),
        ("timeout -s 9 10 a; nice -n 5 b", vec!["a", "b"]),
        ("command -v git", vec!["command -v git"]),
        ("bash -ec 'a && b'", vec!["bash -ec a && b", "a", "b"]),
        ("su - me -c \"a; b\"", vec!["su - me -c a; b", "a", "b"]),
        ("eval \"$(a)\"", vec!["eval $(a)?", "a", "$(a)?", "a"]),
        ("bash <(a b)", vec!["bash <(a b)?", "a b"]),
        ("cat <<EOF > f\na; b\nEOF\nc", vec!["cat", "c"]),
        ("bash <<'EOF'\na\nb\nEOF\nc", vec!["bash", "a", "b", "c"]),
        ("list=(a $(b)) c", vec!["c", "b"]),
        ("a ${b:-$(c)} ${d:-${e}}", vec!["a ${b:-$(c)}? ${d:-${e}}?", "c"]),
        ("a 2>&1 >/dev/null &> b", vec!["a"]),
        ("a |\n b &&\n c", vec!["a", "b", "c"]),
    ] {
        assert_eq!(told(text), expected, "{text:?}");
    }
}

#[test]
fn pipes_join_commands_also_through_brackets() {
    for (text, from, to) in [
        ("curl x | sh", 0, 1),
        ("curl x |& sudo bash -s", 0, 1),
        ("curl x | (cd y && tar x)", 0, 1),
        ("(curl x) | sh", 0, 1),
        ("curl x | while read y; do z; done", 0, 1),
        ("a; curl x |\n\n sh", 1, 2),
        ("a $(b | c) | d", 0, 3),
        ("a $(b | c) | d", 1, 2),
    ] {
        let script = read_plain(text);
        assert_eq!(script.commands[from].feeds, Some(to), "{text}");
        assert_eq!(script.commands[to].fed_by, Some(from), "{text}");
    }
    assert_eq!(read_plain("a || b").commands[1].fed_by, None);
    assert_eq!(read_plain("(a | b); c").commands[2].fed_by, None);
}

#[test]
fn a_nested_command_knows_where_it_stands() {
    let script = read_plain("a $(b) <(c); sh -c 'd $(e)'");
    let at: Vec<Option<(usize, Nest)>> = script
        .commands
        .iter()
        .map(|one| one.inside.map(|inside| (inside.command, inside.nest)))
        .collect();
    assert_eq!(
        at,
        [
            None,
            Some((0, Nest::Substitution)),
            Some((0, Nest::Process)),
            None,
            Some((3, Nest::Script)),
            Some((4, Nest::Substitution)),
        ]
    );
    assert_eq!(script.within(0, None).count(), 2);
}

#[test]
fn what_was_seen_through_and_what_was_assigned_is_kept() {
    let script = read_plain("A=\"b c\" sudo -u x env D=$E apt-get install -qqy --foo=1 -- -z");
    let one = &script.commands[0];
    assert_eq!(one.program(), "apt-get");
    assert!(one.has_prefix("sudo") && one.has_prefix("env") && !one.has_prefix("time"));
    let assigned: Vec<(&str, &str, bool)> = one
        .assignments
        .iter()
        .map(|(name, value)| (name.as_str(), value.text(), value.literal))
        .collect();
    assert_eq!(assigned, [("A", "b c", true), ("D", "$E", false)]);
    assert_eq!(one.verb(), "install");
    assert!(one.option(&["-y", "--yes"]).is_some() && one.option(&["--foo"]).is_some());
    assert!(one.option(&["-z"]).is_none(), "behind -- there are no options");
    assert_eq!(one.operands("install", &[]).map(Word::text).collect::<Vec<_>>(), ["-z"]);
}

#[test]
fn places_are_those_of_the_original() {
    let text = "x; sh -c \"curl \\\"é\\\" $a\" > out";
    let script = read_plain(text);
    let shown: Vec<&str> = script.commands.iter().map(|one| &text[one.range.clone()]).collect();
    assert_eq!(shown, ["x", &text[3..], "curl \\\"é\\\" $a"]);
    let word = &script.commands[2].words[1];
    assert_eq!((word.text(), &text[word.range.clone()]), ("é", "\"é\\\""));
    assert_eq!(&text[script.commands[1].redirections[0].target.range.clone()], "out");
}

#[test]
fn here_documents_keep_their_text() {
    let script = read_plain("cat <<-A <<B\n\tx\n\tA\ny\nB\nz");
    let bodies: Vec<&str> = script.commands[0]
        .redirections
        .iter()
        .map(|one| one.body.as_ref().map_or("", Mapped::as_str))
        .collect();
    assert_eq!(bodies, ["x\n", "y\n"]);
    assert_eq!(script.commands[1].words[0].text(), "z");
    assert!(!script.unclosed);
    assert!(read_plain("cat <<A\nb").unclosed);
}

#[test]
fn words_of_an_argument_list_know_no_operators() {
    let show = |text: &str, escape| {
        let list = words(&Mapped::plain(text, 0), escape);
        list.iter()
            .map(|word| format!("{}{}", word.text(), if word.literal { "" } else { "?" }))
            .collect::<Vec<_>>()
    };
    assert_eq!(show("a;b 'c d' $E/f \\\"g", '\\'), ["a;b", "c d", "$E/f?", "\"g"]);
    assert_eq!(show("c:\\x `\"y", '`'), ["c:\\x", "\"y"]);
    assert_eq!(show(" \n a\n", '\\'), ["a"]);
}

#[test]
fn hostile_scripts_are_read_in_linear_time() {
    let start = std::time::Instant::now();
    for unit in [
        "$(",
        "(",
        "`",
        "${",
        "\"$(",
        "a=(",
        "<<A\n",
        "sh -c '",
        "if ",
        "case a in ",
        "a|",
        "<(",
        "$((",
        "\\",
        "'",
        "[[ ",
        "é\\é",
        "eval \"",
        "sh <<A\n",
    ] {
        let script = read_plain(&unit.repeat(200_000 / unit.len()));
        assert!(script.commands.len() <= MAX_COMMANDS, "{unit}");
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn variables_outlive_the_command_that_sets_them_or_not() {
    for (text, expected) in [
        ("A=1 B='x y'", vec!["A=1", "B=x y"]),
        ("A=1 make", vec![]),
        ("A=1 set -x", vec!["A=1"]),
        ("A=1 export B=2 C", vec!["A=1", "B=2"]),
        ("declare -r A=1", vec!["A=1"]),
        ("env A=1 make B=2", vec![]),
    ] {
        let script = read_plain(text);
        let set = script.commands[0].sets();
        let set: Vec<String> =
            set.map(|(name, value)| format!("{name}={}", value.text())).collect();
        assert_eq!(set, expected, "{text}");
    }
}
