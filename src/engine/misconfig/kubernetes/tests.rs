//! The reader: what it takes up, where, and what it leaves alone.

use super::*;
use crate::engine::Sink;
use crate::engine::misconfig::{check::Checks, judge};
use crate::target::Blob;

fn addresses(path: &str, text: &str) -> Vec<String> {
    let reading = read(path, text.as_bytes());
    let resources = reading.map(|reading| reading.scope.resources).unwrap_or_default();
    resources.into_iter().map(|one| format!("{}: {}", one.kind, one.address)).collect()
}

/// Rules and lines of what is found.
fn found(path: &str, text: &str) -> Vec<(String, u32)> {
    let Some(reading) = read(path, text.as_bytes()) else { return Vec::new() };
    let mut sink = Sink::new();
    let checks = Checks::default();
    judge::report(judge::problems(&reading.scope, &checks), &checks, text.as_bytes(), &mut sink);
    let findings = sink.place(&Blob::new(path, text.as_bytes()), &[]);
    let both = findings.into_iter().map(|f| (f.rule_id.as_str().to_owned(), f.line.unwrap()));
    both.collect()
}

fn has(found: &[(String, u32)], rule: &str) -> bool {
    found.iter().any(|(id, _)| id.strip_prefix("misconfig/") == Some(rule))
}

#[test]
fn every_workload_and_each_of_its_containers_is_a_resource() {
    let template = "spec:\n        initContainers: [{name: a, image: x}]\n        containers: [{name: b, image: x}]\n";
    for (version, kind, before) in [
        ("apps/v1", "Deployment", "spec:\n  selector: {}\n  template:\n    "),
        ("apps/v1", "StatefulSet", "spec:\n  selector: {}\n  template:\n    "),
        ("apps/v1", "DaemonSet", "spec:\n  selector: {}\n  template:\n    "),
        ("apps/v1", "ReplicaSet", "spec:\n  selector: {}\n  template:\n    "),
        ("v1", "ReplicationController", "spec:\n  template:\n    "),
        ("batch/v1", "Job", "spec:\n  template:\n    "),
        ("batch/v1", "CronJob", "spec:\n  jobTemplate:\n    spec:\n     template:\n      "),
        ("v1", "PodTemplate", "template:\n    "),
        ("v1", "Pod", ""),
        ("argoproj.io/v1alpha1", "Rollout", "spec:\n  template:\n    "),
    ] {
        let text = format!(
            "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web}}\n{before}{template}"
        );
        assert_eq!(
            addresses("a.yaml", &text),
            [
                format!("workload: {kind}/web"),
                format!("container: {kind}/web container b"),
                format!("container: {kind}/web init container a"),
            ],
            "{text}"
        );
    }
}

#[test]
fn lists_streams_and_json_are_read() {
    let list = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Service, metadata: {name: a}}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: b}\n";
    assert_eq!(addresses("a.yml", list), ["Service: Service/a", "Secret: Secret/b"]);
    let json = "{\n\t\"apiVersion\": \"v1\",\n\t\"kind\": \"Pod\",\n\t\"metadata\": {\"name\": \"a\"},\n\t\"spec\": {\"containers\": [{\"name\": \"c\", \"image\": \"x:1\"}]}\n}\n";
    assert_eq!(addresses("a.json", json), ["workload: Pod/a", "container: Pod/a container c"]);
}

#[test]
fn what_is_no_manifest_is_left_alone() {
    for (path, text) in [
        ("a.yaml", "kind: Pod\n"),
        ("a.yaml", "apiVersion: v1\n"),
        ("a.yaml", "apiVersion: v2\nname: kind\n"),
        ("chart/templates/a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: \"{{ .x }}\"}\n"),
        ("a.yaml", "apiVersion: v1\nkind: Pod\n{{ if .x }}\nspec: {}\n{{ end }}\n"),
    ] {
        assert_eq!(addresses(path, text), Vec::<String>::new(), "{text}");
        assert!(
            read(path, text.as_bytes()).is_none_or(|reading| reading.broken.is_none()),
            "{text}"
        );
    }
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\n";
    assert_eq!(addresses("a.yaml", definition), Vec::<String>::new());
    let knative =
        "apiVersion: example.com/v1\nkind: Service\nmetadata: {name: a}\nspec: {type: NodePort}\n";
    assert_eq!(addresses("a.yaml", knative), Vec::<String>::new());
}

#[test]
fn a_mistake_in_one_document_leaves_the_others() {
    let text = "apiVersion: v1\nkind: Pod\nspec: [\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\n";
    let reading = read("a.yaml", text.as_bytes()).unwrap();
    assert_eq!(reading.scope.resources.len(), 1);
    assert_eq!(&text[reading.scope.resources[0].head.clone()], "name: a");
    assert!(reading.broken.unwrap().starts_with("4:"), "the line in the file");
}

#[test]
fn containers_inherit_from_their_pod_and_may_say_otherwise() {
    let pod = |pod: &str, own: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  securityContext: {pod}\n  containers:\n  - name: c\n    image: x:1\n    securityContext: {own}\n"
        )
    };
    for (outer, own, root) in [
        ("{runAsNonRoot: true}", "{}", false),
        ("{runAsNonRoot: true}", "{runAsNonRoot: false}", true),
        ("{runAsUser: 1000}", "{runAsUser: 0}", true),
        ("{}", "{runAsUser: 1000}", false),
        ("\"${CONTEXT}\"", "{}", false),
    ] {
        let text = pod(outer, own);
        assert_eq!(has(&found("a.yaml", &text), "k8s-root-user"), root, "{text}");
    }
    let noted = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations:\n    seccomp.security.alpha.kubernetes.io/pod: runtime/default\nspec:\n  containers: [{name: c, image: 'x:1'}]\n";
    assert!(!has(&found("a.yaml", noted), "k8s-seccomp-missing"), "named in an annotation");
}

#[test]
fn patches_are_judged_only_by_what_they_say() {
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      containers:\n      - name: app\n        securityContext: {privileged: true}\n";
    let found = found("patch.yaml", patch);
    assert!(has(&found, "k8s-privileged"));
    assert!(!has(&found, "k8s-root-user") && !has(&found, "k8s-token-mounted"), "{found:?}");
}

#[test]
fn a_finding_points_at_the_value_or_at_the_name_of_what_lacks_it() {
    let text = "# text\n---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: é\nspec:\n  hostPID: true\n  containers:\n    - name: c\n      image: x\n";
    let found = found("a.yaml", text);
    assert!(found.contains(&("misconfig/k8s-host-pid".to_owned(), 8)), "{found:?}");
    assert!(found.contains(&("misconfig/k8s-image-tag".to_owned(), 11)));
    assert!(found.contains(&("misconfig/k8s-root-user".to_owned(), 10)));
    assert!(found.contains(&("misconfig/k8s-token-mounted".to_owned(), 6)));
}

#[test]
fn flags_are_read_in_each_of_their_spellings() {
    let pod = |command: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec:\n  containers:\n  - {{name: c, image: 'x:1', command: {command}}}\n"
        )
    };
    for (command, expected) in [
        ("[kube-apiserver, --insecure-port=8080]", true),
        ("[/usr/bin/kube-apiserver, --insecure-port, '8080']", true),
        ("[kube-apiserver, --insecure-port, '0']", false),
        ("[other, --insecure-port=8080]", false),
        ("[other, --of=default/kube-apiserver, --insecure-port=8080]", false),
        ("[--of, default/kube-apiserver, --insecure-port=8080]", false),
    ] {
        let text = pod(command);
        assert_eq!(has(&found("a.yaml", &text), "k8s-apiserver-insecure-port"), expected, "{text}");
    }
    let etcd = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - name: c\n    image: x:1\n    command: [etcd]\n    env: [{name: ETCD_CLIENT_CERT_AUTH, value: 'true'}]\n";
    assert!(
        !has(&found("a.yaml", etcd), "k8s-etcd-client-auth"),
        "a variable is as good as a flag"
    );
    let kubelet = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nreadOnlyPort: 10255\n";
    assert!(
        found("a.yaml", kubelet).contains(&("misconfig/k8s-kubelet-read-only-port".to_owned(), 3))
    );
}

#[test]
fn a_pod_of_many_containers_is_no_burden() {
    let mut text = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  securityContext:\n    seccompProfile: {type: ".to_owned();
    text.push_str(&"x".repeat(500_000));
    text.push_str("}\n  containers:\n");
    text.push_str(&"  - {name: c, image: x}\n".repeat(20_000));
    let start = std::time::Instant::now();
    let resources = read("a.yaml", text.as_bytes()).unwrap().scope.resources;
    assert_eq!(resources.len(), 1001);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
