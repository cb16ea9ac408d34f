//! Rules on credentials that end up in an image or its history.

use super::{REFERENCE, rule};
use crate::engine::rule::Rule;

const SECRETS: &str = "https://docs.docker.com/build/building/secrets/";
const CHECK: &str = "https://docs.docker.com/reference/build-checks/secrets-used-in-arg-or-env/";

rule!(
    SECRET_ENV,
    "secret-in-env",
    Critical,
    Medium,
    "CWE-798",
    "Secret in an environment variable of the image",
    "A variable whose name says that it is a credential is given a value with ENV. Everybody who can pull the image can read it, \
     and so can every process in the container.",
    "Change the credential. Hand it over when the container starts, or during the build with `RUN --mount=type=secret`.",
    [CHECK, SECRETS],
    ["DL007", "DL3064", "DS-0031"]
);
rule!(
    SECRET_ARG,
    "secret-in-arg",
    High,
    Medium,
    "CWE-798",
    "Secret as the default of a build argument",
    "A build argument whose name says that it is a credential has a value. The value stands in the source and in the history \
     of the image.",
    "Change the credential, remove the default, and use `RUN --mount=type=secret` in place of the argument.",
    [CHECK, SECRETS],
    ["DL3064", "DS-0031"]
);
rule!(
    SECRET_BUILD_ARGUMENT,
    "secret-build-argument",
    Low,
    Medium,
    "CWE-522",
    "Credential handed over as a build argument",
    "The name of a build argument says that it is a credential. Its value is kept in the history of the image \
     and in the attestations of the build, where `docker history` shows it.",
    "Use `RUN --mount=type=secret,id=...` and `docker build --secret`.",
    [CHECK, SECRETS],
    ["DL3064", "DS-0031"]
);
rule!(
    ARGUMENT_ENV,
    "secret-argument-in-env",
    Medium,
    Medium,
    "CWE-526",
    "Build argument with a credential kept as ENV",
    "A variable of the image takes its value from a build argument, and its name says that it is a credential. The \
     value of the build stays in the image for everybody who can pull it.",
    "Leave the variable to whoever starts the container; use `RUN --mount=type=secret` for what only the build needs.",
    [CHECK, SECRETS],
    ["DL3064", "DS-0031"]
);
rule!(
    COPIED_SECRET,
    "copied-secret-file",
    High,
    High,
    "CWE-538",
    "File with credentials copied into the image",
    "COPY or ADD takes a file that by its name holds credentials or a private key. It stays in its layer even when a later \
     instruction removes it.",
    "Mount it for the step that needs it (`RUN --mount=type=secret` or `--mount=type=ssh`), list it in `.dockerignore`, and change the credential.",
    [SECRETS, REFERENCE],
    []
);
rule!(
    COPIED_GIT,
    "copied-git-directory",
    Medium,
    High,
    "CWE-527",
    "Version control directory copied into the image",
    "The image gets the whole history of the repository: deleted secrets, names and addresses of people, remote addresses with \
     tokens in `.git/config`.",
    "Copy only what the program needs, and list `.git` in `.dockerignore`. The commit can be handed over as a build argument.",
    ["https://docs.docker.com/build/concepts/context/#dockerignore-files"],
    []
);
rule!(
    WRITTEN_KEY,
    "private-key-written",
    High,
    Medium,
    "CWE-522",
    "Private key written into the image",
    "A command writes a private key from a variable or a text into the image. It stays in the layer, and the text or \
     argument stays in the history.",
    "Use `RUN --mount=type=ssh` for git over SSH, or `--mount=type=secret` for a key file.",
    [SECRETS],
    []
);
rule!(
    LOGIN_IN_COMMAND,
    "login-in-command",
    High,
    Medium,
    "CWE-522",
    "Credential as an argument of a command",
    "A password or token stands in the arguments of a command. Even when it comes from a build argument it is kept in the \
     history of the image.",
    "Change the credential. Read it from a file that `RUN --mount=type=secret` provides: `curl --config`, `--netrc-file`, `--password-stdin`.",
    [SECRETS],
    []
);
rule!(
    PASSWORD_SET,
    "password-set",
    High,
    Medium,
    "CWE-798",
    "Password of an account set in the image",
    "Every container of the image has the same password for the account, and whoever can read the image has it or its hash.",
    "Leave accounts without a password (`useradd --system`, no `chpasswd`). Use keys or the platform's identity where a login is needed.",
    ["https://cwe.mitre.org/data/definitions/798.html"],
    ["CKV2_DOCKER_17"]
);
rule!(
    EMPTY_PASSWORD,
    "empty-password",
    High,
    High,
    "CWE-258",
    "Account without a password that can log in",
    "The password of an account is removed: wherever passwords are asked for, `su` and `sudo` included, an empty one is right.",
    "Lock the password instead: `passwd -l NAME` or `usermod -L NAME`.",
    ["https://cwe.mitre.org/data/definitions/258.html"],
    []
);

/// The rules of this file.
pub static RULES: &[&Rule] = &[
    &SECRET_ENV,
    &SECRET_ARG,
    &SECRET_BUILD_ARGUMENT,
    &ARGUMENT_ENV,
    &COPIED_SECRET,
    &COPIED_GIT,
    &WRITTEN_KEY,
    &LOGIN_IN_COMMAND,
    &PASSWORD_SET,
    &EMPTY_PASSWORD,
];
