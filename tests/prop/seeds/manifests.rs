//! Manifests from the checks' own examples, and templates that use what the language has.

use std::path::Path;

/// Every example of the checks of manifests that is a text, each with a path.
pub fn manifests() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine/misconfig/checks");
    let files = super::listing(&folder);
    let mut seeds = Vec::new();
    for file in files.iter().filter(|file| file.to_string_lossy().contains("kubernetes")) {
        let text = std::fs::read_to_string(file).unwrap();
        for part in text.split("      hit: |\n").skip(1) {
            let lines = part.lines().map_while(|line| line.strip_prefix("        "));
            let lines: Vec<&str> = lines.collect();
            seeds.push(format!("deploy/app.yaml\n{}\n", lines.join("\n")).into_bytes());
        }
    }
    seeds
}

/// Templates.
pub const TEMPLATES: &[&str] = &[
    "a: {{ index . 0 | quote }}\n{{- range $i, $v := . }}\n- {{ $i }}: {{ toYaml $v | nindent 4 }}\n{{- end }}\n",
    "{{- define \"x\" -}}{{ printf \"%s-%d\" (index . 0) 3 | trunc 63 | trimSuffix \"-\" }}{{- end }}\nname: {{ include \"x\" . }}\n",
    "{{/* c */}}{{ $d := dict \"a\" 1 }}{{ $_ := set $d \"b\" (list 1 2) }}{{ if and $d (gt (len $d) 1) }}{{ toJson $d }}{{ else }}x{{ end }}",
    "{{ with index . 1 }}{{ . | add 1 | mul 2 }}{{ end }}{{ tpl \"{{ . }}\" 5 }}{{ default \"d\" \"\" | b64enc | sha256sum }}",
    "{{ range until 3 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ . }}{{ end }}{{ semverCompare \">=1.2 <2 || ^3\" \"v1.3.0\" }}",
];
