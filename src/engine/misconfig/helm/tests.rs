//! Charts: what is rendered, what is told, and where findings point.

use super::chart;
use super::render::Renderer;
use super::*;
use crate::engine::Setup;
use crate::engine::misconfig::placed::Placer;
use crate::finding::Finding;
use crate::target::source::Memory;

/// What a template comes to with values.
fn rendered(values: &str, template: &str) -> Result<String, String> {
    let folder = Memory::of([
        ("Chart.yaml", "name: shop\nversion: 1.2.3\nappVersion: \"4.5\"\n"),
        ("values.yaml", values),
        (
            "templates/_helpers.tpl",
            "{{- define \"shop.name\" -}}\n{{ .Chart.Name }}-{{ .Release.Name }}\n{{- end }}\n",
        ),
        ("templates/a.yaml", &format!("{{{{/* */}}}}{template}")),
    ]);
    let mut rendering = chart::render(&folder, "");
    match rendering.outputs.remove("templates/a.yaml") {
        Some(output) => Ok(output.text),
        None => Err(rendering.failed.remove("templates/a.yaml").unwrap_or_default()),
    }
}

#[test]
fn every_function_takes_any_number_of_arguments_of_any_kind() {
    let arm = regex::Regex::new(r#""([A-Za-z0-9_]+)"( \||\s*=>)"#).unwrap();
    let sources =
        [include_str!("function.rs"), include_str!("collection.rs"), include_str!("text.rs")];
    let names: std::collections::BTreeSet<&str> = sources
        .iter()
        .flat_map(|source| arm.captures_iter(source).map(|found| found.get(1).unwrap().as_str()))
        .collect();
    assert!(names.len() > 100, "{names:?}");
    let kinds = [
        "",
        "\"\"",
        "\"é%\"",
        "-7",
        "99999999999",
        "1.5",
        "true",
        "nil",
        ".",
        ".Values",
        ".Values.list",
    ];
    for name in names {
        for first in kinds {
            for second in kinds {
                for third in ["", "0", ".Values.map"] {
                    let _ = rendered(
                        "list: [x]\nmap: {a: 1}\n",
                        &format!("{{{{ {name} {first} {second} {third} }}}}"),
                    );
                }
            }
        }
    }
    let must = format!("{{{{ {}len . }}}}", "must".repeat(100_000));
    assert!(rendered("", &must).is_err());
}

#[test]
fn templates_come_to_what_helm_makes_of_them() {
    let values =
        "a: 1\nlist: [x, y]\nmap: {k: v, o: {m: 2}}\ntext: Hello World\nempty: \"\"\noff: false\n";
    for (template, expected) in [
        ("{{ .Values.a }}", "1"),
        ("a  {{- .Values.a -}}  b", "a1b"),
        ("{{ if .Values.off }}x{{ else if eq .Values.a 1 }}y{{ else }}z{{ end }}", "y"),
        ("{{ range $i, $v := .Values.list }}{{ $i }}{{ $v }},{{ end }}", "0x,1y,"),
        ("{{ range $k, $v := .Values.map }}{{ $k }};{{ end }}", "k;o;"),
        ("{{ range .Values.none }}x{{ else }}none{{ end }}", "none"),
        ("{{ with .Values.map }}{{ .k }}{{ $.Values.a }}{{ end }}", "v1"),
        ("{{ include \"shop.name\" . }}", "shop-release-name"),
        ("{{ template \"shop.name\" . }}", "shop-release-name"),
        (
            "{{ .Values.text | lower | replace \" \" \"-\" | trunc 7 | trimSuffix \"-\" | quote }}",
            "\"hello-w\"",
        ),
        ("{{ toYaml .Values.map | nindent 2 }}", "\n  k: v\n  o:\n    m: 2"),
        ("{{ toYaml .Values.list | indent 2 }}", "  - x\n  - \"y\""),
        ("{{ toJson .Values.map }}", "{\"k\":\"v\",\"o\":{\"m\":2}}"),
        ("{{ default \"d\" .Values.empty }}{{ .Values.none | default 3 }}", "d3"),
        ("{{ printf \"%s-%d-%v\" .Values.text 5 true }}", "Hello World-5-true"),
        ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"),
        ("{{ (index .Values.list 1) }}{{ (.Values.map).k }}{{ index .Values.map \"k\" }}", "yvv"),
        (
            "{{ and .Values.a .Values.off }}{{ or .Values.off .Values.a }}{{ not .Values.a }}",
            "false1false",
        ),
        (
            "{{ ternary \"a\" \"b\" true }}{{ coalesce .Values.empty \"c\" }}{{ hasKey .Values.map \"k\" }}",
            "actrue",
        ),
        ("{{ dict \"a\" 1 \"b\" (list 1 2) | toJson }}", "{\"a\":1,\"b\":[1,2]}"),
        ("{{ $d := dict }}{{ $_ := set $d \"k\" \"v\" }}{{ get $d \"k\" }}", "v"),
        ("{{ \"abc\" | b64enc }}{{ \"YWJj\" | b64dec }}", "YWJjabc"),
        ("{{ \"abc\" | sha256sum | trunc 8 }}", "ba7816bf"),
        (
            "{{ add 1 2 3 }}{{ sub 5 2 }}{{ mul 2 3 }}{{ div 7 2 }}{{ mod 7 2 }}{{ int \"4\" }}",
            "636314",
        ),
        (
            "{{ if semverCompare \">=1.19-0\" .Capabilities.KubeVersion.Version }}new{{ end }}",
            "new",
        ),
        ("{{ if semverCompare \"<1.20\" .Capabilities.KubeVersion.GitVersion }}old{{ end }}", ""),
        (
            "{{ .Capabilities.APIVersions.Has \"networking.k8s.io/v1\" }}{{ .Capabilities.APIVersions.Has \"example.com/v1\" }}",
            "truefalse",
        ),
        ("{{ tpl \"{{ .Values.a }}{{ .Chart.AppVersion }}\" . }}", "14.5"),
        (
            "{{ (lookup \"v1\" \"Secret\" \"a\" \"b\").data }}{{ contains \"ell\" .Values.text }}",
            "true",
        ),
        (
            "{{ join \",\" .Values.list }}{{ first .Values.list }}{{ last .Values.list }}{{ has \"x\" .Values.list }}",
            "x,yxytrue",
        ),
        (
            "{{ range until 3 }}{{ . }}{{ end }}{{ range $i := untilStep 0 6 2 }}{{ $i }}{{ end }}",
            "012024",
        ),
        (
            "{{ range .Values.list }}{{ if eq . \"y\" }}{{ continue }}{{ end }}{{ . }}{{ break }}{{ end }}",
            "x",
        ),
        ("{{ randAlphaNum 8 }}{{ now | quote }}", "${unknown}${unknown}"),
        ("{{ .Files.Get \"a\" }}{{ .Template.Name }}", "${unknown}shop/templates/a.yaml"),
        (
            "{{ regexReplaceAll \"[^a-z]\" \"a1b2\" \"-\" }}{{ regexMatch \"^a\" \"ab\" }}",
            "a-b-true",
        ),
        ("{{ regexQuoteMeta \"a.b[$]\" }}{{ regexQuoteMeta \"é\" }}", "a\\.b\\[\\$\\]é"),
        (
            "{{ kindIs \"map\" .Values.map }}{{ kindOf .Values.list }}{{ len .Values.list }}",
            "trueslice2",
        ),
        ("{{ define \"x\" }}[{{ . }}]{{ end }}{{ include \"x\" 5 }}", "[5]"),
        ("{{ merge (dict \"a\" 1) (dict \"a\" 2 \"b\" 3) | toJson }}", "{\"a\":1,\"b\":3}"),
        ("{{ `raw \\n` }}{{ \"a\\tb\" }}", "raw \\na\tb"),
        ("{{ eq 1 2 1 }}{{ ne 1 2 }}{{ lt 1 2 }}{{ ge \"b\" \"a\" }}", "truetruetruetrue"),
        (
            "{{ squote \"a\" }}{{ upper \"b\" }}{{ title \"cd ef\" }}{{ nospace \" g h \" }}",
            "'a'BCd Efgh",
        ),
    ] {
        assert_eq!(rendered(values, template).as_deref(), Ok(expected), "{template}");
    }
}

#[test]
fn what_cannot_be_rendered_is_told_and_not_guessed() {
    for (template, part) in [
        ("{{ if randInt 1 2 }}x{{ end }}", "depends on what is not known"),
        ("{{ range now }}x{{ end }}", "no list"),
        ("{{ include \"nothing\" . }}", "no template \"nothing\""),
        ("{{ frobnicate 1 }}", "function frobnicate is not known"),
        ("{{ .Values.none.deeper }}", ".deeper"),
        ("{{ required \"say it\" .Values.none }}", "has to be given"),
        ("{{ fail \"no\" }}", "refuses"),
        ("{{ if true }}x", "no end"),
        ("{{ end }}", "without its beginning"),
        ("{{ $nothing }}", "no variable"),
        (
            "{{ define \"r\" }}{{ include \"r\" . }}{{ end }}{{ include \"r\" . }}",
            "nested too deep",
        ),
        ("{{ range until 100000 }}{{ range until 100000 }}x{{ end }}{{ end }}", "too many steps"),
        ("{{ repeat 100000000 \"x\" }}", "too long"),
        ("{{ div 1 0 }}", "divided by zero"),
        ("{{ .Values", "no end"),
    ] {
        let why = rendered("a: 1\n", template).unwrap_err();
        assert!(why.contains(part), "{template}: {why}");
    }
}

#[test]
fn hostile_templates_end_soon() {
    let nested = format!("{}{}", "{{ if true }}".repeat(5000), "{{ end }}".repeat(5000));
    let brackets = format!("{{{{ {}1{} }}}}", "(".repeat(5000), ")".repeat(5000));
    let chain = "{{ $d := dict }}{{ range until 90000 }}{{ $n := dict \"a\" $d }}{{ $d = $n }}{{ end }}{{ toJson $d }}";
    let doubling = "{{ $s := \"xxxxxxxxxx\" }}{{ range until 90 }}{{ $s = print $s $s }}{{ end }}";
    let cycle = "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ toYaml $d }}{{ deepCopy $d }}";
    let open = "{{ ".repeat(50_000);
    let start = std::time::Instant::now();
    for template in [nested.as_str(), &brackets, chain, doubling, cycle, &open] {
        assert!(rendered("a: 1\n", template).is_err(), "{}", &template[..40.min(template.len())]);
    }
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

#[test]
fn each_line_knows_where_it_comes_from() {
    let mut renderer = Renderer::default();
    let template = "a: 1\n{{- if true }}\nb: {{ 2 }}\n{{- end }}\nc:\n  {{- list 1 2 | toYaml | nindent 2 }}\nd: 3\n";
    renderer.add("x", template).unwrap();
    let output = renderer.render("x", &super::heap::Item::Nil).unwrap();
    assert_eq!(output.text, "a: 1\nb: 2\nc:\n  - 1\n  - 2\nd: 3\n");
    assert_eq!(output.lines[..6], [1, 3, 5, 6, 6, 7]);
}

fn scanned(files: &[(&str, &str)]) -> (Vec<Finding>, Vec<FailedFile>) {
    let folder = Memory::of(files.iter().copied());
    let mut sink = Sink::new();
    let config = crate::config::Config::default();
    look(&folder, &Checks::default(), &Placer::new(&Setup::of(&config)), &mut sink);
    let failed = sink.take_failed();
    (sink.into_findings(), failed)
}

fn lines<'a>(findings: &'a [Finding], rule: &str) -> Vec<(&'a str, u32)> {
    let those = findings.iter().filter(|f| f.rule_id.as_str().ends_with(rule));
    those.map(|f| (f.path.as_deref().unwrap(), f.line.unwrap())).collect()
}

const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  selector: {matchLabels: {app: web}}
  template:
    spec:
      {{- with .Values.hostNetwork }}
      hostNetwork: {{ . }}
      {{- end }}
      containers:
        - name: app
          image: \"{{ .Values.image }}:{{ .Values.tag | default .Chart.AppVersion }}\"
          securityContext:
            {{- toYaml .Values.securityContext | nindent 12 }}
          env:
            - name: DB_PASSWORD
              value: {{ .Values.password }}
            - name: API_TOKEN
              value: {{ randAlphaNum 20 }}
";

#[test]
fn findings_point_at_lines_of_templates() {
    let values = "image: nginx\ntag: latest\nhostNetwork: true\npassword: EXAMPLE-words\nsecurityContext: {privileged: true}\n";
    let files = [
        ("deploy/shop/Chart.yaml", "name: shop\nappVersion: 1.0.0\n"),
        ("deploy/shop/values.yaml", values),
        ("deploy/shop/templates/web.yaml", WEB),
        ("deploy/shop/templates/NOTES.txt", "{{ .Nothing.here }}"),
    ];
    let (findings, failed) = scanned(&files);
    assert_eq!(failed, []);
    let path = "deploy/shop/templates/web.yaml";
    assert_eq!(lines(&findings, "k8s-host-network"), [(path, 10)]);
    assert_eq!(lines(&findings, "k8s-image-tag"), [(path, 14)]);
    assert_eq!(lines(&findings, "k8s-privileged"), [(path, 16)]);
    assert_eq!(lines(&findings, "k8s-default-namespace"), []);
    assert_eq!(lines(&findings, "k8s-password-in-environment"), [], "the template does not say it");
    let one = findings.iter().find(|f| f.rule_id.as_str().ends_with("image-tag")).unwrap();
    assert_eq!(one.meta("resource"), Some("Deployment/release-name-web container app"));
    assert!(one.meta("line_snippet").unwrap().contains(".Values.tag"));
    assert!(one.meta("primary_location_line_hash").is_some());

    let values = "image: nginx\npassword: EXAMPLE-words\nsecurityContext: {privileged: false}\n";
    let (findings, _) = scanned(&[files[0], ("deploy/shop/values.yaml", values), files[2]]);
    assert_eq!(lines(&findings, "k8s-image-tag"), [], "the default is a version");
    assert_eq!(lines(&findings, "k8s-host-network"), []);
    assert_eq!(lines(&findings, "k8s-privileged"), []);
}

#[test]
fn charts_in_charts_get_the_values_of_the_one_around_them() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostPID: {{ .Values.shared }}\n  hostIPC: {{ .Values.global.ipc }}\n  containers: [{name: c, image: x}]\n";
    let files = [
        (
            "Chart.yaml",
            "name: shop\ndependencies:\n- {name: db, condition: db.enabled}\n- {name: cache, condition: cache.enabled}\n",
        ),
        (
            "values.yaml",
            "db: {enabled: true, shared: true}\ncache: {enabled: false, shared: true}\nglobal: {ipc: true}\n",
        ),
        ("charts/db/Chart.yaml", "name: db\n"),
        ("charts/db/values.yaml", "shared: false\n"),
        ("charts/db/templates/pod.yaml", pod),
        ("charts/cache/Chart.yaml", "name: cache\n"),
        ("charts/cache/templates/pod.yaml", pod),
    ];
    let (findings, failed) = scanned(&files);
    assert_eq!(failed, []);
    assert_eq!(lines(&findings, "k8s-host-pid"), [("charts/db/templates/pod.yaml", 5)]);
    assert_eq!(lines(&findings, "k8s-host-ipc"), [("charts/db/templates/pod.yaml", 6)]);
}

#[test]
fn charts_beside_a_chart_are_used_where_they_are_named() {
    let helpers = "{{ define \"lib.pid\" }}true{{ end }}";
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostPID: {{ include \"lib.pid\" . }}\n  containers: [{name: c, image: x}]\n";
    for (named, expected) in [
        ("{name: lib, repository: \"file://../lib\"}", 1),
        ("{name: lib, version: 2.x.x, repository: \"oci://registry.example.com/charts\"}", 1),
        ("{name: lib, version: 3.x.x, repository: \"oci://registry.example.com/charts\"}", 0),
    ] {
        let manifest = format!("name: shop\ndependencies: [{named}]\n");
        let (findings, failed) = scanned(&[
            ("charts/shop/Chart.yaml", &manifest),
            ("charts/shop/templates/pod.yaml", pod),
            ("charts/lib/Chart.yaml", "name: lib\ntype: library\nversion: 2.1.0\n"),
            ("charts/lib/templates/_all.tpl", helpers),
        ]);
        assert_eq!(lines(&findings, "k8s-host-pid").len(), expected, "{named}");
        assert_eq!(failed.len(), 1 - expected, "{named}");
    }
}

#[test]
fn a_template_that_is_not_understood_has_failed_and_the_others_count() {
    let (findings, failed) = scanned(&[
        ("Chart.yaml", "name: shop\n"),
        ("templates/a.yaml", "{{ include \"elsewhere.labels\" . }}\n"),
        (
            "templates/b.yaml",
            "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Chart.Name }}}\nspec:\n  hostPID: true\n  containers: [{name: c, image: x}]\n",
        ),
    ]);
    assert_eq!(lines(&findings, "k8s-host-pid"), [("templates/b.yaml", 5)]);
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].path, "templates/a.yaml");
    assert!(failed[0].message.contains("elsewhere.labels"), "{}", failed[0].message);
}
