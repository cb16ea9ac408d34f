//! Conditions: three answers of each test, links, and mistakes that are told.

use super::*;
use crate::engine::misconfig::resource::Format;
use crate::yaml::{Limits, stream};

fn value(text: &str) -> Value {
    let documents = stream(text.as_bytes(), &Limits::default()).documents;
    Value::of_yaml(&documents[0], &|tag, node| {
        let reference = node.as_text().filter(|text| !text.is_empty());
        (tag == "!unknown").then(|| Data::Unknown(reference.map(str::to_owned)))
    })
}

fn resource(kind: &str, name: &str, text: &str) -> Resource {
    Resource {
        format: Format::Terraform,
        kind: kind.to_owned(),
        address: format!("{kind}.{name}"),
        file: 0,
        head: 0..0,
        body: value(text),
    }
}

fn condition(text: &str) -> Condition {
    let condition: Condition = crate::yaml::parse(text.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(condition.fault(), None, "{text}");
    condition
}

#[test]
fn each_test_has_three_answers() {
    use Truth::{No, Unknown, Yes};
    let owner = resource(
        "t",
        "a",
        "on: true\noff: 'False'\nn: 5\ntext: abc\nlist: [x, y]\nnone: null\nhidden: !unknown\nmixed: [!unknown , z]\nempty: []\nblocks: [{a: 1}, {a: 2}, {b: 3}]\ndotted: {'x.y:z': 1, plain: 2}\nnear: !unknown bucket.a.id\nfar: !unknown module.m.module.n.bucket.a.id\nsource: !unknown data.bucket.a.id\n",
    );
    for (text, expected) in [
        ("{path: on, equals: true}", Yes),
        ("{path: off, equals: false}", Yes),
        ("{path: on, equals: [false, abc]}", No),
        ("{path: nothing, equals: true}", No),
        ("{path: nothing, unless: true}", Yes),
        ("{path: none, unless: true}", Yes),
        ("{path: hidden, unless: true}", Unknown),
        ("{path: hidden.deeper, absent: true}", No),
        ("{path: hidden, present: true}", Yes),
        ("{path: none, present: true}", No),
        ("{path: nothing, absent: true}", Yes),
        ("{path: text, other_than: [x]}", Yes),
        ("{path: nothing, other_than: [x]}", No),
        ("{path: list, unless: y}", No),
        ("{path: list, unless: q}", Yes),
        ("{path: list, other_than: [q, x]}", No),
        ("{path: mixed, unless: q}", Unknown),
        ("{path: mixed, unless: z}", No),
        ("{path: empty, unless: q}", Yes),
        ("{path: text, matches: '^a'}", Yes),
        ("{path: text, lacks: '^a'}", No),
        ("{path: n, below: 5}", No),
        ("{path: n, above: 4.5}", Yes),
        ("{path: list, equals: y}", Yes),
        ("{path: list, matches: '^q'}", No),
        ("{path: mixed, equals: q}", Unknown),
        ("{path: list, contains: y}", Yes),
        ("{path: list, contains: [q, z]}", No),
        ("{path: mixed, contains: q}", Unknown),
        ("{path: mixed, contains: z}", Yes),
        ("{path: list, without: q}", Yes),
        ("{path: nothing, without: q}", Yes),
        ("{path: empty, empty: true}", Yes),
        ("{path: list, empty: true}", No),
        ("{path: blocks.a, equals: 2}", Yes),
        ("{path: blocks.a, every: true, equals: 2}", No),
        ("{path: blocks.a, absent: true}", Yes),
        ("{path: blocks.*.b, equals: 3}", Yes),
        ("{path: 'dotted.\"x.y:z\"', equals: 1}", Yes),
        ("{path: 'dotted.x.y:z', equals: 1}", No),
        ("{path: '\"dotted\".plain', equals: 2}", Yes),
        ("{path: near, refers: [other, bucket]}", Yes),
        ("{path: far, refers: bucket}", Yes),
        ("{path: source, refers: data.bucket}", Yes),
        ("{path: source, refers: bucket}", Unknown),
        ("{path: hidden, refers: bucket}", Unknown),
        ("{path: text, refers: bucket}", No),
        ("{path: nothing, refers: bucket}", No),
        ("{all: [{path: on, equals: true}, {path: hidden, equals: 1}]}", Unknown),
        ("{all: [{path: on, equals: false}, {path: hidden, equals: 1}]}", No),
        ("{any: [{path: on, equals: true}, {path: hidden, equals: 1}]}", Yes),
        ("{none: [{path: hidden, equals: 1}]}", Unknown),
        ("{some: {of: blocks, is: {path: a, equals: 1}}}", Yes),
        ("{some: {of: blocks, is: {all: [{path: a, equals: 1}, {path: b, equals: 3}]}}}", No),
    ] {
        let answer = condition(text).ask(&owner.body, &owner, &Scope::default());
        assert_eq!(answer.truth, expected, "{text}");
    }
}

#[test]
fn links_are_found_by_reference_and_by_name() {
    let owner = resource("bucket", "logs", "name: my-logs\n");
    for (by, expected) in [
        ("!unknown bucket.logs.id", Truth::Yes),
        ("!unknown bucket.logs", Truth::Yes),
        ("!unknown bucket.logs2.id", Truth::No),
        ("my-logs", Truth::Yes),
        ("other", Truth::No),
        ("!unknown", Truth::Unknown),
    ] {
        let other = resource("block", "b", &format!("bucket: {by}\non: true\n"));
        let scope = Scope { resources: vec![owner.clone(), other], ..Scope::default() };
        let link = condition(
            "{linked: {kinds: [block], by: bucket, names: [name], where: {path: on, equals: true}}}",
        );
        assert_eq!(link.ask(&owner.body, &owner, &scope).truth, expected, "{by}");
        let missing = condition(
            "{unlinked: {kinds: [block], by: bucket, names: [name], where: {path: on, equals: false}}}",
        );
        let truth = missing.ask(&owner.body, &owner, &scope).truth;
        assert_eq!(truth, Truth::Yes, "{by}");
    }
}

#[test]
fn what_is_asleep_counts_only_for_what_is_asleep_too() {
    let owner = resource("bucket", "logs", "{}");
    let other = resource("block", "b", "bucket: !unknown bucket.logs.id\n");
    let link = condition("{linked: {kinds: [block], by: bucket}}");
    for (asleep, expected) in [
        (&[][..], Truth::Yes),
        (&["block.b"], Truth::No),
        (&["bucket.logs"], Truth::Yes),
        (&["bucket.logs", "block.b"], Truth::Yes),
    ] {
        let resources = vec![owner.clone(), other.clone()];
        let asleep = asleep.iter().map(ToString::to_string).collect();
        let scope = Scope { resources, asleep };
        assert_eq!(link.ask(&owner.body, &owner, &scope).truth, expected, "{:?}", scope.asleep);
    }
}

#[test]
fn mistakes_in_conditions_are_told() {
    for (text, part) in [
        ("{}", "exactly one of"),
        ("{path: a}", "exactly one test"),
        ("{path: a, equals: 1, absent: true}", "exactly one test, found 2"),
        ("{path: a, matches: '('}", "no regular expression"),
        ("{all: [{path: a}]}", "exactly one test"),
        ("{some: {of: a, is: {}}}", "exactly one of"),
    ] {
        let condition: Condition = crate::yaml::parse(text.as_bytes(), &Limits::default()).unwrap();
        assert!(condition.fault().unwrap().contains(part), "{text}: {:?}", condition.fault());
    }
}
