//! Seeds of the targets for code: pieces of the packs' own examples, and a few lines of each language that has no pack.

use super::{listing, root};
use std::path::PathBuf;

/// Code of languages without a pack; the first line is the path.
const MORE: &[&str] = &[
    "a.tf\nresource \"a\" \"b\" {\n  c = \"d-${e.f[0]}\"\n  g { h = [1, null] }\n}\n",
    "a.yaml\na: &x\n  - b: 'c'\n    d: |\n      e\n  - *x\n---\nf: {g: [h, 1]}\n",
    "Dockerfile\nFROM a:1 AS b\nARG c=d\nRUN e $c && \\\n  f \"g\"\nCOPY --from=b [\"h\", \"i\"]\n",
    "a.html\n<a href=\"b\" c>d<!-- e --><script>f(g)</script></a>\n",
    "a.json\n{\"a\": [1, -2.5e3, true, null, \"b\\u00e9\"], \"c\": {}}\n",
    "a.ml\nlet rec f x = match x with | [] -> 0 | h :: t -> h + f t\nmodule M = struct let a = \"b\" end\n",
    "a.sol\ncontract A is B { uint a = 1; function f(address b) public payable { b.call{value: a}(\"\"); } }\n",
    "a.tsx\nconst A: React.FC<P> = ({b}) => <c d={b} {...e}>f{g ?? h}</c>;\n",
    "a.cpp\nnamespace a { template <class T> T f(T& b) { return static_cast<T>(b) + 1; } }\n",
    "a.py\n@a.b(c=1)\nasync def f(x, /, *y: int, z='q', **w) -> T:\n    return f\"{x!r:>{z}}\" if (n := y) else [i for i in w if i]\n",
    "a.py\nmatch a:\n  case {'b': [c, *_]} if c: pass\n  case _:\n    print 'd'\n",
];

fn examples() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in listing(&root().join("src/engine/sast/packs")) {
        files.extend(listing(&folder));
    }
    files
}

/// Two pieces of every example file.
pub fn files() -> Vec<Vec<u8>> {
    let mut seeds: Vec<Vec<u8>> = MORE.iter().map(|text| text.as_bytes().to_vec()).collect();
    for path in examples() {
        if path.extension().is_some_and(|is| is == "yml") {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy();
        let text = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for at in [0, lines.len() / 2] {
            let piece = lines[at..lines.len().min(at + 40)].join("\n");
            seeds.push(format!("{name}\n{piece}\n").into_bytes());
        }
    }
    seeds
}

/// Patterns that rules of the packs hold, in one line; the first line names the language.
pub fn patterns() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for path in examples().iter().filter(|path| path.extension().is_some_and(|is| is == "yml")) {
        let language = path.parent().unwrap().file_name().unwrap().to_string_lossy();
        let text = std::fs::read_to_string(path).unwrap();
        let patterns = text.lines().filter_map(|line| line.split_once("pattern: "));
        for (_, pattern) in patterns.step_by(10) {
            seeds.push(format!("{language}\n{pattern}").into_bytes());
        }
    }
    for block in [
        "python\ndef $F(..., $X, ...):\n    ...\n    $Y = <... $X.$M(...) ...>\n    ...\n    return $Y\n",
        "java\nclass $C extends $D {\n  ...\n  @$A(...)\n  $T $M(..., $P $X, ...) { ... }\n  ...\n}\n",
        "go\n($X : *http.Request).$F(\"=~/^a.*/\", ...)\n",
        "bash\n$X=$(...); eval \"...$X...\"\n",
        "terraform\nresource \"$T\" $N {\n  ...\n  $K = \"...\"\n}\n",
    ] {
        seeds.push(block.as_bytes().to_vec());
    }
    seeds
}

/// Every tenth rule of the packs as a file of its own, and the newer way to write one.
pub fn rules() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for path in examples().iter().filter(|path| path.extension().is_some_and(|is| is == "yml")) {
        let text = std::fs::read_to_string(path).unwrap();
        for rule in text.split("\n  - id:").skip(1).step_by(10) {
            seeds.push(format!("rules:\n  - id:{rule}\n").into_bytes());
        }
    }
    for rule in [
        "rules:\n- {id: a, languages: [generic], severity: LOW, message: $X, pattern: a ... $X}\n",
        "rules:\n- id: a\n  languages: [python]\n  severity: HIGH\n  message: m\n  match:\n    all:\n      - $F(...)\n      - not: f()\n    where:\n      - metavariable: $F\n        regex: (?!b)[fg]\n",
        "rules:\n- id: a\n  languages: [python]\n  severity: HIGH\n  message: m\n  mode: taint\n  pattern-sources: [{label: A, pattern: b}]\n  pattern-sinks: [{requires: A and not B, pattern: f($X), focus-metavariable: $X}]\n  pattern-propagators: [{from: $Y, to: $X, pattern: $X.g($Y)}]\n",
        "rules:\n- id: a\n  languages: [python]\n  severity: HIGH\n  message: m\n  patterns:\n  - pattern: $X = $Y\n  - metavariable-comparison: {metavariable: $Y, comparison: 'int($Y) % 2 == 0 and not $Y in [1, \"a\"]'}\n  - metavariable-analysis: {metavariable: $X, analyzer: entropy}\n",
    ] {
        seeds.push(rule.as_bytes().to_vec());
    }
    seeds
}
