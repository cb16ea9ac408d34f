//! Kustomizations as small trees: what is put together, where findings stand, and what is told.

use super::super::tests::Folder;
use super::super::value::Value;
use super::object::Object;
use super::*;
use crate::text::lines::Lines;

const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - name: app
          image: registry.example.com/web:1.0.0
          env: [{name: A, value: a}]
          ports: [{containerPort: 80}]
";

/// Rules and places of what is found: `rule path:line`.
fn found(files: &[(&str, &str)]) -> Vec<String> {
    let told = look(&Folder::new(files));
    let mut found = Vec::new();
    for (path, problems) in &told.problems {
        let (_, text) = files.iter().find(|(name, _)| name == path).unwrap();
        let lines = Lines::new(text.as_bytes());
        for problem in problems {
            let rule = problem.id().trim_start_matches("misconfig/");
            found.push(format!("{rule} {path}:{}", lines.line_of(problem.range.start)));
        }
    }
    found
}

/// What is said of kustomizations.
fn told(files: &[(&str, &str)]) -> Vec<String> {
    let told = look(&Folder::new(files));
    told.skipped.into_iter().map(|file| format!("{}: {}", file.path, file.detail)).collect()
}

/// The only root, built.
fn built(files: &[(&str, &str)]) -> Built {
    let space = Space::of(&Folder::new(files));
    let roots = roots(&space);
    assert_eq!(roots.len(), 1, "{files:?}");
    let (built, result) = build(&space, roots[0], Budget::new(1_000_000));
    result.unwrap();
    built
}

/// Shows a value on one line, names in order.
fn shown(value: &Value) -> String {
    match &value.data {
        Data::List(items) => {
            format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", "))
        }
        Data::Map(entries) => {
            let mut all: Vec<String> = entries
                .iter()
                .map(|entry| format!("{}: {}", entry.key, shown(&entry.value)))
                .collect();
            all.sort();
            format!("{{{}}}", all.join(", "))
        }
        Data::Null => "null".to_owned(),
        Data::Unknown(_) => "?".to_owned(),
        _ => value.written().unwrap_or_default(),
    }
}

fn has(found: &[String], what: &str) -> bool {
    found.iter().any(|one| one == what)
}

const BASE: &str = "resources: [web.yaml]\n";

#[test]
fn what_a_patch_makes_worse_stands_in_the_patch() {
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n        - name: app\n          securityContext:\n            privileged: true\n";
    let inline = format!(
        "resources: [../base]\npatches:\n  - patch: |\n{}",
        patch.lines().fold(String::new(), |text, line| text + "      " + line + "\n")
    );
    let operations = "- op: add\n  path: /spec/template/spec/containers/0/securityContext\n  value:\n    privileged: true\n";
    for (overlay, more, place) in [
        ("resources: [../base]\npatches: [{path: p.yaml}]\n", patch, "over/p.yaml:10"),
        ("resources: [../base]\npatchesStrategicMerge: [p.yaml]\n", patch, "over/p.yaml:10"),
        ("bases: [../base]\npatches: [p.yaml]\n", patch, "over/p.yaml:10"),
        (inline.as_str(), "", "over/kustomization.yaml:13"),
        (
            "resources: [../base]\npatches: [{path: p.yaml, target: {kind: Deploy.*}}]\n",
            operations,
            "over/p.yaml:4",
        ),
        (
            "resources: [../base]\npatchesJson6902: [{path: p.yaml, target: {kind: Deployment, name: web}}]\n",
            operations,
            "over/p.yaml:4",
        ),
    ] {
        let files = [
            ("base/kustomization.yaml", BASE),
            ("base/web.yaml", WEB),
            ("over/kustomization.yaml", overlay),
            ("over/p.yaml", more),
        ];
        let found = found(&files);
        assert!(has(&found, &format!("k8s-privileged {place}")), "{overlay}\n{found:#?}");
        assert_eq!(told(&files), Vec::<String>::new(), "{overlay}");
    }
}

#[test]
fn a_finding_names_the_resource_as_its_file_does_and_who_has_it() {
    let overlay = "resources: [../base]\nnamePrefix: a-\nnamespace: shop\n";
    let files = [
        ("base/kustomization.yaml", BASE),
        ("base/web.yaml", WEB),
        ("dev/kustomization.yaml", overlay),
        ("live/kustomization.yaml", overlay),
        ("test/kustomization.yaml", overlay),
    ];
    let told = look(&Folder::new(&files));
    assert_eq!(told.problems.keys().collect::<Vec<_>>(), ["base/web.yaml"]);
    let problems = &told.problems["base/web.yaml"];
    let root = problems.iter().find(|one| one.id() == "misconfig/k8s-root-user").unwrap();
    assert_eq!(root.address, "Deployment/web container app");
    let words = "It is part of what comes of `dev` and of 2 more kustomizations.";
    assert_eq!(root.detail.as_deref(), Some(words));
    assert!(problems.iter().all(|one| one.id() != "misconfig/k8s-default-namespace"));
    assert_eq!(told.superseded, ["base/web.yaml"]);
}

#[test]
fn what_all_overlays_mend_is_not_reported_and_what_one_leaves_is() {
    let mended = "resources: [../base]\npatches:\n  - target: {kind: Deployment}\n    patch: |\n      - op: add\n        path: /spec/template/spec/securityContext\n        value: {runAsNonRoot: true, runAsUser: 12345}\n";
    let plain = "resources: [../base]\n";
    for (second, expected) in [(mended, false), (plain, true)] {
        let found = found(&[
            ("base/kustomization.yaml", BASE),
            ("base/web.yaml", WEB),
            ("dev/kustomization.yaml", mended),
            ("live/kustomization.yaml", second),
        ]);
        assert_eq!(has(&found, "k8s-root-user base/web.yaml:11"), expected, "{found:#?}");
    }
}

#[test]
fn one_line_that_decides_for_many_is_one_finding() {
    let pods = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: 'x:1'}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: b}\nspec: {containers: [{name: c, image: 'x:1'}]}\n";
    let files = [
        (
            "kustomization.yaml",
            "resources: [pods.yaml]\nimages:\n  - name: x\n    newTag: latest\n",
        ),
        ("pods.yaml", pods),
    ];
    let told = look(&Folder::new(&files));
    let all = &told.problems["kustomization.yaml"];
    let tags: Vec<_> = all.iter().filter(|one| one.id() == "misconfig/k8s-image-tag").collect();
    assert_eq!(tags.len(), 1, "{all:#?}");
    assert_eq!(tags[0].address, "Pod/a container c");
    assert_eq!(tags[0].detail.as_deref(), Some("1 more resource has it from here."));
}

#[test]
fn strategic_merge_patches_merge_delete_and_replace() {
    for (patch, path, expected) in [
        (
            "containers: [{name: app, image: b}]",
            "containers",
            "[{env: [{name: A, value: a}], image: b, name: app, ports: [{containerPort: 80}]}]",
        ),
        (
            "containers: [{name: new, image: b}, {name: app, $patch: delete}]",
            "containers",
            "[{image: b, name: new}]",
        ),
        (
            "containers: [{name: new, image: b}, {$patch: replace}]",
            "containers",
            "[{image: b, name: new}]",
        ),
        (
            "containers: [{name: app, $patch: replace, image: c}]",
            "containers",
            "[{image: c, name: app}]",
        ),
        (
            "containers: [{name: app, image: null, env: null, ports: null}]",
            "containers",
            "[{name: app}]",
        ),
        (
            "containers: [{name: app, env: [{name: B, value: b}, {name: A, $patch: delete}], ports: null, image: null}]",
            "containers",
            "[{env: [{name: B, value: b}], name: app}]",
        ),
        (
            "containers: [{name: app, ports: [{containerPort: 80, protocol: UDP}], env: null, image: null}]",
            "containers",
            "[{name: app, ports: [{containerPort: 80, protocol: UDP}, {containerPort: 80}]}]",
        ),
        ("tolerations: [{key: a}]", "tolerations", "[{key: a}]"),
        ("securityContext: {runAsUser: 5, $patch: replace}", "securityContext", "{runAsUser: 5}"),
    ] {
        let overlay = format!(
            "resources: [web.yaml]\npatches:\n  - patch: |\n      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {{name: web}}\n      spec: {{template: {{spec: {{{patch}}}}}}}\n"
        );
        let built = built(&[("kustomization.yaml", &overlay), ("web.yaml", WEB)]);
        let spec = built.objects[0].value.at(&["spec", "template", "spec", path]).unwrap();
        assert_eq!(shown(spec), expected, "{patch}");
    }
}

#[test]
fn lists_of_other_kinds_and_of_no_key_are_replaced() {
    let role = "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r}\nrules: [{verbs: [get]}, {verbs: [list]}]\n";
    let overlay = "resources: [r.yaml]\npatches:\n  - patch: |\n      apiVersion: rbac.authorization.k8s.io/v1\n      kind: Role\n      metadata: {name: r}\n      rules: [{verbs: ['*']}]\n";
    let built = built(&[("kustomization.yaml", overlay), ("r.yaml", role)]);
    assert_eq!(shown(built.objects[0].value.get("rules").unwrap()), "[{verbs: [*]}]");
}

#[test]
fn operations_on_paths_are_carried_out() {
    for (operations, expected) in [
        ("{op: add, path: /data/c, value: x}", "{a/b: one, c: x, list: [1, 2]}"),
        ("{op: add, path: /data/list/0, value: 0}", "{a/b: one, list: [0, 1, 2]}"),
        ("{op: add, path: /data/list/-, value: 3}", "{a/b: one, list: [1, 2, 3]}"),
        ("{op: add, path: /data/list/-1, value: 3}", "{a/b: one, list: [1, 2, 3]}"),
        ("{op: remove, path: /data/list/-1}", "{a/b: one, list: [1]}"),
        ("{op: replace, path: /data/c, value: x}", "{a/b: one, c: x, list: [1, 2]}"),
        ("{op: replace, path: /data/a~1b, value: x}", "{a/b: x, list: [1, 2]}"),
        ("{op: remove, path: /data/list/0}", "{a/b: one, list: [2]}"),
        ("{op: move, from: /data/list/0, path: /data/m}", "{a/b: one, list: [2], m: 1}"),
        ("{op: copy, from: /data/list, path: /data/m}", "{a/b: one, list: [1, 2], m: [1, 2]}"),
        ("{op: test, path: /data/a~1b, value: one}, {op: remove, path: /data/list}", "{a/b: one}"),
    ] {
        let overlay = format!(
            "resources: [m.yaml]\npatches:\n  - target: {{kind: ConfigMap}}\n    patch: |\n      [{operations}]\n"
        );
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a/b: one, list: [1, 2]}\n";
        let built = built(&[("kustomization.yaml", &overlay), ("m.yaml", map)]);
        assert_eq!(shown(built.objects[0].value.get("data").unwrap()), expected, "{operations}");
        assert!(built.notes.is_empty(), "{operations}");
    }
    for operations in [
        "{op: remove, path: /data/none}",
        "{op: replace, path: /data/none/x, value: 1}",
        "{op: replace, path: /data/list/7, value: 1}",
        "{op: add, path: /data/none/x, value: 1}",
        "{op: test, path: /data/list, value: []}",
        "{op: jump, path: /data}",
        "{op: add, path: data, value: 1}",
        "{op: remove, path: ''}",
    ] {
        let overlay = format!(
            "resources: [m.yaml]\npatches:\n  - target: {{kind: ConfigMap}}\n    patch: |\n      [{operations}]\n"
        );
        let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {list: [1, 2]}\n";
        let said = told(&[("kustomization.yaml", &overlay), ("m.yaml", map)]);
        assert!(
            said.len() == 1 && said[0].contains("not applied: a patch"),
            "{operations}: {said:?}"
        );
    }
}

#[test]
fn fields_are_changed_in_the_order_of_kustomize() {
    let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: b}\nroleRef: {kind: ClusterRole, name: view}\nsubjects: [{kind: ServiceAccount, name: web}]\n";
    let base = "resources: [web.yaml, account.yaml]\nnamePrefix: b-\n";
    let component = "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: c-\nimages: [{name: registry.example.com/web, newTag: '2'}]\n";
    let overlay = "resources: [../base]\ncomponents: [../part]\nnamePrefix: o-\nnameSuffix: -x\nnamespace: shop\ncommonLabels: {team: a}\nlabels: [{pairs: {tier: b}, includeTemplates: true}]\ncommonAnnotations: {note: c}\nreplicas: [{name: web, count: 5}]\nimages: [{name: registry.example.com/web, newName: other, digest: sha256:abc}]\n";
    let built = built(&[
        ("base/kustomization.yaml", base),
        ("base/web.yaml", WEB),
        ("base/account.yaml", account),
        ("part/kustomization.yaml", component),
        ("over/kustomization.yaml", overlay),
    ]);
    let at = |object: usize, path: &[&str]| shown(built.objects[object].value.at(path).unwrap());
    assert_eq!(at(0, &["metadata", "name"]), "o-c-b-web-x");
    assert_eq!(at(0, &["metadata", "namespace"]), "shop");
    assert_eq!(at(0, &["metadata", "labels"]), "{team: a, tier: b}");
    assert_eq!(at(0, &["metadata", "annotations"]), "{note: c}");
    assert_eq!(at(0, &["spec", "replicas"]), "5");
    assert_eq!(at(0, &["spec", "selector", "matchLabels"]), "{app: web, team: a}");
    let template = ["spec", "template", "metadata", "labels"];
    assert_eq!(at(0, &template), "{app: web, team: a, tier: b}");
    let containers = built.objects[0].value.at(&["spec", "template", "spec", "containers"]);
    let image = containers.unwrap().items()[0].get("image").unwrap();
    assert_eq!(shown(image), "other@sha256:abc");
    assert_eq!(
        at(2, &["subjects"]),
        "[{kind: ServiceAccount, name: o-c-b-web-x, namespace: shop}]"
    );
    assert_eq!(at(2, &["roleRef"]), "{kind: ClusterRole, name: view}");
}

#[test]
fn selectors_choose_by_patterns_names_and_labels() {
    let pod = |name: &str, tier: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, labels: {{tier: {tier}}}}}\nspec: {{}}\n---\n"
        )
    };
    let pods = pod("one", "a") + &pod("two", "b") + &pod("three", "c");
    for (target, expected) in [
        ("kind: Pod", "one two three"),
        ("kind: Po", ""),
        ("name: t.*", "two three"),
        ("name: one|two", "one two"),
        ("labelSelector: tier=b", "two"),
        ("labelSelector: 'tier!=b'", "one three"),
        ("labelSelector: 'tier in (a, c)'", "one three"),
        ("labelSelector: 'tier notin (a),tier'", "two three"),
        ("labelSelector: '!tier'", ""),
        ("namespace: default", "one two three"),
        ("version: v2", ""),
        ("group: apps", ""),
    ] {
        let overlay = format!(
            "resources: [p.yaml]\npatches:\n  - target: {{{target}}}\n    patch: '[{{op: add, path: /spec/hostPID, value: true}}]'\n"
        );
        let built = built(&[("kustomization.yaml", &overlay), ("p.yaml", &pods)]);
        let changed =
            built.objects.iter().filter(|one| one.value.at(&["spec", "hostPID"]).is_some());
        let names: Vec<&str> = changed.map(Object::name).collect();
        assert_eq!(names.join(" "), expected, "{target}");
    }
}

#[test]
fn generated_values_stand_where_they_are_written() {
    let found = found(&[
        (
            "kustomization.yaml",
            "configMapGenerator:\n  - name: m\n    literals:\n      - db_password=EXAMPLE-value\n      - other=x\n  - name: n\n    envs: [app.env]\n",
        ),
        ("app.env", "# password=none\nA=b\nAPI_KEY=EXAMPLE-value\n"),
    ]);
    assert!(has(&found, "k8s-configmap-secret kustomization.yaml:4"), "{found:?}");
    assert!(has(&found, "k8s-configmap-secret app.env:3"), "{found:?}");
    assert_eq!(found.iter().filter(|one| one.contains("configmap-secret")).count(), 2);
}

#[test]
fn what_is_filled_in_from_elsewhere_is_not_known() {
    let overlay = "resources: [web.yaml]\nreplacements:\n  - source: {kind: ConfigMap, name: x}\n    targets:\n      - select: {kind: Deployment}\n        fieldPaths: ['spec.template.spec.containers.[name=app].image']\nvars: [{name: TAG}]\n";
    let web = WEB.replace("value: a}", "value: 'x-$(TAG)'}");
    let files = [("kustomization.yaml", overlay), ("web.yaml", web.as_str())];
    let built = built(&files);
    let containers = built.objects[0].value.at(&["spec", "template", "spec", "containers"]);
    assert_eq!(
        shown(containers.unwrap()),
        "[{env: [{name: A, value: ?}], image: ?, name: app, ports: [{containerPort: 80}]}]"
    );
    assert_eq!(told(&files).len(), 2);
}

#[test]
fn what_cannot_be_done_is_told_and_the_rest_is_judged() {
    for (overlay, said) in [
        ("resources: [web.yaml, 'https://example.com/a/b?ref=v1']\n", "on other machines"),
        ("resources: [web.yaml, none.yaml]\n", "not found or too large: none.yaml"),
        ("resources: [web.yaml, ../out]\n", "outside of the tree"),
        ("resources: [web.yaml]\nhelmCharts: [{name: x}]\n", "charts of Helm"),
        (
            "resources: [web.yaml]\npatches: [{path: none.yaml}]\n",
            "not found or too large: none.yaml",
        ),
        ("resources: [web.yaml]\ntransformers: [a.yaml]\n", "plugins"),
        (
            "resources: [web.yaml]\npatches: [{target: {name: '('}, patch: 'a: b'}]\n",
            "no regular expression",
        ),
        (
            "resources: [web.yaml]\npatches: [{target: {labelSelector: 'a in b'}, patch: 'a: b'}]\n",
            "not understood",
        ),
        (
            "resources: [web.yaml]\npatches: [{patch: '{apiVersion: v1, kind: Pod, metadata: {name: none}}'}]\n",
            "not there",
        ),
        ("resources: [web.yaml, .]\n", "builds on itself"),
    ] {
        let files = [("kustomization.yaml", overlay), ("web.yaml", WEB)];
        let all = told(&files);
        assert!(all.len() == 1 && all[0].contains(said), "{overlay}: {all:?}");
        assert!(has(&found(&files), "k8s-root-user web.yaml:11"), "{overlay}");
    }
}

#[test]
fn a_patch_that_changes_nothing_is_judged_by_what_it_says() {
    let patch = "      apiVersion: apps/v1\n      kind: Deployment\n      metadata: {name: other}\n      spec:\n        template:\n          spec:\n            containers:\n              - name: c\n                securityContext: {privileged: true}\n";
    let component = format!(
        "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\npatches:\n  - patch: |\n{patch}"
    );
    let files = [("kustomization.yaml", component.as_str())];
    assert!(has(&found(&files), "k8s-privileged kustomization.yaml:13"), "{:?}", found(&files));
    assert_eq!(told(&files), Vec::<String>::new());
    let gone = "apiVersion: v1\nkind: Service\nmetadata: {name: other}\n$patch: delete\n";
    let named = component.replace("- patch: |\n", "- path: p.yaml\n  - patch: |\n");
    let files = [("kustomization.yaml", named.as_str()), ("p.yaml", gone)];
    assert!(found(&files).iter().all(|one| !one.contains("p.yaml")), "{:?}", found(&files));
    assert_eq!(look(&Folder::new(&files)).superseded, ["p.yaml"]);
}

#[test]
fn files_that_are_no_kustomizations_are_left_alone() {
    for text in [
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nresources: [web.yaml]\n",
        "",
        "- resources: [web.yaml]\n",
    ] {
        let told = look(&Folder::new(&[("kustomization.yaml", text), ("web.yaml", WEB)]));
        assert!(told.problems.is_empty() && told.superseded.is_empty(), "{text}");
        assert_eq!(told.skipped, [], "{text}");
    }
    let broken = [("Kustomization", "resources: [web.yaml\n"), ("web.yaml", WEB)];
    assert!(look(&Folder::new(&broken)).superseded.is_empty());
    assert_eq!(told(&broken).len(), 1, "{:?}", told(&broken));
}

#[test]
fn kustomizations_that_build_on_each_other_are_looked_at_once() {
    let files = [
        ("a/kustomization.yaml", "resources: [../b, web.yaml]\n"),
        ("a/web.yaml", WEB),
        ("b/kustomization.yaml", "resources: [../a]\n"),
    ];
    assert!(has(&found(&files), "k8s-root-user a/web.yaml:11"));
    assert_eq!(
        told(&files),
        ["b/kustomization.yaml: not followed: it builds on itself".replace("b/", "a/")]
    );
}

#[test]
fn hostile_trees_cost_little() {
    let start = std::time::Instant::now();
    // Each builds twice on the next: a thousand million times the last.
    let mut files: Vec<(String, String)> = (0..30)
        .map(|n| {
            let text = format!("namePrefix: a\nresources: [../k{}, ../k{0}, ../k{0}]\n", n + 1);
            (format!("k{n}/kustomization.yaml"), text)
        })
        .collect();
    files.push(("k30/kustomization.yaml".to_owned(), "resources: [w.yaml]\n".to_owned()));
    files.push(("k30/w.yaml".to_owned(), WEB.to_owned()));
    // Copies of copies, and a patch for each of many objects.
    let copies = "      - {op: copy, from: /data, path: /data/x}\n".repeat(2000);
    files.push((
        "c/kustomization.yaml".to_owned(),
        format!(
            "resources: [m.yaml]\npatches:\n  - target: {{kind: ConfigMap}}\n    patch: |\n{copies}"
        ),
    ));
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m}\ndata: {a: b}\n---\n";
    files.push(("c/m.yaml".to_owned(), map.repeat(1000)));
    let patches =
        "  - {target: {kind: C.*, name: m}, patch: '[{op: add, path: /data/a, value: c}]'}\n"
            .repeat(3000);
    files.push((
        "d/kustomization.yaml".to_owned(),
        format!("resources: [../c/m.yaml]\npatches:\n{patches}"),
    ));
    let borrowed: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let told = look(&Folder::new(&borrowed));
    assert!(
        told.skipped.iter().any(|file| file.detail.contains("too large")),
        "{:?}",
        told.skipped
    );
    assert!(!told.superseded.contains(&"k30/w.yaml".to_owned()));
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

proptest::proptest! {
    #[test]
    fn any_kustomization_and_patch_is_read(
        kustomization in "(resources|patches|images|namespace|components)(: ?\\[|: ?\\{|:\n  - |: )[a-z:{}\\[\\],./~\"'\n -]{0,60}",
        patch in "[-a-z:{}\\[\\],./~$\"'\n ]{0,80}",
    ) {
        let overlay = format!("{kustomization}\npatchesStrategicMerge: [p.yaml]\npatchesJson6902:\n  - {{target: {{}}, path: p.yaml}}\n");
        let whole = format!("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web}}\nspec: {patch}\n");
        let files = [
            ("kustomization.yaml", overlay.as_str()),
            ("a.yaml", WEB),
            ("over/kustomization.yaml", "resources: [.., ../a.yaml]\npatches: [{path: ../p.yaml}]\n"),
            ("p.yaml", whole.as_str()),
        ];
        let _ = look(&Folder::new(&files));
        let files = [("kustomization.yaml", overlay.as_str()), ("p.yaml", patch.as_str())];
        let _ = look(&Folder::new(&files));
    }
}
