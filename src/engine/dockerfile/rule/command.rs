//! Rules on what commands do to the image.

use super::{PRACTICES, REFERENCE, rule};
use crate::engine::rule::Rule;

rule!(
    WORLD_WRITABLE,
    "world-writable",
    Medium,
    High,
    "CWE-732",
    "Files that everybody may write",
    "Every account in the container, that of a broken-into service included, can change programs, scripts or settings that others use.",
    "Give the files to the account that needs them (`COPY --chown`, `chown`) and use 755, 750 or 644.",
    ["https://cwe.mitre.org/data/definitions/732.html"],
    ["DL008"]
);
rule!(
    SETUID,
    "setuid-file",
    Medium,
    High,
    "CWE-269",
    "Program that runs with the rights of its owner",
    "A set-user-id program lets every account in the container act as its owner, mostly root.",
    "Leave the bit off; start the container with the account and the single capability that is needed.",
    ["https://cwe.mitre.org/data/definitions/269.html"],
    []
);
rule!(
    CAPABILITY,
    "file-capability",
    Medium,
    High,
    "CWE-250",
    "Program with a powerful capability",
    "The capability that is given to the program amounts to root in many ways, for every account that can start it.",
    "Give only narrow ones (`cap_net_bind_service`), or none and a port above 1023.",
    ["https://man7.org/linux/man-pages/man7/capabilities.7.html"],
    []
);
rule!(
    SUDOERS,
    "passwordless-sudo",
    Medium,
    High,
    "CWE-250",
    "Account that becomes root without a password",
    "The account is root in all but name: `USER` protects nothing when sudo asks nothing.",
    "Do what needs root before `USER`, and leave sudo out of the image.",
    [PRACTICES],
    []
);
rule!(
    SUDO,
    "sudo",
    Low,
    High,
    "CWE-250",
    "sudo in a build step",
    "Build steps run as root unless `USER` says otherwise; sudo behaves differently without a terminal, and an image that has it offers a way to root.",
    "Leave sudo out; change the account with `USER`, or with `gosu` or `setpriv` in an entry point.",
    [PRACTICES],
    ["DL3004", "CKV2_DOCKER_1", "DS-0010"]
);
rule!(
    INSECURE_STEP,
    "insecure-build-step",
    High,
    High,
    "CWE-250",
    "Build step without isolation",
    "`RUN --security=insecure` runs the step with all capabilities on the machine that builds.",
    "Remove the flag; find out which privilege the step needs, and build on a machine of its own if it cannot do without.",
    [REFERENCE],
    []
);
rule!(
    HOST_NETWORK,
    "host-network-build-step",
    Medium,
    High,
    "CWE-668",
    "Build step in the network of the host",
    "`RUN --network=host` lets the step reach every service that listens on the machine that builds, those on localhost included.",
    "Remove the flag, or use `--network=none` for steps that need no network.",
    [REFERENCE],
    []
);
rule!(
    DANGEROUS_RM,
    "unguarded-rm",
    Low,
    Medium,
    "CWE-754",
    "rm -r of a path that may be the root",
    "The path begins with a variable. When it is empty the command removes everything below the root.",
    "Make the shell stop: `rm -rf \"${DIR:?}/\"`.",
    ["https://www.shellcheck.net/wiki/SC2115"],
    ["SC2115"]
);
rule!(
    UNCHECKED_CD,
    "unchecked-cd",
    Info,
    Medium,
    "CWE-754",
    "Commands that go on after a failed cd",
    "When `cd` fails the next commands run in another folder, where they may remove or overwrite something else.",
    "Join with `&&`, begin with `set -e`, or use WORKDIR.",
    ["https://www.shellcheck.net/wiki/SC2164"],
    ["SC2164"]
);
rule!(
    PIPEFAIL,
    "pipe-without-pipefail",
    Info,
    High,
    "CWE-754",
    "Pipe whose first command may fail unnoticed",
    "A shell judges a pipe by its last command. When the download before it fails, the build goes on with nothing or with half a file.",
    "Put `SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]` before it, or begin with `set -o pipefail`.",
    [PRACTICES],
    ["DL4006", "DS-0032"]
);
rule!(
    CD,
    "cd-instead-of-workdir",
    Info,
    Medium,
    "CWE-710",
    "cd in place of WORKDIR",
    "`cd` holds for one instruction only; what is meant to hold longer is easily lost.",
    "Use WORKDIR.",
    [PRACTICES],
    ["DL3003", "DS-0013"]
);
rule!(
    USELESS,
    "pointless-command",
    Info,
    High,
    "CWE-710",
    "Command that makes no sense in a build",
    "The command works on a running system (services, terminals, mounts, processes); during a build it does nothing that lasts.",
    "Remove it, or do it when the container starts.",
    [PRACTICES],
    ["DL3001"]
);
rule!(
    SHELL_LINK,
    "shell-replaced",
    Low,
    High,
    "CWE-710",
    "Default shell replaced by a link",
    "Scripts of packages that are written for `/bin/sh` run in another shell from then on.",
    "Use the SHELL instruction.",
    [REFERENCE],
    ["DL4005"]
);
rule!(
    LARGE_UID,
    "useradd-large-uid",
    Info,
    High,
    "CWE-400",
    "Account with a large number made without -l",
    "`useradd` writes the log of logins up to the number of the account: gigabytes in the layer for a large one.",
    "Add `--no-log-init` (`-l`).",
    [PRACTICES],
    ["DL3046"]
);
rule!(
    WGET_AND_CURL,
    "wget-and-curl",
    Info,
    Medium,
    "CWE-1164",
    "Both wget and curl",
    "Two programs for one purpose make the image larger and give whoever breaks in one more tool.",
    "Use one of them.",
    [PRACTICES],
    ["DL4001", "DS-0014"]
);
rule!(
    NPM_UNSAFE,
    "npm-unsafe-perm",
    Low,
    High,
    "CWE-250",
    "npm scripts of packages run as root",
    "`--unsafe-perm` lets install scripts of packages keep root's rights.",
    "Install as the account of `USER`, with `--ignore-scripts` where that works.",
    ["https://docs.npmjs.com/cli/using-npm/scripts#user"],
    []
);
rule!(
    OPEN_NOTEBOOK,
    "open-notebook",
    High,
    High,
    "CWE-306",
    "Jupyter without a token or password",
    "Everybody who reaches the port runs code in the container.",
    "Leave the token on, or set a password in the configuration at start.",
    ["https://jupyter-server.readthedocs.io/en/latest/operators/security.html"],
    []
);
rule!(
    DEBUGGER,
    "open-debugger",
    Medium,
    High,
    "CWE-489",
    "Debugger that listens for everybody",
    "A debugger listens on all addresses: whoever reaches its port runs code in the container.",
    "Leave it out of the image that is shipped, or let it listen on 127.0.0.1.",
    ["https://nodejs.org/en/learn/getting-started/debugging#security-implications"],
    []
);
rule!(
    UNQUOTED,
    "unquoted-path",
    Info,
    Medium,
    "CWE-88",
    "Path without quotes that may become several",
    "The shell splits what a variable or command gives at blanks and takes stars for names of files: another file is then removed, moved or given away.",
    "Put it in double quotes: `rm -rf -- \"$FOLDER\"`.",
    ["https://www.shellcheck.net/wiki/SC2086"],
    ["SC2046", "SC2086"]
);
rule!(
    BASH_IN_SH,
    "bash-in-sh",
    Info,
    Medium,
    "CWE-758",
    "Syntax of bash that sh does not know",
    "RUN is read by /bin/sh, which is dash in images made from Debian and Ubuntu. `[ a == b ]` and `[[ ... ]]` are errors there, so that an `if` with them is never true; `echo -e` writes `-e`; `&>` starts the command in the background.",
    "Write what every shell knows (`=`, `[ ... ]`, `printf`, `>file 2>&1`), or say which shell it is: `SHELL [\"/bin/bash\", \"-o\", \"pipefail\", \"-c\"]`.",
    ["https://www.shellcheck.net/wiki/SC3014"],
    ["SC3010", "SC3014", "SC3020", "SC3037", "SC3044", "SC3046"]
);
rule!(
    WGET_PROGRESS,
    "wget-progress",
    Info,
    High,
    "CWE-710",
    "wget that fills the log",
    "The bar of its progress becomes thousands of lines in the log of a build, and what matters goes under.",
    "Add `-nv`, `-q` or `--progress=dot:giga`.",
    [PRACTICES],
    ["DL3047"]
);
rule!(
    RUN_AFTER_RUN,
    "run-after-run",
    Info,
    High,
    "CWE-710",
    "Single commands in RUN after RUN",
    "Each RUN is a layer: what one creates and the next removes stays in the image.",
    "Join commands that belong together with `&&`, or write them in a here-document.",
    [PRACTICES],
    ["DL3059"]
);

/// The rules of this file.
pub static RULES: &[&Rule] = &[
    &WORLD_WRITABLE,
    &SETUID,
    &CAPABILITY,
    &SUDOERS,
    &SUDO,
    &INSECURE_STEP,
    &HOST_NETWORK,
    &DANGEROUS_RM,
    &UNCHECKED_CD,
    &PIPEFAIL,
    &CD,
    &USELESS,
    &SHELL_LINK,
    &LARGE_UID,
    &WGET_AND_CURL,
    &NPM_UNSAFE,
    &OPEN_NOTEBOOK,
    &DEBUGGER,
    &UNQUOTED,
    &BASH_IN_SH,
    &WGET_PROGRESS,
    &RUN_AFTER_RUN,
];
