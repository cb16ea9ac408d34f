//! Rules on package managers.

use super::{PRACTICES, rule};
use crate::engine::rule::Rule;

rule!(
    APT_UNPINNED,
    "apt-unpinned",
    Info,
    High,
    "CWE-1357",
    "Packages of apt without a version",
    "What is installed depends on the day of the build.",
    "Give versions (`package=1.2.*`), or pin the state of the repository with a snapshot; a base image by digest does more.",
    [PRACTICES],
    ["DL3008"]
);
rule!(
    APK_UNPINNED,
    "apk-unpinned",
    Info,
    High,
    "CWE-1357",
    "Packages of apk without a version",
    "What is installed depends on the day of the build.",
    "Give versions (`package~1.2`), or pin the base image by digest.",
    [PRACTICES],
    ["DL3018"]
);
rule!(
    RPM_UNPINNED,
    "rpm-unpinned",
    Info,
    High,
    "CWE-1357",
    "Packages of yum, dnf or zypper without a version",
    "What is installed depends on the day of the build.",
    "Give versions (`package-1.2.3`), or pin the base image by digest.",
    [PRACTICES],
    ["DL3033", "DL3041", "DL3037"]
);
rule!(
    PIP_UNPINNED,
    "pip-unpinned",
    Low,
    High,
    "CWE-1357",
    "Python packages without a version",
    "Whatever the index has on the day of the build is installed, a release that was taken over included.",
    "Pin versions, better with digests: `pip install --require-hashes -r requirements.txt`.",
    ["https://pip.pypa.io/en/stable/topics/secure-installs/"],
    ["DL3013"]
);
rule!(
    NPM_UNPINNED,
    "npm-unpinned",
    Low,
    High,
    "CWE-1357",
    "npm packages without a version",
    "Whatever the registry has on the day of the build is installed, a release that was taken over included.",
    "Name versions (`package@1.2.3`), or install from the lockfile with `npm ci`.",
    ["https://docs.npmjs.com/cli/commands/npm-ci"],
    ["DL3016"]
);
rule!(
    GEM_UNPINNED,
    "gem-unpinned",
    Low,
    High,
    "CWE-1357",
    "Gems without a version",
    "Whatever the registry has on the day of the build is installed, a release that was taken over included.",
    "Name versions (`gem install name:1.2.3`), or install from `Gemfile.lock`.",
    ["https://guides.rubygems.org/command-reference/#gem-install"],
    ["DL3028"]
);
rule!(
    GO_UNPINNED,
    "go-unpinned",
    Low,
    High,
    "CWE-1357",
    "Go programs without a fixed version",
    "Whatever the module has on the day of the build is compiled and installed.",
    "Name a version or commit: `go install module/path@v1.2.3`.",
    ["https://go.dev/ref/mod#go-install"],
    ["DL3062"]
);
rule!(
    CARGO_UNPINNED,
    "cargo-unpinned",
    Low,
    High,
    "CWE-1357",
    "Rust programs without a fixed version",
    "Whatever the registry has on the day of the build is compiled and installed; without `--locked` so are new dependencies.",
    "Use `cargo install --locked --version 1.2.3 name`.",
    ["https://doc.rust-lang.org/cargo/commands/cargo-install.html"],
    []
);
rule!(
    APT_YES,
    "apt-without-yes",
    Info,
    High,
    "CWE-710",
    "apt-get that asks",
    "Without `-y` the command asks, gets no answer and the build fails.",
    "Add `-y`.",
    [PRACTICES],
    ["DL3014", "DS-0021"]
);
rule!(
    RPM_YES,
    "rpm-without-yes",
    Info,
    High,
    "CWE-710",
    "yum, dnf or zypper that asks",
    "The command asks, gets no answer and the build fails.",
    "Add `-y`; for zypper `--non-interactive`.",
    [PRACTICES],
    ["DL3030", "DL3038", "DL3034"]
);
rule!(
    APT_RECOMMENDS,
    "apt-recommends",
    Info,
    High,
    "CWE-1164",
    "Recommended packages installed along",
    "apt installs what packages recommend as well: more programs, and more weaknesses, than are needed.",
    "Add `--no-install-recommends`.",
    [PRACTICES],
    ["DL004", "DL3015", "DS-0029"]
);
rule!(
    APT_LISTS,
    "apt-lists-kept",
    Info,
    High,
    "CWE-1164",
    "Package lists of apt left in the image",
    "The lists make the layer larger and are out of date by the time somebody uses them.",
    "End the same instruction with `rm -rf /var/lib/apt/lists/*`, or mount a cache.",
    [PRACTICES],
    ["DL3009"]
);
rule!(
    APK_CACHE,
    "apk-cache-kept",
    Info,
    High,
    "CWE-1164",
    "Package index of apk left in the image",
    "The index makes the layer larger and is out of date by the time somebody uses it.",
    "Use `apk add --no-cache` and leave `apk update` out.",
    [PRACTICES],
    ["DL3019", "DS-0025"]
);
rule!(
    RPM_CACHE,
    "rpm-cache-kept",
    Info,
    High,
    "CWE-1164",
    "Cache of yum, dnf or zypper left in the image",
    "The cache makes the layer larger.",
    "End the same instruction with `dnf clean all`, `yum clean all` or `zypper clean`.",
    [PRACTICES],
    ["DL3032", "DL3040", "DL3036", "DS-0015", "DS-0019", "DS-0020", "DS-0027"]
);
rule!(
    PIP_CACHE,
    "pip-cache-kept",
    Info,
    High,
    "CWE-1164",
    "Cache of pip left in the image",
    "The downloaded archives make the layer larger.",
    "Add `--no-cache-dir`, set `PIP_NO_CACHE_DIR=1`, or mount a cache.",
    ["https://pip.pypa.io/en/stable/topics/caching/"],
    ["DL009", "DL3042"]
);
rule!(
    YARN_CACHE,
    "yarn-cache-kept",
    Info,
    High,
    "CWE-1164",
    "Cache of Yarn left in the image",
    "The downloaded archives make the layer larger.",
    "End the same instruction with `yarn cache clean`, or mount a cache.",
    [PRACTICES],
    ["DL3060"]
);
rule!(
    APT_COMMAND,
    "apt-in-script",
    Info,
    High,
    "CWE-710",
    "apt in place of apt-get",
    "`apt` is made for people at a terminal; what it prints and takes may change.",
    "Use `apt-get` and `apt-cache`.",
    [PRACTICES],
    ["DL3027", "CKV_DOCKER_9"]
);
rule!(
    UPDATE_ALONE,
    "update-alone",
    Low,
    High,
    "CWE-1104",
    "Package index updated in an instruction of its own",
    "The layer is taken from the cache for weeks while the installation below uses its old index: outdated packages come back, or are no longer found.",
    "Update and install in one instruction: `RUN apt-get update && apt-get install -y ...`.",
    [PRACTICES],
    ["CKV_DOCKER_5", "DS-0017"]
);
rule!(
    UPGRADE,
    "distribution-upgrade",
    Info,
    High,
    "CWE-710",
    "Base image moved to another release during the build",
    "The step may remove packages and change the release; what comes out depends on the day, and the old files stay in the layers below.",
    "Take a newer base image; `apt-get upgrade` brings fixes in without changing the release.",
    [PRACTICES],
    ["DL3005", "DL3035", "DS-0024"]
);
rule!(
    SSH_SERVER,
    "ssh-server",
    Low,
    High,
    "CWE-1125",
    "SSH server installed",
    "A container is entered through the platform. A login service is one more way in, with keys and passwords to look after.",
    "Leave it out; use `docker exec` or the platform's own way.",
    [PRACTICES],
    []
);

/// The rules of this file.
pub static RULES: &[&Rule] = &[
    &APT_UNPINNED,
    &APK_UNPINNED,
    &RPM_UNPINNED,
    &PIP_UNPINNED,
    &NPM_UNPINNED,
    &GEM_UNPINNED,
    &GO_UNPINNED,
    &CARGO_UNPINNED,
    &APT_YES,
    &RPM_YES,
    &APT_RECOMMENDS,
    &APT_LISTS,
    &APK_CACHE,
    &RPM_CACHE,
    &PIP_CACHE,
    &YARN_CACHE,
    &APT_COMMAND,
    &UPDATE_ALONE,
    &UPGRADE,
    &SSH_SERVER,
];
