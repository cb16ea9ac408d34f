//! What files come to, from their text to resources.

use super::*;
use crate::engine::misconfig::resource::Resource;
use crate::engine::misconfig::value::{Data, Value};
use crate::target::source::Memory;

/// Resources of the root of some files.
fn resources_of(files: &[(&str, &str)]) -> Vec<Resource> {
    let source = Memory::of(files.iter().copied());
    let files: Vec<File> =
        source.entries().iter().map(|entry| file(&source, entry).unwrap().0).collect();
    let modules = module::modules(&files);
    let roots = roots(&modules, &modules.keys().copied().collect());
    roots.iter().flat_map(|root| scope(&modules[root], &modules).0.resources).collect()
}

/// A value as it reads; `?` is what is not known, with what it refers to.
fn shown(value: &Value) -> String {
    match &value.data {
        Data::Null => "null".to_owned(),
        Data::Unknown(reference) => format!("?{}", reference.as_deref().unwrap_or_default()),
        Data::List(items) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        Data::Map(entries) => {
            let entries =
                entries.iter().map(|entry| format!("{}={}", entry.key, shown(&entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
        _ => value.written().unwrap(),
    }
}

const AROUND: &str = r#"
variable "name" { default = "shop" }
variable "nobody" {}
variable "many" { default = ["a", "b"] }
variable "settings" {
  type = object({ a = optional(string, "x"), b = optional(bool), c = string })
  default = { c = "y" }
}
locals {
  one = "${var.name}-one"
  map = { on = true, port = 22 }
  circle = local.other
  other = local.circle
}
"#;

#[test]
fn expressions_come_to_what_is_known_of_them() {
    for (expression, expected) in [
        ("local.one", "shop-one"),
        ("\"${local.one}-${var.nobody}\"", "?"),
        ("var.nobody", "?"),
        ("aws_s3_bucket.b[0].id", "?aws_s3_bucket.b.id"),
        ("\"${aws_s3_bucket.b.id}\"", "?aws_s3_bucket.b.id"),
        ("data.aws_ami.x.id", "?data.aws_ami.x.id"),
        ("local.map.port + 1", "23"),
        ("local.map[\"on\"] ? \"yes\" : \"no\"", "true"),
        ("var.nobody ? 1 : 2", "?"),
        ("var.nobody ? 1 : 1", "1"),
        ("local.circle", "?"),
        ("[for x in var.many : upper(x) if x != \"a\"]", "[B]"),
        ("{for i, x in var.many : x => i}", "{a=0, b=1}"),
        ("var.many[*]", "[a, b]"),
        ("[{a = 1}, {a = 2}][*].a", "[1, 2]"),
        ("merge(local.map, {port = 1})", "{on=true, port=1}"),
        ("lookup(local.map, \"none\", \"d\")", "d"),
        ("try(local.map.none, \"fallback\")", "fallback"),
        ("try(var.nobody, \"fallback\")", "?"),
        ("can(local.map.none)", "false"),
        ("local.map.none", "?"),
        ("join(\",\", concat(var.many, [\"c\"]))", "a,b,c"),
        ("format(\"%s-%d%%\", \"a\", 5)", "a-5%"),
        ("file(\"x\")", "?"),
        ("cidrsubnet(\"10.0.0.0/8\", 8, 1)", "?"),
        ("length(var.many) > 1 && !false", "true"),
        ("var.settings", "{c=y, a=x, b=null}"),
        ("flatten([[1], [2, [3]]])", "[1, 2, 3]"),
        ("\"$${literal}\"", "${literal}"),
        ("-1", "-1"),
        ("(1 + 2) * 3", "9"),
        ("<<EOT\nline\nEOT\n", "line\n"),
        ("<<-EOT\n    line\n    EOT\n", "line\n"),
        ("jsonencode({a = var.nobody})", "{a=?}"),
        ("<<EOT\n{\"a\": [\"${var.nobody}\", \"x${var.nobody}\"]}\nEOT\n", "{a=[?, ?]}"),
        ("\"{\\\"a\\\": 1}\"", "{a=1}"),
        ("coalesce(null, \"\", \"x\")", "x"),
        ("provider::x::f(1)", "?"),
        ("regex(\"[a-z]+\", \"12ab34cd\")", "ab"),
        ("regex(\"([a-z])([0-9])?\", \"a\")", "[a, null]"),
        ("regex(\"(?P<letter>[a-z])\", \"1b\")", "{letter=b}"),
        ("can(regex(\"^x\", \"abc\"))", "false"),
        ("can(regex(\"^a\", var.nobody))", "?"),
        ("regex(\"(\", \"a\")", "?"),
        ("length(regexall(\"[a-z]\", \"a1b2\")) > 1", "true"),
        ("regexall(\"z\", \"abc\")", "[]"),
    ] {
        let text = format!("{AROUND}\nresource \"r\" \"x\" {{\n  v = {expression}\n}}\n");
        let all = resources_of(&[("main.tf", &text)]);
        let Some(one) = all.iter().find(|one| one.kind == "r") else { panic!("{expression}") };
        let expected = if expression.ends_with("\"no\"") { "yes" } else { expected };
        assert_eq!(shown(one.body.get("v").unwrap()), expected, "{expression}");
    }
}

#[test]
fn values_beside_a_module_stand_over_defaults() {
    let all = resources_of(&[
        (
            "a/main.tf",
            "variable \"x\" { default = 1 }\nvariable \"y\" { default = 1 }\nvariable \"z\" { default = 1 }\nresource \"r\" \"x\" { v = [var.x, var.y, var.z] }\n",
        ),
        ("a/b.auto.tfvars", "y = 3\n"),
        ("a/c.auto.tfvars.json", "{\"z\": 4}"),
        ("a/terraform.tfvars", "x = 2\ny = 2\n"),
    ]);
    let one = all.iter().find(|one| one.kind == "r").unwrap();
    assert_eq!(shown(one.body.get("v").unwrap()), "[2, 3, 4]");
}

#[test]
fn instances_and_dynamic_blocks_are_made_where_they_are_known() {
    let text = r#"
variable "nobody" {}
resource "r" "none" { count = 0 }
resource "r" "maybe" { count = var.nobody ? 1 : 0 }
resource "r" "each" {
  for_each = { a = 1, b = 2 }
  v = "${each.key}${each.value}"
}
resource "r" "blocks" {
  dynamic "rule" {
    for_each = [22, 80]
    iterator = port
    content { at = port.value }
  }
  rule { at = 443 }
  dynamic "other" {
    for_each = var.nobody
    content {}
  }
}
"#;
    let all = resources_of(&[("main.tf", text)]);
    let of = |address: &str| -> Vec<String> {
        all.iter().filter(|one| one.address == address).map(|one| shown(&one.body)).collect()
    };
    assert_eq!(of("r.none"), [""; 0]);
    assert_eq!(of("r.maybe"), ["{count=?}"]);
    assert_eq!(of("r.each"), ["{for_each={a=1, b=2}, v=a1}", "{for_each={a=1, b=2}, v=b2}"]);
    assert_eq!(of("r.blocks"), ["{rule=[{at=22}, {at=80}, {at=443}], other=[?]}"]);
}

#[test]
fn a_called_module_is_seen_as_it_is_called() {
    let all = resources_of(&[
        (
            "main.tf",
            "module \"m\" {\n  source = \"./m\"\n  on = true\n  id = aws_vpc.v.id\n}\nresource \"r\" \"outer\" { v = module.m.out }\n",
        ),
        (
            "m/main.tf",
            "variable \"on\" {}\nvariable \"id\" {}\nresource \"r\" \"inner\" { v = [var.on, var.id] }\noutput \"out\" { value = r.inner.id }\n",
        ),
    ]);
    let inner: Vec<_> = all.iter().filter(|one| one.address.ends_with("r.inner")).collect();
    assert_eq!(inner.len(), 1);
    assert_eq!(inner[0].address, "module.m.r.inner");
    assert_eq!(own(&inner[0].address), "r.inner");
    assert_eq!(shown(inner[0].body.get("v").unwrap()), "[true, ?aws_vpc.v.id]");
    let outer = all.iter().find(|one| one.address == "r.outer").unwrap();
    assert_eq!(shown(&outer.body), "{v=?module.m.r.inner.id}");
}

#[test]
fn what_has_no_instance_has_no_items() {
    let text = r#"
variable "on" { default = false }
variable "nobody" {}
resource "a" "none" { count = var.on ? 1 : 0 }
resource "a" "some" { count = 1 }
resource "a" "maybe" { count = var.nobody }
resource "a" "round" { count = length(a.round[*].id) }
data "b" "none" { for_each = {} }
module "none" {
  source = "./m"
  count = 0
}
resource "r" "x" {
  v = [
    try(a.none[0].id, "no"), try(a.some[0].id, "no"), try(a.maybe[0].id, "no"),
    a.none[*].id, length(a.none[*].id), one(a.none[*].id), a.none[0].id,
    try(data.b.none["k"].id, "no"), try(module.none[0].out, "no"), module.none[*].out,
    try(a.undeclared[0].id, "no"), try(a.round[0].id, "no"),
  ]
}
"#;
    let all = resources_of(&[("main.tf", text), ("m/main.tf", "output \"out\" { value = 1 }\n")]);
    let one = all.iter().find(|one| one.kind == "r").unwrap();
    assert_eq!(
        shown(one.body.get("v").unwrap()),
        "[no, ?a.some.id, ?a.maybe.id, [], 0, null, ?, no, no, [], ?a.undeclared.id, ?a.round.id]"
    );
}

#[test]
fn nothing_given_is_the_default_where_a_variable_takes_no_nothing() {
    let all = resources_of(&[
        ("main.tf", "module \"m\" {\n  source = \"./m\"\n  a = null\n  b = null\n}\n"),
        (
            "m/main.tf",
            "variable \"a\" {\n  default = 1\n  nullable = false\n}\nvariable \"b\" { default = 1 }\nresource \"r\" \"x\" { v = [var.a, var.b] }\n",
        ),
    ]);
    let one = all.iter().find(|one| one.kind == "r").unwrap();
    assert_eq!(shown(&one.body), "{v=[1, null]}");
}

#[test]
fn the_json_notation_says_the_same() {
    let all = resources_of(&[(
        "main.tf.json",
        r#"{"variable": {"x": {"default": "a"}}, "resource": {"r": {"n": {"v": "${var.x}-b", "w": [{"k": true}]}}}}"#,
    )]);
    let one = all.iter().find(|one| one.kind == "r").unwrap();
    assert_eq!(shown(&one.body), "{v=a-b, w=[{k=true}]}");
}

#[test]
fn a_policy_document_has_the_shape_of_json() {
    let text = r#"
data "aws_iam_policy_document" "d" {
  statement {
    actions = ["s3:*"]
    resources = ["*"]
    principals {
      type = "AWS"
      identifiers = ["*"]
    }
    condition {
      test = "Bool"
      variable = "aws:SecureTransport"
      values = [false]
    }
  }
}
resource "r" "x" { policy = data.aws_iam_policy_document.d.json }
"#;
    let all = resources_of(&[("main.tf", text)]);
    let one = all.iter().find(|one| one.kind == "r").unwrap();
    assert_eq!(
        shown(one.body.get("policy").unwrap()),
        "{Statement=[{Effect=Allow, Action=[s3:*], Resource=[*], Principal={AWS=[*]}, Condition={Bool={aws:SecureTransport=[false]}}}]}"
    );
}

#[test]
fn what_is_broken_costs_no_more_than_its_block() {
    for (text, kinds, line) in [
        ("resource \"a\" \"x\" {\n  v = [\n}\nresource \"b\" \"x\" {}\n", "b", 3),
        ("resource \"a\" \"x\" {\nresource \"b\" \"x\" {}\n", "b", 2),
        ("resource \"a\" \"x\" {}\n]]]\nresource \"b\" \"x\" {}\n", "a b", 2),
        ("resource \"a\" \"x\" { v = \"open\n}\nresource \"b\" \"x\" {}", "b", 1),
        ("resource \"a\" \"x\" { v = <<E\n", "", 1),
    ] {
        let (parsed, broken) = parsed("main.tf", text.as_bytes());
        let found: Vec<&str> =
            parsed.body.blocks.iter().map(|block| block.labels[0].as_str()).collect();
        assert_eq!(found.join(" "), kinds, "{text}");
        assert!(broken.as_ref().unwrap().starts_with(&format!("{line}: ")), "{text}: {broken:?}");
    }
}

#[test]
fn hostile_texts_cost_what_they_weigh() {
    let lines = |line: fn(i32) -> String| (1..60).map(line).collect::<String>();
    let doubling = lines(|n| format!("  l{n} = [local.l{}, local.l{}]\n", n - 1, n - 1));
    let texts = lines(|n| format!("  l{n} = \"${{local.l{}}}${{local.l{}}}\"\n", n - 1, n - 1));
    for (what, text) in [
        ("brackets", format!("locals {{\n a = {}\n}}", "[".repeat(100_000))),
        ("parentheses", format!("locals {{\n a = {}\n}}", "(".repeat(100_000))),
        ("braces", format!("locals {{\n a = {}\n}}", "{a=".repeat(100_000))),
        ("blocks", "a {\n".repeat(100_000)),
        ("interpolations", format!("locals {{\n a = {}\n}}", "\"${".repeat(100_000))),
        ("sums", format!("locals {{\n a = 1{}\n}}", "+1".repeat(100_000))),
        ("signs", format!("locals {{\n a = {}1\n}}", "!".repeat(100_000))),
        ("conditions", format!("locals {{\n a = {}1\n}}", "a ? b : ".repeat(100_000))),
        (
            "patterns",
            format!(
                "locals {{\n  l = [for x in [{}] : regex(\"(a{{1,20}}){{1,8}}$\", x)]\n}}\nresource \"r\" \"x\" {{ v = local.l }}",
                "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\",".repeat(20_000)
            ),
        ),
        ("texts without end", "resource \"a\" \"b\" { v = <<E\n".repeat(50_000)),
        (
            "doubled lists",
            format!(
                "locals {{\n  l0 = \"x\"\n{doubling}}}\nresource \"r\" \"x\" {{ v = local.l59 }}"
            ),
        ),
        (
            "doubled texts",
            format!("locals {{\n  l0 = \"x\"\n{texts}}}\nresource \"r\" \"x\" {{ v = local.l59 }}"),
        ),
        (
            "loops",
            format!(
                "resource \"r\" \"x\" {{ v = {}1{} }}",
                "[for x in range(9): ".repeat(40),
                "]".repeat(40)
            ),
        ),
    ] {
        let start = std::time::Instant::now();
        resources_of(&[("main.tf", &text)]);
        assert!(start.elapsed().as_secs() < 10, "{what}: {:?}", start.elapsed());
    }
}

#[test]
fn modules_that_call_each_other_come_to_an_end() {
    let all = resources_of(&[
        ("a/main.tf", "module \"b\" { source = \"../b\" }\nresource \"r\" \"a\" {}\n"),
        (
            "b/main.tf",
            "module \"a\" { source = \"../a\" }\nmodule \"b\" { source = \"../b\" }\nresource \"r\" \"b\" {}\n",
        ),
    ]);
    assert!(all.iter().any(|one| one.address == "r.a"));
    assert!(all.len() < 2000, "{}", all.len());
}

#[test]
fn what_a_variable_switches_off_is_judged_asleep_and_what_the_text_switches_off_is_not_there() {
    let files = [
        (
            "main.tf",
            r#"
variable "on" { default = false }
variable "size" { default = 5 }
variable "names" { default = [] }
locals { is_on = var.on && true }
resource "r" "never" { count = 0 }
resource "r" "closed" { count = local.is_on ? 1 : 0 }
resource "r" "values" {
  count = local.is_on ? 1 : 0
  v = [var.on, var.size, count.index]
}
resource "r" "each" {
  for_each = toset(var.names)
  v = [each.key, var.size]
}
module "given" {
  source = "./m"
  on = var.on
}
module "written" {
  source = "./m"
  on = false
}
"#,
        ),
        ("terraform.tfvars", "on = false\n"),
        (
            "m/main.tf",
            "variable \"on\" {}\nvariable \"other\" { default = false }\nresource \"r\" \"inner\" { count = var.on ? 1 : 0 }\nresource \"r\" \"unused\" { count = var.other ? 1 : 0 }\n",
        ),
    ];
    let source = Memory::of(files.iter().copied());
    let files: Vec<File> =
        source.entries().iter().map(|entry| file(&source, entry).unwrap().0).collect();
    let modules = module::modules(&files);
    let (scope, used) = scope(&modules[""], &modules);
    let of = |address: &str| -> Vec<String> {
        let all = scope.resources.iter().filter(|one| one.address == address);
        all.map(|one| shown(&one.body)).collect()
    };
    assert_eq!(of("r.never"), [""; 0]);
    assert_eq!(of("r.values"), ["{count=?, v=[?, 5, 0]}"]);
    assert_eq!(of("r.each"), ["{for_each=?, v=[?, 5]}"]);
    let asleep: Vec<&str> = scope.asleep.iter().map(String::as_str).collect();
    assert_eq!(asleep, ["module.given.r.inner", "r.closed", "r.each", "r.values"]);
    assert_eq!(used.into_iter().collect::<Vec<_>>(), ["", "m"]);
}

#[test]
fn a_module_whose_calls_come_to_none_is_looked_at_by_itself() {
    let files = [
        (
            "main.tf",
            "module \"m\" {\n  source = \"./m\"\n  for_each = var.none\n}\nvariable \"none\" { default = {} }\n",
        ),
        ("m/main.tf", "module \"n\" {\n  source = \"../n\"\n  count = 0\n}\n"),
        ("n/main.tf", "module \"m\" {\n  source = \"../m\"\n  count = 0\n}\n"),
    ];
    let source = Memory::of(files.iter().copied());
    let files: Vec<File> =
        source.entries().iter().map(|entry| file(&source, entry).unwrap().0).collect();
    let modules = module::modules(&files);
    let roots: Vec<&str> =
        all(&modules, &Checks::default()).into_iter().map(|(root, _)| root).collect();
    assert_eq!(roots, ["", "m", "n"]);
}
