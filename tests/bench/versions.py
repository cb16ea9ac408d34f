"""Has real versions ordered, and requirements judged, by each ecosystem's own implementation and by ours, and prints where
they agree and every place where they do not.

    python3 tests/bench/versions.py --ours "target/release/examples/packages order" --advisories DIR

The command reads lines `ECOSYSTEM<TAB>A<TAB>B` and answers each with `<`, `=`, `>` or `?`, and lines
`ECOSYSTEM?<TAB>REQUIREMENT<TAB>VERSION` with `y`, `n` or `?`. The folder holds advisory files of any form below folders
`pypi`, `npm`, `crates`, `go`, `rubygems` and `packagist`; what looks like a version in them is one. More versions come from
the registries' own clients (`pip index versions`, `npm view`) and cargo's local index.

An implementation that is not installed is said to be missing; it is never counted as agreement. Needed, each for its part:
Python's `packaging`, `poetry-core` and `conan` (of the Python that runs this), node with semver, cargo, ruby, a Java runtime
with the jars of maven-artifact, PHP with composer/semver, Go with golang.org/x/mod below a GOPATH, elixir.
"""

import argparse
import json
import os
import random
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

NODE = r"""
const semver = require(process.argv[1]);
const lines = require('fs').readFileSync(0, 'utf8').split('\n'); lines.pop();
const loose = {loose: true};
console.log(lines.map(line => {
  const [kind, a, b] = line.split('\t');
  try {
    if (kind === '?') {
      if (semver.validRange(a, loose) === null || semver.valid(b, loose) === null) return '?';
      return semver.satisfies(b, a, loose) ? 'y' : 'n';
    }
    return '<=>'[semver.compare(a, b, loose) + 1];
  } catch (e) { return '?'; }
}).join('\n'));
"""

RUBY = r"""
STDIN.each_line do |line|
  kind, a, b = line.chomp("\n").split("\t", -1)
  begin
    if kind == '?'
      puts Gem::Requirement.new(*a.split(',').map(&:strip)).satisfied_by?(Gem::Version.new(b)) ? 'y' : 'n'
    else
      puts '<=>'[(Gem::Version.new(a) <=> Gem::Version.new(b)) + 1]
    end
  rescue ArgumentError
    puts '?'
  end
end
"""

PHP = r"""
require $argv[1];
$parser = new Composer\Semver\VersionParser();
while (($line = fgets(STDIN)) !== false) {
    [$kind, $a, $b] = explode("\t", rtrim($line, "\n"));
    try {
        if ($kind === '?') { echo Composer\Semver\Semver::satisfies($b, $a) ? "y\n" : "n\n"; continue; }
        $a = $parser->normalize($a); $b = $parser->normalize($b);
        if ($a === $b) echo "=\n";
        elseif (Composer\Semver\Comparator::lessThan($a, $b)) echo "<\n";
        elseif (Composer\Semver\Comparator::greaterThan($a, $b)) echo ">\n";
        else echo strpos($a, 'dev-') === 0 && strpos($b, 'dev-') === 0 ? "?\n" : "=\n";
    } catch (\UnexpectedValueException $e) { echo "?\n"; }
}
"""

ELIXIR = r"""
IO.stream(:stdio, :line) |> Enum.each(fn line ->
  [kind, a, b] = line |> String.trim_trailing("\n") |> String.split("\t")
  answer = try do
    if kind == "?" do
      if Version.match?(b, a), do: "y", else: "n"
    else
      case Version.compare(a, b) do :lt -> "<"; :eq -> "="; :gt -> ">" end
    end
  rescue _ -> "?" end
  IO.puts(answer)
end)
"""

JAVA = r"""
import java.io.*;
import org.apache.maven.artifact.versioning.*;
public class Order {
    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        StringBuilder out = new StringBuilder();
        for (String line; (line = in.readLine()) != null; ) {
            String[] parts = line.split("\t", -1);
            String answer;
            try {
                if (parts[0].equals("?")) {
                    VersionRange range = VersionRange.createFromVersionSpec(parts[1]);
                    boolean fits = range.containsVersion(new DefaultArtifactVersion(parts[2]));
                    answer = fits ? "y" : "n";
                } else {
                    int order = new ComparableVersion(parts[1]).compareTo(new ComparableVersion(parts[2]));
                    answer = order < 0 ? "<" : order == 0 ? "=" : ">";
                }
            } catch (InvalidVersionSpecificationException error) { answer = "?"; }
            out.append(answer).append('\n');
        }
        System.out.print(out);
    }
}
"""

GO = r"""
package main
import ("bufio"; "fmt"; "os"; "strings"; "golang.org/x/mod/semver")
func main() {
	in := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for in.Scan() {
		parts := strings.Split(in.Text(), "\t")
		a, b := parts[1], parts[2]
		if !strings.HasPrefix(a, "v") { a = "v" + a }
		if !strings.HasPrefix(b, "v") { b = "v" + b }
		if !semver.IsValid(a) || !semver.IsValid(b) { fmt.Fprintln(out, "?"); continue }
		fmt.Fprintln(out, string("<=>"[semver.Compare(a, b)+1]))
	}
}
"""

RUST = r"""
use semver::{Version, VersionReq};
use std::io::BufRead;
fn main() {
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let parts: Vec<&str> = line.split('\t').collect();
        let answer = if parts[0] == "?" {
            match (VersionReq::parse(parts[1]), Version::parse(parts[2])) {
                (Ok(wanted), Ok(version)) => if wanted.matches(&version) { "y" } else { "n" },
                _ => "?",
            }
        } else {
            match (Version::parse(parts[1]), Version::parse(parts[2])) {
                (Ok(a), Ok(b)) => ["<", "=", ">"][(a.cmp_precedence(&b) as i8 + 1) as usize],
                _ => "?",
            }
        };
        println!("{answer}");
    }
}
"""

PYTHON = r"""
import sys
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
for line in sys.stdin:
    kind, a, b = line.rstrip('\n').split('\t')
    try:
        if kind == '?': print('y' if SpecifierSet(a).contains(Version(b), prereleases=True) else 'n'); continue
        a, b = Version(a), Version(b)
        print('<' if a < b else '=' if a == b else '>')
    except (InvalidVersion, InvalidSpecifier): print('?')
"""

POETRY = r"""
import sys
from poetry.core.constraints.version import Version, parse_constraint
for line in sys.stdin:
    kind, a, b = line.rstrip('\n').split('\t')
    try: print('y' if parse_constraint(a).allows(Version.parse(b)) else 'n')
    except Exception: print('?')
"""

CONAN = r"""
import sys
from conan.internal.model.version import Version
from conan.internal.model.version_range import VersionRange
for line in sys.stdin:
    kind, a, b = line.rstrip('\n').split('\t')
    try:
        if kind == '?': print('y' if VersionRange(a[1:-1]).contains(Version(b), None) else 'n'); continue
        a, b = Version(a), Version(b)
        print('<' if a < b else '=' if a == b else '>')
    except Exception: print('?')
"""

# Packages with long and odd histories.
PYPI = "django numpy pip setuptools pytz ansible sqlalchemy zope.interface twisted pywin32 tensorflow-cpu cryptography mercurial"
NPM = "react typescript webpack next express lodash @angular/core @babel/core eslint vue jquery firebase prisma electron"


def run(command, lines, **more):
    text = "".join(line + "\n" for line in lines)
    done = subprocess.run(command, input=text, capture_output=True, text=True, **more)
    answers = done.stdout.split("\n")[:-1]
    if done.returncode or len(answers) != len(lines):
        raise OSError(f"{command[0]}: exit {done.returncode}, {len(answers)} answers to {len(lines)}: {done.stderr[-400:]}")
    return answers


class Oracles:
    def __init__(self, options, folder):
        self.options, self.folder, self.built = options, Path(folder), {}

    def build(self, name, make):
        if name not in self.built:
            self.built[name] = make()
        return self.built[name]

    def java(self):
        source = self.folder / "Order.java"
        source.write_text(JAVA)
        jars = self.options.maven_jars
        subprocess.run(["javac", "-cp", jars, "-d", str(self.folder), str(source)], check=True, capture_output=True)
        return ["java", "-cp", f"{jars}:{self.folder}", "Order"]

    def go(self):
        source = self.folder / "order.go"
        source.write_text(GO)
        env = {**os.environ, "GO111MODULE": "off", "GOPATH": self.options.gopath}
        target = str(self.folder / "order-go")
        subprocess.run(["go", "build", "-o", target, str(source)], check=True, env=env, capture_output=True)
        return [target]

    def rust(self):
        crate = self.folder / "rust"
        (crate / "src").mkdir(parents=True)
        (crate / "src/main.rs").write_text(RUST)
        manifest = '[package]\nname = "order"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\nsemver = "1"\n[workspace]\n'
        (crate / "Cargo.toml").write_text(manifest)
        subprocess.run(["cargo", "build", "-q", "-j1"], cwd=crate, check=True, capture_output=True)
        return [str(crate / "target/debug/order")]

    def command(self, name):
        options = self.options
        return {
            "packaging": lambda: [sys.executable, "-c", PYTHON],
            "poetry-core": lambda: [sys.executable, "-c", POETRY],
            "conan": lambda: [sys.executable, "-c", CONAN],
            "node-semver": lambda: ["node", "-e", NODE, options.node_semver],
            "semver crate": lambda: self.build("rust", self.rust),
            "Gem::Version": lambda: ["ruby", "-e", RUBY],
            "maven-artifact": lambda: self.build("java", self.java),
            "composer/semver": lambda: ["php", "-r", PHP, "--", options.composer_semver],
            "x/mod/semver": lambda: self.build("go", self.go),
            "Elixir Version": lambda: ["elixir", "-e", ELIXIR],
        }[name]()


def from_advisories(folder):
    """What looks like a version, file by file: each file is a group."""
    token = re.compile(r"""(?:^|[\s"'=<>~^(\[,])(v?\d+(?:[.!][0-9A-Za-z]+)*(?:[-+_.][0-9A-Za-z.+_-]*[0-9A-Za-z])?)(?=["'\s,)\]]|$)""", re.M)
    fields = re.compile(r"(?im)^.*(?:version|patched|unaffected|introduced|fixed|last_affected|^\s*- ['\"]?[<>=~]|^\s*- ['\"]?v?\d).*$")
    for path in sorted(Path(folder).rglob("*")):
        if path.suffix not in {".yaml", ".yml", ".json", ".md", ".toml"}:
            continue
        lines = fields.findall(path.read_text(errors="replace"))
        found = {v for v in token.findall("\n".join(lines)) if not re.match(r"\d{4}-\d\d-\d\dT", v)}
        if found:
            yield sorted(found)


def from_clients():
    groups = {"pypi": [], "npm": [], "crates": []}
    for name in PYPI.split():
        done = subprocess.run([sys.executable, "-m", "pip", "index", "versions", "--pre", name], capture_output=True, text=True)
        found = re.search(r"Available versions: (.*)", done.stdout)
        groups["pypi"].append(found[1].split(", ") if found else [])
    for name in NPM.split():
        done = subprocess.run(["npm", "view", name, "versions", "--json"], capture_output=True, text=True)
        groups["npm"].append(json.loads(done.stdout) if done.returncode == 0 else [])
    index = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo")) / "registry/index"
    for path in sorted(index.glob("*/.cache/**/*")):
        if path.is_file():
            found = re.findall(rb'"vers":"([^"]+)"', path.read_bytes())
            groups["crates"].append(sorted({v.decode() for v in found}))
    return groups


QUALIFIERS = """-alpha -alpha-1 -alpha1 -ALPHA.2 -beta -beta2 -b3 -M1 -m2 -milestone-3 -rc -RC1 .RC1 -rc.2 -CR2 .CR1 -SNAPSHOT
-1.0-SNAPSHOT -rc1-SNAPSHOT .Final -Final .GA -ga .RELEASE -release -sp .SP1 -sp-2 -jre -android .jre8 -jdk15 -incubating -1 -2 -1.1 .1 .0
.v20210324 .v20210325 -b01 -b10 a a1 b2 x -x -redhat-00001 .redhat-1 .Final-redhat-2 -hadoop2 -native-mt""".split()


def maven_versions(stems):
    """Real numbers with the qualifiers that Maven Central knows: there is no list of versions to be had offline."""
    stems = [stem for stem in stems if re.fullmatch(r"\d+(\.\d+){0,3}", stem)]
    for _ in range(4000):
        stem = random.choice(stems)
        near = [stem, stem + ".0", re.sub(r"\d+$", lambda m: str(int(m[0]) + 1), stem)]
        yield [random.choice(near) + random.choice(["", *QUALIFIERS]) for _ in range(5)]


MADE = """0 0 1 1 2 10 01 20240101120000 99999999999999999999 a b m x alpha beta rc RC cr pre dev post sp ga final SNAPSHOT p pl
patch jre stable r c rev 00 alpha1 beta-2 rc.1""".split()


def made_up(count):
    """Pairs of texts that look like versions more or less, and differ in few places."""
    def text(start):
        out = start
        for _ in range(random.choice([0, 0, 1, 1, 2, 3])):
            out += random.choice([".", ".", ".", "-", "-", "", "_", "+"]) + random.choice(MADE)
        return out

    for _ in range(count):
        start = random.choice(["", "1.", "1.0.", "1.0.0", "1.2.3", "2.0"]) + random.choice(["", *MADE[:8]])
        yield text(start), text(start)


def pairs(groups, count):
    """Pairs within groups, near and far, and some across."""
    groups = [list(dict.fromkeys(group)) for group in groups]
    groups = [group for group in groups if group]
    everything = [version for group in groups for version in group]
    out = {(version, version) for version in random.sample(everything, min(50, len(everything)))}
    weights = [min(len(group), 400) for group in groups]
    for _ in range(count * 20):
        if len(out) >= count:
            break
        group = random.choices(groups, weights)[0] if random.random() < 0.9 else everything
        at = random.randrange(len(group))
        near = at + random.choice([-3, -2, -1, 1, 2, 3])
        other = group[near] if random.random() < 0.6 and 0 <= near < len(group) else random.choice(group)
        out.add((group[at], other))
    return sorted(out)


def requirements(kind, versions, count):
    """Requirements made of real versions in the ecosystem's signs, each with a version."""
    plain = lambda v: re.sub(r"^v", "", v)
    short = lambda v: ".".join(re.match(r"v?(\d+(?:\.\d+)*)", v)[1].split(".")[: random.choice([1, 2, 3])])
    signs = {
        "packaging": ["=={}", "!={}", ">={}", "<={}", "<{}", ">{}", "~={}", "=={s}.*", "!={s}.*", ">={s},<{}", "", "~={s}"],
        "poetry-core": ["^{}", "~{}", "^{s}", "~{s}", "{s}.*", "*", "{}", ">={s} <{}", "^{s} || ^{}", ">={s},<{}"],
        "node-semver": ["^{}", "~{}", "^{s}", "~{s}", "{s}", "{s}.x", ">={} <{t}", "{s} - {t}", "{} || {t}", ">{s}", "<={s}", "<{s}",
                        ">={s}", "*", "~> {s}", ">= {}", "", "<{}", "^{} || ~{t}", "=v{}"],
        "semver crate": ["^{}", "~{}", "{s}", "={}", ">={}, <{t}", "{s}.*", "*", ">{s}", "<={s}", "~{s}", "^{s}", "<{}"],
        "Gem::Version": ["~> {}", "~> {s}", ">= {}", "< {}", "= {}", "!= {}", ">= {s}, < {t}", "{}", "> {s}"],
        "composer/semver": ["^{}", "~{}", "^{s}", "~{s}", "{s}.*", "{s} - {t}", ">={} <{t}", ">={},<{t}", "{} || {t}", "{}|{t}", "!={}",
                            "<{}", ">={s}@beta", "*", "{}", "^{s}@dev", ">{s}", "<={}", "{} - {t}", ">= {s}, < {t}", "{s}.x-dev"],
        "maven-artifact": ["[{},{t})", "({},)", "[{}]", "(,{}]", "(,{}),({t},)", "[{s},{t}]"],
        "Elixir Version": ["~> {}", "~> {s}", ">= {}", "< {}", "== {}", "!= {}", ">= {} and < {t}", "< {} or > {t}", "{}"],
        "conan": ["[>={} <{t}]", "[~{s}]", "[^{s}]", "[>{}]", "[<={}]", "[{s}.*]", "[*]", "[<{} || >={t}]",
                  "[>={s}, include_prerelease]", "[<{}, include_prerelease]", "[~{}, include_prerelease]", "[^{}]"],
    }[kind]
    versions = [v for v in versions if re.match(r"v?\d", v)]
    for _ in range(count):
        at = random.randrange(len(versions))
        around = lambda: versions[max(0, min(len(versions) - 1, at + random.randint(-4, 4)))]
        a, b, version = around(), around(), around()
        if kind == "node-semver":
            a, b = plain(a), plain(b)
        yield random.choice(signs).format(a, s=short(a), t=b), version


def compare(title, mode, ours, theirs, asked, more):
    agreed = differs = 0
    only_ours = only_theirs = neither = 0
    shown = []
    for (a, b), our, their in zip(asked, ours, theirs):
        if our == their:
            agreed += our != "?"
            neither += our == "?"
        elif our == "?":
            only_theirs += 1
            shown.append(f"    ours refuses   {a!r} {b!r}: {their}")
        elif their == "?":
            only_ours += 1
            if more:
                shown.append(f"    only ours   {a!r} {b!r}: {our}")
        else:
            differs += 1
            shown.append(f"    differs   {a!r} {b!r}: ours {our}, theirs {their}")
    print(f"{title:34} {mode:7} asked {len(asked):6}  agree {agreed:6}  differ {differs:4}  only they read {only_theirs:4}  "
          f"only we read {only_ours:5}  neither {neither:5}")
    return differs + only_theirs, shown


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", required=True, metavar="CMD")
    parser.add_argument("--advisories", required=True, metavar="DIR", type=Path)
    parser.add_argument("--pairs", type=int, default=12_000)
    parser.add_argument("--requirements", type=int, default=4_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", help="names of implementations, separated by commas")
    parser.add_argument("--all", action="store_true", help="print what only we read, too")
    parser.add_argument("--shown", type=int, default=40, help="differences printed per comparison")
    parser.add_argument("--maven-jars", default="", metavar="CLASSPATH", help="maven-artifact and what it needs")
    parser.add_argument("--composer-semver", default="", metavar="FILE", help="autoload.php of composer/semver")
    parser.add_argument("--node-semver", default="semver", metavar="MODULE", help="the module or its folder")
    parser.add_argument("--gopath", default="", metavar="DIR")
    options = parser.parse_args()
    random.seed(options.seed)
    groups = {name: list(from_advisories(options.advisories / name))
              for name in ["pypi", "npm", "crates", "go", "rubygems", "packagist"]}
    for name, more in from_clients().items():
        groups[name] += more
    numbers = [v for group in groups["rubygems"] + groups["packagist"] for v in group]
    groups["maven"] = list(maven_versions(numbers))
    # What C and C++ libraries have: the versions of all the others.
    groups["conan"] = groups["crates"] + groups["rubygems"] + groups["npm"][:300]
    rows = [("packaging", "PyPI", "pypi"), ("poetry-core", "PyPI", "pypi"), ("node-semver", "npm", "npm"),
            ("semver crate", "crates.io", "crates"), ("x/mod/semver", "Go", "go"), ("Gem::Version", "RubyGems", "rubygems"),
            ("composer/semver", "Packagist", "packagist"), ("maven-artifact", "Maven", "maven"), ("Elixir Version", "Hex", "crates"),
            ("conan", "ConanCenter", "conan")]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        oracles = Oracles(options, folder)
        for name, ecosystem, source in rows:
            if options.only and name not in options.only.split(","):
                continue
            asked = {} if name == "poetry-core" else {"order": pairs(groups[source], options.pairs)}
            if name != "poetry-core":
                asked["made-up"] = list(made_up(options.pairs))
            if name != "x/mod/semver":
                lists = [group for group in groups[source] if len(group) > 3]
                wanted = []
                while len(wanted) < options.requirements:
                    wanted += requirements(name, random.choice(lists), 5)
                asked["allows"] = wanted
            for mode, questions in asked.items():
                mark = "?" if mode == "allows" else ""
                try:
                    theirs = run(oracles.command(name), [f"{mark}\t{a}\t{b}" for a, b in questions])
                except (OSError, subprocess.CalledProcessError) as error:
                    print(f"{ecosystem} by {name}: missing: {error}")
                    wrong += 1
                    break
                ours = run(shlex.split(options.ours), [f"{ecosystem}{mark}\t{a}\t{b}" for a, b in questions])
                bad, shown = compare(f"{ecosystem} by {name}", mode, ours, theirs, questions, options.all)
                wrong += bad
                print("\n".join(shown[: options.shown]), end="\n" if shown else "")
                if len(shown) > options.shown:
                    print(f"    … {len(shown) - options.shown} more")
    print("NuGet, Pub, SwiftURL, CocoaPods, GitHub Actions: no implementation of their own was asked")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
