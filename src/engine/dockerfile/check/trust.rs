//! What comes from the network, and whether anything makes sure that it is what was meant.

use super::{Look, base, is, language};
use crate::engine::dockerfile::model::{Instruction, Keyword};
use crate::engine::dockerfile::rule::trust as rule;
use crate::engine::rule::Rule;
use crate::engine::shell::{Command, Nest, Word};
use crate::finding::Severity;
use std::ops::Range;

pub(super) fn check(look: &mut Look<'_>) {
    for (at, one) in look.instructions() {
        if matches!(one.keyword, Keyword::Env | Keyword::Arg) {
            for pair in &one.pairs {
                if let Some(value) = pair.known.as_deref() {
                    variable(look, at, &pair.name, value, &pair.range);
                }
            }
        }
        if one.keyword == Keyword::Run {
            run(look, at, one);
        }
    }
}

/// Downloads what it is told to.
const DOWNLOADERS: &[&str] = &["curl", "wget", "fetch", "aria2c", "axel"];

/// Passes on what it reads, perhaps changed.
const FILTERS: &[&str] = &[
    "tee",
    "sed",
    "gunzip",
    "gzip",
    "zcat",
    "bunzip2",
    "xz",
    "unxz",
    "tr",
    "cat",
    "base64",
    "awk",
    "grep",
    "head",
    "tail",
    "bash-completion",
];

/// Shows whether content is what it should be.
const VERIFIERS: &[&str] = &[
    "sha256sum",
    "sha512sum",
    "sha384sum",
    "sha224sum",
    "sha1sum",
    "b2sum",
    "shasum",
    "md5sum",
    "gpg",
    "gpg2",
    "gpgv",
    "cosign",
    "minisign",
    "signify",
    "slsa-verifier",
];

fn is_verifier(command: &Command) -> bool {
    is(command, VERIFIERS)
        || command.program() == "openssl" && ["dgst", "sha256"].contains(&command.verb())
}

/// Whether a program runs what it reads from its standard input.
fn runs_input(command: &Command) -> bool {
    let args = command.args();
    match command.program() {
        "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" => {
            let by_input = command.option(&["-s"]).is_some();
            let has_script = args.iter().any(|word| {
                word.text().starts_with('-')
                    && !word.text().starts_with("--")
                    && word.text().ends_with('c')
            });
            by_input
                || !has_script
                    && args.iter().all(|word| {
                        word.text().starts_with(['-', '+']) || word.text() == "/dev/stdin"
                    })
        }
        "python" | "python3" | "python2" | "perl" | "ruby" | "node" | "php" => {
            args.iter().all(|word| matches!(word.text(), "-" | "--" | "/dev/stdin"))
                || args.first().is_some_and(|word| word.text() == "-")
        }
        _ => false,
    }
}

fn run(look: &mut Look<'_>, at: usize, one: &Instruction) {
    let commands = &one.script.commands;
    let verified = commands.iter().any(is_verifier);
    for (index, command) in commands.iter().enumerate() {
        for (name, value) in &command.assignments {
            if let Some(known) = value.known() {
                variable(look, at, name, known, &command.range);
            }
        }
        if is(command, &["export"]) {
            for word in command.args() {
                if let Some((name, value)) = word.text().split_once('=') {
                    variable(look, at, name, value, &word.range);
                }
            }
        }
        if is(command, DOWNLOADERS) {
            piped(look, at, one, index);
        }
        if !verified {
            plain(look, at, command);
        }
        options(look, at, command);
        settings(look, at, command);
    }
    if !verified {
        unverified(look, at, one);
    }
}

/// A download that a shell runs: through pipes, `sh -c "$(curl ...)"`, `bash <(curl ...)`.
fn piped(look: &mut Look<'_>, at: usize, one: &Instruction, index: usize) {
    let commands = &one.script.commands;
    let mut reader = commands[index].feeds;
    for _ in 0..8 {
        let Some(next) = reader.and_then(|at| commands.get(at)) else { break };
        if runs_input(next) {
            let range = commands[index].range.start..next.range.end.max(commands[index].range.end);
            look.tell(&rule::PIPED, at, range);
            return;
        }
        if !is(next, FILTERS) {
            break;
        }
        reader = next.feeds;
    }
    let Some(inside) = commands[index].inside else { return };
    let Some(outer) = commands.get(inside.command) else { return };
    let is_shell = is(outer, &["sh", "bash", "dash", "ash", "zsh", "ksh"]);
    let runs = match inside.nest {
        Nest::Substitution => {
            let has_script = is_shell
                && outer
                    .args()
                    .iter()
                    .any(|word| word.text().starts_with('-') && word.text().ends_with('c'));
            has_script
                || outer.program() == "eval"
                || is(outer, &["python", "python3", "perl", "ruby", "node"])
                    && outer.option(&["-c", "-e"]).is_some()
        }
        Nest::Process => is_shell || is(outer, &["source", "."]),
        Nest::Script => false,
    };
    // In the script of `sh -c "$(curl ...)"` the download stands in place of the program.
    let is_program = inside.nest == Nest::Substitution
        && outer.inside.is_some_and(|one| one.nest == Nest::Script)
        && outer.words.first().is_some_and(|word| word.text().starts_with(['$', '`']));
    if runs || is_program {
        look.tell(&rule::PIPED, at, commands[index].range.clone());
    }
}

/// Address that everybody on the way can change the answer of. What stays on the machine does not count.
fn is_plain(address: &str) -> bool {
    let Some((scheme, rest)) = address.split_once("://") else { return false };
    let scheme = scheme.rsplit(['=', '+', '"', '\'']).next().unwrap_or_default();
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    let is_local = host == "localhost"
        || host.starts_with("127.")
        || host == "0.0.0.0"
        || host.ends_with(".localhost");
    matches!(scheme, "http" | "ftp" | "git") && !is_local && !host.is_empty()
}

fn plain(look: &mut Look<'_>, at: usize, command: &Command) {
    let verb = command.verb();
    let fetches = is(command, DOWNLOADERS)
        || command.program() == "git"
            && command.args().iter().any(|word| {
                matches!(word.text(), "clone" | "fetch" | "pull" | "submodule" | "remote")
            })
        || is(command, &["rpm", "svn"])
        || is(command, &["yum", "dnf", "microdnf", "pip", "pip3", "npm", "yarn", "gem", "go"])
            && ["install", "localinstall", "config", "add"].contains(&verb)
        || command.program() == "apt-key";
    if !fetches {
        return;
    }
    if let Some(word) = command.args().iter().find(|word| is_plain(word.text())) {
        // A proxy is on the way in any case.
        let before = command
            .args()
            .iter()
            .take_while(|one| !std::ptr::eq(*one, word))
            .last()
            .map_or("", Word::text);
        if !matches!(before, "-x" | "--proxy" | "-H" | "--header" | "-e" | "--referer")
            && !before.contains("proxy")
        {
            look.tell(&rule::PLAIN_HTTP, at, word.range.clone());
        }
    }
}

/// The file that a download is written to.
fn output(command: &Command) -> Option<&str> {
    let args = command.args();
    let after = |names: &[&str]| {
        let at = args.iter().position(|word| names.contains(&word.text()))?;
        args.get(at + 1).map(Word::text)
    };
    let written = command
        .redirections
        .iter()
        .find(|one| one.operator.starts_with('>') && !one.operator.contains('&'));
    let named = match command.program() {
        "curl" => {
            let glued = args.iter().enumerate().find_map(|(at, word)| {
                let text = word.text();
                let is_short =
                    text.starts_with('-') && !text.starts_with("--") && text.ends_with('o');
                is_short.then(|| args.get(at + 1)).flatten().map(Word::text)
            });
            glued.or_else(|| after(&["--output"]))
        }
        _ => after(&["-O", "--output-document", "-qO", "-o"]),
    };
    let named = named.or_else(|| written.map(|one| one.target.text()));
    let by_address = || {
        let keeps =
            command.program() == "wget" || command.option(&["-O", "--remote-name"]).is_some();
        let address =
            args.iter().map(Word::text).find(|text| text.contains("://")).filter(|_| keeps)?;
        Some(address.split(['?', '#']).next().unwrap_or_default())
    };
    named.or_else(by_address).map(base).filter(|name| !matches!(*name, "" | "-" | "null"))
}

/// A downloaded file that the same step runs or installs.
fn unverified(look: &mut Look<'_>, at: usize, one: &Instruction) {
    let commands = &one.script.commands;
    for (index, command) in commands.iter().enumerate().take(200) {
        if !is(command, DOWNLOADERS) || command.feeds.is_some() {
            continue;
        }
        let Some(name) = output(command) else { continue };
        let uses = |later: &&Command| {
            let program = later.words.first().map_or("", Word::text);
            let has = later.args().iter().any(|word| base(word.text()) == name);
            let runs = is(
                later,
                &[
                    "sh", "bash", "dash", "python", "python3", "perl", "php", "node", "ruby",
                    "source", ".",
                ],
            );
            let executable = later.program() == "chmod"
                && later.args().iter().any(|word| {
                    let text = word.text();
                    text.contains('x') && text.contains(['+', '='])
                        || text.len() >= 3
                            && text.bytes().all(|b| b.is_ascii_digit())
                            && text.bytes().any(|b| b & 1 == 1)
                });
            let installs = is(later, &["dpkg", "rpm", "apt-get", "apt", "yum", "dnf", "gdebi"])
                && later
                    .args()
                    .iter()
                    .any(|word| word.text().contains("-i") || word.text() == "install");
            base(program) == name && program.contains('/')
                || has && (runs || executable || installs)
        };
        if commands[index + 1..].iter().take(200).any(|later| uses(&later)) {
            look.name(&rule::UNVERIFIED, at, command.range.clone(), name);
        }
    }
}

/// Whether a short option is given, alone or among others; letters in `takes` take what follows them.
fn short(command: &Command, letter: char, takes: &str) -> Option<Range<usize>> {
    let has = |word: &&Word| {
        let text = word.text();
        let Some(letters) = text.strip_prefix('-').filter(|rest| !rest.starts_with('-')) else {
            return false;
        };
        letters
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .find(|c| *c == letter || takes.contains(*c))
            == Some(letter)
    };
    command
        .args()
        .iter()
        .take_while(|word| word.text() != "--")
        .find(has)
        .map(|word| word.range.clone())
}

/// Options of programs that switch a check off: programs, option, rule. An option ends with `=` when any value counts.
static OPTIONS: &[(&[&str], &str, &Rule)] = &[
    (&["curl"], "--insecure", &rule::CURL_INSECURE),
    (&["curl"], "--proxy-insecure", &rule::CURL_INSECURE),
    (&["wget"], "--no-check-certificate", &rule::WGET_INSECURE),
    (&["apk"], "--allow-untrusted", &rule::APK_UNTRUSTED),
    (&["apt-get", "apt", "aptitude"], "--allow-unauthenticated", &rule::APT_UNAUTHENTICATED),
    (&["apt-get", "apt"], "--allow-insecure-repositories", &rule::APT_UNAUTHENTICATED),
    (&["apt-get", "apt"], "--no-allow-insecure-repositories=false", &rule::APT_UNAUTHENTICATED),
    (&["apt-get", "apt"], "--force-yes", &rule::APT_FORCE),
    (&["yum", "dnf", "tdnf", "microdnf"], "--nogpgcheck", &rule::RPM_UNSIGNED),
    (&["yum", "dnf", "tdnf", "microdnf"], "--no-gpgchecks", &rule::RPM_UNSIGNED),
    (&["zypper"], "--no-gpg-checks", &rule::RPM_UNSIGNED),
    (&["zypper"], "--allow-unsigned-rpm", &rule::RPM_UNSIGNED),
    (&["rpm"], "--nosignature", &rule::RPM_UNSIGNED),
    (&["rpm"], "--nodigest", &rule::RPM_UNSIGNED),
    (&["rpm"], "--noverify", &rule::RPM_UNSIGNED),
    (&["rpm"], "--nofiledigest", &rule::RPM_UNSIGNED),
    (&["npm", "yarn", "pnpm"], "--strict-ssl=false", &rule::NPM_STRICT_SSL),
    (&["npm", "yarn", "pnpm"], "--no-strict-ssl", &rule::NPM_STRICT_SSL),
    (&["helm", "kubectl", "argocd"], "--insecure-skip-tls-verify", &rule::OTHER_TLS),
    (&["helm", "kubectl"], "--insecure-skip-tls-verify=true", &rule::OTHER_TLS),
    (&["skopeo", "podman", "buildah", "oras"], "--tls-verify=false", &rule::OTHER_TLS),
    (&["aws"], "--no-verify-ssl", &rule::OTHER_TLS),
    (&["ansible-galaxy"], "--ignore-certs", &rule::OTHER_TLS),
    (&["svn"], "--trust-server-cert", &rule::OTHER_TLS),
    (&["uv"], "--allow-insecure-host", &rule::OTHER_TLS),
    (&["http", "https"], "--verify=no", &rule::OTHER_TLS),
];

fn options(look: &mut Look<'_>, at: usize, command: &Command) {
    let program = command.program();
    for (programs, option, rule) in OPTIONS {
        if programs.contains(&program)
            && let Some(word) = command.args().iter().find(|word| word.text() == *option)
        {
            look.tell(rule, at, word.range.clone());
        }
    }
    if program == "curl"
        && let Some(range) = short(command, 'k', "AbcCdDeEFhHKmoPQrtTuUwxXyYz")
    {
        look.tell(&rule::CURL_INSECURE, at, range);
    }
    if program == "npm" && command.has("--strict-ssl") && command.has("false") {
        look.tell(&rule::NPM_STRICT_SSL, at, command.range.clone());
    }
    let pip = language::pip(command);
    let is_uv = program == "uv";
    if pip.is_some() || is_uv {
        if let Some(word) = command.option(&["--trusted-host"]) {
            look.tell(&rule::PIP_TRUSTED_HOST, at, word.range.clone());
        }
        if let Some(word) = command.option(&["--extra-index-url"]) {
            look.tell(&rule::EXTRA_INDEX, at, word.range.clone());
        }
        if command.has("config")
            && command.args().iter().any(|word| word.text().ends_with("trusted-host"))
        {
            look.tell(&rule::PIP_TRUSTED_HOST, at, command.range.clone());
        }
    }
}

/// Programs that write settings of yum and dnf.
const CONFIG_MANAGERS: &[&str] = &["yum-config-manager", "dnf-config-manager", "dnf", "yum"];

/// Words of a command that switch a check off together: programs, words that all have to be there (lower case), rule.
static SETTINGS: &[(&[&str], &[&str], &Rule)] = &[
    (&["npm", "yarn", "pnpm"], &["config", "set", "strict-ssl", "false"], &rule::NPM_STRICT_SSL),
    (&["npm", "yarn", "pnpm"], &["config", "set", "strict-ssl=false"], &rule::NPM_STRICT_SSL),
    (&["npm"], &["set", "strict-ssl", "false"], &rule::NPM_STRICT_SSL),
    (&["yarn"], &["config", "set", "enablestrictssl", "false"], &rule::NPM_STRICT_SSL),
    (&["git"], &["config", "http.sslverify", "false"], &rule::GIT_SSL),
    (&["git"], &["config", "http.sslverify", "0"], &rule::GIT_SSL),
    (&["git"], &["http.sslverify=false"], &rule::GIT_SSL),
    (&["conda", "mamba"], &["config", "ssl_verify", "false"], &rule::OTHER_TLS),
    (&["composer"], &["config", "disable-tls", "true"], &rule::OTHER_TLS),
    (&["composer"], &["config", "secure-http", "false"], &rule::OTHER_TLS),
    (&["bundle"], &["config", "ssl_verify_mode", "0"], &rule::OTHER_TLS),
    (CONFIG_MANAGERS, &["sslverify=false"], &rule::RPM_UNSIGNED),
    (CONFIG_MANAGERS, &["sslverify=0"], &rule::RPM_UNSIGNED),
    (CONFIG_MANAGERS, &["sslverify=no"], &rule::RPM_UNSIGNED),
    (CONFIG_MANAGERS, &["gpgcheck=0"], &rule::RPM_UNSIGNED),
    (&["mvn"], &["-dmaven.wagon.http.ssl.insecure=true"], &rule::OTHER_TLS),
];

/// Texts that switch a check off wherever they are written (lower case, without blanks).
static TEXTS: &[(&str, &Rule)] = &[
    ("apt::get::allowunauthenticated=true", &rule::APT_UNAUTHENTICATED),
    ("apt::get::allowunauthenticated\"true", &rule::APT_UNAUTHENTICATED),
    ("acquire::allowinsecurerepositories=true", &rule::APT_UNAUTHENTICATED),
    ("acquire::https::verify-peer=false", &rule::APT_UNAUTHENTICATED),
    ("acquire::https::verify-peer\"false", &rule::APT_UNAUTHENTICATED),
    ("[trusted=yes", &rule::APT_UNAUTHENTICATED),
    ("trusted=yes]", &rule::APT_UNAUTHENTICATED),
    ("gpgcheck=0", &rule::RPM_UNSIGNED),
    ("sslverify=false", &rule::RPM_UNSIGNED),
    ("sslverify=0", &rule::RPM_UNSIGNED),
    ("stricthostkeychecking=no", &rule::HOST_KEYS),
    ("stricthostkeycheckingno", &rule::HOST_KEYS),
    ("userknownhostsfile=/dev/null", &rule::HOST_KEYS),
    ("ssl_verify_mode:0", &rule::OTHER_TLS),
];

/// Longest text that is looked at for settings, bytes.
const MAX_TEXT: usize = 4096;

fn settings(look: &mut Look<'_>, at: usize, command: &Command) {
    let lower: Vec<String> = command
        .args()
        .iter()
        .take(64)
        .filter(|word| word.text().len() <= MAX_TEXT)
        .map(|word| word.text().to_ascii_lowercase())
        .collect();
    for (programs, words, rule) in SETTINGS {
        let has = |wanted: &&str| {
            lower.iter().any(|word| {
                word == *wanted
                    || word.trim_start_matches("--setopt=").rsplit('.').next() == Some(*wanted)
            })
        };
        if is(command, programs) && words.iter().all(has) {
            look.tell(rule, at, command.range.clone());
        }
    }
    let bodies = command
        .redirections
        .iter()
        .filter_map(|one| one.body.as_ref())
        .map(|body| body.as_str().to_ascii_lowercase());
    // What is only shown changes nothing.
    let is_written = is(command, &["echo", "printf"])
        && (command.feeds.is_some() || !command.redirections.is_empty());
    let is_text = is(
        command,
        &[
            "tee",
            "cat",
            "sed",
            "ssh",
            "scp",
            "sftp",
            "rsync",
            "git",
            "apt-get",
            "apt",
            "ssh-keyscan",
            "yum",
            "dnf",
        ],
    );
    if is_text || is_written {
        let joined: String = lower
            .iter()
            .map(String::as_str)
            .map(str::to_owned)
            .chain(bodies)
            .collect::<Vec<_>>()
            .join(" ");
        let dense: String = joined.chars().take(MAX_TEXT).filter(|c| !c.is_whitespace()).collect();
        for (text, rule) in TEXTS {
            if dense.contains(text) {
                look.tell(rule, at, command.range.clone());
            }
        }
    }
    if command.program() == "ssh-keyscan" {
        look.tell(&rule::HOST_KEYS, at, command.range.clone()).severity = Severity::Low;
    }
    let writes = command
        .redirections
        .iter()
        .map(|one| one.target.text())
        .chain(command.args().iter().map(Word::text));
    let is_ring =
        |text: &str| text.contains("/etc/apt/trusted.gpg.d/") || text == "/etc/apt/trusted.gpg";
    if command.program() == "apt-key" && ["add", "adv"].contains(&command.verb())
        || !is(command, &["rm", "ls", "chmod"]) && writes.into_iter().any(is_ring)
    {
        look.tell(&rule::APT_KEY, at, command.range.clone());
    }
}

fn variable(look: &mut Look<'_>, at: usize, name: &str, value: &str, range: &Range<usize>) {
    let lower = value.to_ascii_lowercase();
    let is_off = matches!(lower.as_str(), "0" | "false" | "no" | "off");
    let is_on = !lower.is_empty() && !is_off;
    let rule = match name.to_ascii_uppercase().as_str() {
        "PYTHONHTTPSVERIFY" if is_off => &rule::PYTHON_HTTPS,
        "NODE_TLS_REJECT_UNAUTHORIZED" if is_off => &rule::NODE_TLS,
        "NPM_CONFIG_STRICT_SSL" | "YARN_STRICT_SSL" | "YARN_ENABLE_STRICT_SSL" if is_off => {
            &rule::NPM_STRICT_SSL
        }
        // git only asks whether the variable is there.
        "GIT_SSL_NO_VERIFY" => &rule::GIT_SSL,
        "PIP_TRUSTED_HOST" if is_on => &rule::PIP_TRUSTED_HOST,
        "PIP_EXTRA_INDEX_URL" | "UV_EXTRA_INDEX_URL" if is_on => &rule::EXTRA_INDEX,
        "GOSUMDB" if is_off => &rule::GO_CHECKSUMS,
        "GOINSECURE" | "GONOSUMCHECK" if is_on => &rule::GO_CHECKSUMS,
        "GONOSUMDB" if lower.contains('*') && lower.len() <= 2 => &rule::GO_CHECKSUMS,
        "GOFLAGS" if lower.contains("-insecure") => &rule::GO_CHECKSUMS,
        "PERL_LWP_SSL_VERIFY_HOSTNAME" if is_off => &rule::OTHER_TLS,
        "UV_INSECURE_HOST" | "CONDA_SSL_VERIFY_OFF" if is_on => &rule::OTHER_TLS,
        "GIT_SSH_COMMAND" if lower.replace(' ', "").contains("stricthostkeychecking=no") => {
            &rule::HOST_KEYS
        }
        _ => return,
    };
    look.tell(rule, at, range.clone());
}
