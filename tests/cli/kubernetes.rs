//! Manifests and charts from the user's side: what is reported, and how ids of other tools silence it.

use crate::project::Project;
use serde_json::Value;

const POD: &str = "apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: app
      image: registry.example.com/web:1.2.3
      securityContext:
        privileged: true
";

const RULE: &str = "misconfig/k8s-privileged";

fn scan(project: &Project) -> Value {
    project.run(&["scan", "--scanner", "misconfig", "-o", "json", "--show-suppressed"]).json()
}

fn count(run: &Value, list: &str, rule: &str) -> usize {
    run[list].as_array().unwrap().iter().filter(|finding| finding["rule_id"] == rule).count()
}

#[test]
fn a_manifest_is_judged_and_ids_of_other_tools_silence_it() {
    let plain = Project::new(&[("deploy/pod.yaml", POD)]);
    let run = scan(&plain);
    assert_eq!(count(&run, "findings", RULE), 1);
    let finding =
        run["findings"].as_array().unwrap().iter().find(|f| f["rule_id"] == RULE).unwrap();
    assert_eq!(finding["line"], 10);
    assert_eq!(finding["severity"], "critical");
    assert_eq!(finding["metadata"]["resource"], "Pod/web container app");

    for id in ["CKV_K8S_16", "KSV-0017", "KSV017", "AVD-KSV-0017", RULE] {
        let config = format!("ignored_rules: [{id}]\n");
        let project = Project::new(&[("deploy/pod.yaml", POD), (".securescan.yml", &config)]);
        let run = scan(&project);
        assert_eq!(
            (count(&run, "findings", RULE), count(&run, "suppressed", RULE)),
            (0, 1),
            "{id}"
        );
    }
    for comment in ["# checkov:skip=CKV_K8S_16: needed here", "# trivy:ignore:AVD-KSV-0017"] {
        let text =
            POD.replace("        privileged", &format!("        {comment}\n        privileged"));
        let project = Project::new(&[("deploy/pod.yaml", &text)]);
        let run = scan(&project);
        assert_eq!(
            (count(&run, "findings", RULE), count(&run, "suppressed", RULE)),
            (0, 1),
            "{comment}"
        );
    }
}

#[test]
fn a_chart_is_rendered_and_its_templates_are_where_findings_point() {
    let template =
        POD.replace("name: web", "name: {{ .Release.Name }}").replace("true", "{{ .Values.all }}");
    let project = Project::new(&[
        ("chart/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n"),
        ("chart/values.yaml", "all: true\n"),
        ("chart/templates/pod.yaml", &template),
        ("chart/templates/other.yaml", "{{ include \"missing\" . }}\n"),
    ]);
    let run = scan(&project);
    let finding =
        run["findings"].as_array().unwrap().iter().find(|f| f["rule_id"] == RULE).unwrap();
    assert_eq!(
        (&finding["file_path"], &finding["line"]),
        (&"chart/templates/pod.yaml".into(), &10.into())
    );
    let outcomes = run["outcomes"].to_string();
    assert!(outcomes.contains("chart/templates/other.yaml"), "{outcomes}");
    let outcome = project.run(&["scan", "--scanner", "misconfig", "--fail-on", "incomplete", "-q"]);
    assert_eq!(outcome.code, 3, "nobody has looked at the template");
    for format in crate::project::formats() {
        let shown = project.run(&["scan", "--scanner", "misconfig", "-o", format]).stdout;
        assert!(shown.contains("other.yaml") || format == "csv", "{format}: {shown}");
    }

    let silenced = template.replace(
        "        privileged",
        "        # checkov:skip=CKV_K8S_16:needed\n        privileged",
    );
    project.write("chart/templates/pod.yaml", silenced);
    let run = scan(&project);
    assert_eq!((count(&run, "findings", RULE), count(&run, "suppressed", RULE)), (0, 1));
}

#[test]
fn values_of_committed_secrets_are_never_shown() {
    let value = "dGhpcyBpcyBhIG1hZGUtdXAgdmFsdWU=";
    let meta = "metadata: {name: db, namespace: shop}";
    for (rule, text) in [
        (
            "k8s-secret-committed",
            format!("apiVersion: v1\nkind: Secret\n{meta}\ndata:\n  entry: {value}\n"),
        ),
        (
            "k8s-secret-committed",
            format!("apiVersion: v1\nkind: Secret\n{meta}\nstringData:\n  entry: {value}\n"),
        ),
        (
            "k8s-configmap-secret",
            format!("apiVersion: v1\nkind: ConfigMap\n{meta}\ndata:\n  db_password: {value}\n"),
        ),
        (
            "k8s-password-in-environment",
            format!("{POD}      env: [{{name: DB_PASSWORD, value: {value}}}]\n"),
        ),
    ] {
        let project = Project::new(&[("deploy/a.yaml", &text)]);
        let run = scan(&project);
        assert_eq!(count(&run, "findings", &format!("misconfig/{rule}")), 1, "{text}");
        assert!(!run.to_string().contains(value), "{run:#}");
    }
}

#[test]
fn an_overlay_is_judged_as_a_whole_and_its_patch_is_where_it_makes_things_worse() {
    let base = "apiVersion: apps/v1
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
          image: registry.example.com/web
";
    let patch = "apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    spec:
      containers:
        - name: app
          securityContext:
            privileged: true
";
    let overlay = "resources: [../base]
patches: [{path: worse.yaml}]
images: [{name: registry.example.com/web, newTag: 1.2.3}]
";
    let project = Project::new(&[
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", base),
        ("live/kustomization.yaml", overlay),
        ("live/worse.yaml", patch),
    ]);
    let run = scan(&project);
    let of_rule = |rule: &str| {
        let all = run["findings"].as_array().unwrap().iter();
        all.filter(|one| one["rule_id"] == rule).cloned().collect::<Vec<Value>>()
    };
    let privileged = of_rule(RULE);
    assert_eq!(privileged.len(), 1, "{run:#}");
    assert_eq!(privileged[0]["file_path"], "live/worse.yaml");
    assert_eq!(privileged[0]["line"], 10);
    assert_eq!(privileged[0]["metadata"]["resource"], "Deployment/web container app");
    assert_eq!(of_rule("misconfig/k8s-image-tag"), Vec::<Value>::new(), "the overlay names one");
    let root = of_rule("misconfig/k8s-root-user");
    assert_eq!(root.len(), 1, "once, although two files and two kustomizations have a part in it");
    assert_eq!(root[0]["file_path"], "base/web.yaml");
    let description = root[0]["description"].as_str().unwrap();
    assert!(description.ends_with("It is part of what comes of `live`."), "{description}");

    let comment = patch.replace(
        "            privileged",
        "            # checkov:skip=CKV_K8S_16: needed here\n            privileged",
    );
    project.write("live/worse.yaml", comment);
    let run = scan(&project);
    assert_eq!((count(&run, "findings", RULE), count(&run, "suppressed", RULE)), (0, 1));

    project.write("live/kustomization.yaml", format!("{overlay}helmCharts: [{{name: x}}]\n"));
    let run = scan(&project);
    let skipped = run["files"]["skipped"].to_string();
    assert!(skipped.contains("not applied: charts of Helm"), "{skipped}");
}
